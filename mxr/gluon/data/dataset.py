"""Data sets: things with a length and examples by number."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import ndarray as nd
from ...base import MXNetAssertionError, MXNetIndexError, MXNetTypeError
from ...context import current_context
from ...kernels.row_copies import rows_of
from ...recordio import MXIndexedRecordIO

__all__ = ["ArrayDataset", "Dataset", "RecordFileDataset", "SimpleDataset"]

_NATIVE = {"float16", "float32", "float64", "uint8", "int8", "int32", "int64", "bool"}


class Dataset:
    """Base of data sets: subclasses write ``__getitem__`` and ``__len__``."""

    def __getitem__(self, idx: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}.__getitem__ is not written")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__}.__len__ is not written")

    def filter(self, fn: Callable[[Any], bool]) -> Dataset:
        """The examples for which `fn` is true."""
        from .sampler import FilterSampler

        return _Selected(self, FilterSampler(fn, self))

    def shard(self, num_shards: int, index: int) -> Dataset:
        """Part `index` of `num_shards`; the first ones have one more where it does not come out even."""
        if not 0 <= index < num_shards:
            raise MXNetAssertionError(f"Shard index of out bound: {index} out of {num_shards}; expected 0 or more")
        size, extra = divmod(len(self), num_shards)
        start = size * index + min(index, extra)
        return _Selected(self, range(start, start + size + (index < extra)))

    def take(self, count: int | None) -> Dataset:
        """The first `count` examples; None or more than there are: all."""
        return _Selected(self, range(len(self) if count is None or count > len(self) else count))

    def sample(self, sampler: Any) -> Dataset:
        """The examples that `sampler` names."""
        from .sampler import Sampler

        if not isinstance(sampler, Sampler):
            raise MXNetTypeError(f"Invalid sampler type: {type(sampler)}. Expected gluon.data.Sampler instead.")
        return _Selected(self, sampler)

    def transform(self, fn: Callable[..., Any], lazy: bool = True) -> Dataset:
        """A data set of ``fn(*example)``; `lazy` calls it each time an example is read, else once for all now."""
        changed = _Transformed(self, fn)
        return changed if lazy else SimpleDataset([changed[i] for i in range(len(changed))])

    def transform_first(self, fn: Callable[[Any], Any], lazy: bool = True) -> Dataset:
        """As `transform`, of the first member of each example only (the image, not the label)."""
        return self.transform(_OnFirst(fn), lazy)


class SimpleDataset(Dataset):
    """A list (or anything with length and ``[]``) as a data set."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, idx: Any) -> Any:
        return self._data[idx]


class ArrayDataset(Dataset):
    """Several arrays (or lists, or data sets) of the same length; example i is the tuple of their i-th members.

    ``ArrayDataset(X, y)[0]`` is ``(X[0], y[0])``; with one array it is ``X[0]``.
    """

    def __init__(self, *args: Any) -> None:
        if not args:
            raise MXNetAssertionError("Needs at least 1 arrays")
        self._length = len(args[0])
        self._data = []
        for i, data in enumerate(args):
            if len(data) != self._length:
                raise MXNetAssertionError(
                    f"All arrays must have the same length; array[0] has length {self._length} while array[{i}] has "
                    f"{len(data)}."
                )
            # numbers, not arrays of one element
            self._data.append(data.asnumpy() if isinstance(data, nd.NDArray) and data.ndim == 1 else data)

    def __getitem__(self, idx: Any) -> Any:
        if len(self._data) == 1:
            return self._data[0][idx]
        return tuple(data[idx] for data in self._data)

    def __len__(self) -> int:
        return self._length

    # (array, whether its dtype is one of NDArray's): all members, where each is an array in memory; else empty
    _arrays: list[tuple[Any, bool]] | None = None

    def take_batch(self, indices: list[int]) -> Any:
        """The batch that the default batchify makes of these examples, cut out at once; None where that may differ."""
        if not self.is_cut():
            return None
        rows = np.asarray(indices)
        if rows.min() < -self._length or rows.max() >= self._length:
            raise MXNetIndexError(f"index {max(indices)} is out of range for {self._length} examples")
        return self.cut(rows % self._length if rows.min() < 0 else rows)

    def is_cut(self) -> bool:
        """Whether `cut` makes the batches of these examples: they lie in arrays, and are what these hold."""
        if type(self).__getitem__ is not ArrayDataset.__getitem__:
            return False
        if self._arrays is None:
            plain = all(type(d) in (np.ndarray, nd.NDArray) and d.ndim and d.dtype != object for d in self._data)
            plain = plain and not any(isinstance(d, nd.NDArray) and d.context.is_gpu for d in self._data)
            self._arrays = [(d, getattr(d, "_buf", d).dtype.name in _NATIVE) for d in self._data] if plain else []
        return bool(self._arrays)

    def cut(self, rows: range | np.ndarray) -> Any:
        """The batch of examples in range, on the current device, in memory of its own."""
        assert self._arrays is not None
        to, parts = current_context(), []
        for d, native in self._arrays:
            raw = d._data if isinstance(d, nd.NDArray) else d
            taken = raw[rows.start : rows.stop].copy() if type(rows) is range else rows_of(raw, rows)
            parts.append(nd.from_data(taken, to) if native and not to.is_gpu else nd.array(taken, dtype=raw.dtype))
        return parts if len(parts) > 1 else parts[0]


class RecordFileDataset(Dataset):
    """The records of a record file, as bytes; the index is the file of the same name with ending ``.idx``."""

    def __init__(self, filename: str | os.PathLike) -> None:
        self.filename = os.fspath(filename)
        self.idx_file = os.path.splitext(self.filename)[0] + ".idx"
        self._record = MXIndexedRecordIO(self.idx_file, self.filename, "r")

    def __getitem__(self, idx: int) -> Any:
        return self._record.read_idx(self._record.keys[idx])

    def __len__(self) -> int:
        return len(self._record.keys)


class _Transformed(Dataset):
    def __init__(self, data: Dataset, fn: Callable[..., Any]) -> None:
        self._data, self._fn = data, fn

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, idx: Any) -> Any:
        item = self._data[idx]
        return self._fn(*item) if isinstance(item, tuple) else self._fn(item)


class _OnFirst:
    def __init__(self, fn: Callable[[Any], Any]) -> None:
        self._fn = fn

    def __call__(self, x: Any, *args: Any) -> Any:
        return (self._fn(x), *args) if args else self._fn(x)


class _Selected(Dataset):
    def __init__(self, data: Dataset, indices: Any) -> None:
        self._data, self._indices = data, list(indices)

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, idx: Any) -> Any:
        return self._data[self._indices[idx]]
