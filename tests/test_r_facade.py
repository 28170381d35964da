"""The Python side of the R package: the door, conversions, iterators, and that the generated R file is in step."""

import ctypes
import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.interop import r_codegen, r_convert
from mxr.interop import r_io as rio
from mxr.interop.r import door, exported, handles

GENERATED = Path(__file__).resolve().parents[1] / "r-package" / "R" / "aa-generated-ops.R"


@pytest.fixture
def d():
    return door()


def value(answer):
    assert answer[0] == 0, answer
    return answer[1]


def error(answer):
    assert answer[0] == 1, answer
    return answer[2]


def token(x):
    return ["array", np.asarray(x)]


def test_answers_are_status_and_value_and_nothing_raises(d):
    ident, *dim = value(d.call("nd_full", [[2.0, 3.0], 1, [1, 0]]))
    assert dim == [2, 3]
    assert handles.get(ident).shape == (3, 2)
    assert error(d.call("nd_ful", [])).startswith("the door has no function 'nd_ful'. Did you mean 'nd_full'")
    assert "gone" in error(d.call("nd_copy", [10**9]))
    assert d.call("nd_full", [[2.5], 1, [1, 0]])[:2] == [1, "mxr_value_error"]
    assert "whole numbers" in error(d.call("nd_full", [[2.5], 1, [1, 0]]))
    assert "wrong mx.context" in error(d.call("nd_full", [[2], 1, [7, 0]]))


def test_no_traceback_and_no_class_name_in_messages(d):
    a = value(d.call("nd_array", [token([1.0, 2.0]), [2], None]))[0]
    b = value(d.call("nd_array", [token([1.0, 2.0, 3.0]), [3], None]))[0]
    text = error(d.call("nd_op", ["dot", {"lhs": a, "rhs": b}, {}, None]))
    assert text and "Traceback" not in text and "MXNetError" not in text and "Stack trace" not in text


def test_interrupts_become_a_status(d):
    @exported
    def interrupted_for_test():
        raise KeyboardInterrupt

    assert d.call("interrupted_for_test", [])[:2] == [1, "interrupt"]
    with pytest.raises(MXNetError, match="two door functions"):
        exported(interrupted_for_test)


def test_free_forgets_objects(d):
    ids = [value(d.call("nd_full", [[2], 0, None]))[0] for _ in range(3)]
    value(d.call("free", [ids[:2]]))
    value(d.call("free", [ids[2]]))
    for h in ids:
        with pytest.raises(MXNetError, match="gone"):
            handles.get(h)


@pytest.mark.parametrize(
    ("name", "given", "text"),
    [
        ("num_hidden", 256.0, "256"), ("num_hidden", 256, "256"), ("p", 0.5, "0.5"), ("eps", 1e-15, "1e-15"),
        ("no_bias", True, "1"), ("no_bias", False, "0"), ("act_type", "relu", "relu"), ("kernel", [5.0, 3.0], "(3, 5)"),
        ("axes", [0, 2, 1], "(1, 2, 0)"), ("shape", 3.0, "(3,)"), ("target_shape", 4, "(4,)"), ("axis", 1.0, "1"),
        ("kernel", [], "()"), ("shape", [-1.0, 0.0], "(0, -1)"), ("scalar", math.inf, "inf"), ("x", 1e300, "1e+300"),
    ],
)  # fmt: skip
def test_parameters_are_written_as_mxnet_r_writes_them(name, given, text):
    assert r_convert.param_text(name, given) == text


@pytest.mark.parametrize("bad", [math.nan, -(2**31), [1, -(2**31)], ["a", "b"], None, {"a": 1}, [1.0, math.nan]])
def test_parameters_that_are_no_numbers_are_refused(bad):
    with pytest.raises(MXNetError, match="stride"):
        r_convert.param_text("stride", bad)


def test_tuples_of_floats_keep_their_order_and_flags_are_no_shapes():
    texts = r_convert.operator_texts("_contrib_MultiBoxPrior", {"sizes": [0.5, 0.25], "steps": [0.1, 0.2]})
    assert texts == {"sizes": "(0.5, 0.25)", "steps": "(0.1, 0.2)"}
    assert r_convert.operator_texts("Convolution", {"kernel": [5, 3]}) == {"kernel": "(3, 5)"}
    assert r_convert.operator_texts("SoftmaxOutput", {"preserve_shape": True}) == {"preserve_shape": "1"}
    assert r_convert.operator_texts("reshape", {"shape": 6.0, "own": [1, 2]}) == {"shape": "(6,)", "own": "(2, 1)"}


@pytest.mark.parametrize(
    ("given", "dtype", "told"),
    [
        ([256], "uint8", "holds 256"), ([-1], "uint8", "holds -1"), ([0.5], "int32", "holds 0.5"),
        ([2.0**63], "int64", "holds 9.22"), ([math.nan], "int8", "holds NA"), ([math.inf], "int64", "holds inf"),
        ([2], "bool", "holds 2"), ([1], "int7", "argument dtype"),
    ],
)  # fmt: skip
def test_numbers_that_a_dtype_cannot_hold_are_refused(d, given, dtype, told):
    text = error(d.call("nd_array", [token(np.array(given, float)), [1], None, dtype]))
    assert text.startswith("mx.nd.array: ") and told in text


def test_large_integers_come_with_a_warning_in_the_answer(d):
    exact = value(d.call("nd_array", [token([2.0**53, 2.0**60]), [2], None, "int64"]))[0]
    out = np.zeros(2)
    assert d.call("nd_fill", [exact, str(out.ctypes.data)]) == [0, "double"] and out[1] == 2.0**60
    more = handles.add(handles.get(exact) + 1)
    answer = d.call("nd_fill", [more, str(out.ctypes.data)])
    assert answer[:2] == [0, "double"] and len(answer[2]) == 1 and "9007199254740993" in answer[2][0]
    assert len(d.call("live_handles", [])) == 2  # said once
    logical = value(d.call("nd_array", [token([1.0, 0.0]), [2], None, "bool"]))[0]
    assert value(d.call("nd_fill", [logical, str(out.ctypes.data)])) == "logical"
    assert struct.unpack("<i", value(d.call("nd_bytes", [logical]))[14:18]) == (10,)


@pytest.mark.parametrize("dim", [[2, -(2**31)], [2.5], ["a"], [None], -1])
def test_bad_dims_are_refused(dim):
    with pytest.raises(ValueError, match="dim must be"):
        r_convert.reverse(dim)


def test_addresses_are_read_and_filled_in_place():
    x = np.array([1.5, 2.5, 3.5])
    got = r_convert.flat(["addr", str(x.ctypes.data), "d", 3.0])
    assert got.ctypes.data == x.ctypes.data
    i = np.array([1, -(2**31), 3], np.int32)
    np.testing.assert_array_equal(
        r_convert.to_float32(r_convert.flat(["addr", str(i.ctypes.data), "i", 3])), [1, np.nan, 3]
    )
    out = np.zeros(4)
    r_convert.fill(str(out.ctypes.data), np.arange(4, dtype=np.float32))
    np.testing.assert_array_equal(out, [0, 1, 2, 3])


def test_serialized_bytes_are_rs_format_both_ways():
    raw = r_convert.serialized(np.array([[1, 2], [3, 4.5]], np.float32))
    assert bytes(raw[:2]) == b"B\n" and struct.unpack("<iiiii", raw[2:22])[3:] == (14, 4)
    np.testing.assert_array_equal(r_convert.flat(["raw", raw, "d", 4]), [1, 2, 3, 4.5])
    with pytest.raises(MXNetError, match="unknown array transport"):
        r_convert.flat(["pigeon", b""])


def test_gather_casts_and_shuffles_in_one_pass():
    src = np.arange(12, dtype=np.int32)
    src[5] = -(2**31)
    order = np.array([2, 0, 3, 1])
    want = src.reshape(4, 3)[order].astype(np.float32)
    want[want < -1e9] = np.nan
    np.testing.assert_array_equal(r_convert.gather_float32(src, 4, order), want)


def make_iter(n, size, **kw):
    data = np.arange(n * 2, dtype=np.float32).reshape(n, 2)
    return rio.ArrayIter(data, np.arange(n, dtype=np.float32), size)


@pytest.mark.parametrize("n", [1, 3, 4, 5, 8, 11])
def test_array_iter_pads_with_the_previous_batch(n):
    it = make_iter(n, 4)
    buffer = np.zeros(4, np.float32)
    seen = 0
    while it.iter_next():
        rows = min(4, n - seen)
        buffer[:rows] = np.arange(seen, seen + rows)
        np.testing.assert_array_equal(it.value()["label"], buffer)
        assert it.num_pad() == 4 - rows
        seen += rows
    assert seen == n
    with pytest.raises(MXNetError, match="Read Iter at end"):
        it.value()
    it.reset()
    assert it.iter_next()


def test_shuffle_is_fisher_yates_from_the_end():
    draws = np.array([0.9, 0.1, 0.5, 0.0])
    # from the end: 3 with int(0.0 * 4), 2 with int(0.5 * 3), 1 with int(0.1 * 2)
    assert rio.shuffled_order(4, draws).tolist() == [2, 3, 1, 0]
    assert sorted(rio.shuffled_order(1000, np.random.default_rng(0).random(1000))) == list(range(1000))


def test_extract_binds_batches_without_padding(d):
    h = handles.add(make_iter(7, 3))
    ident, *dim = value(d.call("iter_extract", [h, "data"]))
    assert dim == [2, 7]
    np.testing.assert_array_equal(handles.get(ident), np.arange(14).reshape(7, 2))
    assert "no field 'lable'" in error(d.call("iter_extract", [h, "lable"]))


def small_net():
    x = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
    return mx.sym.SoftmaxOutput(x, name="softmax")


def fit_spec(d, it, **more):
    weights = {"fc_weight": [4, 3], "fc_bias": [3]}
    rng = np.random.default_rng(1)
    params = {}
    for k, dim in weights.items():
        params[k] = value(d.call("nd_array", [token(rng.normal(size=math.prod(dim))), dim, None]))[0]
    spec = {
        "symbol": handles.add(small_net()), "ctx": [[1, 0]], "iter": handles.add(it),
        "arg_params": params, "aux_params": {},
        "begin": 1, "end": 2, "optimizer": {"name": "sgd", "options": {"learning.rate": 0.1, "rescale.grad": 1 / 5}},
        "metric": "accuracy", "on_round": lambda *a: [0, True],
    }  # fmt: skip
    return {**spec, **more}


def three_classes(n=20):
    rng = np.random.default_rng(2)
    y = np.arange(n) % 3
    x = rng.normal(size=(n, 4)).astype(np.float32)
    x[np.arange(n), y] += 3
    return rio.ArrayIter(x, y.astype(np.float32), 5)


def softmax_by_hand(it, weight, bias, rounds):
    for _ in range(rounds):
        for a in range(0, 20, 5):
            x, y = it.data[a : a + 5].astype(float), it.label[a : a + 5].astype(int)
            z = x @ weight.T + bias
            p = np.exp(z - z.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            p[np.arange(5), y] -= 1
            weight, bias = weight - 0.1 / 5 * p.T @ x, bias - 0.1 / 5 * p.sum(0)
    return weight, bias


def test_fit_is_gradient_descent_on_every_batch(d):
    it = three_classes()
    rounds = []
    spec = fit_spec(d, it, on_round=lambda *a: rounds.append(a) or [0, True])
    start = [handles.get(spec["arg_params"][k]).asnumpy().astype(float) for k in ("fc_weight", "fc_bias")]
    fit = value(d.call("fit_new", [spec]))
    result = value(d.call("fit_run", [fit]))
    want = softmax_by_hand(it, *start, rounds=2)
    got = {k: handles.get(v[0]).asnumpy() for k, v in result["params"]["arg"].items()}
    np.testing.assert_allclose(got["fc_weight"], want[0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(got["fc_bias"], want[1], rtol=1e-4, atol=1e-6)
    assert [r[:2] for r in rounds] == [(1, 4), (2, 4)] and rounds[0][2][0] == 4
    assert not result["interrupted"]


def test_a_round_callback_stops_and_interrupts_keep_the_model(d):
    fit = value(d.call("fit_new", [fit_spec(d, three_classes(), end=50, on_round=lambda i, *a: [0, i < 3])]))
    assert value(d.call("fit_run", [fit]))["reached"] == [3, 4]
    fit = value(
        d.call("fit_new", [fit_spec(d, three_classes(), on_batch=lambda i, b, s: [1, None] if b == 2 else [0, None])])
    )
    result = value(d.call("fit_run", [fit]))
    assert (
        result["interrupted"]
        and result["reached"] == [1, 2]
        and set(result["params"]["arg"]) == {"fc_weight", "fc_bias"}
    )
    fit = value(d.call("fit_new", [fit_spec(d, three_classes(), on_batch=lambda *a: [2, "went wrong"])]))
    assert error(d.call("fit_run", [fit])) == "went wrong"


@pytest.mark.parametrize(
    "labels, given",
    [([0, 1, 3], "given 3"), ([-1, 0, 1], "given -1"), ([0, 0.5, 1], "given 0.5"), ([1, 2, 3], "subtract 1")],
)
def test_labels_out_of_range_are_refused(d, labels, given):
    it = rio.ArrayIter(np.ones((3, 4), np.float32), np.array(labels, np.float32), 3)
    text = error(d.call("fit_new", [fit_spec(d, it)]))
    assert "SoftmaxOutput with 3 classes needs labels 0 to 2" in text and given in text


def test_predict_cuts_padding_and_checks_parameters(d):
    it = three_classes(8)
    spec = fit_spec(d, it)
    args = [spec["symbol"], None, spec["arg_params"], {}, spec["iter"], False]
    ident, *dim = value(d.call("predict", args))
    assert dim == [3, 8]
    w, b = (handles.get(spec["arg_params"][k]).asnumpy() for k in ("fc_weight", "fc_bias"))
    z = np.exp(it.data @ w.T + b)
    np.testing.assert_allclose(handles.get(ident), z / z.sum(1, keepdims=True), rtol=1e-5)
    args[2] = {"fc_weight": spec["arg_params"]["fc_weight"]}
    assert "the parameters lack fc_bias" in error(d.call("predict", args))


def test_graph_leaves_parameters_out_and_names_dims(d):
    g = value(d.call("sym_graph", [handles.add(small_net()), {"data": [4, 5]}]))
    assert g["nodes"]["name"] == ["data", "fc", "softmax"]
    assert g["nodes"]["label"][1] == "FullyConnected\nfc\n3"
    assert g["edges"]["label"] == ["4X5", "3X5"]


def test_data_matrices_have_the_label_first_in_column_order():
    from mxr.interop.r_data import labelled_matrix

    m = labelled_matrix(np.arange(8, dtype=np.uint8).reshape(2, 2, 2), np.array([7, 9]))
    assert m.tolist() == [[7, 0, 1, 2, 3], [9, 4, 5, 6, 7]] and m.flags.f_contiguous and m.dtype == np.int32


def test_generated_r_functions_are_in_step_with_the_registry():
    assert GENERATED.read_text() == r_codegen.render(r_codegen.operators()), (
        f"run: python -m mxr.interop.r_codegen {GENERATED.relative_to(GENERATED.parents[2])}"
    )


def test_namespaces_are_public_and_the_rest_of_the_internal_names_is_not():
    text = r_codegen.render(r_codegen.operators())
    assert "mx.nd.contrib.box.nms <- mx.nd.internal.contrib.box.nms\n" in text
    assert "\nmx.symbol.contrib.box_nms <- function(data, ..., overlap_thresh = 0.5" in text
    assert "\nmx.symbol.linalg_gemm <- function" in text and "mx.symbol.linalg.gemm <-" not in text
    assert "variances = c(0.1, 0.1, 0.2, 0.2)" in text
    assert r_codegen.public_names("_plus_scalar") is None
    assert r_codegen.public_names("_sparse__contrib_round_ste") is None
    assert "internal.foreach <-" not in text  # control_flow.R has it


def test_the_generator_finds_a_new_operator():
    from mxr.core.op import op, unregister
    from mxr.core.params import Bool, Choice, Float, Int, Shape

    class Toy:
        size = Int()
        rate = Float(0.5)
        quick = Bool(False)
        mode = Choice(("a", "b"), "a")
        shape = Shape(())

        def forward(xp, a, data):
            return data

        grad = None

    op("toy_operator")(Toy)
    try:
        text = r_codegen.render([o for o in r_codegen.operators() if o.name == "toy_operator"])
    finally:
        unregister("toy_operator")
    assert (
        'mx.nd.toy.operator <- function(data, size, rate = 0.5, quick = FALSE, mode = "a", shape = NULL, out = NULL)'
        in text
    )
    assert "mx.symbol.toy_operator <- function(data, ..., size, rate = 0.5" in text
    assert "mx.varg.symbol.toy_operator <-" in text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (None, "NULL"),
        ((), "NULL"),
        ((1, 2), "c(2, 1)"),
        (True, "TRUE"),
        (0.1, "0.1"),
        (3, "3"),
        ('a"b', '"a\\"b"'),
        (math.inf, "Inf"),
    ],
)
def test_defaults_are_r_literals(given, text):
    assert r_codegen.default_text(given) == text


def test_the_json_of_r_attributes_is_plain(d):
    h = value(
        d.call(
            "sym_op",
            [
                "FullyConnected",
                {"data": value(d.call("sym_variable", ["x"]))},
                {"num_hidden": 5.0, "no_bias": True},
                "f",
            ],
        )
    )
    node = json.loads(value(d.call("sym_json", [h])))["nodes"][-1]
    assert node["op"] == "FullyConnected" and node["name"] == "f" and node["attrs"]["num_hidden"] == "5"
    assert value(d.call("sym_names", [h]))[0] == ["x", "f_weight"]


def test_ctypes_views_do_not_outlive_the_call():
    buf = (ctypes.c_double * 3)(1, 2, 3)
    out = r_convert.to_float32(r_convert.flat(["addr", str(ctypes.addressof(buf)), "d", 3]))
    buf[0] = 99
    np.testing.assert_array_equal(out, [1, 2, 3])


def test_vectors_of_numbers_are_cut_as_in_mxnet_r_and_said(d):
    status, _, warnings = d.call("sym_op", ["Convolution", {}, {"kernel": [3.7, 2.0], "num_filter": 1}, "c"])
    assert status == 0
    assert warnings == ["argument kernel: 3.7 was cut to 3, as MXNet R does"]


def test_required_parameters_are_named_with_the_operators_name(d):
    said = error(d.call("sym_op", ["FullyConnected", {}, {"no_bias": True}, None]))
    assert (
        said
        == 'Required parameter num_hidden of int is not presented, in operator FullyConnected(name="", no_bias="1")'
    )


def test_im2rec_reads_lists_by_tabs_and_blanks(tmp_path):
    from mxr.interop.r_im2rec import read_list

    lst = tmp_path / "a.lst"
    lst.write_text("3\t1\ta b.png\n\n4\t2.5\tc.png\n")
    assert list(read_list(str(lst), 1)) == [(3, [1.0], "a b.png"), (4, [2.5], "c.png")]
    lst.write_text("3 1 2 a b.png\n")
    assert list(read_list(str(lst), 2)) == [(3, [1.0, 2.0], "a b.png")]
    lst.write_text("3\tx\ta.png\n")
    with pytest.raises(MXNetError, match="line 1: index and labels must be numbers"):
        list(read_list(str(lst), 1))
