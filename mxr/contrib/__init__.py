"""``mx.contrib``: operators still under their old names, ``mx.contrib.nd`` and ``mx.contrib.sym``."""

from __future__ import annotations

from ..ndarray import contrib as ndarray
from ..symbol import contrib as symbol

nd, sym = ndarray, symbol

__all__ = ["nd", "ndarray", "sym", "symbol"]
