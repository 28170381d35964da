"""HybridBlock: blocks that run imperatively, or traced to a symbol and compiled."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import symbol as sym
from ..base import MXNetError, MXNetValueError
from ..core.shapes import is_known
from ..graph import infer
from ..graph.cached_graph import CachedGraph
from ..ndarray import NDArray
from ..symbol import Symbol
from ._block import Block
from ._parameter import DeferredInitializationError, Parameter
from ._parameter_dict import ParameterDict
from .nesting import Format, flatten, regroup

__all__ = ["HybridBlock"]

# Names of parameters that hybrid_forward of a class takes; None: all (it has **kwargs).
_taken: dict[Any, frozenset[str] | None] = {}


def _takes(function: Any) -> frozenset[str] | None:
    key = getattr(function, "__func__", function)
    if key not in _taken:
        parameters = inspect.signature(key).parameters.values()
        every = any(p.kind is p.VAR_KEYWORD for p in parameters)
        _taken[key] = None if every else frozenset(p.name for p in parameters if p.kind is not p.VAR_POSITIONAL)
    return _taken[key]


class HybridBlock(Block):
    """Base of layers that can be compiled: subclasses write ``hybrid_forward(self, F, x, *args, **params)``.

    `F` is ``mx.nd`` or ``mx.sym``; registered parameters come as keywords. ``hybridize()`` makes the next call trace
    the block with symbols and run the compiled graph from then on.
    """

    def __init__(self, prefix: str | None = None, params: ParameterDict | None = None) -> None:
        super().__init__(prefix, params)
        self._active = False
        self._flags: dict[str, Any] = {}
        self._traced: tuple[list[Symbol], Symbol] | None = None
        self._in_format: Format = -1
        self._out_format: Format = -1
        self._cached: CachedGraph | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if isinstance(value, HybridBlock | Parameter):
            self._clear_cached_op()

    def register_child(self, block: Block, name: str | None = None) -> None:
        """Makes `block`, which must be a HybridBlock, a child."""
        if not isinstance(block, HybridBlock):
            raise MXNetValueError(
                f"Children of HybridBlock must also be HybridBlock, but {block} has type {type(block)}. If you are "
                "using Sequential, please try HybridSequential instead."
            )
        super().register_child(block, name)
        self._clear_cached_op()

    def _clear_cached_op(self) -> None:
        self.__dict__["_traced"] = self.__dict__["_cached"] = None

    def hybridize(
        self,
        active: bool = True,
        backend: str | None = None,
        clear: bool = True,
        static_alloc: bool = False,
        static_shape: bool = False,
        inline_limit: int = 2,
        forward_bulk_size: int | None = None,
        backward_bulk_size: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Turns compilation on or off, here and inside.

        The plan is always static, so `static_alloc`, `static_shape`, `inline_limit` and the bulk sizes change nothing.
        """
        if backend is not None:
            raise MXNetError(f"hybridize: backend {backend!r} is not supported; there is one compiler")
        flags = {
            "static_alloc": static_alloc, "static_shape": static_shape, "inline_limit": inline_limit,
            "forward_bulk_size": forward_bulk_size, "backward_bulk_size": backward_bulk_size,
        }  # fmt: skip
        self._active = bool(active)
        self._flags = {**flags, **kwargs}
        if clear:
            self._clear_cached_op()
        # children are compiled as a part of this block; their own graphs serve direct calls
        for child in self._children.values():
            child.hybridize(active, clear=clear, **self._flags)

    def cast(self, dtype: Any) -> None:
        """Changes the element type of all parameters, here and inside."""
        self._clear_cached_op()
        super().cast(dtype)

    # ---- tracing
    def _trace(self, args: tuple) -> tuple[list[Symbol], Symbol]:
        if self._traced is None:
            flat, self._in_format = flatten(list(args), NDArray | Symbol, "input")
            names = ["data"] if len(flat) == 1 else [f"data{i}" for i in range(len(flat))]
            inputs = [sym.var(n) if x is not None else None for n, x in zip(names, flat)]
            out = self._trace_on(regroup(list(inputs), self._in_format))
            symbols, self._out_format = flatten(out, Symbol, "output")
            self._traced = [x for x in inputs if x is not None], sym.Group([s for s in symbols if s is not None])
        return self._traced

    def _trace_on(self, args: list[Any]) -> Any:
        with self.name_scope():
            return self.hybrid_forward(sym, *args, **self._arguments({n: p.var() for n, p in self._reg_params.items()}))

    def _arguments(self, params: dict[str, Any]) -> dict[str, Any]:
        """Of the parameters, those that hybrid_forward names (MXNet insists on all; self.weight.data() works too)."""
        taken = _takes(self.hybrid_forward)
        return params if taken is None or not params else {n: v for n, v in params.items() if n in taken}

    def _infer_attrs(self, args: tuple) -> None:
        """Shapes of all parameters inside from those of the arguments."""
        inputs, out = self._trace(args)
        flat = [x for x in flatten(list(args), NDArray, "input")[0] if x is not None]
        known: dict[str, Any] = {str(s.name): x.shape for s, x in zip(inputs, flat)}
        params = self._parameters()
        for name, p in params.items():
            if p.shape is not None:
                known[name] = infer._from_user(p.shape)
        order, shapes = infer.solve_shapes(out, known)
        for node in order:
            shape = shapes.get((id(node), 0))
            if node.op is None and node.name in params and is_known(shape):
                params[node.name].shape = shape

    def _parameters(self) -> dict[str, Parameter]:
        return dict(self.collect_params().items())

    def infer_shape(self, *args: Any) -> None:
        """Fills in the shapes of parameters from arguments."""
        self._infer_attrs(args)

    def infer_type(self, *args: Any) -> None:
        """Fills in the dtypes of parameters from arguments."""
        inputs, out = self._trace(args)
        flat = [x for x in flatten(list(args), NDArray, "input")[0] if x is not None]
        types = infer.infer_types(out, {str(s.name): np.dtype(x.dtype) for s, x in zip(inputs, flat)})  # type: ignore[misc]
        params = self._parameters()
        for node in out._nodes():
            found = types.get((id(node), 0))
            if node.op is None and node.name in params and found is not None:
                params[node.name].dtype = found.type

    def _deferred_infer_shape(self, args: tuple) -> None:
        try:
            self._infer_attrs(args)
        except MXNetError as e:
            raise MXNetValueError(f"Deferred initialization failed because shape cannot be inferred. {e}") from e

    # ---- running
    def _graph(self, args: tuple) -> CachedGraph:
        if self._cached is None:
            inputs, out = self._trace(args)
            params = self._parameters()
            names = [s.name for s in inputs]
            missing = [n for n in out.list_inputs() if n not in params and n not in names]
            if missing:
                raise MXNetError(
                    f"{self.name}: the traced graph has the variable {missing[0]!r}, which is no parameter of the block"
                )
            order = [n for n in out.list_inputs() if n in params]
            self._cached = CachedGraph(out, names, {n: params[n] for n in order})  # type: ignore[arg-type]
        return self._cached

    def _call_cached_op(self, args: tuple) -> Any:
        graph = self._graph(args)
        flat, form = flatten(list(args), NDArray, "input")
        if form != self._in_format:
            raise MXNetValueError(
                "The argument structure of HybridBlock does not match the cached version. Stored format = "
                f"{self._in_format}, input format = {form}"
            )
        flat = [x for x in flat if x is not None]
        try:
            outs = graph(flat)
        except DeferredInitializationError:
            self._deferred_infer_shape(args)
            for p in graph.parameters:
                p._finish_deferred_init()
            outs = graph(flat)
        if self._out_format == 0:
            return outs[0]
        return regroup(_with_nones(outs, self._out_format), self._out_format)

    def forward(self, x: Any, *args: Any) -> Any:
        """Runs on NDArrays (imperatively or compiled) or composes symbols; write `hybrid_forward` instead."""
        if isinstance(x, NDArray) and not args:
            ctx = x._ctx
        else:
            found = flatten([x, *args], NDArray | Symbol, "input")[0]
            kinds = {Symbol if isinstance(v, Symbol) else NDArray for v in found if v is not None}
            if len(kinds) != 1:
                raise MXNetValueError(
                    "In HybridBlock, there must be one NDArray or one Symbol in the input. Please check the type of "
                    "the args."
                    if not kinds
                    else "In HybridBlock, we do not support mixed NDArrays and Symbols types for the input."
                )
            if kinds == {Symbol}:
                return self._trace_on([x, *args])
            contexts = {v._ctx for v in found if v is not None}
            if len(contexts) > 1:
                raise MXNetValueError(
                    f"Find multiple contexts in the input, After hybridized, the HybridBlock only supports one input "
                    f"context. You can print the ele.ctx in the input arguments to inspect their contexts. Find "
                    f"all contexts = {contexts}"
                )
            ctx = next(iter(contexts))
        with ctx:
            if self._active:
                return self._call_cached_op((x, *args))
            try:
                params = {n: p.data(ctx) for n, p in self._reg_params.items()}
            except DeferredInitializationError:
                self._deferred_infer_shape((x, *args))
                for p in self.params.values():
                    p._finish_deferred_init()
                params = {n: p.data(ctx) for n, p in self._reg_params.items()}
            return self.hybrid_forward(nd, x, *args, **self._arguments(params))

    def hybrid_forward(self, F: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        """What the block computes, by `F`, which is ``mx.nd`` or ``mx.sym``; to be written by subclasses."""
        raise NotImplementedError(f"{type(self).__name__}.hybrid_forward is not written")

    def explain(self, *args: Any) -> str:
        """What the compiler made of the block for these arguments: calls in order, kernels, arena bytes."""
        if not self._active:
            raise MXNetError("explain: call hybridize() first")
        if args:
            self(*args)
        if self._cached is None:
            raise MXNetError("explain: give arguments, or call the block first")
        return self._cached.explain()

    # ---- files
    def export(self, path: str, epoch: int = 0, remove_amp_cast: bool = True) -> None:
        """Writes ``path-symbol.json`` and ``path-0000.params`` (four digits of `epoch`), as `mx.model` reads them.

        Raises
        ------
        MXNetError : the block was not hybridized and run before.
        """
        if self._cached is None or self._traced is None:
            raise MXNetError(
                "Please first call block.hybridize() and then run forward with this block at least once before calling "
                "export."
            )
        out = self._traced[1]
        out.save(f"{path}-symbol.json", remove_amp_cast=remove_amp_cast)
        arguments, auxiliary = set(out.list_arguments()), set(out.list_auxiliary_states())
        values = {}
        for name, p in self._parameters().items():
            if name in arguments:
                values[f"arg:{name}"] = p._reduce()
            elif name in auxiliary:
                values[f"aux:{name}"] = p._reduce()
        nd.save(f"{path}-{epoch:04d}.params", values)

    def optimize_for(self, x: Any, *args: Any, backend: str | None = None, clear: bool = False, **kwargs: Any) -> None:
        """Compiles the block for these arguments now."""
        self.hybridize(True, backend, clear, **kwargs)
        self(x, *args)


def _with_nones(outs: list[Any], form: Format) -> list[Any]:
    """`outs` with None put back where the traced output had it."""
    if isinstance(form, int):
        return [None] if form == -1 else [outs.pop(0) for _ in range(max(form, 1))]
    return [v for f in form for v in _with_nones(outs, f)]


HybridBlock.__module__ = "mxr.gluon.block"
