"""oneDNN's geometry from the parameters of MXNet's operators, for single calls and for the layout pass."""

from __future__ import annotations

from typing import Any

from . import onednn

__all__ = ["channels_first", "conv_of", "pool_of"]


def channels_first(a: Any) -> bool:
    """Whether the operator's layout has the channels second, as oneDNN's logical shapes do."""
    return a.layout is None or a.layout[1] == "C"


def conv_of(a: Any, data: tuple[int, ...], weight: tuple[int, ...]) -> onednn.Conv:
    return onednn.Conv(data, weight, stride=a.stride, dilation=a.dilate, pad_lo=a.pad, groups=a.num_group)


def pool_of(a: Any, shape: tuple[int, ...]) -> onednn.Pool | None:
    """None where oneDNN has no such pooling; raises Unsupported where it lacks a corner of it."""
    if a.pool_type not in ("max", "avg") or not channels_first(a) or not 3 <= len(shape) <= 5:
        return None
    return onednn.Pool.mxnet(
        shape,
        kernel=a.kernel,
        stride=a.stride,
        pad=a.pad,
        pool_type=a.pool_type,
        global_pool=a.global_pool,
        pooling_convention=a.pooling_convention,
        count_include_pad=a.count_include_pad is not False,
    )
