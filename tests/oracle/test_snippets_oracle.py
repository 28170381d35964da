"""Short programs of `snippets/*.txt`, run in mxr and in MXNet: equal results, or both raise.

A file has lines that all its programs share, then `### name` before each program. `### name ! words`: both raise, and
our error has these words.
"""

import re
from pathlib import Path

import pytest

PROGRAMS = {}
for file in sorted((Path(__file__).parent / "snippets").glob("*.txt")):
    shared, *parts = re.split(r"^### *(.*)$", file.read_text(), flags=re.M)
    for title, code in zip(parts[::2], parts[1::2]):
        name, _, words = title.partition("!")
        PROGRAMS[f"{file.stem}-{name.strip()}"] = (shared + code, words.strip())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PROGRAMS)
def test_program(both, name):
    code, words = PROGRAMS[name]
    both(code, raises=words or False)
