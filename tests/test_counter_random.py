"""The counter-based generator, run on NumPy: moments, ranges, repeatability, and the API of the CPU generators."""

import inspect

import numpy as np
import pytest

from mxr.base import MXNetValueError
from mxr.core.counter_random import CounterRandom
from mxr.core.mt_random import CpuRandom

N = 200_000

# name -> (arguments, mean, variance)
MOMENTS = {
    "uniform": ((-1, 3), 1, 16 / 12),
    "normal": ((2, 3), 2, 9),
    "exponential": ((4,), 1 / 4, 1 / 16),
    "gamma": ((2, 3), 6, 18),
    "poisson": ((3,), 3, 3),
    "negative_binomial": ((3, 0.4), 4.5, 11.25),
    "generalized_negative_binomial": ((2, 0.5), 2, 2 + 0.5 * 4),
}


@pytest.fixture
def random():
    return CounterRandom(np, 7)


@pytest.mark.parametrize("name", MOMENTS)
def test_moments(random, name):
    args, mean, var = MOMENTS[name]
    x = getattr(random.parallel, name)(*args, shape=(N,), dtype="float64")
    assert abs(x.mean() - mean) < 6 * np.sqrt(var / N)
    np.testing.assert_allclose(x.var(), var, rtol=0.05)


@pytest.mark.parametrize("name", MOMENTS)
def test_moments_with_arrays(random, name):
    args, mean, var = MOMENTS[name]
    params = [np.array([[v, v]], "f") for v in args]
    x = getattr(random.parallel, f"sample_{name}")(*params, shape=(N // 2,), dtype="float64")
    assert x.shape == (1, 2, N // 2)
    assert abs(x.mean() - mean) < 6 * np.sqrt(var / N)
    np.testing.assert_allclose(x.var(), var, rtol=0.05)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_dtypes_and_shapes(random, dtype):
    for name, (args, _, _) in MOMENTS.items():
        x = getattr(random, name)(*args, shape=(2, 3), dtype=dtype)
        assert x.dtype == dtype and x.shape == (2, 3), name
    out = np.empty((4,), dtype)
    assert random.uniform(out=out) is out and out.min() >= 0 and out.max() <= 1


def test_seeds():
    a, b, c = CounterRandom(np, 1), CounterRandom(np, 1), CounterRandom(np, 2)
    x = a.uniform(shape=5)
    np.testing.assert_array_equal(x, b.uniform(shape=5))
    assert (x != c.uniform(shape=5)).any() and (x != a.uniform(shape=5)).any()
    a.seed(1)
    np.testing.assert_array_equal(x, a.uniform(shape=5))


def test_integers_masks_and_orders(random):
    x = random.randint(-2, 5, shape=10_000)
    assert x.dtype == np.int32 and set(x.tolist()) == set(range(-2, 5))
    m = random.dropout_mask(0.25, (N,))
    assert set(np.unique(m)) == {0, np.float32(4 / 3)} and abs((m > 0).mean() - 0.75) < 0.01
    assert sorted(random.engine.permutation(100).tolist()) == list(range(100))
    assert abs(random.bernoulli(0.3, N).mean() - 0.3) < 0.01


def test_multinomial(random):
    p = np.array([[0.1, 0, 0.9], [0.5, 0.5, 0]], "f")
    i, logs = random.multinomial(p, 50_000, "int32", get_prob=True)
    assert i.shape == (2, 50_000) and i.dtype == np.int32
    np.testing.assert_allclose([np.bincount(r, minlength=3) / 50_000 for r in i], p, atol=0.01)
    np.testing.assert_allclose(logs, np.log(np.take_along_axis(p, i.astype(int), 1)))


def test_zipfian(random):
    x, n = random.unique_zipfian(1000, (3, 40))
    assert all(len(set(r)) == 40 for r in x.tolist()) and x.min() >= 0 and x.max() < 1000 and (n >= 40).all()
    assert random.unique_zipfian(5, (0, 5))[0].shape == (0, 5)
    with pytest.raises(MXNetValueError, match="6 different numbers do not exist below 5"):
        random.unique_zipfian(5, (1, 6))


def test_same_methods_as_the_cpu_generators():
    cpu = CpuRandom()
    for part in (cpu.parallel, cpu.engine):
        for name, method in inspect.getmembers(part, inspect.ismethod):
            if not name.startswith(("_", "seed")) and name != "below":
                ours = inspect.signature(getattr(CounterRandom, name)).parameters
                assert set(inspect.signature(method).parameters) <= set(ours), name
