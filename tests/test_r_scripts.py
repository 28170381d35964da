"""Programs written for MXNet's R package run unchanged under ``library(mxnet)``, and give the stored output.

Beside each program in ``r_scripts/`` stands ``expected/NAME.out``, and ``checks/NAME.R``: it runs after the program,
in the same session, and computes its numbers again in plain R. ``MXR_WRITE_EXPECTED=1`` writes the outputs anew.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mxr as mx

HERE = Path(__file__).parent / "r_scripts"
NAMES = sorted(p.stem for p in HERE.glob("*.R"))
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")


def run(code, folder, library):
    paths = os.pathsep.join([str(library), os.environ["R_LIBS"]])
    env = {
        **os.environ,
        "R_LIBS": paths,
        "MXR_PYTHON": os.environ.get("MXR_PYTHON", sys.executable),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["Rscript", "--vanilla", *(part for line in code for part in ("-e", line))],
        cwd=folder, env=env, text=True, timeout=300, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    if not shutil.which("Rscript") or not os.environ.get("R_LIBS"):
        pytest.skip("needs R with the package mxr (make test sets R_LIBS)")
    folder = tmp_path_factory.mktemp("library")
    status, said = run([f"mxr::use_as_mxnet({str(folder)!r})"], folder, folder)
    if status and "no package called" in said:
        pytest.skip("R does not find the package mxr")
    assert status == 0, said
    return folder


def digits(path, n=300):
    data = mx.datasets.mnist(as_uint8=True)
    images, labels = data["train_data"], data["train_label"]
    table = np.column_stack([np.asarray(labels)[:n], np.asarray(images)[:n].reshape(n, -1)])
    names = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    np.savetxt(path, table, fmt="%d", delimiter=",", header=names, comments="")


def compare(got, expected):
    """Line by line; numbers to a part in a thousand."""
    got, expected = ([line.rstrip() for line in text.splitlines() if line.strip()] for text in (got, expected))
    got = [line for line in got if not line.startswith("Loading required package")]
    for a, b in zip(got, expected):
        assert NUMBER.sub("#", a).split() == NUMBER.sub("#", b).split(), f"got {a!r}, expected {b!r}"
        x, y = ([float(v) for v in NUMBER.findall(line)] for line in (a, b))
        np.testing.assert_allclose(x, y, rtol=1e-3, atol=1e-6, err_msg=f"got {a!r}, expected {b!r}")
    assert len(got) == len(expected), got[len(expected) :] or expected[len(got) :]


def test_there_are_checks():
    assert len(NAMES) >= 20
    assert sorted(p.stem for p in (HERE / "checks").glob("*.R")) == NAMES
    assert sorted(p.stem for p in (HERE / "expected").glob("*.out")) == NAMES


def output_of(name, folder, library):
    """What the program printed; its checks hold."""
    if "train.csv" in (HERE / f"{name}.R").read_text():
        digits(folder / "train.csv")
    code = [
        f"source({str(HERE / (name + '.R'))!r}, print.eval = TRUE)", "cat('-- checks --\\n')",
        f"source({str(HERE / 'checks' / (name + '.R'))!r})", "cat('-- done --\\n')",
    ]  # fmt: skip
    status, said = run(code, folder, library)
    assert status == 0, said[-3000:]
    said, _, checks = said.partition("-- checks --\n")
    assert checks.strip().endswith("-- done --"), checks
    assert "Traceback" not in said
    return said


@pytest.fixture(scope="module")
def lenet(library, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lenet")
    return folder, output_of("lenet", folder, library)


@pytest.mark.parametrize("name", NAMES)
def test_script(name, tmp_path, library, request):
    text = (HERE / f"{name}.R").read_text()
    assert re.search(r"^(library|require)\(mxnet\)$", text, re.M) and "mxr" not in text
    said = request.getfixturevalue("lenet")[1] if name == "lenet" else output_of(name, tmp_path, library)
    expected = HERE / "expected" / f"{name}.out"
    if os.environ.get("MXR_WRITE_EXPECTED"):
        lines = [line.rstrip() for line in said.splitlines() if not line.startswith("Loading required package")]
        expected.write_text("\n".join(lines) + "\n")
    compare(said, expected.read_text())


def test_mxnet_reads_the_model(lenet, both):
    """The LeNet that R trained and saved, loaded by MXNet itself, predicts the same."""
    code = """
    sym, args, aux = mx.model.load_checkpoint(p + "lenet", 12)
    io = nd.load(p + "lenet-io.nd")
    exe = sym.simple_bind(mx.cpu(), grad_req="null", data=io["data"].shape)
    exe.copy_params_from(args, aux, allow_extra_params=True)
    exe.forward(is_train=False, data=io["data"])
    result = {"preds": exe.outputs[0].asnumpy(), "ours": io["preds"].asnumpy()}
    """
    got = both(code, p=f"{lenet[0]}/", rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(got.theirs["preds"], got.theirs["ours"], rtol=1e-4, atol=1e-5)


def test_the_comparison_can_fail():
    compare("[1] 0.5 a\n", "[1] 0.50001 a\n")
    for other in ("[1] 0.502 a\n", "[1] 0.5 b\n", "[1] 0.5 a\n[1] 1\n", ""):
        with pytest.raises(AssertionError):
            compare(other, "[1] 0.5 a\n")
