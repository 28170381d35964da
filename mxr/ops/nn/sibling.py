"""The gradient of a heavy operator as an operator of its own, so that kernels can attach to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...base import MXNetError
from ...core import tape
from ...core.op import OpDef, register
from ...core.shapes import Frame

__all__ = ["backward_of", "on_tape"]


def on_tape(F: Any) -> bool:
    """Whether a gradient is itself recorded; hidden outputs are constants there, so it must not rest on them."""
    return F is tape.nd_f


def backward_of(
    parent: OpDef, *, inputs: str, outputs: Any, forward: Callable[..., Any], like: dict[str, str], **options: Any
) -> OpDef:
    """Declares ``_backward_<parent>`` with the parameters of `parent`.

    `like` says for each output which input has its shape; shapes of inputs are known when gradients are made.
    Without `grad` among the options, a second derivative raises.
    """

    def refuse(F: Any, a: Any, dy: Any) -> Any:
        raise MXNetError(f"{parent.name}: the second derivative is not available")

    def infer_shape(a: Any, s: Frame) -> None:
        for i, name in enumerate(s.onames):
            if like[name] in s.names:
                s.out(i, s[s.names.index(like[name])])

    options.setdefault("grad", refuse)
    options.setdefault("infer_shape", infer_shape)
    return register(
        OpDef(
            f"_backward_{parent.name}",
            inputs=inputs,
            outputs=outputs,
            params=parent.params,
            forward=forward,
            hidden=True,
            doc=f"Gradient of {parent.name}, from {', '.join(inputs.split())}.",
            **options,
        )
    )
