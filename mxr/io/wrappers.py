"""Iterators around other iterators."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from ..base import MXNetValueError
from .base import DataBatch, DataDesc, DataIter

__all__ = ["PrefetchingIter", "ResizeIter"]


class ResizeIter(DataIter):
    """Epochs of exactly `size` batches out of another iterator, which is run through again as often as needed.

    Parameters
    ----------
    reset_internal : `reset` resets the inner iterator too.
    """

    def __init__(self, data_iter: DataIter, size: int, reset_internal: bool = True) -> None:
        super().__init__()
        self.data_iter: Any = data_iter
        self.size = size
        self.reset_internal = reset_internal
        self.cur = 0
        self.current_batch: DataBatch | None = None
        self.provide_data = self.data_iter.provide_data
        self.provide_label = self.data_iter.provide_label
        self.batch_size = data_iter.batch_size
        if hasattr(data_iter, "default_bucket_key"):
            self.default_bucket_key = data_iter.default_bucket_key

    def reset(self) -> None:
        self.cur = 0
        if self.reset_internal:
            self.data_iter.reset()

    def iter_next(self) -> bool:
        if self.cur == self.size:
            return False
        try:
            self.current_batch = self.data_iter.next()
        except StopIteration:
            self.data_iter.reset()
            self.current_batch = self.data_iter.next()
        self.cur += 1
        return True

    def _current(self) -> DataBatch:
        if self.current_batch is None:
            raise MXNetValueError("no batch yet: call iter_next() first")
        return self.current_batch

    def getdata(self) -> Any:
        return self._current().data

    def getlabel(self) -> Any:
        return self._current().label

    def getindex(self) -> Any:
        return self._current().index

    def getpad(self) -> Any:
        return self._current().pad


class PrefetchingIter(DataIter):
    """Fetches the next batch of one or more iterators in the background, one thread each, and joins the batches.

    Parameters
    ----------
    iters : an iterator or a list of them, of equal batch sizes and lengths.
    rename_data, rename_label : for each iterator a dict from its names to new ones.
    """

    def __init__(self, iters: Any, rename_data: Any = None, rename_label: Any = None) -> None:
        super().__init__()
        self.iters = list(iters) if isinstance(iters, (list, tuple)) else [iters]
        self.n_iter = len(self.iters)
        if self.n_iter == 0:
            raise MXNetValueError("PrefetchingIter: iters must hold at least one iterator")
        self.rename_data = rename_data
        self.rename_label = rename_label
        self.batch_size = self.provide_data[0][1][0]
        self.current_batch: DataBatch | None = None
        self._pool = ThreadPoolExecutor(max_workers=self.n_iter, thread_name_prefix="mxr-prefetch")
        self._coming: list[Future] = []
        self._fetch()

    def _fetch(self) -> None:
        self._coming = [self._pool.submit(_next_or_none, one) for one in self.iters]

    def __del__(self) -> None:
        pool = getattr(self, "_pool", None)
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    @property
    def provide_data(self) -> list[DataDesc]:
        """The inner iterators' data descriptions, renamed."""
        return _renamed([one.provide_data for one in self.iters], self.rename_data)

    @property
    def provide_label(self) -> list[DataDesc]:
        """The inner iterators' label descriptions, renamed."""
        return _renamed([one.provide_label for one in self.iters], self.rename_label)

    def reset(self) -> None:
        for future in self._coming:
            future.exception()  # waits; an error of a batch that nobody will see is of no interest
        for one in self.iters:
            one.reset()
        self._fetch()

    def iter_next(self) -> bool:
        batches = [future.result() for future in self._coming]
        ended = [batch is None for batch in batches]
        if any(ended):
            if not all(ended):
                raise MXNetValueError("Number of entry mismatches between iterators: one ended before the others")
            return False
        if any(batch.pad != batches[0].pad for batch in batches):
            raise MXNetValueError(
                f"Number of entry mismatches between iterators: pads {[batch.pad for batch in batches]}"
            )
        self.current_batch = DataBatch(
            [array for batch in batches for array in batch.data],
            [array for batch in batches for array in batch.label or []],
            batches[0].pad,
            batches[0].index,
            provide_data=self.provide_data,
            provide_label=self.provide_label,
        )
        self._fetch()
        return True

    def next(self) -> DataBatch:
        if not self.iter_next():
            raise StopIteration
        return self.current_batch  # type: ignore[return-value]

    def getdata(self) -> Any:
        return self.current_batch.data  # type: ignore[union-attr]

    def getlabel(self) -> Any:
        return self.current_batch.label  # type: ignore[union-attr]

    def getindex(self) -> Any:
        return self.current_batch.index  # type: ignore[union-attr]

    def getpad(self) -> Any:
        return self.current_batch.pad  # type: ignore[union-attr]


def _next_or_none(iterator: Any) -> DataBatch | None:
    try:
        return iterator.next()
    except StopIteration:
        return None


def _renamed(descs: list[Any], renames: Any) -> list[DataDesc]:
    if renames is None:
        return [x for desc in descs for x in desc]
    return [
        DataDesc(names.get(x[0], x[0]), x[1], getattr(x, "dtype", "float32"), getattr(x, "layout", "NCHW"))
        for names, desc in zip(renames, descs)
        for x in desc
    ]
