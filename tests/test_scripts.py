"""Classic programs (scripts/*.py) print what they print under the original MXNet.

Each runs as `python -m mxr.mxnet script.py` in an empty folder. What it prints is compared with scripts/expected/,
printed by the original MXNet, and, where there is an oracle, with what that prints now. Text must be equal, numbers
close.
New scripts: `python -m tests.test_scripts` (with an oracle) writes the missing files of expected/.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.oracle.harness import find_oracle

HERE = Path(__file__).parent / "scripts"
SCRIPTS = sorted(path.stem for path in HERE.glob("*.py"))
RTOL, ATOL = 2e-4, 1e-5
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?!\w)|(?<!\w)(?:nan|-?inf)(?!\w)")
ENV = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "MXNET_HOME")} | {
    "OMP_NUM_THREADS": "1",
    "MXR_OFFLINE": "1",
    "PYTHONHASHSEED": "0",
    "MXNET_SUBGRAPH_BACKEND": "NONE",  # MXNet's fused layers compute with old weights after `copyto`
}


@contextlib.contextmanager
def running(command: list[str], name: str, folder: Path | str):
    """The script at work; gone afterwards, whatever happens."""
    with subprocess.Popen(
        [*command, str(HERE / f"{name}.py")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=ENV,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def printed_by(process: subprocess.Popen) -> list[str]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, f"exit status {process.returncode}\n{out[-500:]}\n{err[-3000:]}"
    return plain(out)


def plain(text: str) -> list[str]:
    """Lines without what may differ: times, spaces around brackets, how NumPy 2 shows its numbers."""
    text = re.sub(r"np\.(?:float|int)(?:32|64)\(([^()]*)\)", r"\1", text)
    text = re.sub(r"(Speed:|Time cost=) ?[\w.]+", r"\1 #", text)
    lines = (re.sub(r" ?([\[\](),]) ?", r"\1", re.sub(r"\s+", " ", line)).strip() for line in text.splitlines())
    return [line for line in lines if line]


def difference(ours: list[str], theirs: list[str]) -> str:
    """The first lines that differ, or nothing."""
    if len(ours) != len(theirs):
        i = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if not same(a, b)), min(len(ours), len(theirs)))
    else:
        i = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if not same(a, b)), -1)
    if i < 0:
        return ""
    shown = "\n".join(
        f"  {who}: {line}" for who, text in (("MXNet", theirs), ("mxr", ours)) for line in text[i : i + 3]
    )
    return f"line {i + 1} of {len(theirs)} ({len(ours)} in mxr):\n{shown}"


def same(a: str, b: str) -> bool:
    if NUMBER.sub("#", a) != NUMBER.sub("#", b):
        return False
    pairs = [(float(x), float(y)) for x, y in zip(NUMBER.findall(a), NUMBER.findall(b))]
    return all(x == y or abs(x - y) <= ATOL + RTOL * abs(y) or (x != x and y != y) for x, y in pairs)


@pytest.mark.parametrize("name", SCRIPTS)
def test_script(name, tmp_path_factory):
    oracle, _ = find_oracle()
    stored = plain((HERE / "expected" / f"{name}.txt").read_text())
    assert len(stored) > 3
    with contextlib.ExitStack() as both:
        process = both.enter_context(
            running([sys.executable, "-m", "mxr.mxnet"], name, tmp_path_factory.mktemp("ours"))
        )
        if oracle:
            other = both.enter_context(running([oracle], name, tmp_path_factory.mktemp("theirs")))
        ours = printed_by(process)
        if oracle:
            theirs = printed_by(other)
            assert not difference(stored, theirs), "expected/ is not what MXNet prints: " + difference(stored, theirs)
            assert not difference(ours, theirs), difference(ours, theirs)
    assert not difference(ours, stored), difference(ours, stored)


def test_every_expected_text_has_its_script():
    assert sorted(path.stem for path in (HERE / "expected").glob("*.txt")) == SCRIPTS


def test_comparison_sees_differences():
    text = ["epoch 1 acc [0.51 nan 2]", "<NDArray 2x3 @cpu(0)>"]
    assert not difference(text, ["epoch 1 acc [0.51001 nan 2]", text[1]])
    for i, other in ((0, "epoch 1 acc [0.512 nan 2]"), (0, "epoch 1 acc [0.51 nan]"), (1, "<NDArray 3x2 @cpu(0)>")):
        assert f"line {i + 1}" in difference([other if k == i else line for k, line in enumerate(text)], text)
    assert difference(text, text[:1]) and difference([], text) and difference(text[1:], text)
    assert plain("Speed: 12.5 samples/sec  Time cost=0.1\n\n[ 1.  2. ]") == [
        "Speed: # samples/sec Time cost= #",
        "[1. 2.]",
    ]


def record() -> None:
    oracle, reason = find_oracle()
    if oracle is None:
        raise SystemExit(reason)
    (HERE / "expected").mkdir(exist_ok=True)
    for name in SCRIPTS:
        path = HERE / "expected" / f"{name}.txt"
        if not path.exists():
            with tempfile.TemporaryDirectory() as folder, running([oracle], name, folder) as process:
                path.write_text("\n".join(printed_by(process)) + "\n")


if __name__ == "__main__":
    record()
