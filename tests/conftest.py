"""Fixtures for all tests: data, seeds, the oracle, GPU skips."""

import functools
import os
import random
import sys
from pathlib import Path

import numpy as np
import pytest

import mxr
from mxr.ops.image_resize import opencv

REPO = Path(__file__).resolve().parents[1]
_SHARED_DATA = REPO.parent / "shared" / "data"
if "MXNET_HOME" not in os.environ and _SHARED_DATA.is_dir():
    os.environ["MXNET_HOME"] = str(_SHARED_DATA)
os.environ.setdefault("MXR_OFFLINE", "1")  # tests never download
os.environ.setdefault("MXR_VERIFY", "1")  # the compiler checks its own work
os.environ.setdefault("MXR_AUTOTUNE", "0")  # which kernel runs depends on no measurement, whatever the CPU
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("MXR_CACHE_DIR", str(REPO / ".setup" / "kernels"))  # not the user's cache

opencv()  # as mxr imports it: on its own it changes LD_LIBRARY_PATH, which R in tests would inherit


@pytest.fixture(scope="session")
def data_dir() -> Path | None:
    """The folder with `datasets/`, `book/`, `img/` (MXNET_HOME, else ../shared/data); None where there is none."""
    path = Path(os.environ.get("MXNET_HOME", ""))
    return path if (path / "datasets").is_dir() else None


@pytest.fixture(scope="session")
def full_data(data_dir) -> Path:
    """Like `data_dir`, but the test is skipped without it."""
    if data_dir is None:
        pytest.skip("no full data: set MXNET_HOME to a folder with datasets/")
    return data_dir


@pytest.fixture(scope="session")
def _oracle_process():
    from tests.oracle.harness import Oracle, find_oracle

    python, reason = find_oracle()
    if python is None:
        pytest.skip(reason)
    process = Oracle(python)
    yield process
    process.close()


@pytest.fixture
def oracle(_oracle_process):
    """The original MXNet in another process: `oracle.run(code, result="y", x=array)`. Skips where there is none."""
    return _oracle_process


@pytest.fixture
def both(oracle):
    """`both(code, result="y", x=array)`: the same snippet in mxr and in MXNet, compared. See tests/oracle/README.md."""
    from tests.oracle.harness import run_both

    return functools.partial(run_both, oracle)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(42)


@pytest.fixture(autouse=True)
def _fixed_seeds():
    """What a test draws does not depend on what others in its process have drawn."""
    random.seed(0)
    np.random.seed(0)
    mxr.random.seed(0)


# Kernels that are made for so many shapes in a process and no more (see mxr/kernels/lasting.py), by module.
LIMITED = {
    "mxr.kernels.windows": "_windows", "mxr.kernels.softmax": "_loop", "mxr.kernels.rnn": "_known",
    "mxr.kernels.batched.single": "_single", "mxr.kernels.winograd.single": "_turner",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _room_for_kernels():
    """What a test may make does not depend on what others in its process have made."""
    for module, name in LIMITED.items():
        if module in sys.modules and len(made := getattr(sys.modules[module], name).made) > 16:
            made.clear()


# Files of few tests that take long, the longest first: started last they would keep one worker waiting for the other.
LONG = (
    "test_vignettes", "test_r_scripts", "test_r_operators", "test_rpy2", "test_rpy2_docs", "test_rpy2_training",
    "test_r_help", "test_r_install", "test_r_recurrent_oracle", "test_model_zoo_oracle", "test_scripts", "test_setup",
)  # fmt: skip


def pytest_collection_modifyitems(config, items):
    rank = {name: i for i, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONG)))
    for item in items:
        if {"oracle", "both"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.oracle)
    gpu_items = [item for item in items if item.get_closest_marker("gpu")]
    if gpu_items and not _has_gpu():
        skip = pytest.mark.skip(reason="no CUDA device")
        for item in gpu_items:
            item.add_marker(skip)


def _has_gpu() -> bool:
    try:
        import cupy

        return cupy.cuda.runtime.getDeviceCount() > 0
    except Exception:
        return False
