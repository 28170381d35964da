"""The iterator over record files of images with boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import recordio
from ..base import MXNetValueError
from ..core.params import Choice, Float, Int, Param
from ..ops.image_decode import decode
from .image_augment import AUGMENTER
from .image_det_augment import DET_AUGMENTER, augment, check_samplers
from .image_record import OPTIONS, ImageRecordIter, four_channels

__all__ = ["ImageDetRecordIter"]

_NOT_HERE = {*AUGMENTER, "device_id", "seed_aug", "mirror", "rand_mirror"}
_LEAST = 7  # two numbers of header, an object of five

_DET_OPTIONS: dict[str, Param] = {
    **{name: option for name, option in OPTIONS.items() if name not in _NOT_HERE},
    "label_width": Int(-1, "Labels of an image, all alike; -1: any number of them."),
    "label_pad_width": Int(0, "Labels are padded to so many; by default to the longest."),
    "label_pad_value": Float(-1.0, "With this."),
    **{f"std_{c}": Float(0.0, "What a channel is divided by, above 0.") for c in "rgba"},
    "aug_seq": Choice(("det_aug_default",), "det_aug_default", "Only MXNet's augmenter for detection."),
    **DET_AUGMENTER,
}


class ImageDetRecordIter(ImageRecordIter):
    """Batches of images in a record file and of the boxes in them, float32.

    The label in a record is ``[A, B, ..., objects]``: A numbers of header (the first two are A and B themselves), then
    B numbers for each object, the first five of them class, left, top, right, bottom, in shares of the image.

    A row of the batch's label is ``[channels, height, width, n]``, then the n numbers of the label as the augmentation
    left it, then `label_pad_value`. height and width are those of the image in the upper left of its array: with
    ``resize_mode="shrink"`` or ``"fit"`` it may be smaller than `data_shape`.

    Takes MXNet's parameters, by keyword only: `path_imgrec`, `data_shape`, `batch_size`; `path_imgidx`, `path_imglist`,
    `label_width`, `label_pad_width`, `label_pad_value`, `shuffle`, `seed`, `num_parts`, `part_index`, `round_batch`;
    `resize`, `resize_mode`, `rand_mirror_prob`, `rand_pad_prob`, `max_pad_scale`, `rand_crop_prob`, `num_crop_sampler`,
    `min_crop_scales`, ..., `max_random_hue`, `random_hue_prob`, ...; `mean_r`, ..., `std_r`, ..., `scale`.

    Without `round_batch` a last batch that is not full keeps, at its end, what the batch before had there.
    """

    _params = _DET_OPTIONS
    _seed = 233

    def _label_shape(self) -> tuple[int, ...]:
        o, kind = self._options, type(self).__name__
        check_samplers(kind, o)
        o["seed_aug"] = o["seed"]
        for c in "rgba":
            o[f"std_{c}"] = o[f"std_{c}"] if o[f"std_{c}"] > 0 else 1.0
        longest = max(self._raw_label(int(at)).size for at in self._at)
        if longest < _LEAST:
            raise MXNetValueError(f"{kind}: the longest label has {longest} numbers, an object needs {_LEAST}")
        width = o["label_pad_width"]
        if 0 < width < longest:
            raise MXNetValueError(f"{kind}: label_pad_width={width} is less than the longest label, {longest}")
        return (4 + max(width, longest),)

    def _raw_label(self, at: int, record: bytes | None = None) -> np.ndarray:
        o = self._options
        where = self._where(at)
        record = self._file.read_at(at) if record is None else record
        header, _ = recordio.unpack(record or b"")
        if self._labels is not None:
            return self._listed(header.id, where)
        label = np.atleast_1d(np.asarray(header.label, np.float32))
        width = o["label_width"]
        if width > 0 and label.size != width:
            raise MXNetValueError(f"{where}: label_width is {width}, but the image has {label.size} label(s)")
        return label

    def _image(self, row: int, rng: np.random.Generator) -> tuple[np.ndarray, Any, int]:
        o = self._options
        at, shape = int(self._at[row]), o["data_shape"]
        where = self._where(at)
        record = self._file.read_at(at) or b""
        header, raw = recordio.unpack(record)
        image = four_channels(raw, where) if shape[0] == 4 else decode(raw, shape[0] == 3, True, where)
        head, boxes = _objects(self._raw_label(at, record), where)
        image, boxes = augment(o, image, boxes, shape, rng)
        label = np.concatenate([head, *boxes])
        out = np.full(self._label.shape[1:], o["label_pad_value"], np.float32)
        out[:4] = shape[0], *image.shape[:2], label.size
        out[4 : 4 + label.size] = label
        if image.shape[:2] != shape[1:]:
            whole = np.zeros((*shape[1:], image.shape[2]), image.dtype)
            whole[: image.shape[0], : image.shape[1]] = image
            image = whole
        return image, out, header.id

    def _jitter(self, x: np.ndarray, rng: np.random.Generator) -> None:
        """Colours are changed by the augmenter."""

    def _plan(self, start: tuple[np.ndarray, int] | None) -> Iterator[tuple[np.ndarray, int]]:
        before: np.ndarray | None = None
        for rows, pad in super()._plan(start):
            if before is not None and len(rows) < len(before):
                rows = np.concatenate([rows, before[len(rows) :]])
            before = rows
            yield rows, pad

    def getindex(self) -> np.ndarray:
        return self._current()[3]


def _objects(label: np.ndarray, where: str) -> tuple[np.ndarray, list[np.ndarray]]:
    """The header of a label, and its objects; boxes without area are left out."""
    if label.size < _LEAST:
        raise MXNetValueError(f"{where}: the label has {label.size} numbers; header and one object need {_LEAST}")
    head, each = int(label[0]), int(label[1])
    if head < 2 or each < 5 or (label.size - head) % each:
        raise MXNetValueError(
            f"{where}: the label begins with {head} and {each} and has {label.size} numbers; expected a header of 2 or "
            "more numbers and objects of 5 or more, without a remainder"
        )
    rows = label[head:].reshape(-1, each)
    return label[:head], [b for b in rows if b[3] > b[1] and b[4] > b[2]]
