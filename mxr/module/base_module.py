"""`BaseModule`: what every module offers, and the loops that need nothing else (`fit`, `score`, `predict`)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import io, metric
from .. import ndarray as nd
from ..base import MXNetValueError
from ..base_names import _as_list as _as_list
from ..initializer import Uniform
from ..model import BatchEndParam
from ..model.loop import _each
from .checks import check_input_names, check_names_match, parse_data_desc, require
from .interface import ModuleInterface

__all__ = ["BaseModule"]

# Names under which scripts import them.
_check_input_names, _check_names_match, _parse_data_desc = check_input_names, check_names_match, parse_data_desc


class BaseModule(ModuleInterface):
    """Base of modules: the computation interface of a network.

    A module is bound (`bind`), gets parameters (`init_params`) and an optimizer (`init_optimizer`), and then runs
    `forward`, `backward`, `update`. `fit` does all of it. Subclasses implement the parts.
    """

    def forward_backward(self, data_batch: Any) -> None:
        """`forward` in training mode, then `backward`."""
        self.forward(data_batch, is_train=True)
        self.backward()

    def _watch_data(self, train_data: Any) -> Any:
        """A function that looks at each batch of the first epoch, or None."""
        return None

    def fit(
        self,
        train_data: Any,
        eval_data: Any = None,
        eval_metric: Any = "acc",
        epoch_end_callback: Any = None,
        batch_end_callback: Any = None,
        kvstore: Any = "local",
        optimizer: Any = "sgd",
        optimizer_params: Any = (("learning_rate", 0.01),),
        eval_end_callback: Any = None,
        eval_batch_end_callback: Any = None,
        initializer: Any = Uniform(0.01),  # noqa: B008 - MXNet's default, and initializers have no state
        arg_params: Any = None,
        aux_params: Any = None,
        allow_missing: bool = False,
        force_rebind: bool = False,
        force_init: bool = False,
        begin_epoch: int = 0,
        num_epoch: int | None = None,
        validation_metric: Any = None,
        monitor: Any = None,
        sparse_row_id_fn: Any = None,
    ) -> None:
        """Binds, initialises and trains from `begin_epoch` up to `num_epoch`.

        Parameters
        ----------
        train_data, eval_data : iterators.
        eval_metric, validation_metric : metric, name, or list of them; the second defaults to the first.
        epoch_end_callback : called with (epoch, symbol, arg_params, aux_params).
        batch_end_callback, eval_batch_end_callback, eval_end_callback : called with a `BatchEndParam`; batches count
            from 0.
        optimizer, optimizer_params, kvstore : see `init_optimizer`.
        initializer, arg_params, aux_params, allow_missing, force_init : see `init_params`.
        """
        require(num_epoch is not None, "fit: please specify number of epochs (num_epoch)")
        self.bind(
            data_shapes=train_data.provide_data,
            label_shapes=train_data.provide_label,
            for_training=True,
            force_rebind=force_rebind,
        )
        if monitor is not None:
            self.install_monitor(monitor)
        self.init_params(
            initializer=initializer,
            arg_params=arg_params,
            aux_params=aux_params,
            allow_missing=allow_missing,
            force_init=force_init,
        )
        self.init_optimizer(kvstore=kvstore, optimizer=optimizer, optimizer_params=optimizer_params)
        validation_metric = eval_metric if validation_metric is None else validation_metric
        if not isinstance(eval_metric, metric.EvalMetric):
            eval_metric = metric.create(eval_metric)
        watch = self._watch_data(train_data)
        assert num_epoch is not None
        for epoch in range(begin_epoch, num_epoch):
            tic = time.time()
            eval_metric.reset()
            self._start_epoch(epoch, train_data)
            data_iter = iter(train_data)
            data_batch = next(data_iter, None)
            if data_batch is None:
                raise MXNetValueError(f"fit: train_data has no batch in epoch {epoch}; was it reset?")
            nbatch = 0
            eval_name_vals: list[tuple[str, float]] = []
            while data_batch is not None:
                if watch is not None and epoch == begin_epoch:
                    watch(data_batch)
                if monitor is not None:
                    monitor.tic()
                self.forward_backward(data_batch)
                self.update()
                if isinstance(data_batch, list):
                    self.update_metric(eval_metric, [part.label for part in data_batch], pre_sliced=True)
                else:
                    self.update_metric(eval_metric, data_batch.label)
                # The iterator may write over its arrays, so the next batch is fetched when this one is done with.
                next_data_batch = next(data_iter, None)
                if next_data_batch is not None:
                    self.prepare(next_data_batch, sparse_row_id_fn=sparse_row_id_fn)
                if monitor is not None:
                    monitor.toc_print()
                end_of_batch = next_data_batch is None
                if end_of_batch:
                    eval_name_vals = eval_metric.get_global_name_value()
                if batch_end_callback is not None:
                    _each(batch_end_callback, BatchEndParam(epoch, nbatch, eval_metric, locals()))
                nbatch += 1
                data_batch = next_data_batch
            for name, value in eval_name_vals:
                self.logger.info("Epoch[%d] Train-%s=%f", epoch, name, value)
            self.logger.info("Epoch[%d] Time cost=%.3f", epoch, time.time() - tic)
            # All devices begin the next epoch with the same values.
            arg_params, aux_params = self.get_params()
            self.set_params(arg_params, aux_params)
            _each(epoch_end_callback, epoch, self.symbol, arg_params, aux_params)
            if eval_data:
                found = self.score(
                    eval_data,
                    validation_metric,
                    score_end_callback=eval_end_callback,
                    batch_end_callback=eval_batch_end_callback,
                    epoch=epoch,
                )
                for name, value in found:
                    self.logger.info("Epoch[%d] Validation-%s=%f", epoch, name, value)
            train_data.reset()

    def _start_epoch(self, epoch: int, train_data: Any) -> None:
        """Called by `fit` before each epoch."""

    def score(
        self,
        eval_data: Any,
        eval_metric: Any,
        num_batch: int | None = None,
        batch_end_callback: Any = None,
        score_end_callback: Any = None,
        reset: bool = True,
        epoch: int = 0,
        sparse_row_id_fn: Any = None,
    ) -> list[tuple[str, float]]:
        """[(name, value)] of a metric on the data of an iterator (on `num_batch` batches of it)."""
        self._require_ready("score")
        if reset:
            eval_data.reset()
        if not isinstance(eval_metric, metric.EvalMetric):
            eval_metric = metric.create(eval_metric)
        eval_metric.reset()
        actual_num_batch = 0
        for nbatch, eval_batch in enumerate(eval_data):
            if num_batch is not None and nbatch == num_batch:
                break
            self.prepare(eval_batch, sparse_row_id_fn=sparse_row_id_fn)
            self.forward(eval_batch, is_train=False)
            if isinstance(eval_batch, list):
                self.update_metric(eval_metric, [part.label for part in eval_batch], pre_sliced=True)
            else:
                self.update_metric(eval_metric, eval_batch.label)
            if batch_end_callback is not None:
                _each(batch_end_callback, BatchEndParam(epoch, nbatch, eval_metric, locals()))
            actual_num_batch += 1
        if score_end_callback is not None:
            _each(score_end_callback, BatchEndParam(epoch, actual_num_batch, eval_metric, locals()))
        return eval_metric.get_global_name_value()

    def _predicted(self, eval_data: Any, num_batch: int | None, reset: bool, row_ids: Any) -> Iterator[tuple]:
        """(outputs without the padding, number, batch) batch by batch."""
        self._require_ready("predict")
        if reset:
            eval_data.reset()
        for nbatch, batch in enumerate(eval_data):
            if num_batch is not None and nbatch == num_batch:
                return
            self.prepare(batch, sparse_row_id_fn=row_ids)
            self.forward(batch, is_train=False)
            pad = batch.pad or 0
            yield [out[0 : out.shape[0] - pad] for out in self.get_outputs()], nbatch, batch

    def iter_predict(
        self, eval_data: Any, num_batch: int | None = None, reset: bool = True, sparse_row_id_fn: Any = None
    ) -> Iterator[tuple[list[Any], int, Any]]:
        """Predictions batch by batch: (outputs, number of the batch, batch)."""
        return self._predicted(eval_data, num_batch, reset, sparse_row_id_fn)

    def predict(
        self,
        eval_data: Any,
        num_batch: int | None = None,
        merge_batches: bool = True,
        reset: bool = True,
        always_output_list: bool = False,
        sparse_row_id_fn: Any = None,
    ) -> Any:
        """The outputs for an iterator or an array.

        One NDArray for one output (a list of them with `always_output_list`, and for several outputs); with
        ``merge_batches=False`` a list of the lists of each batch.
        """
        self._require_ready("predict")
        if isinstance(eval_data, (nd.NDArray, np.ndarray)):
            array = nd.array(eval_data) if isinstance(eval_data, np.ndarray) else eval_data
            self.forward(io.DataBatch([array]))
            return self.get_outputs()[0]
        if not isinstance(eval_data, io.DataIter) and not hasattr(eval_data, "provide_data"):
            raise MXNetValueError(f"predict: eval_data must be of type NDArray or DataIter, got {type(eval_data)}")
        parts = [
            [out.copy() for out in outputs]
            for outputs, _, _ in self._predicted(eval_data, num_batch, reset, sparse_row_id_fn)
        ]
        if not parts or not merge_batches:
            return parts
        counts = {len(outputs) for outputs in parts}
        require(
            len(counts) == 1,
            "predict: cannot merge batches: the number of outputs differs between them. Maybe bucketing is used?",
        )
        merged = [nd.concat(*column, dim=0) if len(column) > 1 else column[0] for column in zip(*parts)]
        return merged[0] if len(merged) == 1 and not always_output_list else merged
