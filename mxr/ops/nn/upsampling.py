"""UpSampling."""

from __future__ import annotations

import math

from ...core.op import op
from ...core.params import Choice, Int
from . import conv_math
from .conv_math import Geometry
from .sibling import backward_of, on_tape

__all__ = ["UpSampling"]


def _bilinear(a) -> Geometry:
    """MXNet upsamples bilinearly by a transposed convolution of each channel with a learned kernel."""
    kernel = 2 * a.scale - a.scale % 2
    pad = math.ceil((a.scale - 1) / 2)
    return Geometry((kernel,) * 2, (a.scale,) * 2, (1, 1), (pad, pad), a.num_filter)


@op(
    "UpSampling",
    inputs="data weight",
    variadic="num_args",
    aux_init={"weight": '["bilinear", {}]'},
)
class UpSampling:
    """Makes images larger (MXNet operator UpSampling).

    nearest: each pixel of the first input (n, c, h, w) becomes a square of `scale`; further inputs are brought to the
    same size and concatenated along the channels or summed. bilinear: a transposed convolution of each of num_filter
    channels with `weight` (num_filter, 1, 2*scale - scale%2, ...), a variable that starts as bilinear interpolation.
    """

    scale = Int(lo=1, doc="Factor of the size.")
    num_filter = Int(0, "Number of channels, for bilinear.", lo=0)
    sample_type = Choice(("bilinear", "nearest"), doc="How to upsample.")
    multi_input_mode = Choice(("concat", "sum"), "concat", "What is done with several inputs (nearest).")
    num_args = Int(lo=1, doc="Number of inputs; for bilinear 1, or 2 with the weight.")
    workspace = Int(512, "Accepted for compatibility; has no effect.", lo=0)
    examples = ('nd.UpSampling(nd.array([[[[1, 2]]]]), scale=2, sample_type="nearest")',)

    def active(a):
        return ("data", "weight") if a.sample_type == "bilinear" else tuple(f"arg{i}" for i in range(a.num_args))

    def infer_shape(a, s):
        if any(v is not None and len(v) != 4 for v in s.ins):
            s.fail(f"inputs must have four dimensions, got {s.ins}")
        data = s[0]
        if a.sample_type == "bilinear":
            geo = _bilinear(a)
            s.set(1, (a.num_filter, 1, *geo.kernel))
            if data is not None:
                if data[1] not in (-1, a.num_filter):
                    s.fail(f"argument num_filter={a.num_filter} must be the number of channels of data, {data[1]}")
                s.out(0, (data[0], a.num_filter, *(-1 if d == -1 else d * a.scale for d in data[2:])))
            return
        if any(v is None or -1 in v for v in s.ins):
            return
        size = (data[2] * a.scale, data[3] * a.scale)
        for name, (n, c, h, w) in zip(s.names, s.ins):
            if n != data[0] or size[0] % h or size[1] % w or size[0] // h != size[1] // w:
                s.fail(f"argument {name} has shape {(n, c, h, w)}, which cannot be brought to {size} by one factor")
            if a.multi_input_mode == "sum" and c != data[1]:
                s.fail(f"argument {name} has {c} channels, expected {data[1]}")
        channels = data[1] if a.multi_input_mode == "sum" else sum(v[1] for v in s.ins)
        s.out(0, (data[0], channels, *size))

    def forward(xp, a, *arrays):
        data = arrays[0]
        size = data.shape[2] * a.scale
        if a.sample_type == "bilinear":
            shape = (*data.shape[:2], size, data.shape[3] * a.scale)
            return conv_math.backward_data(xp, data, arrays[1], _bilinear(a), shape)
        parts = [x.repeat(size // x.shape[2], axis=2).repeat(size // x.shape[2], axis=3) for x in arrays]
        if len(parts) == 1:
            return parts[0]
        if a.multi_input_mode == "concat":
            return xp.concatenate(parts, axis=1)
        return sum(parts[1:], parts[0])

    def grad(F, a, dy, ins):
        if a.sample_type == "bilinear":
            if on_tape(F):
                geo = _bilinear(a)
                window = {"kernel": geo.kernel, "stride": geo.stride, "pad": geo.pad, "num_group": a.num_filter}
                return F._backward_Deconvolution(dy, *ins, num_filter=a.num_filter, no_bias=True, **window)
            return F._backward_UpSampling(dy, *ins, **a.as_dict())
        grads, at = [], 0
        for x in ins:
            c, factor = x.shape[1], dy.shape[2] // x.shape[2]
            part = dy
            if a.multi_input_mode == "concat" and len(ins) > 1:
                part = F.slice_axis(dy, axis=1, begin=at, end=at + c)
                at += c
            grads.append(F.Pooling(part, kernel=(factor,) * 2, stride=(factor,) * 2, pool_type="sum"))
        return tuple(grads)


def _bilinear_grad(xp, a, dy, data, weight):
    geo = _bilinear(a)
    return conv_math.forward(xp, dy, weight, geo), conv_math.backward_weight(xp, data, dy, geo)


backward_of(
    UpSampling,
    inputs="dy data weight",
    outputs="ddata dweight",
    like={"ddata": "data", "dweight": "weight"},
    forward=_bilinear_grad,
)
