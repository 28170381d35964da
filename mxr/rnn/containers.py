"""Cells made of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import symbol as sym
from ..base import MXNetValueError
from ..symbol import Symbol
from .base_cell import BaseRNNCell, RNNParams, _time_axis, merged, stepwise

__all__ = ["BidirectionalCell", "SequentialRNNCell"]


class _Container(BaseRNNCell):
    def __init__(self, prefix: str, params: RNNParams | None, given: bool) -> None:
        super().__init__(prefix=prefix, params=params)
        self._override = given

    def _adopt(self, cell: BaseRNNCell) -> None:
        if self._override:
            if not cell._own_params:
                raise MXNetValueError(f"Either specify params for {type(self).__name__} or child cells, not both.")
            cell.params._params.update(self.params._params)
        self.params._params.update(cell.params._params)
        self._cells.append(cell)

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return [info for cell in self._cells for info in cell.state_info]

    def begin_state(self, **kwargs: Any) -> list[Symbol]:  # type: ignore[override]
        self._check_unmodified()
        return [state for cell in self._cells for state in cell.begin_state(**kwargs)]

    def unpack_weights(self, args: dict[str, Any]) -> dict[str, Any]:
        for cell in self._cells:
            args = cell.unpack_weights(args)
        return args

    def pack_weights(self, args: dict[str, Any]) -> dict[str, Any]:
        for cell in self._cells:
            args = cell.pack_weights(args)
        return args

    def _shares(self, states: Sequence[Symbol]) -> list[Sequence[Symbol]]:
        """`states` cut into those of each cell."""
        shares, at = [], 0
        for cell in self._cells:
            n = len(cell.state_info)
            shares.append(states[at : at + n])
            at += n
        return shares


class SequentialRNNCell(_Container):
    """Cells one upon the other: the output of each is the input of the next."""

    def __init__(self, params: RNNParams | None = None) -> None:
        super().__init__("", params, params is not None)

    def add(self, cell: BaseRNNCell) -> None:
        """Puts `cell` on top."""
        self._adopt(cell)

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        self._counter += 1
        after: list[Symbol] = []
        for cell, own in zip(self._cells, self._shares(states)):
            if isinstance(cell, BidirectionalCell):
                raise MXNetValueError("SequentialRNNCell: a BidirectionalCell cannot be stepped. Please use unroll")
            inputs, new = cell(inputs, own)
            after.extend(new)
        return inputs, after

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Sequence[Symbol] | None = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, list]:
        self.reset()
        states = self.begin_state() if begin_state is None else begin_state
        after: list[Any] = []
        for i, (cell, own) in enumerate(zip(self._cells, self._shares(states))):
            merge = merge_outputs if i == len(self._cells) - 1 else None
            inputs, new = cell.unroll(length, inputs, begin_state=own, layout=layout, merge_outputs=merge)
            after.extend(new)
        return inputs, after


class BidirectionalCell(_Container):
    """One cell from the first step to the last, one from the last to the first; outputs side by side.

    Parameters
    ----------
    l_cell, r_cell : the cells for forward and backward.
    params : RNNParams to share.
    output_prefix : begins the names of the outputs.
    """

    def __init__(
        self, l_cell: BaseRNNCell, r_cell: BaseRNNCell, params: RNNParams | None = None, output_prefix: str = "bi_"
    ) -> None:
        super().__init__("", params, params is not None)
        self._output_prefix = output_prefix
        self._adopt(l_cell)
        self._adopt(r_cell)

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        raise NotImplementedError("Bidirectional cannot be stepped. Please use unroll")

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Sequence[Symbol] | None = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, list]:
        """As of BaseRNNCell; the states are a list for each direction."""
        self.reset()
        steps = stepwise(length, inputs, layout)
        shares = self._shares(self.begin_state() if begin_state is None else begin_state)
        found = [
            cell.unroll(length, x, begin_state=own, layout=layout, merge_outputs=merge_outputs)
            for cell, x, own in zip(self._cells, (steps, steps[::-1]), shares)
        ]
        (left, right), states = zip(*found)
        if merge_outputs is None:
            merge_outputs = isinstance(left, Symbol) and isinstance(right, Symbol)
        if merge_outputs:
            left, right = merged(length, left, layout), merged(length, right, layout)
            right = sym.reverse(right, axis=_time_axis(layout))
            return sym.concat(left, right, dim=2, name=f"{self._output_prefix}out"), list(states)
        pairs = zip(stepwise(length, left, layout), stepwise(length, right, layout)[::-1])
        prefix = self._output_prefix
        return [sym.concat(a, b, dim=1, name=f"{prefix}t{i}") for i, (a, b) in enumerate(pairs)], list(states)
