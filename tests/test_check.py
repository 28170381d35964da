"""`mxr check` and `mxr doctor`."""

import json
import subprocess
import sys
import types

import pytest

from mxr.cli import main
from mxr.cli.python_uses import find_python
from mxr.cli.r_uses import find_r, tokens


def messages(source, find=find_python):
    return {(f.line, f.name): f.message for f in find(source)}


CLEAN = """
import mxnet as mx, numpy as np
import mxnet.ndarray as nd
from mxnet import autograd, gluon
from mxnet.gluon import nn
from mxnet.test_utils import *
from mxnet.module.executor_group import DataParallelExecutorGroup

class Net(gluon.HybridBlock):
    def hybrid_forward(self, F, x, mx=None):
        return F.relu(x) + mx.whatever()

def forward(nd):
    return nd.anything(1)

x = nd.Convolution(nd.ones((1, 1, 3, 3)), kernel=(3, 3), num_filter=1, no_bias=True, name="c", out=None)
y = mx.sym.concat(mx.sym.var("a"), mx.sym.var("b"), dim=1)
mod = mx.mod.Module(y, data_names=["a", "b"], label_names=None)
mod.fit(anything=1)
nd.random.uniform(0, 1, shape=(2,)).foo()
assert_almost_equal(np.ones(2), np.ones(2), rtol=1)
mx.nd.NDArray.asnumpy(x)
mx = 3
mx.nothing
"""


def test_a_clean_script():
    assert messages(CLEAN) == {}


@pytest.mark.parametrize(
    ("source", "line", "name", "message"),
    [
        ("import mxnet as mx\n\nx = mx.nd.Convolutin(1)", 3, "mx.nd.Convolutin", "Did you mean 'Convolution'"),
        ("import mxr as mx\nmx.nd.Convolution(1, kernal=3)", 2, "mx.nd.Convolution(kernal=)", "mean 'kernel'"),
        ("from mxnet import np", 1, "mxnet.np", "out of scope"),
        ("import mxnet.npx", 1, "mxnet.npx", "out of scope"),
        ("import mxnet\nmxnet.np.ones(3)", 2, "mxnet.np.ones", "out of scope"),
        ("from mxnet.gluon import Trainr", 1, "mxnet.gluon.Trainr", "Did you mean 'Trainer'"),
        ("import mxnet.gluon.blok", 1, "mxnet.gluon.blok", "no such module"),
        ("from mxnet.tvmop import x", 1, "mxnet.tvmop", "C++ library"),
        ("from mxnet.gluon import nn\nnn.Dense(3, activaton='x')", 2, "nn.Dense(activaton=)", "'activation'"),
        ("import mxnet as mx\nF = mx.nd\nF.nothing_here()", 3, "F.nothing_here", "mxr has no 'nothing_here' in mx.nd"),
        ("import mxnet as mx\nmx.mod.Module(1, lable_names=[])", 2, "mx.mod.Module(lable_names=)", "'label_names'"),
        (
            "from mxnet import gluon\nclass N(gluon.Block):\n def hybrid_forward(self, F, x):\n  return F.rellu(x)",
            4, "F.rellu", "Did you mean 'relu'",
        ),
        ("import mxnet as mx\nmx.nd.NDArray.asnump", 2, "mx.nd.NDArray.asnump", "'asnumpy'"),
    ],
)  # fmt: skip
def test_what_is_missing_in_python(source, line, name, message):
    found = messages(source)
    assert list(found) == [(line, name)] and message in found[line, name]


R_CLEAN = """
library(mxnet)  # mx.nothing(
s <- "mx.nothing("; r <- r"(mx.nothing()" )"
mx.mine <- function(x) mx.nd.array(x)
mx.mine(1)
net <- mx.symbol.FullyConnected(data, num_hidden = 10, name = "fc")
net <- mx.symbol.Convolution(data = net, kernel = c(3, 3), num.filter = 3)
model <- mx.model.FeedForward.create(net, X = x, eval.metric = mx.metric.accuracy)
x$mx.field
"""


def test_a_clean_r_script():
    assert messages(R_CLEAN, find_r) == {}


@pytest.mark.parametrize(
    ("source", "line", "name", "message"),
    [
        ("x <- 1\nmx.model.FeedForward.creat(net)", 2, "mx.model.FeedForward.creat", "'mx.model.FeedForward.create'"),
        ("mx.symbol.Convolutin(net)", 1, "mx.symbol.Convolutin", "Did you mean 'mx.symbol.Convolution'"),
        ("f(\n mx.metric.acuracy)", 2, "mx.metric.acuracy", "mx.metric.accuracy"),
        ("mx.symbol.FullyConnected(d, num_hiden=3)", 1, "mx.symbol.FullyConnected(num_hiden=)", "'num_hidden'"),
        ("mx.nd.clip(x, f(b=2), a.mn = 1)", 1, "mx.nd.clip(a.mn=)", "no such parameter"),
    ],
)
def test_what_is_missing_in_r(source, line, name, message):
    found = messages(source, find_r)
    assert list(found) == [(line, name)] and message in found[line, name]


def test_tokens_know_where_they_are():
    found = list(tokens('a <- "x\ny"  # no\n  b.c(1e3)'))
    assert found == [
        ("name", "a", 1, 0), ("assign", "<-", 1, 2), ("string", '"x\ny"', 1, 5), ("name", "b.c", 3, 2),
        ("mark", "(", 3, 5), ("number", "1e3", 3, 6), ("mark", ")", 3, 9),
    ]  # fmt: skip


def test_command_line(tmp_path, capsys):
    good, bad = tmp_path / "good.py", tmp_path / "bad.R"
    good.write_text("import mxnet as mx\nmx.nd.ones((2,))\n")
    bad.write_text("mx.nd.onez(2)\n")
    assert main(["check", str(good)]) == 0
    assert capsys.readouterr().out == "mxr has all that is used in 1 file\n"
    assert main(["check", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{bad}:1:1: mx.nd.onez: mxr has no mx.nd.onez. Did you mean 'mx.nd.ones'")
    assert lines[1] == "1 use of what mxr does not have, in 2 files"
    (tmp_path / "broken.py").write_text("x = = 1\n")
    assert main(["check", str(tmp_path)]) == 2
    assert "broken.py: cannot be checked" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "none.py")]) == 2


def test_documents_and_notebooks(tmp_path, capsys):
    document = tmp_path / "a.Rmd"
    document.write_text(
        "mx.nd.nothing(1)\n```{r}\nmx.nd.onez(2)\n```\n```{python}\nimport mxnet as mx\nmx.nd.onez(2)\n```\n"
    )
    notebook = tmp_path / "b.ipynb"
    cells = [
        {"cell_type": "markdown", "source": ["mx.nd.onez"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import mxnet as mx"]},
        {"cell_type": "code", "source": ["mx.nd.onez(3)"]},
    ]
    notebook.write_text(json.dumps({"cells": cells}))
    assert main(["check", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines[:3]] == [f"{document}:3:1", f"{document}:7:1", f"{notebook}:3:1"]


def test_as_a_module():
    done = subprocess.run([sys.executable, "-m", "mxr", "check", __file__], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    done = subprocess.run([sys.executable, "-m", "mxr"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "usage: mxr" in done.stderr


def test_doctor(capsys):
    assert main(["doctor"]) == 0
    report = dict(line.split(":", 1) for line in capsys.readouterr().out.splitlines())
    assert report["interface"].strip() == "MXNet 1.9.1" and "numpy" in report["packages"]
    assert "NumPy" in report["kernels"] and "cpu" in report["devices"]


def test_doctor_asks_for_nothing_that_is_not_to_be_had(monkeypatch):
    """oneDNN's wheel exists for Linux on x86-64 only; LLVM's word is taken for what it can do."""
    from mxr.cli import doctor
    from mxr.kernels import jit

    monkeypatch.setattr(doctor, "_version", lambda package: "0.50" if package == "llvmlite" else None)
    for system, machine, missing in [
        ("linux", "x86_64", True), ("linux", "aarch64", False), ("darwin", "x86_64", False), ("win32", "AMD64", False),
    ]:  # fmt: skip
        monkeypatch.setattr(doctor, "sys", types.SimpleNamespace(platform=system))
        monkeypatch.setattr(doctor, "platform", types.SimpleNamespace(machine=lambda machine=machine: machine))
        assert doctor._is_missing("onednn-cpu-gomp") is missing
        assert doctor._is_missing("ml_dtypes") and not doctor._is_missing("llvmlite")
    monkeypatch.setattr(jit, "why_not", lambda: "LLVM does not work here")
    assert doctor._kernels().startswith("NumPy, not generated ones (LLVM does not work here)")
