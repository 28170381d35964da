"""The updates of all parameters of a device as one call of machine code."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter, is_
from typing import Any, NamedTuple

import numpy as np

from .. import ndarray as nd
from ..core.array import SparseArray
from ..core.engine import engine
from ..core.op import get_op
from ..kernels import jit_enabled
from ..kernels.buffers import address
from ..kernels.native import Native, block_of
from ..kernels.table import together
from ..kernels.update import Steps, Update, update_of

__all__ = ["Together", "serves"]

# What a subclass may have changed about the update of a single parameter.
_OWN = frozenset("update update_multi_precision _step _begin _update_count _get_lr _get_lrs _get_wd _get_wds".split())

_buffer, _data = attrgetter("_buf"), attrgetter("_data")


@functools.cache
def _declares(cls: Any) -> bool:
    """Whether an optimizer's `_rule` says all about its update."""
    for base in cls.__mro__:
        if "_rule" in vars(base):
            return vars(base)["_rule"] is not None
        if not _OWN.isdisjoint(vars(base)):
            return False
    return False


def serves(optimizer: Any) -> bool:
    """Whether the optimizer's parameters may be updated together."""
    kind: Any = type(optimizer)
    return _declares(kind) and _OWN.isdisjoint(vars(optimizer))


class _Parameter(NamedTuple):
    """A parameter with all that its update works on: weight, gradient, states[, the master copy of a half weight]."""

    place: int
    arrays: tuple[Any, ...]
    bufs: list[Any]
    half: bool


class Together:
    """The parameters of one device that are updated in one step, in memory that stays where it is.

    `rest` are the places of those that no generated loop serves: sparse and half-precision ones without a master copy,
    those on a GPU. `repeated`: whether an index of the others (`own`) is there twice.
    """

    def __init__(
        self, optimizer: Any, indices: list[Any], weights: Sequence[Any], grads: Sequence[Any], states: Sequence[Any]
    ) -> None:
        self.indices = indices
        self._given = (list(weights), list(grads), list(states))
        self._parameters: list[_Parameter] = []
        self.rest: list[int] = []
        engine.drain()
        for i, (weight, grad, state) in enumerate(zip(weights, grads, states)):
            found = _parameter(optimizer, i, weight, grad, state)
            if found is None:
                self.rest.append(i)
            else:
                self._parameters.append(found)
        self.own = [indices[p.place] for p in self._parameters]
        self.repeated = len(set(self.own)) < len(self.own)
        self._grads = [p.arrays[1] for p in self._parameters]
        self._written = [x for p in self._parameters for x in (p.arrays[0], *p.arrays[2:])]
        self._bufs = [p.bufs[1] for p in self._parameters]
        self._bufs += [b for p in self._parameters for b in (p.bufs[0], *p.bufs[2:])]
        self._kinds = [(len(p.arrays), p.half) for p in self._parameters]
        self._pairs: list[Any] = []
        self._parts: list[int] = []  # the group of each parameter
        self._groups: list[_Group] = []
        self._table: list[Any] = []

    def holds(
        self, indices: Sequence[Any], weights: Sequence[Any], grads: Sequence[Any], states: Sequence[Any]
    ) -> bool:
        """Whether these are the arrays that it was made for, and still where they were."""
        if self.indices != indices:
            return False
        for held, given in zip(self._given, (weights, grads, states)):
            if len(held) != len(given) or not all(map(is_, held, given)):
                return False
        if not engine.idle:
            engine.drain()
        found = chain(map(_buffer, self._grads), map(_data, self._written))  # `_data`: they are about to change
        return all(map(is_, found, self._bufs))

    def __call__(self, optimizer: Any, t: int, lrs: list[float], wds: list[float]) -> None:
        """Update number `t` of all of `own`, by their rates and decays."""
        pairs = list(zip(self._kinds, lrs, wds))
        if pairs != self._pairs:
            self._pairs = pairs
            self._regroup(pairs)
        ready = [group.prepare(optimizer, t) for group in self._groups]
        if not all(ready) or not self._table:
            self._table = together([call for group in self._groups for call in group.calls])
        for run in self._table:
            run()

    def _regroup(self, pairs: list[Any]) -> None:
        """Groups of parameters with the same rate and decay; the old ones with new numbers where these fit."""
        numbers: dict[Any, int] = {}
        parts = [numbers.setdefault(pair, len(numbers)) for pair in pairs]
        if parts == self._parts:
            for group, pair in zip(self._groups, numbers):
                group.pair = pair
            return
        self._parts, self._table = parts, []
        self._groups = [_Group(pair) for pair in numbers]
        for p, part in zip(self._parameters, parts):
            self._groups[part].parameters.append(p)


class _Group:
    """Parameters of one kind, rate and decay: what they do at a step differs in the addresses alone."""

    def __init__(self, pair: tuple[tuple[int, bool], float, float]) -> None:
        self.pair = pair
        self.parameters: list[_Parameter] = []
        self.calls: list[Native] = []
        self._rule: Any = None  # of the last update
        self._loop: Any = None
        self._values: list[float] = []
        self._blocks = np.empty((0, 0), np.int64)

    def prepare(self, optimizer: Any, t: int) -> bool:
        """Makes the calls ready for update `t`; False where they are new ones."""
        (count, half), lr, wd = self.pair
        rule = what, attrs = optimizer._rule(count - 2 - half, lr, wd, t)
        if rule == self._rule:
            return True
        loop, values = _loop(what, attrs, half)
        self._rule = rule
        if loop is self._loop:
            if values != self._values:
                self._blocks[:, count:-1] = block_of(*map(float, values))
                self._values = values
            return True
        words = [[*map(address, p.bufs), *([0] * len(values)), p.bufs[0].size] for p in self.parameters]
        self._blocks = np.array(words, np.int64)
        self._blocks[:, count:-1] = block_of(*map(float, values))
        self._loop, self._values = loop, values
        keep = loop, [p.bufs for p in self.parameters]
        self.calls = [Native(loop.kernel.address, block, keep, repr(loop.kernel)) for block in self._blocks]
        return False


def _loop(what: str | Steps, attrs: dict[str, Any], half: bool) -> tuple[Any, list[float]]:
    if isinstance(what, Steps):
        return what.loop(half), [float(v) for v in attrs.values()]
    op = get_op(what)
    update = update_of(op)
    assert isinstance(update, Update)
    return update.choose(op.parse(attrs), half)


def _parameter(optimizer: Any, place: int, weight: Any, grad: Any, state: Any) -> _Parameter | None:
    """None where no loop serves it."""
    if not jit_enabled() or not isinstance(weight, nd.NDArray) or not isinstance(grad, nd.NDArray):
        return None
    if isinstance(weight, SparseArray) or weight._ctx.is_gpu:
        return None
    half = optimizer._needs_master(weight)
    parts = _parts(state)
    if half:
        master, inner = optimizer._master_of(state)
        parts = [*_parts(inner), master]
    arrays = (weight, grad, *parts)
    if any(not isinstance(x, nd.NDArray) or isinstance(x, SparseArray) or x._ctx.is_gpu for x in arrays):
        return None
    bufs = [x._data for x in arrays]
    want = [np.float16, np.float16] + [np.float32] * len(parts) if half else [np.float32] * len(arrays)
    if any(b.dtype != d or b.shape != bufs[0].shape or not b.flags.writeable for b, d in zip(bufs, want)):
        return None
    if not bufs[0].size or len({id(b) for b in bufs}) < len(bufs) or (half and not _converts_half()):
        return None
    return _Parameter(place, arrays, bufs, half)


def _parts(state: Any) -> list[Any]:
    if state is None:
        return []
    return [x for part in state for x in _parts(part)] if isinstance(state, tuple | list) else [state]


def _converts_half() -> bool:
    from ..kernels.jit.engine import engine as generator

    return generator().half
