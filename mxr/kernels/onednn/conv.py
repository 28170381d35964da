"""Convolution in 1, 2 or 3 spatial dimensions: forward, backward data, backward weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from ...base import MXNetValueError
from . import abi, threads
from .abi import Arg
from .eltwise import Eltwise, post_op
from .layout import Layout, dims
from .library import Unsupported
from .primitive import Primitive, make_primitive

__all__ = ["Conv"]

_AVX512 = "jit:avx512"


@dataclass(frozen=True)
class Conv:
    """A convolution's geometry, and the builder of its primitives.

    Parameters
    ----------
    src : (N, C, *spatial).
    weights : (O, C / groups, *kernel), as MXNet has it.
    stride, dilation : per spatial axis, default 1 (a dilation of 1 is an ordinary kernel, as in MXNet).
    pad_lo, pad_hi : zeros before and after, per spatial axis; default 0, and `pad_hi` defaults to `pad_lo`.

    Every builder takes optional layouts; those not given are chosen by oneDNN and can be read off the primitive.
    Raises `Unsupported` where oneDNN has no implementation for the layouts given, or only its very slow reference.
    """

    src: tuple[int, ...]
    weights: tuple[int, ...]
    stride: tuple[int, ...] = ()
    dilation: tuple[int, ...] = ()
    pad_lo: tuple[int, ...] = ()
    pad_hi: tuple[int, ...] = ()
    groups: int = 1

    def __post_init__(self) -> None:
        n = len(self.src) - 2
        if n not in (1, 2, 3):
            raise MXNetValueError(f"Convolution: data must have 3, 4 or 5 dimensions, got shape {self.src}")
        for name, default in (("stride", (1,) * n), ("dilation", (1,) * n), ("pad_lo", (0,) * n)):
            _fill(self, name, default, n)
        _fill(self, "pad_hi", self.pad_lo, n)
        for name in ("src", "weights"):
            object.__setattr__(self, name, tuple(int(v) for v in getattr(self, name)))
        g, w = self.groups, self.weights
        if len(w) != n + 2 or g < 1 or self.src[1] % g or w[0] % g or w[1] != self.src[1] // g:
            raise MXNetValueError(
                f"Convolution: weight shape {w} does not fit data shape {self.src} with num_group={g}; "
                f"expected (num_filter, {self.src[1] // max(g, 1)}, *kernel)"
            )
        if min(self.dst) < 1 or min(self.stride) < 1 or min(self.dilation) < 1:
            raise MXNetValueError(
                f"Convolution: kernel {w[2:]} with dilation {self.dilation}, stride {self.stride} and padding "
                f"{self.pad_lo}/{self.pad_hi} does not fit data of shape {self.src}"
            )

    @cached_property
    def dst(self) -> tuple[int, ...]:
        """(N, O, *spatial) of the result."""
        spatial = (
            (x + lo + hi - (k - 1) * d - 1) // s + 1
            for x, k, s, d, lo, hi in zip(
                self.src[2:], self.weights[2:], self.stride, self.dilation, self.pad_lo, self.pad_hi
            )
        )
        return (self.src[0], self.weights[0], *spatial)

    @property
    def grouped_weights(self) -> tuple[int, ...]:
        """The weights' shape as oneDNN counts it: (groups, O/groups, C/groups, *kernel), without groups as it is."""
        g, w = self.groups, self.weights
        return w if g == 1 else (g, w[0] // g, *w[1:])

    def forward(
        self,
        *,
        bias: bool = True,
        training: bool = True,
        activation: str | Eltwise | None = None,
        accumulate: bool = False,
        src: Layout | None = None,
        weights: Layout | None = None,
        dst: Layout | None = None,
        n_threads: int | None = None,
        algorithm: str = "direct",
    ) -> Primitive:
        """SRC, WEIGHTS, [BIAS] -> DST = act(conv + bias [+ old DST]).

        `activation` is "relu", "tanh", "sigmoid", ... or an `Eltwise`; `accumulate` adds to what DST holds, before the
        activation. `algorithm` "auto" allows Winograd, which is less exact.
        """
        n_threads = threads.default_threads() if n_threads is None else n_threads
        return _forward(self, bias, training, activation, accumulate, src, weights, dst, n_threads, algorithm)

    def forward_of_plain(self, *, bias: bool = True, activation: str | Eltwise | None = None) -> Primitive:
        """`forward` for a single call: SRC comes in the plain layout, and stays so where that is no slower.

        It is for less than 16 channels, with AVX-512 (measured).
        """
        if self.weights[1] < 16 and self.groups == 1:
            try:
                found = self.forward(bias=bias, activation=activation, training=False, src=Layout.plain(self.src))
                if found.implementation.startswith(_AVX512):
                    return found
            except Unsupported:
                pass
        return self.forward(bias=bias, activation=activation, training=False)

    def backward_data(
        self,
        *,
        diff_dst: Layout | None = None,
        weights: Layout | None = None,
        diff_src: Layout | None = None,
        n_threads: int | None = None,
    ) -> Primitive:
        """DIFF_DST, WEIGHTS -> DIFF_SRC.

        For up to four channels per group the layouts not given are plain: blocks would be padding mostly, and the
        gemm implementation is 3 to 4 times as fast (measured: LeNet's and ResNet's first layers).
        """
        if self.weights[1] <= 4 and self.groups == 1 and diff_src is None and diff_dst is None:
            diff_src, diff_dst = Layout.plain(self.src), Layout.plain(self.dst)
        n_threads = threads.default_threads() if n_threads is None else n_threads
        return _backward_data(self, diff_dst, weights, diff_src, n_threads)

    def backward_weights(
        self,
        *,
        bias: bool = True,
        src: Layout | None = None,
        diff_dst: Layout | None = None,
        diff_weights: Layout | None = None,
        n_threads: int | None = None,
    ) -> Primitive:
        """SRC, DIFF_DST -> DIFF_WEIGHTS, [DIFF_BIAS].

        Where the channels fill no blocks of 16, the layouts not given are channels last, if that allows AVX-512: up to
        2.5 times as fast as what oneDNN chooses (measured for 4 to 50 channels; LeNet's second layer).
        """
        n_threads = threads.default_threads() if n_threads is None else n_threads
        given = src, diff_dst, diff_weights
        if self.weights[1] >= 4 and self.weights[1] % 16 and self.groups == 1 and given == (None, None, None):
            try:
                found = _backward_weights(self, bias, None, Layout.channels_last(self.dst), None, n_threads)
                if found.implementation.startswith(_AVX512):
                    return found
            except Unsupported:
                pass
        return _backward_weights(self, bias, *given, n_threads)

    def _geometry(self) -> tuple:
        dilation = tuple(d - 1 for d in self.dilation)
        return dims(self.stride), dims(dilation), dims(self.pad_lo), dims(self.pad_hi)


def _fill(spec: object, name: str, default: tuple[int, ...], n: int) -> None:
    value = tuple(int(v) for v in getattr(spec, name)) or default
    if len(value) != n:
        raise MXNetValueError(f"{type(spec).__name__}: {name} must have {n} entries, got {value}")
    object.__setattr__(spec, name, value)


@lru_cache(maxsize=256)
def _forward(
    c: Conv, bias: bool, training: bool, activation: str | Eltwise | None, accumulate: bool,
    src: Layout | None, weights: Layout | None, dst: Layout | None, n_threads: int, algorithm: str,
) -> Primitive:  # fmt: skip
    return _not_reference(
        make_primitive(
            "convolution_forward",
            (Arg.SRC, Arg.WEIGHTS, Arg.BIAS, Arg.DST),
            abi.FORWARD_TRAINING if training else abi.FORWARD_INFERENCE,
            {"direct": abi.CONV_DIRECT, "auto": abi.CONV_AUTO}[algorithm],
            Layout.wish(c.src, src),
            Layout.wish(c.grouped_weights, weights),
            Layout.plain(c.weights[:1]) if bias else None,
            Layout.wish(c.dst, dst),
            *c._geometry(),
            n_threads=n_threads,
            activation=post_op(activation),
            accumulate=accumulate,
            what=str(c),
        ),
        c,
    )


@lru_cache(maxsize=256)
def _backward_data(
    c: Conv, diff_dst: Layout | None, weights: Layout | None, diff_src: Layout | None, n_threads: int
) -> Primitive:
    return _not_reference(
        make_primitive(
            "convolution_backward_data",
            (Arg.DIFF_DST, Arg.WEIGHTS, Arg.DIFF_SRC),
            abi.CONV_DIRECT,
            Layout.wish(c.src, diff_src),
            Layout.wish(c.grouped_weights, weights),
            Layout.wish(c.dst, diff_dst),
            *c._geometry(),
            _hint(c, n_threads),
            n_threads=n_threads,
            what=str(c),
        ),
        c,
    )


@lru_cache(maxsize=256)
def _backward_weights(
    c: Conv, bias: bool, src: Layout | None, diff_dst: Layout | None, diff_weights: Layout | None, n_threads: int
) -> Primitive:
    return _not_reference(
        make_primitive(
            "convolution_backward_weights",
            (Arg.SRC, Arg.DIFF_DST, Arg.DIFF_WEIGHTS, Arg.DIFF_BIAS),
            abi.CONV_DIRECT,
            Layout.wish(c.src, src),
            Layout.wish(c.grouped_weights, diff_weights),
            Layout.plain(c.weights[:1]) if bias else None,
            Layout.wish(c.dst, diff_dst),
            *c._geometry(),
            _hint(c, n_threads),
            n_threads=n_threads,
            what=str(c),
        ),
        c,
    )


def _not_reference(primitive: Primitive, c: Conv) -> Primitive:
    if primitive.is_reference:
        raise Unsupported(f"oneDNN {primitive.kind}: only the reference implementation fits {c} with {primitive}")
    return primitive


def _hint(c: Conv, n_threads: int) -> Primitive:
    return _forward(c, False, True, None, False, None, None, None, n_threads, "direct")
