"""`Module`: one symbol with its executors, parameters and optimizer."""

from __future__ import annotations

import logging
import warnings
from typing import Any

from .. import ndarray as nd
from ..base import MXNetTypeError, MXNetValueError, suggest
from ..context import Context, cpu
from ..initializer import InitDesc, Uniform
from ..initializer import create as create_initializer
from ..io import DataDesc
from ..model import load_checkpoint
from .checks import check_input_names, parse_data_desc, require
from .executor_group import DataParallelExecutorGroup
from .trained_module import TrainedModule

__all__ = ["Module"]


def _set_up_of(name: str) -> str:
    return f"{name}: the module is not bound, call bind first"


class Module(TrainedModule):
    """A symbol that can be trained and used for prediction.

    Parameters
    ----------
    symbol : the network.
    data_names, label_names : its arguments that are data and labels.
    logger : gets the log lines.
    context : a context or a list of them; each batch is cut into as many parts.
    work_load_list : share of each context; None for equal ones.
    fixed_param_names : parameters that are not trained.
    state_names : arguments that are neither data nor parameters; see `get_states`, `set_states`.
    group2ctxs : contexts by the symbol's ``ctx_group`` attributes.
    compression_params : of gradients, handed to the kvstore.
    """

    def __init__(
        self,
        symbol: Any,
        data_names: Any = ("data",),
        label_names: Any = ("softmax_label",),
        logger: Any = logging,
        context: Any = None,
        work_load_list: Any = None,
        fixed_param_names: Any = None,
        state_names: Any = None,
        group2ctxs: Any = None,
        compression_params: Any = None,
    ) -> None:
        super().__init__(logger=logger)
        self._compression_params = compression_params
        context = cpu() if context is None else context
        self._context = [context] if isinstance(context, Context) else list(context)
        for one in self._context:
            if not isinstance(one, Context):
                raise MXNetTypeError(f"Module: context must be a Context or a list of them, got {one!r}")
        self._work_load_list = [1] * len(self._context) if work_load_list is None else list(work_load_list)
        require(
            len(self._work_load_list) == len(self._context),
            f"Module: work_load_list has {len(self._work_load_list)} entries for {len(self._context)} contexts",
        )
        self._group2ctxs = group2ctxs
        self._symbol = symbol
        self._data_names = list(data_names or [])
        self._label_names = list(label_names or [])
        self._state_names = list(state_names or [])
        self._fixed_param_names = list(fixed_param_names or [])
        check_input_names(symbol, self._data_names, "data", True)
        check_input_names(symbol, self._label_names, "label", False)
        check_input_names(symbol, self._state_names, "state", True)
        check_input_names(symbol, self._fixed_param_names, "fixed_param", True)
        inputs = {*self._data_names, *self._label_names, *self._state_names}
        self._param_names = [name for name in symbol.list_arguments() if name not in inputs]
        self._aux_names = symbol.list_auxiliary_states()
        self._output_names = symbol.list_outputs()
        self._arg_params: dict[str, Any] | None = None
        self._aux_params: dict[str, Any] | None = None
        self._params_dirty = False
        self._grad_req: Any = None
        self._exec_group: Any = None
        self._data_shapes: Any = None
        self._label_shapes: Any = None

    # Files.

    @staticmethod
    def load(prefix: str, epoch: int, load_optimizer_states: bool = False, **kwargs: Any) -> Module:
        """The module that `save_checkpoint` wrote; it has parameters and waits for `bind`.

        Parameters
        ----------
        load_optimizer_states : take ``prefix-EPOCH.states`` too, when the optimizer is initialised.
        kwargs : arguments of `Module`.
        """
        symbol, arg_params, aux_params = load_checkpoint(prefix, epoch)
        module = Module(symbol=symbol, **kwargs)
        module._arg_params, module._aux_params = arg_params, aux_params
        module.params_initialized = True
        if load_optimizer_states:
            module._preload_opt_states = f"{prefix}-{epoch:04d}.states"
        return module

    def save_checkpoint(
        self, prefix: str, epoch: int, save_optimizer_states: bool = False, remove_amp_cast: bool = True
    ) -> None:
        """Writes ``prefix-symbol.json``, ``prefix-EPOCH.params`` and, if asked for, ``prefix-EPOCH.states``."""
        self._symbol.save(f"{prefix}-symbol.json", remove_amp_cast=remove_amp_cast)
        path = f"{prefix}-{epoch:04d}.params"
        self.save_params(path)
        logging.info('Saved checkpoint to "%s"', path)
        if save_optimizer_states:
            path = f"{prefix}-{epoch:04d}.states"
            self.save_optimizer_states(path)
            logging.info('Saved optimizer state to "%s"', path)

    # Names and shapes.

    @property
    def data_names(self) -> list[str]:
        return self._data_names

    @property
    def label_names(self) -> list[str]:
        """Names of the labels."""
        return self._label_names

    @property
    def output_names(self) -> list[str]:
        return self._output_names

    @property
    def data_shapes(self) -> Any:
        require(self.binded, _set_up_of("data_shapes"))
        return self._data_shapes

    @property
    def label_shapes(self) -> Any:
        require(self.binded, _set_up_of("label_shapes"))
        return self._label_shapes

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        require(self.binded, _set_up_of("output_shapes"))
        return self._exec_group.get_output_shapes()

    # Parameters.

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        require(self.params_initialized, "get_params: the module has no parameters, call init_params first")
        if self._params_dirty:
            self._sync_params_from_devices()
        assert self._arg_params is not None and self._aux_params is not None
        return self._arg_params, self._aux_params

    def _sync_params_from_devices(self) -> None:
        """Fetches the parameters to `_arg_params` and `_aux_params`."""
        self._exec_group.get_params(self._arg_params, self._aux_params)
        if self._kvstore is not None and self._update_on_kvstore:
            # The devices have only the rows of the last batches (`prepare`), the store has all.
            for name, value in (self._arg_params or {}).items():
                if value.stype == "row_sparse":
                    self._kvstore.row_sparse_pull(name, value, row_ids=nd.arange(value.shape[0], dtype="int64"))
        self._params_dirty = False

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008 - MXNet's default, and initializers have no state
        arg_params: Any = None,
        aux_params: Any = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        if self._ignore_init("init_params", force_init):
            return
        require(self.binded, "init_params: call bind before initializing the parameters")
        if isinstance(initializer, str):
            initializer = create_initializer(initializer)
        attributes = self._symbol.attr_dict()
        assert self._arg_params is not None and self._aux_params is not None
        for own, given in ((self._arg_params, arg_params), (self._aux_params, aux_params)):
            # In the order of names: so the random numbers fall as in MXNet.
            for name in sorted(own):
                if given is not None and name in given:
                    self._take(name, given[name], own[name])
                elif given is not None and not allow_missing:
                    raise MXNetValueError(f"{name} is not presented{suggest(name, given)}")
                elif initializer is not None:
                    initializer(InitDesc(name, attributes.get(name)), own[name])
        self.params_initialized = True
        self._params_dirty = False
        self._exec_group.set_params(self._arg_params, self._aux_params, allow_extra=allow_extra)

    @staticmethod
    def _take(name: str, given: Any, own: Any) -> None:
        if given is own:
            return
        if tuple(given.shape) != own.shape:
            raise MXNetValueError(f"parameter {name!r} has shape {tuple(given.shape)}, the network needs {own.shape}")
        own[:] = given

    def _ignore_init(self, what: str, force_init: bool) -> bool:
        if not self.params_initialized or force_init:
            return False
        warnings.warn(f"Parameters already initialized and force_init=False. {what} call ignored.", stacklevel=3)
        return True

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
        if self._ignore_init("set_params", force_init):
            return
        require(self.binded, _set_up_of("set_params"))
        self._exec_group.set_params(arg_params, aux_params, allow_extra=allow_extra)
        self._params_dirty = True
        self.params_initialized = True

    # Binding.

    def _reset_bind(self) -> None:
        self.binded = False
        self._exec_group = None
        self._data_shapes = None
        self._label_shapes = None

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
        if force_rebind:
            if self.binded and self._params_dirty:
                self._sync_params_from_devices()
            self._reset_bind()
        if self.binded:
            self.logger.warning("Already bound, ignoring bind()")
            return
        require(for_training or not inputs_need_grad, "bind: inputs_need_grad needs for_training=True")
        data, label = parse_data_desc(self._data_names, self._label_names, data_shapes, label_shapes)
        shared_group = None
        if shared_module is not None:
            require(
                isinstance(shared_module, Module) and shared_module.binded and shared_module.params_initialized,
                "bind: shared_module must be a Module that is bound and has parameters",
            )
            shared_group = shared_module._exec_group
            require(len(shared_group.execs) >= len(self._context), "bind: shared_module is bound on fewer contexts")
        self._exec_group = DataParallelExecutorGroup(
            self._symbol,
            self._context,
            self._work_load_list,
            data,
            label,
            self._param_names,
            for_training,
            inputs_need_grad,
            shared_group,
            logger=self.logger,
            fixed_param_names=self._fixed_param_names,
            grad_req=grad_req,
            state_names=self._state_names,
            group2ctxs=self._group2ctxs,
        )
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        self._grad_req = grad_req
        self._data_shapes, self._label_shapes = data, label
        self.binded = True
        self._updates = None
        if shared_module is not None:
            self.params_initialized = True
            self._arg_params, self._aux_params = shared_module._arg_params, shared_module._aux_params
            self._own_values()
        elif self.params_initialized:
            self._exec_group.set_params(self._arg_params, self._aux_params)
        else:
            require(self._arg_params is None and self._aux_params is None, "bind: parameters without values")
            self._arg_params, self._aux_params = {}, {}
            self._own_values()
        if shared_module is not None and shared_module.optimizer_initialized:
            self.borrow_optimizer(shared_module)

    def _own_values(self) -> None:
        """Arrays on the CPU for parameters that have none yet."""
        group = self._exec_group
        assert self._arg_params is not None and self._aux_params is not None
        for names, blocks, values in (
            (self._param_names, group.param_arrays, self._arg_params),
            (self._aux_names, group.aux_arrays, self._aux_params),
        ):
            for name, block in zip(names, blocks):
                if name not in values:
                    values[name] = nd.zeros(block[0].shape, dtype=block[0].dtype, stype=block[0].stype)

    def reshape(self, data_shapes: Any, label_shapes: Any = None) -> None:
        """Goes on with other input shapes, on the same parameters."""
        require(self.binded, _set_up_of("reshape"))
        data, label = parse_data_desc(self._data_names, self._label_names, data_shapes, label_shapes)
        self._exec_group.reshape(data, label)
        self._data_shapes, self._label_shapes = data, label

    # Computation.

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        self._require_ready("forward")
        self._fit_shapes(data_batch)
        self._exec_group.forward(data_batch, is_train)

    def _fit_shapes(self, data_batch: Any) -> None:
        """Reshapes where a batch has other shapes than the last one."""
        if isinstance(data_batch, list):
            require(len(data_batch) > 0, "forward: an empty list of batches")
            first = data_batch[0]
            for other in data_batch[1:]:
                require(
                    [x.shape for x in other.data] == [x.shape for x in first.data],
                    "forward: all data batches in a list need to have the same shape",
                )
            shapes = [(x.shape[0] * len(data_batch), *x.shape[1:]) for x in first.data]
            labels = [(x.shape[0] * len(data_batch), *x.shape[1:]) for x in first.label or []]
        else:
            first = data_batch
            shapes = [x.shape for x in first.data]
            labels = [x.shape for x in first.label or []]
        if shapes == [tuple(desc.shape) for desc in self._data_shapes]:
            return
        if getattr(first, "provide_data", None) and not isinstance(data_batch, list):
            data_descs: Any = first.provide_data
        else:
            if len(shapes) != len(self._data_shapes):
                raise MXNetValueError(f"a batch brings {len(shapes)} data arrays for {self._data_names}")
            data_descs = [_with_shape(desc, shape) for desc, shape in zip(self._data_shapes, shapes)]
        if getattr(first, "provide_label", None) and not isinstance(data_batch, list):
            label_descs: Any = first.provide_label
        elif labels and self._label_shapes:
            label_descs = [_with_shape(desc, shape) for desc, shape in zip(self._label_shapes, labels)]
        elif self._label_shapes:
            # A batch for prediction: its labels follow from its data.
            label_descs = self._labels_for(data_descs)
        else:
            label_descs = None
        self.reshape(data_descs, label_descs)

    def _labels_for(self, data_descs: Any) -> list[DataDesc]:
        shapes, _, _ = self._symbol.infer_shape(**{desc[0]: tuple(desc[1]) for desc in data_descs})
        found = dict(zip(self._symbol.list_arguments(), shapes or []))
        return [_with_shape(desc, found.get(desc.name, desc.shape)) for desc in self._label_shapes]

    def backward(self, out_grads: Any = None) -> None:
        self._require_ready("backward")
        self._exec_group.backward(out_grads=out_grads)

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        self._require_ready("get_outputs")
        return self._exec_group.get_outputs(merge_multi_context=merge_multi_context)

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        self._require_ready("get_input_grads")
        require(self.inputs_need_grad, "get_input_grads: re-bind with inputs_need_grad=True")
        return self._exec_group.get_input_grads(merge_multi_context=merge_multi_context)

    def get_states(self, merge_multi_context: bool = True) -> list[Any]:
        self._require_ready("get_states")
        return self._exec_group.get_states(merge_multi_context=merge_multi_context)

    def set_states(self, states: Any = None, value: Any = None) -> None:
        self._require_ready("set_states")
        self._exec_group.set_states(states, value)

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        self._exec_group.update_metric(eval_metric, labels, pre_sliced)

    def install_monitor(self, mon: Any) -> None:
        require(self.binded, _set_up_of("install_monitor"))
        self._exec_group.install_monitor(mon)

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        require(self.binded, _set_up_of("prepare"))
        if sparse_row_id_fn is None:
            return
        if self._kvstore is None or not self._update_on_kvstore:
            warnings.warn("Parameters are not updated in the KVStore. No need to call sparse_row_id_fn.", stacklevel=2)
            return
        row_ids = sparse_row_id_fn(data_batch)
        require(isinstance(row_ids, dict), "prepare: sparse_row_id_fn must give a dict of parameter name to row ids")
        for name, ids in row_ids.items():
            block = self._exec_group.param_arrays[self._param_names.index(name)]
            self._kvstore.row_sparse_pull(name, block, row_ids=ids)


def _with_shape(desc: DataDesc, shape: Any) -> DataDesc:
    return DataDesc(desc.name, tuple(shape), desc.dtype, desc.layout)
