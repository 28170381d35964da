"""Compiled kernels: what one does, calling it, the cache in the process and compiling many at once."""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...base import MXNetError, MXNetTypeError, MXNetValueError, suggest
from ..buffers import address as address_of
from ..native import bits_of
from .builder import Builder
from .engine import LOCK, Engine, engine
from .nest import Nest
from .program import Operand, Program, name_of

_byte_bounds: Any = np.lib.array_utils.byte_bounds if hasattr(np.lib, "array_utils") else getattr(np, "byte_bounds")  # noqa: B009
_PROTO = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)  # ctypes releases the GIL around the call


class BoundKernel:
    """A kernel with its arrays: calling it runs it. Keeps the arrays alive.

    ``block`` is the int64 array that the C function reads; ``native`` (address of the function, address of the block)
    is the call as a row of a table.
    """

    __slots__ = ("_arrays", "_pointer", "_run", "block", "kernel", "native")

    def __init__(self, kernel: Kernel, block: np.ndarray, arrays: Any) -> None:
        self.kernel = kernel
        self.block = block
        self._arrays = arrays
        self.native = (kernel.address, address_of(block))
        self._pointer = ctypes.c_void_p(self.native[1])
        self._run = kernel.function

    def __call__(self) -> None:
        self._run(self._pointer)

    def set_param(self, name: str, value: float) -> None:
        """Change a dynamic scalar for the calls that follow."""
        self.block[self.kernel.slot(name)] = bits_of(value)


class Kernel:
    """A compiled program.

    Attributes
    ----------
    address : int, C function ``int64_t f(int64_t *block)``, which returns 0; the block holds the operands' addresses
        in order, then the params as doubles (their bits).
    operands, params, domain, reduce_axes : as given.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.operands, self.params, self.domain = program.operands, program.params, program.domain
        self.reduce_axes = program.reduce_axes
        self.address = 0
        self.function: Any = None

    def _attach(self, address: int) -> None:
        self.address = address
        self.function = _PROTO(address)

    def __repr__(self) -> str:
        text = "; ".join(f"{s[0]} = {s[1]}" for s in self.program.stmts)
        return f"<Kernel {text} over {self.domain}>"

    def over(self, program: Program) -> Kernel:
        """The kernel of a program that may differ in the extent of an open dimension."""
        if program.domain == self.domain and program.values == self.program.values:
            return self
        other = Kernel(program)
        other.address, other.function = self.address, self.function
        return other

    def slot(self, name: str) -> int:
        if name not in self.params:
            raise MXNetValueError(
                f"kernel has no param {name!r}.{suggest(name, self.params)} Known: {', '.join(self.params) or 'none'}."
            )
        return len(self.operands) + self.params.index(name)

    def may_alias(self, source: str, output: str) -> bool:
        """Whether input `source` may be the very memory of `output`: same layout, and read no later than written."""
        by_name = {o.name: k for k, o in enumerate(self.operands)}
        a, b = by_name[source], by_name[output]
        first, second = self.operands[a], self.operands[b]
        if not second.is_output or first.strides != second.strides:
            return False
        if np.dtype(first.dtype).itemsize != np.dtype(second.dtype).itemsize:
            return False
        p = self.program
        return p.inputs_until.get(a, 0) <= p.store_stage[b]

    def block(self, addresses: Sequence[int], params: Mapping[str, float] | None = None) -> np.ndarray:
        """The int64 block for raw addresses (for plans that own their memory)."""
        if len(addresses) != len(self.operands):
            raise MXNetValueError(f"{len(addresses)} address(es) for {len(self.operands)} operand(s)")
        return np.array([*addresses, *self._numbers(params)], np.int64)

    def _numbers(self, params: Mapping[str, float] | None) -> Sequence[int]:
        """The words of a block after the addresses: the params and the extent of an open dimension."""
        if not params:
            numbers = self.program.numbers
            if numbers is not None:
                return numbers
        values = {**self.program.values, **(params or {})}
        missing = [p for p in self.params if p not in values]
        if missing or len(values) != len(self.params):
            unknown = [n for n in values if n not in self.params]
            raise MXNetValueError(f"params: missing {missing}, unknown {unknown}; expected {list(self.params)}")
        return [*(bits_of(values[p]) for p in self.params), self.program.open_extent]

    def bind_addresses(
        self, addresses: Sequence[int], params: Mapping[str, float] | None = None, keep: Any = None
    ) -> BoundKernel:
        """Bind to raw addresses; nothing is checked. `keep` is held as long as the result."""
        return BoundKernel(self, self.block(addresses, params), keep)

    def bind(
        self, arrays: Sequence[np.ndarray] | Mapping[str, np.ndarray], params: Mapping[str, float] | None = None
    ) -> BoundKernel:
        """Bind to NumPy arrays, in the operands' order or by name.

        Each array's first element is where the operand's strides start. Checked: dtype, that the strided accesses stay
        inside the array's memory, that outputs are writeable.
        """
        if isinstance(arrays, Mapping):
            absent = [o.name for o in self.operands if o.name not in arrays]
            if absent or len(arrays) != len(self.operands):
                raise MXNetValueError(f"arrays: expected {[o.name for o in self.operands]}, got {list(arrays)}")
            arrays = [arrays[o.name] for o in self.operands]
        if len(arrays) != len(self.operands):
            raise MXNetValueError(f"{len(arrays)} array(s) for {len(self.operands)} operand(s)")
        for o, a, (low, high) in zip(self.operands, arrays, self.program.reach):
            if not isinstance(a, np.ndarray) or name_of(a.dtype) != o.dtype:
                got = a.dtype.name if isinstance(a, np.ndarray) else type(a).__name__
                raise MXNetTypeError(f"operand {o.name!r}: expected a {o.dtype} array, got {got}")
            if o.is_output and not a.flags.writeable:
                raise MXNetValueError(f"operand {o.name!r}: the output array is read-only")
            if low < 0 or high > a.nbytes or not a.flags.c_contiguous:
                self._check_reach(o, a, low, high)
        return self.bind_addresses([address_of(a) for a in arrays], params, tuple(arrays))

    def _check_reach(self, o: Operand, a: np.ndarray, low: int, high: int) -> None:
        """The bytes from `low` to `high` after an array's first element must lie in its memory."""
        bounds, start = _byte_bounds(a), a.ctypes.data
        if high and (start + low < bounds[0] or start + high > bounds[1]):
            raise MXNetValueError(
                f"operand {o.name!r}: strides {o.strides} over {self.domain} reach outside an array of shape {a.shape}"
            )

    def __call__(self, *arrays: np.ndarray, **params: float) -> None:
        """Bind and run once."""
        self.bind(arrays, params)()


def compile_many(programs: Sequence[Program], generator: Engine | None = None) -> list[Kernel]:
    """Kernels of many programs, compiled as one module; equal programs share one kernel. Thread-safe."""
    with LOCK:
        generator = generator or engine()
        fresh: dict[Any, tuple[Kernel, str]] = {}
        functions: list[str] = []
        declares: dict[str, str] = {}
        helpers: dict[str, str] = {}
        distinct = {id(p): p for p in programs}  # of a large graph, most are the same few
        for program in distinct.values():
            if program.key in generator.kernels or program.key in fresh:
                continue
            program.analyse(generator.vector_bytes)
            name = f"k{len(fresh)}"
            b = Builder(name)
            functions.append(Nest(program, b).emit())
            _check_support(program, b, generator)
            declares.update(b.declares)
            helpers.update(b.helpers)
            fresh[program.key] = (Kernel(program), name)
        if fresh:
            parts = [*sorted(declares.values()), *(helpers[k] for k in sorted(helpers)), *functions, _ATTRIBUTES]
            addresses = generator.compile("\n".join(parts), [name for _, name in fresh.values()])
            for (key, (kernel, _)), address in zip(fresh.items(), addresses):
                kernel._attach(address)
                generator.kernels[key] = kernel
        kernels = {i: generator.kernels[program.key].over(program) for i, program in distinct.items()}
        return [kernels[id(program)] for program in programs]


def _check_support(program: Program, b: Builder, generator: Engine) -> None:
    missing = b.libm - generator.symbols
    if missing:
        raise MXNetError(f"the C math library of this platform lacks {', '.join(sorted(missing))}")
    half = [o.name for o in program.operands if o.dtype == "float16"] + [n.op for n in program.live if n.op == "half"]
    if half and not generator.half:
        raise MXNetError(f"operand {half[0]!r}: float16 kernels need a CPU that converts float16 (F16C or ARM64)")


_ATTRIBUTES = 'attributes #0 = { nounwind "no-trapping-math"="true" "prefer-vector-width"="512" }\n'


def module_text(program: Program, vector_bytes: int = 64) -> str:
    """The IR of a program for vectors of so many bytes, for looking at; needs no llvmlite."""
    program = Program(
        program.stmts, program.operands, program.domain, program.params, program.reduce_axes, program.open_end,
        program.values,
    )  # fmt: skip
    program.analyse(vector_bytes)
    b = Builder("k0")
    text = Nest(program, b).emit()
    return "\n".join([*sorted(b.declares.values()), *b.helpers.values(), text, _ATTRIBUTES])


def digest(program: Program) -> str:
    """A stable name for a program."""
    return hashlib.sha256(repr(program.key).encode()).hexdigest()[:16]
