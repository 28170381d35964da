"""``mx.contrib.svrg_optimization``: stochastic variance reduced gradients for modules (Johnson and Zhang 2013)."""

from . import svrg_module, svrg_optimizer
from .svrg_module import SVRGModule

__all__ = ["SVRGModule", "svrg_module", "svrg_optimizer"]
