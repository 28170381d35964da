"""Automatic names of blocks and parameters: ``sequential0_dense1_weight``."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any

from ..name import Prefix, current_name

__all__ = ["BlockScope", "new_prefix"]

_local = threading.local()


class BlockScope:
    """``with block.name_scope():`` puts the block's prefix before the names of what is made inside."""

    def __init__(self, block: Any) -> None:
        self._block = block
        self._counter: dict[str, int] = {}
        self._entered: list[tuple[BlockScope | None, Prefix] | None] = []

    def number(self, hint: str) -> str:
        count = self._counter.get(hint, 0)
        self._counter[hint] = count + 1
        return f"{hint}{count}_"

    def __enter__(self) -> BlockScope:
        if self._block._empty_prefix:  # children are named as if the block were not there
            self._entered.append(None)
            return self
        operators = Prefix(self._block.prefix)
        operators.__enter__()
        self._entered.append((getattr(_local, "scope", None), operators))
        _local.scope = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        saved = self._entered.pop()
        if saved is not None:
            _local.scope, operators = saved
            operators.__exit__(kind, value, trace)


def new_prefix(prefix: str | None, hint: str) -> tuple[str, Any]:
    """(full prefix of a new block, the parameters that it shares with the block around it)."""
    scope: BlockScope | None = getattr(_local, "scope", None)
    if scope is None:
        return (current_name(None, hint) + "_" if prefix is None else prefix), None
    block = scope._block
    return block.prefix + (scope.number(hint) if prefix is None else prefix), block.params._shared
