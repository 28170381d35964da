"""One peer in a process of its own: reads `workload steps` lines, answers CPU and wall seconds."""

from __future__ import annotations

import importlib
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def main(peer: str) -> None:
    if peer == "torch":
        import torch_workloads

        build = torch_workloads.build
    elif peer == "numpy":
        import numpy_workloads

        build = numpy_workloads.build
    else:
        import workloads

        mx = importlib.import_module(peer)

        def build(name):
            return workloads.build(mx, name)

    made = {}
    print("ready", flush=True)
    for line in sys.stdin:
        name, steps = line.split()
        try:
            if name not in made:
                made[name] = build(name)
                for _ in range(3):
                    made[name][0]()
            step, samples = made[name]
            wall, cpu = time.perf_counter(), time.process_time()
            for _ in range(int(steps)):
                step()
            print(time.process_time() - cpu, time.perf_counter() - wall, samples, flush=True)
        except Exception as e:
            print("error", type(e).__name__, str(e).replace("\n", " ")[:200], flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
