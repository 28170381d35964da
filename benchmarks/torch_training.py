"""The same training in PyTorch (eager): shuffled batches, loss, SGD, metric.

Ways: "loader" takes batches from a `DataLoader` on a `TensorDataset`, "eager" gathers them by an index (faster).
"""

from __future__ import annotations

import os

import torch
import torch_workloads
from cases import CASES, HEADS, HIDDEN, RATE, WIDTH
from torch import nn
from torch.nn import functional as F


class LanguageModel(nn.Module):
    def __init__(self, mode, vocabulary):
        super().__init__()
        self.embedding, self.out = nn.Embedding(vocabulary, HIDDEN), nn.Linear(HIDDEN, vocabulary)
        self.rnn = {"lstm": nn.LSTM, "gru": nn.GRU}[mode](HIDDEN, HIDDEN, 2, batch_first=True)

    def forward(self, x):
        return self.out(self.rnn(self.embedding(x))[0]).flatten(0, 1)


def lenet50():
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.Tanh(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.Tanh(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 500), nn.Tanh(), nn.Linear(500, 10),
    )  # fmt: skip


def net_of(name):
    if name in torch_workloads.NETS:
        return torch_workloads.NETS[name][0]()
    if name == "transformer":
        return nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, dropout=0.0, batch_first=True)
    return lenet50() if name == "lenet50" else LanguageModel(name, CASES[name].classes)


def batches_of(x, y, size, way):
    if way == "loader":
        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), size, shuffle=True, drop_last=True)
        while True:
            yield from loader
    while True:
        order = torch.randperm(len(x))
        for rows in order.split(size):
            if len(rows) == size:
                yield x[rows], y[rows]


def trained(case, net, way):
    data, label = (torch.from_numpy(a) for a in case.data())
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    criterion = F.mse_loss if case.kind == "values" else F.cross_entropy

    def loop(tick):
        total = count = 0
        for x, y in batches_of(data, label, case.batch, way):
            y = y.flatten() if case.kind == "words" else y
            optimizer.zero_grad(set_to_none=True)
            out = net(x)
            loss = criterion(out, y)
            loss.backward()
            optimizer.step()
            total += (out.argmax(1) == y).sum().item() if case.kind == "classes" else loss.item()
            count += len(y)
            tick()

    return case.batch, lambda: None, loop


def build(peer, name, way):
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(0)
    return trained(CASES[name], net_of(name), way)
