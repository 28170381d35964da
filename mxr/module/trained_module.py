"""What `Module` does with an optimizer: making it, updating, its files; and a look at the training data."""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path
from typing import Any

from .. import optimizer as opt
from ..base import MXNetTypeError, MXNetValueError
from ..model.checks import DataCheck
from ..model.loop import create_kvstore
from .base_module import BaseModule
from .checks import require
from .updates import Updates

__all__ = ["TrainedModule"]


class TrainedModule(BaseModule):
    """Base of `Module`: its optimizer."""

    _symbol: Any
    _context: list[Any]
    _param_names: list[str]
    _arg_params: dict[str, Any] | None
    _exec_group: Any
    _params_dirty: bool

    def __init__(self, logger: Any = logging) -> None:
        super().__init__(logger=logger)
        self._compression_params: Any = None
        self._optimizer: Any = None
        self._kvstore: Any = None
        self._update_on_kvstore: Any = None
        self._updater: Any = None
        self._updates: Updates | None = None
        self._lender: Any = None  # whose optimizer this is
        self._preload_opt_states: str | None = None

    def _sync_params_from_devices(self) -> None:
        raise NotImplementedError

    def save_optimizer_states(self, fname: str) -> None:
        """Writes the optimizer's states to a file."""
        require(self.optimizer_initialized, "save_optimizer_states: call init_optimizer first")
        if self._update_on_kvstore:
            self._kvstore.save_optimizer_states(fname)
        else:
            Path(fname).write_bytes(self._updater.get_states())

    def load_optimizer_states(self, fname: str) -> None:
        """Takes states that `save_optimizer_states` wrote, here or in MXNet."""
        require(self.optimizer_initialized, "load_optimizer_states: call init_optimizer first")
        if self._update_on_kvstore:
            self._kvstore.load_optimizer_states(fname)
        else:
            self._updater.set_states(Path(fname).read_bytes())

    # Optimizer.

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        require(self.binded and self.params_initialized, "init_optimizer: call bind and init_params first")
        if self.optimizer_initialized and not force_init:
            self.logger.warning("optimizer already initialized, ignoring...")
            return
        if self._params_dirty:
            self._sync_params_from_devices()
        store, on_kvstore = create_kvstore(kvstore, len(self._context), self._arg_params or {})
        if store is not None and os.environ.get("MXNET_UPDATE_ON_KVSTORE", "1") == "0":
            on_kvstore = False
        batch_size = self._exec_group.batch_size or 1
        if store is not None and "dist" in store.type and "_sync" in store.type:
            batch_size *= store.num_workers
        rescale_grad = 1.0 / batch_size
        devices = 1 if on_kvstore else len(self._context)
        names = {i * devices + k: name for i, name in enumerate(self._param_names) for k in range(devices)}
        if isinstance(optimizer, str):
            options = dict(optimizer_params)
            options.setdefault("rescale_grad", rescale_grad)
            optimizer = opt.create(optimizer, sym=self.symbol, param_idx2name=names, **options)
        elif isinstance(optimizer, opt.Optimizer):
            if optimizer.rescale_grad != rescale_grad:
                warnings.warn(
                    "Optimizer created manually outside Module but rescale_grad is not normalized to "
                    f"1.0/batch_size/num_workers ({optimizer.rescale_grad} vs. {rescale_grad}). Is this intended?",
                    stacklevel=2,
                )
            if not optimizer.idx2name:
                optimizer.idx2name = names.copy()
        else:
            raise MXNetTypeError(f"optimizer must be a name or an Optimizer, got {type(optimizer).__name__}")
        self._optimizer, self._kvstore, self._update_on_kvstore = optimizer, store, on_kvstore
        self._updater = None if on_kvstore else opt.get_updater(optimizer)
        self._updates = None
        if store is not None:
            if self._compression_params:
                store.set_gradient_compression(self._compression_params)
            if on_kvstore:
                store.set_optimizer(optimizer)
            assert self._arg_params is not None
            for name, block in zip(self._param_names, self._exec_group.param_arrays):
                store.init(name, self._arg_params[name])
                if on_kvstore:
                    store.pull(name, block)
        self.optimizer_initialized = True
        if self._preload_opt_states is not None:
            self.load_optimizer_states(self._preload_opt_states)
            self._preload_opt_states = None

    def borrow_optimizer(self, shared_module: Any) -> None:
        """Uses the optimizer (with its states) of another module."""
        require(shared_module.optimizer_initialized, "borrow_optimizer: the other module has no optimizer")
        self._optimizer = shared_module._optimizer
        self._kvstore = shared_module._kvstore
        self._update_on_kvstore = shared_module._update_on_kvstore
        self._updater = shared_module._updater
        self._updates = None
        self._lender = shared_module
        self.optimizer_initialized = True

    def update(self) -> None:
        self._require_ready("update")
        require(self.optimizer_initialized, "update: the module has no optimizer, call init_optimizer first")
        require(self.for_training, "update: re-bind with for_training=True to train")
        self._params_dirty = True
        if self._updates is None:
            self._updates = self._make_updates()
        self._updates()

    def _make_updates(self) -> Updates:
        lender = self._lender
        if lender is None or lender._updater is not self._updater:
            return Updates(self)
        if lender._updates is None:
            lender._updates = lender._make_updates()
        return lender._updates if lender._updates.covers(self) else Updates(self, lender._param_names)

    def _watch_data(self, train_data: Any) -> Any:
        """Bad data train on, as in MXNet, but not without a word."""
        try:
            return _Watch(self, DataCheck(self._symbol, train_data), None)
        except MXNetValueError as error:
            return _Watch(self, None, error)


class _Watch:
    """Says once what the checks of the training data found."""

    def __init__(self, module: TrainedModule, check: DataCheck | None, error: Exception | None) -> None:
        self._module, self._check = module, check
        if error is not None:
            self._say(error)

    def _say(self, error: Exception) -> None:
        self._check = None
        self._module.logger.warning("fit: %s", error)

    def __call__(self, batch: Any) -> None:
        if self._check is not None and not isinstance(batch, list):
            try:
                self._check.batch(batch)
            except MXNetValueError as error:
                self._say(error)
