"""Recurrent layers: ``RNN``, ``LSTM`` and ``GRU`` over whole sequences."""

from . import rnn_layer
from .rnn_layer import GRU, LSTM, RNN

__all__ = ["GRU", "LSTM", "RNN", "rnn_layer"]
