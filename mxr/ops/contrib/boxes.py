"""Operators on boxes: box_nms, box_iou, box_encode, box_decode, bipartite_matching."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...backend import to_host
from ...core.op import op
from ...core.params import Attrs, Bool, Choice, Float, Int
from .box_math import areas, by_score, corners, iou, iou_matrix, match_greedily, need_float, suppress

__all__: list[str] = []

_FORMATS = ("center", "corner")
_WHICH = "corner (left, top, right, bottom) or center (x, y, width, height)."


def _check_columns(a: Attrs, s: Any, width: int) -> None:
    """The columns that box_nms is told to read exist and do not overlap."""
    lo, hi = a.coord_start, a.coord_start + 3
    need = 6 if a.id_index >= 0 else 5
    if width < need:
        s.fail(f"argument data has shape {s[0]}, expected at least {need} elements in the last dimension")
    if lo < 0 or hi >= width:
        s.fail(f"argument coord_start={lo}: columns {lo} to {hi} are not all among the {width} of data")
    columns = {"score_index": a.score_index}
    if a.id_index >= 0:
        columns["id_index"] = a.id_index
    for name, at in columns.items():
        if not 0 <= at < width:
            s.fail(f"argument {name}={at}: data has columns 0 to {width - 1}")
        if lo <= at <= hi:
            s.fail(f"argument {name}={at} lies among the coordinates, columns {lo} to {hi}")
    if a.id_index == a.score_index:
        s.fail(f"argument id_index={a.id_index} is the column of the scores (score_index)")


@op("_contrib_box_nms", aliases=("_contrib_box_non_maximum_suppression",), outputs="output0 output1", visible=1)
class BoxNMS:
    """Greedy non-maximum suppression (MXNet operator box_nms).

    `data` (..., n, width): in each row a score, four coordinates and perhaps a class id, in the columns named by the
    parameters. Boxes with a score over valid_thresh that are not of the class background_id are sorted by score, equal
    scores in their order, the best `topk` go on, and a box that overlaps a better one (of its class, unless
    force_suppress) by more than overlap_thresh is dropped. The output has the shape of data: the remaining boxes from
    the top, then rows of -1. With topk=0 data is returned as it is. The gradient goes to the rows that remain.

    MXNet leaves boxes whose first coordinate is negative in in_format; here they are converted to out_format too.
    """

    overlap_thresh = Float(0.5, "Overlap (IoU) over which the box of lower score is dropped.")
    valid_thresh = Float(0.0, "Boxes with no higher score are dropped.")
    topk = Int(-1, "How many boxes go on after sorting; -1 for all.")
    coord_start = Int(2, "Column of the first of the four coordinates.")
    score_index = Int(1, "Column of the score.")
    id_index = Int(-1, "Column of the class id; -1 where there is none.")
    background_id = Int(-1, "Class id of background boxes, which are dropped (where there is an id_index).")
    force_suppress = Bool(False, "Whether boxes of different classes suppress each other.")
    in_format = Choice(_FORMATS, "corner", f"Coordinates of data: {_WHICH}")
    out_format = Choice(_FORMATS, "corner", f"Coordinates of the output: {_WHICH}")

    def infer_shape(a, s):
        shape = s[0] if s[0] is not None else s.outs[0]
        if shape is None:
            return
        if len(shape) < 2:
            s.fail(f"argument data has shape {shape}, expected at least two dimensions (n, width)")
        s.set(0, shape)
        s.out(0, shape)
        s.out(1, shape[:-1])
        if shape[-1] != -1:
            _check_columns(a, s, shape[-1])

    def infer_type(a, s):
        dtype = s[0] if s[0] is not None else s.outs[0]
        s.set_dtype(0, dtype)
        s.out_dtype(0, dtype)
        s.out_dtype(1, np.dtype(np.int32))
        if dtype is not None and dtype.kind in "iub":
            s.fail(f"argument data has dtype {dtype.name}, expected a floating point dtype")

    def forward(xp, a, data):
        # the algorithm is sequential: on the host for every device
        host = to_host(data)
        batch = host.reshape(math.prod(host.shape[:-2]), *host.shape[-2:])
        n = batch.shape[1]
        if a.topk == 0:
            record = np.broadcast_to(np.arange(n, dtype=np.int32), host.shape[:-1])
            return data.copy(), xp.asarray(np.ascontiguousarray(record))
        out = np.full_like(batch, -1)
        record = np.full(batch.shape[:2], -1, np.int32)
        for i, rows in enumerate(batch):
            kept = _best_boxes(a, rows)
            out[i, : kept.size] = rows[kept]
            record[i, kept] = np.arange(kept.size)
            if a.in_format != a.out_format:
                _reformat(out[i, : kept.size, a.coord_start : a.coord_start + 4], a.in_format)
        return xp.asarray(out.reshape(data.shape)), xp.asarray(record.reshape(data.shape[:-1]))

    def grad(F, a, dy, data, output1):
        """Each row of data takes the gradient of the row of the output that it went to, if any."""
        shape = data.shape
        n, lead = shape[-2], math.prod(shape[:-2])
        at = F.Reshape(output1, shape=(lead * n,))
        there = F.Reshape(F.Cast(at >= 0, dtype=str(np.dtype(dy.dtype))), shape=(lead * n, 1))
        if lead > 1:
            starts = F.Reshape(
                F.repeat(F._arange(start=0, stop=lead * n, step=n, dtype="int32"), repeats=n), shape=(-1,)
            )
            at = at + starts
        rows = F.take(F.Reshape(dy, shape=(lead * n, shape[-1])), at, axis=0, mode="clip")
        return F.Reshape(F.broadcast_mul(rows, there), shape=shape)

    examples = (
        "nd.contrib.box_nms(nd.array([[0, 0.9, 0, 0, 4, 4], [0, 0.8, 0, 0, 4, 3], [1, 0.7, 5, 5, 9, 9]]))",
        "nd.contrib.box_nms(nd.array([[0.3, 2, 2, 4, 4], [0.6, 2, 2, 4, 4]]), coord_start=1, score_index=0, "
        "in_format='center', out_format='corner')",
    )


def _best_boxes(a: Attrs, rows: np.ndarray) -> np.ndarray:
    """Row numbers of the boxes that stay, by score."""
    score = rows[:, a.score_index]
    valid = score > np.float32(a.valid_thresh)
    if a.id_index >= 0:
        valid &= rows[:, a.id_index] != a.background_id
    order = np.flatnonzero(valid)
    order = order[by_score(score[order], a.topk)]
    boxes = rows[order, a.coord_start : a.coord_start + 4]
    if a.id_index < 0 or a.force_suppress:
        return order[_nms(boxes, a)]
    kept = np.zeros(order.size, bool)
    ids = rows[order, a.id_index]
    for one in np.unique(ids):  # only boxes of one class meet
        mine = np.flatnonzero(ids == one)
        kept[mine[_nms(boxes[mine], a)]] = True
    return order[kept]


def _nms(boxes: np.ndarray, a: Attrs) -> np.ndarray:
    box = tuple(np.ascontiguousarray(c) for c in corners(np, boxes, a.in_format))
    area = areas(np, boxes, a.in_format)
    limit = np.float32(a.overlap_thresh)

    def hits(rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        return (
            iou(np, tuple(c[rows, None] for c in box), tuple(c[cols] for c in box), area[rows, None], area[cols])
            > limit
        )

    return suppress(len(boxes), hits)


def _reformat(boxes: np.ndarray, form: str) -> None:
    """Coordinates (n, 4), in place, from `form` to the other one."""
    if form == "center":
        boxes[...] = np.stack(corners(np, boxes, form), axis=-1)
    else:
        left, top, right, bottom = corners(np, boxes, form)
        boxes[...] = np.stack([(left + right) / 2, (top + bottom) / 2, right - left, bottom - top], axis=-1)


@op("_contrib_box_iou", inputs="lhs rhs")
class BoxIoU:
    """Intersection over union of every box of `lhs` (..., 4) with every box of `rhs` (..., 4).

    The output has the shape lhs.shape[:-1] + rhs.shape[:-1]. No gradient flows (MXNet operator box_iou).
    """

    format = Choice(_FORMATS, "corner", f"Coordinates: {_WHICH}")

    infer_type = need_float

    def infer_shape(a, s):
        for i, name in enumerate(s.names):
            shape = s[i]
            if shape is not None and (len(shape) < 2 or shape[-1] not in (4, -1)):
                s.fail(f"argument {name} has shape {shape}, expected (..., 4) with at least two dimensions")
        if s[0] is not None and s[1] is not None:
            s.out(0, s[0][:-1] + s[1][:-1])

    def forward(xp, a, lhs, rhs):
        out = iou_matrix(xp, lhs.reshape(-1, 4), rhs.reshape(-1, 4), a.format)
        return out.reshape(lhs.shape[:-1] + rhs.shape[:-1])

    def grad(F, a, dy):
        return None, None

    examples = ("nd.contrib.box_iou(nd.array([[0, 0, 2, 2], [1, 1, 3, 3]]), nd.array([[0, 0, 2, 1]]))",)


@op("_contrib_box_encode", inputs="samples matches anchors refs means stds", outputs="output0 output1")
class BoxEncode:
    """Training targets for boxes (MXNet operator box_encode).

    `samples` (b, n) is 1 for an anchor that takes part (over 0.5), `matches` (b, n) the row of `refs` (b, m, 4) that
    belongs to it, `anchors` (b, n, 4), all boxes by corners; `means`, `stds` (4,). Outputs (b, n, 4): the shift of the
    centre by the anchor's size and the logarithm of the ratio of sizes, less means, over stds; and a mask of 0 and 1.
    """

    infer_type = need_float

    def infer_shape(a, s):
        for i, tail in ((0, 2), (1, 2), (2, 3), (3, 3), (4, 1), (5, 1)):
            shape = s[i]
            if shape is None:
                continue
            if len(shape) != tail or (tail != 2 and shape[-1] not in (4, -1)):
                expected = {2: "(b, n)", 3: "(b, n, 4)", 1: "(4,)"}[tail]
                s.fail(f"argument {s.names[i]} has shape {shape}, expected {expected}")
        s.set(4, (4,))
        s.set(5, (4,))
        for i in (0, 1, 2):
            if s[i] is not None:
                b, n = s[i][:2]
                s.set(0, (b, n))
                s.set(1, (b, n))
                s.set(2, (b, n, 4))
        if s[3] is not None and s[0] is not None:
            s.set(3, (s[0][0], -1, 4))
            if s[3][1] == 0:
                s.fail("argument refs has no rows")
        if s[0] is not None:
            s.out(0, (*s[0], 4))
            s.out(1, (*s[0], 4))

    def forward(xp, a, samples, matches, anchors, refs, means, stds):
        chosen = samples > 0.5
        index = xp.where(chosen, matches, 0).astype(np.int64)
        if xp is np and index.size and (index.min() < 0 or index.max() >= refs.shape[1]):
            bad = index.min() if index.min() < 0 else index.max()
            raise IndexError(f"argument matches has the value {bad}, refs has rows 0 to {refs.shape[1] - 1}")
        ref = xp.take_along_axis(refs, index[..., None], axis=1)
        shift, size = _target(xp, anchors, ref)
        out = (xp.concatenate([shift, xp.log(size)], axis=-1) - means) / stds
        mask = xp.broadcast_to(chosen[..., None], out.shape)
        return xp.where(mask, out, 0), mask.astype(out.dtype)

    def grad(F, a, dys):
        return (None,) * 6

    examples = (
        "nd.contrib.box_encode(nd.array([[1, 0]]), nd.array([[0, 0]]), nd.array([[[0, 0, 2, 2], [0, 0, 4, 4]]]), "
        "nd.array([[[1, 0, 3, 4]]]), nd.zeros(4), nd.ones(4))",
    )


def _target(xp: Any, anchor: Any, ref: Any) -> tuple[Any, Any]:
    """Shift of the centres in units of the anchor's size, and ratio of the sizes, of boxes by corners (..., 4)."""
    size, ref_size = anchor[..., 2:] - anchor[..., :2], ref[..., 2:] - ref[..., :2]
    centre, ref_centre = anchor[..., :2] + size / 2, ref[..., :2] + ref_size / 2
    return (ref_centre - centre) / size, ref_size / size


@op("_contrib_box_decode", inputs="data anchors")
class BoxDecode:
    """Boxes from predicted shifts, the inverse of box_encode (MXNet operator box_decode).

    `data` (b, n, 4): shifts of the centre and logarithms of the ratio of sizes, each multiplied by its std;
    `anchors` (1, n, 4). The output is (b, n, 4), by corners. No gradient flows.
    """

    std0 = Float(1.0, "Factor of the first column.")
    std1 = Float(1.0, "Factor of the second column.")
    std2 = Float(1.0, "Factor of the third column.")
    std3 = Float(1.0, "Factor of the fourth column.")
    clip = Float(-1.0, "Upper bound of the logarithms of the ratio of sizes, where over 0.")
    format = Choice(_FORMATS, "center", f"Coordinates of the anchors: {_WHICH}")

    infer_type = need_float

    def infer_shape(a, s):
        data, anchors = s[0], s[1]
        if data is not None and (len(data) != 3 or data[2] not in (4, -1)):
            s.fail(f"argument data has shape {data}, expected (b, n, 4)")
        if anchors is not None and (len(anchors) != 3 or anchors[0] not in (1, -1) or anchors[2] not in (4, -1)):
            s.fail(f"argument anchors has shape {anchors}, expected (1, n, 4)")
        if data is not None:
            s.set(0, (-1, -1, 4))
            s.set(1, (1, data[1], 4))
            s.out(0, s[0])

    def forward(xp, a, data, anchors):
        real = data.dtype.type
        if a.format == "corner":
            size = anchors[..., 2:] - anchors[..., :2]
            centre = anchors[..., :2] + size * real(0.5)
        else:
            centre, size = anchors[..., :2], anchors[..., 2:]
        scaled = data * xp.asarray([a.std0, a.std1, a.std2, a.std3], np.float32).astype(data.dtype)
        middle = scaled[..., :2] * size + centre
        ratio = scaled[..., 2:]
        if a.clip > 0:
            ratio = xp.minimum(ratio, real(np.float32(a.clip)))
        half = xp.exp(ratio) * size / real(2)
        return xp.concatenate([middle - half, middle + half], axis=-1)

    def grad(F, a, dy):
        return None, None

    examples = ("nd.contrib.box_decode(nd.array([[[0.5, 0, 0, 0]]]), nd.array([[[2, 2, 4, 4]]]))",)


@op("_contrib_bipartite_matching", outputs="output0 output1")
class BipartiteMatching:
    """Greedy matching of the rows and columns of score matrices `data` (..., n, m) (MXNet bipartite_matching).

    Pairs are taken from the best score on, no row and no column twice. Outputs: for each row the column it is matched
    to (..., n), for each column its row (..., m), -1 where there is none. Equal scores go in the order of data.
    """

    is_ascend = Bool(False, "Whether low scores are better.")
    threshold = Float(doc="Pairs are taken while the score is above it (below it with is_ascend).")
    topk = Int(-1, "Where over 0, matching stops after topk + 1 pairs (as MXNet counts).")

    infer_type = need_float

    def infer_shape(a, s):
        shape = s[0]
        if shape is None:
            return
        if len(shape) < 2:
            s.fail(f"argument data has shape {shape}, expected at least two dimensions (n, m)")
        s.out(0, shape[:-1])
        s.out(1, (*shape[:-2], shape[-1]))

    def forward(xp, a, data):
        host = to_host(data)  # the matching is decided on the host for every device
        n, m = host.shape[-2:]
        scores = host.reshape(math.prod(host.shape[:-2]), n * m)
        rows = np.full((len(scores), n), -1, host.dtype)
        cols = np.full((len(scores), m), -1, host.dtype)
        limit = np.float32(a.threshold)
        for i, score in enumerate(scores):
            good = np.flatnonzero(score < limit if a.is_ascend else score > limit)
            keys = score[good] if a.is_ascend else -score[good]
            good = good[np.argsort(keys, kind="stable")]
            r, c = good // m, good % m
            taken = match_greedily(r, c, n, m)
            if a.topk > 0:
                taken = taken[: a.topk + 1]
            rows[i, r[taken]], cols[i, c[taken]] = c[taken], r[taken]
        return xp.asarray(rows.reshape(data.shape[:-1])), xp.asarray(cols.reshape(*data.shape[:-2], m))

    def grad(F, a, dys):
        return (None,)

    examples = ("nd.contrib.bipartite_matching(nd.array([[0.5, 0.6], [0.1, 0.2], [0.3, 0.4]]), threshold=1e-12)",)
