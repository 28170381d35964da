"""Recurrent cells whose products are convolutions, for sequences of signals, images and volumes."""

from __future__ import annotations

from typing import Any

from ....base import MXNetAssertionError, MXNetValueError
from ...rnn import HybridRecurrentCell

__all__ = [
    "Conv1DGRUCell", "Conv1DLSTMCell", "Conv1DRNNCell", "Conv2DGRUCell", "Conv2DLSTMCell", "Conv2DRNNCell",
    "Conv3DGRUCell", "Conv3DLSTMCell", "Conv3DRNNCell",
]  # fmt: skip


def _sizes(value: Any, name: str, dims: int) -> tuple[int, ...]:
    sizes = (value,) * dims if isinstance(value, int) else tuple(value)
    if len(sizes) != dims:
        raise MXNetValueError(
            f"For {dims}D convolution, the convolution settings can only be either int or list/tuple of length "
            f"{dims}, got {name}={value!r}"
        )
    return sizes


class _ConvCell(HybridRecurrentCell):
    """Base of the convolutional cells (Shi et al. 2015).

    Parameters
    ----------
    input_shape : shape of the input of a step without the batch, (channels, width) for 'NCW'.
    hidden_channels : channels of output and states.
    i2h_kernel, i2h_pad, i2h_dilate : convolution of the input.
    h2h_kernel, h2h_dilate : convolution of the state; kernels are odd, padding keeps the size.
    i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer : initializers.
    conv_layout : order of the axes of the input of a step.
    activation : 'tanh', 'relu', another name for the operator Activation, a LeakyReLU or a function.
    prefix, params : as for Block.
    """

    _dims = 1
    _gates = 1
    _hint = ""

    def __init__(
        self,
        input_shape: Any,
        hidden_channels: int,
        i2h_kernel: Any,
        h2h_kernel: Any,
        i2h_pad: Any,
        i2h_dilate: Any,
        h2h_dilate: Any,
        i2h_weight_initializer: Any,
        h2h_weight_initializer: Any,
        i2h_bias_initializer: Any,
        h2h_bias_initializer: Any,
        conv_layout: str,
        activation: Any,
        prefix: str | None,
        params: Any,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        dims = self._dims
        self._hidden_channels, self._input_shape = hidden_channels, tuple(input_shape)
        self._conv_layout, self._activation = conv_layout, activation
        self._channel_axis = conv_layout.find("C")
        if self._channel_axis not in (1, dims + 1) or len(conv_layout) != dims + 2:
            raise MXNetValueError(f"argument conv_layout={conv_layout!r}: expected {dims + 2} axes, N first, with C")
        if len(self._input_shape) != dims + 1:
            raise MXNetValueError(f"argument input_shape={input_shape!r}: expected {dims + 1} sizes, {conv_layout[1:]}")
        h2h = _sizes(h2h_kernel, "h2h_kernel", dims)
        if any(k % 2 == 0 for k in h2h):
            raise MXNetAssertionError(f"Only support odd number, get h2h_kernel= {h2h_kernel}")
        i2h, pad = _sizes(i2h_kernel, "i2h_kernel", dims), _sizes(i2h_pad, "i2h_pad", dims)
        dilate, h2h_dilate = _sizes(i2h_dilate, "i2h_dilate", dims), _sizes(h2h_dilate, "h2h_dilate", dims)
        shared: dict[str, Any] = {"stride": (1,) * dims, "num_filter": self._gates * hidden_channels}
        shared["layout"] = conv_layout
        self._i2h = {"kernel": i2h, "pad": pad, "dilate": dilate, **shared}
        same = tuple(d * (k - 1) // 2 for d, k in zip(h2h_dilate, h2h, strict=True))
        self._h2h = {"kernel": h2h, "pad": same, "dilate": h2h_dilate, **shared}
        first = self._channel_axis == 1
        channels = self._input_shape[0 if first else -1]
        space = self._input_shape[1:] if first else self._input_shape[:-1]
        space = tuple(n + 2 * p - d * (k - 1) for n, p, d, k in zip(space, pad, dilate, i2h, strict=True))
        if min(space) < 1:
            raise MXNetValueError(f"argument i2h_kernel={i2h_kernel!r} is larger than input_shape={input_shape!r}")
        self._state_shape = (hidden_channels, *space) if first else (*space, hidden_channels)
        rows = self._gates * hidden_channels
        for name, shape, init in (
            ("i2h_weight", (rows, channels, *i2h) if first else (rows, *i2h, channels), i2h_weight_initializer),
            ("h2h_weight", (rows, hidden_channels, *h2h) if first else (rows, *h2h, hidden_channels),
             h2h_weight_initializer),
            ("i2h_bias", (rows,), i2h_bias_initializer),
            ("h2h_bias", (rows,), h2h_bias_initializer),
        ):  # fmt: skip
            setattr(self, name, self.params.get(name, shape=shape, init=init, allow_deferred_init=True))

    def _alias(self) -> str:
        return self._hint

    def __repr__(self) -> str:
        shape = self._reg_params["i2h_weight"].shape
        mapping = f"{shape[self._channel_axis]} -> {shape[0]}"
        return f"{type(self).__name__}({mapping}, {self._activation}, {self._conv_layout})"

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        return [{"shape": (batch_size, *self._state_shape), "__layout__": self._conv_layout}]

    def hybrid_forward(  # type: ignore[override]
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        t = f"t{self._counter}_"
        i2h = F.Convolution(inputs, i2h_weight, i2h_bias, name=t + "i2h", **self._i2h)
        h2h = F.Convolution(states[0], h2h_weight, h2h_bias, name=t + "h2h", **self._h2h)
        return self._combined(F, i2h, h2h, states, t)

    def _combined(self, F: Any, i2h: Any, h2h: Any, states: Any, t: str) -> tuple[Any, list[Any]]:
        """(output, new states) from both convolutions; `t` begins the names of the step."""
        raise NotImplementedError


class _ConvRNNCell(_ConvCell):
    _hint = "conv_rnn"

    def _combined(self, F: Any, i2h: Any, h2h: Any, states: Any, t: str) -> tuple[Any, list[Any]]:
        output = self._get_activation(F, i2h + h2h, self._activation, name=t + "out")
        return output, [output]


class _ConvLSTMCell(_ConvCell):
    _hint = "conv_lstm"
    _gates = 4

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        return super().state_info(batch_size) + super().state_info(batch_size)

    def _combined(self, F: Any, i2h: Any, h2h: Any, states: Any, t: str) -> tuple[Any, list[Any]]:
        i, f, c, o = F.SliceChannel(i2h + h2h, num_outputs=4, axis=self._channel_axis, name=t + "slice")
        i = F.Activation(i, act_type="sigmoid", name=t + "i")
        f = F.Activation(f, act_type="sigmoid", name=t + "f")
        c = self._get_activation(F, c, self._activation, name=t + "c")
        o = F.Activation(o, act_type="sigmoid", name=t + "o")
        state = F.elemwise_add(f * states[1], i * c, name=t + "state")
        output = F.elemwise_mul(o, self._get_activation(F, state, self._activation), name=t + "out")
        return output, [output, state]


class _ConvGRUCell(_ConvCell):
    _hint = "conv_gru"
    _gates = 3

    def _combined(self, F: Any, i2h: Any, h2h: Any, states: Any, t: str) -> tuple[Any, list[Any]]:
        axis = self._channel_axis
        i_r, i_z, i_n = F.SliceChannel(i2h, num_outputs=3, axis=axis, name=t + "i2h_slice")
        h_r, h_z, h_n = F.SliceChannel(h2h, num_outputs=3, axis=axis, name=t + "h2h_slice")
        r = F.Activation(i_r + h_r, act_type="sigmoid", name=t + "r_act")
        z = F.Activation(i_z + h_z, act_type="sigmoid", name=t + "z_act")
        new = self._get_activation(F, i_n + r * h_n, self._activation, name=t + "h_act")
        output = F.elemwise_add((1.0 - z) * new, z * states[0], name=t + "out")
        return output, [output]


def _with_defaults(base: type[_ConvCell], dims: int, what: str) -> type[_ConvCell]:
    """The public class of `base` for so many axes."""
    name = f"Conv{dims}D{what}Cell"
    layout = {1: "NCW", 2: "NCHW", 3: "NCDHW"}[dims]
    zeros, ones = (0,) * dims, (1,) * dims

    def __init__(
        self: Any,
        input_shape: Any,
        hidden_channels: int,
        i2h_kernel: Any,
        h2h_kernel: Any,
        i2h_pad: Any = zeros,
        i2h_dilate: Any = ones,
        h2h_dilate: Any = ones,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        conv_layout: str = layout,
        activation: Any = "tanh",
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        base.__init__(
            self, input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad, i2h_dilate, h2h_dilate,
            i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer, conv_layout,
            activation, prefix, params,
        )  # fmt: skip

    doc = f"{what} cell with convolutions over {dims} ax{'i' if dims == 1 else 'e'}s.\n\n"
    doc += (_ConvCell.__doc__ or "").split("\n\n", 1)[1]
    __init__.__qualname__ = f"{name}.__init__"
    body = {"__init__": __init__, "__doc__": doc, "_dims": dims, "__module__": __name__, "__qualname__": name}
    return type(name, (base,), body)


Conv1DRNNCell, Conv2DRNNCell, Conv3DRNNCell = (_with_defaults(_ConvRNNCell, n, "RNN") for n in (1, 2, 3))
Conv1DLSTMCell, Conv2DLSTMCell, Conv3DLSTMCell = (_with_defaults(_ConvLSTMCell, n, "LSTM") for n in (1, 2, 3))
Conv1DGRUCell, Conv2DGRUCell, Conv3DGRUCell = (_with_defaults(_ConvGRUCell, n, "GRU") for n in (1, 2, 3))
