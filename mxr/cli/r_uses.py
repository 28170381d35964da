"""Uses of MXNet R in R code, and which of them the R package of mxr does not have."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from ..base import suggest
from .findings import Finding

__all__ = ["find_r", "tokens"]

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>[rR]"(?P<dash>-*)\((?:.|\n)*?\)(?P=dash)"|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
    |(?P<name>[A-Za-z.\u0080-\uffff][\w.\u0080-\uffff]*)
    |(?P<number>\d[\w.]*)
    |(?P<assign><<-|<-|->>|->|==|<=|>=|!=|:::|::|=)
    |(?P<mark>[^\s\w])""",
    re.VERBOSE,
)
_DEFINED = re.compile(r"^[`\"']?((?:mx|is\.mx)\.[\w.]+)[`\"']?\s*(?:<-|=)", re.MULTILINE)
_OF_EVERY_OPERATOR = {"name", "out", "data", "alist"}


def tokens(source: str) -> Iterator[tuple[str, str, int, int]]:
    """(kind, text, line, column) of an R program, without comments and white space."""
    line, begin, last = 1, 0, 0
    for match in _TOKEN.finditer(source):
        skipped = source.count("\n", last, match.start())
        if skipped:
            line += skipped
            begin = source.rindex("\n", last, match.start()) + 1
        last = match.start()
        if match.lastgroup == "comment" or match.group("comment"):
            continue
        kind = next(k for k in ("string", "name", "number", "assign", "mark") if match.group(k) is not None)
        yield kind, match.group(), line, match.start() - begin


@cache
def _operators() -> dict[str, tuple[set[str], bool]]:
    """Name of an operator's function -> (its parameters and inputs, whether it takes any number of inputs)."""
    from ..interop.r_codegen import nd_name, operators, public_names

    found = {}
    for op in operators():
        if op.by_hand:
            continue
        public = public_names(op.name) or ()
        for name in (nd_name(op.name), f"mx.symbol.{op.name}", f"mx.varg.symbol.{op.name}", *public):
            found[name] = {*op.params, *op.inputs}, op.variadic
    return found


@cache
def _written() -> set[str]:
    """Functions written in R: from the sources beside this package, or asked of the installed R package."""
    folder = Path(__file__).resolve().parents[2] / "r-package" / "R"
    if folder.is_dir():
        return {
            name
            for file in folder.glob("*.R")
            if file.name != "aa-generated-ops.R"
            for name in _DEFINED.findall(file.read_text(encoding="utf-8"))
        }
    if shutil.which("Rscript"):
        code = 'cat(getNamespaceExports("mxr"), sep="\\n")'
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return set(done.stdout.split())
    raise OSError("the R package mxr is not installed, so what it has is not known")


@cache
def _known() -> set[str]:
    return {*_written(), *_operators()}


def find_r(source: str) -> Iterable[Finding]:
    """The uses in `source` of what the R package does not have, and unknown parameters of operators."""
    found: list[Finding] = []
    items = list(tokens(source))
    own = {
        text for (kind, text, *_), (after, sign, *_) in pairwise(items)
        if kind == "name" and after == "assign" and sign in ("<-", "=", "<<-")
    }  # fmt: skip
    for i, (kind, text, line, column) in enumerate(items):
        if kind != "name" or not text.startswith("mx.") or text in own:
            continue
        if i and items[i - 1][1] in ("$", "@"):
            continue
        if text not in _known():
            called = i + 1 < len(items) and items[i + 1][1] == "("
            if called or text.startswith(("mx.nd.", "mx.symbol.", "mx.metric.", "mx.io.")) or _looks_public(text):
                found.append(Finding(line, column, text, f"mxr has no {text}.{suggest(text, _known())}"))
            continue
        found += _unknown_parameters(items, i)
    return found


def _looks_public(text: str) -> bool:
    """Whether an unknown name that is not called is one of the package rather than a variable of the script."""
    return text.split(".")[1] in {"model", "opt", "init", "callback", "lr_scheduler", "kv", "ctx"}


def _unknown_parameters(items: list[tuple[str, str, int, int]], i: int) -> list[Finding]:
    """Arguments ``name =`` of a call of an operator that it does not take."""
    text = items[i][1]
    if text not in _operators() or i + 1 >= len(items) or items[i + 1][1] != "(":
        return []
    names, variadic = _operators()[text]
    if variadic or text in _written():
        return []
    found, depth = [], 0
    for k in range(i + 1, len(items)):
        kind, mark, line, column = items[k]
        depth += mark in ("(", "[", "{") if kind == "mark" else 0
        depth -= mark in (")", "]", "}") if kind == "mark" else 0
        if depth == 0:
            break
        begins = items[k - 1][1] in ("(", ",")
        if depth == 1 and kind == "name" and begins and items[k + 1][1] == "=":
            name = mark.replace(".", "_")
            if name not in names and name not in _OF_EVERY_OPERATOR:
                near = suggest(name, names)
                found.append(Finding(line, column, f"{text}({mark}=)", f"no such parameter.{near}"))
    return found
