"""Kernels attached from outside to the declarations: each is proved equal to the operator's own forward.

``MXR_KERNELS=ref`` turns all of them off; ``MXR_KERNELS=jit`` or ``onednn`` leaves only that set.
"""

from __future__ import annotations

import functools
import os

from ..base import MXNetValueError

__all__ = ["enabled", "enabled_sets", "jit_enabled", "onednn_enabled"]

SETS = ("jit", "onednn")


def enabled(kind: str) -> bool:
    """Whether MXR_KERNELS lets the kernel set `kind` take part."""
    choice = os.environ.get("MXR_KERNELS", "")
    if choice and choice not in ("ref", "auto", *SETS):
        raise MXNetValueError(f"MXR_KERNELS={choice!r} is not understood; it is ref, auto, {' or '.join(SETS)}")
    return choice in ("", "auto", kind)


@functools.cache
def _jit_works() -> bool:
    from . import jit

    return jit.available()


def jit_enabled() -> bool:
    """Whether fused kernels can be generated and are wanted."""
    return enabled("jit") and _jit_works()


@functools.cache
def _onednn_works() -> bool:
    from . import onednn

    return onednn.available()


def onednn_enabled() -> bool:
    """Whether oneDNN is there and wanted."""
    return enabled("onednn") and _onednn_works()


def enabled_sets() -> set[str]:
    """The kernel sets in use: of "jit" and "onednn"."""
    return {name for name, on in (("jit", jit_enabled), ("onednn", onednn_enabled)) if on()}
