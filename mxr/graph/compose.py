"""Making symbols: variables, groups, operators on symbols, and the composition of a node with its inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..attribute import current_attrs
from ..backend import dtype_name
from ..base import MXNetOperandError, MXNetTypeError, MXNetValueError
from ..core.op import OpDef, get_op
from ..core.params import NULL
from ..name import current_name
from . import refused  # noqa: F401  (gives Symbol its refusing methods)
from .symbol import Entry, Symbol, SymNode, active

__all__ = ["Group", "Variable", "compose", "two_sided"]


def Variable(
    name: str,
    attr: dict[str, str] | None = None,
    shape: Any = None,
    lr_mult: float | None = None,
    wd_mult: float | None = None,
    dtype: Any = None,
    init: Any = None,
    stype: str | None = None,
    profiler_scope: str | None = None,
    **kwargs: str,
) -> Symbol:
    """An input of a graph: data, a weight, a label. Attributes travel with it into JSON and the initialiser."""
    if not isinstance(name, str):
        raise MXNetTypeError(f"Expect a string for variable `name`, got {type(name).__name__}")
    attrs = current_attrs(attr)
    if shape is not None:
        attrs["__shape__"] = str(tuple(shape) if isinstance(shape, list | tuple) else (shape,))
    if lr_mult is not None:
        attrs["__lr_mult__"] = str(lr_mult)
    if wd_mult is not None:
        attrs["__wd_mult__"] = str(wd_mult)
    if dtype is not None:
        from ..backend import dtype_code

        attrs["__dtype__"] = str(dtype_code(dtype))
    if init is not None:
        attrs["__init__"] = init if isinstance(init, str) else init.dumps()
    if stype is not None:
        attrs["__storage_type__"] = {"default": "0", "row_sparse": "1", "csr": "2"}[stype]
    for k, v in kwargs.items():
        if not (k.startswith("__") and k.endswith("__")):
            raise MXNetValueError(
                f"Attribute name={k} is not supported. Additional attributes must start and end with double underscores"
            )
        attrs[k] = str(v)
    return Symbol([(SymNode(None, name, attrs, []), 0, 0)])


def Group(symbols: Sequence[Symbol]) -> Symbol:
    """Several symbols as one with all their outputs."""
    symbols = list(symbols) if isinstance(symbols, Iterable) else []
    if not symbols or any(not isinstance(s, Symbol) for s in symbols):
        raise MXNetTypeError("Expected a list of symbols as input")
    return Symbol([e for s in symbols for e in s._entries])


def compose(
    op: OpDef,
    inputs: Sequence[Symbol | None],
    given: dict[str, Any],
    name: str | None,
    attr: dict[str, str] | None,
    hint: str,
) -> Symbol:
    """A node for `op`; inputs that are None or missing become variables named after the node."""
    given = {k: v for k, v in given.items() if v is not NULL}
    a = op.parse(given)
    name = current_name(name, hint.lower())
    # as text, whatever is given: GluonCV gives initialisers; a variable takes text only
    attrs = current_attrs(attr and {k: str(v) for k, v in attr.items()})
    attrs.update({k: _text(v) for k, v in given.items()})
    names = op.input_names(a, len(inputs))
    if len(inputs) > len(names):
        raise MXNetValueError(f"{op.name}: takes {len(names)} input(s) ({', '.join(names)}), got {len(inputs)}")
    entries: list[Entry] = []
    for i, slot in enumerate(names):
        s = inputs[i] if i < len(inputs) else None
        if s is None:
            own = dict(attrs)
            if slot in op.aux_init:
                own["__init__"] = op.aux_init[slot]
            entries.append((SymNode(None, f"{name}_{slot}", own, []), 0, 0))
            continue
        if not isinstance(s, Symbol):
            if active.trace is not None:
                raise active.trace.foreign(f"{op.name}: input {slot}", s)
            raise MXNetOperandError(f"{op.name}: input {slot} must be a Symbol, got {type(s).__name__}")
        if len(s._entries) != 1:
            raise MXNetValueError(
                f"{op.name}: input {slot} is a symbol with {len(s._entries)} outputs; pick one, as in sym[0]"
            )
        entries.append(s._entries[0])
    for slot in dict.fromkeys((*op.mutates, *op.aux_names(a))):
        if slot in names:
            i = names.index(slot)
            variable = entries[i][0]
            variable.version += 1
            entries[i] = (variable, entries[i][1], variable.version)
    node = SymNode(op, name, attrs, entries, a)
    if active.trace is not None:
        active.trace.made(node)
    return Symbol([(node, i, 0) for i in range(node.n_visible)])


def _text(value: Any) -> str:
    """The string of a parameter value as MXNet's Python front end writes it."""
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, type) and issubclass(value, np.generic):
        return np.dtype(value).name
    return str(value)


def two_sided(op: str, wide: str, left: Symbol, right: Symbol) -> Symbol:
    """`op` of two symbols of one shape, as MXNet; inside a trace arrays of two shapes are broadcast, as arrays are."""
    trace = active.trace
    if trace is not None and trace.differ(left, right):
        op = wide
    return compose(get_op(op), [left, right], {}, None, None, op)


def _operator(op: str, scalar: str, wide: str) -> Any:
    def method(self: Symbol, other: Any) -> Symbol:
        if isinstance(other, Symbol):
            return two_sided(op, wide, self, other)
        if isinstance(other, int | float | np.number):
            return compose(get_op(scalar), [self], {"scalar": _plain(other)}, None, None, scalar)
        raise _unfit(scalar, other)

    method.operators = op, scalar  # type: ignore[attr-defined]
    return method


def _unfit(scalar: str, other: Any) -> TypeError:
    if active.trace is not None:
        return active.trace.foreign(scalar.removeprefix("_").removesuffix("Scalar").removesuffix("_scalar"), other)
    return TypeError(f"type {type(other)} not supported")


def _reflected(scalar: str) -> Any:
    def method(self: Symbol, other: Any) -> Symbol:
        if isinstance(other, int | float | np.number):
            return compose(get_op(scalar), [self], {"scalar": _plain(other)}, None, None, scalar)
        raise _unfit(scalar, other)

    method.operators = scalar, scalar  # type: ignore[attr-defined]
    return method


def _plain(x: Any) -> Any:
    return x.item() if isinstance(x, np.generic) else x


for _name, _op, _scalar, _rscalar in (
    ("add", "_Plus", "_PlusScalar", "_PlusScalar"),
    ("sub", "_Minus", "_MinusScalar", "_RMinusScalar"),
    ("mul", "_Mul", "_MulScalar", "_MulScalar"),
    ("truediv", "_Div", "_DivScalar", "_RDivScalar"),
    ("mod", "_Mod", "_ModScalar", "_RModScalar"),
    ("pow", "_Power", "_PowerScalar", "_rpower_scalar"),
):
    _wide = {"truediv": "div", "pow": "power"}.get(_name, _name)
    setattr(Symbol, f"__{_name}__", _operator(_op, _scalar, f"broadcast_{_wide}"))
    setattr(Symbol, f"__r{_name}__", _reflected(_rscalar))
for _name, _op in (
    ("eq", "equal"), ("ne", "not_equal"), ("gt", "greater"), ("ge", "greater_equal"), ("lt", "lesser"),
    ("le", "lesser_equal"),
):  # fmt: skip
    setattr(Symbol, f"__{_name}__", _operator(f"_{_op}", f"_{_op}_scalar", f"broadcast_{_op}"))


def _reshape(self: Symbol, *shape: Any, **kwargs: Any) -> Symbol:
    """The operator ``reshape``; the shape as a tuple or as separate arguments."""
    if len(shape) == 1 and isinstance(shape[0], list | tuple):
        shape = tuple(shape[0])
    if shape:
        kwargs["shape"] = shape
    return compose(get_op("Reshape"), [self], kwargs, kwargs.pop("name", None), None, "reshape")


def _astype(self: Symbol, dtype: Any) -> Symbol:
    """The operator ``cast``."""
    return compose(get_op("Cast"), [self], {"dtype": dtype_name(dtype)}, None, None, "cast")


def _broadcast_to(self: Symbol, *args: Any, **kwargs: Any) -> Symbol:
    """The operator ``broadcast_to``."""
    if args:
        kwargs["shape"] = args[0]
    name = kwargs.pop("name", None)
    return compose(get_op("broadcast_to"), [self], kwargs, name, None, "broadcast_to")


def _split_v2(
    self: Symbol, indices_or_sections: Any, axis: int = 0, squeeze_axis: bool = False, **kwargs: Any
) -> Symbol:
    """The pieces of equal length (a number), or between the indices, along `axis`."""
    given: dict[str, Any] = {"axis": axis, "squeeze_axis": squeeze_axis}
    if isinstance(indices_or_sections, int):
        given |= {"indices": [], "sections": indices_or_sections}
    else:
        given |= {"indices": [0, *indices_or_sections], "sections": 0}
    return compose(get_op("_split_v2"), [self], given, kwargs.get("name"), None, "_split_v2")


def _negative(self: Symbol) -> Symbol:
    return compose(get_op("_MulScalar"), [self], {"scalar": -1.0}, None, None, "_MulScalar")


def _absolute(self: Symbol) -> Symbol:
    return compose(get_op("abs"), [self], {}, None, None, "abs")


for _name, _method in (
    ("reshape", _reshape), ("astype", _astype), ("__neg__", _negative), ("__abs__", _absolute),
    ("broadcast_to", _broadcast_to), ("split_v2", _split_v2),
):  # fmt: skip
    setattr(Symbol, _name, _method)

from . import traced  # noqa: E402, F401  (needs compose; gives Symbol its shape and kin)
