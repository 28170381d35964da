"""Max and average pooling in 1, 2 or 3 spatial dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ...base import MXNetValueError
from . import abi, threads
from .abi import Arg
from .conv import _fill
from .layout import Layout, dims
from .library import Unsupported
from .primitive import Primitive, make_primitive

__all__ = ["Pool"]


@dataclass(frozen=True)
class Pool:
    """A pooling's geometry, and the builder of its primitives.

    Parameters
    ----------
    src : (N, C, *spatial).
    kernel, stride, pad_lo, pad_hi : per spatial axis; stride defaults to 1, padding to 0, `pad_hi` to `pad_lo`.
    kind : "max", "avg_include_pad" (divides by the kernel's size) or "avg_exclude_pad" (by the pixels inside).
    """

    src: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...] = ()
    pad_lo: tuple[int, ...] = ()
    pad_hi: tuple[int, ...] = ()
    kind: str = "max"

    def __post_init__(self) -> None:
        n = len(self.src) - 2
        if n not in (1, 2, 3):
            raise MXNetValueError(f"Pooling: data must have 3, 4 or 5 dimensions, got shape {self.src}")
        if self.kind not in abi.POOLING:
            raise MXNetValueError(f"Pooling: kind must be one of {', '.join(abi.POOLING)}, got {self.kind!r}")
        object.__setattr__(self, "src", tuple(int(v) for v in self.src))
        _fill(self, "kernel", (), n)
        _fill(self, "stride", (1,) * n, n)
        _fill(self, "pad_lo", (0,) * n, n)
        _fill(self, "pad_hi", self.pad_lo, n)
        if min(self.dst) < 1 or min(self.stride) < 1 or min(self.kernel) < 1:
            raise MXNetValueError(
                f"Pooling: kernel {self.kernel} with stride {self.stride} and padding {self.pad_lo}/{self.pad_hi} "
                f"does not fit data of shape {self.src}"
            )

    @staticmethod
    def mxnet(
        src: tuple[int, ...],
        kernel: tuple[int, ...] = (),
        stride: tuple[int, ...] = (),
        pad: tuple[int, ...] = (),
        pool_type: str = "max",
        pooling_convention: str = "valid",
        count_include_pad: bool = True,
        global_pool: bool = False,
    ) -> Pool:
        """From the arguments of MXNet's Pooling.

        Raises `Unsupported` for lp and sum pooling, for convention 'same', and where 'full' with padding averages over
        part of a window beyond it (oneDNN would divide by the whole kernel).
        """
        n = len(src) - 2
        if pool_type not in ("max", "avg"):
            raise Unsupported(f"Pooling: oneDNN has no pool_type {pool_type!r}, only 'max' and 'avg'")
        if global_pool:
            return Pool(src, tuple(src[2:]), kind="max" if pool_type == "max" else "avg_exclude_pad")
        stride, pad = tuple(stride) or (1,) * n, tuple(pad) or (0,) * n
        if pooling_convention not in ("valid", "full"):
            raise Unsupported(f"Pooling: oneDNN has no pooling_convention {pooling_convention!r}")
        pad_hi = pad
        if pooling_convention == "full":
            need = (
                (-((x + 2 * p - k) // -s)) * s + k - x - p for x, k, s, p in zip(src[2:], kernel, stride, pad)
            )  # what the last window overhangs
            pad_hi = tuple(max(p, v) for p, v in zip(pad, need))
        kind = "max"
        if pool_type == "avg":
            kind = "avg_include_pad" if count_include_pad else "avg_exclude_pad"
            if count_include_pad and pad_hi != pad:
                if any(pad):
                    raise Unsupported("Pooling: oneDNN cannot average with pad > 0, count_include_pad and 'full'")
                kind = "avg_exclude_pad"  # MXNet counts up to the padding's edge, that is, the pixels inside
        if any(h >= k for h, k in zip(pad_hi, kernel)):
            raise Unsupported(f"Pooling: a window of kernel {kernel} would lie in the padding {pad_hi} alone")
        return Pool(src, tuple(kernel), stride, pad, pad_hi, kind)

    @property
    def dst(self) -> tuple[int, ...]:
        """(N, C, *spatial) of the result."""
        spatial = (
            (x + lo + hi - k) // s + 1
            for x, k, s, lo, hi in zip(self.src[2:], self.kernel, self.stride, self.pad_lo, self.pad_hi)
        )
        return (*self.src[:2], *spatial)

    def forward(
        self,
        *,
        training: bool = True,
        src: Layout | None = None,
        dst: Layout | None = None,
        n_threads: int | None = None,
    ) -> Primitive:
        """SRC -> DST, and WORKSPACE (which pixel won) for max pooling in training.

        `src` is the layout the data has (default plain): pooling works in any; `dst` defaults to the same kind.
        """
        n_threads = threads.default_threads() if n_threads is None else n_threads
        return _forward(self, training, src or Layout.plain(self.src), dst, n_threads)

    def backward(
        self, forward: Primitive, *, diff_dst: Layout | None = None, diff_src: Layout | None = None
    ) -> Primitive:
        """DIFF_DST, [WORKSPACE of `forward`] -> DIFF_SRC. The layouts default to those of `forward`."""
        return _backward(self, forward, diff_dst or forward[Arg.DST], diff_src or forward[Arg.SRC])

    def _geometry(self) -> tuple:
        no_dilation = (0,) * len(self.kernel)
        return dims(self.stride), dims(self.kernel), dims(no_dilation), dims(self.pad_lo), dims(self.pad_hi)


@lru_cache(maxsize=256)
def _forward(p: Pool, training: bool, src: Layout, dst: Layout | None, n_threads: int) -> Primitive:
    return make_primitive(
        "pooling_forward",
        (Arg.SRC, Arg.DST),
        abi.FORWARD_TRAINING if training else abi.FORWARD_INFERENCE,
        abi.POOLING[p.kind],
        src,
        Layout.wish(p.dst, dst),
        *p._geometry(),
        n_threads=n_threads,
        what=str(p),
    )


@lru_cache(maxsize=256)
def _backward(p: Pool, forward: Primitive, diff_dst: Layout, diff_src: Layout) -> Primitive:
    return make_primitive(
        "pooling_backward",
        (Arg.DIFF_DST, Arg.DIFF_SRC),
        abi.POOLING[p.kind],
        diff_src,
        diff_dst,
        *p._geometry(),
        forward,
        n_threads=forward.threads,
        what=str(p),
    )
