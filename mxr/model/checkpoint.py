"""Saved models: ``prefix-symbol.json`` and ``prefix-0000.params``."""

from __future__ import annotations

import logging
from typing import Any

from .. import ndarray as nd
from .. import symbol as sym
from ..base import MXNetValueError
from ..context import cpu

__all__ = ["load_checkpoint", "load_params", "save_checkpoint"]


def save_checkpoint(
    prefix: str,
    epoch: int,
    symbol: Any,
    arg_params: dict[str, Any],
    aux_params: dict[str, Any],
    remove_amp_cast: bool = True,
) -> None:
    """Writes ``prefix-symbol.json`` (unless `symbol` is None) and ``prefix-EPOCH.params``.

    Parameters
    ----------
    prefix : path without the endings; its folder must exist.
    epoch : number in the file's name, at least four digits.
    arg_params, aux_params : dicts of NDArrays; stored as ``arg:NAME`` and ``aux:NAME``.
    """
    if symbol is not None:
        symbol.save(f"{prefix}-symbol.json", remove_amp_cast=remove_amp_cast)
    values = {f"arg:{name}": array.as_in_context(cpu()) for name, array in arg_params.items()}
    values.update((f"aux:{name}", array.as_in_context(cpu())) for name, array in (aux_params or {}).items())
    path = _params_path(prefix, epoch)
    nd.save(path, values)
    logging.info('Saved checkpoint to "%s"', path)


def _params_path(prefix: str, epoch: int) -> str:
    if not isinstance(epoch, (int, float)) or epoch != int(epoch) or epoch < 0:
        raise MXNetValueError(f"epoch must be a whole number from 0 on, got {epoch!r}")
    return f"{prefix}-{int(epoch):04d}.params"


def load_params(prefix: str, epoch: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arg_params, aux_params) out of ``prefix-EPOCH.params``."""
    path = _params_path(prefix, epoch)
    values = nd.load(path)
    arg_params: dict[str, Any] = {}
    aux_params: dict[str, Any] = {}
    if not values:
        logging.warning("Params file '%s' is empty", path)
        return arg_params, aux_params
    if not isinstance(values, dict):
        raise MXNetValueError(f"{path}: arrays without names, a checkpoint has names such as 'arg:fc1_weight'")
    for full, array in values.items():
        kind, _, name = full.partition(":")
        if kind not in ("arg", "aux") or not name:
            raise MXNetValueError(
                f"{path}: array {full!r} is no parameter of a checkpoint: names begin with 'arg:' or 'aux:'"
            )
        (arg_params if kind == "arg" else aux_params)[name] = array
    return arg_params, aux_params


def load_checkpoint(prefix: str, epoch: int) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """(symbol, arg_params, aux_params) of a saved model."""
    symbol = sym.load(f"{prefix}-symbol.json")
    return (symbol, *load_params(prefix, epoch))
