"""``mx.nd.op``: operators whose names begin with no underscore, as functions on NDArrays."""

from __future__ import annotations

from .functions import operators_of

__getattr__, __dir__ = operators_of(globals(), "", hide="_")
