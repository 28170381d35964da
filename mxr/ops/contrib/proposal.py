"""Proposal and MultiProposal: regions from a region proposal network (Ren et al. 2015, Faster R-CNN)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...backend import to_host
from ...base import MXNetValueError
from ...core.op import OpDef, register
from ...core.params import Bool, Float, Floats, Int
from .box_math import by_score, iou, need_float, suppress

__all__: list[str] = []

_FLOAT = np.float32


def _params() -> dict[str, Any]:
    return {
        "rpn_pre_nms_top_n": Int(6000, "How many of the best boxes go into suppression; all with 0 or less."),
        "rpn_post_nms_top_n": Int(300, "Rows of the output for each image.", lo=1),
        "threshold": Float(float(_FLOAT(0.7)), "Overlap (IoU) over which the lower box is dropped."),
        "rpn_min_size": Int(16, "Smaller boxes are put last, in pixels of the unscaled image."),
        "scales": Floats((4.0, 8.0, 16.0, 32.0), "Sizes of the anchors, in units of feature_stride."),
        "ratios": Floats((0.5, 1.0, 2.0), "Ratios of height to width of the anchors."),
        "feature_stride": Int(16, "Pixels of the image for one step of the feature map.", lo=1),
        "output_score": Bool(False, "Whether the scores are an output too."),
        "iou_loss": Bool(False, "Whether bbox_pred moves the corners, instead of centre and size."),
    }


def _infer_shape(single: bool) -> Any:
    def infer_shape(a: Any, s: Any) -> None:
        for name in ("scales", "ratios"):
            if not getattr(a, name) or not all(0 < v < np.inf for v in getattr(a, name)):
                s.fail(f"argument {name}={getattr(a, name)} must be one or more numbers over 0")
        k = len(a.scales) * len(a.ratios)
        for i, (ndim, expected) in enumerate(((4, f"(b, {2 * k}, h, w)"), (4, f"(b, {4 * k}, h, w)"), (2, "(b, 3)"))):
            if s[i] is not None and len(s[i]) != ndim:
                s.fail(f"argument {s.names[i]} has shape {s[i]}, expected {expected}")
        prob = s[0] if s[0] is not None else (s[1] and (s[1][0], -1, *s[1][2:]))
        if prob is None:
            return
        b, _, h, w = prob
        if 0 in (h, w):
            s.fail(f"argument {s.names[0 if s[0] is not None else 1]}: height {h} and width {w} must be over 0")
        if single and b > 1:
            s.fail(f"argument cls_prob has shape {s[0]}: one image at a time; MultiProposal takes more")
        s.set(0, (b, 2 * k, h, w))
        s.set(1, (b, 4 * k, h, w))
        s.set(2, (b, 3))
        if b != -1:
            s.out(0, (b * a.rpn_post_nms_top_n, 5))
            s.out(1, (b * a.rpn_post_nms_top_n, 1))

    return infer_shape


def base_anchors(stride: int, scales: tuple, ratios: tuple) -> np.ndarray:
    """The anchors (k, 4) of the first place, by corners that belong to the box: ratios outside, scales inside."""
    f = _FLOAT
    side, middle = f(stride), f(0.5) * f(stride - 1)
    out = []
    for r in ratios:
        w = np.floor(np.sqrt(side * side / f(r)) + f(0.5))
        h = np.floor(w * f(r) + f(0.5))
        for s in scales:
            half = f(0.5) * (np.array([w * f(s), h * f(s)], f) - f(1))
            out.append([*(middle - half), *(middle + half)])
    return np.array(out, f)


def _boxes(a: Any, shift: np.ndarray, info: np.ndarray) -> np.ndarray:
    """All candidate boxes (4, h, w, k) of one image, cut at its borders; `shift` is (4 k, h, w)."""
    f = _FLOAT
    h, w = shift.shape[1:]
    base = base_anchors(a.feature_stride, a.scales, a.ratios)
    x = (np.arange(w, dtype=f) * f(a.feature_stride))[None, :, None]
    y = (np.arange(h, dtype=f) * f(a.feature_stride))[:, None, None]
    d = shift.reshape(-1, 4, h, w).transpose(1, 2, 3, 0).astype(f)
    left, top, right, bottom = base[:, 0] + x, base[:, 1] + y, base[:, 2] + x, base[:, 3] + y
    if a.iou_loss:
        box = (left + d[0], top + d[1], right + d[2], bottom + d[3])
    else:
        wide, high = right - left + f(1), bottom - top + f(1)
        cx = d[0] * wide + (left + f(0.5) * (wide - f(1)))
        cy = d[1] * high + (top + f(0.5) * (high - f(1)))
        half_w = f(0.5) * (np.exp(d[2]) * wide - f(1))
        half_h = f(0.5) * (np.exp(d[3]) * high - f(1))
        box = (cx - half_w, cy - half_h, cx + half_w, cy + half_h)
    limits = (info[1], info[0]) * 2
    return np.stack([np.clip(np.broadcast_to(c, (h, w, len(base))), f(0), n - f(1)) for c, n in zip(box, limits)])


def _propose(a: Any, prob: np.ndarray, shift: np.ndarray, info: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (rpn_post_nms_top_n, 4) and their scores, for one image."""
    f = _FLOAT
    info = info.astype(f)
    if not np.isfinite(info).all():
        raise MXNetValueError(f"argument im_info has the row {info.tolist()}, expected finite numbers")
    boxes = _boxes(a, shift, info)
    h, w, k = boxes.shape[1:]
    score = prob[k:].transpose(1, 2, 0).astype(f)
    score[np.arange(h) >= int(info[0] / f(a.feature_stride))] = -1  # places in the padding of the image
    score[:, np.arange(w) >= int(info[1] / f(a.feature_stride))] = -1
    boxes, score = boxes.reshape(4, -1), score.reshape(-1)
    least = f(a.rpn_min_size) * info[2]
    small = (boxes[2] - boxes[0] + f(1) < least) | (boxes[3] - boxes[1] + f(1) < least)
    boxes[:2, small] -= least / f(2)
    boxes[2:, small] += least / f(2)
    score[small] = -1
    order = by_score(score, a.rpn_pre_nms_top_n)
    boxes = np.ascontiguousarray(boxes[:, order])
    area = (boxes[2] - boxes[0] + f(1)) * (boxes[3] - boxes[1] + f(1))
    limit = f(a.threshold)

    def hits(i: np.ndarray, j: np.ndarray) -> np.ndarray:
        return iou(np, tuple(boxes[:, i, None]), tuple(boxes[:, j]), area[i, None], area[j], 1) > limit

    kept = suppress(order.size, hits, a.rpn_post_nms_top_n)
    kept = kept[np.arange(a.rpn_post_nms_top_n) % kept.size]  # repeated where there are too few
    return boxes[:, kept].T, score[order[kept]]


def _forward(xp: Any, a: Any, cls_prob: Any, bbox_pred: Any, im_info: Any) -> tuple[Any, Any]:
    prob, shift, info = (to_host(x) for x in (cls_prob, bbox_pred, im_info))  # sequential: on the host
    n = a.rpn_post_nms_top_n
    out = np.empty((len(prob), n, 5), prob.dtype)
    scores = np.empty((len(prob), n), prob.dtype)
    for i in range(len(prob)):
        out[i, :, 0] = i
        out[i, :, 1:], scores[i] = _propose(a, prob[i], shift[i], info[i])
    return xp.asarray(out.reshape(-1, 5)), xp.asarray(scores.reshape(-1, 1))


def _no_gradient(F: Any, a: Any, dys: Any) -> tuple:
    return None, None, None


_DOC = """Regions of interest from a region proposal network (MXNet operator {name}; Ren et al. 2015).

`cls_prob` (b, 2 k, h, w), the second half being the scores of objects; `bbox_pred` (b, 4 k, h, w); `im_info` (b, 3)
with rows (height, width, scale); k = len(ratios) * len(scales) anchors at each place{batch}. Boxes are moved by
bbox_pred, cut at the image, the best rpn_pre_nms_top_n go through non-maximum suppression, and the first
rpn_post_nms_top_n remain (repeated from the first where there are fewer): rows (image, left, top, right, bottom), and
with output_score their scores (rows, 1). Boxes smaller than rpn_min_size have the score -1. No gradient flows."""


def _declare(name: str, batch: str) -> None:
    call = f"nd.contrib.{name}"
    register(
        OpDef(
            f"_contrib_{name}",
            inputs="cls_prob bbox_pred im_info",
            params=_params(),
            outputs="output score",
            visible=lambda a: 2 if a.output_score else 1,
            forward=_forward,
            grad=_no_gradient,
            infer_shape=_infer_shape(name == "Proposal"),
            infer_type=need_float,
            doc=_DOC.format(name=name, batch=batch),
            examples=(
                f"{call}(nd.array([[[[0.2, 0.9]], [[0.8, 0.1]]]]), nd.zeros((1, 4, 1, 2)), nd.array([[16, 32, 1]]), "
                "scales=(1,), ratios=(1,), rpn_post_nms_top_n=2, rpn_min_size=4, output_score=True)",
            ),
        )
    )


_declare("Proposal", "; one image (b = 1)")
_declare("MultiProposal", "")
