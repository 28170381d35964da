"""Loss heads, whose gradients ignore what comes in."""

from tests.cases import X, case, values

# MXNet keeps parameters in single precision where the arrays are double.
SINGLE = dict(rtol={"float64": 1e-6}, atol={"float64": 1e-6})
FD = dict(dtypes=("float32", "float64"), grad=(1, 0), **SINGLE)
LABEL = values([0, 2, 1, 2])
CASES = []
for _attrs in (
    dict(),
    dict(grad_scale=0.5),
    dict(use_ignore=True, ignore_label=2),
    dict(normalization="batch"),
    dict(normalization="valid", use_ignore=True, ignore_label=2),
    dict(smooth_alpha=0.1),
    dict(normalization="valid"),
):
    CASES.append(case("SoftmaxOutput", X(4, 3), LABEL, attrs=_attrs, **FD))
CASES += [
    case("SoftmaxOutput", X(4, 3), LABEL, dtypes=("float16",), grad=(1, 0), id="half"),
    case("SoftmaxOutput", X(2, 3, 4), values([[0, 2, 1, 2], [1, 1, 0, 2]]), attrs=dict(multi_output=True), **FD),
    case(
        "SoftmaxOutput",
        X(2, 3, 2, 2),
        values([[[0, 2], [1, 2]], [[1, 1], [0, 2]]]),
        attrs=dict(multi_output=True, use_ignore=True, ignore_label=1, normalization="valid"),
        **FD,
    ),
    case("SoftmaxOutput", X(2, 2, 3), values([[0, 2], [1, 2]]), attrs=dict(preserve_shape=True), **FD),
    case("SoftmaxOutput", X(4, 3), X(4, 3, lo=0, hi=1), **FD, id="probabilities"),
    case(
        "SoftmaxOutput",
        X(4, 3),
        LABEL,
        attrs=dict(out_grad=True),
        differs_grad="MXNet multiplies with the output",
        **FD,
    ),
    case("MakeLoss", X(2, 3)),
    case("MakeLoss", X(2, 3), attrs=dict(grad_scale=0.5)),
    case("MakeLoss", X(2, 3), attrs=dict(normalization="batch")),
    case("MakeLoss", X(2, 3), attrs=dict(normalization="valid", valid_thresh=0.5), dtypes=("float32", "float64")),
    case("make_loss", X(2, 3)),
    case("SVMOutput", X(4, 3), LABEL, **FD),
    case("SVMOutput", X(4, 3), LABEL, attrs=dict(margin=0.5, regularization_coefficient=2), **FD),
    case("SVMOutput", X(4, 3), LABEL, attrs=dict(use_linear=True), **FD),
]
for _name in ("LinearRegressionOutput", "MAERegressionOutput", "LogisticRegressionOutput"):
    CASES += [
        case(_name, X(4, 3), X(4, 3), **FD),
        case(_name, X(4, 3, 2), X(4, 3, 2), attrs=dict(grad_scale=0.5), **FD),
        case(_name, X(4, 1), X(4), **FD),
        case(_name, X(4), X(4), **FD),
    ]
