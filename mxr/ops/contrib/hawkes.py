"""The log likelihood of marked Hawkes processes with exponential decay, and its gradient.

With the memory phi_k of process k, which decays by exp(-beta_k * d) in a pause d and grows by 1 at its events, the
intensity at an event is lda_k + alpha_k * beta_k * phi_k * exp(-beta_k * d), and the compensator of the pause is
lda_k * d + alpha_k * phi_k * (1 - exp(-beta_k * d)). Events of one process are brought together by a stable sort; the
memory before each of them is then a scan of affine maps, done in log2(T) steps.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...base import MXNetError, MXNetTypeError, MXNetValueError
from ...core.op import op
from ...core.shapes import Frame
from .bounds import checked

__all__: list[str] = []

_INPUTS = "lda alpha beta state lags marks valid_length max_time"


def _shape_rule(s: Frame) -> tuple[tuple, tuple, tuple] | None:
    for i, (name, rank) in enumerate(zip(s.names, (2, 1, 1, 2, 2, 2, 1, 1))):
        if s[i] is not None and len(s[i]) != rank:
            s.fail(f"argument {name} must have {rank} dimension(s), got shape {s[i]}")
    if s[0] is None or s[4] is None:
        return None
    nk, nt = s[0], s[4]
    n, k = nk
    for i, shape in enumerate((nk, (k,), (k,), nk, (n, nt[1]), (n, nt[1]), (n,), (n,))):
        s.set(i, shape)
    return nk, nt, (n,)


def _types(s: Frame) -> np.dtype | None:
    dtype = next((s[i] for i in range(len(s)) if i != 5 and s[i] is not None), None)
    for i in range(len(s)):
        s.set_dtype(i, np.dtype(np.int32) if i == 5 else dtype)
    if dtype is not None and dtype.kind != "f":
        raise MXNetTypeError(f"{s.label}: argument lda has dtype {dtype.name}, expected a floating point type")
    return dtype


class _Events(NamedTuple):
    """All events in groups of one process, in order of time; those beyond valid_length form groups of their own.

    `group` is the index of (sample, process) where `real`; `pause` the time since the previous event of the group;
    `reset` marks the first event of a group, `last` the last; `times` when each happened; `longest` counts the events
    of the largest group.
    """

    group: Any
    process: Any
    real: Any
    pause: Any
    reset: Any
    last: Any
    times: Any
    longest: int


def _events(xp: Any, n_processes: int, lags: Any, marks: Any, valid_length: Any) -> _Events:
    n, t = lags.shape
    length = xp.ceil(valid_length)
    if t and n and float(length.max()) > t:
        raise MXNetValueError(
            f"_contrib_hawkesll: argument valid_length has {float(length.max()):g}, expected at most {t}"
        )
    real = xp.arange(t) < length[:, None]
    used = checked("_contrib_hawkesll", "marks", xp.where(real, marks, 0), n_processes)
    times = xp.cumsum(xp.where(real, lags, 0), 1, dtype=np.float64)
    slot = xp.where(real, used, n_processes)
    # row by row, and on small integers, which NumPy sorts by radix
    order = xp.argsort(slot.astype(np.uint16) if n_processes < 65535 else slot, axis=1, kind="stable")
    order += xp.arange(n)[:, None] * t  # elements of the flat arrays: those are taken many times faster
    slot, times = slot.reshape(-1).take(order), times.reshape(-1).take(order)
    reset = xp.ones((n, t), bool)
    reset[:, 1:] = slot[:, 1:] != slot[:, :-1]
    last = xp.ones((n, t), bool)
    last[:, :-1] = reset[:, 1:]
    pause = times.copy()
    pause[:, 1:] -= xp.where(reset[:, 1:], 0, times[:, :-1])
    process = xp.minimum(slot, n_processes - 1)
    group = process + xp.arange(n)[:, None] * n_processes
    starts = xp.flatnonzero(xp.append(reset, True))
    longest = int(xp.diff(starts).max()) if reset.size else 0
    parts = (group, process, slot < n_processes, pause, reset, last, times)
    return _Events._make((*(x.reshape(-1) for x in parts), longest))


def _scan(xp: Any, e: _Events, factor: Any, term: Any, start: Any) -> tuple[Any, Any]:
    """(x before each event, x after it) for x -> factor * x + term, from start at the first event of a group."""
    a = xp.where(e.reset, 0, factor)
    b = xp.where(e.reset, factor * start + term, term)
    step = 1
    while step < e.longest:
        b[step:], a[step:] = b[step:] + a[step:] * b[:-step], a[step:] * a[:-step]
        step *= 2
    before = xp.empty_like(b)
    before[:1] = start[:1]
    before[1:] = xp.where(e.reset[1:], start[1:], b[:-1])
    return before, b


class _Pass(NamedTuple):
    """What forward and backward share, in double precision: per event, and per (sample, process) at the end."""

    events: _Events
    decay: Any
    memory: Any  # before each event
    after: Any
    final_memory: Any  # after the last event, (n * k,)
    final_pause: Any
    final_decay: Any


def _run(xp: Any, lda: Any, beta: Any, state: Any, lags: Any, marks: Any, valid_length: Any, max_time: Any) -> _Pass:
    n, k = lda.shape
    e = _events(xp, k, lags, marks, valid_length)
    decay = xp.exp(-beta[e.process] * e.pause)
    memory, after = _scan(xp, e, decay, xp.ones_like(decay), state.reshape(-1)[e.group])
    final_memory, final_time = state.reshape(-1).copy(), xp.zeros(n * k)
    ends = e.last & e.real
    final_memory[e.group[ends]] = after[ends]
    final_time[e.group[ends]] = e.times[ends]
    final_pause = xp.repeat(max_time, k) - final_time
    return _Pass(e, decay, memory, after, final_memory, final_pause, xp.exp(-xp.tile(beta, n) * final_pause))


def _wide(*arrays: Any) -> list[Any]:
    return [x.astype(np.float64) for x in arrays]


@op("_contrib_hawkesll", inputs=_INPUTS, outputs="output out_state")
class HawkesLL:
    """Log likelihood of a marked self-exciting Hawkes process with exponential decay: [(N,), state at the end (N, K)].

    For K processes and N samples of at most T events: `lda` (N, K) background intensities, `alpha` (K,) branching
    ratios, `beta` (K,) decays, `state` (N, K) memory at time 0, `lags` (N, T) times between events, `marks` (N, T)
    int32 numbers of processes, `valid_length` (N,), `max_time` (N,). Gradients of the first output to lda, alpha and
    beta (Bacry et al. 2015; MXNet operator _contrib_hawkesll).
    """

    examples = (
        "nd.contrib.hawkesll(nd.array([[1.5, 2]]), nd.array([0.2, 0.3]), nd.array([1, 2]), nd.zeros((1, 2)), "
        "nd.array([[1, 2, 1]]), nd.array([[0, 1, 0]], dtype='int32'), nd.array([3]), nd.array([5]))",
    )

    def infer_shape(a, s):
        found = _shape_rule(s)
        if found is not None:
            s.out(0, found[2])
            s.out(1, found[0])

    def infer_type(a, s):
        dtype = _types(s)
        s.out_dtype(0, dtype)
        s.out_dtype(1, dtype)

    def forward(xp, a, lda, alpha, beta, state, lags, marks, valid_length, max_time):
        n, k = lda.shape
        lda, alpha, beta, state = _wide(lda, alpha, beta, state)
        p = _run(xp, lda, beta, state, lags, marks, valid_length, max_time)
        e = p.events
        base, alpha_e = lda.reshape(-1)[e.group], alpha[e.process]
        intensity = base + alpha_e * beta[e.process] * p.memory * p.decay
        pauses = base * e.pause + alpha_e * p.memory * (1 - p.decay)
        gain = xp.where(e.real, xp.log(intensity) - pauses, 0)
        rest = lda.reshape(-1) * p.final_pause + xp.tile(alpha, n) * p.final_memory * (1 - p.final_decay)
        total = xp.bincount(e.group // k, gain, minlength=n)[:n] - rest.reshape(n, k).sum(1)
        return total, (p.final_memory * p.final_decay).reshape(n, k)

    def grad(F, a, dy, lda, alpha, beta, state, lags, marks, valid_length, max_time):
        grads = F._backward_hawkesll(dy[0], lda, alpha, beta, state, lags, marks, valid_length, max_time)
        return *grads, None, None, None, None, None


def _no_second(F: Any, a: Any, dys: Any) -> Any:
    raise MXNetError("_contrib_hawkesll: the second derivative is not available")


@op("_backward_hawkesll", inputs=f"dy {_INPUTS}", outputs="lda alpha beta", hidden=True)
class BackwardHawkesLL:
    """Gradients of the log likelihood to lda (N, K), alpha (K,) and beta (K,)."""

    def infer_shape(a, s):
        for i in range(3):
            s.out(i, s[i + 1])

    def infer_type(a, s):
        for i in range(3):
            s.out_dtype(i, s[0])

    def forward(xp, a, dy, lda, alpha, beta, state, lags, marks, valid_length, max_time):
        n, k = lda.shape
        dy, lda, alpha, beta, state = _wide(dy, lda, alpha, beta, state)
        p = _run(xp, lda, beta, state, lags, marks, valid_length, max_time)
        e = p.events
        # derivatives with regard to beta: of the decays, then of the memories by the same scan
        slope = -e.pause * p.decay
        dmemory, dafter = _scan(xp, e, p.decay, p.memory * slope, xp.zeros_like(p.decay))
        base, alpha_e, beta_e = lda.reshape(-1)[e.group], alpha[e.process], beta[e.process]
        excited = p.memory * p.decay
        dexcited = dmemory * p.decay + p.memory * slope
        inverse = 1 / (base + alpha_e * beta_e * excited)
        to_lda = inverse - e.pause
        to_alpha = inverse * beta_e * excited - p.memory * (1 - p.decay)
        to_beta = alpha_e * (inverse * (excited + beta_e * dexcited) - dmemory * (1 - p.decay) + p.memory * slope)

        def gathered(v: Any) -> Any:
            return xp.bincount(e.group, xp.where(e.real, v, 0), minlength=n * k)

        ends = e.last & e.real
        dfinal = xp.zeros(n * k)
        dfinal[e.group[ends]] = dafter[ends]
        final_slope = -p.final_pause * p.final_decay
        g_lda = gathered(to_lda) - p.final_pause
        g_alpha = gathered(to_alpha) - p.final_memory * (1 - p.final_decay)
        rest = dfinal * (1 - p.final_decay) - p.final_memory * final_slope
        g_beta = gathered(to_beta) - xp.tile(alpha, n) * rest
        heads = xp.repeat(dy, k)
        grouped = [(heads * g).reshape(n, k) for g in (g_lda, g_alpha, g_beta)]
        return grouped[0], grouped[1].sum(0), grouped[2].sum(0)

    grad = _no_second
