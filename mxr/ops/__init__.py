"""The declarations of all operators; importing this package registers them."""

from . import broadcast, elemwise

__all__ = ["broadcast", "elemwise"]
