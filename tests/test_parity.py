"""docs/parity.md says what is true: its columns against the operators themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

import mxr as mx
from mxr import autograd, nd
from mxr.core.op import get_op
from mxr.interop import parity
from tests import case_forms as forms
from tests.cases import all_cases

ROOT = Path(__file__).resolve().parents[1]
ROWS = {r[0].split("`")[1]: r for r in parity.rows(ROOT)}


def test_every_operator_has_a_row() -> None:
    from mxr.interop.reference import mxnet_names

    assert set(ROWS) == set(mxnet_names(ROOT))


@pytest.mark.parametrize(
    "name, gradient",
    [("Convolution", "2+"), ("RNN", "2+"), ("_contrib_DeformableConvolution", "1"),
     ("SoftmaxOutput", "own"), ("argmax", "zero"), ("khatri_rao", "no"),
     ("broadcast_greater", "zero"), ("exp", "2+"), ("sgd_update", "no")],
)  # fmt: skip
def test_gradients(name: str, gradient: str) -> None:
    assert ROWS[name][3] == gradient


def test_zero_and_no_gradient_are_what_backward_does() -> None:
    for name in ("argmax", "broadcast_greater", "khatri_rao", "multi_sum_sq"):
        x = nd.ones((2, 2))
        x.attach_grad()
        d = get_op(name)
        with autograd.record():
            y = forms.nd.functions.function(name)(
                *[x] * max(1, len(d.inputs)), **({"num_arrays": 1} if "multi" in name else {})
            )
        if ROWS[name][3] == "zero":
            y.backward()
            assert not x.grad.asnumpy().any()
        else:
            with pytest.raises(mx.MXNetError, match="non-differentiable"):
                y.backward()


def test_dtypes_and_differences_come_from_the_cases() -> None:
    assert ROWS["dot"][2] == "f32 f64 f16* bf16"
    assert "MXNet multiplies with the output" in ROWS["SoftmaxOutput"][6]
    assert ROWS["sum"][6] == ""
    for c in all_cases():
        d = forms.definition(c)
        if d.name in ROWS and c.differs:
            assert c.differs in ROWS[d.name][6]


def test_host_is_found_through_helpers() -> None:
    assert parity.needs_host(get_op("_contrib_box_nms"))
    assert not parity.needs_host(get_op("Convolution"))
