"""Every operator from R: the cases of tests/cases as calls of the generated R functions, in one R process.

The calls are R source as a user writes it: dims and tuples in R's order, parameters by their formals. What R gets must
be what Python gets, with dims reversed; of symbols also the gradients and moving averages.
"""

from __future__ import annotations

import functools
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mxr as mx
from mxr.core.op import OpDef, all_names
from mxr.core.params import NULL, DType, Floats
from mxr.interop import r_codegen
from tests import case_forms as forms
from tests.cases import Case, all_cases

REPO = Path(__file__).resolve().parents[1]

# Hand-written functions of MXNet R that stand before the operator of that name.
OVERRIDDEN = {"nd": {"slice"}, "sym": {"concat", "Concat", "min"}}
# Operators without a case that are called from R elsewhere.
ELSEWHERE = {
    **dict.fromkeys(("_foreach", "_while_loop", "_cond", "Custom", "_CustomFunction"), "test-control-flow.R"),
    **dict.fromkeys(("cast_storage", "_sparse_retain", "_contrib_edge_id", "_contrib_getnnz"), "test-storage.R"),
    **dict.fromkeys(("_copyto", "_set_value", "reset_arrays"), "test-operators.R"),
}
# Gradients from another implementation of the same sums.
TOLERANCE = {"float32": (2e-5, 2e-6), "float64": (1e-9, 1e-11), "float16": (1e-2, 1e-2), "bfloat16": (5e-2, 5e-2)}


def r_value(value: Any, floats: bool) -> str:
    """A parameter as it is written in R."""
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (list, tuple)):
        if any(v is None for v in value):  # begin=(None, 1): R has no vector for it, but takes the text
            return f'"{tuple(value)}"'
        items = [r_value(v, floats) for v in (value if floats else reversed(value))]
        return f"c({', '.join(items)})" if items else "integer()"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        value = float(value)
        return repr(value) if math.isfinite(value) else "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def r_params(d: OpDef, attrs: dict[str, Any]) -> dict[str, str]:
    out = {}
    for n, v in attrs.items():
        p = d.params.get(n)
        if v is None or v is NULL:
            if p is not None and p.default is not None:
                out[n] = '"None"'  # NULL is "not given"
            continue
        if isinstance(p, DType) and not isinstance(v, str):
            v = mx.backend.dtype_name(v)
        out[n] = r_value(v, isinstance(p, Floats))
    return out


def function_names(name: str) -> tuple[str, str]:
    """What a user calls the operator: on arrays, and on symbols (an internal one takes a list)."""
    if not name.startswith("_"):
        return r_codegen.nd_name(name), f"mx.symbol.{name}"
    public = r_codegen.public_names(name)
    if public is not None and name[1:] not in all_names():
        return public
    return f"mxr:::{r_codegen.nd_name(name)}", f"mxr:::mx.varg.symbol.internal.{name[1:]}"


def _quoted(name: str) -> str:
    return f"`{name}`" if name in r_codegen.RESERVED or not re.fullmatch(r"[A-Za-z][\w.]*", name) else name


@functools.cache
def calls() -> dict[str, tuple[Case, str]]:
    """Every case in both forms where R has them, and one case by every other name of its operator."""
    out: dict[str, tuple[Case, str]] = {}
    firsts: dict[str, Case] = {}

    def add(c: Case, name: str, key: str) -> None:
        d = forms.definition(c)
        if d.hidden or name.startswith(r_codegen.HIDDEN):
            return
        if not c.train and name not in OVERRIDDEN["nd"]:  # R has no autograd and so no training outside executors
            out[f"nd {key}"] = c, name
        if name not in OVERRIDDEN["sym"]:
            out[f"sym {key}"] = c, name

    for c in all_cases():
        add(c, c.op, c.id)
        firsts.setdefault(forms.definition(c).name, c)
    for name, d in sorted(all_names().items()):
        if d.name in firsts and name != firsts[d.name].op:
            add(firsts[d.name], name, f"{name} (as {firsts[d.name].id})")
    return out


class Program:
    """The R source of all calls, and what they should give."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.arrays: list[np.ndarray] = []
        self.expected: dict[str, forms.Result] = {}
        for key, (c, name) in calls().items():
            (self.array_call if key.startswith("nd ") else self.symbol_call)(key, c, name)

    def array(self, x: np.ndarray) -> str:
        self.arrays.append(x)
        return f"A({len(self.arrays)})"

    def array_call(self, key: str, c: Case, name: str) -> None:
        d, host = forms.definition(c), c.arrays()
        self.expected[key] = forms.imperative(c, host, gradients=False)
        given = [self.array(x) if x is not None else "NULL" for x in host]
        args = _arguments(d, [f"x[[{i + 1}]]" if x is not None else None for i, x in enumerate(host)], c, many=True)
        written = ", ".join(str(i + 1) for i in forms.written(d, len(host)) if host[i] is not None)
        call = f"{function_names(name)[0]}({args})"
        self.lines.append(f'nd("{key}", function(x) {call}, list({", ".join(given)}), c({written}))')

    def symbol_call(self, key: str, c: Case, name: str) -> None:
        d, host = forms.definition(c), c.arrays()
        symbol, names = forms.composed(c, host)
        want = self.expected[key] = forms.bound(c, host, symbol, names)
        states = [names.index(n) for n in symbol.list_auxiliary_states()]
        want.after = {i: x for i, x in want.after.items() if i in states}
        args = _arguments(d, [f'V("{n}")' if x is not None else None for n, x in zip(names, host)], c, many=False)
        function = function_names(name)[1]
        call = f"{function}(list({args}))" if ".varg." in function else f"{function}({args})"
        given = [f"{n} = {self.array(x)}" for n, x in zip(names, host) if x is not None]
        wrt = [names[i] for i in want.grads]
        heads = [self.array(h) for h in forms.heads_like(want.outs)] if wrt else []
        self.lines.append(
            f'sym("{key}", function() {call}, list({", ".join(given)}), '
            f"{r_value(wrt, True) if wrt else 'character()'}, {r_value(bool(c.train or wrt), False)}, "
            f"list({', '.join(heads)}))"
        )

    def write(self, folder: Path) -> None:
        (folder / "calls.R").write_text("\n".join(self.lines) + "\n")
        rows = [f"{x.dtype.name}\t{','.join(map(str, reversed(x.shape)))}" for x in self.arrays]
        (folder / "arrays.txt").write_text("dtype\tdim\n" + "\n".join(rows) + "\n")
        with open(folder / "arrays.bin", "wb") as f:
            for x in self.arrays:
                f.write(x.astype(np.float64).tobytes())


def _arguments(d: OpDef, given: list[str | None], c: Case, many: bool) -> str:
    """Inputs by name, or as a list or in the dots where there may be any number; then the parameters."""
    there = [g for g in given if g is not None]
    if d.variadic is not None:
        inputs = [f"{d.many} = list({', '.join(there)})"] if many else there
    else:
        inputs = [f"{_quoted(n)} = {g}" for n, g in zip(d.inputs, given) if g is not None]
    return ", ".join([*inputs, *(f"{_quoted(n)} = {v}" for n, v in r_params(d, c.attrs).items())])


@functools.cache
def program() -> Program:
    return Program()


@functools.cache
def results() -> dict[str, dict[str, Any]]:
    """By call: name of the array -> (dims, values), or {"error": text}."""
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program().write(folder)
        libraries = [os.environ.get("R_LIBS", ""), str(REPO / ".rlib")]
        env = {
            **os.environ, "R_LIBS": os.pathsep.join(filter(None, libraries)), "MXR_PYTHON": sys.executable,
        }  # fmt: skip
        done = subprocess.run(
            ["Rscript", "--vanilla", str(REPO / "tests" / "r_operators.R"), name],
            env=env, cwd=REPO, capture_output=True, text=True, timeout=900,
        )  # fmt: skip
        if done.returncode:
            return {"": {"error": done.stderr[-4000:]}}
        values = np.fromfile(folder / "values.bin")
        out: dict[str, dict[str, Any]] = {}
        at = 0
        for line in (folder / "index.txt").read_text().splitlines():
            key, what, text = line.split("\t")[:3]
            if what == "error":
                out.setdefault(key, {})["error"] = text
                continue
            dims = tuple(int(n) for n in text.split(","))
            n = math.prod(dims)
            out.setdefault(key, {})[what] = (dims, values[at : at + n])
            at += n
        assert at == values.size
        return out


@pytest.mark.parametrize("key", list(calls()))
def test_r_gets_what_python_gets(key: str) -> None:
    got, want = results().get(key), program().expected[key].parts()
    assert got is not None, f"{key}: R gave nothing; {results().get('', {})}"
    assert "error" not in got, f"{key}: {got['error']}"
    assert set(got) == set(want), f"{key}: R gave {sorted(got)}, expected {sorted(want)}"
    for what, (dims, values) in got.items():
        y = want[what]
        assert dims == (y.shape[::-1] or (1,)), f"{key}: {what} has dim {dims} in R, shape {y.shape} in Python"
        rtol, atol = TOLERANCE.get(y.dtype.name, (0, 0))
        np.testing.assert_allclose(
            values, y.astype(np.float64).ravel(), rtol=rtol, atol=atol, equal_nan=True, err_msg=f"{key}: {what}"
        )


def test_every_operator_is_called_from_r() -> None:
    """By a case, or by tests of its own in R."""
    called = {forms.definition(c).name for c, _ in calls().values()}
    missing = {
        d.name
        for n, d in all_names().items()
        if not d.hidden and not n.startswith(r_codegen.HIDDEN) and d.name not in called
    }
    assert missing == set(ELSEWHERE)
    for name, file in ELSEWHERE.items():
        text = (REPO / "r-package" / "tests" / "testthat" / file).read_text()
        public = r_codegen.public_names(name)
        tried = public[0] if public else r_codegen.nd_name(name)
        by_hand = name.lstrip("_").replace("_", ".")
        assert re.search(rf"({re.escape(tried)}|mx\.nd\.contrib\.{re.escape(by_hand)})\(", text), f"{file}: {name}"
