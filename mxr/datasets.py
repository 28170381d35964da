"""MNIST and Fashion-MNIST: from MXNET_HOME, else downloaded, else the sample that ships with mxr."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import struct
import sys
import zlib
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from .base import MXNetError, MXNetValueError, file_error, suggest

__all__ = ["Dataset", "data_home", "fashion_mnist", "find_files", "mnist", "read_idx"]


class _Set(NamedTuple):
    title: str
    folders: tuple[str, ...]  # names it is kept under; the first is MXNet's
    mirrors: tuple[str, ...]
    sha1: tuple[str, str, str, str]


FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
_MXNET_HOST = "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/gluon/dataset/"
SETS = {
    "mnist": _Set(
        "MNIST",
        ("mnist", "MNIST"),
        (_MXNET_HOST + "mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"),
        (
            "6c95f4b05d2bf285e1bfb0e7960c31bd3b3f8a7d",
            "2a80914081dc54586dbdf242f9805a6b8d2a15fc",
            "c3a25af1f52dad7f726cce8cacb138654b760d48",
            "763e7fa3757d93b0cdec073cef058b2004252c17",
        ),
    ),
    "fashion_mnist": _Set(
        "Fashion-MNIST",
        ("fashion-mnist", "fashion_mnist", "FashionMNIST"),
        (_MXNET_HOST + "fashion-mnist/", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        (
            "0cf37b0d40ed5169c6b3aba31069a9770ac9043d",
            "236021d52f1e40852b06a4c3008d8de8aef1e40b",
            "626ed6a7c06dd17c0eec72fa3be1740f146a2863",
            "17f9ab60e7257a1620f4ad76bbbaf857c3920701",
        ),
    ),
}
_IDX_DTYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
_said: set[str] = set()  # data sets for which this process has said that it takes the sample
_unreachable: dict[str, str] = {}  # data set -> why it could not be downloaded, so that it is tried once a process


class Dataset(dict):
    """A dict of train_data, train_label, test_data, test_label. `source` says in words where the data came from."""

    source = ""


def mnist(root: str | os.PathLike | None = None, as_uint8: bool = False) -> Dataset:
    """Handwritten digits, 10 classes: train_data, train_label, test_data, test_label as NumPy arrays.

    Images are float32 (N, 1, 28, 28) scaled to 0..1 and labels int8 (N,), as `mx.test_utils.get_mnist` gives them;
    with as_uint8 images and labels are uint8 as stored. N is 60,000 and 10,000 (embedded sample: 10,000 and 2,000).
    Looks for idx files (plain or .gz) under `root`, by default MXNET_HOME (else ~/.mxnet): in `datasets/mnist/`,
    `mnist/` or the folder itself; else downloads them there, checked by hash, unless MXR_OFFLINE is set; else takes
    the embedded sample and says so once on stderr. A given `root` without the files is an error.
    """
    return _load("mnist", root, as_uint8)


def fashion_mnist(root: str | os.PathLike | None = None, as_uint8: bool = False) -> Dataset:
    """Pictures of clothes, 10 classes; otherwise as `mnist` (folder `datasets/fashion-mnist/`)."""
    return _load("fashion_mnist", root, as_uint8)


def data_home() -> Path:
    """MXNet's folder for data: MXNET_HOME, else ~/.mxnet."""
    return Path(os.environ.get("MXNET_HOME") or Path.home() / ".mxnet").expanduser()


def find_files(name: str, root: str | os.PathLike | None = None) -> tuple[Path, Path, Path, Path] | None:
    """The idx files of "mnist" or "fashion_mnist": training images, labels, test images, labels; None where absent."""
    if name not in SETS:
        raise MXNetValueError(f"no data set {name!r}, there are {', '.join(SETS)}.{suggest(name, SETS)}")
    if root is not None:
        roots = [Path(root).expanduser()]
    else:
        roots = [data_home(), _cache_dir()]
    names = SETS[name].folders
    for base in roots:
        below = [base / "datasets" / n for n in names] + [base / n for n in names]
        # MXNET_HOME itself holds no idx files, and which set they are would be a guess
        for folder in below + ([base] if root is not None else []):
            found = [p for f in FILES for p in (folder / f, folder / f"{f}.gz") if p.is_file()]
            by_name = {p.name.removesuffix(".gz"): p for p in reversed(found)}
            if len(by_name) == 4:
                return by_name[FILES[0]], by_name[FILES[1]], by_name[FILES[2]], by_name[FILES[3]]
    return None


def read_idx(path: str | os.PathLike) -> np.ndarray:
    """An idx file (LeCun's format), plain or gzipped, as an array of its own dtype in native byte order.

    Raises MXNetError naming the file where it is missing, no idx file, or cut off.
    """
    label = os.fspath(path)
    try:
        with open(path, "rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if zipped else open(path, "rb") as stream:
            array = _parse_idx(stream, repr(label))
            if stream.read(1):  # at the end gzip also checks its own checksum
                raise MXNetError(f"{label!r} goes on after its {array.shape} values")
            return array
    except OSError as error:
        raise file_error(error, f"cannot read {label!r}") from error
    except (EOFError, zlib.error) as error:
        raise MXNetError(f"cannot read {label!r}: {error}") from error


def _parse_idx(stream: BinaryIO | gzip.GzipFile | io.BufferedReader, label: str) -> np.ndarray:
    head = stream.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _IDX_DTYPES or not 1 <= head[3] <= 8:
        raise MXNetError(f"{label} is no idx file: it starts with {head!r}")
    sizes = stream.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise MXNetError(f"{label} is cut off: its header ends early")
    shape = struct.unpack(f">{head[3]}I", sizes)
    dtype = np.dtype(_IDX_DTYPES[head[2]])
    expected = dtype.itemsize
    for size in shape:
        expected *= size
    body = _read_exactly(stream, expected)
    if len(body) < expected:
        raise MXNetError(f"{label} is cut off: shape {shape} needs {expected} bytes, {len(body)} are there")
    return np.frombuffer(body, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _read_exactly(stream, count: int) -> bytearray:
    # In pieces, so that a corrupt size cannot ask for memory that the file does not fill.
    body = bytearray()
    while len(body) < count:
        piece = stream.read(min(count - len(body), 1 << 24))
        if not piece:
            break
        body += piece
    return body


def _load(name: str, root: str | os.PathLike | None, as_uint8: bool) -> Dataset:
    what = SETS[name]
    found = find_files(name, root)
    if found is None and root is not None:
        raise MXNetError(f"no {what.title} under {os.fspath(root)!r}: expected {', '.join(FILES)}, plain or .gz")
    reason = ""
    if found is None:
        reason = _download(name)
        found = None if reason else find_files(name)
    if found is not None:
        x, y, xt, yt = (read_idx(path) for path in found)
        source = f"{what.title} from {found[0].parent}"
    else:
        x, y, xt, yt = _embedded(name)
        source = f"{what.title}, embedded sample of {len(x):,} training and {len(xt):,} test images"
        if name not in _said:
            _said.add(name)
            line = f"mxr: {source} ({reason}; the full data is looked for in MXNET_HOME, now {data_home()})"
            print(line, file=sys.stderr, flush=True)
    for images, labels, part in ((x, y, "training"), (xt, yt, "test")):
        if images.ndim != 3 or labels.shape != images.shape[:1] or images.dtype != np.uint8 or labels.dtype != np.uint8:
            raise MXNetError(
                f"{source}: {part} images {images.dtype} {images.shape} and labels {labels.dtype} {labels.shape} "
                "do not belong together; expected uint8 (N, rows, columns) and uint8 (N,)"
            )
    data = Dataset(
        train_data=_images(x, as_uint8),
        train_label=y if as_uint8 else y.astype(np.int8),
        test_data=_images(xt, as_uint8),
        test_label=yt if as_uint8 else yt.astype(np.int8),
    )
    data.source = source
    return data


def _images(x: np.ndarray, as_uint8: bool) -> np.ndarray:
    x = x.reshape(len(x), 1, *x.shape[1:])
    return x if as_uint8 else np.divide(x, np.float32(255), dtype=np.float32)


def _embedded(name: str) -> list[np.ndarray]:
    path = Path(__file__).parent / "data" / f"{name}.xz"
    with lzma.open(path) as stream:
        return [_parse_idx(stream, str(path)) for _ in range(4)]  # type: ignore[arg-type]


# --- downloads -------------------------------------------------------------------------------------------------------
def _cache_dir() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("mxr"))


def _download(name: str) -> str:
    """Fetch the four files, from the first mirror that has them all; returns why not, an empty string on success."""
    if os.environ.get("MXR_OFFLINE", "") not in ("", "0"):
        return "MXR_OFFLINE is set"
    if name not in _unreachable:
        reason = _download_now(name)
        if not reason:
            return ""
        _unreachable[name] = reason
    return _unreachable[name]


def _download_now(name: str) -> str:
    import logging

    import pooch

    targets = [f / "datasets" / SETS[name].folders[0] for f in (data_home(), _cache_dir())]
    target = next((t for t in targets if _writable(t)), None)
    if target is None:
        return f"{targets[0]} cannot be written"
    # connect and read time-outs: that there is no network must be found out quickly
    downloader = pooch.HTTPDownloader(timeout=(3, 30))
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # its lines would come beside ours
    reason = ""
    try:
        for mirror in SETS[name].mirrors:
            try:
                for file, sha1 in zip(FILES, SETS[name].sha1):
                    pooch.retrieve(
                        f"{mirror}{file}.gz", f"sha1:{sha1}", fname=f"{file}.gz", path=target, downloader=downloader
                    )
                return ""
            except (OSError, ValueError) as error:  # requests' errors are OSErrors; ValueError: the hash differs
                reason = f"not downloaded: {type(error).__name__}"
    finally:
        logger.setLevel(level)
    return reason


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
