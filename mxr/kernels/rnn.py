"""Kernels of the fused RNN on the CPU: products by oneDNN or BLAS, the gates of a step as one generated kernel.

They keep what the declaration keeps (mxr.ops.nn.rnn_layout), so either may run backward after the other's forward.
Addresses of all steps are made beforehand; a step is two calls.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import locks
from ..core.kernel_table import kernels
from ..ops.nn import rnn_math
from ..ops.nn.rnn_layout import GATES, Weights, directions, parameter_size, reserve_of, weights_of
from . import jit_enabled, onednn_enabled
from .products import OneDnnProducts, Products, address, aligned, workspace

__all__ = ["attach"]

# Fewer parameters times steps than this are not worth the preparation.
SMALL = 1 << 15

# Kernels that keep prepared products (about 1 MB each): every length of sequences has its own. The oldest go first.
MOST = 128


def attach() -> None:
    kernels["RNN"] = _forward
    kernels["_backward_RNN"] = _backward


def _serves(a: Any, data: tuple, dtypes: Sequence[np.dtype]) -> bool:
    if any(d != np.float32 for d in dtypes) or a.projection_size is not None or a.use_sequence_length:
        return False
    if a.lstm_state_clip_min is not None or 0 in data:
        return False
    return data[0] * parameter_size(a, data[2]) >= SMALL and jit_enabled()


def _forward(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    return Forward(a, shapes[0]) if _serves(a, shapes[0], dtypes) else None


def _backward(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    data = shapes[1 if not a.state_outputs else 3 if a.mode == "lstm" else 2]
    if a.mode == "gru" and not onednn_enabled():
        return None  # its gates do not lie side by side: with NumPy's products the declaration is faster
    return Backward(a, data) if _serves(a, data, dtypes) else None


_prepared: deque[_Kernel] = deque()


class _Kernel:
    """What both directions of the computation share."""

    def __init__(self, a: Any, data: tuple[int, ...]) -> None:
        self.steps, self.n, self.inputs = data
        self.mode, self.hidden, self.layers, self.dirs = a.mode, a.state_size, a.num_layers, directions(a)
        self.weights = weights_of(a, self.inputs)
        self.parts, self.reserve_size = reserve_of(a, self.steps, self.n)
        self.wide = self.dirs * self.hidden
        self._products: dict[int, Any] = {}
        self._lock = locks.lock()
        self.gate = self._compile()

    def _compile(self) -> Any:
        raise NotImplementedError

    @contextlib.contextmanager
    def ready(self) -> Any:
        """The maker of products, for as long as the kernel is locked."""
        with self._lock:
            if not onednn_enabled():
                yield self._products.setdefault(0, Products())
                return
            from .onednn import threads

            with threads.use() as n:
                if n not in self._products:
                    self._products[n] = OneDnnProducts()
                    self._make_room()
                yield self._products[n]

    def _make_room(self) -> None:
        _prepared.append(self)
        if len(_prepared) > MOST:
            oldest = _prepared.popleft()
            if oldest._lock.acquire(blocking=False):
                oldest._products.clear()
                oldest._lock.release()
            else:  # it is at work
                _prepared.append(oldest)

    def operands(self, *names: str, out: Sequence[str], wide: Sequence[str]) -> list[Any]:
        """jit operands of a step: gates lie `width` apart, those in `wide` in rows of all directions."""
        from . import jit

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
        return made

    def span(self, first: np.ndarray) -> np.ndarray:
        """Addresses of the entries of an array's first axis."""
        return address(first) + np.arange(len(first), dtype=np.int64) * first.strides[0]

    def gates(self, z: np.ndarray) -> list[np.ndarray]:
        """Addresses of the gates' columns for all steps."""
        return [self.span(z[:, :, k * self.hidden :]) for k in range(z.shape[2] // self.hidden)]

    def calls(self, columns: Sequence[np.ndarray]) -> Callable[[int], None]:
        """A function of the step that runs the gates' kernel there."""
        blocks = np.ascontiguousarray(np.stack(columns, axis=1))
        first, row, run = address(blocks), blocks.strides[0], self.gate.function

        def call(t: int, _keep: Any = blocks) -> None:
            run(first + t * row)

        return call

    def before(self, span: np.ndarray, first: int, reverse: bool) -> np.ndarray:
        """The addresses one step earlier in the direction of work, `first` for the first step."""
        return np.append(span[1:], first) if reverse else np.append(first, span[:-1])

    def order(self, d: int) -> range:
        return range(self.steps - 1, -1, -1) if d else range(self.steps)

    def columns(self, x: np.ndarray, d: int) -> np.ndarray:
        return x[:, :, d * self.hidden : (d + 1) * self.hidden]

    def flat(self, x: np.ndarray) -> np.ndarray:
        """(steps, n, k) as (steps * n, k), a view (of columns too)."""
        return np.lib.stride_tricks.as_strided(x, (self.steps * self.n, x.shape[2]), x.strides[1:])


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

    def _compile(self) -> Any:
        from . import jit

        stmts, names, out = _FORWARD[self.mode]
        # GRU reads the state before, which for the first step is no row of the output
        wide = ("h", "before") if self.mode == "gru" else ("h",)
        return jit.compile_fused(stmts, self.operands(*names, out=out, wide=wide), (self.n, self.hidden))

    def __call__(self, a: Any, *arrays: np.ndarray, rng: Any, train: bool) -> tuple:
        outs = [aligned((self.steps, self.n, self.wide))]
        if a.state_outputs:
            outs += [np.empty(x.shape, np.float32) for x in arrays[2:]]
        outs.append(aligned((self.reserve_size,)))
        self.into(a, outs, *arrays, rng=rng, train=train)
        return tuple(outs)

    def into(self, a: Any, outs: Sequence[np.ndarray], *arrays: np.ndarray, rng: Any, train: bool) -> None:
        data, parameters, state = arrays[:3]
        cell: Any = arrays[3] if self.mode == "lstm" else None
        out, reserve = outs[0], outs[-1]
        finals = outs[1:-1]
        with self.ready() as product:
            x = data
            rows = GATES[self.mode] * self.hidden
            first, dropped, back = workspace((self.n, self.wide), (self.steps, self.n, self.wide), (self.n, rows))
            for layer, kept in enumerate(self.parts):
                y = out if kept.out is None else kept.out.of(reserve)
                for d in range(self.dirs):
                    k = layer * self.dirs + d
                    w = self.weights[k]
                    last = self.order(d)[-1]
                    if self.mode == "lstm":
                        c = kept.cell[d].of(reserve)
                        self._run(
                            product, w, parameters, x, y, d, back, state[k], kept.gates[d].of(reserve), c, cell[k]
                        )
                        if finals:
                            finals[1][k] = c[last]
                    elif self.mode == "gru":
                        # in the output's layout, so that all steps are alike
                        begin = first[:, : self.hidden]
                        begin[...] = state[k]
                        self._run(product, w, parameters, x, y, d, back, begin, kept.gates[d].of(reserve), None, None)
                    else:
                        self._run(product, w, parameters, x, y, d, back, state[k], None, None, None)
                    if finals:
                        finals[0][k] = self.columns(y, d)[last]
                x = y
                if kept.mask is not None:
                    mask = kept.mask.of(reserve)
                    mask[...] = rnn_math.dropout_mask(np, a, mask.shape, mask.dtype, rng, train)
                    x = np.multiply(y, mask, out=dropped)

    def _run(
        self, product: Any, w: Weights, parameters: np.ndarray, x: np.ndarray, y: np.ndarray, d: int,
        back: np.ndarray, begin: np.ndarray, z: Any, c: Any, first_cell: Any,
    ) -> None:  # fmt: skip
        n = self.hidden
        i2h, h2h = w.i2h.of(parameters).T, w.h2h.of(parameters).T
        bias, back_bias = w.i2h_bias.of(parameters), w.h2h_bias.of(parameters)
        h = self.columns(y, d)
        x = self.flat(x)
        spans = [np.full(self.steps, address(back[:, k * n :])) for k in range(GATES[self.mode])]
        if self.mode == "gru":
            rows = self.flat(z)
            product(x, i2h[:, : 2 * n], rows[:, : 2 * n], bias[: 2 * n] + back_bias[: 2 * n])
            product(x, i2h[:, 2 * n :], rows[:, 3 * n :], bias[2 * n :])
            spans += [*self.gates(z), np.full(self.steps, address(back_bias[2 * n :]))]
            spans += [self.before(self.span(h), address(begin), d == 1), self.span(h)]
        elif self.mode == "lstm":
            product(x, i2h, self.flat(z), bias + back_bias)
            cells = self.span(c)
            spans += [*self.gates(z), self.before(cells, address(first_cell), d == 1), cells, self.span(h)]
        else:
            product(x, i2h, self.flat(h), bias + back_bias)
            spans.append(self.span(h))
        gate = self.calls(spans)
        step = product.repeated(h, h2h, back)
        product(begin, h2h, back)
        before = -1
        for t in self.order(d):
            if before >= 0:
                step(before)
            gate(t)
            before = t


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

    def _compile(self) -> Any:
        from . import jit

        stmts, names, out = _BACKWARD[self.mode]
        wide = ("h", "dh", "next", "before") if self.mode == "gru" else ("h", "dh", "next")
        return jit.compile_fused(stmts, self.operands(*names, out=out, wide=wide), (self.n, self.hidden))

    def __call__(self, a: Any, *arrays: np.ndarray) -> tuple:
        lead = 1 + (0 if not a.state_outputs else 2 if self.mode == "lstm" else 1)
        data, parameters, state = arrays[lead : lead + 3]
        outs = [aligned(data.shape), aligned(parameters.shape), np.empty(state.shape, np.float32)]
        if self.mode == "lstm":
            outs.append(np.empty(state.shape, np.float32))
        self.into(a, outs, *arrays)
        return tuple(outs)

    def into(self, a: Any, outs: Sequence[np.ndarray], *arrays: np.ndarray) -> None:
        lead = 1 + (0 if not a.state_outputs else 2 if self.mode == "lstm" else 1)
        heads, rest = arrays[:lead], arrays[lead:]
        data, parameters, state = rest[:3]
        cell = rest[3] if self.mode == "lstm" else None
        out, reserve = rest[-2:]
        ddata, dparameters, dstate = outs[:3]
        gates = 4 if self.mode in ("lstm", "gru") else 1
        full = (self.steps, self.n, self.wide)
        with self.ready() as product:
            scratch = workspace(full, full, full, (self.steps, self.n, gates * self.hidden), (2, self.n, self.wide))
            dy, dx, dropped, dz, ends = scratch
            dy[...] = heads[0]
            y = out
            for layer in reversed(range(self.layers)):
                x = below = data
                if layer:
                    x = below = self.parts[layer - 1].out.of(reserve)
                    mask = self.parts[layer - 1].mask
                    if mask is not None:
                        x = np.multiply(below, mask.of(reserve), out=dropped)
                target = dx if layer else ddata
                for d in range(self.dirs):
                    k = layer * self.dirs + d
                    if lead > 1:
                        self.columns(dy, d)[self.order(d)[-1]] += heads[1][k]
                    self._run(
                        product, self.weights[k], parameters, dparameters, x, y, dy, d, state[k],
                        self.parts[layer].gates[d], self.parts[layer].cell[d], reserve,
                        None if cell is None else (cell[k], heads[2][k] if lead > 2 else None, outs[3][k]),
                        dz, ends, target, dstate[k],
                    )  # fmt: skip
                if layer and self.parts[layer - 1].mask is not None:
                    np.multiply(target, self.parts[layer - 1].mask.of(reserve), out=target)
                dy, dx, y = target, dy, below

    def _run(
        self, product: Any, w: Weights, parameters: np.ndarray, dparameters: np.ndarray, x: np.ndarray, y: np.ndarray,
        dy: np.ndarray, d: int, state: np.ndarray, kept: Any, kept_cell: Any, reserve: np.ndarray, cells: Any,
        dz: np.ndarray, ends: np.ndarray, target: np.ndarray, dstate: np.ndarray,
    ) -> None:  # fmt: skip
        """One layer in one direction: gradients of weights, of x (added where d is 1) and of the first states."""
        n, reverse = self.hidden, d == 1
        h, dh = self.columns(y, d), self.columns(dy, d)
        h2h = w.h2h.of(parameters)
        back = dz[:, :, : len(h2h)]
        if self.mode == "lstm":
            first_cell, last_gradient, dc = cells
            dc[...] = 0 if last_gradient is None else last_gradient
            c = self.span(kept_cell.of(reserve))
            spans = [*self.gates(kept.of(reserve)), self.before(c, address(first_cell), reverse), c, self.span(dh),
                     np.full(self.steps, address(dc)), *self.gates(dz)]  # fmt: skip
        elif self.mode == "gru":
            # in the layout of the outputs, so that all steps are alike
            begin, last = ends[0][:, :n], ends[1][:, :n]
            begin[...], last[...] = state, 0
            spans = [*self.gates(kept.of(reserve)), self.before(self.span(h), address(begin), reverse), self.span(dh),
                     self.before(self.span(dh), address(last), reverse), *self.gates(dz)]  # fmt: skip
        else:
            spans = [self.span(h), self.span(dh), *self.gates(dz)]
        gate = self.calls(spans)
        step = product.recurrence(back, h2h, dh)
        later = -1
        for t in reversed(self.order(d)):
            if later >= 0:
                step(later, t)
            gate(t)
            later = t
        product(back[later], h2h, dstate)
        if self.mode == "gru":
            dstate += last
        self._weight_gradients(product, w, parameters, dparameters, x, h, d, state, dz, back, target)

    def _weight_gradients(
        self, product: Any, w: Weights, parameters: np.ndarray, dparameters: np.ndarray, x: np.ndarray, h: np.ndarray,
        d: int, state: np.ndarray, dz: np.ndarray, back: np.ndarray, target: np.ndarray,
    ) -> None:  # fmt: skip
        n, i2h = self.hidden, w.i2h.of(parameters)
        begin, rows = self.order(d)[0], self.n
        # the first step met the first state, each other one the output of its neighbour
        dh2h = w.h2h.of(dparameters)
        flat, outs = self.flat(back), self.flat(h)
        product(back[begin].T, state, dh2h)
        if self.steps > 1:
            met = (flat[:-rows], outs[rows:]) if d else (flat[rows:], outs[:-rows])
            product(met[0].T, met[1], dh2h, add=True)
        x, target = self.flat(x), self.flat(target)
        di2h, dbias = w.i2h.of(dparameters), w.i2h_bias.of(dparameters)
        back_bias = w.h2h_bias.of(dparameters)
        product.column_sums(flat, back_bias)
        dbias[...] = back_bias
        if self.mode != "gru":
            product(flat.T, x, di2h)
            product(flat, i2h, target, add=d == 1)
            return
        # the input's half of the new gate lies behind the three gates of the state
        whole = self.flat(dz)
        gates, new = whole[:, : 2 * n], whole[:, 3 * n :]
        product(gates.T, x, di2h[: 2 * n])
        product(new.T, x, di2h[2 * n :])
        product.column_sums(new, dbias[2 * n :])
        product(gates, i2h[: 2 * n], target, add=d == 1)
        product(new, i2h[2 * n :], target, add=True)
