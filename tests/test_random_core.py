"""The random number core by itself. tests/oracle/test_random_oracle.py holds it against MXNet."""

import ctypes
import math
import platform
import zlib

import numpy as np
import pytest

from mxr.base import MXNetError
from mxr.core import random_shuffle
from mxr.core.mt_random import CpuRandom, EngineMT, ParallelMT, cpu_random
from mxr.core.random_math import lgammaf, log_double, logf, tanf
from mxr.core.random_words import MTBank, MTStream

# Seed 0: the numbers that MXNet prints in books and slides.
UNIFORM = np.array([0.5488135, 0.5928446, 0.71518934, 0.84426576], np.float32)
NORMAL = np.array([2.2122064, 0.7740038, 1.0434403, 1.1839255], np.float32)


def words_of(seed, n):
    """The plain definition: n words of one generator."""
    return np.random.RandomState(seed % 2**32).randint(0, 2**32, n, np.uint32)


def test_known_values():
    np.testing.assert_array_equal(ParallelMT(0).uniform(shape=4), UNIFORM)
    np.testing.assert_array_equal(ParallelMT(0).normal(shape=(2, 2)), NORMAL.reshape(2, 2))


# crc32 of the results, one generator state running through the row; each was equal to MXNet's when recorded.
RECORDED = {
    "uniform": lambda g: [g.parallel.uniform(-1, 3, shape=n) for n in (1, 100, 70000, 7)],
    "normal": lambda g: [g.parallel.normal(1, 3, shape=n) for n in (1, 100, 70000, 7)],
    "gamma": lambda g: [g.parallel.gamma(a, 2, shape=900) for a in (0.4, 3)],
    "poisson": lambda g: [g.parallel.poisson(a, shape=900) for a in (2.5, 40)],
    "negative_binomial": lambda g: [g.parallel.negative_binomial(3, 0.4, shape=300)],
    "generalized": lambda g: [g.parallel.generalized_negative_binomial(3, 0.4, shape=300)],
    "randint": lambda g: [g.parallel.randint(-5, 1000, shape=900, dtype="int64")],
    "dropout": lambda g: [g.parallel.dropout_mask(0.3, (90, 30))],
    "shuffle": lambda g: [g.engine.permutation(n, d).astype("int64") for n in (50, 5000) for d in (1, 2)],
    "multinomial": lambda g: [g.engine.multinomial(np.full((3, 8), 0.125, np.float32), 40)[0]],
    "zipfian": lambda g: [g.parallel.unique_zipfian(500, (70, 9))[0]],
}
SUMS = {
    "uniform": 1891539430,
    "normal": 2524725880,
    "gamma": 1018259123,
    "poisson": 3975650928,
    "negative_binomial": 243066669,
    "generalized": 364850628,
    "randint": 652849004,
    "dropout": 2814317568,
    "shuffle": 831010400,
    "multinomial": 2441532917,
    "zipfian": 565162523,
}


@pytest.mark.parametrize("name", RECORDED)
def test_recorded(name):
    arrays = RECORDED[name](CpuRandom(17))
    assert zlib.crc32(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)) == SUMS[name]


def test_bank_gives_each_row_its_own_stream():
    rng = np.random.default_rng(5)
    base, rows = 2**32 - 30, 100  # seeds wrap around
    truth = np.stack([words_of(base + i, 60000) for i in range(rows)])
    bank, place = MTBank(base, rows), np.zeros(rows, int)
    for _ in range(60):
        lo = int(rng.integers(0, rows))
        hi = int(rng.integers(lo + 1, rows + 1))
        n = int(10 ** rng.uniform(0, 3.4))
        shown = bank.look(lo, hi, n)
        np.testing.assert_array_equal(shown, [truth[i, place[i] : place[i] + n] for i in range(lo, hi)])
        counts = n if rng.random() < 0.3 else rng.integers(0, n + 1, hi - lo)
        bank.advance(counts)
        place[lo:hi] += counts
        assert place.max() < 50000


@pytest.mark.parametrize("rows", [1, 3, 64, 65, 1024])
def test_bank_seeds_alike_however_many_rows_are_asked_for(rows):
    got = MTBank(889, 1024).take(0, rows, 3)
    np.testing.assert_array_equal(got, [words_of(889 + i, 3) for i in range(rows)])


def test_stream():
    stream, truth = MTStream(-5), words_of(-5, 3000)
    assert stream.look(10).tolist() == truth[:10].tolist()
    stream.advance(4)
    assert stream.take(2000).tolist() == truth[4:2004].tolist()
    assert stream.take(996).tolist() == truth[2004:].tolist()


def slow_call(generators, n, draw):
    """One call by the book: k = min(1024, ceil(n / 64)) generators, ceil(n / k) values from each."""
    k = min(1024, -(-n // 64))
    step = -(-n // k)
    return [draw(generators[i]) for i in range(k) for _ in range(i * step, min(n, (i + 1) * step))]


class Slow:
    """One generator, value by value."""

    def __init__(self, seed):
        self.words, self.at = words_of(seed, 20000), 0

    def uniform(self):
        self.at += 1
        return np.float32(self.words[self.at - 1]) / np.float32(2**32)

    def normal(self):
        while True:
            x = np.float32(2) * self.uniform() - np.float32(1)
            y = np.float32(2) * self.uniform() - np.float32(1)
            r2 = x * x + y * y
            if 0 < r2 <= 1:
                return y * np.sqrt(np.float32(-2) * logf(np.array([r2]))[0] / r2)


@pytest.mark.parametrize("seed", [0, 3, -1])
def test_sequences_of_calls_by_the_definition(seed):
    ours, slow = ParallelMT(seed), [Slow(seed * 127 + i) for i in range(40)]
    for n in (1, 64, 65, 1300, 3, 2000, 640, 2, 129):
        np.testing.assert_array_equal(ours.normal(shape=n), slow_call(slow, n, Slow.normal))
        np.testing.assert_array_equal(ours.uniform(shape=n), slow_call(slow, n, Slow.uniform))


def test_a_dropout_mask_is_a_thresholded_uniform():
    for p in (0.2, 0.5, 0.9):
        u = ParallelMT(4).uniform(shape=(300, 300))
        keep = np.float32(1) - np.float32(p)
        mask = ParallelMT(4).dropout_mask(p, (300, 300))
        np.testing.assert_array_equal(mask, (u < keep) * (np.float32(1) / keep))
        assert abs(mask.mean() - 1) < 0.02


def test_moments():
    g, n = ParallelMT(1), 200_000
    for draw, mean, variance in [
        (g.uniform(2, 4, n), 3, 1 / 3),
        (g.normal(1, 2, n, "float64"), 1, 4),
        (g.exponential(0.5, n), 2, 4),
        (g.gamma(3, 2, n), 6, 12),
        (g.gamma(0.5, 2, n), 1, 2),
        (g.poisson(4, n), 4, 4),
        (g.poisson(40, n), 40, 40),
        (g.negative_binomial(3, 0.5, 50_000), 3, 6),
        (g.generalized_negative_binomial(4, 0.5, 50_000), 4, 12),
        (g.randint(0, 10, n), 4.5, 8.25),
    ]:
        assert draw.mean() == pytest.approx(mean, abs=5 * math.sqrt(variance / draw.size))
        assert draw.var() == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 100, 2000, 20000])
def test_shuffles_equal_their_loops(n, monkeypatch):
    partner = (np.random.default_rng(n).random(n) * np.arange(1, n + 1)).astype(np.intp)
    up = list(range(n))
    for i in range(1, n):
        up[i], up[partner[i]] = up[partner[i]], up[i]
    down = list(range(n))
    for i in range(n - 1, 0, -1):
        down[i], down[partner[i]] = down[partner[i]], down[i]
    for short in (0, 10**9):
        monkeypatch.setattr(random_shuffle, "_SHORT", short)
        assert random_shuffle.upwards(partner).tolist() == up
        assert random_shuffle.downwards(partner).tolist() == down


@pytest.mark.parametrize("ndim", [1, 2])
def test_permutation_holds_each_entry_once(ndim):
    for n in (0, 1, 2, 1000, 3000):
        assert sorted(EngineMT(3).permutation(n, ndim).tolist()) == list(range(n))


def test_bounded_numbers_skip_words_beyond_the_last_whole_range():
    engine, words = EngineMT(0), words_of(0, 40).tolist()
    bound = 3 * 2**30  # a quarter of the words is refused
    expected = [w for w in words if w < bound]
    assert engine.below(np.full(20, bound, np.uint32)).tolist() == expected[:20]
    assert engine.below(np.array([1, 7])).tolist() == [0, expected[21] // (0xFFFFFFFF // 7)]


def glibc(name):
    version = platform.libc_ver()
    if version[0] != "glibc" or not (2, 28) <= tuple(map(int, version[1].split(".")[:2])) <= (2, 40):
        pytest.skip(f"needs glibc 2.28 to 2.40, found {version}")
    function = getattr(ctypes.CDLL("libm.so.6"), name)
    function.restype, function.argtypes = ctypes.c_float, [ctypes.c_float]
    return lambda x: np.array([function(v) for v in x.tolist()], np.float32)


def test_logf_is_the_c_library_s():
    bits = np.random.default_rng(1).integers(0x00800000, 0x7F7FFFFF, 200000, dtype=np.int32)
    x = np.concatenate((bits.view(np.float32), np.random.default_rng(2).random(100000, np.float32) + np.float32(1e-9)))
    np.testing.assert_array_equal(logf(x), glibc("logf")(x))


def test_lgammaf_is_the_c_library_s():
    x = np.concatenate((np.arange(1, 100000), 8 + np.random.default_rng(1).random(100000) ** 4 * 1e7))
    x = x.astype(np.float32)
    np.testing.assert_array_equal(lgammaf(x), glibc("lgammaf")(x))


def test_tanf_is_the_c_library_s_but_for_some_last_bits():
    u = np.arange(0, 2**24, 61).astype(np.float32) / np.float32(2**24)
    x = np.float32(3.1415926) * u
    ours, theirs = tanf(x), glibc("tanf")(x)
    assert (ours != theirs).mean() < 2e-4
    np.testing.assert_allclose(ours, theirs, rtol=2e-7)


def test_log_double_of_zero():
    assert log_double(np.array([[1.0, 0.0]])).tolist() == [[0.0, -math.inf]]


def test_seeding_is_lazy_and_repeats():
    random = CpuRandom(5)
    assert not random.parallel.bank._arrays and random.engine.stream._source is None
    first = random.parallel.normal(shape=3000), random.engine.permutation(50)
    random.seed(5)
    again = random.parallel.normal(shape=3000), random.engine.permutation(50)
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    random.seed(5, one_context=True)
    np.testing.assert_array_equal(random.parallel.normal(shape=3000), first[0])
    assert random.engine.permutation(50).tolist() != first[1].tolist()
    assert cpu_random() is cpu_random()


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize("name", ["uniform", "normal"])
def test_out_is_filled_in_place(name, dtype):
    out = np.zeros((30, 5), dtype)
    result = getattr(ParallelMT(2), name)(1, 3, out=out)
    expected = getattr(ParallelMT(2), name)(1, 3, shape=(30, 5), dtype=dtype)
    assert result is out and expected.dtype == dtype
    np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize("shape", [(), 0, 5, (0, 3), (2, 3)])
def test_shapes(shape):
    g = ParallelMT(0)
    wanted = (shape,) if isinstance(shape, int) else shape
    draws = [g.uniform, g.normal, g.exponential, g.gamma, g.poisson, g.negative_binomial]
    for draw in draws:
        assert draw(1.0, 1.0, shape).shape == wanted if draw not in (g.exponential, g.poisson) else True
    assert g.exponential(1.0, shape).shape == g.poisson(1.0, shape).shape == g.randint(0, 2, shape).shape == wanted
    assert g.dropout_mask(0.5, shape).shape == g.generalized_negative_binomial(1.0, 1.0, shape).shape == wanted
    low = np.zeros((4, 1), np.float32)
    assert g.sample_uniform(low, low + 1, shape).shape == (4, 1, *wanted)
    assert g.sample_gamma(low + 1, low + 1, shape).shape == (4, 1, *wanted)


nan = float("nan")


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("uniform", (1, 0), "uniform: high must be at least low=1, got 0"),
        ("uniform", (0, nan), "uniform: high"),
        ("normal", (0, -1), "normal: scale must be positive, got -1"),
        ("normal", (0, nan), "normal: scale"),
        ("exponential", (0,), "exponential: lam must be positive, got 0"),
        ("gamma", (0, 1), "gamma: alpha must be positive, got 0"),
        ("gamma", (1, -2), "gamma: beta must be positive, got -2"),
        ("poisson", (-1,), "poisson: lam must be not negative, got -1"),
        ("poisson", (nan,), "poisson: lam"),
        ("negative_binomial", (-1, 0.5), "negative_binomial: k"),
        ("negative_binomial", (1, 0), r"negative_binomial: p must be in \(0, 1\], got 0"),
        ("generalized_negative_binomial", (-1, 0.5), "generalized_negative_binomial: mu"),
        ("generalized_negative_binomial", (1, nan), "generalized_negative_binomial: alpha"),
        ("randint", (3, 3), "randint: high must be above low=3, got 3"),
        ("unique_zipfian", (3, (1, 4)), "unique_zipfian: 4 different numbers"),
        ("sample_negative_binomial", (np.array([1.0]), np.array([0.0])), "negative_binomial: p must be in"),
        ("sample_gamma", (np.array([1.0, -1.0]), np.array([1.0, 1.0])), "gamma: alpha must be not negative, got -1"),
    ],
)
def test_bad_parameters(name, arguments, text):
    g = ParallelMT(0)
    with pytest.raises(MXNetError, match=text) as caught:
        getattr(g, name)(*arguments)
    assert isinstance(caught.value, ValueError)
    np.testing.assert_array_equal(g.uniform(shape=4), UNIFORM)  # nothing was drawn


@pytest.mark.parametrize("huge", [np.inf, 1e300])
def test_gammas_of_infinite_shape_are_refused(huge):
    """Every draw would be rejected, for ever."""
    from mxr import nd

    for draw in (
        lambda: nd.random.gamma(huge, 1, shape=2),
        lambda: nd.sample_gamma(nd.array([huge, 1], dtype="float64"), nd.array([1, 1], dtype="float64")),
        lambda: nd.sample_negative_binomial(nd.array([huge], dtype="float64"), nd.array([0.5], dtype="float64")),
    ):
        with pytest.raises(MXNetError, match="must be finite"):
            draw().asnumpy()
