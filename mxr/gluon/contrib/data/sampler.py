"""A sampler with intervals."""

from __future__ import annotations

from collections.abc import Iterator

from ....base import MXNetAssertionError
from ...data.sampler import Sampler

__all__ = ["IntervalSampler"]


class IntervalSampler(Sampler):
    """Numbers of [0, length) with a fixed interval: 0, 3, 6, ..., then 1, 4, 7, ...

    Parameters
    ----------
    length : number of examples.
    interval : distance of one number to the next.
    rollover : whether it begins again from the first number that was left out, until all are used.
    """

    def __init__(self, length: int, interval: int, rollover: bool = True) -> None:
        if not 1 <= interval <= length:
            raise MXNetAssertionError(
                f"Interval {interval} must be smaller than or equal to length {length}, at least 1"
            )
        self._length, self._interval, self._rollover = length, interval, rollover

    def __iter__(self) -> Iterator[int]:
        for start in range(self._interval if self._rollover else 1):
            yield from range(start, self._length, self._interval)

    def __len__(self) -> int:
        """As in MXNet the number of all examples, without rollover too."""
        return self._length
