"""Every operator on a stand-in for CuPy (tests/fake_gpu.py): the calls, gradients, executors and blocks of a GPU.

No GPU is needed, and none is proved to work: this shows that the code asks of CuPy only what CuPy has, and that data
visits the host only where docs/parity.md says so.
"""

from __future__ import annotations

import collections

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.core.counter_random import CounterRandom
from mxr.core.op import all_ops
from mxr.interop.parity import needs_host
from tests import case_forms as forms
from tests import fake_gpu
from tests.cases import Case, all_cases
from tests.test_cases import near

# CuPy has no bfloat16 of ml_dtypes
CASES = [c for c in all_cases() if c.dtypes[0] != "bfloat16"]
BY_OPERATOR: dict[str, list[Case]] = collections.defaultdict(list)
for _c in CASES:
    BY_OPERATOR[forms.definition(_c).name].append(_c)
NAMES = sorted(BY_OPERATOR)


@pytest.fixture(scope="module", autouse=True)
def cupy():
    with fake_gpu.installed() as module:
        yield module


def same(gpu: forms.Result, cpu: forms.Result, c: Case, what: str, values: bool) -> None:
    theirs = cpu.parts()
    assert set(gpu.parts()) == set(theirs)
    for name, y in gpu.parts().items():
        assert y.dtype == theirs[name].dtype, f"{c.id}: {what}: {name} is {y.dtype}, not {theirs[name].dtype}"
        if values:
            near(y, theirs[name], c, f"{what}: {name}")
        else:
            assert y.shape == theirs[name].shape, f"{c.id}: {what}: {name}"


@pytest.mark.parametrize("name", NAMES)
def test_calls_and_gradients(name: str) -> None:
    """On mx.gpu(0) and on the CPU, in each dtype. Of random operators shapes and dtypes; see the next test."""
    for c in BY_OPERATOR[name]:
        for dtype in c.dtypes:
            if dtype != "bfloat16":
                host = c.arrays(dtype)
                with mx.gpu(0):
                    gpu = forms.imperative(c, host)
                same(gpu, forms.imperative(c, host), c, f"gpu, {dtype}", not all_ops()[name].random)


@pytest.mark.parametrize("form", ["bound", "hybridized"])
def test_executors_and_blocks(form: str, monkeypatch) -> None:
    """The same from an executor bound to mx.gpu(0), and from a hybridized block there."""
    cpu, bad = mx.cpu, []

    def run(c: Case) -> forms.Result:
        host = c.arrays()
        return forms.hybridized(c, host) if form == "hybridized" else forms.bound(c, host, *forms.composed(c, host))

    for name in NAMES:
        for c in BY_OPERATOR[name][:5]:
            if forms.definition(c).inputs:
                meant = run(c)
                with monkeypatch.context() as m, mx.gpu(0):
                    m.setattr(mx, "cpu", lambda i=0: mx.gpu(i) if not i else cpu(i))
                    try:
                        same(run(c), meant, c, form, not all_ops()[name].random)
                    except Exception as e:
                        bad.append(f"{c.id}: {e}")
    assert not bad, f"{len(bad)} cases: {bad[:5]}"


def on_both(f) -> None:
    """`f()` gives arrays: the same on mx.gpu(0) and on the CPU."""
    meant = f()
    with mx.gpu(0):
        found = f()
    for y, m in zip(found, meant, strict=True):
        assert y.context == mx.gpu(0) and y.stype == m.stype
        np.testing.assert_allclose(y.asnumpy(), m.asnumpy(), rtol=1e-6, atol=1e-7)


def test_devices_do_not_mix() -> None:
    a, b = nd.ones(2), nd.ones(2, ctx=mx.gpu(0))
    for x, y in ((a, b), (b, a)):
        with pytest.raises(mx.MXNetError, match="different contexts"):
            x + y


def test_keys_with_arrays() -> None:
    def run():
        x = nd.arange(12).reshape((3, 4))
        x.attach_grad()
        with autograd.record():
            picked = x[nd.array([0, 0, 2], dtype="int32")] * 2
            y = picked.sum() + (x[[0, 1], [1, 1]] ** 2).sum() + x[1:, ::2].sum()
        y.backward()
        z = x.copy()
        z[nd.array([2, 0], dtype="int32")] = nd.ones((2, 4)) * 7
        z[1, 1:3] = 5
        return [picked, x.grad, z]

    on_both(run)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int32"])
def test_sparse_kernels(dtype: str) -> None:
    """Products, sums, casts, rows and lazy updates, with a csr_matrix of CuPy's dtypes."""

    def run():
        rng = np.random.default_rng(1)
        host = np.round(rng.normal(size=(5, 6)) * 3 * (rng.random((5, 6)) < 0.4))
        host[2] = 0
        wide = nd.array(np.round(rng.normal(size=(6, 3)) * 3), dtype=dtype)
        tall = nd.array(np.round(rng.normal(size=(5, 3)) * 3), dtype=dtype)
        dense = nd.array(host, dtype=dtype)
        csr, rows = dense.tostype("csr"), dense.tostype("row_sparse")
        outs = [
            nd.dot(csr, wide), nd.dot(csr, tall, transpose_a=True), nd.dot(tall.T, csr), csr + csr, rows + rows,
            csr * dense, nd.sum(csr, axis=1), csr[1:4], csr.tostype("default"), nd.square(rows), nd.zeros_like(csr),
            nd.sparse.retain(rows, nd.array([0, 3], dtype="int64")), nd.sparse.add_n(rows, rows, rows),
            nd.concat(csr, csr, dim=0),
        ]  # fmt: skip
        if dtype == "float32":
            weight, state = nd.ones((5, 6)), nd.zeros((5, 6))
            nd.sgd_mom_update(weight, rows, state, lr=0.1, momentum=0.9, out=weight)
            outs += [weight, state]
        return outs

    on_both(run)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop", "ftrl", "lamb"])
def test_training(optimizer: str) -> None:
    """Steps of a Trainer on a small net."""

    def run():
        rng = np.random.default_rng(0)
        ctx = mx.current_context()
        net = gluon.nn.Sequential()
        # no bias before BatchNorm: its gradient is 0 but for rounding, and some optimizers make a full step of that
        conv = gluon.nn.Conv2D(3, 3, use_bias=False)
        net.add(conv, gluon.nn.BatchNorm(), gluon.nn.MaxPool2D(), gluon.nn.Dense(4))
        net.initialize(mx.init.Constant(0.1), ctx=ctx)
        trainer = gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.05})
        loss = gluon.loss.SoftmaxCrossEntropyLoss()
        metric = mx.metric.Accuracy()
        for _ in range(3):
            x, y = nd.array(rng.normal(size=(6, 2, 8, 8))), nd.array(rng.integers(0, 4, 6))
            with autograd.record():
                out = net(x)
                value = loss(out, y)
            value.backward()
            trainer.step(6)
            metric.update(y, out)
        return [out, value, *[p.data(ctx) for p in net.collect_params().values()]]

    meant = run()
    with mx.gpu(0):
        found = run()
    for y, m in zip(found, meant, strict=True):
        assert y.context == mx.gpu(0)
        np.testing.assert_allclose(y.asnumpy(), m.asnumpy(), rtol=2e-4, atol=2e-5)


def test_the_stand_in_refuses_what_cupy_refuses(cupy) -> None:
    x, host = cupy.asarray(np.arange(6.0)), np.arange(6)
    for refused in (
        lambda: np.asarray(x),
        lambda: x + host,
        lambda: host + x,
        lambda: x[host],
        lambda: cupy.stack([x, np.arange(6.0)]),
        lambda: cupy.zeros(x.sum()),
        lambda: range(x.argmax()),
        lambda: [1, 2][x.argmin()],
        lambda: x.sum(initial=0),
        lambda: cupy.take(x, cupy.asarray(host), mode="clip"),
        lambda: x.argsort(kind="quicksort"),
        lambda: cupy.lexsort((x, x)),
        lambda: cupy.repeat(x, cupy.asarray(host)),
        lambda: cupy.maximum.reduce(x),
        lambda: cupy.add.at(cupy.asarray(host), cupy.asarray(host), 1),
        lambda: cupy.frompyfunc,
        lambda: x.__setitem__(0, host),
    ):
        with pytest.raises((TypeError, IndexError, AttributeError, ValueError, NotImplementedError)):
            refused()
    assert isinstance(x.sum(), fake_gpu.ndarray) and x[cupy.asarray([7])].tolist() == [1.0]
    assert np.exp(x).get().tolist() == np.exp(x.get()).tolist() and isinstance(np.exp(x), fake_gpu.ndarray)


def raw(c: Case, xp, make) -> tuple:
    """The declaration's forward on arrays of `xp`, with the generator of a GPU."""
    d, host = forms.definition(c), c.arrays()
    a = d.parse(c.attrs if d.variadic is None or d.variadic not in d.params else forms._counted(d, c, host))
    active = d.input_names(a, sum(x is not None for x in host))
    given = [x for i, x in enumerate(host) if x is not None and (d.variadic is not None or d.inputs[i] in active)]
    more: dict = {"train": c.train} if d.train_aware else {}
    if d.random:
        more["rng"] = CounterRandom(xp, 7)
    with np.errstate(all="ignore"):
        y = d.forward(xp, a, *[make(x.copy()) for x in given], **more)
    return (y if isinstance(y, tuple) else (y,))[: d.visible(a)]


@pytest.mark.parametrize("name", [n for n in NAMES if all_ops()[n].random])
def test_random_numbers_are_the_generators(name: str, cupy) -> None:
    """Samplers draw the same from one generator, whichever module it works with."""
    for c in BY_OPERATOR[name]:
        for y, meant in zip(raw(c, cupy, cupy.asarray), raw(c, np, np.asarray), strict=True):
            assert isinstance(y, fake_gpu.ndarray), c.id
            near(y.get(), meant, c, "raw")


def test_host_is_visited_where_parity_says(cupy) -> None:
    """An operator is marked 'host' exactly if forward, or that of its gradient, fetches an array in some case."""
    seen = set()
    for c in CASES:
        fake_gpu.counts.get = 0
        outs = raw(c, cupy, cupy.asarray)
        assert all(y is None or isinstance(y, fake_gpu.ndarray | np.generic | float) for y in outs), c.id
        if fake_gpu.counts.get:
            seen.add(forms.definition(c).name)
    marked = {d.name for d in all_ops().values() if needs_host(d)}
    assert seen <= marked, f"arrays are fetched but not marked: {sorted(seen - marked)}"
    assert (marked & set(NAMES)) - seen <= NEVER_FETCHED, sorted((marked & set(NAMES)) - seen)


# Marked for paths that no case takes: OpenCV's interpolations where it is installed.
NEVER_FETCHED = {"_cvimresize", "_image_resize"}
