"""Gluon's data for R: arrays of R as data sets, R functions as transforms, loaders behind the iterators' protocol.

R counts examples from 1, the data sets here from 0.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

import mxr as mx
from mxr.base import MXNetError
from mxr.gluon import data as gdata
from mxr.gluon.block import Block

from . import r_convert as cv
from .r import exported, handles
from .r_gluon_values import RFunction, to_r
from .r_io import BackendIter, no_nan
from .r_nd import array_of, host_array, make_array

__all__ = ["DataFunction", "LoaderIter", "RDataset", "dataset_of", "function_of", "needs_r"]


# Examples
def example(v: Any) -> Any:
    """What R gave as an example: numbers are float32, as those of R's arrays, and lists are tuples."""
    if isinstance(v, (list, tuple)):
        return tuple(example(x) for x in v)
    return np.float32(v) if isinstance(v, (int, float)) and not isinstance(v, bool) else v


class DataFunction(RFunction):
    """A function of R for data sets and loaders. It runs in R's own process only."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return example(super().__call__(*args, **kwargs))


class Batchify(DataFunction):
    """Makes a batch: R gets the examples as one list."""

    def __call__(self, examples: Any) -> Any:  # type: ignore[override]
        made = super().__call__(examples)
        return list(made) if isinstance(made, tuple) else made


def function_of(spec: Any) -> Any:
    """A transform: ``["h", block]`` or ``["f", closure]``."""
    if spec is None:
        return None
    return DataFunction(spec[1]) if spec[0] == "f" else handles.get(spec[1])


def needs_r(x: Any) -> bool:
    """Whether a data set, transform or sampler comes back to R for its work."""
    if isinstance(x, (RFunction, RDataset)) or getattr(x, "_r_key", None) is not None:
        return True
    if isinstance(x, Block):
        return any(needs_r(v) for v in (*x._children.values(), *vars(x).values()))
    if type(x).__module__.startswith("mxr.gluon.data"):
        return any(needs_r(v) for v in vars(x).values())
    return isinstance(x, (list, tuple)) and bool(x) and needs_r(x[0])


# Data sets
class RDataset(gdata.Dataset):
    """A data set whose examples an R function gives."""

    def __init__(self, length: int, fn: Callable[..., Any]) -> None:
        self._length, self._fn = length, fn

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, idx: Any) -> Any:
        if not 0 <= idx < self._length:
            raise IndexError(f"example {idx + 1} of {self._length} was asked for")
        return self._fn(float(idx + 1))


def dataset_of(h: Any) -> Any:
    x = handles.get(h)
    if not isinstance(x, gdata.Dataset):
        raise MXNetError(f"expected a data set, the handle holds a {type(x).__name__}")
    return x


@exported
def gdata_arrays(parts: Any, where: str) -> int:
    """Arrays of R (``{"token":, "dim":, "name":}``) and NDArrays (``{"id":, "name":}``) as one data set."""
    arrays: list[Any] = []
    for p in parts:
        if "id" in p:
            a: Any = array_of(p["id"])
            host = host_array(a) if np.dtype(a.dtype).kind == "f" else None
        else:
            shape = cv.reverse(p["dim"])
            host = cv.to_float32(cv.flat(p["token"]), shape)
            a = host if len(shape) == 1 else make_array(host, mx.cpu())
        if host is not None and host.size:
            no_nan(where, p["name"], host, max(1, host.size // host.shape[0]))
        arrays.append(a)
    return handles.add(gdata.ArrayDataset(*arrays))


@exported
def gdata_from_r(length: Any, fn: Any) -> int:
    return handles.add(RDataset(int(length), function_of(fn)))


@exported
def gdata_vision(kind: str, args: Any) -> dict[str, Any]:
    """A data set of files; ``classes`` are the names of its classes where it knows them."""
    given = dict(args or {})
    for k in ("root", "filename"):
        if k in given:
            given[k] = os.path.expanduser(given[k])
    if "flag" in given:
        given["flag"] = int(given["flag"])
    if "transform" in given:
        given["transform"] = function_of(given["transform"])
    made = getattr(gdata.vision, kind)(**given)
    return {"id": handles.add(made), "classes": getattr(made, "synsets", None)}


@exported
def gdata_record(filename: str) -> int:
    return handles.add(gdata.RecordFileDataset(os.path.expanduser(filename)))


@exported
def gdata_length(h: Any) -> int:
    return len(handles.get(h))


@exported
def gdata_get(h: Any, i: Any) -> Any:
    x = dataset_of(h)[int(i) - 1]
    return ["raw", bytearray(x)] if isinstance(x, bytes) else to_r(x)


@exported
def gdata_describe(h: Any) -> list[Any]:
    """What print() says of an example's parts: R dims, [] for a number; None where only R could tell."""
    d = dataset_of(h)
    if not len(d) or needs_r(d):
        return []
    x = d[0]
    return [_kind(v) for v in (x if isinstance(x, (tuple, list)) else [x])]


def _kind(v: Any) -> str:
    if isinstance(v, (mx.nd.NDArray, np.ndarray)) and v.ndim:
        dtype = np.dtype(v.dtype).name
        return f"dim {cv.dim_text(v.shape)}" + ("" if dtype == "float32" else f" {dtype}")
    if isinstance(v, (int, float, np.number, np.ndarray, mx.nd.NDArray)):
        return "a number"
    return "text" if isinstance(v, str) else "bytes" if isinstance(v, bytes) else type(v).__name__


@exported
def gdata_transform(h: Any, fn: Any, first: bool, lazy: bool) -> int:
    d = dataset_of(h)
    return handles.add((d.transform_first if first else d.transform)(function_of(fn), lazy))


@exported
def gdata_filter(h: Any, fn: Any) -> int:
    return handles.add(dataset_of(h).filter(_of_parts(fn)))


def _of_parts(fn: Any) -> Callable[[Any], Any]:
    """A filter of R gets the parts of an example as its arguments, as a transform does."""
    f = function_of(fn)
    return lambda example: f(*example) if isinstance(example, tuple) else f(example)


@exported
def gdata_shard(h: Any, num_shards: Any, index: Any) -> int:
    return handles.add(dataset_of(h).shard(int(num_shards), int(index)))


@exported
def gdata_sample(h: Any, sampler: Any) -> int:
    d, order = dataset_of(h), sampler_of(sampler)
    if type(d) is gdata.ArrayDataset and all(isinstance(a, (np.ndarray, mx.nd.NDArray)) for a in d._data):
        # arrays again, so that batches are cut out at once
        rows = np.array(list(order), np.int64)
        parts = [host_array(a).take(rows, axis=0) for a in d._data]
        arrays = [make_array(p, a.context) if isinstance(a, mx.nd.NDArray) else p for p, a in zip(parts, d._data)]
        return handles.add(gdata.ArrayDataset(*arrays))
    return handles.add(d.sample(order))


# Samplers
class Positions(gdata.Sampler):
    """Positions as R gave them."""

    def __init__(self, positions: Sequence[Any]) -> None:
        self._positions = [int(p) - 1 for p in positions]

    def __iter__(self) -> Iterator[int]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)


def sampler_of(spec: Any) -> Any:
    """A handle, or positions counted from 1."""
    if spec is None:
        return None
    return Positions(spec) if isinstance(spec, list) else handles.get(spec)


@exported
def gdata_sampler(kind: str, args: Any) -> int:
    given = dict(args)
    if kind == "BatchSampler":
        made: Any = gdata.BatchSampler(sampler_of(given["sampler"]), int(given["batch_size"]), given["last_batch"])
    elif kind == "FilterSampler":
        made = gdata.FilterSampler(_of_parts(given["fn"]), dataset_of(given["dataset"]))
    else:
        made = getattr(gdata, kind)(**{k: int(v) for k, v in given.items()})
    return handles.add(made)


@exported
def gdata_positions(h: Any) -> list[Any]:
    """One pass of a sampler, counted from 1."""
    return [[i + 1 for i in v] if isinstance(v, list) else v + 1 for v in handles.get(h)]


# Loaders
class LoaderIter(BackendIter):
    """A DataLoader behind the protocol of R's iterators.

    After the last batch the next call starts anew. ``value()`` is what trainers of fixed batch size take: a last batch
    that is smaller is filled up with its own examples, and `num_pad` tells; ``batch`` is the batch as it is.
    """

    def __init__(self, loader: Any) -> None:
        super().__init__(loader)
        self._each: Iterator[Any] | None = None
        self._size = 0

    def __len__(self) -> int:
        return len(self.it)

    batches = property(__len__)  # type: ignore[assignment]

    def reset(self) -> None:
        self.batch = self._each = None

    def iter_next(self) -> bool:
        if self._each is None:
            self._each = iter(self.it)
        self.batch = next(self._each, None)
        if self.batch is None:
            self._each = None
        return self.batch is not None

    def parts(self) -> list[Any]:
        """The arrays of the batch."""
        if self.batch is None:
            raise MXNetError("Read Iter at end or before iter.next is called")
        parts = list(self.batch) if isinstance(self.batch, (list, tuple)) else [self.batch]
        odd = next((p for p in parts if not isinstance(p, mx.nd.NDArray)), None)
        if odd is not None:
            raise MXNetError(f"the batches of the loader hold a {type(odd).__name__}, expected arrays only")
        return parts

    def value(self) -> dict[str, Any]:
        parts = self.parts()
        self._size = max(self._size, parts[0].shape[0])
        if self.num_pad():
            rows = mx.nd.array(np.arange(self._size) % parts[0].shape[0])
            parts = [mx.nd.take(p, rows) for p in parts]
        return dict(zip(("data", "label", *(f"part{i}" for i in range(3, len(parts) + 1))), parts))

    def num_pad(self) -> int:
        return max(0, self._size - self.parts()[0].shape[0]) if self.batch is not None else 0

    def finalize(self) -> None:
        self.reset()


@exported
def gdata_loader(dataset: Any, args: Any) -> int:
    given = {k: v for k, v in dict(args).items() if v is not None}
    d = dataset_of(dataset)
    for k in ("batch_size", "num_workers", "prefetch"):
        if k in given:
            given[k] = int(given[k])
    for k in ("sampler", "batch_sampler"):
        if k in given:
            given[k] = sampler_of(given[k])
    if "batchify_fn" in given:
        given["batchify_fn"] = Batchify(given["batchify_fn"][1])
    if given.get("num_workers"):
        r = next((w for w, x in (("data set", d), ("batchify_fn", given.get("batchify_fn"))) if needs_r(x)), None)
        if r is not None:
            raise cv.RInputError(
                f"mx.gluon.data.DataLoader: argument num_workers is {given['num_workers']}, but R functions of the {r} "
                "run in R's own process only; expected 0"
            )
    return handles.add(LoaderIter(gdata.DataLoader(d, **given)))


@exported
def gdata_share_loader(h: Any) -> int:
    """The DataLoader itself, for Python."""
    return handles.add(handles.get(h).it)


@exported
def gdata_next(h: Any) -> Any:
    """The next batch as it is; after the last one the first of the next pass."""
    it = handles.get(h)
    if not it.iter_next() and not it.iter_next():
        raise MXNetError("the loader gives no batches")
    return to_r(it.batch)


@exported
def gdata_value(h: Any) -> Any:
    it = handles.get(h)
    if it.batch is None:
        raise MXNetError("Read Iter at end or before iter.next is called")
    return to_r(it.batch)


@exported
def gdata_batches(h: Any) -> list[Any]:
    """All batches of a pass."""
    it = handles.get(h)
    it.reset()
    out = []
    while it.iter_next():
        out.append(to_r(it.batch))
    return ["l", out]
