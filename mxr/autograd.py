"""``mx.autograd``: recording, backward and custom functions."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from .base import MXNetAssertionError, MXNetTypeError, MXNetValueError
from .core import tape
from .core.array import make_array
from .graph.symbol import active
from .ndarray.ndarray import NDArray

__all__ = [
    "Function", "backward", "get_symbol", "grad", "is_recording", "is_training", "mark_variables", "pause",
    "predict_mode", "record", "set_recording", "set_training", "train_mode",
]  # fmt: skip


def set_recording(is_recording: bool) -> bool:
    """Sets whether operators are recorded; returns what it was."""
    old, tape.state.recording = tape.state.recording, bool(is_recording)
    return old


def set_training(train_mode: bool) -> bool:
    """Sets whether operators run in training mode; returns what it was."""
    old, tape.state.training = tape.state.training, bool(train_mode)
    return old


def is_recording() -> bool:
    if active.trace is not None:
        active.trace.mode()
    return tape.state.recording


def is_training() -> bool:
    if active.trace is not None:  # a block that asks is traced for each mode
        active.trace.mode()
    return tape.state.training


class _RecordingStateScope:
    def __init__(self, recording: bool | None, training: bool | None) -> None:
        self._recording, self._training = recording, training
        self._saved: list[tuple[bool, bool]] = []

    def __enter__(self) -> None:
        s = tape.state
        self._saved.append((s.recording, s.training))
        if self._recording is not None:
            s.recording = self._recording
        if self._training is not None:
            s.training = self._training

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        tape.state.recording, tape.state.training = self._saved.pop()


def record(train_mode: bool = True) -> _RecordingStateScope:
    """``with autograd.record():`` records operators for backward, in training mode unless told otherwise."""
    return _RecordingStateScope(True, train_mode)


def pause(train_mode: bool = False) -> _RecordingStateScope:
    """``with autograd.pause():`` inside record: what happens there is not recorded."""
    return _RecordingStateScope(False, train_mode)


def train_mode() -> _RecordingStateScope:
    return _RecordingStateScope(None, True)


def predict_mode() -> _RecordingStateScope:
    return _RecordingStateScope(None, False)


def _list(what: str, x: Any) -> list[NDArray]:
    if not isinstance(x, NDArray | list | tuple):
        raise MXNetTypeError(f"{what} must be NDArrays, got {type(x).__name__}")
    xs = [x] if isinstance(x, NDArray) else list(x)
    for v in xs:
        if not isinstance(v, NDArray):
            raise MXNetTypeError(f"{what} must be NDArrays, got {type(v).__name__}")
    return xs


def mark_variables(variables: Any, gradients: Any, grad_reqs: Any = "write") -> None:
    """Makes variables of arrays, with the given arrays for their gradients."""
    variables, gradients = _list("variables", variables), _list("gradients", gradients)
    reqs = [grad_reqs] * len(variables) if isinstance(grad_reqs, str) else list(grad_reqs)
    if not len(variables) == len(gradients) == len(reqs):
        raise MXNetValueError("mark_variables: variables, gradients and grad_reqs differ in length")
    for i, (x, g, req) in enumerate(zip(variables, gradients, reqs)):
        if req not in ("write", "add", "null"):
            raise MXNetValueError(f"mark_variables: grad_req must be 'write', 'add' or 'null', got {req!r}")
        if x.shape != g.shape:
            raise MXNetValueError(f"mark_variables: gradients[{i}] has shape {g.shape}, its variable has {x.shape}")
        x._mark(g, req)


def _heads(heads: Any, head_grads: Any) -> tuple[list[NDArray], list[Any] | None]:
    heads = _list("heads", heads)
    if head_grads is None:
        return heads, None
    if not isinstance(head_grads, NDArray | list | tuple):
        raise MXNetTypeError(f"head_grads must be NDArrays, got {type(head_grads).__name__}")
    grads = [head_grads] if isinstance(head_grads, NDArray) else list(head_grads)
    if len(grads) != len(heads):
        raise MXNetValueError(f"heads and head_grads differ in length: {len(heads)} and {len(grads)}")
    return heads, grads


def backward(heads: Any, head_grads: Any = None, retain_graph: bool = False, train_mode: bool = True) -> None:
    """Gradients of the heads with regard to all variables, written into their ``.grad``."""
    hs, gs = _heads(heads, head_grads)
    tape.backward(hs, gs, retain_graph=retain_graph, train_mode=train_mode)


def grad(
    heads: Any,
    variables: Any,
    head_grads: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    train_mode: bool = True,
) -> list[NDArray]:
    """Gradients of the heads with regard to `variables`, returned; with `create_graph` they can be differentiated.

    Always a list, of one array for one variable, as MXNet returns it.
    """
    hs, gs = _heads(heads, head_grads)
    vs = _list("variables", variables)
    if not vs:
        raise MXNetAssertionError("variables cannot be an empty list.")
    for i, v in enumerate(vs):
        if not isinstance(v._node, tape.Leaf):
            raise MXNetValueError(
                f"grad: cannot differentiate with respect to variable {i + 1}: it does not require gradient; "
                "attach_grad() marks it, before anything is computed from it"
            )
    keep = create_graph if retain_graph is None else retain_graph
    out = tape.backward(hs, gs, retain_graph=keep, train_mode=train_mode, create_graph=create_graph, variables=vs)
    assert out is not None
    return out


def get_symbol(x: NDArray) -> Any:
    """The recorded history of `x` as a Symbol."""
    from .graph.capture import symbol_of

    return symbol_of(x)


class Function:
    """A differentiable function with its own backward; subclass and write ``forward`` and ``backward``.

    Both get and return NDArrays. ``save_for_backward`` keeps arrays in ``saved_tensors``.
    """

    def __init__(self) -> None:
        self._used = False
        self.saved_tensors: Any = ()

    def save_for_backward(self, *args: Any) -> None:
        self.saved_tensors = args

    def forward(self, *inputs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}.forward is not written")

    def backward(self, *output_grads: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}.backward is not written")

    def __call__(self, *inputs: NDArray) -> Any:
        if self._used:
            raise MXNetValueError("Each Function instance can only be called once. Create another one for another call")
        self._used = True
        with pause(train_mode=is_training()):
            outputs = self.forward(*inputs)
        outs = _list(f"{type(self).__name__}.forward: outputs", outputs)
        if is_recording() and any(x._node is not None for x in inputs):
            ctx = inputs[0]._ctx
            node = tape.Node(
                None,
                None,
                [None if x._node is None else (x._node, x._index) for x in inputs],
                (),
                [(y.shape, y._data.dtype) for y in outs],
                ctx,
                self._custom([x.shape for x in inputs], ctx),
            )
            outs = [_on_tape(y, node, i) for i, y in enumerate(outs)]
        return outs[0] if isinstance(outputs, NDArray) else tuple(outs)

    def _custom(self, shapes: list[tuple], ctx: Any) -> Any:
        n = len(shapes)

        def run(dys: list[Any], create_graph: bool) -> list[Any]:
            arrays = dys if create_graph else [make_array(g, ctx) for g in dys]
            grads = self.backward(*arrays)
            grads = [grads] if isinstance(grads, NDArray) else list(grads)
            if len(grads) != n:
                raise MXNetValueError(
                    f"{type(self).__name__}.backward must return one gradient per input: {n}, got {len(grads)}"
                )
            for i, (g, shape) in enumerate(zip(grads, shapes)):
                if g is not None and (not isinstance(g, NDArray) or g.shape != shape):
                    got = f"one of shape {g.shape}" if isinstance(g, NDArray) else type(g).__name__
                    raise MXNetValueError(
                        f"{type(self).__name__}.backward: the gradient of input {i} must be an NDArray of shape "
                        f"{shape}, got {got}"
                    )
            return grads if create_graph else [None if g is None else g._data for g in grads]

        return run


def _on_tape(y: NDArray, node: Any, i: int) -> NDArray:
    y = y.detach()
    y._node, y._index = node, i
    return y
