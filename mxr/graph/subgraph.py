"""Symbols inside operators: the bodies of loops and branches, inferred and compiled on their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..backend import xp_for, xp_of
from ..context import Context
from .compile import compile_symbol
from .infer import infer_types, solve_shapes
from .ir import draws
from .plan import Calls
from .symbol import Symbol, SymNode

__all__ = ["Subgraph"]

MAX_RUNNERS = 64


class Subgraph:
    """A symbol that an operator runs.

    Attributes
    ----------
    names : its variables in graph order; everything else goes by position in this list.
    states : positions of the auxiliary states (moving averages).
    random : whether it draws random numbers.
    """

    def __init__(self, symbol: Symbol) -> None:
        self.symbol = symbol
        order = symbol._nodes()
        self.names: list[str] = [n.name for n in order if n.op is None]
        auxiliary = set(symbol.list_auxiliary_states())
        self.states = [i for i, n in enumerate(self.names) if n in auxiliary]
        self._drawing: list[SymNode] = [n for n in order if n.op is not None and draws(n.op, n.a)]
        self.random = bool(self._drawing)
        self._idle: dict[Any, list[Runner]] = {}

    @property
    def n_outputs(self) -> int:
        return len(self.symbol._entries)

    @property
    def n_drawn(self) -> int:
        """How many results the operators that draw random numbers have."""
        return sum(n.n_outputs for n in self._drawing)

    # ---- inference
    def infer(self, ins: Sequence[Any], outs: Sequence[Any]) -> tuple[list[Any], list[Any], list[Any]]:
        """Shapes of (inputs, outputs, drawn values) from what is known."""
        known = {n: s for n, s in zip(self.names, ins) if s is not None}
        order, shapes = solve_shapes(self.symbol, known, outs)
        return self._collect(order, shapes)

    def infer_dtypes(self, ins: Sequence[Any], outs: Sequence[Any]) -> tuple[list[Any], list[Any], list[Any]]:
        known = {n: t for n, t in zip(self.names, ins) if t is not None}
        types = infer_types(self.symbol, known, outs)
        return self._collect(self.symbol._nodes(), types)

    def _collect(self, order: list[SymNode], found: dict[Any, Any]) -> tuple[list[Any], list[Any], list[Any]]:
        return (
            [found.get((id(n), 0)) for n in order if n.op is None],
            [found.get((id(n), i)) for n, i, _ in self.symbol._entries],
            [found.get((id(n), i)) for n in self._drawing for i in range(n.n_outputs)],
        )

    # ---- running
    @contextmanager
    def runner(self, arrays: Sequence[Any], train: bool, backward: bool = False) -> Iterator[Runner]:
        """A compiled form for inputs of these shapes and dtypes, for this caller alone."""
        key = (tuple((x.shape, x.dtype) for x in arrays), type(arrays[0]) if arrays else None, train, backward)
        idle = self._idle.setdefault(key, [])
        try:
            runner = idle.pop()
        except IndexError:
            runner = Runner(self, arrays, train, backward)
        yield runner
        if len(self._idle) > MAX_RUNNERS:
            self._idle.clear()
        idle.append(runner)


class Runner:
    """A compiled body with buffers of its own.

    Attributes
    ----------
    ins, outs : buffers by position. `outs` are overwritten by the next run.
    heads, grads : gradients of `outs` and `ins`; None where none is needed, or where there is none.
    drawn : results of random operators; to be filled before :meth:`backward`.
    """

    def __init__(self, body: Subgraph, arrays: Sequence[Any], train: bool, backward: bool) -> None:
        self.ctx = _context(arrays)
        xp = xp_for(self.ctx)
        self.ins = [xp.empty(x.shape, x.dtype) for x in arrays]
        self._states = body.states
        wrt = [
            n for i, (n, x) in enumerate(zip(body.names, arrays))
            if backward and x.dtype.kind == "f" and i not in body.states
        ]  # fmt: skip
        made = compile_symbol(body.symbol, self.ctx, dict(zip(body.names, self.ins)), train, wrt)
        self._plan, self.outs, self.drawn = made.plan, made.outs, made.drawn
        self.heads = [made.heads.get(i) for i in range(len(made.outs))]
        self.grads = [made.grads.get(n) for n in body.names]

    def load(self, positions: Sequence[int], arrays: Sequence[Any]) -> None:
        for i, x in zip(positions, arrays):
            self.ins[i][...] = x

    def forward(self) -> None:
        _run(self._plan.forward_calls)

    def backward(self) -> None:
        """Forward once more, with the numbers in `drawn` and states as they were, then gradients into `grads`."""
        kept = [self.ins[i].copy() for i in self._states]
        _run(self._plan.redo_calls)
        self.load(self._states, kept)
        _run(self._plan.backward_calls)


def _run(calls: Calls) -> None:
    for call in calls.joined:
        call()


def _context(arrays: Sequence[Any]) -> Context:
    """The device that raw arrays are on; a CPU is cpu(0), whose generator random operators then use."""
    x = next(iter(arrays), None)
    if x is None or not hasattr(x, "device") or xp_of(x).__name__ == "numpy":
        return Context("cpu", 0)
    return Context("gpu", x.device.id)
