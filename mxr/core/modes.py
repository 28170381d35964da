"""Whether this thread records operators, and whether they run in training mode."""

from __future__ import annotations

import threading

__all__ = ["state"]


class _State(threading.local):
    recording = False
    training = False


state = _State()
