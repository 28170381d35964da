"""docs/performance.md is made from the results of benchmarks/performance.py; the meter and the loops run."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def report():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield importlib.import_module("report")
    finally:
        sys.path.remove(str(BENCHMARKS))
        for name in ("report", "performance", "predicting", "inference_workloads", "calls", "curves", "cases", "peers"):
            sys.modules.pop(name, None)


def result(*rates, peak=100.0):
    return {"cpu": [1 / r for r in rates], "wall": [0.5 / r for r in rates], "samples": 128, "peak_mb": peak}


def test_quartiles_and_numbers(report):
    assert report.quartiles([4.0, 1.0, 3.0, 2.0, 5.0]) == (2.0, 3.0, 4.0)
    assert report.quartiles([7.0]) == (7.0, 7.0, 7.0)
    assert report.number(12345.6) == "12,346"
    assert report.number(1.2345) == "1.23"


def test_a_ratio_is_taken_round_by_round_against_the_fastest(report):
    own, slow, fast = result(100, 200, 300), result(10, 10, 10), result(50, 200, 75)
    assert report.ratio(own, [slow, {"error": "x"}, fast], "cpu") == pytest.approx((1.5, 2.0, 3.0))
    assert report.ratio(own, [{"error": "x"}], "cpu") is None
    assert report.ratio({"error": "x"}, [slow], "cpu") is None


def test_goals_are_judged(report):
    assert report.verdict((1.0, 2.0, 3.0), 2.0) == "2.00x (1.00 to 3.00); goal 2.00: reached"
    assert report.verdict((1.0, 1.9, 3.0), 2.0).endswith("goal 2.00: missed")
    assert report.verdict((1.0, 1.9, 3.0), None) == "1.90x (1.00 to 3.00)"
    assert report.verdict(None, 2.0) == "-"


def test_the_page_shows_rates_ratios_memory_and_failures(report):
    results = {
        "training": {
            "mlp 1": {
                "mxr module": result(200, 210, 190), "mxr imperative": result(90, 90, 90),
                "mxnet module": result(50, 50, 50), "mxnet imperative": result(30, 30, 30),
                "torch eager": result(100, 100, 100, peak=321.0), "mxnet hybrid": {"error": "it broke"},
            },
            "mlp 2": {"mxr module": result(200), "torch eager": result(400)},
        },
        "r": {"mlp R": [[1.1, 1.1]], "mlp Python": [[1.0, 1.0]]},
        "startup": {"import mxr": [[0.1, 0.2], [0.3, 0.4], [0.2, 0.3]], "nodes-100 mxr": [[0.01, 0.02]]},
    }  # fmt: skip
    page = report.document(results)
    assert "| mxr, symbolic | 200 (195 to 205) | 400 (400 to 400) | 100 |" in page
    assert "| PyTorch, eager | 100 (100 to 100) | 800 (800 to 800) | 321 |" in page
    assert "| MXNet 1.9.1, hybridized | failed | - | - |" in page
    assert "2.00x (1.95 to 2.05); goal 1.70: reached | 0.50x (0.50 to 0.50); goal 1.70: missed |" in page
    assert "| imperative, against MXNet's | 3.00x (3.00 to 3.00); goal 2.00: reached | - |" in page
    assert "| imperative, against PyTorch's | 0.90x (0.90 to 0.90); goal 1.00: missed | - |" in page
    assert "| MLP 784-256-10, batch 128 | 2.00x | 0.50x | 1.7x | 100 / 100 / 321 |" in page
    assert "1.10 (1.10 to 1.10); goal 1.05: missed" in page
    assert "| import; goal 0.25 | 0.20 (0.30) | - | - |" in page
    assert "| 100 | 100.0 | - |" in page
    assert "## Prediction" not in page


def test_the_chain_is_measured_against_the_memory(report):
    part = {
        "chain 1": {"mxr call": result(100)}, "copy 1": {"numpy call": result(200)},
        "triad 1": {"numpy call": result(150)}, "dot 1": {"mxr call": result(1), "numpy call": result(2)},
    }  # fmt: skip
    page = report.document({"calls": part})
    # 160 MB in 10 ms; the sum moves 120 MB in 1/150 s, the copy 80 MB in 1/200 s.
    assert "| 1 | 16 | - | - | 18 | 0.89; goal 0.85: reached |" in page
    assert "0.50x (0.50 to 0.50); goal 0.95: missed" in page


def test_the_document_is_the_one_of_the_results(report):
    if not report.RESULTS.exists():
        pytest.skip("nothing was measured yet")
    assert report.TARGET.read_text() == report.document(json.loads(report.RESULTS.read_text()))


@pytest.mark.parametrize("group, workload, way", [("mx_training", "mlp", "module"), ("calls", "iterator", "call")])
def test_the_meter_counts_steps_of_a_loop(group, workload, way):
    command = [sys.executable, str(BENCHMARKS / "meter.py"), "mxr", group, workload, way]
    done = subprocess.run(command, input="2\n3\n", capture_output=True, text=True, timeout=60)
    first, *answers = [line.split() for line in done.stdout.splitlines()]
    assert first == ["ready", "128" if way == "module" else "1"]
    assert len(answers) == 2
    for cpu, wall, peak in answers:
        assert float(cpu) > 0
        assert float(wall) > 0
        assert 20 < float(peak) < 4000


def test_the_meter_says_what_failed():
    command = [sys.executable, str(BENCHMARKS / "meter.py"), "mxr", "mx_training", "nonsense", "module"]
    done = subprocess.run(command, input="2\n", capture_output=True, text=True, timeout=60)
    assert done.stdout.split()[:2] == ["error", "KeyError"]
