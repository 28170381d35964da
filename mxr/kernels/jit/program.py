"""A fused program: statements and operands turned into a typed graph of scalar nodes over a canonical domain."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...base import MXNetValueError, suggest
from ...core.expr import parse
from ..native import bits_of
from .graph import REDUCTIONS, Graph, Node, type_of


class Operand(NamedTuple):
    """An array of a program.

    name : identifier; statements use it, and the statement of that name fills an output.
    dtype : float32, float64, float16, int32, int64, int8, uint8 or bool (name or numpy dtype).
    strides : in elements, one per domain dimension; 0 repeats (broadcast).
    is_output : written by the statement of the same name; may at the same time be read by *earlier* statements
        (``w = w - lr*g``): reading it there means its old value.
    """

    name: str
    dtype: Any
    strides: tuple[int, ...]
    is_output: bool = False


@functools.lru_cache(maxsize=256)
def name_of(dtype: Any) -> str:
    """The name of a dtype; NumPy puts it together anew each time."""
    return np.dtype(dtype).name


class Program(Graph):
    """Statements over operands on a domain, analysed.

    Attributes used by the emitter: ``extents``, ``nkept`` (dims [0, nkept) are kept, the rest reduced; innermost kept
    and innermost reduced dims last), ``vector`` (dim in the lanes or None), ``strides`` (operand -> per-dim element
    strides), ``stores`` [(operand index, node)], ``reductions`` [node], ``params``.

    With `open_end` the block says how long the first dimension is (at least 1), in a word after the params. Programs
    that differ in that extent alone share their code, as do those that differ in the `values` of params alone: those
    that are taken where a call is bound without others.
    """

    def __init__(
        self,
        stmts: Sequence[Sequence[str]],
        operands: Sequence[Operand],
        domain: Sequence[int],
        params: Sequence[str] = (),
        reduce_axes: Sequence[int] = (),
        open_end: bool = False,
        values: Mapping[str, float] | None = None,
    ) -> None:
        self.open_end = open_end
        self.values = dict(values or {})
        self.stmts = tuple(tuple(s) for s in stmts)
        self.operands = tuple(
            Operand(o.name, name_of(o.dtype), tuple(map(int, o.strides)), bool(o.is_output)) for o in operands
        )
        self.domain = tuple(map(int, domain))
        self.params = tuple(params)
        ndim = len(self.domain)
        self.reduce_axes = tuple(sorted({int(a) + (ndim if a < 0 else 0) for a in reduce_axes}))
        self._check(ndim)
        # what the code is made for: any other extent of an open dimension would do
        self.coded = (2, *self.domain[1:]) if open_end else self.domain
        self.key = (self.stmts, self.operands, self.coded, self.params, self.reduce_axes, open_end)

    @functools.cached_property
    def reach(self) -> list[tuple[int, int]]:
        """For each operand the bytes before and after its first element that the loops touch: (<= 0, >= 0)."""
        if 0 in self.domain:
            return [(0, 0)] * len(self.operands)
        found = []
        for o in self.operands:
            size = np.dtype(o.dtype).itemsize
            ends = [(extent - 1) * stride * size for extent, stride in zip(self.domain, o.strides)]
            found.append((sum(e for e in ends if e < 0), sum(e for e in ends if e > 0) + size))
        return found

    @property
    def open_extent(self) -> int:
        """The last word of a block: the extent of an open dimension, else 0."""
        return self.domain[0] if self.open_end else 0

    @functools.cached_property
    def numbers(self) -> list[int] | None:
        """The words of a block after the addresses with the params at their `values`; None where one has no value."""
        if self.values.keys() != set(self.params):
            return None
        return [*(bits_of(self.values[p]) for p in self.params), self.open_extent]

    def _check(self, ndim: int) -> None:
        if any(e < 0 for e in self.domain):
            raise MXNetValueError(f"domain: extents must be >= 0, got {self.domain}")
        if any(not 0 <= a < ndim for a in self.reduce_axes):
            raise MXNetValueError(f"reduce_axes: {self.reduce_axes} out of range for a domain of {ndim} dimension(s)")
        seen: set[str] = set()
        targets = {s[0] for s in self.stmts}
        for o in self.operands:
            type_of(o.dtype, f"operand {o.name!r}")
            if len(o.strides) != ndim:
                raise MXNetValueError(
                    f"operand {o.name!r}: {len(o.strides)} stride(s) {o.strides} for a domain of {ndim} dimension(s)"
                )
            if o.name in seen or o.name in self.params:
                raise MXNetValueError(f"operand {o.name!r} is named twice")
            seen.add(o.name)
            if o.is_output and o.name not in targets:
                raise MXNetValueError(f"output operand {o.name!r} has no statement.{suggest(o.name, targets)}")
            if o.is_output and all(e for d, e in enumerate(self.domain) if d not in self.reduce_axes):
                for d, (extent, stride) in enumerate(zip(self.domain, o.strides)):
                    if extent > 1 and stride == 0 and d not in self.reduce_axes:
                        raise MXNetValueError(
                            f"output operand {o.name!r}: stride 0 in kept dimension {d} of extent {extent}"
                        )
        inputs = {o.name for o in self.operands if not o.is_output}
        for s in self.stmts:
            if s[0] in inputs or s[0] in self.params:
                raise MXNetValueError(
                    f"statement {s[0]!r} assigns to an input; declare the operand with is_output=True"
                )

    # ---- analysis (done only when a kernel is really compiled)

    def analyse(self, vector_bytes: int) -> None:
        """Canonical loops, the node graph, and the vector width for vectors of `vector_bytes`."""
        self._loops()
        self.nodes: dict[Any, Node] = {}
        self.store_stage: dict[int, int] = {}
        self._graph()
        self._width(vector_bytes)

    def _loops(self) -> None:
        pinned = {t[1][1] for s in self.stmts for t in _all_calls(parse(s[1]).tree) if t[0] == "axis_index"}
        if self.open_end:
            pinned.add(0)
        for axis in pinned:
            if not 0 <= axis < len(self.domain):
                raise MXNetValueError(f"axis_index({axis}): the domain has {len(self.domain)} dimension(s)")
        outputs_first = sorted(self.operands, key=lambda o: not o.is_output)

        def order(d: int) -> tuple[int, ...]:
            return tuple(-abs(o.strides[d]) for o in outputs_first if any(o.strides))

        live = [d for d in range(len(self.coded)) if self.coded[d] != 1]
        groups = []
        for reduced in (False, True):
            dims = sorted((d for d in live if (d in self.reduce_axes) == reduced), key=order)
            # [extent, {operand: stride}, original axes]
            merged: list[list[Any]] = []
            for d in dims:
                strides = [o.strides[d] for o in self.operands]
                if merged and d not in pinned and not set(merged[-1][2]) & pinned:
                    last = merged[-1]
                    if all(a == b * self.coded[d] for a, b in zip(last[1], strides)):
                        last[0] *= self.domain[d]
                        last[1] = strides
                        last[2].append(d)
                        continue
                merged.append([self.coded[d], strides, [d]])
            groups.append(merged)

        def score(dim: list[Any]) -> tuple[int, int]:
            if self.open_end and 0 in dim[2] and 0 in self.reduce_axes:
                return -100, 0  # lanes along it would need masks in every step
            points = sum(1 if s == 1 else 0 if s == 0 else -2 for s in dim[1])
            return points, dim[0]

        best = max((g for group in groups for g in group), key=score, default=None)
        for group in groups:
            if best in group:
                group.remove(best)
                group.append(best)
        loops = groups[0] + groups[1]
        self.extents = [g[0] for g in loops]
        self.strides = [[g[1][k] for g in loops] for k in range(len(self.operands))]
        self.nkept = len(groups[0])
        self.vector = next((i for i, g in enumerate(loops) if g is best), None)
        self.axis_of = {axis: i for i, g in enumerate(loops) for axis in g[2]}
        self.reduced_mask = sum(1 << i for i in range(self.nkept, len(loops)))
        self.count = math.prod(self.extents[self.nkept :])
        self.open_reduced = self.open_end and 0 in self.reduce_axes
        self.size = math.prod(self.extents)

    def _graph(self) -> None:
        env: dict[str, Node] = {p: self._node("param", (), "wf", p) for p in self.params}
        index = {o.name: k for k, o in enumerate(self.operands)}
        for k, o in enumerate(self.operands):
            env[o.name] = self._load(k)
        self.stores: list[tuple[int, Node]] = []
        for s in self.stmts:
            expr = parse(s[1])
            for name in expr.names:
                if name not in env:
                    raise MXNetValueError(f"statement {s[0]} = {s[1]!r}: unknown name {name!r}.{suggest(name, env)}")
            value = self._build(expr.tree, env)
            if len(s) > 2 and s[2]:
                value = self._as_dtype(value, s[2])
            k = index.get(s[0], -1)
            if k >= 0 and self.operands[k].is_output:
                ty = type_of(self.operands[k].dtype, s[0])
                value = self.coerce(value, "f32" if ty == "f16" else ty)
                self._store(k, value)
            env[s[0]] = value
        self._settle()
        live: dict[int, Node] = {}

        def visit(n: Node) -> None:
            if n.id not in live:
                live[n.id] = n
                for a in n.args:
                    visit(a)

        for _, n in self.stores:
            visit(n)
        self.live = [live[i] for i in sorted(live)]
        self.reductions = [n for n in self.live if n.op in REDUCTIONS]
        self.stages = 1 + max((n.stage for n in self.live), default=0)
        self.inputs_until: dict[int, int] = {}
        for n in self.live:
            for a in n.args:
                if a.op == "load":
                    # A reduction consumes its argument one stage before its own.
                    stage = n.stage - 1 if n.op in REDUCTIONS else n.stage
                    self.inputs_until[a.extra] = max(stage, self.inputs_until.get(a.extra, 0))
        for k, n in self.stores:
            self.store_stage[k] = min(n.stage, self.store_stage.get(k, n.stage))
            if n.op == "load":
                self.inputs_until[n.extra] = max(n.stage, self.inputs_until.get(n.extra, 0))

    def _store(self, k: int, value: Node) -> None:
        o = self.operands[k]
        full = all(s or e == 1 for s, e in zip(o.strides, self.domain))
        if not full and value.deps & self.reduced_mask:
            raise MXNetValueError(
                f"output operand {o.name!r} has stride 0 in a reduced dimension but its statement is not reduced"
            )
        self.stores.append((k, value))

    def _settle(self) -> None:
        """Of several assignments to one output the last counts; an earlier stage's one serves as scratch memory.

        ``held`` maps a node to (operand, last stage) where its elements can be read back instead of computed again.
        """
        final = dict(self.stores)
        kept: list[tuple[int, Node]] = []
        self.held: dict[int, tuple[int, int]] = {}
        for k, n in self.stores:
            last = final[k]
            rereadable = n.op not in ("load", "const") and bool(n.deps & self.reduced_mask)
            rereadable = rereadable and type_of(self.operands[k].dtype, "") == n.ty
            if n is last:
                limit = 1 << 30
            elif n.stage < last.stage and rereadable and not any(j == k and m is n for j, m in kept):
                limit = last.stage
            else:
                continue
            if (k, n) not in kept:
                kept.append((k, n))
            if rereadable:
                self.held[n.id] = (k, limit)
        self.stores = kept

    def _width(self, vector_bytes: int) -> None:
        sizes = {"f32": 4, "f64": 8, "i32": 4, "i64": 8, "i8": 1, "u8": 1, "bool": 1, "wf": 8, "wi": 8, "i1": 8}
        bit = 0 if self.vector is None else 1 << self.vector
        types = {n.ty for n in self.live if n.deps & bit}
        floats = [sizes[t] for t in types if t in ("f32", "f64")]
        ints = [sizes[t] for t in types if t in ("i32", "i64", "i8", "u8", "bool")]
        unit = min(floats) if floats else min(ints, default=4)
        self.lanes = max(1, vector_bytes // unit)
        if self.vector is not None and not (self.open_end and self.vector == self.axis_of[0]):
            while self.lanes > 1 and self.lanes // 2 >= self.extents[self.vector]:
                self.lanes //= 2


def _all_calls(tree: tuple) -> list[tuple]:
    if tree[0] in ("name", "const"):
        return []
    return [tree] + [t for a in tree[1:] for t in _all_calls(a)]
