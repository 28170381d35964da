"""``mx.nd.linalg``: linear algebra (operators ``_linalg_*``), as functions on NDArrays, made on first use."""

from __future__ import annotations

from .functions import operators_of

__getattr__, __dir__ = operators_of(globals(), "_linalg_")
