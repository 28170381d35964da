"""Which random generator serves a device, and how they are seeded."""

from __future__ import annotations

from typing import Any

from ..backend import xp_for
from ..base import MXNetTypeError, MXNetValueError
from ..context import Context
from ..core import dispatch
from ..core.counter_random import CounterRandom
from ..core.mt_random import cpu_random

__all__ = ["seed"]

_on_gpu: dict[Context, Any] = {}
_gpu_seed = 0


def _generator(ctx: Context) -> Any:
    """MXNet's own generators on the CPU, one set for all CPU contexts; counter-based ones on each GPU."""
    if not ctx.is_gpu:
        return cpu_random()
    xp = xp_for(ctx)
    with xp.cuda.Device(ctx.device_id):
        g = _on_gpu[ctx] = CounterRandom(xp, _gpu_seed + ctx.device_id)
    return g


dispatch.set_generator_factory(_generator)


def seed(seed_state: int, ctx: Context | str = "all") -> None:
    """Seeds the random generators of all devices, or of one.

    Parameters
    ----------
    seed_state : the seed, a whole number.
    ctx : 'all', or the device. CPU contexts share one set of generators, as in MXNet.

    Notes
    -----
    With equal seeds the numbers on the CPU are those of MXNet 1.9.1, bit for bit (docs/random.md).
    """
    global _gpu_seed
    if isinstance(seed_state, bool) or not hasattr(seed_state, "__index__"):
        raise MXNetValueError(f"sd must be int, got seed_state={seed_state!r}")
    value = int(seed_state)
    if ctx == "all":
        _gpu_seed = value
        cpu_random().seed(value)
        for where, g in _on_gpu.items():
            g.seed(value + where.device_id)
        return
    if not isinstance(ctx, Context):
        raise MXNetTypeError(f"seed: ctx must be 'all' or a Context, got {ctx!r}")
    if ctx.is_gpu:
        dispatch.generator_for(ctx).seed(value)
    else:
        cpu_random().seed(value, one_context=True)
