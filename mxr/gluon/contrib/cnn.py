"""``mx.gluon.contrib.cnn``: convolutions at places that are learned."""

from __future__ import annotations

from typing import Any

from ...base import MXNetValueError
from ..nn import Activation, HybridBlock
from ..nn.pool_layers import as_tuple

__all__ = ["DeformableConvolution", "ModulatedDeformableConvolution"]


class _Deformable(HybridBlock):
    """What both layers share: a convolution that finds the places, and one that reads them."""

    _op_name = ""
    _per_place = 2  # channels of the first convolution for each place of the kernel
    _offset_first = True  # order in which the parameters are made

    def __init__(
        self,
        channels: int,
        kernel_size: Any = (1, 1),
        strides: Any = (1, 1),
        padding: Any = (0, 0),
        dilation: Any = (1, 1),
        groups: int = 1,
        num_deformable_group: int = 1,
        layout: str = "NCHW",
        use_bias: bool = True,
        in_channels: int = 0,
        activation: str | None = None,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        offset_weight_initializer: Any = "zeros",
        offset_bias_initializer: Any = "zeros",
        offset_use_bias: bool = True,
        op_name: str | None = None,
        adj: Any = None,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        what = type(self).__name__
        if layout not in ("NCHW", "NHWC"):
            raise MXNetValueError(f"Only supports 'NCHW' and 'NHWC' layout for now, got layout={layout!r}")
        if op_name not in (None, self._op_name) or adj is not None:
            raise MXNetValueError(f"{what}: op_name={op_name!r} and adj={adj!r}, expected {self._op_name!r} and None")
        with self.name_scope():
            self._channels, self._in_channels = channels, in_channels
            kernel = as_tuple(what, "kernel_size", kernel_size, 2)
            shared = {
                "kernel": kernel, "stride": as_tuple(what, "strides", strides, 2),
                "dilate": as_tuple(what, "dilation", dilation, 2), "pad": as_tuple(what, "padding", padding, 2),
                "num_group": groups, "layout": layout,
            }  # fmt: skip
            self._places = kernel[0] * kernel[1] * num_deformable_group
            self._kwargs_offset = {
                **shared, "num_filter": self._per_place * self._places, "no_bias": not offset_use_bias,
                "cudnn_off": True,
            }  # fmt: skip
            self._kwargs = {
                **shared, "num_filter": channels, "num_deformable_group": num_deformable_group,
                "no_bias": not use_bias,
            }  # fmt: skip
            makers = (
                ("offset", self._kwargs_offset, offset_weight_initializer, offset_bias_initializer),
                ("deformable_conv", self._kwargs, weight_initializer, bias_initializer),
            )
            for kind, kwargs, weight, bias in makers if self._offset_first else makers[::-1]:
                # MXNet finds out the input channels of the second convolution at the first call, given or not
                inputs = in_channels // groups if kind == "offset" else 0
                filters = kwargs["num_filter"]
                shape = (filters, inputs, *kernel) if layout == "NCHW" else (filters, *kernel, inputs)
                held: Any = self.params.get(f"{kind}_weight", shape=shape, init=weight, allow_deferred_init=True)
                setattr(self, f"{kind}_weight", held)
                held = None
                if not kwargs["no_bias"]:
                    held = self.params.get(f"{kind}_bias", shape=(filters,), init=bias, allow_deferred_init=True)
                setattr(self, f"{kind}_bias", held)
            self.act = None if activation is None else Activation(activation, prefix=activation + "_")

    def _activated(self, x: Any) -> Any:
        return x if self.act is None else self.act(x)

    def _read(self, F: Any, inputs: list[Any], weight: Any, bias: Any) -> Any:
        more = [weight] if bias is None else [weight, bias]
        out = getattr(F.contrib, self._op_name)(*inputs, *more, name="fwd", **self._kwargs)
        return self._activated(out)

    def _offsets(self, F: Any, x: Any, weight: Any, bias: Any) -> Any:
        return F.Convolution(x, weight, *([] if bias is None else [bias]), **self._kwargs_offset)


class DeformableConvolution(_Deformable):
    """Convolution that reads its input at learned places (Dai et al. 2017); source: DeformableConvolution.

    Parameters
    ----------
    channels : number of output channels.
    kernel_size, strides, padding, dilation : a number or two, for height and width.
    groups, num_deformable_group : channels are split in so many groups, for the weights and for the places.
    layout : order of the axes.
    use_bias, offset_use_bias : whether biases are added to the output, to the places.
    in_channels : number of input channels; 0 finds out at the first call.
    activation : None or a name, see `Activation`.
    weight_initializer, bias_initializer, offset_weight_initializer, offset_bias_initializer : initializers.
    op_name, adj : as MXNet has them; only the defaults work.
    """

    _op_name = "DeformableConvolution"

    def _alias(self) -> str:
        return "deformable_conv"

    def hybrid_forward(  # type: ignore[override]
        self,
        F: Any,
        x: Any,
        offset_weight: Any,
        deformable_conv_weight: Any,
        offset_bias: Any = None,
        deformable_conv_bias: Any = None,
    ) -> Any:
        offset = self._offsets(F, x, offset_weight, offset_bias)
        return self._read(F, [x, offset], deformable_conv_weight, deformable_conv_bias)

    def __repr__(self) -> str:
        rows, columns = self._reg_params["deformable_conv_weight"].shape[:2]
        k = self._kwargs
        parts = [f"{columns or None} -> {rows}", f"kernel_size={k['kernel']}", f"stride={k['stride']}"]
        if k["pad"] != (0, 0):
            parts.append(f"padding={k['pad']}")
        if k["dilate"] != (1, 1):
            parts.append(f"dilation={k['dilate']}")
        if k["num_group"] != 1:
            parts.append(f"groups={k['num_group']}")
        if k["no_bias"]:
            parts.append("bias=False")
        if self.act is not None:
            parts.append(repr(self.act))
        return f"{type(self).__name__}({', '.join(parts)})"


class ModulatedDeformableConvolution(_Deformable):
    """Deformable convolution that weighs each place too (Zhu et al. 2019); source: ModulatedDeformableConvolution.

    Parameters are those of :class:`DeformableConvolution`.
    """

    _op_name = "ModulatedDeformableConvolution"
    _per_place = 3
    _offset_first = False

    def _alias(self) -> str:
        return "modulated_deformable_conv"

    def hybrid_forward(  # type: ignore[override]
        self,
        F: Any,
        x: Any,
        offset_weight: Any,
        deformable_conv_weight: Any,
        offset_bias: Any = None,
        deformable_conv_bias: Any = None,
    ) -> Any:
        found = self._offsets(F, x, offset_weight, offset_bias)
        split = 2 * self._places
        offset = F.slice_axis(found, axis=1, begin=0, end=split)
        mask = F.sigmoid(F.slice_axis(found, axis=1, begin=split, end=None)) * 2
        return self._read(F, [x, offset, mask], deformable_conv_weight, deformable_conv_bias)
