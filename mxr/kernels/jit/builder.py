"""Text of LLVM IR, straight-line code in nested loop regions: every value is emitted as far out as its inputs allow.

A region is the code at one loop depth. Opening a loop leaves a "hoist" list in front of it; values whose inputs all
live further out are appended there, so loop-invariant code needs no optimiser pass and no alias analysis.
Equal instructions at one depth are emitted once. Nothing here needs llvmlite.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

LLVM = {
    "f32": "float", "f64": "double", "f16": "half", "i1": "i1", "i8": "i8", "u8": "i8", "bool": "i8", "i32": "i32",
    "i64": "i64", "ptr": "ptr",
}  # fmt: skip
SIZE = {"f32": 4, "f64": 8, "f16": 2, "i8": 1, "u8": 1, "bool": 1, "i32": 4, "i64": 8, "i1": 1}
FLOAT = ("f16", "f32", "f64")


class Val(NamedTuple):
    """An SSA value or constant: its text, element type, number of lanes, loop depth it lives at."""

    ref: str
    ty: str
    lanes: int
    depth: int


def type_name(ty: str, lanes: int) -> str:
    return LLVM[ty] if lanes == 1 else f"<{lanes} x {LLVM[ty]}>"


def mangled(ty: str, lanes: int) -> str:
    """The suffix of an overloaded intrinsic."""
    base = {"float": "f32", "double": "f64", "half": "f16"}.get(LLVM[ty], LLVM[ty])
    return base if lanes == 1 else f"v{lanes}{base}"


def literal(value: Any, ty: str) -> str:
    if ty in FLOAT:
        # Always the bits of a double, rounded to the type first: exact, and knows inf and nan.
        rounded = float(value)
        if ty == "f32":
            with np.errstate(over="ignore"):
                rounded = float(np.float32(rounded))
        elif ty == "f16":
            raise ValueError("float16 is a memory format only")
        if math.isnan(rounded):
            rounded = math.nan
        return f"0x{struct.unpack('<Q', struct.pack('<d', rounded))[0]:016X}"
    if ty == "i1":
        return "true" if value else "false"
    bits = 8 * SIZE[ty]
    return str((int(value) + (1 << (bits - 1))) % (1 << bits) - (1 << (bits - 1)))


class Region:
    """The code at one loop depth: where to append, and what has been computed."""

    def __init__(self, container: list[Any]) -> None:
        self.container = container
        self.cursor: list[Any] = []
        container.append(self.cursor)
        self.memo: dict[Any, Val] = {}


class Builder:
    """One LLVM function ``i64 name(ptr block)`` under construction; it answers 0."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0
        self.body: list[Any] = []
        self.regions: list[Region] = [Region(self.body)]
        self.allocas: list[str] = []
        self.declares: dict[str, str] = {}
        self.helpers: dict[str, str] = {}
        self.libm: set[str] = set()
        self.label = "entry"

    # ---- emission

    def fresh(self, prefix: str = "v") -> str:
        self.count += 1
        return f"%{prefix}{self.count}"

    @property
    def depth(self) -> int:
        return len(self.regions) - 1

    def pure(self, text: str, ty: str, lanes: int, depth: int) -> Val:
        """A value that depends only on its operands' text: emitted once per depth."""
        region = self.regions[depth]
        value = region.memo.get(text)
        if value is None:
            value = Val(self.fresh(), ty, lanes, depth)
            region.cursor.append(f"  {value.ref} = {text}")
            region.memo[text] = value
        return value

    def effect(self, text: str, depth: int | None = None) -> None:
        self.regions[self.depth if depth is None else depth].cursor.append(f"  {text}")

    def load(self, text: str, ty: str, lanes: int, depth: int) -> Val:
        value = Val(self.fresh(), ty, lanes, depth)
        self.regions[depth].cursor.append(f"  {value.ref} = {text}")
        return value

    def alloca(self, ty: str, lanes: int) -> str:
        ref = self.fresh("acc")
        self.allocas.append(f"  {ref} = alloca {type_name(ty, lanes)}")
        return ref

    @contextmanager
    def loop(self, trips: int | str, perhaps: bool = False) -> Iterator[Val]:
        """A counted loop around what is emitted inside; yields the index.

        trips : a number, or the register that holds it; at least 1, unless `perhaps` asks for a test before the loop.
        """
        parent = self.regions[-1]
        tag = self.fresh("L")[1:]
        head, done, before = f"{tag}.body", f"{tag}.end", self.label
        body: list[Any] = []
        index = Val(f"%{tag}.i", "i64", 1, self.depth + 1)
        # The phi is completed below, when the label of the last block of the body is known.
        opening: list[str] = []
        parent.container.extend([opening, body])
        self.regions.append(Region(body))
        self.label = head
        yield index
        self.effect(f"%{tag}.n = add nuw nsw i64 {index.ref}, 1")
        self.effect(f"%{tag}.c = icmp ult i64 %{tag}.n, {trips}")
        self.effect(f"br i1 %{tag}.c, label %{head}, label %{done}")
        if perhaps:
            opening.append(f"  %{tag}.any = icmp ne i64 {trips}, 0\n  br i1 %{tag}.any, label %{head}, label %{done}")
        else:
            opening.append(f"  br label %{head}")
        opening.append(f"{head}:")
        opening.append(f"  {index.ref} = phi i64 [ 0, %{before} ], [ %{tag}.n, %{self.label} ]")
        self.regions.pop()
        self.label = done
        parent.cursor = [f"{done}:"]
        parent.container.append(parent.cursor)

    def text(self) -> str:
        """The function; declarations and helper functions are kept apart (shared in a module)."""
        lines: list[str] = []

        def flatten(item: Any) -> None:
            if isinstance(item, str):
                lines.append(item)
            else:
                for part in item:
                    flatten(part)

        flatten(self.body)
        entry = "\n".join(self.allocas)
        return (
            f"define i64 @{self.name}(ptr noalias %block) #0 {{\nentry:\n{entry}\n"
            + "\n".join(lines)
            + "\n  ret i64 0\n}\n"
        )

    # ---- values

    def const(self, value: Any, ty: str, lanes: int = 1) -> Val:
        text = literal(value, ty)
        return Val(text if lanes == 1 else f"splat ({LLVM[ty]} {text})", ty, lanes, 0)

    def splat(self, a: Val, lanes: int) -> Val:
        if a.lanes == lanes:
            return a
        assert a.lanes == 1, (a, lanes)
        if not a.ref.startswith("%"):
            return Val(f"splat ({LLVM[a.ty]} {a.ref})", a.ty, lanes, a.depth)
        vec = type_name(a.ty, lanes)
        one = self.pure(f"insertelement {vec} poison, {LLVM[a.ty]} {a.ref}, i64 0", a.ty, lanes, a.depth)
        return self.pure(
            f"shufflevector {vec} {one.ref}, {vec} poison, <{lanes} x i32> zeroinitializer", a.ty, lanes, a.depth
        )

    def level(self, *args: Val) -> tuple[list[Val], int, int]:
        """Arguments brought to the same number of lanes; that number; the depth of the result."""
        lanes = max(a.lanes for a in args)
        return [self.splat(a, lanes) for a in args], lanes, max(a.depth for a in args)

    def op(self, opcode: str, *args: Val, ty: str = "") -> Val:
        """A binary or unary instruction on operands of one type."""
        vals, lanes, depth = self.level(*args)
        ty = ty or vals[0].ty
        return self.pure(f"{opcode} {type_name(vals[0].ty, lanes)} {', '.join(v.ref for v in vals)}", ty, lanes, depth)

    def add(self, a: Val, b: Val) -> Val:
        return self.op("fadd" if a.ty in FLOAT else "add", a, b)

    def sub(self, a: Val, b: Val) -> Val:
        return self.op("fsub" if a.ty in FLOAT else "sub", a, b)

    def mul(self, a: Val, b: Val) -> Val:
        return self.op("fmul" if a.ty in FLOAT else "mul", a, b)

    def div(self, a: Val, b: Val) -> Val:
        return self.op("fdiv", a, b)

    def neg(self, a: Val) -> Val:
        return self.op("fneg", a) if a.ty in FLOAT else self.sub(self.const(0, a.ty), a)

    def call(self, name: str, *args: Val, ty: str = "", flags: str = "", extra: str = "") -> Val:
        """An intrinsic overloaded on its first argument's type."""
        vals, lanes, depth = self.level(*args)
        ty = ty or vals[0].ty
        symbol = f"@{name}.{mangled(vals[0].ty, lanes)}"
        out = type_name(ty, lanes)
        types = [type_name(v.ty, lanes) for v in vals]
        self.declares[symbol] = f"declare {out} {symbol}({', '.join(types + ([extra.split()[0]] if extra else []))})"
        text = ", ".join([f"{t} {v.ref}" for t, v in zip(types, vals)] + ([extra] if extra else []))
        return self.pure(f"call {flags}{out} {symbol}({text})", ty, lanes, depth)

    def fma(self, a: Val, b: Val, c: Val) -> Val:
        """a*b + c, fused where the CPU has it."""
        return self.call("llvm.fmuladd", a, b, c)

    def abs(self, a: Val) -> Val:
        return self.call("llvm.fabs", a) if a.ty in FLOAT else self.call("llvm.abs", a, extra="i1 false")

    def cmp(self, pred: str, a: Val, b: Val) -> Val:
        """Comparison; for floats an ordered/unordered predicate of LLVM, for integers eq ne slt ... ."""
        return self.op(f"{'fcmp' if a.ty in FLOAT else 'icmp'} {pred}", a, b, ty="i1")

    def select(self, cond: Val, a: Val, b: Val) -> Val:
        (cond, a, b), lanes, depth = self.level(cond, a, b)
        t = type_name(a.ty, lanes)
        return self.pure(f"select {type_name('i1', lanes)} {cond.ref}, {t} {a.ref}, {t} {b.ref}", a.ty, lanes, depth)

    def convert(self, opcode: str, a: Val, ty: str) -> Val:
        return self.pure(
            f"{opcode} {type_name(a.ty, a.lanes)} {a.ref} to {type_name(ty, a.lanes)}", ty, a.lanes, a.depth
        )

    def horizontal(self, name: str, a: Val, start: Val | None = None, flags: str = "") -> Val:
        """A reduction over the lanes: ``llvm.vector.reduce.<name>``."""
        if a.lanes == 1:
            return a
        symbol = f"@llvm.vector.reduce.{name}.{mangled(a.ty, a.lanes)}"
        vec, one = type_name(a.ty, a.lanes), LLVM[a.ty]
        self.declares[symbol] = f"declare {one} {symbol}({one + ', ' if start else ''}{vec})"
        head = f"{one} {start.ref}, " if start else ""
        return self.pure(f"call {flags}{one} {symbol}({head}{vec} {a.ref})", a.ty, 1, a.depth)

    def library(self, name: str, *args: Val) -> Val:
        """A scalar function of the C library, lane by lane (a small helper function does the loop)."""
        vals, lanes, depth = self.level(*args)
        ty = vals[0].ty
        symbol = name + ("f" if ty == "f32" else "")
        self.libm.add(symbol)
        scalar, n = LLVM[ty], len(vals)
        self.declares[f"@mxr.{symbol}"] = (
            f"declare {scalar} @mxr.{symbol}({', '.join([scalar] * n)}) memory(none) nounwind"
        )
        vec = type_name(ty, lanes)
        callee = f"@mxr.{symbol}" if lanes == 1 else f"@mxr.{symbol}.v{lanes}"
        if lanes > 1 and callee not in self.helpers:
            params = ", ".join(f"{vec} %a{k}" for k in range(n))
            picks = "\n".join(f"  %s{k} = extractelement {vec} %a{k}, i64 %i" for k in range(n))
            inner = ", ".join(f"{scalar} %s{k}" for k in range(n))
            self.helpers[callee] = (
                f"define internal {vec} {callee}({params}) noinline nounwind memory(none) {{\n"
                "entry:\n  br label %go\ngo:\n  %i = phi i64 [ 0, %entry ], [ %j, %go ]\n"
                f"  %r = phi {vec} [ poison, %entry ], [ %q, %go ]\n{picks}\n"
                f"  %y = call {scalar} @mxr.{symbol}({inner})\n  %q = insertelement {vec} %r, {scalar} %y, i64 %i\n"
                f"  %j = add nuw nsw i64 %i, 1\n  %c = icmp ult i64 %j, {lanes}\n"
                f"  br i1 %c, label %go, label %out\nout:\n  ret {vec} %q\n}}\n"
            )
        text = ", ".join(f"{vec} {v.ref}" for v in vals)
        return self.pure(f"call {vec} {callee}({text})", ty, lanes, depth)
