"""Sequences as one array (or symbol) or as a list of steps, and their lengths."""

from __future__ import annotations

from typing import Any

from ... import ndarray as nd
from ... import symbol as sym
from ...base import MXNetAssertionError, MXNetTypeError, MXNetValueError
from ...ndarray import NDArray
from ...symbol import Symbol

__all__ = ["Sequences", "as_steps", "masked", "merged", "reversed_steps", "shaped"]

_ONE = NDArray | Symbol


class Sequences:
    """The input of an unrolling: its steps, and what has to be known about them.

    Parameters
    ----------
    length : number of steps.
    inputs : one array or symbol with the axes of `layout`, or a list of one for each step (without T).
    layout : order of the axes N (batch), T (steps) and the rest, as in 'NTC'.
    """

    def __init__(self, length: int, inputs: Any, layout: str) -> None:
        if inputs is None:
            raise MXNetValueError(
                "unroll(inputs=None) has been deprecated. Please create input variables outside unroll."
            )
        self.length, self.inputs, self.layout = length, inputs, layout
        self.axis = time_axis(layout)
        if layout.find("N") < 0:
            raise MXNetValueError(f"argument layout={layout!r}: it has no N, the axis of the batch")
        self.given_merged = isinstance(inputs, _ONE)
        if self.given_merged:
            _check_merged(inputs, length, self.axis)
        else:
            self.inputs = _checked_steps(inputs, length)
        first = inputs if self.given_merged else self.inputs[0]
        self.first = first
        self.F: Any = sym if isinstance(first, Symbol) else nd
        kept = layout if self.given_merged else layout.replace("T", "")
        self.batch_size = 0 if self.F is sym else first.shape[kept.find("N")]

    def steps(self) -> list[Any]:
        """One array or symbol for each step."""
        return as_steps(self.F, self.inputs, self.length, self.axis) if self.given_merged else self.inputs

    def merged(self) -> Any:
        """All steps in one."""
        return merged(self.F, self.inputs, self.axis)

    def shaped(self, merge: bool | None) -> Any:
        """In the form that `merge` asks for; None: as given."""
        return shaped(self.F, self.inputs, self.length, self.axis, merge)

    def begin_state(self, cell: Any, given: Any) -> Any:
        """`given`, or the zeros that `cell` begins with."""
        if given is not None:
            return given
        if self.F is sym:
            return cell.begin_state(func=sym.zeros, batch_size=0)
        more = {"dtype": self.first.dtype} if self.first.dtype.__name__ in ("float16", "float64") else {}
        return cell.begin_state(func=nd.zeros, batch_size=self.batch_size, ctx=self.first.context, **more)


def time_axis(layout: str) -> int:
    """Where T is."""
    axis = layout.find("T")
    if axis < 0:
        raise MXNetValueError(f"argument layout={layout!r}: it has no T, the axis of the steps")
    return axis


def _check_merged(inputs: Any, length: int, axis: int) -> None:
    if isinstance(inputs, Symbol):
        if len(inputs.list_outputs()) != 1:
            raise MXNetValueError(
                "unroll doesn't allow grouped symbol as input. Please convert to list with list(inputs) first or let "
                "unroll handle splitting."
            )
    elif inputs.ndim <= axis or inputs.shape[axis] != length:
        raise MXNetAssertionError(
            f"argument inputs of shape {inputs.shape}: expected {length} step(s) along axis {axis}"
        )


def _checked_steps(inputs: Any, length: int) -> list[Any]:
    if not isinstance(inputs, list | tuple):
        raise MXNetTypeError(f"argument inputs: expected an NDArray, a Symbol or a list of them, got {inputs!r}")
    steps = list(inputs)
    if len(steps) != length or not steps:
        raise MXNetAssertionError(f"argument inputs: {len(steps)} step(s) given, expected length={length}, at least 1")
    for kind in (Symbol, NDArray):
        if isinstance(steps[0], kind):
            for step in steps:
                if not isinstance(step, kind):
                    raise MXNetTypeError(f"argument inputs: expected a list of {kind.__name__}, got {step!r}")
            return steps
    raise MXNetTypeError(f"argument inputs: expected a list of NDArray or Symbol, got {steps[0]!r}")


def _listed(parts: Any) -> list[Any]:
    return list(parts) if isinstance(parts, list | tuple | Symbol) else [parts]


def as_steps(F: Any, whole: Any, length: int, axis: int) -> list[Any]:
    """The steps along `axis`."""
    return _listed(F.split(whole, axis=axis, num_outputs=length, squeeze_axis=1))


def merged(F: Any, steps: Any, axis: int) -> Any:
    """The steps stacked along `axis`."""
    return steps if isinstance(steps, _ONE) else F.stack(*steps, axis=axis)


def shaped(F: Any, value: Any, length: int, axis: int, merge: bool | None) -> Any:
    """`value` merged (True), as steps (False), or as it is (None)."""
    if merge is None:
        return value
    if merge:
        return merged(F, value, axis)
    return as_steps(F, value, length, axis) if isinstance(value, _ONE) else value


def masked(F: Any, data: Any, length: int, valid_length: Any, axis: int, merge: bool | None) -> Any:
    """`data` with zeros after the end of each sequence."""
    out = F.SequenceMask(merged(F, data, axis), sequence_length=valid_length, use_sequence_length=True, axis=axis)
    if merge is not False:
        return out
    return _listed(F.split(out, axis=axis, num_outputs=length, squeeze_axis=True))


def reversed_steps(F: Any, steps: list[Any], length: int, valid_length: Any) -> list[Any]:
    """The steps from the end of each sequence to its beginning; what is behind the end stays there."""
    if valid_length is None:
        return steps[::-1]
    turned = F.SequenceReverse(F.stack(*steps, axis=0), sequence_length=valid_length, use_sequence_length=True)
    return _listed(F.split(turned, axis=0, num_outputs=length, squeeze_axis=True))
