"""The small calls on plain NumPy: what mxr's own share of a call is measured against."""

from __future__ import annotations

import numpy as np


def build(name):
    a, b = np.ones((2, 3), np.float32), np.ones((2, 3), np.float32)
    steps = {
        "add-2x3": lambda: a + b,
        "exp-2x3": lambda: np.exp(a),
        "sum-2x3": lambda: a.sum(),
        "mean-2x3": lambda: a.mean(axis=1),
        "view-2x3": lambda: a[0:1],
        "slice-2x3": lambda: a[0:2, 1:3].copy(),
        "reshape-2x3": lambda: a.reshape((3, 2)),
        "transpose-2x3": lambda: a.T.copy(),
    }
    return steps[name], 1
