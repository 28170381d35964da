"""mx.rnn without MXNet: fused and single cells agree, a language model learns, what MXNet refuses or gets wrong."""

import numpy as np
import pytest

import mxr as mx
from mxr import nd, sym
from mxr.base import MXNetError

R = mx.rnn
pytestmark = pytest.mark.filterwarnings("ignore:NTC layout detected")


def run(net, values, **shapes):
    exe = net.simple_bind(mx.cpu(), **shapes)
    for n, x in exe.arg_dict.items():
        x[:] = values[n]
    return exe


@pytest.mark.parametrize("layout", ["NTC", "TNC"])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("mode", ["rnn_relu", "rnn_tanh", "lstm", "gru"])
def test_fused_is_unfused(rng, mode, both, layout):
    """Outputs and the gradient of the input of the fused operator and of its unrolled single cells."""
    fused = R.FusedRNNCell(6, 2, mode, both, prefix="n_")
    x, shape = sym.Variable("x"), (2, 5, 3)
    one, _ = fused.unroll(shape[layout.find("T")], x, layout=layout, merge_outputs=True)
    two, _ = fused.unfuse().unroll(shape[layout.find("T")], x, layout=layout, merge_outputs=True)
    args, _, _ = one.infer_shape(x=shape)
    values = {n: nd.array(rng.uniform(-0.5, 0.5, s)) for n, s in zip(one.list_arguments(), args)}
    split = fused.unfuse().pack_weights(fused.unpack_weights(values))
    first, second = run(one, values, x=shape), run(two, split, x=shape)
    head = nd.array(rng.normal(size=first.forward(is_train=True)[0].shape))
    second.forward(is_train=True)
    np.testing.assert_allclose(first.outputs[0].asnumpy(), second.outputs[0].asnumpy(), rtol=1e-4, atol=1e-5)
    first.backward([head])
    second.backward([head])
    np.testing.assert_allclose(first.grad_dict["x"].asnumpy(), second.grad_dict["x"].asnumpy(), rtol=1e-4, atol=1e-5)
    back = fused.pack_weights(fused.unfuse().unpack_weights(split))
    np.testing.assert_array_equal(back["n_parameters"].asnumpy(), values["n_parameters"].asnumpy())
    own = fused.unfuse().pack_weights(fused.unpack_weights({"n_parameters": first.grad_dict["n_parameters"]}))
    for n, g in own.items():
        np.testing.assert_allclose(second.grad_dict[n].asnumpy(), g.asnumpy(), rtol=1e-3, atol=1e-4, err_msg=n)


def test_stepping_is_unrolling(rng):
    cell = R.SequentialRNNCell()
    cell.add(R.LSTMCell(4, prefix="a_"))
    cell.add(R.GRUCell(4, prefix="b_"))
    xs = [sym.Variable(f"x{i}") for i in range(3)]
    states, outs = cell.begin_state(), []
    for x in xs:
        y, states = cell(x, states)
        outs.append(y)
    unrolled, _ = cell.unroll(3, xs)
    assert sym.Group(outs).list_arguments() == sym.Group(unrolled).list_arguments()
    shapes = {f"x{i}": (2, 3) for i in range(3)}
    net = sym.Group(outs)
    args, _, _ = net.infer_shape(**shapes)
    values = {n: nd.array(rng.uniform(-1, 1, s)) for n, s in zip(net.list_arguments(), args)}
    one, two = run(net, values, **shapes), run(sym.Group(unrolled), values, **shapes)
    for a, b in zip(one.forward(), two.forward(), strict=True):
        np.testing.assert_array_equal(a.asnumpy(), b.asnumpy())


def test_begin_states_given(rng):
    cell = R.LSTMCell(3)
    states = cell.begin_state(func=sym.Variable)
    assert [s.name for s in states] == ["lstm_begin_state_0", "lstm_begin_state_1"]
    y, _ = cell.unroll(2, sym.Variable("x"), begin_state=states, merge_outputs=True)
    assert {s.name for s in states} <= set(y.list_arguments())
    args, _, _ = y.infer_shape(x=(4, 2, 5))
    assert dict(zip(y.list_arguments(), args))["lstm_begin_state_1"] == (4, 3)


def test_initializers_of_the_parameters():
    cell = R.FusedRNNCell(4, 1, "lstm", forget_bias=3.0)
    y, _ = cell.unroll(2, sym.Variable("x"), layout="TNC")
    exe = y.simple_bind(mx.cpu(), x=(2, 3, 5))
    vector = exe.arg_dict["lstm_parameters"]
    desc = mx.init.InitDesc("lstm_parameters", y.attr_dict()["lstm_parameters"], mx.init.Uniform(0.1))
    mx.init.Uniform(0.1)(desc, vector)
    parts = cell.unpack_weights({"lstm_parameters": vector})
    assert (parts["lstm_l0_i2h_f_bias"].asnumpy() == 3).all()
    assert (parts["lstm_l0_i2h_i_bias"].asnumpy() == 0).all()
    assert 0 < abs(parts["lstm_l0_h2h_c_weight"].asnumpy()).max() <= 0.1


def test_rnn_unroll_warns_and_works():
    with pytest.warns(UserWarning, match="deprecated"):
        y, _ = R.rnn_unroll(R.RNNCell(2), 2, input_prefix="in_")
    assert y[1].list_arguments()[0] == "in_t1_data" or "in_t1_data" in y[1].list_arguments()


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: R.FusedRNNCell(3, mode="elman"), "mode='elman'"),
        (lambda: R.RNNCell(3).unroll(2, sym.Variable("x"), layout="NC"), "layout='NC'"),
        (lambda: R.FusedRNNCell(3, prefix="f_").unpack_weights({"f_parameters": nd.zeros(7)}), "7 elements"),
        (lambda: R.FusedRNNCell(3, prefix="f_").unpack_weights({"other": nd.zeros(7)}), "f_parameters"),
        (lambda: R.GRUCell(3).pack_weights({"x": nd.zeros(7)}), "gru_i2h_r_weight"),
        (lambda: R.BucketSentenceIter([[1, 2]], 2), "argument buckets"),
        (lambda: R.encode_sentences([["b"]], vocab={"a": 0}), "Unknown token b"),
    ],
)
def test_bad_input(call, match):
    with pytest.raises(MXNetError, match=match):
        call()


def test_a_language_model_learns():
    """Counting up modulo 7 from bucketed sentences, with a stack of cells and one executor for each bucket."""
    np.random.seed(0)
    mx.random.seed(0)
    starts = np.random.randint(0, 7, 200)
    sentences = [[int(s + k) % 7 + 1 for k in range(n)] for s, n in zip(starts, np.random.choice([4, 6], 200))]
    data = R.BucketSentenceIter(sentences, 20, buckets=[4, 6], invalid_label=0)
    cell = R.FusedRNNCell(16, 1, "gru", prefix="gru_")

    def make(length):
        x = sym.Embedding(sym.Variable("data"), input_dim=8, output_dim=8, name="embed")
        y, _ = cell.unroll(length, sym.swapaxes(x, dim1=0, dim2=1), layout="TNC", merge_outputs=True)
        y = sym.FullyConnected(sym.Reshape(y, shape=(-1, 16)), num_hidden=8, name="out")
        label = sym.Reshape(sym.transpose(sym.Variable("softmax_label")), shape=(-1,))
        return sym.SoftmaxOutput(y, label, name="softmax", use_ignore=True, ignore_label=0, normalization="valid")

    weights = {}
    losses = []
    exes = {}
    for _ in range(12):
        data.reset()
        total, count = 0.0, 0
        for batch in data:
            length = batch.bucket_key
            if length not in exes:
                exe = exes[length] = make(length).simple_bind(mx.cpu(), data=(20, length), softmax_label=(20, length))
                for n, w in exe.arg_dict.items():
                    if n not in ("data", "softmax_label"):
                        if n not in weights:
                            weights[n] = nd.random.uniform(-0.3, 0.3, w.shape)
                        w[:] = weights[n]
            exe = exes[length]
            for n, w in weights.items():
                exe.arg_dict[n][:] = w
            exe.arg_dict["data"][:] = batch.data[0]
            exe.arg_dict["softmax_label"][:] = batch.label[0]
            exe.forward(is_train=True)
            exe.backward()
            for n, w in weights.items():
                nd.sgd_update(w, exe.grad_dict[n], out=w, lr=1.0)
            label = batch.label[0].asnumpy().T.reshape(-1).astype(int)
            p = exe.outputs[0].asnumpy()[np.arange(label.size), label][label > 0]
            total, count = total - np.log(p).sum(), count + p.size
        losses.append(total / count)
    assert losses[0] > 1.2 and losses[-1] < 0.1, losses
