"""A look into executors while they run (MXNet's ``mx.mon.Monitor``)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from math import sqrt
from typing import Any

from . import ndarray as nd
from .base import MXNetTypeError

__all__ = ["Monitor"]


def _norm_per_element(x: Any) -> Any:
    return nd.norm(x) / sqrt(x.size)


class Monitor:
    """Collects a statistic of outputs, weights and gradients every `interval` batches.

    Parameters
    ----------
    interval : number of batches between two collections.
    stat_func : NDArray to NDArray (or list of them); default norm(x) / sqrt(size(x)).
    pattern : regular expression that names must match (from their start).
    sort : results in order of names.
    monitor_all : inputs of operators too, not only their outputs.
    """

    def __init__(
        self,
        interval: int,
        stat_func: Callable | None = None,
        pattern: str = ".*",
        sort: bool = False,
        monitor_all: bool = False,
    ) -> None:
        self.interval = interval
        self.stat_func = stat_func or _norm_per_element
        self.activated = False
        self.queue: list[tuple[int, str, Any]] = []
        self.step = 0
        self.exes: list[Any] = []
        self.re_prog = re.compile(pattern)
        self.sort = sort
        self.monitor_all = monitor_all

    def stat_helper(self, name: str, array: Any) -> None:
        """What an executor calls with each output."""
        if self.activated and self.re_prog.match(name):
            self.queue.append((self.step, name, self.stat_func(array)))

    def install(self, exe: Any) -> None:
        """Watches an executor."""
        exe.set_monitor_callback(self.stat_helper, self.monitor_all)
        self.exes.append(exe)

    def tic(self) -> None:
        """Before a batch: starts collecting if it is time."""
        if self.step % self.interval == 0:
            self.queue = []
            self.activated = True
        self.step += 1

    def toc(self) -> list[tuple[int, str, str]]:
        """After a batch: list of (step, name, statistic as text); empty when nothing was collected."""
        if not self.activated:
            return []
        for exe in self.exes:
            for values in (exe.arg_dict, exe.aux_dict):
                for name, array in values.items():
                    self.stat_helper(name, array)
        self.activated = False
        found = sorted(self.queue, key=lambda entry: entry[1]) if self.sort else self.queue
        self.queue = []
        return [(step, name, "".join(map(_show, _listed(values)))) for step, name, values in found]

    def toc_print(self) -> None:
        """`toc`, to the log."""
        for step, name, text in self.toc():
            logging.info(f"Batch: {step:7d} {name:30s} {text:s}")


def _listed(values: Any) -> list[Any]:
    values = [values] if isinstance(values, nd.NDArray) else values
    if not isinstance(values, list) or not all(isinstance(value, nd.NDArray) for value in values):
        raise MXNetTypeError(f"stat_func must give an NDArray or a list of NDArrays, got {type(values).__name__}")
    return values


def _show(value: Any) -> str:
    # str, not format: format of a NumPy float32 shows the digits of a double
    return str(value.asscalar() if value.shape == (1,) else value.asnumpy()) + "\t"
