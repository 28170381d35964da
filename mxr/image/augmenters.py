"""Augmenters: functions of one image. Random ones draw from Python's `random` and NumPy's, in MXNet's order."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetTypeError
from . import functions as f

__all__ = [
    "Augmenter", "BrightnessJitterAug", "CastAug", "CenterCropAug", "ColorJitterAug", "ColorNormalizeAug",
    "ContrastJitterAug", "CreateAugmenter", "ForceResizeAug", "HorizontalFlipAug", "HueJitterAug", "LightingAug",
    "RandomCropAug", "RandomGrayAug", "RandomOrderAug", "RandomSizedCropAug", "ResizeAug", "SaturationJitterAug",
    "SequentialAug",
]  # fmt: skip

# The colours' shares of brightness (ITU-R BT.601), and the mean and deviation of ImageNet's pixels
GREY = (0.299, 0.587, 0.114)
MEAN, STD = (123.68, 116.28, 103.53), (58.395, 57.12, 57.375)
# Principal components of ImageNet's colours (Krizhevsky et al. 2012)
EIGENVALUES = (55.46, 4.794, 1.148)
EIGENVECTORS = ((-0.5675, 0.7192, 0.4009), (-0.5808, -0.0045, -0.8140), (-0.5836, -0.6948, 0.4203))
# From RGB to luminance and chrominance (YIQ of NTSC), and back
_TO_YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.321], [0.211, -0.523, 0.311]])
_FROM_YIQ = np.array([[1.0, 0.956, 0.621], [1.0, -0.272, -0.647], [1.0, -1.107, 1.705]])


def plain(value: Any) -> Any:
    """As JSON can hold it."""
    if isinstance(value, nd.NDArray):
        value = value.asnumpy()
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


class Augmenter:
    """Base of augmenters: a function from image to image, with its arguments kept for `dumps`."""

    def __init__(self, **kwargs: Any) -> None:
        self._kwargs = {name: plain(value) for name, value in kwargs.items()}

    def dumps(self) -> Any:
        """Name and arguments as JSON; of augmenters made of others a list."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        raise NotImplementedError("Must override implementation.")


class SequentialAug(Augmenter):
    """The augmenters `ts`, one after the other."""

    def __init__(self, ts: list) -> None:
        super().__init__()
        self.ts = ts

    def dumps(self) -> Any:
        return [type(self).__name__.lower(), [t.dumps() for t in self.ts]]

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        for t in self.ts:
            src = t(src)
        return src


class RandomOrderAug(SequentialAug):
    """The augmenters `ts` in random order."""

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        random.shuffle(self.ts)
        return super().__call__(src)


class ResizeAug(Augmenter):
    """The shorter side brought to `size`."""

    def __init__(self, size: int, interp: int = 2) -> None:
        super().__init__(size=size, interp=interp)
        self.size, self.interp = size, interp

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        return f.resize_short(src, self.size, self.interp)


class ForceResizeAug(Augmenter):
    """Brought to `size` (width, height) without regard to the ratio."""

    def __init__(self, size: Any, interp: int = 2) -> None:
        super().__init__(size=size, interp=interp)
        self.size, self.interp = size, interp

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        return f.resized(src, self.size, self.interp)


class RandomCropAug(Augmenter):
    """See `random_crop`."""

    def __init__(self, size: Any, interp: int = 2) -> None:
        super().__init__(size=size, interp=interp)
        self.size, self.interp = size, interp

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        return f.random_crop(src, self.size, self.interp)[0]


class RandomSizedCropAug(Augmenter):
    """See `random_size_crop`."""

    def __init__(self, size: Any, area: Any, ratio: Any, interp: int = 2, **kwargs: Any) -> None:
        super().__init__(size=size, area=area, ratio=ratio, interp=interp)
        self.size, self.ratio, self.interp = size, ratio, interp
        self.area = f.area_range("RandomSizedCropAug", area, kwargs)

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        return f.random_size_crop(src, self.size, self.area, self.ratio, self.interp)[0]


class CenterCropAug(Augmenter):
    """See `center_crop`."""

    def __init__(self, size: Any, interp: int = 2) -> None:
        super().__init__(size=size, interp=interp)
        self.size, self.interp = size, interp

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        return f.center_crop(src, self.size, self.interp)[0]


class BrightnessJitterAug(Augmenter):
    """Times a random factor within 1 +- `brightness`; floats, changed in place."""

    def __init__(self, brightness: float) -> None:
        super().__init__(brightness=brightness)
        self.brightness = brightness

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        src *= 1.0 + random.uniform(-self.brightness, self.brightness)
        return src


class ContrastJitterAug(Augmenter):
    """Blended with its mean brightness: a random factor within 1 +- `contrast`; floats, changed in place."""

    def __init__(self, contrast: float) -> None:
        super().__init__(contrast=contrast)
        self.contrast = contrast
        self.coef = nd.array([[GREY]])

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        alpha = 1.0 + random.uniform(-self.contrast, self.contrast)
        grey = src * self.coef
        grey = (3.0 * (1.0 - alpha) / grey.size) * nd.sum(grey)
        src *= alpha
        src += grey
        return src


class SaturationJitterAug(Augmenter):
    """Blended with its grey image: a random factor within 1 +- `saturation`; floats, changed in place."""

    def __init__(self, saturation: float) -> None:
        super().__init__(saturation=saturation)
        self.saturation = saturation
        self.coef = nd.array([[GREY]])

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        alpha = 1.0 + random.uniform(-self.saturation, self.saturation)
        grey = nd.sum(src * self.coef, axis=2, keepdims=True)
        grey *= 1.0 - alpha
        src *= alpha
        src += grey
        return src


class HueJitterAug(Augmenter):
    """Colours turned by a random angle within +- `hue` half turns, luminance kept; floats."""

    def __init__(self, hue: float) -> None:
        super().__init__(hue=hue)
        self.hue = hue

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        angle = math.pi * random.uniform(-self.hue, self.hue)
        u, w = math.cos(angle), math.sin(angle)
        turn = np.array([[1.0, 0.0, 0.0], [0.0, u, -w], [0.0, w, u]])
        return nd.dot(src, nd.array((_FROM_YIQ @ turn @ _TO_YIQ).T))


class ColorJitterAug(RandomOrderAug):
    """Brightness, contrast and saturation changed at random, in random order; 0 leaves one out."""

    def __init__(self, brightness: float, contrast: float, saturation: float) -> None:
        ts: list[Augmenter] = []
        if brightness > 0:
            ts.append(BrightnessJitterAug(brightness))
        if contrast > 0:
            ts.append(ContrastJitterAug(contrast))
        if saturation > 0:
            ts.append(SaturationJitterAug(saturation))
        super().__init__(ts)


class LightingAug(Augmenter):
    """Noise along principal components of colours, normal with deviation `alphastd`; floats, changed in place."""

    def __init__(self, alphastd: float, eigval: Any, eigvec: Any) -> None:
        super().__init__(alphastd=alphastd, eigval=eigval, eigvec=eigvec)
        self.alphastd, self.eigval, self.eigvec = alphastd, eigval, eigvec

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        alpha = np.random.normal(0, self.alphastd, size=(3,))
        src += nd.array(np.dot(np.asarray(self.eigvec) * alpha, self.eigval))
        return src


class ColorNormalizeAug(Augmenter):
    """See `color_normalize`."""

    def __init__(self, mean: Any, std: Any) -> None:
        super().__init__(mean=mean, std=std)
        self.mean, self.std = (
            x if x is None or isinstance(x, nd.NDArray) else nd.array(np.asarray(x)) for x in (mean, std)
        )

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        return f.color_normalize(src, self.mean, self.std)


class RandomGrayAug(Augmenter):
    """Made grey with probability `p`; floats."""

    def __init__(self, p: float) -> None:
        super().__init__(p=p)
        self.p = p
        self.mat = nd.array([[0.21] * 3, [0.72] * 3, [0.07] * 3])

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        return nd.dot(src, self.mat) if random.random() < self.p else src


class HorizontalFlipAug(Augmenter):
    """Mirrored left to right with probability `p`."""

    def __init__(self, p: float) -> None:
        super().__init__(p=p)
        self.p = p

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        return nd.flip(src, axis=1) if random.random() < self.p else src


class CastAug(Augmenter):
    """Cast to another dtype."""

    def __init__(self, typ: Any = "float32") -> None:
        super().__init__(type=typ)
        self.typ = typ

    def __call__(self, src: nd.NDArray) -> nd.NDArray:
        return src.astype(self.typ)


def three(name: str, value: Any, default: tuple[float, ...]) -> Any:
    """The values that `mean` or `std` stands for: True is ImageNet's."""
    if value is None:
        return None
    if value is True:
        return np.array(default)
    if not isinstance(value, (np.ndarray, nd.NDArray)):
        raise MXNetTypeError(f"argument {name} must be True, None or an array of 1 or 3 numbers, got {value!r}")
    if value.shape[:1] not in ((1,), (3,)):
        raise MXNetAssertionError(f"argument {name} must be an array of 1 or 3 numbers, got shape {value.shape}")
    return value


def colour_augmenters(
    brightness: float, contrast: float, saturation: float, hue: float, pca_noise: float, rand_gray: float
) -> list[Augmenter]:
    """What both lists of augmenters do with colours."""
    out: list[Augmenter] = []
    if brightness or contrast or saturation:
        out.append(ColorJitterAug(brightness, contrast, saturation))
    if hue:
        out.append(HueJitterAug(hue))
    if pca_noise > 0:
        out.append(LightingAug(pca_noise, np.array(EIGENVALUES), np.array(EIGENVECTORS)))
    if rand_gray > 0:
        out.append(RandomGrayAug(rand_gray))
    return out


def CreateAugmenter(
    data_shape: Any,
    resize: int = 0,
    rand_crop: bool = False,
    rand_resize: bool = False,
    rand_mirror: bool = False,
    mean: Any = None,
    std: Any = None,
    brightness: float = 0,
    contrast: float = 0,
    saturation: float = 0,
    hue: float = 0,
    pca_noise: float = 0,
    rand_gray: float = 0,
    inter_method: int = 2,
) -> list[Augmenter]:
    """The usual augmenters for images of `data_shape` (channels, height, width).

    resize : the shorter side is brought to it first. rand_crop : cut at random, else in the middle; with rand_resize
    a part of random area and ratio. rand_mirror : mirrored with probability 0.5. brightness, contrast, saturation,
    hue, pca_noise : sizes of random changes. rand_gray : probability of grey. mean, std : arrays of 1 or 3 numbers,
    or True for ImageNet's. inter_method : how pixels are interpolated.
    """
    out: list[Augmenter] = [ResizeAug(resize, inter_method)] if resize > 0 else []
    size = (data_shape[2], data_shape[1])
    if rand_resize:
        if not rand_crop:
            raise MXNetAssertionError("CreateAugmenter: rand_resize=True needs rand_crop=True")
        out.append(RandomSizedCropAug(size, 0.08, (3.0 / 4.0, 4.0 / 3.0), inter_method))
    else:
        out.append(RandomCropAug(size, inter_method) if rand_crop else CenterCropAug(size, inter_method))
    if rand_mirror:
        out.append(HorizontalFlipAug(0.5))
    out.append(CastAug())
    out += colour_augmenters(brightness, contrast, saturation, hue, pca_noise, rand_gray)
    mean, std = three("mean", mean, MEAN), three("std", std, STD)
    if mean is not None or std is not None:
        out.append(ColorNormalizeAug(*(nd.array(x) if isinstance(x, np.ndarray) else x for x in (mean, std))))
    return out
