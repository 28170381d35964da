"""Functions of one array, element by element."""

from __future__ import annotations

from typing import Any

from ..core.op import OpDef, op, register, zero_gradient
from ..core.params import Attrs, Bool, DType, Float
from ..core.shapes import attr_dtype, same_dtypes, same_shapes
from . import polygamma
from .families import unary

_D2R = "0.017453292519943295"
_R2D = "57.29577951308232"

unary("abs", "abs(data)", "dy * sign(data)", ufunc="abs")
unary("sign", "sign(data)", "dy * 0")
unary("rint", "rint(data)", "dy * 0")
unary("round", "round(data)", "dy * 0", doc="`data` rounded to the nearest integer, halves away from zero.")
unary("ceil", "ceil(data)", "dy * 0", ufunc="ceil")
unary("floor", "floor(data)", "dy * 0", ufunc="floor")
unary("trunc", "trunc(data)", "dy * 0", ufunc="trunc")
unary("fix", "trunc(data)", "dy * 0", ufunc="trunc", doc="`data` rounded to the nearest integer towards zero.")
unary("square", "data * data", "dy * 2 * data", ufunc="square")
unary("sqrt", "sqrt(data)", "dy * 0.5 / out", ufunc="sqrt")
unary("rsqrt", "1 / sqrt(data)", "dy * -0.5 * out / data")
unary("cbrt", "cbrt(data)", "dy / (3 * out * out)", ufunc="cbrt")
unary("rcbrt", "1 / cbrt(data)", "dy * out / (-3 * data)")
unary("exp", "exp(data)", "dy * out", ufunc="exp")
unary("log", "log(data)", "dy / data", ufunc="log")
unary("log10", "log10(data)", "dy / (data * 2.302585092994046)", ufunc="log10")
unary("log2", "log2(data)", "dy / (data * 0.6931471805599453)", ufunc="log2")
unary("log1p", "log1p(data)", "dy / (1 + data)", ufunc="log1p")
unary("expm1", "expm1(data)", "dy * (out + 1)", ufunc="expm1")
unary("sin", "sin(data)", "dy * cos(data)", ufunc="sin")
unary("cos", "cos(data)", "-dy * sin(data)", ufunc="cos")
unary("tan", "tan(data)", "dy * (1 + out * out)", ufunc="tan")
unary("arcsin", "arcsin(data)", "dy / sqrt(1 - data * data)", ufunc="arcsin")
unary("arccos", "arccos(data)", "-dy / sqrt(1 - data * data)", ufunc="arccos")
unary("arctan", "arctan(data)", "dy / (1 + data * data)", ufunc="arctan")
unary("degrees", f"data * {_R2D}", f"dy * {_R2D}")
unary("radians", f"data * {_D2R}", f"dy * {_D2R}")
unary("sinh", "sinh(data)", "dy * cosh(data)", ufunc="sinh")
unary("cosh", "cosh(data)", "dy * sinh(data)", ufunc="cosh")
unary("tanh", "tanh(data)", "dy * (1 - out * out)", ufunc="tanh")
unary("arcsinh", "arcsinh(data)", "dy / sqrt(data * data + 1)", ufunc="arcsinh")
unary("arccosh", "arccosh(data)", "dy / sqrt(data * data - 1)", ufunc="arccosh")
unary("arctanh", "arctanh(data)", "dy / (1 - data * data)", ufunc="arctanh")
unary("erf", "erf(data)", "dy * 1.1283791670955126 * exp(-(data * data))")
unary("erfinv", "erfinv(data)", "dy * 0.8862269254527579 * exp(out * out)")
unary("gamma", "gamma(data)", "dy * out * digamma(data)")
unary("gammaln", "gammaln(data)", "dy * digamma(data)")
unary("digamma", "digamma(data)", lambda F, a, dy, data: dy * F._trigamma(data))
unary("sigmoid", "sigmoid(data)", "dy * out * (1 - out)")
unary("relu", "maximum(data, 0)", "dy * (out > 0)", doc="max(data, 0); NaN stays NaN (MXNet operator relu).")
unary("softsign", "data / (1 + abs(data))", "dy / square(1 + abs(data))")
unary("reciprocal", "1 / data", "-dy * out * out")
unary("negative", "-data", "-dy", aliases=("_np_negative",), ufunc="negative")
unary("logical_not", "data == 0", None)
unary(
    "hard_sigmoid",
    "minimum(maximum(alpha * data + beta, 0), 1)",
    "dy * alpha * ((out > 0) * (out < 1))",
    params={"alpha": Float(0.2, "Slope."), "beta": Float(0.5, "Offset.")},
    doc="max(0, min(1, alpha * data + beta)) (MXNet operator hard_sigmoid).",
)

unary(
    "smooth_l1",
    "where(abs(data) < 1 / (scalar * scalar), 0.5 * square(scalar * data), abs(data) - 0.5 / (scalar * scalar))",
    "dy * where(abs(data) < 1 / (scalar * scalar), scalar * scalar * data, sign(data))",
    params={
        "scalar": Float(1.0, "Where the parabola meets the lines: at 1/scalar**2."),
        "is_int": Bool(True, "Whether the number was given as an integer."),
    },
    doc="0.5*(scalar*x)**2 near zero, abs(x) - 0.5/scalar**2 beyond (Girshick 2015; MXNet operator smooth_l1).",
)


def _same(xp: Any, a: Attrs, data: Any) -> Any:
    return data


def _pass(F: Any, a: Attrs, dy: Any) -> Any:
    return dy


register(OpDef("_copy", aliases=("identity",), forward=_same, grad=_pass, view=True, inplace=True,
               doc="A copy of `data`, of the same shape and dtype (MXNet operator _copy).",
               examples=("nd.identity(nd.array([1, 2]))",)))  # fmt: skip
register(
    OpDef(
        "BlockGrad",
        aliases=("stop_gradient", "_sparse_stop_gradient"),
        forward=_same,
        grad=zero_gradient(),
        view=True,
        inplace=True,
        doc="`data` itself, through which no gradient flows (MXNet operator BlockGrad).",
        examples=("nd.stop_gradient(nd.array([1, 2]))",),
    )
)
for _name, _value in (("zeros_like", 0), ("ones_like", 1)):
    _like = register(
        OpDef(
            _name,
            aliases=("_sparse_zeros_like",) if _value == 0 else (),
            forward=lambda xp, a, data, v=_value: xp.full_like(data, v),
            grad=zero_gradient(),
            doc=f"An array of {'zeros' if _value == 0 else 'ones'} with the shape and dtype of `data`.",
            examples=(f"nd.{_name}(nd.array([[1, 2, 3], [4, 5, 6]]))",),
        )
    )
    _like.ignored = frozenset({"dtype"})  # the dtype is that of `data`; GluonCV gives one


@op("Cast", aliases=("cast",))
class Cast:
    """`data` in another dtype, same shape (MXNet operator Cast)."""

    dtype = DType(doc="Output dtype.")

    infer_shape = same_shapes
    examples = ('nd.cast(nd.array([0.9, 1.3, -1.7]), dtype="int32")',)

    def infer_type(a, s):
        attr_dtype("dtype")(a, s)

    def forward(xp, a, data):
        from ..core.casting import cast

        return cast(xp, data, a.dtype)

    def grad(F, a, dy, data):
        return F.Cast(dy, dtype=data.dtype)


del same_dtypes, polygamma
