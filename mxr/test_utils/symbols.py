"""Checks of symbols: outputs and gradients against expected values and against numeric differences."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import symbol as sym_mod
from ..base import MXNetTypeError, MXNetValueError
from .arrays import default_context
from .compare import assert_almost_equal, default_numeric_eps, get_atol, get_rtol

__all__ = [
    "check_consistency", "check_numeric_gradient", "check_speed", "check_symbolic_backward", "check_symbolic_forward",
    "numeric_grad", "same_symbol_structure", "simple_forward",
]  # fmt: skip


def simple_forward(sym: Any, ctx: Any = None, is_train: bool = False, **inputs: Any) -> Any:
    """A symbol's outputs for NumPy inputs by name, as a NumPy array (a list of them for several outputs)."""
    ctx = ctx or default_context()
    arrays = {name: nd.array(value, ctx=ctx) for name, value in inputs.items()}
    exe = sym.bind(ctx, args=arrays)
    outputs = [x.asnumpy() for x in exe.forward(is_train=is_train)]
    return outputs[0] if len(outputs) == 1 else outputs


def _array(value: Any, ctx: Any, dtype: Any) -> Any:
    if isinstance(value, nd.NDArray):
        return value.as_in_context(ctx)
    kind = getattr(value, "dtype", None) if dtype == "asnumpy" else dtype
    return nd.array(value, ctx=ctx, dtype=kind)


def _by_name(what: str, names: list[str], given: Any, ctx: Any, dtype: Any) -> dict[str, Any]:
    """NDArrays by name, from a dict or from a list in the order of `names`."""
    if isinstance(given, Mapping):
        if set(given) != set(names):
            raise MXNetValueError(
                f"Symbol {what} and keys of the given ones do not match: the symbol has {names}, given {list(given)}"
            )
        given = [given[name] for name in names]
    elif len(given) != len(names):
        raise MXNetValueError(f"the symbol has {len(names)} {what} ({names}), {len(given)} were given")
    return {name: _array(value, ctx, dtype) for name, value in zip(names, given)}


def _location(sym: Any, location: Any, ctx: Any, dtype: Any) -> dict[str, Any]:
    if not isinstance(location, (dict, list, tuple)):
        raise MXNetTypeError(f"location must be a dict or a list, got {type(location).__name__}")
    return _by_name("arguments", sym.list_arguments(), location, ctx, dtype)


def _aux(sym: Any, states: Any, ctx: Any, dtype: Any) -> dict[str, Any] | None:
    return None if states is None else _by_name("auxiliary states", sym.list_auxiliary_states(), states, ctx, dtype)


def numeric_grad(
    executor: Any,
    location: dict[str, Any],
    aux_states: dict[str, Any] | None = None,
    eps: float = 1e-4,
    use_forward_train: bool = True,
    dtype: Any = np.float32,
) -> dict[str, np.ndarray]:
    """Central differences of the sum of the first output by every element of every input."""

    def value() -> float:
        if aux_states is not None:
            for name, state in aux_states.items():
                executor.aux_dict[name][:] = state
        return float(executor.forward(is_train=use_forward_train)[0].asnumpy().astype(np.float64).sum())

    grads = {}
    for name, array in location.items():
        if np.dtype(array.dtype).kind != "f":
            continue
        old = array.asnumpy()
        grad = np.zeros(old.shape, dtype=dtype)
        for i in range(old.size):
            sides = []
            for sign in (1, -1):
                moved = old.copy()
                moved.ravel()[i] += sign * eps / 2.0
                executor.arg_dict[name][:] = moved
                sides.append(value())
            grad.ravel()[i] = (sides[0] - sides[1]) / eps
        executor.arg_dict[name][:] = old
        grads[name] = grad
    return grads


def check_numeric_gradient(
    sym: Any,
    location: Any,
    aux_states: Any = None,
    numeric_eps: float | None = None,
    rtol: Any = None,
    atol: Any = None,
    grad_nodes: Any = None,
    use_forward_train: bool = True,
    ctx: Any = None,
    grad_stype_dict: Any = None,
    dtype: Any = np.float32,
) -> None:
    """Raises AssertionError where a symbol's gradients differ from numeric ones.

    The output is multiplied by random factors and summed, so that one backward pass checks all of it.

    Parameters
    ----------
    location : values of the arguments, as a list or a dict.
    grad_nodes : names (or dict of name to grad_req) to check; None checks all arguments.
    numeric_eps : step of the differences; None takes the dtype's.
    """
    ctx = default_context() if ctx is None else ctx
    eps = default_numeric_eps()[np.dtype(dtype)] if numeric_eps is None else numeric_eps
    atol = get_atol(atol, dtype)
    rtol = get_rtol(rtol, dtype)
    values = _location(sym, location, ctx, dtype)
    aux = _aux(sym, aux_states, ctx, dtype)
    reqs = dict(grad_nodes) if isinstance(grad_nodes, dict) else dict.fromkeys(grad_nodes or values, "write")
    shapes = {name: x.shape for name, x in values.items()}
    _, out_shapes, _ = sym.infer_shape(**shapes)
    factor = sym_mod.Variable("__random_proj")
    loss = sym_mod.make_loss(sym_mod.sum(sym * factor))
    values["__random_proj"] = nd.array(np.random.uniform(-1.0, 1.0, size=out_shapes[0]), ctx=ctx, dtype=dtype)
    # A gradient that is written over, and one to be added to, begin with noise.
    start = {
        name: np.random.normal(0, 0.01, size=shape)
        for name, shape in {**{n: shapes[n] for n in reqs}, "__random_proj": out_shapes[0]}.items()
    }
    grads = {name: nd.array(value, ctx=ctx, dtype=dtype) for name, value in start.items()}
    reqs["__random_proj"] = "write"
    exe = loss.bind(ctx, args=values, args_grad=grads, grad_req=reqs, aux_states=aux)
    exe.forward(is_train=True)
    exe.backward()
    found = {name: exe.grad_dict[name].asnumpy() for name in reqs}
    wanted = {name: values[name] for name in reqs if name != "__random_proj"}
    numeric = numeric_grad(exe, wanted, aux, eps=eps, use_forward_train=use_forward_train, dtype=dtype)
    for name, expected in numeric.items():
        labels = (f"NUMERICAL_{name}", f"BACKWARD_{name}")
        if reqs[name] == "write":
            assert_almost_equal(expected, found[name], rtol, atol, labels)
        elif reqs[name] == "add":
            assert_almost_equal(expected, found[name] - start[name].astype(dtype), rtol, atol, labels)
        elif reqs[name] == "null":
            assert_almost_equal(start[name].astype(dtype), found[name], rtol, atol, labels)
        else:
            raise MXNetValueError(f"Invalid grad_req {reqs[name]} for argument {name}")


def check_symbolic_forward(
    sym: Any,
    location: Any,
    expected: Any,
    rtol: Any = None,
    atol: Any = None,
    aux_states: Any = None,
    ctx: Any = None,
    equal_nan: bool = False,
    dtype: Any = np.float32,
) -> list[Any]:
    """Raises AssertionError where a symbol's outputs differ from `expected` (list or dict); gives the outputs."""
    ctx = default_context() if ctx is None else ctx
    values = _location(sym, location, ctx, dtype)
    aux = _aux(sym, aux_states, ctx, dtype)
    names = sym.list_outputs()
    wanted = [expected[name] for name in names] if isinstance(expected, Mapping) else list(expected)
    if len(wanted) != len(names):
        raise MXNetValueError(f"the symbol has {len(names)} outputs ({names}), {len(wanted)} are expected")
    exe = sym.bind(ctx, args=values, aux_states=aux)
    for array in exe.outputs:
        array[:] = np.nan if np.dtype(array.dtype).kind == "f" else 0
    outputs = exe.forward(is_train=False)
    for name, want, got in zip(names, wanted, outputs):
        assert_almost_equal(want, got, rtol, atol, (f"EXPECTED_{name}", f"FORWARD_{name}"), equal_nan=equal_nan)
    return exe.outputs


def check_symbolic_backward(
    sym: Any,
    location: Any,
    out_grads: Any,
    expected: Any,
    rtol: Any = None,
    atol: Any = None,
    aux_states: Any = None,
    grad_req: Any = "write",
    ctx: Any = None,
    grad_stypes: Any = None,
    equal_nan: bool = False,
    dtype: Any = np.float32,
) -> dict[str, Any]:
    """Raises AssertionError where a symbol's gradients differ from `expected` (list or dict); gives the gradients."""
    ctx = default_context() if ctx is None else ctx
    names = sym.list_arguments()
    values = _location(sym, location, ctx, dtype)
    aux = _aux(sym, aux_states, ctx, dtype)
    wanted = dict(expected) if isinstance(expected, Mapping) else dict(zip(names, expected))
    start = {name: np.random.normal(size=np.shape(want)) for name, want in wanted.items()}
    grads = {name: nd.array(value, ctx=ctx, dtype=values[name].dtype) for name, value in start.items()}
    if isinstance(grad_req, str):
        reqs = dict.fromkeys(names, grad_req)
    else:
        reqs = dict(zip(names, grad_req)) if isinstance(grad_req, (list, tuple)) else dict(grad_req)
    exe = sym.bind(ctx, args=values, args_grad=grads, grad_req=reqs, aux_states=aux)
    exe.forward(is_train=True)
    if isinstance(out_grads, Mapping):
        heads = [_array(out_grads[name], ctx, dtype) for name in sym.list_outputs()]
    else:
        heads = [_array(value, ctx, dtype) for value in out_grads or []]
    exe.backward(heads)
    for name, want in wanted.items():
        got, begin = exe.grad_dict[name], start[name]
        labels = (f"EXPECTED_{name}", f"BACKWARD_{name}")
        req = reqs.get(name, "null")
        if req == "write":
            assert_almost_equal(want, got, rtol, atol, labels, equal_nan=equal_nan)
        elif req == "add":
            assert_almost_equal(want, got.asnumpy() - begin, rtol, atol, labels, equal_nan=equal_nan)
        elif req == "null":
            assert_almost_equal(begin, grads[name], rtol, atol, labels, equal_nan=equal_nan)
        else:
            raise MXNetValueError(f"Invalid grad_req {req} for argument {name}")
    return {name: exe.grad_dict[name] for name in wanted}


def check_speed(
    sym: Any,
    location: Any = None,
    ctx: Any = None,
    N: int = 20,
    grad_req: Any = None,
    typ: str = "whole",
    **kwargs: Any,
) -> float:
    """Seconds of one pass: ``typ="whole"`` (forward and backward) or ``"forward"``; shapes by name or `location`."""
    ctx = default_context() if ctx is None else ctx
    if typ not in ("whole", "forward"):
        raise MXNetValueError("typ can only be 'whole' or 'forward'.")
    shapes = {name: np.shape(value) for name, value in location.items()} if location is not None else kwargs
    exe = sym.simple_bind(grad_req=grad_req or "write", ctx=ctx, **shapes)
    for name, array in exe.arg_dict.items():
        array[:] = location[name] if location and name in location else np.random.normal(size=array.shape)

    def once() -> None:
        exe.forward(is_train=typ == "whole")
        if typ == "whole":
            exe.backward(out_grads=exe.outputs)

    once()
    nd.waitall()
    begin = time.perf_counter()
    for _ in range(N):
        once()
    nd.waitall()
    return (time.perf_counter() - begin) / N


def check_consistency(
    sym: Any,
    ctx_list: list[dict[str, Any]],
    scale: float = 1.0,
    grad_req: str = "write",
    arg_params: Any = None,
    aux_params: Any = None,
    rtol: Any = None,
    atol: Any = None,
    raise_on_err: bool = True,
    ground_truth: Any = None,
    equal_nan: bool = False,
    use_uniform: bool = False,
    rand_type: Any = np.float64,
) -> dict[str, np.ndarray]:
    """Raises AssertionError where a symbol gives different outputs or gradients on different devices or dtypes.

    Parameters
    ----------
    sym : a symbol, or one for each entry of `ctx_list`.
    ctx_list : dicts with "ctx", input shapes by name and "type_dict". The widest dtype is the truth.
    """
    symbols = list(sym) if isinstance(sym, (list, tuple)) else [sym] * len(ctx_list)
    names = symbols[0].list_arguments(), symbols[0].list_outputs()
    exes = [s.simple_bind(grad_req=grad_req, **spec) for s, spec in zip(symbols, ctx_list)]
    params, aux = dict(arg_params or {}), dict(aux_params or {})
    for name, array in exes[0].arg_dict.items():
        if name not in params:
            draw = np.random.uniform(-0.9, 0.9, array.shape) if use_uniform else np.random.normal(size=array.shape)
            params[name] = draw.astype(rand_type) * scale
    for name in exes[0].aux_dict:
        aux.setdefault(name, 0)
    results = []
    for exe in exes:
        for own, given in ((exe.arg_dict, params), (exe.aux_dict, aux)):
            for name, array in own.items():
                array[:] = np.asarray(given[name]).astype(array.dtype)
        outputs = exe.forward(is_train=grad_req != "null")
        got = dict(zip(names[1], [x.asnumpy() for x in outputs]))
        if grad_req != "null":
            exe.backward([x.copy() for x in outputs])
            got.update({f"grad {n}": exe.grad_dict[n].asnumpy() for n in names[0] if exe.grad_dict[n] is not None})
        results.append(got)
    widths = [np.dtype(exe.outputs[0].dtype).itemsize for exe in exes]
    truth = ground_truth or results[int(np.argmax(widths))]
    for spec, got in zip(ctx_list, results):
        for name, want in truth.items():
            try:
                assert_almost_equal(got[name], want, rtol=rtol, atol=atol, equal_nan=equal_nan)
            except AssertionError as error:
                if raise_on_err:
                    raise AssertionError(f"{name} on {spec}: {error}") from error
                print(f"{name} on {spec}: {error}")
    return truth


def same_symbol_structure(sym1: Any, sym2: Any) -> bool:
    """Whether two symbols have the same operators, connected alike; names do not count."""

    def shape_of(symbol: Any) -> list[Any]:
        conf = json.loads(symbol.tojson())
        nodes = [(node["op"], [tuple(i[:2]) for i in node["inputs"]]) for node in conf["nodes"]]
        return [nodes, [tuple(head[:2]) for head in conf["heads"]]]

    return shape_of(sym1) == shape_of(sym2)


_parse_location, _parse_aux_states = _location, _aux  # as old tests call them
