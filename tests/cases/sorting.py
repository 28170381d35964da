"""Order: sort, argsort, topk, argmax."""

from tests.cases import X, case, values

HALF = dict(beyond=("float16",))
CASES = []
for _axis in (-1, 0, 1, None):
    for _up in (True, False):
        CASES += [
            case("sort", X(3, 4, 2), attrs=dict(axis=_axis, is_ascend=_up), **HALF),
            case("argsort", X(3, 4, 2), attrs=dict(axis=_axis, is_ascend=_up), grad=False, **HALF),
        ]
        for _type in ("indices", "value", "both", "mask"):
            _grad = _type in ("value", "both")
            CASES.append(
                case("topk", X(3, 4, 2), attrs=dict(axis=_axis, k=2, ret_typ=_type, is_ascend=_up), grad=_grad)
            )
for _name in ("argmax", "argmin"):
    for _attrs in (dict(), dict(axis=0), dict(axis=-1), dict(axis=1, keepdims=True)):
        CASES.append(case(_name, X(3, 4, 2), attrs=_attrs, grad=False))
    CASES.append(case(_name, values([[1, 3, 3], [0, 0, 2]]), attrs=dict(axis=1), grad=False, id="ties"))
CASES += [
    case("argmax_channel", X(3, 4), grad=False),
    case("argmax_channel", X(3, 4, 2), grad=False),
    case("topk", X(3, 4), grad=False),
    case("topk", X(3, 4), attrs=dict(k=0, ret_typ="value"), id="all"),
    case("topk", X(3, 4), attrs=dict(k=2, dtype="int32"), grad=False, id="int indices"),
    case(
        "topk",
        X(3, 4, via=lambda x: x.ravel().argsort().reshape(3, 4)),
        attrs=dict(k=2, ret_typ="both"),
        dtypes=("int32", "int64", "uint8"),
        id="whole",
    ),
    case("argsort", X(6), attrs=dict(dtype="int64"), grad=False, id="int indices", **HALF),
    case(
        "sort", X(3, 4, via=lambda x: x.ravel().argsort().reshape(3, 4)), dtypes=("int32", "int64", "uint8"), id="whole"
    ),
]
