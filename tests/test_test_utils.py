"""mx.test_utils: comparisons that fail when they should, checks of symbols, MNIST."""

import os

import numpy as np
import pytest

import mxr as mx
from mxr import test_utils as tu
from mxr.base import MXNetError


def test_almost_equal_by_dtype():
    a = np.ones(4, "f4")
    assert tu.almost_equal(a, a * 1.00005) and not tu.almost_equal(a.astype("f8"), a.astype("f8") * 1.00005)
    assert tu.almost_equal(a.astype("f2"), a.astype("f8") * 1.05)
    assert tu.same(mx.nd.array(a), a) and not tu.same(a, a + 1)
    tu.assert_almost_equal(mx.nd.array(a), a)
    tu.assert_almost_equal([np.nan, 1.0], [np.nan, 1.0], equal_nan=True)
    tu.assert_almost_equal_ignore_nan(np.array([np.nan, 1.0]), np.array([2.0, 1.0]))


def test_messages_say_where(capsys):
    a, b = np.zeros((2, 3), "f"), np.zeros((2, 3), "f")
    b[1, 2] = 0.5
    with pytest.raises(AssertionError) as error:
        tu.assert_almost_equal(a, b, names=("x", "y"))
    assert "Location of maximum error: (1, 2), x=0.00000000, y=0.50000000" in str(error.value)
    assert "rtol=1.000000e-04, atol=1.000000e-03 (mismatch 16.666667%)" in str(error.value)
    assert "Maximum errors for vector of size 6" in capsys.readouterr().out
    assert tu.find_max_violation(a, b)[0] == (1, 2)
    with pytest.raises(ValueError, match="could not be broadcast"):
        tu.assert_almost_equal(np.ones(2), np.ones((1, 2)), use_broadcast=False)


def test_share_of_wrong_elements():
    a = np.zeros(10)
    b = a.copy()
    b[0] = 1
    tu.assert_almost_equal_with_err(a, b, etol=0.1)
    with pytest.raises(AssertionError):
        tu.assert_almost_equal_with_err(a, b, etol=0.05)


def test_assert_exception():
    tu.assert_exception(int, ValueError, "x")
    with pytest.raises(AssertionError):
        tu.assert_exception(int, ValueError, "3")


def dense():
    return mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc")


LOCATION = [np.arange(6.0).reshape(2, 3), np.full((3, 3), 0.5), np.array([1.0, 2.0, 3.0])]


def test_check_forward_and_backward():
    want = LOCATION[0] @ LOCATION[1].T + LOCATION[2]
    tu.check_symbolic_forward(dense(), LOCATION, [want])
    with pytest.raises(AssertionError, match="EXPECTED_fc_output"):
        tu.check_symbolic_forward(dense(), LOCATION, [want + 1])
    head = np.ones((2, 3))
    for req in ("write", "add"):
        tu.check_symbolic_backward(dense(), LOCATION, [head], {"data": head @ LOCATION[1]}, grad_req=req)
    tu.check_symbolic_backward(dense(), LOCATION, [head], {"data": head}, grad_req="null")
    with pytest.raises(AssertionError, match="BACKWARD_data"):
        tu.check_symbolic_backward(dense(), LOCATION, [head], {"data": head})
    np.testing.assert_allclose(
        tu.simple_forward(dense(), data=LOCATION[0], fc_weight=LOCATION[1], fc_bias=LOCATION[2]), want
    )


def test_check_numeric_gradient_finds_wrong_gradients():
    tu.check_numeric_gradient(dense(), LOCATION)
    tu.check_numeric_gradient(mx.sym.tanh(mx.sym.var("x")), [np.array([[0.1, -0.3]])], rtol=1e-2, atol=1e-3)
    data = mx.sym.var("data")
    with pytest.raises(AssertionError, match="NUMERICAL_data"):
        tu.check_numeric_gradient(mx.sym.BlockGrad(data) * data, [np.array([[1.0, 2.0]])])
    with pytest.raises(MXNetError, match="do not match"):
        tu.check_numeric_gradient(dense(), {"dat": LOCATION[0]})


def test_check_consistency_and_speed():
    specs = [
        {"ctx": mx.cpu(), "data": (2, 3), "type_dict": {"data": t, "fc_weight": t, "fc_bias": t}}
        for t in ("float64", "float32")
    ]
    tu.check_consistency(dense(), specs)
    assert 0 < tu.check_speed(dense(), N=2, data=(2, 3)) < 1


def test_same_array_and_structure():
    x = mx.nd.ones((4, 2))
    assert tu.same_array(x[0:2], x[0:2]) and not tu.same_array(x, x.copy())
    assert tu.same_symbol_structure(dense(), mx.sym.FullyConnected(mx.sym.var("d"), num_hidden=3))
    assert not tu.same_symbol_structure(dense(), mx.sym.tanh(mx.sym.var("d")))


def test_random_shapes_and_arrays():
    assert len(tu.rand_shape_2d()) == 2 and len(tu.rand_shape_3d()) == 3 and len(tu.rand_shape_nd(5)) == 5
    a, b = tu.random_arrays((2, 3), ())
    assert a.shape == (2, 3) and a.dtype == np.float32 and b.shape == ()
    assert tu.rand_ndarray((2, 2)).shape == (2, 2)
    assert tu.rand_ndarray((2, 2), "csr").stype == "csr"
    m = tu.new_sym_matrix_with_real_eigvals_nd((2, 4, 4))
    np.testing.assert_allclose(m, np.swapaxes(m, 1, 2), atol=1e-10)
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(tu.np_reduce(x, (0, 2), True, np.sum), x.sum(axis=(0, 2), keepdims=True))
    np.testing.assert_array_equal(tu.collapse_sum_like(x, (3, 1)), x.sum(axis=(0, 2)).reshape(3, 1))


def test_environment_and_default_context():
    with tu.environment("MXR_NO_SUCH_VARIABLE", "1"):
        assert os.environ["MXR_NO_SUCH_VARIABLE"] == "1"
    assert "MXR_NO_SUCH_VARIABLE" not in os.environ
    before = tu.default_context()
    tu.set_default_context(mx.cpu(1))
    try:
        assert mx.nd.ones((1,)).context == mx.cpu(1)
    finally:
        tu.set_default_context(before)


def test_retry():
    calls = []

    @tu.retry(3)
    def flaky():
        calls.append(1)
        assert len(calls) == 3

    flaky()
    assert len(calls) == 3


def test_mnist_iterators():
    train, val = tu.get_mnist_iterator(100, (784,), num_parts=4, part_index=1)
    assert train.provide_data[0].shape == (100, 784)
    batch = next(iter(val))
    assert batch.data[0].asnumpy().min() >= 0 and batch.data[0].asnumpy().max() <= 1
    dummy = tu.DummyIter(val)
    assert dummy.next() is dummy.next()


def test_random_generator_checks(rng):
    pytest.importorskip("scipy")
    buckets, probs = tu.gen_buckets_probs_with_ppf(lambda q: q, 5)
    assert tu.verify_generator(lambda n: rng.random(n), buckets, probs, nsamples=20000, nrepeat=3)
    with pytest.raises(AssertionError, match="Chi-square"):
        tu.verify_generator(lambda n: rng.random(n) ** 2, buckets, probs, nsamples=20000, nrepeat=3)
    assert tu.mean_check(lambda n: rng.normal(2, 3, n), 2, 3, 20000)
    assert not tu.var_check(lambda n: rng.normal(2, 3, n), 2, 20000)


def test_registry():
    class Base:
        pass

    register, create = mx.registry.get_register_func(Base, "thing"), mx.registry.get_create_func(Base, "thing")

    @mx.registry.get_alias_func(Base, "thing")("uno")
    @register
    class One(Base):
        def __init__(self, x=1):
            self.x = x

    assert create("one", x=3).x == 3 and type(create("uno")) is One and create('["one", {"x": 5}]').x == 5
    assert create(thing="one").x == 1 and set(mx.registry.get_registry(Base)) == {"one", "uno"}
    with pytest.warns(UserWarning, match="is overriding existing thing"):
        register(One)
    with pytest.raises(MXNetError, match="Did you mean 'one'"):
        create("onee")
    assert "xavier" in mx.registry.get_registry(mx.init.Initializer)
    assert "acc" in mx.registry.get_registry(mx.metric.EvalMetric)


def test_all_names_of_mxnet(oracle):
    names = oracle.run("result = ' '.join(n for n in dir(mx.test_utils) if not n.startswith('_'))", result="result")
    # np_symbol belongs to mx.np; the others are modules that MXNet's file happens to import
    accidental = {"np_symbol", "npt", "OrderedDict", "bz2", "contextmanager", "errno", "gzip", "json", "numbers",
                  "platform", "requests", "rnd", "ss", "struct", "time", "traceback", "zipfile"}  # fmt: skip
    missing = {n for n in str(names["result"]).split() if not hasattr(tu, n)} - accidental
    assert not missing, missing


def test_star_import_brings_what_old_tests_count_on():
    scope = {}
    exec("from mxr.test_utils import *", scope)
    assert scope["mx"] is mx and scope["np"] is np and scope["os"] is os and scope["array"] is mx.nd.array
    assert {"sys", "logging", "default_context", "assert_almost_equal", "rand_sparse_ndarray"} <= set(scope)


def test_row_sparse_draws_are_mxnets(both):
    both(
        """
from_utils = mx.test_utils
a, (values, rows) = from_utils.rand_sparse_ndarray((5, 3), "row_sparse", density=0.5)
b, _ = from_utils.rand_sparse_ndarray((5, 3), "row_sparse", density=0.7, data_init=2.0)
c = from_utils.create_sparse_array((4, 3), "row_sparse", data_init=0.5, rsp_indices=[0, 2])
d = from_utils.create_sparse_array_zd((4, 3), "row_sparse", 0, rsp_indices=[])
result = {"a": a.asnumpy(), "values": values, "rows": rows, "b": b.asnumpy(), "c": c.asnumpy(), "d": d.asnumpy()}
"""
    )


def test_random_csr():
    for options in (
        {},
        {"distribution": "powerlaw", "density": 0.5},
        {"density": 1.0, "data_init": 3.0},
        {"density": 0},
    ):
        array, (indptr, indices, data) = tu.rand_sparse_ndarray((6, 8), "csr", **options)
        assert array.stype == "csr" and array.shape == (6, 8) and len(indptr) == 7 and len(indices) == len(data)
    assert (tu.rand_ndarray((6, 8), "csr", density=1).asnumpy() != 0).all()
    counts = (tu.rand_ndarray((6, 8), "csr", density=0.4, distribution="powerlaw").asnumpy() != 0).sum(axis=1)
    assert counts.sum() == 20 and counts[1] > counts[0] and counts.min() == 1
    with pytest.raises(ValueError, match="not supported for this density"):
        tu.rand_sparse_ndarray((6, 8), "csr", density=0.01, distribution="powerlaw")
    for bad in (("csr", {"shape": (2, 3, 4)}), ("dense", {})):
        with pytest.raises(MXNetError):
            tu.rand_sparse_ndarray(bad[1].get("shape", (2, 3)), bad[0])


def test_downloads_from_files(tmp_path, monkeypatch):
    import bz2
    import zipfile

    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("source.zip", "w") as file:
        file.writestr("inside.txt", "hello")
    (tmp_path / "source.bz2").write_bytes(bz2.compress(b"hello"))
    base = tmp_path.as_uri()
    assert tu.download(f"{base}/source.zip", dirname="d") == os.path.join("d", "source.zip")
    tu.get_zip_data("z", f"{base}/source.zip", "x.zip")
    assert (tmp_path / "z" / "inside.txt").read_text() == "hello"
    tu.get_bz2_data("b", "out.txt", f"{base}/source.bz2", "x.bz2")
    assert (tmp_path / "b" / "out.txt").read_text() == "hello"
    assert tu.download_model("m", meta_info={}) == (None, 0)
    with pytest.raises(ValueError, match="meta_info"):
        tu.download_model("m")
    with pytest.raises(MXNetError, match="im2rec"):
        tu.get_im2rec_path()


def test_hybridize_consistency():
    x = [mx.nd.array(np.random.rand(2, 4))]
    tu.check_gluon_hybridize_consistency(lambda: mx.gluon.nn.Dense(3, prefix="d_"), x)
    relu = lambda a: np.maximum(a, 0)  # noqa: E731
    tu.check_gluon_hybridize_consistency(lambda: mx.gluon.nn.Activation("relu", prefix="a_"), x, relu)
    with pytest.raises(AssertionError):
        tu.check_gluon_hybridize_consistency(lambda: mx.gluon.nn.Activation("tanh", prefix="a_"), x, relu)
