"""R's constructors of Gluon from the classes and functions of Python, with real formals.

``python -m mxr.interop.r_gluon_codegen FILE`` writes the file of the R package, ``--check`` only says whether it is in
step.
"""

from __future__ import annotations

import sys
from typing import Any

from . import generated
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


main = generated.file_command(COMMAND, __doc__, "mxr.gluon", lambda: render(), "r-package/R/aa-generated-gluon.R")


if __name__ == "__main__":
    sys.exit(main())
