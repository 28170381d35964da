"""``mx.sym.random``: symbols of random arrays; see ``mx.nd.random`` for what they draw."""

from __future__ import annotations

from typing import Any

from ..core.params import NULL as _Null
from ..graph.symbol import Symbol
from ..ops.random_api import draw
from .functions import function

__all__ = [
    "exponential", "exponential_like", "gamma", "gamma_like", "generalized_negative_binomial",
    "generalized_negative_binomial_like", "multinomial", "negative_binomial", "negative_binomial_like", "normal",
    "normal_like", "poisson", "poisson_like", "randint", "randn", "shuffle", "uniform", "uniform_like",
]  # fmt: skip

_made: dict[str, Any] = {}


def _get(name: str) -> Any:
    f = _made.get(name)
    if f is None:
        f = _made[name] = function(name, "mxr.symbol.random")
    return f


def uniform(low: Any = 0, high: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Symbol:
    """Uniform draws from [low, high); `low` and `high` numbers or symbols."""
    return draw("uniform", (low, high), Symbol, _get, shape=shape, dtype=dtype, **kwargs)


def normal(loc: Any = 0, scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Symbol:
    """Normal draws with mean `loc` and standard deviation `scale`, numbers or symbols."""
    return draw("normal", (loc, scale), Symbol, _get, shape=shape, dtype=dtype, **kwargs)


def randn(*shape: int, **kwargs: Any) -> Symbol:
    """Normal draws in the shape given as separate arguments."""
    return normal(kwargs.pop("loc", 0), kwargs.pop("scale", 1), shape=shape, **kwargs)


def poisson(lam: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Symbol:
    """Poisson draws with rate `lam`, a number or a symbol."""
    return draw("poisson", (lam,), Symbol, _get, shape=shape, dtype=dtype, **kwargs)


def exponential(scale: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Symbol:
    """Exponential draws with mean `scale`, a number or a symbol."""
    return draw("exponential", (scale,), Symbol, _get, shape=shape, dtype=dtype, **kwargs)


def gamma(alpha: Any = 1, beta: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Symbol:
    """Gamma draws with shape `alpha` and scale `beta`, numbers or symbols."""
    return draw("gamma", (alpha, beta), Symbol, _get, shape=shape, dtype=dtype, **kwargs)


def negative_binomial(k: Any = 1, p: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Symbol:
    """Failures before the k-th success of probability `p`, numbers or symbols."""
    return draw("negative_binomial", (k, p), Symbol, _get, shape=shape, dtype=dtype, **kwargs)


def generalized_negative_binomial(
    mu: Any = 1, alpha: Any = 1, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any
) -> Symbol:
    """Negative binomial draws with mean `mu` and dispersion `alpha`, numbers or symbols."""
    return draw("generalized_negative_binomial", (mu, alpha), Symbol, _get, shape=shape, dtype=dtype, **kwargs)


def randint(low: int, high: int, shape: Any = _Null, dtype: Any = _Null, **kwargs: Any) -> Symbol:
    """Whole numbers in [low, high)."""
    return _get("_random_randint")(low=low, high=high, shape=shape, dtype=dtype, **kwargs)


def multinomial(data: Symbol, shape: Any = _Null, get_prob: bool = True, dtype: Any = "int32", **kwargs: Any) -> Symbol:
    """Indices drawn with the probabilities in the rows of `data`, and their log probabilities."""
    return _get("_sample_multinomial")(data, shape=shape, get_prob=get_prob, dtype=dtype, **kwargs)


def shuffle(data: Symbol, **kwargs: Any) -> Symbol:
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
