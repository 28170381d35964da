"""Key-value stores (MXNet's ``mx.kv``): sums of gradients over devices and the weights that they change."""

from .base import KVStoreBase, create
from .local import KVStore

__all__ = ["KVStore", "KVStoreBase", "create"]
