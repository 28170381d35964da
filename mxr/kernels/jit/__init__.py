"""CPU kernels generated from scalar expressions: fused elementwise code, reductions, softmax.

Statements ``(name, expression[, dtype])`` in the language of :mod:`mxr.core.expr` are computed over a `domain` of loop
extents; :class:`Operand` says how an array lies in it. A kernel compiles in about 10 ms through LLVM (llvmlite,
imported on first use; :func:`available`), is found again in the process by its content, and its object code in the
user's cache directory.

    >>> from mxr.kernels import jit
    >>> k = jit.compile_fused(
    ...     [("y", "tanh(x + b)")],
    ...     [jit.Operand("x", "float32", (256, 1)), jit.Operand("b", "float32", (0, 1)),
    ...      jit.Operand("y", "float32", (256, 1), True)],
    ...     (128, 256))                                         # doctest: +SKIP
    >>> run = k.bind([x, b, y])                                 # doctest: +SKIP
    >>> run()                                                   # doctest: +SKIP

Rules of typing: an expression is computed in the type its operands promote to (a float wins over any integer; numbers
and params are weak; transcendental functions and ``/`` of integers in float64, of 8-bit integers in float32), then cast
to the statement's dtype (third element, or the output operand's dtype). float16 computes in float32.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...base import MXNetValueError
from . import rows
from .engine import available, why_not
from .kernel import BoundKernel, Kernel, compile_many, module_text
from .program import Operand, Program

__all__ = [
    "BoundKernel", "Kernel", "Operand", "Program", "available", "collapse", "compile_flat", "compile_fused",
    "compile_many", "compile_program", "compile_reduce", "fused", "module_text", "reduce", "rows", "why_not",
]  # fmt: skip

Stmts = Sequence[Sequence[str]]


def fused(stmts: Stmts, operands: Sequence[Operand], domain: Sequence[int], params: Sequence[str] = ()) -> Program:
    """The :class:`Program` of :func:`compile_fused`, for :func:`compile_many`."""
    return Program(stmts, operands, domain, params)


def reduce(
    stmts: Stmts,
    operands: Sequence[Operand],
    domain: Sequence[int],
    reduce_axes: Sequence[int],
    op: str = "sum",
    params: Sequence[str] = (),
) -> Program:
    """The :class:`Program` of :func:`compile_reduce`, for :func:`compile_many`."""
    if op not in ("sum", "mean", "prod", "max", "min"):
        raise MXNetValueError(f"op: expected sum, mean, prod, max or min, got {op!r}")
    ndim = len(domain)
    axes = {a % ndim for a in reduce_axes if -ndim <= a < ndim}
    reduced = {o.name for o in operands if o.is_output and not any(o.strides[a] for a in axes)}
    last = {s[0]: k for k, s in enumerate(stmts)}
    wrapped = [
        (s[0], f"r{op}({s[1]})", *s[2:]) if s[0] in reduced and last[s[0]] == k else tuple(s)
        for k, s in enumerate(stmts)
    ]
    return Program(wrapped, operands, domain, params, reduce_axes)


def compile_fused(
    stmts: Stmts, operands: Sequence[Operand], domain: Sequence[int], params: Sequence[str] = ()
) -> Kernel:
    """A kernel that evaluates `stmts` at every point of `domain`.

    Parameters
    ----------
    stmts : (name, expression) or (name, expression, dtype), in order; a name may be used by later ones. A statement
        named as an output operand fills it. An output may be read before it is assigned: its old value.
    operands : in the order of the block. An output may share memory with an input of equal strides and item size
        (:meth:`Kernel.may_alias` says so); two outputs never may.
    domain : loop extents; any may be 0 or 1. Dimensions are merged and reordered as suits.
    params : names of float scalars that change from call to call without compiling.

    Raises MXNetValueError / MXNetTypeError naming the statement or operand; MXNetError where llvmlite is missing.
    """
    return compile_many([fused(stmts, operands, domain, params)])[0]


def compile_reduce(
    stmts: Stmts,
    operands: Sequence[Operand],
    domain: Sequence[int],
    reduce_axes: Sequence[int],
    op: str = "sum",
    params: Sequence[str] = (),
) -> Kernel:
    """As :func:`compile_fused`; outputs with stride 0 along all `reduce_axes` receive their statement reduced by `op`.

    Other outputs are stored element by element in the same pass (a bias gradient beside the activation's gradient).
    op : sum, mean, prod, max, min (the last two let nan through). float32 and float16 sums longer than 8 terms a lane
    accumulate in float64; integer sums in int64. An empty reduction gives the operation's identity.
    """
    return compile_many([reduce(stmts, operands, domain, reduce_axes, op, params)])[0]


def compile_flat(stmts: Stmts, names: Sequence[tuple], params: Sequence[str] = ()) -> Kernel:
    """A kernel for arrays of any length, without gaps; the block ends with that length.

    names : (name, whether it is an output[, dtype: float32]).
    """
    operands = [Operand(name, dtype[0] if dtype else "float32", (1,), output) for name, output, *dtype in names]
    return compile_many([Program(stmts, operands, (1,), params, open_end=True)])[0]


def compile_program(
    stmts: Stmts,
    operands: Sequence[Operand],
    domain: Sequence[int],
    reduce_axes: Sequence[int] = (),
    params: Sequence[str] = (),
) -> Kernel:
    """The general form: expressions may contain rsum rmean rprod rmax rmin over `reduce_axes`, and ``axis_index(d)``.

    Statements before and after a reduction become passes over the same rows, in registers where rows are short:
    ``m = rmean(x); v = rmean((x-m)**2); y = (x-m)*rsqrt(v+eps)*gamma+beta`` is a whole layer normalisation. Assigning
    an output twice (``y = exp(x-rmax(x)); y = y/rsum(y)``) uses its memory as scratch between passes.
    """
    return compile_many([Program(stmts, operands, domain, params, reduce_axes)])[0]


def collapse(shape: Sequence[int], strides: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """`shape` and the strides of several arrays with neighbouring dimensions merged where all arrays allow it.

    Dimensions of extent 1 vanish. The kernels do this themselves; it is here for planning (equal keys, thread splits).
    """
    kept: list[tuple[int, list[int]]] = []
    for d, extent in enumerate(shape):
        if extent == 1:
            continue
        here = [s[d] for s in strides]
        if kept and all(a == b * extent for a, b in zip(kept[-1][1], here)):
            kept[-1] = (kept[-1][0] * extent, here)
        else:
            kept.append((extent, here))
    return tuple(k[0] for k in kept), [tuple(k[1][i] for k in kept) for i in range(len(strides))]
