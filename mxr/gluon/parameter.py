"""``mx.gluon.parameter``: Parameter, Constant and ParameterDict; with the names that programs import from here."""

from ..base import MXNetError
from ..context import Context, cpu
from ._parameter import Constant, DeferredInitializationError, Parameter, shape_is_known, tensor_types
from ._parameter_dict import ParameterDict

__all__ = [
    "Constant", "Context", "DeferredInitializationError", "MXNetError", "Parameter", "ParameterDict", "cpu",
    "shape_is_known", "tensor_types",
]  # fmt: skip
