"""What tests of fused networks share."""

from __future__ import annotations

from typing import Any

import numpy as np


def fill(exe: Any, seed: int = 0) -> np.random.RandomState:
    """Plausible parameters: variances and gammas are positive, weights keep the size of what they multiply."""
    rng = np.random.RandomState(seed)
    for name, x in {**exe.arg_dict, **exe.aux_dict}.items():
        v = rng.randn(*x.shape)
        if name.endswith(("var", "gamma")):
            v = rng.rand(*x.shape) + 0.5
        elif name.endswith("weight"):
            v /= np.sqrt(np.prod(x.shape[1:]))
        x[:] = v
    return rng
