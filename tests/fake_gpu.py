"""A stand-in for CuPy that needs no GPU: arrays that behave like CuPy's, over host memory.

What it keeps of CuPy 14 (tests/data/cupy_api.json holds names, parameters and dtypes, read off CuPy itself):

- a function, method or keyword that CuPy lacks is an error; so are an array of the host where a device's is wanted, an
  array of the device where a number is wanted (shapes, axes, ``range``, list indices), and any silent copy to the host;
- results are arrays always, 0-d ones too; an index out of range wraps around instead of raising;
- where indices repeat, an assignment keeps another value than NumPy's last; no exception says that a matrix has no
  Cholesky factor: NaN does;
- ufuncs have CuPy's dtypes, ``at`` only those that CUDA adds up atomically.

What it cannot show: speed, rounding, races, memory, streams. ``with installed():`` makes it ``mx.gpu(0)``.
"""

from __future__ import annotations

import contextlib
import operator
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests import fake_gpu_array
from tests.fake_gpu_array import API, checked, computed, counts, device, ndarray, plain, ufunc, wrap

__all__ = ["counts", "cupy", "installed", "ndarray"]

_FROM_HOST = frozenset("array asarray asanyarray ascontiguousarray asfortranarray".split())


class _Module(types.ModuleType):
    """A module of CuPy: the names of the table, each with NumPy's function of that name."""

    def __init__(self, name: str, table: dict[str, Any], numpy: Any) -> None:
        super().__init__(name)
        self._table, self._numpy = table, numpy

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._table:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        f = getattr(self._numpy, name, None)
        if f is None:
            raise NotImplementedError(f"the stand-in lacks {self.__name__}.{name}")
        entry = self._table[name]
        made = ufunc(name, entry, f) if isinstance(entry, dict) else _function(name, entry, f)
        setattr(self, name, made)
        return made


def _function(name: str, known: list[str] | None, f: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        checked(name, known, args, kwargs)
        if name in _FROM_HOST:
            return _created(name, f, args, kwargs)
        try:
            return computed(name, f, None, args, kwargs)
        except np.linalg.LinAlgError:
            if name not in ("cholesky", "inv", "solve"):
                raise
            return ndarray(np.full_like(args[-1]._host, np.nan))

    call.__name__ = name
    return call


def _created(name: str, f: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Any:
    source = args[0]
    kwargs = {k: v for k, v in kwargs.items() if k not in ("blocking", "subok")}
    got = f(plain(source, name, host=True), *args[1:], **kwargs)
    if isinstance(source, ndarray):
        return source._kin(got)
    return ndarray(np.array(got))


class Device(contextlib.AbstractContextManager):
    """cupy.cuda.Device."""

    def __init__(self, number: int = 0) -> None:
        self.id = number

    def __exit__(self, *exc: object) -> None:
        return None


class Generator:
    """cupy.random.Generator: its methods, by NumPy's."""

    def __init__(self, bits: Any) -> None:
        self._numpy = np.random.Generator(bits)

    def __getattr__(self, name: str) -> Any:
        if name not in API["Generator"]:
            raise AttributeError(f"cupy.random.Generator has no {name}")
        f, known = getattr(self._numpy, name), API["Generator"][name]

        def call(*args: Any, **kwargs: Any) -> Any:
            checked(f"random.Generator.{name}", [k for k in known if k not in ("shape",)], args[1:], kwargs)
            return wrap(np.asarray(f(*plain(args, name), **{k: plain(v, name) for k, v in kwargs.items()})))

        return call


def _lexsort(keys: Any) -> ndarray:
    if not isinstance(keys, ndarray) or keys.ndim > 2:
        raise TypeError("cupy.lexsort takes one array of rank 1 or 2")
    return ndarray(np.lexsort(keys._host))


def _size(a: Any, axis: Any = None) -> int:
    return np.size(plain(a, "size"), axis)


def _special() -> Any:
    from mxr.core import special

    return _Module("cupyx.scipy.special", API["special"], special)


def _csr(given: Any, shape: Any = None) -> Any:
    return CsrMatrix(*given, shape)


class CsrMatrix:
    """cupyx.scipy.sparse.csr_matrix with the dtypes that it has; only products."""

    def __init__(self, data: Any, indices: Any, indptr: Any, shape: tuple[int, int]) -> None:
        if data.dtype.char not in "?fdFD":
            raise ValueError("Only bool, float32, float64, complex64 and complex128 are supported")
        for x in (data, indices, indptr):
            device(x)
        self.shape, host = shape, np.zeros(shape, data.dtype)
        rows = np.repeat(np.arange(shape[0]), np.diff(indptr._host))
        np.add.at(host, (rows, indices._host), data._host)
        self._dense = host

    @property
    def T(self) -> CsrMatrix:
        other = object.__new__(CsrMatrix)
        other.shape, other._dense = self.shape[::-1], self._dense.T
        return other

    def __matmul__(self, other: Any) -> ndarray:
        return ndarray(self._dense @ device(other))


def _build() -> Any:
    module: Any = _Module("cupy", API["cupy"], np)
    for name in (
        "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool_ intp integer floating number "
        "generic complex64 complex128 dtype finfo iinfo pi e inf nan newaxis"
    ).split():
        setattr(module, name, getattr(np, name))
    # what gives or takes no array of the device
    for name in (
        "can_cast promote_types issubdtype isscalar ndindex broadcast_shapes get_printoptions set_printoptions"
    ).split():
        setattr(module, name, getattr(np, name))
    module.ndarray, module.ufunc, module.lexsort, module.size = ndarray, ufunc, _lexsort, _size
    module.bool = np.bool_
    module.ndim, module.shape = operator.attrgetter("ndim"), operator.attrgetter("shape")
    module.result_type = lambda *xs: np.result_type(*[x.dtype if isinstance(x, ndarray) else x for x in xs])
    module.may_share_memory = lambda a, b, max_work=None: np.may_share_memory(a._host, b._host)
    module.shares_memory = lambda a, b, max_work=None: np.shares_memory(a._host, b._host)
    module.iscomplexobj = lambda x: x.dtype.kind == "c"
    module.asnumpy = lambda a, **_: a.get() if isinstance(a, ndarray) else np.asarray(a)
    module.get_array_module = lambda *xs: module if any(isinstance(x, ndarray) for x in xs) else np
    module.linalg = _Module("cupy.linalg", API["linalg"], np.linalg)
    module.linalg.LinAlgError = np.linalg.LinAlgError
    strides = _Module("cupy.lib.stride_tricks", API["stride_tricks"], np.lib.stride_tricks)
    module.lib = types.SimpleNamespace(stride_tricks=strides)
    module.fft = _Module("cupy.fft", API["fft"], np.fft)
    module.random = types.SimpleNamespace(Philox4x3210=np.random.Philox, Generator=Generator)

    class CUDARuntimeError(RuntimeError):
        pass

    stream = types.SimpleNamespace(synchronize=lambda: None)
    module.cuda = types.SimpleNamespace(
        runtime=types.SimpleNamespace(
            getDeviceCount=lambda: 1, memGetInfo=lambda: (1 << 30, 1 << 30), CUDARuntimeError=CUDARuntimeError
        ),
        Device=Device,
        get_current_stream=lambda: stream,
    )
    module.get_default_memory_pool = lambda: types.SimpleNamespace(free_all_blocks=lambda: None)
    return module


cupy = fake_gpu_array.cupy = _build()


def _forget() -> None:
    """Drops what mxr remembers of devices."""
    from mxr import backend
    from mxr.core import dispatch
    from mxr.core.op import all_ops
    from mxr.ops import random_source

    backend.cupy_or_none.cache_clear()
    random_source._on_gpu.clear()
    for ctx in [c for c in dispatch._generators if c.is_gpu]:
        del dispatch._generators[ctx]
    for d in all_ops().values():
        d.plans.clear()


@contextlib.contextmanager
def installed() -> Iterator[Any]:
    """While it lasts, ``import cupy`` gives the stand-in and ``mx.gpu(0)`` is there."""
    scipy: Any = types.ModuleType("cupyx.scipy")
    scipy.special, scipy.sparse = _special(), types.ModuleType("cupyx.scipy.sparse")
    scipy.sparse.csr_matrix = _csr
    cupyx: Any = types.ModuleType("cupyx")
    cupyx.scipy = scipy
    modules = {
        "cupy": cupy, "cupyx": cupyx, "cupyx.scipy": scipy, "cupyx.scipy.special": scipy.special,
        "cupyx.scipy.sparse": scipy.sparse,
    }  # fmt: skip
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    _forget()
    try:
        yield cupy
    finally:
        for name, old in before.items():
            if old is None:
                del sys.modules[name]
            else:
                sys.modules[name] = old
        _forget()
