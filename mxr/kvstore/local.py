"""The key-value store within one process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import optimizer as opt
from ..base import MXNetError, MXNetNotImplementedError, MXNetTypeError, MXNetValueError, file_error, suggest
from .base import KVStoreBase
from .compression import TwoBitCompression

__all__ = ["KVStore"]


def _pairs(key: Any, value: Any, what: str) -> list[tuple[Any, list[Any]]]:
    """(key, list of NDArrays) for a key with one or several arrays, or for lists of keys."""
    if isinstance(key, (list, tuple)):
        if not isinstance(value, (list, tuple)) or len(value) != len(key):
            given = len(value) if isinstance(value, (list, tuple)) else 1
            raise MXNetValueError(f"kvstore: {len(key)} keys need as many entries in {what}, got {given}")
        return [pair for one, array in zip(key, value) for pair in _pairs(one, array, what)]
    if isinstance(key, bool) or not isinstance(key, (int, str)):
        raise MXNetTypeError(f"kvstore: unexpected type for keys: {type(key).__name__} ({key!r}), int or str expected")
    arrays = list(value) if isinstance(value, (list, tuple)) else [value]
    for array in arrays:
        if not isinstance(array, nd.NDArray):
            raise MXNetTypeError(f"kvstore: {what} of key {key!r} must be NDArray, got {type(array).__name__}")
    if not arrays:
        raise MXNetValueError(f"kvstore: {what} of key {key!r} is empty")
    return [(key, arrays)]


class KVStore(KVStoreBase):
    """Values by key in this process: `push` sums the arrays of several devices, `pull` copies to several devices.

    With an updater (or an optimizer) a push changes the stored value by it, without one it replaces the value.
    Keys are all ints or all strings.
    """

    def __init__(self, kind: str = "local") -> None:
        self._kind = kind
        self._store: dict[Any, Any] = {}
        self._updater: Callable | None = None
        self._updater_func: Callable | None = None
        self._compression: TwoBitCompression | None = None
        self._residuals: dict[Any, list[Any]] = {}  # by key: what compression has not sent yet, for each device

    # Keys.

    def _check_kind(self, key: Any) -> None:
        for other in self._store:
            if isinstance(other, str) != isinstance(key, str):
                raise MXNetTypeError(f"Mixed key types are not allowed: {key!r} in a store with keys like {other!r}")
            return

    def _stored(self, key: Any) -> Any:
        self._check_kind(key)
        if key not in self._store:
            raise MXNetError(f"key {key} has not been inited.{suggest(str(key), map(str, self._store))}")
        return self._store[key]

    # Values.

    def init(self, key: Any, value: Any) -> None:
        """Stores first values. A key can be initialised once."""
        for one, arrays in _pairs(key, value, "value"):
            self._check_kind(one)
            if one in self._store:
                raise MXNetError(
                    f"duplicate init of key {one}. Please double check if you called kv.init or kv.broadcast with "
                    "this key multiple times"
                )
            self._store[one] = arrays[0].copy()

    def push(self, key: Any, value: Any, priority: int = 0) -> None:
        """Sums each key's arrays and replaces the stored value, or hands sum and value to the updater."""
        for one, arrays in _pairs(key, value, "value"):
            stored = self._stored(one)
            for array in arrays:
                if array.shape != stored.shape:
                    raise MXNetValueError(
                        f"kvstore: operands shape mismatch, key {one} has shape {stored.shape}, "
                        f"pushed was {array.shape}"
                    )
            if self._compression is not None:
                arrays = self._compression.compress(one, arrays, self._residuals.setdefault(one, []))
            merged = self._sum(arrays)
            if stored.stype == "default" and merged.stype != "default" and self._updater is None:
                merged = merged.tostype("default")
            if self._updater is None:
                self._store[one] = merged.copy() if len(arrays) == 1 else merged
            else:
                self._store[one] = stored = stored.as_in_context(merged.context)
                self._updater(one, merged, stored)

    @staticmethod
    def _sum(arrays: list[Any]) -> Any:
        total = arrays[0]
        for array in arrays[1:]:
            total = nd.sparse.add(total, array.as_in_context(arrays[0].context))
        return total

    def pull(self, key: Any, out: Any = None, priority: int = 0, ignore_sparse: bool = True) -> None:
        """Copies stored values to `out`: an array, a list of arrays, or a list of either for a list of keys.

        Sparse `out` is left alone unless `ignore_sparse` is false; see `row_sparse_pull`.
        """
        if out is None:
            raise MXNetValueError("kvstore: pull needs out")
        for one, arrays in _pairs(key, out, "out"):
            wanted = [x for x in arrays if x.stype == "default"] if ignore_sparse else arrays
            self._copy(one, self._stored(one), wanted)

    @staticmethod
    def _copy(key: Any, value: Any, arrays: list[Any]) -> None:
        for array in arrays:
            if array.shape != value.shape:
                raise MXNetValueError(
                    f"kvstore: operands shape mismatch, key {key} has shape {value.shape}, out has {array.shape}"
                )
            value.copyto(array)

    def pushpull(self, key: Any, value: Any, out: Any = None, priority: int = 0) -> None:
        """`push`, then `pull` to `out`; nothing is pulled without `out`."""
        self.push(key, value, priority)
        if out is not None:
            self.pull(key, out, priority)

    def broadcast(self, key: Any, value: Any, out: Any, priority: int = 0) -> None:
        """`init`, then `pull` to `out`."""
        self.init(key, value)
        self.pull(key, out, priority)

    def row_sparse_pull(self, key: Any, out: Any = None, priority: int = 0, row_ids: Any = None) -> None:
        """Copies some rows of row_sparse values to row_sparse `out`.

        Parameters
        ----------
        row_ids : NDArray of row numbers in any order, or a list with one for each array of `out`.
        """
        for what, given in (("out", out), ("row_ids", row_ids)):
            if given is None:
                raise MXNetValueError(f"kvstore: row_sparse_pull needs {what}")
        pairs = _pairs(key, out, "out")
        many = isinstance(key, (list, tuple))
        if many and isinstance(row_ids, (list, tuple)) and len(row_ids) != len(pairs):
            raise MXNetValueError(f"kvstore: {len(pairs)} keys need as many entries in row_ids, got {len(row_ids)}")
        for i, (one, arrays) in enumerate(pairs):
            own = row_ids[i] if many and isinstance(row_ids, (list, tuple)) else row_ids
            self._pull_rows(one, arrays, own)

    def _pull_rows(self, key: Any, arrays: list[Any], row_ids: Any) -> None:
        stored = self._stored(key)
        if stored.stype != "row_sparse":
            raise MXNetError(
                f"kvstore: row_sparse_pull of key {key!r}: expects row_sparse values, it has {stored.stype}"
            )
        ids = list(row_ids) if isinstance(row_ids, (list, tuple)) else [row_ids] * len(arrays)
        if len(ids) != len(arrays) or any(not isinstance(rows, nd.NDArray) for rows in ids):
            raise MXNetValueError(
                f"kvstore: row_ids of key {key!r} must be an NDArray, or a list of one for each of {len(arrays)} arrays"
            )
        for array, rows in zip(arrays, ids):
            if array.stype != "row_sparse":
                raise MXNetError(
                    "Expected row_sparse storage type for row_sparse_pull values, but detected storage type "
                    f"{array.stype} (key {key!r})"
                )
            wanted = np.unique(rows.asnumpy().astype(np.int64))
            self._copy(key, nd.sparse.retain(stored, nd.array(wanted, ctx=stored.context, dtype="int64")), [array])

    # Updates.

    def _set_updater(self, updater: Callable) -> None:
        self._updater = updater

    set_updater = _set_updater

    def set_optimizer(self, optimizer: Any) -> None:
        """Pushes update the stored weights by `optimizer` from now on."""
        if not isinstance(optimizer, opt.Optimizer):
            raise MXNetTypeError(f"kvstore: optimizer must be an Optimizer, got {type(optimizer).__name__}")
        self._set_updater(opt.get_updater(optimizer))

    def set_gradient_compression(self, compression_params: Any) -> None:
        """Sends only a threshold, minus that or 0 of each pushed gradient from now on, and keeps the rest for later.

        Parameters
        ----------
        compression_params : ``{"type": "2bit", "threshold": 0.5}``. Stores of type "device" have it.
        """
        if "device" not in self._kind:
            raise MXNetNotImplementedError(
                f"Gradient compression is not supported for this type of kvstore: {self._kind!r}; use 'device'"
            )
        self._compression = TwoBitCompression(compression_params)

    def save_optimizer_states(self, fname: str, dump_optimizer: bool = False) -> None:
        """Writes the optimizer's states (and the optimizer, if asked for) to a file."""
        Path(fname).write_bytes(self._states_owner("save").get_states(dump_optimizer))

    def load_optimizer_states(self, fname: str) -> None:
        """Reads the optimizer's states from a file that `save_optimizer_states` wrote."""
        owner = self._states_owner("load")
        try:
            states = Path(fname).read_bytes()
        except OSError as error:
            raise file_error(error, f'Open "{fname}"') from error
        owner.set_states(states)

    def _states_owner(self, verb: str) -> Any:
        if not isinstance(self._updater, opt.Updater):
            raise MXNetError(f"Cannot {verb} states: the kvstore has no optimizer, call set_optimizer first")
        return self._updater

    # About the store.

    @staticmethod
    def is_capable(capability: str) -> bool:
        if capability.lower() != KVStoreBase.OPTIMIZER:
            raise MXNetValueError(f"Unknown capability: {capability}")
        return True

    @property
    def type(self) -> str:
        return self._kind

    @property
    def rank(self) -> int:
        return 0

    @property
    def num_workers(self) -> int:
        return 1

    def _barrier(self) -> None:
        """Waits for the other workers: there are none."""
