"""Augmenters for detection: functions of one image and its boxes.

Labels are NumPy arrays with a row (class, left, top, right, bottom, ...) for each object; coordinates are shares of
the image's width and height.
"""

from __future__ import annotations

import json
import math
import numbers
import random
import warnings
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetTypeError, MXNetValueError
from .augmenters import MEAN, STD, Augmenter, CastAug, ColorNormalizeAug, ForceResizeAug, ResizeAug
from .augmenters import colour_augmenters as _colours
from .augmenters import plain as _plain
from .augmenters import three as _three
from .functions import copyMakeBorder, fixed_crop

__all__ = [
    "CreateDetAugmenter", "CreateMultiRandCropAugmenter", "DetAugmenter", "DetBorrowAug", "DetHorizontalFlipAug",
    "DetRandomCropAug", "DetRandomPadAug", "DetRandomSelectAug",
]  # fmt: skip


class DetAugmenter:
    """Base of augmenters for detection: ``(image, label)`` gives ``(image, label)``."""

    def __init__(self, **kwargs: Any) -> None:
        self._kwargs = {name: _plain(value) for name, value in kwargs.items()}

    def dumps(self) -> Any:
        """Name and arguments as JSON; of augmenters made of others a list."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, src: nd.NDArray, label: np.ndarray) -> tuple[nd.NDArray, np.ndarray]:
        raise NotImplementedError("Must override implementation.")


class DetBorrowAug(DetAugmenter):
    """An `Augmenter` that leaves boxes where they are (colours, forced resizing)."""

    def __init__(self, augmenter: Augmenter) -> None:
        if not isinstance(augmenter, Augmenter):
            raise MXNetTypeError(f"Borrowing from invalid Augmenter: {augmenter!r}")
        super().__init__(augmenter=augmenter.dumps())
        self.augmenter = augmenter

    def dumps(self) -> Any:
        return [type(self).__name__.lower(), self.augmenter.dumps()]

    def __call__(self, src: nd.NDArray, label: np.ndarray) -> tuple[nd.NDArray, np.ndarray]:
        return self.augmenter(src), label


class DetRandomSelectAug(DetAugmenter):
    """One of `aug_list` at random, or with probability `skip_prob` none."""

    def __init__(self, aug_list: Any, skip_prob: float = 0) -> None:
        super().__init__(skip_prob=skip_prob)
        aug_list = list(aug_list) if isinstance(aug_list, (list, tuple)) else [aug_list]
        for aug in aug_list:
            if not isinstance(aug, DetAugmenter):
                raise MXNetValueError(f"Allow DetAugmenter in list only, got {aug!r}")
        self.aug_list = aug_list
        self.skip_prob = skip_prob if aug_list else 1

    def dumps(self) -> Any:
        return [type(self).__name__.lower(), [aug.dumps() for aug in self.aug_list]]

    def __call__(self, src: nd.NDArray, label: np.ndarray) -> tuple[nd.NDArray, np.ndarray]:
        if random.random() < self.skip_prob:
            return src, label
        random.shuffle(self.aug_list)
        return self.aug_list[0](src, label)


class DetHorizontalFlipAug(DetAugmenter):
    """Mirrored left to right with probability `p`; the boxes are changed in place."""

    def __init__(self, p: float) -> None:
        super().__init__(p=p)
        self.p = p

    def __call__(self, src: nd.NDArray, label: np.ndarray) -> tuple[nd.NDArray, np.ndarray]:
        if random.random() < self.p:
            src = nd.flip(src, axis=1)
            label[:, 1], label[:, 3] = 1.0 - label[:, 3], 1.0 - label[:, 1]
        return src, label


def _range(kind: str, name: str, value: Any) -> Any:
    if isinstance(value, numbers.Number):
        return (value, value)
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise MXNetAssertionError(f"{kind}: argument {name}={value!r} must be a number or (least, most)")
    return value


def _areas(boxes: np.ndarray) -> np.ndarray:
    """Areas of boxes (left, top, right, bottom, ...)."""
    return np.maximum(0, boxes[:, 3] - boxes[:, 1]) * np.maximum(0, boxes[:, 2] - boxes[:, 0])


class _RandomWindow(DetAugmenter):
    """What cutting and padding have in common: a window of random area and ratio (width / height)."""

    def _ranges(self, aspect_ratio_range: Any, area_range: Any, least_area: float) -> None:
        kind = type(self).__name__
        self.aspect_ratio_range = _range(kind, "aspect_ratio_range", aspect_ratio_range)
        self.area_range = _range(kind, "area_range", area_range)
        (low, high), (flat, wide) = self.area_range, self.aspect_ratio_range
        bad = "area_range" if high <= least_area or low > high else ""
        if flat > wide or flat <= 0:
            bad = "aspect_ratio_range"
        self.enabled = not bad
        if bad:
            warnings.warn(f"Skip {kind} due to invalid {bad}: {getattr(self, bad)}", UserWarning, stacklevel=3)

    def _height(self, ratio: float, area: float) -> int:
        return round(math.sqrt(area / ratio))


class DetRandomCropAug(_RandomWindow):
    """A random part of the image.

    Parameters
    ----------
    min_object_covered : so much of every object that it touches must be within.
    aspect_ratio_range : of width / height of the part. area_range : of its share of the image's area.
    min_eject_coverage : objects of which less is left are dropped.
    max_attempts : the image stays whole if so many random parts did not do.
    """

    def __init__(
        self,
        min_object_covered: float = 0.1,
        aspect_ratio_range: Any = (0.75, 1.33),
        area_range: Any = (0.05, 1.0),
        min_eject_coverage: float = 0.3,
        max_attempts: int = 50,
    ) -> None:
        self._ranges(aspect_ratio_range, area_range, 0)
        super().__init__(
            min_object_covered=min_object_covered,
            aspect_ratio_range=self.aspect_ratio_range,
            area_range=self.area_range,
            min_eject_coverage=min_eject_coverage,
            max_attempts=max_attempts,
        )
        self.min_object_covered = min_object_covered
        self.min_eject_coverage = min_eject_coverage
        self.max_attempts = max_attempts

    def __call__(self, src: nd.NDArray, label: np.ndarray) -> tuple[nd.NDArray, np.ndarray]:
        found = self._proposal(label, src.shape[0], src.shape[1])
        if found is None:
            return src, label
        x, y, w, h, label = found
        return fixed_crop(src, x, y, w, h, None), label

    def _proposal(self, label: np.ndarray, height: int, width: int) -> tuple[int, int, int, int, np.ndarray] | None:
        if not self.enabled or height <= 0 or width <= 0:
            return None
        least, most = (share * height * width for share in self.area_range)
        for _ in range(self.max_attempts):
            ratio = random.uniform(*self.aspect_ratio_range)
            h, highest = self._height(ratio, least), self._height(ratio, most)
            if round(highest * ratio) > width:
                highest = int((width + 0.4999999) / ratio)
            highest = min(highest, height)
            h = min(h, highest)
            if h < highest:
                h = random.randint(h, highest)
            w = round(h * ratio)
            if w * h < least:  # rounding made it too small, or too large
                h += 1
                w = round(h * ratio)
            if w * h > most:
                h -= 1
                w = round(h * ratio)
            if not (least <= w * h <= most and 0 <= h <= height and 0 <= w <= width):
                continue
            y, x = random.randint(0, max(0, height - h)), random.randint(0, max(0, width - w))
            if self._covers(label, x, y, w, h, width, height):
                left = self._cut_labels(label, x / width, y / height, w / width, h / height)
                if len(left):
                    return x, y, w, h, left
        return None

    def _covers(self, label: np.ndarray, x: int, y: int, w: int, h: int, width: int, height: int) -> bool:
        """Whether enough is within of every object that the part touches, and it touches one."""
        if w * h < 2:
            return False
        areas = _areas(label[:, 1:])
        large = areas * width * height > 2
        boxes, areas = label[large, 1:5], areas[large]
        within = np.empty_like(boxes)
        np.maximum(boxes[:, :2], (x / width, y / height), out=within[:, :2])
        np.minimum(boxes[:, 2:], ((x + w) / width, (y + h) / height), out=within[:, 2:])
        covered = _areas(within) / areas
        covered = covered[covered > 0]
        return bool(covered.size) and covered.min() > self.min_object_covered

    def _cut_labels(self, label: np.ndarray, x: float, y: float, w: float, h: float) -> np.ndarray:
        """The objects in coordinates of the part, less those of which too little is left."""
        out = label.copy()
        out[:, (1, 3)] = (out[:, (1, 3)] - x) / w
        out[:, (2, 4)] = (out[:, (2, 4)] - y) / h
        out[:, 1:5] = np.clip(out[:, 1:5], 0, 1)
        whole = _areas(label[:, 1:])
        left = np.divide(_areas(out[:, 1:]) * w * h, whole, out=np.zeros_like(whole), where=whole > 0)
        there = (out[:, 3] > out[:, 1]) & (out[:, 4] > out[:, 2]) & (left > self.min_eject_coverage)
        return out[there]


class DetRandomPadAug(_RandomWindow):
    """The image at a random place in a larger one of colour `pad_val`.

    aspect_ratio_range : of width / height of the larger one. area_range : of its area, as a multiple of the image's.
    """

    def __init__(
        self,
        aspect_ratio_range: Any = (0.75, 1.33),
        area_range: Any = (1.0, 3.0),
        max_attempts: int = 50,
        pad_val: Any = (128, 128, 128),
    ) -> None:
        if not isinstance(pad_val, (numbers.Number, list, tuple)):
            raise MXNetAssertionError(f"DetRandomPadAug: pad_val={pad_val!r} must be a number or a tuple of them")
        self.pad_val = pad_val
        self._ranges(aspect_ratio_range, area_range, 1.0)
        super().__init__(
            aspect_ratio_range=self.aspect_ratio_range,
            area_range=self.area_range,
            max_attempts=max_attempts,
            pad_val=pad_val,
        )
        self.max_attempts = max_attempts

    def __call__(self, src: nd.NDArray, label: np.ndarray) -> tuple[nd.NDArray, np.ndarray]:
        height, width, channels = src.shape
        found = self._proposal(label, height, width)
        if found is None:
            return src, label
        x, y, w, h, label = found
        values = (self.pad_val,) * channels if isinstance(self.pad_val, numbers.Number) else tuple(self.pad_val)
        return copyMakeBorder(src, y, h - y - height, x, w - x - width, 16, values=values), label

    def _proposal(self, label: np.ndarray, height: int, width: int) -> tuple[int, int, int, int, np.ndarray] | None:
        if not self.enabled or height <= 0 or width <= 0:
            return None
        least, most = (share * height * width for share in self.area_range)
        for _ in range(self.max_attempts):
            ratio = random.uniform(*self.aspect_ratio_range)
            h, highest = self._height(ratio, least), self._height(ratio, most)
            if round(h * ratio) < width:
                h = int((width + 0.499999) / ratio)
            h = min(max(h, height), highest)
            if h < highest:
                h = random.randint(h, highest)
            w = round(h * ratio)
            if h - height < 2 or w - width < 2:
                continue  # no border to speak of
            y, x = random.randint(0, max(0, h - height)), random.randint(0, max(0, w - width))
            out = label.copy()
            out[:, (1, 3)] = (out[:, (1, 3)] * width + x) / w
            out[:, (2, 4)] = (out[:, (2, 4)] * height + y) / h
            return x, y, w, h, out
        return None


def CreateMultiRandCropAugmenter(
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = (0.75, 1.33),
    area_range: Any = (0.05, 1.0),
    min_eject_coverage: Any = 0.3,
    max_attempts: Any = 50,
    skip_prob: float = 0,
) -> DetRandomSelectAug:
    """One of several `DetRandomCropAug` at random: arguments that are lists have a value for each."""
    given = {
        "min_object_covered": min_object_covered,
        "aspect_ratio_range": aspect_ratio_range,
        "area_range": area_range,
        "min_eject_coverage": min_eject_coverage,
        "max_attempts": max_attempts,
    }
    lists = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    n = max(map(len, lists.values()))
    for name, values in lists.items():
        if len(values) not in (1, n):
            raise MXNetAssertionError(
                f"CreateMultiRandCropAugmenter: argument {name} has {len(values)} values, expected 1 or {n}"
            )
    augs = [
        DetRandomCropAug(**{name: values[i if len(values) > 1 else 0] for name, values in lists.items()})
        for i in range(n)
    ]
    return DetRandomSelectAug(augs, skip_prob=skip_prob)


def CreateDetAugmenter(
    data_shape: Any,
    resize: int = 0,
    rand_crop: float = 0,
    rand_pad: float = 0,
    rand_gray: float = 0,
    rand_mirror: bool = False,
    mean: Any = None,
    std: Any = None,
    brightness: float = 0,
    contrast: float = 0,
    saturation: float = 0,
    pca_noise: float = 0,
    hue: float = 0,
    inter_method: int = 2,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = (0.75, 1.33),
    area_range: Any = (0.05, 3.0),
    min_eject_coverage: Any = 0.3,
    max_attempts: Any = 50,
    pad_val: Any = (127, 127, 127),
) -> list[DetAugmenter]:
    """The usual augmenters for detection, for images of `data_shape` (channels, height, width).

    rand_crop, rand_pad : probabilities of a random part and of random padding; the arguments after inter_method are
    theirs. The others are those of `CreateAugmenter`.
    """
    out: list[DetAugmenter] = [DetBorrowAug(ResizeAug(resize, inter_method))] if resize > 0 else []
    if rand_crop > 0:
        out.append(
            CreateMultiRandCropAugmenter(
                min_object_covered, aspect_ratio_range, area_range, min_eject_coverage, max_attempts, 1 - rand_crop
            )
        )
    if rand_mirror:
        out.append(DetHorizontalFlipAug(0.5))
    # last of those that change the shape: what is cut off would be padded in vain
    if rand_pad > 0:
        pad = DetRandomPadAug(aspect_ratio_range, (1.0, area_range[1]), max_attempts, pad_val)
        out.append(DetRandomSelectAug([pad], 1 - rand_pad))
    out.append(DetBorrowAug(ForceResizeAug((data_shape[2], data_shape[1]), inter_method)))
    out.append(DetBorrowAug(CastAug()))
    out += map(DetBorrowAug, _colours(brightness, contrast, saturation, hue, pca_noise, rand_gray))
    mean, std = _three("mean", mean, MEAN), _three("std", std, STD)
    if mean is not None or std is not None:
        out.append(DetBorrowAug(ColorNormalizeAug(mean, std)))
    return out
