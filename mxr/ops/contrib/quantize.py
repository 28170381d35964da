"""Quantisation: floats to 8-bit integers with a range, and back.

The numbers are those of MXNet's CPU build (oneDNN): zero stays zero, unsigned values cover 0..max only, halves go to
the even neighbour. Its scales differ by operator, and so do they here: a range of 127 or 127.5 for int8, 255 or 255.5
for uint8. Gradients are zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.op import op
from ...core.params import Choice, Float
from ...core.shapes import Frame

__all__: list[str] = []

_F32, _I8, _U8, _I32 = (np.dtype(t) for t in ("float32", "int8", "uint8", "int32"))
_MAX_INT32 = np.float32(2**31 - 1)


def _ranges(s: Frame, first: int) -> None:
    """Inputs from `first` on are ranges of one element."""
    for i in range(first, len(s)):
        s.set(i, (1,))


def _shapes(a: Any, s: Frame) -> None:
    shape = s[0] if s[0] is not None else s.outs[0]
    s.set(0, shape)
    _ranges(s, 1)
    s.out(0, shape)
    for i in range(1, len(s.outs)):
        s.out(i, (1,))


def _largest(xp: Any, lo: Any, hi: Any) -> Any:
    """The largest absolute value of a range, shape (1,)."""
    return xp.maximum(xp.abs(lo), xp.abs(hi)).astype(np.float32).reshape(1)


def _to_int(xp: Any, x: Any, scale: Any, dtype: np.dtype) -> Any:
    """round(x * scale) within the dtype; NaN becomes its maximum (int8) or 0 (uint8), as in MXNet."""
    lo, hi = (-128, 127) if dtype == _I8 else (0, 255)
    y = x * scale
    xp.rint(y, out=y)
    xp.clip(y, lo, hi, out=y)
    if xp is not np or (y.size and np.isnan(y.min())):  # a look on the host; a device would have to wait for it
        y = xp.where(xp.isnan(y), np.float32(hi if dtype == _I8 else 0), y)
    return y.astype(dtype)


def _calibration() -> tuple[Float, Float]:
    return (
        Float(None, "Smallest value; with max_calib_range it replaces the range of the data."),
        Float(None, "Largest value."),
    )


def _calibrated(a: Any) -> bool:
    return a.min_calib_range is not None and a.max_calib_range is not None


def _given_range(xp: Any, a: Any) -> tuple[Any, Any]:
    return xp.asarray([a.min_calib_range], np.float32), xp.asarray([a.max_calib_range], np.float32)


def _ends(xp: Any, data: Any) -> tuple[Any, Any]:
    """Smallest and largest value that is no NaN."""
    if xp is np:
        low, high = data.min(), data.max()
        if not np.isnan(low):
            return low.reshape(1), high.reshape(1)
    gone = xp.isnan(data)
    low, high = xp.where(gone, np.float32(np.inf), data), xp.where(gone, np.float32(-np.inf), data)
    return low.min().reshape(1), high.max().reshape(1)


def _signed(a: Any) -> bool:
    if a.out_type == "auto":
        return not (_calibrated(a) and a.min_calib_range >= 0)
    return a.out_type == "int8"


@op("_contrib_quantize", inputs="data min_range max_range", outputs="output0 output1 output2")
class Quantize:
    """float32 `data` to 8 bits by a given range: [quantised data, minimum, maximum of what it stands for].

    int8: rint(data * 127 / max(|min_range|, |max_range|)); uint8: with 255, negative values become 0.
    The ranges have shape (1,) (MXNet operator _contrib_quantize).
    """

    out_type = Choice(("int8", "uint8"), "uint8", "Output dtype.")
    examples = (
        "nd.contrib.quantize(nd.array([-1, 0.5, 2]), nd.array([-2]), nd.array([2]), out_type='int8')",
        "nd.contrib.quantize(nd.array([0, 0.5, 2]), nd.array([0]), nd.array([2]))",
    )

    infer_shape = _shapes

    def infer_type(a, s):
        for i in range(3):
            s.set_dtype(i, _F32)
        s.out_dtype(0, np.dtype(a.out_type))
        s.out_dtype(1, _F32)
        s.out_dtype(2, _F32)

    def forward(xp, a, data, low, high):
        most = _largest(xp, low, high)
        signed = a.out_type == "int8"
        with np.errstate(all="ignore"):
            y = _to_int(xp, data, np.float32(127 if signed else 255) / most, np.dtype(a.out_type))
        return (y, -most, most) if signed else (y, low, high)

    def grad(F, a, dy):
        return None, None, None


@op("_contrib_quantize_v2", outputs="output0 output1 output2")
class QuantizeV2:
    """float32 `data` to 8 bits: [quantised data, minimum, maximum of what it stands for].

    The range is the calibrated one, else that of the data. int8: rint(data * 127.5 / largest); uint8: with 255.5,
    negative values become 0; 'auto' is uint8 where min_calib_range >= 0. 8-bit data pass unchanged
    (MXNet operator _contrib_quantize_v2).
    """

    out_type = Choice(("auto", "int8", "uint8"), "int8", "Output dtype.")
    min_calib_range, max_calib_range = _calibration()
    examples = (
        "nd.contrib.quantize_v2(nd.array([-1, 0.5, 2]))",
        "nd.contrib.quantize_v2(nd.array([0, 0.5, 2]), out_type='auto', min_calib_range=0, max_calib_range=3)",
    )

    infer_shape = _shapes

    def infer_type(a, s):
        if s[0] is not None and s[0] not in (_F32, _I8, _U8):
            s.fail(f"argument data has dtype {s[0].name}, expected float32, int8 or uint8")
        s.out_dtype(0, _I8 if _signed(a) else _U8)
        s.out_dtype(1, _F32)
        s.out_dtype(2, _F32)

    def forward(xp, a, data):
        out = _I8 if _signed(a) else _U8
        if data.dtype != _F32:
            low, high = (-127.5, 127.5) if data.dtype == _I8 else (0, 255.5)
            ends = _given_range(xp, a) if _calibrated(a) else (xp.asarray([v], np.float32) for v in (low, high))
            return data.astype(out), *ends
        if _calibrated(a):
            low, high = _given_range(xp, a)
        else:
            low, high = _ends(xp, data)
        most = _largest(xp, low, high)
        with np.errstate(all="ignore"):
            y = _to_int(xp, data, np.float32(127.5 if out == _I8 else 255.5) / most, out)
        return (y, -most, most) if out == _I8 else (y, low, high)

    def grad(F, a, dy):
        return (None,)


@op("_contrib_quantize_asym", outputs="output scale shift")
class QuantizeAsym:
    """float32 `data` to uint8 by an affine map: [floor(data * scale + shift + 0.5), scale, shift].

    scale = 255 / (max - min), shift = 255 - max * scale; the range is the calibrated one, else that of the data.
    A range of no width gives scale 0 and shift 255 (MXNet operator _contrib_quantize_asym).
    """

    min_calib_range, max_calib_range = _calibration()
    examples = ("mx.nd.contrib.quantize_asym(nd.array([-1, 0, 1.55]))",)

    infer_shape = _shapes

    def infer_type(a, s):
        s.set_dtype(0, _F32)
        s.out_dtype(0, _U8)
        s.out_dtype(1, _F32)
        s.out_dtype(2, _F32)

    def forward(xp, a, data):
        if _calibrated(a):
            low, high = _given_range(xp, a)
        else:
            low, high = data.min().reshape(1), data.max().reshape(1)
        width = high - low
        with np.errstate(all="ignore"):
            scale = xp.where(width > 0, np.float32(255) / width, np.float32(0))
        shift = np.float32(255) - high * scale
        y = xp.floor(data * scale + (shift + np.float32(0.5)))
        return xp.clip(y, 0, 255).astype(np.uint8), scale, shift

    def grad(F, a, dy):
        return (None,)


@op("_contrib_dequantize", inputs="data min_range max_range")
class Dequantize:
    """int8 or uint8 `data` back to float32: data * max(|min_range|, |max_range|) / 127.5 (uint8: / 255.5).

    The ranges have shape (1,) (MXNet operator _contrib_dequantize).
    """

    out_type = Choice(("float32",), "float32", "Output dtype.")
    examples = ("nd.contrib.dequantize(nd.array([-51, 51], dtype='int8'), nd.array([-2.5]), nd.array([2.5]))",)

    infer_shape = _shapes

    def infer_type(a, s):
        if s[0] is not None and s[0] not in (_I8, _U8):
            s.fail(f"argument data has dtype {s[0].name}, expected uint8 or int8")
        s.set_dtype(1, _F32)
        s.set_dtype(2, _F32)
        s.out_dtype(0, _F32)

    def forward(xp, a, data, low, high):
        step = _largest(xp, low, high) / np.float32(127.5 if data.dtype == _I8 else 255.5)
        return data.astype(np.float32) * step

    def grad(F, a, dy):
        return None, None, None


@op("_contrib_requantize", inputs="data min_range max_range", outputs="output0 output1 output2")
class Requantize:
    """int32 `data`, which stand for min_range..max_range, to 8 bits: [data, minimum, maximum of what it stands for].

    The new range is the calibrated one, else that of the data; the scale is 127 (uint8: 255) over its largest absolute
    value. 'auto' is uint8 where min_calib_range >= 0 (MXNet operator _contrib_requantize).
    """

    out_type = Choice(("auto", "int8", "uint8"), "int8", "Output dtype.")
    min_calib_range, max_calib_range = _calibration()
    examples = ("nd.contrib.requantize(nd.array([2**29, -2**30], dtype='int32'), nd.array([-4]), nd.array([4]))",)

    infer_shape = _shapes

    def infer_type(a, s):
        s.set_dtype(0, _I32)
        s.set_dtype(1, _F32)
        s.set_dtype(2, _F32)
        s.out_dtype(0, _I8 if _signed(a) else _U8)
        s.out_dtype(1, _F32)
        s.out_dtype(2, _F32)

    def forward(xp, a, data, low, high):
        out = _I8 if _signed(a) else _U8
        unit = _largest(xp, low, high) / _MAX_INT32
        if _calibrated(a):
            most = _largest(xp, *_given_range(xp, a))
        else:
            ends = [v.astype(np.float32).reshape(1) * unit for v in (data.min(), data.max())]
            most = _largest(xp, *ends)
        with np.errstate(all="ignore"):
            y = _to_int(xp, data.astype(np.float32), unit * (np.float32(127 if out == _I8 else 255) / most), out)
        return y, -most if out == _I8 else xp.zeros(1, np.float32), most

    def grad(F, a, dy):
        return None, None, None
