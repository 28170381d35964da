"""``mx.gluon.parameter``: Parameter, Constant and ParameterDict."""

from ._parameter import Constant, DeferredInitializationError, Parameter, shape_is_known
from ._parameter_dict import ParameterDict

__all__ = ["Constant", "DeferredInitializationError", "Parameter", "ParameterDict", "shape_is_known"]
