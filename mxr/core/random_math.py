"""float32 functions rounded as the C library rounds them (glibc 2.28 to 2.40), vectorised.

MXNet's samplers call logf, tanf and lgammaf; NumPy's own float32 versions round differently, so the
last bit would differ. `logf` is the table-and-polynomial scheme of Arm's optimized-routines (MIT
licence), `tanf` and `lgammaf` the fdlibm ones (Sun Microsystems, freely usable), in the same order of
operations. Each is held to the C library by tests/test_random_core.py.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

F32 = np.float32


def _bits(word: int) -> np.float32:
    return np.array([word], np.uint32).view(F32)[0]


def _hex_floats(text: str) -> np.ndarray:
    return np.array([float.fromhex(t) for t in text.split()])


# Sixteen points c across [0.699, 1.398): 1/c and log(c).
_INV_C = _hex_floats("""
    0x1.661ec79f8f3bep+0 0x1.571ed4aaf883dp+0 0x1.49539f0f010bp+0 0x1.3c995b0b80385p+0
    0x1.30d190c8864a5p+0 0x1.25e227b0b8eap+0 0x1.1bb4a4a1a343fp+0 0x1.12358f08ae5bap+0
    0x1.0953f419900a7p+0 0x1p+0 0x1.e608cfd9a47acp-1 0x1.ca4b31f026aap-1
    0x1.b2036576afce6p-1 0x1.9c2d163a1aa2dp-1 0x1.886e6037841edp-1 0x1.767dcf5534862p-1
""")
_LOG_C = _hex_floats("""
    -0x1.57bf7808caadep-2 -0x1.2bef0a7c06ddbp-2 -0x1.01eae7f513a67p-2 -0x1.b31d8a68224e9p-3
    -0x1.6574f0ac07758p-3 -0x1.1aa2bc79c81p-3 -0x1.a4e76ce8c0e5ep-4 -0x1.1973c5a611cccp-4
    -0x1.252f438e10c1ep-5 0x0p+0 0x1.aa5aa5df25984p-5 0x1.c5e53aa362eb4p-4
    0x1.526e57720db08p-3 0x1.bc2860d22477p-3 0x1.1058bc8a07ee1p-2 0x1.4043057b6ee09p-2
""")
_LOG_A0, _LOG_A1, _LOG_A2 = (
    float.fromhex(t) for t in ("-0x1.00ea348b88334p-2", "0x1.5575b0be00b6ap-2", "-0x1.ffffef20a4123p-2")
)
# One table entry for each (exponent, c), so that the exponent costs nothing at run time.
_LOG_FIRST = -2008
_cell = np.arange(_LOG_FIRST, 2064)
_LOG_SCALE = _INV_C[_cell & 15] * 2.0 ** -(_cell >> 4).astype(np.float64)
_LOG_BASE = _LOG_C[_cell & 15] + (_cell >> 4) * float.fromhex("0x1.62e42fefa39efp-1")
_LOG_OFFSET = np.int32(0x3F330000 + (_LOG_FIRST << 19))


def logf(x: np.ndarray) -> np.ndarray:
    """log of positive, normal, finite float32 values (contiguous array)."""
    cell = x.view(np.int32) - _LOG_OFFSET
    cell >>= np.int32(19)
    r = x.astype(np.float64)
    r *= _LOG_SCALE.take(cell)
    r -= 1.0
    y = r * _LOG_A1
    y += _LOG_A2
    square = r * r
    r += _LOG_BASE.take(cell)
    y += square * _LOG_A0
    y *= square
    y += r
    return y.astype(F32)


_LG = [F32(v) for v in (4.1893854737e-01, 8.3333335817e-02, -2.7777778450e-03, 7.9365057172e-04,
                        -5.9518753551e-04, 8.3633989561e-04, -1.6309292987e-03)]
_FACTORIAL = np.array([1, 1, 1, 2, 6, 24, 120, 720], F32)


def lgammaf(x: np.ndarray) -> np.ndarray:
    """log(gamma(x)), float32, for x >= 8 and for whole x >= 1."""
    t = logf(x)
    z = F32(1) / x
    y = z * z
    tail: Any = _LG[6]
    for c in _LG[5:0:-1]:
        tail = c + y * tail
    r = (x - F32(0.5)) * (t - F32(1)) + (_LG[0] + z * tail)
    small = np.flatnonzero(x < 8)
    if small.size:
        r[small] = logf(_FACTORIAL[x[small].astype(np.intp)])
    return r


_TAN = [F32(v) for v in (3.3333334327e-01, 1.3333334029e-01, 5.3968254477e-02, 2.1869488060e-02, 8.8632395491e-03,
                         3.5920790397e-03, 1.4562094584e-03, 5.8804126456e-04, 2.4646313977e-04, 7.8179444245e-05,
                         7.1407252108e-05, -1.8558637748e-05, 2.5907305826e-05)]
_PIO4, _PIO4_LOW = _bits(0x3F490FDA), _bits(0x33222168)
_PIO2, _PIO2_LOW, _PIO2_MID, _PIO2_TAIL = (_bits(w) for w in (0x3FC90F80, 0x37354443, 0x37354400, 0x2E85A308))
_HIGH_HALF = np.uint32(0xFFFFF000)


def tanf(x: np.ndarray) -> np.ndarray:
    """tan of float32 values in [0, pi]."""
    shape, x = x.shape, np.ascontiguousarray(x).reshape(-1)
    word = x.view(np.uint32)
    first = x <= _PIO4
    middle = x < _bits(0x4016CBE4)  # 3 pi / 4: take pi/2 off below, pi above
    z = x - _PIO2
    close = (word & np.uint32(0xFFFFFFF0)) == 0x3FC90FD0
    z = np.where(close, z - _PIO2_MID, z)
    cut = np.where(close, _PIO2_TAIL, _PIO2_LOW)
    y0 = z - cut
    y1 = (z - y0) - cut
    far = x - F32(2) * _PIO2
    far0 = far - F32(2) * _PIO2_LOW
    far1 = (far - far0) - F32(2) * _PIO2_LOW
    y0 = np.where(first, x, np.where(middle, y0, far0))
    y1 = np.where(first, F32(0), np.where(middle, y1, far1))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        r = _tan_kernel(y0, y1, np.where(middle & ~first, F32(-1), F32(1)))
    end = np.flatnonzero((word & np.uint32(0xFFFFFF00)) == 0x40490F00)  # too close to pi for the short reduction
    if end.size:
        r[end] = np.tan(x[end].astype(np.float64))
    return r.reshape(shape)


def _tan_kernel(x: np.ndarray, low: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """tan(x + low) where kind is 1, -1/tan(x + low) where kind is -1; |x| <= pi/4."""
    sign = np.where(x < 0, F32(-1), F32(1))
    big = np.abs(x) >= _bits(0x3F2CA140)
    x = np.where(big, (_PIO4 - sign * x) + (_PIO4_LOW - sign * low), x)
    low = np.where(big, F32(0), low)
    z = x * x
    w = z * z
    odd, even = _TAN[11], _TAN[12]
    for k in range(9, 0, -2):
        odd = _TAN[k] + w * odd
        even = _TAN[k + 1] + w * even
    s = z * x
    r = low + z * (s * (odd + z * even) + low)
    r = r + _TAN[0] * s
    w = x + r
    folded = sign * (kind - F32(2) * (x - (w * w / (w + kind) - r)))
    tiny = np.abs(x) < F32(2.0**-13)
    folded = np.where(tiny, sign * kind * (F32(1) - F32(2) * kind * x), folded)
    head = (w.view(np.uint32) & _HIGH_HALF).view(F32)
    rest = r - (head - x)
    a = F32(-1) / w
    t = (a.view(np.uint32) & _HIGH_HALF).view(F32)
    inverse = t + a * ((F32(1) + t * head) + t * rest)
    return np.where(big, folded, np.where(kind == 1, w, inverse))


def log_double(x: np.ndarray) -> np.ndarray:
    """The C library's float64 log: NumPy's vector version differs in the last bit on some processors."""
    values = x.ravel().tolist()
    try:
        logs = list(map(math.log, values))
    except ValueError:  # of zero
        logs = [math.log(v) if v else -math.inf for v in values]
    return np.array(logs, np.float64).reshape(x.shape)


def pow_double(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The C library's float64 pow, for the same reason."""
    return np.fromiter(map(math.pow, x.tolist(), y.tolist()), np.float64, x.size)
