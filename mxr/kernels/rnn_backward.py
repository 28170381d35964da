"""Backward of the fused RNN: gradients of data, parameters and states as one script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..ops.nn.rnn_layout import Weights
from .buffers import aligned
from .rnn_script import ROWS, TERMS, Kernel, heads_of
from .script import Script

__all__ = ["Backward"]

# The gradient of the output of a step (dh, all told) to those of the gates before their activation (z...).
_BACKWARD = {
    "rnn_relu": ([("z0", "where(h > 0, dh, 0)")], ("h", "dh", "z0"), ("z0",)),
    "rnn_tanh": ([("z0", "dh*(1 - h*h)")], ("h", "dh", "z0"), ("z0",)),
    "lstm": (
        [("s", "tanh(c)"), ("z3", "dh*s*g3*(1 - g3)"), ("d", "dc + dh*g3*(1 - s*s)"), ("z0", "d*g2*g0*(1 - g0)"),
         ("z1", "d*before*g1*(1 - g1)"), ("z2", "d*g0*(1 - g2*g2)"), ("dc", "d*g1")],
        ("g0", "g1", "g2", "g3", "before", "c", "dh", "dc", "z0", "z1", "z2", "z3"), ("z0", "z1", "z2", "z3", "dc"),
    ),
    "gru": (
        [("new", "dh*(1 - g1)*(1 - g3*g3)"), ("z0", "new*g2*g0*(1 - g0)"), ("z1", "dh*(before - g3)*g1*(1 - g1)"),
         ("z2", "new*g0"), ("z3", "new"), ("next", "next + dh*g1")],
        ("g0", "g1", "g2", "g3", "before", "dh", "next", "z0", "z1", "z2", "z3"), ("z0", "z1", "z2", "z3", "next"),
    ),
}  # fmt: skip


class Backward(Kernel):
    """_backward_RNN: gradients of data, parameters and states."""

    def __init__(self, a: Any, shapes: Sequence[tuple]) -> None:
        self.lead = heads_of(a)
        super().__init__(a, shapes, shapes[self.lead])
        self.outs = [self.shapes[self.lead + k] for k in range(4 if self.mode == "lstm" else 3)]

    def __call__(self, a: Any, *arrays: np.ndarray) -> tuple:
        outs = [aligned(s) for s in self.outs]
        self.into(a, outs, *arrays)
        return tuple(outs)

    def into(self, a: Any, outs: Sequence[np.ndarray], *arrays: np.ndarray) -> None:
        self._run(arrays, outs)

    def _write(self, threads: int) -> Script:
        lead, count = self.lead, len(self.shapes)
        s = Script([*self.shapes, *self.outs], [lead + 1], threads)
        heads, (data, parameters, state) = s.given[:lead], s.given[lead : lead + 3]
        cell = s.given[lead + 3] if self.mode == "lstm" else None
        y, reserve = s.given[count - 2 : count]
        ddata, dparameters, dstate = s.given[count : count + 3]
        gate = self._gate(_BACKWARD, ("h", "dh", "next", "before") if self.mode == "gru" else ("h", "dh", "next"))
        full = (self.steps, self.n, self.wide)
        dy, dx = s.scratch(*full), s.scratch(*full) if self.layers > 1 else ddata
        dropped = s.scratch(*full) if any(k.mask is not None for k in self.parts) else y
        dz = s.scratch(self.steps, self.n, (4 if self.mode in ("lstm", "gru") else 1) * self.hidden)
        ends = s.scratch(2, self.n, self.wide)
        s.copy(dy, heads[0])
        for layer in reversed(range(self.layers)):
            x = below = data
            if layer:
                x = below = self.parts[layer - 1].out.of(reserve)
                mask = self.parts[layer - 1].mask
                if mask is not None:
                    s.multiply(below, mask.of(reserve), dropped)
                    x = dropped
            target = dx if layer else ddata
            for d in range(self.dirs):
                k = layer * self.dirs + d
                if lead > 1:
                    s.add(self.columns(dy, d)[self.order(d)[-1]], heads[1][k])
                cells = None
                if cell is not None:
                    cells = (cell[k], heads[2][k] if lead > 2 else None, s.given[count + 3][k])
                self._layer(
                    s, gate, self.weights[k], parameters, dparameters, x, y, dy, d, state[k],
                    self.parts[layer].gates[d], self.parts[layer].cell[d], reserve, cells, dz, ends, target, dstate[k],
                )  # fmt: skip
            if layer and self.parts[layer - 1].mask is not None:
                s.multiply(target, self.parts[layer - 1].mask.of(reserve), target)
            dy, dx, y = target, dy, below
        return s

    def _layer(
        self, s: Script, gate: Any, w: Weights, parameters: np.ndarray, dparameters: np.ndarray, x: np.ndarray,
        y: np.ndarray, dy: np.ndarray, d: int, state: np.ndarray, kept: Any, kept_cell: Any, reserve: np.ndarray,
        cells: Any, dz: np.ndarray, ends: np.ndarray, target: np.ndarray, dstate: np.ndarray,
    ) -> None:  # fmt: skip
        """One layer in one direction: gradients of weights, of x (added where d is 1) and of the first states."""
        n = self.hidden
        h, dh = self.columns(y, d), self.columns(dy, d)
        h2h = w.h2h.of(parameters)
        back = dz[:, :, : len(h2h)]
        gates = [] if kept is None else self.gates(kept.of(reserve))
        c: Any = None
        if self.mode == "lstm":
            first_cell, last_gradient, dc = cells
            c = kept_cell.of(reserve)
            if last_gradient is None:
                s.zero(dc)
            else:
                s.copy(dc, last_gradient)
        elif self.mode == "gru":  # in the layout of the outputs, so that all steps are alike
            begin, last = ends[0][:, :n], ends[1][:, :n]
            s.copy(begin, state)
            s.zero(ends[1])
        later = -1
        for t in reversed(self.order(d)):
            if later >= 0:
                s.product(back[later], h2h, dh[t], add=True, slot=1)
            operands = [g[t] for g in gates]
            if self.mode == "lstm":
                operands += [self.before(c, t, d, first_cell), c[t], dh[t], dc]
            elif self.mode == "gru":
                operands += [self.before(h, t, d, begin), dh[t], self.before(dh, t, d, last)]
            else:
                operands += [h[t], dh[t]]
            s.kernel(gate, [s.at(v) for v in (*operands, *(g[t] for g in self.gates(dz)))])
            later = t
        s.product(back[later], h2h, dstate, slot=1)
        if self.mode == "gru":
            s.add(dstate, last)
        self._weight_gradients(s, w, parameters, dparameters, x, h, d, state, dz, back, target)

    def _weight_gradients(
        self, s: Script, w: Weights, parameters: np.ndarray, dparameters: np.ndarray, x: np.ndarray, h: np.ndarray,
        d: int, state: np.ndarray, dz: np.ndarray, back: np.ndarray, target: np.ndarray,
    ) -> None:  # fmt: skip
        n, i2h, h2h = self.hidden, w.i2h.of(parameters), w.h2h.of(parameters)
        begin, rows = self.order(d)[0], self.n
        # the first step met the first state, each other one the output of its neighbour
        dh2h = w.h2h.of(dparameters)
        flat, outs = self.flat(back), self.flat(h)
        s.product(back[begin].T, state, dh2h)
        for t, end in self.runs(0, self.steps - 1, TERMS):
            here, there = slice(t * rows, end * rows), slice((t + 1) * rows, (end + 1) * rows)
            if d:
                s.product(flat[here].T, outs[there], dh2h, add=True)
            else:
                s.product(flat[there].T, outs[here], dh2h, add=True)
        x, target, whole = self.flat(x), self.flat(target), self.flat(dz)
        di2h, dbias = w.i2h.of(dparameters), w.i2h_bias.of(dparameters)
        back_bias = w.h2h_bias.of(dparameters)
        # GRU: the input's half of the new gate lies behind the three gates of the state
        parts = ends = [slice(0, len(h2h))]
        if self.mode == "gru":
            parts, ends = [slice(0, 2 * n), slice(3 * n, 4 * n)], [slice(0, 2 * n), slice(2 * n, 3 * n)]
        terms = [slice(t * rows, end * rows) for t, end in self.runs(0, self.steps, TERMS)]
        self._sums(s, flat, terms, back_bias)
        s.copy(dbias, back_bias)
        if self.mode == "gru":
            self._sums(s, whole[:, 3 * n :], terms, dbias[2 * n :])
        pieces = [slice(t * rows, end * rows) for t, end in self.runs(0, self.steps, ROWS)]
        for k, (part, own) in enumerate(zip(parts, ends)):
            for p in terms:
                s.product(whole[p, part].T, x[p], di2h[own], add=p.start > 0)
            for p in pieces:
                s.product(whole[p, part], i2h[own], target[p], add=d == 1 or k > 0)

    def _sums(self, s: Script, a: np.ndarray, terms: list[slice], out: np.ndarray) -> None:
        """out = the sums of the columns of `a`, piece by piece."""
        more = s.scratch(len(out))
        for p in terms:
            s.column_sums(a[p], more if p.start else out)
            if p.start:
                s.add(out, more)
