"""``mx.io.LibSVMIter``: sparse samples out of text files."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetError, MXNetNotImplementedError, MXNetTypeError, MXNetValueError, file_error
from .base import DataBatch, DataDesc, DataIter, check_options

__all__ = ["LibSVMIter"]


def _bad(file: Path, number: int, what: str) -> MXNetValueError:
    return MXNetValueError(f"LibSVMIter: {file}, line {number} {what}")


def _parse(path: str, columns: int) -> tuple[np.ndarray, Any]:
    """(first numbers of the lines, csr matrix) of ``label column:value ...`` lines; columns count from 0."""
    place = Path(path)
    files = sorted(p for p in place.iterdir() if p.is_file()) if place.is_dir() else [place]
    labels: list[float] = []
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for file in files:
        try:
            lines = file.read_text().splitlines()
        except OSError as error:
            raise file_error(error, f'Open "{file}"') from error
        for number, line in enumerate(lines, start=1):
            words = line.split("#", 1)[0].split()
            if not words:
                continue
            try:
                labels.append(float(words[0]))
                for word in words[1:]:
                    column, value = word.split(":")
                    indices.append(int(column))
                    data.append(float(value))
            except ValueError:
                raise _bad(file, number, f"is no `label column:value ...`: {line[:80]!r}") from None
            row = indices[starts[-1] :]
            if row and (row[0] < 0 or row[-1] >= columns or any(i >= j for i, j in pairwise(row))):
                raise _bad(file, number, f"has columns {row[:9]}; they must rise from 0 to at most {columns - 1}")
            starts.append(len(indices))
    if not labels:
        raise MXNetValueError(f"LibSVMIter: {path} has no rows")
    shape = (len(labels), columns)
    matrix = nd.sparse.csr_matrix((np.array(data, "f"), np.array(indices, np.int64), np.array(starts)), shape=shape)
    return np.array(labels, "f"), matrix


def _columns(name: str, shape: Any) -> int:
    found = (shape,) if isinstance(shape, int) else tuple(shape)
    if len(found) != 1 or int(found[0]) != found[0] or found[0] < 1:
        raise MXNetValueError(f"LibSVMIter: dimension of {name} is expected to be 1, got {shape!r}")
    return int(found[0])


class LibSVMIter(DataIter):
    """Batches of csr data out of files of lines ``label column:value column:value ...``, as MXNet's ``LibSVMIter``.

    Columns count from 0 and rise in a line. The last batch is filled up with the first rows, which then are left out
    at the begin of the next epoch; `DataBatch.pad` counts them.

    Parameters (keywords only)
    ----------
    data_libsvm : file, or directory of files.
    data_shape : number of columns, (n,).
    label_libsvm : a file whose sparse part is the label (csr); "NULL" takes the first number of the data's lines.
    label_shape : its number of columns.
    batch_size : samples in a batch.
    num_parts, part_index : read only one of `num_parts` consecutive parts.
    """

    _OPTIONS: dict[str, Any] = {
        "data_libsvm": None,
        "data_shape": None,
        "label_libsvm": "NULL",
        "label_shape": (1,),
        "num_parts": 1,
        "part_index": 0,
        "batch_size": None,
        "round_batch": True,
        "prefetch_buffer": 4,
        "ctx": "gpu",
        "dtype": None,
        "data_name": "data",
        "label_name": "softmax_label",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args:
            raise MXNetTypeError("LibSVMIter can only accept keyword arguments")
        check_options("LibSVMIter", kwargs, self._OPTIONS)
        o = {**self._OPTIONS, **kwargs}
        for name in ("data_libsvm", "data_shape", "batch_size"):
            if o[name] is None:
                raise MXNetValueError(f"LibSVMIter: required parameter {name} is missing")
        if not o["round_batch"]:
            raise MXNetNotImplementedError("LibSVMIter: sparse batch loader doesn't support round_batch == false yet")
        batch_size = o["batch_size"]
        if int(batch_size) != batch_size or batch_size < 1:
            raise MXNetValueError(f"LibSVMIter: batch_size must be a whole number from 1 on, got {batch_size!r}")
        super().__init__(int(batch_size))
        labels, self._data = _parse(o["data_libsvm"], _columns("data_shape", o["data_shape"]))
        self._label: Any = nd.array(labels)
        if o["label_libsvm"] != "NULL":
            _, self._label = _parse(o["label_libsvm"], _columns("label_shape", o["label_shape"]))
        n = self._data.shape[0]
        if self._label.shape[0] != n:
            raise MXNetValueError(f"LibSVMIter: {n} rows of data but {self._label.shape[0]} rows of labels")
        parts = int(o["num_parts"])
        if not 0 <= o["part_index"] < parts:
            raise MXNetValueError(f"LibSVMIter: part_index must be from 0 to {parts - 1}, got {o['part_index']}")
        begin, end = (n * (int(o["part_index"]) + k) // parts for k in (0, 1))
        if begin == end:
            raise MXNetValueError(f"LibSVMIter: part {o['part_index']} of {parts} has no rows")
        self._data, self._label = self._data[begin:end], self._label[begin:end]
        self.provide_data = [DataDesc(o["data_name"], (self.batch_size, *self._data.shape[1:]), np.float32)]
        self.provide_label = [DataDesc(o["label_name"], (self.batch_size, *self._label.shape[1:]), np.float32)]
        self._overflow = self._pad = 0
        self.reset()

    def reset(self) -> None:
        self._at, self._overflow = self._overflow, 0
        self._rows: Any = None

    def iter_next(self) -> bool:
        n = self._data.shape[0]
        if self._at >= n:
            return False
        rows = np.arange(self._at, self._at + self.batch_size)
        self._at += self.batch_size
        self._pad = max(0, self._at - n)
        self._overflow = self._pad % n
        self._rows = nd.array(rows % n, dtype="int64")
        return True

    def next(self) -> DataBatch:
        if not self.iter_next():
            raise StopIteration
        return DataBatch(data=[self.getdata()], label=[self.getlabel()], pad=self.getpad(), index=self.getindex())

    def _current(self) -> Any:
        if self._rows is None:
            raise MXNetError("LibSVMIter: no batch yet, call iter_next() first")
        return self._rows

    def getdata(self) -> Any:
        return nd.take(self._data, self._current())

    def getlabel(self) -> Any:
        return nd.take(self._label, self._current())

    def getindex(self) -> np.ndarray:
        return self._current().asnumpy().astype(np.uint64)

    def getpad(self) -> int:
        return self._pad
