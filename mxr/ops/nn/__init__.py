"""Neural-network operators."""

from . import activation, fully_connected, loss_heads, softmax

__all__ = ["activation", "fully_connected", "loss_heads", "softmax"]
