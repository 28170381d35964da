"""NDArrays for R: creation, arithmetic, operators by name, and the way back."""

from __future__ import annotations

import functools
import random
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

import mxr as mx
from mxr.base import MXNetError
from mxr.core.op import get_op
from mxr.kernels import jit, onednn

from . import r_convert as cv
from .r import exported, handles, repeatable

__all__ = ["array_of", "context", "host_array", "make_array", "numbers_for_r", "operator_function", "peek", "put"]


def context(spec: Any) -> Any:
    """A Context from R's ``[device_typeid, device_id]``; None is the engine's current one."""
    if spec is None:
        return mx.current_context()
    typeid, dev = int(spec[0]), int(spec[1])
    if typeid not in (1, 2):
        raise cv.RInputError("wrong mx.context object, please specify with mx.cpu() or mx.gpu()")
    return mx.cpu(dev) if typeid == 1 else mx.gpu(dev)


def describe(h: int, shape: Sequence[int]) -> list[int]:
    """What R keeps of an array: its handle and its dim (R order)."""
    return [h, *reversed(tuple(int(s) for s in shape))]


def put(x: Any) -> list[int]:
    return describe(handles.add(x), x.shape or (1,))


def array_of(h: Any) -> Any:
    x = handles.get(h)
    if not isinstance(x, mx.nd.NDArray):
        raise MXNetError(f"expected an MXNDArray, the handle holds a {type(x).__name__}")
    return x


def host_array(x: Any) -> np.ndarray:
    return x.asnumpy() if isinstance(x, mx.nd.NDArray) else np.asarray(x)


def make_array(buf: np.ndarray, ctx: Any) -> Any:
    """An NDArray of a fresh float32 buffer, without another copy where the engine can adopt it."""
    from_data = getattr(mx.nd, "from_data", None)
    if from_data is not None and ctx.device_type == "cpu":
        return from_data(buf, ctx)
    return mx.nd.array(buf, ctx=ctx, dtype=buf.dtype)


@exported
@repeatable
def nd_array(token: Any, dim: Any, ctx: Any, dtype: str = "float32") -> list[int]:
    buf = cv.to_dtype(cv.flat(token), cv.reverse(dim), dtype)
    return put(make_array(buf, context(ctx)))


@exported
@repeatable
def nd_full(dim: Any, value: float, ctx: Any) -> list[int]:
    shape = cv.reverse(dim)
    c = context(ctx)
    return put(
        mx.nd.zeros(shape, ctx=c)
        if value == 0
        else mx.nd.ones(shape, ctx=c) * value
        if value != 1
        else mx.nd.ones(shape, ctx=c)
    )


def peek(x: Any) -> np.ndarray:
    """The values of an array of any storage, dense, on the host; a look at its own memory where that is possible."""
    if x.stype == "default" and x.context.device_type != "gpu":
        values: np.ndarray = x._data
        return values
    return host_array(x)


def numbers_for_r(h: Any) -> np.ndarray:
    x = handles.get(h)  # also plain host arrays: what extract and predict collect
    return cv.checked_doubles(x if isinstance(x, np.ndarray) else peek(array_of(h)))


@exported
def nd_fill(h: Any, address: str) -> str:
    """Into memory of R; gives what the doubles are: "double" or "logical"."""
    values = numbers_for_r(h)
    cv.fill(address, values)
    return "logical" if values.dtype == np.bool_ else "double"


@exported
def nd_fill_array(h: Any, target: Any) -> str:
    """Into an R vector that reticulate shares with us (read-only to NumPy, but R has no other reference to it)."""
    return nd_fill(h, str(target.__array_interface__["data"][0]))


@exported
def nd_bytes(h: Any) -> Any:
    return cv.serialized(numbers_for_r(h))


@exported
def nd_info(h: Any) -> list[Any]:
    """Device, dtype, storage type and number of stored values."""
    x = array_of(h)
    stored = x.data.size if x.stype != "default" else x.size
    return [x.context.device_typeid, x.context.device_id, str(np.dtype(x.dtype).name), x.stype, int(stored)]


@exported
@repeatable
def nd_copyto(h: Any, ctx: Any) -> list[int]:
    return put(array_of(h).copyto(context(ctx)))


@exported
@repeatable
def nd_copy(h: Any) -> list[int]:
    return put(array_of(h).copy())


@exported
def nd_rows(h: Any, begin: Any, end: Any) -> list[int]:
    """Rows [begin, end) of the last R dim; shares memory."""
    x = array_of(h)
    for name, v in (("begin", begin), ("end", end)):
        if isinstance(v, bool) or not isinstance(v, (int, float)) or int(v) != v:
            raise cv.RInputError(f"mx.nd.slice: {name} must be one whole number, given {v!r}")
    begin, end = int(begin), int(end)
    if not 0 <= begin < end <= x.shape[0]:
        raise cv.RInputError(
            f"RCheck failed: begin={begin}, end={end}, max-dim={x.shape[0]}: "
            f"mx.nd.slice needs 0 <= begin < end <= the last dim"
        )
    return put(x[begin:end])


@exported
def nd_save(path: str, ids: Any) -> None:
    if isinstance(ids, dict):
        mx.nd.save(path, {k: array_of(h) for k, h in ids.items()})
    else:
        mx.nd.save(path, [array_of(h) for h in (ids if isinstance(ids, list) else [ids])])


@exported
@repeatable
def nd_load(path: str) -> Any:
    found = mx.nd.load(path)
    return {k: put(v) for k, v in found.items()} if isinstance(found, dict) else [put(v) for v in found]


@exported
def nd_assign(h: Any, source: Any) -> None:
    array_of(h)[:] = array_of(source)


# Operators by name
@functools.cache
def operator_function(namespace: Any, name: str) -> Callable[..., Any]:
    """The generated function of an operator: ``.op`` has no Python-only overrides, ``_names`` are internal."""
    where = namespace._internal if name.startswith("_") else getattr(namespace, "op", namespace)
    fn = getattr(where, name, None)
    if fn is None:
        fn = getattr(namespace, name, None)
    if fn is None:
        raise MXNetError(f"this version of mxr has no operator {name!r}")
    return fn


def call_arguments(inputs: Any, resolve: Callable[[Any], Any]) -> tuple[list[Any], dict[str, Any]]:
    """Positional and named inputs: a dict is by name (lists in it are spread), a list is by position."""
    if isinstance(inputs, dict):
        pos: list[Any] = []
        named: dict[str, Any] = {}
        for k, v in inputs.items():
            if isinstance(v, list):
                pos += [resolve(h) for h in v]
            else:
                named[k] = resolve(v)
        return pos, named
    return [resolve(h) for h in (inputs if isinstance(inputs, list) else [inputs])], {}


@exported
@repeatable
def nd_op(name: str, inputs: Any, params: Any, out: Any) -> Any:
    pos, named = call_arguments(inputs or [], array_of)
    texts = cv.operator_texts(name, params) if params else {}
    if out is not None:
        texts["out"] = [array_of(h) for h in out] if isinstance(out, list) else array_of(out)
    try:
        result = operator_function(mx.nd, name)(*pos, **named, **texts)
    except MemoryError as e:
        e.changed = out is not None or bool(get_op(name).mutates)  # type: ignore[attr-defined]
        raise
    if out is not None:
        return None
    if isinstance(result, (list, tuple)):
        return [put(r) for r in result] if len(result) != 1 else put(result[0])
    return put(result)


# Random numbers
@exported
def set_seed(seed: Any) -> None:
    if isinstance(seed, bool) or not isinstance(seed, (int, float)) or seed != int(seed) or seed == cv.NA_INTEGER:
        raise cv.RInputError(f"mx.set.seed: seed must be one whole number, given {seed!r}")
    mx.random.seed(int(seed))
    # data loaders and augmentations draw from these, which R cannot reach by itself
    np.random.seed(int(seed) % 2**32)
    random.seed(int(seed))


@exported
@repeatable
def random_uniform(low: float, high: float, dim: Any, ctx: Any) -> list[int]:
    return put(mx.nd.random.uniform(low, high, shape=cv.reverse(dim), ctx=context(ctx)))


@exported
@repeatable
def random_normal(loc: float, scale: float, dim: Any, ctx: Any) -> list[int]:
    return put(mx.nd.random.normal(loc, scale, shape=cv.reverse(dim), ctx=context(ctx)))


@exported
def num_gpus() -> int:
    return int(mx.context.num_gpus())


# About the session
@exported
def probe_array(a: Any) -> float:
    """Whether a transport brings arrays as NumPy arrays at all."""
    if not isinstance(a, np.ndarray):
        raise MXNetError(f"an R array arrives as {type(a).__name__}")
    return float(a.sum())


@exported
def sitrep() -> dict[str, str]:
    cupy = "not installed"
    for package in ("cupy-cuda13x", "cupy-cuda12x"):
        try:
            cupy = version(package)
        except PackageNotFoundError:
            continue
    gpus = num_gpus()
    return {
        "Python": f"{sys.version.split()[0]} ({sys.executable})",
        "engine": f"mxr {mx.__version__}",
        "NumPy": np.__version__,
        "generated kernels": jit.why_not() or "yes",
        "oneDNN": onednn.unavailable_reason() or "yes",
        "GPU": f"{gpus} device{'s' if gpus != 1 else ''}; cupy {cupy}",
    }
