"""``mx.gluon.contrib.data.text``: texts cut into sequences of words, for language models."""

from __future__ import annotations

import operator
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .... import ndarray as nd
from ....base import MXNetError, MXNetTypeError, MXNetValueError, suggest
from ....context import cpu
from ....contrib.text.vocab import Vocabulary
from ....datasets import data_home
from ...data import Dataset
from ...utils import _get_repo_file_url, download

__all__ = ["WikiText2", "WikiText103"]

EOS_TOKEN = "<eos>"
_HOME = os.path.join("~", ".mxnet", "datasets", "")


class _LanguageModelDataset(Dataset):
    """The words of a text file as numbers, in sequences of `seq_len`; the labels are the words one later.

    Subclasses find the file. Every line that is not empty ends with ``<eos>``; what is left at the end is dropped.
    """

    def __init__(self, path: Path, vocab: Vocabulary | None, seq_len: int) -> None:
        try:
            self._seq_len = operator.index(seq_len)
        except TypeError:
            raise MXNetTypeError(f"seq_len must be a whole number, got {seq_len!r}") from None
        if self._seq_len < 1:
            raise MXNetValueError(f"seq_len must be at least 1, got {seq_len!r}")
        if vocab is not None and not isinstance(vocab, Vocabulary):
            raise MXNetTypeError(f"vocab must be a mx.contrib.text.vocab.Vocabulary, got {type(vocab).__name__}")
        try:
            self._counter = _count(path)
            self._vocab = Vocabulary(self._counter, reserved_tokens=[EOS_TOKEN]) if vocab is None else vocab
            stream = np.fromiter(self._indices(path), np.int32)
        except (OSError, UnicodeDecodeError) as e:
            raise MXNetError(f"{type(self).__name__}: cannot read {str(path)!r}: {e}") from e
        rows = max(len(stream) - 1, 0) // self._seq_len
        size = rows * self._seq_len
        self._data = nd.from_data(stream[:size].reshape(rows, self._seq_len), cpu())
        self._label = nd.from_data(stream[1 : size + 1].reshape(rows, self._seq_len).copy(), cpu())

    def _indices(self, path: Path) -> Iterator[int]:
        index, eos = self._vocab.token_to_idx, self._vocab.to_indices(EOS_TOKEN)
        with open(path, encoding="utf-8") as f:
            for line in f:
                for part in line.splitlines():  # also at the line ends that only Unicode knows, as in MXNet
                    words = part.split()
                    if words:
                        yield from (index.get(word, 0) for word in words)
                        yield eos

    @property
    def vocabulary(self) -> Vocabulary:
        """The numbers of the words; give it to the data sets of other segments as `vocab`."""
        return self._vocab

    @property
    def frequencies(self) -> Counter:
        """How often each word occurs."""
        return self._counter

    def __getitem__(self, idx: Any) -> tuple[Any, Any]:
        return self._data[idx], self._label[idx]

    def __len__(self) -> int:
        return len(self._label)


def _count(path: Path) -> Counter:
    """How often each word occurs; what lies between spaces and line ends is one, even with a tab in it, as in MXNet."""
    counter: Counter = Counter()
    with open(path, encoding="utf-8") as f:
        for line in f:
            counter.update(filter(None, line.rstrip("\n").split(" ")))
    return counter


class _WikiText(_LanguageModelDataset):
    """WikiText: good articles of Wikipedia (Merity, Xiong, Bradbury and Socher 2016)."""

    _folder, _archive, _sha1 = "", "", ""
    _files = {"train": "wiki.train.tokens", "validation": "wiki.valid.tokens", "test": "wiki.test.tokens"}

    def __init__(self, root: str | os.PathLike, segment: str, vocab: Vocabulary | None, seq_len: int) -> None:
        # MXNET_HOME takes the place of ~/.mxnet
        usual = _HOME + self._folder
        self._root = str(data_home() / "datasets" / self._folder) if root == usual else os.path.expanduser(root)
        if segment not in self._files:
            raise MXNetValueError(
                f"segment={segment!r}: expected one of {', '.join(self._files)}.{suggest(str(segment), self._files)}"
            )
        self._segment = segment
        super().__init__(self._find(self._files[segment]), vocab, seq_len)

    def _find(self, name: str) -> Path:
        root = Path(self._root)
        for folder in (root, root / self._folder):
            if (folder / name).is_file():
                return folder / name
        archive = root / self._archive
        if not archive.is_file():
            self._download(root)
        self._unpack(archive, root)
        return root / name

    def _download(self, root: Path) -> None:
        why = f"{type(self).__name__}: root={str(root)!r} has neither {self._archive} nor the files in it"
        if os.environ.get("MXR_OFFLINE", "") not in ("", "0"):
            raise MXNetError(f"{why}, and MXR_OFFLINE is set")
        try:
            root.mkdir(parents=True, exist_ok=True)
            url = _get_repo_file_url(f"gluon/dataset/{self._folder}", self._archive)
            download(url, str(root), sha1_hash=self._sha1, retries=1)
        except (OSError, MXNetError) as e:
            raise MXNetError(f"{why}, and it cannot be downloaded: {e}") from e

    def _unpack(self, archive: Path, root: Path) -> None:
        """Only the files of the data set, whatever folders the archive has."""
        wanted = set(self._files.values())
        try:
            with zipfile.ZipFile(archive) as packed:
                for member in packed.namelist():
                    name = os.path.basename(member)
                    if name in wanted:
                        part = root / f"{name}.part{os.getpid()}"
                        part.write_bytes(packed.read(member))
                        part.replace(root / name)
                        wanted.discard(name)
        except (OSError, zipfile.BadZipFile) as e:
            raise MXNetError(f"cannot unpack {str(archive)!r}: {e}") from None
        if wanted:
            raise MXNetError(f"{str(archive)!r} lacks {', '.join(sorted(wanted))}")


class WikiText2(_WikiText):
    """WikiText-2, 2 million words: examples are (words int32 (seq_len,), the words one later).

    Parameters
    ----------
    root : folder of the files (wiki.train.tokens, wiki.valid.tokens, wiki.test.tokens) or of the archive
        wikitext-2-v1.zip; else it is downloaded there, unless MXR_OFFLINE is set.
    segment : 'train', 'validation' or 'test'.
    vocab : a Vocabulary; by default one of all words of this segment, with ``<eos>`` as a reserved token.
    seq_len : words in a sequence, whatever the ends of sentences.

    Raises
    ------
    MXNetError : the files are not there and cannot be downloaded.
    MXNetValueError, MXNetTypeError : an argument is not valid.
    """

    _folder, _archive = "wikitext-2", "wikitext-2-v1.zip"
    _sha1 = "3c914d17d80b1459be871a5039ac23e752a53cbe"

    def __init__(
        self,
        root: str | os.PathLike = _HOME + "wikitext-2",
        segment: str = "train",
        vocab: Vocabulary | None = None,
        seq_len: int = 35,
    ) -> None:
        super().__init__(root, segment, vocab, seq_len)


class WikiText103(_WikiText):
    """WikiText-103, 103 million words, otherwise as `WikiText2`; the archive is wikitext-103-v1.zip."""

    _folder, _archive = "wikitext-103", "wikitext-103-v1.zip"
    _sha1 = "0aec09a7537b58d4bb65362fee27650eeaba625a"

    def __init__(
        self,
        root: str | os.PathLike = _HOME + "wikitext-103",
        segment: str = "train",
        vocab: Vocabulary | None = None,
        seq_len: int = 35,
    ) -> None:
        super().__init__(root, segment, vocab, seq_len)
