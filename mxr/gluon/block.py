"""``mx.gluon.block``: Block, HybridBlock and SymbolBlock; with the names that programs import from here."""

from ..base import MXNetError
from ..ndarray import NDArray
from ..symbol import Symbol, load_json
from ._block import Block
from ._hybrid import HybridBlock
from ._parameter import DeferredInitializationError, Parameter
from ._parameter_dict import ParameterDict
from .hooks import HookHandle
from .symbol_block import SymbolBlock

__all__ = [
    "Block", "DeferredInitializationError", "HookHandle", "HybridBlock", "MXNetError", "NDArray", "Parameter",
    "ParameterDict", "Symbol", "SymbolBlock", "load_json",
]  # fmt: skip
