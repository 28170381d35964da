"""Modules step by step beside MXNet: equal seeds, equal weights after every batch, equal log lines and files."""

import re

import numpy as np
import pytest

NET = """
def mlp(bn=True, hidden=8):
    # a bias before BatchNorm has no gradient but rounding, which Adam blows up
    h = sym.FullyConnected(sym.Variable("data"), num_hidden=hidden, name="fc1", no_bias=bn)
    if bn:
        h = sym.BatchNorm(h, name="bn", fix_gamma=False)
    h = sym.Activation(h, act_type="tanh")
    return sym.SoftmaxOutput(sym.FullyConnected(h, num_hidden=3, name="fc2"), name="softmax")

def values(module):
    nd.waitall()  # MXNet's moving averages may be read before they are written otherwise
    arg, aux = module.get_params()
    return {**{n: a.asnumpy() for n, a in arg.items()}, **{n: a.asnumpy() for n, a in aux.items()}}
"""


@pytest.fixture
def data(rng):
    return {"x": rng.normal(size=(50, 5)).astype("f"), "y": rng.integers(0, 3, 50).astype("f")}


OPTIMIZERS = {
    "sgd": {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01},
    "adam": {"learning_rate": 0.01},
    "rmsprop": {"learning_rate": 0.01, "centered": True},
    "nag": {"learning_rate": 0.05, "momentum": 0.8},
}


@pytest.mark.parametrize("devices", [1, 2])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_weights_after_each_batch(both, data, optimizer, devices):
    both(
        NET
        + """
it = io.NDArrayIter(x, y, 10)
m = mx.mod.Module(mlp(), context=[mx.cpu(i) for i in range(devices)])
m.bind(it.provide_data, it.provide_label)
m.init_params(mx.init.Xavier())
m.init_optimizer(optimizer=optimizer, optimizer_params=options)
result = {f"start {n}": a for n, a in values(m).items()}
for k, batch in enumerate(it):
    m.forward_backward(batch)
    m.update()
    result.update({f"{k} {n}": a for n, a in values(m).items()})
    result[f"{k} out"] = m.get_outputs()[0].copy()
""",
        **data, optimizer=optimizer, options=OPTIMIZERS[optimizer], devices=devices, rtol=2e-4, atol=2e-5,
    )  # fmt: skip


FIT = """
import logging
lines = []
class Keep(logging.Handler):
    def emit(self, record):
        lines.append(record.getMessage())
log = logging.getLogger("fit"); log.setLevel("INFO"); log.handlers = [Keep()]; log.propagate = False
calls = []
def batch(p): calls.append(f"batch {p.epoch} {p.nbatch} {p.eval_metric.get()[1]:.4f} {p.locals['data_batch'].pad}")
def evaluated(p): calls.append(f"eval {p.epoch} {p.nbatch} {p.eval_metric.get()[1]:.4f}")
def epoch(n, s, arg, aux): calls.append(f"epoch {n} {s.name} {sorted(arg)} {sorted(aux)}")
it, ev = io.NDArrayIter(x, y, 16), io.NDArrayIter(x[:20], y[:20], 16)
m = mx.mod.Module(mlp(), logger=log, context=[mx.cpu(i) for i in range(devices)])
m.fit(it, ev, num_epoch=3, batch_end_callback=batch, epoch_end_callback=[epoch], eval_end_callback=evaluated,
      eval_batch_end_callback=evaluated, optimizer_params={"learning_rate": 0.2, "momentum": 0.9})
m.fit(it, num_epoch=4, begin_epoch=3)
nd.waitall()  # MXNet's second device can lag behind
result = {"lines": "\\n".join(lines), "calls": "\\n".join(calls), "score": m.score(ev, ["acc", "ce"])[1][1],
          "predict": m.predict(ev).asnumpy(), "array": m.predict(nd.array(x[:16])).asnumpy(),
          "first": m.predict(ev, num_batch=1).asnumpy(),
          "parts": [len(p) for p in m.predict(ev, merge_batches=False)]}
result.update(values(m))
"""


COMPARED = ("score", "predict", "array", "first", "fc1_weight", "bn_moving_var", "bn_gamma")


def numbers(x):
    return x.asnumpy() if hasattr(x, "asnumpy") else x


@pytest.mark.parametrize("devices", [1, 2])
@pytest.mark.filterwarnings("ignore:Parameters already initialized")
def test_fit_says_and_does_the_same(oracle, data, devices):
    import mxr as mx

    np.random.seed(0)
    mx.random.seed(0)
    scope = {"mx": mx, "np": np, "nd": mx.nd, "sym": mx.sym, "io": mx.io, "devices": devices, **data}
    with mx.name.NameManager():
        exec(compile(NET + FIT, "<fit>", "exec"), scope)
    ours = scope["result"]

    def untimed(text):
        return re.sub(r"Time cost=.*", "Time cost", text)

    def ask():
        return oracle.run(NET + FIT, result="result", devices=devices, **data)["result"]

    theirs = ask()
    # now and then MXNet predicts before all of the batch has arrived: of three answers one must agree
    for _ in range(2):
        if all(np.allclose(numbers(ours[n]), theirs[n], rtol=2e-4, atol=2e-5) for n in COMPARED):
            break
        theirs = ask()
    assert untimed(ours["lines"]) == untimed(theirs["lines"])
    assert "Epoch[0] Train-accuracy=" in ours["lines"] and "Epoch[2] Validation-accuracy=" in ours["lines"]
    assert ours["calls"] == theirs["calls"]
    assert ours["parts"] == theirs["parts"]
    for name in COMPARED:
        np.testing.assert_allclose(numbers(ours[name]), theirs[name], rtol=2e-4, atol=2e-5, err_msg=name)


def test_buckets(both, rng):
    both(
        NET
        + """
def gen(key):
    h = sym.Embedding(sym.Variable("data"), input_dim=10, output_dim=4, name="emb")
    h = sym.FullyConnected(sym.mean(h, axis=1), num_hidden=3, name="fc")
    return sym.SoftmaxOutput(h, name="softmax"), ("data",), ("softmax_label",)
m = mx.mod.BucketingModule(gen, default_bucket_key=8)
m.bind([("data", (4, 8))], [("softmax_label", (4,))])
m.init_params(mx.init.Normal(0.1))
m.init_optimizer(optimizer="adam", optimizer_params={"learning_rate": 0.05})
result = {}
metric_ = metric.create("ce")
for k, length in enumerate((8, 5, 3, 8, 5)):
    b = io.DataBatch([nd.array(tokens[k, :, :length])], [nd.array(labels[k])], bucket_key=length,
                     provide_data=[("data", (4, length))], provide_label=[("softmax_label", (4,))])
    m.forward_backward(b)
    m.update()
    m.update_metric(metric_, b.label)
    result[f"{k} out"] = m.get_outputs()[0].copy()
    result.update({f"{k} {n}": a for n, a in values(m).items()})
result["metric"] = metric_.get()[1]
result["shapes"] = str(m.data_shapes)
""",
        tokens=rng.integers(0, 10, (5, 4, 8)).astype("f"), labels=rng.integers(0, 3, (5, 4)).astype("f"),
        rtol=1e-4, atol=1e-5,
    )  # fmt: skip


def test_chain_states_and_layouts(both, data):
    both(
        """
first = sym.FullyConnected(sym.Variable("data"), num_hidden=4, name="f1")
second = sym.SoftmaxOutput(sym.FullyConnected(sym.Variable("data"), num_hidden=3, name="f2"), name="softmax")
s = mx.mod.SequentialModule()
s.add(mx.mod.Module(first, label_names=[])).add(mx.mod.Module(second), take_labels=True, auto_wiring=True)
it = io.NDArrayIter(x, y, 10)
s.fit(it, num_epoch=2, optimizer_params={"learning_rate": 0.3}, initializer=mx.init.Xavier())
arg, aux = s.get_params()
result = {n: a for n, a in arg.items()}
result["score"] = s.score(it, "acc")[0][1]

state = sym.Variable("st")
total = sym.Variable("data") + state
m = mx.mod.Module(sym.Group([total, sym.FullyConnected(total, num_hidden=2, name="f")]), label_names=None,
                  state_names=["st"])
m.bind([("data", (10, 5))], inputs_need_grad=True)
m.init_params(mx.init.One())
m.set_states(value=2.0)
m.forward(io.DataBatch([nd.array(x[:10])]))
result["out"], result["out2"] = m.get_outputs()
m.backward([nd.ones((10, 5)), nd.array(x[:10, :2])])
result["input grad"] = m.get_input_grads()[0]
m.set_states(states=[[m.get_outputs(False)[0][0]]])
result["states"] = m.get_states(False)[0][0]

t = mx.mod.Module(sym.square(sym.Variable("data"), name="sq"), label_names=None, context=[mx.cpu(0), mx.cpu(1)])
t.bind([io.DataDesc("data", (3, 4, 2), layout="TNC")])
t.init_params()
t.forward(io.DataBatch([nd.arange(24).reshape((3, 4, 2))]))
result["pieces"] = [p.shape for p in t.get_outputs(False)[0]]
result["joined"] = t.get_outputs()[0]
""",
        **data, rtol=1e-4, atol=1e-5,
    )  # fmt: skip


def test_python_loss(both, data):
    both(
        """
net = sym.FullyConnected(sym.Variable("data"), num_hidden=3, name="fc")
def grad(scores, labels):
    p = nd.softmax(scores).asnumpy()
    p[np.arange(len(p)), labels.asnumpy().astype(int)] -= 1
    return nd.array(p)
s = mx.mod.SequentialModule()
s.add(mx.mod.Module(net, label_names=[]))
s.add(mx.mod.PythonLossModule(grad_func=grad), take_labels=True, auto_wiring=True)
it = io.NDArrayIter(x, y, 10)
s.fit(it, num_epoch=3, optimizer_params={"learning_rate": 0.5}, initializer=mx.init.Uniform(0.1))
result = {n: a for n, a in s.get_params()[0].items()}
result["score"] = s.score(it, "acc")[0][1]
""",
        **data, rtol=1e-4, atol=1e-5,
    )  # fmt: skip


def test_requests_and_fixed_parameters(both, data):
    both(
        NET
        + """
it = io.NDArrayIter(x, y, 10)
result = {}
for k, options in enumerate(({}, {"grad_req": "add"}, {"grad_req": {"fc1_weight": "add"}}, {"grad_req": "null"})):
    m = mx.mod.Module(mlp(False), fixed_param_names=["fc2_bias"])
    m.bind(it.provide_data, it.provide_label, **options)
    result[f"reqs {k}"] = str(sorted(m._exec_group.grad_req.items()))
    m.init_params(mx.init.Xavier())
    m.init_optimizer(optimizer_params={"learning_rate": 0.1})
    it.reset()
    if k == 3:
        continue
    for batch in it:
        m.forward_backward(batch)
        m.update()
    result.update({f"{k} {n}": a for n, a in values(m).items()})
""",
        **data, rtol=1e-4, atol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize(
    "bad",
    [
        "mx.mod.Module(mlp(), data_names=['dat'])",
        "mx.mod.Module(mlp(), fixed_param_names=['zz'])",
        "mx.mod.Module(mlp(), work_load_list=[1, 2])",
        "mx.mod.Module(mlp()).forward(None)",
        "mx.mod.Module(mlp()).init_params()",
        "mx.mod.Module(mlp()).bind([('dat', (4, 5))])",
        "mx.mod.Module(mlp()).bind([('data', (4, 5))], [('softmax_label', (3,))])",
        "mx.mod.Module(mlp(), context=[mx.cpu(0), mx.cpu(1)]).bind([('data', (1, 5))], [('softmax_label', (1,))])",
        "m.set_params({'fc1_weight': nd.zeros((8, 5))}, {})",
        "m.set_params({'zz': nd.zeros((8, 5))}, {}, allow_missing=True)",
        "m.get_input_grads()",
        "m.update()",
        "m.fit(io.NDArrayIter(np.ones((4, 5)), np.ones(4), 4))",
        "m.init_optimizer(optimizer=3)",
        "m.predict(3)",
        "mx.mod.SequentialModule().bind([('data', (4, 5))])",
        "mx.mod.SequentialModule().add(m, foo=True)",
        "mx.mod.BucketingModule(lambda key: key)",
        "mx.mod.PythonLossModule(data_names=['a', 'b'])",
    ],
)
def test_misuse_raises_in_both(both, bad):
    both(
        NET
        + f"""
m = mx.mod.Module(mlp(False))
m.bind([("data", (4, 5))], [("softmax_label", (4,))])
m.init_params()
{bad}
""",
        raises=True,
    )


def test_checkpoints_cross_over(oracle, data, tmp_path):
    """Each side loads what the other saved, and computes the same."""
    import mxr as mx

    script = (
        NET
        + """
it = io.NDArrayIter(x, y, 10)
m = mx.mod.Module(mlp())
m.fit(it, num_epoch=1, initializer=mx.init.Xavier(), optimizer_params={"learning_rate": 0.1, "momentum": 0.9})
m.save_checkpoint(mine, 7, save_optimizer_states=True)
updater = m._updater
out = m.predict(it).asnumpy()
"""
    )
    load = """
it = io.NDArrayIter(x, y, 10)
m = mx.mod.Module.load(theirs, 7)
m.bind(it.provide_data, it.provide_label, for_training=False)
back = m.predict(it).asnumpy()
"""
    ours_path, theirs_path = str(tmp_path / "ours"), str(tmp_path / "theirs")
    made = oracle.run(script, result="out", mine=theirs_path, **data)["out"]
    scope = {"mx": mx, "np": np, "nd": mx.nd, "sym": mx.sym, "io": mx.io, "mine": ours_path, "theirs": theirs_path}
    mx.random.seed(0)  # as the harness does for MXNet
    exec(script + load, {**scope, **data}, found := {})
    np.testing.assert_allclose(found["back"], made, rtol=1e-4, atol=1e-6)
    back = oracle.run(load, result="back", theirs=ours_path, **data)["back"]
    np.testing.assert_allclose(back, found["out"], rtol=1e-4, atol=1e-6)
    # MXNet's optimizer states, without the name mxnet in this process
    m = mx.mod.Module.load(theirs_path, 7, load_optimizer_states=True)
    m.bind([("data", (10, 5))], [("softmax_label", (10,))])
    m.init_optimizer(optimizer_params={"learning_rate": 0.1, "momentum": 0.9})
    for index, name in m._optimizer.idx2name.items():
        ours = found["updater"].states[index].asnumpy()
        np.testing.assert_allclose(m._updater.states[index].asnumpy(), ours, rtol=1e-3, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("on_store", [True, False])
def test_loops_of_old(both, data, on_store):
    """The functions of mx.model and of the module files that third-party training loops import."""
    both(
        NET
        + """
from importlib import import_module
base = import_module(mx.nd.NDArray.__module__.split(".")[0] + ".module.base_module")
from_model = mx.model
it = io.NDArrayIter(x, y, 10)
net = mlp(False)
shapes, labels = base._parse_data_desc(["data"], ["softmax_label"], it.provide_data, it.provide_label)
base._check_input_names(net, base._as_list(["data"]), "data", True)
names = [n for n in net.list_arguments() if n not in ("data", "softmax_label")]
group = mx.mod.executor_group.DataParallelExecutorGroup(
    net, [mx.cpu(0), mx.cpu(1)], [1, 1], shapes, labels, names, True, False)
arg = {n: nd.array(np.random.uniform(-0.1, 0.1, a[0].shape)) for n, a in zip(names, group.param_arrays)}
group.set_params(arg, {})
store, on = from_model._create_kvstore("local", 2, arg)
from_model._initialize_kvstore(store, group.param_arrays, arg, names, on_store)
opt = mx.optimizer.create("sgd", learning_rate=0.1, rescale_grad=0.1)
updater = mx.optimizer.get_updater(opt)
if on_store:
    store.set_optimizer(opt)
for batch in it:
    group.forward(batch, is_train=True)
    group.backward()
    if on_store:
        from_model._update_params_on_kvstore(group.param_arrays, group.grad_arrays, store, names)
    else:
        from_model._update_params(group.param_arrays, group.grad_arrays, updater, 2, store, names)
result = {f"{n} {k}": a for n, block in zip(names, group.param_arrays) for k, a in enumerate(block)}
result["on"] = on
""",
        **data, on_store=on_store, rtol=1e-4, atol=1e-5,
    )  # fmt: skip
