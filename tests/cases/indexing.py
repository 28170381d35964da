"""Indices: take, gather, scatter, pick, embedding, where."""

from tests.cases import X, case, values

A = X(4, 3, 2)
CASES = []
for _mode in ("clip", "wrap"):
    for _axis in (0, 1, -1, 2):
        CASES.append(case("take", A, values([0, 1, -1, 5, -7]), attrs=dict(mode=_mode, axis=_axis), grad=(1, 0)))
    CASES += [
        case("take", A, values([[0, 1], [3, 3]], "int32"), attrs=dict(mode=_mode), grad=(1, 0)),
        case("take", A, values([2], "int64"), attrs=dict(mode=_mode, axis=-2), grad=(1, 0)),
        case("pick", X(3, 4), values([0, 3, 1]), attrs=dict(mode=_mode), grad=(1, 0)),
        case("pick", X(3, 4), values([0, 5, -1]), attrs=dict(mode=_mode), grad=(1, 0)),
        case(
            "pick", X(3, 4), values([2, 1, 0, 2], "int32"), attrs=dict(mode=_mode, axis=0, keepdims=True), grad=(1, 0)
        ),
        case("pick", A, values([[2, 1], [0, 2], [1, 1], [0, 0]]), attrs=dict(mode=_mode, axis=1), grad=(1, 0)),
    ]
CASES += [
    case("take", A, values([0, 3, 2]), attrs=dict(mode="raise"), grad=(1, 0), id="raise"),
    case("take", X(5, lo=0, hi=9), values([0, 3], "int32"), dtypes=("int32", "uint8", "int64"), id="whole"),
    case("Embedding", values([[0, 2], [1, 2]]), X(3, 4), attrs=dict(input_dim=3, output_dim=4), grad=(0, 1)),
    case("Embedding", values([1, 1, 1], "int32"), X(3, 4), attrs=dict(input_dim=3, output_dim=4), grad=(0, 1)),
    case("batch_take", X(3, 4), values([0, 3, 1], "int32"), grad=(1, 0), differs_grad="MXNet has no gradient of it"),
    case("one_hot", values([1, 0, 2, 5, -1]), attrs=dict(depth=3), grad=False),
    case("one_hot", values([[1], [0]]), attrs=dict(depth=3, on_value=2, off_value=-1), grad=False),
    case("one_hot", values([1, 0]), attrs=dict(depth=2, dtype="int32"), grad=False),
    case("where", values([[1, 0, 2], [0, 0, -1]]), X(2, 3), X(2, 3), grad=(0, 1, 1)),
    case("where", values([1, 0]), X(2, 3), X(2, 3), grad=(0, 1, 1)),
    case("where", values([1, 0], "int32"), X(2), X(2), grad=(0, 1, 1)),
    case("fill_element_0index", X(3, 4), X(3), values([0, 3, 1]), grad=False, dtypes=("float32",)),
    case("_onehot_encode", values([1, 0, 2]), X(3, 4), grad=False, dtypes=("float32",)),
    case("gather_nd", A, values([[0, 3, 1], [2, 0, 1]], "int32"), grad=(1, 0)),
    case("gather_nd", A, values([[0, 3], [2, 0], [1, 1]]), grad=(1, 0)),
    case("gather_nd", A, values([[0, 3, 3]]), grad=(1, 0)),
    case("gather_nd", A, values([[[0, 1], [2, 3]], [[0, 0], [1, 1]]], "int64"), grad=(1, 0)),
    case("gather_nd", A, values([[-1, 0], [-2, 1]], "int32"), grad=(1, 0), differs_grad="MXNet loses it or crashes"),
    case("scatter_nd", X(3), values([[0, 1, 1], [2, 0, 1]], "int32"), attrs=dict(shape=(2, 3)), grad=(1, 0)),
    case("scatter_nd", X(2, 3), values([[1, 0]]), attrs=dict(shape=(4, 3)), grad=(1, 0)),
    case(
        "_scatter_set_nd",
        X(2, 3),
        X(2),
        values([[0, 1], [2, 0]], "int32"),
        attrs=dict(shape=(2, 3)),
        grad=False,
        differs="MXNet insists on out= being lhs",
    ),
    case("_ravel_multi_index", values([[0, 1, 2], [3, 0, 1]]), attrs=dict(shape=(3, 4)), grad=False),
    case("_ravel_multi_index", values([[0, 1], [3, 0], [1, 1]], "int32"), attrs=dict(shape=(3, 4, 2)), grad=False),
    case("_ravel_multi_index", values([[0, 5], [3, 0]]), attrs=dict(shape=(-1, 4)), grad=False),
    case("_unravel_index", values([0, 5, 11]), attrs=dict(shape=(3, 4)), grad=False),
    case(
        "_unravel_index",
        values([[0, 5], [23, 7]], "int64"),
        attrs=dict(shape=(3, 4, 2)),
        grad=False,
        differs="MXNet loses all but the first row",
    ),
    case("_unravel_index", values([0, 50]), attrs=dict(shape=(-1, 4)), grad=False),
]
