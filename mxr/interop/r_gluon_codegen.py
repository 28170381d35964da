"""R's constructors of Gluon from the classes and functions of Python, with real formals.

``python -m mxr.interop.r_gluon_codegen FILE`` writes the file of the R package, ``--check`` only says whether it is in
step.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .r_gluon_names import declared, formals, formals_text

__all__ = ["main", "render", "stacks"]

COMMAND = "python -m mxr.interop.r_gluon_codegen"


def stacks(fn: Any) -> bool:
    """Whether a class holds children that its constructor takes in R; some take them in Python, too."""
    return isinstance(fn, type) and callable(getattr(fn, "add", None)) and not any(f.required for f in formals(fn))


def _function(path: str, fn: Any) -> str:
    texts = formals_text(formals(fn))
    if stacks(fn):
        return f'mx.{path} <- function({", ".join(["...", *texts])})\n  gl_stack("{path}", ...)\n'
    return f'mx.{path} <- function({", ".join(texts)})\n  gl_make("{path}")\n'


def render() -> str:
    head = f"# Made from the classes of mxr.gluon by `{COMMAND}`; do not edit.\n"
    return head + "".join("\n" + _function(path, fn) for path, fn in declared().items())


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("file", type=Path, help="r-package/R/aa-generated-gluon.R")
    parser.add_argument("--check", action="store_true", help="exit 1 when the file is not in step")
    args = parser.parse_args(argv)
    text = render()
    if args.check:
        in_step = args.file.exists() and args.file.read_text() == text
        if not in_step:
            print(f"{args.file} is not in step with mxr.gluon; run: {COMMAND} {args.file}")
        return 0 if in_step else 1
    args.file.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
