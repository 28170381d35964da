"""VGG ("Very deep convolutional networks for large-scale image recognition", 2014)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....base import MXNetAssertionError, MXNetKeyError
from ....context import Context
from ....initializer import Xavier
from .base import Classifier, lookup, named, nn, pretrained_or_not

__all__ = ["VGG", "get_vgg", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"]

FILTERS = [64, 128, 256, 512, 512]
vgg_spec = {
    11: ([1, 1, 2, 2, 2], FILTERS),
    13: ([2, 2, 2, 2, 2], FILTERS),
    16: ([2, 2, 3, 3, 3], FILTERS),
    19: ([2, 2, 4, 4, 4], FILTERS),
}


class VGG(Classifier):
    """VGG.

    Parameters
    ----------
    layers, filters : number of convolutions of each of the stages, and their channels.
    classes : number of classes.
    batch_norm : batch normalisation after each convolution.
    """

    def __init__(
        self,
        layers: Sequence[int],
        filters: Sequence[int],
        classes: int = 1000,
        batch_norm: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if len(layers) != len(filters):
            raise MXNetAssertionError(
                f"VGG: layers and filters must be of one length, given {layers!r} and {filters!r}"
            )
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            for number, channels in zip(layers, filters):
                for _ in range(number):
                    init = Xavier(rnd_type="gaussian", factor_type="out", magnitude=2)
                    self.features.add(nn.Conv2D(channels, kernel_size=3, padding=1, weight_initializer=init))
                    if batch_norm:
                        self.features.add(nn.BatchNorm())
                    self.features.add(nn.Activation("relu"))
                self.features.add(nn.MaxPool2D(strides=2))
            for _ in range(2):
                self.features.add(nn.Dense(4096, activation="relu", weight_initializer="normal"), nn.Dropout(rate=0.5))
            self.output = nn.Dense(classes, weight_initializer="normal")


def get_vgg(
    num_layers: int, pretrained: bool = False, ctx: Context | None = None, root: str | None = None, **kwargs: Any
) -> VGG:
    """VGG of 11, 13, 16 or 19 layers; ``batch_norm=True`` for the form with batch normalisation."""
    net = VGG(*lookup(vgg_spec, num_layers, "number of layers of VGG", MXNetKeyError), **kwargs)
    suffix = "_bn" if kwargs.get("batch_norm") else ""
    return pretrained_or_not(net, f"vgg{num_layers}{suffix}", pretrained, ctx, root)


def _with_batch_norm(num_layers: int, **kwargs: Any) -> VGG:
    return get_vgg(num_layers, **{**kwargs, "batch_norm": True})


vgg11 = named("vgg11", "VGG-11", get_vgg, 11)
vgg13 = named("vgg13", "VGG-13", get_vgg, 13)
vgg16 = named("vgg16", "VGG-16", get_vgg, 16)
vgg19 = named("vgg19", "VGG-19", get_vgg, 19)
vgg11_bn = named("vgg11_bn", "VGG-11 with batch normalisation", _with_batch_norm, 11)
vgg13_bn = named("vgg13_bn", "VGG-13 with batch normalisation", _with_batch_norm, 13)
vgg16_bn = named("vgg16_bn", "VGG-16 with batch normalisation", _with_batch_norm, 16)
vgg19_bn = named("vgg19_bn", "VGG-19 with batch normalisation", _with_batch_norm, 19)
