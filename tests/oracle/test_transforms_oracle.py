"""Transforms of images against MXNet, random ones from equal seeds."""

import pytest

_SEEDED = """
import random
random.seed(seed), np.random.seed(seed), mx.random.seed(seed)
T = gluon.data.vision.transforms
x = nd.array(x, dtype=dtype)
"""


def _run(both, call, x, dtype="uint8", seed=0, times=1, **tolerance):
    code = _SEEDED + f"t = {call}\nresult = [t(x).asnumpy() for _ in range({times})]"
    return both(code, x=x.astype(dtype), dtype=dtype, seed=seed, **tolerance)


def _image(rng, h=12, w=18):
    return rng.integers(0, 256, (h, w, 3))


@pytest.mark.parametrize("call", [
    "T.Resize(5)", "T.Resize((7, 9))", "T.Resize(5, keep_ratio=True)", "T.Resize(5, True, 3)",
    "T.Resize((30, 20), False, 0)",
    "T.CenterCrop(5)", "T.CenterCrop((7, 3))", "T.CenterCrop((20, 5))", "T.CenterCrop((30, 40), 0)",
    "T.CropResize(1, 2, 7, 5)", "T.CropResize(1, 2, 7, 5, (4, 3), 1)", "T.CropResize(0, 0, 18, 12, 6, 3)",
    "T.ToTensor()", "T.Cast('float32')",
    "T.Compose([T.Resize(9), T.CenterCrop(6), T.ToTensor(), T.Normalize(0.4, 0.3)])",
])  # fmt: skip
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_fixed(both, rng, call, dtype):
    _run(both, call, _image(rng), dtype, rtol=1e-5, atol=1e-3 if dtype == "float32" else 1e-6)


@pytest.mark.parametrize("call", ["T.Resize((7, 9))", "T.CropResize(1, 2, 7, 5, (4, 3), 1)", "T.ToTensor()"])
def test_batches(both, rng, call):
    _run(both, call, rng.integers(0, 256, (3, 10, 11, 3)))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("call", [
    "T.RandomResizedCrop(6)", "T.RandomResizedCrop((5, 9), scale=(0.2, 0.6), ratio=(0.5, 3))",
    "T.RandomResizedCrop(6, scale=(1.5, 2))", "T.RandomResizedCrop(6, scale=0.5, interpolation=0)",
    "T.RandomFlipLeftRight()", "T.RandomFlipTopBottom()", "T.RandomBrightness(0.4)", "T.RandomBrightness(1.5)",
    "T.RandomContrast(0.4)", "T.RandomHue(0.3)", "T.RandomLighting(0.2)",
    "T.RandomColorJitter(brightness=0.3, contrast=0.2)", "T.RandomColorJitter(0.3, 0.2, 0, 0.1)",
    "T.RandomApply(T.RandomBrightness(0.4), p=0.6)",
    "T.Compose([T.RandomFlipLeftRight(), T.RandomColorJitter(0.1, 0.1), T.RandomResizedCrop(5), T.ToTensor()])",
])  # fmt: skip
def test_random(both, rng, call, seed):
    _run(both, call, _image(rng), seed=seed, times=8, rtol=1e-5, atol=1e-5)


_ROTATIONS = ["", ", zoom_in=True", ", zoom_out=True"]


@pytest.mark.parametrize("zoom", _ROTATIONS)
@pytest.mark.parametrize("shape", [(3, 6, 9), (1, 5, 5), (2, 3, 9, 4)])
@pytest.mark.parametrize("angle", [0, 30, 90, -123.4])
def test_rotate(both, rng, zoom, shape, angle):
    _run(both, f"T.Rotate({angle}{zoom})", rng.uniform(0, 1, shape), "float32", rtol=1e-3, atol=2e-5)


@pytest.mark.parametrize("zoom", _ROTATIONS)
@pytest.mark.parametrize("shape", [(3, 6, 9), (4, 2, 7, 5)])
def test_random_rotation(both, rng, zoom, shape):
    call = f"T.RandomRotation((-40, 70){zoom}, rotate_with_proba=0.7)"
    _run(both, call, rng.uniform(0, 1, shape), "float32", seed=4, times=6, rtol=1e-3, atol=2e-5)


@pytest.mark.parametrize("call", [
    "T.Normalize((0.1, 0.2, 0.3), (1, 2, 3))", "T.ToTensor()", "T.Resize(3, True, 2)", "T.CropResize(1, 2, 3, 4, 5, 1)",
    "T.RandomBrightness(0.5)", "T.RandomContrast(0.5)", "T.RandomSaturation(0.5)", "T.RandomHue(1.5)",
    "T.RandomColorJitter(0.1, 0.2, 0.3, 0.4)", "T.RandomLighting(0.1)", "T.RandomFlipLeftRight()",
])  # fmt: skip
def test_symbols(both, call):
    both(
        f"""
        t = gluon.data.vision.transforms
        block = {call.replace("T.", "t.")}
        result = {{"json": block(sym.var("x")).tojson(), "params": list(block.collect_params()), "text": repr(block)}}
        """
    )


@pytest.mark.parametrize("call, names", [
    ("T.Rotate(30, True, True)(nd.ones((3, 4, 5)))", "zoom_in"),
    ("T.Rotate(30)(nd.ones((3, 4, 5), dtype='uint8'))", "float32"),
    ("T.Rotate(30)(nd.ones((4, 5)))", "shape"),
    ("T.RandomRotation((3, 1))", "angle_limits"),
    ("T.RandomRotation((1, 3), rotate_with_proba=2)", "rotate_with_proba"),
    ("T.Resize(3)(nd.ones((4, 4)))", "data"),
    ("T.CropResize(3, 3, 3, 3)(nd.ones((4, 4, 3)))", "width"),
    ("T.CenterCrop(3)(nd.ones((2, 9, 9, 3)))", "shape"),
    ("T.RandomHue(-2)(nd.ones((4, 4, 3)))", "max_factor"),
])  # fmt: skip
def test_errors(both, call, names):
    both(f"T = gluon.data.vision.transforms\nresult = ({call}).asnumpy()", raises=names)
