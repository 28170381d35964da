"""Symbols with sparse arrays: storage inference, and an executor that runs them operator by operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..backend import xp_for
from ..base import MXNetError, MXNetValueError
from ..context import Context
from ..core.array import SparseArray, make_array, make_sparse
from ..core.sparse_call import infer_storage
from ..core.storage import STYPES, Sparse, empty_storage
from .dynamic import DynamicExecutor
from .symbol import Symbol, SymNode

__all__ = ["SparseExecutor", "has_sparse", "infer_storages", "makes_sparse", "new_arrays", "zeros_of"]

_BY_CODE = {"0": "default", "1": "row_sparse", "2": "csr"}


class SparseExecutor(DynamicExecutor):
    """An Executor for sparse arguments or gradients: single operator calls; `outputs` are new after each forward."""

    @property
    def outputs(self) -> list[Any]:
        if self._outputs is None:
            self._run_now(False, record=False)
        assert self._outputs is not None
        return self._outputs

    def explain(self, is_train: bool = True) -> str:
        arrays = {**self.arg_dict, **{f"gradient of {n}": g for n, g in self.grad_dict.items() if g is not None}}
        names = [f"{n} is {x._buf.stype}" for n, x in arrays.items() if isinstance(x, SparseArray)]
        return f"not compiled, runs node by node: {', '.join(names) or 'intermediate results are sparse'}"


SparseExecutor.__module__ = "mxr.executor"


def declared_storages(sym: Symbol, stype_dict: dict[str, str] | None = None) -> dict[str, str]:
    """The storages that variables were given, by name."""
    found = {
        n.name: _BY_CODE.get(n.attrs["__storage_type__"], "default")
        for n in sym._nodes()
        if n.op is None and "__storage_type__" in n.attrs
    }
    for name, stype in (stype_dict or {}).items():
        if stype not in STYPES:
            raise MXNetValueError(
                f"stype_dict: {name} has unknown storage type {stype!r}; there are {', '.join(STYPES)}"
            )
        found[name] = stype
    return found


def has_sparse(sym: Symbol, arrays: Any = (), stype_dict: dict[str, str] | None = None) -> bool:
    """Whether running `sym` involves sparse storage: by its arrays, its variables or its operators."""
    if any(isinstance(x, SparseArray) for x in arrays):
        return True
    if any(s != "default" for s in declared_storages(sym, stype_dict).values()):
        return True
    return makes_sparse(sym) or any(_sparse_embedding(n) for n in sym._nodes())


def makes_sparse(sym: Symbol) -> bool:
    """Whether an operator of `sym` gives a sparse result of dense inputs."""
    return any(
        n.op is not None and n.op.sparse_result is not None and n.op.sparse_result(n.a, len(n.inputs))  # type: ignore[arg-type]
        for n in sym._nodes()
    )


def _sparse_embedding(n: SymNode) -> bool:
    return bool(getattr(n.a, "sparse_grad", False)) and n.op is not None and n.op.sparse_gradient


def infer_storages(sym: Symbol, known: dict[str, str]) -> dict[tuple[int, int], str]:
    """The storage of every value, for variables of the storages given by name (default unless said)."""
    out: dict[tuple[int, int], str] = {}
    for n in sym._nodes():
        if n.op is None:
            out[id(n), 0] = known.get(n.name, "default")
            continue
        assert n.a is not None
        try:
            first = infer_storage(n.op, n.a, [out[id(c), i] for c, i, _ in n.inputs])
        except MXNetError as e:
            raise e.retold(f"Error in operator {n.name}: {e}") from None
        for i in range(n.n_outputs):
            out[id(n), i] = first if i == 0 else "default"
    return out


def gradient_storages(sym: Symbol, storages: dict[tuple[int, int], str]) -> dict[str, str]:
    """The storage in which the gradients of variables come: sparse only where every use gives it so."""
    uses: dict[str, list[str]] = {}
    for n in sym._nodes():
        if n.op is None:
            continue
        ins = [storages[id(c), i] for c, i, _ in n.inputs]
        for k, (c, _, _) in enumerate(n.inputs):
            if c.op is None:
                uses.setdefault(c.name, []).append(_gradient_storage(n, k, ins, storages[id(n), 0]))
    return {name: kinds[0] for name, kinds in uses.items() if len(set(kinds)) == 1}


def _gradient_storage(n: SymNode, k: int, ins: list[str], out: str) -> str:
    assert n.op is not None
    a: Any = n.a
    if n.op.name == "dot" and k == 1 and ins[0] == "csr" and not a.transpose_a and not a.transpose_b:
        return "row_sparse"
    if k == 1 and _sparse_embedding(n):
        return "row_sparse"
    if len(ins) == 1 and ins[0] == out:
        return out
    return "default"


def zeros_of(stype: str, shape: tuple[int, ...], dtype: Any, ctx: Context) -> Any:
    """An array of zeros in a storage."""
    value = empty_storage(xp_for(ctx), stype, shape, dtype)
    return make_sparse(value, ctx) if isinstance(value, Sparse) else make_array(value, ctx)


def new_arrays(
    sym: Symbol, ctx: Context, fresh: Callable[[SymNode, str], Any], reqs: dict[str, str],
    stype_dict: dict[str, str] | None,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, str], dict[str, Any]]:  # fmt: skip
    """(arguments, gradients, requests, auxiliary states), each array in its storage; `fresh(variable, storage)` makes
    or shares one."""
    storages = infer_storages(sym, declared_storages(sym, stype_dict))
    kinds = gradient_storages(sym, storages)
    arguments, auxiliary = sym._variables()
    args = {n.name: fresh(n, storages[id(n), 0]) for n in arguments}
    grads = {
        n: zeros_of(kinds.get(n, "default"), x.shape, x._buf.dtype, ctx) for n, x in args.items() if reqs[n] != "null"
    }
    return args, grads, reqs, {n.name: fresh(n, "default") for n in auxiliary}
