"""The operator Custom: a CustomOp that the user registered with mx.operator.register.

Calls of mx.nd run the user's code at once and put a node of their own on the tape. A compiled plan makes one instance
of the user's operator for each node (and keeps it, as MXNet's executors do) and calls it from its rows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..backend import dtype_code, xp_for
from ..base import MXNetError, MXNetTypeError, MXNetValueError, suggest
from ..context import Context
from ..core import tape
from ..core.array import make_array
from ..core.engine import engine
from ..core.op import OpDef, register
from ..core.params import NULL, Attrs, Str
from ..core.shapes import Frame, is_known

__all__ = ["custom", "props"]

# What mx.operator.register fills: name -> subclass of CustomOpProp
props: dict[str, type] = {}


_call = threading.local()


def _texts(given: dict[str, Any]) -> dict[str, str]:
    return {k: str(v) for k, v in given.items() if v is not NULL}


def user(what: str, label: str, f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Calls the user's code; what it raises comes out with its own text."""
    try:
        return f(*args, **kwargs)
    except MXNetError as e:
        raise e.retold(f"{label}: Error in {what}: {e}") from e
    except Exception as e:
        raise MXNetError(f"{label}: Error in {what}: {type(e).__name__}: {e}") from e


class CustomDef(OpDef):
    """Takes any parameters: all but op_type go to the user's CustomOpProp, as strings."""

    def parse(self, given: dict[str, Any]) -> Attrs:
        known, a = getattr(_call, "parsed", (None, None))
        return a if a is not None and known == _texts(given) else self.parse_anew(given)

    def parse_anew(self, given: dict[str, Any]) -> Attrs:
        if isinstance(given.get("prop"), list):  # the gradient, with what forward has parsed
            return Attrs({**given, "prop": given["prop"][0]})
        values = _texts(given)
        op_type = values.pop("op_type", "")
        if not op_type:
            raise MXNetValueError("Custom: Required argument `op_type` is missing.")
        if op_type not in props:
            raise MXNetValueError(f"Custom: Cannot find custom operator {op_type!r}.{suggest(op_type, props)}")
        prop = user(f"{op_type}.__init__", "Custom", props[op_type], **values)
        names = {}
        for what in ("list_arguments", "list_outputs", "list_auxiliary_states"):
            found = user(f"{op_type}.{what}", "Custom", getattr(prop, what))
            if not isinstance(found, list | tuple) or not all(isinstance(n, str) for n in found):
                raise MXNetTypeError(f"Custom: {op_type}.{what} must return a list of names, got {found!r}")
            names[what] = tuple(found)
        return Attrs(
            {
                "op_type": op_type,
                "prop": prop,
                "arguments": names["list_arguments"],
                "outputs": names["list_outputs"],
                "auxiliary": names["list_auxiliary_states"],
                "loss_head": not _takes_head(prop, names),
            }
        )

    def input_names(self, a: Attrs, count: int | None = None) -> tuple[str, ...]:
        return (*a.arguments, *a.auxiliary)

    def aux_names(self, a: Attrs) -> tuple[str, ...]:
        return a.auxiliary

    def order_inputs(self, given: dict[str, Any], arrays: list[Any], named: dict[str, Any]) -> list[Any]:
        """Inputs by keyword go to their places; those that are missing are None."""
        a = self.parse_anew(given)
        _call.parsed = _texts(given), a  # one CustomOpProp a call
        names = self.input_names(a)
        for k in named:
            if k not in names:
                raise MXNetValueError(f"Custom: unknown input {k!r}.{suggest(k, names)}")
        if len(arrays) > len(names):
            raise MXNetValueError(f"Custom: expects {len(names)} inputs ({', '.join(names)}), got {len(arrays)}")
        out = [*arrays, *[None] * (len(names) - len(arrays))]
        for k, v in named.items():
            if out[names.index(k)] is not None:
                raise MXNetValueError(f"Custom: input {k!r} is given twice")
            out[names.index(k)] = v
        return out


def _takes_head(prop: Any, names: dict[str, tuple[str, ...]]) -> bool:
    """Whether backward wants the gradients of the outputs, by what it declares to depend on."""
    n, m = len(names["list_outputs"]), len(names["list_arguments"])
    heads = list(range(n))
    needed = user(
        "declare_backward_dependency", "Custom", prop.declare_backward_dependency,
        heads, list(range(n, n + m)), list(range(n + m, n + m + n)),
    )  # fmt: skip
    return any(i in heads for i in needed)


# ---- shapes and dtypes
def _infer_shape(a: Attrs, s: Frame) -> None:
    n = len(a.arguments)
    if all(v is None for v in s.ins[:n]):
        return
    given = [[] if v is None else [0 if d == -1 else d for d in v] for v in s.ins[:n]]
    try:
        found = user(f"{a.op_type}.infer_shape", s.label, a.prop.infer_shape, given)
    except MXNetError:
        if all(is_known(v) for v in s.ins[:n]):
            raise
        return  # it needs to know more
    if not isinstance(found, list | tuple) or len(found) not in (2, 3):
        s.fail(f"{a.op_type}.infer_shape must return (input, output, auxiliary) shapes, got {found!r}")
    parts = [list(found[0]), list(found[1]), list(found[2]) if len(found) == 3 else []]
    for what, part, names in zip(("input", "output", "auxiliary"), parts, (a.arguments, a.outputs, a.auxiliary)):
        if len(part) != len(names):
            s.fail(f"{a.op_type}.infer_shape returned {len(part)} {what} shapes, expected {len(names)}")
    for i, shape in enumerate([*parts[0], *parts[2]]):
        s.set(i, _shape(shape))
    for i, shape in enumerate(parts[1]):
        s.out(i, _shape(shape))
    s.out(len(a.outputs), (1,))


def _shape(shape: Any) -> Any:
    shape = tuple(int(d) for d in shape)
    return tuple(-1 if d == 0 else d for d in shape) if shape else None


def _infer_type(a: Attrs, s: Frame) -> None:
    n = len(a.arguments)
    first = next((t for t in s.ins[:n] if t is not None), None)
    s.out_dtype(len(a.outputs), np.dtype(np.int8))
    if first is None:
        return
    given = [(first if t is None else t).type for t in s.ins[:n]]
    found = user(f"{a.op_type}.infer_type", s.label, a.prop.infer_type, given)
    parts = [list(part) for part in (*found, [])[:3]]
    for what, part, names in zip(("input", "output", "auxiliary"), parts, (a.arguments, a.outputs, a.auxiliary)):
        if len(part) != len(names):
            s.fail(f"{a.op_type}.infer_type returned {len(part)} {what} dtypes, expected {len(names)}")
    for i, t in enumerate([*parts[0], *parts[2]]):
        s.set_dtype(i, np.dtype(t))
    for i, t in enumerate(parts[1]):
        s.out_dtype(i, np.dtype(t))


# ---- running the user's code
def _create(a: Attrs, ctx: Context, shapes: Sequence[tuple], dtypes: Sequence[Any]) -> Any:
    codes = [dtype_code(t) for t in dtypes]
    made = user(f"{a.op_type}.create_operator", "Custom", a.prop.create_operator, ctx, [list(s) for s in shapes], codes)
    for name in ("forward", "backward"):
        if not callable(getattr(made, name, None)):
            raise MXNetTypeError(f"Custom: {a.op_type}.create_operator must return a CustomOp, got {made!r}")
    return made


def _quietly(train: bool, what: str, f: Callable[..., Any], **kwargs: Any) -> None:
    state = tape.state
    saved = state.recording, state.training
    state.recording, state.training = False, train
    try:
        user(what, "Custom", f, **kwargs)
    finally:
        state.recording, state.training = saved


def _forward(made: Any, a: Attrs, ins: list[Any], outs: list[Any], train: bool) -> None:
    n = len(a.arguments)
    _quietly(
        train, f"{a.op_type}.forward", made.forward, is_train=train, req=["write"] * len(outs), in_data=ins[:n],
        out_data=outs, aux=ins[n:],
    )  # fmt: skip


def _backward(made: Any, a: Attrs, dys: Any, ins: list[Any], outs: list[Any], grads: list[Any], req: list[str],
              train: bool) -> None:  # fmt: skip
    n = len(a.arguments)
    _quietly(
        train, f"{a.op_type}.backward", made.backward, req=req, out_grad=dys, in_data=ins[:n], out_data=outs,
        in_grad=grads, aux=ins[n:],
    )  # fmt: skip


def _run(xp: Any, a: Attrs, *arrays: Any, train: bool = False) -> tuple:
    raise MXNetError("Custom: has no form on plain arrays")


def _imperative(op: OpDef, inputs: Sequence[Any], a: Attrs, out: Any, ctx: Context) -> Any:
    """One call on NDArrays."""
    names = op.input_names(a)
    if len(inputs) != len(names):
        raise MXNetValueError(
            f"Custom: operator {a.op_type} expects {len(names)} inputs ({', '.join(names)}), but "
            f"got {len(inputs)} instead"
        )
    engine.drain()
    train = tape.state.training
    ins = [make_array(x._data, ctx) for x in inputs]
    shapes, dtypes = [x.shape for x in inputs], [x._data.dtype for x in inputs]
    _, out_shapes = op.infer(a, shapes)
    _, out_dtypes = op.infer_dtypes(a, dtypes)
    n = len(a.outputs)
    if any(not is_known(s) for s in out_shapes[:n]):
        raise MXNetValueError(f"Custom: {a.op_type}.infer_shape leaves output shapes open: {out_shapes[:n]}")
    made = _create(a, ctx, shapes, dtypes)
    xp = xp_for(ctx)
    outs = [make_array(xp.zeros(s, t), ctx) for s, t in zip(out_shapes[:n], out_dtypes[:n])]
    _forward(made, a, ins, outs, train)
    results = [make_array(y._data, ctx) for y in outs]
    if out is not None:
        targets = list(out) if isinstance(out, list | tuple) else [out]
        if len(targets) != n:
            raise MXNetValueError(f"Custom: out= needs {n} array(s), got {len(targets)}")
        for t, y in zip(targets, results):
            t[:] = y
        results = targets
    if tape.state.recording and any(x._node is not None for x in inputs):
        wanted = [x._node is not None and i < len(a.arguments) for i, x in enumerate(inputs)]

        def back(dys: list[Any], create_graph: bool) -> list[Any]:
            if create_graph:
                raise MXNetError(f"Custom: {a.op_type} has no gradient of its gradient (create_graph=True)")
            grads = [make_array(xp.zeros(x.shape, x._data.dtype), ctx) for x in ins[: len(a.arguments)]]
            req = ["write" if w else "null" for w in wanted[: len(a.arguments)]]
            given = [make_array(g, ctx) for g in dys]
            _backward(made, a, given, ins, outs, grads, req, tape.state.training)
            found = [g._data if w else None for g, w in zip(grads, wanted)]
            return found + [None] * len(a.auxiliary)

        node = tape.Node(
            None, None, [(x._node, x._index) if w else None for x, w in zip(inputs, wanted)], (),
            [(y.shape, y._data.dtype) for y in outs], ctx, back,
        )  # fmt: skip
        for i, y in enumerate(results):
            y._node, y._index = node, i
    return results[0] if n == 1 else results


def _bound(
    a: Attrs, ins: list[Any], outs: list[Any], used: list[bool], ctx: Context, train: bool, session: dict
) -> Any:
    """The row of a plan; `session` holds the user's operator."""
    n = len(a.outputs)
    arrays, results = [make_array(x, ctx) for x in ins], [make_array(y, ctx) for y in outs[:n]]
    session["op"] = _create(a, ctx, [x.shape for x in ins], [x.dtype for x in ins])
    return lambda: _settled(_forward, session["op"], a, arrays, results, train)


def _bound_backward(
    a: Attrs, ins: list[Any], outs: list[Any], used: list[bool], ctx: Context, train: bool, session: dict
) -> Any:
    n, m = len(a.outputs), len(a.arguments) + len(a.auxiliary)
    arrays = [make_array(x, ctx) for x in ins]
    grads = [make_array(y, ctx) for y in outs[: len(a.arguments)]]
    req = ["write" if u else "null" for u in used[: len(a.arguments)]]

    def run() -> None:
        for y in outs:
            y[...] = 0
        dys, given, results = arrays[:n], arrays[n : n + m], arrays[n + m : n + m + n]
        _settled(_backward, session["op"], a, dys, given, results, grads, req, train)

    return run


def _settled(f: Callable[..., Any], *args: Any) -> None:
    f(*args)
    engine.drain()  # what the user's code queued


custom = CustomDef(
    "Custom",
    inputs="data",
    variadic="num_args",
    params={"op_type": Str("", "Name of the custom operator, as registered.")},
    forward=_run,
    grad=lambda F, a, dy: None,
    infer_shape=_infer_shape,
    infer_type=_infer_type,
    outputs=lambda a: (*getattr(a, "outputs", ("output",)), "_session"),
    visible=lambda a: len(getattr(a, "outputs", ("output",))),
    train_aware=True,
    examples=(
        "nd.Custom(nd.array([1, 2]), op_type=mx.operator.register('twice')(type('P', (mx.operator.CustomOpProp,),"
        " {'create_operator': lambda self, *a: type('Twice', (mx.operator.CustomOp,), {'forward': lambda self,"
        " is_train, req, in_data, out_data, aux: self.assign(out_data[0], req[0], in_data[0] * 2)})()})) and 'twice')",
    ),
    doc="""An operator written in Python, registered by mx.operator.register; see mx.operator.CustomOp.

    Inputs: the arguments and auxiliary states that its CustomOpProp lists; all other parameters go to the CustomOpProp
    as strings (MXNet operator Custom).""",
)
custom.json_outputs = lambda a: len(a.outputs)
custom.states = lambda a: list(range(len(a.arguments), len(a.arguments) + len(a.auxiliary)))
custom.imperative, custom.bound, custom.any_params = _imperative, _bound, True
register(custom)


def _same(a: Attrs, s: Frame, dtype: bool) -> None:
    n, m = len(a.outputs), len(a.arguments) + len(a.auxiliary)
    for i in range(m):
        (s.out_dtype if dtype else s.out)(i, s[n + i])


class _BackDef(CustomDef):
    def input_names(self, a: Attrs, count: int | None = None) -> tuple[str, ...]:
        return tuple(f"data{i}" for i in range(2 * len(a.outputs) + len(a.arguments) + len(a.auxiliary) + 1))

    def aux_names(self, a: Attrs) -> tuple[str, ...]:
        return ()


back = _BackDef(
    "_backward_Custom",
    inputs="data",
    variadic="num_args",
    params={"op_type": Str("", "Name of the custom operator.")},
    forward=_run,
    grad=None,
    infer_shape=lambda a, s: _same(a, s, False),
    infer_type=lambda a, s: _same(a, s, True),
    outputs=lambda a: tuple(f"output{i}" for i in range(len(a.arguments) + len(a.auxiliary))),
    train_aware=True,
    hidden=True,
    doc="The gradient of Custom.",
)
back.bound = _bound_backward
back.states = lambda a: [len(a.outputs) + len(a.arguments) + i for i in range(len(a.auxiliary))]
register(back)


def _grad(F: Any, a: Attrs, dy: Any, ins: Any, outs: Any) -> list[Any]:
    dys = dy if isinstance(dy, tuple) else (dy,)
    found = F._backward_Custom(*dys, *ins, *outs, **{**a.as_dict(), "prop": [a.prop]})
    found = found if isinstance(found, tuple | list) else (found,)
    return [g if i < len(a.arguments) and np.dtype(x.dtype).kind == "f" else None
            for i, (g, x) in enumerate(zip(found, ins))]  # fmt: skip


custom.grad, custom.grad_needs = _grad, ("ins", "outs")


def _no_call(*_: Any, **__: Any) -> Any:
    raise MXNetError("_CustomFunction: is what mx.autograd.Function records; subclass that and call an instance")


function = OpDef(
    "_CustomFunction",
    inputs=(),
    forward=_no_call,
    grad=None,
    infer_shape=_no_call,
    infer_type=_no_call,
    examples=(
        "type('Twice', (mx.autograd.Function,), {'forward': lambda self, x: x * 2,"
        " 'backward': lambda self, dy: dy * 2})()(nd.array([1, 2]))",
    ),
    doc="The call of an mx.autograd.Function, on the tape; not called by itself (MXNet operator _CustomFunction).",
)
function.imperative = _no_call
register(function)
