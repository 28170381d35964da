"""Loops of unknown length and branches on symbols: _while_loop and _cond."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..base import MXNetValueError
from ..core.op import OpDef, register
from ..core.params import Attrs, Graph, Int
from ..core.shapes import Frame
from .control_flow import (
    Locs,
    along,
    backward_of,
    counts,
    empties,
    fill,
    inputs_of,
    keep,
    n_drawn,
    need,
    output_names,
    settle,
    write_states,
)

__all__ = ["cond", "while_loop"]


def _true(runner: Any, what: str) -> bool:
    value = runner.outs[0]
    if value.size != 1:
        raise MXNetValueError(f"{what} has shape {value.shape}, expected one element")
    return bool(value.reshape(-1)[0] != 0)


def _pick(arrays: Sequence[Any], positions: Iterable[int]) -> list[Any]:
    return [arrays[i] for i in positions]


# ---- _while_loop
def _var_inputs(a: Attrs) -> list[int]:
    """Positions of the loop variables among the inputs."""
    return _pick(a.func_input_locs, a.func_var_locs)


def _while_shape(a: Attrs, s: Frame) -> None:
    need(a, s.label, a.cond, a.func)
    n, limit = a.num_out_data, a.max_iterations
    places = _var_inputs(a)
    heads = [None if v is None else v[1:] for v in s.outs[:n]]
    heads += [s[i] if v is None else v for v, i in zip(s.outs[n : a.num_outputs], places)]
    ins, outs, drawn = a.func.infer(_pick(s.ins, a.func_input_locs), heads)
    settle(s, a.func_input_locs, ins)
    settle(s, a.cond_input_locs, a.cond.infer(_pick(s.ins, a.cond_input_locs), ())[0])
    for k, v in enumerate(outs):
        s.out(k, along(limit, v) if k < n else v)
    settle(s, places, outs[n:])
    s.out(a.num_outputs, (1,))
    for k, v in enumerate([*(s[i] for i in places), *drawn]):
        s.out(a.num_outputs + 1 + k, along(limit, v))


def _while_type(a: Attrs, s: Frame) -> None:
    need(a, s.label, a.cond, a.func)
    places = _var_inputs(a)
    ins, outs, drawn = a.func.infer_dtypes(_pick(s.ins, a.func_input_locs), s.outs[: a.num_outputs])
    settle(s, a.func_input_locs, ins, dtype=True)
    found = a.cond.infer_dtypes(_pick(s.ins, a.cond_input_locs), ())[0]
    settle(s, a.cond_input_locs, found, dtype=True)
    for k, v in enumerate([*outs, np.dtype(np.int64), *(s[i] for i in places), *drawn]):
        s.out_dtype(k, v)


def _while_forward(xp: Any, a: Attrs, *arrays: Any, rng: Any, train: bool) -> tuple:
    n, limit = a.num_out_data, a.max_iterations
    places = _var_inputs(a)
    in_cond = [(k, a.cond_input_locs.index(i)) for k, i in enumerate(places) if i in a.cond_input_locs]
    given_cond, given = _pick(arrays, a.cond_input_locs), _pick(arrays, a.func_input_locs)
    with a.cond.runner(given_cond, train) as test, a.func.runner(given, train) as r:
        test.load(range(len(given_cond)), given_cond)
        r.load(range(len(given)), given)
        outs = [xp.zeros((limit, *y.shape), y.dtype) for y in r.outs[:n]]
        last = [arrays[i].copy() for i in places]
        befores, drawn = empties(xp, limit, last), empties(xp, limit, r.drawn)
        steps = 0
        while steps < limit:
            for k, loc in in_cond:
                test.ins[loc][...] = last[k]
            test.forward()
            if not _true(test, "_while_loop: the result of cond"):
                break
            keep(befores, steps, last)
            r.forward()
            keep(outs, steps, r.outs[:n])
            keep(drawn, steps, r.drawn)
            fill(last, r.outs[n:])
            r.load(a.func_var_locs, last)
            steps += 1
        write_states(a.func, r, range(len(given)), given)
    return (*outs, *last, xp.asarray([steps], np.int64), *befores, *drawn)


def _while_backward(xp: Any, a: Attrs, dys: Any, arrays: Any, kept: Any, train: bool) -> list[Any]:
    n, places = a.num_out_data, _var_inputs(a)
    steps = int(kept[0][0])
    befores, drawn = kept[1 : 1 + len(places)], kept[1 + len(places) :]
    given = _pick(arrays, a.func_input_locs)
    grads: list[Any] = [None] * len(arrays)
    d_vars = [dy.copy() for dy in dys[n:]]
    others = [(loc, i) for loc, i in enumerate(a.func_input_locs) if loc not in a.func_var_locs]
    with a.func.runner(given, train, backward=True) as r:
        r.load(range(len(given)), given)
        for t in range(steps - 1, -1, -1):
            r.load(a.func_var_locs, [x[t] for x in befores])
            fill(r.drawn, [x[t] for x in drawn])
            fill(r.heads, [*(dy[t] for dy in dys[:n]), *d_vars])
            r.backward()
            for d, loc in zip(d_vars, a.func_var_locs):
                d[...] = 0 if r.grads[loc] is None else r.grads[loc]
            for loc, i in others:
                if r.grads[loc] is not None:
                    grads[i] = r.grads[loc].copy() if grads[i] is None else grads[i] + r.grads[loc]
        write_states(a.func, r, range(len(given)), given)
    for d, i in zip(d_vars, places):
        grads[i] = d if grads[i] is None else grads[i] + d
    return grads


def _while_hidden(a: Attrs) -> int:
    return 1 + len(a.func_var_locs) + n_drawn(a.func)


while_loop = register(
    OpDef(
        "_while_loop",
        variadic="num_args",
        params={
            "cond": Graph("Whether to go on: loop variables and others -> one number."),
            "func": Graph("The body: loop variables and others -> (outputs, new loop variables)."),
            **counts(2),
            "num_out_data": Int(doc="How many of the outputs are stacked; the others are the loop variables.", lo=0),
            "max_iterations": Int(doc="Where the loop ends in any case.", lo=1),
            "cond_input_locs": Locs(doc="For each variable of `cond` the input that it is."),
            "func_input_locs": Locs(doc="For each variable of `func` the input that it is."),
            "func_var_locs": Locs(doc="Positions of the loop variables among the variables of `func`."),
        },
        forward=_while_forward,
        grad=lambda F, a, dy: None,
        infer_shape=_while_shape,
        infer_type=_while_type,
        outputs=lambda a: output_names(a, _while_hidden(a)),
        visible=lambda a: a.num_outputs,
        active=inputs_of(2),
        random=True,
        train_aware=True,
        examples=(
            "nd.contrib.while_loop(lambda i, s: i <= 3, lambda i, s: (s, [i + 1, s + i]),"
            " [nd.array([1]), nd.array([0])], max_iterations=3)[0]",
        ),
        doc="""A loop that runs while a condition holds; made by mx.sym.contrib.while_loop.

        Outputs: the body's outputs stacked to (max_iterations, ...), zeros after the last step (undefined in MXNet),
        then the last loop variables (MXNet operator _while_loop).""",
    )
)
while_loop.json_outputs = lambda a: a.num_outputs
while_loop.subgraphs = lambda a: () if a.func is None else (a.cond, a.func)
while_loop.states = lambda a: [i for loc, i in enumerate(a.func_input_locs) if loc in a.func.states]
backward_of(while_loop, _while_hidden, _while_backward)


# ---- _cond
def _branches(a: Attrs) -> list[tuple[Any, Any]]:
    return [(a.then_branch, a.then_input_locs), (a.else_branch, a.else_input_locs)]


def _cond_shape(a: Attrs, s: Frame) -> None:
    need(a, s.label, a.cond, a.then_branch, a.else_branch)
    settle(s, a.cond_input_locs, a.cond.infer(_pick(s.ins, a.cond_input_locs), ())[0])
    drawn: list[Any] = []
    for body, locs in _branches(a):
        ins, outs, more = body.infer(_pick(s.ins, locs), s.outs[: a.num_outputs])
        settle(s, locs, ins)
        for k, v in enumerate(outs):
            s.out(k, v)
        drawn += more
    s.out(a.num_outputs, (1,))
    for k, v in enumerate(drawn):
        s.out(a.num_outputs + 1 + k, v)


def _cond_type(a: Attrs, s: Frame) -> None:
    need(a, s.label, a.cond, a.then_branch, a.else_branch)
    settle(s, a.cond_input_locs, a.cond.infer_dtypes(_pick(s.ins, a.cond_input_locs), ())[0], dtype=True)
    drawn: list[Any] = []
    for body, locs in _branches(a):
        ins, outs, more = body.infer_dtypes(_pick(s.ins, locs), s.outs[: a.num_outputs])
        settle(s, locs, ins, dtype=True)
        for k, v in enumerate(outs):
            s.out_dtype(k, v)
        drawn += more
    for k, v in enumerate([np.dtype(np.int64), *drawn]):
        s.out_dtype(a.num_outputs + k, v)


def _cond_forward(xp: Any, a: Attrs, *arrays: Any, rng: Any, train: bool) -> tuple:
    given = _pick(arrays, a.cond_input_locs)
    with a.cond.runner(given, train) as test:
        test.load(range(len(given)), given)
        test.forward()
        which = 0 if _true(test, "_cond: pred") else 1
    drawn: list[Any] = []
    outs: list[Any] = []
    for k, (body, locs) in enumerate(_branches(a)):
        given = _pick(arrays, locs)
        if k != which:  # a runner is needed for the shapes of what it would draw
            if body.n_drawn:
                with body.runner(given, train) as r:
                    drawn += [xp.zeros_like(v) for v in r.drawn]
            continue
        with body.runner(given, train) as r:
            r.load(range(len(given)), given)
            r.forward()
            outs = [y.copy() for y in r.outs]
            drawn += [v.copy() for v in r.drawn]
            write_states(body, r, range(len(given)), given)
    return (*outs, xp.asarray([which], np.int64), *drawn)


def _cond_backward(xp: Any, a: Attrs, dys: Any, arrays: Any, kept: Any, train: bool) -> list[Any]:
    which = int(kept[0][0])
    body, locs = _branches(a)[which]
    skip = 1 if which == 0 else 1 + a.then_branch.n_drawn
    given = _pick(arrays, locs)
    grads: list[Any] = [None] * len(arrays)
    with body.runner(given, train, backward=True) as r:
        r.load(range(len(given)), given)
        fill(r.drawn, kept[skip : skip + body.n_drawn])
        fill(r.heads, dys)
        r.backward()
        for i, g in zip(locs, r.grads):
            if g is not None:
                grads[i] = g.copy()
        write_states(body, r, range(len(given)), given)
    return grads


def _cond_hidden(a: Attrs) -> int:
    return 1 + n_drawn(a.then_branch, a.else_branch)


def _cond_states(a: Attrs) -> list[int]:
    return [i for body, locs in _branches(a) for loc, i in enumerate(locs) if loc in body.states]


cond = register(
    OpDef(
        "_cond",
        variadic="num_args",
        params={
            "cond": Graph("What decides: one number."),
            "then_branch": Graph("What is computed where it is not zero."),
            "else_branch": Graph("What is computed where it is zero."),
            **counts(3),
            "cond_input_locs": Locs(doc="For each variable of `cond` the input that it is."),
            "then_input_locs": Locs(doc="For each variable of `then_branch` the input that it is."),
            "else_input_locs": Locs(doc="For each variable of `else_branch` the input that it is."),
        },
        forward=_cond_forward,
        grad=lambda F, a, dy: None,
        infer_shape=_cond_shape,
        infer_type=_cond_type,
        outputs=lambda a: output_names(a, _cond_hidden(a)),
        visible=lambda a: a.num_outputs,
        active=inputs_of(3),
        random=True,
        train_aware=True,
        examples=("nd.contrib.cond(nd.array([1]), lambda: nd.array([1, 2]), lambda: nd.array([3, 4]))",),
        doc="""One of two branches, by the value of a condition; made by mx.sym.contrib.cond.

        Outputs: those of the branch taken; both branches have outputs of the same shapes (MXNet operator _cond).""",
    )
)
cond.json_outputs = lambda a: a.num_outputs
cond.subgraphs = lambda a: () if a.cond is None else (a.cond, a.then_branch, a.else_branch)
cond.states = _cond_states
backward_of(cond, _cond_hidden, _cond_backward)
