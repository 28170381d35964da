"""Data moved in machine code, compared with NumPy: any strides, any lengths, rows by index."""

import numpy as np
import pytest

from mxr.kernels import jit_enabled, moves, routines
from mxr.kernels.table import Table
from tests.jit_support import engine_of

pytestmark = pytest.mark.skipif(not jit_enabled(), reason="no generated code")


def spaced(shape, dtype):
    """An array with marks before and behind it, to see that nothing else is written."""
    size = int(np.prod(shape))
    whole = np.full(size + 64, 7).astype(dtype)
    return whole, whole[32 : 32 + size].reshape(shape)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "float16", "int32"])
@pytest.mark.parametrize("n", [1, 3, 15, 16, 17, 63, 64, 65, 200])
def test_plain_copies_and_zeros(n, dtype, rng):
    x = rng.integers(0, 100, n).astype(dtype)
    whole, y = spaced((n,), dtype)
    moves.copied(y, x)()
    assert (y == x).all() and (whole[:32] == 7).all() and (whole[32 + n :] == 7).all()
    moves.zeroed(y)()
    assert not y.any() and (whole[:32] == 7).all() and (whole[32 + n :] == 7).all()


VIEWS = {
    "transpose": lambda x: x.transpose(2, 0, 1),
    "all round": lambda x: x.T,
    "swap rows": lambda x: x.swapaxes(0, 1),
    "slice": lambda x: x[1:, ::2, 3:7],
    "backwards": lambda x: x[::-1, :, ::-1],
    "repeat": lambda x: np.broadcast_to(x[:, :1, None, :, None], (x.shape[0], 4, 2, x.shape[2], 3)),
    "one number": lambda x: np.broadcast_to(x[:1, :1, :1], x.shape),
    "one": lambda x: x[:1, :1, :1],
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(3, 5, 8), (32, 1, 48), (16, 16, 32)])
@pytest.mark.parametrize("view", VIEWS)
def test_copies_of_views(view, shape, dtype, rng):
    x = rng.standard_normal(shape).astype(dtype)
    source = VIEWS[view](x)
    whole, y = spaced(source.shape, dtype)
    moves.copied(y, source)()
    assert (y == source).all() and (whole[:32] == 7).all() and (whole[32 + y.size :] == 7).all()


def test_copies_into_views(rng):
    x = rng.standard_normal((4, 3, 5)).astype(np.float32)
    y = np.zeros((4, 9, 5), np.float32)
    moves.copied(y[:, 3:6], x)()
    assert (y[:, 3:6] == x).all() and not y[:, :3].any() and not y[:, 6:].any()
    z = np.zeros((5, 3, 4), np.float32)
    moves.copied(z.T, x)()
    assert (z == x.T).all()


@pytest.mark.parametrize("vector_bytes", [32, 16])
def test_older_instruction_sets(vector_bytes, rng, monkeypatch):
    older = routines.compiled(engine_of(vector_bytes))
    monkeypatch.setattr(routines, "routines", lambda: older)
    x, y = rng.standard_normal((2, 5, 37)).astype(np.float32)
    z = np.empty((37, 5), np.float32)
    moves.copied(z, x.T)()
    assert (z == x.T).all()
    want = y + x
    moves.added(y, x)()
    assert (y == want).all()
    Table([moves.copied(x, y), moves.zeroed(z)])()
    assert (x == y).all() and not z.any()
    test_rows_by_index(37, rng)
    test_class_numbers()


def test_what_is_left_to_numpy():
    x = np.zeros((4, 4), np.float32)
    assert moves.copied(np.zeros((4, 4)), x) is None  # another dtype
    assert moves.copied(np.zeros((4, 4), np.int8), x.astype(np.int8).T) is None
    assert moves.copied(x[:0], x[:0]) is None
    assert moves.added(x, x.T) is None and moves.added(np.zeros(3), np.zeros(3)) is None
    assert moves.zeroed(x.T) is None or x.T.flags.c_contiguous
    assert moves.taken(x, x, np.zeros(4)) is None


@pytest.mark.parametrize("n", [1, 5, 16, 33])
def test_sums(n, rng):
    x, y = rng.standard_normal((2, n)).astype(np.float32)
    want = y + x
    moves.added(y, x)()
    assert (y == want).all()


@pytest.mark.parametrize("width", [1, 7, 16, 40])
def test_rows_by_index(width, rng):
    table = rng.standard_normal((6, width)).astype(np.float32)
    index = np.array([[0, 5, 2.9], [-3, 77, np.nan]], np.float32)
    out = np.empty((2, 3, width), np.float32)
    moves.taken(out, table, index)()
    assert (out == table[[[0, 5, 2], [0, 5, 0]]]).all()
    back = np.full((6, width), np.nan, np.float32)
    moves.scattered(back, out, index)()
    want = np.zeros((6, width))
    np.add.at(want, [0, 5, 2, 0, 5, 0], out.reshape(6, width))
    np.testing.assert_allclose(back, want, rtol=1e-6)


def test_class_numbers():
    def check():
        raise ValueError("bad label")

    label = np.array([0, 3, -1, 2.5, 99], np.float32)
    look = moves.Classes(label, 4, 99, check)
    look()
    for bad in (4, -2, np.nan, 98):
        label[3] = bad
        with pytest.raises(ValueError, match="bad label"):
            Table([look])()
