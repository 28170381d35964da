"""Kernels that cannot be made: the plain form takes their place, and one warning says so."""

from __future__ import annotations

import functools
import warnings

from ..base import MXNetError

__all__ = ["KernelFault", "warn_once"]


class KernelFault(MXNetError):
    """A kernel could not be generated or compiled, though it should have been."""


@functools.cache
def _warn(what: str, why: str) -> None:
    warnings.warn(f"no fast kernel for {what}: {why}; it runs as NumPy code", RuntimeWarning, stacklevel=4)


def warn_once(what: str, error: BaseException) -> None:
    """Warns that `what` runs as plain code, the first time that it is said."""
    _warn(what, str(error) or type(error).__name__)
