"""Shapes and axes: reshapes, transpositions, slices, joins, padding."""

from tests.cases import X, case

A = X(2, 3, 4)
CROP = dict(dtypes=("float32", "float64"), beyond=("float64",))
CASES = []


def add(name, *inputs, each, **more):
    """A case for each set of attributes."""
    for attrs in each:
        CASES.append(case(name, *inputs, attrs=attrs, **more))


add(
    "Reshape",
    A,
    each=[dict(shape=s) for s in ((4, 6), (-1,), (0, -1), (-2,), (-3, 4), (0, -3), (-4, 1, 2, -2), (0, -4, -1, 3, 0))],
)
add(
    "Reshape",
    A,
    each=[
        dict(shape=(-1, 0), reverse=True),
        dict(shape=(4, 0, -1), reverse=True),
        dict(target_shape=(4, 6)),
        dict(target_shape=(2, 12), keep_highest=True),
    ],
)
CASES += [
    case(
        "Reshape", X(2, 3, lo=-5, hi=5), attrs=dict(shape=(3, 2)), dtypes=("int32", "int8", "uint8", "int64"), id="int"
    ),
    case("reshape_like", A, X(4, 6), grad=(1, 0)),
    case("reshape_like", A, X(5, 3, 2), attrs=dict(lhs_begin=0, lhs_end=2, rhs_begin=1, rhs_end=3), grad=(1, 0)),
    case("reshape_like", A, X(12), attrs=dict(lhs_begin=1, lhs_end=3, rhs_begin=0, rhs_end=1), grad=(1, 0)),
    case("reshape_like", A, X(5, 4, 3), attrs=dict(lhs_begin=-2, rhs_begin=-2), grad=(1, 0)),
    case("Flatten", A),
    case("Flatten", X(3)),
    case("Flatten", X(1, 1, 1, 5)),
    case("_copy", A),
]
add("expand_dims", A, each=[dict(axis=a) for a in (0, 1, 3, -1, -4)])
add("squeeze", X(1, 3, 1, 2), each=[dict(), dict(axis=0), dict(axis=2), dict(axis=(0, 2)), dict(axis=-2)])
add("transpose", A, each=[dict(), dict(axes=(2, 0, 1)), dict(axes=(0, 2, 1)), dict(axes=(1, 0, 2))])
CASES.append(case("transpose", X(3, 4, lo=-5, hi=5), dtypes=("int32", "int8", "int64"), id="int"))
CASES.append(case("transpose", X(5), id="line"))
add("SwapAxis", A, each=[dict(dim1=0, dim2=2), dict(dim1=1, dim2=0), dict(dim1=-1, dim2=1), dict()])
add("broadcast_to", X(1, 3, 1), each=[dict(shape=s) for s in ((2, 3, 4), (0, 0, 5), (1, 3, 1))])
add(
    "broadcast_axis",
    X(1, 3, 1),
    each=[dict(axis=0, size=2), dict(axis=(0, 2), size=(2, 4)), dict(axis=(2,), size=(1,))],
)
CASES += [
    case("broadcast_like", X(1, 3, 1), A, grad=(1, 0)),
    case("broadcast_like", X(1, 3, 1), X(5, 2), attrs=dict(lhs_axes=(0, 2), rhs_axes=(1, 0)), grad=(1, 0)),
    case("broadcast_like", X(3, 1), X(5, 2), attrs=dict(lhs_axes=(-1,), rhs_axes=(-2,)), grad=(1, 0)),
]
add("reverse", A, each=[dict(axis=0), dict(axis=(0, 2)), dict(axis=(1,))])
add("tile", X(2, 3), each=[dict(reps=r) for r in ((2,), (2, 1), (2, 1, 3), (1, 1), (1, 2, 1, 2))])
add("repeat", A, each=[dict(repeats=2), dict(repeats=3, axis=1), dict(repeats=2, axis=-1), dict(repeats=1, axis=0)])
add("depth_to_space", X(2, 8, 2, 3), each=[dict(block_size=2), dict(block_size=1)])
add("space_to_depth", X(2, 3, 4, 2), each=[dict(block_size=2), dict(block_size=1)])
add(
    "slice",
    A,
    each=[
        dict(begin=(0, 1), end=(2, 3)),
        dict(begin=(1,), end=(2,)),
        dict(begin=(None, 1, None), end=(None, None, 2)),
        dict(begin=(-1, -2, -3), end=(None, None, None)),
        dict(begin=(0, 0, 0), end=(2, 3, 4), step=(1, 2, 3)),
        dict(begin=(None, 2, None), end=(None, None, None), step=(None, -1, -2)),
        dict(begin=(0, 0), end=(2, 9)),
    ],
)
add(
    "slice_axis",
    A,
    each=[
        dict(axis=0, begin=0, end=1),
        dict(axis=1, begin=1, end=None),
        dict(axis=-1, begin=-3, end=-1),
        dict(axis=2, begin=2, end=4),
    ],
)
CASES += [
    case("slice_like", A, X(1, 2, 3), grad=(1, 0), numeric=True),
    case("slice_like", A, X(5, 2, 1), attrs=dict(axes=(1,)), grad=(1, 0)),
    case("slice_like", A, X(1, 2, 3), attrs=dict(axes=(0, -1)), grad=(1, 0)),
    case(
        "_slice_assign",
        X(3, 4),
        X(1, 2),
        attrs=dict(begin=(1, 1), end=(2, 3)),
        differs_grad="MXNet has no gradient of it",
    ),
    case(
        "_slice_assign",
        X(3, 4),
        X(3, 2),
        attrs=dict(begin=(None, 0), end=(None, None), step=(None, 2)),
        differs_grad="MXNet has no gradient of it",
    ),
    case(
        "_slice_assign_scalar",
        X(3, 4),
        attrs=dict(begin=(1, 1), end=(2, 3), scalar=7),
        differs_grad="MXNet has no gradient of it",
    ),
    case(
        "_slice_assign_scalar",
        X(3, 4),
        attrs=dict(begin=(None, 3), end=(None, None), step=(None, -2), scalar=-1.5),
        differs_grad="MXNet has no gradient of it",
    ),
    case("Crop", X(1, 2, 5, 6), attrs=dict(num_args=1, h_w=(3, 2), offset=(1, 2)), **CROP),
    case("Crop", X(1, 2, 5, 6), attrs=dict(num_args=1, h_w=(3, 2), center_crop=True), **CROP),
    case("Crop", X(1, 2, 5, 6), X(1, 1, 4, 3), attrs=dict(num_args=2), grad=(1, 0), **CROP),
]
for _mode in ("constant", "edge", "reflect"):
    CASES += [
        case("Pad", X(1, 2, 3, 4), attrs=dict(mode=_mode, pad_width=(0, 0, 0, 0, 1, 2, 2, 1), constant_value=1.5)),
        case("Pad", X(1, 2, 3, 4, 3), attrs=dict(mode=_mode, pad_width=(0, 0, 0, 0, 1, 2, 0, 1, 2, 0))),
    ]
# joins and cuts
add("Concat", X(2, 3, 2), X(2, 1, 2), X(2, 2, 2), each=[dict(), dict(dim=1), dict(dim=-2)])
add("Concat", X(2, 3), each=[dict(dim=0)])
CASES += [
    case("Concat", X(2, 3), X(1, 3), attrs=dict(dim=0), id="rows"),
    case(
        "Concat",
        X(2, 3, lo=0, hi=9),
        X(1, 3, lo=0, hi=9),
        attrs=dict(dim=0),
        dtypes=("int32", "int8", "int64"),
        id="int",
    ),
    case("_rnn_param_concat", X(4), X(6), attrs=dict(dim=0), dtypes=("float32", "float64")),
]
add("stack", X(2, 3), X(2, 3), X(2, 3), each=[dict(), dict(axis=1), dict(axis=2), dict(axis=-1)])
add(
    "SliceChannel",
    X(2, 6, 4),
    each=[
        dict(num_outputs=3),
        dict(num_outputs=2, axis=2),
        dict(num_outputs=6, squeeze_axis=True),
        dict(num_outputs=4, axis=-1, squeeze_axis=True),
        dict(num_outputs=1),
    ],
)
add(
    "_split_v2",
    X(2, 6, 4),
    each=[
        dict(indices=(0, 2, 3), axis=1),
        dict(indices=(0,), axis=0, sections=2),
        dict(indices=(0, 1), axis=0, squeeze_axis=True),
        dict(indices=(0,), sections=4, axis=-1, squeeze_axis=True),
        dict(indices=(0, 4), axis=1),
    ],
)
CASES += [
    case("add_n", X(2, 3)),
    case("add_n", X(2, 3), X(2, 3), X(2, 3)),
    case("diag", X(3, 4)),
    case("diag", X(3, 4), attrs=dict(k=1)),
    case("diag", X(3, 4), attrs=dict(k=-2)),
    case("diag", X(4)),
    case("diag", X(3), attrs=dict(k=-1)),
    case("diag", X(2, 3, 4), attrs=dict(axis1=0, axis2=2)),
    case("diag", X(2, 3, 4), attrs=dict(k=1, axis1=1, axis2=-1)),
    case("shape_array", A, grad=False),
    case("size_array", A, grad=False),
    case("shape_array", X(5), grad=False),
]
add("Reshape", X(2, 6), each=[dict(shape=(0, 2, 3, -4), reverse=True), dict(shape=(0, -1, 3, -4), reverse=True)])
