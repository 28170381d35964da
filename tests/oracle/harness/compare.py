"""Deep comparison of two results, with messages that say where they differ."""

import numpy as np

# What two correct implementations of the same arithmetic may differ by.
TOLERANCE = {"float16": (5e-3, 1e-3), "float32": (1e-5, 1e-6), "float64": (1e-10, 1e-12)}


def assert_same(ours, theirs, rtol=None, atol=None, check_dtype=True, where="result"):
    """Raise AssertionError unless both hold equal values: same keys, lengths, shapes, dtypes, numbers within tolerance.

    rtol, atol: None takes the tolerance of the dtype (the coarser of the two); integers must be equal.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        assert list(ours) == list(theirs), f"{where}: keys {list(ours)}, MXNet has {list(theirs)}"
        for key in theirs:
            assert_same(ours[key], theirs[key], rtol, atol, check_dtype, f"{where}[{key!r}]")
    elif isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple)):
        assert type(ours) is type(theirs), f"{where}: a {type(ours).__name__}, MXNet has a {type(theirs).__name__}"
        assert len(ours) == len(theirs), f"{where}: {len(ours)} items, MXNet has {len(theirs)}"
        for i, (a, b) in enumerate(zip(ours, theirs)):
            assert_same(a, b, rtol, atol, check_dtype, f"{where}[{i}]")
    elif isinstance(ours, np.ndarray) and isinstance(theirs, np.ndarray):
        _assert_same_array(ours, theirs, rtol, atol, check_dtype, where)
    elif isinstance(ours, float) and isinstance(theirs, float):
        r, a = _tolerance("float32", "float32", rtol, atol)
        np.testing.assert_allclose(ours, theirs, rtol=r, atol=a, err_msg=where)
    else:
        assert type(ours) is type(theirs), f"{where}: {ours!r}, MXNet has {theirs!r}"
        assert ours == theirs, f"{where}: {ours!r}, MXNet has {theirs!r}"


def _assert_same_array(ours, theirs, rtol, atol, check_dtype, where):
    assert ours.shape == theirs.shape, f"{where}: shape {ours.shape}, MXNet has {theirs.shape}"
    if check_dtype:
        assert ours.dtype == theirs.dtype, f"{where}: dtype {ours.dtype}, MXNet has {theirs.dtype}"
    if ours.dtype.kind == "f" or theirs.dtype.kind == "f":
        r, a = _tolerance(str(ours.dtype), str(theirs.dtype), rtol, atol)
        np.testing.assert_allclose(
            ours.astype(np.float64), theirs.astype(np.float64), rtol=r, atol=a, err_msg=f"{where} (ours, MXNet's)"
        )
    else:
        np.testing.assert_array_equal(ours, theirs, err_msg=f"{where} (ours, MXNet's)")


def _tolerance(ours, theirs, rtol, atol):
    r1, a1 = TOLERANCE.get(ours, (0.0, 0.0))
    r2, a2 = TOLERANCE.get(theirs, (0.0, 0.0))
    return (max(r1, r2) if rtol is None else rtol), (max(a1, a2) if atol is None else atol)
