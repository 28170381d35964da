"""MultiBoxTarget: which anchor learns which object (Liu et al. 2016, SSD)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...backend import to_host
from ...base import MXNetValueError
from ...core.op import op
from ...core.params import Float, Floats, Int
from .box_math import iou, need_float
from .multibox import VARIANCES, check_variances

__all__: list[str] = []

# Overlaps up to this are none when every object picks its best anchor.
LEAST_OVERLAP = 1e-6


@op(
    "_contrib_MultiBoxTarget",
    inputs="anchor label cls_pred",
    outputs="loc_target loc_mask cls_target",
)
class MultiBoxTarget:
    """Training targets of a single-shot detector (MXNet operator MultiBoxTarget; Liu et al. 2016).

    `anchor` (1, n, 4) by corners; `label` (b, m, 5 or more) with rows (class, left, top, right, bottom, ...), filled up
    with rows of -1; `cls_pred` (b, classes, n), the scores before softmax. Every object takes the free anchor that
    overlaps it most, the best pair first; then any other anchor takes its best object where they overlap by more than
    overlap_threshold. Outputs: loc_target and loc_mask (b, 4 n), and cls_target (b, n): the object's class + 1, 0 for
    the background, ignore_label for anchors that do not take part. With a negative_mining_ratio over 0 only so many
    times the positive anchors are background: those that are predicted as such with least confidence. Images without
    objects are ignored altogether. No gradient flows.
    """

    overlap_threshold = Float(0.5, "Overlap (IoU) over which an anchor takes an object; none do with 0 or less.")
    ignore_label = Float(-1.0, "Class target of anchors that do not take part.")
    negative_mining_ratio = Float(-1.0, "Background anchors for each positive one; all without overlap by default.")
    negative_mining_thresh = Float(0.5, "Only anchors that overlap all objects by less can be mined as background.")
    minimum_negative_samples = Int(0, "Accepted for compatibility; has no effect, as in MXNet.")
    variances = Floats(VARIANCES, "Divisors of the four columns of the location target.")

    infer_type = need_float

    def infer_shape(a, s):
        check_variances(a, s)
        for name in ("overlap_threshold", "negative_mining_ratio"):
            if getattr(a, name) != getattr(a, name):
                s.fail(f"argument {name} must be a number")
        if a.negative_mining_ratio > 0 and not a.negative_mining_thresh > 0:
            s.fail(f"argument negative_mining_thresh={a.negative_mining_thresh} must be over 0")
        for i, expected in enumerate(("(1, n, 4)", "(b, m, 5 or more)", "(b, classes, n)")):
            if s[i] is not None and len(s[i]) != 3:
                s.fail(f"argument {s.names[i]} has shape {s[i]}, expected {expected}")
        anchor, label, pred = s[0], s[1], s[2]
        if anchor is not None and (anchor[0] not in (1, -1) or anchor[2] not in (4, -1) or anchor[1] == 0):
            s.fail(f"argument anchor has shape {anchor}, expected (1, n, 4) with n over 0")
        if label is not None and (label[1] == 0 or -1 < label[2] < 5):
            s.fail(f"argument label has shape {label}, expected (b, m, 5 or more) with m over 0")
        if anchor is not None and pred is not None and -1 not in (anchor[1], pred[2]) and anchor[1] != pred[2]:
            s.fail(f"argument cls_pred has shape {pred}, anchor {anchor}: the numbers of anchors differ")
        n = next((v for v in (anchor and anchor[1], pred and pred[2]) if v not in (None, -1)), -1)
        b = next((v for v in (label and label[0], pred and pred[0]) if v not in (None, -1)), -1)
        s.set(0, (1, n, 4))
        s.set(1, (b, -1, -1))
        s.set(2, (b, -1, n))
        wide = -1 if n == -1 else 4 * n
        for i, shape in enumerate(((b, wide), (b, wide), (b, n))):
            s.out(i, shape)

    def forward(xp, a, anchor, label, cls_pred):
        anchors, labels, pred = (to_host(x) for x in (anchor, label, cls_pred))  # sequential: on the host
        b, n = labels.shape[0], anchors.shape[1]
        loc = np.zeros((b, n, 4), anchors.dtype)
        mask = np.zeros((b, n, 4), anchors.dtype)
        cls = np.full((b, n), np.float32(a.ignore_label), anchors.dtype)
        box = tuple(np.ascontiguousarray(anchors[0, :, i]) for i in range(4))
        for i in range(b):
            objects = _objects(labels[i])
            if len(objects):
                match, background = _assign(a, box, objects, pred[i])
                positive = np.flatnonzero(match >= 0)
                matched = objects[match[positive]]
                cls[i, background] = 0
                cls[i, positive] = matched[:, 0] + 1
                mask[i, positive] = 1
                loc[i, positive] = _location(a, anchors[0, positive], matched[:, 1:5])
        return tuple(xp.asarray(x) for x in (loc.reshape(b, -1), mask.reshape(b, -1), cls))

    def grad(F, a, dys):
        return None, None, None

    examples = (
        "nd.contrib.MultiBoxTarget(nd.array([[[0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1]]]), "
        "nd.array([[[2, 0, 0, 0.5, 0.4]]]), nd.zeros((1, 4, 2)))",
    )


def _objects(label: np.ndarray) -> np.ndarray:
    """The rows of one image's labels up to the first of class -1."""
    n = int(np.append(np.flatnonzero(label[:, 0] == -1), len(label))[0])
    if not (label[n:, :5] == -1).all():
        row = n + int(np.flatnonzero((label[n:, :5] != -1).any(axis=1))[0])
        raise MXNetValueError(f"argument label: row {row} is {label[row]}, expected -1 throughout after a class of -1")
    return label[:n]


def _overlaps(box: tuple, objects: np.ndarray) -> np.ndarray:
    """IoU of each object with each anchor: (objects, anchors)."""
    other = tuple(objects[:, 1 + i, None] for i in range(4))
    area, area_other = ((c[2] - c[0]) * (c[3] - c[1]) for c in (box, other))
    return iou(np, other, box, area_other, area)


def _assign(a: Any, box: tuple, objects: np.ndarray, pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each anchor the row of `objects` that it takes, or -1; and which anchors are background."""
    overlap = _overlaps(box, objects)
    match = np.full(overlap.shape[1], -1)
    free = overlap.copy()
    for _ in range(len(objects)):
        best = free.max(axis=0)  # equal overlaps: the first anchor, and of its objects the first
        j = int(best.argmax())
        if not best[j] > LEAST_OVERLAP:
            break
        k = int(free[:, j].argmax())
        match[j] = k
        free[k] = free[:, j] = -1
    best, which = overlap.max(axis=0), overlap.argmax(axis=0)
    if a.overlap_threshold > 0:
        more = (match < 0) & (best > np.float32(a.overlap_threshold))
        match[more] = which[more]
    background = match < 0
    if a.negative_mining_ratio > 0:
        background = _mined(a, match, best, pred)
    return match, background


def _mined(a: Any, match: np.ndarray, best: np.ndarray, pred: np.ndarray) -> np.ndarray:
    """The background anchors that are hardest: with the least predicted probability of being background."""
    positive = int((match >= 0).sum())
    wanted = min(int(np.float32(positive) * np.float32(a.negative_mining_ratio)), match.size - positive)
    chosen = np.zeros(match.size, bool)
    if wanted > 0:
        able = np.flatnonzero((match < 0) & (best < np.float32(a.negative_mining_thresh)))
        score = pred[:, able]
        top = score.max(axis=0)
        total = np.zeros_like(top)
        for row in score:  # summed in this order
            total += np.exp(row - top)
        probability = np.exp(score[0] - top) / total
        chosen[able[np.argsort(probability, kind="stable")[:wanted]]] = True
    return chosen


def _location(a: Any, anchor: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Location targets (n, 4) of boxes by corners."""
    real = anchor.dtype.type
    v = np.array(a.variances, np.float32).astype(anchor.dtype)
    size, box_size = anchor[:, 2:] - anchor[:, :2], box[:, 2:] - box[:, :2]
    centre, box_centre = ((c[:, :2] + c[:, 2:]) * real(0.5) for c in (anchor, box))
    return np.concatenate([(box_centre - centre) / size / v[:2], np.log(box_size / size) / v[2:]], axis=1)
