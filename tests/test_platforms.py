"""What is chosen by platform: generated code on ARM, macOS and Windows, by their answers given here."""

import ctypes
import struct
import sys
import types

import pytest

from mxr.core import threads
from mxr.kernels import jit
from mxr.kernels.jit import engine, tile

needs_llvm = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))


@pytest.fixture
def triple(monkeypatch):
    """Sets the triple that LLVM tells."""
    import llvmlite.binding as llvm

    def use(name):
        engine.architecture.cache_clear()
        monkeypatch.setattr(llvm, "get_default_triple", lambda: name)

    yield use
    monkeypatch.undo()
    engine.architecture.cache_clear()


@needs_llvm
@pytest.mark.parametrize(
    ("name", "architecture", "registers"),
    [
        ("x86_64-unknown-linux-gnu", "x86_64", (16, 16, 32)),
        ("x86_64-apple-darwin23.6.0", "x86_64", (16, 16, 32)),
        ("x86_64h-apple-macosx", "x86_64", (16, 16, 32)),
        ("x86_64-pc-windows-msvc", "x86_64", (16, 16, 32)),
        ("aarch64-unknown-linux-gnu", "aarch64", (32, 32, 32)),
        ("aarch64-pc-windows-msvc", "aarch64", (32, 32, 32)),
        ("arm64-apple-darwin24.1.0", "aarch64", (32, 32, 32)),
        ("riscv64-unknown-linux-gnu", "riscv64", (32, 32, 32)),
    ],
)
def test_the_architecture_is_that_of_the_code(name, architecture, registers, triple):
    triple(name)
    assert engine.architecture() == architecture
    assert tuple(map(engine.vector_registers, (16, 32, 64))) == registers
    assert tile.shape_for(16) == ((6, 2) if architecture == "x86_64" else (8, 3))


@needs_llvm
@pytest.mark.parametrize(
    ("name", "features", "half"),
    [
        ("arm64-apple-darwin24.1.0", "", True),
        ("aarch64-unknown-linux-gnu", "-aes,-rand,-sha2,-sve", True),
        ("x86_64-pc-windows-msvc", "+sse2,-f16c", False),
        ("x86_64-pc-windows-msvc", "+avx2,+f16c", True),
        ("riscv64-unknown-linux-gnu", "", False),
    ],
)
def test_which_code_converts_float16(name, features, half, triple, monkeypatch):
    """By the process' own architecture: an x86-64 Python on Windows for ARM has `platform.machine()` ARM64."""
    triple(name)
    monkeypatch.setattr("platform.machine", lambda: "ARM64")
    assert engine.Engine("generic", features).half is half


@needs_llvm
def test_features_that_llvm_cannot_tell(monkeypatch):
    """On macOS for ARM the CPU's name stands for its features."""
    import llvmlite.binding as llvm

    def refuses():
        raise RuntimeError("failed to get host cpu features")

    host = engine.engine()
    monkeypatch.setattr(llvm, "get_host_cpu_features", refuses)
    made = engine.Engine()
    assert (made.features, made.vector_bytes) == ("", 16)
    assert made.cpu == host.cpu and made.identity != host.identity and made.target.triple in made.identity
    text = "define i64 @two(ptr %block) {\n  ret i64 2\n}\n"
    (address,) = made.compile(text, ["two"])
    assert ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)(address)(None) == 2


@needs_llvm
def test_functions_that_windows_names_otherwise(monkeypatch):
    libm = ctypes.CDLL(None) if sys.platform != "win32" else ctypes.CDLL("ucrtbase")
    known = {"sin": libm.sin, "sinf": libm.sin, "_sinf": libm.cos, "hypot": libm.pow, "_hypotf": libm.pow}
    given = {}
    llvm = types.SimpleNamespace(add_symbol=given.__setitem__)
    monkeypatch.setattr(engine, "_math_libraries", lambda: [types.SimpleNamespace(), types.SimpleNamespace(**known)])
    assert engine._library_symbols(llvm) == {"sin", "sinf", "hypot", "hypotf"}
    address = {name: ctypes.cast(f, ctypes.c_void_p).value for name, f in known.items()}
    assert given == {
        "mxr.sin": address["sin"],
        "mxr.sinf": address["sinf"],
        "mxr.hypot": address["hypot"],
        "mxr.hypotf": address["_hypotf"],
    }


@pytest.mark.parametrize(
    ("library", "threads_"),
    [
        ({"hw.perflevel0.logicalcpu": 4}, 4),
        ({"hw.perflevel0.logicalcpu": 12}, 8),
        ({"hw.perflevel0.logicalcpu": 0}, 8),
        ({}, 8),  # Macs with Intel's CPUs, FreeBSD
        (None, 8),  # Linux
        (TypeError, 8),  # Windows
    ],
)
def test_slow_cores_take_no_equal_share(library, threads_, monkeypatch):
    def sysctlbyname(name, where, size, new, no_size):
        if name.decode() not in library:
            return -1
        assert size._obj.value == 4 and new is None and no_size.value == 0
        where._obj.value = library[name.decode()]
        return 0

    def cdll(name):
        if library is TypeError:
            raise TypeError("LoadLibrary() argument 1 must be str, not None")
        return types.SimpleNamespace() if library is None else types.SimpleNamespace(sysctlbyname=sysctlbyname)

    for name in threads.ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(threads, "cores", lambda: 8)
    monkeypatch.setattr(threads.ctypes, "CDLL", cdll)
    monkeypatch.setattr(threads, "_fast_cores", threads._fast_cores.__wrapped__)
    assert threads.num_threads() == threads_
    monkeypatch.setenv("MXR_NUM_THREADS", "6")
    assert threads.num_threads() == 6


@pytest.mark.parametrize(("size", "order", "said"), [(4, "little", "32-bit"), (8, "big", "high byte first")])
def test_code_is_for_64_bits_and_low_bytes_first(size, order, said, monkeypatch):
    monkeypatch.setattr(engine, "struct", types.SimpleNamespace(calcsize=lambda form: size))
    monkeypatch.setattr(engine, "sys", types.SimpleNamespace(byteorder=order))
    assert struct.calcsize("P") == 8  # the test's own process
    assert said in engine.why_not.__wrapped__()
