"""Values of Gluon between R and Python.

Every value that crosses is a list that begins with its kind.

From R: ``["h", handle]``; ``["v", value]``, a number, a text or a vector; ``["l", members, names or None]``;
``["c", type, id]``, a context; ``["a", numbers, dim]``, an R array; ``["f", closure]``; ``["i", closure]``, an
initialiser; ``["I", name, options]``, one of the engine; ``["s", closure]``, a schedule of learning rates;
``["o", specification]``, an optimiser; ``["F", "nd" or "symbol"]``; None is NULL.

To R: ``["nd", [handle, dim...]]``; ``["sym", handle]``; ``["v", number or text]``; ``["t", numbers]``, in R's order;
``["l", members]``; ``["d", names, members]``; ``["c", type, id]``; ``["F", kind]``; ``["obj", handle, classes, key, is
it a block]``; ``["params", handle, names, members]``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import mxr as mx
from mxr.gluon.block import Block
from mxr.gluon.parameter import ParameterDict

from . import r_convert as cv
from .r import handles
from .r_gluon_names import Formal, r_classes
from .r_io import checked
from .r_nd import context, make_array, put

__all__ = ["RFunction", "from_r", "to_r"]

_TUPLES = (tuple, list)


class RFunction:
    """A closure of R as a function of Python."""

    __name__ = "function"

    def __init__(self, fn: Callable[..., Any]) -> None:
        self._fn = fn

    def __repr__(self) -> str:
        return "an R function"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        values = [to_r(a) for a in (*args, *kwargs.values())]
        return from_r(checked(self._fn(values, [""] * len(args) + list(kwargs))))


RFunction.__name__ = "function"  # as messages name its type


class RInitializer(mx.init.Initializer):
    """An initialiser of R: what it makes is copied. Gluon's parameters are weights to it, whatever their names."""

    def __init__(self, fn: Callable[..., Any]) -> None:
        super().__init__()
        self._fn = fn

    def _init_weight(self, name: str, arr: Any) -> None:
        named = name if str(name).endswith("weight") else f"{name}_weight"
        found = handles.get(checked(self._fn(str(named), [float(n) for n in reversed(arr.shape)])))
        if found.shape != arr.shape:
            raise cv.RInputError(
                f"the R initialiser made {name} with dim {cv.dim_text(found.shape)}, expected {cv.dim_text(arr.shape)}"
            )
        arr[:] = found


class Schedule(mx.lr_scheduler.LRScheduler):
    """A schedule of R for an optimiser of Python."""

    def __init__(self, fn: Callable[..., Any]) -> None:
        super().__init__()
        self._fn = fn

    def __reduce__(self) -> Any:
        raise cv.RInputError("a schedule of R cannot be written to a file with the states of a Trainer")

    def __call__(self, num_update: int) -> float:
        return float(checked(self._fn(num_update, float(self.base_lr))))


def _number(value: Any, floats: bool) -> Any:
    if isinstance(value, float):
        return int(value) if not floats and value.is_integer() and abs(value) < cv.EXACT else value
    return float(value) if floats and type(value) is int else value


def _vector(values: Sequence[Any], f: Formal | None) -> Any:
    if any(isinstance(v, str) for v in values):
        return list(values)
    if any(v is None or v == cv.NA_INTEGER or v != v for v in values):
        raise cv.RInputError(f"argument {f.name if f else 'value'} holds NA")
    numbers = [_number(v, f is not None and f.floats) for v in values]
    # dims, strides and the like are in R's order; what follows in time or depth is not turned
    if f is not None and f.kept:
        return tuple(numbers)
    if (f is not None and f.ordered) or any(isinstance(v, float) for v in numbers):
        return numbers
    return tuple(reversed(numbers))


def from_r(value: Any, f: Formal | None = None) -> Any:
    """A value of R for the formal `f`, where there is one."""
    if value is None:
        return None
    kind = value[0]
    if kind == "h":
        return handles.get(value[1])
    if kind == "v":
        v = value[1]
        if isinstance(v, _TUPLES):
            return _vector(v, f)
        if f is not None and f.name.endswith("shape") and not isinstance(v, (str, bool)):
            return (_number(v, False),)
        if f is not None and f.ordered and not isinstance(v, bool):
            return [v if isinstance(v, str) else _number(v, f.floats)]
        return _number(v, f is not None and f.floats)
    if kind == "l":
        members = [from_r(v) for v in value[1] or []]
        return members if value[2] is None else _named(dict(zip(_listed(value[2]), members)))
    return _OTHERS[kind](*value[1:])


def _named(options: dict[str, Any]) -> dict[str, Any]:
    schedule = options.get("lr_scheduler")
    if isinstance(schedule, Schedule):  # it starts from the optimiser's rate, and has none of its own
        schedule.base_lr = options.get("learning_rate", schedule.base_lr)
    return options


def _listed(x: Any) -> list[Any]:
    return list(x) if isinstance(x, _TUPLES) else [x]


def _array(token: Any, dim: Any) -> Any:
    return make_array(cv.to_float32(cv.flat(token), cv.reverse(dim)), context([1, 0]))


def _optimizer(spec: Any) -> Any:
    from .r_gluon_optim import ROptimizer

    return ROptimizer(dict(spec))


def _initializer(name: str, options: Any) -> Any:
    return getattr(mx.init, name)(**dict(options or {}))


_OTHERS: dict[str, Callable[..., Any]] = {
    "c": lambda typeid, device: context([typeid, device]),
    "a": _array,
    "f": RFunction,
    "i": RInitializer,
    "I": _initializer,
    "s": Schedule,
    "o": _optimizer,
    "F": lambda kind: mx.sym if kind == "symbol" else mx.nd,
}


def to_r(x: Any) -> Any:
    """A value of Python as R gets it."""
    if isinstance(x, mx.nd.NDArray):
        return ["nd", put(x)]
    if x is None:
        return None
    if isinstance(x, (bool, int, float, str)):
        return ["v", x]
    if isinstance(x, np.generic):
        return ["v", x.item()]
    if isinstance(x, mx.sym.Symbol):
        return ["sym", handles.add(x)]
    if isinstance(x, tuple) and all(type(v) in (int, float) for v in x):
        return ["t", [float(v) for v in reversed(x)]]
    if isinstance(x, (list, tuple, type({}.values()), range)):
        return ["l", [to_r(v) for v in x]]
    if isinstance(x, ParameterDict):
        return ["params", handles.add(x), list(x.keys()), [_object(p) for p in x.values()]]
    if isinstance(x, dict):
        return ["d", [str(k) for k in x], [to_r(v) for v in x.values()]]
    if isinstance(x, mx.Context):
        return ["c", x.device_typeid, x.device_id]
    if isinstance(x, (np.dtype, type)):
        return ["v", np.dtype(x).name]
    if x is mx.nd or x is mx.sym:
        return ["F", "symbol" if x is mx.sym else "nd"]
    if isinstance(x, np.ndarray):
        return ["nd", put(mx.nd.array(x, dtype=x.dtype))]
    return _object(x)


def _object(x: Any) -> list[Any]:
    """A handle, what R's class() says, and where R keeps the fields of a block written in R."""
    classes = [*r_classes(type(x)), "mx.gluon.object"]
    return ["obj", handles.add(x), classes, getattr(x, "_r_key", None), isinstance(x, Block)]
