"""The declarations of all operators; importing this package registers them."""

from . import broadcast, concat, dot, elemwise, indexing, init, matrix, nn, random_source, reduce, reshape, slicing

__all__ = [
    "broadcast", "concat", "dot", "elemwise", "indexing", "init", "matrix", "nn", "random_source", "reduce",
    "reshape", "slicing",
]  # fmt: skip
