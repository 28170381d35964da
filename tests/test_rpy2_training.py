"""The rpy2 bridge: what one language trains, feeds, measures, initialises or watches for the other."""

import pytest

from tests.rpy2_support import PRELUDE, start_session


@pytest.fixture
def session():
    return start_session()


NETWORK = (
    PRELUDE
    + """
r = mxr_r.attach()
r('''
set.seed(1); x <- matrix(runif(4 * 200), 4); y <- as.numeric(x[1, ] > x[2, ])
net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 2, name = "fc"),
                               name = "softmax")
fit <- function(X, y = NULL, num.round = 3, eval.metric = mx.metric.accuracy, ...) {
  mx.set.seed(0)
  mx.model.FeedForward.create(net, X, y, ctx = mx.cpu(), num.round = num.round, array.layout = "colmajor",
                              learning.rate = 0.5, array.batch.size = 20, eval.metric = eval.metric, ...)
}
quiet <- function(...) fit(..., verbose = FALSE)
''')
X, Y = mxr_r.as_numpy(r["x"]).astype(np.float32), mxr_r.as_numpy(r["y"]).astype(np.float32)
"""
)


def test_models(session, tmp_path):
    session(
        f"""
        prefix = {str(tmp_path / "m")!r}
        r["prefix"] = prefix
        r('''
        model <- quiet(x, y)
        p <- predict(model, x, array.layout = "colmajor")
        mx.model.save(model, prefix, 3)
        ''')
        model = r["model"]
        assert model.num_epoch == model.begin_epoch == 3
        assert model.history["round"] == [1, 2, 3] and model.history["metric"] == ["accuracy"] * 3
        assert model.history["train"][-1] > 0.5 and np.isnan(model.history["validation"]).all()
        p = mxr_r.as_numpy(r["p"])
        np.testing.assert_array_equal(model.predict(X), p.astype(np.float32))
        # back again: the same arrays, the same history, the same numbers
        r["again"] = model
        assert r('''identical(as.array(again$arg.params$fc_weight), as.array(model$arg.params$fc_weight)) &&
                    isTRUE(all.equal(attr(again, "history"), attr(model, "history"))) &&
                    identical(predict(again, x, array.layout = "colmajor"), p)''')[0]
        assert r["again"].arg_params["fc_weight"] is model.arg_params["fc_weight"]
        # Python trains on, in the arrays that it copied; R sees the new values
        model.num_epoch = 5
        model.optimizer, model.kwargs = "sgd", {{"learning_rate": 0.5}}
        before = model.arg_params["fc_weight"].asnumpy().copy()
        model.fit(mx.io.NDArrayIter(X, Y, 20))
        assert not np.array_equal(before, model.arg_params["fc_weight"].asnumpy())
        r["again"] = model
        theirs = mxr_r.as_numpy(r('predict(again, x, array.layout = "colmajor")'))
        np.testing.assert_array_equal(model.predict(X), theirs)
        # files: written by either, read by either
        model.save(prefix + "py")
        for how in (prefix, prefix + "py"):
            epoch = 3 if how == prefix else 5
            theirs = r.mx.model.load(how, epoch)
            mine = mx.model.FeedForward.load(how, epoch)
            np.testing.assert_array_equal(theirs.predict(X), mine.predict(X))
        # a model that Python made has no history, and one of fixed parameters brings them
        r["plain"] = mine
        assert r("is.null(attr(plain, 'history'))")[0]
        r('''fixed <- quiet(x, y, fixed.param = "fc_bias")''')
        assert set(r["fixed"].arg_params) == {{"fc_weight", "fc_bias"}}
        raises(mx.MXNetError, lambda: r.predict(mx.model.FeedForward(mx.sym.Variable("data"))), "fit it")
        r("nometric <- quiet(x, y, eval.metric = NULL)")
        m = r["nometric"]
        r["nometric"] = m
        assert list(r("attr(nometric, 'history')$round")) == [1, 2, 3]
        """,
        prelude=NETWORK,
    )


def test_iterators(session):
    session(
        """
        # Python's in R
        class Seven(mx.io.DataIter):
            '''Its arrays have names of their own.'''
            def __init__(self):
                super().__init__(20)
                self.provide_data = [mx.io.DataDesc("features", (20, 4))]
                self.provide_label = [mx.io.DataDesc("truth_label", (20,))]
                self.at = 0
            def reset(self):
                self.at = 0
            def next(self):
                if self.at == 7:
                    raise StopIteration
                i = self.at * 20
                self.at += 1
                data, label = mx.nd.array(X[i : i + 20]), mx.nd.array(Y[i : i + 20])
                return mx.io.DataBatch([data], [label], pad=3 * (self.at == 7))
        it = Seven()
        r["it"] = it
        r('''
        n <- 0; it$reset(); while (it$iter.next()) { n <- n + 1; v <- it$value(); pad <- it$num.pad() }
        stopifnot(n == 7, setequal(names(v), c("data", "label", "features", "truth_label")), is.mx.dataiter(it),
                  identical(dim(v$data), c(4L, 20L)), pad == 3)
        a <- mx.io.extract(it, "label")
        model <- quiet(it, eval.data = it)
        ''')
        assert mxr_r.as_numpy(r["a"]).tolist() == Y[:137].tolist()
        assert r["it"] is it                                # and Python gets its own back
        assert r["model"].predict(X).shape == (200, 2)
        r["it"] = mx.io.NDArrayIter(X, Y, 20)
        p = mxr_r.as_numpy(r("quiet(it); predict(quiet(it), it)"))
        assert p.shape == (200, 2)

        # R's in Python: made by the engine
        r("it <- mx.io.arrayiter(x, y, batch.size = 30)")
        it = r["it"]
        assert isinstance(it, mx.io.DataIter) and it.batch_size == 30
        assert it.provide_data == [("data", (30, 4))] and it.provide_label == [("softmax_label", (30,))]
        for _ in range(2):
            pads = [b.pad for b in it]
            assert pads == [0] * 6 + [10]
            it.reset()
        np.testing.assert_array_equal(next(it).data[0].asnumpy(), X[:30])
        model = mx.model.FeedForward(r["net"], num_epoch=2, learning_rate=0.5)
        model.fit(it, eval_metric="acc")
        assert model.predict(it).shape == (200, 2)

        # written in R, as MXNet's vignette does it
        r('''
        Custom <- setRefClass("Custom", fields = c("it", "asked"), contains = "Rcpp_MXArrayDataIter", methods = list(
          initialize = function(it, ...) { it <<- it; asked <<- 0; .self },
          value = function() { asked <<- asked + 1; v <- it$value(); list(data = v$data * 2, label = v$label) },
          iter.next = function() it$iter.next(), reset = function() it$reset(), num.pad = function() it$num.pad(),
          finalize = function() {}))
        custom <- Custom$new(it)
        broken <- Custom$new(list(reset = function() NULL, iter.next = function() TRUE,
                                  value = function() stop("no value")))
        ''')
        custom = r["custom"]
        it = mxr_r.data_iter(custom, {"label": "truth"})
        assert it.provide_label == [("truth", (30,))]
        np.testing.assert_array_equal(next(it).data[0].asnumpy(), X[:30] * 2)
        assert sum(1 for _ in it) == 6 and r("custom$asked")[0] == 8
        from rpy2.rinterface_lib.embedded import RRuntimeError
        raises(RRuntimeError, lambda: r["broken"].provide_data, "no value")
        raises(mx.MXNetError, lambda: next(mxr_r.data_iter(custom, {"lable": "truth"})), "lable", "data, label")
        raises(mx.MXNetError, lambda: mxr_r.data_iter(r("1")), "iterator")
        """,
        prelude=NETWORK,
    )


def test_metrics(session):
    out = session(
        """
        # Python's in R: each state counts for itself
        r["metric"] = mx.metric.Accuracy()
        r('''
        s <- metric$init(); t <- metric$init()
        s <- metric$update(mx.nd.array(c(0, 1)), mx.nd.array(matrix(c(1, 0, 1, 0), 2)), s)
        stopifnot(metric$get(s)$value == 0.5, metric$get(s)$name == "accuracy", is.nan(metric$get(t)$value))
        mine <- fit(x, y, eval.metric = metric, eval.data = list(data = x, label = y))
        theirs <- quiet(x, y, eval.data = list(data = x, label = y))
        stopifnot(all.equal(attr(mine, "history")[c("metric", "train", "validation")],
                            attr(theirs, "history")[c("metric", "train", "validation")], tolerance = 1e-6))
        ''')
        raises(mx.MXNetError, lambda: mxr_r.to_r(mx.metric.create(["acc", "ce"])), "composite")
        m = mx.metric.Accuracy()
        assert mxr_r.from_r(mxr_r.to_r(m)) is m

        # R's in Python
        r('''
        calls <- 0
        margin <- mx.metric.custom("margin", function(label, pred) {
          calls <<- calls + 1
          p <- as.array(pred); mean(abs(p[1, ] - p[2, ]))
        })''')
        margin = r["margin"]
        assert isinstance(margin, mx.metric.EvalMetric) and margin.name == "margin"
        model = mx.model.FeedForward(r["net"], num_epoch=2, learning_rate=0.5)
        model.fit(mx.io.NDArrayIter(X, Y, 20), eval_metric=margin)
        assert r("calls")[0] == 20
        assert model.score(mx.io.NDArrayIter(X, Y, 20), margin) == margin.get()[1] > 0
        acc = r["mx.metric.accuracy"]
        scores = [model.score(mx.io.NDArrayIter(X, Y, 20), m) for m in (acc, "acc")]
        assert abs(scores[0] - scores[1]) < 1e-6
        from rpy2.rinterface_lib.embedded import RRuntimeError
        bad = r("mx.metric.custom('bad', function(label, pred) stop('no way'))")
        raises(RRuntimeError, lambda: model.score(mx.io.NDArrayIter(X, Y, 20), bad), "no way")
        """,
        prelude=NETWORK,
        errors=True,
    )
    assert "[3] Train-accuracy=" in out and "[3] Validation-accuracy=" in out


def test_initialisers_and_callbacks(session, tmp_path):
    out = session(
        f"""
        prefix = {str(tmp_path / "ck")!r}
        # Python's initialisers in R
        r["init"] = mx.init.Constant(0.25)
        r('a <- init("fc_weight", c(4, 2), mx.cpu()); stopifnot(dim(a) == c(4, 2), as.array(a) == 0.25)')
        mx.random.seed(3)
        want = mx.nd.zeros((2, 4)); mx.init.Xavier()(mx.init.InitDesc("fc_weight"), want)
        r["xavier"] = mx.init.Xavier()
        r("mx.set.seed(3); b <- xavier('fc_weight', c(4, 2), mx.cpu(), allow.unknown = TRUE)")
        assert (r["b"].asnumpy() == want.asnumpy()).all()
        assert r("is.null(xavier('strange', c(4, 2), mx.cpu(), allow.unknown = TRUE))")[0]
        raises(mx.MXNetError, lambda: r("xavier('strange', c(4, 2), mx.cpu())"), "strange")
        r("m <- quiet(x, y, initializer = init)")
        # R's in Python
        init = r("function(name, shape, ctx, allow.unknown = FALSE) mx.nd.ones(shape) * length(shape)")
        init = mxr_r.initializer(init)
        a = mx.nd.zeros((3, 2)); init(mx.init.InitDesc("w"), a)
        assert (a.asnumpy() == 2).all()
        model = mx.model.FeedForward(r["net"], num_epoch=1, learning_rate=0, initializer=init)
        model.fit(mx.io.NDArrayIter(X, Y, 20))
        for name, value in (("fc_weight", 2), ("fc_bias", 1)):
            assert (model.arg_params[name].asnumpy() == value).all()
        model = mx.model.FeedForward(r["net"], num_epoch=1, initializer=mxr_r.initializer(r["mx.init.Xavier"]()))
        model.fit(mx.io.NDArrayIter(X, Y, 20))
        bad = mxr_r.initializer(r("function(name, shape, ctx, allow.unknown) mx.nd.ones(7)"))
        raises(mx.MXNetError, lambda: bad("w", a), "dim [7]", "[2, 3]")
        raises(TypeError, lambda: mxr_r.initializer(3), "int")

        # Python's callbacks in R: the environment can be asked, FALSE stops
        seen = []
        def watch(iteration, nbatch, env, verbose=True):
            value = env("metric$get(train.metric)$value")
            seen.append((iteration, nbatch, value, type(env["model"]).__name__))
            env["mine"] = len(seen)
            return iteration < 2
        r["watch"] = watch
        r("m <- quiet(x, y, num.round = 9, epoch.end.callback = watch)")
        assert [s[:2] for s in seen] == [(1, 0), (2, 0)] and seen[0][3] == "FeedForward" and 0 < seen[0][2] < 1
        batches = []
        r["count"] = lambda iteration, nbatch, env: batches.append(nbatch) or True
        r("m <- quiet(x, y, num.round = 1, batch.end.callback = count)")
        assert batches == list(range(1, 11))
        def fails(*args, **kwargs):
            raise KeyError("from Python")
        r["fails"] = fails
        e = raises(mx.MXNetError, lambda: r("quiet(x, y, epoch.end.callback = fails)"), "from Python")
        assert isinstance(e.__cause__, KeyError)

        # R's in Python: checkpoints, logs, early stop
        import logging
        logging.disable(logging.WARNING)
        metric = mx.metric.Accuracy()
        r["prefix"] = prefix
        r("logger <- mx.metric.logger$new()")
        save = mxr_r.callback(r("mx.callback.save.checkpoint(prefix, 2)"), verbose=False)
        log = mxr_r.callback(r("mx.callback.log.train.metric(1, logger)"), metric)
        def model_of(n):
            return mx.model.FeedForward(r["net"], num_epoch=n, learning_rate=0.5)
        model = model_of(4)
        model.fit(mx.io.NDArrayIter(X, Y, 20), eval_metric=metric, epoch_end_callback=[save, log])
        assert r("length(logger$train)")[0] == 4 and r("logger$train[4]")[0] == metric.get()[1]
        np.testing.assert_array_equal(mx.model.FeedForward.load(prefix, 4).predict(X), model.predict(X))
        speed = mxr_r.callback(r("mx.callback.log.train.metric(5)"))
        model_of(1).fit(mx.io.NDArrayIter(X, Y, 20), batch_end_callback=speed)
        ends = []
        stop = mxr_r.callback(r("mx.callback.early.stop(train.metric = 0.4, maximize = TRUE)"), metric)
        model_of(50).fit(mx.io.NDArrayIter(X, Y, 20), eval_metric=metric,
                         epoch_end_callback=[lambda *a: ends.append(1), stop])
        assert len(ends) < 50
        raises(TypeError, lambda: mxr_r.callback("no"), "str")
        """,
        prelude=NETWORK,
        errors=True,
    )
    assert "Batch [5] Train-accuracy=" in out and "Batch [10] Train-accuracy=" in out
