"""F over plain arrays: what gradient rules get in backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import kernel_table, special
from .modes import state
from .op import OpDef, find_op
from .params import Attrs

__all__ = ["RawF", "raw_f"]


class RawF:
    """F over plain arrays: ``F.sum(x, axis=1)`` runs the operator's forward with no wrapping."""

    def __init__(self, xp: Any) -> None:
        self.xp = xp

    def __getattr__(self, name: str) -> Callable[..., Any]:
        d, xp = find_op(name), self.xp
        if d is None:  # a function of the expression language: maximum, square, ...
            call = getattr(special.namespace(xp), name, None)
            if call is None:
                raise AttributeError(f"F has no operator {name!r}")
        else:
            call = self._operator(d, xp)
        setattr(self, name, call)
        return call

    @staticmethod
    def _operator(d: OpDef, xp: Any) -> Callable[..., Any]:
        chosen: dict[Any, Any] = {}

        def kernel(a: Attrs, arrays: tuple) -> Any:
            key = (a, tuple([(x.shape, x.dtype) for x in arrays]))
            try:
                return chosen[key]
            except KeyError:
                if len(chosen) >= 1024:
                    chosen.clear()
                run = chosen[key] = kernel_table.find(d.name, a, arrays)
                return run  # not looked up again: another thread may clear the table

        def call(*arrays: Any, **attrs: Any) -> Any:
            a = d.parse(attrs)
            arrays = tuple(x for x in arrays if x is not None)
            known = d.name in kernel_table.kernels or (d.name in kernel_table.wide_names and _any_half(arrays))
            if known and xp is np and not d.train_aware and not d.mutates:
                run = kernel(a, arrays)
                if run is not None:
                    return run(a, *[np.ascontiguousarray(x) for x in arrays])
            raw = d.forward(xp, a, *arrays, train=state.training) if d.train_aware else d.forward(xp, a, *arrays)
            if not d.mutates:
                return raw
            # new values of the mutated inputs follow the outputs
            names, n_out = d.input_names(a, len(arrays)), len(d.output_names(a))
            for m, new in zip([m for m in d.mutates if m in names], raw[n_out:]):
                if new is not None:
                    arrays[names.index(m)][...] = new
            return raw[:n_out] if n_out > 1 else raw[0]

        return call


def _any_half(arrays: Sequence[Any]) -> bool:
    return any(x.dtype.itemsize == 2 for x in arrays)


_raw: dict[Any, RawF] = {}


def raw_f(xp: Any) -> RawF:
    f = _raw.get(xp)
    if f is None:
        f = _raw[xp] = RawF(xp)
    return f
