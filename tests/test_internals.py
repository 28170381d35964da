"""Internal modules that programs import: base, util, runtime, log, libinfo, error, rtc."""

import array
import ctypes

import numpy as np
import pytest

import mxr as mx
from mxr import base, util
from mxr.base import MXNetError


def test_base_names():
    from mxr.base import (
        NotImplementedForSymbol,
        _as_list,
        integer_types,
        mx_real_t,
        numeric_types,
        py_str,
        string_types,
    )

    assert py_str(b"a") == "a" and _as_list(3) == [3] and _as_list((1, 2)) == (1, 2)
    assert isinstance(np.int64(3), integer_types) and isinstance(np.float32(3), numeric_types)
    assert isinstance("a", string_types) and mx_real_t is np.float32
    assert base.c_array(base.mx_uint, [1, 2])[1] == 2 and base.c_str("x").value == b"x"
    assert list(base.c_str_array(["a", "b"])) == [b"a", b"b"]
    assert list(base.c_array_buf(ctypes.c_int, array.array("i", [4, 5]))) == [4, 5]
    buffer = (ctypes.c_char * 3)(b"a", b"b", b"c")
    assert base.ctypes2buffer(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_char)), 3) == b"abc"
    floats = (ctypes.c_float * 4)(1, 2, 3, 4)
    assert base.ctypes2numpy_shared(ctypes.cast(floats, base.mx_float_p), (2, 2)).tolist() == [[1, 2], [3, 4]]
    base.check_call(0)
    with pytest.raises(MXNetError):
        base.check_call(-1)
    assert str(NotImplementedForSymbol(len, None, 1)) == (
        "Function len with arguments (<class 'int'>) is not implemented for Symbol and only available in NDArray."
    )
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = base.nothing


def test_data_dir(monkeypatch):
    monkeypatch.setenv("MXNET_HOME", "/some/where")
    assert base.data_dir() == "/some/where"
    monkeypatch.delenv("MXNET_HOME")
    assert base.data_dir().endswith(".mxnet")


def test_class_properties():
    class Thing(metaclass=base._MXClassPropertyMetaClass):
        _value = 3

        @base.classproperty
        def value(cls):
            return cls._value

        @value.setter
        def value(cls, new):
            cls._value = new

    assert Thing.value == 3 and Thing().value == 3
    Thing.value = 4
    assert Thing._value == 4


def test_numpy_arrays_are_out_of_scope():
    for call in (lambda: util.use_np(len), lambda: util.np_array(True), util.set_np, lambda: mx.use_np(len)):
        with pytest.raises(NotImplementedError, match="out of scope"):
            call()
    assert not util.is_np_array() and not mx.is_np_array()
    with util.np_array(False):
        pass
    util.set_np(shape=True, array=False)
    assert mx.is_np_shape()
    util.reset_np()
    assert not mx.is_np_shape()
    with pytest.raises(ValueError, match="NumPy Shape semantics is required"):
        util.set_np(shape=False, array=True)


def test_util(tmp_path):
    util.setenv("MXR_TEST_VARIABLE", 3)
    assert util.getenv("MXR_TEST_VARIABLE") == "3"
    util.setenv("MXR_TEST_VARIABLE", None)
    assert util.getenv("MXR_TEST_VARIABLE") is None
    util.makedirs(str(tmp_path / "a" / "b"))
    util.makedirs(str(tmp_path / "a" / "b"))
    assert (tmp_path / "a" / "b").is_dir()
    with pytest.raises(ValueError, match="Expecting a gpu context"):
        util.get_cuda_compute_capability(mx.cpu())
    assert util.get_gpu_count() == mx.num_gpus()
    with pytest.raises(MXNetError, match="no gpu"):
        util.get_gpu_memory(10**6)
    assert util.set_module("m")(lambda: 0).__module__ == "m"
    assert util.default_array([1, 2]).dtype == np.float32


def test_runtime(both):
    names = (
        "result = {'names': ' '.join(mx.runtime.Features()), 'tensorrt': mx.runtime.Features().is_enabled('tensorrt')}"
    )
    both(names)
    assert repr(mx.runtime.Feature("X", True)) == "✔ X" and len(mx.runtime.feature_list()) == 32
    with pytest.raises(RuntimeError, match="Feature 'FOO' is unknown"):
        mx.runtime.Features().is_enabled("foo")


def test_log(tmp_path):
    path = tmp_path / "log.txt"
    logger = mx.log.get_logger("mxr-test-log", filename=str(path), level=mx.log.INFO)
    logger.info("hello %d", 3)
    logger.debug("not this")
    assert mx.log.get_logger("mxr-test-log") is logger and len(logger.handlers) == 1
    for handler in logger.handlers:
        handler.close()
    line = path.read_text()
    assert line.startswith("I") and line.endswith("] hello 3\n") and "test_internals.py:test_log:" in line
    with pytest.warns(DeprecationWarning):
        mx.log.getLogger("mxr-test-log")
    logger.handlers.clear()


def test_what_there_is_not():
    assert mx.libinfo.__version__ == "1.9.1"
    with pytest.raises(MXNetError, match="no C library"):
        mx.libinfo.find_lib_path()
    if mx.num_gpus() == 0:
        with pytest.raises(MXNetError, match="needs a CUDA device"):
            mx.rtc.CudaModule("")
    with pytest.raises(AttributeError, match="has no attribute 'modul'.*Did you mean 'module'"):
        _ = mx.modul


def test_own_errors_have_names():
    @mx.error.register
    class MyError(MXNetError):
        pass

    assert base.error_types["MyError"] is MyError and issubclass(mx.error.InternalError, MXNetError)


def test_errors_are_retold_by_their_kind():
    from mxr.base import MXNetIndexError
    from mxr.base_names import NotImplementedForSymbol

    told = MXNetIndexError("x").retold("op: x")
    assert type(told) is MXNetIndexError and str(told) == "op: x"
    told = NotImplementedForSymbol(len, None).retold("op: x")  # made of other things than a text
    assert isinstance(told, MXNetError) and str(told) == "op: x"
    with pytest.raises(MXNetError, match="Dropout: argument p="):
        mx.sym.Dropout(mx.sym.var("a"), mx.sym.var("b"))
