"""Parameter and Constant: named arrays of a block, one copy per device, with gradients."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .. import autograd, initializer
from .. import ndarray as nd
from .. import symbol as sym
from ..base import MXNetAssertionError, MXNetError, MXNetTypeError, MXNetValueError
from ..context import Context, cpu, current_context

__all__ = ["Constant", "DeferredInitializationError", "Parameter", "shape_is_known", "tensor_types"]

tensor_types = (sym.Symbol, nd.NDArray)

_REQS = ("write", "add", "null")


class DeferredInitializationError(MXNetError):
    """A parameter is used before its shape is known."""


def shape_is_known(shape: Sequence[int] | None) -> bool:
    """Whether there is a shape with no dimension of 0, which stands for one that is not known; () is none."""
    if not shape:
        return False
    if min(shape) < 0:
        raise MXNetAssertionError(f"shape dimension size cannot be less than 0, while received {min(shape)}")
    return 0 not in shape


def _context_list(ctx: Any) -> list[Context]:
    if ctx is None:
        return [current_context()]
    found: list[Any] = [ctx] if isinstance(ctx, Context | str) or not isinstance(ctx, Iterable) else list(ctx)
    for c in found:
        if not isinstance(c, Context):
            raise MXNetTypeError(f"ctx must be a Context or a list of them, got {type(c).__name__}: {c!r}")
    if not found:
        raise MXNetValueError("ctx is an empty list; give at least one Context")
    return found


def _plain(shape: Any) -> Any:
    """A shape whose NumPy integers are Python's, as they are printed; a list stays one."""
    kind = list if isinstance(shape, list) else tuple
    return kind(int(n) if isinstance(n, np.integer) else n for n in shape)


class Parameter:
    """An array of a block that training changes, with its gradient, on one or several devices.

    Parameters
    ----------
    name : the full name.
    grad_req : 'write' (each backward overwrites the gradient), 'add' (they add up) or 'null' (no gradient).
    shape : dimensions that are 0 are filled in at the first forward pass (deferred initialisation).
    dtype : element type.
    lr_mult, wd_mult : factors on the trainer's learning rate and weight decay.
    init : its own initializer (an Initializer or a name); None takes the block's.
    allow_deferred_init : whether `initialize` may wait for the shape.
    differentiable : False means that grad_req stays 'null'.

    stype, grad_stype : storage of the array and of its gradient: 'default', 'row_sparse' or 'csr'.
    """

    def __init__(
        self,
        name: str,
        grad_req: str = "write",
        shape: Any = None,
        dtype: Any = np.float32,
        lr_mult: float = 1.0,
        wd_mult: float = 1.0,
        init: Any = None,
        allow_deferred_init: bool = False,
        differentiable: bool = True,
        stype: str = "default",
        grad_stype: str = "default",
    ) -> None:
        for what, value in (("stype", stype), ("grad_stype", grad_stype)):
            if value not in ("default", "row_sparse", "csr"):
                raise MXNetAssertionError(
                    f"{what} for Parameter {name!r} must be one of 'default', 'row_sparse', or 'csr', but got {value!r}"
                )
        self._data: list[Any] | None = None
        self._grad: list[Any] | None = None
        self._by_ctx: dict[Context, int] = {}
        self._var: Any = None
        self._trainer: Any = None
        # (initializer, contexts, default initializer, data) while waiting for the shape
        self._deferred_init: tuple = ()
        self._differentiable = differentiable
        self._allow_deferred_init = allow_deferred_init
        self._grad_req: str | None = None
        self._shape = (shape,) if isinstance(shape, int) else None if shape is None else _plain(shape)
        self.name = name
        self._dtype = dtype
        self.lr_mult, self.wd_mult = lr_mult, wd_mult
        self.grad_req = grad_req
        self.init = init
        self._stype, self._grad_stype = stype, grad_stype

    def __repr__(self) -> str:
        return f"Parameter {self.name} (shape={self.shape}, dtype={self.dtype})"

    # ---- what it is
    @property
    def grad_req(self) -> str:
        assert self._grad_req is not None
        return self._grad_req

    @grad_req.setter
    def grad_req(self, req: str) -> None:
        if req not in _REQS:
            raise MXNetAssertionError(f"grad_req must be one of 'write', 'add', or 'null', but got {req!r}")
        if not self._differentiable:
            req = "null"
        if self._grad_req == req:
            return
        self._grad_req = req
        if self._data is None:
            return
        if req == "null":
            self._grad = None
            self._data = [x.detach() for x in self._data]
        else:
            self._init_grad()

    @property
    def dtype(self) -> Any:
        return self._dtype

    @dtype.setter
    def dtype(self, dtype: Any) -> None:
        self.cast(dtype)

    @property
    def shape(self) -> Any:
        return self._shape

    @shape.setter
    def shape(self, new: Any) -> None:
        new = _plain(new)
        old = self._shape
        if old is not None and (len(old) != len(new) or any(j not in (-1, 0, i) for i, j in zip(new, old))):
            raise MXNetAssertionError(
                f"Expected shape {new} is incompatible with given shape {old} for Parameter {self.name}."
            )
        self._shape = new

    @property
    def stype(self) -> str:
        return self._stype

    @property
    def grad_stype(self) -> str:
        return self._grad_stype

    # ---- initialisation
    def initialize(
        self, init: Any = None, ctx: Any = None, default_init: Any = "uniform", force_reinit: bool = False
    ) -> None:
        """Makes the arrays on `ctx` and fills them by `init`, else the parameter's own, else `default_init`."""
        if self._data is not None and not force_reinit:
            warnings.warn(
                f"Parameter '{self.name}' is already initialized, ignoring. Set force_reinit=True to re-initialize.",
                stacklevel=2,
            )
            return
        contexts = _context_list(ctx)
        self._data = self._grad = None
        if init is None:
            init = default_init if self.init is None else self.init
        for each in (init, default_init):
            if not isinstance(each, str | initializer.Initializer):
                raise MXNetAssertionError(
                    f"Parameter '{self.name}': an initializer must be of string type or an Initializer, got {each!r}"
                )
        if not shape_is_known(self._shape) and not self._allow_deferred_init:
            raise MXNetValueError(
                f"Cannot initialize Parameter '{self.name}' because it has invalid shape: {self.shape}."
            )
        self._deferred_init = (init, contexts, default_init, None)
        if shape_is_known(self._shape):
            self._finish_deferred_init()

    def _finish_deferred_init(self) -> None:
        if not self._deferred_init:
            return
        init, contexts, default_init, data = self._deferred_init
        if not shape_is_known(self._shape):
            raise MXNetAssertionError(
                f"Cannot initialize Parameter '{self.name}' because it has invalid shape: {self._shape}. "
                "Please specify in_units, in_channels, etc for `Block`s."
            )
        with autograd.pause():
            if data is None:
                data = nd.zeros(self._shape, dtype=self.dtype, ctx=cpu())
                initializer.create(default_init)(initializer.InitDesc(self.name, {"__init__": init}), data)
            self._init_impl(data, contexts)

    def _init_impl(self, data: Any, contexts: list[Context]) -> None:
        if data.stype != self._stype:
            data = data.tostype(self._stype)
        self._data = [data.copyto(ctx) for ctx in contexts]
        self._ctx_list = contexts
        self._deferred_init = ()
        if self.grad_req != "null":
            self._init_grad()

    def _init_grad(self) -> None:
        assert self._data is not None
        self._grad = [nd.zeros(x.shape, ctx=x.context, dtype=x.dtype, stype=self._grad_stype) for x in self._data]
        autograd.mark_variables(self._data, self._grad, self.grad_req)

    def _load_init(self, data: Any, ctx: Any, cast_dtype: bool = False, dtype_source: str = "current") -> None:
        """Takes loaded values, before or after initialisation."""
        if dtype_source not in ("current", "saved"):
            raise MXNetAssertionError(f"dtype_source must be 'current' or 'saved', got {dtype_source!r}")
        if self.shape:
            fits = len(self.shape) == len(data.shape) and all(i in (0, -1, j) for i, j in zip(self.shape, data.shape))
            if not fits:
                raise MXNetAssertionError(
                    f"Failed loading Parameter '{self.name}' from saved params: shape incompatible expected "
                    f"{self.shape} vs saved {data.shape}"
                )
        self.shape = data.shape
        if self.dtype is not None and np.dtype(self.dtype) != data.dtype:
            if not cast_dtype:
                raise MXNetAssertionError(
                    f"Failed loading Parameter '{self.name}' from saved params: dtype incompatible expected "
                    f"{np.dtype(self.dtype)} vs saved {np.dtype(data.dtype)}. Set cast_dtype=True to cast the dtype of "
                    "saved params."
                )
            if dtype_source == "current":
                data = data.astype(self.dtype, copy=False)
            else:
                self.cast(data.dtype)
        contexts = None if ctx is None else _context_list(ctx)
        if self._data is not None:
            if contexts is not None and set(contexts) != set(self.list_ctx()):
                raise MXNetAssertionError(
                    f"Failed to load Parameter '{self.name}' on {contexts} because it was previous initialized on "
                    f"{self.list_ctx()}."
                )
            self.set_data(data)
            return
        if self._deferred_init:
            waiting = self._deferred_init[1]
            if contexts is not None and set(contexts) != set(waiting):
                raise MXNetAssertionError(
                    f"Failed to load Parameter '{self.name}' on {contexts} because it was previous initialized on "
                    f"{waiting}."
                )
            contexts = waiting
        self._init_impl(data, contexts or [cpu()])

    # ---- values
    def _get(self, arrays: list[Any] | None, ctx: Context | None) -> Any:
        if arrays is not None:
            if len(arrays) == 1 and (ctx is None or arrays[0]._ctx is ctx):
                return arrays[0]
            if ctx is None:
                ctx = current_context()
            i = self._by_ctx.get(ctx)
            if i is not None:
                return arrays[i]
        self._complain(arrays, ctx)

    # GluonNLP's WeightDropParameter is made of another parameter by these
    def _check_and_get(self, arr_list: list[Any] | None, ctx: Any) -> Any:
        return arr_list if ctx is list and arr_list is not None else self._get(arr_list, None if ctx is list else ctx)

    @property
    def _ctx_list(self) -> list[Context] | None:
        return None if self._data is None else [x.context for x in self._data]

    @_ctx_list.setter
    def _ctx_list(self, contexts: list[Context] | None) -> None:
        self._by_ctx = {ctx: i for i, ctx in reversed(list(enumerate(contexts or [])))}

    @property
    def _ctx_map(self) -> dict[Context, int]:
        return self._by_ctx

    @_ctx_map.setter
    def _ctx_map(self, by_ctx: dict[Context, int]) -> None:
        self._by_ctx = by_ctx

    def _complain(self, arrays: list[Any] | None, ctx: Any) -> None:
        if arrays is not None:
            raise MXNetError(
                f"Parameter '{self.name}' was not initialized on context {ctx}. "
                f"It was only initialized on {self.list_ctx()}."
            )
        if self._deferred_init:
            raise DeferredInitializationError(
                f"Parameter '{self.name}' has not been initialized yet because initialization was deferred. Actual "
                "initialization happens during the first forward pass. Please pass one batch of data through the "
                "network before accessing Parameters. You can also avoid deferred initialization by specifying "
                "in_units, num_features, etc., for network layers."
            )
        raise MXNetError(
            f"Parameter '{self.name}' has not been initialized. Note that you should initialize parameters and create "
            "Trainer with Block.collect_params() instead of Block.params because the later does not include "
            "Parameters of nested child Blocks"
        )

    def data(self, ctx: Context | None = None) -> Any:
        """The array on `ctx` (may be left out where there is one device, or inside ``with ctx:``)."""
        if self._stype != "default":
            raise MXNetError(
                f"Cannot return a copy of Parameter '{self.name}' on ctx {ctx} via data() because its storage type is "
                f"{self._stype}. Please use row_sparse_data() instead."
            )
        return self._get(self._data, ctx)

    def row_sparse_data(self, row_id: Any) -> Any:
        """The rows `row_id` of a row_sparse parameter, on the device of `row_id`."""
        return self._rows_on(row_id.context, row_id)

    def list_row_sparse_data(self, row_id: Any) -> list[Any]:
        """The rows `row_id` of a row_sparse parameter on all devices."""
        if self._stype != "row_sparse":
            raise MXNetError(
                f"Cannot return copies of Parameter '{self.name}' on all contexts via list_row_sparse_data() because "
                f"its storage type is {self._stype}. Please use data() instead."
            )
        return [self._rows_on(ctx, row_id) for ctx in self.list_ctx()]

    def _rows_on(self, ctx: Context, row_id: Any) -> Any:
        if self._stype != "row_sparse":
            raise MXNetError(
                f"Cannot return a copy of Parameter {self.name} via row_sparse_data() because its storage type is "
                f"{self._stype}. Please use data() instead."
            )
        if self._trainer is None:
            raise MXNetError(
                f"Cannot get row_sparse data for Parameter '{self.name}' when no Trainer is created with it."
            )
        rows = np.unique(row_id.asnumpy().astype(np.int64))
        return nd.sparse.retain(self._get(self._data, ctx), nd.array(rows, ctx=ctx, dtype="int64"))

    def list_data(self) -> list[Any]:
        """The arrays on all devices."""
        if self._stype != "default":
            raise MXNetError(
                f"Cannot return copies of Parameter '{self.name}' on all contexts via list_data() because its storage "
                f"type is {self._stype}. Please use row_sparse_data() instead."
            )
        if self._data is None:
            self._complain(None, None)
        return list(self._data)  # type: ignore[arg-type]

    def _check_has_grad(self) -> None:
        if self._data is not None and self._grad is None:
            raise MXNetError(f"Cannot get gradient array for Parameter '{self.name}' because grad_req='null'")

    def grad(self, ctx: Context | None = None) -> Any:
        """The gradient on `ctx`."""
        self._check_has_grad()
        return self._get(self._grad, ctx)

    def list_grad(self) -> list[Any]:
        """The gradients on all devices."""
        self._check_has_grad()
        if self._grad is None:
            self._complain(None, None)
        return list(self._grad)  # type: ignore[arg-type]

    def list_ctx(self) -> list[Context]:
        """The devices that it is (or will be) on."""
        if self._data is not None:
            return [x.context for x in self._data]
        if self._deferred_init:
            return self._deferred_init[1]
        raise MXNetError(f"Parameter '{self.name}' has not been initialized")

    def set_data(self, data: Any) -> None:
        """Sets the value on all devices."""
        self.shape = data.shape
        if self._data is None:
            if not self._deferred_init:
                raise MXNetAssertionError(f"Parameter '{self.name}' has not been initialized")
            self._deferred_init = (*self._deferred_init[:3], data)
            return
        trainer = self._trainer
        if trainer is not None and trainer._kv_initialized and trainer._update_on_kvstore:
            trainer._reset_kvstore()
        for x in self._data:
            with autograd.pause():
                x[:] = data

    def zero_grad(self) -> None:
        """Sets the gradients to 0; nothing happens without gradients."""
        for g in self._grad or ():
            nd.zeros_like(g, out=g)

    def reset_ctx(self, ctx: Any) -> None:
        """Moves the parameter to other devices."""
        contexts = _context_list(ctx)
        if self._data is not None:
            data = self._reduce()
            with autograd.pause():
                self._init_impl(data, contexts)
        elif self._deferred_init:
            init, _, default_init, data = self._deferred_init
            self._deferred_init = (init, contexts, default_init, data)
        else:
            raise MXNetValueError(
                f"Cannot reset context for Parameter '{self.name}' because it has not been initialized."
            )

    def _reduce(self) -> Any:
        """One array in main memory: the average over the devices."""
        if self._data is None:
            self._complain(None, None)
        parts = [x.copyto(cpu()) for x in self._data or ()]
        return parts[0] if len(parts) == 1 else sum(parts[1:], parts[0]) / len(parts)

    def cast(self, dtype: Any) -> None:
        """Changes the element type of values and gradients."""
        self._dtype = dtype
        self._var = None
        if self._data is None:
            return
        with autograd.pause():
            self._data = [x.astype(dtype) for x in self._data]
            if self._grad is not None:
                self._grad = [g.astype(dtype) for g in self._grad]
                autograd.mark_variables(self._data, self._grad, self.grad_req)

    def var(self) -> Any:
        """The symbol that stands for the parameter in a graph."""
        if self._var is None:
            self._var = sym.var(
                self.name, shape=self.shape, dtype=self.dtype, lr_mult=self.lr_mult, wd_mult=self.wd_mult,
                init=self.init, stype=self._stype,
            )  # fmt: skip
        return self._var


class Constant(Parameter):
    """A parameter that training does not change: ``Constant('const', [[1, 2], [3, 4]])``."""

    def __init__(self, name: str, value: Any) -> None:
        if not isinstance(value, nd.NDArray):
            value = nd.array(value)
        self.value = value
        super().__init__(name, grad_req="null", shape=value.shape, dtype=value.dtype, init=_Fill(value))

    def __repr__(self) -> str:
        return f"Constant {self.name} (shape={self.shape}, dtype={self.dtype})"

    @property
    def grad_req(self) -> str:
        return "null"

    @grad_req.setter
    def grad_req(self, req: str) -> None:
        if req != "null":
            warnings.warn(
                f'Constant parameter "{self.name}" does not support grad_req other than "null", and new value "{req}" '
                "is ignored.",
                stacklevel=2,
            )


class _Fill(initializer.Initializer):
    """Fills with a fixed array; belongs to one Constant."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self._value = value

    def _init_weight(self, name: str, arr: Any) -> None:
        arr[:] = self._value


for _class in (Parameter, Constant, DeferredInitializationError):
    _class.__module__ = "mxr.gluon.parameter"
