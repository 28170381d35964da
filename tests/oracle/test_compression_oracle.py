"""Compression of gradients beside MXNet's."""

import pytest


@pytest.mark.parametrize("threshold, devices", [(0.5, 1), (0.5, 2), (0.1, 3)])
def test_pushes(both, rng, threshold, devices):
    both(
        f"""
        kv = mx.kv.create("device")
        kv.set_gradient_compression({{"type": "2bit", "threshold": {threshold}}})
        kv.init("a", nd.zeros(x.shape))
        result = {{}}
        for i in range(5):
            gradients = [nd.array(x * (i + d), ctx=mx.cpu(d)) for d in range({devices})]
            out = nd.zeros(x.shape)
            kv.push("a", gradients)
            kv.pull("a", out=out)
            result[f"out{{i}}"], result[f"first{{i}}"] = out, gradients[-1]
        kv.set_gradient_compression({{"type": "2bit"}})
        kv.push("a", gradients)
        kv.pull("a", out=out)
        result["again"] = out
        """,
        x=rng.normal(size=(5, 7)).astype("f"),
    )


def test_special_values(both):
    both("""
    kv = mx.kv.create("local_allreduce_device")
    kv.set_gradient_compression({"type": "2bit", "threshold": 0.25})
    x = nd.array([float("nan"), float("inf"), -float("inf"), 0.25, -0.25, 0.2499, 0])
    out = nd.zeros(7)
    kv.init(1, out)
    result = {}
    for i in range(3):
        kv.push(1, x)
        kv.pull(1, out=out)
        result[str(i)] = out.copy()
    """)


@pytest.mark.parametrize("more", ["", "update_on_kvstore=False", "kvstore=None"])
def test_trainer(both, rng, more):
    both(
        f"""
        net = gluon.nn.Dense(4, in_units=3)
        contexts = [mx.cpu(0), mx.cpu(1)]
        net.initialize(init.One(), ctx=contexts)
        trainer = gluon.Trainer(net.collect_params(), "sgd", {{"learning_rate": 0.1, "momentum": 0.9}},
                                compression_params={{"type": "2bit", "threshold": 0.4}}, {more})
        for _ in range(6):
            with autograd.record():
                losses = [(net(part) ** 2).sum() for part in gluon.utils.split_and_load(nd.array(x), contexts)]
            autograd.backward(losses)
            trainer.step(8)
        result = {{"weight": net.weight.data(contexts[1]), "bias": net.bias.data(), "grad": net.weight.grad()}}
        """,
        x=rng.normal(size=(8, 3)).astype("f"),
    )


def test_module(both, rng):
    both(
        """
        net = sym.LinearRegressionOutput(sym.FullyConnected(sym.var("data"), num_hidden=1, name="fc"), name="lin")
        m = mx.mod.Module(net, label_names=["lin_label"], context=[mx.cpu(0), mx.cpu(1)],
                          compression_params={"type": "2bit", "threshold": 0.3})
        data = io.NDArrayIter(x, x.sum(axis=1), 8, label_name="lin_label")
        m.fit(data, kvstore="device", num_epoch=3, eval_metric="mse", initializer=init.One(),
              optimizer_params={"learning_rate": 0.05})
        result = dict(m.get_params()[0])
        """,
        x=rng.normal(size=(16, 3)).astype("f"),
    )


@pytest.mark.parametrize(
    "kind, params, raises",
    [
        ("local", {"type": "2bit"}, "not supported for this type"),
        ("device", {"type": "1bit"}, "1bit"),
        ("device", {"type": "none"}, "none"),
        ("device", {}, "type"),
        ("device", {"type": "2bit", "threshold": 0}, "threshold"),
        ("device", {"type": "2bit", "threshold": "x"}, "threshold"),
        ("device", "2bit", "dict"),
    ],
)
def test_errors(both, kind, params, raises):
    both(f"mx.kv.create({kind!r}).set_gradient_compression({params!r})", raises=raises)


def test_other_types_are_refused(both):
    ours = """
    kv = mx.kv.create("device")
    kv.set_gradient_compression({"type": "2bit"})
    kv.init(1, nd.zeros(2, dtype="float64"))
    kv.push(1, nd.ones(2, dtype="float64"))
    out = nd.zeros(2, dtype="float64")
    kv.pull(1, out=out)
    out.asnumpy()
    """
    both(ours, raises="float32")
