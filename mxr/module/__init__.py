"""Modules (MXNet's ``mx.mod``): networks with executors, parameters and optimizer, driven step by step or by `fit`."""

from . import executor_group as executor_group
from .base_module import BaseModule
from .bucketing_module import BucketingModule
from .module import Module
from .python_module import PythonLossModule, PythonModule
from .sequential_module import SequentialModule

__all__ = [
    "BaseModule",
    "BucketingModule",
    "Module",
    "PythonLossModule",
    "PythonModule",
    "SequentialModule",
]
