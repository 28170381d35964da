"""Arrays of more than 2**31 elements: indices are 64 bits wide everywhere."""

import os

import numpy as np
import pytest

from mxr import nd

pytestmark = pytest.mark.slow

N = 2**31 + 16


@pytest.fixture(scope="module")
def x():
    if os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") < 12 << 30:
        pytest.skip("needs 12 GiB of free memory")
    a = nd.zeros((N,), dtype="int8")
    a[N - 3] = 7
    return a


def test_reading_and_writing(x):
    assert x.size == N and x[N - 3].asscalar() == 7 and x[-3].asscalar() == 7
    assert x[N - 5 :].asnumpy().tolist() == [0, 0, 7, 0, 0]
    x[N - 2] = 1
    assert x[N - 2].asscalar() == 1
    x[N - 2] = 0


def test_operators(x):
    at = nd.array([N - 3, 0], dtype="int64")
    assert nd.take(x, at).asnumpy().tolist() == [7, 0]
    assert nd.slice(x, begin=(N - 4,), end=(N - 1,)).asnumpy().tolist() == [0, 7, 0]
    assert x.reshape((2, -1))[1, N // 2 - 3].asscalar() == 7
    assert x.max().asscalar() == 7
    assert nd.shape_array(x).asnumpy().tolist() == [N] and nd.size_array(x).asscalar() == N
    assert nd.gather_nd(x, at.reshape((1, 2))).asnumpy().tolist() == [7, 0]


def test_file(x, tmp_path):
    path = str(tmp_path / "large.params")
    nd.save(path, {"x": x})
    y = nd.load(path)["x"]
    assert y.shape == (N,) and y.dtype == np.int8 and y[N - 3].asscalar() == 7
