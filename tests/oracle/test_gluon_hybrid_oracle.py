"""Hybridized blocks against MXNet: what it can trace is the same graph, what it cannot is its imperative result."""

import numpy as np
import pytest

# MXNet raises when it traces these, so there they run imperatively.
SHAPED = {
    "reshape": "x.reshape((x.shape[0], -1)) * x.shape[1]",
    "attention": "F.batch_dot(F.softmax(F.batch_dot(x, x, transpose_b=True) / x.shape[2] ** 0.5), x)",
    "windows": "F.stack(*[x[:, i:i + 2].mean(axis=1) for i in range(x.shape[1] - 1)])",
    "last": "x[:, -1] + x[0, 1]",
    "ellipsis": "x[..., 1:] * x[..., :-1]",
    "none": "x[:, None] * len(x)",
    "steps": "F.add_n(*[step * (i + 1) for i, step in enumerate(x)])",
    "dtype": "x + F.arange(x.shape[2], dtype=x.dtype).reshape((1, 1, -1))",
    "size": "x.sum() / x.size + x.ndim",
    "broadcast": "x * x[:, :1] - x[0, 0]",
    "branch": "F.tanh(x) if x.shape[0] > 2 else F.relu(x).T",
}

RUN_SHAPED = """
class Net(gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        return %s
net = Net()
net.hybridize(mx.__name__ == "mxr")
result = {}
for i, a in enumerate((x1, x2, x1)):
    a = nd.array(a)
    a.attach_grad()
    with autograd.record():
        y = net(a)
        loss = (y * y).sum()
    loss.backward()
    result["y%%d" %% i], result["dx%%d" %% i] = y, a.grad
"""


@pytest.mark.parametrize("name", SHAPED)
def test_shapes_when_traced(both, rng, name):
    x1, x2 = rng.normal(size=(2, 4, 3)).astype("f"), rng.normal(size=(3, 5, 2)).astype("f")
    both(RUN_SHAPED % SHAPED[name], x1=x1, x2=x2, rtol=1e-4, atol=1e-5)


# MXNet traces these: one graph, name by name.
TRACEABLE = {
    "operators": "F.tanh(x * 2 + x) / (x * x + 1) - x ** 2",
    "reshape": "F.dot(x.reshape((0, -1)), x.reshape((0, -1)), transpose_b=True)",
    "pieces": "F.concat(*[p * 2 for p in F.split(x, num_outputs=2, axis=1)], dim=1)",
    "one_piece": "[p * 2 for p in F.split(x, num_outputs=1, axis=1)][0]",
    "loop": "F.contrib.foreach(lambda d, s: (d * s, s + d), x, F.zeros_like(x).sum(axis=0))[0]",
    "branch": "F.contrib.cond(x.sum() > 0, lambda: x * 2, lambda: x - 1)",
    "functions": "F.maximum(x, x * 2) + F.where(x > 0, x, -x) + abs(x)",
    "layers": "self.d(self.n(x))",
}

RUN_TRACEABLE = """
import os, tempfile
mx.attribute.AttrScope._subgraph_names.clear()  # counts through the process
class Net(gluon.HybridBlock):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.n = gluon.nn.LayerNorm()
            self.d = gluon.nn.Dense(3, activation="relu", flatten=False)
    def hybrid_forward(self, F, x):
        return %s
net = Net()
net.initialize(init.One())
net.hybridize(static_alloc=True, static_shape=True, inline_limit=3)
y1, y2 = net(nd.array(x1)), net(nd.array(x2))
path = os.path.join(tempfile.mkdtemp(), "net")
net.export(path)
import json
with open(path + "-symbol.json") as f:
    graph = json.load(f)
graph.pop("attrs")
result = {"y1": y1, "y2": y2, "graph": json.dumps(graph, sort_keys=True)}
"""


@pytest.mark.filterwarnings("ignore:Parameter .* is not used by any computation")
@pytest.mark.parametrize("name", TRACEABLE)
def test_graphs_that_mxnet_traces(both, rng, name):
    x1, x2 = rng.normal(size=(2, 4, 3)).astype("f"), rng.normal(size=(5, 4, 3)).astype("f")
    got = both(RUN_TRACEABLE % TRACEABLE[name], x1=x1, x2=x2, rtol=1e-4, atol=1e-5)
    assert got.ours["graph"] == got.theirs["graph"]


def test_exported_shapes_are_read_by_mxnet(oracle, tmp_path, rng):
    """A block that MXNet cannot trace, exported for one signature."""
    import mxr as mx
    from mxr import gluon, nd

    class Net(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return x[:, 1:].reshape((x.shape[0], -1)) * x[0, -1, 0] + x[..., -1, :1]

    x = rng.normal(size=(2, 4, 3)).astype("f")
    net = Net()
    net.hybridize()
    y = net(nd.array(x))
    with pytest.warns(UserWarning, match="of this trace only"):
        net.export(str(tmp_path / "net"))
    theirs = oracle.run(
        "y = mx.sym.load(path).bind(mx.cpu(), {'data': nd.array(x)}).forward()[0]", result="y", x=x,
        path=str(tmp_path / "net-symbol.json"),
    )["y"]  # fmt: skip
    np.testing.assert_allclose(y.asnumpy(), theirs, rtol=1e-5, atol=1e-6)
    assert mx.sym.load(str(tmp_path / "net-symbol.json")).list_arguments() == ["data"]
