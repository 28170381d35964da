"""Every operator and every alias of MXNet 1.9.1 is here, with its arguments, documented, exampled, in R, and proved.

`data/mxnet_operators.json` holds the facts: MXNet's registry, without the NumPy-style names of its 2.0 preview.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest

import mxr as mx
from mxr.core import params as P
from mxr.core.op import OpDef, all_names
from mxr.interop import r_codegen
from tests.cases import TESTED_IN, all_cases  # where the table of other tests stands

ROOT = Path(__file__).resolve().parents[1]
THEIRS = json.loads((ROOT / "tests/data/mxnet_operators.json").read_text())

# Arguments that MXNet's registry does not tell right: what it lists, and what the operator takes.
UNTRUE = {
    "_linspace": "it lists the arguments of _arange",
    "_linalg_potrf": "it does not list `lower`",
    "_linalg_potri": "it does not list `lower`",
    "smooth_l1": "it does not list `is_int`, which it shares with the other scalar operators",
    "UpSampling": "it does not list the input `weight`",
    "_imdecode": "it does not list the bytes of the file",
}

# What is still to do. A name that is complete must leave this list.
NOT_YET: set[str] = set()


def ours(name: str) -> OpDef | None:
    _ = mx.nd.zeros, mx.sym.Variable  # declares all
    return all_names().get(name)


def default_differs(p: P.Param, text: str) -> bool:
    value = text.strip().strip("'")
    if value == "" and p.kind == "string":
        return p.default not in ("", None)
    parsed = p.parse(value)
    if isinstance(p, P.Float) and parsed is not None and p.default is not None:
        return np.float32(parsed) != np.float32(p.default)
    return parsed != p.default


def argument_problems(name: str, d: OpDef) -> list[str]:
    args = THEIRS[name]["args"]
    # the subgraphs of control flow are listed as inputs, and are parameters here
    arrays = [n for n, t in args if t.startswith(("NDArray", "Symbol")) and n not in d.params]
    params = {n: t for n, t in args if n not in arrays}
    found = []
    if d.variadic is None and arrays not in (list(d.inputs), [n for n in d.inputs if n not in d.aux]):
        found.append(f"inputs {d.inputs}, MXNet has {arrays}")
    have = [n for n in d.params if n != d.variadic or n in params]
    if have != list(params):
        found.append(f"parameters {have}, MXNet has {list(params)}")
    for n, t in params.items():
        p = d.params.get(n)
        if p is None or t == "Symbol":
            continue
        if ("required" in t or t == "real_t") != p.required:
            found.append(f"{n} is {'' if p.required else 'not '}required, MXNet says {t!r}")
        default = re.search(r"default=(.*)$", t)
        if default and not p.required and default_differs(p, default[1]):
            found.append(f"{n} is {p.default!r} by default, MXNet says {t!r}")
        if t.startswith("{") and not isinstance(p, P.DType):
            choices = {c for c in ast.literal_eval(f"[{t[1 : t.index('}')]}]") if c is not None}
            mine = set(getattr(p, "choices", ()))
            if mine - {None} != choices:
                found.append(f"{n} is one of {sorted(mine)}, MXNet says {t!r}")
    return found


@pytest.fixture(scope="module")
def in_r() -> set[str]:
    text = r_codegen.render(r_codegen.operators())
    return set(re.findall(r"^`?([\w.]+)`? <- function", text, re.M))


@pytest.fixture(scope="module")
def proved() -> set[str]:
    return {d.name for c in all_cases() if (d := ours(c.op)) is not None}


def problems(name: str, in_r: set[str], proved: set[str]) -> list[str]:
    d = ours(name)
    if d is None:
        return ["not declared"]
    found = [f"alias {a} is missing" for a in THEIRS[name]["aliases"] if ours(a) is not d]
    if name not in UNTRUE:
        found += argument_problems(name, d)
    if d.hidden:
        return found
    if len(d.doc) < 30 or " " not in d.doc:
        found.append(f"its documentation says little: {d.doc!r}")
    found += [f"parameter {n} has no description" for n, p in d.params.items() if not p.doc and n != d.variadic]
    if not d.examples:
        found.append("no example")
    if not name.startswith("_"):
        missing = {f"mx.nd.{name.replace('_', '.')}", f"mx.symbol.{name}"} - in_r
        found += [f"no R function {n}" for n in sorted(missing)]
    if d.name in TESTED_IN:
        path = ROOT / TESTED_IN[d.name]
        # nd.contrib.getnnz is how a test calls _contrib_getnnz
        said = re.sub(r"^_((image|contrib|sparse)_)?", "", d.name)
        if not path.exists() or not re.search(rf"(\b|_){re.escape(said)}\b", path.read_text()):
            found.append(f"{TESTED_IN[d.name]} does not speak of it")
    elif d.name not in proved:
        found.append("no case in tests/cases, and no entry in TESTED_IN")
    return found


@pytest.mark.parametrize("name", sorted(THEIRS))
def test_operator_is_complete(name: str, in_r: set[str], proved: set[str]) -> None:
    found = problems(name, in_r, proved)
    if name in NOT_YET:
        assert found, f"{name} is complete: take it out of NOT_YET"
    else:
        assert not found, f"{name}: " + "; ".join(found)


def test_tables_name_operators() -> None:
    known = all_names()
    assert not [n for n in (*UNTRUE, *NOT_YET) if n not in THEIRS]
    assert not [n for n in TESTED_IN if n not in known]


def test_the_facts_are_those_of_the_reference() -> None:
    """The compact file here and the list of names in docs/ say the same."""
    from mxr.interop.reference import mxnet_names

    listed = mxnet_names(ROOT)
    assert {n: sorted(v["aliases"]) for n, v in THEIRS.items()} == {n: sorted(a) for n, a in listed.items()}
