"""The functions of the expression language on arrays, with MXNet's meanings; special functions that NumPy lacks.

:func:`namespace` wraps ``numpy`` or ``cupy``: whatever is defined here wins, the rest is the module's own. The special
functions are vectorised NumPy, accurate to about 1e-14 relative in float64 (asserted in tests/test_expr.py), computed
in float64 for narrower dtypes; on CuPy they are ``cupyx.scipy.special``'s. None of them warns.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

__all__ = ["digamma", "erf", "erfc", "erfinv", "gamma", "gammaln", "namespace"]

# erf(x)/x as a polynomial in x*x on [0, 1]: Chebyshev interpolation in 50 digits, relative error 1.5e-19.
_ERF = (
    1.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145,
    -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-05, 1.6461000484121368e-06,
    -1.6350312701054695e-07, 1.4659775274047436e-08, -1.1372848856791674e-09, 5.957176147748911e-11,
)  # fmt: skip
# (1 + 2x) exp(x*x) erfc(x) for x in [0.5, 30] as a Chebyshev series in u = (x - 2)/(x + 2) scaled from [-0.6, 0.875].
_ERFCX = (
    1.2270996010548942, -0.05569536449967, -0.03630055404377261, 0.013295393587740598, -0.001870667841355133,
    -1.4795180758587851e-05, 3.745640634198766e-05, -9.816435005048908e-07, -9.068030648346568e-07,
    1.2921070293286488e-08, 2.6465820637549767e-08, 9.89515982287188e-10, -7.913923301281997e-10,
    -9.965636080515076e-11, 1.8724630112057313e-11, 5.775155242564971e-12, -2.9524578496409537e-14,
    -2.3691962681316925e-13, -3.2505183023340805e-14, 5.254185069391834e-15, 2.2892901521625136e-15,
    1.502945550312878e-16, -8.043553822251378e-17, -2.3202216530188185e-17,
)  # fmt: skip


BLOCK = 16384


def _wide(function: Any) -> Any:
    """Run on float64 without warnings; the result has the argument's float dtype (float64 for integers)."""

    @functools.wraps(function)
    def call(x: Any) -> Any:
        x = np.asarray(x)
        dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
        with np.errstate(all="ignore"):
            if x.size <= BLOCK:
                return np.asarray(function(x.astype(np.float64))).astype(dtype, copy=False)[()]
            # block by block: the many passes over one stay in the cache
            flat, out = x.reshape(-1), np.empty(x.size, dtype)
            for i in range(0, x.size, BLOCK):
                out[i : i + BLOCK] = function(flat[i : i + BLOCK].astype(np.float64))
            return out.reshape(x.shape)

    return call


def _poly(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    total = np.full_like(x, coefficients[-1])
    for c in coefficients[-2::-1]:
        total *= x
        total += c
    return total


def _erfcx_tail(x: np.ndarray) -> np.ndarray:
    """exp(x*x) * erfc(x) for x in [0.5, 30] by Clenshaw's recurrence."""
    t2 = 2 * ((x - 2) / (x + 2) - 0.1375) / 0.7375
    a = b = np.zeros_like(x)
    for c in _ERFCX[:0:-1]:
        a, b = c + t2 * a - b, a
    return (_ERFCX[0] + 0.5 * t2 * a - b) / (1 + 2 * x)


def _exp_minus_square(x: np.ndarray) -> np.ndarray:
    """exp(-x*x) with the rounding error of the square carried along, so that the tail keeps its last digits."""
    head = np.round(x * 4096) / 4096
    return np.exp(-head * head) * np.exp(-(x - head) * (x + head))


def _erfc(x: np.ndarray) -> np.ndarray:
    size = np.abs(x)
    mid = np.clip(np.where(np.isnan(x), 1.0, size), 0.5, 30.0)
    tail = _exp_minus_square(mid) * _erfcx_tail(mid)
    small = np.clip(np.where(np.isnan(x), 0.0, x), -1, 1)
    near = 1 - small * _poly(_ERF, small * small)
    result = np.where(size < 0.5, near, np.where(x > 0, tail, 2 - tail))
    return np.where(np.isnan(x), x, np.where(x > 27.3, 0.0, result))


def _erf(x: np.ndarray) -> np.ndarray:
    small = np.clip(np.where(np.isnan(x), 0.0, x), -1, 1)
    near = small * _poly(_ERF, small * small)
    return np.where(np.abs(x) < 1, near, 1 - _erfc(x) if np.ndim(x) == 0 else np.copysign(1 - _erfc(np.abs(x)), x))


def _erfinv(x: np.ndarray) -> np.ndarray:
    size = np.abs(x)
    inner = np.clip(np.where(np.isnan(x), 0.0, size), 0.0, np.nextafter(1.0, 0.0))
    # Winitzki's closed form (0.2 percent), then Halley steps on erfc - (1 - x), which does not cancel near 1.
    log_ = np.log1p(-inner * inner)
    half = 4.330746750799873 + 0.5 * log_
    y = np.sqrt(np.maximum(np.sqrt(half * half - log_ / 0.147) - half, 0.0))
    y = np.where(inner < 1e-3, inner * (0.886226925452758 + 0.2320136665346544 * inner * inner), y)
    for _ in range(3):
        miss = np.where(inner < 0.5, _erf(y) - inner, (1 - inner) - _erfc(y))
        step = miss * 0.886226925452758 / _exp_minus_square(y)
        y = y - step / (1 + y * step)
    y = np.copysign(np.where(size == 1, np.inf, y), x)
    return np.where(size <= 1, y, np.nan)


def _digamma(x: np.ndarray) -> np.ndarray:
    left = x < 0.5
    z = np.where(left, 1 - x, x)
    shift = np.zeros_like(z)
    for _ in range(10):
        low = z < 10
        shift = np.where(low, shift - 1 / z, shift)
        z = np.where(low, z + 1, z)
    s = 1 / (z * z)
    terms = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
    value = np.log(z) - 0.5 / z - s * _poly(terms, s) + shift
    fraction = x - np.rint(x)  # tan has period pi: exact reduction before the multiplication
    value = np.where(left, value - np.pi / np.tan(np.pi * fraction), value)
    return np.where((x <= 0) & (x == np.floor(x)), np.where(x == 0, np.copysign(np.inf, -x), np.nan), value)


def _math_gamma(v: float) -> float:
    try:
        return math.gamma(v)
    except ValueError:  # poles
        return math.copysign(math.inf, v) if v == 0 else math.nan
    except OverflowError:
        return math.inf if v > 0 or math.floor(v) % 2 == 0 else -math.inf


def _math_lgamma(v: float) -> float:
    try:
        return math.lgamma(v)
    except (ValueError, OverflowError):
        return math.inf


def _elementwise(function: Any) -> Any:
    # The C library's function through the standard library: about 0.1 us an element, and its last digits.
    ufunc = np.frompyfunc(function, 1, 1)
    return lambda x: np.asarray(ufunc(x), dtype=np.float64)


erf = _wide(_erf)
erfc = _wide(_erfc)
erfinv = _wide(_erfinv)
digamma = _wide(_digamma)
gamma = _wide(_elementwise(_math_gamma))
gammaln = _wide(_elementwise(_math_lgamma))


class Namespace:
    """The functions of the expression language on one array module (NumPy or CuPy)."""

    def __init__(self, xp: Any) -> None:
        self.xp = xp
        self.__name__ = f"mxr functions on {xp.__name__}"
        if xp.__name__ == "numpy":
            self.erf, self.erfinv, self.gamma, self.gammaln, self.digamma = erf, erfinv, gamma, gammaln, digamma
            self._quiet: Any = functools.partial(np.errstate, all="ignore")
        else:
            from cupyx.scipy import special as gpu

            self.erf, self.erfinv, self.gamma, self.gammaln, self.digamma = (
                gpu.erf, gpu.erfinv, gpu.gamma, gpu.gammaln, gpu.digamma,
            )  # fmt: skip
            import contextlib

            self._quiet = contextlib.nullcontext

    def __getattr__(self, name: str) -> Any:
        return getattr(self.xp, name)

    def _dtype(self, *values: Any) -> Any:
        """The dtype of an arithmetic result of `values`; numbers are weak."""
        arrays = [v.dtype for v in values if hasattr(v, "dtype")]
        if not arrays:
            return self.xp.float64
        return self.xp.result_type(*arrays)

    def _like(self, truth: Any, *values: Any) -> Any:
        dtype = self._dtype(*values)
        return truth.astype(dtype) if hasattr(truth, "astype") else dtype.type(truth)

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        if not hasattr(a, "dtype") and not hasattr(b, "dtype"):
            dtype = getattr(condition, "dtype", None)
            if dtype is not None and dtype.kind != "b":
                a, b = dtype.type(a), dtype.type(b)
        if getattr(condition, "dtype", None) is not None and condition.dtype.kind != "b":
            condition = condition != 0
        return self.xp.where(condition, a, b)

    def logical_and(self, x: Any, y: Any) -> Any:
        return self._like(self.xp.logical_and(x, y), x, y)

    def logical_or(self, x: Any, y: Any) -> Any:
        return self._like(self.xp.logical_or(x, y), x, y)

    def logical_xor(self, x: Any, y: Any) -> Any:
        return self._like(self.xp.logical_xor(x, y), x, y)

    def logical_not(self, x: Any) -> Any:
        return self._like(self.xp.logical_not(x), x)

    def isnan(self, x: Any) -> Any:
        return self._like(self.xp.isnan(x), x)

    def isinf(self, x: Any) -> Any:
        return self._like(self.xp.isinf(x), x)

    def isfinite(self, x: Any) -> Any:
        return self._like(self.xp.isfinite(x), x)

    def equal(self, x: Any, y: Any) -> Any:
        return self._like(self.xp.equal(x, y), x, y)

    def not_equal(self, x: Any, y: Any) -> Any:
        return self._like(self.xp.not_equal(x, y), x, y)

    def lesser(self, x: Any, y: Any) -> Any:
        return self._like(self.xp.less(x, y), x, y)

    def lesser_equal(self, x: Any, y: Any) -> Any:
        return self._like(self.xp.less_equal(x, y), x, y)

    def greater(self, x: Any, y: Any) -> Any:
        return self._like(self.xp.greater(x, y), x, y)

    def greater_equal(self, x: Any, y: Any) -> Any:
        return self._like(self.xp.greater_equal(x, y), x, y)

    def sign(self, x: Any) -> Any:
        return self._like(x > 0, x) - self._like(x < 0, x) if x.dtype.kind != "b" else x

    def relu(self, x: Any) -> Any:
        return self.xp.maximum(x, 0)

    def rint(self, x: Any) -> Any:
        """Nearest integer, halves down."""
        if x.dtype.kind in "iub":
            return x
        with self._quiet():
            floor, ceil = self.xp.floor(x), self.xp.ceil(x)
            return self.xp.where(x - floor <= ceil - x, floor, ceil)

    def round(self, x: Any) -> Any:
        """Nearest integer, halves away from zero."""
        if x.dtype.kind in "iub":
            return x
        whole = self.xp.trunc(x)
        with self._quiet():
            return whole + self.xp.copysign(self.xp.abs(x - whole) >= 0.5, x).astype(x.dtype)

    def mod(self, x: Any, y: Any) -> Any:
        """Remainder with the sign of the divisor; 0 where the divisor is 0."""
        with self._quiet():
            return self.xp.where(self.xp.equal(y, 0), self._dtype(x, y).type(0), self.xp.mod(x, y))

    def _real(self, x: Any) -> Any:
        return x if x.dtype.kind == "f" else x.astype(self.xp.float64)

    def reciprocal(self, x: Any) -> Any:
        return 1.0 / self._real(x)

    def rsqrt(self, x: Any) -> Any:
        return 1.0 / self.xp.sqrt(x)

    def rcbrt(self, x: Any) -> Any:
        return 1.0 / self.xp.cbrt(x)

    def sigmoid(self, x: Any) -> Any:
        x = self._real(x)
        t = self.xp.exp(-self.xp.abs(x))
        return self.xp.where(x >= 0, x.dtype.type(1), t) / (1 + t)

    def softsign(self, x: Any) -> Any:
        return x / (1 + self.xp.abs(x))

    def half(self, x: Any) -> Any:
        """Rounded to float16."""
        with self._quiet():
            return x.astype(self.xp.float16).astype(x.dtype)


@functools.cache
def namespace(xp: Any) -> Namespace:
    """The one :class:`Namespace` of an array module."""
    return Namespace(xp)
