"""The generated reference: pages for all operators and type stubs, from the operators' declarations.

``python -m mxr.interop.reference`` writes docs/operators/*.md, docs/parity.md and the .pyi files; ``--check`` only
says which of them are not in step.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from pathlib import Path

import numpy as np

from ..core.codegen import signature_of
from ..core.op import OpDef, all_names
from ..core.params import Param
from . import parity, stubs
from .declared import always_used, page_of, public_ops, visible_outputs

__all__ = ["files", "main", "out_of_step"]

COMMAND = "python -m mxr.interop.reference"
NOTE = f"<!-- Made from the operator declarations by `{COMMAND}`; do not edit. -->"
ROOT = Path(__file__).resolve().parents[2]
NAMES = "docs/operators/mxnet_names.txt"

TITLES = {
    "array_misc": "Arrays: where, clip, diag, histograms and others",
    "broadcast": "Two arrays, or an array and a number, element by element",
    "concat": "Joining and splitting",
    "dot": "Products of matrices",
    "elemwise": "Functions of one array, element by element",
    "indexing": "Indexing",
    "init": "Creating arrays",
    "linalg": "Linear algebra",
    "matrix": "Shapes and axes",
    "nn": "Neural networks",
    "optimizer": "Optimiser updates",
    "random": "Random numbers",
    "reduce": "Reductions",
    "reshape": "Rearranging",
    "sequence": "Sequences",
    "slicing": "Slices",
    "sorting": "Sorting",
}


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def _default(p: Param) -> str:
    if p.required:
        return "required"
    return _code(_value(p))


def _value(p: Param) -> str:
    return p.dump(p.default) if p.kind == "float" and p.default is not None else repr(p.default)


def _kind(p: Param) -> str:
    return p.kind + (" or None" if p.optional else "")


def signature(d: OpDef) -> str:
    """The call as one line, as `help()` shows it."""
    ins, _ = signature_of(d)
    parts = ins if d.variadic is None else [f"*{d.inputs[-1]}"]
    for n, p in d.params.items():
        if n != d.variadic:
            parts = [*parts, n if p.required else f"{n}={_value(p)}"]
    return f"{d.name}({', '.join(parts)})"


def _inputs(d: OpDef) -> list[str]:
    if d.variadic is not None:
        return [f"**Inputs** any number of arrays; `{d.variadic}` is their number and filled in by itself."]
    if not d.inputs:
        return ["**Inputs** none."]
    used, texts = always_used(d), []
    for n in d.inputs:
        marks = []
        if n in d.aux:
            marks.append("auxiliary state")
        if n in d.mutates:
            marks.append("written to")
        if n not in used:
            marks.append("only with some parameters")
        texts.append(f"`{n}`" + (f" ({', '.join(marks)})" if marks else ""))
    return [f"**Inputs** {', '.join(texts)}."]


def _outputs(d: OpDef) -> str:
    names, n = visible_outputs(d)
    if d._visible is None and callable(d._outputs):
        return "**Outputs** their number depends on the parameters."
    text = "**Output** " if n == 1 else "**Outputs** "
    text += ", ".join(f"`{x}`" for x in names[:n]) + "."
    if names[n:]:
        text += f" Further ones, which a caller does not see: {', '.join(f'`{x}`' for x in names[n:])}."
    return text


def _flags(d: OpDef) -> str:
    if d.grad is None:
        marks = ["no gradient"]
    elif d.loss_head:
        marks = ["gradient: yes, its own (a loss: the incoming gradient is ignored)"]
    else:
        marks = ["gradient: yes"]
    if d.random:
        marks.append("draws random numbers")
    if d.train_aware:
        marks.append("differs between training and prediction")
    if d.view:
        marks.append("costs nothing in a graph (the bytes of its input)")
    if d.expr is not None:
        marks.append("fused with its neighbours in a graph")
    return f"**Properties** {'; '.join(marks)}."


def entry(d: OpDef) -> str:
    """One operator of a page."""
    lines = [f"## `{d.name}`", "", d.doc, "", f"```python\n{signature(d)}\n```", ""]
    if d.aliases:
        lines += [f"**Also** {', '.join(f'`{n}`' for n in d.aliases)}.", ""]
    for block in (_inputs(d), [_outputs(d)], [_flags(d)]):
        lines += [*block, ""]
    params = {n: p for n, p in d.params.items() if n != d.variadic}
    if params:
        lines += ["| parameter | type | default | |", "|---|---|---|---|"]
        lines += [f"| `{n}` | {_code(_kind(p))} | {_default(p)} | {_cell(p.doc)} |" for n, p in params.items()]
        lines.append("")
    if d.examples:
        lines += ["```python", *(line for text in d.examples for line in _example(text)), "```", ""]
    return "\n".join(lines)


@cache
def _example(text: str) -> tuple[str, ...]:
    """An example as it looks at the prompt, with what it gives. Four digits, so that all machines agree."""
    import mxr as mx

    mx.random.seed(0)
    y = eval(text, {"nd": mx.nd, "mx": mx, "np": np})
    outs = y if isinstance(y, list | tuple) else [y]
    shown = [np.array2string(v.asnumpy(), precision=4, suppress_small=True, separator=", ") for v in outs]
    return (f">>> {text}", *"\n".join(shown).splitlines())


def page(name: str, ops: list[OpDef]) -> str:
    title = TITLES.get(name, name)
    head = [NOTE, "", f"# {title}", "", "[All operators](index.md)", ""]
    head += [" · ".join(f"[`{d.name}`]({_anchor(d)})" for d in ops), ""]
    return "\n".join(head) + "\n" + "\n".join(entry(d) for d in ops)


def _anchor(d: OpDef) -> str:
    return f"#{d.name.lower()}"


def mxnet_names(root: Path) -> dict[str, list[str]]:
    """MXNet 1.9.1's operators: canonical name -> aliases."""
    rows = [r.split() for r in (root / NAMES).read_text().splitlines() if r and not r.startswith("#")]
    return {r[0]: r[1:] for r in rows}


def index(root: Path, pages: dict[str, list[OpDef]]) -> str:
    known = all_names()
    theirs = mxnet_names(root)
    where = {d.name: f"[`{d.name}`]({name}.md{_anchor(d)})" for name, ops in pages.items() for d in ops}
    have = [n for n in theirs if n in known]
    lines = [
        NOTE, "", "# Operators", "",
        "Every operator is a function of `mx.nd` and of `mx.sym`, and of the R package as `mx.nd.<name>` (with dots "
        "for underscores) and `mx.symbol.<name>`; names that begin with `_linalg_`, `_contrib_` and `_image_` are "
        "found in `mx.nd.linalg` and so on, others that begin with `_` in `mx.nd._internal`.", "",
        "| page | operators |", "|---|---|",
    ]  # fmt: skip
    lines += [f"| [{TITLES.get(name, name)}]({name}.md) | {len(ops)} |" for name, ops in pages.items()]
    lines += [
        "", "## By MXNet's names", "",
        f"MXNet 1.9.1's registry has {len(theirs)} operators; {len(have)} of them are declared here so far. "
        "A dash marks those that are not.", "",
        "| MXNet | here | aliases that MXNet has |", "|---|---|---|",
    ]  # fmt: skip
    for n in sorted(theirs, key=lambda n: (n.lower(), n)):
        d = known.get(n)
        here = "-" if d is None else where.get(d.name, f"`{d.name}`")
        aliases = ", ".join(f"`{x}`" + ("" if x in known else " (not here)") for x in theirs[n])
        lines.append(f"| `{n}` | {here} | {aliases} |")
    spoken = {n for k, v in theirs.items() for n in (k, *v)}
    own = [where[d.name] for ops in pages.values() for d in ops if d.name not in spoken]
    if own:
        lines += ["", f"Not in MXNet's registry: {', '.join(own)}."]
    return "\n".join(lines) + "\n"


def files(root: Path = ROOT) -> dict[str, str]:
    """All generated files by their path below `root`."""
    pages: dict[str, list[OpDef]] = {}
    for d in public_ops():
        pages.setdefault(page_of(d), []).append(d)
    pages = dict(sorted(pages.items()))
    out = {f"docs/operators/{name}.md": page(name, ops) for name, ops in pages.items()}
    out["docs/operators/index.md"] = index(root, pages)
    out[parity.PATH] = parity.page(root, NOTE)
    return {**out, **stubs.files()}


def out_of_step(root: Path = ROOT) -> list[str]:
    """Paths whose file is missing, differs, or is a page that nothing generates any more."""
    made = files(root)
    wrong = [p for p, text in made.items() if not (root / p).exists() or (root / p).read_text() != text]
    left = [f"docs/operators/{f.name}" for f in (root / "docs/operators").glob("*.md")]
    return sorted([*wrong, *(p for p in left if p not in made)])


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when files are not in step")
    args = parser.parse_args(argv)
    stale = out_of_step()
    if args.check:
        for p in stale:
            print(f"{p} is not in step with the operator declarations")
        if stale:
            print(f"run: {COMMAND}")
        return 1 if stale else 0
    made = files()
    for p in stale:
        if p in made:
            (ROOT / p).write_text(made[p])
        else:
            (ROOT / p).unlink()
        print(p)
    return 0


if __name__ == "__main__":
    sys.exit(main())
