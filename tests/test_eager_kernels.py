"""Kernels of single calls equal the declarations, forward and backward through the tape."""

import numpy as np
import pytest

from mxr import autograd, nd
from mxr.core import tape
from mxr.core.op import get_op
from mxr.kernels import eager, onednn

pytestmark = pytest.mark.skipif(not onednn.available(), reason=str(onednn.unavailable_reason()))

CONVOLUTIONS = [
    {"kernel": (3, 3), "num_filter": 8},
    {"kernel": (5, 5), "num_filter": 6, "pad": (2, 2), "stride": (2, 2)},
    {"kernel": (3, 3), "num_filter": 8, "num_group": 2, "dilate": (2, 2), "no_bias": True},
    {"kernel": (1, 1), "num_filter": 5},
]
POOLINGS = [
    {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max"},
    {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1), "pool_type": "max", "pooling_convention": "full"},
    {"kernel": (3, 3), "pad": (1, 1), "pool_type": "avg"},
    {"kernel": (3, 3), "pad": (1, 1), "pool_type": "avg", "count_include_pad": False},
    {"kernel": (1, 1), "global_pool": True, "pool_type": "avg"},
    {"kernel": (3, 3), "stride": (2, 2), "pool_type": "sum"},
]


def forget():
    for name in ("Convolution", "Pooling", "_backward_Convolution", "_backward_Pooling"):
        get_op(name).plans.clear()
    tape._raw.clear()


def gradients(f, arrays):
    arrays = [nd.array(x) for x in arrays]
    for x in arrays:
        x.attach_grad()
    with autograd.record():
        y = f(*arrays)
        z = y * nd.array(np.random.RandomState(1).uniform(-1, 1, y.shape))
    z.backward()
    return [y.asnumpy(), *(x.grad.asnumpy() for x in arrays)]


def compare(f, arrays, monkeypatch):
    monkeypatch.setattr(eager, "SMALL", 1)
    out = {}
    for kernels in ("ref", "auto"):
        monkeypatch.setenv("MXR_KERNELS", kernels)
        forget()
        out[kernels] = gradients(f, arrays)
    forget()
    for x, y in zip(out["auto"], out["ref"]):
        np.testing.assert_allclose(x, y, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kwargs", CONVOLUTIONS, ids=str)
def test_convolution(kwargs, monkeypatch):
    rng = np.random.RandomState(0)
    c = 4
    weight = (kwargs["num_filter"], c // kwargs.get("num_group", 1), *kwargs["kernel"])
    arrays = [rng.uniform(-1, 1, s) for s in ((3, c, 11, 12), weight)]
    if not kwargs.get("no_bias"):
        arrays.append(rng.uniform(-1, 1, kwargs["num_filter"]))
    compare(lambda *a: nd.Convolution(*a, **kwargs), arrays, monkeypatch)


@pytest.mark.parametrize("kwargs", POOLINGS, ids=str)
def test_pooling(kwargs, monkeypatch):
    x = np.random.RandomState(0).uniform(-1, 1, (3, 5, 12, 13))
    compare(lambda a: nd.Pooling(a, **kwargs), [x], monkeypatch)
