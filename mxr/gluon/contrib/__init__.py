"""``mx.gluon.contrib``: blocks that MXNet keeps apart."""

from . import nn

__all__ = ["nn"]
