"""The help pages of the R functions ``mx.nd.*`` and ``mx.symbol.*``, from the operators' declarations.

``python -m mxr.interop.r_help r-package/man`` writes one page for each operator, with all its names in both forms, and
``mxr-operators.Rd``, the list of all; ``--check`` only says whether they are in step. Functions of the same name that
are written by hand in the R package have pages of their own (roxygen2), which this leaves alone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..core.op import OpDef, all_names
from ..core.params import Bool, Choice, DType, Float, Floats, Graph, Int, Param, Shape, Str
from . import generated, r_codegen, r_examples
from .declared import always_used, page_of, visible_outputs
from .r_codegen import Operator, default_text, nd_name, public_names, quoted
from .r_text import code, escaped, in_r_order, paragraphs, rd, wrapped
from .reference import TITLES

__all__ = ["Page", "hand_written", "main", "pages", "render"]

COMMAND = "python -m mxr.interop.r_help"
HEADER = f"% Made from the operator registry by `{COMMAND}`; do not edit.\n"
GENERATED = "aa-generated-ops.R"
OVERVIEW = "mxr-operators"

FAMILIES = {
    **TITLES,
    "contrib": "Detection, sketches and other contributed operators",
    "control_flow": "Loops and branches",
    "control_flow_while": "Loops and branches",
    "cumulative": "Cumulative sums",
    "custom": "Operators written in Python",
    "image": "Images",
    "image_decode": "Images",
    "image_random": "Images: random changes",
    "random_pdf": "Densities of distributions",
    "sparse": "Sparse arrays",
}


def hand_written(folder: Path) -> set[str]:
    """Names that files of the R package other than the generated one define at top level."""
    names: set[str] = set()
    for f in sorted(folder.glob("*.R")):
        if f.name != GENERATED:
            names |= {n.strip("`") for n in re.findall(r"^(`[^`]+`|[\w.]+)\s*(?:<-|=)(?!=)", f.read_text(), re.M)}
    return names


@dataclass
class Page:
    """One operator: its R functions, and where they stand."""

    op: OpDef
    functions: dict[str, list[str]] = field(default_factory=dict)  # exported name -> formals
    internal: dict[str, list[str]] = field(default_factory=dict)  # reached with mxr:::
    also: list[str] = field(default_factory=list)  # further topics that lead here

    @property
    def name(self) -> str:
        return next(iter(self.functions or self.internal))

    @property
    def family(self) -> str:
        return FAMILIES.get(page_of(self.op), page_of(self.op))

    def form(self, called: str, kind: str) -> str | None:
        """The function of one form ("nd", "symbol") to show: of the name called, else the first."""
        dotted = called.replace("_", ".")
        mine = [n for n in self.functions if n.startswith(f"mx.{kind}.")]
        for n in mine:
            if n in (f"mx.{kind}.{called}", f"mx.{kind}.{dotted}"):
                return n
        if mine:
            return mine[0]
        return next((f"mxr:::{n}" for n in self.internal if f".{kind}." in n), None)


def _forms(o: Operator, taken: set[str]) -> tuple[dict[str, list[str]], dict[str, list[str]], list[str]]:
    """Exported functions, internal ones, and further topics of one name of the registry."""
    nd, symbol = r_codegen.nd_formals(o), r_codegen.symbol_formals(o)
    if not o.name.startswith("_"):
        return {nd_name(o.name): nd, f"mx.symbol.{o.name}": symbol}, {}, [f"mx.varg.symbol.{o.name}"]
    inside = {nd_name(o.name): nd, f"mx.varg.symbol.internal.{o.name[1:]}": ["alist"]}
    names = public_names(o.name)
    if names is None or o.name[1:] in taken:
        return {}, inside, []
    return {names[0]: nd, names[1]: symbol}, {}, list(inside)


def pages(by_hand: Iterable[str] = ()) -> list[Page]:
    """A page for each operator with generated R functions, by name."""
    skipped = set(by_hand)
    ops = [o for o in r_codegen.operators() if not o.by_hand]
    known, taken = all_names(), {o.name for o in r_codegen.operators()}
    found: dict[str, Page] = {}
    # the canonical name first, then those without "_" in front
    for o in sorted(ops, key=lambda o: (o.name.startswith("_"), o.name != known[o.name].name, o.name)):
        page = found.setdefault(known[o.name].name, Page(known[o.name]))
        functions, internal, also = _forms(o, taken)
        page.functions.update({n: f for n, f in functions.items() if n not in skipped})
        page.internal.update({n: f for n, f in internal.items() if n not in skipped})
        page.also += [n for n in also if n not in skipped]
    return sorted((p for p in found.values() if p.functions or p.internal), key=lambda p: p.name.lower())


# --- the parts of a page ---------------------------------------------------------------------------------------


def _kind(p: Param) -> str:
    """The type of a parameter as R people say it."""
    if isinstance(p, Choice):
        return "one of " + ", ".join(rf'\code{{"{escaped(c)}"}}' for c in p.choices)
    names: list[tuple[type, str]] = [
        (Bool, r"\code{TRUE} or \code{FALSE}"), (Int, "whole number"), (Float, "number"),
        (Shape, "vector of whole numbers, in R's order"), (Floats, "vector of numbers"),
        (DType, r'name of a dtype, such as \code{"float32"}'), (Str, "string"), (Graph, "symbol"),
    ]  # fmt: skip
    return next((text for kind, text in names if isinstance(p, kind)), "value")


def _param(d: OpDef, name: str, p: Param) -> str:
    if name == d.variadic and p.required:
        return f"number of arrays; counted where it is not given. {rd(p.doc)}".strip()
    if p.required:
        rest = "required"
    elif default_text(p.default) == "NULL":
        rest = "not used where not given" if p.optional else "empty where not given"
    else:
        rest = rf"default \code{{{escaped(default_text(p.default, not isinstance(p, Floats)))}}}"
    doc = rd(in_r_order(p.doc) if isinstance(p, Shape) else p.doc)
    return f"{_kind(p)}; {rest}." + (f" {doc}" if doc else "")


def _arguments(page: Page) -> list[tuple[str, str]]:
    d = page.op
    used = always_used(d)
    rows = []
    if d.variadic is not None:
        rows.append((d.many, "list of MXNDArrays (\\code{mx.symbol}: the symbols, or one list of them, come in "
                             "\\code{...})."))  # fmt: skip
    for n in d.inputs if d.variadic is None else ():
        marks = [
            *(["auxiliary state"] if n in d.aux else []),
            *(["written to"] if n in d.mutates else []),
            *(["used only with some parameters"] if n not in used else []),
        ]
        rows.append((n, "MXNDArray, or MXSymbol" + (f" ({', '.join(marks)})" if marks else "") + "."))
    rows += [(n, _param(d, n, p)) for n, p in d.params.items()]
    shown = {f for fs in (page.functions or page.internal).values() for f in fs}
    if "..." in shown:
        text = "further symbols as inputs; parameters with dots for underscores (\\code{num.hidden}) are taken too."
        if d.any_params:
            text += " Of arrays: the operator's own parameters, by name."
        rows.append(("...", text))
    if "out = NULL" in shown:
        rows.append(("out", "an MXNDArray (or a list of them) to write the result into."))
    if "name = NULL" in shown:
        rows.append(("name", "name of the new node; made up where not given."))
    if "alist" in shown:
        rows.append(("alist", "list of symbols and named parameters."))
    return [("\\dots" if n == "..." else escaped(n), t) for n, t in rows]


def _usage(page: Page) -> str:
    """The calls, at most 90 wide."""
    out = []
    for n, formals in (page.functions or page.internal).items():
        row, rows = f"{quoted(n)}(", []
        for i, f in enumerate(formals):
            item = f + (")" if i == len(formals) - 1 else ", ")
            if len(row) + len(item.rstrip()) > 88:
                rows.append(row.rstrip())
                row = "  "
            row += item
        out.append("\n".join([*rows, row]))
    return escaped("\n\n".join(out), braces=False)


def _value(page: Page) -> str:
    d = page.op
    names, n = visible_outputs(d)
    if d._visible is None and callable(d._outputs):
        what = "a list of MXNDArrays (one array where there is one), as many as the parameters say"
    elif n == 1:
        what = "an MXNDArray"
    elif n == 0:
        what = "nothing: arrays are written in place"
    else:
        what = f"a list of {n} MXNDArrays: " + ", ".join(code(x) for x in names[:n])
    text = f"\\code{{mx.nd.*}}: {what}.\n\n\\code{{mx.symbol.*}}: an MXSymbol"
    if n > 1:
        text += f" with {n} outputs"
    text += "."
    hidden = names[n:]
    if hidden and n:
        text += f" Outputs that a caller does not see: {', '.join(code(x) for x in hidden)}."
    return text


def _details(page: Page) -> list[str]:
    d, body = page.op, paragraphs(d_doc(page.op))
    facts = []
    if d.grad is None:
        facts.append("No gradient flows through this operator.")
    elif d.loss_head:
        facts.append("A loss: its gradient is its own, what comes from further on is ignored.")
    if d.train_aware:
        facts.append("Behaves differently in training and prediction.")
    if d.random:
        facts.append(r"Draws random numbers: see \code{\link{mx.set.seed}}.")
    order = []
    if re.search(r"\(\w+(, [\w.*+/ -]+)+,?\)|\.shape|\baxis\b|\baxes\b", d_doc(d)) or any(
        isinstance(p, Shape) or n in AXES for n, p in d.params.items()
    ):
        order.append(r"Shapes and axes in this text are the engine's: an array with \code{dim} \code{c(w, h, c, n)} "
                     r"has the shape (n, c, h, w).")  # fmt: skip
    if any(n in AXES for n in d.params):
        order.append("A single axis counts from 0 in that order, so axis 0 is the last dimension in R.")
    if any(isinstance(p, Shape) for p in d.params.values()):
        order.append("Vectors of lengths, positions and axes are given in R's order, the reverse of the engine's; the "
                     "numbers in a vector of axes are the engine's.")  # fmt: skip
    body[0] = re.sub(rf" \(MXNet (operator )?{re.escape(rd(d.name))}\)", "", body[0])
    return [b for b in (*body, " ".join(facts), " ".join(order)) if b]


AXES = {"axis", "dim", "axis1", "axis2", "dim1", "dim2", "axes", "batch_axis", "lhs_axes", "rhs_axes"}


def d_doc(d: OpDef) -> str:
    return d.doc or f"MXNet operator {d.name}."


def title(d: OpDef) -> str:
    """The first sentence, without the source in brackets."""
    first = d_doc(d).split("\n\n")[0].replace("\n", " ")
    first = re.sub(r"\s*\([^()]*\bMXNet\b[^()]*\)", "", first)
    first = re.split(r"(?<=[^.])\.(?=\s+[A-Z`(])|: (?=[a-z`(])|;\s", first)[0].strip().rstrip(".:;")
    return first[:1].upper() + first[1:] if not first.startswith("`") else first


def _names(page: Page) -> str:
    d = page.op
    text = f"MXNet operator {code(d.name)}" + (f", also {', '.join(code(a) for a in d.aliases)}" if d.aliases else "")
    inside = [n for n in (*page.internal, *page.also) if n not in page.functions]
    return text + f". Not exported, reached with \\code{{mxr:::}}: {', '.join(code(n) for n in inside)}."


def _examples(page: Page) -> str:
    """What runs where there is a Python: on arrays, and as a symbol with its shapes."""
    d = page.op
    blocks = []
    by_hand = r_examples.BY_HAND.get(d.name)
    found = [] if by_hand is not None else list(r_examples.uses(d))
    for text in by_hand or ():
        blocks.append(text)
    for use in found:
        function = page.form(use.called, "nd")
        if function:
            blocks.append(use.array_call(function).text())
    if found and (symbol := page.form(found[0].called, "symbol")):
        call = found[0].symbol_call(symbol)
        blocks.append(f"net <- {call.text(lead=7)}")
        if not d.dynamic_shape:
            shapes = found[0].shape_call("net")
            blocks.append(shapes.text(lead=12) + "$out.shapes")
        else:
            blocks.append("outputs(net)")
    if not blocks:
        return ""
    body = escaped("\n".join(blocks), braces=False)
    return (
        f"\\dontshow{{if (mx.available()) withAutoprint(\\{{ # examplesIf}}\n{body}\n\\dontshow{{\\}}) # examplesIf}}"
    )


def _related(page: Page, everything: list[Page]) -> list[str]:
    """Operators that the text names, and those whose name begins alike."""
    by_name = {n: p for p in everything for n in (p.op.name, *p.op.aliases)}
    words = re.findall(r"\b[A-Za-z_][A-Za-z0-9_]{3,}\b", d_doc(page.op))
    names = [w for w in words if w in by_name and ("_" in w or w != w.lower())]
    stem = re.sub(r"(_v1|_update|_like|ND|2D)$", "", page.op.name)
    names += [n for n in by_name if n != page.op.name and stem and n.lower().startswith(stem.lower() + "_")][:6]
    near = [by_name[n].name for n in names if by_name[n] is not page and by_name[n].functions]
    return list(dict.fromkeys(near))[:8]


def render(page: Page, everything: list[Page]) -> str:
    """The text of a page."""
    d = page.op
    own = [*page.functions, *page.internal]
    aliases = [page.name, *sorted({*own, *page.also} - {page.name})]
    links = [rf"\code{{\link{{{n}}}}}" for n in _related(page, everything)]
    links.append(rf"\code{{\link{{{OVERVIEW}}}}} for all operators")
    first, *more = _details(page)
    parts = [
        f"\\name{{{page.name}}}",
        *(f"\\alias{{{n}}}" for n in aliases),
        f"\\title{{{rd(title(d))}}}",
        f"\\usage{{\n{_usage(page)}\n}}",
        "\\arguments{\n" + "\n\n".join(f"  \\item{{{n}}}{{{t}}}" for n, t in _arguments(page)) + "\n}",
        f"\\value{{\n{_value(page)}\n}}",
        f"\\description{{\n{first}\n}}",
        *(["\\details{\n" + "\n\n".join(more) + "\n}"] if more else []),
        f"\\section{{Names}}{{\n{_names(page)}\n}}",
        f"\\seealso{{\n{', '.join(links)}.\n}}",
    ]
    if examples := _examples(page):
        parts.append(f"\\examples{{\n{examples}\n}}")
    parts.append(f"\\concept{{{escaped(page.family)}}}")
    if not page.functions:
        parts.append("\\keyword{internal}")
    return HEADER + "\n".join(wrapped(p) for p in parts) + "\n"


def overview(everything: list[Page]) -> str:
    """The page that lists all operators by family."""
    families: dict[str, list[Page]] = {}
    for p in everything:
        if p.functions:
            families.setdefault(p.family, []).append(p)
    sections = []
    for family in sorted(families):
        rows = [rf"  \item \code{{\link{{{p.name}}}}}: {rd(title(p.op))}." for p in families[family]]
        sections.append(f"\\section{{{escaped(family)}}}{{\n\\itemize{{\n" + "\n".join(rows) + "\n}\n}")
    parts = [
        f"\\name{{{OVERVIEW}}}",
        f"\\alias{{{OVERVIEW}}}",
        "\\title{All operators}",
        "\\description{\nEvery operator is a function of arrays, \\code{mx.nd.NAME} with dots for underscores, and of "
        "symbols, \\code{mx.symbol.NAME}. Both forms, with all further names of an operator, are on one page.\n}",
        "\\details{\nArrays are the first arguments of \\code{mx.nd.*}, several of any number come as one list; "
        "parameters follow. \\code{mx.symbol.*} take symbols first, by position or by name, and parameters by name "
        "only, where \\code{num.hidden} is the same as \\code{num_hidden}.\n\n"
        "The engine's shapes are those of R in reverse: an array with \\code{dim} \\code{c(w, h, c, n)} has the shape "
        "(n, c, h, w), no byte is moved. Vectors of lengths, positions and axes are given in R's order. A single "
        "\\code{axis} or \\code{dim} is the engine's, counted from 0, so that \\code{axis = 0} is the last dimension "
        "in R.\n}",
        *sections,
        "\\seealso{\n\\code{\\link{mx.nd.array}}, \\code{\\link{mx.symbol.Variable}}.\n}",
    ]
    return HEADER + "\n".join(wrapped(p) for p in parts) + "\n"


def files(r_folder: Path) -> dict[str, str]:
    """All pages by file name, for the R sources in a folder."""
    everything = pages(hand_written(r_folder))
    made = {f"{p.name}.Rd": render(p, everything) for p in everything}
    return {**made, f"{OVERVIEW}.Rd": overview(everything)}


def out_of_step(man: Path) -> list[str]:
    """Names of files that are missing, differ, or belong to no operator any more."""
    return generated.stale_pages(files(man.parent / "R"), man, HEADER)


main = generated.pages_command(
    COMMAND, __doc__, "the operator declarations", lambda man: files(man.parent / "R"), HEADER
)


if __name__ == "__main__":
    sys.exit(main())
