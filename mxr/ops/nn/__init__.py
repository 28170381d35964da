"""Neural-network operators."""

from . import (
    activation,
    batch_norm,
    convolution,
    dropout,
    fully_connected,
    loss_heads,
    norm,
    pooling,
    softmax,
    upsampling,
)

__all__ = [
    "activation",
    "batch_norm",
    "convolution",
    "dropout",
    "fully_connected",
    "loss_heads",
    "norm",
    "pooling",
    "softmax",
    "upsampling",
]
