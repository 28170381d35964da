"""The R functions ``mx.nd.*`` and ``mx.symbol.*`` from the operator registry, with real formals.

``python -m mxr.interop.r_codegen FILE`` writes the file of the R package, ``--check`` only says whether it is in step.
They are made ahead of time so that ``args()`` and completion work before Python starts.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from . import generated

__all__ = [
    "Operator", "default_text", "nd_formals", "nd_name", "operators", "public_names", "quoted", "render",
    "symbol_formals",
]  # fmt: skip

REQUIRED = object()
RESERVED = {"if", "else", "repeat", "while", "function", "for", "next", "break", "TRUE", "FALSE", "NULL", "in"}
# Not functions for people: gradients and the NumPy-style names of MXNet 2 previews.
HIDDEN = ("_backward", "_np_", "_npi_", "_npx_", "_sg_")
# MXNet R keeps names with a leading "_" internal; Python's namespaces of such operators are public here too.
NAMESPACES = ("contrib", "image", "linalg", "random", "sparse")


@dataclass
class Operator:
    """What the generator needs of one operator name."""

    name: str
    inputs: tuple[str, ...]
    variadic: bool
    params: dict[str, Any] = field(default_factory=dict)  # name -> default, or REQUIRED
    any_params: bool = False
    by_hand: bool = False  # needs R functions: control_flow.R
    floats: frozenset[str] = frozenset()  # parameters that are tuples of floats


def operators() -> list[Operator]:
    """All names of the registry, aliases included."""
    import mxr.ndarray  # noqa: F401  (declares the operators)
    from mxr.core.op import all_names
    from mxr.core.params import Floats, Graph

    out = []
    for name, d in all_names().items():
        if d.hidden or name.startswith(HIDDEN):
            continue
        params = {n: REQUIRED if p.required else p.default for n, p in d.params.items()}
        inputs = d.inputs if d.variadic is None else (d.many,)
        graphs = any(isinstance(p, Graph) for p in d.params.values())
        floats = frozenset(n for n, p in d.params.items() if isinstance(p, Floats))
        out.append(Operator(name, inputs, d.variadic is not None, params, d.any_params, graphs, floats))
    return sorted(out, key=lambda o: o.name)


def default_text(value: Any, mirrored: bool = True) -> str:
    """An R literal; what R has no scalar for is NULL, "not given". Tuples are in R's order, reversed."""
    if value is None or isinstance(value, (tuple, list)):
        items = reversed(value or ()) if mirrored else iter(value or ())
        return "NULL" if not value else f"c({', '.join(map(default_text, items))})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
    if isinstance(value, (int, float)):
        return f"{value:.9g}" if isinstance(value, float) else str(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def quoted(name: str) -> str:
    return f"`{name}`" if name in RESERVED or name.startswith("_") else name


def _formals(o: Operator) -> list[str]:
    return [
        quoted(n) if d is REQUIRED else f"{quoted(n)} = {default_text(d, n not in o.floats)}"
        for n, d in o.params.items()
    ]


def _given(names: Iterable[str]) -> str:
    """A list of what the caller gave; the engine knows its own defaults."""
    return "list(" + ", ".join(f"{quoted(n)} = if (!missing({quoted(n)})) {quoted(n)}" for n in names) + ")"


def nd_name(name: str) -> str:
    return "mx.nd." + ("internal" if name.startswith("_") else "") + name.replace("_", ".")


def public_names(name: str) -> tuple[str, str] | None:
    """The exported functions of an operator `_namespace_rest`: those of arrays and symbols."""
    space, _, rest = name[1:].partition("_")
    if not name.startswith("_") or space not in NAMESPACES or not rest or rest.startswith("_"):
        return None
    # the others of linalg and random are public in MXNet R, as mx.symbol.linalg_gemm
    mark = "_" if space in ("linalg", "random") else "."
    return f"mx.nd.{space}.{rest.replace('_', '.')}", f"mx.symbol.{space}{mark}{rest}"


def nd_formals(o: Operator) -> list[str]:
    return [quoted(n) for n in o.inputs] + _formals(o) + ["..."] * o.any_params + ["out = NULL"]


def symbol_formals(o: Operator) -> list[str]:
    # Inputs, then dots: parameters are taken only by name, as in MXNet R. Several inputs all come in the dots.
    return [quoted(n) for n in symbol_inputs(o)] + ["..."] + _formals(o) + ["name = NULL"]


def symbol_inputs(o: Operator) -> tuple[str, ...]:
    return () if o.variadic else o.inputs


def nd_function(o: Operator) -> str:
    params = f"c({_given(o.params)}, list(...))" if o.any_params else _given(o.params)
    return (
        f"{quoted(nd_name(o.name))} <- function({', '.join(nd_formals(o))})\n"
        f'  nd_op("{o.name}", {_given(o.inputs)}, {params}, out)\n'
    )


def _symbol_form(o: Operator, r_name: str) -> str:
    body = f'sym_op("{o.name}", {_given(symbol_inputs(o))}, list(...), {_given(o.params)}, name)'
    return f"{r_name} <- function({', '.join(symbol_formals(o))})\n  {body}\n"


def symbol_function(o: Operator) -> str:
    if o.name.startswith("_"):
        return f'mx.varg.symbol.internal.{o.name[1:]} <- function(alist) sym_varg("{o.name}", alist)\n'
    return _symbol_form(o, f"mx.symbol.{o.name}") + (
        f'mx.varg.symbol.{o.name} <- function(alist) sym_varg("{o.name}", alist)\n'
    )


def public_functions(o: Operator, taken: set[str]) -> str:
    names = public_names(o.name)
    if names is None or o.name[1:] in taken:  # linalg_gemm is public under its own name
        return ""
    return f"{names[0]} <- {nd_name(o.name)}\n" + _symbol_form(o, names[1])


def render(ops: list[Operator]) -> str:
    head = (
        "# Made from the operator registry by `python -m mxr.interop.r_codegen`; do not edit.\n"
        "# Hand-written functions of the same name in other files take precedence (they load later).\n"
    )
    taken = {o.name for o in ops}
    made = (nd_function(o) + symbol_function(o) + public_functions(o, taken) for o in ops if not o.by_hand)
    return head + "".join("\n" + text for text in made)


main = generated.file_command(
    "python -m mxr.interop.r_codegen", __doc__, "the registry", lambda: render(operators()),
    "r-package/R/aa-generated-ops.R",
)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
