"""The rpy2 bridge: the slides, lifetimes, errors and interrupts. Every script must end with exit code 0."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rpy2_support import PRELUDE, start_session

REPO = Path(__file__).resolve().parents[1]


@pytest.fixture
def session():
    return start_session()


def test_slides_arrays(session):
    out = session("""
        r('''
        a <- mx.nd.ones(c(2, 3)); b <- a * 2 + 1; print(b)
        a <- mx.nd.array(1:5); print(a); invisible(gc())
        cat(class(a), "\\n"); b <- a + 1 / a; print(b); print(mx.nd.log(a + 10)); print(as.matrix(mx.nd.ones(c(2, 3))))
        set.seed(1); mat <- matrix(runif(60 * 60), 60); m <- mx.nd.array(mat); res <- mx.nd.dot(m, m); invisible(gc())
        stopifnot(max(abs(as.matrix(res) - mat %*% mat)) < 1e-3, length(mx.nd.random.normal(0, 1, 10)) == 10)
        ''')
    """)
    assert "[1,]    3    3    3\n[2,]    3    3    3" in out
    assert "[1] 1 2 3 4 5\nMXNDArray \n[1] 2.000000 2.500000 3.333333 4.250000 5.200000" in out
    assert "[1] 2.397895 2.484907 2.564949 2.639057 2.708050" in out
    assert "[1,]    1    1    1\n[2,]    1    1    1" in out


def test_slides_training(session, tmp_path):
    out = session(
        f"""
        from mxr import datasets
        d = datasets.mnist(as_uint8=True)
        for name, n in (("train", 3000), ("test", 500)):
            x, y = d[name + "_data"][:n].reshape(n, 784), d[name + "_label"][:n]
            r[f"{{name}}_mnist"] = mxr_r.to_r_array(np.vstack([y[None], x.T]))
        prefix = {str(tmp_path / "net")!r}
        r["prefix"] = prefix
        r('''
        stopifnot(dim(train_mnist) == c(3000, 785), dim(test_mnist) == c(500, 785))
        x <- train_mnist[,-1]; y <- train_mnist[,1]
        x.test <- test_mnist[,-1]; y.test <- test_mnist[,1]
        mx.set.seed(0)
        train_mnist_iter <- mx.io.arrayiter(t(x), y, batch.size = 128, shuffle = TRUE)
        test_mnist_iter <- mx.io.arrayiter(t(x.test), y.test, batch.size = 128, shuffle = FALSE)
        invisible(gc())
        data <- mx.symbol.Variable("data")
        fc1 <- mx.symbol.FullyConnected(data, num_hidden = 256)
        act <- mx.symbol.Activation(fc1, act_type = 'tanh')
        fc2 <- mx.symbol.FullyConnected(act, num_hidden = 10)
        net <- mx.symbol.SoftmaxOutput(data=fc2)
        rm(data, fc1, act, fc2); invisible(gc())
        model <- mx.model.FeedForward.create(net, train_mnist_iter, ctx=mx.cpu(), eval.metric=mx.metric.accuracy,
                                             eval.data=test_mnist_iter, learning.rate=0.05, num.round=4,
                                             epoch.end.callback=function(iteration, nbatch, env, verbose) gc())
        prob <- predict(model, X = t(x.test), array.layout = "colmajor")
        stopifnot(dim(prob) == c(10, 500), abs(colSums(prob) - 1) < 1e-4)
        cat("accuracy", mean(max.col(t(prob)) - 1 == y.test), "\\n")
        mx.model.save(model, prefix, 1)
        ''')
        # the same model, predicting in Python, and its files read by Python
        prob = mxr_r.as_numpy(r["prob"])
        x = d["test_data"][:500].reshape(500, 784).astype(np.float32)
        for model in (r["model"], mx.model.FeedForward.load(prefix, 1)):
            assert isinstance(model, mx.model.FeedForward)
            it = mx.io.NDArrayIter(x, batch_size=100)
            np.testing.assert_allclose(model.predict(it), prob, atol=1e-5)
        assert r["model"].arg_params["fullyconnected0_weight"].shape == (256, 784)
    """,
        errors=True,
    )
    lines = [line for line in out.splitlines() if "-accuracy=" in line]
    assert len(lines) == 8 and lines[0].startswith("[1] Train-accuracy=0.") and "[4] Validation-accuracy" in lines[-1]
    assert "R[write to console]" not in out
    assert float(out.split("accuracy ")[1].split()[0]) > 0.8


def test_slides_lenet(session):
    session("""
        r('''
        conv <- mx.symbol.Convolution(data=mx.symbol.Variable('data'), kernel=c(5,5), num_filter=4)
        relu <- mx.symbol.Activation(conv, act_type="relu")
        pool <- mx.symbol.Pooling(data=relu, pool_type="max", kernel=c(2,2), stride=c(2,2))
        lenet <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(mx.symbol.Flatten(pool), num_hidden=10))
        set.seed(1); y <- rep(0:9, 20); x <- array(runif(28*28*200, 0, 0.3), c(28, 28, 1, 200))
        for (i in 1:200) x[y[i] * 2 + 1:4, , 1, i] <- 1
        it <- mx.io.arrayiter(x, y, batch.size = 20)
        model <- mx.model.FeedForward.create(lenet, it, ctx=mx.cpu(), eval.metric=mx.metric.accuracy, num.round=8,
                                             initializer=mx.init.Xavier(), learning.rate=0.1, verbose=FALSE)
        p <- predict(model, x)
        stopifnot(dim(p) == c(10, 200), mean(max.col(t(p)) - 1 == y) > 0.9)
        ''')
    """)


def test_handles_are_freed(session):
    session("""
        import gc
        before = len(handles)
        r("for (i in 1:4000) { x <- mx.nd.ones(c(2, 3)); if (i %% 500 == 0) invisible(gc()) }")
        assert len(handles) < 2500, len(handles)        # collected on the way, not at the end
        r("rm(x); for (i in 1:200) mx.symbol.Variable('v'); invisible(gc()); mxr:::empty_bin()")
        assert len(handles) == before, len(handles)

        # Python's objects live as long as either side holds them
        import weakref
        x = mx.nd.ones((2, 3))
        ref = weakref.ref(x)
        r["x"] = x
        del x; gc.collect()
        assert ref() is not None and r["x"] is ref()
        r("rm(x); invisible(gc()); mxr:::empty_bin()"); gc.collect()
        assert ref() is None and len(handles) == before

        # R functions that Python held, dropped in another thread
        import threading
        class Holder: pass
        kept = []
        r["keep"] = lambda f: kept.append(f)
        r("for (i in 1:50) keep(function(x) x + 1)")
        assert kept[7](41) == 42.0
        t = threading.Thread(target=kept.clear); t.start(); t.join()
        r("mxr:::empty_bin(); rm(keep); invisible(gc()); mxr:::empty_bin(); invisible(mx.cpu()); invisible(gc())")
        assert r._bridge.bin == []
        assert len(handles) == before
    """)


def test_errors_of_the_engine_are_r_conditions(session):
    session("""
        text = r('''tryCatch(mx.nd.dot(mx.nd.ones(c(2, 3)), mx.nd.ones(c(2, 3))),
                           mxr_error = function(e) conditionMessage(e))''')[0]
        assert "dot" in text and "Traceback" not in text, text
        # uncaught, it arrives in Python as what it was
        e = raises(mx.MXNetError, lambda: r("mx.nd.ones(c(2, 3)) + mx.nd.ones(c(3, 3))"), "c(2, 3)", "c(3, 3)")
        raises(mx.MXNetError, lambda: r("mxr:::.call('no_such')"), "no_such")
        raises(mx.MXNetError, lambda: r.mx.nd.reshape(mx.nd.ones((2, 3)), (7,)))
        raises(mx.MXNetError, lambda: r("mx.nd.array(factor('a'))"), "factor")
        bad = "mx.symbol.FullyConnected(mx.symbol.Variable('d'), num_hidden = NA)"
        raises(mx.MXNetError, lambda: r(bad), "num_hidden")
        # and all goes on
        assert r.mx.nd.ones((2,)).asnumpy().sum() == 2
    """)


def test_errors_of_r_are_python_exceptions(session):
    session("""
        from rpy2.rinterface_lib.embedded import RRuntimeError
        raises(RRuntimeError, lambda: r("stop('oh no')"), "oh no")
        raises(RRuntimeError, lambda: r("1 +"), "unexpected end of input")
        raises(RRuntimeError, lambda: r["no.such.thing"], "no.such.thing")
        raises(AttributeError, lambda: r.mx.nd.no_such_thing, "mx.nd.no_such_thing")
        raises(UserWarning, lambda: r("warning('beware')"), "beware")
        # an R closure that the training loop calls
        r('''net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 2))
             it <- mx.io.arrayiter(matrix(runif(80), 4), rep(0:1, 10), batch.size = 5)
             fit <- function(...)
               mx.model.FeedForward.create(net, it, ctx = mx.cpu(), num.round = 2, verbose = FALSE, ...)''')
        bad = "fit(eval.metric = mx.metric.custom('m', function(label, pred) stop('bad metric')))"
        raises(RRuntimeError, lambda: r(bad), "bad metric")
        assert r(f"tryCatch({bad}, error = function(e) class(e)[1])")[0] == "simpleError"
        # a Python function that R calls: its error is an R condition
        def fails(a, why=None):
            raise ValueError(f"not {a} because {why}")
        r["fails"] = fails
        assert r("tryCatch(fails(3, why = 'so'), error = function(e) conditionMessage(e))")[0] == "not 3.0 because so"
        raises(mx.MXNetError, lambda: r("fails(3L)"), "not 3 because None")
        r["metric"] = lambda label, pred: float(mx.nd.mean(label).asscalar())
        r("m <- fit(eval.metric = mx.metric.custom('m', metric))")
    """)


def test_interrupts(session):
    out = session(
        """
        import os, signal, threading, time
        import rpy2.robjects as ro      # puts Python's own handler back
        def soon(seconds):
            threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        warnings.simplefilter("always")
        r('''set.seed(1); x <- matrix(runif(40 * 2000), 40); y <- rep(0:9, 200)
             net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 10))
             it <- mx.io.arrayiter(x, y, batch.size = 50)
             slow <- function(label, pred) { s <- 0; for (i in 1:20000) s <- s + i; 1 }
             fit <- function(metric)
               mx.model.FeedForward.create(net, it, ctx = mx.cpu(), num.round = 100000, verbose = FALSE,
                                           learning.rate = 0.1, eval.metric = metric)''')
        for metric in ("mx.metric.accuracy", "mx.metric.custom('slow', slow)"):
            soon(0.7)
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                model = r(f"fit({metric})")     # the model reached so far, and a warning
            assert isinstance(model, mx.model.FeedForward)
            assert len(seen) == 1 and "training was interrupted in round" in str(seen[0].message)
        loops = ("for (i in 1:1e9) mx.nd.ones(c(2, 2))", "repeat mxr:::.call('live_handles')",
                 "s <- 0; repeat s <- s + 1",
                 "repeat for (i in 1:1e5) i * 2 + mxr:::.call('live_handles')",
                 "for (i in 1:1e9) message('')", "a <- mx.nd.ones(c(300, 300)); repeat as.array(mx.nd.dot(a, a))")
        for k, loop in enumerate(loops * 3):
            soon(0.08 + 0.0137 * k)
            try:
                r(loop)
            except KeyboardInterrupt:
                pass
            else:
                raise AssertionError(loop)
            assert list(r("1 + 1")) == [2] and mx.nd.ones((2,)).asnumpy().sum() == 2
        soon(0.2)                                # rpy2's own way in reports R's jump to its top level
        try:
            ro.r("repeat mx.nd.ones(c(2, 2))")
        except ro.rinterface.embedded.RRuntimeError:
            pass
        soon(0.1)                                # outside R all is as before
        try:
            time.sleep(20)
        except KeyboardInterrupt:
            print("python was interrupted")
        r("invisible(gc())")
    """,
        errors=True,
    )
    assert "python was interrupted" in out
    assert "the bridge to Python broke" not in out


def test_robjects_converter(session):
    session("""
        import rpy2.robjects as ro
        rules = ro.default_converter + mxr_r.converter()
        x = mx.nd.ones((2, 3))
        with rules.context():
            y = ro.r["mx.nd.log"](x)
            assert isinstance(y, mx.nd.NDArray) and y.shape == (2, 3)
            s = ro.r("mx.symbol.Variable('q')")
            assert isinstance(s, mx.sym.Symbol) and s.name == "q"
            assert list(ro.r["arguments"](s)) == ["q"]
            assert ro.r("mx.cpu()") == mx.cpu()
            assert isinstance(ro.r("c(1, 2)"), ro.vectors.FloatVector)
            assert isinstance(ro.r("new.env()"), ro.Environment)
            assert isinstance(ro.r("list(a = 1)"), ro.vectors.ListVector)
            assert isinstance(ro.r("data.frame(a = 1)"), ro.vectors.DataFrame)
            ro.globalenv["x"] = x
            assert ro.globalenv["x"] is x
        assert isinstance(ro.r("x"), ro.Environment)    # the rules end with the context
    """)


def test_one_thread(session):
    session("""
        import threading
        caught = []
        def other():
            try:
                r("1 + 1")
            except mx.MXNetError as e:
                caught.append(str(e))
        t = threading.Thread(target=other); t.start(); t.join()
        assert "thread" in caught[0]
    """)


def test_no_way_past_reticulate(session):
    session(
        """
        raises(mx.MXNetError, lambda: mxr_r.to_r(mx.nd.ones(2)), "attach")
        import rpy2.rinterface as ri
        ri.initr()
        ri.evalr('mxr:::open_door(list(name = "native", call = function(...) list(0, 0)), "s")')
        raises(mx.MXNetError, mxr_r.attach, "reticulate", "native")
        """,
        prelude=PRELUDE,
    )


def test_missing_r_package(session, tmp_path):
    session(
        f"""
        e = raises(mx.MXNetError, lambda: mxr_r.attach({str(tmp_path)!r}), "R CMD INSTALL", {str(tmp_path)!r})
        r = mxr_r.attach()              # and then where it is
        assert r.mx.nd.ones((2,)).shape == (2,)
        assert r("'reticulate' %in% loadedNamespaces()")[0] == False
        """,
        prelude=PRELUDE,
    )


def test_missing_rpy2():
    code = """
import sys
sys.modules["rpy2"] = None
import mxr
from mxr.interop import rpy2
try:
    rpy2.attach()
except mxr.MXNetError as e:
    print(e)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=REPO)
    assert done.returncode == 0, done.stderr
    assert "needs rpy2" in done.stdout and "mxr-arrays[r]" in done.stdout
