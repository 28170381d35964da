"""Random small networks: they run, alike in all the ways to run them, or an error says what is wrong.

Alike: imperatively, hybridized, exported and imported, by parameters saved and loaded; gradients too. More: set
MXR_FUZZ_NETS to the number of networks.
"""

import os
import warnings

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.gluon import nn, rnn
from mxr.gluon.contrib import nn as contrib

NETS = int(os.environ.get("MXR_FUZZ_NETS", "300"))
RAN = []  # what was no refusal
CI = settings(
    deadline=None, derandomize="MXR_FUZZ_NETS" not in os.environ, max_examples=NETS, database=None,
    suppress_health_check=list(HealthCheck), print_blob=False,
)  # fmt: skip
REFUSALS = (mx.MXNetError, ValueError, TypeError, AssertionError, RuntimeError)

number, flag = st.integers(1, 3), st.booleans()
odd = st.sampled_from([1, 2, 3, 4] * 4 + [0, -1])
per_axis = st.one_of(number, number, number, number, st.tuples(number, number), st.tuples(number, number, number))
zeros = st.sampled_from([0, 0, 1, 1, 2])
act = st.sampled_from([None, "relu", "tanh", "sigmoid", "softrelu", "softsign"] * 4 + ["rellu"])
axis = st.integers(-2, 3)
CONV = {
    "channels": odd, "kernel_size": per_axis, "strides": number, "padding": zeros,
    "dilation": st.sampled_from([1, 1, 2]),
    "groups": st.sampled_from([1, 1, 2]), "use_bias": flag, "activation": act,
    "in_channels": st.sampled_from([0, 0, 2]),
}  # fmt: skip
POOL = {"pool_size": per_axis, "strides": st.one_of(st.none(), number), "padding": zeros, "ceil_mode": flag}
NORM = {"axis": axis, "center": flag, "scale": flag}
RNN = {
    "hidden_size": odd, "num_layers": st.sampled_from([1, 1, 2]), "layout": st.sampled_from(["TNC", "NTC"]),
    "bidirectional": flag, "input_size": st.sampled_from([0, 0, 2]),
}  # fmt: skip
LAYERS = {
    nn.Dense: {"units": odd, "activation": act, "use_bias": flag, "flatten": flag,
        "in_units": st.sampled_from([0, 0, 3])},
    nn.Conv1D: CONV, nn.Conv2D: CONV, nn.Conv3D: CONV, nn.Conv1DTranspose: CONV,
    nn.Conv2DTranspose: {**CONV, "output_padding": zeros},
    nn.MaxPool1D: POOL, nn.MaxPool2D: POOL, nn.MaxPool3D: POOL, nn.AvgPool1D: POOL,
    nn.AvgPool2D: {**POOL, "count_include_pad": flag},
    nn.GlobalAvgPool1D: {}, nn.GlobalAvgPool2D: {}, nn.GlobalMaxPool2D: {}, nn.Flatten: {}, nn.GELU: {}, nn.SELU: {},
    nn.BatchNorm: {**NORM, "momentum": st.floats(0, 1), "use_global_stats": flag,
        "in_channels": st.sampled_from([0, 0, 2])},
    nn.LayerNorm: NORM, nn.InstanceNorm: NORM, nn.GroupNorm: {"num_groups": odd, "center": flag, "scale": flag},
    nn.Dropout: {"rate": st.sampled_from([0, 0.5, 0.3, 0.1, 1.5]), "axes": st.sampled_from([(), (), (0,), (1,), (7,)])},
    nn.Embedding: {"input_dim": odd, "output_dim": odd},
    nn.Activation: {"activation": act.filter(bool)}, nn.LeakyReLU: {"alpha": st.floats(-0.1, 1)},
    nn.PReLU: {"in_channels": st.sampled_from([1, 1, 2])}, nn.ELU: {"alpha": st.floats(0, 2)},
    nn.Swish: {"beta": st.floats(0, 2)},
    nn.ReflectionPad2D: {"padding": zeros},
    nn.HybridLambda: {"function": st.sampled_from(["tanh", "relu", "exp", "no_such"])},
    contrib.PixelShuffle1D: {"factor": number}, contrib.PixelShuffle2D: {"factor": number}, contrib.Identity: {},
    rnn.RNN: {**RNN, "activation": st.sampled_from(["relu", "tanh"])}, rnn.LSTM: RNN, rnn.GRU: RNN,
}  # fmt: skip


def suits(kind, ndim):
    """Whether arrays of so many axes are what the layer is for."""
    axes = {"1D": 3, "2D": 4, "3D": 5}.get(next((p for p in ("1D", "2D", "3D") if p in kind.__name__), ""))
    return ndim == (3 if issubclass(kind, (rnn.RNN, rnn.LSTM, rnn.GRU)) else axes or ndim)


@st.composite
def cases(draw):
    """Layers with their arguments, mostly such as fit to the shape, and the shape."""
    ndim = draw(st.sampled_from([1, 2, 3, 3, 4, 4, 4, 5]))
    kinds = list(LAYERS) if draw(st.integers(0, 5)) == 5 else [k for k in LAYERS if suits(k, ndim)]
    spec = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(kinds))
        spec.append((kind, {name: draw(values) for name, values in LAYERS[kind].items()}))
    return spec, [draw(st.integers(1, 6)) for _ in range(ndim)]


def build(spec):
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        for kind, arguments in spec:
            net.add(kind(**arguments))
    return net


def run(net, x):
    """Output in training, its gradients, and the output in prediction."""
    x = nd.array(x, dtype=x.dtype)
    x.attach_grad()
    mx.random.seed(1)
    with autograd.record():
        out = net(x)
    out.backward(nd.ones_like(out) + 0.5)
    found = {"train": out, "dx": x.grad}
    found |= {n: p.grad() for n, p in sorted(net.collect_params().items()) if p.grad_req != "null"}
    found["predict"] = net(x)
    return {n: v.asnumpy() for n, v in found.items()}


def alike(ours, theirs, spec):
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert value.shape == theirs[name].shape and value.dtype == theirs[name].dtype, (name, spec)
        tolerance = 2e-2 if value.dtype == np.float16 else 1e-4
        np.testing.assert_allclose(value, theirs[name], rtol=tolerance, atol=tolerance, err_msg=f"{name} of {spec}")


def refusal(f):
    """What `f` gives, and None; or None, and the error, which must say something of use."""
    try:
        return f(), None
    except REFUSALS as e:
        text = str(e)
        assert len(text) > 15 and any(c.isalpha() for c in text) and len(text) < 1500, repr(e)
        return None, e


@CI
@given(
    cases(),
    st.sampled_from(["float32"] * 6 + ["float64", "float16", "int32"]),
    st.integers(0, 3),
)
def test_nets(tmp_path_factory, case, dtype, seed):
    spec, shape = case
    x = np.random.RandomState(seed).randn(*shape).astype(dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(spec, x, tmp_path_factory.getbasetemp() / "net")


def check(spec, x, path):
    net, error = refusal(lambda: build(spec))
    if error is not None:
        return
    if x.dtype == "float64":
        net.cast("float64")
    net.initialize(mx.init.Normal(0.3))
    expected, error = refusal(lambda: run(net, x))
    twin = build(spec)
    if x.dtype == "float64":
        twin.cast("float64")
    if error is not None:
        twin.initialize()
        twin.hybridize()
        _, other = refusal(lambda: run(twin, x))
        assert other is not None, (spec, x.shape, error)
        return
    if not all(np.isfinite(v).all() for v in expected.values()):
        # the last window of a rounded-up row may hold padding only: the least number, in MXNet too
        assert any("MaxPool" in k.__name__ and a["ceil_mode"] and a["padding"] for k, a in spec), (spec, x.shape)
        return
    net.save_parameters(f"{path}.params")
    twin.load_parameters(f"{path}.params")
    predicted = {"predict": twin(nd.array(x, dtype=x.dtype)).asnumpy()}
    alike(predicted, {"predict": expected["predict"]}, spec)

    twin.hybridize()
    got = run(twin, x)
    del expected["predict"]  # the twin's moving averages have moved once more
    alike(expected, {n: got[n] for n in expected}, spec)
    RAN.append(spec)
    shapes = net(mx.sym.var("data", dtype=x.dtype)).infer_shape(data=x.shape)[1]
    assert shapes == [expected["train"].shape]
    twin.export(str(path))
    back = gluon.SymbolBlock.imports(f"{path}-symbol.json", ["data"], f"{path}-0000.params")
    alike({"predict": got["predict"]}, {"predict": back(nd.array(x, dtype=x.dtype)).asnumpy()}, spec)


def test_many_ran():
    """Else the test above says little."""
    assert len(RAN) > NETS / 4 and len({kind for spec in RAN for kind, _ in spec}) > len(LAYERS) / 2
