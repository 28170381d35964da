"""Boxes: corners and centres, areas, intersection over union, greedy suppression, greedy matching.

Formulas keep MXNet's order of operations, so that comparisons with a threshold fall the same way in every last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...core.shapes import same_dtypes

__all__ = [
    "areas",
    "by_score",
    "corners",
    "first_of_each",
    "iou",
    "iou_matrix",
    "match_greedily",
    "need_float",
    "suppress",
]

# Pairs that are compared at a time: the temporaries stay in the cache.
BLOCK_PAIRS = 1 << 16
GPU_BLOCK_PAIRS = 1 << 24
# Candidates of suppression that are decided one by one, between steps of many at once
BLOCK = 128


def need_float(a: Any, s: Any) -> None:
    """The dtype rule of the operators here: one floating point dtype for all inputs and outputs."""
    same_dtypes(a, s)
    for i, name in enumerate(s.names):
        if s[i] is not None and s[i].kind in "iub":
            s.fail(f"argument {name} has dtype {s[i].name}, expected a floating point dtype")


def corners(xp: Any, boxes: Any, form: str) -> tuple[Any, Any, Any, Any]:
    """(left, top, right, bottom) of boxes (..., 4) given by corners or as (x, y, width, height) about the centre."""
    p, q, r, t = (boxes[..., i] for i in range(4))
    if form == "corner":
        return p, q, r, t
    half_w, half_h = r / 2, t / 2
    return p - half_w, q - half_h, p + half_w, q + half_h


def areas(xp: Any, boxes: Any, form: str) -> Any:
    """Areas of boxes (..., 4); 0 where a side is negative."""
    w, h = boxes[..., 2], boxes[..., 3]
    if form == "corner":
        w, h = w - boxes[..., 0], h - boxes[..., 1]
    return xp.where((w < 0) | (h < 0), w.dtype.type(0), w * h)


def overlap(xp: Any, one: tuple, other: tuple, more: float = 0) -> Any:
    """Areas (k, n) in which boxes overlap, given by corners: `one` of columns (k, 1), `other` of rows (n,).

    more : added to widths and heights (1 where the pixels at the corners belong to the box).
    """
    k, n = one[0].shape[0], other[0].shape[0]
    zero, sides = xp.zeros(n, other[0].dtype), []
    for low, high in ((0, 2), (1, 3)):
        side, start = xp.empty((k, n), other[0].dtype), xp.empty((k, n), other[0].dtype)
        side[...], start[...] = one[high], one[low]  # copied first: NumPy's minimum of a column and a row is slow
        xp.minimum(side, other[high], out=side)
        side -= xp.maximum(start, other[low], out=start)
        if more:
            side += side.dtype.type(more)
        sides.append(xp.maximum(side, zero, out=side))
    sides[0] *= sides[1]
    return sides[0]


def iou(xp: Any, one: tuple, other: tuple, area_one: Any, area_other: Any, more: float = 0) -> Any:
    """Intersection over union (k, n), of boxes as for :func:`overlap` and their areas; 0 where there is no overlap."""
    both = overlap(xp, one, other, more)
    union = area_one + area_other
    union -= both
    if not (area_one.all() and area_other.all()):
        union[both == 0] = 1  # not 0 / 0
    both /= union
    return both


def iou_matrix(xp: Any, lhs: Any, rhs: Any, form: str) -> Any:
    """IoU of each of lhs (n, 4) with each of rhs (m, 4): (n, m)."""
    n, m = lhs.shape[0], rhs.shape[0]
    one, other = corners(xp, lhs, form), tuple(xp.ascontiguousarray(c) for c in corners(xp, rhs, form))
    area_one, area_other = areas(xp, lhs, form), areas(xp, rhs, form)
    out = xp.empty((n, m), lhs.dtype)
    step = max(1, (BLOCK_PAIRS if xp is np else GPU_BLOCK_PAIRS) // max(m, 1))
    for i in range(0, n, step):
        part = tuple(c[i : i + step, None] for c in one)
        out[i : i + step] = iou(xp, part, other, area_one[i : i + step, None], area_other)
    return out


def by_score(score: np.ndarray, k: int) -> np.ndarray:
    """Positions of the k highest scores, the highest first, equal ones in their order; all of them with k < 1."""
    if 0 < k < score.size // 2:
        least = np.partition(score, score.size - k)[score.size - k]
        top = np.flatnonzero(score >= least)
        return top[np.argsort(-score[top], kind="stable")[:k]]
    order = np.argsort(-score, kind="stable")
    return order[:k] if k > 0 else order


def suppress(n: int, hits: Callable[[np.ndarray, np.ndarray], np.ndarray], enough: int | None = None) -> np.ndarray:
    """Greedy non-maximum suppression of candidates 0..n-1, the best first: indices of those that stay.

    `hits(rows, cols)` says for candidates `rows` against `cols` whether the first removes the second. Sequential by
    nature: decided for one block after the other, with all of the later candidates tested at once. Only the first
    `enough` are wanted, where that is given.
    """
    alive, kept, count = np.arange(n), [], 0
    while alive.size and (enough is None or count < enough):
        block, rest = alive[:BLOCK], alive[BLOCK:]
        inner = np.triu(hits(block, block), 1)
        dead = np.zeros(block.size, bool)
        for i in np.flatnonzero(inner.any(axis=1)):
            if not dead[i]:
                dead |= inner[i]
        block = block[~dead]
        kept.append(block)
        count += block.size
        step = BLOCK_PAIRS // block.size
        parts = [rest[i : i + step] for i in range(0, rest.size, step)]
        alive = np.concatenate([p[~hits(block, p).any(axis=0)] for p in parts]) if parts else rest
    return np.concatenate(kept)[:enough] if kept else alive


def first_of_each(keys: np.ndarray, n: int) -> np.ndarray:
    """For each value 0..n-1 the position of its first occurrence in `keys`; len(keys) where there is none."""
    first = np.full(n, keys.size)
    first[keys[::-1]] = np.arange(keys.size - 1, -1, -1)
    return first


def match_greedily(rows: np.ndarray, cols: np.ndarray, n: int, m: int) -> np.ndarray:
    """Pairs (rows[i], cols[i]), the best first, taken greedily so that no row and no column is used twice.

    Gives the positions of the taken pairs, in order. A pair that comes first for its row and for its column is taken
    whatever happens elsewhere, so each round takes many at once.
    """
    taken, left = [], np.arange(rows.size)
    while left.size:
        r, c = rows[left], cols[left]
        at = np.arange(left.size)
        best = (first_of_each(r, n)[r] == at) & (first_of_each(c, m)[c] == at)
        taken.append(left[best])
        used_r, used_c = np.zeros(n, bool), np.zeros(m, bool)
        used_r[r[best]] = used_c[c[best]] = True
        left = left[~(used_r[r] | used_c[c])]
    return np.sort(np.concatenate(taken)) if taken else left
