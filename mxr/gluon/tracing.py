"""What a trace of a block leaves behind, and what it holds for."""

from __future__ import annotations

import inspect
import re
import warnings
from typing import Any

from ..base import MXNetError
from ..core import tape
from ..graph.cached_graph import CachedGraph
from ..graph.trace import caller_level
from ..symbol import Symbol
from .nesting import Format

__all__ = ["MAX_TRACES", "Traced", "located", "mode", "place_of", "signature", "takes", "warn_baked"]

MAX_TRACES = 128  # of one block; the one that was not used for longest goes first
_IN_OPERATOR = re.compile(r"Error in operator ([^\s:]+)|^([^\s:]+): ")


class Traced:
    """A traced block.

    Attributes
    ----------
    inputs, symbol : the variables of its inputs and all its outputs.
    in_format, out_format : how they are nested.
    asked : whether the code asked for shapes or kin, so that this trace serves one signature only.
    key : what it serves: a signature, with the mode if the code asked for that.
    places : where the nodes were made, by name.
    shapes : (name, shape) of the inputs that it was traced for.
    graph : the compiled form, once it was called.
    """

    __slots__ = ("asked", "graph", "in_format", "inputs", "key", "out_format", "places", "shapes", "symbol")

    def __init__(
        self,
        inputs: list[Symbol],
        symbol: Symbol,
        in_format: Format,
        out_format: Format,
        asked: bool,
        key: Any,
        places: dict[str, str],
        shapes: list[Any],
    ) -> None:
        self.inputs, self.symbol, self.in_format, self.out_format = inputs, symbol, in_format, out_format
        self.asked, self.key, self.places, self.shapes = asked, key, places, shapes
        self.graph: CachedGraph | None = None


# Names of parameters that hybrid_forward of a class takes; None: all (it has **kwargs).
_taken: dict[Any, frozenset[str] | None] = {}


def takes(function: Any) -> frozenset[str] | None:
    key = getattr(function, "__func__", function)
    if key not in _taken:
        parameters = inspect.signature(key).parameters.values()
        every = any(p.kind is p.VAR_KEYWORD for p in parameters)
        _taken[key] = None if every else frozenset(p.name for p in parameters if p.kind is not p.VAR_POSITIONAL)
    return _taken[key]


def signature(flat: list[Any], form: Format) -> tuple:
    """All about the inputs that the code of a block may ask for while it is traced."""
    return tuple([None if x is None else (x.shape, x.dtype, x._ctx) for x in flat]), str(form)


def mode() -> tuple[bool, bool]:
    """What `autograd.is_training` and `is_recording` say."""
    return tape.state.training, tape.state.recording


def place_of(e: MXNetError, record: Traced | None) -> str | None:
    """The line of the user's code that made the operator that the error is about, found before anything ran."""
    found = _IN_OPERATOR.search(str(e))
    return None if found is None or record is None else record.places.get(found[1] or found[2])


def located(e: MXNetError, record: Traced | None) -> None:
    """Adds that line to the error."""
    place = place_of(e, record)
    if place is not None and place not in str(e):
        e.args = (f"{e}\n  The operator was made here: {place}", *e.args[1:])


def warn_baked(block: Any, what: str, shapes: Any) -> None:
    """Warns that a graph holds for the shapes of one trace."""
    of = "" if not shapes else " (" + ", ".join(f"{n} {s}" for n, s in shapes) + ")"
    warnings.warn(
        f"{block.name}: hybrid_forward asked for shapes, dtypes, the device or the mode, so {what} holds for those of "
        f"this trace only{of}",
        stacklevel=caller_level(),
    )
