"""Modules whose computation is Python code: `PythonModule` as a base, `PythonLossModule` for losses."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from .. import ndarray as nd
from ..base import MXNetValueError
from ..initializer import Uniform
from .base_module import BaseModule
from .checks import check_names_match, require

__all__ = ["PythonLossModule", "PythonModule"]


class PythonModule(BaseModule):
    """Base of modules without parameters: subclasses write `forward`, `backward` and `_compute_output_shapes`.

    Parameters
    ----------
    data_names, label_names, output_names : names of inputs and outputs; `label_names` may be None.
    """

    def __init__(
        self, data_names: Sequence[str], label_names: Sequence[str] | None, output_names: Sequence[str],
        logger: Any = logging,
    ) -> None:  # fmt: skip
        super().__init__(logger=logger)
        self._data_names = list(data_names)
        self._label_names = None if label_names is None else list(label_names)
        self._output_names = list(output_names)
        self._data_shapes: Any = None
        self._label_shapes: Any = None
        self._output_shapes: Any = None

    @property
    def data_names(self) -> list[str]:
        return self._data_names

    @property
    def output_names(self) -> list[str]:
        return self._output_names

    @property
    def data_shapes(self) -> Any:
        return self._data_shapes

    @property
    def label_shapes(self) -> Any:
        return self._label_shapes

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        return self._output_shapes

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Nothing: there are no parameters."""
        return {}, {}

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008 - MXNet's default, and initializers have no state
        arg_params: Any = None,
        aux_params: Any = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """Nothing to do but to say that it was done."""
        self.params_initialized = True

    def update(self) -> None:
        """Nothing: there are no parameters."""

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Counts the outputs, where the module has labels."""
        if self._label_shapes is None:
            return
        if pre_sliced:
            raise MXNetValueError("update_metric: a PythonModule does not take pre_sliced labels")
        eval_metric.update_dict(
            dict(zip(self._label_names or [], labels)), dict(zip(self._output_names, self.get_outputs()))
        )

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
        require(grad_req == "write", f"bind: a Python module only supports grad_req='write', got {grad_req!r}")
        require(shared_module is None, "bind: a Python module shares nothing")
        check_names_match(self._data_names, data_shapes, "data", True)
        self.for_training, self.inputs_need_grad = for_training, inputs_need_grad
        self._data_shapes = data_shapes
        self._label_shapes = label_shapes
        if label_shapes is not None:
            require(self._label_names is not None, "bind: the module has no label names")
            check_names_match(self._label_names or [], label_shapes, "label", True)
        self._output_shapes = self._compute_output_shapes()
        self.binded = True

    def _compute_output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """(name, shape) of the outputs, from `data_shapes` and `label_shapes`."""
        raise NotImplementedError

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Nothing: there are no parameters."""
        self.optimizer_initialized = True


class PythonLossModule(PythonModule):
    """A loss: passes its data on as the output and gives their gradient.

    Parameters
    ----------
    grad_func : function of (scores, labels), NDArrays, to the gradient of the scores (NDArray or NumPy array);
        without it a subclass overrides `_backward_impl`.
    """

    def __init__(
        self,
        name: str = "pyloss",
        data_names: Sequence[str] = ("data",),
        label_names: Sequence[str] = ("softmax_label",),
        logger: Any = logging,
        grad_func: Any = None,
    ) -> None:
        super().__init__(data_names, label_names, [f"{name}_output"], logger=logger)
        self._name = name
        require(len(data_names) == 1, f"PythonLossModule takes one data name, got {list(data_names)}")
        require(len(label_names) == 1, f"PythonLossModule takes one label name, got {list(label_names)}")
        require(grad_func is None or callable(grad_func), f"grad_func must be a function, got {grad_func!r}")
        self._grad_func = grad_func
        self._scores: Any = None
        self._labels: Any = None
        self._scores_grad: Any = None

    def _compute_output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        return [(f"{self._name}_output", self._data_shapes[0][1])]

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        self._scores = data_batch.data[0]
        if self.for_training if is_train is None else is_train:
            self._labels = data_batch.label[0]

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        require(merge_multi_context, "get_outputs: a Python module has one context only")
        return [self._scores]

    def backward(self, out_grads: Any = None) -> None:
        require(out_grads is None, "For a loss module, out_grads should be None")
        require(self.for_training, "backward: re-bind with for_training=True to run backward")
        self._backward_impl()

    def _backward_impl(self) -> None:
        """Sets `_scores_grad`, the gradient of the scores."""
        if self._grad_func is None:
            raise NotImplementedError("PythonLossModule: give grad_func, or override _backward_impl")
        grad = self._grad_func(self._scores, self._labels)
        self._scores_grad = grad if isinstance(grad, nd.NDArray) else nd.array(grad)

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        require(merge_multi_context, "get_input_grads: a Python module has one context only")
        return [self._scores_grad]

    def install_monitor(self, mon: Any) -> None:
        """Not possible: there is no executor."""
        raise NotImplementedError("a Python module has no executor to monitor")
