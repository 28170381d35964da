"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding"]


@dataclass(frozen=True, order=True)
class Finding:
    """A use of something that mxr does not have."""

    line: int
    column: int
    name: str  # as the script calls it
    message: str
