"""Functions of ``mx.contrib.amp``."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import ml_dtypes
import numpy as np

from ... import ndarray as nd
from ... import optimizer as opt
from ...base import MXNetAssertionError, MXNetError, MXNetTypeError
from ...context import Context, gpu
from ...gluon import HybridBlock, SymbolBlock, Trainer
from ...module import BucketingModule
from ...symbol import Symbol, load_json
from .casts import Casts
from .lists import symbol_bf16, symbol_fp16
from .loss_scaler import LossScaler
from .wrap import wrap

__all__ = [
    "convert_hybrid_block", "convert_model", "convert_symbol", "init", "init_trainer", "list_conditional_fp32_ops",
    "list_fp32_ops", "list_loss_output_functions", "list_lp16_fp32_ops", "list_lp16_ops", "list_lp16_use_fp32_params",
    "list_widest_type_cast", "scale_loss", "unscale",
]  # fmt: skip

bfloat16 = np.dtype(ml_dtypes.bfloat16)
# as they stand in the attribute __dtype__ of symbol.json
_CODES = {"float32": "0", "float16": "2", "bfloat16": "12"}
_NAMES = {code: name for name, code in _CODES.items()}

_amp_initialized = False


def _require(condition: Any, message: str) -> None:
    if not condition:
        raise MXNetAssertionError(message)


def _is_half(target_dtype: Any) -> bool:
    """Whether float16 is meant; it is bfloat16 otherwise."""
    dtype = np.dtype(bfloat16 if target_dtype == "bfloat16" else target_dtype)
    _require(dtype in (np.float16, bfloat16), f"target_dtype must be float16 or bfloat16, given {target_dtype!r}")
    return dtype == np.float16


def list_lp16_ops(target_dtype: Any) -> list[str]:
    """Operators that run in `target_dtype`, float16 or bfloat16."""
    return symbol_fp16.FP16_FUNCS if _is_half(target_dtype) else symbol_bf16.BF16_FUNCS


def list_fp32_ops(target_dtype: Any) -> list[str]:
    """Operators that run in float32."""
    return symbol_fp16.FP32_FUNCS if _is_half(target_dtype) else symbol_bf16.FP32_FUNCS


def list_lp16_fp32_ops(target_dtype: Any) -> list[str]:
    """Operators that run in whichever of the two comes."""
    return symbol_fp16.FP16_FP32_FUNCS if _is_half(target_dtype) else symbol_bf16.BF16_FP32_FUNCS


def list_conditional_fp32_ops(target_dtype: Any) -> list[tuple[str, str, list[str]]]:
    """(operator, parameter, values with which it runs in float32)."""
    return symbol_fp16.CONDITIONAL_FP32_FUNCS if _is_half(target_dtype) else symbol_bf16.CONDITIONAL_FP32_FUNCS


def list_widest_type_cast(target_dtype: Any) -> list[str]:
    """Operators that run in the widest type of their inputs."""
    return symbol_fp16.WIDEST_TYPE_CASTS if _is_half(target_dtype) else symbol_bf16.WIDEST_TYPE_CASTS


def list_loss_output_functions(target_dtype: Any) -> list[str]:
    """Operators whose gradient begins in themselves."""
    return symbol_fp16.LOSS_OUTPUT_FUNCTIONS if _is_half(target_dtype) else symbol_bf16.LOSS_OUTPUT_FUNCTIONS


def list_lp16_use_fp32_params(target_dtype: Any) -> dict[str, list[str]] | None:
    """Parameters that stay float32, by operator; None for float16."""
    return None if _is_half(target_dtype) else symbol_bf16.BF16_USE_FP32_PARAMS


def convert_symbol(
    sym: Symbol,
    target_dtype: Any = "float16",
    target_dtype_ops: list[str] | None = None,
    fp32_ops: list[str] | None = None,
    conditional_fp32_ops: list[tuple[str, str, list[str]]] | None = None,
    excluded_sym_names: list[str] | None = None,
    data_names: list[str] | None = None,
    cast_optional_params: bool = False,
) -> Symbol:
    """The graph with casts (``amp_cast``, ``amp_multicast``) before operators that run in another type.

    Parameters
    ----------
    sym : a float32 graph.
    target_dtype : 'float16' or 'bfloat16'.
    target_dtype_ops, fp32_ops, conditional_fp32_ops : instead of the lists of :func:`list_lp16_ops`,
        :func:`list_fp32_ops`, :func:`list_conditional_fp32_ops`.
    excluded_sym_names : names of nodes that stay in float32.
    data_names : inputs that are no parameters; with them, parameters get the attribute ``__dtype__``.
    cast_optional_params : parameters that are cast wherever they are used shall be of that type themselves.
    """
    _require(isinstance(sym, Symbol), "First argument to convert_symbol should be Symbol")
    _require(target_dtype in ("float16", "bfloat16"), "Only target_dtype float16 and bfloat16 are supported currently")
    for what, given in (
        ("target_dtype_ops", target_dtype_ops), ("fp32_ops", fp32_ops), ("excluded_sym_names", excluded_sym_names),
        ("conditional_fp32_ops", conditional_fp32_ops), ("data_names", data_names),
    ):  # fmt: skip
        kinds = (list, set) if what == "data_names" else list
        _require(given is None or isinstance(given, kinds), f"{what} should be a list of strs")
    low = list_lp16_ops(target_dtype) if target_dtype_ops is None else target_dtype_ops
    full = list_fp32_ops(target_dtype) if fp32_ops is None else fp32_ops
    conditional = list_conditional_fp32_ops(target_dtype) if conditional_fp32_ops is None else conditional_fp32_ops
    _check_lists(target_dtype, low, full, [c[0] for c in conditional])
    casts = Casts(
        target_dtype, low, full, list_widest_type_cast(target_dtype), conditional,
        excluded_sym_names or (),
    )  # fmt: skip
    made = casts(sym)
    return made if data_names is None else _typed(made, target_dtype, list(data_names), cast_optional_params)


def _check_lists(target_dtype: Any, low: list[str], full: list[str], conditional: list[str]) -> None:
    lists = {"target_dtype_ops": low, "fp32_ops": full, "conditional_fp32_ops": conditional}
    names = list(lists)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            common = sorted(set(lists[one]) & set(lists[other]))
            _require(
                not common, f"Ops cannot be in two or more lists. Common ops in {one} and {other}: {', '.join(common)}"
            )
    known = {
        *list_lp16_ops(target_dtype), *list_fp32_ops(target_dtype), *list_lp16_fp32_ops(target_dtype),
        *(c[0] for c in list_conditional_fp32_ops(target_dtype)),
    }  # fmt: skip
    strange = sorted({*low, *full, *conditional} - known)
    _require(
        not strange,
        "Can only choose ops of amp.list_lp16_ops, list_fp32_ops, list_lp16_fp32_ops and list_conditional_fp32_ops; "
        f"in none of them: {', '.join(strange)}",
    )


def _typed(symbol: Symbol, target: Any, data_names: list[str], cast_optional: bool) -> Symbol:
    """Parameters say their type; where all uses of one are casts to `target`, it has that type and is not cast."""
    graph = json.loads(symbol.tojson(remove_amp_cast=False))
    nodes = graph["nodes"]
    variables = {i: node for i, node in enumerate(nodes) if node["op"] == "null"}
    strange = sorted(set(data_names) - {node["name"] for node in variables.values()})
    if strange:
        raise MXNetError(f"convert_symbol: data_names has {strange[0]!r}, which is no input of the symbol")
    goes: dict[int, list[int]] = {i: [] for i in variables}
    for i, node in enumerate(nodes):
        for source, _, _ in node["inputs"]:
            if source in goes:
                goes[source].append(i)
    moved: dict[int, int] = {}  # casts that are dropped -> their variables
    for i, node in variables.items():
        if node["name"] in data_names:
            continue
        dtype = "float32"
        casts = [j for j in goes[i] if nodes[j]["op"] == "amp_cast" and nodes[j]["attrs"]["dtype"] == target]
        if cast_optional and casts and len(casts) == len(goes[i]):
            dtype = target
            moved.update(dict.fromkeys(casts, i))
        node["attrs"] = {**node.get("attrs", {}), "__dtype__": _CODES[dtype]}
    kept = [i for i in range(len(nodes)) if i not in moved]
    places = {i: k for k, i in enumerate(kept)}
    places.update({cast: places[variable] for cast, variable in moved.items()})
    new = [{**nodes[i], "inputs": [[places[source], *rest] for source, *rest in nodes[i]["inputs"]]} for i in kept]
    heads = [[places[source], *rest] for source, *rest in graph["heads"]]
    args = [k for k, node in enumerate(new) if node["op"] == "null"]
    return load_json(json.dumps({**graph, "nodes": new, "heads": heads, "arg_nodes": args, "node_row_ptr": []}))


def _cast_params(symbol: Symbol, params: dict[str, Any]) -> dict[str, Any]:
    """The arrays in the types that the graph says."""
    attrs = symbol.attr_dict()
    made = {}
    for name, x in params.items():
        dtype = _NAMES.get(attrs.get(name, {}).get("__dtype__", ""))
        made[name] = x if dtype is None or np.dtype(_numpy(dtype)) == x.dtype else nd.amp_cast(x, dtype=dtype)
    return made


def _numpy(dtype: str) -> Any:
    return bfloat16 if dtype == "bfloat16" else dtype


def convert_model(
    sym: Symbol,
    arg_params: dict[str, Any],
    aux_params: dict[str, Any],
    target_dtype: Any = "float16",
    target_dtype_ops: list[str] | None = None,
    fp32_ops: list[str] | None = None,
    conditional_fp32_ops: list[tuple[str, str, list[str]]] | None = None,
    excluded_sym_names: list[str] | None = None,
    cast_optional_params: bool = False,
) -> tuple[Symbol, dict[str, Any], dict[str, Any]]:
    """(graph, parameters, auxiliary states) of a model for prediction in mixed precision; see `convert_symbol`.

    Parameters
    ----------
    arg_params, aux_params : dicts of NDArrays; what is in neither is data.
    """
    for what, params in (("arg_params", arg_params), ("aux_params", aux_params)):
        good = isinstance(params, dict) and all(isinstance(x, nd.NDArray) for x in params.values())
        _require(good, f"{what} should be a dictionary of NDArrays by name")
    data = [name for name in sym.list_inputs() if name not in arg_params and name not in aux_params]
    made = convert_symbol(
        sym, target_dtype, target_dtype_ops, fp32_ops, conditional_fp32_ops, excluded_sym_names, data,
        cast_optional_params,
    )  # fmt: skip
    return made, _cast_params(made, arg_params), _cast_params(made, aux_params)


def convert_bucketing_module(
    bucketing_mod: BucketingModule,
    target_dtype: Any = "float16",
    target_dtype_ops: list[str] | None = None,
    fp32_ops: list[str] | None = None,
    conditional_fp32_ops: list[tuple[str, str, list[str]]] | None = None,
    excluded_sym_names: list[str] | None = None,
    cast_optional_params: bool = False,
) -> BucketingModule:
    """A module, not bound yet, whose buckets compute in mixed precision, with its parameters; see `convert_symbol`.

    Parameters
    ----------
    bucketing_mod : bound, with parameters.
    """
    _require(isinstance(bucketing_mod, BucketingModule), "module should be instance of bucketing module")
    _require(bucketing_mod._buckets, "Bucketing Module should not be empty")
    _require(
        bucketing_mod.params_initialized, "bucketing_mod params should be initialized for mixed precision conversion"
    )
    arg_params, aux_params = bucketing_mod.get_params()
    lists = target_dtype, target_dtype_ops, fp32_ops, conditional_fp32_ops, excluded_sym_names

    def convert(symbol: Symbol) -> Symbol:
        data = [name for name in symbol.list_inputs() if name not in arg_params and name not in aux_params]
        return convert_symbol(symbol, *lists, data, cast_optional_params)

    def sym_gen(bucket_key: Any) -> tuple[Symbol, Any, Any]:
        symbol, data_names, label_names = bucketing_mod._call_sym_gen(bucket_key)
        return convert(symbol), data_names, label_names

    for module in bucketing_mod._buckets.values():
        made = convert(module.symbol)
        arg_params, aux_params = _cast_params(made, arg_params), _cast_params(made, aux_params)
    return BucketingModule.load_dict(
        None, sym_gen, bucketing_mod._default_bucket_key, arg_params, aux_params, **bucketing_mod._options
    )


def convert_hybrid_block(
    block: HybridBlock,
    target_dtype: Any = "float16",
    target_dtype_ops: list[str] | None = None,
    fp32_ops: list[str] | None = None,
    conditional_fp32_ops: list[tuple[str, str, list[str]]] | None = None,
    excluded_sym_names: list[str] | None = None,
    ctx: Context | None = None,
    cast_optional_params: bool = False,
) -> SymbolBlock:
    """A block for prediction in mixed precision, with the parameters of `block`; see `convert_symbol`.

    Parameters
    ----------
    block : hybridized, and called once.
    ctx : device of the new block's parameters, default ``gpu(0)``.
    """
    _require(isinstance(block, HybridBlock), "block input should be a HybridBlock")
    if block._traced is None:
        raise MXNetError(
            "Please first call block.hybridize() and then run forward with this block at least once before calling "
            "convert_hybrid_block."
        )
    inputs, graph = block._traced
    params = {p.name: p.data(p.list_ctx()[0]) for p in block.collect_params().values()}
    made = convert_symbol(
        graph, target_dtype, target_dtype_ops, fp32_ops, conditional_fp32_ops, excluded_sym_names,
        [str(x.name) for x in inputs], cast_optional_params,
    )  # fmt: skip
    new = SymbolBlock(made, inputs)
    for name, x in _cast_params(made, {n: params[n] for n in made.list_inputs() if n in params}).items():
        p = new.collect_params()[name]
        p.cast(x.dtype)
        p._load_init(x, gpu(0) if ctx is None else ctx)
    return new


def init(
    target_dtype: Any = "float16",
    target_precision_ops: list[str] | None = None,
    conditional_fp32_ops: list[tuple[str, str, list[str]]] | None = None,
    fp32_ops: list[str] | None = None,
) -> None:
    """From now on functions of ``mx.nd`` and ``mx.sym`` cast their inputs, before models are made; only once.

    Parameters
    ----------
    target_dtype : 'float16' or 'bfloat16'. Arrays on the CPU are cast to bfloat16 only.
    target_precision_ops, conditional_fp32_ops, fp32_ops : instead of the lists; see `convert_symbol`.
    """
    global _amp_initialized
    if _amp_initialized:
        return
    try:
        half = _is_half(target_dtype)
    except (MXNetAssertionError, TypeError):
        raise MXNetAssertionError(
            f"AMP currently supports only float16 or bfloat16 as a target_dtype, given {target_dtype!r}"
        ) from None
    dtype = "float16" if half else "bfloat16"
    wrap(
        dtype,
        list_lp16_ops(dtype) if target_precision_ops is None else target_precision_ops,
        list_fp32_ops(dtype) if fp32_ops is None else fp32_ops,
        list_conditional_fp32_ops(dtype) if conditional_fp32_ops is None else conditional_fp32_ops,
        list_widest_type_cast(dtype),
    )
    _amp_initialized = True


def init_trainer(optimizer_or_trainer: Any) -> None:
    """Losses for this trainer can be scaled: :func:`scale_loss`. Its `step` leaves out what overflows.

    Parameters
    ----------
    optimizer_or_trainer : a ``gluon.Trainer`` that does not update on a kvstore.
    """
    _require(_amp_initialized, "AMP not initialized, did you forget to call amp.init()?")
    trainer = optimizer_or_trainer
    if isinstance(trainer, opt.Optimizer):
        raise MXNetTypeError("AMP is not available for optimizers, give a gluon.Trainer")
    if not isinstance(trainer, Trainer):
        raise MXNetTypeError(
            f"optimizer_or_trainer should be a Gluon Trainer or an optimizer, instead is {type(trainer)}"
        )
    trainer._amp_loss_scaler = scaler = LossScaler()  # type: ignore[attr-defined]
    trainer._amp_original_scale = trainer._scale  # type: ignore[attr-defined]
    update = trainer._update

    def careful(*args: Any, **kwargs: Any) -> None:
        if not scaler.has_overflow(trainer._params):
            update(*args, **kwargs)

    trainer._update = careful  # type: ignore[method-assign]


def _scaler(trainer: Any) -> LossScaler:
    found = getattr(trainer, "_amp_loss_scaler", None)
    if found is None:
        raise MXNetTypeError(f"amp: call amp.init_trainer first; given {type(trainer).__name__}")
    return found


@contextlib.contextmanager
def scale_loss(loss: Any, optimizer_or_trainer: Any) -> Iterator[Any]:
    """``with amp.scale_loss(loss, trainer) as scaled: autograd.backward(scaled)``, inside ``autograd.record()``.

    Parameters
    ----------
    loss : an NDArray, or a list of them.
    optimizer_or_trainer : what :func:`init_trainer` was called with.
    """
    factor = _scaler(optimizer_or_trainer).loss_scale
    optimizer_or_trainer._scale = optimizer_or_trainer._amp_original_scale / factor
    yield [x * factor for x in loss] if isinstance(loss, list | tuple) else loss * factor


def unscale(optimizer_or_trainer: Any) -> None:
    """Divides the gradients by the factor of the loss, before they are looked at (clipping)."""
    trainer = optimizer_or_trainer
    factor = trainer._scale if _scaler(trainer) else 1.0
    for p in trainer._params:
        if p.grad_req != "null":
            for grad in p.list_grad():
                grad *= factor
    trainer._scale = 1.0
