"""Tiles of maps: into the form that the products take, and from products back into maps.

A map lies as [N][C/L][H][W][L], L the lanes of a vector. Its tiles are numbered through the batch, row by row. `parts`
of all tiles: [n*n][tiles / R][C/L][R][L], one plane for each of the n*n products of a tile, R tiles beside each other
as the register tile wants them. Planes lie `plane` bytes apart. Elements beyond the map's border count as 0, and so do
tiles beyond the last.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from ..jit.builder import Builder, Val, type_name
from ..jit.tile import Place, argument, load, number, store
from . import transform
from .points import Matrix

__all__ = ["FROM_MAP", "TO_MAP", "Words", "from_map", "moved", "to_map"]

# what the blocks hold, in order
FROM_MAP = (
    "map", "parts", "sums", "plane", "first", "tiles", "total", "per_image", "across", "height", "width", "pad_y",
    "pad_x", "blocks", "group", "image",
)  # fmt: skip
TO_MAP = (
    "parts", "map", "bias", "plane", "first", "tiles", "total", "per_image", "across", "height", "width", "blocks",
    "group", "image", "bias_step", "floor", "residual",
)  # fmt: skip


def moved(at: Place, nbytes: Val) -> Place:
    """The place so many bytes on, where they are known when the code runs."""
    b = at.b
    depth = max(at.base.depth, nbytes.depth)
    base = b.pure(f"getelementptr i8, ptr {at.base.ref}, i64 {nbytes.ref}", "ptr", 1, depth)
    return Place(b, base, at.offset)


class Words:
    """The words of a block by name."""

    def __init__(self, b: Builder, names: Sequence[str]) -> None:
        self.b, self.names = b, names

    def __getitem__(self, name: str) -> Val:
        return number(self.b, self.names.index(name))

    def again(self, name: str) -> Val:
        """The word loaded here: LLVM would turn steps by a number that never changes into a pointer for each."""
        slot = self.b.pure(f"getelementptr i64, ptr %block, i64 {self.names.index(name)}", "ptr", 1, 0)
        return self.b.load(f"load i64, ptr {slot.ref}", "i64", 1, self.b.depth)

    def place(self, name: str) -> Place:
        return argument(self.b, self.names.index(name))


def from_map(matrix: Matrix, step: int, lanes: int, rows: int, sums: bool) -> Callable[[Builder], None]:
    """parts = matrix * tile * matrix^T, of tiles of as many elements a side as the matrix has columns.

    Tiles begin every `step` elements, `pad_y` and `pad_x` above and left of the map. `blocks` of its channels count;
    `group` bytes from group to group of tiles in a plane, `image` from image to image of the map. sums : each
    channel's sum over all tiles up to here goes to `sums` (of tiles that do not overlap).
    """
    size, vec = len(matrix[0]), 4 * lanes

    def emit(b: Builder) -> None:
        w = Words(b, FROM_MAP)
        nothing = Place(b, Val(_row(b, size, lanes), "ptr", 1, 0))
        for j in range(size):
            store(nothing.by(j * vec), b.const(0, "f32", lanes))
        with b.loop(w["tiles"].ref) as t:
            y, x, image, there = _corner(b, w, t, step)
            y, x = b.sub(y, w["pad_y"]), b.sub(x, w["pad_x"])
            y = b.select(there, y, b.const(-(1 << 40), "i64"))
            down = [b.add(y, b.const(i, "i64")) for i in range(size)]
            along = [b.add(x, b.const(i, "i64")) for i in range(size)]
            in_y = [b.cmp("ult", v, w["height"]) for v in down]
            in_x = [b.cmp("ult", v, w["width"]) for v in along]
            area = b.mul(b.mul(w["height"], w["width"]), b.const(vec, "i64"))
            start = moved(w.place("map"), b.mul(image, w["image"]))
            lines = [moved(start, b.mul(b.add(b.mul(v, w["width"]), x), b.const(vec, "i64"))) for v in down]
            target = _tile_place(b, t, w.place("parts"), rows, vec, w["group"])

            def transform_block(block: Val, inside: bool) -> None:
                off = b.mul(block, area)
                here = known = [moved(line, off) for line in lines]
                if not inside:
                    known = [Place(b, b.select(ok, at.value, nothing.base)) for ok, at in zip(in_y, here)]

                def element(i: int, j: int) -> Val:
                    at = known[i].by(j * vec)
                    return load(at if inside else Place(b, b.select(in_x[j], at.value, nothing.base)), lanes)

                columns = [[element(i, j) for i in range(size)] for j in range(size)]
                if sums:
                    begins = b.cmp("eq", b.add(w["first"], t), b.const(0, "i64"))
                    _add_sum(b, w.place("sums").along(block, vec), [x for c in columns for x in c], begins)
                for line in here:  # of the next tile in the line
                    for j in range(step):
                        _prefetch(line.by((size + j) * vec), False)
                at, plane = target.along(block, rows * vec), w.again("plane")
                for values in transform.square(b, matrix, columns):
                    for value in values:
                        store(at, value)
                        at = moved(at, plane)

            whole = [in_y[0], in_y[-1], in_x[0], in_x[-1]]
            inside = functools.reduce(lambda p, q: b.op("and", p, q), whole)
            none = b.const(0, "i64")
            with b.loop(b.select(inside, w["blocks"], none).ref, perhaps=True) as block:
                transform_block(block, True)
            with b.loop(b.select(inside, none, w["blocks"]).ref, perhaps=True) as block:
                transform_block(block, False)

    return emit


def _prefetch(at: Place, write: bool) -> None:
    b = at.b
    b.declares["@llvm.prefetch.p0"] = "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)"
    b.effect(f"call void @llvm.prefetch.p0(ptr {at.ref}, i32 {int(write)}, i32 3, i32 1)")


def _row(b: Builder, size: int, lanes: int) -> str:
    """Memory for some vectors."""
    ref = b.fresh("row")
    b.allocas.append(f"  {ref} = alloca [{size} x {type_name('f32', lanes)}], align 64")
    return ref


def _add_sum(b: Builder, at: Place, values: list[Val], begins: Val) -> None:
    lanes = values[0].lanes
    while len(values) > 1:
        values = [b.add(*values[i : i + 2]) if i + 1 < len(values) else values[i] for i in range(0, len(values), 2)]
    before = load(at, lanes)
    store(at, b.add(b.select(begins, b.const(0, "f32", lanes), before), values[0]))


def _corner(b: Builder, w: Words, t: Val, step: int) -> tuple[Val, Val, Val, Val]:
    """Where tile `t` of a block begins (y, x), its image, and whether there is such a tile."""
    tile = b.add(w["first"], t)
    image = b.op("udiv", tile, w["per_image"])
    inside = b.sub(tile, b.mul(image, w["per_image"]))
    row = b.op("udiv", inside, w["across"])
    y = b.mul(row, b.const(step, "i64"))
    x = b.mul(b.sub(inside, b.mul(row, w["across"])), b.const(step, "i64"))
    return y, x, image, b.cmp("ult", tile, w["total"])


def _tile_place(b: Builder, t: Val, parts: Place, rows: int, vec: int, group_bytes: Val) -> Place:
    """Where the first block of channels of tile `t` of a block lies in a plane."""
    group = b.op("udiv", t, b.const(rows, "i64"))
    row = b.op("urem", t, b.const(rows, "i64"))
    return moved(parts, b.mul(group, group_bytes)).along(row, vec)


def to_map(matrix: Matrix, lanes: int, rows: int, residual: bool) -> Callable[[Builder], None]:
    """tile = max(matrix * parts * matrix^T + bias [+ residual], floor), written into the map where it has room.

    `blocks` of the channels are there; `group` bytes from group to group of tiles in a plane, `image` from image to
    image of the map. `bias_step`: bytes from block to block of the bias, 0 where there are zeros for all. `floor`: the
    bits of a double, -inf for none. The residual lies as the map, and may be the map.
    """
    m, n, vec = len(matrix), len(matrix[0]), 4 * lanes

    def emit(b: Builder) -> None:
        w = Words(b, TO_MAP)
        nowhere = Place(b, Val(b.alloca("f32", lanes), "ptr", 1, 0))
        store(nowhere, b.const(0, "f32", lanes))
        floor = number(b, TO_MAP.index("floor"), "f64")
        low = b.splat(b.convert("fptrunc", floor, "f32"), lanes)
        with b.loop(w["tiles"].ref) as t:
            y, x, image, there = _corner(b, w, t, m)
            y = b.select(there, y, b.const(1 << 40, "i64"))
            in_y = [b.cmp("ult", b.add(y, b.const(i, "i64")), w["height"]) for i in range(m)]
            in_x = [b.cmp("ult", b.add(x, b.const(i, "i64")), w["width"]) for i in range(m)]
            area = b.mul(b.mul(w["height"], w["width"]), b.const(vec, "i64"))
            start = b.mul(image, w["image"])
            down = [b.mul(b.add(y, b.const(i, "i64")), w["width"]) for i in range(m)]
            lines = [b.add(start, b.mul(b.add(v, x), b.const(vec, "i64"))) for v in down]
            source = _tile_place(b, t, w.place("parts"), rows, vec, w["group"])
            with b.loop(w["blocks"].ref) as block:
                at, plane, planes = source.along(block, rows * vec), w.again("plane"), []
                for _ in range(n * n):
                    planes.append(load(at, lanes))
                    at = moved(at, plane)
                columns = [[planes[i * n + j] for i in range(n)] for j in range(n)]
                bias = load(moved(w.place("bias"), b.mul(block, w["bias_step"])), lanes)
                off = b.mul(block, area)

                def element(name: str, i: int, j: int, off: Val = off) -> Place:
                    at = moved(w.place(name), b.add(lines[i], off)).by(j * vec)
                    ok = b.op("and", in_y[i], in_x[j])
                    return Place(b, b.select(ok, at.value, nowhere.base))

                for line in lines:  # of the next tile in the line
                    for j in range(m):
                        _prefetch(moved(w.place("map"), b.add(line, off)).by((m + j) * vec), True)
                for i, values in enumerate(transform.square(b, matrix, columns)):
                    for j, value in enumerate(values):
                        value = b.add(value, bias)
                        if residual:
                            value = b.add(value, load(element("residual", i, j), lanes))
                        value = b.select(b.cmp("olt", value, low), low, value)
                        store(element("map", i, j), value)

    return emit
