"""Python functions with real signatures, made from operator declarations on first use."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from typing import Any

from ..base import MXNetValueError, suggest
from .op import OpDef
from .params import NULL, Attrs

__all__ = ["docstring", "make_function", "signature_of"]

# How a front end runs an operator: (op, inputs by position, attrs, raw keyword values, out, name, attr) -> result
Runner = Callable[[OpDef, list[Any], Attrs, dict[str, Any], Any, Any, Any], Any]


def signature_of(d: OpDef) -> tuple[list[str], list[str]]:
    """(input names, parameter names) in MXNet's order, as Python identifiers."""
    ins = [] if d.variadic is not None else list(d.inputs)
    return ins, [p + "_" if keyword.iskeyword(p) else p for p in d.params if p != d.variadic]


def docstring(d: OpDef, public: str) -> str:
    """The reference text of one operator, in NumPy style."""
    lines = [d.doc or f"MXNet operator {d.name}.", "", "Parameters", "----------"]
    if d.variadic is not None:
        lines += [f"{d.inputs[-1]} : NDArray or Symbol, any number", "    Inputs."]
    else:
        lines += [f"{n} : NDArray or Symbol" for n in d.inputs]
    for n, p in d.params.items():
        if n == d.variadic:
            continue
        lines.append(f"{n} : {p.describe()}")
        if p.doc:
            lines.append(f"    {p.doc}")
    names = [n for n in (d.name, *d.aliases) if n != public]
    if names:
        lines += ["", f"Also known as: {', '.join(names)}."]
    return "\n".join(lines)


def make_function(
    d: OpDef, public: str, run: Runner, is_input: Callable[[Any], bool], module: str, as_written: bool = False
) -> Any:
    """The public function of an operator for one front end.

    `is_input` tells an array (or symbol) from a parameter value, for calls with inputs as keywords; with `as_written`
    `run` gets the values as they were written: True is not taken for an earlier 1.
    """
    ins, params = signature_of(d)
    scope: dict[str, Any] = {"_Null": NULL}
    if d.variadic is not None:
        call = _variadic(d, run, is_input)
        source = f"def {_py(public)}(*args, **kwargs):\n    return _call(args, kwargs)\n"
    else:
        call = _fixed(d, run, len(ins), list(d.params), as_written)
        formals = [f"{n}=None" for n in ins] + [f"{p}=_Null" for p in params]
        formals += ["out=None", "name=None", "attr=None", "**kwargs"]
        source = (
            f"def {_py(public)}({', '.join(formals)}):\n"
            f"    return _call(({''.join(n + ', ' for n in ins)}), ({''.join(p + ', ' for p in params)}),"
            f" out, name, attr, kwargs)\n"
        )
    scope["_call"] = call
    exec(compile(source, f"<mxr operator {d.name}>", "exec"), scope)
    f = scope[_py(public)]
    f.__doc__ = docstring(d, public)
    f.__module__ = module
    f.__qualname__ = f.__name__ = public
    f.op = d
    return f


def _py(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name


def _fixed(d: OpDef, run: Runner, n_in: int, pnames: list[str], as_written: bool) -> Any:
    cache: dict[Any, tuple[Attrs, dict[str, Any], tuple[int, ...]]] = {}

    def prepare(values: tuple, kwargs: dict[str, Any]) -> tuple[Attrs, dict[str, Any], tuple[int, ...]]:
        given = {p: v for p, v in zip(pnames, values) if v is not NULL}
        if kwargs:
            hidden = {k: v for k, v in kwargs.items() if k.startswith("__") and k.endswith("__")}
            given.update({k: v for k, v in kwargs.items() if k not in hidden})
        a = d.parse_anew(given)
        active = d.input_names(a)
        return a, given, tuple(d.inputs.index(n) for n in active)

    def call(inputs: tuple, values: tuple, out: Any, name: Any, attr: Any, kwargs: dict[str, Any]) -> Any:
        if kwargs:
            found = prepare(values, kwargs)
            extra = {k: v for k, v in kwargs.items() if k.startswith("__") and k.endswith("__")}
            if extra:
                attr = {**(attr or {}), **extra}
        else:
            key = (values, tuple(map(type, values))) if as_written else values
            try:
                found = cache[key]
            except KeyError:
                found = prepare(values, kwargs)
                if len(cache) > 4096:
                    cache.clear()
                cache[key] = found
            except TypeError:  # a list or an array among the values
                found = prepare(values, kwargs)
        a, given, active = found
        arrays = [inputs[i] for i in active]
        if len(active) != n_in:
            for i, x in enumerate(inputs):
                if x is not None and i not in active:
                    n = len(active)
                    if i < n and all((v is not None) == (k < n) for k, v in enumerate(inputs)):
                        arrays = list(inputs[:n])  # by position, names of unused inputs do not count
                        break
                    raise MXNetValueError(f"{d.name}: argument {d.inputs[i]} is given but not used with {a}")
        return run(d, arrays, a, given, out, name, attr)

    return call


def _variadic(d: OpDef, run: Runner, is_input: Callable[[Any], bool]) -> Any:
    assert d.variadic is not None
    count = d.variadic
    stem = d.inputs[-1]

    def call(args: tuple, kwargs: dict[str, Any]) -> Any:
        out, name, attr = kwargs.pop("out", None), kwargs.pop("name", None), kwargs.pop("attr", None)
        arrays = list(args)
        if len(arrays) == 1 and isinstance(arrays[0], list | tuple):
            arrays = list(arrays[0])
        if d.order_inputs is not None:
            by_name = {k: kwargs.pop(k) for k in [k for k, v in kwargs.items() if is_input(v)]}
            plain = {k: v for k, v in kwargs.items() if not (k.startswith("__") and k.endswith("__"))}
            arrays = d.order_inputs(plain, arrays, by_name)
        for listed in (stem, d.many):
            if listed in kwargs and listed not in d.params:
                more = kwargs.pop(listed)
                arrays += list(more) if isinstance(more, list | tuple) else [more]
        named = {k: v for k, v in kwargs.items() if is_input(v)}
        for k in named:
            if not (k.startswith(stem) and k[len(stem) :].isdigit()):
                raise MXNetValueError(f"{d.name}: unknown input {k!r}.{suggest(k, [stem + '0', *d.params])}")
            del kwargs[k]
        arrays += [named[k] for k in sorted(named, key=lambda k: int(k[len(stem) :]))]
        extra = {k: v for k, v in kwargs.items() if k.startswith("__") and k.endswith("__")}
        given = {k: v for k, v in kwargs.items() if v is not NULL and k not in extra}
        if count in d.params:
            given.setdefault(count, len(arrays))
        if extra:
            attr = {**(attr or {}), **extra}
        a = d.parse(given)
        if count in d.params and arrays and getattr(a, count) != len(arrays):
            raise MXNetValueError(f"{d.name}: {count}={getattr(a, count)}, but {len(arrays)} inputs are given")
        return run(d, arrays, a, given, out, name, attr)

    return call
