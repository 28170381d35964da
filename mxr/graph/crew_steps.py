"""Plans that cannot be split over the batch: whether a crew of threads runs one, and its dense and pooling calls.

Convolutions are in `blocked_chains` and `winograd_chains`. All these come before oneDNN, whose primitives would run on
one thread of the crew.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import blocked, crew, enabled_sets
from ..kernels.blocked.parts import pooling
from ..kernels.crew import members, shared
from ..kernels.jit.few import FewRows
from ..kernels.layouts import channel_blocked
from ..kernels.native import Native
from . import blocked_steps, replicas
from .fuse import Step
from .ir import Graph, IrNode
from .layout import LayoutPass, handles
from .shard import work

__all__ = ["LayoutPass", "crew_of", "reads_weights"]

_RANK = 45
_FEW = 4  # rows of a product up to which the weights are read as they lie
_LEAST = 1 << 16  # weights from which on threads share them
_PARTS = 4  # for each thread
_AS_LONG = 20  # operations that take as long as to read a weight from memory


def crew_of(g: Graph, threads: int) -> int:
    """How many threads share the calls of a plan for prediction that is not split over the batch."""
    if threads < 2 or "jit" not in enabled_sets() or not crew.possible():
        return 1
    return max(1, min(threads, int(sum(map(_work, g.nodes)) // replicas.LEAST)))


def _work(node: IrNode) -> float:
    """The operations of a call that threads share."""
    if node.train or any(v.dtype != np.float32 for v in node.ins):
        return 0
    if node.op.name == "Convolution" and node.ins[0].ndim < 5:
        return work(node)
    return _AS_LONG * node.ins[1].size if _few(node) else 0


def reads_weights(g: Graph) -> bool:
    """Whether reading the weights of dense layers for a few examples is most of the work."""
    read = sum(_AS_LONG * n.ins[1].size for n in g.nodes if _few(n))
    return read > 0.5 * sum(max(work(n), _work(n)) for n in g.nodes)


def _few(node: IrNode) -> bool:
    if node.op.name != "FullyConnected":
        return False
    data, weight = node.ins[:2]
    return weight.size >= _LEAST and data.size <= _FEW * weight.shape[1]


@handles("FullyConnected", rank=_RANK, kernels="jit")
def _fully_connected(p: LayoutPass, node: IrNode, step: Step) -> bool:
    """One thread takes it, too: oneDNN reads weights that are in no cache at half the speed."""
    data, weight, *bias = node.ins
    count = members()
    if not _few(node) or (count == 1 and node.train):
        return False
    n, k = weight.shape
    function = FewRows(data.size // k, n, k, bool(bias)).function()
    size = n if count == 1 else -(-n // (_PARTS * count))

    def bind(x: list[Any], y: list[Any]) -> Native:
        parts = [
            Native.of(function, [*x, *y], first, min(size, n - first), name="product") for first in range(0, n, size)
        ]
        return shared("product", parts)

    ins, out = [p.version(v, None) for v in node.ins], p.define(node.outs[0], None)
    p.call(ins, [out], bind, node.name, "jit product" + f", {-(-n // size)} parts" * (count > 1))
    return True


@handles("Pooling", rank=_RANK, kernels="jit")
def _pooling(p: LayoutPass, node: IrNode, step: Step) -> bool:
    data, lanes = node.ins[0], blocked.lanes()
    pool = blocked_steps.pool_of(node.a, data.shape, lanes) if members() > 1 else None
    if pool is None:
        return False
    run = pooling(pool, members())
    src = p.version(data, channel_blocked(data.shape, lanes))
    out = p.define(node.outs[0], channel_blocked(node.outs[0].shape, lanes))
    p.call([src], [out], lambda x, y: run.bind([*x, *y]), node.name, f"blocked {run.name}")
    return True
