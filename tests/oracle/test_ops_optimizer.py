"""The optimiser updates against MXNet, over several steps."""

import numpy as np
import pytest

_STEPS = """
w = nd.array(w)
states = [nd.array(s) for s in states]
for i, g in enumerate(grads):
    nd.{op}(w, nd.array(g), *states, out=w, {kw})
result = [w] + states
"""

CLIP = "rescale_grad=0.5, clip_gradient=0.4, wd=0.03"
UPDATES = [
    ("sgd_update", 0, "lr=0.1"),
    ("sgd_update", 0, f"lr=0.1, {CLIP}"),
    ("sgd_mom_update", 1, "lr=0.1"),
    ("sgd_mom_update", 1, f"lr=0.1, momentum=0.9, {CLIP}"),
    ("nag_mom_update", 1, "lr=0.1, momentum=0.9"),
    ("nag_mom_update", 1, f"lr=0.1, momentum=0.9, {CLIP}"),
    ("adam_update", 2, "lr=0.1"),
    ("adam_update", 2, f"lr=0.1, beta1=0.8, beta2=0.9, epsilon=1e-3, {CLIP}"),
    ("rmsprop_update", 1, "lr=0.1"),
    ("rmsprop_update", 1, f"lr=0.1, gamma1=0.8, epsilon=1e-3, {CLIP}, clip_weights=0.5"),
    ("rmspropalex_update", 3, "lr=0.1"),
    ("rmspropalex_update", 3, f"lr=0.1, gamma1=0.8, gamma2=0.7, epsilon=1e-3, {CLIP}, clip_weights=0.5"),
    ("ftrl_update", 2, "lr=0.1"),
    ("ftrl_update", 2, f"lr=0.1, lamda1=0.2, beta=0.5, {CLIP}"),
    ("ftml_update", 3, "lr=0.1, t=i + 1"),
    ("ftml_update", 3, "lr=0.1, t=i + 1, beta1=0.5, beta2=0.9, epsilon=1e-3, wd=0.1, rescale_grad=0.5, clip_grad=0.3"),
    ("signsgd_update", 0, "lr=0.1"),
    ("signsgd_update", 0, f"lr=0.1, {CLIP}"),
    ("signum_update", 1, "lr=0.1, momentum=0.9"),
    ("signum_update", 1, f"lr=0.1, momentum=0.9, wd_lh=0.2, {CLIP}"),
]


def _numbers(rng, states, steps=3):
    s = [np.zeros((4, 3), "f") for _ in range(states)]
    return {
        "w": rng.normal(size=(4, 3)).astype("f"),
        "grads": [rng.normal(size=(4, 3)).astype("f") for _ in range(steps)],
        "states": s,
    }


@pytest.mark.parametrize("op, states, kw", UPDATES)
def test_update(both, rng, op, states, kw):
    both(_STEPS.format(op=op, kw=kw), rtol=2e-5, atol=2e-6, **_numbers(rng, states))


@pytest.mark.parametrize(
    "op, states, kw",
    [
        ("mp_sgd_update", 0, f"lr=0.1, {CLIP}"),
        ("mp_sgd_mom_update", 1, f"lr=0.1, momentum=0.9, {CLIP}"),
        ("mp_nag_mom_update", 1, f"lr=0.1, momentum=0.9, {CLIP}"),
    ],
)
def test_mp_update(both, rng, op, states, kw):
    both(
        f"""
        w32 = nd.array(w)
        w = w32.astype("float16")
        states = [nd.array(s) for s in states]
        for g in grads:
            nd.{op}(w, nd.array(g).astype("float16"), *states, w32, out=w, {kw})
        result = [w, w32] + states
        """,
        rtol=2e-4,
        atol=2e-5,
        **_numbers(rng, states),
    )


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("mp", [True, False])
def test_lamb(both, rng, bias, mp):
    prefix, half, master = ("mp_", '.astype("float16")', ", w32") if mp else ("", "", "")
    # one step with mp: MXNet's second phase forgets to change weight32
    steps = 1 if mp else 3
    both(
        f"""
        w32 = nd.array(w)
        w = w32{half}.copy()
        m, v = nd.zeros((4, 3)), nd.zeros((4, 3))
        for i, g in enumerate(grads[:{steps}]):
            g = nd.array(g){half}
            d = nd.{prefix}lamb_update_phase1(w, g, m, v{master}, t=i + 1, wd=0.1, rescale_grad=0.5, clip_gradient=0.3,
                                              bias_correction={bias})
            source = w32 if {mp} else w
            r1, r2 = source.norm(), d.norm()
            nd.{prefix}lamb_update_phase2(w, d, r1, r2{master}, lr=0.1, lower_bound=1.0, upper_bound=5.0, out=w)
        result = [w, m, v, d]
        """,
        rtol=1e-3 if mp else 2e-5,
        atol=1e-4 if mp else 2e-6,
        **_numbers(rng, 0),
    )


@pytest.mark.parametrize("r1, r2", [(2, 4), (0, 4), (2, 0)])
@pytest.mark.parametrize("kw", ["", "lower_bound=3", "upper_bound=1"])
def test_lamb_trust_ratio(both, rng, r1, r2, kw):
    both(
        f"y = nd.lamb_update_phase2(nd.array(w), nd.array(g), nd.array([{r1}]), nd.array([{r2}]), lr=0.1, {kw})",
        result="y",
        w=rng.normal(size=5).astype("f"),
        g=rng.normal(size=5).astype("f"),
    )


@pytest.mark.parametrize("scale", [1.0, 0.5, 0.0, float("inf"), float("nan")])
@pytest.mark.parametrize("mp", [True, False])
def test_adamw(both, rng, scale, mp):
    op, half, master = ("_mp_adamw_update", '.astype("float16")', "w32, ") if mp else ("_adamw_update", "", "")
    both(
        f"""
        w32 = nd.array(w)
        w = w32{half}.copy()
        m, v = nd.ones((4, 3)), nd.ones((4, 3))
        for g in grads:
            nd._internal.{op}(w, nd.array(g){half}, m, v, {master}nd.array([s]), lr=0.1, eta=0.9, wd=0.1,
                              clip_gradient=0.7, out=w)
        result = [w, m, v]
        """,
        s=scale,
        rtol=1e-3 if mp else 2e-5,
        atol=1e-4 if mp else 2e-6,
        **_numbers(rng, 0),
    )


def test_adagrad(both, rng):
    """MXNet has it for sparse arrays only; ours is compared on the same numbers, dense."""
    arrays = _numbers(rng, 1)
    both(
        """
        def form(x):
            return nd.array(x).tostype("row_sparse") if mx.__name__ == "mxnet" else nd.array(x)
        update = nd.sparse.adagrad_update if mx.__name__ == "mxnet" else nd._internal._sparse_adagrad_update
        w, h = form(w), form(states[0] + 0.1)
        for g in grads:
            update(w, form(g), h, lr=0.1, epsilon=1e-3, rescale_grad=0.5, clip_gradient=0.4, out=w)
        result = [w.asnumpy(), h.asnumpy()]
        """,
        rtol=2e-5,
        atol=2e-6,
        **arrays,
    )


def test_group_adagrad(both, rng):
    arrays = _numbers(rng, 0)
    both(
        """
        def form(x):
            return nd.array(x).tostype("row_sparse") if mx.__name__ == "mxnet" else nd.array(x)
        w, h = form(w), form(np.full((4, 1), 0.1, "f"))
        for g in grads:
            nd.contrib.group_adagrad_update(w, form(g), h, lr=0.1, epsilon=1e-3, rescale_grad=0.5, clip_gradient=0.4,
                                            out=w)
        result = [w.asnumpy(), h.asnumpy()]
        """,
        rtol=2e-5,
        atol=2e-6,
        **arrays,
    )


def _pair(rng):
    return {
        "a": rng.normal(size=(4, 3)).astype("f"),
        "b": rng.normal(size=5).astype("f"),
        "ga": rng.normal(size=(4, 3)).astype("f"),
        "gb": rng.normal(size=5).astype("f"),
    }


_PAIR = """
half = {half}
a32, b32 = nd.array(a), nd.array(b)
a, b = (x.astype("float16") if half else x.copy() for x in (a32, b32))
ga, gb = (nd.array(x).astype(a.dtype) for x in (ga, gb))
sa, sb = ([nd.zeros(x.shape) for _ in range({states})] for x in (a, b))
ma, mb = ([a32], [b32]) if half else ([], [])
"""


@pytest.mark.parametrize("mp", [False, True])
@pytest.mark.parametrize("mom", [False, True])
@pytest.mark.parametrize("preloaded", [False, True])
def test_multi_sgd(both, rng, mp, mom, preloaded):
    op = (
        ("preloaded_" if preloaded else "")
        + "multi_"
        + ("mp_" if mp else "")
        + ("sgd_mom_update" if mom else "sgd_update")
    )
    rates = "lrs=[0.1, 0.2], wds=[0.01, 0.02], "
    tail = "nd.array([0.1, 0.2]), nd.array([0.01, 0.02]), " if preloaded else ""
    both(
        _PAIR.format(half=mp, states=int(mom))
        + f"""
for i in range(2):
    nd.{op}(a, ga, *sa, *ma, b, gb, *sb, *mb, {tail} {"" if preloaded else rates} {"momentum=0.9, " if mom else ""}
            num_weights=2, rescale_grad=0.5, clip_gradient=0.6, out=[a, b])
result = [a, b] + sa + sb + ma + mb
""",
        rtol=5e-4 if mp else 2e-5,
        atol=5e-5 if mp else 2e-6,
        **_pair(rng),
    )


@pytest.mark.parametrize("mp", [False, True])
@pytest.mark.parametrize("scale", [0.5, float("nan")])
def test_multi_adamw(both, rng, mp, scale):
    # MXNet computes var as g*g + beta2*(var - g*g) here, which loses three digits
    both(
        _PAIR.format(half=mp, states=2)
        + f"""
for i in range(2):
    nd._internal._multi_{"mp_" if mp else ""}adamw_update(
        a, ga, *sa, *ma, b, gb, *sb, *mb, nd.array([scale]), lrs=[0.1, 0.2], wds=[0.01, 0.02], etas=[1.0, 0.5],
        num_weights=2, clip_gradient=0.6, out=[a, b])
result = [a, b] + sa + sb
""",
        scale=scale,
        rtol=2e-3 if mp else 2e-4,
        atol=1e-3 if mp else 2e-5,
        **_pair(rng),
    )


@pytest.mark.parametrize("mp", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_multi_lamb(both, rng, mp, bias):
    both(
        _PAIR.format(half=mp, states=2)
        + f"""
for i in range(2):
    nd._internal._multi_{"mp_" if mp else ""}lamb_update(
        a, ga, *sa, *ma, b, gb, *sb, *mb, learning_rates=[0.1, 0.2], wds=[0.01, 0.02], step_count=[i + 1, i + 3],
        num_tensors=2, clip_gradient=0.6, rescale_grad=0.5, lower_bound=1.0, upper_bound=4.0, bias_correction={bias},
        out=[a, b])
result = [a, b] + sa + sb
""",
        rtol=1e-3 if mp else 2e-5,
        atol=1e-4 if mp else 2e-6,
        **_pair(rng),
    )


def test_norms_and_lars(both, rng):
    both(
        """
        lrs, w, g, wds = (nd.array(x) for x in ([0.1, 0.2, 0.3], [4, 0, 9], [1, 2, 0], [0.01, 0.02, 0.03]))
        result = [nd.multi_sum_sq(nd.array(a), nd.array(b), num_arrays=2),
                  nd.multi_lars(lrs, w, g, wds, eta=0.5, eps=0.1, rescale_grad=2.0)]
        """,
        **_pair(rng),
    )


@pytest.mark.parametrize("bad", [1.0, float("inf"), float("nan")])
def test_all_finite(both, bad):
    both(
        """
        x, y = nd.array([1, 2]), nd.array([3, bad])
        result = [nd.all_finite(x), nd.all_finite(y), nd.multi_all_finite(x, y, num_arrays=2)]
        """,
        bad=bad,
    )


def test_bad_shapes(both):
    both(
        "nd.sgd_mom_update(nd.ones((2, 3)), nd.ones((2, 3)), nd.ones((3, 2)), lr=0.1).asnumpy()",
        raises="sgd_mom_update",
    )
    both("nd.sgd_update(nd.ones((2, 3)), nd.ones((2, 3))).asnumpy()", raises="lr")
