"""``mx.gluon.contrib``: blocks that MXNet keeps apart."""

from . import cnn, data, nn, rnn

__all__ = ["cnn", "data", "nn", "rnn"]
