"""Every operator on a stand-in for CuPy (tests/fake_gpu.py): the calls, gradients, executors and blocks of a GPU.

No GPU is needed, and none is proved to work: this shows that the code asks of CuPy only what CuPy has, and that data
visits the host only where docs/parity.md says so.
"""

from __future__ import annotations

import collections

import numpy as np
import pytest

import mxr as mx
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


@pytest.mark.xfail(reason="plans put CPU kernels into steps on a GPU: compile_groups of mxr/graph/plan.py")
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
