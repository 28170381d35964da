"""The tape: what operators recorded, and the walk back over it.

A node keeps the operator, its attributes and only what the operator's grad names. A leaf is an array with
``attach_grad()``. Nodes carry a rising number, so a walk by falling number is a topological order.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from ..backend import xp_of
from ..base import MXNetError, MXNetTypeError, MXNetValueError
from . import kernel_table
from .array import Array, SparseArray, make_array, make_sparse
from .engine import engine
from .failure import named_error
from .leaf import Leaf, set_zero, write_leaf
from .modes import state
from .op import OpDef, grad_slots, no_gradient
from .params import Attrs
from .quiet import quiet
from .raw_f import raw_f
from .storage import Sparse, dense_of

__all__ = ["Leaf", "Node", "Recipe", "backward", "state"]


_numbers = itertools.count()


class Recipe:
    """What all recorded calls of one signature share: what the tape keeps of them, and the kernels of their gradients.

    `slots` are grad_slots; `outs` (shape, dtype) of the visible outputs, None where values decide about shapes.
    """

    __slots__ = ("_dtypes", "_kernels", "_name", "_shapes", "outs", "slots")

    def __init__(
        self, op: OpDef, a: Attrs, shapes: Sequence[tuple], dtypes: Sequence[Any], outs: Sequence[Any]
    ) -> None:
        self.slots = grad_slots(op, a, len(shapes))
        self.outs = None if op.dynamic_shape else outs
        # a rule that gives sparse gradients decides by itself, as do calls with several outputs
        self._name = "" if getattr(a, "sparse_grad", False) or len(outs) != 1 else op.name
        self._shapes, self._dtypes = list(shapes), list(dtypes)
        self._kernels: dict[tuple[bool, ...], Callable[..., Any] | None] = {}

    def kernel(self, a: Attrs, parents: Sequence[Any]) -> Callable[..., Any] | None:
        """The kernel for the gradients that these parents want; None where the operator's own rule serves."""
        wanted = tuple([p is not None for p in parents])
        try:
            return self._kernels[wanted]
        except KeyError:
            found = kernel_table.find_gradient(self._name, a, self._shapes, self._dtypes, wanted)
            self._kernels[wanted] = found
            return found


class Node:
    """One recorded operator call.

    `parents` has a (node or leaf, output index) or None for each input; `saved` what grad_slots ask for;
    `outs` (shape, dtype) of the visible outputs, for missing head gradients. `custom` replaces the
    operator's grad for autograd.Function and kin; `recipe` is that of the call's signature, if it has one.
    `targets` are (leaf, raw array) where `custom` computes a gradient straight into the leaf's array.
    """

    __slots__ = ("a", "ctx", "custom", "freed_at", "number", "op", "outs", "parents", "recipe", "saved", "targets")

    def __init__(
        self,
        op: OpDef | None,
        a: Attrs | None,
        parents: list,
        saved: Any,
        outs: Sequence[Any],
        ctx: Any,
        custom: Any = None,
        recipe: Recipe | None = None,
    ) -> None:
        self.op, self.a, self.parents, self.saved, self.outs, self.ctx = op, a, parents, saved, outs, ctx
        self.custom: Callable[..., Sequence[Any]] | None = custom
        self.recipe = recipe
        self.number = next(_numbers)
        self.freed_at = 0
        self.targets: Sequence[tuple[Leaf, Any]] = ()

    @property
    def freed(self) -> bool:
        return self.saved is None


def record(
    op: OpDef,
    a: Attrs,
    inputs: Sequence[Array],
    bufs: Sequence[Any],
    outs: Sequence[Any],
    raw: Any,
    recipe: Recipe | None = None,
) -> None:
    """Puts a call on the tape; `raw` are all output buffers, `outs` the visible arrays."""
    parents = [None if x._node is None else (x._node, x._index) for x in inputs]
    if not any(parents):
        return
    if op.grad is None and (op.mutates or any(y is x for y in outs for x in inputs)):
        return  # an optimiser's step is no function of the weights
    saved: list[Any] = []
    for kind, i in grad_slots(op, a, len(inputs)) if recipe is None else recipe.slots:
        if kind == "in":
            saved.append((bufs[i], inputs[i]._node, inputs[i]._index))
        elif kind == "out":
            saved.append((raw[i], None, i))
        elif kind == "ins":
            saved.append([(b, x._node, x._index) for b, x in zip(bufs, inputs)])
        elif kind == "outs":
            saved.append([(r, None, i) for i, r in enumerate(raw)])
        else:
            saved.append(None)
    metas = None if recipe is None else recipe.outs
    if metas is None:
        metas = [(r.shape, r.dtype) for r in raw[: len(outs)]]
    node = Node(op, a, parents, saved, metas, inputs[0]._ctx, None, recipe)
    for i, y in enumerate(outs):
        y._node, y._index = node, i


def check_outputs(op: OpDef, inputs: Sequence[Array], outs: Sequence[Array]) -> None:
    """Refuses ``out=`` arrays that a recorded call must not write: those on the tape, and its own inputs."""
    if op.grad is not None and any(x._node is not None for x in inputs):
        for y in outs:
            if is_on(y):
                raise MXNetError(_ASSIGNED)
            if any(y is x for x in inputs):
                raise MXNetError(INPLACE)


def is_on(x: Array) -> bool:
    """Whether `x` is a variable, or a value of a graph that backward has not freed."""
    node = x._node
    return node is not None and not (isinstance(node, Node) and node.freed)


# The NDArray spelling of F, for create_graph; mxr.ndarray sets it.
nd_f: Any = None


def set_nd_f(f: Any) -> None:
    global nd_f
    nd_f = f


INPLACE = "Inplace operations (+=, -=, x[:]=, etc) are not supported when recording with autograd."
_ASSIGNED = (
    "Assigning to NDArrays that are already in a computational graph will cause undefined behavior when evaluating "
    "gradients. Please call backward first to clear the graph or do this out side of a record section. Also note that "
    "you cannot use inplace operations like +=, *=, relu(x, out=x), y[idx]=x, etc inside a record section."
)
_GONE = (
    "Cannot differentiate node because it is not in a computational graph. You need to set is_recording to true or "
    "use autograd.record() to save computational graphs for backward. If you want to differentiate the same graph "
    "twice, you need to pass retain_graph=True to backward."
)


@quiet
def backward(
    heads: Sequence[Any],
    head_grads: Sequence[Any] | None,
    *,
    retain_graph: bool = False,
    train_mode: bool = True,
    create_graph: bool = False,
    variables: Sequence[Any] | None = None,
) -> list[Any] | None:
    """Gradients of `heads` with regard to the leaves (written by their grad_req), or to `variables` (returned)."""
    pending: dict[Any, dict[int, Any]] = {}
    heap: list[tuple[int, int, Any]] = []

    sums: set[tuple[Any, int]] = set()

    def give(target: Any, index: int, g: Any) -> None:
        slots = pending.get(target)
        if slots is None:
            slots = pending[target] = {}
            if isinstance(target, Node):
                heapq.heappush(heap, (-target.number, id(target), target))
        held = slots.get(index)
        if held is None:
            slots[index] = g
        elif (target, index) in sums and type(g) is np.ndarray and g.dtype == held.dtype:
            held += g  # a sum that was made here: nobody else has it
        else:
            slots[index] = total = held + g
            if type(total) is np.ndarray:
                sums.add((target, index))

    for i, h in enumerate(heads):
        if h._node is None or (isinstance(h._node, Node) and h._node.freed):
            raise MXNetError(_GONE)
        g = None if head_grads is None else head_grads[i]
        if g is None:
            g = make_array(_ones(h), h._ctx)
        elif not isinstance(g, Array):
            raise MXNetTypeError(f"backward: head gradient {i} must be an NDArray, got {type(g).__name__}")
        elif g._buf.shape != h._buf.shape:
            if isinstance(g, SparseArray) or g._buf.size != h._buf.size:
                raise MXNetValueError(f"backward: head gradient {i} has shape {g._buf.shape}, expected {h.shape}")
            g = cast(Any, g).reshape(h.shape)  # as in MXNet, only the number of elements counts
        give(h._node, h._index, g if create_graph else (g._buf if isinstance(g, SparseArray) else g._data))

    engine.drain()
    saved_state = state.recording, state.training
    state.recording, state.training = create_graph, train_mode
    visited: list[Node] = []
    blocked: list[Any] = []  # where a rule gave no gradient: what lies behind gets zeros, as in MXNet
    constants = 0  # values of graphs freed before they were used here: a state carried from batch to batch
    try:
        while heap:
            node = heapq.heappop(heap)[2]
            visited.append(node)
            if node.freed:
                raise MXNetError(_GONE)
            if node.targets and not create_graph:
                grads = _into_targets(node, pending, variables is not None)
            else:
                grads = _node_grads(node, pending.pop(node), create_graph)
            for parent, g in zip(node.parents, grads):
                if parent is not None:
                    target, index = parent
                    if isinstance(target, Node) and target.freed and target.freed_at < node.number:
                        constants += 1
                    elif g is None:
                        blocked.append(target)
                    elif type(target) is Leaf and target not in pending:
                        pending[target] = {index: g}
                    else:
                        give(target, index, g)
    finally:
        state.recording, state.training = saved_state
    if constants and variables is None and not blocked and not any(isinstance(t, Leaf) for t in pending):
        raise MXNetError(_GONE)
    untouched = _behind(blocked) - pending.keys()
    if variables is not None:
        result = [_variable_grad(v, pending, create_graph, untouched) for v in variables]
    else:
        result = None
        for leaf, slots in pending.items():
            g, grad = slots[0], leaf.grad
            if grad is not None and grad._buf is g and grad._pending is None and leaf.req == "write":
                leaf.fresh = True  # it was computed there
            else:
                write_leaf(leaf, g, create_graph)
        for leaf in untouched:
            if isinstance(leaf, Leaf) and leaf.req == "write" and leaf.grad is not None:
                set_zero(leaf.grad)
    if not (retain_graph or create_graph):
        now = next(_numbers)
        for node in visited:
            node.saved = node.custom = None
            node.parents, node.targets = [], ()
            node.freed_at = now
    return result


def _ones(h: Any) -> Any:
    if not isinstance(h, SparseArray):
        raw = h._data
        ones = xp_of(raw).empty(raw.shape, raw.dtype)
        ones.fill(1)  # `ones_like` takes four times as long
        return ones
    return h._buf.xp.ones(h._buf.shape, h._buf.dtype)


def _into_targets(node: Node, pending: dict[Any, dict[int, Any]], keep: bool) -> Sequence[Any]:
    """Gradients of a node that writes into the arrays of leaves; `keep`: these shall have what they had."""
    for leaf, buffer in node.targets:
        slots = pending.get(leaf)
        if slots is not None and slots[0] is buffer:  # of another call, to be added to this one's
            slots[0] = buffer.copy()
    if not keep:
        return _node_grads(node, pending.pop(node), False)
    held = [(buffer, buffer.copy()) for _, buffer in node.targets]
    own = {id(buffer) for _, buffer in node.targets}
    grads = [g.copy() if id(g) in own else g for g in _node_grads(node, pending.pop(node), False)]
    for buffer, old in held:
        buffer[...] = old
    return grads


def _node_grads(node: Node, slots: dict[int, Any], create_graph: bool) -> Sequence[Any]:
    if node.recipe is not None and not create_graph and node.a is not None:
        run = node.recipe.kernel(node.a, node.parents)
        if run is not None:
            dy = slots[0]
            if type(dy) is np.ndarray and dy.dtype == node.outs[0][1]:
                return _by_kernel(node, run, dy)
    first = slots[min(slots)]
    if isinstance(first, Sparse) or len(slots) > 1:
        if not getattr(node.custom, "takes_sparse", False):
            found = None if len(slots) > 1 or node.custom is not None else _sparse_rule(node, first)
            if found is not None:
                return found
            slots = {i: dense_of(g) for i, g in slots.items()}
            first = slots[min(slots)]
        xp = first.xp if isinstance(first, Sparse) else xp_of(first._data if create_graph else first)
    else:
        xp = xp_of(first._data if create_graph else first)
    dys = []
    for i, (shape, dtype) in enumerate(node.outs):
        g = slots.get(i)
        if g is None:
            g = xp.zeros(shape, dtype)
            if create_graph:
                g = make_array(g, node.ctx)
        dys.append(g)
    if node.custom is not None:
        return node.custom(dys, create_graph)
    assert node.op is not None
    if node.op.grad is None:
        raise MXNetError(no_gradient(node.op))
    dy = dys[0] if len(dys) == 1 else tuple(dys)
    try:
        if node.op.sparse_gradient and not create_graph:
            found = _sparse_rule(node, dy)
            if found is not None:
                return found
        if create_graph:
            grads = node.op.grad(nd_f, node.a, dy, *(_revive(s, node) for s in node.saved))
        else:
            grads = node.op.grad(raw_f(xp), node.a, dy, *(_raw_saved(s) for s in node.saved))
    except Exception as e:
        raise named_error(node.op, node.a, (), e, f"gradient of {node.op.name}") from None
    return grads if isinstance(grads, tuple | list) else (grads,)


def _by_kernel(node: Node, run: Callable[..., Any], dy: np.ndarray) -> Sequence[Any]:
    try:
        return run(node.a, dy if dy.flags.c_contiguous else dy.copy(order="C"), *[_raw_saved(s) for s in node.saved])
    except Exception as e:
        assert node.op is not None
        raise named_error(node.op, node.a, (), e, f"gradient of {node.op.name}") from None


def _sparse_rule(node: Node, dy: Any) -> Any:
    """The gradients where a dense call has sparse ones, or gets one; None for the dense rule."""
    if node.op is None or node.a is None or not node.op.sparse_gradient:
        return None
    from .sparse_call import dense_node_gradient  # which builds on this module

    return dense_node_gradient(node.op, node.a, dy, [_raw_saved(s) for s in node.saved])


def _raw_saved(s: Any) -> Any:
    if s is None:
        return None
    return s[0] if isinstance(s, tuple) else tuple(v[0] for v in s)


def _revive(s: Any, node: Node) -> Any:
    """A saved buffer as an array that is on the tape again, for gradients of gradients."""
    if s is None:
        return None
    if isinstance(s, list):
        return tuple(_revive(v, node) for v in s)
    buf, parent, index = s
    x = make_array(buf, node.ctx)
    x._node, x._index = (node if parent is None and index < len(node.outs) and _is_out(node, s) else parent), index
    return x


def _is_out(node: Node, s: tuple) -> bool:
    return any(
        s is v or (isinstance(v, list) and any(s is w for w in v))
        for (kind, _), v in zip(grad_slots(node.op, node.a, len(node.parents)), node.saved)
        if kind in ("out", "outs")
    )


def _behind(targets: list[Any]) -> set[Any]:
    """The given nodes and leaves and all that they were computed from."""
    found: set[Any] = set()
    while targets:
        t = targets.pop()
        if t not in found:
            found.add(t)
            if isinstance(t, Node):
                targets.extend(p[0] for p in t.parents if p is not None)
    return found


def _variable_grad(v: Any, pending: dict, create_graph: bool, untouched: set[Any]) -> Any:
    slots = pending.get(v._node)
    g = None if slots is None else slots.get(v._index)
    if g is None and isinstance(v._node, Leaf) and v._node in untouched:
        return make_array(_ones(v) * 0, v._ctx)
    if g is None:
        raise MXNetError("grad: a variable is not reachable from the heads; all variables must be part of the graph")
    if isinstance(g, Sparse):
        return make_sparse(g.astype(v._buf.dtype), v._ctx)
    # a copy: g may be a buffer that its node writes again
    return g if create_graph else make_array(xp_of(g).array(g, dtype=v.dtype, order="C"), v._ctx)
