"""Kernels for arrays with channels in the vector: [N][C/V][H][W][V], V as many float32 as a vector holds.

Convolution of one and two axes forward (:mod:`.sums`), its gradients (:mod:`.sums` again, :mod:`.products`), pooling,
batch normalisation. Lanes beyond the last channel hold zeros, and every kernel leaves zeros there.
"""

from .axis import Axis
from .conv import Convolution, Depthwise, convolution_for, lanes
from .function import Function
from .norm import Norm
from .pooling import Pool

__all__ = ["Axis", "Convolution", "Depthwise", "Function", "Norm", "Pool", "convolution_for", "lanes"]
