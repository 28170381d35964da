"""CTCLoss against MXNet."""

import numpy as np
import pytest

from .nn_check import check


@pytest.mark.parametrize(
    "label, kw",
    [
        ([[1, 2, 0], [3, 3, 1]], ""),
        ([[0, 0, 0], [3, 2, 1]], ""),
        ([[0, 1, -1], [2, 2, 0]], "blank_label='last'"),
        ([[-1, -1, -1], [2, 1, 0]], "blank_label='last'"),
    ],
)
@pytest.mark.parametrize("steps", [5, 8])
def test_ctc(both, rng, label, kw, steps):
    x = rng.normal(size=(steps, 2, 4)).astype("f")
    call = f"nd.CTCLoss(x, n, {kw})"
    check(both, call, x=x, n=np.array(label, "f"), no_grad=["n"], rtol=1e-4, atol=1e-5)


def test_ctc_lengths(both, rng):
    arrays = {
        "x": rng.normal(size=(6, 3, 5)).astype("f"),
        "n": np.array([[1, 2, 4], [3, 3, 1], [2, 9, 9]], "f"),
        "d": np.array([4, 6, 5], "f"),
        "k": np.array([2, 3, 1], "f"),
    }
    call = "nd.CTCLoss(x, n, d, k, use_data_lengths=True, use_label_lengths=True)"
    check(both, call, no_grad=["n", "d", "k"], rtol=1e-4, atol=1e-5, **arrays)


def test_ctc_symbol(both):
    both(
        """
        s = mx.sym.CTCLoss(mx.sym.var("d"), mx.sym.var("l"), name="c")
        result = [s.infer_shape(d=(5, 2, 4), l=(2, 3)), s.list_outputs(), s.tojson()]
        """
    )


def test_ctc_bad(both):
    both("nd.CTCLoss(nd.ones((2, 1, 4)), nd.array([[1, 2, 3]])).asnumpy()", raises="CTCLoss")
