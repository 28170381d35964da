"""Convolution of any number of spatial axes by matrix products, for NumPy and CuPy.

A few examples at a time are laid out with the batch as the last axis, so that the patches are copied in long runs
and one product serves all of them; the patches of one step stay in the cache.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Geometry", "backward", "backward_data", "backward_weight", "forward"]

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


def forward(xp: Any, x: Any, w: Any, geo: Geometry) -> Any:
    """x (n, c, ...), w (f, c/groups, *kernel) -> (n, f, ...)."""
    n, filters, groups = x.shape[0], w.shape[0], geo.groups
    size = geo.out_size(x.shape[2:])
    positions = math.prod(size)
    rows = x.shape[1] // groups * math.prod(geo.kernel)
    if geo.pointwise and positions >= 32:
        return xp.matmul(w.reshape(filters, -1), x.reshape(n, -1, positions)).reshape(n, filters, *size)
    out = xp.empty((n, filters, *size), x.dtype)
    step = _chunk(xp, n, rows * groups, positions, x.itemsize)
    matrix = w.reshape(groups, filters // groups, rows)
    patches = None
    for lo, hi in _steps(n, step):
        if patches is None or patches.step != hi - lo:
            patches = _Patches(xp, x.shape, x.dtype, geo, hi - lo)
        y = xp.matmul(matrix, patches.gather(x[lo:hi]))
        out[lo:hi].reshape(hi - lo, -1)[...] = y.reshape(-1, hi - lo).T
    return out


def backward(
    xp: Any, dy: Any, x: Any, w: Any, geo: Geometry, x_shape: tuple, *, data: bool, weight: bool
) -> tuple[Any, Any]:
    """Gradients with regard to x (where `data`) and w (where `weight`); `x` or `w` may be None where not needed."""
    n, filters, groups = dy.shape[0], dy.shape[1], geo.groups
    positions = math.prod(dy.shape[2:])
    rows = x_shape[1] // groups * math.prod(geo.kernel)
    dx = xp.empty(x_shape, dy.dtype) if data else None
    dw = xp.zeros((groups, filters // groups, rows), dy.dtype) if weight else None
    transposed = w.reshape(groups, filters // groups, rows).transpose(0, 2, 1) if data else None
    step = _chunk(xp, n, rows * groups, positions, dy.itemsize)
    patches = None
    for lo, hi in _steps(n, step):
        if patches is None or patches.step != hi - lo:
            patches = _Patches(xp, x_shape, dy.dtype, geo, hi - lo)
        g = xp.ascontiguousarray(dy[lo:hi].reshape(hi - lo, -1).T).reshape(groups, filters // groups, -1)
        if weight:
            dw += xp.matmul(g, patches.gather(x[lo:hi]).transpose(0, 2, 1))
        if data:
            dx[lo:hi] = patches.scatter(xp.matmul(transposed, g))
            if weight and any(geo.pad):
                patches.image[...] = 0  # gather counts on a zero border
    if dw is not None:
        dw = dw.reshape(filters, x_shape[1] // groups, *geo.kernel)
    return dx, dw


def backward_data(xp: Any, dy: Any, w: Any, geo: Geometry, x_shape: tuple) -> Any:
    return backward(xp, dy, None, w, geo, x_shape, data=True, weight=False)[0]


def backward_weight(xp: Any, dy: Any, x: Any, geo: Geometry) -> Any:
    return backward(xp, dy, x, None, geo, x.shape, data=False, weight=True)[1]
