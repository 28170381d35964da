"""Comparison of arrays with tolerances by dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..ndarray import NDArray

__all__ = [
    "almost_equal", "assert_allclose", "assert_almost_equal", "assert_almost_equal_ignore_nan",
    "assert_almost_equal_with_err", "assert_exception", "checkShapes", "compare_ndarray_tuple", "default_atols",
    "default_numeric_eps", "default_rtols", "effective_dtype", "find_max_violation", "get_atol", "get_etol",
    "get_rtol", "get_tolerance", "get_tols", "locationError", "same", "same_array",
]  # fmt: skip

_EXACT = ("bool", "int8", "uint8", "int32", "uint32", "int64", "uint64")


def default_rtols() -> dict[np.dtype, float]:
    """Relative tolerance by dtype."""
    floats = {"float16": 1e-2, "float32": 1e-4, "float64": 1e-5}
    return {np.dtype(k): v for k, v in {**floats, **dict.fromkeys(_EXACT, 0)}.items()}


def default_atols() -> dict[np.dtype, float]:
    """Absolute tolerance by dtype."""
    floats = {"float16": 1e-1, "float32": 1e-3, "float64": 1e-20}
    return {np.dtype(k): v for k, v in {**floats, **dict.fromkeys(_EXACT, 0)}.items()}


def default_numeric_eps() -> dict[np.dtype, float]:
    """Step of numeric gradients by dtype: powers of two, so that adding them rounds little."""
    return {np.dtype("float16"): 1.0 / 2**6, np.dtype("float32"): 1.0 / 2**9, np.dtype("float64"): 1.0 / 2**14}


def effective_dtype(dat: Any) -> np.dtype:
    """The dtype whose tolerance counts."""
    return np.dtype(dat.dtype) if hasattr(dat, "dtype") else np.dtype(np.float64)


def get_tolerance(dat: Any, tol: Any, default_tol: dict) -> float:
    """`tol` itself, or the default for the dtype of `dat`; `tol` may be a dict by dtype."""
    if isinstance(tol, (int, float)):
        return tol
    table = {np.dtype(key): value for key, value in tol.items()} if tol else default_tol
    return table.get(effective_dtype(dat), 0)


def get_tols(x: Any, y: Any, rtol: Any, atol: Any) -> tuple[float, float]:
    """(rtol, atol) for a comparison: the looser of both dtypes' tolerances."""
    return (
        max(get_tolerance(x, rtol, default_rtols()), get_tolerance(y, rtol, default_rtols())),
        max(get_tolerance(x, atol, default_atols()), get_tolerance(y, atol, default_atols())),
    )


def get_rtol(rtol: float | None = None, dtype: Any = np.float64) -> float:
    """`rtol`, or the default for `dtype`."""
    return default_rtols()[np.dtype(dtype)] if rtol is None else rtol


def get_atol(atol: float | None = None, dtype: Any = np.float64) -> float:
    """`atol`, or the default for `dtype`."""
    return default_atols()[np.dtype(dtype)] if atol is None else atol


def get_etol(etol: float | None = None) -> float:
    """`etol`, or 0: the share of elements that may differ."""
    return 0 if etol is None else etol


def _host(x: Any) -> Any:
    return x.asnumpy() if isinstance(x, NDArray) else x


def same(a: Any, b: Any) -> bool:
    """Whether two NumPy arrays are equal."""
    return np.array_equal(_host(a), _host(b))


def checkShapes(a: Any, b: Any) -> None:
    """Raises ValueError on different shapes."""
    if np.shape(a) != np.shape(b):
        names = [str(np.shape(x)).replace(" ", "") for x in (a, b)]
        raise ValueError("operands could not be broadcast together with shapes " + " ".join(names))


def almost_equal(
    a: Any, b: Any, rtol: Any = None, atol: Any = None, equal_nan: bool = False, use_broadcast: bool = True
) -> bool:
    """Whether ``|a - b| <= atol + rtol * |b|`` everywhere."""
    a, b = _host(a), _host(b)
    if not use_broadcast:
        checkShapes(a, b)
    rtol, atol = get_tols(a, b, rtol, atol)
    return bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan))


def locationError(a: Any, b: Any, index: Any, names: tuple[str, str], maxError: bool = False) -> str:
    """Where two arrays differ, in words."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return ""
    where = f"Location of {'maximum ' if maxError else ''}error: "
    return f"{where}{index}, {names[0]}={a[index]:.8f}, {names[1]}={b[index]:.8f}"


def _violation(a: Any, b: Any, rtol: float, atol: float) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.abs(np.asarray(a, "f8") - np.asarray(b, "f8")) / (atol + rtol * np.abs(np.asarray(b, "f8")) + 1e-20)


def find_max_violation(a: Any, b: Any, rtol: Any = None, atol: Any = None) -> tuple[tuple[int, ...], float]:
    """(index, error in units of the tolerance) where the tolerance is exceeded most."""
    rtol, atol = get_tols(a, b, rtol, atol)
    violation = _violation(a, b, rtol, atol)
    at = int(np.argmax(violation))
    return tuple(int(i) for i in np.unravel_index(at, violation.shape)), float(violation.ravel()[at])


def assert_almost_equal(
    a: Any,
    b: Any,
    rtol: Any = None,
    atol: Any = None,
    names: tuple[str, str] = ("a", "b"),
    equal_nan: bool = False,
    use_broadcast: bool = True,
    mismatches: tuple[int, int] = (10, 10),
) -> None:
    """Raises AssertionError, with the worst places, unless ``|a - b| <= atol + rtol * |b|`` everywhere."""
    if not use_broadcast:
        checkShapes(a, b)
    a, b = _host(a), _host(b)
    a, b = (np.asarray(x) if isinstance(x, (list, tuple)) else x for x in (a, b))
    rtol, atol = get_tols(a, b, rtol, atol)
    if np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan):
        return
    raise AssertionError(_message(a, b, rtol, atol, names, equal_nan, mismatches[1]))


def _message(a: Any, b: Any, rtol: float, atol: float, names: Any, equal_nan: bool, places: int) -> str:
    index, error = find_max_violation(a, b, rtol, atol)
    if np.ndim(a) and np.ndim(b):
        a, b = np.broadcast_arrays(a, b)
        wrong = ~np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)
        violation = np.where(wrong, _violation(a, b, rtol, atol), -np.inf).ravel()
        order = np.argsort(-np.nan_to_num(violation, nan=np.inf), kind="stable")[: min(places, int(wrong.sum()))]
        print(f"\n*** Maximum errors for vector of size {a.size}:  rtol={rtol}, atol={atol}\n")
        for i, at in enumerate(order, 1):
            place = tuple(int(k) for k in np.unravel_index(at, a.shape))
            print(f"{i:3d}: Error {violation[at]:f}  {locationError(a, b, place, names)}")
        share = f" (mismatch {100.0 * wrong.mean():f}%)"
        where = locationError(a, b, index, names, maxError=True)
    else:
        share, where = "", ""
    with np.printoptions(threshold=4, suppress=True):
        head = f"Error {error:f} exceeds tolerance rtol={rtol:e}, atol={atol:e}{share}.\n{where}"
        return np.testing.build_err_msg([a, b], err_msg=head)


def assert_allclose(a: Any, b: Any, rtol: float = 1e-07, atol: float = 0, equal_nan: bool = True) -> None:
    """`assert_almost_equal` with NumPy's defaults."""
    assert_almost_equal(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)


def assert_almost_equal_with_err(
    a: Any,
    b: Any,
    rtol: Any = None,
    atol: Any = None,
    etol: float | None = None,
    names: tuple[str, str] = ("a", "b"),
    equal_nan: bool = False,
    mismatches: tuple[int, int] = (10, 10),
) -> None:
    """`assert_almost_equal`, but a share `etol` of the elements may differ."""
    etol = get_etol(etol)
    a, b = _host(a), _host(b)
    rtol, atol = get_tols(a, b, rtol, atol)
    if etol > 0:
        wrong = ~np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)
        if wrong.mean() > etol:
            raise AssertionError(_message(a, b, rtol, atol, names, equal_nan, mismatches[1]))
    else:
        assert_almost_equal(a, b, rtol, atol, names, equal_nan, mismatches=mismatches)


def assert_almost_equal_ignore_nan(
    a: Any, b: Any, rtol: Any = None, atol: Any = None, names: tuple[str, str] = ("a", "b")
) -> None:
    """`assert_almost_equal`, without the elements that are NaN in either."""
    a, b = np.copy(_host(a)), np.copy(_host(b))
    either = np.isnan(a) | np.isnan(b)
    a[either] = b[either] = 0
    assert_almost_equal(a, b, rtol, atol, names)


def assert_exception(f: Callable, exception_type: type[BaseException], *args: Any, **kwargs: Any) -> None:
    """Raises AssertionError unless ``f(*args, **kwargs)`` raises `exception_type`."""
    try:
        f(*args, **kwargs)
    except exception_type:
        return
    raise AssertionError(f"{exception_type.__name__} was expected, nothing was raised")


def compare_ndarray_tuple(t1: Any, t2: Any, rtol: Any = None, atol: Any = None) -> None:
    """`assert_almost_equal` for nested tuples of NDArrays; None goes with anything."""
    if t1 is None or t2 is None:
        return
    if isinstance(t1, tuple):
        for one, other in zip(t1, t2):
            compare_ndarray_tuple(one, other, rtol, atol)
    else:
        assert_almost_equal(t1, t2, rtol=rtol, atol=atol)


def same_array(array1: Any, array2: Any) -> bool:
    """Whether two NDArrays are one memory: a change of one shows in the other."""
    array1[:] += 1
    if not same(array1.asnumpy(), array2.asnumpy()):
        array1[:] -= 1
        return False
    array1[:] -= 1
    return same(array1.asnumpy(), array2.asnumpy())
