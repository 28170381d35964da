"""``mx.gluon.contrib.nn``: parallel composition."""

from __future__ import annotations

from typing import Any

from ... import ndarray as nd
from ..nn import HybridBlock, HybridSequential, Sequential

__all__ = ["Concurrent", "HybridConcurrent", "Identity"]


class Concurrent(Sequential):
    """Feeds the same input to all children and joins their outputs along `axis`.

    `concat_dim` is the argument's name before MXNet 1.0.
    """

    def __init__(self, axis: int = -1, prefix: str | None = None, params: Any = None, concat_dim: int | None = None):
        super().__init__(prefix=prefix, params=params)
        self.axis = axis if concat_dim is None else concat_dim

    def forward(self, x: Any) -> Any:
        return nd.concat(*[block(x) for block in self._children.values()], dim=self.axis)


class HybridConcurrent(HybridSequential):
    """Feeds the same input to all children, which are HybridBlocks, and joins their outputs along `axis`.

    `concat_dim` is the argument's name before MXNet 1.0.
    """

    def __init__(self, axis: int = -1, prefix: str | None = None, params: Any = None, concat_dim: int | None = None):
        super().__init__(prefix=prefix, params=params)
        self.axis = axis if concat_dim is None else concat_dim

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.concat(*[block(x) for block in self._children.values()], dim=self.axis)


class Identity(HybridBlock):
    """Gives its input back: the branch of a HybridConcurrent that does nothing."""

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return x
