"""The peers that are compared, each in processes of its own: where their Python programs are, and how to talk to them.

MXR_ORACLE_PYTHON (default .oracle/bin/python) runs MXNet 1.9.1, MXR_TORCH_PYTHON (default .bench/bin/python) PyTorch.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TITLES = {"mxr": "mxr", "mxnet": "MXNet 1.9.1", "torch": "PyTorch", "numpy": "NumPy"}


def program(module: str) -> str | None:
    """The Python program that has `module`, or None where there is none."""
    found = {
        "mxnet": os.environ.get("MXR_ORACLE_PYTHON", str(ROOT / ".oracle/bin/python")),
        "torch": os.environ.get("MXR_TORCH_PYTHON", str(ROOT / ".bench/bin/python")),
    }.get(module, sys.executable)
    return found if Path(found).exists() else None


def environment(module: str, threads: int = 1, **env: str) -> dict[str, str]:
    """Environment variables of a peer that may use `threads` threads."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    path = {"PYTHONPATH": str(ROOT)} if module in ("mxr", "numpy") else {}
    return {**os.environ, **dict.fromkeys(names, str(threads)), "MXNET_CPU_WORKER_NTHREADS": "1", **path, **env}


class Process:
    """A script of this folder that answers each line with a line."""

    def __init__(self, module: str, script: str, *arguments: str, threads: int = 1, **env: str) -> None:
        python = program(module)
        if python is None:
            raise RuntimeError(f"there is no Python program for {module}")
        self.module = module
        self._process = subprocess.Popen(
            [python, str(HERE / script), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment(module, threads, **env), cwd=HERE,
        )  # fmt: skip

    def read(self) -> list[str]:
        """The words of the next line; none where the process ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().split()

    def ask(self, line: str) -> list[str]:
        """The answer's words to a line; none where the process ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return []
        return self.read()

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
