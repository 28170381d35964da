"""Blocks that look at shapes, hybridized: equal to the imperative result, values and gradients, for every signature."""

import json

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.base import MXNetError, MXNetIndexError, MXNetTypeError
from mxr.gluon import nn
from mxr.graph import infer

from .traced_support import Attention, block, check


def signatures(net):
    return sum(r.graph is not None for r in net._by_signature.values())


def test_attention_for_many_shapes(rng):
    net = Attention(8, 2)
    net.initialize(mx.init.Normal(0.5))
    for n, steps in ((2, 5), (3, 5), (2, 7), (1, 1), (2, 5)):
        check(net, nd.array(rng.normal(size=(n, steps, 6))))
    net.hybridize()
    for n in (2, 3, 2):
        net(nd.ones((n, 5, 6)))
    assert signatures(net) == 2
    assert [tuple(p.shape) for p in net.collect_params(".*weight").values()] == [(8, 6)] * 3 + [(8, 8)]


def test_masked_attention_on_the_first_call(rng):
    """Shapes are known while parameters still wait for theirs."""
    net = Attention(4, 2)
    net.initialize()
    net.hybridize()
    x, mask = nd.array(rng.normal(size=(2, 3, 6))), nd.array(rng.normal(size=(4, 3)))
    assert net(x, mask).shape == (2, 3, 4)
    check(net, x, mask)


def test_windows_and_time_steps(rng):
    class Recurrent(gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            with self.name_scope():
                self.cell = nn.Dense(4, activation="tanh", flatten=False)

        def hybrid_forward(self, F, x):
            h = F.zeros((x.shape[1], 4))
            states = []
            for step in x:  # over the first axis, time
                h = self.cell(F.concat(step, h, dim=1))
                states.append(h)
            y = F.stack(*states)
            windows = [y[i : i + 2].mean(axis=0) for i in range(len(y) - 1)]
            return F.stack(*windows), y[-1], y[::-1][0]

    net = Recurrent()
    net.initialize(mx.init.Normal(0.5))
    for steps, n in ((4, 2), (2, 2), (6, 3)):
        check(net, nd.array(rng.normal(size=(steps, n, 3))))


INDICES = {
    "int": lambda x: x[1], "last": lambda x: x[-1], "ints": lambda x: x[1, -2], "all_ints": lambda x: x[1, 2, 0],
    "slice": lambda x: x[:, 1:], "negative": lambda x: x[:, :-1], "step": lambda x: x[:, ::2],
    "back": lambda x: x[:, ::-1], "back_step": lambda x: x[:, 3:0:-2], "mixed": lambda x: x[1, 1:, -1],
    "ellipsis": lambda x: x[..., 0], "ellipsis_mid": lambda x: x[0, ..., 1:], "ellipsis_end": lambda x: x[0, ...],
    "none": lambda x: x[:, None], "none_ints": lambda x: x[0, None, 1], "none_all_ints": lambda x: x[0, 1, 1, None],
    "none_end": lambda x: x[..., None], "whole": lambda x: x[:], "beyond": lambda x: x[:, 2:100],
    "list": lambda x: x[:, [2, 0, -1]], "array": lambda x: x[np.array([1, 1])], "range": lambda x: x[:, range(2)],
    "numpy_int": lambda x: x[np.int64(1)], "twice": lambda x: x[1][2:], "to_vector": lambda x: x[0][0][1],
}  # fmt: skip


@pytest.mark.parametrize("name", INDICES)
def test_indexing(rng, name):
    net = block(lambda F, x: INDICES[name](x) * 2)
    check(net, nd.array(rng.normal(size=(2, 4, 3))))
    check(net, nd.array(rng.normal(size=(3, 5, 2))))


def test_indexing_by_an_array(rng):
    net = block(lambda F, x, i: (x[i], x[:, i]))
    x, i = nd.array(rng.normal(size=(3, 4))), nd.array([2, 0, -1], dtype="int32")
    for y, expected in zip(net(x, i), (x.asnumpy()[[2, 0, -1]], x.asnumpy()[:, [2, 0, -1]])):
        assert (y.asnumpy() == expected).all()


def test_slices_do_not_tie_the_trace_to_a_shape():
    net = block(lambda F, x: x[:, 1:] + x[0, :1] * 2)
    for shape in ((2, 3), (5, 7), (1, 2)):
        net(nd.ones(shape))
    assert signatures(net) == 1 and not net._record.asked


@pytest.mark.parametrize("key, error", [
    (7, MXNetIndexError), ((0, 9), MXNetIndexError), ((0, 0, 0), MXNetIndexError), (True, MXNetIndexError),
    (slice(0, 2, 0), ValueError), (slice(0, 1.5), MXNetTypeError), ("a", Exception), ((..., ...), MXNetIndexError),
])  # fmt: skip
def test_bad_indices(key, error):
    with pytest.raises(error):
        block(lambda F, x: x[key])(nd.ones((2, 3)))


def test_an_index_out_of_a_later_shape(rng):
    net = block(lambda F, x: x[4] * 2)
    assert net(nd.ones((5, 2))).shape == (2,)
    with pytest.raises(MXNetIndexError, match="index 4 is out of bounds for axis 0 with size 3"):
        net(nd.ones((3, 2)))
    assert net(nd.ones((6, 2))).shape == (2,)


def test_facts():
    seen = []

    def look(F, x, y):
        seen.append((x.shape, x.ndim, x.size, x.dtype, len(x), x.context, x.stype, (x * 2).shape, F.dot(x, y).shape))
        assert isinstance(x, mx.sym.Symbol) and F is mx.sym and type(x) is mx.sym.Symbol
        return x.T

    x, y = nd.ones((2, 3), dtype="float64"), nd.ones((3, 4), dtype="float64")
    assert block(look)(x, y).shape == (3, 2)
    assert seen == [((2, 3), 2, 6, np.float64, 2, mx.cpu(0), "default", (2, 3), (2, 4))]


def test_dtypes_and_devices_have_traces_of_their_own():
    net = block(lambda F, x: x + F.ones(x.shape, dtype=x.dtype, ctx=x.context))
    for dtype in ("float32", "float64", "float16", "int32"):
        assert net(nd.ones((2, 2), dtype=dtype)).dtype == np.dtype(dtype)
    assert net(nd.ones((2, 2), ctx=mx.cpu(1))).context == mx.cpu(1)
    assert signatures(net) == 5


def test_cast(rng):
    net = Attention(4, 2)
    net.initialize()
    net.hybridize()
    net(nd.ones((2, 3, 4)))
    net.cast("float64")
    y = net(nd.ones((2, 3, 4), dtype="float64"))
    assert y.dtype == np.float64
    check(net, nd.array(rng.normal(size=(2, 3, 4)), dtype="float64"), rtol=1e-9)


def test_control_flow_on_shapes(rng):
    def deep(F, x):
        while x.shape[-1] > 2:
            x = x[..., : x.shape[-1] // 2] * (1 if x.shape[0] > 2 else 3)
        return x if len(x) % 2 else x.flatten()

    net = block(deep)
    for shape in ((2, 16), (3, 9), (4, 2), (1, 2, 8)):
        check(net, nd.array(rng.normal(size=shape)))


def test_facts_inside_loops(rng):
    def loops(F, x, h):
        def body(d, s):
            return d * s / d.shape[0], s + d[::-1]

        outs, last = F.contrib.foreach(body, x, h)
        n = x.shape[0]
        _, (_, y) = F.contrib.while_loop(
            lambda i, y: i < n, lambda i, y: (y, (i + 1, y + y.shape[0])), [F.zeros((1,)), last], max_iterations=9
        )
        return outs[1:], F.contrib.cond(y.sum() > 3, lambda: y * y.shape[0], lambda: y)

    net = block(loops)
    for shape in ((3, 4), (5, 2)):
        check(net, nd.array(rng.normal(size=shape)), nd.ones(shape[1:]))


def test_broadcasting_operators_as_with_arrays(rng):
    """MXNet's traced x + y wants one shape."""

    def mix(F, x, y):
        return x + y, x - y * 2, y / (x * x + 1), (x > y) * x, F.maximum(x, y), abs(y) ** (x * 0 + 2)

    net = block(mix)
    same = nd.array(rng.normal(size=(3, 4)))
    check(net, same, same * 0.5)
    check(net, same, nd.array(rng.normal(size=(4,))))  # does not fit the trace for one shape
    check(net, same, nd.array(rng.normal(size=(3, 1))))
    names = [n["op"] for n in json.loads(block_json(lambda F, x, y: x + y, same, same))["nodes"]]
    assert names == ["null", "null", "elemwise_add"]


def block_json(function, *arrays):
    net = block(function)
    net(*arrays)
    return net._traced[1].tojson()


def test_a_trace_without_questions_serves_all_shapes_until_one_does_not_fit(rng):
    net = block(lambda F, x, y: x + y)
    net(nd.ones((2, 3)), nd.ones((2, 3)))
    net(nd.ones((4, 3)), nd.ones((4, 3)))
    assert len(net._by_signature) == 1
    assert net(nd.ones((2, 3)), nd.ones((1, 3))).shape == (2, 3)
    assert net(nd.ones((5, 3)), nd.ones((5, 3))).shape == (5, 3)
    with pytest.raises(MXNetError, match="(?s)could not be broadcast.*test_gluon_traced.py"):
        net(nd.ones((2, 3)), nd.ones((2, 4)))


def test_a_call_that_fails_leaves_the_trace_as_it_was():
    net = block(lambda F, x, y: x + y)
    net(nd.ones((2, 3)), nd.ones((2, 3)))
    record = net._record
    for _ in range(2):
        with pytest.raises(MXNetError):
            net(nd.ones((2, 3)), nd.ones((2, 4)))
        assert net._record is record and not record.asked
    assert net(nd.ones((5, 3)), nd.ones((5, 3))).shape == (5, 3)
    assert net._record is record


def test_nested_blocks_ask(rng):
    class Flat(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return x.reshape((x.shape[0], -1))

    class Add(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return F.broadcast_add(x, F.arange(x.shape[1]).reshape((1, -1)))

    net = nn.HybridSequential()
    net.add(nn.Conv2D(2, 3), nn.BatchNorm(), Flat(), nn.Dropout(0.0), nn.Dense(5), Add())
    net.initialize(mx.init.Normal(0.5))
    for n in (3, 2):
        check(net, nd.array(rng.normal(size=(n, 1, 5, 5))), atol=1e-4)


def test_lists_and_none(rng):
    def many(F, x, states, mask=None):
        a, (b,) = states
        n = x.shape[0] + len(a)
        y = x * n if mask is None else x * mask[: x.shape[0]]
        return [y, [a[0] + b[-1]]], F.split(y, num_outputs=x.shape[1], axis=1)

    x, a, b = (nd.array(rng.normal(size=(2, 3))) for _ in range(3))
    for mask in ((), (nd.ones((4, 1)) * 2,)):
        net = block(many)
        results = []
        for active in (False, True):
            net.hybridize(active)
            (y, (z,)), parts = net(x, [a, [b]], *mask)
            assert len(parts) == 3
            results.append([v.asnumpy() for v in (y, z, *parts)])
        for p, q in zip(*results):
            np.testing.assert_allclose(p, q, rtol=1e-6)


def test_outputs_of_one_operator_stay_a_list():
    def parts(F, x):
        both = F.topk(x, k=1, ret_typ="both")
        assert len(both) == 2
        values, indices = both
        (whole,) = F.split(x, num_outputs=1, axis=1)  # as in MXNet
        return both[0] + values, indices, whole

    for n in (2, 3):
        a, _, whole = block(parts)(nd.array(np.arange(n * 3).reshape(n, 3)))
        assert a.shape == (n, 1) and whole.shape == (n, 3)


def test_the_mode_is_a_part_of_the_signature_if_asked():
    def by_mode(F, x):
        return x * 2 if autograd.is_training() else x

    net = block(by_mode)
    for _ in range(2):
        with autograd.record():
            assert net(nd.ones((2,))).asnumpy().tolist() == [2, 2]
        assert net(nd.ones((2,))).asnumpy().tolist() == [1, 1]
    shaped = block(lambda F, x: x * x.shape[0])
    with autograd.record():
        shaped(nd.ones((2,)))
    shaped(nd.ones((2,)))
    assert len(net._by_signature) == 2 and len(shaped._by_signature) == 1


def test_training_follows_the_imperative_run(rng):
    losses = []
    data = [rng.normal(size=(n, t, 4)) for n, t in ((3, 5), (2, 4), (3, 5), (1, 2))]
    for active in (False, True):
        mx.random.seed(1)
        net = nn.HybridSequential()
        net.add(Attention(4, 2), nn.Dropout(0.3), nn.Dense(1, flatten=False))
        net.initialize(mx.init.Normal(0.3))
        net.hybridize(active, static_alloc=True, static_shape=True, inline_limit=3, forward_bulk_size=5)
        net(nd.ones((1, 2, 4)))  # draws the weights
        mx.random.seed(2)
        trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
        seen = []
        for x in data * 3:
            x = nd.array(x)
            with autograd.record():
                loss = (net(x) - x.sum(axis=2, keepdims=True)).square().mean()
            loss.backward()
            trainer.step(1)
            seen.append(loss.asscalar())
        losses.append(seen)
    np.testing.assert_allclose(*losses, rtol=2e-3)


def test_second_order(rng):
    net = block(lambda F, x: F.tanh(x[:, 1:]) * x.shape[1])
    grads = []
    for active in (False, True):
        net.hybridize(active)
        x = nd.array(np.linspace(-1, 1, 6).reshape(2, 3))
        x.attach_grad()
        with autograd.record():
            g = autograd.grad(net(x).sum(), [x], create_graph=True)[0]
            y = (g * g).sum()
        y.backward()
        grads.append(x.grad.asnumpy())
    np.testing.assert_allclose(*grads, rtol=1e-4, atol=1e-6)


def test_names_are_the_same_in_every_trace():
    net = Attention(4, 2, prefix="a_")
    net.initialize()
    net.hybridize()
    texts = []
    for n in (2, 3):
        net(nd.ones((n, 3, 6)))
        texts.append([x["name"] for x in json.loads(net._traced[1].tojson())["nodes"]])
    assert texts[0] == texts[1] and "a_dense0_weight" in texts[0] and "a_reshape0" in texts[0]


def test_many_signatures_do_not_pile_up(monkeypatch):
    from mxr.gluon import _hybrid

    monkeypatch.setattr(_hybrid, "MAX_TRACES", 3)
    net = block(lambda F, x: x * x.shape[0])
    for n in range(1, 8):
        assert net(nd.ones((n,))).asnumpy().tolist() == [n] * n
    assert len(net._by_signature) == 3
    assert "data (7,)" in net.explain()


def test_sparse_input():
    x = nd.array([[1, 0], [0, 2]]).tostype("csr")
    y = block(lambda F, x, w: F.sparse.dot(x, w) * x.shape[1])(x, nd.ones((2, 3)))
    assert y.asnumpy().tolist() == [[2, 2, 2], [4, 4, 4]]


class Weighted(gluon.HybridBlock):
    def __init__(self, early):
        super().__init__()
        self.early = early
        with self.name_scope():
            self.weight = self.params.get("weight", shape=(3, 0), allow_deferred_init=True)
            self.scale = self.params.get("scale", shape=(1, 3), init="ones")

    def hybrid_forward(self, F, x, weight, scale):
        units = weight.shape[0] if self.early else 3
        y = F.FullyConnected(x, weight, no_bias=True, num_hidden=units)
        return y * scale + weight.shape[1] * scale.shape[-1]


def test_shapes_of_parameters(rng):
    net = Weighted(False)
    net.initialize(mx.init.Normal(0.5))
    check(net, nd.array(rng.normal(size=(2, 5))))
    early = Weighted(True)
    early.initialize()
    early.hybridize()
    with pytest.raises(MXNetError, match=r"(?s)weight: the shape is not known.*beyond \(3, None\)"):
        early(nd.ones((2, 5)))


def test_shapes_that_depend_on_values():
    with pytest.raises(MXNetError, match="(?s)depends on values"):
        block(lambda F, x: x * F.contrib.boolean_mask(x, x).shape[0])(nd.ones((2,)))


def test_several_devices(rng):
    net = Attention(4, 2)
    net.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    net.hybridize()
    x = nd.array(rng.normal(size=(4, 3, 6)))
    net(x)
    whole = net(x).asnumpy()
    parts = gluon.utils.split_and_load(x, [mx.cpu(0), mx.cpu(1)])
    with autograd.record():
        outs = [net(p) for p in parts]
    autograd.backward(outs)
    assert [y.context for y in outs] == [mx.cpu(0), mx.cpu(1)]
    np.testing.assert_allclose(np.concatenate([y.asnumpy() for y in outs]), whole, rtol=1e-4, atol=1e-5)


def test_long_loops_are_traced_in_linear_time(monkeypatch):
    """Each step asks for shapes, and finds those of the step before."""

    def loop(F, x):
        h = F.zeros((x.shape[0], 2))
        for t in range(x.shape[1]):
            h = F.tanh(h + x[:, t]) * h.shape[1]
            assert h.shape == (x.shape[0], 2)
        return h

    visits, answer = [], infer.Facts._answer
    monkeypatch.setattr(infer.Facts, "_answer", lambda *args: visits.append(1) or answer(*args))
    block(loop)._trace((nd.ones((3, 100, 2)),))
    assert 100 < len(visits) < 100 * 20
