"""Why R does not start inside Python, or not as it should: each reason has its own words."""

import os
import shutil
import subprocess
import sys
import textwrap

import pytest

from tests.rpy2_support import PRELUDE, REPO, start_session


def outcome(script: str, env: dict | None = None, stand_in: str | None = None, folder=None) -> str:
    """What a fresh Python prints. `stand_in` is the text of a module that takes the place of rpy2."""
    paths = [str(REPO)]
    if stand_in is not None:
        package = folder / "rpy2"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "rinterface.py").write_text(textwrap.dedent(stand_in))
        (folder / "rpy2-9.9.9.dist-info").mkdir()
        (folder / "rpy2-9.9.9.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: rpy2\nVersion: 9.9.9\n")
        paths.insert(0, str(folder))
    code = "import mxr as mx\nfrom mxr.interop import rpy2 as mxr_r\n" + textwrap.dedent(script)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **(env or {})},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


REFUSED = """
try:
    mxr_r.attach()
except mx.MXNetError as e:
    print(e)
"""


def test_rpy2_too_new_for_r(tmp_path):
    """What rpy2 3.6 does in R 4.2, where it finds symbols missing: in its compiled form, and in its other."""
    program = tmp_path / "bin"
    program.mkdir()
    (program / "R").write_text("#!/bin/sh\necho 'R version 4.2.2 (2022-10-31) -- \"Innocent and Trusting\"'\n")
    (program / "R").chmod(0o755)
    env = {"PATH": f"{program}{os.pathsep}{os.environ['PATH']}"}
    for i, raised in enumerate(
        (
            "ImportError('/x/_rinterface_cffi_api.abi3.so: undefined symbol: R_getVar')",
            "AttributeError(\"cffi library 'libR.so' has no function, constant or global variable named 'R_getVar'\")",
        )
    ):
        folder = tmp_path / str(i)
        folder.mkdir()
        text = outcome(REFUSED, env, f"raise {raised}", folder)
        assert "rpy2 9.9.9 does not load in R 4.2.2" in text and "R 4.2.2 needs rpy2 3.5.17" in text, text
        assert "pip install 'rpy2==3.5.17'" in text and "R_getVar" in text


def test_no_r(tmp_path):
    nothing = {"PATH": str(tmp_path)}
    if "R_HOME" in os.environ:
        nothing["R_HOME"] = ""
    for i, raised in enumerate(
        (
            "ValueError('r_home is None. Try python -m rpy2.situation')",
            "OSError('libR.so: cannot open shared object file')",
        )
    ):
        folder = tmp_path / str(i)
        folder.mkdir()
        text = outcome(REFUSED, nothing, f"raise {raised}", folder)
        assert "finds no usable R" in text and "install R, or set R_HOME" in text and "R RHOME" in text, text


def test_no_r_for_the_real_rpy2(tmp_path):
    pytest.importorskip("rpy2")
    text = outcome(REFUSED, {"PATH": str(tmp_path)})
    assert "finds no usable R" in text and "no R on the PATH" in text, text
    text = outcome(REFUSED, {"R_HOME": str(tmp_path)})
    assert "finds no usable R" in text and f"R_HOME is {tmp_path}" in text, text


def test_other_troubles(tmp_path):
    text = outcome(REFUSED, None, "raise RuntimeError('the moon')", tmp_path)
    if shutil.which("R"):
        assert "rpy2 cannot load R (RuntimeError: the moon)" in text, text


def test_inside_r():
    text = outcome(
        "import os\nos.environ['R_SESSION_INITIALIZED'] = f'PID={os.getpid()}:NAME=\"reticulate\"'\n" + REFUSED
    )
    assert "runs inside R (reticulate)" in text and "mx.to.py" in text


def test_nothing_attached():
    text = outcome("""
    for act in (lambda: mxr_r.to_r(1), lambda: mxr_r.data_iter(1), lambda: mxr_r.to_r_array(mx.nd.ones(1))):
        try:
            act()
        except (mx.MXNetError, TypeError) as e:
            print(e)
    """)
    assert text.count("attach") >= 2 or "expects an R" in text, text


@pytest.fixture
def session():
    return start_session()


def test_versions_differ(session):
    session(
        """
        mx.__version__ = "7.1.0"
        raises(UserWarning, mxr_r.attach, "R package mxr is version", "7.1.0", "install the R package")
        """,
        prelude=PRELUDE,
    )
    session(
        """
        mx.__version__ = "0.0.1"
        raises(UserWarning, mxr_r.attach, "install the Python package of the same version")
        mxr_r.attach()                          # said once
        """,
        prelude=PRELUDE,
    )


def test_reticulate_runs_already(session):
    session(
        """
        import rpy2.rinterface as ri
        ri.initr()
        ri.evalr('unlockBinding("py_available", asNamespace("reticulate"))')
        ri.evalr('assign("py_available", function(initialize = FALSE) TRUE, envir = asNamespace("reticulate"))')
        raises(mx.MXNetError, mxr_r.attach, "reticulate has started Python", "fresh process")
        """,
        prelude=PRELUDE,
    )


def test_reticulate_is_kept_from_starting(session):
    session("""
        from rpy2.rinterface_lib.embedded import RRuntimeError
        r("library(reticulate)")
        for code in ("reticulate::py_run_string('x = 1')", "import('os')", "py_config()"):
            raises(RRuntimeError, lambda: r(code), "reticulate must not start Python in this process")
        raises(mx.MXNetError, lambda: r("mx.to.py(mx.nd.ones(2))"), "runs inside Python")
        raises(mx.MXNetError, lambda: r("mx.from.py(1)"), "runs inside Python")
        r("invisible(gc())")
    """)


def test_attached_in_a_thread(session):
    session(
        """
        import threading
        warnings.filterwarnings("ignore", "R is not initialized by the main thread")
        box = []
        def work():
            r = mxr_r.attach()
            box.append(r)
            box.append(r("sum(1:4)")[0])
            box.append(r.mx.nd.ones((2,)).shape)
        t = threading.Thread(target=work); t.start(); t.join()
        assert box[1:] == [10, (2,)], box
        raises(mx.MXNetError, lambda: box[0]("1"), "thread")
        raises(mx.MXNetError, mxr_r.attach, "thread")
        """,
        prelude=PRELUDE,
    )
