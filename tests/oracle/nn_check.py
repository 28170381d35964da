"""Forward and backward of one operator call in mxr and in MXNet."""

_CODE = """
vs = [{arrays}]
for v, k in zip(vs, {keep}):
    if k:
        v.attach_grad()
with autograd.record({train}):
    ys = {call}
ys = list(ys) if isinstance(ys, (list, tuple)) else [ys]
hs = [nd.array(np.cos(1.7 * np.arange(y.size)).reshape(y.shape), dtype=y.dtype) for y in ys]
if any({keep}):
    autograd.backward(ys, hs, train_mode={train})
result = {{"ys": [y.asnumpy() for y in ys], "grads": [v.grad.asnumpy() for v, k in zip(vs, {keep}) if k]}}
for k, v in dict({state}).items():
    result[k] = v.asnumpy()
"""


def check(both, call, *, train=True, no_grad=(), state=(), rtol=1e-5, atol=1e-6, **arrays):
    """`call` is an expression over `nd` and the names of the arrays; compared: outputs, gradients, `state` arrays.

    The head gradient is cos(1.7 i). `no_grad` names arrays whose gradient is not compared.
    """
    names = list(arrays)
    setup = "".join(f"{n} = nd.array({n}, dtype={n}.dtype)\n" for n in names)
    code = setup + _CODE.format(
        arrays=", ".join(n for n in names if n not in state),
        train=train,
        call=call,
        keep=[n not in no_grad for n in names if n not in state],
        state=", ".join(f"{n}={n}" for n in state),
    )
    return both(code, rtol=rtol, atol=atol, **arrays)
