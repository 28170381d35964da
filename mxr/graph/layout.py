"""The layout pass: kernels with the layouts that they want, reorders only where layouts differ.

A value may exist in several versions: its own (plain, row-major) and others in opaque layouts, oneDNN's or our own
(`kernels.layouts`), which are values of their own, flat and of the bytes that the layout needs. An operator may have
handlers of several kernel sets; those of lower rank are tried first. A handler asks its kernel which layouts it
wants; elementwise groups run over opaque bytes as they are, where padding stays zero.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..core.expr import Expr
from ..core.faults import KernelFault, warn_once
from ..kernels import layouts, onednn
from ..kernels.buffers import address
from ..kernels.layouts import Blocked
from ..kernels.onednn import Arg, Layout, Primitive, Unsupported
from . import tuned
from .conv_chain import CHAIN, Chain, find_chains
from .fuse import Step, expr_of
from .ir import Graph, IrNode, Value
from .prepared import Make, Preparation, Prepared, prepared

__all__ = ["HANDLERS", "AnyLayout", "Handler", "LayoutPass", "handles"]

AnyLayout = Layout | Blocked


class Handler(NamedTuple):
    """`run(layout_pass, node, step)` emits steps and returns True, or False to pass; `kernels` is its kernel set."""

    rank: int
    kernels: str
    run: Callable[[LayoutPass, IrNode, Step], bool]


_FLOAT = np.dtype(np.float32)

# operator name -> its handlers, those tried first in front
HANDLERS: dict[str, list[Handler]] = {}


def handles(name: str, rank: int = 50, kernels: str = "onednn") -> Callable[[Any], Any]:
    """Registers a handler of an operator; of several the one of the lowest rank is tried first."""

    def wrap(f: Any) -> Any:
        have = HANDLERS.setdefault(name, [])
        have.append(Handler(rank, kernels, f))
        have.sort(key=lambda h: h.rank)
        return f

    return wrap


class LayoutPass:
    """Walks the steps in order and emits new ones.

    Attributes
    ----------
    versions : value id -> {layout or None for plain: the value that holds it}.
    forward_of : id of a forward node -> what its backward needs of it (primitive, work space, ...).
    kernels : the kernel sets that may be used, of "jit" and "onednn".
    given : raw arrays of inputs by value id.
    lasting : buffers that keep their contents between runs, by value id.
    consumers : value id -> the steps that use it. makers : value id -> the step that makes it.
    taken : id()s of steps that need not run: a handler has done their work at another place.
    """

    def __init__(
        self, g: Graph, steps: list[Step], wanted: set[int], train: bool, kernels: set[str],
        given: dict[int, Any] | None = None,
    ) -> None:  # fmt: skip
        self.g, self.steps, self.train, self.kernels = g, steps, train, kernels
        self.out: list[Step] = []
        self.versions: dict[int, dict[AnyLayout | None, Value]] = {}
        self.forward_of: dict[int, Any] = {}
        self.users: dict[int, int] = {}
        self.consumers: dict[int, list[Step]] = {}
        self.taken: set[int] = set()
        for step in steps:
            for v in step.ins:
                self.users[v.id] = self.users.get(v.id, 0) + 1
                self.consumers.setdefault(v.id, []).append(step)
        self.wanted = wanted
        self.forward = True
        self.changed: list[tuple[dict[AnyLayout | None, Value], AnyLayout | None]] = []  # by the handler that runs
        self.given = {} if given is None else given
        self.lasting: dict[int, Any] = {}
        self._prepared: list[Prepared] = []
        self._handlers: dict[str, list[Handler]] = {}  # those of the kernel sets that may be used
        self.memories = onednn.Memories() if "onednn" in kernels else None
        self.blocked: bool | None = None  # whether prediction has kernels that want blocks of channels
        self.makers = {v.id: step for step in steps for v in step.outs}
        for v in (*g.inputs.values(), *(v for step in steps for v in step.ins)):
            if v.id not in self.makers:  # inputs and constants
                self.versions[v.id] = {None: v}

    def run(self) -> list[Step]:
        chains: dict[int, Chain] = {}
        if not self.train and all(s.forward for s in self.steps):
            chains = find_chains(self.steps, self.wanted, self.users)
        for step in self.steps:
            chain = chains.get(id(step))
            if chain is None:
                self._step(step)
            elif step is chain.steps[-1] and not self._chain(chain):
                for member in chain.steps:
                    self._step(member)
        if self._prepared:
            items = list(dict.fromkeys(self._prepared))
            first = Step.of([], [], True, f"look after {len(items)} prepared parameters")
            first.fused, first.kernel = (lambda ins, outs: Preparation(items)), "made anew after changes"
            self.out.insert(0, first)
        return self.out

    def _step(self, step: Step) -> None:
        if id(step) in self.taken:
            return
        self.forward = step.forward
        done = self._group(step) if step.group else self._by_handler(step.nodes[0].op.name, step.nodes[0], step)
        if not done:
            self._plain(step)
        self._show(step)

    def _chain(self, chain: Chain) -> bool:
        self.forward = True
        step = chain.step(True)
        if any(v.dtype != np.float32 for v in step.ins) or not self._by_handler(CHAIN, chain.conv, step):
            return False
        self._show(step)
        return True

    def _by_handler(self, name: str, node: IrNode, step: Step) -> bool:
        if name not in self._handlers:
            self._handlers[name] = [h for h in HANDLERS.get(name, ()) if h.kernels in self.kernels]
        handlers = self._handlers[name]
        if not handlers or any(v.dtype != _FLOAT for v in node.ins) or any(v.dtype != _FLOAT for v in node.outs):
            return False
        if any(v.size == 0 for v in node.ins):
            return False
        early = [h for h in handlers if h.rank < tuned.FIRST]
        if any(self._attempt(h, node, step) for h in early):
            return True
        late = tuned.in_order(self, name, node, step, handlers[len(early) :] if early else handlers)
        return any(self._attempt(h, node, step) for h in late)

    def _show(self, step: Step) -> None:
        """Results that are wanted outside are made plain."""
        for v in step.outs:
            if v.id in self.wanted:
                self.version(v, None)

    # ---- parameters
    def prepare(self, key: Any, values: list[Value], sizes: list[int], make: Make) -> list[Value] | None:
        """Float32 values of `sizes` elements by ``make(raw values, raw results)``, kept until a value changes.

        None where a value is no input of the plan, or one that the plan writes to. `key` says what `make` does.
        """
        if any(v.id not in self.given or v.id in self._written for v in values):
            return None
        item = prepared(key, [self.given[v.id] for v in values], sizes, make)
        self._prepared.append(item)
        outs = []
        for out in item.outs:
            value = self.blob(out.nbytes, "prepared")
            self.lasting[value.id] = out
            outs.append(value)
        return outs

    @functools.cached_property
    def _written(self) -> set[int]:
        """Ids of the inputs that the plan writes to."""
        return {v.id for n in self.g.nodes for v in (*n.effects, *_mutated(n))}

    def _attempt(self, handler: Handler, node: IrNode, step: Step) -> bool:
        mark, self.changed = len(self.out), []
        try:
            if handler.run(self, node, step):
                return True
        except Unsupported:
            pass
        except KernelFault as e:
            warn_once(f"{node.op.name} ({node.name})", e)
        # versions that the removed steps would have made are not there
        del self.out[mark:]
        for have, key in self.changed:
            have.pop(key, None)
        self.forward_of.pop(id(node), None)
        return False

    def _plain(self, step: Step) -> None:
        for v in step.ins:
            self.version(v, None)
        self.out.append(step)
        for v in step.outs:
            self.versions.setdefault(v.id, {})[None] = v

    def needed(self, v: Value) -> bool:
        return v.id in self.wanted or self.users.get(v.id, 0) > 0

    # ---- versions
    def version(self, v: Value, layout: AnyLayout | None) -> Value:
        """The value in a layout (None or a plain one: its own); a reorder is emitted where it is not there yet."""
        have = self.versions[v.id]
        key = None if layout is None or layout.is_plain else layout
        found = have.get(key)
        if found is not None:
            return found
        source_layout = next(iter(have))
        source = have[source_layout]
        own = isinstance(source_layout, Blocked) or isinstance(key, Blocked)
        if own and source_layout is not None and key is not None:
            source_layout, source = None, self.version(v, None)
        target = v if key is None else self.blob(key.nbytes, f"{v!r} in {key.tag}")
        label = f"reorder {v.name or v.id} to {'plain' if key is None else key.tag}"
        if isinstance(key, Blocked):
            self.call([source], [target], layouts.pack(key), label, "pack")
        elif isinstance(source_layout, Blocked):
            self.call([source], [target], layouts.unpack(source_layout), label, "unpack")
        else:
            plain = Layout.plain(layout.shape if layout is not None else _shape_like(source_layout, v))
            prim = onednn.reorder(source_layout or plain, key or plain)
            self.emit(prim, {Arg.SRC: source, Arg.DST: target}, label)
        have[key] = target
        self.changed.append((have, key))
        return target

    def define(self, v: Value, layout: AnyLayout | None) -> Value:
        """A place for a result in the layout that a kernel gives it (None: the plain one)."""
        key = None if layout is None or layout.is_plain else layout
        target = v if key is None else self.blob(key.nbytes, f"{v!r} in {key.tag}")
        have = self.versions[v.id] = {key: target}
        self.changed.append((have, key))
        return target

    def blob(self, nbytes: int, name: str = "") -> Value:
        if nbytes % 4 == 0:
            return Value(self.g, None, 0, (nbytes // 4,), _FLOAT, name)
        return Value(self.g, None, 0, (nbytes,), np.dtype(np.uint8), name)

    def best(self, v: Value) -> Layout:
        """An opaque layout of oneDNN's that the value exists in, else the plain one."""
        return next((x for x in self.versions[v.id] if isinstance(x, Layout)), None) or Layout.plain(v.shape)

    def layout_of(self, v: Value) -> AnyLayout | None:
        """An opaque layout that the value exists in, None where it is plain only."""
        return next((x for x in self.versions[v.id] if x is not None), None)

    # ---- steps
    def emit(
        self, prim: Primitive, args: dict[Arg, Value], label: str, also: tuple[Arg, ...] = (),
        over: Value | None = None,
    ) -> None:  # fmt: skip
        """A call of a primitive; results are those of its kind, `also` some more.

        over : what DST holds before, for a primitive that adds to it; its memory is taken where that is possible.
        """
        results = _results(prim.kind, also)
        args = dict(args)
        scratch = prim.get(_SCRATCHPAD)
        if scratch is not None:
            args[_SCRATCHPAD] = self.blob(scratch.nbytes, "scratchpad")
        ins = {a: v for a, v in args.items() if a not in results}
        outs = {a: v for a, v in args.items() if a in results}
        step = Step.of(list(ins.values()), list(outs.values()), self.forward, label)
        step.kernel = f"onednn {prim.implementation}"
        order, memories = [*ins, *outs], self.memories  # not the pass itself, which holds all arrays

        def bind(in_bufs: list[Any], out_bufs: list[Any]) -> Callable[[], Any]:
            buffers = [*in_bufs, *out_bufs]
            return prim.bind({a: address(b) for a, b in zip(order, buffers)}, buffers, memories)

        def bind_over(in_bufs: list[Any], out_bufs: list[Any]) -> Callable[[], Any]:
            run = bind(in_bufs[:-1], out_bufs)
            # the bytes of one layout: one of them may be flat, the other not
            old, new = in_bufs[-1].reshape(-1), out_bufs[list(outs).index(Arg.DST)].reshape(-1)
            if address(old) == address(new):
                return run

            def copied() -> None:
                np.copyto(new, old)
                run()

            return copied

        step.fused = bind
        if over is not None:
            step.ins.append(over)
            step.over, step.fused = over, bind_over
        self.out.append(step)

    def call(
        self,
        ins: list[Value],
        outs: list[Value],
        bind: Callable[[list[Any], list[Any]], Callable],
        label: str,
        kernel: str,
    ) -> None:
        """A step that is no primitive."""
        step = Step.of(ins, outs, self.forward, label)
        step.fused, step.kernel = bind, kernel
        self.out.append(step)

    # ---- elementwise groups
    def _group(self, step: Step) -> bool:
        """Runs a group over opaque bytes where all its arrays can share one layout."""
        domain = step.nodes[0].outs[0].shape
        if len(domain) < 3 or any(v.shape != domain or v.dtype != np.float32 for v in (*step.ins, *step.outs)):
            return False
        layout = next((x for v in step.ins if (x := self.layout_of(v)) is not None), None)
        if layout is None:
            return False
        ragged = isinstance(layout, Blocked) and layout.is_ragged
        if layout.is_padded and not ragged and not _keeps_zero(step):
            return False
        ins = [self.version(v, layout) for v in step.ins]
        outs = [self.define(v, layout) for v in step.outs]
        new = Step.of(ins, outs, step.forward, step.label)
        new.group, new.nodes = True, step.nodes
        new.flat = (step.ins, step.outs, layout.elements)
        self.out.append(new)
        return True


def _mutated(node: IrNode) -> list[Value]:
    """The inputs that a call gives new values."""
    if not node.op.mutates or (node.op.train_aware and not node.train):
        return []
    names = node.op.input_names(node.a, len(node.ins))
    return [node.ins[names.index(m)] for m in node.op.mutates if m in names]


def _shape_like(layout: AnyLayout | None, v: Value) -> tuple[int, ...]:
    return layout.shape if layout is not None else v.shape


_SCRATCHPAD = Arg.SCRATCHPAD
_RESULT_ARGS = {
    Arg.DST, Arg.DIFF_SRC, Arg.DIFF_WEIGHTS, Arg.DIFF_BIAS, Arg.DIFF_SCALE, Arg.DIFF_SHIFT, Arg.SCRATCHPAD,
}  # fmt: skip


@functools.cache
def _results(kind: str, also: tuple[Arg, ...]) -> frozenset[int]:
    """The arguments that a primitive of this kind writes, and those of `also`."""
    out: set[int] = {*_RESULT_ARGS, *also}
    if kind.endswith("_forward"):
        out.add(Arg.WORKSPACE)
    elif Arg.DST not in also:
        out.discard(Arg.DST)
    if kind in ("reorder", "binary", "sum", "concat", "matmul"):
        out.add(Arg.DST)
    return frozenset(out)


def _keeps_zero(step: Step) -> bool:
    """Whether a group gives exact zeros for zeros: only then may it run over padding."""
    values: dict[int, Any] = {v.id: np.zeros(1, np.float32) for v in step.ins}
    for n in step.nodes:
        e: Expr | None = expr_of(n)
        if e is None:
            return False
        with np.errstate(all="ignore"):
            values[n.outs[0].id] = n.op.forward(np, n.a, *(values[v.id] for v in n.ins))
    return all(float(values[v.id][0]) == 0.0 for v in step.outs)
