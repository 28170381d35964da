"""SqueezeNet ("SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016)."""

from __future__ import annotations

from typing import Any

from ....context import Context
from ...contrib.nn import HybridConcurrent
from .base import Classifier, lookup, named, nn, pretrained_or_not

__all__ = ["SqueezeNet", "get_squeezenet", "squeezenet1_0", "squeezenet1_1"]

# channels and kernel of the stem; then the squeezed channels of each fire module, None being a pooling
VERSIONS = {
    "1.0": ((96, 7), (None, 16, 16, 32, None, 32, 48, 48, 64, None, 64)),
    "1.1": ((64, 3), (None, 16, 16, None, 32, 32, None, 48, 48, 64, 64)),
}


def _conv(channels: int, kernel: int, padding: int = 0) -> Any:
    out = nn.HybridSequential(prefix="")
    out.add(nn.Conv2D(channels, kernel, padding=padding), nn.Activation("relu"))
    return out


def _fire(squeezed: int) -> Any:
    """1x1 convolution to few channels, then four times as many by 1x1 and by 3x3 convolutions."""
    out = nn.HybridSequential(prefix="")
    out.add(_conv(squeezed, 1))
    paths = HybridConcurrent(axis=1, prefix="")
    paths.add(_conv(4 * squeezed, 1), _conv(4 * squeezed, 3, 1))
    out.add(paths)
    return out


class SqueezeNet(Classifier):
    """SqueezeNet of version "1.0", or "1.1" with 2.4 times less computation."""

    def __init__(self, version: str, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        (channels, kernel), body = lookup(VERSIONS, version, "SqueezeNet version")
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            self.features.add(nn.Conv2D(channels, kernel_size=kernel, strides=2), nn.Activation("relu"))
            for squeezed in body:
                self.features.add(
                    nn.MaxPool2D(pool_size=3, strides=2, ceil_mode=True) if squeezed is None else _fire(squeezed)
                )
            self.features.add(nn.Dropout(0.5))
            self.output = nn.HybridSequential(prefix="")
            self.output.add(nn.Conv2D(classes, kernel_size=1), nn.Activation("relu"), nn.AvgPool2D(13), nn.Flatten())


def get_squeezenet(
    version: str, pretrained: bool = False, ctx: Context | None = None, root: str | None = None, **kwargs: Any
) -> SqueezeNet:
    """SqueezeNet of version "1.0" or "1.1"."""
    return pretrained_or_not(SqueezeNet(version, **kwargs), f"squeezenet{version}", pretrained, ctx, root)


squeezenet1_0 = named("squeezenet1_0", "SqueezeNet 1.0", get_squeezenet, "1.0")
squeezenet1_1 = named("squeezenet1_1", "SqueezeNet 1.1", get_squeezenet, "1.1")
