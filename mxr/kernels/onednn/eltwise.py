"""Elementwise operations in any layout: activations, two-operand arithmetic, sums."""

from __future__ import annotations

import ctypes as C
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...base import MXNetValueError, suggest
from . import abi, threads
from .abi import Arg
from .layout import Layout
from .primitive import Primitive, make_primitive

__all__ = ["Eltwise", "add_n", "binary", "post_op"]


@dataclass(frozen=True)
class Eltwise:
    """y = f(x; alpha, beta), f one of `abi.ELTWISE`.

    "relu" has slope `alpha` for x < 0; "elu" alpha; "linear" alpha*x+beta; "clip" to [alpha, beta]; "pow" alpha*x^beta;
    "softrelu" log(1+exp(alpha*x))/alpha with alpha = 1; "swish" x*sigmoid(alpha*x).
    """

    function: str
    alpha: float = 0.0
    beta: float = 0.0

    def __post_init__(self) -> None:
        if self.function not in abi.ELTWISE:
            raise _unknown("eltwise", self.function, abi.ELTWISE)
        if self.function in ("softrelu", "swish") and not self.alpha:
            object.__setattr__(self, "alpha", 1.0)

    @property
    def reads_dst(self) -> bool:
        """Whether the gradient can be had from y alone: x then need not be kept, and y may overwrite x."""
        return bool(abi.ELTWISE[self.function][1]) and not (self.function in ("relu", "elu") and self.alpha < 0)

    def forward(self, layout: Layout, *, training: bool = True, n_threads: int | None = None) -> Primitive:
        """SRC -> DST, both in `layout`; DST may be the memory of SRC."""
        return _forward(self, layout, training, threads.default_threads() if n_threads is None else n_threads)

    def backward(
        self,
        layout: Layout,
        *,
        diff: Layout | None = None,
        use_dst: bool | None = None,
        n_threads: int | None = None,
    ) -> Primitive:
        """DIFF_DST, and DST (where `use_dst`, default `reads_dst`) or SRC, in `layout` -> DIFF_SRC in `diff`
        (default `layout`) as DIFF_DST; DIFF_SRC may be the memory of DIFF_DST."""
        use_dst = self.reads_dst if use_dst is None else use_dst
        if use_dst and not self.reads_dst:
            raise MXNetValueError(f"oneDNN eltwise: the gradient of {self.function!r} cannot be computed from dst")
        n_threads = threads.default_threads() if n_threads is None else n_threads
        return _backward(self, layout, diff or layout, use_dst, n_threads)


def _unknown(kind: str, name: str, names: Iterable[str]) -> MXNetValueError:
    known = ", ".join(names)
    return MXNetValueError(f"oneDNN {kind}: unknown function {name!r}.{suggest(name, names)} Known: {known}")


def post_op(activation: str | Eltwise | None) -> tuple[int, float, float] | None:
    """The arguments of an eltwise post-op."""
    if activation is None:
        return None
    e = Eltwise(activation) if isinstance(activation, str) else activation
    return abi.ELTWISE[e.function][0], e.alpha, e.beta


@lru_cache(maxsize=256)
def _forward(e: Eltwise, layout: Layout, training: bool, n_threads: int) -> Primitive:
    return make_primitive(
        "eltwise_forward",
        (Arg.SRC, Arg.DST),
        abi.FORWARD_TRAINING if training else abi.FORWARD_INFERENCE,
        abi.ELTWISE[e.function][0],
        layout,
        layout,
        e.alpha,
        e.beta,
        n_threads=n_threads,
        what=f"{e} on {layout}",
    )


@lru_cache(maxsize=256)
def _backward(e: Eltwise, layout: Layout, diff: Layout, use_dst: bool, n_threads: int) -> Primitive:
    forward, from_dst = abi.ELTWISE[e.function]
    return make_primitive(
        "eltwise_backward",
        (Arg.DST if use_dst else Arg.SRC, Arg.DIFF_DST, Arg.DIFF_SRC),
        from_dst if use_dst else forward,
        diff,
        diff,
        layout,
        e.alpha,
        e.beta,
        _forward(e, layout, True, n_threads),
        n_threads=n_threads,
        what=f"{e} on {layout}",
    )


def binary(
    function: str, src: Layout, src1: Layout, *, dst: Layout | None = None, n_threads: int | None = None
) -> Primitive:
    """SRC, SRC1 -> DST = SRC op SRC1; op is add, sub, mul, div, max or min.

    `src1` broadcasts along axes where its shape has 1. `dst` defaults to the layout of `src`, and may be its memory.
    """
    if function not in abi.BINARY:
        raise _unknown("binary", function, abi.BINARY)
    n_threads = threads.default_threads() if n_threads is None else n_threads
    return _binary(function, src, src1, dst or src, n_threads)


@lru_cache(maxsize=256)
def _binary(function: str, src: Layout, src1: Layout, dst: Layout, n_threads: int) -> Primitive:
    args = (Arg.SRC, Arg.SRC1, Arg.DST)
    return make_primitive(
        "binary", args, abi.BINARY[function], src, src1, dst, n_threads=n_threads, what=f"{function} {src} {src1}"
    )


def add_n(
    sources: Sequence[Layout],
    *,
    scales: Sequence[float] | None = None,
    dst: Layout | None = None,
    n_threads: int | None = None,
) -> Primitive:
    """MULTIPLE_SRC + i -> DST = sum of scales[i] * source i; the layouts may differ. `dst` defaults to the first."""
    if not sources:
        raise MXNetValueError("oneDNN sum: at least one source is needed")
    scales = tuple(float(s) for s in scales) if scales is not None else (1.0,) * len(sources)
    if len(scales) != len(sources):
        raise MXNetValueError(f"oneDNN sum: {len(sources)} sources but {len(scales)} scales")
    n_threads = threads.default_threads() if n_threads is None else n_threads
    return _add_n(tuple(sources), scales, dst or sources[0], n_threads)


@lru_cache(maxsize=256)
def _add_n(sources: tuple[Layout, ...], scales: tuple[float, ...], dst: Layout, n_threads: int) -> Primitive:
    n = len(sources)
    c_scales, c_mds = (C.c_float * n)(*scales), (C.c_void_p * n)(*[s.md for s in sources])

    def order(engine: int, attributes: int) -> tuple[Any, ...]:
        return engine, dst.md, n, c_scales, c_mds, attributes

    args = [*(Arg.MULTIPLE_SRC + i for i in range(n)), Arg.DST]
    return make_primitive("sum", args, n_threads=n_threads, function_args=order, what=f"of {n} x {dst}")
