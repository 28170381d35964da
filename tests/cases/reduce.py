"""Reductions, norms and moments: every axis, negative ones too, keepdims and exclude."""

from tests.cases import X, case, values

AXES = [dict(), dict(axis=0), dict(axis=-1), dict(axis=(0, 2)), dict(axis=1, keepdims=True), dict(axis=1, exclude=True),
        dict(axis=(), keepdims=True), dict(axis=(-1, 0), exclude=True, keepdims=True)]  # fmt: skip
NAN = float("nan")

CASES = []
for _name in ("sum", "mean", "prod", "nansum", "nanprod", "max", "min"):
    for _k, _attrs in enumerate(AXES):
        _tol = dict(rtol=2e-2, atol=2e-2) if _name in ("prod", "nanprod", "sum", "mean", "nansum") else {}
        CASES += [
            case(_name, X(2, 3, 4, lo=0.5, seed=_k), attrs=_attrs, dtypes=("float32", "float64"), rtol=1e-5),
            case(_name, X(2, 3, 4, lo=0.5, seed=_k), attrs=_attrs, dtypes=("float16",), id=f"half {_k}", **_tol),
        ]
    CASES += [
        case(_name, X(1, 1), attrs=dict(axis=1), id="one"),
        case(_name, X(3, 4, lo=-3, hi=4), attrs=dict(axis=1), dtypes=("int32", "int64"), id="whole"),
        case(_name, values([[NAN, 1, 2], [3, NAN, NAN]]), attrs=dict(axis=1), grad=False, id="nan"),
        case(_name, values([[2, 2, 1], [3, 1, 3]]), attrs=dict(axis=1), numeric=False, id="ties"),
    ]
for _attrs in (dict(), dict(axis=0), dict(axis=1), dict(axis=-1, keepdims=True), dict(ord=1), dict(ord=1, axis=1),
               dict(ord=2, axis=(0, 1)), dict(ord=1, axis=(1, 2), keepdims=True)):  # fmt: skip
    CASES.append(case("norm", X(2, 3, 4), attrs=_attrs, rtol={"float16": 1e-2}))
CASES += [
    case("norm", X(3, 4), attrs=dict(axis=1, out_dtype="float64"), dtypes=("float32",), beyond=("float32",)),
    case("moments", X(2, 3, 4), attrs=dict(axes=(0,)), dtypes=("float32", "float64")),
    case("moments", X(2, 3, 4), attrs=dict(axes=(0, 2)), dtypes=("float32", "float64")),
    case("moments", X(2, 3, 4), attrs=dict(axes=(-1,), keepdims=True), dtypes=("float32", "float64")),
    case("_square_sum", X(2, 3), attrs=dict(axis=1), differs="for row_sparse arrays only"),
    case("_square_sum", X(2, 3), attrs=dict(axis=0, keepdims=True), differs="for row_sparse arrays only"),
]
