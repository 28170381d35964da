"""Batches out of arrays in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetNotImplementedError, MXNetTypeError, MXNetValueError
from ..core.array import make_array
from ..kernels.row_copies import rows_of
from .base import DataBatch, DataDesc, DataIter

__all__ = ["NDArrayIter"]

_HANDLES = ("pad", "discard", "roll_over")


def _named(arrays: Any, default: str, what: str) -> list[tuple[str, Any]]:
    """Arrays with names, in order of names: MXNet sorts them, and so lays down the order of a batch's lists."""
    if arrays is None:
        return []
    if isinstance(arrays, (np.ndarray, nd.NDArray)):
        arrays = [arrays]
    if isinstance(arrays, (list, tuple)):
        if len(arrays) == 1:
            arrays = {default: arrays[0]}
        else:
            arrays = {f"_{i}_{default}": array for i, array in enumerate(arrays)}
    if not isinstance(arrays, Mapping):
        raise MXNetTypeError(
            f"{what}: Input must be NDArray, numpy.ndarray, a list of them or dict with them as values, "
            f"got {type(arrays).__name__}"
        )
    named = []
    for name, array in arrays.items():
        if not isinstance(array, nd.NDArray):
            try:
                array = nd.array(array)
            except (TypeError, ValueError) as error:
                raise MXNetTypeError(
                    f"{what}: Invalid type {type(array).__name__} for {name}, should be NDArray or numpy.ndarray"
                ) from error
        named.append((name, array))
    return sorted(named, key=lambda pair: pair[0])


class NDArrayIter(DataIter):
    """Batches out of NDArrays or NumPy arrays, cut along their first axis.

    Parameters
    ----------
    data : an array, a list of arrays (named ``_0_data``, ``_1_data``, ...) or a dict of them; NumPy arrays become
        float32 NDArrays, NDArrays keep their dtype.
    label : likewise, or None.
    batch_size : samples in a batch.
    shuffle : new order at creation and at every `reset`, drawn from ``numpy.random`` as in MXNet.
    last_batch_handle : what becomes of the last samples that do not fill a batch: "pad" fills it up from the
        beginning (`DataBatch.pad` says with how many), "discard" drops them, "roll_over" begins the next epoch
        with them.
    data_name, label_name : names of single arrays.
    layout : put into the descriptions.

    Batches are copies: the arrays stay as they are, whatever is written to a batch.

    Raises
    ------
    MXNetError : arrays of unequal length, unknown `last_batch_handle`, `batch_size` < 1.
    """

    def __init__(
        self,
        data: Any,
        label: Any = None,
        batch_size: int = 1,
        shuffle: bool = False,
        last_batch_handle: str = "pad",
        data_name: str = "data",
        label_name: str = "softmax_label",
        layout: str | None = "NCHW",
    ) -> None:
        if isinstance(batch_size, float) and batch_size == int(batch_size):
            batch_size = int(batch_size)
        if not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
            raise MXNetValueError(f"NDArrayIter: batch_size must be a whole number from 1 on, got {batch_size!r}")
        super().__init__(int(batch_size))
        if last_batch_handle not in _HANDLES:
            raise MXNetValueError(
                f"NDArrayIter: last_batch_handle must be one of {', '.join(_HANDLES)}, got {last_batch_handle!r}"
            )
        self.data = _named(data, data_name, "data")
        self.label = _named(label, label_name, "label")
        if not self.data:
            raise MXNetValueError("NDArrayIter: data must hold at least one array")
        self.data_list = [array for _, array in self.data + self.label]
        self.num_source = len(self.data_list)
        self.num_data = self.data[0][1].shape[0]
        for name, array in self.data + self.label:
            if not array.shape or array.shape[0] != self.num_data:
                raise MXNetValueError(
                    f"NDArrayIter: {name} has {array.shape[0] if array.shape else 0} samples, "
                    f"{self.data[0][0]} has {self.num_data}"
                )
        if self.num_data == 0:
            raise MXNetValueError("NDArrayIter: data has no samples")
        if last_batch_handle != "discard" and any(array.stype == "csr" for array in self.data_list):
            raise MXNetNotImplementedError(
                "`NDArrayIter` only supports ``CSRNDArray`` with `last_batch_handle` set to `discard`."
            )
        self.shuffle = shuffle
        self.last_batch_handle = last_batch_handle
        self.layout = layout
        self.idx = np.arange(self.num_data)
        self._order: np.ndarray | None = None
        self.cursor = -self.batch_size
        self._cache_data: list[Any] | None = None
        self._cache_label: list[Any] | None = None
        self._descs = [
            [DataDesc(name, (self.batch_size, *array.shape[1:]), array.dtype, layout) for name, array in source]
            for source in (self.data, self.label)
        ]
        self.reset()

    @property
    def provide_data(self) -> list[DataDesc]:
        """Descriptions of a batch's data."""
        return self._descs[0]

    @property
    def provide_label(self) -> list[DataDesc]:
        """Descriptions of a batch's labels."""
        return self._descs[1]

    def hard_reset(self) -> None:
        """Back to the first sample, even with "roll_over"."""
        if self.shuffle:
            self._shuffle_data()
        self.cursor = -self.batch_size
        self._cache_data = self._cache_label = None

    def reset(self) -> None:
        """A new epoch; with "roll_over" it begins with the samples left over."""
        if self.shuffle:
            self._shuffle_data()
        left_over = self.num_data - self.batch_size < self.cursor < self.num_data
        if self.last_batch_handle == "roll_over" and left_over:
            self.cursor -= self.num_data + self.batch_size
        else:
            self.cursor = -self.batch_size

    def iter_next(self) -> bool:
        self.cursor += self.batch_size
        return self.cursor < self.num_data

    def next(self) -> DataBatch:
        if not self.iter_next():
            raise StopIteration
        data, label = self.getdata(), self.getlabel()
        if data[0].shape[0] != self.batch_size:
            # Too few for a batch: kept for the next epoch ("roll_over") or dropped.
            self._cache_data, self._cache_label = data, label
            raise StopIteration
        return DataBatch(data=data, label=label, pad=self.getpad(), index=None)

    def getdata(self) -> list[Any]:
        return self._batchify(self.data, self._cache_data)

    def getlabel(self) -> list[Any]:
        return self._batchify(self.label, self._cache_label)

    def getpad(self) -> int:
        end = self.cursor + self.batch_size
        if self.last_batch_handle == "pad" and end > self.num_data:
            return end - self.num_data
        if self.last_batch_handle == "roll_over" and -self.batch_size < self.cursor < 0:
            return -self.cursor
        return 0

    def _batchify(self, source: list[tuple[str, Any]], cached: list[Any] | None) -> list[Any]:
        begin, end = self.cursor, self.cursor + self.batch_size
        if begin >= self.num_data:
            raise MXNetValueError("NDArrayIter: at its end, call reset() first")
        if begin >= 0 and end <= self.num_data:
            whole = self._rows(begin, end)
            return [_take(array, whole) for _, array in source]
        if self.last_batch_handle == "roll_over" and -self.batch_size < begin < 0:
            rows = self._rows(0, min(end, self.num_data))
            fresh = [_take(array, rows) for _, array in source]
            return [nd.concat(old, new, dim=0) for old, new in zip(cached or [], fresh)] if cached else fresh
        if end > self.num_data and self.last_batch_handle == "pad":
            wrapped = np.arange(begin, end) % self.num_data
            rows = wrapped if self._order is None else self._order[wrapped]
        else:
            rows = self._rows(begin, min(end, self.num_data))
        return [_take(array, rows) for _, array in source]

    def _rows(self, begin: int, end: int) -> Any:
        return slice(begin, end) if self._order is None else self._order[begin:end]

    def _shuffle_data(self) -> None:
        # MXNet permutes the already permuted arrays again; composing the orders gives the same batches.
        np.random.shuffle(self.idx)
        self._order = self.idx.copy() if self._order is None else self._order[self.idx]


def _take(array: Any, rows: Any) -> Any:
    """A copy of some rows of an NDArray, by a slice or an index array: who writes to a batch leaves the data alone."""
    if isinstance(rows, slice):
        if type(array) is nd.NDArray:
            return make_array(array._data[rows].copy(), array._ctx)
        return array[rows.start : rows.stop]
    if type(array._buf) is np.ndarray:
        return make_array(rows_of(array._data, rows), array._ctx)
    return nd.take(array, nd.array(rows, ctx=array.context, dtype="int32"))
