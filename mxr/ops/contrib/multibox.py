"""Anchors and detections of single-shot detectors: MultiBoxPrior, MultiBoxDetection (Liu et al. 2016, SSD)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...backend import to_host
from ...core.op import op
from ...core.params import Bool, Float, Floats, Int
from .box_math import areas, by_score, iou, need_float, suppress

__all__ = ["VARIANCES", "check_variances"]

VARIANCES = (0.1, 0.1, 0.2, 0.2)


def check_variances(a: Any, s: Any) -> None:
    if len(a.variances) != 4:
        s.fail(f"argument variances={a.variances} must have 4 elements")
    if not all(math.isfinite(v) and v != 0 for v in a.variances):
        s.fail(f"argument variances={a.variances}: each must be a finite number other than 0")


def _check_prior(a: Any, s: Any) -> None:
    for name in ("sizes", "ratios"):
        values = getattr(a, name)
        if not values or not all(math.isfinite(v) and v > 0 for v in values):
            s.fail(f"argument {name}={values} must be one or more numbers over 0")
    for name in ("steps", "offsets"):
        if len(getattr(a, name)) != 2:
            s.fail(f"argument {name}={getattr(a, name)} must have 2 elements (y, x)")
    if not all(0 <= v <= 1 for v in a.offsets):
        s.fail(f"argument offsets={a.offsets}: both must lie in [0, 1]")
    if (a.steps[0] > 0) != (a.steps[1] > 0) or not all(map(math.isfinite, a.steps)):
        s.fail(f"argument steps={a.steps}: give both, or -1 for both")


@op("_contrib_MultiBoxPrior")
class MultiBoxPrior:
    """Anchor boxes for every place of a feature map (MXNet operator MultiBoxPrior; Liu et al. 2016).

    `data` (b, c, h, w) only gives the shape. The output (1, h * w * k, 4) has for each place
    k = len(sizes) + len(ratios) - 1 boxes by corners, in units of the image: all sizes with the first ratio, then the
    first size with the other ratios. A box of size s and ratio r is s * sqrt(r) * h / w wide and s / sqrt(r) high. No
    gradient flows.
    """

    sizes = Floats((1.0,), "Sizes of the boxes, as part of the height of the image.")
    ratios = Floats((1.0,), "Ratios of width to height.")
    clip = Bool(False, "Whether to cut boxes at the borders of the image.")
    steps = Floats((-1.0, -1.0), "Distances (y, x) between centres; by default those that fill the image.")
    offsets = Floats((0.5, 0.5), "Place (y, x) of the centre within a step.")

    infer_type = need_float

    def infer_shape(a, s):
        _check_prior(a, s)
        data = s[0]
        if data is None:
            return
        if len(data) != 4:
            s.fail(f"argument data has shape {data}, expected 4 dimensions (batch, channel, height, width)")
        h, w = data[2:]
        if 0 in (h, w):
            s.fail(f"argument data has shape {data}: height and width must be over 0")
        k = len(a.sizes) + len(a.ratios) - 1
        s.out(0, (1, -1 if -1 in (h, w) else h * w * k, 4))

    def forward(xp, a, data):
        h, w = data.shape[2:]
        f = np.float32
        root = [np.sqrt(f(r)) for r in a.ratios]
        boxes = [(f(size), root[0]) for size in a.sizes] + [(f(a.sizes[0]), r) for r in root[1:]]
        half_w = np.array([size * f(h) / f(w) * r / f(2) for size, r in boxes])
        half_h = np.array([size / r / f(2) for size, r in boxes])
        step_y, step_x = (f(s) if s > 0 else f(1) / f(n) for s, n in zip(a.steps, (h, w)))
        cy = ((np.arange(h, dtype=f) + f(a.offsets[0])) * step_y)[:, None, None]
        cx = ((np.arange(w, dtype=f) + f(a.offsets[1])) * step_x)[:, None]
        out = np.empty((h, w, len(boxes), 4), f)
        for i, side in enumerate((cx - half_w, cy - half_h, cx + half_w, cy + half_h)):
            out[..., i] = side
        if a.clip:
            out = out.clip(0, 1)
        return xp.asarray(out.reshape(1, -1, 4), data.dtype)

    def grad(F, a, dy):
        return (None,)

    examples = ("nd.contrib.MultiBoxPrior(nd.zeros((1, 3, 1, 2)), sizes=(0.5, 0.25), ratios=(1, 2))",)


@op("_contrib_MultiBoxDetection", inputs="cls_prob loc_pred anchor")
class MultiBoxDetection:
    """Detections from class scores, box shifts and anchors (MXNet operator MultiBoxDetection; Liu et al. 2016).

    `cls_prob` (b, classes, n), class 0 being the background; `loc_pred` (b, 4 n); `anchor` (1, n, 4) by corners. The
    output (b, n, 6) has rows (class - 1, score, left, top, right, bottom): for each anchor its best class, where that
    class has at least the score `threshold`, sorted by score. A box that overlaps a better one of its class (of any
    with force_suppress) by nms_threshold or more, and those after the first nms_topk, have the class -1; rows without
    a box are -1 throughout. No suppression with an nms_threshold of 0 or less, or over 1. No gradient flows.
    """

    clip = Bool(True, "Whether to cut boxes at the borders of the image.")
    threshold = Float(float(np.float32(0.01)), "Lowest score of a detection.")
    background_id = Int(0, "Accepted for compatibility; the background is class 0.")
    nms_threshold = Float(0.5, "Overlap (IoU) from which on the box of lower score is dropped.")
    force_suppress = Bool(False, "Whether boxes of different classes suppress each other.")
    variances = Floats(VARIANCES, "Factors of the four columns of loc_pred.")
    nms_topk = Int(-1, "How many of the best boxes go into suppression; all by default.")

    infer_type = need_float

    def infer_shape(a, s):
        check_variances(a, s)
        if math.isnan(a.nms_threshold) or math.isnan(a.threshold):
            s.fail(f"arguments nms_threshold={a.nms_threshold} and threshold={a.threshold} must be numbers")
        prob, loc, anchor = s[0], s[1], s[2]
        for i, (ndim, expected) in enumerate(((3, "(b, classes, n)"), (2, "(b, 4 n)"), (3, "(1, n, 4)"))):
            if s[i] is not None and len(s[i]) != ndim:
                s.fail(f"argument {s.names[i]} has shape {s[i]}, expected {expected}")
        if anchor is not None and (anchor[0] not in (1, -1) or anchor[2] not in (4, -1)):
            s.fail(f"argument anchor has shape {anchor}, expected (1, n, 4)")
        if prob is not None and anchor is not None and -1 not in (prob[2], anchor[1]) and prob[2] != anchor[1]:
            s.fail(f"argument anchor has shape {anchor}, cls_prob {prob}: the numbers of anchors differ")
        n = next((v for v in (prob and prob[2], anchor and anchor[1], loc and loc[1] // 4) if v not in (None, -1)), -1)
        if n == -1:
            return
        b = next((v for v in (prob and prob[0], loc and loc[0]) if v not in (None, -1)), -1)
        s.set(0, (b, -1, n))
        s.set(1, (b, 4 * n))
        s.set(2, (1, n, 4))
        s.out(0, (b, n, 6))

    def forward(xp, a, cls_prob, loc_pred, anchor):
        prob, loc, boxes = (to_host(x) for x in (cls_prob, loc_pred, anchor))  # sequential: on the host
        out = np.full((prob.shape[0], prob.shape[2], 6), -1, prob.dtype)
        if prob.shape[1] > 1:
            best = prob[:, 1:].argmax(axis=1)
            score = np.take_along_axis(prob[:, 1:], best[:, None], axis=1)[:, 0]
            for i in range(len(out)):
                at = np.flatnonzero(score[i] >= np.float32(a.threshold))
                rows = out[i, : at.size]
                rows[:, 0], rows[:, 1] = best[i, at], score[i, at]
                rows[:, 2:] = _decoded(a, loc[i].reshape(-1, 4)[at].T, boxes[0, at].T).T
                _drop_overlaps(a, rows)
        return xp.asarray(out)

    def grad(F, a, dy):
        return None, None, None

    examples = (
        "nd.contrib.MultiBoxDetection(nd.array([[[0.1, 0.2, 0.7], [0.9, 0.8, 0.3]]]), nd.zeros((1, 12)), "
        "nd.array([[[0.1, 0.1, 0.5, 0.5], [0.1, 0.1, 0.5, 0.6], [0.6, 0.6, 0.9, 0.9]]]))",
    )


def _decoded(a: Any, shift: np.ndarray, anchor: np.ndarray) -> np.ndarray:
    """Boxes (4, n) by corners from predicted shifts (4, n)."""
    real = shift.dtype.type
    v = np.array(a.variances, np.float32).astype(shift.dtype)[:, None]
    size = anchor[2:] - anchor[:2]
    centre = (anchor[:2] + anchor[2:]) / real(2)
    middle = shift[:2] * v[:2] * size + centre
    half = np.exp(shift[2:] * v[2:]) * size / real(2)
    boxes = np.concatenate([middle - half, middle + half])
    return boxes.clip(0, 1) if a.clip else boxes


def _drop_overlaps(a: Any, rows: np.ndarray) -> None:
    """Sorts the detections and marks with class -1 those that are suppressed, in place."""
    if not 0 < a.nms_threshold <= 1 or not len(rows):
        return
    order = by_score(rows[:, 1], a.nms_topk)
    n = order.size
    rows[:n] = rows[order]  # the others stay where they were, as in MXNet
    rows[n:, 0] = -1
    ids = rows[:n, 0].copy()
    groups = [np.arange(n)] if a.force_suppress else [np.flatnonzero(ids == i) for i in np.unique(ids)]
    limit = np.float32(a.nms_threshold)
    for group in groups:
        boxes = rows[group, 2:]
        box, area = tuple(np.ascontiguousarray(c) for c in boxes.T), areas(np, boxes, "corner")

        def hits(i: np.ndarray, j: np.ndarray, box: Any = box, area: Any = area) -> np.ndarray:
            overlap = iou(np, tuple(c[i, None] for c in box), tuple(c[j] for c in box), area[i, None], area[j])
            return overlap >= limit

        dropped = np.ones(group.size, bool)
        dropped[suppress(group.size, hits)] = False
        rows[group[dropped], 0] = -1
