"""Two-argument arithmetic and comparison: one row declares elementwise, broadcast and scalar members."""

from __future__ import annotations

from .families import binary

binary(
    "add", "lhs + rhs", ("dy", "dy"), ufunc="add",
    elemwise=("elemwise_add", "_Plus", "_add", "_plus", "_sparse_elemwise_add"),
    broadcast=("broadcast_add", "broadcast_plus", "_sparse_broadcast_add", "_sparse_broadcast_plus"),
    scalar=("_plus_scalar", "_PlusScalar"),
)  # fmt: skip
binary(
    "sub", "lhs - rhs", ("dy", "-dy"), ufunc="subtract",
    elemwise=("elemwise_sub", "_Minus", "_minus", "_sub", "_sparse_elemwise_sub"),
    broadcast=("broadcast_sub", "broadcast_minus", "_sparse_broadcast_sub", "_sparse_broadcast_minus"),
    scalar=("_minus_scalar", "_MinusScalar"),
    rscalar=("_rminus_scalar", "_RMinusScalar"),
)  # fmt: skip
binary(
    "mul", "lhs * rhs", ("dy * rhs", "dy * lhs"), ufunc="multiply",
    elemwise=("elemwise_mul", "_Mul", "_mul", "_sparse_elemwise_mul"),
    broadcast=("broadcast_mul", "_sparse_broadcast_mul"),
    scalar=("_mul_scalar", "_MulScalar"),
)  # fmt: skip
binary(
    "div", "lhs / rhs", ("dy / rhs", "-dy * out / rhs"), ufunc="divide",
    elemwise=("elemwise_div", "_Div", "_div", "_sparse_elemwise_div"),
    broadcast=("broadcast_div", "_sparse_broadcast_div"),
    scalar=("_div_scalar", "_DivScalar"),
    rscalar=("_rdiv_scalar", "_RDivScalar"),
)  # fmt: skip
binary(
    "mod", "mod(lhs, rhs)", ("dy", "-dy * floor(lhs / rhs)"), ufunc="mod",
    elemwise=("_mod", "_Mod"),
    broadcast=("broadcast_mod",),
    scalar=("_mod_scalar", "_ModScalar"),
    rscalar=("_rmod_scalar", "_RModScalar"),
)  # fmt: skip
binary(
    "power", "power(lhs, rhs)", ("dy * rhs * power(lhs, rhs - 1)", "dy * out * log(lhs)"), ufunc="power",
    elemwise=("_power", "_Power"),
    broadcast=("broadcast_power",),
    scalar=("_power_scalar", "_PowerScalar"),
    rscalar=("_rpower_scalar", "_RPowerScalar"),
)  # fmt: skip
binary(
    "maximum", "maximum(lhs, rhs)", ("dy * (lhs >= rhs)", "dy * (lhs < rhs)"), ufunc="maximum",
    elemwise=("_maximum", "_Maximum"),
    broadcast=("broadcast_maximum",),
    scalar=("_maximum_scalar", "_MaximumScalar"),
)  # fmt: skip
binary(
    "minimum", "minimum(lhs, rhs)", ("dy * (lhs <= rhs)", "dy * (lhs > rhs)"), ufunc="minimum",
    elemwise=("_minimum", "_Minimum"),
    broadcast=("broadcast_minimum",),
    scalar=("_minimum_scalar", "_MinimumScalar"),
)  # fmt: skip
binary(
    "hypot", "hypot(lhs, rhs)", ("dy * lhs / out", "dy * rhs / out"), ufunc="hypot",
    elemwise=("_hypot", "_Hypot"),
    broadcast=("broadcast_hypot",),
    scalar=("_hypot_scalar", "_HypotScalar"),
)  # fmt: skip

_COMPARE = (
    ("equal", "==", "equal", "equal", "Equal", "Equal"),
    ("not_equal", "!=", "not_equal", "not_equal", "Not_Equal", "NotEqual"),
    ("greater", ">", "greater", "greater", "Greater", "Greater"),
    ("greater_equal", ">=", "greater_equal", "greater_equal", "Greater_Equal", "GreaterEqual"),
    ("lesser", "<", "less", "lesser", "Lesser", "Lesser"),
    ("lesser_equal", "<=", "less_equal", "lesser_equal", "Lesser_Equal", "LesserEqual"),
)
for _stem, _sign, _ufunc, _name, _old, _old_scalar in _COMPARE:
    binary(
        _stem, f"lhs {_sign} rhs", (None, None), ufunc=_ufunc, compare=True,
        elemwise=(f"_{_name}", f"_{_old}"),
        broadcast=(f"broadcast_{_name}",),
        scalar=(f"_{_name}_scalar", f"_{_old_scalar}Scalar"),
    )  # fmt: skip
for _stem, _ufunc, _camel in (("and", "logical_and", "And"), ("or", "logical_or", "Or"), ("xor", "logical_xor", "Xor")):
    binary(
        _ufunc, f"logical_{_stem}(lhs, rhs)", (None, None), ufunc=_ufunc, compare=True,
        elemwise=(f"_logical_{_stem}", f"_Logical_{_camel}"),
        broadcast=(f"broadcast_logical_{_stem}",),
        scalar=(f"_logical_{_stem}_scalar", f"_Logical{_camel}Scalar"),
    )  # fmt: skip
