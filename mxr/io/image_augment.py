"""What the record iterators do with an image before it goes into a batch: MXNet's default augmenter.

Images are NumPy arrays (h, w, c), uint8. Steps without randomness give MXNet's pixels; random numbers are our own.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..base import MXNetError, MXNetValueError
from ..core.params import Bool, Float, Int
from ..ops.image_resize import HOW_TO_INSTALL, opencv, resize

__all__ = ["AUGMENTER", "augment", "resized"]

AUGMENTER = {
    "resize": Int(-1, "The shorter side is brought to it first."),
    "rand_crop": Bool(False, "Cut at random, else in the middle."),
    "random_resized_crop": Bool(False, "Cut a part of random area and ratio, brought to data_shape."),
    "max_rotate_angle": Int(0, "Turned by random degrees within +- it."),
    "max_aspect_ratio": Float(0.0, "Ratio changed by random amounts."),
    "min_aspect_ratio": Float(None, "With it: random ratio between both.", optional=True),
    "max_shear_ratio": Float(0.0, "Sheared by random ratios within +- it."),
    "max_crop_size": Int(-1, "Square part of random size up to it, brought to data_shape."),
    "min_crop_size": Int(-1, "The least size of that part."),
    "max_random_scale": Float(1.0, "Scaled at random up to it."),
    "min_random_scale": Float(1.0, "Scaled at random down to it."),
    "max_random_area": Float(1.0, "Most area for random_resized_crop, as a share."),
    "min_random_area": Float(1.0, "Least area for random_resized_crop, as a share."),
    "max_img_size": Float(1e10, "Largest width and height after turning and scaling."),
    "min_img_size": Float(0.0, "Smallest width and height after turning and scaling."),
    "brightness": Float(0.0, "Size of random changes."),
    "contrast": Float(0.0, "Size of random changes."),
    "saturation": Float(0.0, "Size of random changes."),
    "pca_noise": Float(0.0, "Deviation of noise along principal components of colours."),
    "random_h": Int(0, "Random change of hue, of 180."),
    "random_s": Int(0, "Random change of saturation in HLS, of 255."),
    "random_l": Int(0, "Random change of lightness, of 255."),
    "rotate": Int(-1, "Turned by so many degrees, instead of max_rotate_angle."),
    "fill_value": Int(255, "Value of pixels from outside the image."),
    "inter_method": Int(1, "0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos, 9 by the sizes, 10 at random."),
    "pad": Int(0, "So many pixels added around the image."),
}  # fmt: skip

_GREY = np.array([0.299, 0.587, 0.114], np.float32)  # of RGB
_EIGENVALUES = np.array([55.46, 4.794, 1.148], np.float32)
_EIGENVECTORS = np.array(
    [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]], np.float32
)


def _method(o: dict[str, Any], rng: np.random.Generator, old: tuple[int, ...], new: tuple[int, int]) -> int:
    if o["inter_method"] == 10:
        return int(rng.integers(0, 5))
    if o["inter_method"] != 9:
        return o["inter_method"]
    if new[0] > old[0] and new[1] > old[1]:
        return 2
    return 3 if new[0] < old[0] and new[1] < old[1] else 1


def resized(o: dict[str, Any], rng: np.random.Generator, image: np.ndarray, h: int, w: int) -> np.ndarray:
    return resize(np, image, w, h, _method(o, rng, image.shape, (h, w)))


def augment(o: dict[str, Any], image: np.ndarray, shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """The image as (h, w, c) of `shape` (c, h, w), after all steps that the options `o` ask for."""
    _, height, width = shape
    if o["resize"] > 0:
        h, w = image.shape[:2]
        size = o["resize"]
        new = (h * size // w, size) if h > w else (size, w * size // h)
        image = resized(o, rng, image, *new)
    if _turns(o):
        image = _turned(o, rng, image)
    if o["pad"] > 0:
        around = ((o["pad"],) * 2, (o["pad"],) * 2, (0, 0))
        image = np.pad(image, around, constant_values=o["fill_value"])
    image = _cut(o, rng, image, height, width)
    if image.shape[2] == 3:
        image = _coloured(o, rng, image)
    return image


def _turns(o: dict[str, Any]) -> bool:
    return bool(
        o["max_rotate_angle"] > 0 or o["rotate"] > 0 or o["max_shear_ratio"] > 0 or o["max_random_scale"] != 1
        or o["min_random_scale"] != 1 or o["max_img_size"] != 1e10 or o["min_img_size"] != 0
        or (not o["random_resized_crop"] and (o["max_aspect_ratio"] != 0 or o["min_aspect_ratio"] is not None))
    )  # fmt: skip


def _turned(o: dict[str, Any], rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Turned, sheared, stretched and scaled about the middle."""
    cv2 = opencv()
    if cv2 is None:
        raise MXNetError(f"turning and scaling of images needs OpenCV: {HOW_TO_INSTALL}")
    shear = rng.uniform(-1, 1) * o["max_shear_ratio"]
    most = o["max_rotate_angle"]
    angle = o["rotate"] if o["rotate"] > 0 else int(rng.integers(-most, most + 1))
    scale = rng.uniform(o["min_random_scale"], o["max_random_scale"])
    ratio = 1.0
    if not o["random_resized_crop"]:
        if o["min_aspect_ratio"] is not None:
            ratio = rng.uniform(o["min_aspect_ratio"], o["max_aspect_ratio"])
        else:
            ratio = 1 + rng.uniform(-1, 1) * o["max_aspect_ratio"]
    a, b = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    hs = 2 * scale / (1 + ratio)
    ws = ratio * hs
    h, w = image.shape[:2]
    new_w, new_h = (max(o["min_img_size"], min(o["max_img_size"], scale * n)) for n in (w, h))
    m = np.array([[hs * a - shear * b * ws, hs * b + shear * a * ws, 0], [-b * ws, a * ws, 0]], np.float32)
    m[:, 2] = (np.array([new_w, new_h], np.float32) - m[:, :2] @ np.array([w, h], np.float32)) / 2
    size = (int(new_w), int(new_h))
    out = cv2.warpAffine(
        np.ascontiguousarray(image), m, size, flags=_method(o, rng, image.shape, size[::-1]),
        borderMode=cv2.BORDER_CONSTANT, borderValue=(o["fill_value"],) * 4,
    )  # fmt: skip
    return out.reshape(*out.shape[:2], -1)


def _cut(o: dict[str, Any], rng: np.random.Generator, image: np.ndarray, height: int, width: int) -> np.ndarray:
    if o["random_resized_crop"]:
        part = _random_part(o, rng, image)
        if part is not None:
            return resized(o, rng, part, height, width)
    elif o["max_crop_size"] != -1 or o["min_crop_size"] != -1:
        least, most = o["min_crop_size"], o["max_crop_size"]
        if not 0 < least <= most or most > min(image.shape[:2]):
            raise MXNetValueError(
                f"min_crop_size={least} and max_crop_size={most} are no sizes of parts of an image {image.shape}"
            )
        size = int(rng.integers(least, most + 1))
        return resized(o, rng, _window(o, rng, image, size, size), height, width)
    if image.shape[0] < height:
        image = resized(o, rng, image, height, height * image.shape[1] // image.shape[0])
    if image.shape[1] < width:
        image = resized(o, rng, image, width * image.shape[0] // image.shape[1], width)
    return _window(o, rng, image, height, width)


def _window(o: dict[str, Any], rng: np.random.Generator, image: np.ndarray, h: int, w: int) -> np.ndarray:
    y, x = image.shape[0] - h, image.shape[1] - w
    if o["rand_crop"]:
        y, x = int(rng.integers(0, y + 1)), int(rng.integers(0, x + 1))
    else:
        y, x = y // 2, x // 2
    return image[y : y + h, x : x + w]


def _random_part(o: dict[str, Any], rng: np.random.Generator, image: np.ndarray) -> np.ndarray | None:
    """Of ten random parts the first that fits."""
    h, w = image.shape[:2]
    for _ in range(10):
        area = h * w * rng.uniform(o["min_random_area"], o["max_random_area"])
        if o["min_aspect_ratio"] is not None:
            ratio = rng.uniform(o["min_aspect_ratio"], o["max_aspect_ratio"])
        else:
            ratio = 1 + rng.uniform(-1, 1) * o["max_aspect_ratio"]
        if ratio <= 0:
            continue
        part = round(math.sqrt(area / ratio)), round(math.sqrt(area * ratio))
        if rng.random() < 0.5:
            part = part[::-1]
        if 0 < part[0] <= h and 0 < part[1] <= w:
            y, x = int(rng.integers(0, h - part[0] + 1)), int(rng.integers(0, w - part[1] + 1))
            return image[y : y + part[0], x : x + part[1]]
    return None


def _coloured(o: dict[str, Any], rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    steps = [name for name in ("brightness", "contrast", "saturation") if o[name] > 0]
    if steps:
        x: Any = image.astype(np.float32)
        for i in rng.permutation(len(steps)):
            alpha = np.float32(1 + rng.uniform(-1, 1) * o[steps[i]])
            if steps[i] == "brightness":
                x *= alpha
            else:
                grey: Any = (x @ _GREY)[..., None]
                x = x * alpha + (1 - alpha) * (grey.mean() if steps[i] == "contrast" else grey)
            x = np.clip(x, 0, 255)
        image = np.rint(x).astype(np.uint8)
    if o["random_h"] or o["random_s"] or o["random_l"]:
        cv2 = opencv()
        if cv2 is None:
            raise MXNetError(f"random_h, random_s and random_l need OpenCV: {HOW_TO_INSTALL}")
        hls = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2HLS).astype(np.int32)
        for channel, name, top in ((0, "random_h", 180), (1, "random_l", 255), (2, "random_s", 255)):
            hls[..., channel] += int(rng.uniform(-1, 1) * o[name])
            if channel == 0:
                hls[..., 0] %= top
        image = cv2.cvtColor(np.clip(hls, 0, 255).astype(np.uint8), cv2.COLOR_HLS2RGB)
    if o["pca_noise"] > 0:
        noise = rng.normal(0, o["pca_noise"], 3).astype(np.float32)
        shift = (_EIGENVECTORS * (noise * _EIGENVALUES)).sum(axis=1)
        image = np.clip(image + shift, 0, 255).astype(np.uint8)
    return image
