"""Registries of classes by name, for users who make their own (MXNet's ``mx.registry``)."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from .base import MXNetTypeError, Registry

__all__ = ["get_alias_func", "get_create_func", "get_register_func", "get_registry"]

_registries: dict[type, Registry] = {}


def adopt(base_class: type, registry: Registry) -> None:
    """Makes an existing registry the one of `base_class`."""
    _registries[base_class] = registry


def _of(base_class: type, nickname: str) -> Registry:
    return _registries.setdefault(base_class, Registry(nickname))


def get_registry(base_class: type) -> dict[str, type]:
    """A copy of the registered classes by name."""
    return dict(_of(base_class, base_class.__name__.lower()).classes)


def get_register_func(base_class: type, nickname: str) -> Callable:
    """A function ``register(klass, name=None)`` for subclasses of `base_class`; also a decorator."""

    def register(klass: type, name: str | None = None) -> type:
        if not (isinstance(klass, type) and issubclass(klass, base_class)):
            raise MXNetTypeError(f"Can only register subclass of {base_class.__name__}, got {klass!r}")
        registry = _of(base_class, nickname)
        key = (name or klass.__name__).lower()
        old = registry.classes.get(key)
        if old is not None:
            warnings.warn(
                f"New {nickname} {klass.__module__}.{klass.__name__} registered with name {key} is overriding "
                f"existing {nickname} {old.__module__}.{old.__name__}",
                UserWarning,
                stacklevel=2,
            )
        return registry.register(klass, key)

    register.__doc__ = f"Register {nickname} to the {nickname} factory"
    return register


def get_alias_func(base_class: type, nickname: str) -> Callable:
    """A decorator maker ``alias(*names)`` for subclasses of `base_class`."""

    def alias(*aliases: str) -> Callable[[type], type]:
        return _of(base_class, nickname).alias(*aliases)

    return alias


def get_create_func(base_class: type, nickname: str) -> Callable:
    """A function that makes instances from a name, an instance, a dict, or JSON; the name may be keyword `nickname`."""

    def create(*args: Any, **kwargs: Any) -> Any:
        if args:
            what, args = args[0], args[1:]
        else:
            what = kwargs.pop(nickname, None)
        if isinstance(what, dict):
            return create(**what)
        return _of(base_class, nickname).create(what, *args, base=base_class, **kwargs)

    create.__doc__ = f"Create a {nickname} instance from its name, an instance, a dict or JSON."
    return create
