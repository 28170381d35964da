"""Optimiser updates as programs over flat arrays: one pass over weight, gradient and states, in place.

``UPDATES[name]`` holds (states, params, statements) with the formulas of MXNet's ``*_update`` operators. The weight is
both read and written; ``g`` is the gradient. The rate and all other hyperparameters are dynamic params, so a schedule
never recompiles; whether gradients are clipped is compiled in.
"""

from __future__ import annotations

from typing import NamedTuple

from ...base import MXNetValueError, suggest
from .program import Operand, Program

__all__ = ["UPDATES", "Update", "update"]


class Update(NamedTuple):
    """states: arrays beside the weight, updated in place. decay 'loss': ``wd*w`` joins the gradient before clipping;
    otherwise the statements, over the clipped gradient d, deal with it."""

    states: tuple[str, ...]
    params: tuple[str, ...]
    stmts: tuple[tuple[str, str], ...]
    decay: str = ""


UPDATES: dict[str, Update] = {
    "sgd": Update((), ("lr", "wd"), (("w", "(1 - lr*wd)*w - lr*d"),)),
    "sgd_mom": Update(("mom",), ("lr", "wd", "momentum"), (("mom", "momentum*mom - lr*wd*w - lr*d"), ("w", "w + mom"))),
    # MXNet computes the new state from the weight it has just overwritten; old training runs depend on it.
    "nag_mom": Update(
        ("mom",),
        ("lr", "wd", "momentum"),
        (
            ("t", "d + wd*w"),
            ("w", "w + momentum*(momentum*mom - lr*t) - lr*t"),
            ("mom", "momentum*mom - lr*(d + wd*w)"),
        ),
    ),
    "adam": Update(
        ("mean", "var"),
        ("lr", "wd", "beta1", "beta2", "epsilon"),
        (
            ("mean", "beta1*mean + (1 - beta1)*d"),
            ("var", "beta2*var + (1 - beta2)*d*d"),
            ("w", "w - lr*mean/(sqrt(var) + epsilon)"),
        ),
        "loss",
    ),
    "rmsprop": Update(
        ("n",),
        ("lr", "wd", "gamma1", "epsilon"),
        (("n", "(1 - gamma1)*d*d + gamma1*n"), ("w", "w - lr*d/sqrt(n + epsilon)")),
        "loss",
    ),
    "rmspropalex": Update(
        ("n", "m", "delta"),
        ("lr", "wd", "gamma1", "gamma2", "epsilon"),
        (
            ("n", "(1 - gamma1)*d*d + gamma1*n"),
            ("m", "(1 - gamma1)*d + gamma1*m"),
            ("delta", "gamma2*delta - lr*d/sqrt(n - m*m + epsilon)"),
            ("w", "w + delta"),
        ),
        "loss",
    ),
    "adagrad": Update(
        ("history",),
        ("lr", "wd", "epsilon"),
        (("history", "history + d*d"), ("w", "w - lr*(d/sqrt(history + epsilon) + wd*w)")),
    ),
    "adadelta": Update(
        ("acc_g", "acc_delta"),
        ("wd", "rho", "epsilon"),
        (
            ("acc_g", "rho*acc_g + (1 - rho)*d*d"),
            ("t", "sqrt(acc_delta + epsilon)/sqrt(acc_g + epsilon)*d"),
            ("acc_delta", "rho*acc_delta + (1 - rho)*t*t"),
            ("w", "w - t - wd*w"),
        ),
    ),
    "signsgd": Update((), ("lr", "wd"), (("w", "(1 - lr*wd)*w - lr*sign(d)"),)),
    "signum": Update(
        ("mom",),
        ("lr", "wd", "momentum", "wd_lh"),
        (
            ("mom", "momentum*mom - (1 - momentum)*wd*w - (1 - momentum)*d"),
            ("w", "(1 - lr*wd_lh)*w + lr*sign(mom)"),
        ),
    ),
    "ftrl": Update(
        ("z", "n"),
        ("lr", "wd", "lamda1", "beta"),
        (
            ("old", "n"),
            ("n", "n + d*d"),
            ("z", "z + d - (sqrt(n) - sqrt(old))*w/lr"),
            ("w", "where(abs(z) > lamda1, (sign(z)*lamda1 - z)/((beta + sqrt(n))/lr + wd), 0)"),
        ),
    ),
}


def update(
    name: str,
    size: int,
    *,
    dtype: str = "float32",
    grad_dtype: str | None = None,
    clip: bool = False,
    rescale: bool = True,
) -> Program:
    """The program of one update of `size` elements, to be compiled by ``compile_many``.

    Operands: g, then the states, then w (both read and written in place). Params: those of the update, then
    ``rescale`` (if `rescale`), then ``clip_gradient`` (if `clip`).
    With ``grad_dtype='float16'`` and float32 weights it is MXNet's ``mp_*`` update without the copy back.
    """
    if name not in UPDATES:
        raise MXNetValueError(f"unknown update {name!r}.{suggest(name, UPDATES)} Known: {', '.join(UPDATES)}.")
    u = UPDATES[name]
    d = "g*rescale" if rescale else "g"
    if u.decay == "loss":
        d = f"{d} + wd*w"
    if clip:
        d = f"clip({d}, -clip_gradient, clip_gradient)"
    params = [*u.params, *["rescale"] * rescale, *["clip_gradient"] * clip]
    operands = [Operand("g", grad_dtype or dtype, (1,)), *(Operand(s, dtype, (1,), True) for s in u.states)]
    operands.append(Operand("w", dtype, (1,), True))
    return Program([("d", d), *u.stmts], operands, (size,), params)
