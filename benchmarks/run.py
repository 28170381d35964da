"""Interleaved comparison of mxr with the original MXNet and PyTorch: `python benchmarks/run.py [workload ...]`.

Each peer runs in a process of its own with one thread; rounds alternate between peers, and what is reported are
medians of CPU time and their ratios, so that a noisy machine disturbs all alike. The Python programs of the peers:
MXR_ORACLE_PYTHON (default .oracle/bin/python), MXR_TORCH_PYTHON (default .bench/bin/python); absent ones are left out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from gluon_workloads import GLUON
from workloads import OPERATORS, RECURRENT, SMALL

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
DEFAULT = ("mlp", "mlp3", "lenet", "resnet18-32")


class Peer:
    def __init__(self, name: str, python: str, module: str, **env: str) -> None:
        self.name = name
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        path = {"PYTHONPATH": str(ROOT)} if module == "mxr" else {}
        self.process = subprocess.Popen(
            [python, str(HERE / "worker.py"), module],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **threads, "MXNET_CPU_WORKER_NTHREADS": "1", **path, **env},
        )  # fmt: skip
        assert self.process.stdout is not None
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{name} does not start")

    def run(self, workload: str, steps: int) -> tuple[float, int] | str:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{workload} {steps}\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        if not words or words[0] == "error":
            return " ".join(words[1:]) or "the process ended"
        return float(words[0]) / steps, int(words[2])


def find_peers() -> list[Peer]:
    oracle = os.environ.get("MXR_ORACLE_PYTHON", str(ROOT / ".oracle/bin/python"))
    torch = os.environ.get("MXR_TORCH_PYTHON", str(ROOT / ".bench/bin/python"))
    wanted = [
        ("mxr", sys.executable, "mxr"),
        ("MXNet 1.9.1", oracle, "mxnet"),
        ("PyTorch", torch, "torch"),
        ("NumPy", sys.executable, "numpy"),
    ]
    peers = []
    for name, python, module in wanted:
        if not Path(python).exists():
            print(f"{name} is left out: {python} does not exist")
            continue
        peers.append(Peer(name, python, module))
    return peers


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
