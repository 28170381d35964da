"""The command ``mxr`` (also ``python -m mxr``): ``mxr check`` and ``mxr doctor``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="mxr", description="mxr: the MXNet 1.x interface on NumPy and CuPy.",
        epilog="Programs written for MXNet run by: python -m mxr.mxnet script.py",
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    check = commands.add_parser(
        "check", help="say what a script uses of MXNet that mxr does not have",
        description="Reads scripts (.py, .ipynb, .R, .Rmd; folders are searched) without running them. Exit status: "
        "0 nothing missing, 1 something missing, 2 a file cannot be read.",
    )  # fmt: skip
    check.add_argument("paths", nargs="+", metavar="file", help="scripts or folders")
    commands.add_parser("doctor", help="say what is installed, which kernels and devices there are, where data lie")
    args = parser.parse_args(argv)
    if args.command == "doctor":
        from .doctor import report

        print(report())
        return 0
    from .check import run

    return run(args.paths, sys.stdout, sys.stderr)
