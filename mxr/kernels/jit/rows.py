"""Programs for softmax and its kin along one axis. Everything is C-contiguous; any axis, any leading and trailing dims.

Each function returns a :class:`Program` for :func:`compile_many`; its docstring names the operands in order. ``label``
has the shape without `axis`. What MXNet computes: SoftmaxOutput, softmax, log_softmax, softmax_cross_entropy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...base import MXNetValueError
from .program import Operand, Program

__all__ = [
    "cross_entropy", "log_softmax", "log_softmax_backward", "softmax", "softmax_backward", "softmax_output",
    "softmax_output_backward",
]  # fmt: skip


def _layout(shape: Sequence[int], axis: int) -> tuple[tuple[int, int, int], tuple[int, ...], tuple[int, ...]]:
    """Domain (outer, axis, inner), strides of a full array, strides of one without the axis."""
    if not -len(shape) <= axis < len(shape):
        raise MXNetValueError(f"axis: {axis} is out of range for shape {tuple(shape)}")
    axis %= len(shape)
    outer, n, inner = math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])
    return (outer, n, inner), (n * inner, inner, 1), (inner, 0, 1)


def softmax(shape: Sequence[int], dtype: str = "float32", axis: int = -1, out_dtype: str | None = None) -> Program:
    """Operands x, y; y = softmax(x); y may be x. Param temperature (1 for none)."""
    domain, full, _ = _layout(shape, axis)
    stmts = [("z", "x*(1/temperature)"), ("y", "exp(z - rmax(z))"), ("y", "y*(1/rsum(y))")]
    operands = [Operand("x", dtype, full), Operand("y", out_dtype or dtype, full, True)]
    return Program(stmts, operands, domain, ["temperature"], [1])


def log_softmax(shape: Sequence[int], dtype: str = "float32", axis: int = -1, out_dtype: str | None = None) -> Program:
    """Operands x, y; y may be x. Param temperature."""
    domain, full, _ = _layout(shape, axis)
    stmts = [("z", "x*(1/temperature)"), ("d", "z - rmax(z)"), ("y", "d - log(rsum(exp(d)))")]
    operands = [Operand("x", dtype, full), Operand("y", out_dtype or dtype, full, True)]
    return Program(stmts, operands, domain, ["temperature"], [1])


def softmax_backward(shape: Sequence[int], dtype: str = "float32", axis: int = -1) -> Program:
    """Operands dy, y (the output), dx; dx may be dy. Param temperature."""
    domain, full, _ = _layout(shape, axis)
    stmts = [("dx", "y*(dy - rsum(dy*y))*(1/temperature)")]
    operands = [Operand("dy", dtype, full), Operand("y", dtype, full), Operand("dx", dtype, full, True)]
    return Program(stmts, operands, domain, ["temperature"], [1])


def log_softmax_backward(shape: Sequence[int], dtype: str = "float32", axis: int = -1) -> Program:
    """Operands dy, y (the output), dx; dx may be dy. Param temperature."""
    domain, full, _ = _layout(shape, axis)
    stmts = [("dx", "(dy - exp(y)*rsum(dy))*(1/temperature)")]
    operands = [Operand("dy", dtype, full), Operand("y", dtype, full), Operand("dx", dtype, full, True)]
    return Program(stmts, operands, domain, ["temperature"], [1])


def _hit(classes: int, smooth: bool) -> str:
    """The target distribution's entry: one-hot, or smoothed by the param smooth_alpha as SoftmaxOutput does."""
    if not smooth:
        return "(axis_index(1) == label)"
    return f"where(axis_index(1) == label, 1 - smooth_alpha, smooth_alpha/{max(classes - 1, 1)})"


def _head(classes: int, use_ignore: bool, smooth: bool, counted: bool) -> tuple[str, list[str]]:
    params = ["scale"] + ["ignore_label"] * use_ignore + ["smooth_alpha"] * smooth
    grad = f"(y - {_hit(classes, smooth)})*{'(scale/count)' if counted else 'scale'}"
    return (f"where(label == ignore_label, 0, {grad})" if use_ignore else grad), params


def softmax_output_backward(
    shape: Sequence[int],
    dtype: str = "float32",
    axis: int = -1,
    *,
    use_ignore: bool = False,
    smooth: bool = False,
    counted: bool = False,
    label_dtype: str | None = None,
) -> Program:
    """SoftmaxOutput's gradient (y - onehot(label))*scale. Operands y, label[, count], dx; dx may be y.

    Params scale[, ignore_label][, smooth_alpha]. With `counted` the scale is divided by the one-element array `count`
    (normalization='valid'). A label outside [0, classes) hits no class, as in MXNet.
    """
    domain, full, less = _layout(shape, axis)
    grad, params = _head(domain[1], use_ignore, smooth, counted)
    operands = [Operand("y", dtype, full), Operand("label", label_dtype or dtype, less)]
    operands += [Operand("count", dtype, (0, 0, 0))] * counted + [Operand("dx", dtype, full, True)]
    return Program([("dx", grad)], operands, domain, params)


def softmax_output(
    shape: Sequence[int],
    dtype: str = "float32",
    axis: int = -1,
    *,
    use_ignore: bool = False,
    smooth: bool = False,
    counted: bool = False,
    label_dtype: str | None = None,
) -> Program:
    """Forward and gradient in one pass. Operands x, label[, count], y, dx; y or dx may be x.

    Params as for the gradient.
    """
    domain, full, less = _layout(shape, axis)
    grad, params = _head(domain[1], use_ignore, smooth, counted)
    operands = [Operand("x", dtype, full), Operand("label", label_dtype or dtype, less)]
    operands += [Operand("count", dtype, (0, 0, 0))] * counted
    operands += [Operand("y", dtype, full, True), Operand("dx", dtype, full, True)]
    stmts = [("y", "exp(x - rmax(x))"), ("y", "y*(1/rsum(y))"), ("dx", grad)]
    return Program(stmts, operands, domain, params, [1])


def cross_entropy(
    shape: Sequence[int],
    dtype: str = "float32",
    axis: int = -1,
    *,
    label_dtype: str | None = None,
    from_logits: bool = True,
) -> Program:
    """Operands x, label, loss (without `axis`): loss = -log softmax(x)[label].

    from_logits=False takes x as log-probabilities.

    A label outside the classes gives log(sum(exp(x))) (nothing is picked).
    """
    domain, full, less = _layout(shape, axis)
    pick = "rsum(where(axis_index(1) == label, x, 0))"
    stmts = [("loss", f"-{pick}")]
    if from_logits:
        stmts = [("m", "rmax(x)"), ("loss", f"(m - {pick}) + log(rsum(exp(x - m)))")]
    operands = [
        Operand("x", dtype, full),
        Operand("label", label_dtype or dtype, less),
        Operand("loss", dtype, less, True),
    ]
    return Program(stmts, operands, domain, (), [1])
