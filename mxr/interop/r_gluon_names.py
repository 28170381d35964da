"""What of Gluon R can make: names of classes and functions, and their signatures as R's formals."""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mxr.base import MXNetError

from .r_codegen import default_text, quoted

__all__ = ["Formal", "declared", "formals", "formals_text", "r_classes", "resolve"]

# R's names begin with "mx." and the part of the module below mxr; what is named has no function of R's own.
MODULES = (
    "gluon", "gluon.nn", "gluon.rnn", "gluon.loss", "gluon.contrib.nn", "gluon.contrib.rnn", "gluon.contrib.cnn",
    "gluon.model_zoo.vision", "gluon.utils", "gluon.data.vision.transforms", "init",
)  # fmt: skip
# Bases to derive from, and what R has written by hand or does not need.
WITHOUT = {
    "gluon.Block", "gluon.HybridBlock", "gluon.DeferredInitializationError", "gluon.nn.Block", "gluon.nn.HybridBlock",
    "gluon.nn.SymbolBlock", "gluon.rnn.RecurrentCell", "gluon.rnn.HybridRecurrentCell", "gluon.rnn.ModifierCell",
    "gluon.loss.Loss", "init.Xavier", "init.InitDesc", "init.Initializer", "init.alias", "init.create", "init.register",
    "gluon.utils.download", "gluon.utils.check_sha1", "gluon.utils.replace_file", "gluon.utils.shape_is_known",
    "gluon.utils.HookHandle",
}  # fmt: skip
STATIC = ("gluon.SymbolBlock.imports",)


@dataclass(frozen=True)
class Formal:
    """One formal argument of an R function."""

    name: str
    required: bool
    default: Any
    ordered: bool  # a sequence in time or depth: not mirrored, as dims are
    floats: bool  # whole numbers stay floats
    kept: bool = False  # several numbers that are no dims, such as (width, height), are not mirrored either
    whole: bool = False  # whole numbers, which no text stands for


@functools.cache
def declared() -> dict[str, Callable[..., Any]]:
    """Every class and function with an R function of its own, by its name below ``mx``."""
    found: dict[str, Any] = {}
    for module in MODULES:
        space = importlib.import_module(f"mxr.{'initializer' if module == 'init' else module}")
        for name in space.__all__:
            path, value = f"{module}.{name}", getattr(space, name)
            if path not in WITHOUT and callable(value) and not inspect.ismodule(value):
                found[path] = value
    for path in STATIC:
        found[path] = functools.reduce(getattr, path.split(".")[1:], importlib.import_module("mxr.gluon"))
    return found


def resolve(path: str) -> Callable[..., Any]:
    """The class or function of a name below ``mx``, of those with an R function or of a class to derive from."""
    fn = declared().get(path)
    if fn is None:
        raise MXNetError(f"mx.{path} is not known to the engine")
    return fn


@functools.cache
def _class_names() -> dict[type, str]:
    """Names of the classes for R's class(); a class with several names in a module has its own there."""
    found: dict[type, str] = {}
    for module in MODULES:
        space = importlib.import_module(f"mxr.{'initializer' if module == 'init' else module}")
        public = {name: getattr(space, name) for name in space.__all__}
        for name, value in sorted(public.items(), key=lambda item: item[0] != getattr(item[1], "__name__", None)):
            if isinstance(value, type):
                found.setdefault(value, f"mx.{module}.{name}")
    return found


_classes: dict[type, tuple[str, ...]] = {}


def r_classes(kind: type) -> tuple[str, ...]:
    """What R's class() says of the objects of a class."""
    found = _classes.get(kind)
    if found is None:
        known = _class_names()
        names = [known.get(c) or getattr(c, "_r_name", None) for c in kind.__mro__]
        found = _classes[kind] = tuple(dict.fromkeys(n for n in names if n)) or (f"mx.{kind.__name__}",)
    return found


# Signatures
@functools.cache
def formals(fn: Any) -> tuple[Formal, ...]:
    """The formals of a function or of a class's constructor; ``...`` for what cannot be listed."""
    found: dict[str, Formal] = {}
    for f in _own(fn) if not isinstance(fn, type) else _constructor(fn):
        found.setdefault(f.name, f)
    return tuple(found.values())


def _constructor(cls: type) -> Iterator[Formal]:
    """Those of __init__, and through ``**kwargs`` those of the public bases."""
    public = _class_names()
    first = True
    for c in cls.__mro__[:-1]:
        if "__init__" not in vars(c):
            continue
        parts = [f for f in _own(vars(c)["__init__"]) if f.name != "self"]
        through = any(f.name == "..." for f in parts) and any("__init__" in vars(b) for b in c.__mro__[1:-1])
        # a private base is called with values of its own; the names of blocks go through to the end
        yield from (f for f in parts if f.name in ("prefix", "params") or ((first or c in public) and f.name != "..."))
        first = False
        if not through:
            yield from (f for f in parts if f.name == "...")
            return


def _own(fn: Callable[..., Any]) -> Iterator[Formal]:
    signature = inspect.signature(fn)
    for p in signature.parameters.values():
        if p.kind is p.VAR_KEYWORD:
            more = _zoo(fn)
            yield from more
            if not more:
                yield Formal("...", True, None, False, False)
        elif p.kind is p.VAR_POSITIONAL:
            yield Formal("...", True, None, False, False)
        else:
            said = p.annotation if isinstance(p.annotation, str) else getattr(p.annotation, "__name__", "")
            required = p.default is p.empty
            ordered = "Sequence" in said or said.startswith("list")
            default = None if required else p.default
            kept = fn.__module__.endswith(".vision.transforms")
            whole = said.startswith("int") and "str" not in said and "Any" not in said
            yield Formal(p.name, required, default, ordered, said.startswith("float"), kept, whole)


def _zoo(fn: Callable[..., Any]) -> list[Formal]:
    """What ``**kwargs`` of a function that makes a network are: options of its family, then of the class it returns."""
    said = str(inspect.signature(fn).return_annotation)
    module = sys.modules.get(fn.__module__)
    kind = re.match(r"\w+", said)
    cls = getattr(module, kind[0], None) if kind else None
    if isinstance(cls, type) and cls is not Any:
        return [f for f in formals(cls) if not f.required]
    family = getattr(fn, "family", None)
    return [f for f in formals(family) if not f.required] if family is not None else []


def formals_text(fs: tuple[Formal, ...]) -> list[str]:
    """As R writes them. Required ones have no default, and R says which one is missing."""
    return [
        f.name if f.name == "..." else quoted(f.name) if f.required else f"{quoted(f.name)} = {_default(f)}" for f in fs
    ]


def _default(f: Formal) -> str:
    value = f.default
    if isinstance(value, type):
        return default_text(value.__name__)
    if callable(value):
        return "NULL"
    return default_text(value, not f.ordered and not f.kept)
