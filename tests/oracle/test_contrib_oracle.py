"""mx.contrib beside MXNet's: the old autograd, DataLoaderIter, SVRG, mixed precision."""

import pytest


def test_old_autograd(both):
    both("""
    ag = mx.contrib.autograd
    x, y = nd.array([1, 2, 3.]), nd.array([4, 5, 6.])
    f = lambda a, b: a * a * b
    result = {
        "all": ag.grad(f)(x, y), "one": ag.grad(f, 0)(x, y), "loss": ag.grad_and_loss(f, [1])(x, y),
        "many": ag.grad(lambda a: [a, a * a])(x),
        "set": [ag.set_is_training(True), mx.autograd.is_recording(), ag.set_is_training(False)],
        "after": [mx.autograd.is_recording(), mx.autograd.is_training()],
    }
    g = nd.zeros(3)
    ag.mark_variables([x], [g])
    with ag.train_section():
        modes = [mx.autograd.is_recording(), mx.autograd.is_training()]
        with ag.test_section():
            modes += [mx.autograd.is_recording(), mx.autograd.is_training()]
        z = x * x * x
    ag.backward([z], [nd.array([1, 2, 3.])], retain_graph=True)
    result["g"], result["modes"] = g.copy(), modes
    ag.compute_gradient([z])
    result["ones"] = g
    """)


@pytest.mark.parametrize("call", ["ag.grad(lambda a: a)(3)", "ag.backward(nd.ones(2))"])
def test_old_autograd_refuses(both, call):
    both(f"ag = mx.contrib.autograd\n{call}", raises="NDArray")


@pytest.mark.parametrize("dtype, size", [("float32", 4), ("float16", 5)])
def test_data_loader_iter(both, dtype, size):
    """MXNet leaves what pads the last batch as memory was, in float32: the examples are compared."""
    both(f"""
    DataLoaderIter = mx.contrib.io.DataLoaderIter
    data = gluon.data.ArrayDataset(np.arange(20).reshape(10, 2).astype("f"), np.arange(10))
    it = DataLoaderIter(gluon.data.DataLoader(data, {size}), "d", "l", {dtype!r})
    result = {{"names": [str(it.provide_data), str(it.provide_label)], "size": it.batch_size}}
    for epoch in range(2):
        result[epoch] = [
            [b.data[0][:{size} - b.pad], b.label[0][:{size} - b.pad], b.data[0].shape, b.label[0].shape, b.pad, b.index]
            for b in it
        ]
        it.reset()
    """)


SVRG = """
import importlib
SVRGModule = importlib.import_module(mx.__name__ + ".contrib.svrg_optimization.svrg_module").SVRGModule
def module(ctx=None, **more):
    x, label = mx.sym.var("data"), mx.sym.var("lin_label")
    net = mx.sym.LinearRegressionOutput(mx.sym.FullyConnected(x, num_hidden=1, name="fc"), label)
    return SVRGModule(net, label_names=("lin_label",), context=ctx or mx.cpu(), update_freq=2, **more)
def values(params):
    return {k: v.copy() for k, v in sorted(params.items())}
it = mx.io.NDArrayIter(x, y, 4, label_name="lin_label")
"""


@pytest.fixture
def line(rng):
    x = rng.normal(size=(10, 3)).astype("f")
    return {"x": x, "y": x @ rng.normal(size=3).astype("f")}


@pytest.mark.parametrize("kvstore, ctx", [("local", "mx.cpu()"), (None, "mx.cpu()"), (None, "[mx.cpu(0), mx.cpu(1)]")])
def test_svrg_steps(both, line, kvstore, ctx):
    both(
        SVRG
        + f"""
m = module({ctx})
m.bind(it.provide_data, it.provide_label)
m.init_params(mx.init.One())
m.init_optimizer(kvstore={kvstore!r}, optimizer_params=(("learning_rate", 0.1),))
result = {{}}
for i in range(2):
    m.update_full_grads(it)
    result[i] = [values(d) for d in m._param_dict]
it.reset()
for batch in it:
    m.forward_backward(batch)
    m.update()
result["after"], result["outputs"] = values(m.get_params()[0]), m.get_outputs()
""",
        rtol=1e-4, atol=1e-5, **line,
    )  # fmt: skip


def test_svrg_over_devices(both, line):
    """The full gradients are those of MXNet; its update over a kvstore of two devices is not that of one device."""
    got = both(
        SVRG
        + """
result = {}
for name, ctx in (("one", mx.cpu()), ("two", [mx.cpu(0), mx.cpu(1)])):
    m = module(ctx)
    m.bind(it.provide_data, it.provide_label)
    m.init_params(mx.init.One())
    m.init_optimizer(optimizer_params=(("learning_rate", 0.1),))
    m.update_full_grads(it)
    result[name] = [values(d) for d in m._param_dict]
""",
        rtol=1e-4, atol=1e-5, **line,
    ).ours  # fmt: skip
    assert abs(sum(d["fc_bias"] for d in got["two"]) - got["one"][0]["fc_bias"]) < 1e-5


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_svrg_fit(both, line, optimizer):
    both(
        SVRG
        + f"""
m = module()
m.fit(it, eval_data=it, eval_metric="mse", optimizer={optimizer!r}, optimizer_params=(("learning_rate", 0.05),),
      num_epoch=5, initializer=mx.init.One())
result = {{"params": values(m.get_params()[0]), "mse": float(m.score(it, "mse")[0][1]), "out": m.predict(it)}}
m.reshape([("data", (2, 3))], [("lin_label", (2,))])
b = mx.io.DataBatch([nd.array(x[:2])], [nd.array(y[:2])])
m.prepare(b)
m.forward(b, is_train=True)
m.backward()
m.update()
result["more"] = values(m.get_params()[0])
""",
        rtol=1e-3, atol=1e-4, **line,
    )  # fmt: skip


@pytest.mark.parametrize("freq", [0, "'1'", None])
def test_svrg_needs_a_frequency(both, freq):
    both(
        f"""
        import importlib
        SVRGModule = importlib.import_module(mx.__name__ + ".contrib.svrg_optimization.svrg_module").SVRGModule
        SVRGModule(mx.sym.LinearRegressionOutput(mx.sym.var("data"), mx.sym.var("softmax_label")), update_freq={freq})
        """,
        raises="update_freq",
    )


def test_svrg_optimizer(both):
    both("""
    import importlib
    _SVRGOptimizer = importlib.import_module(mx.__name__ + ".contrib.svrg_optimization.svrg_optimizer")._SVRGOptimizer
    o = _SVRGOptimizer(default_optimizer="sgd", learning_rate=0.3, momentum=0.9, param_idx2name={0: "a", 1: "a_full"})
    w, full = nd.ones(2), nd.ones(2)
    state = o.create_state(0, w)
    result = {"lr": [o.default_opt.lr, o.default_opt.momentum, o.lr, type(o.aux_opt).__name__],
              "states": [state.copy(), o.create_state(1, full)]}
    o.update(0, w, nd.array([3, 4]), state)
    o.update(1, full, nd.array([3, 4]), None)
    result.update(w=w, full=full, state=state)
    """)
