"""The arrays and universal functions of the stand-in for CuPy; see :mod:`tests.fake_gpu`."""

from __future__ import annotations

import functools
import json
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["API", "Counts", "checked", "computed", "counts", "device", "ndarray", "plain", "ufunc", "wrap"]

# the module that the arrays belong to; tests.fake_gpu sets it
cupy: Any = None

API = json.loads((Path(__file__).parent / "data" / "cupy_api.json").read_text())

# parameters that take no device array
_NUMBERS = frozenset(
    "shape axis axes newshape reps repeats shift k N M num start stop step decimals minlength pad_width dims kth "
    "indices_or_sections ndim source destination ndmin dtype order n axis1 axis2 offset ddof".split()
)
_ATOMIC = frozenset("int32 uint32 uint64 float16 float32 float64 complex64 complex128".split())


class Counts:
    """How often data came to the host: `get` whole arrays, `sync` single numbers."""

    def __init__(self) -> None:
        self.get = self.sync = 0


counts = Counts()


def plain(v: Any, where: str, host: bool = False) -> Any:
    """Host values of arguments; an array of the host is refused unless `host`."""
    if isinstance(v, ndarray):
        return v._host
    if isinstance(v, np.ndarray):
        if host:
            return v
        raise TypeError(f"{where}: Unsupported type {np.ndarray} (an array of the host)")
    if isinstance(v, list | tuple):
        return type(v)(plain(x, where, host) for x in v) if type(v) in (list, tuple) else v
    return v


def wrap(v: Any) -> Any:
    if isinstance(v, np.ndarray | np.generic):
        return ndarray(np.asarray(v))
    if isinstance(v, list | tuple):
        return [wrap(x) for x in v] if isinstance(v, list) else tuple(wrap(x) for x in v)
    return v


def checked(name: str, known: list[str] | None, args: tuple, kwargs: dict[str, Any]) -> None:
    """Whether CuPy's function takes these arguments."""
    if known is None:
        return
    names = [k.rstrip("=") for k in known]
    positional = [k for k in names if not k.startswith("*")]
    if len(args) > len(positional) and not any(k.startswith("*") and not k.startswith("**") for k in names):
        raise TypeError(f"cupy.{name} takes {len(positional)} arguments, {len(args)} given")
    for k in kwargs:
        if k not in names and not any(n.startswith("**") for n in names):
            raise TypeError(f"cupy.{name} has no parameter {k!r}")
    placed = zip(positional, args) if not (names and names[0].startswith("*")) else ()
    for k, v in [*placed, *kwargs.items()]:
        parts = v if isinstance(v, list | tuple) else (v,)
        if k in _NUMBERS and any(isinstance(x, ndarray) for x in parts):
            raise TypeError(f"cupy.{name}: {k} must be a number, not an array of the device")


@functools.cache
def _loop(name: str, dtypes: tuple[np.dtype, ...]) -> tuple[np.dtype, ...]:
    """Dtypes of the results: those of the first of CuPy's loops that the inputs can be cast to."""
    for text in {**API["special"], **API["cupy"]}[name]["types"]:
        ins, outs = text.split("->")
        if "E" not in text and all(np.can_cast(d, c) for d, c in zip(dtypes, ins)):
            return tuple(np.dtype(c) for c in outs)
    raise TypeError(f"Wrong type {tuple(map(str, dtypes))} of arguments for cupy.{name}")


class ufunc:
    """A universal function of CuPy, computed by NumPy's."""

    def __init__(self, name: str, entry: dict[str, Any], function: Any) -> None:
        self.__name__, self._scatter, self._function = name, entry["scatter"], function
        self.nin = len(entry["types"][0].split("->")[0])

    def __call__(self, *args: Any, out: Any = None, dtype: Any = None, **more: Any) -> Any:
        for k in more:
            if k not in ("casting", "where"):
                raise TypeError(f"cupy.{self.__name__} has no parameter {k!r}")
        if len(args) > self.nin:
            args, out = args[: self.nin], args[self.nin]
        for x in args:
            if not isinstance(x, ndarray | np.generic | bool | int | float | complex):
                raise TypeError(f"cupy.{self.__name__}: Unsupported type {type(x)}")
        with np.errstate(all="ignore"):
            raw = self._function(*[plain(x, self.__name__) for x in args], **_kept(dtype=dtype))
            if "where" in more and out is None:
                raise NotImplementedError("the stand-in has where= with out= only")
        several = isinstance(raw, tuple)
        results = list(raw) if several else [raw]
        if dtype is None:
            strong = [x.dtype for x in args if hasattr(x, "dtype")]
            weak = [x for x in args if not hasattr(x, "dtype")]
            common = np.result_type(*strong, *weak) if weak else None
            wanted = _loop(self.__name__, tuple(x.dtype if hasattr(x, "dtype") else common for x in args))
            results = [np.asarray(r).astype(w, copy=False) for r, w in zip(results, wanted)]
        if out is not None:
            target = out[0] if isinstance(out, tuple) else out
            if not isinstance(target, ndarray):
                raise TypeError(f"cupy.{self.__name__}: out must be an array of the device")
            where = plain(more.get("where", True), "where")
            np.copyto(target._host, results[0], casting=more.get("casting", "same_kind"), where=where)
            return target
        return tuple(map(wrap, results)) if several else wrap(results[0])

    def at(self, a: Any, indices: Any, b: Any = None) -> None:
        if self._scatter is None:
            raise NotImplementedError(f"cupy.{self.__name__}.at")
        if a.dtype.name not in _ATOMIC:
            raise TypeError(f"cupy.{self.__name__}.at does not support {a.dtype}")
        self._function.at(a._host, _index(a._host.shape, indices), plain(b, "at"))

    def reduce(self, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        if self.__name__ not in ("add", "multiply"):
            raise NotImplementedError(f"cupy.{self.__name__}.reduce")
        return wrap(self._function.reduce(device(array), axis=axis, keepdims=keepdims, **_kept(dtype=dtype)))

    def accumulate(self, array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        if self.__name__ not in ("add", "multiply"):
            raise NotImplementedError(f"cupy.{self.__name__}.accumulate")
        return wrap(self._function.accumulate(device(array), axis=axis, **_kept(dtype=dtype)))

    def reduceat(self, array: Any, indices: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        if self.__name__ != "add":
            raise NotImplementedError(f"cupy.{self.__name__}.reduceat")
        return wrap(self._function.reduceat(device(array), plain(indices, "reduceat"), axis=axis))

    def outer(self, a: Any, b: Any) -> Any:
        return self(a.reshape(a.shape + (1,) * b.ndim), b)


def _kept(**values: Any) -> dict[str, Any]:
    return {k: v for k, v in values.items() if v is not None}


def device(x: Any) -> np.ndarray:
    if not isinstance(x, ndarray):
        raise TypeError(f"expected an array of the device, got {type(x)}")
    return x._host


def _index(shape: tuple[int, ...], key: Any) -> Any:
    """A key of NumPy's with CuPy's rules: no arrays of the host, indices out of range wrap around."""
    parts, out, axis = key if isinstance(key, tuple) else (key,), [], 0
    used = sum(1 if not isinstance(p, ndarray) or p.dtype != bool else p.ndim for p in parts
               if p is not None and p is not Ellipsis)  # fmt: skip
    for p in parts:
        if isinstance(p, np.ndarray) and not isinstance(p, np.generic):
            raise IndexError("an array of the device is indexed with an array of the host")
        if p is None:
            out.append(p)
            continue
        if p is Ellipsis:
            out.append(p)
            axis += len(shape) - used
            continue
        if isinstance(p, slice) and any(isinstance(v, ndarray) for v in (p.start, p.stop, p.step)):
            raise TypeError("slice indices must be integers or None or have an __index__ method")
        if isinstance(p, ndarray):
            raw = p._host
            if raw.dtype.kind not in "iub":
                raise IndexError("arrays used as indices must be of integer or boolean type")
            if raw.dtype.kind in "iu" and axis < len(shape) and shape[axis]:
                raw = raw.astype(np.int64) % shape[axis]
            out.append(raw)
            axis += raw.ndim if raw.dtype == bool else 1
            continue
        out.append(p)
        axis += 1
    return tuple(out)


class ndarray:
    """CuPy's array."""

    __slots__ = ("_host", "_root")
    __array_priority__ = 100
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, host: np.ndarray, root: Any = None) -> None:
        self._host, self._root = host, root

    # No way to the host but get(), item() and Python's numbers
    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()`")

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        own = getattr(cupy, function.__name__, None)
        return NotImplemented if own is None else getattr(own, method)(*inputs, **kwargs)

    def __array_function__(self, function: Any, kinds: Any, args: Any, kwargs: Any) -> Any:
        place: Any = cupy
        for name in function.__module__.split(".")[1:]:
            place = getattr(place, name, None)
        own = getattr(place, function.__name__, None)
        return NotImplemented if own is None else own(*args, **kwargs)

    def get(self, stream: Any = None, order: str = "C", out: Any = None, blocking: bool = True) -> np.ndarray:
        counts.get += 1
        return np.array(self._host, order=order)  # type: ignore[call-overload]

    def _number(self) -> Any:
        if self._host.size != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        counts.sync += 1
        return self._host.item()

    def item(self) -> Any:
        return self._number()

    def __bool__(self) -> bool:
        counts.sync += 1
        return bool(self._host)

    def __int__(self) -> int:
        return int(self._number())

    def __float__(self) -> float:
        return float(self._number())

    def tolist(self) -> Any:
        counts.sync += 1
        return self._host.tolist()

    # What it is
    dtype = property(lambda self: self._host.dtype)
    shape = property(lambda self: self._host.shape)
    ndim = property(lambda self: self._host.ndim)
    size = property(lambda self: self._host.size)
    itemsize = property(lambda self: self._host.itemsize)
    nbytes = property(lambda self: self._host.nbytes)
    strides = property(lambda self: self._host.strides)
    base = property(lambda self: self._root)
    T = property(lambda self: self._view(self._host.T))
    real = property(lambda self: self._kin(self._host.real))
    imag = property(lambda self: self._kin(self._host.imag))
    device = property(lambda self: cupy.cuda.Device(0))
    data = property(lambda self: types.SimpleNamespace(ptr=self._host.ctypes.data))

    @property
    def flags(self) -> Any:
        f = self._host.flags
        return types.SimpleNamespace(
            c_contiguous=f.c_contiguous, f_contiguous=f.f_contiguous, owndata=self._root is None
        )

    def _view(self, host: np.ndarray) -> ndarray:
        return ndarray(host, self._root if self._root is not None else self)

    def _kin(self, host: Any) -> ndarray:
        """A result that may be a view."""
        host = np.asarray(host)
        if host is self._host:
            return self
        return self._view(host) if np.may_share_memory(host, self._host) and host.size else ndarray(host)

    def __len__(self) -> int:
        return len(self._host)

    def __iter__(self) -> Iterator[Any]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"fake_gpu.{self._host!r}"

    def __copy__(self) -> ndarray:
        return ndarray(self._host.copy())

    def __deepcopy__(self, memo: Any) -> ndarray:
        return ndarray(self._host.copy())

    # Places
    def __getitem__(self, key: Any) -> ndarray:
        k = _index(self._host.shape, key)
        return self._kin(self._host[k if Ellipsis in [p for p in k if p is Ellipsis] else (*k, Ellipsis)])

    def __setitem__(self, key: Any, value: Any) -> None:
        if not isinstance(value, ndarray | np.generic | bool | int | float | complex):
            raise TypeError(f"an array of the device is assigned a {type(value)}")
        k, v = _index(self._host.shape, key), plain(value, "setitem")
        with np.errstate(all="ignore"):
            if np.ndim(v) and any(isinstance(p, np.ndarray | list) and np.asarray(p).dtype.kind in "iu" for p in k):
                at = np.arange(self._host.size).reshape(self._host.shape)[k]
                # repeated indices: the device promises no order
                self._host.flat[at.ravel()[::-1]] = np.broadcast_to(v, at.shape).ravel()[::-1]
            else:
                self._host[k] = v

    def astype(
        self, dtype: Any, order: str = "K", casting: Any = None, subok: Any = None, copy: bool = True
    ) -> ndarray:
        with np.errstate(all="ignore"):
            return self._kin(self._host.astype(dtype, order=order, copy=copy))  # type: ignore[call-overload]

    def set(self, arr: np.ndarray, stream: Any = None) -> None:
        self._host[...] = arr


def _method(name: str, known: list[str]) -> Callable[..., Any]:
    def call(self: ndarray, *args: Any, **kwargs: Any) -> Any:
        checked(f"ndarray.{name}", known, args, kwargs)
        if name in ("reshape", "transpose") and any(isinstance(v, ndarray) for v in args):
            raise TypeError(f"cupy.ndarray.{name}: numbers wanted")
        return computed(name, getattr(self._host, name), self, args, kwargs)

    return call


def computed(name: str, f: Callable[..., Any], own: ndarray | None, args: tuple, kwargs: dict[str, Any]) -> Any:
    """NumPy's function with CuPy's rules for what goes in and comes out."""
    kwargs = {"shape" if k == "newshape" else k: v for k, v in kwargs.items()}
    if name in ("sort", "argsort"):
        if kwargs.get("kind") not in (None, "stable"):
            raise ValueError("kind can only be None or 'stable'")
        kwargs["kind"] = "stable"
    if name == "repeat" and any(isinstance(v, ndarray) for v in (*args[own is None :], *kwargs.values())):
        raise TypeError("cupy.repeat: repeats must be plain numbers")
    if name in ("take", "take_along_axis"):
        source = own if own is not None else args[0]
        i = 0 if own is not None else 1
        indices = args[i] if len(args) > i else kwargs["indices"]
        axis = kwargs.get("axis", args[i + 1] if len(args) > i + 1 else None)
        n = source.size if axis is None else source.shape[axis]
        if isinstance(indices, ndarray) and n:
            wrapped = ndarray(indices._host.astype(np.int64) % n)
            if len(args) > i:
                args = (*args[:i], wrapped, *args[i + 1 :])
            else:
                kwargs["indices"] = wrapped
    out = kwargs.get("out")
    with np.errstate(all="ignore"):
        got = f(*plain(args, name), **{k: plain(v, name) for k, v in kwargs.items()})
    if out is not None:
        return out
    if isinstance(got, np.ndarray) and own is not None:
        return own._kin(got)
    if isinstance(got, np.ndarray):
        near = next((x for x in args if isinstance(x, ndarray)), None)
        return near._kin(got) if near is not None else ndarray(got)
    return wrap(np.asarray(got) if isinstance(got, bool | int | float) else got)


for _name, _known in API["ndarray"].items():
    if (
        _known != "attribute"
        and not _name.startswith("__")
        and _name not in vars(ndarray)
        and hasattr(np.ndarray, _name)
    ):
        setattr(ndarray, _name, _method(_name, _known))


def _binary(name: str, swapped: bool = False) -> Callable[..., Any]:
    def call(self: ndarray, other: Any) -> Any:
        f = getattr(cupy, name)
        return f(other, self) if swapped else f(self, other)

    return call


def _in_place(name: str) -> Callable[..., Any]:
    def call(self: ndarray, other: Any) -> Any:
        return getattr(cupy, name)(self, other, out=self)

    return call


for _sign, _name in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "true_divide", "floordiv": "floor_divide",
    "mod": "remainder", "pow": "power", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
    "lshift": "left_shift", "rshift": "right_shift", "matmul": "matmul", "divmod": "divmod",
}.items():  # fmt: skip
    setattr(ndarray, f"__{_sign}__", _binary(_name))
    setattr(ndarray, f"__r{_sign}__", _binary(_name, swapped=True))
    if _sign not in ("matmul", "divmod"):
        setattr(ndarray, f"__i{_sign}__", _in_place(_name))
for _sign, _name in {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}.items():  # fmt: skip
    setattr(ndarray, f"__{_sign}__", _binary(_name))
for _sign, _name in {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}.items():
    setattr(ndarray, f"__{_sign}__", (lambda name: lambda self: getattr(cupy, name)(self))(_name))
