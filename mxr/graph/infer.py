"""Shape and dtype inference over a Symbol: passes forward and backward until nothing more is learnt."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..backend import dtype_of
from ..base import MXNetTypeError, MXNetValueError, suggest
from ..core.shape_mode import from_user, mode, to_user
from ..core.shapes import is_known, merge
from .symbol import Symbol, SymNode

__all__ = ["Facts", "Shapes", "Types", "infer_shape", "infer_type", "infer_types", "solve_shapes"]

Key = tuple[int, int]


def solve_shapes(sym: Symbol, known: dict[str, Any], heads: Sequence[Any] = ()) -> tuple[list[SymNode], dict[Key, Any]]:
    """(nodes in order, shape by (node id, output)); unknown dimensions are -1, an unknown shape None.

    `heads` are the shapes of the outputs where they are known.
    """
    order = sym._nodes()
    shapes: dict[Key, Any] = {}
    for n in order:
        if n.op is None:
            given = known.get(n.name)
            if given is None and "__shape__" in n.attrs:
                given = _from_user(ast.literal_eval(n.attrs["__shape__"]))
            shapes[id(n), 0] = given
    for (n, i, _), s in zip(sym._entries, heads):
        if s is not None:
            shapes[id(n), i] = merge(shapes.get((id(n), i)), s)
    Shapes(shapes).settle(order)
    return order, shapes


class _Call:
    """A node with the keys of its inputs and outputs."""

    __slots__ = ("ins", "keys", "node")

    def __init__(self, node: SymNode) -> None:
        self.node, self.ins = node, len(node.inputs)
        self.keys = [(id(c), i) for c, i, _ in node.inputs] + [(id(node), i) for i in range(node.n_outputs)]


class Facts:
    """What is known of the values of a graph, and the operators' rules that say more.

    Attributes
    ----------
    found : by (id of a node, output).
    """

    def __init__(self, found: dict[Key, Any]) -> None:
        self.found = found
        self._answers: dict[Any, Sequence[Any]] = {}  # of calls alike: most of a graph's are

    def known(self, fact: Any) -> bool:
        """Whether nothing is left to learn."""
        raise NotImplementedError

    def settle(self, order: Sequence[SymNode], goal: Key | None = None) -> None:
        """Asks the rules of the nodes forward and backward until they say nothing more, or `goal` is known.

        A rule that has seen all of its values known is not asked again.
        """
        calls = [_Call(n) for n in order if n.op is not None]
        while calls:
            changed = False
            for step in (1, -1):
                open_ = []
                for call in calls[::step]:
                    before = [self.found.get(k) for k in call.keys]
                    changed = self._learn(call, before, self._answer(call, before)) or changed
                    if not all(map(self.known, before)):
                        open_.append(call)
                calls = open_[::step]
                if goal is not None and self.known(self.found.get(goal)):
                    return
            if not changed:
                return

    def _answer(self, call: _Call, before: list[Any]) -> Sequence[Any]:
        n = call.node
        asked = (n.op, n.a, *before)
        found = self._answers.get(asked)
        if found is None:
            found = self._answers[asked] = self._ask(n, before[: call.ins], before[call.ins :])
        return found

    def _ask(self, n: SymNode, ins: list[Any], outs: list[Any]) -> Sequence[Any]:
        """What the rule of a node says of its inputs and outputs."""
        raise NotImplementedError

    def _learn(self, call: _Call, before: list[Any], after: Sequence[Any]) -> bool:
        """Whether something is new."""
        raise NotImplementedError


class Shapes(Facts):
    """Shapes: None, or with dimensions of -1 where they are not known."""

    def known(self, fact: Any) -> bool:
        return is_known(fact)

    def _ask(self, n: SymNode, ins: list[Any], outs: list[Any]) -> Sequence[Any]:
        assert n.op is not None and n.a is not None
        ins, outs = n.op.infer(n.a, ins, outs, label=f"Error in operator {n.name}")
        return *ins, *outs

    def _learn(self, call: _Call, before: list[Any], after: Sequence[Any]) -> bool:
        changed, found = False, self.found
        for k, old, new in zip(call.keys, before, after):
            if new != old or k not in found:
                changed = changed or new != old
                try:
                    found[k] = merge(found.get(k), new)
                except ValueError as e:
                    raise MXNetValueError(
                        f"Error in operator {call.node.name}: one input in two places needs two shapes: {e}"
                    ) from None
        return changed


class Types(Facts):
    """Dtypes, None where they are not known; one that is known stays."""

    def known(self, fact: Any) -> bool:
        return fact is not None

    def _ask(self, n: SymNode, ins: list[Any], outs: list[Any]) -> Sequence[Any]:
        assert n.op is not None
        ins, outs = n.op.infer_dtypes(n.a, ins, outs, f"Error in operator {n.name}")
        return *ins, *outs

    def _learn(self, call: _Call, before: list[Any], after: Sequence[Any]) -> bool:
        changed = False
        for k, new in zip(call.keys, after):
            if new is not None and self.found.get(k) is None:
                self.found[k] = new
                changed = True
        return changed


def _from_user(shape: Any) -> Any:
    """A shape as users write it; of old, 0 is an unknown dimension and () an unknown shape."""
    try:
        shape = tuple(int(s) for s in shape)
    except (TypeError, ValueError):
        raise MXNetTypeError(f"a shape must be a tuple of whole numbers, got {shape!r}") from None
    if not shape and not mode.np_shape:
        return None
    if any(s < -1 for s in shape):
        raise MXNetValueError(f"shape {shape} has a negative dimension")
    return from_user(shape)


def _to_user(shape: Any) -> tuple[int, ...] | None:
    if shape is None:
        return None if mode.np_shape else ()
    return to_user(shape)


def _is_open(shape: Any) -> bool:
    """Whether a shape in the user's form leaves something unknown."""
    return _from_user(shape) is None or -1 in _from_user(shape) if shape is not None else True


def _named(sym: Symbol, args: tuple, kwargs: dict[str, Any], what: str) -> dict[str, Any]:
    if args and kwargs:
        raise MXNetValueError(f"Can only specify known argument {what} either by positional or kwargs way.")
    names = sym.list_arguments()
    if args:
        if len(args) > len(names):
            raise MXNetValueError(f"{len(args)} {what}s are given, the symbol has {len(names)} arguments")
        return {n: v for n, v in zip(names, args) if v is not None}
    allowed = [*names, *sym.list_auxiliary_states()]
    for k in kwargs:
        if k not in allowed:
            raise MXNetValueError(
                f"keyword argument name {k} not found in the symbol.{suggest(k, allowed)}"
                f" Candidate arguments: {', '.join(allowed)}"
            )
    return {k: v for k, v in kwargs.items() if v is not None}


def infer_shape(sym: Symbol, args: tuple, kwargs: dict[str, Any], partial: bool) -> Any:
    known = {}
    for k, v in _named(sym, args, kwargs, "shape").items():
        if not isinstance(v, list | tuple):
            raise MXNetTypeError(f"Arguments need to be shapes (tuple), but argument {k} is {type(v)}.")
        known[k] = _from_user(v)
    _, shapes = solve_shapes(sym, known)
    arguments, aux = sym._variables()
    out = (
        [_to_user(shapes.get((id(n), 0))) for n in arguments],
        [_to_user(shapes.get((id(e[0]), e[1]))) for e in sym._entries],
        [_to_user(shapes.get((id(n), 0))) for n in aux],
    )
    if partial:
        return out
    missing = [(n.name, s) for n, s in zip(arguments, out[0]) if _is_open(s)]
    if missing or any(map(_is_open, (*out[1], *out[2]))):
        warnings.warn(
            "Cannot decide shape for the following arguments "
            f"({'-1s' if mode.np_shape else '0s'} in shape means unknown dimensions). "
            "Consider providing them as input:\n\t" + "\n\t".join(f"{n}: {s}" for n, s in missing),
            stacklevel=3,
        )
        return None, None, None
    return out


def infer_types(sym: Symbol, known: dict[str, np.dtype], heads: Sequence[Any] = ()) -> dict[Key, np.dtype | None]:
    """dtype by (node id, output); what stays unknown is None. `heads`: those of the outputs where they are known."""
    order = sym._nodes()
    types: dict[Key, np.dtype | None] = {}
    for n in order:
        if n.op is None:
            given = known.get(n.name)
            if given is None and "__dtype__" in n.attrs and n.attrs["__dtype__"] != "-1":
                given = dtype_of(int(n.attrs["__dtype__"]))
            types[id(n), 0] = given
    for (n, i, _), t in zip(sym._entries, heads):
        if t is not None and types.get((id(n), i)) is None:
            types[id(n), i] = t
    Types(types).settle(order)
    return types


def infer_type(sym: Symbol, args: tuple, kwargs: dict[str, Any], partial: bool = False) -> Any:
    known = {k: dtype_of(v) for k, v in _named(sym, args, kwargs, "type").items()}
    types = infer_types(sym, known)
    arguments, aux = sym._variables()

    def shown(key: Key) -> Any:
        t = types.get(key)
        return None if t is None else t.type

    out = (
        [shown((id(n), 0)) for n in arguments],
        [shown((id(e[0]), e[1])) for e in sym._entries],
        [shown((id(n), 0)) for n in aux],
    )
    if not partial and any(t is None for part in out for t in part):
        missing = [f"{n.name}: None" for n, t in zip(arguments, out[0]) if t is None]
        warnings.warn(
            "Cannot decide type for the following arguments. Consider providing them as input:\n\t"
            + "\n\t".join(missing),
            stacklevel=3,
        )
        return None, None, None
    return out
