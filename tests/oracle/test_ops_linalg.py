"""mx.nd.linalg and the sequence operators against MXNet."""

import numpy as np
import pytest

from .op_check import arr, check

TOL = {"rtol": 2e-4, "atol": 2e-5}


def spd(*shape, dtype="float64", seed=0):
    x = arr(*shape, dtype="float64", seed=seed)
    return (x @ x.swapaxes(-1, -2) + 2 * np.eye(shape[-1])).astype(dtype)


def tri(*shape, dtype="float64", seed=0):
    return (np.tril(arr(*shape, dtype="float64", seed=seed)) + 3 * np.eye(shape[-1])).astype(dtype)


@pytest.mark.parametrize("ta", [0, 1])
@pytest.mark.parametrize("tb", [0, 1])
@pytest.mark.parametrize("batch", [(), (2, 3)])
def test_gemm(both, ta, tb, batch):
    x, y = arr(*batch, *((4, 2) if ta else (2, 4))), arr(*batch, *((3, 4) if tb else (4, 3)), seed=1)
    args = f"transpose_a={ta}, transpose_b={tb}, alpha=1.5"
    check(both, f"nd.linalg.gemm2(a, b, {args})", x, y, **TOL)
    check(both, f"nd.linalg.gemm(a, b, c, {args}, beta=0.5)", x, y, arr(*batch, 2, 3, seed=2), **TOL)


@pytest.mark.parametrize("axis", [0, -3])
def test_gemm_row_axis(both, axis):
    check(both, f"nd.linalg.gemm2(a, b, axis={axis})", arr(2, 5, 3), arr(3, 5, 4), **TOL)


@pytest.mark.parametrize("lower", [0, 1])
@pytest.mark.parametrize("batch", [(), (3,)])
def test_cholesky(both, lower, batch):
    check(both, f"nd.linalg.potrf(a, lower={lower})", spd(*batch, 4, 4), **TOL)
    factor = tri(*batch, 4, 4)
    check(both, f"nd.linalg.potri(a, lower={lower})", factor if lower else factor.swapaxes(-1, -2).copy(), **TOL)


@pytest.mark.parametrize("transpose", [0, 1])
@pytest.mark.parametrize("right", [0, 1])
@pytest.mark.parametrize("lower", [0, 1])
@pytest.mark.parametrize("name", ["trmm", "trsm"])
def test_triangular(both, name, transpose, right, lower):
    args = f"transpose={transpose}, rightside={right}, lower={lower}, alpha=1.5"
    A = tri(2, 3, 3) if lower else tri(2, 3, 3).swapaxes(-1, -2).copy()
    B = arr(2, 4, 3, dtype="float64") if right else arr(2, 3, 4, dtype="float64")
    check(both, f"nd.linalg.{name}(a, b, {args})", A, B, **TOL)


@pytest.mark.parametrize("batch", [(), (3,)])
def test_factors(both, batch):
    check(both, "nd.linalg.gelqf(a)", arr(*batch, 3, 5, dtype="float64"), **TOL)
    check(both, "nd.linalg.syevd(a)", spd(*batch, 4, 4), **TOL)
    check(both, "nd.linalg.inverse(a)", spd(*batch, 3, 3), **TOL)
    check(both, "nd.linalg.det(a)", arr(*batch, 3, 3, dtype="float64"), **TOL)
    check(both, "nd.linalg.slogdet(a)", arr(*batch, 3, 3, dtype="float64"), **TOL)
    check(both, "nd.linalg.syrk(a, alpha=2)", arr(*batch, 3, 5), **TOL)
    check(both, "nd.linalg.syrk(a, transpose=1)", arr(*batch, 3, 5), **TOL)
    check(both, "nd.linalg.sumlogdiag(a)", spd(*batch, 3, 3), **TOL)


def test_singular(both):
    x = np.array([[1, 2], [2, 4]], "d")
    check(both, "nd.linalg.det(a)", x)
    check(both, "nd.linalg.slogdet(a)", x, grad=False)


@pytest.mark.parametrize("offset", [-2, -1, 0, 1, 2])
def test_diagonals_and_triangles(both, offset):
    check(both, f"nd.linalg.extractdiag(a, offset={offset})", arr(2, 4, 4))
    check(both, f"nd.linalg.makediag(a, offset={offset})", arr(2, 3))
    for lower in (0, 1):
        check(both, f"nd.linalg.extracttrian(a, offset={offset}, lower={lower})", arr(2, 4, 4))
        check(both, f"nd.linalg.maketrian(a, offset={offset}, lower={lower})", arr(2, 6))


@pytest.mark.parametrize(
    "call",
    [
        "potrf(nd.array([[-4, 2], [2, 3]]))", "potrf(nd.ones((2, 3)))", "inverse(nd.ones((2, 2)))",
        "inverse(nd.ones((2, 3)))", "gemm2(nd.ones((2, 3)), nd.ones((2, 3)))", "det(nd.ones(3))",
        "gemm2(nd.ones((2, 3), dtype='int32'), nd.ones((3, 4), dtype='int32'))", "gemm2(nd.ones(3), nd.ones(3))",
        "gemm(nd.ones((2, 3)), nd.ones((3, 4)), nd.ones((2, 5)))", "maketrian(nd.ones(4))",
        "extractdiag(nd.ones((2, 3)))", "trsm(nd.ones((2, 2)), nd.ones((3, 2)))",
    ],
)  # fmt: skip
def test_linalg_errors(both, call):
    both(f"result = nd.linalg.{call}.asnumpy()", raises=True)


def test_gelqf_of_tall_matrix(both):
    both("result = nd.linalg.gelqf(nd.ones((3, 2)))[0].asnumpy()", raises=True)


N = np.array([1, 3, 2], "f")


@pytest.mark.parametrize("name", ["SequenceMask", "SequenceLast", "SequenceReverse"])
@pytest.mark.parametrize("tail", [(), (2,), (2, 2)])
def test_sequences(both, name, tail):
    # MXNet crashes in the gradient of SequenceLast without lengths
    check(both, f"nd.{name}(a)", arr(4, 3, *tail), grad=name != "SequenceLast")
    check(both, f"nd.{name}(a, b, use_sequence_length=True)", arr(4, 3, *tail), N, grad=(1, 0))


@pytest.mark.parametrize("dtype", ["int32", "float64"])
def test_sequences_on_axis_1(both, dtype):
    for call in ("SequenceMask(a, b, use_sequence_length=1, axis=1, value=-1)",
                 "SequenceLast(a, b, use_sequence_length=1, axis=1)"):  # fmt: skip
        check(both, f"nd.{call}", arr(3, 4, 2), N.astype("f" if "Mask" in call else dtype), grad=(1, 0))


@pytest.mark.parametrize(
    "call",
    ["SequenceMask(nd.ones(2), nd.ones(2), use_sequence_length=1)", "SequenceReverse(nd.ones(3))",
     "SequenceMask(nd.ones((2, 3, 4)), nd.ones(2), use_sequence_length=1, axis=2)",
     "SequenceReverse(nd.ones((2, 3)), axis=1)", "SequenceLast(nd.ones((2, 3)), nd.ones(2), use_sequence_length=1)"],
)  # fmt: skip
def test_sequence_errors(both, call):
    both(f"result = nd.{call}.asnumpy()", raises=True)
