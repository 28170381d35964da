"""Learning-rate schedules against closed forms."""

import logging
import math

import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.lr_scheduler import (
    CosineScheduler,
    FactorScheduler,
    LRScheduler,
    MultiFactorScheduler,
    PolyScheduler,
)


def test_factor_steps_and_log(caplog):
    s = FactorScheduler(step=3, factor=0.5, base_lr=0.8, stop_factor_lr=0.15)
    with caplog.at_level(logging.INFO):
        rates = [s(i) for i in range(1, 14)]
    assert rates == [0.8] * 3 + [0.4] * 3 + [0.2] * 3 + [0.15] * 4
    assert caplog.messages[0] == "Update[4]: Change learning rate to 4.00000e-01"
    assert caplog.messages[2] == "Update[10]: now learning rate arrived at 1.50000e-01, will not change in the future"


def test_factor_catches_up_after_a_jump():
    s = FactorScheduler(step=10, factor=0.1, base_lr=1.0)
    assert s(35) == pytest.approx(1e-3)


def test_multifactor():
    s = MultiFactorScheduler([2, 5], factor=0.1, base_lr=1.0)
    assert [s(i) for i in (1, 2, 3, 5, 6, 100)] == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])


def test_poly_and_cosine_endpoints_and_middle():
    p = PolyScheduler(max_update=100, base_lr=0.4, pwr=2, final_lr=0.1)
    assert (p(0), p(50), p(100), p(200)) == pytest.approx((0.4, 0.1 + 0.3 * 0.25, 0.1, 0.1))
    c = CosineScheduler(max_update=100, base_lr=0.4, final_lr=0.1)
    assert (c(0), c(25), c(50), c(100)) == pytest.approx((0.4, 0.1 + 0.15 * (1 + math.cos(math.pi / 4)), 0.25, 0.1))


@pytest.mark.parametrize("mode,wanted", [("linear", [0.1, 0.2, 0.3]), ("constant", [0.1, 0.1, 0.1])])
def test_warmup(mode, wanted):
    s = PolyScheduler(20, base_lr=0.5, warmup_steps=4, warmup_begin_lr=0.1, warmup_mode=mode)
    assert [s(i) for i in range(3)] == pytest.approx(wanted)
    assert s(4) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "make,words",
    [
        (lambda: FactorScheduler(0), "greater or equal than 1"),
        (lambda: FactorScheduler(1, factor=1.5), "1.5"),
        (lambda: MultiFactorScheduler([3, 3]), r"\[3, 3\]"),
        (lambda: MultiFactorScheduler([]), "at least one"),
        (lambda: MultiFactorScheduler([0, 3]), "greater or equal than 1"),
        (lambda: PolyScheduler(0), "strictly positive"),
        (lambda: CosineScheduler(2.5), "whole number"),
        (lambda: LRScheduler(0.1, warmup_begin_lr=0.2), "warmup_begin_lr=0.2"),
        (lambda: LRScheduler(0.1, warmup_mode="x"), "'x'"),
        (lambda: LRScheduler(0.1, warmup_steps=-1), "-1"),
    ],
)
def test_bad_arguments(make, words):
    with pytest.raises(MXNetError, match=words):
        make()


def test_reached_through_mx():
    assert mx.lr_scheduler.FactorScheduler is FactorScheduler
