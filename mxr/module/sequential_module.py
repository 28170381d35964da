"""`SequentialModule`: modules in a chain, each taking the outputs of the one before."""

from __future__ import annotations

import logging
from typing import Any

from ..initializer import Uniform
from ..io import DataBatch, DataDesc
from .base_module import BaseModule
from .checks import require

__all__ = ["SequentialModule"]


class SequentialModule(BaseModule):
    """A chain of modules, filled by `add`."""

    META_TAKE_LABELS = "take_labels"
    META_AUTO_WIRING = "auto_wiring"

    def __init__(self, logger: Any = logging) -> None:
        super().__init__(logger=logger)
        self._modules: list[Any] = []
        self._metas: list[dict[str, Any]] = []
        self._label_shapes: Any = None
        self._data_shapes: Any = None

    def add(self, module: Any, **kwargs: Any) -> SequentialModule:
        """Appends a module; gives the chain, so that calls can be chained.

        Parameters
        ----------
        take_labels : this module gets the labels of the batch.
        auto_wiring : its data names are connected to the outputs before it by position.
        """
        for name in kwargs:
            require(
                name in (self.META_TAKE_LABELS, self.META_AUTO_WIRING),
                f'Unknown meta "{name}", a typo? Known are take_labels and auto_wiring',
            )
        self._modules.append(module)
        self._metas.append(kwargs)
        self.binded = self.params_initialized = self.optimizer_initialized = False
        return self

    # Names and shapes.

    @property
    def data_names(self) -> list[str]:
        return self._modules[0].data_names if self._modules else []

    @property
    def output_names(self) -> list[str]:
        return self._modules[-1].output_names if self._modules else []

    @property
    def data_shapes(self) -> Any:
        require(self.binded, "data_shapes: the module is not bound, call bind first")
        return self._modules[0].data_shapes

    @property
    def label_shapes(self) -> Any:
        require(self.binded, "label_shapes: the module is not bound, call bind first")
        return self._label_shapes

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        require(self.binded, "output_shapes: the module is not bound, call bind first")
        return self._modules[-1].output_shapes

    # Parameters.

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        self._require_ready("get_params")
        arg_params: dict[str, Any] = {}
        aux_params: dict[str, Any] = {}
        for module in self._modules:
            arg, aux = module.get_params()
            arg_params.update(arg)
            aux_params.update(aux)
        return arg_params, aux_params

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
        require(self.binded, "init_params: call bind before initializing the parameters")
        for module in self._modules:
            # Each module knows some of the names only.
            module.init_params(
                initializer=initializer,
                arg_params=arg_params,
                aux_params=aux_params,
                allow_missing=allow_missing,
                force_init=force_init,
                allow_extra=True,
            )
        self._check_names(arg_params, aux_params, allow_extra)
        self.params_initialized = True

    def _check_names(self, arg_params: Any, aux_params: Any, allow_extra: bool) -> None:
        for kind, given in ((0, arg_params), (1, aux_params)):
            owners: dict[str, int] = {}
            for i, module in enumerate(self._modules):
                for name in module.get_params()[kind]:
                    require(
                        name not in owners,
                        f'Duplicated parameter names: name "{name}" in layer {i} ({type(module)}) is already used in '
                        f"layer {owners.get(name)} ({type(self._modules[owners.get(name, 0)])}).",
                    )
                    owners[name] = i
            extra = [name for name in given or () if name not in owners]
            require(allow_extra or not extra, f"init_params: {extra[:1]} is a parameter of no module")

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
        if self.binded and not force_rebind:
            self.logger.warning("Already bound, ignoring bind()")
            return
        require(for_training or not inputs_need_grad, "bind: inputs_need_grad needs for_training=True")
        require(shared_module is None, "bind: shared_module is not supported by SequentialModule")
        require(len(self._modules) > 0, "Attempting to bind an empty SequentialModule")
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        labels_used = False
        shapes = data_shapes
        for i, (module, meta) in enumerate(zip(self._modules, self._metas)):
            takes_labels = bool(meta.get(self.META_TAKE_LABELS))
            labels_used = labels_used or takes_labels
            if meta.get(self.META_AUTO_WIRING):
                names = module.data_names
                require(
                    len(names) == len(shapes),
                    f"bind: layer {i} has the data names {names}, {len(shapes)} arrays come from before it",
                )
                shapes = [DataDesc(name, desc[1]) for name, desc in zip(names, shapes)]
            module.bind(
                data_shapes=shapes,
                label_shapes=label_shapes if takes_labels else None,
                for_training=for_training,
                inputs_need_grad=bool(for_training and (inputs_need_grad or i > 0)),
                force_rebind=force_rebind,
                shared_module=None,
                grad_req=grad_req,
            )
            shapes = module.output_shapes
        self._label_shapes = label_shapes if labels_used else None
        self.binded = True

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
        for module in self._modules:
            module.init_optimizer(kvstore, optimizer, optimizer_params, force_init=force_init)
        self.optimizer_initialized = True

    # Computation.

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        self._require_ready("forward")
        data, descs = data_batch.data, data_batch.provide_data
        for i, module in enumerate(self._modules):
            module.forward(
                DataBatch(
                    data=data,
                    label=data_batch.label,
                    pad=data_batch.pad,
                    index=data_batch.index,
                    provide_data=descs,
                    provide_label=data_batch.provide_label if self._metas[i].get(self.META_TAKE_LABELS) else None,
                ),
                is_train=is_train,
            )
            if i + 1 < len(self._modules):
                data = module.get_outputs()
                names = self._modules[i + 1].data_names
                descs = [DataDesc(name, array.shape) for name, array in zip(names, data)]

    def backward(self, out_grads: Any = None) -> None:
        self._require_ready("backward")
        for i in range(len(self._modules) - 1, -1, -1):
            self._modules[i].backward(out_grads=out_grads)
            if i:
                out_grads = self._modules[i].get_input_grads()

    def update(self) -> None:
        self._require_ready("update")
        require(self.optimizer_initialized, "update: the module has no optimizer, call init_optimizer first")
        for module in self._modules:
            module.update()

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        self._require_ready("get_outputs")
        return self._modules[-1].get_outputs(merge_multi_context=merge_multi_context)

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        self._require_ready("get_input_grads")
        require(self.inputs_need_grad, "get_input_grads: re-bind with inputs_need_grad=True")
        return self._modules[0].get_input_grads(merge_multi_context=merge_multi_context)

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        self._require_ready("update_metric")
        for meta, module in zip(self._metas, self._modules):
            if meta.get(self.META_TAKE_LABELS):
                module.update_metric(eval_metric, labels, pre_sliced)

    def install_monitor(self, mon: Any) -> None:
        require(self.binded, "install_monitor: the module is not bound, call bind first")
        for module in self._modules:
            module.install_monitor(mon)
