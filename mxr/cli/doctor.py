"""``mxr doctor``: what is installed, which kernels and devices there are, where data lie."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["report"]

_PACKAGES = (
    "numpy", "ml_dtypes", "llvmlite", "onednn-cpu-gomp", "cupy-cuda12x", "cupy-cuda13x", "mpi4py", "rpy2", "scipy",
    "matplotlib", "graphviz", "onnx", "pillow", "opencv-python-headless", "mxnet",
)  # fmt: skip


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _is_missing(package: str) -> bool:
    """Whether it could be installed here and is not."""
    nowhere = package == "onednn-cpu-gomp" and (sys.platform, platform.machine()) != ("linux", "x86_64")
    return not nowhere and _version(package) is None


def _kernels() -> str:
    from mxr.kernels.jit import why_not

    choice = os.environ.get("MXR_KERNELS", "auto")
    sets = ["NumPy"]
    if _version("llvmlite"):
        reason = why_not()
        sets.append("generated (jit)" if reason is None else f"not generated ones ({reason})")
    if _version("onednn-cpu-gomp"):
        sets.append("oneDNN")
    return f"{', '.join(sets)}; MXR_KERNELS={choice}"


def _devices() -> str:
    import mxr as mx
    from mxr.core.threads import cores

    count = mx.num_gpus()
    threads = os.environ.get("OMP_NUM_THREADS", "not set")
    parts = [f"cpu ({cores()} cores, OMP_NUM_THREADS {threads})"]
    for i in range(count):
        free, total = mx.gpu_memory_info(i)
        parts.append(f"gpu({i}) ({free / 2**30:.1f} of {total / 2**30:.1f} GiB free)")
    if not count:
        cupy = _version("cupy-cuda12x") or _version("cupy-cuda13x")
        parts.append("no GPU: CuPy is not installed" if cupy is None else "no GPU: CuPy sees none")
    return ", ".join(parts)


def _r() -> str:
    if not shutil.which("Rscript"):
        return "Rscript is not on the PATH"
    code = (
        'v <- function(p) if (requireNamespace(p, quietly=TRUE)) format(packageVersion(p)) else "not installed"; '
        'cat(format(getRversion()), "; reticulate ", v("reticulate"), "; mxr ", v("mxr"), sep="")'
    )
    done = subprocess.run(["Rscript", "--vanilla", "-e", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or f"Rscript fails: {done.stderr.strip()[:200]}"


def report() -> str:
    """The report, as lines of "what: value"."""
    import mxr as mx
    from mxr import base, datasets

    def data(name: str) -> str:
        files = datasets.find_files(name)
        return f"{Path(files[0]).parent}" if files else "not found (an embedded sample is used)"

    lines = {
        "mxr": f"{mx.__version__}, in {Path(mx.__file__).parent}",
        "interface": f"MXNet {mx.libinfo.__version__}",
        "Python": f"{platform.python_version()}, {sys.executable}",
        "system": f"{platform.system()} {platform.machine()}",
        "packages": ", ".join(f"{name} {found}" for name in _PACKAGES if (found := _version(name))),
        "missing": ", ".join(filter(_is_missing, _PACKAGES[:4])) or "nothing",
        "kernels": _kernels(),
        "devices": _devices(),
        "data home": base.data_dir(),
        "MNIST": data("mnist"),
        "Fashion-MNIST": data("fashion_mnist"),
        "R": _r(),
    }
    width = max(map(len, lines)) + 1
    return "\n".join(f"{name + ':':{width}} {value}" for name, value in lines.items())
