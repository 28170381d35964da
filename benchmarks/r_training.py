"""What `r_training.R` does, in Python: `r_training.py mlp|lenet ROUNDS SAMPLES` prints CPU seconds from round 2 on."""

from __future__ import annotations

import sys
import time

import numpy as np
import workloads

import mxr as mx


def main(name: str, rounds: int, n: int) -> None:
    rng = np.random.RandomState(0)
    x = rng.rand(n, *workloads.SYMBOLIC[name][1][1:]).astype(np.float32)
    batches = mx.io.NDArrayIter(x, rng.randint(0, 10, n).astype(np.float32), 128, shuffle=True)
    seconds, last = [], time.process_time()

    def watch(*_):
        nonlocal last
        now = time.process_time()
        seconds.append(now - last)
        last = now

    mx.model.FeedForward.create(
        workloads.SYMBOLIC[name][0](mx), batches, ctx=mx.cpu(), num_epoch=rounds, eval_metric="acc",
        learning_rate=0.01, epoch_end_callback=watch, initializer=mx.init.Xavier(),
    )  # fmt: skip
    print(*seconds[1:])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
