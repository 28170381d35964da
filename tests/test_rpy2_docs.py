"""The Python code of docs/rpy2.md and of the vignette on R and Python, run from top to bottom."""

import re

from tests.rpy2_support import REPO, start_session


def run(page: str, blocks: int) -> str:
    found = re.findall(r"^```python\n(.*?)^```", (REPO / page).read_text(), re.M | re.S)
    assert len(found) >= blocks
    return start_session()("\n".join(found), prelude="import warnings\nwarnings.simplefilter('error')\n")


def test_page():
    assert "[1,]    3    3    3" in run("docs/rpy2.md", 7)


def test_vignette():
    assert "[1,]    1    1    1" in run("vignettes/r_and_python.Rmd", 2)
