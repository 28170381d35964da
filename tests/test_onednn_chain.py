"""A small network, forward and backward, through blocked layouts: what a layout pass does, checked against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from mxr.kernels import onednn as D
from mxr.kernels.onednn import Arg, Layout

if not D.available():
    pytest.skip(f"oneDNN: {D.unavailable_reason()}", allow_module_level=True)

from tests import onednn_reference as ref
from tests.onednn_reference import close


def _net(n, channels, size):
    """conv -> relu -> max pool -> conv -> average pool -> inner product."""
    conv1 = D.Conv((n, channels, size, size), (6, channels, 5, 5))
    pool1 = D.Pool(conv1.dst, (2, 2), (2, 2))
    conv2 = D.Conv(pool1.dst, (16, 6, 3, 3), pad_lo=(1, 1))
    pool2 = D.Pool(conv2.dst, (2, 2), (2, 2), kind="avg_include_pad")
    flat = (n, int(np.prod(pool2.dst[1:])))
    return conv1, pool1, conv2, pool2, D.InnerProduct(flat, (10, flat[1]))


def _chain(net):
    """The chain, its outside values, and how many reorders it needed."""
    conv1, pool1, conv2, pool2, dense = net
    chain = D.Chain(1)

    def plain(name, shape):
        return chain.outside(name, Layout.plain(shape))

    x, w1, b1 = plain("x", conv1.src), plain("w1", conv1.weights), plain("b1", (6,))
    w2, b2 = plain("w2", conv2.weights), plain("b2", (16,))
    w3, b3 = plain("w3", dense.weights), plain("b3", (10,))

    f1 = chain.add(conv1.forward(), {Arg.SRC: x, Arg.WEIGHTS: w1, Arg.BIAS: b1})
    relu = D.Eltwise("relu")
    # in place: the gradient of relu can be had from its result, so the input need not be kept
    r1 = chain.add(relu.forward(f1[Arg.DST].layout), {Arg.SRC: f1[Arg.DST]}, {Arg.DST: f1[Arg.DST]})
    mp = pool1.forward(src=r1[Arg.DST].layout)
    p1 = chain.add(mp, {Arg.SRC: r1[Arg.DST]})
    f2 = chain.add(conv2.forward(), {Arg.SRC: p1[Arg.DST], Arg.WEIGHTS: w2, Arg.BIAS: b2})
    ap = pool2.forward(src=f2[Arg.DST].layout)
    p2 = chain.add(ap, {Arg.SRC: f2[Arg.DST]})
    # Flatten: to plain, then the same bytes seen as a matrix
    feat = chain.to(p2[Arg.DST], Layout.plain(pool2.dst))
    flat = chain.reshape(feat, dense.src)
    f3 = chain.add(dense.forward(), {Arg.SRC: flat, Arg.WEIGHTS: w3, Arg.BIAS: b3}, {Arg.DST: plain("y", dense.dst)})
    dy = plain("dy", dense.dst)

    g3 = {Arg.DIFF_WEIGHTS: plain("dw3", dense.weights), Arg.DIFF_BIAS: plain("db3", (10,))}
    chain.add(dense.backward_weights(), {Arg.SRC: f3[Arg.SRC], Arg.DIFF_DST: dy}, g3)
    d3 = chain.add(dense.backward_data(), {Arg.DIFF_DST: dy, Arg.WEIGHTS: w3})
    dflat = chain.to(d3[Arg.DIFF_SRC], Layout.plain(dense.src))
    d = chain.add(pool2.backward(ap), {Arg.DIFF_DST: chain.reshape(dflat, pool2.dst)})[Arg.DIFF_SRC]
    g2 = {Arg.DIFF_WEIGHTS: plain("dw2", conv2.weights), Arg.DIFF_BIAS: plain("db2", (16,))}
    chain.add(conv2.backward_weights(), {Arg.SRC: f2[Arg.SRC], Arg.DIFF_DST: d}, g2)
    d = chain.add(conv2.backward_data(), {Arg.DIFF_DST: d, Arg.WEIGHTS: w2})[Arg.DIFF_SRC]
    d = chain.add(pool1.backward(mp), {Arg.DIFF_DST: d, Arg.WORKSPACE: p1[Arg.WORKSPACE]})[Arg.DIFF_SRC]
    d = chain.add(relu.backward(r1[Arg.DST].layout), {Arg.DST: r1[Arg.DST], Arg.DIFF_DST: d}, {Arg.DIFF_SRC: d})[
        Arg.DIFF_SRC
    ]
    g1 = {Arg.DIFF_WEIGHTS: plain("dw1", conv1.weights), Arg.DIFF_BIAS: plain("db1", (6,))}
    chain.add(conv1.backward_weights(), {Arg.SRC: f1[Arg.SRC], Arg.DIFF_DST: d}, g1)
    chain.add(conv1.backward_data(), {Arg.DIFF_DST: d, Arg.WEIGHTS: w1}, {Arg.DIFF_SRC: plain("dx", conv1.src)})
    return chain


def _reference(net, a):
    conv1, pool1, conv2, pool2, dense = net
    r1 = np.maximum(ref.conv(conv1, a["x"], a["w1"], a["b1"]), 0)
    m1, _ = ref.pool(pool1, r1, np.zeros(pool1.dst))
    c2 = ref.conv(conv2, m1, a["w2"], a["b2"])
    m2, _ = ref.pool(pool2, c2, np.zeros(pool2.dst))
    flat = m2.reshape(dense.src)
    dy = a["dy"].astype(np.float64)
    out = {"y": flat @ a["w3"].T + a["b3"], "dw3": dy.T @ flat, "db3": dy.sum(0)}
    d = ref.pool(pool2, c2, (dy @ a["w3"]).reshape(pool2.dst))[1]
    d, out["dw2"], out["db2"] = ref.conv_grads(conv2, m1, a["w2"], d)
    d = ref.pool(pool1, r1, d)[1] * (r1 > 0)
    out["dx"], out["dw1"], out["db1"] = ref.conv_grads(conv1, a["x"], a["w1"], d)
    return out


@pytest.mark.parametrize("n, channels, size", [(7, 1, 28), (1, 3, 20), (4, 16, 12)])
def test_a_network_in_blocked_layouts_agrees_with_numpy(n, channels, size, rng):
    net = _net(n, channels, size)
    chain = _chain(net)
    arrays = {name: np.zeros(chain.slots[i].layout.shape, np.float32) for name, i in chain.external.items()}
    inputs = ("x", "w1", "b1", "w2", "b2", "w3", "b3", "dy")
    for name in inputs:
        arrays[name][:] = 0.3 * rng.standard_normal(arrays[name].shape)
    compiled = chain.compile({k: v.ctypes.data for k, v in arrays.items()})
    for _ in range(2):  # the second run must not depend on what the first left in the arena
        compiled()
        for name, want in _reference(net, arrays).items():
            close(arrays[name], want, 1e-4)
        arrays["x"][:] = rng.standard_normal(arrays["x"].shape)
    assert {s.layout.tag for s in chain.slots} & {"aBcd16b", "aBcd8b"}, "no blocked layout was used"


def test_reorders_only_where_layouts_differ():
    shape = (2, 16, 6, 6)
    chain = D.Chain(1)
    x = chain.outside("x", Layout.plain(shape))
    blocked = Layout.blocked(shape)
    a = chain.add(D.Eltwise("relu").forward(blocked), {Arg.SRC: x})[Arg.DST]
    b = chain.add(D.Eltwise("tanh").forward(blocked), {Arg.SRC: a})[Arg.DST]
    chain.add(D.Eltwise("abs").forward(blocked), {Arg.SRC: x})
    chain.store(b, chain.outside("y", Layout.plain(shape)))
    kinds = [row.primitive.kind for row in chain.rows]
    assert kinds == ["reorder", "eltwise_forward", "eltwise_forward", "eltwise_forward", "reorder"]
    assert chain.explain().count("\n") == 4
    # x blocked, a, b and abs: a's place is free again for abs
    assert chain.arena_bytes == 3 * blocked.nbytes


def test_a_value_written_again_is_reordered_again():
    shape = (1, 16, 4, 4)
    chain = D.Chain(1)
    x = chain.outside("x", Layout.plain(shape))
    blocked = Layout.blocked(shape)
    first = chain.add(D.Eltwise("abs").forward(blocked), {Arg.SRC: x})[Arg.DST]
    chain.add(D.Eltwise("square").forward(x.layout), {Arg.SRC: x}, {Arg.DST: x})  # in place
    second = chain.add(D.Eltwise("abs").forward(blocked), {Arg.SRC: x})[Arg.DST]
    chain.store(D.Slot(second.number, blocked), chain.outside("z", Layout.plain(shape)))
    chain.store(first, chain.outside("y", Layout.plain(shape)))
    a, y, z = (np.full(shape, -3, np.float32) for _ in range(3))
    chain.compile({"x": a.ctypes.data, "y": y.ctypes.data, "z": z.ctypes.data})()
    assert (y == 3).all() and (z == 9).all()


def test_choice_by_measurement_takes_the_fastest_option():
    c = D.Conv((4, 6, 12, 12), (16, 6, 3, 3))
    given = {Arg.SRC: Layout.plain(c.src), Arg.DIFF_DST: Layout.blocked(c.dst)}
    options = D.conv_options(c, "backward_weights", n_threads=1)
    assert len(options) > 1 and len(set(options)) == len(options)
    assert not any(p.is_reference for p in options)
    best, seconds = D.fastest(options, given)
    assert best in options and 0 < seconds < 1
    for kind in ("forward", "backward_data"):
        assert D.conv_options(c, kind)[0] is getattr(c, kind)()
    with pytest.raises(ValueError, match="kind must be one of"):
        D.conv_options(c, "backwards")
    with pytest.raises(ValueError, match="no primitives"):
        D.fastest([], given)
