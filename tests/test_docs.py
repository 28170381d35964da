"""The examples in docs/*.md are run, and links between the pages lead to files that exist."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import mxr.ndarray
import mxr.symbol
from mxr.core.op import all_ops, unregister

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = sorted(p.name for p in DOCS.glob("*.md") if ">>> " in p.read_text())
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def test_there_are_pages_with_examples() -> None:
    assert {"architecture.md", "differences.md"} <= set(PAGES)


@pytest.fixture
def no_new_operators():
    """Takes out again what an example declares."""
    before = all_ops()
    yield
    for name in all_ops().keys() - before.keys():
        names = (name, *all_ops()[name].aliases)
        unregister(name)
        for module in (mxr.ndarray, mxr.symbol):
            for n in names:
                vars(module).pop(n, None)


@pytest.mark.usefixtures("no_new_operators")
@pytest.mark.parametrize("page", PAGES)
def test_examples(page: str) -> None:
    text = (DOCS / page).read_text().replace("```", "   ")  # a fence must not be taken for output
    test = doctest.DocTestParser().get_doctest(text, {}, page, str(DOCS / page), 0)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append)
    assert result.attempted > 0 and result.failed == 0, "".join(said)


@pytest.mark.parametrize("page", sorted(p.name for p in DOCS.glob("*.md")))
def test_links(page: str) -> None:
    prose = re.sub(r"(?s)```.*?```|`[^`\n]*`", "", (DOCS / page).read_text())
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose):
        assert (DOCS / target).exists(), f"{page} links to {target}"
