"""DenseNet ("Densely connected convolutional networks", 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....base import MXNetKeyError
from ....context import Context
from ...contrib.nn import HybridConcurrent, Identity
from .base import Classifier, batch_norm, lookup, named, nn, pretrained_or_not

__all__ = ["DenseNet", "densenet121", "densenet161", "densenet169", "densenet201", "get_densenet"]

densenet_spec = {
    121: (64, 32, [6, 12, 24, 16]),
    161: (96, 48, [6, 12, 36, 24]),
    169: (64, 32, [6, 12, 32, 32]),
    201: (64, 32, [6, 12, 48, 32]),
}


def _conv1x1(channels: int) -> Any:
    return nn.Conv2D(channels, kernel_size=1, use_bias=False)


def _dense_layer(growth_rate: int, bn_size: int, dropout: float) -> Any:
    new = nn.HybridSequential(prefix="")
    new.add(*batch_norm(), _conv1x1(bn_size * growth_rate))
    new.add(*batch_norm(), nn.Conv2D(growth_rate, kernel_size=3, padding=1, use_bias=False))
    if dropout:
        new.add(nn.Dropout(dropout))
    both = HybridConcurrent(axis=1, prefix="")
    both.add(Identity(), new)
    return both


class DenseNet(Classifier):
    """DenseNet.

    Parameters
    ----------
    num_init_features : channels of the first convolution.
    growth_rate : channels that each layer adds.
    block_config : number of layers of each dense block.
    bn_size : the inner 1x1 convolutions have bn_size * growth_rate channels.
    dropout : rate of dropout after each layer.
    classes : number of classes.
    """

    def __init__(
        self, num_init_features: int, growth_rate: int, block_config: Sequence[int], bn_size: int = 4,
        dropout: float = 0, classes: int = 1000, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            stem = nn.Conv2D(num_init_features, kernel_size=7, strides=2, padding=3, use_bias=False)
            self.features.add(*batch_norm(stem), nn.MaxPool2D(pool_size=3, strides=2, padding=1))
            channels = num_init_features
            for i, number in enumerate(block_config, 1):
                block = nn.HybridSequential(prefix=f"stage{i}_")
                with block.name_scope():
                    for _ in range(number):
                        block.add(_dense_layer(growth_rate, bn_size, dropout))
                self.features.add(block)
                channels += number * growth_rate
                if i < len(block_config):
                    channels //= 2
                    transition = nn.HybridSequential(prefix="")
                    transition.add(*batch_norm(), _conv1x1(channels), nn.AvgPool2D(pool_size=2, strides=2))
                    self.features.add(transition)
            self.features.add(*batch_norm(), nn.AvgPool2D(pool_size=7), nn.Flatten())
            self.output = nn.Dense(classes)


def get_densenet(
    num_layers: int, pretrained: bool = False, ctx: Context | None = None, root: str | None = None, **kwargs: Any
) -> DenseNet:
    """DenseNet of 121, 161, 169 or 201 layers."""
    net = DenseNet(*lookup(densenet_spec, num_layers, "number of layers of DenseNet", MXNetKeyError), **kwargs)
    return pretrained_or_not(net, f"densenet{num_layers}", pretrained, ctx, root)


densenet121 = named("densenet121", "DenseNet-121", get_densenet, 121)
densenet161 = named("densenet161", "DenseNet-161", get_densenet, 161)
densenet169 = named("densenet169", "DenseNet-169", get_densenet, 169)
densenet201 = named("densenet201", "DenseNet-201", get_densenet, 201)
