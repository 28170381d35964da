"""The R functions ``mx.nd.*`` and ``mx.symbol.*`` from the operator registry, with real formals.

``python -m mxr.interop.r_codegen FILE`` writes the file of the R package, ``--check`` only says whether it is in step.
They are made ahead of time so that ``args()`` and completion work before Python starts.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Operator", "default_text", "operators", "render"]

REQUIRED = object()
RESERVED = {"if", "else", "repeat", "while", "function", "for", "next", "break", "TRUE", "FALSE", "NULL", "in"}
# Not functions for people: gradients and the NumPy-style names of MXNet 2 previews.
HIDDEN = ("_backward", "_np_", "_npi_", "_npx_", "_sg_", "_contrib_quantized")


@dataclass
class Operator:
    """What the generator needs of one operator name."""

    name: str
    inputs: tuple[str, ...]
    variadic: bool
    params: dict[str, Any] = field(default_factory=dict)  # name -> default, or REQUIRED


def operators() -> list[Operator]:
    """All names of the registry, aliases included."""
    import mxr.ndarray  # noqa: F401  (declares the operators)
    from mxr.core.op import all_names

    out = []
    for name, d in all_names().items():
        if d.hidden or name.startswith(HIDDEN):
            continue
        params = {n: REQUIRED if p.required else p.default for n, p in d.params.items()}
        inputs = d.inputs if d.variadic is None else (d.many,)
        out.append(Operator(name, inputs, d.variadic is not None, params))
    return sorted(out, key=lambda o: o.name)


def default_text(value: Any) -> str:
    """An R literal; what R has no scalar for is NULL, "not given"."""
    if value is None or isinstance(value, (tuple, list)):
        return "NULL" if not value else f"c({', '.join(default_text(v) for v in reversed(value))})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
    if isinstance(value, (int, float)):
        return f"{value:.9g}" if isinstance(value, float) else str(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _quoted(name: str) -> str:
    return f"`{name}`" if name in RESERVED or name.startswith("_") else name


def _formals(params: dict[str, Any]) -> list[str]:
    return [_quoted(n) if d is REQUIRED else f"{_quoted(n)} = {default_text(d)}" for n, d in params.items()]


def _given(names: Iterable[str]) -> str:
    """A list of what the caller gave; the engine knows its own defaults."""
    return "list(" + ", ".join(f"{_quoted(n)} = if (!missing({_quoted(n)})) {_quoted(n)}" for n in names) + ")"


def nd_function(o: Operator) -> str:
    r_name = "mx.nd." + ("internal" if o.name.startswith("_") else "") + o.name.replace("_", ".")
    formals = [_quoted(n) for n in o.inputs] + _formals(o.params) + ["out = NULL"]
    return (
        f"{_quoted(r_name)} <- function({', '.join(formals)})\n"
        f'  nd_op("{o.name}", {_given(o.inputs)}, {_given(o.params)}, out)\n'
    )


def symbol_function(o: Operator) -> str:
    if o.name.startswith("_"):
        return f'mx.varg.symbol.internal.{o.name[1:]} <- function(alist) sym_varg("{o.name}", alist)\n'
    # Inputs, then dots: parameters are taken only by name, as in MXNet R. Several inputs all come in the dots.
    inputs = () if o.variadic else o.inputs
    formals = [_quoted(n) for n in inputs] + ["..."] + _formals(o.params) + ["name = NULL"]
    body = f'sym_op("{o.name}", {_given(inputs)}, list(...), {_given(o.params)}, name)'
    return (
        f"mx.symbol.{o.name} <- function({', '.join(formals)})\n  {body}\n"
        f'mx.varg.symbol.{o.name} <- function(alist) sym_varg("{o.name}", alist)\n'
    )


def render(ops: list[Operator]) -> str:
    head = (
        "# Made from the operator registry by `python -m mxr.interop.r_codegen`; do not edit.\n"
        "# Hand-written functions of the same name in other files take precedence (they load later).\n"
    )
    return head + "".join("\n" + nd_function(o) + symbol_function(o) for o in ops)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m mxr.interop.r_codegen", description=__doc__)
    parser.add_argument("file", type=Path, help="r-package/R/aa-generated-ops.R")
    parser.add_argument("--check", action="store_true", help="exit 1 when the file is not in step")
    args = parser.parse_args(argv)
    text = render(operators())
    if args.check:
        in_step = args.file.exists() and args.file.read_text() == text
        if not in_step:
            print(f"{args.file} is not in step with the registry; run: python -m mxr.interop.r_codegen {args.file}")
        return 0 if in_step else 1
    args.file.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
