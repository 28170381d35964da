"""The protocol of data iterators: descriptions, batches, the base class."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..base import MXNetTypeError

__all__ = ["DataBatch", "DataDesc", "DataIter"]


class DataDesc(namedtuple("DataDesc", ["name", "shape"])):
    """Name, shape, dtype and layout of one input. Equal to the plain tuple (name, shape)."""

    dtype: Any
    layout: str | None

    def __new__(cls, name: str, shape: Any, dtype: Any = np.float32, layout: str | None = "NCHW") -> DataDesc:
        desc = super().__new__(cls, name, shape)
        desc.dtype = dtype
        desc.layout = layout
        return desc

    def __repr__(self) -> str:
        return f"DataDesc[{self.name},{self.shape},{self.dtype},{self.layout}]"

    @staticmethod
    def get_batch_axis(layout: str | None) -> int:
        """The position of "N" in `layout`; 0 without a layout, -1 without an "N"."""
        return 0 if layout is None else layout.find("N")

    @staticmethod
    def get_list(shapes: Any, types: Any) -> list[DataDesc]:
        """Descriptions from lists of (name, shape) and, unless None, of (name, dtype)."""
        if types is None:
            return [DataDesc(name, shape) for name, shape in shapes]
        by_name = dict(types)
        return [DataDesc(name, shape, by_name[name]) for name, shape in shapes]


class DataBatch:
    """One batch.

    Parameters
    ----------
    data, label : lists of NDArrays; `label` may be None.
    pad : how many samples at the end only fill the batch up.
    index : the samples' numbers.
    bucket_key : which graph of a bucketing model the batch is for.
    provide_data, provide_label : descriptions where they differ from the iterator's.
    """

    def __init__(
        self,
        data: Any,
        label: Any = None,
        pad: int | None = None,
        index: Any = None,
        bucket_key: Any = None,
        provide_data: Any = None,
        provide_label: Any = None,
    ) -> None:
        if data is not None and not isinstance(data, (list, tuple)):
            raise MXNetTypeError(f"Data must be list of NDArrays, got {type(data).__name__}")
        if label is not None and not isinstance(label, (list, tuple)):
            raise MXNetTypeError(f"Label must be list of NDArrays, got {type(label).__name__}")
        self.data: Any = data
        self.label: Any = label
        self.pad = pad
        self.index = index
        self.bucket_key = bucket_key
        self.provide_data = provide_data
        self.provide_label = provide_label

    def __str__(self) -> str:
        data = [array.shape for array in self.data]
        label = [array.shape for array in self.label] if self.label else None
        return f"{type(self).__name__}: data shapes: {data} label shapes: {label}"


class DataIter:
    """Base of all data iterators.

    Subclasses give `provide_data`, `provide_label` (lists of `DataDesc`) and either `next`, or `iter_next` with
    `getdata`, `getlabel`, `getpad` and `getindex`.
    """

    provide_data: Any
    provide_label: Any

    def __init__(self, batch_size: int = 0) -> None:
        self.batch_size = batch_size

    def __iter__(self) -> Iterator[DataBatch]:
        return self

    def reset(self) -> None:
        """Back to the first batch."""

    def next(self) -> DataBatch:
        """The next batch; StopIteration at the end."""
        if not self.iter_next():
            raise StopIteration
        return DataBatch(data=self.getdata(), label=self.getlabel(), pad=self.getpad(), index=self.getindex())

    def __next__(self) -> DataBatch:
        return self.next()

    def iter_next(self) -> bool:
        """Moves to the next batch; False at the end."""
        raise NotImplementedError

    def getdata(self) -> Any:
        """Data of the current batch."""
        raise NotImplementedError

    def getlabel(self) -> Any:
        """Labels of the current batch."""
        raise NotImplementedError

    def getindex(self) -> Any:
        """Numbers of the current batch's samples, or None."""
        return None

    def getpad(self) -> Any:
        """How many samples at the end of the current batch only fill it up."""
        raise NotImplementedError


def check_options(kind: str, given: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Raises on options that an iterator does not know."""
    from ..base import suggest

    for name in given:
        if name not in known:
            raise MXNetTypeError(f"{kind} got an unexpected argument {name!r}.{suggest(name, known)}")
