"""What the record iterator of detection does with an image and its boxes: MXNet's ``det_aug_default``.

Colours, mirroring, padding, cutting, then resizing. Images are NumPy arrays (h, w, c), uint8; boxes are rows (class,
left, top, right, bottom, ...) in shares of the image. Steps without randomness give MXNet's pixels and labels; random
numbers are our own, drawn from the same distributions (measured on MXNet).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..base import MXNetError, MXNetValueError
from ..core.params import Choice, Float, Floats, Int, Shape
from ..ops.image_resize import HOW_TO_INSTALL, opencv
from .image_augment import resized

__all__ = ["DET_AUGMENTER", "augment", "check_samplers"]

_RANGES = ("scales", "aspect_ratios", "overlaps", "sample_coverages", "object_coverages")

DET_AUGMENTER = {
    "resize": Int(-1, "The shorter side is brought to it first."),
    "rand_crop_prob": Float(0.0, "Probability of cutting."),
    "min_crop_scales": Floats((0.0,), "Least root of a part's area, as a share, for each sampler."),
    "max_crop_scales": Floats((1.0,), "Most."),
    "min_crop_aspect_ratios": Floats((1.0,), "Least width / height of a part."),
    "max_crop_aspect_ratios": Floats((1.0,), "Most."),
    "min_crop_overlaps": Floats((0.0,), "Least intersection over union of the part and an object."),
    "max_crop_overlaps": Floats((1.0,), "Most."),
    "min_crop_sample_coverages": Floats((0.0,), "Least share of the part that is an object's."),
    "max_crop_sample_coverages": Floats((1.0,), "Most."),
    "min_crop_object_coverages": Floats((0.0,), "Least share of an object inside the part."),
    "max_crop_object_coverages": Floats((1.0,), "Most."),
    "num_crop_sampler": Int(1, "How many samplers, each with its own ranges.", lo=0),
    "crop_emit_mode": Choice(
        ("center", "overlap"), "center", "Objects leave when their centre is outside, or too little of them inside."
    ),
    "emit_overlap_thresh": Float(0.3, "Share of an object that must be inside (overlap)."),
    "max_crop_trials": Shape((25,), "Trials of a sampler."),
    "rand_pad_prob": Float(0.0, "Probability of padding."),
    "max_pad_scale": Float(1.0, "Most size of the padded image."),
    "max_random_hue": Int(0, "Random change of hue, of 180."),
    "random_hue_prob": Float(0.0, "Its probability."),
    "max_random_saturation": Int(0, "Random change of saturation in HLS, of 255."),
    "random_saturation_prob": Float(0.0, "Its probability."),
    "max_random_illumination": Int(0, "Random change of lightness, of 255."),
    "random_illumination_prob": Float(0.0, "Its probability."),
    "max_random_contrast": Float(0.0, "Random factor within 1 +- it."),
    "random_contrast_prob": Float(0.0, "Its probability."),
    "rand_mirror_prob": Float(0.0, "Probability of mirroring left to right."),
    "fill_value": Int(127, "Value of padding."),
    "inter_method": Int(1, "0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos, 9 by the sizes, 10 at random."),
    "resize_mode": Choice(
        ("fit", "force", "shrink"), "force", "To data_shape; or within it with the ratio kept; or so, but never larger."
    ),
}  # fmt: skip


def check_samplers(kind: str, o: dict[str, Any]) -> None:
    """Ranges of each sampler; one value stands for all."""
    n = o["num_crop_sampler"]
    for name in (*(f"{end}_crop_{what}" for what in _RANGES for end in ("min", "max")), "max_crop_trials"):
        if len(o[name]) not in (1, n):
            raise MXNetValueError(f"{kind}: {name}={o[name]} must have one value, or num_crop_sampler={n}")
        o[name] = o[name] * n if len(o[name]) == 1 else o[name]
    if any(t < 1 for t in o["max_crop_trials"]):
        raise MXNetValueError(f"{kind}: max_crop_trials={o['max_crop_trials']} must be from 1 on")
    for what in _RANGES:
        top = math.inf if what == "aspect_ratios" else 1.0
        for low, high in zip(o[f"min_crop_{what}"], o[f"max_crop_{what}"]):
            wrong = low < 0 or high > top or low > high or (what == "scales" and low == high) or high <= 0
            if wrong:
                raise MXNetValueError(
                    f"{kind}: min_crop_{what}={low:g} and max_crop_{what}={high:g} are no range "
                    f"{'from 0 on' if top == math.inf else 'in 0 to 1'}{', or an empty one' * (what == 'scales')}"
                )


def augment(
    o: dict[str, Any], image: np.ndarray, boxes: list[np.ndarray], shape: tuple[int, int, int], rng: np.random.Generator
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The image brought into `shape` (c, h, w), not larger than it, and the boxes that are left."""
    _, height, width = shape
    h, w = image.shape[:2]
    if o["resize"] > 0:
        size = o["resize"]
        image = resized(o, rng, image, *((h * size // w, size) if h > w else (size, w * size // h)))
    image = _coloured(o, rng, image)
    if rng.random() < o["rand_mirror_prob"]:
        image = image[:, ::-1]
        boxes = [np.concatenate([b[:1], [1 - b[3], b[2], 1 - b[1]], b[4:]]) for b in boxes]
    if o["max_pad_scale"] > 1 and rng.random() < o["rand_pad_prob"]:
        image, boxes = _padded(o, rng, image, boxes)
    if rng.random() < o["rand_crop_prob"]:
        image, boxes = _cut(o, rng, image, boxes)
    h, w = image.shape[:2]
    return resized(o, rng, image, *_size(o["resize_mode"], h, w, height, width)), boxes


def _size(mode: str, h: int, w: int, height: int, width: int) -> tuple[int, int]:
    if mode == "force":
        return height, width
    ratio = min(np.float32(height) / np.float32(h), np.float32(width) / np.float32(w))
    if mode == "shrink":
        ratio = min(ratio, np.float32(1))
    return max(int(ratio * np.float32(h)), 1), max(int(ratio * np.float32(w)), 1)


def _coloured(o: dict[str, Any], rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    steps = [("hue", 0), ("illumination", 1), ("saturation", 2)]
    change = [0, 0, 0]
    for name, channel in steps:
        if o[f"max_random_{name}"] > 0 and rng.random() < o[f"random_{name}_prob"]:
            change[channel] = int(rng.uniform(-1, 1) * o[f"max_random_{name}"])
    if any(change) and image.shape[2] == 3:
        cv2 = opencv()
        if cv2 is None:
            raise MXNetError(f"changes of hue, saturation and illumination need OpenCV: {HOW_TO_INSTALL}")
        hls = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2HLS).astype(np.int32) + change
        hls[..., 0] %= 180
        image = cv2.cvtColor(np.clip(hls, 0, 255).astype(np.uint8), cv2.COLOR_HLS2RGB)
    if o["max_random_contrast"] > 0 and rng.random() < o["random_contrast_prob"]:
        factor = np.float32(1 + rng.uniform(-1, 1) * o["max_random_contrast"])
        image = np.clip(np.rint(image * factor), 0, 255).astype(np.uint8)
    return image


def _moved(boxes: list[np.ndarray], x: float, y: float, w: float, h: float) -> list[np.ndarray]:
    """Boxes seen from a window (x, y, w, h)."""
    at, size = np.array([x, y, x, y], np.float32), np.array([w, h, w, h], np.float32)
    return [np.concatenate([b[:1], (b[1:5] - at) / size, b[5:]]) for b in boxes]


def _padded(
    o: dict[str, Any], rng: np.random.Generator, image: np.ndarray, boxes: list[np.ndarray]
) -> tuple[np.ndarray, list[np.ndarray]]:
    h, w, c = image.shape
    scale = rng.uniform(1, o["max_pad_scale"])
    height, width = int(h * scale), int(w * scale)
    y, x = int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1))
    out = np.full((height, width, c), o["fill_value"], image.dtype)
    out[y : y + h, x : x + w] = image
    return out, _moved(boxes, -x / w, -y / h, width / w, height / h)


def _cut(
    o: dict[str, Any], rng: np.random.Generator, image: np.ndarray, boxes: list[np.ndarray]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """A part by one of the samplers that find one, the samplers in random order; else all of the image."""
    h, w = image.shape[:2]
    for i in rng.permutation(o["num_crop_sampler"]):
        for _ in range(o["max_crop_trials"][i]):
            part = _window(o, rng, int(i), w / h)
            # in whole pixels before anything is measured, so that the labels fit the pixels
            left, top = int(part[0] * w), int(part[1] * h)
            right, bottom = left + max(1, int(part[2] * w)), top + max(1, int(part[3] * h))
            part = np.array([left / w, top / h, right / w, bottom / h])
            if any(_wanted(o, int(i), part, b) for b in boxes):
                kept = [b for b in boxes if _stays(o, part, b)]
                if kept:
                    kept = _moved(kept, part[0], part[1], part[2] - part[0], part[3] - part[1])
                    for b in kept:
                        np.clip(b[1:5], 0, 1, out=b[1:5])
                    return image[top:bottom, left:right], kept
    return image, boxes


def _window(o: dict[str, Any], rng: np.random.Generator, i: int, image_ratio: float) -> np.ndarray:
    """(x, y, width, height) in shares; the ratio gives way where the part would not fit (SSD's sampler)."""
    scale = rng.uniform(o["min_crop_scales"][i], o["max_crop_scales"][i])
    area = max(scale * scale, 1e-12)
    low = max(o["min_crop_aspect_ratios"][i] / image_ratio, area)
    high = min(o["max_crop_aspect_ratios"][i] / image_ratio, 1 / area)
    root = math.sqrt(low + (high - low) * rng.random())
    w, h = min(1.0, scale * root), min(1.0, scale / root)
    return np.array([rng.uniform(0, 1 - w), rng.uniform(0, 1 - h), w, h])


def _wanted(o: dict[str, Any], i: int, part: np.ndarray, box: np.ndarray) -> bool:
    inside, own, parts = _inside(part, box), _area(box[1:5]), _area(part)
    values = {
        "overlaps": inside / max(own + parts - inside, 1e-12),
        "sample_coverages": inside / parts,
        "object_coverages": inside / max(own, 1e-12),
    }
    return all(o[f"min_crop_{what}"][i] <= v <= o[f"max_crop_{what}"][i] for what, v in values.items())


def _stays(o: dict[str, Any], part: np.ndarray, box: np.ndarray) -> bool:
    if o["crop_emit_mode"] == "overlap":
        return bool(_inside(part, box) > o["emit_overlap_thresh"] * _area(box[1:5]))
    x, y = (box[1] + box[3]) / 2, (box[2] + box[4]) / 2
    return bool(part[0] <= x <= part[2] and part[1] <= y <= part[3])


def _inside(part: np.ndarray, box: np.ndarray) -> float:
    both = np.concatenate([np.maximum(part[:2], box[1:3]), np.minimum(part[2:], box[3:5])])
    return _area(both)


def _area(b: np.ndarray) -> float:
    return float(max(b[2] - b[0], 0) * max(b[3] - b[1], 0))
