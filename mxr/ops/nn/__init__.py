"""Neural-network operators."""

from . import activation, convolution, dropout, fully_connected, loss_heads, norm, pooling, softmax, upsampling

__all__ = [
    "activation", "convolution", "dropout", "fully_connected", "loss_heads", "norm", "pooling", "softmax", "upsampling",
]  # fmt: skip
