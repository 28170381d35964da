"""Loops and vector code for an analysed :class:`~.program.Program`.

Kept dimensions are the outer loops, reduced ones the inner loops, once per stage (a stage ends where a value reduced
so far is needed: softmax has three). One dimension, kept or reduced, lies in the vector lanes; what is left over at
its end is one narrower, masked step. Short rows become straight-line code without any loop, so that their values stay
in registers from stage to stage. float32 and float16 sums of more than 8 terms a lane accumulate in float64.
"""

from __future__ import annotations

from typing import Any

from . import arith, mathlib
from .builder import FLOAT, LLVM, Builder, Val, type_name
from .graph import Node, highest, lowest
from .memory import Ctx, Index, Memory
from .program import Program

HEAVY = {"exp", "expm1", "log", "log1p", "tanh", "erf", "power", "erfinv", "digamma", *mathlib._LIBM}


class Nest(Memory):
    """Emits one program into one builder."""

    def __init__(self, program: Program, b: Builder) -> None:
        super().__init__(program, b)
        heavy = sum(n.op in HEAVY for n in program.live)
        self.unroll = 4 if not heavy and len(program.live) < 24 else 2 if heavy <= 2 and len(program.live) < 60 else 1
        self.lanes_reduced = program.vector is not None and program.vector >= program.nkept
        self.stage = 0
        self.row_depth = 0
        self.accs: dict[tuple[int, int, int], str] = {}

    def emit(self) -> str:
        p = self.p
        if all(p.extents[: p.nkept]):
            self._kept(0, Ctx(tuple(Index(None, 0, 0, 0) for _ in p.extents), 1, 1))
        return self.b.text()

    # ---- loops

    def _steps(self, extent: int, lanes: int, unroll: int, narrow: bool) -> tuple[int, list[tuple[int, int, int]]]:
        """Trips of the main loop, and the rest as (offset, lanes, valid)."""
        trips = extent // (lanes * unroll)
        offset, rest = trips * lanes * unroll, []
        while offset < extent:
            left = extent - offset
            width = lanes
            if narrow:
                while width > 1 and width // 2 >= left:
                    width //= 2
            rest.append((offset, width, min(left, width)))
            offset += width
        return trips, rest

    def _kept(self, level: int, ctx: Ctx) -> None:
        p, b = self.p, self.b
        if level == p.nkept:
            self._row([ctx])
            return
        extent = p.extents[level]
        if level != p.vector:
            open_end = p.open_end and level == p.axis_of[0]
            with b.loop(self._extent().ref if open_end else extent) as i:
                self._kept(level + 1, ctx.at(level, Index(i.ref, 1, 0, i.depth)))
            return
        if p.open_end and level == p.axis_of[0]:
            self._open(level, ctx)
            return
        tile = min(self.unroll, max(1, extent // p.lanes))
        trips, rest = self._steps(extent, p.lanes, tile, True)
        step = p.lanes * tile
        if trips == 1:
            self._row([ctx.at(level, Index(None, 0, j * p.lanes, 0), p.lanes, p.lanes) for j in range(tile)])
        elif trips:
            with b.loop(trips) as i:
                self._row(
                    [ctx.at(level, Index(i.ref, step, j * p.lanes, i.depth), p.lanes, p.lanes) for j in range(tile)]
                )
        if rest:
            self._row([ctx.at(level, Index(None, 0, offset, 0), w, valid) for offset, w, valid in rest])

    def _open(self, level: int, ctx: Ctx) -> None:
        """A dimension in the lanes whose extent the block tells: whole vectors, then masked ones."""
        p, b = self.p, self.b
        lanes, tile = p.lanes, self.unroll
        extent = self._extent()
        trips = b.pure(f"udiv i64 {extent.ref}, {lanes * tile}", "i64", 1, 0)
        with b.loop(trips.ref, perhaps=True) as i:
            self._row(
                [ctx.at(level, Index(i.ref, lanes * tile, j * lanes, i.depth), lanes, lanes) for j in range(tile)]
            )
        first = b.pure(f"mul i64 {trips.ref}, {tile}", "i64", 1, 0)
        up = b.pure(f"add i64 {extent.ref}, {lanes - 1}", "i64", 1, 0)
        vectors = b.pure(f"udiv i64 {up.ref}, {lanes}", "i64", 1, 0)
        left = b.pure(f"sub i64 {vectors.ref}, {first.ref}", "i64", 1, 0)
        with b.loop(left.ref, perhaps=True) as i:
            here = b.pure(f"add i64 {i.ref}, {first.ref}", "i64", 1, i.depth)
            start = b.op("mul", here, b.const(lanes, "i64"))
            elements = start
            if lanes > 1:
                elements = b.add(start, Val(f"<{', '.join(f'i64 {j}' for j in range(lanes))}>", "i64", lanes, 0))
            self._row([ctx.at(level, Index(here.ref, lanes, 0, i.depth), lanes, b.cmp("ult", elements, extent))])

    def _row(self, ctxs: list[Ctx]) -> None:
        """All stages at one place of the kept dimensions (several neighbouring places, when they lie in lanes)."""
        p, b = self.p, self.b
        self.row_depth = b.depth
        for stage in range(p.stages):
            self.stage = stage
            inner, outer = [], []
            for k, n in p.stores:
                if n.stage == stage:
                    spread = sum(1 << d for d, s in enumerate(p.strides[k]) if s) & p.reduced_mask
                    (inner if (n.deps | spread) & p.reduced_mask else outer).append((k, n))
            for ctx in ctxs:
                self._write_all(outer, ctx)
            reds = [n for n in p.reductions if n.stage == stage + 1]
            if not inner and not reds:
                continue
            self.accs = {}
            if p.count:
                self._reduced(p.nkept, ctxs, inner, reds)
            for n in reds:
                for c, ctx in enumerate(ctxs):
                    self._finish(n, c, ctx)

    def _reduced(self, level: int, ctxs: list[Ctx], inner: list[tuple[int, Node]], reds: list[Node]) -> None:
        p, b = self.p, self.b
        if level == self.ndim:
            for c, ctx in enumerate(ctxs):
                self._body(c, 0, ctx, inner, reds)
            return
        extent = p.extents[level]
        last = level == self.ndim - 1
        is_open = p.open_end and level == p.axis_of[0]
        if is_open and last:
            self._reduced_open(level, ctxs, inner, reds)
            return
        if not last:
            with b.loop(self._extent().ref if is_open else extent) as i:
                self._reduced(level + 1, [c.at(level, Index(i.ref, 1, 0, i.depth)) for c in ctxs], inner, reds)
            return
        in_lanes = level == p.vector
        lanes = p.lanes if in_lanes else 1
        unroll = self.unroll if in_lanes else max(1, self.unroll // len(ctxs))
        trips, rest = self._steps(extent, lanes, unroll, not p.reductions)

        def visit(index: Index, slot: int, width: int, valid: int) -> None:
            for c, ctx in enumerate(ctxs):
                here = ctx.at(level, index, width, valid) if in_lanes else ctx.at(level, index)
                self._body(c, slot, here, inner, reds)

        if trips == 1:
            for j in range(unroll):
                visit(Index(None, 0, j * lanes, 0), j, lanes, lanes)
        elif trips:
            with b.loop(trips) as i:
                for j in range(unroll):
                    visit(Index(i.ref, lanes * unroll, j * lanes, i.depth), j, lanes, lanes)
        for j, (offset, width, valid) in enumerate(rest):
            visit(Index(None, 0, offset, 0), j % unroll, width, valid)

    def _reduced_open(self, level: int, ctxs: list[Ctx], inner: list[tuple[int, Node]], reds: list[Node]) -> None:
        """The innermost reduced dimension where the block tells its extent; it is not in the lanes."""
        b, extent = self.b, self._extent()
        unroll = max(1, self.unroll // len(ctxs))
        trips = b.pure(f"udiv i64 {extent.ref}, {unroll}", "i64", 1, 0)
        with b.loop(trips.ref, perhaps=True) as i:
            for j in range(unroll):
                for c, ctx in enumerate(ctxs):
                    self._body(c, j, ctx.at(level, Index(i.ref, unroll, j, i.depth)), inner, reds)
        if unroll > 1:
            first = b.pure(f"mul i64 {trips.ref}, {unroll}", "i64", 1, 0)
            left = b.pure(f"sub i64 {extent.ref}, {first.ref}", "i64", 1, 0)
            with b.loop(left.ref, perhaps=True) as i:
                here = b.pure(f"add i64 {i.ref}, {first.ref}", "i64", 1, i.depth)
                for c, ctx in enumerate(ctxs):
                    self._body(c, 0, ctx.at(level, Index(here.ref, 1, 0, i.depth)), inner, reds)

    def _extent(self) -> Val:
        """Of the open dimension."""
        return self._argument(len(self.p.operands) + len(self.p.params), "i64")

    def _body(self, c: int, slot: int, ctx: Ctx, inner: list[tuple[int, Node]], reds: list[Node]) -> None:
        for n in reds:
            self._accumulate(n, c, slot, ctx)
        self._write_all(inner, ctx)

    def _write_all(self, stores: list[tuple[int, Node]], ctx: Ctx) -> None:
        """Writes after all that they need is read: an output may be the memory of an input of another output."""
        for (k, _), value in zip(stores, [self.value(n, ctx) for _, n in stores]):
            self._write(k, value, ctx)

    # ---- reductions

    def _acc_type(self, n: Node) -> str:
        if n.op in ("rsum", "rprod") and n.ty == "f32":
            p = self.p
            per_lane = p.count / (p.lanes if self.lanes_reduced else 1)
            return "f64" if per_lane > 8 or p.open_reduced else "f32"
        return n.ty

    def _acc_lanes(self, n: Node, ctx: Ctx) -> int:
        if self.lanes_reduced:
            return self.p.lanes
        return ctx.lanes if self.p.vector is not None and n.deps >> self.p.vector & 1 else 1

    def _identity(self, n: Node, ty: str) -> Val:
        if n.op == "rsum":
            return self.b.const(-0.0 if ty in FLOAT else 0, ty)
        if n.op == "rprod":
            return self.b.const(1, ty)
        return self.b.const(lowest(ty) if n.op == "rmax" else highest(ty), ty)

    def _combine(self, n: Node, a: Val, x: Val) -> Val:
        b = self.b
        if n.op == "rsum":
            return b.add(a, x)
        if n.op == "rprod":
            return b.mul(a, x)
        return self._extreme("maximum" if n.op == "rmax" else "minimum", n.ty, a, x)

    def _extreme(self, name: str, ty: str, a: Val, x: Val) -> Val:
        b = self.b
        if ty in ("f32", "f64", "wf"):
            return b.call(f"llvm.{name}", a, x, flags="nsz ")
        sign = "u" if ty in ("u8", "bool") else "s"
        return b.call(f"llvm.{sign}{name[:3]}", a, x)

    def _accumulate(self, n: Node, c: int, slot: int, ctx: Ctx) -> None:
        b = self.b
        x = arith.cast(b, self.value(n.args[0], ctx), n.ty, self._acc_type(n))
        lanes = self._acc_lanes(n, ctx)
        x = b.splat(x, lanes)
        if self.lanes_reduced and (isinstance(ctx.valid, Val) or ctx.valid < lanes):
            x = b.select(self._mask(ctx), x, self._identity(n, x.ty))
        vec = type_name(x.ty, lanes)
        acc = self.accs.get((n.id, c, slot))
        if acc is None:
            acc = self.accs[n.id, c, slot] = b.alloca(x.ty, lanes)
            start = b.splat(self._identity(n, x.ty), lanes)
            b.effect(f"store {vec} {start.ref}, ptr {acc}", self.row_depth)
        old = b.load(f"load {vec}, ptr {acc}", x.ty, lanes, b.depth)
        b.effect(f"store {vec} {self._combine(n, old, x).ref}, ptr {acc}")

    def _finish(self, n: Node, c: int, ctx: Ctx) -> None:
        """The reduced value of a row, remembered for the stages after."""
        b = self.b
        ty = self._acc_type(n)
        lanes = self._acc_lanes(n, ctx)
        total = None
        for (node, place, _), acc in sorted(self.accs.items()):
            if node == n.id and place == c:
                part = b.load(f"load {type_name(ty, lanes)}, ptr {acc}", ty, lanes, b.depth)
                total = part if total is None else self._combine(n, total, part)
        assert total is not None  # empty reductions are constants of the program
        if self.lanes_reduced and total.lanes > 1:
            if n.op in ("rsum", "rprod"):
                op = "add" if n.op == "rsum" else "mul"
                if ty in FLOAT:
                    total = b.horizontal("f" + op, total, self._identity(n, ty), "reassoc ")
                else:
                    total = b.horizontal(op, total)
            elif ty in FLOAT:
                total = b.horizontal("fmaximum" if n.op == "rmax" else "fminimum", total, flags="nsz ")
            else:
                total = b.horizontal(("u" if ty == "u8" else "s") + n.op[1:], total)
        total = arith.cast(b, total, ty, n.ty)
        b.regions[b.depth].memo[n.id, self._place(n.deps, ctx)] = total

    # ---- values

    def value(self, n: Node, ctx: Ctx) -> Val:
        b, p = self.b, self.p
        key = (n.id, self._place(n.deps, ctx))
        for region in reversed(b.regions):
            found = region.memo.get(key)
            if found is not None:
                return found
        k, limit = p.held.get(n.id, (0, 0))
        if n.stage < self.stage <= limit:
            # Computed and stored in an earlier stage: read it back instead of computing it again.
            value = self._load(k, ctx, max(self._depth(n.deps, ctx), self.row_depth))
        elif n.op == "load":
            value = self._load(n.extra, ctx, self._depth(n.deps, ctx))
        else:
            value = self._compute(n, [self.value(a, ctx) for a in n.args], ctx)
        b.regions[value.depth].memo[key] = value
        return value

    def _compute(self, n: Node, args: list[Val], ctx: Ctx) -> Val:
        b, op, p = self.b, n.op, self.p
        if op == "const":
            return b.const(n.extra, arith.held(n.ty))
        if op == "param":
            return self._argument(len(p.operands) + p.params.index(n.extra), "f64")
        if op == "extent":
            return b.convert("uitofp", self._extent(), "f64")
        if op == "index":
            return self._index(n, ctx)
        if op == "cast":
            return arith.cast(b, args[0], n.args[0].ty, n.ty)
        if op == "half":
            return b.convert("fpext", b.convert("fptrunc", args[0], "f16"), args[0].ty)
        if op.startswith("cmp."):
            return b.cmp(op[4:], args[0], args[1])
        if op == "not":
            return b.op("xor", args[0], b.const(1, "i1"))
        if op in ("and", "or", "xor"):
            return b.op(op, args[0], args[1])
        if op == "select":
            return b.select(*args)
        if op in ("maximum", "minimum"):
            return self._extreme(op, n.ty, *args)
        simple: Any = {"add": b.add, "subtract": b.sub, "multiply": b.mul, "negative": b.neg, "abs": b.abs}.get(op)
        if simple is not None:
            return simple(*args) if not (op == "abs" and n.ty in ("u8", "bool")) else args[0]
        if args[0].ty in FLOAT:
            if op == "mod":
                return arith.float_mod(b, *args)
            if op == "floor_divide":
                return arith.float_floor_divide(b, *args)
            return mathlib.REAL[op](b, *args)
        if op in ("mod", "floor_divide"):
            return arith.int_division(b, op, n.ty, *args)
        if op == "power":
            return arith.int_power(b, n.ty, *args)
        raise AssertionError(f"no code for {op} on {n.ty}")

    def _index(self, n: Node, ctx: Ctx) -> Val:
        b, dim = self.b, n.extra
        index = ctx.idx[dim]
        value = b.const(index.const, n.ty)
        if index.ref is not None:
            moving = b.pure(f"mul i64 {index.ref}, {index.step}", "i64", 1, index.depth)
            if n.ty == "i32":
                moving = b.convert("trunc", moving, "i32")
            value = b.add(moving, value)
        if dim == self.p.vector and ctx.lanes > 1:
            t = LLVM[n.ty]
            steps = Val(f"<{', '.join(f'{t} {j}' for j in range(ctx.lanes))}>", n.ty, ctx.lanes, 0)
            value = b.add(value, steps)
        return value
