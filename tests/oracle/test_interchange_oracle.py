# ruff: noqa: E501
"""Models cross between mxr and MXNet in both directions: the same bytes, the same predictions."""

from pathlib import Path

import numpy as np
import pytest

import mxr as mx

BENCHMARKS = str(Path(__file__).resolve().parents[2] / "benchmarks")

SAVE = """
import sys
sys.path.insert(0, benchmarks)
from workloads import resnet18
net = resnet18(mx, 1000, False)
mx.random.seed(3); np.random.seed(3)
exe = net.simple_bind(mx.cpu(), data=(2, 3, 224, 224), grad_req="null")
rs = np.random.RandomState(0)
args = {n: mx.nd.array(rs.normal(0, 0.05, x.shape) + n.endswith("gamma"))
        for n, x in exe.arg_dict.items() if n not in ("data", "softmax_label")}
aux = {n: mx.nd.array(rs.uniform(0.5, 1.5, x.shape) if n.endswith("var") else rs.normal(0, 0.1, x.shape))
       for n, x in exe.aux_dict.items()}
mx.model.save_checkpoint(prefix, 0, net, args, aux)
result = "saved"
"""

PREDICT = """
net, args, aux = mx.model.load_checkpoint(prefix, 0)
exe = net.simple_bind(mx.cpu(), data=(2, 3, 224, 224), grad_req="null")
exe.copy_params_from(args, aux)
result = exe.forward(data=mx.nd.array(x))[0].asnumpy()
"""


def run_here(code, **scope):
    scope.update(mx=mx, np=np)
    exec(compile(code, "<snippet>", "exec"), scope)
    return scope["result"]


@pytest.fixture(scope="module")
def picture():
    return np.random.RandomState(5).rand(2, 3, 224, 224).astype(np.float32)


def test_resnet18_written_by_mxnet_predicts_the_same_here(oracle, tmp_path, picture):
    prefix = str(tmp_path / "theirs")
    oracle.run(SAVE, result="result", prefix=prefix, benchmarks=BENCHMARKS)
    expected = oracle.run(PREDICT, result="result", prefix=prefix, x=picture)["result"]
    ours = run_here(PREDICT, prefix=prefix, x=picture)
    assert ours.shape == (2, 1000)
    np.testing.assert_allclose(ours, expected, atol=1e-4, rtol=1e-4)


def test_resnet18_written_here_is_mxnets_file_byte_for_byte(oracle, tmp_path, picture):
    theirs, ours = str(tmp_path / "theirs"), str(tmp_path / "ours")
    oracle.run(SAVE, result="result", prefix=theirs, benchmarks=BENCHMARKS)
    with mx.name.NameManager():
        run_here(SAVE, prefix=ours, benchmarks=BENCHMARKS)
    for end in ("-symbol.json", "-0000.params"):
        assert Path(ours + end).read_bytes() == Path(theirs + end).read_bytes()
    expected = run_here(PREDICT, prefix=ours, x=picture)
    got = oracle.run(PREDICT, result="result", prefix=ours, x=picture)["result"]
    np.testing.assert_allclose(got, expected, atol=1e-4, rtol=1e-4)


SYMBOLS = {
    "mlp": "y = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.var('data'), num_hidden=10), name='softmax')",
    "arithmetic": "x = mx.sym.var('x'); y = (1 - x) * 2.5 / (x + 1) ** 2 - x % 3 + (x > 1) * -x",
    "two inputs": "x, z = mx.sym.var('x'), mx.sym.var('z'); y = x * z + x / z - (x - z) ** z",
    "batchnorm shared": "x = mx.sym.var('x'); y = mx.sym.BatchNorm(mx.sym.BatchNorm(x, eps=1e-3), fix_gamma=False)",
    "attributes": "x = mx.sym.var('x', shape=(2, 3), lr_mult=2, wd_mult=0.5, dtype='float16', init=mx.init.Zero())\n"
    "with mx.AttrScope(ctx_group='dev1'):\n    y = mx.sym.FullyConnected(x, num_hidden=3, attr={'__lr_mult__': '3'})",
    "outputs": "x = mx.sym.var('x'); a, b, c = mx.sym.split(x, num_outputs=3); y = mx.sym.Group([a, mx.sym.Dropout(c)])",
    "spellings": "x = mx.sym.var('x'); y = mx.sym.Convolution(x, kernel=[3, 3], num_filter=8, stride='(1,1)', no_bias=1)",
    "creation": "y = mx.sym.zeros((2, 3)) + mx.sym.ones((2, 3), dtype='float32') + mx.sym.var('x')",
    "long": "y = mx.sym.var('x')\nfor i in range(12):\n    y = mx.sym.FullyConnected(y, num_hidden=3)",
    "many inputs": "y = mx.sym.concat(*[mx.sym.var('v%d' % i) for i in range(12)], dim=0)",
    "internals": "y = mx.sym.relu(mx.sym.BatchNorm(mx.sym.var('x'))).get_internals()",
    "prefix": "with mx.name.Prefix('p_'):\n    y = mx.sym.FullyConnected(mx.sym.var('x'), num_hidden=2)",
    "composed": "a = mx.sym.FullyConnected(mx.sym.var('d'), num_hidden=4, name='a')\n"
    "y = mx.sym.FullyConnected(mx.sym.var('e'), num_hidden=4, name='b')(e=a)",
    "none given": "y = mx.sym.sum(mx.sym.slice_axis(mx.sym.var('x'), axis=0, begin=1, end=None), axis=None)",
    "labels": "y = mx.sym.LinearRegressionOutput(mx.sym.var('x'), mx.sym.var('target'), name='lro', grad_scale=2)",
}  # fmt: skip


@pytest.mark.parametrize("name", list(SYMBOLS))
def test_symbols_and_their_json_are_mxnets(both, name):
    both(
        SYMBOLS[name]
        + """
result = {
    "json": y.tojson(), "args": y.list_arguments(), "outs": y.list_outputs(), "aux": y.list_auxiliary_states(),
    "name": str(y.name), "repr": repr(y), "attrs": str(sorted((k, sorted(v.items())) for k, v in y.attr_dict().items())),
    "again": mx.sym.load_json(y.tojson()).tojson(), "debug": y.debug_str(),
}
""",
    )


INFER = {
    "from data": ("mx.sym.FullyConnected(mx.sym.var('x'), num_hidden=4)", "x=(5, 6)"),
    "partial": ("mx.sym.FullyConnected(mx.sym.var('x'), num_hidden=4, flatten=False)", "x=(0, 6)"),
    "elementwise back": ("mx.sym.var('x') + mx.sym.exp(mx.sym.var('z'))", "z=(2, 3)"),
    "conv": ("mx.sym.Convolution(mx.sym.var('x'), kernel=(3, 3), num_filter=8, pad=(1, 1))", "x=(2, 3, 8, 8)"),
    "head": ("mx.sym.SoftmaxOutput(mx.sym.var('x'))", "x=(7, 3)"),
    "bn": ("mx.sym.BatchNorm(mx.sym.var('x'))", "x=(2, 3, 4, 4)"),
}


@pytest.mark.filterwarnings("ignore:Cannot decide")
@pytest.mark.parametrize("name", list(INFER))
def test_partial_shape_inference(both, name):
    code, shapes = INFER[name]
    both(f"y = {code}\nresult = str(y.infer_shape_partial({shapes}))")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("mx.sym.FullyConnected(mx.sym.var('x'), num_hidden=3, name='f').infer_shape(x=(2, 3), f_weight=(3, 9))", "f"),
        ("mx.sym.FullyConnected(mx.sym.var('x'), num_hidden=3).infer_shape(nope=(2, 3))", "nope"),
        ("mx.sym.Activation(mx.sym.var('x'), act_type='foo')", "foo"),
        ("mx.sym.FullyConnected(mx.sym.var('x'))", "num_hidden"),
        ("mx.sym.var('x')['y_output']", "y_output"),
        ("mx.sym.FullyConnected(mx.sym.var('x'), num_hidden=3).simple_bind(mx.cpu())", "x"),
        ("(mx.sym.var('x') * 2).bind(mx.cpu(), {})", "x"),
    ],
)
def test_errors_of_symbols(both, code, word):
    both(code, raises=word)


ARRAYS = """
x = nd.array([[1, 2, 3], [4, 5, 6]])
f = [lambda: {0}]
result = f[0]()
"""


@pytest.mark.parametrize(
    "expression",
    [
        "x[1]", "x[0, 1]", "x[:, 1]", "x[0:1]", "x[:, 1:2]", "x[nd.array([1, 0])]", "x[[0, 1], [1, 2]]", "x[x > 2]",
        "x[..., None]", "x[::2]", "x[-1]", "x[np.array([0, 1])]", "x[5:7].shape", "x.T[0]", "x[1, ::-1]", "x[0][1:]",
        "x == x", "x % 2", "2 ** x", "-x", "abs(x)", "x.astype('int32') / 2", "x.astype('int32') + 1.7",
        "x.astype('int32') * 2.5", "x.astype('uint8') - 2", "x.astype('float16') + x.astype('float16')", "1 - x",
        "2 / x", "x ** 0.5", "x >= nd.array([1, 4, 5])", "x != 3", "x + np.float32(2)", "7 % x", "-7 % x", "x * True",
        "x.sum()", "x.mean(axis=1)", "x.max(axis=0, keepdims=True)", "x.norm()", "x.argmax(1)", "x.argmax()", "x.topk()",
        "x.reshape(-1, 2)", "x.reshape((0, -1, 1))", "x.reshape((-3,))", "x.T", "x.transpose((1, 0))", "x.flatten()",
        "x.split(3, axis=1)", "x.slice_axis(axis=1, begin=0, end=2)", "x.tile((2, 1))", "x.repeat(2, axis=1)",
        "x.expand_dims(0)", "x.swapaxes(0, 1)", "x.clip(2, 4)", "x.broadcast_to((2, 2, 3))", "x.one_hot(7)",
        "nd.array([1, 2], dtype='bool')", "nd.array(3)", "nd.array(nd.ones(2, dtype='int32'))", "nd.arange(1, 7, 2, repeat=2)",
        "nd.full((2,), 3)", "nd.eye(2, 3, 1)", "nd.linspace(0, 1, 5)", "nd.concat(x, x)", "nd.stack(x, x).shape",
        "nd.moveaxis(x, 0, 1)", "nd.maximum(x, 3)", "nd.maximum(2, 3)", "nd.power(2, x)", "nd.concatenate([x, x])",
        "nd.dot(x, x.T)", "x.astype('int32').mean()", "x.copyto(mx.cpu(1)).context", "repr(x)",
        "str(x.dtype)", "x.detach() is x", "x.as_in_context(mx.cpu()) is x", "len(x)", "x.size", "x.stype", "str(x.grad)",
    ],
)  # fmt: skip
def test_ndarray_semantics(both, expression):
    both(ARRAYS.format(expression))


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("x[5].asnumpy()", "5"), ("x.asscalar()", "scalar"), ("bool(x)", "ambiguous"), ("x.reshape((4,))", "4"),
        ("(x + nd.ones((3, 2))).asnumpy()", "shape"), ("nd.elemwise_add(x, nd.ones((3, 2))).asnumpy()", "elemwise_add"),
        ("nd.array([[1, 2], [3]])", "array"), ("x.backward()", "graph"), ("x + None", "NoneType"), ("mx.gpu(77) and nd.ones(2, ctx=mx.gpu(77)).asnumpy()", "gpu"),
        ("nd.ones((2, 3)).sum(axis=4).asnumpy()", "axis"), ("nd.NoSuchOperator(x)", "NoSuchOperator"),
    ],
)  # fmt: skip
def test_ndarray_errors(both, expression, word):
    both(ARRAYS.format(expression), raises=word)
