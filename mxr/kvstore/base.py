"""What a key-value store for training offers, and the registry of user-defined ones."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

from ..base import MXNetError, MXNetNotImplementedError, MXNetTypeError, suggest

__all__ = ["KVStoreBase", "create"]


class KVStoreBase:
    """Base of key-value stores. Subclasses marked with ``@KVStoreBase.register`` can be made by `create`."""

    OPTIMIZER = "optimizer"
    kv_registry: dict[str, type] = {}

    def broadcast(self, key: Any, value: Any, out: Any, priority: int = 0) -> None:
        """Stores `value` and copies it to all of `out`."""
        raise NotImplementedError

    def pushpull(self, key: Any, value: Any, out: Any = None, priority: int = 0) -> None:
        """Sums `value` and copies the result to `out` (default: back to `value`)."""
        raise NotImplementedError

    def set_optimizer(self, optimizer: Any) -> None:
        """Lets the store update its values itself."""
        raise NotImplementedError

    @staticmethod
    def is_capable(capability: str) -> bool:
        """Whether the store can do something; "optimizer": update weights by itself."""
        raise NotImplementedError

    def save_optimizer_states(self, fname: str, dump_optimizer: bool = False) -> None:
        """Writes the optimizer's states to a file."""
        raise NotImplementedError

    def load_optimizer_states(self, fname: str) -> None:
        """Reads the optimizer's states from a file."""
        raise NotImplementedError

    @property
    def type(self) -> str:
        """The name that the store was made by."""
        raise NotImplementedError

    @property
    def rank(self) -> int:
        """The number of this worker."""
        raise NotImplementedError

    @property
    def num_workers(self) -> int:
        """How many workers share the store."""
        raise NotImplementedError

    @staticmethod
    def register(klass: Any) -> Any:
        """Makes a store class known to `create` by its lower-case name."""
        if not inspect.isclass(klass):
            raise MXNetTypeError(f"register needs a class, got {klass!r}")
        name = klass.__name__.lower()
        old = KVStoreBase.kv_registry.get(name)
        if old is not None:
            warnings.warn(
                f"WARNING: New kvstore {klass.__module__}.{klass.__name__} is overriding "
                f"existing kvstore {old.__module__}.{old.__name__}",
                stacklevel=2,
            )
        KVStoreBase.kv_registry[name] = klass
        return klass


LOCAL_TYPES = ("local", "device", "local_update_cpu", "local_allreduce_cpu", "local_allreduce_device")


def create(name: str = "local") -> KVStoreBase:
    """A key-value store by name.

    "local" and "device" (and their old names "local_update_cpu", "local_allreduce_cpu", "local_allreduce_device")
    live in this process. Names of registered classes make those.

    Raises
    ------
    MXNetError : "dist..." types, "nccl", "horovod", "byteps" (not supported yet); unknown names.
    """
    if not isinstance(name, str):
        raise MXNetTypeError(f"name must be a string, got {name!r}")
    lowered = name.lower()
    if lowered in KVStoreBase.kv_registry:
        return KVStoreBase.kv_registry[lowered]()
    if lowered in LOCAL_TYPES:
        from .local import KVStore

        return KVStore(lowered)
    if lowered.startswith(("dist", "p3")) or lowered in ("nccl", "horovod", "byteps"):
        raise MXNetNotImplementedError(
            f"kvstore type {name!r} is not supported yet: training over several processes is to come; "
            "use 'local' or 'device'"
        )
    known = [*LOCAL_TYPES, *KVStoreBase.kv_registry]
    raise MXNetError(f"unknown kvstore type {name!r}.{suggest(lowered, known)} Known: {', '.join(known)}.")
