"""Interleaved comparison of mxr with the original MXNet and PyTorch: `python benchmarks/run.py [workload ...]`.

Each peer runs in a process of its own with one thread; rounds alternate between peers, and what is reported are
medians of CPU time and their ratios, so that a noisy machine disturbs all alike. `peers.py` says where the peers'
Python programs are; absent ones are left out. `performance.py` measures whole training through the public API.
"""

from __future__ import annotations

import argparse
import statistics

from gluon_workloads import GLUON
from peers import TITLES, Process, program
from workloads import OPERATORS, RECURRENT, SMALL

DEFAULT = ("mlp", "mlp3", "lenet", "resnet18-32")


class Peer:
    """A library that runs the workloads of `worker.py` in one process."""

    def __init__(self, module: str) -> None:
        self.name = TITLES[module]
        self._process = Process(module, "worker.py", module)
        if self._process.read() != ["ready"]:
            raise RuntimeError(f"{self.name} does not start")

    def run(self, workload: str, steps: int) -> tuple[float, int] | str:
        """(CPU seconds a step, samples in a step), or what went wrong."""
        words = self._process.ask(f"{workload} {steps}")
        if not words or words[0] == "error":
            return " ".join(words[1:]) or "the process ended"
        return float(words[0]) / steps, int(words[2])


def find_peers() -> list[Peer]:
    """Those whose Python program exists."""
    for module, title in TITLES.items():
        if program(module) is None:
            print(f"{title} is left out: there is no Python program for it")
    return [Peer(module) for module in TITLES if program(module)]


def steps_for(peers: list[Peer], workload: str, seconds: float) -> int:
    found = [r[0] for p in peers if not isinstance(r := p.run(workload, 1), str)]
    return max(1, int(seconds / max(statistics.median(found), 1e-7))) if found else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "workloads", nargs="*", default=DEFAULT, help=f"of {', '.join((*DEFAULT, *GLUON, *RECURRENT, *OPERATORS))}"
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5, help="per peer and round")
    args = parser.parse_args()
    peers = find_peers()
    for workload in args.workloads:
        steps = steps_for(peers, workload, args.seconds)
        times: dict[str, list[float]] = {p.name: [] for p in peers}
        samples, failed = 1, {}
        for _ in range(args.rounds):
            for p in peers:
                r = p.run(workload, steps)
                if isinstance(r, str):
                    failed[p.name] = r
                else:
                    times[p.name].append(r[0])
                    samples = r[1]
        medians = {n: statistics.median(t) for n, t in times.items() if t}
        own = medians.get("mxr")
        print(f"{workload}: {steps} steps x {args.rounds} rounds, one thread")
        for name, m in medians.items():
            speed = (
                f"{samples / m:12,.0f} samples per CPU-second" if samples > 1 else f"{m * 1e6:12,.2f} us of CPU a call"
            )
            ratio = f"   mxr is {m / own:5.2f}x as fast" if own and name != "mxr" else ""
            print(f"  {name:12s} {speed}{ratio}")
        for name, why in failed.items():
            if name == "NumPy" and workload not in SMALL:
                continue
            print(f"  {name:12s} failed: {why}")


if __name__ == "__main__":
    main()
