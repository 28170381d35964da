"""Kernels of the fused RNN on the CPU: a script (see `script`) of generated products and of the gates of each step.

They keep what the declaration keeps (mxr.ops.nn.rnn_layout), so either may run backward after the other's forward.
A run is one foreign call without the GIL, whatever the number of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.kernel_table import kernels
from ..ops.nn.rnn_layout import GATES, Weights, parameter_size
from . import jit_enabled
from .buffers import aligned
from .lasting import at_most
from .rnn_backward import Backward
from .rnn_script import ROWS, Kernel, heads_of
from .routines import routine
from .script import Script

__all__ = ["Forward", "attach"]

# Fewer parameters times steps than this are not worth the preparation.
SMALL = 1 << 12


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
    lead = heads_of(a)
    return Backward(a, shapes).ready() if _serves(a, shapes[lead], dtypes) else None


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


class Forward(Kernel):
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
        pieces = [slice(t * self.n, end * self.n) for t, end in self.runs(0, self.steps, ROWS)]
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
