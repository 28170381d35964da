"""Batch normalisation of a batch that several threads share: each one's statistics, then the whole batch's from all.

Means and squared distances of the shares are put together without loss of digits (Chan et al. 1979, Updating Formulae
and a Pairwise Algorithm for Computing Sample Variances), in the order of the shares by each thread, so that all find
the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..jit.builder import Builder, Val
from ..jit.tile import Place, argument, load, number, store
from .function import Function, compiled
from .norm import Norm
from .reduce import summed

__all__ = ["SharedNorm"]


@dataclass(frozen=True)
class SharedNorm(Norm):
    """Normalisation of (n, channels, places), a share of a batch.

    shares : the number of images in each share. averages : whether this one moves the moving averages.
    """

    shares: tuple[int, ...] = ()
    averages: bool = False

    def statistics(self, b: Builder) -> None:
        """Block: x, mean, sum of squared distances from it."""
        x, mean, squares = (argument(b, i) for i in range(3))

        def body(at: Callable[[Place], Place], each: Callable[[Place], Place], valid: int) -> None:
            xb = at(x)
            pivot = load(xb, self.lanes)

            def term(i: Val, p: Val, j: int) -> list[Val]:
                d = b.sub(load(self._point(xb, i, p, j), self.lanes), pivot)
                return [d, b.mul(d, d)]

            first, second = summed(b, self.n, self.places, self.lanes, 2, term)
            d = b.mul(first, b.const(1 / (self.n * self.places), "f64"))
            m = b.add(b.convert("fpext", pivot, "f64"), d)
            store(each(mean), b.convert("fptrunc", m, "f32"), valid)
            store(each(squares), b.convert("fptrunc", b.sub(second, b.mul(first, d)), "f32"), valid)

        self._blocks(b, body)

    def apply(self, b: Builder) -> None:
        """Block: x, gamma, beta, (mean, squares) of each share, y, mean, 1/std, then eps."""
        k = len(self.shares)
        x, gamma, beta = (argument(b, i) for i in range(3))
        parts = [(argument(b, 3 + 2 * r), argument(b, 4 + 2 * r)) for r in range(k)]
        y, mean, invstd = (argument(b, 3 + 2 * k + i) for i in range(3))
        total = sum(self.shares)

        def body(at: Callable[[Place], Place], each: Callable[[Place], Place], valid: int) -> None:
            means, squares = ([self._wide(b, each(pair[i]), valid) for pair in parts] for i in range(2))
            m = _sum(b, [b.mul(v, b.const(n / total, "f64")) for v, n in zip(means, self.shares)])
            spread = []
            for v, q, n in zip(means, squares, self.shares):
                d = b.sub(v, m)
                spread += [q, b.mul(b.mul(d, d), b.const(float(n * self.places), "f64"))]
            var = b.mul(_sum(b, spread), b.const(1 / (total * self.places), "f64"))
            var = b.select(b.cmp("olt", var, b.const(0, "f64")), b.const(0, "f64"), var)
            root = b.call("llvm.sqrt", b.add(var, number(b, 6 + 2 * k, "f64")))
            m32 = b.convert("fptrunc", m, "f32")
            inv = b.convert("fptrunc", b.div(b.const(1, "f64"), root), "f32")
            store(each(mean), m32, valid)
            store(each(invstd), inv, valid)
            g = load(each(gamma), self.lanes, valid) if self.scale else b.const(1, "f32", self.lanes)
            self._line(b, at(x), at(y), b.mul(g, inv), m32, load(each(beta), self.lanes, valid))

        self._blocks(b, body)

    def sums(self, b: Builder) -> None:
        """Block: dy, x, mean, the sum of dy, the sum of dy times the distance of x from the mean."""
        dy, x, mean, first, second = (argument(b, i) for i in range(5))

        def body(at: Callable[[Place], Place], each: Callable[[Place], Place], valid: int) -> None:
            gb, xb, m = at(dy), at(x), load(each(mean), self.lanes, valid)

            def term(i: Val, p: Val, j: int) -> list[Val]:
                grad = load(self._point(gb, i, p, j), self.lanes)
                return [grad, b.mul(grad, b.sub(load(self._point(xb, i, p, j), self.lanes), m))]

            for place, value in zip((first, second), summed(b, self.n, self.places, self.lanes, 2, term)):
                store(each(place), b.convert("fptrunc", value, "f32"), valid)

        self._blocks(b, body)

    def backward_apply(self, b: Builder) -> None:
        """Block: dy, x, gamma, mean, 1/std, the two sums of each share, dx, dgamma, dbeta, moving mean, moving
        variance, then eps, momentum."""
        k = len(self.shares)
        dy, x, gamma, mean, invstd = (argument(b, i) for i in range(5))
        parts = [(argument(b, 5 + 2 * r), argument(b, 6 + 2 * r)) for r in range(k)]
        dx, dgamma, dbeta, moving_mean, moving_var = (argument(b, 5 + 2 * k + i) for i in range(5))
        count = sum(self.shares) * self.places

        def body(at: Callable[[Place], Place], each: Callable[[Place], Place], valid: int) -> None:
            gb, xb, out, lanes = at(dy), at(x), at(dx), self.lanes
            m, inv = load(each(mean), lanes, valid), load(each(invstd), lanes, valid)
            one = b.const(1, "f32", lanes)
            scale = b.mul(load(each(gamma), lanes, valid) if self.scale else one, inv)
            first, second = (_sum(b, [self._wide(b, each(pair[i]), valid) for pair in parts]) for i in range(2))
            wide, part = b.convert("fpext", inv, "f64"), b.const(1 / count, "f64")
            slope = b.convert("fptrunc", b.mul(second, b.mul(b.mul(wide, wide), part)), "f32")
            level = b.convert("fptrunc", b.mul(first, part), "f32")
            store(each(dbeta), b.convert("fptrunc", first, "f32"), valid)
            zero = b.const(0, "f32", lanes)
            store(each(dgamma), b.convert("fptrunc", b.mul(second, wide), "f32") if self.scale else zero, valid)
            if self.averages:
                slots = (10 + 2 * k, 11 + 2 * k)
                self._averages(b, each(moving_mean), each(moving_var), m, wide, valid, slots)

            def move(i: Val, p: Val, j: int) -> None:
                grad = load(self._point(gb, i, p, j), lanes)
                d = b.sub(load(self._point(xb, i, p, j), lanes), m)
                store(self._point(out, i, p, j), b.mul(b.sub(grad, b.fma(d, slope, level)), scale))

            self._points(b, move)

        self._blocks(b, body)

    def shared_functions(self) -> tuple[Function, ...]:
        """statistics, apply, sums, backward_apply."""
        k = 2 * len(self.shares)
        return compiled([
            ("statistics of a share", self, self.statistics, range(3)),
            ("batch norm of a share", self, self.apply, range(6 + k)),
            ("sums of a share", self, self.sums, range(5)),
            ("batch norm of a share backward", self, self.backward_apply, range(10 + k)),
        ])  # fmt: skip

    def _wide(self, b: Builder, at: Place, valid: int) -> Val:
        return b.convert("fpext", load(at, self.lanes, valid), "f64")


def _sum(b: Builder, values: list[Val]) -> Val:
    total = values[0]
    for v in values[1:]:
        total = b.add(total, v)
    return total
