"""Vectors rearranged in registers: transposing a square of them, taking apart what is interleaved."""

from __future__ import annotations

from collections.abc import Sequence

from .builder import Builder, Val, type_name

__all__ = ["deinterleave", "shuffle", "transpose"]


def shuffle(b: Builder, x: Val, y: Val, picks: Sequence[int]) -> Val:
    """Lanes of x (0 to lanes-1) and y (from lanes on) by number; -1 leaves a lane open."""
    vec = type_name(x.ty, x.lanes)
    mask = ", ".join("i32 poison" if p < 0 else f"i32 {p}" for p in picks)
    text = f"shufflevector {vec} {x.ref}, {vec} {y.ref}, <{len(picks)} x i32> <{mask}>"
    return b.pure(text, x.ty, len(picks), max(x.depth, y.depth))


def transpose(b: Builder, rows: Sequence[Val]) -> list[Val]:
    """As many vectors as they have lanes: vector i of the result has lane i of each (log2(lanes) perfect shuffles)."""
    n = len(rows)
    low = [k // 2 + (k % 2) * n for k in range(n)]
    high = [k + n // 2 for k in low]
    now, half = list(rows), n // 2
    for _ in range(n.bit_length() - 1):
        pairs = [(now[i], now[i + half]) for i in range(half)]
        now = [shuffle(b, x, y, picks) for x, y in pairs for picks in (low, high)]
    return now


def deinterleave(b: Builder, parts: Sequence[Val]) -> list[Val]:
    """T vectors holding numbers (c, t) one after the other, as T vectors: vector t of the result has those of t."""
    taps, lanes = len(parts), parts[0].lanes
    out = []
    for t in range(taps):
        where = [divmod(c * taps + t, lanes) for c in range(lanes)]  # (vector, lane) of each c
        value, filled = parts[where[0][0]], {}
        for v in dict.fromkeys(v for v, _ in where):
            new = {c: lane for c, (u, lane) in enumerate(where) if u == v}
            if not filled:
                value = shuffle(b, parts[v], parts[v], [new.get(c, -1) for c in range(lanes)])
            else:
                picks = [c if c in filled else new[c] + lanes if c in new else -1 for c in range(lanes)]
                value = shuffle(b, value, parts[v], picks)
            filled.update(new)
        out.append(value)
    return out
