"""MNIST and Fashion-MNIST from every source, without a network beyond this machine."""

import gzip
import hashlib
import struct
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from mxr import datasets
from mxr.base import MXNetError, MXNetValueError

LOADERS = {"mnist": datasets.mnist, "fashion_mnist": datasets.fashion_mnist}
KEYS = ["train_data", "train_label", "test_data", "test_label"]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch, tmp_path):
    """No full data, nothing remembered from other tests."""
    monkeypatch.setenv("MXNET_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(datasets, "_cache_dir", lambda: tmp_path / "cache")
    monkeypatch.setattr(datasets, "_said", set())
    monkeypatch.setattr(datasets, "_unreachable", {})


def idx(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def small_set(folder, zipped=True, n=12):
    """Writes four small idx files; returns their arrays."""
    rng = np.random.default_rng(3)
    folder.mkdir(parents=True)
    arrays = []
    for i, name in enumerate(datasets.FILES):
        shape = (n, 28, 28) if i % 2 == 0 else (n,)
        a = rng.integers(0, 256 if i % 2 == 0 else 10, shape).astype(np.uint8)
        raw = idx(a)
        (folder / (name + ".gz" * zipped)).write_bytes(gzip.compress(raw, mtime=0) if zipped else raw)
        arrays.append(a)
    return arrays


@pytest.mark.parametrize("name", LOADERS)
def test_embedded_sample(name, capsys):
    data = LOADERS[name](as_uint8=True)
    assert list(data) == KEYS
    assert data["train_data"].shape == (10000, 1, 28, 28) and data["test_data"].shape == (2000, 1, 28, 28)
    assert {a.dtype for a in data.values()} == {np.dtype(np.uint8)}
    np.testing.assert_array_equal(np.bincount(data["train_label"]), [1000] * 10)
    np.testing.assert_array_equal(np.bincount(data["test_label"]), [200] * 10)
    assert len({x.tobytes() for x in data["test_data"]} & {x.tobytes() for x in data["train_data"]}) == 0
    LOADERS[name]()
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and "embedded sample of 10,000 training and 2,000 test images" in said[0]
    assert "MXR_OFFLINE" in said[0] and "MXNET_HOME" in said[0]


@pytest.mark.parametrize("name", LOADERS)
def test_embedded_sample_can_be_learnt(name):
    # nearest class mean: labels belong to their images
    data = LOADERS[name]()
    x, y = data["train_data"].reshape(10000, -1), data["train_label"]
    assert x.dtype == np.float32 and y.dtype == np.int8 and x.min() == 0 and x.max() == 1
    means = np.stack([x[y == c].mean(0) for c in range(10)])
    t = data["test_data"].reshape(2000, -1)
    nearest = ((t[:, None] - means) ** 2).sum(2).argmin(1)
    assert (nearest == data["test_label"]).mean() > (0.78 if name == "mnist" else 0.65)


@pytest.mark.parametrize("name", LOADERS)
def test_full_data(name, full_data, monkeypatch, capsys):
    data = LOADERS[name](root=full_data)
    assert data["train_data"].shape == (60000, 1, 28, 28) and data["test_data"].shape == (10000, 1, 28, 28)
    assert data["train_data"].dtype == np.float32 and data["train_label"].dtype == np.int8
    assert data["train_data"].max() == 1 and set(np.unique(data["test_label"])) == set(range(10))
    assert str(full_data) in data.source and capsys.readouterr().err == ""


def test_same_as_mxnets_get_mnist(oracle, tmp_path):
    folder = tmp_path / "served"
    small_set(folder)
    # MXNet's function, its download replaced by the local files
    code = """
    old = mx.test_utils.download
    mx.test_utils.download = lambda url, *a, **k: folder + '/' + url.split('/')[-1]
    try:
        result = mx.test_utils.get_mnist()
    finally:
        mx.test_utils.download = old
    """
    theirs = oracle.run(code, folder=str(folder))
    ours = datasets.mnist(root=folder)
    assert set(ours) == set(theirs)
    for key in KEYS:
        assert ours[key].dtype == theirs[key].dtype
        np.testing.assert_array_equal(ours[key], theirs[key])


@pytest.mark.parametrize("where", ["datasets/mnist", "mnist", "MNIST", "."])
@pytest.mark.parametrize("zipped", [True, False])
def test_where_files_are_found(tmp_path, where, zipped):
    x, y, xt, yt = small_set(tmp_path / "d" / where if where != "." else tmp_path / "d", zipped)
    data = datasets.mnist(root=tmp_path / "d", as_uint8=True)
    np.testing.assert_array_equal(data["train_data"][:, 0], x)
    np.testing.assert_array_equal(data["test_label"], yt)


def test_mxnet_home_is_read(tmp_path):
    _, y, _, _ = small_set(tmp_path / "home" / "datasets" / "fashion-mnist")
    data = datasets.fashion_mnist()
    np.testing.assert_array_equal(data["train_label"], y)
    np.testing.assert_array_equal(data["train_data"].max(), 1)


def test_missing_and_unknown(tmp_path):
    with pytest.raises(MXNetError, match="no MNIST under .*train-images-idx3-ubyte"):
        datasets.mnist(root=tmp_path)
    with pytest.raises(MXNetValueError, match="no data set 'mnits'.*Did you mean 'mnist'"):
        datasets.find_files("mnits")


@pytest.mark.parametrize("zipped", [True, False])
def test_broken_files(tmp_path, zipped):
    small_set(tmp_path / "mnist", zipped)
    path = tmp_path / "mnist" / (datasets.FILES[2] + ".gz" * zipped)
    good = path.read_bytes()
    for cut in (0, 1, 3, 9, 17, 40, len(good) // 2, len(good) - 1):
        path.write_bytes(good[:cut])
        with pytest.raises(MXNetError, match="t10k-images"):
            datasets.mnist(root=tmp_path)
    path.write_bytes(b"\x1f\x8b" + b"x" * 100)
    with pytest.raises(MXNetError, match="t10k-images"):
        datasets.mnist(root=tmp_path)
    path.write_bytes(idx(np.zeros((5, 28, 28), np.uint8)))
    with pytest.raises(MXNetError, match=r"test images uint8 \(5, 28, 28\) and labels uint8 \(12,\)"):
        datasets.mnist(root=tmp_path)


@pytest.mark.parametrize("code, dtype", [(9, "i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8")])
def test_read_idx_dtypes(tmp_path, code, dtype):
    a = np.arange(-3, 3).reshape(2, 3).astype(dtype)
    (tmp_path / "a").write_bytes(struct.pack(">BBBBII", 0, 0, code, 2, 2, 3) + a.tobytes())
    got = datasets.read_idx(tmp_path / "a")
    assert got.dtype.isnative and got.dtype.kind == a.dtype.kind
    np.testing.assert_array_equal(got, a)


def test_corrupt_idx_size_allocates_nothing(tmp_path):
    (tmp_path / "a").write_bytes(struct.pack(">BBBBIII", 0, 0, 8, 3, 2**31, 2**31, 2**31) + bytes(10))
    with pytest.raises(MXNetError, match="cut off"):
        datasets.read_idx(tmp_path / "a")


class Quiet(SimpleHTTPRequestHandler):
    requests = 0

    def log_message(self, *args):
        Quiet.requests += 1


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A mirror on this machine with a small data set; yields a function that tells mxr its address and hashes."""
    small_set(tmp_path / "www" / "good")
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "www")))
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    monkeypatch.setenv("MXR_OFFLINE", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    Quiet.requests = 0
    files = [(tmp_path / "www" / "good" / f"{f}.gz").read_bytes() for f in datasets.FILES]
    sha1 = tuple(hashlib.sha1(raw).hexdigest() for raw in files)

    def use(*mirrors, sha1=sha1):
        base = f"http://127.0.0.1:{http.server_port}/"
        what = datasets.SETS["mnist"]._replace(mirrors=tuple(base + m for m in mirrors), sha1=sha1)
        monkeypatch.setitem(datasets.SETS, "mnist", what)

    yield use
    http.shutdown()
    http.server_close()
    thread.join()


def test_download_takes_the_mirror_that_answers(server, tmp_path, capsys):
    server("bad/", "good/")
    data = datasets.mnist()
    assert data["train_data"].shape == (12, 1, 28, 28)
    assert len(list((tmp_path / "home" / "datasets" / "mnist").iterdir())) == 4
    seen = Quiet.requests
    datasets.mnist()  # from the files now
    assert Quiet.requests == seen
    assert capsys.readouterr().err == ""


def test_wrong_hash_is_refused(server, tmp_path, capsys):
    server("good/", sha1=("0" * 40,) * 4)
    data = datasets.mnist()
    assert len(data["train_data"]) == 10000
    assert list((tmp_path / "home" / "datasets" / "mnist").iterdir()) == []
    assert "not downloaded: ValueError" in capsys.readouterr().err
    seen = Quiet.requests
    datasets.mnist()  # tried once a process
    assert Quiet.requests == seen


def test_no_network_falls_back(server, monkeypatch, capsys):
    what = datasets.SETS["mnist"]._replace(mirrors=("http://127.0.0.1:9/",))  # nothing listens there
    monkeypatch.setitem(datasets.SETS, "mnist", what)
    assert len(datasets.mnist()["train_data"]) == 10000
    assert "not downloaded: ConnectionError" in capsys.readouterr().err
