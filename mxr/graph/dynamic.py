"""Symbols with an operator whose output shape depends on values: run node by node, never compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..base import MXNetError, MXNetTypeError
from ..context import Context
from ..core import tape
from ..core.array import Array, SparseArray, make_array, make_sparse
from ..core.dispatch import invoke
from ..core.engine import engine
from ..core.leaf import set_zero
from .executor import Executor
from .symbol import Symbol, SymNode

__all__ = ["DynamicExecutor", "is_dynamic", "run_nodes"]

Watch = Callable[[str, Any], None]


def is_dynamic(sym: Symbol) -> bool:
    """Whether the shapes of `sym` are known only while it runs."""
    return any(n.op is not None and n.op.dynamic_shape for n in sym._nodes())


def run_nodes(
    sym: Symbol,
    variables: dict[str, Any],
    ctx: Context,
    watch: Watch | None = None,
    watch_all: bool = False,
    call: Callable[[SymNode, list[Any]], Any] | None = None,
) -> list[Any]:
    """The outputs of `sym` by single operator calls, on the tape where autograd records.

    `watch` sees the name and the array of every output, and of every variable with `watch_all`; `call` runs a node
    where its operator on `ctx` will not do.
    """
    values: dict[tuple[int, int], Any] = {}
    for n in sym._nodes():
        if n.op is None:
            values[id(n), 0] = variables[n.name]
            if watch is not None and watch_all:
                watch(n.name, variables[n.name])
            continue
        assert n.a is not None
        try:
            ins = [values[id(c), i] for c, i, _ in n.inputs]
            outs = invoke(n.op, ins, n.a, ctx=ctx) if call is None else call(n, ins)
        except MXNetError as e:
            raise e.retold(f"Error in operator {n.name}: {e}") from None
        for i, y in enumerate(outs if isinstance(outs, list) else [outs]):
            values[id(n), i] = y
            if watch is not None:
                watch(n.output_name(i), y)
    return [values[id(n), i] for n, i, _ in sym._entries]


def _needs_head_grad(n: SymNode) -> bool:
    if n.op is None or getattr(n.a, "out_grad", False):
        return True
    return not (n.op.loss_head or n.op.name in ("BlockGrad", "make_loss"))


class DynamicExecutor(Executor):
    """An Executor that runs the operators one by one; `outputs` are new arrays after each forward."""

    def _variables(self, record: bool) -> dict[str, Array]:
        """The arguments and states; where gradients are wanted, new handles that lead the tape to their arrays."""
        out = dict(self.arg_dict)
        for n, x in self.arg_dict.items():
            req = self._reqs.get(n, "null")
            if record and req != "null":
                sparse = isinstance(x, SparseArray)
                out[n] = make_sparse(x._buf, x._ctx) if sparse else make_array(x._data, x._ctx)
                out[n]._node, out[n]._index = tape.Leaf(self.grad_dict[n], req), 0
        return {**out, **self.aux_dict}

    @property
    def outputs(self) -> list[Any]:
        if self._outputs is None:
            raise MXNetError("outputs: their shapes depend on values; call forward() first")
        return self._outputs

    def forward(self, is_train: bool = False, **kwargs: Any) -> list[Any]:
        engine.drain()
        if kwargs:
            self._feed(kwargs)
        self._run_now(bool(is_train), record=bool(is_train))
        self._mode = bool(is_train)
        return self.outputs

    def _call(self, n: SymNode, ins: list[Any]) -> Any:
        assert n.op is not None and n.a is not None
        return invoke(n.op, ins, n.a, ctx=self._ctx)

    def _run_now(self, train: bool, record: bool) -> None:
        state = tape.state
        saved = state.recording, state.training
        state.recording, state.training = record, train
        try:
            self._outputs = run_nodes(
                self._symbol, self._variables(record), self._ctx, self._monitor, self._monitor_all, self._call
            )
        finally:
            state.recording, state.training = saved

    def backward(self, out_grads: Any = None, is_train: bool = True) -> None:
        if self._mode is None:
            raise MXNetError("backward: call forward(is_train=True) first")
        if not self._mode:  # nothing was recorded
            self._run_now(False, record=True)
        given = self._given_heads(out_grads)
        outs = self.outputs
        heads: list[Any] = []
        for i, (n, _, _) in enumerate(self._symbol._entries):
            g = given[i] if i < len(given) else None
            if g is None and _needs_head_grad(n):
                raise MXNetError(
                    f"backward: output {self._output_names[i]} is no loss function, so its head gradient must be given"
                    " in out_grads. To minimize an output, pass it through make_loss."
                )
            if g is not None and not isinstance(g, Array):
                raise MXNetTypeError(f"backward: out_grads[{i}] must be an NDArray, got {type(g).__name__}")
            heads.append(g)
        for name, req in self._reqs.items():
            dst = self.grad_dict.get(name)
            if req == "write" and dst is not None:  # nothing may depend on it
                set_zero(dst)
        recorded = [i for i, y in enumerate(outs) if y._node is not None]
        if recorded:
            tape.backward(
                [outs[i] for i in recorded], [heads[i] for i in recorded], retain_graph=True, train_mode=self._mode
            )

    def explain(self, is_train: bool = True) -> str:
        names = [n.name for n in self._symbol._nodes() if n.op is not None and n.op.dynamic_shape]
        return f"not compiled, runs node by node: the output shape of {', '.join(names)} depends on values"

    def debug_str(self) -> str:
        from .json_io import debug_str

        return f"{debug_str(self._symbol)}Total 0 MB allocated\n"


DynamicExecutor.__module__ = "mxr.executor"
