"""Elementwise operators whose gradient is chosen freely, and a quadratic function."""

from __future__ import annotations

from ...core.op import op
from ...core.params import Bool, Float
from ..families import unary

__all__: list[str] = []

_STE = "The gradient passes straight through, as if it were the identity (Bengio et al. 2013; MXNet operator %s)."

unary(
    "_contrib_round_ste", "round(data)", "dy", aliases=("_sparse__contrib_round_ste",),
    doc="`data` rounded to whole numbers, halves away from zero. " + _STE % "_contrib_round_ste",
).examples = ("nd.contrib.round_ste(nd.array([-1.5, 0.4, 2.5]))",)  # fmt: skip
unary(
    "_contrib_sign_ste", "sign(data)", "dy", aliases=("_sparse__contrib_sign_ste",),
    doc="The sign of `data`: -1, 0 or 1. " + _STE % "_contrib_sign_ste",
).examples = ("nd.contrib.sign_ste(nd.array([-1.5, 0, 2.5]))",)  # fmt: skip
unary(
    "_contrib_quadratic", "a * data * data + b * data + c", "dy * (2 * a * data + b)",
    params={
        "a": Float(0.0, "Factor of the square."),
        "b": Float(0.0, "Factor of `data`."),
        "c": Float(0.0, "What is added."),
    },
    doc="a * data^2 + b * data + c, elementwise; dtype of `data` (MXNet operator _contrib_quadratic).",
).examples = ("nd.contrib.quadratic(nd.array([1, 2, 3]), a=1, b=2, c=3)",)  # fmt: skip


@op("_contrib_gradientmultiplier", view=True, inplace=True)
class GradientMultiplier:
    """`data` itself; its gradient is multiplied by `scalar` on the way back.

    A negative number reverses it (Ganin and Lempitsky 2014; MXNet operator _contrib_gradientmultiplier).
    """

    scalar = Float(1.0, "Factor of the gradient.")
    is_int = Bool(True, "Whether the number was given as an integer.")
    examples = ("nd.contrib.gradientmultiplier(nd.array([1, 2]), scalar=-1)",)

    def forward(xp, a, data):
        return data

    def grad(F, a, dy):
        return dy * a.scalar
