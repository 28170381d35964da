"""CIFAR-10 and CIFAR-100 in their binary form (Krizhevsky 2009)."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .... import ndarray as nd
from ....base import MXNetError
from ....context import cpu
from ....datasets import data_home
from ..dataset import Dataset

__all__ = ["CIFAR10", "CIFAR100"]

_HOME = os.path.join("~", ".mxnet", "datasets", "")
_HOST = "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/gluon/dataset/"


class CIFAR10(Dataset):
    """50,000 training and 10,000 test images of 10 classes: examples are (image uint8 (32, 32, 3), label np.int32).

    Parameters
    ----------
    root : folder of the files (data_batch_1.bin, ..., test_batch.bin) or of the archive cifar-10-binary.tar.gz; else
        they are downloaded there, unless MXR_OFFLINE is set.
    train : training or test images.
    transform : ``transform(image, label)`` gives what ``[]`` gives.
    """

    _folder, _archive = "cifar10", "cifar-10-binary.tar.gz"
    _sha1 = "fab780a1e191a7eda0f345501ccd62d20f7ed891"
    _train_files: tuple[str, ...] = tuple(f"data_batch_{i}.bin" for i in range(1, 6))
    _test_files: tuple[str, ...] = ("test_batch.bin",)
    _labels, _label = 1, 0  # labels in front of an image, and which is taken

    def __init__(
        self,
        root: str | os.PathLike = _HOME + "cifar10",
        train: bool = True,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        # MXNET_HOME takes the place of ~/.mxnet
        usual = _HOME + self._folder
        self._root = str(data_home() / "datasets" / self._folder) if root == usual else os.path.expanduser(root)
        self._train, self._transform = train, transform
        files = self._train_files if train else self._test_files
        parts = [self._read(path) for path in self._find(files)]
        rows = np.concatenate(parts)
        images = rows[:, self._labels :].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        self._data = nd.from_data(np.ascontiguousarray(images), cpu())
        self._label_array = rows[:, self._label].astype(np.int32)

    def __getitem__(self, idx: Any) -> Any:
        if self._transform is not None:
            return self._transform(self._data[idx], self._label_array[idx])
        return self._data[idx], self._label_array[idx]

    def __len__(self) -> int:
        return len(self._label_array)

    def _read(self, path: Path) -> np.ndarray:
        raw = np.fromfile(path, np.uint8)
        width = 3072 + self._labels
        if not raw.size or raw.size % width:
            raise MXNetError(f"{str(path)!r} has {raw.size} bytes, expected a multiple of {width}: it is cut off or no "
                             f"file of {type(self).__name__}")  # fmt: skip
        return raw.reshape(-1, width)

    def _find(self, files: tuple[str, ...]) -> list[Path]:
        root = Path(self._root)
        for folder in (root, root / "cifar-10-batches-bin", root / "cifar-100-binary"):
            if all((folder / name).is_file() for name in files):
                return [folder / name for name in files]
        archive = root / self._archive
        if not archive.is_file():
            self._download(root)
        self._unpack(archive, root)
        return [root / name for name in files]

    def _download(self, root: Path) -> None:
        kind = type(self).__name__
        why = f"{kind}: root={str(root)!r} has neither {self._archive} nor the files in it"
        if os.environ.get("MXR_OFFLINE", "") not in ("", "0"):
            raise MXNetError(f"{why}, and MXR_OFFLINE is set")
        import pooch

        try:
            root.mkdir(parents=True, exist_ok=True)
            pooch.retrieve(
                f"{_HOST}{self._folder}/{self._archive}", f"sha1:{self._sha1}", fname=self._archive, path=root,
                downloader=pooch.HTTPDownloader(timeout=(3, 60)),
            )  # fmt: skip
        except (OSError, ValueError) as e:
            raise MXNetError(f"{why}, and it cannot be downloaded: {type(e).__name__}: {e}") from e

    def _unpack(self, archive: Path, root: Path) -> None:
        """Only the files of the data set, whatever folders the archive has."""
        wanted = {*self._train_files, *self._test_files}
        try:
            with tarfile.open(archive) as tar:
                for member in tar:
                    name = os.path.basename(member.name)
                    stream = tar.extractfile(member) if member.isfile() and name in wanted else None
                    if stream is None:
                        continue
                    part = root / f"{name}.part{os.getpid()}"
                    part.write_bytes(stream.read())
                    part.replace(root / name)
                    wanted.discard(name)
        except (OSError, EOFError, tarfile.TarError) as e:
            raise MXNetError(f"cannot unpack {str(archive)!r}: {e}") from None
        if wanted:
            raise MXNetError(f"{str(archive)!r} lacks {', '.join(sorted(wanted))}")


class CIFAR100(CIFAR10):
    """Images of 100 classes in 20 groups; otherwise as `CIFAR10` (files train.bin, test.bin).

    fine_label : labels are the classes, else the groups.
    """

    _folder, _archive = "cifar100", "cifar-100-binary.tar.gz"
    _sha1 = "a0bb982c76b83111308126cc779a992fa506b90b"
    _train_files: tuple[str, ...] = ("train.bin",)
    _test_files: tuple[str, ...] = ("test.bin",)
    _labels = 2

    def __init__(
        self,
        root: str | os.PathLike = _HOME + "cifar100",
        fine_label: bool = False,
        train: bool = True,
        transform: Callable[..., Any] | None = None,
    ) -> None:
        self._label = int(bool(fine_label))
        super().__init__(root, train, transform)
