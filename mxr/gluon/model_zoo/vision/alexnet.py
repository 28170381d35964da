"""AlexNet, in the form with one branch ("One weird trick for parallelizing convolutional neural networks", 2014)."""

from __future__ import annotations

from typing import Any

from ....context import Context
from .base import Classifier, nn, pretrained_or_not

__all__ = ["AlexNet", "alexnet"]

# channels, kernel, stride, padding; None is a pooling
LAYERS = ((64, 11, 4, 2), None, (192, 5, 1, 2), None, (384, 3, 1, 1), (256, 3, 1, 1), (256, 3, 1, 1), None)


class AlexNet(Classifier):
    """AlexNet; images of 224x224 give scores of `classes` classes."""

    def __init__(self, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            with self.features.name_scope():
                for layer in LAYERS:
                    if layer is None:
                        self.features.add(nn.MaxPool2D(pool_size=3, strides=2))
                        continue
                    channels, kernel, stride, pad = layer
                    self.features.add(
                        nn.Conv2D(channels, kernel_size=kernel, strides=stride, padding=pad, activation="relu")
                    )
                self.features.add(nn.Flatten())
                for _ in range(2):
                    self.features.add(nn.Dense(4096, activation="relu"), nn.Dropout(0.5))
            self.output = nn.Dense(classes)


def alexnet(pretrained: bool = False, ctx: Context | None = None, root: str | None = None, **kwargs: Any) -> AlexNet:
    """AlexNet. `pretrained`: with MXNet's ImageNet parameters, on `ctx`, from the folder `root`."""
    return pretrained_or_not(AlexNet(**kwargs), "alexnet", pretrained, ctx, root)
