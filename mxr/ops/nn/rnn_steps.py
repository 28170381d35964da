"""The fused RNN once more, step by step from operators that have gradients of any order: for its second derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...backend import xp_of
from ...core.array import make_array
from ...core.through import gradients_through
from .rnn_layout import GATES, Part, Weights, directions, reserve_of, weights_of, width

__all__ = ["gradients"]


def gradients(
    F: Any, a: Any, dys: tuple, data: Any, parameters: Any, state: Any, cell: Any, lengths: Any, reserve: Any
) -> tuple[Any, ...]:
    """Recorded gradients of data, parameters, state and cell (if there is one), for recorded ones of the outputs."""
    given = [data, parameters, state] + ([] if cell is None else [cell])
    small = data._data.dtype.itemsize == 2

    def unrolled(*arrays: Any) -> list[Any]:
        if small:
            arrays = tuple(F.Cast(x, dtype="float32") for x in arrays)
        x, weights, h, *c = arrays
        outs = _unrolled(F, a, x, weights, h, c[0] if c else None, lengths, reserve)[: len(dys)]
        return [F.Cast(y, dtype=data._data.dtype.name) for y in outs] if small else outs

    return tuple(gradients_through(unrolled, given, dys))


def _unrolled(
    F: Any, a: Any, data: Any, parameters: Any, state: Any, cell: Any, lengths: Any, reserve: Any
) -> list[Any]:
    steps, batch, inputs = data.shape
    weights, (parts, _) = weights_of(a, inputs), reserve_of(a, steps, batch)
    valid = None if lengths is None else _valid(data, lengths, steps)
    dirs = directions(a)
    states = _rows(F, state)
    cells = [None] * len(states) if cell is None else _rows(F, cell)
    x = data
    for layer, kept in enumerate(parts):
        sides = []
        for d in range(dirs):
            k = layer * dirs + d
            y, states[k], cells[k] = _one(F, a, weights[k], parameters, x, states[k], cells[k], valid, d == 1)
            sides.append(y)
        out = x = sides[0] if dirs == 1 else F.Concat(*sides, dim=2, num_args=2)
        if kept.mask is not None:
            x = x * make_array(kept.mask.of(reserve._data), data._ctx)
    return [out, _stacked(F, states), *([] if cell is None else [_stacked(F, cells)])]


def _valid(data: Any, lengths: Any, steps: int) -> list[Any]:
    """For each step (n, 1): 1 where it lies within its sequence."""
    xp = xp_of(data._data)
    inside = (xp.arange(steps)[:, None] < lengths._data[None, :]).astype(data._data.dtype)
    return [make_array(xp.ascontiguousarray(v[:, None]), data._ctx) for v in inside]


def _rows(F: Any, x: Any) -> list[Any]:
    rows = F.SliceChannel(x, num_outputs=x.shape[0], axis=0, squeeze_axis=True)
    return list(rows) if isinstance(rows, list | tuple) else [rows]


def _stacked(F: Any, rows: list[Any]) -> Any:
    return F.stack(*rows, axis=0, num_args=len(rows))


def _part(F: Any, parameters: Any, part: Part) -> Any:
    flat = F.slice_axis(parameters, axis=0, begin=part.start, end=part.start + int(np.prod(part.shape)))
    return F.Reshape(flat, shape=part.shape)


def _one(
    F: Any, a: Any, w: Weights, parameters: Any, x: Any, h: Any, c: Any, valid: Any, reverse: bool
) -> tuple[Any, Any, Any]:
    """Output, final state and final cell of one layer in one direction."""
    i2h, h2h, i2h_bias, h2h_bias = (_part(F, parameters, p) for p in (w.i2h, w.h2h, w.i2h_bias, w.h2h_bias))
    project = None if w.project is None else _part(F, parameters, w.project)
    rows, gates = GATES[a.mode] * a.state_size, GATES[a.mode]
    ins = _rows(F, F.FullyConnected(x, i2h, i2h_bias, num_hidden=rows, flatten=False))
    outs: list[Any] = [None] * len(ins)
    for t in reversed(range(len(ins))) if reverse else range(len(ins)):
        z = F.FullyConnected(h, h2h, h2h_bias, num_hidden=rows, flatten=False)
        new_c = c
        if a.mode == "gru":
            r, u, n = F.SliceChannel(ins[t], num_outputs=gates, axis=1)
            back_r, back_u, back_n = F.SliceChannel(z, num_outputs=gates, axis=1)
            u, n = F.sigmoid(u + back_u), F.tanh(n + F.sigmoid(r + back_r) * back_n)
            new = (1 - u) * n + u * h
        elif a.mode == "lstm":
            i, f, g, o = F.SliceChannel(ins[t] + z, num_outputs=gates, axis=1)
            new_c = F.sigmoid(f) * c + F.sigmoid(i) * F.tanh(g)
            if a.lstm_state_clip_min is not None:
                new_c = F.clip(new_c, a_min=a.lstm_state_clip_min, a_max=a.lstm_state_clip_max)
            new = F.sigmoid(o) * F.tanh(new_c)
            if project is not None:
                new = F.FullyConnected(new, project, num_hidden=width(a), no_bias=True, flatten=False)
        else:
            new = (F.tanh if a.mode == "rnn_tanh" else F.relu)(ins[t] + z)
        outs[t] = new
        if valid is not None:
            v = valid[t]
            outs[t] = F.broadcast_mul(new, v)
            new = outs[t] + F.broadcast_mul(h, 1 - v)
            new_c = None if c is None else F.broadcast_mul(new_c, v) + F.broadcast_mul(c, 1 - v)
        h, c = new, new_c
    return _stacked(F, outs), h, c
