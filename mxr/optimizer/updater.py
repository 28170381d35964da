"""The updater: an optimizer together with the states of all parameters, callable by index."""

from __future__ import annotations

from typing import Any

from .. import ndarray as nd
from ..base import MXNetValueError
from . import states as files
from .base import Optimizer

__all__ = ["Updater", "get_updater"]


class Updater:
    """Applies an optimizer: ``updater(index, grad, weight)``, one parameter or lists of them.

    States are made on first use of an index and kept in `states`.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.states: dict[Any, Any] = {}
        self.states_synced: dict[Any, bool] = {}
        self.aggregate_updates = optimizer.aggregate_num > 0

    def __call__(self, index: Any, grad: Any, weight: Any) -> None:
        many = isinstance(index, (list, tuple))
        indices, grads, weights = (index, grad, weight) if many else ([index], [grad], [weight])
        if not weights:
            return
        self.optimizer._set_current_context(weights[0].context.device_id)
        known = self.states_synced
        for idx, array in zip(indices, weights):
            if not known.get(idx, False):
                self._ensure_state(idx, array)
        self.optimizer.update_multi(list(indices), weights, grads, [self.states[idx] for idx in indices])

    def _ensure_state(self, index: Any, weight: Any) -> None:
        if index not in self.states:
            self.states[index] = self.optimizer.create_state_multi_precision(index, weight)
        else:
            self.states[index] = self.sync_state_context(self.states[index], weight.context)
        self.states_synced[index] = True

    def sync_state_context(self, state: Any, context: Any) -> Any:
        """`state` with all its arrays on `context`."""
        if isinstance(state, nd.NDArray):
            return state.as_in_context(context)
        if isinstance(state, (tuple, list)):
            return type(state)(self.sync_state_context(part, context) for part in state)
        return state

    def set_states(self, states: bytes) -> None:
        """Restores what `get_states` gave, here or in MXNet."""
        try:
            loaded = files.loads(states)
        except Exception as e:  # whatever garbage makes the unpickler do
            raise MXNetValueError(f"set_states: these are no saved optimizer states ({e})") from None
        if isinstance(loaded, tuple) and len(loaded) == 2:
            self.states, self.optimizer = loaded
        else:
            self.states = loaded
        # Loaded arrays move to their weight's device on first use.
        self.states_synced = dict.fromkeys(self.states, False)

    def get_states(self, dump_optimizer: bool = False) -> bytes:
        """The states (with the optimizer itself, if asked for) as bytes that MXNet reads too."""
        return files.dumps((self.states, self.optimizer) if dump_optimizer else self.states)


def get_updater(optimizer: Optimizer) -> Updater:
    """The updater that a kvstore or a training loop calls."""
    return Updater(optimizer)
