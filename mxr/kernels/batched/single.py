"""Single calls on plain arrays: a block of examples is turned into vectors, computed, and its results turned back."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...base import MXNetError
from ...core.faults import KernelFault, warn_once
from ...core.threads import default_threads
from .. import jit_enabled
from ..buffers import address, workspace
from ..lasting import at_most
from ..native import prototype
from .choice import batch_conv_of, batch_windows_of, gain
from .convolution import Backward, Forward, lanes_of, make
from .pooling import PoolBackward, PoolForward, Windows

__all__ = ["Single", "conv_backward", "conv_forward", "pool_backward", "pool_forward"]

Shape = tuple[int, ...]

_WORTH = 2e-5  # seconds: what saves less is not worth its code
_THEIRS, _OURS = 10e9, 20e9  # bytes a second that oneDNN and these kernels turn into their layouts and back
_MOST = 32 << 20  # bytes of memory for one block of examples
_WIDE = 16  # columns of a pooling's window: the code names each


class Single:
    """A kernel on contiguous float32 arrays of any number of examples."""

    def __init__(self, what: Any, lanes: int) -> None:
        made, scratch = make(what), what.scratch(lanes)
        sizes = [*(scratch if isinstance(scratch, tuple) else (scratch,)), what.spare * lanes]
        self._lanes, self._name, self._spaces = lanes, type(what).__name__, [(n,) for n in sizes if n]
        self._function = prototype(made.address)

    def __call__(self, *arrays: np.ndarray) -> None:
        """`arrays` as in the function's block; the first one has the examples."""
        examples = len(arrays[0])
        memory = workspace(*self._spaces)
        words = [*map(address, arrays), *map(address, memory), -(-examples // self._lanes), examples]
        block = (ctypes.c_int64 * len(words))(*words)
        status = self._function(ctypes.addressof(block))
        if status:
            raise MXNetError(f"kernel {self._name} failed with status {status}")


@at_most(48)
def _single(kind: type, what: Any) -> Single | None:
    # the kind is part of the key: named tuples of two kinds may be equal
    try:
        return Single(what, lanes_of())
    except KernelFault as e:
        warn_once(f"{kind.__name__} of a single call", e)
        return None


def _compiled(what: Any) -> Single | None:
    return _single(type(what), what) if 4 * what.spare * lanes_of() <= _MOST else None


def _saves(what: Forward | Backward, batch: int, products: int) -> bool:
    threads = default_threads()
    turned = 4 * what.spare * batch * (1 / (_THEIRS * threads) - 1 / _OURS)
    return gain(what.conv, batch, products, threads) + turned > _WORTH


def _with_shape(what: Any, shape: Shape) -> tuple[Single, Shape] | None:
    kernel = _compiled(what)
    return None if kernel is None else (kernel, shape)


def conv_forward(a: Any, data: Shape, weight: Shape, bias: bool) -> tuple[Single, Shape] | None:
    """The kernel on x, weight, [bias], out, and the shape of out; None where another one is faster."""
    conv = batch_conv_of(a, data, weight) if jit_enabled() else None
    if conv is None:
        return None
    what = Forward(conv, bias, plain=True)
    return _with_shape(what, (data[0], conv.outs, *conv.out[4 - len(data) :])) if _saves(what, data[0], 1) else None


def conv_backward(a: Any, data: Shape, weight: Shape, need: Sequence[str]) -> Single | None:
    """The kernel on dy, [x], [weight], [dx], [dweight], [dbias] by the gradients x, w, b that are needed."""
    conv = batch_conv_of(a, data, weight) if jit_enabled() else None
    products = ("x" in need) + ("w" in need)
    if conv is None or not products:
        return None
    what = Backward(conv, "x" in need, "w" in need, "b" in need, plain=True)
    return _compiled(what) if _saves(what, data[0], products) else None


def _windows(a: Any, data: Shape) -> Windows | None:
    """The pooling, where few lanes are empty and the code is short."""
    lanes = lanes_of() if jit_enabled() else 0
    if not lanes or 4 * data[0] < 3 * -(-data[0] // lanes) * lanes:
        return None
    w = batch_windows_of(a, data)
    return None if w is None or w.kernel[1] > _WIDE or not math.prod(w.out) else w


def pool_forward(a: Any, data: Shape) -> tuple[Single, Shape] | None:
    """The kernel on x, y, and the shape of y; None where there is none."""
    w = _windows(a, data)
    return None if w is None else _with_shape(PoolForward(w, True), (*data[:2], *w.out[4 - len(data) :]))


def pool_backward(a: Any, data: Shape) -> Single | None:
    """The kernel on dy, [x and y of a maximum], dx; None where there is none."""
    w = _windows(a, data)
    return None if w is None else _compiled(PoolBackward(w, True))
