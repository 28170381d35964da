"""Starting R inside Python, and saying clearly why it does not work where it does not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import warnings
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import mxr as mx
from mxr.base import MXNetError

if TYPE_CHECKING:
    from .rpy2_door import Bridge

__all__ = ["start"]

_LAST_OLD = "3.5.17"  # the last rpy2 that loads in R < 4.5


def start(lib_loc: str | None) -> Bridge:
    """The bridge of this process, started where it does not run yet."""
    if _inside_r():
        raise MXNetError(
            "this Python runs inside R (reticulate), which cannot be embedded once more: use library(mxr) of that R; "
            "mx.to.py() and mx.from.py() there share objects with Python"
        )
    try:
        from . import rpy2_door

        with warnings.catch_warnings():
            # R sets PWD and kin to its own; with warnings as errors that would be taken for a failed start
            warnings.filterwarnings("ignore", 'Environment variable ".*" redefined by R', UserWarning)
            bridge = rpy2_door.bridge_of(lib_loc, make=True)
    except MXNetError:
        raise
    except Exception as e:  # rpy2 raises ImportError, AttributeError, ValueError, OSError, ... as the trouble may be
        raise MXNetError(why(e)) from e
    _check_versions(bridge)
    return bridge


def _inside_r() -> bool:
    mark = os.environ.get("R_SESSION_INITIALIZED", "")
    return f"PID={os.getpid()}:" in mark and "reticulate" in mark


def why(e: BaseException) -> str:
    """What is wrong and what to do, from what rpy2 raised."""
    said = f"{type(e).__name__}: {e}".strip()
    if isinstance(e, ModuleNotFoundError) and (e.name or "").split(".")[0] == "rpy2":
        return f"the rpy2 bridge needs rpy2, which needs R ({e}): pip install 'mxr-arrays[r]'"
    if re.search(r"undefined symbol|has no function, constant|symbol not found", str(e)):
        r, mine = _r_version(), _rpy2_version()
        fits = f"R {r} needs rpy2 {_LAST_OLD}" if r and _number(r) < (4, 5) else f"R < 4.5 needs rpy2 {_LAST_OLD}"
        return (
            f"rpy2 {mine} does not load in R {r or '(version unknown)'} ({said}): {fits}, "
            f"newer R the newest rpy2; pip install 'rpy2=={_LAST_OLD}'"
        )
    if shutil.which("R") is None or re.search(r"R_HOME|r_home|Rscript|libR\.|R\.dll|cannot open shared object", str(e)):
        home = os.environ.get("R_HOME")
        where = f"R_HOME is {home}" if home else "R_HOME is not set and there is no R on the PATH"
        if home is None and shutil.which("R"):
            where = f"R is at {shutil.which('R')}"
        return f"rpy2 finds no usable R ({said}; {where}): install R, or set R_HOME to what `R RHOME` prints"
    return f"rpy2 cannot load R ({said}); R < 4.5 needs rpy2 {_LAST_OLD}"


def _rpy2_version() -> str:
    try:
        return version("rpy2")
    except PackageNotFoundError:
        return "(version unknown)"


def _r_version() -> str | None:
    program = os.path.join(os.environ["R_HOME"], "bin", "R") if "R_HOME" in os.environ else shutil.which("R")
    if program is None:
        return None
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"R version (\d+\.\d+\.\d+)", told)
    return found[1] if found else None


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", text)[:3])


_checked: list[str] = []


def _check_versions(bridge: Bridge) -> None:
    """R code and engine must be of one version: they call each other by name."""
    if _checked:
        return
    package = str(bridge.run("package_version")[0])
    _checked.append(package)
    if _number(package) != _number(mx.__version__):
        newer = "the R package" if _number(package) < _number(mx.__version__) else "the Python package"
        warnings.warn(
            f"the R package mxr is version {package}, the Python package is {mx.__version__} ({sys.prefix}): "
            f"they call each other by name, install {newer} of the same version",
            UserWarning,
            stacklevel=4,
        )
