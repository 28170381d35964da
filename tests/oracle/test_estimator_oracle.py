"""gluon.contrib.estimator against MXNet: log records, metrics step by step, order of handlers, errors."""

import pytest

from .estimator_runs import SETUP, runner


@pytest.fixture
def run(both, tmp_path):
    return runner(both, tmp_path)


FITS = {
    "epochs": "est.fit(loader(), loader(), epochs=3)",
    "batches": "est.fit(loader(), loader(), batches=5)",
    "no_validation": "est.fit(loader(), epochs=2)",
    "interval": "est.fit(loader(), loader(), epochs=2, event_handlers=E.LoggingHandler(1, est.train_metrics))",
    "interval_two": (
        "est.fit(loader(), loader(), epochs=2, event_handlers=[E.LoggingHandler(2, est.train_metrics + "
        "est.val_metrics)])"
    ),
    "log_nothing": "est.fit(loader(), epochs=1, event_handlers=[E.LoggingHandler()])",
    "log_twice": (
        "est.fit(loader(4), batches=2, event_handlers=[E.LoggingHandler(metrics=est.train_metrics), "
        "E.LoggingHandler(1, est.train_metrics, priority=-3000)])"
    ),
    "validate_batches": (
        "est.fit(loader(), epochs=4, event_handlers=[E.ValidationHandler(loader(), est.evaluate, 2, 4)])"
    ),
    "validate_with": (
        "est.fit(loader(), epochs=1, event_handlers=[E.ValidationHandler(loader(), est.evaluate, "
        "event_handlers=[E.LoggingHandler(1, est.val_metrics), Seen('v')])])"
    ),
    "some_metrics": "est.fit(loader(), epochs=1, event_handlers=[E.MetricHandler(est.train_metrics[:1])])",
    "evaluate": "est.evaluate(loader(), event_handlers=[E.LoggingHandler(2, metrics=est.val_metrics)])",
    "evaluate_twice": (
        "h = E.LoggingHandler(metrics=est.val_metrics); est.evaluate(loader(4), event_handlers=[h]); "
        "est.evaluate(loader(5), event_handlers=[h])"
    ),
    "stop_given": "est.fit(loader(), epochs=2, event_handlers=[E.StoppingHandler(max_epoch=1)])",
    "twice": "est.fit(loader(), epochs=1); est.fit(loader(), batches=2)",
    "plain_handlers": (
        "est.fit(loader(4), epochs=1, event_handlers=[E.TrainBegin(), E.TrainEnd(), E.EpochBegin(), E.EpochEnd(), "
        "E.BatchBegin(), E.BatchEnd()])"
    ),
    "no_data": "est.fit(gluon.data.DataLoader(gluon.data.SimpleDataset([]), 2), epochs=2)",
    "labels_twice": (
        "est.fit(gluon.data.DataLoader(gluon.data.ArrayDataset(X[:8], Y[:8], Y[:8]), 4), loader(), epochs=1)"
    ),
}


@pytest.mark.parametrize("hybrid", [False, True], ids=["imperative", "hybrid"])
@pytest.mark.parametrize("fit", FITS.values(), ids=FITS)
def test_fit(run, fit, hybrid):
    run(
        f"""
        steps = []
        class Steps(E.BatchEnd):
            def batch_end(self, est, *args, **more):
                steps.append([m.get()[1] for m in est.train_metrics + est.val_metrics])
        est = estimator(hybrid={hybrid})
        {fit}
        est.fit(loader(), epochs=1, event_handlers=[Steps()])
        result = [log, steps, weights(est), [m.get() for m in est.train_metrics + est.val_metrics]]
        """
    )


@pytest.mark.parametrize("stop", [None, "batch_end", "epoch_end", "batch_begin", "epoch_begin", "train_begin"])
def test_order(run, stop):
    run(
        f"""
        est = estimator()
        handlers = [Seen("a"), Seen("b", 5, {stop!r}), Seen("c", -5), Seen("d"), Seen("first", -3000)]
        est.fit(loader(), loader(6), epochs=2, event_handlers=handlers)
        est.evaluate(loader(5), event_handlers=[Seen("v"), Seen("w", -1)])
        result = log
        """
    )


DEFAULTS = [
    "None, None", "loader(), None", "None, []", "None, [Seen('a')]", "None, [E.LoggingHandler()]",
    "loader(), [E.MetricHandler(est.train_metrics), E.GradientUpdateHandler()]", "loader(), [E.StoppingHandler(1)]",
    "loader(), [E.ValidationHandler(loader(), est.evaluate)]", "None, Seen('a', 3)",
    "loader(), [E.EarlyStoppingHandler(est.val_metrics[0])]", "None, [E.LoggingHandler(metrics=[mx.metric.MAE()])]",
    "None, [E.CheckpointHandler(folder, monitor=mx.metric.MAE())]", "None, [Has('metrics', 5)]",
    "None, [Has('my_metric', mx.metric.MAE())]", "None, [Has('monitor', mx.metric.MAE())]", "None, [Has('metrics', 0)]",
]  # fmt: skip


@pytest.mark.parametrize("args", DEFAULTS)
def test_default_handlers(run, args):
    run(
        f"""
        class Has(E.TrainBegin):
            def __init__(self, name, value):
                setattr(self, name, value)
        est = estimator()
        est.max_epoch, est.max_batch = 1, None
        warnings.simplefilter("ignore")
        try:
            handlers = est._prepare_default_handlers({args})
            each = est._categorize_handlers(handlers)
            result = [[(type(h).__name__, getattr(h, "priority", None)) for h in hs] for hs in [handlers, *each]]
        except ValueError:
            result = "ValueError"
        """
    )


METRICS = {
    "default": "", "l2": "loss=gluon.loss.L2Loss()", "prefix": "loss=gluon.loss.L2Loss(prefix='my1_')",
    "dense_labels": "loss=gluon.loss.SoftmaxCrossEntropyLoss(sparse_label=False)", "empty": "train_metrics=[]",
    "both": "train_metrics=mx.metric.Accuracy(name='foo'), val_metrics=mx.metric.F1(name='bar')",
    "val": "val_metrics=[mx.metric.MAE()]", "loss": "train_metrics=mx.metric.Loss('q')",
    "composite": "train_metrics=mx.metric.CompositeEvalMetric([mx.metric.MAE(), mx.metric.MSE()])",
    "custom": "train_metrics=mx.metric.CustomMetric(lambda a, b: 3.0, name='cu')",
    "named": "train_metrics=mx.metric.MAE(name='training x')", "top": "train_metrics=mx.metric.TopKAccuracy(2)",
}  # fmt: skip


@pytest.mark.parametrize("args", METRICS.values(), ids=METRICS)
def test_metrics(run, args):
    run(
        f"""
        est = estimator({args})
        u = E.utils
        result = [names(est.train_metrics), names(est.val_metrics), [m.get() for m in est.val_metrics],
                  [type(m).__name__ for m in est.train_metrics], u._check_metrics(None)]
        """
    )


EARLY = {
    "auto": "1", "min": "1, mode='min'", "max": "0, mode='max'", "patience": "0, mode='max', patience=2",
    "delta": "0, mode='max', min_delta=0.15", "delta_min": "1, mode='min', min_delta=0.1",
    "baseline": "0, mode='max', baseline=0.9", "baseline_min": "1, mode='min', baseline=0.1", "odd": "0, mode='foo'",
}  # fmt: skip


@pytest.mark.parametrize("args", EARLY.values(), ids=EARLY)
def test_early_stopping(run, args):
    number, _, more = args.partition(", ")
    run(
        f"""
        est = estimator(rate=0.3)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            h = E.EarlyStoppingHandler(est.val_metrics[{number}], {more})
            est.fit(loader(), loader(), epochs=7, event_handlers=[h])
            first = state(h)
            est.fit(loader(), loader(), epochs=2, event_handlers=[h])
        result = [log, first, state(h), [w.category.__name__ for w in said], weights(est)]
        """
    )


def test_monitor_that_is_not_updated(run):
    got = run(
        """
        est = estimator()
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            early = E.EarlyStoppingHandler(est.val_metrics[0], mode="max")
            best = E.CheckpointHandler(folder, save_best=True, monitor=est.val_metrics[0], mode="max")
            est.fit(loader(), epochs=2, event_handlers=[early, best])
        result = [[w.category.__name__ for w in said], state(early), state(best), sorted(os.listdir(folder)), log]
        """
    )
    assert got.ours["result"][0] == ["RuntimeWarning"] * 4


def test_devices(run):
    run(
        """
        est = estimator(context=[mx.cpu(0), mx.cpu(1)])
        est.fit(loader(), loader(), epochs=2)
        batch = next(iter(loader()))
        processor = est.batch_processor
        parts = [*processor.fit_batch(est, batch), *processor.evaluate_batch(est, batch)]
        shapes = [[[x.shape, str(x.context)] for x in part] for part in parts]
        both = [p.data(mx.cpu(i)) for p in est.net.collect_params().values() for i in (0, 1)]
        result = [log, shapes, both, [str(c) for c in est.context]]
        """
    )


def test_other_network_and_loss_for_validation(run):
    run(
        """
        net = network()
        val = gluon.nn.HybridSequential(prefix="n_", params=net.collect_params())
        with val.name_scope():
            val.add(gluon.nn.Dense(5), gluon.nn.Dense(3))
        est = estimator(net, val_net=val, val_loss=gluon.loss.L2Loss())
        est.fit(loader(), epochs=1)
        est.evaluate(gluon.data.DataLoader(gluon.data.ArrayDataset(X, np.ones((10, 3), "f")), 4))
        result = [log, names(est.val_metrics)]
        """
    )


def test_batch_processor(run):
    run(
        """
        class Mine(E.BatchProcessor):
            def fit_batch(self, est, batch, batch_axis=0):
                log.append(["fit", [x.shape for x in batch], batch_axis])
                return super().fit_batch(est, batch, batch_axis)
            def evaluate_batch(self, est, batch, batch_axis=0):
                log.append(["evaluate", [x.shape for x in batch], batch_axis])
                return super().evaluate_batch(est, batch, batch_axis)
        est = estimator(batch_processor=Mine())
        est.fit(loader(), loader(4), epochs=1)
        result = log
        """
    )


def test_second_axis(run):
    run(
        """
        def columns(samples):
            return [nd.array([a for a, b in samples]).T.copy(), nd.array([[b for a, b in samples]])]
        data = gluon.data.DataLoader(gluon.data.ArrayDataset(X[:8], Y[:8]), 4, batchify_fn=columns)
        class Turned(gluon.HybridBlock):
            def __init__(self):
                super().__init__()
                self.d = gluon.nn.Dense(3)
            def hybrid_forward(self, F, x):
                return self.d(x.transpose())
        class Loss(gluon.loss.Loss):
            def __init__(self):
                super().__init__(None, 0)
                self.c = gluon.loss.SoftmaxCrossEntropyLoss()
            def hybrid_forward(self, F, p, y):
                return self.c(p, y.reshape((-1,)))
        net = Turned()
        net.initialize(mx.init.Constant(0.1))
        est = estimator(net, Loss(), train_metrics=mx.metric.Loss())
        est.fit(data, data, epochs=1, batch_axis=1, event_handlers=[E.LoggingHandler(1, est.train_metrics)])
        result = [log, est.batch_axis, weights(est)]
        """
    )


def test_gradient_update_of_ones_own(run):
    run(
        """
        class Every2(E.GradientUpdateHandler):
            calls = 0
            def batch_end(self, est, *args, **more):
                self.calls += 1
                if self.calls % 2 == 0:
                    super().batch_end(est, *args, **more)
        est = estimator()
        est.fit(loader(8), epochs=3, event_handlers=[Every2(priority=7)])
        result = [log, weights(est)]
        """
    )


SETTINGS = {
    "nothing": "network(), L()", "init": "network(False), L(), initializer=mx.init.Constant(3)",
    "init_name": "network(False), L(), initializer='ones'", "init_twice": "network(), L(), initializer='ones'",
    "partly": "partly(), L(), initializer=mx.init.Constant(2)",
    "ctx": "network(False), L(), context=[mx.cpu(0), mx.cpu(1)]",
    "other_ctx": "network(), L(), context=mx.cpu(1)", "no_ctx": "network(False), L(), context=[]",
    "init_bad": "network(False), L(), initializer=5", "ctx_bad": "network(), L(), context='cpu'",
    "ctxs_bad": "network(), L(), context=[mx.cpu(), 'x']", "ctxs_tuple": "network(), L(), context=(mx.cpu(),)",
    "loss_bad": "network(), 'ce'", "losses_bad": "network(), [L()]", "val_loss_bad": "network(), L(), val_loss=5",
    "metric_bad": "network(), L(), train_metrics='acc'", "metrics_bad": "network(), L(), val_metrics=['acc']",
    "trainer_bad": "network(), L(), trainer='sgd'", "processor_bad": "network(), L(), batch_processor=5",
}  # fmt: skip


@pytest.mark.parametrize("args", SETTINGS.values(), ids=SETTINGS)
def test_settings(run, args):
    run(
        f"""
        L = gluon.loss.SoftmaxCrossEntropyLoss
        def partly():
            net = network(False)
            net[0].initialize(mx.init.One())
            return net
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                est = E.Estimator({args})
                result = [est.context, [p.list_ctx() for p in est.net.collect_params().values()], weights(est),
                          type(est.trainer.optimizer).__name__, est.trainer.learning_rate, vars(est).keys() - {{"_"}},
                          est.val_net is est.net, est.val_loss is est.loss, type(est.batch_processor).__name__]
            except (ValueError, AssertionError, TypeError):
                result = "error"
        result = str(result) if result == "error" else [str(r) if not isinstance(r, list) else r for r in result[2:5]]
        result = [result, [str(w.message)[:40] for w in said]]
        """
    )


@pytest.mark.parametrize(
    ("call", "word"),
    [
        ("est.fit(loader())", "epochs=None"), ("est.fit(loader(), epochs=1, batches=2)", "batches=2"),
        ("est.fit(loader(), epochs=0)", "epochs=0"), ("est.fit([(X, Y)], epochs=1)", "list"),
        ("est.fit(loader(), [(X, Y)], epochs=1)", "list"), ("est.evaluate([(X, Y)])", "list"),
        ("est.fit(loader(), epochs=1, event_handlers=[5])", "handlers"),
        ("est.fit(loader(), epochs=1, event_handlers=5)", "handlers"),
        ("est.evaluate(loader(), event_handlers=[E.MetricHandler(est.train_metrics)])", "MetricHandler"),
        ("E.LoggingHandler('x')", "log_interval"), ("E.LoggingHandler(1.5)", "log_interval"),
        ("E.LoggingHandler(metrics='acc')", "acc"), ("E.MetricHandler('acc')", "acc"),
        ("E.CheckpointHandler(folder, save_best=True)", "monitor"),
        ("E.CheckpointHandler(folder, save_best=True, monitor='a')", "monitor"),
        ("E.EarlyStoppingHandler('a')", "monitor"), ("E.EarlyStoppingHandler(None)", "monitor"),
        ("estimator(context=[mx.cpu(0), mx.cpu(1)]).fit(loader(9, 3), epochs=1)", "evenly"),
        ("est.train_metrics = []", "setter"),
    ],
)  # fmt: skip
def test_errors(both, call, word, tmp_path):
    both(
        SETUP + f"folder = {str(tmp_path)!r}\nest = estimator()\n{call}",
        raises=word if word not in ("list", "epochs=None", "batches=2", "epochs=0") else True,
    )
