"""NDArrays as MXNet pickles them: one array in the form of its files."""

from __future__ import annotations

import struct
from typing import Any

from ..context import Context, current_context
from ..pickle_names import mxnet_class
from .creation import _for_file, _of_file

__all__ = ["handle_of", "reduced", "restore"]

_HEAD, _TAIL = struct.pack("<QQQ", 0x112, 0, 1), struct.pack("<Q", 0)  # around the one array of a file


def handle_of(x: Any) -> bytearray:
    """The bytes that MXNet keeps under "handle"."""
    from ..interop import params_file

    raw = bytearray(params_file.dump([_for_file(x)])[len(_HEAD) : -len(_TAIL)])
    if x.stype == "default":  # magic, storage type, shape, then the device
        struct.pack_into("<ii", raw, 12 + 8 * len(x.shape), x._ctx.device_typeid, x._ctx.device_id)
    return raw


def restore(x: Any, handle: Any) -> None:
    """Fills a fresh array with what `handle_of`, or MXNet, wrote; on its CPU, or on the current context."""
    from ..interop import params_file

    raw = bytes(handle)
    loaded = _of_file(params_file.load(_HEAD + raw + _TAIL)[0][0])
    ctx = current_context()
    if loaded.stype == "default":
        magic, _, ndim = struct.unpack_from("<Iii", raw)
        if magic >= 0xF993FAC9:
            kind, number = struct.unpack_from("<ii", raw, 12 + 8 * ndim)
            ctx = Context(Context.devtype2str[kind], number) if kind != 2 else ctx
    if ctx != loaded._ctx:
        loaded = loaded.as_in_context(ctx)
    x._buf, x._ctx = loaded._buf, ctx


def reduced(x: Any) -> tuple | None:
    """What ``__reduce__`` of an array gives in a program that has mxr as ``mxnet``; None in others."""
    named = mxnet_class(type(x).__name__)
    return None if named is None else (named, (None,), {"handle": handle_of(x)})
