"""gluon.contrib, CTCLoss and SDMLLoss, BatchNormReLU against MXNet: names, reprs, graphs, values, gradients."""

import numpy as np
import pytest

RUN_LOSS = """
loss = gluon.loss.%s
if hybridize:
    loss.hybridize()
a = nd.array(a)
a.attach_grad()
more = [None if m is None else nd.array(m) for m in more]
with autograd.record():
    value = loss(a, nd.array(b), *more)
    total = (value * nd.arange(1, 1 + value.size)).sum()
total.backward()
result = [repr(loss), loss.name, value, a.grad]
"""


@pytest.mark.parametrize("hybridize", [False, True], ids=["imperative", "hybrid"])
@pytest.mark.parametrize(
    "more", [[], [[6, 4, 5]], [None, [3, 1, 2]], [[6, 6, 5], [3, 1, 2]], [None, None, [1.0, 2.0, 0.5]]]
)
@pytest.mark.parametrize("args", ["", "'TNC'", "layout='TNC', label_layout='TN', weight=2.0"])
def test_ctc(both, rng, args, more, hybridize):
    pred = rng.normal(size=(3, 6, 5)).astype("f")
    label = np.array([[0, 1, 1], [2, -1, -1], [3, 0, -1]], "f")
    if len(more) == 2:  # labels end where label_lengths say
        label = np.abs(label)
    both(
        RUN_LOSS % f"CTCLoss({args})",
        a=pred.transpose(1, 0, 2) if args else pred,
        b=label.T if "TN'," in args else label,
        more=more,
        hybridize=hybridize,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("args", ["", "0.1, weight=2.0", "smoothing_parameter=0.5, prefix='s_'"])
def test_sdml(both, rng, args):
    both(
        RUN_LOSS % f"SDMLLoss({args})",
        a=rng.normal(size=(4, 3)).astype("f"),
        b=rng.normal(size=(4, 3)).astype("f"),
        more=[],
        hybridize=False,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize(
    "call",
    ["CTCLoss('NCT')", "CTCLoss(label_layout='CT')", "SDMLLoss()(nd.ones((3, 2)), nd.ones((4, 2)))"],
)
def test_loss_errors(both, call):
    both(f"gluon.loss.{call}", raises=True)
