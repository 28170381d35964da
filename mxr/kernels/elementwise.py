"""Single calls of elementwise operators, and their gradients, as one generated pass over the memory.

The loops come from the scalar expressions of the declarations, one for each operator: they serve all shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.expr import FUNCTIONS, Expr
from ..core.kernel_table import gradients, kernels
from ..core.op import OpDef, all_ops
from . import jit_enabled
from .flat import flat
from .half import computes_half

__all__ = ["attach"]

# Fewer elements than this take NumPy no longer than the call of a kernel.
SMALL = 1024


def attach() -> None:
    """Offers kernels for all operators with expressions that NumPy does not have as one function."""
    for op in all_ops().values():
        if op.expr is not None:
            kernels[op.name] = _forward(op)
        if op.grad_exprs is not None:
            gradients[op.name] = _gradient(op)


def _composed(e: Expr) -> bool:
    """Whether NumPy needs more than one pass over the memory."""
    if any(isinstance(part, tuple) and part[0] not in ("name", "const") for part in e.tree[1:]):
        return True
    function = FUNCTIONS.get(e.tree[0])
    return function is not None and (bool(function.steps) or not hasattr(np, function.call))


def _alike(shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> bool:
    if not all(s == shapes[0] for s in shapes) or not all(d == dtypes[0] for d in dtypes):
        return False
    return dtypes[0] == np.float32 or (dtypes[0] == np.float16 and computes_half(dtypes[0]))


def _serves(shape: tuple) -> bool:
    return math.prod(shape) >= SMALL and jit_enabled()


class _Pass:
    """One pass over arrays of one shape.

    Parameters
    ----------
    exprs : what to compute, over the names of the arrays and attributes of the call.
    names : the arrays, in the order of the call.
    dtype : of all arrays; float16 is computed in float32 and rounded once.
    """

    def __init__(self, exprs: Sequence[Expr], names: Sequence[str], shape: tuple[int, ...], dtype: np.dtype) -> None:
        self._shape, self._dtype, self._results = shape, dtype, len(exprs)
        used = {n for e in exprs for n in e.names}
        self._arrays = [i for i, n in enumerate(names) if n in used]
        self._params = tuple(sorted(used.difference(names)))
        results = [f"result{i}" for i in range(len(exprs))]
        operands = [(names[i], False, dtype.name) for i in self._arrays] + [(r, True, dtype.name) for r in results]
        self._loop = flat(tuple(zip(results, [e.text for e in exprs])), tuple(operands), self._params)

    def __call__(self, a: Any, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        outs = [np.empty(self._shape, self._dtype) for _ in range(self._results)]
        self.fill(a, outs, arrays)
        return outs

    def fill(self, a: Any, outs: Sequence[np.ndarray], arrays: Sequence[np.ndarray]) -> None:
        self._loop([*[arrays[i] for i in self._arrays], *outs], [getattr(a, p) for p in self._params])


class _Steps:
    """The same by NumPy, for few elements or where it needs one pass only."""

    def __init__(self, exprs: Sequence[Expr], names: Sequence[str], shape: tuple[int, ...], dtype: np.dtype) -> None:
        self._names = names
        self._functions = [(e.bind(np), e.names) for e in exprs]

    def __call__(self, a: Any, arrays: Sequence[np.ndarray]) -> list[Any]:
        values = dict(zip(self._names, arrays))
        return [f(*[values[n] if n in values else getattr(a, n) for n in needs]) for f, needs in self._functions]


def _quick(op: OpDef, a: Any, e: Expr) -> bool:
    """Whether NumPy takes no longer on float32."""
    return not _composed(e) or (op.name == "Activation" and a.act_type == "relu")


def _forward(op: OpDef) -> Callable[..., Any]:
    def make(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
        e = op.expr(a) if callable(op.expr) else op.expr
        if e is None or not _alike(shapes, dtypes) or not _serves(shapes[0]):
            return None
        if dtypes[0] == np.float32 and ((op.into is not None and not callable(op.expr)) or _quick(op, a, e)):
            return None
        walk = _Pass([e], op.input_names(a, len(shapes)), shapes[0], dtypes[0])

        def run(a: Any, *arrays: np.ndarray, **options: Any) -> Any:
            return walk(a, arrays)[0]

        def into(a: Any, outs: Sequence[np.ndarray], *arrays: np.ndarray, **options: Any) -> None:
            walk.fill(a, outs, arrays)

        run.into = into  # type: ignore[attr-defined]
        return run

    return make


def _gradient(op: OpDef) -> Callable[..., Any]:
    def make(
        a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
    ) -> Callable[..., Any] | None:
        assert op.grad_exprs is not None
        exprs = op.grad_exprs(a)
        chosen = [i for i, e in enumerate(exprs) if e is not None and wanted[i]]
        if not chosen or not _alike(shapes, dtypes):
            return None
        names = ("dy", *("out" if n == "outs" else n for n in op.grad_needs))
        half = dtypes[0] == np.float16
        if half and not _serves(shapes[0]):
            return None
        fused = half or (any(_composed(exprs[i]) for i in chosen) and _serves(shapes[0]))
        walk: Any = (_Pass if fused else _Steps)([exprs[i] for i in chosen], names, shapes[0], dtypes[0])

        def run(a: Any, dy: np.ndarray, *saved: np.ndarray) -> Sequence[Any]:
            grads: list[Any] = [None] * len(exprs)
            for i, g in zip(chosen, walk(a, (dy, *[s[0] if type(s) is tuple else s for s in saved]))):
                grads[i] = g
            return grads

        return run

    return make
