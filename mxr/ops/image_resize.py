"""Resizing of images (h, w, c) as OpenCV does it, which MXNet uses."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from typing import Any

import numpy as np

from ..backend import to_host
from ..base import MXNetError, MXNetValueError

__all__ = ["HOW_TO_INSTALL", "INTERPOLATIONS", "opencv", "resize"]

# By OpenCV's numbers. Nearest and linear are written below; the others are OpenCV's own.
INTERPOLATIONS = {0: "nearest", 1: "linear", 2: "cubic", 3: "area", 4: "Lanczos", 5: "exact linear"}
HOW_TO_INSTALL = "pip install 'mxr-arrays[vision]'"


@functools.cache
def opencv() -> Any:
    """The module cv2, or None where it is not installed.

    Its threads are turned off if nobody had imported it: they do not survive the fork of a DataLoader's workers.
    """
    ours = "cv2" not in sys.modules
    path = os.environ.get("LD_LIBRARY_PATH")
    try:
        cv2 = importlib.import_module("cv2")
    except ImportError:
        return None
    if ours:
        cv2.setNumThreads(1)
        # it prepends folders of its own, which R in this process or in children stumbles over
        if path is None:
            os.environ.pop("LD_LIBRARY_PATH", None)
        else:
            os.environ["LD_LIBRARY_PATH"] = path
    return cv2


def resize(xp: Any, image: Any, width: int, height: int, interp: int) -> Any:
    """`image` (h, w, c) with another size; uint8, float32 or another dtype that OpenCV resizes.

    With CuPy, what is not nearest or linear is computed on the host.
    """
    if interp not in INTERPOLATIONS:
        known = ", ".join(f"{i} {name}" for i, name in INTERPOLATIONS.items())
        raise MXNetValueError(f"argument interp={interp} is not valid: expected one of {known}")
    if image.shape[:2] == (height, width):
        return image.copy()
    cv2 = opencv()
    if cv2 is None or xp is not np:
        if interp == 0:
            return _nearest(xp, image, width, height)
        if interp == 1:
            return _linear(xp, image, width, height)
        if cv2 is None:
            raise MXNetError(f"interp={interp} ({INTERPOLATIONS[interp]}) needs OpenCV: {HOW_TO_INSTALL}")
        return xp.asarray(_by_opencv(cv2, to_host(image), width, height, interp))
    return _by_opencv(cv2, image, width, height, interp)


def _by_opencv(cv2: Any, image: np.ndarray, width: int, height: int, interp: int) -> np.ndarray:
    try:
        out = cv2.resize(np.ascontiguousarray(image), (width, height), interpolation=interp)
    except cv2.error as e:
        why = str(e).strip().splitlines()[-1]
        raise MXNetError(f"OpenCV cannot resize an image {image.shape} of {image.dtype}: {why}") from None
    return out.reshape(height, width, image.shape[2])


def _nearest(xp: Any, image: Any, width: int, height: int) -> Any:
    rows, columns = (
        np.minimum(np.floor(np.arange(out) * (1 / (out / n))).astype(np.intp), n - 1)
        for n, out in ((image.shape[0], height), (image.shape[1], width))
    )
    return image[xp.asarray(rows)][:, xp.asarray(columns)]


@functools.lru_cache(maxsize=256)
def _taps(n: int, out: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each output along an axis: its two neighbours, and the share of the second."""
    place = ((np.arange(out) + 0.5) * (1 / (out / n)) - 0.5).astype(np.float32)
    low = np.floor(place).astype(np.intp)
    share = place - low.astype(np.float32)
    # At the borders both are the last pixel. Their shares stay, for they are rounded one by one.
    return np.clip(low, 0, n - 1), np.clip(low + 1, 0, n - 1), share


def _linear(xp: Any, image: Any, width: int, height: int) -> Any:
    """In fixed point for uint8: weights of 11 bits, as OpenCV."""
    if image.shape[:2] == (2 * height, 2 * width):
        return _halved(image)
    x0, x1, fx = _taps(image.shape[1], width)
    y0, y1, fy = _taps(image.shape[0], height)
    bytes_ = image.dtype == np.uint8
    if bytes_:
        wx, wy = (np.rint(np.stack([1 - f, f]) * np.float32(2048)).astype(np.int32) for f in (fx, fy))
        image = image.astype(np.int32)
    else:
        wx, wy = np.stack([1 - fx, fx]), np.stack([1 - fy, fy])
    wx, wy = xp.asarray(wx)[:, None, :, None], xp.asarray(wy)[:, :, None, None]
    rows = image[:, xp.asarray(x0)] * wx[0] + image[:, xp.asarray(x1)] * wx[1]
    first, second = rows[xp.asarray(y0)], rows[xp.asarray(y1)]
    if not bytes_:
        return (first * wy[0] + second * wy[1]).astype(image.dtype, copy=False)
    out = (((first >> 4) * wy[0]) >> 16) + (((second >> 4) * wy[1]) >> 16)
    return ((out + 2) >> 2).astype(np.uint8)


def _halved(image: Any) -> Any:
    """Means of 2 x 2 pixels: what OpenCV does for exactly half the size."""
    wide = image.astype(np.int32) if image.dtype == np.uint8 else image
    total = wide[::2, ::2] + wide[::2, 1::2] + wide[1::2, ::2] + wide[1::2, 1::2]
    if image.dtype == np.uint8:
        return ((total + 2) >> 2).astype(np.uint8)
    return total * image.dtype.type(0.25)
