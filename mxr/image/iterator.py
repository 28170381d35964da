"""ImageIter: batches of images out of a record file or of single files."""

from __future__ import annotations

import logging
import os
import random
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import recordio
from ..base import MXNetAssertionError, MXNetError, MXNetValueError, file_error
from ..io import DataBatch, DataIter
from .augmenters import CreateAugmenter
from .functions import imdecode

__all__ = ["ImageIter"]

LAST = ("pad", "discard", "roll_over")


def read_list(path: str | os.PathLike, dtype: Any) -> dict[int, tuple[np.ndarray, str]]:
    """{key: (labels, file name)} of a list file: lines ``key<TAB>label<TAB>...<TAB>file name``."""
    out = {}
    try:
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                fields = line.rstrip("\r\n").split("\t")
                if not line.strip():
                    continue
                try:
                    if len(fields) < 3:
                        raise ValueError
                    label = np.array([float(x) for x in fields[1:-1]], dtype)
                    out[int(fields[0])] = (label, fields[-1].strip())
                except ValueError:
                    raise MXNetError(
                        f"list file {os.fspath(path)!r}, line {number}: expected key<TAB>label...<TAB>file name, "
                        f"got {line.rstrip()!r}"
                    ) from None
    except OSError as e:
        raise file_error(e, f"cannot read list file {os.fspath(path)!r}") from None
    return out


def _labels_of(entry: Any, dtype: Any) -> np.ndarray:
    """The labels in an entry [label, ..., file name] of `imglist`; the label may be a list or an array."""
    if len(entry) > 2:
        return np.array([float(x) for x in entry[:-1]], dtype)
    label = entry[0]
    if isinstance(label, nd.NDArray):
        label = label.asnumpy()
    return np.atleast_1d(np.asarray(label, dtype))


class ImageIter(DataIter):
    """Batches of images (n, c, h, w) out of a record file, or of files named in a list, with augmenters.

    Parameters
    ----------
    batch_size : images in a batch.
    data_shape : (3, height, width) of what the augmenters give.
    label_width : labels of an image.
    path_imgrec : record file; path_imgidx : its index, needed for shuffling and parts.
    path_imglist : list file (``key<TAB>label<TAB>...<TAB>file name``); with a record file its labels are taken.
    imglist : the same as a Python list of [label, ..., file name].
    path_root : folder of the files.
    shuffle : new order for each epoch, from Python's `random`.
    part_index, num_parts : only one of `num_parts` consecutive parts.
    aug_list : augmenters; else ``CreateAugmenter(data_shape, **kwargs)``.
    data_name, label_name : names in the descriptions. dtype : of labels in lists.
    last_batch_handle : "pad" fills the last batch with first images, "discard" drops it, "roll_over" keeps its images
        for the next epoch.
    """

    def __init__(
        self,
        batch_size: int,
        data_shape: Any,
        label_width: int = 1,
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
        label_name: str = "softmax_label",
        dtype: str = "float32",
        last_batch_handle: str = "pad",
        **kwargs: Any,
    ) -> None:
        super().__init__()
        kind = type(self).__name__
        if not (path_imgrec or path_imglist or isinstance(imglist, list)):
            raise MXNetAssertionError(f"{kind}: needs path_imgrec, path_imglist or a list imglist")
        if dtype not in ("int32", "float32", "int64", "float64"):
            raise MXNetAssertionError(f"{kind}: argument dtype={dtype!r}: label not supported")
        if last_batch_handle not in LAST:
            raise MXNetValueError(f"{kind}: last_batch_handle={last_batch_handle!r} must be one of {', '.join(LAST)}")
        if batch_size < 1:
            raise MXNetValueError(f"{kind}: batch_size must be at least 1, got {batch_size}")
        self.imgrec: Any = None
        self.imgidx: Any = None
        if path_imgrec:
            logging.info("%s: loading recordio %s...", kind, path_imgrec)
            if path_imgidx:
                self.imgrec = recordio.MXIndexedRecordIO(path_imgidx, path_imgrec, "r")
                self.imgidx = list(self.imgrec.keys)
            else:
                self.imgrec = recordio.MXRecordIO(path_imgrec, "r")
        self.imglist: Any = None
        if path_imglist:
            logging.info("%s: loading image list %s...", kind, path_imglist)
            self.imglist = read_list(path_imglist, dtype)
        elif isinstance(imglist, list):
            logging.info("%s: loading image list...", kind)
            self.imglist = {str(i): (_labels_of(img, dtype), img[-1]) for i, img in enumerate(imglist, start=1)}
        self.path_root = path_root
        self.check_data_shape(data_shape)
        data_shape = tuple(data_shape)
        self.provide_data = [(data_name, (batch_size, *data_shape))]
        label_shape = (batch_size, label_width) if label_width > 1 else (batch_size,)
        self.provide_label = [(label_name, label_shape)]
        self.batch_size, self.data_shape, self.label_width = batch_size, data_shape, label_width
        self.shuffle, self.last_batch_handle = shuffle, last_batch_handle
        self.seq: Any = self._sequence(shuffle, num_parts, part_index)
        self.auglist: Any = CreateAugmenter(data_shape, **kwargs) if aug_list is None else aug_list
        self.num_image = None if self.seq is None else len(self.seq)
        self.cur = 0
        self._allow_read = True
        self._cache: Any = None  # arrays of a batch that the next epoch completes, and how much of it is there
        self.reset()

    def _sequence(self, shuffle: bool, num_parts: int, part_index: int) -> Any:
        """Keys in the order of reading; None to read the record file as it comes."""
        if self.imgrec is None:
            seq = list(self.imglist)
        elif shuffle or num_parts > 1 or self.imglist is not None:
            if self.imgidx is None:
                raise MXNetAssertionError(
                    f"{type(self).__name__}: shuffle, num_parts and lists need path_imgidx beside path_imgrec"
                )
            seq = self.imgidx
        else:
            return None
        if num_parts > 1:
            if not 0 <= part_index < num_parts:
                raise MXNetAssertionError(f"part_index must be from 0 to {num_parts - 1}, got {part_index}")
            each = len(seq) // num_parts
            seq = seq[part_index * each : (part_index + 1) * each]
        return seq

    def reset(self) -> None:
        """To the next epoch."""
        if self.seq is not None and self.shuffle:
            random.shuffle(self.seq)
        if self.last_batch_handle != "roll_over" or self._cache is None:
            self._rewind()

    def hard_reset(self) -> None:
        """To the first image, without what rolled over."""
        if self.seq is not None and self.shuffle:
            random.shuffle(self.seq)
        self._rewind()
        self._cache = None

    def _rewind(self) -> None:
        if self.imgrec is not None:
            self.imgrec.reset()
        self.cur = 0
        self._allow_read = True

    def next_sample(self) -> tuple[Any, bytes]:
        """Labels and file bytes of the next image; StopIteration at the end."""
        if not self._allow_read:
            raise StopIteration
        if self.seq is None:
            record = self.imgrec.read()
            if record is None:
                if self.last_batch_handle != "discard":
                    self.imgrec.reset()
                raise StopIteration
            header, img = recordio.unpack(record)
            return header.label, img
        if self.cur >= len(self.seq):
            if self.last_batch_handle != "discard":
                self.cur = 0
            raise StopIteration
        key = self.seq[self.cur]
        self.cur += 1
        if self.imgrec is None:
            label, name = self.imglist[key]
            return label, self.read_image(name)
        header, img = recordio.unpack(self.imgrec.read_idx(key))
        if self.imglist is None:
            return header.label, img
        if key not in self.imglist:
            raise MXNetError(f"{type(self).__name__}: the list has no labels for key {key!r} of the index")
        return self.imglist[key][0], img

    def _fill(self, data: np.ndarray, label: np.ndarray, start: int) -> int:
        """Images from number `start` of the batch on, until it is full or they are at an end; the number reached."""
        i = start
        while i < self.batch_size:
            try:
                given, raw = self.next_sample()
            except StopIteration:
                break
            image = self.imdecode(raw)
            try:
                self.check_valid_image(image)
            except RuntimeError as e:
                logging.debug("Invalid image, skipping: %s", e)
                continue
            if self._put(data, label, i, image, given):
                i += 1
        if i == 0:
            raise StopIteration
        return i

    def _put(self, data: np.ndarray, label: np.ndarray, i: int, image: nd.NDArray, given: Any) -> bool:
        self._store(data, i, self.augmentation_transform(image))
        given = np.asarray(given)
        if given.size != self.label_width:
            raise MXNetValueError(f"label_width is {self.label_width}, but an image has {given.size} label(s)")
        label[i] = given.reshape(label.shape[1:])
        return True

    def _store(self, data: np.ndarray, i: int, image: nd.NDArray) -> None:
        made = self.postprocess_data(image).asnumpy()
        if made.shape != data.shape[1:]:
            raise MXNetValueError(
                f"{type(self).__name__}: the augmenters gave an image of shape {made.shape}, data_shape is "
                f"{tuple(data.shape[1:])}"
            )
        data[i] = made

    def _new_label(self) -> np.ndarray:
        return np.zeros(self.provide_label[0][1], np.float32)

    def next(self) -> DataBatch:
        if self._cache is not None:
            data, label, filled = self._cache
            # the rest of the last epoch's batch; it may be full without one more image
            i = filled
            rolled = True
        else:
            data, label = np.zeros((self.batch_size, *self.data_shape), np.float32), self._new_label()
            i, rolled = self._fill(data, label, 0), False
        pad = self.batch_size - i
        if pad:
            if self.last_batch_handle == "discard":
                raise StopIteration
            if self.last_batch_handle == "roll_over" and not rolled:
                self._cache = (data, label, i)
                raise StopIteration
            self._fill(data, label, i)
            if self.last_batch_handle == "pad":
                self._allow_read = False
            else:
                self._cache = None
        return DataBatch([nd.array(data)], [nd.array(label)], pad=pad)

    def check_data_shape(self, data_shape: Any) -> None:
        """Raises unless it is (3, height, width)."""
        if len(data_shape) != 3:
            raise MXNetValueError(f"data_shape should have length 3, with dimensions CxHxW, got {data_shape}")
        if data_shape[0] != 3:
            raise MXNetValueError(f"This iterator expects inputs to have 3 channels, got data_shape={data_shape}")

    def check_valid_image(self, data: Any) -> None:
        """Raises RuntimeError if the image has no pixels."""
        if len(data[0].shape) == 0:
            raise RuntimeError("Data shape is wrong")

    def imdecode(self, s: bytes) -> nd.NDArray:
        """The image in a file's bytes."""
        try:
            return imdecode(s)
        except MXNetError as e:
            raise MXNetError(f"Broken image {self._where()}: {e}") from e

    def _where(self) -> str:
        if self.seq is None:
            return "in the record file"
        key = self.seq[self.cur - 1]
        if self.imgrec is None:
            return f"filename: {self.imglist[key][1]}"
        return f"index: {key}"

    def read_image(self, fname: str) -> bytes:
        """The bytes of the file `fname` in `path_root`."""
        path = os.path.join(self.path_root or "", fname)
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError as e:
            raise file_error(e, f"{type(self).__name__}: cannot read {path!r}") from None

    def augmentation_transform(self, data: nd.NDArray) -> nd.NDArray:
        """The image after all augmenters."""
        for aug in self.auglist:
            data = aug(data)
        return data

    def postprocess_data(self, datum: nd.NDArray) -> nd.NDArray:
        """(h, w, c) to (c, h, w)."""
        return nd.transpose(datum, axes=(2, 0, 1))
