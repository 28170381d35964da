"""A traced block, compiled: one plan for each signature of shapes, dtypes, device and mode.

While recording, every call takes a compiled instance of its own from a pool, for its buffers hold what backward
needs; the instance comes back when the tape lets go of the call. The weights are bound in place, never copied.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from operator import attrgetter, is_
from typing import Any, NamedTuple

from ..backend import xp_for
from ..base import MXNetError
from ..context import Context
from ..core import tape
from ..core.array import SparseArray, make_array
from ..core.dispatch import invoke
from ..core.engine import engine
from ..core.lease import home_of
from ..core.threads import plan_threads
from . import hook_names
from .compile import compile_symbol, lent, written
from .dynamic import is_dynamic, run_nodes
from .run import run_calls
from .sparse import makes_sparse
from .symbol import Symbol, SymNode

__all__ = ["CachedGraph"]

# Plans that are kept of one block; the oldest go first. A few stay however large they are: those of full and of last
# batches, in training and in prediction.
MOST = 128
FEW = 4
LARGE = 1 << 30  # bytes

_gradient = attrgetter("_node.grad._data")
_data, _node, _home = attrgetter("_data"), attrgetter("_node"), attrgetter("_home")


class _Signature(NamedTuple):
    inputs: tuple[tuple[tuple[int, ...], Any], ...]
    ctx: Context
    train: bool
    wrt: tuple[int, ...] | None  # which variables need a gradient, see _wanted; None where nothing is recorded
    threads: int


class CachedGraph:
    """A symbol whose variables are inputs (by position) and parameters, callable on NDArrays.

    Parameters
    ----------
    symbol : the traced block.
    inputs : names of its inputs, in the order of the call.
    parameters : name to Parameter, for all other variables.
    """

    def __init__(self, symbol: Symbol, inputs: list[str], parameters: dict[str, Any]) -> None:
        self.symbol = symbol
        self.inputs = inputs
        used = set(symbol.list_inputs())
        self.parameters = [p for n, p in parameters.items() if n in used]
        self.names = [*inputs, *(n for n in parameters if n in used)]
        self.unused = [n for n in inputs if n not in used]
        states = written(symbol)
        self._written = [i for i, n in enumerate(inputs) if n in states]
        self._pools: dict[_Signature, list[_Instance]] = {}
        # a class of parameters with a data() of its own may answer anew each time
        self._asked = any(sum("data" in vars(c) for c in type(p).__mro__) > 1 for p in self.parameters)
        # of the last call: device, the lists that its parameters hold, their arrays; the leaves of these
        self._held: tuple[Context | None, list[Any], list[Any]] = (None, [], [])
        self._leaves: tuple[list[Any], tuple[int, ...], list[Any]] = ([], (), [])
        self._last: tuple[_Signature | None, list[_Instance]] = (None, [])  # the pool of the last call
        self._by_node = is_dynamic(symbol) or makes_sparse(symbol)

    def __call__(self, args: list[Any], hook: tuple[Callable[..., None], bool] | None = None) -> list[Any]:
        """The outputs, on the tape where autograd records. Every parameter must be initialised on the device.

        hook : (callback, whether it sees inputs too), see `Block.register_op_hook`.
        """
        ctx = args[0]._ctx
        weights = self._weights(ctx)
        if hook is not None:
            variables = [*args, *weights]
            return run_nodes(self.symbol, dict(zip(self.names, variables)), ctx, call=_watched(self.symbol, *hook, ctx))
        if self._by_node or any(isinstance(x, SparseArray) for x in args):
            return run_nodes(self.symbol, dict(zip(self.names, [*args, *weights])), ctx)
        engine.drain()
        state = tape.state
        wrt, behind = None, None
        if state.recording:
            kinds, behind = self._gradients(weights, ctx)
            wrt = (*[x._node is not None for x in args], *kinds)
            if not any(wrt):
                wrt = None
        shapes = tuple([(x._buf.shape, x._buf.dtype) for x in args])
        key = _Signature(shapes, ctx, state.training, wrt, plan_threads())
        pool = self._pool(key)
        instance = _taken(pool)
        while instance is not None and not instance.fits(weights):
            instance = _taken(pool)
        if instance is None:
            instance = _Instance(self, key, weights)
        outs = instance.forward(args)
        for i in self._written:
            args[i]._data[...] = instance.in_bufs[i]
        if wrt is None:
            pool.append(instance)
            return outs
        assert behind is not None
        ticket = _Ticket(instance, pool)
        parents = [*[(x._node, x._index) if x._node is not None else None for x in args], *behind]
        custom = _Backward(self, weakref.ref(ticket), args, weights)
        node = tape.Node(None, None, parents, ticket, instance.outs, ctx, custom)
        node.targets = instance.leaves(behind)
        for i, y in enumerate(outs):
            y._node, y._index = node, i
        return outs

    def _pool(self, key: _Signature) -> list[_Instance]:
        """The idle instances of a signature, mostly that of the last call: comparing is quicker than hashing."""
        last = self._last
        if key == last[0]:
            return last[1]
        pool = self._pools.get(key)
        if pool is None:
            self._make_room()
            pool = self._pools[key] = []
        self._last = key, pool
        return pool

    def _weights(self, ctx: Context) -> list[Any]:
        """The arrays of the parameters on a device."""
        if self._asked:
            return [p.data(ctx) for p in self.parameters]
        lists = [*map(_data, self.parameters)]
        held = self._held
        if (held[0] is not ctx and held[0] != ctx) or len(held[1]) != len(lists) or not all(map(is_, lists, held[1])):
            self._held = held = ctx, lists, [p.data(ctx) for p in self.parameters]
        return held[2]

    def _gradients(self, weights: list[Any], ctx: Context) -> tuple[tuple[int, ...], list[Any]]:
        """For each parameter see _wanted, and its place on the tape where a gradient is needed; leaves never change."""
        nodes, known = [*map(_node, weights)], self._leaves
        if len(nodes) != len(known[0]) or not all(map(is_, nodes, known[0])):
            kinds = tuple([_wanted(x, ctx) for x in weights])
            places = [(x._node, x._index) if kind else None for x, kind in zip(weights, kinds)]
            self._leaves = known = nodes, kinds, places
        return known[1], known[2]

    def _make_room(self) -> None:
        """Drops the oldest plans: data of any size would have one, with all its memory, for every size."""
        sizes = [(key, sum(x.nbytes for x in pool)) for key, pool in list(self._pools.items())]
        total = sum(n for _, n in sizes)
        for i, (key, n) in enumerate(sizes):
            left = len(sizes) - i
            if left < MOST and (left < FEW or total <= LARGE):
                break
            self._pools.pop(key, None)
            total -= n

    def explain(self) -> str:
        """The plans made so far: calls, kernels, arena bytes."""
        if self._by_node:
            return "not compiled, runs node by node: the shape or the storage of an output is known only then"
        parts = []
        for key, pool in self._pools.items():
            for instance in pool[:1]:
                mode = "train" if key.train else "predict"
                shapes = ", ".join(f"{n} {s}" for n, (s, _) in zip(self.inputs, key.inputs))
                what = "forward and backward" if key.wrt is not None else "forward"
                parts.append(f"{mode}, {what}, {key.ctx}: {shapes}\n{instance.explain()}")
        return "\n\n".join(parts)


def _taken(pool: list[_Instance]) -> _Instance | None:
    """An idle instance; None where there is none, for another thread may have been quicker."""
    try:
        return pool.pop()
    except IndexError:
        return None


def _watched(
    symbol: Symbol, callback: Callable[..., None], inputs_too: bool, ctx: Context
) -> Callable[[SymNode, list[Any]], Any]:
    """Runs a node and shows its arrays to `callback(name, operator, array)`; outputs that nobody uses are not shown."""
    used = {(id(n), i) for node in symbol._nodes() for n, i, _ in node.inputs}
    used.update((id(n), i) for n, i, _ in symbol._entries)

    def call(n: SymNode, ins: list[Any]) -> Any:
        assert n.op is not None and n.a is not None
        op = n.op.name.encode()
        if inputs_too:
            for name, x in zip(hook_names.input_names(n, len(ins)), ins):
                callback(name.encode(), op, x)
        outs = invoke(n.op, ins, n.a, ctx=ctx)
        for i, y in enumerate(outs if isinstance(outs, list) else [outs]):
            if (id(n), i) in used:
                callback(hook_names.output_name(n, i).encode(), op, y)
        return outs

    return call


class _Ticket:
    """What the tape holds for a call; when it lets go, the instance can serve the next call."""

    __slots__ = ("__weakref__", "instance", "pool")

    def __init__(self, instance: _Instance, pool: list[_Instance]) -> None:
        self.instance, self.pool = instance, pool

    def __del__(self) -> None:
        self.pool.append(self.instance)


class _Backward:
    """The custom gradient of a recorded call."""

    __slots__ = ("args", "graph", "ticket", "weights")

    def __init__(self, graph: CachedGraph, ticket: Any, args: list[Any], weights: list[Any]) -> None:
        self.graph, self.ticket, self.weights = graph, ticket, weights
        self.args = [(x._data, x._node, x._index) for x in args]

    def __call__(self, dys: list[Any], create_graph: bool) -> list[Any]:
        ticket = self.ticket()
        if ticket is None:
            raise MXNetError(tape._GONE)
        if create_graph:
            from .replay import replay_gradients

            # (buffer, node, index): for gradients of gradients, which run the operators one by one
            variables = [*self.args, *[(x._data, x._node, x._index) for x in self.weights]]
            return replay_gradients(self.graph.symbol, self.graph.names, variables, dys, ticket.instance)
        return ticket.instance.backward(dys)


def _wanted(x: Any, ctx: Context) -> int:
    """0: no gradient of this parameter is needed; 1: it is; 2: it is, straight in the parameter's own array."""
    leaf = x._node
    if leaf is None:
        return 0
    own = type(leaf) is tape.Leaf and leaf.req == "write" and not ctx.is_gpu
    if not own or leaf.grad is None or isinstance(leaf.grad, SparseArray):
        return 1
    grad, data = leaf.grad._buf, x._buf
    return 2 if grad.shape == data.shape and grad.dtype == data.dtype else 1


class _Instance:
    """One compiled plan with buffers of its own.

    `targets`: (number of the variable, its gradient's array) where that is what backward computes into.
    """

    def __init__(self, graph: CachedGraph, key: _Signature, weights: list[Any]) -> None:
        self.ctx, self.train = key.ctx, key.train
        lends = lent(graph.symbol, dict(zip(graph.names[len(key.inputs) :], weights)), key.train)
        self._weights = list(lends.values())
        self._homes = [id(home_of(a)) for a in self._weights]  # no references, which would stand against leases
        xp = xp_for(key.ctx)
        self.in_bufs = [xp.empty(shape, dtype) for shape, dtype in key.inputs]
        buffers = {**dict(zip(graph.names, self.in_bufs)), **lends}
        wrt = [n for n, needed in zip(graph.names, key.wrt or ()) if needed]
        first = len(key.inputs)
        direct = [i for i, kind in enumerate(key.wrt or ()) if kind == 2 and i >= first]
        places = {graph.names[i]: weights[i - first]._node.grad._data for i in direct}
        made = compile_symbol(graph.symbol, key.ctx, buffers, key.train, wrt, places=places, threads=key.threads)
        self.targets = [(i, places[n]) for i in direct if (n := graph.names[i]) in made.grads]
        self._direct = [i - first for i, _ in self.targets]
        self._own = [buffer for _, buffer in self.targets]
        self._places: list[Any] | None = None
        self._leaves: list[Any] = []  # what `leaves` found for `_places`
        self.explain = made.explain
        self.plan, self.random, self.out_bufs = made.plan, made.random, made.outs
        self.head_bufs = [made.heads.get(i) for i in range(len(made.outs))]
        self.outs = [(b.shape, b.dtype) for b in self.out_bufs]
        self.grad_bufs = [made.grads.get(n) for n in graph.names]

    @property
    def nbytes(self) -> int:
        """What it takes beside the weights."""
        held = [*self.in_bufs, *self.out_bufs, *self.head_bufs, *self.grad_bufs]
        outside = sum(b.nbytes for _, b in self.targets)
        return self.plan.arena_bytes + sum(b.nbytes for b in held if b is not None) - outside

    def fits(self, weights: list[Any]) -> bool:
        """Whether the parameters and their gradients still live in the buffers that the plan is bound to."""
        if [*map(id, map(_home, weights))] != self._homes:
            return False
        return not self.targets or all(map(is_, map(_gradient, [weights[k] for k in self._direct]), self._own))

    def leaves(self, places: list[Any]) -> list[Any]:
        """(leaf, array of its gradient) of `targets`, by the places of the parameters on the tape."""
        if self._places is not places:
            self._leaves = [(places[k][0], buffer) for k, buffer in zip(self._direct, self._own)]
            self._places = places
        return self._leaves

    def forward(self, args: list[Any]) -> list[Any]:
        for dst, x in zip(self.in_bufs, args):
            dst[...] = x._data
        self.used = False  # whether backward has run since
        run_calls(self.plan, self.plan.forward_calls)
        return [make_array(b.copy(), self.ctx) for b in self.out_bufs]

    def backward(self, dys: list[Any]) -> list[Any]:
        """Gradients of all variables in the instance's own buffers, None where there is none."""
        for dst, dy in zip(self.head_bufs, dys):
            if dst is not None:
                dst[...] = dy
        if self.used:
            run_calls(self.plan, self.plan.again_calls)
        self.used = True
        run_calls(self.plan, self.plan.backward_calls)
        return self.grad_bufs
