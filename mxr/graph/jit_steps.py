"""Generated kernels for operators that are no plain elementwise function: softmax heads, sums, norms' statistics."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..kernels import jit, moves
from ..ops.nn.softmax import check_labels
from .ir import IrNode

__all__ = ["CHECKS", "PROGRAMS", "program_for"]

# operator name -> function of a node that gives (program, order of its arrays, params) or None
PROGRAMS: dict[str, Callable[[IrNode], tuple[jit.Program, list[str], dict[str, float]] | None]] = {}

# operator name -> function of (node, input buffers) that gives a check to run before the kernel
CHECKS: dict[str, Callable[[IrNode, list[Any]], Callable[[], None]]] = {}


def _for(name: str) -> Callable[[Any], Any]:
    def wrap(f: Any) -> Any:
        PROGRAMS[name] = f
        return f

    return wrap


def program_for(node: IrNode) -> tuple[jit.Program, list[str], dict[str, float]] | None:
    """The program of a node, which of its values it takes (``i0`` input 0, ``o0`` output 0) and its params."""
    make = PROGRAMS.get(node.op.name)
    if make is None or any(v.dtype != np.float32 or v.size == 0 for v in (*node.ins, *node.outs)):
        return None
    return make(node)


def _any_count(p: jit.Program) -> jit.Program:
    """The program for any extent of its first dimension: one code for batches of all sizes."""
    return jit.Program(p.stmts, p.operands, p.domain, p.params, p.reduce_axes, open_end=True)


@_for("softmax")
def _softmax(node: IrNode) -> Any:
    return _softmax_of(node, jit.rows.softmax)


@_for("log_softmax")
def _log_softmax(node: IrNode) -> Any:
    return _softmax_of(node, jit.rows.log_softmax)


def _softmax_of(node: IrNode, rows: Any) -> Any:
    a, x = node.a, node.ins[0]
    if a.use_length or len(node.ins) != 1 or x.ndim == 0:
        return None
    return _any_count(rows(x.shape, axis=a.axis)), ["i0", "o0"], {"temperature": a.temperature or 1.0}


@_for("LayerNorm")
def _layer_norm(node: IrNode) -> Any:
    """Mean and variance in two passes over rows that stay in the cache, as the declaration has them."""
    x, k = node.ins[0], node.a.axis % node.ins[0].ndim
    outer, n, inner = math.prod(x.shape[:k]), x.shape[k], math.prod(x.shape[k + 1 :])
    full, row, vector = (n * inner, inner, 1), (inner, 0, 1), (0, 1, 0)
    operands = [
        jit.Operand("x", "float32", full),
        jit.Operand("gamma", "float32", vector),
        jit.Operand("beta", "float32", vector),
        jit.Operand("y", "float32", full, True),
        jit.Operand("mean", "float32", row, True),
        jit.Operand("std", "float32", row, True),
    ]
    steps = [
        ("mean", "rmean(x)"),
        ("std", "sqrt(rmean(square(x - mean)) + eps)"),
        ("y", "(x - mean) / std * gamma + beta"),
    ]
    program = jit.Program(steps, operands, (outer, n, inner), ["eps"], [1], open_end=True)
    return program, ["i0", "i1", "i2", "o0", "o1", "o2"], {"eps": node.a.eps}


# From so many classes on, looking at all of them costs more than one access by index.
_FEW = 64


def _hit(classes: int) -> str:
    """Whether an element is the one that `index` says; numbers out of range are the nearest in it."""
    return f"axis_index(1) == min(where(index > 0, trunc(index), 0), {classes - 1})"


@_for("pick")
def _pick(node: IrNode) -> Any:
    a, x = node.a, node.ins[0]
    k = (-1 if a.axis is None else a.axis) % x.ndim
    outer, n, inner = math.prod(x.shape[:k]), x.shape[k], math.prod(x.shape[k + 1 :])
    if a.axis is None or a.mode != "clip" or n > _FEW or node.ins[1].size != outer * inner:
        return None
    operands = [
        jit.Operand("x", "float32", (n * inner, inner, 1)),
        jit.Operand("index", "float32", (inner, 0, 1)),
        jit.Operand("y", "float32", (inner, 0, 1), True),
    ]
    steps = [("y", f"rsum(where({_hit(n)}, x, 0))")]
    return jit.Program(steps, operands, (outer, n, inner), (), [1], open_end=True), ["i0", "i1", "o0"], {}


@_for("_put_along")
def _put_along(node: IrNode) -> Any:
    a, shape = node.a, node.outs[0].shape
    k = a.axis % len(shape)
    outer, n, inner = math.prod(shape[:k]), shape[k], math.prod(shape[k + 1 :])
    if a.mode != "clip" or any(v.size != outer * inner for v in node.ins):
        return None  # several places along the axis
    operands = [
        jit.Operand("dy", "float32", (inner, 0, 1)),
        jit.Operand("index", "float32", (inner, 0, 1)),
        jit.Operand("y", "float32", (n * inner, inner, 1), True),
    ]
    program = jit.Program([("y", f"where({_hit(n)}, dy, 0)")], operands, (outer, n, inner), (), open_end=True)
    return program, ["i0", "i1", "o0"], {}


@_for("SoftmaxOutput")
def _softmax_output(node: IrNode) -> Any:
    a, shape = node.a, node.ins[0].shape
    if a.multi_output or a.preserve_shape or len(shape) != 2:
        return None
    return jit.rows.softmax(shape), ["i0", "o0"], {"temperature": 1.0}


@_for("_backward_SoftmaxOutput")
def _softmax_output_grad(node: IrNode) -> Any:
    a = node.a
    names = node.op.input_names(a, len(node.ins))
    if "out" not in names or "label" not in names:
        return None
    out, label = (node.ins[names.index(n)] for n in ("out", "label"))
    if a.multi_output or a.preserve_shape or a.out_grad or a.smooth_alpha or len(out.shape) != 2:
        return None
    if label.ndim != 1 or label.size != out.shape[0] or a.normalization == "valid" or a.use_ignore:
        return None
    scale = a.grad_scale / (out.shape[0] if a.normalization == "batch" else 1)
    order = [f"i{names.index('out')}", f"i{names.index('label')}", "o0"]
    return jit.rows.softmax_output_backward(out.shape), order, {"scale": scale}


def _labels(node: IrNode, ins: list[Any]) -> Callable[[], None]:
    """A label that is no class is an error in the declaration, and stays one here."""
    names = node.op.input_names(node.a, len(node.ins))
    label, classes = ins[names.index("label")], node.outs[0].shape[1]
    ignored = node.a.ignore_label

    def check() -> None:
        check_labels("SoftmaxOutput", np.where(label == -1, 0, label), classes, ignored)

    return moves.Classes(label, classes, ignored, check)


CHECKS["_backward_SoftmaxOutput"] = _labels


@_for("sum")
def _sum(node: IrNode) -> Any:
    x = node.ins[0]
    axes = _axes(node.a, x.ndim)
    if not axes or x.ndim != 2 or len(axes) == 2:
        return None
    n, m = x.shape
    strides = (0, 1) if axes == {0} else (1, 0)
    operands = [jit.Operand("x", "float32", (m, 1)), jit.Operand("y", "float32", strides, True)]
    return jit.reduce([("y", "x")], operands, (n, m), sorted(axes), "sum"), ["i0", "o0"], {}


def _axes(a: Any, ndim: int) -> set[int]:
    axes = set(range(ndim)) if a.axis in (None, ()) else {i % ndim for i in a.axis}
    return set(range(ndim)) - axes if a.exclude and a.axis not in (None, ()) else axes
