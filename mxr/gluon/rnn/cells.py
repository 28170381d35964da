"""RNN, LSTM and GRU cells."""

from __future__ import annotations

from typing import Any

from ..mistakes import positive
from .base_cell import HybridRecurrentCell

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


class _Cell(HybridRecurrentCell):
    """A cell with a dense layer on the input and another on the state."""

    _gates = 1
    _hint = ""

    def __init__(
        self,
        hidden_size: int,
        i2h_weight_initializer: Any,
        h2h_weight_initializer: Any,
        i2h_bias_initializer: Any,
        h2h_bias_initializer: Any,
        input_size: int,
        prefix: str | None,
        params: Any,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        positive(self, "hidden_size", hidden_size)
        self._hidden_size, self._input_size = hidden_size, input_size
        rows = self._gates * hidden_size
        for name, shape, init in (
            ("i2h_weight", (rows, input_size), i2h_weight_initializer),
            ("h2h_weight", (rows, hidden_size), h2h_weight_initializer),
            ("i2h_bias", (rows,), i2h_bias_initializer),
            ("h2h_bias", (rows,), h2h_bias_initializer),
        ):
            setattr(self, name, self.params.get(name, shape=shape, init=init, allow_deferred_init=True))

    def _alias(self) -> str:
        return self._hint

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        return [{"shape": (batch_size, self._hidden_size), "__layout__": "NC"}]

    def __repr__(self) -> str:
        rows, columns = self._reg_params["i2h_weight"].shape
        return f"{type(self).__name__}({columns or None} -> {rows}{self._shown()})"

    def _shown(self) -> str:
        return ""

    def _layers(self, F: Any, inputs: Any, state: Any, layers: Any) -> tuple[Any, Any, str]:
        """(the input's share, the state's share, begin of names)."""
        prefix, rows = f"t{self._counter}_", self._gates * self._hidden_size
        i2h = F.FullyConnected(inputs, layers[0], layers[2], num_hidden=rows, name=prefix + "i2h")
        return i2h, F.FullyConnected(state, layers[1], layers[3], num_hidden=rows, name=prefix + "h2h"), prefix


class RNNCell(_Cell):
    """Simple recurrent cell, ``h' = act(W x + b + R h + c)`` (Elman 1990); input (n, inputs), state (n, hidden).

    Parameters
    ----------
    hidden_size : number of hidden nodes.
    activation : 'tanh', 'relu', another name for the operator Activation, or a function.
    i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer : initializers.
    input_size : number of inputs; 0 finds out at the first call.
    prefix, params : as for Block.
    """

    _hint = "rnn"

    def __init__(
        self,
        hidden_size: int,
        activation: Any = "tanh",
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(
            hidden_size, i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer,
            input_size, prefix, params,
        )  # fmt: skip
        self._activation = activation

    def _shown(self) -> str:
        return f", {self._activation}"

    def hybrid_forward(  # type: ignore[override]
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        i2h, h2h, prefix = self._layers(F, inputs, states[0], (i2h_weight, h2h_weight, i2h_bias, h2h_bias))
        total = F.elemwise_add(i2h, h2h, name=prefix + "plus0")
        output = self._get_activation(F, total, self._activation, name=prefix + "out")
        return output, [output]


class LSTMCell(_Cell):
    """Long short-term memory (Hochreiter and Schmidhuber 1997), gates in the order i, f, c, o.

    Parameters are those of :class:`RNNCell`, and

    Parameters
    ----------
    activation : activation of the cell.
    recurrent_activation : activation of the gates.
    """

    _gates = 4
    _hint = "lstm"

    def __init__(
        self,
        hidden_size: int,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params: Any = None,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
    ) -> None:
        super().__init__(
            hidden_size, i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer,
            input_size, prefix, params,
        )  # fmt: skip
        self._activation, self._recurrent_activation = activation, recurrent_activation

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        return super().state_info(batch_size) + super().state_info(batch_size)

    def hybrid_forward(  # type: ignore[override]
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        i2h, h2h, t = self._layers(F, inputs, states[0], (i2h_weight, h2h_weight, i2h_bias, h2h_bias))
        i, f, c, o = F.SliceChannel(F.elemwise_add(i2h, h2h, name=t + "plus0"), num_outputs=4, name=t + "slice")
        act, gate = self._activation, self._recurrent_activation
        i = self._get_activation(F, i, gate, name=t + "i")
        f = self._get_activation(F, f, gate, name=t + "f")
        c = self._get_activation(F, c, act, name=t + "c")
        o = self._get_activation(F, o, gate, name=t + "o")
        kept, new = F.elemwise_mul(f, states[1], name=t + "mul0"), F.elemwise_mul(i, c, name=t + "mul1")
        state = F.elemwise_add(kept, new, name=t + "state")
        if isinstance(act, str):
            shown = F.Activation(state, act_type=act, name=t + "activation0")
        else:
            shown = self._get_activation(F, state, act, name=t + "activation0")
        output = F.elemwise_mul(o, shown, name=t + "out")
        return output, [output, state]


class GRUCell(_Cell):
    """Gated recurrent unit (Cho et al. 2014) in cuDNN's form, gates in the order r, z, n.

    The reset gate multiplies ``R h + c``. Parameters are those of :class:`RNNCell`, without `activation`.
    """

    _gates = 3
    _hint = "gru"

    def __init__(
        self,
        hidden_size: int,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(
            hidden_size, i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer,
            input_size, prefix, params,
        )  # fmt: skip

    def hybrid_forward(  # type: ignore[override]
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        before = states[0]
        i2h, h2h, t = self._layers(F, inputs, before, (i2h_weight, h2h_weight, i2h_bias, h2h_bias))
        i_r, i_z, i_n = F.SliceChannel(i2h, num_outputs=3, name=t + "i2h_slice")
        h_r, h_z, h_n = F.SliceChannel(h2h, num_outputs=3, name=t + "h2h_slice")
        r = F.Activation(F.elemwise_add(i_r, h_r, name=t + "plus0"), act_type="sigmoid", name=t + "r_act")
        z = F.Activation(F.elemwise_add(i_z, h_z, name=t + "plus1"), act_type="sigmoid", name=t + "z_act")
        through = F.elemwise_add(i_n, F.elemwise_mul(r, h_n, name=t + "mul0"), name=t + "plus2")
        new = F.Activation(through, act_type="tanh", name=t + "h_act")
        rest = F.elemwise_sub(F.ones_like(z, name=t + "ones_like0"), z, name=t + "minus0")
        output = F.elemwise_add(
            F.elemwise_mul(rest, new, name=t + "mul1"), F.elemwise_mul(z, before, name=t + "mul20"), name=t + "out"
        )
        return output, [output]


for _class in (RNNCell, LSTMCell, GRUCell):
    _class.__module__ = "mxr.gluon.rnn.rnn_cell"
