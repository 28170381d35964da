"""Transforms of images as blocks.

Images are (height, width, channels) with values 0 to 255 until ToTensor makes them float32 (channels, height, width)
with values 0 to 1; blocks that say (N, ...) take batches too.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from ....base import MXNetTypeError, MXNetValueError
from ..._block import Block
from ..._hybrid import HybridBlock
from ...nn import HybridSequential, Sequential

__all__ = [
    "Cast", "CenterCrop", "Compose", "CropResize", "Normalize", "RandomApply", "RandomBrightness", "RandomColorJitter",
    "RandomContrast", "RandomFlipLeftRight", "RandomFlipTopBottom", "RandomHue", "RandomLighting",
    "RandomResizedCrop", "RandomRotation", "RandomSaturation", "Resize", "Rotate", "ToTensor",
]  # fmt: skip


def _image_function(name: str) -> Any:
    """A function of ``mx.image``, which is loaded when the first of them is needed."""
    from .... import image

    return getattr(image, name)


class Compose(Sequential):
    """Transforms one after the other; runs of HybridBlocks among them are joined."""

    def __init__(self, transforms: Any) -> None:
        super().__init__()
        run: list[Any] = []
        for t in [*transforms, None]:
            if isinstance(t, HybridBlock):
                run.append(t)
                continue
            if len(run) == 1:
                self.add(run[0])
            elif run:
                joined = HybridSequential()
                joined.add(*run)
                self.add(joined)
            run = []
            if t is not None:
                self.add(t if isinstance(t, Block) else _Function(t))


class _Function(Block):
    def __init__(self, function: Any) -> None:
        super().__init__()
        if not callable(function):
            raise MXNetTypeError(f"Compose takes blocks and functions, got {type(function).__name__}")
        self._function = function

    def forward(self, x: Any) -> Any:
        return self._function(x)


class RandomApply(Sequential):
    """Applies `transforms`, a block or a list of them, with probability p, else nothing."""

    def __init__(self, transforms: Any, p: float = 0.5) -> None:
        super().__init__()
        self.transforms = Compose(transforms) if isinstance(transforms, list | tuple) else transforms
        self.p = p

    def forward(self, x: Any) -> Any:
        return x if self.p < random.random() else self.transforms(x)


class Cast(HybridBlock):
    """Changes the element type."""

    def __init__(self, dtype: Any = "float32") -> None:
        super().__init__()
        self._dtype = dtype

    def hybrid_forward(self, F: Any, x: Any, *args: Any) -> Any:
        return tuple(F.cast(v, self._dtype) for v in (x, *args)) if args else F.cast(x, self._dtype)


class ToTensor(HybridBlock):
    """Images (H, W, C) or (N, H, W, C) with values 0 to 255 become float32 (C, H, W) or (N, C, H, W) in [0, 1]."""

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.image.to_tensor(x)


class Normalize(HybridBlock):
    """``(x - mean) / std`` for images (C, H, W) or (N, C, H, W); `mean` and `std` are numbers or one per channel."""

    def __init__(self, mean: Any = 0.0, std: Any = 1.0) -> None:
        super().__init__()
        self._mean, self._std = mean, std

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.image.normalize(x, mean=self._mean, std=self._std)


class Rotate(Block):
    """Turns images (C, H, W) or (N, C, H, W), float32, by an angle.

    Parameters
    ----------
    rotation_degrees : the angle.
    zoom_in : whether to enlarge the image so that no corner is empty.
    zoom_out : whether to shrink it so that nothing is lost.
    """

    def __init__(self, rotation_degrees: float, zoom_in: bool = False, zoom_out: bool = False) -> None:
        super().__init__()
        self._args = rotation_degrees, zoom_in, zoom_out
        self._turn = _image_function("imrotate")

    def forward(self, x: Any) -> Any:
        return self._turn(x, *self._args)


class RandomRotation(Block):
    """Turns images (C, H, W) or (N, C, H, W), float32, by random angles from ``angle_limits = (low, high)``.

    `rotate_with_proba` is the probability of doing so; the rest as in Rotate.
    """

    def __init__(
        self,
        angle_limits: tuple[float, float],
        zoom_in: bool = False,
        zoom_out: bool = False,
        rotate_with_proba: float = 1.0,
    ) -> None:
        super().__init__()
        lower, upper = angle_limits
        if lower >= upper:
            raise MXNetValueError(f"`angle_limits` must be an ordered tuple, got {angle_limits}")
        if not 0 <= rotate_with_proba <= 1:
            raise MXNetValueError(
                "Probability of rotating the image should be between 0 and 1, "
                f"got rotate_with_proba={rotate_with_proba}"
            )
        self._args = (lower, upper), zoom_in, zoom_out
        self._probability = rotate_with_proba
        self._turn = _image_function("random_rotate")

    def forward(self, x: Any) -> Any:
        if np.random.random() > self._probability:
            return x
        return self._turn(x, *self._args)


def _width_and_height(name: str, size: Any) -> tuple[int, int]:
    pair = (size, size) if isinstance(size, int | np.integer) else tuple(size)
    if len(pair) != 2 or any(not isinstance(v, int | np.integer) or v < 1 for v in pair):
        raise MXNetValueError(f"{name}: argument size={size!r} must be a positive number or (width, height)")
    return int(pair[0]), int(pair[1])


class RandomResizedCrop(Block):
    """A random part of the image (H, W, C), resized to `size`, a number or (width, height).

    Parameters
    ----------
    scale : smallest and largest share of the image's area.
    ratio : smallest and largest ratio of width to height.
    interpolation : as in Resize.
    """

    def __init__(
        self,
        size: Any,
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (3.0 / 4.0, 4.0 / 3.0),
        interpolation: int = 1,
    ) -> None:
        super().__init__()
        self._args = _width_and_height("RandomResizedCrop", size), scale, ratio, interpolation
        self._crop = _image_function("random_size_crop")

    def forward(self, x: Any) -> Any:
        return self._crop(x, *self._args)[0]


class CropResize(HybridBlock):
    """The window of `width` x `height` at column `x`, row `y` of images (H, W, C) or (N, H, W, C).

    It is resized to `size`, a number or (width, height), where that is given; `interpolation` as in Resize.
    """

    def __init__(
        self, x: int, y: int, width: int, height: int, size: Any = None, interpolation: int | None = None
    ) -> None:
        super().__init__()
        self._window = {"x": x, "y": y, "width": width, "height": height}
        self._size, self._interpolation = size, 1 if interpolation is None else interpolation

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        out = F.image.crop(x, **self._window)
        return out if not self._size else F.image.resize(out, self._size, False, self._interpolation)


class CenterCrop(Block):
    """The middle of the image (H, W, C), of `size`, a number or (width, height).

    From a smaller image the largest part with that ratio is enlarged; `interpolation` as in Resize.
    """

    def __init__(self, size: Any, interpolation: int = 1) -> None:
        super().__init__()
        self._args = _width_and_height("CenterCrop", size), interpolation
        self._crop = _image_function("center_crop")

    def forward(self, x: Any) -> Any:
        return self._crop(x, *self._args)[0]


class Resize(HybridBlock):
    """Images (H, W, C) or (N, H, W, C) to another size.

    Parameters
    ----------
    size : number, or (width, height).
    keep_ratio : with a number: the shorter side gets it and the ratio is kept; else the image becomes square.
    interpolation : 0 nearest, 1 bilinear, 2 cubic, 3 area, 4 Lanczos. From 2 on OpenCV is needed (extra `vision`).
    """

    def __init__(self, size: Any, keep_ratio: bool = False, interpolation: int = 1) -> None:
        super().__init__()
        self._keep, self._size, self._interpolation = keep_ratio, size, interpolation

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.image.resize(x, self._size, self._keep, self._interpolation)


class RandomFlipLeftRight(HybridBlock):
    """Flips the image (H, W, C) from left to right with probability 1/2."""

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.image.random_flip_left_right(x)


class RandomFlipTopBottom(HybridBlock):
    """Flips the image (H, W, C) upside down with probability 1/2."""

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.image.random_flip_top_bottom(x)


class _RandomFactor(HybridBlock):
    """Calls an operator with a factor from [max(0, 1 - amount), 1 + amount]."""

    _operator = ""

    def __init__(self, amount: float) -> None:
        super().__init__()
        self._limits = max(0, 1 - amount), 1 + amount

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return getattr(F.image, self._operator)(x, *self._limits)


class RandomBrightness(_RandomFactor):
    """Multiplies the image (H, W, C) by a factor from [max(0, 1 - brightness), 1 + brightness]."""

    _operator = "random_brightness"

    def __init__(self, brightness: float) -> None:
        super().__init__(brightness)


class RandomContrast(_RandomFactor):
    """Changes the contrast of the image (H, W, C) by a factor from [max(0, 1 - contrast), 1 + contrast]."""

    _operator = "random_contrast"

    def __init__(self, contrast: float) -> None:
        super().__init__(contrast)


class RandomSaturation(_RandomFactor):
    """Changes the saturation of the image (H, W, C) by a factor from [max(0, 1 - saturation), 1 + saturation]."""

    _operator = "random_saturation"

    def __init__(self, saturation: float) -> None:
        super().__init__(saturation)


class RandomHue(_RandomFactor):
    """Turns the colours of the image (H, W, C) by a factor from [max(0, 1 - hue), 1 + hue] of the colour circle."""

    _operator = "random_hue"

    def __init__(self, hue: float) -> None:
        super().__init__(hue)


class RandomColorJitter(HybridBlock):
    """Random brightness, contrast, saturation and hue, in random order; each by a factor from [1 - v, 1 + v]."""

    def __init__(self, brightness: float = 0, contrast: float = 0, saturation: float = 0, hue: float = 0) -> None:
        super().__init__()
        self._args = brightness, contrast, saturation, hue

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.image.random_color_jitter(x, *self._args)


class RandomLighting(HybridBlock):
    """Adds random multiples, of standard deviation `alpha`, of the principal components of ImageNet's colours."""

    def __init__(self, alpha: float) -> None:
        super().__init__()
        self._alpha = alpha

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.image.random_lighting(x, self._alpha)
