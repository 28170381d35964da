"""Contrib operators beyond plain cases: dynamic shapes in symbols and blocks, writes in place, errors."""

import pytest


@pytest.mark.parametrize("dtype", ["float32", "int32", "bool"])
def test_boolean_mask_by_masks_of_all_kinds(both, dtype):
    both(
        f"""
        x = nd.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
        m = nd.array([0, 1, 1], dtype="{dtype}")
        x.attach_grad()
        with autograd.record():
            y = nd.contrib.boolean_mask(x, m) * 2
        y.backward()
        none = nd.contrib.boolean_mask(x, nd.zeros((3,)))
        result = {{"y": y, "dx": x.grad, "none": none.shape}}
        """
    )


def test_boolean_mask_bound(both):
    both(
        """
        x, m = sym.Variable("x"), sym.Variable("m")
        s = sym.contrib.boolean_mask(x * 2, m) + 1
        grads = {"x": nd.zeros((3, 3))}
        e = s.bind(mx.cpu(), {"x": nd.arange(9).reshape((3, 3)), "m": nd.array([0, 1, 1])}, args_grad=grads)
        y = e.forward(is_train=True)[0].copy()
        e.backward(nd.ones((2, 3)))
        result = {"y": y, "dx": grads["x"], "names": s.list_outputs(), "json": s.tojson()}
        """
    )


def test_boolean_mask_hybridized(both):
    both(
        """
        class Net(gluon.HybridBlock):
            def hybrid_forward(self, F, x, m):
                return F.contrib.boolean_mask(x * 1, m) * 2

        net = Net()
        net.hybridize()
        x = nd.arange(9).reshape((3, 3))
        x.attach_grad()
        first = net(x, nd.array([0, 1, 1]))
        with autograd.record():
            y = net(x, nd.array([1, 0, 0]))
        y.backward()
        result = {"first": first, "y": y, "dx": x.grad}
        """
    )


def test_writes_in_place(both):
    both(
        """
        a, b = nd.ones((2,)), nd.ones((3, 2))
        nothing = nd.reset_arrays(a, b, num_arrays=2)
        c = nd.zeros((2, 2), dtype="int32")
        nd._internal._set_value(3, out=c)
        d = nd.zeros((2,), dtype="int32")
        nd._internal._copyto(nd.array([1.5, -2]), out=d)
        result = {"a": a, "b": b, "c": c, "d": d, "nothing": len(nothing)}
        """
    )


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_csr(both, dtype):
    """getnnz and edge_id"""
    both(
        f"""
        s = nd.sparse.csr_matrix(([1, 2, 3, 0], [0, 2, 1, 2], [0, 2, 3, 4, 4]), shape=(4, 3), dtype="{dtype}")
        empty = nd.sparse.zeros("csr", (2, 3), dtype="{dtype}")
        result = {{
            "all": nd.contrib.getnnz(s),
            "rows": nd.contrib.getnnz(s, axis=1),
            "none": nd.contrib.getnnz(empty),
            "no rows": nd.contrib.getnnz(empty, axis=1),
            "edges": nd.contrib.edge_id(s, nd.array([0, 0, 1, 2, 2, 3], dtype="{dtype}"),
                                        nd.array([0, 1, 1, 0, 2, 2], dtype="{dtype}")),
        }}
        """
    )


def test_names_of_symbols(both):
    both(
        """
        result = {}
        for n, more in (("allclose", {}), ("arange_like", {}), ("boolean_mask", {}), ("count_sketch", {"out_dim": 3}),
                        ("hawkesll", {}), ("quantize", {}), ("quantize_v2", {}), ("requantize", {}), ("dequantize", {}),
                        ("calibrate_entropy", {}), ("index_copy", {}), ("quantize_asym", {}), ("fft", {}), ("ifft", {}),
                        ("round_ste", {}), ("sign_ste", {}), ("quadratic", {}), ("gradientmultiplier", {}),
                        ("index_array", {}), ("SparseEmbedding", {"input_dim": 2, "output_dim": 3})):
            s = getattr(sym.contrib, n)(**more)
            result[n] = [s.list_arguments(), s.list_outputs()]
        result["none"] = sym._internal._NoGradient().list_outputs()
        """
    )


def test_shapes_and_dtypes_of_symbols(both):
    both(
        """
        x = sym.Variable("x")
        result = {}
        for n, shape, more in (
            ("arange_like", (2, 3), {"axis": 1}), ("index_array", (2, 3), {"axes": (1,)}), ("fft", (2, 3), {}),
            ("ifft", (2, 4), {}), ("quantize_v2", (2, 3), {"out_type": "uint8"}), ("quantize_asym", (2, 3), {}),
            ("round_ste", (2, 3), {}),
        ):
            s = getattr(sym.contrib, n)(x, **more)
            result[n] = [s.infer_shape(x=shape), s.infer_type(x="float32")]
        s = sym.contrib.hawkesll(*[sym.Variable(n) for n in "abcdefgh"])
        shapes = dict(a=(2, 3), b=(3,), c=(3,), d=(2, 3), e=(2, 5), f=(2, 5), g=(2,), h=(2,))
        result["hawkesll"] = [s.infer_shape(**shapes), s.infer_type(a="float64")]
        """
    )


@pytest.mark.parametrize(
    "code, names",
    [
        ("nd.contrib.boolean_mask(nd.ones((3, 2)), nd.ones((2,))).asnumpy()", "index"),
        ("nd.contrib.boolean_mask(nd.ones((3, 2)), nd.ones((2,)), axis=1).asnumpy()", "axis"),
        ("nd.contrib.index_copy(nd.ones((3, 2)), nd.ones((1, 1)), nd.ones((1, 2))).asnumpy()", "index_vector"),
        ("nd.contrib.arange_like(nd.ones((3, 2)), axis=-3).asnumpy()", "axis"),
        ("nd.contrib.allclose(nd.ones((3, 2)), nd.ones((2,))).asnumpy()", "shape"),
        ("nd.contrib.quantize(nd.ones((2,)), nd.ones((2,)), nd.ones((1,)))[0].asnumpy()", "min_range"),
        ("nd.contrib.quantize(nd.ones((2,), dtype='float64'), nd.ones((1,)), nd.ones((1,)))[0].asnumpy()", "data"),
        ("nd.contrib.dequantize(nd.ones((2,)), nd.ones((1,)), nd.ones((1,))).asnumpy()", "data"),
        ("nd.contrib.requantize(nd.ones((2,), dtype='int8'), nd.ones((1,)), nd.ones((1,)))[0].asnumpy()", "data"),
        ("nd.contrib.calibrate_entropy(nd.ones((5,)), nd.ones((5,)))[0].asnumpy()", "hist_edges"),
        ("nd.random_pdf_normal(nd.ones((2,)), nd.ones((2, 3)), nd.ones((2, 3))).asnumpy()", "mu"),
        ("nd.random_pdf_poisson(nd.ones((2,), dtype='int32'), nd.ones((2,), dtype='int32')).asnumpy()", "sample"),
        ("nd.contrib.getnnz(nd.ones((2, 2))).asnumpy()", "data"),
        ("nd.contrib.getnnz(nd.ones((2, 2)).tostype('csr'), axis=2).asnumpy()", "axis"),
        ("nd.contrib.edge_id(nd.ones((2, 2)), nd.ones((1,)), nd.ones((1,))).asnumpy()", "data"),
        ("nd.contrib.edge_id(nd.ones((2, 2)).tostype('csr'), nd.ones((1,)), nd.ones((2,))).asnumpy()", "argument v"),
        ("nd._internal._set_value(3)", "out"),
        ("nd._internal._copyto(nd.ones((2,)), out=nd.zeros((3,))).asnumpy()", "out"),
    ],
)
def test_refused_by_both(both, code, names):
    both(code, raises=names)
