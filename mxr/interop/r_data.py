"""The slides' data for R: matrices of 785 columns, the label first."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from . import r_convert as cv
from . import r_im2rec, r_tools  # noqa: F401  (they register their functions)
from .r import exported, handles

__all__ = ["labelled_matrix"]


def labelled_matrix(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n, 785) int32 in column-major order, as R's matrix has it; pixels row by row."""
    n = images.shape[0]
    out = np.empty((n, 1 + images[0].size), np.int32, order="F")
    out[:, 0] = labels
    out[:, 1:] = images.reshape(n, -1)
    return out


def dataset(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    datasets = importlib.import_module("mxr.datasets")
    if name not in ("mnist", "fashion_mnist"):
        raise cv.RInputError(f"no data set {name!r}, expected mnist or fashion_mnist")
    d: Any = getattr(datasets, name)(as_uint8=True)
    if isinstance(d, dict):
        return d["train_data"], d["train_label"], d["test_data"], d["test_label"]
    (a, b), (c, e) = d
    return a, b, c, e


@exported
def data_matrices(name: str) -> dict[str, Any]:
    a, b, c, e = dataset(name)
    out = {}
    for part, images, labels in (("train", a, b), ("test", c, e)):
        m = labelled_matrix(np.asarray(images), np.asarray(labels))
        out[part] = [handles.add(m.ravel(order="F")), *m.shape]
    return out


@exported
def fill_int(h: Any, address: str) -> None:
    """Int32 values into an R integer vector that R has just allocated."""
    import ctypes

    values = handles.get(h)
    target = np.frombuffer((ctypes.c_char * (values.size * 4)).from_address(int(address)), dtype=np.int32)
    np.copyto(target, values)
