"""Executors of one symbol on one or several devices, each with its share of the batch (``mx.executor_manager``)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from .base import MXNetError, MXNetValueError, suggest
from .context import cpu

__all__ = ["DataParallelExecutorManager"]


def _split_input_slice(batch_size: int, work_load_list: Sequence[float]) -> list[slice]:
    """Shares of a batch in proportion to `work_load_list`.

    Raises
    ------
    MXNetError : a share is empty.
    """
    total = sum(work_load_list)
    counts = [round(load * batch_size / total) for load in work_load_list]
    if sum(counts) < batch_size:
        counts[-1] += batch_size - sum(counts)
    slices, end = [], 0
    for count in counts:
        begin, end = min(end, batch_size), min(end + count, batch_size)
        if begin >= end:
            raise MXNetValueError(
                f"Too many slices. Some splits are empty: batch size {batch_size} over {len(counts)} devices"
            )
        slices.append(slice(begin, end))
    return slices


def _check_arguments(symbol: Any) -> None:
    """Raises on two arguments, or two auxiliary states, of one name."""
    for what, names in (
        ("argument", symbol.list_arguments()),
        ("auxiliary param", symbol.list_auxiliary_states()),
    ):
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise MXNetValueError(
                    f'Find duplicated {what} name "{name}", please make the weight name non-duplicated '
                    f"(using name arguments), {what}s are {names}"
                )
            seen.add(name)


def mean_over_devices(block: Sequence[Any]) -> Any:
    """The mean, on the CPU, of the arrays that each device has of one parameter."""
    mean = block[0].as_in_context(cpu())
    for other in block[1:]:
        mean = mean + other.as_in_context(cpu())
    return mean / len(block) if len(block) > 1 else mean


class _Share:
    """One device: its executor and its slice of the batch."""

    def __init__(self, executor: Any, part: slice | None, inputs: Sequence[str], labels: Sequence[str]) -> None:
        self.executor = executor
        self.part = part
        self.inputs = [(name, executor.arg_dict[name]) for name in inputs]
        self.labels = [(name, executor.arg_dict[name]) for name in labels if name in executor.arg_dict]
        self.has_label = [name in executor.arg_dict for name in labels]

    def load(self, batch: Any) -> None:
        _feed(self.inputs, batch.data, self.part)
        if batch.label and self.labels:
            _feed(self.labels, [a for a, used in zip(batch.label, self.has_label) if used], self.part)

    def sliced(self, labels: Sequence[Any]) -> list[Any]:
        return list(labels) if self.part is None else [label[self.part.start : self.part.stop] for label in labels]


def _feed(targets: list[tuple[str, Any]], sources: Sequence[Any], part: slice | None) -> None:
    if len(sources) < len(targets):
        raise MXNetValueError(f"a batch brings {len(sources)} arrays for {[name for name, _ in targets]}")
    for (name, target), source in zip(targets, sources):
        if part is not None:
            source = source[part.start : part.stop]
        if source.shape != target.shape:
            raise MXNetValueError(f"a batch brings {name} of shape {source.shape}, bound was {target.shape}")
        source.copyto(target)


class DataParallelExecutorManager:
    """Executors of a symbol on a list of contexts; each gets its slice of every batch.

    Parameters
    ----------
    symbol : the network.
    ctx : list of contexts.
    train_data : iterator that says the shapes.
    arg_names, param_names, aux_names : names of all arguments, of the parameters (they get gradients), of the
        auxiliary states; None takes the symbol's, and as parameters what `train_data` does not provide.
    work_load_list : share of each device; None for equal ones.
    logger : gets one line at the start.
    sym_gen : function from a bucket key to a symbol; then batches bring their own keys and shapes.
    """

    def __init__(
        self,
        symbol: Any,
        ctx: Sequence[Any],
        train_data: Any,
        arg_names: Sequence[str] | None = None,
        param_names: Sequence[str] | None = None,
        aux_names: Sequence[str] | None = None,
        work_load_list: Sequence[float] | None = None,
        logger: Any = None,
        sym_gen: Any = None,
    ) -> None:
        self.ctx = list(ctx)
        (logger or logging).info("Start training with %s", str(self.ctx))
        work_load_list = [1] * len(self.ctx) if work_load_list is None else list(work_load_list)
        if len(work_load_list) != len(self.ctx):
            raise MXNetValueError(f"Invalid settings for work load: {len(work_load_list)} for {len(self.ctx)} devices")
        self.slices = _split_input_slice(train_data.batch_size, work_load_list)
        self.arg_names = list(arg_names or symbol.list_arguments())
        self.aux_names = list(aux_names or symbol.list_auxiliary_states())
        provided = [desc[0] for desc in [*train_data.provide_data, *(train_data.provide_label or [])]]
        self.param_names = list(param_names or [name for name in self.arg_names if name not in provided])
        self.symbol = symbol
        self.sym_gen = sym_gen
        self.monitor: Any = None
        self._shares = self._bind(symbol, train_data.provide_data, train_data.provide_label or [], None)
        self._first = self._shares
        self._buckets = {train_data.default_bucket_key: self._shares} if sym_gen is not None else {}

    def _bind(self, symbol: Any, data: Any, label: Any, shared: list[_Share] | None) -> list[_Share]:
        _check_arguments(symbol)
        arguments = symbol.list_arguments()
        for desc in data:
            if desc[0] not in arguments:
                raise MXNetValueError(
                    f"the iterator provides data {desc[0]!r}, which is no argument of the symbol."
                    f"{suggest(desc[0], arguments)} Arguments: {', '.join(arguments)}."
                )
        used = [desc for desc in [*data, *label] if desc[0] in arguments]
        shares = []
        for i, (ctx, part) in enumerate(zip(self.ctx, self.slices)):
            count = part.stop - part.start
            shapes = {desc[0]: (count, *desc[1][1:]) for desc in used}
            types = {desc[0]: desc.dtype for desc in used if hasattr(desc, "dtype")}
            grad_req = {name: "write" if name in self.param_names else "null" for name in arguments}
            options = {} if shared is None else {"shared_exec": shared[i].executor}
            executor = symbol.simple_bind(ctx, grad_req=grad_req, type_dict=types, **options, **shapes)
            if shared is not None:
                self._adopt(executor, shared[i].executor)
            whole = len(self.slices) == 1
            names = [desc[0] for desc in data], [desc[0] for desc in label]
            shares.append(_Share(executor, None if whole else part, *names))
        return shares

    def _adopt(self, executor: Any, owner: Any) -> None:
        """Raises unless a bucket's executor works on the parameters of the first one."""
        for name in [*self.param_names, *self.aux_names]:
            for mine, theirs in ((executor.arg_dict, owner.arg_dict), (executor.aux_dict, owner.aux_dict)):
                if name in mine and mine[name] is not theirs.get(name):
                    raise MXNetError(f"parameter {name} has another shape in this bucket: {mine[name].shape}")

    @property
    def executors(self) -> list[Any]:
        """One executor per context, of the current bucket."""
        return [share.executor for share in self._shares]

    @property
    def param_arrays(self) -> list[list[Any]]:
        """For each parameter its arrays on all devices."""
        return [[share.executor.arg_dict[name] for share in self._first] for name in self.param_names]

    @property
    def grad_arrays(self) -> list[list[Any]]:
        """For each parameter its gradients on all devices."""
        return [[share.executor.grad_dict[name] for share in self._shares] for name in self.param_names]

    @property
    def aux_arrays(self) -> list[list[Any]]:
        """For each auxiliary state its arrays on all devices."""
        return [[share.executor.aux_dict[name] for share in self._first] for name in self.aux_names]

    def install_monitor(self, monitor: Any) -> None:
        """Lets a `Monitor` watch all executors."""
        if self.sym_gen is not None:
            raise MXNetError("Monitoring is not implemented for bucketing")
        for share in self._shares:
            monitor.install(share.executor)

    def set_params(self, arg_params: dict[str, Any], aux_params: dict[str, Any]) -> None:
        """Copies parameters to all devices."""
        for share in self._shares:
            share.executor.copy_params_from(arg_params, aux_params, allow_extra_params=True)

    def copy_to(self, arg_params: dict[str, Any], aux_params: dict[str, Any]) -> None:
        """Copies the parameters, averaged over the devices, into the arrays of the given dicts."""
        for names, blocks, target in (
            (self.param_names, self.param_arrays, arg_params),
            (self.aux_names, self.aux_arrays, aux_params),
        ):
            for name, block in zip(names, blocks):
                mean = mean_over_devices(block)
                mean.astype(target[name].dtype, copy=False).copyto(target[name])

    def load_data_batch(self, data_batch: Any) -> None:
        """Copies a batch to the devices; with `sym_gen`, binds for its bucket first."""
        if self.sym_gen is not None:
            key = data_batch.bucket_key
            if key not in self._buckets:
                symbol = self.sym_gen(key)
                provided = data_batch.provide_data, data_batch.provide_label or []
                self._buckets[key] = self._bind(symbol, *provided, self._first)
            self._shares = self._buckets[key]
        for share in self._shares:
            share.load(data_batch)

    def forward(self, is_train: bool = False) -> None:
        """Runs all executors forward."""
        for share in self._shares:
            share.executor.forward(is_train=is_train)

    def backward(self) -> None:
        """Runs all executors backward."""
        for share in self._shares:
            share.executor.backward()

    def update_metric(self, metric: Any, labels: Any, pre_sliced: bool = False) -> None:
        """Updates a metric with each device's outputs and share of the labels."""
        for i, share in enumerate(self._shares):
            metric.update(labels[i] if pre_sliced else share.sliced(labels or []), share.executor.outputs)
