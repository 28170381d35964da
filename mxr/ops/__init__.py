"""The declarations of all operators; importing this package registers them."""

from . import (
    array_misc,
    broadcast,
    concat,
    dot,
    elemwise,
    indexing,
    init,
    matrix,
    nn,
    random,
    random_source,
    reduce,
    reshape,
    slicing,
    sorting,
)

__all__ = [
    "array_misc",
    "broadcast",
    "concat",
    "dot",
    "elemwise",
    "indexing",
    "init",
    "matrix",
    "nn",
    "random",
    "random_source",
    "reduce",
    "reshape",
    "slicing",
    "sorting",
]
