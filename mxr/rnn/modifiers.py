"""Cells that change what another cell gives: dropout, zoneout, residual connections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import symbol as sym
from ..base import MXNetTypeError, MXNetValueError
from ..symbol import Symbol
from .base_cell import BaseRNNCell, RNNParams, merged, stepwise
from .containers import BidirectionalCell, SequentialRNNCell
from .fused_cell import FusedRNNCell

__all__ = ["DropoutCell", "ModifierCell", "ResidualCell", "ZoneoutCell"]


class DropoutCell(BaseRNNCell):
    """Dropout on the input; no state.

    Parameters
    ----------
    dropout : fraction of the elements that is zeroed in training.
    """

    def __init__(self, dropout: float, prefix: str = "dropout_", params: RNNParams | None = None) -> None:
        super().__init__(prefix, params)
        if not isinstance(dropout, int | float):
            raise MXNetTypeError(f"dropout probability must be a number, got {dropout!r}")
        self.dropout = dropout

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return []

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        if self.dropout > 0:
            inputs = sym.Dropout(inputs, p=self.dropout)
        return inputs, list(states)

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Sequence[Symbol] | None = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, list]:
        self.reset()
        if merge_outputs is not None:
            inputs = merged(length, inputs, layout) if merge_outputs else stepwise(length, inputs, layout)
        if isinstance(inputs, Symbol):
            return self(inputs, [])
        return super().unroll(length, inputs, begin_state, layout, merge_outputs)


class ModifierCell(BaseRNNCell):
    """Base of the cells that wrap another one, which then may only be used through them.

    Parameters
    ----------
    base_cell : the cell that is wrapped; its parameters are used.
    """

    def __init__(self, base_cell: BaseRNNCell) -> None:
        super().__init__()
        base_cell._modified = True
        self.base_cell = base_cell

    @property
    def params(self) -> RNNParams:
        self._own_params = False
        return self.base_cell.params

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return self.base_cell.state_info

    def reset(self) -> None:
        super().reset()
        if hasattr(self, "base_cell"):
            self.base_cell.reset()

    def begin_state(  # type: ignore[override]  # MXNet's name of the argument
        self, init_sym: Callable[..., Symbol] = sym.zeros, **kwargs: Any
    ) -> list[Symbol]:
        self._check_unmodified()
        self.base_cell._modified = False
        try:
            # a container hands the function on to its cells by name
            return self.base_cell.begin_state(**{self._func_name(): init_sym}, **kwargs)
        finally:
            self.base_cell._modified = True

    def _func_name(self) -> str:
        return "init_sym" if isinstance(self.base_cell, ModifierCell) else "func"

    def unpack_weights(self, args: dict[str, Any]) -> dict[str, Any]:
        return self.base_cell.unpack_weights(args)

    def pack_weights(self, args: dict[str, Any]) -> dict[str, Any]:
        return self.base_cell.pack_weights(args)

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        raise NotImplementedError


class ZoneoutCell(ModifierCell):
    """Zoneout (Krueger et al. 2016): elements keep their value of the step before at random.

    Parameters
    ----------
    base_cell : a cell that can be stepped.
    zoneout_outputs, zoneout_states : fractions of outputs and states that stay.
    """

    def __init__(self, base_cell: BaseRNNCell, zoneout_outputs: float = 0.0, zoneout_states: float = 0.0) -> None:
        if isinstance(base_cell, FusedRNNCell):
            raise MXNetValueError("FusedRNNCell doesn't support zoneout. Please unfuse first.")
        cells = base_cell._cells if isinstance(base_cell, SequentialRNNCell) else [base_cell]
        if any(isinstance(cell, BidirectionalCell) for cell in cells):
            raise MXNetValueError(
                "BidirectionalCell doesn't support zoneout since it doesn't support step. Please add ZoneoutCell to "
                "the cells underneath instead."
            )
        super().__init__(base_cell)
        self.zoneout_outputs, self.zoneout_states = zoneout_outputs, zoneout_states
        self.prev_output: Symbol | None = None

    def reset(self) -> None:
        super().reset()
        self.prev_output = None

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        def kept(p: float, new: Symbol, old: Symbol) -> Symbol:
            return sym.where(sym.Dropout(sym.ones_like(new), p=p), new, old)

        output, after = self.base_cell(inputs, states)
        if self.zoneout_outputs:
            before = sym.zeros((0, 0)) if self.prev_output is None else self.prev_output
            output = kept(self.zoneout_outputs, output, before)
        if self.zoneout_states:
            after = [kept(self.zoneout_states, new, old) for new, old in zip(after, states)]
        self.prev_output = output
        return output, after


class ResidualCell(ModifierCell):
    """Adds the input to the output (Wu et al. 2016); both must have one shape.

    Parameters
    ----------
    base_cell : the cell that is wrapped.
    """

    def __init__(self, base_cell: BaseRNNCell) -> None:
        super().__init__(base_cell)

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        output, after = self.base_cell(inputs, states)
        return _sum(output, inputs), after

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Sequence[Symbol] | None = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, list]:
        self.reset()
        self.base_cell._modified = False
        try:
            outputs, states = self.base_cell.unroll(length, inputs, begin_state, layout, merge_outputs)
        finally:
            self.base_cell._modified = True
        if isinstance(outputs, Symbol):
            return _sum(outputs, merged(length, inputs, layout)), states
        return [_sum(y, x) for y, x in zip(outputs, stepwise(length, inputs, layout))], states


def _sum(output: Symbol, inputs: Symbol) -> Symbol:
    return sym.elemwise_add(output, inputs, name=f"{output.name}_plus_residual")
