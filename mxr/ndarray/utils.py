"""Creation, saving and loading of arrays, under the path where MXNet keeps them."""

from .creation import empty, load, load_frombuffer, save, zeros
from .ndarray import array

__all__ = ["array", "empty", "load", "load_frombuffer", "save", "zeros"]
