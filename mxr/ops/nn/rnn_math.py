"""The fused RNN on plain arrays: all steps of all layers, and backpropagation through time.

The products with the inputs and the gradients of all weights are one matrix product each over the whole sequence; in
the loop over time only the recurrent product and the gates are left. What a step needs of the gates' derivatives is
made for all steps at once.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .rnn_layout import GATES, Reserve, Weights, directions, reserve_of, weights_of, width

__all__ = ["backward", "forward"]


def forward(
    xp: Any, a: Any, data: Any, parameters: Any, state: Any, cell: Any, lengths: Any, rng: Any, train: bool
) -> tuple[Any, Any, Any, Any]:
    """(output, final state, final cell or None, reserve), all in the dtype of the inputs."""
    steps, batch, inputs = data.shape
    weights = weights_of(a, inputs)
    parts, size = reserve_of(a, steps, batch)
    reserve = xp.empty(size, data.dtype)
    out_state = xp.empty_like(state)
    out_cell = None if cell is None else xp.empty_like(cell)
    valid = _valid(xp, lengths, steps, data.dtype)
    x = data
    dirs = directions(a)
    for layer, kept in enumerate(parts):
        y = _made(xp, kept, reserve, (steps, batch, dirs * width(a)), data.dtype)
        for d in range(dirs):
            k = layer * dirs + d
            run = _Sequence(xp, a, weights[k], parameters, kept, d, reserve, valid)
            run.forward(x, y, state[k], None if cell is None else cell[k])
            out_state[k] = run.state
            if out_cell is not None:
                out_cell[k] = run.cell
        if kept.mask is not None:
            mask = kept.mask.of(reserve)
            mask[...] = dropout_mask(xp, a, kept.mask.shape, data.dtype, rng, train)
            x = y * mask
        else:
            x = y
    return y, out_state, out_cell, reserve


def dropout_mask(xp: Any, a: Any, shape: tuple[int, ...], dtype: Any, rng: Any, train: bool) -> Any:
    """What the outputs of a layer are multiplied by; on the CPU the masks of MXNet's own code (see RNN)."""
    if not train:
        return xp.ones(shape, dtype)
    if a.p == 1:
        return xp.zeros(shape, dtype)
    kept = rng.engine.uniform(shape=shape) >= np.float32(a.p)
    return kept.astype(dtype) / np.dtype(dtype).type(np.float32(1) - np.float32(a.p))


def _made(xp: Any, kept: Reserve, reserve: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    return xp.empty(shape, dtype) if kept.out is None else kept.out.of(reserve)


def _valid(xp: Any, lengths: Any, steps: int, dtype: Any) -> Any:
    """(steps, n, 1): 1 where a step lies within its sequence; None where all do."""
    if lengths is None:
        return None
    return (xp.arange(steps)[:, None] < lengths[None, :]).astype(dtype)[:, :, None]


def backward(
    xp: Any, a: Any, dout: Any, dstate: Any, dcell: Any, data: Any, parameters: Any, state: Any, cell: Any,
    lengths: Any, out: Any, reserve: Any,
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """Gradients of data, parameters, state and cell (or None)."""
    steps, batch, inputs = data.shape
    weights = weights_of(a, inputs)
    parts, _ = reserve_of(a, steps, batch)
    dparameters = xp.empty_like(parameters)
    first_state = xp.empty_like(state)
    first_cell = None if cell is None else xp.empty_like(cell)
    valid = _valid(xp, lengths, steps, data.dtype)
    dirs = directions(a)
    dy, y = dout, out
    for layer in reversed(range(a.num_layers)):
        if layer:
            below = parts[layer - 1]
            y_below = below.out.of(reserve)
            x = y_below if below.mask is None else y_below * below.mask.of(reserve)
        else:
            x = y_below = data
        dx = None
        for d in range(dirs):
            k = layer * dirs + d
            run = _Sequence(xp, a, weights[k], parameters, parts[layer], d, reserve, valid)
            part = run.backward(
                x, y, state[k], None if cell is None else cell[k], dy,
                None if dstate is None else dstate[k], None if dcell is None else dcell[k], dparameters,
            )  # fmt: skip
            dx = part if dx is None else dx + part
            first_state[k] = run.state
            if first_cell is not None:
                first_cell[k] = run.cell
        if layer and parts[layer - 1].mask is not None:
            dx *= parts[layer - 1].mask.of(reserve)
        dy, y = dx, y_below
    return dy, dparameters, first_state, first_cell


class _Sequence:
    """One layer in one direction; `state` and `cell` are what is left after the last step in the direction of work."""

    def __init__(
        self, xp: Any, a: Any, w: Weights, parameters: Any, kept: Reserve, direction: int, reserve: Any, valid: Any
    ) -> None:
        self.xp, self.a, self.w, self.valid = xp, a, w, valid
        self.reverse = direction == 1
        self.columns = slice(direction * width(a), (direction + 1) * width(a))
        self.i2h, self.h2h = w.i2h.of(parameters), w.h2h.of(parameters)
        self.project = None if w.project is None else w.project.of(parameters)
        self.i2h_bias, self.h2h_bias = w.i2h_bias.of(parameters), w.h2h_bias.of(parameters)
        gates, cells = kept.gates[direction], kept.cell[direction]
        self.gates: Any = None if gates is None else gates.of(reserve)
        self.cells: Any = None if cells is None else cells.of(reserve)
        self.state: Any = None
        self.cell: Any = None

    # ---- forward
    def forward(self, x: Any, y: Any, state: Any, cell: Any) -> None:
        a, xp = self.a, self.xp
        steps, batch = x.shape[:2]
        z = xp.dot(x.reshape(steps * batch, -1), self.i2h.T)
        z += self.i2h_bias
        if a.mode != "gru":
            z += self.h2h_bias
        z = z.reshape(steps, batch, -1)
        step = {"lstm": self._lstm, "gru": self._gru}.get(a.mode, self._plain)
        self.state, self.cell = state, cell
        back = self.h2h.T
        for t in range(steps - 1, -1, -1) if self.reverse else range(steps):
            h, c = step(t, z[t], xp.dot(self.state, back))
            if self.valid is not None:
                inside = self.valid[t] > 0
                y[t, :, self.columns] = h * self.valid[t]
                h = xp.where(inside, h, self.state)
                c = None if c is None else xp.where(inside, c, self.cell)
            else:
                y[t, :, self.columns] = h
            if c is not None:
                self.cells[t] = c
            self.state, self.cell = h, c

    def _plain(self, t: int, z: Any, back: Any) -> tuple[Any, Any]:
        back += z
        return (self.xp.maximum(back, 0) if self.a.mode == "rnn_relu" else self.xp.tanh(back)), None

    def _lstm(self, t: int, z: Any, back: Any) -> tuple[Any, Any]:
        a, xp, n = self.a, self.xp, self.a.state_size
        g = self.gates[t]
        xp.add(back, z, out=g)
        _sigmoid(xp, g[:, : 2 * n])
        xp.tanh(g[:, 2 * n : 3 * n], out=g[:, 2 * n : 3 * n])
        _sigmoid(xp, g[:, 3 * n :])
        c = g[:, n : 2 * n] * self.cell
        c += g[:, :n] * g[:, 2 * n : 3 * n]
        if a.lstm_state_clip_min is not None:
            low, high = c.dtype.type(a.lstm_state_clip_min), c.dtype.type(a.lstm_state_clip_max)
            # a nan becomes a bound, unless lstm_state_clip_nan lets it through
            below, above = (xp.maximum, xp.minimum) if a.lstm_state_clip_nan else (xp.fmax, xp.fmin)
            c = above(below(c, low), high)
        h = g[:, 3 * n :] * xp.tanh(c)
        return (h if self.project is None else xp.dot(h, self.project.T)), c

    def _gru(self, t: int, z: Any, back: Any) -> tuple[Any, Any]:
        xp, n = self.xp, self.a.state_size
        back += self.h2h_bias
        g = self.gates[t]
        xp.add(z[:, : 2 * n], back[:, : 2 * n], out=g[:, : 2 * n])
        _sigmoid(xp, g[:, : 2 * n])
        g[:, 2 * n : 3 * n] = back[:, 2 * n :]
        new = g[:, 3 * n :]
        xp.multiply(g[:, :n], back[:, 2 * n :], out=new)
        new += z[:, 2 * n :]
        xp.tanh(new, out=new)
        h = self.state - new
        h *= g[:, n : 2 * n]
        h += new
        return h, None

    # ---- backward
    def backward(
        self, x: Any, y: Any, state: Any, cell: Any, dy: Any, dstate: Any, dcell: Any, dparameters: Any
    ) -> Any:  # fmt: skip
        """The gradient of x; those of the weights go to their places in `dparameters`."""
        a, xp = self.a, self.xp
        steps, batch = x.shape[:2]
        hidden = a.state_size
        y = y[:, :, self.columns]
        before = self._before(y, state)
        factors, keep, cell_in, cell_keep = self._factors(y, before, cell)
        if self.valid is not None:
            factors *= self.valid[:, :, :, None]
            if cell_in is not None:
                cell_in *= self.valid
                cell_keep = xp.where(self.valid > 0, cell_keep, 1)
            keep = 1 - self.valid if keep is None else xp.where(self.valid > 0, keep, 1)
        dz = xp.empty((steps, batch, GATES[a.mode] * hidden), x.dtype)
        total = xp.empty((steps, batch, width(a)), x.dtype)
        xp.copyto(total, dy[:, :, self.columns])
        if self.valid is not None:
            total *= self.valid
        dh = xp.zeros_like(state) if dstate is None else dstate
        dc = None if cell is None else (xp.zeros_like(cell) if dcell is None else dcell)
        for t in range(steps) if self.reverse else range(steps - 1, -1, -1):
            total[t] += dh
            g = dz[t].reshape(batch, -1, hidden)
            out = total[t] if self.project is None else xp.dot(total[t], self.project)
            if dc is None:
                xp.multiply(out[:, None], factors[t], out=g)
            else:
                dc = dc + out * cell_in[t]
                xp.multiply(dc[:, None], factors[t][:, :3], out=g[:, :3])
                xp.multiply(out, factors[t][:, 3], out=g[:, 3])
                dc *= cell_keep[t]
            dh = xp.dot(dz[t], self.h2h)
            if keep is not None:
                dh += total[t] * keep[t]
        self.state, self.cell = dh, dc
        return self._weight_gradients(x, before, total, dz, dparameters)

    def _weight_gradients(self, x: Any, before: Any, total: Any, dz: Any, dparameters: Any) -> Any:
        a, xp, w = self.a, self.xp, self.w
        steps, batch = x.shape[:2]
        n, rows = a.state_size, steps * batch
        dz = dz.reshape(rows, -1)
        w.h2h.of(dparameters)[...] = xp.dot(dz.T, before.reshape(rows, -1))
        w.h2h_bias.of(dparameters)[...] = dz.sum(axis=0)
        if self.project is not None:
            assert w.project is not None
            dh = total if self.valid is None else total * self.valid
            hidden = self.gates[:, :, 3 * n :] * xp.tanh(self.cells)
            w.project.of(dparameters)[...] = xp.dot(dh.reshape(rows, -1).T, hidden.reshape(rows, n))
        if a.mode == "gru":  # the input's half of the new gate is not multiplied by the reset gate
            new = self._new_gate_factor()
            if self.valid is not None:
                new *= self.valid
            new *= total
            dz = dz.copy()
            dz[:, 2 * n :] = new.reshape(rows, n)
        w.i2h.of(dparameters)[...] = xp.dot(dz.T, x.reshape(rows, -1))
        w.i2h_bias.of(dparameters)[...] = dz.sum(axis=0)
        return xp.dot(dz, self.i2h).reshape(x.shape)

    def _before(self, y: Any, state: Any) -> Any:
        """The state that each step began with, (steps, n, width)."""
        xp = self.xp
        if not self.reverse:
            return xp.concatenate([state[None], y[:-1]])
        later = y[1:]
        if self.valid is not None:  # behind the end of a sequence its state is still the first one
            later = xp.where(self.valid[1:] > 0, later, state)
        return xp.concatenate([later, state[None]])

    def _new_gate_factor(self) -> Any:
        n = self.a.state_size
        z, new = self.gates[:, :, n : 2 * n], self.gates[:, :, 3 * n :]
        return (1 - z) * (1 - new * new)

    def _factors(self, y: Any, before: Any, cell: Any) -> tuple[Any, Any, Any, Any]:
        """What the gradient of a step's output is multiplied by.

        (steps, n, gates, hidden) for the gates before their activation (LSTM's first three from the cell's gradient),
        from state to state beside the matrix (None: 0), from the output to the cell, from cell to cell.
        """
        a, xp, n = self.a, self.xp, self.a.state_size
        if a.mode == "rnn_relu":
            return (y > 0).astype(y.dtype)[:, :, None], None, None, None
        if a.mode == "rnn_tanh":
            return (1 - y * y)[:, :, None], None, None, None
        steps, batch = y.shape[:2]
        gates = self.gates.reshape(steps, batch, 4, n)
        if a.mode == "gru":
            r, z, back, new = (gates[:, :, i] for i in range(4))
            f = xp.empty((steps, batch, 3, n), y.dtype)
            fnew = self._new_gate_factor()
            f[:, :, 0] = fnew * back * r * (1 - r)
            f[:, :, 1] = (before - new) * z * (1 - z)
            f[:, :, 2] = fnew * r
            return f, z, None, None
        i, forget, new, o = (gates[:, :, k] for k in range(4))
        c = self.cells
        earlier = xp.concatenate([c[1:], cell[None]]) if self.reverse else xp.concatenate([cell[None], c[:-1]])
        squashed = xp.tanh(c)
        f = gates * (1 - gates)
        f[:, :, 0] *= new
        f[:, :, 1] *= earlier
        f[:, :, 2] = i * (1 - new * new)
        f[:, :, 3] *= squashed
        cell_keep = forget
        if a.lstm_state_clip_min is not None:  # no gradient goes through a cell that was clipped
            inside = (c > a.lstm_state_clip_min) & (c < a.lstm_state_clip_max)
            f[:, :, :3] *= inside[:, :, None]
            cell_keep = forget * inside
        return f, None, o * (1 - squashed * squashed), cell_keep


def _sigmoid(xp: Any, x: Any) -> None:
    """In place; by tanh, which cannot overflow."""
    x *= 0.5
    xp.tanh(x, out=x)
    x *= 0.5
    x += 0.5


def flops(a: Any, ins: Any) -> float:
    steps, batch, inputs = ins[0]
    return 2.0 * steps * batch * math.prod(ins[1])
