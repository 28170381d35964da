"""mxr under the name mxnet: every import path, programs, child processes, pickles."""

import copy
import importlib
import json
import os
import pickle
import subprocess
import sys
import textwrap

import pytest

import mxr
import mxr.mxnet
from mxr.base import MXNetError
from mxr.mxnet.finder import MXNetModuleNotFoundError, find_target
from mxr.mxnet.modules import MODULES
from mxr.mxnet.paths import ELSEWHERE, why_missing

ENV = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}


def python(*args, code=0, cwd=None, env=ENV):
    done = subprocess.run([sys.executable, *args], capture_output=True, text=True, cwd=cwd, env=env, timeout=120)
    assert done.returncode == code, (done.stdout, done.stderr)
    return done


@pytest.fixture
def installed():
    mxr.mxnet.install()
    yield
    mxr.mxnet.uninstall()


def test_paths_are_mxr_itself(installed):
    import mxnet
    import mxnet as mx
    import mxnet.gluon.data.vision.transforms
    import mxnet.ndarray as nd
    import mxnet.optimizer.optimizer
    from mxnet.gluon import nn
    from mxnet.io import io
    from mxnet.module.executor_group import DataParallelExecutorGroup
    from mxnet.test_utils import assert_almost_equal

    assert mxnet.nd is mxr.nd and nd is mxr.nd and mxnet.ndarray.NDArray is mxr.nd.NDArray
    assert sys.modules["mxnet.gluon.nn"] is mxr.gluon.nn and nn is mxr.gluon.nn
    assert mxnet.optimizer.optimizer.SGD is mxr.optimizer.SGD and io is mxr.io
    assert mx.kvstore.kvstore is mxr.kvstore  # without an import of its own
    assert DataParallelExecutorGroup is mxr.mod.executor_group.DataParallelExecutorGroup
    assert assert_almost_equal is mxr.test_utils.assert_almost_equal
    assert mxnet.__version__ == "1.9.1" and mxnet.__name__ == "mxnet"
    assert mxr.gluon.nn.__spec__.name == "mxr.gluon.nn"  # untouched


def test_every_path_of_mxnet_is_decided(installed):
    """A module, or an error that says why there is none."""
    found = []
    for path in sorted(MODULES):
        try:
            module = __import__(f"mxnet.{path}", fromlist=["x"])
        except MXNetModuleNotFoundError as error:
            assert str(error).startswith(f"mxr does not have MXNet's {path.partition('.')[0]}"), path
        else:
            assert module is sys.modules[find_target(path)]
            found.append(path)
    assert len(found) > 80
    assert {"ndarray.ndarray", "symbol.symbol", "io.io", "gluon.nn.basic_layers", "_ctypes.ndarray"} <= set(found)
    assert set(ELSEWHERE) <= MODULES


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("import mxnet.numpy", "out of scope"),
        ("from mxnet import np", "out of scope"),
        ("from mxnet import npx, nd", "out of scope"),
        ("import mxnet.symbol.numpy_extension", "out of scope"),
        ("import mxnet.tvmop", "C\\+\\+ library"),
        ("import mxnet.gluon.bloc", "No module named 'mxnet.gluon.bloc'. Did you mean 'gluon.block'"),
        ("from mxnet import nothing", "cannot import name 'nothing'"),
    ],
)
def test_what_is_missing_says_so(installed, statement, message):
    with pytest.raises(ImportError, match=message):
        exec(statement)


@pytest.mark.parametrize("name", ["np", "npx", "library", "th"])
def test_missing_attributes_say_so(installed, name):
    import mxnet as mx

    for module in (mx, mxr):
        with pytest.raises(AttributeError, match=f"mxr does not have MXNet's {name}: "):
            getattr(module, name)
        assert not hasattr(module, name)


def test_not_yet():
    assert why_missing("onnx.mx2onnx") == "mxr does not have MXNet's onnx.mx2onnx yet"
    assert why_missing("nonsense") is None


def test_uninstall_and_too_late():
    mxr.mxnet.install(children=False)
    assert mxr.mxnet.is_installed()
    mxr.mxnet.install()
    mxr.mxnet.uninstall()
    assert not mxr.mxnet.is_installed() and "mxnet" not in sys.modules and "PYTHONPATH" not in str(sys.path)
    sys.modules["mxnet"] = json  # some other module of that name
    try:
        with pytest.raises(MXNetError, match="too late"):
            mxr.mxnet.install()
    finally:
        del sys.modules["mxnet"]
        mxr.mxnet.uninstall()


def test_without_install_mxnet_is_not_taken(tmp_path):
    (tmp_path / "mxnet.py").write_text("real = True\n")
    script = "import mxr, mxr.mxnet, mxnet; print(mxnet.real)"
    assert python("-c", script, cwd=tmp_path).stdout == "True\n"
    # and it wins over the real one where asked, also in children
    script = """
import subprocess, sys, mxr.mxnet
mxr.mxnet.install()
import mxnet
print(mxnet.__version__, hasattr(mxnet, "real"))
print(subprocess.run([sys.executable, "-P", "-c", "import mxnet; print(mxnet.__version__)"], capture_output=True,
                     text=True).stdout, end="")
"""
    assert python("-c", script, cwd=tmp_path).stdout == "1.9.1 False\n1.9.1\n"


SCRIPT = '''
"""A script of old."""
import multiprocessing, sys
import mxnet as mx
from helper import twice

def work(n):
    import mxnet
    return mxnet.__version__, float(twice(mxnet.nd.ones((n,))).sum().asscalar())

if __name__ == "__main__":
    print(__file__, sys.argv[1:], open("data.txt").read(), mx.nd.ones((2,)))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(work, [1, 3]))
    if len(sys.argv) > 2:
        raise ValueError("here")  # the user's line
'''


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "helper.py").write_text("import mxnet as mx\ndef twice(x):\n    return mx.nd.add_n(x, x)\n")
    (tmp_path / "data.txt").write_text("some data")
    return tmp_path


def test_run_a_script(folder):
    out = python("-m", "mxr.mxnet", "script.py", "a", cwd=folder).stdout
    assert out == ("script.py ['a'] some data \n[1. 1.]\n<NDArray 2 @cpu(0)>\n[('1.9.1', 2.0), ('1.9.1', 6.0)]\n")


def test_tracebacks_are_the_users(folder):
    err = python("-m", "mxr.mxnet", "script.py", "a", "b", cwd=folder, code=1).stderr
    lines = err.strip().splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == '  File "script.py", line 16, in <module>' and "the user's line" in lines[2]
    assert lines[-1] == "ValueError: here" and len(lines) <= 5
    (folder / "bad.py").write_text("import mxnet\nx = = 1\n")
    err = python("-m", "mxr.mxnet", "bad.py", cwd=folder, code=1).stderr
    assert 'File "bad.py", line 2' in err and "SyntaxError" in err and "mxr" not in err


def test_run_commands_and_modules(folder):
    out = python("-m", "mxr.mxnet", "-c", "import mxnet, sys; print(mxnet.__version__, sys.argv)", "x", cwd=folder)
    assert out.stdout == "1.9.1 ['-c', 'x']\n"
    (folder / "tool.py").write_text(
        "import sys, mxnet.ndarray as nd\nprint(__name__, sys.argv[1:], nd.ones((1,)).shape)\n"
    )
    assert python("-m", "mxr.mxnet", "-m", "tool", "y", cwd=folder).stdout == "__main__ ['y'] (1,)\n"
    code = "import sys; sys.exit(3)"
    python("-m", "mxr.mxnet", "-c", code, code=3)
    assert "can't open file" in python("-m", "mxr.mxnet", "nofile.py", cwd=folder, code=1).stderr
    assert "unknown option --foo" in python("-m", "mxr.mxnet", "--foo", code=2).stderr
    assert python("-m", "mxr.mxnet", code=2).stdout.startswith("usage:")


@pytest.mark.parametrize("workers", [[], ["-n", "1", "-p", "xdist"]])
def test_run_pytest(folder, workers):
    (folder / "test_old.py").write_text(
        textwrap.dedent("""
        import mxnet as mx
        from mxnet.test_utils import *

        def test_it():
            assert mx.__version__ == "1.9.1" and os.sep and sys.argv
            assert_almost_equal(mx.nd.ones((2,)).asnumpy(), np.ones(2))
        """)
    )
    args = ["-q", "-p", "no:cacheprovider", "--rootdir", str(folder), *workers, "test_old.py"]
    assert "1 passed" in python("-m", "mxr.mxnet", "-m", "pytest", *args, cwd=folder).stdout


def test_mxnets_pickles_load(installed, oracle):
    made = oracle.run(
        """
import pickle
items = {"context": mx.cpu(0), "array": nd.array([[1.0, 2.0]]), "desc": io.DataDesc("data", (2, 3)),
         "initializer": mx.init.Xavier(), "attr": mx.lr_scheduler.FactorScheduler(3)}
opt = mx.optimizer.create("sgd", momentum=0.9)
up = mx.optimizer.get_updater(opt)
w = nd.ones((2,)); up(0, nd.ones((2,)), w)
result = {k: pickle.dumps(v).hex() for k, v in items.items()}
result["states"] = up.get_states().hex()
""",
        result="result",
    )["result"]
    back = {name: pickle.loads(bytes.fromhex(str(text))) for name, text in made.items()}
    assert back["context"] == mxr.cpu(0)
    assert isinstance(back["array"], mxr.nd.NDArray) and back["array"].asnumpy().tolist() == [[1.0, 2.0]]
    assert back["desc"] == ("data", (2, 3)) and isinstance(back["initializer"], mxr.init.Xavier)
    assert back["states"][0].asnumpy().tolist() == pytest.approx([-0.01, -0.01])


def test_copies(installed):
    """Copies go by other ways than pickles, which name MXNet's classes."""
    importlib.import_module("mxnet")
    net = mxr.gluon.nn.Dense(2, in_units=3)
    net.initialize()
    things = [mxr.cpu(1), mxr.nd.ones((2, 2)), mxr.nd.ones((2, 2)).tostype("csr")]
    for x in things:
        assert type(copy.copy(x)) is type(copy.deepcopy(x)) is type(x)
    assert copy.copy(things[0]) == copy.deepcopy(things[0]) == mxr.cpu(1)
    twin = copy.deepcopy(net)
    twin.weight.data()[:] = 0
    assert twin(mxr.nd.ones((1, 3))).asnumpy().tolist() == [[0, 0]] and net.weight.data().asnumpy().any()


def test_tables_are_mxnets(both):
    both(
        """
from importlib import import_module
top = mx.nd.NDArray.__module__.split(".")[0]
t = import_module(top + ".ndarray.ndarray")
names = ["_STORAGE_TYPE_STR_TO_ID", "_STORAGE_TYPE_ID_TO_STR", "_GRAD_REQ_MAP", "_STORAGE_TYPE_CSR",
         "_NDARRAY_BASIC_INDEXING", "_NDARRAY_ADVANCED_INDEXING", "_NDARRAY_UNSUPPORTED_INDEXING"]
result = {n: str(getattr(t, n)) for n in names}
result["to"] = [t._DTYPE_NP_TO_MX[d] for d in (None, np.float32, np.float64, np.float16, np.uint8, np.int32, np.int8,
                                              np.int64, np.bool_, np.dtype([("bfloat16", np.uint16)]))]
result["from"] = [np.dtype(t._DTYPE_MX_TO_NP[k]).name for k in range(8)]
result["makers"] = [f((2,)).asnumpy().tolist() for f in (t.zeros, t.ones)]
"""
    )
    import mxr.ndarray.ndarray

    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = mxr.ndarray.ndarray.nothing


def test_contrib_under_old_names(installed):
    import mxnet as mx
    from mxnet.contrib.ndarray import quadratic
    from mxnet.contrib.symbol import quadratic as symbolic

    assert mx.contrib.nd is mxr.nd.contrib and quadratic is mxr.nd.contrib.quadratic
    assert mx.contrib.sym is mxr.sym.contrib and symbolic is mxr.sym.contrib.quadratic
