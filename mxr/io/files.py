"""Iterators over files, as MXNet's engine has them: keyword arguments only, whole batches, one data and one label."""

from __future__ import annotations

import logging
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetError, MXNetTypeError, MXNetValueError, file_error
from ..datasets import read_idx
from .base import DataBatch, DataDesc, DataIter, check_options

__all__ = ["CSVIter", "MNISTIter", "MXDataIter"]


class MXDataIter(DataIter):
    """Base of the iterators over files: batches out of two arrays of equal length."""

    def __init__(self, data_name: str, label_name: str, data: np.ndarray, label: np.ndarray, batch_size: int) -> None:
        super().__init__(batch_size)
        self._data, self._label = data, label
        self.provide_data = [DataDesc(data_name, (batch_size, *data.shape[1:]), data.dtype.type)]
        self.provide_label = [DataDesc(label_name, (batch_size, *label.shape[1:]), label.dtype.type)]
        self._rows: Any = None
        self._skip_load = False

    def debug_skip_load(self) -> None:
        """Gives the first batch over and over, to time all but the loading."""
        self._skip_load = True
        logging.info("Set debug_skip_load to be true, will simply return first batch")

    def next(self) -> DataBatch:
        if self._skip_load and self._rows is not None:
            pass
        elif not self.iter_next():
            raise StopIteration
        return DataBatch(data=[self.getdata()], label=[self.getlabel()], pad=self.getpad(), index=self.getindex())

    def _current(self) -> Any:
        if self._rows is None:
            raise MXNetError(f"{type(self).__name__}: no batch yet, call iter_next() first")
        return self._rows

    def getdata(self) -> Any:
        return nd.array(self._data[self._current()], dtype=self._data.dtype)

    def getlabel(self) -> Any:
        return nd.array(self._label[self._current()], dtype=self._label.dtype)

    def getindex(self) -> np.ndarray:
        return np.zeros(self.batch_size, dtype=np.uint64)

    def getpad(self) -> int:
        return 0


def _by_keyword(kind: str, args: tuple) -> None:
    if args:
        raise MXNetTypeError(f"{kind} can only accept keyword arguments")


def _positive(kind: str, name: str, value: Any) -> int:
    if int(value) != value or value < 1:
        raise MXNetValueError(f"{kind}: {name} must be a whole number from 1 on, got {value!r}")
    return int(value)


def _read(path: str | Path) -> np.ndarray:
    """The array in an idx file; the file may have ``.gz`` added to its name."""
    file = Path(path)
    if not file.exists() and Path(f"{path}.gz").exists():
        file = Path(f"{path}.gz")
    return read_idx(file)


def shuffled_order(n: int, seed: int) -> np.ndarray:
    """The permutation that ``std::shuffle`` with ``std::mt19937(seed)`` makes where MXNet 1.9.1 was built.

    Measured on the oracle: one draw per element from the second on, swapped with element ``word // (M // k)`` of the
    k first ones (M = 2^32 - 1), words at or beyond ``k * (M // k)`` drawn again.
    """
    words = np.random.MT19937()
    words._legacy_seeding(seed)
    return next_order(n, words)


def next_order(n: int, words: np.random.MT19937) -> np.ndarray:
    """The next permutation by the rule of `shuffled_order`, from a generator in use."""
    top = 2**32 - 1
    k = np.arange(2, n + 1, dtype=np.uint64)
    step = top // k
    draws = words.random_raw(max(n - 1, 0)).astype(np.uint64)
    again = np.flatnonzero(draws >= step * k)
    while again.size:  # one or two in a million: shift the rest forward, draw the missing one
        draws = np.append(np.delete(draws, again[0]), words.random_raw(1).astype(np.uint64))
        again = np.flatnonzero(draws >= step * k)
    order = list(range(n))
    for i, j in enumerate((draws // step).tolist(), start=1):
        order[i], order[j] = order[j], order[i]
    return np.array(order, dtype=np.int64)


class MNISTIter(MXDataIter):
    """Batches of an idx image file and its labels, as MXNet's ``MNISTIter``: pixels / 256, float32.

    Shuffles once, at creation, in MXNet's order for the seed; drops the last samples that do not fill a batch.

    Parameters (keywords only)
    ----------
    image, label : paths of idx files, gzipped or not.
    batch_size : samples in a batch.
    shuffle, seed : as said.
    flat : images as vectors (n, height*width) instead of (n, 1, height, width).
    silent : no log line about what was loaded.
    num_parts, part_index : read only one of `num_parts` consecutive parts.
    dtype : of data and labels.
    data_name, label_name : names in the descriptions.
    """

    _OPTIONS: dict[str, Any] = {
        "image": "./train-images-idx3-ubyte",
        "label": "./train-labels-idx1-ubyte",
        "batch_size": 128,
        "shuffle": True,
        "flat": False,
        "seed": 0,
        "silent": False,
        "num_parts": 1,
        "part_index": 0,
        "prefetch_buffer": 4,
        "ctx": "gpu",
        "dtype": None,
        "data_name": "data",
        "label_name": "softmax_label",
        "input_shape": None,  # taken and left alone by MXNet, old scripts pass it
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _by_keyword("MNISTIter", args)
        check_options("MNISTIter", kwargs, self._OPTIONS)
        o = {**self._OPTIONS, **kwargs}
        batch_size = _positive("MNISTIter", "batch_size", o["batch_size"])
        image, label = _read(o["image"]), _read(o["label"])
        if image.ndim != 3 or label.ndim != 1 or len(image) != len(label):
            raise MXNetValueError(
                f"MNISTIter: images of shape {image.shape} in {o['image']} do not go with labels of shape "
                f"{label.shape} in {o['label']}"
            )
        parts = _positive("MNISTIter", "num_parts", o["num_parts"])
        if not 0 <= o["part_index"] < parts:
            raise MXNetValueError(f"MNISTIter: part_index must be from 0 to {parts - 1}, got {o['part_index']}")
        share = len(image) / parts
        part = slice(int(share * o["part_index"]), int(share * (o["part_index"] + 1)))
        image, label = image[part], label[part]
        if o["shuffle"]:
            order = shuffled_order(len(image), int(o["seed"]))
            image, label = image[order], label[order]
        shape = (-1, prod(image.shape[1:])) if o["flat"] else (-1, 1, *image.shape[1:])
        dtype = np.dtype(o["dtype"] or "float32")
        data = (image.reshape(shape).astype(np.float32) * np.float32(1 / 256)).astype(dtype, copy=False)
        super().__init__(o["data_name"], o["label_name"], data, label.astype(dtype), batch_size)
        if not o["silent"]:
            shown = ",".join(map(str, (batch_size, *data.shape[1:])))
            logging.info("MNISTIter: load %d images, shuffle=%d, shape=[%s]", len(data), bool(o["shuffle"]), shown)
        # The engine's own array: batches are views of it.
        self._nd = (nd.array(data, dtype=dtype), nd.array(self._label, dtype=dtype))
        self._data, self._label = data[:0], self._label[:0]
        self._count = len(data) // batch_size
        self.reset()

    def reset(self) -> None:
        self._at = -1

    def iter_next(self) -> bool:
        self._at += 1
        self._rows = slice(self._at * self.batch_size, (self._at + 1) * self.batch_size)
        return self._at < self._count

    def getdata(self) -> Any:
        return self._nd[0][self._current()]

    def getlabel(self) -> Any:
        return self._nd[1][self._current()]


def _read_csv(path: str, dtype: np.dtype, shape: tuple[int, ...], what: str) -> np.ndarray:
    place = Path(path)
    files = sorted(p for p in place.iterdir() if p.is_file()) if place.is_dir() else [place]
    tables = []
    for file in files:
        try:
            table = np.loadtxt(file, delimiter=",", dtype=dtype, ndmin=2)
        except OSError as error:
            raise file_error(error, f'Open "{file}"') from error
        except ValueError as error:
            raise MXNetValueError(f"CSVIter: {file}: {error}") from error
        if table.shape[1] != prod(shape):
            raise MXNetValueError(
                f"CSVIter: {file} has {table.shape[1]} values in a row, {what}={shape} needs {prod(shape)}"
            )
        tables.append(table)
    if not sum(len(table) for table in tables):
        raise MXNetValueError(f"CSVIter: {path} has no rows")
    return np.concatenate(tables)


class CSVIter(MXDataIter):
    """Batches out of files of comma-separated numbers, as MXNet's ``CSVIter``.

    Parameters (keywords only)
    ----------
    data_csv : file, or directory of files.
    data_shape : shape of one sample; its product is the number of values in a row.
    label_csv : likewise for labels; "NULL" for zeros.
    label_shape : shape of one label; (1,) gives a vector of labels.
    batch_size : samples in a batch.
    round_batch : the last batch is filled up with the first rows, which then are left out at the begin of the next
        epoch. Without: filled up with rows of the batch before. `DataBatch.pad` counts them.
    dtype : of data and labels.
    """

    _OPTIONS: dict[str, Any] = {
        "data_csv": None,
        "data_shape": None,
        "label_csv": "NULL",
        "label_shape": (1,),
        "batch_size": None,
        "round_batch": True,
        "prefetch_buffer": 4,
        "ctx": "gpu",
        "dtype": None,
        "data_name": "data",
        "label_name": "softmax_label",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _by_keyword("CSVIter", args)
        check_options("CSVIter", kwargs, self._OPTIONS)
        o = {**self._OPTIONS, **kwargs}
        for name in ("data_csv", "data_shape", "batch_size"):
            if o[name] is None:
                raise MXNetValueError(f"CSVIter: required parameter {name} is missing")
        dtype = np.dtype(o["dtype"] or "float32")
        data_shape, label_shape = (
            (int(o[key]),) if isinstance(o[key], (int, float)) else tuple(int(d) for d in o[key])
            for key in ("data_shape", "label_shape")
        )
        data = _read_csv(o["data_csv"], dtype, data_shape, "data_shape").reshape(-1, *data_shape)
        if o["label_csv"] == "NULL":
            label = np.zeros((len(data), *label_shape), dtype=dtype)
        else:
            label = _read_csv(o["label_csv"], dtype, label_shape, "label_shape").reshape(-1, *label_shape)
        if len(label) != len(data):
            raise MXNetValueError(f"CSVIter: {len(data)} rows of data but {len(label)} rows of labels")
        if label_shape == (1,):
            label = label.ravel()
        batch_size = _positive("CSVIter", "batch_size", o["batch_size"])
        super().__init__(o["data_name"], o["label_name"], data, label, batch_size)
        self._round = bool(o["round_batch"])
        self._overflow = 0
        self._pad = 0
        self.reset()

    def reset(self) -> None:
        self._at = self._overflow
        self._overflow = 0
        self._rows = None

    def iter_next(self) -> bool:
        n = len(self._data)
        if self._at >= n:
            return False
        rows = np.arange(self._at, self._at + self.batch_size)
        self._at += self.batch_size
        self._pad = max(0, self._at - n)
        if self._pad and self._round:
            self._overflow = self._pad % n
            rows %= n
        elif self._pad:
            rows[rows >= n] -= self.batch_size
            rows = np.maximum(rows, 0)
        self._rows = rows
        return True

    def getindex(self) -> np.ndarray:
        return self._current().astype(np.uint64)

    def getpad(self) -> int:
        return self._pad
