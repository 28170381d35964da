"""Correlation of two feature maps (FlowNet)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...base import MXNetError
from ...core.op import op
from ...core.params import Bool, Int
from .sibling import backward_of
from .spatial import float_types, four_axes, single

__all__ = ["Correlation"]


class _Plan(NamedTuple):
    """Where the windows of the first map lie in the padded maps, along both axes."""

    kernel: int
    step: int  # between windows
    begin: int  # of the first window
    out: tuple[int, int]
    shifts: tuple[int, ...]  # of the second map against the first

    @property
    def steps(self) -> Iterator[tuple[int, tuple[slice, ...], tuple[slice, ...]]]:
        """(channel of the output, elements of the first map, elements of the second) for each shift."""
        # Windows of one element are read with their step; larger ones as one region, summed afterwards.
        step = self.step if self.kernel == 1 else 1
        reach = [(o - 1) * self.step + self.kernel for o in self.out]
        here = tuple(slice(self.begin, self.begin + r, step) for r in reach)
        number = 0
        for dy in self.shifts:
            for dx in self.shifts:
                there = tuple(slice(self.begin + d, self.begin + d + r, step) for d, r in zip((dy, dx), reach))
                yield number, (..., *here), (..., *there)
                number += 1

    def windowed(self, x: Any) -> Any:
        """Sums over the windows of x (n, h, w)."""
        if self.kernel == 1:
            return x
        for axis in (1, 2):
            parts = [x[self._at(axis, i)] for i in range(self.kernel)]
            x = sum(parts[1:], parts[0])
        return x

    def spread(self, xp: Any, g: Any) -> Any:
        """The transpose of windowed."""
        if self.kernel == 1:
            return g
        for axis in (1, 2):
            shape = list(g.shape)
            shape[axis] = (self.out[axis - 1] - 1) * self.step + self.kernel
            y = xp.zeros(shape, g.dtype)
            for i in range(self.kernel):
                y[self._at(axis, i)] += g
            g = y
        return g

    def _at(self, axis: int, i: int) -> tuple:
        return (slice(None),) * axis + (slice(i, i + (self.out[axis - 1] - 1) * self.step + 1, self.step),)


def _plan(a: Any, size: tuple[int, ...]) -> _Plan:
    border = a.max_displacement + (a.kernel_size - 1) // 2
    out = tuple(-(-(d + 2 * a.pad_size - 2 * border) // a.stride1) for d in size)
    radius = a.max_displacement // a.stride2
    shifts = tuple(i * a.stride2 for i in range(-radius, radius + 1))
    return _Plan(a.kernel_size, a.stride1, a.max_displacement, out, shifts)  # type: ignore[arg-type]


def _padded(xp: Any, x: Any, pad: int) -> Any:
    """(n, c, h, w) with zeros around, in a dtype to compute in."""
    x = single(x)
    return xp.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad))) if pad else x


def _cropped(xp: Any, x: Any, pad: int, dtype: Any) -> Any:
    inner = x[:, :, pad:-pad, pad:-pad] if pad else x
    return xp.ascontiguousarray(inner).astype(dtype, copy=False)


@op("Correlation", inputs="data1 data2")
class Correlation:
    """How well windows of `data1` match shifted windows of `data2`, both (n, c, h, w) (MXNet operator Correlation).

    The output is (n, d*d, oh, ow), d = 2*(max_displacement//stride2) + 1: a channel for each shift (dy, dx), from
    (-max_displacement, -max_displacement) on, dx running fastest. A value is the mean of the products (absolute
    differences with is_multiply off) over a window of kernel_size x kernel_size and all channels
    (Fischer et al. 2015, FlowNet).
    """

    kernel_size = Int(1, "Size of the windows, odd.", lo=1)
    max_displacement = Int(1, "Largest shift along each axis.", lo=0)
    stride1 = Int(1, "Step of the windows.", lo=1)
    stride2 = Int(1, "Step of the shifts.", lo=1)
    pad_size = Int(0, "Zeros put around both inputs.", lo=0)
    is_multiply = Bool(True, "Products, else absolute differences.")

    examples = (
        "nd.Correlation(nd.ones((1, 1, 2, 2)), nd.arange(4).reshape((1, 1, 2, 2)), pad_size=1)",
        "nd.Correlation(nd.ones((1, 1, 2, 2)), nd.arange(4).reshape((1, 1, 2, 2)), max_displacement=0, is_multiply=0)",
    )
    infer_type = float_types

    def infer_shape(a, s):
        if a.kernel_size % 2 == 0:
            s.fail(f"argument kernel_size={a.kernel_size} must be odd")
        one, two = four_axes(s, 0), four_axes(s, 1)
        s.set(0, two)
        s.set(1, one)
        data = s[0]
        if data is None:
            return
        if -1 in data[2:]:
            size: tuple = (-1, -1)
        else:
            size = _plan(a, data[2:]).out
            if min(size) < 1:
                s.fail(
                    f"shifts of max_displacement={a.max_displacement} and windows of kernel_size={a.kernel_size} "
                    f"do not fit into data1 of shape {data} padded by pad_size={a.pad_size}"
                )
        s.out(0, (data[0], (2 * (a.max_displacement // a.stride2) + 1) ** 2, *size))

    def forward(xp, a, data1, data2):
        plan = _plan(a, data1.shape[2:])
        x, y = _padded(xp, data1, a.pad_size), _padded(xp, data2, a.pad_size)
        out = xp.empty((x.shape[0], len(plan.shifts) ** 2, *plan.out), x.dtype)
        for channel, here, there in plan.steps:
            if a.is_multiply:
                score = xp.einsum("nchw,nchw->nhw", x[here], y[there])
            else:
                score = xp.abs(x[here] - y[there]).sum(axis=1)
            out[:, channel] = plan.windowed(score)
        out /= x.dtype.type(a.kernel_size**2 * x.shape[1])
        return out.astype(data1.dtype, copy=False)

    def grad(F, a, dy, data1, data2):
        return F._backward_Correlation(dy, data1, data2, **a.as_dict())


def _correlation_grad(xp, a, dy, data1, data2):
    plan = _plan(a, data1.shape[2:])
    x, y = _padded(xp, data1, a.pad_size), _padded(xp, data2, a.pad_size)
    dx, dy_ = xp.zeros_like(x), xp.zeros_like(y)
    g = single(dy) / x.dtype.type(a.kernel_size**2 * x.shape[1])
    for channel, here, there in plan.steps:
        part = plan.spread(xp, g[:, channel])[:, None]
        if a.is_multiply:
            dx[here] += part * y[there]
            dy_[there] += part * x[here]
        else:  # equal elements count as greater, as in MXNet
            signed = xp.where(x[here] >= y[there], part, -part)
            dx[here] += signed
            dy_[there] -= signed
    return _cropped(xp, dx, a.pad_size, data1.dtype), _cropped(xp, dy_, a.pad_size, data2.dtype)


def _correlation_second(F, a, g, dy, data1, data2):
    """Products are bilinear in the images, and so is their gradient."""
    if not a.is_multiply:
        raise MXNetError("Correlation: the second derivative is not available for is_multiply=False")
    again, back = F.Correlation, F._backward_Correlation
    d_dy = again(g[0], data2, **a.as_dict()) + again(data1, g[1], **a.as_dict())
    return d_dy, back(dy, data1, g[1], **a.as_dict())[0], back(dy, g[0], data2, **a.as_dict())[1]


backward_of(
    Correlation,
    inputs="dy data1 data2",
    outputs="ddata1 ddata2",
    like={"ddata1": "data1", "ddata2": "data2"},
    forward=_correlation_grad,
    grad=_correlation_second,
)


def _work(a: Any, shape: tuple) -> float:
    shifts = (2 * (a.max_displacement // a.stride2) + 1) ** 2
    return 2.0 * shifts * shape[0] * shape[1] * shape[2] * shape[3]


Correlation.json_outputs = lambda a: 3  # MXNet keeps the padded inputs
Correlation.cost = lambda a, ins, outs: _work(a, ins[0])
