"""`BucketingModule`: one module per bucket (such as a sequence length), all on the same parameters."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import symbol as sym_mod
from ..base import MXNetTypeError
from ..initializer import Uniform
from ..model import load_params
from .base_module import BaseModule
from .checks import check_input_names, require
from .module import Module

__all__ = ["BucketingModule"]


class BucketingModule(BaseModule):
    """Modules made by `sym_gen` for each bucket key as batches come.

    Parameters
    ----------
    sym_gen : function from a bucket key to (symbol, data_names, label_names).
    default_bucket_key : the key of the largest bucket, which owns the parameters.
    logger, context, work_load_list, fixed_param_names, state_names, group2ctxs, compression_params : see `Module`.
    """

    def __init__(
        self,
        sym_gen: Any,
        default_bucket_key: Any = None,
        logger: Any = logging,
        context: Any = None,
        work_load_list: Any = None,
        fixed_param_names: Any = None,
        state_names: Any = None,
        group2ctxs: Any = None,
        compression_params: Any = None,
    ) -> None:
        super().__init__(logger=logger)
        require(default_bucket_key is not None, "BucketingModule: default_bucket_key must be given")
        if not callable(sym_gen):
            raise MXNetTypeError(f"BucketingModule: sym_gen must be a function, got {type(sym_gen).__name__}")
        self._default_bucket_key = default_bucket_key
        self._sym_gen = sym_gen
        symbol, data_names, label_names = self._call_sym_gen(default_bucket_key)
        self._fixed_param_names = list(fixed_param_names or [])
        self._state_names = list(state_names or [])
        check_input_names(symbol, list(data_names or []), "data", True)
        check_input_names(symbol, list(label_names or []), "label", False)
        check_input_names(symbol, self._state_names, "state", True)
        check_input_names(symbol, self._fixed_param_names, "fixed_param", True)
        self._options = {
            "logger": logger,
            "context": context,
            "work_load_list": work_load_list,
            "fixed_param_names": self._fixed_param_names,
            "state_names": self._state_names,
            "group2ctxs": group2ctxs,
            "compression_params": compression_params,
        }
        self._buckets: dict[Any, Module] = {}
        self._curr_module: Any = None
        self._curr_bucket_key: Any = None
        self._params_dirty = False
        self._monitor: Any = None
        self._grad_req: Any = None
        self._loaded: tuple[Any, Any] | None = None

    def _call_sym_gen(self, *args: Any, **kwargs: Any) -> tuple[Any, Any, Any]:
        found = self._sym_gen(*args, **kwargs)
        if not isinstance(found, tuple) or len(found) != 3:
            raise MXNetTypeError(f"sym_gen must give (symbol, data_names, label_names), got {type(found).__name__}")
        return found

    def _make(self, bucket_key: Any) -> Module:
        symbol, data_names, label_names = self._call_sym_gen(bucket_key)
        return Module(symbol, data_names, label_names, **self._options)

    def _reset_bind(self) -> None:
        self.binded = False
        self._buckets = {}
        self._curr_module = None
        self._curr_bucket_key = None

    # Names and shapes: those of the current bucket.

    @property
    def data_names(self) -> list[str]:
        if self.binded:
            return self._curr_module.data_names
        return self._call_sym_gen(self._default_bucket_key)[1]

    @property
    def output_names(self) -> list[str]:
        if self.binded:
            return self._curr_module.output_names
        return self._call_sym_gen(self._default_bucket_key)[0].list_outputs()

    def _current(self, what: str) -> Module:
        require(self.binded, f"{what}: the module is not bound, call bind first")
        return self._curr_module

    @property
    def data_shapes(self) -> Any:
        return self._current("data_shapes").data_shapes

    @property
    def label_shapes(self) -> Any:
        return self._current("label_shapes").label_shapes

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        return self._current("output_shapes").output_shapes

    @property
    def symbol(self) -> Any:
        return self._current("symbol").symbol

    # Parameters.

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        require(self.params_initialized, "get_params: the module has no parameters, call init_params first")
        if self._curr_module is None:
            assert self._loaded is not None
            return self._loaded
        self._curr_module._params_dirty = self._params_dirty
        params = self._curr_module.get_params()
        self._params_dirty = False
        return params

    def set_params(
        self,
        arg_params: Any,
        aux_params: Any,
        allow_missing: bool = False,
        force_init: bool = True,
        allow_extra: bool = False,
    ) -> None:
        if not allow_missing:
            self.init_params(None, arg_params, aux_params, allow_missing, force_init, allow_extra)
            return
        if self.params_initialized and not force_init:
            warnings.warn("Parameters already initialized and force_init=False. set_params call ignored.", stacklevel=2)
            return
        self._current("set_params").set_params(arg_params, aux_params, allow_missing, force_init, allow_extra)
        # Several buckets share the parameters, so whoever has them may be out of date.
        self._params_dirty = True
        self.params_initialized = True

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008 - MXNet's default, and initializers have no state
        arg_params: Any = None,
        aux_params: Any = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        if self.params_initialized and not force_init:
            return
        module = self._current("init_params")
        module.init_params(initializer, arg_params, aux_params, allow_missing, force_init, allow_extra)
        self._params_dirty = False
        self.params_initialized = True

    def get_states(self, merge_multi_context: bool = True) -> list[Any]:
        self._require_ready("get_states")
        return self._curr_module.get_states(merge_multi_context=merge_multi_context)

    def set_states(self, states: Any = None, value: Any = None) -> None:
        self._require_ready("set_states")
        self._curr_module.set_states(states, value)

    # Binding.

    def bind(
        self,
        data_shapes: Any,
        label_shapes: Any = None,
        for_training: bool = True,
        inputs_need_grad: bool = False,
        force_rebind: bool = False,
        shared_module: Any = None,
        grad_req: Any = "write",
    ) -> None:
        require(shared_module is None, "bind: shared_module for BucketingModule is not supported")
        params = self.get_params() if self.params_initialized else None
        if force_rebind:
            self._reset_bind()
        if self.binded:
            self.logger.warning("Already bound, ignoring bind()")
            return
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        self._grad_req = grad_req
        module = self._make(self._default_bucket_key)
        module.bind(data_shapes, label_shapes, for_training, inputs_need_grad, grad_req=grad_req)
        self._curr_module, self._curr_bucket_key = module, self._default_bucket_key
        self._buckets[self._default_bucket_key] = module
        self.binded = True
        if params is not None:
            self.set_params(*params)

    def switch_bucket(self, bucket_key: Any, data_shapes: Any, label_shapes: Any = None) -> None:
        """Makes a bucket the current one; binds it for given shapes when it is new."""
        owner = self._current("switch_bucket") and self._buckets[self._default_bucket_key]
        if bucket_key not in self._buckets:
            require(self.params_initialized, "switch_bucket: call init_params before a second bucket is bound")
            module = self._make(bucket_key)
            module.bind(
                data_shapes,
                label_shapes,
                self._curr_module.for_training,
                self._curr_module.inputs_need_grad,
                shared_module=owner,
                grad_req=self._grad_req,
            )
            if self._monitor is not None:
                module.install_monitor(self._monitor)
            self._buckets[bucket_key] = module
        self._curr_module = self._buckets[bucket_key]
        self._curr_bucket_key = bucket_key

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        self._require_ready("init_optimizer")
        if self.optimizer_initialized and not force_init:
            self.logger.warning("optimizer already initialized, ignoring.")
            return
        owner = self._buckets[self._default_bucket_key]
        owner._params_dirty = owner._params_dirty or self._params_dirty
        owner.init_optimizer(kvstore, optimizer, optimizer_params, force_init=force_init)
        for module in self._buckets.values():
            if module is not owner:
                module.borrow_optimizer(owner)
        self.optimizer_initialized = True

    # Computation.

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        self._require_ready("prepare")
        before = self._curr_bucket_key
        self._switch_to(data_batch)
        self._curr_module.prepare(data_batch, sparse_row_id_fn=sparse_row_id_fn)
        # The outputs of the batch before are still to be read.
        self._curr_bucket_key, self._curr_module = before, self._buckets[before]

    def _switch_to(self, data_batch: Any) -> None:
        key = getattr(data_batch, "bucket_key", None)
        self.switch_bucket(
            self._default_bucket_key if key is None else key,
            data_batch.provide_data or self.data_shapes,
            data_batch.provide_label or (self.label_shapes if key is None else None),
        )

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        self._require_ready("forward")
        self._switch_to(data_batch)
        self._curr_module.forward(data_batch, is_train=is_train)

    def backward(self, out_grads: Any = None) -> None:
        self._require_ready("backward")
        self._curr_module.backward(out_grads=out_grads)

    def update(self) -> None:
        self._require_ready("update")
        require(self.optimizer_initialized, "update: the module has no optimizer, call init_optimizer first")
        self._params_dirty = True
        self._curr_module.update()

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        self._require_ready("get_outputs")
        return self._curr_module.get_outputs(merge_multi_context=merge_multi_context)

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        self._require_ready("get_input_grads")
        return self._curr_module.get_input_grads(merge_multi_context=merge_multi_context)

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        self._require_ready("update_metric")
        self._curr_module.update_metric(eval_metric, labels, pre_sliced)

    def install_monitor(self, mon: Any) -> None:
        require(self.binded, "install_monitor: the module is not bound, call bind first")
        self._monitor = mon
        for module in self._buckets.values():
            module.install_monitor(mon)

    # Files.

    def save_checkpoint(self, prefix: str, epoch: int, remove_amp_cast: bool = False) -> None:
        """Writes ``prefix-KEY-symbol.json`` for every bucket, ``prefix.buckets`` and ``prefix-EPOCH.params``."""
        require(len(self._buckets) > 0, "save_checkpoint: no bucket is bound")
        path = f"{prefix}-{epoch:04d}.params"
        self.save_params(path)
        for key, module in self._buckets.items():
            module.symbol.save(f"{prefix}-{key}-symbol.json", remove_amp_cast=remove_amp_cast)
        nd.save(f"{prefix}.buckets", [nd.array(np.array(list(self._buckets)), dtype=np.int32)])

    @staticmethod
    def load(
        prefix: str, epoch: int, sym_gen: Any = None, default_bucket_key: Any = None, **kwargs: Any
    ) -> BucketingModule:
        """The module that `save_checkpoint` wrote; it has parameters and waits for `bind`."""
        require(sym_gen is not None, "load: sym_gen is required for loading BucketingModule")
        require(default_bucket_key is not None, "load: default_bucket_key is required for loading BucketingModule")
        return BucketingModule._with_params(load_params(prefix, epoch), sym_gen, default_bucket_key, kwargs)

    @staticmethod
    def load_dict(
        sym_dict: Any = None,
        sym_gen: Any = None,
        default_bucket_key: Any = None,
        arg_params: Any = None,
        aux_params: Any = None,
        **kwargs: Any,
    ) -> BucketingModule:
        """A module from a dict of symbols by bucket key (checked against what `sym_gen` makes) and parameters."""
        require(sym_gen is not None, "load_dict: sym_gen is required for loading BucketingModule")
        require(default_bucket_key is not None, "load_dict: default_bucket_key is required")
        for key, symbol in (sym_dict or {}).items():
            made = sym_gen(key)[0]
            if not isinstance(symbol, sym_mod.Symbol) or made.list_arguments() != symbol.list_arguments():
                raise MXNetTypeError(f"load_dict: the symbol for bucket {key!r} is not what sym_gen makes")
        return BucketingModule._with_params((arg_params or {}, aux_params or {}), sym_gen, default_bucket_key, kwargs)

    @staticmethod
    def _with_params(params: tuple[Any, Any], sym_gen: Any, key: Any, options: dict[str, Any]) -> BucketingModule:
        module = BucketingModule(sym_gen, key, **options)
        module._loaded = params
        module.params_initialized = True
        return module
