"""Downloads, and what old tests ask about the machine."""

from __future__ import annotations

import bz2
import gzip
import os
import pickle
import platform
import shutil
import zipfile
from typing import Any

from .. import datasets
from ..base import MXNetError, MXNetValueError
from ..gluon.utils import download as _download

__all__ = [
    "download", "download_model", "get_bz2_data", "get_cifar10", "get_im2rec_path", "get_mnist_pkl",
    "get_mnist_ubyte", "get_zip_data", "has_tvm_ops", "is_aarch64_run", "is_cd_run", "is_op_runnable",
]  # fmt: skip

_HOST = "http://data.mxnet.io"


def download(
    url: str, fname: str | None = None, dirname: str | None = None, overwrite: bool = False, retries: int = 5
) -> str:
    """Fetches a file; gives the path.

    Parameters
    ----------
    fname : name of the file; default the last part of the URL.
    dirname : folder; default that of `fname`.
    overwrite : fetch although the file is there.
    """
    name = fname or url.split("/")[-1]
    path = name if dirname is None else os.path.join(dirname, name)
    folder = os.path.dirname(path)
    if folder:
        os.makedirs(folder, exist_ok=True)
    return _download(url, path=path, overwrite=overwrite, retries=retries)


def get_zip_data(data_dir: str, url: str, data_origin_name: str) -> None:
    """Fetches a zip file into `data_dir`, unless it is there, and unpacks it there."""
    path = download(url, data_origin_name, data_dir)
    with zipfile.ZipFile(path) as file:
        file.extractall(data_dir)


def get_bz2_data(data_dir: str, data_name: str, url: str, data_origin_name: str) -> None:
    """Fetches a bz2 file and unpacks it to ``data_dir/data_name``, unless that is there."""
    target = os.path.join(data_dir, data_name)
    if os.path.exists(target):
        return
    packed = download(url, data_origin_name, data_dir)
    with bz2.BZ2File(packed) as source, open(target, "wb") as file:
        shutil.copyfileobj(source, file)
    os.remove(packed)


_MNIST = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def get_mnist_ubyte() -> None:
    """The four idx files of MNIST in ``data/``: from the data home where they are, else fetched."""
    paths = [os.path.join("data", name) for name in _MNIST]
    if all(map(os.path.exists, paths)):
        return
    os.makedirs("data", exist_ok=True)
    held = datasets.find_files("mnist")
    if held is None:
        get_zip_data("data", f"{_HOST}/mxnet/data/mnist.zip", "mnist.zip")
        return
    for source, target in zip(held, paths):
        opened: Any = gzip.open if str(source).endswith(".gz") else open
        with opened(source, "rb") as file, open(target, "wb") as out:
            shutil.copyfileobj(file, out)


def get_mnist_pkl() -> Any:
    """MNIST as ((images, labels) to train, to validate, to test), from ``data/mnist.pkl.gz``, fetched if need be."""
    path = os.path.join("data", "mnist.pkl.gz")
    if not os.path.isfile(path):
        download("http://deeplearning.net/data/mnist/mnist.pkl.gz", dirname="data")
    with gzip.open(path, "rb") as file:
        return pickle.load(file, encoding="latin1")


def get_cifar10() -> None:
    """The RecordIO files of CIFAR-10 in ``data/cifar/``, fetched if need be."""
    if all(os.path.exists(os.path.join("data", "cifar", name)) for name in ("train.rec", "test.rec")):
        return
    get_zip_data("data", f"{_HOST}/data/cifar10.zip", "cifar10.zip")


def download_model(model_name: str, dst_dir: str = "./", meta_info: Any = None) -> tuple[str | None, int]:
    """Fetches symbol and parameters of a model; gives (prefix, epoch), or (None, 0) for an unknown name.

    Parameters
    ----------
    meta_info : dict of name to {"symbol": URL, "params": URL}.
    """
    if not isinstance(meta_info, dict):
        raise MXNetValueError('download_model: meta_info must be a dict of name to {"symbol": URL, "params": URL}')
    if model_name not in meta_info:
        return None, 0
    os.makedirs(dst_dir, exist_ok=True)
    prefix = os.path.join(dst_dir, model_name)
    download(meta_info[model_name]["symbol"], f"{prefix}-symbol.json")
    download(meta_info[model_name]["params"], f"{prefix}-0000.params")
    return prefix, 0


def get_im2rec_path(home_env: str = "MXNET_HOME") -> str:
    """The path of MXNet's tool im2rec.py below the folder that an environment variable names."""
    for folder in filter(None, (os.environ.get(home_env), os.getcwd())):
        for path in (os.path.join(folder, "tools", "im2rec.py"), os.path.join(folder, "im2rec.py")):
            if os.path.isfile(path):
                return path
    raise MXNetError(f"Could not find path to tools/im2rec.py: set {home_env} to a folder that has it")


def has_tvm_ops() -> bool:
    """False: there are no operators made by TVM."""
    return False


def is_op_runnable() -> bool:
    """Whether operators made by TVM could run here: nothing stands against it."""
    return True


def is_cd_run() -> bool:
    """Whether the environment variable CD_JOB is 1."""
    return os.environ.get("CD_JOB", "0") == "1"


def is_aarch64_run() -> bool:
    """Whether the machine is of the kind aarch64."""
    return platform.machine() == "aarch64"
