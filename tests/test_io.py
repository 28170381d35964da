"""Data iterators: contents of batches, order, padding, files, bad input."""

import gzip
import logging
import struct
from pathlib import Path

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.io.files import shuffled_order

X = np.arange(20, dtype="f").reshape(10, 2)
Y = np.arange(10, dtype="f")


def labels(iterator):
    return [b.label[0].asnumpy().astype(int).tolist() for b in iterator]


def test_pad_discard_roll_over():
    it = mx.io.NDArrayIter(X, Y, 4)
    assert labels(it) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 0, 1]]
    it.reset()
    assert [b.pad for b in it] == [0, 0, 2]
    it = mx.io.NDArrayIter(X, Y, 4, last_batch_handle="discard")
    assert labels(it) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    it = mx.io.NDArrayIter(X, Y, 4, last_batch_handle="roll_over")
    assert labels(it) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    it.reset()
    assert labels(it) == [[8, 9, 0, 1], [2, 3, 4, 5], [6, 7, 8, 9]]
    it.reset()
    assert labels(it)[0] == [0, 1, 2, 3]
    it.hard_reset()
    assert labels(it)[0] == [0, 1, 2, 3]


def test_pad_wraps_more_than_once():
    it = mx.io.NDArrayIter(X[:3], Y[:3], 8)
    assert labels(it) == [[0, 1, 2, 0, 1, 2, 0, 1]]


def test_shuffle_keeps_pairs_and_changes_with_every_epoch():
    np.random.seed(1)
    it = mx.io.NDArrayIter(X, Y, 5, shuffle=True)
    orders = []
    for _ in range(3):
        seen = []
        for b in it:
            np.testing.assert_array_equal(b.data[0].asnumpy()[:, 0], 2 * b.label[0].asnumpy())
            seen += b.label[0].asnumpy().astype(int).tolist()
        assert sorted(seen) == list(range(10))
        orders.append(seen)
        it.reset()
    assert orders[0] != orders[1] != orders[2]
    np.random.seed(1)
    first = np.arange(10)
    np.random.shuffle(first)
    assert orders[0] == first.tolist()


@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_are_copies(shuffle):
    x = mx.nd.array(X)
    it = mx.io.NDArrayIter(x, Y, 5, shuffle=shuffle)
    first = it.next()
    first.data[0][:] = -1
    first.label[0][:] = -1
    np.testing.assert_array_equal(x.asnumpy(), X)
    it.reset()
    batch = it.next()
    order = batch.label[0].asnumpy().astype(int)
    x[:] = 7
    np.testing.assert_array_equal(batch.data[0].asnumpy(), X[order])


def test_names_and_descriptions():
    it = mx.io.NDArrayIter({"b": X, "a": X}, {"y": Y}, 5, layout="NC")
    assert it.provide_data == [("a", (5, 2)), ("b", (5, 2))] and it.provide_label == [("y", (5,))]
    assert repr(it.provide_label) == "[DataDesc[y,(5,),<class 'numpy.float32'>,NC]]"
    it = mx.io.NDArrayIter([X, X], batch_size=5)
    assert [d.name for d in it.provide_data] == ["_0_data", "_1_data"] and it.provide_label == []
    half = mx.io.NDArrayIter(mx.nd.array(X, dtype="float16"), Y, 5, shuffle=True)
    assert half.provide_data[0].dtype == np.float16 == half.next().data[0].dtype
    assert str(it.next()) == "DataBatch: data shapes: [(5, 2), (5, 2)] label shapes: None"
    assert mx.io.DataDesc.get_batch_axis("TNC") == 1 and mx.io.DataDesc.get_batch_axis(None) == 0


def test_resize_iter():
    it = mx.io.ResizeIter(mx.io.NDArrayIter(X, Y, 5), 3)
    assert labels(it) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [0, 1, 2, 3, 4]]
    it.reset()
    assert len(labels(it)) == 3 and it.provide_data[0].shape == (5, 2) and it.batch_size == 5


def test_prefetching_iter_joins_and_renames():
    def make(offset):
        return mx.io.NDArrayIter(X + offset, Y + offset, 4)

    it = mx.io.PrefetchingIter([make(0), make(100)], [{"data": "a"}, {"data": "b"}], [{}, {"softmax_label": "y"}])
    assert [d.name for d in it.provide_data] == ["a", "b"]
    assert [d.name for d in it.provide_label] == ["softmax_label", "y"]
    for _ in range(2):
        batches = list(it)
        assert [b.pad for b in batches] == [0, 0, 2]
        np.testing.assert_array_equal(batches[1].data[1].asnumpy(), X[4:8] + 100)
        it.reset()
    uneven = mx.io.PrefetchingIter([make(0), mx.io.NDArrayIter(X[:4], Y[:4], 4)])
    uneven.next()
    with pytest.raises(MXNetError, match="ended before"):
        uneven.next()


def test_prefetching_iter_shows_errors_of_the_inner_one():
    class Broken(mx.io.NDArrayIter):
        def next(self):
            raise MXNetError("no such picture")

    it = mx.io.PrefetchingIter(Broken(X, Y, 4))
    with pytest.raises(MXNetError, match="no such picture"):
        it.next()


def idx(path, array, packed=False):
    raw = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(raw) if packed else raw)
    return str(path)


@pytest.fixture
def digits(tmp_path):
    image = (np.arange(50)[:, None, None] + np.zeros((1, 3, 2))).astype("u1")
    return {
        "image": idx(tmp_path / "img", image),
        "label": idx(tmp_path / "lab.gz", np.arange(50, dtype="u1"), packed=True)[:-3],
        "silent": True,
    }


def test_mnist_iter(digits, caplog):
    with caplog.at_level(logging.INFO):
        it = mx.io.MNISTIter(**{**digits, "silent": False}, batch_size=20, shuffle=False)
    assert caplog.messages == ["MNISTIter: load 50 images, shuffle=0, shape=[20,1,3,2]"]
    batches = list(it)
    assert len(batches) == 2  # the last ten are dropped
    assert it.provide_data == [("data", (20, 1, 3, 2))] and it.provide_label == [("softmax_label", (20,))]
    np.testing.assert_array_equal(batches[1].label[0].asnumpy(), np.arange(20, 40))
    np.testing.assert_array_equal(batches[1].data[0].asnumpy()[:, 0, 0, 0] * 256, np.arange(20, 40))
    flat = mx.io.MNISTIter(**digits, batch_size=20, flat=True, num_parts=2, part_index=1, shuffle=False)
    assert flat.provide_data == [("data", (20, 6))]
    assert flat.next().label[0].asnumpy()[0] == 25


def test_mnist_iter_shuffles_once(digits):
    it = mx.io.MNISTIter(**digits, batch_size=50)
    first = labels(it)
    it.reset()
    assert labels(it) == first and sorted(first[0]) == list(range(50)) and first[0] != list(range(50))


@pytest.mark.parametrize(
    "n,seed,wanted",
    [(8, 0, [0, 2, 3, 5, 7, 1, 6, 4]), (8, 3, [6, 5, 3, 0, 7, 1, 2, 4]), (5, 4, [4, 1, 3, 2, 0]), (1, 0, [0])],
)
def test_mnist_order_is_mxnets(n, seed, wanted):
    assert shuffled_order(n, seed).tolist() == wanted


def test_csv_iter_rounds_or_fills_up(tmp_path):
    rows = tmp_path / "x.csv"
    rows.write_text("\n".join(f"{i},{10 * i}" for i in range(4)) + "\n")
    it = mx.io.CSVIter(data_csv=str(rows), data_shape=(2,), batch_size=3)
    first = [(b.data[0].asnumpy()[:, 0].tolist(), b.pad, b.index.tolist()) for b in it]
    assert first == [([0, 1, 2], 0, [0, 1, 2]), ([3, 0, 1], 2, [3, 0, 1])]
    it.reset()
    assert [b.data[0].asnumpy()[:, 0].tolist() for b in it] == [[2, 3, 0]]
    it = mx.io.CSVIter(data_csv=str(rows), data_shape=(2, 1), label_csv=str(rows), label_shape=(2,), batch_size=3,
                       round_batch=False, dtype="int32")  # fmt: skip
    last = list(it)[1]
    assert last.data[0].shape == (3, 2, 1) and last.data[0].dtype == np.int32 and last.pad == 2
    assert last.label[0].asnumpy().tolist() == [[3, 30], [1, 10], [2, 20]]


@pytest.mark.parametrize(
    "call,words",
    [
        (lambda: mx.io.NDArrayIter(X, Y[:3], 2), "softmax_label has 3 samples, data has 10"),
        (lambda: mx.io.NDArrayIter("x"), "data: Input must be NDArray.*got str"),
        (lambda: mx.io.NDArrayIter(X, {"y": object()}), "label: Invalid type object for y"),
        (lambda: mx.io.NDArrayIter(None), "at least one array"),
        (lambda: mx.io.NDArrayIter(X[:0]), "no samples"),
        (lambda: mx.io.NDArrayIter(X, batch_size=0), "batch_size.*got 0"),
        (lambda: mx.io.NDArrayIter(X, last_batch_handle="keep"), "'keep'"),
        (lambda: mx.io.DataBatch(X), "Data must be list"),
        (lambda: mx.io.MNISTIter("x"), "keyword arguments"),
        (lambda: mx.io.MNISTIter(imag="x"), "Did you mean 'image'"),
        (lambda: mx.io.MNISTIter(image="no-such-file"), "no-such-file"),
        (lambda: mx.io.CSVIter(data_csv="no-such-file", data_shape=2, batch_size=1), "no-such-file"),
        (lambda: mx.io.CSVIter(data_shape=2), "data_csv is missing"),
        (lambda: mx.io.ImageDetRecordIter(path_imgrec="x"), "ImageDetRecordIter: required parameter data_shape"),
        (lambda: mx.io.PrefetchingIter([]), "at least one iterator"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(MXNetError, match=words):
        call()


def test_bad_files(tmp_path, digits):
    broken = tmp_path / "broken"
    broken.write_bytes(Path(digits["image"]).read_bytes()[:-5])
    with pytest.raises(MXNetError, match="broken"):
        mx.io.MNISTIter(**{**digits, "image": str(broken)})
    with pytest.raises(MXNetError, match=r"\(50,\)"):
        mx.io.MNISTIter(**{**digits, "image": digits["label"]})
    table = tmp_path / "t.csv"
    table.write_text("1,2\n3,x\n")
    with pytest.raises(MXNetError, match=r"t\.csv"):
        mx.io.CSVIter(data_csv=str(table), data_shape=(2,), batch_size=1)
    table.write_text("1,2\n3,4\n")
    with pytest.raises(MXNetError, match=r"2 values in a row, data_shape=\(3,\) needs 3"):
        mx.io.CSVIter(data_csv=str(table), data_shape=(3,), batch_size=1)


def test_shuffled_batches_are_gathered_from_all_kinds_of_arrays():
    np.random.seed(3)
    kinds = {"half": np.float16, "whole": np.int32, "double": np.float64, "byte": np.uint8}
    data = {name: mx.nd.array(np.arange(30).reshape(10, 3), dtype=kind) for name, kind in kinds.items()}
    data["rows"] = mx.nd.array(np.arange(30).reshape(10, 3)).tostype("csr")
    it = mx.io.NDArrayIter(data, Y, 4, shuffle=True, last_batch_handle="discard")
    for _ in range(2):
        for b in it:
            order = b.label[0].asnumpy().astype(int)
            for name, array in zip(sorted(data), b.data):
                assert array.stype == data[name].stype and array.dtype == data[name].dtype and array.shape == (4, 3)
                np.testing.assert_array_equal(array.asnumpy(), np.arange(30).reshape(10, 3)[order])
        it.reset()


def test_a_shuffled_batch_is_a_copy_from_the_moment_it_was_given_out():
    x = mx.nd.array(X)
    it = mx.io.NDArrayIter(x, Y, 5, shuffle=True)
    b = it.next()
    rows = b.label[0].asnumpy().astype(int)
    x[:] = 7
    np.testing.assert_array_equal(b.data[0].asnumpy(), X[rows])
    assert (it.next().data[0].asnumpy() == 7).all()
