"""Batch normalisation of arrays in blocks of channels: forward with its statistics, and backward, a relu with either.

A block of channels is looked at twice in a row, so that the second look finds much of it in the cache. Sums are taken
of differences from one number of each channel, so that a large mean costs no digits, and added up in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..jit.builder import Builder, Val
from ..jit.engine import Engine
from ..jit.tile import Place, argument, load, number, store
from .function import Function, compiled, pair
from .reduce import summed

__all__ = ["Norm"]

_UNROLL = 4


@dataclass(frozen=True)
class Norm:
    """Normalisation of (n, channels, places).

    scale : multiplied by gamma; else gamma counts as 1. relu : negative results become 0; backward, gradients of
    results that are 0 count as 0.
    """

    n: int
    channels: int
    places: int
    lanes: int
    scale: bool = True
    relu: bool = False

    # ---- the functions of a block
    def forward(self, b: Builder) -> None:
        """Block: x, gamma, beta, y, mean, 1/std, then eps."""
        x, gamma, beta, y, mean, invstd = (argument(b, i) for i in range(6))

        def body(at: Callable[[Place], Place], each: Callable[[Place], Place], valid: int) -> None:
            xb, yb = at(x), at(y)
            pivot = load(xb, self.lanes)

            def term(i: Val, p: Val, j: int) -> list[Val]:
                d = b.sub(load(self._point(xb, i, p, j), self.lanes), pivot)
                return [d, b.mul(d, d)]

            first, second = summed(b, self.n, self.places, self.lanes, 2, term)
            part = b.const(1 / (self.n * self.places), "f64")
            d = b.mul(first, part)
            var = b.sub(b.mul(second, part), b.mul(d, d))
            var = b.select(b.cmp("olt", var, b.const(0, "f64")), b.const(0, "f64"), var)
            m = b.convert("fptrunc", b.add(b.convert("fpext", pivot, "f64"), d), "f32")
            eps = number(b, 6, "f64")
            inv = b.convert("fptrunc", b.div(b.const(1, "f64"), b.call("llvm.sqrt", b.add(var, eps))), "f32")
            store(each(mean), m, valid)
            store(each(invstd), inv, valid)
            g = load(each(gamma), self.lanes, valid) if self.scale else b.const(1, "f32", self.lanes)
            self._line(b, xb, yb, b.mul(g, inv), m, load(each(beta), self.lanes, valid))

        self._blocks(b, body)

    def given(self, b: Builder) -> None:
        """With given statistics. Block: x, gamma, beta, mean, variance, y, then eps."""
        x, gamma, beta, mean, variance, y = (argument(b, i) for i in range(6))

        def body(at: Callable[[Place], Place], each: Callable[[Place], Place], valid: int) -> None:
            eps = b.convert("fptrunc", number(b, 6, "f64"), "f32")
            std = b.call("llvm.sqrt", b.add(load(each(variance), self.lanes, valid), eps))
            inv = b.div(b.const(1, "f32"), std)
            g = load(each(gamma), self.lanes, valid) if self.scale else b.const(1, "f32", self.lanes)
            m, shift = load(each(mean), self.lanes, valid), load(each(beta), self.lanes, valid)
            self._line(b, at(x), at(y), b.mul(g, inv), m, shift)

        self._blocks(b, body)

    def backward(self, b: Builder) -> None:
        """Block: dy, x, gamma, beta, mean, 1/std, dx, dgamma, dbeta, moving mean, moving variance, then eps, momentum.

        The moving averages take in the statistics. Without `scale` dgamma is 0. beta is read where
        there is a relu.
        """
        dy, x, gamma, beta, mean, invstd, dx, dgamma, dbeta, moving_mean, moving_var = (
            argument(b, i) for i in range(11)
        )
        count = self.n * self.places

        def body(at: Callable[[Place], Place], each: Callable[[Place], Place], valid: int) -> None:
            gb, xb, out, lanes = at(dy), at(x), at(dx), self.lanes
            m, inv = load(each(mean), lanes, valid), load(each(invstd), lanes, valid)
            one, zero = b.const(1, "f32", lanes), b.const(0, "f32", lanes)
            g = load(each(gamma), lanes, valid) if self.scale else one
            scale = b.mul(g, inv)
            shift = load(each(beta), lanes, valid) if self.relu else zero

            def point(i: Val, p: Val, j: int) -> tuple[Val, Val]:
                """The gradient at a point, and the distance of the data from the mean."""
                grad = load(self._point(gb, i, p, j), lanes)
                d = b.sub(load(self._point(xb, i, p, j), lanes), m)
                if self.relu:
                    grad = b.select(b.cmp("ogt", b.fma(d, scale, shift), zero), grad, zero)
                return grad, d

            def term(i: Val, p: Val, j: int) -> list[Val]:
                grad, d = point(i, p, j)
                return [grad, b.mul(grad, d)]

            first, second = summed(b, self.n, self.places, lanes, 2, term)
            wide, part = b.convert("fpext", inv, "f64"), b.const(1 / count, "f64")
            slope = b.mul(second, b.mul(b.mul(wide, wide), part))
            slope = b.convert("fptrunc", slope, "f32")
            level = b.convert("fptrunc", b.mul(first, part), "f32")
            store(each(dbeta), b.convert("fptrunc", first, "f32"), valid)
            if self.scale:
                store(each(dgamma), b.convert("fptrunc", b.mul(second, wide), "f32"), valid)
            else:
                store(each(dgamma), zero, valid)
            self._averages(b, each(moving_mean), each(moving_var), m, wide, valid)

            def move(i: Val, p: Val, j: int) -> None:
                grad, d = point(i, p, j)
                value = b.sub(grad, b.fma(d, slope, level))
                store(self._point(out, i, p, j), b.mul(value, scale))

            self._points(b, move)

        self._blocks(b, body)

    # ---- functions of buffers in the order of the block
    def functions(self, generator: Engine | None = None) -> tuple[Function, Function]:
        """Forward with statistics of its own, and backward."""
        wanted = [("batch norm", self, self.forward, range(6)), ("batch norm backward", self, self.backward, range(11))]
        return pair(wanted, generator)

    def given_function(self, generator: Engine | None = None) -> Function:
        """With given statistics."""
        return compiled([("batch norm of given statistics", self, self.given, range(6))], generator)[0]

    # ---- pieces
    def _averages(
        self, b: Builder, mean: Place, var: Place, m: Val, invstd: Val, valid: int, slots: tuple[int, int] = (11, 12)
    ) -> None:
        eps, keep = (number(b, slot, "f64") for slot in slots)
        part = b.sub(b.const(1, "f64"), keep)
        variance = b.sub(b.div(b.const(1, "f64"), b.mul(invstd, invstd)), eps)
        for place, new in ((mean, b.convert("fpext", m, "f64")), (var, variance)):
            old = b.convert("fpext", load(place, self.lanes, valid), "f64")
            store(place, b.convert("fptrunc", b.add(b.mul(old, keep), b.mul(new, part)), "f32"), valid)

    def _line(self, b: Builder, x: Place, y: Place, scale: Val, mean: Val, shift: Val) -> None:
        """y = (x - mean)*scale + shift at every point of a block."""
        zero = b.const(0, "f32", self.lanes)

        def move(i: Val, p: Val, j: int) -> None:
            value = b.fma(b.sub(load(self._point(x, i, p, j), self.lanes), mean), scale, shift)
            if self.relu:
                value = b.select(b.cmp("olt", value, zero), zero, value)
            store(self._point(y, i, p, j), value)

        self._points(b, move)

    def _blocks(
        self, b: Builder, body: Callable[[Callable[[Place], Place], Callable[[Place], Place], int], None]
    ) -> None:
        """``body(place of the block in data, in vectors of channels, valid lanes)`` for each block of channels."""
        whole, rest = divmod(self.channels, self.lanes)
        step = 4 * self.lanes
        if whole:
            with b.loop(whole) as c:
                body(lambda x: x.along(c, self.places * step), lambda v: v.along(c, step), 0)
        if rest:
            body(lambda x: x.by(whole * self.places * step), lambda v: v.by(whole * step), rest)

    def _points(self, b: Builder, move: Callable[[Val, Val, int], None]) -> None:
        """``move(image, place, step)`` for each point of a block."""
        whole, rest = divmod(self.places, _UNROLL)
        with b.loop(self.n) as i:
            if whole:
                with b.loop(whole) as p:
                    for j in range(_UNROLL):
                        move(i, b.mul(p, b.const(_UNROLL, "i64")), j)
            for j in range(rest):
                move(i, b.const(whole * _UNROLL, "i64"), j)

    def _point(self, x: Place, i: Val, p: Val, j: int) -> Place:
        step = 4 * self.lanes
        image = -(-self.channels // self.lanes) * self.places * step
        return x.along(i, image).along(p, step).by(j * step)
