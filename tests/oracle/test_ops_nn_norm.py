"""Normalisations, Dropout and UpSampling against MXNet."""

import pytest

from .nn_check import check


def normal(rng, *shape, dtype="f"):
    return rng.normal(size=shape).astype(dtype)


def batch_norm_arrays(rng, shape, axis=1, dtype="f"):
    c = shape[axis]
    param = "f" if dtype == "float16" else dtype
    return {
        "x": normal(rng, *shape, dtype=dtype),
        "g": (rng.random(c) + 0.5).astype(param),
        "b": normal(rng, c, dtype=param),
        "m": normal(rng, c, dtype=param),
        "v": (rng.random(c) + 0.5).astype(param),
    }


@pytest.mark.parametrize("shape", [(4, 3), (4, 3, 5), (3, 4, 5, 6), (2, 3, 2, 3, 2)])
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(
    "kw", ["", "fix_gamma=False", "fix_gamma=False, use_global_stats=True", "momentum=0.3, eps=1e-5"]
)
def test_batch_norm(both, rng, shape, train, kw):
    arrays = batch_norm_arrays(rng, shape)
    # the averages and gamma are looked at after backward, which is where MXNet changes them
    call = f"nd.BatchNorm(x, g, b, m, v, {kw})"
    check(both, call, train=train, state=("m", "v"), rtol=1e-4, atol=1e-5, **arrays)


@pytest.mark.parametrize("axis", [-1, 2, 0])
def test_batch_norm_axis(both, rng, axis):
    arrays = batch_norm_arrays(rng, (3, 4, 5), axis)
    call = f"nd.BatchNorm(x, g, b, m, v, fix_gamma=False, axis={axis})"
    check(both, call, state=("m", "v"), rtol=1e-4, atol=1e-5, **arrays)


def test_batch_norm_double(both, rng):
    arrays = batch_norm_arrays(rng, (3, 4, 5), dtype="float64")
    # momentum is a float32 in MXNet
    call = "nd.BatchNorm(x, g, b, m, v, fix_gamma=False, momentum=0.5)"
    check(both, call, state=("m", "v"), rtol=1e-6, atol=1e-7, **arrays)


@pytest.mark.parametrize("train", [True, False])
def test_batch_norm_outputs(both, rng, train):
    both(
        f"""
        with autograd.train_mode() if {train} else autograd.predict_mode():
            y = nd.BatchNorm(nd.array(x), nd.array(g), nd.array(b), nd.array(m), nd.array(v), output_mean_var=True)
        """,
        result="y",
        rtol=1e-4,
        atol=1e-5,
        **batch_norm_arrays(rng, (3, 4, 5, 2)),
    )


def test_batch_norm_is_one_step_of_training(both, rng):
    """Two forward passes and one backward: the averages move once. MXNet also sets gamma to 1, unsynchronised."""
    both(
        """
        x, g, b, m, v = (nd.array(t) for t in (x, g, b, m, v))
        for t in (x, g, b):
            t.attach_grad()
        with autograd.record():
            nd.BatchNorm(x, g, b, m, v)
            y = nd.BatchNorm(x, g, b, m, v)
        y.backward()
        nd.waitall()
        result = [m, v, g.grad, b.grad, x.grad]
        """,
        rtol=1e-4,
        atol=1e-5,
        **batch_norm_arrays(rng, (3, 4, 5, 2)),
    )


def test_batch_norm_symbol(both):
    both(
        """
        s = mx.sym.BatchNorm(mx.sym.var("x"), name="bn", fix_gamma=False)
        result = [s.infer_shape(x=(2, 3, 4, 4)), s.list_arguments(), s.list_auxiliary_states(), s.list_outputs(),
                  s.attr_dict(), s.tojson(), str(s.infer_type(x="float16")),
                  mx.sym.BatchNorm(mx.sym.var("x"), output_mean_var=True, name="bn").list_outputs()]
        """
    )


def test_batch_norm_bad(both):
    both("nd.BatchNorm(nd.ones((2, 3)), *[nd.ones((4,))] * 4).asnumpy()", raises="gamma")
    both("nd.BatchNorm(nd.ones((2, 3)), *[nd.ones((3,))] * 4, axis=2).asnumpy()", raises="axis")


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_layer_norm(both, rng, axis, dtype):
    n = (3, 4, 5)[axis]
    arrays = {
        "x": normal(rng, 3, 4, 5, dtype=dtype),
        "g": normal(rng, n, dtype=dtype),
        "b": normal(rng, n, dtype=dtype),
    }
    check(both, f"nd.LayerNorm(x, g, b, axis={axis}, eps=1e-3)", rtol=1e-4, atol=1e-5, **arrays)


def test_layer_norm_outputs(both, rng):
    arrays = {"x": normal(rng, 3, 4, 5), "g": normal(rng, 5), "b": normal(rng, 5)}
    code = "y = nd.LayerNorm(nd.array(x), nd.array(g), nd.array(b), output_mean_var=True)"
    both(code, result="y", rtol=1e-4, atol=1e-5, **arrays)


@pytest.mark.parametrize("groups", [1, 2, 6])
def test_group_norm(both, rng, groups):
    arrays = {"x": normal(rng, 3, 6, 5), "g": normal(rng, groups), "b": normal(rng, groups)}
    check(both, f"nd.GroupNorm(x, g, b, num_groups={groups})", rtol=1e-4, atol=1e-5, **arrays)
    code = f"y = nd.GroupNorm(nd.array(x), nd.array(g), nd.array(b), num_groups={groups}, output_mean_var=True)"
    both(code, result="y", rtol=1e-4, atol=1e-5, **arrays)


@pytest.mark.parametrize("shape", [(3, 4, 5), (2, 3, 4, 5)])
def test_instance_norm(both, rng, shape):
    arrays = {"x": normal(rng, *shape), "g": normal(rng, shape[1]), "b": normal(rng, shape[1])}
    check(both, "nd.InstanceNorm(x, g, b, eps=0.01)", rtol=1e-4, atol=1e-5, **arrays)


@pytest.mark.parametrize("mode", ["instance", "channel", "spatial"])
@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 3, 4, 5)])
def test_l2_normalization(both, rng, mode, shape):
    check(both, f"nd.L2Normalization(x, mode={mode!r}, eps=0.01)", x=normal(rng, *shape), rtol=1e-4)


@pytest.mark.parametrize("kw", ["nsize=3", "nsize=5, alpha=0.5, beta=0.6, knorm=1.5", "nsize=1, alpha=0.1"])
def test_lrn(both, rng, kw):
    check(both, f"nd.LRN(x, {kw})", x=normal(rng, 2, 7, 3, 4), rtol=1e-4)


def test_norm_shapes(both):
    both(
        """
        def shapes(op, shape, **kw):
            s = getattr(mx.sym, op)(mx.sym.var("d"), name="s", **kw)
            return s.list_arguments(), s.infer_shape(d=shape), s.list_outputs(), s.tojson()
        result = [
            shapes("LayerNorm", (2, 3, 4), output_mean_var=True), shapes("LayerNorm", (2, 3, 4), axis=1),
            shapes("GroupNorm", (2, 6, 4), num_groups=2, output_mean_var=True), shapes("GroupNorm", (2, 6, 4)),
            shapes("InstanceNorm", (2, 6, 4)), shapes("L2Normalization", (2, 6)), shapes("LRN", (2, 6, 3, 3), nsize=3),
            shapes("Dropout", (2, 3)), shapes("Pooling", (2, 3, 4, 4), kernel=(2, 2)),
            shapes("Pooling", (2, 3, 4, 4), global_pool=True),
            shapes("Pooling", (2, 3, 4, 4), kernel=(2, 2), pool_type="avg"),
        ]
        """
    )


@pytest.mark.parametrize("kw", ["p=0.4", "p=0.5", "p=0.3, axes=(0,)", "axes=(1, 2)", "p=0.0", "p=0.4, mode='always'"])
@pytest.mark.parametrize("train", [True, False])
def test_dropout(both, rng, kw, train):
    check(both, f"nd.Dropout(x, {kw})", x=normal(rng, 5, 6, 7), train=train)


def test_dropout_bad(both):
    both("nd.Dropout(nd.ones((2, 3)), p=1.5).asnumpy()", raises="p")


@pytest.mark.parametrize("mode", ["concat", "sum"])
def test_upsampling_nearest(both, rng, mode):
    check(both, "nd.UpSampling(x, scale=3, sample_type='nearest', num_args=1)", x=normal(rng, 2, 3, 2, 4))
    call = f"nd.UpSampling(x, y, scale=2, sample_type='nearest', num_args=2, multi_input_mode={mode!r})"
    check(both, call, x=normal(rng, 2, 3, 2, 4), y=normal(rng, 2, 3, 1, 2))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_upsampling_bilinear(both, rng, scale):
    k = 2 * scale - scale % 2
    call = f"nd.UpSampling(x, w, scale={scale}, sample_type='bilinear', num_filter=3, num_args=2)"
    check(both, call, x=normal(rng, 2, 3, 2, 4), w=normal(rng, 3, 1, k, k), rtol=1e-4, atol=1e-5)


def test_upsampling_symbol(both):
    both(
        """
        s = mx.sym.UpSampling(mx.sym.var("d"), scale=2, num_filter=2, sample_type="bilinear", num_args=1, name="u")
        result = [s.list_arguments(), s.infer_shape(d=(1, 2, 3, 3)), s.attr_dict()]
        """
    )
