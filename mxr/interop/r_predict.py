"""Prediction, model files and the layers of a model, for R."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

import mxr as mx
from mxr.backend import dtype_of
from mxr.base import MXNetError

from . import r_convert as cv
from .r import exported, handles
from .r_exec import bind_simple
from .r_fit import check_params, first_batch, load_params
from .r_io import ArrayIter, iterator_of, no_nan, put_host
from .r_nd import array_of, context, make_array, put
from .r_sym import symbol_of

__all__ = ["Predictor"]


class Predictor:
    """A bound symbol with loaded parameters; `fields` of the iterator feed the inputs."""

    where = "predict"

    def __init__(self, s: Any, ctx: Any, args: Any, aux: Any, batch: dict[str, Any], allow_extra: bool) -> None:
        arguments = s.list_arguments()
        self.fields = [f for f in batch if f in arguments and not f.endswith("label")]
        if not self.fields:
            raise cv.RInputError(
                f"{self.where}: the data have {', '.join(batch)}, "
                f"the symbol has no such argument ({', '.join(arguments)})"
            )
        shapes = {f: batch[f].shape for f in self.fields}
        self.exec = bind_simple(s, ctx, "null", None, shapes)
        given = {n: array_of(h) for n, h in (args or {}).items()}
        needed = [n for n in arguments if n not in self.fields and not n.endswith("label")]
        aux_given = {n: array_of(h) for n, h in (aux or {}).items()}
        check_params(self.where, needed, given, allow_extra)
        check_params(self.where, s.list_auxiliary_states(), aux_given, allow_extra)
        load_params(self.where, self.exec.arg_dict, given)
        load_params(self.where, self.exec.aux_dict, aux_given)

    def __call__(self, batch: dict[str, Any]) -> np.ndarray:
        for f in self.fields:
            self.exec.arg_dict[f][:] = batch[f]
        self.exec.forward(is_train=False)
        return self.exec.outputs[0].asnumpy()


@exported
def predict(h: Any, ctx: Any, args: Any, aux: Any, spec: Any, allow_extra: bool) -> list[int]:
    """The first output for every example: dims of one output, then examples (R order)."""
    it = iterator_of(spec)
    run = Predictor(symbol_of(h), context(ctx), args, aux, first_batch(it), bool(allow_extra))
    parts = []
    while it.iter_next():
        batch = it.value()  # once: an iterator written in R makes each batch anew
        out = run(batch)
        size, pad = next(iter(batch.values())).shape[0], it.num_pad()
        if out.shape[0] != size:
            raise MXNetError(f"predict: the first output has {out.shape[0]} rows for a batch of {size}")
        parts.append(out[: size - pad].copy() if pad else out)
    it.reset()
    return put_host(np.concatenate(parts))


@exported
def predict_iter(token: Any, dim: Any, batch_size: int) -> int:
    """An unshuffled iterator over X alone."""
    shape = cv.reverse(dim)
    data = cv.gather_float32(cv.flat(token), shape[0], None)
    no_nan("predict", "X", data, data.shape[1])
    return handles.add(ArrayIter(data.reshape(shape), np.zeros(shape[0], np.float32), int(batch_size)))


# Layers
@exported
def model_layers(h: Any, given: Any) -> dict[str, list[Any]]:
    """A row for every operator: name, operator, dims of its (first) output where `given` dims of arguments tell them,
    and the arguments and states that it is the first to use."""
    s = symbol_of(h)
    names = {*s.list_arguments(), *s.list_auxiliary_states()}
    shapes = {k: cv.reverse(v) for k, v in dict(given or {}).items() if k in s.list_arguments()}
    internals = s.get_internals()
    _, outs, _ = internals.infer_shape_partial(**shapes)
    found = dict(zip(internals.list_outputs(), outs or []))
    table: dict[str, list[Any]] = {"layer": [], "operator": [], "dim": [], "params": []}
    nodes, used = json.loads(s.tojson())["nodes"], set()
    for node in nodes:
        if node["op"] == "null":
            continue
        inputs = [nodes[j]["name"] for j, *_ in node["inputs"] if nodes[j]["op"] == "null"]
        own = [n for n in inputs if n in names and n not in used]
        used.update(own)
        first = next((found[n] for n in found if n.startswith(node["name"] + "_output") and found[n]), ())
        table["layer"].append(node["name"])
        table["operator"].append(node["op"])
        table["dim"].append([int(d) for d in reversed(first)] if math.prod(first) else [])
        table["params"].append(own)
    return table


@exported
def model_head(h: Any) -> str:
    """The operator of the first output."""
    graph = json.loads(symbol_of(h).tojson())
    return str(graph["nodes"][graph["heads"][0][0]]["op"])


# Model files
@exported
def model_save(h: Any, args: Any, aux: Any, prefix: str, iteration: Any) -> None:
    mx.model.save_checkpoint(
        prefix,
        int(iteration),
        symbol_of(h),
        {n: array_of(i) for n, i in (args or {}).items()},
        {n: array_of(i) for n, i in (aux or {}).items()},
    )


@exported
def model_load(prefix: str, iteration: Any) -> dict[str, Any]:
    s, args, aux = mx.model.load_checkpoint(prefix, int(iteration))
    return {
        "symbol": handles.add(s),
        "arg": {n: put(a) for n, a in args.items()},
        "aux": {n: put(a) for n, a in aux.items()},
    }


@exported
def nd_restore(token: Any, dim: Any, dtype: str, ctx: Any, stype: str = "default") -> list[int]:
    """An array back from the bytes that saveRDS kept."""
    buf = cv.flat(token).astype(dtype_of(dtype)).reshape(cv.reverse(dim))
    x = make_array(buf, context(ctx))
    return put(x if stype == "default" else x.tostype(stype))
