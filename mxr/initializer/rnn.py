"""The initializer of the fused RNN operator's parameter vector."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetValueError
from .base import InitDesc, Initializer, create, register

_GATES = {"rnn_relu": ("",), "rnn_tanh": ("",), "lstm": ("_i", "_f", "_c", "_o"), "gru": ("_r", "_z", "_o")}


@register
class FusedRNN(Initializer):
    """The one parameter vector of the fused ``RNN`` operator, filled gate by gate.

    Parameters
    ----------
    init : initializer (or its `dumps`) for the parts; None takes the global one.
    num_hidden, num_layers, mode, bidirectional : as given to the ``RNN`` operator.
    forget_bias : value of the LSTM forget gate's biases.
    """

    def __init__(
        self,
        init: Any,
        num_hidden: int,
        num_layers: int,
        mode: str,
        bidirectional: bool = False,
        forget_bias: float = 1.0,
    ) -> None:
        if mode not in _GATES:
            raise MXNetValueError(f"mode must be one of {', '.join(_GATES)}, got {mode!r}")
        init = create(init) if isinstance(init, str) else init
        super().__init__(
            init=init.dumps() if init is not None else None,
            num_hidden=num_hidden,
            num_layers=num_layers,
            mode=mode,
            bidirectional=bidirectional,
            forget_bias=forget_bias,
        )
        self._init = init
        self._num_hidden, self._num_layers = num_hidden, num_layers
        self._mode, self._bidirectional, self._forget_bias = mode, bidirectional, forget_bias

    def _parts(self, size: int) -> list[tuple[str, tuple[int, ...]]]:
        """Name and shape of each gate's matrix and bias, in the order in which they lie in the vector."""
        gates, hidden = _GATES[self._mode], self._num_hidden
        directions = ("l", "r") if self._bidirectional else ("l",)
        width = len(directions)
        inputs = size // width // hidden // len(gates) - (self._num_layers - 1) * (hidden + width * hidden + 2)
        inputs -= hidden + 2
        weights: list[tuple[str, tuple[int, ...]]] = []
        biases: list[tuple[str, tuple[int, ...]]] = []
        for layer in range(self._num_layers):
            for side in directions:
                for source, columns in (("i2h", inputs if layer == 0 else width * hidden), ("h2h", hidden)):
                    weights += [(f"{side}{layer}_{source}{gate}_weight", (hidden, columns)) for gate in gates]
                    biases += [(f"{side}{layer}_{source}{gate}_bias", (hidden,)) for gate in gates]
        parts = weights + biases
        if inputs < 1 or sum(prod(shape) for _, shape in parts) != size:
            raise MXNetValueError(
                f"an array of {size} values is no {self._mode} with num_hidden={hidden}, "
                f"num_layers={self._num_layers}, bidirectional={self._bidirectional}"
            )
        return parts

    def _init_weight(self, desc: str, arr: Any) -> None:
        values, at = np.empty(arr.size, dtype="float32"), 0
        fallback: Any = getattr(desc, "global_init", None)
        for name, shape in self._parts(arr.size):
            part = nd.empty(shape, ctx=arr.context)
            if self._mode == "lstm" and name.endswith("_f_bias"):
                part[:] = self._forget_bias
            else:
                (self._init or fallback)(InitDesc(name, global_init=fallback), part)
            values[at : at + part.size] = part.asnumpy().ravel()
            at += part.size
        arr[:] = values.reshape(arr.shape)
