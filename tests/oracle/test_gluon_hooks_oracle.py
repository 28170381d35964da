"""Block.register_op_hook against MXNet: which operators are seen, and that nothing else changes."""

import pytest

NET = """
net = gluon.nn.{outer}(prefix='n_')
with net.name_scope():
    net.add(gluon.nn.Dense(3), gluon.nn.BatchNorm(), gluon.nn.LayerNorm())
net.initialize(init.Uniform(0.5))
seen = []
net.register_op_hook(lambda *args: seen.append(args[:2]), monitor_all={everything})
x = nd.array(x)
net(x)
result = [len(seen)]
net.hybridize()
"""


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.filterwarnings("ignore:All children of this Sequential")
@pytest.mark.parametrize("outer", ["HybridSequential", "Sequential"])
def test_seen(both, rng, outer, everything):
    both(
        NET.format(outer=outer, everything=everything)
        + """
net(x)
result += [[(name.decode(), op.decode()) for name, op in seen]]
""",
        x=rng.normal(size=(2, 4)).astype("f"),
    )


@pytest.mark.filterwarnings("ignore:All children of this Sequential")
@pytest.mark.parametrize("outer", ["HybridSequential", "Sequential"])
def test_trained_while_watched(both, rng, outer):
    both(
        NET.format(outer=outer, everything=False)
        + """
x.attach_grad()
with autograd.record():
    y = net(x)
    total = (y * y * nd.arange(3)).sum()
total.backward()
result += [y, x.grad] + [p.grad() for p in net.collect_params().values() if p.grad_req != "null"]
result += [p.data() for p in net.collect_params().values()]
""",
        x=rng.normal(size=(4, 4)).astype("f"),
        rtol=1e-3,
        atol=1e-4,
    )


def test_arrays(rng):
    """What is seen are the arrays that the block computes with; MXNet gives handles."""
    import numpy as np

    import mxr as mx

    net = mx.gluon.nn.Dense(3, activation="relu", prefix="d_")
    net.initialize()
    net.hybridize()
    x = mx.nd.array(rng.normal(size=(2, 4)))
    expected, seen = net(x).asnumpy(), {}
    net.register_op_hook(lambda name, op, array: seen.update({name: array.asnumpy()}), monitor_all=True)
    np.testing.assert_allclose(net(x).asnumpy(), expected, rtol=1e-6)
    assert {b"d_fwd_data", b"d_fwd_weight", b"d_fwd_output", b"d_relu_fwd_output"} <= set(seen)
    np.testing.assert_array_equal(seen[b"d_fwd_data"], x.asnumpy())
    np.testing.assert_array_equal(seen[b"d_relu_fwd_output"], np.maximum(seen[b"d_fwd_output"], 0))
