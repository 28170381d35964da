"""``mx.AttrScope``: attributes for all symbols made in a block."""

from __future__ import annotations

import threading
from typing import ClassVar

from .base import MXNetValueError

__all__ = ["AttrScope", "current_attrs"]

_local = threading.local()

# Attributes that nodes keep with double underscores, however they are given
HIDDEN = ("ctx_group", "lr_mult", "wd_mult", "force_mirroring", "mirror_stage", "profiler_scope")


class _Current(type):
    """Gives the class its property ``current``."""

    @property
    def current(cls) -> AttrScope:
        """The scope that is in force."""
        scope = getattr(_local, "scope", None)
        if scope is None:
            scope = _local.scope = AttrScope()
        return scope


class AttrScope(metaclass=_Current):
    """``with mx.AttrScope(ctx_group='dev1'):`` gives the attribute to every symbol made inside."""

    # how many bodies of control flow have been made, by name
    _subgraph_names: ClassVar[dict[str, int]] = {}

    def __init__(self, **kwargs: str) -> None:
        for v in kwargs.values():
            if not isinstance(v, str):
                raise MXNetValueError("Attributes need to be string")
        self._attr = dict(kwargs)
        self._old: AttrScope | None = None

    def get(self, attr: dict[str, str] | None) -> dict[str, str]:
        return {**self._attr, **(attr or {})}

    def __enter__(self) -> AttrScope:
        self._old = getattr(_local, "scope", None)
        if self._old is not None:
            self._attr = {**self._old._attr, **self._attr}
        _local.scope = self
        return self

    def __exit__(self, *exc: object) -> None:
        _local.scope = self._old


def current_attrs(attr: dict[str, str] | None) -> dict[str, str]:
    """The attributes of a new node: those of the scope, overridden by its own."""
    for k, v in (attr or {}).items():
        if not isinstance(v, str):
            raise MXNetValueError(f"attribute {k} must be a string, got {type(v).__name__}: {v!r}")
    scope = getattr(_local, "scope", None)
    found = dict(attr or {}) if scope is None else scope.get(attr)
    return {f"__{k}__" if k in HIDDEN else k: v for k, v in found.items()}
