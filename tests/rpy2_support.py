"""Runs scripts with embedded R, each in a process of its own (R cannot be started twice in one)."""

import atexit
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]

PRELUDE = """
import warnings
warnings.simplefilter("error")
import numpy as np
import mxr as mx
from mxr.interop import rpy2 as mxr_r
from mxr.interop.r import handles

def raises(kind, fn, *parts):
    try:
        fn()
    except kind as e:
        assert all(p in str(e) for p in parts), str(e)
        return e
    raise AssertionError(f"no {kind.__name__}")
"""
ATTACH = "r = mxr_r.attach()\n"


@functools.cache
def r_library() -> Path:
    """An R library with the R package of this checkout, whatever is installed elsewhere; MXR_TEST_R_LIBRARY names one
    that is up to date and saves the time of installing."""
    if shutil.which("R") is None:
        pytest.skip("R is not installed")
    if importlib.util.find_spec("rpy2") is None:
        pytest.skip("rpy2 is not installed (extra 'r')")
    if os.environ.get("MXR_TEST_R_LIBRARY"):
        return Path(os.environ["MXR_TEST_R_LIBRARY"])
    folder = Path(tempfile.mkdtemp(prefix="mxr-r-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = folder / "library"
    library.mkdir()
    shutil.copytree(REPO / "r-package", folder / "mxr", ignore=shutil.ignore_patterns("*.o", "*.so", "tests"))
    command = ["R", "CMD", "INSTALL", "--no-docs", "--no-test-load", f"--library={library}", str(folder / "mxr")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode:
        if "dependenc" in done.stderr:
            pytest.skip(f"R lacks packages that the R package needs: {done.stderr.strip().splitlines()[0]}")
        pytest.fail(f"R CMD INSTALL failed:\n{done.stdout}{done.stderr}")
    return library


def start_session():
    """A function that runs a script in a fresh Python and returns what it printed; it fails unless that ends with exit
    code 0. Skips where R or rpy2 is missing."""
    library = r_library()

    def run(script: str, prelude: str = PRELUDE + ATTACH, timeout: float = 120, errors: bool = False) -> str:
        others = os.environ.get("R_LIBS")
        env = {
            **os.environ,
            "R_LIBS": str(library) + (os.pathsep + others if others else ""),
            "PYTHONPATH": str(REPO),
            "OMP_NUM_THREADS": "1",
        }
        env.pop("PWD", None)  # rpy2 warns where R has another, and warnings are errors here
        code = prelude + textwrap.dedent(script) + "\nprint('end of script')\n"
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", code], capture_output=True, text=True, timeout=timeout, env=env
        )
        text = f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, text
        assert done.stdout.endswith("end of script\n"), text
        assert "Exception ignored" not in done.stderr, text
        return done.stdout + done.stderr if errors else done.stdout

    return run
