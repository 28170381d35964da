"""Chapter 5, deep learning computation: blocks, parameters, deferred initialization, own layers, files, devices."""

import numpy as np
import pytest

import mxr as mx
from tests.oracle.harness import run_ours

MLP = """
class MLP(nn.Block):
    def __init__(self, **kwargs):
        super(MLP, self).__init__(**kwargs)
        self.hidden = nn.Dense(256, activation="relu")
        self.output = nn.Dense(10)
    def forward(self, x):
        return self.output(self.hidden(x))
"""
MY_SEQUENTIAL = """
class MySequential(nn.Block):
    def __init__(self, **kwargs):
        super(MySequential, self).__init__(**kwargs)
    def add(self, block):
        self._children[block.name] = block
    def forward(self, x):
        for block in self._children.values():
            x = block(x)
        return x
"""
FANCY = """
class FancyMLP(nn.Block):
    def __init__(self, **kwargs):
        super(FancyMLP, self).__init__(**kwargs)
        self.rand_weight = self.params.get_constant("rand_weight", nd.random.uniform(shape=(20, 20)))
        self.dense = nn.Dense(20, activation="relu")
    def forward(self, x):
        x = self.dense(x)
        x = nd.relu(nd.dot(x, self.rand_weight.data()) + 1)
        x = self.dense(x)
        while x.norm().asscalar() > 1:
            x /= 2
        if x.norm().asscalar() < 0.8:
            x *= 10
        return x.sum()

class NestMLP(nn.Block):
    def __init__(self, **kwargs):
        super(NestMLP, self).__init__(**kwargs)
        self.net = nn.Sequential()
        self.net.add(nn.Dense(64, activation="relu"), nn.Dense(32, activation="relu"))
        self.dense = nn.Dense(16, activation="relu")
    def forward(self, x):
        return self.dense(self.net(x))
"""
NET = """
net = nn.Sequential()
net.add(nn.Dense(256, activation="relu"))
net.add(nn.Dense(10))
net.initialize()
x = nd.random.uniform(shape=(2, 20))
y = net(x)
"""


@pytest.mark.parametrize("make", ["MLP()", "MySequential()"])
def test_own_blocks(book, make):
    book(
        MLP
        + MY_SEQUENTIAL
        + f"""
x = nd.random.uniform(shape=(2, 20))
net = {make}
if hasattr(net, "add"):
    net.add(nn.Dense(256, activation="relu"))
    net.add(nn.Dense(10))
net.initialize()
print(net, net(x), net, net.name, net.prefix)
print(net.collect_params(), net.params)
net.summary(x)
result = {{"y": net(x), "names": list(net.collect_params().keys()), "children": list(net._children)}}
"""
    )


def test_first_network(book):
    book(NET + "print(net, y)\nnet.summary(x)\nresult = {'y': y}")


def test_blocks_with_code(book):
    got = book(
        FANCY
        + """
x = nd.random.uniform(shape=(2, 20))
net = FancyMLP()
net.initialize()
print(net(x), net, net.collect_params(), net.rand_weight)
chimera = nn.Sequential()
chimera.add(NestMLP(), nn.Dense(20), FancyMLP())
chimera.initialize()
print(chimera(x), chimera, chimera.collect_params())
trainer = gluon.Trainer(chimera.collect_params(), "sgd", {"learning_rate": 0.1})
fixed = chimera[2].rand_weight.data().copy()
try:
    with autograd.record():
        y = chimera(x)
    y.backward()
    trainer.step(1)
    print("trained", y)
except mx.base.MXNetError as error:     # `x /= 2` while recording
    print("MXNetError")
print((fixed - chimera[2].rand_weight.data()).norm(), chimera[2].rand_weight.grad_req)
"""
    )
    assert "FancyMLP(\n  (dense): Dense(20 -> 20, Activation(relu))\n)" in got.ours["printed"]


@pytest.mark.parametrize(
    "case",
    [
        "class A(nn.Block):\n    def __init__(self): self.hidden = nn.Dense(2)\nA()",
        "nn.Dense(2)(nd.ones((2, 3)))",
        "net = nn.Dense(2); net.initialize(); net.weight.data()",
        "net = nn.Dense(2, in_units=3); net.weight.data()",
        "net = nn.Dense(2, in_units=3); net.initialize(); net(nd.ones((2, 4))).asnumpy()",
        "net = nn.Dense(2, in_units=3); net.initialize(); net.weight.data(mx.cpu(1))",
        "net = nn.Sequential(); net.add(nn.Dense(2)); net[1]",
    ],
)
def test_errors_of_blocks(book, case):
    """Python's classes of errors that the book and its exercises run into: RuntimeError, AttributeError, ..."""
    lines = "\n".join("    " + line for line in case.split("\n"))
    book(f"""
try:
{lines}
except Exception as error:
    names = [c.__name__ for c in type(error).__mro__]
    print([n for n in ("AttributeError", "RuntimeError", "IndexError", "MXNetError") if n in names][0])
""")


def test_list_of_blocks_is_not_seen(book):
    """An exercise: children in a plain list have no parameters here."""
    book("""
    class Listed(nn.Block):
        def __init__(self, **kwargs):
            super(Listed, self).__init__(**kwargs)
            self.net = [nn.Dense(4), nn.Dense(3)]
        def forward(self, x):
            for layer in self.net:
                x = layer(x)
            return x
    import warnings
    net = Listed()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        params = net.collect_params()
    print(net, params, len(caught))
    """)


def test_access_to_parameters(book):
    book(
        NET
        + """
print(net[0].params, net[1].params)
print(net[1].bias, net[1].bias.data())
print(net[0].params["dense0_weight"], net[0].params["dense0_weight"].data())
print(net[0].weight.grad())
print(net[0].collect_params(), net.collect_params())
print(net.collect_params()["dense1_bias"].data())
print(net.collect_params(".*weight"), net.collect_params("dense0.*"), net.collect_params("dense0_bias|dense1_weight"))
print([(name, p.shape, p.name, p.grad_req) for name, p in net.collect_params().items()])

def block1():
    net = nn.Sequential()
    net.add(nn.Dense(32, activation="relu"))
    net.add(nn.Dense(16, activation="relu"))
    return net
def block2():
    net = nn.Sequential()
    for i in range(4):
        net.add(block1())
    return net
rgnet = nn.Sequential()
rgnet.add(block2())
rgnet.add(nn.Dense(10))
rgnet.initialize()
y = rgnet(x)
print(rgnet.collect_params)
print(rgnet.collect_params(), rgnet[0][1][0].bias.data(), len(rgnet[0]), rgnet[0][1:3])
result = {"y": y}
"""
    )


def test_initialization(book):
    book(
        NET
        + """
net.initialize(init=init.Normal(sigma=0.01), force_reinit=True)
print(net[0].weight.data()[0])
net.initialize(init=init.Constant(1), force_reinit=True)
print(net[0].weight.data()[0], net[1].bias.data())
net[1].initialize(init=init.Constant(42), force_reinit=True)
net[0].weight.initialize(init=init.Xavier(), force_reinit=True)
print(net[1].weight.data()[0, 0], net[0].weight.data()[0])

class MyInit(init.Initializer):
    def _init_weight(self, name, data):
        print("Init", name, data.shape)
        data[:] = nd.random.uniform(low=-10, high=10, shape=data.shape)
        data *= data.abs() >= 5
net.initialize(MyInit(), force_reinit=True)
print(net[0].weight.data()[0])
net[0].weight.data()[:] += 1
net[0].weight.data()[0, 0] = 42
print(net[0].weight.data()[0])
result = {"w": net[0].weight.data(), "y": net(x)}
"""
    )


def test_tied_parameters(book):
    got = book("""
    net = nn.Sequential()
    shared = nn.Dense(8, activation="relu")
    net.add(nn.Dense(8, activation="relu"), shared, nn.Dense(8, activation="relu", params=shared.params), nn.Dense(10))
    net.initialize()
    x = nd.random.uniform(shape=(2, 20))
    net(x)
    print(net[1].weight.data()[0] == net[2].weight.data()[0])
    net[1].weight.data()[0, 0] = 100
    print(net[1].weight.data()[0] == net[2].weight.data()[0], net[1].weight is net[2].weight)
    print(net, net.collect_params())
    net.summary(x)
    with autograd.record():
        y = net(x)
    y.backward()
    result = {"y": y, "grad": net[1].weight.grad()}
    """)
    assert np.abs(got.ours["grad"]).max() > 0


def test_deferred_initialization(book):
    book("""
    def getnet():
        net = nn.Sequential()
        net.add(nn.Dense(256, activation="relu"))
        net.add(nn.Dense(10))
        return net
    net = getnet()
    print(net.collect_params)
    print(net.collect_params())
    net.initialize()
    print(net.collect_params())
    x = nd.random.uniform(shape=(2, 20))
    net(x)
    print(net.collect_params())

    class MyInit(init.Initializer):
        def _init_weight(self, name, data):
            print("Init", name, data.shape)
    net = getnet()
    net.initialize(init=MyInit())
    print("nothing yet")
    y = net(x)
    print("once")
    y = net(x)
    net.initialize(init=MyInit(), force_reinit=True)
    net = nn.Sequential()
    net.add(nn.Dense(256, in_units=20, activation="relu"))
    net.add(nn.Dense(10, in_units=256))
    net.initialize(init=MyInit())
    net = nn.Sequential()       # an exercise: only some are known
    net.add(nn.Dense(256, in_units=20), nn.Dense(10))
    net.initialize(init=MyInit())
    print("and the rest")
    net(x)
    """)


def test_own_layers(book):
    book("""
    class CenteredLayer(nn.Block):
        def __init__(self, **kwargs):
            super(CenteredLayer, self).__init__(**kwargs)
        def forward(self, x):
            return x - x.mean()
    layer = CenteredLayer()
    print(layer, layer(nd.array([1, 2, 3, 4, 5])))
    net = nn.Sequential()
    net.add(nn.Dense(128), CenteredLayer())
    net.initialize()
    y = net(nd.random.uniform(shape=(4, 8)))
    print(abs(y.mean().asscalar()) < 1e-6, net)

    params = gluon.ParameterDict()
    params.get("param2", shape=(2, 3))
    print(params)

    class MyDense(nn.Block):
        def __init__(self, units, in_units, **kwargs):
            super(MyDense, self).__init__(**kwargs)
            self.weight = self.params.get("weight", shape=(in_units, units))
            self.bias = self.params.get("bias", shape=(units,))
        def forward(self, x):
            linear = nd.dot(x, self.weight.data()) + self.bias.data()
            return nd.relu(linear)
    dense = MyDense(units=3, in_units=5)
    print(dense.params, dense)
    dense.initialize()
    print(dense(nd.random.uniform(shape=(2, 5))))
    net = nn.Sequential()
    net.add(MyDense(8, in_units=64), MyDense(1, in_units=8))
    net.initialize()
    print(net(nd.random.uniform(shape=(2, 64))), net)
    net.summary(nd.ones((2, 64)))
    """)


def test_files(book, tmp_path):
    book(
        MLP
        + """
import os, pathlib
os.chdir(folder)
x = nd.arange(4)
nd.save("x-file", x)
print(nd.load("x-file"))
y = nd.zeros(4)
nd.save("x-files", [x, y])
x2, y2 = nd.load("x-files")
print((x2, y2))
mydict = {"x": x, "y": y}
nd.save("mydict", mydict)
print(nd.load("mydict"))
net = MLP()
net.initialize()
x = nd.random.uniform(shape=(2, 20))
y = net(x)
net.save_parameters("mlp.params")
clone = MLP()
clone.load_parameters("mlp.params")
yclone = clone(x)
print(yclone == y, sorted(nd.load("mlp.params")))
net.collect_params().save("dict.params")
print(sorted(nd.load("dict.params")))
files = {name: pathlib.Path(name).read_bytes() for name in ("x-file", "x-files", "mydict", "mlp.params")}
os.chdir("/")
result = {name: raw.hex() for name, raw in files.items()}
""",
        folder=str(tmp_path),
    )


def test_files_change_hands(book, oracle, tmp_path):
    """MXNet's file gives the same network in mxr."""
    path = str(tmp_path / "mlp.params")
    code = "from mxnet import gluon, nd\nfrom mxnet.gluon import nn\n" + MLP + "net, x = MLP(), nd.array(data)\n"
    data = np.random.default_rng(1).random((2, 20)).astype("f")
    theirs = oracle.run(code + "net.initialize(); y = net(x); net.save_parameters(path)", "y", data=data, path=path)
    ours = run_ours(code + "net.load_parameters(path); y = net(x)", "y", data=data, path=path)
    np.testing.assert_allclose(ours["y"], theirs["y"], rtol=1e-5, atol=1e-6)


def test_devices(book):
    """The section's programs with two CPUs in the place of two GPUs, and its errors without a GPU."""
    book("""
    print((mx.cpu(), mx.gpu(), mx.gpu(1)), mx.cpu() == mx.cpu(0), mx.gpu(1) == mx.gpu(), mx.context.num_gpus())
    x = nd.array([1, 2, 3])
    print(x, x.context)
    x = nd.ones((2, 3), ctx=mx.cpu(0))
    y = nd.random.uniform(shape=(2, 3), ctx=mx.cpu(1))
    z = x.copyto(mx.cpu(1))
    print(x, y, z, y + z)
    z = x.as_in_context(mx.cpu(1))
    print(z, y.as_in_context(mx.cpu(1)) is y, y.copyto(mx.cpu(1)) is y)
    net = nn.Sequential()
    net.add(nn.Dense(1))
    net.initialize(ctx=mx.cpu(1))
    print(net(y), net[0].weight.data(), net[0].weight.list_ctx())
    try:
        net[0].weight.data(mx.cpu(0))
    except RuntimeError:
        print("RuntimeError: not on this device")
    """)


def test_cpus_mix(book):
    book("""
    x, y = nd.ones((2, 3), ctx=mx.cpu(0)), nd.ones((2, 3), ctx=mx.cpu(1))
    print(x + y, y + x, nd.concat(y, x).context, nd.elemwise_add(x, y, out=nd.zeros((2, 3), ctx=mx.cpu(3))).context)
    x.attach_grad()
    y.attach_grad()
    with autograd.record():
        z = (x * y).sum()
    z.backward()
    print(z.context, x.grad.context, y.grad.context, y.grad)
    """)


def test_no_gpu(book):
    if mx.context.num_gpus():
        pytest.skip("there is one")
    book("""
    try:
        nd.ones((2, 3), ctx=mx.gpu())
    except mx.base.MXNetError:
        print("MXNetError")
    print(d2l.try_gpu(), d2l.try_all_gpus())
    """)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("nd.save('x', 3)", "ValueError"),
        ("nd.save('x', [3])", "TypeError"),
        ("nd.save('x', {3: nd.ones(1)})", "TypeError"),
        ("net.load_parameters('mlp.params')", "AssertionError"),
        ("net[0].load_parameters('mlp.params', ignore_extra=True)", "AssertionError"),
        ("own.load_parameters('mlp.params', ctx=mx.cpu(1))", "AssertionError"),
        ("nd.load('nothing')", "MXNetError"),
    ],
)
def test_files_that_do_not_fit(book, tmp_path, code, kind):
    """What the section's files raise: a handler for MXNet's error also catches mxr's."""
    book(
        MLP
        + f"""
import os
os.chdir({str(tmp_path)!r})
own, net = MLP(), nn.Sequential()
own.initialize()
own(nd.ones((2, 20)))
own.save_parameters("mlp.params")
net.add(nn.Dense(3))
try:
    {code}
except {"mx.base.MXNetError" if kind == "MXNetError" else kind} as e:
    print("{kind}")
os.chdir("/")
"""
    )
