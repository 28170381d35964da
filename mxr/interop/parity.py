"""docs/parity.md: operator by operator, what mxr has of MXNet 1.9.1 and what is proved.

Made from the declarations, the kernels for sparse storage and the cases of ``tests/cases``, which the tests compare
with MXNet. Called by ``python -m mxr.interop.reference``.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from ..backend import from_host, to_host
from ..core.op import OpDef, all_names
from ..core.sparse_call import storages_of
from . import r_codegen
from .declared import page_of, public_ops

__all__ = ["PATH", "gradient_of", "needs_host", "page", "rows"]

PATH = "docs/parity.md"
ROOT = Path(__file__).resolve().parents[2]
SHORT = {
    "float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16", "int8": "i8", "uint8": "u8",
    "int32": "i32", "int64": "i64", "bool": "bool",
}  # fmt: skip
_HEAD = """# Parity with MXNet 1.9.1

All {total} operators of MXNet's registry (its NumPy preview left out): {have} are declared here. Each is
compared with MXNet 1.9.1 by {cases} cases in `tests/cases` and by the tests that the last column names: values,
shapes, dtypes, gradients and arrays written to; and the forms with each other: imperative, bound, reloaded from JSON,
hybridized, `out=`, reference kernel.

- **forms** where it can be called: `nd` (also as `F` of an unhybridized block), `sym` (also hybridized), `R`.
- **dtypes** those that cases try; a star marks what MXNet's CPU refuses.
- **gradient** 2+: its gradient has gradients, which are tested; 1: it has none (asking for it raises); own: a loss that
  ignores the gradient that comes in; zero: constant pieces; no: backward through it raises, as in MXNet.
- **sparse** storages that have a kernel of their own; others are made dense, with MXNet's warning.
- **GPU** what `tests/test_gpu_path.py` shows without one, on a stand-in for CuPy that has CuPy's functions, dtypes and
  refusals: calls and gradients of the cases give what the CPU gives, and the data stays on the device (`xp`) or visits
  the host on the way (`host`); empty where no case runs there. Nothing ran on a GPU for this page; `tests/fake_gpu.py`
  says what this cannot show.
- **difference** why something is not compared: MXNet is wrong there. [differences.md](differences.md) has examples.
"""


def _tests(module: str) -> Any:
    """A module of the repository's tests, which are no part of the installed package."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module(f"tests.{module}")


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for c in code.co_consts:
        if isinstance(c, CodeType):
            yield from _codes(c)


def _called(f: FunctionType) -> Iterator[Any]:
    """What a function and those inside it name, and what they close over."""
    for code in _codes(f.__code__):
        for n in code.co_names:
            if n in f.__globals__:
                yield f.__globals__[n]
    for cell in f.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue


def needs_host(d: OpDef) -> bool:
    """Whether forward, or what it calls in mxr.ops, brings data to the CPU."""
    seen: set[int] = set()
    todo: list[Any] = [d.forward]
    while todo:
        f = todo.pop()
        if f in (to_host, from_host):
            return True
        f = getattr(f, "__wrapped__", f)
        if isinstance(f, FunctionType) and f.__module__.startswith("mxr.ops") and id(f) not in seen:
            seen.add(id(f))
            todo.extend(x for x in _called(f) if callable(x))
    return False


def _gpu(d: OpDef, own: list[Any]) -> str:
    """What the tests on the stand-in for CuPy, which compare with :func:`needs_host`, have to say."""
    shown = any(set(c.dtypes) - {"bfloat16"} for c in own)
    return ("host" if needs_host(d) else "xp") if shown else ""


def gradient_of(d: OpDef, first_order: set[str], tested: bool) -> str:
    if d.grad is None:
        return "no"
    if getattr(d.grad, "is_zero", False):
        return "zero"
    if d.loss_head:
        return "own"
    return "1" if d.name in first_order or not tested else "2+"


def _dtypes(own: list[Any]) -> str:
    found: dict[str, bool] = {}
    for c in own:
        for t in c.dtypes:
            found[t] = found.get(t, True) and t in c.beyond
    return " ".join(SHORT.get(t, t) + ("*" if found[t] else "") for t in SHORT if t in found)


def _sparse(d: OpDef) -> str:
    known = sorted({s for stypes in storages_of(d.name) for s in stypes if s != "default"})
    return " ".join({"row_sparse": "rsp"}.get(s, s) for s in known)


def _difference(own: list[Any], where: str | None) -> str:
    said = dict.fromkeys(t for c in own for t in (c.differs, c.differs_grad and f"gradient: {c.differs_grad}") if t)
    parts = [*said, *([f"`{where}`"] if where else [])]
    return "; ".join(parts)


def _forms(d: OpDef, in_r: set[str]) -> str:
    if d.hidden:
        return "internal"
    return "nd sym R" if d.name in in_r else "nd sym"


def rows(root: Path) -> list[tuple[str, ...]]:
    """(MXNet's name, link, forms, dtypes, gradient, sparse, GPU, difference) of every operator of MXNet."""
    from .reference import mxnet_names

    public_ops()  # declares all
    known, every = all_names(), _tests("cases").all_cases()
    first_order, tested_in = _tests("case_forms").FIRST_ORDER, _tests("cases").TESTED_IN
    in_r = {o.name for o in r_codegen.operators()}
    by_op: dict[str, list[Any]] = {}
    for c in every:
        if c.op in known:
            by_op.setdefault(known[c.op].name, []).append(c)
    out: list[tuple[str, ...]] = []
    for name in sorted(mxnet_names(root), key=lambda n: (n.lower(), n)):
        d = known.get(name)
        if d is None:
            out.append((f"`{name}`", "not yet", "", "", "", "", ""))
            continue
        own = by_op.get(d.name, [])
        numeric = any(c.numeric and "float64" in c.dtypes and any(c.wrt(c.arrays("float64"))) for c in own)
        link = f"`{name}`" if d.hidden else f"[`{name}`](operators/{page_of(d)}.md#{d.name.lower()})"
        out.append((
            link, _forms(d, in_r), _dtypes(own), gradient_of(d, first_order, numeric), _sparse(d),
            _gpu(d, own), _difference(own, tested_in.get(d.name)),
        ))  # fmt: skip
    return out


def page(root: Path, note: str) -> str:
    table = rows(root)
    have = sum(r[1] != "not yet" for r in table)
    lines = [note, "", _HEAD.format(total=len(table), have=have, cases=len(_tests("cases").all_cases()))]
    lines += ["| operator | forms | dtypes | gradient | sparse | GPU | difference |", "|---|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(c.replace("|", r"\|") for c in r) + " |" for r in table]
    return "\n".join(lines) + "\n"
