"""The register tile and the packed product against NumPy, for every vector width that this CPU can run.

Tolerance: sums of k products of numbers near 1 in float32, compared with float64: 4e-7 * k + 1e-5.
"""

from __future__ import annotations

import numpy as np
import pytest

from mxr.kernels import jit
from mxr.kernels.jit.builder import Builder
from mxr.kernels.jit.engine import Engine, engine
from mxr.kernels.jit.function import compile_functions
from mxr.kernels.jit.gemm import Product, packer, product
from mxr.kernels.jit.matmul import Matmul
from mxr.kernels.jit.tile import Tile, argument, load, number, shape_for, split, store
from mxr.kernels.native import Native

from .jit_support import engine_of

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))


def run_product(gen: Engine, p: Product, a: np.ndarray, b: np.ndarray, c: np.ndarray, bias=None) -> None:
    strides = [s // 4 for s in (*a.strides, *b.strides)]
    scratch = p.scratch_floats(a.strides[0], a.strides[1])
    packed = np.full(p.packed_floats, np.nan, np.float32)
    row, wide = c.strides[0] // 4, bias is not None
    wanted = [
        (("product", p, *strides, row, wide), product(p, *strides[:2], row, bias=wide)),
        (("pack", p, *strides[2:]), packer(p, *strides[2:])),
    ]
    run, pack = compile_functions(wanted, gen)
    Native.of(pack, [b, packed], name="pack")()
    buffers = [a, packed, c] + ([bias] if bias is not None else []) + ([np.empty(scratch, np.float32)] * (scratch > 0))
    Native.of(run, buffers, name="product")()


@pytest.mark.parametrize("vector_bytes", [64, 32, 16])
@pytest.mark.parametrize(
    ("m", "n", "k"), [(1, 1, 1), (14, 32, 8), (13, 33, 7), (29, 70, 130), (300, 40, 20), (3, 5, 1100), (64, 16, 513)]
)
def test_product_against_numpy(vector_bytes, m, n, k):
    gen = engine_of(vector_bytes)
    rng = np.random.default_rng(m * n + k)
    rows, vectors = shape_for(vector_bytes)
    b = rng.uniform(-1, 1, (k, n)).astype(np.float32)
    for turned in (False, True):
        a = rng.uniform(-1, 1, (m, k)).astype(np.float32)
        if turned:
            a = np.ascontiguousarray(a.T).T
        want = a.astype(np.float64) @ b.astype(np.float64)
        c = np.full((m, n + 3), 7, np.float32)
        p = Product(m, n, k, vector_bytes // 4, rows, vectors)
        run_product(gen, p, a, b, c[:, :n])
        np.testing.assert_allclose(c[:, :n], want, rtol=0, atol=4e-7 * k + 1e-5)
        assert (c[:, n:] == 7).all()  # what lies beside the result stays
        add = Product(m, n, k, vector_bytes // 4, rows, vectors, add=True)
        run_product(gen, add, a, np.ascontiguousarray(b.T).T, c[:, :n])
        np.testing.assert_allclose(c[:, :n], 2 * want, rtol=0, atol=8e-7 * k + 1e-5)
        bias = rng.uniform(-1, 1, n).astype(np.float32)
        run_product(gen, p, a, b, c[:, :n], bias)
        np.testing.assert_allclose(c[:, :n], want + bias, rtol=0, atol=4e-7 * k + 1e-5)
        assert (c[:, n:] == 7).all()


def test_product_copies_rows_that_would_share_cache_lines():
    gen = engine_of(engine().vector_bytes)
    lanes, (rows, vectors) = gen.vector_bytes // 4, shape_for(gen.vector_bytes)
    rng = np.random.default_rng(0)
    b = rng.uniform(-1, 1, (600, 300)).astype(np.float32)
    for turned in (False, True):
        a = rng.uniform(-1, 1, (600, 1024) if turned else (300, 1024)).astype(np.float32)
        a = a[:, :300].T if turned else a[:, :600]
        p = Product(300, 300, 600, lanes, rows, vectors)
        assert p.scratch_floats(*a.strides)
        c = np.zeros((300, 300), np.float32)
        run_product(gen, p, a, b, c)
        np.testing.assert_allclose(c, a.astype(np.float64) @ b.astype(np.float64), rtol=0, atol=3e-4)


def test_tile_leaves_out_rows_and_finishes():
    """A row without a place takes no part at that k; sums are changed before they are stored."""
    gen = engine_of(engine().vector_bytes)
    lanes = gen.vector_bytes // 4

    def emit(b: Builder) -> None:
        a, w, c = (argument(b, i) for i in range(3))
        t = Tile(b, 3, 1, lanes)
        t.start(lambda r, v: b.convert("sitofp", number(b, 3), "f32"))
        with t.loop(2) as i:
            here, weights = a.along(i, 4), w.along(i, 4 * lanes)
            t.step(lambda r: None if r == 1 else here.by(r * 8), lambda v: weights)
        t.each(lambda r, v, x: b.mul(x, b.const(r + 1, "f32")))
        t.store(lambda r, v: c.by(r * 4 * lanes), lambda v: lanes - 1)

    a = np.arange(6, dtype=np.float32).reshape(3, 2)
    w = np.arange(2 * lanes, dtype=np.float32).reshape(2, lanes)
    c = np.full((3, lanes), -1, np.float32)
    Native.of(compile_functions([("tile test", emit)], gen)[0], [a, w, c], 5)()
    want = (np.where(np.arange(3)[:, None] == 1, 0, a @ w) + 5) * np.arange(1, 4)[:, None]
    want[:, -1] = -1
    np.testing.assert_array_equal(c, want)


def test_masked_load_touches_nothing_beyond():
    def emit(b: Builder) -> None:
        store(argument(b, 1), load(argument(b, 0), 4, 3))

    out = np.full(4, 9, np.float32)
    Native.of(compile_functions([("masked load", emit)])[0], [np.arange(1, 5, dtype=np.float32), out])()
    assert out.tolist() == [1, 2, 3, 0]


@pytest.mark.parametrize("vector_bytes", [64, 32, 16])
@pytest.mark.parametrize(("m", "n", "k"), [(5, 3, 2), (30, 50, 40), (17, 64, 33), (9, 33, 70)])
def test_matmul(vector_bytes, m, n, k):
    """Both operands either way round, with a bias, many at once."""
    gen = engine_of(vector_bytes)
    rng = np.random.default_rng(m)
    for turned_a, turned_b, batch, wide in ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 0), (1, 1, 3, 0), (0, 1, 2, 1)):
        a, b = rng.uniform(-1, 1, (batch, m, k)), rng.uniform(-1, 1, (batch, k, n))
        bias = rng.uniform(-1, 1, n).astype(np.float32)
        one, two = (
            np.ascontiguousarray(x.transpose(0, 2, 1) if turned else x, np.float32)
            for x, turned in ((a, turned_a), (b, turned_b))
        )
        p = Matmul(m, n, k, bool(turned_a), bool(turned_b), batch, bool(wide), vector_bytes // 4)
        c, scratch = np.full((batch, m, n), np.nan, np.float32), np.full(p.scratch_floats, np.nan, np.float32)
        Native.of(p.function(gen), [one, two, *[bias] * wide, c, scratch])()
        np.testing.assert_allclose(c, a @ b + (bias if wide else 0), rtol=0, atol=4e-7 * k + 1e-5)


@pytest.mark.parametrize("extent", [1, 13, 14, 15, 28, 29, 100, 1000])
def test_split_covers_an_extent_with_equal_parts(extent):
    runs = split(extent, 14)
    assert len(runs) <= 2 and max(size for _, size, _ in runs) <= 14
    at = 0
    for start, size, count in runs:
        assert start == at
        at += size * count
    assert at == extent
    assert max(r[1] for r in runs) - min(r[1] for r in runs) <= 1
