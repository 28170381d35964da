"""HookHandle: what registering a hook returns."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable
from types import TracebackType
from typing import Any

from ..base import MXNetAssertionError

__all__ = ["HookHandle"]


class HookHandle:
    """What registering a hook returns; ``detach()`` takes the hook out, and so does leaving a ``with`` block."""

    def __init__(self) -> None:
        # weak, so that a handle that is kept does not keep the hooks, nor what they refer to
        self._hooks: weakref.ref[OrderedDict[int, Callable]] | None = None
        self._id: int | None = None

    def attach(self, hooks_dict: OrderedDict[int, Callable], hook: Callable) -> None:
        """Puts `hook` into `hooks_dict`; once for each handle."""
        if self._hooks is not None:
            raise MXNetAssertionError("The same handle cannot be attached twice.")
        self._id = id(hook)
        hooks_dict[self._id] = hook
        self._hooks = weakref.ref(hooks_dict)

    def detach(self) -> None:
        """Takes the hook out; nothing happens where it is out already."""
        hooks = None if self._hooks is None else self._hooks()
        if hooks is not None and self._id is not None:
            hooks.pop(self._id, None)

    def __getstate__(self) -> tuple[Any, int | None]:
        return None if self._hooks is None else self._hooks(), self._id

    def __setstate__(self, state: tuple[Any, int | None]) -> None:
        hooks, self._id = state
        self._hooks = weakref.ref(OrderedDict() if hooks is None else hooks)

    def __enter__(self) -> HookHandle:
        return self

    def __exit__(
        self, ptype: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()


HookHandle.__module__ = "mxr.gluon.utils"
