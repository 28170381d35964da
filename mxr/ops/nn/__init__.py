"""Neural-network operators."""

from . import activation, convolution, fully_connected, loss_heads, pooling, softmax

__all__ = ["activation", "convolution", "fully_connected", "loss_heads", "pooling", "softmax"]
