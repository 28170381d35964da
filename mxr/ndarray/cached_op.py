"""``mx.nd.CachedOp``: a symbol as a compiled function on arrays."""

from __future__ import annotations

from typing import Any

from ..base import MXNetError, MXNetTypeError, MXNetValueError
from ..context import Context, current_context
from ..graph.cached_graph import CachedGraph
from ..graph.dynamic import run_nodes
from ..graph.symbol import Symbol
from .ndarray import NDArray

__all__ = ["CachedOp"]


class CachedOp:
    """A symbol, compiled once for each signature, to be called with an array for each of ``sym.list_inputs()``.

    Parameters
    ----------
    sym : what to compute.
    flags : MXNet's (name, value) pairs such as ('static_alloc', True); plans are always static here.
    """

    def __init__(self, sym: Symbol, flags: Any = ()) -> None:
        if not isinstance(sym, Symbol):
            raise MXNetTypeError(f"CachedOp: argument sym must be Symbol, got {type(sym).__name__}")
        self._symbol, self._flags = sym, dict(flags)
        self._names = sym.list_inputs()
        self._graph = CachedGraph(sym, self._names, {})

    def __call__(self, *args: NDArray, out: Any = None, default_ctx: Context | None = None) -> Any:
        """The outputs, one array or a list; on the tape where autograd records.

        out : an array, or a list of them, that takes the results. default_ctx : the device where there are no inputs.
        """
        if len(args) != len(self._names):
            raise MXNetValueError(
                f"CachedOp: expected {len(self._names)} arrays ({', '.join(self._names)}), got {len(args)}"
            )
        for n, x in zip(self._names, args):
            if not isinstance(x, NDArray):
                raise MXNetTypeError(f"CachedOp: input {n} must be NDArray, got {type(x).__name__}")
            if x._ctx != args[0]._ctx:
                raise MXNetError(f"CachedOp: inputs are on different contexts, {args[0]._ctx} and {x._ctx}")
        if args:
            outs = self._graph(list(args))
        else:
            outs = run_nodes(self._symbol, {}, default_ctx or current_context())
        if out is not None:
            targets = list(out) if isinstance(out, list | tuple) else [out]
            if len(targets) != len(outs):
                raise MXNetValueError(f"CachedOp: out= needs {len(outs)} array(s), got {len(targets)}")
            for t, y in zip(targets, outs):
                if not isinstance(t, NDArray) or t.shape != y.shape:
                    raise MXNetValueError(
                        f"CachedOp: out has shape {getattr(t, 'shape', type(t).__name__)}, expected {y.shape}"
                    )
                t._data[...] = y._data
                t._node, t._index = y._node, y._index
            return out
        return outs[0] if len(outs) == 1 else outs


CachedOp.__module__ = "mxr.ndarray"
