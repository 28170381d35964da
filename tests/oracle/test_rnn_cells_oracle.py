"""mx.rnn against MXNet: unrolled graphs (names, JSON), values, weights gate by gate, sentences."""

import numpy as np
import pytest

# the fused cell says so for NTC, in both
pytestmark = pytest.mark.filterwarnings("ignore:NTC layout detected")

CELLS = {
    "rnn": "R.RNNCell(5)",
    "relu": "R.RNNCell(5, activation='relu', prefix='a_')",
    "lstm": "R.LSTMCell(5, forget_bias=2.0)",
    "gru": "R.GRUCell(5)",
    "fused lstm": "R.FusedRNNCell(5, 2, 'lstm', True, 0.2)",
    "fused gru": "R.FusedRNNCell(5, 2, 'gru', get_next_state=True, prefix='f_')",
    "fused next": "R.FusedRNNCell(5, 1, 'lstm', True, get_next_state=True)",
    "fused tanh": "R.FusedRNNCell(5, 3, 'rnn_tanh')",
    "unfused lstm": "R.FusedRNNCell(5, 2, 'lstm', True, 0.2, prefix='u_').unfuse()",
    "unfused gru": "R.FusedRNNCell(5, 2, 'gru', False, 0.2).unfuse()",
    "unfused relu": "R.FusedRNNCell(5, 1, 'rnn_relu', True).unfuse()",
    "stack": "stack(R.RNNCell(6, prefix='c1_'), R.DropoutCell(0.3), R.ResidualCell(R.GRUCell(6, prefix='c2_')))",
    "nested": "stack(stack(R.LSTMCell(3)), R.ZoneoutCell(R.LSTMCell(3, prefix='m_'), 0.0, 0.5))",
    "zoneout": "R.ZoneoutCell(R.RNNCell(5, prefix='z_'), 0.2, 0.3)",
    "residual": "R.ResidualCell(R.LSTMCell(6, prefix='r_'))",
    "residual of two ways": "R.ResidualCell(R.BidirectionalCell(R.RNNCell(3, prefix='l_'), R.RNNCell(3, prefix='r_')))",
    "two ways": "R.BidirectionalCell(R.LSTMCell(4, prefix='l_'), R.GRUCell(3, prefix='r_'), output_prefix='o_')",
    "dropout": "R.DropoutCell(0.5)",
    "no dropout": "R.DropoutCell(0.0)",
    "shared": "R.LSTMCell(3, params=R.RNNParams('mine_'))",
}
SETUP = """
R = mx.rnn
def stack(*cells):
    s = R.SequentialRNNCell()
    for c in cells:
        s.add(c)
    return s
def flat(v):
    return [w for u in v for w in flat(u)] if isinstance(v, (list, tuple)) else [v]
"""


@pytest.mark.parametrize("merge", [None, True, False])
@pytest.mark.parametrize("layout", ["NTC", "TNC"])
@pytest.mark.parametrize("name", CELLS)
def test_unrolled(both, name, layout, merge):
    """Graph, states, and the kinds of what comes back; from one symbol and from a list."""
    both(
        SETUP
        + f"""
result = []
for x in (sym.Variable("x"), [sym.Variable("x%d" % i) for i in range(3)]):
    cell = {CELLS[name]}
    y, states = cell.unroll(3, x, layout="{layout}", merge_outputs={merge})
    result += [isinstance(y, list), len(states), [isinstance(s, list) for s in states]]
    group = sym.Group(flat([y]) + flat(states))
    result += [group.tojson(), group.list_arguments(), group.list_outputs()]
    result += [cell.state_shape, str(cell.state_info)]
"""
    )


@pytest.mark.parametrize("name", [n for n in CELLS if n not in ("dropout", "no dropout", "zoneout", "nested")])
def test_values(both, rng, name):
    """Outputs, states and gradients of the unrolled graph, in inference mode."""
    both(
        SETUP
        + f"""
y, states = ({CELLS[name]}).unroll(4, sym.Variable("x"), layout="TNC", merge_outputs=True)
group = sym.Group([y] + flat(states))
exe = group.simple_bind(mx.cpu(), x=(4, 2, 6))
state = np.random.RandomState(3)
for n in sorted(exe.arg_dict):
    exe.arg_dict[n][:] = nd.array(state.uniform(-0.6, 0.6, exe.arg_dict[n].shape))
result = [o for o in exe.forward(is_train=False)]
"""
        , rtol=1e-4, atol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("name", [n for n in CELLS if "dropout" not in n and n != "shared"])
def test_packing(both, name):
    """unpack_weights and pack_weights: names, order, numbers."""
    both(
        SETUP
        + f"""
cell = {CELLS[name]}
y, _ = cell.unroll(2, sym.Variable("x"), layout="TNC", merge_outputs=True)
shapes, _, _ = y.infer_shape(x=(2, 3, 6))
state = np.random.RandomState(3)
args = {{n: nd.array(state.rand(*s)) for n, s in sorted(zip(y.list_arguments(), shapes))}}
before = dict(args)
parts = cell.unpack_weights(args)
joint = cell.pack_weights(parts)
result = [sorted(parts), [parts[n] for n in sorted(parts)], sorted(joint), [joint[n] for n in sorted(joint)],
          sorted(args) == sorted(before)]
"""
    )


@pytest.mark.parametrize("kind", ["ConvRNNCell", "ConvLSTMCell", "ConvGRUCell"])
@pytest.mark.parametrize(
    "attrs",
    [
        "(2, 3, 8, 8), 4",
        "(2, 3, 9, 8), 4, i2h_kernel=(5, 3), i2h_stride=(2, 1), h2h_kernel=(5, 3), h2h_dilate=(2, 1), "
        "activation='tanh'",
        "(2, 3, 8, 8), 2, prefix='p_', i2h_bias_initializer='ones', activation=mx.sym.relu",
    ],
)
def test_conv_cells(both, kind, attrs):
    both(
        f"""
        cell = mx.rnn.{kind}({attrs})
        size = {attrs.split("), ")[0]})
        y, states = cell.unroll(2, [sym.Variable("x0"), sym.Variable("x1")])
        group = sym.Group(y + states)
        exe = group.simple_bind(mx.cpu(), x0=size, x1=size)
        state = np.random.RandomState(3)
        for n in sorted(exe.arg_dict):
            exe.arg_dict[n][:] = nd.array(state.uniform(-0.6, 0.6, exe.arg_dict[n].shape))
        result = [group.tojson(), cell.state_info[0]["shape"], str(cell.state_info), *exe.forward()]
        args = {{n: v for n, v in exe.arg_dict.items()}}
        parts = cell.unpack_weights(args)
        result += [sorted(parts), sorted(cell.pack_weights(parts))]
        """,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize(
    "call",
    [
        "cell = R.RNNCell(3); R.DropoutCell(0.1); R.ZoneoutCell(cell); cell.begin_state()",
        "R.RNNCell(3).unroll(2, sym.Group([sym.Variable('x'), sym.Variable('y')]))",
        "R.RNNCell(3).unroll(2, [sym.Variable('x')])",
        "R.FusedRNNCell(3)(sym.Variable('x'), [])",
        "R.BidirectionalCell(R.RNNCell(3), R.GRUCell(3))(sym.Variable('x'), [])",
        "R.ZoneoutCell(R.FusedRNNCell(3))",
        "R.ZoneoutCell(R.BidirectionalCell(R.RNNCell(3), R.GRUCell(3)))",
        "R.DropoutCell('a')",
        "R.SequentialRNNCell(params=R.RNNParams('p_')).add(R.RNNCell(2))",
        "R.LSTMCell(2).unpack_weights({})",
        "R.LSTMCell(2).pack_weights({})",
        "R.ConvLSTMCell((1, 3, 8, 8), 2, h2h_kernel=(2, 3))",
        "R.BucketSentenceIter([[1, 2], [3, 4]], 1, layout='CT')",
        "R.BucketSentenceIter([], 3)",
        "R.encode_sentences([['a', 'zz']], vocab={'a': 1})",
    ],
)
def test_errors(both, call):
    both(f"R = mx.rnn\n{call}", raises=True)


@pytest.mark.parametrize(
    "kw",
    ["invalid_label=0", "buckets=[8, 4, 6], layout='TN', dtype='int32', label_name='next', data_name='words'"],
)
def test_bucket_iterator(both, kw):
    both(
        f"""
        import random
        state = np.random.RandomState(0)
        random.seed(0)
        np.random.seed(0)
        sentences = [[int(w) for w in state.randint(1, 9, n)] for n in state.randint(1, 9, 60)]
        it = mx.rnn.BucketSentenceIter(sentences, 3, {kw})
        result = [it.buckets, it.default_bucket_key, str(it.provide_data), str(it.provide_label), it.batch_size]
        for epoch in range(2):
            for b in it:
                result += [b.bucket_key, str(b.provide_data), str(b.provide_label), b.pad, b.data[0], b.label[0]]
            it.reset()
        """
    )


@pytest.mark.parametrize(
    "call",
    [
        "[['a', 'b'], ['b', 'c', '\\n']], start_label=1, invalid_label=2",
        "[['a', 'b', 'a']], invalid_key='<pad>', invalid_label=0",
        "[['a', 'zz', 'yy']], vocab={'a': 1}, unknown_token='<u>', start_label=5",
        "[['a', 'zz', 'yy']], vocab={'a': 1, '<u>': 0}, unknown_token='<u>', start_label=5",
    ],
)
def test_encode_sentences(both, call):
    both(f"coded, vocab = mx.rnn.encode_sentences({call})\nresult = [coded, sorted(vocab.items())]")


def test_checkpoints(both, tmp_path):
    """Files of one are read by the other: the fused network's weights by single cells."""
    both(
        """
        fused = mx.rnn.FusedRNNCell(3, 2, "gru", prefix="g_")
        y, _ = fused.unroll(2, sym.Variable("x"), layout="TNC")
        args = {"g_parameters": nd.array(np.random.RandomState(1).rand(3 * 3 * (4 + 3 + 2) + 3 * 3 * (3 + 3 + 2)))}
        name = folder + "/" + mx.__name__
        mx.rnn.save_rnn_checkpoint(fused, name, 2, y, args, {})
        call = mx.rnn.do_rnn_checkpoint([fused], name, 2)
        call(0, y, args, {})
        call(3, y, args, {})
        net, arg, aux = mx.rnn.load_rnn_checkpoint(fused.unfuse(), name, 4)
        result = [net.tojson(), sorted(arg), [arg[n] for n in sorted(arg)], aux]
        """,
        folder=str(tmp_path),
    )
    names = {p.name for p in tmp_path.iterdir()}
    for module in ("mxr", "mxnet"):
        assert {f"{module}-symbol.json", f"{module}-0002.params", f"{module}-0004.params"} <= names
        assert f"{module}-0001.params" not in names
    assert (tmp_path / "mxr-0004.params").read_bytes() == (tmp_path / "mxnet-0004.params").read_bytes()
    np.testing.assert_equal((tmp_path / "mxr-symbol.json").read_text(), (tmp_path / "mxnet-symbol.json").read_text())
