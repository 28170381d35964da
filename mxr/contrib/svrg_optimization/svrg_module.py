"""A module that is trained with variance reduced gradients."""

from __future__ import annotations

import logging
from typing import Any

from ... import ndarray as nd
from ... import optimizer as opt
from ...base import MXNetTypeError, MXNetValueError
from ...module import Module

__all__ = ["SVRGModule"]


class SVRGModule(Module):
    """`Module` whose gradients are ``g(w) - g(v) + mean of g(v) over all data``, v being weights of some epochs ago.

    A second module, `_mod_aux`, keeps v. `fit` takes them every `update_freq` epochs; where batches are trained on by
    hand, :meth:`update_full_grads` does so. As in MXNet the sum over all data begins with the last mean.

    Parameters
    ----------
    symbol, data_names, label_names, logger, context, work_load_list, fixed_param_names, state_names, group2ctxs,
    compression_params : see ``Module``.
    update_freq : number of epochs after which the full gradients are computed anew.
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
        update_freq: int | None = None,
    ) -> None:
        args = (
            symbol, data_names, label_names, logger, context, work_load_list, fixed_param_names, state_names,
            group2ctxs, compression_params,
        )  # fmt: skip
        super().__init__(*args)
        says = f"update_freq in SVRGModule must be a positive integer, the number of epochs, given {update_freq!r}"
        if not isinstance(update_freq, int):
            raise MXNetTypeError(says)
        if update_freq <= 0:
            raise MXNetValueError(says)
        self.update_freq = update_freq
        self._mod_aux = Module(*args)
        self._param_dict: list[dict[str, Any]] = []

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
        args = (data_shapes, label_shapes, for_training, inputs_need_grad, force_rebind, shared_module, grad_req)
        super().bind(*args)
        if for_training:
            self._mod_aux.bind(*args)

    def reshape(self, data_shapes: Any, label_shapes: Any = None) -> None:
        super().reshape(data_shapes, label_shapes)
        if self._mod_aux.binded:
            self._mod_aux.reshape(data_shapes, label_shapes)

    def init_optimizer(
        self,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        force_init: bool = False,
    ) -> None:
        if isinstance(optimizer, str):
            options = dict(optimizer_params)
            options.setdefault("rescale_grad", 1.0 / (self._exec_group.batch_size or 1) if self.binded else 1.0)
        else:
            options = {"rescale_grad": optimizer.rescale_grad}
        if self.binded and self.params_initialized and (force_init or not self.optimizer_initialized):
            params = self.get_params()[0]
            self._param_dict = [
                {name: nd.zeros(x.shape, ctx=ctx, dtype=x.dtype) for name, x in params.items()} for ctx in self._context
            ]
        super().init_optimizer(
            kvstore,
            "_svrgoptimizer" if isinstance(optimizer, str) else _wrapped(optimizer),
            {**options, "default_optimizer": optimizer} if isinstance(optimizer, str) else (),
            force_init,
        )
        if self._kvstore is not None:
            for name, zeros in self._param_dict[0].items():
                self._kvstore.init(f"{name}_full", zeros)

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        super().forward(data_batch, is_train)
        if self.for_training if is_train is None else is_train:
            self._mod_aux.forward(data_batch, is_train)

    def backward(self, out_grads: Any = None) -> None:
        super().backward(out_grads)
        if self._mod_aux.binded:
            self._mod_aux.backward(out_grads)

    def update(self) -> None:
        """Turns the gradients into variance reduced ones, then updates the parameters."""
        for name, grads, old in self._gradients():
            for k, (grad, special) in enumerate(zip(grads, old)):
                grad += self._param_dict[k][name] - special
        super().update()

    def _gradients(self) -> list[tuple[str, list[Any], list[Any]]]:
        """(parameter, its gradients by device, those at the weights of the second module)."""
        pairs = zip(self._exec_group.param_names, self._exec_group.grad_arrays, self._mod_aux._exec_group.grad_arrays)
        return [(name, grads, old) for name, grads, old in pairs if grads[0] is not None]

    def update_full_grads(self, train_data: Any) -> None:
        """The second module takes the weights, and their mean gradient over all of `train_data` is computed."""
        self._mod_aux.set_params(*self.get_params())
        train_data.reset()
        batches, pad = 0, 0
        for batch in train_data:
            self._mod_aux.forward(batch, is_train=True)
            self._mod_aux.backward()
            for name, _, old in self._gradients():
                for k, grad in enumerate(old):
                    self._param_dict[k][name] += grad
            batches, pad = batches + 1, batch.pad or 0
        number = batches - pad / train_data.batch_size
        for name, _, _ in self._gradients():
            means = [held[name] for held in self._param_dict]
            for mean in means:
                mean /= number
            if self._kvstore is not None:  # the devices' (and machines') mean
                self._kvstore.push(f"{name}_full", means)
                self._kvstore.pull(f"{name}_full", means)
                for mean in means:
                    mean /= len(means)

    def _start_epoch(self, epoch: int, train_data: Any) -> None:
        if epoch % self.update_freq == 0:
            self.update_full_grads(train_data)
            train_data.reset()

    def prepare(self, data_batch: Any, sparse_row_id_fn: Any = None) -> None:
        super().prepare(data_batch, sparse_row_id_fn=sparse_row_id_fn)
        self._mod_aux.prepare(data_batch, sparse_row_id_fn=sparse_row_id_fn)


def _wrapped(optimizer: Any) -> opt.Optimizer:
    return opt.create(
        "_svrgoptimizer", default_optimizer=optimizer, rescale_grad=optimizer.rescale_grad,
        param_idx2name=optimizer.idx2name,
    )  # fmt: skip
