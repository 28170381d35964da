"""``mx.gluon.rnn.rnn_cell``: recurrent cells, to be stepped or unrolled."""

from .._block import Block
from .._hybrid import HybridBlock
from .._parameter import tensor_types
from ..nn.activations import LeakyReLU
from .base_cell import HybridRecurrentCell, RecurrentCell
from .cells import GRUCell, LSTMCell, RNNCell
from .containers import BidirectionalCell, HybridSequentialRNNCell, SequentialRNNCell
from .modifiers import DropoutCell, ModifierCell, ResidualCell, ZoneoutCell

__all__ = [
    "BidirectionalCell", "Block", "DropoutCell", "GRUCell", "HybridBlock", "HybridRecurrentCell",
    "HybridSequentialRNNCell", "LSTMCell", "LeakyReLU", "ModifierCell", "RNNCell", "RecurrentCell", "ResidualCell",
    "SequentialRNNCell", "ZoneoutCell", "tensor_types",
]  # fmt: skip
