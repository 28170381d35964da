"""Recurrent cells whose products are convolutions."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from .. import symbol as sym
from ..base import MXNetValueError
from ..symbol import Symbol
from .base_cell import BaseRNNCell, RNNParams
from .cells import gru_step, lstm_step

__all__ = ["BaseConvRNNCell", "ConvGRUCell", "ConvLSTMCell", "ConvRNNCell"]

_leaky = functools.partial(sym.LeakyReLU, act_type="leaky", slope=0.2)


class BaseConvRNNCell(BaseRNNCell):
    """Base of the convolutional cells (Shi et al. 2015).

    Parameters
    ----------
    input_shape : shape of the input of a step, with the batch axis.
    num_hidden : channels of the state.
    h2h_kernel, h2h_dilate : convolution of the state; odd kernels, padded so that the size stays.
    i2h_kernel, i2h_stride, i2h_pad, i2h_dilate : convolution of the input.
    i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer : initializers.
    activation : name for ``mx.sym.Activation``, or a function of a symbol.
    conv_layout : layout of input and state.
    """

    def __init__(
        self,
        input_shape: Sequence[int],
        num_hidden: int,
        h2h_kernel: Any,
        h2h_dilate: Any,
        i2h_kernel: Any,
        i2h_stride: Any,
        i2h_pad: Any,
        i2h_dilate: Any,
        i2h_weight_initializer: Any,
        h2h_weight_initializer: Any,
        i2h_bias_initializer: Any,
        h2h_bias_initializer: Any,
        activation: Any,
        prefix: str = "",
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        if any(k % 2 == 0 for k in h2h_kernel):
            raise MXNetValueError(f"argument h2h_kernel={tuple(h2h_kernel)}: only odd numbers are supported")
        self._num_hidden, self._activation, self._conv_layout = num_hidden, activation, conv_layout
        pad = tuple(d * (k - 1) // 2 for d, k in zip(h2h_dilate, h2h_kernel))
        self._h2h = {
            "kernel": h2h_kernel, "dilate": h2h_dilate, "pad": pad, "stride": (1,) * len(pad), "layout": conv_layout,
        }  # fmt: skip
        self._i2h = {
            "kernel": i2h_kernel, "stride": i2h_stride, "pad": i2h_pad, "dilate": i2h_dilate, "layout": conv_layout,
        }  # fmt: skip
        self._channels = conv_layout.find("C")
        probe = sym.Convolution(sym.Variable("data"), num_filter=num_hidden, name="probe", **self._i2h)
        self._state_shape = (0, *probe.infer_shape(data=tuple(input_shape))[1][0][1:])
        self._iW = self.params.get("i2h_weight", init=i2h_weight_initializer)
        self._iB = self.params.get("i2h_bias", init=i2h_bias_initializer)
        self._hW = self.params.get("h2h_weight", init=h2h_weight_initializer)
        self._hB = self.params.get("h2h_bias", init=h2h_bias_initializer)

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return [{"shape": self._state_shape, "__layout__": self._conv_layout}]

    def _convolutions(self, inputs: Symbol, state: Symbol) -> tuple[Any, Any, str]:
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        filters = self._num_hidden * len(self._gate_names)
        i2h = sym.Convolution(inputs, self._iW, self._iB, num_filter=filters, name=f"{name}i2h", **self._i2h)
        h2h = sym.Convolution(state, self._hW, self._hB, num_filter=filters, name=f"{name}h2h", **self._h2h)
        return i2h, h2h, name

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        raise NotImplementedError("BaseConvRNNCell is abstract class for convolutional RNN")


class _ConvCell(BaseConvRNNCell):
    """The defaults that the cells share; parameters as of BaseConvRNNCell."""

    _default_prefix = ""

    def __init__(
        self,
        input_shape: Sequence[int],
        num_hidden: int,
        h2h_kernel: Any = (3, 3),
        h2h_dilate: Any = (1, 1),
        i2h_kernel: Any = (3, 3),
        i2h_stride: Any = (1, 1),
        i2h_pad: Any = (1, 1),
        i2h_dilate: Any = (1, 1),
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        activation: Any = _leaky,
        prefix: str | None = None,
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ) -> None:
        super().__init__(
            input_shape, num_hidden, h2h_kernel, h2h_dilate, i2h_kernel, i2h_stride, i2h_pad, i2h_dilate,
            i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer, activation,
            self._default_prefix if prefix is None else prefix, params, conv_layout,
        )  # fmt: skip


class ConvRNNCell(_ConvCell):
    """Simple recurrent cell with convolutions; parameters as of BaseConvRNNCell."""

    _gate_names = ("",)
    _default_prefix = "ConvRNN_"

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        i2h, h2h, name = self._convolutions(inputs, states[0])
        output = self._activate(i2h + h2h, self._activation, name=f"{name}out")
        return output, [output]


class ConvLSTMCell(_ConvCell):
    """LSTM with convolutions (Shi et al. 2015); parameters as of BaseConvRNNCell."""

    _gate_names = ("_i", "_f", "_c", "_o")
    _default_prefix = "ConvLSTM_"

    @property
    def state_info(self) -> list[dict[str, Any]]:
        return super().state_info * 2

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        i2h, h2h, name = self._convolutions(inputs, states[0])
        output, state = lstm_step(self, i2h + h2h, states[1], name, self._activation, axis=self._channels)
        return output, [output, state]


class ConvGRUCell(_ConvCell):
    """GRU with convolutions; parameters as of BaseConvRNNCell."""

    _gate_names = ("_r", "_z", "_o")
    _default_prefix = "ConvGRU_"

    def __call__(self, inputs: Symbol, states: Sequence[Symbol]) -> tuple[Symbol, list[Symbol]]:
        i2h, h2h, name = self._convolutions(inputs, states[0])
        slicing = {} if self._channels == 1 else {"axis": self._channels}
        output = gru_step(self, i2h, h2h, states[0], name, self._activation, **slicing)
        return output, [output]
