"""Every case (tests/cases) against MXNet: values, shapes, dtypes, gradients, and arrays written to, in each dtype."""

from __future__ import annotations

import numpy as np
import pytest

from tests import case_forms as forms
from tests.cases import Case, all_cases
from tests.oracle.case_oracle import answers_of
from tests.oracle.harness import assert_same

COMPARED = [c for c in all_cases() if not c.differs]


@pytest.mark.parametrize("c", COMPARED, ids=lambda c: c.id)
def test_case(oracle, c: Case) -> None:
    ask = answers_of(oracle)
    wrong = []
    for dtype in c.dtypes:
        if dtype == "bfloat16":
            continue  # NumPy arrays of MXNet cannot hold it
        theirs = ask(c, dtype)
        if "error" in theirs:
            if dtype not in c.beyond:
                wrong.append(f"{dtype}: MXNet raises {theirs['error']}")
            continue
        if dtype in c.beyond:
            wrong.append(f"{dtype} is listed as beyond MXNet, but MXNet computes it")
        try:
            compare(c, dtype, theirs)
        except AssertionError as e:
            wrong.append(f"{dtype}: {e}")
        except Exception as e:
            wrong.append(f"{dtype}: {type(e).__name__}: {e}")
    assert not wrong, f"{c.id}:\n" + "\n".join(wrong)


def compare(c: Case, dtype: str, theirs: dict) -> None:
    ours = forms.imperative(c, c.arrays(dtype), gradients=not c.differs_grad)
    assert len(ours.outs) == len(theirs["outs"]), f"{len(ours.outs)} outputs, MXNet has {len(theirs['outs'])}"
    for i, (y, t) in enumerate(zip(ours.outs, theirs["outs"])):
        assert_same(y, t, *c.tolerance(dtype), where=f"output {i}")
    for what, mine in (("grads", ours.grads), ("after", ours.after)):
        for i, g in mine.items():
            tol = c.tolerance(dtype)
            if tol[0] is None and g.dtype.kind == "f":  # gradients are sums: relative to the largest entry
                r, a = {"float16": (1e-2, 1e-2), "float32": (1e-5, 1e-5), "float64": (1e-9, 1e-10)}[str(g.dtype)]
                size = float(np.abs(np.nan_to_num(g.astype("float64"))).max(initial=0))
                tol = (r, max(a, r * min(size, 1e3)) if tol[1] is None else tol[1])
            assert_same(g, theirs[what][str(i)], *tol, where=f"{what} of input {i}")
