"""R's Gluon constructors and their help pages: in step with the classes, complete, and with R's defaults."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mxr.gluon import model_zoo, nn
from mxr.interop import r_gluon_codegen, r_gluon_help
from mxr.interop.r_gluon_names import declared, formals, formals_text

REPO = Path(__file__).resolve().parents[1]
R, MAN = REPO / "r-package" / "R", REPO / "r-package" / "man"


def test_constructors_are_in_step() -> None:
    file = R / "aa-generated-gluon.R"
    assert file.read_text() == r_gluon_codegen.render(), f"run: {r_gluon_codegen.COMMAND} r-package/R/{file.name}"


def test_pages_are_in_step() -> None:
    assert r_gluon_help.out_of_step(MAN) == [], f"run: {r_gluon_help.COMMAND} r-package/man"


def test_check_finds_changed_missing_and_left_over_pages(tmp_path, monkeypatch, capsys) -> None:
    man = tmp_path / "man"
    man.mkdir()
    monkeypatch.setattr(r_gluon_help, "files", lambda: {"a.Rd": "a", "b.Rd": "b", "c.Rd": "c"})
    (man / "a.Rd").write_text("a")
    (man / "b.Rd").write_text("old")
    (man / "left.Rd").write_text(r_gluon_help.HEADER + "gone")
    (man / "other.Rd").write_text("by hand")
    assert r_gluon_help.main([str(man), "--check"]) == 1
    said = capsys.readouterr().out
    assert [n for n in ("a", "b", "c", "left", "other") if f"{n}.Rd is not in step" in said] == ["b", "c", "left"]
    assert r_gluon_help.main([str(man)]) == 0
    assert sorted(f.name for f in man.iterdir()) == ["a.Rd", "b.Rd", "c.Rd", "other.Rd"]
    assert r_gluon_help.main([str(man), "--check"]) == 0


def test_a_changed_signature_shows(tmp_path) -> None:
    file = tmp_path / "made.R"
    assert r_gluon_codegen.main([str(file), "--check"]) == 1
    assert r_gluon_codegen.main([str(file)]) == 0
    assert r_gluon_codegen.main([str(file), "--check"]) == 0
    file.write_text(file.read_text().replace("in_units = 0", "in_units = 1"))
    assert r_gluon_codegen.main([str(file), "--check"]) == 1


def test_every_layer_loss_and_network_has_a_function_and_a_page() -> None:
    paths = set(declared())
    for name in nn.__all__:
        assert f"gluon.nn.{name}" in paths or name in ("Block", "HybridBlock", "SymbolBlock")
    for name in model_zoo.vision.__all__:
        assert f"gluon.model_zoo.vision.{name}" in paths
    on_pages = {path for page in r_gluon_help.pages() for path in page.functions}
    assert on_pages == paths


@pytest.mark.parametrize("page", r_gluon_help.pages(), ids=lambda p: p.name)
def test_page_has_every_formal_and_no_python(page: Any) -> None:
    text = r_gluon_help.render(page)
    for fn in page.functions.values():
        for f in formals(fn):
            name = r"\\dots" if f.name == "..." else re.escape(f.name)
            assert re.search(rf"\\item\{{{name}\}}\{{\S", text), f.name
    prose = re.sub(r"\\examples\{.*", "", text, flags=re.S)
    assert not re.search(r"\bTrue\b|\bFalse\b|\bNone\b|(?<!\w)(net|trainer|block|cell)\.[a-z]+\(", prose)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("gluon.nn.Conv2D", ["channels", "kernel_size", "strides = c(1, 1)", "padding = c(0, 0)"]),
        ("gluon.nn.Dense", ["units", "activation = NULL", "use_bias = TRUE", "flatten = TRUE", 'dtype = "float32"']),
        ("gluon.model_zoo.vision.resnet18_v1", ["pretrained = FALSE", "ctx = NULL", "root = NULL", "classes = 1000"]),
        ("gluon.loss.HuberLoss", ["rho = 1", "weight = NULL", "batch_axis = 0", "prefix = NULL", "params = NULL"]),
        ("gluon.nn.BatchNorm", ["axis = 1", "momentum = 0.9"]),
    ],
)
def test_formals_are_those_of_the_class_in_rs_notation(path: str, expected: list[str]) -> None:
    assert formals_text(formals(declared()[path]))[: len(expected)] == expected


def test_names_go_through_private_bases() -> None:
    for path in ("gluon.nn.MaxPool2D", "gluon.nn.Conv1D", "gluon.rnn.LSTM", "gluon.loss.L2Loss"):
        names = [f.name for f in formals(declared()[path])]
        assert names[-2:] == ["prefix", "params"]
        assert not {"pool_type", "global_pool", "op_name", "mode"} & set(names)
