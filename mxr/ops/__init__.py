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
    random_source,
    reduce,
    reshape,
    slicing,
    sorting,
)  # fmt: skip

__all__ = [
    "array_misc", "broadcast", "concat", "dot", "elemwise", "indexing", "init", "matrix", "nn", "random_source",
    "reduce", "reshape", "slicing", "sorting",
]  # fmt: skip
