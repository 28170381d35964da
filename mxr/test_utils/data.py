"""Data sets for tests and examples, and tests of random number generators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import datasets, io
from ..base import MXNetError

__all__ = [
    "DummyIter",
    "chi_square_check",
    "gen_buckets_probs_with_ppf",
    "get_mnist",
    "get_mnist_iterator",
    "mean_check",
    "var_check",
    "verify_generator",
]


class DummyIter(io.DataIter):
    """The first batch of another iterator, over and over: for timing."""

    def __init__(self, real_iter: Any) -> None:
        super().__init__(real_iter.batch_size)
        self.real_iter = real_iter
        self.provide_data = real_iter.provide_data
        self.provide_label = real_iter.provide_label
        self.the_batch = next(real_iter)

    def next(self) -> Any:
        return self.the_batch


def get_mnist() -> dict[str, np.ndarray]:
    """MNIST as a dict of NumPy arrays: train_data, train_label, test_data, test_label.

    Images are float32 (n, 1, 28, 28) from 0 to 1. See `mxr.datasets.mnist` for where they come from.
    """
    return datasets.mnist()


def get_mnist_iterator(
    batch_size: int, input_shape: Sequence[int], num_parts: int = 1, part_index: int = 0
) -> tuple[Any, Any]:
    """(training iterator, validation iterator) over MNIST; flat images for an `input_shape` of one dimension.

    Over the idx files (`MNISTIter`, pixels / 256) where there are any, else over the embedded sample.
    """
    flat = len(input_shape) == 1
    files = datasets.find_files("mnist")
    if files is not None:
        train, validation = (
            io.MNISTIter(
                image=str(image), label=str(label), input_shape=tuple(input_shape), batch_size=batch_size,
                shuffle=shuffle, flat=flat, num_parts=num_parts, part_index=part_index,
            )
            for image, label, shuffle in ((files[0], files[1], True), (files[2], files[3], False))
        )  # fmt: skip
        return train, validation
    sample = datasets.mnist()
    iterators = []
    for part, shuffle in (("train", True), ("test", False)):
        data, label = sample[f"{part}_data"], sample[f"{part}_label"]
        share = len(data) / num_parts
        rows = slice(int(share * part_index), int(share * (part_index + 1)))
        data = data[rows].reshape(rows.stop - rows.start, -1) if flat else data[rows]
        iterators.append(io.NDArrayIter(data, label[rows], batch_size, shuffle, last_batch_handle="discard"))
    return iterators[0], iterators[1]


def _stats() -> Any:
    try:
        import scipy.stats as stats
    except ImportError as error:
        raise MXNetError("tests of random generators need the Python package scipy") from error
    return stats


def mean_check(generator: Callable, mu: float, sigma: float, nsamples: int = 1000000) -> bool:
    """Whether the mean of `nsamples` draws is within its 99.7 % interval."""
    draws = np.asarray(generator(nsamples), dtype=np.float64)
    return bool(abs(draws.mean() - mu) < 3 * sigma / np.sqrt(nsamples))


def var_check(generator: Callable, sigma: float, nsamples: int = 1000000) -> bool:
    """Whether the variance of `nsamples` draws is within its 99.7 % interval."""
    draws = np.asarray(generator(nsamples), dtype=np.float64)
    return bool(abs(draws.var(ddof=1) - sigma**2) < 3 * np.sqrt(2 * sigma**4 / (nsamples - 1)))


def gen_buckets_probs_with_ppf(ppf: Callable, nbuckets: int) -> tuple[list[tuple[float, float]], list[float]]:
    """Equally probable intervals of a distribution with the quantile function `ppf`, and their probabilities."""
    if nbuckets <= 0:
        raise ValueError(f"nbuckets must be from 1 on, got {nbuckets}")
    probs = [1.0 / nbuckets] * nbuckets
    return [(ppf(i / nbuckets), ppf((i + 1) / nbuckets)) for i in range(nbuckets)], probs


def chi_square_check(
    generator: Callable, buckets: Sequence[Any], probs: Sequence[float], nsamples: int = 1000000
) -> tuple[float, np.ndarray, np.ndarray]:
    """(p-value, observed counts, expected counts) of a chi-square test; buckets are values or intervals."""
    draws = np.asarray(generator(nsamples)).ravel()
    if isinstance(buckets[0], (list, tuple)):
        edges = np.array([buckets[0][0], *[high for _, high in buckets]], dtype=np.float64)
        observed = np.histogram(draws, bins=edges)[0]
    else:
        observed = np.array([np.count_nonzero(draws == value) for value in buckets])
    expected = np.asarray(probs, dtype=np.float64) * nsamples
    # Draws outside all buckets would make the sums differ, which no chi-square test takes.
    statistic = float(((observed - expected) ** 2 / expected).sum()) + float(nsamples - observed.sum()) ** 2
    return float(_stats().chi2.sf(statistic, len(expected) - 1)), observed, expected


def verify_generator(
    generator: Callable,
    buckets: Sequence[Any],
    probs: Sequence[float],
    nsamples: int = 1000000,
    nrepeat: int = 5,
    success_rate: float = 0.2,
    alpha: float = 0.05,
) -> list[float]:
    """Raises AssertionError unless enough of `nrepeat` chi-square tests pass at level `alpha`; gives the p-values."""
    found = [chi_square_check(generator, buckets, probs, nsamples)[0] for _ in range(nrepeat)]
    passed = sum(p > alpha for p in found)
    if passed < nrepeat * success_rate:
        raise AssertionError(f"Generator test fails, Chi-square p={found}: {passed} of {nrepeat} passed")
    return found
