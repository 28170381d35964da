"""``mx.contrib.text.embedding``: vectors for tokens, read from text files."""

from __future__ import annotations

import functools
import json
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ... import ndarray as nd
from ...base import MXNetTypeError, MXNetValueError, suggest
from ...gluon.hosted import home, hosted_file
from ...ndarray import NDArray
from ...registry import get_create_func, get_register_func
from .vocab import UNKNOWN_IDX, Vocabulary

__all__ = [
    "CompositeEmbedding",
    "CustomEmbedding",
    "FastText",
    "GloVe",
    "create",
    "get_pretrained_file_names",
    "register",
]

CHUNK = 20000  # lines whose numbers are parsed at once


@functools.cache
def _hashes() -> dict[str, dict[str, dict[str, str]]]:
    """SHA-1 of MXNet's hosted archives and of the files in them."""
    return json.loads(resources.files("mxr.data").joinpath("embeddings.json").read_text("ascii"))


class _TokenEmbedding(Vocabulary):
    """A vocabulary with a vector for each token; base of all embeddings.

    Unknown tokens have the vector of the unknown token in the file, else what `init_unknown_vec` makes. Of a token that
    occurs more than once in a file the first vector counts. Without `vocabulary` all tokens of the file get an index.

    Attributes
    ----------
    vec_len : length of the vectors.
    idx_to_vec : NDArray (number of tokens, vec_len).
    """

    pretrained_file_name_sha1: ClassVar[dict[str, str]] = {}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._vec_len = 0
        self._idx_to_vec: NDArray | None = None

    @property
    def vec_len(self) -> int:
        """Length of the vectors."""
        return self._vec_len

    @property
    def idx_to_vec(self) -> NDArray | None:
        """The vectors in the order of the tokens' indices: (number of tokens, vec_len)."""
        return self._idx_to_vec

    # ---- reading
    def _load_embedding(
        self, pretrained_file_path: str, elem_delim: str, init_unknown_vec: Callable[..., Any], encoding: str = "utf8"
    ) -> None:
        """Takes the vectors of a file: on each line a token, then its numbers, with `elem_delim` between."""
        path = os.path.expanduser(pretrained_file_path)
        if not os.path.isfile(path):
            raise MXNetValueError(
                "`pretrained_file_path` must be a valid path to the pre-trained token embedding file, given "
                f"{pretrained_file_path!r}"
            )
        rows: dict[Any, int] = {}
        parts = []
        for tokens, numbers in _read(path, elem_delim, encoding):
            for token in tokens:
                rows[token] = len(rows)
            parts.append(numbers)
        if not parts:
            raise MXNetValueError(f"the embedding file {pretrained_file_path} holds no vectors")
        found = np.concatenate(parts)
        self._vec_len = found.shape[1]
        unknown = rows.get(self._unknown_token)
        filler = _vector(init_unknown_vec, self._vec_len) if unknown is None else found[unknown]
        for token in rows:
            if token not in self._token_to_idx:
                self._append(token)
        vectors = np.tile(filler, (len(self), 1))
        at: list[int] = [rows.get(token, -1) for token in self._idx_to_token]
        known = [i for i, row in enumerate(at) if row >= 0]
        vectors[known] = found[[at[i] for i in known]]
        self._idx_to_vec = nd.array(vectors)

    def _index_tokens_from_vocabulary(self, vocabulary: Vocabulary) -> None:
        self._token_to_idx = dict(vocabulary.token_to_idx)
        self._idx_to_token = list(vocabulary.idx_to_token)
        self._unknown_token = vocabulary.unknown_token
        self._reserved_tokens = None if vocabulary.reserved_tokens is None else list(vocabulary.reserved_tokens)

    def _set_idx_to_vec_by_embeddings(
        self, token_embeddings: Sequence[_TokenEmbedding], vocab_len: int, vocab_idx_to_token: list[Any]
    ) -> None:
        """The vectors of all embeddings side by side, for the tokens of a vocabulary."""
        parts = [e.get_vecs_by_tokens(vocab_idx_to_token) for e in token_embeddings]
        for part, e in zip(parts, token_embeddings):
            part[UNKNOWN_IDX] = e.idx_to_vec[UNKNOWN_IDX]  # type: ignore[index]
        self._vec_len = sum(e.vec_len for e in token_embeddings)
        self._idx_to_vec = nd.concat(*parts, dim=1)

    def _build_embedding_for_vocabulary(self, vocabulary: Vocabulary | None) -> None:
        if vocabulary is None:
            return
        _check_vocabulary(vocabulary)
        self._set_idx_to_vec_by_embeddings([self], len(vocabulary), vocabulary.idx_to_token)
        self._index_tokens_from_vocabulary(vocabulary)

    # ---- asking and changing
    def get_vecs_by_tokens(self, tokens: str | list[str], lower_case_backup: bool = False) -> NDArray:
        """The vector of a token, (vec_len,), or those of a list of tokens, (len(tokens), vec_len).

        `lower_case_backup`: a token without an index is looked for in lower case too.
        """
        names = tokens if isinstance(tokens, list) else [tokens]
        index: dict[Any, int] = self.token_to_idx
        found = [index.get(t, index.get(t.lower(), UNKNOWN_IDX) if lower_case_backup else UNKNOWN_IDX) for t in names]
        assert self._idx_to_vec is not None
        vectors = nd.take(self._idx_to_vec, nd.array(found, dtype="int64"))
        return vectors if isinstance(tokens, list) else vectors[0]

    def update_token_vectors(self, tokens: str | list[str], new_vectors: NDArray) -> None:
        """Puts new vectors in the place of the tokens' own.

        Parameters
        ----------
        tokens : a token or a list of tokens, all known.
        new_vectors : NDArray (len(tokens), vec_len); for one token also (vec_len,).

        Raises
        ------
        MXNetValueError : a token is unknown (the unknown token itself may be given), or shapes do not fit.
        """
        names = tokens if isinstance(tokens, list) else [tokens]
        if not isinstance(new_vectors, NDArray):
            raise MXNetTypeError(
                f"update_token_vectors: `new_vectors` must be an NDArray, given {type(new_vectors).__name__}"
            )
        shape = (len(names), self._vec_len)
        if new_vectors.shape != shape and not (len(names) == 1 and new_vectors.shape == shape[1:]):
            raise MXNetValueError(
                f"update_token_vectors: `new_vectors` has shape {new_vectors.shape}, expected {shape}: a row of "
                "vec_len numbers for each token"
            )
        at = []
        for token in names:
            if token not in self._token_to_idx:
                raise MXNetValueError(
                    f"Token {token} is unknown. To update the embedding vector for an unknown token, please specify it "
                    f"explicitly as the `unknown_token` {self._unknown_token} in `tokens`. This is to avoid unintended "
                    "updates."
                )
            at.append(self._token_to_idx[token])
        assert self._idx_to_vec is not None
        self._idx_to_vec[nd.array(at, dtype="int32")] = new_vectors.reshape(shape)

    # ---- hosted files
    @classmethod
    def _check_pretrained_file_names(cls, pretrained_file_name: str) -> None:
        if pretrained_file_name not in cls.pretrained_file_name_sha1:
            name = cls.__name__.lower()
            raise MXNetValueError(
                f"Cannot find pretrained file {pretrained_file_name} for token embedding {name}."
                f"{suggest(pretrained_file_name, cls.pretrained_file_name_sha1)} Valid pretrained files for embedding "
                f"{name}: {', '.join(cls.pretrained_file_name_sha1)}"
            )

    @classmethod
    def _get_pretrained_file(cls, embedding_root: str, pretrained_file_name: str) -> str:
        """The path of a hosted file below `embedding_root`, downloaded where it is not there."""
        kind = cls.__name__.lower()
        return hosted_file(
            Path(embedding_root).expanduser() / kind / pretrained_file_name,
            cls.pretrained_file_name_sha1[pretrained_file_name],
            f"gluon/embeddings/{kind}/{cls._get_download_file_name(pretrained_file_name)}",
            f"the embedding file {pretrained_file_name}",
        )

    @classmethod
    def _get_download_file_name(cls, pretrained_file_name: str) -> str:
        return pretrained_file_name


def _vector(init: Callable[..., Any], length: int) -> np.ndarray:
    made = init(shape=length) if not isinstance(init, type) else init(length)
    return np.asarray(made.asnumpy() if isinstance(made, NDArray) else made, np.float32)


def _check_vocabulary(vocabulary: Any) -> None:
    if not isinstance(vocabulary, Vocabulary):
        raise MXNetTypeError(
            f"The argument `vocabulary` must be an instance of mx.contrib.text.vocab.Vocabulary, given {vocabulary!r}"
        )


def _read(path: str, delim: str, encoding: str) -> Iterator[tuple[list[str], np.ndarray]]:
    """Chunks of new tokens and their vectors (number of tokens, vec_len)."""
    seen: set[str] = set()
    tokens: list[str] = []
    texts: list[str] = []
    lines: list[int] = []
    length = 0
    with open(path, encoding=encoding) as f:
        for number, line in enumerate(f, 1):
            token, *elements = line.rstrip().split(delim)
            if not elements:
                raise MXNetValueError(
                    f"At line {number} of the pre-trained token embedding file: the data format of {path} is "
                    f"unexpected: {line.rstrip()[:40]!r}, expected a token and numbers separated by {delim!r}"
                )
            if token in seen:
                warnings.warn(
                    f"At line {number} of the pre-trained token embedding file: the embedding vector for token {token} "
                    "has been loaded and a duplicate embedding for the  same token is seen and skipped.",
                    stacklevel=4,
                )
                continue
            if len(elements) == 1:
                warnings.warn(
                    f"At line {number} of the pre-trained text embedding file: token {token} with 1-dimensional vector "
                    f"{elements} is likely a header and is skipped.",
                    stacklevel=4,
                )
                continue
            if length and len(elements) != length:
                raise MXNetValueError(
                    f"At line {number} of the pre-trained token embedding file: the dimension of token {token} is "
                    f"{len(elements)} but the dimension of previous tokens is {length}. Dimensions of all the tokens "
                    "must be the same."
                )
            length = len(elements)
            seen.add(token)
            tokens.append(token)
            texts.append(" ".join(elements))
            lines.append(number)
            if len(tokens) == CHUNK:
                yield tokens, _numbers(texts, length, lines, path)
                tokens, texts, lines = [], [], []
    if tokens:
        yield tokens, _numbers(texts, length, lines, path)


def _numbers(texts: list[str], length: int, lines: list[int], path: str) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # what is no number: found below
        try:
            out = np.fromstring(" ".join(texts), dtype=np.float32, sep=" ")
        except ValueError:
            out = np.empty(0, np.float32)
    if out.size == len(texts) * length:
        return out.reshape(len(texts), length)
    for number, text in zip(lines, texts):
        for element in text.split(" "):
            try:
                float(element)
            except ValueError:
                raise MXNetValueError(
                    f"At line {number} of the pre-trained token embedding file {path}: {element!r} is no number"
                ) from None
    return np.array([[float(x) for x in text.split(" ")] for text in texts], np.float32)


register = get_register_func(_TokenEmbedding, "token embedding")
_create = get_create_func(_TokenEmbedding, "token embedding")


def create(embedding_name: str, **kwargs: Any) -> _TokenEmbedding:
    """The embedding registered as `embedding_name` (in any case): glove, fasttext or one of your own.

    Parameters
    ----------
    pretrained_file_name : file to load, see `get_pretrained_file_names`.
    embedding_root : folder of the files.
    """
    return _create(embedding_name, **kwargs)


def get_pretrained_file_names(embedding_name: str | None = None) -> Any:
    """The hosted files of an embedding, as a list; those of all embeddings, as a dict, where no name is given."""
    names = {name: list(table["files"]) for name, table in _hashes().items()}
    if embedding_name is None:
        return names
    if embedding_name not in names:
        raise MXNetValueError(
            f"Cannot find `embedding_name` {embedding_name}. Use "
            "`get_pretrained_file_names(embedding_name=None).keys()` to get all the valid embedding names: "
            f"{', '.join(names)}"
        )
    return names[embedding_name]


class _Hosted(_TokenEmbedding):
    default_file = ""

    def __init__(
        self,
        pretrained_file_name: str | None = None,
        embedding_root: str | None = None,
        init_unknown_vec: Callable[..., Any] = nd.zeros,
        vocabulary: Vocabulary | None = None,
        **kwargs: Any,
    ) -> None:
        name = pretrained_file_name or self.default_file
        self._check_pretrained_file_names(name)
        super().__init__(**kwargs)
        path = self._get_pretrained_file(embedding_root or str(home("embeddings")), name)
        self._load_embedding(path, " ", init_unknown_vec)
        self._build_embedding_for_vocabulary(vocabulary)


@register
class GloVe(_Hosted):
    """GloVe vectors ("GloVe: Global vectors for word representation", 2014) from MXNet's repository.

    Parameters
    ----------
    pretrained_file_name : see ``get_pretrained_file_names("glove")``; by default glove.840B.300d.txt.
    embedding_root : folder whose subfolder ``glove`` holds the files.
    init_unknown_vec : makes the vector of unknown tokens, ``init_unknown_vec(shape=vec_len)``.
    vocabulary : index the tokens of this Vocabulary only.
    """

    default_file = "glove.840B.300d.txt"
    pretrained_file_name_sha1 = _hashes()["glove"]["files"]

    @classmethod
    def _get_download_file_name(cls, pretrained_file_name: str) -> str:
        parts = pretrained_file_name.split(".")
        own = f"{pretrained_file_name[:-4]}.zip"
        return own if own in _hashes()["glove"]["archives"] else ".".join(parts[:-2]) + ".zip"


@register
class FastText(_Hosted):
    """fastText vectors ("Enriching word vectors with subword information", 2016) from MXNet's repository.

    Parameters
    ----------
    pretrained_file_name : see ``get_pretrained_file_names("fasttext")``; by default wiki.simple.vec.
    embedding_root : folder whose subfolder ``fasttext`` holds the files.
    init_unknown_vec : makes the vector of unknown tokens, ``init_unknown_vec(shape=vec_len)``.
    vocabulary : index the tokens of this Vocabulary only.
    """

    default_file = "wiki.simple.vec"
    pretrained_file_name_sha1 = _hashes()["fasttext"]["files"]

    @classmethod
    def _get_download_file_name(cls, pretrained_file_name: str) -> str:
        return f"{pretrained_file_name[:-4]}.zip"


class CustomEmbedding(_TokenEmbedding):
    """Vectors from a file of your own: on each line a token, then its numbers.

    Parameters
    ----------
    pretrained_file_path : the file.
    elem_delim : what stands between token and numbers.
    encoding : of the file.
    init_unknown_vec : makes the vector of unknown tokens, ``init_unknown_vec(shape=vec_len)``.
    vocabulary : index the tokens of this Vocabulary only.
    """

    def __init__(
        self,
        pretrained_file_path: str,
        elem_delim: str = " ",
        encoding: str = "utf8",
        init_unknown_vec: Callable[..., Any] = nd.zeros,
        vocabulary: Vocabulary | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._load_embedding(pretrained_file_path, elem_delim, init_unknown_vec, encoding)
        self._build_embedding_for_vocabulary(vocabulary)


class CompositeEmbedding(_TokenEmbedding):
    """The vectors of several embeddings side by side, for the tokens of a vocabulary.

    Parameters
    ----------
    vocabulary : the tokens.
    token_embeddings : an embedding or a list of them.
    """

    def __init__(self, vocabulary: Vocabulary, token_embeddings: Any) -> None:
        _check_vocabulary(vocabulary)
        embeddings = token_embeddings if isinstance(token_embeddings, list) else [token_embeddings]
        for e in embeddings:
            if not isinstance(e, _TokenEmbedding):
                raise MXNetTypeError(
                    f"The argument `token_embeddings` must be an embedding or a list of embeddings, given {e!r}"
                )
        super().__init__()
        self._index_tokens_from_vocabulary(vocabulary)
        self._set_idx_to_vec_by_embeddings(embeddings, len(self), self.idx_to_token)
