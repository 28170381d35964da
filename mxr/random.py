"""``mx.random``: the seed of the generators, and the samplers of ``mx.nd.random``."""

from __future__ import annotations

from .ops.random_source import seed

__all__ = ["seed"]
