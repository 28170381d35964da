"""Detection (MXNet's ``mx.image.detection``): augmenters of images with boxes, and ImageDetIter."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetError, MXNetValueError
from ..ops.image_resize import HOW_TO_INSTALL, opencv
from .augmenters import (
    MEAN,
    STD,
    Augmenter,
    CastAug,
    ColorJitterAug,
    ColorNormalizeAug,
    ForceResizeAug,
    HueJitterAug,
    LightingAug,
    RandomGrayAug,
    RandomOrderAug,
    ResizeAug,
    three,
)
from .det_augmenters import (
    CreateDetAugmenter,
    CreateMultiRandCropAugmenter,
    DetAugmenter,
    DetBorrowAug,
    DetHorizontalFlipAug,
    DetRandomCropAug,
    DetRandomPadAug,
    DetRandomSelectAug,
)
from .functions import copyMakeBorder, fixed_crop, is_np_array
from .iterator import ImageIter

__all__ = [
    "Augmenter", "CastAug", "ColorJitterAug", "ColorNormalizeAug", "CreateDetAugmenter",
    "CreateMultiRandCropAugmenter", "DetAugmenter", "DetBorrowAug", "DetHorizontalFlipAug", "DetRandomCropAug",
    "DetRandomPadAug", "DetRandomSelectAug", "ForceResizeAug", "HueJitterAug", "ImageDetIter", "ImageIter",
    "LightingAug", "RandomGrayAug", "RandomOrderAug", "ResizeAug", "copyMakeBorder", "fixed_crop", "is_np_array",
]  # fmt: skip


class _NoObject(MXNetError):
    """An image without usable boxes, which is left out."""


class ImageDetIter(ImageIter):
    """Batches of images with boxes: data (n, c, h, w) and labels (n, objects, width of an object), filled with -1.

    A label in the file is: width of its head, width of an object, the rest of the head, then the objects, each (class,
    left, top, right, bottom, ...). The other parameters are those of `ImageIter`; kwargs go to `CreateDetAugmenter`.
    The labels are read through once at the begin, for the greatest number of objects.
    """

    def __init__(
        self,
        batch_size: int,
        data_shape: Any,
        path_imgrec: str | None = None,
        path_imglist: str | None = None,
        path_root: str | None = None,
        path_imgidx: str | None = None,
        shuffle: bool = False,
        part_index: int = 0,
        num_parts: int = 1,
        aug_list: Any = None,
        imglist: Any = None,
        data_name: str = "data",
        label_name: str = "label",
        last_batch_handle: str = "pad",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            batch_size=batch_size,
            data_shape=data_shape,
            path_imgrec=path_imgrec,
            path_imglist=path_imglist,
            path_root=path_root,
            path_imgidx=path_imgidx,
            shuffle=shuffle,
            part_index=part_index,
            num_parts=num_parts,
            aug_list=[],
            imglist=imglist,
            data_name=data_name,
            label_name=label_name,
            last_batch_handle=last_batch_handle,
        )
        self.auglist = CreateDetAugmenter(data_shape, **kwargs) if aug_list is None else aug_list
        self.label_shape = self._estimate_label_shape()
        self.provide_label = [(label_name, (batch_size, *self.label_shape))]

    def _estimate_label_shape(self) -> tuple[int, int]:
        most, width = 0, 0
        self.reset()
        while True:
            try:
                raw, _ = self.next_sample()
            except StopIteration:
                break
            label = self._parse_label(raw)
            most, width = max(most, label.shape[0]), label.shape[1]
        if not most:
            raise MXNetError("ImageDetIter: there are no images")
        self.reset()
        return most, width

    def _parse_label(self, label: Any) -> np.ndarray:
        """The objects with positive width and height."""
        if isinstance(label, nd.NDArray):
            label = label.asnumpy()
        raw = np.asarray(label, np.float32).ravel()
        if raw.size < 7:
            raise _NoObject(f"Label shape is invalid: {raw.shape}, expected at least 7 numbers")
        head, width = int(raw[0]), int(raw[1])
        if head < 2 or width < 5 or (raw.size - head) % width:
            raise _NoObject(f"Label shape {raw.shape} inconsistent with annotation width {width} and head {head}")
        out = raw[head:].reshape(-1, width)
        out = out[(out[:, 3] > out[:, 1]) & (out[:, 4] > out[:, 2])]
        if not len(out):
            raise _NoObject("Encounter sample with no valid label.")
        return out

    def _check_valid_label(self, label: np.ndarray) -> None:
        if label.ndim != 2 or label.shape[1] < 5:
            raise _NoObject(f"Label with shape (1+, 5+) required, {label.shape} received.")
        if not np.any((label[:, 0] >= 0) & (label[:, 3] > label[:, 1]) & (label[:, 4] > label[:, 2])):
            raise _NoObject("Invalid label occurs.")

    def _put(self, data: np.ndarray, label: np.ndarray, i: int, image: nd.NDArray, given: Any) -> bool:
        try:
            image, boxes = self.augmentation_transform(image, self._parse_label(given))
            self._check_valid_label(boxes)
        except _NoObject as e:
            logging.debug("Invalid image, skipping: %s", e)
            return False
        if boxes.shape[0] > label.shape[1] or boxes.shape[1] != label.shape[2]:
            raise MXNetValueError(f"ImageDetIter: labels of shape {boxes.shape} do not fit into {label.shape[1:]}")
        self._store(data, i, image)
        label[i] = -1
        label[i, : len(boxes)] = boxes
        return True

    def _new_label(self) -> np.ndarray:
        return np.full(self.provide_label[0][1], -1, np.float32)

    def augmentation_transform(self, data: nd.NDArray, label: np.ndarray) -> tuple[nd.NDArray, np.ndarray]:  # type: ignore[override]
        """Image and boxes after all augmenters."""
        for aug in self.auglist:
            data, label = aug(data, label)
        return data, label

    def reshape(self, data_shape: Any = None, label_shape: Any = None) -> None:
        """Other shapes from now on: of an image, and (objects, width of an object) of a label."""
        if data_shape is not None:
            self.check_data_shape(data_shape)
            self.provide_data = [(self.provide_data[0][0], (self.batch_size, *data_shape))]
            self.data_shape = tuple(data_shape)
        if label_shape is not None:
            self.check_label_shape(label_shape)
            self.provide_label = [(self.provide_label[0][0], (self.batch_size, *label_shape))]
            self.label_shape = tuple(label_shape)

    def check_label_shape(self, label_shape: Any) -> None:
        """Raises unless labels of the present shape fit into it."""
        if len(label_shape) != 2:
            raise MXNetValueError(f"label_shape should have length 2, got {label_shape}")
        if label_shape[0] < self.label_shape[0]:
            raise MXNetValueError(f"Attempts to reduce label count from {self.label_shape[0]} to {label_shape[0]}")
        if label_shape[1] != self.provide_label[0][1][2]:
            raise MXNetValueError(
                f"label_shape object width inconsistent: {self.provide_label[0][1][2]} vs {label_shape[1]}"
            )

    def sync_label_shape(self, it: ImageDetIter, verbose: bool = False) -> ImageDetIter:
        """Gives this iterator and `it`, which is returned, the greater number of objects of both."""
        if not isinstance(it, ImageDetIter):
            raise MXNetAssertionError(f"Synchronize with invalid iterator: {type(it).__name__}")
        mine, its = self.label_shape, it.label_shape
        if mine[1] != its[1]:
            raise MXNetAssertionError(f"object widths differ: {mine[1]} and {its[1]}")
        most = max(mine[0], its[0])
        if most > mine[0]:
            self.reshape(None, (most, mine[1]))
        if most > its[0]:
            it.reshape(None, (most, its[1]))
        if verbose and mine[0] != its[0]:
            logging.info("Resized label_shape to (%d, %d).", most, mine[1])
        return it

    def draw_next(
        self,
        color: Any = None,
        thickness: int = 2,
        mean: Any = None,
        std: Any = None,
        clip: bool = True,
        waitKey: int | None = None,
        window_name: str = "draw_next",
        id2labels: Any = None,
    ) -> Iterator[np.ndarray]:
        """Images one by one with their boxes drawn: uint8 NumPy arrays (h, w, 3), BGR. Needs OpenCV.

        color : (r, g, b) of the boxes, else random. mean, std : what was subtracted and divided by, or True for
        ImageNet's. clip : limit to 0..255. waitKey : milliseconds to show each in a window (needs a display).
        id2labels : names of the classes, written beside the boxes.
        """
        cv2 = opencv()
        if cv2 is None:
            raise MXNetError(f"draw_next needs OpenCV: {HOW_TO_INSTALL}")
        mean, std = three("mean", mean, MEAN), three("std", std, STD)
        while True:
            try:
                raw, s = self.next_sample()
            except StopIteration:
                return
            data = self.imdecode(s)
            try:
                self.check_valid_image([data])
                label = self._parse_label(raw)
            except (RuntimeError, _NoObject) as e:
                logging.debug("Invalid image, skipping: %s", e)
                continue
            data, label = self.augmentation_transform(data, label)
            image = data.asnumpy().astype(np.float32)
            for undo, values in ((np.multiply, std), (np.add, mean)):
                if values is not None:
                    image = undo(image, values.asnumpy() if isinstance(values, nd.NDArray) else values)
            image = image[:, :, ::-1]
            image = np.ascontiguousarray((np.clip(image, 0, 255) if clip else image).astype(np.uint8))
            self._draw(cv2, image, label, color, thickness, id2labels)
            if waitKey is not None:
                cv2.imshow(window_name, image)
                cv2.waitKey(waitKey)
            yield image

    def _draw(self, cv2: Any, image: np.ndarray, label: np.ndarray, color: Any, thickness: int, names: Any) -> None:
        height, width = image.shape[:2]
        for row in label:
            x1, y1, x2, y2 = (int(v * size) for v, size in zip(row[1:5], (width, height, width, height)))
            colour = tuple(float(c) for c in (color[::-1] if color else np.random.rand(3) * 255))
            cv2.rectangle(image, (x1, y1), (x2, y2), colour, thickness)
            name = None if names is None or int(row[0]) not in names else names[int(row[0])]
            if name is not None:
                cv2.putText(image, str(name), (x1 + 5, y1 + 15), cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, 1)
