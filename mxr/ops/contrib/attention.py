"""Attention: products of heads that lie interleaved in one projection, and division by the root of a dimension.

In an interleaved array (steps, n, heads * parts * d) every head of every example has its `parts` vectors side by side:
query, key and value (self-attention), or key and value. A view (n * heads, steps, parts, d) is all that is needed.
"""

from __future__ import annotations

import math

import numpy as np

from ...core.op import op
from ...core.params import Int

__all__ = ["div_sqrt_dim", "encdec_qk", "encdec_valatt", "heads_of", "selfatt_qk", "selfatt_valatt"]


def _check(a, s, i, parts):
    """(steps, n, width of a head) of input i, None where they are unknown."""
    shape, name = s[i], s.names[i]
    if a.heads < 1:
        s.fail(f"argument heads={a.heads}, expected at least 1")
    if shape is None:
        return None
    if len(shape) != 3:
        s.fail(f"argument {name} has shape {shape}, expected 3 dimensions (steps, n, {parts} * heads * d)")
    if shape[2] % (parts * a.heads) and shape[2] != -1:
        s.fail(f"argument {name} has shape {shape}: {shape[2]} is not divisible by {parts} * heads={a.heads}")
    return shape[0], shape[1], -1 if shape[2] == -1 else shape[2] // (parts * a.heads)


def _rows(n, a):
    return -1 if n == -1 else n * a.heads


def _parts(x, a, parts):
    """The interleaved vectors, each (n * heads, steps, d); views."""
    steps, n, _ = x.shape
    x = x.reshape(steps, n * a.heads, parts, -1)
    return [x[:, :, i].transpose(1, 0, 2) for i in range(parts)]


def _single(*arrays):
    """Half precision is summed in single."""
    return [x.astype(np.float32) if x.dtype.itemsize == 2 else x for x in arrays]


def _merged(x, n):
    """(n * heads, steps, d) as (steps, n, heads * d)."""
    return x.transpose(1, 0, 2).reshape(x.shape[1], n, -1)


def heads_of(F, x, a, parts):
    """As _parts, in F arithmetic."""
    steps, n, _ = x.shape
    x = F.Reshape(x, shape=(steps, n * a.heads, parts, -1))
    if parts == 1:
        return [F.transpose(F.Reshape(x, shape=(steps, n * a.heads, -1)), axes=(1, 0, 2))]
    split = F.SliceChannel(x, num_outputs=parts, axis=2, squeeze_axis=True)
    return [F.transpose(v, axes=(1, 0, 2)) for v in split]


def _interleaved(F, vectors, like):
    """The gradient of an interleaved array from those of its vectors; None is 0."""
    zeros = F.zeros_like(next(v for v in vectors if v is not None))
    whole = F.stack(*[zeros if v is None else v for v in vectors], axis=2, num_args=len(vectors))
    return F.Reshape(F.transpose(whole, axes=(1, 0, 2, 3)), shape=like.shape)


def _scaled_product(xp, queries, keys):
    queries, keys = _single(queries, keys)
    return xp.matmul(queries, keys.transpose(0, 2, 1)) * queries.dtype.type(1 / math.sqrt(queries.shape[-1]))


@op("_contrib_interleaved_matmul_selfatt_qk", inputs="queries_keys_values")
class selfatt_qk:
    """Scores of self-attention, ``q k' / sqrt(d)`` for each head (MXNet operator of that name; Vaswani et al. 2017).

    `queries_keys_values` is (steps, n, heads * 3 * d) with query, key and value of a head side by side; the output is
    (n * heads, steps, steps).
    """

    heads = Int(doc="Number of heads.")
    examples = ("nd.contrib.interleaved_matmul_selfatt_qk(nd.arange(12).reshape((2, 1, 6)), heads=1)",)

    def infer_shape(a, s):
        found = _check(a, s, 0, 3)
        if found is not None:
            s.out(0, (_rows(found[1], a), found[0], found[0]))

    def forward(xp, a, queries_keys_values):
        q, k, _ = _parts(queries_keys_values, a, 3)
        return _scaled_product(xp, q, k)

    def grad(F, a, dy, queries_keys_values):
        q, k, _ = heads_of(F, queries_keys_values, a, 3)
        dy = dy / math.sqrt(q.shape[2])
        dq, dk = F.batch_dot(dy, k), F.batch_dot(dy, q, transpose_a=True)
        return (_interleaved(F, [dq, dk, None], queries_keys_values),)


@op("_contrib_interleaved_matmul_selfatt_valatt", inputs="queries_keys_values attention")
class selfatt_valatt:
    """Values weighted by attention, ``attention v`` for each head (MXNet operator of that name; Vaswani et al. 2017).

    `queries_keys_values` is (steps, n, heads * 3 * d), `attention` (n * heads, steps, steps); the output is
    (steps, n, heads * d).
    """

    heads = Int(doc="Number of heads.")
    examples = (
        "nd.contrib.interleaved_matmul_selfatt_valatt(nd.arange(12).reshape((2, 1, 6)), nd.ones((1, 2, 2)), heads=1)",
    )

    def infer_shape(a, s):
        found = _check(a, s, 0, 3)
        if found is not None:
            steps, n, d = found
            s.set(1, (_rows(n, a), steps, steps))
            s.out(0, (steps, n, -1 if d == -1 else d * a.heads))

    def forward(xp, a, queries_keys_values, attention):
        v = _parts(queries_keys_values, a, 3)[2]
        return _merged(xp.matmul(*_single(attention, v)), queries_keys_values.shape[1])

    def grad(F, a, dy, queries_keys_values, attention):
        v = heads_of(F, queries_keys_values, a, 3)[2]
        (g,) = heads_of(F, dy, a, 1)
        dv = F.batch_dot(attention, g, transpose_a=True)
        return _interleaved(F, [None, None, dv], queries_keys_values), F.batch_dot(g, v, transpose_b=True)


@op("_contrib_interleaved_matmul_encdec_qk", inputs="queries keys_values")
class encdec_qk:
    """Scores of attention to an encoder, ``q k' / sqrt(d)`` for each head (MXNet operator of that name).

    `queries` is (steps, n, heads * d), `keys_values` (encoder steps, n, heads * 2 * d) with key and value of a head
    side by side; the output is (n * heads, steps, encoder steps).
    """

    heads = Int(doc="Number of heads.")
    examples = (
        "nd.contrib.interleaved_matmul_encdec_qk(nd.ones((1, 1, 2)), nd.arange(8).reshape((2, 1, 4)), heads=1)",
    )

    def infer_shape(a, s):
        queries, memory = _check(a, s, 0, 1), _check(a, s, 1, 2)
        if queries is None or memory is None:
            return
        s.set(1, (-1, queries[1], -1 if queries[2] == -1 else 2 * a.heads * queries[2]))
        s.out(0, (_rows(queries[1], a), queries[0], memory[0]))

    def forward(xp, a, queries, keys_values):
        return _scaled_product(xp, _parts(queries, a, 1)[0], _parts(keys_values, a, 2)[0])

    def grad(F, a, dy, queries, keys_values):
        (q,), k = heads_of(F, queries, a, 1), heads_of(F, keys_values, a, 2)[0]
        dy = dy / math.sqrt(q.shape[2])
        dq = F.Reshape(F.transpose(F.batch_dot(dy, k), axes=(1, 0, 2)), shape=queries.shape)
        return dq, _interleaved(F, [F.batch_dot(dy, q, transpose_a=True), None], keys_values)


@op("_contrib_interleaved_matmul_encdec_valatt", inputs="keys_values attention")
class encdec_valatt:
    """An encoder's values weighted by attention, ``attention v`` for each head (MXNet operator of that name).

    `keys_values` is (encoder steps, n, heads * 2 * d), `attention` (n * heads, steps, encoder steps); the output is
    (steps, n, heads * d).
    """

    heads = Int(doc="Number of heads.")
    examples = (
        "nd.contrib.interleaved_matmul_encdec_valatt(nd.arange(8).reshape((2, 1, 4)), nd.ones((1, 1, 2)), heads=1)",
    )

    def infer_shape(a, s):
        found = _check(a, s, 0, 2)
        if found is None:
            return
        steps, n, d = found
        s.set(1, (_rows(n, a), -1, steps))
        s.out(0, (s[1][1], n, -1 if d == -1 else d * a.heads))

    def forward(xp, a, keys_values, attention):
        v = _parts(keys_values, a, 2)[1]
        return _merged(xp.matmul(*_single(attention, v)), keys_values.shape[1])

    def grad(F, a, dy, keys_values, attention):
        v = heads_of(F, keys_values, a, 2)[1]
        (g,) = heads_of(F, dy, a, 1)
        dv = F.batch_dot(attention, g, transpose_a=True)
        return _interleaved(F, [None, dv], keys_values), F.batch_dot(g, v, transpose_b=True)


@op("_contrib_div_sqrt_dim")
class div_sqrt_dim:
    """`data` divided by the square root of the length of its last axis (MXNet operator _contrib_div_sqrt_dim)."""

    examples = ("nd.contrib.div_sqrt_dim(nd.ones((1, 4)))",)

    def infer_shape(a, s):
        s.set(0, s.outs[0])
        s.out(0, s[0])
        if s[0] is not None and len(s[0]) == 0:
            s.fail("argument data has shape (), expected at least one dimension")

    def forward(xp, a, data):
        # the root is of the array's dtype; whole numbers are cut after the division
        return (data / data.dtype.type(math.sqrt(max(data.shape[-1], 1)))).astype(data.dtype, copy=False)

    def grad(F, a, dy, data):
        return (dy / math.sqrt(max(data.shape[-1], 1)),)


# two operations for each score and element of a head
selfatt_qk.cost = lambda a, ins, outs: 2.0 * math.prod(outs[0]) * ins[0][2] / (3 * a.heads)
selfatt_valatt.cost = lambda a, ins, outs: 2.0 * math.prod(ins[1]) * ins[0][2] / (3 * a.heads)
encdec_qk.cost = lambda a, ins, outs: 2.0 * math.prod(outs[0]) * ins[0][2] / a.heads
encdec_valatt.cost = lambda a, ins, outs: 2.0 * math.prod(ins[1]) * ins[0][2] / (2 * a.heads)
