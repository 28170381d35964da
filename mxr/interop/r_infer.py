"""mx.infer.rnn and kin: a trained recurrent network over the batches of an iterator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import mxr as mx
from mxr.base import MXNetError

from . import r_convert as cv
from .r import caches, exported
from .r_buckets import ALL, Batches, Shapes, is_state
from .r_io import put_host
from .r_nd import array_of, context, put
from .r_sym import output_names, symbol_of

__all__: list[str] = []

_KEPT = 4
# Generating a sequence asks for one step at a time: the executors of the last few symbols stay.
_recent: dict[Any, Runner] = {}
caches.append(_recent)


class Runner:
    """A symbol on the arrays of a model (no copies), with arrays of its own for data and states."""

    def __init__(
        self, where: str, s: Any, ctx: Any, params: Mapping[str, Any], shapes: Shapes, width: int | None
    ) -> None:
        self.symbol = s
        arguments, states = s.list_arguments(), s.list_auxiliary_states()
        self.feeds = [n for n in shapes if n in arguments and not n.endswith("label")]
        if not self.feeds:
            raise cv.RInputError(
                f"{where}: the iterator gives {', '.join(shapes)}, the symbol has no such argument "
                f"({', '.join(arguments)})"
            )
        self.params = {n: params[n] for n in (*arguments, *states) if n in params and n not in self.feeds}
        batch = next(iter(shapes.values()))[0]
        known = {n: shapes[n] for n in self.feeds} | {n: a.shape for n, a in self.params.items() if n in arguments}
        free = [n for n in arguments if n not in known]
        for n in free:
            if not is_state(n) and not n.endswith("label"):
                raise cv.RInputError(
                    f"{where}: nothing is given for argument {n}: the iterator gives {', '.join(shapes)}"
                )
            if width is not None and n.startswith("init_"):
                known[n] = (batch, width)
        missing = [n for n in states if n not in self.params]
        lost = [n for n in free if n.endswith(("weight", "bias", "gamma", "beta"))] + missing
        if lost:
            raise cv.RInputError(f"{where}: the parameters lack {', '.join(lost)}")
        found = self._all_shapes(known, [n for n in free if n.endswith("label")], shapes)
        for n, a in self.params.items():
            if n in found and found[n] and tuple(found[n]) != tuple(a.shape):
                dims = [cv.dim_text(shape) for shape in (a.shape, found[n])]
                raise cv.RInputError(f"{where}: parameter {n} has dim {dims[0]}, expected {dims[1]}")
        for n in free:
            if not found[n] or 0 in found[n]:
                raise cv.RInputError(f"{where}: the dim of argument {n} cannot be decided; give it a value")
        self.own = {n: mx.nd.zeros(found[n], ctx=ctx) for n in (*self.feeds, *free)}
        args = {n: self.own[n] if n in self.own else self.params[n] for n in arguments}
        self.exec = s.bind(ctx, args, grad_req="null", aux_states={n: self.params[n] for n in states})

    def _all_shapes(self, known: dict[str, Any], labels: list[str], given: Shapes) -> dict[str, Any]:
        """Shapes of all arguments. Labels have no say in what comes out, but a graph that flattens them needs one."""
        names = self.symbol.list_arguments()
        data = given[self.feeds[0]]
        width = [a.shape for n, a in self.params.items() if n.endswith("cls.bias")]
        tries = [data[:2], data[:1], *((*data[:2], *w) for w in width)]
        for shape in [None, *tries]:
            extra = {} if shape is None else dict.fromkeys(labels, shape)
            try:
                found = dict(zip(names, self.symbol.infer_shape_partial(**known, **extra)[0]))
            except MXNetError:
                if shape is None:
                    raise
                continue
            if all(found[n] and 0 not in found[n] for n in labels):
                break
        return found

    def serves(self, params: Mapping[str, Any]) -> bool:
        return all(params.get(n) is a for n, a in self.params.items())

    def __call__(self, batch: Mapping[str, Any]) -> list[Any]:
        for n, own in self.own.items():
            own[:] = batch[n] if n in self.feeds else 0
        return self.exec.forward(is_train=False)


def runner(where: str, s: Any, ctx: Any, params: Mapping[str, Any], shapes: Shapes, width: int | None) -> Runner:
    key = (id(s), str(ctx), tuple(shapes.items()), width)
    found = _recent.pop(key, None)
    if found is None or found.symbol is not s or not found.serves(params):
        found = Runner(where, s, ctx, params, shapes, width)
    _recent[key] = found
    while len(_recent) > _KEPT:
        del _recent[next(iter(_recent))]
    return found


def _params(ctx: Any, *given: Any) -> dict[str, Any]:
    return {n: array_of(h).as_in_context(ctx) for part in given for n, h in (part or {}).items()}


def _shapes(batch: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    return {n: tuple(a.shape) for n, a in batch.items()}


@exported
def infer_rnn(where: str, symbols: Any, ctx: Any, args: Any, aux: Any, spec: Any) -> list[int]:
    """The first output of all batches, bound along the last R dim, without padding."""
    c = context(ctx)
    by_bucket = {k: symbol_of(h) for k, h in symbols.items()}
    params = _params(c, args, aux)
    it = Batches(spec)
    it.reset()
    parts = []
    while (got := it.next()) is not None:
        bucket, batch, pad = got
        s = by_bucket.get(ALL, by_bucket.get(bucket))
        if s is None:
            raise cv.RInputError(f"{where}: there is no symbol for bucket {bucket!r}, only for {', '.join(by_bucket)}")
        run = runner(where, s, c, params, _shapes(batch), None)
        out = run(batch)[0].asnumpy()
        size = next(iter(batch.values())).shape[0]
        if out.ndim == 0 or out.shape[0] % size:
            raise MXNetError(f"{where}: the first output has dim {cv.dim_text(out.shape)} for a batch of {size}")
        # Where every step is decoded, each example of the batch has that many rows.
        parts.append(out[: out.shape[0] // size * (size - pad)].copy())
    if not parts:
        raise MXNetError("Empty input")
    if len({p.shape[1:] for p in parts}) > 1:
        raise MXNetError(f"{where}: the outputs of the buckets have different dims: use mx.infer.rnn.one for each")
    return put_host(np.concatenate(parts))


@exported
def infer_rnn_one(
    where: str, h: Any, ctx: Any, args: Any, aux: Any, states: Any, width: Any, spec: Any
) -> dict[str, Any]:
    """All outputs of the last batch."""
    c, s = context(ctx), symbol_of(h)
    params, given = _params(c, args, aux), _params(c, states)
    for n in given:
        if n not in s.list_arguments():
            raise cv.RInputError(f"{where}: the symbol has no argument {n!r} ({', '.join(s.list_arguments())})")
        params.pop(n, None)
    it = Batches(spec)
    it.reset()
    outs = None
    while (got := it.next()) is not None:
        batch = got[1]
        # Values for inputs that are no states (a mask, say) are inputs too.
        extra = {n: a for n, a in given.items() if n not in batch}
        run = runner(where, s, c, params, _shapes(batch) | _shapes(extra), None if width is None else int(width))
        outs = run({**extra, **batch})
    if outs is None:
        raise MXNetError("Empty input")
    return {n: put(y.copy()) for n, y in zip(output_names(s), outs)}
