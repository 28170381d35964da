"""Images turned about their centres; random angles come from NumPy's generator, as MXNet takes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetTypeError, MXNetValueError

__all__ = ["random_rotation", "rotated"]


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
