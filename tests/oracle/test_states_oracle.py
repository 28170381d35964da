"""Saved optimizer states and pickled arrays: written by either library, read by the other."""

import pickle

import numpy as np
import pytest

import mxr
import mxr.mxnet
from mxr.base import MXNetValueError

from .harness import run_ours

OPTIMIZERS = {
    "sgd": "momentum=0.9, lr_scheduler=mx.lr_scheduler.FactorScheduler(2, 0.5)", "sgd_plain": "wd=0.1",
    "ccsgd": "momentum=0.9, learning_rate=np.float64(0.1), rescale_grad=np.float32(0.5)",
    "sgd_half": "momentum=0.9, multi_precision=True", "sgd_rows": "momentum=0.9", "adam_rows": "", "adam": "",
    "adam_half": "multi_precision=True, param_idx2name={0: 'a_bias'}, wd=0.1",
    "adam_warm": "lr_scheduler=mx.lr_scheduler.PolyScheduler(9, warmup_steps=2)",
    "nag": "momentum=0.5, lr_scheduler=mx.lr_scheduler.MultiFactorScheduler([2, 4], 0.5)", "signum": "", "ftml": "",
    "lars": "momentum=0.9, lr_scheduler=mx.lr_scheduler.CosineScheduler(9)", "lamb": "", "dcasgd": "",
    "lbsgd": "momentum=0.9, batch_scale=2", "adagrad": "", "rmsprop": "centered=True", "adadelta": "", "ftrl": "",
    "adamax": "", "nadam": "", "test": "", "groupadagrad": "",
}  # fmt: skip

UPDATES = """
name, _, form = kind.partition("_")
half = "float16" if form == "half" else "float32"
def make(x):
    x = nd.array(x, dtype=half)
    return x.tostype("row_sparse") if form == "rows" else x
w = make(start)
def go_on(update, grads):
    for g in grads:
        update(0, make(g), w)
"""
WRITE = """
update = mx.optimizer.get_updater(mx.optimizer.create(name, ARGS))
go_on(update, grads[:3])
between = w.asnumpy()
alone, whole = update.get_states().hex(), update.get_states(dump_optimizer=True).hex()
go_on(update, grads[3:])
result = {"alone": alone, "whole": whole, "between": between, "end": w.asnumpy()}
"""
READ = """
update = mx.optimizer.get_updater(mx.optimizer.create(name, **({"multi_precision": True} if form == "half" else {})))
update.set_states(bytes.fromhex(whole))
optimizer = update.optimizer
w = make(between)
go_on(update, grads[3:])
result = [w, type(optimizer).__name__, optimizer.num_update, optimizer._index_update_count,
          optimizer._index_update_count is optimizer._all_index_update_counts[0],
          str(sorted((k, str(v)) for k, v in vars(optimizer).items()
                     if isinstance(v, (int, float, str, bool, dict)) and k != "_together"))]  # which is never saved
update.set_states(bytes.fromhex(alone))
result.append(sorted(update.states))
"""


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_states_go_both_ways(oracle, rng, kind):
    start = rng.normal(size=(4, 3)).astype("f")
    given = {"kind": kind, "start": start, "grads": rng.normal(size=(6, 4, 3)).astype("f")}
    write = UPDATES + WRITE.replace("ARGS", f"**dict({OPTIMIZERS[kind]})")
    theirs, ours = oracle.run(write, "result", **given)["result"], run_ours(write, "result", **given)["result"]
    tolerance = {"rtol": 3e-3, "atol": 1e-3} if kind.endswith("half") else {"rtol": 2e-5, "atol": 1e-6}
    facts = []
    for written, run in ((theirs, run_ours), (ours, oracle.run)):
        w, *rest = run(UPDATES + READ, "result", **given, **{k: written[k] for k in ("alone", "whole", "between")})[
            "result"
        ]
        np.testing.assert_allclose(w, written["end"], **tolerance)
        facts.append(rest)
    assert facts[0] == facts[1]
    assert b"mxr" not in bytes.fromhex(ours["whole"])


TRAINER = """
net = gluon.nn.Dense(2, in_units=3, prefix="d_")
net.initialize(mx.init.One(), ctx=[mx.cpu(i) for i in range(devices)])
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1}, **options)
def step(n):
    for i in range(n):
        with autograd.record():
            losses = [(net(nd.array(x, ctx=mx.cpu(k))) ** 2).sum() for k in range(devices)]
        autograd.backward(losses)
        trainer.step(2)
"""


@pytest.mark.parametrize("on_store", [False, True])
def test_trainer_files(oracle, rng, tmp_path, on_store):
    options = {"update_on_kvstore": True, "kvstore": "local"} if on_store else {}
    given = {
        "devices": 2 if on_store else 1,
        "x": rng.normal(size=(2, 3)).astype("f"),
        "folder": str(tmp_path),
        "options": options,
    }
    write = (
        TRAINER
        + """
step(3)
trainer.save_states(f"{folder}/{who}.states")
net.save_parameters(f"{folder}/{who}.params")
step(2)
result = net.weight.data(mx.cpu(0))
"""
    )
    read = (
        TRAINER
        + """
step(1)
net.load_parameters(f"{folder}/{who}.params")
trainer.load_states(f"{folder}/{who}.states")
step(2)
result = net.weight.data(mx.cpu(0))
"""
    )
    theirs = oracle.run(write, "result", who="theirs", **given)["result"]
    ours = run_ours(write, "result", who="ours", **given)["result"]
    np.testing.assert_allclose(run_ours(read, "result", who="theirs", **given)["result"], theirs, rtol=1e-5)
    np.testing.assert_allclose(oracle.run(read, "result", who="ours", **given)["result"], ours, rtol=1e-5)


MODULE = """
net = sym.LinearRegressionOutput(sym.FullyConnected(sym.var("data"), num_hidden=2, name="fc"), name="lin")
data = io.NDArrayIter(x, y, 4, label_name="lin_label")
def train(mod, n):
    for i in range(n):
        for batch in data:
            mod.forward_backward(batch)
            mod.update()
        data.reset()
def fresh(**loaded):
    mod = mx.mod.Module(net, label_names=["lin_label"])
    mod.bind(data.provide_data, data.provide_label)
    mod.init_params(mx.init.One())
    mod.init_optimizer(kvstore, "sgd", {"momentum": 0.9, "learning_rate": 0.1})
    return mod
"""


@pytest.mark.parametrize("kvstore", [None, "local"])
def test_module_files(oracle, rng, tmp_path, kvstore):
    given = {"x": rng.normal(size=(8, 3)).astype("f"), "y": rng.normal(size=(8, 2)).astype("f"), "kvstore": kvstore}
    write = (
        MODULE
        + """
mod = fresh()
train(mod, 2)
mod.save_checkpoint(prefix, 1, save_optimizer_states=True)
train(mod, 2)
result = mod.get_params()[0]
"""
    )
    read = (
        MODULE
        + """
mod = fresh()
mod.set_params(*mx.model.load_checkpoint(prefix, 1)[1:])
mod.load_optimizer_states(prefix + "-0001.states")
train(mod, 2)
result = mod.get_params()[0]
"""
    )
    for one, other in ((oracle.run, run_ours), (run_ours, oracle.run)):
        prefix = str(tmp_path / one.__name__)
        wanted = one(write, prefix=prefix, **given)
        found = other(read, prefix=prefix, **given)
        for name in wanted:
            np.testing.assert_allclose(found[name], wanted[name], rtol=1e-5, err_msg=name)


def test_files_of_mxr_before(rng):
    """They were plain pickles of mxr's own classes."""
    old = mxr.optimizer.get_updater(mxr.optimizer.create("adam", lr_scheduler=mxr.lr_scheduler.FactorScheduler(3)))
    rows = mxr.nd.array([[1, 2], [0, 0], [3, 4]]).tostype("row_sparse")
    old.states = {0: (mxr.nd.array([1, 2]), None), "b": (rows, mxr.nd.array(5, dtype="float16"))}
    for raw in (pickle.dumps((old.states, old.optimizer)), pickle.dumps(old.states, 2)):
        new = mxr.optimizer.get_updater(mxr.optimizer.create("sgd"))
        new.set_states(raw)
        assert new.states[0][0].asnumpy().tolist() == [1, 2] and new.states[0][1] is None
        assert new.states["b"][0].stype == "row_sparse" and new.states["b"][1].dtype == np.float16
    new.set_states(pickle.dumps((old.states, old.optimizer)))
    assert isinstance(new.optimizer, mxr.optimizer.Adam) and new.optimizer.lr_scheduler.step == 3


class Halving:
    """A schedule of the program itself, which is no LRScheduler."""

    base_lr = 0.5

    def __call__(self, num_update):
        return self.base_lr / num_update


class Mine(mxr.optimizer.SGD):
    pass


def test_the_programs_own_classes():
    update = mxr.optimizer.get_updater(Mine(lr_scheduler=Halving()))
    update.set_states(update.get_states(dump_optimizer=True))
    assert type(update.optimizer) is Mine and type(update.optimizer.lr_scheduler) is Halving


class Bad:
    def __init__(self, call, *args):
        self.reduced = call, args

    def __reduce__(self):
        return self.reduced


def unsafe():
    import os
    import subprocess

    return {
        "system": Bad(os.system, "false"), "eval": Bad(eval, "1"), "popen": Bad(subprocess.Popen, "false"),
        "getattr": Bad(getattr, "a", "upper"), "own": Bad(mxr.test_utils.download, "http://localhost/x"),
        "module": Bad(__import__, "antigravity"), "numpy": Bad(np.load, "x"), "open": Bad(open, "/dev/null"),
    }  # fmt: skip


@pytest.mark.parametrize("what", unsafe())
def test_unsafe_files_are_refused(what):
    update = mxr.optimizer.get_updater(mxr.optimizer.create("sgd"))
    with pytest.raises(MXNetValueError, match="no saved optimizer states.*it asks for .*, which is no array"):
        update.set_states(pickle.dumps({0: unsafe()[what]}))
    assert update.states == {}


ARRAYS = """
items = {"f32": nd.array([[1, 2.5]]), "i8": nd.array([1, -2], dtype="int8"), "f16": nd.ones((2, 1, 3), dtype="float16"),
         "rows": nd.array([[0, 0], [1, 2]]).tostype("row_sparse"), "csr": nd.array([[0, 3], [1, 0]]).tostype("csr"),
         "context": mx.cpu(1), "there": nd.ones(2, ctx=mx.cpu(1))}
[x.wait_to_read() for x in items.values() if isinstance(x, nd.NDArray)]  # MXNet pickles what is not there yet
"""
SHOW = """
def show(x):
    return str(x) if isinstance(x, mx.Context) else [x.asnumpy(), x.stype, x.dtype, str(x.context)]
"""


@pytest.fixture
def installed():
    mxr.mxnet.install()
    import mxnet  # noqa: F401

    yield
    mxr.mxnet.uninstall()


@pytest.mark.parametrize("protocol", [2, 4])
def test_plain_pickles_of_arrays(oracle, installed, protocol):
    shown = "{k: show(v) for k, v in items.items()}"
    write = f"import pickle\n{SHOW}{ARRAYS}result = [pickle.dumps(items, protocol).hex(), {shown}]"
    read = f"import pickle\n{SHOW}items = pickle.loads(bytes.fromhex(text))\nresult = {shown}"
    theirs = oracle.run(write, "result", protocol=protocol)["result"]
    ours = run_ours(write, "result", protocol=protocol)["result"]
    assert b"mxr" not in bytes.fromhex(ours[0])
    assert str(run_ours(read, "result", text=theirs[0])["result"]) == str(theirs[1]) == str(ours[1])
    back = [str(oracle.run(read, "result", text=text)["result"]) for text in (ours[0], theirs[0])]
    assert back[0] == back[1]  # MXNet forgets cpu(1), ours and its own
