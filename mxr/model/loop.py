"""The training loop of `FeedForward`: batches, updates, metrics, callbacks."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from .. import kvstore as kvs
from .. import optimizer as opt
from ..base import MXNetNotImplementedError, MXNetTypeError, MXNetValueError
from ..executor_manager import DataParallelExecutorManager
from ..optimizer.flat import UpdateStep
from .checks import DataCheck

__all__ = ["BatchEndParam", "create_kvstore", "train"]

BatchEndParam = namedtuple("BatchEndParam", ["epoch", "nbatch", "eval_metric", "locals"])

_BIG = 1024 * 1024 * 16  # elements from which on weights are better updated on the workers


def create_kvstore(kvstore: Any, num_device: int, arg_params: dict[str, Any]) -> tuple[Any, bool]:
    """(store or None, whether the store updates the weights) from a store, a name or None."""
    if kvstore is None:
        return None, False
    if isinstance(kvstore, kvs.KVStoreBase):
        return kvstore, kvstore.is_capable(kvs.KVStoreBase.OPTIMIZER)
    if not isinstance(kvstore, str):
        raise MXNetTypeError(f"kvstore must be KVStore, str or None, got {type(kvstore).__name__}: {kvstore!r}")
    if num_device == 1 and "dist" not in kvstore:
        with contextlib.suppress(MXNetNotImplementedError):
            kvs.create(kvstore)  # raises where there is no such type
        return None, False  # one device needs no store
    store = kvs.create(kvstore)
    if kvstore == "local" and arg_params:
        largest = max(array.size for array in arg_params.values())
        return store, largest <= _BIG
    return store, True


def _each(callbacks: Any, *args: Any) -> None:
    if callbacks is None:
        return
    for callback in callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]:
        callback(*args)


class _Updates:
    """Gradients to weights, in one call per batch, by whichever of the three ways fits."""

    def __init__(
        self, manager: DataParallelExecutorManager, optimizer: Any, kvstore: Any, on_kvstore: bool, arg_params: Any
    ) -> None:
        self.manager, self.kvstore, self.on_kvstore = manager, kvstore, on_kvstore
        self.names = manager.param_names
        self.updater = None if on_kvstore else opt.get_updater(optimizer)
        if kvstore is not None:
            if on_kvstore:
                kvstore.set_optimizer(optimizer)
            for name, block in zip(self.names, manager.param_arrays):
                kvstore.init(name, arg_params[name])
                if on_kvstore:
                    kvstore.pull(name, block)
        self._steps: dict[int, list[UpdateStep]] = {}

    def __call__(self) -> None:
        manager = self.manager
        if self.kvstore is not None:
            # The stored sum of the gradients goes back into them, or changes the stored weights.
            targets = manager.param_arrays if self.on_kvstore else manager.grad_arrays
            for name, grads, out in zip(self.names, manager.grad_arrays, targets):
                self.kvstore.push(name, grads)
                self.kvstore.pull(name, out)
            if self.on_kvstore:
                return
        for step in self._steps.get(id(manager.executors[0])) or self._make_steps():
            step()

    def _make_steps(self) -> list[UpdateStep]:
        """One step per device; parameter i of device k has the index ``i * devices + k``, as in MXNet."""
        executors, names = self.manager.executors, self.names
        steps = []
        for k, executor in enumerate(executors):
            weights = [executor.arg_dict[name] for name in names]
            grads = [executor.grad_dict[name] for name in names]
            indices = [i * len(executors) + k for i in range(len(names))]
            flat = getattr(executor, "flat_params", None) if self.manager.sym_gen is None else None
            steps.append(UpdateStep(self.updater, indices, weights, grads, flat, names))
        self._steps[id(executors[0])] = steps
        return steps


def train(
    symbol: Any,
    ctx: Sequence[Any],
    arg_names: Sequence[str],
    param_names: Sequence[str],
    aux_names: Sequence[str],
    arg_params: dict[str, Any],
    aux_params: dict[str, Any],
    begin_epoch: int,
    end_epoch: int,
    epoch_size: int | None,
    optimizer: Any,
    kvstore: Any,
    update_on_kvstore: bool,
    train_data: Any,
    eval_data: Any = None,
    eval_metric: Any = None,
    epoch_end_callback: Callable | Sequence[Callable] | None = None,
    batch_end_callback: Callable | Sequence[Callable] | None = None,
    logger: Any = None,
    work_load_list: Sequence[float] | None = None,
    monitor: Any = None,
    eval_end_callback: Callable | Sequence[Callable] | None = None,
    eval_batch_end_callback: Callable | Sequence[Callable] | None = None,
    sym_gen: Any = None,
) -> None:
    """Trains; `arg_params` and `aux_params` hold the initial values and get the trained ones.

    On KeyboardInterrupt the values reached so far are put there, one warning is logged, and the function returns.
    """
    logger = logging if logger is None else logger
    check = DataCheck(symbol, train_data)
    executor_manager = DataParallelExecutorManager(
        symbol, ctx, train_data, arg_names, param_names, aux_names, work_load_list, logger, sym_gen
    )
    if monitor is not None:
        executor_manager.install_monitor(monitor)
    executor_manager.set_params(arg_params, aux_params)
    update = _Updates(executor_manager, optimizer, kvstore, update_on_kvstore, arg_params)
    updater = update.updater  # as callbacks find it among `locals`
    epoch, nbatch = begin_epoch, 0
    train_data.reset()
    try:
        for epoch in range(begin_epoch, end_epoch):
            tic = time.time()
            eval_metric.reset()
            nbatch = 0
            empty = epoch_size is None
            while True:
                do_reset, before = True, nbatch
                for data_batch in train_data:
                    if epoch == begin_epoch:
                        check.batch(data_batch)
                    executor_manager.load_data_batch(data_batch)
                    if monitor is not None:
                        monitor.tic()
                    executor_manager.forward(is_train=True)
                    executor_manager.backward()
                    update()
                    if monitor is not None:
                        monitor.toc_print()
                    executor_manager.update_metric(eval_metric, data_batch.label)
                    nbatch += 1
                    if batch_end_callback is not None:
                        _each(batch_end_callback, BatchEndParam(epoch, nbatch, eval_metric, locals()))
                    if epoch_size is not None and nbatch >= epoch_size:
                        do_reset = False
                        break
                # One empty pass is nothing: `epoch_size` may have ended the last epoch with the data's last batch.
                if nbatch == before and empty:
                    raise MXNetValueError(f"train data has no batch of {train_data.batch_size} samples")
                empty = nbatch == before
                if do_reset:
                    logger.info("Epoch[%d] Resetting Data Iterator", epoch)
                    train_data.reset()
                if epoch_size is None or nbatch >= epoch_size:
                    break
            for name, value in eval_metric.get_global_name_value():
                logger.info("Epoch[%d] Train-%s=%f", epoch, name, value)
            toc = time.time()
            logger.info("Epoch[%d] Time cost=%.3f", epoch, toc - tic)
            if epoch_end_callback or epoch + 1 == end_epoch:
                executor_manager.copy_to(arg_params, aux_params)
            _each(epoch_end_callback, epoch, symbol, arg_params, aux_params)
            if eval_data:
                eval_metric.reset()
                eval_data.reset()
                total_num_batch = 0
                for i, eval_batch in enumerate(eval_data):
                    executor_manager.load_data_batch(eval_batch)
                    executor_manager.forward(is_train=False)
                    executor_manager.update_metric(eval_metric, eval_batch.label)
                    if eval_batch_end_callback is not None:
                        _each(eval_batch_end_callback, BatchEndParam(epoch, i, eval_metric, locals()))
                    total_num_batch += 1
                if eval_end_callback is not None:
                    _each(eval_end_callback, BatchEndParam(epoch, total_num_batch, eval_metric, locals()))
                eval_data.reset()
    except KeyboardInterrupt:
        executor_manager.copy_to(arg_params, aux_params)
        logger.warning(
            "Epoch[%d] Batch[%d] Training was interrupted: the model keeps the parameters reached so far", epoch, nbatch
        )
    del updater
