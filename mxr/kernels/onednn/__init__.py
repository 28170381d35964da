"""oneDNN 3 kernels through ctypes: optional, Linux x86-64 only, loaded on first use.

Geometry (`Conv`, `Pool`, `InnerProduct`, `BatchNorm`, ...) builds a `Primitive`, which states the `Layout` it wants for
each argument; ``bind`` gives it addresses and makes one foreign call of it. `Chain` puts reorders in where layouts
differ. `eager` has the same operators on NumPy arrays.
"""

from __future__ import annotations

from . import threads
from .abi import Arg
from .chain import Chain, Slot, aligned
from .choose import conv_options, fastest, measure
from .conv import Conv
from .dense import InnerProduct, dense_of, matmul
from .eltwise import Eltwise, add_n, binary
from .layout import Layout
from .library import OneDNNError, OneDNNUnavailable, Unsupported, available, unavailable_reason
from .move import concat, reorder
from .norm import LRN, BatchNorm, Softmax
from .pool import Pool
from .primitive import Bound, Memories, Primitive

__all__ = [
    "LRN", "Arg", "BatchNorm", "Bound", "Chain", "Conv", "Eltwise", "InnerProduct", "Layout", "Memories", "OneDNNError",
    "OneDNNUnavailable", "Pool", "Primitive", "Slot", "Softmax", "Unsupported", "add_n", "aligned", "available",
    "binary", "concat", "conv_options", "dense_of", "fastest", "matmul", "measure", "reorder", "threads",
    "unavailable_reason",
]  # fmt: skip
