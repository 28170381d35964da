"""Executors and the key-value store for R."""

from __future__ import annotations

from typing import Any

import mxr as mx
from mxr.base import MXNetError

from . import r_convert as cv
from .r import exported, handles
from .r_nd import array_of, context, put
from .r_sym import output_names, symbol_of

__all__ = ["bind_simple", "grad_requests"]


def grad_requests(names: list[str], req: str, fixed: Any = ()) -> dict[str, str]:
    """Data, labels and fixed parameters get no gradient; by name, as MXNet R decides it."""
    fixed = [fixed] if isinstance(fixed, str) else list(fixed or ())
    unknown = [f for f in fixed if f not in names]
    if unknown:
        raise cv.RInputError(
            f"fixed.param: no argument called {', '.join(unknown)}; the arguments are {', '.join(names)}"
        )
    return {n: "null" if n.endswith(("data", "label")) or n in fixed else req for n in names}


def bind_simple(s: Any, ctx: Any, req: str, fixed: Any, shapes: dict[str, tuple[int, ...]]) -> Any:
    names = s.list_arguments()
    unknown = [n for n in shapes if n not in names]
    if unknown:
        raise cv.RInputError(f"no argument called {', '.join(unknown)}; the arguments are {', '.join(names)}")
    if not all(shape and 0 not in shape for part in s.infer_shape_partial(**shapes) for shape in part):
        raise cv.RInputError("Need more shape information to decide the shapes of arguments")
    return s.simple_bind(ctx=ctx, grad_req=grad_requests(names, req, fixed), **shapes)


@exported
def exec_simple_bind(h: Any, ctx: Any, req: str, fixed: Any, given: Any) -> int:
    shapes = {k: cv.reverse(v) for k, v in dict(given or {}).items()}
    return handles.add(bind_simple(symbol_of(h), context(ctx), req, fixed, shapes))


@exported
def exec_bind(h: Any, ctx: Any, args: Any, aux: Any, reqs: Any) -> int:
    """Arrays by position (list order counts, names come from the symbol), copied into fresh ones."""
    s, c = symbol_of(h), context(ctx)
    names, aux_names = s.list_arguments(), s.list_auxiliary_states()
    args, aux, reqs = as_list(args), as_list(aux), as_list(reqs)
    for what, given, need in (("arg.arrays", args, names), ("aux.arrays", aux, aux_names), ("grad.reqs", reqs, names)):
        if len(given) != len(need):
            raise cv.RInputError(f"{what}: given {len(given)}, expected {len(need)}: {', '.join(need)}")
    arrays = {n: array_of(a).copyto(c) for n, a in zip(names, args)}
    grads = {n: mx.nd.zeros(arrays[n].shape, ctx=c, dtype=arrays[n].dtype) for n, r in zip(names, reqs) if r != "null"}
    aux_arrays = {n: array_of(a).copyto(c) for n, a in zip(aux_names, aux)}
    return handles.add(s.bind(c, arrays, args_grad=grads, grad_req=dict(zip(names, reqs)), aux_states=aux_arrays))


def as_list(x: Any) -> list[Any]:
    return [] if x is None else list(x.values()) if isinstance(x, dict) else x if isinstance(x, list) else [x]


def exec_of(h: Any) -> Any:
    e = handles.get(h)
    if not hasattr(e, "arg_dict"):
        raise MXNetError(f"expected an MXExecutor, the handle holds a {type(e).__name__}")
    return e


def _arrays(e: Any, which: str) -> dict[str, Any]:
    if which == "outputs":
        return dict(zip(output_names(e._symbol), e.outputs))
    if which == "grad":
        return {n: e.grad_dict.get(n) for n in e.arg_dict}
    return dict(e.arg_dict if which == "arg" else e.aux_dict)


@exported
def exec_arrays(h: Any, which: str, clone: bool) -> dict[str, Any]:
    found = _arrays(exec_of(h), which)
    return {n: None if a is None else put(a.copy() if clone else a) for n, a in found.items()}


@exported
def exec_update(h: Any, which: str, ids: Any, match_name: bool, skip_null: bool) -> None:
    e = exec_of(h)
    own = _arrays(e, which)
    if match_name:
        if not isinstance(ids, dict):
            raise cv.RInputError(f"{which}.arrays must be a named list with match.name=TRUE")
        pairs = list(ids.items())
        for n, _ in pairs:
            if n not in own:
                raise cv.RInputError(f"cannot find key {n} in the array {which}.arrays")
    else:
        values = as_list(ids)
        if len(values) != len(own):
            raise cv.RInputError(
                f"Update array list must contain names: given {len(values)} arrays, "
                f"{which}.arrays has {len(own)} ({', '.join(own)})"
            )
        pairs = list(zip(own, values))
    for n, v in pairs:
        if v is None:
            if skip_null:
                continue
            raise cv.RInputError(f"{which}.arrays: {n} is NULL (skip.null=TRUE leaves such entries alone)")
        target = own[n]
        if target is None:
            raise cv.RInputError(f"{which}.arrays: {n} has no gradient array (its request is null)")
        source = array_of(v)
        if source.shape != target.shape:
            dims = [cv.dim_text(a.shape) for a in (source, target)]
            raise cv.RInputError(f"{which}.arrays: {n} has dim {dims[0]}, expected {dims[1]}")
        source.copyto(target)


@exported
def exec_forward(h: Any, is_train: bool) -> None:
    exec_of(h).forward(is_train=bool(is_train))


@exported
def exec_backward(h: Any, heads: Any) -> None:
    e = exec_of(h)
    grads = [array_of(g) for g in as_list(heads)]
    e.backward(grads if grads else None)


# KVStore
@exported
def kv_create(kind: str) -> int:
    return handles.add(mx.kv.create(kind))


@exported
def kv_init(h: Any, keys: Any, ids: Any) -> None:
    handles.get(h).init([str(int(k)) for k in as_list(keys)], [array_of(i) for i in as_list(ids)])


def _per_key(keys: Any, lists: Any) -> tuple[list[str], list[list[Any]]]:
    names = [str(int(k)) for k in as_list(keys)]
    devices = [as_list(d) for d in as_list(lists)]
    for d in devices:
        if len(d) != len(names):
            raise cv.RInputError(f"each inner list must have one array per key ({len(names)}), given {len(d)}")
    return names, [[array_of(d[i]) for d in devices] for i in range(len(names))]


@exported
def kv_push(h: Any, keys: Any, lists: Any, priority: Any) -> None:
    names, arrays = _per_key(keys, lists)
    for n, a in zip(names, arrays):
        handles.get(h).push(n, a)


@exported
def kv_pull(h: Any, keys: Any, lists: Any, priority: Any) -> None:
    names, arrays = _per_key(keys, lists)
    for n, a in zip(names, arrays):
        handles.get(h).pull(n, out=a)


@exported
def kv_set_optimizer(h: Any, spec: Any) -> None:
    """Pushes are gradients from now on: MXNet R's own rules, or the closures of an optimiser written in R."""
    from .r_optim import updater_of

    updater = updater_of(dict(spec))
    handles.get(h)._set_updater(lambda key, grad, weight: updater.update(key, weight, grad))
