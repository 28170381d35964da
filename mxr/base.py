"""Errors, name suggestions and the class registry that everything else builds on."""

from __future__ import annotations

import difflib
import inspect
import json
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["MXNetError", "MXNetTypeError", "MXNetValueError", "Registry", "suggest"]


class MXNetError(RuntimeError):
    """Base of all errors that mxr raises; the name and base class are MXNet's."""

    input_shapes: dict[str, tuple[int, ...]] | None = None  # of the operator whose inputs do not fit together
    in_block = False  # whether the text names the block that it is about

    def retold(self, text: str) -> MXNetError:
        """An error of this kind that says `text`; of the next kind above where this one is not made of a text."""
        kind = next(k for k in type(self).__mro__ if issubclass(k, MXNetError) and not inspect.isfunction(k.__init__))
        return kind(text)


class MXNetValueError(MXNetError, ValueError):
    """A value of the right kind that is not acceptable; also a ``ValueError``."""


class MXNetTypeError(MXNetError, TypeError):
    """A value of the wrong kind; also a ``TypeError``."""


class MXNetNotImplementedError(MXNetError, NotImplementedError):
    """Something MXNet has and mxr does not (yet); names the operator and argument."""


class MXNetIndexError(MXNetError, IndexError):
    """An index out of range; also an ``IndexError``, so that iteration protocols end on it."""


class MXNetKeyError(MXNetError, KeyError):
    """An entry that is not there; also a ``KeyError``."""

    __str__ = BaseException.__str__  # the text as it is; a KeyError would print it in quotes


class MXNetAttributeError(MXNetError, AttributeError):
    """A name that is not there; also an ``AttributeError``."""


class MXNetAssertionError(MXNetError, AssertionError):
    """A method called in the wrong state, where MXNet asserts; also an ``AssertionError``."""


class MXNetOperandError(MXNetTypeError, MXNetAssertionError):
    """An operator got something else than arrays, where MXNet asserts."""


class MXNetMemoryError(MXNetError, MemoryError):
    """An array does not fit into the memory of its device."""


class MXNetOSError(MXNetError, OSError):
    """A file that cannot be read or written; also an ``OSError`` with its `errno`, `strerror` and `filename`."""

    __str__ = BaseException.__str__  # the text alone; an OSError would print its number and file


class MXNetFileNotFoundError(MXNetOSError, FileNotFoundError):
    """A file that is not there; also a ``FileNotFoundError``."""


class MXNetIsADirectoryError(MXNetOSError, IsADirectoryError):
    """A folder where a file is expected; also an ``IsADirectoryError``."""


def file_error(error: OSError, text: str) -> MXNetOSError:
    """The error to raise for `error`: `text`, then what the system says."""
    kinds = {FileNotFoundError: MXNetFileNotFoundError, IsADirectoryError: MXNetIsADirectoryError}
    kind: type[MXNetOSError] = kinds.get(type(error), MXNetOSError)
    raised = kind(f"{text}: {error.strerror or error}")
    raised.errno, raised.strerror, raised.filename = error.errno, error.strerror, error.filename
    return raised


def suggest(name: str, names: Iterable[str]) -> str:
    """``" Did you mean 'x'?"`` for the closest of `names`, or an empty string."""
    names = list(names)
    close = difflib.get_close_matches(str(name), names, n=3, cutoff=0.6)
    if not close:
        lowered = {n.lower(): n for n in names}
        close = [lowered[c] for c in difflib.get_close_matches(str(name).lower(), lowered, n=3, cutoff=0.6)]
    return f" Did you mean {' or '.join(repr(c) for c in close)}?" if close else ""


def arguments_of(klass: type) -> set[str]:
    """Names that ``klass(...)`` takes, through all the ``__init__`` that hand on their ``**kwargs``."""
    known: set[str] = set()
    for base in klass.__mro__[:-1]:
        parameters = inspect.signature(base.__init__).parameters.values()  # type: ignore[misc]
        known.update(p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL))
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            break
    return known - {"self"}


class Registry:
    """Classes by case-insensitive name, as ``mx.registry`` keeps optimisers, metrics and initialisers.

    Parameters
    ----------
    kind : what is registered, used in messages ("optimizer").
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.classes: dict[str, type] = {}

    def register(self, cls: type, name: str | None = None) -> type:
        self.classes[(name or cls.__name__).lower()] = cls
        return cls

    def alias(self, *names: str) -> Callable[[type], type]:
        def wrap(cls: type) -> type:
            for name in names:
                self.register(cls, name)
            return cls

        return wrap

    def get(self, name: str) -> type:
        cls = self.classes.get(str(name).lower())
        if cls is None:
            raise MXNetAssertionError(
                f"{name!r} is not a registered {self.kind}.{suggest(str(name).lower(), self.classes)}"
                f" Registered: {', '.join(sorted(self.classes))}."
            )
        return cls

    def create(self, spec: Any, *args: Any, base: type | None = None, **kwargs: Any) -> Any:
        """An instance from a name, a JSON string ``["name", {...}]``, or an instance of `base` itself."""
        if base is not None and isinstance(spec, base):
            if args or kwargs:
                raise MXNetAssertionError(f"{self.kind} is already an instance: further arguments are not accepted")
            return spec
        if not isinstance(spec, str):
            raise MXNetAssertionError(f"{self.kind} must be a name or an instance, got {type(spec).__name__}: {spec!r}")
        if spec.startswith("["):
            name, kwargs = json.loads(spec)
            return self.get(name)(**kwargs)
        if spec.startswith("{"):
            kwargs = json.loads(spec)
            return self.get(kwargs.pop(self.kind))(**kwargs)
        return self.get(spec)(*args, **kwargs)


def __getattr__(name: str) -> Any:
    import importlib

    names = importlib.import_module(".base_names", __package__)  # which builds on this module
    if name.startswith("__") or not hasattr(names, name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(names, name)
