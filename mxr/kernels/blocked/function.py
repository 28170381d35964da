"""Compiled functions of buffers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

from ..jit.builder import Builder
from ..jit.engine import Engine
from ..jit.function import compile_functions
from ..native import Native

__all__ = ["Function", "compiled", "pair"]


class Function(NamedTuple):
    """A compiled function of buffers (flat or shaped arrays of the right bytes), perhaps with numbers after them.

    `order` has the buffer's number for each slot of the block.
    """

    address: int
    name: str
    order: tuple[int, ...]

    def bind(self, buffers: Sequence[Any], *words: int | float) -> Native:
        return Native.of(self.address, [buffers[i] for i in self.order], *words, name=self.name)


# name, what the code depends on, what writes it, the buffer in each slot of the block
Wanted = tuple[str, Hashable, Callable[[Builder], None], Sequence[int]]


def compiled(wanted: Sequence[Wanted], generator: Engine | None = None) -> tuple[Function, ...]:
    """Functions compiled as one module, those that are known already taken as they are."""
    addresses = compile_functions([((name, key), emit) for name, key, emit, _ in wanted], generator)
    return tuple(Function(at, name, tuple(order)) for at, (name, _, _, order) in zip(addresses, wanted))


def pair(wanted: Sequence[Wanted], generator: Engine | None = None) -> tuple[Function, Function]:
    """Two of them."""
    first, second = compiled(wanted, generator)
    return first, second
