"""mx.io.ImageDetRecordIter without MXNet beside it: random augmentation.

The picture's colours say where a pixel was: so what was done to it can be read from the result.
"""

import numpy as np
import pytest

import mxr as mx
from mxr.recordio import MXIndexedRecordIO, pack_img

pytest.importorskip("cv2")

H, W, OUT, N = 100, 200, 64, 120
THREE = np.array([[0.1, 0.1, 0.3, 0.3], [0.4, 0.4, 0.6, 0.6], [0.65, 0.7, 0.95, 0.9]])


def picture():
    y, x = np.mgrid[:H, :W]
    return np.stack([(x + 0.5) / W * 240, (y + 0.5) / H * 240, np.full((H, W), 128)], 2).round().astype(np.uint8)  # RGB


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("det")
    for name, boxes in {"one": THREE[1:2], "three": THREE}.items():
        w = MXIndexedRecordIO(folder / f"{name}.idx", folder / f"{name}.rec", "w")
        label = [2, 6, *(v for k, b in enumerate(boxes) for v in (k, *b, 9))]
        image = pack_img((0, label, 0, 0), picture()[:, :, ::-1], 3, ".png")
        for i in range(N):
            w.write_idx(i, image)
        w.close()
    return str(folder) + "/"


def batch(files, record="one", **kw):
    args = {"batch_size": N, "data_shape": (3, OUT, OUT), "verbose": False} | kw
    b = mx.io.ImageDetRecordIter(path_imgrec=f"{files}{record}.rec", **args).next()
    return b.data[0].asnumpy(), b.label[0].asnumpy()


def windows(data):
    """(left, top, right, bottom) of the original that each picture shows, from two points of its gradients."""

    def ends(v):
        step = (v[-9] - v[8]) / (OUT - 17)
        middle = (v[8] + v[-9]) / 2
        return middle - step * OUT / 2, middle + step * OUT / 2

    x = data.astype(float) / 240
    found = [(*ends(p[0, OUT // 2]), *ends(p[1, :, OUT // 2])) for p in x]
    return np.array(found)[:, [0, 2, 1, 3]]


def objects(row):
    assert row[3] == row[3:4].astype(int) and row[4:6].tolist() == [2, 6]
    rows = row[6 : 4 + int(row[3])].reshape(-1, 6)
    assert (row[4 + int(row[3]) :] == -1).all() and (rows[:, 5] == 9).all()
    return rows


def cover(window, boxes):
    """Shares of the objects inside, of the window that is an object's, and intersection over union."""
    both = np.maximum(np.minimum(window[2:], boxes[:, 2:]) - np.maximum(window[:2], boxes[:, :2]), 0).prod(1)
    own, parts = (boxes[:, 2:] - boxes[:, :2]).prod(1), (window[2:] - window[:2]).prod()
    return both / own, both / parts, both / (own + parts - both)


def check_cut(data, label, fits=lambda *cover: True, stays=None):
    """Labels are the objects seen through the window that the pixels show."""
    seen = windows(data)
    for window, row in zip(seen, label):
        got = objects(row)
        size = window[2:] - window[:2]
        want = np.clip((THREE[got[:, 0].astype(int)] - [*window[:2], *window[:2]]) / [*size, *size], 0, 1)
        np.testing.assert_allclose(got[:, 1:5], want, atol=0.04)
        assert len(got) and any(fits(*c) for c in zip(*cover(window, THREE)))
        if stays:
            for k, box in enumerate(THREE):
                sure, must = stays(window, box)
                if sure:
                    assert (k in got[:, 0]) == must
    return seen


def centre(window, box):
    middle = (box[:2] + box[2:]) / 2
    inside = np.minimum(middle - window[:2], window[2:] - middle).min()
    return abs(inside) > 0.02, inside > 0


def test_cut_sizes(files):
    """The part's area is the square of the scale, its ratio that of pixels."""
    args = {"rand_crop_prob": 1, "min_crop_aspect_ratios": 0.8, "max_crop_aspect_ratios": 1.6}
    data, label = batch(files, "three", min_crop_scales=0.3, max_crop_scales=0.6, **args)
    seen = check_cut(data, label, stays=centre)
    size = seen[:, 2:] - seen[:, :2]
    area, ratio = size.prod(1), size[:, 0] / size[:, 1] * W / H
    assert 0.075 < area.min() < 0.15 and 0.28 < area.max() < 0.375
    assert 0.76 < ratio.min() < 1 and 1.3 < ratio.max() < 1.7
    assert seen[:, :2].min() > -0.02 and seen[:, 2:].max() < 1.02 and seen[:, 0].std() > 0.1


def test_cut_of_a_shape_that_does_not_fit(files):
    """A square of 90% of the area of a picture twice as wide as high: the ratio gives way."""
    data, label = batch(files, "three", rand_crop_prob=1, min_crop_scales=0.9, max_crop_scales=0.95)
    size = check_cut(data, label)
    size = size[:, 2:] - size[:, :2]
    assert (size[:, 1] > 0.97).all() and size[:, 0].min() < 0.9


@pytest.mark.parametrize(
    "args, fits",
    [
        ({"min_crop_object_coverages": 0.9}, lambda inside, part, union: inside > 0.86),
        ({"min_crop_sample_coverages": 0.12}, lambda inside, part, union: part > 0.105),
        ({"min_crop_overlaps": 0.1}, lambda inside, part, union: union > 0.09),
        ({"min_crop_object_coverages": 0.2, "max_crop_object_coverages": 0.5},
         lambda inside, part, union: 0.16 < inside < 0.54),
        ({"min_crop_object_coverages": 0.9, "min_crop_overlaps": 0.17},  # both by the same object
         lambda inside, part, union: inside > 0.86 and union > 0.15),
    ],
)  # fmt: skip
def test_cut_constraints(files, args, fits):
    scales = {"rand_crop_prob": 1, "min_crop_scales": 0.5, "max_crop_scales": 0.501, "max_crop_trials": 500}
    data, label = batch(files, "three", **scales, **args, min_crop_aspect_ratios=2, max_crop_aspect_ratios=2)
    seen = check_cut(data, label, fits)
    assert (seen[:, 2] - seen[:, 0] < 0.6).all()  # a part was found for all


def test_cut_overlap_mode(files):
    def stays(window, box):
        inside = cover(window, box[None])[0][0]
        return abs(inside - 0.7) > 0.05, inside > 0.7

    scales = {"rand_crop_prob": 1, "min_crop_scales": 0.5, "max_crop_scales": 0.55}
    data, label = batch(files, "three", **scales, crop_emit_mode="overlap", emit_overlap_thresh=0.7)
    check_cut(data, label, stays=stays)


def test_cut_samplers(files):
    """Of two samplers each is taken at times; one that finds nothing leaves the work to the other."""
    scales = {
        "rand_crop_prob": 1,
        "num_crop_sampler": 2,
        "min_crop_scales": (0.3, 0.6),
        "max_crop_scales": (0.31, 0.61),
    }
    seen = check_cut(*batch(files, "three", **scales))
    area = (seen[:, 2:] - seen[:, :2]).prod(1)
    small, large = abs(area - 0.09) < 0.02, abs(area - 0.36) < 0.03
    assert small.sum() > N / 5 and large.sum() > N / 5 and (small | large).all()
    seen = check_cut(*batch(files, "three", **scales, min_crop_overlaps=(0.9, 0)))
    assert (abs((seen[:, 2:] - seen[:, :2]).prod(1) - 0.36) < 0.03).all()
    data, _ = batch(files, "three", **scales, min_crop_overlaps=0.9)
    assert (data == batch(files, "three")[0]).all()


def test_pad(files):
    data, label = batch(files, rand_pad_prob=1, max_pad_scale=3, fill_value=255)
    boxes = np.array([objects(row)[0, 1:5] for row in label])
    size = (boxes[:, 2:] - boxes[:, :2]) / 0.2  # the picture's share of what it was put on
    np.testing.assert_allclose(size[:, 0], size[:, 1], rtol=0.02)
    assert 2.5 < (1 / size).max() < 3.05 and 1 <= (1 / size).min() < 1.3
    corner = boxes[:, :2] - 0.4 * size
    assert corner.min() > -0.01 and (corner + size).max() < 1.01 and corner.std(0).min() > 0.1
    for image, box in zip(data, boxes):
        x, y = (OUT * (box[:2] + box[2:]) / 2).astype(int)
        assert abs(image[:2, y, x] / 240 - 0.5).max() < 0.06  # the object's middle is the picture's
    assert (data == 255).all(1).mean() > 0.3


def test_mirror(files):
    data, label = batch(files, "three", rand_mirror_prob=0.5, data_shape=(3, H, W))
    mirrored = data[:, 0, 50, 0] > 120
    assert N * 0.3 < mirrored.sum() < N * 0.7
    for flip, row in zip(mirrored, label):
        want = THREE.copy()
        if flip:
            want[:, [0, 2]] = 1 - THREE[:, [2, 0]]
        np.testing.assert_allclose(objects(row)[:, 1:5], want, rtol=1e-5)


@pytest.mark.parametrize(
    "what, size", [("hue", 20), ("saturation", 60), ("illumination", 60), ("contrast", 0.5)]
)  # fmt: skip
def test_colours(files, what, size):
    """As often as asked for; boxes and padding are left alone."""
    plain, plain_label = batch(files, "three")
    args = {f"max_random_{what}": size, f"random_{what}_prob": 0.5}
    data, label = batch(files, "three", **args)
    np.testing.assert_array_equal(label, plain_label)
    changed = abs(data - plain).max((1, 2, 3)) > 3
    assert N * 0.25 < changed.sum() < N * 0.7
    if what == "illumination":
        light = (data.max(1) + data.min(1) - plain.max(1) - plain.min(1))[:, 30, 30] / 2
        assert -62 < light.min() < -30 and 30 < light.max() < 62
    if what == "contrast":
        factor = data[:, 1, 20, 20] / plain[:, 1, 20, 20]
        assert 0.45 < factor.min() < 0.7 and 1.3 < factor.max() < 1.55
    padded, _ = batch(files, rand_pad_prob=1, max_pad_scale=4, fill_value=255, **args)
    assert (padded[:, :, [0, -1], :][..., [0, -1]] == 255).all(1).mean() > 0.9


def test_repeats_with_its_seed(files):
    args = {
        "rand_crop_prob": 0.5, "min_crop_scales": 0.3, "rand_mirror_prob": 0.5, "rand_pad_prob": 0.5,
        "max_pad_scale": 2, "max_random_hue": 30, "random_hue_prob": 0.5, "inter_method": 10, "resize_mode": "fit",
    }  # fmt: skip
    one = batch(files, "three", preprocess_threads=1, seed=1, **args)
    again = batch(files, "three", preprocess_threads=8, prefetch_buffer=0, seed=1, **args)
    for a, b in zip(one, again):
        np.testing.assert_array_equal(a, b)
    assert (batch(files, "three", seed=2, **args)[0] != one[0]).any()


def test_training_loop(files):
    """In the loop of Module, with the loss of SSD's label format."""
    it = mx.io.ImageDetRecordIter(path_imgrec=files + "three.rec", data_shape=(3, 16, 16), batch_size=32, verbose=False)
    assert it.provide_label[0].shape == (32, 4 + 2 + 3 * 6)
    assert [b.pad for b in it] == [0, 0, 0, 8]
    it.reset()
    boxes = mx.nd.slice_axis(it.next().label[0], axis=1, begin=6, end=None).reshape((32, 3, 6))
    np.testing.assert_allclose(boxes[0, :, 1:5].asnumpy(), THREE, rtol=1e-6)
