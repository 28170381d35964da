"""How cost grows, for `meter.py`: `VARIABLE-VALUE` of a perceptron (batch, width, depth) or language model (steps)."""

from __future__ import annotations

import importlib
from dataclasses import replace

from cases import CASES

CURVES = {
    "batch": (1, 8, 32, 128, 512, 2048),
    "width": (16, 64, 256, 1024, 4096),
    "depth": (1, 4, 16, 64),
    "steps": (8, 35, 128),
}
TITLES = {
    "batch": "MLP 784-256-10, samples in a batch",
    "width": "MLP 784-width-10, batch 128",
    "depth": "MLP with so many hidden layers of 64, batch 128",
    "steps": "LSTM language model 2x256, batch 32, so many steps",
}


def setting(name):
    """(case, sizes of the hidden layers or None)."""
    variable, value = name.split("-")
    value = int(value)
    if variable == "steps":
        return replace(CASES["lstm"], shape=(value,), batches=20), None
    case = CASES["mlp"]
    if variable == "batch":
        return replace(case, batch=value, batches=max(6400 // value, 4)), (256,)
    return replace(case, batches=50), (value,) if variable == "width" else (64,) * value


def build_torch(case, hidden):
    import torch
    import torch_training
    import torch_workloads

    torch.set_num_threads(1)
    net = torch_training.LanguageModel("lstm", case.classes) if hidden is None else torch_workloads.mlp(hidden)
    return torch_training.trained(case, net, "eager")


def build(peer, name, way):
    case, hidden = setting(name)
    if peer == "torch":
        return build_torch(case, hidden)
    import mx_training
    import workloads

    mx = importlib.import_module(peer)
    if hidden is None:
        net = mx_training.language_model(mx, "lstm", case.classes, case.shape[0])
    else:
        net = workloads.mlp(mx, hidden)
    return mx_training.by_module(mx, case, net)
