"""What hostile or careless callers give, and the errors they get: each names the operator or argument at fault."""

import json
import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mxr as mx
from mxr import MXNetError, autograd, nd

CI = settings(deadline=None, derandomize=True, max_examples=150, database=None)


def refuses(f, *words):
    """`f` raises an MXNetError whose text has all the words."""
    with pytest.raises(MXNetError) as e:
        f()
    for word in words:
        assert word in str(e.value), f"{word!r} is not in: {e.value}"


def ones(*shape, **kw):
    return nd.ones(shape, **kw)


def net():
    hidden = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
    return mx.sym.SoftmaxOutput(hidden, name="softmax")


# ---- operators
OPERATORS = {
    "weight shape": (
        lambda: nd.FullyConnected(ones(2, 3), ones(4, 5), ones(4), num_hidden=4),
        "FullyConnected", "weight", "(4, 5)", "(4, 3)",
    ),
    "missing input": (lambda: nd.FullyConnected(ones(2, 3), num_hidden=4), "FullyConnected", "weight", "missing"),
    "missing parameter": (lambda: nd.FullyConnected(ones(2, 3), ones(4, 3), ones(4)), "FullyConnected", "num_hidden"),
    "unknown parameter": (lambda: nd.Activation(ones(2), act_typ="relu"), "Activation", "act_typ", "'act_type'"),
    "choice": (lambda: nd.Activation(ones(2), act_type="rleu"), "Activation", "'rleu'", "'relu'"),
    "dtype mix": (lambda: ones(1, dtype="int32") + ones(1), "float32", "int32"),
    "no such dtype": (lambda: nd.Cast(ones(1), dtype="flaot32"), "Cast", "flaot32", "'float32'"),
    "integers": (lambda: nd.softmax(ones(2, dtype="int32")), "softmax", "data", "int32"),
    "integer sigmoid": (lambda: nd.Activation(ones(2, dtype="int32"), act_type="sigmoid"), "Activation", "int32"),
    "bool": (lambda: nd.negative(nd.array([1, 0], dtype="bool")), "negative", "bool"),
    "broadcast": (lambda: ones(2, 2) + ones(3, 2), "broadcast_add", "(2, 2)", "(3, 2)"),
    "NumPy input": (lambda: nd.relu(np.ones(3)), "relu", "data", "ndarray"),
    "rank": (lambda: nd.Convolution(ones(2, 3), ones(4, 3), ones(4), kernel=(3, 3), num_filter=4), "data", "(2, 3)"),
    "no axis": (lambda: nd.linalg.maketrian(nd.array(1.0)), "maketrian", "dimensions", "A ()"),
    "count": (lambda: nd.concat(ones(2), ones(2), num_args=3), "Concat", "num_args=3", "2 inputs"),
    "count garbage": (lambda: nd.add_n(ones(2), num_args="x"), "add_n", "num_args='x'"),
    "too many": (lambda: nd.split(ones(2), num_outputs=10**9), "num_outputs=1000000000"),
    "no cut": (lambda: nd._internal._split_v2(ones(4), indices=()), "_split_v2", "indices", "sections"),
    "64 bits": (lambda: nd.one_hot(ones(1), depth=10**30), "one_hot", "depth", "64 bits"),
    "label": (lambda: nd.softmax_cross_entropy(ones(1, 3), nd.array([7])), "label", "7", "0 to 2"),
    "take": (lambda: nd.take(ones(2), nd.array([5]), mode="raise"), "take", "5", "length 2"),
    "gather_nd": (lambda: nd.gather_nd(ones(2), nd.array([[7]])), "gather_nd", "7", "size 2"),
    "one hot rank": (lambda: nd._internal._onehot_encode(ones(3), ones(3)), "_onehot_encode", "rhs", "(3,)"),
    "ctx": (lambda: nd.zeros((2,), ctx="cpu"), "cpu"),
    "ctx text": (lambda: nd._internal._zeros(shape=(2,), ctx="tpu"), "_zeros", "tpu"),
    "out shape": (lambda: nd.relu(ones(3), out=ones(2)), "relu", "out", "(2,)", "(3,)"),
    "out dtype": (lambda: nd.relu(ones(3), out=ones(3, dtype="float64")), "relu", "out", "float64"),
    "reshape": (lambda: ones(2, 2).reshape((3, 3)), "(3, 3)", "4"),
    "reshape text": (lambda: ones(2, 2).reshape("a"), "reshape", "a"),
    "array text": (lambda: nd.array([1, "a"]), "source_array"),
    "ragged": (lambda: nd.array([[1], [1, 2]]), "source_array"),
    "negative shape": (lambda: nd.zeros((-1, 2)), "zeros", "(-1, 2)"),
    "device": (lambda: mx.Context("tpu"), "tpu", "gpu"),
    "device id": (lambda: mx.cpu("a"), "device_id", "'a'"),
}  # fmt: skip


@pytest.mark.parametrize("case", OPERATORS)
def test_operator(case):
    f, *words = OPERATORS[case]
    refuses(f, *words)


def test_queued_errors_come_at_the_wait():
    """A large product goes to the queue; an error that only shows there names its operator."""
    from mxr.core.op import OpDef, register, unregister

    def forward(xp, a, data):
        raise ZeroDivisionError("surely not")

    d = register(OpDef("_toy_failing", forward=forward, grad=None))
    d.cost = lambda a, ins, outs: 1e12
    try:
        y = mx.ndarray.functions.function("_toy_failing")(ones(3))
        refuses(y.asnumpy, "_toy_failing", "surely not", "data (3,) float32")
    finally:
        unregister("_toy_failing")


def test_no_operator_of_that_name():
    for space, name, meant in ((nd, "Convolutoin", "Convolution"), (mx.sym, "FullyConected", "FullyConnected")):
        with pytest.raises(AttributeError, match=f"{name}.*Did you mean .*{meant}"):
            getattr(space, name)


@pytest.mark.parametrize(
    "make",
    [
        lambda: nd.zeros((10**9, 10**9)),
        lambda: nd.empty((10**9, 10**9)),
        lambda: nd.random.uniform(shape=(10**9, 10**9)),
        lambda: nd.one_hot(nd.array([1]), depth=10**17),
        lambda: ones(1).broadcast_to((10**17,)),
        lambda: mx.sym.FullyConnected(mx.sym.Variable("d"), num_hidden=10**15).simple_bind(mx.cpu(), d=(2, 10**4)),
    ],
)
def test_memory(make):
    with pytest.raises(MemoryError, match="not enough memory") as e:
        make()
    assert isinstance(e.value, MXNetError)


def test_gpu_without_cupy_says_what_to_install():
    from mxr.backend import cupy_or_none

    if cupy_or_none() is not None:
        pytest.skip("CuPy is here")
    for f in (lambda: nd.zeros((2,), ctx=mx.gpu()), lambda: ones(2).as_in_context(mx.gpu(1)),
              lambda: net().simple_bind(mx.gpu(), data=(2, 4))):  # fmt: skip
        refuses(f, "gpu(", "CuPy", "mxr-arrays[gpu12]")


@pytest.mark.parametrize(
    "expr, result",
    [
        (lambda: nd.array([1.0, -5.5]) % 0, [0, 0]),
        (lambda: 5 % nd.array([0, 2]), [0, 1]),
        (lambda: nd.array(5.0) % 0, 0),
        (lambda: nd.array([2, -2, 1], dtype="int32") ** -1, [0, 0, 1]),
        (lambda: 2 ** nd.array([-1, 3], dtype="int32"), [0, 8]),
        (lambda: nd.array([1, -1, 0]) / 0, [np.inf, -np.inf, np.nan]),
        (lambda: nd.sign(nd.array([np.nan, -2])), [0, -1]),
        (lambda: nd.rint(nd.array([0.5, 1.5, -2.5])), [0, 1, -3]),
        (lambda: nd.sample_poisson(nd.array([np.nan, np.inf]), shape=2), [[np.nan] * 2, [np.inf] * 2]),
    ],
)
def test_values_of_the_edge_as_in_mxnet(expr, result):
    np.testing.assert_array_equal(expr().asnumpy(), result)


def test_expressions_mean_what_the_faster_functions_do():
    """An executor computes from an operator's expression, a single call by NumPy's function: equal at all edges."""
    from mxr.core.op import all_ops

    x = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 1, -3, 7, 100], "float32")
    grid = [g.ravel() for g in np.meshgrid(x, x)]
    seen = 0
    for name, d in all_ops().items():
        if d.expr is None or set(d.params) - {"scalar", "is_int"}:
            continue
        arrays = [x] if len(d.inputs) == 1 else grid
        kw = {"scalar": 2.5} if "scalar" in d.params else {}
        now = mx.ndarray.functions.function(name)(*map(nd.array, arrays), **kw).asnumpy()
        with np.errstate(all="ignore"):
            values = {**dict(zip(d.inputs, arrays)), **kw}
            meant = np.asarray(d.expr.bind(np)(*[values[n] for n in d.expr.names])).astype("float32")
        np.testing.assert_allclose(now, meant, rtol=1e-5, atol=1e-5, err_msg=name)
        seen += 1
    assert seen > 80


# ---- parameters
PIECES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.binary(max_size=3),
    lambda s: st.lists(s, max_size=4) | st.tuples(s, s) | st.dictionaries(st.text(max_size=2), s, max_size=2),
    max_leaves=5,
)


@CI
@given(value=PIECES, name=st.sampled_from(["kernel", "stride", "num_filter", "no_bias", "layout", "num_group", "zz"]))
def test_any_parameter_value_parses_or_is_refused(value, name):
    op = mx.core.op.get_op("Convolution")
    try:
        a = op.parse({"kernel": (1, 1), "num_filter": 1, name: value})
    except MXNetError as e:
        assert "Convolution" in str(e) and name in str(e)
        return
    p = op.params[name]
    assert p.parse(p.dump(getattr(a, name))) == getattr(a, name)  # what is accepted survives symbol.json


# ---- symbol.json
def json_paths(x, at=()):
    yield at
    for k, v in x.items() if isinstance(x, dict) else enumerate(x) if isinstance(x, list) else ():
        yield from json_paths(v, (*at, k))


BASE = json.loads(
    mx.sym.SoftmaxOutput(
        mx.sym.Concat(*mx.sym.split(net().get_internals()["fc_output"], num_outputs=3, name="cut"), name="joined")
    ).tojson()
)
PATHS = list(json_paths(BASE))[1:]
VALUES = [None, True, 0, -1, 3, 10**12, 2**63, 1.5, 1e400, "", "x", "(1,2)", [], [[0, 0, 0]], {}, {"a": 1}, "9" * 400]


@CI
@given(seed=st.integers(0, 10**9))
def test_damaged_symbol_files(seed):
    rnd = random.Random(seed)
    graph = json.loads(json.dumps(BASE))
    for _ in range(rnd.choice([1, 1, 2])):
        *way, last = rnd.choice(PATHS)
        try:
            x = graph
            for k in way:
                x = x[k]
            if rnd.random() < 0.25:
                del x[last]
            else:
                x[last] = rnd.choice(VALUES)
        except (KeyError, IndexError, TypeError):
            pass
    try:
        s = mx.sym.load_json(json.dumps(graph))
        s.list_arguments(), s.list_outputs(), s.tojson(), s.get_internals()
        s.simple_bind(mx.cpu(), data=(2, 8)).forward()[0].asnumpy()
    except MXNetError as e:
        assert str(e) and "called with" not in str(e)


@pytest.mark.parametrize(
    "text, words",
    [
        ("", ["not valid JSON"]),
        ("[" * 100000, ["not valid JSON"]),
        ("{}", ["nodes"]),
        ('{"nodes": 5}', ["nodes"]),
        ('{"nodes": [5]}', ["node 0", "5"]),
        ('{"nodes": [{"op": "null"}]}', ["node 0", "'name'", "nothing"]),
        ('{"nodes": [{"op": "FullyConected", "name": "a", "inputs": []}]}', ["'FullyConected'", "'FullyConnected'"]),
        ('{"nodes": [{"op": "relu", "name": "a", "inputs": [[0, 0, 0]]}]}', ["node 0", "before its user"]),
        ('{"nodes": [{"op": "relu", "name": "a", "inputs": [[0]]}]}', ["[node, output]", "[0]"]),
        ('{"nodes": [{"op": "null", "name": "a", "inputs": []}], "heads": [[7, 0, 0]]}', ["heads", "7"]),
        ('{"nodes": [{"op": "null", "name": "a", "inputs": []}], "heads": [[0, 3, 0]]}', ["heads", "3"]),
    ],
)
def test_foreign_symbol_files(text, words):
    refuses(lambda: mx.sym.load_json(text), *words)


def test_deep_graphs():
    """Twenty thousand operators in a row: nothing recurses."""
    s = mx.sym.Variable("x")
    for _ in range(5000):
        s = s + 1
    s = mx.sym.load_json(pickle.loads(pickle.dumps(s)).tojson())
    assert s.simple_bind(mx.cpu(), x=(2,)).forward()[0].asnumpy().tolist() == [5000, 5000]
    x = ones(2)
    x.attach_grad()
    with autograd.record():
        y = x
        for _ in range(5000):
            y = y * 1.0
    y.backward()
    assert x.grad.asnumpy().tolist() == [1, 1]


# ---- bind and executors
def arrays(**changed):
    return {
        "data": ones(2, 4), "fc_weight": ones(3, 4), "fc_bias": ones(3), "softmax_label": ones(2), **changed
    }  # fmt: skip


def bound():
    return net().simple_bind(mx.cpu(), data=(2, 4))


BIND = {
    "weight": (lambda: net().bind(mx.cpu(), arrays(fc_weight=ones(3, 5))), "fc", "weight", "(3, 5)", "(3, 4)"),
    "dtypes": (lambda: net().bind(mx.cpu(), arrays(fc_weight=ones(3, 4, dtype="int32"))), "fc", "weight", "int32"),
    "missing": (lambda: net().bind(mx.cpu(), {"data": ones(2, 4)}), "fc_weight", "args"),
    "few": (lambda: net().bind(mx.cpu(), [ones(2, 4)]), "args", "1", "4"),
    "number": (lambda: net().bind(mx.cpu(), 5), "args", "int"),
    "NumPy": (lambda: net().bind(mx.cpu(), arrays(data=np.ones((2, 4)))), "data", "ndarray"),
    "context": (lambda: net().bind("cpu", arrays()), "ctx", "str"),
    "gradient": (
        lambda: net().bind(mx.cpu(), arrays(), args_grad={"fc_weight": ones(2, 2)}), "fc_weight", "(2, 2)", "(3, 4)",
    ),
    "grad_req": (lambda: net().bind(mx.cpu(), arrays(), grad_req="rwite"), "grad_req", "'rwite'"),
    "no shape": (lambda: net().simple_bind(mx.cpu()), "data"),
    "misspelt": (lambda: net().simple_bind(mx.cpu(), dta=(2, 4)), "'dta'", "'data'"),
    "text shape": (lambda: net().simple_bind(mx.cpu(), data=(2, "a")), "shape", "'a'"),
    "label shape": (lambda: net().simple_bind(mx.cpu(), data=(2, 4), softmax_label=(3,)), "label", "(3,)", "(2,)"),
    "forward shape": (lambda: bound().forward(data=np.ones((3, 4))), "data", "(2, 4)", "(3, 4)"),
    "forward name": (lambda: bound().forward(dta=np.ones((2, 4))), "dta", "'data'"),
    "backward first": (lambda: bound().backward(), "forward(is_train=True)"),
    "copy": (lambda: bound().copy_params_from({"fc_weight": ones(2, 2)}), "fc_weight", "(2, 2)", "(3, 4)"),
    "reshape": (lambda: bound().reshape(dta=(1, 4)), "'dta'", "'data'"),
    "reshape to": (lambda: bound().reshape(data=5), "shape", "5"),
    "two shapes": (
        lambda: (lambda v: mx.sym.FullyConnected(v, v, num_hidden=2, no_bias=True, name="f"))(
            mx.sym.Variable("v")).simple_bind(mx.cpu(), v=(3, 4)), "f", "(3, 4)",
    ),
    "infer": (lambda: net().infer_shape(dta=(2,)), "dta", "'data'"),
    "compose": (lambda: net()(bogus=mx.sym.Variable("a")), "bogus"),
    "input": (lambda: mx.sym.FullyConnected(5, num_hidden=3), "FullyConnected", "data", "int"),
    "group": (lambda: mx.sym.Group(5), "symbols"),
    "output": (lambda: net().get_internals()["fc_ouput"], "'fc_ouput'", "'fc_output'"),
    "save": (lambda: net().save("/dev/null/a.json"), "/dev/null/a.json"),
}  # fmt: skip


@pytest.mark.parametrize("case", BIND)
def test_bind(case):
    f, *words = BIND[case]
    refuses(f, *words)


# ---- autograd
def recorded(f, dtype="float32"):
    x = nd.array([1, 2], dtype=dtype)
    x.attach_grad()
    with autograd.record():
        y = f(x)
    return x, y


class Returns(autograd.Function):
    """Forward and backward give what they are told to."""

    def __init__(self, y=None, g=None):
        super().__init__()
        self.y, self.g = y, g

    def forward(self, x):
        return x * 2 if self.y is None else self.y

    def backward(self, dy):
        return dy[:1] if self.g is None else self.g


def twice():
    _, y = recorded(lambda x: x * x)
    y.backward()
    y.backward()


def in_place(x):
    x += 1


AUTOGRAD = {
    "twice": (twice, "retain_graph=True"),
    "not recorded": (lambda: ones(2).backward(), "record"),
    "in place": (lambda: recorded(in_place), "Inplace"),
    "write": (lambda: recorded(lambda x: x.__setitem__(0, 5)), "Inplace"),
    "number as head": (lambda: autograd.backward([5]), "heads", "int"),
    "no head": (lambda: autograd.backward(None), "heads", "NoneType"),
    "NumPy head": (lambda: autograd.backward([np.ones(2)]), "heads", "ndarray"),
    "head shape": (lambda: recorded(lambda x: x * x)[1].backward(ones(3)), "(3,)", "(2,)"),
    "head kind": (lambda: recorded(lambda x: x * x)[1].backward(5), "head gradient", "int"),
    "head count": (lambda: autograd.backward([ones(2)], [ones(2), ones(2)]), "1 and 2"),
    "grad_req": (lambda: ones(2).attach_grad("wirte"), "grad_req", "'wirte'"),
    "unmarked": (lambda: autograd.grad(ones(2), ones(2)), "variable"),
    "mark shape": (lambda: autograd.mark_variables([ones(2)], [ones(3)]), "(3,)", "(2,)"),
    "mark count": (lambda: autograd.mark_variables([ones(2)], []), "length"),
    "Function gradient": (lambda: recorded(lambda x: Returns()(x))[1].backward(), "Returns", "(1,)", "(2,)"),
    "Function kind": (lambda: recorded(lambda x: Returns(y=5)(x)), "Returns", "int"),
    "Function count": (lambda: recorded(lambda x: Returns(g=[ones(2)] * 2)(x))[1].backward(), "Returns", "1", "2"),
}


@pytest.mark.parametrize("case", AUTOGRAD)
def test_autograd(case):
    f, *words = AUTOGRAD[case]
    refuses(f, *words)


def test_integer_gradients_and_out_on_the_tape():
    x, y = recorded(lambda x: x * x, "int32")
    y.backward()
    assert x.grad.dtype is np.int32 and x.grad.asnumpy().tolist() == [2, 4]
    z = nd.zeros((2,))
    x, _ = recorded(lambda x: nd.square(x, out=z))
    z.backward()
    assert x.grad.asnumpy().tolist() == [2, 4]
