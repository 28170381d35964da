"""CheckpointHandler against MXNet: files, log records, resuming, also from files that MXNet wrote."""

import numpy as np
import pytest

from .estimator_runs import runner
from .harness import run_ours


@pytest.fixture
def run(both, tmp_path):
    return runner(both, tmp_path)


CHECKPOINTS = {
    "plain": ("epochs=2", ""), "verbose": ("epochs=3", "verbose=1"), "most": ("epochs=8", "max_checkpoints=2"),
    "none": ("epochs=3", "max_checkpoints=0"), "batch": ("epochs=2", "batch_period=2, verbose=1"),
    "batch_only": ("epochs=2", "batch_period=2, epoch_period=None, model_prefix='foo'"),
    "best": ("epochs=4", "save_best=True, monitor=est.val_metrics[0], mode='max', verbose=1"),
    "best_loss": ("epochs=3", "save_best=True, monitor=est.train_metrics[1], mode='min', verbose=2"),
    "best_batch": ("batches=5", "save_best=True, monitor=est.train_metrics[1], mode='min', batch_period=1, verbose=1"),
    "second": ("epochs=5", "epoch_period=2"), "batches": ("batches=5", "verbose=1"),
}  # fmt: skip


@pytest.mark.parametrize("hybrid", [False, True], ids=["imperative", "hybrid"])
@pytest.mark.parametrize(("fit", "args"), CHECKPOINTS.values(), ids=CHECKPOINTS)
def test_checkpoints(run, fit, args, hybrid):
    run(
        f"""
        est = estimator(hybrid={hybrid})
        h = E.CheckpointHandler(folder, {args})
        est.fit(loader(), loader(), event_handlers=[h], {fit})
        files = sorted(os.listdir(folder))
        values = {{f: nd.load(os.path.join(folder, f)) for f in files if f.endswith(".params")}}
        symbols = [sym.load(os.path.join(folder, f)).tojson() for f in files if f.endswith(".json")]
        result = [log, state(h), files, values, symbols]
        """
    )


EVERY_BATCH = "batch_period=1, epoch_period=None"
RESUMES = {
    "epochs": ("epochs=2", "", "epochs=4", "verbose=1"), "done": ("epochs=3", "", "epochs=3", ""),
    "too_many": ("epochs=3", "", "epochs=1", ""), "other_kind": ("epochs=3", "", "batches=5", ""),
    "batches": ("batches=7", "batch_period=2, epoch_period=None", "batches=10", EVERY_BATCH),
    "batches_done": ("batches=4", EVERY_BATCH, "batches=4", EVERY_BATCH),
    "epochs_batches": ("epochs=3", "", "batches=12", EVERY_BATCH),
    "both_periods": ("epochs=2", "", "epochs=4", "batch_period=1"),
    "new_prefix": ("epochs=2", "", "epochs=3", "model_prefix='foo'"),
    "few": ("epochs=3", "", "epochs=6", "max_checkpoints=1"),
    "ten": ("epochs=11", "max_checkpoints=12", "epochs=12", ""),
    "best": ("epochs=2", "save_best=True, monitor=est.val_metrics[1], mode='min'", "epochs=3", "verbose=1"),
}  # fmt: skip


@pytest.mark.parametrize(("fit", "args", "fit2", "args2"), RESUMES.values(), ids=RESUMES)
def test_resume(run, fit, args, fit2, args2):
    run(
        f"""
        est = estimator()
        est.fit(loader(), loader(), event_handlers=[E.CheckpointHandler(folder, {args})], {fit})
        est = estimator(hybrid=True)
        est.net(nd.ones((1, 4)))
        del log[:]
        h = E.CheckpointHandler(folder, resume_from_checkpoint=True, {args2})
        try:
            est.fit(loader(), loader(), event_handlers=[h], {fit2})
        except (ValueError, AssertionError) as e:
            log.append("ValueError" if isinstance(e, ValueError) else "AssertionError")
        result = [log, state(h), sorted(os.listdir(folder)), weights(est), est.max_epoch, est.max_batch]
        """
    )


@pytest.mark.parametrize(
    "names",
    [["model-foo.params"], ["model-epochXbatch2.params"], ["xmodel-epoch3batch2.params"], ["model-epoch3.params"],
     ["model-epoch0batch2.params"], ["model-epoch0batch2.states"]],
)  # fmt: skip
def test_resume_with_odd_files(run, names):
    run(
        f"""
        for name in {names}:
            open(os.path.join(folder, name), "w").close()
        est = estimator()
        h = E.CheckpointHandler(folder, resume_from_checkpoint=True)
        try:
            est.fit(loader(), event_handlers=[h], epochs=2)
        except (ValueError, AssertionError):
            log.append("error")
        result = [log, sorted(os.listdir(folder))]
        """
    )


CROSSED = """
net = gluon.nn.HybridSequential(prefix="n_")
with net.name_scope():
    net.add(gluon.nn.Dense(5, activation="relu", in_units=4), gluon.nn.Dense(3, in_units=5))
net.initialize(mx.init.Constant(0.25))
net.hybridize()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
E = gluon.contrib.estimator
est = E.Estimator(net, gluon.loss.SoftmaxCrossEntropyLoss(), trainer=trainer)
est.logger.handlers = []
data = gluon.data.DataLoader(gluon.data.ArrayDataset(x, y), 4)
est.fit(data, epochs=epochs, event_handlers=[E.CheckpointHandler(folder, resume_from_checkpoint=resume)])
result = [p.data() for p in net.collect_params().values()]
"""


def test_resume_from_files_of_mxnet(both, oracle, tmp_path):
    """MXNet trains two epochs, mxr two more: as if MXNet had trained four."""
    x = np.random.default_rng(0).normal(size=(8, 4)).astype("f")
    y = (np.arange(8) % 3).astype("f")
    given = {"x": x, "y": y, "result": "result"}
    oracle.run(CROSSED, epochs=2, resume=False, folder=str(tmp_path / "a"), **given)
    want = oracle.run(CROSSED, epochs=4, resume=False, folder=str(tmp_path / "b"), **given)["result"]
    got = run_ours(CROSSED, epochs=4, resume=True, folder=str(tmp_path / "a"), **given)["result"]
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
