"""The profiler and the generated functions for R."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mxr as mx

from .r import exported

__all__: list[str] = []


@exported
def profiler_config(options: Any) -> None:
    mx.profiler.set_config(**dict(options or {}))


@exported
def profiler_state(run: bool) -> None:
    """MXNet R has no function that writes the trace: stopping does it."""
    from mxr.profiler.store import store

    was = store.running
    mx.profiler.set_state("run" if run else "stop")
    if was and not run:
        mx.profiler.dump(finished=False)


@exported
def profiler_dumps(reset: bool) -> str:
    return mx.profiler.dumps(reset=bool(reset))


@exported
def export_operators(path: str) -> None:
    from . import r_codegen

    Path(path).write_text(r_codegen.render(r_codegen.operators()), encoding="utf-8")
