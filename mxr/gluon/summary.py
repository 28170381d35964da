"""The table that ``block.summary(x)`` prints."""

from __future__ import annotations

from math import prod
from typing import Any

from ..base import MXNetAssertionError
from ..ndarray import NDArray
from ._block import Block
from ._hybrid import HybridBlock

__all__ = ["print_summary"]

_WIDTH = 80


def _nested(x: Any) -> Any:
    """Lists and tuples as lists, arrays as their shapes."""
    return [_nested(v) for v in x] if isinstance(x, list | tuple) else x.shape if isinstance(x, NDArray) else x


def _shapes(x: Any) -> str:
    if not isinstance(x, list | tuple):
        return str(_nested(x))
    return str(_nested(x[0])) if len(x) == 1 else str(_nested(x))[1:-1]


def _line(*parts: str) -> str:
    name, shape, count = parts
    return f"{name:>20}  {shape:>42} {count:>15}"


def print_summary(block: Block, inputs: tuple) -> None:
    """Runs `block` once on `inputs` and prints layers, output shapes and numbers of parameters."""
    from .nn import HybridSequential, Sequential

    rows: list[tuple[str, str, int]] = []
    counted: dict[int, int] = {}
    handles = []
    totals = {"total": 0, "trainable": 0, "shared": 0}

    def watch(b: Block) -> None:
        if isinstance(b, HybridBlock) and b._active:
            raise MXNetAssertionError(f'"{b.name}" must not be hybridized to print summary.')
        if not isinstance(b, Sequential | HybridSequential):
            handles.append(b.register_forward_hook(seen))

    def seen(b: Block, args: Any, out: Any) -> None:
        number = 0
        for p in b._reg_params.values():
            n = prod(p.shape or ())
            number += n
            totals["total"] += n
            if p.grad_req != "null":
                totals["trainable"] += n
            if id(p) in counted:
                totals["shared"] += n
            counted[id(p)] = n
        rows.append((f"{type(b).__name__}-{len(rows) + 1}", _shapes(out), number))

    block.apply(watch)
    try:
        block(*inputs)
    finally:
        for h in handles:
            h.detach()
    print("-" * _WIDTH)
    print(_line("Layer (type)", "Output Shape", "Param #"))
    print("=" * _WIDTH)
    print(_line("Input", _shapes(inputs), "0"))
    for name, shape, number in rows:
        print(_line(name, shape, str(number)))
    print("=" * _WIDTH)
    print("Parameters in forward computation graph, duplicate included")
    print(f"   Total params: {totals['total']}")
    print(f"   Trainable params: {totals['trainable']}")
    print(f"   Non-trainable params: {totals['total'] - totals['trainable']}")
    print(f"Shared params in forward computation graph: {totals['shared']}")
    print(f"Unique parameters in model: {totals['total'] - totals['shared']}")
    print("-" * _WIDTH)
