"""Sampling, resizing and correlating feature maps; the _v1 operators; variants of BatchNorm."""

from tests.cases import X, case, values

_FLOAT32 = dict(beyond=("float64", "float16"))
_ST = dict(transform_type="affine", sampler_type="bilinear")
_NEAR_IDENTITY = X(2, 6, lo=-0.2, hi=0.2, via=lambda x: x + [1, 0, 0, 0, 1, 0])


# compared by symbols in tests/oracle/test_ops_spatial.py
_NO_STATES = "MXNet's functions of arrays cannot be given the auxiliary states"
_NO_MASK = "MXNet notes which outputs are positive in training only, its gradients are zero else"


def _vec(lo=-2.0, hi=2.0):
    return X(3, lo=lo, hi=hi)


def _norm(op, *shape, **kw):
    """data, gamma, beta, moving_mean, moving_var"""
    attrs = kw.pop("attrs", {})
    return case(op, X(*shape), _vec(0.5, 2), _vec(), _vec(-1, 1), _vec(0.5, 2), attrs=attrs, grad=(1, 1, 1), **kw)


CASES = [
    case("BilinearSampler", X(1, 1, 3, 4), X(1, 2, 2, 5, lo=-1.3, hi=1.3)),
    # MXNet finds the places in half precision
    case("BilinearSampler", X(2, 3, 5, 4), X(2, 2, 3, 3, lo=-0.95, hi=0.95), dtypes=("float16",), rtol=2e-2, atol=1e-2),
    case(
        "BilinearSampler",
        X(2, 3, 5, 4),
        X(2, 2, 3, 3, lo=-0.95, hi=0.95),
        attrs=dict(cudnn_off=True),
        dtypes=("float32", "float64"),
    ),
    case("BilinearSampler", X(2, 2, 1, 4), X(2, 2, 2, 2, lo=-1.2, hi=1.2), id="one-row"),
    case("BilinearSampler", X(1, 2, 4, 4), X(1, 2, 3, 3, lo=-9, hi=9), id="far-out"),
    case("BilinearSampler", X(1, 1, 1, 1), X(1, 2, 1, 1, lo=-0.5, hi=0.5), id="one-pixel"),
    case("BilinearSampler", X(1, 2, 3, 3), values([[[[-1, 0, 1]], [[1, 0, -1]]]]), grad=(1, 0), id="on-pixels"),
    case("GridGenerator", X(2, 6), attrs=dict(transform_type="affine", target_shape=(3, 4)), **_FLOAT32),
    case("GridGenerator", X(1, 6), attrs=dict(transform_type="affine", target_shape=(2, 2)), **_FLOAT32),
    case("GridGenerator", X(2, 2, 3, 5), attrs=dict(transform_type="warp"), **_FLOAT32),
    case("GridGenerator", X(1, 2, 2, 2), attrs=dict(transform_type="warp"), **_FLOAT32),
    case(
        "SpatialTransformer", X(2, 3, 5, 6), _NEAR_IDENTITY, attrs=dict(target_shape=(4, 3), **_ST), beyond=("float16",)
    ),
    case("SpatialTransformer", X(2, 1, 4, 4), X(2, 6), attrs=dict(target_shape=(5, 7), **_ST), beyond=("float16",)),
    case("Correlation", X(1, 2, 4, 5), X(1, 2, 4, 5)),
    case("Correlation", X(2, 3, 6, 5), X(2, 3, 6, 5), attrs=dict(max_displacement=2, pad_size=2)),
    case("Correlation", X(1, 2, 6, 7), X(1, 2, 6, 7), attrs=dict(kernel_size=3, max_displacement=2, pad_size=3)),
    case(
        "Correlation",
        X(2, 2, 9, 8),
        X(2, 2, 9, 8),
        attrs=dict(kernel_size=3, max_displacement=4, stride1=2, stride2=2, pad_size=4),
    ),
    case(
        "Correlation",
        X(1, 2, 7, 8),
        X(1, 2, 7, 8),
        attrs=dict(kernel_size=3, max_displacement=3, stride1=2, stride2=2, pad_size=4, is_multiply=False),
    ),
    case("Correlation", X(1, 3, 5, 4), X(1, 3, 5, 4), attrs=dict(stride1=3, max_displacement=3, stride2=2, pad_size=3)),
    case("Correlation", X(1, 3, 3, 3), X(1, 3, 3, 3), attrs=dict(max_displacement=0, is_multiply=False), id="no-shift"),
    case(
        "Correlation",
        X(1, 1, 3, 3),
        values([[[[1, 2, 0], [3, 1, 1], [0, 2, 2]]]]),
        attrs=dict(is_multiply=False, pad_size=1),
    ),
    *[
        case("_contrib_BilinearResize2D", X(2, 3, *size), attrs=dict(height=h, width=w, align_corners=corners))
        for size, h, w in [
            ((4, 5), 7, 9),
            ((4, 5), 2, 3),
            ((4, 5), 1, 1),
            ((1, 5), 3, 10),
            ((1, 1), 3, 2),
            ((7, 9), 3, 20),
            ((4, 5), 4, 5),
            ((4, 5), 4, 8),
            ((6, 3), 1, 6),
        ]
        for corners in (True, False)
    ],
    case("_contrib_BilinearResize2D", X(1, 2, 5, 6), attrs=dict(scale_height=2.0, scale_width=1.5)),
    case(
        "_contrib_BilinearResize2D", X(1, 2, 5, 6), attrs=dict(scale_height=1.4, scale_width=0.33, align_corners=False)
    ),
    *[
        case("_contrib_BilinearResize2D", X(1, 2, h, w), attrs=dict(scale_height=k, scale_width=m, mode="odd_scale"))
        for h, w, k, m in [(4, 5, 2.0, 2.0), (5, 6, 0.5, 0.5), (7, 7, 1.5, 3.3), (6, 9, 3.3, 0.7)]
    ],
    *[
        case("_contrib_BilinearResize2D", X(1, 1, 4, 5), attrs=dict(mode=mode), id=mode)
        for mode in ("to_even_down", "to_even_up", "to_odd_down", "to_odd_up")
    ],
    case("_contrib_BilinearResize2D", X(2, 2, 4, 5), X(2, 2, 7, 3), attrs=dict(mode="like"), id="like"),
    *[
        case("_contrib_AdaptiveAvgPooling2D", X(2, 3, *size), attrs=dict(output_size=out))
        for size, out in [
            ((5, 6), (2, 3)),
            ((5, 6), (7, 9)),
            ((5, 6), ()),
            ((5, 6), 1),
            ((13, 7), (6, 3)),
            ((1, 1), 3),
            ((4, 6), (4, 6)),
            ((4, 6), (2, 6)),
            ((7, 3), (4,)),
        ]
    ],
    *[
        case(
            "Convolution_v1",
            X(2, 4, 6, 7),
            X(4, 4 // attrs.get("num_group", 1), *attrs["kernel"]),
            *([] if attrs.get("no_bias") else [X(4)]),
            attrs=dict(num_filter=4, **attrs),
            rtol=1e-4,
            atol=2e-5,
            dtypes=("float32", "float64"),
        )
        for attrs in [
            dict(kernel=(3, 3)),
            dict(kernel=(3, 2), stride=(2, 1), pad=(1, 1), num_group=2),
            dict(kernel=(1, 1), no_bias=True),
            dict(kernel=(3, 3), dilate=(2, 2), layout="NCHW"),
        ]
    ],
    *[
        case(
            "Pooling_v1",
            X(2, 3, 7, 8),
            attrs=dict(pool_type=pool, **attrs),
            numeric=pool != "max",
            id=f"{pool}{i}",
            dtypes=("float32", "float64", "float16")[: 2 if pool == "sum" else 3],
        )
        for pool in ("max", "avg", "sum")
        for i, attrs in enumerate(
            [
                dict(kernel=(3, 3)),
                dict(kernel=(3, 3), stride=(2, 2), pad=(1, 1)),
                dict(kernel=(3, 2), stride=(2, 3), pad=(1, 0), pooling_convention="full"),
                dict(kernel=(3, 3), stride=(2, 2), pooling_convention="full"),
                dict(global_pool=True, kernel=(2, 2)),
                dict(global_pool=True),
                dict(kernel=(3, 3), pad=(2, 2), stride=(2, 2), pooling_convention="full"),
                dict(kernel=(2, 2), stride=(3, 4), pooling_convention="full"),
                dict(kernel=(1, 1)),
            ]
        )
    ],
    case(
        "Pooling_v1", values([[[[1, 1, 0], [1, 1, 0], [0, 0, 0]]]]), attrs=dict(kernel=(2, 2)), numeric=False, id="ties"
    ),
    *[
        _norm(
            f"_contrib_{op}",
            4,
            3,
            2,
            2,
            attrs=dict(**attrs, **more),
            train=train,
            numeric=False,
            dtypes=("float32",),
            rtol=1e-4,
            atol=1e-5,
            differs_grad=_NO_MASK if op[0] == "B" and not train else "",
        )
        for op, more in (("SyncBatchNorm", {"key": "bn"}), ("BatchNormWithReLU", {}))
        for attrs in (
            {},
            dict(fix_gamma=False),
            dict(fix_gamma=False, use_global_stats=True),
            dict(fix_gamma=False, eps=0.1, momentum=0.5),
        )
        for train in (True, False)
    ],
    _norm(
        "_contrib_SyncBatchNorm",
        5,
        3,
        attrs=dict(key="bn", output_mean_var=True),
        train=True,
        numeric=False,
        dtypes=("float32",),
        rtol=1e-4,
        atol=1e-5,
        id="two-axes",
    ),
    _norm(
        "_contrib_BatchNormWithReLU",
        4,
        3,
        2,
        2,
        attrs=dict(output_mean_var=True),
        train=True,
        numeric=False,
        dtypes=("float32",),
        rtol=1e-4,
        atol=1e-5,
        id="mean-var",
    ),
    *[
        _norm("BatchNorm_v1", *shape, attrs=attrs, train=train, numeric=False, dtypes=("float32",), differs=_NO_STATES)
        for shape in ((4, 3, 2, 2), (5, 3))
        for attrs in ({}, {"fix_gamma": False}, {"fix_gamma": False, "use_global_stats": True})
        for train in (True, False)
    ],
    case(
        "IdentityAttachKLSparseReg",
        X(4, 3, lo=0.1, hi=0.9),
        _vec(0.2, 0.8),
        attrs={"momentum": 1.0},  # else every backward pass gives another gradient
        grad=(1,),
        numeric=False,
        dtypes=("float32", "float64"),
        differs=_NO_STATES,
    ),
]
