"""Functions of one array, element by element: each on its domain, at its edges and where it is not defined."""

from mxr.interop.declared import public_ops
from tests.cases import X, case, values

# Where a function is tested if not on -2..2; the numbers keep away from poles, where rounding decides.
DOMAIN = {
    "arccos": (-0.9, 0.9), "arccosh": (1.1, 4), "arcsin": (-0.9, 0.9), "arctanh": (-0.9, 0.9), "cbrt": (0.2, 4),
    "digamma": (0.3, 4), "erfinv": (-0.9, 0.9), "gamma": (0.3, 4), "gammaln": (0.3, 4), "log": (0.1, 4),
    "log10": (0.1, 4), "log1p": (-0.5, 4), "log2": (0.1, 4), "rcbrt": (0.2, 4), "reciprocal": (0.3, 4),
    "rsqrt": (0.1, 4), "sqrt": (0.1, 4), "tan": (-1, 1),
}  # fmt: skip
# Whole-number results: integers are tested too.
INTEGERS = ("abs", "sign", "square", "negative", "relu", "rint", "round", "ceil", "floor", "trunc", "fix")
UNARY = [
    d.name for d in public_ops()
    if d.forward.__module__ == "mxr.ops.families" and d.inputs == ("data",) and not d.params
    and not d.name.startswith("_contrib")
]  # fmt: skip
SPECIAL = [float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 1.0, -1.0]
# MXNet computes these in float64 with single-precision constants.
COARSE = ("degrees", "radians", "erf")
OURS = dict(differs="no operator of MXNet")

CASES = []
for _name in UNARY:
    _lo, _hi = DOMAIN.get(_name, (-2, 2))
    _more = OURS if _name == "digamma" else {}
    _fine = 1e-4 if _name in ("gamma", "gammaln", "erfinv", "digamma") else 1e-6 if _name in COARSE else None
    _tol = dict(rtol=2e-3, atol=2e-3) if _name in ("gamma", "gammaln", "erfinv", "digamma") else {}
    CASES += [
        case(_name, X(2, 3, lo=_lo, hi=_hi), dtypes=("float32", "float64"), **_more, rtol=_fine),
        case(_name, X(5, 1, 4, lo=_lo, hi=_hi, seed=1), dtypes=("float16",), id="half", **_more, **_tol),
        case(_name, X(1, lo=_lo, hi=_hi), dtypes=("float32",), id="one", **_more, rtol=_fine),
        case(_name, values(SPECIAL), grad=False, dtypes=("float32",), id="special", **_more),
    ]
    if _name in INTEGERS:
        CASES.append(case(_name, X(3, 4, lo=-5, hi=6), dtypes=("int32", "int64", "int8"), id="whole"))
CASES += [
    case("round", values([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]), grad=False, id="halves"),
    case("rint", values([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]), grad=False, id="halves"),
    case("hard_sigmoid", X(3, 4, lo=-4, hi=4), rtol=1e-6),  # 0.2 is a single-precision number in MXNet
    case("hard_sigmoid", X(3, 4, lo=-4, hi=4), attrs=dict(alpha=0.5, beta=0.25)),
    case("smooth_l1", X(3, 4)),
    case("smooth_l1", X(3, 4), attrs=dict(scalar=2.0)),
    case("clip", X(3, 4), attrs=dict(a_min=-1, a_max=0.5)),
    case("clip", X(3, 4, lo=-5, hi=6), attrs=dict(a_min=-1, a_max=3), dtypes=("int32", "int8")),
    case("_copy", X(2, 3)),
    case("BlockGrad", X(2, 3), numeric=False),
    case("zeros_like", X(2, 3)),
    case("ones_like", X(2, 3)),
    case("zeros_like", X(2, 3), dtypes=("int32", "uint8"), id="whole"),
    case("ones_like", X(2, 3), dtypes=("int32", "uint8"), id="whole"),
]
for _dtype in ("float16", "float32", "float64", "int8", "uint8", "int32", "int64"):
    CASES.append(
        case("Cast", X(3, 4, lo=0, hi=9), attrs=dict(dtype=_dtype), grad=_dtype[0] == "f", numeric=False,
             dtypes=("float32", "float64", "float16", "int32", "uint8", "int64", "int8"), id=f"to {_dtype}")
    )  # fmt: skip
CASES.append(case("Cast", X(3, 4, lo=-3), attrs=dict(dtype="int32"), grad=False, id="towards zero"))
