"""Functions of ``mx.nd`` and ``mx.sym`` that cast their inputs: the work of ``amp.init``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import ml_dtypes
import numpy as np

from ... import ndarray, symbol
from ...core.op import get_op

__all__ = ["wrap"]

_PARTS = ("", "op", "_internal", "contrib", "linalg", "image", "random", "sparse")
_PREFIXES = ("_contrib_", "_linalg_", "_image_", "_random_", "_sparse_")
_FLOATS = (np.float16, np.float32, ml_dtypes.bfloat16)


def wrap(
    target: str,
    target_ops: Collection[str],
    fp32_ops: Collection[str],
    conditional: Sequence[tuple[str, str, Sequence[str]]],
    widest_ops: Collection[str],
) -> None:
    """Puts casting functions in the place of those of the namespaces.

    Parameters
    ----------
    target : 'float16' or 'bfloat16'.
    target_ops, fp32_ops, widest_ops, conditional : see ``Casts``.
    """
    cast = _array_cast(target)
    for space, casting, widen in (
        (ndarray, functools.partial(_casting, cast), _array_widen),
        (symbol, _casting_symbol, _symbol_widen),
    ):
        for name in target_ops:
            _replace(space, name, functools.partial(casting, dtype=target))
        for name in fp32_ops:
            _replace(space, name, functools.partial(casting, dtype="float32"))
        for name, parameter, values in conditional:
            _replace(space, name, functools.partial(casting, dtype="float32", parameter=parameter, values=values))
        for name in widest_ops:
            _replace(space, name, functools.partial(_widening, widen))


def _replace(space: Any, name: str, make: Callable[[Any], Any]) -> None:
    """In all modules that have the operator, under all of its names."""
    try:
        d = get_op(name)
    except Exception:
        return  # an operator that mxr does not have
    names = {d.name, *d.aliases}
    names |= {n[len(p) :] for n in names for p in _PREFIXES if n.startswith(p)}
    made: dict[int, Any] = {}
    for part in _PARTS:
        module = getattr(space, part, None) if part else space
        for each in names:
            old = getattr(module, each, None)  # some are made when asked for
            if callable(old) and not hasattr(old, "__wrapped__"):
                setattr(module, each, made.setdefault(id(old), make(old)))
    kind = ndarray.NDArray if space is ndarray else symbol.Symbol
    for each in names:
        method = vars(kind).get(each)
        if callable(method) and not hasattr(method, "__wrapped__"):
            setattr(kind, each, make(method))


def _casting(cast: Any, f: Any, dtype: str, parameter: str | None = None, values: Sequence[str] = ()) -> Any:
    @functools.wraps(f)
    def casting(*args: Any, **kwargs: Any) -> Any:
        if parameter is None or kwargs.get(parameter) in values:
            args = tuple(cast(x, dtype) for x in args)
            kwargs = {k: x if k == "out" else cast(x, dtype) for k, x in kwargs.items()}
        return f(*args, **kwargs)

    return casting


def _casting_symbol(f: Any, dtype: str, parameter: str | None = None, values: Sequence[str] = ()) -> Any:
    @functools.wraps(f)
    def casting(*args: Any, **kwargs: Any) -> Any:
        made = f(*args, **kwargs)
        if parameter is None or kwargs.get(parameter) in values:
            node = made._entries[0][0]  # new, and nobody else's: its inputs, weights made by it too, become casts
            aux = node.aux_slots()
            for i, entry in enumerate(node.inputs):
                if i not in aux:
                    node.inputs[i] = symbol.amp_cast(symbol.Symbol([entry]), dtype=dtype)._entries[0]
        return made

    return casting


def _widening(widen: Any, f: Any) -> Any:
    @functools.wraps(f)
    def widening(*args: Any, **kwargs: Any) -> Any:
        out = {"out": kwargs.pop("out")} if "out" in kwargs else {}
        wide = widen([*args, *kwargs.values()])
        return f(*wide[: len(args)], **dict(zip(kwargs, wide[len(args) :])), **out)

    return widening


def _array_cast(target: str) -> Any:
    everywhere = target == "bfloat16"
    types = {"float16": np.float16, "float32": np.float32, "bfloat16": ml_dtypes.bfloat16}

    def cast(x: Any, dtype: str) -> Any:
        # an array that is of that type already is not copied: optimizers write to it
        if isinstance(x, ndarray.NDArray) and x.dtype in _FLOATS and x.dtype != types[dtype]:
            if everywhere or x.context.device_type == "gpu":
                return ndarray.amp_cast(x, dtype=dtype)
        return x

    return cast


def _array_widen(values: list[Any]) -> list[Any]:
    places = [i for i, x in enumerate(values) if isinstance(x, ndarray.NDArray) and x.dtype in _FLOATS]
    if len({values[i].dtype for i in places}) < 2:
        return values
    for i, x in zip(places, ndarray.amp_multicast(*[values[i] for i in places], num_outputs=len(places))):
        values[i] = x
    return values


def _symbol_widen(values: list[Any]) -> list[Any]:
    places = [i for i, x in enumerate(values) if isinstance(x, symbol.Symbol)]
    if len(places) < 2:
        return values
    made = symbol.amp_multicast(*[values[i] for i in places], num_outputs=len(places))
    for k, i in enumerate(places):
        values[i] = made[k]
    return values
