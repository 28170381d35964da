"""What a fresh process costs: `startup.py PEER import|lenet|nodes-N` prints CPU and wall seconds of the import, then
CPU and wall seconds of what follows: the first training step of LeNet, or binding and running a graph of N nodes."""

from __future__ import annotations

import sys
import time

begin = time.process_time(), time.perf_counter()


def elapsed() -> tuple[float, float]:
    """CPU and wall seconds since the last call."""
    global begin
    before, begin = begin, (time.process_time(), time.perf_counter())
    return begin[0] - before[0], begin[1] - before[1]


def first_step(mx):
    """Module with iterator, bound, initialised, and trained on one batch."""
    import mx_training
    from cases import CASES

    case, net = CASES["lenet"], mx_training.symbol(mx, "lenet")
    data, label = (a[: case.batch] for a in case.data())
    elapsed()
    mx.mod.Module(net, context=mx.cpu()).fit(
        mx.io.NDArrayIter(data, label, case.batch), optimizer="sgd", num_epoch=1, initializer=mx.init.Xavier()
    )
    mx.nd.waitall()


def first_step_torch(torch):
    import torch_training
    from cases import CASES

    net, case = torch_training.net_of("lenet"), CASES["lenet"]
    x, y = (torch.from_numpy(a[: case.batch]) for a in case.data())
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    elapsed()
    torch.nn.functional.cross_entropy(net(x), y).backward()
    optimizer.step()


def nodes(mx, count):
    """Layers of three nodes on shared weights: product, tanh, sum."""
    x, w = mx.sym.Variable("data"), mx.sym.Variable("weight")
    for _ in range(count // 3):
        x = x + mx.sym.tanh(mx.sym.dot(x, w))
    elapsed()
    exe = x.simple_bind(mx.cpu(), data=(4, 8), weight=(8, 8))
    exe.forward(is_train=True)
    exe.backward(mx.nd.ones((4, 8)))
    mx.nd.waitall()


def main(peer: str, what: str) -> None:
    if peer == "torch":
        import torch as module
    elif peer == "mxnet":
        import mxnet as module
    else:
        import mxr as module
    found = elapsed()
    if what == "lenet":
        (first_step_torch if peer == "torch" else first_step)(module)
    elif what != "import":
        nodes(module, int(what.split("-")[1]))
    print(*found, *elapsed())


if __name__ == "__main__":
    main(*sys.argv[1:])
