"""Random changes of images (h, w, c): flips, brightness, contrast, saturation, hue, lighting.

The numbers are drawn from ``rng.engine`` in MXNet's order, see docs/random.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.op import op
from ..core.params import Float
from .image import as_image, image_shape, lit, stored

__all__: list[str] = []

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def _grey(xp: Any, x: Any) -> Any:
    """The luminance of each pixel, one after the other."""
    return x.reshape(-1, 3) @ xp.asarray(_LUMA.astype(x.dtype))


def _brighter(xp: Any, x: Any, alpha: Any) -> Any:
    return x * alpha


def _contrasted(xp: Any, x: Any, alpha: Any) -> Any:
    mean = (_grey(xp, x) if x.shape[2] == 3 else x).mean(dtype=np.float64)
    out = x * alpha
    out += ((1 - float(alpha)) * mean).astype(x.dtype)
    return out


def _saturated(xp: Any, x: Any, alpha: Any) -> Any:
    """alpha of each colour and 1 - alpha of the luminance, as a product with a matrix."""
    if x.shape[2] == 1:
        return x
    mixed = np.outer(_LUMA, np.full(3, 1 - alpha)) + np.eye(3) * alpha
    return (x.reshape(-1, 3) @ xp.asarray(mixed.astype(x.dtype))).reshape(x.shape)


def _with_hue(xp: Any, x: Any, alpha: Any) -> Any:
    """Turned on the colour circle by alpha full turns, lightness and saturation (HSL) kept."""
    if x.shape[2] == 1:
        return x
    one = x.dtype.type
    planes = xp.ascontiguousarray(xp.moveaxis(x, 2, 0)).reshape(3, -1) / one(255)
    hue, light, sat = _to_hls(xp, planes)
    out = _from_hls(xp, hue + alpha * one(360), light, sat) * one(255)
    return xp.moveaxis(out.reshape(3, *x.shape[:2]), 0, 2)


def _to_hls(xp: Any, planes: Any) -> tuple[Any, Any, Any]:
    """Hue in degrees, lightness, saturation."""
    r, g, b = planes
    high, low = xp.maximum(xp.maximum(r, g), b), xp.minimum(xp.minimum(r, g), b)
    span, total = high - low, high + low
    light = total * r.dtype.type(0.5)
    coloured = span > np.finfo(np.float32).eps
    span[~coloured] = 1
    sat = span / xp.where(light < 0.5, total, 2 - high - low)
    sat[~coloured] = 0
    step = 60 / span
    hue = xp.where(high == r, (g - b) * step, xp.where(high == g, (b - r) * step + 120, (r - g) * step + 240))
    hue[hue < 0] += 360
    hue[~coloured] = 0
    return hue, light, sat


# For each sixth of the circle: which of (highest, lowest, falling, rising) is red, green, blue
_SECTORS = np.array([[0, 3, 1], [2, 0, 1], [1, 0, 3], [1, 2, 0], [3, 1, 0], [0, 1, 2]])


def _from_hls(xp: Any, hue: Any, light: Any, sat: Any) -> Any:
    """Red, green and blue, (3, pixels)."""
    high = xp.where(light <= 0.5, light * (1 + sat), light + sat - light * sat)
    low = 2 * light - high
    sixth = hue * hue.dtype.type(1 / 60)
    sixth -= 6 * xp.floor(sixth / 6)
    sector = sixth.astype(np.int64)
    part = sixth - sector.astype(hue.dtype)
    span = high - low
    ramps = xp.stack([high, low, low + span * (1 - part), low + span * part]).reshape(-1)
    pixel, sector = xp.arange(hue.size), sector % 6
    return xp.stack([ramps.take((xp.asarray(which) * hue.size).take(sector) + pixel) for which in _SECTORS.T])


_CHANGES: dict[str, tuple[Callable[..., Any], str]] = {
    "brightness": (_brighter, "multiplied by a random factor"),
    "contrast": (_contrasted, "moved by a random factor away from, or to, the mean luminance of the image"),
    "saturation": (
        _saturated,
        "moved by a random factor away from, or to, the luminance of each pixel (where MXNet counts blue only)",
    ),
    "hue": (_with_hue, "turned on the colour circle by a random number of full turns"),
}


def _draw(rng: Any, low: float, high: float) -> np.float32:
    return np.float32(float(rng.engine.uniform(low, high)[0]))


def _changed(xp: Any, data: Any, change: Callable[..., Any], alpha: np.float32) -> Any:
    x = as_image(data)
    out = change(xp, x, x.dtype.type(alpha))
    return data.copy() if out is data else stored(xp, out, data.dtype)


def _image(a: Any, s: Any) -> None:
    s.set(0, s.outs[0])
    s.out(0, image_shape(s, batches=False, channels=(1, 3)))


def _declare(name: str) -> None:
    change, what = _CHANGES[name]

    @op(f"_image_random_{name}", random=True, examples=(f"nd.image.random_{name}(nd.ones((1, 2, 3)), 1, 1)",))
    class RandomChange:
        min_factor = Float(doc="Smallest factor.", lo=0)
        max_factor = Float(doc="Largest factor.", lo=0)

        infer_shape = _image

        def forward(xp, a, data, *, rng):
            return _changed(xp, data, change, _draw(rng, a.min_factor, a.max_factor))

        def grad(F, a, dy):
            return dy

    RandomChange.doc = (
        f"The image `data` (h, w, c), c = 1 or 3, {what}, uniform in [min_factor, max_factor).\n\n"
        "uint8 is limited to 0..255; the values of float images run to 255 too. The gradient passes through.\n"
        f"(MXNet operator _image_random_{name}.)"
    )


for _name in _CHANGES:
    _declare(_name)


@op("_image_random_color_jitter", random=True)
class RandomColorJitter:
    """Random brightness, contrast, saturation and hue, in random order, of the image `data` (h, w, c), c = 1 or 3.

    Each is done with a factor uniform in [1 - v, 1 + v), where its parameter v is positive. The gradient passes
    through (MXNet operator _image_random_color_jitter).
    """

    brightness = Float(doc="How far the brightness is changed.")
    contrast = Float(doc="How far the contrast is changed.")
    saturation = Float(doc="How far the saturation is changed.")
    hue = Float(doc="How far the hue is changed.")

    examples = ("nd.image.random_color_jitter(nd.ones((1, 2, 3)), brightness=0.5, contrast=0, saturation=0, hue=0)",)
    infer_shape = _image

    def forward(xp, a, data, *, rng):
        names = list(_CHANGES)
        out = data.copy()
        for i in rng.engine.permutation(4):
            name = names[int(i)]
            span = getattr(a, name)
            if span > 0:
                one = np.float32(1)
                alpha = _draw(rng, one - np.float32(span), one + np.float32(span))
                out = _changed(xp, out, _CHANGES[name][0], alpha)
        return out

    def grad(F, a, dy):
        return dy


@op("_image_random_lighting", random=True)
class RandomLighting:
    """adjust_lighting of the image `data` (h, w, c) with normal factors (MXNet operator _image_random_lighting)."""

    alpha_std = Float(0.0500000007, "Standard deviation of the factors.", lo=0)

    examples = ("nd.image.random_lighting(nd.ones((1, 2, 3)), alpha_std=0)",)
    infer_shape = _image

    def forward(xp, a, data, *, rng):
        return lit(xp, data, [float(v) for v in rng.engine.normal(0.0, 1.0, 3) * np.float32(a.alpha_std)])

    def grad(F, a, dy):
        return dy


def _flip(name: str, axis: int, what: str) -> None:
    # The second, hidden output says for the gradient whether the image was flipped.
    @op(
        f"_image_random_flip_{name}",
        random=True,
        outputs="output flipped",
        visible=1,
        examples=(f"nd.image.random_flip_{name}(nd.arange(4).reshape((2, 2, 1)))",),
    )
    class RandomFlip:
        def infer_shape(a, s):
            s.set(0, s.outs[0])
            s.out(0, image_shape(s, batches=False))
            s.out(1, (1, 1, 1))

        def forward(xp, a, data, *, rng):
            kept = bool(rng.engine.bernoulli()[0])
            out = data.copy() if kept else xp.ascontiguousarray(xp.flip(data, axis))
            return out, xp.full((1, 1, 1), 0 if kept else 1, data.dtype)

        def grad(F, a, dy, flipped):
            back = F.broadcast_mul(F.reverse(dy, axis=(axis,)), flipped)
            return back + F.broadcast_mul(dy, 1 - flipped)

    RandomFlip.json_outputs = lambda a: 1
    RandomFlip.doc = (
        f"The image `data` (h, w, c) with {what} in reverse order, or as it is, with probability 1/2.\n\n"
        "The gradient is turned back; MXNet's is not, which is wrong.\n"
        f"(MXNet operator _image_random_flip_{name}.)"
    )


_flip("left_right", 1, "the columns")
_flip("top_bottom", 0, "the rows")
