"""mx.nd.imdecode: decoding images into batches, from before mx.image."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import MXNetIndexError, MXNetTypeError, MXNetValueError
from ..core.dispatch import invoke
from ..core.op import get_op
from .ndarray import NDArray, array

__all__ = ["imdecode"]


def imdecode(
    str_img: bytes,
    clip_rect: tuple[int, int, int, int] = (0, 0, 0, 0),
    out: NDArray | None = None,
    index: int = 0,
    channels: int = 3,
    mean: NDArray | None = None,
) -> NDArray:
    """Decodes an image file into a float32 array (channels, height, width).

    Parameters
    ----------
    str_img : the bytes of the file.
    clip_rect : the part to take, (x0, y0, x1, y1); all zeros is the whole image.
    out : where to write: an array (channels, height, width), or a batch of them.
    index : position in that batch.
    channels : 3 for RGB, 1 for grey.
    mean : subtracted from the image, (channels, height, width).

    Raises
    ------
    MXNetError : not an image; or neither OpenCV nor Pillow is installed.
    """
    if not isinstance(str_img, bytes | bytearray):
        raise MXNetTypeError(f"imdecode: argument str_img must be bytes, got {type(str_img).__name__}")
    buf = array(np.frombuffer(bytes(str_img), np.uint8), dtype=np.uint8)
    op = get_op("_imdecode")
    x0, y0, x1, y1 = clip_rect
    a = op.parse({"x0": x0, "y0": y0, "x1": x1, "y1": y1, "c": channels, "index": index})
    shift = mean if mean is not None else array(np.zeros(1, np.float32))
    image: Any = invoke(op, [shift, buf], a)
    if out is None:
        return image
    if out.ndim == 4 and not 0 <= index < out.shape[0]:
        raise MXNetIndexError(f"imdecode: argument index={index} is out of range for out of shape {out.shape}")
    target = out.shape[1:] if out.ndim == 4 else out.shape
    if target != image.shape:
        raise MXNetValueError(f"imdecode: the image has shape {image.shape}, argument out has {out.shape}")
    if out.ndim == 4:
        out[index] = image
    else:
        out[:] = image
    return out
