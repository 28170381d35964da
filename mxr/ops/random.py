"""Random arrays: distributions with numbers or arrays as parameters, multinomial, shuffle, zipfian.

``rng`` is the generator of the device: ``rng.parallel`` for the distributions, ``rng.engine`` for the rest. On the
CPU its numbers are MXNet's own, bit for bit (docs/random.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..backend import dtype_name, dtype_of
from ..core.op import OpDef, op, register, zero_gradient
from ..core.params import Attrs, Bool, DType, Float, Int, Param, Shape
from ..core.shapes import Frame
from .init import context_param, shape_rule, with_shape

__all__: list[str] = []

_FLOATS = ("float16", "float32", "float64")


class OneOf(DType):
    """A dtype out of a list, or None for the first of `default`."""

    def __init__(self, names: tuple[str, ...], doc: str, default: str | None = None) -> None:
        super().__init__(default, doc, optional=default is None)
        self.names = names
        self.kind = "{" + ", ".join(repr(n) for n in names) + "}"

    def convert(self, value: Any) -> str:
        name = dtype_name(value)
        if name not in self.names:
            raise ValueError(f"valid values are {', '.join(self.names)}")
        return name


def _given(a: Attrs, default: str) -> np.dtype:
    return dtype_of(a.dtype or default)


def _refit(a: Attrs, shape: tuple[int, ...], dtype: Any = None) -> Attrs:
    a = with_shape(a, shape)
    return a if a.dtype is not None or dtype is None else a.replace(dtype=dtype_name(dtype))


Params = tuple[tuple[str, Param], ...]
Check = tuple[Callable[..., bool], str]

# distribution -> (its parameters as numbers, names of its parameters as arrays, what must hold, what it is)
_DISTRIBUTIONS: dict[str, tuple[dict[str, Callable[[], Param]], str, Check, str]] = {
    "uniform": (
        {"low": lambda: Float(0.0, "Lower end."), "high": lambda: Float(1.0, "Upper end, not included.")},
        "low high",
        (lambda low, high: low <= high, "low must be less or equal to high"),
        "Uniform in [low, high)",
    ),
    "normal": (
        {"loc": lambda: Float(0.0, "Mean."), "scale": lambda: Float(1.0, "Standard deviation.")},
        "mu sigma",
        (lambda loc, scale: scale > 0, "scale has to be positive"),
        "Normal with a mean and a standard deviation",
    ),
    "gamma": (
        {"alpha": lambda: Float(1.0, "Shape."), "beta": lambda: Float(1.0, "Scale.")},
        "alpha beta",
        (lambda alpha, beta: alpha > 0 and beta > 0, "alpha and beta have to be positive"),
        "Gamma with shape alpha and scale beta",
    ),
    "exponential": (
        {"lam": lambda: Float(1.0, "Rate.")},
        "lam",
        (lambda lam: lam > 0, "lam has to be positive"),
        "Exponential with rate lam",
    ),
    "poisson": (
        {"lam": lambda: Float(1.0, "Rate.")},
        "lam",
        (lambda lam: lam >= 0, "lam has to be non-negative"),
        "Poisson with rate lam",
    ),
    "negative_binomial": (
        {
            "k": lambda: Int(1, "Number of successes."),
            "p": lambda: Float(1.0, "Probability of a success."),
        },
        "k p",
        (lambda k, p: k >= 0 and 0 <= p <= 1, "k has to be non-negative and p in [0, 1]"),
        "Failures before the k-th success of probability p",
    ),
    "generalized_negative_binomial": (
        {"mu": lambda: Float(1.0, "Mean."), "alpha": lambda: Float(1.0, "Dispersion; 0 is Poisson.")},
        "mu alpha",
        (lambda mu, alpha: mu >= 0 and alpha >= 0, "mu and alpha have to be non-negative"),
        "Negative binomial with mean mu and dispersion alpha",
    ),
}


# For the examples
_SCALARS = {
    "uniform": "low=0, high=1",
    "normal": "loc=0, scale=1",
    "gamma": "alpha=2, beta=1",
    "exponential": "lam=2",
    "poisson": "lam=4",
    "negative_binomial": "k=3, p=0.5",
    "generalized_negative_binomial": "mu=2, alpha=0.3",
}
_ARRAYS = {
    "uniform": "nd.array([0, 10]), nd.array([1, 20])",
    "normal": "nd.array([0, 10]), nd.array([1, 2])",
    "gamma": "nd.array([1, 9]), nd.array([1, 0.5])",
    "exponential": "nd.array([1, 8])",
    "poisson": "nd.array([1, 9])",
    "negative_binomial": "nd.array([3, 9]), nd.array([0.5, 0.4])",
    "generalized_negative_binomial": "nd.array([2, 9]), nd.array([0.3, 0.1])",
}


def _declare(dist: str) -> None:
    numbers, arrays, (holds, rule), what = _DISTRIBUTIONS[dist]
    names = tuple(numbers)

    def values(a: Attrs) -> tuple:
        return tuple(getattr(a, n) for n in names)

    def check(a: Attrs, s: Frame) -> None:
        if not holds(*values(a)):
            given = ", ".join(f"{n}={v:g}" for n, v in zip(names, values(a)))
            s.fail(f"{rule}, got {given}")

    def plain_shape(a: Attrs, s: Frame) -> None:
        check(a, s)
        shape_rule(a, s)

    def plain(xp: Any, a: Attrs, *, rng: Any) -> Any:
        return getattr(rng.parallel, dist)(*values(a), shape=a.shape, dtype=_given(a, "float32"))

    d = register(
        OpDef(
            f"_random_{dist}",
            aliases=(f"random_{dist}", *((dist,) if dist in ("uniform", "normal") else ())),
            inputs=(),
            params={
                **{n: make() for n, make in numbers.items()},
                "shape": Shape(None, "Shape of the output.", lo=-1),
                "ctx": context_param(),
                "dtype": OneOf(_FLOATS, "Output dtype; float32 if None."),
            },
            forward=plain,
            grad=None,
            infer_shape=plain_shape,
            infer_type=lambda a, s: s.out_dtype(0, _given(a, "float32")),
            random=True,
            doc=f"{what} (MXNet operator _random_{dist}).",
            examples=(f"nd.random_{dist}({_SCALARS[dist]}, shape=(3,))",),
        )
    )
    d.refit = _refit

    def like_shape(a: Attrs, s: Frame) -> None:
        check(a, s)
        s.out(0, s[0])
        s.set(0, s.outs[0])

    def like(xp: Any, a: Attrs, data: Any, *, rng: Any) -> Any:
        return getattr(rng.parallel, dist)(*values(a), shape=data.shape, dtype=data.dtype)

    register(
        OpDef(
            f"_random_{dist}_like",
            params={n: make() for n, make in numbers.items()},
            forward=like,
            grad=zero_gradient(),
            infer_shape=like_shape,
            random=True,
            doc=f"{what}, with the shape and dtype of `data` (MXNet operator _random_{dist}_like).",
            examples=(f"nd.random.{dist}_like(nd.zeros(3), {_SCALARS[dist]})",),
        )
    )

    def sample_shape(a: Attrs, s: Frame) -> None:
        for i in range(1, len(s)):
            s.set(i, s[0])
            s.set(0, s[i])
        if s[0] is not None:
            s.out(0, s[0] + a.shape)

    def sample_type(a: Attrs, s: Frame) -> None:
        for i in range(1, len(s)):
            s.set_dtype(i, s[0])
            s.set_dtype(0, s[i])
        s.out_dtype(0, _given(a, "float32"))

    def sample(xp: Any, a: Attrs, *params: Any, rng: Any) -> Any:
        params = tuple(p if p.dtype.kind == "f" else p.astype(np.float32) for p in params)
        return getattr(rng.parallel, f"sample_{dist}")(*params, shape=a.shape, dtype=_given(a, "float32"))

    register(
        OpDef(
            f"_sample_{dist}",
            aliases=(f"sample_{dist}",),
            inputs=arrays,
            params={
                "shape": Shape((), "Shape of the draws for each element of the parameters.", lo=1),
                "dtype": OneOf(_FLOATS, "Output dtype; float32 if None."),
            },
            forward=sample,
            grad=zero_gradient(len(arrays.split())),
            infer_shape=sample_shape,
            infer_type=sample_type,
            random=True,
            doc=f"{what}, for each element of the parameters: shape of these + `shape` (MXNet _sample_{dist}).",
            examples=(f"nd.sample_{dist}({_ARRAYS[dist]}, shape=2)",),
        )
    )


for _name in _DISTRIBUTIONS:
    _declare(_name)


@op("_random_randint", aliases=("random_randint",), inputs=(), random=True)
class RandomRandint:
    """Whole numbers in [low, high), all equally likely (MXNet operator _random_randint)."""

    low = Int(doc="Smallest value.")
    high = Int(doc="Upper end, not included.")
    shape = Shape(None, "Shape of the output.", lo=-1)
    ctx = context_param()
    dtype = OneOf(("int32", "int64"), "Output dtype; int32 if None.")
    examples = ("nd.random.randint(0, 10, shape=(3,))",)

    def infer_shape(a, s):
        if a.low >= a.high:
            s.fail(f"low must be less than high, got low={a.low}, high={a.high}")
        shape_rule(a, s)

    def infer_type(a, s):
        s.out_dtype(0, _given(a, "int32"))

    def forward(xp, a, *, rng):
        return rng.parallel.randint(a.low, a.high, shape=a.shape, dtype=_given(a, "int32"))

    grad = None


RandomRandint.refit = _refit


@op("_sample_multinomial", aliases=("sample_multinomial",), random=True)
class SampleMultinomial:
    """Indices drawn with the probabilities in the rows of `data` (..., k): shape data.shape[:-1] + `shape`.

    With `get_prob` also their log probabilities, through which gradients flow (MXNet operator _sample_multinomial).
    """

    shape = Shape((), "Shape of the draws for each row.", lo=1)
    get_prob = Bool(False, "Whether to return the log probabilities as well.")
    dtype = OneOf(("float16", "float32", "float64", "int32", "uint8"), "Dtype of the indices.", "int32")
    examples = ("nd.sample_multinomial(nd.array([[0.1, 0.9], [0.5, 0.5]]), shape=4)",)

    def outputs(a):
        return ("output0", "output1") if a.get_prob else ("output",)

    def infer_shape(a, s):
        if s[0] is not None:
            for i in range(len(s.outs)):
                s.out(i, s[0][:-1] + a.shape or (1,))

    def infer_type(a, s):
        s.out_dtype(0, dtype_of(a.dtype))
        if a.get_prob:
            s.out_dtype(1, s[0])

    def forward(xp, a, data, *, rng):
        index, logs = rng.engine.multinomial(
            data.reshape(-1, data.shape[-1]), math.prod(a.shape), dtype_of(a.dtype), a.get_prob
        )
        shape = data.shape[:-1] + a.shape or (1,)
        if not a.get_prob:
            return index.reshape(shape)
        return index.reshape(shape), logs.astype(data.dtype, copy=False).reshape(shape)

    def grad(F, a, dy, data, outs):
        if not a.get_prob:
            return (None,)
        return F._backward_sample_multinomial(dy[1], data, outs[0])


@op("_backward_sample_multinomial", inputs="ograd data index", hidden=True)
class BackwardSampleMultinomial:
    """The gradient of log data[..., index] with regard to data."""

    def infer_shape(a, s):
        s.out(0, s[1])

    def infer_type(a, s):
        s.out_dtype(0, s[1])

    def forward(xp, a, ograd, data, index):
        prob = data.reshape(-1, data.shape[-1])
        out = xp.zeros(prob.shape, data.dtype)
        idx = index.astype(np.int64).reshape(prob.shape[0], -1)
        rows = xp.broadcast_to(xp.arange(prob.shape[0])[:, None], idx.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            xp.add.at(out, (rows, idx), ograd.reshape(idx.shape) / prob[rows, idx])
        return out.reshape(data.shape)

    grad = None


@op("_shuffle", aliases=("shuffle",), random=True)
class Shuffle:
    """`data` with its entries along the first axis in random order (MXNet operator _shuffle)."""

    examples = ("nd.shuffle(nd.array([1, 2, 3, 4]))",)

    def forward(xp, a, data, *, rng):
        return data[rng.engine.permutation(data.shape[0], data.ndim)]

    def grad(F, a, dy):
        return (None,)


@op("_sample_unique_zipfian", inputs=(), outputs="output0 output1", random=True)
class SampleUniqueZipfian:
    """Different whole numbers below range_max, log-uniform, per row of `shape`; and the draws that a row took."""

    range_max = Int(doc="Upper end, not included.", lo=1)
    shape = Shape(None, "(rows, numbers per row).", lo=1)
    examples = ("nd._internal._sample_unique_zipfian(100, shape=(1, 3))",)

    def infer_shape(a, s):
        if a.shape is None or len(a.shape) != 2:
            s.fail(f"shape={a.shape} must be (rows, numbers per row)")
        if a.shape[1] > a.range_max:
            s.fail(f"shape={a.shape}: there are no {a.shape[1]} different numbers below range_max={a.range_max}")
        s.out(0, a.shape)
        s.out(1, a.shape[:1])

    def infer_type(a, s):
        s.out_dtype(0, np.dtype(np.int64))
        s.out_dtype(1, np.dtype(np.int64))

    def forward(xp, a, *, rng):
        return rng.parallel.unique_zipfian(a.range_max, a.shape)

    grad = None
