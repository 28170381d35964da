"""Sums so far."""

from tests.cases import X, case

CASES = [
    case("cumsum", X(3, 4)),
    case("cumsum", X(3, 4), attrs=dict(axis=0)),
    case("cumsum", X(2, 3, 4), attrs=dict(axis=1)),
    case("cumsum", X(2, 3, 4), attrs=dict(axis=-1), differs="MXNet refuses the negative axes that it documents"),
    case("cumsum", X(5), attrs=dict(axis=0, dtype="float64"), dtypes=("float32", "float64")),
    case("cumsum", X(1, 1), attrs=dict(axis=1)),
    case("cumsum", X(2, 3, lo=0, hi=5), dtypes=("int32", "int64", "uint8", "int8"), grad=False),
]
