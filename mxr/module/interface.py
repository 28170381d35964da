"""The interface of modules: what each of them can do, and how far it is."""

from __future__ import annotations

import logging
from typing import Any

from .. import ndarray as nd
from ..base import MXNetValueError
from ..context import cpu
from ..initializer import Uniform
from .checks import require

__all__ = ["ModuleInterface"]


class ModuleInterface:
    """Base of modules: the computation interface of a network.

    A module is bound (`bind`), gets parameters (`init_params`) and an optimizer (`init_optimizer`), and then runs
    `forward`, `backward`, `update`. `fit` does all of it. Subclasses implement the parts.

    Attributes
    ----------
    binded, params_initialized, optimizer_initialized : how far it is.
    for_training, inputs_need_grad : how it was bound.
    """

    def __init__(self, logger: Any = logging) -> None:
        self.logger = logger
        self.binded = False
        self.for_training = False
        self.inputs_need_grad = False
        self.params_initialized = False
        self.optimizer_initialized = False
        self._symbol: Any = None
        self._total_exec_bytes = 0

    # Symbol and shapes.

    @property
    def symbol(self) -> Any:
        """The network; None for modules that have none."""
        return self._symbol

    @property
    def data_names(self) -> list[str]:
        """Names of the data inputs."""
        raise NotImplementedError

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs."""
        raise NotImplementedError

    @property
    def data_shapes(self) -> Any:
        """Descriptions of the data inputs."""
        raise NotImplementedError

    @property
    def label_shapes(self) -> Any:
        """Descriptions of the label inputs; None where there are none."""
        raise NotImplementedError

    @property
    def output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """(name, shape) of the outputs."""
        raise NotImplementedError

    # Parameters.

    def get_params(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """(arg_params, aux_params) with the current values, on the CPU."""
        raise NotImplementedError

    def init_params(
        self,
        initializer: Any = Uniform(0.01),  # noqa: B008
        arg_params: Any = None,
        aux_params: Any = None,
        allow_missing: bool = False,
        force_init: bool = False,
        allow_extra: bool = False,
    ) -> None:
        """First values of all parameters, in the order of their names.

        Parameters
        ----------
        initializer : for those that `arg_params` and `aux_params` lack.
        arg_params, aux_params : dicts of values to take.
        allow_missing : with `arg_params` or `aux_params`: parameters they lack are initialised, not an error.
        force_init : also when there are values already.
        allow_extra : names that the network does not know are left out, not an error.
        """
        raise NotImplementedError

    def set_params(
        self,
        arg_params: Any,
        aux_params: Any,
        allow_missing: bool = False,
        force_init: bool = True,
        allow_extra: bool = False,
    ) -> None:
        """Takes values; see `init_params`."""
        self.init_params(
            initializer=None,
            arg_params=arg_params,
            aux_params=aux_params,
            allow_missing=allow_missing,
            force_init=force_init,
            allow_extra=allow_extra,
        )

    def save_params(self, fname: str) -> None:
        """Writes all parameters to a file, as ``arg:NAME`` and ``aux:NAME``."""
        arg_params, aux_params = self.get_params()
        values = {f"arg:{name}": array.as_in_context(cpu()) for name, array in arg_params.items()}
        values.update((f"aux:{name}", array.as_in_context(cpu())) for name, array in aux_params.items())
        nd.save(fname, values)

    def load_params(self, fname: str) -> None:
        """Takes the values of a file that `save_params` or `save_checkpoint` wrote."""
        arg_params, aux_params = {}, {}
        for full, array in nd.load(fname).items():
            kind, _, name = full.partition(":")
            if kind not in ("arg", "aux") or not name:
                raise MXNetValueError(f"Invalid param file {fname}: {full!r} is neither 'arg:NAME' nor 'aux:NAME'")
            (arg_params if kind == "arg" else aux_params)[name] = array
        self.set_params(arg_params, aux_params)

    def get_states(self, merge_multi_context: bool = True) -> list[Any]:
        """Values of the states; none here."""
        self._require_ready("get_states")
        require(not merge_multi_context, "get_states: merge_multi_context=True is not supported for get_states yet.")
        return []

    def set_states(self, states: Any = None, value: Any = None) -> None:
        """Sets the states, from arrays or to one value."""
        self._require_ready("set_states")
        require(not states and not value, "set_states: this module has no states")

    def install_monitor(self, mon: Any) -> None:
        """Lets a `Monitor` watch the executors."""
        raise NotImplementedError

    # Computation.

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        """What has to be done before a batch is computed; most modules need nothing."""
        if sparse_row_id_fn is not None:
            self.logger.warning("sparse_row_id_fn is not invoked for %s.", type(self).__name__)

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Computes the outputs; `is_train` defaults to how the module was bound."""
        raise NotImplementedError

    def backward(self, out_grads: Any = None) -> None:
        """Computes the gradients; `out_grads` for outputs that are no losses."""
        raise NotImplementedError

    def get_outputs(self, merge_multi_context: bool = True) -> list[Any]:
        """The outputs of the last `forward`; not merged: a list over devices for each."""
        raise NotImplementedError

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        """The gradients of the data of the last `backward`; needs ``bind(inputs_need_grad=True)``."""
        raise NotImplementedError

    def update(self) -> None:
        """Changes the parameters by the gradients."""
        raise NotImplementedError

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Counts the last outputs, with their labels, in a metric."""
        raise NotImplementedError

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
        """Makes executors for given shapes.

        Parameters
        ----------
        data_shapes, label_shapes : lists of DataDesc or (name, shape).
        for_training, inputs_need_grad : which gradients will be asked for.
        force_rebind : anew, although it is bound.
        shared_module : a bound module whose parameters this one uses too.
        grad_req : "write", "add", "null", or a list or dict of them by argument.
        """
        raise NotImplementedError

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        """Makes the optimizer.

        Parameters
        ----------
        kvstore : store (or name of one, or None) that joins several devices.
        optimizer : name, or `Optimizer`.
        optimizer_params : arguments of an optimizer given by name, as dict or pairs.
        force_init : also when there is one already.
        """
        raise NotImplementedError

    def _require_ready(self, what: str) -> None:
        require(self.binded, f"{what}: the module is not bound, call bind first")
        require(self.params_initialized, f"{what}: the module has no parameters, call init_params first")
