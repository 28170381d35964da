"""What tests of sparse arrays share."""

from __future__ import annotations

import numpy as np


def some(rng: np.random.Generator, shape=(6, 5), density=0.4, dtype="float32") -> np.ndarray:
    """Random numbers, most of them zero."""
    return (rng.normal(size=shape) * (rng.random(shape) < density)).astype(dtype)
