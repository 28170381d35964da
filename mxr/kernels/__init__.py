"""Kernels attached from outside to the declarations: each is proved equal to the operator's own forward.

``MXR_KERNELS=ref`` turns all of them off; ``MXR_KERNELS=jit`` or ``onednn`` leaves only that set.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

from ..base import MXNetValueError

__all__ = ["enabled", "jit_enabled", "plan_kernel"]

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


def plan_kernel(op: Any, a: Any, ins: list[Any], outs: list[Any], train: bool) -> tuple[Callable[[], Any], str] | None:
    """(pre-bound call, name of the kernel) for one operator on given buffers, or None for the reference."""
    return None
