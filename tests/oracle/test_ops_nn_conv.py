"""Convolution, Deconvolution and Pooling against MXNet."""

import numpy as np
import pytest

from .nn_check import check


def normal(rng, *shape, dtype="f"):
    return rng.normal(size=shape).astype(dtype)


CONVOLUTIONS = [
    ((2, 3, 7, 8), "kernel=(3, 3), num_filter=4"),
    ((2, 3, 7, 8), "kernel=(3, 2), num_filter=4, pad=(1, 2), stride=(2, 1)"),
    ((2, 4, 9, 9), "kernel=(3, 3), num_filter=6, dilate=(2, 3), pad=(2, 2), num_group=2"),
    ((2, 4, 5, 5), "kernel=(3, 3), num_filter=4, num_group=4, pad=(1, 1), no_bias=True"),
    ((3, 5, 6, 6), "kernel=(1, 1), num_filter=2"),
    ((3, 5, 6, 6), "kernel=(1, 1), num_filter=2, stride=(2, 2)"),
    ((2, 3, 2, 2), "kernel=(1, 1), num_filter=2, pad=(1, 1)"),
    ((2, 3, 11), "kernel=(3,), num_filter=4, stride=(2,), pad=(1,)"),
    ((2, 3, 11), "kernel=3, num_filter=4, dilate=2"),
    ((2, 2, 4, 5, 6), "kernel=(2, 3, 3), num_filter=3, pad=(1, 0, 1), stride=(1, 2, 2)"),
    ((33, 1, 12, 12), "kernel=(5, 5), num_filter=3"),
    ((3, 5, 6, 6), "kernel=(1, 1), num_filter=7, no_bias=True"),
    ((2, 3, 6, 7), "kernel=(3, 2), num_filter=3, num_group=3, stride=(2, 1), pad=(1, 0)"),
    ((2, 3, 9), "kernel=(3,), num_filter=3, num_group=3, dilate=(2,)"),
]


@pytest.mark.parametrize("shape, kw", CONVOLUTIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_convolution(both, rng, shape, kw, dtype):
    a = eval(f"dict({kw})")
    kernel = a["kernel"] if isinstance(a["kernel"], tuple) else (a["kernel"],)
    arrays = {
        "x": normal(rng, *shape, dtype=dtype),
        "w": normal(rng, a["num_filter"], shape[1] // a.get("num_group", 1), *kernel, dtype=dtype),
    }
    if not a.get("no_bias"):
        arrays["b"] = normal(rng, a["num_filter"], dtype=dtype)
    check(both, f"nd.Convolution({', '.join(arrays)}, {kw})", rtol=1e-4, atol=2e-5, **arrays)


DECONVOLUTIONS = [
    ((2, 3, 4, 5), "kernel=(3, 3), num_filter=4"),
    ((2, 3, 4, 5), "kernel=(4, 3), num_filter=4, stride=(2, 3), pad=(1, 1), adj=(1, 2), no_bias=False"),
    ((2, 4, 4, 4), "kernel=(4, 4), num_filter=4, stride=(2, 2), pad=(1, 1), num_group=2"),
    ((2, 3, 4, 4), "kernel=(3, 3), num_filter=2, stride=(2, 2), target_shape=(8, 8)"),
    ((2, 3, 4, 4), "kernel=(3, 3), num_filter=2, dilate=(2, 2)"),
    ((2, 3, 6), "kernel=(3,), num_filter=2, stride=(2,)"),
]


@pytest.mark.parametrize("shape, kw", DECONVOLUTIONS)
def test_deconvolution(both, rng, shape, kw):
    a = eval(f"dict({kw})")
    dtype = "float64"  # MXNet's float32 path goes to oneDNN, which fails for some of these
    arrays = {
        "x": normal(rng, *shape, dtype=dtype),
        "w": normal(rng, shape[1], a["num_filter"] // a.get("num_group", 1), *a["kernel"], dtype=dtype),
    }
    if not a.get("no_bias", True):
        arrays["b"] = normal(rng, a["num_filter"], dtype=dtype)
    check(both, f"nd.Deconvolution({', '.join(arrays)}, {kw})", rtol=1e-4, atol=2e-5, **arrays)


def test_convolution_shapes(both):
    both(
        """
        def shapes(op, shape, **kw):
            s = getattr(mx.sym, op)(mx.sym.var("x"), name="c", **kw)
            return s.list_arguments(), s.infer_shape(x=shape)
        result = [
            shapes("Convolution", (2, 3, 8, 8), kernel=(3, 3), num_filter=4),
            shapes("Convolution", (2, 3, 8, 8), kernel=(3, 3), num_filter=4, no_bias=True, stride=(2, 2), pad=(1, 1)),
            shapes("Convolution", (2, 4, 8), kernel=(3,), num_filter=4, num_group=2, dilate=(2,)),
            shapes("Convolution", (2, 4, 8, 8, 8), kernel=(3, 3, 3), num_filter=4),
            shapes("Deconvolution", (2, 3, 8, 8), kernel=(3, 3), num_filter=4),
            shapes("Deconvolution", (2, 3, 8, 8), kernel=(3, 3), num_filter=4, stride=(2, 2), adj=(1, 1)),
        ]
        """
    )


@pytest.mark.parametrize(
    "args, names",
    [
        ("nd.ones((1, 2, 3, 3)), nd.ones((4, 2, 5, 5)), kernel=(5, 5), num_filter=4, no_bias=True", "kernel"),
        ("nd.ones((1, 2, 6, 6)), nd.ones((4, 3, 3, 3)), kernel=(3, 3), num_filter=4, no_bias=True", "weight"),
        (
            "nd.ones((1, 3, 6, 6)), nd.ones((4, 1, 3, 3)), kernel=(3, 3), num_filter=4, no_bias=True, num_group=2",
            "num_group",
        ),
        ("nd.ones((1, 2, 6)), nd.ones((4, 2, 3, 3)), kernel=(3, 3), num_filter=4, no_bias=True", "data"),
        ("nd.ones((1, 2, 6, 6)), nd.ones((4, 2, 3, 3)), kernel=(3, 3), num_filter=0, no_bias=True", "num_filter"),
    ],
)
def test_convolution_bad(both, args, names):
    both(f"nd.Convolution({args}).asnumpy()", raises=names)


POOLINGS = [
    ((2, 3, 8, 8), "kernel=(2, 2), stride=(2, 2)"),
    ((2, 3, 7, 8), "kernel=(3, 3), stride=(2, 2)"),
    ((2, 3, 7, 8), "kernel=(3, 3), stride=(2, 2), pad=(1, 1)"),
    ((2, 3, 7, 8), "kernel=(3, 2), stride=(2, 3), pad=(1, 0), pooling_convention='full'"),
    ((2, 2, 5, 5), "kernel=(2, 2), stride=(2, 2), pooling_convention='full'"),
    ((2, 2, 5, 5), "kernel=(2, 2), stride=(3, 3)"),
    ((2, 3, 5, 6), "kernel=(3, 2)"),
    ((2, 3, 5, 6), "global_pool=True"),
    ((2, 3, 5, 6), "global_pool=True, kernel=(2, 2), stride=(2, 2), pad=(1, 1)"),
    ((2, 3, 5, 6), "kernel=(5, 6)"),
    ((2, 3, 9), "kernel=(3,), stride=(2,), pad=(1,)"),
    ((2, 3, 4, 5, 6), "kernel=(2, 2, 3), stride=(2, 1, 2), pad=(0, 1, 1)"),
]


@pytest.mark.parametrize("shape, kw", POOLINGS)
@pytest.mark.parametrize("kind", ["max", "avg", "sum", "lp1", "lp2", "lp3", "avg-nopad"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pooling(both, rng, shape, kw, kind, dtype):
    if dtype == "float64" and kind in ("max", "avg", "avg-nopad"):
        dtype = "float32"  # these go to oneDNN in MXNet, which has no float64
    extra = {"avg-nopad": "pool_type='avg', count_include_pad=False"}.get(kind)
    if kind.startswith("lp"):
        extra = f"pool_type='lp', p_value={kind[2]}"
    x = normal(rng, *shape, dtype=dtype)
    if kind == "lp3" or kind == "lp2":
        x = abs(x) + 0.1  # MXNet takes no absolute values: keep away from roots of negative sums and their poles
    kw = kw + ", " + (extra or f"pool_type={kind!r}")
    check(both, f"nd.Pooling(x, {kw})", x=x.astype(dtype), rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize(
    "kw", ["kernel=(2, 2), stride=(2, 2)", "kernel=(3, 3), stride=(1, 1), pad=(1, 1)", "global_pool=True"]
)
def test_max_pooling_ties(both, kw):
    x = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [2, 3, 3, 2], [3, 2, 2, 3]], "f").reshape(1, 1, 4, 4)
    check(both, f"nd.Pooling(x, pool_type='max', {kw})", x=x)


def test_pooling_signed_norm(both, rng):
    check(both, "nd.Pooling(x, pool_type='lp', p_value=2, kernel=(2, 2))", x=normal(rng, 1, 2, 4, 4), rtol=1e-4)


@pytest.mark.parametrize("kw", ["kernel=(9, 9)", "pool_type='lp', kernel=(2, 2)", "kernel=(2,)", "pool_type='max'"])
def test_pooling_bad(both, kw):
    both(f"nd.Pooling(nd.ones((1, 2, 6, 6)), {kw}).asnumpy()", raises="Pooling")


PATCHES = [
    ((2, 3, 5, 6), "kernel=(2, 3)"),
    ((2, 3, 5, 6), "kernel=(2, 3), stride=(2, 1), pad=(1, 0), dilate=(1, 2)"),
]


@pytest.mark.parametrize("shape, kw", PATCHES)
def test_im2col(both, rng, shape, kw):
    check(both, f"nd.im2col(x, {kw})", x=normal(rng, *shape))


@pytest.mark.parametrize("shape, kw", PATCHES)
def test_col2im(both, rng, shape, kw):
    from mxr import nd

    columns = eval(f"nd.im2col(nd.zeros({shape}), {kw})", {"nd": nd}).shape
    check(both, f"nd.col2im(x, output_size={shape[2:]}, {kw})", x=normal(rng, *columns))
