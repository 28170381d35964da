"""Operators on plain NumPy arrays, for the imperative path: reorders inside, prepared on first use of a shape.

Arrays are C-contiguous float32; others are converted. All functions may be called from any thread: primitives are
shared, bound memory is per thread.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

import numpy as np

from ...base import MXNetValueError
from ..buffers import address
from . import threads
from .abi import Arg
from .chain import Chain, Compiled, Slot, aligned
from .conv import Conv
from .layout import Layout
from .norm import BatchNorm
from .pool import Pool

__all__ = [
    "batch_norm_backward", "batch_norm_forward", "conv_backward", "conv_forward", "pool_backward", "pool_forward",
]  # fmt: skip

Array = np.ndarray
_KEEP = 256  # prepared chains per thread


class _Prepared(threading.local):
    """A thread's chains, least recently used first, all in one arena that grows: nothing lives in it between calls."""

    def __init__(self) -> None:
        self.chains: OrderedDict[Hashable, Compiled] = OrderedDict()
        self.arena = aligned(0)

    def get(self, key: Hashable, build: Callable[[Chain], None]) -> Compiled:
        key = (key, threads.default_threads())
        found = self.chains.get(key)
        if found is not None:
            self.chains.move_to_end(key)
            return found
        chain = Chain()
        build(chain)
        need = chain.arena_bytes
        if need > self.arena.nbytes:
            self.chains.clear()
            self.arena = aligned(max(need, 2 * self.arena.nbytes))
        found = self.chains[key] = chain.compile(arena=self.arena)
        if len(self.chains) > _KEEP:
            self.chains.popitem(last=False)
        return found


_prepared = _Prepared()


def _f32(a: Array, name: str) -> Array:
    if not isinstance(a, np.ndarray) or a.dtype.kind not in "fiub":
        raise MXNetValueError(f"{name} must be a numeric NumPy array, got {type(a).__name__}")
    return np.ascontiguousarray(a, np.float32)


def _result(out: Array | None, shape: tuple[int, ...]) -> Array:
    if out is None:
        return np.empty(shape, np.float32)
    if out.shape != shape or out.dtype != np.float32 or not out.flags.c_contiguous:
        raise MXNetValueError(f"out must be a C-contiguous float32 array of shape {shape}, got {out.dtype} {out.shape}")
    return out


def _run(compiled: Compiled, arrays: dict[str, Array]) -> None:
    for name, a in arrays.items():
        compiled.move(name, address(a))
    compiled()


_conv = functools.lru_cache(maxsize=_KEEP)(Conv)  # which looks closely at its arguments


def _plain_if_pointwise(c: Conv, shape: tuple[int, ...]) -> Layout | None:
    # a 1x1 kernel is a matrix product: between plain arrays, gemm beats blocked code plus its reorders (measured)
    pointwise = max(c.weights[2:]) == 1 and c.groups == 1 and not any(c.pad_lo + c.pad_hi)
    return Layout.plain(shape) if pointwise else None


def _geometry(
    x: Array, w: Array, stride: Sequence[int], dilation: Sequence[int], pad: Sequence[int],
    pad_hi: Sequence[int], groups: int,
) -> Conv:  # fmt: skip
    return _conv(x.shape, w.shape, tuple(stride), tuple(dilation), tuple(pad), tuple(pad_hi), groups)


def conv_forward(
    x: Array, w: Array, b: Array | None = None, *, stride: Sequence[int] = (), dilation: Sequence[int] = (),
    pad: Sequence[int] = (), pad_hi: Sequence[int] = (), groups: int = 1, activation: str | None = None,
    out: Array | None = None,
) -> Array:  # fmt: skip
    """Convolution of x (N, C, *spatial) with w (O, C/groups, *kernel), b (O,); arguments as in `Conv`."""
    x, w = _f32(x, "data"), _f32(w, "weight")
    c = _geometry(x, w, stride, dilation, pad, pad_hi, groups)
    arrays = {"x": x, "w": w, "y": _result(out, c.dst)}
    if b is not None:
        arrays["b"] = _f32(b, "bias")
        if b.shape != c.weights[:1]:
            raise MXNetValueError(f"Convolution: bias must have shape {c.weights[:1]}, got {b.shape}")

    def build(chain: Chain) -> None:
        plain = _plain_if_pointwise(c, c.src)
        if plain is None:
            p = c.forward_of_plain(bias=b is not None, activation=activation)
        else:
            dst = _plain_if_pointwise(c, c.dst)
            p = c.forward(bias=b is not None, activation=activation, training=False, src=plain, dst=dst)
        inputs: dict[int, Slot] = {
            Arg.SRC: chain.outside("x", Layout.plain(c.src)),
            Arg.WEIGHTS: chain.outside("w", Layout.plain(c.grouped_weights)),
        }
        if b is not None:
            inputs[Arg.BIAS] = chain.outside("b", Layout.plain(c.weights[:1]))
        chain.add(p, inputs, {Arg.DST: chain.outside("y", Layout.plain(c.dst))})

    _run(_prepared.get(("conv", c, b is not None, activation), build), arrays)
    return arrays["y"]


def conv_backward(
    x: Array, w: Array, dy: Array, *, stride: Sequence[int] = (), dilation: Sequence[int] = (),
    pad: Sequence[int] = (), pad_hi: Sequence[int] = (), groups: int = 1,
    need: Sequence[str] = ("x", "w", "b"),
) -> tuple[Array | None, Array | None, Array | None]:  # fmt: skip
    """Gradients (dx, dw, db) of `conv_forward`, None for those not in `need`; dy has the result's shape."""
    x, w, dy = _f32(x, "data"), _f32(w, "weight"), _f32(dy, "out_grad")
    c = _geometry(x, w, stride, dilation, pad, pad_hi, groups)
    if dy.shape != c.dst:
        raise MXNetValueError(f"Convolution: out_grad must have shape {c.dst}, got {dy.shape}")
    dx = np.empty(c.src, np.float32) if "x" in need else None
    dw = np.empty(c.weights, np.float32) if "w" in need else None
    db = np.empty(c.weights[:1], np.float32) if "b" in need else None
    arrays = {"dy": dy}
    if dx is not None:
        arrays |= {"w": w, "dx": dx}
    if dw is not None:
        arrays |= {"x": x, "dw": dw}
        if db is not None:
            arrays["db"] = db
    elif db is not None:
        np.sum(dy, axis=(0, *range(2, dy.ndim)), out=db)

    def build(chain: Chain) -> None:
        src, dst, weights = Layout.plain(c.src), Layout.plain(c.dst), Layout.plain(c.grouped_weights)
        plain_src, plain_dst = _plain_if_pointwise(c, c.src), _plain_if_pointwise(c, c.dst)
        slot_dy = chain.outside("dy", dst)
        if dx is not None:
            p = c.backward_data(diff_dst=plain_dst, diff_src=plain_src)
            inputs: dict[int, Slot] = {Arg.DIFF_DST: slot_dy, Arg.WEIGHTS: chain.outside("w", weights)}
            chain.add(p, inputs, {Arg.DIFF_SRC: chain.outside("dx", src)})
        if dw is not None:
            p = c.backward_weights(bias=db is not None, src=plain_src, diff_dst=plain_dst)
            outputs: dict[int, Slot] = {Arg.DIFF_WEIGHTS: chain.outside("dw", weights)}
            if db is not None:
                outputs[Arg.DIFF_BIAS] = chain.outside("db", Layout.plain(c.weights[:1]))
            chain.add(p, {Arg.SRC: chain.outside("x", src), Arg.DIFF_DST: slot_dy}, outputs)

    if dx is not None or dw is not None:
        _run(_prepared.get(("conv_backward", c, dx is None, dw is None, db is None), build), arrays)
    return dx, dw, db


def pool_forward(x: Array, p: Pool, *, training: bool = True, out: Array | None = None) -> tuple[Array, Array | None]:
    """(y, work space) of pooling `p`; the work space is opaque, for `pool_backward`: None for averages."""
    x = _f32(x, "data")
    _check_shape("Pooling", "data", x, p.src)
    primitive = p.forward(training=training)
    space = primitive.get(Arg.WORKSPACE)
    arrays = {"x": x, "y": _result(out, p.dst)}
    if space is not None:
        arrays["ws"] = np.empty(space.nbytes, np.uint8)

    def build(chain: Chain) -> None:
        outputs: dict[int, Slot] = {Arg.DST: chain.outside("y", Layout.plain(p.dst))}
        if space is not None:
            outputs[Arg.WORKSPACE] = chain.outside("ws", space)
        chain.add(primitive, {Arg.SRC: chain.outside("x", Layout.plain(p.src))}, outputs)

    _run(_prepared.get(("pool", p, training), build), arrays)
    return arrays["y"], arrays.get("ws")


def pool_backward(dy: Array, p: Pool, *, workspace: Array | None = None, x: Array | None = None) -> Array:
    """dx of pooling `p`. For max pooling the forward's `workspace`, or `x` to make it again."""
    dy = _f32(dy, "out_grad")
    _check_shape("Pooling", "out_grad", dy, p.dst)
    forward = p.forward()
    space = forward.get(Arg.WORKSPACE)
    if space is not None and workspace is None:
        if x is None:
            raise MXNetValueError("Pooling: the gradient of max pooling needs workspace or x")
        workspace = pool_forward(x, p)[1]
    arrays = {"dy": dy, "dx": np.empty(p.src, np.float32)}
    if space is not None and workspace is not None:
        if workspace.nbytes != space.nbytes:
            raise MXNetValueError(f"Pooling: workspace has {workspace.nbytes} bytes, expected {space.nbytes}")
        arrays["ws"] = workspace

    def build(chain: Chain) -> None:
        inputs: dict[int, Slot] = {Arg.DIFF_DST: chain.outside("dy", Layout.plain(p.dst))}
        if space is not None:
            inputs[Arg.WORKSPACE] = chain.outside("ws", space)
        backward = p.backward(forward)
        chain.add(backward, inputs, {Arg.DIFF_SRC: chain.outside("dx", Layout.plain(p.src))})

    _run(_prepared.get(("pool_backward", p), build), arrays)
    return arrays["dx"]


def _check_shape(op: str, name: str, a: Array, shape: tuple[int, ...]) -> None:
    if a.shape != shape:
        raise MXNetValueError(f"{op}: {name} must have shape {shape}, got {a.shape}")


def batch_norm_forward(
    x: Array, gamma: Array, beta: Array, *, eps: float = 1e-3, mean: Array | None = None, var: Array | None = None,
    out: Array | None = None,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """(y, mean, variance) over axis 1 of x. With `mean` and `var` these are used, else the batch's (biased)."""
    x = _f32(x, "data")
    given = mean is not None and var is not None
    n = BatchNorm(x.shape, eps, global_stats=given)
    channels = x.shape[1:2]
    stats = (_f32(mean, "moving_mean"), _f32(var, "moving_var")) if mean is not None and var is not None else None
    m, v = stats or (np.empty(channels, np.float32), np.empty(channels, np.float32))
    arrays = {"x": x, "gamma": _f32(gamma, "gamma"), "beta": _f32(beta, "beta"), "mean": m, "var": v}
    for name in ("gamma", "beta", "mean", "var"):
        _check_shape("BatchNorm", name, arrays[name], channels)
    arrays["y"] = _result(out, x.shape)

    def build(chain: Chain) -> None:
        vector = Layout.plain(channels)
        p = n.forward(training=not given)
        inputs: dict[int, Slot] = {
            Arg.SRC: chain.outside("x", Layout.plain(x.shape)),
            Arg.SCALE: chain.outside("gamma", vector),
            Arg.SHIFT: chain.outside("beta", vector),
        }
        outputs: dict[int, Slot] = {Arg.DST: chain.outside("y", Layout.plain(x.shape))}
        statistics: dict[int, Slot] = {
            Arg.MEAN: chain.outside("mean", vector),
            Arg.VARIANCE: chain.outside("var", vector),
        }
        chain.add(p, inputs | statistics if given else inputs, outputs if given else outputs | statistics)

    _run(_prepared.get(("batch_norm", n), build), arrays)
    return arrays["y"], m, v


def batch_norm_backward(
    x: Array, gamma: Array, mean: Array, var: Array, dy: Array, *, eps: float = 1e-3, global_stats: bool = False
) -> tuple[Array, Array, Array]:
    """(dx, dgamma, dbeta), with the mean and variance that the forward used."""
    n = BatchNorm(x.shape, eps, global_stats=global_stats)
    channels = x.shape[1:2]
    arrays = {"x": _f32(x, "data"), "gamma": _f32(gamma, "gamma"), "mean": _f32(mean, "mean"), "var": _f32(var, "var")}
    for name in ("gamma", "mean", "var"):
        _check_shape("BatchNorm", name, arrays[name], channels)
    arrays["dy"] = _f32(dy, "out_grad")
    _check_shape("BatchNorm", "out_grad", arrays["dy"], x.shape)
    arrays |= {"dx": np.empty(x.shape, np.float32), "dgamma": np.empty(channels, np.float32)}
    arrays["dbeta"] = np.empty(channels, np.float32)

    def build(chain: Chain) -> None:
        vector, data = Layout.plain(channels), Layout.plain(x.shape)
        args = {"x": Arg.SRC, "gamma": Arg.SCALE, "mean": Arg.MEAN, "var": Arg.VARIANCE, "dy": Arg.DIFF_DST}
        inputs: dict[int, Slot] = {
            arg: chain.outside(name, data if name in ("x", "dy") else vector) for name, arg in args.items()
        }
        outputs: dict[int, Slot] = {
            Arg.DIFF_SRC: chain.outside("dx", data),
            Arg.DIFF_SCALE: chain.outside("dgamma", vector),
            Arg.DIFF_SHIFT: chain.outside("dbeta", vector),
        }
        chain.add(n.backward(), inputs, outputs)

    _run(_prepared.get(("batch_norm_backward", n), build), arrays)
    return arrays["dx"], arrays["dgamma"], arrays["dbeta"]
