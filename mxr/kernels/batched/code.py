"""LLVM IR for arrays with the batch in the vector: [blocks][C][H][W][lanes], float32.

All loops have trip counts known when the code is made, but for the loop over blocks. Places are counted in vectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..jit import mathlib
from ..jit.builder import Builder, Val, type_name
from ..jit.shuffle import shuffle
from ..jit.tile import number

__all__ = ["HEAVY", "Code", "Terms"]

Terms = list[tuple["Val | int", int]]  # a place: the sum of index*stride

#: Activations whose code is long: they run in a loop of their own over what the convolution has stored.
HEAVY = ("tanh", "sigmoid", "softrelu")


class Code(Builder):
    """A kernel over blocks of `lanes` examples.

    The block of the call holds addresses, then numbers. `registers` is how many vector registers the CPU has.
    """

    def __init__(self, name: str, lanes: int, registers: int) -> None:
        super().__init__(name)
        self.lanes, self.registers = lanes, registers

    # ---- loops

    @contextmanager
    def repeat(self, trips: int) -> Iterator[Val | int]:
        """A loop, or its body alone where it would run once."""
        if trips == 1:
            yield 0
        else:
            with self.loop(trips) as i:
                yield i

    def parts(self, count: int, step: int) -> Iterator[tuple[Terms, int]]:
        """Opens a loop over `count` things in tiles of `step`, and what is left after it.

        Yields (terms, size): the number of a tile's first thing is the sum of index*factor of the terms.
        """
        trips, rest = divmod(count, step)
        if trips:
            with self.repeat(trips) as i:
                yield [(i, step)], step
        if rest:
            yield [(trips * step, 1)], rest

    # ---- addresses

    def word(self, slot: int, ty: str = "ptr") -> Val:
        """Word `slot` of the block of the call: an address or a number."""
        return number(self, slot, ty)

    def at(self, base: Val, *terms: tuple[Val | int, int], size: int = 0) -> Val:
        """`base` moved by the sum of index*stride elements of `size` bytes (vectors by default)."""
        size = size or 4 * self.lanes
        const, moving = 0, []
        for index, stride in terms:
            if isinstance(index, int):
                const += index * stride
            elif stride:
                moving.append((index.depth, index.ref, stride * size))
        for depth, ref, scale in sorted(moving):
            offset = self.pure(f"mul i64 {ref}, {scale}", "i64", 1, depth)
            depth = max(depth, base.depth)
            base = self.pure(f"getelementptr i8, ptr {base.ref}, i64 {offset.ref}", "ptr", 1, depth)
        if const:
            base = self.pure(f"getelementptr i8, ptr {base.ref}, i64 {const * size}", "ptr", 1, base.depth)
        return base

    # ---- memory

    def read(self, place: Val, lanes: int = 0, ty: str = "f32") -> Val:
        lanes = lanes or self.lanes
        return self.load(f"load {type_name(ty, lanes)}, ptr {place.ref}, align {1 if ty == 'i8' else 4}", ty, lanes,
                         self.depth)  # fmt: skip

    def write(self, place: Val, value: Val) -> None:
        align = 1 if value.ty == "i8" else 4
        self.effect(f"store {type_name(value.ty, value.lanes)} {value.ref}, ptr {place.ref}, align {align}")

    def everywhere(self, place: Val) -> Val:
        """One float in all lanes."""
        return self.splat(self.read(place, 1), self.lanes)

    def number(self, value: float) -> Val:
        return self.const(value, "f32", self.lanes)

    def bytes_of(self, value: int) -> Val:
        return self.const(value, "i8", self.lanes)

    # ---- variables

    def variable(self, start: Val) -> str:
        """A vector in a register that loops change."""
        ref = self.alloca(start.ty, start.lanes)
        self.set(ref, start)
        return ref

    def set(self, ref: str, value: Val) -> None:
        self.effect(f"store {type_name(value.ty, value.lanes)} {value.ref}, ptr {ref}")

    def get(self, ref: str, ty: str = "f32") -> Val:
        return self.load(f"load {type_name(ty, self.lanes)}, ptr {ref}", ty, self.lanes, self.depth)

    # ---- values

    def sums(self, values: Sequence[Val]) -> list[Val]:
        """The sums over the lanes of each of `values`, as the lanes of one vector or more (zeros fill the last)."""
        n, found, zero = self.lanes, [], self.number(0)
        for start in range(0, len(values), n):
            level: list[Val | None] = [*values[start : start + n]]
            level += [None] * (n - len(level))
            even, odd = range(0, 2 * n, 2), range(1, 2 * n, 2)
            while len(level) > 1:
                pairs = zip(level[::2], level[1::2])
                level = [
                    None if a is None
                    else self.add(shuffle(self, a, b or zero, even), shuffle(self, a, b or zero, odd))
                    for a, b in pairs
                ]  # fmt: skip
            assert level[0] is not None
            found.append(level[0])
        return found

    def larger(self, a: Val, b: Val) -> tuple[Val, Val]:
        """The maximum of both, b's nan and a's nan included; and where it is b, because a was smaller."""
        wins = self.op("or", self.cmp("ogt", b, a), self.cmp("uno", b, b))
        return self.select(wins, b, a), wins

    def activation(self, name: str | None, x: Val) -> Val:
        """What the operator Activation computes."""
        zero, one = self.number(0), self.number(1)
        if name is None:
            return x
        if name == "relu":
            return self.select(self.cmp("ole", x, zero), zero, x)
        if name == "tanh":
            return mathlib.tanh(self, x)
        if name == "softsign":
            return self.div(x, self.add(one, self.abs(x)))
        t = mathlib.exp(self, self.neg(self.abs(x)))
        if name == "sigmoid":
            return self.div(self.select(self.cmp("oge", x, zero), one, t), self.add(one, t))
        assert name == "softrelu", name
        return self.add(self.select(self.cmp("ole", x, zero), zero, x), mathlib.log1p(self, t))

    def slope(self, name: str | None, dy: Val, y: Val) -> Val:
        """dy times the derivative of the activation, from its output y."""
        one = self.number(1)
        if name is None:
            return dy
        if name == "relu":
            return self.select(self.cmp("ogt", y, self.number(0)), dy, self.number(0))
        if name == "tanh":
            return self.mul(dy, self.sub(one, self.mul(y, y)))
        if name == "sigmoid":
            return self.mul(self.mul(dy, y), self.sub(one, y))
        if name == "softsign":
            rest = self.sub(one, self.abs(y))
            return self.mul(dy, self.mul(rest, rest))
        assert name == "softrelu", name
        return self.mul(dy, self.neg(mathlib.expm1(self, self.neg(y))))

    def valid(self, block: Val, examples: Val) -> Val:
        """Which lanes of a block hold an example."""
        n = self.lanes
        base = self.pure(f"mul i64 {block.ref}, {n}", "i64", 1, block.depth)
        left = self.pure(f"sub i64 {examples.ref}, {base.ref}", "i64", 1, block.depth)
        vec = type_name("i64", n)
        steps = Val("<" + ", ".join(f"i64 {i}" for i in range(n)) + ">", "i64", n, 0)
        wide = self.splat(left, n)
        return self.pure(f"icmp slt {vec} {steps.ref}, {wide.ref}", "i1", n, block.depth)
