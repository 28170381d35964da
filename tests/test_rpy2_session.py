"""The rpy2 bridge: sessions, functions as callables, rpy2's converters, and safety: exceptions, threads, exits."""

import pytest

from tests.rpy2_support import PRELUDE, start_session


@pytest.fixture
def session():
    return start_session()


def test_functions(session):
    session("""
        x = mx.nd.array([[1.0, 4.0], [9.0, 16.0]])
        half = mxr_r.function("function(x, by.what = 2) x / by.what")
        assert (half(x).asnumpy() == x.asnumpy() / 2).all() and (half(x, by_what=4).asnumpy() == x.asnumpy() / 4).all()
        assert half([1, 2]).tolist() == [0.5, 1.0] and half(3) == 1.5
        # functions that know nothing of mxr: R's arrays in, NDArrays out
        root = mxr_r.function("sqrt", arrays="r", result="ndarray")
        y = root(x)
        assert isinstance(y, mx.nd.NDArray) and y.asnumpy().tolist() == [[1, 2], [3, 4]]
        assert mxr_r.function("stats::median", arrays="r")(x) == 6.5
        assert mxr_r.function("function(m) dim(m)", arrays="r")(mx.nd.ones((3, 2))).tolist() == [2, 3]
        scale = mxr_r.function(r["scale"], arrays="r")
        f = mxr_r.from_r(r("function(n) list(n = n, text = 'a')"))
        assert mxr_r.function(f)(3) == {"n": 3, "text": "a"}
        raises(mx.MXNetError, lambda: mxr_r.function("sqrt", arrays="numpy"), "numpy")
        raises(mx.MXNetError, lambda: mxr_r.function("sqrt", result="list"), "list")
        raises(TypeError, lambda: mxr_r.function("1 + 1"), "1 + 1")
        raises(TypeError, lambda: mxr_r.function(3), "int")
        # any function of the package
        assert r.mx.nd.dot(x, x).shape == (2, 2) and "mx.nd.dot" in repr(r.mx.nd.dot)
        # a function goes there and comes back as what it was
        r["g"] = half
        assert r("identical(g, g)")[0] and r.g(4.0)[0] == 2
        # Python's functions get values
        got = {}
        def see(*args, **kwargs):
            got.update(kwargs, args=args)
            return {"a": [1, None], "b": args[0]}
        r["see"] = see
        r('''out <- see(mx.nd.ones(2), f = factor(c("u", "v")), n = c(a = 1, b = NA), i = c(1L, NA), e = environment(),
                        g = function(x) x + 1, s = c("p", NA))''')
        assert got["args"][0].shape == (2,) and list(got["f"])[0] == "u" and got["n"]["a"] == 1
        assert got["i"].tolist() == [1, None] and got["g"](1) == 2 and got["s"] == ["p", None]
        assert "see" in got["e"] and got["e"]("1 + 1") == 2
        assert r("identical(out$a, c(1L, NA)) && is.mx.ndarray(out$b)")[0]
    """)


def test_sessions(session):
    session("""
        r("shared <- 10; x <- 'global'")
        before = len(handles)
        with mxr_r.session() as s:
            s("x <- mx.nd.ones(c(2, 3)); y <- shared + 1; f <- function(a) a * y")
            assert s["x"].shape == (3, 2) and s["y"] == 11 and s.y == 11 and s.f(2) == 22
            s["z"] = {"a": [1, 2]}
            assert s("z$a").tolist() == [1, 2] and "z" in s and "nothing" not in s
            del s["z"]
            assert "z" not in s
            s("for (i in 1:100) assign(paste0('v', i), mx.nd.ones(c(2, 3)))")
            with mxr_r.session(result="ndarray") as inner:
                inner("x <- 1:3")
                assert isinstance(inner["x"], mx.nd.NDArray) and inner["x"].asnumpy().tolist() == [1, 2, 3]
                assert inner("'text'") == "text" and isinstance(inner("factor('a')"), object)
            assert s["x"].shape == (3, 2)
            kept = s["x"]
            raises(AttributeError, lambda: s.no_such)
        assert r["x"][0] == "global" and not r("exists('y')")[0]
        assert len(handles) == before, len(handles) - before     # at the end of the block, not some time later
        assert kept.asnumpy().sum() == 6                          # what Python holds lives on
        raises(mx.MXNetError, lambda: s("1"), "ended")
        raises(mx.MXNetError, lambda: s.x, "ended")
        try:
            with mxr_r.session() as s:
                s("x <- 1")
                s("stop('gone')")
        except Exception as e:
            assert "gone" in str(e)
        assert r["x"][0] == "global"
        raises(mx.MXNetError, lambda: mxr_r.attach(result="numpy"), "numpy")
        p = mxr_r.attach(result="python")
        assert p("c(a = 1)") == {"a": 1} and p.sum([1, 2]) == 3 and p["shared"] == 10
    """)


def test_converting(session):
    session("""
        import rpy2.robjects as ro
        x = mx.nd.ones((2, 3))
        with mxr_r.converting():
            y = ro.r["mx.nd.log"](x)
            assert isinstance(y, mx.nd.NDArray) and y.shape == (2, 3)
            ro.globalenv["it"] = mx.io.NDArrayIter(x)
            assert isinstance(ro.globalenv["it"], mx.io.NDArrayIter)
            assert isinstance(ro.r("mx.metric.accuracy"), mx.metric.EvalMetric)
            assert isinstance(ro.r("c(1, 2)"), ro.vectors.FloatVector)
        assert not isinstance(ro.r("mx.nd.ones(2)"), mx.nd.NDArray)
    """)


def test_exceptions_both_ways(session):
    out = session("""
        from rpy2.rinterface_lib.embedded import RRuntimeError
        class Odd(Exception):
            pass
        def fails(how):
            raise {"odd": Odd("odd thing"), "stop": StopIteration("over"), "mx": mx.MXNetError("mine"),
                   "memory": MemoryError("much")}[how]
        r["fails"] = fails
        for how, kind, text in (("odd", Odd, "odd thing"), ("stop", StopIteration, "over"),
                                ("mx", mx.MXNetError, "mine"), ("memory", MemoryError, "much")):
            e = raises(mx.MXNetError, lambda: r(f"fails('{how}')"), text)
            assert isinstance(e.__cause__, kind), e.__cause__
            assert text in r(f"tryCatch(fails('{how}'), mxr_error = conditionMessage)")[0]
        # an error that R handled is not the cause of the next one
        e = raises(mx.MXNetError, lambda: r("try(fails('odd'), silent = TRUE); mx.nd.array('a')"), "src.array")
        assert e.__cause__ is None
        # through both languages several times
        r("f <- function(n) if (n == 0) stop('bottom') else g(n - 1)")
        r["g"] = lambda n: r.f(n)
        raises(mx.MXNetError, lambda: r("f(5)"), "bottom")
        r("f <- function(n) if (n == 0) 'fine' else g(n - 1)")
        assert r("f(10)")[0] == "fine"
        e = raises(mx.MXNetError, lambda: r("f(1e6)"), "stack")      # too deep is an error, no crash
        # Ctrl-C from inside, and the end of the program
        def interrupt():
            raise KeyboardInterrupt
        r["interrupt"] = interrupt
        raises(KeyboardInterrupt, lambda: r("x <- 1; interrupt(); x <- 2"))
        assert r["x"][0] == 1
        r["leave"] = lambda: sys.exit(7)
        import sys
        try:
            r("on.exit(cat('unwound\\n')); local({on.exit(cat('unwound\\n')); leave()})")
        except SystemExit as e:
            assert e.code == 7
        else:
            raise AssertionError("SystemExit was lost")
        assert r("1 + 1")[0] == 2
    """)
    assert "unwound" in out


def test_threads(session):
    session("""
        import gc, threading
        r("f <- function(a) a * 2")
        results, errors = [], []
        def work():
            for i in range(50):
                results.append(float((mx.nd.ones((20,)) * i).sum().asscalar()))
            for act in (lambda: r("1"), lambda: r.f(1), lambda: mxr_r.to_r(mx.nd.ones(2)), lambda: r["f"],
                        lambda: mxr_r.to_python(mx), lambda: mxr_r.function("sqrt")):
                try:
                    act()
                except mx.MXNetError as e:
                    errors.append(str(e))
        workers = [threading.Thread(target=work) for _ in range(4)]
        for t in workers: t.start()
        for i in range(300):                       # R works here meanwhile, and collects
            r(f"x <- f(mx.nd.ones(c(10, 10))); if ({i} %% 50 == 0) invisible(gc())")
        for t in workers: t.join()
        assert len(results) == 200 and len(errors) == 20 and all("thread" in e for e in errors), errors
        # objects of R that another thread is the last to hold
        held = [r.f, r["f"], *(r("mx.nd.ones(3)") for _ in range(20)), *(mxr_r.to_r(mx.nd.ones(2)) for _ in range(20))]
        t = threading.Thread(target=held.clear); t.start(); t.join()
        gc.collect(); r("invisible(gc())")
        assert r("f(2)")[0] == 4
    """)


def test_collections(session):
    """R collects at every allocation while values of all kinds cross."""
    session("""
        r["f"] = lambda a, **k: {"a": a, "k": k}
        r("gctorture2(50)")
        v = {"a": [1, None], "b": mxr_r.Factor([0, -1], ["x"]), "c": mxr_r.Frame(p=np.arange(3.0), q=["u", None, "v"]),
             "d": np.ma.MaskedArray([1, 2], [0, 1], np.int32), "e": mxr_r.Vector(a="x", b=None),
             "g": np.array([["a", None]], object),
             "h": mxr_r.Formula("y ~ x"), "i": np.datetime64("2026-01-02"), "j": 2j, "x": mx.nd.ones((2, 3))}
        for _ in range(2):
            s = mxr_r.to_r(v)
            back = mxr_r.to_python(s, pandas=False)
        r["s"] = s
        out = r("f(s$c, b = s$b, n = c(a = 1))")
        with mxr_r.session() as inner:
            inner("x <- mx.nd.ones(c(2, 3)); y <- list(a = 'x', b = factor('u'))")
            y = inner["y"]
        r("gctorture(FALSE)")
        assert back["a"].tolist() == [1, None] and back["b"] == v["b"] and back["c"]["q"].tolist() == ["u", None, "v"]
        assert back["d"].tolist() == [1, None] and back["e"] == v["e"] and back["h"] == "y ~ x" and back["j"] == 2j
        assert back["g"].tolist() == [["a", None]] and back["x"] is v["x"]
        assert mxr_r.to_python(out, pandas=False)["k"]["n"] == {"a": 1}
    """)


ENDS = {
    "live objects": """
        r("net <- mx.symbol.FullyConnected(mx.symbol.Variable('d'), num_hidden = 2)")
        r("it <- mx.io.arrayiter(1:4, 1:4, 2)")
        held = [r["net"], r["it"], r.mx.nd.ones((2, 3)), mxr_r.to_r(mx.nd.ones(2)), r("function(x) x"),
                mxr_r.initializer(r("mx.init.uniform(1)"))]
        r["x"] = mx.nd.ones(3); r["f"] = lambda: held; r["m"] = mx.metric.Accuracy()
        r["python"] = mx.io.NDArrayIter(np.ones(4))
    """,
    "inside a session": """
        opened = mxr_r.session()
        s = opened.__enter__()
        s("x <- mx.nd.ones(3)")
    """,
    "after errors": """
        for code in ("stop('a')", "mx.nd.array('a')", "1 +"):
            try:
                r(code)
            except Exception as e:
                kept = e
    """,
    "with threads": """
        import threading
        t = threading.Thread(target=lambda: [mx.nd.ones((50, 50)) * i for i in range(100)]); t.start()
        r("x <- mx.nd.ones(3)"); t.join()
    """,
    "finalisers": """
        r("e <- new.env(); reg.finalizer(e, function(e) mx.nd.ones(2), onexit = TRUE)")
        import atexit
        atexit.register(lambda: r("mx.nd.ones(3)"))
    """,
}


@pytest.mark.parametrize("what", ENDS)
def test_end_of_process(session, what):
    session(ENDS[what], prelude=PRELUDE + "r = mxr_r.attach()\n")
