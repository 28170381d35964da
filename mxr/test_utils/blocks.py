"""Checks of gluon blocks."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

from .. import autograd
from ..base import MXNetTypeError
from ..ndarray import NDArray
from .compare import assert_almost_equal

__all__ = ["check_gluon_hybridize_consistency"]


def check_gluon_hybridize_consistency(
    net_builder: Callable[[], Any],
    data_l: Sequence[Any],
    numpy_func: Callable | None = None,
    test_grad: bool = True,
    rtol: float = 1e-4,
    atol: float = 1e-4,
) -> None:
    """Raises AssertionError where a block gives other outputs or gradients when it is hybridized.

    Parameters
    ----------
    net_builder : makes the block, prefix and all, anew at each call.
    data_l : inputs, as NDArrays.
    numpy_func : the same function on NumPy arrays, if there is one.
    test_grad : compare gradients of inputs and parameters.
    """
    for one in data_l:
        if not isinstance(one, NDArray):
            raise MXNetTypeError(f"data_l must hold NDArrays, got {type(one).__name__}")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "net.params")
        for hybridize in (False, True):
            net = net_builder()
            if hybridize:
                net.hybridize()
                net.load_parameters(path)
            else:
                net.initialize()
            inputs = [one.copy() for one in data_l]
            for one in inputs:
                one.attach_grad()
            with autograd.record(train_mode=test_grad):
                out = net(*inputs)
            if not hybridize:
                net.save_parameters(path)
            grads = []
            if test_grad:
                out.backward()
                grads = [one.grad for one in inputs]
                params = net.collect_params()
                grads += [p.grad() for _, p in sorted(params.items()) if p.grad_req != "null"]
            results.append((out.asnumpy(), [grad.asnumpy() for grad in grads]))
    (plain, plain_grads), (hybrid, hybrid_grads) = results
    assert_almost_equal(hybrid, plain, rtol=rtol, atol=atol)
    for one, other in zip(plain_grads, hybrid_grads, strict=True):
        assert_almost_equal(other, one, rtol=rtol, atol=atol)
    if numpy_func is not None:
        expected = numpy_func(*[one.asnumpy() for one in data_l])
        assert_almost_equal(plain, expected, rtol=rtol, atol=atol)
