"""Running the calls of a plan; what goes wrong names the node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..base import MXNetError, MXNetValueError
from ..core.failure import error_kind
from ..core.quiet import quiet
from .plan import Plan

__all__ = ["run_calls"]


# mx.profiler sets it while it runs: (plan, calls) -> calls that note their time; theirs is `.call`
timed: Callable[[Plan, Sequence[Any]], Sequence[Any]] | None = None


@quiet
def run_calls(plan: Plan, calls: Sequence[Callable[[], Any]]) -> None:
    """Runs them in order."""
    call = None
    if timed is not None:
        calls = timed(plan, calls)
    try:
        for call in calls:
            call()
    except Exception as e:
        call = getattr(call, "call", call)
        label, kernel = next(((r.label, r.kernel) for r in plan.rows if r.run is call), ("?", "?"))
        text = str(e) or type(e).__name__
        if isinstance(e, MXNetError):
            if label in text:
                raise
            raise e.retold(f"Error in operator {label}: {text}") from None
        kind = error_kind(e, otherwise=MXNetValueError)
        raise kind(f"Error in operator {label} ({kernel}): {text}") from None
