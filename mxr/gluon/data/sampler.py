"""Samplers: the order in which examples are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from ...base import MXNetValueError

__all__ = ["BatchSampler", "FilterSampler", "RandomSampler", "Sampler", "SequentialSampler"]


class Sampler:
    """Base of samplers: iterable over numbers of examples, with a length."""

    def __len__(self) -> int:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError


class SequentialSampler(Sampler):
    """start, start + 1, ..., start + length - 1."""

    def __init__(self, length: int, start: int = 0) -> None:
        self._length, self._start = length, start

    def __iter__(self) -> Iterator[int]:
        return iter(self._order())

    def _order(self) -> range:
        return range(self._start, self._start + self._length)

    def __len__(self) -> int:
        return self._length


class RandomSampler(Sampler):
    """0 ... length - 1 in an order drawn anew each time, from NumPy's global generator (``np.random.seed``)."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __iter__(self) -> Iterator[int]:
        return iter(self._order().tolist())

    def _order(self) -> np.ndarray:
        order = np.arange(self._length)
        np.random.shuffle(order)
        return order

    def __len__(self) -> int:
        return self._length


class FilterSampler(Sampler):
    """The numbers of the examples of `dataset` for which `fn` is true."""

    def __init__(self, fn: Callable[[Any], bool], dataset: Any) -> None:
        self._indices = [i for i in range(len(dataset)) if fn(dataset[i])]

    def __iter__(self) -> Iterator[int]:
        return iter(self._indices)

    def __len__(self) -> int:
        return len(self._indices)


class BatchSampler(Sampler):
    """Lists of `batch_size` numbers from another sampler.

    Parameters
    ----------
    last_batch : what becomes of a last batch that is too small: 'keep', 'discard', or 'rollover' to the next epoch.
    """

    def __init__(self, sampler: Any, batch_size: int, last_batch: str = "keep") -> None:
        if last_batch not in ("keep", "discard", "rollover"):
            raise MXNetValueError(f"last_batch must be one of 'keep', 'discard', or 'rollover', but got {last_batch}")
        if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer) or batch_size <= 0:
            raise MXNetValueError(f"batch_size must be a positive integer, got {batch_size!r}")
        self._sampler, self._batch_size, self._last_batch = sampler, int(batch_size), last_batch
        self._left: list[Any] = []

    def __iter__(self) -> Iterator[list[Any]]:
        batch, self._left = self._left, []
        numbers = iter(self._sampler)
        while len(batch := batch + list(islice(numbers, self._batch_size - len(batch)))) == self._batch_size:
            yield batch
            batch = []
        if batch and self._last_batch == "keep":
            yield batch
        elif batch and self._last_batch == "rollover":
            self._left = batch

    def pieces(self, length: int) -> Iterator[range | np.ndarray] | None:
        """As ``iter``, but ranges and arrays of numbers; None where the numbers, all within `length`, are not known."""
        sampler = self._sampler
        if type(self) is not BatchSampler:
            return None
        if type(sampler) is SequentialSampler:
            within = sampler._start >= 0 and sampler._start + sampler._length <= length
        else:
            within = type(sampler) is RandomSampler and sampler._length <= length
        return self._cut() if within else None

    def _cut(self) -> Iterator[range | np.ndarray]:
        if self._left:  # asked when the first batch is: another iterator may have left them since this one was made
            yield from map(np.array, self)
            return
        order, size = self._sampler._order(), self._batch_size
        whole = len(order) // size * size
        for start in range(0, whole, size):
            yield order[start : start + size]
        rest = order[whole:]
        if len(rest) and self._last_batch == "keep":
            yield rest
        elif len(rest) and self._last_batch == "rollover":
            self._left = [int(i) for i in rest]

    def __len__(self) -> int:
        n, size = len(self._sampler), self._batch_size
        if self._last_batch == "keep":
            return -(-n // size)
        return n // size if self._last_batch == "discard" else (n + len(self._left)) // size
