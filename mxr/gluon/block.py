"""``mx.gluon.block``: Block, HybridBlock and SymbolBlock."""

from ._block import Block, HookHandle
from ._hybrid import HybridBlock
from ._parameter import DeferredInitializationError
from .symbol_block import SymbolBlock

__all__ = ["Block", "DeferredInitializationError", "HookHandle", "HybridBlock", "SymbolBlock"]
