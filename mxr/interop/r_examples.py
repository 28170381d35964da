"""The examples of the operators' declarations as R code: ``nd.sum(nd.ones((2, 3)), axis=1)`` as
``mx.nd.sum(mx.nd.ones(c(3, 2)), axis = 1)``.

The arguments are evaluated, so what is written in R are values: arrays by their bytes, with dims and vectors in R's
order. Only calls of generated functions can be written so; the few others are written by hand in ``BY_HAND``.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ..core.codegen import signature_of
from ..core.op import OpDef
from ..core.params import NULL, DType, Floats
from .r_codegen import quoted

__all__ = ["BY_HAND", "Call", "Use", "r_array", "r_value", "uses"]

WIDTH = 78

# For operators whose Python examples go through functions written by hand.
BY_HAND = {
    "_arange": ["mxr:::mx.nd.internal.arange(start = 2, stop = 10, step = 3)"],
    "_eye": ["mxr:::mx.nd.internal.eye(N = 2, M = 3, k = 1)"],
    "_full": ["mxr:::mx.nd.internal.full(shape = c(2, 2), value = 7)"],
    "_linspace": ["mxr:::mx.nd.internal.linspace(start = 0, stop = 1, num = 5)"],
    "_ones": ["mxr:::mx.nd.internal.ones(shape = c(2, 2))"],
    "_zeros": ["mxr:::mx.nd.internal.zeros(shape = c(2, 2))"],
    "_random_randint": ["mx.nd.random.randint(low = 0, high = 10, shape = 3)"],
    "_split_v2": ["mxr:::mx.nd.internal.split.v2(mx.nd.array(1:4), indices = c(3, 1, 0), axis = 0)"],
    "reset_arrays": ["x <- mx.nd.ones(c(2, 2))\nmx.nd.reset.arrays(list(x), num_arrays = 1)\nx"],
    "_copyto": [
        'x <- mx.nd.array(c(0, 0), dtype = "int32")\nmxr:::mx.nd.internal.copyto(mx.nd.array(c(1.5, 2)), out = x)'
    ],
    "_set_value": ["x <- mx.nd.zeros(2)\nmxr:::mx.nd.internal.set.value(src = 7, out = x)\nx"],
    # made by Python's autograd; from R there is only the error
    "_CustomFunction": ["try(mxr:::mx.nd.internal.CustomFunction(mx.nd.ones(2)))"],
    "Custom": [
        """x <- mx.nd.array(1:3)
reticulate::py_run_string("
import mxr as mx
class _Twice(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        self.assign(out_data[0], req[0], in_data[0] * 2)
    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], out_grad[0] * 2)
@mx.operator.register('twice_for_r')
class _TwiceProp(mx.operator.CustomOpProp):
    def create_operator(self, ctx, shapes, dtypes):
        return _Twice()
")
mx.nd.Custom(x, op_type = "twice_for_r")
arguments(mx.symbol.Custom(mx.symbol.Variable("data"), op_type = "twice_for_r"))"""
    ],
}


@dataclass
class Call:
    """An R call that can be written over several lines."""

    name: str
    args: list[tuple[str, Any]]  # (name or "", text or Call)

    def flat(self) -> str:
        return f"{self.name}({', '.join(self._arg(n, v) for n, v in self.args)})"

    @staticmethod
    def _arg(name: str, value: Any) -> str:
        text = value.flat() if isinstance(value, Call) else value
        return f"{name} = {text}" if name else text

    def text(self, indent: int = 0, lead: int = 0) -> str:
        """At most WIDTH wide; `lead` characters stand before it in its first line."""
        flat = self.flat()
        if indent + lead + len(flat) <= WIDTH:
            return flat
        rows, pad = [], " " * (indent + 2)
        for n, v in self.args:
            head = f"{n} = " if n else ""
            body = v.text(indent + 2, len(head)) if isinstance(v, Call) else _wrapped(v, indent + 2)
            rows.append(pad + head + body)
        return f"{self.name}(\n" + ",\n".join(rows) + "\n" + " " * indent + ")"


def _wrapped(text: str, indent: int) -> str:
    """A long vector over several lines."""
    if len(text) + indent <= WIDTH or not text.startswith("c("):
        return text
    rows, row = [], ""
    for item in text.split(", "):
        if len(row) + len(item) + indent > WIDTH - 4:
            rows.append(row.rstrip())
            row = ""
        row += item + ", "
    return ("\n" + " " * (indent + 2)).join([*rows, row.removesuffix(", ")])


def _number(x: Any) -> str:
    if isinstance(x, (bool, np.bool_)):
        return "TRUE" if x else "FALSE"
    if isinstance(x, (int, np.integer)):
        return str(int(x))
    if not math.isfinite(x):
        return "NaN" if math.isnan(x) else "Inf" if x > 0 else "-Inf"
    if float(x) == int(x) and abs(float(x)) < 1e9:
        return str(int(x))
    return str(x)  # the shortest text that gives the same number


def _vector(values: list[Any]) -> str:
    texts = [_number(v) for v in values]
    if len(texts) == 1:
        return texts[0]
    ints = all(re.fullmatch(r"-?\d+", t) for t in texts)
    if len(texts) > 2 and ints and all(int(b) - int(a) == 1 for a, b in pairwise(texts)):
        return f"{texts[0]}:{texts[-1]}"
    if len(texts) > 4 and len(set(texts)) == 1:
        return f"rep({texts[0]}, {len(texts)})"
    return f"c({', '.join(texts)})"


def _dims(shape: tuple[int, ...]) -> str:
    return _vector([int(n) for n in reversed(shape or (1,))]).replace(":", ", ") if len(shape) < 2 else (
        f"c({', '.join(str(n) for n in reversed(shape))})"
    )  # fmt: skip


def r_array(x: Any) -> Call:
    """An NDArray as R makes it."""
    if x.stype != "default":
        return Call("mx.nd.cast.storage", [("", r_array(x.tostype("default"))), ("stype", f'"{x.stype}"')])
    v = x.asnumpy()
    dtype = np.dtype(x.dtype).name
    flat = list(v.ravel())
    plain = dtype == "float32" and v.size and len({_number(e) for e in flat}) == 1
    if not v.size or (plain and flat[0] in (0, 1) and v.size > 1):
        return Call("mx.nd.ones" if v.size and flat[0] == 1 else "mx.nd.zeros", [("", _dims(v.shape))])
    text = _vector(flat)
    data: Any = text
    if v.ndim == 2:
        data = Call("matrix", [("", text), ("", str(v.shape[1]))])
    elif v.ndim > 2:
        data = Call("array", [("", text), ("", _dims(v.shape))])
    return Call("mx.nd.array", [("", data)] + ([("dtype", f'"{dtype}"')] if dtype != "float32" else []))


def r_value(value: Any, floats: bool = False) -> str:
    """A parameter as it is written in R: vectors of whole numbers in R's order, of floats as they are."""
    if isinstance(value, (list, tuple)):
        if any(v is None for v in value):  # begin=(None, 1): R has no vector for it, but takes the text
            return f'"{tuple(value)}"'
        items = [_number(v) for v in (value if floats else reversed(value))]
        return f"c({', '.join(items)})" if len(items) > 1 else items[0] if items else "integer()"
    if isinstance(value, (bool, int, float, np.number, np.bool_)):
        return _number(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass
class Use:
    """One call of an operator in an example: what was given, ready to be written in either form."""

    op: OpDef
    source: str  # the Python call
    called: str  # its function's name
    inputs: list[tuple[str, Any]]  # NDArrays by name of the input, in order
    params: list[tuple[str, str]]  # R texts

    def array_call(self, function: str) -> Call:
        d = self.op
        if d.variadic is not None:
            arrays = Call("list", [("", r_array(x)) for _, x in self.inputs])
            return Call(function, [("", arrays), *self.params])
        row = [n for n, _ in self.inputs] == list(d.inputs[: len(self.inputs)])
        return Call(function, [("" if row else n, r_array(x)) for n, x in self.inputs] + self.params)

    def symbol_inputs(self) -> list[tuple[str, Any]]:
        """Those that are given as variables; a layer makes its weights itself."""
        if self.op.variadic is not None:
            return [(f"x{i + 1}", x) for i, (_, x) in enumerate(self.inputs)]
        made = MADE if self.op.forward.__module__.startswith("mxr.ops.nn") else ()
        kept = [(n, x) for n, x in self.inputs if n not in made and n not in self.op.aux]
        return kept if [n for n, _ in kept] == [n for n, _ in self.inputs[: len(kept)]] else self.inputs

    def symbol_call(self, function: str) -> Call:
        args = [("", f'mx.symbol.Variable("{n}")') for n, _ in self.symbol_inputs()]
        if self.op.variadic is None and [n for n, _ in self.inputs] != list(self.op.inputs[: len(self.inputs)]):
            args = [(n, v) for (n, _), (_, v) in zip(self.inputs, args)]
        if ".varg." in function:
            return Call(function, [("", Call("list", [*args, *self.params]))])
        return Call(function, [*args, *self.params])

    def shape_call(self, symbol: str) -> Call:
        dims = [(n, _dims(x.shape)) for n, x in self.symbol_inputs()]
        first = "symbol" if any("symbol".startswith(n) for n, _ in dims) else ""  # R matches names in part
        return Call("mx.symbol.infer.shape", [(first, symbol), *dims])


# Inputs for which a layer makes variables of its own
MADE = ("weight", "bias", "gamma", "beta", "moving_mean", "moving_var", "parameters", "state", "state_cell", "label")


def _scope() -> dict[str, Any]:
    import mxr as mx

    return {"nd": mx.nd, "mx": mx, "np": np}


def uses(d: OpDef) -> Iterator[Use]:
    """The examples of an operator that call its function."""
    scope = _scope()
    scope["mx"].random.seed(0)

    def value(node: ast.AST) -> Any:
        return eval(compile(ast.Expression(node), d.name, "eval"), scope)  # type: ignore[arg-type]

    for text in d.examples:
        node: Any = ast.parse(text.strip(), mode="eval").body
        while isinstance(node, ast.Subscript):
            node = node.value
        function: Any = value(node.func) if isinstance(node, ast.Call) else None
        if getattr(function, "op", None) is d:
            yield _bound(d, function.__name__, node, value)


def _bound(d: OpDef, called: str, node: ast.Call, value: Callable[[ast.AST], Any]) -> Use:
    args: list[Any] = []
    for a in node.args:
        args += value(a.value) if isinstance(a, ast.Starred) else [value(a)]
    given = {k.arg: value(k.value) for k in node.keywords if k.arg}
    given.pop("out", None)  # the new weight is what is shown
    if d.variadic is not None:
        flat = args[0] if len(args) == 1 and isinstance(args[0], list | tuple) else args
        inputs = [("", x) for x in flat]
        if d.variadic in d.params and d.params[d.variadic].required:
            given.setdefault(d.variadic, len(inputs))
    else:
        names = [*signature_of(d)[0], *d.params]
        given = {**dict(zip(names, args)), **given}
        inputs = [(n, given.pop(n)) for n in d.inputs if given.get(n) is not None]
    params = [
        (quoted(n), r_value(_plain(d, n, given[n]), isinstance(d.params.get(n), Floats)))
        for n in given
        if given[n] is not None and given[n] is not NULL and n not in d.inputs
    ]
    return Use(d, ast.unparse(node), called, inputs, params)


def _plain(d: OpDef, name: str, value: Any) -> Any:
    import mxr as mx

    if isinstance(d.params.get(name), DType) and not isinstance(value, str):
        return mx.backend.dtype_name(value)
    return value
