"""``simple_bind`` and ``bind``: arrays for a symbol's variables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..backend import dtype_of, xp_for
from ..base import MXNetError, MXNetTypeError, MXNetValueError, suggest
from ..context import Context
from ..core.array import Array, make_array
from ..core.collector import collector_held
from ..core.shapes import is_known, show
from . import infer
from .dynamic import DynamicExecutor, is_dynamic
from .executor import Executor
from .memory import enough_memory, zeros_aligned
from .placement import PlacedExecutor, places
from .sparse import SparseExecutor, has_sparse, new_arrays, zeros_of
from .symbol import Symbol

__all__ = ["bind", "reshape", "simple_bind"]

_REQS = ("write", "add", "null")


def _requests(names: list[str], grad_req: Any) -> dict[str, str]:
    if isinstance(grad_req, str):
        reqs = dict.fromkeys(names, grad_req)
    elif isinstance(grad_req, list | tuple):
        if len(grad_req) != len(names):
            raise MXNetValueError(f"grad_req has {len(grad_req)} entries, the symbol has {len(names)} arguments")
        reqs = dict(zip(names, grad_req))
    elif isinstance(grad_req, dict):
        reqs = {n: grad_req.get(n, "null") for n in names}
    else:
        raise MXNetTypeError(f"grad_req must be a string, list or dict, got {type(grad_req).__name__}")
    for n, r in reqs.items():
        if r not in _REQS:
            raise MXNetValueError(f"grad_req of {n} must be 'write', 'add' or 'null', got {r!r}")
    return reqs


def _context(ctx: Any) -> Context:
    if not isinstance(ctx, Context):
        raise MXNetTypeError(f"ctx must be a Context such as mx.cpu(), got {type(ctx).__name__}")
    xp_for(ctx)
    return ctx


def _executor(sym: Symbol) -> type[Executor]:
    return DynamicExecutor if is_dynamic(sym) else Executor


def _several(placed: dict[int, Context], ctx: Context) -> bool:
    """Whether there are devices that do not share their memory: cpu(0) and cpu(1) do."""
    return any(c.is_gpu != ctx.is_gpu or (c.is_gpu and c != ctx) for c in placed.values())


def _made(kind: type[Executor], placed: dict[int, Context], sym: Symbol, ctx: Context, *arrays: Any) -> Executor:
    if _several(placed, ctx):
        kind = PlacedExecutor
    exe = kind(sym, ctx, *arrays)
    if isinstance(exe, PlacedExecutor):
        exe.place = placed
    exe._out_ctx = [placed[id(n)] for n, _, _ in sym._entries]
    return exe


@collector_held
def simple_bind(
    sym: Symbol,
    ctx: Any,
    grad_req: Any = "write",
    type_dict: dict[str, Any] | None = None,
    stype_dict: Any = None,
    group2ctx: Any = None,
    shared_arg_names: Any = None,
    shared_exec: Executor | None = None,
    shared_buffer: dict[str, Any] | None = None,
    **kwargs: Any,
) -> Executor:
    """An executor with fresh zero arrays for all variables, their shapes inferred from those given by name."""
    ctx = _context(ctx)
    placed = places(sym, ctx, group2ctx)
    known = {}
    for name, shape in kwargs.items():
        if not isinstance(shape, list | tuple):
            raise MXNetTypeError(f"simple_bind: {name} must be a shape (tuple), got {type(shape).__name__}: {shape!r}")
        known[name] = infer._from_user(shape)
    _, shapes = infer.solve_shapes(sym, known)
    arguments, auxiliary = sym._variables()
    unknown = [
        f"{n.name}: {show(shapes.get((id(n), 0)))}"
        for n in (*arguments, *auxiliary)
        if not is_known(shapes.get((id(n), 0)))
    ]
    if unknown:
        names = [n.name for n in arguments]
        strange = [f"\n{k!r} is no argument of the symbol.{suggest(k, names)}" for k in known if k not in names]
        raise MXNetValueError(
            "simple_bind error: shapes of the following arguments cannot be decided (? means unknown). "
            f"Please consider providing them as inputs:\n{', '.join(unknown)}{''.join(strange)}"
        )
    types = infer.infer_types(sym, {k: dtype_of(v) for k, v in (type_dict or {}).items()})
    names = [n.name for n in arguments]
    reqs = _requests(names, grad_req)

    def fresh(n: Any, stype: str = "default") -> Any:
        shape, dtype = shapes[id(n), 0], types.get((id(n), 0)) or np.dtype(np.float32)

        def fits(held: Any) -> bool:
            return held is not None and (held.shape, held._buf.dtype, held.stype) == (shape, dtype, stype)

        if shared_buffer is not None:
            held = shared_buffer.get(n.name)
            if fits(held):
                return held
            if held is not None and held.stype == stype == "default" and held._buf.dtype == dtype:
                size = math.prod(shape)
                if held.size >= size:  # a part of a larger one
                    return make_array(held._buf.reshape(-1)[:size].reshape(shape), held._ctx)
        if shared_exec is not None:
            held = shared_exec.arg_dict.get(n.name, shared_exec.aux_dict.get(n.name))
            if fits(held) and (shared_arg_names is None or n.name in shared_arg_names):
                return held
        x = zeros_of(stype, shape, dtype, placed[id(n)])
        if shared_buffer is not None:
            shared_buffer[n.name] = x
        return x

    if has_sparse(sym, stype_dict=stype_dict):
        with enough_memory("the arrays of simple_bind"):
            return SparseExecutor(sym, ctx, *new_arrays(sym, ctx, fresh, reqs, stype_dict))

    if shared_exec is None and shared_buffer is None and all(c == ctx for c in placed.values()):
        layout = [
            (n.name, shapes[id(n), 0]) for n in arguments
            if reqs[n.name] != "null" and (types.get((id(n), 0)) or np.dtype(np.float32)) == np.float32
        ]  # fmt: skip
        flat, flat_w, flat_g = _flat(layout, ctx)
    else:
        flat, flat_w, flat_g = None, {}, {}
    with enough_memory("the arrays of simple_bind"):
        args = {n.name: flat_w[n.name] if n.name in flat_w else fresh(n) for n in arguments}
        aux = {n.name: fresh(n) for n in auxiliary}
        grads = {
            n: flat_g[n] if n in flat_g else make_array(xp_for(x._ctx).zeros(x.shape, x._buf.dtype), x._ctx)
            for n, x in args.items()
            if reqs[n] != "null"
        }
    exe = _made(_executor(sym), placed, sym, ctx, args, grads, reqs, aux)
    exe.flat_params = flat
    return exe


def _flat(layout: list[tuple[str, tuple]], ctx: Context) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """All float32 weights in one buffer and their gradients in another, so that an update can be one call."""
    if not layout:
        return None, {}, {}
    xp = xp_for(ctx)
    starts, total = [], 0
    for _, shape in layout:
        starts.append(total)
        total += -(-math.prod(shape) // 16) * 16
    weights, grads = (zeros_aligned(xp, total * 4).view(np.float32) for _ in range(2))

    def parts(flat: Any) -> dict[str, Any]:
        return {
            n: make_array(flat[i : i + math.prod(shape)].reshape(shape), ctx) for (n, shape), i in zip(layout, starts)
        }

    flat = ([n for n, _ in layout], make_array(weights, ctx), make_array(grads, ctx))
    return flat, parts(weights), parts(grads)


def _arrays(what: str, given: Any, names: list[str], optional: bool) -> dict[str, Any]:
    if isinstance(given, dict):
        out = {}
        for n in names:
            if n in given:
                out[n] = given[n]
            elif not optional:
                raise MXNetValueError(f"key `{n}` is missing in `{what}`")
    else:
        if not isinstance(given, list | tuple):
            raise MXNetTypeError(f"{what} must be a list or a dict of NDArrays, got {type(given).__name__}")
        if len(given) != len(names):
            raise MXNetValueError(
                f"Length of {what} does not match the number of arguments: {len(given)}, {len(names)}"
            )
        out = dict(zip(names, given))
    for n, x in out.items():
        if x is not None and not isinstance(x, Array):
            raise MXNetTypeError(f"{what}: {n} must be an NDArray, got {type(x).__name__}")
    return {n: x for n, x in out.items() if x is not None}


@collector_held
def bind(
    sym: Symbol,
    ctx: Any,
    args: Any,
    args_grad: Any = None,
    grad_req: Any = "write",
    aux_states: Any = None,
    group2ctx: Any = None,
    shared_exec: Any = None,
) -> Executor:
    """An executor on the caller's arrays, by list (in argument order) or by name."""
    ctx = _context(ctx)
    placed = places(sym, ctx, group2ctx)
    arguments, auxiliary = sym._variables()
    names = [n.name for n in arguments]
    arrays = _arrays("args", args, names, optional=False)
    missing = [n for n in names if n not in arrays]
    if missing:
        raise MXNetValueError(f"bind: args has no array for {missing[0]}")
    aux = _arrays("aux_states", aux_states or {}, [n.name for n in auxiliary], optional=False)
    grads = _arrays("args_grad", args_grad, names, optional=True) if args_grad is not None else {}
    reqs = _requests(names, grad_req)
    reqs = {n: (r if n in grads else "null") for n, r in reqs.items()}
    infer.solve_shapes(sym, {n: x.shape for n, x in {**arrays, **aux}.items()})
    infer.infer_types(sym, {n: x._buf.dtype for n, x in {**arrays, **aux}.items()})
    for n, g in grads.items():
        if g.shape != arrays[n].shape:
            raise MXNetValueError(
                f"bind: gradient array of {n} has shape {g.shape}, the argument has {arrays[n].shape}"
            )
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None and isinstance(args, dict):
        raise MXNetValueError(f"bind: Find duplicated argument name {twice!r}, please make the names unique")
    for node in arguments:
        where, x = placed[id(node)], arrays[node.name]
        if x._ctx != where:
            raise MXNetError(f"bind: array {node.name} is on {x._ctx}, the executor on {where}")
    kind = SparseExecutor if has_sparse(sym, [*arrays.values(), *grads.values()]) else _executor(sym)
    return _made(kind, placed, sym, ctx, arrays, grads, reqs, aux)


def reshape(exe: Executor, partial_shaping: bool, allow_up_sizing: bool, shapes: dict[str, Any]) -> Executor:
    """A new executor for other input shapes; arrays whose shape stays are shared, others are made anew."""
    sym = exe._symbol
    given = {k: infer._from_user(v) for k, v in shapes.items()}
    names = sym.list_arguments()
    for k in given:
        if k not in names:
            raise MXNetValueError(f"reshape: the symbol has no argument {k!r}.{suggest(k, names)}")
    _, solved = infer.solve_shapes(sym, given)
    arguments, auxiliary = sym._variables()
    args: dict[str, Any] = {}
    grads: dict[str, Any] = {}
    for n in arguments:
        shape, old = solved[id(n), 0], exe.arg_dict[n.name]
        if not is_known(shape):
            raise MXNetValueError("Insufficient argument shapes provided.")
        if shape == old.shape:
            args[n.name], grads[n.name] = old, exe.grad_dict[n.name]
            continue
        if n.name not in given and not partial_shaping:
            raise MXNetError(
                f"Shape of unspecified array arg:{n.name} changed. This can cause the new executor to not share "
                "parameters with the old one. Please check for error in network. If this is intended, set "
                "partial_shaping=True to suppress this warning."
            )
        if math.prod(shape) > math.prod(old.shape) and not allow_up_sizing:
            raise MXNetError(
                f"New shape of arg:{n.name} larger than original. First making a big executor and then down sizing it "
                "is more efficient than the reverse. If you really want to up size, set allow_up_sizing=True to enable "
                "allocation of new arrays."
            )
        args[n.name] = zeros_of(old.stype, shape, old._buf.dtype, exe._ctx)
        grad = exe.grad_dict[n.name]
        if grad is not None:
            grads[n.name] = zeros_of(grad.stype, shape, old._buf.dtype, exe._ctx)
    aux = {n.name: exe.aux_dict[n.name] for n in auxiliary}
    kept = {k: v for k, v in grads.items() if v is not None}
    new = type(exe)(sym, exe._ctx, args, kept, dict(exe._reqs), aux)
    new._out_ctx = exe._out_ctx
    if isinstance(exe, PlacedExecutor) and isinstance(new, PlacedExecutor):
        new.place = exe.place
    return new
