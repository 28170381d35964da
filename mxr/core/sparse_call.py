"""Calls with sparse arrays: which storages an operator has kernels for, and what happens where it has none.

    @sparse_kernel("dot", "csr", "default", out="default", when=lambda a: not a.transpose_b)
    def dot_csr(xp, a, lhs, rhs): ...           # raw values (mxr.core.storage) in and out

Dispatch comes here when an input or `out` is sparse. Without a kernel the operator runs on dense copies, with MXNet's
message, as MXNet's storage inference says. Operators that MXNet refuses for a storage are refused here too.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from typing import Any

from ..backend import xp_for
from ..base import MXNetError, MXNetTypeError, MXNetValueError
from ..context import Context
from . import dispatch, tape
from .array import Array, SparseArray, make_array, make_sparse
from .engine import engine
from .failure import named_error
from .op import OpDef, get_op, grad_inputs
from .params import Attrs
from .quiet import quiet
from .raw_f import raw_f
from .storage import Sparse, as_storage, dense_of, stype_of

__all__ = [
    "DENSE", "REFUSED", "Kernel", "fallback_storage", "infer_storage", "invoke_sparse", "sparse_grad", "sparse_kernel",
    "sparse_rule", "storages_of",
]  # fmt: skip

_log = logging.getLogger("mxr.storage")


class Kernel:
    """How an operator runs on given storages: `run(xp, a, *raw values)`, and the storage of its output.

    A kernel without `run` is the dense operator, but without the message. One that `updates` is called as
    `run(op, a, inputs, out)` on arrays, writes what changes itself and returns the result.
    """

    __slots__ = ("out", "run", "updates")

    def __init__(self, run: Callable[..., Any] | None, out: str, updates: bool = False) -> None:
        self.run, self.out, self.updates = None if run is None else quiet(run), out, updates


DENSE = Kernel(None, "default")
REFUSED = Kernel(None, "none")

Stypes = tuple[str, ...]
_rules: dict[str, list[Callable[[Attrs, Stypes], Kernel | None]]] = {}
_known: dict[str, dict[Stypes, str]] = {}
_fallback_out: dict[str, Callable[[Attrs, Stypes], str]] = {}
_gradients: dict[str, Callable[..., Any]] = {}


def sparse_kernel(
    name: str, *stypes: str, out: str, when: Callable[[Attrs], bool] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Attaches a kernel for inputs of exactly these storages, where `when` allows the attributes."""

    def attach(run: Callable[..., Any]) -> Callable[..., Any]:
        kernel = Kernel(run, out)

        def rule(a: Attrs, given: Stypes) -> Kernel | None:
            return kernel if given == stypes and (when is None or when(a)) else None

        sparse_rule(name, {stypes: out})(rule)
        return run

    return attach


def sparse_rule(name: str, known: dict[Stypes, str]) -> Callable[[Any], Any]:
    """Attaches ``rule(a, stypes)``, which gives a Kernel, DENSE, REFUSED, or None where it has nothing to say.

    `known` lists typical input storages with the output's, for the reference.
    """

    def attach(rule: Any) -> Any:
        canonical = get_op(name).name
        _rules.setdefault(canonical, []).append(rule)
        _known.setdefault(canonical, {}).update(known)
        return rule

    return attach


def fallback_storage(name: str, rule: Callable[[Attrs, Stypes], str]) -> None:
    """The output storage where dense copies are used; default unless said here. It may ask for sparse results of
    dense inputs (cast_storage)."""
    d = get_op(name)
    _fallback_out[d.name] = rule
    d.sparse_result = lambda a, n: rule(a, ("default",) * n) != "default"


def sparse_grad(name: str) -> Callable[[Any], Any]:
    """Attaches ``rule(a, dy, ins, outs, wants)`` on raw values: gradients for the inputs, or None for the dense rule.

    `wants` has for each input None (no gradient), or the storage in which its gradient is wanted.
    """

    def attach(rule: Any) -> Any:
        d = get_op(name)
        _gradients[d.name] = rule
        return rule

    return attach


def storages_of(name: str) -> dict[Stypes, str]:
    """Input storages that an operator has kernels for, with the storage of the output; empty for dense only."""
    return dict(_known.get(get_op(name).name, {}))


def _find(op: OpDef, a: Attrs, stypes: Stypes) -> Kernel | None:
    for rule in _rules.get(op.name, ()):
        kernel = rule(a, stypes)
        if kernel is not None:
            return kernel
    return None


def infer_storage(op: OpDef, a: Attrs, stypes: Sequence[str]) -> str:
    """The storage of the (first) output for inputs of these storages."""
    given = tuple(stypes)
    kernel = _find(op, a, given) if any(s != "default" for s in given) else None
    if kernel is REFUSED:
        raise _refusal(op, a, given)
    if kernel is not None:
        return kernel.out
    return _fallback_out[op.name](a, given) if op.name in _fallback_out else "default"


# ---- running
def _raw(x: Any) -> Any:
    return x._buf if isinstance(x, SparseArray) else x._data


def _wrap(raw: Any, ctx: Context) -> Any:
    return make_sparse(raw, ctx) if isinstance(raw, Sparse) else make_array(raw, ctx)


def invoke_sparse(op: OpDef, inputs: Sequence[Any], a: Attrs, out: Any, ctx: Context) -> Any:
    """As dispatch.invoke, where an input or `out` is sparse, or the result is."""
    engine.drain()
    bufs = [_raw(x) for x in inputs]
    stypes = tuple([stype_of(b) for b in bufs])
    names = op.input_names(a, len(bufs))
    if len(names) != len(bufs):
        raise MXNetValueError(f"{op.name}: expected {len(names)} input(s) ({', '.join(names)}), got {len(bufs)}")
    kernel = _find(op, a, stypes)
    if kernel is REFUSED:
        raise _refusal(op, a, stypes)
    if kernel is not None and kernel.updates:
        assert kernel.run is not None
        del bufs  # an update writes in place what nobody else holds
        try:
            return kernel.run(op, a, inputs, out)
        except Exception as e:
            raise named_error(op, a, [_raw(x) for x in inputs], e) from None
    compute = None if kernel is None else kernel.run
    taped = tape.state.recording and op.grad is not None and any(x._node is not None for x in inputs)
    if compute is None and taped and out is None:
        return _dense_on_tape(op, a, inputs, bufs, ctx, kernel, stypes)
    if compute is None:
        raws = _run_dense(op, a, inputs, bufs, ctx, kernel, stypes, out)
    else:
        _, shapes = op.infer(a, [b.shape for b in bufs])
        _, dtypes = op.infer_dtypes(a, [b.dtype for b in bufs])
        try:
            found = compute(xp_for(ctx), a, *bufs)
            raws = [_settled(r, s, d) for r, s, d in zip(found if type(found) is tuple else (found,), shapes, dtypes)]
        except Exception as e:
            raise named_error(op, a, bufs, e) from None
    n = op.visible(a)
    if out is None:
        outs = [_wrap(r, ctx) for r in raws[:n]]
    else:
        outs = list(out) if isinstance(out, list | tuple) else [out]
        if len(outs) != n:
            raise MXNetValueError(f"{op.name}: out= needs {n} array(s), got {len(outs)}")
        for t, r in zip(outs, raws):
            store(t, r, op.name)
    if taped:
        _record(op, a, inputs, bufs, outs, raws, ctx)
    if out is not None:
        return out
    return outs[0] if n == 1 else outs


def _settled(raw: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    if raw.dtype != dtype:
        raw = raw.astype(dtype)
    if raw.shape != shape and isinstance(raw, Sparse):
        raise MXNetError(f"a sparse kernel gave shape {raw.shape}, inferred {shape}")
    return raw if isinstance(raw, Sparse) or raw.shape == shape else raw.reshape(shape)


def store(target: Any, raw: Any, what: str) -> None:
    """Puts a raw value into an array, in the array's own storage."""
    if not isinstance(target, Array):
        raise MXNetTypeError(f"{what}: out= must be NDArray, got {type(target).__name__}")
    if target._buf.shape != raw.shape:
        raise MXNetValueError(f"{what}: out has shape {target._buf.shape}, expected {raw.shape}")
    if target._buf.dtype != raw.dtype:
        raise MXNetTypeError(f"{what}: out has dtype {target._buf.dtype.name}, expected {raw.dtype.name}")
    if isinstance(target, SparseArray):
        stype = target._buf.stype
        target._buf = as_storage(raw if stype_of(raw) in ("default", stype) else raw.todense(), stype)
    else:
        target._data[...] = dense_of(raw)


def _run_dense(
    op: OpDef, a: Attrs, inputs: Sequence[Any], bufs: list[Any], ctx: Context, kernel: Kernel | None, stypes: Stypes,
    out: Any,
) -> list[Any]:  # fmt: skip
    """On dense copies; values of mutated sparse inputs are stored back."""
    wanted = infer_storage(op, a, stypes)
    targets = [] if out is None else list(out) if isinstance(out, list | tuple) else [out]
    if kernel is None and inputs:
        _warn(op, a, stypes, [stype_of(_raw(t)) for t in targets if isinstance(t, Array)] or [wanted], ctx)
    dense = [make_array(b.todense(), ctx) if isinstance(b, Sparse) else x for x, b in zip(inputs, bufs)]
    saved, tape.state.recording = tape.state.recording, False
    try:
        # a dense target that is an input too must be seen by the operator: sgd_update(w, g, out=w)
        if out is not None and len(targets) == 1 and not isinstance(targets[0], SparseArray):
            results = dispatch.invoke(op, dense, a, targets[0], ctx)
        else:
            results = dispatch.invoke(op, dense, a, None, ctx, dense_result=True)
    finally:
        tape.state.recording = saved
    _store_back(op, a, inputs, dense)
    raws = [r._data for r in (results if isinstance(results, list) else [results])]
    return [as_storage(raws[0], wanted), *raws[1:]]


def _cast(x: Any, stype: str) -> Any:
    op = get_op("cast_storage")
    return dispatch.invoke(op, (x,), op.parse({"stype": stype}))


def _dense_on_tape(
    op: OpDef, a: Attrs, inputs: Sequence[Any], bufs: list[Any], ctx: Context, kernel: Kernel | None, stypes: Stypes
) -> Any:
    """As _run_dense, where a gradient is wanted: the casts and the dense call are recorded one by one."""
    wanted = infer_storage(op, a, stypes)
    if kernel is None:
        _warn(op, a, stypes, [wanted], ctx)
    dense = [_cast(x, "default") if isinstance(b, Sparse) else x for x, b in zip(inputs, bufs)]
    result = dispatch.invoke(op, dense, a, None, ctx, dense_result=True)
    _store_back(op, a, inputs, dense)
    return result if wanted == "default" or isinstance(result, list) else _cast(result, wanted)


def _store_back(op: OpDef, a: Attrs, inputs: Sequence[Any], dense: list[Any]) -> None:
    """New values of mutated inputs, from their dense copies."""
    for name, x, y in zip(op.input_names(a, len(inputs)), inputs, dense):
        if name in op.mutates and x is not y:
            x._buf = as_storage(y._data, x._buf.stype)


def _refusal(op: OpDef, a: Attrs, stypes: Stypes) -> MXNetError:
    return MXNetError(
        f"Operator not implemented: operator = {op.name}\ninput storage types = [{', '.join(stypes)}, ]\n"
        f"params = {_params(op, a)}"
    )


def _params(op: OpDef, a: Attrs) -> str:
    defaults = {n: p.default for n, p in op.params.items()}
    given = {k: v for k, v in a.as_dict().items() if defaults.get(k, a) is not v and defaults.get(k, a) != v}
    return "{" + "".join(f'"{k}" : {v}, ' for k, v in given.items()) + "}"


_said: set[str] = set()


def _warn(op: OpDef, a: Attrs, ins: Stypes, outs: Sequence[str], ctx: Context) -> None:
    """MXNet's message, once for each different call; MXNET_STORAGE_FALLBACK_LOG_VERBOSE=0 is silence."""
    if os.environ.get("MXNET_STORAGE_FALLBACK_LOG_VERBOSE", "1") == "0":
        return
    text = (
        "\nStorage type fallback detected:\n"
        f"operator = {op.name}\n"
        f"input storage types = [{''.join(s + ', ' for s in ins)}]\n"
        f"output storage types = [{''.join(s + ', ' for s in outs)}]\n"
        f"params = {_params(op, a)}\n"
        f"context.dev_mask = {'gpu' if ctx.is_gpu else 'cpu'}\n"
        "The operator with default storage type will be dispatched for execution. You're seeing this warning message "
        "because the operator above is unable to process the given ndarrays with specified storage types, context and "
        "parameter. Temporary dense ndarrays are generated in order to execute the operator. This does not affect the "
        "correctness of the programme. You can set environment variable MXNET_STORAGE_FALLBACK_LOG_VERBOSE to 0 to "
        "suppress this warning."
    )
    if text in _said:
        return
    if len(_said) < 4096:
        _said.add(text)
    _log.warning("%s", text)


# ---- gradients
def _record(
    op: OpDef, a: Attrs, inputs: Sequence[Any], bufs: list[Any], outs: list[Any], raws: list[Any], ctx: Context
) -> None:
    parents = [None if x._node is None else (x._node, x._index) for x in inputs]
    metas = [(r.shape, r.dtype) for r in raws[: len(outs)]]
    node = tape.Node(op, a, parents, (), metas, ctx, _Backward(op, a, parents, bufs, raws, ctx))
    for i, y in enumerate(outs):
        y._node, y._index = node, i


def _wanted(parent: Any) -> str | None:
    if parent is None:
        return None
    target = parent[0]
    if isinstance(target, tape.Leaf):
        return "default" if target.grad is None else stype_of(target.grad._buf)
    return "row_sparse"  # passed on further: whatever is least work


class _Backward:
    """The gradient of one call with sparse inputs or outputs."""

    takes_sparse = True

    def __init__(self, op: OpDef, a: Attrs, parents: list, bufs: list[Any], raws: list[Any], ctx: Context) -> None:
        self.op, self.a, self.parents, self.bufs, self.raws, self.ctx = op, a, parents, bufs, raws, ctx

    def __call__(self, dys: list[Any], create_graph: bool) -> Any:
        op, a = self.op, self.a
        assert op.grad is not None
        if create_graph:
            return self._on_tape(dys)
        rule = _gradients.get(op.name)
        if rule is not None and len(dys) == 1:
            found = rule(a, dys[0], self.bufs, self.raws, [_wanted(p) for p in self.parents])
            if found is not None:
                return found
        dense = [dense_of(g) for g in dys]
        needed = [dense_of(b) for b in self.bufs], [dense_of(r) for r in self.raws]
        dy = dense[0] if len(dense) == 1 else tuple(dense)
        grads = op.grad(raw_f(xp_for(self.ctx)), a, dy, *grad_inputs(op, a, *needed))
        return grads if isinstance(grads, tuple | list) else (grads,)

    def _on_tape(self, dys: list[Any]) -> Any:
        """Gradients that can be differentiated again: inputs become dense on the tape first."""
        ins = []
        for b, parent in zip(self.bufs, self.parents):
            x = _wrap(b, self.ctx)
            if parent is not None:
                x._node, x._index = parent
            ins.append(_cast(x, "default") if isinstance(b, Sparse) else x)
        assert self.op.grad is not None
        y = dispatch.invoke(self.op, ins, self.a, None, self.ctx, dense_result=True)
        dy = dys[0] if len(dys) == 1 else tuple(dys)
        outs = y if isinstance(y, list) else [y]
        grads = self.op.grad(tape.nd_f, self.a, dy, *grad_inputs(self.op, self.a, ins, outs))
        return grads if isinstance(grads, tuple | list) else (grads,)


def dense_node_gradient(op: OpDef, a: Attrs, dy: Any, saved: Sequence[Any]) -> Any:
    """Gradients of a dense call: a rule's that gives sparse ones (Embedding), or of a sparse `dy`; None: as usual."""
    rule = _dense_gradients.get(op.name)
    return None if rule is None else rule(a, dy, *saved)


_dense_gradients: dict[str, Callable[..., Any]] = {}


def sparse_grad_of_dense(name: str) -> Callable[[Any], Any]:
    """Attaches ``rule(a, dy, *saved)`` to an operator whose dense calls can have sparse gradients: it gets what the
    operator's grad gets and gives gradients, or None for the dense rule."""

    def attach(rule: Any) -> Any:
        d = get_op(name)
        _dense_gradients[d.name] = rule
        d.sparse_gradient = True
        return rule

    return attach


__all__ += ["dense_node_gradient", "sparse_grad_of_dense", "store"]
