"""One workload in a process of its own: `meter.py PEER GROUP WORKLOAD WAY` reads numbers of steps, says what they took.

The workload's own loop runs on and on; what it calls after every step (a callback of ``fit``, or the last line of a
loop) counts, and at the end of a measurement waits here for the next. An answer is: CPU seconds, wall seconds, and the
process's largest memory so far in MB. A workload is made by the function `build(peer, workload, way)` of the module
GROUP: it gives (samples in a step, function that waits for all that runs, function that loops and takes the callback).
"""

from __future__ import annotations

import importlib
import os
import sys
import time

WARM = 3


def peak_mb() -> float:
    """The largest resident memory of this process; Linux's `ru_maxrss` would know of the parent's, too."""
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) / 1024 for line in f if line.startswith("VmHWM"))


class Meter:
    """What a workload's loop calls after each step."""

    def __init__(self, samples: int, wait) -> None:
        self._samples, self._wait = samples, wait
        self._left, self._warm = WARM, False
        self._wall = self._cpu = 0.0

    def __call__(self, *_) -> None:
        self._left -= 1
        if self._left:
            return
        self._wait()
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        print(*((cpu, wall, peak_mb()) if self._warm else ("ready", self._samples)), flush=True)
        line = sys.stdin.readline()
        if not line:
            os._exit(0)
        self._left, self._warm = int(line), True
        self._wall, self._cpu = time.perf_counter(), time.process_time()


def main(peer: str, group: str, workload: str, way: str) -> None:
    try:
        samples, wait, loop = importlib.import_module(group).build(peer, workload, way)
        loop(Meter(samples, wait))
    except Exception as error:
        print("error", type(error).__name__, str(error).replace("\n", " ")[:300], flush=True)
        raise


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main(*sys.argv[1:])
