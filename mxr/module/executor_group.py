"""Executors of one symbol on a list of contexts, each computing its slice of every batch."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetValueError, suggest
from ..executor_manager import _check_arguments, _split_input_slice, mean_over_devices
from ..io import DataDesc
from .checks import require
from .parts import _cut, _load_data, _load_general, _load_label, _merge_multi_context, _prepare_group2ctxs

__all__ = ["DataParallelExecutorGroup"]


class DataParallelExecutorGroup:
    """Executors of `symbol`, one on each of `contexts`.

    Parameters
    ----------
    workload : share of the batch of each context.
    data_shapes, label_shapes : DataDescs; `label_shapes` may be None.
    param_names : arguments that are parameters.
    for_training, inputs_need_grad, grad_req : which gradients are computed, and how.
    shared_group : group whose parameters (and gradients) this one works on too.
    fixed_param_names : parameters without gradient.
    state_names : arguments that are states.
    group2ctxs : contexts of the symbol's groups.
    """

    def __init__(
        self,
        symbol: Any,
        contexts: Sequence[Any],
        workload: Sequence[float],
        data_shapes: Sequence[Any],
        label_shapes: Sequence[Any] | None,
        param_names: Sequence[str],
        for_training: bool,
        inputs_need_grad: bool,
        shared_group: Any = None,
        logger: Any = logging,
        fixed_param_names: Sequence[str] | None = None,
        grad_req: Any = "write",
        state_names: Sequence[str] | None = None,
        group2ctxs: Any = None,
    ) -> None:
        _check_arguments(symbol)
        self.param_names = list(param_names)
        self.arg_names = symbol.list_arguments()
        self.aux_names = symbol.list_auxiliary_states()
        self.symbol = symbol
        self.contexts = list(contexts)
        self.workload = list(workload)
        self.group2ctxs = _prepare_group2ctxs(group2ctxs, len(self.contexts))
        self.for_training = for_training
        self.inputs_need_grad = inputs_need_grad
        self.logger = logger
        self.fixed_param_names = list(fixed_param_names or [])
        self.state_names = list(state_names or [])
        self.output_names = symbol.list_outputs()
        self.num_outputs = len(self.output_names)
        self.output_layouts = [DataDesc.get_batch_axis(symbol[i].attr("__layout__")) for i in range(self.num_outputs)]
        self.grad_req = self._requests(grad_req, [desc[0] for desc in data_shapes])
        self.execs: list[Any] = []
        self.batch_size: Any = None
        self.slices: list[slice] = []
        self._bound: dict[Any, list[Any]] = {}
        self._monitor: Any = None
        self.bind_exec(data_shapes, label_shapes, shared_group)
        self.flat_params = [executor.flat_params for executor in self.execs]

    def _requests(self, grad_req: Any, data_names: list[str]) -> dict[str, str]:
        if isinstance(grad_req, (list, tuple)):
            if len(grad_req) != len(self.arg_names):
                raise MXNetValueError(f"grad_req has {len(grad_req)} entries for {len(self.arg_names)} arguments")
            given = dict(zip(self.arg_names, grad_req))
        elif isinstance(grad_req, dict):
            given = grad_req
        elif isinstance(grad_req, str):
            given = None
        else:
            raise MXNetValueError("grad_req must be one of str, list, tuple, or dict.")
        requests = {}
        for name in self.arg_names:
            if name in self.param_names:
                default = "null" if name in self.fixed_param_names else "write"
            elif name in data_names:
                default = "write" if self.inputs_need_grad else "null"
            else:
                default = "null"
            if given is not None:
                request = given.get(name, default)
            else:
                request = default if default == "null" else grad_req
            requests[name] = request if self.for_training else "null"
        return requests

    # Binding.

    def decide_slices(self, data_shapes: Sequence[Any]) -> list[int]:
        """Sets the slices of the batch; gives the batch axis of every input."""
        require(len(data_shapes) > 0, "bind: data_shapes is empty")
        axes = [DataDesc.get_batch_axis(getattr(desc, "layout", "NCHW")) for desc in data_shapes]
        for desc, axis in zip(data_shapes, axes):
            if axis < 0:
                continue
            if axis >= len(desc[1]):
                raise MXNetValueError(f"{desc[0]} has shape {tuple(desc[1])}: there is no batch axis {axis}")
            size = desc[1][axis]
            if self.batch_size is None:
                self.batch_size = size
                self.slices = _split_input_slice(size, self.workload)
            elif size != self.batch_size:
                raise MXNetAssertionError(
                    f"all data must have the same batch size: batch_size = {self.batch_size}, "
                    f"but {desc[0]} has shape {tuple(desc[1])}"
                )
        return axes

    def bind_exec(
        self,
        data_shapes: Sequence[Any],
        label_shapes: Sequence[Any] | None,
        shared_group: Any = None,
        reshape: bool = False,
    ) -> None:
        """Executors for given shapes; with `reshape` they go on with the arrays of the present ones."""
        before = self.batch_size, self.slices
        self.batch_size, self.slices = None, []
        try:
            layouts = self.decide_slices(data_shapes), self.decide_slices(label_shapes) if label_shapes else []
            execs = self._bound_for(data_shapes, label_shapes, shared_group, reshape, layouts)
        except Exception:
            self.batch_size, self.slices = before
            raise
        self.execs = execs
        self.data_layouts, self.label_layouts = layouts
        self.data_shapes = list(data_shapes)
        self.label_shapes = None if label_shapes is None else list(label_shapes)
        self.data_names = [desc[0] for desc in data_shapes]
        self.label_names = None if label_shapes is None else [desc[0] for desc in label_shapes]
        self._collect_arrays()

    def _bound_for(
        self,
        data_shapes: Any,
        label_shapes: Any,
        shared_group: Any,
        reshape: bool,
        layouts: tuple[list[int], list[int]],
    ) -> list[Any]:
        """Executors for given shapes, those of the last time if there were any."""
        key = tuple((desc[0], tuple(desc[1])) for desc in [*data_shapes, *(label_shapes or [])])
        if not reshape:
            self._bound = {}
        bound = self._bound.get(key)
        if bound is None:
            owners = self.execs if reshape else shared_group.execs if shared_group is not None else None
            bound = self._bound[key] = [
                self._bind_ith_exec(i, data_shapes, label_shapes, None if owners is None else owners[i], layouts)
                for i in range(len(self.contexts))
            ]
            if self._monitor is not None:
                for executor in bound:
                    self._monitor.install(executor)
        return bound

    def reshape(self, data_shapes: Sequence[Any], label_shapes: Sequence[Any] | None) -> None:
        """Executors for other shapes, on the same parameters. Those of earlier shapes are kept for when they return."""
        if data_shapes == self.data_shapes and label_shapes == self.label_shapes:
            return
        self.bind_exec(data_shapes, label_shapes, reshape=True)

    def _sliced_shape(self, shapes: Sequence[Any], i: int, major_axis: Sequence[int]) -> list[DataDesc]:
        """Descriptions of device i's share."""
        sliced = []
        for desc, axis in zip(shapes, major_axis):
            shape = list(desc[1])
            if axis >= 0:
                shape[axis] = self.slices[i].stop - self.slices[i].start
            layout = getattr(desc, "layout", "NCHW")
            sliced.append(DataDesc(desc[0], tuple(shape), getattr(desc, "dtype", np.float32), layout))
        return sliced

    def _bind_ith_exec(self, i: int, data_shapes: Any, label_shapes: Any, owner: Any, layouts: Any) -> Any:
        descs = self._sliced_shape(data_shapes, i, layouts[0])
        if label_shapes:
            labels = self._sliced_shape(label_shapes, i, layouts[1])
            descs += [desc for desc in labels if desc.name in self.arg_names]
        shapes = {desc.name: tuple(desc.shape) for desc in descs}
        types = {desc.name: desc.dtype for desc in descs}
        for name in shapes:
            if name not in self.arg_names:
                raise MXNetValueError(f"bind: the symbol has no argument {name!r}.{suggest(name, self.arg_names)}")
        if owner is None:
            return self.symbol.simple_bind(
                self.contexts[i], grad_req=self.grad_req, type_dict=types, group2ctx=self.group2ctxs[i], **shapes
            )
        return self._bind_on(owner, i, shapes, types)

    def _bind_on(self, owner: Any, i: int, shapes: dict[str, Any], types: dict[str, Any]) -> Any:
        """An executor on the parameters, states and gradients of another one."""
        ctx = self.contexts[i]
        arg_shapes, _, aux_shapes = self.symbol.infer_shape(**shapes)
        if arg_shapes is None:
            raise MXNetValueError(f"bind: shapes cannot be inferred from {shapes}")
        arg_types, _, aux_types = self.symbol.infer_type(**types)

        def arrays(names: list[str], found: Any, kinds: Any, held: dict[str, Any], keep: Any) -> dict[str, Any]:
            result = {}
            for name, shape, dtype in zip(names, found, kinds):
                old = held.get(name)
                if old is not None and name in keep and old.shape != tuple(shape):
                    raise MXNetValueError(
                        f"parameter {name} has shape {old.shape}; for these inputs it would have {tuple(shape)}"
                    )
                fits = old is not None and old.shape == tuple(shape) and (name in keep or old.dtype == dtype)
                result[name] = old if fits else nd.zeros(tuple(shape), ctx, dtype=dtype)
            return result

        keep = {*self.param_names, *self.state_names}
        args = arrays(self.arg_names, arg_shapes, arg_types, owner.arg_dict, keep)
        aux = arrays(self.aux_names, aux_shapes, aux_types, owner.aux_dict, set(self.aux_names))
        grads = {}
        for name, request in self.grad_req.items():
            if request != "null":
                held = owner.grad_dict.get(name)
                fits = held is not None and held.shape == args[name].shape
                grads[name] = held if fits else nd.zeros(args[name].shape, ctx, dtype=args[name].dtype)
        return self.symbol.bind(ctx, args, grads, self.grad_req, aux_states=aux, group2ctx=self.group2ctxs[i])

    def _collect_arrays(self) -> None:
        """The arrays by role, each as a list over the devices."""

        def places(names: Sequence[str]) -> list[list[tuple[slice, Any]]]:
            return [[(self.slices[i], e.arg_dict[name]) for i, e in enumerate(self.execs)] for name in names]

        arguments = set(self.arg_names)
        self.data_arrays = places(self.data_names)
        self.label_arrays = (
            None if self.label_names is None else places([n for n in self.label_names if n in arguments])
        )
        self._labels_used = [n in arguments for n in self.label_names or []]
        self.state_arrays = [[e.arg_dict[name] for e in self.execs] for name in self.state_names]
        self.param_arrays = [[e.arg_dict[name] for e in self.execs] for name in self.param_names]
        self.grad_arrays = (
            [[e.grad_dict[name] for e in self.execs] for name in self.param_names] if self.for_training else None
        )
        self.aux_arrays = [[e.aux_dict[name] for e in self.execs] for name in self.aux_names]
        self.input_grad_arrays = (
            [[e.grad_dict[name] for e in self.execs] for name in self.data_names] if self.inputs_need_grad else []
        )

    # Parameters.

    def set_params(self, arg_params: Any, aux_params: Any, allow_extra: bool = False) -> None:
        """Copies parameters to all devices."""
        for executor in self.execs:
            executor.copy_params_from(arg_params, aux_params, allow_extra_params=allow_extra)

    def get_params(self, arg_params: dict[str, Any], aux_params: dict[str, Any]) -> None:
        """Copies the parameters, averaged over the devices, into the arrays of the given dicts."""
        for names, blocks, target in (
            (self.param_names, self.param_arrays, arg_params),
            (self.aux_names, self.aux_arrays, aux_params),
        ):
            for name, block in zip(names, blocks):
                mean = mean_over_devices(block)
                if name in target:
                    mean.astype(target[name].dtype, copy=False).copyto(target[name])
                else:
                    target[name] = mean.copy()

    def get_states(self, merge_multi_context: bool = True) -> list[Any]:
        """The states, each as a list over the devices."""
        require(not merge_multi_context, "get_states: merge_multi_context=True is not supported for get_states yet.")
        return self.state_arrays

    def set_states(self, states: Any = None, value: Any = None) -> None:
        """Sets the states: from lists like those of `get_states` (or whole arrays), or to one value."""
        if states is not None:
            require(value is None, "set_states: only one of states and value can be specified.")
            targets = [[(self.slices[i], array) for i, array in enumerate(block)] for block in self.state_arrays]
            _load_general(states, targets, (0,) * len(states))
        else:
            require(value is not None, "set_states: at least one of states and value must be specified.")
            for block in self.state_arrays:
                for array in block:
                    array[:] = value

    # Computation.

    def forward(self, data_batch: Any, is_train: bool | None = None) -> None:
        """Loads a batch and runs all executors forward."""
        _load_data(data_batch, self.data_arrays, self.data_layouts)
        is_train = self.for_training if is_train is None else is_train
        if isinstance(data_batch, list):
            has_label = data_batch and data_batch[0].label
        else:
            has_label = data_batch.label
        if self.label_arrays and has_label:
            if all(self._labels_used):
                _load_label(data_batch, self.label_arrays, self.label_layouts)
            else:
                used = [k for k, known in enumerate(self._labels_used) if known]
                if isinstance(data_batch, list):
                    labels = [[part.label[k] for part in data_batch] for k in used]
                else:
                    labels = [data_batch.label[k] for k in used]
                _load_general(labels, self.label_arrays, [self.label_layouts[k] for k in used])
        for executor in self.execs:
            executor.forward(is_train=is_train)

    def backward(self, out_grads: Any = None) -> None:
        """Runs all executors backward; `out_grads` are cut like the batch."""
        require(self.for_training, "backward: re-bind with for_training=True to run backward")
        if out_grads is None:
            for executor in self.execs:
                executor.backward()
            return
        if isinstance(out_grads, nd.NDArray):
            out_grads = [out_grads]
        for i, executor in enumerate(self.execs):
            heads = []
            for grad, axis in zip(out_grads, self.output_layouts):
                piece = _cut(grad, self.slices[i], axis)
                heads.append(piece.as_in_context(self.contexts[i]))
            executor.backward(out_grads=heads)

    def get_output_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """(name, shape) of the outputs for the whole batch."""
        shapes = []
        for name, array, axis in zip(self.output_names, self.execs[0].outputs, self.output_layouts):
            shape = list(array.shape)
            if axis >= 0:
                shape[axis] = self.batch_size
            shapes.append((name, tuple(shape)))
        return shapes

    def get_outputs(self, merge_multi_context: bool = True, begin: int = 0, end: int | None = None) -> list[Any]:
        """Outputs `begin` to `end` of the last `forward`."""
        end = self.num_outputs if end is None else end
        outputs = [[executor.outputs[k] for executor in self.execs] for k in range(begin, end)]
        return _merge_multi_context(outputs, self.output_layouts[begin:end]) if merge_multi_context else outputs

    def get_input_grads(self, merge_multi_context: bool = True) -> list[Any]:
        """Gradients of the data."""
        require(self.inputs_need_grad, "get_input_grads: re-bind with inputs_need_grad=True")
        if merge_multi_context:
            return _merge_multi_context(self.input_grad_arrays, self.data_layouts)
        return self.input_grad_arrays

    def update_metric(self, eval_metric: Any, labels: Any, pre_sliced: bool) -> None:
        """Counts each device's outputs with its share of the labels."""
        names = self.label_names or []
        for i, executor in enumerate(self.execs):
            if pre_sliced:
                mine = labels[i]
            else:
                mine = [_cut(label, self.slices[i], axis) for label, axis in zip(labels or [], self.label_layouts)]
            eval_metric.update_dict(dict(zip(names, mine)), dict(zip(self.output_names, executor.outputs)))

    def install_monitor(self, mon: Any) -> None:
        """Lets a `Monitor` watch all executors."""
        self._monitor = mon
        for executor in self.execs:
            mon.install(executor)
