"""``mx.contrib.text.vocab``: numbers for tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

from ...base import MXNetTypeError, MXNetValueError

__all__ = ["UNKNOWN_IDX", "Vocabulary"]

UNKNOWN_IDX = 0


class Vocabulary:
    """Tokens and their indices: the unknown token is 0, then come the reserved tokens, then those of `counter`, the
    most frequent first and equally frequent ones sorted.

    Parameters
    ----------
    counter : Counter of tokens; None for reserved tokens only.
    most_freq_count : at most so many tokens of `counter`; None for all.
    min_freq : tokens that occur less often are left out.
    unknown_token : stands for all tokens without an index.
    reserved_tokens : tokens that always have an index, such as "<pad>"; without `unknown_token` and duplicates.

    Raises
    ------
    MXNetValueError, MXNetTypeError : arguments do not fit this.
    """

    def __init__(
        self,
        counter: Counter | None = None,
        most_freq_count: int | None = None,
        min_freq: int = 1,
        unknown_token: Hashable = "<unk>",
        reserved_tokens: Sequence[Hashable] | None = None,
    ) -> None:
        if min_freq <= 0:
            raise MXNetValueError(f"Vocabulary: `min_freq` must be set to a positive value, given {min_freq!r}")
        if reserved_tokens is not None:
            if unknown_token in reserved_tokens:
                raise MXNetValueError(
                    f"Vocabulary: `reserved_tokens` cannot contain `unknown_token`, given {reserved_tokens!r}"
                )
            if len(set(reserved_tokens)) != len(reserved_tokens):
                raise MXNetValueError(
                    f"Vocabulary: `reserved_tokens` cannot contain duplicate reserved tokens, given {reserved_tokens!r}"
                )
        self._unknown_token = unknown_token
        self._reserved_tokens = None if reserved_tokens is None else list(reserved_tokens)
        self._idx_to_token: list[Any] = [unknown_token, *(self._reserved_tokens or ())]
        self._token_to_idx: dict[Any, int] = {t: i for i, t in enumerate(self._idx_to_token)}
        if counter is not None:
            self._add_counted(counter, most_freq_count, min_freq)

    def _add_counted(self, counter: Counter, most_freq_count: int | None, min_freq: int) -> None:
        if not isinstance(counter, Counter):
            raise MXNetTypeError(
                f"Vocabulary: `counter` must be an instance of collections.Counter, given {type(counter).__name__}"
            )
        room = len(self._idx_to_token) + (len(counter) if most_freq_count is None else most_freq_count)
        tokens = sorted(counter.items(), key=lambda item: item[0])  # type: ignore[arg-type,return-value]
        tokens.sort(key=lambda item: item[1], reverse=True)
        for token, count in tokens:
            if count < min_freq or len(self._idx_to_token) == room:
                break
            if token not in self._token_to_idx:
                self._append(token)

    def _append(self, token: Any) -> None:
        self._token_to_idx[token] = len(self._idx_to_token)
        self._idx_to_token.append(token)

    def __len__(self) -> int:
        return len(self._idx_to_token)

    @property
    def token_to_idx(self) -> dict[Any, int]:
        """The index of each token."""
        return self._token_to_idx

    @property
    def idx_to_token(self) -> list[Any]:
        """The tokens in the order of their indices."""
        return self._idx_to_token

    @property
    def unknown_token(self) -> Any:
        """What stands for tokens without an index."""
        return self._unknown_token

    @property
    def reserved_tokens(self) -> list[Any] | None:
        """The tokens that always have an index."""
        return self._reserved_tokens

    def to_indices(self, tokens: Any) -> Any:
        """The index of a token, or the indices of a list of tokens; 0 for unknown ones."""
        if isinstance(tokens, list):
            return [self._token_to_idx.get(t, UNKNOWN_IDX) for t in tokens]
        return self._token_to_idx.get(tokens, UNKNOWN_IDX)

    def to_tokens(self, indices: Any) -> Any:
        """The token of an index, or the tokens of a list of indices.

        Raises
        ------
        MXNetValueError : an index is out of range (MXNet lets negative ones count from the end, and so do we).
        """
        if isinstance(indices, list):
            return [self._token(i) for i in indices]
        return self._token(indices)

    def _token(self, index: Any) -> Any:
        size = len(self._idx_to_token)
        try:
            if -size <= index < size:
                return self._idx_to_token[index]
        except TypeError:
            raise MXNetTypeError(f"to_tokens: a token index must be a whole number, given {index!r}") from None
        raise MXNetValueError(
            f"Token index {index} in the provided `indices` is invalid: there are {size} tokens, 0 to {size - 1}"
        )
