"""The ways to run a Case in mxr: at once, bound, hybridized, reloaded from JSON, with the reference kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.core.op import OpDef, get_op
from tests.cases import Case

# Operators whose gradient has none (Correlation: that of differences).
FIRST_ORDER = {
    "Correlation", "_contrib_DeformableConvolution", "_contrib_DeformablePSROIPooling",
    "_contrib_ModulatedDeformableConvolution",
}  # fmt: skip


def heads_like(outs: list[Any]) -> list[np.ndarray]:
    """Fixed gradients of the outputs, different everywhere; ones for outputs that are no floats."""
    return [
        np.cos(np.arange(y.size, dtype="float64") + 1 + i).reshape(y.shape).astype(y.dtype)
        if np.dtype(y.dtype).kind == "f" or np.dtype(y.dtype).name == "bfloat16"
        else np.ones(y.shape, y.dtype)
        for i, y in enumerate(outs)
    ]


def listed(y: Any) -> list[Any]:
    return list(y) if isinstance(y, list | tuple) else [y]


def definition(c: Case) -> OpDef:
    _ = nd.zeros, mx.sym.Variable  # declares all
    return get_op(c.op)


def call(f: Any, c: Case, xs: list[Any], **more: Any) -> Any:
    """f(*inputs, **attrs); inputs after an absent one go by name."""
    k = next((i for i, x in enumerate(xs) if x is None), None)
    if k is None:
        return f(*xs, **c.attrs, **more)
    named = {n: x for n, x in zip(definition(c).inputs[k:], xs[k:]) if x is not None}
    return f(*xs[:k], **named, **c.attrs, **more)


def arrays_of(host: list[np.ndarray | None]) -> list[Any]:
    return [None if x is None else nd.array(x, dtype=x.dtype) for x in host]


def written(d: OpDef, n: int) -> list[int]:
    """Positions of the inputs that the operator writes to."""
    if not d.mutates:
        return []
    return list(range(n)) if d.variadic is not None else [i for i in range(n) if d.inputs[i] in d.mutates]


class Result:
    """Outputs, gradients by input position, and written inputs, as NumPy arrays."""

    def __init__(self, outs: list[Any], grads: dict[int, Any], after: dict[int, Any]) -> None:
        self.outs, self.grads, self.after = outs, grads, after

    def parts(self) -> dict[str, np.ndarray]:
        return {
            **{f"output {i}": y for i, y in enumerate(self.outs)},
            **{f"gradient of input {i}": g for i, g in self.grads.items()},
            **{f"input {i} afterwards": x for i, x in self.after.items()},
        }


def imperative(c: Case, host: list[np.ndarray | None], *, gradients: bool = True, req: str = "write") -> Result:
    """nd.X(...) under record(), and backward. With req="add" backward is done twice."""
    d = definition(c)
    mx.random.seed(0)
    xs = arrays_of(host)
    wrt = [i for i, w in enumerate(c.wrt(host)) if w and gradients and d.grad is not None]
    for i in wrt:
        xs[i].attach_grad(req)
    f = nd.functions.function(c.op)
    rounds = 2 if req == "add" else 1
    for _ in range(rounds):
        if wrt:
            mx.random.seed(0)
            with autograd.record(train_mode=c.train):
                ys = listed(call(f, c, xs))
            outs = [y.asnumpy() for y in ys]
            autograd.backward(ys, [nd.array(h, dtype=h.dtype) for h in heads_like(outs)], train_mode=c.train)
        else:
            with autograd.train_mode() if c.train else autograd.predict_mode():
                outs = [y.asnumpy() for y in listed(call(f, c, xs))]
    return Result(
        outs,
        {i: xs[i].grad.asnumpy() for i in wrt},
        {i: xs[i].asnumpy() for i in written(d, len(xs)) if xs[i] is not None},
    )


def composed(c: Case, host: list[np.ndarray | None]) -> tuple[Any, list[str]]:
    """The symbol of the call, and the names of its variables by input position."""
    names = [f"v{i}" for i in range(len(host))]
    with mx.name.NameManager():
        xs = [None if x is None else mx.sym.Variable(n) for n, x in zip(names, host)]
        return call(mx.symbol.functions.function(c.op), c, xs), names


def bound(c: Case, host: list[np.ndarray | None], symbol: Any, names: list[str], req: str = "write") -> Result:
    """Forward and backward of an executor. With req="add" both are done twice, with "null" only forward."""
    d = definition(c)
    xs = dict(zip(names, arrays_of(host)))
    arrays = {n: x for n, x in xs.items() if x is not None}
    aux = {n: arrays.pop(n) for n in symbol.list_auxiliary_states()}
    # gradients of an executor belong to training
    training = c.train or not d.train_aware
    wrt = [i for i, w in enumerate(c.wrt(host)) if w and training and d.grad is not None and names[i] in arrays]
    grads = {names[i]: nd.zeros(host[i].shape, dtype=host[i].dtype) for i in wrt if req != "null"}
    e = symbol.bind(mx.cpu(), arrays, grads, {n: req if n in grads else "null" for n in arrays}, aux)
    for _ in range(2 if req == "add" else 1):
        mx.random.seed(0)
        outs = [y.asnumpy() for y in e.forward(is_train=c.train or bool(wrt))]
        if wrt and req != "null":
            e.backward([nd.array(h, dtype=h.dtype) for h in heads_like(outs)])
    if req == "null":
        assert not any(g is not None for g in e.grad_arrays), f"{c.id}: grad_req null leaves a gradient array"
        wrt = []
    return Result(
        outs,
        {i: grads[names[i]].asnumpy() for i in wrt},
        {
            i: x.asnumpy()
            for i, (n, x) in enumerate(xs.items())
            if x is not None and (n in aux or i in written(d, len(host)))
        },
    )


class _Net(gluon.HybridBlock):
    def __init__(self, c: Case, host: list[np.ndarray | None]) -> None:
        super().__init__()
        self.c, self.host = c, host

    def hybrid_forward(self, F, *given):
        make = nd.functions.function if F is nd else mx.symbol.functions.function
        rest = iter(given)
        return call(make(self.c.op), self.c, [None if x is None else next(rest) for x in self.host])


def hybridized(c: Case, host: list[np.ndarray | None]) -> Result:
    d = definition(c)
    net = _Net(c, host)
    net.hybridize()
    xs = arrays_of(host)
    wrt = [i for i, w in enumerate(c.wrt(host)) if w and d.grad is not None]
    for i in wrt:
        xs[i].attach_grad()
    given = [x for x in xs if x is not None]
    mx.random.seed(0)
    if wrt:
        with autograd.record(train_mode=c.train):
            ys = listed(net(*given))
        outs = [y.asnumpy() for y in ys]
        autograd.backward(ys, [nd.array(h, dtype=h.dtype) for h in heads_like(outs)], train_mode=c.train)
    else:
        with autograd.train_mode() if c.train else autograd.predict_mode():
            outs = [y.asnumpy() for y in listed(net(*given))]
    return Result(
        outs,
        {i: xs[i].grad.asnumpy() for i in wrt},
        {i: xs[i].asnumpy() for i in written(d, len(xs)) if xs[i] is not None},
    )


def reference(c: Case, host: list[np.ndarray | None]) -> list[np.ndarray]:
    """The declaration's own forward, without any kernel, on NumPy arrays."""
    d = definition(c)
    a = d.parse(c.attrs if d.variadic is None or d.variadic not in d.params else _counted(d, c, host))
    given = [x.copy() for x in host if x is not None]
    if d.variadic is None:
        active = d.input_names(a)
        given = [x.copy() for n, x in zip(d.inputs, host) if x is not None and n in active]
    more: dict[str, Any] = {"train": c.train} if d.train_aware else {}
    if d.random:
        from mxr.core.dispatch import generator_for

        mx.random.seed(0)
        more["rng"] = generator_for(mx.cpu())
    with np.errstate(all="ignore"):
        raw = d.forward(np, a, *given, **more)
    raw = raw if isinstance(raw, tuple) else (raw,)
    return [np.asarray(y) for y in raw[: d.visible(a)]]


def _counted(d: OpDef, c: Case, host: list[Any]) -> dict[str, Any]:
    return {d.variadic: len(host) - (len(d.inputs) - 1), **c.attrs}


def second_order(c: Case, host: list[np.ndarray | None]) -> dict[int, np.ndarray] | None:
    """Derivatives of <gradient, probe> by input position, on the tape; None where a gradient has no gradient.

    A gradient that does not depend on the inputs gives zeros.
    """
    xs = arrays_of(host)
    wrt = [i for i, w in enumerate(c.wrt(host)) if w]
    for i in wrt:
        xs[i].attach_grad()
    with autograd.record(train_mode=c.train):
        ys = listed(call(nd.functions.function(c.op), c, xs))
        heads = [nd.array(h, dtype=h.dtype) for h in heads_like([y.asnumpy() for y in ys])]
        grads = autograd.grad(ys, [xs[i] for i in wrt], heads, create_graph=True, retain_graph=True, train_mode=c.train)
        z = sum((g * nd.array(p, dtype=g.dtype)).sum() for g, p in zip(grads, probes(host, wrt)))
    if z._node is None:
        return {i: np.zeros_like(host[i]) for i in wrt}
    try:
        z.backward(train_mode=c.train)
    except mx.MXNetError:
        return None
    return {i: xs[i].grad.asnumpy() for i in wrt}


def probes(host: list[np.ndarray | None], wrt: list[int]) -> list[np.ndarray]:
    return [np.sin(np.arange(host[i].size, dtype="float64") + 2).reshape(host[i].shape) for i in wrt]
