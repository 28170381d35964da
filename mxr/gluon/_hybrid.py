"""HybridBlock: blocks that run imperatively, or traced to a symbol and compiled."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import symbol as sym
from ..base import MXNetError, MXNetTypeError, MXNetValueError
from ..context import current_context
from ..core.shapes import is_known
from ..graph import infer
from ..graph.cached_graph import CachedGraph
from ..graph.symbol import Entry, active
from ..graph.trace import Fact, Trace, Untraceable
from ..ndarray import NDArray
from ..symbol import Symbol
from ._block import Block
from ._parameter import DeferredInitializationError, Parameter, shape_is_known
from ._parameter_dict import ParameterDict
from .mistakes import hide_unknown, named
from .nesting import Format, flatten, members, regroup
from .tracing import MAX_TRACES, Traced, located, mode, place_of, signature, takes, warn_baked

__all__ = ["HybridBlock"]


class HybridBlock(Block):
    """Base of layers that can be compiled: subclasses write ``hybrid_forward(self, F, x, *args, **params)``.

    `F` is ``mx.nd`` or ``mx.sym``; registered parameters come as keywords. ``hybridize()`` makes the next call trace
    the block with symbols and run the compiled graph from then on.

    Traced symbols know their shapes: ``x.shape``, ``x.dtype``, ``x[:, 1:]``, loops over the first axis and Python
    control flow on shapes work. A block that asks for them is traced for each signature of its inputs.
    """

    def __init__(self, prefix: str | None = None, params: ParameterDict | None = None, **unknown: Any) -> None:
        super().__init__(prefix, params, **unknown)
        self._active = False
        self._flags: dict[str, Any] = {}
        self._op_hook: tuple[Callable[[bytes, bytes, Any], None], bool] | None = None
        self._by_signature: dict[Any, Traced] = {}
        # of the last call:
        self._traced: tuple[list[Symbol], Symbol] | None = None
        self._record: Traced | None = None
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
        self.__dict__.update(_traced=None, _record=None, _cached=None, _by_signature={})

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

        The plan is always static, so `static_alloc`, `static_shape`, `inline_limit` and the bulk sizes change nothing;
        nor does `backend`, as layers are fused and oneDNN is used where they can be ("MKLDNN"). Other names warn.
        """
        if backend is not None:
            if not isinstance(backend, str):
                raise MXNetTypeError(f"hybridize: backend must be a string, got {type(backend).__name__}: {backend!r}")
            if not backend.startswith("MKLDNN"):
                warnings.warn(
                    f"hybridize: backend {backend!r} cannot be found; the block is compiled without it", stacklevel=2
                )
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

    def register_op_hook(self, callback: Callable[[bytes, bytes, Any], None], monitor_all: bool = False) -> None:
        self._op_hook = callback, bool(monitor_all)
        super().register_op_hook(callback, monitor_all)

    register_op_hook.__doc__ = Block.register_op_hook.__doc__

    def cast(self, dtype: Any) -> None:
        """Changes the element type of all parameters, here and inside."""
        self._clear_cached_op()
        super().cast(dtype)

    # ---- tracing
    def _trace(self, args: tuple) -> tuple[list[Symbol], Symbol]:
        """The trace that serves `args`: one for all, or where it asked for shapes one for each signature."""
        if self._traced is not None and (self._record is None or not self._record.asked):
            return self._traced
        flat, form = flatten(list(args), NDArray | Symbol, "input")
        key = signature(flat, form)
        record = self._by_signature.pop(key, None) or self._by_signature.pop((key, mode()), None)
        if record is None:
            record = self._new_trace(flat, form, key)
        self._by_signature[record.key] = record  # the last one used is the last one
        if len(self._by_signature) > MAX_TRACES:
            del self._by_signature[next(iter(self._by_signature))]
        self._use(record)
        return record.inputs, record.symbol

    def _use(self, record: Traced) -> None:
        self.__dict__.update(
            _record=record, _traced=(record.inputs, record.symbol), _cached=record.graph,
            _in_format=record.in_format, _out_format=record.out_format,
        )  # fmt: skip

    def _new_trace(self, flat: list[Any], form: Format, key: Any) -> Traced:
        names = ["data"] if len(flat) == 1 else [f"data{i}" for i in range(len(flat))]
        inputs = [sym.var(n) if x is not None else None for n, x in zip(names, flat)]
        given = [(s, x) for s, x in zip(inputs, flat) if s is not None]
        facts = {s._entries[0]: (x.shape, np.dtype(x.dtype)) for s, x in given if isinstance(x, NDArray)}
        ctx = next((x._ctx for _, x in given if isinstance(x, NDArray)), None)
        trace = Trace(facts, self._parameter_facts(), ctx, "hybridize" if self._active else "deferred")
        with trace.running():
            out = self._trace_on(regroup(list(inputs), form))
        symbols, out_format = flatten(out, Symbol, "output")
        group = sym.Group([s for s in symbols if s is not None])
        shapes = [(s.name, x.shape) for s, x in given if isinstance(x, NDArray)]
        if trace.asked_mode:
            key = key, mode()
        return Traced([s for s, _ in given], group, form, out_format, trace.asked, key, trace.places, shapes)

    def _parameter_facts(self) -> Any:
        """(shape, dtype) of a parameter by its name, for a trace."""
        held: dict[str, Parameter] = {}

        def facts(name: str) -> tuple[Any, Any]:
            if not held:
                held.update(self._parameters())
            p = held.get(name)
            if p is None:
                return None, None
            return None if p.shape is None else infer._from_user(p.shape), np.dtype(p.dtype)

        return facts

    def _trace_on(self, args: list[Any]) -> Any:
        params = self._arguments({n: p.var() for n, p in self._reg_params.items()})
        with self.name_scope(), active.trace.inside(self):
            if type(self).infer_shape is not HybridBlock.infer_shape and active.trace.reason != "symbol":
                self._infer_own(args)
            try:
                return self.hybrid_forward(sym, *args, **params)
            except TypeError as e:
                named(e, self, len(args))
                raise

    def _infer_own(self, args: list[Any]) -> None:
        """Lets a block that infers shapes by a rule of its own (recurrent layers) do so for the trace's shapes."""
        if all(is_known(None if p.shape is None else infer._from_user(p.shape)) for p in self._reg_params.values()):
            return
        trace = active.trace
        asked, trace.asked = trace.asked, False
        try:
            self.infer_shape(*args)
        finally:
            trace.asked = asked  # sizes of weights are the same in every trace

    def _compose(self, args: list[Any]) -> Any:
        """The block on symbols: a part of another block's trace, or a graph of its own."""
        if active.trace is not None:
            return self._trace_on(args)
        last, facts = self._record, dict[Entry, Fact]()
        if last is not None and last.asked:
            flat, form = flatten(args, Symbol, "input")
            if form == last.in_format:
                facts = {
                    x._entries[0]: (shape, None)
                    for x, (_, shape) in zip([x for x in flat if x is not None], last.shapes)
                    if x.attr("__shape__") is None
                }  # fmt: skip
        trace = Trace(facts, self._parameter_facts(), None, "symbol")
        with trace.running():
            out = self._trace_on(args)
        if trace.asked:
            warn_baked(self, "the symbol", last.shapes if facts and last is not None else None)
        return out

    def _arguments(self, params: dict[str, Any]) -> dict[str, Any]:
        """Of the parameters, those that hybrid_forward names (MXNet insists on all; self.weight.data() works too)."""
        if not params:
            return params
        taken = takes(self.hybrid_forward)
        return params if taken is None or params.keys() <= taken else {n: v for n, v in params.items() if n in taken}

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
        for p in self._reg_params.values():
            if p._deferred_init and not shape_is_known(p.shape):
                raise MXNetValueError(
                    f"Parameter '{p.name}' has shape {p.shape} still; please specify in_units, in_channels, etc for "
                    "`Block`s."
                )

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
        except Untraceable:
            raise
        except MXNetError as e:
            located(e, self._record)
            raise MXNetValueError(f"Deferred initialization failed because shape cannot be inferred. {e}") from e

    # ---- running
    def _graph(self, args: tuple) -> CachedGraph:
        inputs, out = self._trace(args)
        if self._cached is None:
            params = self._parameters()
            names = [s.name for s in inputs]
            missing = [n for n in out.list_inputs() if n not in params and n not in names]
            if missing:
                raise MXNetError(
                    f"{self.name}: the traced graph has the variable {missing[0]!r}, which is no parameter of the block"
                )
            order = [n for n in out.list_inputs() if n in params]
            if self._record is None or not self._record.asked:  # else shapes may be all that is used
                self._warn_unused(names, params, set(out.list_inputs()))
            self.__dict__["_cached"] = CachedGraph(out, names, {n: params[n] for n in order})  # type: ignore[arg-type]
            if self._record is not None:
                self._record.graph = self._cached
        return self._cached  # type: ignore[return-value]

    def _warn_unused(self, inputs: list[Any], params: dict[str, Parameter], used: set[Any]) -> None:
        idle = ", ".join(f"{i}-th" for i, name in enumerate(inputs) if name not in used)
        if idle:
            warnings.warn(
                f"The {idle} input to HybridBlock is not used by any computation. Is this intended?", stacklevel=7
            )
        idle = ", ".join(sorted(name for name in params if name not in used))
        if idle:
            warnings.warn(f"Parameter {idle} is not used by any computation. Is this intended?", stacklevel=7)

    def _call_cached_op(self, args: tuple) -> Any:
        graph, record = self._cached, self._record
        if graph is None or (record is not None and record.asked):
            graph = self._graph(args)
        flat, form = flatten(list(args), NDArray, "input")
        if form != self._in_format:
            raise MXNetValueError(
                "The argument structure of HybridBlock does not match the cached version. Stored format = "
                f"{self._in_format}, input format = {form}"
            )
        flat = [x for x in flat if x is not None]
        try:
            outs = self._run(graph, flat, args)
        except MXNetError as e:
            if not self._fits_no_more(e, flat):
                raise
            outs = self._run_anew(flat, args)
        if self._out_format == 0:
            return outs[0]
        return regroup(_with_nones(outs, self._out_format), self._out_format)

    def _run(self, graph: CachedGraph, flat: list[Any], args: tuple) -> list[Any]:
        try:
            try:
                return graph(flat, self._op_hook)
            except DeferredInitializationError:
                self._deferred_infer_shape(args)
                for p in graph.parameters:
                    p._finish_deferred_init()
                return graph(flat, self._op_hook)
        except MXNetError as e:
            located(e, self._record)
            raise

    def _fits_no_more(self, e: MXNetError, flat: list[Any]) -> bool:
        """Whether a trace that asked for nothing does not suit these shapes: x + y was one shape, now one is wider."""
        record = self._record
        if record is None or record.asked or place_of(e, record) is None:
            return False
        return [x.shape for x in flat] != [s for _, s in record.shapes]

    def _run_anew(self, flat: list[Any], args: tuple) -> list[Any]:
        """A call by a trace of its own, which then serves the others too if it asks for nothing."""
        old = self._record
        assert old is not None
        old.asked = True
        try:
            return self._run(self._graph(args), flat, args)
        except Exception:
            old.asked = False
            self._use(old)
            raise

    def forward(self, x: Any, *args: Any) -> Any:
        """Runs on NDArrays (imperatively or compiled) or composes symbols; write `hybrid_forward` instead."""
        ctx = _device_of(x, args)
        if ctx is None:
            found = list(members([x, *args], NDArray | Symbol))
            kinds = {Symbol if isinstance(v, Symbol) else NDArray for v in found}
            if len(kinds) != 1:
                if not kinds:
                    flatten([x, *args], NDArray | Symbol, "input")  # which says what is there instead
                raise MXNetValueError(
                    "In HybridBlock, there must be one NDArray or one Symbol in the input. Please check the type of "
                    "the args."
                    if not kinds
                    else "In HybridBlock, we do not support mixed NDArrays and Symbols types for the input."
                )
            if kinds == {Symbol}:
                return self._compose([x, *args])
            contexts = {v._ctx for v in found}
            if len(contexts) > 1 and self._active:
                raise MXNetValueError(
                    f"Find multiple contexts in the input, After hybridized, the HybridBlock only supports one input "
                    f"context. You can print the ele.ctx in the input arguments to inspect their contexts. Find "
                    f"all contexts = {contexts}"
                )
            ctx = found[0]._ctx
        if current_context() is ctx:
            return self._run_on(ctx, x, args)
        with ctx:
            return self._run_on(ctx, x, args)

    def _run_on(self, ctx: Any, x: Any, args: tuple) -> Any:
        """`forward` on arrays of the current device."""
        if self._active:
            return self._call_cached_op((x, *args))
        try:
            try:
                params = {n: p.data(ctx) for n, p in self._reg_params.items()}
            except DeferredInitializationError:
                self._deferred_infer_shape((x, *args))
                for p in self.params.values():
                    p._finish_deferred_init()
                params = {n: p.data(ctx) for n, p in self._reg_params.items()}
            return self.hybrid_forward(nd, x, *args, **self._arguments(params))
        except (MXNetError, TypeError) as e:
            named(e, self, 1 + len(args))
            raise

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
        graphs = [r.graph for r in self._by_signature.values() if r.graph is not None] or [self._cached]
        return "\n\n".join(g.explain() for g in graphs)

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
        out = self._save_symbol(f"{path}-symbol.json", remove_amp_cast)
        arguments, auxiliary = set(out.list_arguments()), set(out.list_auxiliary_states())
        values = {}
        for name, p in self._parameters().items():
            if name in arguments:
                values[f"arg:{name}"] = p._reduce()
            elif name in auxiliary:
                values[f"aux:{name}"] = p._reduce()
        nd.save(f"{path}-{epoch:04d}.params", values)

    def _save_symbol(self, filename: str, remove_amp_cast: bool = True) -> Symbol:
        """Writes the symbol of the last call to a file, and returns it."""
        assert self._traced is not None
        if self._record is not None and self._record.asked:
            warn_baked(self, "the exported graph", self._record.shapes)
        self._traced[1].save(filename, remove_amp_cast=remove_amp_cast)
        return self._traced[1]

    def optimize_for(
        self,
        x: Any,
        *args: Any,
        backend: str | None = None,
        clear: bool = False,
        static_alloc: bool = False,
        static_shape: bool = False,
        inline_limit: int = 2,
        forward_bulk_size: int | None = None,
        backward_bulk_size: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Compiles the block for these arguments now; the others are those of `hybridize`."""
        self.hybridize(
            True, backend, clear, static_alloc, static_shape, inline_limit, forward_bulk_size, backward_bulk_size,
            **kwargs,
        )  # fmt: skip
        self(x, *args)


def _device_of(x: Any, args: tuple) -> Any:
    """The device of arrays that all are on one; None where that takes a closer look."""
    if not isinstance(x, NDArray):
        return None
    ctx = x._ctx
    for other in args:
        if not isinstance(other, NDArray) or other._ctx is not ctx:
            return None
    return ctx


def _with_nones(outs: list[Any], form: Format) -> list[Any]:
    """`outs` with None put back where the traced output had it."""
    if isinstance(form, int):
        return [None] if form == -1 else [outs.pop(0) for _ in range(max(form, 1))]
    return [v for f in form for v in _with_nones(outs, f)]


hide_unknown(HybridBlock)
HybridBlock.__module__ = "mxr.gluon.block"
