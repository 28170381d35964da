"""Kernels chosen by measurement: what is found is kept, damaged files and settings, whole networks."""

from __future__ import annotations

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetValueError
from mxr.kernels import jit, tuning

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

NAMES = ["slow", "fast"]


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    monkeypatch.setenv("MXR_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("MXR_AUTOTUNE", "1")
    monkeypatch.setattr(tuning, "_known", {})
    monkeypatch.setattr(tuning, "_spent", 0.0)
    return tmp_path / "jit"


class Clock:
    """Goes on only when a choice of `made` runs."""

    now = 0.0

    @classmethod
    def perf_counter(cls):
        return cls.now

    @classmethod
    def take(cls, seconds):
        cls.now += seconds


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(tuning, "time", Clock)


def made(calls):
    """Two choices that note that they were prepared; one takes longer."""

    def make():
        calls.append("made")
        return {"slow": lambda: lambda: Clock.take(0.01), "fast": lambda: lambda: Clock.take(0.001)}

    return make


def test_the_fastest_is_kept_in_the_process_and_on_disk(fresh, clock, monkeypatch):
    calls = []
    assert tuning.choose("a", NAMES, made(calls)) == "fast"
    assert tuning.choose("a", NAMES, made(calls)) == "fast"
    assert calls == ["made"]
    monkeypatch.setattr(tuning, "_known", {})
    assert tuning.choose("a", NAMES, made(calls)) == "fast"
    assert calls == ["made"]  # another process finds it on disk
    assert tuning.choose("b", NAMES, made(calls)) == "fast"
    assert len(calls) == 2 and len(list(fresh.iterdir())) == 2


@pytest.mark.parametrize("content", [b"", b"fast", b"x" * 100])
def test_a_damaged_file_is_measured_anew(fresh, clock, monkeypatch, content):
    calls = []
    tuning.choose("a", NAMES, made(calls))
    (file,) = fresh.iterdir()
    whole = file.read_bytes()
    file.write_bytes(content)
    monkeypatch.setattr(tuning, "_known", {})
    assert tuning.choose("a", NAMES, made(calls)) == "fast"
    assert calls == ["made"] * 2 and file.read_bytes() == whole


def test_a_name_that_is_no_choice_any_more_is_measured_anew(fresh, clock):
    calls = []
    tuning.choose("a", NAMES, made(calls))
    for key in list(tuning._known):
        tuning._known[key] = "gone"
    assert tuning.choose("a", NAMES, made(calls)) == "fast" and len(calls) == 2


def test_no_cache_directory_and_no_time_left(clock, monkeypatch):
    monkeypatch.setenv("MXR_CACHE_DIR", "0")
    assert tuning.choose("a", NAMES, made([])) == "fast"
    monkeypatch.setattr(tuning, "_spent", 1e9)
    calls = []
    assert tuning.choose("b", NAMES, made(calls)) is None and not calls
    assert tuning.choose("a", NAMES, made(calls)) == "fast"  # what is known needs no time


def test_setting(monkeypatch):
    monkeypatch.setenv("MXR_AUTOTUNE", "0")
    assert not tuning.wanted()
    monkeypatch.setenv("MXR_AUTOTUNE", "yes")
    with pytest.raises(MXNetValueError, match="MXR_AUTOTUNE='yes'"):
        tuning.wanted()


def trained():
    """Gradients and averages of a net with a convolution that several kernel sets can do, and its explanation."""
    x = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), pad=(1, 1), num_filter=32, name="a")
    x = mx.sym.BatchNorm(x, fix_gamma=False, name="n")
    x = mx.sym.Activation(x, act_type="relu", name="r")
    x = mx.sym.Convolution(x, kernel=(3, 3), pad=(1, 1), num_filter=32, name="b")
    x = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=5, name="out"), name="softmax")
    exe = x.simple_bind(mx.cpu(), data=(4, 32, 9, 9))
    rng = np.random.default_rng(0)
    for name, array in sorted({**exe.arg_dict, **exe.aux_dict}.items()):
        array[:] = rng.integers(0, 5, array.shape) if "label" in name else rng.uniform(0.1, 0.3, array.shape)
    exe.forward(is_train=True)
    exe.backward()
    found = {k: v.asnumpy() for k, v in exe.grad_dict.items() if "label" not in k}
    return found | {k: v.asnumpy() for k, v in exe.aux_dict.items()}, exe.explain()


def test_a_network_with_measured_choices(fresh, monkeypatch):
    """Within 1e-4 of the largest number of each array: Winograd's algorithm may be among the choices."""
    got, text = trained()
    assert len(tuning._known) == 4  # both convolutions, forward and backward
    spent = tuning._spent
    again, same = trained()
    assert tuning._spent == spent and same == text
    for name, value in got.items():
        np.testing.assert_array_equal(again[name], value)
    monkeypatch.setenv("MXR_KERNELS", "ref")
    for name, value in trained()[0].items():
        scale = max(1.0, float(np.abs(value).max()))
        np.testing.assert_allclose(got[name], value, rtol=0, atol=1e-4 * scale, err_msg=name)
