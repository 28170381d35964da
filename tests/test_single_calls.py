"""Single calls by generated kernels equal the declarations, forward and backward, with empty lanes too."""

import re
from pathlib import Path

import numpy as np
import pytest

from mxr import nd
from mxr.core.op import get_op
from mxr.kernels import eager, jit_enabled, shares
from mxr.kernels.batched import choice, lanes_of, single
from mxr.kernels.lasting import at_most
from mxr.kernels.winograd import single as winograd

from .conftest import LIMITED
from .single_call_support import forget, gradients

pytestmark = pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")

CONVOLUTIONS = [
    ((3, 11, 12), {"kernel": (3, 3), "num_filter": 8}),
    ((1, 12, 9), {"kernel": (5, 5), "num_filter": 6, "pad": (2, 2), "stride": (2, 2)}),
    ((4, 11, 12), {"kernel": (3, 3), "num_filter": 8, "num_group": 2, "dilate": (2, 2), "no_bias": True}),
    ((5, 12, 12), {"kernel": (5, 5), "num_filter": 16}),  # minimal filtering, where it is quicker
    ((3, 17), {"kernel": (3,), "num_filter": 4, "pad": (1,)}),
]
POOLINGS = [
    ((5, 12, 14), {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max"}),
    (
        (5, 12, 13),
        {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1), "pool_type": "max", "pooling_convention": "full"},
    ),
    ((2, 3, 3), {"kernel": (3, 3), "pad": (1, 1), "pool_type": "avg"}),
    ((5, 12, 13), {"kernel": (3, 3), "pad": (1, 1), "pool_type": "avg", "count_include_pad": False}),
    ((5, 6, 7), {"kernel": (1, 1), "global_pool": True, "pool_type": "avg"}),
    ((5, 12, 13), {"kernel": (3, 3), "stride": (2, 2), "pool_type": "sum"}),
    ((5, 12), {"kernel": (2,), "stride": (2,), "pool_type": "max"}),
]


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """All calls are worth these kernels."""
    monkeypatch.setattr(eager, "SMALL", 1)
    monkeypatch.setattr(eager, "default_threads", lambda: 1)
    monkeypatch.setattr(single, "default_threads", lambda: 1)
    monkeypatch.setattr(single, "gain", lambda *_: 1.0)
    monkeypatch.setattr(single, "_single", at_most(200)(single._single.__wrapped__))
    yield
    forget()


def compare(f, arrays, monkeypatch, kinds, constant=(), atol=2e-5):
    found = {}
    for kernels in ("ref", "jit"):
        monkeypatch.setenv("MXR_KERNELS", kernels)
        forget()
        before = set(single._single.made)
        found[kernels] = gradients(f, arrays, constant)
    assert {kind.__name__ for kind, _ in set(single._single.made) - before} == set(kinds)
    for x, y in zip(found["jit"], found["ref"], strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-4, atol=atol)


def batches():
    return lanes_of(), 2 * lanes_of() + 1


@pytest.mark.parametrize("shape, kwargs", CONVOLUTIONS, ids=str)
def test_convolution(shape, kwargs, monkeypatch):
    rng = np.random.RandomState(0)
    weight = (kwargs["num_filter"], shape[0] // kwargs.get("num_group", 1), *kwargs["kernel"])
    small = [rng.uniform(-1, 1, weight)]
    if not kwargs.get("no_bias"):
        small.append(rng.uniform(-1, 1, kwargs["num_filter"]))
    for n, kinds in zip(batches(), (("Forward", "Backward"), ())):  # one code for all batches
        x = rng.uniform(-1, 1, (n, *shape))
        compare(lambda *a: nd.Convolution(*a, **kwargs), [x, *small], monkeypatch, kinds)


@pytest.mark.parametrize("constant", [(0,), (1, 2), (0, 2), (2,)])
def test_wanted_gradients_of_a_convolution(constant, monkeypatch):
    rng = np.random.RandomState(0)
    arrays = [rng.uniform(-1, 1, s) for s in ((lanes_of() + 1, 3, 9, 8), (6, 3, 3, 3), (6,))]
    kinds = "Forward", "Backward"
    compare(lambda *a: nd.Convolution(*a, kernel=(3, 3), num_filter=6), arrays, monkeypatch, kinds, constant)


@pytest.mark.parametrize("shape, kwargs", POOLINGS, ids=str)
def test_pooling(shape, kwargs, monkeypatch):
    kinds = "PoolForward", "PoolBackward"
    for n, new in zip(batches(), (kinds, ())):
        x = np.random.RandomState(0).uniform(-1, 1, (n, *shape))
        compare(lambda a: nd.Pooling(a, **kwargs), [x], monkeypatch, new)
        # equal maxima: the first one counts
        compare(lambda a: nd.Pooling(a, **kwargs), [np.round(2 * x)], monkeypatch, ())


def test_pooling_of_nan(monkeypatch):
    x = np.random.RandomState(0).uniform(-1, 1, (lanes_of(), 3, 4, 6))
    x[0, 0, 0, 0] = x[1, 2, 3, 5] = np.nan
    kwargs = {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max"}
    compare(lambda a: nd.Pooling(a, **kwargs), [x], monkeypatch, ("PoolForward", "PoolBackward"))


def test_into_a_given_array(monkeypatch):
    monkeypatch.setenv("MXR_KERNELS", "jit")
    forget()
    rng = np.random.RandomState(0)
    x, w = nd.array(rng.uniform(-1, 1, (lanes_of(), 2, 6, 6))), nd.array(rng.uniform(-1, 1, (4, 2, 3, 3)))
    kwargs = {"kernel": (3, 3), "num_filter": 4, "no_bias": True}
    out = nd.zeros((lanes_of(), 4, 4, 4))
    nd.Convolution(x, w, out=out, **kwargs)
    np.testing.assert_array_equal(out.asnumpy(), nd.Convolution(x, w, **kwargs).asnumpy())
    assert out.asnumpy().any()


def test_code_is_not_generated_without_end(monkeypatch):
    """Generated code is never given back: from some shape on other kernels compute."""
    monkeypatch.setattr(single, "_single", at_most(3)(single._single.__wrapped__))
    w = np.random.RandomState(0).uniform(-1, 1, (4, 2, 3, 3))
    kwargs = {"kernel": (3, 3), "num_filter": 4, "no_bias": True}
    for size, kinds in zip((6, 7, 8, 6), (("Forward", "Backward"), ("Forward",), (), ())):
        x = np.random.RandomState(1).uniform(-1, 1, (lanes_of(), 2, size, 6))
        compare(lambda *a: nd.Convolution(*a, **kwargs), [x, w], monkeypatch, kinds)
    assert len(single._single.made) == 3


@pytest.fixture
def by_winograd(monkeypatch):
    """All calls that it can do go by Winograd's algorithm; the list has what was made for them."""
    made = []
    for name in ("Convolution", "Gradient"):
        maker = getattr(winograd, name)
        monkeypatch.setattr(
            winograd, name, lambda *a, _name=name, _make=maker, **k: made.append(_name) or _make(*a, **k)
        )
    monkeypatch.setattr(winograd, "worth", lambda p: True)
    monkeypatch.setattr(winograd, "_turner", at_most(48)(winograd._turner.__wrapped__))
    return made


def arrays_of_blocks(n, size, no_bias=False):
    """Data, weight and bias with channels that fill the blocks."""
    rng, c = np.random.RandomState(0), lanes_of()
    return [rng.uniform(-1, 1, s) for s in ((n, c, *size), (2 * c, c, 3, 3), (2 * c,))[: 2 if no_bias else 3]]


@pytest.mark.parametrize("n, size, pad, no_bias", [(2, (7, 6), 1, False), (1, (4, 9), 0, True), (3, (8, 8), 2, False)])
@pytest.mark.parametrize("threads", [1, 2])
def test_winograd(n, size, pad, no_bias, threads, by_winograd, monkeypatch):
    monkeypatch.setattr(winograd, "most_shares", lambda: threads if shares.possible() else 1)
    kwargs = {"kernel": (3, 3), "num_filter": 2 * lanes_of(), "pad": (pad, pad), "no_bias": no_bias}
    arrays = arrays_of_blocks(n, size, no_bias)
    compare(lambda *a: nd.Convolution(*a, **kwargs), arrays, monkeypatch, (), atol=1e-4)
    assert by_winograd == ["Convolution", "Gradient", "Convolution"]


@pytest.mark.parametrize(
    "constant, made",
    [((0,), ["Gradient"]), ((1, 2), ["Convolution"]), ((0, 2), ["Gradient"]), ((2,), ["Gradient", "Convolution"])],
)
def test_wanted_gradients_by_winograd(constant, made, by_winograd, monkeypatch):
    kwargs = {"kernel": (3, 3), "num_filter": 2 * lanes_of()}
    arrays = arrays_of_blocks(2, (6, 5))
    compare(lambda *a: nd.Convolution(*a, **kwargs), arrays, monkeypatch, (), constant, atol=1e-4)
    assert by_winograd == ["Convolution", *made]


def test_winograd_is_for_so_many_sizes_only(by_winograd, monkeypatch):
    """As for the code of any size: from some size on other kernels compute."""
    monkeypatch.setattr(winograd, "_turner", at_most(4)(winograd._turner.__wrapped__))
    monkeypatch.setattr(single, "gain", lambda *_: -1.0)
    kwargs = {"kernel": (3, 3), "num_filter": 2 * lanes_of()}
    for size, count in zip((5, 6, 5), (3, 3, 6)):
        compare(lambda *a: nd.Convolution(*a, **kwargs), arrays_of_blocks(1, (size, 5)), monkeypatch, (), atol=1e-4)
        assert len(by_winograd) == count


def test_winograd_can_be_turned_off(by_winograd, monkeypatch):
    monkeypatch.setenv("MXR_WINOGRAD", "0")
    monkeypatch.setattr(single, "gain", lambda *_: -1.0)
    kwargs = {"kernel": (3, 3), "num_filter": 2 * lanes_of()}
    compare(lambda *a: nd.Convolution(*a, **kwargs), arrays_of_blocks(1, (5, 5)), monkeypatch, ())
    assert not by_winograd


def test_choice(monkeypatch):
    """Few channels in large batches run with the batch in the vector; single images and many channels do not."""
    monkeypatch.setattr(single, "gain", choice.gain)

    def taken(data, filters, kernel, threads=1):
        monkeypatch.setattr(single, "default_threads", lambda: threads)
        a = get_op("Convolution").parse({"kernel": kernel, "num_filter": filters})
        return single.conv_forward(a, data, (filters, data[1], *kernel), True) is not None

    assert taken((128, 1, 28, 28), 6, (5, 5))
    assert not taken((128, 1, 28, 28), 6, (5, 5), threads=64)
    assert not taken((1, 1, 28, 28), 6, (5, 5))
    assert not taken((128, 128, 28, 28), 128, (3, 3))


def test_the_tests_know_all_kernels_of_a_limited_number():
    """Else it would depend on what ran before whether a test meets them."""
    root = Path(eager.__file__).parent
    found = {
        f"mxr.kernels.{'.'.join(path.relative_to(root).with_suffix('').parts)}": name
        for path in root.rglob("*.py")
        for name in re.findall(r"^@at_most.*\n(?:@.*\n)*def (\w+)", path.read_text(), re.MULTILINE)
    }
    assert found == LIMITED
