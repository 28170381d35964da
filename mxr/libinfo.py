"""``mx.libinfo``: the version of the interface, and that there is no C library."""

from __future__ import annotations

from .base import MXNetError

__all__ = ["find_conf_path", "find_include_path", "find_lib_path"]

__version__ = "1.9.1"  # of the MXNet whose interface this is


def find_lib_path(prefix: str = "libmxnet") -> list[str]:
    """Raises: mxr is Python, there is no libmxnet."""
    raise MXNetError(f"mxr has no C library {prefix}: it is Python on NumPy and CuPy")


def find_include_path() -> str:
    """Raises: there are no C headers."""
    raise MXNetError("mxr has no C headers: it is Python on NumPy and CuPy")


def find_conf_path(prefix: str = "tvmop") -> str:
    """Raises: there are no such files."""
    raise MXNetError(f"mxr has no {prefix}.conf: it is Python on NumPy and CuPy")
