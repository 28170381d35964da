"""Loops and branches on arrays: ``foreach``, ``while_loop`` and ``cond`` of ``mx.nd.contrib``.

Plain Python control flow; autograd records what the functions compute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..base import MXNetTypeError, MXNetValueError
from ..core.dispatch import invoke
from ..core.nested import flat_list, regroup
from ..core.op import get_op
from .creation import zeros
from .ndarray import NDArray

__all__ = ["cond", "foreach", "while_loop"]


def _stack(arrays: list[Any]) -> Any:
    op = get_op("stack")
    return invoke(op, arrays, op.parse({"num_args": len(arrays)}))


def foreach(body: Callable[[Any, Any], tuple[Any, Any]], data: Any, init_states: Any) -> tuple[Any, Any]:
    """Runs `body` on each slice of `data` along its first axis.

    Parameters
    ----------
    body : ``outputs, new_states = body(slices, states)``.
    data : NDArray or nested list of them, all of one length.
    init_states : NDArray or nested list of them.

    Returns
    -------
    The outputs of all steps stacked along a new first axis, and the last states.
    """
    arrays, form = flat_list(data, NDArray, "foreach input")
    flat_list(init_states, NDArray, "foreach states")
    if not arrays or arrays[0].shape[0] == 0:
        raise MXNetValueError("foreach: data is empty; expected at least one array with at least one step")
    steps: list[list[Any]] = []
    states: Any = init_states
    out_form: Any = None
    for i in range(arrays[0].shape[0]):
        outs, states = body(regroup([x[i] for x in arrays], form), states)
        members, out_form = flat_list(outs, NDArray, "foreach output")
        if steps and len(members) != len(steps[0]):
            raise MXNetValueError(
                f"foreach: body returned {len(members)} outputs in step {i}, {len(steps[0])} in the first step"
            )
        steps.append(members)
    return regroup([_stack(list(column)) for column in zip(*steps)], out_form), states


def while_loop(
    cond: Callable[..., Any], func: Callable[..., tuple[Any, Any]], loop_vars: Any, max_iterations: Any = None
) -> tuple[Any, Any]:
    """Runs `func` while `cond` is true, both called with the loop variables.

    Parameters
    ----------
    cond : ``cond(*loop_vars)``, a number or a one-element array.
    func : ``outputs, new_loop_vars = func(*loop_vars)``; outputs may be None.
    loop_vars : NDArray or list of them, at least one.
    max_iterations : where the loop ends in any case.

    Returns
    -------
    The outputs of all steps stacked, padded with zeros to `max_iterations` (MXNet leaves the rest undefined), and
    the last loop variables. Without a single step the outputs are ``[]``.
    """
    if max_iterations is None:
        raise MXNetValueError("while_loop: max_iterations should be specified")
    try:
        limit = int(max_iterations)
    except (TypeError, ValueError):
        raise MXNetValueError(f"while_loop: max_iterations={max_iterations!r}, expected a whole number") from None
    if not isinstance(loop_vars, NDArray | list | tuple):
        raise MXNetTypeError(f"while_loop: loop_vars must be NDArrays, got {type(loop_vars).__name__}")
    single_var = isinstance(loop_vars, NDArray)
    state: list[Any] = [loop_vars] if single_var else list(loop_vars)
    if not state:
        raise MXNetValueError("while_loop: loop_vars should contain at least one element")
    steps: list[list[Any]] = []
    form: Any = []
    for i in range(max(limit, 0)):
        if not _scalar(cond(*state), "while_loop: the result of cond"):
            break
        outs, new = func(*state)
        flat, form = flat_list([] if outs is None else outs, NDArray, "while_loop: outputs")
        new = [] if new is None else [new] if isinstance(new, NDArray) else list(new)
        if len(new) != len(state):
            raise MXNetValueError(
                f"while_loop: The length of loop_vars should be consistent during the loop: func returned {len(new)} "
                f"in step {i}, expected {len(state)}"
            )
        if steps and [x.shape for x in flat] != [x.shape for x in steps[0]]:
            raise MXNetValueError(
                f"while_loop: outputs have shapes {[x.shape for x in flat]} in step {i}, "
                f"{[x.shape for x in steps[0]]} in the first step"
            )
        steps.append(flat)
        state = new
    stacked = [_padded(list(column), limit) for column in zip(*steps)]
    return (regroup(stacked, form) if steps else []), state[0] if single_var else state


def _padded(arrays: list[Any], length: int) -> Any:
    y = _stack(arrays)
    if len(arrays) == length:
        return y
    rest = zeros((length - len(arrays), *y.shape[1:]), ctx=y.ctx, dtype=y.dtype)
    op = get_op("Concat")
    return invoke(op, [y, rest], op.parse({"num_args": 2, "dim": 0}))


def cond(pred: Any, then_func: Callable[[], Any], else_func: Callable[[], Any]) -> Any:
    """``then_func()`` where `pred`, a number or a one-element array, is not zero, else ``else_func()``."""
    return then_func() if _scalar(pred, "cond: pred") else else_func()


def _scalar(value: Any, what: str) -> bool:
    if isinstance(value, NDArray):
        if value.size != 1:
            raise MXNetValueError(f"{what} is an array of shape {value.shape}: The current array is not a scalar")
        return bool(value.asscalar())
    return bool(value)
