"""Image data sets: MNIST and Fashion-MNIST; those of other files are re-exported here, where MXNet has them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from .... import datasets
from .... import ndarray as nd
from ....context import cpu
from ..dataset import Dataset
from .cifar import CIFAR10, CIFAR100
from .image_files import ImageFolderDataset, ImageRecordDataset

__all__ = ["CIFAR10", "CIFAR100", "MNIST", "FashionMNIST", "ImageFolderDataset", "ImageRecordDataset"]


class _Images(Dataset):
    """Images uint8 NDArray (N, 28, 28, 1) and labels int32 NumPy (N,), with an optional transform."""

    _load: Any

    def __init__(self, root: str | os.PathLike, train: bool, transform: Callable[..., Any] | None) -> None:
        self._root, self._train, self._transform = os.path.expanduser(root), train, transform
        # the default folder may be elsewhere (MXNET_HOME, the embedded sample): mxr.datasets knows where
        given = None if root == type(self)._default_root else self._root
        found = type(self)._load(given if given is not None and datasets.find_files(self._set, given) else None, True)
        part = "train" if train else "test"
        self._data = nd.from_data(np.ascontiguousarray(np.moveaxis(found[f"{part}_data"], 1, -1)), cpu())
        self._label = found[f"{part}_label"].astype(np.int32)

    _default_root = ""
    _set = ""

    def __getitem__(self, idx: Any) -> Any:
        if self._transform is not None:
            return self._transform(self._data[idx], self._label[idx])
        return self._data[idx], self._label[idx]

    def __len__(self) -> int:
        return len(self._label)


class MNIST(_Images):
    """Handwritten digits: examples are (image NDArray uint8 (28, 28, 1), label np.int32).

    Parameters
    ----------
    root : folder with the idx files; else they are looked for as `mxr.datasets.mnist` does.
    train : the 60,000 training images or the 10,000 test images (fewer in the embedded sample).
    transform : ``transform(image, label)`` gives what ``[]`` gives.
    """

    _default_root = os.path.join("~", ".mxnet", "datasets", "mnist")
    _set = "mnist"
    _load = staticmethod(datasets.mnist)

    def __init__(
        self, root: str | os.PathLike = _default_root, train: bool = True, transform: Callable[..., Any] | None = None
    ) -> None:
        super().__init__(root, train, transform)


class FashionMNIST(_Images):
    """Pictures of clothes in 10 classes, otherwise as `MNIST`."""

    _default_root = os.path.join("~", ".mxnet", "datasets", "fashion-mnist")
    _set = "fashion_mnist"
    _load = staticmethod(datasets.fashion_mnist)

    def __init__(
        self, root: str | os.PathLike = _default_root, train: bool = True, transform: Callable[..., Any] | None = None
    ) -> None:
        super().__init__(root, train, transform)
