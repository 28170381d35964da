"""Spatial operators: second derivatives, numbers that are no numbers, what MXNet cannot do."""

import numpy as np
import pytest

import mxr as mx
from mxr import nd

from .grad_check import check_gradients


def _random(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape)


@pytest.mark.parametrize("corners", [True, False])
@pytest.mark.parametrize("size", [(5, 7), (2, 3)])
def test_second_derivative_of_resizing(size, corners):
    def f(x):
        y = nd.contrib.BilinearResize2D(x, height=size[0], width=size[1], align_corners=corners)
        return y * y * x.sum()

    check_gradients(f, _random(1, 2, 3, 4), tol=1e-5)


def test_second_derivative_of_adaptive_pooling():
    check_gradients(lambda x: nd.contrib.AdaptiveAvgPooling2D(x, output_size=(2, 3)) ** 3, _random(1, 2, 5, 4))


def test_second_derivative_of_grids():
    check_gradients(
        lambda x: nd.GridGenerator(x, transform_type="affine", target_shape=(2, 3)) ** 3, _random(2, 6), tol=1e-5
    )
    check_gradients(lambda x: nd.GridGenerator(x, transform_type="warp") ** 3, _random(1, 2, 2, 3), tol=1e-5)


def test_second_derivative_of_convolution_v1():
    check_gradients(
        lambda x, w, b: nd.Convolution_v1(x, w, b, kernel=(2, 2), num_filter=2) ** 2,
        _random(1, 2, 3, 3), _random(2, 2, 2, 2, seed=1), _random(2, seed=2), tol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("op", ["BatchNorm_v1", "_contrib_SyncBatchNorm", "_contrib_BatchNormWithReLU"])
def test_second_derivative_of_norms(op):
    attrs = {"fix_gamma": False, **({"key": "k"} if "Sync" in op else {})}
    f = getattr(nd, op)
    mean, var = nd.zeros(2, dtype="float64"), nd.ones(2, dtype="float64")
    check_gradients(
        lambda x, g, b: f(x, g, b, mean.copy(), var.copy(), **attrs) ** 2,
        _random(4, 2, 1, 2), _random(2, seed=1) + 1.5, _random(2, seed=2), tol=1e-4,
    )  # fmt: skip


def test_a_bad_pixel_stays_where_it_is():
    x = np.ones((1, 1, 4, 4), "f")
    x[0, 0, 0, 0] = np.nan
    for y in (
        nd.contrib.BilinearResize2D(nd.array(x), height=8, width=8),
        nd.contrib.AdaptiveAvgPooling2D(nd.array(x), output_size=2),
        nd.BilinearSampler(nd.array(x), nd.GridGenerator(nd.zeros((1, 2, 4, 4)), transform_type="warp")),
    ):
        bad = np.isnan(y.asnumpy())
        assert bad[0, 0, 0, 0] and not bad[0, 0, -1, -1] and bad.sum() <= 16


def test_places_that_are_no_numbers():
    grid = nd.array([[[[np.nan, np.inf, -np.inf, 1e30]], [[0, 0, 0, 0]]]])
    y = nd.BilinearSampler(nd.ones((1, 1, 3, 3)), grid).asnumpy().ravel()
    assert np.isnan(y[:3]).all() and y[3] == 0


def test_grids_need_two_places():
    with pytest.raises(mx.MXNetError, match="GridGenerator.*target_shape.*at least 2"):
        nd.GridGenerator(nd.ones((1, 6)), transform_type="affine", target_shape=(1, 4))
    with pytest.raises(mx.MXNetError, match="GridGenerator.*at least 2"):
        nd.GridGenerator(nd.ones((1, 2, 1, 4)), transform_type="warp")


@pytest.mark.parametrize("attrs", [{"kernel_size": 2}, {"stride1": 0}, {"stride2": 0}, {"kernel_size": 0}])
def test_correlation_refuses(attrs):
    with pytest.raises(mx.MXNetError, match=f"Correlation.*{next(iter(attrs))}"):
        nd.Correlation(nd.ones((1, 1, 4, 4)), nd.ones((1, 1, 4, 4)), **attrs)


def test_correlation_needs_equal_shapes():
    with pytest.raises(mx.MXNetError, match="Correlation.*data"):
        nd.Correlation(nd.ones((1, 1, 4, 4)), nd.ones((1, 1, 4, 5)))


def test_sync_batch_norm_over_devices():
    x = nd.ones(3)
    with pytest.raises(mx.MXNetError, match="SyncBatchNorm.*ndev=2"):
        nd.contrib.SyncBatchNorm(nd.ones((2, 3)), x, x, x, x, ndev=2, key="k")


def test_three_axes_of_the_v1_operators():
    """MXNet has these shapes but not the computation."""
    x = nd.array(_random(1, 2, 4, 5, 6))
    w, b = nd.array(_random(3, 2, 2, 2, 2)), nd.array(_random(3))
    conv = {"kernel": (2, 2, 2), "num_filter": 3}
    np.testing.assert_allclose(
        nd.Convolution_v1(x, w, b, **conv).asnumpy(), nd.Convolution(x, w, b, **conv).asnumpy(), rtol=1e-5, atol=1e-6
    )
    pool = {"kernel": (2, 3, 2), "stride": (2, 1, 2)}
    np.testing.assert_allclose(nd.Pooling_v1(x, **pool).asnumpy(), nd.Pooling(x, **pool).asnumpy())
