"""Blocks written in R: R keeps the fields and functions of each by a key, and is asked for them."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import Any

from mxr import gluon

from .r import exported, handles
from .r_errors import RInputError
from .r_gluon_values import from_r, to_r
from .r_io import checked

__all__: list[str] = []

_keys = itertools.count(1)
_dead: list[str] = []  # keys of blocks that are gone


class _Own:
    """What blocks of R share. `_r_run` is R's one closure for all of them."""

    _r_run: Callable[..., Any]
    _r_key: str

    def _ask_r(self, method: str, first: Any, args: tuple, params: dict[str, Any]) -> Any:
        values = [*([] if first is None else [to_r(first)]), *[to_r(a) for a in args]]
        named = [list(params), [to_r(p) for p in params.values()]]
        return from_r(checked(type(self)._r_run(self._r_key, handles.add(self), method, values, named)))


class OwnBlock(_Own, gluon.Block):
    def forward(self, *args: Any) -> Any:
        return self._ask_r("forward", None, args, {})


class OwnHybridBlock(_Own, gluon.HybridBlock):
    def hybrid_forward(self, F: Any, x: Any, *args: Any, **params: Any) -> Any:
        return self._ask_r("hybrid_forward", F, (x, *args), params)


class OwnForwardBlock(OwnHybridBlock):
    """A HybridBlock of R that writes ``forward``, and so is not compiled."""

    def forward(self, *args: Any) -> Any:
        return self._ask_r("forward", None, args, {})


@exported
def gl_own_class(name: str, kind: str, run: Callable[..., Any]) -> int:
    base = {"block": OwnBlock, "hybrid": OwnHybridBlock, "forward": OwnForwardBlock}[kind]
    return handles.add(type(name, (base,), {"_r_name": name, "_r_run": staticmethod(run)}))


@exported
def gl_own_new(cls: Any, prefix: Any, params: Any) -> list[Any]:
    """An instance without fields, its key, and the keys of those that are gone."""
    if prefix is not None and not isinstance(prefix, str):
        raise RInputError(f"{handles.get(cls).__name__}: argument prefix must be one text, given {prefix!r}")
    block = handles.get(cls)(prefix=prefix, params=from_r(params))
    block.__dict__["_r_key"] = key = str(next(_keys))
    weakref.finalize(block, _dead.append, key)
    gone = _dead[:]
    del _dead[:]
    return [to_r(block), key, gone]


@exported
def sym_dim(h: Any) -> list[int] | None:
    """The dim of a symbol of the running trace; None where it is not known."""
    shape = getattr(handles.get(h), "shape", None)
    return None if shape is None else [int(n) for n in reversed(shape)]


@exported
def gl_scope_enter(h: Any) -> None:
    handles.get(h).name_scope().__enter__()


@exported
def gl_scope_leave(h: Any) -> None:
    handles.get(h).name_scope().__exit__(None, None, None)
