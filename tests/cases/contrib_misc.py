"""Small contrib operators: masks, indices, straight-through gradients, transforms, Hawkes processes."""

from tests.cases import X, case, values

_NAN = values([1, float("nan")])
_INTEGERS = ("int32", "int64", "int8", "uint8")
_GPU_ONLY = "MXNet has this operator on GPUs only"

CASES = [
    case("_contrib_allclose", X(3, 4), X(3, 4), grad=False),
    case("_contrib_allclose", X(3, 4), X(3, 4, seed=1), attrs=dict(atol=5), grad=False),
    case("_contrib_allclose", _NAN, _NAN, grad=False),
    case("_contrib_allclose", _NAN, _NAN, attrs=dict(equal_nan=False), grad=False),
    case("_contrib_allclose", values([100, 2]), values([101, 2]), attrs=dict(rtol=0.02), grad=False),
    case("_contrib_arange_like", X(2, 3)),
    case("_contrib_arange_like", X(2, 3), attrs=dict(axis=1, start=1, step=2)),
    case("_contrib_arange_like", X(2, 3), attrs=dict(axis=-2, start=-3)),
    case("_contrib_arange_like", X(2, 3), attrs=dict(repeat=2)),
    case("_contrib_arange_like", X(2, 5), attrs=dict(repeat=2, axis=1, step=-1)),
    case("_contrib_arange_like", X(5), attrs=dict(start=0.1, step=0.1), dtypes=("float32", "float64")),
    case("_contrib_arange_like", X(5), attrs=dict(start=0.5, step=0.5), dtypes=("int32",), grad=False),
    case("_contrib_arange_like", X(1, 1)),
    case("_contrib_boolean_mask", X(4, 3), values([0, 1, 1, 0]), grad=(1, 0)),
    case("_contrib_boolean_mask", X(5), values([1, 0, 0.5, -1, 0]), grad=(1, 0)),
    case("_contrib_boolean_mask", X(3, 2, 2), values([1, 1, 1], dtype="int32")),
    case("_contrib_boolean_mask", X(3, 1), values([0, 0, 1], dtype="int64")),
    case("_contrib_index_array", X(2, 3)),
    case("_contrib_index_array", X(2, 3, 2), attrs=dict(axes=(2, 0))),
    case("_contrib_index_array", X(2, 1), attrs=dict(axes=(-1,))),
    case("_contrib_index_array", X(4)),
    case("_contrib_index_copy", X(4, 3), values([1, 3], dtype="int32"), X(2, 3)),
    case("_contrib_index_copy", X(4, 3), values([1, 3]), X(2, 3), grad=(1, 0, 1)),
    case("_contrib_index_copy", X(3), values([2], dtype="int64"), X(1)),
    case("_contrib_index_copy", X(3, 2, 2), values([2, 0, 1], dtype="int32"), X(3, 2, 2)),
    case("_contrib_round_ste", X(3, 4, lo=-4, hi=4), numeric=False),
    case("_contrib_round_ste", values([-2.5, -0.5, 0.5, 1.5, 2.5]), numeric=False),
    case("_contrib_sign_ste", X(3, 4), numeric=False),
    case("_contrib_sign_ste", values([-2, 0, 3]), numeric=False),
    case("_contrib_quadratic", X(3, 4), attrs=dict(a=1.5, b=-2, c=3)),
    case("_contrib_quadratic", X(3)),
    case("_contrib_quadratic", X(3, lo=0, hi=5), attrs=dict(a=1.5, b=2, c=3.5), dtypes=("int32",), grad=False),
    case("_contrib_gradientmultiplier", X(3, 4), attrs=dict(scalar=-2.5), numeric=False),
    case("_contrib_gradientmultiplier", X(3)),
    case("_contrib_fft", X(3, 4), differs=_GPU_ONLY),
    case("_contrib_fft", X(2, 1, 3, 5), attrs=dict(compute_size=2), differs=_GPU_ONLY),
    case("_contrib_ifft", X(3, 8), differs=_GPU_ONLY),
    case("_contrib_ifft", X(2, 1, 3, 6), differs=_GPU_ONLY),
    case("_contrib_count_sketch", X(3, 4), values([[0, 2, 2, 4]]), values([[1, -1, 1, 1]]), attrs=dict(out_dim=5),
         grad=(1, 0, 0), differs=_GPU_ONLY),
    case("_contrib_count_sketch", X(2, 1, 3, 2), values([1, 0]), values([1, -1]), attrs=dict(out_dim=2),
         grad=(1, 0, 0), differs=_GPU_ONLY),
    case(
        "_contrib_hawkesll", X(2, 3, lo=0.5, hi=2), X(3, lo=0.1, hi=0.9), X(3, lo=0.5, hi=2), X(2, 3, lo=0, hi=1),
        X(2, 4, lo=0, hi=2), X(2, 4, dtype="int32", lo=0, hi=3), values([4, 2]), values([10, 8]),
        grad=(1, 1, 1), dtypes=("float32", "float64"), rtol=1e-4, atol=1e-5, numeric=False,
    ),
    case(
        "_contrib_hawkesll", X(1, 1, lo=0.5, hi=2), X(1, lo=0.1, hi=0.9), X(1, lo=0.5, hi=2), X(1, 1, lo=0, hi=1),
        X(1, 7, lo=0, hi=1), X(1, 7, dtype="int32", lo=0, hi=1), values([6.5]), values([9]),
        grad=(1, 1, 1), dtypes=("float32", "float64"), rtol=1e-4, atol=1e-5, numeric=False,
    ),
    case(
        "_contrib_hawkesll", X(3, 2, lo=0.5, hi=2), X(2, lo=0.1, hi=0.9), X(2, lo=0.5, hi=2), X(3, 2, lo=0, hi=1),
        X(3, 2, lo=0, hi=1), X(3, 2, dtype="int32", lo=0, hi=2), values([0, 1, 2]), values([3, 4, 5]),
        grad=(1, 1, 1), dtypes=("float32", "float64"), rtol=1e-4, atol=1e-5, numeric=False,
    ),
    case("_scatter_plus_scalar", X(3, 4), attrs=dict(scalar=2)),
    case("_scatter_minus_scalar", X(3, 4), attrs=dict(scalar=2)),
    case("_scatter_elemwise_div", X(3, 4), X(3, 4, lo=1, hi=3)),
    case("_contrib_SparseEmbedding", values([1, 3, 1]), X(4, 3), attrs=dict(input_dim=4, output_dim=3), grad=False),
    case("_contrib_SparseEmbedding", X(2, 2, dtype="int32", lo=0, hi=4), X(4, 1), attrs=dict(input_dim=4, output_dim=1),
         grad=False),
    *[
        case(op, *inputs, attrs=attrs, dtypes=_INTEGERS, grad=False)
        for op, inputs, attrs in (
            ("_contrib_boolean_mask", (X(4, 3, lo=-9, hi=9), values([0, 1, 1, 0], dtype="float32")), {}),
            ("_contrib_index_copy", (X(4, 3, lo=-9, hi=9), values([3, 0], dtype="int64"), X(2, 3, lo=-9, hi=9)), {}),
            ("_contrib_round_ste", (X(4, 3, lo=-9, hi=9),), {}),
            ("_contrib_sign_ste", (X(4, 3, lo=-9, hi=9),), {}),
            ("_contrib_gradientmultiplier", (X(4, 3, lo=-9, hi=9),), dict(scalar=2)),
            ("_contrib_arange_like", (X(4, 3, lo=-9, hi=9),), dict(start=1, step=2)),
            ("_contrib_index_array", (X(4, 3, lo=-9, hi=9),), {}),
            ("_contrib_allclose", (X(4, 3, lo=-9, hi=9), X(4, 3, lo=-9, hi=9)), {}),
            ("_scatter_plus_scalar", (X(4, 3, lo=-9, hi=9),), dict(scalar=3)),
        )
    ],
    case("_contrib_arange_like", X(4), attrs=dict(start=0.5, step=0.25), dtypes=("float16",), grad=False,
         differs="MXNet cuts start and step of float16 to whole numbers"),
]  # fmt: skip
