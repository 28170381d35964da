"""Scalar expressions: one string, such as ``"1/(1+exp(-x))"``, is the meaning of an elementwise operator everywhere.

An expression is Python syntax over names, numbers, the constants ``inf nan pi``, ``+ - * / // % **``, comparisons,
``and or not``, ``a if c else b`` and the functions of :data:`FUNCTIONS`. It is parsed once into a tree of tuples:
``("name", "x")``, ``("const", 2.0)`` or ``(function, *arguments)``, operators being functions too (``("add", a, b)``).
From the tree come a Python function over arrays (:meth:`Expr.to_callable`, :meth:`Expr.bind`) and, elsewhere, LLVM IR.

Meaning, the same in every rendering:

* comparisons, ``and or not`` and ``isnan isinf isfinite`` give 1 or 0 in the dtype of their operands;
* numbers are weak: they never change a float dtype; an integer operand with a fractional number, ``/`` or a
  transcendental function computes in floating point;
* ``mod`` has Python's sign rule and is 0 for a zero divisor, ``rint`` rounds halves down, ``round`` away from zero,
  ``sign(nan)`` is 0, ``max``/``min``/``relu`` let nan through: all as MXNet 1.9.1 does.
"""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..base import MXNetTypeError, MXNetValueError, suggest

__all__ = ["FUNCTIONS", "Expr", "Function", "parse"]


class Function(NamedTuple):
    """One function of the language.

    kind : 'arith' keeps an integer dtype, 'real' computes in floating point, 'round' is the identity on integers,
        'cond' gives 1/0, 'select' is ``where``, 'reduce' and 'index' exist in generated kernels only.
    call : attribute of the namespace that evaluates it on arrays.
    symbol : Python operator that evaluates it on arrays; preferred to `call`.
    steps : definition by other functions for generated code, over x, y, z: statements, the last one is the value.
    """

    name: str
    arity: int
    kind: str
    call: str
    symbol: str = ""
    steps: tuple[tuple[str, str], ...] = ()


def _table() -> dict[str, Function]:
    table: dict[str, Function] = {}

    def add(
        names: str, arity: int, kind: str, symbol: str = "", steps: str | Sequence[str] = (), call: str = ""
    ) -> None:
        first, *aliases = names.split()
        lines = [steps] if isinstance(steps, str) else list(steps)
        pairs = tuple((a.strip(), b.strip()) for a, b in (s.split(":", 1) if ":" in s else ("r", s) for s in lines))
        for name in (first, *aliases):
            table[name] = Function(first, arity, kind, call or first, symbol, pairs)

    for name, sign in (("add", "+"), ("subtract", "-"), ("multiply", "*")):
        add(name, 2, "arith", sign)
    add("negative", 1, "arith", "-")
    add("divide", 2, "real", "/")
    add("floor_divide", 2, "arith", "//")
    add("mod", 2, "arith")
    add("maximum max", 2, "arith")
    add("minimum min", 2, "arith")
    add("power pow", 2, "arith")
    add("abs", 1, "arith")
    add("sign", 1, "arith", steps="where(x > 0, 1, where(x < 0, -1, 0))")
    add("square", 1, "arith", steps="x*x")
    add("relu", 1, "arith", steps="where(x <= 0, 0, x)")
    add("clip", 3, "arith", steps="min(max(x, y), z)")
    add("where", 3, "select")
    for name, sign in (
        ("equal", "=="),
        ("not_equal", "!="),
        ("lesser", "<"),
        ("lesser_equal", "<="),
        ("greater", ">"),
        ("greater_equal", ">="),
    ):
        add(name, 2, "cond", sign)
    for name in ("logical_and", "logical_or", "logical_xor"):
        add(name, 2, "cond")
    for name in ("logical_not", "isnan", "isinf", "isfinite"):
        add(name, 1, "cond")
    for names in ("floor", "ceil", "round", "trunc fix"):
        add(names, 1, "round")
    add("rint", 1, "round", steps="where(x - floor(x) <= ceil(x) - x, floor(x), ceil(x))")
    for name in [
        "exp",
        "expm1",
        "log",
        "log1p",
        "log2",
        "log10",
        "sqrt",
        "cbrt",
        "sin",
        "cos",
        "tan",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "arcsinh",
        "arccosh",
        "arctanh",
        "erf",
        "gamma",
        "gammaln",
    ]:
        add(name, 1, "real")
    add("hypot", 2, "real")
    add("arctan2", 2, "real")
    add("reciprocal", 1, "real", steps="1/x")
    add("rsqrt", 1, "real", steps="1/sqrt(x)")
    add("rcbrt", 1, "real", steps="1/cbrt(x)")
    add("sigmoid", 1, "real", steps=("t: exp(-abs(x))", "r: where(x >= 0, 1, t)/(1 + t)"))
    add("softsign", 1, "real", steps="x/(1 + abs(x))")
    add("erfinv", 1, "real")
    add("half", 1, "real")  # rounded to float16, in the type it had
    add("digamma psi", 1, "real")
    for name in ("rsum", "rmean", "rprod", "rmax", "rmin"):
        add(name, 1, "reduce")
    add("axis_index", 1, "index")
    return table


FUNCTIONS: dict[str, Function] = _table()
_CONSTANTS = {"inf": float("inf"), "nan": float("nan"), "pi": 3.141592653589793}
_BINARY = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "mod",
    ast.Pow: "power",
}
_COMPARE = {
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
    ast.Lt: "lesser",
    ast.LtE: "lesser_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
}
Tree = tuple  # ("name", str) | ("const", number) | (function, *trees)


def _tree(node: ast.AST, text: str) -> Tree:
    def fail(what: str) -> MXNetValueError:
        return MXNetValueError(f"expression {text!r}: {what}")

    def sub(n: ast.AST) -> Tree:
        return _tree(n, text)

    if isinstance(node, ast.Expression):
        return sub(node.body)
    if isinstance(node, ast.Name):
        if node.id in _CONSTANTS:
            return ("const", _CONSTANTS[node.id])
        return ("name", node.id)
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            return ("const", int(node.value))
        if isinstance(node.value, (int, float)):
            return ("const", node.value)
        raise fail(f"the constant {node.value!r} is not a number")
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _fold((_BINARY[type(node.op)], sub(node.left), sub(node.right)))
    if isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.USub):
            return _fold(("negative", sub(node.operand)))
        if isinstance(node.op, ast.UAdd):
            return sub(node.operand)
        if isinstance(node.op, ast.Not):
            return ("logical_not", sub(node.operand))
    if isinstance(node, ast.BoolOp):
        name = "logical_and" if isinstance(node.op, ast.And) else "logical_or"
        return functools.reduce(lambda a, b: (name, a, b), [sub(v) for v in node.values])
    if isinstance(node, ast.Compare) and all(type(o) in _COMPARE for o in node.ops):
        sides = [sub(n) for n in (node.left, *node.comparators)]
        pairs = [(_COMPARE[type(o)], a, b) for o, a, b in zip(node.ops, sides, sides[1:])]
        return functools.reduce(lambda a, b: ("logical_and", a, b), pairs)
    if isinstance(node, ast.IfExp):
        return ("where", sub(node.test), sub(node.body), sub(node.orelse))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        name = node.func.id
        if name not in FUNCTIONS:
            raise fail(f"unknown function {name!r}.{suggest(name, FUNCTIONS)}")
        fn = FUNCTIONS[name]
        args = [sub(a) for a in node.args]
        if fn.name in ("maximum", "minimum", "add") and len(args) > 2:
            return functools.reduce(lambda a, b: (fn.name, a, b), args)
        if len(args) != fn.arity:
            raise fail(f"{name} takes {fn.arity} argument(s), {len(args)} given")
        if fn.kind == "index" and not (args[0][0] == "const" and isinstance(args[0][1], int)):
            raise fail("axis_index takes an integer constant")
        return (fn.name, *args)
    raise fail(f"{type(node).__name__} is not allowed here")


def _fold(tree: Tree) -> Tree:
    """Constant arithmetic done now, in double precision, where Python and IEEE agree on it."""
    ops = {"add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv}
    args = tree[1:]
    if not all(a[0] == "const" for a in args):
        return tree
    if tree[0] == "negative":
        return ("const", -args[0][1])
    if tree[0] in ops and not (tree[0] == "divide" and args[1][1] == 0):
        return ("const", ops[tree[0]](args[0][1], args[1][1]))
    return tree


def _walk(tree: Tree) -> Any:
    yield tree
    if tree[0] not in ("name", "const"):
        for arg in tree[1:]:
            yield from _walk(arg)


def substitute(tree: Tree, values: dict[str, Tree]) -> Tree:
    """The tree with names replaced by trees; names that are not in `values` stay."""
    if tree[0] == "name":
        return values.get(tree[1], tree)
    if tree[0] == "const":
        return tree
    return (tree[0], *(substitute(a, values) for a in tree[1:]))


@functools.cache
def definition(name: str) -> Tree | None:
    """The tree, over the names x, y, z, that defines function `name` by others; None for a primitive."""
    values: dict[str, Tree] = {}
    tree: Tree | None = None
    for target, text in FUNCTIONS[name].steps:
        tree = substitute(parse(text).tree, values)
        values[target] = tree
    return tree


class Expr:
    """A parsed scalar expression; :func:`parse` returns the same object for the same text.

    Attributes
    ----------
    text : the source
    tree : tuples, see the module's docstring
    names : free names in order of first appearance
    functions : names of the functions it calls (operators included)
    """

    __slots__ = ("_bound", "_callables", "_over", "functions", "names", "text", "tree")

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise MXNetTypeError(f"expression must be a string, got {type(text).__name__}: {text!r}")
        try:
            node = ast.parse(text.strip(), mode="eval")
        except SyntaxError as e:
            raise MXNetValueError(f"expression {text!r}: {e.msg} at column {e.offset}") from None
        self.text = text
        self.tree: Tree = _tree(node, text)
        nodes = list(_walk(self.tree))
        self.names: tuple[str, ...] = tuple(dict.fromkeys(n[1] for n in nodes if n[0] == "name"))
        self.functions: tuple[str, ...] = tuple(dict.fromkeys(n[0] for n in nodes if n[0] not in ("name", "const")))
        self._callables: dict[tuple[str, ...], Callable[..., Any]] = {}
        self._over: Callable[..., Any] | None = None
        self._bound: dict[tuple[int, tuple[str, ...]], tuple[Any, Callable[..., Any]]] = {}

    def __repr__(self) -> str:
        return f"Expr({self.text!r})"

    def _source(self, names: Sequence[str] | None) -> tuple[tuple[str, ...], str]:
        names = self.names if names is None else tuple(names)
        missing = [n for n in self.names if n not in names]
        if missing:
            raise MXNetValueError(
                f"expression {self.text!r}: unknown name {missing[0]!r}.{suggest(missing[0], names)}"
                f" Known: {', '.join(names) or 'none'}."
            )
        return names, _render(self.tree, self.text)

    def to_callable(self, names: Sequence[str] | None = None) -> Callable[..., Any]:
        """``f(F, *values)`` in the order of `names` (default: ``self.names``).

        F is ``numpy`` or ``cupy`` (functions that they lack, and MXNet's meaning where theirs differs, come from
        :mod:`mxr.core.special`), or any object with the functions as attributes (``mx.nd``, ``mx.sym``).
        """
        key = self.names if names is None else tuple(names)
        found = self._callables.get(key)
        if found is None:
            raw = self._function(names)

            def found(F: Any, *values: Any, _raw: Any = raw) -> Any:
                return _raw(_namespace(F), *values)

            self._callables[key] = found
        return found

    def _function(self, names: Sequence[str] | None = None) -> Callable[..., Any]:
        names, source = self._source(names)
        return eval(f"lambda F{''.join(', ' + n for n in names)}: {source}", {})

    def over(self, F: Any, values: Sequence[Any]) -> Any:
        """The expression over `values`, in the order of its names, by the functions of an F that is no array module.

        Nothing of F is kept: there is one for every graph that is compiled.
        """
        if self._over is None:
            self._over = self._function()
        return self._over(F, *values)

    def bind(self, F: Any, names: Sequence[str] | None = None) -> Callable[..., Any]:
        """``f(*values)`` with the functions of F looked up once: the fast form for an array module."""
        key = (id(F), self.names if names is None else tuple(names))
        hit = self._bound.get(key)
        if hit is None:
            names, source = self._source(names)
            space = _namespace(F)
            scope: dict[str, Any] = {}
            for fn in self.functions:
                entry = FUNCTIONS[fn]
                if f"F.{entry.call}(" in source:
                    scope[f"F_{entry.call}"] = getattr(space, entry.call)
            fn_ = eval(f"lambda {', '.join(names)}: {source.replace('F.', 'F_')}", scope)
            hit = self._bound[key] = (F, fn_)  # F is kept, so that its id stays its own
        return hit[1]


def _namespace(F: Any) -> Any:
    """`F` itself, or for an array module its namespace with MXNet's meanings."""
    if getattr(F, "__name__", "") in ("numpy", "cupy"):
        from . import special

        return special.namespace(F)
    return F


def _weak(tree: Tree) -> bool:
    return not any(n[0] == "name" for n in _walk(tree))


def _render(tree: Tree, text: str, cond: bool = False) -> str:
    head = tree[0]
    if head == "name":
        return tree[1]
    if head == "const":
        value = tree[1]
        if value != value:
            return "float('nan')"
        return (
            f"float('{value}')"
            if value in (float("inf"), -float("inf"))
            else f"({value!r})"
            if value < 0
            else repr(value)
        )
    fn = FUNCTIONS[head]
    if fn.kind in ("reduce", "index"):
        raise MXNetValueError(f"expression {text!r}: {head} exists in generated kernels only")
    if fn.kind == "select":
        # With two plain numbers the result takes the dtype of the condition's operands.
        plain = _weak(tree[2]) and _weak(tree[3])
        return f"F.where({_render(tree[1], text, not plain)}, {_render(tree[2], text)}, {_render(tree[3], text)})"
    args = [_render(a, text) for a in tree[1:]]
    if fn.symbol and (fn.kind != "cond" or cond):
        return f"({fn.symbol}{args[0]})" if fn.arity == 1 else f"({args[0]} {fn.symbol} {args[1]})"
    return f"F.{fn.call}({', '.join(args)})"


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Expr:
    """The :class:`Expr` of a text. Raises MXNetValueError for bad syntax, unknown functions, wrong arity."""
    return Expr(text)
