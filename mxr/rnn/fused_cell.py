"""The cell of the fused operator RNN: all layers and steps in one node."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from .. import initializer as init
from .. import ndarray as nd
from .. import symbol as sym
from ..base import MXNetValueError
from ..ops.nn.rnn_layout import GATES
from ..symbol import Symbol
from .base_cell import BaseRNNCell, RNNParams, _taken, _time_axis, merged, stepwise
from .cells import GRUCell, LSTMCell, RNNCell

__all__ = ["FusedRNNCell"]

_NAMES = {"rnn_relu": ("",), "rnn_tanh": ("",), "lstm": ("_i", "_f", "_c", "_o"), "gru": ("_r", "_z", "_o")}


class FusedRNNCell(BaseRNNCell):
    """Layers of recurrent cells as one operator ``RNN``; can only be unrolled.

    Parameters
    ----------
    num_hidden, num_layers, mode, bidirectional : as of ``mx.sym.RNN``.
    dropout : fraction dropped between layers in training.
    get_next_state : whether unroll gives the last states.
    forget_bias : what the bias of LSTM's forget gates begins with.
    prefix : begins the names; by default the mode and "_".
    params : RNNParams to share.
    """

    def __init__(
        self,
        num_hidden: int,
        num_layers: int = 1,
        mode: str = "lstm",
        bidirectional: bool = False,
        dropout: float = 0.0,
        get_next_state: bool = False,
        forget_bias: float = 1.0,
        prefix: str | None = None,
        params: RNNParams | None = None,
    ) -> None:
        if mode not in GATES:
            raise MXNetValueError(f"argument mode={mode!r}, expected one of {', '.join(GATES)}")
        super().__init__(prefix=f"{mode}_" if prefix is None else prefix, params=params)
        self._num_hidden, self._num_layers, self._mode = num_hidden, num_layers, mode
        self._bidirectional, self._dropout, self._get_next_state = bidirectional, dropout, get_next_state
        self._forget_bias = forget_bias
        self._directions = ["l", "r"] if bidirectional else ["l"]
        self._gate_names = _NAMES[mode]
        filler = init.FusedRNN(None, num_hidden, num_layers, mode, bidirectional, forget_bias)
        self._parameter: Any = self.params.get("parameters", init=filler)

    @property
    def state_info(self) -> list[dict[str, Any]]:
        shape = (len(self._directions) * self._num_layers, 0, self._num_hidden)
        return [{"shape": shape, "__layout__": "LNC"} for _ in range(2 if self._mode == "lstm" else 1)]

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        raise NotImplementedError("FusedRNNCell cannot be stepped. Please use unroll")

    # ---- weights
    def _parts(self, inputs: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Name and shape of each gate's array, in the order in which they lie in the parameter vector."""
        hidden, width = self._num_hidden, len(self._directions)
        for kind in ("weight", "bias"):
            for layer in range(self._num_layers):
                columns = {"i2h": inputs if layer == 0 else hidden * width, "h2h": hidden}
                for direction in self._directions:
                    for group, n in columns.items():
                        for gate in self._gate_names:
                            name = f"{self._prefix}{direction}{layer}_{group}{gate}_{kind}"
                            yield name, ((hidden, n) if kind == "weight" else (hidden,))

    def _size(self, inputs: int) -> int:
        rows = self._num_hidden * len(self._gate_names) * len(self._directions)
        above = self._num_hidden * (len(self._directions) + 1) + 2
        return rows * (inputs + self._num_hidden + 2 + (self._num_layers - 1) * above)

    def unpack_weights(self, args: dict[str, Any]) -> dict[str, Any]:
        """`args` with the parameter vector replaced by one array for each gate, as :meth:`unfuse` names them."""
        args = dict(args)
        vector = _taken(args, self._parameter.name)
        empty = self._size(0)
        inputs = (vector.size - empty) // (self._size(1) - empty)
        if inputs < 1 or self._size(inputs) != vector.size:
            raise MXNetValueError(
                f"args: {self._parameter.name} has {vector.size} elements, which no number of inputs gives for "
                f"num_hidden={self._num_hidden}, num_layers={self._num_layers}, mode={self._mode!r}"
            )
        at = 0
        for name, shape in self._parts(inputs):
            size = shape[0] * (shape[1] if len(shape) > 1 else 1)
            args[name] = vector[at : at + size].reshape(shape).copy()
            at += size
        return args

    def pack_weights(self, args: dict[str, Any]) -> dict[str, Any]:
        """The opposite of :meth:`unpack_weights`."""
        args = dict(args)
        first = f"{self._prefix}l0_i2h{self._gate_names[0]}_weight"
        if first not in args:
            raise MXNetValueError(f"args: there is no {first!r}; it has {', '.join(sorted(args)) or 'nothing'}")
        parts = []
        for name, shape in self._parts(args[first].shape[1]):
            part = _taken(args, name)
            if part.shape != shape:
                raise MXNetValueError(f"args: {name} has shape {part.shape}, expected {shape}")
            parts.append(part.reshape((-1,)))
        args[self._parameter.name] = nd.concat(*parts, dim=0)
        return args

    # ---- unrolling
    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Sequence[Symbol] | None = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, list]:
        self.reset()
        x = merged(length, inputs, layout)
        turned = _time_axis(layout) == 1
        if turned:
            warnings.warn("NTC layout detected. Consider using TNC for FusedRNNCell for faster speed", stacklevel=2)
            x = sym.swapaxes(x, dim1=0, dim2=1)
        states = list(self.begin_state() if begin_state is None else begin_state)
        rnn = sym.RNN(
            x, self._parameter, states[0], states[1] if len(states) > 1 else None, state_size=self._num_hidden,
            num_layers=self._num_layers, bidirectional=self._bidirectional, p=self._dropout,
            state_outputs=self._get_next_state, mode=self._mode,  # type: ignore[arg-type]
            name=f"{self._prefix}rnn",
        )  # fmt: skip
        outputs, after = rnn, []
        if self._get_next_state:
            outputs, after = rnn[0], [rnn[i] for i in range(1, 1 + len(states))]
            for state in after:
                state._set_attr(__layout__="LNC")
        if turned:
            outputs = sym.swapaxes(outputs, dim1=0, dim2=1)
        if merge_outputs is False:
            return stepwise(length, outputs, layout), after
        return outputs, after

    def unfuse(self) -> Any:
        """The same network from single cells, whose weights are those that :meth:`unpack_weights` gives."""
        from .containers import BidirectionalCell, SequentialRNNCell
        from .modifiers import DropoutCell

        def cell(prefix: str) -> BaseRNNCell:
            if self._mode == "lstm":
                return LSTMCell(self._num_hidden, prefix=prefix, forget_bias=self._forget_bias)
            if self._mode == "gru":
                return GRUCell(self._num_hidden, prefix=prefix)
            return RNNCell(self._num_hidden, activation=self._mode[4:], prefix=prefix)

        stack = SequentialRNNCell()
        for i in range(self._num_layers):
            if self._bidirectional:
                pair = cell(f"{self._prefix}l{i}_"), cell(f"{self._prefix}r{i}_")
                stack.add(BidirectionalCell(*pair, output_prefix=f"{self._prefix}bi_l{i}_"))
            else:
                stack.add(cell(f"{self._prefix}l{i}_"))
            if self._dropout > 0 and i != self._num_layers - 1:
                stack.add(DropoutCell(self._dropout, prefix=f"{self._prefix}_dropout{i}_"))
        return stack
