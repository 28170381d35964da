"""FullyConnected, activations, softmax and loss heads against MXNet."""

import numpy as np
import pytest

from .nn_check import check


def normal(rng, *shape, dtype="f"):
    return rng.normal(size=shape).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("flatten", [True, False])
@pytest.mark.parametrize("no_bias", [True, False])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5), (2, 3, 2, 2)])
def test_fully_connected(both, rng, shape, no_bias, flatten, dtype):
    k = int(np.prod(shape[1:])) if flatten else shape[-1]
    arrays = {"x": normal(rng, *shape, dtype=dtype), "w": normal(rng, 6, k, dtype=dtype)}
    if not no_bias:
        arrays["b"] = normal(rng, 6, dtype=dtype)
    call = f"nd.FullyConnected({', '.join(arrays)}, num_hidden=6, no_bias={no_bias}, flatten={flatten})"
    check(both, call, **arrays)


def test_fully_connected_shapes(both):
    both(
        """
        s = mx.sym.FullyConnected(mx.sym.var("x"), num_hidden=5, name="fc")
        t = mx.sym.FullyConnected(mx.sym.var("x"), num_hidden=5, flatten=False, no_bias=True, name="fc")
        result = [s.infer_shape(x=(2, 3, 4)), t.infer_shape(x=(2, 3, 4)), s.list_arguments(), t.list_arguments()]
        """
    )


def test_fully_connected_bad_weight(both):
    both("nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 4)), no_bias=True, num_hidden=4).asnumpy()", raises="weight")


@pytest.mark.parametrize("kind", ["relu", "sigmoid", "softrelu", "softsign", "tanh"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_activation(both, rng, kind, dtype):
    x = np.concatenate([normal(rng, 20) * 3, [0, 30, -30, 100, -100]]).astype(dtype)
    check(both, f"nd.Activation(x, act_type={kind!r})", x=x, atol=2e-6)


@pytest.mark.parametrize("kind", ["elu", "gelu", "leaky"])
@pytest.mark.parametrize("slope", [0.25, 1.5])
def test_leaky(both, rng, kind, slope):
    x = np.concatenate([normal(rng, 20) * 3, [0, 10, -10]]).astype("f")
    check(both, f"nd.LeakyReLU(x, act_type={kind!r}, slope={slope})", x=x, rtol=2e-5, atol=2e-6)


def test_selu(both, rng):
    x = np.concatenate([normal(rng, 20) * 3, [0, 10, -10]]).astype("f")
    # no gradient: MXNet's is not the derivative of selu, see tests/ops/test_nn_basic.py for ours
    check(both, "nd.LeakyReLU(x, act_type='selu')", x=x, no_grad=["x"], rtol=2e-5)


@pytest.mark.parametrize("shape, gamma", [((2, 3), 3), ((2, 3), 1), ((2, 3, 4, 5), 3), ((2, 3, 4), 1)])
def test_prelu(both, rng, shape, gamma):
    check(both, "nd.LeakyReLU(x, g, act_type='prelu')", x=normal(rng, *shape), g=normal(rng, gamma))


def test_rrelu_predict(both, rng):
    both("y = nd.LeakyReLU(nd.array(x), act_type='rrelu')[0]", result="y", x=normal(rng, 3, 4))


@pytest.mark.parametrize("mode", ["instance", "channel"])
@pytest.mark.parametrize("shape", [(2, 3, 4), (1, 2, 3, 2)])
def test_softmax_activation(both, rng, mode, shape):
    # with mode instance and more than two axes, MXNet's backward does not belong to its forward
    skip = ["x"] if mode == "instance" else []
    check(both, f"nd.SoftmaxActivation(x, mode={mode!r})", x=normal(rng, *shape), no_grad=skip)


@pytest.mark.parametrize("op", ["softmax", "log_softmax", "softmin"])
@pytest.mark.parametrize("kw", ["axis=-1", "axis=0", "axis=1, temperature=2.5", "axis=-2, dtype='float64'"])
def test_softmax(both, rng, op, kw):
    # MXNet's log_softmax comes from oneDNN, which is less exact than ours
    check(both, f"nd.{op}(x, {kw})", x=normal(rng, 3, 4, 5) * 3, atol=1e-5 if op == "log_softmax" else 1e-6)


@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_softmax_dtypes(both, rng, dtype):
    x = normal(rng, 3, 4, dtype=dtype)
    check(both, "nd.log_softmax(x)", x=x, rtol=None, atol=None)
    check(both, "nd.softmax(x)", x=x, rtol=None, atol=None)


@pytest.mark.parametrize("axis", [1, 2])
def test_softmax_length(both, rng, axis):
    n = np.array([[0, 1, 2], [3, 2, 3]]) if axis == 2 else np.array([[0, 1, 2, 3], [3, 2, 3, 1]])
    x = normal(rng, 2, 3, 4)
    call = f"nd.softmax(x, n, axis={axis}, use_length=True)"
    check(both, call, x=x, n=n.astype("int32"), no_grad=["n"])


def test_softmax_large_values(both):
    check(both, "nd.softmax(x)", x=np.array([[1000, 1001, -1000], [-1e30, 0, 1e30]], "f"))
    check(both, "nd.log_softmax(x)", x=np.array([[1000, 1001, -1000], [-1e30, 0, 1e30]], "f"), atol=1e-5)


@pytest.mark.parametrize(
    "code",
    [
        "nd.softmax(nd.ones((2, 3)), axis=5)",
        "nd.softmax(nd.ones((2, 3), dtype='int32'))",
        "nd.log_softmax(nd.ones((2, 3)), use_length=True)",
        "nd.softmax(nd.ones((2, 3)), nd.ones((2,)), use_length=True)",
    ],
)
def test_softmax_bad(both, code):
    both(f"{code}.asnumpy()", raises="softmax")


def test_softmax_cross_entropy(both, rng):
    check(both, "nd.softmax_cross_entropy(x, l)", x=normal(rng, 4, 3), l=np.array([0, 2, 1, 1], "f"), no_grad=["l"])


@pytest.mark.parametrize(
    "kw",
    [
        "",
        "normalization='batch'",
        "normalization='valid'",
        "normalization='valid', use_ignore=True",
        "use_ignore=True, ignore_label=1",
        "smooth_alpha=0.3",
        "grad_scale=2, normalization='batch', use_ignore=True",
        "preserve_shape=True, normalization='batch'",
        "multi_output=True",
    ],
)
def test_softmax_output(both, rng, kw):
    x = normal(rng, 5, 3)
    labels = np.array([0, 1, 2, -1, 1], "f")
    label = labels[:, None] if "multi" in kw else labels
    check(both, f"nd.SoftmaxOutput(x, l, {kw})", x=x, l=label, no_grad=["l"])


@pytest.mark.parametrize(
    "kw", ["", "normalization='batch'", "normalization='valid'", "normalization='valid', use_ignore=True"]
)
@pytest.mark.parametrize("label_shape", [(2, 4), (2, 2, 2), (2, 1, 2, 2)])
def test_softmax_output_multi(both, rng, kw, label_shape):
    label = np.array([0, 1, 2, 1, 1, 1, -1, 0], "f").reshape(label_shape)
    call = f"nd.SoftmaxOutput(x, l, multi_output=True, {kw})"
    check(both, call, x=normal(rng, 2, 3, 2, 2), l=label, no_grad=["l"])


@pytest.mark.parametrize(
    "kw", ["", "preserve_shape=True", "preserve_shape=True, normalization='batch', smooth_alpha=0.1"]
)
def test_softmax_output_3d(both, rng, kw):
    label = np.array([[0, 1, 2], [3, 2, 1]], "f")
    check(both, f"nd.SoftmaxOutput(x, l, {kw})", x=normal(rng, 2, 3, 4), l=label, no_grad=["l"])


def test_softmax_output_probabilities(both, rng):
    x, p = normal(rng, 4, 3), rng.random((4, 3)).astype("f")
    check(both, "nd.SoftmaxOutput(x, p, grad_scale=3)", x=x, p=p, no_grad=["p"])


def test_softmax_output_shapes(both):
    both(
        """
        d = mx.sym.var("d")
        result = []
        for kw, shape in [({}, (4, 3)), ({}, (4, 3, 5)), ({"multi_output": 1}, (4, 3, 5, 6)),
                          ({"multi_output": 1}, (4, 3)), ({"preserve_shape": 1}, (4, 3, 5))]:
            s = mx.sym.SoftmaxOutput(d, name="s", **kw)
            result.append((s.infer_shape(d=shape), s.list_arguments()))
        """
    )


@pytest.mark.parametrize("op", ["LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput"])
@pytest.mark.parametrize("shape, label", [((4, 3), (4, 3)), ((4, 1), (4,)), ((4,), (4,)), ((2, 3, 2), (2, 6))])
def test_regression(both, rng, op, shape, label):
    call = f"nd.{op}(x, l, grad_scale=1.5)"
    check(both, call, x=normal(rng, *shape), l=normal(rng, *label), no_grad=["l"])


@pytest.mark.parametrize(
    "op", ["LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput", "SVMOutput"]
)
def test_regression_shapes(both, op):
    both(
        f"""
        s = mx.sym.{op}(mx.sym.var("d"), name="s")
        result = [s.infer_shape(d=shape) for shape in [(4, 3), (4, 1), (4, 3, 2)]], s.list_arguments()
        """
    )


def test_regression_bad_label(both):
    both("nd.LinearRegressionOutput(nd.ones((4, 3)), nd.ones((4,))).asnumpy()", raises="label")


@pytest.mark.parametrize(
    "kw",
    [
        "",
        "grad_scale=2, normalization='batch'",
        "normalization='valid', valid_thresh=0.3",
        "normalization='valid', valid_thresh=99",
    ],
)
def test_make_loss(both, rng, kw):
    check(both, f"nd.MakeLoss(x, {kw})", x=normal(rng, 4, 3))


def test_make_loss_plain(both, rng):
    check(both, "nd.make_loss(x)", x=normal(rng, 4, 3))


@pytest.mark.parametrize("linear", [True, False])
def test_svm_output(both, rng, linear):
    call = f"nd.SVMOutput(x, l, use_linear={linear}, margin=0.7, regularization_coefficient=1.5)"
    check(both, call, x=normal(rng, 5, 3), l=np.array([0, 1, 2, 1, 0], "f"), no_grad=["l"])


@pytest.mark.parametrize("scalar", [1, 2.0, 0.5])
def test_smooth_l1(both, scalar):
    both(
        """
        x = nd.array([-3, -1, -.5, -.2, 0, .1, .3, 2])
        x.attach_grad()
        with autograd.record():
            y = nd.smooth_l1(x, scalar=scalar)
        y.backward()
        result = {"y": y, "dx": x.grad}
        """,
        scalar=scalar,
    )
