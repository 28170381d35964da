"""Detection operators against MXNet on many random inputs: ties, padding, odd parameters; SSD as the book has it."""

import numpy as np
import pytest

_GRADIENTS = """
xs = [nd.array(x, dtype=x.dtype) for x in arrays]
for x in xs:
    x.attach_grad()
with autograd.record():
    y = {call}
y.backward(nd.array(np.cos(np.arange(y.size)).reshape(y.shape), dtype=y.dtype))
result = {{"y": y, **{{"dx%d" % i: x.grad for i, x in enumerate(xs)}}}}
"""


def grid_boxes(rng, *shape, grid):
    """Boxes on a grid, so that many overlaps are equal and some are exactly at the threshold."""
    return np.sort(rng.integers(0, grid + 1, (*shape, 2, 2)), axis=-2).reshape(*shape, 4) / grid


@pytest.mark.parametrize("seed", range(12))
def test_box_nms(both, seed):
    rng = np.random.default_rng(seed)
    n, grid = int(rng.integers(1, 60)), int(rng.integers(2, 9))
    scores = rng.integers(-1, grid, (3, n, 1)) / grid
    data = np.concatenate([rng.integers(0, 3, (3, n, 1)), scores, grid_boxes(rng, 3, n, grid=grid)], axis=-1)
    for _ in range(4):
        kw = {
            "overlap_thresh": float(rng.choice([0, 0.25, 0.5, 1 / 3, 0.7, 1])),
            "valid_thresh": float(rng.choice([-1, 0, 0.5])),
            "topk": int(rng.choice([-1, 0, 5])),
            "id_index": int(rng.choice([-1, 0])),
            "background_id": int(rng.choice([-1, 0, 1])),
            "force_suppress": bool(rng.integers(2)),
            "in_format": str(rng.choice(["corner", "center"])),
            "out_format": str(rng.choice(["corner", "center"])),
        }
        call = f"nd.contrib.box_nms(xs[0], **{kw})"
        both(_GRADIENTS.format(call=call), arrays=[data.astype("f")], rtol=0, atol=0)


@pytest.mark.parametrize("seed", range(8))
def test_box_iou_and_matching(both, seed):
    rng = np.random.default_rng(seed)
    a, b = (grid_boxes(rng, int(rng.integers(1, 40)), grid=6).astype("f") for _ in range(2))
    form = ["corner", "center"][seed % 2]
    both(f"y = nd.contrib.box_iou(nd.array(a), nd.array(b), format={form!r})", result="y", a=a, b=b, rtol=0, atol=0)
    s = (rng.integers(0, 7, (2, 9, 12)) / 7).astype("f")
    for ascend, topk in ((False, -1), (True, -1), (False, 3)):
        both(
            f"y = nd.contrib.bipartite_matching(nd.array(s), threshold=0.3, is_ascend={ascend}, topk={topk})",
            result="y", s=s, rtol=0, atol=0,
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_multibox_prior(both, seed):
    rng = np.random.default_rng(seed)
    kw = {
        "sizes": tuple(rng.uniform(0.1, 1, rng.integers(1, 4)).tolist()),
        "ratios": tuple(rng.uniform(0.3, 3, rng.integers(1, 4)).tolist()),
        "clip": bool(seed % 2),
    }
    if seed % 3 == 0:
        kw |= {"steps": (0.11, 0.23), "offsets": tuple(rng.uniform(0, 1, 2).tolist())}
    shape = (1, 2, int(rng.integers(1, 20)), int(rng.integers(1, 20)))
    both(f"y = nd.contrib.MultiBoxPrior(nd.ones({shape}), **{kw})", result="y", rtol=0, atol=0)


@pytest.mark.parametrize("grid", [3, 8, 1000])
@pytest.mark.parametrize("seed", range(5))
def test_multibox_target(both, seed, grid):
    """Classes, masks and ignored anchors exactly; locations to the last bits of the logarithm."""
    rng = np.random.default_rng(seed)
    b, n, m, c = 3, int(rng.integers(20, 90)), int(rng.integers(1, 8)), int(rng.integers(2, 6))
    anchors = grid_boxes(rng, 1, n, grid=grid).astype("f")
    anchors[..., 2:] += np.float32(1 / grid)
    labels = np.concatenate([rng.integers(0, c - 1, (b, m, 1)), grid_boxes(rng, b, m, grid=grid)], axis=-1).astype("f")
    labels[..., 3:] += np.float32(1 / grid)
    for i in range(b):
        labels[i, int(rng.integers(0, m + 1)) :] = -1
    pred = (rng.integers(0, 3, (b, c, n)) / 2 if seed % 2 else rng.normal(size=(b, c, n))).astype("f")
    for threshold in (0.5, 0.25, 0):
        for mining in ("", ", negative_mining_ratio=0.5, negative_mining_thresh=1, ignore_label=-2"):
            got = both(
                "loc, mask, cls = nd.contrib.MultiBoxTarget(nd.array(anchors), nd.array(labels), nd.array(pred), "
                f"overlap_threshold={threshold}{mining})",
                result=["loc", "mask", "cls"], anchors=anchors, labels=labels, pred=pred, rtol=1e-5, atol=1e-5,
            )  # fmt: skip
            for name in ("mask", "cls"):
                np.testing.assert_array_equal(got.ours[name], got.theirs[name])


@pytest.mark.parametrize("seed", range(8))
def test_multibox_detection(both, seed):
    rng = np.random.default_rng(seed)
    b, n, c = 2, int(rng.integers(1, 80)), int(rng.integers(2, 5))
    anchors = grid_boxes(rng, 1, n, grid=8).astype("f")
    prob = (rng.integers(0, 5, (b, c, n)) / 4).astype("f")
    loc = (rng.normal(size=(b, 4 * n)) if seed % 2 else np.zeros((b, 4 * n))).astype("f")
    for kw in (
        "nms_threshold=0.5", "nms_threshold=0.25, force_suppress=True", "threshold=0.5, nms_topk=10", "clip=False",
        "nms_threshold=0", "nms_threshold=1, threshold=0.25", "nms_threshold=1.5", "background_id=1, nms_topk=0",
    ):  # fmt: skip
        got = both(
            f"y = nd.contrib.MultiBoxDetection(nd.array(prob), nd.array(loc), nd.array(anchors), {kw})",
            result="y", prob=prob, loc=loc, anchors=anchors, rtol=1e-6, atol=1e-6,
        )  # fmt: skip
        np.testing.assert_array_equal(got.ours["y"][..., :2], got.theirs["y"][..., :2])


@pytest.mark.parametrize("mining", [False, True])
def test_single_shot_detector(both, mining):
    """The path of the book's chapter: anchors of several maps, targets for the losses, detections after softmax."""
    rng = np.random.default_rng(7)
    labels = np.full((2, 3, 5), -1, "f")
    labels[0, :2] = [[0, 0.1, 0.15, 0.5, 0.7], [1, 0.5, 0.2, 0.9, 0.9]]
    labels[1, :1] = [[1, 0.3, 0.3, 0.8, 0.6]]
    options = "negative_mining_ratio=3, negative_mining_thresh=0.5, overlap_threshold=0.4" if mining else ""
    both(
        f"""
        anchors = nd.concat(*[
            nd.contrib.MultiBoxPrior(nd.zeros((1, 1, k, k)), sizes=s, ratios=(1, 2, 0.5))
            for k, s in ((8, (0.2, 0.272)), (4, (0.37, 0.447)), (2, (0.54, 0.619)), (1, (0.88, 0.961)))
        ], dim=1)
        scores = nd.array(scores)
        loc, mask, cls = nd.contrib.MultiBoxTarget(anchors, nd.array(labels), scores, {options})
        prob = nd.softmax(scores, axis=1)
        found = nd.contrib.MultiBoxDetection(prob, nd.array(shift), anchors, nms_threshold=0.45, nms_topk=50)
        result = dict(anchors=anchors, loc=loc, mask=mask, cls=cls, found=found)
        """,
        labels=labels, scores=rng.normal(size=(2, 3, 340)).astype("f"), shift=rng.normal(size=(2, 1360)).astype("f"),
        rtol=1e-5, atol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_proposals(both, seed):
    rng = np.random.default_rng(seed)
    scales, ratios = [((8.0, 16.0), (0.5, 1, 2)), ((1.0,), (1,)), ((2.5,), (0.3, 3))][seed % 3]
    k, h, w = len(scales) * len(ratios), int(rng.integers(1, 9)), int(rng.integers(1, 9))
    stride = int(rng.choice([16, 7]))
    b = 1 if seed % 2 else 2
    prob = (rng.integers(0, 5, (b, 2 * k, h, w)) / 4 if seed % 4 else rng.uniform(size=(b, 2 * k, h, w))).astype("f")
    shift = rng.normal(size=(b, 4 * k, h, w)).clip(-3, 2).astype("f")
    size = [rng.uniform(0.6, 1, b) * n * stride for n in (h, w)]
    info = np.stack([*size, rng.choice([1, 1.7], b)], axis=1)
    kw = {
        "rpn_pre_nms_top_n": int(rng.choice([-1, 10, 6000])),
        "rpn_post_nms_top_n": int(rng.choice([1, 5, 100])),
        "threshold": float(rng.choice([0.7, 0.3, 0, 1])),
        "rpn_min_size": int(rng.choice([0, 16])),
        "scales": scales, "ratios": ratios, "feature_stride": stride, "output_score": True, "iou_loss": seed % 3 == 1,
    }  # fmt: skip
    both(
        f"y = nd.contrib.{'Proposal' if b == 1 else 'MultiProposal'}(nd.array(prob), nd.array(shift), nd.array(info), "
        f"**{kw})",
        result="y", prob=prob, shift=shift, info=info.astype("f"), rtol=1e-5, atol=1e-3,
    )  # fmt: skip


def regions(rng, n, batch, height, width, scale, ordered):
    box = rng.uniform(-2 / scale, (max(height, width) + 2) / scale, (n, 2, 2))
    if ordered:
        box = np.sort(box, axis=1)
    return np.concatenate([rng.integers(0, batch, (n, 1)), box.reshape(n, 4)], axis=1)


@pytest.mark.parametrize("seed", range(12))
def test_regions(both, seed):
    """Regions that reach over the borders, are empty or upside down."""
    rng = np.random.default_rng(seed)
    dtype = ["float32", "float64"][seed % 2]
    b, h, w, d = int(rng.integers(1, 4)), int(rng.integers(1, 12)), int(rng.integers(1, 12)), int(rng.integers(1, 4))
    p, q, scale = int(rng.integers(1, 5)), int(rng.integers(1, 5)), float(rng.choice([1, 0.5, 0.0625, 0.3]))
    rois = regions(rng, 6, b, h, w, scale, seed % 3 > 0).astype(dtype)
    shape = (b, d * p * q, h, w)
    data = (rng.integers(0, 4, shape) if seed % 2 else rng.normal(size=shape)).astype(dtype)
    common = f"xs[0], xs[1], spatial_scale={scale}"
    calls = [f"nd.ROIPooling({common}, pooled_size=({p}, {q}))"]
    for sensitive in (False, True):
        aligned = seed % 3 > 0 and bool(rng.integers(2))  # MXNet aborts where an aligned region is empty
        calls.append(
            f"nd.contrib.ROIAlign({common}, pooled_size=({p}, {q}), sample_ratio={int(rng.choice([-1, 1, 2]))}, "
            f"position_sensitive={sensitive}, aligned={aligned})"
        )
    for call in calls:
        both(_GRADIENTS.format(call=call), arrays=[data, rois], rtol=1e-4, atol=1e-4)
    g = int(rng.integers(1, 4))
    for k in (g, p):
        call = f"nd.contrib.PSROIPooling({common}, pooled_size={k}, group_size={g}, output_dim={d})"
        maps = rng.normal(size=(b, d * g * g, h, w)).astype(dtype)
        both(_GRADIENTS.format(call=call), arrays=[maps, rois], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_shifted_regions(both, seed):
    rng = np.random.default_rng(seed)
    b, h, w = int(rng.integers(1, 4)), int(rng.integers(2, 12)), int(rng.integers(2, 12))
    p, g, classes, part = (int(rng.integers(1, 4)) for _ in range(4))
    dim, scale, none = classes * int(rng.integers(1, 3)), float(rng.choice([1, 0.5, 0.0625])), seed % 4 == 3
    arrays = [rng.normal(size=(b, dim * g * g, h, w)), regions(rng, 5, b, h, w, scale, seed % 2)]
    if not none:
        arrays.append(rng.normal(size=(5, 2 * classes, part, part)))
    call = (
        f"nd.contrib.DeformablePSROIPooling(*xs, spatial_scale={scale}, output_dim={dim}, group_size={g}, "
        f"pooled_size={p}, part_size={part}, sample_per_part={int(rng.integers(1, 4))}, trans_std=0.2, no_trans={none})"
    )
    both(_GRADIENTS.format(call=call), arrays=[x.astype("f") for x in arrays], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_rotated_regions(both, seed):
    rng = np.random.default_rng(seed)
    h, w, scale = int(rng.integers(1, 12)), int(rng.integers(1, 12)), float(rng.choice([1, 0.5]))
    box = [rng.uniform(-1, max(h, w) + 1, (6, 2)), rng.uniform(0, max(h, w), (6, 2))]
    angle = rng.uniform(-180, 360, (6, 1))
    rois = np.concatenate([rng.integers(0, 2, (6, 1)), *(v / scale for v in box), angle], axis=1)
    both(
        f"y = nd.contrib.RROIAlign(nd.array(x, dtype=x.dtype), nd.array(r, dtype=x.dtype), pooled_size=(2, 3), "
        f"spatial_scale={scale}, sampling_ratio={int(rng.choice([-1, 1, 2]))})",
        result="y", x=rng.normal(size=(2, 3, h, w)), r=rois, rtol=1e-5, atol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_deformable_convolution(both, seed):
    """With offsets of 0 too, where training begins and the interpolation has a corner."""
    rng = np.random.default_rng(seed)
    kernel, stride, dilate = (tuple(rng.integers(1, n, 2).tolist()) for n in (4, 3, 3))
    pad, h, w = tuple(rng.integers(0, 3, 2).tolist()), int(rng.integers(5, 10)), int(rng.integers(5, 10))
    groups, shifted = int(rng.choice([1, 2])), int(rng.choice([1, 2]))
    axes = zip((h, w), kernel, stride, dilate, pad, strict=True)
    size = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, d, p in axes]
    taps = kernel[0] * kernel[1] * shifted
    offset = rng.normal(size=(2, 2 * taps, *size)) * [0, 0.5, 2][seed % 3]
    arrays = [rng.normal(size=(2, 4, h, w)), offset, rng.normal(size=(4, 4 // groups, *kernel)), rng.normal(size=4)]
    options = (
        f"kernel={kernel}, stride={stride}, dilate={dilate}, pad={pad}, num_filter=4, num_group={groups}, "
        f"num_deformable_group={shifted}"
    )
    arrays = [x.astype("f") for x in arrays]
    call = f"nd.contrib.DeformableConvolution(*xs, {options})"
    both(_GRADIENTS.format(call=call), arrays=arrays, rtol=1e-4, atol=2e-4)
    arrays.insert(2, rng.uniform(size=(2, taps, *size)).astype("f"))
    both(
        f"y = nd.contrib.ModulatedDeformableConvolution(*[nd.array(x) for x in arrays], {options})",
        result="y", arrays=arrays, rtol=1e-4, atol=1e-4,
    )  # fmt: skip


@pytest.mark.parametrize(
    "call, name",
    [
        ("nd.contrib.box_nms(nd.ones((3, 4)))", "box_nms"),
        ("nd.contrib.box_iou(nd.ones((3, 5)), nd.ones((3, 4)))", "box_iou"),
        ("nd.contrib.bipartite_matching(nd.ones((3,)), threshold=0.1)[0]", "bipartite_matching"),
        ("nd.contrib.MultiBoxPrior(nd.ones((2, 3)))", "MultiBoxPrior"),
        ("nd.contrib.MultiBoxPrior(nd.ones((1, 1, 2, 2)), steps=(0.1, -1))", "MultiBoxPrior"),
        ("nd.contrib.MultiBoxTarget(nd.ones((1, 3, 4)), nd.ones((1, 2, 4)), nd.ones((1, 2, 3)))[0]", "MultiBoxTarget"),
        ("nd.contrib.MultiBoxDetection(nd.ones((1, 2, 3)), nd.ones((1, 11)), nd.ones((1, 3, 4)))", "MultiBoxDetection"),
        ("nd.ROIPooling(nd.ones((1, 2, 3, 3)), nd.ones((1, 4)), pooled_size=(2, 2), spatial_scale=1)", "ROIPooling"),
        ("nd.ROIPooling(nd.ones((1, 2, 3, 3)), nd.ones((1, 5)), pooled_size=2, spatial_scale=1)", "ROIPooling"),
        ("nd.ROIPooling(nd.ones((1, 2, 3, 3)), nd.ones((1, 5)), pooled_size=(2, 2), spatial_scale=2)", "ROIPooling"),
        ("nd.contrib.ROIAlign(nd.ones((1, 2, 3)), nd.ones((1, 5)), pooled_size=(2, 2), spatial_scale=1)", "ROIAlign"),
    ],
)
def test_both_refuse(both, call, name):
    both(f"({call}).asnumpy()", raises=name)


@pytest.mark.parametrize(
    "call",
    [
        "contrib.box_nms(topk=3)", "contrib.bipartite_matching(threshold=0.1)[0]",
        "contrib.MultiBoxPrior(sizes=(0.5, 0.25))",
        "contrib.MultiBoxTarget()[1]", "contrib.Proposal()", "contrib.MultiProposal(output_score=True)[1]",
        "ROIPooling(pooled_size=(2, 2), spatial_scale=0.5)", "contrib.ROIAlign(pooled_size=(2, 2), spatial_scale=0.5)",
        "contrib.PSROIPooling(spatial_scale=1, output_dim=2, pooled_size=2)",
        "contrib.DeformablePSROIPooling(spatial_scale=1, output_dim=2, pooled_size=2, group_size=2)",
        "contrib.DeformableConvolution(kernel=(3, 3), num_filter=2)",
        "contrib.ModulatedDeformableConvolution(kernel=(3, 3), num_filter=2)",
    ],
)  # fmt: skip
def test_symbols(both, call):
    """Names of inputs and outputs, and JSON with the rows of hidden outputs."""
    both(f"s = sym.{call}\nt = sym.relu(s)\nresult = dict(a=t.list_arguments(), o=s.list_outputs(), j=t.tojson())")
