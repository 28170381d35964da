"""Compression of gradients on their way into a key-value store."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetError, MXNetTypeError, MXNetValueError, suggest

__all__ = ["TwoBitCompression"]


class TwoBitCompression:
    """Of each gradient only ``threshold``, ``-threshold`` or 0 is sent; what is left over is added to the next one.

    Parameters
    ----------
    params : ``{"type": "2bit", "threshold": 0.5}``; the threshold may be left out.

    Raises
    ------
    MXNetError : `params` is no dict, another type, a threshold that is not above 0, other entries.
    """

    def __init__(self, params: Any) -> None:
        if not isinstance(params, dict):
            raise MXNetAssertionError(f"compression_params: a dict is expected, got {type(params)}: {params!r}")
        unknown = next((name for name in params if name not in ("type", "threshold")), None)
        if unknown is not None:
            raise MXNetValueError(
                f"compression_params: unknown entry {unknown!r}.{suggest(unknown, ['type', 'threshold'])}"
            )
        if "type" not in params:
            raise MXNetError("compression_params: Required parameter type of string is not presented")
        given = params.get("threshold", 0.5)
        try:
            threshold = float(given)
        except (TypeError, ValueError) as error:
            raise MXNetValueError(f"compression_params: threshold expects a float, got {given!r}") from error
        if not 0 < threshold < math.inf:
            raise MXNetValueError(f"compression_params: threshold must be greater than 0 and finite, got {given!r}")
        if params["type"] != "2bit":
            raise MXNetValueError(f"Unknown type for gradient compression {params['type']}: '2bit' is expected")
        self.threshold = float(np.float32(threshold))

    def compress(self, key: Any, gradients: list[Any], residuals: list[Any]) -> list[Any]:
        """What is sent of the gradients of all devices; `residuals` (one for each device) keep the rest."""
        return [self._one(key, i, gradient, residuals) for i, gradient in enumerate(gradients)]

    def _one(self, key: Any, i: int, gradient: Any, residuals: list[Any]) -> Any:
        if gradient.stype != "default":
            raise MXNetTypeError(f"kvstore: compression needs dense gradients, key {key!r} has {gradient.stype} ones")
        if gradient.dtype != np.float32:
            name = np.dtype(gradient.dtype).name
            raise MXNetTypeError(f"kvstore: compression needs gradients of float32, those of key {key!r} are {name}")
        if i == len(residuals):
            residuals.append(nd.zeros(gradient.shape, ctx=gradient.context))
        left = residuals[i] = residuals[i].as_in_context(gradient.context)
        left += gradient
        sent = ((left >= self.threshold) - (left <= -self.threshold)) * self.threshold
        left -= sent
        return sent
