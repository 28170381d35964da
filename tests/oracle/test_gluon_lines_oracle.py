"""Gluon line by line: values, printed forms, warnings, errors with their types and texts (the files of `lines/`)."""

from pathlib import Path

import pytest

from .gluon_lines import compare, parts_of

PARTS = {
    f"{path.stem.removeprefix('gluon_')}/{part.name}": part
    for path in sorted((Path(__file__).parent / "lines").glob("gluon_*.py"))
    for part in parts_of(path.read_text())
}


@pytest.mark.parametrize("name", PARTS)
def test_lines(oracle, name):
    compare(oracle, PARTS[name])


def test_a_difference_is_seen(oracle):
    """Of a value, a warning, what is printed, the type of an error and its text."""
    for code in (
        "T('a', lambda: mx.__name__)", "T('a', lambda: warnings.warn(mx.__name__))",
        "T('a', lambda: print(mx.__name__))",
        "def f(): raise (ValueError if mx.__name__ == 'mxr' else KeyError)('x')\nT('a', f)",
        "def f(): raise ValueError(mx.__name__)\nT('a', f)",
    ):  # fmt: skip
        (part,) = parts_of("# --- one\n" + code)
        with pytest.raises(AssertionError):
            compare(oracle, part)
    (part,) = parts_of("# --- one\n# other: a\nT('a', lambda: 1)")
    with pytest.raises(AssertionError, match="no longer"):
        compare(oracle, part)
