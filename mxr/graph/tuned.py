"""The kernels of convolutions in training by measurement: each handler's steps are made, timed and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..kernels import tuning
from .fuse import Step
from .ir import IrNode
from .memory import empty_aligned

if TYPE_CHECKING:
    from .layout import Handler, LayoutPass

__all__ = ["FIRST", "in_order"]

FIRST = 20  # handlers of lower rank do several steps at once: they are not compared with others
_NAMES = ("Convolution", "_backward_Convolution")
_MOST = 256 << 20  # bytes of arrays to measure with


def in_order(p: LayoutPass, name: str, node: IrNode, step: Step, handlers: list[Handler]) -> list[Handler]:
    """The handlers with the fastest in front."""
    if len(handlers) < 2 or name not in _NAMES or not node.train or not tuning.wanted():
        return handlers
    if sum(v.nbytes for v in (*node.ins, *node.outs)) > _MOST // 2:
        return handlers
    by_name = {f"{h.rank} {h.kernels}": h for h in handlers}

    def make() -> dict[str, tuning.Choice]:
        made = {label: _steps(p, h, node, step) for label, h in by_name.items()}
        found = {label: _call(steps) for label, steps in made.items() if steps is not None}
        return found or {next(iter(by_name)): _call([])}

    best = tuning.choose(_what(p, name, node), list(by_name), make)
    return handlers if best is None else [by_name[best], *(h for h in handlers if h is not by_name[best])]


def _what(p: LayoutPass, name: str, node: IrNode) -> str:
    layouts = [next((x.tag for x in p.versions[v.id] if x is not None), "plain") for v in node.ins]
    shapes = [v.shape for v in node.ins]
    return f"{name} {sorted(node.a.as_dict().items())} {shapes} {layouts} {[p.needed(v) for v in node.outs]}"


def _steps(p: LayoutPass, handler: Handler, node: IrNode, step: Step) -> list[Step] | None:
    """What a handler emits, without leaving anything behind; None if it passes."""
    mark, taken = len(p.out), set(p.taken)
    if not p._attempt(handler, node, step):
        return None
    made = p.out[mark:]
    alone = p.taken == taken
    del p.out[mark:]
    for have, key in p.changed:
        have.pop(key, None)
    p.forward_of.pop(id(node), None)
    p.taken.clear()
    p.taken.update(taken)
    return made if alone and all(s.fused is not None for s in made) else None


def _call(steps: list[Step]) -> tuning.Choice:
    def make() -> Any:
        arrays: dict[int, Any] = {}
        for v in (v for s in steps for v in (*s.ins, *s.outs)):
            if v.id not in arrays:
                raw = empty_aligned(np, v.nbytes)[: v.nbytes].view(v.dtype)
                raw.fill(0.5 if v.dtype.kind == "f" else 0)
                arrays[v.id] = raw.reshape(v.shape)
        calls = [
            s.fused([arrays[v.id] for v in s.ins], [arrays[v.id] for v in s.outs])  # type: ignore[misc]
            for s in steps
        ]

        def run() -> None:
            for call in calls:
                call()

        return run

    return make
