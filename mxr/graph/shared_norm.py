"""Batch normalisation in the replicas of a plan: statistics of the whole batch, which they put together half way.

In a replica the two operators of the registry become two of their own, which exist only there: their results but the
data's are the same in all replicas.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..core.op import OpDef
from ..core.params import Attrs
from ..kernels import blocked
from ..kernels.blocked.shared_norm import SharedNorm
from ..kernels.gathering import Gathering
from ..kernels.layouts import channel_blocked
from ..kernels.table import in_order
from .fuse import Step
from .ir import IrNode, Value
from .layout import LayoutPass, handles
from .shard import PART, WHOLE, Call, Cannot, Local, Split

__all__ = ["SHARED", "Exchange", "shared_norm"]

_RANK = 5


class Exchange(NamedTuple):
    """What the replicas have in common at one place: where they wait, and their parts, (2, channels) each."""

    gathering: Gathering
    place: np.ndarray
    parts: list[np.ndarray]

    def __hash__(self) -> int:
        return id(self.place)

    def __eq__(self, other: object) -> bool:
        return self is other


def _only_in_machine_code(xp: Any, a: Attrs, *arrays: Any) -> Any:
    raise AssertionError("a shared batch norm is planned by its handler or not at all")


def _forward_shape(a: Attrs, s: Any) -> None:
    s.out(0, s[0])
    s.out(1, s[1])
    s.out(2, s[1])


def _backward_shape(a: Attrs, s: Any) -> None:
    s.out(0, s[1])
    s.out(1, s[2])
    s.out(2, s[2])


def _operator(name: str, inputs: str, outputs: str, shape: Any, mutates: str = "") -> OpDef:
    op = OpDef(
        name, inputs=inputs, outputs=outputs, forward=_only_in_machine_code, grad=None, infer_shape=shape,
        mutates=mutates, hidden=True,
    )  # fmt: skip
    op.cost = lambda a, ins, outs: 8.0 * math.prod(ins[0])
    return op


_FORWARD = _operator("_shared_BatchNorm", "data gamma beta", "output mean invstd", _forward_shape)
_BACKWARD = _operator(
    "_shared_backward_BatchNorm", "dy data gamma mean invstd moving_mean moving_var", "ddata dgamma dbeta",
    _backward_shape, "moving_mean moving_var",
)  # fmt: skip
SHARED = {op.name: op for op in (_FORWARD, _BACKWARD)}


def shared_norm(c: Call) -> Local:
    """The rule of BatchNorm and its gradient in training."""
    backward = c.node.op.name == "_backward_BatchNorm"
    data = 1 if backward else 0
    if c.a.use_global_stats or c.a.axis % len(c.ins[data]) != 1 or not 3 <= len(c.ins[data]) <= 4:
        raise Cannot("it needs the mean and variance of the whole batch")
    if any(v.dtype != np.float32 for v in (*c.node.ins, *c.node.outs)):
        raise Cannot("it needs the mean and variance of the whole batch, in float32")
    if not Gathering.possible():
        raise Cannot("it needs the mean and variance of the whole batch, and there is no generated code for that")
    wide = [Split(1)] * (data + 1)
    if list(c.states[: data + 1]) != wide or any(s != WHOLE for s in c.states[data + 1 :]):
        if PART in c.states or any(isinstance(s, Split) for s in c.states[data + 1 :]):
            raise Cannot("its parameters depend on the batch")
        if any(isinstance(s, Split) and s != Split(1) for s in c.states[: data + 1]):
            raise Cannot("its examples lie along axis 0, the batch does not")
    channels = c.ins[data][1]

    def make(site: Any, node: IrNode, ins: list[Value]) -> Sequence[Value]:
        a = Attrs({
            "eps": node.a.eps, "momentum": node.a.momentum, "fix_gamma": node.a.fix_gamma,
            "exchange": site.exchange(node, channels), "rank": site.rank, "shares": site.shares,
        })  # fmt: skip
        return site.add(_BACKWARD, a, ins) if backward else site.add(_FORWARD, a, ins[:3])

    return Local([*wide, *[WHOLE] * (len(c.ins) - data - 1)], [Split(1), WHOLE, WHOLE], make)


def _norm(p: LayoutPass, a: Any, data: Value) -> SharedNorm:
    n, channels, *spatial = data.shape
    lanes = blocked.lanes()
    return SharedNorm(n, channels, math.prod(spatial), lanes, not a.fix_gamma, False, a.shares, a.rank == 0)


@handles("_shared_BatchNorm", rank=_RANK, kernels="jit")
def _forward(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a, (data, gamma, beta) = node.a, node.ins
    norm = _norm(p, a, data)
    layout = channel_blocked(data.shape, norm.lanes)
    statistics, apply, _, _ = norm.shared_functions()
    ins = [p.version(data, layout), p.version(gamma, None), p.version(beta, None)]
    outs = [p.define(node.outs[0], layout), p.define(node.outs[1], None), p.define(node.outs[2], None)]

    def bind(x: list[Any], y: list[Any]) -> Any:
        data, gamma, beta = x
        return _meeting(a, statistics, [data], apply, lambda parts: [data, gamma, beta, *parts, *y], float(a.eps))

    p.call(ins, outs, bind, node.name, "blocked batch norm, shared")
    return True


@handles("_shared_backward_BatchNorm", rank=_RANK, kernels="jit")
def _backward(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a, (dy, data, *small) = node.a, node.ins
    norm = _norm(p, a, data)
    layout = channel_blocked(data.shape, norm.lanes)
    _, _, sums, apply = norm.shared_functions()
    dy, data = p.version(dy, layout), p.version(data, layout)
    gamma, mean, invstd, *moving = (p.version(v, None) for v in small)
    outs = [p.define(node.outs[0], layout), p.define(node.outs[1], None), p.define(node.outs[2], None)]

    def bind(x: list[Any], y: list[Any]) -> Any:
        dy, data, gamma, mean, invstd, *moving = x
        return _meeting(
            a, sums, [dy, data, mean], apply, lambda parts: [dy, data, gamma, mean, invstd, *parts, *y, *moving],
            float(a.eps), float(a.momentum),
        )  # fmt: skip

    ins = [dy, data, gamma, mean, invstd, *moving]
    p.call(ins, outs, bind, node.name, "blocked batch norm backward, shared")
    return True


def _meeting(a: Any, first: Any, given: list[Any], last: Any, order: Any, *words: float) -> Any:
    """The calls of a replica: `first` makes its part from what is `given`, `last` goes on with the parts of all."""
    exchange = a.exchange
    begin = first.bind([*given, *exchange.parts[a.rank]])
    end = last.bind(order([row for part in exchange.parts for row in part]), *words)
    return in_order(begin, exchange.gathering.wait(exchange.place), end)
