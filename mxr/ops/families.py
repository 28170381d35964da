"""Families of operators that differ in one scalar expression: unary, binary (elementwise, broadcast, scalar).

One table row declares all members. The expression gives the array function, and the bodies that kernels fuse.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..core.expr import Expr, parse
from ..core.fspace import FSpace
from ..core.op import OpDef, register, zero_gradient
from ..core.params import Attrs, Bool, Float, Param
from ..core.quiet import quiet
from ..core.raw_f import RawF
from ..core.shapes import Frame, broadcast_rule, same_dtypes, same_shapes

__all__ = ["binary", "reduce_to", "unary"]

# Functions that MXNet registers with a second name `_sparse_...` too, because they keep the storage of sparse arrays.
_SPARSE_NAMES = frozenset(
    "abs arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil cos cosh degrees exp expm1 fix floor gamma gammaln log "
    "log10 log1p log2 negative radians relu rint round rsqrt sigmoid sign sin sinh sqrt square tan tanh trunc".split()
)


# Where the example of a function is taken, if not at [-1.5, 0, 2]: in its domain.
_POINTS = {
    **dict.fromkeys("sqrt rsqrt rcbrt log log10 log2 log1p arcsin arccos arctanh erfinv gamma gammaln digamma "
                    "reciprocal".split(), "[0.25, 0.5, 0.75]"),
    "arccosh": "[1, 1.5, 3]",
}  # fmt: skip


def evaluate(e: Expr, f: Any, values: dict[str, Any]) -> Any:
    """The expression over arrays of any F (an array module included), names bound to `values`."""
    arrays = [values[n] for n in e.names]
    return e.over(f, arrays) if isinstance(f, FSpace) else e.bind(f)(*arrays)


def unary(
    name: str,
    expr: str,
    grad: str | Callable[..., Any] | None,
    *,
    aliases: Iterable[str] = (),
    ufunc: str | None = None,
    params: dict[str, Param] | None = None,
    doc: str = "",
    quietly: bool = True,
    examples: tuple[str, ...] = (),
) -> OpDef:
    """An elementwise function of one array.

    Parameters
    ----------
    expr : in `data` and the names of `params`.
    grad : the gradient with regard to data, in `dy`, `data`, `out` and the names of `params`, or a rule; None is
        a gradient of zero.
    ufunc : name of the NumPy function that is the same, faster.
    """
    e = parse(expr)
    names = tuple(params or {})
    if name in _SPARSE_NAMES:
        aliases = (*aliases, f"_sparse_{name}")

    if ufunc is not None:

        def forward(xp: Any, a: Attrs, data: Any) -> Any:
            return _ufunc(xp, ufunc)(data)

        def into(xp: Any, a: Attrs, out: Any, data: Any) -> Any:
            return _ufunc(xp, ufunc)(data, out=out, casting="unsafe")  # of integers NumPy computes in double

    else:
        into = None  # type: ignore[assignment]

        def forward(xp: Any, a: Attrs, data: Any) -> Any:
            values = {n: getattr(a, n) for n in names}
            return evaluate(e, xp, {"data": data, **values})

    return register(
        OpDef(
            name,
            aliases=aliases,
            params=dict(params or {}),
            forward=quiet(forward) if quietly else forward,
            grad=grad if callable(grad) else _gradient([grad], ("data",), names),
            infer_shape=same_shapes,
            infer_type=same_dtypes,
            inplace=True,
            expr=e,
            into=None if into is None else (quiet(into) if quietly else into),
            doc=doc or f"Elementwise {name} of `data`; same shape and dtype (MXNet operator {name}).",
            examples=examples or (_example(name, f"nd.array({_POINTS.get(name, '[-1.5, 0, 2]')})"),),
        )
    )


def _gradient(
    texts: list[str | None], inputs: tuple[str, ...], params: tuple[str, ...], broadcast: bool = False
) -> Callable[..., Any]:
    """The grad function of a family: its signature names just what the expressions use."""
    if all(t is None for t in texts):
        return zero_gradient(len(inputs))
    exprs = [None if t is None else parse(t) for t in texts]
    used = {n for e in exprs if e is not None for n in e.names}
    needs = [n for n in (*inputs, "out") if n in used or (broadcast and n in inputs)]
    scope: dict[str, Any] = {}

    @quiet
    def run(f: Any, a: Attrs, dy: Any, values: dict[str, Any]) -> tuple:
        values["dy"] = dy
        for p in params:
            values[p] = getattr(a, p)
        fn = f.xp if isinstance(f, RawF) else f
        grads = [None if e is None else evaluate(e, fn, values) for e in exprs]
        if broadcast:
            grads = [g if g is None else reduce_to(f, g, values[n].shape) for g, n in zip(grads, inputs)]
        return tuple(grads)

    args = "".join(f", {n}" for n in needs)
    body = ", ".join(f"{n!r}: {n}" for n in needs)
    exec(f"def grad(F, a, dy{args}):\n    return run(F, a, dy, {{{body}}})\n", {"run": run}, scope)
    grad = scope["grad"]
    if not broadcast:
        grad.exprs = lambda a: exprs
    return grad


def reduce_to(f: Any, g: Any, shape: tuple[int, ...]) -> Any:
    """Sums a gradient over the axes along which an input of `shape` was broadcast."""
    if g.shape == shape:
        return g
    lead = len(g.shape) - len(shape)
    axes = tuple(i for i in range(len(g.shape)) if i < lead or (shape[i - lead] == 1 and g.shape[i] != 1))
    if axes:
        g = f.sum(g, axis=axes, keepdims=True)
    return g if g.shape == shape else f.Reshape(g, shape=shape)


def binary(
    stem: str,
    expr: str,
    grads: tuple[str | None, str | None],
    *,
    elemwise: Iterable[str] = (),
    broadcast: Iterable[str] = (),
    scalar: Iterable[str] = (),
    rscalar: Iterable[str] = (),
    ufunc: str | None = None,
    compare: bool = False,
    doc: str = "",
) -> None:
    """All members of a two-argument function: each iterable has the canonical name first, then aliases.

    Parameters
    ----------
    expr : in `lhs` and `rhs`.
    grads : gradients with regard to lhs and rhs, in dy, lhs, rhs, out.
    compare : the result is 0/1 in the dtype of the operands.
    """
    e = parse(expr)

    def forward(xp: Any, a: Attrs, lhs: Any, rhs: Any) -> Any:
        out = _ufunc(xp, ufunc)(lhs, rhs) if ufunc is not None else evaluate(e, xp, {"lhs": lhs, "rhs": rhs})
        return out if out.dtype is lhs.dtype or out.dtype == lhs.dtype else out.astype(lhs.dtype)

    def into(xp: Any, a: Attrs, out: Any, lhs: Any, rhs: Any) -> Any:
        assert ufunc is not None
        return _ufunc(xp, ufunc)(lhs, rhs, out=out, casting="unsafe")

    shared = {
        "forward": quiet(forward),
        "into": quiet(into) if ufunc is not None else None,
        "expr": e,
        "infer_type": same_dtypes,
        "inplace": True,
        "inputs": ("lhs", "rhs"),
    }
    what = doc or f"`{expr}` of two arrays"
    for names, rule, wide in ((tuple(elemwise), same_shapes, False), (tuple(broadcast), broadcast_rule, True)):
        if names:
            register(
                OpDef(
                    names[0],
                    aliases=names[1:],
                    grad=_gradient(list(grads), ("lhs", "rhs"), (), broadcast=wide),
                    infer_shape=rule,
                    doc=f"{what}{', broadcast together' if wide else ' of one shape'} (MXNet operator {names[0]}).",
                    examples=(_example(names[0], "nd.array([[1, 2, 3], [4, 5, 6]])", _RIGHT[wide]),),
                    **shared,  # type: ignore[arg-type]
                )
            )
    _scalar_members(stem, expr, grads, tuple(scalar), tuple(rscalar), ufunc, compare, what)


_RIGHT = {False: "nd.array([[3, 2, 1], [1, 5, 0.5]])", True: "nd.array([[2], [5]])"}


def _example(name: str, *args: str) -> str:
    return f"nd.{'_internal.' if name.startswith('_') else ''}{name}({', '.join(args)})"


def _ufunc(xp: Any, name: str) -> Any:
    f = getattr(xp, name)
    if name == "power":
        return functools.partial(_power, f)
    return functools.partial(_mod, xp) if name == "mod" else f


def _mod(xp: Any, x: Any, y: Any, **out: Any) -> Any:
    """Zero for a zero divisor, as in MXNet; NumPy gives NaN."""
    zero = xp.equal(y, 0)
    r = xp.asarray(xp.mod(x, y, **out))  # a number for 0-dimensional input
    if zero.any():
        r[xp.broadcast_to(zero, r.shape)] = 0
    return r


def _power(power: Any, x: Any, y: Any, **out: Any) -> Any:
    """Integers to negative powers by way of floats, as in MXNet; NumPy refuses them."""
    try:
        return power(x, y, **out)
    except ValueError as e:
        if "negative integer powers" not in str(e):
            raise
        return power(x, y, **{**out, "dtype": np.float64, "casting": "unsafe"})


def _scalar_members(
    stem: str,
    expr: str,
    grads: tuple[str | None, str | None],
    scalar: tuple[str, ...],
    rscalar: tuple[str, ...],
    ufunc: str | None,
    compare: bool,
    what: str,
) -> None:
    for names, array_side in ((scalar, "lhs"), (rscalar, "rhs")):
        if not names:
            continue
        other = "rhs" if array_side == "lhs" else "lhs"
        text = _rename(expr, {array_side: "data", other: "scalar"})
        g = grads[0 if array_side == "lhs" else 1]
        e = parse(text)
        swap = array_side == "rhs"

        def forward(xp: Any, a: Attrs, data: Any, *, e: Expr = e, swap: bool = swap) -> Any:
            if data.dtype.kind == "b":
                data = data.astype(np.int64)
            s = _scalar_as(a.scalar, data.dtype)
            if ufunc is not None:
                out = _ufunc(xp, ufunc)(s, data) if swap else _ufunc(xp, ufunc)(data, s)
            else:
                out = evaluate(e, xp, {"data": data, "scalar": s})
            return out if out.dtype == data.dtype else out.astype(data.dtype)

        def into(xp: Any, a: Attrs, out: Any, data: Any, *, swap: bool = swap) -> Any:
            assert ufunc is not None
            s = _scalar_as(a.scalar, out.dtype)
            args = (s, data) if swap else (data, s)
            return _ufunc(xp, ufunc)(*args, out=out, casting="unsafe")

        register(
            OpDef(
                names[0],
                aliases=names[1:],
                params={
                    "scalar": Float(1.0, "The number."),
                    "is_int": Bool(True, "Whether the number was given as an integer."),
                },
                forward=quiet(forward),
                into=quiet(into) if ufunc is not None else None,
                grad=_gradient(
                    [None if g is None else _rename(g, {array_side: "data", other: "scalar"})], ("data",), ("scalar",)
                ),
                infer_shape=same_shapes,
                infer_type=_with_number,
                inplace=True,
                expr=e,
                dynamic=("scalar", "is_int"),
                doc=f"{what}, with a number for {other} (MXNet operator {names[0]}).",
                examples=(_example(names[0], "nd.array([1, 2, 3])", "scalar=2"),),
            )
        )


def _with_number(a: Attrs, s: Frame) -> None:
    """The output has the input's dtype; truth values count as int64 beside a number."""
    if s[0] is not None and s[0].kind == "b":
        s.out_dtype(0, np.dtype(np.int64))
    else:
        same_dtypes(a, s)


def _scalar_as(value: float, dtype: np.dtype) -> Any:
    """The number in the array's dtype (an integer array truncates it), so that NumPy's promotion changes nothing."""
    if dtype.kind in "iu":
        return np.array(int(value) if np.isfinite(value) else 0).astype(dtype)[()]
    return dtype.type(value)


def _rename(text: str, names: dict[str, str]) -> str:
    import re

    return re.sub(r"\b(" + "|".join(names) + r")\b", lambda m: names[m[1]], text)
