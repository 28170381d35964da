"""The steps between gradients and weights, as functions that training loops of old import from ``mx.model``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .loop import create_kvstore as _create_kvstore

__all__ = ["_create_kvstore", "_initialize_kvstore", "_update_params", "_update_params_on_kvstore"]


def _initialize_kvstore(
    kvstore: Any, param_arrays: Sequence[Any], arg_params: dict[str, Any], param_names: Sequence[str],
    update_on_kvstore: bool,
) -> None:  # fmt: skip
    """Puts the parameters into a store; with `update_on_kvstore` the devices get the store's values."""
    for name, block in zip(param_names, param_arrays):
        kvstore.init(name, arg_params[name])
        if update_on_kvstore:
            kvstore.pull(name, block)


def _trained(param_arrays: Sequence[Any], grad_arrays: Sequence[Any]) -> list[tuple[int, Any, Any]]:
    pairs = enumerate(zip(param_arrays, grad_arrays))
    return [(i, weights, grads) for i, (weights, grads) in pairs if grads[0] is not None]


def _update_params_on_kvstore(
    param_arrays: Sequence[Any], grad_arrays: Sequence[Any], kvstore: Any, param_names: Sequence[str]
) -> None:
    """Gradients to the store, whose optimizer changes the weights; the weights to the devices."""
    for i, weights, grads in _trained(param_arrays, grad_arrays):
        kvstore.push(param_names[i], grads)
        kvstore.pull(param_names[i], weights)


def _update_params(
    param_arrays: Sequence[Any], grad_arrays: Sequence[Any], updater: Any, num_device: int, kvstore: Any = None,
    param_names: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """Updates the weights of every device, by gradients summed over the devices where there is a store.

    Parameter i of device k has the index ``i * num_device + k``.
    """
    for i, weights, grads in _trained(param_arrays, grad_arrays):
        if kvstore is not None:
            name = i if param_names is None else param_names[i]
            kvstore.push(name, grads)
            kvstore.pull(name, grads)
        for k, (weight, grad) in enumerate(zip(weights, grads)):
            updater(i * num_device + k, grad, weight)
