"""Image operators where MXNet is wrong or has nothing to compare with."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, nd
from mxr.ops import image_resize

from .grad_check import check_gradients


def _random(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_flips_of_any_size(size):
    x = np.arange(size * size * 2, dtype="f").reshape(size, size, 2)
    np.testing.assert_array_equal(nd.image.flip_left_right(nd.array(x)).asnumpy(), x[:, ::-1])
    np.testing.assert_array_equal(nd.image.flip_top_bottom(nd.array(x)).asnumpy(), x[::-1])


def test_gradients():
    check_gradients(lambda x: nd.image.crop(x, 1, 2, 2, 2) ** 3, _random(5, 4, 3))
    check_gradients(lambda x: nd.image.normalize(x, mean=(1, 2, 3), std=(1, 2, 4)) ** 3, _random(2, 3, 2, 2))
    check_gradients(lambda x: nd.image.flip_left_right(x) ** 3, _random(3, 2, 1))
    x = nd.array(_random(2, 3, 4))
    x.attach_grad()
    with autograd.record():
        y = nd.image.to_tensor(x)
    y.backward(nd.array(np.arange(24).reshape(4, 2, 3)))
    np.testing.assert_allclose(x.grad.asnumpy(), np.arange(24).reshape(4, 2, 3).transpose(1, 2, 0) / 255, rtol=1e-6)


def test_gradient_of_random_flips():
    """It is flipped where the image was."""
    mx.random.seed(1)
    weight = np.arange(1, 7, dtype="f").reshape(2, 3, 1)
    seen = set()
    for _ in range(12):
        x = nd.array(weight)
        x.attach_grad()
        with autograd.record():
            y = nd.image.random_flip_left_right(x)
        y.backward(nd.array(weight))
        flipped = bool((y.asnumpy() != weight).any())
        np.testing.assert_array_equal(x.grad.asnumpy(), weight[:, ::-1] if flipped else weight)
        seen.add(flipped)
    assert seen == {True, False}


def test_gradients_pass_through_random_changes():
    x = nd.array(_random(2, 3, 3))
    x.attach_grad()
    with autograd.record():
        y = nd.image.random_color_jitter(x, 0.5, 0.5, 0.5, 0.5) + nd.image.random_lighting(x)
    y.backward()
    np.testing.assert_array_equal(x.grad.asnumpy(), np.full((2, 3, 3), 2, "f"))


def test_saturation_is_about_the_luminance():
    mx.random.seed(2)
    x = np.random.default_rng(0).uniform(0, 1, (4, 5, 3)).astype("f")
    y = nd.image.random_saturation(nd.array(x), 0.4, 0.4).asnumpy()
    grey = (x @ np.array([0.299, 0.587, 0.114], "f"))[:, :, None]
    np.testing.assert_allclose(y, 0.4 * x + 0.6 * grey, rtol=1e-5)
    white = nd.ones((1, 2, 3))
    np.testing.assert_allclose(nd.image.random_saturation(white, 0.1, 0.9).asnumpy(), 1, rtol=1e-6)


def test_grey_images_have_no_hue():
    """MXNet returns memory that it never wrote to."""
    x = nd.array(_random(2, 3, 1))
    for y in (
        nd.image.random_hue(x, 0.2, 0.8),
        nd.image.random_lighting(x, 1.0),
        nd.image.adjust_lighting(x, (1, 1, 1)),
    ):
        np.testing.assert_array_equal(y.asnumpy(), x.asnumpy())


def test_normalize_by_default():
    x = nd.ones((3, 2, 2))
    np.testing.assert_array_equal(nd.image.normalize(x).asnumpy(), x.asnumpy())


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("interp", [0, 1])
def test_resizing_without_opencv(monkeypatch, dtype, interp):
    """Equal to OpenCV, bit for bit in bytes."""
    pytest.importorskip("cv2")
    rng = np.random.default_rng(0)
    for _ in range(60):
        h, w, oh, ow = (int(v) for v in rng.integers(1, 40, 4))
        x = nd.array(rng.integers(0, 256, (h, w, 3)), dtype=dtype)
        theirs = nd.image.resize(x, size=(ow, oh), interp=interp).asnumpy()
        with monkeypatch.context() as m:
            m.setattr(image_resize, "opencv", lambda: None)
            ours = nd.image.resize(x, size=(ow, oh), interp=interp).asnumpy()
        if dtype == "uint8":
            np.testing.assert_array_equal(ours, theirs)
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-3)


def test_resizing_that_needs_opencv(monkeypatch):
    monkeypatch.setattr(image_resize, "opencv", lambda: None)
    with pytest.raises(mx.MXNetError, match=r"_image_resize.*interp=2 \(cubic\) needs OpenCV: pip install"):
        nd.image.resize(nd.ones((4, 5, 3)), size=3, interp=2)


def test_resizing_what_opencv_cannot():
    pytest.importorskip("cv2")
    with pytest.raises(mx.MXNetError, match="_image_resize.*int64"):
        nd.image.resize(nd.ones((4, 5, 3), dtype="int64"), size=3, interp=2)


def test_batches_are_images_one_by_one():
    x = nd.array(np.random.default_rng(0).integers(0, 256, (3, 5, 6, 3)), dtype="uint8")
    y = nd.image.resize(x, size=(4, 9)).asnumpy()
    for i in range(3):
        np.testing.assert_array_equal(y[i], nd.image.resize(x[i], size=(4, 9)).asnumpy())
