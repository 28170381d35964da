"""A plan: the compiled form turned into a flat list of pre-bound calls on preallocated buffers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..backend import xp_for
from ..context import Context
from ..core import dispatch, kernel_table
from ..core.collector import collector_held
from ..kernels import enabled_sets, moves
from ..kernels.table import in_order, together
from .fuse import Step, compile_groups, fuse, label_of
from .ir import Graph, IrNode, Value, draws
from .memory import Block, empty_aligned, place
from .native_steps import native_call
from .passes import fold, recompute, verify, verifying

__all__ = ["Calls", "Plan", "build_plan"]


class Row:
    """One call of a plan.

    `label` and `kernel` say what runs, for explain() and errors; `once`: a second run would give other results, for it
    draws random numbers (`draws`) or gives states new values.
    """

    __slots__ = ("_label", "draws", "kernel", "once", "run")

    def __init__(
        self, run: Callable[[], Any], label: str | list[IrNode], kernel: str, once: bool = False, draws: bool = False
    ) -> None:
        self.run, self._label, self.kernel, self.once, self.draws = run, label, kernel, once, draws

    @property
    def label(self) -> str:
        """Where the call comes from; that of several nodes is put together when somebody asks."""
        return self._label if isinstance(self._label, str) else label_of(self._label)


class Calls(list):
    """Calls of a plan, one for each row.

    Attributes
    ----------
    joined : the same with neighbours in machine code as one foreign call: what a run really calls.
    """

    def __init__(self, calls: Iterable[Callable[[], Any]]) -> None:
        super().__init__(calls)
        self._joined: list[Callable[[], Any]] | None = None

    @property
    def joined(self) -> list[Callable[[], Any]]:
        if self._joined is None:
            self._joined = collector_held(together)(self)
        return self._joined


class Plan:
    """Rows in order; `split` is where backward begins. `arena` are the bytes of all temporaries.

    Backward writes over temporaries of forward: before it runs again, ``again_calls`` make them anew, all but random
    numbers and new states, which the arena keeps.
    """

    def __init__(
        self, rows: list[Row], split: int, arena: Any, buffers: dict[int, Any], graph: Graph, ctx: Context
    ) -> None:
        self.ctx = ctx
        self.rows, self.split, self.arena, self.buffers, self.graph = rows, split, arena, buffers, graph
        self.forward_calls = Calls(r.run for r in rows[:split])
        self.backward_calls = Calls(r.run for r in rows[split:])
        self.again_calls = Calls(r.run for r in rows[:split] if not r.once)
        # forward with random numbers that are there already
        self.redo_calls = Calls(r.run for r in rows[:split] if not r.draws)

    @property
    def arena_bytes(self) -> int:
        return 0 if self.arena is None else int(self.arena.size)

    def explain(self) -> str:
        """The rows with the kernels chosen, and the arena's size."""
        width = max((len(r.label) for r in self.rows), default=0)
        lines = []
        for i, r in enumerate(self.rows):
            if i == self.split:
                lines.append("-- backward")
            lines.append(f"{i:4d}  {r.label:<{width}}  {r.kernel}")
        lines.append(f"arena: {self.arena_bytes:,} bytes; {len(self.rows)} calls")
        return "\n".join(lines)


class Target(NamedTuple):
    """Where a result goes: a buffer outside the plan, written or added to; `late` ones by backward only."""

    value: Value
    buffer: Any
    add: bool
    late: bool = False


def build_plan(
    g: Graph,
    ctx: Context,
    inputs: dict[int, Any],
    targets: Sequence[Target],
    forward_nodes: set[int],
    arena: Any = None,
) -> Plan:
    """Plans `g` on `ctx`.

    Parameters
    ----------
    inputs : raw arrays by id of the graph's input values.
    targets : results and the buffers that take them.
    forward_nodes : id()s of the nodes that belong to the forward part.
    arena : memory for the temporaries that others use, too, at other times; taken where it is large enough.
    """
    builder = _Builder(g, ctx, inputs, targets, forward_nodes)
    builder.arena = arena
    return builder.build()


class _Builder:
    def __init__(self, g: Graph, ctx: Context, inputs: dict[int, Any], targets: Sequence[Target], fwd: set[int]):
        self.g, self.ctx, self.targets, self.fwd = g, ctx, targets, fwd
        self.xp = xp_for(ctx)
        self.buffers: dict[int, Any] = dict(inputs)
        self.root: dict[int, Value] = {}  # value id -> the value whose buffer it shows
        self.external = set(inputs)
        self.train = any(n.train for n in g.nodes)
        self.wanted: set[int] = set()
        self.arena: Any = None
        self.sessions: dict[int, dict[str, Any]] = {}  # of operators in Python, by id() of the forward node
        self.late: list[Target] = []  # gradients that forward has made, or that are given

    @functools.cached_property
    def consumed(self) -> set[int]:
        """Ids of the values that a node takes."""
        return {v.id for n in self.g.nodes for v in n.ins}

    def build(self) -> Plan:
        self.g.finished()
        wanted = self.wanted = {t.value.id for t in self.targets}
        if not self.ctx.is_gpu:
            constants = fold(self.g, wanted)
            self.buffers.update(constants)
            self.external.update(constants)
        kernels = set() if self.ctx.is_gpu else enabled_sets()
        if "jit" in kernels:
            recompute(self.g, self.fwd, wanted)
        if verifying():
            verify(self.g, self.external)
        steps = fuse(self.g, wanted, self.fwd, self.ctx)
        if kernels and any(n.op.heavy for n in self.g.nodes):
            from .kernel_steps import LayoutPass  # the pass with all handlers registered

            layout_pass = LayoutPass(self.g, steps, wanted, self.train, kernels, self.buffers)
            steps = layout_pass.run()
            self.buffers.update(layout_pass.lasting)
            self.external.update(layout_pass.lasting)
        if not self.ctx.is_gpu:
            compile_groups(steps)
        for step in steps:
            for node in step.nodes:
                if node.op.view and not step.group:
                    self.root[node.outs[0].id] = self._root(node.ins[0])
        copies = self._bind_targets()
        arena = self._allocate(steps, wanted)
        rows: list[Row] = []
        split = 0
        for step in steps:
            rows.extend(self._rows(step))
            if copies:
                rows.extend(self._copies(copies.pop(v.id)) for v in step.outs if v.id in copies)
            if step.forward:
                split = len(rows)
        early = [self._copies(t) for t in copies.values()]  # what is left are outputs that are inputs themselves
        rows = early + rows[:split] + [self._copies([t]) for t in self.late] + rows[split:]
        return Plan(rows, split + len(early), arena, self.buffers, self.g, self.ctx)

    def _root(self, v: Value) -> Value:
        return self.root.get(v.id, v)

    # ---- results
    def _bind_targets(self) -> dict[int, list[Target]]:
        """Lets results be computed straight into their targets; the others get a copy (or addition) row."""
        copies: dict[int, list[Target]] = {}
        for t in self.targets:
            v, root = t.value, self._root(t.value)
            if t.late and (v.node is None or id(v.node) in self.fwd):
                self.late.append(t)
                continue
            direct = (
                root is v and v.node is not None and v.id not in self.external and not t.add
                and v.dtype == t.buffer.dtype and v.id not in copies
            )  # fmt: skip
            if direct:
                self.buffers[v.id] = t.buffer
                self.external.add(v.id)
            else:
                copies.setdefault(v.id, []).append(t)
        return copies

    def _copies(self, targets: Sequence[Target]) -> Row:
        """One row for all targets of a value."""
        kernel = "add" if len(targets) == 1 and targets[0].add else "copy"
        return Row(in_order(*(self._copy(t) for t in targets)), f"{targets[0].value!r} -> result", kernel)

    def _copy(self, t: Target) -> Callable[[], Any]:
        src, dst, xp = self._buffer(t.value), t.buffer, self.xp
        if not self.ctx.is_gpu:
            moved = (moves.added if t.add else moves.copied)(dst, src)
            if moved is not None:
                return moved

        def run() -> None:
            if t.add:
                xp.add(dst, src, out=dst, casting="unsafe")
            else:
                dst[...] = src

        return run

    # ---- memory
    def _allocate(self, steps: list[Step], wanted: set[int]) -> Any:
        """Places for all temporaries in one arena, which is the answer."""
        made, last = self._lives(steps, wanted)
        owners, sharers = self._share_inplace(steps, made, last)
        blocks = []
        for vid, (start, v) in made.items():
            if vid in self.external or vid in owners:
                continue
            nbytes, end = v.nbytes, last[vid]
            for m in sharers.get(vid, ()):
                nbytes, end = max(nbytes, made[m][1].nbytes), max(end, last[m])
            blocks.append(Block(vid, nbytes, start, end))
        offsets, total = place(blocks)
        arena = self.arena
        if arena is None or arena.size < total:
            arena = empty_aligned(self.xp, total) if total else None
        for vid, (_, v) in made.items():
            if vid in self.external:
                continue
            own = owners.get(vid, vid)
            if own in self.external:
                self.buffers[vid] = self.buffers[own].reshape(v.shape)
            else:
                self.buffers[vid] = _part(arena, offsets[own], v, self.ctx.is_gpu)
        return arena

    def _lives(self, steps: list[Step], wanted: set[int]) -> tuple[dict[int, tuple[int, Value]], dict[int, int]]:
        """By id of what steps make: (number of the step, value); by id of any value the last step that needs it."""
        made: dict[int, tuple[int, Value]] = {}
        last: dict[int, int] = {}
        root, end = self.root, len(steps)
        for i, step in enumerate(steps):
            for v in step.ins:
                last[root[v.id].id if v.id in root else v.id] = i
            for v in step.outs:
                if v.id not in root:
                    made[v.id] = i, v
                    last[v.id] = i
        for v_id in wanted:
            last[root[v_id].id if v_id in root else v_id] = end
        last.update((v.id, end) for step in steps if _once(step) for v in step.outs)
        return made, last

    def _share_inplace(
        self, steps: list[Step], made: dict[int, tuple[int, Value]], last: dict[int, int]
    ) -> tuple[dict[int, int], dict[int, list[int]]]:
        """Results of in-place operators take over the buffer of an input that dies there.

        Returns the owner of each buffer taken over, and by owner those that took it over.
        """
        owners: dict[int, int] = {}
        sharers: dict[int, list[int]] = {}
        living: dict[int, list[int]] = {}  # by owner those that are needed after the step at hand
        for i, step in enumerate(steps):
            if not step.inplace:
                continue
            for out in step.outs:
                if out.id in self.external or out.id in self.root:
                    continue
                for v in step.ins if step.over is None else (step.over,):
                    r = self.root.get(v.id, v)
                    if last[r.id] != i or r.id in self.external or r.id not in made:
                        continue
                    if r.nbytes != out.nbytes or v.shape != out.shape or v.dtype != out.dtype:
                        continue
                    own = owners.get(r.id, r.id)
                    twice = len(step.ins) > 1 and sum(self.root.get(w.id, w) is r for w in step.ins) != 1
                    if twice or any(owners.get(o.id, o.id) == own for o in step.outs):
                        continue
                    living[own] = [k for k in living.get(own, ()) if last[k] > i]
                    if living[own]:
                        continue
                    owners[out.id] = own
                    sharers.setdefault(own, []).append(out.id)
                    living[own].append(out.id)
                    break
        return owners, sharers

    # ---- calls
    def _buffer(self, v: Value) -> Any:
        buf = self.buffers[self.root.get(v.id, v).id]
        return buf if buf.shape == v.shape else buf.reshape(v.shape)

    def _rows(self, step: Step) -> list[Row]:
        if step.fused is not None:
            run = step.fused([self._buffer(v) for v in step.ins], [self._buffer(v) for v in step.outs])
            return [Row(run, step.nodes or step.text, step.kernel)]
        node = step.nodes[0]
        if node.op.view:
            return []
        return [self._call(node)]

    def _call(self, node: IrNode) -> Row:
        ins = [self._buffer(v) for v in node.ins]
        outs = [self._buffer(v) for v in node.outs if v.id in self.buffers or self._root(v).id in self.buffers]
        op, a, xp = node.op, node.a, self.xp
        moved = None if self.ctx.is_gpu else native_call(node, ins, outs)
        if moved is not None:
            return Row(moved, node.name, f"{op.name} moves")
        if op.into is not None and len(outs) == 1:
            into, out = op.into, outs[0]
            return Row(lambda: into(xp, a, out, *ins), node.name, f"{op.name} into")
        if op.bound is not None:
            home = node.ins[-1].node if op.hidden else node  # a gradient shares the session of its forward
            used = [v.id in self.wanted or v.id in self.consumed for v in node.outs]
            run = op.bound(a, ins, outs, used, self.ctx, node.train, self.sessions.setdefault(id(home), {}))
            return Row(run, node.name, f"{op.name} python", True)
        random = draws(op, a, node.train)
        once = random or bool(node.effects)
        kernel = None if self.ctx.is_gpu else kernel_table.find(op.name, a, node.ins)
        fill = getattr(kernel, "into", None)
        if fill is not None and len(outs) == len(node.outs):
            return Row(_kernel(node, ins, outs, fill, self.ctx), node.name, f"{op.name} kernel", once, random)
        return Row(_general(node, ins, outs, xp, self.ctx), node.name, f"{op.name} {xp.__name__}", once, random)


def _part(arena: Any, offset: int, v: Value, on_gpu: bool) -> Any:
    """The array of a value in the arena."""
    if on_gpu:
        return arena[offset : offset + v.nbytes].view(v.dtype).reshape(v.shape)
    return np.ndarray(v.shape, v.dtype, arena, offset)


def _once(step: Step) -> bool:
    """Whether a forward step must not run again: it draws random numbers or gives states new values."""
    return step.forward and step.fused is None and any(not n.pure for n in step.nodes)


def _kernel(node: IrNode, ins: list[Any], outs: list[Any], into: Any, ctx: Context) -> Callable[[], None]:
    """A kernel of the imperative path that can fill given buffers."""
    op, a = node.op, node.a
    extra: dict[str, Any] = {"train": node.train} if op.train_aware else {}

    def run() -> None:
        if op.random:
            extra["rng"] = dispatch.generator_for(ctx)
        into(a, outs, *ins, **extra)

    return run


def _general(node: IrNode, ins: list[Any], outs: list[Any], xp: Any, ctx: Context) -> Callable[[], None]:
    """forward(), then its results copied into place; new values of mutated inputs go to those inputs."""
    op, a, train = node.op, node.a, node.train
    extra: dict[str, Any] = {}
    if op.train_aware:
        extra["train"] = train
    names = op.input_names(a, len(ins))
    mutated = [ins[names.index(m)] for m in op.mutates if m in names]
    n_out = len(node.outs)
    random = op.random
    forward = op.forward

    def run() -> None:
        if random:
            extra["rng"] = dispatch.generator_for(ctx)
        raw = forward(xp, a, *ins, **extra)
        if type(raw) is not tuple:
            raw = (raw,)
        for dst, r in zip(outs, raw):
            if dst.shape == r.shape:
                dst[...] = r
            else:
                dst[...] = r.reshape(dst.shape)
        for dst, r in zip(mutated, raw[n_out:]):
            if r is not None:
                dst[...] = r

    return run
