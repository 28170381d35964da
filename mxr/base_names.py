"""Names of ``mxnet.base`` that programs import: types, helpers for ctypes, class properties, kinds of errors.

`mxr.base` offers them as its own; they live here so that errors and registries stay free of NumPy and ctypes.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .base import MXNetError, MXNetTypeError, MXNetValueError

integer_types = (int, int, np.int32, np.int64)
numeric_types = (float, int, int, np.generic)
string_types = (str,)

mx_uint = ctypes.c_uint
mx_float = ctypes.c_float
mx_float_p = ctypes.POINTER(mx_float)
mx_int = ctypes.c_int
mx_int64 = ctypes.c_int64
mx_real_t = np.float32
NDArrayHandle = FunctionHandle = OpHandle = CachedOpHandle = SymbolHandle = ctypes.c_void_p
ExecutorHandle = DataIterCreatorHandle = DataIterHandle = KVStoreHandle = RecordIOHandle = ctypes.c_void_p
RtcHandle = CudaModuleHandle = CudaKernelHandle = ProfileHandle = DLPackHandle = ctypes.c_void_p

_OP_NAME_PREFIX_LIST = ["_contrib_", "_linalg_", "_sparse_", "_image_", "_random_"]


class _NullType:
    """The type of `_Null`, which stands for an argument that was not given."""

    def __repr__(self) -> str:
        return "_Null"


_Null = _NullType()


class NotImplementedForSymbol(MXNetError):
    """A method of NDArray that Symbol does not have.

    Parameters
    ----------
    function : the method.
    alias : another name of it.
    args : what it was called with.
    """

    def __init__(self, function: Callable, alias: str | None, *args: Any) -> None:
        super().__init__()
        self.function = function.__name__
        self.alias = alias
        self.args = tuple(str(type(a)) for a in args)

    def __str__(self) -> str:
        text = f"Function {self.function}"
        if self.alias:
            text += f" (namely operator '{self.alias}')"
        if self.args:
            text += f" with arguments ({', '.join(self.args)})"
        return text + " is not implemented for Symbol and only available in NDArray."


class NotSupportedForSparseNDArray(MXNetError):
    """A method of NDArray that sparse arrays do not have."""

    def __init__(self, function: Callable, alias: str | None, *args: Any) -> None:
        super().__init__()
        self.function = function.__name__
        self.alias = alias
        self.args = tuple(str(type(a)) for a in args)

    def __str__(self) -> str:
        text = f"Function {self.function}"
        if self.alias:
            text += f" (namely operator '{self.alias}')"
        if self.args:
            text += f" with arguments ({', '.join(self.args)})"
        return text + " is not supported for SparseNDArray and only available in NDArray."


error_types: dict[str, type[BaseException]] = {
    "NotImplementedForSymbol": NotImplementedForSymbol,
    "ValueError": ValueError,
    "TypeError": TypeError,
    "AttributeError": AttributeError,
    "IndexError": IndexError,
    "NotImplementedError": NotImplementedError,
}


def register_error(func_name: Any = None, cls: type | None = None) -> Any:
    """Makes an error class known by name in `error_types`; also a decorator, with or without a name."""
    if isinstance(func_name, type):
        func_name, cls = func_name.__name__, func_name

    def register(klass: type) -> type:
        error_types[func_name or klass.__name__] = klass
        return klass

    return register if cls is None else register(cls)


def py_str(x: bytes | str) -> str:
    """Text out of bytes; text stays (names in monitor callbacks are bytes in MXNet, text here)."""
    return x if isinstance(x, str) else x.decode("utf-8")


def data_dir_default() -> str:
    """``~/.mxnet``, the folder of models and data sets."""
    return os.path.join(os.path.expanduser("~"), ".mxnet")


def data_dir() -> str:
    """The folder of models and data sets: the environment variable MXNET_HOME, else ``~/.mxnet``."""
    return os.getenv("MXNET_HOME", data_dir_default())


def check_call(ret: int) -> None:
    """Raises where a C function gave something else than 0."""
    if ret != 0:
        raise MXNetError(f"a call of a C function failed with status {ret}")


def c_str(string: str) -> ctypes.c_char_p:
    """Text as a C string."""
    return ctypes.c_char_p(string.encode("utf-8"))


def c_str_array(strings: Sequence[str]) -> Any:
    """Texts as a C array of C strings."""
    return (ctypes.c_char_p * len(strings))(*(string.encode("utf-8") for string in strings))


def c_array(ctype: Any, values: Sequence[Any]) -> Any:
    """Values as a C array."""
    array = (ctype * len(values))()
    array[:] = values
    return array


def c_array_buf(ctype: Any, buf: Any) -> Any:
    """A C array on the memory of an ``array.array``."""
    return (ctype * len(buf)).from_buffer(buf)


def c_handle_array(objs: Sequence[Any]) -> Any:
    """The `handle` of each object, as a C array of pointers."""
    return (ctypes.c_void_p * len(objs))(*(obj.handle for obj in objs))


def ctypes2buffer(cptr: Any, length: int) -> bytearray:
    """A copy of `length` bytes at a pointer to char."""
    if not isinstance(cptr, ctypes.POINTER(ctypes.c_char)):
        raise MXNetTypeError("expected char pointer")
    return bytearray(ctypes.string_at(cptr, length))


def ctypes2numpy_shared(cptr: Any, shape: Sequence[int]) -> np.ndarray:
    """A NumPy array on the memory at a pointer to float."""
    if not isinstance(cptr, mx_float_p):
        raise MXNetValueError("expected float pointer")
    return np.ctypeslib.as_array(cptr, shape=tuple(shape))


def build_param_doc(
    arg_names: Sequence[str], arg_types: Sequence[str], arg_descs: Sequence[str], remove_dup: bool = True
) -> str:
    """The section "Parameters" of a docstring."""
    seen: set[str] = set()
    parts = []
    for name, kind, text in zip(arg_names, arg_types, arg_descs):
        if name == "num_args" or (remove_dup and name in seen):
            continue
        seen.add(name)
        parts.append(f"{name} : {kind}" + (f"\n    {text}" if text else ""))
    return "Parameters\n----------\n{}\n".format("\n".join(parts))


def add_fileline_to_docstring(module: Any, incursive: bool = True) -> None:
    """Does nothing: where a function is defined can be seen by ``inspect``."""


def _as_list(obj: Any) -> Any:
    """`obj` itself where it is a list or tuple, else a list of it."""
    return obj if isinstance(obj, (list, tuple)) else [obj]


def with_metaclass(meta: type, *bases: type) -> type:
    """A base class with a metaclass, as in six."""
    return meta("base", bases or (object,), {})


class _MXClassPropertyDescriptor:
    def __init__(self, fget: Any, fset: Any = None) -> None:
        self.fget, self.fset = fget, fset

    def __get__(self, obj: Any, cls: Any = None) -> Any:
        return self.fget.__get__(obj, cls or type(obj))()

    def __set__(self, obj: Any, value: Any) -> None:
        if self.fset is None:
            raise MXNetTypeError(f"cannot set a class property without a setter: {value!r}")
        self.fset.__get__(obj, obj if isinstance(obj, type) else type(obj))(value)

    def setter(self, func: Any) -> _MXClassPropertyDescriptor:
        self.fset = func if isinstance(func, (classmethod, staticmethod)) else classmethod(func)
        return self


class _MXClassPropertyMetaClass(type):
    """Lets ``Class.name = value`` go through the setter of a `classproperty`."""

    def __setattr__(cls, key: str, value: Any) -> None:
        held = cls.__dict__.get(key)
        if isinstance(held, _MXClassPropertyDescriptor):
            held.__set__(cls, value)
        else:
            super().__setattr__(key, value)


def classproperty(func: Any) -> _MXClassPropertyDescriptor:
    """A property of the class itself; `func` gets the class."""
    return _MXClassPropertyDescriptor(func if isinstance(func, (classmethod, staticmethod)) else classmethod(func))
