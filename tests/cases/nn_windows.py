"""Convolution, deconvolution and pooling along one, two and three axes: strides, dilation, padding, groups, layouts."""

from tests.cases import X, case

FD = dict(dtypes=("float32", "float64"), rtol=1e-4, atol=1e-5)
ONE = dict(dtypes=("float32",), rtol=1e-4, atol=1e-5)
CASES = []


def windows(name, data, weight, bias=None, **attrs):
    arrays = [X(*data), X(*weight)] + ([X(bias)] if bias else [])
    CASES.append(case(name, *arrays, attrs=dict(no_bias=bias is None, **attrs), **FD))


C = "Convolution"
windows(C, (2, 3, 7), (4, 3, 3), 4, kernel=(3,), num_filter=4)
windows(C, (2, 4, 9), (6, 2, 3), 6, kernel=(3,), num_filter=6, stride=(2,), dilate=(2,), pad=(2,), num_group=2)
windows(C, (2, 3, 6, 5), (4, 3, 3, 2), 4, kernel=(3, 2), num_filter=4)
windows(C, (2, 3, 6, 5), (4, 3, 3, 2), None, kernel=(3, 2), num_filter=4, stride=(2, 1), pad=(1, 1))
windows(C, (1, 4, 7, 7), (4, 1, 3, 3), 4, kernel=(3, 3), num_filter=4, num_group=4, dilate=(2, 2))
windows(C, (2, 3, 4, 4), (5, 3, 1, 1), 5, kernel=(1, 1), num_filter=5)
windows(C, (1, 1, 3, 3), (1, 1, 3, 3), 1, kernel=(3, 3), num_filter=1, pad=(2, 2), stride=(3, 3))
windows(C, (1, 2, 4, 4, 3), (3, 2, 2, 2, 2), 3, kernel=(2, 2, 2), num_filter=3)
windows(
    C, (1, 2, 5, 4, 4), (4, 1, 2, 2, 2), 4, kernel=(2, 2, 2), num_filter=4, num_group=2, stride=(2, 1, 1), pad=(1, 0, 1)
)
windows(C, (2, 3, 6, 5), (4, 3, 3, 2), 4, kernel=(3, 2), num_filter=4, layout="NCHW")
D = "Deconvolution"
windows(D, (2, 3, 5), (3, 2, 3), 2, kernel=(3,), num_filter=2)
windows(D, (2, 4, 5), (4, 3, 3), None, kernel=(3,), num_filter=6, num_group=2, stride=(2,), pad=(1,), adj=(1,))
windows(D, (2, 3, 4, 3), (3, 2, 3, 2), 2, kernel=(3, 2), num_filter=2)
windows(D, (2, 3, 4, 3), (3, 2, 3, 3), None, kernel=(3, 3), num_filter=2, stride=(2, 2), pad=(1, 1), adj=(1, 0))
CASES.append(
    case(
        D,
        X(1, 4, 3, 3),
        X(4, 1, 3, 3),
        attrs=dict(kernel=(3, 3), num_filter=2, num_group=2, dilate=(2, 1)),
        **FD,
    )
)
CASES.append(
    case(
        D,
        X(1, 2, 3, 3),
        X(2, 3, 4, 4),
        attrs=dict(kernel=(4, 4), num_filter=3, stride=(2, 2), target_shape=(6, 6)),
        **FD,
        beyond=("float32",),
    )
)
CASES.append(
    case(
        D,
        X(1, 2, 3, 3, 2),
        X(2, 2, 2, 2, 2),
        attrs=dict(kernel=(2, 2, 2), num_filter=2, no_bias=True),
        **FD,
        beyond=("float64",),
    )
)
# With train=True: the gradient of MXNet's max pooling needs what only a training pass keeps.
POOL = dict(train=True, **FD)
P = "Pooling"
for _type in ("max", "avg", "sum", "lp"):
    _p = dict(p_value=2) if _type == "lp" else {}
    for _shape, _each in (
        ((2, 3, 7), [dict(kernel=(3,)), dict(kernel=(3,), stride=(2,), pad=(1,))]),
        (
            (2, 3, 6, 5),
            [
                dict(kernel=(3, 2)),
                dict(kernel=(2, 2), stride=(2, 2)),
                dict(kernel=(3, 3), stride=(2, 2), pad=(1, 1)),
                dict(kernel=(2, 2), stride=(2, 2), pooling_convention="full"),
                dict(kernel=(1, 1), global_pool=True),
            ],
        ),
        (
            (1, 2, 4, 5, 3),
            [
                dict(kernel=(2, 2, 2)),
                dict(kernel=(3, 3, 2), stride=(2, 2, 1), pad=(1, 1, 0), pooling_convention="full"),
            ],
        ),
    ):
        for _attrs in _each:
            # (its double precision, without oneDNN, agrees)
            _wrong = len(_shape) == 5 and _type == "avg" and "pooling_convention" in _attrs
            _more = dict(differs_grad="MXNet's single precision loses a part of it") if _wrong else {}
            CASES.append(case(P, X(*_shape, lo=0.2), attrs=dict(pool_type=_type, **_p, **_attrs), **POOL, **_more))
CASES += [
    case(P, X(2, 3, 6, 5), attrs=dict(kernel=(3, 3), pad=(1, 1), pool_type="avg", count_include_pad=False), **POOL),
    case(P, X(2, 3, 6, 5), attrs=dict(kernel=(3, 3), pad=(1, 1), pool_type="avg", count_include_pad=True), **POOL),
    case(
        P,
        X(2, 3, 6, 5),
        attrs=dict(
            kernel=(3, 3),
            stride=(2, 2),
            pad=(1, 1),
            pool_type="avg",
            count_include_pad=False,
            pooling_convention="full",
        ),
        **POOL,
    ),
    case(
        P,
        X(1, 1, 4, 4),
        attrs=dict(kernel=(2, 2), stride=(2, 2), pad=(1, 1), pooling_convention="full"),
        **POOL,
        numeric=False,
        id="window in the padding",
    ),
    case(P, X(2, 3, 7, lo=0.2), attrs=dict(kernel=(2,), pool_type="lp", p_value=3), **POOL),
    case(P, X(2, 3, 7, lo=0.2), attrs=dict(kernel=(2,), pool_type="lp", p_value=1), **POOL),
    case(P, X(2, 7, 3), attrs=dict(kernel=(2,), pool_type="max", layout="NWC"), **POOL),
    case(P, X(2, 6, 5, 3), attrs=dict(kernel=(3, 2), stride=(2, 1), pool_type="avg", layout="NHWC"), **POOL),
    case(P, X(2, 3, 6, 5), attrs=dict(kernel=(2, 2), pool_type="max"), dtypes=("float16",), id="half", train=True),
    case(
        P,
        X(2, 3, 7),
        attrs=dict(kernel=(2,), stride=(2,), pool_type="max", pooling_convention="same"),
        **POOL,
        differs="MXNet's fails for other kinds of pooling and here",
    ),
    case(
        P,
        X(1, 1, 4, 4, lo=0, hi=9),
        attrs=dict(kernel=(2, 2), pool_type="max"),
        dtypes=("int8", "uint8"),
        id="whole",
        beyond=("int8", "uint8"),
    ),
    # the windows reach as far as the data are long, but begin in the padding
    case(P, X(2, 2, 3), attrs=dict(kernel=(3,), stride=(3,), pad=(1,)), **POOL, id="shifted"),
    case(
        P,
        X(2, 2, 3, lo=0.2),
        attrs=dict(kernel=(3,), stride=(3,), pad=(1,), pool_type="avg"),
        **POOL,
        id="shifted mean",
    ),
]
