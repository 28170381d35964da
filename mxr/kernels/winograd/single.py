"""Single calls on plain arrays by Winograd's algorithm: data turned into blocks of channels, computed, turned back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...core.faults import KernelFault, warn_once
from .. import jit_enabled
from ..batched import Transpose, make
from ..buffers import workspace
from ..geometry import channels_first, conv_of
from ..lasting import at_most
from ..native import Native
from ..shares import most_shares
from . import Convolution, Gradient, Problem, allowed, problem_for, worth

__all__ = ["conv_backward", "conv_forward"]

Shape = tuple[int, ...]


@at_most(48)
def _turner(features: int, to_blocked: bool) -> int:
    return make(Transpose(features, to_blocked)).address


def _turn(plain: np.ndarray, blocked: np.ndarray, to_blocked: bool, lanes: int) -> None:
    rows = math.prod(plain.shape[:2])
    address = _turner(math.prod(plain.shape[2:]), to_blocked)
    Native.of(address, [plain, blocked], rows // lanes, rows, name="transpose")()


def _problem(a: Any, data: Shape, weight: Shape) -> Problem | None:
    """Of channels that fill the blocks; None where another kernel is faster, or there is code for many sizes."""
    if len(data) != 4 or not jit_enabled() or not allowed() or not channels_first(a):
        return None
    p = problem_for(conv_of(a, data, weight))
    if p is None or not worth(p) or p.maps[1] % p.lanes or p.outs % p.lanes:
        return None
    try:
        made = [_turner(math.prod(s[2:]), to) for s in (p.maps, p.result) for to in (True, False)]
    except KernelFault as e:
        warn_once("Winograd's algorithm in a single call", e)
        return None
    return p if all(made) else None


def conv_forward(a: Any, data: Shape, weight: Shape, bias: bool) -> tuple[Callable[..., None], Shape] | None:
    """A function of x, weight, [bias], out, and the shape of out; None where another kernel is faster."""
    p = _problem(a, data, weight)
    if p is None:
        return None
    conv = Convolution(p, bias=bias, shares=most_shares())

    def run(x: np.ndarray, w: np.ndarray, *rest: np.ndarray) -> None:
        *more, out = rest
        src, dst, scratch = workspace((x.size,), (out.size,), (conv.nbytes // 4,))
        _turn(x, src, True, p.lanes)
        conv.bind(scratch, src=src, weights=w, dst=dst, **({"bias": more[0]} if more else {}))()
        _turn(out, dst, False, p.lanes)

    return run, p.result


def conv_backward(a: Any, data: Shape, weight: Shape, need: Sequence[str]) -> Callable[..., None] | None:
    """A function of dy, [x], [weight], [dx], [dweight], [dbias], by the gradients x, w, b that are needed."""
    p = None if "b" in need and "w" not in need else _problem(a, data, weight)
    if p is None:
        return None
    shares = most_shares()
    gradient = Gradient(p, bias="b" in need, shares=shares) if "w" in need else None
    conv = Convolution(p.backward, turned=True, shares=shares) if "x" in need else None
    room = max(made.nbytes for made in (gradient, conv) if made is not None) // 4
    full = math.prod(data)

    def run(dy: np.ndarray, *arrays: np.ndarray) -> None:
        left = iter(arrays)
        x = None if gradient is None else next(left)
        w, dx = (None, None) if conv is None else (next(left), next(left))
        head, maps, scratch = workspace((dy.size,), (full,), (room,))
        _turn(dy, head, True, p.lanes)
        if gradient is not None and x is not None:
            _turn(x, maps, True, p.lanes)
            sums = dict(zip(("weights", "bias"), left))
            gradient.bind(scratch, src=maps, dst=head, **sums)()
        if conv is not None and w is not None and dx is not None:
            conv.bind(scratch, src=head, weights=w, dst=maps)()
            _turn(dx, maps, False, p.lanes)

    return run
