"""Kernels as objects: errors, sharing, aliasing, threads, cache on disk, instruction sets."""

import ctypes
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from mxr.base import MXNetError, MXNetTypeError, MXNetValueError
from mxr.core.expr import parse
from mxr.kernels import jit

from .jit_support import np_softmax, ulps, unary
from .thread_support import at_once

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

# ---- kernels as objects


def test_bad_programs():
    op = jit.Operand
    x, y = op("x", "float32", (1,)), op("y", "float32", (1,), True)
    with pytest.raises(MXNetValueError, match="unknown name 'z'"):
        jit.compile_fused([("y", "z + 1")], [x, y], (4,))
    with pytest.raises(MXNetValueError, match="no statement"):
        jit.compile_fused([("yy", "x")], [x, y], (4,))
    with pytest.raises(MXNetValueError, match="assigns to an input"):
        jit.compile_fused([("x", "x + 1"), ("y", "x")], [x, y], (4,))
    with pytest.raises(MXNetTypeError, match="complex64"):
        jit.compile_fused([("y", "x")], [op("x", "complex64", (1,)), y], (4,))
    with pytest.raises(MXNetValueError, match=r"2 stride\(s\)"):
        jit.compile_fused([("y", "x")], [op("x", "float32", (1, 1)), y], (4,))
    with pytest.raises(MXNetValueError, match="stride 0 in kept dimension 0"):
        jit.compile_fused([("y", "x")], [x, op("y", "float32", (0,), True)], (4,))
    with pytest.raises(MXNetValueError, match="not reduced"):
        jit.compile_program([("y", "x")], [x, op("y", "float32", (0,), True)], (4,), (0,))
    with pytest.raises(MXNetValueError, match="out of range"):
        jit.compile_program([("y", "x")], [x, y], (4,), (1,))
    with pytest.raises(MXNetValueError, match="op: expected sum"):
        jit.compile_reduce([("y", "x")], [x, y], (4,), (0,), "median")


def test_bad_arrays():
    op = jit.Operand
    k = jit.compile_fused([("y", "x + 1")], [op("x", "float32", (1,)), op("y", "float32", (1,), True)], (8,))
    x, y = np.zeros(8, np.float32), np.zeros(8, np.float32)
    with pytest.raises(MXNetTypeError, match="'x': expected a float32 array, got float64"):
        k.bind([x.astype("f8"), y])
    with pytest.raises(MXNetValueError, match="reach outside"):
        k.bind([x[:7].copy(), y])
    with pytest.raises(MXNetValueError, match=r"1 array\(s\) for 2"):
        k.bind([x])
    y.flags.writeable = False
    with pytest.raises(MXNetValueError, match="read-only"):
        k.bind([x, y])


def test_kernels_are_shared_and_aliasing_is_known():
    soft = jit.rows.softmax((3, 500))
    a, b = jit.compile_many([soft, jit.rows.softmax((3, 500))])
    assert a is b and a is jit.compile_many([jit.rows.softmax((3, 500))])[0]
    assert a.may_alias("x", "y")
    op = jit.Operand
    k = jit.compile_program(
        [("y", "x - rmax(x)"), ("z", "y/rsum(y) + x")],
        [op("x", "float32", (5, 1)), op("y", "float32", (5, 1), True), op("z", "float32", (5, 1), True)],
        (3, 5),
        (1,),
    )
    assert k.may_alias("x", "z") and not k.may_alias("x", "y")


def test_collapse():
    assert jit.collapse((2, 3, 4), [(12, 4, 1), (0, 4, 1)]) == ((2, 12), [(12, 1), (0, 1)])
    assert jit.collapse((2, 1, 4), [(4, 4, 1)]) == ((8,), [(1,)])
    assert jit.collapse((), [()]) == ((), [()])


def test_text_of_a_program_for_other_vector_widths():
    """Every width is the same program; what this machine can run is run by the other tests."""
    for width in (16, 32, 64):
        text = jit.module_text(jit.rows.softmax((4, 100)), width)
        assert f"<{width // 4} x float>" in text and "define i64 @k0" in text


def test_threads_compile_and_run():
    def work(seed):
        for n in range(3, 12):
            x = np.random.default_rng(seed).normal(size=(n, 7 + seed)).astype(np.float32)
            np.testing.assert_allclose(unary("exp(x) - 1.25", x), np.exp(x) - 1.25, rtol=1e-5, atol=1e-5)

    at_once(work, [(i % 3,) for i in range(6)])


CHILD = """
import sys, numpy as np
import mxr.kernels.jit as jit
assert 'llvmlite' not in sys.modules
op = jit.Operand
k = jit.compile_fused([("y", "tanh(x) + sin(x)")], [op("x", "float32", (1,)), op("y", "float32", (1,), True)], (50,))
x = np.linspace(-2, 2, 50, dtype='f'); y = np.zeros_like(x)
k.bind([x, y])()
np.testing.assert_allclose(y, np.tanh(x) + np.sin(x), rtol=1e-5, atol=1e-6)
"""


def test_object_code_is_cached_on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("MXR_CACHE_DIR", str(tmp_path))

    def child():
        subprocess.run([sys.executable, "-c", CHILD], check=True)
        return sorted((tmp_path / "jit").iterdir())

    first = child()
    assert len(first) == 1 and first[0].suffix == ".o"
    stamp = first[0].stat().st_mtime_ns
    assert child() == first and first[0].stat().st_mtime_ns == stamp
    first[0].write_bytes(b"truncated")  # a damaged entry is compiled anew
    assert child() == first and len(first[0].read_bytes()) > 100


def test_processes_share_the_cache(tmp_path):
    env = {**os.environ, "MXR_CACHE_DIR": str(tmp_path)}
    children = [subprocess.Popen([sys.executable, "-c", CHILD], env=env) for _ in range(4)]
    assert [c.wait(60) for c in children] == [0] * 4
    assert [p.suffix for p in (tmp_path / "jit").iterdir()] == [".o"]  # and no temporary file is left


@pytest.mark.parametrize("home", ["no folder", "read-only"])
def test_a_home_that_cannot_be_written(tmp_path, home):
    """Kernels are compiled in each process then, and nothing is said."""
    if home == "no folder":
        (tmp_path / "home").write_text("a file where the folder should be")
    else:
        (tmp_path / "home" / "jit").mkdir(parents=True)
        (tmp_path / "home" / "jit").chmod(0o555)
        (tmp_path / "home").chmod(0o555)
    env = {**os.environ, "MXR_CACHE_DIR": str(tmp_path / "home")}
    done = subprocess.run([sys.executable, "-W", "error", "-c", CHILD], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk(tmp_path, monkeypatch):
    from mxr.kernels.jit import engine

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(engine.os, "fdopen", full)
    engine.write_cache(tmp_path / "x.o", b"code")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="x86 instruction sets")
@pytest.mark.parametrize(("cpu", "features", "width"), [("x86-64", "", 16), ("haswell", "+avx2,+fma,+f16c", 32)])
def test_older_instruction_sets(cpu, features, width):
    """The same programs for 16- and 32-byte vectors, without FMA and float16 conversion in the first case."""
    from mxr.kernels.jit.engine import Engine

    if width == 32 and "f16c" not in Engine().features:
        pytest.skip("this CPU has no AVX2")
    generator = Engine(cpu, features)
    assert generator.vector_bytes == width
    rng = np.random.default_rng(0)
    x = rng.normal(0, 3, (9, 37)).astype(np.float32)
    names = ["exp", "expm1", "log1p", "tanh", "sigmoid", "erf", "floor", "round", "sin"]
    op, strides = jit.Operand, (37, 1)
    programs = [
        jit.fused([("y", f"{n}(x)")], [op("x", "float32", strides), op("y", "float32", strides, True)], x.shape)
        for n in names
    ]
    y = np.zeros_like(x)
    for name, k in zip(names, jit.compile_many(programs, generator)):
        arg = np.abs(x) if name == "log1p" else x
        k.bind([arg, y])()
        want = parse(f"{name}(x)").bind(np)(arg.astype(np.float64))
        assert ulps(y, want, y.dtype).max() <= 4, name
    (soft,) = jit.compile_many([jit.rows.softmax(x.shape)], generator)
    soft.bind([x, y], {"temperature": 1})()
    np.testing.assert_allclose(y, np_softmax(x.astype("f8"), -1), rtol=2e-6)
    column = np.zeros(37, np.float32)
    (total,) = jit.compile_many(
        [jit.reduce([("y", "x")], [op("x", "float32", strides), op("y", "float32", (0, 1), True)], x.shape, (0,))],
        generator,
    )
    total.bind([x, column])()
    np.testing.assert_allclose(column, x.astype("f8").sum(0), rtol=1e-6, atol=1e-6)
    half = jit.fused([("y", "x")], [op("x", "float16", (1,)), op("y", "float16", (1,), True)], (5,))
    if width == 16:
        with pytest.raises(MXNetError, match="float16 kernels need"):
            jit.compile_many([half], generator)
    else:
        assert jit.compile_many([half], generator)[0].address


def test_the_disk_cache_is_bounded(tmp_path):
    from mxr.kernels.jit import engine

    for k in range(9):
        (tmp_path / f"{k}.o").write_bytes(b"")
        os.utime(tmp_path / f"{k}.o", (k, k))
    engine.prune(tmp_path, 9)
    assert len(list(tmp_path.iterdir())) == 9
    engine.prune(tmp_path, 8)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{k}.o" for k in range(4, 9)]


def test_says_what_is_missing(monkeypatch):
    from mxr.kernels.jit import engine

    monkeypatch.setattr(engine, "why_not", lambda: "llvmlite is not importable")
    with pytest.raises(MXNetError, match="llvmlite is not importable"):
        engine.Engine()


def test_modules_of_equal_names_live_side_by_side():
    """Each module has functions k0, k1, ...; all stay callable as more are loaded, and equal text is loaded once."""
    from mxr.kernels.jit.engine import Engine

    generator = Engine()
    text = "define i64 @k0(ptr %block) {{\n  %x = load i64, ptr %block\n  %y = add i64 %x, {0}\n  ret i64 %y\n}}\n"
    addresses = [generator.compile(text.format(i), ["k0"])[0] for i in range(40)]
    assert len(set(addresses)) == 40 and generator.modules == 40
    assert generator.compile(text.format(7), ["k0"]) == [addresses[7]] and generator.modules == 40
    word = ctypes.c_int64(100)
    call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)
    assert [call(a)(ctypes.addressof(word)) for a in addresses] == [100 + i for i in range(40)]
