"""Moving data: between two layouts, and several tensors into one."""

from __future__ import annotations

import ctypes as C
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ...base import MXNetValueError
from . import threads
from .abi import Arg
from .layout import Layout
from .primitive import Primitive, make_primitive

__all__ = ["concat", "reorder"]


def reorder(src: Layout, dst: Layout, *, n_threads: int | None = None) -> Primitive:
    """SRC in one layout -> DST in the other; the shapes must agree."""
    if src.shape != dst.shape:
        raise MXNetValueError(f"oneDNN reorder: shapes {src.shape} and {dst.shape} differ")
    return _reorder(src, dst, threads.default_threads() if n_threads is None else n_threads)


@lru_cache(maxsize=512)
def _reorder(src: Layout, dst: Layout, n_threads: int) -> Primitive:
    def order(engine: int, attributes: int) -> tuple[Any, ...]:
        return src.md, engine, dst.md, engine, attributes

    args = (Arg.SRC, Arg.DST)
    return make_primitive("reorder", args, n_threads=n_threads, function_args=order, what=f"{src} to {dst}")


def concat(
    sources: Sequence[Layout], axis: int = 1, *, dst: Layout | None = None, n_threads: int | None = None
) -> Primitive:
    """MULTIPLE_SRC + i -> DST along `axis`; the result's layout is chosen by oneDNN unless given."""
    if not sources:
        raise MXNetValueError("Concat: at least one source is needed")
    first = sources[0].shape
    if not -len(first) <= axis < len(first):
        raise MXNetValueError(f"Concat: axis must be in [{-len(first)}, {len(first) - 1}], got {axis}")
    axis %= len(first)
    for s in sources:
        if s.shape[:axis] + s.shape[axis + 1 :] != first[:axis] + first[axis + 1 :]:
            raise MXNetValueError(f"Concat: shapes {first} and {s.shape} differ outside axis {axis}")
    return _concat(tuple(sources), axis, dst, threads.default_threads() if n_threads is None else n_threads)


@lru_cache(maxsize=256)
def _concat(sources: tuple[Layout, ...], axis: int, dst: Layout | None, n_threads: int) -> Primitive:
    n = len(sources)
    total = sum(s.shape[axis] for s in sources)
    shape = (*sources[0].shape[:axis], total, *sources[0].shape[axis + 1 :])
    target, mds = Layout.wish(shape, dst), (C.c_void_p * n)(*[s.md for s in sources])

    def order(engine: int, attributes: int) -> tuple[Any, ...]:
        return engine, target.md, n, axis, mds, attributes

    args = [*(Arg.MULTIPLE_SRC + i for i in range(n)), Arg.DST]
    return make_primitive("concat", args, n_threads=n_threads, function_args=order, what=f"to {shape}")
