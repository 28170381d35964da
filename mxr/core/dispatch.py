"""Running one operator now: a plan per signature, looked up on every later call.

A plan holds the chosen function and the metadata of the outputs. The first call of a signature (operator,
attributes, shapes, dtypes, device, training) infers and checks; later calls only look up and run.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..backend import xp_for
from ..base import MXNetError, MXNetTypeError, MXNetValueError
from ..context import Context, current_context
from . import kernel_table, tape
from .array import Array, SparseArray, SparseStorageError, make_array
from .engine import engine
from .failure import named_error
from .op import OpDef
from .params import Attrs
from .quiet import quiet

__all__ = ["generator_for", "invoke", "set_generator_factory"]

# An operator with more than this many floating point operations goes to the queue (some milliseconds of work).
ASYNC_FLOPS = 1e8

# Signatures that one operator remembers; shapes or attributes that never repeat must not fill the memory.
MAX_PLANS = 4096

_generators: dict[Context, Any] = {}
_make_generator: Callable[[Context], Any] | None = None


def set_generator_factory(make: Callable[[Context], Any]) -> None:
    """Called once by mxr.random: how the random generator of a device is made."""
    global _make_generator
    _make_generator = make


def generator_for(ctx: Context) -> Any:
    g = _generators.get(ctx)
    if g is None:
        if _make_generator is None:
            raise MXNetError("the random generator is not set up")
        g = _generators[ctx] = _make_generator(ctx)
    return g


class Plan:
    """How to run one signature: `run(a, *bufs)` gives raw outputs, `metas` their (shape, dtype)."""

    __slots__ = ("fill", "heavy", "into", "metas", "n_out", "n_vis", "overwrites", "run", "taped", "trusted", "writes")

    def __init__(
        self,
        run: Callable[..., Any],
        metas: list,
        n_vis: int,
        writes: tuple[int, ...],
        heavy: bool,
        taped: tape.Recipe | None,
    ) -> None:
        self.run, self.metas, self.n_out, self.n_vis = run, metas, len(metas), n_vis
        self.writes, self.heavy, self.taped = writes, heavy, taped
        self.trusted = False
        # computes straight into a given buffer; `overwrites` says that it may be one of the inputs
        self.into: Callable[..., Any] | None = None
        self.overwrites = False
        # computes all outputs into given buffers that are none of the inputs
        self.fill: Callable[..., Any] | None = None


def _make_plan(op: OpDef, a: Attrs, bufs: Sequence[Any], ctx: Context, train: bool) -> Plan:
    shapes, dtypes = [b.shape for b in bufs], [b.dtype for b in bufs]
    names = op.input_names(a, len(bufs))
    if len(names) != len(bufs):
        raise MXNetValueError(f"{op.name}: expected {len(names)} input(s) ({', '.join(names)}), got {len(bufs)}")
    try:
        _, out_shapes = op.infer(a, shapes)
    except MXNetError as e:
        e.input_shapes = dict(zip(names, shapes))  # for front ends that write shapes in another order
        raise
    _, out_dtypes = op.infer_dtypes(a, dtypes)
    if any(s is None or (-1 in s and not op.dynamic_shape) for s in out_shapes) or any(d is None for d in out_dtypes):
        raise MXNetError(f"{op.name}: output shapes cannot be inferred from inputs {shapes}")
    try:
        xp = xp_for(ctx)
        forward = None if ctx.is_gpu else kernel_table.find(op.name, a, bufs)
    except Exception as e:
        raise named_error(op, a, bufs, e) from None
    call = functools.partial(op.forward, xp) if forward is None else forward
    if op.random and op.train_aware:

        def forward(a: Attrs, *b: Any) -> Any:
            return call(a, *b, rng=generator_for(ctx), train=train)

    elif op.random:

        def forward(a: Attrs, *b: Any) -> Any:
            return call(a, *b, rng=generator_for(ctx))

    elif op.train_aware:

        def forward(a: Attrs, *b: Any) -> Any:
            return call(a, *b, train=train)

    else:
        forward = call

    if not getattr(op.forward, "is_quiet", False):
        forward = quiet(forward)
    writes = tuple(names.index(m) for m in op.mutates if m in names)
    cost = op.cost
    heavy = cost is not None and not ctx.is_gpu and cost(a, shapes, out_shapes) > ASYNC_FLOPS
    metas = list(zip(out_shapes, out_dtypes))
    recipe = None if op.grad is None else tape.Recipe(op, a, shapes, dtypes, metas[: op.visible(a)])
    plan = Plan(forward, metas, op.visible(a), writes, heavy, recipe)
    fill = getattr(call, "into", None)
    if fill is not None and not op.random:
        plan.fill = quiet(functools.partial(fill, train=train) if op.train_aware else fill)
        if len(metas) == 1:
            plan.into = _filling(plan.fill)
    elif op.into is not None and len(metas) == 1 and not ctx.is_gpu:
        plan.into, plan.overwrites = _always(functools.partial(op.into, xp)), op.inplace
    elif op.name in kernel_table.into_kernels and not ctx.is_gpu:
        plan.into, plan.overwrites = kernel_table.into_kernels[op.name](shapes, dtypes), True
    return plan


def _always(into: Callable[..., Any]) -> Callable[..., bool]:
    def run(*args: Any) -> bool:
        into(*args)
        return True

    return run


def _filling(fill: Callable[..., Any]) -> Callable[..., bool]:
    def run(a: Attrs, out: Any, *bufs: Any) -> bool:
        fill(a, (out,), *bufs)
        return True

    return run


def _fits(out: Any, plan: Plan, bufs: Sequence[Any]) -> bool:
    """Whether out= can take the result directly."""
    if not isinstance(out, Array):
        return False
    dst = out._data
    shape, dtype = plan.metas[0]
    if dst.shape != shape or dst.dtype != dtype:
        return False
    return all((plan.overwrites and b is dst) or not np.may_share_memory(b, dst) for b in bufs)


def _invoke_sparse(op: OpDef, inputs: Sequence[Any], a: Attrs, out: Any, ctx: Context) -> Any:
    from .sparse_call import invoke_sparse  # which builds on this module

    return invoke_sparse(op, inputs, a, out, ctx)


def invoke(
    op: OpDef,
    inputs: Sequence[Any],
    a: Attrs,
    out: Any = None,
    ctx: Context | None = None,
    *,
    dense_result: bool = False,
) -> Any:
    """Runs `op` on NDArrays and returns an NDArray, or a list where several outputs are visible.

    `dense_result`: the result is dense even where the operator gives a sparse one.
    """
    if ctx is None:
        ctx = inputs[0]._ctx if inputs else current_context()
    train = tape.state.training
    for x in inputs:
        if x._ctx is not ctx and x._ctx != ctx and (ctx.is_gpu or x._ctx.is_gpu):  # CPUs share their memory
            raise MXNetError(f"{op.name}: inputs are on different contexts, {ctx} and {x._ctx}")
    if out is not None:
        engine.drain()  # queued work may still read what this call writes over
        if isinstance(out, SparseArray) or (type(out) is list and any(isinstance(t, SparseArray) for t in out)):
            return _invoke_sparse(op, inputs, a, out, ctx)
    ready = out is not None or engine.idle or engine.on_worker()
    # where they are not ready, shapes are known, and contents may still be on their way
    try:
        bufs = [x._data for x in inputs] if ready else [x._shell for x in inputs]
    except SparseStorageError:
        return _invoke_sparse(op, inputs, a, out, ctx)
    key = (
        a if a.plan_key is None else a.plan_key,
        train,
        ctx.device_typeid,
        ctx.device_id,
        tuple([(b.shape, b.dtype.num) for b in bufs]),
    )
    plan = op.plans.get(key)
    if plan is None:
        if op.imperative is not None:
            return op.imperative(op, inputs, a, out, ctx)
        sparse = op.sparse_result is not None and op.sparse_result(a, len(inputs))
        if sparse and not dense_result:
            return _invoke_sparse(op, inputs, a, out, ctx)
        plan = _make_plan(op, a, bufs, ctx, train)
        if not sparse:
            if len(op.plans) >= MAX_PLANS:
                op.plans.clear()
            op.plans[key] = plan
    if (plan.heavy or not engine.idle) and out is None and not engine.synchronous and not engine.on_worker():
        if not plan.writes and not op.random and not op.dynamic_shape:
            return _queue(op, plan, inputs, a, ctx)
        engine.drain()
        ready = False
    if not ready:
        bufs = [x._data for x in inputs]
    try:
        if out is not None and plan.into is not None and _fits(out, plan, bufs):
            if tape.state.recording:
                tape.check_outputs(op, inputs, [out])
            if plan.into(a, out._buf, *bufs):
                if tape.state.recording:
                    tape.record(op, a, inputs, bufs, [out], (out._buf,), plan.taped)
                return out
        if ctx.is_gpu:
            with xp_for(ctx).cuda.Device(ctx.device_id):
                raw = plan.run(a, *bufs)
        else:
            raw = plan.run(a, *bufs)
        if type(raw) is not tuple:
            raw = (raw,)
        if not plan.trusted or plan.writes:
            raw = _settle(op, plan, raw, bufs)
    except Exception as e:
        raise named_error(op, a, bufs, e) from None
    if out is not None:
        return _write_out(op, plan, inputs, a, out, raw, bufs)
    outs = [make_array(r, ctx) for r in raw[: plan.n_vis]]
    if tape.state.recording:
        tape.record(op, a, inputs, bufs, outs, raw, plan.taped)
    return outs[0] if plan.n_vis == 1 else outs


@quiet
def _settle(op: OpDef, plan: Plan, raw: tuple, bufs: Sequence[Any]) -> tuple:
    """Makes raw results what the declaration promises: contiguous, of the right dtype and shape, not shared."""
    fixed = []
    clean = True
    for r, (shape, dtype) in zip(raw, plan.metas):
        good = r
        if isinstance(good, np.generic) or not hasattr(good, "flags"):
            good = np.asarray(good)
        if good.dtype != dtype:
            good = good.astype(dtype)
        if good.shape != shape and not op.dynamic_shape:
            if good.size != np.prod(shape, dtype=int):
                raise MXNetError(f"declaration of {op.name}: forward gave shape {good.shape}, inferred {shape}")
            good = good.reshape(shape)
        if not good.flags.c_contiguous:
            good = good.copy(order="C")
        elif (good.base is not None and any(_shares(good, b) for b in bufs)) or any(good is b for b in bufs):
            good = good.copy()
        clean = clean and good is r
        fixed.append(good)
    for i, new in zip(plan.writes, raw[plan.n_out :]):
        if new is not None:
            bufs[i][...] = new
    # base is not None stays a suspect: whether it shares may depend on the call
    plan.trusted = clean and all(r.base is None for r in fixed)
    if plan.n_out == 1 and not plan.writes and type(r) is np.ndarray and (r.shape, r.dtype) == plan.metas[0]:
        if any(np.may_share_memory(r, b) for b in bufs):  # a view of an input: copied at once from now on
            plan.run, plan.trusted = _copying(plan.run), True
    return tuple(fixed)


def _copying(run: Callable[..., Any]) -> Callable[..., Any]:
    run = getattr(run, "__wrapped__", run)  # a view computes nothing that could warn

    def copied(a: Attrs, *bufs: Any) -> Any:
        raw = run(a, *bufs)
        return (raw[0] if type(raw) is tuple else raw).copy()

    return copied


def _shares(x: Any, y: Any) -> bool:
    if isinstance(x, np.ndarray):
        return np.may_share_memory(x, y)
    return x.base is y or x.base is y.base


def _write_out(op: OpDef, plan: Plan, inputs: Any, a: Attrs, out: Any, raw: tuple, bufs: Any) -> Any:
    targets = list(out) if isinstance(out, list | tuple) else [out]
    if len(targets) != plan.n_vis:
        raise MXNetValueError(f"{op.name}: out= needs {plan.n_vis} array(s), got {len(targets)}")
    if any(not isinstance(t, Array) for t in targets):
        raise MXNetTypeError(f"{op.name}: out= must be NDArray, got {type(targets[0]).__name__}")
    if tape.state.recording:
        tape.check_outputs(op, inputs, targets)
    for t, r in zip(targets, raw):
        dst = t._data
        if dst.shape != r.shape:
            raise MXNetValueError(f"{op.name}: out has shape {dst.shape}, expected {r.shape}")
        if dst.dtype != r.dtype:
            raise MXNetTypeError(f"{op.name}: out has dtype {dst.dtype.name}, expected {r.dtype.name}")
        dst[...] = r
    if tape.state.recording:
        tape.record(op, a, inputs, bufs, targets, raw, plan.taped)
    return out


def _queue(op: OpDef, plan: Plan, inputs: Sequence[Any], a: Attrs, ctx: Context) -> Any:
    """Hands the call to the worker; the outputs exist at once and are filled later."""
    xp = xp_for(ctx)
    try:
        bufs_out = [xp.empty(shape, dtype) for shape, dtype in plan.metas]
    except (MemoryError, ValueError) as e:
        raise named_error(op, a, [x._buf for x in inputs], e) from None
    outs = [make_array(b, ctx) for b in bufs_out[: plan.n_vis]]

    @quiet
    def work() -> None:
        bufs = [x._data for x in inputs]
        try:
            if plan.fill is not None:
                plan.fill(a, bufs_out, *bufs)
                return
            if plan.into is not None and plan.into(a, bufs_out[0], *bufs):
                return
            raw = plan.run(a, *bufs)
            for dst, r in zip(bufs_out, raw if type(raw) is tuple else (raw,)):
                dst[...] = r if r.shape == dst.shape else r.reshape(dst.shape)
        except Exception as e:
            raise named_error(op, a, bufs, e) from None

    job = engine.submit(work)
    for y in outs:
        y._pending = job
    if tape.state.recording:
        # buffers are filled in place, so the tape may hold them already
        tape.record(op, a, inputs, [x._buf for x in inputs], outs, bufs_out, plan.taped)
    return outs[0] if plan.n_vis == 1 else outs
