"""The rpy2 bridge: vectors, missing values, names, factors, data frames, dates, formulas, both ways."""

import importlib.util

import pytest

from tests.rpy2_support import start_session


@pytest.fixture
def session():
    return start_session()


def test_vectors(session):
    session("""
        def py(code, **kw):
            return mxr_r.to_python(r(code), **kw)
        for code, value in {
            "2": 2.0, "2L": 2, "TRUE": True, "'ä'": "ä", "NULL": None, "c('a', NA)": ["a", None], "character(0)": [],
            "list(1, 'b', NULL)": [1.0, "b", None], "list(a = 1, b = list('x', list(c = 2L)))":
            {"a": 1.0, "b": ["x", {"c": 2}]}, "as.raw(c(1, 255))": b"\\x01\\xff", "2+1i": 2 + 1j, "NA": None,
            "NA_integer_": None, "NA_character_": None, "list()": [],
        }.items():
            v = py(code)
            assert v == value and type(v) is type(value), (code, v)
        assert np.isnan(py("NA_real_")) and np.isinf(py("Inf"))
        for code, value, kind in (
            ("c(1, 2.5)", [1, 2.5], "f8"), ("1:3", [1, 2, 3], "i4"), ("c(TRUE, FALSE)", [True, False], "?"),
            ("numeric(0)", [], "f8"), ("integer(0)", [], "i4"), ("c(1i, 2)", [1j, 2], "c16"),
        ):
            v = py(code)
            assert v.dtype == np.dtype(kind) and v.tolist() == value and not isinstance(v, np.ma.MaskedArray), code
        v = py("c(1L, NA, 3L)")
        assert v.dtype == np.int32 and v.tolist() == [1, None, 3]
        v = py("c(NA, TRUE)")
        assert v.dtype == np.bool_ and v.tolist() == [None, True]

        # dims are mirrored, of text too; dimnames come along and go when parts are taken
        m = py("matrix(1:6, 2, dimnames = list(c('a', 'b'), NULL))")
        assert m.shape == (3, 2) and m.tolist() == [[1, 2], [3, 4], [5, 6]] and m.dimnames == (None, ["a", "b"])
        assert m[:2].dimnames is None and (m + 1).dimnames is None
        t = py("matrix(c('x', NA, 'z', 'u'), 2)")
        assert t.tolist() == [["x", None], ["z", "u"]]
        t = py("table(c('u', 'v', 'u'))")
        assert t.tolist() == [2, 1] and t.dimnames == (["u", "v"],)
        m = py("matrix(c(1L, NA), 1, dimnames = list('r', c('p', 'q')))")
        assert m.tolist() == [[1], [None]] and m.dimnames == (["p", "q"], ["r"]) and m[:1].dimnames is None

        # names
        v = py("c(a = 1L, b = NA)")
        assert isinstance(v, mxr_r.Vector) and v == {"a": 1, "b": None}
        v = py("c(a = 1, a = 2)")
        assert v.tolist() == [1, 2] and v.dimnames == (["a", "a"],)
        raises(TypeError, lambda: py("list(a = 1, a = 2)"), "'a' twice", "unname")
        raises(TypeError, lambda: py("list(1, 2, b = 3)"), "without a name")
        raises(TypeError, lambda: py("matrix(list(1, 2), 1)"), "dim")

        # objects of other classes, environments and language stay what they are; engine objects are themselves
        import rpy2.rinterface as ri
        assert isinstance(py("lm(dist ~ speed, cars)"), ri.ListSexpVector)
        assert isinstance(py("new.env()"), ri.SexpEnvironment) and isinstance(py("quote(x)"), ri.Sexp)
        x = mx.nd.ones(2)
        r["x"] = x
        v = py("list(x = x, f = function(a) a + 1)")
        assert v["x"] is x and v["f"](1) == 2.0
        assert mxr_r.to_python(5) == 5
    """)


def test_python_to_r(session):
    session("""
        def same(value, code):
            r["v"] = value
            assert r(f"identical(v, {code})")[0], (value, code, r("str(v)"))
        import rpy2.rinterface as ri
        same([1, None, 3], "c(1L, NA, 3L)")
        same([1.5, None], "c(1.5, NA)")
        same(["a", None], "c('a', NA)")
        same([True, None], "c(TRUE, NA)")
        same([None, None], "list(NULL, NULL)")
        same([None, "a", 1], "list(NULL, 'a', 1L)")
        same([ri.NA_Integer, 2], "c(NA, 2L)")
        same(ri.NA_Character, "NA_character_")
        same(ri.NA_Logical, "NA")
        same([float("nan"), 1.0], "c(NaN, 1)")
        same(np.array([1, 2], np.int32), "1:2")
        same(np.array([[1, 2], [3, 4], [5, 6]], np.uint8), "matrix(1:6, 2)")
        same(np.array([1, 2]), "c(1, 2)")                      # 64 bits: doubles
        same(np.array([True, False]), "c(TRUE, FALSE)")
        same(np.array([-2**31], np.int32), "-2^31")            # the smallest int32 is R's NA
        same(np.float32(0.5), "0.5")
        same(np.array(["a", "ö"]), "c('a', 'ö')")
        same(np.array([["a", None]], object), "matrix(c('a', NA))")
        same(np.ma.MaskedArray([1, 2], [False, True], np.int32), "c(1L, NA)")
        same(np.ma.MaskedArray([[1.0, 2.0]], [[False, True]]), "matrix(c(1, NA))")
        same(np.array([1 + 2j]), "1+2i")
        same(2j, "2i")
        same(mxr_r.Vector(a=1, b=None), "c(a = 1L, b = NA)")
        same(mxr_r.Vector(a="x"), "c(a = 'x')")
        same({"a": {"b": [1, 2]}, "c": []}, "list(a = list(b = 1:2), c = list())")
        same(mxr_r.Factor([1, 0, -1], ["lo", "hi"]), "factor(c('hi', 'lo', NA), c('lo', 'hi'))")
        same(mxr_r.Factor([0], ["lo", "hi"], ordered=True), "factor('lo', c('lo', 'hi'), ordered = TRUE)")
        same(mxr_r.Factor([], []), "factor(character(0))")
        frame = mxr_r.Frame(a=np.array([1.0, 2.0]), b=["u", None], c=mxr_r.Factor([0, 0], ["k"]))
        same(frame, "data.frame(a = c(1, 2), b = c('u', NA), c = factor(c('k', 'k')))")
        frame.row_names = ["p", "q"]
        r["v"] = frame
        assert list(r("rownames(v)")) == ["p", "q"]
        r["v"] = mxr_r.Formula("y ~ x + 1")
        assert r("class(v)")[0] == "formula" and r("identical(environment(v), globalenv())")[0]
        import datetime as dt
        same(dt.date(2026, 2, 3), "as.Date('2026-02-03')")
        same(dt.datetime(2026, 2, 3, 4, 5, tzinfo=dt.UTC), "as.POSIXct('2026-02-03 04:05', tz = 'UTC')")
        same(np.array(["2026-02-03", "NaT"], "M8[D]"), "as.Date(c('2026-02-03', NA))")
        same(np.datetime64("2026-02-03T04:05"), "as.POSIXct('2026-02-03 04:05', tz = 'UTC')")
        raises(mx.MXNetError, lambda: mxr_r.to_r(np.array([2**60])), "2^53")
        raises(TypeError, lambda: mxr_r.to_r(np.array([object()])), "object")
        raises(TypeError, lambda: mxr_r.to_r(object()), "object")
        raises(mx.MXNetError, lambda: mxr_r.to_r(mxr_r.Frame(a=[1, 2], b=[1])), "'b'", "1 values")
        raises(mx.MXNetError, lambda: mxr_r.Factor([2], ["a"]), "codes", "0")
        from enum import StrEnum
        from collections import OrderedDict
        class Kind(StrEnum):
            A = "a"
        same([Kind.A], "'a'")
        same(OrderedDict(z=1, a="b"), "list(z = 1L, a = 'b')")
    """)


def test_round_trips(session):
    """R's object, to Python and back, is identical: types, NA, names, levels, dims."""
    session("""
        for code in (
            "c(1.5, NA, NaN, Inf)", "c(1L, NA)", "c(TRUE, NA)", "c('a', NA)", "NA_real_", "'x'", "1:3",
            "c(a = 1, b = NA)",
            "c(a = 'x', b = NA)", "c(a = NA, b = TRUE)",
            "matrix(1:6, 2, dimnames = list(c('a', 'b'), c('x', 'y', 'z')))",
            "array(runif(24), 2:4)", "array(1:4, c(2, 2), list(NULL, c('u', 'v')))", "matrix(c('a', NA, 'c', 'd'), 2)",
            "matrix(c(TRUE, NA), 1)", "matrix(c(NA, 1L), 1, dimnames = list('r', NULL))",
            "factor(c('b', NA, 'a'), c('b', 'a'))", "factor('a', ordered = TRUE)",
            "factor(c('1', '2'))", "as.Date(c('2026-01-02', NA))", "as.Date('1960-05-06')",
            "list(a = 1:2, b = list('x', 1))",
            "list(1, 'a', c(TRUE, NA))", "as.raw(0:3)", "c(1i, 2+2i)", "y ~ x | z", "c(a = 1, a = 2)",
            "as.POSIXct(c(1.25, 1e9), origin = '1970-01-01', tz = 'UTC')",
            "data.frame(x = c(1, NA), n = c(1L, NA), l = c(NA, TRUE), s = c('a', NA), "
            "f = factor(c('u', NA)))",
            "data.frame(x = 1:2, row.names = c('p', 'q'))", "data.frame()",
            "data.frame(x = integer(0), s = character(0))",
            "data.frame(d = as.Date(c('2026-01-02', NA)))", "data.frame(x = c(1, 2))[2, , drop = FALSE]",
        ):
            r(f"v <- {code}")
            r["w"] = mxr_r.to_python(r["v"], pandas=False)
            if code.startswith("data.frame(x = c(1, 2))["):
                assert r("nrow(w) == 1 && rownames(w) == '2'")[0]
            else:
                assert r("identical(v, w)")[0], (code, r("str(v); str(w)"))
        # NA of doubles is told from NaN
        x = mxr_r.to_python(r("c(NA, NaN)"))
        assert np.isnan(x).all()
        r["x"] = x
        assert list(r("is.na(x) & !is.nan(x)")) == [True, False]
    """)


@pytest.mark.skipif(importlib.util.find_spec("pandas") is None, reason="pandas is not installed")
def test_pandas(session):
    session("""
        import pandas as pd
        df = mxr_r.to_python(r('''data.frame(x = c(1, NA), n = c(1L, NA), i = 1:2, l = c(NA, TRUE), b = c(TRUE, FALSE),
            s = c("a", NA), f = factor(c("u", NA), c("v", "u")), o = factor(c("p", "q"), ordered = TRUE),
            d = as.Date(c("2026-01-02", NA)), t = as.POSIXct(c("2026-01-02 03:04:05", NA), tz = "UTC"),
            row.names = c("p", "q"))'''))
        assert isinstance(df, pd.DataFrame) and list(df.index) == ["p", "q"] and df.shape == (2, 10)
        assert {k: str(v) for k, v in df.dtypes.items() if k in "xnilb"} == {
            "x": "float64", "n": "Int32", "i": "int32", "l": "boolean", "b": "bool"}
        assert list(df.f.cat.categories) == ["v", "u"] and df.f.cat.codes.tolist() == [1, -1] and not df.f.cat.ordered
        assert df.o.cat.ordered and df.n.tolist() == [1, pd.NA] and df.s.isna().tolist() == [False, True]
        assert df.t.iloc[0] == pd.Timestamp("2026-01-02 03:04:05", tz="UTC") and pd.isna(df.t.iloc[1])
        assert df.d.iloc[0] == pd.Timestamp("2026-01-02")
        for code in ("c(x = 1, y = 2)", "'a'"):
            mxr_r.to_python(r(code))
        for code in (
            "data.frame(x = c(1, NA), n = c(1L, NA), i = 1:2, l = c(NA, TRUE), b = c(TRUE, FALSE), s = c('a', NA), "
            "f = factor(c('u', NA), c('v', 'u')), o = factor(c('p', 'q'), ordered = TRUE))",
            "data.frame(x = 1:2, row.names = c('p', 'q'))", "data.frame(s = character(0))", "cars",
            "data.frame(t = as.POSIXct(c('2026-01-02 03:04:05', NA), tz = 'UTC'))",
            "factor(c('b', NA, 'a'), c('b', 'a'))",
        ):
            r(f"v <- {code}")
            r["w"] = mxr_r.to_python(r["v"])
            assert r("isTRUE(all.equal(v, w))")[0], (code, r("print(all.equal(v, w)); str(v); str(w)"))
        # Python's own
        df = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"]), "e": [True, False],
                           "t": pd.to_datetime(["2026-01-02", None]), "g": np.float32([0.5, 1])})
        r["df"] = df
        assert list(r("vapply(df, function(v) class(v)[1], '')")) == [
            "numeric", "character", "factor", "logical", "POSIXct", "numeric"]
        assert list(r("is.na(c(df$b, df$t))")) == [False, True, False, True]
        r["s"] = pd.Series([1, 2], index=["p", "q"], dtype="int32")
        assert r("identical(s, c(p = 1L, q = 2L))")[0]
        r["s"] = pd.Series([None, 2], dtype="Int64")
        assert r("identical(s, c(NA, 2))")[0] or r("identical(s, c(NA, 2L))")[0]
        r["s"] = [1.0, pd.NA]
        assert r("identical(s, c(1, NA))")[0]
        raises(TypeError, lambda: mxr_r.to_r(pd.DataFrame([[1, 2]], columns=["a", "a"])), "'a'")
        # codes for a network: class numbers from 0 on
        f = mxr_r.to_python(r("factor(c('b', 'a', 'b'))"))
        assert mx.nd.array(np.asarray(f.codes)).asnumpy().tolist() == [1, 0, 1]
        assert isinstance(mxr_r.to_python(r("factor('a')"), pandas=False), mxr_r.Factor)
    """)


def test_without_pandas(session):
    session("""
        import sys
        sys.modules["pandas"] = None
        f = mxr_r.to_python(r("factor(c('b', NA), c('b', 'c'))"))
        assert f == mxr_r.Factor([0, -1], ["b", "c"]) and list(f) == ["b", None] and len(f) == 2
        code = "data.frame(x = c(1, 2), n = c(1L, NA), f = factor(c('u', 'v')), row.names = c('p', 'q'))"
        df = mxr_r.to_python(r(code))
        assert list(df) == ["x", "n", "f"] and df["n"].tolist() == [1, None] and df.row_names == ["p", "q"]
        assert df["f"].levels == ["u", "v"] and df["x"].dtype == np.float64
        raises(mx.MXNetError, lambda: mxr_r.to_python(r("cars"), pandas=True), "pandas")
        r("d <- data.frame(a = 1); d$m <- matrix(1:2, 1)")
        raises(TypeError, lambda: mxr_r.to_python(r["d"]), "'m'", "matrix")
    """)
