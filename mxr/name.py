"""``mx.name``: how nodes get their names (NameManager, Prefix)."""

from __future__ import annotations

import threading

__all__ = ["NameManager", "Prefix", "current_name"]

_local = threading.local()


class _Current(type):
    """Gives the class its property ``current``."""

    @property
    def current(cls) -> NameManager:
        """The manager that is in force."""
        return current()


class NameManager(metaclass=_Current):
    """Gives ``<hint><counter>`` names; as a ``with`` block it starts counting anew."""

    def __init__(self) -> None:
        self._counter: dict[str, int] = {}
        self._old: NameManager | None = None

    def get(self, name: str | None, hint: str) -> str:
        """`name` itself if given, else the next automatic name for `hint`."""
        if name:
            return name
        n = self._counter.get(hint, 0)
        self._counter[hint] = n + 1
        return f"{hint}{n}"

    def __enter__(self) -> NameManager:
        self._old = current()
        _local.manager = self
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._old is not None
        _local.manager = self._old


class Prefix(NameManager):
    """Puts `prefix` before all names."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def get(self, name: str | None, hint: str) -> str:
        return self._prefix + super().get(name, hint)


def current() -> NameManager:
    manager = getattr(_local, "manager", None)
    if manager is None:
        manager = _local.manager = NameManager()
    return manager


def current_name(name: str | None, hint: str) -> str:
    return current().get(name, hint)
