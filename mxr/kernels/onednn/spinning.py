"""How long OpenMP's threads look for work before they sleep.

gomp's default is 300,000 looks, several milliseconds: on a machine that has other work each join then waits until the
scheduler takes a thread that only looks off its core. Measured with a busy process for each core, two threads: a step
of an imperative MLP (784-256-10) 40 to 90 ms with the default and 3 to 8 with `LOOKS`, MobileNet for one image 400 and
30. With little other work a step takes up to a fifth longer than with the default; with 5,000 looks it takes as long,
but on the busy machine twice as long as with 2,500.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["LOOKS", "short_waits"]

LOOKS = 2500  # some 100 us
_SAID = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")


def _is_loaded() -> bool:
    try:
        ctypes.CDLL("libgomp.so.1", mode=os.RTLD_NOLOAD)
    except OSError:
        return False
    return True


@contextmanager
def short_waits() -> Iterator[None]:
    """While a library that brings gomp is loaded, which reads this then and never again.

    The environment is as before afterwards. What the user says there stands, and so does a gomp that is loaded already.
    """
    if any(name in os.environ for name in _SAID) or _is_loaded():
        yield
        return
    os.environ[_SAID[0]] = str(LOOKS)
    try:
        yield
    finally:
        os.environ.pop(_SAID[0], None)
