"""The base of all optimizers: hyper-parameters, counting of updates, rates and decay per parameter."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from numbers import Real
from operator import attrgetter
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetTypeError, MXNetValueError, arguments_of, suggest
from .repeated import RepeatedUpdates
from .together import Together, serves

__all__ = ["Optimizer", "create", "register"]


class Optimizer:
    """The base class inherited by all optimizers.

    Parameters
    ----------
    rescale_grad : factor on the gradient before anything else; often 1 / batch size.
    param_idx2name : dict of parameter index to name; decides about rates and decay by name.
    wd : weight decay (L2 penalty); not applied to names that end neither in ``_weight`` nor in ``_gamma``.
    clip_gradient : each element of the rescaled gradient is limited to [-clip_gradient, clip_gradient].
    learning_rate : rate; None takes the schedule's, or 0.01 without a schedule; otherwise overrides the schedule's.
    lr_scheduler : an `LRScheduler`.
    sym : Symbol whose ``__lr_mult__`` and ``__wd_mult__`` attributes count.
    begin_num_update : number of updates already done.
    multi_precision : keep float32 master copies of float16 weights.
    param_dict : dict of parameter index to gluon Parameter, asked for ``lr_mult`` and ``wd_mult`` first.
    """

    opt_registry: dict[str, type] = {}

    def __init__(
        self,
        rescale_grad: float = 1.0,
        param_idx2name: Mapping[Any, str] | None = None,
        wd: float = 0.0,
        clip_gradient: float | None = None,
        learning_rate: float | None = None,
        lr_scheduler: Any = None,
        sym: Any = None,
        begin_num_update: int = 0,
        multi_precision: bool = False,
        param_dict: Mapping[Any, Any] | None = None,
    ) -> None:
        for what, value in (("learning_rate", learning_rate), ("wd", wd), ("clip_gradient", clip_gradient)):
            if value is not None and not (isinstance(value, Real) and value == value):
                raise MXNetValueError(f"{type(self).__name__}: {what} must be a number, got {value!r}")
        if lr_scheduler is not None and not callable(lr_scheduler):
            raise MXNetTypeError(f"{type(self).__name__}: lr_scheduler must be an LRScheduler, got {lr_scheduler!r}")
        self.rescale_grad = rescale_grad
        self.lr_scheduler = lr_scheduler
        if lr_scheduler is None and learning_rate is None:
            learning_rate = 0.01
        self.lr = learning_rate
        if lr_scheduler is not None and learning_rate is not None and lr_scheduler.base_lr != learning_rate:
            print("learning rate from ``lr_scheduler`` has been overwritten by ``learning_rate`` in optimizer.")
            lr_scheduler.base_lr = learning_rate
        self.wd = wd
        self.lr_mult: dict[Any, float] = {}
        self.wd_mult: dict[Any, float] = {}
        self.begin_num_update = begin_num_update
        self.num_update = begin_num_update
        # Each device counts its own updates, so that k devices do not run the schedule k times as fast.
        self._all_index_update_counts: dict[int, dict[Any, int]] = {0: {}}
        self._index_update_count = self._all_index_update_counts[0]
        self.clip_gradient = clip_gradient
        self.multi_precision = multi_precision
        self.aggregate_num = 0  # in MXNet, how many weights one operator call updates
        if param_idx2name is not None and not isinstance(param_idx2name, Mapping):
            raise MXNetTypeError(
                f"param_idx2name should be a dict of param indexes to names, got {type(param_idx2name).__name__}"
            )
        self.idx2name = dict(param_idx2name or {})
        self.sym_info: tuple = (sym.attr_dict(), sym.list_arguments()) if sym is not None else ()
        self.param_dict = param_dict if param_dict else {}
        self.allow_np_array = False
        self._update_by = RepeatedUpdates()
        self._together: dict[Any, Together] = {}
        self.set_lr_mult({})
        self.set_wd_mult({})

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        for name in (
            "param_dict",
            "_update_by",
            "_together",
        ):  # parameters belong to the model, not to the optimizer's saved state
            del state[name]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        # `_index_update_count` is one of the per-device dicts; pickling keeps that identity.
        self.param_dict = {}
        self._update_by = RepeatedUpdates()
        self._together = {}

    @staticmethod
    def register(klass: type) -> type:
        """Makes an optimizer class known by its lower-case name."""
        if not isinstance(klass, type):
            raise MXNetTypeError(f"register needs a class, got {klass!r}")
        name = klass.__name__.lower()
        old = Optimizer.opt_registry.get(name)
        if old is not None:
            warnings.warn(
                f"WARNING: New optimizer {klass.__module__}.{klass.__name__} is overriding "
                f"existing optimizer {old.__module__}.{old.__name__}",
                stacklevel=2,
            )
        Optimizer.opt_registry[name] = klass
        return klass

    @staticmethod
    def create_optimizer(name: str, **kwargs: Any) -> Optimizer:
        """An optimizer from its (case-insensitive) name and the arguments of its class."""
        if isinstance(name, Optimizer):
            return name
        if not isinstance(name, str):
            raise MXNetTypeError(f"optimizer must be a name or an Optimizer, got {type(name).__name__}: {name!r}")
        klass = Optimizer.opt_registry.get(name.lower())
        if klass is None:
            raise MXNetValueError(f"Cannot find optimizer {name}.{suggest(name.lower(), Optimizer.opt_registry)}")
        _check_arguments(klass, kwargs)
        return klass(**kwargs)

    @property
    def learning_rate(self) -> float:
        """The current rate, before multipliers."""
        return self.lr if self.lr_scheduler is None else self.lr_scheduler(self.num_update)  # type: ignore[return-value]

    def create_state(self, index: Any, weight: Any) -> Any:
        """The state (NDArray, nested tuples of them, or None) that goes with a weight."""
        return None

    def create_state_multi_precision(self, index: Any, weight: Any) -> Any:
        """`create_state`, with a float32 master copy in front for float16 weights if asked for."""
        if self._needs_master(weight):
            master = weight.astype(np.float32)
            return (master, self.create_state(index, master))
        self._warn_float16(weight)
        return self.create_state(index, weight)

    def _needs_master(self, weight: Any) -> bool:
        return self.multi_precision and weight.dtype == np.float16

    def _warn_float16(self, weight: Any) -> None:
        if weight.dtype == np.float16:
            warnings.warn(
                "Accumulating with float16 in optimizer can lead to poor accuracy or slow convergence. "
                "Consider using multi_precision=True option of the optimizer",
                stacklevel=4,
            )

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """Updates `weight` (and `state`) in place."""
        raise NotImplementedError

    def update_multi_precision(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """`update`, through the float32 master copy where there is one."""
        if self._needs_master(weight):
            master, inner = state
            self.update(index, master, grad.astype(np.float32), inner)
            nd.cast(master, dtype=weight.dtype, out=weight)
        else:
            self.update(index, weight, grad, state)

    def update_multi(
        self, indices: Sequence[Any], weights: Sequence[Any], grads: Sequence[Any], states: Sequence[Any]
    ) -> None:
        """Updates many parameters of one device: the one call that a training step makes."""
        if len(indices) > 1 and serves(self):
            key = weights[0]._ctx, indices[0], len(indices)
            held = self._together.get(key)
            if held is None or not held.holds(indices, weights, grads, states):
                held = self._together[key] = Together(self, list(indices), weights, grads, states)
            if self._update_together(held):
                if not held.rest:
                    return
                indices, weights, grads, states = (
                    [row[i] for i in held.rest] for row in (indices, weights, grads, states)
                )
        for index, weight, grad, state in zip(indices, weights, grads, states):
            self.update_multi_precision(index, weight, grad, state)

    # What makes one call of many updates: (operator, its attributes) for a parameter with so many states, by its rate,
    # decay and number of the update; or (Steps, values of its params). None: each parameter is updated by itself.
    _rule: Any = None

    def _update_together(self, held: Together) -> bool:
        """Updates what `held` serves; False, and nothing is done, where the parameters stand at different counts."""
        own, counts = held.own, self._index_update_count
        before = {counts.get(index, self.begin_num_update) for index in own}
        if len(before) != 1 or held.repeated:
            return False
        t = before.pop() + 1
        counts.update(dict.fromkeys(own, t))
        self.num_update = max(t, self.num_update)
        held(self, t, self._get_lrs(own), self._get_wds(own))
        return True

    def _master_of(self, state: Any) -> tuple[Any, Any]:
        """(master copy, own state) of a float16 weight, from what `create_state_multi_precision` made."""
        return state

    def set_learning_rate(self, lr: float) -> None:
        """Sets the rate; an error where a schedule rules it."""
        if self.lr_scheduler is not None:
            raise UserWarning(
                "LRScheduler of the optimizer has already been defined. Note that set_learning_rate can mutate the "
                "value of the learning rate of the optimizer only when the LRScheduler of the optimizer is undefined."
            )
        self.lr = lr

    def set_lr_scale(self, args_lrscale: Any) -> None:
        """Long gone in MXNet: use `set_lr_mult`."""
        raise DeprecationWarning("set_lr_scale is deprecated; use set_lr_mult")

    def _from_symbol(self, key: str) -> dict[str, float]:
        if not self.sym_info:
            return {}
        attributes, names = self.sym_info
        return {name: float(attributes[name][key]) for name in names if key in attributes.get(name, {})}

    def set_lr_mult(self, args_lr_mult: Mapping[Any, float]) -> None:
        """Factors on the rate by index or name; the symbol's ``__lr_mult__`` attributes stay in force beneath."""
        self.lr_mult = {**self._from_symbol("__lr_mult__"), **args_lr_mult}

    def set_wd_mult(self, args_wd_mult: Mapping[Any, float]) -> None:
        """Factors on the decay by index or name; 0 for all that is neither weight nor gamma, unless said here."""
        spared = {name: 0.0 for name in self.idx2name.values() if not name.endswith(("_weight", "_gamma"))}
        self.wd_mult = {**spared, **self._from_symbol("__wd_mult__"), **args_wd_mult}

    def _set_current_context(self, device_id: int) -> None:
        self._index_update_count = self._all_index_update_counts.setdefault(device_id, {})

    def _update_count(self, index: Any) -> None:
        counts = self._index_update_count
        for idx in index if isinstance(index, (list, tuple)) else (index,):
            counts[idx] = count = counts.get(idx, self.begin_num_update) + 1
            if count > self.num_update:
                self.num_update = count

    def _multipliers(self, indices: Sequence[Any], table: Mapping[Any, float], attribute: str) -> list[float]:
        params, get = self.param_dict, attrgetter(attribute)
        return [get(params[i]) if i in params else self._multiplier(i, table) for i in indices]

    def _multiplier(self, index: Any, table: Mapping[Any, float]) -> float:
        if index in table:
            return table[index]
        if index in self.idx2name:
            return table.get(self.idx2name[index], 1.0)
        return 1.0

    def _get_lrs(self, indices: Sequence[Any]) -> list[float]:
        rate = self.learning_rate
        return [rate * m for m in self._multipliers(indices, self.lr_mult, "lr_mult")]

    def _get_lr(self, index: Any) -> float:
        return self._get_lrs([index])[0]

    def _get_wds(self, indices: Sequence[Any]) -> list[float]:
        return [self.wd * m for m in self._multipliers(indices, self.wd_mult, "wd_mult")]

    def _get_wd(self, index: Any) -> float:
        return self._get_wds([index])[0]

    # What nearly every update begins with.

    def _begin(self, index: Any, weight: Any, grad: Any) -> tuple[float, float]:
        """Checks the arguments, counts the update, gives (rate, decay) of this parameter."""
        if not isinstance(weight, nd.NDArray) or not isinstance(grad, nd.NDArray):
            what, array = ("grad", grad) if isinstance(weight, nd.NDArray) else ("weight", weight)
            raise MXNetTypeError(f"{type(self).__name__}: {what} must be an NDArray, got {type(array).__name__}")
        self._update_count(index)
        return self._get_lr(index), self._get_wd(index)

    def _update_by_rule(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        """The update of one parameter by the operator that `_rule` names."""
        lr, wd = self._begin(index, weight, grad)
        states = () if state is None else state if isinstance(state, tuple) else (state,)
        name, attrs = self._rule(len(states), lr, wd, self._index_update_count[index])
        self._update_by(name, index, weight, grad, *states, **attrs)

    def _gradient_options(self) -> dict[str, Any]:
        """`rescale_grad` and `clip_gradient` as the update operators take them."""
        options = {"rescale_grad": self.rescale_grad}
        if self.clip_gradient:
            options["clip_gradient"] = self.clip_gradient
        return options

    def _prepared_text(self) -> str:
        """As `_prepared`, for `Steps` with the params rescale and clip."""
        return "grad * rescale" if self.clip_gradient is None else "clip(grad * rescale, -clip, clip)"

    def _scales(self) -> dict[str, float]:
        """The params of `_prepared_text`."""
        return {"rescale": self.rescale_grad, "clip": 0.0 if self.clip_gradient is None else self.clip_gradient}

    def _prepared(self, grad: Any) -> Any:
        """The gradient rescaled and clipped, for updates written with array arithmetic."""
        grad = grad * self.rescale_grad
        if self.clip_gradient is not None:
            grad = nd.clip(grad, -self.clip_gradient, self.clip_gradient)
        return grad

    def _zeros_like(self, weight: Any) -> Any:
        """A dense state."""
        return nd.zeros(weight.shape, weight.context, dtype=weight.dtype)

    def _zeros_stored_like(self, weight: Any) -> Any:
        """A state stored as the weight is, but dense where the optimizer is not lazy."""
        stype = weight.stype if getattr(self, "lazy_update", True) else "default"
        return nd.zeros(weight.shape, weight.context, dtype=weight.dtype, stype=stype)


def aggregation_size(usual: int) -> int:
    """`aggregate_num` of the optimizers that have operators for many weights, as in MXNet."""
    return int(os.environ.get("MXNET_OPTIMIZER_AGGREGATION_SIZE", usual))


def _check_arguments(klass: type, kwargs: Mapping[str, Any]) -> None:
    known = arguments_of(klass)
    for name in kwargs:
        if name not in known:
            hint = suggest(name, known) or f" It takes {', '.join(sorted(known - {'param_dict'}))}."
            raise MXNetTypeError(f"optimizer {klass.__name__} got an unexpected keyword argument {name!r}.{hint}")


register = Optimizer.register
create = Optimizer.create_optimizer
