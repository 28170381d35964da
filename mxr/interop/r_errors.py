"""What an exception of the engine becomes in R: the class of the condition and its text."""

from __future__ import annotations

import re
import traceback

from mxr.base import MXNetError

__all__ = ["RInputError", "class_of", "in_r_words", "message_of", "traceback_of"]

_TUPLE = re.compile(r"\((?:(?:-?\d+|\?), ?)+(?:-?\d+|\?)?\)")
# What MXNet's texts say in Python, as R writes it
_OPTION = re.compile(r"\b(\w+)=(True|False|None)\b")
_WORDS = {"True": "TRUE", "False": "FALSE", "None": "NULL"}
_CALLS = re.compile(r"\b(Block(?=\.(?:collect_params|params)\b)|block(?=\.hybridize\())\.|(?<![\w.])autograd\.record\(")
_NOTHING = re.compile(r"\b(got|given|shape:) None(?:Type: None)?(?!\w)")
_PLACE = re.compile(r'File "[^"]*", line \d+, in (?=block )')
_NOTE = "(shapes are given in the engine's order, R's dim reversed)"


class RInputError(MXNetError, ValueError):
    """Something that R handed over and that cannot be used; the text names argument, given and expected."""


def class_of(e: BaseException) -> str:
    """The class of the R condition; all of them are mxr_error too."""
    if isinstance(e, MemoryError):
        return "mxr_memory_error"
    if getattr(e, "input_shapes", None) is not None:
        return "mxr_shape_error"
    if isinstance(e, IndexError):
        return "mxr_index_error"
    if isinstance(e, (ValueError, TypeError)):
        return "mxr_value_error"
    return "mxr_error"


def traceback_of(e: BaseException) -> str:
    return "".join(traceback.format_exception(e))


def message_of(e: BaseException) -> str:
    """The text for R: no Python traceback, no C++ stack trace, no class name in front, dims in R's order."""
    if isinstance(e, RecursionError):
        return "the expression is nested too deeply"
    text = str(e).strip()
    text = re.split(r"\n?Stack trace:", text)[0]
    text = re.sub(r"^(Traceback \(most recent call last\):\n\s+File .*\n)?(MXNetError: )", "", text)
    if isinstance(e, KeyError) and len(e.args) == 1:
        text = str(e.args[0])
    text = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", text)
    if not text:
        text = type(e).__name__
    if isinstance(e, MemoryError):
        text = f"out of memory: {text}"
    elif not isinstance(e, (MXNetError, ValueError, TypeError, OSError, UserWarning)):
        text = f"{type(e).__name__}: {text}"
    return text if isinstance(e, RInputError) else _in_r_order(in_r_words(text), e)


def in_r_words(text: str) -> str:
    """A text of MXNet with options and calls as R writes them."""
    text = _OPTION.sub(lambda m: f"{m[1]} = {_WORDS[m[2]]}", text)
    text = _CALLS.sub(lambda m: "net$" if m[1] else "mx.autograd.record(", text)
    return _PLACE.sub("", _NOTHING.sub(r"\1 NULL", text))


def _in_r_order(text: str, e: BaseException) -> str:
    """What shape inference says of shapes and parameters is rewritten as R writes both; of other texts nobody knows
    what their tuples are, so these stay, with a note."""
    if getattr(e, "input_shapes", None) is not None:
        return _TUPLE.sub(lambda m: f"c({', '.join(reversed(_parts(m.group())))})", text)
    turned = (_parts(t) != _parts(t)[::-1] for t in _TUPLE.findall(text))
    return f"{text} {_NOTE}" if any(turned) else text


def _parts(text: str) -> list[str]:
    return [n.strip() for n in text.strip("()").split(",") if n.strip()]
