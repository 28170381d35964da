"""Where an operand's elements are at one position of a loop nest, and vector code to read and write them."""

from __future__ import annotations

from typing import NamedTuple

from .builder import LLVM, SIZE, Builder, Val, mangled, type_name
from .graph import type_of
from .program import Program


class Index(NamedTuple):
    """Where a dimension stands: loop index (None for none) times step, plus a constant."""

    ref: str | None
    step: int
    const: int
    depth: int


class Ctx(NamedTuple):
    """One position of the nest: the indices, and for the vector dimension its lanes and how many of them are valid.

    `valid` is a number, or the mask itself where only the run knows it.
    """

    idx: tuple[Index, ...]
    lanes: int
    valid: int | Val

    def at(self, dim: int, index: Index, lanes: int = 0, valid: int | Val = 0) -> Ctx:
        return Ctx(self.idx[:dim] + (index,) + self.idx[dim + 1 :], lanes or self.lanes, valid or self.valid)


class Memory:
    """Loads and stores of a program's operands; contiguous, masked, or strided (gather and scatter)."""

    def __init__(self, program: Program, b: Builder) -> None:
        self.p, self.b = program, b
        self.ndim = len(program.extents)
        self.mem = [type_of(o.dtype, o.name) for o in program.operands]

    def _place(self, deps: int, ctx: Ctx) -> tuple:
        where = tuple(ctx.idx[d] for d in range(self.ndim) if deps >> d & 1)
        lanes = self.p.vector is not None and deps >> self.p.vector & 1
        return (where, ctx.lanes, ctx.valid) if lanes else where

    def _depth(self, deps: int, ctx: Ctx) -> int:
        return max((ctx.idx[d].depth for d in range(self.ndim) if deps >> d & 1), default=0)

    def _mask(self, ctx: Ctx) -> Val:
        if isinstance(ctx.valid, Val):
            return ctx.valid
        bits = ", ".join("i1 true" if j < ctx.valid else "i1 false" for j in range(ctx.lanes))
        return Val(f"<{bits}>", "i1", ctx.lanes, 0)

    def _address(self, k: int, ctx: Ctx) -> Val:
        b, p = self.b, self.p
        size = SIZE[self.mem[k]]
        pointer = self._argument(k, "ptr")
        const = 0
        moving = []
        for d, stride in enumerate(p.strides[k]):
            index = ctx.idx[d]
            const += index.const * stride * size
            if index.ref is not None and stride:
                moving.append((index.depth, index.ref, index.step * stride * size))
        for depth, ref, scale in sorted(moving):
            offset = b.pure(f"mul i64 {ref}, {scale}", "i64", 1, depth)
            pointer = b.pure(f"getelementptr i8, ptr {pointer.ref}, i64 {offset.ref}", "ptr", 1, depth)
        if const:
            pointer = b.pure(f"getelementptr i8, ptr {pointer.ref}, i64 {const}", "ptr", 1, pointer.depth)
        return pointer

    def _argument(self, slot: int, ty: str) -> Val:
        b = self.b
        key = ("argument", slot)
        value = b.regions[0].memo.get(key)
        if value is None:
            place = b.pure(f"getelementptr i64, ptr %block, i64 {slot}", "ptr", 1, 0)
            value = b.regions[0].memo[key] = b.load(f"load {LLVM[ty]}, ptr {place.ref}", ty, 1, 0)
        return value

    def _pointers(self, k: int, ctx: Ctx, stride: int) -> Val:
        base = self._address(k, ctx)
        size = SIZE[self.mem[k]]
        steps = ", ".join(f"i64 {j * stride * size}" for j in range(ctx.lanes))
        text = f"getelementptr i8, ptr {base.ref}, <{ctx.lanes} x i64> <{steps}>"
        return self.b.pure(text, "ptr", ctx.lanes, base.depth)

    def _load(self, k: int, ctx: Ctx, depth: int) -> Val:
        b, p, ty = self.b, self.p, self.mem[k]
        stride = 0 if p.vector is None else p.strides[k][p.vector]
        lanes, align = (ctx.lanes if stride else 1), SIZE[ty]
        vec, mask = type_name(ty, lanes), f"<{lanes} x i1> {self._mask(ctx).ref}"
        if lanes == 1 or (stride == 1 and ctx.valid == lanes):
            text = f"load {vec}, ptr {self._address(k, ctx).ref}, align {align}"
        elif stride == 1:
            name = f"@llvm.masked.load.{mangled(ty, lanes)}.p0"
            b.declares[name] = f"declare {vec} {name}(ptr, i32, <{lanes} x i1>, {vec})"
            text = f"call {vec} {name}(ptr {self._address(k, ctx).ref}, i32 {align}, {mask}, {vec} zeroinitializer)"
        else:
            name = f"@llvm.masked.gather.{mangled(ty, lanes)}.v{lanes}p0"
            where = f"<{lanes} x ptr> {self._pointers(k, ctx, stride).ref}"
            b.declares[name] = f"declare {vec} {name}(<{lanes} x ptr>, i32, <{lanes} x i1>, {vec})"
            text = f"call {vec} {name}({where}, i32 {align}, {mask}, {vec} zeroinitializer)"
        value = b.load(text, ty, lanes, depth)
        return b.convert("fpext", value, "f32") if ty == "f16" else value

    def _write(self, k: int, value: Val, ctx: Ctx) -> None:
        b, p, ty = self.b, self.p, self.mem[k]
        stride = 0 if p.vector is None else p.strides[k][p.vector]
        lanes, align = (ctx.lanes if stride else 1), SIZE[ty]
        value = b.splat(value, lanes)
        if ty == "f16":
            value = b.convert("fptrunc", value, "f16")
        vec, mask = type_name(ty, lanes), f"<{lanes} x i1> {self._mask(ctx).ref}"
        if lanes == 1 or (stride == 1 and ctx.valid == lanes):
            b.effect(f"store {vec} {value.ref}, ptr {self._address(k, ctx).ref}, align {align}")
        elif stride == 1:
            name = f"@llvm.masked.store.{mangled(ty, lanes)}.p0"
            b.declares[name] = f"declare void {name}({vec}, ptr, i32, <{lanes} x i1>)"
            b.effect(f"call void {name}({vec} {value.ref}, ptr {self._address(k, ctx).ref}, i32 {align}, {mask})")
        else:
            name = f"@llvm.masked.scatter.{mangled(ty, lanes)}.v{lanes}p0"
            where = f"<{lanes} x ptr> {self._pointers(k, ctx, stride).ref}"
            b.declares[name] = f"declare void {name}({vec}, <{lanes} x ptr>, i32, <{lanes} x i1>)"
            b.effect(f"call void {name}({vec} {value.ref}, {where}, i32 {align}, {mask})")
