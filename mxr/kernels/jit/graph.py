"""Typed scalar nodes of a program: promotion, casts, functions reduced to primitives, equal nodes shared."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...base import MXNetTypeError
from ...core.expr import FUNCTIONS, definition
from .builder import SIZE

DTYPES = {
    "float32": "f32", "float64": "f64", "float16": "f16", "int32": "i32", "int64": "i64", "int8": "i8", "uint8": "u8",
    "bool": "bool",
}  # fmt: skip
INT_RANK = {"bool": 0, "i8": 1, "u8": 1, "i32": 2, "i64": 3}
WEAK = ("wi", "wf")
REDUCTIONS = ("rsum", "rprod", "rmax", "rmin")


class Node:
    """One scalar value. `ty` is f32 f64 i32 i64 i8 u8 bool i1, or wi/wf for weak numbers (held as f64)."""

    __slots__ = ("args", "deps", "extra", "id", "op", "stage", "ty")

    def __init__(self, id: int, op: str, args: tuple[Node, ...], ty: str, extra: Any, deps: int, stage: int) -> None:
        self.id, self.op, self.args, self.ty = id, op, args, ty
        self.extra, self.deps, self.stage = extra, deps, stage


def type_of(dtype: Any, what: str) -> str:
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = str(dtype)
    if name not in DTYPES:
        raise MXNetTypeError(
            f"{what}: dtype {name!r} is not supported by generated kernels; known: {', '.join(DTYPES)}"
        )
    return DTYPES[name]


def promote(*types: str) -> str:
    """The type that arithmetic on `types` is done in; a float beats any integer, weak numbers give way."""
    solid = [t for t in types if t not in WEAK]
    if not solid:
        return "wf"
    if "f64" in solid:
        return "f64"
    if "f32" in solid:
        return "f32"
    ranks = {INT_RANK[t] for t in solid}
    if "wf" in types:
        return "f64" if max(ranks) >= 2 else "f32"
    if max(ranks) >= 2:
        return "i64" if 3 in ranks else "i32"
    kinds = set(solid)
    if len(kinds) == 1 and "bool" not in kinds:
        return solid[0]
    if "bool" in kinds and len(kinds) == 2:
        return next(iter(kinds - {"bool"}))
    return "i32"


def real(ty: str) -> str:
    """The floating type that a transcendental function of `ty` is computed in."""
    if ty in ("f32", "f64", "wf"):
        return ty
    if ty == "wi":
        return "wf"
    return "f64" if INT_RANK[ty] >= 2 else "f32"


def lowest(ty: str) -> float:
    if ty in ("f32", "f64"):
        return -math.inf
    return 0 if ty in ("u8", "bool") else -(1 << (8 * SIZE[ty] - 1))


def highest(ty: str) -> float:
    if ty in ("f32", "f64"):
        return math.inf
    return 255 if ty == "u8" else (1 << (8 * SIZE[ty] - 1)) - 1


class Graph:
    """Nodes over canonical loops: `strides` (operand -> per-dim strides), `extents`, `reduced_mask`, `count`."""

    operands: tuple[Any, ...]
    strides: list[list[int]]
    extents: list[int]
    axis_of: dict[int, int]
    reduced_mask: int
    count: int
    coded: tuple[int, ...]
    open_reduced: bool
    nodes: dict[Any, Node]

    def _node(self, op: str, args: tuple[Node, ...], ty: str, extra: Any = None, deps: int = 0, stage: int = 0) -> Node:
        key = (op, tuple(a.id for a in args), ty, repr(extra))
        node = self.nodes.get(key)
        if node is None:
            for a in args:
                deps |= a.deps
                stage = max(stage, a.stage)
            node = self.nodes[key] = Node(len(self.nodes), op, args, ty, extra, deps, stage)
        return node

    def _load(self, k: int) -> Node:
        ty = type_of(self.operands[k].dtype, self.operands[k].name)
        deps = sum(1 << d for d, s in enumerate(self.strides[k]) if s)
        return self._node("load", (), "f32" if ty == "f16" else ty, k, deps)

    def const(self, value: Any, ty: str) -> Node:
        return self._node("const", (), ty, value)

    def coerce(self, n: Node, ty: str) -> Node:
        """`n` as type `ty` (C casts: floats truncate, narrow integers wrap, bool is != 0)."""
        if n.ty == ty:
            return n
        if n.ty == "i1":
            if ty == "bool":
                return self._node("cast", (n,), "bool")
            return self._node("select", (n, self.const(1, ty), self.const(0, ty)), ty)
        if ty == "bool":
            return self._node("cast", (self.truth(n),), "bool")
        if n.op == "const" and (ty in ("f32", "f64", "wf") or (n.extra == n.extra and abs(n.extra) < 2**62)):
            return self.const(n.extra if ty in ("f32", "f64", "wf", "wi") else int(n.extra), ty)
        return self._node("cast", (n,), ty)

    def _as_dtype(self, n: Node, dtype: Any) -> Node:
        ty = type_of(dtype, "statement dtype")
        if ty == "f16":
            return self._node("half", (self.coerce(self.number(n), "f32"),), "f32")
        return self.coerce(n, ty)

    def number(self, n: Node) -> Node:
        """A comparison's outcome as 1/0 of its operands' type; other nodes as they are."""
        if n.ty != "i1":
            return n
        return self.coerce(n, n.extra or "i32")

    def truth(self, n: Node) -> Node:
        if n.ty == "i1":
            return n
        if n.ty in WEAK:
            n = self.coerce(n, "f64")
        pred = "une" if n.ty in ("f32", "f64") else "ne"
        return self._node("cmp." + pred, (n, self.const(0, n.ty)), "i1", n.ty)

    def _build(self, tree: tuple, env: dict[str, Node]) -> Node:
        head = tree[0]
        if head == "name":
            return env[tree[1]]
        if head == "const":
            return self.const(tree[1], "wi" if isinstance(tree[1], int) else "wf")
        fn = FUNCTIONS[head]
        if fn.kind == "index":
            axis = tree[1][1]
            dim = self.axis_of.get(axis)
            if dim is None:
                return self.const(0, "i32")
            return self._node("index", (), "i32" if self.extents[dim] < 2**31 else "i64", dim, 1 << dim)
        if head == "power" and tree[2][0] == "const" and tree[2][1] in (0.5, 1, 2, 3, -1):
            return self._small_power(self.number(self._build(tree[1], env)), tree[2][1])
        args = [self._build(a, env) for a in tree[1:]]
        if fn.kind == "reduce":
            return self._reduction(head, self.number(args[0]))
        if fn.kind == "select":
            a, b = self.number(args[1]), self.number(args[2])
            ty = promote(a.ty, b.ty)
            if ty == "wf":  # both weak: the condition's operands decide
                like = args[0].extra if args[0].ty == "i1" else args[0].ty
                ty = promote(like or "wf", a.ty, b.ty)
            if ty == "wf":
                ty = "f64"
            return self._node("select", (self.truth(args[0]), self.coerce(a, ty), self.coerce(b, ty)), ty)
        if fn.kind == "cond":
            return self._cond(head, args)
        args = [self.number(a) for a in args]
        tree_def = definition(head)
        ty = promote(*(a.ty for a in args))
        if fn.kind == "real":
            ty = real(ty)
        if fn.kind == "round" and ty not in ("f32", "f64", "wf"):
            return args[0]
        args = [self.coerce(a, ty) for a in args]
        if tree_def is not None:
            return self._build(tree_def, dict(zip("xyz", args)))
        return self._node(head, tuple(args), ty)

    def _small_power(self, x: Node, exponent: float) -> Node:
        if x.ty == "wi":
            x = self.coerce(x, "wf")
        if exponent == 0.5:
            tree: tuple = ("sqrt", ("name", "x"))
        elif exponent == -1:
            tree = ("divide", ("const", 1), ("name", "x"))
        else:
            tree = ("name", "x")
            for _ in range(int(exponent) - 1):
                tree = ("multiply", tree, ("name", "x"))
        return self._build(tree, {"x": x})

    def _cond(self, head: str, args: list[Node]) -> Node:
        like = promote(*((a.extra or "i32") if a.ty == "i1" else a.ty for a in args))
        if head.startswith("logical"):
            op = {"logical_and": "and", "logical_or": "or", "logical_xor": "xor", "logical_not": "not"}[head]
            return self._node(op, tuple(self.truth(a) for a in args), "i1", like)
        if like in WEAK:
            like = "f64"
        vals = [self.coerce(self.number(a), like) for a in args]
        is_float = like in ("f32", "f64")
        if head in ("isnan", "isinf", "isfinite"):
            if not is_float:
                return self.const(int(head == "isfinite"), like)
            x = vals[0]
            if head == "isnan":
                return self._node("cmp.uno", (x, x), "i1", like)
            size, inf = self._node("abs", (x,), like), self.const(math.inf, like)
            return self._node("cmp.oeq" if head == "isinf" else "cmp.one", (size, inf), "i1", like)
        short = {
            "equal": "eq",
            "not_equal": "ne",
            "lesser": "lt",
            "lesser_equal": "le",
            "greater": "gt",
            "greater_equal": "ge",
        }[head]
        if is_float:
            pred = "une" if short == "ne" else "o" + short
        elif short in ("eq", "ne"):
            pred = short
        else:
            pred = ("u" if like in ("u8", "bool") else "s") + short
        return self._node("cmp." + pred, tuple(vals), "i1", like)

    def _terms(self, ty: str) -> Node:
        """How many terms a reduction over an open dimension has."""
        rest = self.const(self.count // self.coded[0], "f64")
        return self.coerce(self._node("multiply", (self._node("extent", (), "f64"), rest), "f64"), ty)

    def _reduction(self, head: str, x: Node) -> Node:
        if x.ty in WEAK:
            x = self.coerce(x, "f64")
        count = self.count
        if head == "rmean":
            total = self._reduction("rsum", self.coerce(x, real(x.ty)))
            if self.open_reduced:
                return self._node("divide", (total, self._terms(total.ty)), total.ty)
            return self._node("multiply", (total, self.const(1.0 / count if count else math.nan, total.ty)), total.ty)
        out = x.ty
        if head in ("rsum", "rprod") and x.ty not in ("f32", "f64"):
            out = "i64"
        if x.ty == "bool" and head in ("rmax", "rmin"):
            out = "i32"
        x = self.coerce(x, out)
        if not self.reduced_mask:
            return x
        if not count:
            return self.const({"rsum": 0, "rprod": 1, "rmax": lowest(out), "rmin": highest(out)}[head], out)
        if not x.deps & self.reduced_mask:
            if head in ("rmax", "rmin"):
                return x
            op = "multiply" if head == "rsum" else "power"
            return self._node(op, (x, self._terms(out) if self.open_reduced else self.const(count, out)), out)
        node = self._node(head, (x,), out)
        node.deps = x.deps & ~self.reduced_mask
        node.stage = x.stage + 1
        return node
