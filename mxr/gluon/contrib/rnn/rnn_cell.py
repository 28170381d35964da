"""Variational dropout, LSTM with projection, and unrolling by a loop inside the graph."""

from __future__ import annotations

from typing import Any

from .... import ndarray as nd
from .... import symbol as sym
from ....base import MXNetValueError
from ....symbol import Symbol
from ...rnn import HybridRecurrentCell, ModifierCell, RecurrentCell
from ...rnn.containers import contains_bidirectional
from ...rnn.sequences import Sequences, masked, shaped

__all__ = ["LSTMPCell", "VariationalDropoutCell", "dynamic_unroll"]


class VariationalDropoutCell(ModifierCell):
    """Dropout whose masks are the same for all steps of a sequence (Gal and Ghahramani 2016).

    Parameters
    ----------
    base_cell : the cell that is changed.
    drop_inputs, drop_states, drop_outputs : share that is dropped of inputs, of the first state, of outputs.
    """

    def __init__(
        self, base_cell: RecurrentCell, drop_inputs: float = 0.0, drop_states: float = 0.0, drop_outputs: float = 0.0
    ) -> None:
        if drop_states and isinstance(base_cell, RecurrentCell) and contains_bidirectional(base_cell):
            raise MXNetValueError(
                "BidirectionalCell doesn't support variational state dropout. Please add VariationalDropoutCell to the "
                "cells underneath instead."
            )
        super().__init__(base_cell)
        self.drop_inputs, self.drop_states, self.drop_outputs = drop_inputs, drop_states, drop_outputs
        self._masks: dict[str, Any] = {}

    @property
    def _remembers(self) -> bool:  # type: ignore[override]
        return bool(self.drop_inputs or self.drop_states or self.drop_outputs)

    def _alias(self) -> str:
        return "vardrop"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p_out = {self.drop_outputs}, p_state = {self.drop_states})"

    def reset(self) -> None:
        super().reset()
        self._masks = {}

    def _mask(self, F: Any, what: str, p: float, like: Any) -> Any:
        if what not in self._masks:
            self._masks[what] = F.Dropout(F.ones_like(like), p=p)
        return self._remembered(self._masks[what], like)

    def hybrid_forward(self, F: Any, inputs: Any, states: Any) -> Any:  # type: ignore[override]
        if self.drop_states:
            self._mask(F, "states", self.drop_states, states[0])
        if self.drop_inputs:
            self._mask(F, "inputs", self.drop_inputs, inputs)
        if self.drop_states:
            states = [states[0] * self._masks["states"], *states[1:]]
        if self.drop_inputs:
            inputs = inputs * self._masks["inputs"]
        output, states = self.base_cell(inputs, states)
        if self.drop_outputs:
            output = output * self._mask(F, "outputs", self.drop_outputs, output)
        return output, states

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
        valid_length: Any = None,
    ) -> tuple[Any, list[Any]]:
        """As RecurrentCell.unroll; without dropout of states, inputs and outputs are dropped in one."""
        if self.drop_states:
            return super().unroll(length, inputs, begin_state, layout, merge_outputs, valid_length)
        self.reset()
        given = Sequences(length, inputs, layout)
        F, axis, whole = given.F, given.axis, given.merged()
        states = given.begin_state(self, begin_state)
        if self.drop_inputs:
            whole = F.Dropout(whole, p=self.drop_inputs, axes=(axis,))
        with self._free():
            outputs, states = self.base_cell.unroll(
                length, whole, states, layout, merge_outputs=True, valid_length=valid_length
            )
        if self.drop_outputs:
            outputs = F.Dropout(outputs, p=self.drop_outputs, axes=(axis,))
        outputs = shaped(F, outputs, length, axis, merge_outputs)
        if valid_length is not None:
            outputs = masked(F, outputs, length, valid_length, axis, merge_outputs)
        return outputs, states


class LSTMPCell(HybridRecurrentCell):
    """LSTM whose output is projected (Sak et al. 2014): states (n, projection_size) and (n, hidden_size).

    Parameters
    ----------
    hidden_size : number of hidden nodes.
    projection_size : size of the output.
    i2h_weight_initializer, h2h_weight_initializer, h2r_weight_initializer : initializers of weights.
    i2h_bias_initializer, h2h_bias_initializer : initializers of biases.
    input_size : number of inputs; 0 finds out at the first call.
    prefix, params : as for Block.
    """

    def __init__(
        self,
        hidden_size: int,
        projection_size: int,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        h2r_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        self._hidden_size, self._input_size, self._projection_size = hidden_size, input_size, projection_size
        for name, shape, init in (
            ("i2h_weight", (4 * hidden_size, input_size), i2h_weight_initializer),
            ("h2h_weight", (4 * hidden_size, projection_size), h2h_weight_initializer),
            ("h2r_weight", (projection_size, hidden_size), h2r_weight_initializer),
            ("i2h_bias", (4 * hidden_size,), i2h_bias_initializer),
            ("h2h_bias", (4 * hidden_size,), h2h_bias_initializer),
        ):
            setattr(self, name, self.params.get(name, shape=shape, init=init, allow_deferred_init=True))

    def _alias(self) -> str:
        return "lstmp"

    def __repr__(self) -> str:
        rows, columns = self._reg_params["i2h_weight"].shape
        return f"{type(self).__name__}({columns or None} -> {rows} -> {self._projection_size})"

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        widths = (self._projection_size, self._hidden_size)
        return [{"shape": (batch_size, width), "__layout__": "NC"} for width in widths]

    def hybrid_forward(  # type: ignore[override]
        self,
        F: Any,
        inputs: Any,
        states: Any,
        i2h_weight: Any,
        h2h_weight: Any,
        h2r_weight: Any,
        i2h_bias: Any,
        h2h_bias: Any,
    ) -> Any:
        t, rows = f"t{self._counter}_", 4 * self._hidden_size
        i2h = F.FullyConnected(inputs, i2h_weight, i2h_bias, num_hidden=rows, name=t + "i2h")
        h2h = F.FullyConnected(states[0], h2h_weight, h2h_bias, num_hidden=rows, name=t + "h2h")
        i, f, c, o = F.SliceChannel(i2h + h2h, num_outputs=4, name=t + "slice")
        i = F.Activation(i, act_type="sigmoid", name=t + "i")
        f = F.Activation(f, act_type="sigmoid", name=t + "f")
        c = F.Activation(c, act_type="tanh", name=t + "c")
        o = F.Activation(o, act_type="sigmoid", name=t + "o")
        state = F.elemwise_add(f * states[1], i * c, name=t + "state")
        hidden = F.elemwise_mul(o, F.Activation(state, act_type="tanh"), name=t + "hidden")
        output = F.FullyConnected(hidden, h2r_weight, num_hidden=self._projection_size, no_bias=True, name=t + "out")
        return output, [output, state]


def dynamic_unroll(
    cell: RecurrentCell,
    inputs: Any,
    begin_state: Any,
    drop_inputs: float = 0,
    drop_outputs: float = 0,
    layout: str = "TNC",
    valid_length: Any = None,
) -> tuple[Any, Any]:
    """(outputs, last states) by a loop inside the graph, whose size does not grow with the number of steps.

    Parameters
    ----------
    cell : the cell.
    inputs : NDArray or Symbol with the axes of `layout`, 'TNC' or 'NTC'.
    begin_state : list of states before the first step.
    drop_inputs, drop_outputs : share that is dropped, with the same mask for all steps.
    valid_length : (n,), the lengths of the sequences; outputs behind them are 0, states are those at the end.
    """
    if layout not in ("TNC", "NTC"):
        raise MXNetValueError(f"dynamic_unroll: layout={layout!r}, expected 'TNC' or 'NTC'")
    F: Any = sym if isinstance(inputs, Symbol) else nd
    cell.reset()
    states, axis = list(begin_state), layout.find("T")
    if axis == 1:
        inputs = F.swapaxes(inputs, dim1=0, dim2=1)
    if drop_inputs:
        inputs = F.Dropout(inputs, p=drop_inputs, axes=(0,))
    count = len(states)
    if valid_length is None:
        outputs, states = F.contrib.foreach(cell, inputs, states)
    else:

        def step(x: Any, carried: list[Any]) -> Any:
            before, number, lengths = carried[:count], carried[count], carried[count + 1]
            output, new = cell(x, before)
            running = F.broadcast_greater(lengths, number)
            kept = [F.where(running, now, old) for now, old in zip(new, before, strict=True)]
            return output, [*kept, number + 1, lengths]

        outputs, states = F.contrib.foreach(step, inputs, [*states, F.zeros((1,)), valid_length])
        states = states[:count]
    if drop_outputs:
        outputs = F.Dropout(outputs, p=drop_outputs, axes=(0,))
    if axis == 1:
        outputs = F.swapaxes(outputs, dim1=0, dim2=1)
    if valid_length is not None:
        outputs = F.SequenceMask(outputs, sequence_length=valid_length, use_sequence_length=True, axis=axis)
    return outputs, states
