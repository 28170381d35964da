"""Images in files' bytes as NumPy arrays with OpenCV's order of colours (BGR), both ways; on the host only."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from ..base import MXNetError, MXNetTypeError, MXNetValueError
from .image_decode import decode
from .image_resize import HOW_TO_INSTALL, opencv

__all__ = ["decode_any", "encode"]


def decode_any(data: bytes, iscolor: int, where: str) -> np.ndarray:
    """The image: (h, w, 3) for iscolor 1, (h, w) for 0; for -1 as it is in the file, with transparency and 16 bits."""
    cv2 = opencv()
    if iscolor == 1:
        return decode(data, True, False, where)
    if iscolor == 0:
        return decode(data, False, False, where)[:, :, 0]
    if cv2 is not None:
        try:
            image = cv2.imdecode(np.frombuffer(data, np.uint8), iscolor) if data else None
        except cv2.error:
            image = None
    elif iscolor != -1:
        raise MXNetError(f"argument iscolor={iscolor} needs OpenCV: {HOW_TO_INSTALL}")
    else:
        image = _as_it_is(data)
    if image is None:
        raise MXNetError(f"{where} holds no image that can be decoded ({len(data)} bytes, beginning {data[:8]!r})")
    return image


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise MXNetError(f"images need OpenCV or Pillow: {HOW_TO_INSTALL}") from None
    return Image


def _as_it_is(data: bytes) -> np.ndarray | None:
    Image = _pillow()
    try:
        with Image.open(io.BytesIO(data)) as picture:
            mode = picture.mode
            if mode in ("1", "LA", "P", "PA", "CMYK", "YCbCr", "HSV", "LAB"):
                see_through = mode in ("LA", "PA") or "transparency" in picture.info
                mode = "RGBA" if see_through else "L" if mode == "1" else "RGB"
            pixels = np.asarray(picture.convert(mode) if mode != picture.mode else picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    if pixels.dtype == np.int32:  # 16 bits of grey
        pixels = pixels.astype(np.uint16)
    if pixels.ndim == 3:
        pixels = pixels[:, :, [2, 1, 0, 3][: pixels.shape[2]]]
    return np.ascontiguousarray(pixels)


def encode(image: Any, quality: int, kind: str) -> bytes:
    """The bytes of a JPEG file (quality 1 to 100) or PNG file (compression 0 to 9)."""
    jpeg = kind.lower() in (".jpg", ".jpeg")
    if not jpeg and kind.lower() != ".png":
        raise MXNetValueError(f"argument img_fmt={kind!r} is not valid: expected '.jpg', '.jpeg' or '.png'")
    if hasattr(image, "asnumpy"):
        image = image.asnumpy()
    if not isinstance(image, np.ndarray):
        raise MXNetTypeError(f"argument img must be an array, got {type(image).__name__}")
    grey = image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 1)
    if image.dtype != np.uint8 or not (grey or (image.ndim == 3 and image.shape[2] in ((3,) if jpeg else (3, 4)))):
        raise MXNetValueError(
            f"argument img has shape {image.shape} and dtype {image.dtype}, expected uint8 (h, w) or (h, w, 3)"
        )
    limit = (1, 100) if jpeg else (0, 9)
    if not jpeg and quality == 95:  # MXNet's default is JPEG's: the strongest compression
        quality = 9
    if not limit[0] <= quality <= limit[1]:
        raise MXNetValueError(f"argument quality={quality} must be from {limit[0]} to {limit[1]} for {kind}")
    cv2 = opencv()
    if cv2 is not None:
        option = cv2.IMWRITE_JPEG_QUALITY if jpeg else cv2.IMWRITE_PNG_COMPRESSION
        done, out = cv2.imencode(kind, np.ascontiguousarray(image), [option, int(quality)])
        if not done:
            raise MXNetError(f"OpenCV cannot encode an image of shape {image.shape} as {kind}")
        return out.tobytes()
    Image = _pillow()
    pixels = image.reshape(image.shape[:2]) if grey else image[:, :, [2, 1, 0, 3][: image.shape[2]]]
    out = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if jpeg:
        picture.save(out, "JPEG", quality=int(quality), subsampling=2)
    else:
        picture.save(out, "PNG", compress_level=int(quality))
    return out.getvalue()
