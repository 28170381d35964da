"""The rpy2 bridge: what crosses between R and Python, and where its numbers lie."""

import pytest

from tests.rpy2_support import ATTACH, PRELUDE, start_session


@pytest.fixture
def session():
    return start_session()


def test_same_objects(session):
    session("""
        x = mx.nd.array(np.arange(24).reshape(2, 3, 4))
        assert mxr_r.from_r(mxr_r.to_r(x)) is x
        r["x"] = x
        assert list(r("dim(x)")) == [4, 3, 2]
        assert r("class(x)")[0] == "MXNDArray"
        assert r("as.array(x)[2, 3, 1]")[0] == float(x[0, 2, 1].asscalar()) == 9
        x[:] = 7
        assert set(r("as.array(x)")) == {7.0}           # R sees what Python wrote
        r("y <- x * 2; mx.nd.internal <- 1; mxr:::.call('nd_assign', mxr:::nd_id(x), mxr:::nd_id(y))")
        assert (x.asnumpy() == 14).all()                # and the other way round
        y = r["y"]
        assert y is r["y"] and isinstance(y, mx.nd.NDArray) and y.shape == (2, 3, 4)

        s = r("net <- mx.symbol.FullyConnected(mx.symbol.Variable('data'), num_hidden = 3, name = 'fc')")
        assert isinstance(s, mx.sym.Symbol) and s is r["net"] and mxr_r.from_r(mxr_r.to_r(s)) is s
        r["soft"] = mx.sym.SoftmaxOutput(s, name="softmax")
        assert list(r("arguments(soft)")) == ["data", "fc_weight", "fc_bias", "softmax_label"]
        e = r("e <- mx.simple.bind(soft, mx.cpu(), grad.req = 'write', data = c(4, 2))")
        assert isinstance(e, mx.executor.Executor) and e.arg_dict["data"].shape == (2, 4)
        e.arg_dict["fc_weight"][:] = 2
        assert set(r("as.array(e$arg.arrays$fc_weight)")) == {2.0}
        assert mxr_r.from_r(mxr_r.to_r(e)) is e
        assert r("mx.cpu()") == mx.cpu() and mxr_r.from_r(mxr_r.to_r(mx.gpu(1))) == mx.gpu(1)
        kv = mx.kv.create("local")
        assert mxr_r.from_r(mxr_r.to_r(kv)) is kv

        params = {"fc_weight": mx.nd.ones((3, 4)), "fc_bias": mx.nd.zeros((3,))}
        model = mx.model.FeedForward(r["soft"], arg_params=params, aux_params={})
        r["model"] = model
        assert r("class(model)")[0] == "MXFeedForwardModel"
        prob = r("predict(model, matrix(1, 4, 2), array.layout = 'colmajor')")
        np.testing.assert_allclose(mxr_r.as_numpy(prob), np.full((2, 3), 1 / 3), rtol=1e-6)
        back = r["model"]
        assert back.symbol is model.symbol and back.arg_params["fc_weight"] is model.arg_params["fc_weight"]
        raises(mx.MXNetError, lambda: mxr_r.to_r(mx.model.FeedForward(r["soft"])), "fit it")
        assert mxr_r.attach()._bridge is r._bridge
    """)


ADDRESS = """
from rpy2.rinterface_lib import openrlib
from mxr.interop import r as door
def address(sexp, kind="REAL"):
    return int(openrlib.ffi.cast("uintptr_t", getattr(openrlib.rlib, kind)(sexp.__sexp__._cdata)))
"""
NOT_COMPILED = """
import rpy2.rinterface as ri
ri.initr()
ri.evalr("assign('native', FALSE, envir = mxr:::the)")
"""


@pytest.mark.parametrize("compiled", [True, False], ids=["native", "memory"])
def test_door_works_on_r_memory(session, compiled):
    """Both transports: the R package's compiled code, and rpy2's view where the package was installed without."""
    session(
        f"""
        assert r("mxr:::the$transport$name")[0] == {("native" if compiled else "memory")!r}
        from mxr.interop import r_convert
        # in: what the door reads is R's own memory
        seen = []
        @door.exported
        def look(token):
            flat = r_convert.flat(token)
            seen.append((flat.__array_interface__["data"][0], flat.dtype.str, flat.tolist()))
        for code, dtype, kind in (("matrix(c(1.5, 2, 3), 1)", "<f8", "REAL"), ("runif(1)", "<f8", "REAL"),
                                  ("1:6 + 0L", "<i4", "INTEGER"), ("c(TRUE, NA)", "<i4", "LOGICAL"),
                                  ("as.raw(1:3)", "|u1", "RAW")):
            r(f"v <- {{code}}; mxr:::.call('look', mxr:::the$transport$to_python(v))")
            assert seen[-1][:2] == (address(r["v"], kind), dtype), (code, seen[-1])
            if dtype != "|u1" and "NA" not in code:
                assert seen[-1][2] == list(r["v"])
        raises(mx.MXNetError, lambda: r("mx.nd.array('a')"), "numbers")

        # out: the engine writes into the vector
        x = mx.nd.array(np.random.rand(5, 4))
        r["x"] = x
        wrote = []
        name = {("nd_fill" if compiled else "nd_into")!r}
        original = door._functions[name]
        def watch(h, target):
            wrote.append(int(target) if isinstance(target, str) else target[1].__array_interface__["data"][0])
            return original(h, target)
        door._functions[name] = watch
        r("v <- mxr:::nd_values(x); a <- as.array(x)")
        assert len(wrote) == 2 and wrote[0] == address(r["v"])
        if {compiled}:
            assert wrote[1] == address(r["a"])      # also the dim is set in place
        assert list(r("dim(a)")) == [4, 5]
        np.testing.assert_array_equal(mxr_r.as_numpy(r["a"]), x.asnumpy())
        r("stopifnot(all.equal(as.matrix(mx.nd.array(a)), a, tolerance = 1e-6))")
        r("stopifnot(is.na(as.array(mx.nd.array(c(NA, 1L)))[1]))")
        r("same <- structure(list(symbol = mx.symbol.identity(mx.symbol.Variable('data')), arg.params = list(),"
          "aux.params = list()), class = 'MXFeedForwardModel'); d <- predict(same, a, array.layout = 'colmajor')")
        np.testing.assert_allclose(mxr_r.as_numpy(r["d"]), x.asnumpy())
    """,
        prelude=PRELUDE + ("" if compiled else NOT_COMPILED) + ATTACH + ADDRESS,
    )


def test_conversions_without_needless_copies(session):
    session(
        """
        # a view for NumPy: same address, kept alive by the view, never changed by R
        r("a <- matrix(runif(20), 4)")
        view = mxr_r.as_numpy(r["a"])
        assert view.__array_interface__["data"][0] == address(r["a"])
        assert view.shape == (5, 4) and not view.flags.writeable
        before = view.copy()
        r("a[1, 1] <- -1; rm(a); for (i in 1:20) z <- runif(1e5); invisible(gc())")
        np.testing.assert_array_equal(view, before)

        # dims reversed, numbers in the same order, one pass
        n = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
        out = mxr_r.to_r_array(n)
        r["out"] = out
        assert address(r["out"]) == address(out)
        assert list(r("dim(out)")) == [4, 3, 2] and list(r("as.vector(out)")) == list(range(24))
        assert r("out[2, 3, 1]")[0] == n[0, 2, 1]
        assert mxr_r.as_numpy(out).dtype == np.float64
        back = mxr_r.from_r(out)
        assert back.dtype == np.float32 and back.shape == (2, 3, 4) and (back.asnumpy() == n).all()
        assert mxr_r.from_r(out, dtype="float64").dtype == np.float64
        assert (mxr_r.as_numpy(mxr_r.to_r_array(back)) == n).all()
        assert mxr_r.from_r(r("1:3")).asnumpy().tolist() == [1, 2, 3]
        assert np.isnan(mxr_r.from_r(r("c(1L, NA)")).asnumpy()).tolist() == [False, True]
        assert np.isnan(mxr_r.from_r(r("c(1L, NA)"), dtype="float64").asnumpy()).tolist() == [False, True]
        assert mxr_r.from_r(r("c(TRUE, FALSE)"), dtype="int32").asnumpy().tolist() == [1, 0]
        odd = n[:, ::2].transpose(2, 0, 1)           # any strides
        assert (mxr_r.as_numpy(mxr_r.to_r_array(odd)) == odd).all()
        assert mxr_r.as_numpy(mxr_r.to_r_array(np.zeros((0, 3)))).shape == (0, 3)
        # what Python got of R's numbers is its own
        r("b <- c(1, 2)")
        b = mxr_r.from_r(r["b"], dtype="float64")
        b[:] = 5
        assert list(r["b"]) == [1, 2]
        raises(TypeError, lambda: mxr_r.from_r(r("factor('a')")), "factor")
        raises(TypeError, lambda: mxr_r.from_r(r("c(1L, NA)"), dtype="int32"), "NA")
        raises(TypeError, lambda: mxr_r.from_r(r("'text'")), "numbers")
        raises(TypeError, lambda: mxr_r.from_r(3), "int")
        raises(TypeError, lambda: mxr_r.as_numpy(3), "int")
        raises(TypeError, lambda: mxr_r.to_r(object()), "object")
        raises(TypeError, lambda: mxr_r.to_r_array(np.array(["a"])), "numbers")
    """,
        prelude=PRELUDE + ATTACH + ADDRESS,
    )


def test_plain_values(session):
    session("""
        from mxr.interop import r as door
        got = []
        @door.exported
        def echo(*values):
            got[:] = values
            return list(values)
        def sent(code):
            r(f"mxr:::.call('echo', {code})")
            return got[0]
        for code, value in {
            "2": 2.0, "2L": 2, "TRUE": True, "'ä'": "ä", "NULL": None, "c(2, 3)": [2.0, 3.0], "1:3": [1, 2, 3],
            "c('a', NA)": ["a", None], "list(1, 2)": [1.0, 2.0], "list(a = 1, b = list('x'))": {"a": 1.0, "b": ["x"]},
            "c(a = 1, b = 2)": [1.0, 2.0], "list()": [], "numeric(0)": [], "c(TRUE, FALSE)": [True, False],
            "NA_integer_": -2**31, "NA": -2**31, "as.raw(1:2)": bytearray([1, 2]),
            "iconv('\\u00e9', 'UTF-8', 'latin1')": "é",
        }.items():
            v = sent(code)
            assert v == value and type(v) is type(value), (code, v)
        raises(mx.MXNetError, lambda: sent("1i"), "complex")
        raises(mx.MXNetError, lambda: sent("quote(x)"))

        r["v"] = {"a": [1, 2], "b": "x", "c": [True, False], "d": ["u", "ö"], "e": None, "f": [1, 2.5],
                  "g": [1, "z"], "h": {}, "i": b"ab"}
        assert r('''identical(v, list(a = 1:2, b = "x", c = c(TRUE, FALSE), d = c("u", "ö"), e = NULL, f = c(1, 2.5),
                              g = list(1L, "z"), h = structure(list(), names = character()),
                              i = as.raw(c(97, 98))))''')[0], r("str(v)")
        r["v"] = [2**40, np.float32(0.5), np.int64(3)]
        assert r("identical(v, c(2^40, 0.5, 3))")[0]
        raises(mx.MXNetError, lambda: mxr_r.to_r([2**60]), "2^53")
        raises(TypeError, lambda: mxr_r.to_r("a\\0b"), "NUL")
        raises(TypeError, lambda: mxr_r.to_r([object()]), "object")
        # arguments by Python's spelling
        r("f <- function(learning.rate = 1, x_y = 2, ...) c(learning.rate, x_y)")
        assert list(r.f(learning_rate=5, x_y=6)) == [5, 6] and list(r.f(**{"learning.rate": 7.0})) == [7, 2]
    """)


def test_values_survive_collections(session):
    """Every allocation of R collects: an object that is not protected dies at once."""
    session("""
        x = mx.nd.ones((2, 3))
        r["x"] = x
        value = {"a": [1, 2], "b": ["x", "yz"], "d": [[1.5, "q"], {"e": True}], "f": b"ab", "g": np.arange(3.0)}
        r("gctorture(TRUE)")
        v = r._bridge.sexp(value)
        r("gctorture2(25)")
        c = mxr_r.to_r([x, np.ones((2, 2))])
        r("a <- as.array(mx.nd.array(c(1.5, 2)) + 1)")
        r("gctorture(FALSE)")
        r["v"] = v
        r["c"] = c
        assert r('''identical(v, list(a = 1:2, b = c("x", "yz"), d = list(list(1.5, "q"), list(e = TRUE)),
                              f = as.raw(97:98), g = c(0, 1, 2)))''')[0]
        assert r("c[[1]]") is x and r("identical(c[[2]], matrix(1, 2, 2))")[0] and list(r["a"]) == [2.5, 3.0]
    """)
