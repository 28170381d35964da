"""``mx.contrib.autograd``: the interface of gradients before ``mx.autograd`` (MXNet 0.9)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

from .. import autograd
from .. import ndarray as nd
from ..base import MXNetAssertionError

__all__ = [
    "TrainingStateScope", "backward", "compute_gradient", "grad", "grad_and_loss", "mark_variables", "set_is_training",
    "test_section", "train_section",
]  # fmt: skip


def set_is_training(is_train: bool) -> bool:
    """Sets whether operators run in training mode and are recorded; returns whether it was training mode."""
    autograd.set_recording(is_train)
    return autograd.set_training(is_train)


class TrainingStateScope:
    """``with TrainingStateScope(True):`` as :func:`train_section`, with False as :func:`test_section`."""

    def __init__(self, enter_state: bool) -> None:
        self._enter_state = enter_state
        self._before: list[bool] = []

    def __enter__(self) -> None:
        self._before.append(set_is_training(self._enter_state))

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        set_is_training(self._before.pop())


def train_section() -> TrainingStateScope:
    """``with train_section():`` records operators, in training mode."""
    return TrainingStateScope(True)


def test_section() -> TrainingStateScope:
    """``with test_section():`` inside a training section: neither recorded nor in training mode."""
    return TrainingStateScope(False)


test_section.__test__ = False  # type: ignore[attr-defined]  # no test, for pytest


def mark_variables(variables: Sequence[Any], gradients: Sequence[Any], grad_reqs: Any = "write") -> None:
    """Gradients with respect to `variables` go to the arrays `gradients` from now on.

    Parameters
    ----------
    variables, gradients : lists of NDArrays, as many.
    grad_reqs : 'write', 'add' or 'null', or a list of them.
    """
    autograd.mark_variables(variables, gradients, grad_reqs)


def backward(outputs: Any, out_grads: Any = None, retain_graph: bool = False) -> None:
    """Gradients of `outputs` with respect to the marked variables.

    Parameters
    ----------
    outputs : list of NDArrays.
    out_grads : list of gradients at the outputs; None, or None in it, for ones.
    retain_graph : whether backward may be called once more.
    """
    if not isinstance(outputs, list | tuple):
        raise MXNetAssertionError(f"outputs must be a list or tuple of NDArrays, got {type(outputs).__name__}")
    autograd.backward(outputs, out_grads, retain_graph)


def compute_gradient(outputs: Any) -> None:
    """The same as ``backward(outputs)``."""
    backward(outputs)


def grad_and_loss(func: Callable[..., Any], argnum: int | Sequence[int] | None = None) -> Callable[..., Any]:
    """A function that gives the list of gradients of `func`'s arguments and what `func` gives.

    Parameters
    ----------
    func : takes and gives NDArrays.
    argnum : number, or list of numbers, of the arguments whose gradients are wanted; default: of all.
    """

    @functools.wraps(func)
    def wrapped(*args: Any) -> Any:
        numbers = range(len(args)) if argnum is None else [argnum] if isinstance(argnum, int) else argnum
        variables = [args[i] for i in numbers]
        for i, x in zip(numbers, variables):
            if not isinstance(x, nd.NDArray):
                raise MXNetAssertionError(
                    f"type of autograd input should be NDArray, argument {i} of {_name(func)} is a {type(x).__name__}"
                )
        grads = [nd.zeros_like(x) for x in variables]
        mark_variables(variables, grads)
        with train_section():
            outputs = func(*args)
        backward([outputs] if isinstance(outputs, nd.NDArray) else outputs)
        return grads, outputs

    return wrapped


def grad(func: Callable[..., Any], argnum: int | Sequence[int] | None = None) -> Callable[..., Any]:
    """A function that gives the list of gradients of `func`'s arguments; see :func:`grad_and_loss`."""
    both = grad_and_loss(func, argnum)

    @functools.wraps(func)
    def wrapped(*args: Any) -> Any:
        return both(*args)[0]

    return wrapped


def _name(func: Any) -> str:
    return getattr(func, "__name__", type(func).__name__)
