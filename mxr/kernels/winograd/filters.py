"""Weights (O, C, 3, 3) as MXNet has them, into the form that the products take, and gradients back.

A square of L x L filters at a time: its rows of L*9 numbers are transposed in squares of L x L, after which each vector
holds one number of one channel for L filters.
"""

from __future__ import annotations

from collections.abc import Callable

from ..jit.builder import Builder, Val, mangled, type_name
from ..jit.shuffle import transpose
from ..jit.tile import Place, load, store
from . import transform
from .points import KERNEL, Matrix
from .tiles import Words, moved

__all__ = ["FROM_FILTERS", "TO_FILTERS", "from_filters", "to_filters"]

FROM_FILTERS = ("filters", "weights", "plane", "panel", "outs", "ins", "row", "rest_outs", "rest_ins")
TO_FILTERS = ("weights", "filters", "plane", "panel", "outs", "ins", "row", "rest_outs", "rest_ins")
_TAPS = KERNEL * KERNEL


def from_filters(matrix: Matrix, lanes: int, vectors: int, turned: bool, whole: bool) -> Callable[[Builder], None]:
    """weights = matrix * filter * matrix^T, for `outs` blocks of filters and `ins` of channels.

    `row` numbers from filter to filter; of filters and channels, `rest_outs` and `rest_ins` are there, those beyond
    count as 0. turned : for the gradient of the data, the filters upside down, and what goes in and comes out
    exchanged: channels lie in the lanes. whole : the channels fill their blocks.
    """
    vec, block = 4 * lanes, 4 * lanes * _TAPS

    def emit(b: Builder) -> None:
        w = Words(b, FROM_FILTERS)
        held = Place(b, Val(_array(b, lanes), "ptr", 1, 0))
        nothing = Place(b, Val(b.alloca("f32", lanes), "ptr", 1, 0))
        store(nothing, b.const(0, "f32", lanes))
        with b.loop(w["outs"].ref) as out, b.loop(w["ins"].ref) as cin:
            source = w.place("filters").along(cin, block)
            left = _left(b, w, cin, lanes)
            rows = [_filter(b, w, source, out, i, lanes, nothing) for i in range(lanes)]
            with b.loop(_TAPS) as part:
                ok = _here(b, part, left, lanes, whole)
                xs = [_load(b, row.along(part, vec), ok, lanes) for row in rows]
                for i, x in enumerate(transpose(b, xs)):
                    store(held.along(part, lanes * vec).by(i * vec), x)
            if turned:
                with b.loop(_TAPS) as tap:
                    at = held.along(tap, vec)
                    xs = [load(at.by(c * _TAPS * vec), lanes) for c in range(lanes)]
                    for o, x in enumerate(transpose(b, xs)):
                        store(at.by(o * _TAPS * vec), x)
            to, of = (cin, out) if turned else (out, cin)  # blocks in the lanes, and summed over
            panel = b.op("udiv", to, b.const(vectors, "i64"))
            vector = b.op("urem", to, b.const(vectors, "i64"))
            target = moved(w.place("weights"), b.mul(panel, w["panel"])).along(vector, vec)
            target = target.along(of, lanes * vectors * vec)
            with b.loop(lanes) as k:
                taps = held.along(k, _TAPS * vec)
                xs = [load(taps.by(i * vec), lanes) for i in range(_TAPS)]
                if turned:
                    xs.reverse()
                at, plane = target.along(k, vectors * vec), w.again("plane")
                columns = [[xs[i * KERNEL + j] for i in range(KERNEL)] for j in range(KERNEL)]
                for line in transform.square(b, matrix, columns):
                    for value in line:
                        store(at, value)
                        at = moved(at, plane)

    return emit


def to_filters(matrix: Matrix, lanes: int, vectors: int, whole: bool) -> Callable[[Builder], None]:
    """filter = matrix * weights * matrix^T; the words as for `from_filters`."""
    vec, block, n = 4 * lanes, 4 * lanes * _TAPS, len(matrix[0])

    def emit(b: Builder) -> None:
        w = Words(b, TO_FILTERS)
        held = Place(b, Val(_array(b, lanes), "ptr", 1, 0))
        nowhere = Place(b, Val(b.alloca("f32", lanes), "ptr", 1, 0))
        with b.loop(w["outs"].ref) as out, b.loop(w["ins"].ref) as cin:
            panel = b.op("udiv", out, b.const(vectors, "i64"))
            vector = b.op("urem", out, b.const(vectors, "i64"))
            source = moved(w.place("weights"), b.mul(panel, w["panel"])).along(vector, vec)
            source = source.along(cin, lanes * vectors * vec)
            with b.loop(lanes) as c:
                at, plane, planes = source.along(c, vectors * vec), w.again("plane"), []
                for _ in range(n * n):
                    planes.append(load(at, lanes))
                    at = moved(at, plane)
                columns = [[planes[i * n + j] for i in range(n)] for j in range(n)]
                values = [x for line in transform.square(b, matrix, columns) for x in line]
                for i, x in enumerate(values):
                    store(held.along(c, _TAPS * vec).by(i * vec), x)
            target = w.place("filters").along(cin, block)
            left = _left(b, w, cin, lanes)
            rows = [_filter(b, w, target, out, i, lanes, nowhere) for i in range(lanes)]
            with b.loop(_TAPS) as part:
                ok = _here(b, part, left, lanes, whole)
                xs = [load(held.along(part, lanes * vec).by(i * vec), lanes) for i in range(lanes)]
                for row, x in zip(rows, transpose(b, xs)):
                    _store(b, row.along(part, vec), x, ok)

    return emit


def _array(b: Builder, lanes: int) -> str:
    """Memory for a square of filters."""
    ref = b.fresh("held")
    b.allocas.append(f"  {ref} = alloca [{lanes * _TAPS} x {type_name('f32', lanes)}], align 64")
    return ref


class _Filter:
    """A filter's numbers in a block of channels, or a stand-in of one vector where there is no such filter."""

    def __init__(self, b: Builder, at: Place, there: Val, other: Place) -> None:
        self.b, self.at, self.there, self.other = b, at, there, other

    def along(self, index: Val, nbytes: int) -> Place:
        b = self.b
        return Place(b, b.select(self.there, self.at.along(index, nbytes).value, self.other.base))


def _filter(b: Builder, w: Words, block: Place, out: Val, i: int, lanes: int, other: Place) -> _Filter:
    o = b.add(b.mul(out, b.const(lanes, "i64")), b.const(i, "i64"))
    at = moved(block, b.mul(o, b.mul(w["row"], b.const(4, "i64"))))
    return _Filter(b, at, b.cmp("slt", o, w["rest_outs"]), other)


def _left(b: Builder, w: Words, cin: Val, lanes: int) -> Val:
    """How many numbers of a filter are there from a block of channels on."""
    return b.mul(b.sub(w["rest_ins"], b.mul(cin, b.const(lanes, "i64"))), b.const(_TAPS, "i64"))


def _here(b: Builder, part: Val, left: Val, lanes: int, whole: bool) -> Val | None:
    """Which lanes of a part of a filter's numbers are there; None for all."""
    if whole:
        return None
    numbers = Val(f"<{', '.join(f'i64 {i}' for i in range(lanes))}>", "i64", lanes, 0)
    return b.cmp("slt", b.add(b.mul(part, b.const(lanes, "i64")), numbers), left)


def _load(b: Builder, at: Place, ok: Val | None, lanes: int) -> Val:
    if ok is None:
        return load(at, lanes)
    vec, name = type_name("f32", lanes), f"@llvm.masked.load.{mangled('f32', lanes)}.p0"
    b.declares[name] = f"declare {vec} {name}(ptr, i32, <{lanes} x i1>, {vec})"
    text = f"call {vec} {name}(ptr {at.ref}, i32 4, <{lanes} x i1> {ok.ref}, {vec} zeroinitializer)"
    return b.load(text, "f32", lanes, b.depth)


def _store(b: Builder, at: Place, value: Val, ok: Val | None) -> None:
    if ok is None:
        store(at, value)
        return
    vec, name = type_name("f32", value.lanes), f"@llvm.masked.store.{mangled('f32', value.lanes)}.p0"
    b.declares[name] = f"declare void {name}({vec}, ptr, i32, <{value.lanes} x i1>)"
    b.effect(f"call void {name}({vec} {value.ref}, ptr {at.ref}, i32 4, <{value.lanes} x i1> {ok.ref})")
