"""Gluon for R: making blocks, calling them and their methods, fields, printing."""

from __future__ import annotations

import contextlib
import inspect
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import mxr as mx
from mxr.base import MXNetIndexError, suggest
from mxr.gluon.block import Block, HybridBlock
from mxr.gluon.parameter import Parameter, ParameterDict
from mxr.gluon.trainer import Trainer

from . import r_convert as cv
from . import r_share  # noqa: F401  (initialisers as functions)
from .r import exported, handles
from .r_codegen import default_text
from .r_gluon_names import Formal, formals, formals_text, r_classes, resolve
from .r_gluon_values import RFunction, from_r, to_r
from .r_nd import put

__all__ = ["invoke"]

_FUNCTIONS = ("fn", "hook", "callback")  # formals that take functions only
_TEXTS = ("prefix", "select", "filename", "fname", "path")
_DEVICES = ("ctx", "ctx_list")
_TUPLE = re.compile(r"\(-?\d+(?:,|(?:, ?-?\d+)+,?)\)")


# Calling
def invoke(fn: Callable[..., Any], fs: tuple[Formal, ...], given: Any, what: str) -> Any:
    """Calls `fn` with R's arguments: pairs of name (empty for those in the dots without one) and value."""
    known = {f.name: f for f in fs}
    named: dict[str, Any] = {}
    dots: list[Any] = []
    for name, value in given or []:
        if not name:
            dots.append(from_r(value))
        elif name not in known and "..." not in known:
            raise cv.RInputError(f"{what}: unused argument {name}.{suggest(name, known)}")
        else:
            f = known.get(name) or Formal(name, False, None, False, False)
            named[name] = _sure(from_r(value, f), f, what)
    positional: list[Any] = []
    if dots:
        # what stands before *args is positional, too
        for f in fs:
            if f.name == "...":
                break
            if f.name in named:
                positional.append(named.pop(f.name))
    try:
        return fn(*positional, *dots, **named)
    except TypeError:
        for name, given_value in named.items():
            if isinstance(given_value, RFunction) and name not in _FUNCTIONS:
                raise cv.RInputError(f"{what}: argument {name} cannot be a function") from None
        raise


def _sure(value: Any, f: Formal, what: str) -> Any:
    """A value of the kind that its formal takes, where Python would find out late or never."""
    if value is None and not (f.required and f.name in _TEXTS):
        return value
    expected = ""
    if f.name in _FUNCTIONS and not callable(value):
        expected = "a function"
    elif f.name in _TEXTS and not isinstance(value, str):
        expected = "one text"
    elif isinstance(f.default, bool) and isinstance(value, str):
        expected = "TRUE or FALSE"
    elif (f.floats or f.whole) and isinstance(value, str):
        expected = "a number"
    elif f.name == "optimizer_params" and not isinstance(value, dict):
        expected = "a list of options by name"
    elif f.name in _DEVICES and not all(isinstance(c, mx.Context) for c in _devices(value)):
        expected = "a device such as mx.cpu(), or a list of them"
    if expected:
        given = "NULL" if value is None else repr(value)
        raise cv.RInputError(f"{what}: argument {f.name} must be {expected}, given {given}")
    return value


def _devices(value: Any) -> Any:
    return value or (None,) if isinstance(value, (list, tuple)) else (value,)


@exported
def gl_new(path: str, given: Any) -> Any:
    """What a declared class or function makes."""
    fn = resolve(path)
    return to_r(invoke(fn, formals(fn), given, f"mx.{path}"))


@exported
def gl_call(h: Any, *ids: Any) -> Any:
    """A block on arrays; the answer is that of `put` where it is one array."""
    get = handles.get
    try:
        out = get(h)(*[get(i) for i in ids])
    except TypeError:
        _check_number(get(h), len(ids))
        raise
    return put(out) if isinstance(out, mx.nd.NDArray) else to_r(out)


@exported
def gl_apply(h: Any, given: Any) -> Any:
    """A block, or anything that can be called, on arguments of all kinds."""
    x = handles.get(h)
    positional, named = [], {}
    for name, value in given or []:
        if name:
            named[name] = from_r(value)
        else:
            positional.append(from_r(value))
    if named and isinstance(x, Block):
        positional, named = _placed(x, positional, named), {}
    try:
        return to_r(x(*positional, **named))
    except TypeError:
        _check_number(x, len(positional))
        raise


def _inputs(block: Any) -> list[inspect.Parameter]:
    """The inputs that a block takes by position, without its parameters."""
    kind = type(block)
    fn, skip = (kind.hybrid_forward, 2) if kind.forward is HybridBlock.forward else (kind.forward, 1)
    if kind.__call__ is not Block.__call__:
        fn, skip = kind.__call__, 1
    found = list(inspect.signature(fn).parameters.values())[skip:]
    return [p for p in found if p.kind is not p.VAR_KEYWORD and p.name not in block._reg_params]


def _check_number(x: Any, n: int) -> None:
    """Says that a block was given too many or too few inputs, where it was."""
    if not isinstance(x, Block):
        return
    what, inputs = r_classes(type(x))[0], _inputs(x)
    single = [p for p in inputs if p.kind is p.POSITIONAL_OR_KEYWORD]
    if n < len(single) and single[n].default is inspect.Parameter.empty:
        raise cv.RInputError(f"{what}: input {single[n].name} is missing") from None
    if n > len(single) == len(inputs):
        names = ", ".join(p.name for p in single)
        raise cv.RInputError(f"{what}: given {n} inputs, takes {len(single)} ({names})") from None


def _placed(block: Any, positional: list[Any], named: dict[str, Any]) -> list[Any]:
    """Inputs by name in their places: Python's blocks take them by position only."""
    kind = type(block)
    inputs = [p for p in _inputs(block) if p.kind is p.POSITIONAL_OR_KEYWORD]
    known = [p.name for p in inputs]
    for name in named:
        if name not in known:
            what = f"{r_classes(kind)[0]}: unused argument {name}; the inputs are {', '.join(known)}"
            raise cv.RInputError(f"{what}.{suggest(name, known)}")
    out = list(positional)
    for p in inputs[len(positional) :]:
        if not named:
            break
        if p.name not in named and p.default is p.empty:
            raise cv.RInputError(f"{r_classes(kind)[0]}: input {p.name} is missing")
        out.append(named.pop(p.name, p.default))
    if named:
        raise cv.RInputError(f"{r_classes(kind)[0]}: input {next(iter(named))} is given by position and by name")
    return out


# Fields and methods
_known: dict[type, dict[str, tuple[Formal, ...] | None]] = {}


def _members(kind: type) -> dict[str, tuple[Formal, ...] | None]:
    """Public members of a class: formals of methods, None for fields."""
    if kind in _known:
        return _known[kind]
    found = _known[kind] = {}
    for name in dir(kind):
        if name.startswith("_"):
            continue
        value = inspect.getattr_static(kind, name)
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        if inspect.isfunction(value):
            fs = formals(value)
            found[name] = fs if isinstance(inspect.getattr_static(kind, name), staticmethod) else fs[1:]
        else:
            found[name] = None
    return found


def _gives_nothing(kind: type, name: str) -> bool:
    return inspect.signature(getattr(kind, name)).return_annotation in ("None", None)


@exported
def gl_members(h: Any) -> list[Any]:
    """Of an object's class: names of the methods, their formals as R text, whether they give nothing; the fields."""
    x = handles.get(h)
    members = _members(type(x))
    methods = [n for n, fs in members.items() if fs is not None]
    texts = [", ".join(formals_text(members[n] or ())) for n in methods]
    nothing = [_gives_nothing(type(x), n) for n in methods]
    return [methods, texts, nothing, _fields(type(x))]


def _fields(kind: type) -> list[str]:
    return [n for n, fs in _members(kind).items() if fs is None]


def _own_fields(x: Any) -> Iterator[str]:
    return (n for n in vars(x) if not n.startswith("_"))


@exported
def gl_names(h: Any) -> list[str]:
    """Fields that the object has beside those of its class."""
    return list(_own_fields(handles.get(h)))


@exported
def gl_get(h: Any, name: str) -> Any:
    x = handles.get(h)
    if name.startswith("_") or not hasattr(x, name):
        if isinstance(x, Block) and name in x._children:
            return to_r(x._children[name])
        what = r_classes(type(x))[0]
        known = [*_own_fields(x), *_members(type(x))]
        raise cv.RInputError(f"{what} has no field or method {name!r}.{suggest(name, known)}")
    return to_r(getattr(x, name))


@exported
def gl_set(h: Any, name: str, value: Any) -> None:
    x = handles.get(h)
    what, members = r_classes(type(x))[0], _members(type(x))
    if name.startswith("_"):
        raise cv.RInputError(f"{what}: a field must not begin with '_', given {name}")
    new = from_r(value, Formal(name, False, None, False, False))
    if vars(x).get(name, members) is new:  # net$weight$lr_mult <- 2 ends with putting the weight where it is
        return
    if members.get(name) is not None:
        raise cv.RInputError(f"{what}: {name} is a method and cannot be assigned")
    if not isinstance(x, Block) and name not in members and name not in vars(x):
        raise cv.RInputError(f"{what} has no field {name!r}.{suggest(name, [*_own_fields(x), *members])}")
    if isinstance(new, str) and type(getattr(x, name, None)) in (int, float):
        raise cv.RInputError(f"{what}: {name} must be a number, given {new!r}")
    if isinstance(vars(x).get(name), Parameter) and not isinstance(new, Parameter):
        raise cv.RInputError(f"{what}: {name} is a parameter; ${name}$set_data() gives it other values")
    try:
        setattr(x, name, new)
    except AttributeError as e:
        setter = f"; use $set_{name}()" if f"set_{name}" in members else ""
        raise cv.RInputError(f"{what}: {name} cannot be assigned{setter}") from e


@exported
def gl_method(h: Any, name: str, given: Any) -> Any:
    x = handles.get(h)
    what, fs = f"{r_classes(type(x))[0]}: {name}", _members(type(x)).get(name)
    if name == "setattr" and isinstance(x, ParameterDict) and given:
        field = from_r(given[0][1])  # Python would give every parameter a new field
        if field not in _fields(Parameter):
            raise cv.RInputError(f"{what}: parameters have no field {field!r}.{suggest(field, _fields(Parameter))}")
    try:
        return to_r(invoke(getattr(x, name), fs or (), given, what))
    except re.error as e:
        raise cv.RInputError(f"{what}: argument select is no regular expression: {e}") from None


# Children and parameters
@exported
def gl_children(h: Any, objects: bool) -> list[Any]:
    """Names of the children; with `objects` these too."""
    children = handles.get(h)._children
    return [list(children), [to_r(b) for b in children.values()]] if objects else list(children)


@exported
def gl_put_child(h: Any, index: Any, child: Any) -> None:
    """A child in the place of another; nothing where it is the same."""
    x, new = handles.get(h), handles.get(child)
    names = list(x._children)
    if not isinstance(index, str):
        index = names[int(index) - 1] if 1 <= int(index) <= len(names) else ""
    name: str = index
    if name not in x._children:
        raise MXNetIndexError(f"[[ ]]: there is no such child; there are {len(names)}")
    old = x._children[name]
    if old is not new:
        if vars(x).get(name) is old:
            setattr(x, name, new)
        else:
            x.register_child(new, name)


@exported
def gl_length(h: Any) -> int:
    x = handles.get(h)
    return len(x._children) if isinstance(x, Block) else len(x) if hasattr(x, "__len__") else 1


@exported
def gl_item(h: Any, index: Any) -> Any:
    """The child by number (from 1) or name; of other objects what Python's brackets give."""
    x = handles.get(h)
    if isinstance(index, str):
        if isinstance(x, Block):
            if index not in x._children:
                raise cv.RInputError(f"there is no child {index!r}.{suggest(index, x._children)}")
            return to_r(x._children[index])
        return to_r(x[index]) if hasattr(x, "__getitem__") else gl_get(h, index)
    if not isinstance(x, Block) and not hasattr(x, "__len__"):
        raise cv.RInputError(f"[[ ]]: a {r_classes(type(x))[0]} has no parts; its fields are taken by $")
    n = len(x._children) if isinstance(x, Block) else len(x)
    i = int(index)
    if not 1 <= i <= n:
        raise MXNetIndexError(f"[[ ]]: subscript out of bounds: {i}, there are {n}")
    return to_r(list(x._children.values())[i - 1] if isinstance(x, Block) else x[i - 1])


@exported
def gl_part(h: Any, positions: Any) -> Any:
    """A container of some children (numbers from 1) that shares their parameters."""
    x = handles.get(h)
    if not hasattr(x, "add"):
        what = r_classes(type(x))[0]
        raise cv.RInputError(f"[ ]: takes children of a Sequential or HybridSequential, this is a {what}")
    children = list(x._children.values())
    net = type(x)(prefix=x.prefix)
    with net.name_scope():
        for i in positions if isinstance(positions, list) else [positions]:
            net.register_child(children[int(i) - 1])
    return to_r(net)


@exported
def gl_same(a: Any, b: Any) -> bool:
    return handles.get(a) is handles.get(b)


def _turned(m: re.Match[str]) -> str:
    numbers = [n.strip() for n in m[0].strip("()").split(",") if n.strip()]
    return f"c({', '.join(reversed(numbers))})" if len(numbers) > 1 else numbers[0]


def repr_for_r(x: Any) -> str:
    """Python's text, with dims as R writes them."""
    if isinstance(x, mx.init.Initializer):
        options = ", ".join(f"{k} = {default_text(v)}" for k, v in x._kwargs.items() if not isinstance(v, list))
        return f"{r_classes(type(x))[0]}({options})"
    if isinstance(x, Trainer):
        rate = default_text(x.learning_rate)
        return (
            f"<mx.gluon.Trainer of {len(x._params)} parameters: {type(x.optimizer).__name__}, learning_rate = {rate}>"
        )
    if type(x).__repr__ is object.__repr__:
        return f"<{r_classes(type(x))[0]}>"
    text = re.sub(r"<class 'numpy\.(\w+)'>", r"\1", repr(x))
    return _TUPLE.sub(_turned, text).replace("axes=()", "axes=NULL")


@exported
def gl_summary(h: Any, given: Any) -> str:
    """The table that Python prints, with dims as R writes them."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        handles.get(h).summary(*[from_r(value) for _, value in given])
    return _TUPLE.sub(lambda m: _turned(m).rjust(len(m[0])), out.getvalue())


@exported
def gl_repr(h: Any) -> str:
    return repr_for_r(handles.get(h))


@exported
def gl_param_dict(names: Any, members: Any) -> int:
    """A ParameterDict of parameters that R chose."""
    found = ParameterDict()
    found._params.update(zip(names, [handles.get(m) for m in members]))
    return handles.add(found)
