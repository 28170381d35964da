"""The layout pass with the handlers of all kernel sets registered."""

from __future__ import annotations

from . import (
    batched_steps,
    blocked_chains,
    blocked_steps,
    crew_steps,
    onednn_chains,
    onednn_steps,
    preferred_steps,
    product_steps,
    rnn_steps,
    strassen_chains,
    winograd_chains,
    winograd_steps,
)
from .layout import LayoutPass

__all__ = [
    "LayoutPass",
    "batched_steps",
    "blocked_chains",
    "blocked_steps",
    "crew_steps",
    "onednn_chains",
    "onednn_steps",
    "preferred_steps",
    "product_steps",
    "rnn_steps",
    "strassen_chains",
    "winograd_chains",
    "winograd_steps",
]
