"""Kernels attached from outside to the declarations: each is proved equal to the operator's own forward.

``MXR_KERNELS=ref`` turns all of them off; ``MXR_KERNELS=jit`` or ``onednn`` leaves only that set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

__all__ = ["elementwise_kernel", "plan_kernel"]

_CHOICE = os.environ.get("MXR_KERNELS", "")


def plan_kernel(op: Any, a: Any, ins: list[Any], outs: list[Any], train: bool) -> tuple[Callable[[], Any], str] | None:
    """(pre-bound call, name of the kernel) for one operator on given buffers, or None for the reference."""
    return None


elementwise_kernel: Any = None
