"""Choice by measurement: which of several primitives is fastest between given layouts, reorders included."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ...base import MXNetValueError
from .chain import Chain, aligned
from .conv import Conv
from .layout import Layout
from .library import Unsupported
from .primitive import Primitive

__all__ = ["conv_options", "fastest", "measure"]

_DATA = {
    "forward": ("src", "dst"),
    "backward_data": ("diff_src", "diff_dst"),
    "backward_weights": ("src", "diff_dst"),
}


def conv_options(c: Conv, kind: str, **keywords: Any) -> list[Primitive]:
    """Different implementations of `c`'s "forward", "backward_data" or "backward_weights".

    What oneDNN chooses itself comes first, then channels last, plain, and blocks of 16; `keywords` go to the builder.
    """
    if kind not in _DATA:
        raise MXNetValueError(f"oneDNN: kind must be one of {', '.join(_DATA)}, got {kind!r}")
    build = getattr(c, kind)
    options = [build(**keywords)]
    makers = [Layout.channels_last, Layout.plain, Layout.blocked]
    for make in makers:
        source, target = _DATA[kind]
        try:
            option = build(**{source: make(c.src), target: make(c.dst)}, **keywords)
        except Unsupported:
            continue
        if option not in options:
            options.append(option)
    return options


def measure(
    primitive: Primitive, given: Mapping[int, Layout], wanted: Mapping[int, Layout] | None = None, repeat: int = 3
) -> float:
    """Seconds of one run, the best of `repeat`, with the reorders from `given` and to `wanted` layouts.

    Arguments in neither are taken in the primitive's own layout. Runs on zeros, in memory of its own.
    """
    wanted = wanted or {}
    chain = Chain(primitive.threads)
    ins = {arg: chain.outside(f"in{int(arg)}", layout) for arg, layout in given.items() if arg in primitive.layouts}
    outs = {arg: chain.outside(f"out{int(arg)}", layout) for arg, layout in wanted.items() if arg in primitive.layouts}
    chain.add(primitive, ins, outs)
    slots = {**{f"in{int(a)}": s for a, s in ins.items()}, **{f"out{int(a)}": s for a, s in outs.items()}}
    memory = {name: aligned(slot.layout.nbytes) for name, slot in slots.items()}
    run = chain.compile({name: m.ctypes.data for name, m in memory.items()})
    run()  # generates code, touches memory
    best = float("inf")
    for _ in range(max(1, repeat)):
        begin = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - begin)
    return best


def fastest(
    options: Sequence[Primitive],
    given: Mapping[int, Layout],
    wanted: Mapping[int, Layout] | None = None,
    repeat: int = 3,
) -> tuple[Primitive, float]:
    """(the fastest of `options`, its seconds). See `measure`."""
    if not options:
        raise MXNetValueError("oneDNN: no primitives to choose from")
    times = [measure(p, given, wanted, repeat) for p in options]
    best = min(range(len(times)), key=times.__getitem__)
    return options[best], times[best]
