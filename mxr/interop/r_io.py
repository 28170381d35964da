"""Data iterators for R, with MXNet R's exact batches, and user-written iterators called back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import mxr as mx
from mxr.base import MXNetError, suggest

from . import r_convert as cv
from .r import Stopped, exported, handles
from .r_nd import array_of, host_array, put

__all__ = ["ArrayIter", "BackendIter", "CallbackIter", "iterator_of"]


class ArrayIter:
    """Batches of arrays along the last R dim, made once: shuffled at creation, never again.

    A last batch that is not full keeps, at its end, what its buffer held before: the previous batch's items at those
    positions, or zeros where there is no previous batch.
    """

    def __init__(self, data: np.ndarray, label: np.ndarray, batch_size: int) -> None:
        self.data, self.label, self.batch_size = data, label, batch_size
        self.n = data.shape[0]
        self.batches = math.ceil(self.n / batch_size)
        self.pad = self.batches * batch_size - self.n
        self.cursor = -1
        self._last = [self._padded(a) for a in (data, label)] if self.pad else None

    def _padded(self, a: np.ndarray) -> np.ndarray:
        size = self.batch_size
        out = np.zeros((size, *a.shape[1:]), a.dtype)
        start = (self.batches - 1) * size
        if self.batches > 1:
            out[:] = a[start - size : start]
        out[: self.n - start] = a[start:]
        return out

    def reset(self) -> None:
        self.cursor = -1

    def iter_next(self) -> bool:
        self.cursor += 1
        return self.cursor < self.batches

    def value(self) -> dict[str, Any]:
        if not 0 <= self.cursor < self.batches:
            raise MXNetError("Read Iter at end or before iter.next is called")
        if self._last is not None and self.cursor == self.batches - 1:
            return {"data": self._last[0], "label": self._last[1]}
        rows = slice(self.cursor * self.batch_size, (self.cursor + 1) * self.batch_size)
        return {"data": self.data[rows], "label": self.label[rows]}

    def num_pad(self) -> int:
        return self.pad if self.cursor == self.batches - 1 else 0

    def finalize(self) -> None:
        self.cursor = self.batches


class BackendIter:
    """An iterator of mx.io behind MXNet R's protocol."""

    batches = None

    def __init__(self, it: Any) -> None:
        self.it = it
        self.batch: Any = None

    def reset(self) -> None:
        self.batch = None
        self.it.reset()

    def iter_next(self) -> bool:
        try:
            self.batch = self.it.next()
        except StopIteration:
            self.batch = None
        return self.batch is not None

    def value(self) -> dict[str, Any]:
        if self.batch is None:
            raise MXNetError("Read Iter at end or before iter.next is called")
        out = {"data": self.batch.data[0]}
        if self.batch.label:
            label = self.batch.label[0]
            # The backend's (n, 1) labels are R's vector of n.
            out["label"] = label.reshape((-1,)) if label.ndim == 2 and label.shape[1] == 1 else label
        return out

    def num_pad(self) -> int:
        return int(self.batch.pad or 0) if self.batch is not None else 0

    def finalize(self) -> None:
        self.batch = None


class CallbackIter:
    """An iterator written in R: four closures; each returns ``[0, value]``, or ``[1]`` when R was interrupted."""

    batches = None

    def __init__(self, fns: dict[str, Callable[..., Any]]) -> None:
        self._fns = fns

    def _ask(self, what: str) -> Any:
        return checked(self._fns[what]())

    def reset(self) -> None:
        self._ask("reset")

    def iter_next(self) -> bool:
        return bool(self._ask("iter.next"))

    def value(self) -> dict[str, Any]:
        return {k: array_of(h) for k, h in self._ask("value").items()}

    def num_pad(self) -> int:
        return int(self._ask("num.pad") or 0)

    def finalize(self) -> None:
        pass


class RCallbackError(MXNetError):
    """An error that an R callback raised; R keeps the condition itself and raises it again."""


def checked(answer: Any) -> Any:
    """The value of an R callback's ``list(status, value)``."""
    status, value = (list(answer) + [None])[:2]
    if status == 0:
        return value
    if status == 1:
        raise Stopped()
    raise RCallbackError(str(value))


def iterator_of(spec: Any) -> Any:
    """A handle, or a dict of R closures."""
    if isinstance(spec, dict):
        return CallbackIter(spec)
    it = handles.get(spec)
    if not isinstance(it, (ArrayIter, BackendIter)):
        raise MXNetError(f"expected a data iterator, the handle holds a {type(it).__name__}")
    return it


def shuffled_order(n: int, draws: np.ndarray) -> np.ndarray:
    """Fisher-Yates from the end with given uniform numbers."""
    order = list(range(n))
    targets = (draws[:n] * np.arange(1, n + 1)).astype(np.int64).tolist()
    for i in range(n - 1, 0, -1):
        j = targets[i]
        if j < i:
            order[i], order[j] = order[j], order[i]
    return np.array(order, dtype=np.int64)


def no_nan(where: str, what: str, a: np.ndarray, width: int, order: np.ndarray | None = None) -> None:
    # One NaN makes the sum NaN; only then is it worth looking for where.
    if not np.isfinite(a.sum(dtype=np.float64)) and np.isnan(a).any():
        bad = np.flatnonzero(np.isnan(a).reshape(-1))
        rows = bad // width
        first = int(rows[0] if order is None else order[rows].min())  # as the user counts, before any shuffling
        raise cv.RInputError(
            f"{where}: argument {what} holds {bad.size} NA or NaN, the first in example "
            f"{first + 1}; expected numbers only"
        )


@exported
def io_array_iter(
    data: Any,
    data_dim: Any,
    label: Any,
    label_dim: Any,
    batch_size: int,
    shuffle: bool,
    where: str = "mx.io.arrayiter",
    names: Sequence[str] = ("data", "label"),
) -> int:
    shape, lshape = cv.reverse(data_dim), cv.reverse(label_dim)
    n = shape[0]
    order = None
    if shuffle:
        draws = mx.nd.random.uniform(0, 1, shape=(max(1, math.prod(lshape)),), ctx=mx.cpu()).asnumpy()
        order = shuffled_order(n, draws.astype(np.float64))
    arrays = []
    for what, token, s in ((names[0], data, shape), (names[1], label, lshape)):
        a = cv.gather_float32(cv.flat(token), n, order)
        no_nan(where, what, a, a.shape[1], order)
        arrays.append(a.reshape(s))
    return handles.add(ArrayIter(arrays[0], arrays[1], int(batch_size)))


@exported
def io_backend_iter(kind: str, params: Any) -> int:
    make = getattr(mx.io, kind, None)
    if make is None:
        raise MXNetError(f"mx.io.{kind} is not in this version of mxr")
    given = {k: _iter_value(k, v) for k, v in dict(params or {}).items()}
    return handles.add(BackendIter(make(**given)))


def _iter_value(name: str, v: Any) -> Any:
    if name.endswith("shape"):
        return cv.reverse(v)
    if isinstance(v, list):  # one number for each sampler or channel: no axes to mirror
        return tuple(_iter_value("", x) for x in v)
    return int(v) if isinstance(v, float) and v.is_integer() else v


@exported
def iter_info(h: Any) -> dict[str, Any]:
    """What an iterator's print says: R dims of a batch, number of batches where it is known, padding of the last."""
    it = iterator_of(h)
    if isinstance(it, ArrayIter):
        shapes = {k: (it.batch_size, *a.shape[1:]) for k, a in (("data", it.data), ("label", it.label))}
        pad = it.pad
    else:
        found = (("data", it.it.provide_data), ("label", it.it.provide_label))
        shapes = {k: tuple(descriptions[0].shape) for k, descriptions in found if descriptions}
        pad = 0
    return {"fields": {k: list(reversed(s)) for k, s in shapes.items()}, "batches": it.batches, "pad": pad}


@exported
def iter_reset(h: Any) -> None:
    iterator_of(h).reset()


@exported
def iter_next(h: Any) -> bool:
    return iterator_of(h).iter_next()


@exported
def iter_value(h: Any) -> dict[str, list[int]]:
    return {
        k: put(v if isinstance(v, mx.nd.NDArray) else mx.nd.array(v, ctx=mx.cpu()))
        for k, v in iterator_of(h).value().items()
    }


@exported
def iter_num_pad(h: Any) -> int:
    return iterator_of(h).num_pad()


@exported
def iter_finalize(h: Any) -> None:
    iterator_of(h).finalize()


@exported
def iter_extract(spec: Any, field: str) -> list[int]:
    """`field` of all batches bound along the last R dim, padding cut."""
    it = iterator_of(spec)
    it.reset()
    parts = []
    while it.iter_next():
        value = it.value()
        if field not in value:
            raise cv.RInputError(
                f"mx.io.extract: no field {field!r}; the iterator gives {', '.join(value)}.{suggest(field, value)}"
            )
        a = host_array(value[field])
        parts.append(a[: a.shape[0] - it.num_pad()].copy())
    it.reset()
    if not parts:
        raise MXNetError("Empty input")
    return put_host(np.concatenate(parts))


def put_host(a: np.ndarray) -> list[int]:
    """A host array in the table; R reads it like an NDArray."""
    return [handles.add(a), *reversed([int(s) for s in a.shape or (1,)])]


def pack(parts: Sequence[np.ndarray]) -> list[int]:
    return put_host(np.concatenate(parts))
