"""MXNet's .params format: byte-identical writing, reading of all versions, errors on anything broken."""

import os
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mxr.base import MXNetError, MXNetTypeError, MXNetValueError
from mxr.interop.params_file import V1, SparseArray, dump, load, write

DTYPES = ["float16", "float32", "float64", "uint8", "int8", "int32", "int64", "bool"]


def sample(dtype, shape=(2, 3), seed=0):
    return np.random.default_rng(seed).integers(0, 2 if dtype == "bool" else 100, shape).astype(dtype)


def same(a, b):
    assert a.dtype == b.dtype and a.shape == b.shape
    np.testing.assert_array_equal(a, b)


SAVE = "import os, tempfile; f = os.path.join(tempfile.mkdtemp(), 'a'); nd.save(f, %s); raw = open(f, 'rb').read()"
LOAD = """
import os, tempfile
f = os.path.join(tempfile.mkdtemp(), 'a')
open(f, 'wb').write(raw)
got = nd.load(f)
names = sorted(got) if isinstance(got, dict) else None
arrays = [got[n] for n in names] if names else got
stypes = [a.stype for a in arrays]
"""


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(1,), (2, 3), (2, 1, 3, 2)])
def test_bytes_equal_mxnets(oracle, dtype, shape):
    x = sample(dtype, shape)
    theirs = oracle.run(SAVE % "[nd.array(x, dtype=x.dtype)]", result="raw", x=x)["raw"]
    assert dump([x]) == theirs
    arrays, names = load(theirs)
    same(arrays[0], x)
    assert names == []
    back = oracle.run(LOAD, result="arrays", raw=dump([x]))["arrays"]
    same(back[0], x)


def test_named_bytes_equal_mxnets(oracle):
    x, y = sample("float32"), sample("int64", (4,))
    code = SAVE % "{'arg:w_é': nd.array(x), 'aux:m': nd.array(y, dtype='int64')}"
    theirs = oracle.run(code, result="raw", x=x, y=y)["raw"]
    assert dump([x, y], ["arg:w_é", "aux:m"]) == theirs
    arrays, names = load(theirs)
    assert names == ["arg:w_é", "aux:m"]
    same(arrays[0], x)
    same(arrays[1], y)
    got = oracle.run(LOAD, result="names arrays", raw=dump([y, x], ["b", "a"]))
    assert got["names"] == ["a", "b"]
    same(got["arrays"][0], x)


@pytest.mark.parametrize("empty", ["[]", "{}"])
def test_empty_bytes_equal_mxnets(oracle, empty):
    assert dump([]) == oracle.run(SAVE % empty, result="raw")["raw"]
    assert load(dump([])) == ([], [])


def row_sparse():
    return SparseArray("row_sparse", (5, 2), np.array([[1, 2], [3, 4]], "f"), np.array([1, 3]))


def csr():
    return SparseArray("csr", (2, 3), np.array([1, 2, 3], "f"), np.array([0, 2, 1]), np.array([0, 2, 3]))


@pytest.mark.parametrize(
    "ours, code",
    [
        (row_sparse(), "nd.sparse.row_sparse_array(([[1, 2], [3, 4]], [1, 3]), shape=(5, 2))"),
        (csr(), "nd.sparse.csr_matrix(([1, 2, 3], [0, 2, 1], [0, 2, 3]), shape=(2, 3))"),
    ],
    ids=["row_sparse", "csr"],
)
def test_sparse_equals_mxnets(oracle, ours, code):
    got = oracle.run(f"a = {code}; dense = a.asnumpy(); " + SAVE % "[a]", result="raw dense")
    assert dump([ours]) == got["raw"]
    (read,), _ = load(got["raw"])
    assert (read.stype, read.shape) == (ours.stype, ours.shape)
    np.testing.assert_array_equal(read.todense(), got["dense"])
    back = oracle.run(LOAD, result="arrays stypes", raw=dump([ours]))
    assert back["stypes"] == [ours.stype]
    np.testing.assert_array_equal(back["arrays"][0], got["dense"])


def test_numpy_shapes_equal_mxnets(oracle):
    # NumPy shapes are a process-wide switch of MXNet, so they are switched back.
    code = "mx.util.set_np_shape(True)\na = [nd.zeros((0, 3)), nd.zeros(())]\n" + SAVE % "a"
    theirs = oracle.run(code + "\nmx.util.set_np_shape(False)", result="raw")["raw"]
    assert dump([np.zeros((0, 3), "f"), np.zeros((), "f")]) == theirs
    arrays, _ = load(theirs)
    assert [a.shape for a in arrays] == [(0, 3), ()]


def legacy(array, version):
    """The bytes of a file by an older MXNet."""
    if version == "v1":
        head = struct.pack(f"<Ii{array.ndim}q", V1, array.ndim, *array.shape)
    else:
        head = struct.pack(f"<I{array.ndim}I", array.ndim, *array.shape)
    body = head + struct.pack("<iii", 1, 0, 0) + array.tobytes()
    return struct.pack("<QQQ", 0x112, 0, 1) + body + struct.pack("<QQ", 1, 1) + b"w"


@pytest.mark.parametrize("version", ["v0", "v1"])
def test_legacy_versions_are_read(oracle, version):
    x = sample("float32", (2, 3, 4))
    raw = legacy(x, version)
    arrays, names = load(raw)
    assert names == ["w"]
    same(arrays[0], x)
    same(oracle.run(LOAD, result="arrays", raw=raw)["arrays"][0], x)  # and these bytes are MXNet's


@pytest.mark.parametrize("dtype", [*DTYPES, "int16", "uint16", "uint32", "uint64", "bfloat16"])
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (1,), (3, 4)])
def test_round_trip(dtype, shape):
    if dtype == "bfloat16":
        import ml_dtypes

        dtype = ml_dtypes.bfloat16
    x = sample("float32", shape).astype(dtype)
    (got,), names = load(dump([x], ["x"]))
    same(got, x)
    assert names == ["x"] and got.flags.writeable


def test_layout_and_byte_order_do_not_matter():
    x = sample("float32", (4, 6))
    assert dump([x.T]) == dump([np.ascontiguousarray(x.T)])
    assert dump([x.astype(">f4")]) == dump([x])
    assert dump([x[::2, ::3]]) == dump([x[::2, ::3].copy()])


def test_write_is_atomic(tmp_path):
    path = tmp_path / "net-0000.params"
    write(path, [sample("float32")], ["w"])
    before = path.read_bytes()
    with pytest.raises(MXNetTypeError, match="'v' has dtype complex64"):
        write(path, [sample("float32"), np.zeros(2, "complex64")], ["w", "v"])
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["net-0000.params"]
    same(load(path)[0][0], sample("float32"))
    same(load(str(path))[0][0], sample("float32"))


def test_unwritable_and_missing(tmp_path):
    with pytest.raises(MXNetError, match="cannot write.*nowhere"):
        write(tmp_path / "nowhere" / "a.params", [])
    with pytest.raises(MXNetError, match="cannot read.*absent"):
        load(tmp_path / "absent.params")


def test_bad_arguments():
    with pytest.raises(MXNetValueError, match="1 names for 2 arrays"):
        dump([sample("float32")] * 2, ["a"])
    with pytest.raises(MXNetTypeError, match="name must be a string"):
        dump([sample("float32")], [3])
    with pytest.raises(MXNetValueError, match="row numbers out of range"):
        dump([SparseArray("row_sparse", (2, 1), np.ones((1, 1), "f"), np.array([2]))])


def test_foreign_files(tmp_path):
    path = tmp_path / "picture.params"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(MXNetError, match=r"picture\.params.*byte 0 of 108 expected the magic number 0x112"):
        load(path)
    with pytest.raises(MXNetError, match="8 bytes of the file's magic number, 0 are left"):
        load(b"")


GOOD = dump([sample("float32"), sample("int8", (5,)), row_sparse(), csr(), np.zeros((), "f")], list("abcde"))


def test_every_truncation_is_an_error():
    for cut in range(len(GOOD)):
        with pytest.raises(MXNetError, match="at byte"):
            load(GOOD[:cut])


def loads_or_raises_mxneterror(raw):
    try:
        arrays, _ = load(raw)
    except MXNetError:
        return
    for a in arrays:
        if isinstance(a, SparseArray) and np.prod(a.shape, dtype=float) < 1e6:
            a.todense()


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.integers(0, len(GOOD) - 1), st.sampled_from(["<B", "<i", "<q"]), st.integers(-(2**63), 2**63 - 1))
def test_fuzzed_fields(at, form, value):
    size = struct.calcsize(form)
    raw = bytearray(GOOD)
    field = (value % 2 ** (8 * size)).to_bytes(size, "little")
    raw[at : at + size] = field
    loads_or_raises_mxneterror(bytes(raw))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_fuzzed_tail(tail):
    loads_or_raises_mxneterror(GOOD[:24] + tail)
    loads_or_raises_mxneterror(struct.pack("<QQQ", 0x112, 0, 1) + struct.pack("<Ii", 0xF993FAC9, 0) + tail)


def test_corrupt_length_allocates_nothing():
    import tracemalloc

    raw = struct.pack("<QQQIiiqqiii", 0x112, 0, 1, 0xF993FAC9, 0, 2, 2**31, 2**20, 1, 0, 0) + bytes(64)
    tracemalloc.start()
    with pytest.raises(MXNetError, match="values of array 0"):
        load(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6
