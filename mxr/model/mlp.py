"""``mx.mlp``: a multi-layer perceptron defined and trained by one call, after MXNet R's function of that name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import symbol as sym
from ..base import MXNetTypeError, MXNetValueError, suggest
from ..context import Context, current_context
from .feedforward import FeedForward

__all__ = ["mlp"]

_HEADS: dict[str, Callable[..., Any]] = {
    "softmax": sym.SoftmaxOutput,
    "rmse": sym.LinearRegressionOutput,
    "logistic": sym.LogisticRegressionOutput,
}


def mlp(
    data: Any,
    label: Any = None,
    hidden_node: int | Sequence[int] = 1,
    out_node: int | None = None,
    dropout: float | None = None,
    activation: str | Sequence[str] = "tanh",
    out_activation: str = "softmax",
    ctx: Context | Sequence[Context] | None = None,
    **kwargs: Any,
) -> FeedForward:
    """Trains a perceptron and returns the fitted FeedForward.

    Parameters
    ----------
    data, label : an iterator, or arrays of examples (n, ...) and labels (n,).
    hidden_node : units of each hidden layer.
    out_node : units of the last layer; required.
    dropout : fraction dropped after the last hidden layer; None for none.
    activation : of the hidden layers, one for all or one for each.
    out_activation : 'softmax', 'rmse' or 'logistic': the loss.
    kwargs : as for ``FeedForward.create``: num_epoch, learning_rate, eval_data, eval_metric, initializer, ...
    """
    hidden = [hidden_node] if isinstance(hidden_node, int) else list(hidden_node)
    names: list[Any] = [activation] * len(hidden) if isinstance(activation, str) else list(activation)
    if out_node is None:
        raise MXNetValueError("mlp: argument out_node is missing: the number of classes or outputs")
    if len(names) != len(hidden):
        raise MXNetValueError(f"mlp: argument activation has {len(names)} entries, expected 1 or {len(hidden)}")
    if dropout is not None and not isinstance(dropout, int | float):
        raise MXNetTypeError(f"mlp: argument dropout must be one number, got {dropout!r}")
    if out_activation not in _HEADS:
        raise MXNetValueError(
            f"mlp: argument out_activation={out_activation!r} is not supported; it is one of {', '.join(_HEADS)}."
            f"{suggest(str(out_activation), _HEADS)}"
        )
    net = sym.Variable("data")
    for n, name in zip(hidden, names):
        net = sym.Activation(sym.FullyConnected(net, num_hidden=n), act_type=name)
    if dropout is not None:
        net = sym.Dropout(net, p=dropout)
    # iterators call their label softmax_label unless told otherwise, whatever the loss is
    net = _HEADS[out_activation](sym.FullyConnected(net, num_hidden=out_node), name="softmax")
    return FeedForward.create(net, data, label, ctx=ctx or current_context(), **kwargs)
