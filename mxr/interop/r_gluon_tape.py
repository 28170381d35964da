"""Recording for R: scopes, gradients, functions with a gradient of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mxr as mx
from mxr import autograd
from mxr.base import MXNetError
from mxr.core import tape

from . import r_convert as cv
from .r import exported, handles
from .r_gluon_values import from_r, to_r
from .r_io import checked
from .r_nd import array_of, put

__all__: list[str] = []

_UNRECORDED = (
    "Cannot differentiate node because it is not in a computational graph: compute it, from arrays with a gradient, "
    "inside mx.autograd.record(). To differentiate the same graph twice, give the first backward retain_graph = TRUE."
)
_scopes: list[tuple[bool, bool]] = []


@exported
def ag_on_tape(h: Any) -> bool:
    """Whether what is made of an array now is recorded."""
    return tape.state.recording and array_of(h)._node is not None


@exported
def ag_enter(recording: Any, training: Any) -> None:
    """Opens a scope; None leaves that state as it is."""
    s = tape.state
    _scopes.append((s.recording, s.training))
    if recording is not None:
        s.recording = bool(recording)
    if training is not None:
        s.training = bool(training)


@exported
def ag_leave(depth: Any) -> None:
    """Closes scopes until `depth` are open: also the one whose opening was interrupted."""
    while len(_scopes) > int(depth):
        tape.state.recording, tape.state.training = _scopes.pop()


@exported
def ag_state() -> list[bool]:
    return [autograd.is_recording(), autograd.is_training()]


@exported
def ag_attach(h: Any, grad_req: str) -> None:
    array_of(h).attach_grad(grad_req=grad_req)


@exported
def ag_gradient(h: Any) -> Any:
    g = array_of(h).grad
    return None if g is None else put(g)


@exported
def ag_put_gradient(h: Any, value: Any) -> None:
    """New numbers in an array's gradient; nothing where these are its own."""
    g, new = array_of(h).grad, array_of(value)
    if g is None:
        raise cv.RInputError("$grad <- : this MXNDArray has no gradient; x$attach_grad() makes room for one")
    if new is not g:
        if new.shape != g.shape:
            raise cv.RInputError(f"$grad <- : expected dim {cv.dim_text(g.shape)}, given {cv.dim_text(new.shape)}")
        g[:] = new


@exported
def ag_detach(h: Any) -> Any:
    return put(array_of(h).detach())


@exported
def ag_backward(heads: Any, head_grads: Any, retain_graph: bool, train_mode: bool) -> None:
    try:
        if isinstance(heads, (int, float)) and head_grads is None:
            tape.backward([array_of(heads)], None, retain_graph=retain_graph, train_mode=train_mode)
            return
        autograd.backward(from_r(heads), from_r(head_grads), retain_graph, train_mode)
    except MXNetError as e:
        if str(e).startswith("Cannot differentiate node"):
            raise cv.RInputError(_UNRECORDED) from e
        raise


@exported
def ag_grad(heads: Any, variables: Any, head_grads: Any, retain_graph: Any, create_graph: bool, train: bool) -> Any:
    of = from_r(variables)
    grads = autograd.grad(from_r(heads), of, from_r(head_grads), retain_graph, create_graph, train)
    return to_r(grads[0] if isinstance(of, mx.nd.NDArray) else grads)


class RFunctionWithGradient(autograd.Function):
    """A differentiable function whose two parts are closures of R."""

    def __init__(self, name: str, forward: Callable[..., Any], backward: Callable[..., Any]) -> None:
        super().__init__()
        self._name, self._forward, self._backward = name, forward, backward

    def forward(self, *inputs: Any) -> Any:
        return from_r(checked(self._forward([to_r(x) for x in inputs])))

    def backward(self, *output_grads: Any) -> Any:
        return from_r(checked(self._backward([to_r(g) for g in output_grads])))


@exported
def ag_function(name: str, forward: Callable[..., Any], backward: Callable[..., Any]) -> int:
    kind = type(name, (RFunctionWithGradient,), {})
    return handles.add(kind(name, forward, backward))
