"""Single calls and batches of data in the peers' APIs, each a loop for `meter.py`."""

from __future__ import annotations

import importlib

import numpy as np
from cases import CASES

SIDE, LONG = 4000, 10**7


def repeat(step):
    def loop(tick):
        while True:
            step()
            tick()

    return loop


def operands(count, shape):
    rng = np.random.RandomState(0)
    return [rng.rand(*shape).astype(np.float32) for _ in range(count)]


def mx_dot(mx):
    a, b = (mx.nd.array(x) for x in operands(2, (SIDE, SIDE)))
    return repeat(lambda: mx.nd.dot(a, b).wait_to_read())


def mx_chain(mx):
    """relu(a * b + c) * 0.5 as one graph: three arrays are read, one is written."""
    a, b, c = (mx.sym.Variable(n) for n in "abc")
    net = mx.sym.relu(a * b + c) * 0.5
    exe = net.simple_bind(mx.cpu(), grad_req="null", **dict.fromkeys("abc", (LONG,)))
    for array, values in zip(exe.arg_arrays, operands(3, (LONG,))):
        array[:] = mx.nd.array(values)

    def step():
        exe.forward(is_train=False)
        exe.outputs[0].wait_to_read()

    return repeat(step)


def mx_iterator(mx):
    case = CASES["lenet"]
    data, label = case.data()
    batches = mx.io.NDArrayIter(data, label, case.batch, shuffle=True, last_batch_handle="discard")

    def loop(tick):
        while True:
            batches.reset()
            for _ in batches:
                tick()

    return loop


def mx_loader(mx):
    case, data = CASES["lenet"], mx.gluon.data
    x, y = case.data()
    dataset = data.ArrayDataset(mx.nd.array(x), y.astype(np.float32))
    loader = data.DataLoader(dataset, case.batch, shuffle=True, last_batch="discard")

    def loop(tick):
        while True:
            for _ in loader:
                tick()

    return loop


def torch_call(name):
    import os

    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    if name == "dot":
        a, b = (torch.from_numpy(x) for x in operands(2, (SIDE, SIDE)))
        return repeat(lambda: a @ b)
    if name == "chain":
        a, b, c = (torch.from_numpy(x) for x in operands(3, (LONG,)))
        return repeat(lambda: torch.relu(a * b + c) * 0.5)
    from torch_training import batches_of

    case = CASES["lenet"]
    x, y = (torch.from_numpy(a) for a in case.data())
    way = "loader" if name == "loader" else "eager"

    def loop(tick):
        for _ in batches_of(x, y, case.batch, way):
            tick()

    return loop


def numpy_call(name):
    if name == "dot":
        a, b = operands(2, (SIDE, SIDE))
        out = np.empty((SIDE, SIDE), np.float32)
        return repeat(lambda: np.matmul(a, b, out=out))
    a, b = operands(2, (LONG,))
    out = np.empty(LONG, np.float32)
    if name == "copy":
        return repeat(lambda: np.copyto(out, a))
    return repeat(lambda: np.add(a, b, out=out))


def build(peer, name, way):
    if peer == "torch":
        return 1, lambda: None, torch_call(name)
    if peer == "numpy":
        return 1, lambda: None, numpy_call(name)
    mx = importlib.import_module(peer)
    make = {"dot": mx_dot, "chain": mx_chain, "iterator": mx_iterator, "loader": mx_loader}[name]
    return 1, mx.nd.waitall, make(mx)
