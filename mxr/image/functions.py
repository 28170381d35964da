"""Reading, resizing and cutting single images. Random numbers come from Python's `random`, as MXNet takes them."""

from __future__ import annotations

import math
import numbers
import os
import random
import warnings
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetIndexError, MXNetTypeError, MXNetValueError
from ..util import is_np_array
from .rotation import random_rotation, rotated

__all__ = [
    "center_crop", "color_normalize", "copyMakeBorder", "fixed_crop", "imdecode", "imread", "imresize", "imrotate",
    "random_crop", "random_rotate", "random_size_crop", "resize_short", "scale_down",
]  # fmt: skip

Size = tuple[int, int]  # width and height


def imread(filename: str | os.PathLike, flag: int = 1, to_rgb: bool = True, **kwargs: Any) -> nd.NDArray:
    """The image in a file, uint8 (h, w, c).

    flag : 1 for colour, 0 for grey. to_rgb : colours as RGB, else as BGR.
    """
    return nd._internal._cvimread(filename=os.fspath(filename), flag=int(flag), to_rgb=bool(to_rgb), **kwargs)


def imdecode(buf: Any, flag: int = 1, to_rgb: bool = True, **kwargs: Any) -> nd.NDArray:
    """The image in the bytes of a file (bytes, bytearray, or an array of uint8); otherwise as `imread`."""
    if not isinstance(buf, nd.NDArray):
        if isinstance(buf, (bytes, bytearray, memoryview, np.bytes_)):
            buf = np.frombuffer(buf, np.uint8)
        elif not isinstance(buf, np.ndarray):
            raise MXNetValueError(
                "imdecode: buf must be of type bytes, bytearray or numpy.ndarray, "
                f"got {type(buf).__name__}; convert a str to bytes"
            )
        buf = nd.array(buf, dtype=np.uint8)
    return nd._internal._cvimdecode(buf, flag=int(flag), to_rgb=bool(to_rgb), **kwargs)


def imresize(src: nd.NDArray, w: int, h: int, interp: int = 1, **kwargs: Any) -> nd.NDArray:
    """The image as (h, w, c).

    interp : 0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos; all but 0 and 1 need OpenCV.
    """
    return nd._internal._cvimresize(src, w=w, h=h, interp=interp, **kwargs)


def copyMakeBorder(
    src: nd.NDArray,
    top: int,
    bot: int,
    left: int,
    right: int,
    type: int = 0,
    value: float = 0.0,
    values: Any = (),
    **kwargs: Any,
) -> nd.NDArray:
    """The image with a border.

    type : 0 a constant (`value`, or `values` for the channels), 1 the outermost pixels, 2 mirrored, 3 repeated,
    4 mirrored without the outermost pixels; 16 may be added, it has no meaning for whole images.
    """
    kind = type & ~16
    return nd._internal._cvcopyMakeBorder(
        src, top=top, bot=bot, left=left, right=right, type=kind, value=value, values=tuple(values), **kwargs
    )


def interpolation(interp: int, sizes: tuple[int, int, int, int] | None = None) -> int:
    """OpenCV's number; 9 chooses by the sizes (old height and width, new ones), 10 at random."""
    if interp == 10:
        return random.randint(0, 4)
    if interp != 9:
        if interp not in (0, 1, 2, 3, 4):
            raise MXNetValueError(f"unknown interp method {interp}: expected 0 to 4, 9 or 10")
        return interp
    if not sizes:
        return 2
    old_h, old_w, new_h, new_w = sizes
    if new_h > old_h and new_w > old_w:
        return 2
    return 3 if new_h < old_h and new_w < old_w else 1


_get_interp_method = interpolation  # MXNet's name, which GluonCV uses


def size_of(src: Any, where: str) -> tuple[int, int]:
    """Height and width of an image."""
    if not isinstance(src, nd.NDArray):
        raise MXNetTypeError(f"{where}: expected an NDArray, got {type(src).__name__}")
    if src.ndim != 3:
        raise MXNetValueError(f"{where}: expected an image (height, width, channels), got shape {src.shape}")
    return src.shape[0], src.shape[1]


def resized(src: nd.NDArray, size: Any, interp: int) -> nd.NDArray:
    """The image brought to `size`, (width, height)."""
    h, w = size_of(src, "resize")
    return imresize(src, size[0], size[1], interp=interpolation(interp, (h, w, size[1], size[0])))


def scale_down(src_size: Any, size: Any) -> Size:
    """`size` (width, height), with its ratio, made to fit into an image of `src_size`."""
    w, h = float(size[0]), float(size[1])
    if src_size[1] < h:
        w, h = w * src_size[1] / h, src_size[1]
    if src_size[0] < w:
        w, h = src_size[0], h * src_size[0] / w
    return int(w), int(h)


def resize_short(src: nd.NDArray, size: int, interp: int = 2) -> nd.NDArray:
    """The image with its shorter side brought to `size`, the ratio kept (rounded down)."""
    h, w = size_of(src, "resize_short")
    new = (size, size * h // w) if h > w else (size * w // h, size)
    return resized(src, new, interp)


def fixed_crop(src: nd.NDArray, x0: int, y0: int, w: int, h: int, size: Any = None, interp: int = 2) -> nd.NDArray:
    """The part of `w` x `h` at column `x0`, row `y0`, brought to `size` if that is given and differs."""
    height, width = size_of(src, "fixed_crop")
    if not (0 <= x0 < width and 0 <= y0 < height and w > 0 and h > 0):
        raise MXNetIndexError(
            f"fixed_crop: x0={x0}, y0={y0}, w={w}, h={h} is no part of an image {width} wide, {height} high"
        )
    # parts beyond the border are cut off there, as MXNet does
    out = nd.image.crop(src, x0, y0, min(w, width - x0), min(h, height - y0))
    if size is None or tuple(size) == (w, h):
        return out
    return imresize(out, size[0], size[1], interp=interpolation(interp, (h, w, size[1], size[0])))


def random_crop(src: nd.NDArray, size: Any, interp: int = 2) -> tuple[nd.NDArray, tuple[int, int, int, int]]:
    """A part of `size` (width, height) at a random place, enlarged if the image is too small; and (x0, y0, w, h)."""
    h, w = size_of(src, "random_crop")
    new_w, new_h = scale_down((w, h), size)
    x0, y0 = random.randint(0, w - new_w), random.randint(0, h - new_h)
    return fixed_crop(src, x0, y0, new_w, new_h, size, interp), (x0, y0, new_w, new_h)


def center_crop(src: nd.NDArray, size: Any, interp: int = 2) -> tuple[nd.NDArray, tuple[int, int, int, int]]:
    """The middle part of `size` (width, height), enlarged if the image is too small; and (x0, y0, w, h)."""
    h, w = size_of(src, "center_crop")
    new_w, new_h = scale_down((w, h), size)
    x0, y0 = (w - new_w) // 2, (h - new_h) // 2
    return fixed_crop(src, x0, y0, new_w, new_h, size, interp), (x0, y0, new_w, new_h)


def random_size_crop(
    src: nd.NDArray, size: Any, area: Any, ratio: Any, interp: int = 2, **kwargs: Any
) -> tuple[nd.NDArray, tuple[int, int, int, int]]:
    """A part of random area and ratio at a random place, brought to `size`; and (x0, y0, w, h).

    area : range of the area as a share of the image's; one number is the least. ratio : range of width / height.
    The middle part if ten parts did not fit.
    """
    h, w = size_of(src, "random_size_crop")
    area = area_range("random_size_crop", area, kwargs)
    logs = math.log(ratio[0]), math.log(ratio[1])
    for _ in range(10):
        pixels = random.uniform(*area) * (h * w)
        stretch = math.exp(random.uniform(*logs))
        new_w, new_h = round(math.sqrt(pixels * stretch)), round(math.sqrt(pixels / stretch))
        if 0 < new_w <= w and 0 < new_h <= h:
            x0, y0 = random.randint(0, w - new_w), random.randint(0, h - new_h)
            return fixed_crop(src, x0, y0, new_w, new_h, size, interp), (x0, y0, new_w, new_h)
    return center_crop(src, size, interp)


def area_range(name: str, area: Any, more: dict[str, Any]) -> Any:
    """The range that `area` stands for; `more` may hold its old name."""
    if "min_area" in more:
        warnings.warn("`min_area` is deprecated. Please use `area` instead.", DeprecationWarning, stacklevel=3)
        area = more.pop("min_area")
    if more:
        raise MXNetAssertionError(f"unexpected keyword arguments for `{name}`: {', '.join(more)}")
    return (area, 1.0) if isinstance(area, numbers.Number) else area


def color_normalize(src: nd.NDArray, mean: Any, std: Any = None) -> nd.NDArray:
    """``(src - mean) / std``, written into `src`; None leaves a step out."""
    if mean is not None:
        src -= mean
    if std is not None:
        src /= std
    return src


def imrotate(src: nd.NDArray, rotation_degrees: Any, zoom_in: bool = False, zoom_out: bool = False) -> nd.NDArray:
    """Images (c, h, w) or (n, c, h, w), float32, turned about their centres; a number of degrees, or one for each.

    zoom_in : enlarged so that no corner is empty. zoom_out : shrunk so that no pixel is lost.
    """
    return rotated(src, _numbers(rotation_degrees), zoom_in, zoom_out)


def random_rotate(src: nd.NDArray, angle_limits: Any, zoom_in: bool = False, zoom_out: bool = False) -> nd.NDArray:
    """Rotation by random angles within `angle_limits`, for each image of a batch its own; see `imrotate`."""
    return random_rotation(src, _numbers(angle_limits), zoom_in, zoom_out)


def _numbers(x: Any) -> Any:
    return x.asnumpy() if isinstance(x, nd.NDArray) else x


__all__ += ["is_np_array"]
