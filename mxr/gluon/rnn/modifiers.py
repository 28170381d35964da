"""Cells that change other cells: dropout, zoneout, residual connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ... import symbol as sym
from ...base import MXNetAssertionError, MXNetTypeError, MXNetValueError
from ...symbol import Symbol
from .base_cell import HybridRecurrentCell, RecurrentCell
from .containers import contains_bidirectional
from .sequences import Sequences, masked

__all__ = ["DropoutCell", "ModifierCell", "ResidualCell", "ZoneoutCell"]


class DropoutCell(HybridRecurrentCell):
    """Drops a share of the input in training; it has no states.

    Parameters
    ----------
    rate : share that is dropped; 0 drops nothing.
    axes : axes along which the mask is the same.
    prefix, params : as for Block.
    """

    def __init__(self, rate: float, axes: Any = (), prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix, params)
        if not isinstance(rate, int | float) or isinstance(rate, bool):
            raise MXNetAssertionError(f"rate must be a number, got {rate!r}")
        self._rate, self._axes = rate, axes

    def _alias(self) -> str:
        return "dropout"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(rate={self._rate}, axes={self._axes})"

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        return []

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:  # type: ignore[override]
        if self._rate > 0:
            inputs = F.Dropout(inputs, p=self._rate, axes=self._axes, name=f"t{self._counter}_fwd")
        return inputs, states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, list[Any]]:
        """As RecurrentCell.unroll; merged input is dropped in one."""
        self.reset()
        given = Sequences(length, inputs, layout)
        value = given.shaped(merge_outputs)
        if isinstance(value, list):
            return super().unroll(length, value, begin_state, layout, merge_outputs)
        return self.hybrid_forward(given.F, value, begin_state if begin_state else [])


class ModifierCell(HybridRecurrentCell):
    """Base of the cells that change another cell, whose parameters and states they have.

    Parameters
    ----------
    base_cell : the cell that is changed; afterwards only the modifier may be called.
    """

    def __init__(self, base_cell: RecurrentCell) -> None:
        if not isinstance(base_cell, RecurrentCell):
            raise MXNetTypeError(f"{type(self).__name__}: base_cell={base_cell!r}, expected a cell")
        if base_cell._modified:
            raise MXNetAssertionError(f"Cell {base_cell.name} is already modified. One cell cannot be modified twice")
        base_cell._modified = True
        super().__init__(prefix=base_cell.prefix + self._alias(), params=None)
        self.base_cell = base_cell

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_cell})"

    @property
    def params(self) -> Any:
        """The parameters of the base cell."""
        return self.base_cell.params

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        return self.base_cell.state_info(batch_size)

    def begin_state(self, func: Callable[..., Any] = sym.zeros, **kwargs: Any) -> list[Any]:  # type: ignore[override]
        """The states of the base cell before the first step; arguments as for RecurrentCell, by name."""
        self._check_unmodified()
        with self._free():
            return self.base_cell.begin_state(func=func, **kwargs)

    @contextmanager
    def _free(self) -> Iterator[None]:
        """The base cell as if it were not modified."""
        self.base_cell._modified = False
        try:
            yield
        finally:
            self.base_cell._modified = True

    def _remembered(self, held: Any, like: Any) -> Any:
        """`held`, which was kept from the step before, of the kind that this step works with."""
        if isinstance(held, Symbol) != isinstance(like, Symbol):
            raise MXNetValueError(f"{self.name}: call reset() before the cell is used in another sequence")
        return held

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:  # type: ignore[override]
        """To be written by subclasses."""
        raise NotImplementedError(f"{type(self).__name__}.hybrid_forward is not written")


class ZoneoutCell(ModifierCell):
    """In training, parts of outputs and states stay what they were a step before (Krueger et al. 2016).

    Parameters
    ----------
    base_cell : the cell that is changed.
    zoneout_outputs, zoneout_states : share of outputs, of states that stays.
    """

    def __init__(self, base_cell: RecurrentCell, zoneout_outputs: float = 0.0, zoneout_states: float = 0.0) -> None:
        if isinstance(base_cell, RecurrentCell) and contains_bidirectional(base_cell):
            raise MXNetAssertionError(
                "BidirectionalCell doesn't support zoneout since it doesn't support step. Please add ZoneoutCell to "
                "the cells underneath instead."
            )
        super().__init__(base_cell)
        self._zoneout_outputs, self._zoneout_states = zoneout_outputs, zoneout_states
        self._prev_output: Any = None

    @property
    def _remembers(self) -> bool:  # type: ignore[override]
        return self._zoneout_outputs != 0

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p_out={self._zoneout_outputs}, p_state={self._zoneout_states}, {self.base_cell})"

    def _alias(self) -> str:
        return "zoneout"

    def reset(self) -> None:
        super().reset()
        self._prev_output = None

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:  # type: ignore[override]
        new, new_states = self.base_cell(inputs, states)

        def chosen(p: float, now: Any, before: Any) -> Any:
            return F.where(F.Dropout(F.ones_like(now), p=p), now, before)

        output = new
        if self._zoneout_outputs != 0:
            before = self._prev_output
            before = F.zeros_like(new) if before is None else self._remembered(before, new)
            output = chosen(self._zoneout_outputs, new, before)
            self._prev_output = output
        if self._zoneout_states != 0:
            pairs = zip(new_states, states, strict=True)
            new_states = [chosen(self._zoneout_states, now, before) for now, before in pairs]
        return output, new_states


class ResidualCell(ModifierCell):
    """Adds the input to the output of the base cell, which has the same shape (Wu et al. 2016)."""

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:  # type: ignore[override]
        output, states = self.base_cell(inputs, states)
        return F.elemwise_add(output, inputs, name=f"t{self._counter}_fwd"), states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, list[Any]]:
        """As RecurrentCell.unroll."""
        self.reset()
        given = Sequences(length, inputs, layout)
        with self._free():
            outputs, states = self.base_cell.unroll(
                length, inputs=inputs, begin_state=begin_state, layout=layout, merge_outputs=merge_outputs,
                valid_length=valid_length,
            )  # fmt: skip
        merge = not isinstance(outputs, list) if merge_outputs is None else merge_outputs
        F, added = given.F, given.shaped(merge)
        if valid_length is not None:
            added = masked(F, added, length, valid_length, given.axis, merge)
        if merge:
            return F.elemwise_add(outputs, added), states
        return [F.elemwise_add(a, b) for a, b in zip(outputs, added, strict=True)], states


for _class in (DropoutCell, ModifierCell, ZoneoutCell, ResidualCell):
    _class.__module__ = "mxr.gluon.rnn.rnn_cell"
