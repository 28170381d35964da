"""One operator call, forward and backward, in mxr and in MXNet."""

import numpy as np

_CODE = """
xs = [nd.array(x, dtype=x.dtype) for x in arrays]
for x, g in zip(xs, wrt):
    if g: x.attach_grad()
{names}
with autograd.record():
    y = {call}
ys = y if isinstance(y, list) else [y]
result = {{"y%d" % i: v for i, v in enumerate(ys)}}
if {grad}:
    heads = [nd.array(np.cos(np.arange(v.size, dtype="float64") + 1 + i).reshape(v.shape), dtype=v.dtype)
             for i, v in enumerate(ys)]
    autograd.backward(ys, heads)
    for i, (x, g) in enumerate(zip(xs, wrt)):
        if g: result["dx%d" % i] = x.grad
"""


def check(both, call, *arrays, grad=True, **options):
    """`call` is an expression over a, b, c, ... (the arrays); values, dtypes, shapes and gradients must agree.

    grad: True takes gradients with regard to all float inputs, False none, a tuple of 0/1 says which.
    """
    wrt = [x.dtype.kind == "f" for x in arrays] if grad is True else list(grad or [0] * len(arrays))
    names = "\n".join(f"{n} = xs[{i}]" for i, n in zip(range(len(arrays)), "abcdefgh"))
    code = _CODE.format(names=names, call=call, grad=any(wrt))
    return both(code, arrays=list(arrays), wrt=wrt, **options)


def arr(*shape, dtype="float32", seed=0, lo=-2.0, hi=2.0):
    """A reproducible array; whole numbers for integer dtypes."""
    x = np.random.default_rng(seed).uniform(lo, hi, shape)
    return (np.floor(x) if np.dtype(dtype).kind in "iu" else x).astype(dtype)
