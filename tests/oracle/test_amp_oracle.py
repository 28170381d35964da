"""mx.contrib.amp beside MXNet's: the casts of converted graphs, node by node; training with scaled losses."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest

SET_UP = """
import importlib, json
amp = importlib.import_module(mx.__name__ + ".contrib.amp")
def low(x, name):
    return sym.FullyConnected(x, num_hidden=2, no_bias=True, name=name)
def made(kind, i):
    v = sym.var("v" + i)
    if kind == "variable":
        return v
    if kind == "full":
        return sym.exp(v, name="e" + i)
    if kind == "low":
        return low(v, "f" + i)
    if kind == "passed":
        return sym.relu(v, name="r" + i)
    if kind == "passed low":
        return sym.BatchNorm(low(v, "f" + i), name="b" + i)
    if kind == "passed full":
        return sym.relu(made("full", i), name="r" + i)
    if kind == "condition":
        return sym.Activation(v, act_type="softrelu", name="s" + i)
    if kind == "no condition":
        return sym.Activation(made("condition", i), act_type="relu", name="a" + i)
    if kind == "widest":
        return sym.broadcast_add(made("low", i + "x"), made("variable", i + "y"), name="w" + i)
    return sym.broadcast_add(made("low", i + "x"), made("low", i + "y"), name="w" + i)
def nodes(s):
    graph = json.loads(s.tojson(remove_amp_cast=False))
    told = [[n["op"], n["name"], sorted(n.get("attrs", {}).items()), n["inputs"]] for n in graph["nodes"]]
    return [told, graph["heads"], s.list_arguments(), s.list_auxiliary_states()]
kinds = ["variable", "full", "low", "passed", "passed low", "passed full", "condition", "no condition", "widest", "sum"]
"""
NET = """
n = sym.Convolution(sym.var("data"), num_filter=4, kernel=(3, 3), name="c")
n = sym.Activation(sym.BatchNorm(n, name="bn"), act_type="softrelu", name="sr")
n = sym.Activation(n, act_type="relu", name="r")
n = sym.FullyConnected(n, num_hidden=4, name="f1") + sym.exp(sym.FullyConnected(n, num_hidden=4, name="f2"), name="e")
net = sym.SoftmaxOutput(n, name="softmax")
"""


def test_casts_between_operators(both):
    both(
        SET_UP
        + """
result = {}
for i, one in enumerate(kinds):
    x = made(one, "0")
    result[one] = [nodes(amp.convert_symbol(s)) for s in (sym.exp(x, name="z"), low(x, "z"), sym.Group([x]))[:2]]
    for other in kinds[i:]:
        s = sym.broadcast_add(made(one, "0"), made(other, "1"), name="z")
        result[one + "," + other] = nodes(amp.convert_symbol(s))
"""
    )


@pytest.mark.parametrize(
    "options",
    [
        "",
        "target_dtype='bfloat16'",
        "cast_optional_params=True, data_names=['data']",
        "excluded_sym_names=['f1'], data_names=['data', 'softmax_label']",
        "target_dtype_ops=['exp'], fp32_ops=['Convolution', 'log_softmax'], "
        "conditional_fp32_ops=[('Activation', 'act_type', ['relu'])]",
        "fp32_ops=['exp']",
        "excluded_sym_names=['no such node']",
    ],
)
def test_convert_symbol(both, options):
    both(SET_UP + NET + f"result = {{'nodes': nodes(amp.convert_symbol(net, {options}))}}")


def test_outputs_have_names(both):
    both(
        SET_UP
        + """
s = sym.split(low(sym.var("x"), "f"), num_outputs=2, name="sp")
r = sym.RNN(sym.var("x"), sym.var("p"), sym.var("st"), state_size=2, num_layers=1, mode="rnn_tanh", state_outputs=True,
            name="rnn")
result = {
    "split": nodes(amp.convert_symbol(sym.exp(s[0], name="e0") + sym.exp(s[1], name="e1"))),
    "rnn": nodes(amp.convert_symbol(r)),
    "leaky": [nodes(amp.convert_symbol(sym.LeakyReLU(low(sym.var("x"), "f"), act_type=a, name="l")))
              for a in ("elu", "leaky")],
    "others": [nodes(amp.convert_symbol(low(f(low(sym.var("x"), "f")), "z"), "bfloat16")) for f in (
        lambda x: sym.LayerNorm(x, name="n"), lambda x: sym.softmax(x, name="n"), lambda x: sym.make_loss(x, name="n"),
        lambda x: sym.L2Normalization(x, name="n"), lambda x: sym.norm(x, name="n"), lambda x: sym.tanh(x, name="n"),
        lambda x: sym.LayerNorm(x, output_mean_var=True, name="n")[1])],
}
"""
    )


@pytest.mark.parametrize(
    "call, names",
    [
        ("amp.convert_symbol(net, target_dtype='float64')", "float16 and bfloat16"),
        ("amp.convert_symbol(net, target_dtype_ops=['nope'])", "nope"),
        ("amp.convert_symbol(net, target_dtype_ops=['Convolution'], fp32_ops=['Convolution'])", "Convolution"),
        ("amp.convert_symbol(net, target_dtype_ops='x')", "target_dtype_ops"),
        ("amp.convert_symbol(net, data_names=['zzz'])", "zzz"),
        ("amp.convert_symbol(3)", "Symbol"),
        ("amp.convert_hybrid_block(gluon.nn.Dense(3), ctx=mx.cpu())", "hybridize"),
        ("amp.convert_hybrid_block(gluon.nn.Sequential(), ctx=mx.cpu())", "HybridBlock"),
        ("amp.init('float32')", "float16 or bfloat16"),
        ("amp.init_trainer(None)", "amp.init"),
    ],
)
def test_refused(both, call, names):
    both(SET_UP + NET + call, raises=names)


@pytest.mark.parametrize("options", ["", "cast_optional_params=True"])
def test_convert_model(both, options):
    both(
        SET_UP
        + NET
        + f"""
exe = net.simple_bind(mx.cpu(), data=(2, 3, 5, 5))
args = {{k: nd.random.normal(shape=v.shape) for k, v in exe.arg_dict.items() if k not in ("data", "softmax_label")}}
aux = {{k: nd.ones(v.shape) for k, v in exe.aux_dict.items()}}
s, a, x = amp.convert_model(net, args, aux, {options})
result = {{"nodes": nodes(s), "args": a, "aux": x}}
"""
    )


def test_convert_hybrid_block(both):
    both(
        SET_UP
        + """
net = gluon.nn.HybridSequential()
net.add(gluon.nn.Conv2D(4, 3), gluon.nn.BatchNorm(), gluon.nn.Activation("relu"), gluon.nn.Dense(3))
net.initialize()
net.hybridize()
x = nd.random.normal(shape=(2, 2, 5, 5))
y = net(x)
half = amp.convert_hybrid_block(net, ctx=mx.cpu(), cast_optional_params=True)
short = amp.convert_hybrid_block(net, ctx=mx.cpu(), target_dtype="bfloat16")
result = {
    "types": [[str(np.dtype(p.dtype)) for p in b.collect_params().values()] for b in (half, short)],
    "y": y, "near": bool((short(x) - y).abs().max() < 0.01), "same": bool((short(x) == y).min() == 1),
}
"""
    )


TRAINING = """
import sys
import numpy as np
import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.contrib import amp
amp.init("bfloat16")
mx.random.seed(0)
net = gluon.nn.Dense(3, in_units=2)
net.initialize(mx.init.Constant(0.5))
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1}, update_on_kvstore=False)
amp.init_trainer(trainer)
x = nd.ones((2, 2))
for factor in (1, np.inf, 1, 1):
    with autograd.record():
        loss = net(x * factor).sum()
        with amp.scale_loss(loss, trainer) as scaled:
            autograd.backward(scaled)
    if factor == 1:
        print(loss.asscalar(), scaled.asscalar())
        amp.unscale(trainer)
        print(net.weight.grad().asnumpy().tolist(), trainer._scale)
    trainer.step(2)
    print(net.weight.data().asnumpy().round(5).tolist(), trainer._amp_loss_scaler.loss_scale)
with autograd.record():
    losses = [net(x).sum(), net(2 * x).sum()]
    with amp.scale_loss(losses, trainer) as scaled:
        print([float(v.asscalar()) for v in scaled])
y = nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 3)), no_bias=True, num_hidden=4)
print(y.astype("float32").asnumpy().tolist(), nd.exp(y).dtype, nd.broadcast_add(y, nd.ones((2, 4))).dtype)
s = mx.sym.exp(mx.sym.FullyConnected(mx.sym.var("x"), num_hidden=3))
print(s.tojson(remove_amp_cast=False))
"""


OPERATORS = """
import importlib, json, operator, sys
import numpy as np
import mxnet as mx
from mxnet import nd, sym
amp = importlib.import_module("mxnet.contrib.amp")
full, whole = nd.array([1.5, 2, 3]), nd.array([1, 2, 3], dtype="int32")
low = sys.argv[1] if sys.argv[1] == "float16" else importlib.import_module("mxnet.contrib.amp.amp").bfloat16
half = nd.amp_cast(full, dtype=low)
wide, tall = full.reshape((1, 3)), half.reshape((3, 1))
amp.init(sys.argv[1])
names = "add sub mul truediv mod pow gt ge lt le eq ne".split()
def told(f, *args):
    try:
        made = f(*args)
    except Exception:
        return "raises"
    if isinstance(made, sym.Symbol):
        return [n["op"] for n in json.loads(made.tojson(remove_amp_cast=False))["nodes"] if n["op"] != "null"]
    dtype = str(np.dtype(made.dtype))
    return "low" if "bfloat16" in dtype else dtype
a, b = sym.var("a"), sym.var("b")
arrays = {"full": full, "half": half, "whole": whole, "wide": wide, "tall": tall}
for name in names:
    f = getattr(operator, name)
    for left in arrays:
        pairs = [(left, 2), (2, left)] + [(left, right) for right in arrays if (left == "whole") == (right == "whole")]
        for pair in pairs:
            print(name, *pair, told(f, *[arrays.get(x, x) for x in pair]))
    print(name, told(f, a, 2), told(f, 2, a), told(f, a, b), told(f, a, a))
for name in ("iadd", "isub", "imul", "itruediv"):
    f = getattr(operator, name)
    print(name, told(f, nd.array([1, 2, 3]), half), told(f, half, full), told(f, nd.amp_cast(half, dtype="float32"), 1))
for name in ("add", "subtract", "multiply", "divide", "power", "maximum", "greater", "not_equal"):
    f = getattr(nd, name)
    print(name, told(f, half, 1), told(f, 1, half), told(f, half, half), told(f, full, half))
for name in ("exp", "relu", "sqrt", "square", "sum", "norm", "softmax", "log", "transpose", "abs",
             "__neg__", "__abs__"):
    print(name, told(getattr(nd.NDArray, name), half), told(getattr(sym.Symbol, name), a))
print(told(half.reshape, (3, 1)), told(a.reshape, (3, 1)))
"""


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_operators_after_init(oracle, dtype):
    ours, theirs = (
        subprocess.run([*command, "-c", OPERATORS, dtype], capture_output=True, text=True, timeout=100)
        for command in ([sys.executable, "-m", "mxr.mxnet"], [oracle.python])
    )
    assert ours.returncode == theirs.returncode == 0, ours.stderr + theirs.stderr
    assert ours.stdout.splitlines() == theirs.stdout.splitlines()


def test_training(oracle):
    """`amp.init` changes the namespaces for good, hence processes of their own."""
    ours, theirs = (
        subprocess.run([*command, "-c", TRAINING], capture_output=True, text=True, timeout=100)
        for command in ([sys.executable, "-m", "mxr.mxnet"], [oracle.python])
    )
    assert ours.returncode == theirs.returncode == 0, ours.stderr + theirs.stderr
    assert ours.stdout == theirs.stdout


def test_loss_scaler(both):
    both(
        SET_UP
        + textwrap.dedent("""
        scaler = amp.loss_scaler.LossScaler()
        p = gluon.Parameter("p", shape=(2,))
        p.initialize()
        frozen = gluon.Parameter("q", shape=(2,), grad_req="null")
        frozen.initialize()
        scaler._scale_seq_len, told = 3, []
        for value in (1, np.inf, 1, np.nan, 1, 1, 1, 1, 1, 1, 1):
            p.grad()[:] = value
            told.append([scaler.has_overflow([p, frozen]), scaler.loss_scale, scaler._unskipped])
        result = {"told": told}
        """)
    )


def test_lists(both):
    got = both(
        SET_UP
        + """
names = ["lp16_ops", "fp32_ops", "lp16_fp32_ops", "conditional_fp32_ops", "loss_output_functions", "widest_type_cast"]
result = {n: sorted(set(map(str, getattr(amp, "list_" + n)(np.float16)))) for n in names}
result["fp32 params"] = amp.list_lp16_use_fp32_params(np.float16)
"""
    ).ours
    assert "Convolution" in got["lp16_ops"] and np.size(got["fp32_ops"]) > 100


BUCKETS = (
    SET_UP
    + """
amp = amp.amp
def sym_gen(key):
    n = sym.sum(sym.Embedding(sym.var("data"), input_dim=10, output_dim=4, name="emb"), axis=1, name="sum")
    n = sym.BatchNorm(sym.FullyConnected(n, num_hidden=3, name="fc"), name="bn")
    n = sym.FullyConnected(sym.exp(n, name="exp"), num_hidden=2, name="fc2")
    return sym.SoftmaxOutput(n, name="softmax"), ("data",), ("softmax_label",)
def batch(key):
    x = nd.array(np.arange(2 * key).reshape(2, key) % 10)
    return io.DataBatch([x], [nd.array([0, 1])], bucket_key=key, provide_data=[io.DataDesc("data", x.shape)],
                        provide_label=[io.DataDesc("softmax_label", (2,))])
def bound(m):
    m.bind([("data", (2, 6))], [("softmax_label", (2,))], for_training=False)
    return m
def ready():
    m = bound(mx.mod.BucketingModule(sym_gen, 6))
    m.init_params(init.Normal(0.5))
    return m
def out(m, key):
    m.forward(batch(key), False)
    return m.get_outputs()[0]
"""
)


@pytest.mark.parametrize("options", ["", "excluded_sym_names=['fc']", "target_dtype='float16'"])
def test_convert_bucketing_module(both, options):
    """Of MXNet's module the buckets compute in low precision that were bound before, but for the default one."""
    half = "float16" in options
    got = both(
        BUCKETS
        + f"""
m = ready()
given = {{k: nd.array(np.sin(np.arange(v.size)).reshape(v.shape) / 4) for k, v in m.get_params()[0].items()}}
m.set_params(given, m.get_params()[1])
plain = out(m, 4)
c = amp.convert_bucketing_module(m, {options or "'bfloat16'"}{", 'bfloat16'" if options and not half else ""})
result = [type(c).__name__, c.binded, c.params_initialized, {{k: v.dtype for k, v in c.get_params()[0].items()}}]
bound(c)
c.switch_bucket(4, *[batch(4).provide_data, batch(4).provide_label])
result += [nodes(c.symbol), plain] + [out(c, 4)] * {not half}
""".replace("module(m, excluded_sym_names=['fc'], 'bfloat16')", "module(m, 'bfloat16', excluded_sym_names=['fc'])"),
        rtol=2e-2,
        atol=2e-2,
    )
    if not half:
        *_, plain, low = got.ours["result"]
        assert np.abs(plain - low).max() > 1e-5


@pytest.mark.parametrize(
    "call, names",
    [
        ("m", "bucketing module"),
        ("mx.mod.Module(sym_gen(1)[0])", "bucketing module"),
        ("mx.mod.BucketingModule(sym_gen, 6)", "empty"),
        ("bound(mx.mod.BucketingModule(sym_gen, 6))", "params"),
        ("ready(), 'float64'", "float16"),
        ("ready(), target_dtype_ops=3", "target_dtype_ops"),
    ],
)
def test_convert_bucketing_module_refuses(both, call, names):
    both(BUCKETS + f"m = 'x'\namp.convert_bucketing_module({call})", raises=names)
