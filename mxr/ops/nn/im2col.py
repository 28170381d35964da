"""im2col and col2im: the patches of images as columns, and their sum back into images."""

from __future__ import annotations

import math
from typing import Any

from ...core.op import op
from ...core.params import Shape
from .conv_math import Geometry, taps
from .spatial import filled

__all__: list[str] = []


def _geometry(a: Any, s: Any = None) -> Geometry:
    n = len(a.kernel)
    if s is not None and not 1 <= n <= 3:
        s.fail(f"argument kernel={a.kernel} must have 1, 2 or 3 elements")
    stride, dilate = filled(a.stride, n, 1, s, "stride"), filled(a.dilate, n, 1, s, "dilate")
    return Geometry(a.kernel, stride, dilate, filled(a.pad, n, 0, s, "pad"), 1)


_BOTH = (slice(None),) * 2


@op("im2col")
class Im2Col:
    """The patches of `data` (n, c, ...) that a convolution sees: (n, c * prod(kernel), number of positions).

    Source: MXNet operator im2col. Places outside the data are 0.
    """

    kernel = Shape(doc="Size of the patches.", lo=1)
    stride = Shape((), "Steps of the patches; 1 for each axis by default.", lo=1)
    dilate = Shape((), "Distances within a patch; 1 for each axis by default.", lo=1)
    pad = Shape((), "Zeros put on both sides; 0 for each axis by default.", lo=0)
    examples = ("nd.im2col(nd.arange(9).reshape((1, 1, 3, 3)), kernel=(2, 2))",)

    def infer_shape(a, s):
        geo = _geometry(a, s)
        data = s[0]
        if data is None:
            return
        if len(data) != len(a.kernel) + 2:
            s.fail(f"argument data has shape {data}, expected {len(a.kernel) + 2} dimensions")
        if -1 in data:
            return
        size = geo.out_size(data[2:])
        if min(size) < 1:
            s.fail(f"argument kernel={a.kernel} exceeds data of shape {data}")
        s.out(0, (data[0], data[1] * math.prod(a.kernel), math.prod(size)))

    def forward(xp, a, data):
        geo = _geometry(a)
        size = geo.out_size(data.shape[2:])
        image = xp.zeros((*data.shape[:2], *(d + 2 * p for d, p in zip(data.shape[2:], geo.pad))), data.dtype)
        image[_BOTH + tuple(slice(p, p + d) for d, p in zip(data.shape[2:], geo.pad))] = data
        out = xp.empty((*data.shape[:2], *geo.kernel, *size), data.dtype)
        for at, where in taps(geo, size):
            out[_BOTH + at] = image[where]
        return out.reshape(data.shape[0], -1, math.prod(size))

    def grad(F, a, dy, data):
        return F.col2im(dy, output_size=data.shape[2:], **a.as_dict())


@op("col2im")
class Col2Im:
    """The transpose of im2col: patches (n, c * prod(kernel), positions) summed into (n, c, *output_size).

    Source: MXNet operator col2im.
    """

    output_size = Shape(doc="Spatial size of the output.", lo=1)
    kernel = Shape(doc="Size of the patches.", lo=1)
    stride = Shape((), "Steps of the patches; 1 for each axis by default.", lo=1)
    dilate = Shape((), "Distances within a patch; 1 for each axis by default.", lo=1)
    pad = Shape((), "Taken off both sides; 0 for each axis by default.", lo=0)
    examples = ("nd.col2im(nd.ones((1, 4, 4)), output_size=(3, 3), kernel=(2, 2))",)

    def infer_shape(a, s):
        geo = _geometry(a, s)
        filled(a.output_size, len(a.kernel), 0, s, "output_size")
        data = s[0]
        if data is None or -1 in data:
            return
        patch, positions = math.prod(a.kernel), math.prod(geo.out_size(a.output_size))
        if len(data) != 3 or data[1] % patch or data[2] != positions:
            s.fail(f"argument data has shape {data}, expected (n, c * {patch}, {positions})")
        s.out(0, (data[0], data[1] // patch, *a.output_size))

    def forward(xp, a, data):
        geo = _geometry(a)
        size = geo.out_size(a.output_size)
        patches = data.reshape(data.shape[0], -1, *geo.kernel, *size)
        padded = tuple(d + 2 * p for d, p in zip(a.output_size, geo.pad))
        image = xp.zeros((*patches.shape[:2], *padded), data.dtype)
        for at, where in taps(geo, size):
            image[where] += patches[_BOTH + at]
        return xp.ascontiguousarray(image[_BOTH + tuple(slice(p, p + d) for d, p in zip(a.output_size, geo.pad))])

    def grad(F, a, dy):
        options = a.as_dict()
        del options["output_size"]
        return F.im2col(dy, **options)
