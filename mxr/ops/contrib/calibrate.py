"""The range for quantisation that loses least information, from a histogram."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...backend import to_host
from ...core.op import op
from ...core.params import Int

__all__: list[str] = []

_EPS = 0.0001  # mass that an empty bin of either distribution gets


@op("_contrib_calibrate_entropy", inputs="hist hist_edges", outputs="threshold divergence")
class CalibrateEntropy:
    """The threshold t for which quantising to [-t, t] changes the distribution least: [t, KL divergence].

    `hist` (n,) counts values in bins with edges `hist_edges` (n + 1,), symmetric around 0; n is odd. All thresholds
    at bin edges are tried (Migacz 2017; MXNet operator _contrib_calibrate_entropy).
    """

    num_quantized_bins = Int(255, "Number of levels of the quantised values.", lo=1)
    examples = (
        "nd.contrib.calibrate_entropy(nd.array([1, 5, 20, 5, 1]), nd.array([-5, -3, -1, 1, 3, 5]), "
        "num_quantized_bins=3)",
    )

    def infer_shape(a, s):
        if s[0] is not None:
            if len(s[0]) != 1:
                s.fail(f"argument hist must have one dimension, got shape {s[0]}")
            if s[0][0] != -1:
                s.set(1, (s[0][0] + 1,))
        s.out(0, (1,))
        s.out(1, (1,))

    def infer_type(a, s):
        for i in range(2):
            s.set_dtype(i, np.dtype(np.float32))
            s.out_dtype(i, np.dtype(np.float32))

    def forward(xp, a, hist, edges):
        # a search over small histograms: on the host
        threshold, divergence = _best(to_host(hist).astype(np.float64), to_host(edges), a.num_quantized_bins)
        return xp.asarray([threshold], np.float32), xp.asarray([divergence], np.float32)

    grad = None


def _best(hist: np.ndarray, edges: np.ndarray, levels: int) -> tuple[float, float]:
    zero = hist.size // 2
    best = (0.0, 0.0)
    found = False
    for half in range(levels // 2, zero + 1):
        start, stop = zero - half, zero + half + 1
        stop = min(stop, hist.size)
        kept = hist[start:stop]
        d = _divergence(kept, hist[:start].sum(), hist[stop:].sum(), levels)
        if d is not None and (not found or d < best[1]):
            best, found = (float(edges[stop]), d), True
    return best


def _divergence(kept: np.ndarray, below: float, above: float, levels: int) -> float | None:
    """KL divergence of the clipped distribution from its quantised form; None where either is empty."""
    p = kept.copy()
    p[0] += below
    p[-1] += above
    # MXNet counts the first bin with the values below, and so leaves it out of the quantised form
    kept = np.concatenate(([0.0], kept[1:]))
    width = kept.size // levels
    starts = np.arange(levels) * width
    sums = np.add.reduceat(kept, starts)
    counts = np.add.reduceat((kept != 0).astype(np.float64), starts)
    level = np.minimum(np.arange(kept.size) // width, levels - 1)
    q = np.where(p != 0, (sums / np.maximum(counts, 1))[level], 0.0)
    p_, q_ = _smooth(p), _smooth(q)
    if p_ is None or q_ is None:
        return None
    p_, q_ = p_ / p_.sum(), q_ / q_.sum()
    return float((p_ * np.log(p_ / q_)).sum())


def _smooth(x: np.ndarray) -> Any:
    """Moves a little mass to the empty bins."""
    empty = x == 0
    n = int(empty.sum())
    if n == x.size:
        return None
    if n == 0:
        return x
    share = _EPS * n / (x.size - n)
    return np.where(empty, _EPS, x - share) if share < 1 else None
