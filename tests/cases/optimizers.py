"""One step of every optimiser: the new weight and the new states, with and without clipping, mixed precision too."""

from tests.cases import X, case, values

FD = dict(grad=False, dtypes=("float32", "float64"), rtol=1e-5, atol=1e-6)
MP = dict(grad=False, dtypes=("float16",), rtol={"float16": 1e-3}, atol={"float16": 1e-4})
W, G, S, V = X(3, 4), X(3, 4), X(3, 4), X(3, 4, lo=0.1, hi=1)
F32 = dict(dtype="float32")
W32, S32, V32 = X(3, 4, **F32), X(3, 4, **F32), X(3, 4, lo=0.1, hi=1, **F32)
EACH = [dict(lr=0.1), dict(lr=0.1, wd=0.01, rescale_grad=0.5), dict(lr=0.1, wd=0.1, rescale_grad=2, clip_gradient=0.5)]
MOM = [dict(momentum=0.9, **EACH[0]), dict(momentum=0.5, **EACH[1]), dict(momentum=0.9, **EACH[2])]
LARS = dict(dtypes=("float32",))
CASES = []


def add(name, *inputs, each=EACH, **more):
    for attrs in each:
        CASES.append(case(name, *inputs, attrs=attrs, **{**FD, **more}))


add("sgd_update", W, G)
add("sgd_update", X(3, 4, seed=1), X(3, 4, seed=2), each=[dict(lr=0.1, lazy_update=False)])
add("mp_sgd_update", W, G, W32, **MP)
add("sgd_mom_update", W, G, S, each=MOM)
add("mp_sgd_mom_update", W, G, S32, W32, each=MOM, **MP)
# With decay, the momentum sees the new weight, as in MXNet when out= is the weight (and only then).
NAG = "MXNet's momentum depends on whether out= is the weight"
add("nag_mom_update", W, G, S, each=[dict(lr=0.1, momentum=0.9, clip_gradient=0.5), MOM[0]])
add("nag_mom_update", W, G, S, each=MOM[1:], differs=NAG)
add("mp_nag_mom_update", W, G, S32, W32, each=[dict(lr=0.1, momentum=0.9, clip_gradient=0.5), MOM[0]], **MP)
add("mp_nag_mom_update", W, G, S32, W32, each=MOM[1:], **MP, differs=NAG)
add("adam_update", W, G, S, V)
add("adam_update", W, G, S, V, each=[dict(lr=0.1, beta1=0.5, beta2=0.9, epsilon=1e-3)])
add("rmsprop_update", W, G, V)
add("rmsprop_update", W, G, V, each=[dict(lr=0.1, gamma1=0.5, epsilon=1e-3, clip_weights=0.3)])
add("rmspropalex_update", W, G, X(3, 4, lo=5, hi=6), X(3, 4, lo=-0.1, hi=0.1), S)
add(
    "rmspropalex_update",
    W,
    G,
    X(3, 4, lo=5, hi=6),
    X(3, 4, lo=-0.1, hi=0.1),
    S,
    each=[dict(lr=0.1, gamma1=0.5, gamma2=0.3, clip_weights=0.3)],
)
add("ftrl_update", W, G, S, V)
add("ftrl_update", W, G, S, V, each=[dict(lr=0.1, lamda1=0.5, beta=0.1)])
add("ftml_update", W, G, V, V, S, each=[dict(lr=0.1, t=1), dict(lr=0.1, t=5, wd=0.1, clip_grad=0.5, rescale_grad=0.5)])
add("signsgd_update", W, G)
add("signum_update", W, G, S, each=[*MOM, dict(lr=0.1, momentum=0.9, wd_lh=0.1)])
add("_sparse_adagrad_update", W, G, V, each=EACH[:1], differs="MXNet has it for row_sparse gradients only")
LAMB = [
    dict(t=1, wd=0),
    dict(t=5, wd=0.1, bias_correction=False),
    dict(t=3, wd=0.1, rescale_grad=0.5, clip_gradient=0.4),
]
add("lamb_update_phase1", W, G, S, V, each=LAMB)
add("mp_lamb_update_phase1", W, G, S32, V32, W32, each=LAMB, **MP)
RATIO = [dict(lr=0.1), dict(lr=0.1, lower_bound=2.5), dict(lr=0.1, upper_bound=0.5)]
add("lamb_update_phase2", W, G, values([2]), values([3]), each=RATIO)
add("lamb_update_phase2", W, G, values([0]), values([3]), each=RATIO[:1])
add(
    "mp_lamb_update_phase2",
    W,
    X(3, 4, **F32),
    values([2], "float32"),
    values([3], "float32"),
    W32,
    each=RATIO,
    **MP,
    differs="MXNet forgets to update the float32 weights",
)
ADAMW = [dict(lr=0.1, eta=1), dict(lr=0.1, eta=0.5, wd=0.1, clip_gradient=0.4)]
for _scale in (1, 0.5, 0, float("nan")):
    _more = {} if 0 < _scale <= 1 else dict(differs="MXNet leaves its output as memory was, unless it is the weight")
    add("_adamw_update", W, G, S, V, values([_scale], "float32"), each=ADAMW, **_more)
    add("_mp_adamw_update", W, G, S32, V32, W32, values([_scale], "float32"), each=ADAMW, **MP, **_more)
add(
    "_contrib_group_adagrad_update",
    W,
    G,
    X(3, 1, lo=0.1, hi=1),
    each=[dict(lr=0.1), dict(lr=0.1, clip_gradient=0.5)],
    differs="MXNet has it for row_sparse gradients only",
)
add(
    "multi_lars",
    X(3, lo=0),
    X(3, lo=0),
    X(3, lo=0),
    X(3, lo=0),
    each=[dict(eta=0.1, eps=1e-3), dict(eta=1, eps=0, rescale_grad=0.5)],
    **LARS,
)
add(
    "multi_lars",
    values([0.1, 0.2]),
    values([0, 1]),
    values([1, 0]),
    values([0, 0]),
    each=[dict(eta=0.1, eps=1e-3)],
    **LARS,
)

# Several weights in one call. MXNet takes these only with out=: tests/oracle/test_ops_optimizer.py compares them.
OUT = dict(differs="MXNet takes it only with out=")
TWO = dict(num_weights=2, lrs=(0.1, 0.2), wds=(0, 0.1))
FEW = dict(num_weights=2)
for _clip in (dict(), dict(rescale_grad=0.5, clip_gradient=0.4)):
    add("multi_sgd_update", W, G, X(2), X(2), each=[{**TWO, **_clip}], **OUT)
    add("multi_sgd_mom_update", W, G, S, X(2), X(2), X(2), each=[{**TWO, **_clip, "momentum": 0.9}], **OUT)
    add("multi_mp_sgd_update", W, G, W32, X(2), X(2), X(2, **F32), each=[{**TWO, **_clip}], **MP, **OUT)
    add(
        "multi_mp_sgd_mom_update",
        W,
        G,
        S32,
        W32,
        each=[dict(lrs=(0.1,), wds=(0.1,), momentum=0.9, **_clip)],
        **MP,
        **OUT,
    )
    _rates = values([0.1, 0.2], "float32"), values([0, 0.1], "float32")
    add("preloaded_multi_sgd_update", W, G, X(2), X(2), *_rates, each=[{**FEW, **_clip}], **OUT)
    add(
        "preloaded_multi_sgd_mom_update",
        W,
        G,
        S,
        X(2),
        X(2),
        X(2),
        *_rates,
        each=[{**FEW, **_clip, "momentum": 0.9}],
        **OUT,
    )
    add(
        "preloaded_multi_mp_sgd_update",
        W,
        G,
        W32,
        X(2),
        X(2),
        X(2, **F32),
        *_rates,
        each=[{**FEW, **_clip}],
        **MP,
        **OUT,
    )
    add(
        "preloaded_multi_mp_sgd_mom_update",
        W,
        G,
        S32,
        W32,
        values([0.1], "float32"),
        values([0.1], "float32"),
        each=[dict(num_weights=1, momentum=0.9, **_clip)],
        **MP,
        **OUT,
    )
_adamw = dict(lrs=(0.1,), wds=(0.1,), etas=(0.5,), num_weights=1)
_lamb = dict(learning_rates=(0.1,), wds=(0.1,), step_count=(3,), num_tensors=1)
add("_multi_adamw_update", W, G, S, V, values([0.5], "float32"), each=[_adamw], **OUT)
add("_multi_mp_adamw_update", W, G, S32, V32, W32, values([0.5], "float32"), each=[_adamw], **MP, **OUT)
add("_multi_lamb_update", W, G, S, V, each=[_lamb, dict(lower_bound=2, upper_bound=3, **_lamb)], **OUT)
add("_multi_mp_lamb_update", W, G, S32, V32, W32, each=[_lamb], **MP, **OUT)
