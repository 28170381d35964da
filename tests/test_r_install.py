"""mxr::install_mxr() installs a wheel of this checkout, from which a new R session then computes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]


def run(*command, timeout=400, **env):
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=timeout, env={**os.environ, **env}, cwd=env.get("HOME", ROOT)
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def rscript():
    path = shutil.which("Rscript")
    if not path or not os.environ.get("R_LIBS"):
        pytest.skip("needs R with the package mxr (make test sets R_LIBS)")
    status, said = run(path, "--vanilla", "-e", "library(mxr)")
    if status:
        pytest.skip(f"R does not find mxr: {said[-200:]}")
    return path


def test_install(rscript, tmp_path):
    status, said = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT))
    if status:
        pytest.skip(f"the wheel cannot be built here (no package index?): {said[-300:]}")
    (wheel,) = tmp_path.glob("mxr_arrays-*.whl")
    place = {
        "WORKON_HOME": str(tmp_path / "envs"),
        "MXR_PYTHON": "",
        "PYTHONPATH": "",
        "VIRTUAL_ENV": "",
        "HOME": str(tmp_path),
    }
    clean = 'Sys.unsetenv(c("MXR_PYTHON", "RETICULATE_PYTHON"));'
    code = f'{clean} mxr::install_mxr(character(), source = "{wheel}", python = "{sys.executable}")'
    status, said = run(rscript, "--vanilla", "-e", code, **place)
    if "No matching distribution" in said or "Connection" in said:
        pytest.skip(f"no package index here: {said[-300:]}")
    assert status == 0 and "library(mxr) finds it from now on" in said, said
    code = (
        f"{clean} library(mxr); x <- mx.nd.array(matrix(1:6, 2)); print(as.array(x * 2)[2, 3]); mx.sitrep();"
        'net <- mx.symbol.LinearRegressionOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1));'
        "m <- mx.model.FeedForward.create(net, matrix(1:20 / 20, 1), 1:20 / 10, num.round = 30, learning.rate = 0.5,"
        "  array.batch.size = 20, verbose = FALSE); print(round(predict(m, matrix(0.5, 1, 2)), 1))"
    )
    status, said = run(rscript, "--vanilla", "-e", code, **place)
    assert status == 0 and "[1] 12" in said, said
    assert str(tmp_path / "envs" / "r-mxr") in said and "chosen by:         install_mxr()" in said
    assert "extras:            none" in said and "add the extra 'fast' for speed" in said
