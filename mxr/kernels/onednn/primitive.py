"""Primitives: an operation on given layouts, and its binding to addresses as one foreign call."""

from __future__ import annotations

import ctypes as C
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NoReturn

import numpy as np

from ...base import MXNetValueError
from ...core import locks
from ..buffers import address as address_of
from ..native import block_of
from ..routines import routine
from . import abi, threads
from .abi import Arg, Query
from .layout import Layout
from .library import Library, OneDNNError, library
from .signals import held_back

__all__ = ["Bound", "Memories", "Primitive", "arg_name", "make_primitive"]


def arg_name(arg: int) -> str:
    """The name of an argument: SRC, DIFF_WEIGHTS, MULTIPLE_SRC+2, ..."""
    if arg > Arg.MULTIPLE_SRC:
        return f"MULTIPLE_SRC+{arg - Arg.MULTIPLE_SRC}"
    return Arg(arg).name


class Primitive:
    """An operation that knows the layouts it wants. Immutable and shared: builders cache it by its arguments.

    Attributes
    ----------
    layouts : {Arg: Layout} of everything `bind` must be given, SCRATCHPAD and WORKSPACE among them where needed.
    kind, implementation : "convolution_forward", and oneDNN's name for the kernel it chose ("jit:avx512_core").
    threads : OpenMP threads it was made for, and must run with.
    """

    def __init__(self, kind: str, pd: int, args: Iterable[int], n_threads: int) -> None:
        lib = library()
        self.kind, self.pd, self.threads = kind, pd, n_threads
        self._lib = lib
        self._prim = 0
        self._lock = locks.lock()
        self.layouts: dict[int, Layout] = {}
        for arg in (*args, Arg.WORKSPACE, Arg.SCRATCHPAD):
            layout = Layout.copy_of(lib.primitive_desc_query_md(pd, Query.EXEC_ARG, arg))
            if layout is not None:
                self.layouts[arg] = layout
        text = C.c_char_p()
        lib.check(lib.primitive_desc_query(pd, Query.IMPL, 0, C.byref(text)), kind)
        self.implementation = (text.value or b"").decode()

    def __getitem__(self, arg: int) -> Layout:
        try:
            return self.layouts[arg]
        except KeyError:
            have = ", ".join(arg_name(a) for a in self.layouts)
            raise MXNetValueError(f"oneDNN {self.kind} has no {arg_name(arg)}; it has {have}") from None

    def get(self, arg: int) -> Layout | None:
        """The layout wanted for `arg`, None where the primitive has no such argument."""
        return self.layouts.get(arg)

    @property
    def is_reference(self) -> bool:
        """Whether only oneDNN's reference code fits: correct, but for convolutions 100 to 1,000 times slower."""
        return self.implementation.startswith("ref")

    @property
    def scratchpad_bytes(self) -> int:
        """Bytes of temporary memory that a run needs; no value is kept in it between runs."""
        layout = self.layouts.get(Arg.SCRATCHPAD)
        return 0 if layout is None else layout.nbytes

    @property
    def handle(self) -> int:
        """The dnnl_primitive_t. Created (kernel code is generated) on first use."""
        if not self._prim:
            with self._lock:
                if not self._prim:
                    with threads.use(self.threads):
                        self._prim = self._lib.make("primitive_create", self.pd, what=self.kind)
        return self._prim

    def bind(self, addresses: Mapping[int, int], keep: Any = None, shared: Memories | None = None) -> Bound:
        """Fixes the memory: `addresses` gives one address for each of `layouts`. The memory must outlive the result,
        which holds on to `keep`.

        SCRATCHPAD and WORKSPACE may be given to a primitive that has none. Addresses should be multiples of 64. With
        `shared` the arguments cannot be moved.
        """
        missing = [a for a in self.layouts if not addresses.get(a)]
        if missing:
            names = ", ".join(map(arg_name, missing))
            raise MXNetValueError(f"oneDNN {self.kind}: no address given for {names}")
        for arg in addresses:
            if arg not in self.layouts and arg not in (Arg.SCRATCHPAD, Arg.WORKSPACE):
                have = ", ".join(arg_name(a) for a in self.layouts)
                raise MXNetValueError(f"oneDNN {self.kind}: unexpected argument {arg_name(arg)}; it takes {have}")
        return Bound(self, {a: int(addresses[a]) for a in self.layouts}, keep, shared)

    def __del__(self) -> None:
        if self.__dict__.get("_prim"):
            self._lib.primitive_destroy(self._prim)
        if "_lib" in self.__dict__:
            self._lib.primitive_desc_destroy(self.pd)

    def __repr__(self) -> str:
        parts = ", ".join(f"{arg_name(a)} {x.tag}" for a, x in self.layouts.items() if a != Arg.SCRATCHPAD)
        return f"<{self.kind} {self.implementation}: {parts}>"


def _memory(lib: Library, layout: Layout, address: int) -> int:
    """A dnnl_memory_t."""
    return lib.make("memory_create", layout.md, lib.engine, address)


class Memories:
    """dnnl_memory_t by layout and address, which the calls of a plan share: each takes 1,000 bytes and 2 us."""

    def __init__(self) -> None:
        self._lib = library()
        self._made: dict[tuple[Layout, int], int] = {}

    def at(self, layout: Layout, address: int) -> int:
        """The one for an address; it must not be moved."""
        found = self._made.get((layout, address))
        if found is None:
            found = self._made[layout, address] = _memory(self._lib, layout, address)
        return found

    def __del__(self) -> None:
        for memory in getattr(self, "_made", {}).values():
            self._lib.memory_destroy(memory)


class Bound:
    """A primitive with its addresses. Calling it runs it once, with the number of threads that it was made for.

    Attributes
    ----------
    row : (address of dnnl_primitive_execute, primitive, stream, number of arguments, address of arguments): the whole
        call as integers. Valid while this object lives. The C result is 0 on success.
    call : the same as a callable without checks; returns the status. Wants ``threads.use(primitive.threads)`` around.
    threads, held : what a table has to see to: OpenMP threads, and whether signals must wait.
    """

    __slots__ = (
        "_args",
        "_block",
        "_keep",
        "_lib",
        "_memories",
        "_native",
        "_shared",
        "call",
        "held",
        "primitive",
        "row",
        "threads",
    )

    call: Callable[[], int]

    def __init__(
        self, primitive: Primitive, addresses: Mapping[int, int], keep: Any = None, shared: Memories | None = None
    ) -> None:
        lib = library()
        self.primitive, self._lib, self._keep, self._shared = primitive, lib, keep, shared
        self._block: Any = None
        self._native: tuple[int, int] | None = None
        self.threads = primitive.threads
        self._memories: dict[int, int] = {}  # its own
        layouts = primitive.layouts
        if shared is None:
            for arg, address in addresses.items():
                self._memories[arg] = _memory(lib, layouts[arg], address)
            handles = self._memories
        else:
            handles = {arg: shared.at(layouts[arg], address) for arg, address in addresses.items()}
        words = [word for pair in handles.items() for word in pair]
        self._args = np.array(words, np.int64)  # pairs of dnnl_exec_arg_t: an int, 4 bytes of nothing, a pointer
        self.row = (lib.execute_address, primitive.handle, lib.stream, len(addresses), address_of(self._args))
        call = partial(lib.execute, *self.row[1:])
        # with several threads: those that gomp starts would take the signals that this one holds back
        self.held = "gemm" in primitive.implementation or primitive.threads > 1
        self.call = held_back(call) if self.held else call

    @property
    def native(self) -> tuple[int, int] | None:
        """(function, block) as a row of a table; None without generated code."""
        if self._native is None:
            function = routine("execute")
            if not function:
                return None
            self._block = block_of(*self.row)
            self._native = function, address_of(self._block)
        return self._native

    def __call__(self) -> None:
        # more threads than the primitive was made for would overrun its scratchpad
        if threads.is_set(self.threads):
            status = self.call()
        else:
            with threads.use(self.threads):
                status = self.call()
        if status:
            self.failed(status)

    def failed(self, status: int) -> NoReturn:
        """Raises the error that a status other than 0 stands for."""
        raise OneDNNError(f"oneDNN {self.primitive.kind}: {abi.STATUS.get(status, status)}")

    def move(self, arg: int, address: int) -> None:
        """Gives one argument another address (same layout)."""
        self._lib.memory_set_data_handle(self.memory(arg), address)

    def memory(self, arg: int) -> int:
        """The dnnl_memory_t of an argument, for callers that move it very often."""
        if self._shared is not None:
            raise MXNetValueError(
                f"oneDNN {self.primitive.kind}: {arg_name(arg)} cannot be moved, other calls use its memory"
            )
        return self._memories[arg]

    def __del__(self) -> None:
        for memory in getattr(self, "_memories", {}).values():
            self._lib.memory_destroy(memory)


class _Attributes:
    """dnnl_primitive_attr_t: the caller owns the scratchpad (a primitive then runs on any thread), and post-ops."""

    def __init__(self, activation: tuple[int, float, float] | None, accumulate: bool) -> None:
        lib = self.lib = library()
        self.handle = lib.make("primitive_attr_create")
        lib.check(lib.primitive_attr_set_scratchpad_mode(self.handle, abi.SCRATCHPAD_USER), "scratchpad mode")
        if activation or accumulate:
            ops = lib.make("post_ops_create")
            try:
                if accumulate:
                    lib.check(lib.post_ops_append_sum(ops, 1.0, 0, abi.F32), "post-op sum")
                if activation:
                    lib.check(lib.post_ops_append_eltwise(ops, *activation), "post-op eltwise")
                lib.check(lib.primitive_attr_set_post_ops(self.handle, ops), "post-ops")
            finally:
                lib.post_ops_destroy(ops)

    def __del__(self) -> None:
        self.lib.primitive_attr_destroy(self.handle)


def make_primitive(
    kind: str,
    args: Iterable[int],
    *create_args: Any,
    n_threads: int,
    activation: tuple[int, float, float] | None = None,
    accumulate: bool = False,
    what: str = "",
    function_args: Callable[[int, int], tuple[Any, ...]] | None = None,
) -> Primitive:
    """Calls dnnl_`kind`_primitive_desc_create(out, engine, *create_args, attributes).

    Layouts and primitives among `create_args` are passed by handle; `function_args(engine, attributes)` replaces the
    whole list where a function has another order.
    """
    lib = library()
    attributes = _Attributes(activation, accumulate)
    if function_args is not None:
        call = function_args(lib.engine, attributes.handle)
    else:
        call = (lib.engine, *(_handle(a) for a in create_args), attributes.handle)
    with threads.use(n_threads) as n:
        pd = lib.make(f"{kind}_primitive_desc_create", *call, what=f"{kind} {what}".rstrip())
        return Primitive(kind, pd, args, n)


def _handle(value: Any) -> Any:
    if isinstance(value, Layout):
        return value.md
    if isinstance(value, Primitive):
        return value.pd
    return value
