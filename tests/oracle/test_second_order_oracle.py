"""Second derivatives of the operators that have one in MXNet: the same numbers.

`tests/test_cases.py` compares those of all operators with differences; MXNet has few.
"""

import numpy as np
import pytest

from tests import case_forms as forms
from tests.cases import all_cases

from .case_oracle import PREPARE, record_of
from .harness import run_ours

OPERATORS = """
    BlockGrad Dropout FullyConnected abs arccos arcsin arctan arctanh batch_dot cbrt ceil clip cos cosh exp expm1 fix
    floor log log10 log1p log2 make_loss radians rcbrt reciprocal relu rint rsqrt sigmoid sin sinh sqrt square tan tanh
    trunc _contrib_box_decode _contrib_box_encode
    """.split()

CODE = (
    PREPARE
    + """
result = {"answers": []}
for record in records:
    xs, call = prepare(record)
    with autograd.record(train_mode=record["train"]):
        ys = call()
        heads = [nd.array(h, dtype=h.dtype) for h in heads_like([y.asnumpy() for y in ys])]
        grads = autograd.grad(ys, [xs[i] for i in record["wrt"]], heads, create_graph=True, retain_graph=True,
                              train_mode=record["train"])
    autograd.backward(grads, [nd.array(p, dtype=p.dtype) for p in record["probes"]], train_mode=record["train"])
    result["answers"].append([xs[i].grad.asnumpy() for i in record["wrt"]])
"""
)


def record(c):
    r = record_of(c, "float64" if "float64" in c.dtypes else c.dtypes[0])
    probes = forms.probes(r["inputs"], r["wrt"])
    return {**r, "probes": [p.astype(r["inputs"][i].dtype) for i, p in zip(r["wrt"], probes)]}


@pytest.mark.parametrize("op", OPERATORS)
def test_second_derivatives_are_mxnets(oracle, op):
    cases = [
        c for c in all_cases() if c.op == op and not c.differs and not c.differs_grad and c.dtypes[0] != "bfloat16"
    ]
    records = [(c, r) for c in cases if (r := record(c))["wrt"]]
    assert records
    answers = oracle.run_valid(CODE, records=[r for _, r in records])["answers"]
    for (c, r), theirs in zip(records, answers, strict=True):
        ours = forms.second_order(c, r["inputs"])
        assert ours is not None, c.id
        for i, g in zip(r["wrt"], theirs, strict=True):
            tol = {"float64": 1e-6, "float32": 1e-4, "float16": 1e-2}[str(g.dtype)]
            np.testing.assert_allclose(ours[i], g, rtol=tol, atol=tol * abs(g).max(), err_msg=f"{c.id}, input {i}")


@pytest.mark.parametrize("name", ["arcsinh", "arccosh"])
def test_where_mxnet_has_the_wrong_sign(oracle, name):
    """MXNet's second derivatives of arcsinh and arccosh; ours are checked by differences in tests/test_cases.py."""
    code = f"""
    x = nd.array([1.5], dtype="float64")
    x.attach_grad()
    with autograd.record():
        g = autograd.grad(nd.{name}(x), [x], create_graph=True)[0]
    g.backward()
    result = x.grad
    """
    ours, theirs = run_ours(code)["result"], oracle.run(code)["result"]
    x, sign = 1.5, 1 if name == "arcsinh" else -1
    np.testing.assert_allclose(ours, [-x / (x * x + sign) ** 1.5], rtol=1e-12)
    np.testing.assert_allclose(theirs, -ours, rtol=1e-6)
