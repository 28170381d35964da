"""Which device each node of a symbol is on: groups of AttrScope(ctx_group=...), MXNet's model parallelism.

On CPUs all devices are one memory: one plan runs the graph, and arrays carry the device of their group. With a GPU
among them the operators run one by one, and what crosses from one device to another is copied.
"""

from __future__ import annotations

from typing import Any

from ..backend import from_host, to_host, xp_for
from ..base import MXNetError, MXNetTypeError
from ..context import Context
from ..core import tape
from ..core.array import make_array
from ..core.dispatch import invoke
from .dynamic import DynamicExecutor
from .symbol import Symbol, SymNode

__all__ = ["PlacedExecutor", "move", "places"]


def places(sym: Symbol, ctx: Context, group2ctx: dict[str, Any] | None) -> dict[int, Context]:
    """The device of each node by its id(): that of its group; a variable without one goes with its first user."""
    groups: dict[str, Context] = {}
    for group, given in (group2ctx or {}).items():
        other = given[0] if isinstance(given, list | tuple) and len(given) == 1 else given
        if not isinstance(other, Context):
            raise MXNetTypeError(f"group2ctx: group {group!r} must be a Context such as mx.cpu(1), got {given!r}")
        xp_for(other)
        groups[group] = other
    order = sym._nodes()
    found = {id(n): groups.get(n.attrs.get("__ctx_group__", ""), ctx) for n in order}
    settled = {id(n) for n in order if n.attrs.get("__ctx_group__") in groups}
    for n in order:
        for child, _, _ in n.inputs if n.op is not None else ():
            if child.op is None and id(child) not in settled:
                found[id(child)] = found[id(n)]
                settled.add(id(child))
    return found


def move(x: Any, ctx: Context) -> Any:
    """`x` on `ctx`: itself, or a copy that the tape knows."""
    if x._ctx == ctx:
        return x
    home = x._ctx
    y = make_array(from_host(to_host(x._data).copy(), ctx), ctx)
    if tape.state.recording and x._node is not None:

        def back(dys: list[Any], create_graph: bool) -> list[Any]:
            if create_graph:
                return [move(dys[0], home)]
            return [from_host(to_host(dys[0]).copy(), home)]

        y._node = tape.Node(None, None, [(x._node, x._index)], (), [(y.shape, y._data.dtype)], ctx, back)
        y._index = 0
    return y


class PlacedExecutor(DynamicExecutor):
    """An executor over several devices: operator by operator, each on the device of its group."""

    place: dict[int, Context]

    def _call(self, n: SymNode, ins: list[Any]) -> Any:
        assert n.op is not None and n.a is not None
        ctx = self.place.get(id(n), self._ctx)
        states = n.aux_slots()
        for i in states:
            if ins[i]._ctx != ctx:
                raise MXNetError(f"{n.name}: its states are on {ins[i]._ctx}, the operator on {ctx}")
        return invoke(n.op, [move(x, ctx) for x in ins], n.a, ctx=ctx)


PlacedExecutor.__module__ = "mxr.executor"
