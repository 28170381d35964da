"""Sentences as numbers, and batches of sentences of about one length."""

from __future__ import annotations

import bisect
import random
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetValueError
from ..io import DataBatch, DataDesc, DataIter

__all__ = ["BucketSentenceIter", "DataBatch", "DataDesc", "DataIter", "encode_sentences"]


def encode_sentences(
    sentences: Sequence[Sequence[Hashable]],
    vocab: dict[Any, int] | None = None,
    invalid_label: int = -1,
    invalid_key: Any = "\n",
    start_label: int = 0,
    unknown_token: Any = None,
) -> tuple[list[list[int]], dict[Any, int]]:
    """(sentences as lists of numbers, vocabulary).

    Parameters
    ----------
    sentences : lists of words.
    vocab : number of each word; without it one is made, in the order in which words come up.
    invalid_label : number of `invalid_key`, used as padding.
    start_label : the first number that is given to a word.
    unknown_token : with a given `vocab`, what stands for words that are not in it; without, such words are an error.
    """
    new = vocab is None
    if vocab is None:
        vocab = {invalid_key: invalid_label}
    number = start_label
    coded = []
    for sentence in sentences:
        line = []
        for word in sentence:
            if word not in vocab:
                if not new and not unknown_token:
                    raise MXNetValueError(f"Unknown token {word}: it is not in vocab, and there is no unknown_token")
                if number == invalid_label:
                    number += 1
                if unknown_token:
                    word = unknown_token
                vocab[word] = number
                number += 1
            line.append(vocab[word])
        coded.append(line)
    return coded, vocab


class BucketSentenceIter(DataIter):
    """Batches of sentences for language models; the label is the sentence moved by one word.

    Each sentence goes to the shortest bucket that holds it, padded with `invalid_label`; longer ones are left out, and
    so are the last ones of a bucket that fill no batch.

    Parameters
    ----------
    sentences : lists of numbers, see `encode_sentences`.
    batch_size : sentences of a batch.
    buckets : lengths; by default all lengths that at least a batch of sentences has.
    invalid_label : number for padding.
    data_name, label_name : names of data and label.
    dtype : dtype of both.
    layout : 'NT' for (batch, steps), 'TN' for (steps, batch).
    """

    def __init__(
        self,
        sentences: Sequence[Sequence[int]],
        batch_size: int,
        buckets: Sequence[int] | None = None,
        invalid_label: int = -1,
        data_name: str = "data",
        label_name: str = "softmax_label",
        dtype: Any = "float32",
        layout: str = "NT",
    ) -> None:
        super().__init__()
        if layout not in ("NT", "TN"):
            raise MXNetValueError(f"Invalid layout {layout}: Must by NT (batch major) or TN (time major)")
        if not buckets:
            counts = np.bincount([len(s) for s in sentences]) if len(sentences) else []
            buckets = [length for length, n in enumerate(counts) if n >= batch_size]
        if not buckets:
            raise MXNetValueError(
                f"argument buckets: none given, and no length has batch_size={batch_size} of {len(sentences)} sentences"
            )
        self.buckets = sorted(buckets)
        rows: list[list[np.ndarray]] = [[] for _ in self.buckets]
        left_out = 0
        for sentence in sentences:
            k = bisect.bisect_left(self.buckets, len(sentence))
            if k == len(self.buckets):
                left_out += 1
                continue
            row = np.full(self.buckets[k], invalid_label, dtype=dtype)
            row[: len(sentence)] = sentence
            rows[k].append(row)
        self.data = [np.asarray(r, dtype=dtype) for r in rows]
        print(f"WARNING: discarded {left_out} sentences longer than the largest bucket.")

        self.batch_size, self.invalid_label, self.dtype = batch_size, invalid_label, dtype
        self.data_name, self.label_name = data_name, label_name
        self.layout, self.major_axis = layout, layout.find("N")
        self.default_bucket_key = max(self.buckets)
        self.nddata: list[Any] = []
        self.ndlabel: list[Any] = []
        self.provide_data = [self._described(data_name, self.default_bucket_key)]
        self.provide_label = [self._described(label_name, self.default_bucket_key)]
        self.idx = [
            (k, first) for k, part in enumerate(self.data) for first in range(0, len(part) - batch_size + 1, batch_size)
        ]
        self.curr_idx = 0
        self.reset()

    def _described(self, name: str, length: int) -> DataDesc:
        shape = (self.batch_size, length) if self.major_axis == 0 else (length, self.batch_size)
        return DataDesc(name=name, shape=shape, layout=self.layout)

    def reset(self) -> None:
        """A new order, drawn from ``random`` (of batches) and ``numpy.random`` (within buckets)."""
        self.curr_idx = 0
        random.shuffle(self.idx)
        for part in self.data:
            np.random.shuffle(part)
        self.nddata, self.ndlabel = [], []
        for part in self.data:
            label = np.empty_like(part)
            if part.ndim == 2:
                label[:, :-1] = part[:, 1:]
                label[:, -1] = self.invalid_label
            self.nddata.append(nd.array(part, dtype=self.dtype))
            self.ndlabel.append(nd.array(label, dtype=self.dtype))

    def next(self) -> DataBatch:
        if self.curr_idx == len(self.idx):
            raise StopIteration
        k, first = self.idx[self.curr_idx]
        self.curr_idx += 1
        data, label = (x[k][first : first + self.batch_size] for x in (self.nddata, self.ndlabel))
        if self.major_axis == 1:
            data, label = data.T, label.T
        return DataBatch(
            [data], [label], pad=0, bucket_key=self.buckets[k],
            provide_data=[self._described(self.data_name, self.buckets[k])],
            provide_label=[self._described(self.label_name, self.buckets[k])],
        )  # fmt: skip
