"""Looks at training data before it can spoil a model in silence: NaN, infinite values, and labels that are no class."""

from __future__ import annotations

import json
from math import prod
from typing import Any

import numpy as np

from ..base import MXNetValueError
from ..io import NDArrayIter

__all__ = ["DataCheck"]


def _host(array: Any) -> np.ndarray:
    """The array's own memory where it lies on the CPU, else a copy."""
    return array._data if array.context.device_type.startswith("cpu") else array.asnumpy()


def check_nan(kind: str, name: str, array: Any) -> None:
    """Raises where a floating-point array has a NaN or an infinite value."""
    values = _host(array)
    if values.dtype.kind != "f" or not len(values):
        return
    rows = max(1, (1 << 20) // max(1, values[0].size))
    for start in range(0, len(values), rows):
        chunk = values[start : start + rows]
        # A sum is several times faster than isnan, and not finite wherever there is one of them.
        with np.errstate(all="ignore"):
            if np.isfinite(chunk.sum()):
                continue
        if not np.isfinite(chunk).all():
            bad = ~np.isfinite(values.reshape(len(values), -1)).all(axis=1)
            what = "NaN" if np.isnan(chunk).any() else "an infinite value"
            raise MXNetValueError(
                f"{kind} {name!r} has {what} in {bad.sum()} of {len(values)} samples (the first is sample "
                f"{np.flatnonzero(bad)[0]}, from 0)"
            )


class DataCheck:
    """Checks of one `fit`: what MXNet would train on without a word.

    Arrays given by the user (or held by an `NDArrayIter`) are looked at once, in whole: NaN or infinity in data or
    labels, and, for labels that a SoftmaxOutput reads as classes, values that are no class. Of other iterators the
    labels of the first epoch are looked at, batch by batch.
    """

    def __init__(self, symbol: Any, iterator: Any) -> None:
        shapes = {desc[0]: tuple(desc[1]) for desc in [*iterator.provide_data, *(iterator.provide_label or [])]}
        self._names = [desc[0] for desc in iterator.provide_label or []]
        self._classes = _class_labels(symbol, shapes)
        self._whole = isinstance(iterator, NDArrayIter)
        if self._whole:
            for name, array in iterator.data:
                check_nan("data", name, array)
            for name, array in iterator.label:
                self._check_label(name, array)

    def batch(self, batch: Any) -> None:
        """Checks a batch's labels, unless all were checked before."""
        if not self._whole:
            for name, array in zip(self._names, batch.label or []):
                self._check_label(name, array)

    def _check_label(self, name: str, array: Any) -> None:
        check_nan("label", name, array)
        if name not in self._classes:
            return
        head, count, ignored = self._classes[name]
        values = _host(array)
        wrong = (values < 0) | (values >= count) | (values != np.trunc(values))
        if ignored is not None:
            wrong &= values != ignored
        if wrong.any():
            where = np.argwhere(wrong)
            raise MXNetValueError(
                f"label {name!r} is {values[tuple(where[0])]:g} in sample {where[0][0]} (from 0); {head} has {count} "
                f"classes, labels must be from 0 to {count - 1}, whole numbers. "
                f"{len(where)} of {values.size} labels are out of range"
            )


def _class_labels(symbol: Any, shapes: dict[str, tuple]) -> dict[str, tuple[str, int, float | None]]:
    """For each label read as class numbers: (name of the SoftmaxOutput, number of classes, label to ignore)."""
    nodes = json.loads(symbol.tojson())["nodes"]
    found: dict[str, tuple[str, int, float | None]] = {}
    for node in nodes:
        if node["op"] not in ("SoftmaxOutput", "Softmax") or len(node["inputs"]) < 2:
            continue
        label = nodes[node["inputs"][1][0]]
        if label["op"] != "null" or label["name"] not in shapes:
            continue
        options = {**node.get("param", {}), **node.get("attrs", {})}
        inner = symbol.get_internals()[f"{node['name']}_output"]
        known = {name: shape for name, shape in shapes.items() if name in inner.list_arguments()}
        out = inner.infer_shape(**known)[1][0]
        if shapes[label["name"]] == tuple(out):
            continue  # probabilities as labels
        if _true(options.get("multi_output")):
            count = out[1]
        else:
            count = out[-1] if _true(options.get("preserve_shape")) else prod(out[1:])
        ignored = float(options.get("ignore_label", -1)) if _true(options.get("use_ignore")) else None
        found[label["name"]] = (node["name"], int(count), ignored)
    return found


def _true(option: Any) -> bool:
    return str(option) in ("True", "1", "true")
