"""Convolution and pooling of few channels, with the batch in the vector: no channel is wasted on padding.

The layout is [N/lanes][C][H][W][lanes] (``kernels.layouts.Blocked`` of axis 0), with as many lanes as a vector of the
CPU has floats. The code is generated for the exact shapes, but for the batch.
"""

from .convolution import Backward, Conv, Forward, Made, lanes_of, make
from .norm import NormBackward, NormForward
from .pooling import PoolBackward, PoolForward, Windows
from .transpose import Transpose

__all__ = [
    "Backward", "Conv", "Forward", "Made", "NormBackward", "NormForward", "PoolBackward", "PoolForward", "Transpose",
    "Windows", "lanes_of", "make",
]  # fmt: skip
