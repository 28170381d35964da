"""Initial values of parameters (MXNet's ``mx.init`` / ``mx.initializer``).

An initializer is called with a name and an array and fills the array. The name decides: ``*weight`` gets the
initializer's own scheme; ``*bias``, ``*beta``, ``*moving_mean``, ``*min`` get 0; ``*gamma``, ``*moving_var``,
``*max`` get 1; an ``__init__`` attribute of the variable goes before all of these. Random schemes draw from
``mx.random``, so that equal seeds give MXNet's numbers.
"""

from .base import InitDesc, Initializer, Load, Mixed, alias, create, register
from .rnn import FusedRNN
from .schemes import Bilinear, Constant, LSTMBias, MSRAPrelu, Normal, One, Orthogonal, Uniform, Xavier, Zero

__all__ = [
    "Bilinear",
    "Constant",
    "FusedRNN",
    "InitDesc",
    "Initializer",
    "LSTMBias",
    "Load",
    "MSRAPrelu",
    "Mixed",
    "Normal",
    "One",
    "Orthogonal",
    "Uniform",
    "Xavier",
    "Zero",
    "alias",
    "create",
    "register",
]
