"""Small operators of the engine: comparison as one number, resets, copies with a given output, sparse helpers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base import MXNetError
from ...core.op import OpDef, get_op, op, register
from ...core.params import Attrs, Bool, Float, Int
from ..families import binary
from ..indexing import Embedding

__all__: list[str] = []


@op("_contrib_allclose", inputs="a b")
class AllClose:
    """1 where |a - b| <= atol + rtol * |b| for all elements, else 0: uint8 of shape () (MXNet _contrib_allclose)."""

    rtol = Float(9.99999975e-06, "Relative tolerance.")
    atol = Float(9.99999994e-09, "Absolute tolerance.")
    equal_nan = Bool(True, "Whether two NaN are equal.")
    examples = ("nd.contrib.allclose(nd.array([1, 2]), nd.array([1, 2.1]), atol=0.2)",)

    def infer_shape(a, s):
        shape = s[0] if s[0] is not None else s[1]
        s.set(0, shape)
        s.set(1, shape)
        s.out(0, ())

    def infer_type(a, s):
        dtype = s[0] or s[1]
        s.set_dtype(0, dtype)
        s.set_dtype(1, dtype)
        s.out_dtype(0, np.dtype(np.uint8))

    def forward(xp, a, x, y):
        close = xp.isclose(x, y, rtol=a.rtol, atol=a.atol, equal_nan=a.equal_nan)
        return xp.asarray(close.all()).astype(np.uint8)

    grad = None


_MOST = 4096  # arrays in one call


@op(
    "reset_arrays",
    inputs="array_",
    variadic="num_arrays",
    mutates=tuple(f"array_{i}" for i in range(_MOST)),
    outputs=(),
    visible=0,
)
class ResetArrays:
    """Sets all given arrays to zero, in place; no output (MXNet operator reset_arrays)."""

    num_arrays = Int(doc="Number of arrays.", lo=1, hi=_MOST)
    examples = ("(lambda x: [nd.reset_arrays(x, num_arrays=1), x][1])(nd.ones((2, 2)))",)

    def infer_shape(a, s):
        pass

    def infer_type(a, s):
        pass

    def forward(xp, a, *arrays):
        return tuple(xp.zeros((), x.dtype) for x in arrays)

    grad = None


def _refit_dtype(a: Attrs, shape: Any, dtype: Any) -> Attrs:
    return a.replace(dtype=np.dtype(dtype))


@op("_copyto")
class CopyTo:
    """`data` copied to the array given as `out`, in its dtype (MXNet operator _copyto)."""

    examples = ("nd._internal._copyto(nd.array([1.5, 2]), out=nd.zeros(2, dtype='int32'))",)

    def infer_type(a, s):
        s.out_dtype(0, getattr(a, "dtype", None) or s[0])

    def forward(xp, a, data):
        return data.astype(getattr(a, "dtype", data.dtype))

    def grad(F, a, dy, data):
        return F.Cast(dy, dtype=data.dtype)


get_op("_copyto").refit = _refit_dtype


@op("_set_value", inputs="", dynamic=("src",))
class SetValue:
    """Fills the array given as `out` with a number (MXNet operator _set_value)."""

    src = Float(doc="The number.")
    examples = ("nd._internal._set_value(src=3, out=nd.zeros((2, 2)))",)

    def infer_shape(a, s):
        if getattr(a, "shape", None) is None:
            s.fail("argument out is required: the array to fill")
        s.out(0, a.shape)

    def infer_type(a, s):
        s.out_dtype(0, getattr(a, "dtype", np.dtype(np.float32)))

    def forward(xp, a):
        return xp.full(a.shape, a.src).astype(a.dtype)

    grad = None


get_op("_set_value").refit = lambda a, shape, dtype: a.replace(shape=tuple(shape), dtype=np.dtype(dtype))


@op("_NoGradient", inputs="", hidden=True)
class NoGradient:
    """A place holder for a variable that has no gradient; it has no value and cannot be run (MXNet _NoGradient)."""

    def infer_shape(a, s):
        pass

    def forward(xp, a):
        raise MXNetError("_NoGradient: a place holder has no value")

    grad = None


# What these compute on the stored rows of a row_sparse array; on dense arrays they are the plain operators.
binary("plus", "lhs + rhs", ("dy", "dy"), scalar=("_scatter_plus_scalar",), ufunc="add")
binary("minus", "lhs - rhs", ("dy", "-dy"), scalar=("_scatter_minus_scalar",), ufunc="subtract")
binary("div", "lhs / rhs", ("dy / rhs", "-dy * out / rhs"), elemwise=("_scatter_elemwise_div",), ufunc="divide")
for _name, _doc, _example in (
    ("_scatter_plus_scalar", "`data` plus a number", "nd._internal._scatter_plus_scalar(nd.array([1, 2]), scalar=3)"),
    (
        "_scatter_minus_scalar",
        "`data` minus a number",
        "nd._internal._scatter_minus_scalar(nd.array([1, 2]), scalar=3)",
    ),
    ("_scatter_elemwise_div", "`lhs / rhs`", "nd._internal._scatter_elemwise_div(nd.array([1, 2]), nd.array([4, 4]))"),
):
    get_op(_name).doc = f"{_doc}; of a row_sparse array only the stored rows (MXNet operator {_name})."
    get_op(_name).examples = (_example,)


register(
    OpDef(
        "_contrib_SparseEmbedding",
        inputs=Embedding.inputs,
        params=dict(Embedding.params),
        forward=Embedding.forward,
        grad=Embedding.grad,
        infer_shape=Embedding.infer_shape,
        infer_type=Embedding.infer_type,
        doc="As Embedding; a row_sparse weight gets a row_sparse gradient (MXNet operator _contrib_SparseEmbedding).",
        examples=(
            "nd.contrib.SparseEmbedding(nd.array([1, 0]), nd.array([[1, 2], [3, 4]]), input_dim=2, output_dim=2)",
        ),
    )
)
