"""Threads of a plan that run machine code, and what takes their place where there are no pthreads."""

from __future__ import annotations

import ctypes
import os
import threading
import types

import numpy as np
import pytest

from mxr import sym
from mxr.base import MXNetError
from mxr.core import threads
from mxr.kernels import crew, jit_enabled, moves, team, waiting
from mxr.kernels.gathering import Gathering
from mxr.kernels.moves import Classes

from .replica_support import IMAGES, X, mlp, results, same, small_plans_split, var  # noqa: F401 (a fixture)

needs_pthreads = pytest.mark.skipif(os.name != "posix" or not jit_enabled(), reason="no pthreads or no generated code")

NORM = sym.BatchNorm(var("data"), name="b")


@needs_pthreads
def test_replicas_meet_in_machine_code(monkeypatch):
    met = []
    call = team.Meeting.__call__
    monkeypatch.setattr(team.Meeting, "__call__", lambda self: met.append(len(self.calls)) or call(self))
    same(NORM, IMAGES)
    assert {2, 3} <= set(met)


@needs_pthreads
def test_a_meeting_may_take_place_many_times_and_at_once():
    """What it keeps between runs is of one run at a time; a status is that of the last run."""
    size = 1 << 14
    labels = [np.zeros(size, np.float32) for _ in range(3)]
    meeting = team.meeting([Classes(label, 10, -1.0, lambda: None) for label in labels])
    assert meeting is not None and meeting() == []
    for i in (0, 2, 1):
        labels[i][-1] = 11
        assert [place for place, _ in meeting()] == [i]
        labels[i][-1] = 3
        assert meeting() == []
    labels[1][5] = np.nan
    found: list = []
    callers = [threading.Thread(target=lambda: found.extend(meeting() for _ in range(50))) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert found == [[(1, 1)]] * 200


def test_without_pthreads_the_threads_are_of_python(monkeypatch):
    def none(*args):
        raise AssertionError("a platform without pthreads was asked for them")

    monkeypatch.setattr(team, "os", types.SimpleNamespace(name="nt"))
    monkeypatch.setattr(waiting, "ctypes", types.SimpleNamespace(CDLL=none))
    together = []
    run = threads.run_together
    monkeypatch.setattr(threads, "run_together", lambda calls: together.append(len(calls)) or run(calls))
    same(mlp(), X)
    assert {2, 3} <= set(together)
    assert not Gathering.possible() and team.meeting([]) is None
    outs, _, split, why = results(NORM, IMAGES, 2)
    assert not split and "no generated code" in why
    np.testing.assert_array_equal(outs[0], results(NORM, IMAGES, 1)[0][0])


@needs_pthreads
def test_who_asked_does_what_no_worker_has_begun(monkeypatch):
    """On a busy machine a worker may get no core for long; these never get one."""
    monkeypatch.setattr(team, "_idle", [])
    monkeypatch.setattr(team, "threading", types.SimpleNamespace(Thread=lambda **k: types.SimpleNamespace(start=int)))
    src, dst = [np.full(99, k, np.float32) for k in range(3)], [np.zeros(99, np.float32) for _ in range(3)]
    together = team.meeting([moves.copied(y, x) for x, y in zip(src, dst)])
    for _ in range(2):
        assert together() == [] and all(np.array_equal(x, y) for x, y in zip(src, dst))
        for y in dst:
            y[:] = -1
    threads.set_num_threads(2)
    shared = crew.Crew([crew.Shared([[moves.copied(y, x)] for x, y in zip(src, dst)], 3, "copies")])
    shared()
    assert all(np.array_equal(x, y) for x, y in zip(src, dst)) and len(team._idle) == 2


@needs_pthreads
def test_what_waits_is_made_by_the_platform(monkeypatch):
    made = waiting.made()
    lib = ctypes.CDLL(None)
    mutex = ctypes.c_void_p(made.ctypes.data + 8 * waiting._MUTEX)
    assert not made[: waiting.OWN].any() and all(made[waiting.OWN : waiting.OWN + 4])
    assert lib.pthread_mutex_lock(mutex) == 0 and lib.pthread_mutex_trylock(mutex) != 0
    assert lib.pthread_mutex_unlock(mutex) == 0 and lib.pthread_mutex_trylock(mutex) == 0
    refusing = types.SimpleNamespace(pthread_mutex_init=lambda where, how: 12)
    waiting._functions()
    monkeypatch.setattr(
        waiting, "ctypes", types.SimpleNamespace(CDLL=lambda name: refusing, c_void_p=ctypes.c_void_p)
    )  # fmt: skip
    with pytest.raises(MXNetError, match="pthread_mutex_init failed"):
        waiting.made()
