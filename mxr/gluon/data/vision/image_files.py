"""Images of record files and of folders as data sets."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any

from .... import recordio
from ....base import file_error
from ..dataset import Dataset, RecordFileDataset

__all__ = ["ImageFolderDataset", "ImageRecordDataset"]


class ImageRecordDataset(RecordFileDataset):
    """Images of a record file with an index: examples are (image uint8 (h, w, c), label).

    Parameters
    ----------
    filename : the record file; its index has the same name with ending ``.idx``.
    flag : 1 for colour, 0 for grey.
    transform : ``transform(image, label)`` gives what ``[]`` gives.
    """

    def __init__(self, filename: str | os.PathLike, flag: int = 1, transform: Callable[..., Any] | None = None) -> None:
        super().__init__(filename)
        self._flag, self._transform = flag, transform

    def __getitem__(self, idx: int) -> Any:
        from ....image import imdecode  # which is made of parts of this package

        header, data = recordio.unpack(super().__getitem__(idx))
        image = imdecode(data, self._flag)
        return (image, header.label) if self._transform is None else self._transform(image, header.label)


class ImageFolderDataset(Dataset):
    """Images in folders, one for each class: ``root/car/0001.jpg``, ``root/bus/0042.png``, ...

    Examples are (image uint8 (h, w, c), number of the class). Other files are left out with a warning.

    Parameters
    ----------
    root : the folder of the classes' folders.
    flag : 1 for colour, 0 for grey.
    transform : ``transform(image, label)`` gives what ``[]`` gives.

    Attributes: `synsets`, the classes' names by number; `items`, a list of (path, number of the class).
    """

    def __init__(self, root: str | os.PathLike, flag: int = 1, transform: Callable[..., Any] | None = None) -> None:
        self._root = os.path.expanduser(root)
        self._flag, self._transform = flag, transform
        self._exts = [".jpg", ".jpeg", ".png"]
        self.synsets: list[str] = []
        self.items: list[tuple[str, int]] = []
        self._list_images()

    def _list_images(self) -> None:
        try:
            folders = sorted(os.listdir(self._root))
        except OSError as e:
            raise file_error(e, f"ImageFolderDataset: cannot read root={self._root!r}") from None
        for folder in folders:
            path = os.path.join(self._root, folder)
            if not os.path.isdir(path):
                warnings.warn(f"Ignoring {path}, which is not a directory.", stacklevel=4)
                continue
            label = len(self.synsets)
            self.synsets.append(folder)
            for name in sorted(os.listdir(path)):
                kind = os.path.splitext(name)[1]
                if kind.lower() not in self._exts:
                    what = f"{os.path.join(path, name)} of type {kind}. Only support {', '.join(self._exts)}"
                    warnings.warn(f"Ignoring {what}", stacklevel=4)
                    continue
                self.items.append((os.path.join(path, name), label))

    def __getitem__(self, idx: int) -> Any:
        from ....image import imread

        path, label = self.items[idx]
        image = imread(path, self._flag)
        return (image, label) if self._transform is None else self._transform(image, label)

    def __len__(self) -> int:
        return len(self.items)
