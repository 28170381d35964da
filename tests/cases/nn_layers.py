"""Layers without windows: dense, activations, softmax, dropout, normalisation, up-sampling, im2col, CTC."""

from tests.cases import X, case, values

FD = dict(dtypes=("float32", "float64"))
HALF = {"float16": 2e-2}
# MXNet keeps parameters in single precision where the arrays are double.
SINGLE = dict(
    rtol={"float32": 1e-5, "float64": 1e-6, "float16": 1e-2}, atol={"float32": 1e-5, "float64": 1e-6, "float16": 5e-3}
)
CASES = [
    case("FullyConnected", X(2, 3), X(4, 3), X(4), attrs=dict(num_hidden=4), rtol=HALF, atol=HALF, beyond=("float16",)),
    case("FullyConnected", X(2, 3), X(4, 3), attrs=dict(num_hidden=4, no_bias=True), **FD),
    case("FullyConnected", X(2, 3, 2), X(4, 6), X(4), attrs=dict(num_hidden=4), **FD),
    case("FullyConnected", X(2, 3, 5), X(4, 5), X(4), attrs=dict(num_hidden=4, flatten=False), **FD),
    case("FullyConnected", X(1, 1), X(1, 1), X(1), attrs=dict(num_hidden=1), **FD),
    case("FullyConnected", X(4), X(3, 1), X(3), attrs=dict(num_hidden=3), **FD),
]
for _act in ("relu", "sigmoid", "tanh", "softrelu", "softsign"):
    CASES += [
        case("Activation", X(2, 3), attrs=dict(act_type=_act)),
        case("Activation", X(2, 3, 2, 2, lo=-30, hi=30), attrs=dict(act_type=_act), **FD, **SINGLE),
    ]
for _act in ("leaky", "elu", "selu", "gelu"):
    _more = dict(differs_grad="MXNet's is not the derivative") if _act == "selu" else {}
    CASES += [
        case("LeakyReLU", X(2, 3), attrs=dict(act_type=_act), **SINGLE, **_more),
        case("LeakyReLU", X(2, 3, 4), attrs=dict(act_type=_act, slope=0.1), **FD, **SINGLE, **_more),
    ]
CASES += [
    case("LeakyReLU", X(2, 3), X(3, lo=0.1), attrs=dict(act_type="prelu"), **FD, **SINGLE),
    case("LeakyReLU", X(2, 3, 4), X(1, lo=0.1), attrs=dict(act_type="prelu"), **FD, **SINGLE),
    case(
        "LeakyReLU", X(2, 3), attrs=dict(act_type="rrelu"), **FD, differs="MXNet leaves its second output as memory was"
    ),
    case("SoftmaxActivation", X(2, 3), beyond=("float64", "float16")),
    case("SoftmaxActivation", X(2, 3, 4, 2), attrs=dict(mode="channel"), beyond=("float64", "float16")),
]
for _name in ("softmax", "softmin", "log_softmax"):
    CASES += [
        case(_name, X(2, 3, 4)),
        case(_name, X(2, 3, 4), attrs=dict(axis=1)),
        case(_name, X(2, 3, 4), attrs=dict(axis=0, temperature=2.0)),
        case(_name, X(3, 1), atol={"float32": 1e-5, "float16": 1e-2}),
        case(
            _name,
            values([[1000, 0], [-1000, -1001]]),
            grad=False,
            id="large",
            rtol={"float32": 1e-5},
            atol={"float32": 1e-5},
        ),
        case(
            _name,
            X(2, 3),
            attrs=dict(dtype="float64"),
            dtypes=("float32",),
            numeric=False,
            id="dtype",
            rtol=1e-5,
            atol=1e-6,
        ),
    ]
CASES += [
    case(
        "softmax",
        X(2, 3, 4),
        values([[1, 2, 3, 1], [3, 3, 1, 2]], "int32"),
        attrs=dict(axis=1, use_length=True),
        grad=(1, 0),
        id="length",
    ),
    case("softmax", X(2, 3), values([1, 3], "int64"), attrs=dict(use_length=True), grad=(1, 0), id="length last"),
    case("softmax_cross_entropy", X(4, 3), values([0, 2, 1, 1]), grad=(1, 0), rtol={"float16": 1e-2}),
    case("Dropout", X(20, 30), train=True, numeric=False, dtypes=("float32",)),
    case("Dropout", X(20, 30), attrs=dict(p=0.2, axes=(0,)), train=True, numeric=False, dtypes=("float32",)),
    case("Dropout", X(2, 3)),
    case("Dropout", X(20, 30), attrs=dict(mode="always", p=0.9), numeric=False, dtypes=("float32",)),
    case("LayerNorm", X(2, 3, 4), X(4), X(4), **FD, rtol=1e-4, atol=1e-5),
    case("LayerNorm", X(2, 3, 4), X(3), X(3), attrs=dict(axis=1, eps=1e-3), **FD, rtol=1e-4, atol=1e-5),
    case("LayerNorm", X(2, 3), X(3), X(3), attrs=dict(output_mean_var=True), numeric=False, **FD, rtol=1e-4, atol=1e-5),
    case("GroupNorm", X(2, 4, 3), X(2), X(2), attrs=dict(num_groups=2), **FD, rtol=1e-4, atol=1e-5),
    case("GroupNorm", X(2, 4, 3, 2), X(1), X(1), attrs=dict(eps=1e-3), **FD, rtol=1e-4, atol=1e-5),
    case("InstanceNorm", X(2, 3, 4), X(3), X(3), **FD, beyond=("float64",), rtol=1e-4, atol=1e-5),
    case(
        "InstanceNorm", X(2, 3, 4, 2), X(3), X(3), attrs=dict(eps=1e-5), **FD, beyond=("float64",), rtol=1e-4, atol=1e-5
    ),
    case("LRN", X(2, 5, 3, 3), attrs=dict(nsize=3), **FD, beyond=("float64",)),
    case("LRN", X(2, 5, 3, 3), attrs=dict(nsize=5, alpha=0.1, beta=0.5, knorm=1), **FD, rtol=1e-4, beyond=("float64",)),
    case("im2col", X(2, 3, 5, 4), attrs=dict(kernel=(3, 2))),
    case("im2col", X(2, 3, 6, 5), attrs=dict(kernel=(2, 2), stride=(2, 1), dilate=(2, 1), pad=(1, 0))),
    case("im2col", X(2, 3, 7), attrs=dict(kernel=(3,), stride=(2,)), differs="MXNet has images of two axes only"),
    case("col2im", X(2, 12, 9), attrs=dict(output_size=(4, 4), kernel=(2, 2))),
    case("col2im", X(1, 9, 4), attrs=dict(output_size=(4, 4), kernel=(3, 3), stride=(2, 2), pad=(1, 1))),
    case("UpSampling", X(1, 2, 3, 2), attrs=dict(scale=2, sample_type="nearest", num_args=1), **FD),
    case("UpSampling", X(1, 2, 3, 2), X(1, 1, 6, 4), attrs=dict(scale=2, sample_type="nearest", num_args=2), **FD),
    case(
        "UpSampling",
        X(1, 2, 3, 2),
        X(1, 2, 6, 4),
        attrs=dict(scale=2, sample_type="nearest", num_args=2, multi_input_mode="sum"),
        **FD,
    ),
    case(
        "UpSampling",
        X(1, 2, 3, 2),
        X(2, 1, 4, 4),
        attrs=dict(scale=2, sample_type="bilinear", num_filter=2, num_args=2),
        **FD,
        rtol=1e-4,
    ),
]
for _mode in ("instance", "channel", "spatial"):
    CASES += [
        case("L2Normalization", X(2, 3, 4), attrs=dict(mode=_mode), **SINGLE),
        case("L2Normalization", X(2, 3, 4, 2), attrs=dict(mode=_mode, eps=0.1), **FD, **SINGLE),
    ]
for _k, _attrs in enumerate(
    (
        dict(fix_gamma=False),
        dict(),
        dict(fix_gamma=False, axis=2, eps=1e-5, momentum=0.5),
        dict(fix_gamma=False, use_global_stats=True),
        dict(fix_gamma=False, output_mean_var=True),
        dict(fix_gamma=False, axis=-1),
    )
):
    _c = 4 if _attrs.get("axis") in (2, -1) else 3
    _gamma = values([1] * _c) if _attrs.get("fix_gamma", True) else X(_c, lo=0.5)
    _numeric = not _attrs.get("output_mean_var")
    for _train in (False, True):
        CASES.append(
            case(
                "BatchNorm",
                X(2, 3, 4),
                _gamma,
                X(_c),
                X(_c),
                X(_c, lo=0.5),
                attrs=_attrs,
                train=_train,
                grad=(1, 1, 1),
                numeric=_numeric,
                **FD,
                rtol=1e-4,
                atol=1e-5,
            )
        )
CASES.append(
    case(
        "BatchNorm",
        X(2, 3, 4),
        *[X(3, dtype="float32", lo=0.5)] * 4,
        attrs=dict(fix_gamma=False),
        train=True,
        grad=(1, 1, 1),
        dtypes=("float16",),
        rtol=2e-2,
        atol=2e-2,
        id="half",
    )
)
# CTC: labels of several lengths, repeated ones, blanks first and last
_C = dict(rtol=1e-4, atol=1e-5, dtypes=("float32",))
CASES += [
    case("CTCLoss", X(5, 2, 4), values([[1, 2], [3, 0]]), grad=(1, 0), **_C),
    case("CTCLoss", X(5, 2, 4), values([[1, 1], [2, 0]]), grad=(1, 0), **_C),
    case("CTCLoss", X(5, 2, 4), values([[0, 1], [2, -1]]), attrs=dict(blank_label="last"), grad=(1, 0), **_C),
    case(
        "CTCLoss",
        X(5, 2, 4),
        values([[1, 2], [3, 1]]),
        values([4, 3]),
        attrs=dict(use_data_lengths=True),
        grad=(1, 0),
        **_C,
    ),
    case(
        "CTCLoss",
        X(5, 2, 4),
        values([[1, 2], [3, 1]]),
        None,
        values([2, 1]),
        attrs=dict(use_label_lengths=True),
        grad=(1, 0),
        **_C,
    ),
    case(
        "CTCLoss",
        X(5, 2, 4),
        values([[1, 2], [3, 1]]),
        values([4, 5]),
        values([2, 1]),
        attrs=dict(use_label_lengths=True, use_data_lengths=True),
        grad=(1, 0),
        **_C,
    ),
]
