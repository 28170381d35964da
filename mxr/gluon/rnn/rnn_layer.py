"""Recurrent layers on the fused operator RNN."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ... import ndarray as nd
from ... import symbol as sym
from ...base import MXNetAssertionError, MXNetValueError
from ...ops.nn.rnn_layout import GATES
from ...symbol import Symbol
from .._hybrid import HybridBlock
from .._parameter import Parameter
from ..mistakes import positive
from .cells import GRUCell, LSTMCell, RNNCell
from .containers import BidirectionalCell, HybridSequentialRNNCell
from .modifiers import DropoutCell

__all__ = ["GRU", "LSTM", "RNN"]


class _RNNLayer(HybridBlock):
    """What RNN, LSTM and GRU share."""

    _skip_states = False  # whether the call under way got no states, and so gives none

    def __init__(
        self,
        hidden_size: int,
        num_layers: int,
        layout: str,
        dropout: float,
        bidirectional: bool,
        input_size: int,
        i2h_weight_initializer: Any,
        h2h_weight_initializer: Any,
        i2h_bias_initializer: Any,
        h2h_bias_initializer: Any,
        mode: str,
        projection_size: int | None = None,
        h2r_weight_initializer: Any = None,
        state_clip_min: float | None = None,
        state_clip_max: float | None = None,
        state_clip_nan: bool = False,
        dtype: Any = "float32",
        use_sequence_length: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if layout not in ("TNC", "NTC"):
            raise MXNetAssertionError(f"Invalid layout {layout}; must be one of ['TNC' or 'NTC']")
        positive(self, "hidden_size", hidden_size)
        positive(self, "num_layers", num_layers)
        self._hidden_size, self._num_layers, self._mode, self._layout = hidden_size, num_layers, mode, layout
        self._dropout, self._dir, self._input_size = dropout, 2 if bidirectional else 1, input_size
        self._projection_size, self._dtype, self._use_sequence_length = projection_size, dtype, use_sequence_length
        self._clip = {
            "lstm_state_clip_min": state_clip_min, "lstm_state_clip_max": state_clip_max,
            "lstm_state_clip_nan": state_clip_nan,
        }  # fmt: skip
        self._initializers = {
            "i2h_weight_initializer": i2h_weight_initializer, "h2h_weight_initializer": h2h_weight_initializer,
            "i2h_bias_initializer": i2h_bias_initializer, "h2h_bias_initializer": h2h_bias_initializer,
        }  # fmt: skip
        rows, out = GATES[mode] * hidden_size, projection_size or hidden_size
        made = {
            "i2h_weight": i2h_weight_initializer, "h2h_weight": h2h_weight_initializer,
            "i2h_bias": i2h_bias_initializer, "h2h_bias": h2h_bias_initializer,
        }  # fmt: skip
        if projection_size:
            made["h2r_weight"] = h2r_weight_initializer
        for layer in range(num_layers):
            inputs = input_size if layer == 0 else out * self._dir
            shapes = {
                "i2h_weight": (rows, inputs), "h2h_weight": (rows, out), "i2h_bias": (rows,), "h2h_bias": (rows,),
                "h2r_weight": (projection_size, hidden_size),
            }  # fmt: skip
            for direction in "lr"[: self._dir]:
                for kind, init in made.items():
                    name = f"{direction}{layer}_{kind}"
                    p = self.params.get(name, shape=shapes[kind], init=init, dtype=dtype, allow_deferred_init=True)
                    setattr(self, name, p)

    def __repr__(self) -> str:
        width = self._reg_params["l0_i2h_weight"].shape[1]
        parts = [f"{width or None} -> {self._hidden_size}", self._layout]
        if self._num_layers != 1:
            parts.append(f"num_layers={self._num_layers}")
        if self._dropout != 0:
            parts.append(f"dropout={self._dropout}")
        if self._dir == 2:
            parts.append("bidirectional")
        return f"{type(self).__name__}({', '.join(parts)})"

    def cast(self, dtype: Any) -> None:
        """Changes the element type of all parameters and of the states that are made."""
        super().cast(dtype)
        self._dtype = dtype

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape, layout and dtype of each state."""
        stack = self._num_layers * self._dir
        widths = [self._projection_size or self._hidden_size]
        if self._mode == "lstm":
            widths.append(self._hidden_size)
        return [{"shape": (stack, batch_size, w), "__layout__": "LNC", "dtype": self._dtype} for w in widths]

    def begin_state(self, batch_size: int = 0, func: Callable[..., Any] = nd.zeros, **kwargs: Any) -> list[Any]:
        """The states before the first step.

        Parameters
        ----------
        batch_size : number of sequences.
        func : what makes them: ``mx.nd.zeros``, ``mx.sym.zeros``, ...
        kwargs : further arguments for `func` (ctx, dtype).
        """
        infos = [{**info, **kwargs} for info in self.state_info(batch_size)]
        return [func(name=f"{self.prefix}h0_{i}", **info) for i, info in enumerate(infos)]

    def __call__(  # type: ignore[override]
        self, inputs: Any, states: Any = None, sequence_length: Any = None, **kwargs: Any
    ) -> Any:
        """The output, or with `states` (output, new states).

        Parameters
        ----------
        inputs : (steps, n, inputs), or (n, steps, inputs) with layout 'NTC'.
        states : as :meth:`begin_state` gives them; without, zeros.
        sequence_length : (n,), the lengths of the sequences, for layers with use_sequence_length.
        """
        alone = states is None
        if alone:
            if isinstance(inputs, Symbol):
                states = self.begin_state(0, func=sym.zeros)
            else:
                self._check_axes(inputs.shape)
                batch = inputs.shape[self._layout.find("N")]
                states = self.begin_state(batch, ctx=inputs.context, dtype=inputs.dtype)
        states = list(states) if isinstance(states, list | tuple) else [states]
        if not isinstance(inputs, Symbol):
            self._check_states(inputs, states)
        if self._use_sequence_length != (sequence_length is not None):
            given = "missing" if sequence_length is None else "given"
            raise MXNetValueError(
                f"{self.name}: sequence_length is {given}, and use_sequence_length is {self._use_sequence_length}"
            )
        more = () if sequence_length is None else (sequence_length,)
        self.__dict__["_skip_states"] = alone
        return super().__call__(inputs, states, *more, **kwargs)

    def forward(self, x: Any, *args: Any) -> Any:
        """As `__call__` with states."""
        alone, self.__dict__["_skip_states"] = self._skip_states, False
        out, new = super().forward(x, *args)
        return out if alone else (out, new)

    def _check_states(self, inputs: Any, states: Sequence[Any]) -> None:
        infos = self.state_info(inputs.shape[self._layout.find("N")])
        if len(states) != len(infos):
            raise MXNetValueError(f"{self.name}: {len(states)} state(s) given, expected {len(infos)}")
        for state, info in zip(states, infos):
            if state.shape != info["shape"]:
                raise MXNetValueError(f"Invalid recurrent state shape. Expecting {info['shape']}, got {state.shape}.")

    def _check_axes(self, shape: Any) -> None:
        if len(shape) != 3:
            raise MXNetValueError(f"{self.name}: input has shape {shape}, expected 3 axes {self._layout}")

    def _deferred_infer_shape(self, args: tuple) -> None:
        self._check_axes(args[0].shape)
        # from the input alone: the operator gets the parameters as one vector
        for direction in "lr"[: self._dir]:
            p = getattr(self, f"{direction}0_i2h_weight")
            p.shape = (p.shape[0], args[0].shape[2])

    def infer_shape(self, *args: Any) -> None:
        self._deferred_infer_shape(args)

    def _ordered(self) -> Iterator[str]:
        """Names of the parameters in the order of the operator's vector."""
        for kind, groups in (("weight", ("i2h", "h2h", "h2r")), ("bias", ("i2h", "h2h"))):
            for layer in range(self._num_layers):
                for direction in "lr"[: self._dir]:
                    for group in groups:
                        if group != "h2r" or self._projection_size:
                            yield f"{direction}{layer}_{group}_{kind}"

    def _collect_params_with_prefix(self, prefix: str = "") -> dict[str, Parameter]:
        """Parameters by the names that files of MXNet have for them: ``_unfused.0.l_cell.i2h_weight``."""
        found = {}
        for name, p in self._reg_params.items():
            place, kind = name.split("_", 1)
            cell = f"{place[0]}_cell." if self._dir == 2 else ""
            found[f"{prefix + '.' if prefix else ''}_unfused.{place[1:]}.{cell}{kind}"] = p
        return found

    def _unfuse(self) -> HybridSequentialRNNCell:
        """Cells that compute the same, with this layer's parameters."""
        if self._projection_size or any(v not in (None, False) for v in self._clip.values()):
            raise MXNetValueError("_unfuse does not support projection layer yet, nor bounds of the states")
        cells = HybridSequentialRNNCell(prefix=self.prefix, params=self.params)
        width = self._reg_params["l0_i2h_weight"].shape[1]
        with cells.name_scope():
            for layer in range(self._num_layers):
                made = [self._cell(f"{d}{layer}_", width) for d in "lr"[: self._dir]]
                cells.add(made[0] if self._dir == 1 else BidirectionalCell(*made))
                if self._dropout > 0 and layer != self._num_layers - 1:
                    cells.add(DropoutCell(self._dropout))
                width = self._hidden_size * self._dir
        return cells

    def _cell(self, prefix: str, width: int) -> Any:
        made: Any = {"lstm": LSTMCell, "gru": GRUCell}.get(self._mode, RNNCell)
        more = {"activation": self._mode.removeprefix("rnn_")} if made is RNNCell else {}
        return made(self._hidden_size, input_size=width, prefix=prefix, **more, **self._initializers)

    def hybrid_forward(  # type: ignore[override]
        self, F: Any, inputs: Any, states: Any, sequence_length: Any = None, **kwargs: Any
    ) -> Any:
        turned = self._layout == "NTC"
        if turned:
            inputs = F.swapaxes(inputs, dim1=0, dim2=1)
        parts = [kwargs[n] for n in self._ordered()]
        if F is nd:  # biases are vectors already
            parts = [x if x.ndim == 1 else x.reshape(-1) for x in parts]
        else:
            parts = [F.reshape(x, shape=-1) for x in parts]
        vector = F._internal._rnn_param_concat(*parts, dim=0)
        more = {} if sequence_length is None else {"sequence_length": sequence_length}
        out = F.RNN(
            inputs, vector, *states, **more, use_sequence_length=self._use_sequence_length,
            state_size=self._hidden_size, projection_size=self._projection_size, num_layers=self._num_layers,
            bidirectional=self._dir == 2, p=self._dropout, state_outputs=True, mode=self._mode, **self._clip,
        )  # fmt: skip
        out, new = out[0], [out[i] for i in range(1, 1 + len(states))]
        return (F.swapaxes(out, dim1=0, dim2=1) if turned else out), new


class RNN(_RNNLayer):
    """Layers of simple recurrent cells, ``h' = act(W x + b + R h + c)`` (Elman 1990), over whole sequences.

    Parameters
    ----------
    hidden_size : number of hidden nodes.
    num_layers : number of layers.
    activation : 'relu' or 'tanh'.
    layout : 'TNC' or 'NTC', of input and output.
    dropout : fraction dropped between layers in training.
    bidirectional : whether a second network runs from the end to the beginning.
    i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer : initializers.
    input_size : number of inputs; 0 finds out at the first call.
    dtype : dtype of the parameters.
    use_sequence_length : whether calls give the lengths of the sequences.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        activation: str = "relu",
        layout: str = "TNC",
        dropout: float = 0,
        bidirectional: bool = False,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        input_size: int = 0,
        dtype: Any = "float32",
        **kwargs: Any,
    ) -> None:
        if activation not in ("relu", "tanh"):
            raise MXNetValueError(f"RNN: activation={activation!r}, expected 'relu' or 'tanh'")
        super().__init__(
            hidden_size, num_layers, layout, dropout, bidirectional, input_size, i2h_weight_initializer,
            h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer, f"rnn_{activation}", None, None,
            None, None, False, dtype, **kwargs,
        )  # fmt: skip


class LSTM(_RNNLayer):
    """Layers of long short-term memory (Hochreiter and Schmidhuber 1997) over whole sequences.

    Parameters are those of :class:`RNN`, and

    Parameters
    ----------
    projection_size : size that the outputs are projected to (Sak et al. 2014).
    h2r_weight_initializer : initializer of the projection.
    state_clip_min, state_clip_max, state_clip_nan : bounds of the cells, and whether they let nan through.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        layout: str = "TNC",
        dropout: float = 0,
        bidirectional: bool = False,
        input_size: int = 0,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        projection_size: int | None = None,
        h2r_weight_initializer: Any = None,
        state_clip_min: float | None = None,
        state_clip_max: float | None = None,
        state_clip_nan: bool = False,
        dtype: Any = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            hidden_size, num_layers, layout, dropout, bidirectional, input_size, i2h_weight_initializer,
            h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer, "lstm", projection_size,
            h2r_weight_initializer, state_clip_min, state_clip_max, state_clip_nan, dtype, **kwargs,
        )  # fmt: skip


class GRU(_RNNLayer):
    """Layers of gated recurrent units (Cho et al. 2014; cuDNN's form) over whole sequences.

    Parameters are those of :class:`RNN` without `activation`.
    """

    def __init__(
        self,
        hidden_size: int,
        num_layers: int = 1,
        layout: str = "TNC",
        dropout: float = 0,
        bidirectional: bool = False,
        input_size: int = 0,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        dtype: Any = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            hidden_size, num_layers, layout, dropout, bidirectional, input_size, i2h_weight_initializer,
            h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer, "gru", None, None, None, None, False,
            dtype, **kwargs,
        )  # fmt: skip
