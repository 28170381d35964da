"""Generated reference pages and stubs are in step with the declarations, and say what is true."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mxr as mx
from mxr.core.op import all_names, get_op, op, unregister
from mxr.core.params import Float
from mxr.interop import reference, stubs
from mxr.interop.declared import always_used, public_ops

ROOT = Path(__file__).resolve().parents[1]
MADE = reference.files(ROOT)


@pytest.mark.parametrize("path", sorted(MADE))
def test_generated_files_are_in_step(path: str) -> None:
    assert (ROOT / path).exists(), f"{path} is missing; run: {reference.COMMAND}"
    assert (ROOT / path).read_text() == MADE[path], f"{path} is stale; run: {reference.COMMAND}"


def test_no_page_is_left_over() -> None:
    assert reference.out_of_step(ROOT) == []


def test_check_tells_what_to_run(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "docs/operators").mkdir(parents=True)
    (tmp_path / reference.NAMES).write_text((ROOT / reference.NAMES).read_text())
    (tmp_path / "docs/operators/gone.md").write_text("an old page")
    monkeypatch.setattr(reference, "out_of_step", lambda: ["docs/operators/gone.md"])
    assert reference.main(["--check"]) == 1
    said = capsys.readouterr().out
    assert "gone.md is not in step" in said and f"run: {reference.COMMAND}" in said


def test_out_of_step_finds_changed_missing_and_left_over_files(tmp_path) -> None:
    for path, text in MADE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / reference.NAMES).write_text((ROOT / reference.NAMES).read_text())
    assert reference.out_of_step(tmp_path) == []
    (tmp_path / "docs/operators/gone.md").write_text("an old page")
    (tmp_path / "docs/operators/nn.md").write_text("changed")
    (tmp_path / "mxr/ndarray/fluent.pyi").unlink()
    stale = ["docs/operators/gone.md", "docs/operators/nn.md", "mxr/ndarray/fluent.pyi"]
    assert reference.out_of_step(tmp_path) == stale


def test_a_new_operator_is_found_in_pages_and_stubs() -> None:
    @op("toy_reference", aliases=("toy_alias",))
    class toy_reference:
        """A toy, 1 | 2."""

        slope = Float(2.0, "The slope, a|b.")

        def forward(xp, a, data):
            return data * a.slope

        grad = None

    try:
        made = reference.files(ROOT)
    finally:
        unregister("toy_reference")
    pages = "\n".join(text for path, text in made.items() if path.startswith("docs"))
    assert "## `toy_reference`\n\nA toy, 1 | 2." in pages
    assert "toy_reference(data, slope=2.0)" in pages and r"The slope, a\|b." in pages
    assert "no gradient" in re.split("## `toy_reference`", pages)[1][:400]
    for path in ("mxr/ndarray/__init__.pyi", "mxr/symbol/__init__.pyi"):
        assert "def toy_reference(" in made[path] and "toy_alias = toy_reference" in made[path]


def test_every_public_operator_has_one_entry_with_all_its_parameters() -> None:
    pages = {p: t for p, t in MADE.items() if p.startswith("docs")}
    for d in public_ops():
        at = [p for p, t in pages.items() if f"## `{d.name}`\n" in t]
        assert len(at) == 1, f"{d.name} is on {at}"
        text = pages[at[0]].split(f"## `{d.name}`\n")[1].split("\n## `")[0]
        for n in d.params:
            assert n == d.variadic or f"| `{n}` |" in text, f"{d.name}: {n} is not described"
        assert all(f"`{n}`" in text for n in d.aliases)


def test_links_of_the_index_lead_somewhere() -> None:
    links = re.findall(r"\]\((\w+\.md)(?:#(\w+))?\)", MADE["docs/operators/index.md"])
    assert len(links) > 250
    for file, anchor in links:
        text = MADE[f"docs/operators/{file}"]
        headings = [h.lower() for h in re.findall(r"^## `(\w+)`$", text, re.M)]
        assert len(set(headings)) == len(headings)
        assert not anchor or anchor in headings, (file, anchor)


def test_coverage_counts_names_of_mxnet() -> None:
    theirs = reference.mxnet_names(ROOT)
    have = sum(n in all_names() for n in theirs)
    assert len(theirs) == 394 and have > 250
    assert f"394 operators; {have} of them" in MADE["docs/operators/index.md"]


@pytest.mark.parametrize("path", [p for p in MADE if p.endswith(".pyi")])
def test_stubs_are_python(path: str) -> None:
    ast.parse(MADE[path])


def _stub_names(path: str) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(MADE[path]).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            names |= {a.asname or a.name for a in node.names}
        elif isinstance(node, ast.Assign):
            names |= {t.id for t in node.targets}
        elif isinstance(node, ast.AnnAssign):
            names.add(node.target.id)
    return names


@pytest.mark.parametrize("module, path", [(mx.nd, "mxr/ndarray/__init__.pyi"), (mx.sym, "mxr/symbol/__init__.pyi")])
def test_stubs_hide_nothing_and_invent_nothing(module, path: str) -> None:
    names = _stub_names(path)
    missing = [n for n in (*dir(module), *module.__all__) if n not in names and n not in ("annotations",)]
    toys = [n for n in missing if hasattr(getattr(module, n), "op") and n not in all_names()]  # of other tests
    public = [n for n in missing if not (inspect.ismodule(getattr(module, n)) or n.startswith("_") or n in toys)]
    assert public == []
    typing = {"Any", "Literal", "Callable", "Sequence", "ModuleType", "Context", "_Shape", "_DType"}
    made = {n for n in names - typing if not n.startswith("_")}
    assert [n for n in made if not hasattr(module, n)] == []


def test_stub_signatures_take_what_the_functions_take() -> None:
    tree = {n.name: n for n in ast.parse(MADE["mxr/ndarray/__init__.pyi"]).body if isinstance(n, ast.FunctionDef)}
    for name in ("Convolution", "FullyConnected", "sum", "Concat", "topk", "Cast"):
        f, node = getattr(mx.nd, name), tree[name]
        if get_op(name).variadic is None:
            assert [a.arg for a in node.args.args] == [p for p in inspect.signature(f).parameters if p != "kwargs"]
        assert ast.get_docstring(node) == get_op(name).doc


def test_inputs_that_a_parameter_switches_off_are_optional() -> None:
    assert always_used(get_op("Convolution")) == ("data", "weight")
    assert always_used(get_op("elemwise_add")) == ("lhs", "rhs")
    assert stubs.formals(get_op("Convolution"), "NDArray")[2] == "bias: NDArray | None = None"


def test_a_type_checker_reads_the_stubs(tmp_path) -> None:
    pytest.importorskip("mypy")
    script = tmp_path / "script.py"
    script.write_text(
        "import mxr as mx\n"
        "x = mx.nd.zeros((2, 3, 8, 8))\n"
        "reveal_type(mx.nd.Convolution(x, x, kernel=(3, 3), num_filter=2, no_bias=True))\n"
        "reveal_type(x.exp())\n"
        "reveal_type(mx.sym.Activation(mx.sym.var('data'), act_type='relu'))\n"
        "reveal_type(mx.nd.linalg.gemm2(x, x))\n"
        "mx.nd.Activation(x, act_type='rely')\n"
        "mx.nd.Convolutoin(x)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--follow-imports=silent", "--ignore-missing-imports", "--no-error-summary",
         "--python-version=3.12", f"--cache-dir={tmp_path}", str(script)],
        capture_output=True, text=True, cwd=ROOT, timeout=300,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    shown = [line.split('"')[1] for line in lines if "Revealed type" in line]
    assert [s.split(".")[-1] for s in shown] == ["NDArray", "NDArray", "Symbol", "NDArray"], done.stdout + done.stderr
    errors = [line for line in lines if ": error:" in line]
    assert len(errors) == 2 and 'act_type' in errors[0] and "Convolutoin" in errors[1], done.stdout
