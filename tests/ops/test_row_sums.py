"""Sums of weighted rows: scipy, NumPy alone and plain loops give the same."""

import numpy as np
import pytest

from mxr.ops import row_sums

SIZES = [(500, 3000, 1, 3), (500, 3000, 4, 3), (500, 3000, 9, 3), (5, 3000, 2, 40), (500, 30000, 4, 1), (7, 5, 4, 2)]


@pytest.mark.parametrize("library", ["scipy", "none"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n, k, each, m", SIZES)
def test_row_sums(rng, monkeypatch, n, k, each, m, dtype, library):
    if library == "none":
        monkeypatch.setattr(row_sums, "scipy_sparse", lambda: None)
    at = rng.integers(0, n, (k, each))
    weight, rows, g = (rng.normal(size=s).astype(dtype) for s in ((k, each), (n, m), (k, m)))
    forward, back, scattered = np.zeros((k, m)), np.zeros((n, m)), np.zeros((n, m))
    for j in range(each):
        forward += weight[:, j, None].astype("f8") * rows[at[:, j]]
        np.add.at(back, at[:, j], weight[:, j, None].astype("f8") * g)
    np.add.at(scattered, at[:, 0], g.astype("f8"))
    close = {"rtol": 1e-4, "atol": 2e-3} if dtype == "float32" else {"rtol": 1e-10, "atol": 1e-10}
    for got, want in (
        (row_sums.weighted_rows(np, rows, at, weight), forward),
        (row_sums.weighted_rows_grad(np, n, at, weight, g), back),
        (row_sums.scatter_rows(np, n, at[:, 0], g), scattered),
    ):
        assert got.dtype == dtype
        np.testing.assert_allclose(got, want, **close)


@pytest.mark.parametrize("library", ["scipy", "none"])
@pytest.mark.parametrize("each", [2, 6])
def test_rows_of_weight_zero_do_not_count(rng, monkeypatch, each, library):
    if library == "none":
        monkeypatch.setattr(row_sums, "scipy_sparse", lambda: None)
    rows = rng.normal(size=(50, 4)).astype("f4")
    at, weight = rng.integers(0, 49, (3000, each)), rng.normal(size=(3000, each)).astype("f4")
    at[::2, 1], weight[::2, 1] = 49, 0
    want = row_sums.weighted_rows(np, rows, at, weight)
    rows[49] = [np.inf, np.nan, -np.inf, 1]
    np.testing.assert_allclose(row_sums.weighted_rows(np, rows, at, weight), want, rtol=1e-4, atol=1e-5)
    at[0, 0] = 49
    assert not np.isfinite(row_sums.weighted_rows(np, rows, at, weight)[0, :3]).any()


def test_rows_that_do_not_exist():
    rows, at = np.ones((10, 4), "f4"), np.full((4000, 1), 10)
    with pytest.raises(IndexError, match="rows 10 to 10 are asked for, but there are 10"):
        row_sums.weighted_rows(np, rows, at, np.ones((4000, 1), "f4"))
