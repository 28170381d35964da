"""Sequences of different lengths in one padded array: SequenceMask, SequenceLast, SequenceReverse."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import MXNetIndexError
from ..core.op import op
from ..core.params import Attrs, Bool, Float, Int, Shape
from ..core.shapes import Frame
from .indexing import as_index

__all__: list[str] = []


def _use() -> Bool:
    return Bool(False, "Whether sequence_length is given; else all sequences are full.")


def _axis() -> Int:
    return Int(0, "The time axis, 0 or 1; the other one is the batch.")


def _active(a: Attrs) -> tuple[str, ...]:
    return ("data", "sequence_length") if a.use_sequence_length else ("data",)


def _check(a: Attrs, s: Frame) -> tuple[int, ...] | None:
    if a.axis not in (0, 1):
        s.fail(f"axis={a.axis} must be 0 or 1")
    shape = s[0]
    if shape is not None:
        if len(shape) < 2:
            s.fail(f"data must have at least two dimensions, got shape {shape}")
        if a.use_sequence_length:
            s.set(1, (shape[1 - a.axis],))
    return shape


def _types(a: Attrs, s: Frame) -> None:
    s.out_dtype(0, s[0])
    s.set_dtype(0, s.outs[0])


def _lengths(xp: Any, label: str, sequence_length: Any, steps: int, least: int) -> Any:
    n = as_index(sequence_length)
    if xp is np and n.size and not (least <= n.min() and n.max() <= steps):
        bad = n.min() if n.min() < least else n.max()
        raise MXNetIndexError(f"{label}: sequence_length {bad} is not in [{least}, {steps}]")
    return n


@op("SequenceMask", inputs="data sequence_length")
class SequenceMask:
    """`data` (time, batch, ...) with `value` after the end of each sequence (MXNet operator SequenceMask)."""

    use_sequence_length = _use()
    value = Float(0.0, "What to put after the end.")
    axis = _axis()

    active = _active
    infer_type = _types
    examples = ("nd.SequenceMask(nd.ones((3, 2)), nd.array([1, 2]), use_sequence_length=True)",)

    def infer_shape(a, s):
        s.out(0, _check(a, s))

    def forward(xp, a, data, sequence_length=None):
        if sequence_length is None:
            return data
        steps, n = xp.arange(data.shape[a.axis]), sequence_length
        over = ~(steps[:, None] < n[None, :] if a.axis == 0 else steps[None, :] < n[:, None])
        out = data.copy()
        out[over] = data.dtype.type(a.value)
        return out

    def grad(F, a, dy, sequence_length):
        if sequence_length is None:
            return dy
        return F.SequenceMask(dy, sequence_length, use_sequence_length=True, axis=a.axis), None


@op("SequenceLast", inputs="data sequence_length")
class SequenceLast:
    """The last step of each sequence of `data` (time, batch, ...): (batch, ...) (MXNet operator SequenceLast)."""

    use_sequence_length = _use()
    axis = _axis()

    active = _active
    infer_type = _types
    examples = ("nd.SequenceLast(nd.arange(6).reshape((3, 2)), nd.array([1, 3]), use_sequence_length=True)",)

    def infer_shape(a, s):
        shape = _check(a, s)
        if shape is not None:
            s.out(0, shape[: a.axis] + shape[a.axis + 1 :])

    def forward(xp, a, data, sequence_length=None):
        return data[_last(xp, a, data.shape, sequence_length)]

    def grad(F, a, dy, data, sequence_length):
        more = {"shape": data.shape, "axis": a.axis}
        if sequence_length is None:
            return F._backward_SequenceLast(dy, **more)
        return F._backward_SequenceLast(dy, sequence_length, use_sequence_length=True, **more), None


def _last(xp: Any, a: Attrs, shape: tuple[int, ...], sequence_length: Any) -> tuple:
    if sequence_length is None:
        return (slice(None),) * a.axis + (-1,)
    last = _lengths(xp, "SequenceLast", sequence_length, shape[a.axis], 1) - 1
    batch = xp.arange(last.size)
    return (last, batch) if a.axis == 0 else (batch, last)


@op("_backward_SequenceLast", inputs="data sequence_length", hidden=True)
class BackwardSequenceLast:
    """Zeros of `shape` with `data` at the last step of each sequence."""

    shape = Shape(doc="Shape of the output.")
    use_sequence_length = _use()
    axis = _axis()

    active = _active
    infer_type = _types

    def infer_shape(a, s):
        s.out(0, a.shape)

    def forward(xp, a, data, sequence_length=None):
        out = xp.zeros(a.shape, data.dtype)
        out[_last(xp, a, a.shape, sequence_length)] = data
        return out

    def grad(F, a, dy, sequence_length):
        if sequence_length is None:
            return F.SequenceLast(dy, axis=a.axis)
        return F.SequenceLast(dy, sequence_length, use_sequence_length=True, axis=a.axis), None


@op("SequenceReverse", inputs="data sequence_length")
class SequenceReverse:
    """`data` (time, batch, ...) with the steps of each sequence in reverse (MXNet operator SequenceReverse)."""

    use_sequence_length = _use()
    axis = Int(0, "The time axis; only 0.")

    active = _active
    infer_type = _types
    examples = ("nd.SequenceReverse(nd.arange(6).reshape((3, 2)), nd.array([2, 3]), use_sequence_length=True)",)

    def infer_shape(a, s):
        if a.axis != 0:
            s.fail(f"axis={a.axis} must be 0")
        s.out(0, _check(a, s))

    def forward(xp, a, data, sequence_length=None):
        if sequence_length is None:
            return data[::-1]
        n = _lengths(xp, "SequenceReverse", sequence_length, data.shape[0], 0)[None, :]
        steps = xp.arange(data.shape[0])[:, None]
        return data[xp.where(steps < n, n - 1 - steps, steps), xp.arange(data.shape[1])[None, :]]

    def grad(F, a, dy, sequence_length):
        if sequence_length is None:
            return F.SequenceReverse(dy)
        return F.SequenceReverse(dy, sequence_length, use_sequence_length=True), None
