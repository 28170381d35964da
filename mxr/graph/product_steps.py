"""Matrix products by generated code in the layout pass, where oneDNN is not in use; importing this registers them."""

from __future__ import annotations

import math
from typing import Any

from ..kernels.jit.matmul import Matmul
from ..kernels.native import Native
from .fuse import Step
from .ir import IrNode, Value
from .layout import LayoutPass, handles

__all__ = ["LayoutPass"]

_RANK = 60


def _emit(p: LayoutPass, product: Matmul, ins: list[Value], out: Value, label: str) -> bool:
    if not product.worth:
        return False
    function = product.function()
    scratch = p.blob(4 * product.scratch_floats, "packed matrix")
    values = [p.version(v, None) for v in ins]

    def bind(x: list[Any], y: list[Any]) -> Native:
        return Native.of(function, [*x, *y], name="product")

    p.call(values, [p.define(out, None), scratch], bind, label, "jit product")
    return True


@handles("FullyConnected", rank=_RANK, kernels="jit")
def _fully_connected(p: LayoutPass, node: IrNode, step: Step) -> bool:
    data, weight, *bias = node.ins
    n, k = weight.shape
    product = Matmul(data.size // k, n, k, turned_b=True, bias=bool(bias))
    return _emit(p, product, [data, weight, *bias], node.outs[0], node.name) if data.size % k == 0 else False


@handles("dot", rank=_RANK, kernels="jit")
def _dot(p: LayoutPass, node: IrNode, step: Step) -> bool:
    left, right = node.ins
    return left.ndim == right.ndim == 2 and _product(p, node, 1)


@handles("batch_dot", rank=_RANK, kernels="jit")
def _batch_dot(p: LayoutPass, node: IrNode, step: Step) -> bool:
    left, right = node.ins
    return left.shape[:-2] == right.shape[:-2] and _product(p, node, math.prod(left.shape[:-2]))


def _product(p: LayoutPass, node: IrNode, batch: int) -> bool:
    a, (left, right) = node.a, node.ins
    m, k = left.shape[-2:][::-1] if a.transpose_a else left.shape[-2:]
    n = right.shape[-2 if a.transpose_b else -1]
    product = Matmul(m, n, k, bool(a.transpose_a), bool(a.transpose_b), batch)
    return _emit(p, product, [left, right], node.outs[0], node.name)
