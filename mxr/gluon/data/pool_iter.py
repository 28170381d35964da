"""Batches from a ``multiprocessing`` pool that a loader of its own made, as GluonCV's and GluonNLP's loaders do.

``DataLoader`` does not use it: its workers are those of ``workers.py``.
"""

from __future__ import annotations

import io
import multiprocessing
import pickle
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ...base import MXNetError
from ...context import cpu_pinned
from .dataloader import _as_in_context

__all__: list[str] = []

_worker_dataset: Any = None


def _worker_initializer(dataset: Any, active_shape: bool = False, active_array: bool = False) -> None:
    """Tells a process of the pool its data set (the other arguments are of ``mx.npx``)."""
    global _worker_dataset
    _worker_dataset = dataset


def _worker_fn(samples: list[int], batchify_fn: Callable[[list[Any]], Any], dataset: Any = None) -> bytes:
    """A batch, pickled."""
    batch = batchify_fn([_worker_dataset[i] for i in samples])
    buffer = io.BytesIO()
    ForkingPickler(buffer, pickle.HIGHEST_PROTOCOL).dump(batch)
    return buffer.getvalue()


def _thread_worker_fn(samples: list[int], batchify_fn: Callable[[list[Any]], Any], dataset: Any) -> Any:
    """A batch, for a pool of threads."""
    return batchify_fn([dataset[i] for i in samples])


class _MultiWorkerIter:
    """Batches in order, made ahead by a pool.

    Parameters
    ----------
    worker_pool : has ``apply_async``.
    batchify_fn : makes a batch of a list of examples.
    batch_sampler : gives lists of numbers.
    pin_memory, pin_device_id : whether batches go to ``cpu_pinned(pin_device_id)``.
    worker_fn : called in the pool with numbers, `batchify_fn` and `dataset`; gives pickled batches unless there is a
        `dataset`.
    prefetch : how many batches are made ahead.
    dataset : for pools of threads.
    data_loader : kept alive.
    timeout : seconds to wait for a batch before an error.
    """

    def __init__(
        self,
        worker_pool: Any,
        batchify_fn: Callable[[list[Any]], Any],
        batch_sampler: Any,
        pin_memory: bool = False,
        pin_device_id: int = 0,
        worker_fn: Callable[..., Any] = _worker_fn,
        prefetch: int = 0,
        dataset: Any = None,
        data_loader: Any = None,
        timeout: float = 120,
    ) -> None:
        self._worker_pool, self._batchify_fn, self._batch_sampler = worker_pool, batchify_fn, batch_sampler
        self._pin_memory, self._pin_device_id, self._worker_fn = pin_memory, pin_device_id, worker_fn
        self._dataset, self._data_loader, self._timeout = dataset, data_loader, timeout
        self._data_buffer: dict[int, Any] = {}
        self._rcvd_idx = self._sent_idx = 0
        self._iter = iter(batch_sampler)
        for _ in range(prefetch):
            self._push_next()

    def __len__(self) -> int:
        return len(self._batch_sampler)

    def __iter__(self) -> _MultiWorkerIter:
        return self

    def _push_next(self) -> None:
        """Gives the pool one more batch to make."""
        samples = next(self._iter, None)
        if samples is not None:
            args = (samples, self._batchify_fn, self._dataset)
            self._data_buffer[self._sent_idx] = self._worker_pool.apply_async(self._worker_fn, args)
            self._sent_idx += 1

    def __next__(self) -> Any:
        self._push_next()
        if self._rcvd_idx == self._sent_idx:
            raise StopIteration
        waiting = self._data_buffer.pop(self._rcvd_idx)
        self._rcvd_idx += 1
        try:
            batch = waiting.get(self._timeout)
        except multiprocessing.TimeoutError:
            raise MXNetError(f"DataLoader: a worker took longer than {self._timeout} s for a batch") from None
        if self._dataset is None:
            batch = pickle.loads(batch)
        return _as_in_context(batch, cpu_pinned(self._pin_device_id)) if self._pin_memory else batch

    next = __next__
