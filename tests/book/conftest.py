"""The book's programs in mxr under the name `mxnet` and in MXNet: what they print and compute is compared."""

import gzip
import re
import struct
import textwrap
from pathlib import Path

import numpy as np
import pytest

import mxr.mxnet
from mxr import datasets
from tests.oracle.harness import Both, assert_same, run_ours

HERE = Path(__file__).parent
# `_text` takes what is printed, by the snippet, by `d2l` and by the library (an initializer of the book prints).
PRELUDE = f"""\
import contextlib, io as _io, random, sys
if {str(HERE)!r} not in sys.path:
    sys.path.append({str(HERE)!r})
import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata, loss as gloss, nn, rnn
import d2l
random.seed(0)
_text, result = _io.StringIO(), {{}}
with contextlib.redirect_stdout(_text), d2l.any_files():
"""
# a float on its own: not the 0 of dense0_weight, not the 1 of Dense(None -> 1, ...)
FLOAT = re.compile(r"(?<![\w.])[-+]?(?:\d+\.\d*(?:e[-+]?\d+)?|nan|inf)(?![\w.])")


@pytest.fixture
def dropin():
    """`import mxnet` gives mxr for the time of one test."""
    before = mxr.mxnet.is_installed()
    mxr.mxnet.install(children=False)
    yield
    if not before:
        mxr.mxnet.uninstall()


@pytest.fixture
def book(oracle, dropin):
    """`book(code, result="y", x=array)` as `both`, with the book's imports, and with what is printed compared too.

    In scope: mx, nd, autograd, gluon, init, gdata, gloss, nn, rnn, d2l (the module beside this file), np. Floats in
    the text may differ by `print_rtol` and `print_atol`; the rest of it is equal. In what comes back the text is the
    item "printed".
    """

    def run(code, result="", *, rtol=None, atol=None, print_rtol=1e-3, print_atol=1e-4, timeout=120, **arrays):
        names = [n for n in result.replace(",", " ").split() if n]
        body = textwrap.indent(textwrap.dedent(code), "    ")
        items = "".join(f"{n!r}: {n}, " for n in names)
        program = f"{PRELUDE}{body}\nresult = {{**result, {items}'printed': _text.getvalue()}}\n"
        got = Both(run_ours(program, **arrays), oracle.run_valid(program, timeout=timeout, **arrays))
        rest = [{k: v for k, v in side.items() if k != "printed"} for side in got]
        assert_same(*rest, rtol, atol)
        assert_same_text(got.ours["printed"], got.theirs["printed"], print_rtol, print_atol)
        return got

    return run


def assert_same_text(ours, theirs, rtol=1e-3, atol=1e-4):
    """Equal texts; floats within tolerance, and only where some differ also white space (their width changes it)."""
    numbers = [FLOAT.findall(text) for text in (ours, theirs)]
    if numbers[0] == numbers[1]:
        assert ours == theirs
        return
    plain = [re.sub(r"\s+", " ", FLOAT.sub(" # ", text)) for text in (ours, theirs)]
    assert plain[0] == plain[1], f"{ours}\nMXNet:\n{theirs}"
    np.testing.assert_allclose(*[np.array(n, "d") for n in numbers], rtol=rtol, atol=atol, err_msg=ours)


@pytest.fixture(scope="session")
def fashion(tmp_path_factory):
    """A folder with the four files of Fashion-MNIST cut to 2,000 + 500 images (of the embedded sample without data)."""
    return _write_idx(tmp_path_factory.mktemp("fashion-mnist"), datasets.fashion_mnist(as_uint8=True))


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    """Like `fashion`: MNIST."""
    return _write_idx(tmp_path_factory.mktemp("mnist"), datasets.mnist(as_uint8=True))


def _write_idx(root, data):
    for key, prefix, n in (("train", "train", 2000), ("test", "t10k", 500)):
        images = np.asarray(data[f"{key}_data"][:n], "u1").reshape(n, 28, 28)
        labels = np.asarray(data[f"{key}_label"][:n], "u1")
        for array, name in ((images, "images-idx3"), (labels, "labels-idx1")):
            head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
            with gzip.open(root / f"{prefix}-{name}-ubyte.gz", "wb") as file:
                file.write(head + array.tobytes())
    return str(root)
