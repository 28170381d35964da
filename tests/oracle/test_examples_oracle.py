"""The examples of the declarations run in mxr and in MXNet and give the same."""

from __future__ import annotations

import numpy as np
import pytest

import mxr as mx
from mxr.core.op import all_ops
from tests.oracle.harness import assert_same, run_ours

_ = mx.nd.zeros, mx.sym.Variable  # declares all
EXAMPLES = [(d.name, k, text) for d in all_ops().values() if not d.hidden for k, text in enumerate(d.examples)]
EXAMPLES = [e for e in EXAMPLES if "toy" not in e[0]]

# Examples that MXNet cannot run, and why.
ONLY_OURS = {
    "digamma": "it is no operator of MXNet",
    "BatchNorm_v1": "its functions of arrays cannot be given auxiliary states",
    "IdentityAttachKLSparseReg": "its functions of arrays cannot be given auxiliary states",
    "amp_multicast": "its CPU has no float16 here",
    "_scatter_set_nd": "it insists on out= being lhs",
    "_zeros_without_dtype": "it insists on a dtype",
    "_sparse_adagrad_update": "it takes row_sparse gradients only",
    "_contrib_group_adagrad_update": "it takes row_sparse gradients only",
    "_square_sum": "it takes row_sparse arrays only",
    "_contrib_fft": "it has it on GPUs only",
    "_contrib_ifft": "it has it on GPUs only",
    "_contrib_count_sketch": "it has it on GPUs only",
    "_contrib_quantize_asym": "it crashes",
}

# All in one message: one example is a matter of microseconds.
_CODE = """
result = {"answers": []}
for text in texts:
    mx.random.seed(0)
    try:
        y = eval(text, {"nd": mx.nd, "mx": mx, "np": np})
        ys = list(y) if isinstance(y, (list, tuple)) else [y]
        result["answers"].append([v.asnumpy() for v in ys])
    except Exception as e:
        result["answers"].append("%s: %s" % (type(e).__name__, str(e)[:500]))
"""


@pytest.fixture(scope="module")
def theirs(_oracle_process) -> dict:
    texts = [t for name, _, t in EXAMPLES if name not in ONLY_OURS]
    return dict(zip(texts, _oracle_process.run(_CODE, texts=texts)["answers"]))


@pytest.mark.oracle
@pytest.mark.parametrize("name, k, text", EXAMPLES, ids=[f"{n}-{k}" for n, k, _ in EXAMPLES])
def test_example(theirs, name: str, k: int, text: str) -> None:
    (ours,) = run_ours(_CODE, texts=[text])["answers"]
    assert not isinstance(ours, str), f"{text}: {ours}"
    assert all(np.size(v) <= 60 for v in ours), f"{text}: too long for the reference"
    if name not in ONLY_OURS:
        assert not isinstance(theirs[text], str), f"{text}: MXNet raises {theirs[text]}"
        assert_same(ours, theirs[text], 1e-5, 1e-5, where=text)


def test_exceptions_are_of_use() -> None:
    assert set(ONLY_OURS) <= {name for name, _, _ in EXAMPLES}
