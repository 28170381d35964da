"""What fits no other family: counts, checks, casts for mixed precision."""

from tests.cases import X, case, values

CASES = [
    case(
        "_histogram", X(20, lo=0, hi=5), attrs=dict(bin_cnt=5, range=(0, 5)), grad=False, dtypes=("float32", "float64")
    ),
    case(
        "_histogram",
        X(4, 5, lo=-1, hi=6),
        attrs=dict(bin_cnt=3, range=(0, 4.5)),
        grad=False,
        dtypes=("float32", "float64"),
    ),
    case("_histogram", X(20, lo=0, hi=5), values([0, 1, 2.5, 5]), grad=False, dtypes=("float32", "float64")),
    case("all_finite", X(3, 4), grad=False),
    case("all_finite", values([1, float("inf")]), grad=False),
    case("all_finite", values([[float("nan"), 0]]), grad=False),
    case("multi_all_finite", X(3, 4), X(2), attrs=dict(num_arrays=2), grad=False),
    case("multi_all_finite", X(3), values([float("-inf")]), attrs=dict(num_arrays=2), grad=False),
    case("multi_sum_sq", X(3, 4), X(2), attrs=dict(num_arrays=2), grad=False, rtol={"float16": 1e-2}),
    case("multi_sum_sq", X(5), attrs=dict(num_arrays=1), grad=False, rtol={"float16": 1e-2}),
    case("amp_cast", X(3, 4), attrs=dict(dtype="float16"), numeric=False, beyond=("float64",)),
    case("amp_cast", X(3, 4), attrs=dict(dtype="float32"), numeric=False, beyond=("float64",)),
    case("amp_cast", X(3, 4, lo=0, hi=5), attrs=dict(dtype="float16"), dtypes=("int32", "int8", "uint8"), id="whole"),
    case("amp_multicast", X(3, 4), X(3, 4), attrs=dict(num_outputs=2), dtypes=("float32",)),
    case(
        "amp_multicast",
        X(3, 4, dtype="float32"),
        X(2, dtype="float64"),
        attrs=dict(num_outputs=2),
        dtypes=("float32",),
        numeric=False,
        differs="MXNet's CPU raises",
    ),
    case("_grad_add", X(3, 4), X(3, 4), differs_grad="MXNet has no gradient of it"),
    case("_identity_with_attr_like_rhs", X(3, 4), X(3, 4), grad=(1, 0)),
]
