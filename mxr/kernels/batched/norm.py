"""Batch normalisation with the batch in the vector. Sums are taken of differences from one number of each channel, in
float32 along a row and in float64 over rows; lanes beyond the batch do not count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..jit.builder import Val
from .code import Code

__all__ = ["NormBackward", "NormForward"]

_PART = 64  # float32 terms that are added up before they go to a float64 sum


class _Norm(NamedTuple):
    """Loops over arrays of (blocks, channels, places)."""

    code: Code
    channels: int
    places: int
    blocks: Val
    examples: Val

    def at(self, base: Val, b: Val, c: Val, i: Val, more: int = 0) -> Val:
        return self.code.at(base, (b, self.channels * self.places), (c, self.places), (i, 1), (more, 1))

    def vectors(self, visit: Callable[[Val, Val], None]) -> None:
        """``visit(block, place)`` for all vectors of a channel."""
        with self.code.loop(self.blocks.ref) as b, self.code.loop(self.places) as i:
            visit(b, i)

    def sums(self, count: int, terms: Callable[[Val, Val], list[Val]]) -> list[Val]:
        """Sums in float64 over a channel of the `count` values of ``terms(block, place)``."""
        code, zero = self.code, self.code.number(0)
        totals = [code.variable(code.const(0, "f64", code.lanes)) for _ in range(count)]
        whole, rest = divmod(self.places, _PART)
        with code.loop(self.blocks.ref) as b:
            valid = code.valid(b, self.examples)
            for trips, size, start in ((whole, _PART, 0), (1 if rest else 0, rest, whole * _PART)):
                if not trips:
                    continue
                with code.repeat(trips) as part:
                    near = [code.variable(zero) for _ in range(count)]
                    with code.loop(size) as j:
                        first = code.op("mul", part, code.const(_PART, "i64")) if isinstance(part, Val) else None
                        i = code.add(j, code.const(start, "i64")) if first is None else code.add(first, j)
                        for ref, term in zip(near, terms(b, i)):
                            code.set(ref, code.add(code.get(ref), term))
                    for total, ref in zip(totals, near):
                        kept = code.select(valid, code.get(ref), zero)
                        code.set(total, code.add(code.get(total, "f64"), code.convert("fpext", kept, "f64")))
        start_at = code.const(-0.0, "f64")
        return [code.horizontal("fadd", code.get(t, "f64"), start_at, "reassoc ") for t in totals]

    @property
    def numbers(self) -> Val:
        """Numbers in a channel."""
        code = self.code
        return code.convert("sitofp", code.mul(self.examples, code.const(self.places, "i64")), "f64")

    def narrow(self, value: Val) -> Val:
        return self.code.convert("fptrunc", value, "f32")


class NormForward(NamedTuple):
    """With the batch's statistics. Its block: x, gamma, beta, y, mean, 1/std, blocks, examples, eps.

    scale : multiplied by gamma; else gamma counts as 1.
    """

    channels: int
    places: int
    scale: bool

    def emit(self, code: Code) -> None:
        x, gamma, beta, y, mean, invstd = (code.word(i) for i in range(6))
        n = _Norm(code, self.channels, self.places, code.word(6, "i64"), code.word(7, "i64"))
        eps = code.word(8, "f64")
        with code.loop(self.channels) as c:
            pivot = code.read(code.at(x, (c, self.places)), 1)
            wide = code.splat(pivot, code.lanes)

            def terms(b: Val, i: Val) -> list[Val]:
                d = code.sub(code.read(n.at(x, b, c, i)), wide)
                return [d, code.mul(d, d)]

            first, second = n.sums(2, terms)
            d = code.div(first, n.numbers)
            var = code.sub(code.div(second, n.numbers), code.mul(d, d))
            zero = code.const(0, "f64")
            var = code.select(code.cmp("olt", var, zero), zero, var)
            m = n.narrow(code.add(code.convert("fpext", pivot, "f64"), d))
            inv = n.narrow(code.div(code.const(1, "f64"), code.call("llvm.sqrt", code.add(var, eps))))
            code.write(code.at(mean, (c, 1), size=4), m)
            code.write(code.at(invstd, (c, 1), size=4), inv)
            factor = code.mul(code.read(code.at(gamma, (c, 1), size=4), 1), inv) if self.scale else inv
            factor, middle = code.splat(factor, code.lanes), code.splat(m, code.lanes)
            offset = code.everywhere(code.at(beta, (c, 1), size=4))

            def apply(b: Val, i: Val) -> None:
                value = code.sub(code.read(n.at(x, b, c, i)), middle)
                code.write(n.at(y, b, c, i), code.fma(value, factor, offset))

            n.vectors(apply)


class NormBackward(NamedTuple):
    """Its block: dy, x, gamma, mean, 1/std, moving mean, moving variance, dx, dgamma, dbeta, blocks, examples, eps,
    momentum.

    Moves the averages; without `scale` the gradient of gamma is 0.
    """

    channels: int
    places: int
    scale: bool

    def emit(self, code: Code) -> None:
        dy, x, gamma, mean, invstd, moving_mean, moving_var, dx, dgamma, dbeta = (code.word(i) for i in range(10))
        n = _Norm(code, self.channels, self.places, code.word(10, "i64"), code.word(11, "i64"))
        eps, momentum = code.word(12, "f64"), code.word(13, "f64")

        def one(base: Val, c: Val) -> Val:
            return code.at(base, (c, 1), size=4)

        def move(place: Val, new: Val) -> None:
            old = code.convert("fpext", code.read(place, 1), "f64")
            rest = code.sub(code.const(1, "f64"), momentum)
            code.write(place, n.narrow(code.add(code.mul(old, momentum), code.mul(new, rest))))

        with code.loop(self.channels) as c:
            m, inv = code.read(one(mean, c), 1), code.read(one(invstd, c), 1)
            middle, wide = code.splat(m, code.lanes), code.splat(inv, code.lanes)

            def terms(b: Val, i: Val) -> list[Val]:
                g = code.read(n.at(dy, b, c, i))
                return [g, code.mul(g, code.mul(code.sub(code.read(n.at(x, b, c, i)), middle), wide))]

            first, second = n.sums(2, terms)
            code.write(one(dbeta, c), n.narrow(first))
            factor = inv
            if self.scale:
                factor = code.mul(code.read(one(gamma, c), 1), inv)
                code.write(one(dgamma, c), n.narrow(second))
            else:
                code.write(one(dgamma, c), code.const(0, "f32"))
            factor = code.splat(factor, code.lanes)
            by_beta, by_gamma = (code.splat(n.narrow(code.div(s, n.numbers)), code.lanes) for s in (first, second))

            def apply(b: Val, i: Val) -> None:
                normal = code.mul(code.sub(code.read(n.at(x, b, c, i)), middle), wide)
                g = code.sub(code.sub(code.read(n.at(dy, b, c, i)), by_beta), code.mul(normal, by_gamma))
                code.write(n.at(dx, b, c, i), code.mul(g, factor))

            n.vectors(apply)
            move(one(moving_mean, c), code.convert("fpext", m, "f64"))
            exact = code.convert("fpext", inv, "f64")
            move(one(moving_var, c), code.sub(code.div(code.const(1, "f64"), code.mul(exact, exact)), eps))
