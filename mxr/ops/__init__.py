"""The declarations of all operators; importing this package registers them."""

from . import broadcast, elemwise, init, matrix, nn, random_source, reduce, reshape

__all__ = ["broadcast", "elemwise", "init", "matrix", "nn", "random_source", "reduce", "reshape"]
