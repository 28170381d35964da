"""Image operators with random numbers, symbols, errors, and the functions that read images, against MXNet."""

import pytest

SEEDS = (0, 5, 123456)


def _image(rng, dtype, channels=3):
    x = rng.integers(0, 256, (6, 7, channels))
    return x.astype(dtype) / (255 if dtype == "float32" else 1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("channels", [3, 1])
def test_brightness_and_contrast(both, rng, seed, dtype, channels):
    both(
        f"""
        mx.random.seed({seed})
        x = nd.array(x, dtype={dtype!r})
        result = [f(x, 0.3, 1.9).asnumpy() for f in (nd.image.random_brightness, nd.image.random_contrast) * 4]
        """,
        x=_image(rng, dtype, channels).astype(dtype), rtol=1e-5, atol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_hue(both, rng, seed):
    code = f"""
        mx.random.seed({seed})
        x = nd.array(x, dtype=dtype)
        result = [nd.image.random_hue(x, 0.1, 2.9).asnumpy() for _ in range(6)]
        """
    both(code, x=_image(rng, "float32").astype("f"), dtype="float32", rtol=1e-4, atol=1e-5)
    both(code, x=_image(rng, "uint8").astype("uint8"), dtype="uint8")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_saturation(both, rng, seed, dtype):
    """Of an image in blue only: MXNet leaves red and green out of the luminance."""
    x = _image(rng, dtype).astype(dtype)
    both(
        f"""
        mx.random.seed({seed})
        x = nd.array(x, dtype={dtype!r})
        result = [nd.image.random_brightness(x, 0.2, 1.8).asnumpy()]
        blue = nd.concat(x[:, :, :1] * 0, x[:, :, :1] * 0, x[:, :, 2:], dim=2)
        result.append(nd.image.random_saturation(blue, 0.2, 1.8).asnumpy())
        """,
        x=x, rtol=1e-5, atol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_flips(both, rng, seed):
    """Of even sizes: MXNet leaves the middle of others unwritten."""
    both(
        f"""
        mx.random.seed({seed})
        x = nd.array(x)
        result = [f(x).asnumpy() for f in (nd.image.random_flip_left_right, nd.image.random_flip_top_bottom) * 20]
        """,
        x=_image(rng, "float32")[:, :6].astype("f"),
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_lighting(both, rng, seed, dtype):
    both(
        f"""
        mx.random.seed({seed})
        x = nd.array(x, dtype={dtype!r})
        result = [nd.image.random_lighting(x, 0.3).asnumpy() for _ in range(40)]
        """,
        x=_image(rng, "uint8").astype(dtype), rtol=1e-5, atol=1e-4,
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kw", [
    "brightness=0.5, contrast=0, saturation=0, hue=0",
    "brightness=0.5, contrast=0.7, saturation=0, hue=0",
    "brightness=1.5, contrast=0.2, saturation=0, hue=0.3",
])  # fmt: skip
def test_color_jitter(both, rng, seed, kw):
    both(
        f"""
        mx.random.seed({seed})
        x = nd.array(x)
        result = [nd.image.random_color_jitter(x, {kw}).asnumpy() for _ in range(12)]
        """,
        x=_image(rng, "float32").astype("f"), rtol=1e-3, atol=1e-4,
    )  # fmt: skip


def test_one_stream(both, rng):
    """All take from one generator, in the order of the calls."""
    both(
        """
        mx.random.seed(11)
        x, i = nd.array(x), nd.image
        for _ in range(5):
            i.random_flip_left_right(x), i.random_saturation(x, 0.5, 1.5), i.random_lighting(x)
            i.random_color_jitter(x, brightness=0.1, contrast=0.1, saturation=0.1, hue=0.1)
            nd.shuffle(nd.arange(7)), i.random_hue(x, 0.5, 1.5), i.random_contrast(x, 0.5, 1.5)
        result = i.random_brightness(x, 0, 1).asnumpy()
        """,
        x=_image(rng, "float32").astype("f"),
    )


@pytest.mark.parametrize("name, attrs", [
    ("to_tensor", ""), ("normalize", "mean=(1, 2, 3), std=2"), ("crop", "x=1, y=1, width=2, height=3"),
    ("flip_left_right", ""), ("flip_top_bottom", ""), ("resize", "size=(3, 4)"), ("resize", "size=3, keep_ratio=True"),
    ("adjust_lighting", "alpha=(0.1, 0.2, 0.3)"), ("random_flip_left_right", ""), ("random_flip_top_bottom", ""),
    ("random_brightness", "min_factor=0.5, max_factor=1.5"), ("random_lighting", "alpha_std=0.1"),
    ("random_color_jitter", "brightness=0.1, contrast=0.1, saturation=0.1, hue=0.1"),
])  # fmt: skip
def test_symbols(both, name, attrs):
    shape = (3, 5, 6) if name == "normalize" else (5, 6, 3)
    both(
        f"""
        s = sym.image.{name}(sym.var("d"), {attrs})
        result = {{"json": s.tojson(), "shapes": s.infer_shape(d={shape}), "types": s.infer_type(d="float32"),
                   "all": s.get_internals().list_outputs()}}
        """
    )


_X = "nd.ones((4, 5, 3))"
ERRORS = [
    ("to_tensor(nd.ones((2, 2)))", "data"),
    ("normalize(nd.ones((2, 4, 5)), mean=0, std=1)", "channels"),
    ("normalize(nd.ones((3, 4, 5)), mean=(1, 2), std=1)", "mean"),
    (f"crop({_X}, 4, 0, 2, 2)", "width"),
    (f"crop({_X}, 0, 3, 2, 2)", "height"),
    (f"crop({_X}, 0, 0, 0, 2)", "width"),
    ("crop(nd.ones((4, 5)), 0, 0, 1, 1)", "data"),
    (f"resize({_X}, size=())", "size"),
    (f"resize({_X}, size=-1)", "size"),
    (f"resize({_X}, size=(1, 2, 3))", "size"),
    (f"resize({_X}, size=3, interp=7)", "interp"),
    ("flip_left_right(nd.ones((2, 4, 5, 3)))", "data"),
    ("adjust_lighting(nd.ones((2, 2, 2)), alpha=(0.1, 0.1, 0.1))", "channels"),
    ("random_hue(nd.ones((2, 2, 3)), -0.1, 0.1)", "min_factor"),
    ("random_brightness(nd.ones((2, 2)), 0, 1)", "data"),
    (f"random_color_jitter({_X})", "brightness"),
]


@pytest.mark.parametrize("call, names", ERRORS)
def test_errors(both, call, names):
    both(f"nd.image.{call}.asnumpy()", raises=names)
