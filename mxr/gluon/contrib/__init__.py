"""``mx.gluon.contrib``: blocks that MXNet keeps apart, and its training loop."""

from . import cnn, data, estimator, nn, rnn

__all__ = ["cnn", "data", "estimator", "nn", "rnn"]
