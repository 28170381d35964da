"""One update call for all parameters of an executor that lays them out end to end."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from .. import ndarray as nd
from .adaptive import FTML, AdaDelta, AdaGrad, Adam, Ftrl, RMSProp
from .sgd import NAG, SGD, Signum, ccSGD
from .updater import Updater

__all__ = ["UpdateStep"]

# Updates that treat every element by itself, and leave zero padding alone. Exact classes: a subclass may do anything.
_ELEMENTWISE = (SGD, ccSGD, NAG, Signum, Adam, AdaGrad, RMSProp, AdaDelta, Ftrl, FTML)
_FLAT = "flat parameters"


class UpdateStep:
    """The update of a training step: ``step()`` is all that the loop calls.

    Where the executor holds its float32 parameters in one buffer (`Executor.flat_params`), the optimizer works
    element by element, and rate and decay are the same for all parameters, one operator call updates the whole
    buffer. Otherwise the updater goes through the parameters. Both give the same numbers and the same states: each
    parameter's state is a view of the flat one, so a step may go either way at any time.

    Parameters
    ----------
    updater : what holds optimizer and states.
    indices, weights, grads : the parameters with a gradient.
    flat : ``(names, weights, gradients)`` of the executor, or None.
    names : names of the parameters, in the order of `indices`.
    """

    def __init__(
        self,
        updater: Any,
        indices: Sequence[Any],
        weights: Sequence[Any],
        grads: Sequence[Any],
        flat: tuple[list[str], Any, Any] | None = None,
        names: Sequence[str] = (),
    ) -> None:
        self._updater = updater
        self._indices, self._weights, self._grads = list(indices), list(weights), list(grads)
        self._flat: tuple[Any, Any, Any] | None = None
        if flat is not None and self._indices and list(flat[0]) == list(names) and self._can_be_flat():
            self._lay_out(flat)

    def _can_be_flat(self) -> bool:
        updater = self._updater
        return (
            type(updater) is Updater
            and type(updater.optimizer) in _ELEMENTWISE
            and not any(index in updater.states for index in self._indices)
            and len(set(self._indices)) == len(self._indices)
        )

    def _lay_out(self, flat: tuple[list[str], Any, Any]) -> None:
        """The flat state, and views of it as the parameters' own states."""
        _, weights, grads = flat
        state = self._updater.optimizer.create_state(_FLAT, weights)
        start = 0
        for index, weight in zip(self._indices, self._weights):
            size = prod(weight.shape)
            self._updater.states[index] = _view(state, start, size, weight.shape)
            self._updater.states_synced[index] = True
            start += -(-size // 16) * 16
        self._flat = (weights, grads, state)

    def __call__(self) -> None:
        if self._flat is None or not self._uniform():
            self._updater(self._indices, self._grads, self._weights)
            return
        weights, grads, state = self._flat
        optimizer = self._updater.optimizer
        optimizer._set_current_context(weights.context.device_id)
        counts = optimizer._index_update_count
        # The flat buffer counts as one more parameter while it is updated.
        counts[_FLAT] = counts.get(self._indices[0], optimizer.begin_num_update)
        optimizer._update_count(self._indices)
        optimizer.update(_FLAT, weights, grads, state)
        del counts[_FLAT]

    def _uniform(self) -> bool:
        """Whether rate and decay are the plain ones for all parameters, and the states still the views."""
        updater = self._updater
        optimizer = updater.optimizer
        if type(optimizer) not in _ELEMENTWISE or not all(map(updater.states_synced.get, self._indices)):
            return False
        if optimizer.param_dict:
            return False
        for table, plain in ((optimizer.lr_mult, False), (optimizer.wd_mult, optimizer.wd == 0.0)):
            if table and not plain:
                names = optimizer.idx2name
                for index in self._indices:
                    if table.get(index, table.get(names.get(index), 1.0)) != 1.0:
                        return False
        return True


def _view(state: Any, start: int, size: int, shape: tuple[int, ...]) -> Any:
    if isinstance(state, nd.NDArray):
        return state[start : start + size].reshape(shape)
    if isinstance(state, tuple):
        return tuple(_view(part, start, size, shape) for part in state)
    return state
