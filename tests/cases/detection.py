"""Boxes, anchors, regions of interest, deformable convolution."""

import numpy as np

from tests.cases import X, case, values

# Coordinates are multiples of 1/16 or so: exact in half precision, so that all dtypes see the same regions.
_BOXES = [
    [0, 0.875, 0.125, 0.125, 0.5, 0.5],
    [0, 0.75, 0.125, 0.125, 0.5, 0.4375],
    [1, 0.8125, 0.125, 0.125, 0.5, 0.5],
    [0, 0.75, 0.5625, 0.5625, 0.75, 0.875],
    [1, 0.0, 0.125, 0.75, 0.25, 0.875],
    [0, -0.5, 0.125, 0.75, 0.25, 0.875],
    [1, 0.625, 0.5, 0.5, 0.75, 0.75],
]


def _corner_boxes(x):
    """Uniform numbers (..., 4) as boxes on a grid of sixteenths, left < right and top < bottom."""
    first = np.floor(np.minimum(x[..., :2], x[..., 2:]) * 16) / 16
    return np.concatenate([first, first + np.ceil(np.abs(x[..., :2] - x[..., 2:]) * 16 + 1) / 16], axis=-1)


def boxes(*shape, seed=0):
    return X(*shape, lo=0, hi=1, via=_corner_boxes, seed=seed)


def sixteenths(*shape, lo=-2.0, hi=2.0, seed=0, apart=0.0):
    return X(*shape, lo=lo, hi=hi, via=lambda x: np.floor(x * 16) / 16 + apart, seed=seed)


def nms(rows=_BOXES, **attrs):
    return case("_contrib_box_nms", values(rows), attrs=attrs, numeric=False)  # with equal scores: no derivative


CASES = [
    nms(),
    nms(id_index=0),
    nms(id_index=0, force_suppress=True, overlap_thresh=0.25),
    nms(id_index=0, background_id=1),
    nms([[-1, 0.9, 0, 0, 4, 4], [-1, 0.8, 0, 0, 4, 3], [1, 0.5, 0, 0, 4, 4]], id_index=0),
    nms([[-2, 0.9, 0, 0, 4, 4], [-1, 0.8, 0, 0, 4, 3], [1, 0.5, 5, 5, 6, 6]], id_index=0, background_id=-2),
    nms(topk=2),
    nms(topk=0),
    nms(valid_thresh=0.7),
    nms(valid_thresh=5),
    nms(valid_thresh=-1, overlap_thresh=1),
    nms(overlap_thresh=0),
    nms(in_format="center"),
    nms(out_format="center"),
    nms(in_format="center", out_format="center", id_index=0),
    nms([_BOXES[:4], _BOXES[3:]], id_index=0, overlap_thresh=0.3),
    nms([[0.5, 0, 0, 1, 1], [0.75, 0, 0, 1, 0.875]], coord_start=1, score_index=0),
    case("_contrib_box_nms", values([_BOXES[:1]]), id="one-box"),
    case("_contrib_box_nms", values([_BOXES[:3], _BOXES[2:4] + _BOXES[6:]]), attrs=dict(topk=3), id="apart"),
    case("_contrib_box_non_maximum_suppression", values(_BOXES), attrs=dict(overlap_thresh=0.125), numeric=False),
    case("_contrib_box_iou", boxes(5, 4), boxes(3, 4), numeric=False),
    case("_contrib_box_iou", boxes(2, 3, 4), boxes(3, 4), attrs=dict(format="center"), numeric=False),
    case("_contrib_box_iou", boxes(1, 4), boxes(2, 1, 4), numeric=False),
    case("_contrib_box_iou", values([[0, 0, 0, 0], [0, 0, 1, 1], [1, 1, 0, 0]]), boxes(2, 4), numeric=False),
    case(
        "_contrib_box_encode", values([[1, 0, -1], [1, 1, 0.25]]), values([[0, 1, 1], [1, 0, 0]]), boxes(2, 3, 4),
        boxes(2, 2, 4), values([0, 0.125, 0.25, 0]), values([0.125, 0.125, 0.25, 0.25]), numeric=False,
    ),
    case(
        "_contrib_box_encode", values([[1]]), values([[0]]), boxes(1, 1, 4), boxes(1, 1, 4), values([0, 0, 0, 0]),
        values([1, 1, 1, 1]), numeric=False,
    ),
    case("_contrib_box_decode", sixteenths(2, 3, 4), boxes(1, 3, 4), numeric=False),
    case(
        "_contrib_box_decode", sixteenths(2, 3, 4), boxes(1, 3, 4), attrs=dict(clip=0.5, format="corner"),
        numeric=False,
    ),
    case(
        "_contrib_box_decode", sixteenths(1, 4, 4), boxes(1, 4, 4),
        attrs=dict(std0=0.125, std1=0.125, std2=0.25, std3=0.5), numeric=False,
    ),
    case("_contrib_bipartite_matching", sixteenths(4, 3, lo=0), attrs=dict(threshold=0.1), numeric=False),
    case("_contrib_bipartite_matching", sixteenths(2, 3, 4, lo=0), attrs=dict(threshold=1e-12, topk=1), numeric=False),
    case(
        "_contrib_bipartite_matching", sixteenths(3, 5, lo=0), attrs=dict(threshold=1.5, is_ascend=True), numeric=False
    ),
    case("_contrib_bipartite_matching", values([[0.5] * 3] * 3), attrs=dict(threshold=0.3), numeric=False, id="ties"),
    case("_contrib_bipartite_matching", values([[0.5]]), attrs=dict(threshold=0.5), numeric=False, id="none"),
]  # fmt: skip

# MXNet has these in float32 only
_ONLY = dict(beyond=("float64", "float16"), numeric=False)
_ANCHORS = [[0.125, 0.25, 0.375, 0.375], [0.125, 0.125, 0.5, 0.5], [0.25, 0.25, 0.75, 0.875], [0.5, 0.25, 0.875, 0.875]]
_LABELS = [
    [[0, 0.125, 0.125, 0.5, 0.875], [1, 0.5, 0.25, 0.875, 0.75], [-1] * 5],
    [[2, 0.25, 0.25, 0.75, 0.75], [-1] * 5, [-1] * 5],
    [[-1] * 5] * 3,
]


def target(anchors=(_ANCHORS,), labels=_LABELS, classes=4, **attrs):
    pred = sixteenths(len(labels), classes, len(anchors[0]))
    return case("_contrib_MultiBoxTarget", values(anchors), values(labels), pred, attrs=attrs, **_ONLY)


def detection(**attrs):
    prob = X(2, 3, 12, lo=0, hi=1, via=lambda x: np.round(x * 8) / 8)
    return case(
        "_contrib_MultiBoxDetection", prob, sixteenths(2, 48, lo=-1, hi=1), boxes(1, 12, 4), attrs=attrs, **_ONLY
    )


CASES += [
    case("_contrib_MultiBoxPrior", X(1, 3, 2, 3), **_ONLY),
    case("_contrib_MultiBoxPrior", X(2, 3, 4, 3), attrs=dict(sizes=(0.5, 0.25, 0.1), ratios=(1, 2, 0.5)), **_ONLY),
    case("_contrib_MultiBoxPrior", X(1, 1, 3, 3), attrs=dict(sizes=0.9, clip=True), **_ONLY),
    case(
        "_contrib_MultiBoxPrior", X(1, 1, 2, 3),
        attrs=dict(sizes=(0.5,), ratios=(4, 1), steps=(0.4, 0.3), offsets=(0.2, 0.7)), **_ONLY,
    ),
    case("_contrib_MultiBoxPrior", X(1, 1, 1, 1), attrs=dict(ratios=(3,)), **_ONLY),
    target(),
    target(overlap_threshold=0.25, variances=(0.1, 0.1, 0.1, 0.1)),
    target(overlap_threshold=0, ignore_label=-7),
    target(negative_mining_ratio=1),
    target(negative_mining_ratio=0.5, negative_mining_thresh=0.25, ignore_label=-2),
    target(labels=[[[1, 0, 0, 1, 1, 9, 9]]], classes=2),
    case(
        "_contrib_MultiBoxTarget", boxes(1, 50, 4),
        X(3, 4, 5, lo=0, hi=1, via=lambda x: np.concatenate([np.floor(x[..., :1] * 4), _corner_boxes(x[..., 1:])], -1)),
        sixteenths(3, 5, 50), attrs=dict(overlap_threshold=0.4, negative_mining_ratio=3), **_ONLY,
    ),
    detection(),
    detection(nms_threshold=0.25, threshold=0.5),
    detection(force_suppress=True, clip=False),
    detection(nms_topk=3),
    detection(nms_topk=100, variances=(0.2, 0.2, 0.1, 0.1)),
    detection(nms_threshold=-1),
    detection(threshold=2),
]  # fmt: skip


def proposal(name, batch, **attrs):
    k = len(attrs.get("scales", (4, 8, 16, 32))) * len(attrs.get("ratios", (0.5, 1, 2)))
    prob = X(batch, 2 * k, 3, 4, lo=0, hi=1, via=lambda x: np.round(x * 64) / 64)
    info = values([[48, 64, 1], [40, 50, 0.5]][:batch])
    return case(f"_contrib_{name}", prob, sixteenths(batch, 4 * k, 3, 4, lo=-0.5, hi=0.5), info, attrs=attrs,
                numeric=False, dtypes=("float32",), rtol=1e-5, atol=1e-4)  # fmt: skip


CASES += [
    proposal("Proposal", 1, rpn_post_nms_top_n=10, output_score=True),
    proposal("Proposal", 1, scales=(1, 2), rpn_post_nms_top_n=30, rpn_pre_nms_top_n=20, threshold=0.5),
    proposal("Proposal", 1, scales=(1.5,), ratios=(1,), rpn_post_nms_top_n=5, rpn_min_size=30, output_score=True),
    proposal("MultiProposal", 2, rpn_post_nms_top_n=10, output_score=True),
    proposal("MultiProposal", 2, scales=(1, 2), rpn_post_nms_top_n=4, iou_loss=True, output_score=True),
    proposal("MultiProposal", 1, scales=(1,), ratios=(0.5, 3), rpn_post_nms_top_n=300, threshold=0),
]

_ROIS = values([[0, 0, 0, 4, 4], [1, 1.5, 2.5, 5, 5], [0, 3, 3, 2, 2], [1, -3, -3, 10, 10], [0, 5, 0, 5.75, 4.25]])
_IN = values([[0, 0.25, 0.5, 4.125, 4], [1, 1.5, 2.5, 5, 5], [1, 0.125, 0.125, 8, 3]])


def pooling(pooled_size, spatial_scale, rois=_ROIS, **more):
    attrs = dict(pooled_size=pooled_size, spatial_scale=spatial_scale)
    return case("ROIPooling", X(2, 3, 6, 7), rois, attrs=attrs, grad=(1, 0), **more)


def align(pooled_size, spatial_scale, data=(2, 3, 6, 7), rois=_IN, **attrs):
    """In half precision MXNet computes the places of the points in it too, and is far off; we do so in single."""
    attrs = dict(pooled_size=pooled_size, spatial_scale=spatial_scale, **attrs)
    return case("_contrib_ROIAlign", X(*data), rois, attrs=attrs, grad=(1, 0), dtypes=("float32", "float64"))


def psroi(dim, pooled, scale, group=0, rois=_ROIS):
    attrs = dict(output_dim=dim, pooled_size=pooled, spatial_scale=scale, group_size=group)
    data = X(2, dim * (group or pooled) ** 2, 6, 7)
    return case("_contrib_PSROIPooling", data, rois, attrs=attrs, grad=(1, 0))


CASES += [
    pooling((2, 2), 1.0),
    pooling((3, 2), 0.5),
    pooling((1, 4), 0.0625, values([[1, 0, 0, 60, 90]])),
    pooling((2, 2), 1.0, values([[-1, 0, 0, 4, 4], [5, 0, 0, 4, 4]]), id="no-image"),
    case("ROIPooling", X(1, 2, 5, 5, whole=True, lo=0, hi=3), values([[0, 0, 0, 4, 4]]),
         attrs=dict(pooled_size=(2, 2), spatial_scale=1.0), grad=(1, 0), numeric=False, id="ties"),
    align((2, 2), 1.0),
    case("_contrib_ROIAlign", X(2, 3, 6, 7), values([[0, 0, 0, 4, 4], [1, 1, 2, 3, 6]]), grad=(1, 0),
         attrs=dict(pooled_size=(2, 2), spatial_scale=1.0, sample_ratio=2), id="half"),
    align((3, 2), 0.5, sample_ratio=2),
    align((2, 3), 1.0, aligned=True),
    align((2, 2), 0.5, sample_ratio=1, aligned=True),
    align((2, 2), 1.0, data=(2, 8, 6, 7), position_sensitive=True),
    align((1, 3), 0.5, data=(2, 6, 6, 7), position_sensitive=True, sample_ratio=3, aligned=True),
    align((7, 7), 1.0, rois=_ROIS),
    psroi(2, 2, 1.0),
    psroi(1, 3, 0.5, group=2),
    psroi(3, 2, 1.0, group=1),
    psroi(1, 1, 0.25),
]  # fmt: skip

_TURNED = values([[0, 3, 3, 4, 4, 30], [1, 2.5, 3, 5, 2, -45], [0, 2, 2, 0.25, 0.25, 90], [1, 6, 6, 9, 9, 200]])
_NO_GRADIENT = "MXNet has no gradient for it; here it is that of the average"
_ONLY_GPU = "MXNet has the gradient on GPUs only"


def rotated(pooled_size, spatial_scale, **attrs):
    attrs = dict(pooled_size=pooled_size, spatial_scale=spatial_scale, **attrs)
    return case("_contrib_RROIAlign", X(2, 3, 6, 7), _TURNED, attrs=attrs, grad=(1, 0), differs_grad=_NO_GRADIENT,
                dtypes=("float32", "float64"), rtol=1e-4, atol=1e-5)  # fmt: skip


def deformable(filters, data, kernel, groups=1, shifted=1, bias=True, modulated=False, **attrs):
    """Offsets stay off whole numbers, where the interpolation has a corner."""
    step, gap, pad = (attrs.get(n, d) for n, d in (("stride", (1, 1)), ("dilate", (1, 1)), ("pad", (0, 0))))
    size = [(n + 2 * p - g * (k - 1) - 1) // s + 1 for n, k, s, g, p in zip(data[2:], kernel, step, gap, pad)]
    taps = kernel[0] * kernel[1] * shifted
    inputs = [X(*data), sixteenths(data[0], 2 * taps, *size, apart=1 / 32)]
    if modulated:
        inputs.append(X(data[0], taps, *size, lo=0, hi=1))
    inputs.append(X(filters, data[1] // groups, *kernel))
    if bias:
        inputs.append(X(filters))
    attrs = dict(
        kernel=kernel, num_filter=filters, num_group=groups, num_deformable_group=shifted, no_bias=not bias, **attrs
    )
    name = "_contrib_ModulatedDeformableConvolution" if modulated else "_contrib_DeformableConvolution"
    return case(name, *inputs, attrs=attrs, dtypes=("float32", "float64"), rtol=1e-4, atol=1e-4,
                differs_grad=_ONLY_GPU if modulated else "")  # fmt: skip


def shifted_bins(dim, group, pooled, classes=1, part=0, **attrs):
    attrs = dict(output_dim=dim, group_size=group, pooled_size=pooled, part_size=part, **attrs)
    inputs = [X(2, dim * group**2, 6, 7), _IN]
    if not attrs.get("no_trans"):
        inputs.append(X(3, 2 * classes, part or pooled, part or pooled, lo=-1, hi=1))
    return case("_contrib_DeformablePSROIPooling", *inputs, attrs=attrs, grad=(1, 0, 1), dtypes=("float32", "float64"),
                rtol=1e-4, atol=1e-5)  # fmt: skip


CASES += [
    rotated((2, 2), 1.0),
    rotated((3, 2), 0.5, sampling_ratio=2),
    rotated((1, 1), 1.0, sampling_ratio=1),
]
for _modulated in (False, True):
    CASES += [
        deformable(4, (2, 4, 6, 5), (3, 3), modulated=_modulated),
        deformable(4, (2, 4, 6, 5), (3, 2), pad=(1, 2), stride=(2, 1), dilate=(2, 1), bias=False, modulated=_modulated),
        deformable(6, (1, 4, 5, 5), (3, 3), groups=2, shifted=2, pad=(1, 1), modulated=_modulated),
        deformable(4, (1, 4, 4, 4), (1, 1), shifted=4, modulated=_modulated),
        deformable(2, (2, 2, 5, 5), (3, 3), groups=2, layout="NCHW", modulated=_modulated),
    ]
CASES += [
    shifted_bins(2, 2, 2, spatial_scale=1.0, trans_std=0.1, sample_per_part=2),
    shifted_bins(4, 1, 3, classes=2, part=2, spatial_scale=0.5, trans_std=0.25),
    shifted_bins(2, 3, 3, spatial_scale=1.0, no_trans=True, sample_per_part=4),
    shifted_bins(1, 2, 4, spatial_scale=1.0, sample_per_part=1),
]
