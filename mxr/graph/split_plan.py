"""Running replicas: their plans at the same time, then the additions that join their sums."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from ..context import Context
from ..core import threads
from ..kernels.gathering import Gathering
from ..kernels.team import Meeting, meeting
from . import run as run_module
from .ir import Graph
from .plan import Calls, Plan, Row
from .run import named, run_calls
from .shard import Sharding

__all__ = ["Replica", "SplitPlan"]

# A join of so many elements at least is itself shared by the threads.
WIDE = 1 << 20

Call = Callable[[], Any]
Join = tuple[Any, list[Any], bool]  # array, the replicas' parts, whether what is in the array counts too


class Replica:
    """A plan with what moves data to it and from it, where a share of the batch is no stretch of memory.

    `before` and `after` are those moves by whether they belong to backward.
    """

    def __init__(self, plan: Plan, before: dict[bool, list[Call]], after: dict[bool, list[Call]]) -> None:
        self.plan, self._before, self._after = plan, before, after

    def calls(self, which: Calls, late: bool, gathering: Gathering | None) -> Call:
        before, after = self._before[late], self._after[late]

        def run() -> None:
            for move in before:
                move()
            run_calls(self.plan, which)
            for move in after:
                move()

        def guarded() -> None:
            try:
                run()
            except BaseException:  # the others must not wait for this one
                gathering.give_up()  # type: ignore[union-attr]
                raise

        return run if gathering is None else guarded

    def only(self, which: Calls, late: bool) -> Any:
        """The one call that it comes down to, None where there are more."""
        moves = self._before[late] or self._after[late]
        return which.joined[0] if not moves and len(which.joined) == 1 else None


class SplitPlan(Plan):
    """Plans of replicas that run together; to its users one plan of one call, which starts the threads."""

    def __init__(
        self, g: Graph, ctx: Context, sharding: Sharding, bounds: list[int], replicas: list[Replica],
        drawing: list[Call], joins: tuple[list[Join], list[Join]], gathering: Gathering | None,
    ) -> None:  # fmt: skip
        self._sharding, self._bounds, self._replicas = sharding, bounds, replicas
        plans = self.plans = [r.plan for r in replicas]

        def row(which: str, backward: bool) -> Row:
            first = drawing if which == "forward_calls" else []
            run = _together(replicas, which, backward, first, joins[backward], gathering)
            return Row(run, "", f"{len(replicas)} replicas")  # no label: the replicas name the operator in their errors

        forward, backward = row("forward_calls", False), row("backward_calls", True)
        again, redo = row("again_calls", False), row("redo_calls", False)
        super().__init__([forward, backward, again, redo], 1, None, {}, g, ctx)
        self.backward_calls = Calls([backward.run])
        self.again_calls, self.redo_calls = Calls([again.run]), Calls([redo.run])
        self._bytes = sum(p.arena_bytes for p in plans)
        self._bytes += sum(part.nbytes for _, parts, _ in (*joins[0], *joins[1]) for part in parts)

    @property
    def arena_bytes(self) -> int:
        return self._bytes

    def explain(self) -> str:
        """How the batch is split, the first replica's rows, and all temporaries."""
        s = self._sharding
        sizes = " + ".join(str(b - a) for a, b in pairwise(self._bounds))
        names = ", ".join(v.name for v in s.seeds)
        lines = self.plans[0].explain().splitlines()
        return "\n".join([
            f"{len(self.plans)} replicas with a thread each: axis {s.axis} of {names} is split, {sizes} of {s.n}",
            *lines[:-1],
            f"arena: {self._bytes:,} bytes; {len(self.plans)} x {len(self.plans[0].rows)} calls",
        ])  # fmt: skip


def _together(
    replicas: list[Replica], which: str, backward: bool, first: list[Call], joins: list[Join],
    gathering: Gathering | None,
) -> Call:  # fmt: skip
    """Calls `first`, runs a part of the replicas' plans on threads of their own, then adds up what they made."""
    parts: list[Calls] = [getattr(r.plan, which) for r in replicas]
    calls = [r.calls(part, backward, gathering) for r, part in zip(replicas, parts)]
    shares = _shares(joins, len(replicas))
    met: list[Meeting | None] = []

    def in_machine_code(together: Meeting) -> None:
        errors: list[Exception] = []
        for i, status in together():
            try:
                together.calls[i].failed(status)
            except Exception as e:
                errors.append(named(replicas[i].plan, bare[i], e))
        if errors:
            raise next((e for e in errors if not isinstance(e, threads.Stopped)), errors[0]) from None

    bare: list[Any] = []

    def run() -> None:
        if not met:
            bare[:] = [r.only(part, backward) for r, part in zip(replicas, parts)]
            able = gathering is not None and all(getattr(c, "native", None) for c in bare)
            met.append(meeting([gathering.guarded(c) for c in bare] if able and gathering is not None else bare))
        for call in first:
            call()
        together = met[0]
        try:
            if together is None or run_module.timed is not None:
                threads.run_together(calls)
            else:
                in_machine_code(together)
        except BaseException:
            if gathering is not None:
                gathering.reset()
            raise
        if len(shares) == 1:
            shares[0]()
        elif shares:
            threads.run_together(shares)

    return run


def _shares(joins: list[Join], count: int) -> list[Call]:
    """The additions of `joins`, for one thread; for `count` ones where they are many."""
    if not joins:
        return []
    if sum(dst.size for dst, _, _ in joins) < WIDE:
        return [_adder(joins)]
    cut: list[list[Join]] = [[] for _ in range(count)]
    for dst, parts, add in joins:
        step = math.ceil(dst.size / count / 16) * 16
        for r in range(count):
            at = slice(r * step, (r + 1) * step)
            if dst[at].size:
                cut[r].append((dst[at], [p[at] for p in parts], add))
    return [_adder(c) for c in cut]


def _adder(joins: list[Join]) -> Call:
    steps = []
    for dst, parts, add in joins:
        first = parts if add else parts[1:]
        steps.append((dst, None if add else parts[0], first))

    def run() -> None:
        for dst, start, rest in steps:
            if start is not None:
                np.copyto(dst, start)
            for part in rest:
                np.add(dst, part, out=dst)

    return run
