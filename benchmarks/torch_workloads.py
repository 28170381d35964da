"""The same workloads in PyTorch (eager)."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


def mlp(hidden):
    layers, n = [nn.Flatten()], 784
    for h in hidden:
        layers += [nn.Linear(n, h), nn.Tanh()]
        n = h
    return nn.Sequential(*layers, nn.Linear(n, 10))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


class Unit(nn.Module):
    def __init__(self, c, n, stride, match):
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm2d(c), nn.BatchNorm2d(n)
        self.conv1 = nn.Conv2d(c, n, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(n, n, 3, 1, 1, bias=False)
        self.sc = None if match else nn.Conv2d(c, n, 1, stride, bias=False)

    def forward(self, x):
        act = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(act))))
        return y + (x if self.sc is None else self.sc(act))


def resnet18(classes=10, small=True):
    if small:
        layers = [nn.BatchNorm2d(3), nn.Conv2d(3, 64, 3, 1, 1, bias=False)]
    else:
        layers = [
            nn.BatchNorm2d(3), nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
        ]  # fmt: skip
    c = 64
    for i, n in enumerate((64, 128, 256, 512)):
        layers += [Unit(c, n, 1 if i == 0 else 2, i == 0), Unit(n, n, 1, True)]
        c = n
    layers += [nn.BatchNorm2d(512), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes)]
    return nn.Sequential(*layers)


def book_lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Sigmoid(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(256, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10),
    )  # fmt: skip


class Residual(nn.Module):
    def __init__(self, c, n, pointwise, stride):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(c, n, 3, stride, 1), nn.Conv2d(n, n, 3, 1, 1)
        self.conv3 = nn.Conv2d(c, n, 1, stride) if pointwise else None
        self.bn1, self.bn2 = nn.BatchNorm2d(n), nn.BatchNorm2d(n)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.conv3 is None else self.conv3(x)))


def book_resnet18():
    layers, c = [nn.Conv2d(3, 64, 3, 1, 1), nn.BatchNorm2d(64), nn.ReLU()], 64
    for i, n in enumerate((64, 128, 256, 512)):
        layers += [Residual(c, n, i > 0, 2 if i > 0 else 1), Residual(n, n, False, 1)]
        c = n
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


class LanguageModel(nn.Module):
    def __init__(self, cell):
        super().__init__()
        self.embedding, self.out = nn.Embedding(28, 256), nn.Linear(256, 28)
        self.rnn = nn.LSTMCell(256, 256) if cell else nn.LSTM(256, 256)

    def forward(self, x):
        x = self.embedding(x)
        if isinstance(self.rnn, nn.LSTM):
            return self.out(self.rnn(x)[0]).reshape(-1, 28)
        ys, state = [], None
        for step in x:
            state = self.rnn(step, state)
            ys.append(state[0])
        return self.out(torch.stack(ys)).reshape(-1, 28)


GLUON = {  # what benchmarks/gluon_workloads.py has, whether hybridized or not
    "mlp": (lambda: nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)), (128, 784)),
    "lenet": (book_lenet, (128, 1, 28, 28)),
    "resnet18": (book_resnet18, (32, 3, 32, 32)),
    "lstm": (lambda: LanguageModel(False), (35, 32)),
    "lstmcell": (lambda: LanguageModel(True), (35, 32)),
}


NETS = {
    "mlp": (lambda: mlp((256,)), (128, 784)),
    "mlp3": (lambda: mlp((256, 100, 50)), (128, 784)),
    "lenet": (lenet, (128, 1, 28, 28)),
    "resnet18-32": (resnet18, (32, 3, 32, 32)),
    "resnet18-224": (lambda: resnet18(1000, False), (8, 3, 224, 224)),
}


def recurrent_step(name):
    mode, *only = name.split("-")
    net = {"lstm": nn.LSTM, "gru": nn.GRU}[mode](256, 256, 2)
    x = torch.rand(35, 32, 256, requires_grad=not only)

    def forward():
        with torch.no_grad():
            net(x)

    def train():
        net.zero_grad(set_to_none=True)
        x.grad = None
        net(x)[0].sum().backward()

    return (forward if only else train), 32


def build(name):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    if name in ("lstm-forward", "lstm", "gru-forward", "gru"):
        return recurrent_step(name)
    mode, _, rest = name.partition("-")
    if name in NETS or mode in ("gluon", "hybrid"):
        make, shape = NETS[name] if name in NETS else GLUON[rest]
        net = make()
        x, y, batch = torch.rand(*shape), torch.randint(0, 10, (shape[0],)), shape[0]
        if rest.startswith("lstm"):
            x, y, batch = torch.randint(0, 28, shape), torch.randint(0, 28, (shape[0] * shape[1],)), shape[1]
        opt = torch.optim.SGD(net.parameters(), lr=0.01)

        def step():
            opt.zero_grad(set_to_none=True)
            F.cross_entropy(net(x), y).backward()
            opt.step()

        return step, batch
    a, b, big = torch.ones(2, 3), torch.ones(2, 3), torch.ones(1000, 1000)
    steps = {
        "add-2x3": lambda: a + b,
        "exp-2x3": lambda: torch.exp(a),
        "sum-2x3": lambda: a.sum(),
        "mean-2x3": lambda: a.mean(dim=1),
        "view-2x3": lambda: a[0:1],
        "slice-2x3": lambda: a[0:2, 1:3].contiguous(),
        "reshape-2x3": lambda: a.reshape(3, 2),
        "transpose-2x3": lambda: a.T.contiguous(),
        "exp-1e6": lambda: torch.exp(big),
        "uniform-1e6": lambda: torch.rand(1000, 1000),
        "normal-1e6": lambda: torch.randn(1000, 1000),
    }
    return steps[name], 1
