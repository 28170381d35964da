"""Batches in parts: arrays cut for several devices, and joined again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import ndarray as nd
from ..base import MXNetTypeError, MXNetValueError
from ..context import Context
from .checks import require

__all__: list[str] = []


def _cut(array: Any, part: slice, axis: int) -> Any:
    if axis < 0 or (part.start == 0 and part.stop == array.shape[axis]):
        return array
    if axis == 0:
        return array[part.start : part.stop]
    return nd.slice_axis(array, axis=axis, begin=part.start, end=part.stop)


def _load_general(data: Sequence[Any], targets: Sequence[Any], major_axis: Sequence[int]) -> None:
    """Copies arrays (or lists of one array per device) into their slices on the devices."""
    if len(data) < len(targets):
        raise MXNetValueError(f"a batch brings {len(data)} arrays, {len(targets)} are needed")
    for source, places, axis in zip(data, targets, major_axis):
        if isinstance(places, nd.NDArray):
            source.copyto(places)
            continue
        parts = source if isinstance(source, (list, tuple)) else None
        if parts is None and len(places) == 1 and places[0][1].shape == source.shape:
            source.copyto(places[0][1])  # one device takes it all
            continue
        for i, (part, target) in enumerate(places):
            piece = parts[i] if parts is not None else _cut(source, part, axis)
            if piece.shape != target.shape:
                raise MXNetValueError(f"a batch brings an array of shape {piece.shape}, bound was {target.shape}")
            if piece.dtype != target.dtype:
                piece = piece.astype(target.dtype)
            piece.copyto(target)


def _load_data(batch: Any, targets: Sequence[Any], major_axis: Sequence[int]) -> None:
    if isinstance(batch, list):
        _load_general([list(arrays) for arrays in zip(*(part.data for part in batch))], targets, major_axis)
    else:
        _load_general(batch.data, targets, major_axis)


def _load_label(batch: Any, targets: Sequence[Any], major_axis: Sequence[int]) -> None:
    if isinstance(batch, list):
        _load_general([list(arrays) for arrays in zip(*(part.label for part in batch))], targets, major_axis)
    else:
        _load_general(batch.label, targets, major_axis)


def _merge_multi_context(outputs: Sequence[Sequence[Any]], major_axis: Sequence[int]) -> list[Any]:
    """Each output's pieces, joined along the batch axis; without one, the first device's."""
    merged = []
    for pieces, axis in zip(outputs, major_axis):
        if len(pieces) == 1 or axis < 0:
            merged.append(pieces[0])
        else:
            home = pieces[0].context
            merged.append(nd.concat(*(piece.as_in_context(home) for piece in pieces), dim=axis))
    return merged


def _prepare_group2ctxs(group2ctxs: Any, ctx_len: int) -> list[dict[str, Context] | None]:
    """One dict of contexts by group for every device, from None, a dict (of a context or list), or such a list."""
    if group2ctxs is None:
        return [None] * ctx_len
    if isinstance(group2ctxs, list):
        require(len(group2ctxs) == ctx_len, f"group2ctxs has {len(group2ctxs)} entries for {ctx_len} contexts")
        return group2ctxs
    if not isinstance(group2ctxs, dict):
        raise MXNetTypeError(f"group2ctxs must be a dict or a list of dicts, got {type(group2ctxs).__name__}")
    result: list[dict[str, Context] | None] = []
    for i in range(ctx_len):
        one = {}
        for group, contexts in group2ctxs.items():
            if isinstance(contexts, Context):
                one[group] = contexts
            else:
                require(
                    len(contexts) in (1, ctx_len), f"group2ctxs[{group!r}] has {len(contexts)} contexts for {ctx_len}"
                )
                one[group] = contexts[i if len(contexts) > 1 else 0]
        result.append(one)
    return result
