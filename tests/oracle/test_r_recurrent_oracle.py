"""mx.model.buckets of the R package, step by step against MXNet, on the symbols and the batches that R made."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

REPO = Path(__file__).resolve().parents[2]

# Trains as MXNet's executors do: one per bucket, on shared parameters, with MXNet's update operators.
TRAIN = """
import glob, os
files = glob.glob(os.path.join(folder, case + "-*-symbol.json"))
symbols = {os.path.basename(f).split("-")[1]: mx.sym.load(f) for f in files}
params = mx.nd.load(os.path.join(folder, case + "-initial.params"))
grads = {n: mx.nd.zeros(a.shape) for n, a in params.items()}
state = {n: [mx.nd.zeros(a.shape), mx.nd.zeros(a.shape)] for n, a in params.items()}
execs, losses = {}, []
for line in lines:
    round_, k, bucket = line.split()[:3]
    batch = mx.nd.load(os.path.join(folder, "%s-%s-%s.params" % (case, round_, k)))
    net = symbols.get(bucket, symbols.get("all"))
    if bucket not in execs:
        wanted = net.list_arguments()
        shapes = dict(zip(wanted, net.infer_shape(**{n: a.shape for n, a in batch.items() if n in wanted})[0]))
        args = {n: params[n] if n in params else mx.nd.zeros(shapes[n]) for n in wanted}
        req = {n: "write" if n in params else "null" for n in wanted}
        execs[bucket] = net.bind(mx.cpu(), args, args_grad={n: grads[n] for n in wanted if n in params}, grad_req=req)
    e = execs[bucket]
    for n, a in batch.items():
        if n in e.arg_dict:
            e.arg_dict[n][:] = a
    e.forward(is_train=True)
    out = e.outputs[0].asnumpy().astype("float64")
    label = batch["label"].asnumpy()
    if loss == "mse":
        losses.append(float(np.mean((out.reshape(-1) - label.reshape(-1)) ** 2)))
    else:
        rows = label.reshape(-1).astype(int)
        nll = -np.mean(np.log(out[np.arange(len(rows)), rows]))
        losses.append(float(nll if loss == "nll" else np.exp(nll)))
    e.backward()
    for n, w in params.items():
        if n in e.arg_dict:
            update(mx, w, grads[n], state[n])
result = {"losses": np.array(losses), **{n: a.asnumpy() for n, a in params.items()}}
"""

UPDATES = {
    "chars": "mx.nd.sgd_mom_update(w, g, s[0], out=w, lr=0.2, momentum=0.9, wd=0.001, rescale_grad=0.25)",
    "sentiment": "mx.nd.adam_update(w, g, s[0], s[1], out=w, lr=0.05, rescale_grad=0.25)",
    "series": "mx.nd.sgd_update(w, g, out=w, lr=0.05, rescale_grad=0.25, clip_gradient=0.5)",
    **dict.fromkeys(["old_lstm", "old_gru", "old_rnn"], "mx.nd.sgd_update(w, g, out=w, lr=0.5, rescale_grad=0.25)"),
    "unrolled": "mx.nd.sgd_update(w, g, out=w, lr=0.1, rescale_grad=0.25)",
}


@functools.cache
def folder() -> Path:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    name = tempfile.mkdtemp()
    libraries = [os.environ.get("R_LIBS", ""), str(REPO / ".rlib")]
    env = {**os.environ, "R_LIBS": os.pathsep.join(filter(None, libraries)), "MXR_PYTHON": sys.executable}
    done = subprocess.run(
        ["Rscript", "--vanilla", str(REPO / "tests" / "r_recurrent.R"), name],
        env=env, cwd=REPO, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return Path(name)


@pytest.mark.parametrize("case", list(UPDATES))
def test_every_batch_has_mxnets_loss(oracle, case):
    where = folder()
    lines = (where / f"{case}.txt").read_text().splitlines()
    code = f"def update(mx, w, g, s):\n    {UPDATES[case]}\n" + TRAIN
    old = case.startswith("old")
    loss = "nll" if old else "mse" if case == "series" else "perplexity"
    theirs = oracle.run(code, result="result", folder=str(where), case=case, lines=lines, loss=loss)["result"]
    ours = np.array([float(line.split()[3]) for line in lines])
    assert len(ours) >= 6
    want = theirs.pop("losses")
    if old:  # the mean of each round
        want = np.repeat(want.reshape(2, -1).mean(axis=1), len(want) // 2)
    np.testing.assert_allclose(ours, want, rtol=2e-4)
    import mxr as mx

    final = mx.nd.load(str(where / f"{case}-final.params"))
    assert set(final) == set(theirs)
    for n, a in final.items():
        np.testing.assert_allclose(a.asnumpy(), theirs[n], rtol=1e-3, atol=2e-5, err_msg=n)
