"""The tool im2rec: lists and record files."""

import subprocess
import sys

import numpy as np
import pytest

import mxr as mx
from mxr.cli.im2rec import main
from mxr.recordio import MXIndexedRecordIO, pack_img, unpack, unpack_img


@pytest.fixture
def root(tmp_path):
    for i, name in enumerate(["a/0.png", "a/1.png", "b/2.png", "b/c/3.png", "4.PNG"]):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        img = np.random.default_rng(i).integers(0, 256, (20, 30, 3)).astype(np.uint8)
        path.write_bytes(pack_img((0, 0, 0, 0), img, 3, ".png")[24:])
    (tmp_path / "root" / "note.txt").write_text("x")
    return tmp_path / "root"


def run(*args):
    return main([str(a) for a in args])


def test_lists(root, tmp_path, capsys):
    assert run(tmp_path / "x", root, "--list", "--recursive", "--no-shuffle") == 0
    lines = [line.split("\t") for line in (tmp_path / "x.lst").read_text().splitlines()]
    assert lines == [
        ["0", "0.000000", "4.PNG"], ["1", "1.000000", "a/0.png"], ["2", "1.000000", "a/1.png"],
        ["3", "2.000000", "b/2.png"], ["4", "3.000000", "b/c/3.png"],
    ]  # fmt: skip
    assert capsys.readouterr().out.split() == [".", "0", "a", "1", "b", "2", "b/c", "3"]
    assert run(tmp_path / "y", root, "--list") == 0
    assert (tmp_path / "y.lst").read_text() == "0\t0.000000\t4.PNG\n"
    run(tmp_path / "z", root, "--list", "--recursive", "--train-ratio", 0.6, "--test-ratio", 0.2)
    parts = [(tmp_path / f"z_{n}.lst").read_text().splitlines() for n in ("test", "train", "val")]
    assert [len(p) for p in parts] == [1, 3, 1]
    assert sorted(line for p in parts for line in p) == sorted((tmp_path / "x.lst").read_text().splitlines())
    run(tmp_path / "c", root, "--list", "--recursive", "--chunks", 2)
    assert [len((tmp_path / f"c_{i}.lst").read_text().splitlines()) for i in (0, 1)] == [3, 2]


@pytest.mark.parametrize("threads", [1, 3])
def test_pack(root, tmp_path, threads):
    run(tmp_path / "x", root, "--list", "--recursive", "--no-shuffle")
    more = ["--resize", 10, "--center-crop", "--encoding", ".png", "--quality", 3, "--num-thread", threads]
    assert run(tmp_path / "x", root, *more) == 0
    r = MXIndexedRecordIO(tmp_path / "x.idx", tmp_path / "x.rec", "r")
    assert r.keys == [0, 1, 2, 3, 4]
    header, img = unpack_img(r.read_idx(3))
    assert header.label == 2 and header.id == 3 and img.shape == (10, 10, 3)
    it = mx.io.ImageRecordIter(path_imgrec=str(tmp_path / "x.rec"), data_shape=(3, 8, 8), batch_size=5, verbose=False)
    assert it.next().label[0].asnumpy().tolist() == [0, 1, 1, 2, 3]


def test_pass_through_and_labels(root, tmp_path):
    (tmp_path / "d.lst").write_text("7\t2\t5\t0.5\ta/0.png\n8\t2\t5\t1.5\ta/1.png\n")
    assert run(tmp_path / "d", root, "--pass-through", "--pack-label") == 0
    r = MXIndexedRecordIO(tmp_path / "d.idx", tmp_path / "d.rec", "r")
    header, raw = unpack(r.read_idx(8))
    assert header.label.tolist() == [2, 5, 1.5] and raw == (root / "a" / "1.png").read_bytes()
    run(tmp_path / "d", root, "--pass-through")
    assert unpack(MXIndexedRecordIO(tmp_path / "d.idx", tmp_path / "d.rec", "r").read())[0].label == 2


def test_what_goes_wrong(root, tmp_path, capsys):
    assert run(tmp_path / "x", tmp_path / "none", "--list") == 2
    assert run(tmp_path / "x", root) == 2
    assert run(tmp_path / "x", root, "--list", "--exts", ".gif") == 2
    said = capsys.readouterr().err
    assert "is no folder" in said and "make them with --list" in said and "no images (.gif)" in said
    (root / "bad.png").write_bytes(b"junk")
    (tmp_path / "x.lst").write_text("0\t1\tbad.png\n1\t1\tgone.png\n2\t1\ta/0.png\nx\ty\n3\tone\ta/0.png\n")
    assert run(tmp_path / "x", root) == 1
    said = capsys.readouterr().err
    for words in ("bad.png: left out", "gone.png: left out", "line 4: left out", "line 5: left out"):
        assert words in said
    assert MXIndexedRecordIO(tmp_path / "x.idx", tmp_path / "x.rec", "r").keys == [2]
    with pytest.raises(SystemExit):
        run(tmp_path / "x", root, "--chunks", 0)


def test_command(root, tmp_path):
    command = [sys.executable, "-m", "mxr.cli.im2rec", tmp_path / "x", root, "--list"]
    assert subprocess.run(command, check=False).returncode == 0
    assert (tmp_path / "x.lst").exists()
