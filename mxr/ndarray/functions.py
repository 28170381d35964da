"""Operators as functions on NDArrays: the generated part of ``mx.nd``."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ..base import MXNetError, MXNetOperandError, MXNetValueError, suggest
from ..context import Context
from ..core.codegen import make_function
from ..core.dispatch import invoke
from ..core.fspace import FSpace
from ..core.op import OpDef, all_names, find_op, get_op
from ..core.params import Attrs
from .ndarray import NDArray

__all__ = ["FunctionSpace", "NdF", "dir_of", "function", "operators_of"]


def run(op: OpDef, inputs: list[Any], a: Attrs, given: dict[str, Any], out: Any, name: Any, attr: Any) -> Any:
    """Runs a generated function's call on NDArrays."""
    for i, x in enumerate(inputs):
        if not isinstance(x, NDArray):
            names = op.input_names(a, len(inputs))
            if x is None:
                missing = ", ".join(n for n, v in zip(names, inputs) if v is None)
                raise MXNetValueError(f"{op.name}: argument {missing} is missing")
            which = names[i] if i < len(names) else f"{op.inputs[-1]}{i}"
            raise MXNetOperandError(
                f"{op.name}: argument {which} must be NDArray, got {type(x).__name__}; "
                + ("in hybrid_forward use F" if type(x).__name__ == "Symbol" else "mx.nd.array(...) makes one")
            )
    if op.refit is not None and isinstance(out, NDArray):
        a = op.refit(a, out.shape, out.dtype)
    return invoke(op, inputs, a, out, context_of(op, a, inputs, out))


def context_of(op: OpDef, a: Attrs, inputs: list[Any], out: Any) -> Context | None:
    """The device that a creation operator names, or that of out=; None leaves it to the inputs."""
    if inputs:
        return None
    said = getattr(a, "ctx", None) if "ctx" in op.params else None
    if said:
        try:
            return parse_context(said)
        except MXNetError as e:
            raise e.retold(f"{op.name}: {e}") from None
    if isinstance(out, NDArray):
        return out._ctx
    return None


def parse_context(text: str) -> Context:
    m = re.fullmatch(r"(\w+)\((\d+)\)", text.strip())
    if m is None:
        raise MXNetValueError(f"ctx={text!r} is not a context; it looks like 'cpu(0)'")
    return Context(m[1], int(m[2]))


def function(name: str, module: str = "mxr.ndarray", public: str | None = None) -> Any:
    """The NDArray function of an operator, by any of its names."""
    d = get_op(name)
    return make_function(d, public or name, run, lambda v: isinstance(v, NDArray), module)


def dir_of(prefix: str) -> list[str]:
    names = [n for n, d in all_names().items() if not d.hidden]
    if prefix:
        return [n[len(prefix) :] for n in names if n.startswith(prefix)]
    return [n for n in names if not n.startswith("_")]


class FunctionSpace(ModuleType):
    """A namespace such as ``mx.nd.linalg``: the operators whose names start with `prefix`, made on first use."""

    def __init__(
        self, name: str, prefix: str, make: Any = function, hide: tuple[str, ...] = (), keep: bool = False
    ) -> None:
        super().__init__(name, f"Operators {prefix}*.")
        self.__dict__.update(_prefix=prefix, _make=make, _hide=hide, _keep=keep)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        full = name if self._keep and name.startswith(self._prefix) else self._prefix + name
        if find_op(full) is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}.{suggest(name, self.__dir__())}")
        f = self._make(full, self.__name__, name)
        setattr(self, name, f)
        return f

    def __dir__(self) -> list[str]:
        if self._keep:
            return sorted(n for n, d in all_names().items() if n.startswith(self._prefix) and not d.hidden)
        return sorted(n for n in dir_of(self._prefix) if not n.startswith(self._hide or ("\0",)))


def operators_of(
    scope: dict[str, Any], prefix: str, make: Any = function, hide: str | tuple[str, ...] = (), keep: bool = False
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a module (`scope`: its globals) that shows operators, made on first use.

    `prefix` of the operators' names is left out, unless `keep`; names that begin with `hide` are not listed.
    """
    space = FunctionSpace(scope["__name__"], prefix, make, (hide,) if isinstance(hide, str) else hide, keep)

    def find(name: str) -> Any:
        f = scope[name] = getattr(space, name)
        return f

    def names() -> list[str]:
        return sorted({*scope.get("__all__", ()), *dir(space)})

    return find, names


class NdF(FSpace):
    """F over NDArrays on the tape: what grad rules use for gradients of gradients."""

    def run(self, op: OpDef, values: list[Any], attrs: dict[str, Any]) -> Any:
        attrs.pop("train", None)
        return invoke(op, values, op.parse(attrs))
