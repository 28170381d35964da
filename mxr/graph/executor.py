"""The executor of a bound symbol: ``forward``, ``backward`` and the arrays it works on."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from ..base import MXNetError, MXNetTypeError, MXNetValueError, suggest
from ..context import Context
from ..core import tape
from ..core.array import Array, make_array
from ..core.engine import engine
from ..core.threads import plan_threads
from .compile import Compiled, compile_symbol, lent
from .ir import draws
from .plan import Plan
from .run import run_calls
from .symbol import Symbol, SymNode

__all__ = ["Executor"]


class Executor:
    """A symbol with arrays for all its variables; made by ``simple_bind`` and ``bind``.

    Attributes
    ----------
    arg_arrays, grad_arrays, aux_arrays, outputs : lists in the order of the symbol's names.
    arg_dict, grad_dict, aux_dict, output_dict : the same by name.
    """

    def __init__(
        self, sym: Symbol, ctx: Context, args: dict[str, Any], grads: dict[str, Any], reqs: dict[str, str],
        aux: dict[str, Any],
    ) -> None:  # fmt: skip
        self._symbol, self._ctx = sym, ctx
        self.arg_dict, self.aux_dict = args, aux
        self.grad_dict = {n: grads.get(n) for n in args}
        self._reqs = reqs
        self.arg_arrays = list(args.values())
        self.grad_arrays = list(self.grad_dict.values())
        self.aux_arrays = list(aux.values())
        self._plans: dict[tuple[bool, bool, int], Compiled] = {}
        self._outputs: list[Any] | None = None
        self._out_ctx: list[Context] | None = None  # of the outputs, where groups of nodes have contexts
        self._head_bufs: dict[int, Any] = {}
        self._mode: bool | None = None  # is_train of the last forward
        self._threads = 1  # those of the last forward
        self._used = False  # whether backward has run since
        self._monitor: Any = None
        self._monitor_all = False
        # (names, weights, gradients): all float32 parameters end to end, where simple_bind laid them out so
        self.flat_params: tuple[list[str], Any, Any] | None = None
        names = sym.list_outputs()
        if len(set(args)) != len(args):
            raise MXNetValueError("the symbol has two arguments of the same name")
        self._output_names = names

    # ---- compiling
    def _plan(self, train: bool, backward: bool | None = None) -> Plan:
        """The plan for a mode; with a backward part where training, unless `backward` says otherwise."""
        return self._compiled(train, train if backward is None else backward).plan

    def _compiled(self, train: bool, backward: bool) -> Compiled:
        found = self._plans.get((train, backward, self._threads))
        if found is not None:
            return found
        arrays = lent(self._symbol, {**self.arg_dict, **self.aux_dict}, train)
        wrt = [n for n in self.arg_dict if self._reqs.get(n, "null") != "null"] if backward else []
        grads = {n: (cast(Array, self.grad_dict[n])._data, self._reqs[n] == "add") for n in wrt}
        made = compile_symbol(
            self._symbol, self._ctx, arrays, train, wrt,
            outs=None if self._outputs is None else [y._data for y in self._outputs],
            heads=self._head_bufs, grads=grads, threads=self._threads,
        )  # fmt: skip
        if self._outputs is None:
            homes = self._out_ctx or [self._ctx] * len(made.outs)
            self._outputs = [make_array(b, c) for b, c in zip(made.outs, homes)]
        self._plans[train, backward, self._threads] = made
        return made

    # ---- running
    @property
    def outputs(self) -> list[Any]:
        """The outputs of the last forward; each forward writes over them."""
        if self._outputs is None:
            self._plan(False)
        assert self._outputs is not None
        return self._outputs

    @property
    def output_dict(self) -> dict[str, Any]:
        return dict(zip(self._output_names, self.outputs))

    def forward(self, is_train: bool = False, **kwargs: Any) -> list[Any]:
        """Runs the graph; keyword arrays are copied into the arguments of those names first."""
        engine.drain()
        if kwargs:
            self._feed(kwargs)
        # a monitor sees every value, and a plan that is split has none of them whole
        self._threads = plan_threads() if self._monitor is None else 1
        plan = self._plan(bool(is_train))
        if self._monitor is not None:
            self._run_monitored(plan, bool(is_train))
        else:
            run_calls(plan, plan.forward_calls)
        self._mode, self._used = bool(is_train), False
        return self.outputs

    def _feed(self, kwargs: dict[str, Any]) -> None:
        for name, value in kwargs.items():
            dst = self.arg_dict.get(name)
            if dst is None:
                raise MXNetTypeError(f"Unknown argument {name}.{suggest(name, self.arg_dict)}")
            given = value if isinstance(value, Array) else np.asarray(value)
            shape = given._buf.shape if isinstance(given, Array) else given.shape
            if shape != dst.shape:
                raise MXNetValueError(f"Shape not match! Argument {name}, need: {dst.shape}, received: {shape}")
            dst[:] = given

    def backward(self, out_grads: Any = None, is_train: bool = True) -> None:
        """Gradients into the arrays of ``grad_dict``; `out_grads` are needed for outputs that are no losses.

        After ``forward(is_train=False)`` they are those of the graph as it predicts.
        """
        if self._mode is None:
            raise MXNetError("backward: call forward(is_train=True) first")
        plan = self._plan(self._mode, True)
        given = self._given_heads(out_grads)
        for i, buf in self._head_bufs.items():
            if i >= len(given) or given[i] is None:
                raise MXNetError(
                    f"backward: output {self._output_names[i]} is no loss function, so its head gradient must be given"
                    " in out_grads. To minimize an output, pass it through make_loss."
                )
            if not isinstance(given[i], Array):
                raise MXNetTypeError(f"backward: out_grads[{i}] must be an NDArray, got {type(given[i]).__name__}")
            if given[i].shape != buf.shape:
                raise MXNetValueError(
                    f"backward: out_grads[{i}] has shape {given[i].shape}, "
                    f"output {self._output_names[i]} has {buf.shape}"
                )
            buf[...] = given[i]._data
        engine.drain()
        if not self._mode:  # the plan that ran kept nothing for backward, but the numbers that it drew
            for dst, src in zip(self._compiled(False, True).drawn, self._compiled(False, False).drawn):
                dst[...] = src
            run_calls(plan, plan.redo_calls)
        elif self._used:
            run_calls(plan, plan.again_calls)
        self._used = True
        run_calls(plan, plan.backward_calls)

    def _given_heads(self, out_grads: Any) -> list[Any]:
        """Head gradients in the order of the outputs, from one array, a list, or a dict by name."""
        if isinstance(out_grads, dict):
            for k in out_grads:
                if k not in self._output_names:
                    raise MXNetValueError(f"backward: there is no output {k!r}.{suggest(k, self._output_names)}")
            return [out_grads.get(n) for n in self._output_names]
        return [out_grads] if isinstance(out_grads, Array) else list(out_grads or [])

    def _run_monitored(self, plan: Plan, train: bool) -> None:
        """Runs node by node on the tape-free imperative path and shows every output to the monitor.

        What was drawn at random is what the plan drew.
        """
        from ..core.dispatch import invoke

        drawn = iter(self._compiled(train, train).drawn)
        run_calls(plan, plan.forward_calls)
        arrays: dict[tuple[int, int], Any] = {}
        saved, tape.state.training = tape.state.training, train
        try:
            for n in self._symbol._nodes():
                if n.op is None:
                    arrays[id(n), 0] = self.arg_dict.get(n.name, self.aux_dict.get(n.name))
                    continue
                ins = [arrays[id(c), i] for c, i, _ in n.inputs]
                if self._monitor_all:
                    self._show_inputs(n, ins)
                safe = [x.copy() if k in n.aux_slots() else x for k, x in enumerate(ins)]
                assert n.a is not None
                if draws(n.op, n.a):
                    outs = [make_array(next(drawn).copy(), self._ctx) for _ in range(n.n_outputs)][: n.n_visible]
                else:
                    outs = invoke(n.op, safe, n.a)
                for i, y in enumerate(outs if isinstance(outs, list) else [outs]):
                    arrays[id(n), i] = y
                    self._monitor(n.output_name(i), y)
        finally:
            tape.state.training = saved

    def _show_inputs(self, n: SymNode, ins: list[Any]) -> None:
        """Each input under its name in the node, a variable under its own name before."""
        assert n.op is not None
        for name, (child, _, _), x in zip(n.op.input_names(n.a, len(ins)), n.inputs, ins):
            if child.op is None:
                self._monitor(child.name, x)
            self._monitor(f"{n.name}_{name}", x)

    # ---- the rest of MXNet's executor
    def set_monitor_callback(self, callback: Any, monitor_all: bool = False) -> None:
        """`callback(name, array)` is called for every output of every node at each forward.

        With `monitor_all` for every input, too.
        """
        self._monitor, self._monitor_all = callback, monitor_all

    def copy_params_from(
        self, arg_params: dict[str, Any], aux_params: dict[str, Any] | None = None, allow_extra_params: bool = False
    ) -> None:
        """Copies values into arguments and auxiliary states by name."""
        for what, given, own in (
            ("arguments", arg_params, self.arg_dict),
            ("auxiliary states", aux_params, self.aux_dict),
        ):
            for name, x in (given or {}).items():
                dst = own.get(name)
                if dst is None:
                    if not allow_extra_params:
                        raise MXNetValueError(f'Find name "{name}" that is not in the {what}.{suggest(name, own)}')
                    continue
                if dst.shape != x.shape:
                    raise MXNetValueError(f"parameter {name} has shape {x.shape}, the executor needs {dst.shape}")
                dst[:] = x.astype(dst.dtype, copy=False)

    def reshape(self, partial_shaping: bool = False, allow_up_sizing: bool = False, **kwargs: Any) -> Executor:
        """An executor for other input shapes that shares the parameter arrays."""
        from .bind import reshape

        return reshape(self, partial_shaping, allow_up_sizing, kwargs)

    def get_optimized_symbol(self) -> Symbol:
        """The symbol that is bound; what the compiler made of it, :meth:`explain` prints."""
        return self._symbol

    def debug_str(self) -> str:
        from .json_io import debug_str

        return f"{debug_str(self._symbol)}Total {self._plan(False).arena_bytes >> 20} MB allocated\n"

    def explain(self, is_train: bool = True) -> str:
        """What the compiler made of the graph: calls in order, kernels, fused groups, arena bytes."""
        self._threads = plan_threads() if self._mode is None else self._threads
        return self._compiled(is_train, is_train).explain()


Executor.__module__ = "mxr.executor"
