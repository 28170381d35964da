"""Checkpoints of models with cells: files hold the weights gate by gate, so fused and single cells exchange them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from .. import symbol as sym
from ..model import load_checkpoint, save_checkpoint
from ..symbol import Symbol
from .base_cell import BaseRNNCell

__all__ = ["do_rnn_checkpoint", "load_rnn_checkpoint", "rnn_unroll", "save_rnn_checkpoint"]

Cells = BaseRNNCell | Sequence[BaseRNNCell]


def rnn_unroll(
    cell: BaseRNNCell,
    length: int,
    inputs: Symbol | Sequence[Symbol] | None = None,
    begin_state: Sequence[Symbol] | None = None,
    input_prefix: str = "",
    layout: str = "NTC",
) -> tuple[Any, list]:
    """Deprecated: use ``cell.unroll``. Without `inputs`, variables ``{input_prefix}t0_data``, ... are made."""
    warnings.warn("rnn_unroll is deprecated. Please call cell.unroll directly.", stacklevel=2)
    if inputs is None:
        inputs = [sym.Variable(f"{input_prefix}t{i}_data") for i in range(length)]
    return cell.unroll(length, inputs, begin_state=begin_state, layout=layout)


def save_rnn_checkpoint(
    cells: Cells, prefix: str, epoch: int, symbol: Any, arg_params: dict[str, Any], aux_params: dict[str, Any]
) -> None:
    """As ``mx.model.save_checkpoint``, with the weights of `cells` unpacked.

    Parameters
    ----------
    cells : the cell or cells of the model.
    prefix, epoch, symbol, arg_params, aux_params : as of ``mx.model.save_checkpoint``.
    """
    for cell in _listed(cells):
        arg_params = cell.unpack_weights(arg_params)
    save_checkpoint(prefix, epoch, symbol, arg_params, aux_params)


def load_rnn_checkpoint(cells: Cells, prefix: str, epoch: int) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """As ``mx.model.load_checkpoint``, with the weights of `cells` packed: (symbol, arg_params, aux_params)."""
    symbol, arg_params, aux_params = load_checkpoint(prefix, epoch)
    for cell in _listed(cells):
        arg_params = cell.pack_weights(arg_params)
    return symbol, arg_params, aux_params


def do_rnn_checkpoint(cells: Cells, prefix: str, period: int = 1) -> Callable[..., None]:
    """A callback for the end of an epoch that saves every `period` epochs, see :func:`save_rnn_checkpoint`."""
    period = int(max(1, period))

    def callback(
        iter_no: int, symbol: Any = None, arg: dict[str, Any] | None = None, aux: dict[str, Any] | None = None
    ) -> None:
        if (iter_no + 1) % period == 0:
            save_rnn_checkpoint(cells, prefix, iter_no + 1, symbol, arg or {}, aux or {})

    return callback


def _listed(cells: Cells) -> list[BaseRNNCell]:
    return [cells] if isinstance(cells, BaseRNNCell) else list(cells)
