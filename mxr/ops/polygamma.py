"""The derivative of digamma, which the second derivatives of gamma and gammaln need."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.op import OpDef, register
from ..core.params import Attrs
from ..core.quiet import quiet

__all__: list[str] = []

# Bernoulli numbers: trigamma(x) is 1/x + 1/(2 x^2) + sum of B[k] / x^(2k+1), to 1e-16 from x = 10 on.
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)


def _trigamma(xp: Any, x: Any) -> Any:
    left = x < 0.5
    z = xp.where(left, 1 - x, x)  # reflection
    total = xp.zeros_like(z)
    for _ in range(10):
        low = z < 10
        total = xp.where(low, total + 1 / (z * z), total)
        z = xp.where(low, z + 1, z)
    s = 1 / (z * z)
    series = xp.zeros_like(z)
    for b in reversed(_BERNOULLI):
        series = (series + b) * s
    total = total + (1 + 0.5 / z + series) / z
    sine = xp.sin(np.pi * (x - xp.rint(x)))
    return xp.where(left, (np.pi / sine) ** 2 - total, total)


def _forward(xp: Any, a: Attrs, data: Any) -> Any:
    return _trigamma(xp, data.astype(np.float64)).astype(data.dtype)


def _tetragamma(xp: Any, x: Any) -> Any:
    left = x < 0.5
    z = xp.where(left, 1 - x, x)  # reflection
    total = xp.zeros_like(z)
    for _ in range(12):
        low = z < 12
        total = xp.where(low, total - 2 / (z * z * z), total)
        z = xp.where(low, z + 1, z)
    s = 1 / (z * z)
    series = xp.zeros_like(z)
    for k in reversed(range(len(_BERNOULLI))):
        series = (series + (2 * k + 3) * _BERNOULLI[k]) * s
    total = total - (1 + 1 / z + series) * s
    angle = np.pi * (x - xp.rint(x))
    return xp.where(left, total - 2 * np.pi**3 * xp.cos(angle) / xp.sin(angle) ** 3, total)


register(
    OpDef(
        "_tetragamma",
        forward=quiet(lambda xp, a, data: _tetragamma(xp, data.astype(np.float64)).astype(data.dtype)),
        grad=None,
        hidden=True,
        doc="The third derivative of log(gamma(data)), element by element; same shape and dtype.",
    )
)
register(
    OpDef(
        "_trigamma",
        forward=quiet(_forward),
        grad=lambda F, a, dy, data: dy * F._tetragamma(data),
        hidden=True,
        doc="The second derivative of log(gamma(data)), element by element; same shape and dtype.",
    )
)
