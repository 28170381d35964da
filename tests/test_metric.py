"""Metrics against their definitions on small data. Agreement with MXNet is in tests/oracle."""

import sys

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError

P = np.array([[0.1, 0.6, 0.3], [0.5, 0.2, 0.3], [0.2, 0.2, 0.6], [0.3, 0.4, 0.3]], dtype="f")
L = np.array([1, 0, 0, 2], dtype="f")


def value(metric, label, pred):
    metric = mx.metric.create(metric) if isinstance(metric, str) else metric
    metric.update([mx.nd.array(label)], [mx.nd.array(pred)])
    return metric.get()[1]


def test_accuracy_and_top_k():
    assert value("acc", L, P) == 0.5
    assert value(mx.metric.TopKAccuracy(3), L, P) == 1.0
    top = mx.metric.create("top_k_accuracy", top_k=2)
    top.update([mx.nd.array([2, 0])], [mx.nd.array(P[:2])])
    assert top.get() == ("top_k_accuracy_2", 1.0)


def test_accuracy_along_an_axis():
    pred = np.moveaxis(np.eye(3, dtype="f")[np.array([[0, 1], [2, 2]])], -1, 1)
    assert value(mx.metric.Accuracy(axis=1), np.array([[0, 1], [2, 0]]), pred) == 0.75


def test_cross_entropy_nll_perplexity():
    chosen = P[np.arange(4), L.astype(int)]
    assert value("ce", L, P) == pytest.approx(-np.log(chosen).mean())
    assert value("nll_loss", L, P) == pytest.approx(-np.log(chosen).mean())
    assert value(mx.metric.Perplexity(None), L, P) == pytest.approx(np.exp(-np.log(chosen).mean()))
    kept = chosen[L != 0]
    assert value(mx.metric.Perplexity(ignore_label=0), L, P) == pytest.approx(np.exp(-np.log(kept).mean()))


def test_regression_errors_take_vectors_and_columns():
    label, pred = np.array([1, 2, 4], "f"), np.array([[1], [0], [1]], "f")
    assert value("mae", label, pred) == pytest.approx(5 / 3)
    assert value("mse", label, pred) == pytest.approx(13 / 3)
    assert value("rmse", label, pred) == pytest.approx((13 / 3) ** 0.5)


def test_pearson_macro_and_micro(rng):
    x, y = rng.normal(size=(6, 4)).astype("f"), rng.normal(size=(6, 4)).astype("f")
    assert value("pearsonr", x, y) == pytest.approx(np.corrcoef(x.ravel(), y.ravel())[0, 1], rel=1e-5)
    micro = mx.metric.PearsonCorrelation(average="micro")
    for part in (slice(0, 2), slice(2, 6)):
        micro.update([mx.nd.array(x[part])], [mx.nd.array(y[part])])
    assert micro.get()[1] == pytest.approx(np.corrcoef(x.ravel(), y.ravel())[0, 1], rel=1e-5)


def test_f1_and_mcc():
    pred = np.array([[0.3, 0.7], [0.4, 0.6], [0.8, 0.2], [0.1, 0.9], [0.9, 0.1]], "f")
    label = np.array([1, 0, 1, 1, 0], "f")  # tp 2, fp 1, fn 1, tn 1
    assert value("f1", label, pred) == pytest.approx(2 / 3)
    assert value("mcc", label, pred) == pytest.approx((2 * 1 - 1) / (3 * 3 * 2 * 2) ** 0.5)
    assert value("pcc", label, pred) == pytest.approx((2 * 1 - 1) / (3 * 3 * 2 * 2) ** 0.5)
    micro = mx.metric.F1(average="micro")
    for part in (slice(0, 2), slice(2, 5)):
        micro.update([mx.nd.array(label[part])], [mx.nd.array(pred[part])])
    assert micro.get()[1] == pytest.approx(2 / 3)


def test_loss_custom_np_and_functions():
    assert value(mx.metric.Loss(), L, P) == pytest.approx(P.mean())
    assert mx.metric.Torch().name == "torch" and mx.metric.Caffe().name == "caffe"
    custom = mx.metric.np(lambda label, pred: (pred.sum(), 2), name="half")
    assert value(custom, L, P) == pytest.approx(P.sum() / 2)
    assert mx.metric.create(lambda label, pred: 1.0).name == "custom(<lambda>)"

    def feval(label, pred):
        assert isinstance(label, np.ndarray) and isinstance(pred, np.ndarray)
        return float(pred.shape[1])

    metric = mx.metric.create(feval)
    assert (metric.name, value(metric, L, P)) == ("feval", 3.0)


def test_composite_and_lists():
    both = mx.metric.create(["acc", "ce"])
    assert isinstance(both, mx.metric.CompositeEvalMetric)
    both.update([mx.nd.array(L)], [mx.nd.array(P)])
    names, values = both.get()
    assert names == ["accuracy", "cross-entropy"] and values[0] == 0.5
    assert both.get_name_value() == list(zip(names, values))
    assert both.get_metric(0).name == "accuracy"
    with pytest.raises(MXNetError, match="index 5 is out of range"):
        both.get_metric(5)


def test_global_values_survive_reset_local():
    metric = mx.metric.create("acc")
    metric.update([mx.nd.array([1])], [mx.nd.array(P[:1])])
    metric.reset_local()
    metric.update([mx.nd.array([0])], [mx.nd.array(P[:1])])
    assert metric.get()[1] == 0.0 and metric.get_global()[1] == 0.5
    metric.reset()
    assert np.isnan(metric.get()[1]) and np.isnan(metric.get_global()[1])


def test_update_dict_picks_by_name():
    metric = mx.metric.Accuracy(output_names=["p"], label_names=["y"])
    metric.update_dict({"y": mx.nd.array(L), "z": mx.nd.array([9])}, {"q": mx.nd.array([1]), "p": mx.nd.array(P)})
    assert metric.get()[1] == 0.5
    with pytest.raises(MXNetError, match="needs output 'p'"):
        metric.update_dict({"y": mx.nd.array(L)}, {"q": mx.nd.array(P)})


def test_config_makes_an_equal_metric():
    metric = mx.metric.create("top_k_accuracy", top_k=3)
    config = metric.get_config()
    assert config["metric"] == "TopKAccuracy" and config["top_k"] == 3
    again = mx.metric.create({**config, "name": "top_k_accuracy"})
    assert again.top_k == 3 and again.name == metric.name


def test_numpy_arrays_are_taken_too():
    metric = mx.metric.create("acc")
    metric.update([L], [P])
    assert metric.get()[1] == 0.5


@pytest.mark.parametrize(
    "metric,label,pred,words",
    [
        ("acc", np.zeros(3), P, "Shape of labels 3 does not match shape of predictions 4"),
        ("ce", np.array([0, 1, 2, 3]), P, "label 3.0 is out of range.*3 classes"),
        ("ce", np.array([0, 1, 2, -1]), P, "label -1.0 is out of range"),
        ("nll_loss", np.array([0, 1, np.nan, 1]), P, "label nan is out of range"),
        ("ce", np.zeros(3), P, r"\(3,\)"),
        (mx.metric.Perplexity(-1), np.array([0, 1, 5, -1]), P, "label 5.0 is out of range"),
        (mx.metric.Perplexity(None), np.zeros(3), P, "shape mismatch"),
        ("f1", np.array([0, 1, 2, 1]), P[:, :2], "F1 currently only supports binary"),
        ("mae", np.zeros(3), np.zeros(4), r"\(3, 1\) does not match"),
        ("pearsonr", np.zeros((3, 1)), np.zeros(3), r"\(3, 1\) does not match"),
        (mx.metric.TopKAccuracy(2), L, P.reshape(4, 3, 1), "no more than 2 dims"),
    ],
)
def test_bad_data(metric, label, pred, words):
    with pytest.raises(MXNetError, match=words):
        value(metric, label, pred)


def test_number_of_labels_and_unknown_names():
    with pytest.raises(MXNetError, match="Shape of labels 2 does not match shape of predictions 1"):
        mx.metric.create("acc").update([mx.nd.array(L)] * 2, [mx.nd.array(P)])
    with pytest.raises(MXNetError, match="Did you mean 'accuracy'"):
        mx.metric.create("acuracy")
    with pytest.raises(MXNetError, match="Please use Accuracy"):
        mx.metric.TopKAccuracy(1)


def test_fast_enough_for_every_batch(rng):
    """No Python for each example: as many lines of it run for a batch of 10,000 as for one of 100."""

    def lines(metric, n):
        label, pred = mx.nd.array(rng.integers(0, 10, n)), mx.nd.array(rng.random((n, 10)))
        args = ([label], [pred]) if metric.name != "f1" else ([label > 5], [pred[:, :2].copy()])
        metric.update(*args)
        events = []
        before = sys.gettrace()

        def trace(frame, event, arg):
            events.append(event)
            return trace

        sys.settrace(trace)
        try:
            metric.update(*args)
        finally:
            sys.settrace(before)
        return len(events)

    for name in ("acc", "ce", "loss", "f1"):
        metric = mx.metric.create(name)
        assert 10 < lines(metric, 10_000) < 2 * lines(metric, 100), name


def test_metrics_look_at_arrays_without_copying_or_changing_them():
    from mxr.metric.base import values_of

    x = mx.nd.array(np.random.rand(6, 3))
    assert np.shares_memory(values_of(x), x._data)
    view = x[2:4]
    assert np.shares_memory(values_of(view), x._data)
    np.testing.assert_array_equal(values_of([1.0, 2.0]), [1, 2])
    sparse = mx.nd.array(np.eye(3)).tostype("csr")
    np.testing.assert_array_equal(values_of(sparse), np.eye(3))
    labels = mx.nd.array([0, 1, 2, 0, 1, 2])
    before, wanted = x.asnumpy(), labels.asnumpy()
    for name in ("acc", "top_k_accuracy", "ce", "nll_loss", "perplexity", "loss", "pcc"):
        options = {"top_k_accuracy": {"top_k": 2}, "perplexity": {"ignore_label": None}}.get(name, {})
        mx.metric.create(name, **options).update([labels], [x])
    for name in ("mse", "mae", "rmse", "pearsonr"):
        mx.metric.create(name).update([x], [x])
    np.testing.assert_array_equal(x.asnumpy(), before)
    np.testing.assert_array_equal(labels.asnumpy(), wanted)


def test_functions_of_users_get_arrays_of_their_own():
    seen = []
    metric = mx.metric.np(lambda label, pred: seen.append(pred) or float(pred.sum()))
    x = mx.nd.ones((2, 2))
    metric.update([x], [x])
    seen[0][:] = 5
    assert (x.asnumpy() == 1).all()
