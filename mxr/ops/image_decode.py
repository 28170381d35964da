"""Reading images: _cvimdecode, _cvimread, and what MXNet does with OpenCV besides.

Files are decoded by OpenCV, or by Pillow where only that is installed. Pixels live on the host; with CuPy they are
copied to it and back.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from ..backend import to_host
from ..base import MXNetError, file_error
from ..core.op import op
from ..core.params import Bool, Float, Floats, Int, Str
from .image_resize import HOW_TO_INSTALL, opencv, resize

__all__ = ["decode"]


def decode(data: bytes | np.ndarray, colour: bool, rgb: bool, where: str) -> np.ndarray:
    """The picture in a file's bytes as uint8 (h, w, 3) or, without colour, (h, w, 1)."""
    raw = np.frombuffer(data, np.uint8) if isinstance(data, bytes) else np.ascontiguousarray(data).reshape(-1)
    if not raw.size:
        raise MXNetError(f"{where} is empty")
    cv2 = opencv()
    image = _by_opencv(cv2, raw, colour, rgb) if cv2 is not None else _by_pillow(raw, colour, rgb)
    if image is None:
        raise MXNetError(
            f"{where} is no image that can be decoded ({raw.size} bytes, beginning with {bytes(raw[:8])!r})"
        )
    return np.ascontiguousarray(image).reshape(*image.shape[:2], -1)


def _by_opencv(cv2: Any, raw: np.ndarray, colour: bool, rgb: bool) -> np.ndarray | None:
    try:
        image = cv2.imdecode(raw, cv2.IMREAD_COLOR if colour else cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB) if image is not None and colour and rgb else image


def _by_pillow(raw: np.ndarray, colour: bool, rgb: bool) -> np.ndarray | None:
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise MXNetError(f"reading images needs OpenCV or Pillow: {HOW_TO_INSTALL}") from None
    try:
        with Image.open(io.BytesIO(raw.tobytes())) as picture:
            image = np.asarray(ImageOps.exif_transpose(picture).convert("RGB" if colour else "L"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return image[:, :, ::-1] if colour and not rgb else image


def _decoded_shape(a: Any, s: Any) -> None:
    s.out(0, (-1, -1, 3 if a.flag else 1))


def _bytes_out(a: Any, s: Any) -> None:
    s.out_dtype(0, np.dtype(np.uint8))


# A PNG of one pixel, (1, 2, 3)
_PIXEL = (
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c636064620600000e0007d7"
    "6fe4780000000049454e44ae426082"
)


@op(
    "_cvimdecode",
    inputs="buf",
    dynamic_shape=True,
    examples=(f"nd._internal._cvimdecode(nd.array(np.frombuffer(bytes.fromhex('{_PIXEL}'), 'u1'), dtype='uint8'))",),
)
class CvImdecode:
    """The image in the bytes `buf` of a file (JPEG, PNG, ...), uint8, as (h, w, 3) or (h, w, 1), uint8.

    Needs OpenCV or Pillow, the extra `vision` (MXNet operator _cvimdecode).
    """

    flag = Int(1, "1 for colour, 0 for grey.", lo=0, hi=1)
    to_rgb = Bool(True, "Whether colours come as RGB; else as BGR.")

    infer_shape = _decoded_shape

    def infer_type(a, s):
        if s[0] is not None and s[0] != np.uint8:
            s.fail(f"argument buf has dtype {s[0].name}, expected uint8")
        _bytes_out(a, s)

    def forward(xp, a, buf):
        return xp.asarray(decode(to_host(buf), a.flag == 1, a.to_rgb, "argument buf"))

    grad = None


@op("_cvimread", inputs="", dynamic_shape=True, hidden=True)
class CvImread:
    """The image in the file `filename` as (h, w, 3) or (h, w, 1), uint8; see _cvimdecode (MXNet operator _cvimread)."""

    filename = Str(doc="Path of the file.")
    flag = Int(1, "1 for colour, 0 for grey.", lo=0, hi=1)
    to_rgb = Bool(True, "Whether colours come as RGB; else as BGR.")

    infer_shape = _decoded_shape
    infer_type = _bytes_out

    def forward(xp, a):
        try:
            with open(a.filename, "rb") as f:
                data = f.read()
        except OSError as e:
            raise file_error(e, f"argument filename={a.filename!r}") from None
        return xp.asarray(decode(data, a.flag == 1, a.to_rgb, f"argument filename={a.filename!r}"))

    grad = None


def _one_image(a: Any, s: Any) -> tuple | None:
    if s[0] is not None and len(s[0]) != 3:
        s.fail(f"argument src has shape {s[0]}, expected (h, w, c)")
    return s[0]


@op("_cvimresize", inputs="src")
class CvImresize:
    """The image `src` (h, w, c) as (`h`, `w`, c); see _image_resize for `interp` (MXNet operator _cvimresize)."""

    w = Int(doc="Width of the output.", lo=1)
    h = Int(doc="Height of the output.", lo=1)
    interp = Int(1, "How pixels are interpolated.")

    examples = ("nd._internal._cvimresize(nd.array([[[0], [100]], [[100], [200]]], dtype='uint8'), w=3, h=1)",)

    def infer_shape(a, s):
        shape = _one_image(a, s)
        if shape is not None:
            s.out(0, (a.h, a.w, shape[2]))

    def forward(xp, a, src):
        return resize(xp, src, a.w, a.h, a.interp)

    grad = None


# OpenCV's kinds of borders, and NumPy's names for them
_BORDERS = ("constant", "edge", "symmetric", "wrap", "reflect")


@op("_cvcopyMakeBorder", inputs="src")
class CvCopyMakeBorder:
    """The image `src` (h, w, c) with a border around it; any dtype (MXNet operator _cvcopyMakeBorder).

    type: 0 one number, or one for each channel; 1 the outermost pixels; 2 the mirrored image; 3 the image again;
    4 the mirrored image without its outermost pixels.
    """

    top = Int(doc="Rows above.", lo=0)
    bot = Int(doc="Rows below.", lo=0)
    left = Int(doc="Columns on the left.", lo=0)
    right = Int(doc="Columns on the right.", lo=0)
    type = Int(0, "Kind of the border, by OpenCV's numbers.", lo=0, hi=4)
    value = Float(0.0, "Value of the border, for type 0.")
    values = Floats((), "Values of its channels, instead of value.")

    examples = ("nd._internal._cvcopyMakeBorder(nd.array([[[1], [2]]]), top=1, bot=0, left=0, right=1, value=9)",)

    def infer_shape(a, s):
        shape = _one_image(a, s)
        if shape is None:
            return
        if a.values and len(a.values) < shape[2]:
            s.fail(f"argument values={a.values} must have a number for each of {shape[2]} channels")
        h, w = (-1 if d == -1 else d + more for d, more in zip(shape, (a.top + a.bot, a.left + a.right)))
        s.out(0, (h, w, shape[2]))

    def forward(xp, a, src):
        around = ((a.top, a.bot), (a.left, a.right), (0, 0))
        if a.type:
            return xp.pad(src, around, mode=_BORDERS[a.type])
        out = xp.empty(tuple(d + sum(more) for d, more in zip(src.shape, around)), src.dtype)
        out[...] = xp.asarray(np.array(a.values[: src.shape[2]] or a.value).astype(src.dtype))
        out[a.top : a.top + src.shape[0], a.left : a.left + src.shape[1]] = src
        return out

    grad = None


@op("_imdecode", inputs="mean str_img", dynamic_shape=True, hidden=True)
class Imdecode:
    """The image in the bytes `str_img` of a file, cut to columns x0..x1, rows y0..y1, less `mean`: float32 (c, h, w).

    Colours come as RGB; x1 or y1 of 0 is the whole width or height. `mean` is (1,) or (c, h, w). What mx.nd.imdecode
    calls; MXNet 1.9.1 cannot take the bytes from Python 3 (MXNet operator _imdecode).
    """

    index = Int(0, "Accepted for compatibility: mx.nd.imdecode writes there.", lo=0)
    x0 = Int(0, "First column.", lo=0)
    y0 = Int(0, "First row.", lo=0)
    x1 = Int(0, "Column after the last.", lo=0)
    y1 = Int(0, "Row after the last.", lo=0)
    c = Int(3, "Channels: 1 or 3.")
    size = Int(0, "Accepted for compatibility: the number of bytes.", lo=0)

    def infer_shape(a, s):
        if a.c not in (1, 3):
            s.fail(f"argument c={a.c} must be 1 or 3")
        s.out(0, (a.c, -1, -1))

    def infer_type(a, s):
        s.out_dtype(0, np.dtype(np.float32))

    def forward(xp, a, mean, str_img):
        image = decode(to_host(str_img), a.c == 3, True, "argument str_img")
        height, width = image.shape[:2]
        right, bottom = a.x1 or width, a.y1 or height
        if not (a.x0 < right <= width and a.y0 < bottom <= height):
            raise MXNetError(
                f"arguments x0={a.x0}, y0={a.y0}, x1={a.x1}, y1={a.y1} are no part of an image "
                f"{width} wide, {height} high"
            )
        part = np.moveaxis(image[a.y0 : bottom, a.x0 : right], 2, 0).astype(np.float32)
        return xp.asarray(part) - mean

    grad = None
