"""Transposed convolution by oneDNN equals its declaration: values and gradients, imperatively and compiled."""

import numpy as np
import pytest

from mxr import autograd, nd
from mxr.core.kernel_table import find
from mxr.core.op import get_op
from mxr.gluon import nn
from mxr.kernels import onednn_enabled
from tests.test_eager_kernels import compare, forget

pytestmark = pytest.mark.skipif(not onednn_enabled(), reason="needs oneDNN")
CASES = [
    {"kernel": (4, 4), "stride": (2, 2), "pad": (1, 1), "num_filter": 6, "no_bias": False},
    {"kernel": (3, 3), "num_filter": 6, "num_group": 2, "dilate": (2, 1)},
    {"kernel": (3, 2), "stride": (3, 2), "adj": (1, 1), "num_filter": 3, "no_bias": False},
    {"kernel": (3, 3), "stride": (2, 2), "target_shape": (14, 17), "num_filter": 5},
    {"kernel": (4,), "stride": (2,), "num_filter": 4, "no_bias": False},
    {"kernel": (2, 3, 2), "stride": (2, 1, 1), "num_filter": 2},
    {"kernel": (1, 1), "num_filter": 7},
]


def _arrays(kwargs):
    rng, c = np.random.RandomState(0), 4
    size = (7, 8, 5)[: len(kwargs["kernel"])]
    weight = (c, kwargs["num_filter"] // kwargs.get("num_group", 1), *kwargs["kernel"])
    arrays = [rng.uniform(-1, 1, s) for s in ((3, c, *size), weight)]
    return arrays if kwargs.get("no_bias", True) else [*arrays, rng.uniform(-1, 1, kwargs["num_filter"])]


@pytest.mark.parametrize("constant", [(), (0,), (1,)])
@pytest.mark.parametrize("kwargs", CASES, ids=str)
def test_deconvolution(kwargs, constant, monkeypatch):
    compare(lambda *a: nd.Deconvolution(*a, **kwargs), _arrays(kwargs), monkeypatch, constant)


@pytest.mark.parametrize("name", ["Deconvolution", "_backward_Deconvolution"])
def test_it_is_served(name):
    data, weight, dy = (np.ones(s, "f") for s in ((2, 8, 16, 16), (8, 8, 4, 4), (2, 8, 32, 32)))
    a = get_op("Deconvolution").parse({"kernel": (4, 4), "stride": (2, 2), "pad": (1, 1), "num_filter": 8})
    assert find(name, a, [data, weight] if name == "Deconvolution" else [dy, data, weight]) is not None
    assert find("Deconvolution", a, [data.astype("d"), weight.astype("d")]) is None


def test_large_kernels_have_gradients_by_it_only(monkeypatch):
    a = get_op("Deconvolution").parse({"kernel": (64, 64), "stride": (32, 32), "pad": (16, 16), "num_filter": 2})
    data, weight, dy = (np.ones(s, "f") for s in ((1, 2, 5, 6), (2, 2, 64, 64), (1, 2, 160, 192)))
    assert find("Deconvolution", a, [data, weight]) is None
    assert find("_backward_Deconvolution", a, [dy, data, weight]) is not None
    arrays = [np.random.RandomState(0).uniform(-1, 1, x.shape) for x in (data, weight)]
    kwargs = {"kernel": (64, 64), "stride": (32, 32), "pad": (16, 16), "num_filter": 2}
    compare(lambda *x: nd.Deconvolution(*x, **kwargs) / 100, arrays, monkeypatch)


def test_hybridized(monkeypatch):
    out = {}
    x = nd.array(np.random.RandomState(0).uniform(-1, 1, (2, 8, 16, 16)))
    x.attach_grad()
    net = nn.Conv2DTranspose(8, kernel_size=4, strides=2, padding=1)
    net.initialize()
    net(x)
    for kernels in ("ref", "auto"):
        monkeypatch.setenv("MXR_KERNELS", kernels)
        forget()
        net.hybridize()
        with autograd.record():
            y = net(x)
        y.backward(y)
        out[kernels] = [y.asnumpy(), x.grad.asnumpy(), net.weight.grad().asnumpy(), net.bias.grad().asnumpy()]
    forget()
    for ours, reference in zip(out["auto"], out["ref"]):
        np.testing.assert_allclose(ours, reference, rtol=1e-4, atol=1e-4)
