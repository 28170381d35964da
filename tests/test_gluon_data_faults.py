"""DataLoader whose workers raise, die, hang or are left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mxr import nd
from mxr.base import MXNetError
from mxr.gluon import data as gdata

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are threads where there is no fork")

KINDS = [{"num_workers": 2}, {"num_workers": 2, "thread_pool": True}]
IDS = ["processes", "threads"]


@pytest.fixture
def loader():
    made = []

    def make(*args, **kwargs):
        made.append(gdata.DataLoader(*args, **kwargs))
        return made[-1]

    yield make
    for each in made:
        each.close()


def after(n, f):
    """A data set of 8 numbers; `f` is called for number n."""
    return gdata.SimpleDataset(list(range(8))).transform(lambda v: f() or v if v == n else v)


class OwnError(Exception):
    pass


class PairError(Exception):
    """Cannot be pickled: it needs two arguments."""

    def __init__(self, a, b):
        super().__init__(f"{a} and {b}")


def raiser(error):
    def f():
        raise error

    return f


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
@pytest.mark.parametrize("error", [ZeroDivisionError("the text"), OwnError("the text", 5), TimeoutError("the text")])
def test_an_error_keeps_its_type_and_its_traceback(loader, kind, error):
    made = loader(after(5, raiser(error)), 2, **kind)
    got = []
    with pytest.raises(type(error)) as caught:
        for batch in made:
            got.append(batch.asnumpy().tolist())
    assert type(caught.value) is type(error) and caught.value.args == error.args
    assert got == [[0, 1], [2, 3]]
    if "thread_pool" not in kind:
        assert "Traceback" in str(caught.value.__cause__) and "in raiser" not in str(caught.value)
        assert f"{Path(__file__).name}" in str(caught.value.__cause__)


@pytest.mark.parametrize("error, text", [(PairError("x", "y"), "PairError: x and y"), (SystemExit(3), "SystemExit: 3")])
def test_an_error_that_cannot_travel_is_named(loader, error, text):
    with pytest.raises(MXNetError, match=f"a worker failed with {text}"):
        list(loader(after(5, raiser(error)), 2, num_workers=1))


def test_the_loader_goes_on_after_an_error(loader, tmp_path):
    def once():
        if not (tmp_path / "x").exists():
            (tmp_path / "x").touch()
            raise ValueError("once")

    made = loader(after(5, once), 2, num_workers=2)
    with pytest.raises(ValueError, match="once"):
        list(made)
    assert len(list(made)) == 4


def test_a_killed_worker_is_noticed_and_replaced(loader, tmp_path):
    def once():
        if not (tmp_path / "x").exists():
            (tmp_path / "x").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    made = loader(after(5, once), 2, num_workers=2)
    start = time.monotonic()
    with pytest.raises(MXNetError, match=r"worker \d \(pid \d+\) died with exit code -9"):
        list(made)
    assert time.monotonic() - start < made._timeout / 2
    assert [b.asnumpy().tolist() for b in made] == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_workers_killed_between_epochs_are_replaced(loader):
    made = loader(gdata.SimpleDataset(list(range(4))), 2, num_workers=2)
    list(made)
    for process in made._workers._processes:
        process.kill()
        process.join()
    assert len(list(made)) == 2


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_hanging_worker_is_a_timeout(loader, kind):
    made = loader(after(5, lambda: time.sleep(2)), 2, timeout=0.3, **kind)
    with pytest.raises(multiprocessing.TimeoutError, match=r"longer than 0.3 s.*larger timeout") as caught:
        list(made)
    assert isinstance(caught.value, MXNetError)


@pytest.mark.parametrize("kind", [{}, *KINDS], ids=["here", *IDS])
def test_whatever_batchify_makes_arrives(loader, kind):
    def batchify(items):
        big = np.full((200, 200), items[0], "f")
        return {"a": nd.array(big), "b": (big, None, [items, "text"])}

    def nothing(items):
        return None

    batches = list(loader(gdata.SimpleDataset(list(range(4))), 2, batchify_fn=batchify, pin_memory=True, **kind))
    assert [b["b"][2] for b in batches] == [[[0, 1], "text"], [[2, 3], "text"]]
    assert all(type(b["b"]) is tuple and b["b"][1] is None for b in batches)
    assert batches[1]["a"].asnumpy().sum() == batches[1]["b"][0].sum() == 80000
    assert list(loader(gdata.SimpleDataset([1, 2, 3]), 2, batchify_fn=nothing, **kind)) == [None, None]


def test_a_loader_with_workers_inside_a_worker_is_refused(loader):
    inner = gdata.DataLoader(gdata.SimpleDataset([1, 2]), 1, num_workers=1)
    with pytest.raises(AssertionError, match="daemonic"):
        list(loader(after(5, lambda: list(inner) and None), 2, num_workers=1))
    plain = gdata.DataLoader(gdata.SimpleDataset([1, 2]), 1)
    assert len(list(loader(after(5, lambda: list(plain) and None), 2, num_workers=1))) == 4


# ---- programs
PROGRAM = """
import os, signal, sys, time
import multiprocessing.shared_memory as memory
memory._SHM_NAME_PREFIX = "/mxr%d_" % os.getpid()
import numpy as np
from mxr import gluon

class Rows(gluon.data.Dataset):
    def __len__(self):
        return 40

    def __getitem__(self, i):
        time.sleep(DELAY if i >= 8 else 0)
        return np.full((200, 200), i, "f")

loader = gluon.data.DataLoader(Rows(), 4, num_workers=2)
batches = iter(loader)
next(batches)
print(*[p.pid for p in loader._workers._processes], flush=True)
"""


def start(end, delay=0.01):
    """(process, process ids of its workers): a program that has got one batch, and then does `end`."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("DELAY", str(delay)) + end], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    return process, [int(p) for p in process.stdout.readline().split()]


def gone(process, workers, seconds=60):
    """Whether nothing is left of the program: no worker, no shared memory."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        shared = Path("/dev/shm")
        left = list(shared.glob(f"mxr{process.pid}_*")) if shared.is_dir() else []
        if not left and not any(_runs(p) for p in workers):
            return True
        time.sleep(0.05)
    return False


def _runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


KILLED = "os.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.parametrize(
    "end, delay", [("sys.exit(0)", 0.01), (KILLED, 0.01), ("os._exit(0)", 60), (KILLED, 60)],
    ids=["exit", "killed", "_exit hanging", "killed hanging"],
)  # fmt: skip
def test_a_program_that_ends_leaves_nothing_behind(end, delay):
    process, workers = start(end, delay)
    process.wait(timeout=60)
    process.communicate()
    assert len(workers) == 2
    assert gone(process, workers)


def test_ctrl_c_ends_a_program_at_once():
    process, workers = start("for _ in batches: pass", 60)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert errors.count("Traceback") == 1 and "KeyboardInterrupt" in errors
    assert gone(process, workers)


def test_after_ctrl_c_the_loader_can_be_used():
    end = """
try:
    for _ in batches: print("batch", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    del batches
    print(sum(int(b[:, 0, 0].sum().asscalar()) for b in loader), flush=True)
"""
    process, workers = start(end, 0.02)
    assert process.stdout.readline() == "batch\n"  # it is in the loop
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out.split()[-1], errors) == (0, str(sum(range(40))), "")
    assert gone(process, workers)


def test_classes_and_functions_of_a_script_work_whatever_the_start_method():
    program = """
import multiprocessing
multiprocessing.set_start_method("spawn")
from mxr import gluon, nd
class Squares(gluon.data.Dataset):
    def __len__(self):
        return 4
    def __getitem__(self, i):
        return i * i
plus = Squares().transform(lambda v: v + 1)
loader = gluon.data.DataLoader(plus, 2, num_workers=2, batchify_fn=lambda b: nd.array(b[::-1]))
print([b.asnumpy().tolist() for b in loader])
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "[[2.0, 1.0], [10.0, 5.0]]", "")
