"""Optimizers against MXNet beyond the plain case: multipliers, schedules, groups, dtypes, sparse, states' storage."""

import pytest

RUN = """
import warnings

SHAPES = [(4, 3), (4, 1), (3, 2), (3, 1), (2, 3), (3, 2)]
NAMES = dict(enumerate(["a_weight", "a_bias", "b_gamma", "b_beta", "c_weight", "d_weight"]))
SCHEDULES = {"factor": lambda: mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.3),
             "warm": lambda: mx.lr_scheduler.CosineScheduler(6, 0.3, 0.01, 2, 0.05)}

def flat(state):
    if isinstance(state, (tuple, list)):
        return [flat(s) for s in state]
    return [state.asnumpy(), state.stype, state.dtype] if isinstance(state, nd.NDArray) else state

def run(schedule=None, named=True, multipliers=False, dtype="float32", rows="", lists=False, **options):
    rng = np.random.RandomState(0)
    if schedule is not None:
        options["lr_scheduler"] = SCHEDULES[schedule]()
    o = mx.optimizer.create(name, **(dict(options, param_idx2name=NAMES) if named else options))
    if multipliers:
        o.set_lr_mult({"a_bias": 2.0, 4: 0.5})
        o.set_wd_mult({"a_bias": 0.3, 4: 3.0})
    update = mx.optimizer.get_updater(o)
    def made(x, sparse):
        x = nd.array(x, dtype=dtype)
        return x.tostype("row_sparse") if sparse else x
    def gradient(s):
        g = 2 * rng.randn(*s)
        if rows:
            g[1:2] = 0
        return made(g, rows)
    weights = [made(rng.randn(*s), rows == "both") for s in SHAPES]
    seen = []
    for step in range(6):
        grads = [gradient(s) for s in SHAPES]
        if lists:
            update(list(range(6)), grads, weights)
        else:
            for i in range(6):
                update(i, grads[i], weights[i])
        seen.append([w.asnumpy() for w in weights])
    counts = [[str(k), v] for table in (o._index_update_count, o.wd_mult, o.lr_mult) for k, v in table.items()]
    return [seen, [flat(update.states[i]) for i in range(6)], o.num_update, float(o.learning_rate), counts]

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    result = [run(**{**own, **r}) for r in runs]
"""

RUNS = [
    {"multipliers": True, "wd": 0.1}, {"multipliers": True, "wd": 0.1, "named": False}, {"schedule": "warm"},
    {"schedule": "factor", "begin_num_update": 3}, {"lists": True, "clip_gradient": 0.0},
    {"lists": True, "multipliers": True, "schedule": "factor", "wd": 0.1, "clip_gradient": 0.7},
    {"rows": "grad"}, {"rows": "both"}, {"rows": "both", "lists": True},
    {"rows": "grad", "wd": 0.1, "clip_gradient": 0.5, "rescale_grad": 0.5},
]  # fmt: skip
OPTIMIZERS = {
    "sgd": {}, "sgd momentum": {"momentum": 0.9}, "sgd eager": {"momentum": 0.9, "lazy_update": False},
    "nag": {"momentum": 0.9}, "signum": {"wd_lh": 0.1}, "dcasgd": {"lamda": 0.3}, "sgld": {},
    "adam": {"beta1": 0.5, "beta2": 0.9}, "adam eager": {"lazy_update": False}, "adagrad": {"eps": 0.1},
    "rmsprop": {"clip_weights": 0.5}, "rmsprop centered": {"centered": True, "gamma1": 0.5, "gamma2": 0.3},
    "adadelta": {"rho": 0.5}, "ftrl": {"lamda1": 0.5, "beta": 2.0}, "ftml": {"beta1": 0.3, "epsilon": 0.1},
    "adamax": {"beta1": 0.5}, "nadam": {"schedule_decay": 0.1}, "lars": {"momentum": 0.9, "eta": 0.1, "eps": 0.1},
    "lamb": {"epsilon": 0.01}, "lamb bounds": {"bias_correction": False, "lower_bound": 0.5, "upper_bound": 1.0},
    "lbsgd": {"warmup_strategy": "power2", "batch_scale": 2, "warmup_epochs": 1, "updates_per_epoch": 4},
    "groupadagrad": {"eps": 0.1},
}  # fmt: skip


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_six_steps(both, case):
    runs, name = RUNS, case.split()[0]
    if name == "groupadagrad":
        runs = [r for r in RUNS if "wd" not in r]
    elif name == "adagrad":  # no decay with sparse gradients
        runs = RUNS[:-1]
    both(RUN, name=name, own=OPTIMIZERS[case], runs=runs, rtol=5e-4 if name == "ftml" else 5e-5, atol=5e-6)


@pytest.mark.parametrize("name", ["sgd", "adam", "lamb", "ftml", "adamax", "nadam", "lars", "dcasgd"])
def test_other_dtypes(both, name):
    both(RUN, name=name, own={}, runs=[{"dtype": "float64", "wd": 0.1}], rtol=3e-5, atol=3e-6)
    half = [{"dtype": "float16"}, {"dtype": "float16", "multi_precision": True, "lists": True, "wd": 0.1}]
    both(RUN, name=name, own={}, runs=half, rtol=2e-2, atol=6e-3)


@pytest.mark.parametrize("size", ["1", "2", "9"])
def test_aggregation_size(both, monkeypatch, size):
    """LARS corrects the momentum of the first weights only: how many, the variable says."""
    code = f"import os\nos.environ['MXNET_OPTIMIZER_AGGREGATION_SIZE'] = '{size}'\n{RUN}"
    code += "\nresult.append([mx.optimizer.create(n).aggregate_num for n in ('sgd', 'ccsgd', 'lars', 'lamb', 'adam')])"
    code += "\ndel os.environ['MXNET_OPTIMIZER_AGGREGATION_SIZE']"
    monkeypatch.setenv("MXNET_OPTIMIZER_AGGREGATION_SIZE", size)
    both(code, name="lars", own={"momentum": 0.9, "schedule": "factor", "lists": True}, runs=[{}], rtol=5e-5)


def test_attributes(both):
    """Those that files have."""
    both(
        """
        names = [n for n in sorted(mx.optimizer.Optimizer.opt_registry) if n.islower() and n[0] != '_']
        result = {n: dict(sorted(mx.optimizer.create(n).__getstate__().items())) for n in names}
        """
    )


TRAINED = """
def run(name, options):
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(4, activation="tanh", in_units=3), gluon.nn.BatchNorm(in_channels=4),
            gluon.nn.Dense(2, in_units=4))
    mx.random.seed(3)
    net.initialize(mx.init.Xavier())
    net[0].weight.lr_mult, net[2].bias.wd_mult = 2.0, 0.0
    trainer = gluon.Trainer(net.collect_params(), name, options)
    rng = np.random.RandomState(0)
    for i in range(6):
        x, y = nd.array(rng.randn(5, 3)), nd.array(rng.randn(5, 2))
        with autograd.record():
            loss = ((net(x) - y) ** 2).sum()
        loss.backward()
        if i == 3 and "lr_scheduler" not in options:
            trainer.set_learning_rate(0.05)
        trainer.step(5)
    return [p.data() for p in net.collect_params().values()] + [trainer.learning_rate, trainer.optimizer.num_update]

result = [run(n, {"wd": 0.1}) for n in names]
result += [run(n, {"clip_gradient": 0.1, "momentum": 0.9, "rescale_grad": 0.5,
                   "lr_scheduler": mx.lr_scheduler.MultiFactorScheduler([2, 4], 0.5)}) for n in ("sgd", "nag", "lars")]
"""


def test_trainer(both):
    names = "sgd adam adagrad rmsprop adadelta ftrl adamax nadam signum ftml lars lamb nag dcasgd lbsgd".split()
    both(TRAINED, names=names, rtol=2e-4, atol=1e-5)
