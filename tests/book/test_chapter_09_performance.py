"""Chapter 9, computational performance: hybrid programs, asynchronous work, several devices."""

import os

import numpy as np
import pytest

from mxr import datasets


@pytest.fixture(scope="module")
def pictures() -> dict:
    """A few real pictures, from the sample of Fashion-MNIST that mxr brings."""
    data = datasets.fashion_mnist()
    x = np.asarray(data["train_data"], "f")[:64].reshape(64, 1, 28, 28)
    return {"x": x, "y": np.asarray(data["train_label"], "f")[:64]}


def test_hybrid_sequential(book, tmp_path) -> None:
    """9.1: the same numbers before and after `hybridize`, files by `export`, a Symbol from a Symbol."""
    got = book(
        """
        import mxnet as mx
        from mxnet import nd, sym
        def get_net():
            net = nn.HybridSequential()
            net.add(nn.Dense(256, activation='relu'), nn.Dense(128, activation='relu'), nn.Dense(2))
            net.initialize()
            return net
        x = nd.random.normal(shape=(1, 512))
        net = get_net()
        before = net(x)
        net.hybridize()
        after = net(x)
        nd.waitall()
        net.export(path)
        import json
        with open(path + '-symbol.json') as f:
            ops = [n['op'] for n in json.load(f)['nodes']]
        y = net(sym.var('data'))
        print(type(y).__name__, len(y.list_arguments()), y.list_outputs()[0][-10:])
        again = gluon.SymbolBlock.imports(path + '-symbol.json', ['data'], path + '-0000.params')(x)
        """,
        result="before, after, ops, again",
        path=str(tmp_path / "my_mlp"),
    ).ours
    np.testing.assert_allclose(got["before"], got["after"], rtol=1e-5)
    np.testing.assert_allclose(got["before"], got["again"], rtol=1e-5)
    assert sorted(os.listdir(tmp_path)) == ["my_mlp-0000.params", "my_mlp-symbol.json"]


def test_hybrid_forward_runs_once_when_hybrid(book) -> None:
    """9.1: `hybrid_forward` prints at each call, after `hybridize` once more and never again."""
    got = book(
        """
        from mxnet import sym
        class HybridNet(nn.HybridBlock):
            def __init__(self, **kwargs):
                super(HybridNet, self).__init__(**kwargs)
                self.hidden = nn.Dense(10)
                self.output = nn.Dense(2)

            def hybrid_forward(self, F, x):
                print('F: ', F is nd, F is sym)
                print('x: ', x)
                x = F.relu(self.hidden(x))
                print('hidden: ', x)
                return self.output(x)

        net = HybridNet(prefix='net_')
        net.initialize()
        x = nd.random.normal(shape=(1, 4))
        ys = [net(x), net(x)]
        net.hybridize()
        ys += [net(x), net(x)]
        """,
        result="ys",
    ).ours
    assert got["printed"].count("F: ") == 3 and got["printed"].count("F:  False True") == 1
    assert got["printed"].count("<Symbol data>") == 1


def test_asynchronous(book) -> None:
    """9.2 and 9.3: results are waited for by `wait_to_read`, `waitall`, `asnumpy`, `asscalar` and by printing."""
    got = book(
        """
        import mxnet as mx
        a, b = nd.ones((1, 2)), nd.ones((1, 2))
        c = a * b + 2
        print(c)
        x = nd.random.uniform(shape=(200, 200))
        y = nd.dot(x, x)
        y.wait_to_read()
        z = nd.dot(x, x)
        nd.waitall()
        norm = y.norm().asscalar()
        t = y.asnumpy()
        for _ in range(1000):
            w = x + 1
        w.wait_to_read()

        def run(x):
            return [nd.dot(x, x) for _ in range(10)]

        def copy_to_cpu(x):
            return [y.copyto(mx.cpu()) for y in x]

        copies = copy_to_cpu(run(nd.random.uniform(shape=(20, 20), ctx=mx.cpu(1))))
        nd.waitall()
        print({str(v.context) for v in copies}, len(copies))

        def data_iter():
            for i in range(6):
                yield nd.random.normal(shape=(64, 32)), nd.ones((64,))

        net = nn.Sequential()
        net.add(nn.Dense(64, activation='relu'), nn.Dense(32, activation='relu'), nn.Dense(1))
        net.initialize()
        trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': 0.05})
        loss = gloss.L2Loss()
        for X, y in data_iter():
            break
        loss(y, net(X)).wait_to_read()
        l_sum = []
        for X, y in data_iter():
            with autograd.record():
                l = loss(y, net(X))
            l_sum.append(l.mean().asscalar())
            l.backward()
            trainer.step(X.shape[0])
        for X, y in data_iter():      # nothing waits in here
            with autograd.record():
                l = loss(y, net(X))
            l.backward()
            trainer.step(X.shape[0])
        nd.waitall()
        last = l.mean()
        """,
        result="norm, t, w, copies, l_sum, last",
        rtol=1e-4,
        atol=1e-5,
    ).ours
    assert got["last"][0] < got["l_sum"][0]


def test_several_devices_from_scratch(book, pictures) -> None:
    """9.4: parameters copied to each device, gradients summed over all; two devices learn what one does."""
    got = book(
        """
        import mxnet as mx
        from d2l_vision import allreduce, get_params, lenet, lenet_params, split_and_load
        params = lenet_params(0.1)
        new_params = get_params(params, mx.cpu(1))
        print('b1 weight:', new_params[1])
        print('b1 grad:', new_params[1].grad)
        data = [nd.ones((1, 2), ctx=mx.cpu(i)) * (i + 1) for i in range(2)]
        print('before allreduce:', data)
        allreduce(data)
        print('after allreduce:', data)
        print(split_and_load(nd.arange(24).reshape((6, 4)), [mx.cpu(0), mx.cpu(1)]))
        loss = gloss.SoftmaxCrossEntropyLoss()

        def train(num_devices, lr):
            ctx = [mx.cpu(i) for i in range(num_devices)]
            all_params, losses = [get_params(params, c) for c in ctx], []
            for i in [0, 32, 0, 32, 0]:
                X, Y = nd.array(x[i:i + 32]), nd.array(y[i:i + 32])
                Xs, ys = split_and_load(X, ctx), split_and_load(Y, ctx)
                with autograd.record():
                    ls = [loss(lenet(a, W), b) for a, b, W in zip(Xs, ys, all_params)]
                for l in ls:
                    l.backward()
                for j in range(len(all_params[0])):
                    allreduce([all_params[c][j].grad for c in range(num_devices)])
                for ps in all_params:
                    for p in ps:
                        p[:] = p - lr * p.grad / 32
                losses.append(sum(l.sum().asscalar() for l in ls) / 32)
            nd.waitall()
            return losses, all_params[-1][-1]

        one, two = train(1, 0.2), train(2, 0.2)
        """,
        result="one, two",
        rtol=1e-3,
        atol=1e-4,
        **pictures,
    ).ours
    np.testing.assert_allclose(got["one"][0], got["two"][0], rtol=1e-3)
    assert got["two"][0][-1] < got["two"][0][0]


def test_several_devices_by_gluon(book, pictures) -> None:
    """9.5: a residual network initialized on two devices, and a Trainer that sums over them.

    In float64: MXNet's float32 batch normalization makes a deep network's gradients differ in the third digit.
    """
    got = book(
        """
        import mxnet as mx
        from mxnet.gluon import utils as gutils
        import d2l_vision as vision
        net = vision.resnet18(10, width=4)
        ctx = [mx.cpu(1), mx.cpu(2)]
        net.initialize(init=init.Normal(sigma=0.1), ctx=ctx)
        X = nd.random.uniform(shape=(4, 1, 28, 28))
        parts = gutils.split_and_load(X, ctx)
        first = net(parts[0]), net(parts[1])
        weight = net[0].params.get('weight')
        try:
            weight.data()
        except RuntimeError:
            print('not initialized on', mx.cpu())
        both_weights = weight.data(ctx[0])[0], weight.data(ctx[1])[0]
        net.cast('float64')
        data = gdata.ArrayDataset(nd.array(x, dtype='float64'), nd.array(y))
        train_iter = gdata.DataLoader(data, 32, shuffle=True)
        test_iter = gdata.DataLoader(data, 32)
        net.initialize(init=init.Normal(sigma=0.1), ctx=ctx, force_reinit=True)
        trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': 0.1})
        loss = gloss.SoftmaxCrossEntropyLoss()
        losses, accuracies = vision.train(train_iter, test_iter, net, loss, trainer, ctx, 2)
        equal = bool((weight.data(ctx[0]).asnumpy() == weight.data(ctx[1]).asnumpy()).all())
        """,
        result="first, both_weights, losses, equal",
        rtol=1e-4,
        atol=1e-4,
        **pictures,
    ).ours
    assert "not initialized on cpu(0)" in got["printed"] and got["equal"]
    assert got["losses"][-1] < got["losses"][0]
