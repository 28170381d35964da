"""Convolution of any number of spatial axes by matrix products, for NumPy and CuPy.

A few examples at a time are laid out with the batch as the last axis, so that the patches are copied in long runs
and one product serves all of them; the patches of one step stay in the cache.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Geometry", "backward", "backward_data", "backward_weight", "forward", "taps"]

CHUNK_BYTES = 1 << 20


class Geometry(NamedTuple):
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilate: tuple[int, ...]
    pad: tuple[int, ...]
    groups: int

    def out_size(self, size: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(
            (n + 2 * p - (d * (k - 1) + 1)) // s + 1
            for n, k, s, d, p in zip(size, self.kernel, self.stride, self.dilate, self.pad)
        )

    @property
    def pointwise(self) -> bool:
        return set(self.kernel) == {1} == set(self.stride) and set(self.pad) == {0} and self.groups == 1


def _chunk(xp: Any, n: int, rows: int, positions: int, itemsize: int) -> int:
    """How many examples to take at a time."""
    limit = CHUNK_BYTES if xp is np else CHUNK_BYTES * 256
    fit = limit // max(rows * positions * itemsize, 1)
    return max(1, min(n, max(fit, -(-256 // max(positions, 1)))))


class _Patches:
    """The patches of the examples of one step, as a matrix for each group: (groups, channels*kernel, positions*n)."""

    def __init__(self, xp: Any, x_shape: tuple, dtype: Any, geo: Geometry, step: int) -> None:
        self.xp, self.geo, self.step = xp, geo, step
        self.channels, self.size = x_shape[1], x_shape[2:]
        self.out = geo.out_size(self.size)
        padded = tuple(n + 2 * p for n, p in zip(self.size, geo.pad))
        self.image = xp.zeros((self.channels, *padded, step), dtype)
        self.inner = (slice(None), *(slice(p, p + n) for n, p in zip(self.size, geo.pad)))
        self.patches = xp.empty((self.channels, *geo.kernel, *self.out, step), dtype)
        st = self.image.strides
        strides = (
            st[0],
            *(b * d for b, d in zip(st[1:-1], geo.dilate)),
            *(b * s for b, s in zip(st[1:-1], geo.stride)),
            st[-1],
        )
        self.windows = xp.lib.stride_tricks.as_strided(self.image, self.patches.shape, strides)

    def matrix(self, patches: Any) -> Any:
        rows = self.channels // self.geo.groups * math.prod(self.geo.kernel)
        return patches.reshape(self.geo.groups, rows, -1)

    def gather(self, x: Any) -> Any:
        self.image[self.inner] = self.xp.moveaxis(x, 0, -1)
        if self.geo.pointwise:
            return self.matrix(self.image)
        self.patches[...] = self.windows
        return self.matrix(self.patches)

    def scatter(self, columns: Any) -> Any:
        """The transpose of gather: sums the patches back into examples."""
        self.image[...] = 0
        patches = columns.reshape(self.patches.shape)
        for at in itertools.product(*map(range, self.geo.kernel)):
            where = tuple(
                slice(i * d, i * d + (o - 1) * s + 1, s)
                for i, o, s, d in zip(at, self.out, self.geo.stride, self.geo.dilate)
            )
            self.image[(slice(None), *where)] += patches[(slice(None), *at)]
        return self.xp.moveaxis(self.image[self.inner], -1, 0)


def _steps(n: int, step: int) -> list[tuple[int, int]]:
    return [(i, min(i + step, n)) for i in range(0, n, step)]


def forward(xp: Any, x: Any, w: Any, geo: Geometry, bias: Any = None, out: Any = None) -> Any:
    """x (n, c, ...), w (f, c/groups, *kernel), bias (f,) or None -> (n, f, ...), in `out` where that is given."""
    n, filters, groups = x.shape[0], w.shape[0], geo.groups
    size = geo.out_size(x.shape[2:])
    positions = math.prod(size)
    rows = x.shape[1] // groups * math.prod(geo.kernel)
    if out is None:
        out = xp.empty((n, filters, *size), x.dtype)
    if geo.pointwise and positions >= 32:
        y = out.reshape(n, filters, positions)
        xp.matmul(w.reshape(filters, -1), x.reshape(n, -1, positions), out=y)
        if bias is not None:
            y += bias[:, None]
        return out
    if x.shape[1] == groups == filters:
        return _depthwise(xp, x, w, geo, bias, out)
    step = _chunk(xp, n, rows * groups, positions, x.itemsize)
    matrix = w.reshape(groups, filters // groups, rows)
    patches = None
    for lo, hi in _steps(n, step):
        if patches is None or patches.step != hi - lo:
            patches = _Patches(xp, x.shape, x.dtype, geo, hi - lo)
            y = xp.empty((groups, filters // groups, positions * (hi - lo)), x.dtype)
        xp.matmul(matrix, patches.gather(x[lo:hi]), out=y)
        if bias is not None:
            y += bias.reshape(groups, -1, 1)
        out[lo:hi].reshape(hi - lo, -1)[...] = y.reshape(-1, hi - lo).T
    return out


def backward(
    xp: Any, dy: Any, x: Any, w: Any, geo: Geometry, x_shape: tuple, *, data: bool, weight: bool
) -> tuple[Any, Any]:
    """Gradients with regard to x (where `data`) and w (where `weight`); `x` or `w` may be None where not needed."""
    n, filters, groups = dy.shape[0], dy.shape[1], geo.groups
    positions = math.prod(dy.shape[2:])
    rows = x_shape[1] // groups * math.prod(geo.kernel)
    if geo.pointwise and positions >= 32:
        return _pointwise_backward(xp, dy, x, w, x_shape, data, weight)
    if x_shape[1] == groups == filters:
        return _depthwise_backward(xp, dy, x, w, geo, x_shape, data, weight)
    dx: Any = xp.empty(x_shape, dy.dtype) if data else None
    dw: Any = xp.zeros((groups, filters // groups, rows), dy.dtype) if weight else None
    transposed = w.reshape(groups, filters // groups, rows).transpose(0, 2, 1) if data else None
    step = _chunk(xp, n, rows * groups, positions, dy.itemsize)
    patches: Any = None
    columns: Any = None
    for lo, hi in _steps(n, step):
        if patches is None or patches.step != hi - lo:
            patches = _Patches(xp, x_shape, dy.dtype, geo, hi - lo)
            columns = xp.empty((groups, rows, positions * (hi - lo)), dy.dtype) if data else None
        g = xp.ascontiguousarray(dy[lo:hi].reshape(hi - lo, -1).T).reshape(groups, filters // groups, -1)
        if weight:
            dw += xp.matmul(g, patches.gather(x[lo:hi]).transpose(0, 2, 1))
        if data:
            dx[lo:hi] = patches.scatter(xp.matmul(transposed, g, out=columns))
            if weight and any(geo.pad):
                patches.image[...] = 0  # gather counts on a zero border
    if dw is not None:
        dw = dw.reshape(filters, x_shape[1] // groups, *geo.kernel)
    return dx, dw


def _pointwise_backward(xp: Any, dy: Any, x: Any, w: Any, x_shape: tuple, data: bool, weight: bool) -> tuple[Any, Any]:
    g = dy.reshape(*dy.shape[:2], -1)
    dx = dw = None
    if data:
        dx = xp.matmul(w.reshape(g.shape[1], -1).T, g).reshape(x_shape)
    if weight:
        rows = x.reshape(*x_shape[:2], -1)
        if xp is np:
            dw = np.zeros((g.shape[1], x_shape[1]), g.dtype)
            for i in range(len(g)):
                dw += g[i] @ rows[i].T
        else:
            dw = xp.tensordot(g, rows, axes=((0, 2), (0, 2)))
        dw = dw.reshape(*dw.shape, *(1 for _ in x_shape[2:]))
    return dx, dw


def taps(geo: Geometry, out: tuple) -> Any:
    """Each place in the kernel, and the elements of padded images that it sees in all positions."""
    for at in itertools.product(*map(range, geo.kernel)):
        where = tuple(slice(i * d, i * d + (o - 1) * s + 1, s) for i, o, s, d in zip(at, out, geo.stride, geo.dilate))
        yield at, (slice(None), slice(None), *where)


def _bordered(xp: Any, x: Any, geo: Geometry) -> Any:
    if not any(geo.pad):
        return x
    y = xp.zeros((*x.shape[:2], *(n + 2 * p for n, p in zip(x.shape[2:], geo.pad))), x.dtype)
    y[_interior(x.shape, geo)] = x
    return y


def _interior(shape: tuple, geo: Geometry) -> tuple:
    return (slice(None), slice(None), *(slice(p, p + n) for n, p in zip(shape[2:], geo.pad)))


def _depthwise(xp: Any, x: Any, w: Any, geo: Geometry, bias: Any, out: Any) -> Any:
    image = _bordered(xp, x, geo)
    wide = (-1, *(1 for _ in geo.kernel))
    out[...] = 0 if bias is None else bias.reshape(wide)
    for at, where in taps(geo, out.shape[2:]):
        out += image[where] * w[(slice(None), 0, *at)].reshape(wide)
    return out


def _depthwise_backward(
    xp: Any, dy: Any, x: Any, w: Any, geo: Geometry, x_shape: tuple, data: bool, weight: bool
) -> tuple[Any, Any]:
    wide = (-1, *(1 for _ in geo.kernel))
    image: Any = _bordered(xp, x, geo) if weight else None
    padded = tuple(n + 2 * p for n, p in zip(x_shape[2:], geo.pad))
    dx: Any = xp.zeros((*x_shape[:2], *padded), dy.dtype) if data else None
    dw: Any = xp.empty((x_shape[1], 1, *geo.kernel), dy.dtype) if weight else None
    others = (0, *range(2, dy.ndim))
    for at, where in taps(geo, dy.shape[2:]):
        if data:
            dx[where] += dy * w[(slice(None), 0, *at)].reshape(wide)
        if weight:
            dw[(slice(None), 0, *at)] = (dy * image[where]).sum(axis=others)
    if data:
        dx = xp.ascontiguousarray(dx[_interior(x_shape, geo)])
    return dx, dw


def backward_data(xp: Any, dy: Any, w: Any, geo: Geometry, x_shape: tuple) -> Any:
    return backward(xp, dy, None, w, geo, x_shape, data=True, weight=False)[0]


def backward_weight(xp: Any, dy: Any, x: Any, geo: Geometry) -> Any:
    return backward(xp, dy, x, None, geo, x.shape, data=False, weight=True)[1]
