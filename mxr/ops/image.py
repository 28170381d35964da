"""Images as arrays (h, w, c), or batches of them (n, h, w, c): to tensors, normalised, cut, turned, resized, lit."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.op import OpDef, op, register
from ..core.params import Bool, Floats, Int, Shape
from .image_resize import resize
from .nn.sibling import backward_of

__all__ = ["as_image", "image_shape", "lit", "stored"]


def image_shape(s: Any, *, batches: bool, channels: tuple[int, ...] = ()) -> tuple | None:
    """The shape of the input, (h, w, c) or with batches (n, h, w, c); None while unknown."""
    shape = s[0]
    if shape is None:
        return None
    if len(shape) not in ((3, 4) if batches else (3,)):
        s.fail(f"argument data has shape {shape}, expected (h, w, c){' or (n, h, w, c)' if batches else ''}")
    if channels and shape[-1] not in (-1, *channels):
        s.fail(f"argument data has shape {shape}: expected {' or '.join(map(str, channels))} channels")
    return shape


def as_image(x: Any) -> Any:
    """In a dtype to compute in: float32, or float64 as it is."""
    return x if x.dtype in (np.float32, np.float64) else x.astype(np.float32)


def stored(xp: Any, x: Any, dtype: Any) -> Any:
    """Computed values as pixels of `dtype`: fractions are cut off, and uint8 is limited to 0..255."""
    if dtype == np.uint8:
        return xp.minimum(xp.maximum(x, 0), 255).astype(np.uint8)
    if dtype.kind in "iu":
        return x.astype(np.int64).astype(dtype)
    return x.astype(dtype, copy=False)


@op("_image_to_tensor")
class ToTensor:
    """Images (h, w, c) or (n, h, w, c) with values 0..255 as float32 (c, h, w) or (n, c, h, w) with values 0..1.

    Any dtype. The gradient is that of the function; MXNet's raises (MXNet operator _image_to_tensor).
    """

    examples = ("nd.image.to_tensor(nd.array([[[0, 51, 255], [255, 102, 0]]], dtype='uint8'))",)

    def infer_shape(a, s):
        shape = image_shape(s, batches=True)
        if shape is not None:
            s.out(0, (*shape[:-3], shape[-1], *shape[-3:-1]))

    def infer_type(a, s):
        s.out_dtype(0, np.dtype(np.float32))

    def forward(xp, a, data):
        out = xp.empty((*data.shape[:-3], data.shape[-1], *data.shape[-3:-1]), np.float32)
        return xp.divide(xp.moveaxis(data, -1, -3), np.float32(255), out=out, casting="unsafe")

    def grad(F, a, dy, data):
        last = len(data.shape) - 3
        axes = (*range(last), last + 1, last + 2, last)
        return F.Cast(F.transpose(dy, axes=axes) / 255.0, dtype=data.dtype)


def _per_channel(xp: Any, values: tuple, shape: tuple, dtype: Any) -> Any:
    """One number for all channels, or one for each, to broadcast over (c, h, w)."""
    channels = shape[-3]
    if len(values) not in (1, channels):
        values = values[:1]  # the default, which is four equal numbers
    return xp.asarray(values, dtype=np.float32).astype(dtype).reshape(-1, 1, 1)


@op("_image_normalize")
class Normalize:
    """``(data - mean) / std`` of tensors (c, h, w) or (n, c, h, w), c = 1 or 3 (MXNet operator _image_normalize).

    Any dtype; integers are computed in float32 and cut off.
    """

    mean = Floats((0.0, 0.0, 0.0, 0.0), "Subtracted: a number, or one for each channel.")
    std = Floats((1.0, 1.0, 1.0, 1.0), "Divided by: a number, or one for each channel.")

    examples = ("nd.image.normalize(nd.ones((3, 1, 2)), mean=(0, 1, 2), std=(1, 2, 4))",)

    def infer_shape(a, s):
        data = s[0] if s[0] is not None else s.outs[0]
        if data is None:
            return
        if len(data) not in (3, 4) or data[-3] not in (-1, 1, 3):
            s.fail(f"argument data has shape {data}, expected (c, h, w) or (n, c, h, w) with 1 or 3 channels")
        for name in ("mean", "std"):
            values = getattr(a, name)
            if data[-3] != -1 and len(values) not in (1, data[-3]) and values not in ((0.0,) * 4, (1.0,) * 4):
                s.fail(f"argument {name}={values} must be one number, or one for each of {data[-3]} channel(s)")
        s.set(0, data)
        s.out(0, data)

    def forward(xp, a, data):
        x = as_image(data)
        out = x - _per_channel(xp, a.mean, data.shape, x.dtype)
        out /= _per_channel(xp, a.std, data.shape, x.dtype)
        if data.dtype.kind in "iu":
            return out.astype(np.int64).astype(data.dtype)
        return out.astype(data.dtype, copy=False)

    def grad(F, a, dy):
        return F._backward_image_normalize(dy, std=a.std)


register(
    OpDef(
        "_backward_image_normalize",
        inputs="dy",
        params={"std": Normalize.params["std"]},
        forward=lambda xp, a, dy: dy / _per_channel(xp, a.std, dy.shape, dy.dtype),
        grad=lambda F, a, g: F._backward_image_normalize(g, std=a.std),
        hidden=True,
        doc="Gradient of _image_normalize, which is linear in dy.",
    )
)


@op("_image_crop")
class Crop:
    """The window of `width` x `height` at column `x`, row `y` of images (h, w, c) or (n, h, w, c).

    Any dtype (MXNet operator _image_crop).
    """

    x = Int(doc="First column.", lo=0)
    y = Int(doc="First row.", lo=0)
    width = Int(doc="Width of the window.", lo=1)
    height = Int(doc="Height of the window.", lo=1)

    examples = ("nd.image.crop(nd.arange(12).reshape((3, 4, 1)), 1, 0, 2, 2)",)

    def infer_shape(a, s):
        shape = image_shape(s, batches=True)
        if shape is None:
            return
        for name, begin, length, size in (("x", a.x, a.width, shape[-2]), ("y", a.y, a.height, shape[-3])):
            if size != -1 and begin + length > size:
                s.fail(
                    f"arguments {name}={begin} and {'width' if name == 'x' else 'height'}={length} "
                    f"leave the image of shape {shape}"
                )
        s.out(0, (*shape[:-3], a.height, a.width, shape[-1]))

    def forward(xp, a, data):
        return data[..., a.y : a.y + a.height, a.x : a.x + a.width, :].copy()

    def grad(F, a, dy, data):
        return F._backward__image_crop(dy, data, **a.as_dict())


def _crop_grad(xp: Any, a: Any, dy: Any, data: Any) -> Any:
    out = xp.zeros(data.shape, dy.dtype)
    out[..., a.y : a.y + a.height, a.x : a.x + a.width, :] = dy
    return out


backward_of(
    Crop,
    inputs="dy data",
    outputs="ddata",
    like={"ddata": "data"},
    forward=_crop_grad,
    grad=lambda F, a, g, dy, data: (F._image_crop(g, **a.as_dict()), F.zeros_like(data)),
)


def _same_image(a: Any, s: Any) -> None:
    s.set(0, s.outs[0])
    s.out(0, image_shape(s, batches=False))


def _flip(name: str, axis: int, what: str, example: str) -> None:
    @op(f"_image_flip_{name}", examples=(example,))
    class Flip:
        infer_shape = _same_image

        def forward(xp, a, data):
            return xp.ascontiguousarray(xp.flip(data, axis))

        def grad(F, a, dy):
            return F.reverse(dy, axis=(axis,))

    Flip.doc = (
        f"The image `data` (h, w, c) with {what} in reverse order; any dtype.\n\n"
        "The gradient is turned back; MXNet's is not, which is wrong.\n"
        f"(MXNet operator _image_flip_{name}.)"
    )


_flip("left_right", 1, "the columns", "nd.image.flip_left_right(nd.array([[[1], [2]]]))")
_flip("top_bottom", 0, "the rows", "nd.image.flip_top_bottom(nd.array([[[1], [2]], [[3], [4]]]))")


def _target(a: Any, height: int, width: int) -> tuple[int, int]:
    """Width and height of a resized image."""
    if len(a.size) == 2:
        return a.size
    size = a.size[0]
    if not a.keep_ratio:
        return size, size
    if height > width:
        return size, int(height * size / width)
    return int(width * size / height), size


@op("_image_resize")
class Resize:
    """Images (h, w, c) or (n, h, w, c) with another size, as OpenCV computes it (MXNet operator _image_resize).

    interp: 0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos, 5 exact linear. Nearest and linear always work, for
    uint8, float32 and other dtypes; the others need OpenCV (the extra `vision`). No gradient.
    """

    size = Shape((), "Width and height, or one number for both.")
    keep_ratio = Bool(False, "With one number: the shorter side gets it and the ratio is kept.")
    interp = Int(1, "How pixels are interpolated.")

    examples = (
        "nd.image.resize(nd.array([[[0], [100]], [[100], [200]]], dtype='uint8'), size=3)",
        "nd.image.resize(nd.arange(8).reshape((2, 4, 1)), size=1, keep_ratio=True, interp=0)",
    )

    def infer_shape(a, s):
        if len(a.size) not in (1, 2) or min(a.size) < 1:
            s.fail(f"argument size={a.size} must be a positive number or (width, height)")
        shape = image_shape(s, batches=True)
        if shape is not None:
            width, height = (-1, -1) if -1 in shape[-3:-1] else _target(a, *shape[-3:-1])
            s.out(0, (*shape[:-3], height, width, shape[-1]))

    def forward(xp, a, data):
        size = _target(a, *data.shape[-3:-1])
        if data.ndim == 3:
            return resize(xp, data, *size, a.interp)
        out = xp.empty((data.shape[0], size[1], size[0], data.shape[3]), data.dtype)
        for i in range(data.shape[0]):
            out[i] = resize(xp, data[i], *size, a.interp)
        return out

    grad = None


# Principal components of the colours of ImageNet (Krizhevsky et al. 2012): eigenvalues and, as columns, vectors
_EIGENVALUES = np.array([55.46, 4.794, 1.148], np.float32)
_EIGENVECTORS = np.array(
    [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]], np.float32
)


def lit(xp: Any, data: Any, alpha: Any) -> Any:
    """`data` (h, w, 3) with alpha times the principal components added; grey images (h, w, 1) as they are."""
    if data.shape[2] == 1:
        return data.copy()
    shift = (_EIGENVECTORS * (np.asarray(alpha, np.float32) * _EIGENVALUES)).sum(axis=1)
    x = as_image(data)
    row = xp.asarray(np.tile(shift.astype(x.dtype), data.shape[1]))  # long runs are added faster than three colours
    return stored(xp, (x.reshape(data.shape[0], -1) + row).reshape(data.shape), data.dtype)


@op("_image_adjust_lighting")
class AdjustLighting:
    """`data` (h, w, c) with the principal components of ImageNet's colours, times `alpha`, added to each pixel.

    Grey images stay as they are. uint8 is limited to 0..255. The gradient passes through (Krizhevsky et al. 2012;
    MXNet operator _image_adjust_lighting).
    """

    alpha = Floats(doc="Factors of the three components.")

    examples = ("nd.image.adjust_lighting(nd.zeros((1, 1, 3)), alpha=(0.1, 0, 0))",)

    def infer_shape(a, s):
        if len(a.alpha) != 3:
            s.fail(f"argument alpha={a.alpha} must have three elements")
        s.set(0, s.outs[0])
        s.out(0, image_shape(s, batches=False, channels=(1, 3)))

    def forward(xp, a, data):
        return lit(xp, data, a.alpha)

    def grad(F, a, dy):
        return dy
