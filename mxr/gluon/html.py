"""What a notebook shows for a block: its layers with their parameters."""

from __future__ import annotations

from math import prod
from typing import Any

from ..core.html import GAP, Raw, escape, table
from ._block import Block
from ._parameter import Parameter

__all__ = ["block_html"]

_ROWS = 60  # layers deeper inside are summed up where there were more


def block_html(block: Block) -> str:
    """The HTML of a block: a row for each layer, numbers and shapes of its parameters."""
    depth = 1
    rows = _rows(block, "", 0, depth)
    while any(cut for *_, cut in rows):
        deeper = _rows(block, "", 0, depth + 1)
        if len(deeper) > _ROWS:
            break
        rows, depth = deeper, depth + 1
    if len(rows) > _ROWS:
        gap = GAP, 1, "", f"{len(rows) - _ROWS} more", "", False
        rows = [*rows[: _ROWS - 10], gap, *rows[-10:]]
    params = _inside(block)
    known, frozen = _size(params), _size([p for p in params if p.grad_req == "null"])
    caption = f"{type(block).__name__} {block.name}: {known} parameters"
    if frozen not in ("0", "?"):
        caption += f", {frozen} of them not trained"
    if getattr(block, "_active", False):
        caption += ", hybridized"
    body = [
        [Raw(f'<span style="padding-left: {level}em">{escape(name)}</span>'), kind, count, shapes]
        for name, level, kind, count, shapes, _ in rows
    ]
    return str(table(caption, ["layer", "type", "parameters", "shapes"], body, "left"))


def _inside(block: Block) -> list[Parameter]:
    """All parameters of a block, each once."""
    return list({id(p): p for p in block._collect_params_with_prefix().values()}.values())


def _size(params: list[Parameter]) -> str:
    known = [p for p in params if p.shape is not None and all(d > 0 for d in p.shape)]
    total = f"{sum(prod(p.shape) for p in known):,}"
    return total if len(known) == len(params) else "?" if not known else f"more than {total}"


def _rows(block: Block, name: str, level: int, depth: int) -> list[tuple[Any, ...]]:
    """(name, level, type, number, shapes, whether there is more inside) of a block and those inside down to `depth`."""
    cut = bool(block._children) and level >= depth
    own = block._children and not cut
    params = list(block._reg_params.items())
    shapes = [f"{n} {'x'.join(str(d) if d > 0 else '?' for d in p.shape or ()) or '?'}" for n, p in params]
    if len(shapes) > 8:
        shapes = [*shapes[:6], GAP, shapes[-1]]
    kind = repr(block)
    if "\n" in kind:
        kind = type(block).__name__
    held = [p for _, p in params] if own else _inside(block)
    row = name or block.name, level, kind, _size(held) if held else "", ", ".join(shapes), cut
    found = [row]
    if not cut:
        for child_name, child in block._children.items():
            found += _rows(child, child_name, level + 1, depth)
    return found
