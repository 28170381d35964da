"""Gradients of an expression over arrays: numeric, on the tape, of second order, and through the executor."""

import numpy as np

import mxr as mx
from mxr import autograd, nd


def _outputs(y):
    return list(y) if isinstance(y, list | tuple) else [y]


def _scalar(f, arrays):
    """sum(f(arrays) * fixed weights), so that every output element matters differently."""
    ys = _outputs(f(*arrays))
    total = 0
    for i, y in enumerate(ys):
        w = np.cos(np.arange(y.size, dtype="d") + 1 + i).reshape(y.shape)
        total = total + (y * nd.array(w, dtype=y.dtype)).sum()
    return total


def numeric_gradient(f, arrays, wrt, eps=1e-6):
    """Central differences of the scalar `f(*NumPy arrays)` with regard to arrays[wrt]."""
    x = arrays[wrt]
    g = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        values = []
        for d in (eps, -eps):
            moved = [a.copy() for a in arrays]
            moved[wrt][at] += d
            values.append(f(*moved))
        g[at] = (values[0] - values[1]) / (2 * eps)
    return g


def check_gradients(f, *arrays, second=True, tol=1e-6):
    """First and second derivatives of `f` (of NDArrays) against central differences; float64 arrays are variables."""
    wrt = [i for i, a in enumerate(arrays) if a.dtype == np.float64]

    def first(*values):
        xs = [nd.array(v, dtype=v.dtype) for v in values]
        for i in wrt:
            xs[i].attach_grad()
        with autograd.record():
            y = _scalar(f, xs)
        y.backward()
        return float(y.asscalar()), [xs[i].grad.asnumpy() for i in wrt]

    grads = first(*arrays)[1]
    for i, g in zip(wrt, grads):
        expected = numeric_gradient(lambda *v: first(*v)[0], arrays, i)
        np.testing.assert_allclose(g, expected, rtol=tol, atol=tol, err_msg=f"gradient of input {i}")
    if not second:
        return
    probes = [np.sin(np.arange(arrays[i].size, dtype="d") + 2).reshape(arrays[i].shape) for i in wrt]

    def of_gradient(*values):
        """sum over inputs of <gradient, probe>, by first-order backward."""
        return sum(float((g * p).sum()) for g, p in zip(first(*values)[1], probes))

    xs = [nd.array(a, dtype=a.dtype) for a in arrays]
    for i in wrt:
        xs[i].attach_grad()
    with autograd.record():
        y = _scalar(f, xs)
        gs = autograd.grad([y], [xs[i] for i in wrt], create_graph=True, retain_graph=True)
        z = sum((g * nd.array(p, dtype="float64")).sum() for g, p in zip(gs, probes))
    for g, expected in zip(gs, grads):
        np.testing.assert_allclose(g.asnumpy(), expected, rtol=1e-10, atol=1e-12, err_msg="create_graph")
    if z._node is None:  # the gradient is constant
        seconds = [np.zeros_like(arrays[i]) for i in wrt]
    else:
        z.backward()
        seconds = [xs[i].grad.asnumpy() for i in wrt]
    for i, g in zip(wrt, seconds):
        expected = numeric_gradient(of_gradient, arrays, i)
        np.testing.assert_allclose(g, expected, rtol=10 * tol, atol=10 * tol, err_msg=f"second order, input {i}")


def check_executor(f_nd, f_sym, *arrays):
    """The compiled graph gives what the tape gives, forward and backward."""
    names = [f"x{i}" for i in range(len(arrays))]
    xs = [nd.array(a, dtype=a.dtype) for a in arrays]
    for x in xs:
        x.attach_grad()
    with autograd.record():
        ys = _outputs(f_nd(*xs))
    heads = [nd.array(np.cos(np.arange(y.size) + 1.0).reshape(y.shape), dtype=y.dtype) for y in ys]
    autograd.backward(ys, heads)
    s = f_sym(*(mx.sym.var(n) for n in names))
    grads = {n: nd.zeros(a.shape, dtype=a.dtype) for n, a in zip(names, arrays)}
    e = s.bind(mx.cpu(), dict(zip(names, xs)), grads)
    for y, out in zip(ys, e.forward(is_train=True), strict=True):
        np.testing.assert_allclose(out.asnumpy(), y.asnumpy(), rtol=1e-6, atol=1e-7)
    e.backward(heads)
    for n, x in zip(names, xs):
        np.testing.assert_allclose(grads[n].asnumpy(), x.grad.asnumpy(), rtol=1e-5, atol=1e-6, err_msg=n)
