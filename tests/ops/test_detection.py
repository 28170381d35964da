"""Detection operators against slow loops written from the papers, and their errors."""

import math

import numpy as np
import pytest

from mxr import MXNetError, autograd, nd

from .grad_check import check_executor, check_gradients


def iou(p, q):
    w, h = min(p[2], q[2]) - max(p[0], q[0]), min(p[3], q[3]) - max(p[1], q[1])
    both = max(w, 0) * max(h, 0)
    total = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - both
    return both / total if both > 0 else 0.0


def some_boxes(rng, *shape, grid=None):
    c = rng.uniform(0, 1, (*shape, 2, 2)) if grid is None else rng.integers(0, grid + 1, (*shape, 2, 2)) / grid
    return np.sort(c, axis=-2).reshape(*shape, 4)


# ---- boxes
@pytest.mark.parametrize("classes", [None, 3])
@pytest.mark.parametrize("n", [1, 7, 200, 700])
def test_box_nms_is_greedy(rng, n, classes):
    """More boxes than one block of the algorithm, with many equal scores."""
    data = np.concatenate([rng.integers(0, 3, (n, 1)), rng.integers(0, 30, (n, 1)) / 30, some_boxes(rng, n)], axis=1)
    kept = []
    for i in sorted(range(n), key=lambda i: -data[i, 1]):
        if data[i, 1] <= 0.1:
            continue
        rivals = [j for j in kept if classes is None or data[i, 0] == data[j, 0]]
        if not any(iou(data[i, 2:], data[j, 2:]) > 0.25 for j in rivals):
            kept.append(i)
    out = nd.contrib.box_nms(
        nd.array(data, dtype="float64"), overlap_thresh=0.25, valid_thresh=0.1, id_index=-1 if classes is None else 0
    ).asnumpy()
    np.testing.assert_array_equal(out[: len(kept)], data[kept])
    assert (out[len(kept) :] == -1).all()


def test_box_nms_gradient_in_batches(rng):
    data = np.concatenate([rng.permutation(12).reshape(2, 2, 3, 1) + 1.0, some_boxes(rng, 2, 2, 3)], axis=-1)
    data[:, :, 1, 1:] = data[:, :, 0, 1:]  # so that boxes are dropped
    check_gradients(lambda x: nd.contrib.box_nms(x, coord_start=1, score_index=0), data)


def test_box_nms_converts_boxes_left_of_the_border():
    """MXNet leaves a box with a negative first coordinate as it is."""
    out = nd.contrib.box_nms(nd.array([[0, 1, -1, 2, 3, 4]]), out_format="center").asnumpy()
    np.testing.assert_array_equal(out, [[0, 1, 1, 3, 4, 2]])


@pytest.mark.parametrize("ascend", [False, True])
def test_bipartite_matching_is_greedy(rng, ascend):
    scores = rng.integers(0, 40, (2, 30, 25)) / 40
    rows, cols = nd.contrib.bipartite_matching(nd.array(scores), threshold=0.5, is_ascend=ascend)
    for b in range(2):
        want_rows, want_cols = np.full(30, -1), np.full(25, -1)
        pairs = [(i, j) for i in range(30) for j in range(25)]
        for i, j in sorted(pairs, key=lambda p: scores[b][p] if ascend else -scores[b][p]):
            good = scores[b, i, j] < 0.5 if ascend else scores[b, i, j] > 0.5
            if good and want_rows[i] == -1 == want_cols[j]:
                want_rows[i], want_cols[j] = j, i
        np.testing.assert_array_equal(rows[b].asnumpy(), want_rows)
        np.testing.assert_array_equal(cols[b].asnumpy(), want_cols)


def test_decode_undoes_encode(rng):
    anchors, refs = some_boxes(rng, 1, 6) + [0, 0, 0.1, 0.1], some_boxes(rng, 1, 6) + [0, 0, 0.1, 0.1]
    ones, which = np.ones((1, 6)), np.arange(6.0)[None]
    arrays = [nd.array(x, dtype="float64") for x in (ones, which, anchors, refs, np.zeros(4), np.full(4, 0.5))]
    shift, mask = nd.contrib.box_encode(*arrays)
    assert (mask.asnumpy() == 1).all()
    back = nd.contrib.box_decode(shift, arrays[2], std0=0.5, std1=0.5, std2=0.5, std3=0.5, format="corner")
    np.testing.assert_allclose(back.asnumpy(), refs, rtol=1e-12)


# ---- MultiBox
def test_targets_without_enough_negatives_take_all_there_are():
    """MXNet raises here."""
    anchors = nd.array([[[0, 0, 0.5, 0.5], [0, 0, 0.5, 0.4], [0.6, 0.6, 1, 1]]])
    label = nd.array([[[0, 0, 0, 0.5, 0.5]]])
    cls = nd.contrib.MultiBoxTarget(
        anchors, label, nd.zeros((1, 2, 3)), overlap_threshold=0.9, negative_mining_ratio=3, negative_mining_thresh=0.5
    )[2]
    np.testing.assert_array_equal(cls.asnumpy(), [[1, -1, 0]])


def test_targets_of_a_label_with_a_hole():
    labels = nd.array([[[0, 0, 0, 1, 1], [-1] * 5, [1, 0, 0, 1, 1]]])
    with pytest.raises(MXNetError, match=r"MultiBoxTarget: argument label: row 2 .*expected -1 throughout"):
        nd.contrib.MultiBoxTarget(nd.array([[[0, 0, 1, 1]]]), labels, nd.zeros((1, 2, 1)))


# ---- regions: the definitions, point by point
def pixel(image, y, x, zeros=False):
    """Interpolated value of image (c, h, w) at a point."""
    h, w = image.shape[1:]
    if not zeros:
        y, x = min(max(y, 0), h - 1), min(max(x, 0), w - 1)
    top, left = math.floor(y), math.floor(x)
    total = np.zeros(len(image))
    for i, wy in ((top, top + 1 - y), (top + 1, y - top)):
        for j, wx in ((left, left + 1 - x), (left + 1, x - left)):
            if wy * wx and 0 <= i < h and 0 <= j < w:
                total += wy * wx * image[:, i, j]
    return total


def align_loop(data, rois, bins, scale, ratio):
    out = np.zeros((len(rois), data.shape[1], *bins))
    h, w = data.shape[2:]
    for n, (b, left, top, right, bottom) in enumerate(rois):
        high, wide = max((bottom - top) * scale, 1), max((right - left) * scale, 1)
        gy, gx = ratio or math.ceil(high / bins[0]), ratio or math.ceil(wide / bins[1])
        for p in range(bins[0]):
            for q in range(bins[1]):
                for i in range(gy):
                    for j in range(gx):
                        y = top * scale + (p + (i + 0.5) / gy) * high / bins[0]
                        x = left * scale + (q + (j + 0.5) / gx) * wide / bins[1]
                        if -1 <= y <= h and -1 <= x <= w:
                            out[n, :, p, q] += pixel(data[int(b)], y, x) / (gy * gx)
    return out


ROIS = np.array([[0, 0.3, 0.6, 4.2, 4.1], [1, 1.5, 2.5, 5.3, 5.1], [1, -3.2, -2.7, 10.1, 9.4], [0, 4.3, 4.1, 4.4, 9.0]])


@pytest.mark.parametrize("bins, scale, ratio", [((2, 3), 1.0, 0), ((3, 2), 0.5, 2), ((1, 1), 1.0, 0)])
def test_roi_align(rng, bins, scale, ratio):
    data = rng.normal(size=(2, 3, 6, 7))
    out = nd.contrib.ROIAlign(
        nd.array(data, dtype="float64"), nd.array(ROIS, dtype="float64"), pooled_size=bins, spatial_scale=scale,
        sample_ratio=ratio or -1,
    )  # fmt: skip
    np.testing.assert_allclose(out.asnumpy(), align_loop(data, ROIS, bins, scale, ratio), rtol=1e-10, atol=1e-12)


def test_rotated_regions_of_no_angle_are_regions(rng):
    data = nd.array(rng.normal(size=(2, 3, 6, 7)), dtype="float64")
    centre, size = (ROIS[:, 1:3] + ROIS[:, 3:]) / 2, ROIS[:, 3:] - ROIS[:, 1:3]
    rois = np.concatenate([ROIS[:, :1], centre, size, np.zeros((4, 1))], axis=1)[:2]
    out = nd.contrib.RROIAlign(data, nd.array(rois, dtype="float64"), pooled_size=(2, 3), spatial_scale=1.0)
    straight = nd.contrib.ROIAlign(data, nd.array(ROIS[:2], dtype="float64"), pooled_size=(2, 3), spatial_scale=1.0)
    np.testing.assert_allclose(out.asnumpy(), straight.asnumpy(), rtol=1e-6, atol=1e-7)


def test_rotated_by_a_quarter_turn():
    """The top of the region turns to the left: the first row of bins is the first column, from below."""
    data, rois = np.arange(16.0).reshape(1, 1, 4, 4), nd.array([[0, 1.5, 1.5, 4, 4, 90]])
    out = nd.contrib.RROIAlign(nd.array(data), rois, pooled_size=(4, 4), spatial_scale=1.0, sampling_ratio=1)
    np.testing.assert_allclose(out.asnumpy()[0, 0], np.rot90(data[0, 0], -1), atol=1e-5)


def test_regions_of_no_image_are_zero(rng):
    data = nd.array(rng.normal(size=(2, 4, 6, 7)))
    rois = nd.array([[-1, 0, 0, 4, 4], [2, 0, 0, 4, 4]])
    turned, scale = nd.array([[-1, 2, 2, 3, 3, 10], [2, 2, 2, 3, 3, 10]]), {"spatial_scale": 1.0}
    data.attach_grad()
    for call in (
        lambda: nd.ROIPooling(data, rois, pooled_size=(2, 2), **scale),
        lambda: nd.contrib.ROIAlign(data, rois, pooled_size=(2, 2), **scale),
        lambda: nd.contrib.ROIAlign(data, rois, pooled_size=(2, 2), position_sensitive=True, **scale),
        lambda: nd.contrib.RROIAlign(data, turned, pooled_size=(2, 2), **scale),
        lambda: nd.contrib.PSROIPooling(data, rois, output_dim=1, pooled_size=2, **scale),
        lambda: nd.contrib.DeformablePSROIPooling(
            data, rois, output_dim=1, group_size=2, pooled_size=2, no_trans=True, **scale
        ),
    ):
        with autograd.record():
            y = call()
        y.backward()
        assert (y.asnumpy() == 0).all() and (data.grad.asnumpy() == 0).all()


LINEAR = {
    "ROIAlign": (lambda x, r: nd.contrib.ROIAlign(x, r, pooled_size=(2, 3), spatial_scale=1.0), ROIS),
    "ROIAlign, by position": (
        lambda x, r: nd.contrib.ROIAlign(x, r, pooled_size=(2, 2), spatial_scale=1.0, position_sensitive=True), ROIS,
    ),
    "RROIAlign": (
        lambda x, r: nd.contrib.RROIAlign(x, r, pooled_size=(2, 2), spatial_scale=1.0),
        np.array([[0, 2, 3, 4, 3, 30], [1, 3, 2, 5, 1, -100]]),
    ),
    "PSROIPooling": (
        lambda x, r: nd.contrib.PSROIPooling(x, r, output_dim=1, pooled_size=2, spatial_scale=1.0), ROIS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LINEAR)
def test_gradients_of_both_orders(rng, name):
    """Linear in data, and so is the gradient in its own: second order exists, beyond MXNet."""
    f, rois = LINEAR[name]
    rois = nd.array(rois, dtype="float64")
    check_gradients(lambda x: f(x, rois) ** 2, rng.normal(size=(2, 4, 4, 5)))


def roi_pooling_loop(data, rois, bins, scale):
    out = np.zeros((len(rois), data.shape[1], *bins))
    for n, (b, *box) in enumerate(rois):
        left, top, right, bottom = (int(math.copysign(math.floor(abs(v * scale) + 0.5), v)) for v in box)
        high, wide = max(bottom - top + 1, 1), max(right - left + 1, 1)
        for p in range(bins[0]):
            for q in range(bins[1]):
                ys = [top + math.floor(p * high / bins[0]), top + math.ceil((p + 1) * high / bins[0])]
                xs = [left + math.floor(q * wide / bins[1]), left + math.ceil((q + 1) * wide / bins[1])]
                (y0, y1), (x0, x1) = np.clip(ys, 0, data.shape[2]), np.clip(xs, 0, data.shape[3])
                if y1 > y0 and x1 > x0:
                    out[n, :, p, q] = data[int(b), :, y0:y1, x0:x1].max(axis=(1, 2))
    return out


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_roi_pooling(rng, dtype):
    data = rng.normal(size=(2, 3, 6, 7)).astype(dtype)
    x, rois = nd.array(data, dtype=dtype), nd.array(ROIS, dtype=dtype)
    x.attach_grad()
    with autograd.record():
        y = nd.ROIPooling(x, rois, pooled_size=(3, 2), spatial_scale=1.0)
    y.backward()
    np.testing.assert_array_equal(y.asnumpy(), roi_pooling_loop(data, ROIS, (3, 2), 1.0))
    used = np.isin(data, y.asnumpy())
    np.testing.assert_array_equal(x.grad.asnumpy() > 0, used)
    assert x.grad.asnumpy().sum() == (y.asnumpy() != 0).sum()


# ---- deformable convolution
def deformable_loop(data, offset, weight, stride, pad, dilate, groups, mask=None):
    n, c, h, w = data.shape
    filters, _, kh, kw = weight.shape
    oh, ow = offset.shape[2:]
    out, each = np.zeros((n, filters, oh, ow)), c // groups
    for b, p, q, g in np.ndindex(n, oh, ow, groups):
        for i, j in np.ndindex(kh, kw):
            tap = (g * kh + i) * kw + j
            y = p * stride[0] - pad[0] + i * dilate[0] + offset[b, 2 * tap, p, q]
            x = q * stride[1] - pad[1] + j * dilate[1] + offset[b, 2 * tap + 1, p, q]
            part = data[b, g * each : (g + 1) * each]
            if mask is None:
                seen = pixel(part, y, x) if 0 <= y < h and 0 <= x < w else 0 * part[:, 0, 0]
            else:
                seen = pixel(part, y, x, zeros=True) * mask[b, tap, p, q]
            out[b, :, p, q] += weight[:, g * each : (g + 1) * each, i, j] @ seen
    return out


@pytest.mark.parametrize("modulated", [False, True])
@pytest.mark.parametrize("groups", [1, 2])
def test_deformable_convolution(rng, modulated, groups):
    stride, pad, dilate = (2, 1), (1, 2), (1, 2)
    data, weight = rng.normal(size=(2, 4, 6, 5)), rng.normal(size=(3, 4, 3, 2))
    offset = rng.normal(size=(2, 12 * groups, 3, 7))
    mask = rng.uniform(size=(2, 6 * groups, 3, 7))
    more = {
        "kernel": (3, 2),
        "num_filter": 3,
        "stride": stride,
        "pad": pad,
        "dilate": dilate,
        "no_bias": True,
        "num_deformable_group": groups,
    }
    x = [nd.array(v, dtype="float64") for v in (data, offset, mask, weight)]
    f = nd.contrib.ModulatedDeformableConvolution if modulated else nd.contrib.DeformableConvolution
    if not modulated:
        del x[2]
    want = deformable_loop(data, offset, weight, stride, pad, dilate, groups, mask if modulated else None)
    np.testing.assert_allclose(f(*x, **more).asnumpy(), want, rtol=1e-10, atol=1e-10)


def test_deformable_convolution_without_offsets_is_convolution(rng):
    x, w, b = (nd.array(rng.normal(size=s)) for s in ((2, 4, 7, 6), (6, 2, 3, 3), (6,)))
    more = {"kernel": (3, 3), "num_filter": 6, "num_group": 2, "pad": (1, 1), "stride": (2, 1)}
    plain = nd.Convolution(x, w, b, **more).asnumpy()
    zero, one = nd.zeros((2, 18, 4, 6)), nd.ones((2, 9, 4, 6))
    np.testing.assert_allclose(nd.contrib.DeformableConvolution(x, zero, w, b, **more).asnumpy(), plain, atol=1e-5)
    out = nd.contrib.ModulatedDeformableConvolution(x, zero, one, w, b, **more).asnumpy()
    np.testing.assert_allclose(out, plain, atol=1e-5)


def test_gradients_of_modulated_deformable_convolution(rng):
    """MXNet has them on GPUs only."""
    arrays = [rng.normal(size=s) for s in ((2, 4, 5, 4), (2, 36, 3, 2), (2, 18, 3, 2), (2, 2, 3, 3), (2,))]
    more = {"kernel": (3, 3), "num_filter": 2, "num_group": 2, "num_deformable_group": 2}
    check_gradients(lambda *v: nd.contrib.ModulatedDeformableConvolution(*v, **more), *arrays, second=False)


def test_detection_head_compiled(rng):
    """Regions pooled and convolved in one graph: the executor gives what the tape gives."""
    import mxr as mx

    rois = [[0, 0, 0, 4, 4], [1, 1, 1, 5, 4]]

    def head(F, x, offset, w, r):
        y = F.contrib.DeformableConvolution(x, offset, w, kernel=(3, 3), num_filter=4, pad=(1, 1), no_bias=True)
        y = F.contrib.ROIAlign(F.relu(y), r, pooled_size=(2, 2), spatial_scale=1.0)
        return F.contrib.PSROIPooling(y, r, output_dim=1, pooled_size=2, spatial_scale=0.25)

    arrays = [rng.normal(size=s) for s in ((2, 3, 6, 7), (2, 18, 6, 7), (4, 3, 3, 3))]
    check_executor(
        lambda *v: head(nd, *v), lambda *v: head(mx.sym, *v), *(a.astype("f") for a in arrays), np.array(rois, "f")
    )


# ---- errors
x, one = nd.ones((2, 8, 6, 7)), nd.array([[0, 0, 0, 4, 4]])
o = lambda *s: nd.ones(s)  # noqa: E731
OPTIONS = {"pooled_size": (2, 2), "spatial_scale": 1.0}
WRONG = {
    "nms width": (lambda: nd.contrib.box_nms(o(3, 4)), "box_nms", "data", "(3, 4)", "5 elements"),
    "nms rank": (lambda: nd.contrib.box_nms(o(6)), "box_nms", "data", "(6,)", "two dimensions"),
    "nms score": (lambda: nd.contrib.box_nms(o(3, 6), score_index=3), "box_nms", "score_index=3", "2 to 5"),
    "nms no score": (lambda: nd.contrib.box_nms(o(3, 6), score_index=9), "box_nms", "score_index=9", "0 to 5"),
    "nms id": (lambda: nd.contrib.box_nms(o(3, 6), id_index=1), "box_nms", "id_index=1", "score_index"),
    "nms coordinates": (lambda: nd.contrib.box_nms(o(3, 6), coord_start=3), "box_nms", "coord_start=3"),
    "nms format": (lambda: nd.contrib.box_nms(o(3, 6), in_format="centre"), "in_format='centre'", "'center'"),
    "nms dtype": (lambda: nd.contrib.box_nms(nd.ones((3, 6), dtype="int32")), "box_nms", "data", "int32"),
    "iou columns": (lambda: nd.contrib.box_iou(o(3, 5), o(3, 4)), "box_iou", "lhs", "(3, 5)"),
    "iou rank": (lambda: nd.contrib.box_iou(o(3, 4), o(4)), "box_iou", "rhs", "(4,)"),
    "encode match": (
        lambda: nd.contrib.box_encode(o(1, 2), o(1, 2) * 7, o(1, 2, 4), o(1, 3, 4), o(4), o(4)),
        "matches", "7", "0 to 2",
    ),
    "encode shapes": (
        lambda: nd.contrib.box_encode(o(1, 2), o(1, 3), o(1, 2, 4), o(1, 3, 4), o(4), o(4)),
        "matches", "(1, 3)", "(1, 2)",
    ),
    "decode batch": (lambda: nd.contrib.box_decode(o(1, 2, 4), o(2, 2, 4)), "box_decode", "anchors", "(2, 2, 4)"),
    "decode count": (lambda: nd.contrib.box_decode(o(1, 2, 4), o(1, 3, 4)), "box_decode", "anchors", "(1, 3, 4)"),
    "matching rank": (lambda: nd.contrib.bipartite_matching(o(3), threshold=0.1), "bipartite_matching", "(3,)"),
    "matching threshold": (lambda: nd.contrib.bipartite_matching(o(3, 2)), "bipartite_matching", "threshold"),
    "prior rank": (lambda: nd.contrib.MultiBoxPrior(o(1, 2, 3)), "MultiBoxPrior", "data", "(1, 2, 3)"),
    "prior sizes": (lambda: nd.contrib.MultiBoxPrior(o(1, 2, 3, 3), sizes=(-1,)), "MultiBoxPrior", "sizes=(-1.0,)"),
    "prior ratios": (lambda: nd.contrib.MultiBoxPrior(o(1, 2, 3, 3), ratios=(1, 0)), "MultiBoxPrior", "ratios"),
    "prior steps": (lambda: nd.contrib.MultiBoxPrior(o(1, 2, 3, 3), steps=(0.1, -1)), "MultiBoxPrior", "steps"),
    "prior offsets": (lambda: nd.contrib.MultiBoxPrior(o(1, 2, 3, 3), offsets=(0.1, 2)), "MultiBoxPrior", "offsets"),
    "target label": (lambda: nd.contrib.MultiBoxTarget(o(1, 3, 4), o(1, 2, 4), o(1, 2, 3)), "label", "(1, 2, 4)"),
    "target anchors": (lambda: nd.contrib.MultiBoxTarget(o(1, 3, 4), o(1, 2, 5), o(1, 2, 4)), "cls_pred", "(1, 3, 4)"),
    "target batch": (lambda: nd.contrib.MultiBoxTarget(o(1, 3, 4), o(2, 2, 5), o(1, 2, 3)), "cls_pred", "(1, 2, 3)"),
    "target variances": (
        lambda: nd.contrib.MultiBoxTarget(o(1, 3, 4), o(1, 2, 5), o(1, 2, 3), variances=(1, 2)), "variances=(1.0, 2.0)",
    ),
    "target mining": (
        lambda: nd.contrib.MultiBoxTarget(
            o(1, 3, 4), o(1, 2, 5), o(1, 2, 3), negative_mining_ratio=1, negative_mining_thresh=0
        ),
        "MultiBoxTarget", "negative_mining_thresh=0",
    ),
    "detection": (lambda: nd.contrib.MultiBoxDetection(o(1, 2, 3), o(1, 11), o(1, 3, 4)), "loc_pred", "(1, 11)", "12"),
    "proposal batch": (
        lambda: nd.contrib.Proposal(o(2, 24, 3, 3), o(2, 48, 3, 3), o(2, 3)), "cls_prob", "MultiProposal",
    ),
    "proposal channels": (lambda: nd.contrib.Proposal(o(1, 20, 3, 3), o(1, 48, 3, 3), o(1, 3)), "cls_prob", "24"),
    "proposal image": (
        lambda: nd.contrib.Proposal(o(1, 24, 3, 3), o(1, 48, 3, 3), o(1, 3) * math.inf), "Proposal", "im_info",
    ),
    "regions": (lambda: nd.ROIPooling(x, o(1, 4), **OPTIONS), "ROIPooling", "rois", "(1, 4)", "5"),
    "regions nan": (lambda: nd.ROIPooling(x, one * math.nan, **OPTIONS), "ROIPooling", "rois", "row 0", "nan"),
    "regions far": (lambda: nd.contrib.ROIAlign(x, one * 1e30, **OPTIONS), "ROIAlign", "rois", "row 0"),
    "regions wide": (lambda: nd.contrib.ROIAlign(x, one * 1e8, **OPTIONS), "ROIAlign", "sample_ratio=-1", "points"),
    "points": (lambda: nd.contrib.ROIAlign(x, one, sample_ratio=2**40, **OPTIONS), "sample_ratio=1099511627776"),
    "bins": (lambda: nd.ROIPooling(x, one, pooled_size=2, spatial_scale=1), "ROIPooling", "pooled_size=(2,)"),
    "no bins": (lambda: nd.contrib.ROIAlign(x, one, pooled_size=(0, 2), spatial_scale=1), "pooled_size=(0, 2)"),
    "scale": (lambda: nd.ROIPooling(x, one, pooled_size=(2, 2), spatial_scale=2), "ROIPooling", "spatial_scale=2"),
    "rank of data": (lambda: nd.ROIPooling(o(2, 3, 4), one, **OPTIONS), "ROIPooling", "data", "(2, 3, 4)"),
    "channels": (
        lambda: nd.contrib.ROIAlign(x, one, pooled_size=(3, 3), spatial_scale=1, position_sensitive=True), "8 channels",
    ),
    "rotated": (lambda: nd.contrib.RROIAlign(x, one, **OPTIONS), "RROIAlign", "rois", "(1, 5)", "6"),
    "groups": (
        lambda: nd.contrib.PSROIPooling(x, one, output_dim=3, pooled_size=2, spatial_scale=1), "PSROIPooling", "12",
    ),
    "shifts": (
        lambda: nd.contrib.DeformablePSROIPooling(
            x, one, o(1, 3, 2, 2), output_dim=2, pooled_size=2, group_size=2, spatial_scale=1
        ),
        "DeformablePSROIPooling", "trans", "(1, 3, 2, 2)",
    ),
    "offset": (
        lambda: nd.contrib.DeformableConvolution(
            x, o(2, 17, 4, 5), o(4, 8, 3, 3), kernel=(3, 3), num_filter=4, no_bias=True
        ),
        "DeformableConvolution", "offset", "(2, 17, 4, 5)", "(2, 18, 4, 5)",
    ),
    "mask": (
        lambda: nd.contrib.ModulatedDeformableConvolution(
            x, o(2, 18, 4, 5), o(2, 8, 4, 5), o(4, 8, 3, 3), kernel=(3, 3), num_filter=4, no_bias=True
        ),
        "ModulatedDeformableConvolution", "mask", "(2, 8, 4, 5)", "(2, 9, 4, 5)",
    ),
    "deformable groups": (
        lambda: nd.contrib.DeformableConvolution(
            x, o(2, 54, 4, 5), o(4, 8, 3, 3), kernel=(3, 3), num_filter=4, no_bias=True, num_deformable_group=3
        ),
        "num_deformable_group=3", "8 channels",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input(name):
    call, *words = WRONG[name]
    with pytest.raises(MXNetError) as e:
        call()
    for word in words:
        assert word in str(e.value), f"{word!r} is not in: {e.value}"


@pytest.mark.parametrize("shape", [(0, 6), (2, 0, 6), (0, 3, 6)])
def test_no_boxes(shape):
    data = nd.array(np.zeros(shape))
    assert nd.contrib.box_nms(data).shape == shape


def test_no_regions():
    none, turned = nd.array(np.zeros((0, 5))), nd.array(np.zeros((0, 6)))
    data = nd.ones((2, 8, 6, 7))
    data.attach_grad()
    for call, shape in (
        (lambda: nd.ROIPooling(data, none, **OPTIONS), (0, 8, 2, 2)),
        (lambda: nd.contrib.ROIAlign(data, none, **OPTIONS), (0, 8, 2, 2)),
        (lambda: nd.contrib.ROIAlign(data, none, position_sensitive=True, **OPTIONS), (0, 2, 2, 2)),
        (lambda: nd.contrib.RROIAlign(data, turned, **OPTIONS), (0, 8, 2, 2)),
        (lambda: nd.contrib.PSROIPooling(data, none, output_dim=2, pooled_size=2, spatial_scale=1), (0, 2, 2, 2)),
    ):
        with autograd.record():
            y = call()
        assert y.shape == shape
        y.backward()
        assert (data.grad.asnumpy() == 0).all()


def test_infinities_stay_in_their_bins():
    """Pooling is a matrix product, but pixels that a bin does not touch must not reach it as 0 times infinity."""
    x = np.arange(16, dtype="float32").reshape(1, 1, 4, 4)
    x[0, 0, 0, 0] = np.inf
    rois = nd.array([[0, 0, 0, 4, 4], [0, 2, 2, 3, 3]])
    for call in (
        lambda v: nd.contrib.ROIAlign(v, rois, pooled_size=(2, 2), spatial_scale=1.0, sample_ratio=1),
        lambda v: nd.contrib.PSROIPooling(v, rois, spatial_scale=1.0, output_dim=1, pooled_size=2, group_size=1),
    ):
        finite = np.where(np.isinf(x), 0, x).astype("float32")
        got, want = call(nd.array(x)).asnumpy(), call(nd.array(finite)).asnumpy()
        touched = call(nd.array(np.isinf(x).astype("float32"))).asnumpy() > 0
        np.testing.assert_allclose(got, np.where(touched, np.inf, want), rtol=1e-6)


def test_roi_pooling_of_unusual_numbers():
    """Bins of -inf are not empty; ties and infinities go to the first pixel; a gradient of NaN stays where it is."""
    x = nd.array([[[[-np.inf, -np.inf, 5], [-np.inf, -np.inf, 5], [7, np.inf, 5]]]])
    x.attach_grad()
    with autograd.record():
        y = nd.ROIPooling(x, nd.array([[0, 0, 0, 1, 1], [0, 2, 0, 2, 2], [3, 0, 0, 2, 2]]), (1, 1), 1.0)
    np.testing.assert_array_equal(y.asnumpy().ravel(), [-np.inf, 5, 0])
    y.backward(nd.array([2, np.nan, np.nan]).reshape((3, 1, 1, 1)))
    np.testing.assert_array_equal(x.grad.asnumpy()[0, 0], [[2, 0, np.nan], [0, 0, 0], [0, 0, 0]])
