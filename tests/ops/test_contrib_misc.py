"""Contrib operators that MXNet cannot judge: checked against NumPy and against differences; and what they refuse."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd, sym
from mxr.base import MXNetError, MXNetIndexError, MXNetValueError

C = nd.contrib


def test_fft_is_numpys():
    x = np.random.default_rng(0).normal(size=(3, 5)).astype("f")
    y = C.fft(nd.array(x)).asnumpy()
    z = np.fft.fft(x)
    np.testing.assert_allclose(y[:, ::2], z.real, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(y[:, 1::2], z.imag, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(C.ifft(nd.array(y)).asnumpy(), 5 * x, rtol=1e-5, atol=1e-5)
    with pytest.raises(MXNetValueError, match="_contrib_ifft: argument data .* even"):
        C.ifft(nd.ones((2, 3)))
    with pytest.raises(MXNetValueError, match=r"_contrib_fft: argument data has shape \(3,\)"):
        C.fft(nd.ones(3))


def test_count_sketch_of_the_documentation():
    x, h, s = nd.array([[1.2, 2.5, 3.4], [3.2, 5.7, 6.6]]), nd.array([[0, 3, 4]]), nd.array([[1, -1, 1]])
    out = C.count_sketch(x, h, s, out_dim=5).asnumpy()
    np.testing.assert_allclose(out, [[1.2, 0, 0, -2.5, 3.4], [3.2, 0, 0, -5.7, 6.6]], rtol=1e-6)
    with pytest.raises(MXNetIndexError, match="argument h has 4, expected 0 to 3"):
        C.count_sketch(x, h, s, out_dim=4)


def test_quantize_asym_by_its_equation():
    x = np.random.default_rng(0).uniform(-1, 2, (4, 5)).astype("f")
    for more in ({}, {"min_calib_range": -0.5, "max_calib_range": 1.5}):
        y, scale, shift = (v.asnumpy() for v in C.quantize_asym(nd.array(x), **more))
        lo, hi = more.get("min_calib_range", x.min()), more.get("max_calib_range", x.max())
        np.testing.assert_allclose(scale, 255 / (hi - lo), rtol=1e-6)
        np.testing.assert_allclose(shift, 255 - hi * scale, rtol=1e-5)
        np.testing.assert_array_equal(y, np.clip(np.floor(x * scale + shift + 0.5), 0, 255))
        assert y.dtype == np.uint8


def _hawkes(lda, alpha, beta, state, lags, marks, length, max_time):
    """The definition, event by event."""
    total, final = np.zeros(len(lda)), state.copy()
    for i in range(len(lda)):
        last, t = np.zeros(lda.shape[1]), 0.0
        for j in range(int(length[i])):
            k, t = marks[i, j], t + lags[i, j]
            pause = t - last[k]
            decay = np.exp(-beta[k] * pause)
            total[i] += np.log(lda[i, k] + alpha[k] * beta[k] * final[i, k] * decay)
            total[i] -= lda[i, k] * pause + alpha[k] * final[i, k] * (1 - decay)
            final[i, k], last[k] = 1 + final[i, k] * decay, t
        pause = max_time[i] - last
        decay = np.exp(-beta * pause)
        total[i] -= (lda[i] * pause + alpha * final[i] * (1 - decay)).sum()
        final[i] *= decay
    return total, final


def test_hawkes_by_its_definition():
    rng = np.random.default_rng(1)
    n, t, k = 3, 40, 4
    args = [
        rng.uniform(0.5, 2, (n, k)), rng.uniform(0.1, 0.9, k), rng.uniform(0.5, 2, k), rng.uniform(0, 1, (n, k)),
        rng.uniform(0, 0.5, (n, t)), rng.integers(0, k, (n, t)), np.array([40.0, 17, 0]), np.array([30.0, 30, 30]),
    ]  # fmt: skip
    xs = [nd.array(a, dtype="int32" if i == 5 else "float64") for i, a in enumerate(args)]
    for x in xs[:3]:
        x.attach_grad()
    with autograd.record():
        ll, state = C.hawkesll(*xs)
    total, final = _hawkes(*args)
    np.testing.assert_allclose(ll.asnumpy(), total, rtol=1e-12)
    np.testing.assert_allclose(state.asnumpy(), final, rtol=1e-10)
    head = np.array([1.0, -2, 0.5])
    ll.backward(nd.array(head, dtype="float64"))
    for i in range(3):
        expected = np.zeros_like(args[i])
        for at in np.ndindex(args[i].shape):
            ends = []
            for d in (1e-6, -1e-6):
                moved = [a.copy() for a in args]
                moved[i][at] += d
                ends.append((_hawkes(*moved)[0] * head).sum())
            expected[at] = (ends[0] - ends[1]) / 2e-6
        np.testing.assert_allclose(xs[i].grad.asnumpy(), expected, rtol=1e-6, atol=1e-6)


def test_hawkes_refuses():
    good = [
        nd.ones((1, 2)), nd.ones(2), nd.ones(2), nd.zeros((1, 2)), nd.ones((1, 3)),
        nd.zeros((1, 3), dtype="int32"), nd.array([3]), nd.array([9]),
    ]  # fmt: skip
    C.hawkesll(*good)
    for i, bad, message in (
        (5, nd.array([[0, 2, 0]], dtype="int32"), "argument marks has 2, expected 0 to 1"),
        (6, nd.array([4]), "argument valid_length has 4, expected at most 3"),
        (7, nd.ones((1, 1)), "argument max_time must have 1 dimension"),
        (5, nd.zeros((1, 3)), "argument marks has dtype float32, expected int32"),
        (1, nd.ones(3), "argument alpha has shape"),
    ):
        args = list(good)
        args[i] = bad
        with pytest.raises(MXNetError, match=f"_contrib_hawkesll: .*{message}"):
            C.hawkesll(*args)


def test_boolean_mask_after_queued_work():
    """A shape that is known only after running waits for what is queued."""
    x = nd.ones((700, 700))
    y = nd.dot(x, x)
    kept = C.boolean_mask(y, nd.array([1.0] + [0.0] * 699))
    assert kept.shape == (1, 700) and float(kept[0, 0].asscalar()) == 700


def test_boolean_mask_keeps_nothing():
    out = C.boolean_mask(nd.ones((3, 2)), nd.zeros(3))
    assert out.shape == (0, 2)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: C.boolean_mask(nd.ones((3, 2)), nd.ones(2)), "argument index has shape"),
        (lambda: C.boolean_mask(nd.ones((3, 2)), nd.ones((3, 1))), "argument index must have one dimension"),
        (lambda: C.boolean_mask(nd.ones((3, 2)), nd.ones(2), axis=1), "axis=1 is not supported"),
        (lambda: C.index_copy(nd.ones((3, 2)), nd.array([3]), nd.ones((1, 2))), "index_vector has 3, expected 0 to 2"),
        (lambda: C.index_copy(nd.ones((3, 2)), nd.array([-1]), nd.ones((1, 2))), "index_vector has -1"),
        (lambda: C.index_copy(nd.ones((3, 2)), nd.array([1]), nd.ones((2, 2))), "argument new_tensor has shape"),
        (lambda: C.index_array(nd.ones((3, 2)), axes=(2,)), "axes=2 is out of bounds"),
        (lambda: C.arange_like(nd.ones((3, 2)), axis=2), "axis=2 is out of bounds"),
        (lambda: C.arange_like(nd.ones((3, 2)), repeat=0), "repeat=0"),
        (lambda: C.allclose(nd.ones((3, 2)), nd.ones(2)), "argument b has shape"),
        (lambda: C.quantize(nd.ones(2), nd.ones(2), nd.ones(1)), "argument min_range has shape"),
        (lambda: C.dequantize(nd.ones(2), nd.ones(1), nd.ones(1)), "argument data has dtype float32"),
        (lambda: C.requantize(nd.ones(2), nd.ones(1), nd.ones(1)), "argument data has dtype float32, expected int32"),
        (lambda: C.calibrate_entropy(nd.ones(5), nd.ones(5)), "argument hist_edges has shape"),
        (lambda: nd.random_pdf_normal(nd.ones((2, 3)), nd.ones(3), nd.ones(3)), "argument mu has shape"),
        (lambda: nd.random_pdf_dirichlet(nd.ones((2, 3)), nd.ones((2, 2))), "argument alpha has shape"),
        (lambda: nd._internal._set_value(src=1), "argument out is required"),
        (lambda: nd._internal._NoGradient(), "_NoGradient"),
    ],
)
def test_refused(call, message):
    with pytest.raises(MXNetError, match=message):
        call()


def test_executor_with_a_mask():
    x, m, w = sym.Variable("x"), sym.Variable("m"), sym.Variable("w")
    out = sym.contrib.boolean_mask(sym.FullyConnected(x, w, num_hidden=2, no_bias=True), m, name="kept") * 3
    assert out.infer_shape_partial(x=(3, 4))[1] == [(0, 2)]
    exe = out.simple_bind(mx.cpu(), x=(3, 4), m=(3,), w=(2, 4), grad_req={"x": "write", "w": "add"})
    assert "node by node" in exe.explain() and "kept" in exe.explain()
    exe.arg_dict["w"][:] = 1
    exe.grad_dict["w"][:] = 5
    y = exe.forward(is_train=True, x=nd.arange(12).reshape((3, 4)), m=nd.array([0, 1, 1]))[0]
    np.testing.assert_array_equal(y.asnumpy(), [[66, 66], [114, 114]])
    exe.backward(nd.ones((2, 2)))
    np.testing.assert_array_equal(exe.grad_dict["x"].asnumpy(), [[0] * 4, [6] * 4, [6] * 4])
    np.testing.assert_array_equal(exe.grad_dict["w"].asnumpy(), 5 + 3 * np.array([[12, 14, 16, 18]] * 2))
    exe.backward(nd.ones((2, 2)))  # again, on the same forward
    np.testing.assert_array_equal(exe.grad_dict["w"].asnumpy(), 5 + 6 * np.array([[12, 14, 16, 18]] * 2))
    assert exe.forward(m=nd.array([0, 1, 0]))[0].shape == (1, 2)
    assert exe.output_dict[out.list_outputs()[0]].shape == (1, 2)
    with pytest.raises(MXNetError, match="its head gradient must be given"):
        exe.backward()
    seen = []
    exe.set_monitor_callback(lambda name, x: seen.append((name, x.shape)))
    exe.forward()
    assert ("kept_output", (1, 2)) in seen
    assert exe.reshape(x=(5, 4), m=(5,), partial_shaping=True, allow_up_sizing=True).forward()[0].shape == (0, 2)


def test_hybridized_mask_and_second_derivative():
    class Net(gluon.HybridBlock):
        def hybrid_forward(self, F, x, m):
            return F.contrib.boolean_mask(x * x * x, m)

    for flags in ({}, {"static_alloc": True, "static_shape": True}):
        net = Net()
        net.hybridize(**flags)
        x = nd.array([[1.0, 2], [3, 4]])
        x.attach_grad()
        with autograd.record():
            y = net(x, nd.array([0, 1]))
            g = autograd.grad(y, [x], create_graph=True)[0]
        g.backward()
        np.testing.assert_array_equal(y.asnumpy(), [[27, 64]])
        np.testing.assert_array_equal(g.asnumpy(), [[0, 0], [27, 48]])
        np.testing.assert_array_equal(x.grad.asnumpy(), [[0, 0], [18, 24]])
        assert net(x, nd.array([1, 1])).shape == (2, 2)


def test_index_copy_and_transforms_of_second_order():
    from tests.ops.grad_check import check_gradients

    rng = np.random.default_rng(0)
    i = np.array([2, 0], dtype="int32")
    check_gradients(
        lambda x, at, y: C.index_copy(x * x, at, y * y), rng.normal(size=(3, 2)), i, rng.normal(size=(2, 2))
    )
    check_gradients(lambda x: C.fft(x * x), rng.normal(size=(2, 3)))
    check_gradients(lambda x: C.ifft(x * x), rng.normal(size=(2, 6)))
    check_gradients(lambda x: nd.random_pdf_normal(x, nd.zeros(2, dtype="float64"), nd.ones(2, dtype="float64")),
                    rng.normal(size=(2, 3)))  # fmt: skip


def test_reset_arrays_of_views_and_many():
    x = nd.ones((4, 2))
    nd.reset_arrays(x[1:3], num_arrays=1)
    np.testing.assert_array_equal(x.asnumpy()[:, 0], [1, 0, 0, 1])
    many = [nd.ones(2) for _ in range(300)]
    assert nd.reset_arrays(*many, num_arrays=300) == []
    assert all(float(v.sum().asscalar()) == 0 for v in many)
