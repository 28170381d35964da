"""The nets of `inference_workloads.py` for `meter.py`: workloads are called `NET-BATCH`.

Ways: "module" binds the symbol (which MXNet fuses for oneDNN where it is bound for prediction), "hybrid" hybridizes.
"""

from __future__ import annotations

import importlib
import os

import inference_workloads
from calls import repeat

TITLES = {"resnet50": "ResNet-50", "mobilenet": "MobileNet 1.0", "vgg11": "VGG-11"}
CASES = {f"{net}-{batch}": f"{title}, batch {batch}" for net, title in TITLES.items() for batch in (1, 32)}
WAYS = (
    ("mxr", "module"), ("mxr", "hybrid"), ("mxnet", "module"), ("mxnet", "hybrid"), ("torch", "eager"),
    ("mxr", "module-jit"),
)  # fmt: skip
GOAL = 1.2


def build(peer, name, way):
    if peer == "torch":
        import torch

        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        step, samples = inference_workloads.build_torch(f"infer-{name}")
        return samples, lambda: None, repeat(step)
    mx = importlib.import_module(peer)
    step, samples = inference_workloads.build(mx, f"{'hybrid-' if way == 'hybrid' else ''}infer-{name}")
    return samples, mx.nd.waitall, repeat(step)
