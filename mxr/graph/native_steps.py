"""Operators that move data, as machine code: what a plan runs for them where no kernel is generated for the node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..kernels import jit_enabled, moves
from ..kernels.table import in_order
from .ir import IrNode

__all__ = ["native_call"]

Bound = Callable[[], Any]

# Operators whose forward on NumPy answers with views of its input: to run one is to copy these.
_VIEWS = frozenset(
    "transpose SwapAxis broadcast_to broadcast_axis broadcast_like reverse slice slice_axis slice_like SliceChannel"
    " _split_v2 Crop".split()
)
# Operators that hand on what they get.
_SAME = frozenset("LinearRegressionOutput MAERegressionOutput MakeLoss make_loss BlockGrad _copy".split())
_CONSTANTS = frozenset("_zeros _ones _full _arange _linspace _eye zeros_like ones_like".split())
_SMALL = 1 << 20  # bytes of a constant that is kept


def native_call(node: IrNode, ins: Sequence[Any], outs: Sequence[Any]) -> Bound | None:
    """A bound call in machine code that fills `outs` from `ins`; None where there is none."""
    name = node.op.name
    if name not in _KNOWN or len(outs) != len(node.outs) or not jit_enabled():
        return None
    if name in _VIEWS:
        return _views(node, ins, outs)
    if name in _SAME:
        return moves.copied(outs[0], ins[0])
    if name in _CONSTANTS:
        return _constant(node, outs[0])
    return _OTHERS[name](node.a, ins, outs[0])


def _all(calls: Sequence[Bound | None]) -> Bound | None:
    """One call for all of them; None where one is missing."""
    found = [c for c in calls if c is not None]
    return in_order(*found) if len(found) == len(calls) else None


def _views(node: IrNode, ins: Sequence[Any], outs: Sequence[Any]) -> Bound | None:
    if node.op.name == "transpose":  # its forward copies where that is faster
        made: Any = ins[0].transpose(node.a.axes or None)
    else:
        try:
            made = node.op.forward(np, node.a, *ins)
        except Exception:  # the call itself says what is wrong
            return None
    parts = made if isinstance(made, tuple) else (made,)
    if not all(np.may_share_memory(p, ins[0]) and p.size == out.size for p, out in zip(parts, outs)):
        return None
    return _all([moves.copied(out.reshape(p.shape), p) for p, out in zip(parts, outs)])


def _constant(node: IrNode, out: Any) -> Bound | None:
    if node.op.name in ("_zeros", "zeros_like"):
        return moves.zeroed(out)
    if node.op.name in ("_ones", "ones_like"):
        return moves.copied(out, np.broadcast_to(out.dtype.type(1), out.shape))
    if out.nbytes > _SMALL:
        return None
    return moves.copied(out, np.asarray(node.op.forward(np, node.a)).astype(out.dtype).reshape(out.shape))


def _concat(a: Any, ins: Sequence[Any], out: Any) -> Bound | None:
    ends = np.cumsum([x.shape[a.dim] for x in ins])[:-1]
    return _all([moves.copied(part, x) for part, x in zip(np.split(out, ends, axis=a.dim), ins) if x.size])


def _stack(a: Any, ins: Sequence[Any], out: Any) -> Bound | None:
    return _all([moves.copied(part, x) for part, x in zip(np.moveaxis(out, a.axis, 0), ins)])


def _slice_grad(a: Any, ins: Sequence[Any], out: Any) -> Bound | None:
    steps = a.step or (None,) * len(a.begin)
    place = out[tuple(slice(*k) for k in zip(a.begin, a.end, steps))]
    return _all([moves.zeroed(out), moves.copied(place, ins[0])]) if place.shape == ins[0].shape else None


def _take(a: Any, ins: Sequence[Any], out: Any) -> Bound | None:
    return moves.taken(out, ins[0], ins[1]) if a.axis == 0 and a.mode == "clip" else None


def _embedding(a: Any, ins: Sequence[Any], out: Any) -> Bound | None:
    return moves.taken(out, ins[1], ins[0])


def _take_grad(a: Any, ins: Sequence[Any], out: Any) -> Bound | None:
    return moves.scattered(out, ins[0], ins[1]) if a.axis == 0 and a.mode == "clip" else None


_OTHERS: dict[str, Callable[[Any, Sequence[Any], Any], Bound | None]] = {
    "Concat": _concat,
    "_rnn_param_concat": _concat,
    "stack": _stack,
    "_backward_slice": _slice_grad,
    "take": _take,
    "Embedding": _embedding,
    "_backward_take": _take_grad,
}
_KNOWN = frozenset((*_VIEWS, *_SAME, *_CONSTANTS, *_OTHERS))
