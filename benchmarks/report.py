"""Writes docs/performance.md from the results of `performance.py`: `python benchmarks/report.py [results.json]`."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import predicting
from cases import CASES
from curves import CURVES
from curves import TITLES as CURVE_TITLES
from peers import ROOT, TITLES
from performance import NODES, PEERS, RESULTS

TARGET = ROOT / "docs" / "performance.md"
WAYS = {
    "module": "symbolic", "module-jit": "symbolic, without oneDNN", "hybrid": "hybridized", "imperative": "imperative",
    "eager": "eager", "loader": "eager, DataLoader", "call": "",
}  # fmt: skip
CHAIN_BYTES, COPY_BYTES, TRIAD_BYTES = 4 * 4e7, 2 * 4e7, 3 * 4e7  # read and written by `calls.py`
R_ALLOWED, CHAIN_GOAL = 1.05, 0.85

Result = dict[str, Any]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def rates(result: Result, clock: str) -> list[float]:
    """Samples a second of each round."""
    return [1 / seconds for seconds in result[clock]]


def number(value: float) -> str:
    """Three or more digits, with separators."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def shown(result: Result, clock: str) -> str:
    """A median with its quartiles, or a dash."""
    if "error" in result or not result[clock]:
        return "failed"
    low, middle, high = quartiles(rates(result, clock))
    return f"{number(middle)} ({number(low)} to {number(high)})"


def ratio(own: Result, others: Iterable[Result], clock: str) -> tuple[float, float, float] | None:
    """Quartiles, over the rounds, of how many times as fast `own` is as the best of `others` (by medians)."""
    found = [r for r in others if r.get(clock)]
    if not own.get(clock) or not found:
        return None
    best = min(found, key=lambda r: statistics.median(r[clock]))
    return quartiles([theirs / mine for mine, theirs in zip(own[clock], best[clock])])


def verdict(found: tuple[float, float, float] | None, goal: float | None) -> str:
    """ "1.93x (1.85 to 2.01)", and whether that is what was wanted."""
    if found is None:
        return "-"
    low, middle, high = found
    text = f"{middle:.2f}x ({low:.2f} to {high:.2f})"
    return text if goal is None else f"{text}; goal {goal:.2f}: {'reached' if middle >= goal else 'missed'}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table, numbers to the right."""
    return [
        "| " + " | ".join(head) + " |",
        "|---|" + "---:|" * (len(head) - 1),
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]


def name_of(pair: str) -> str:
    peer, way = pair.split()
    return f"{TITLES[peer]}, {WAYS[way]}" if WAYS[way] else TITLES[peer]


def theirs(found: dict[str, Result], ways: Sequence[str] | None = None) -> list[Result]:
    """Results of the other libraries, in some ways of running them."""
    return [r for pair, r in found.items() if pair.split()[0] != "mxr" and (ways is None or pair.split()[1] in ways)]


def ratio_lines(found: dict[str, Result], clock: str, goal: float | None, plain: float | None) -> list[list[str]]:
    """A line for each way in which mxr runs a case: how it compares with the best of the others."""
    compiled = [r for pair, r in found.items() if not pair.startswith("mxr") and not pair.endswith("imperative")]
    lines = []
    for pair, own in found.items():
        peer, way = pair.split()
        if peer != "mxr":
            continue
        if way == "imperative":
            for title, others, wanted in (
                ("MXNet's", [found.get("mxnet imperative", {})], 2.0),
                ("PyTorch's", [found.get("torch eager", {}), found.get("torch loader", {})], 1.0),
            ):
                lines.append([f"imperative, against {title}", verdict(ratio(own, others, clock), wanted)])
        else:
            wanted = plain if way == "module-jit" else goal
            lines.append([WAYS[way], verdict(ratio(own, compiled, clock), wanted)])
    return lines


def compared(results: Result, section: str, titles: dict[str, str], goals: dict[str, tuple]) -> list[str]:
    """For every case: rates of all, ratios, memory."""
    lines = []
    for name, title in titles.items():
        found = {threads: results.get(section, {}).get(f"{name} {threads}") for threads in (1, 2)}
        if not any(found.values()):
            continue
        lines += [f"### {title}", ""]
        pairs = list(dict.fromkeys(pair for r in found.values() for pair in r or {}))
        rows = []
        for pair in pairs:
            cells = [
                shown(r[pair], clock) if r and pair in r else "-"
                for r, clock in ((found[1], "cpu"), (found[2], "wall"))
            ]
            peak = (found[1] or found[2] or {}).get(pair, {}).get("peak_mb")
            rows.append([name_of(pair), *cells, f"{peak:,.0f}" if peak else "-"])
        lines += table(["", "samples a CPU second, 1 thread", "samples a second, 2 threads", "peak memory, MB"], rows)
        one, two = (
            dict(ratio_lines(r, clock, *goals[name])) if r else {}
            for r, clock in ((found[1], "cpu"), (found[2], "wall"))
        )
        rows = [[way, one.get(way, "-"), two.get(way, "-")] for way in dict.fromkeys([*one, *two])]
        lines += table(["mxr against the best of the others", "1 thread", "2 threads"], rows)
    return lines


def summary(results: Result) -> list[str]:
    """One line a case: the symbolic way against the best of the others."""
    rows = []
    for section, titles in (("training", {n: c.title for n, c in CASES.items()}), ("inference", predicting.CASES)):
        for name, title in titles.items():
            cells = []
            for threads, clock in ((1, "cpu"), (2, "wall")):
                found = results.get(section, {}).get(f"{name} {threads}", {})
                own = [r for pair, r in found.items() if pair in ("mxr module", "mxr hybrid") and r.get(clock)]
                best = min(own, key=lambda r: statistics.median(r[clock]), default={})
                got = ratio(best, [r for p, r in found.items() if not p.startswith("mxr") and "imper" not in p], clock)
                cells.append("-" if got is None else f"{got[1]:.2f}x")
            goal = CASES[name].goal if section == "training" else predicting.GOAL
            if cells != ["-", "-"]:
                memory = " / ".join(peak(results.get(section, {}).get(f"{name} 1", {}), peer) for peer in PEERS)
                rows.append([title, *cells, "-" if goal is None else f"{goal:.1f}x", memory])
    head = [
        "mxr's better way against the best of the others",
        "1 thread",
        "2 threads",
        "goal",
        "peak memory, MB: mxr / MXNet / PyTorch",
    ]
    return table(head, rows) if rows else []


def peak(found: dict[str, Result], peer: str) -> str:
    """The peak memory of a peer's first way, as text."""
    own = [r["peak_mb"] for pair, r in found.items() if pair.split()[0] == peer and "peak_mb" in r]
    return f"{own[0]:,.0f}" if own else "-"


def calls(results: Result) -> list[str]:
    """The product of two matrices, and a chain against the memory's speed."""
    found, clocks = results.get("calls", {}), ((1, "cpu"), (2, "wall"))
    lines, rows = [], []
    for threads, clock in clocks:
        if dot := found.get(f"dot {threads}"):
            cells = [speed(dot, peer, clock, 128e-3) for peer in TITLES]
            rows.append([str(threads), *cells, verdict(ratio(dot["mxr call"], theirs(dot), clock), 0.95)])
    if rows:
        lines += ["`dot` of 4000x4000 with 4000x4000, TFlop/s:", ""]
        lines += table(["threads", *TITLES.values(), "mxr against the best"], rows)
    rows = []
    for threads, clock in clocks:
        chain, copy, triad = (found.get(f"{name} {threads}") for name in ("chain", "copy", "triad"))
        if chain and copy and triad:
            parts = ((copy, COPY_BYTES), (triad, TRIAD_BYTES))
            limit = max(statistics.median(rates(r["numpy call"], clock)) * size for r, size in parts) / 1e9
            share = CHAIN_BYTES / 1e9 * statistics.median(rates(chain["mxr call"], clock)) / limit
            word = "reached" if share >= CHAIN_GOAL else "missed"
            cells = [speed(chain, peer, clock, CHAIN_BYTES / 1e9) for peer in ("mxr", "mxnet", "torch")]
            rows.append([str(threads), *cells, number(limit), f"{share:.2f}; goal {CHAIN_GOAL}: {word}"])
    if rows:
        lines += [
            "`relu(a * b + c) * 0.5` on 1e7 numbers as one graph, GB/s (three arrays read, one written), beside the "
            "faster of NumPy's copy and sum of arrays of that length:", "",
        ]  # fmt: skip
        lines += table(["threads", "mxr", "MXNet 1.9.1", "PyTorch", "memory", "share"], rows)
    return lines


def speed(found: dict[str, Result], peer: str, clock: str, unit: float) -> str:
    """Calls a second of a peer, in units of work."""
    result = found.get(f"{peer} call", {})
    return number(unit * statistics.median(rates(result, clock))) if result.get(clock) else "-"


def pipeline(results: Result) -> list[str]:
    """Batches of LeNet's size."""
    rows = []
    for name, title in (
        ("iterator", "`NDArrayIter` (PyTorch: an index), shuffled"),
        ("loader", "`DataLoader`, shuffled"),
    ):
        found = results.get("pipeline", {}).get(name)
        if found:
            cells = [f"{quartiles(r['cpu'])[1] * 1e6:,.0f}" if r.get("cpu") else "-" for r in found.values()]
            rows.append([title, *cells])
    return table(["a batch of 128x1x28x28, us of CPU", "mxr", "MXNet 1.9.1", "PyTorch"], rows) if rows else []


def startup(results: Result) -> list[str]:
    """Import, first step, binding."""
    found = results.get("startup", {})

    def cell(name: str, scale: float = 1.0) -> str:
        values = found.get(name)
        if not values:
            return "-"
        cpu, wall = (statistics.median(v[i] for v in values) * scale for i in (0, 1))
        return f"{cpu:.2f} ({wall:.2f})" if scale == 1 else f"{cpu:.1f}"

    if not found:
        return []
    titles = {
        "import": "import; goal 0.25", "first step, cold": "first step of LeNet, no kernels on disk; goal 3",
        "first step": "first step of LeNet, kernels on disk; goal 0.3",
    }  # fmt: skip
    rows = [[title, *(cell(f"{name} {peer}") for peer in ("mxr", "mxnet", "torch"))] for name, title in titles.items()]
    lines = table(["seconds of CPU (wall)", "mxr", "MXNet 1.9.1", "PyTorch"], rows)
    rows = [[f"{n:,}", *(cell(f"nodes-{n} {peer}", 1e6 / n) for peer in ("mxr", "mxnet"))] for n in NODES]
    lines += [
        "Binding a graph of so many nodes and its first forward and backward, microseconds of CPU a node (goal 50):",
        "",
    ]
    return lines + table(["nodes", "mxr", "MXNet 1.9.1"], rows)


def through_r(results: Result) -> list[str]:
    """`FeedForward` through R and in Python."""
    found, rows = results.get("r", {}), []
    for name, title in (("mlp", "MLP 784-256-10"), ("lenet", "LeNet of the slides")):
        times = {who: found.get(f"{name} {who}") for who in ("R", "Python")}
        if all(times.values()):
            through, python = ([statistics.median(p) for p in times[who]] for who in ("R", "Python"))
            low, middle, high = quartiles([a / b for a, b in zip(through, python)])
            word = "reached" if middle <= R_ALLOWED else "missed"
            rows.append([
                title, *(f"{statistics.median(t):.4f}" for t in (through, python)),
                f"{middle:.2f} ({low:.2f} to {high:.2f}); goal {R_ALLOWED}: {word}",
            ])  # fmt: skip
    head = ["a round of 12,800 samples, batch 128, seconds of CPU", "R", "Python", "R / Python"]
    return table(head, rows) if rows else []


def curves(results: Result) -> list[str]:
    """Rates over one variable."""
    found, lines = results.get("curves", {}), []
    pairs = ("mxr module", "mxnet module", "torch eager")
    for variable, values in CURVES.items():
        rows = []
        for value in values:
            r = found.get(f"{variable}-{value}")
            if r:
                cells = [
                    number(statistics.median(rates(r[p], "cpu"))) if r.get(p, {}).get("cpu") else "-" for p in pairs
                ]
                against = ratio(r["mxr module"], theirs(r), "cpu")
                rows.append([f"{value:,}", *cells, "-" if against is None else f"{against[1]:.2f}x"])
        if rows:
            lines += [f"{CURVE_TITLES[variable]}:", ""]
            lines += table([variable, *map(name_of, pairs), "mxr against the best"], rows)
    return lines


def machine(results: Result) -> list[str]:
    """Where and how it was measured."""
    found = results.get("machine", {})
    if not found:
        return []
    one = next(iter(found.values()))
    versions = one["versions"]
    peers = [f"{title} {versions[m]}" for m, title in (("mxnet", "MXNet"), ("torch", "PyTorch")) if versions.get(m)]
    rounds = sorted({part["rounds"] for part in found.values()})
    load = max(part["load"] for part in found.values())
    return [
        f"Measured on {one['date']}: {one['cores']} cores of a virtual machine ({one['cpu']}, {one['vectors']}), "
        f"{one['memory_gb']} GB, Python {one['python']}, NumPy {versions.get('numpy')}; {', '.join(peers)}. "
        f"{' or '.join(map(str, rounds))} rounds; load by other work before a section began: up to {load:.1f}.",
        "",
    ]  # fmt: skip


HEAD = """\
# Performance

This page is written by `python benchmarks/report.py` from `benchmarks/results.json`; `make performance` measures anew.

mxr beside the original MXNet 1.9.1 and PyTorch (eager), on a CPU. Training means the whole loop through the public API:
shuffled batches from an iterator, forward, backward, update, metric. *Symbolic* is `Module.fit`, *hybridized* and
*imperative* are Gluon's loop with a `Trainer` (`hybridize(static_alloc=True, static_shape=True)`); PyTorch gathers
batches by an index, or takes them from its `DataLoader`. Each runs in a fresh process of its own, and rounds alternate
between the processes. Shown are medians and quartiles of the rounds: with one thread in samples a second of CPU time
(of all threads of the process), with two in samples a second of the clock. Ratios are taken round by round against that
one of the other libraries' ways which is the fastest.
"""


def document(results: Result) -> str:
    """The whole page."""
    sections = [
        ("Summary", "", summary(results)),
        ("Training", "", compared(results, "training", {n: c.title for n, c in CASES.items()},
                                  {n: (c.goal, c.plain) for n, c in CASES.items()})),
        ("Prediction", "224x224 images, 1,000 classes; the data lie ready.",
         compared(results, "inference", predicting.CASES, dict.fromkeys(predicting.CASES, (predicting.GOAL, None)))),
        ("Single calls", "", calls(results)),
        ("Data", "", pipeline(results)),
        ("Start", "", startup(results)),
        ("Through R", "`mx.model.FeedForward.create` with `mx.io.arrayiter` against `FeedForward.create` with "
         "`NDArrayIter`; the first round of each process is left out.", through_r(results)),
        ("How cost grows", "Samples a second of CPU, one thread, whole training as above.", curves(results)),
    ]  # fmt: skip
    lines = [HEAD, *machine(results)]
    for title, text, body in sections:
        if body:
            lines += [f"## {title}", "", *([text, ""] if text else []), *body]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else TARGET
    target.write_text(document(json.loads(source.read_text())))
    print(f"{target} is written from {source}")


if __name__ == "__main__":
    main()
