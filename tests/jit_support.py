"""Running generated kernels over NumPy arrays, float64 references, errors in ulp, narrower vectors than this CPU's."""

import functools

import numpy as np
import pytest

from mxr.core import special
from mxr.kernels import jit
from mxr.kernels.jit.engine import Engine, architecture, engine

_NARROWER = {  # of x86: LLVM takes the names of another architecture's CPU, and makes code that crashes
    32: ("haswell", "+avx2,+fma,+f16c,-avx512f"),
    16: ("nocona", "+sse2,+sse3,-avx,-avx2,-fma"),
}

SPECIALS = np.array(
    [
        0.0,
        -0.0,
        1.0,
        -1.0,
        np.inf,
        -np.inf,
        np.nan,
        1e-45,
        -1e-45,
        1e-38,
        -1e-38,
        3e38,
        -3e38,
        0.5,
        -0.5,
        88.7,
        89.0,
        -87.4,
        -103.9,
        -104.1,
        1e-8,
        -1e-8,
        2.0,
        -2.0,
        1.5,
        -1.5,
        2.5,
        -2.5,
    ],
    np.float32,
)


@functools.cache
def engine_of(vector_bytes):
    """An engine whose vectors have so many bytes; skips where this CPU has none."""
    host = engine()
    if host.vector_bytes == vector_bytes:
        return host
    if host.vector_bytes < vector_bytes or architecture() != "x86_64" or vector_bytes not in _NARROWER:
        pytest.skip(f"no vectors of {vector_bytes} bytes here")
    made = Engine(*_NARROWER[vector_bytes])
    assert made.vector_bytes == vector_bytes
    return made


def elements(array):
    return tuple(s // array.itemsize for s in array.strides)


def run_fused(stmts, inputs, outputs, params=None, reduce_axes=(), shape=None):
    """Run statements over NumPy arrays broadcast to one domain; outputs: {name: (shape, dtype)}."""
    arrays = {k: np.asarray(v) for k, v in inputs.items()}
    made = {k: np.zeros(s, d) for k, (s, d) in outputs.items()}
    domain = shape or np.broadcast_shapes(*(a.shape for a in (*arrays.values(), *made.values())))
    ops = [jit.Operand(k, a.dtype, elements(np.broadcast_to(a, domain))) for k, a in arrays.items()]
    ops += [jit.Operand(k, a.dtype, elements(np.broadcast_to(a, domain)), True) for k, a in made.items()]
    kernel = jit.compile_program(stmts, ops, domain, reduce_axes, tuple(params or ()))
    kernel.bind([*arrays.values(), *made.values()], params)()
    return made


def unary(text, x, out=None):
    return run_fused([("y", text)], {"x": x}, {"y": (x.shape, out or x.dtype)})["y"]


def ulps(got, want64, dtype):
    with np.errstate(all="ignore"):
        want = want64.astype(dtype)
        same = (got == want) | (np.isnan(got) & np.isnan(want))
        gap = np.spacing(np.abs(want)).astype(np.float64)
        error = np.abs(got.astype(np.float64) - want64) / gap
    return np.where(same, np.minimum(np.nan_to_num(error, nan=0, posinf=0), 0.5), error)


def reference(name, x):
    x = x.astype(np.float64)
    ours = {
        "erf": special.erf,
        "erfinv": special.erfinv,
        "gamma": special.gamma,
        "gammaln": special.gammaln,
        "digamma": special.digamma,
        "sigmoid": lambda v: np.where(v < -700, np.exp(v), 1 / (1 + np.exp(-v))),
        "rsqrt": lambda v: 1 / np.sqrt(v),
        "rcbrt": lambda v: 1 / np.cbrt(v),
        "reciprocal": lambda v: 1 / v,
        "softsign": lambda v: v / (1 + np.abs(v)),
    }
    with np.errstate(all="ignore"):
        return ours.get(name, getattr(np, name, None))(x)


def np_softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True)) if x.size else x
    return e / e.sum(axis, keepdims=True) if x.size else x
