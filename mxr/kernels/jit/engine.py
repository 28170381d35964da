"""LLVM through llvmlite: target, passes, object cache. llvmlite is imported on first use only.

Object code is kept on disk under ``$MXR_CACHE_DIR`` (default: the user's cache directory), keyed by a hash of the IR,
llvmlite's and LLVM's versions, the platform, the CPU's name and features; ``MXR_CACHE_DIR=0`` turns that off. Files
are written under a temporary name and renamed; one that cannot be read is compiled anew.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import hashlib
import itertools
import os
import re
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any

from ...base import MXNetError
from ...core import locks
from ...core.faults import KernelFault
from .mathlib import LIBRARY

LOCK = locks.rlock()
_MINIMUM = (0, 45)  # LLVM 20: opaque pointers, splat constants, llvm.maximum on vectors


@functools.cache
def why_not() -> str | None:
    """None where kernels can be generated, otherwise the reason in words."""
    if struct.calcsize("P") != 8 or sys.byteorder != "little":  # the words of blocks and tables are such addresses
        return f"a CPU with 64-bit addresses, low byte first, is needed; this process has {_words()}"
    try:
        import llvmlite
    except ImportError as e:
        return f"llvmlite is not importable ({e}); pip install 'mxr-arrays[fast]'"
    found = tuple(int(p) for p in llvmlite.__version__.split(".")[:2])
    if found < _MINIMUM:
        return f"llvmlite {llvmlite.__version__} is too old: {'.'.join(map(str, _MINIMUM))} or newer is needed"
    try:
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        llvm.check_jit_execution()
    except Exception as e:  # whatever LLVM says about this machine is the reason
        return f"LLVM does not work here: {e}"
    return None


def _words() -> str:
    return f"{8 * struct.calcsize('P')}-bit addresses, {'low' if sys.byteorder == 'little' else 'high'} byte first"


@functools.cache
def architecture() -> str:
    """What LLVM generates code for here: x86_64, aarch64, or another name of its own.

    The process counts, not the machine: an x86-64 Python may run on ARM (Rosetta, Windows), where `platform` tells of
    the CPU below.
    """
    import llvmlite.binding as llvm

    name = llvm.get_default_triple().split("-")[0].lower()
    return {"arm64": "aarch64", "arm64e": "aarch64", "amd64": "x86_64", "x86_64h": "x86_64"}.get(name, name)


def vector_registers(vector_bytes: int) -> int:
    """Vector registers of the CPU whose vectors have so many bytes: 16 on x86 before AVX-512, 32 on all others."""
    return 16 if vector_bytes < 64 and architecture() == "x86_64" else 32


def available() -> bool:
    """Whether kernels can be generated in this process (imports llvmlite)."""
    return why_not() is None


def _math_libraries() -> list[ctypes.CDLL]:
    if sys.platform == "win32":
        return [ctypes.CDLL("ucrtbase")]
    libraries = [ctypes.CDLL(None)]
    for name in ("libm.so.6", None):  # find_library() starts a process: only where this name is not known
        name = name or ctypes.util.find_library("m")
        try:
            return [*libraries, ctypes.CDLL(name)] if name else libraries
        except OSError:
            continue
    return libraries


def _library_symbols(llvm: Any) -> set[str]:
    """Register the C math library's functions under private names; returns those that exist."""
    found: set[str] = set()
    libraries = _math_libraries()
    for base in LIBRARY:
        for symbol in (base, base + "f"):
            for name, library in itertools.product((symbol, "_" + symbol), libraries):  # Windows: _hypotf
                function = getattr(library, name, None)
                if function is not None:
                    address = ctypes.cast(function, ctypes.c_void_p).value
                    llvm.add_symbol(f"mxr.{symbol}", address)
                    found.add(symbol)
                    break
    return found


def _host_features(llvm: Any) -> str:
    """The CPU's features; none where LLVM cannot tell (macOS on ARM): then the CPU's name stands for them."""
    try:
        return llvm.get_host_cpu_features().flatten()
    except RuntimeError:
        return ""


class Engine:
    """A code generator for this machine. Thread-safe under :data:`LOCK`.

    `cpu` and `features` (LLVM's names, ``"+avx2,-avx512f"``) restrict the instructions used, for tests.
    """

    def __init__(self, cpu: str | None = None, features: str | None = None) -> None:
        reason = why_not()
        if reason:
            raise MXNetError(f"generated CPU kernels are not available: {reason}")
        import llvmlite
        import llvmlite.binding as llvm

        self.llvm = llvm
        self.cpu = cpu or llvm.get_host_cpu_name()
        self.features = _host_features(llvm) if features is None else features
        have = {f[1:] for f in self.features.split(",") if f.startswith("+")}
        wide = have >= {"avx512f", "avx512vl", "avx512bw", "avx512dq"}
        self.vector_bytes = 64 if wide else 32 if "avx2" in have else 16
        # Without these, LLVM would call a runtime function that a Python process lacks.
        self.half = "f16c" in have or architecture() == "aarch64"
        if wide:
            self.features += ",-prefer-256-bit"
        version = ".".join(map(str, llvm.llvm_version_info))
        self.target = llvm.Target.from_default_triple()
        self.identity = f"3|{llvmlite.__version__}|{version}|{self.target.triple}|{self.cpu}|{self.features}"
        self.symbols = _library_symbols(llvm)
        self.modules = 0  # compiled or read so far
        self._loader: Any = None  # holds all code, as long as the process lives
        self.kernels: dict[Any, Any] = {}  # Program.key -> Kernel
        self._pruned = False

    def machine(self) -> Any:
        return self.target.create_target_machine(cpu=self.cpu, features=self.features, opt=1, jit=True)

    def compile(self, ir: str, names: list[str]) -> list[int]:
        """Addresses of the functions `names` of a module's text."""
        with LOCK:
            digest = hashlib.sha256((self.identity + ir).encode()).hexdigest()
            path = cache_path(digest)
            obj = read_cache(path)
            # all modules are loaded together, so their functions need names of their own
            public = {name: f"m{digest[:24]}.{name}" for name in names}
            if obj is None:
                own = re.sub(rf"@({'|'.join(map(re.escape, names))})(?=\()", lambda m: "@" + public[m[1]], ir)
                machine = self.machine()
                try:
                    obj = machine.emit_object(self.optimise(own, machine))
                except RuntimeError as e:  # what LLVM says
                    raise KernelFault(f"LLVM cannot compile {', '.join(names)}: {str(e).strip()[:300]}") from e
                if not self._pruned:  # only those that add to the cache look after it
                    self._pruned = True
                    prune(_cache_dir(os.environ.get("MXR_CACHE_DIR")))
                write_cache(path, obj)
            addresses = self._load(obj, list(public.values()))
            if not all(addresses):
                raise KernelFault(f"generated code lacks {names[addresses.index(0)]!r}")
            return addresses

    def _load(self, obj: bytes, names: list[str]) -> list[int]:
        if self._loader is None:
            machine = self.machine()
            backing = self.llvm.parse_assembly("")
            backing.triple = machine.triple
            backing.data_layout = str(machine.target_data)
            self._loader = self.llvm.create_mcjit_compiler(backing, machine)
        found = [self._loader.get_function_address(name) for name in names] if self.modules else [0]
        if not all(found):  # else the same text was compiled before
            self._loader.add_object_file(self.llvm.ObjectFileRef.from_data(obj))
            self._loader.finalize_object()
            found = [self._loader.get_function_address(name) for name in names]
            self.modules += 1
        return found

    def optimise(self, ir: str, machine: Any) -> Any:
        llvm = self.llvm
        module = llvm.parse_assembly(ir)
        module.triple = machine.triple
        module.data_layout = str(machine.target_data)
        module.verify()
        # The builder emits nearly final code: only accumulators must become registers, and constants fold.
        builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2))
        passes = llvm.create_new_module_pass_manager()
        passes.add_sroa_pass()
        passes.add_instruction_combine_pass()
        passes.add_simplify_cfg_pass()
        passes.run(module, builder)
        return module


@functools.cache
def engine() -> Engine:
    with LOCK:
        return Engine()


# ---- the cache on disk


@functools.cache
def _cache_dir(setting: str | None) -> Path | None:
    if setting in ("0", ""):
        return None
    try:
        if setting is None:
            import platformdirs

            folder = Path(platformdirs.user_cache_dir("mxr")) / "jit"
        else:
            folder = Path(setting).expanduser() / "jit"
        folder.mkdir(parents=True, exist_ok=True)
    except (ImportError, OSError):
        return None  # a cache is a convenience: without one, code is compiled each time
    return folder


def prune(folder: Path | None, most: int = 4096) -> None:
    """Delete the older half of the cache when it holds more than `most` files."""
    if folder is None:
        return
    try:
        if len(os.listdir(folder)) <= most:
            return
        files = [(entry.stat().st_mtime, entry.path) for entry in os.scandir(folder)]
        for _, path in sorted(files)[: len(files) // 2]:
            os.unlink(path)
    except OSError:
        return  # another process is at it


def cache_path(digest: str) -> Path | None:
    folder = _cache_dir(os.environ.get("MXR_CACHE_DIR"))
    return None if folder is None else folder / f"{digest}.o"


def read_cache(path: Path | None) -> bytes | None:
    """What :func:`write_cache` left at a path; None if there is nothing, or it is damaged."""
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError:
        return None
    body, digest = data[:-32], data[-32:]
    return body if hashlib.sha256(body).digest() == digest else None


def write_cache(path: Path | None, obj: bytes) -> None:
    """Leaves bytes and their checksum at a path, all at once; a disk that cannot be written is no error."""
    if path is None:
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(obj + hashlib.sha256(obj).digest())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError:
        return  # full or read-only disk: not our business here
