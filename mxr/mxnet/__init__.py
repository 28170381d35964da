"""mxr under the name ``mxnet``: programs written for MXNet 1.x run without a change.

    python -m mxr.mxnet script.py ...        a script
    python -m mxr.mxnet -m pytest ...        a module
    python -m mxr.mxnet -c "import mxnet"    a command

or, in a program, ``import mxr.mxnet; mxr.mxnet.install()`` before the first ``import mxnet``. From then on every
module path of MXNet is the module of mxr itself: ``mxnet.nd is mxr.nd``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..base import MXNetError
from .finder import AliasFinder

__all__ = ["install", "is_installed", "uninstall"]

# A folder that has nothing but a package `mxnet`, which calls `install`: so that processes started by this one, by
# whatever way, find mxr there too.
_SHIM = str(Path(__file__).parent / "shim")


def is_installed() -> bool:
    """Whether ``import mxnet`` gives mxr."""
    return any(isinstance(finder, AliasFinder) for finder in sys.meta_path)


def install(children: bool = True) -> None:
    """Makes ``import mxnet`` give mxr in this process, even where the original MXNet is installed.

    Parameters
    ----------
    children : in processes that this one starts too (by ``multiprocessing``, ``subprocess``, pytest-xdist, ...):
        the environment variable PYTHONPATH and ``sys.path`` get one more folder.

    Raises
    ------
    MXNetError : the original MXNet has been imported already.
    """
    if children:
        _reach_children()
    if is_installed():
        return
    loaded = sys.modules.get("mxnet")
    if loaded is not None and not str(getattr(loaded, "__file__", "")).startswith(_SHIM):
        raise MXNetError(f"mxr.mxnet.install() comes too late: mxnet has been imported already, from {loaded.__file__}")
    sys.meta_path.insert(0, AliasFinder())


def _reach_children() -> None:
    if _SHIM not in sys.path:
        sys.path.insert(min(1, len(sys.path)), _SHIM)
    before = os.environ.get("PYTHONPATH", "")
    if _SHIM not in before.split(os.pathsep):
        os.environ["PYTHONPATH"] = f"{_SHIM}{os.pathsep}{before}" if before else _SHIM


def uninstall() -> None:
    """Undoes `install`. Modules that were imported as ``mxnet`` are forgotten."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, AliasFinder)]
    for name in [name for name in sys.modules if name == "mxnet" or name.startswith("mxnet.")]:
        del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path != _SHIM]
    rest = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path not in ("", _SHIM)]
    if rest:
        os.environ["PYTHONPATH"] = os.pathsep.join(rest)
    else:
        os.environ.pop("PYTHONPATH", None)
