"""Inception v3 ("Rethinking the Inception architecture for computer vision", 2015)."""

from __future__ import annotations

from typing import Any

from ....context import Context
from ...contrib.nn import HybridConcurrent
from .base import Classifier, nn, pretrained_or_not

__all__ = ["Inception3", "inception_v3"]

# A convolution is (channels, kernel, stride, padding); a branch is a list of them, with "avg" or "max" for a pooling
# before them; a tuple of branches inside a branch splits it.
Conv = tuple[int, Any, int, Any]


def _module_a(pooled: int) -> list[Any]:
    one = (1, 1, 0)
    return [
        [(64, *one)],
        [(48, *one), (64, 5, 1, 2)],
        [(64, *one), (96, 3, 1, 1), (96, 3, 1, 1)],
        ["avg", (pooled, *one)],
    ]


def _module_c(inner: int) -> list[Any]:
    one, wide, tall = (1, 1, 0), ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0))
    return [
        [(192, *one)],
        [(inner, *one), (inner, *wide), (192, *tall)],
        [(inner, *one), (inner, *tall), (inner, *wide), (inner, *tall), (192, *wide)],
        ["avg", (192, *one)],
    ]


MODULE_B = [[(384, 3, 2, 0)], [(64, 1, 1, 0), (96, 3, 1, 1), (96, 3, 2, 0)], ["max"]]
MODULE_D = [
    [(192, 1, 1, 0), (320, 3, 2, 0)],
    [(192, 1, 1, 0), (192, (1, 7), 1, (0, 3)), (192, (7, 1), 1, (3, 0)), (192, 3, 2, 0)],
    ["max"],
]
SPLIT = ([(384, (1, 3), 1, (0, 1))], [(384, (3, 1), 1, (1, 0))])
MODULE_E = [
    [(320, 1, 1, 0)],
    [(384, 1, 1, 0), SPLIT],
    [(448, 1, 1, 0), (384, 3, 1, 1), SPLIT],
    ["avg", (192, 1, 1, 0)],
]
STEM = [(32, 3, 2, 0), (32, 3, 1, 0), (64, 3, 1, 1), None, (80, 1, 1, 0), (192, 3, 1, 0), None]
BODY = {
    "A1_": _module_a(32), "A2_": _module_a(64), "A3_": _module_a(64), "B_": MODULE_B,
    "C1_": _module_c(128), "C2_": _module_c(160), "C3_": _module_c(160), "C4_": _module_c(192), "D_": MODULE_D,
    "E1_": MODULE_E, "E2_": MODULE_E,
}  # fmt: skip


def _convolution(spec: Conv) -> Any:
    channels, kernel, stride, padding = spec
    out = nn.HybridSequential(prefix="")
    out.add(nn.Conv2D(channels, kernel_size=kernel, strides=stride, padding=padding, use_bias=False))
    out.add(nn.BatchNorm(epsilon=0.001), nn.Activation("relu"))
    return out


def _max_pool() -> Any:
    return nn.MaxPool2D(pool_size=3, strides=2)


def _branch(specs: list[Any]) -> Any:
    out = nn.HybridSequential(prefix="")
    for spec in specs:
        if isinstance(spec, str):
            out.add(nn.AvgPool2D(pool_size=3, strides=1, padding=1) if spec == "avg" else _max_pool())
        elif isinstance(spec[0], list):
            whole = nn.HybridSequential(prefix="")
            whole.add(out, _concurrent(list(spec), ""))
            return whole
        else:
            out.add(_convolution(spec))
    return out


def _concurrent(branches: list[Any], prefix: str) -> Any:
    out = HybridConcurrent(axis=1, prefix=prefix)
    with out.name_scope():
        for specs in branches:
            out.add(_branch(specs))
    return out


class Inception3(Classifier):
    """Inception v3, for images of 299x299."""

    def __init__(self, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            for spec in STEM:
                self.features.add(_max_pool() if spec is None else _convolution(spec))
            for prefix, branches in BODY.items():
                self.features.add(_concurrent(branches, prefix))
            self.features.add(nn.AvgPool2D(pool_size=8), nn.Dropout(0.5))
            self.output = nn.Dense(classes)


def inception_v3(
    pretrained: bool = False, ctx: Context | None = None, root: str | None = None, **kwargs: Any
) -> Inception3:
    """Inception v3. `pretrained`: with MXNet's ImageNet parameters, on `ctx`, from the folder `root`."""
    return pretrained_or_not(Inception3(**kwargs), "inceptionv3", pretrained, ctx, root)
