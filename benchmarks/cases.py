"""What is trained, without any framework: shapes, data, and in which ways each peer runs it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STEPS, VOCABULARY, HIDDEN = 35, 1000, 256  # of the language models
WIDTH, HEADS, LENGTH = 512, 8, 128  # of the transformer's layer
RATE = 0.01


@dataclass(frozen=True)
class Case:
    """A net and its data.

    Parameters
    ----------
    title : for the table.
    shape : of one sample.
    batch, batches : samples in a batch, batches in an epoch.
    kind : of the labels: "classes" (one for a sample), "words" (one for each of its words), "values" (as the sample).
    classes : how many there are.
    goal : wanted ratio to the better of the peers' ways.
    imperative : whether Gluon without `hybridize` is measured too.
    plain : whether mxr without oneDNN is measured too, and with which goal.
    """

    title: str
    shape: tuple[int, ...]
    batch: int
    batches: int
    kind: str = "classes"
    classes: int = 10
    goal: float | None = None
    imperative: bool = False
    plain: float | None = None

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Samples and labels, drawn with a fixed seed."""
        rng, n = np.random.RandomState(0), self.batch * self.batches
        if self.kind == "words":
            return rng.randint(0, self.classes, (n, *self.shape)), rng.randint(0, self.classes, (n, *self.shape))
        x = rng.rand(n, *self.shape).astype(np.float32)
        if self.kind == "values":
            return x - 0.5, rng.rand(n, *self.shape).astype(np.float32)
        return x, rng.randint(0, self.classes, n)


CASES = {
    "mlp": Case("MLP 784-256-10, batch 128", (784,), 128, 100, goal=1.7, imperative=True),
    "mlp3": Case("MLP 784-256-100-50-10, batch 128", (784,), 128, 100, goal=1.7),
    "lenet": Case("LeNet of the slides (6 and 16 filters, relu), batch 128", (1, 28, 28), 128, 60, goal=4.5,
                  imperative=True),
    "lenet50": Case("LeNet with 20 and 50 filters, tanh, batch 128", (1, 28, 28), 128, 60),
    "lstm": Case("LSTM language model 2x256, 35 steps, batch 32", (STEPS,), 32, 60, "words", VOCABULARY, goal=1.2),
    "gru": Case("GRU language model 2x256, 35 steps, batch 32", (STEPS,), 32, 60, "words", VOCABULARY, goal=1.2),
    "resnet18-32": Case("ResNet-18, 32x32, batch 32", (3, 32, 32), 32, 40, goal=1.2, plain=1.0),
    "resnet18-224": Case("ResNet-18, 224x224, batch 8", (3, 224, 224), 8, 12, "classes", 1000, goal=1.2, plain=1.0),
    "transformer": Case("Transformer encoder layer (512, 8 heads, 128 steps), batch 8", (LENGTH, WIDTH), 8, 40,
                        "values", goal=1.0),
}  # fmt: skip


def ways(name: str) -> list[tuple[str, str]]:
    """The (peer, way) pairs in which a case is trained."""
    case = CASES[name]
    found = [("mxr", "module"), ("mxr", "hybrid"), ("mxnet", "module"), ("mxnet", "hybrid"), ("torch", "eager")]
    if case.imperative:
        found += [("mxr", "imperative"), ("mxnet", "imperative"), ("torch", "loader")]
    if case.plain is not None:
        found.append(("mxr", "module-jit"))
    return found
