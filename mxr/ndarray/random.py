"""``mx.nd.random``: random arrays. On the CPU the numbers are MXNet's own for equal seeds."""

from __future__ import annotations

from typing import Any

from ..context import Context
from ..core.params import NULL as _Null
from ..ops.random_api import draw
from .functions import function
from .ndarray import NDArray

__all__ = [
    "exponential", "exponential_like", "gamma", "gamma_like", "generalized_negative_binomial",
    "generalized_negative_binomial_like", "multinomial", "negative_binomial", "negative_binomial_like", "normal",
    "normal_like", "poisson", "poisson_like", "randint", "randn", "shuffle", "uniform", "uniform_like",
]  # fmt: skip

_made: dict[str, Any] = {}


def _get(name: str) -> Any:
    f = _made.get(name)
    if f is None:
        f = _made[name] = function(name, "mxr.ndarray.random")
    return f


def _draw(dist: str, params: tuple, shape: Any, dtype: Any, ctx: Context | None, out: Any, kwargs: dict) -> Any:
    if shape is _Null and out is None and not isinstance(params[0], NDArray):
        shape = 1
    return draw(dist, params, NDArray, _get, shape=shape, dtype=dtype, ctx=ctx, out=out, **kwargs)


def uniform(
    low: Any = 0, high: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Uniform draws from [low, high).

    Parameters
    ----------
    low, high : numbers, or NDArrays of one shape; then the result has their shape + `shape`.
    shape : shape of the draws; (1,) if not given, or that of `out`.
    dtype : 'float16', 'float32' (default) or 'float64'.
    ctx : device; the current one if None.
    out : array to write to.
    """
    return _draw("uniform", (low, high), shape, dtype, ctx, out, kwargs)


def normal(
    loc: Any = 0,
    scale: Any = 1,
    shape: Any = _Null,
    dtype: Any = _Null,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Normal draws with mean `loc` and standard deviation `scale`; other parameters as in :func:`uniform`."""
    return _draw("normal", (loc, scale), shape, dtype, ctx, out, kwargs)


def randn(*shape: int, **kwargs: Any) -> NDArray:
    """Normal draws in the shape given as separate arguments; keywords loc, scale, dtype, ctx, out."""
    loc, scale = kwargs.pop("loc", 0), kwargs.pop("scale", 1)
    dtype, ctx, out = kwargs.pop("dtype", _Null), kwargs.pop("ctx", None), kwargs.pop("out", None)
    return _draw("normal", (loc, scale), shape, dtype, ctx, out, kwargs)


def poisson(
    lam: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Poisson draws with rate `lam`, as floats; other parameters as in :func:`uniform`."""
    return _draw("poisson", (lam,), shape, dtype, ctx, out, kwargs)


def exponential(
    scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Exponential draws with mean `scale`; other parameters as in :func:`uniform`."""
    return _draw("exponential", (scale,), shape, dtype, ctx, out, kwargs)


def gamma(
    alpha: Any = 1,
    beta: Any = 1,
    shape: Any = _Null,
    dtype: Any = _Null,
    ctx: Any = None,
    out: Any = None,
    **kwargs: Any,
) -> NDArray:
    """Gamma draws with shape `alpha` and scale `beta`; other parameters as in :func:`uniform`."""
    return _draw("gamma", (alpha, beta), shape, dtype, ctx, out, kwargs)


def negative_binomial(
    k: Any = 1, p: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Failures before the k-th success of probability `p`; other parameters as in :func:`uniform`."""
    return _draw("negative_binomial", (k, p), shape, dtype, ctx, out, kwargs)


def generalized_negative_binomial(
    mu: Any = 1, alpha: Any = 1, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Negative binomial draws with mean `mu` and dispersion `alpha`; other parameters as in :func:`uniform`."""
    return _draw("generalized_negative_binomial", (mu, alpha), shape, dtype, ctx, out, kwargs)


def randint(
    low: int, high: int, shape: Any = _Null, dtype: Any = _Null, ctx: Any = None, out: Any = None, **kwargs: Any
) -> NDArray:
    """Whole numbers in [low, high); dtype 'int32' (default) or 'int64'."""
    if shape is _Null and out is None:
        shape = 1
    given = {"shape": shape, "dtype": dtype, **kwargs}
    if ctx is not None:
        given["ctx"] = str(ctx)
    return _get("_random_randint")(low=low, high=high, out=out, **{k: v for k, v in given.items() if v is not _Null})


def multinomial(
    data: NDArray, shape: Any = _Null, get_prob: bool = False, out: Any = None, dtype: Any = "int32", **kwargs: Any
) -> Any:
    """Indices drawn with the probabilities in the rows of `data` (..., k): shape data.shape[:-1] + `shape`.

    With `get_prob` a list [indices, log probabilities].
    """
    return _get("_sample_multinomial")(data, shape=shape, get_prob=get_prob, out=out, dtype=dtype, **kwargs)


def shuffle(data: NDArray, **kwargs: Any) -> NDArray:
    """`data` with its entries along the first axis in random order."""
    return _get("_shuffle")(data, **kwargs)


uniform_like = function("_random_uniform_like", __name__, "uniform_like")
normal_like = function("_random_normal_like", __name__, "normal_like")
poisson_like = function("_random_poisson_like", __name__, "poisson_like")
exponential_like = function("_random_exponential_like", __name__, "exponential_like")
gamma_like = function("_random_gamma_like", __name__, "gamma_like")
negative_binomial_like = function("_random_negative_binomial_like", __name__, "negative_binomial_like")
generalized_negative_binomial_like = function(
    "_random_generalized_negative_binomial_like", __name__, "generalized_negative_binomial_like"
)


def __dir__() -> list[str]:
    return __all__
