"""mx.recordio: files of records, with what can go wrong."""

import os
import pickle
import struct
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.recordio import MAGIC, IRHeader, MXIndexedRecordIO, MXRecordIO, pack, pack_img, unpack, unpack_img

from .thread_support import at_once

RECORDS = [
    b"", b"a", b"abc", b"abcd", b"abcde", MAGIC, MAGIC * 3, b"x" + MAGIC, b"abcd" + MAGIC, MAGIC + b"tail",
    b"abcd" + MAGIC + b"efgh" + MAGIC + b"x", b"ab" + MAGIC + b"cd" + MAGIC, bytes(range(256)) * 5000,
]  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "a.rec")


def write_all(path, records=RECORDS):
    w = MXRecordIO(path, "w")
    for r in records:
        w.write(r)
    w.close()


def read_all(path):
    r = MXRecordIO(path, "r")
    out = list(iter(r.read, None))
    assert r.read() is None
    r.close()
    return out


def test_round_trip(path):
    write_all(path)
    assert read_all(path) == RECORDS
    assert os.path.getsize(path) % 4 == 0


def test_random_bytes_with_magic(path):
    rng = np.random.default_rng(0)
    pieces = [MAGIC, MAGIC[:2], MAGIC[1:], b"\0", b"x"]
    records = [b"".join(pieces[i] for i in rng.integers(0, 5, n)) for n in rng.integers(0, 40, 300)]
    write_all(path, records)
    assert read_all(path) == records
    raw = np.frombuffer(Path(path).read_bytes(), "<u4")
    heads = np.flatnonzero(raw == struct.unpack("<I", MAGIC)[0])
    at = 0
    for h in heads:  # the magic number stands nowhere but in front of parts
        assert h == at
        at += 2 + (int(raw[h + 1] & (1 << 29) - 1) + 3) // 4
    assert at == len(raw)


def test_reset_and_close(path):
    write_all(path)
    r = MXRecordIO(path, "r")
    first = [r.read() for _ in range(3)]
    r.reset()
    assert [r.read() for _ in range(3)] == first
    r.close()
    r.close()
    with pytest.raises(MXNetError, match="closed"):
        r.read()
    r.reset()
    assert r.read() == RECORDS[0]
    with pytest.raises(MXNetError, match="open for reading"):
        r.write(b"x")
    w = MXRecordIO(path, "w")
    with pytest.raises(MXNetError, match="open for writing"):
        w.read()
    with pytest.raises(MXNetError, match="bytes, got str"):
        w.write("text")
    w.close()
    assert os.path.getsize(path) == 0


@pytest.mark.parametrize("cut", range(1, 28))
def test_truncated(path, cut):
    write_all(path, [b"abcd" + MAGIC + b"e", b"0123456789"])
    data = Path(path).read_bytes()
    Path(path).write_bytes(data[:-cut])
    with closing(MXRecordIO(path, "r")) as r:
        if len(data) - cut >= 24:
            assert r.read() == b"abcd" + MAGIC + b"e"
        if len(data) - cut == 24:
            assert r.read() is None
        else:
            with pytest.raises(MXNetError, match="cut off"):
                r.read()


@pytest.mark.parametrize("at,value", [(0, 0), (3, 1), (7, 0x40), (7, 0x60), (7, 0xE0), (7, 0x20)])
def test_corrupt(path, at, value):
    write_all(path, [b"abcd", b"efgh"])
    data = bytearray(Path(path).read_bytes())
    data[at] = value
    Path(path).write_bytes(data)
    with closing(MXRecordIO(path, "r")) as r, pytest.raises(MXNetError, match=r"a\.rec.*holds no record at byte"):
        r.read()


def test_wrong_length_asks_for_no_memory(path):
    Path(path).write_bytes(MAGIC + struct.pack("<I", (1 << 29) - 1) + b"few")
    with closing(MXRecordIO(path, "r")) as r, pytest.raises(MXNetError, match="cut off at byte 0"):
        r.read()


def test_bad_arguments(path, tmp_path):
    with pytest.raises(MXNetError, match="flag='a'"):
        MXRecordIO(path, "a")
    with pytest.raises(MXNetError, match=r"no\.rec"):
        MXRecordIO(str(tmp_path / "no.rec"), "r")
    write_all(path)
    with pytest.raises(MXNetError, match=r"no\.idx"):
        MXIndexedRecordIO(str(tmp_path / "no.idx"), path, "r")
    bad = tmp_path / "bad.idx"
    bad.write_text("0\t0\n1\n")
    with pytest.raises(MXNetError, match=r"bad\.idx.*line 2.*got '1'"):
        MXIndexedRecordIO(str(bad), path, "r")


@pytest.fixture
def indexed(tmp_path):
    idx, rec = str(tmp_path / "a.idx"), str(tmp_path / "a.rec")
    w = MXIndexedRecordIO(idx, rec, "w")
    for i, r in enumerate(RECORDS):
        w.write_idx(10 + i, r)
    w.close()
    return idx, rec


def test_indexed(indexed):
    r = MXIndexedRecordIO(*indexed, "r")
    assert r.keys == list(range(10, 10 + len(RECORDS)))
    for i in np.random.default_rng(1).permutation(len(RECORDS)):
        assert r.read_idx(10 + i) == RECORDS[i]
    r.seek(12)
    assert [r.read(), r.read()] == RECORDS[2:4]
    with pytest.raises(KeyError, match="no key 99"):
        r.read_idx(99)
    with pytest.raises(MXNetError, match="open for reading"):
        r.tell()
    r.reset()
    assert r.read() == RECORDS[0] and r.keys[0] == 10
    r.close()
    assert r.idx == {}
    with pytest.raises(MXNetError, match="closed"):
        r.read_idx(10)


def test_text_keys(tmp_path):
    idx, rec = str(tmp_path / "a.idx"), str(tmp_path / "a.rec")
    w = MXIndexedRecordIO(idx, rec, "w", key_type=str)
    w.write_idx("one two", b"1")
    with pytest.raises(MXNetError, match="no tab"):
        w.write_idx("a\tb", b"2")
    w.write_idx("é", b"3")
    w.close()
    r = MXIndexedRecordIO(idx, rec, "r", key_type=str)
    assert r.keys == ["one two", "é"] and r.read_idx("é") == b"3"


def test_index_is_whole_without_close(tmp_path):
    """A process that dies while writing leaves an index of exactly the records that are there."""
    idx, rec = str(tmp_path / "a.idx"), str(tmp_path / "a.rec")
    pid = os.fork()
    if pid == 0:
        w = MXIndexedRecordIO(idx, rec, "w")
        for i in range(50):
            w.write_idx(i, b"x" * i)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    r = MXIndexedRecordIO(idx, rec, "r")
    assert r.keys == list(range(50))
    assert [r.read_idx(i) for i in range(50)] == [b"x" * i for i in range(50)]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_disk(tmp_path):
    idx, rec = str(tmp_path / "a.idx"), str(tmp_path / "a.rec")
    w = MXIndexedRecordIO(idx, rec, "w")
    w.write_idx(0, b"first")
    size = os.path.getsize(rec)
    with open("/dev/full", "wb", buffering=0) as full:
        ours, w.fidx = w.fidx, full
        with pytest.raises(MXNetError):
            w.write_idx(1, b"second")
        w.fidx = ours
    assert os.path.getsize(rec) == size and w.keys == [0]
    w.write_idx(2, b"third")
    w.close()
    r = MXIndexedRecordIO(idx, rec, "r")
    assert r.keys == [0, 2] and r.read_idx(2) == b"third"


def test_pickle(indexed):
    r = MXIndexedRecordIO(*indexed, "r")
    r.read()
    again = pickle.loads(pickle.dumps(r))
    assert again.read() == RECORDS[0] and again.read_idx(12) == RECORDS[2]
    r.close()
    closed = pickle.loads(pickle.dumps(r))
    assert not closed.is_open
    closed.open()
    assert closed.read_idx(11) == RECORDS[1]
    w = MXRecordIO(indexed[1] + "2", "w")
    with pytest.raises(MXNetError, match="cannot be pickled"):
        pickle.dumps(w)


def test_fork(indexed):
    r = MXIndexedRecordIO(*indexed, "r")
    w = MXRecordIO(indexed[1] + "2", "w")
    r.read()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            good = r.read_idx(22) == RECORDS[12] and r.read() is None
            try:
                w.write(b"child")
            except MXNetError as e:
                code = 0 if good and "another process" in str(e) else 2
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0
    assert r.read() == RECORDS[1]  # the parent's place is its own
    w.write(b"parent")
    w.close()
    assert read_all(indexed[1] + "2") == [b"parent"]


def test_threads(indexed):
    r = MXIndexedRecordIO(*indexed, "r")

    def work(seed):
        for i in np.random.default_rng(seed).integers(0, len(RECORDS), 300):
            assert r.read_idx(10 + i) == RECORDS[i]

    at_once(work, [(s,) for s in range(4)])


def test_pack():
    header, rest = unpack(pack(IRHeader(7, 2.5, 3, 4), b"data"))
    assert header == (0, 2.5, 3, 4) and rest == b"data"
    header, rest = unpack(pack(IRHeader(0, [1, 2, 3], 2**63, 0), b"data"))
    assert header.flag == 3 and header.id == 2**63 and header.label.tolist() == [1, 2, 3] and rest == b"data"
    assert header.label.dtype == np.float32
    assert unpack(pack((0, np.float32(1), 1, 1), b""))[0].label == 1
    with pytest.raises(MXNetError, match="pack"):
        pack(IRHeader(0, 1, -1, 0), b"")
    with pytest.raises(MXNetError, match="at least 24 bytes"):
        unpack(b"short")
    with pytest.raises(MXNetError, match="has 3 labels"):
        unpack(pack(IRHeader(0, [1, 2, 3], 0, 0), b"")[:-2])


@pytest.fixture(params=["opencv", "pillow"])
def library(request, monkeypatch):
    if request.param == "opencv":
        pytest.importorskip("cv2")
    else:
        pytest.importorskip("PIL")
        for module in ("image_resize", "image_decode", "image_files"):
            monkeypatch.setattr(f"mxr.ops.{module}.opencv", lambda: None)
    return request.param


def picture(h=20, w=30):
    y, x = np.mgrid[:h, :w]
    return np.stack([x * 8, y * 12, (x + y) * 5], axis=2).astype(np.uint8)


def test_images(library):
    img = picture()
    header, got = unpack_img(pack_img(IRHeader(0, 1, 2, 3), img, quality=5, img_fmt=".png"))
    assert header == (0, 1, 2, 3)
    np.testing.assert_array_equal(got, img)
    got = unpack_img(pack_img(IRHeader(0, 1, 2, 3), img, img_fmt=".jpg"))[1]
    assert got.shape == img.shape and abs(got.astype(int) - img).mean() < 4
    grey = unpack_img(pack_img(IRHeader(0, 1, 2, 3), img[:, :, 1], img_fmt=".png"))[1]
    np.testing.assert_array_equal(grey, img[:, :, 1])
    assert unpack_img(pack_img(IRHeader(0, 1, 2, 3), img[:, :, :1], img_fmt=".png"), iscolor=1)[1].shape == (20, 30, 3)
    assert unpack_img(pack_img(IRHeader(0, 1, 2, 3), img, img_fmt=".png"), iscolor=0)[1].shape == (20, 30)
    alpha = np.dstack([img, img[:, :, :1]])
    np.testing.assert_array_equal(unpack_img(pack_img(IRHeader(0, 1, 2, 3), alpha, img_fmt=".png"))[1], alpha)


def test_bad_images(library):
    header = IRHeader(0, 1, 2, 3)
    for bad, words in [
        (lambda: pack_img(header, picture(), img_fmt=".gif"), "img_fmt='.gif'"),
        (lambda: pack_img(header, picture(), quality=101), "quality=101.*1 to 100"),
        (lambda: pack_img(header, picture(), quality=10, img_fmt=".png"), "quality=10.*0 to 9"),
        (lambda: pack_img(header, picture().astype(float)), "float64"),
        (lambda: pack_img(header, "file"), "must be an array"),
        (lambda: unpack_img(pack(header, b"no image")), "no image that can be decoded"),
        (lambda: unpack_img(pack(header, b"")), "empty|no image"),
    ]:
        with pytest.raises(MXNetError, match=words):
            bad()


def test_names():
    assert mx.recordio.c_str is mx.base.c_str and mx.recordio.check_call is mx.base.check_call
