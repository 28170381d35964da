"""Random networks trained, updated and asked in turns: the numbers are the declarations', whatever kernels are used.

More: set MXR_FUZZ_NETS to the number of networks, MXR_FUZZ_SEED to the first one's seed.

Tolerance: 1e-4 of the largest magnitude of an array (or of 1/20 of that of all outputs or gradients of the step, where
that is more), and 40 times what changes of 1e-6 in all numbers make of it, 10 times what those of 1e-5 make: a signum
that flips or a sum that cancels says nothing about kernels.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd, sym
from mxr.core import threads
from mxr.graph import batched_steps, crew_steps, replicas, strassen_chains, turns, winograd_chains
from mxr.kernels import winograd
from mxr.kernels.blocked import parts

from .random_networks import Network, value

NETS, SEED = int(os.environ.get("MXR_FUZZ_NETS", "0")), int(os.environ.get("MXR_FUZZ_SEED", "0"))
SEEDS = range(SEED, SEED + (NETS or 8))
SETTINGS = [("auto", 1), ("jit", 1), ("onednn", 1), ("auto", 2), ("jit", 2), ("auto", 3)]
STEPS = ["train", "train", "train", "predict", "predict", "write", "rebatch", "again", "backward of a prediction"]


@pytest.fixture(autouse=True)
def small_plans_split(monkeypatch):
    monkeypatch.setattr(replicas, "LEAST", 1)
    monkeypatch.setattr(replicas, "WAIT", 0)
    monkeypatch.setattr(threads, "cores", lambda: 8)


class Draw:
    """Numbers for a run, the same for each seed, all of them changed a little with `noise`."""

    def __init__(self, seed, noise):
        self.r, self._noise, self._change = np.random.RandomState(seed), noise, np.random.RandomState(int(noise * 1e7))

    def __call__(self, name, shape):
        x = value(name, shape, self.r)
        return nd.array(x if name == "label" or not self._noise else x * (1 + self._noise * self._change.randn(*shape)))

    def write(self, x, name):
        """New values for a parameter in one of the ways to write to it."""
        new, how = self(name, x.shape), self.r.randint(7)
        if how == 0:
            x[:] = new
        elif how == 1:
            new.copyto(x)
        elif how == 2:
            nd.broadcast_mul(new, nd.ones((1,) * new.ndim), out=x)
        elif how == 3:
            x.reshape((-1,))[:1] = 0.25
        elif how == 4:
            x[0:1] = new[0:1]
        elif how == 5:
            x *= 0.9
        else:
            x.detach()[:] = new


def bound(net, seed, noise):
    """All results of steps of an executor, with plain updates between them."""
    draw = Draw(seed, noise)
    r, batch, found = draw.r, net.batch, {}
    exe = net.symbol.simple_bind(mx.cpu(), grad_req=net.reqs, data=(batch, *net.rest))
    for name, x in {**exe.arg_dict, **exe.aux_dict}.items():
        x[:] = draw(name, x.shape)
    for name in sorted(n for n, g in exe.grad_dict.items() if g is not None):
        exe.grad_dict[name][:] = draw("start", exe.grad_dict[name].shape) * 0.1
    parameters = [n for n in exe.arg_dict if n not in ("data", "label")]
    for i in range(r.randint(4, 9)):
        step = STEPS[r.randint(len(STEPS))] if i else "train"
        if step == "rebatch" and net.resizes:
            batch = int([1, 2, 3, 5, 16, 17, net.batch][r.randint(7)])
            exe = exe.reshape(partial_shaping=True, allow_up_sizing=True, data=(batch, *net.rest))
        elif step == "write" and parameters:
            name = parameters[r.randint(len(parameters))]
            draw.write(exe.arg_dict[name], name)
        if step != "again":
            for name in ("data", "label"):
                if name in exe.arg_dict:
                    exe.arg_dict[name][:] = draw(name, exe.arg_dict[name].shape)
        outs = exe.forward(is_train=step in ("train", "again"))
        found |= {(i, "out", k): y.asnumpy() for k, y in enumerate(outs)}
        if step in ("train", "again", "backward of a prediction"):
            heads = [draw("data", y.shape) for y in outs]
            for _ in range(2 if step == "again" else 1):
                exe.backward(heads)
            grads = {n: g for n, g in exe.grad_dict.items() if g is not None}
            found |= {(i, "gradient", n): g.asnumpy() for n, g in grads.items()}
            for name in grads.keys() & set(parameters):
                nd.sgd_update(exe.arg_dict[name], grads[name], lr=1e-3, wd=0, clip_gradient=20, out=exe.arg_dict[name])
    return found | {("end", "state", n): x.asnumpy() for n, x in {**exe.arg_dict, **exe.aux_dict}.items()}


def trained(net, seed, noise, eager=False):
    """All results of steps of a block with a trainer; of four seeds, three are hybridized."""
    draw = Draw(seed, noise)
    r, batch, found = draw.r, net.batch, {}
    arguments = net.symbol.list_arguments()
    inputs = [n for n in arguments if n in ("data", "label", "state", "state_cell")]

    def shapes():
        known, _, states = net.symbol.infer_shape(data=(batch, *net.rest))
        return dict(zip(arguments + net.symbol.list_auxiliary_states(), known + states))

    block = gluon.SymbolBlock(net.symbol, [sym.Variable(n) for n in inputs])
    parameters = dict(sorted(block.collect_params().items()))
    for name, p in parameters.items():
        p.shape = shapes()[name]
        p.initialize(ctx=mx.cpu())
        p.set_data(draw(name, p.shape))
        if p.grad_req != "null" and net.reqs[name] != "write":
            p.grad_req = net.reqs[name]
    if not eager and seed % 4 < 3:
        block.hybridize(static_alloc=bool(seed % 2), static_shape=bool(seed % 2))
    trainer = gluon.Trainer(parameters, "sgd", {"learning_rate": 2e-3, "momentum": 0.9, "clip_gradient": 20})
    for i in range(r.randint(4, 8)):
        step = STEPS[r.randint(len(STEPS))] if i else "train"
        if step == "rebatch" and net.resizes:
            batch = int([1, 2, 3, 5, 16, 17, net.batch][r.randint(7)])
        elif step == "write" and parameters:
            name = list(parameters)[r.randint(len(parameters))]
            draw.write(parameters[name].data(), name)
        arrays = [draw(n, shapes()[n]) for n in inputs]
        arrays[0].attach_grad()
        if step in ("predict", "write", "rebatch"):
            outs = block(*arrays)
        else:
            with autograd.record(train_mode=step != "backward of a prediction"):
                outs = block(*arrays)
                outs = outs if isinstance(outs, list) else [outs]
                if step == "again":  # one plan holds two results
                    more = block(arrays[0] * 0.5, *arrays[1:])
                    outs = outs + (more if isinstance(more, list) else [more])
                loss = sum((y * draw("data", y.shape)).sum() for y in outs)
            loss.backward()
            found |= {(i, "gradient", n): p.grad().asnumpy() for n, p in parameters.items() if p.grad_req != "null"}
            found[i, "gradient", "data"] = arrays[0].grad.asnumpy()
            trainer.step(5, ignore_stale_grad=True)
        found |= {(i, "out", k): y.asnumpy() for k, y in enumerate(outs if isinstance(outs, list) else [outs])}
    return found | {("end", "state", n): p.data().asnumpy() for n, p in parameters.items()}


def compare(monkeypatch, run, seed, settings, kind="", batch=None, **plain):
    net = Network(seed, kind)
    net.batch = batch or net.batch
    monkeypatch.setenv("MXR_KERNELS", "ref")
    with mx.util.num_threads(1):
        want = run(net, seed, 0, **plain)
        assert all(np.isfinite(x).all() for x in want.values())
        noise = dict.fromkeys(want, 0.0)
        for change, factor in ((1e-6, 40), (1e-5, 10)):
            for k, x in run(net, seed, change, **plain).items():
                noise[k] = max(noise[k], factor * np.abs(x - want[k]).max(initial=0))
    largest: dict = {}
    for (step, kind, _), x in want.items():
        largest[step, kind] = max(largest.get((step, kind), 1e-3), np.abs(x).max(initial=0))
    for kernels, count in settings:
        monkeypatch.setenv("MXR_KERNELS", kernels)
        with mx.util.num_threads(count):
            got = run(net, seed, 0)
        assert got.keys() == want.keys()
        for k, x in want.items():
            assert got[k].shape == x.shape
            most = 1e-4 * max(np.abs(x).max(initial=0), 0.05 * largest[k[:2]]) + noise[k] + 1e-6
            error = np.abs(got[k] - x).max(initial=0)
            assert error <= most, f"network {seed} {net.parts}, {kernels}, {count} threads, {k}: {error} > {most}"


def _settings(seed):
    return SETTINGS if NETS else [SETTINGS[seed % 6], SETTINGS[(seed + 3) % 6]]


@pytest.mark.parametrize("seed", SEEDS)
def test_bound(monkeypatch, seed):
    compare(monkeypatch, bound, seed, _settings(seed))


@pytest.mark.parametrize("seed", [s + 500 for s in SEEDS])
def test_bound_with_kernels_for_other_sizes(monkeypatch, seed):
    """Winograd's and Strassen's algorithms, the batch in the vector, prediction in turns where they do not pay."""
    which = seed % 4
    if which in (0, 3):
        monkeypatch.setattr(winograd, "worth", lambda p, given=False: True)
        monkeypatch.setattr(winograd_chains, "pays", lambda p, nbytes: True)
        monkeypatch.setattr(strassen_chains, "pays", lambda s: True)
    if which in (1, 3):
        monkeypatch.setattr(batched_steps, "worth_it", lambda *arguments: True)
    if which in (2, 3):
        monkeypatch.setattr(turns, "_cache", lambda: 8000)
        monkeypatch.setattr(turns, "_FEW", 1e9)
    compare(monkeypatch, bound, seed, _settings(seed), kind="convolutions")


@pytest.mark.parametrize("seed", [s + 1000 for s in SEEDS])
def test_blocks(monkeypatch, seed):
    compare(monkeypatch, trained, seed, _settings(seed), eager=True)


@pytest.mark.parametrize("seed", [s + 1500 for s in SEEDS][: NETS or 4])
def test_a_few_examples_asked_by_a_crew(monkeypatch, seed):
    """What cannot be split over the batch: threads share all calls that they can, however small."""
    monkeypatch.setattr(crew_steps, "_LEAST", 1)
    monkeypatch.setattr(parts, "_LEAST", 1e-12)
    if seed % 2:
        monkeypatch.setattr(winograd, "worth", lambda p, given=False: True)
        monkeypatch.setattr(winograd_chains, "pays", lambda p, nbytes: True)
    if seed % 4 < 2:
        monkeypatch.setattr(strassen_chains, "pays", lambda s: True)
    monkeypatch.setattr(f"{__name__}.STEPS", ["predict", "predict", "write", "rebatch", "train"])
    settings = [("auto", 2), ("jit", 3), ("auto", 4)]
    run = bound if seed % 3 else trained
    compare(
        monkeypatch, run, seed, settings if NETS else settings[seed % 3 :][:1], "convolutions", [1, 1, 2, 3][seed % 4]
    )
