"""The Python code of docs/rpy2.md, run from top to bottom."""

import re

from tests.rpy2_support import REPO, start_session


def test_page():
    page = (REPO / "docs" / "rpy2.md").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    assert len(blocks) > 6
    code = "\n".join(blocks)
    out = start_session()(code, prelude="import warnings\nwarnings.simplefilter('error')\n")
    assert "[1,]    3    3    3" in out
