"""What ``mx.nd.random`` and ``mx.sym.random`` share: numbers go to one operator, arrays or symbols to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from ..base import MXNetTypeError, MXNetValueError
from ..core.params import NULL

__all__ = ["draw"]

_NUMBERS = (int, float, np.number)


def draw(
    dist: str,
    params: tuple[Any, ...],
    tensor: type,
    get: Callable[[str], Callable[..., Any]],
    **options: Any,
) -> Any:
    """Runs `_random_<dist>` for numbers or `_sample_<dist>` for values of type `tensor`; mixtures raise.

    `get` gives the front end's function of an operator. Options that are not given (NULL, None) are left out.
    """
    given = {k: v for k, v in options.items() if v is not NULL and v is not None}
    first: Any = params[0]
    if isinstance(first, tensor):
        for p in params[1:]:
            if not isinstance(p, tensor):
                raise MXNetTypeError(_mixed(dist, first, p))
        if dist == "exponential":
            params = (1.0 / cast(Any, first),)
        given.pop("ctx", None)
        return get(f"_sample_{dist}")(*params, **given)
    if not isinstance(params[0], _NUMBERS):
        raise MXNetValueError(
            f"random.{dist}: distribution parameters must be either {tensor.__name__} or numbers, "
            f"but got {type(params[0])}"
        )
    for p in params[1:]:
        if not isinstance(p, _NUMBERS):
            raise MXNetTypeError(_mixed(dist, params[0], p))
    op = get(f"_random_{dist}")
    if dist == "exponential":
        if not params[0] > 0:
            raise MXNetValueError(f"random.exponential: scale={params[0]} has to be positive")
        params = (1.0 / params[0],)
    if "ctx" in given:
        given["ctx"] = str(given["ctx"])
    return op(**dict(zip(list(op.op.params), params)), **given)  # type: ignore[attr-defined]


def _mixed(dist: str, x: Any, y: Any) -> str:
    return f"random.{dist}: distribution parameters must all have the same type, but got both {type(x)} and {type(y)}"
