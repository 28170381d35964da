"""RecurrentCell and HybridRecurrentCell: one step of a recurrent network, and unrolling over many."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ... import ndarray as nd
from ...base import MXNetAssertionError, MXNetValueError
from .._block import Block
from .._hybrid import HybridBlock
from ..nn.activations import LeakyReLU
from .sequences import Sequences, masked, shaped

__all__ = ["HybridRecurrentCell", "RecurrentCell"]

_BY_NAME = ("tanh", "relu", "sigmoid", "softsign")


class RecurrentCell(Block):
    """Base of the cells: a cell turns (input, states) of one step into (output, new states).

    Parameters
    ----------
    prefix, params : as for Block.
    """

    # whether the cell remembers something from step to step besides its states
    _remembers = False

    def __init__(self, prefix: str | None = None, params: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)
        self._modified = False  # a modifier cell stands before this one
        self.reset()

    def reset(self) -> None:
        """Forgets the steps so far, before the cell is used in another sequence."""
        self._init_counter = -1
        self._counter = -1
        for cell in self._children.values():
            if isinstance(cell, RecurrentCell):
                cell.reset()

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape and layout of each state."""
        raise NotImplementedError(f"{type(self).__name__}.state_info is not written")

    def begin_state(self, batch_size: int = 0, func: Callable[..., Any] = nd.zeros, **kwargs: Any) -> list[Any]:
        """The states before the first step.

        Parameters
        ----------
        batch_size : number of sequences.
        func : what makes them from `shape`: ``mx.nd.zeros``, ``mx.sym.zeros``, ``mx.sym.var``, ...
        kwargs : further arguments for `func` (ctx, dtype).
        """
        self._check_unmodified()
        states = []
        for info in self.state_info(batch_size):
            self._init_counter += 1
            states.append(func(name=f"{self._prefix}begin_state_{self._init_counter}", **{**info, **kwargs}))
        return states

    def _check_unmodified(self) -> None:
        if self._modified:
            raise MXNetAssertionError(
                "After applying modifier cells (e.g. ZoneoutCell) the base cell cannot be called directly. Call the "
                "modifier cell instead."
            )

    def _any_remembers(self) -> bool:
        cells = (c for c in self._children.values() if isinstance(c, RecurrentCell))
        return self._remembers or any(c._any_remembers() for c in cells)

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, list[Any]]:
        """(outputs, last states) of `length` steps.

        Parameters
        ----------
        inputs : one NDArray or Symbol with the axes of `layout`, or a list with one for each step.
        begin_state : states before the first step; by default zeros.
        layout : order of the axes of merged inputs and outputs: 'NTC' or 'TNC'.
        merge_outputs : True for outputs in one, False for a list of steps; None takes what comes more easily.
        valid_length : (n,), the lengths of the sequences; outputs behind them are 0, states are those at the end.
        """
        self.reset()
        given = Sequences(length, inputs, layout)
        F, steps = given.F, given.steps()
        states = given.begin_state(self, begin_state)
        outputs, history = [], []
        for step in steps:
            output, states = self(step, states)
            outputs.append(output)
            if valid_length is not None:
                history.append(states)
        if valid_length is None:
            return shaped(F, outputs, length, given.axis, merge_outputs), states
        states = [
            F.SequenceLast(F.stack(*one, axis=0), sequence_length=valid_length, use_sequence_length=True, axis=0)
            for one in zip(*history, strict=True)
        ]
        whole = masked(F, outputs, length, valid_length, given.axis, True)
        return shaped(F, whole, length, given.axis, merge_outputs), states

    def _get_activation(self, F: Any, inputs: Any, activation: Any, **kwargs: Any) -> Any:
        if isinstance(activation, str):
            if activation in _BY_NAME:
                return getattr(F, activation)(inputs, **kwargs)
            return F.Activation(inputs, act_type=activation, **kwargs)
        if isinstance(activation, LeakyReLU):
            return F.LeakyReLU(inputs, act_type="leaky", slope=activation._alpha, **kwargs)
        return activation(inputs, **kwargs)

    def forward(self, inputs: Any, states: Sequence[Any]) -> Any:
        """(output, new states) of one step.

        Parameters
        ----------
        inputs : (n, channels), the input of the step.
        states : as :meth:`begin_state` or the step before gave them.
        """
        self._counter += 1
        try:
            return super().forward(inputs, states)
        except IndexError:
            if isinstance(states, list | tuple) and len(states) < len(self.state_info()):
                raise MXNetValueError(
                    f"{self.name}: {len(states)} state(s) given, expected {len(self.state_info())} as begin_state() "
                    "gives them"
                ) from None
            raise


class HybridRecurrentCell(RecurrentCell, HybridBlock):
    """Base of the cells that can be compiled; subclasses write ``hybrid_forward(self, F, inputs, states)``."""

    @functools.wraps(HybridBlock.hybridize, assigned=())
    def hybridize(self, active: bool = True, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Turns compilation on or off, here and inside.

        What remembers something from step to step besides its states (zoneout of outputs, masks of variational
        dropout) stays imperative when it is called step by step; the cells inside are compiled.
        """
        super().hybridize(active, *args, **kwargs)
        if self._any_remembers():
            self._active = False

    def hybrid_forward(self, F: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        """What one step computes; to be written by subclasses."""
        raise NotImplementedError(f"{type(self).__name__}.hybrid_forward is not written")


RecurrentCell.__module__ = HybridRecurrentCell.__module__ = "mxr.gluon.rnn.rnn_cell"
