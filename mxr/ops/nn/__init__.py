"""Neural-network operators."""

from . import (
    activation,
    batch_norm,
    convolution,
    ctc,
    dropout,
    fully_connected,
    im2col,
    loss_heads,
    norm,
    pooling,
    rnn,
    softmax,
    upsampling,
)

__all__ = [
    "activation",
    "batch_norm",
    "convolution",
    "ctc",
    "dropout",
    "fully_connected",
    "im2col",
    "loss_heads",
    "norm",
    "pooling",
    "rnn",
    "softmax",
    "upsampling",
]
