"""Random numbers against the oracle, MXNet 1.9.1 on CPU: the same calls in the same order, every bit equal."""

from __future__ import annotations

import numpy as np
import pytest

from mxr.core.mt_random import CpuRandom

pytestmark = pytest.mark.oracle

# Runs in MXNet: the calls, a list of (name, arguments), one result each.
SCRIPT = r"""
def run(name, a):
    dtype = a.pop("dtype", "float32")
    if name == "seed":
        mx.random.seed(a["seed"], **({"ctx": mx.cpu(a["cpu"])} if "cpu" in a else {}))
        return None
    if name == "uniform_on":
        return nd.random.uniform(shape=a["shape"], ctx=mx.cpu(a["cpu"])).asnumpy()
    if name == "dropout":
        axes = a.get("axes", ())
        x = nd.ones(a["shape"], dtype=dtype)
        if a.get("always"):
            return nd.Dropout(x, p=a["p"], mode="always", axes=axes).asnumpy()
        with mx.autograd.record():
            return nd.Dropout(x, p=a["p"], axes=axes).asnumpy()
    if name == "shuffle":
        rows, ndim = a["n"], a["ndim"]
        x = nd.arange(rows, dtype="int32").reshape((rows,) + (1,) * (ndim - 1))
        if ndim > 1:
            x = nd.broadcast_to(x, (rows,) + (3,) * (ndim - 1))
        return nd.random.shuffle(x).asnumpy().reshape(rows, -1)[:, -1]
    if name == "multinomial":
        prob = nd.array(a["prob"], dtype=a["prob"].dtype)
        out = nd.random.multinomial(prob, shape=a["size"], get_prob=True, dtype="int32")
        return [o.asnumpy() for o in out][: 1 if a.get("index_only") else 2]
    if name == "zipfian":
        return [o.asnumpy() for o in nd._internal._sample_unique_zipfian(a["range_max"], shape=a["shape"])]
    if name.startswith("sample_"):
        params = {k: nd.array(v, dtype=v.dtype) for k, v in a.items() if k != "shape"}
        return getattr(nd, name)(**params, shape=a["shape"], dtype=dtype).asnumpy()
    draw = nd.random.randint if name == "randint" else getattr(nd, "random_" + name)
    return draw(dtype=dtype, **a).asnumpy()

result = {"all": [run(name, dict(a)) for name, a in calls]}
"""

CASES: dict[str, list] = {}


def case(label: str, *calls: tuple, seed: int = 7) -> None:
    CASES[label] = [("seed", {"seed": seed}), *calls]


def call(name: str, **arguments: object) -> tuple:
    return name, arguments


def ours(random: CpuRandom, name: str, a: dict) -> object:
    """The same call on our generators."""
    a = dict(a)
    if name == "seed":
        random.seed(a["seed"], "cpu" in a)
        return None
    if name == "uniform_on":
        return random.parallel.uniform(shape=a["shape"])
    if name == "dropout":
        shape = tuple(1 if i in a.get("axes", ()) else n for i, n in enumerate(a["shape"]))
        mask = random.parallel.dropout_mask(a["p"], shape, a.get("dtype", "float32"))
        return np.broadcast_to(mask, a["shape"])
    if name == "shuffle":
        return random.engine.permutation(a["n"], a["ndim"])
    if name == "multinomial":
        return list(random.engine.multinomial(a["prob"], a["size"], get_prob=True))[: 1 if a.get("index_only") else 2]
    if name == "zipfian":
        return list(random.parallel.unique_zipfian(a["range_max"], a["shape"]))
    return getattr(random.parallel, name)(**a)


SIZES = (1, 4, 63, 64, 65, 130, 1000, 3, 70000, 5, 65536, 65537, 200, 100001)
for s in (0, 1, 42, 2**31 - 1, -1, 123456789):
    case(f"uniform-seed{s}", *[call("uniform", shape=(n,)) for n in SIZES], seed=s)
    case(f"normal-seed{s}", *[call("normal", shape=(n,)) for n in SIZES], seed=s)
case(
    "million",
    *[call(k, shape=(10**6,)) for k in ("uniform", "normal", "uniform", "normal")],
    call("normal", shape=(7,)),
)

# A word so close to 2**32 that its float32 uniform is 1.
case("one", call("uniform", shape=(1024 * 746,)), call("exponential", shape=(7,)), seed=84)
case("one-exponential", call("exponential", shape=(1024 * 746,)), seed=84)


def mixed_calls(count: int) -> list:
    """Calls of all sizes and dtypes, so that the generators get to uneven places."""
    rng = np.random.default_rng(11)
    calls = []
    for _ in range(count):
        shape = (int(10 ** rng.uniform(0, 4.6)),)
        kind = str(rng.choice(["uniform", "normal", "dropout", "exponential", "randint", "gamma", "poisson"]))
        dtype = str(rng.choice(["float32", "float32", "float64", "float16"]))
        if kind in ("gamma", "poisson"):
            shape = (min(shape[0], 700),)
        if kind == "dropout":
            calls.append(call(kind, p=float(rng.choice([0.2, 0.5, 0.75])), shape=shape, dtype=dtype))
        elif kind == "randint":
            calls.append(call(kind, low=-3, high=int(rng.integers(1, 2**30)), shape=shape, dtype="int32"))
        else:
            calls.append(call(kind, shape=shape, dtype=dtype))
    return calls


case("mixed", *mixed_calls(160), seed=3)

for dt in ("float32", "float64", "float16"):
    for n in (5, 3000):
        tag = f"{dt}-{n}"
        plain = {"shape": (n, 2), "dtype": dt}
        some = {"shape": (n,), "dtype": dt}
        case(f"uniform-{tag}", call("uniform", low=-3, high=2.7, **some), call("uniform", **plain))
        case(f"normal-{tag}", call("normal", loc=0.3, scale=1.7, **some), call("normal", **plain))
        case(f"exponential-{tag}", call("exponential", lam=1.7, **some), call("uniform", **plain))
        for a, b in ((2.0, 1.0), (9.3, 2.3), (0.5, 1.7), (0.03, 4), (1, 1), (100, 0.1)):
            case(f"gamma-{a}-{b}-{tag}", call("gamma", alpha=a, beta=b, **some), call("uniform", **plain))
        for lam in (0.0, 0.01, 1, 3, 11.9, 12, 12.5, 50, 1000, 30000):
            case(f"poisson-{lam}-{tag}", call("poisson", lam=lam, **some), call("uniform", **plain))
        for k, p in ((1, 0.5), (5, 0.3), (20, 0.9), (3, 0.01)):
            case(f"negbin-{k}-{p}-{tag}", call("negative_binomial", k=k, p=p, **some), call("uniform", **plain))
        for mu, alpha in ((1, 1), (5, 0.3), (20, 0.9), (3, 0.01), (3, 0), (30, 4)):
            gnb = call("generalized_negative_binomial", mu=mu, alpha=alpha, **some)
            case(f"gnb-{mu}-{alpha}-{tag}", gnb, call("uniform", **plain))

for dt in ("int32", "int64"):
    for lo, hi in ((0, 10), (-5, 7), (3, 4), (-(2**31), 2**31 - 1)):
        case(f"randint-{lo}-{hi}-{dt}", call("randint", low=lo, high=hi, shape=(3000,), dtype=dt))
case("randint-wide", call("randint", low=-(2**62), high=2**61, shape=(100000,), dtype="int64"))

for pt in ("float32", "float64", "float16"):
    lo, hi = np.array([-1, 2, 3.3, 0.7]).astype(pt), np.array([0.5, 5, 9.9, 14.2]).astype(pt)
    part = (hi / 20).astype(pt)
    for dt in ("float32", "float64", "float16"):
        for shape in ((1,), (100,), (50, 7)):
            tag = f"{pt}-{dt}-{'x'.join(map(str, shape))}"
            some = {"shape": shape, "dtype": dt}
            case(f"sample_uniform-{tag}", call("sample_uniform", low=lo, high=hi, **some))
            case(f"sample_normal-{tag}", call("sample_normal", mu=lo, sigma=hi, **some))
            case(f"sample_exponential-{tag}", call("sample_exponential", lam=hi, **some))
            case(f"sample_poisson-{tag}", call("sample_poisson", lam=hi, **some))
            case(f"sample_gamma-{tag}", call("sample_gamma", alpha=hi, beta=np.abs(lo), **some))
            case(f"sample_negbin-{tag}", call("sample_negative_binomial", k=np.floor(hi + 1), p=part, **some))
            case(f"sample_gnb-{tag}", call("sample_generalized_negative_binomial", mu=hi, alpha=part, **some))

for p in (0.1, 0.3, 0.5, 0.9, 1.0):
    case(f"dropout-{p}", *[call("dropout", p=p, shape=(n,)) for n in (5, 300, 70000)])
for dt in ("float32", "float64", "float16"):
    case(
        f"dropout-axes-{dt}",
        call("dropout", p=0.4, shape=(4, 30, 5), axes=(1,), dtype=dt),
        call("dropout", p=0.4, shape=(4, 30, 5), axes=(0, 2), dtype=dt),
        call("dropout", p=0.2, shape=(40, 30), always=True, dtype=dt),
    )
case("dropout-none", call("dropout", p=0.0, shape=(40,)), call("uniform", shape=(3,)))

case("shuffle", *[call("shuffle", n=n, ndim=d) for n in (1, 2, 10, 1499, 1501, 5000, 100000) for d in (1, 2, 3)])
PROBS = np.array([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], [0.0, 0.5, 0.0, 0.5]])
for dt in ("float32", "float64"):
    prob = PROBS.astype(dt)
    case(f"multinomial-{dt}", call("multinomial", prob=prob, size=500), call("multinomial", prob=prob, size=3))
many = np.random.default_rng(3).random((2, 5000)) ** 4
for dt in ("float32", "float64", "float16"):
    prob = (many / many.sum(1, keepdims=True)).astype(dt)
    case(f"multinomial-many-{dt}", call("multinomial", prob=prob, size=20000))
odd = np.array([[0, 0, 0, 0], [0.5, np.nan, 0.5, 0], [0.1, 0.2, -1, 0.4], [0.6, -0.5, 0.7, 0.2]])
# MXNet gives the number of columns where no sum is large enough, and reads its log probability out of bounds.
case("multinomial-odd", call("multinomial", prob=odd, size=40, index_only=True))
case(
    "engine",
    call("shuffle", n=50, ndim=1),
    call("uniform", shape=(5,)),
    call("multinomial", prob=PROBS, size=5),
    call("shuffle", n=9, ndim=2),
)
case(
    "zipfian",
    call("zipfian", range_max=1000, shape=(3, 40)),
    call("uniform", shape=(300,)),
    call("zipfian", range_max=90, shape=(1500, 7)),
    call("zipfian", range_max=5, shape=(2, 5)),
    call("shuffle", n=9, ndim=1),
)
case(
    "contexts",
    call("uniform_on", cpu=1, shape=(3,)),
    call("uniform_on", cpu=0, shape=(3,)),
    call("seed", seed=5, cpu=1),
    call("uniform_on", cpu=0, shape=(3,)),
    call("uniform_on", cpu=2, shape=(3,)),
    call("shuffle", n=20, ndim=1),
)


@pytest.mark.parametrize("label", CASES)
def test_equal(label, oracle):
    truth = oracle.run(SCRIPT, calls=CASES[label])["all"]
    random = CpuRandom(99)
    for position, ((name, arguments), expected) in enumerate(zip(CASES[label], truth, strict=True)):
        got = ours(random, name, arguments)
        if expected is None:
            continue
        where = f"{label}: call {position} {name} {arguments}"
        for g, e in zip(*((got, expected) if isinstance(expected, list) else ([got], [expected])), strict=True):
            assert g.shape == e.shape, where
            np.testing.assert_array_equal(g, e, err_msg=where)


def test_a_wrong_seed_is_noticed(oracle):
    truth = oracle.run(SCRIPT, calls=CASES["uniform-seed0"])["all"]
    assert (CpuRandom(8).parallel.uniform(shape=4) != truth[2]).all()
