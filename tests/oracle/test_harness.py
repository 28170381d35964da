"""The harness itself: it must see differences, errors and crashes, or the differential tests prove nothing."""

import numpy as np
import pytest

from tests.oracle.harness import OracleCrash, OracleError, assert_same


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool"])
def test_arrays_cross_unchanged(oracle, dtype):
    x = (np.arange(6).reshape(2, 3) % 2).astype(dtype)
    got = oracle.run("y = x", result="y", x=x)["y"]
    assert got.dtype == x.dtype
    np.testing.assert_array_equal(got, x)


def test_values_come_back(oracle):
    got = oracle.run(
        """
        y = nd.ones((2, 3)) * 2
        result = {"y": y, "shape": y.shape, "dtype": y.dtype, "names": ["a", None, 1.5], "scalar": y.sum().asscalar()}
        """
    )
    np.testing.assert_array_equal(got["y"], np.full((2, 3), 2, "f"))
    assert (got["shape"], got["dtype"], got["names"], got["scalar"]) == ((2, 3), "float32", ["a", None, 1.5], 12.0)
    assert oracle.version == "1.9.1"


def test_scalar_and_empty_arrays(oracle):
    got = oracle.run("result = {'a': a, 'b': b}", a=np.array(3.0), b=np.zeros((0, 4), "f"))
    assert got["a"].shape == () and got["b"].shape == (0, 4)


def test_snippets_start_afresh(oracle):
    code = "s = sym.FullyConnected(sym.Variable('d'), num_hidden=2); r = nd.random.uniform(shape=2); n = s.name"
    first, second = oracle.run(code, "r n"), oracle.run(code, "r, n")
    assert first["n"] == second["n"] == "fullyconnected0"
    np.testing.assert_array_equal(first["r"], second["r"])
    np.testing.assert_allclose(first["r"], [0.5488135, 0.5928446], rtol=1e-6)


def test_errors_are_reported(oracle):
    with pytest.raises(OracleError, match="dot") as caught:
        oracle.run("result = nd.dot(nd.ones((2, 3)), nd.ones((2, 3))).asnumpy()")
    assert caught.value.names[0] == "MXNetError"
    with pytest.raises(OracleError, match="must assign"):
        oracle.run("x = 1")


def test_prints_do_not_break_the_pipe(oracle):
    assert oracle.run("import os; print('hello'); os.write(1, b'raw'); result = 1") == {"result": 1}


def test_crash_and_timeout_recover(oracle):
    with pytest.raises(OracleCrash, match="-9"):
        oracle.run("import os; os.kill(os.getpid(), 9)")
    assert oracle.run("result = 2") == {"result": 2}
    with pytest.raises(OracleCrash, match="within"):
        oracle.run("import time; time.sleep(30)", timeout=0.5)
    assert oracle.run("result = 3") == {"result": 3}


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (np.ones(2, "f"), np.ones(3, "f")),
        (np.ones(2, "f"), np.ones(2, "d")),
        (np.ones(2, "f"), np.array([1, 1.001], "f")),
        (np.ones(2, "i"), np.array([1, 2], "i")),
        (np.array([np.nan], "f"), np.ones(1, "f")),
        ({"a": 1}, {"b": 1}),
        ([1, 2], (1, 2)),
        ([1, 2], [1]),
        ("a", "b"),
        (1, 1.0),
        (1.0, 1.1),
        (True, 1),
    ],
)
def test_differences_are_seen(ours, theirs):
    with pytest.raises(AssertionError):
        assert_same(ours, theirs)


def test_equal_things_are_equal():
    assert_same({"a": [np.array([1, np.nan], "f")]}, {"a": [np.array([1 + 1e-7, np.nan], "f")]})
    assert_same((1, "x", None, 2.0), (1, "x", None, 2.0))
