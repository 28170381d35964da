"""Block.register_op_hook against MXNet: which operators are seen, and that nothing else changes."""

import pytest

from mxr.graph.cached_graph import CachedGraph
from tests import case_forms as forms
from tests.cases import all_cases

from .case_oracle import PREPARE, record_of

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


THEIR_HOOKS = (
    PREPARE.replace("mxnet.ndarray.register import _make_ndarray", "mxnet.symbol.register import _make_symbol")
    .replace("_make_ndarray_function(handle", "_make_symbol_function(handle")
    .split("def heads_like")[0]
    + """
result = {"answers": []}
for record in records:
    xs = [None if x is None else nd.array(x, dtype=x.dtype) for x in record["inputs"]]
    vs = [None if x is None else sym.Variable("v%d" % i) for i, x in enumerate(xs)]
    k = next((i for i, x in enumerate(xs) if x is None), len(xs))
    named = {n: x for n, x in zip(record["names"][k:], vs[k:]) if x is not None}
    seen = []
    try:
        symbol = function(record["op"])(*vs[:k], name="N", **named, **record["attrs"])
        op = nd.CachedOp(symbol)
        op._register_op_hook(lambda name, kind, x: seen.append(name.decode()[1:]), True)
        op(*[xs[int(n[1:])] for n in symbol.list_inputs()])
        nd.waitall()
    except Exception as e:  # no gradient, no such operator in a graph, another dtype
        seen = None
    result["answers"].append(seen)
"""
)


def test_names_of_operators(oracle):
    """What every operator shows: names that it declares, or numbers."""
    first = {c.op: c for c in reversed(list(all_cases())) if "float32" in c.dtypes and not c.differs}
    cases = [c for op, c in first.items() if op != "_contrib_quantize_asym"]  # MXNet crashes
    records = [record_of(c, "float32", gradients=False) for c in cases]
    compared, other = 0, {}
    for c, theirs in zip(cases, oracle.run(THEIR_HOOKS, records=records, timeout=120)["answers"]):
        host = c.arrays("float32")
        if theirs is None or all(x is None for x in host):
            continue
        symbol, names = forms.composed(c, host)
        given = {n: x for n, x in zip(names, forms.arrays_of(host)) if x is not None}
        seen: list[str] = []
        node = next(n for n in symbol._nodes() if n.op is not None)
        hook = (lambda name, op, x, node=node, seen=seen: seen.append(name.decode()[len(node.name) :])), True
        CachedGraph(symbol, list(given), {})(list(given.values()), hook)
        compared += 1
        if seen != theirs:
            other[c.op] = (seen, theirs)
    assert not other and compared > 250
