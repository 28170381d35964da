"""Every operator called with random arguments: a result, or an error that says what was wrong; never anything else."""

import contextlib
import os
import signal

import numpy as np
import pytest

import mxr as mx
from mxr.core.op import all_ops
from tests.bad_input import Drawer, operators

CALLS = int(os.environ.get("MXR_FUZZ_CALLS", "12"))
SEED = int(os.environ.get("MXR_FUZZ_SEED", "0"))
NAMES = operators()
GROUPS = [NAMES[i : i + 20] for i in range(0, len(NAMES), 20)]
RANDOM = ("random", "sample", "shuffle", "Dropout")


@contextlib.contextmanager
def limit(seconds: int, what: str):
    """Fails a call that takes too long; without effect where there is no SIGALRM."""

    def stop(*_):
        raise AssertionError(f"hangs: {what}")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    old = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)


def describe(name, arrays, kw):
    shown = [f"{x.shape}{x.dtype}" if isinstance(x, np.ndarray) else repr(x) for x in arrays]
    return f"{name}({', '.join(shown)}, {kw})"


def good_error(e, d):
    """An MXNetError that names the operator."""
    text = str(e)
    return isinstance(e, mx.MXNetError) and any(n in text for n in (d.name, *d.aliases))


def mutated(d, n):
    return set(range(n)) if d.mutates and d.variadic else {i for i, x in enumerate(d.inputs) if x in d.mutates}


def results(y):
    return [v for v in (y if isinstance(y, list | tuple) else [y]) if v is not None]


@pytest.mark.parametrize("names", GROUPS, ids=lambda g: f"{g[0]}-{g[-1]}")
def test_imperative(names):
    for name in names:
        d, draw = all_ops()[name], Drawer(NAMES.index(name) + 1000 * SEED)
        f = mx.ndarray.functions.function(name)
        for k in range(CALLS):
            host, kw = draw.call(d)
            args = [x if x is None else mx.nd.array(x, dtype=x.dtype) for x in host]
            if args and k % 12 == 11:
                args[draw.rnd.randrange(len(args))] = draw.rnd.choice([None, np.ones((2, 3)), 1.0, "a", [1, 2]])
            what = describe(name, host, kw)
            try:
                with limit(10, what):
                    for y in results(f(*args, **kw)):
                        y.asnumpy()
            except Warning as e:
                raise AssertionError(f"{what}: warns {e!r}") from e
            except Exception as e:
                assert good_error(e, d), f"{what}: {type(e).__name__}: {e}"
            for i, (x, before) in enumerate(zip(args, host)):
                if isinstance(x, mx.nd.NDArray) and i not in mutated(d, len(args)):
                    assert np.array_equal(x.asnumpy(), before, equal_nan=before.dtype.kind == "f"), f"{what} wrote {i}"


@pytest.mark.parametrize("names", GROUPS, ids=lambda g: f"{g[0]}-{g[-1]}")
def test_symbolic_equals_imperative(names):
    """Where both ways of calling give a result it is the same; where the call is wrong, binding or running says so."""
    for name in names:
        d, draw = all_ops()[name], Drawer(NAMES.index(name) + 1000 * SEED + 500)
        for _ in range(CALLS // 2):
            host, kw = draw.call(d)
            host = [x for x in host if x is not None]
            kw.pop("ctx", None)  # an executor has its own
            with limit(10, describe(name, host, kw)):
                compare(d, host, kw)


def compare(d, host, kw):
    what = describe(d.name, host, kw)
    if not host:
        return
    names = [f"v{i}" for i in range(len(host))]
    try:
        y = mx.symbol.functions.function(d.name)(*map(mx.sym.Variable, names), **kw)
        arrays = {n: mx.nd.array(x, dtype=x.dtype) for n, x in zip(names, host)}
        aux = {n: arrays.pop(n) for n in y.list_auxiliary_states() if n in arrays}
        if set(y.list_arguments()) - set(arrays):
            return  # composition made variables for the inputs that were left out
        executor = y.bind(mx.cpu(), arrays, aux_states=aux)
        symbolic = [v.asnumpy() for v in executor.forward()]
    except Warning as e:
        raise AssertionError(f"{what}: warns {e!r}") from e
    except Exception as e:
        assert isinstance(e, mx.MXNetError), f"{what}: {type(e).__name__}: {e}"
        return
    try:
        now = [
            v.asnumpy()
            for v in results(
                mx.ndarray.functions.function(d.name)(*[mx.nd.array(x, dtype=x.dtype) for x in host], **kw)
            )
        ]
    except mx.MXNetError as e:
        raise AssertionError(f"{what}: only the executor accepts it; imperative: {e}") from e
    assert len(now) == len(symbolic), what
    if any(part in d.name for part in RANDOM):
        assert [v.shape for v in now] == [v.shape for v in symbolic], what
        return
    for u, v in zip(now, symbolic):
        assert u.shape == v.shape and u.dtype == v.dtype, f"{what}: {u.shape}{u.dtype} and {v.shape}{v.dtype}"
        if d.name not in ("_identity_with_attr_like_rhs",):
            tol = 2e-2 if u.dtype == np.float16 else 1e-4
            np.testing.assert_allclose(
                u.astype(np.float64), v.astype(np.float64), rtol=tol, atol=tol, err_msg=what, equal_nan=True
            )
