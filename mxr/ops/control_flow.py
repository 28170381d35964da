"""Loops and branches whose bodies are symbols: _foreach, _while_loop, _cond.

A body arrives as an attribute, prepared by the compiler (mxr.graph.subgraph): something that infers shapes and dtypes
by position and gives a `runner`, a compiled form with buffers for inputs, outputs, gradients and drawn random values.
Forward leaves, as hidden outputs, the states before each step and the random values drawn in it; backward goes through
the steps in reverse and computes each anew from these, so that memory holds one step only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..base import MXNetError
from ..core.op import OpDef, register
from ..core.params import Attrs, Graph, Int, Shape
from ..core.shapes import Frame

__all__ = [
    "Locs", "along", "backward_of", "counts", "empties", "fill", "foreach", "inputs_of", "keep", "n_drawn", "need",
    "output_names", "settle", "write_states",
]  # fmt: skip


class Locs(Shape):
    """Positions, in MXNet's own text: ``[0, 2]``."""

    kind = "tuple of <long>"

    def dump(self, value: Any) -> str:
        return str(list(value))


def counts(n_graphs: int) -> dict[str, Any]:
    return {
        "num_args": Int(doc=f"Number of inputs, plus {n_graphs} for the symbol{'s' if n_graphs > 1 else ''}.", lo=1),
        "num_outputs": Int(doc="Number of outputs.", lo=1),
    }


def inputs_of(n_graphs: int) -> Any:
    return lambda a: tuple(f"data{i}" for i in range(a.num_args - n_graphs))


def output_names(a: Attrs, hidden: int) -> tuple[str, ...]:
    n = a.num_outputs
    shown = ("output",) if n == 1 else tuple(f"output{i}" for i in range(n))
    return shown + tuple(f"_kept{i}" for i in range(hidden))


def n_drawn(*bodies: Any) -> int:
    return sum(0 if b is None else b.n_drawn for b in bodies)


def need(a: Attrs, label: str, *bodies: Any) -> None:
    if any(b is None for b in bodies):
        raise MXNetError(f"{label}: has no body; use mx.sym.contrib or mx.nd.contrib")


def along(n: int, shape: Any) -> Any:
    """The shape of `n` steps of `shape`."""
    return None if shape is None else (n, *shape)


def keep(stacks: Sequence[Any], step: int, values: Sequence[Any]) -> None:
    """Stores the values of one step."""
    for stack, v in zip(stacks, values):
        stack[step] = v


def fill(buffers: Sequence[Any], values: Sequence[Any]) -> None:
    """Copies `values`; losses have no buffer for a head gradient, they make their own."""
    for b, v in zip(buffers, values):
        if b is not None:
            b[...] = v


def write_states(body: Any, runner: Any, locs: Sequence[int], arrays: Sequence[Any]) -> None:
    """New values of moving averages inside the body go to the arrays that came in."""
    for x, loc in zip(arrays, locs):
        if loc in body.states:
            x[...] = runner.ins[loc]


def empties(xp: Any, n: int, like: Sequence[Any]) -> list[Any]:
    return [xp.empty((n, *x.shape), x.dtype) for x in like]


def settle(s: Frame, positions: Sequence[int], found: Sequence[Any], *, dtype: bool = False) -> None:
    for i, v in zip(positions, found):
        if v is not None:
            (s.set_dtype if dtype else s.set)(i, v)


def backward_of(op: OpDef, hidden: Any, run: Any) -> OpDef:
    """The operator of the gradients: inputs are the outputs' gradients, the inputs, then what forward kept.

    `hidden(a)` is the number of kept arrays; `run(xp, a, dys, arrays, kept, train)` gives a gradient (or None) for each
    input.
    """

    def n_inputs(a: Attrs) -> int:
        return len(op.input_names(a))

    def active(a: Attrs) -> tuple[str, ...]:
        return tuple(f"data{i}" for i in range(a.num_outputs + n_inputs(a) + hidden(a)))

    def outputs(a: Attrs) -> tuple[str, ...]:
        return tuple(f"output{i}" for i in range(n_inputs(a)))

    def infer_shape(a: Attrs, s: Frame) -> None:
        for i in range(n_inputs(a)):
            s.out(i, s[a.num_outputs + i])

    def infer_type(a: Attrs, s: Frame) -> None:
        for i in range(n_inputs(a)):
            s.out_dtype(i, s[a.num_outputs + i])

    def forward(xp: Any, a: Attrs, *arrays: Any, train: bool) -> tuple:
        n, m = a.num_outputs, n_inputs(a)
        grads = run(xp, a, arrays[:n], arrays[n : n + m], arrays[n + m :], train)
        return tuple(xp.zeros_like(x) if g is None else g for g, x in zip(grads, arrays[n : n + m]))

    def no_second(F: Any, a: Attrs, dy: Any) -> Any:
        raise MXNetError(f"gradient of {op.name}: no gradients of gradients through a compiled loop; use mx.nd.contrib")

    def states(a: Attrs) -> list[int]:
        return [a.num_outputs + i for i in op.states(a)] if op.states is not None else []

    back = register(
        OpDef(
            f"_backward{op.name}",
            variadic="num_args", params=dict(op.params), forward=forward, grad=no_second, infer_shape=infer_shape,
            infer_type=infer_type, outputs=outputs, active=active, train_aware=True, hidden=True,
            doc=f"The gradient of {op.name}.",
        )
    )  # fmt: skip
    back.states = states

    def grad(F: Any, a: Attrs, dy: Any, ins: Any, outs: Any) -> list[Any]:
        dys = dy if isinstance(dy, tuple) else (dy,)
        values = a.as_dict()
        for name, p in op.params.items():
            if isinstance(p, Graph):
                values[name] = [values[name]]  # see Graph.convert
        found = getattr(F, back.name)(*dys, *ins, *outs[a.num_outputs :], **values)
        found = found if isinstance(found, tuple | list) else (found,)
        return [g if np.dtype(x.dtype).kind == "f" else None for g, x in zip(found, ins)]

    op.grad = grad
    op.grad_needs = ("ins", "outs")
    return back


# ---- _foreach
def _foreach_inputs(a: Attrs) -> tuple[list[int], list[int], list[int]]:
    """Positions of data, states and the rest among the inputs, which come in this order."""
    d, n = len(a.in_data_locs), len(a.in_data_locs) + len(a.in_state_locs)
    return list(range(d)), list(range(d, n)), list(range(n, a.num_args - 1))


def _foreach_locs(a: Attrs) -> list[int]:
    return [*a.in_data_locs, *a.in_state_locs, *a.remain_locs]


def _step_shape(shape: Any) -> Any:
    """One slice of the data; of a vector it has one element."""
    return None if shape is None else shape[1:] if len(shape) > 1 else (1,)


def _foreach_shape(a: Attrs, s: Frame) -> None:
    need(a, s.label, a.fn)
    data, states, rest = _foreach_inputs(a)
    length = next((s[i][0] for i in data if s[i] is not None and s[i][0] != -1), -1)
    for k in range(a.num_out_data):
        if length == -1 and s.outs[k] is not None:
            length = s.outs[k][0]
    for i in data:
        if s[i] is not None and len(s[i]) > 0 and s[i][0] not in (-1, length):
            s.fail(f"data{i} has {s[i][0]} steps, data0 has {length}")
    ins: list[Any] = [None] * len(a.fn.names)
    for i, loc in zip([*data, *states, *rest], _foreach_locs(a)):
        ins[loc] = _step_shape(s[i]) if i in data else s[i]
    heads = [None if v is None else v[1:] for v in s.outs[: a.num_out_data]]
    heads += [s[i] if v is None else v for v, i in zip(s.outs[a.num_out_data : a.num_outputs], states)]
    ins, outs, drawn = a.fn.infer(ins, heads)
    locs = _foreach_locs(a)
    for i, loc in zip([*data, *states, *rest], locs):
        if i not in data:
            settle(s, [i], [ins[loc]])
        elif s[i] is None or len(s[i]) > 1:
            settle(s, [i], [along(length, ins[loc])])
    for k, v in enumerate(outs):
        s.out(k, along(length, v) if k < a.num_out_data else v)
    for k, i in enumerate(states):
        settle(s, [i], [outs[a.num_out_data + k]])
    for k, v in enumerate([*(s[i] for i in states), *drawn]):
        s.out(a.num_outputs + k, along(length, v))


def _foreach_type(a: Attrs, s: Frame) -> None:
    need(a, s.label, a.fn)
    data, states, rest = _foreach_inputs(a)
    ins: list[Any] = [None] * len(a.fn.names)
    for i, loc in zip([*data, *states, *rest], _foreach_locs(a)):
        ins[loc] = s[i]
    ins, outs, drawn = a.fn.infer_dtypes(ins, s.outs[: a.num_outputs])
    settle(s, range(len(s)), [ins[loc] for loc in _foreach_locs(a)], dtype=True)
    for k, v in enumerate([*outs, *(s[i] for i in states), *drawn]):
        s.out_dtype(k, v)


def _split(a: Attrs, arrays: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
    data, states, _ = _foreach_inputs(a)
    return arrays[: len(data)], arrays[len(data) : len(data) + len(states)], arrays[len(data) + len(states) :]


def _step_inputs(xp: Any, a: Attrs, arrays: Sequence[Any]) -> list[Any]:
    """Arrays of the shapes that one step of the body takes, in the order of its names."""
    out: list[Any] = [None] * len(arrays)
    for i, (loc, x) in enumerate(zip(_foreach_locs(a), arrays)):
        out[loc] = xp.empty(_step_shape(x.shape), x.dtype) if i < len(a.in_data_locs) else x
    return out


def _foreach_forward(xp: Any, a: Attrs, *arrays: Any, rng: Any, train: bool) -> tuple:
    data, states, rest = _split(a, arrays)
    length, n = len(data[0]), a.num_out_data
    with a.fn.runner(_step_inputs(xp, a, arrays), train) as r:
        r.load(a.in_state_locs, states)
        r.load(a.remain_locs, rest)
        outs, befores = empties(xp, length, r.outs[:n]), empties(xp, length, states)
        drawn = empties(xp, length, r.drawn)
        last = [x.copy() for x in states]
        for t in range(length):
            r.load(a.in_data_locs, [x[t] for x in data])
            keep(befores, t, last)
            r.forward()
            keep(outs, t, r.outs[:n])
            keep(drawn, t, r.drawn)
            fill(last, r.outs[n:])
            r.load(a.in_state_locs, last)
        write_states(a.fn, r, _foreach_locs(a), arrays)
    return (*outs, *last, *befores, *drawn)


def _foreach_backward(xp: Any, a: Attrs, dys: Any, arrays: Any, kept: Any, train: bool) -> list[Any]:
    data, states, rest = _split(a, arrays)
    n = a.num_out_data
    befores, drawn = kept[: len(states)], kept[len(states) :]
    with a.fn.runner(_step_inputs(xp, a, arrays), train, backward=True) as r:
        r.load(a.remain_locs, rest)
        d_data, d_states = [xp.zeros_like(x) for x in data], [dy.copy() for dy in dys[n:]]
        d_rest = [xp.zeros_like(x) for x in rest]
        for t in range(len(data[0]) - 1, -1, -1):
            r.load(a.in_data_locs, [x[t] for x in data])
            r.load(a.in_state_locs, [x[t] for x in befores])
            fill(r.drawn, [x[t] for x in drawn])
            fill(r.heads, [*(dy[t] for dy in dys[:n]), *d_states])
            r.backward()
            for d, loc in zip(d_data, a.in_data_locs):
                if r.grads[loc] is not None:
                    d[t : t + 1] = r.grads[loc].reshape(1, *d.shape[1:])
            for d, loc in zip(d_states, a.in_state_locs):
                d[...] = 0 if r.grads[loc] is None else r.grads[loc]
            for d, loc in zip(d_rest, a.remain_locs):
                if r.grads[loc] is not None:
                    d += r.grads[loc]
        write_states(a.fn, r, _foreach_locs(a), arrays)  # BatchNorm updates its averages in backward
    return [*d_data, *d_states, *d_rest]


def _foreach_hidden(a: Attrs) -> int:
    return len(a.in_state_locs) + n_drawn(a.fn)


foreach = register(
    OpDef(
        "_foreach",
        variadic="num_args",
        params={
            "fn": Graph("The body: (data, states, others) -> (outputs, new states)."),
            **counts(1),
            "num_out_data": Int(doc="How many of the outputs are stacked; the others are the last states.", lo=0),
            "in_state_locs": Locs(doc="Positions of the states among the variables of the body."),
            "in_data_locs": Locs(doc="Positions of the slices of the data."),
            "remain_locs": Locs(doc="Positions of all other variables."),
        },
        forward=_foreach_forward,
        grad=lambda F, a, dy: None,
        infer_shape=_foreach_shape,
        infer_type=_foreach_type,
        outputs=lambda a: output_names(a, _foreach_hidden(a)),
        visible=lambda a: a.num_outputs,
        active=inputs_of(1),
        random=True,
        train_aware=True,
        examples=("nd.contrib.foreach(lambda x, s: (x + s, x + s), nd.array([[1, 2], [3, 4]]), nd.zeros(2))[0]",),
        doc="""A loop over the first axis of data with states carried along; made by mx.sym.contrib.foreach.

        Inputs: data (n, ...) each, states, then other inputs of the body. Outputs: the body's outputs stacked to
        (n, ...), then the last states (MXNet operator _foreach).""",
    )
)
foreach.json_outputs = lambda a: a.num_outputs
foreach.subgraphs = lambda a: () if a.fn is None else (a.fn,)
foreach.states = lambda a: [i for i, loc in enumerate(_foreach_locs(a)) if loc in a.fn.states]
backward_of(foreach, _foreach_hidden, _foreach_backward)
