"""The layout pass with the handlers of all kernel sets registered."""

from __future__ import annotations

from . import onednn_chains, onednn_steps, winograd_steps
from .layout import LayoutPass

__all__ = ["LayoutPass", "onednn_chains", "onednn_steps", "winograd_steps"]
