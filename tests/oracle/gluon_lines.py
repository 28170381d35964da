"""Many small calls in one snippet: what each gives, raises, warns of and prints, compared line by line.

`compare(oracle, part)` runs a part of a file on both sides; in it ``T(name, function)`` is one line. An error must have
MXNet's type among its bases. Lines in `other` differ, those in `words` in the text of the error only.
"""

import re
from typing import NamedTuple

from .harness.compare import assert_same
from .harness.oracle import run_ours

RECORDER = """
# nd sym autograd gluon io init metric optimizer
import contextlib, io as _io, os, re, tempfile, warnings
nn, rnn = gluon.nn, gluon.rnn
folder = tempfile.mkdtemp()

def plain(x):
    if isinstance(x, nd.NDArray):
        return ["array", x.shape, np.dtype(x.dtype).name, x.stype, str(x.context), plain(x.asnumpy())[-1]]
    if isinstance(x, (np.ndarray, np.generic)):
        return [type(x).__name__, x.shape, x.dtype.name, x.astype("float64").tolist()]
    if isinstance(x, dict):
        return {str(k): plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [type(x).__name__, *map(plain, x)]
    if isinstance(x, type):
        return x.__name__
    if x is None or isinstance(x, (bool, int, float, str)):
        return x
    return re.sub("0x[0-9a-f]+", "0x", repr(x))

result = {}
def T(name, f):
    out = _io.StringIO()
    with warnings.catch_warnings(record=True) as seen, contextlib.redirect_stdout(out):
        warnings.simplefilter("always")
        try:
            got = {"value": plain(f())}
            nd.waitall()
        except Exception as e:
            got = {"raises": [c.__name__ for c in type(e).__mro__], "text": str(e).replace(folder, "FOLDER")}
    # MXNet's inference of types warns of every input of a SymbolBlock
    told = [str(w.message) for w in seen if issubclass(w.category, UserWarning)]
    # MXNet registers an initializer for a Constant by its address, which may have been that of another
    got["warns"] = [t for t in told if not re.search("^Cannot decide type|name constant_", t)]
    got["prints"] = out.getvalue()
    result[name] = got
"""


class Part(NamedTuple):
    """Lines of a file from one ``# --- name`` to the next."""

    name: str
    code: str
    other: list[str]  # patterns, where * stands for anything
    words: list[str]


def parts_of(text):
    """The parts of a file; ``# other: a; b *`` and ``# words: c`` below the name are its lines that differ."""
    found = []
    for piece in re.split(r"^# --- ", text, flags=re.M)[1:]:
        name, _, code = piece.partition("\n")
        lists = {key: [] for key in ("other", "words")}
        for key, names in re.findall(r"^# (other|words): (.*)$", code, flags=re.M):
            lists[key] += names.split("; ")
        found.append(Part(name.strip(), code, **lists))
    return found


def _matches(name, patterns):
    return any(re.fullmatch(".*".join(map(re.escape, p.split("*"))), name) for p in patterns)


def compare(oracle, part, rtol=1e-4, atol=1e-5):
    """Run both sides and assert that all lines are alike."""
    code = RECORDER + part.code
    theirs, ours = oracle.run(code), run_ours(code)
    assert list(ours) == list(theirs)
    unknown = [p for p in part.other + part.words if not any(_matches(name, [p]) for name in ours)]
    assert not unknown, f"no such lines: {unknown}"
    for name in theirs:
        a, b = ours[name], theirs[name]
        if "raises" in b and "raises" in a and b["raises"][0] in a["raises"]:
            own = _matches(name, part.words)
            a, b = ({**x, "raises": 0, "text": "" if own else _words(x["text"])} for x in (a, b))
            if own:  # MXNet prints what its inference knew
                a["prints"] = b["prints"]
        try:
            assert_same(a, b, rtol, atol, where=name)
        except AssertionError:
            if not _matches(name, part.other):
                raise
        else:
            assert not _matches(name, part.other), f"{name} is no longer different"


def _words(text):
    """A text without what differs everywhere: package names, MXNet's stack traces and its links to read more."""
    text = text.split("\nStack trace")[0].split("For more info on naming")[0].strip()
    return text.replace("<class 'mxnet.", "<class 'mxr.")
