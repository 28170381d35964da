"""Functions of ``mx.nd`` and ``mx.sym``, and Python's operators, that cast their inputs: the work of ``amp.init``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import ml_dtypes
import numpy as np

from ... import ndarray, symbol
from ...core.op import find_op
from ...ndarray import arithmetic, scalar_functions

__all__ = ["wrap"]

_PARTS = ("contrib", "linalg", "image", "random", "sparse")  # operators `_contrib_x` are functions `contrib.x`
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
    kinds = {d.name: "" for name in widest_ops if (d := find_op(name))}
    kinds |= {d.name: "float32" for name in fp32_ops if (d := find_op(name))}
    kinds |= {d.name: target for name in target_ops if (d := find_op(name))}
    _replace_array_operators(_Kinds(kinds, cast, _array_widen))
    _replace_symbol_operators(_Kinds(kinds, _symbol_cast, _symbol_widen))


def _replace(space: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Where the operator stands under this very name, as in MXNet; its other names go on without casts."""
    part = next((p for p in _PARTS if name.startswith(f"_{p}_")), None)
    if part is not None:
        modules, each = [getattr(space, part)], name[len(part) + 2 :]
    else:
        modules, each = [space._internal] if name.startswith("_") else [space, space.op], name
        kind = ndarray.NDArray if space is ndarray else symbol.Symbol
        # the method `reshape` of arrays is no operator, `transpose` of symbols calls the function
        if name in vars(kind) and (space, name) not in ((ndarray, "reshape"), (symbol, "transpose")):
            modules.append(kind)
    for module in modules:
        old = getattr(module, each, None)  # some are made when asked for; not all are there
        if callable(old) and not hasattr(old, "__wrapped__"):
            setattr(module, each, make(old))


class _Kinds:
    """Casts the inputs of an operator as `kinds` says: to a type, "" for the widest that comes, or not at all."""

    def __init__(self, kinds: dict[str, str], cast: Callable[[Any, str], Any], widen: Callable[[list], list]) -> None:
        self._kinds, self._cast, self._widen = kinds, cast, widen

    def __call__(self, name: str, values: list[Any]) -> list[Any]:
        op = find_op(name)
        kind = None if op is None else self._kinds.get(op.name)
        if kind is None:
            return values
        return [self._cast(x, kind) for x in values] if kind else self._widen(values)


def _replace_array_operators(casted: _Kinds) -> None:
    """``x + y``, ``x += y`` and functions such as ``nd.add``, which take arrays and numbers."""
    binary, with_scalar = arithmetic.binary, arithmetic.with_scalar

    def casting_binary(op: Any, scalar_op: Any, x: Any, other: Any) -> Any:
        if isinstance(other, ndarray.NDArray):
            x, other = casted(op.name, [x, other])
        return binary(op, scalar_op, x, other)

    def casting_with_scalar(op: Any, x: Any, value: Any) -> Any:
        return with_scalar(op, casted(op.name, [x])[0], value)

    for module in (arithmetic, scalar_functions):
        module.binary, module.with_scalar = casting_binary, casting_with_scalar  # type: ignore[attr-defined]
    for name in ("add", "sub", "mul", "truediv", "mod", "pow"):
        in_place, plain = (getattr(ndarray.NDArray, f"__{prefix}{name}__") for prefix in ("i", ""))
        setattr(ndarray.NDArray, f"__i{name}__", _casting_in_place(casted, in_place, plain))


def _casting_in_place(casted: _Kinds, in_place: Any, plain: Any) -> Any:
    @functools.wraps(in_place)
    def casting(self: Any, other: Any) -> Any:
        values = [self, other] if isinstance(other, ndarray.NDArray) else [self]
        made = casted(in_place.operators[len(values) == 1], values)
        if made[0] is not self:  # another type: the name stands for a new array, as in MXNet
            return plain(self, other)
        return in_place(self, *(made[1:] or [other]))

    return casting


def _replace_symbol_operators(casted: _Kinds) -> None:
    """``x + y`` of symbols."""
    for name, method in list(vars(symbol.Symbol).items()):
        if hasattr(method, "operators"):
            setattr(symbol.Symbol, name, _casting_operator(casted, method))
    negative: Any = vars(symbol.Symbol)["__neg__"]
    setattr(symbol.Symbol, "__neg__", lambda x: negative(casted("_mul_scalar", [x])[0]))  # noqa: B010


def _casting_operator(casted: _Kinds, method: Any) -> Any:
    @functools.wraps(method)
    def casting(self: Any, other: Any) -> Any:
        if isinstance(other, symbol.Symbol):
            return method(*casted(method.operators[0], [self, other]))
        return method(casted(method.operators[1], [self])[0], other)

    return casting


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


def _symbol_cast(x: Any, dtype: str) -> Any:
    return symbol.amp_cast(x, dtype=dtype)


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
