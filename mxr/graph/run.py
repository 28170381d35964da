"""Running the calls of a plan; what goes wrong names the node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..backend import xp_for
from ..base import MXNetError, MXNetValueError
from ..core.failure import error_kind
from ..core.quiet import quiet
from ..kernels.table import Table
from .plan import Calls, Plan

__all__ = ["named", "run_calls"]


# mx.profiler sets it while it runs: (plan, calls) -> calls that note their time; theirs is `.timed`
timed: Callable[[Plan, Sequence[Any]], Sequence[Any]] | None = None


def run_calls(plan: Plan, calls: Calls) -> None:
    """Runs them in order."""
    joined = calls.joined
    if len(joined) == 1 and type(joined[0]) is Table and timed is None:  # machine code, which knows no warnings
        try:
            joined[0]()
        except Exception as e:
            raise named(plan, joined[0], e) from None
    else:
        _run_any(plan, calls)


@quiet
def _run_any(plan: Plan, calls: Calls) -> None:
    if plan.ctx.is_gpu:
        with xp_for(plan.ctx).cuda.Device(plan.ctx.device_id):
            _run(plan, calls)
    else:
        _run(plan, calls)


def _run(plan: Plan, calls: Calls) -> None:
    call: Any = None
    try:
        for call in calls.joined if timed is None else timed(plan, calls):
            call()
    except Exception as e:
        raise named(plan, getattr(call, "timed", call), e) from None


def named(plan: Plan, call: Any, e: Exception) -> Exception:
    """The error of a call as the user sees it, with the operator's name."""
    label, kernel = _place(plan, call)
    text = str(e) or type(e).__name__
    if isinstance(e, MXNetError):
        return e if label in text else e.retold(f"Error in operator {label}: {text}")
    kind = error_kind(e, otherwise=MXNetValueError)
    return kind(f"Error in operator {label} ({kernel}): {text}")


def _place(plan: Plan, call: Any) -> tuple[str, str]:
    """Label and kernel of the row that failed, which is `call` or stands in it."""
    rows = {id(r.run): (r.label, r.kernel) for r in plan.rows}
    while id(call) not in rows and isinstance(call, Table):
        call = call.culprit
    return rows.get(id(call), ("?", "?"))
