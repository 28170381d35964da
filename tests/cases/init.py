"""Operators that make arrays."""

from tests.cases import case

ONE = dict(grad=False, dtypes=("float32",))
CASES = []
for _dtype in ("float32", "float64", "float16", "int32", "int64", "int8", "uint8"):
    CASES += [
        case("_zeros", attrs=dict(shape=(2, 3), dtype=_dtype), **ONE),
        case("_ones", attrs=dict(shape=(2, 3), dtype=_dtype), **ONE),
        case("_full", attrs=dict(shape=(2, 3), dtype=_dtype, value=3), **ONE),
        case("_arange", attrs=dict(start=1, stop=7, step=2, dtype=_dtype), **ONE),
        case("_eye", attrs=dict(N=3, M=4, k=1, dtype=_dtype), **ONE),
    ]
CASES += [
    case("_zeros", attrs=dict(shape=(1,)), **ONE),
    case("_full", attrs=dict(shape=(2,), value=-1.5), **ONE),
    case("_arange", attrs=dict(start=5), **ONE),
    case("_arange", attrs=dict(start=0, stop=3, repeat=2), **ONE),
    case("_arange", attrs=dict(start=5, stop=0, step=-1.5), **ONE),
    case("_linspace", attrs=dict(start=0, stop=1, num=5), **ONE),
    case("_linspace", attrs=dict(start=2, stop=-1, num=4, endpoint=False), **ONE),
    case("_linspace", attrs=dict(start=2, stop=2, num=1, dtype="float64"), **ONE),
    case("_eye", attrs=dict(N=2), **ONE),
    case("_eye", attrs=dict(N=4, M=2, k=-1), **ONE),
    case("_zeros_without_dtype", attrs=dict(shape=(2, 3)), differs="MXNet insists on a dtype", **ONE),
]
