"""Kernels for arrays with channels in the vector: [N][C/V][H][W][V], V as many float32 as a vector holds.

Convolution of one and two axes forward (:mod:`.sums`), its gradients (:mod:`.sums` again, :mod:`.products`), sums over
all but the channels. Lanes beyond the last channel hold zeros, and every kernel leaves zeros there.
"""

from .conv import Convolution, Function, convolution_for

__all__ = ["Convolution", "Function", "convolution_for"]
