"""Found by processes that a program under ``python -m mxr.mxnet`` starts: gives them mxr as ``mxnet``."""

import importlib
import sys

import mxr.mxnet

del sys.modules[__name__]
mxr.mxnet.install()
sys.modules[__name__] = importlib.import_module("mxnet")
