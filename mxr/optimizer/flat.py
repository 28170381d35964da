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
        self._views: list[Any] = []
        if flat is not None and self._indices and list(flat[0]) == list(names) and self._can_be_flat():
            self._lay_out(flat)

    def _can_be_flat(self) -> bool:
        updater = self._updater
        return (
            type(updater) is Updater
            and type(updater.optimizer) in _ELEMENTWISE
            and len(set(self._indices)) == len(self._indices)
        )

    def _lay_out(self, flat: tuple[list[str], Any, Any]) -> None:
        """The flat state, and views of it as the parameters' own states."""
        _, weights, grads = flat
        state = self._updater.optimizer.create_state(_FLAT, weights)
        views, start = [], 0
        for weight in self._weights:
            size = prod(weight.shape)
            views.append(_view(state, start, size, weight.shape))
            start += -(-size // 16) * 16
        self._views = views
        self._flat = (weights, grads, state)
        if not self._adopt():
            self._flat = None

    def _adopt(self) -> bool:
        """Makes the views the parameters' states, with the values of states that there are already (loaded ones)."""
        states, synced = self._updater.states, self._updater.states_synced
        held = [states.get(index, view) for index, view in zip(self._indices, self._views)]
        if not all(map(_alike, held, self._views)):
            return False
        for index, old, view in zip(self._indices, held, self._views):
            _copy(old, view)
            states[index], synced[index] = view, True
        return True

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
        if type(optimizer) not in _ELEMENTWISE:
            return False
        states = updater.states
        if any(states.get(index) is not view for index, view in zip(self._indices, self._views)) and not self._adopt():
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


def _alike(one: Any, other: Any) -> bool:
    """Whether two states are built alike: arrays of equal shape and dtype, in equal tuples."""
    if isinstance(one, nd.NDArray) and isinstance(other, nd.NDArray):
        return one.shape == other.shape and one.dtype == other.dtype
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(_alike, one, other))
    return one is None and other is None


def _copy(source: Any, target: Any) -> None:
    if isinstance(target, nd.NDArray):
        if source is not target:
            source.copyto(target)
    elif target is not None:
        for part, into in zip(source, target):
            _copy(part, into)
