"""Straightforward NumPy references (float64) for convolution, pooling and normalization, and a runner of primitives."""

from __future__ import annotations

from itertools import product

import numpy as np

from mxr.kernels.onednn import Arg, Chain, Layout, Primitive, aligned

# float32 sums against float64: error relative to the largest value of the result
TOLERANCE = 2e-5


def close(got: np.ndarray, want: np.ndarray, tolerance: float = TOLERANCE) -> None:
    assert got.shape == want.shape
    scale = max(float(np.abs(want).max()), 1e-3)
    error = float(np.abs(got - want).max()) / scale
    assert error <= tolerance, f"relative error {error:.2e} > {tolerance:.0e}"


def run(primitive: Primitive, inputs: dict[int, np.ndarray], want: dict[int, tuple]) -> dict[int, np.ndarray]:
    """Runs a primitive once: plain arrays in, plain arrays out, reorders where its layouts differ.

    uint8 inputs and results go as they are (work spaces).
    """
    chain, memory, addresses = Chain(1), {}, {}

    def slot(arg, array):
        raw = array.dtype == np.uint8
        layout = primitive[arg] if raw else Layout.plain(primitive[arg].shape)
        buffer = aligned(layout.nbytes)
        memory[arg] = buffer
        addresses[str(int(arg))] = buffer.ctypes.data
        if raw:
            buffer[: array.size] = array
        else:
            buffer.view(np.float32)[: array.size] = array.ravel()
        return chain.outside(str(int(arg)), layout)

    ins = {a: slot(a, x) for a, x in inputs.items()}
    outs = {a: slot(a, np.zeros(s, np.uint8 if a == Arg.WORKSPACE else np.float32)) for a, s in want.items()}
    chain.add(primitive, ins, outs)
    chain.compile(addresses)()
    return {
        a: memory[a].copy() if a == Arg.WORKSPACE else memory[a].view(np.float32)[: int(np.prod(s))].reshape(s).copy()
        for a, s in want.items()
    }


def _windows(c):
    """(index of the kernel element, slice of the padded input that it meets)."""
    out = c.dst[2:]
    dilation = getattr(c, "dilation", (1,) * len(out))
    kernel = c.weights[2:] if hasattr(c, "weights") else c.kernel
    for k in product(*map(range, kernel)):
        at = tuple(slice(i * d, i * d + s * (o - 1) + 1, s) for i, d, s, o in zip(k, dilation, c.stride, out))
        yield k, (slice(None), slice(None), *at)


def _padded(c, x, value=0.0):
    hi = []  # far enough for the last window
    kernel = c.weights[2:] if hasattr(c, "weights") else c.kernel
    dilation = getattr(c, "dilation", (1,) * len(kernel))
    for n, o, k, s, d, lo in zip(c.src[2:], c.dst[2:], kernel, c.stride, dilation, c.pad_lo):
        hi.append(max(0, (o - 1) * s + (k - 1) * d + 1 - n - lo))
    return np.pad(x.astype(np.float64), [(0, 0), (0, 0), *zip(c.pad_lo, hi)], constant_values=value)


def _inside(c, padded):
    return padded[(slice(None), slice(None), *(slice(lo, lo + n) for lo, n in zip(c.pad_lo, c.src[2:])))]


def conv(c, x, w, b=None):
    g, xp = c.groups, _padded(c, x)
    y = np.zeros((g, c.dst[0], c.dst[1] // g, *c.dst[2:]))
    wg = w.astype(np.float64).reshape(g, -1, *w.shape[1:])
    for k, at in _windows(c):
        part = xp[at].reshape(c.src[0], g, -1, *c.dst[2:])
        y += np.einsum("ngc...,goc->gno...", part, wg[(slice(None),) * 3 + k])
    y = np.moveaxis(y, 0, 1).reshape(c.dst)
    return y if b is None else y + b.reshape(1, -1, *[1] * (y.ndim - 2))


def conv_grads(c, x, w, dy):
    """(dx, dw, db)."""
    g, xp = c.groups, _padded(c, x)
    wg = w.astype(np.float64).reshape(g, -1, *w.shape[1:])
    dyg = dy.astype(np.float64).reshape(c.dst[0], g, -1, *c.dst[2:])
    dxp, dw = np.zeros_like(xp), np.zeros_like(wg)
    for k, at in _windows(c):
        part = xp[at].reshape(c.src[0], g, -1, int(np.prod(c.dst[2:])))
        flat = dyg.reshape(*dyg.shape[:3], -1)
        dw[(slice(None),) * 3 + k] = np.einsum("ngop,ngcp->goc", flat, part)
        dxp[at] += np.einsum("ngo...,goc->ngc...", dyg, wg[(slice(None),) * 3 + k]).reshape(dxp[at].shape)
    db = dy.astype(np.float64).sum((0, *range(2, dy.ndim)))
    return _inside(c, dxp), dw.reshape(w.shape), db


def pool(p, x, dy):
    """(y, dx); in max pooling the first of equal values wins."""
    if p.kind == "max":
        xp = _padded(p, x, -np.inf)
        stack = np.stack([xp[at] for _, at in _windows(p)])
        y, winner = stack.max(0), stack.argmax(0)
        share = [winner == i for i in range(len(stack))]
    else:
        xp, ones = _padded(p, x), _padded(p, np.ones_like(x))
        count = sum(ones[at] for _, at in _windows(p))
        if p.kind == "avg_include_pad":
            count = np.full_like(count, np.prod(p.kernel))
        y = sum(xp[at] for _, at in _windows(p)) / count
        share = [1 / count] * int(np.prod(p.kernel))
    dxp = np.zeros_like(xp)
    for (_, at), s in zip(_windows(p), share):
        dxp[at] += dy * s
    return y, _inside(p, dxp)


def batch_norm(x, gamma, beta, dy, eps, mean=None, var=None):
    """(y, mean, var, dx, dgamma, dbeta); with mean and var given they are constants."""
    axes, n = (0, *range(2, x.ndim)), x.size // x.shape[1]

    def v(a):
        return a.reshape(1, -1, *[1] * (x.ndim - 2))

    x, dy = x.astype(np.float64), dy.astype(np.float64)
    fixed = mean is not None
    mean, var = (mean, var) if fixed else (x.mean(axes), x.var(axes))
    r = 1 / np.sqrt(v(var) + eps)
    xh = (x - v(mean)) * r
    dbeta, dgamma = dy.sum(axes), (dy * xh).sum(axes)
    dx = v(gamma) * r * (dy if fixed else dy - v(dbeta) / n - xh * v(dgamma) / n)
    return xh * v(gamma) + v(beta), mean, var, dx, dgamma, dbeta
