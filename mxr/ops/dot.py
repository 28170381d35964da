"""Matrix products: dot and batch_dot."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.op import op
from ..core.params import Bool, Choice

__all__: list[str] = []

Shape = tuple[int, ...]


def _stype() -> Choice:
    return Choice(("csr", "default", "row_sparse"), None, "Storage type of the output, where an input is sparse.")


def _wide(xp: Any, *arrays: Any) -> tuple[Any, ...]:
    """float16 is added up in float32."""
    return tuple(x.astype(np.float32) if x.dtype == np.float16 else x for x in arrays)


def _plain(a: Any, lhs: Any, rhs: Any) -> tuple[Any, Any]:
    """Two matrices, transposed as the parameters say."""
    if lhs is rhs and a.transpose_a != a.transpose_b:
        rhs = rhs.copy()  # else NumPy uses syrk and then mirrors the result in a slow loop
    return lhs.T if a.transpose_a else lhs, rhs.T if a.transpose_b else rhs


def _flags(a: Any, lhs: Shape, rhs: Shape) -> tuple[bool, bool]:
    """Whether each side is really transposed: a vector never is."""
    return a.transpose_a and len(lhs) > 1, a.transpose_b and len(rhs) > 1


def _ends(shape: Shape, transposed: bool) -> tuple[int, Shape]:
    """(length of the contracted axis, the other axes) of the left side; the right side is its mirror."""
    return (shape[0], shape[1:]) if transposed else (shape[-1], shape[:-1])


@op("dot", aliases=("_sparse_dot",), inputs="lhs rhs")
class Dot:
    """Sums over the last axis of `lhs` and the first of `rhs`; vectors and more dimensions too (MXNet operator dot).

    (i, j, k) dot (k, l, m) is (i, j, l, m). `transpose_a` contracts the first axis of lhs instead, `transpose_b`
    the last of rhs. Two vectors give shape (1,). Equal dtypes; float16 is added up in float32.
    """

    transpose_a = Bool(False, "Whether to contract the first axis of lhs.")
    transpose_b = Bool(False, "Whether to contract the last axis of rhs.")
    forward_stype = _stype()
    examples = ("nd.dot(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([[1, 0], [0, 1], [1, 1]]))",)

    def infer_shape(a, s):
        if s[0] is None or s[1] is None:
            return
        if len(s[0]) == len(s[1]) == 1 and (a.transpose_a or a.transpose_b):
            s.fail("Cannot transpose vectors")
        ta, tb = _flags(a, s[0], s[1])
        k, left = _ends(s[0], ta)
        n, right = _ends(s[1], not tb)
        if k != n and -1 not in (k, n):
            s.fail(
                f"dot shape error: {s[0]} X {s[1]}: the contracted axes have lengths {k} and {n}"
                + (f" (transpose_a={a.transpose_a}, transpose_b={a.transpose_b})" if ta or tb else "")
            )
        s.out(0, left + right or (1,))

    def forward(xp, a, lhs, rhs):
        if lhs.ndim == 2 and rhs.ndim == 2 and lhs.dtype != np.float16:
            return xp.dot(*_plain(a, lhs, rhs))
        ta, tb = _flags(a, lhs.shape, rhs.shape)
        k, left = _ends(lhs.shape, ta)
        _, right = _ends(rhs.shape, not tb)
        x, y = _wide(xp, lhs, rhs)
        x = x.reshape(k, math.prod(left)).T if ta else x.reshape(math.prod(left), k)
        y = y.reshape(math.prod(right), k).T if tb else y.reshape(k, math.prod(right))
        return xp.dot(x, y).astype(lhs.dtype, copy=False).reshape(left + right or (1,))

    def into(xp, a, out, lhs, rhs):
        if lhs.ndim == 2 and rhs.ndim == 2 and lhs.dtype != np.float16:
            return xp.dot(*_plain(a, lhs, rhs), out=out)
        out[...] = Dot.forward(xp, a, lhs, rhs)
        return out

    def grad(F, a, dy, lhs, rhs):
        ta, tb = _flags(a, lhs.shape, rhs.shape)
        x, y = lhs, rhs
        if not len(lhs.shape) == len(rhs.shape) == 2:
            k, left = _ends(lhs.shape, ta)
            _, right = _ends(rhs.shape, not tb)
            m, n = math.prod(left), math.prod(right)
            x = F.Reshape(lhs, shape=(k, m) if ta else (m, k))
            y = F.Reshape(rhs, shape=(n, k) if tb else (k, n))
            dy = F.Reshape(dy, shape=(m, n))
        dx = F.dot(y, dy, transpose_a=tb, transpose_b=True) if ta else F.dot(dy, y, transpose_b=not tb)
        dz = F.dot(dy, x, transpose_a=True, transpose_b=ta) if tb else F.dot(x, dy, transpose_a=not ta)
        if x is not lhs:
            dx, dz = F.reshape_like(dx, lhs), F.reshape_like(dz, rhs)
        return dx, dz


def _dot_cost(a: Any, ins: Any, outs: Any) -> float:
    k, _ = _ends(ins[0], _flags(a, ins[0], ins[1])[0])
    return 2.0 * k * math.prod(outs[0])


Dot.cost = _dot_cost


@op("batch_dot", inputs="lhs rhs")
class BatchDot:
    """(..., m, k) times (..., k, n) to (..., m, n), one product for each index in front (MXNet operator batch_dot)."""

    transpose_a = Bool(False, "Whether lhs is (..., k, m).")
    transpose_b = Bool(False, "Whether rhs is (..., n, k).")
    forward_stype = _stype()
    examples = ("nd.batch_dot(nd.ones((2, 1, 3)), nd.ones((2, 3, 2)))",)

    def infer_shape(a, s):
        if s[0] is None or s[1] is None:
            return
        lhs, rhs = s[0], s[1]
        if len(lhs) != len(rhs) or len(lhs) < 3:
            s.fail(f"batch_dot currently only support N-D*N-D array (N >= 3), got {lhs} v.s. {rhs}")
        if any(x != y and -1 not in (x, y) for x, y in zip(lhs[:-2], rhs[:-2])):
            s.fail(f"batch_dot shape error (the leading batch dimensions must be equal): {lhs} X {rhs}")
        m, k = reversed(lhs[-2:]) if a.transpose_a else lhs[-2:]
        j, n = reversed(rhs[-2:]) if a.transpose_b else rhs[-2:]
        if k != j and -1 not in (k, j):
            s.fail(
                f"batch_dot shape error: {lhs} X {rhs} with transpose_a={a.transpose_a}, transpose_b={a.transpose_b}: "
                f"the contracted axes have lengths {k} and {j}"
            )
        s.out(0, tuple(max(x, y) for x, y in zip(lhs[:-2], rhs[:-2])) + (m, n))

    def forward(xp, a, lhs, rhs):
        x, y = _wide(xp, lhs, rhs)
        out = xp.matmul(x.swapaxes(-1, -2) if a.transpose_a else x, y.swapaxes(-1, -2) if a.transpose_b else y)
        return out.astype(lhs.dtype, copy=False)

    def into(xp, a, out, lhs, rhs):
        if lhs.dtype == np.float16:
            out[...] = BatchDot.forward(xp, a, lhs, rhs)
            return out
        x, y = (v.swapaxes(-1, -2) if t else v for v, t in ((lhs, a.transpose_a), (rhs, a.transpose_b)))
        return xp.matmul(x, y, out=out)

    def grad(F, a, dy, lhs, rhs):
        ta, tb = a.transpose_a, a.transpose_b
        dx = F.batch_dot(rhs, dy, transpose_a=tb, transpose_b=True) if ta else F.batch_dot(dy, rhs, transpose_b=not tb)
        dz = F.batch_dot(dy, lhs, transpose_a=True, transpose_b=ta) if tb else F.batch_dot(lhs, dy, transpose_a=not ta)
        return dx, dz


BatchDot.cost = lambda a, ins, outs: 2.0 * math.prod(outs[0]) * ins[0][-2 if a.transpose_a else -1]
