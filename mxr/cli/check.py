"""``mxr check``: what scripts use that mxr does not have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from .findings import Finding
from .python_uses import find_python
from .r_uses import find_r

__all__ = ["check_file", "run"]

_KINDS = (".py", ".ipynb", ".r", ".rmd", ".qmd")
_CHUNK = re.compile(r"^\s*```+\s*\{?\s*(\w+)")


def _chunks(text: str, language: str) -> str:
    """The code of a document's chunks, everything else as empty lines."""
    lines, inside = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            match = _CHUNK.match(line)
            inside = bool(match and match.group(1).lower() == language) and not inside
            lines.append("")
        else:
            lines.append(line if inside else "")
    return "\n".join(lines)


def _notebook(text: str) -> str:
    """The code cells of a notebook one after the other; magics are left out."""
    parts = []
    for cell in json.loads(text).get("cells", []):
        if cell.get("cell_type") == "code":
            source = "".join(cell["source"])
            parts.append("\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")))
    return "\n".join(parts)


def check_file(path: Path) -> list[Finding]:
    """The findings in one file, in the order of its lines. For notebooks lines count through all code cells.

    Raises
    ------
    OSError, UnicodeDecodeError, SyntaxError, ValueError : the file cannot be read as what its ending says.
    """
    text = path.read_text(encoding="utf-8")
    kind = path.suffix.lower()
    if kind == ".r":
        found: Iterable[Finding] = find_r(text)
    elif kind in (".rmd", ".qmd"):
        found = [*find_r(_chunks(text, "r")), *find_python(_chunks(text, "python"), str(path))]
    elif kind == ".ipynb":
        found = find_python(_notebook(text), str(path))
    else:
        found = find_python(text, str(path))
    return sorted(set(found))


def _files(paths: Iterable[str]) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix.lower() in _KINDS and p.is_file())
        else:
            yield path


def run(paths: Iterable[str], out: TextIO, err: TextIO) -> int:
    """Checks files and folders, prints one line per finding; gives the exit status."""
    status = count = total = 0
    for path in _files(paths):
        total += 1
        try:
            findings = check_file(path)
        except (OSError, SyntaxError, ValueError) as error:
            print(f"{path}: cannot be checked: {error}", file=err)
            status = 2
            continue
        for finding in findings:
            print(f"{path}:{finding.line}:{finding.column + 1}: {finding.name}: {finding.message}", file=out)
        count += len(findings)
    files = f"{total} file{'s' if total != 1 else ''}"
    if count:
        print(f"{count} use{'s' if count != 1 else ''} of what mxr does not have, in {files}", file=out)
    elif status == 0:
        print(f"mxr has all that is used in {files}", file=out)
    return status or int(count > 0)
