"""Forward and backward of one operator call in mxr and in MXNet."""

_CODE = """
_leaves = [{arrays}]
for _x, _k in zip(_leaves, {keep}):
    if _k:
        _x.attach_grad()
with autograd.record({train}):
    _ys = {call}
_ys = list(_ys) if isinstance(_ys, (list, tuple)) else [_ys]
_heads = [nd.array(np.cos(1.7 * np.arange(_y.size)).reshape(_y.shape), dtype=_y.dtype) for _y in _ys]
if any({keep}):
    autograd.backward(_ys, _heads, train_mode={train})
result = {{"ys": [_y.asnumpy() for _y in _ys], "grads": [_x.grad.asnumpy() for _x, _k in zip(_leaves, {keep}) if _k]}}
for _n, _x in dict({state}).items():
    result[_n] = _x.asnumpy()
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
