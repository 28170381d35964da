"""A chain: primitives on named values, with reorders only where a value's layout is not the one wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ...base import MXNetValueError
from . import threads
from .abi import Arg
from .layout import Layout
from .move import reorder
from .primitive import Bound, Primitive

__all__ = ["Chain", "Slot", "aligned"]

_LINE = 64


class Slot(NamedTuple):
    """A value of a chain: its number and layout."""

    number: int
    layout: Layout


class _Row(NamedTuple):
    primitive: Primitive
    slots: dict[int, int]  # Arg -> slot


class Chain:
    """A list of primitives. Build: `outside`, `to`, `add`. Then `compile` places the temporaries in one arena.

    A value may be wanted in several layouts; each is made once.
    """

    def __init__(self, n_threads: int | None = None) -> None:
        self.n_threads = threads.default_threads() if n_threads is None else n_threads
        self.slots: list[Slot] = []
        self.rows: list[_Row] = []
        self.external: dict[str, int] = {}
        self._copies: dict[tuple[int, Layout], Slot] = {}

    def outside(self, name: str, layout: Layout) -> Slot:
        """A value in memory that the caller owns; its address is given to `compile` or `Compiled.run`."""
        if name in self.external:
            raise MXNetValueError(f"oneDNN chain: there is already an outside value {name!r}")
        slot = self._new(layout)
        self.external[name] = slot.number
        return slot

    def _new(self, layout: Layout) -> Slot:
        slot = Slot(len(self.slots), layout)
        self.slots.append(slot)
        return slot

    def to(self, slot: Slot, layout: Layout) -> Slot:
        """The value in `layout`: itself where it lies so already, else a reorder (planned once)."""
        if slot.layout is layout:
            return slot
        copy = self._copies.get((slot.number, layout))
        if copy is None:
            copy = self._copies[slot.number, layout] = self._new(layout)
            primitive = reorder(slot.layout, layout, n_threads=self.n_threads)
            self.rows.append(_Row(primitive, {Arg.SRC: slot.number, Arg.DST: copy.number}))
        return copy

    def reshape(self, slot: Slot, shape: Sequence[int]) -> Slot:
        """The same bytes under another shape; only for plain values."""
        layout = Layout.plain(shape)
        if not slot.layout.is_plain or layout.nbytes != slot.layout.nbytes:
            raise MXNetValueError(f"oneDNN chain: {slot.layout} cannot be seen as {layout}; bring it to plain first")
        return Slot(slot.number, layout)

    def store(self, slot: Slot, target: Slot) -> None:
        """Copies a value into an outside one, reordered as that lies."""
        primitive = reorder(slot.layout, target.layout, n_threads=self.n_threads)
        self.rows.append(_Row(primitive, {Arg.SRC: slot.number, Arg.DST: target.number}))
        self._forget(target)

    def _forget(self, written: Slot) -> None:
        """Copies in other layouts of a value that is written to are no longer that value."""
        for key in [key for key in self._copies if key[0] == written.number]:
            del self._copies[key]

    def add(
        self, primitive: Primitive, inputs: Mapping[int, Slot], outputs: Mapping[int, Slot] | None = None
    ) -> dict[int, Slot]:
        """Appends a primitive. `inputs` are reordered where needed; other arguments get new values, which are returned.

        `outputs` names the values to write into: directly where the layouts agree, else through a reorder.
        """
        slots = {arg: self.to(slot, primitive[arg]) for arg, slot in inputs.items()}
        outputs = outputs or {}
        late = []
        for arg, layout in primitive.layouts.items():
            if arg in slots:
                continue
            wanted = outputs.get(arg)
            if wanted is not None and wanted.layout is layout:
                slots[arg] = wanted
                self._forget(wanted)
            else:
                slots[arg] = self._new(layout)
                if wanted is not None:
                    late.append((slots[arg], wanted))
        self.rows.append(_Row(primitive, {arg: slot.number for arg, slot in slots.items()}))
        for made, wanted in late:
            self.store(made, wanted)
        return slots

    def compile(self, addresses: Mapping[str, int] | None = None, arena: np.ndarray | None = None) -> Compiled:
        """Binds all rows. Outside values without an address yet must get one in `Compiled.run`.

        `arena`, at least `arena_bytes` long, is used for the temporaries; by default the result owns one.
        """
        return Compiled(self, addresses or {}, arena)

    def place(self) -> tuple[dict[int, int], int]:
        """(offset of each temporary, bytes of the arena): a value keeps its place from first to last use."""
        last: dict[int, int] = {}
        for i, row in enumerate(self.rows):
            for slot in row.slots.values():
                last[slot] = i
        outside = set(self.external.values())
        offsets: dict[int, int] = {}
        live: list[tuple[int, int, int]] = []  # begin, end, last row
        size = 0
        for i, row in enumerate(self.rows):
            live = [block for block in live if block[2] >= i]
            for slot in row.slots.values():
                if slot in outside or slot in offsets:
                    continue
                need = -(-self.slots[slot].layout.nbytes // _LINE) * _LINE
                at = 0
                for begin, end, _ in sorted(live):
                    if begin - at >= need:
                        break
                    at = max(at, end)
                offsets[slot] = at
                live.append((at, at + need, last[slot]))
                size = max(size, at + need)
        return offsets, size

    @property
    def arena_bytes(self) -> int:
        return self.place()[1]

    def explain(self) -> str:
        """One line per primitive, in order."""
        return "\n".join(repr(row.primitive) for row in self.rows)


class Compiled:
    """A chain bound to memory."""

    def __init__(self, chain: Chain, addresses: Mapping[str, int], arena: np.ndarray | None) -> None:
        offsets, size = chain.place()
        if arena is None:
            arena = aligned(size)
        elif arena.nbytes < size:
            raise MXNetValueError(f"oneDNN chain: the arena has {arena.nbytes} bytes, {size} are needed")
        self.arena, self.n_threads = arena, chain.n_threads
        base = arena.ctypes.data
        where = {slot: base + offset for slot, offset in offsets.items()}
        # values whose address comes later point into the arena until then: a descriptor needs some address
        where.update({index: addresses.get(name, base) or base for name, index in chain.external.items()})
        self.bound: list[Bound] = [
            row.primitive.bind({a: where[s] for a, s in row.slots.items()}) for row in chain.rows
        ]
        self._uses = {
            name: [(b, a) for b, row in zip(self.bound, chain.rows) for a, s in row.slots.items() if s == index]
            for name, index in chain.external.items()
        }
        self._calls = [b.call for b in self.bound]

    def move(self, name: str, address: int) -> None:
        """Gives an outside value another address."""
        for bound, arg in self._uses[name]:
            bound.move(arg, address)

    def __call__(self) -> None:
        """Runs all rows in order."""
        if threads.is_set(self.n_threads):
            self._run()
        else:
            with threads.use(self.n_threads):
                self._run()

    def _run(self) -> None:
        for i, call in enumerate(self._calls):
            if call():
                self.bound[i]()  # runs it again to raise its error


def aligned(nbytes: int) -> np.ndarray:
    """Zeroed bytes that begin at a multiple of 64 (at least 64 of them, so that there is an address)."""
    raw = np.zeros(max(nbytes, _LINE) + _LINE, np.uint8)
    start = -raw.ctypes.data % _LINE
    return raw[start : start + max(nbytes, _LINE)]
