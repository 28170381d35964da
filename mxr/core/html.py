"""Tables for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

__all__ = ["GAP", "Raw", "ends", "escape", "table"]

GAP = "\u2026"  # stands for what is left out


class Raw(str):
    """Text that is HTML already."""

    __slots__ = ()


def _cell(tag: str, value: Any, align: str) -> str:
    inner = value if isinstance(value, Raw) else escape(str(value))
    return f'<{tag} style="text-align: {align}">{inner}</{tag}>'


def table(caption: Any, head: Sequence[Any], rows: Iterable[Sequence[Any]], align: str = "right") -> Raw:
    """A table with a line above it; the first cell of a row is its name. Values are escaped, except for `Raw` ones."""
    top = f"<thead><tr>{''.join(_cell('th', h, align) for h in head)}</tr></thead>" if head else ""
    body = "".join(
        f"<tr>{_cell('th', first, align)}{''.join(_cell('td', v, align) for v in rest)}</tr>" for first, *rest in rows
    )
    line = caption if isinstance(caption, Raw) else escape(str(caption))
    return Raw(f"<div><div>{line}</div><table>{top}<tbody>{body}</tbody></table></div>")


def ends(size: int, most: int, kept: int) -> tuple[list[slice], list[Any]]:
    """Which parts of an axis are shown, and their indices: all up to `most`, else `kept` at both ends and a gap."""
    if size <= most:
        return [slice(0, size)], list(range(size))
    return (
        [slice(0, kept), slice(size - kept, size)],
        [*range(kept), GAP, *range(size - kept, size)],
    )
