"""Operators of MXNet's contrib namespace."""

from . import (
    attention,
    boxes,
    calibrate,
    hawkes,
    misc,
    multibox,
    multibox_target,
    positions,
    proposal,
    quantize,
    roi,
    rows,
    straight,
    transforms,
)

__all__ = [
    "attention",
    "boxes",
    "calibrate",
    "hawkes",
    "misc",
    "multibox",
    "multibox_target",
    "positions",
    "proposal",
    "quantize",
    "roi",
    "rows",
    "straight",
    "transforms",
]
