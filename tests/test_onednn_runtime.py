"""oneDNN's binding itself: loading, layouts, lifetimes, threads, errors."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import weakref

import numpy as np
import pytest

from mxr.base import MXNetError, MXNetValueError
from mxr.core import threads
from mxr.kernels import onednn as D
from mxr.kernels.onednn import Arg, Layout, eager, library, spinning

from .thread_support import at_once

HAVE = D.available()
needs_onednn = pytest.mark.skipif(not HAVE, reason=f"oneDNN: {D.unavailable_reason()}")


def _python(code: str, **env: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **env})
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_mxr_and_the_package_loads_no_library():
    code = (
        "import mxr, mxr.kernels.onednn as D\n"
        "assert D.library._library is None\n"
        "assert 'libdnnl' not in open('/proc/self/maps').read()"
        if sys.platform == "linux"
        else "import mxr.kernels.onednn as D; assert D.library._library is None"
    )
    _python(code)


@pytest.mark.parametrize(
    "patch, reason",
    [
        ("L.platform.machine = lambda: 'aarch64'", "Linux on x86-64"),
        ("L.DISTRIBUTION = 'onednn-absent'", "pip install onednn-absent"),
        ("L.importlib.metadata.files = lambda name: []", "libdnnl.so.3 is missing"),
        ("L._find = lambda: 'no-such-file.so'", "cannot be loaded"),
    ],
)
def test_unavailable_says_why_and_raises_the_same(patch, reason):
    if reason != "Linux on x86-64" and not HAVE:
        pytest.skip(f"oneDNN: {D.unavailable_reason()}")
    code = (
        "import importlib.metadata, mxr.kernels.onednn as D, mxr.kernels.onednn.library as L\n"
        f"{patch}\n"
        "assert not D.available()\n"
        "try: D.Layout.plain((2, 3))\n"
        "except D.OneDNNUnavailable as e: assert str(e) == D.unavailable_reason()\n"
        "else: raise SystemExit('no error')\n"
        "print(D.unavailable_reason())"
    )
    assert reason in _python(code)


LOADED = "import ctypes, os, mxr.kernels.onednn.library as L; before = dict(os.environ); {}L.library()"


def _looks(first: str = "", **env: str) -> str:
    """What gomp says about its waiting when oneDNN is loaded; the environment is as before then."""
    kept = {k: v for k, v in os.environ.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    code = LOADED.format(first) + "; assert dict(os.environ) == before; print(os.popen('env').read())"
    env = {**kept, "OMP_NUM_THREADS": "2", "OMP_DISPLAY_ENV": "verbose", **env}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert ("GOMP_SPINCOUNT=" in done.stdout) == ("GOMP_SPINCOUNT" in env)  # what a child of it sees
    return next(line.split("'")[1] for line in done.stderr.splitlines() if "GOMP_SPINCOUNT" in line)


@needs_onednn
def test_threads_of_openmp_soon_sleep_unless_the_user_says_otherwise():
    assert _looks() == str(spinning.LOOKS)
    assert _looks(GOMP_SPINCOUNT="77") == "77"
    assert _looks(OMP_WAIT_POLICY="passive") == "0"
    assert int(_looks(OMP_WAIT_POLICY="active")) > 10**6
    assert _looks("ctypes.CDLL('libgomp.so.1'); ") == "300000"  # loaded already: it reads nothing any more


@needs_onednn
class TestLayout:
    def test_equal_layouts_are_one_object(self):
        a, b = Layout.plain((2, 16, 3, 3)), Layout.strided((2, 16, 3, 3), (144, 9, 3, 1))
        assert a is b and a == b and hash(a) == hash(b)
        assert Layout.blocked((2, 16, 3, 3)) is not a
        assert Layout.blocked((2, 16, 3, 3)) is Layout.blocked((2, 16, 3, 3))

    def test_what_a_layout_says(self):
        shape = (2, 6, 3, 5)
        plain, last, blocked = Layout.plain(shape), Layout.channels_last(shape), Layout.blocked(shape)
        assert (plain.tag, last.tag, blocked.tag) == ("abcd", "acdb", "aBcd16b")
        assert plain.is_plain and not last.is_plain and not blocked.is_plain
        assert (plain.nbytes, last.nbytes, blocked.nbytes) == (720, 720, 2 * 16 * 15 * 4)
        assert blocked.is_padded and not last.is_padded and not Layout.blocked((2, 16, 3, 5)).is_padded
        assert plain.shape == shape and plain.dtype == "float32" and blocked.elements == 480
        assert repr(blocked) == "<Layout 2x6x3x5 aBcd16b>"
        assert Layout.blocked(shape, 8).tag == "aBcd8b" and Layout.blocked((1, 8, 4)).tag == "aBc16b"

    def test_axes_of_length_one_do_not_spoil_plainness(self):
        assert Layout.channels_last((2, 1, 3, 5)).is_plain
        assert Layout.channels_last((2, 7, 1, 1)).is_plain

    def test_freed_when_nobody_holds_it(self):
        layout = Layout.channels_last((2, 3, 123, 7))
        gone = weakref.ref(layout)
        del layout
        gc.collect()
        assert gone() is None

    def test_bad_shapes(self):
        for shape in [(), (1,) * 13, (2, 0, 3)]:
            with pytest.raises(MXNetValueError, match="1 to 12 dimensions"):
                Layout.plain(shape)
        with pytest.raises(MXNetValueError, match="no blocked layout"):
            Layout.blocked((2, 3, 4, 5), 4)
        with pytest.raises(TypeError, match="use Layout.plain"):
            Layout()

    def test_reorder_there_and_back(self, rng):
        for shape in [(3, 6, 5, 7), (1, 64, 3, 3), (2, 3, 4, 5, 6), (2, 17, 9)]:
            x = rng.standard_normal(shape).astype(np.float32)
            for other in [Layout.blocked(shape), Layout.blocked(shape, 8), Layout.channels_last(shape)]:
                chain = D.Chain(1)
                there = chain.to(chain.outside("x", Layout.plain(shape)), other)
                chain.store(there, chain.outside("y", Layout.plain(shape)))
                y = np.empty_like(x)
                chain.compile({"x": x.ctypes.data, "y": y.ctypes.data})()
                assert (x == y).all()

    def test_channels_last_is_numpy_transposed(self, rng):
        x = rng.standard_normal((2, 3, 4, 5)).astype(np.float32)
        y = np.empty((2, 4, 5, 3), np.float32)
        plain, last = Layout.plain(x.shape), Layout.channels_last(x.shape)
        D.reorder(plain, last).bind({Arg.SRC: x.ctypes.data, Arg.DST: y.ctypes.data})()
        assert (y == x.transpose(0, 2, 3, 1)).all()


@needs_onednn
class TestPrimitive:
    conv = D.Conv((2, 16, 8, 8), (16, 16, 3, 3), pad_lo=(1, 1))

    def test_cached_by_what_it_is(self):
        again = D.Conv([2, 16, 8, 8], [16, 16, 3, 3], (1, 1), (1, 1), (1, 1), (1, 1))
        assert self.conv == again
        assert self.conv.forward() is again.forward()
        assert self.conv.forward() is not self.conv.forward(activation="relu")
        assert self.conv.forward(n_threads=1) is not self.conv.forward(dst=Layout.plain(self.conv.dst), n_threads=1)

    def test_bind_names_what_is_missing_or_unknown(self):
        p = D.Eltwise("relu").forward(Layout.plain((2, 3)))
        with pytest.raises(MXNetValueError, match="eltwise_forward: no address given for DST"):
            p.bind({Arg.SRC: 64})
        with pytest.raises(MXNetValueError, match="unexpected argument BIAS; it takes SRC, DST"):
            p.bind({Arg.SRC: 64, Arg.DST: 64, Arg.BIAS: 64})
        with pytest.raises(MXNetValueError, match="has no BIAS"):
            p[Arg.BIAS]

    def test_row_is_the_whole_call_in_integers(self):
        import ctypes as C

        x, y = np.array([[-1, 2, -3]], np.float32), np.zeros((1, 3), np.float32)
        bound = D.Eltwise("relu").forward(Layout.plain((1, 3))).bind({Arg.SRC: x.ctypes.data, Arg.DST: y.ctypes.data})
        fn, *args = bound.row
        assert all(isinstance(v, int) for v in bound.row)
        call = C.CFUNCTYPE(C.c_int64, *[C.c_int64] * 4)(fn)
        assert call(*args) & 0xFFFFFFFF == 0
        assert y.tolist() == [[0, 2, 0]]
        z = np.zeros_like(y)
        bound.move(Arg.DST, z.ctypes.data)
        assert bound.call() == 0 and z.tolist() == [[0, 2, 0]]

    def test_calls_share_what_describes_one_place(self):
        """They run as calls with their own, and refuse to be moved: others would move along."""
        x, y, z = (np.array([row], np.float32) for row in ([-1, 2, -3], [0, 0, 0], [0, 0, 0]))
        shared, one = D.Memories(), Layout.plain((1, 3))
        places = [(x, y), (y, z), (x, z)]
        calls = [
            D.Eltwise("relu").forward(one).bind({Arg.SRC: a.ctypes.data, Arg.DST: b.ctypes.data}, shared=shared)
            for a, b in places
        ]
        assert len(shared._made) == 3
        for call in calls:
            z[...] = 7
            call()
        assert y.tolist() == z.tolist() == [[0, 2, 0]]
        with pytest.raises(MXNetValueError, match="DST cannot be moved, other calls use its memory"):
            calls[0].move(Arg.DST, z.ctypes.data)

    def test_binding_writes_nothing(self):
        layout = Layout.blocked((1, 6, 3, 3))  # padded
        x = np.full(layout.elements, 7, np.float32)
        D.Eltwise("relu").forward(layout).bind({Arg.SRC: x.ctypes.data, Arg.DST: x.ctypes.data})
        assert (x == 7).all()

    def test_padding_is_zero_in_results(self):
        layout = Layout.blocked((1, 6, 3, 3))
        x = D.aligned(layout.nbytes).view(np.float32)
        y = np.full(layout.elements, 7, np.float32)
        D.Eltwise("sigmoid").forward(layout).bind({Arg.SRC: x.ctypes.data, Arg.DST: y.ctypes.data})()
        pixels = y.reshape(9, 16)
        assert (pixels[:, :6] == 0.5).all() and (pixels[:, 6:] == 0).all()

    @pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the most memory used")
    def test_many_bindings_do_not_leak(self):
        """In a process of its own: the most that this one ever used may be far above."""
        assert int(_python(BINDINGS)) < 3000  # KiB; a leak would be 8 MB


BINDINGS = """
import numpy as np
from mxr.kernels import onednn as D
from mxr.kernels.onednn import Arg, Layout

x = np.zeros((2, 3), np.float32)
p = D.Eltwise("relu").forward(Layout.plain((2, 3)))

def most():
    for _ in range(20000):
        p.bind({Arg.SRC: x.ctypes.data, Arg.DST: x.ctypes.data})
    # ru_maxrss may be that of the process that started this one
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

before = most()
print(most() - before)
"""


@needs_onednn
class TestErrors:
    @pytest.mark.parametrize(
        "make, message",
        [
            (lambda: D.Conv((2, 3), (4, 3)), r"3, 4 or 5 dimensions, got shape \(2, 3\)"),
            (lambda: D.Conv((2, 3, 8, 8), (4, 2, 3, 3)), r"weight shape \(4, 2, 3, 3\).*expected \(num_filter, 3"),
            (lambda: D.Conv((2, 4, 8, 8), (4, 2, 3, 3), groups=3), "num_group=3"),
            (lambda: D.Conv((2, 3, 4, 4), (4, 3, 5, 5)), "does not fit data"),
            (lambda: D.Conv((2, 3, 8, 8), (4, 3, 3, 3), stride=(1,)), "stride must have 2 entries"),
            (lambda: D.Pool((2, 3, 4, 4), (5, 5)), "does not fit data"),
            (lambda: D.Pool((2, 3, 4, 4), (2, 2), kind="avg"), "kind must be one of"),
            (lambda: D.InnerProduct((2, 3), (4, 5)), r"expected \(num_hidden, 3\)"),
            (lambda: D.matmul((2, 3), (4, 5)), "do not fit"),
            (lambda: D.Eltwise("rellu"), "Did you mean 'relu'"),
            (lambda: D.binary("ad", Layout.plain((2,)), Layout.plain((2,))), "Did you mean 'add'"),
            (lambda: D.add_n([]), "at least one"),
            (lambda: D.concat([Layout.plain((2, 3)), Layout.plain((3, 3))]), "differ outside axis 1"),
            (lambda: D.reorder(Layout.plain((2, 3)), Layout.plain((3, 2))), "differ"),
            (lambda: D.BatchNorm((3,)), "2 to 5 dimensions"),
            (lambda: D.Softmax(Layout.plain((2, 3)), 2), "axis must be in"),
            (lambda: D.Conv((2, 3, 8, 8), (4, 3, 3, 3)).forward(src=Layout.plain((1, 3, 8, 8))), "was expected"),
            (lambda: eager.conv_forward("x", np.ones(3)), "data must be a numeric NumPy array, got str"),
            (lambda: eager.pool_forward(np.ones((1, 1, 3, 3)), D.Pool((1, 1, 4, 4), (2, 2))), "data must have shape"),
            (lambda: eager.pool_backward(np.ones((1, 1, 3, 3)), D.Pool((1, 1, 4, 4), (2, 2))), "workspace or x"),
        ],
    )
    def test_bad_arguments_are_named(self, make, message):
        with pytest.raises(MXNetValueError, match=message):
            make()

    def test_eager_shapes(self):
        x, w = np.ones((1, 3, 5, 5), np.float32), np.ones((4, 3, 3, 3), np.float32)
        with pytest.raises(MXNetValueError, match=r"bias must have shape \(4,\), got \(3,\)"):
            eager.conv_forward(x, w, np.ones(3))
        with pytest.raises(MXNetValueError, match=r"out_grad must have shape \(1, 4, 3, 3\)"):
            eager.conv_backward(x, w, x)
        with pytest.raises(MXNetValueError, match="out must be a C-contiguous float32 array"):
            eager.conv_forward(x, w, out=np.empty((1, 4, 3, 3)))

    def test_slow_reference_convolutions_are_refused(self):
        c = D.Conv((2, 3, 8, 8), (16, 3, 3, 3))
        with pytest.raises(D.Unsupported, match="reference"):
            c.backward_weights(src=Layout.blocked(c.src), diff_dst=Layout.plain(c.dst))

    def test_unsupported_is_an_mxnet_error(self):
        assert issubclass(D.Unsupported, MXNetError)
        for args in [{"pool_type": "lp"}, {"pooling_convention": "same"}]:
            with pytest.raises(D.Unsupported, match="Pooling"):
                D.Pool.mxnet((1, 3, 8, 8), (2, 2), **args)


@needs_onednn
class TestThreads:
    def test_default_comes_from_the_environment(self, monkeypatch):
        monkeypatch.setattr(threads, "cores", lambda: 4)
        for omp, mxnet, want in [("", "", 1), ("3", "2", 3), ("", "2", 2), ("64", "", 4), ("2,1", "", 2), ("x", "", 1)]:
            monkeypatch.setenv("OMP_NUM_THREADS", omp)
            monkeypatch.setenv("MXNET_CPU_WORKER_NTHREADS", mxnet)
            assert D.threads.default_threads() == want, (omp, mxnet)

    @pytest.mark.parametrize("plain", [False, True], ids=["quick", "by its methods"])
    def test_the_environment_may_change_at_any_time(self, monkeypatch, plain):
        monkeypatch.setattr(threads, "cores", lambda: 4)
        if plain:  # an os.environ without what the quick way needs
            monkeypatch.setattr(threads, "_settings", os.environ)
            monkeypatch.setattr(threads, "_names", threads.ENVIRONMENT)
        for name in threads.ENVIRONMENT:
            monkeypatch.delenv(name, raising=False)
        assert (threads.num_threads(), threads.plan_threads(), threads.default_threads()) == (4, 4, 1)
        for k, name in enumerate(reversed(threads.ENVIRONMENT)):
            monkeypatch.setenv(name, str(k + 1))
            assert threads.num_threads() == threads.plan_threads() == threads.default_threads() == k + 1
        assert threads.set_num_threads(4) is None and threads.plan_threads() == 4
        assert threads.set_num_threads(None) == 4 and threads.plan_threads() == 3
        monkeypatch.delenv(threads.ENVIRONMENT[0])
        assert threads.plan_threads() == 2
        with threads.alone():
            assert threads.plan_threads() == threads.default_threads() == 1
        assert threads.plan_threads() == 2

    def test_the_hosts_setting_is_restored(self, monkeypatch):
        monkeypatch.setattr(D.threads, "cores", lambda: 4)
        lib = library.library()
        before = lib.omp_get_max_threads()
        with D.threads.use(3) as n:
            assert n == lib.omp_get_max_threads() == 3
        assert lib.omp_get_max_threads() == before
        with D.threads.use(100):
            assert lib.omp_get_max_threads() == 4

    def test_a_bound_primitive_runs_with_the_threads_it_was_made_for(self, monkeypatch, rng):
        monkeypatch.setattr(D.threads, "cores", lambda: 2)
        c = D.Conv((8, 16, 20, 20), (32, 16, 3, 3))
        p = c.backward_weights(bias=False, n_threads=1)
        memory = {arg: D.aligned(layout.nbytes) for arg, layout in p.layouts.items()}
        for arg in (Arg.SRC, Arg.DIFF_DST):
            memory[arg].view(np.float32)[:] = 1
        bound = p.bind({arg: m.ctypes.data for arg, m in memory.items()})
        lib = library.library()
        with D.threads.use(2):
            bound()
            assert lib.omp_get_max_threads() == 2
        assert memory[Arg.DIFF_WEIGHTS].view(np.float32).max() == 8 * 18 * 18

    def test_two_threads_run_the_same_primitives_at_once(self, rng):
        x, w = rng.standard_normal((4, 16, 20, 20)), rng.standard_normal((32, 16, 3, 3))
        want = eager.conv_forward(x, w)
        dw = eager.conv_backward(x, w, want)[1]

        def work():
            for _ in range(30):
                y = eager.conv_forward(x, w)
                assert (y == want).all() and (eager.conv_backward(x, w, y)[1] == dw).all()

        at_once(work, [()] * 3)

    def test_a_primitive_made_here_runs_there(self, rng):
        x = rng.standard_normal((2, 64)).astype(np.float32)
        w = rng.standard_normal((32, 64)).astype(np.float32)
        y = np.zeros((2, 32), np.float32)
        spec = D.InnerProduct(x.shape, w.shape)
        chain = D.Chain(1)
        ins = {
            Arg.SRC: chain.outside("x", Layout.plain(x.shape)),
            Arg.WEIGHTS: chain.outside("w", Layout.plain(w.shape)),
        }
        chain.add(spec.forward(bias=False), ins, {Arg.DST: chain.outside("y", Layout.plain(y.shape))})
        ready = chain.compile({"x": x.ctypes.data, "w": w.ctypes.data, "y": y.ctypes.data})
        t = threading.Thread(target=ready)
        t.start()
        t.join()
        assert np.abs(y - x @ w.T).max() < 1e-4

    def test_more_threads_give_the_same_result(self, monkeypatch, rng):
        x, w = rng.standard_normal((8, 16, 20, 20)), rng.standard_normal((32, 16, 3, 3))
        one = eager.conv_forward(x, w)
        monkeypatch.setenv("OMP_NUM_THREADS", "2")
        assert np.abs(eager.conv_forward(x, w) - one).max() < 1e-4

    def test_works_in_a_forked_child(self):
        code = (
            "import os, numpy as np\n"
            "from mxr.kernels.onednn import eager, threads\n"
            "x, w = np.ones((2, 16, 9, 9)), np.ones((16, 16, 3, 3))\n"
            "eager.conv_forward(x, w)\n"
            "pid = os.fork()\n"
            "if not pid:\n"
            "    os._exit(0 if threads.default_threads() == 1 and (eager.conv_forward(x, w) == 144).all() else 1)\n"
            "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0\n"
        )
        _python(code, OMP_NUM_THREADS="2")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers of signals")
@pytest.mark.parametrize("threads", ["1", "2"])
def test_signals_during_gemm_leave_the_heap_alone(threads: str) -> None:
    """oneDNN's gemm moves the stack into its heap: a handler that ran there wrote over it, and free() aborted."""
    code = """
import signal
from mxr import autograd, gluon, nd
taken = []
signal.signal(signal.SIGPROF, lambda *args: taken.append(1))
net = gluon.nn.HybridSequential()
net.add(gluon.nn.Dense(256, use_bias=False, in_units=784), gluon.nn.Dense(128, use_bias=False, in_units=256))
net.initialize("ones")
net.hybridize()
x = nd.ones((64, 784))
signal.setitimer(signal.ITIMER_PROF, 0.0002, 0.0002)
for _ in range(700):
    with autograd.record():
        y = net(x)
    y.backward()
nd.waitall()
signal.setitimer(signal.ITIMER_PROF, 0, 0)
assert y.asnumpy().min() == y.asnumpy().max() == 784 * 256
print(len(taken) > 10, signal.pthread_sigmask(signal.SIG_BLOCK, []))
"""
    env = {**os.environ, "OMP_NUM_THREADS": threads}
    got = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120)
    assert (got.returncode, got.stdout) == (0, "True set()\n"), got.stderr
