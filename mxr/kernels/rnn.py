"""Kernels of the fused RNN on the CPU: a script (see `script`) of generated products and of the gates of each step.

They keep what the declaration keeps (mxr.ops.nn.rnn_layout), so either may run backward after the other's forward.
A run is one foreign call without the GIL, whatever the number of steps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import locks
from ..core.kernel_table import kernels
from ..ops.nn import rnn_math
from ..ops.nn.rnn_layout import GATES, Weights, directions, parameter_size, reserve_of, weights_of
from . import jit_enabled
from .lasting import at_most
from .products import aligned
from .routines import routine
from .script import Script
from .shares import most_shares

__all__ = ["attach"]

# Fewer parameters times steps than this are not worth the preparation.
SMALL = 1 << 12

# Scripts that are kept: every length of sequences has its own. The oldest go first.
MOST = 128

# About so many rows are multiplied at once, and so many terms summed: what is generated is for powers of two of steps.
_ROWS, _TERMS = 256, 512


def attach() -> None:
    kernels["RNN"] = _forward
    kernels["_backward_RNN"] = _backward


def _serves(a: Any, data: tuple, dtypes: Sequence[np.dtype]) -> bool:
    if any(d != np.float32 for d in dtypes) or a.projection_size is not None or a.use_sequence_length:
        return False
    if a.lstm_state_clip_min is not None or 0 in data:
        return False
    if data[0] * parameter_size(a, data[2]) < SMALL or not jit_enabled() or not routine("walk"):
        return False
    return _known(a.mode, data[1], data[2], a.state_size) is not None


@at_most(128)
def _known(*key: Any) -> bool:
    """Batches, inputs and hidden nodes that code is generated for: it is never given back."""
    return True


def _forward(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    return Forward(a, shapes).ready() if _serves(a, shapes[0], dtypes) else None


def _backward(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    lead = _heads(a)
    return Backward(a, shapes).ready() if _serves(a, shapes[lead], dtypes) else None


def _heads(a: Any) -> int:
    """How many gradients of results backward gets before everything else."""
    return 1 if not a.state_outputs else 3 if a.mode == "lstm" else 2


_scripts: deque[_Kernel] = deque()
_scripts_lock = locks.lock()


class _Kernel:
    """What both directions of the computation share.

    Attributes
    ----------
    script : made when it is needed, for the threads that there are; its arrays are the inputs, then the results.
    draws : whether masks of dropout have to be drawn before it.
    """

    draws = False

    def __init__(self, a: Any, shapes: Sequence[tuple], data: tuple[int, ...]) -> None:
        self.steps, self.n, self.inputs = data
        self.mode, self.hidden, self.layers, self.dirs = a.mode, a.state_size, a.num_layers, directions(a)
        self.shapes = [tuple(s) for s in shapes]
        self.weights = weights_of(a, self.inputs)
        self.parts, self.reserve_size = reserve_of(a, self.steps, self.n)
        self.wide = self.dirs * self.hidden
        self._scripts: dict[int, Script] = {}
        self._lock = locks.lock()

    def _write(self, threads: int) -> Script:
        raise NotImplementedError

    @property
    def script(self) -> Script:
        threads = most_shares()
        found = self._scripts.get(threads)
        if found is None:
            with self._lock:
                found = self._scripts.get(threads)
                if found is None:
                    found = self._write(threads)
                    found.finish()
                    self._scripts[threads] = found
                    with _scripts_lock:
                        _scripts.append(self)
                        if len(_scripts) > MOST:
                            _scripts.popleft()._scripts.clear()
        return found

    def ready(self) -> Any:
        """Itself, with its code compiled: what cannot be raises KernelFault here, not in the middle of work."""
        assert self.script
        return self

    def _gate(self, table: Any, wide: Sequence[str]) -> Any:
        """The kernel of a step's gates: they lie `hidden` apart, what is in `wide` in rows of all directions."""
        from . import jit

        stmts, names, out = table[self.mode]
        made = []
        for name in names:
            row = self.wide if name in wide else self.hidden
            if name[0] in "gz":
                row = self.hidden * (GATES[self.mode] if self.mode != "gru" else 4)
            elif name[0] == "r":
                row = self.hidden * GATES[self.mode]
            elif name == "bias":
                row = 0
            made.append(jit.Operand(name, "float32", (row, 1), name in out))
        return jit.compile_fused(stmts, made, (self.n, self.hidden))

    def gates(self, z: np.ndarray) -> list[np.ndarray]:
        """The columns of each gate, for all steps."""
        return [z[:, :, k : k + self.hidden] for k in range(0, z.shape[2], self.hidden)]

    def columns(self, x: np.ndarray, d: int) -> np.ndarray:
        return x[:, :, d * self.hidden : (d + 1) * self.hidden]

    def runs(self, first: int, end: int, most: int) -> list[tuple[int, int]]:
        """Steps from `first` to `end` in pieces (begin, end) whose lengths are powers of two, about `most` rows.

        So what is generated for them serves sequences of any length.
        """
        found = []
        size = 1 << max(0, (most // self.n).bit_length() - 1)
        while first < end:
            while first + size > end:
                size //= 2
            found.append((first, first + size))
            first += size
        return found

    def order(self, d: int) -> range:
        return range(self.steps - 1, -1, -1) if d else range(self.steps)

    def before(self, x: np.ndarray, t: int, d: int, first: np.ndarray) -> np.ndarray:
        """The entry of `x` one step earlier in the direction of work, `first` for the first step."""
        earlier = t + 1 if d else t - 1
        return x[earlier] if 0 <= earlier < self.steps else first

    def flat(self, x: np.ndarray) -> np.ndarray:
        """(steps, n, k) as (steps * n, k), a view (of columns too)."""
        return np.lib.stride_tricks.as_strided(x, (self.steps * self.n, x.shape[2]), x.strides[1:])

    def masks(self, a: Any, reserve: np.ndarray, rng: Any, train: bool) -> None:
        """Draws the masks of dropout between the layers into the reserve."""
        for kept in self.parts:
            if kept.mask is not None:
                mask = kept.mask.of(reserve)
                mask[...] = rnn_math.dropout_mask(np, a, mask.shape, mask.dtype, rng, train)

    def _run(self, ins: Sequence[np.ndarray], outs: Sequence[np.ndarray]) -> None:
        arrays = [x if x.flags.c_contiguous else np.ascontiguousarray(x) for x in (*ins, *outs)]
        self.script.run(arrays)
        for out, made in zip(outs, arrays[len(ins) :]):
            if made is not out:
                out[...] = made


# r... is the product with the state before; the gates (for plain cells h) hold that with the input.
_FORWARD = {
    "rnn_relu": ([("h", "max(h + r0, 0)")], ("r0", "h"), ("h",)),
    "rnn_tanh": ([("h", "tanh(h + r0)")], ("r0", "h"), ("h",)),
    "lstm": (
        [("g0", "sigmoid(g0 + r0)"), ("g1", "sigmoid(g1 + r1)"), ("g2", "tanh(g2 + r2)"), ("g3", "sigmoid(g3 + r3)"),
         ("c", "g1*before + g0*g2"), ("h", "g3*tanh(c)")],
        ("r0", "r1", "r2", "r3", "g0", "g1", "g2", "g3", "before", "c", "h"), ("g0", "g1", "g2", "g3", "c", "h"),
    ),
    "gru": (
        [("g0", "sigmoid(g0 + r0)"), ("g1", "sigmoid(g1 + r1)"), ("g2", "r2 + bias"), ("g3", "tanh(g3 + g0*g2)"),
         ("h", "g3 + g1*(before - g3)")],
        ("r0", "r1", "r2", "g0", "g1", "g2", "g3", "bias", "before", "h"), ("g0", "g1", "g2", "g3", "h"),
    ),
}  # fmt: skip


class Forward(_Kernel):
    """RNN: called with arrays it makes the outputs, `into` fills given ones."""

    def __init__(self, a: Any, shapes: Sequence[tuple]) -> None:
        super().__init__(a, shapes, shapes[0])
        self.draws = any(kept.mask is not None for kept in self.parts)
        self.finals = len(shapes) - 2 if a.state_outputs else 0
        self.outs = [(self.steps, self.n, self.wide), *self.shapes[2 : 2 + self.finals], (self.reserve_size,)]

    def __call__(self, a: Any, *arrays: np.ndarray, rng: Any, train: bool) -> tuple:
        outs = [aligned(s) for s in self.outs]
        self.into(a, outs, *arrays, rng=rng, train=train)
        return tuple(outs)

    def into(self, a: Any, outs: Sequence[np.ndarray], *arrays: np.ndarray, rng: Any, train: bool) -> None:
        self.masks(a, outs[-1], rng, train)
        self._run(arrays, outs)

    def _write(self, threads: int) -> Script:
        s = Script([*self.shapes, *self.outs], [1], threads)
        data, parameters, state = s.given[:3]
        cell = s.given[3] if self.mode == "lstm" else None
        out, reserve = s.given[len(self.shapes)], s.given[-1]
        finals = s.given[len(self.shapes) + 1 : -1]
        # GRU reads the state before, which for the first step is no row of the output
        gate = self._gate(_FORWARD, ("h", "before") if self.mode == "gru" else ("h",))
        back = s.scratch(self.n, GATES[self.mode] * self.hidden)
        first = s.scratch(self.n, self.wide)
        both = s.scratch(GATES[self.mode] * self.hidden)
        dropped = s.scratch(self.steps, self.n, self.wide) if any(k.mask is not None for k in self.parts) else out
        x = data
        for layer, kept in enumerate(self.parts):
            y = out if kept.out is None else kept.out.of(reserve)
            for d in range(self.dirs):
                k = layer * self.dirs + d
                z = kept.gates[d].of(reserve) if kept.gates[d] is not None else None
                c = kept.cell[d].of(reserve) if cell is not None else None
                begin = state[k]
                if self.mode == "gru":  # in the output's layout, so that all steps are alike
                    begin = first[:, : self.hidden]
                    s.copy(begin, state[k])
                self._layer(s, gate, self.weights[k], parameters, x, y, d, back, both, begin, z, c,
                            None if cell is None else cell[k])  # fmt: skip
                last = self.order(d)[-1]
                if finals:
                    s.copy(finals[0][k], self.columns(y, d)[last])
                    if c is not None:
                        s.copy(finals[1][k], c[last])
            x = y
            if kept.mask is not None:
                s.multiply(y, kept.mask.of(reserve), dropped)
                x = dropped
        return s

    def _layer(
        self, s: Script, gate: Any, w: Weights, parameters: np.ndarray, x: np.ndarray, y: np.ndarray, d: int,
        back: np.ndarray, both: np.ndarray, begin: np.ndarray, z: Any, c: Any, first_cell: Any,
    ) -> None:  # fmt: skip
        n = self.hidden
        i2h, h2h = w.i2h.of(parameters).T, w.h2h.of(parameters).T
        bias, back_bias = w.i2h_bias.of(parameters), w.h2h_bias.of(parameters)
        h, x = self.columns(y, d), self.flat(x)
        s.copy(both, bias)
        if self.mode == "gru":
            s.add(both[: 2 * n], back_bias[: 2 * n])
        else:
            s.add(both, back_bias)
        rows = self.flat(h if z is None else z)
        pieces = [slice(t * self.n, end * self.n) for t, end in self.runs(0, self.steps, _ROWS)]
        if self.mode == "gru":
            for p in pieces:
                s.product(x[p], i2h[:, : 2 * n], rows[p, : 2 * n], both[: 2 * n])
            for p in pieces:
                s.product(x[p], i2h[:, 2 * n :], rows[p, 3 * n :], both[2 * n :])
        else:
            for p in pieces:
                s.product(x[p], i2h, rows[p], both)
        recurrent = [back[:, k : k + n] for k in range(0, back.shape[1], n)]
        gates = [] if z is None else self.gates(z)
        for t in self.order(d):
            s.product(self.before(h, t, d, begin), h2h, back, slot=1)
            operands = [*recurrent, *(g[t] for g in gates)]
            if self.mode == "gru":
                operands += [back_bias[2 * n :], self.before(h, t, d, begin)]
            elif self.mode == "lstm":
                operands += [self.before(c, t, d, first_cell), c[t]]
            s.kernel(gate, [s.at(v) for v in (*operands, h[t])])


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


class Backward(_Kernel):
    """_backward_RNN: gradients of data, parameters and states."""

    def __init__(self, a: Any, shapes: Sequence[tuple]) -> None:
        self.lead = _heads(a)
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
        for t, end in self.runs(0, self.steps - 1, _TERMS):
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
        terms = [slice(t * rows, end * rows) for t, end in self.runs(0, self.steps, _TERMS)]
        self._sums(s, flat, terms, back_bias)
        s.copy(dbias, back_bias)
        if self.mode == "gru":
            self._sums(s, whole[:, 3 * n :], terms, dbias[2 * n :])
        pieces = [slice(t * rows, end * rows) for t, end in self.runs(0, self.steps, _ROWS)]
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
