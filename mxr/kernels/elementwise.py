"""Single calls of elementwise operators, and their gradients, as one generated pass over the memory.

The loops come from the scalar expressions of the declarations. Generating one takes some milliseconds, so a signature
gets its kernel when it comes again and again; until then NumPy runs the declaration.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.expr import FUNCTIONS, Expr
from ..core.kernel_table import gradients, kernels
from ..core.op import OpDef, all_ops
from ..core.tape import raw_f
from . import jit_enabled
from .jit.kernel import _bits
from .products import address

__all__ = ["attach"]

# Fewer elements than this take NumPy no longer than the call of a kernel.
SMALL = 1024
# Calls of a signature that NumPy serves.
COLD = 2


def attach() -> None:
    """Offers kernels for all operators with expressions that NumPy does not have as one function."""
    for op in all_ops().values():
        if op.expr is not None and (op.into is None or callable(op.expr)):
            kernels[op.name] = _forward(op)
        if op.grad_exprs is not None:
            gradients[op.name] = _gradient(op)


def _composed(e: Expr) -> bool:
    """Whether NumPy needs more than one pass over the memory."""
    if any(isinstance(part, tuple) and part[0] not in ("name", "const") for part in e.tree[1:]):
        return True
    function = FUNCTIONS.get(e.tree[0])
    return function is not None and (bool(function.steps) or not hasattr(np, function.call))


def _serves(shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> bool:
    return (
        all(s == shapes[0] for s in shapes)
        and all(d == np.float32 for d in dtypes)
        and math.prod(shapes[0]) >= SMALL
        and jit_enabled()
    )


class _Pass:
    """One pass over arrays of one shape.

    Parameters
    ----------
    exprs : what to compute, over the names of the arrays and attributes of the call.
    names : the arrays, in the order of the call.
    """

    def __init__(self, exprs: Sequence[Expr], names: Sequence[str], shape: tuple[int, ...]) -> None:
        self._exprs, self._shape = exprs, shape
        used = {n for e in exprs for n in e.names}
        self._arrays = [(i, n) for i, n in enumerate(names) if n in used]
        self._params = sorted(used.difference(names))
        self._block = ctypes.c_int64 * (len(self._arrays) + len(exprs) + len(self._params))
        self._cold, self._run = COLD, None

    def ready(self) -> bool:
        """Whether there is a kernel; counts the calls before it is made."""
        if self._run is None:
            self._cold -= 1
            if self._cold >= 0:
                return False
            self._run = self._compile()
        return True

    def _compile(self) -> Any:
        from . import jit

        operands = [jit.Operand(n, "float32", (1,)) for _, n in self._arrays]
        operands += [jit.Operand(f"result{i}", "float32", (1,), True) for i in range(len(self._exprs))]
        stmts = [(f"result{i}", e.text) for i, e in enumerate(self._exprs)]
        return jit.compile_fused(stmts, operands, (math.prod(self._shape),), self._params).function

    def __call__(self, a: Any, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        outs = [np.empty(self._shape, np.float32) for _ in self._exprs]
        self.fill(a, outs, arrays)
        return outs

    def fill(self, a: Any, outs: Sequence[np.ndarray], arrays: Sequence[np.ndarray]) -> None:
        block = self._block(
            *[address(arrays[i]) for i, _ in self._arrays],
            *[address(x) for x in outs],
            *[_bits(getattr(a, p)) for p in self._params],
        )
        self._run(ctypes.addressof(block))


def _forward(op: OpDef) -> Callable[..., Any]:
    def make(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
        e = op.expr(a) if callable(op.expr) else op.expr
        if e is None or not _composed(e) or not _serves(shapes, dtypes):
            return None
        if op.name == "Activation" and a.act_type == "relu":
            return None
        walk = _Pass([e], op.input_names(a, len(shapes)), shapes[0])

        def run(a: Any, *arrays: np.ndarray, **options: Any) -> Any:
            return walk(a, arrays)[0] if walk.ready() else op.forward(np, a, *arrays, **options)

        def into(a: Any, outs: Sequence[np.ndarray], *arrays: np.ndarray, **options: Any) -> None:
            if walk.ready():
                walk.fill(a, outs, arrays)
            else:
                outs[0][...] = op.forward(np, a, *arrays, **options)

        run.into = into  # type: ignore[attr-defined]
        return run

    return make


def _gradient(op: OpDef) -> Callable[..., Any]:
    def make(
        a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
    ) -> Callable[..., Any] | None:
        assert op.grad_exprs is not None and op.grad is not None
        exprs = op.grad_exprs(a)
        chosen = [i for i, e in enumerate(exprs) if e is not None and wanted[i]]
        if not any(_composed(exprs[i]) for i in chosen) or not _serves(shapes, dtypes):
            return None
        walk, rule = _Pass([exprs[i] for i in chosen], ("dy", *op.grad_needs), shapes[0]), op.grad

        def run(a: Any, dy: np.ndarray, *saved: np.ndarray) -> Sequence[Any]:
            if not walk.ready():
                grads = rule(raw_f(np), a, dy, *saved)
                return grads if isinstance(grads, tuple | list) else (grads,)
            grads = [None] * len(exprs)
            for i, g in zip(chosen, walk(a, (dy, *saved))):
                grads[i] = g
            return grads

        return run

    return make
