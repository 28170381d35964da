"""Crops and rotations of single images, which transforms are made of.

Random crops take their numbers from Python's `random`, random rotations from NumPy's, as MXNet's do.
"""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np

from .... import ndarray as nd
from ....base import MXNetTypeError, MXNetValueError

__all__ = ["center_crop", "random_rotation", "random_sized_crop", "rotated"]

Size = tuple[int, int]  # width and height


def _shape(name: str, image: Any) -> tuple[int, int]:
    if not isinstance(image, nd.NDArray):
        raise MXNetTypeError(f"{name}: expected an NDArray, got {type(image).__name__}")
    if image.ndim != 3:
        raise MXNetValueError(f"{name}: expected an image (height, width, channels), got shape {image.shape}")
    return image.shape[0], image.shape[1]


def _interpolation(interp: int, old: Size, new: Size) -> int:
    """9 chooses by the sizes: area to shrink, cubic to enlarge, else linear; 10 chooses at random."""
    if interp == 10:
        return random.randint(0, 4)
    if interp != 9:
        return interp
    if new[0] > old[0] and new[1] > old[1]:
        return 2
    return 3 if new[0] < old[0] and new[1] < old[1] else 1


def _cut(image: Any, x: int, y: int, part: Size, size: Size, interp: int) -> Any:
    """The part at column x, row y, brought to `size`."""
    out = nd.image.crop(image, x, y, *part)
    return out if part == size else nd._internal._cvimresize(out, *size, interp=_interpolation(interp, part, size))


def _scaled_down(size: Size, limit: Size) -> Size:
    """`size`, with its ratio, made to fit into an image of `limit`."""
    w, h = float(size[0]), float(size[1])
    if limit[1] < h:
        w, h = w * limit[1] / h, limit[1]
    if limit[0] < w:
        w, h = limit[0], h * limit[0] / w
    return int(w), int(h)


def center_crop(image: Any, size: Size, interp: int) -> Any:
    """The middle of the image; a smaller image is enlarged from the largest part with the ratio of `size`."""
    h, w = _shape("CenterCrop", image)
    part = _scaled_down(size, (w, h))
    return _cut(image, (w - part[0]) // 2, (h - part[1]) // 2, part, size, interp)


def random_sized_crop(
    image: Any, size: Size, area: tuple[float, float], ratio: tuple[float, float], interp: int
) -> Any:
    """A part of random area and ratio at a random place, brought to `size`; the middle if ten do not fit."""
    h, w = _shape("RandomResizedCrop", image)
    logs = math.log(ratio[0]), math.log(ratio[1])
    for _ in range(10):
        pixels = random.uniform(*area) * h * w
        stretch = math.exp(random.uniform(*logs))
        part = round(math.sqrt(pixels * stretch)), round(math.sqrt(pixels / stretch))
        if 0 < part[0] <= w and 0 < part[1] <= h:
            x, y = random.randint(0, w - part[0]), random.randint(0, h - part[1])
            return _cut(image, x, y, part, size, interp)
    return center_crop(image, size, interp)


def rotated(images: Any, degrees: Any, zoom_in: bool, zoom_out: bool) -> Any:
    """Images (c, h, w) or (n, c, h, w), float32, turned about their centres; degrees is a number or one for each.

    zoom_in enlarges so that no corner is empty, zoom_out shrinks so that no pixel is lost.
    """
    if zoom_in and zoom_out:
        raise MXNetValueError("`zoom_in` and `zoom_out` cannot be both True")
    if not isinstance(images, nd.NDArray) or images.dtype != np.float32:
        kind = np.dtype(images.dtype).name if isinstance(images, nd.NDArray) else type(images).__name__
        raise MXNetTypeError(f"rotation takes float32 only, got {kind}; put ToTensor before it")
    if images.ndim not in (3, 4):
        raise MXNetValueError(f"rotation takes (c, h, w) or (n, c, h, w), got shape {images.shape}")
    batch = images.expand_dims(axis=0) if images.ndim == 3 else images
    n, _, h, w = batch.shape
    angle = np.deg2rad(np.broadcast_to(np.asarray(degrees, np.float32), (n,)))[:, None, None]
    sin, cos = np.sin(angle), np.cos(angle)
    y, x = np.meshgrid(np.arange(h) - (h - 1) / 2, np.arange(w) - (w - 1) / 2, indexing="ij")
    reach = np.maximum((w * abs(cos) + h * abs(sin)) / w, (w * abs(sin) + h * abs(cos)) / h)
    zoom = 1 / reach if zoom_in else reach if zoom_out else 1.0
    grid = np.stack([(cos * x - sin * y) * zoom / max((w - 1) / 2, 0.5),
                     (sin * x + cos * y) * zoom / max((h - 1) / 2, 0.5)], axis=1)  # fmt: skip
    out = nd.op.BilinearSampler(batch, nd.array(grid.astype(np.float32), ctx=images.ctx))
    return out.reshape(images.shape)


def random_rotation(images: Any, limits: tuple[float, float], zoom_in: bool, zoom_out: bool) -> Any:
    """Rotation by a random angle, for each image of a batch its own."""
    n = images.shape[0] if isinstance(images, nd.NDArray) and images.ndim == 4 else None
    return rotated(images, np.random.uniform(*limits, size=n), zoom_in, zoom_out)
