"""Batch normalization, local response normalization, softmax."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ...base import MXNetValueError
from . import abi, threads
from .abi import Arg
from .layout import Layout
from .primitive import Primitive, make_primitive

__all__ = ["LRN", "BatchNorm", "Softmax"]


@dataclass(frozen=True)
class BatchNorm:
    """y = scale * (x - mean) / sqrt(variance + eps) + shift, per channel (axis 1), in any layout.

    Parameters
    ----------
    src : (N, C) or (N, C, *spatial).
    eps : added to the variance.
    scale, shift : whether there is a SCALE (gamma) and a SHIFT (beta), each of shape (C,).
    global_stats : MEAN and VARIANCE are inputs and constants for the gradient (MXNet's use_global_stats, inference).
    relu : apply relu to the result; in training this needs a WORKSPACE.

    Moving averages are the caller's: MEAN and VARIANCE (biased, over N and space) are results of a training forward.
    """

    src: tuple[int, ...]
    eps: float = 1e-3
    scale: bool = True
    shift: bool = True
    global_stats: bool = False
    relu: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "src", tuple(int(v) for v in self.src))
        if not 2 <= len(self.src) <= 5:
            raise MXNetValueError(f"BatchNorm: data must have 2 to 5 dimensions, got shape {self.src}")

    def forward(
        self, *, training: bool = True, src: Layout | None = None, dst: Layout | None = None,
        n_threads: int | None = None,
    ) -> Primitive:  # fmt: skip
        """SRC, [SCALE], [SHIFT] -> DST, MEAN, VARIANCE; or with MEAN and VARIANCE given (`global_stats`)."""
        n_threads = threads.default_threads() if n_threads is None else n_threads
        src = src or Layout.plain(self.src)
        return _bn_forward(self, training, src, dst or src, n_threads)

    def backward(
        self,
        *,
        src: Layout | None = None,
        diff_dst: Layout | None = None,
        diff_src: Layout | None = None,
        n_threads: int | None = None,
    ) -> Primitive:
        """SRC, MEAN, VARIANCE, DIFF_DST, [SCALE] -> DIFF_SRC, [DIFF_SCALE], [DIFF_SHIFT]."""
        n_threads = threads.default_threads() if n_threads is None else n_threads
        src = src or Layout.plain(self.src)
        return _bn_backward(self, src, diff_dst or src, diff_src or diff_dst or src, n_threads)

    @property
    def flags(self) -> int:
        return (
            abi.GLOBAL_STATS * self.global_stats
            | abi.USE_SCALE * self.scale
            | abi.USE_SHIFT * self.shift
            | abi.FUSE_RELU * self.relu
        )


@lru_cache(maxsize=256)
def _bn_forward(b: BatchNorm, training: bool, src: Layout, dst: Layout, n_threads: int) -> Primitive:
    return make_primitive(
        "batch_normalization_forward",
        (Arg.SRC, *[Arg.SCALE] * b.scale, *[Arg.SHIFT] * b.shift, Arg.MEAN, Arg.VARIANCE, Arg.DST),
        abi.FORWARD_TRAINING if training else abi.FORWARD_INFERENCE,
        Layout.wish(b.src, src),
        Layout.wish(b.src, dst),
        b.eps,
        b.flags,
        n_threads=n_threads,
        what=str(b),
    )


@lru_cache(maxsize=256)
def _bn_backward(b: BatchNorm, src: Layout, diff_dst: Layout, diff_src: Layout, n_threads: int) -> Primitive:
    scales = [Arg.SCALE, Arg.DIFF_SCALE] * b.scale + [Arg.DIFF_SHIFT] * b.shift
    return make_primitive(
        "batch_normalization_backward",
        (Arg.SRC, Arg.MEAN, Arg.VARIANCE, Arg.DIFF_DST, Arg.DIFF_SRC, *scales),
        abi.BACKWARD if b.scale or b.shift else abi.BACKWARD_DATA,
        Layout.wish(b.src, diff_src),
        Layout.wish(b.src, diff_dst),
        Layout.wish(b.src, src),
        b.eps,
        b.flags,
        _bn_forward(b, True, src, src, n_threads),
        n_threads=n_threads,
        what=str(b),
    )


@dataclass(frozen=True)
class Softmax:
    """Softmax, or its logarithm, along `axis` of data in `layout`."""

    layout: Layout
    axis: int = -1
    log: bool = False

    def __post_init__(self) -> None:
        n = len(self.layout.shape)
        if not -n <= self.axis < n:
            raise MXNetValueError(f"softmax: axis must be in [{-n}, {n - 1}], got {self.axis}")
        object.__setattr__(self, "axis", self.axis % n)

    def forward(self, *, training: bool = True, n_threads: int | None = None) -> Primitive:
        """SRC -> DST; DST may be the memory of SRC."""
        return _softmax_forward(self, training, threads.default_threads() if n_threads is None else n_threads)

    def backward(self, *, n_threads: int | None = None) -> Primitive:
        """DST, DIFF_DST -> DIFF_SRC."""
        return _softmax_backward(self, threads.default_threads() if n_threads is None else n_threads)


@lru_cache(maxsize=256)
def _softmax_forward(s: Softmax, training: bool, n_threads: int) -> Primitive:
    return make_primitive(
        "softmax_forward",
        (Arg.SRC, Arg.DST),
        abi.FORWARD_TRAINING if training else abi.FORWARD_INFERENCE,
        abi.SOFTMAX_LOG if s.log else abi.SOFTMAX,
        s.layout,
        s.layout,
        s.axis,
        n_threads=n_threads,
        what=str(s),
    )


@lru_cache(maxsize=256)
def _softmax_backward(s: Softmax, n_threads: int) -> Primitive:
    return make_primitive(
        "softmax_backward",
        (Arg.DST, Arg.DIFF_DST, Arg.DIFF_SRC),
        abi.SOFTMAX_LOG if s.log else abi.SOFTMAX,
        s.layout,
        s.layout,
        s.layout,
        s.axis,
        _softmax_forward(s, True, n_threads),
        n_threads=n_threads,
        what=str(s),
    )


@dataclass(frozen=True)
class LRN:
    """y = x / (k + alpha / size * sum of x^2 over `size` neighbouring channels) ** beta: MXNet's LRN, 4-D data."""

    src: tuple[int, ...]
    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 2.0

    def forward(self, *, training: bool = True, src: Layout | None = None, n_threads: int | None = None) -> Primitive:
        """SRC -> DST [WORKSPACE]."""
        n_threads = threads.default_threads() if n_threads is None else n_threads
        return _lrn_forward(self, training, src or Layout.plain(self.src), n_threads)

    def backward(self, forward: Primitive) -> Primitive:
        """SRC, DIFF_DST, [WORKSPACE of `forward`, if asked for] -> DIFF_SRC, in the layout of `forward`."""
        return _lrn_backward(self, forward)


@lru_cache(maxsize=256)
def _lrn_forward(n: LRN, training: bool, src: Layout, n_threads: int) -> Primitive:
    return make_primitive(
        "lrn_forward",
        (Arg.SRC, Arg.DST),
        abi.FORWARD_TRAINING if training else abi.FORWARD_INFERENCE,
        abi.LRN_ACROSS,
        Layout.wish(n.src, src),
        Layout.wish(n.src, src),
        n.size,
        n.alpha,
        n.beta,
        n.k,
        n_threads=n_threads,
        what=str(n),
    )


@lru_cache(maxsize=256)
def _lrn_backward(n: LRN, forward: Primitive) -> Primitive:
    src = forward[Arg.SRC]
    return make_primitive(
        "lrn_backward",
        (Arg.SRC, Arg.DIFF_DST, Arg.DIFF_SRC),
        abi.LRN_ACROSS,
        src,
        src,
        src,
        n.size,
        n.alpha,
        n.beta,
        n.k,
        forward,
        n_threads=forward.threads,
        what=str(n),
    )
