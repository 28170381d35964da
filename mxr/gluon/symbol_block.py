"""SymbolBlock: a block made of a symbol, such as a model that was exported."""

from __future__ import annotations

import os.path
from typing import Any

from .. import symbol as sym
from ..base import MXNetAssertionError, MXNetTypeError, MXNetValueError, suggest
from ..graph import infer
from ..ndarray import NDArray
from ..symbol import Symbol
from ._hybrid import HybridBlock
from ._parameter import Parameter
from ._parameter_dict import ParameterDict
from .nesting import flatten, regroup

__all__ = ["SymbolBlock"]


class SymbolBlock(HybridBlock):
    """A block from a symbol; its variables that are no inputs become parameters.

    Parameters
    ----------
    outputs : a symbol or a list of them.
    inputs : the variables that are the block's inputs: a symbol or a list of them.
    params : ParameterDict or dict with (some of) the parameters.

    ``SymbolBlock.imports('net-symbol.json', ['data'], 'net-0000.params')`` loads an exported model.
    """

    def __init__(self, outputs: Any, inputs: Any, params: Any = None) -> None:
        super().__init__(prefix=None, params=None)
        self._prefix = ""
        given = params if isinstance(params, ParameterDict) else ParameterDict("")
        if isinstance(params, dict):
            given._params.update(params)
        self._params = ParameterDict("", given)
        flat, self._in_format = flatten([inputs] if isinstance(inputs, Symbol) else list(inputs), Symbol, "input")
        for s in flat:
            if s._single("input").op is not None:
                raise MXNetAssertionError(f"Input symbols must be variable, but {s} is an output of operators")
        out = list(outputs) if isinstance(outputs, list | tuple) and len(outputs) > 1 else outputs
        if isinstance(out, list | tuple):
            out = out[0] if len(out) == 1 else list(out)
        symbols, self._out_format = flatten(out, Symbol, "output")
        group = symbols[0] if len(symbols) == 1 else sym.Group(symbols)
        self._traced = flat, group
        names = {s.name for s in flat}
        types = infer.infer_types(group, {})
        auxiliary = set(group.list_auxiliary_states())
        variables = [n for n in group._nodes() if n.op is None and n.name not in names]
        for node in sorted(variables, key=lambda n: n.name in auxiliary):
            known: dict[str, Any] = {"allow_deferred_init": True}
            found = types.get((id(node), 0))
            if found is not None:
                known["dtype"] = found.type
            if node.name in auxiliary:
                known["grad_req"] = "null"
            if node.name in given:
                self._params._find(node.name)
            else:
                self._params.get(node.name, **known)
        self._reg_params = _by_own_names(self._params)

    @staticmethod
    def imports(
        symbol_file: str,
        input_names: Any,
        param_file: str | None = None,
        ctx: Any = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
    ) -> SymbolBlock:
        """A block from the files that ``HybridBlock.export`` or ``mx.model.save_checkpoint`` wrote."""
        symbol = sym.load(symbol_file)
        names = [input_names] if isinstance(input_names, str) else list(input_names)
        known = symbol.list_inputs()
        for n in names:
            if n not in known:
                raise MXNetValueError(
                    f"imports: {os.path.basename(symbol_file)} has no input {n!r}.{suggest(n, known)}"
                )
        block = SymbolBlock(symbol, [sym.var(n) for n in names])
        if param_file is not None:
            block.collect_params().load(
                param_file, ctx=ctx, allow_missing=allow_missing, ignore_extra=ignore_extra, cast_dtype=True,
                dtype_source="saved",
            )  # fmt: skip
        return block

    def _clear_cached_op(self) -> None:
        self.__dict__["_cached"] = None  # the symbol is the block, it stays

    def forward(self, x: Any, *args: Any) -> Any:
        """Runs on NDArrays, or composes with symbols."""
        if isinstance(x, NDArray):
            with x._ctx:
                return self._call_cached_op((x, *args))
        assert self._traced is not None
        flat, form = flatten([x, *args], Symbol, "input")
        if form != self._in_format:
            raise MXNetValueError(f"SymbolBlock: inputs have the structure {form}, expected {self._in_format}")
        inputs, out = self._traced
        if len(flat) != len(inputs):
            raise MXNetTypeError(f"SymbolBlock: takes {len(inputs)} inputs, got {len(flat)}")
        composed = out(**{s.name: x for s, x in zip(inputs, flat)})  # type: ignore
        return regroup([composed] if self._out_format == 0 else list(composed), self._out_format)

    def hybrid_forward(self, F: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("SymbolBlock runs its symbol")

    def __repr__(self) -> str:
        inputs, out = self._traced  # type: ignore[misc]
        name = out.name or f"group [{', '.join(str(s.name) for s in out)}]"
        return f"{self.__class__.__name__}(\n<Symbol {name}> : {len(inputs)} -> {len(out.list_outputs())}\n)"

    def reset_ctx(self, ctx: Any) -> None:
        """Moves all parameters to other devices."""
        self.collect_params().reset_ctx(ctx)


def _by_own_names(params: ParameterDict) -> dict[str, Parameter]:
    """Parameters by name without what all names begin with (of a single one nothing is left, as in MXNet)."""
    start = os.path.commonprefix(list(params.keys()))  # noqa: RUF071 - letter by letter, as in MXNet
    return {n[len(start) :]: p for n, p in params.items()}


SymbolBlock.__module__ = "mxr.gluon.block"
