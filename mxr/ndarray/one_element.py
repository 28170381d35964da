"""NumPy arrays of one element that still convert to numbers.

MXNet has no arrays without axes: a loss is an array of shape (1,), and its programs write ``"%f" % loss.asnumpy()``
and ``float(loss.asnumpy())``. NumPy 2.4 refuses both for arrays with axes, and warned before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["OneElement", "as_number"]


class OneElement(np.ndarray):
    """What ``asnumpy()`` gives for one element. Views of it are one too, results of NumPy's functions are not."""

    def _number(self) -> Any:
        if self.size != 1:  # a view can be larger: numpy.broadcast_to
            raise TypeError("only size-1 arrays can be converted to Python scalars")
        return self.item()

    def __float__(self) -> float:
        return float(self._number())

    def __int__(self) -> int:
        return int(self._number())

    def __complex__(self) -> complex:
        return complex(self._number())

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        plain = np.asarray(array)
        return plain[()] if return_scalar else plain

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.view(np.ndarray).__reduce_ex__(protocol)  # readable without mxr

    def __repr__(self) -> str:
        return repr(self.view(np.ndarray))


def as_number(values: np.ndarray) -> np.ndarray:
    """`values`, as a OneElement where there is one."""
    return values.view(OneElement) if values.size == 1 and values.ndim else values
