"""``mx.executor``."""

from .graph.executor import Executor

__all__ = ["Executor"]
