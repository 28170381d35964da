"""Programs whose first dimension has any length: one code for all of them."""

import numpy as np
import pytest

from mxr.kernels import jit

from .jit_support import engine_of

pytestmark = pytest.mark.skipif(not jit.available(), reason="needs llvmlite")

WIDTHS = (64, 32, 16)  # of vectors, in bytes
MARGIN = 70


def _flat(n, dtype="float32"):
    operands = [jit.Operand("x", dtype, (1,)), jit.Operand("b", dtype, (0,)), jit.Operand("y", dtype, (1,), True)]
    return jit.Program([("y", "tanh(x)*x + b + k")], operands, (n,), ["k"], open_end=True)


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_any_length_and_nothing_outside(vector_bytes, dtype):
    generator = engine_of(vector_bytes)
    rng = np.random.default_rng(3)
    x = rng.standard_normal(400).astype(dtype)
    b = np.array([0.25], dtype)
    whole = np.zeros_like(x)
    (kernel,) = jit.compile_many([_flat(len(x), dtype)], generator)
    kernel.bind([x, b, whole], {"k": 2.0})()
    np.testing.assert_allclose(
        whole, np.tanh(x.astype("float64")) * x + 2.25, rtol=3e-6 if dtype == "float32" else 1e-14
    )
    for n in (1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 255, 300):
        (other,) = jit.compile_many([_flat(n, dtype)], generator)
        assert other.address == kernel.address
        held = np.full(n + 2 * MARGIN, 7, dtype)
        other.bind([x[:n].copy(), b, held[MARGIN : MARGIN + n]], {"k": 2.0})()
        assert np.array_equal(held[MARGIN : MARGIN + n], whole[:n])  # the same bits wherever an element lies
        assert (held[:MARGIN] == 7).all() and (held[MARGIN + n :] == 7).all()


@pytest.mark.parametrize("vector_bytes", WIDTHS)
def test_any_number_of_rows(vector_bytes):
    generator = engine_of(vector_bytes)
    rng = np.random.default_rng(4)

    def made(n):
        operands = [
            jit.Operand("x", "float32", (37, 1)),
            jit.Operand("b", "float32", (0, 1)),
            jit.Operand("y", "float32", (37, 1), True),
        ]
        return jit.compile_many([jit.Program([("y", "x*2 + b")], operands, (n, 37), open_end=True)], generator)[0]

    b = rng.standard_normal(37).astype("float32")
    first = made(5)
    for n in (1, 2, 9):
        kernel = made(n)
        assert kernel.address == first.address
        x = rng.standard_normal((n, 37)).astype("float32")
        y = np.full((n + 1, 37), 7, "float32")
        kernel.bind([x, b, y[:n]])()
        np.testing.assert_array_equal(y[:n], x * 2 + b)
        assert (y[n] == 7).all()


def test_the_place_in_an_open_dimension():
    operands = [jit.Operand("y", "float32", (1,), True)]
    for n in (3, 100):
        (kernel,) = jit.compile_many([jit.Program([("y", "axis_index(0)*2")], operands, (n,), open_end=True)])
        y = np.zeros(n, "float32")
        kernel.bind([y])()
        np.testing.assert_array_equal(y, np.arange(n) * 2)


def test_bounds_are_those_of_the_length_at_hand():
    from mxr.base import MXNetValueError

    (kernel,) = jit.compile_many([_flat(50)])
    x, b = np.zeros(49, "float32"), np.zeros(1, "float32")
    with pytest.raises(MXNetValueError, match="'x'.*outside"):
        kernel.bind([x, b, np.zeros(50, "float32")], {"k": 1.0})


REDUCTIONS = {
    # statement, shape of a row and strides of the result, reduced axes, what NumPy makes of it
    "columns": ("rsum(x)", (0, 1), (0,), lambda x: x.sum(0)),
    "rows": ("rsum(x)", (1, 0), (1,), lambda x: x.sum(1)),
    "largest of columns": ("rmax(x)", (0, 1), (0,), lambda x: x.max(0)),
    "mean of columns": ("rmean(x)", (0, 1), (0,), lambda x: x.mean(0)),
    "mean of all": ("rmean(x)", (0, 0), (0, 1), lambda x: x.mean()),
    "a term that does not move": ("rsum(b)", (0, 1), (0,), None),
}


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(vector_bytes, name):
    generator = engine_of(vector_bytes)
    text, strides, axes, want = REDUCTIONS[name]
    rng = np.random.default_rng(6)
    for width in (3, 37):
        addresses = set()
        for n in (1, 2, 3, 7, 8, 9, 100):
            x = rng.standard_normal((n, width)).astype("float32")
            b = rng.standard_normal(width).astype("float32")
            operands = [jit.Operand("x", "float32", (width, 1)), jit.Operand("b", "float32", (0, 1))]
            operands += [jit.Operand("y", "float32", strides, True)]
            program = jit.Program([("y", text)], operands, (n, width), (), axes, open_end=True)
            (kernel,) = jit.compile_many([program], generator)
            addresses.add(kernel.address)
            y = np.zeros(max(n, width), "float32")
            kernel.bind([x, b, y])()
            expected = np.asarray(n * b if want is None else want(x.astype("float64")))
            np.testing.assert_allclose(y[: expected.size], expected.ravel(), rtol=2e-6, atol=2e-6)
        assert len(addresses) == 1


def test_values_of_params_share_code():
    from mxr.kernels.jit.engine import engine

    operands = [jit.Operand("x", "float32", (1,)), jit.Operand("y", "float32", (1,), True)]
    kernels = [
        jit.compile_many([jit.Program([("y", "x*k")], operands, (5,), ("k",), open_end=True, values={"k": k})])[0]
        for k in (2.0, 3.0)
    ]
    assert kernels[0].address == kernels[1].address and engine().kernels
    x, y = np.arange(5, dtype="float32"), np.zeros(5, "float32")
    for k, kernel in zip((2, 3), kernels):
        kernel.bind([x, y])()
        np.testing.assert_array_equal(y, x * k)
    kernels[0].bind([x, y], {"k": 7.0})()
    np.testing.assert_array_equal(y, x * 7)
