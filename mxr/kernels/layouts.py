"""Our own layouts: one axis of (N, C, *spatial) cut into blocks of as many elements as a vector has lanes.

``Blocked(shape, 0, 16)`` is [N/16][C][H][W][16]: the batch lies in the lanes. ``Blocked(shape, 1, 16)`` is
[N][C/16][H][W][16], the same bytes as oneDNN's ``aBcd16b``. Where the channels are no multiple of the block, the lanes
beyond their end are zero; lanes beyond the batch's end may hold anything, and who sums over the batch leaves them out.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..core.faults import KernelFault, warn_once
from . import jit_enabled, onednn_enabled

__all__ = ["Blocked", "channel_blocked", "pack", "unpack"]


@dataclass(frozen=True)
class Blocked:
    """A float32 array of `shape` with `axis` (0 batch, 1 channels) in blocks of `lanes`. Equal ones are one layout."""

    shape: tuple[int, ...]
    axis: int
    lanes: int

    is_plain = False

    @property
    def blocks(self) -> int:
        return -(-self.shape[self.axis] // self.lanes)

    @property
    def is_padded(self) -> bool:
        return self.shape[self.axis] % self.lanes != 0

    @property
    def is_ragged(self) -> bool:
        """Whether padding may hold anything, not only zeros."""
        return self.axis == 0

    @property
    def elements(self) -> int:
        """Stored elements, padding included."""
        rest = math.prod(n for i, n in enumerate(self.shape) if i != self.axis)
        return self.blocks * self.lanes * rest

    @property
    def nbytes(self) -> int:
        return 4 * self.elements

    @property
    def stored(self) -> tuple[int, ...]:
        """The shape as it lies in memory: (blocks, C, *spatial, lanes) or (N, blocks, *spatial, lanes)."""
        outer = tuple(self.blocks if i == self.axis else n for i, n in enumerate(self.shape))
        return (*outer, self.lanes)

    @property
    def tag(self) -> str:
        letters = "abcdefghijkl"[: len(self.shape)]
        return letters.replace(letters[self.axis], letters[self.axis].upper()) + f"{self.lanes}{letters[self.axis]}"


def channel_blocked(shape: tuple[int, ...], lanes: int = 16) -> Any:
    """Channels in blocks: oneDNN's layout where it is in use and has it, so that both kernel sets share it."""
    return _channel_blocked(tuple(shape), lanes, onednn_enabled() and lanes in (8, 16))


@functools.lru_cache(maxsize=1024)
def _channel_blocked(shape: tuple[int, ...], lanes: int, shared: bool) -> Any:
    if not shared:
        return Blocked(shape, 1, lanes)
    from .onednn import Layout

    return Layout.blocked(shape, lanes)


def pack(layout: Blocked) -> Callable[[list[Any], list[Any]], Callable[[], None]]:
    """A binder of ([plain], [blocked]) to a call that converts."""
    return _transposer(layout, True) or _mover(layout, True)


def unpack(layout: Blocked) -> Callable[[list[Any], list[Any]], Callable[[], None]]:
    """A binder of ([blocked], [plain]) to a call that converts back."""
    return _transposer(layout, False) or _mover(layout, False)


def _transposer(layout: Blocked, to_blocked: bool) -> Callable[[list[Any], list[Any]], Any] | None:
    """Generated code for blocks of a whole vector, of the batch or of all channels; None where there is none."""
    if not jit_enabled() or (layout.axis and layout.is_padded) or not layout.elements:
        return None
    from .batched import Transpose, lanes_of, make
    from .native import Native

    if layout.lanes != lanes_of():
        return None
    rows = math.prod(layout.shape[: layout.axis + 1])
    try:
        made = make(Transpose(math.prod(layout.shape[layout.axis + 1 :]), to_blocked))
    except KernelFault as e:
        warn_once("a change of layout", e)
        return None

    def bind(ins: list[Any], outs: list[Any]) -> Native:
        arrays = [ins[0], outs[0]] if to_blocked else [outs[0], ins[0]]
        return Native.of(made.address, arrays, -(-rows // layout.lanes), rows, name="transpose")

    return bind


def _mover(layout: Blocked, to_blocked: bool) -> Callable[[list[Any], list[Any]], Callable[[], None]]:
    """Any blocks, element by element: in machine code, or by NumPy where that is not to be had."""
    from .moves import copied, zeroed
    from .table import in_order

    def bind(ins: list[Any], outs: list[Any]) -> Callable[[], None]:
        plain, stored = (ins[0], outs[0]) if to_blocked else (outs[0], ins[0])
        plain = plain.reshape(layout.shape)
        axis, lanes = layout.axis, layout.lanes
        stored = stored.reshape(layout.stored)
        whole, rest = divmod(layout.shape[axis], lanes)
        head = (slice(None),) * axis
        pairs = []
        if whole:
            full = plain[(*head, slice(0, whole * lanes))]
            full = full.reshape(*layout.shape[:axis], whole, lanes, *layout.shape[axis + 1 :])
            pairs.append((full, _lanes_in(stored[(*head, slice(0, whole))], axis)))
        if rest:
            last = stored[(*head, whole)]
            tail = plain[(*head, slice(whole * lanes, None))]
            pairs.append((tail, _lanes_in(last[..., :rest], axis - 1)))
            padding = last[..., rest:] if to_blocked else None
        else:
            padding = None
        native: list[Any] = [] if padding is None else [zeroed(stored)]
        native += [copied(b, a) if to_blocked else copied(a, b) for a, b in pairs]
        if None not in native:
            return in_order(*native)

        def run() -> None:
            for a, b in pairs:
                if to_blocked:
                    b[...] = a
                else:
                    a[...] = b
            if padding is not None:
                padding[...] = 0

        return run

    return bind


def _lanes_in(stored: Any, axis: int) -> Any:
    """A view with the lanes (last) moved behind `axis`."""
    order = list(range(stored.ndim - 1))
    order.insert(axis + 1, stored.ndim - 1)
    return stored.transpose(order)
