"""The factor of losses, which falls when gradients overflow and rises when they have not for long."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from ... import autograd
from ... import ndarray as nd

__all__ = ["LossScaler"]

_LARGEST = 2.0**24


class LossScaler:
    """Halves its factor at an overflow, doubles it after 2,000 steps without one."""

    def __init__(self) -> None:
        self._loss_scale = self._next_loss_scale = 2.0**16
        self._max_loss_scale = _LARGEST
        self._scale_seq_len = 2000
        self._unskipped = 0

    @property
    def loss_scale(self) -> float:
        """The factor now."""
        return self._loss_scale

    def has_overflow(self, params: Sequence[Any]) -> bool:
        """Whether a gradient of the parameters is not finite; the factor for the next step follows from it."""
        self._loss_scale = self._next_loss_scale
        with autograd.pause():
            grads = [g for p in params if p.grad_req != "null" for g in p.list_grad()]
            finite = all(nd.all_finite(g).asscalar() == 1 for g in grads)
        if finite:
            self._unskipped += 1
        else:
            self._next_loss_scale = self._loss_scale / 2
            self._unskipped = 0
            logging.info("AMP: decreasing loss scale to %f", self._next_loss_scale)
        if self._unskipped == self._scale_seq_len:
            self._unskipped = 0
            self._next_loss_scale = min(self._max_loss_scale, self._loss_scale * 2)
            logging.info("AMP: increasing loss scale to %f", self._next_loss_scale)
        return not finite
