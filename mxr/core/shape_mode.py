"""Whether a 0 in a shape means 'no elements' (NumPy's shapes) or 'unknown' (MXNet's of old, the default).

The engine itself writes -1 for unknown and runs arrays without elements and without axes in both modes. What the mode
decides is how shapes that users write are read, and whether an element is an array of shape () or (1,).
"""

from __future__ import annotations

import threading

__all__ = ["from_user", "mode", "to_user"]


class _Mode(threading.local):
    np_shape = False


mode = _Mode()


def from_user(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape as users write it, with -1 for what it leaves open."""
    if mode.np_shape:
        return tuple(shape)
    return tuple(-1 if d == 0 else d for d in shape)


def to_user(shape: tuple[int, ...]) -> tuple[int, ...]:
    """An inferred shape as users read it: what is open is 0, or -1 under ``np_shape``."""
    if mode.np_shape:
        return tuple(shape)
    return tuple(0 if d == -1 else d for d in shape)
