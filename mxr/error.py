"""``mx.error``: kinds of errors."""

from __future__ import annotations

from .base import MXNetError
from .base_names import register_error as register

__all__ = ["MXNetError", "register"]


@register
class InternalError(MXNetError):
    """An error inside of a library, not of its caller."""
