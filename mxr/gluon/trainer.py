"""``mx.gluon.Trainer``: applies an optimizer to the parameters of a block."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from math import prod
from operator import attrgetter, is_
from pathlib import Path
from typing import Any, NamedTuple

from .. import kvstore as kv
from .. import optimizer as opt
from ..base import MXNetAssertionError, MXNetError, MXNetTypeError, MXNetValueError, file_error
from ..context import Context
from ..kvstore import KVStore
from ._parameter import Parameter
from ._parameter_dict import ParameterDict

__all__ = ["KVStore", "Trainer"]

_LARGEST = 1 << 24  # elements of an array that a store in main memory updates unasked

_fresh = attrgetter("_grad_leaf.fresh")
_data, _grad = attrgetter("_data"), attrgetter("_grad")


class _Rows(NamedTuple):
    """The parameters with a gradient on one device."""

    numbers: list[int]
    grads: list[Any]
    weights: list[Any]


class Trainer:
    """Updates parameters with their gradients: ``trainer.step(batch_size)`` after each backward.

    Parameters
    ----------
    params : ParameterDict (``net.collect_params()``), dict or list of Parameters.
    optimizer : a name ('sgd', 'adam', ...) or an Optimizer.
    optimizer_params : arguments of the optimizer, such as ``{'learning_rate': 0.1}``.
    kvstore : 'local', 'device', a KVStore or None: how gradients of several devices are added up.
    compression_params : such as ``{'type': '2bit', 'threshold': 0.5}``, for stores of type 'device'; several devices.
    update_on_kvstore : whether the store updates the weights; None: where there are several devices.
    """

    def __init__(
        self,
        params: Any,
        optimizer: Any,
        optimizer_params: Mapping[str, Any] | None = None,
        kvstore: Any = "device",
        compression_params: Mapping[str, Any] | None = None,
        update_on_kvstore: bool | None = None,
    ) -> None:
        if isinstance(params, dict | ParameterDict):
            params = [params[name] for name in sorted(params.keys())]
        if not isinstance(params, list | tuple):
            raise MXNetValueError(
                f"First argument must be a list or dict of Parameters, got {type(params)}: {params!r}."
            )
        self._params: list[Parameter] = []
        self._numbers: dict[int, int] = {}
        for i, p in enumerate(params):
            if not isinstance(p, Parameter):
                raise MXNetValueError(
                    f"First argument must be a list or dict of Parameters, got list of {type(p)}: {p!r}."
                )
            if p._trainer is not None and p._trainer is not self and p._trainer._update_on_kvstore:
                raise MXNetError(
                    f"Parameter '{p.name}' is managed by another Trainer that updates on its kvstore; "
                    "create that one with update_on_kvstore=False"
                )
            self._numbers[id(p)] = i
            self._params.append(p)
        self._compression_params = compression_params
        if not isinstance(optimizer_params, Mapping | None):
            raise MXNetTypeError(
                "optimizer_params must be a dict such as {'learning_rate': 0.1}, got "
                f"{type(optimizer_params).__name__}: {optimizer_params!r}"
            )
        given = dict(optimizer_params or {})
        by_number = dict(enumerate(self._params))
        if isinstance(optimizer, opt.Optimizer):
            if given:
                raise MXNetAssertionError(
                    "optimizer_params must be None if optimizer is an instance of Optimizer instead of str"
                )
            self._optimizer = optimizer
            self._optimizer.param_dict = by_number
        else:
            self._optimizer = opt.create(optimizer, param_dict=by_number, **given)
        self._scale = self._optimizer.rescale_grad
        self._kv_config = kvstore
        self._wanted_on_kvstore = update_on_kvstore
        self._contexts: list[Context] = []
        self._updaters: list[Any] = []
        self._held: list[Any] = []  # lists of arrays that `_devices` was made from
        self._devices: list[_Rows] = []
        self._repeated = False  # whether a parameter is listed twice
        self._reset_kvstore()
        for p in self._params:
            p._trainer = self

    # ---- the key-value store
    def _reset_kvstore(self) -> None:
        """Starts over with a fresh store at the next step."""
        self._kv_initialized = False
        self._kvstore: Any = None
        self._update_on_kvstore: bool | None = None
        self._to_init = list(self._params)

    def _check_contexts(self) -> list[Context]:
        contexts: list[Context] | None = None
        for p in self._params:
            own = p.list_ctx()
            if contexts is not None and contexts != own:
                raise MXNetAssertionError(
                    "All Parameters must be initialized on the same set of contexts, but Parameter "
                    f"{p.name} is initialized on {own} while previous Parameters are initialized on {contexts}."
                )
            contexts = own
        return contexts or []

    def _init_kvstore(self) -> None:
        self._contexts = self._check_contexts()
        for p in self._params:
            p._get(p._data, self._contexts[0])  # raises where it waits for its shape
        store: Any = self._kv_config
        sparse = any(p._stype != "default" for p in self._params)
        if isinstance(store, str):
            store = kv.create(store) if len(self._contexts) > 1 or sparse or "dist" in store else None
        elif store is not None and not isinstance(store, kv.KVStoreBase):
            raise MXNetTypeError("kvstore must be KVStore, str or None")
        on_store = self._wanted_on_kvstore
        if store is None:
            if on_store:
                raise MXNetValueError("Cannot set update_on_kvstore=True when there is no kvstore: there is one device")
        else:
            if sparse and on_store is False:
                raise MXNetValueError("Cannot set update_on_kvstore=False when sparse weights are present.")
            if on_store is None:
                on_store = sparse or self._prefers_store(store)
            if self._compression_params:
                store.set_gradient_compression(self._compression_params)
        self._kvstore, self._update_on_kvstore = store, on_store if store is not None else None
        if on_store:
            store.set_optimizer(self._optimizer)
        if len(self._updaters) != len(self._contexts):
            self._updaters = [opt.get_updater(self._optimizer) for _ in self._contexts]
            self._held = []
        self._kv_initialized = True

    def _prefers_store(self, store: Any) -> bool:
        """Whether the store updates where nobody said so."""
        if any(p._grad_stype != "default" for p in self._params):
            return "dist" in store.type
        largest = max((prod(p.shape) for p in self._params), default=0)
        too_large = self._kv_config == "local" and largest > _LARGEST
        return not too_large and os.environ.get("MXNET_UPDATE_ON_KVSTORE", "1") != "0"

    def _init_params(self) -> None:
        """Puts the parameters that became known into the store."""
        waiting = []
        for p in self._to_init:
            if p._deferred_init:
                waiting.append(p)
            elif self._kvstore is not None:
                number, arrays = self._numbers[id(p)], list(p._data or p.list_data())
                self._kvstore.init(number, arrays[0])
                if p.grad_req != "null":
                    self._kvstore.pull(number, arrays, ignore_sparse=False)
        self._to_init = waiting

    def _ready(self) -> None:
        if not self._kv_initialized:
            self._init_kvstore()
        if self._to_init:
            self._init_params()

    # ---- rates
    @property
    def optimizer(self) -> Any:
        if isinstance(self._optimizer, opt.Optimizer):
            return self._optimizer
        raise UserWarning("Optimizer has not been initialized yet")

    @property
    def learning_rate(self) -> float:
        """The current rate."""
        if not isinstance(self._optimizer, opt.Optimizer):
            raise UserWarning("Optimizer has to be defined before its learning rate can be accessed.")
        return self._optimizer.learning_rate

    def set_learning_rate(self, lr: float) -> None:
        """Sets the rate; an error where a schedule rules it."""
        if not isinstance(self._optimizer, opt.Optimizer):
            raise UserWarning("Optimizer has to be defined before its learning rate is mutated.")
        self._optimizer.set_learning_rate(lr)

    # ---- steps
    def step(self, batch_size: int, ignore_stale_grad: bool = False) -> None:
        """One update: gradients are added up over devices, divided by `batch_size` and applied.

        Raises
        ------
        UserWarning : a gradient was not made anew by backward since the last step and `ignore_stale_grad` is not set.
        """
        self._check_and_rescale_grad(self._rescaled(batch_size))
        self._ready()
        if self._update_on_kvstore and not ignore_stale_grad:  # before the store changes anything
            for p in self._params:
                if p.grad_req != "null":
                    self._check_fresh(p)
        self._allreduce_grads()
        self._update(ignore_stale_grad)

    def _rescaled(self, batch_size: int) -> float:
        if not batch_size:
            raise MXNetValueError(f"batch_size must be a positive number, got {batch_size!r}")
        return self._scale / batch_size

    def _check_and_rescale_grad(self, scale: float) -> None:
        # a store of several processes has an optimizer of its own, all others share this one
        distributed = self._update_on_kvstore and self._kv_initialized and "dist" in self._kvstore.type
        if distributed and self._optimizer.rescale_grad != scale:
            warnings.warn(
                "Possible change in the `batch_size` from previous `step` detected. Optimizer gradient normalizing "
                "factor will not change w.r.t new batch_size when update_on_kvstore=True and when distributed kvstore "
                "is used.",
                stacklevel=3,
            )
        self._optimizer.rescale_grad = scale

    def allreduce_grads(self) -> None:
        """Adds up the gradients of all devices, for `update` after it."""
        self._ready()
        if self._update_on_kvstore:
            raise MXNetAssertionError(
                "allreduce_grads() when parameters are updated on kvstore is not supported. Try setting "
                "`update_on_kvstore` to False when creating trainer."
            )
        self._allreduce_grads()

    def _allreduce_grads(self) -> None:
        if self._kvstore is None:
            return
        for i, p in enumerate(self._params):
            if p.grad_req == "null":
                continue
            grads = p.list_grad()
            self._kvstore.push(i, grads, priority=-i)
            if not self._update_on_kvstore:
                self._kvstore.pull(i, grads, priority=-i, ignore_sparse=False)

    def update(self, batch_size: int, ignore_stale_grad: bool = False) -> None:
        """Applies the gradients divided by `batch_size`, after `allreduce_grads`."""
        self._ready()
        if self._update_on_kvstore:
            raise MXNetAssertionError(
                "update() when parameters are updated on kvstore is not supported. Try setting `update_on_kvstore` to "
                "False when creating trainer."
            )
        self._check_and_rescale_grad(self._rescaled(batch_size))
        self._update(ignore_stale_grad)

    def _check_fresh(self, p: Parameter) -> None:
        stale = next((x for x in p._data or () if not x._fresh_grad), None)
        if stale is not None:
            raise UserWarning(
                f"Gradient of Parameter `{p.name}` on context {stale.context} has not been updated by backward since "
                "last `step`. This could mean a bug in your model that made it only use a subset of the Parameters "
                "(Blocks) for this iteration. If you are intentionally only using a subset, call step with "
                "ignore_stale_grad=True to suppress this warning and skip updating of Parameters with stale gradient"
            )

    def _update(self, ignore_stale_grad: bool = False) -> None:
        if self._update_on_kvstore:
            for i, p in enumerate(self._params):
                if p.grad_req != "null":
                    arrays = p.list_data() if p._data is None else list(p._data)
                    self._kvstore.pull(i, arrays, priority=-i, ignore_sparse=False)
            return
        devices = self._rows()
        if self._repeated or not all(all(map(_fresh, rows.weights)) for rows in devices):
            devices = self._fresh_ones(devices, ignore_stale_grad)
        for updater, rows in zip(self._updaters, devices):
            for x in rows.weights:
                x._grad_leaf.fresh = False
            if rows.numbers:
                updater(rows.numbers, rows.grads, rows.weights)

    def _rows(self) -> list[_Rows]:
        """What is updated on each device, in the order of the parameters."""
        held = [*map(_data, self._params), *map(_grad, self._params)]
        if len(held) != len(self._held) or not all(map(is_, held, self._held)):
            self._devices = []
            for k in range(len(self._updaters)):
                used = [(i, p) for i, p in enumerate(self._params) if p.grad_req != "null"]
                weights = [p.list_data()[k] if p._data is None else p._data[k] for _, p in used]
                self._devices.append(_Rows([i for i, _ in used], [p.list_grad()[k] for _, p in used], weights))
            self._held = held
            self._repeated = len(set(map(id, self._params))) < len(self._params)
        return self._devices

    def _fresh_ones(self, devices: list[_Rows], ignore_stale_grad: bool) -> list[_Rows]:
        """Those that backward wrote since their last update; one that is listed twice is updated once."""
        kept = [_Rows([], [], []) for _ in devices]
        for place, number in enumerate(devices[0].numbers if devices else ()):
            if not ignore_stale_grad:
                self._check_fresh(self._params[number])
            for rows, found in zip(devices, kept):
                x = rows.weights[place]
                if x._fresh_grad:
                    for column, value in zip(found, (number, rows.grads[place], x)):
                        column.append(value)
                    x._fresh_grad = False
        return kept

    # ---- states
    def save_states(self, fname: str) -> None:
        """Writes the optimizer and its states to a file."""
        self._ready()
        if self._update_on_kvstore:
            self._kvstore.save_optimizer_states(fname, dump_optimizer=True)
        else:
            Path(fname).write_bytes(self._updaters[0].get_states(dump_optimizer=True))

    def load_states(self, fname: str) -> None:
        """Reads what `save_states` wrote. Only read files from sources you trust: they are pickles."""
        self._ready()
        if self._update_on_kvstore:
            self._kvstore.load_optimizer_states(fname)
            self._optimizer = self._kvstore._updater.optimizer
        else:
            try:
                states = Path(fname).read_bytes()
            except OSError as e:
                raise file_error(e, f'Open "{fname}"') from e
            for updater in self._updaters:
                updater.set_states(states)
                updater.optimizer = self._updaters[0].optimizer
            self._optimizer = self._updaters[0].optimizer
        self._optimizer.param_dict = dict(enumerate(self._params))
