"""Convolutions with 3 x 3 filters by Winograd's minimal filtering: a quarter of the multiplications.

For strides and dilations of 1, many channels, forward and both gradients, generated for any vector width; data in
blocks of channels (`kernels.layouts`). :func:`problem_for` says whether a convolution is one for this.
``MXR_WINOGRAD=0`` turns it off: results then differ in the last digits (see `points`).
"""

from __future__ import annotations

import os

from ...base import MXNetValueError
from ..jit.engine import engine, vector_registers
from ..onednn import Conv
from .pieces import Problem
from .points import KERNEL
from .schedule import Convolution, Gradient, Weights

__all__ = ["Convolution", "Gradient", "Problem", "Weights", "allowed", "problem_for", "worth"]

_CHANNELS = 24  # fewer leave the products too short between the transforms


def allowed() -> bool:
    """Whether the environment allows Winograd's algorithm."""
    choice = os.environ.get("MXR_WINOGRAD", "1")
    if choice not in ("0", "1"):
        raise MXNetValueError(f"MXR_WINOGRAD={choice!r} is not understood; it is 0 or 1")
    return choice == "1"


def problem_for(c: Conv) -> Problem | None:
    """The problem of a convolution that this can do, or None."""
    if len(c.src) != 4 or c.weights[2:] != (KERNEL, KERNEL) or c.groups != 1 or c.pad_lo != c.pad_hi:
        return None
    if any(s != 1 for s in (*c.stride, *c.dilation)) or max(c.pad_lo) >= KERNEL:
        return None
    vector_bytes = engine().vector_bytes
    n, channels, h, w = c.src
    pad = c.pad_lo[0], c.pad_lo[1]
    wide = vector_registers(vector_bytes) == 32
    return Problem((n, channels, h, w), c.weights[0], pad, lanes=vector_bytes // 4, wide=wide)


def worth(p: Problem, given: bool = False) -> bool:
    """Whether it is faster than multiplying directly; given : the weights are transformed already.

    Estimated in nanoseconds for a pair of an input and an output channel, with factors measured against oneDNN's
    direct convolutions (AVX-512, batch 1 to 32, 24 to 512 channels, maps of 2 to 112 a side): what it takes was 1.2 to
    3 times as fast, what it leaves was slower, or faster by less than a quarter.
    """
    n, _, h, w = p.result
    direct = 0.082 * n * h * w
    tiles = -(-p.tiles[0] // p.rows) * p.rows
    maps = 5.0 * (1 / p.maps[1] + 1 / p.outs)  # the transforms of the maps, which a tile's products share
    return min(p.maps[1], p.outs) >= _CHANNELS and direct > 1.15 * ((0 if given else 2.5) + tiles * (0.34 + maps))
