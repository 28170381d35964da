"""Layouts: how a tensor lies in memory. Plain means NumPy's row-major order; others are oneDNN's (blocked, padded)."""

from __future__ import annotations

import ctypes as C
import weakref
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import prod

from ...base import MXNetValueError
from ...core import locks
from . import abi
from .abi import Query
from .library import library

__all__ = ["Layout", "dims"]

_Dims = C.c_int64 * 12


def dims(values: Sequence[int]) -> C.Array[C.c_int64]:
    """A dnnl_dims_t."""
    return _Dims(*values)


class Layout:
    """An immutable memory descriptor. Equal live layouts are one object, so ``is``, ``==`` and dict keys agree.

    Attributes
    ----------
    shape : logical dimensions. Grouped convolution weights are (groups, O/groups, I/groups, *kernel); their plain
        layout has the same bytes as MXNet's (O, I/groups, *kernel).
    dtype : NumPy name of the element type ("uint8" for opaque work spaces).
    nbytes : bytes needed, padding included.
    is_plain : row-major without gaps, the same bytes as a C-contiguous NumPy array of `shape`.
    is_padded : more elements than `shape` has. The extra ones must be zero (oneDNN's primitives keep them so): an
        elementwise kernel of another origin may run over the bytes only if it maps zero to zero.
    tag : readable name, as "abcd" (plain), "acdb" (channels last), "aBcd16b" (channels in blocks of 16), or "opaque".
    """

    __slots__ = ("__weakref__", "_destroy", "dtype", "is_padded", "is_plain", "md", "nbytes", "shape", "tag")
    _interned: weakref.WeakValueDictionary[tuple, Layout] = weakref.WeakValueDictionary()
    _lock = locks.rlock()

    md: int
    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    is_plain: bool
    is_padded: bool
    _destroy: Callable[[int], object]
    tag: str

    def __new__(cls) -> Layout:
        raise TypeError("use Layout.plain, Layout.channels_last, Layout.blocked, or a primitive's layouts")

    @staticmethod
    def plain(shape: Sequence[int]) -> Layout:
        """Row-major float32 of 1 to 12 dimensions; those asked for often are kept."""
        return _plain(tuple(shape))

    @staticmethod
    def strided(shape: Sequence[int], strides: Sequence[int]) -> Layout:
        """Float32 with explicit strides, in elements; those asked for often are kept."""
        return _strided(tuple(shape), tuple(strides))

    @staticmethod
    def _make_strided(shape: tuple[int, ...], strides: tuple[int, ...]) -> Layout:
        shape = tuple(int(n) for n in shape)
        if not 1 <= len(shape) <= 12 or len(strides) != len(shape) or min(shape) < 1:
            raise MXNetValueError(f"oneDNN layout: shape must have 1 to 12 dimensions, all >= 1, got {shape}")
        lib = library()
        md = lib.make(
            "memory_desc_create_with_strides", len(shape), dims(shape), abi.F32, dims(strides), what=f"layout {shape}"
        )
        return Layout._intern(md)

    @staticmethod
    def channels_last(shape: Sequence[int]) -> Layout:
        """(N, C, *spatial) stored as (N, *spatial, C)."""
        shape = tuple(shape)
        inner = _row_major((shape[0], *shape[2:], shape[1]))
        return Layout._make_strided(shape, (inner[0], 1, *inner[1:-1]))

    @staticmethod
    def blocked(shape: Sequence[int], block: int = 16) -> Layout:
        """(N, C, *spatial) with channels in blocks of 8 or 16 ("nChw16c"); 1 to 3 spatial dimensions."""
        name = f"aB{'cdefg'[: len(shape) - 2]}{block}b"
        if name not in abi.TAGS:
            raise MXNetValueError(f"oneDNN layout: no blocked layout for shape {tuple(shape)} in blocks of {block}")
        lib = library()
        what = f"layout {name}"
        return Layout._intern(
            lib.make("memory_desc_create_with_tag", len(shape), dims(shape), abi.F32, abi.TAGS[name], what=what)
        )

    @staticmethod
    def copy_of(md: int | None) -> Layout | None:
        """The layout of a descriptor that belongs to oneDNN; None for the empty one."""
        if not md or not library().memory_desc_get_size(md):
            return None
        return Layout._intern(library().make("memory_desc_clone", md))

    @staticmethod
    def wish(shape: Sequence[int], layout: Layout | None = None) -> Layout:
        """`layout`, checked against `shape`; without one the layout "any", which leaves the choice to a primitive."""
        shape = tuple(int(n) for n in shape)
        if layout is not None:
            if layout.shape != shape:
                raise MXNetValueError(f"oneDNN: a layout for shape {layout.shape} was given where {shape} was expected")
            return layout
        lib = library()
        what = f"tensor of shape {shape}"
        return Layout._intern(
            lib.make("memory_desc_create_with_tag", len(shape), dims(shape), abi.F32, abi.ANY, what=what)
        )

    @staticmethod
    def _intern(md: int) -> Layout:
        """Takes over `md`; returns the one live Layout object for it."""
        lib = library()
        facts = _Facts(md)
        key = facts.key()
        with Layout._lock:
            i = 0  # descriptors with equal facts may still differ in what oneDNN does not tell
            while (known := Layout._interned.get((key, i))) is not None:
                if lib.memory_desc_equal(known.md, md):
                    lib.memory_desc_destroy(md)
                    return known
                i += 1
            self = object.__new__(Layout)
            self._destroy = lib.memory_desc_destroy
            self.md, self.shape, self.dtype = md, facts.shape, facts.dtype
            self.nbytes = lib.memory_desc_get_size(md)
            self.tag = facts.tag()
            self.is_plain = facts.is_plain()
            self.is_padded = self.nbytes > prod(self.shape) * facts.itemsize
            Layout._interned[(key, i)] = self
            return self

    def __del__(self) -> None:
        self._destroy(self.md)

    @property
    def elements(self) -> int:
        """Stored float32 elements, padding included."""
        return self.nbytes // 4

    def __repr__(self) -> str:
        dtype = "" if self.dtype == "float32" else f" {self.dtype}"
        return f"<Layout {'x'.join(map(str, self.shape))} {self.tag}{dtype}>"


@lru_cache(maxsize=4096)
def _strided(shape: tuple[int, ...], strides: tuple[int, ...]) -> Layout:
    return Layout._make_strided(shape, strides)


@lru_cache(maxsize=4096)
def _plain(shape: tuple[int, ...]) -> Layout:
    return Layout._make_strided(shape, _row_major(shape))


def _row_major(shape: Sequence[int]) -> tuple[int, ...]:
    strides, step = [], 1
    for n in reversed(tuple(shape)):
        strides.append(step)
        step *= int(n)
    return tuple(reversed(strides))


class _Facts:
    """What a descriptor says about itself."""

    def __init__(self, md: int) -> None:
        self.md = md
        self.kind = self._int(Query.FORMAT_KIND)
        ndims = self._int(Query.NDIMS)
        self.shape = self._array(Query.DIMS, ndims)
        code = self._int(Query.DTYPE)
        self.dtype = abi.DTYPES.get(code, f"type {code}")
        self.itemsize = {"float64": 8, "float32": 4, "int32": 4, "float16": 2, "bfloat16": 2}.get(self.dtype, 1)
        self.strides: tuple[int, ...] = ()
        self.blocks: tuple[int, ...] = ()
        self.block_axes: tuple[int, ...] = ()
        if self.kind == 2:
            self.strides = self._array(Query.STRIDES, ndims)
            n = self._int(Query.INNER_NBLKS)
            self.blocks, self.block_axes = self._array(Query.INNER_BLKS, n), self._array(Query.INNER_IDXS, n)

    def _int(self, what: Query) -> int:
        out = C.c_int32()
        library().check(library().memory_desc_query(self.md, what, C.byref(out)), f"query {what.name}")
        return out.value

    def _array(self, what: Query, n: int) -> tuple[int, ...]:
        out = C.POINTER(C.c_int64)()
        library().check(library().memory_desc_query(self.md, what, C.byref(out)), f"query {what.name}")
        return tuple(out[:n])

    def key(self) -> tuple:
        return self.shape, self.dtype, self.kind, self.strides, self.blocks, self.block_axes

    def is_plain(self) -> bool:
        # the stride of an axis of length 1 addresses nothing
        want = _row_major(self.shape)
        return (
            self.kind == 2
            and not self.blocks
            and all(s == w or n == 1 for s, w, n in zip(self.strides, want, self.shape))
        )

    def tag(self) -> str:
        if self.kind != 2:
            return "any" if self.kind == 1 else "opaque"
        outer = list(self.shape)  # lengths without the inner blocks
        for b, i in zip(self.blocks, self.block_axes):
            outer[i] = -(-outer[i] // b)
        order = sorted(range(len(self.shape)), key=lambda i: (-self.strides[i], -outer[i], i))
        if self.is_plain():
            order = list(range(len(self.shape)))
        axes = "".join("abcdefghijkl"[i].upper() if i in self.block_axes else "abcdefghijkl"[i] for i in order)
        return axes + "".join(f"{b}{'abcdefghijkl'[i]}" for b, i in zip(self.blocks, self.block_axes))
