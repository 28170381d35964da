"""RNN, LSTM and GRU cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import initializer as init
from .. import symbol as sym
from ..symbol import Symbol
from .base_cell import BaseRNNCell, RNNParams

__all__ = ["GRUCell", "LSTMCell", "RNNCell", "gru_step", "lstm_step"]

# symbols get their operators by assignment, which type checkers do not see
_slices: Any = sym.SliceChannel
_act: Any = sym.Activation


def lstm_step(cell: Any, gates: Any, before: Any, name: str, activation: Any, **slicing: Any) -> tuple:
    """(output, cell state) from the gates before their activation."""
    i, f, c, o = _slices(gates, num_outputs=4, name=f"{name}slice", **slicing)
    i = _act(i, act_type="sigmoid", name=f"{name}i")
    f = _act(f, act_type="sigmoid", name=f"{name}f")
    c = cell._activate(c, activation, name=f"{name}c")
    o = _act(o, act_type="sigmoid", name=f"{name}o")
    state = sym.elemwise_add(f * before, i * c, name=f"{name}state")
    return sym.elemwise_mul(o, cell._activate(state, activation), name=f"{name}out"), state


def gru_step(cell: Any, i2h: Any, h2h: Any, before: Any, name: str, activation: Any, **slicing: Any) -> Any:
    """The output from both halves of the gates before their activation."""
    i_r, i_z, i_new = _slices(i2h, num_outputs=3, name=f"{name}_i2h_slice", **slicing)
    h_r, h_z, h_new = _slices(h2h, num_outputs=3, name=f"{name}_h2h_slice", **slicing)
    r = _act(i_r + h_r, act_type="sigmoid", name=f"{name}_r_act")
    z = _act(i_z + h_z, act_type="sigmoid", name=f"{name}_z_act")
    new = cell._activate(i_new + r * h_new, activation, name=f"{name}_h_act")
    return sym.elemwise_add((1.0 - z) * new, z * before, name=f"{name[:-1]}_out")


class _Cell(BaseRNNCell):
    """A cell with one dense layer on the input and one on the state."""

    def __init__(self, num_hidden: int, prefix: str, params: RNNParams | None, i2h_bias: Any = None) -> None:
        super().__init__(prefix=prefix, params=params)
        self._num_hidden = num_hidden
        extra = {} if i2h_bias is None else {"init": i2h_bias}
        self._iW, self._iB = self.params.get("i2h_weight"), self.params.get("i2h_bias", **extra)
        self._hW, self._hB = self.params.get("h2h_weight"), self.params.get("h2h_bias")

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return [{"shape": (0, self._num_hidden), "__layout__": "NC"}]

    def _layers(self, inputs: Any, state: Any, name: str) -> tuple[Any, Any]:
        rows = self._num_hidden * len(self._gate_names)
        i2h = sym.FullyConnected(inputs, self._iW, self._iB, num_hidden=rows, name=f"{name}i2h")
        return i2h, sym.FullyConnected(state, self._hW, self._hB, num_hidden=rows, name=f"{name}h2h")

    def _step_name(self) -> str:
        self._counter += 1
        return f"{self._prefix}t{self._counter}_"


class RNNCell(_Cell):
    """Simple recurrent cell, ``h' = act(W x + b + R h + c)`` (Elman 1990).

    Parameters
    ----------
    num_hidden : number of hidden nodes.
    activation : name for ``mx.sym.Activation``, or a function of a symbol.
    prefix, params : as for BaseRNNCell.
    """

    _gate_names = ("",)

    def __init__(
        self, num_hidden: int, activation: Any = "tanh", prefix: str = "rnn_", params: RNNParams | None = None
    ) -> None:
        super().__init__(num_hidden, prefix, params)
        self._activation = activation

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        name = self._step_name()
        i2h, h2h = self._layers(inputs, states[0], name)
        output = self._activate(i2h + h2h, self._activation, name=f"{name}out")
        return output, [output]


class LSTMCell(_Cell):
    """Long short-term memory (Hochreiter and Schmidhuber 1997), gates in the order i, f, c, o.

    Parameters
    ----------
    num_hidden : number of hidden nodes.
    forget_bias : what the forget gate's bias begins with (Jozefowicz et al. 2015).
    prefix, params : as for BaseRNNCell.
    """

    _gate_names = ("_i", "_f", "_c", "_o")

    def __init__(
        self, num_hidden: int, prefix: str = "lstm_", params: RNNParams | None = None, forget_bias: float = 1.0
    ) -> None:
        super().__init__(num_hidden, prefix, params, init.LSTMBias(forget_bias=forget_bias))

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return super().state_info * 2

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        name = self._step_name()
        i2h, h2h = self._layers(inputs, states[0], name)
        output, state = lstm_step(self, i2h + h2h, states[1], name, "tanh")
        return output, [output, state]


class GRUCell(_Cell):
    """Gated recurrent unit (Cho et al. 2014) in cuDNN's form, gates in the order r, z, o.

    The reset gate multiplies ``R h + c``. Parameters as for LSTMCell.
    """

    _gate_names = ("_r", "_z", "_o")

    def __init__(self, num_hidden: int, prefix: str = "gru_", params: RNNParams | None = None) -> None:
        super().__init__(num_hidden, prefix, params)

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        name = self._step_name()
        i2h, h2h = self._layers(inputs, states[0], f"{name}_")
        output = gru_step(self, i2h, h2h, states[0], name, "tanh")
        return output, [output]
