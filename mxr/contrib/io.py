"""``mx.contrib.io``: a Gluon DataLoader as an iterator for modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import ndarray as nd
from ..base import MXNetError
from ..io import DataDesc, DataIter

__all__ = ["DataLoaderIter"]


class DataLoaderIter(DataIter):
    """Batches of a ``gluon.data.DataLoader`` whose examples are pairs of data and label, for ``Module.fit``.

    A last batch that is smaller is filled up with zeros; its ``pad`` says how many examples are no examples.

    Parameters
    ----------
    loader : the DataLoader. Its first batch gives the shapes, and is taken anew at the start.
    data_name, label_name : names of the symbol's data and label.
    dtype : of data and labels.
    """

    def __init__(
        self, loader: Any, data_name: str = "data", label_name: str = "softmax_label", dtype: str = "float32"
    ) -> None:
        super().__init__()
        self._loader, self.dtype = loader, dtype
        self._iter: Iterator[Any] = iter(loader)
        first = next(self._iter, None)
        if first is None:
            raise MXNetError("DataLoaderIter: loader has no batch, its shapes are not known")
        data, label = first
        self.batch_size = data.shape[0]
        self.provide_data = [DataDesc(data_name, data.shape, dtype)]
        self.provide_label = [DataDesc(label_name, label.shape, dtype)]
        self._current_batch: Any = None
        self.reset()

    def reset(self) -> None:
        """Starts from the first batch."""
        self._iter = iter(self._loader)

    def iter_next(self) -> bool:
        self._current_batch = next(self._iter, None)
        return self._current_batch is not None

    def _part(self, i: int) -> list[Any]:
        x = self._current_batch[i].astype(self.dtype)
        pad = self.getpad()
        return [nd.concat(x, nd.zeros((pad, *x.shape[1:]), ctx=x.context, dtype=self.dtype), dim=0)] if pad else [x]

    def getdata(self) -> list[Any]:
        return self._part(0)

    def getlabel(self) -> list[Any]:
        return self._part(1)

    def getpad(self) -> int:
        return self.batch_size - self._current_batch[0].shape[0]

    def getindex(self) -> None:
        return None
