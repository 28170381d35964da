"""Samplers: with seed 0 they give MXNet's numbers (docs/random.md lists those that cannot)."""

from tests.cases import X, case, values

ONE = dict(grad=False, dtypes=("float32",), rtol=1e-5, atol=1e-5)
N = (7, 11)
PLAIN = {
    "uniform": [dict(), dict(low=-2, high=3)],
    "normal": [dict(), dict(loc=2, scale=0.5)],
    "gamma": [dict(alpha=2, beta=0.5), dict(alpha=0.4, beta=3)],
    "exponential": [dict(), dict(lam=4)],
    "poisson": [dict(), dict(lam=20)],
    "negative_binomial": [dict(k=3, p=0.4), dict(k=1, p=0.9)],
    "generalized_negative_binomial": [dict(mu=2, alpha=0.3), dict(mu=5, alpha=1)],
}
LOW, HIGH = values([[0, 1], [10, -5]]), values([[1, 3], [20, 5]])
SAMPLE = {
    "uniform": (LOW, HIGH), "normal": (LOW, X(2, 2, lo=0.1)), "gamma": (X(2, 2, lo=0.3), X(2, 2, lo=0.3)),
    "exponential": (X(2, 2, lo=0.3),), "poisson": (X(2, 2, lo=0.3, hi=9),),
    "negative_binomial": (values([[1, 3], [5, 2]]), X(2, 2, lo=0.2, hi=0.9)),
    "generalized_negative_binomial": (X(2, 2, lo=0.3), X(2, 2, lo=0.2, hi=0.9)),
}  # fmt: skip
CASES = []
for _name, _each in PLAIN.items():
    for _attrs in _each:
        CASES += [
            case(f"_random_{_name}", attrs=dict(shape=N, **_attrs), **ONE),
            case(f"_random_{_name}_like", X(*N), attrs=_attrs, **ONE),
        ]
    CASES += [
        case(f"_random_{_name}", attrs=dict(shape=N, dtype="float64", **_attrs), **ONE, id="double"),
        case(f"_random_{_name}", attrs=dict(shape=N, dtype="float16", **_attrs), **{**ONE, "rtol": 1e-3}, id="half"),
        case(f"_sample_{_name}", *SAMPLE[_name], **ONE),
        case(f"_sample_{_name}", *SAMPLE[_name], attrs=dict(shape=(3,)), **ONE),
    ]
CASES += [
    case("_random_randint", attrs=dict(low=-5, high=10, shape=N), **ONE),
    case("_random_randint", attrs=dict(low=0, high=3, shape=N, dtype="int64"), **ONE),
    case("_sample_multinomial", values([0.1, 0.2, 0.7]), **ONE),
    case("_sample_multinomial", values([[0.1, 0.9], [0.5, 0.5]]), attrs=dict(shape=(6,)), **ONE),
    case("_sample_multinomial", values([[0.1, 0.9], [0.5, 0.5]]), attrs=dict(shape=(2, 3), get_prob=True), **ONE),
    case("_sample_multinomial", values([0.1, 0.2, 0.7]), attrs=dict(shape=(4,), dtype="float64"), **ONE),
    case("_shuffle", X(20), **ONE),
    case("_shuffle", X(9, 2), **ONE),
    case("_sample_unique_zipfian", attrs=dict(range_max=50, shape=(2, 4)), **ONE),
]
