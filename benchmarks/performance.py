"""Measures everything that docs/performance.md shows: `python benchmarks/performance.py [section ...]`.

Each peer and way runs in a fresh process of its own; rounds alternate between the processes, so that a noisy machine
disturbs all alike. Results go into a JSON file; sections and cases that are not measured anew stay in it.
`report.py` writes the document from it.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import predicting
from cases import CASES, ways
from curves import CURVES
from peers import HERE, ROOT, Process, environment, program

from mxr.core.threads import cores

RESULTS = HERE / "results.json"
KERNELS = {"module-jit": {"MXR_KERNELS": "jit"}, "hybrid-jit": {"MXR_KERNELS": "jit"}}
NODES = (100, 1000, 10_000, 100_000)
PEERS = ("mxr", "mxnet", "torch")
Results = Iterator[tuple[str, Any]]  # of a section, by the names in the JSON file
R_SAMPLES = 12_800


class Runner:
    """One workload of one peer, measured round by round."""

    def __init__(self, peer: str, group: str, workload: str, way: str, threads: int) -> None:
        self._samples, self._steps, self._peak, self._error = 1, 1, 0.0, ""
        self._rounds: list[tuple[float, float]] = []
        self._process = Process(peer, "meter.py", peer, group, workload, way, threads=threads, **KERNELS.get(way, {}))

    def start(self, seconds: float) -> None:
        """Waits for the process, and finds how many steps take `seconds`."""
        words = self._process.read()
        if not words or words[0] != "ready":
            self._error = " ".join(words) or "the process ended"
            return
        self._samples = int(words[1])
        answer = self._ask(1)
        while answer is not None and answer[1] < seconds / 4:
            self._steps = max(self._steps + 1, int(self._steps * min(seconds / 2 / answer[1], 100)))
            answer = self._ask(self._steps)
        if answer is not None:
            self._steps = max(1, round(seconds * self._steps / answer[1]))

    def _ask(self, steps: int) -> list[float] | None:
        words = self._process.ask(str(steps))
        if len(words) == 3:
            return [float(word) for word in words]
        self._error = " ".join(words) or "the process ended"
        return None

    def run(self) -> None:
        """One round."""
        answer = None if self._error else self._ask(self._steps)
        if answer is not None:
            cpu, wall, self._peak = answer
            count = self._steps * self._samples
            self._rounds.append((cpu / count, wall / count))

    def result(self) -> dict[str, Any]:
        """CPU and wall seconds a sample of each round, and the largest memory in MB."""
        self._process.close()
        if self._error:
            return {"error": self._error}
        cpu, wall = ([round_[i] for round_ in self._rounds] for i in (0, 1))
        return {"cpu": cpu, "wall": wall, "samples": self._samples, "peak_mb": self._peak}


def compare(
    group: Callable[[str], str], workload: str, pairs: Iterable[tuple[str, str]], options: Any, threads: int = 1
) -> dict[str, Any]:
    """Results by "peer way" of one workload, the pairs taking turns."""
    runners = {
        f"{peer} {way}": Runner(peer, group(peer), workload, way, threads) for peer, way in pairs if program(peer)
    }
    for runner in runners.values():
        runner.start(options.seconds)
    for _ in range(options.rounds):
        for runner in runners.values():
            runner.run()
            if threads > 1:
                time.sleep(0.25)  # threads of the last one may still wait in a loop for work
    found = {name: runner.result() for name, runner in runners.items()}
    clock = "cpu" if threads == 1 else "wall"
    words = [f"{name} {r.get('error') or format(1 / statistics.median(r[clock]), ',.6g')}" for name, r in found.items()]
    print(f"{workload}, {threads} threads, steps/s: {'; '.join(words)}", flush=True)
    return found


def training_group(peer: str) -> str:
    return "torch_training" if peer == "torch" else "mx_training"


def training(options: Any) -> Results:
    """Every case of `cases.py` for each number of threads."""
    for name in options.chosen(CASES):
        for threads in options.threads:
            yield f"{name} {threads}", compare(training_group, name, ways(name), options, threads)


def inference(options: Any) -> Results:
    """Nets that predict."""
    for name in options.chosen(predicting.CASES):
        for threads in options.threads:
            yield f"{name} {threads}", compare(lambda peer: "predicting", name, predicting.WAYS, options, threads)


def calls(options: Any) -> Results:
    """Single large calls, with NumPy's copy and sum as measures of the memory's speed."""
    peers = {"dot": (*PEERS, "numpy"), "chain": PEERS, "copy": ("numpy",), "triad": ("numpy",)}
    for name in options.chosen(peers):
        pairs = [(peer, "call") for peer in peers[name]]
        for threads in options.threads:
            yield f"{name} {threads}", compare(lambda peer: "calls", name, pairs, options, threads)


def pipeline(options: Any) -> Results:
    """Batches for LeNet, without the net."""
    for name in options.chosen(("iterator", "loader")):
        yield name, compare(lambda peer: "calls", name, [(peer, "call") for peer in PEERS], options)


def curves(options: Any) -> Results:
    """Training over batch size, width, depth and length."""
    pairs = [("mxr", "module"), ("mxnet", "module"), ("torch", "eager")]
    for variable in options.chosen(CURVES):
        for value in CURVES[variable]:
            name = f"{variable}-{value}"
            yield name, compare(lambda peer: "curves", name, pairs, options)


def once(peer: str, what: str, **env: str) -> list[float] | None:
    """The four numbers of startup.py in a fresh process."""
    python = program(peer)
    if python is None:
        return None
    command = [python, str(HERE / "startup.py"), peer, what]
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment(peer, **env), timeout=300)
    except subprocess.TimeoutExpired:
        return None
    return [float(word) for word in done.stdout.split()] if done.returncode == 0 else None


def startup(options: Any) -> Results:
    """The import and LeNet's first step, without and with compiled kernels on disk; binding of large graphs."""
    found: dict[str, Any] = {}
    for _ in range(options.rounds):
        for peer in PEERS:
            keep(found, f"import {peer}", once(peer, "import"), slice(0, 2))
            with tempfile.TemporaryDirectory() as cache:
                keep(found, f"first step, cold {peer}", once(peer, "lenet", MXR_CACHE_DIR=cache), slice(2, 4))
                keep(found, f"first step {peer}", once(peer, "lenet", MXR_CACHE_DIR=cache), slice(2, 4))
    for n in NODES:
        for _ in range(min(options.rounds, 3) if n < NODES[-1] else 1):
            for peer in PEERS[:2]:
                keep(found, f"nodes-{n} {peer}", once(peer, f"nodes-{n}"), slice(2, 4))
    for name, values in found.items():
        print(f"{name}: {statistics.median(v[0] for v in values):.3f} s of CPU", flush=True)
    yield from found.items()


def keep(found: dict[str, Any], name: str, numbers: list[float] | None, part: slice) -> None:
    if numbers is not None:
        found.setdefault(name, []).append(numbers[part])


def through_r(options: Any) -> Results:
    """CPU seconds a round of `FeedForward`, through R and in Python, in processes that take turns."""
    env = {**environment("mxr"), "R_LIBS": str(ROOT / ".rlib"), "MXR_PYTHON": str(program("mxr"))}
    commands = {"R": ["Rscript", "r_training.R"], "Python": [str(program("mxr")), "r_training.py"]}
    found: dict[str, Any] = {}
    for name in options.chosen(("mlp", "lenet")):
        rounds = 12 if name == "mlp" else 4
        for _ in range(options.rounds):
            for who, command in commands.items():
                arguments = [*command, name, str(rounds), str(R_SAMPLES)]
                done = subprocess.run(arguments, capture_output=True, text=True, env=env, cwd=HERE)
                if done.returncode:
                    raise RuntimeError(done.stderr[-500:])
                found.setdefault(f"{name} {who}", []).append([float(word) for word in done.stdout.split()])
    for name, processes in found.items():
        print(f"{name}: {statistics.median(t for p in processes for t in p):.4f} s of CPU a round", flush=True)
    yield from found.items()


def machine() -> dict[str, Any]:
    """The machine and the versions, without names."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    cpu = next((line.split(":")[1].strip() for line in info.splitlines() if line.startswith("model name")), "")
    flags = next((line.split(":")[1].split() for line in info.splitlines() if line.startswith("flags")), [])
    vectors = next((name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags), "")
    versions = {}
    for peer, module in (("mxr", "numpy"), ("mxr", "mxr"), ("mxnet", "mxnet"), ("torch", "torch")):
        if python := program(peer):
            code = f"import {module}; print({module}.__version__)"
            done = subprocess.run([python, "-c", code], capture_output=True, text=True, env=environment(peer))
            versions[module] = done.stdout.strip()
    return {
        "cpu": cpu or platform.machine(), "vectors": vectors, "cores": cores(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(), "versions": versions, "load": os.getloadavg()[0],
        "date": datetime.date.today().isoformat(),
    }  # fmt: skip


SECTIONS = {
    "training": training, "inference": inference, "calls": calls, "pipeline": pipeline, "startup": startup,
    "r": through_r, "curves": curves,
}  # fmt: skip


class Options(argparse.Namespace):
    """The command line."""

    only: list[str]

    def chosen(self, names: Iterable[str]) -> list[str]:
        """Those of `names` that were asked for."""
        return [name for name in names if not self.only or name in self.only]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", default=list(SECTIONS), help=f"of {', '.join(SECTIONS)}")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5, help="per process and round")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--only", nargs="*", default=[], help="these cases of the sections")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(namespace=Options())
    if unknown := [name for name in options.sections if name not in SECTIONS]:
        parser.error(f"unknown section {unknown[0]!r}: it is one of {', '.join(SECTIONS)}")
    results = json.loads(options.out.read_text()) if options.out.exists() else {}
    for name in options.sections:
        before = machine()
        for key, found in SECTIONS[name](options):
            results.setdefault(name, {})[key] = found
            results.setdefault("machine", {})[name] = {**before, "rounds": options.rounds, "seconds": options.seconds}
            options.out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
