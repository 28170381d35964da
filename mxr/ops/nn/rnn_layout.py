"""Where things lie in the two flat vectors of the fused RNN: its parameters, and what forward keeps for backward."""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

__all__ = ["GATES", "Part", "Reserve", "Weights", "parameter_size", "reserve_of", "weights_of"]

GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}

# Values that forward keeps for each step and hidden node beside its output: the gates after their activation
# (GRU: reset, update, the recurrent half of the new gate, the new gate); LSTM's cell lies apart.
_KEPT = {"rnn_relu": 0, "rnn_tanh": 0, "lstm": 4, "gru": 4}

# Parts of the reserve begin at multiples of this many elements: whole cache lines.
_ALIGN = 16


class Part(NamedTuple):
    """A matrix or vector within a flat one."""

    start: int
    shape: tuple[int, ...]

    def of(self, flat: Any) -> Any:
        return flat[self.start : self.start + math.prod(self.shape)].reshape(self.shape)


class Weights(NamedTuple):
    """The parameters of one layer in one direction; `project` is None without projection."""

    i2h: Part
    h2h: Part
    project: Part | None
    i2h_bias: Part
    h2h_bias: Part


class Reserve(NamedTuple):
    """What one layer keeps, as Parts; `gates` and `cell` have an entry for each direction, None where nothing is kept.

    `out` is its output (None for the last layer, whose output is the operator's), `mask` that of the dropout behind it.
    """

    gates: tuple[Any, ...]
    cell: tuple[Any, ...]
    out: Any
    mask: Any


class _Cursor:
    def __init__(self, align: int = 1) -> None:
        self.at, self.align = 0, align

    def take(self, *shape: int) -> Part:
        part = Part(self.at, shape)
        self.at += -(-math.prod(shape) // self.align) * self.align
        return part


def directions(a: Any) -> int:
    return 2 if a.bidirectional else 1


def width(a: Any) -> int:
    """Length of the hidden state that goes from step to step."""
    return a.projection_size or a.state_size


@functools.lru_cache(maxsize=256)
def _weights(mode: str, inputs: int, hidden: int, out: int, layers: int, dirs: int, project: bool) -> tuple[Any, int]:
    rows = GATES[mode] * hidden
    cursor = _Cursor()
    matrices, biases = [], []
    for layer in range(layers):
        for _ in range(dirs):
            i2h = cursor.take(rows, inputs if layer == 0 else dirs * out)
            matrices.append((i2h, cursor.take(rows, out), cursor.take(out, hidden) if project else None))
    for _ in range(layers * dirs):
        biases.append((cursor.take(rows), cursor.take(rows)))
    return tuple(Weights(*m, *b) for m, b in zip(matrices, biases)), cursor.at


def weights_of(a: Any, inputs: int) -> tuple[Weights, ...]:
    """Layer by layer, in each the directions: all matrices lie first, then all biases (cuDNN's order, and MXNet's)."""
    key = (a.mode, inputs, a.state_size, width(a), a.num_layers, directions(a), a.projection_size is not None)
    return _weights(*key)[0]


def parameter_size(a: Any, inputs: int) -> int:
    key = (a.mode, inputs, a.state_size, width(a), a.num_layers, directions(a), a.projection_size is not None)
    return _weights(*key)[1]


@functools.lru_cache(maxsize=256)
def _reserve(mode: str, steps: int, batch: int, hidden: int, out: int, layers: int, dirs: int, dropout: bool) -> Any:
    cursor = _Cursor(_ALIGN)
    found = []
    for layer in range(layers):
        last = layer == layers - 1
        gates = tuple(cursor.take(steps, batch, _KEPT[mode] * hidden) if _KEPT[mode] else None for _ in range(dirs))
        cell = tuple(cursor.take(steps, batch, hidden) if mode == "lstm" else None for _ in range(dirs))
        between = None if last else cursor.take(steps, batch, dirs * out)
        found.append(Reserve(gates, cell, between, cursor.take(*between.shape) if between and dropout else None))
    return tuple(found), max(cursor.at, 1)


def reserve_of(a: Any, steps: int, batch: int) -> tuple[tuple[Reserve, ...], int]:
    """The parts of the reserve by layer, and its length."""
    return _reserve(a.mode, steps, batch, a.state_size, width(a), a.num_layers, directions(a), a.p > 0)
