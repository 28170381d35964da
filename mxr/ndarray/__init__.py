"""``mx.nd``: arrays and one function for every operator, made from the operators' declarations."""

from __future__ import annotations

from typing import Any

from .. import ops as _ops  # declares all operators
from ..core import tape
from ..core.dispatch import invoke
from ..core.heap import keep_freed_memory
from ..core.op import find_op, get_op
from ..core.params import NULL as _Null
from ..kernels import deconvolution, dense, eager, elementwise, half, picking, reductions, rnn, update
from ..kernels import softmax as softmax_kernels
from . import _internal, contrib, functions, image, linalg, methods, op, random, utils
from .cached_op import CachedOp
from .creation import (
    arange,
    concatenate,
    empty,
    eye,
    full,
    histogram,
    linspace,
    load,
    load_frombuffer,
    moveaxis,
    onehot_encode,
    ones,
    save,
    split_v2,
    zeros,
)
from .functions import dir_of, function
from .imdecode import imdecode
from .interop import from_dlpack, from_numpy, to_dlpack_for_read, to_dlpack_for_write
from .ndarray import NDArray, array, from_data, waitall
from .scalar_functions import (
    add,
    divide,
    equal,
    greater,
    greater_equal,
    lesser,
    lesser_equal,
    logical_and,
    logical_or,
    logical_xor,
    maximum,
    minimum,
    modulo,
    multiply,
    not_equal,
    power,
    subtract,
    true_divide,
)

methods.attach(NDArray)
keep_freed_memory()
update.attach()
eager.attach()
deconvolution.attach()
dense.attach()
elementwise.attach()
reductions.attach()
picking.attach()
softmax_kernels.attach()
rnn.attach()
half.attach()
tape.set_nd_f(functions.NdF())

from . import sparse  # noqa: E402 - needs the methods of NDArray


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    if find_op(name) is None:
        from ..base import suggest

        hint = suggest(name, dir_of(""))
        raise AttributeError(f"module 'mxr.ndarray' has no attribute {name!r}.{hint}")
    f = globals()[name] = function(name)
    return f


def __dir__() -> list[str]:
    return sorted({*(g for g in globals() if not g.startswith("_")), *dir_of("")})


del _ops
__all__ = [
    "CachedOp", "NDArray", "_Null", "_internal", "add", "arange", "array", "concatenate", "contrib", "divide",
    "empty", "equal", "eye", "from_data", "from_dlpack", "from_numpy", "full", "get_op", "greater", "greater_equal",
    "histogram", "image", "imdecode", "invoke", "lesser", "lesser_equal", "linalg", "linspace", "load",
    "load_frombuffer", "logical_and", "logical_or", "logical_xor", "maximum", "minimum", "modulo", "moveaxis",
    "multiply", "not_equal", "onehot_encode", "ones", "op", "power", "random", "save", "sparse", "split_v2",
    "subtract", "to_dlpack_for_read", "to_dlpack_for_write", "true_divide", "utils", "waitall", "zeros",
]  # fmt: skip
