"""`FeedForward`: MXNet's classic model class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import io, metric
from .. import ndarray as nd
from .. import optimizer as opt
from ..base import MXNetError, MXNetTypeError, MXNetValueError, suggest
from ..callback import LogValidationMetricsCallback
from ..context import Context, current_context
from ..executor_manager import _check_arguments
from ..initializer import InitDesc, Uniform
from ..initializer import create as create_initializer
from ..symbol import Symbol
from . import checkpoint, loop

__all__ = ["FeedForward"]


class FeedForward:
    """A network with its parameters: train it, let it predict, save it.

    Parameters
    ----------
    symbol : the network, or a function from a bucket key to a network.
    ctx : a context or a list of them (each batch is cut into as many parts); None takes the current one.
    num_epoch : epochs to train, counted from 0 (`begin_epoch` is where training starts).
    epoch_size : batches in an epoch; None takes one pass over the data.
    optimizer : name or `Optimizer`; for a name, `kwargs` are its arguments and the gradient is divided by the batch
        size.
    initializer : for parameters that `arg_params` and `aux_params` lack.
    numpy_batch_size : batch size for data given as arrays.
    arg_params, aux_params : parameters to begin with.
    allow_extra_params : parameters that the network does not know are left out instead of being an error.
    """

    def __init__(
        self,
        symbol: Any,
        ctx: Any = None,
        num_epoch: int | None = None,
        epoch_size: int | None = None,
        optimizer: Any = "sgd",
        initializer: Any = Uniform(0.01),  # noqa: B008 - MXNet's default, and initializers have no state
        numpy_batch_size: int = 128,
        arg_params: dict[str, Any] | None = None,
        aux_params: dict[str, Any] | None = None,
        allow_extra_params: bool = False,
        begin_epoch: int = 0,
        **kwargs: Any,
    ) -> None:
        self.sym_gen = None
        if isinstance(symbol, Symbol):
            self.symbol: Any = symbol
        elif callable(symbol):
            self.symbol = None
            self.sym_gen = symbol
        else:
            raise MXNetTypeError(f"symbol must be a Symbol or a function, got {type(symbol).__name__}")
        self.arg_params = arg_params
        self.aux_params = aux_params
        self.allow_extra_params = allow_extra_params
        self.argument_checked = False
        if self.sym_gen is None:
            self._check_arguments()
        ctx = current_context() if ctx is None else ctx
        self.ctx = [ctx] if isinstance(ctx, Context) else list(ctx) if isinstance(ctx, list | tuple) else [ctx]
        if not self.ctx:
            raise MXNetValueError("ctx is an empty list: a model needs at least one context")
        for one in self.ctx:
            if not isinstance(one, Context):
                raise MXNetTypeError(f"ctx must be a Context or a list of them, got {one!r}")
        if num_epoch is not None and (not hasattr(num_epoch, "__index__") or num_epoch < 0):
            raise MXNetValueError(f"num_epoch must be a whole number from 0 on, got {num_epoch!r}")
        self.num_epoch = num_epoch
        self.epoch_size = epoch_size
        self.kwargs = kwargs.copy()
        self.optimizer = optimizer
        self.initializer = create_initializer(initializer) if isinstance(initializer, str) else initializer
        self.numpy_batch_size = numpy_batch_size
        self.begin_epoch = begin_epoch
        self._pred_exec: Any = None

    def _check_arguments(self) -> None:
        """Raises on names used twice; drops (or raises on) parameters that the network does not know."""
        if self.argument_checked:
            return
        symbol = self.symbol
        assert symbol is not None
        _check_arguments(symbol)
        self.arg_params = self._known("arg_params", self.arg_params, symbol.list_arguments())
        self.aux_params = self._known("aux_params", self.aux_params, symbol.list_auxiliary_states())
        self.argument_checked = True

    def _known(self, what: str, params: Any, names: list[str]) -> Any:
        if not params:
            return params
        extra = [name for name in params if name not in names]
        if extra and not self.allow_extra_params:
            raise MXNetValueError(
                f"{what} has {extra[0]!r}, which is no parameter of the network.{suggest(extra[0], names)} "
                "allow_extra_params=True leaves such parameters out."
            )
        return {name: array for name, array in params.items() if name in names}

    @staticmethod
    def _is_data_arg(name: str) -> bool:
        """Whether an argument is data or label by its name."""
        return name.endswith("data") or name.endswith("label")

    # Parameters.

    def _init_params(self, inputs: Any, overwrite: bool = False) -> tuple[list[str], list[str], list[str]]:
        """Initial values for all parameters; gives the names of arguments, parameters, auxiliary states."""
        symbol = self.symbol
        assert symbol is not None
        descs = [item if isinstance(item, io.DataDesc) else io.DataDesc(*item) for item in inputs]
        arg_names = symbol.list_arguments()
        aux_names = symbol.list_auxiliary_states()
        used = [desc for desc in descs if desc.name in arg_names]
        input_names = [desc.name for desc in used]
        arg_shapes, _, aux_shapes = symbol.infer_shape(**{desc.name: desc.shape for desc in used})
        if arg_shapes is None:
            raise MXNetValueError(f"shapes of the parameters cannot be inferred from the inputs {input_names}")
        arg_types, _, aux_types = symbol.infer_type(**{desc.name: desc.dtype for desc in used})
        param_names = [name for name in arg_names if name not in input_names]
        attributes = symbol.attr_dict()

        def fill(names: list[str], shapes: Any, types: Any, old: Any, wanted: Any) -> dict[str, Any]:
            values = {}
            for name, shape, dtype in zip(names, shapes, types):
                if name not in wanted:
                    continue
                array = values[name] = nd.zeros(shape, dtype=dtype)
                if old and name in old and not overwrite:
                    if tuple(old[name].shape) != tuple(shape):
                        raise MXNetValueError(
                            f"parameter {name!r} has shape {tuple(old[name].shape)}, the network needs {tuple(shape)}"
                        )
                    array[:] = old[name]
                else:
                    self.initializer(InitDesc(name, attributes.get(name)), array)
            return values

        self.arg_params = fill(arg_names, arg_shapes, arg_types, self.arg_params, param_names)
        self.aux_params = fill(aux_names, aux_shapes, aux_types, self.aux_params, aux_names)
        return arg_names, param_names, aux_names

    # Data.

    def _init_iter(self, X: Any, y: Any, is_train: bool) -> Any:
        """An iterator over arrays; iterators go through."""
        if not isinstance(X, (np.ndarray, nd.NDArray)):
            if not isinstance(X, io.DataIter) and not (hasattr(X, "provide_data") and hasattr(X, "reset")):
                raise MXNetTypeError(f"X must be DataIter, NDArray or numpy.ndarray, got {type(X).__name__}")
            return X
        if y is None:
            if is_train:
                raise MXNetValueError("y must be specified when X is numpy.ndarray")
            y = np.zeros(X.shape[0])
        if not isinstance(y, (np.ndarray, nd.NDArray)):
            raise MXNetTypeError(f"y must be ndarray when X is numpy.ndarray, got {type(y).__name__}")
        if not X.shape or 0 in X.shape:
            raise MXNetValueError(f"X has shape {X.shape}: there is nothing to compute with")
        if X.shape[0] != y.shape[0]:
            raise MXNetValueError(
                f"The numbers of data points and labels not equal: {X.shape[0]} data points, {y.shape[0]} labels"
            )
        if len(y.shape) == 2 and y.shape[1] == 1:
            y = y.reshape((-1,))
        if len(y.shape) != 1:
            raise MXNetValueError(f"Label must be 1D or 2D (with 2nd dimension being 1), got shape {y.shape}")
        size = min(X.shape[0], self.numpy_batch_size)
        handle = "roll_over" if is_train else "pad"
        return io.NDArrayIter(X, y, size, shuffle=is_train, last_batch_handle=handle)

    def _init_eval_iter(self, eval_data: Any) -> Any:
        """An iterator over a pair of arrays; iterators go through."""
        if eval_data is None:
            return None
        if isinstance(eval_data, (tuple, list)) and len(eval_data) == 2:
            data, label = eval_data
            if data is None:
                raise MXNetValueError("Eval data is NONE")
            if label is None and isinstance(data, io.DataIter):
                return data
            data = np.array(data) if isinstance(data, list) else data
            label = np.array(label) if isinstance(label, list) else label
            return self._init_iter(data, label, is_train=True)
        if not isinstance(eval_data, io.DataIter) and not hasattr(eval_data, "provide_data"):
            raise MXNetTypeError(
                "Eval data must be DataIter, or NDArray/numpy.ndarray/list pair (i.e. tuple/list of length 2), "
                f"got {type(eval_data).__name__}"
            )
        return eval_data

    # Prediction.

    def _init_predictor(self, input_shapes: Any, type_dict: Mapping[str, Any] | None = None) -> None:
        """Binds the network for prediction, or takes the executor of the last time; parameters are always copied."""
        symbol = self.symbol
        if symbol is None or self.arg_params is None:
            raise MXNetError("the model has no parameters yet: call fit, or give arg_params")
        shapes = {desc[0]: tuple(desc[1]) for desc in input_shapes if desc[0] in symbol.list_arguments()}
        if not shapes:
            raise MXNetValueError(
                f"the data provide {[desc[0] for desc in input_shapes]}, the network needs {symbol.list_arguments()}"
            )
        missing = [
            name for name in symbol.list_arguments()
            if name not in self.arg_params and name not in shapes and not name.endswith("label")
        ]  # fmt: skip
        missing += [name for name in symbol.list_auxiliary_states() if name not in (self.aux_params or {})]
        if missing:
            raise MXNetValueError(f"parameter {missing[0]!r} is missing from the model (missing in all: {missing})")
        bound = self._pred_exec
        if bound is None or any(bound.arg_dict[name].shape != shape for name, shape in shapes.items()):
            known = {name: array.shape for name, array in self.arg_params.items() if name in symbol.list_arguments()}
            types = {name: array.dtype for name, array in self.arg_params.items() if name in known}
            types.update(type_dict or {})
            bound = symbol.simple_bind(self.ctx[0], grad_req="null", type_dict=types, **known, **shapes)
        bound.copy_params_from(self.arg_params, self.aux_params or {}, allow_extra_params=self.allow_extra_params)
        self._pred_exec = bound

    def _inputs(self, data: Any) -> list[Any]:
        self._init_predictor(data.provide_data, {x.name: x.dtype for x in data.provide_data if hasattr(x, "dtype")})
        return [self._pred_exec.arg_dict[desc[0]] for desc in data.provide_data]

    def predict(self, X: Any, num_batch: int | None = None, return_data: bool = False, reset: bool = True) -> Any:
        """The network's outputs for `X`, as a NumPy array (a list of them for several outputs).

        Parameters
        ----------
        X : array or iterator.
        num_batch : at most so many batches.
        return_data : give (outputs, data, labels).
        reset : reset the iterator first.
        """
        X = self._init_iter(X, None, is_train=False)
        if reset:
            X.reset()
        inputs = self._inputs(X)
        outputs: list[list[np.ndarray]] = [[] for _ in self._pred_exec.outputs]
        data: list[list[np.ndarray]] = [[] for _ in X.provide_data]
        labels: list[list[np.ndarray]] = [[] for _ in X.provide_label or []]
        for i, batch in enumerate(X):
            if num_batch is not None and i == num_batch:
                break
            _load(batch.data, inputs)
            self._pred_exec.forward(is_train=False)
            real = X.batch_size - (batch.pad or 0)
            for found, array in zip(outputs, self._pred_exec.outputs):
                found.append(array[0:real].asnumpy())
            if return_data:
                for seen, array in zip([*data, *labels], [*batch.data, *(batch.label or [])]):
                    seen.append(array[0:real].asnumpy())
        if not outputs or not outputs[0]:
            raise MXNetValueError("predict: the data have no batch")
        result = _joined(outputs)
        return (result, _joined(data), _joined(labels)) if return_data else result

    def score(
        self,
        X: Any,
        eval_metric: Any = "acc",
        num_batch: int | None = None,
        batch_end_callback: Any = None,
        reset: bool = True,
    ) -> Any:
        """The value of a metric on the data and labels of an iterator."""
        eval_metric = metric.create(eval_metric)
        if isinstance(X, (np.ndarray, nd.NDArray)):
            raise MXNetTypeError("score: X must be a DataIter, an array has no labels to compare with")
        X = self._init_iter(X, None, is_train=False)
        if reset:
            X.reset()
        inputs = self._inputs(X)
        for i, batch in enumerate(X):
            if num_batch is not None and i == num_batch:
                break
            _load(batch.data, inputs)
            self._pred_exec.forward(is_train=False)
            eval_metric.update(batch.label, self._pred_exec.outputs)
            if batch_end_callback is not None:
                loop._each(batch_end_callback, loop.BatchEndParam(0, i, eval_metric, locals()))
        return eval_metric.get()[1]

    # Training.

    def fit(
        self,
        X: Any,
        y: Any = None,
        eval_data: Any = None,
        eval_metric: Any = "acc",
        epoch_end_callback: Any = None,
        batch_end_callback: Any = None,
        kvstore: Any = "local",
        logger: Any = None,
        work_load_list: Any = None,
        monitor: Any = None,
        eval_end_callback: Any = LogValidationMetricsCallback(),  # noqa: B008 - MXNet's default, without state
        eval_batch_end_callback: Any = None,
    ) -> None:
        """Trains the network; afterwards `arg_params` and `aux_params` hold the values reached.

        Parameters
        ----------
        X, y : arrays, or an iterator and None. Arrays are shuffled in every epoch by ``numpy.random``.
        eval_data : iterator or pair of arrays, evaluated after every epoch.
        eval_metric : metric, name, function, or list of them.
        epoch_end_callback : called with (epoch, symbol, arg_params, aux_params).
        batch_end_callback, eval_batch_end_callback, eval_end_callback : called with a `BatchEndParam`.
        kvstore : store (or name of one) that joins several devices.
        logger : gets the log lines; default ``logging``.
        work_load_list : shares of the devices.
        monitor : a `Monitor`.

        Raises
        ------
        MXNetError : NaN in data or labels, labels that are no class of a SoftmaxOutput, shapes and names that do
            not fit the network. An interrupt (Ctrl-C) is no error: `fit` logs a warning, keeps the values reached,
            and returns.
        """
        if self.num_epoch is None:
            raise MXNetValueError("fit: num_epoch was not given to FeedForward")
        data = self._init_iter(X, y, is_train=True)
        eval_data = self._init_eval_iter(eval_data)
        if self.sym_gen:
            self.symbol = self.sym_gen(data.default_bucket_key)
            self._check_arguments()
        self._check_arguments()
        self.kwargs["sym"] = self.symbol
        inputs = [*data.provide_data, *(data.provide_label or [])]
        self._check_provided(data)
        arg_names, param_names, aux_names = self._init_params(inputs)
        assert self.arg_params is not None and self.aux_params is not None
        eval_metric = metric.create(eval_metric)
        kvstore, on_kvstore = loop.create_kvstore(kvstore, len(self.ctx), self.arg_params)
        if on_kvstore:
            names: dict[Any, str] = {name: name for name in param_names}
        else:
            devices = len(self.ctx)
            names = {i * devices + k: name for i, name in enumerate(param_names) for k in range(devices)}
        self.kwargs["param_idx2name"] = names
        if isinstance(self.optimizer, str):
            optimizer = opt.create(self.optimizer, rescale_grad=1.0 / data.batch_size, **self.kwargs)
        elif isinstance(self.optimizer, opt.Optimizer):
            optimizer = self.optimizer
            if not optimizer.idx2name:
                optimizer.idx2name = names
        else:
            raise MXNetTypeError(f"optimizer must be a name or an Optimizer, got {type(self.optimizer).__name__}")
        loop.train(
            self.symbol,
            self.ctx,
            arg_names,
            param_names,
            aux_names,
            self.arg_params,
            self.aux_params,
            begin_epoch=self.begin_epoch,
            end_epoch=self.num_epoch,
            epoch_size=self.epoch_size,
            optimizer=optimizer,
            train_data=data,
            eval_data=eval_data,
            eval_metric=eval_metric,
            epoch_end_callback=epoch_end_callback,
            batch_end_callback=batch_end_callback,
            kvstore=kvstore,
            update_on_kvstore=on_kvstore,
            logger=logger,
            work_load_list=work_load_list,
            monitor=monitor,
            eval_end_callback=eval_end_callback,
            eval_batch_end_callback=eval_batch_end_callback,
            sym_gen=self.sym_gen,
        )

    def _check_provided(self, data: Any) -> None:
        """Raises where the iterator's names are not the network's."""
        arguments = self.symbol.list_arguments()  # type: ignore[union-attr]
        for desc in [*data.provide_data, *(data.provide_label or [])]:
            if desc[0] not in arguments:
                free = [name for name in arguments if self._is_data_arg(name)]
                raise MXNetValueError(
                    f"the iterator provides {desc[0]!r}, which is no argument of the network."
                    f"{suggest(desc[0], arguments)} Its data and label arguments are {free}"
                )

    # Files.

    def save(self, prefix: str, epoch: int | None = None, remove_amp_cast: bool = True) -> None:
        """Writes ``prefix-symbol.json`` and ``prefix-EPOCH.params``; `epoch` defaults to `num_epoch`."""
        epoch = self.num_epoch if epoch is None else epoch
        if epoch is None:
            raise MXNetValueError("save: epoch must be given where num_epoch was not")
        if self.arg_params is None:
            raise MXNetError("the model has no parameters yet: call fit, or give arg_params")
        checkpoint.save_checkpoint(
            prefix, epoch, self.symbol, self.arg_params, self.aux_params or {}, remove_amp_cast=remove_amp_cast
        )

    @staticmethod
    def load(prefix: str, epoch: int, ctx: Any = None, **kwargs: Any) -> FeedForward:
        """The model that `save` wrote; training goes on from `epoch`."""
        symbol, arg_params, aux_params = checkpoint.load_checkpoint(prefix, epoch)
        return FeedForward(symbol, ctx=ctx, arg_params=arg_params, aux_params=aux_params, begin_epoch=epoch, **kwargs)

    @staticmethod
    def create(
        symbol: Any,
        X: Any,
        y: Any = None,
        ctx: Any = None,
        num_epoch: int | None = None,
        epoch_size: int | None = None,
        optimizer: Any = "sgd",
        initializer: Any = Uniform(0.01),  # noqa: B008 - MXNet's default, and initializers have no state
        eval_data: Any = None,
        eval_metric: Any = "acc",
        epoch_end_callback: Any = None,
        batch_end_callback: Any = None,
        kvstore: Any = "local",
        logger: Any = None,
        work_load_list: Any = None,
        eval_end_callback: Any = LogValidationMetricsCallback(),  # noqa: B008 - MXNet's default, without state
        eval_batch_end_callback: Any = None,
        **kwargs: Any,
    ) -> FeedForward:
        """A model, trained: `FeedForward` and `fit` in one call."""
        model = FeedForward(
            symbol,
            ctx=ctx,
            num_epoch=num_epoch,
            epoch_size=epoch_size,
            optimizer=optimizer,
            initializer=initializer,
            **kwargs,
        )
        model.fit(
            X,
            y,
            eval_data=eval_data,
            eval_metric=eval_metric,
            epoch_end_callback=epoch_end_callback,
            batch_end_callback=batch_end_callback,
            kvstore=kvstore,
            logger=logger,
            work_load_list=work_load_list,
            eval_end_callback=eval_end_callback,
            eval_batch_end_callback=eval_batch_end_callback,
        )
        return model


def _load(sources: Any, targets: list[Any]) -> None:
    for source, target in zip(sources, targets):
        if source.shape != target.shape:
            raise MXNetValueError(f"a batch has shape {source.shape}, the network was bound for {target.shape}")
        source.copyto(target)


def _joined(parts: list[list[np.ndarray]]) -> Any:
    whole = [np.concatenate(arrays) for arrays in parts]
    return whole[0] if len(whole) == 1 else whole
