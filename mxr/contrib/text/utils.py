"""``mx.contrib.text.utils``: counting tokens."""

from __future__ import annotations

import re
from collections import Counter

from ...base import MXNetTypeError, MXNetValueError

__all__ = ["count_tokens_from_str"]


def count_tokens_from_str(
    source_str: str,
    token_delim: str = " ",
    seq_delim: str = "\n",
    to_lower: bool = False,
    counter_to_update: Counter | None = None,
) -> Counter:
    """How often each token occurs in a string.

    Parameters
    ----------
    source_str : the text.
    token_delim, seq_delim : regular expressions for what stands between tokens, and between sequences.
    to_lower : count in lower case.
    counter_to_update : a Counter to add to; None starts a new one.

    Returns
    -------
    The Counter.
    """
    if not isinstance(source_str, str):
        raise MXNetTypeError(f"count_tokens_from_str: source_str must be a string, given {type(source_str).__name__}")
    try:
        parts = re.split(f"{token_delim}|{seq_delim}", source_str.lower() if to_lower else source_str)
    except re.error as e:
        raise MXNetValueError(
            f"count_tokens_from_str: token_delim={token_delim!r} and seq_delim={seq_delim!r} must be regular "
            f"expressions ({e}); a backslash takes special characters literally"
        ) from None
    counter = Counter() if counter_to_update is None else counter_to_update
    counter.update(filter(None, parts))
    return counter
