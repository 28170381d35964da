"""mx.random and mx.nd.random against MXNet: the same seed gives the same numbers."""

import numpy as np
import pytest

PLAIN = [
    "uniform(shape=(3, 40))", "uniform(-2, 5, (300, 301))", "uniform(shape=7, dtype='float64')",
    "uniform(shape=7, dtype='float16')", "uniform()", "normal(shape=(3, 40))", "normal(2, 3, shape=(100,))",
    "normal(shape=(5, 5), dtype='float64')", "randn(3, 4)", "randn(2, 3, loc=5, scale=0.1)",
    "exponential(2, shape=50)", "gamma(2, 3, shape=50)", "gamma(0.5, shape=(4, 4))", "poisson(3, shape=50)",
    "negative_binomial(2, 0.5, shape=50)", "generalized_negative_binomial(2, 0.5, shape=50)",
    "randint(0, 10, shape=(3, 20))", "randint(-5, 2**40, shape=(9,), dtype='int64')",
]  # fmt: skip


@pytest.mark.parametrize("call", PLAIN)
@pytest.mark.parametrize("seed", [0, 42])
def test_numbers_as_parameters(both, call, seed):
    exact = {} if "gamma" in call or "exponential" in call else {"rtol": 0, "atol": 0}
    both(f"mx.random.seed({seed}); x = nd.random.{call}; y = nd.random.{call}", "x y", **exact)


def test_books_numbers(both):
    got = both("mx.random.seed(0); u = mx.random.uniform(shape=4)", "u", rtol=0, atol=0).ours["u"]
    np.testing.assert_allclose(got, [0.5488135, 0.5928446, 0.7151893, 0.8442658], rtol=1e-6)
    got = both("mx.random.seed(0); n = mx.random.normal(shape=4)", "n", rtol=0, atol=0).ours["n"]
    np.testing.assert_allclose(got, [2.2122064, 0.7740038, 1.0434405, 1.1839255], rtol=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        "uniform(a, b)", "uniform(a, b, shape=(2, 3))", "normal(a, b, shape=4)", "gamma(b, b, shape=4)",
        "exponential(b, shape=4)", "poisson(b, shape=4)", "negative_binomial(b, p, shape=4)",
        "generalized_negative_binomial(b, p, shape=4)", "uniform(a, b, dtype='float64')",
    ],
)  # fmt: skip
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_arrays_as_parameters(both, call, dtype):
    code = f"""
    a, b, p = (nd.array(v, dtype='{dtype}') for v in ([[-1, 0.5], [0, 1]], [[1, 2], [3, 4]], [[0.5, 0.2], [0.9, 0.4]]))
    x = nd.random.{call}
    """
    both(code, "x", rtol=1e-5)


@pytest.mark.parametrize(
    "call",
    [
        "uniform_like(d, low=1, high=3)", "normal_like(d, loc=1, scale=2)", "exponential_like(d, lam=2)",
        "poisson_like(d, lam=3)", "gamma_like(d, alpha=2, beta=3)", "negative_binomial_like(d, k=2, p=0.5)",
        "generalized_negative_binomial_like(d, mu=2, alpha=0.5)",
    ],
)  # fmt: skip
def test_like(both, call):
    both(f"d = nd.zeros((3, 5)); x = nd.random.{call}", "x")


def test_out(both):
    code = """
    a, b, c = nd.zeros((3,)), nd.zeros((2, 2), dtype='float64'), nd.zeros((4,))
    nd.random.uniform(1, 2, out=a); nd.random.normal(out=b); nd.random_normal(out=c)
    """
    both(code, "a b c", rtol=0, atol=0)


def test_operators_by_name(both):
    both("x = nd.random_uniform(low=1, high=2, shape=(3,)); y = nd.normal(shape=3); z = nd.uniform(shape=2)", "x y z")


def test_multinomial(both):
    p = np.array([[0, 0.1, 0.2, 0.3, 0.4], [0.5, 0, 0.5, 0, 0]], "f")
    code = """
    x = nd.random.multinomial(nd.array(p)); y = nd.random.multinomial(nd.array(p), shape=(3, 20))
    z, q = nd.random.multinomial(nd.array(p[0]), shape=5, get_prob=True)
    w = nd.random.multinomial(nd.array(p[0]), dtype='float32')
    """
    both(code, "x y z q w", p=p)


def test_multinomial_gradient(both):
    code = """
    x = nd.array([[0.1, 0.2, 0.3, 0.4], [0.5, 0.1, 0.1, 0.3]]); x.attach_grad()
    with autograd.record():
        i, q = nd.random.multinomial(x, shape=6, get_prob=True)
    q.backward(nd.array(h))
    dx = x.grad
    """
    both(code, "i q dx", h=np.arange(12, dtype="f").reshape(2, 6))


@pytest.mark.parametrize("shape", [(10,), (7, 3), (100, 2, 2)])
def test_shuffle(both, shape):
    both("y = mx.random.shuffle(nd.array(x)); z = nd.random.shuffle(nd.array(x))", "y z",
         x=np.arange(np.prod(shape)).reshape(shape).astype("f"))  # fmt: skip


def test_zipfian(both):
    both("x, n = nd._internal._sample_unique_zipfian(1000, shape=(2, 30))", "x n")


def test_seed_of_a_context(both):
    both("mx.random.seed(5, ctx=mx.cpu(0)); x = nd.random.uniform(shape=3); y = nd.random.shuffle(nd.arange(9))", "x y")


@pytest.mark.parametrize(
    "call",
    [
        "uniform(3, 1, shape=2)", "normal(0, -1, shape=2)", "normal('a', shape=2)", "uniform(shape=2, dtype='int32')",
        "uniform(shape=(2, -1))", "uniform(shape=())", "randint(0, 10, shape=3, dtype='float32')",
        "randint(10, 0, shape=3)", "randint(0.5, 10, shape=3)", "uniform(1, nd.ones(2))", "uniform(nd.ones(2), 1)",
        "normal(nd.ones(2), nd.ones(3))", "uniform(shape=2, out=nd.zeros(3))", "exponential(-1, shape=2)",
        "gamma(-1, 2, shape=2)", "poisson(-1, shape=2)",
    ],
)  # fmt: skip
def test_errors(both, call):
    both(f"result = nd.random.{call}.asnumpy()", raises=True)


@pytest.mark.parametrize("seed", ["1.5", "'a'", "None"])
def test_seed_errors(both, seed):
    both(f"mx.random.seed({seed}); result = 1", raises="seed_state")


def test_symbols(both):
    code = """
    a, b = mx.sym.var("a"), mx.sym.var("b")
    result = [s.tojson() for s in (
        mx.sym.random.uniform(shape=(2,)), mx.sym.random.normal(a, b, shape=(2,)),
        mx.sym.random.exponential(4.0, shape=(2, 3), dtype="float64"), mx.sym.random.randint(0, 5, shape=(2,)),
        mx.sym.random.multinomial(a), mx.sym.random.shuffle(a))]
    """
    both(code)
