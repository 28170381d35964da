"""DataLoader: batches of a data set, made here or by workers ahead of time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from multiprocessing.reduction import ForkingPickler
from typing import Any

import numpy as np

from ... import ndarray as nd
from ...base import MXNetAssertionError, MXNetTypeError, MXNetValueError
from ...context import Context
from ..mistakes import shown
from .dataset import ArrayDataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler
from .workers import ProcessWorkers, ThreadWorkers, can_fork

__all__ = ["DataLoader", "DataLoaderV1", "ForkingPickler", "default_batchify_fn", "default_mp_batchify_fn"]


def default_batchify_fn(data: list[Any]) -> Any:
    """Examples as one batch: arrays are stacked, numbers become an array, tuples a list of batches."""
    first = data[0]
    if isinstance(first, nd.NDArray):
        return nd.stack(*data)
    if isinstance(first, tuple):
        return [default_batchify_fn(list(part)) for part in zip(*data)]
    try:
        host = np.asarray(data)
    except ValueError:
        kinds = sorted({f"{type(x).__name__} of shape {_shape(x)}" for x in data})
        raise MXNetValueError(
            f"examples cannot be stacked to a batch: there are {', '.join(kinds)}; give DataLoader a batchify_fn"
        ) from None
    if host.dtype.kind in "OSUmM":
        odd = next((x for x in data if np.asarray(x).dtype.kind in "OSUmM"), first)
        raise MXNetTypeError(
            f"examples cannot be stacked to a batch: the data set (or its transform) gave {type(odd).__name__} "
            f"{shown(odd)}, expected numbers, arrays or tuples of them; give DataLoader a batchify_fn"
        )
    return nd.array(host, dtype=host.dtype)


def _shape(example: Any) -> Any:
    try:
        return np.shape(example)
    except ValueError:  # nested lists that are ragged themselves
        return f"({len(example)}, ...)"


# MXNet has a second one that stacks in shared memory; here batches travel in shared memory anyway.
default_mp_batchify_fn = default_batchify_fn


def _as_in_context(data: Any, ctx: Context) -> Any:
    """The arrays of nested lists and tuples (which become lists) on `ctx`."""
    if isinstance(data, nd.NDArray):
        return data.as_in_context(ctx)
    return [_as_in_context(d, ctx) for d in data] if isinstance(data, list | tuple) else data


class DataLoader:
    """Iterates over batches of a data set.

    Parameters
    ----------
    dataset : anything with length and ``[]``: gluon data sets, NumPy arrays, NDArrays, lists.
    batch_size : number of examples in a batch.
    shuffle : whether the order is drawn anew for each epoch (NumPy's global generator).
    sampler : gives the order instead of `shuffle`.
    last_batch : for a last batch that is too small: 'keep', 'discard', or 'rollover' to the next epoch.
    batch_sampler : gives lists of numbers, instead of `batch_size`, `shuffle`, `sampler` and `last_batch`.
    batchify_fn : makes a batch of a list of examples; default `default_batchify_fn`.
    num_workers : number of workers that make batches ahead; 0 makes them here. Workers are forked processes (functions
        defined in a notebook work), threads with `thread_pool` and where there is no fork.
    pin_memory, pin_device_id : accepted; memory is not pinned.
    prefetch : how many batches are made ahead; default 2 for each worker.
    timeout : seconds to wait for a batch of a worker before an error.
    auto_reload : start making the next epoch's batches as soon as one epoch is given out.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = None,
        shuffle: bool = False,
        sampler: Any = None,
        last_batch: str | None = None,
        batch_sampler: Any = None,
        batchify_fn: Callable[[list[Any]], Any] | None = None,
        num_workers: int = 0,
        pin_memory: bool = False,
        pin_device_id: int = 0,
        prefetch: int | None = None,
        thread_pool: bool = False,
        timeout: float = 120,
        auto_reload: bool = False,
    ) -> None:
        self._dataset = dataset
        if timeout <= 0:
            raise MXNetAssertionError(f"timeout must be positive, given {timeout}")
        if batch_sampler is None:
            if batch_size is None:
                raise MXNetValueError("batch_size must be specified unless batch_sampler is specified")
            if sampler is None:
                sampler = RandomSampler(len(dataset)) if shuffle else SequentialSampler(len(dataset))
            elif shuffle:
                raise MXNetValueError("shuffle must not be specified if sampler is specified")
            batch_sampler = BatchSampler(sampler, batch_size, last_batch or "keep")
        elif batch_size is not None or shuffle or sampler is not None or last_batch is not None:
            raise MXNetValueError(
                "batch_size, shuffle, sampler and last_batch must not be specified if batch_sampler is specified."
            )
        if not isinstance(num_workers, int | np.integer):
            raise MXNetTypeError(f"DataLoader: num_workers must be an int, got {num_workers!r}")
        if num_workers < 0:
            warnings.warn(f"num_workers={num_workers} is taken as 0", stacklevel=2)
        self._batch_sampler = batch_sampler
        self._batchify_fn = default_batchify_fn if batchify_fn is None else batchify_fn
        self._num_workers = max(0, num_workers)
        self._prefetch = max(0, 2 * self._num_workers if prefetch is None else prefetch)
        self._thread_pool, self._timeout = thread_pool, timeout
        self._pin_memory, self._pin_device_id = pin_memory, pin_device_id  # for loaders that inherit from this one
        self._auto_reload = auto_reload
        self._workers: Any = None
        self._ahead: Iterator[Any] | None = None
        if auto_reload:
            self.refresh()

    def __len__(self) -> int:
        """Number of batches."""
        return len(self._batch_sampler)

    def _batch(self, indices: list[int]) -> Any:
        if self._batchify_fn is default_batchify_fn and isinstance(self._dataset, ArrayDataset):
            batch = self._dataset.take_batch(indices)
            if batch is not None:
                return batch
        return self._batchify_fn([self._dataset[i] for i in indices])

    def _cut(self) -> Iterator[Any] | None:
        """The batches of arrays in memory in an order that is known: no number is looked at by itself."""
        data, sampler = self._dataset, self._batch_sampler
        if self._batchify_fn is not default_batchify_fn or type(self)._batch is not DataLoader._batch:
            return None
        if not isinstance(data, ArrayDataset) or not isinstance(sampler, BatchSampler) or not data.is_cut():
            return None
        pieces = sampler.pieces(len(data))
        return None if pieces is None else map(data.cut, pieces)

    def __iter__(self) -> Iterator[Any]:
        if self._num_workers == 0:
            return self._cut() or (self._batch(indices) for indices in self._batch_sampler)
        batches, self._ahead = self._ahead or self._from_workers(), None
        return self._each(batches)

    def _each(self, batches: Iterator[Any]) -> Iterator[Any]:
        """A generator that keeps the loader, whose workers end with it, alive."""
        yield from batches
        if self._auto_reload:
            self.refresh()

    def _from_workers(self) -> Iterator[Any]:
        if self._workers is None or not self._workers.usable():
            self.close()
            kind = ThreadWorkers if self._thread_pool or not can_fork() else ProcessWorkers
            self._workers = kind(self._batch, self._num_workers, self._timeout)
        return self._workers.imap(iter(self._batch_sampler), max(1, self._prefetch))

    def refresh(self) -> None:
        """Starts making the batches of the next epoch."""
        if self._num_workers:
            self._ahead = self._from_workers()

    def clean(self) -> None:
        """Drops batches made ahead."""
        self._ahead = None

    def close(self) -> None:
        """Ends the workers; they are started again when needed."""
        self.clean()
        if self._workers is not None:
            self._workers.close()
            self._workers = None

    def __del__(self) -> None:
        workers = self.__dict__.get("_workers")
        if workers is not None:
            workers.close()


class DataLoaderV1(DataLoader):
    """The DataLoader of MXNet 1.2: without threads, prefetch, timeout and auto_reload to choose."""

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = None,
        shuffle: bool = False,
        sampler: Any = None,
        last_batch: str | None = None,
        batch_sampler: Any = None,
        batchify_fn: Callable[[list[Any]], Any] | None = None,
        num_workers: int = 0,
        pin_memory: bool = False,
        pin_device_id: int = 0,
    ) -> None:
        super().__init__(
            dataset, batch_size, shuffle, sampler, last_batch, batch_sampler, batchify_fn, num_workers, pin_memory,
            pin_device_id,
        )  # fmt: skip


# at the end: they need `_as_in_context`
from .pool_iter import _MultiWorkerIter, _thread_worker_fn, _worker_fn, _worker_initializer  # noqa: E402, F401
