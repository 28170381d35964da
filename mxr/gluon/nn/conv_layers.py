"""Convolutions and transposed convolutions; with the pooling layers the module that MXNet has."""

from __future__ import annotations

from typing import Any

from ...base import MXNetAssertionError
from .._hybrid import HybridBlock
from ..mistakes import positive
from .activations import Activation as Activation
from .activations import activation_named
from .pool_layers import (
    AvgPool1D,
    AvgPool2D,
    AvgPool3D,
    GlobalAvgPool1D,
    GlobalAvgPool2D,
    GlobalAvgPool3D,
    GlobalMaxPool1D,
    GlobalMaxPool2D,
    GlobalMaxPool3D,
    MaxPool1D,
    MaxPool2D,
    MaxPool3D,
    ReflectionPad2D,
    as_tuple,
)

__all__ = [
    "AvgPool1D", "AvgPool2D", "AvgPool3D", "Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D",
    "Conv3DTranspose", "GlobalAvgPool1D", "GlobalAvgPool2D", "GlobalAvgPool3D", "GlobalMaxPool1D", "GlobalMaxPool2D",
    "GlobalMaxPool3D", "MaxPool1D", "MaxPool2D", "MaxPool3D", "ReflectionPad2D",
]  # fmt: skip

_LAYOUTS = {1: ("NCW", "NWC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}


class _Conv(HybridBlock):
    """Base of all convolutions; source: operators Convolution and Deconvolution.

    Parameters
    ----------
    channels : number of output channels.
    kernel_size : a number or one for each axis, as `strides`, `padding` (on both sides) and `dilation`.
    groups : channels are split in so many groups that do not mix.
    layout : order of the axes: 'NCHW' has the channels second.
    activation : None or a name, see `Activation`.
    use_bias : whether a bias for each channel is added.
    in_channels : number of input channels; 0 finds out at the first call.
    """

    _op_name = "Convolution"
    _ndim = 2

    def __init__(
        self,
        channels: int,
        kernel_size: Any,
        strides: Any,
        padding: Any,
        dilation: Any,
        groups: int,
        layout: str,
        activation: str | None,
        use_bias: bool,
        weight_initializer: Any,
        bias_initializer: Any,
        in_channels: int,
        adj: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        what, n = type(self).__name__, self._ndim
        positive(self, "channels", channels)
        if layout not in _LAYOUTS[n]:
            raise MXNetAssertionError(f"{what}: layout must be one of {', '.join(_LAYOUTS[n])}, got {layout!r}")
        with self.name_scope():
            self._channels, self._in_channels = channels, in_channels
            kernel = as_tuple(what, "kernel_size", kernel_size, n)
            self._kwargs: dict[str, Any] = {
                "kernel": kernel, "stride": as_tuple(what, "strides", strides, n),
                "dilate": as_tuple(what, "dilation", dilation, n), "pad": as_tuple(what, "padding", padding, n),
                "num_filter": channels, "num_group": groups, "no_bias": not use_bias, "layout": layout,
            }  # fmt: skip
            if adj is not None:
                self._kwargs["adj"] = as_tuple(what, "output_padding", adj, n)
            first, second = (in_channels, channels // groups) if adj is not None else (channels, in_channels // groups)
            shape = (first, second, *kernel) if layout[1] == "C" else (first, *kernel, second)
            self.weight = self.params.get("weight", shape=shape, init=weight_initializer, allow_deferred_init=True)
            self.bias = None
            if use_bias:
                self.bias = self.params.get("bias", shape=(channels,), init=bias_initializer, allow_deferred_init=True)
            self.act = activation_named(self, activation)

    def _alias(self) -> str:
        return "conv"

    def hybrid_forward(self, F: Any, x: Any, weight: Any, bias: Any = None) -> Any:
        y = getattr(F, self._op_name)(x, weight, bias, name="fwd", **self._kwargs)
        return y if self.act is None else self.act(y)

    def __repr__(self) -> str:
        k, n = self._kwargs, self._ndim
        shape = self.weight.shape
        text = (
            f"{type(self).__name__}({shape[1] or None} -> {shape[0]}, kernel_size={k['kernel']}, stride={k['stride']}"
        )
        if k["pad"] != (0,) * n:
            text += f", padding={k['pad']}"
        if k["dilate"] != (1,) * n:
            text += f", dilation={k['dilate']}"
        if k["num_group"] != 1:
            text += f", groups={k['num_group']}"
        if self.bias is None:
            text += ", bias=False"
        if self.act is not None:
            text += f", {self.act}"
        return text + ")"


def _conv(name: str, n: int, doc: str) -> type[_Conv]:
    one, zero = (1, 0) if n == 1 else ((1,) * n, (0,) * n)

    def __init__(
        self: Any,
        channels: int,
        kernel_size: Any,
        strides: Any = one,
        padding: Any = zero,
        dilation: Any = one,
        groups: int = 1,
        layout: str = _LAYOUTS[n][0],
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        _Conv.__init__(
            self, channels, kernel_size, strides, padding, dilation, groups, layout, activation, use_bias,
            weight_initializer, bias_initializer, in_channels, **kwargs,
        )  # fmt: skip

    return type(name, (_Conv,), {"__init__": __init__, "_ndim": n, "__doc__": doc, "__module__": __name__})


def _conv_transpose(name: str, n: int, doc: str) -> type[_Conv]:
    one, zero = (1, 0) if n == 1 else ((1,) * n, (0,) * n)

    def __init__(
        self: Any,
        channels: int,
        kernel_size: Any,
        strides: Any = one,
        padding: Any = zero,
        output_padding: Any = zero,
        dilation: Any = one,
        groups: int = 1,
        layout: str = _LAYOUTS[n][0],
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        _Conv.__init__(
            self, channels, kernel_size, strides, padding, dilation, groups, layout, activation, use_bias,
            weight_initializer, bias_initializer, in_channels, adj=output_padding, **kwargs,
        )  # fmt: skip
        self.outpad = self._kwargs["adj"]

    body = {"__init__": __init__, "_ndim": n, "_op_name": "Deconvolution", "__doc__": doc, "__module__": __name__}
    return type(name, (_Conv,), body)


_ARGUMENTS = "\n".join((_Conv.__doc__ or "").split("\n")[1:])
Conv1D = _conv("Conv1D", 1, "Convolution over one axis: input (n, c, w), output (n, channels, w')." + _ARGUMENTS)
Conv2D = _conv("Conv2D", 2, "Convolution over two axes: input (n, c, h, w), output (n, channels, h', w')." + _ARGUMENTS)
Conv3D = _conv("Conv3D", 3, "Convolution over three axes: input (n, c, d, h, w)." + _ARGUMENTS)
Conv1DTranspose = _conv_transpose("Conv1DTranspose", 1, "Transposed convolution over one axis." + _ARGUMENTS)
Conv2DTranspose = _conv_transpose("Conv2DTranspose", 2, "Transposed convolution over two axes." + _ARGUMENTS)
Conv3DTranspose = _conv_transpose("Conv3DTranspose", 3, "Transposed convolution over three axes." + _ARGUMENTS)
