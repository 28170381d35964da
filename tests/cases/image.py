"""Image operators that draw nothing."""

from tests.cases import X, case, values

_ANY = ("float32", "float64", "float16", "uint8", "int8", "int32", "int64")
_NO_HALF = tuple(d for d in _ANY if d != "float16")  # MXNet computes in half precision
_BYTES = {"lo": 0, "hi": 256}
_RAISES = "MXNet raises for this gradient"
_ODD = "MXNet leaves the middle row or column unwritten"
_NOT_TURNED = "MXNet passes the gradient on without turning it back"


def _pixels(*shape, hi=120):
    return X(*shape, lo=0, hi=hi)


_BLUE = "MXNet takes blue alone for the luminance"
# A PNG of 3 x 2 pixels
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d0000001c49444154789c636050f5ca9fb2f31eb306"
    "836fd1f43d0fd9b4034a014355071ea9de5f1f0000000049454e44ae426082"
)


def _random(name, *arrays, **kw):
    """Gradients pass through, whatever the change."""
    return [case(f"_image_random_{name}", a, numeric=False, **kw) for a in arrays]


_SMALL, _FLAT = X(4, 6, 3, lo=0, hi=1), X(4, 6, 1, lo=0, hi=1)
_CHANGE = {"min_factor": 0.4, "max_factor": 1.7}
_AROUND = {"top": 1, "bot": 2, "left": 0, "right": 3}
_JITTER = {"brightness": 0.3, "contrast": 0.4, "saturation": 0.0, "hue": 0.0}

CASES = [
    # gradients: tests/ops/test_image.py; the output is float32, too coarse for differences
    case("_image_to_tensor", _pixels(4, 5, 3), dtypes=_NO_HALF, differs_grad=_RAISES, numeric=False),
    case("_image_to_tensor", _pixels(2, 3, 4, 1), dtypes=_NO_HALF, differs_grad=_RAISES, numeric=False),
    case("_image_to_tensor", _pixels(2, 1, 1, 5), dtypes=("float32", "uint8"), differs_grad=_RAISES, numeric=False),
    case("_image_to_tensor", _pixels(2, 3, 3), dtypes=("float16",), rtol=1e-3, differs_grad=_RAISES, numeric=False),
    case("_image_normalize", X(3, 4, 5), attrs={"mean": (0.1, 0.2, 0.3), "std": (2.0, 3.0, 4.0)}),
    case("_image_normalize", X(2, 3, 2, 2), attrs={"mean": 0.5, "std": (2.0, 3.0, 4.0)}),
    case("_image_normalize", X(2, 1, 2, 3), attrs={"mean": (0.5,), "std": 0.25}),
    case(
        "_image_normalize",
        _pixels(3, 4, 5),
        attrs={"mean": (1.0, 2.0, 3.0), "std": (2.0, 3.0, 4.0)},
        dtypes=("uint8", "int8", "int32", "int64"),
    ),
    case("_image_crop", X(4, 5, 3), attrs={"x": 1, "y": 2, "width": 3, "height": 2}, dtypes=_ANY),
    case("_image_crop", X(2, 4, 5, 1), attrs={"x": 0, "y": 0, "width": 5, "height": 4}),
    case("_image_crop", X(2, 4, 5, 3), attrs={"x": 4, "y": 3, "width": 1, "height": 1}),
    case("_image_flip_left_right", X(3, 4, 3), dtypes=_ANY, differs_grad=_NOT_TURNED),
    case("_image_flip_left_right", X(2, 5, 3), differs=_ODD),
    case("_image_flip_left_right", X(1, 1, 2), differs=_ODD),
    case("_image_flip_top_bottom", X(4, 3, 3), dtypes=_ANY, differs_grad=_NOT_TURNED),
    case("_image_flip_top_bottom", X(5, 2, 1), differs=_ODD),
    case("_image_adjust_lighting", _pixels(3, 4, 3), attrs={"alpha": (0.1, -0.2, 0.3)}, dtypes=("float32", "float16")),
    # MXNet adds in single precision
    case(
        "_image_adjust_lighting",
        _pixels(2, 2, 3),
        attrs={"alpha": (1, -2, 0)},
        dtypes=("float64",),
        rtol=1e-6,
        atol=1e-5,
    ),
    case("_image_adjust_lighting", X(3, 4, 3, **_BYTES), attrs={"alpha": (0.3, 0.2, -0.3)}, dtypes=("uint8",)),
    *[
        case("_image_resize", X(*shape, **_BYTES), attrs=attrs, grad=False, dtypes=dtypes, atol=1e-3)
        for dtypes in (("uint8",), ("float32", "float64"))
        for shape, attrs in [
            ((7, 9, 3), {"size": (5, 13)}),
            ((7, 9, 1), {"size": 4}),
            ((8, 6, 3), {"size": (3, 4)}),
            ((4, 7, 3), {"size": 3, "keep_ratio": True}),
            ((7, 4, 3), {"size": (5,), "keep_ratio": True}),
            ((2, 5, 6, 3), {"size": (9, 7)}),
            ((2, 5, 6, 3), {"size": 3, "keep_ratio": True, "interp": 0}),
            ((5, 6, 4), {"size": (8, 3), "interp": 0}),
            ((20, 30, 3), {"size": (11, 7), "interp": 3}),
            ((5, 6, 3), {"size": (6, 5), "interp": 2}),
            ((9, 8, 3), {"size": (20, 19), "interp": 4}),
            ((1, 1, 3), {"size": (3, 2)}),
        ]
    ],
    case("_image_resize", X(9, 8, 3, **_BYTES), attrs={"size": (4, 15), "interp": 5}, grad=False, dtypes=("uint8",)),
    case(
        "_image_resize",
        X(9, 8, 3, **_BYTES),
        attrs={"size": (14, 15), "interp": 2},
        grad=False,
        dtypes=("float32",),
        atol=1e-3,
    ),
    *_random("brightness", _SMALL, _FLAT, attrs=_CHANGE, dtypes=("float32",)),
    *_random("brightness", X(4, 6, 3, **_BYTES), attrs=_CHANGE, dtypes=("uint8", "int32")),
    *_random("contrast", _SMALL, _FLAT, attrs=_CHANGE, dtypes=("float32",)),
    *_random("contrast", X(4, 6, 3, **_BYTES), attrs=_CHANGE, dtypes=("uint8",)),
    *_random("saturation", _FLAT, attrs=_CHANGE, dtypes=("float32",)),
    *_random("saturation", _SMALL, attrs=_CHANGE, dtypes=("float32", "float64"), differs=_BLUE),
    *_random("hue", _SMALL, attrs=_CHANGE, dtypes=("float32",), rtol=1e-4, atol=1e-5),
    *_random("hue", X(4, 6, 3, **_BYTES), attrs=_CHANGE, dtypes=("uint8",)),
    *_random("color_jitter", _SMALL, _FLAT, attrs=_JITTER, dtypes=("float32",), rtol=1e-4),
    *_random("color_jitter", _SMALL, attrs={**_JITTER, "hue": 0.2}, dtypes=("float32",), rtol=1e-4, atol=1e-5),
    *_random("lighting", _SMALL, attrs={"alpha_std": 0.1}, dtypes=("float32",), rtol=1e-4, atol=1e-5),
    *_random("lighting", X(4, 6, 3, **_BYTES), dtypes=("uint8",)),
    *_random("flip_left_right", _SMALL, _FLAT, dtypes=("float32", "float64"), differs_grad=_NOT_TURNED),
    *_random("flip_top_bottom", _SMALL, _FLAT, dtypes=("float32", "float64"), differs_grad=_NOT_TURNED),
    *[
        case("_cvimdecode", values(list(_PNG), "uint8"), attrs=attrs, grad=False, dtypes=("uint8",))
        for attrs in ({}, {"to_rgb": False}, {"flag": 0})
    ],
    case("_cvimresize", X(5, 6, 3, **_BYTES), attrs={"w": 4, "h": 9}, grad=False, dtypes=("uint8",)),
    case("_cvimresize", X(5, 6, 3), attrs={"w": 12, "h": 5, "interp": 0}, grad=False, dtypes=("float32",)),
    *[
        case("_cvcopyMakeBorder", X(3, 4, 3, **_BYTES), attrs={**_AROUND, **attrs}, grad=False, dtypes=dtypes)
        for attrs in ({}, {"value": 7}, {"values": (1, 2, 3)}, *({"type": t} for t in (1, 2, 3, 4)))
        for dtypes in (("uint8", "float32", "float64", "int32"),)
    ],
]
