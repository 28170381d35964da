"""RNN against MXNet: what the cases do not say (dropout, shapes inferred, JSON, errors, larger sizes)."""

import numpy as np
import pytest

from .nn_check import check

MODES = ("rnn_relu", "rnn_tanh", "lstm", "gru")
GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}


def arrays(rng, mode, shape, hidden, layers, dirs, dtype="f"):
    size = sum(
        dirs * GATES[mode] * hidden * ((shape[2] if layer == 0 else dirs * hidden) + hidden + 2)
        for layer in range(layers)
    )
    scale = 1 / np.sqrt(hidden)
    out = {
        "x": rng.uniform(-1, 1, shape).astype(dtype),
        "w": rng.uniform(-scale, scale, size).astype(dtype),
        "h": rng.uniform(-1, 1, (layers * dirs, shape[1], hidden)).astype(dtype),
    }
    if mode == "lstm":
        out["c"] = rng.uniform(-1, 1, out["h"].shape).astype(dtype)
    return out


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("layers", "both_ways"), [(2, False), (3, False), (2, True)])
def test_dropout_draws_mxnets_numbers(both, rng, mode, layers, both_ways):
    """float64 runs MXNet's own code, which has dropout; float32 runs oneDNN, which MXNet calls without it.

    Of the gradients only some are compared: MXNet takes dropped outputs for the states of the lower layers, which is
    wrong for the weights, and for all of relu and GRU.
    """
    xs = arrays(rng, mode, (4, 3, 5), 6, layers, 1 + both_ways, "d")
    options = f"num_layers={layers}, mode='{mode}', bidirectional={both_ways}, p=0.3"
    call = f"nd.RNN({', '.join(xs)}, state_size=6, {options})"
    both(
        f"""
        {", ".join(xs)} = leaves = [nd.array(v, dtype="float64") for v in ({", ".join(xs)})]
        for v in leaves:
            v.attach_grad()
        with autograd.record():
            y = {call}
        y.backward(nd.array(np.cos(np.arange(y.size)).reshape(y.shape), dtype="float64"))
        result = [y, x.grad, h.grad] if {mode in ('lstm', 'rnn_tanh')} else y
        """,
        rtol=1e-6,
        atol=1e-8,
        **xs,
    )
    both(
        f"""
        {", ".join(xs)} = [nd.array(v, dtype="float64") for v in ({", ".join(xs)})]
        with autograd.train_mode():
            result = [{call}, nd.random.uniform(shape=(5,)), {call}, nd.Dropout(x), {call}]
        """,
        rtol=1e-5,
        atol=1e-6,
        **xs,
    )


def test_dropout_only_in_training(both, rng):
    xs = arrays(rng, "gru", (4, 3, 5), 6, 2, 1, "d")
    both(
        f"y = nd.RNN({', '.join(f'nd.array({n}, dtype=x.dtype)' for n in xs)}, state_size=6, num_layers=2, "
        "mode='gru', p=0.5)",
        result="y",
        **xs,
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("states", [False, True])
def test_large(both, rng, mode, states):
    xs = arrays(rng, mode, (12, 16, 64), 128, 2, 2)
    call = f"nd.RNN({', '.join(xs)}, state_size=128, num_layers=2, mode='{mode}', bidirectional=True, "
    check(both, call + f"state_outputs={states})", rtol=1e-3, atol=1e-3, **xs)


@pytest.mark.parametrize("mode", MODES)
def test_symbol(both, mode):
    """Argument names, shapes and dtypes inferred, outputs, JSON."""
    both(
        f"""
        x = sym.Variable("data")
        y = sym.RNN(x, state_size=5, num_layers=2, mode="{mode}", bidirectional=True, state_outputs=True, p=0.25)
        z = sym.RNN(y[0], state_size=3, num_layers=1, mode="{mode}", name="top")
        both = sym.Group([z, y[1]])
        result = [both.list_arguments(), both.list_outputs(), both.get_internals().list_outputs(),
                  both.infer_shape(data=(3, 2, 4)), str(both.infer_type(data="float64")), both.tojson()]
        """
    )


@pytest.mark.parametrize("grad_req", ["write", "add", "null"])
def test_executor(both, rng, grad_req):
    xs = arrays(rng, "lstm", (5, 4, 20), 40, 2, 1)
    both(
        f"""
        y = sym.RNN(*[sym.Variable(n) for n in "xwhc"], state_size=40, num_layers=2, mode="lstm", state_outputs=True)
        exe = sym.Group([y[0] * 2, y[2]]).simple_bind(mx.cpu(), x=x.shape, grad_req="{grad_req}")
        for n, v in dict(x=x, w=w, h=h, c=c).items():
            exe.arg_dict[n][:] = nd.array(v)
        for g in exe.grad_dict.values():
            if g is not None:
                g[:] = 1
        for _ in range(2):
            exe.forward(is_train=True)
            exe.backward([nd.ones(o.shape) * 0.1 for o in exe.outputs])
        result = [*exe.outputs, *[g for g in exe.grad_arrays if g is not None]]
        """,
        rtol=1e-3,
        atol=1e-4,
        **xs,
    )


@pytest.mark.parametrize(
    "call",
    [
        "nd.RNN(nd.ones((2, 2, 3)), nd.ones(5), nd.ones((1, 2, 4)), state_size=4, num_layers=1, mode='gru')",
        "nd.RNN(nd.ones((2, 2)), nd.ones(108), nd.ones((1, 2, 4)), state_size=4, num_layers=1, mode='gru')",
        "nd.RNN(nd.ones((2, 2, 3)), nd.ones(108), nd.ones((1, 3, 4)), state_size=4, num_layers=1, mode='gru')",
        "nd.RNN(nd.ones((2, 2, 3)), nd.ones(108), nd.ones((1, 2, 4)), state_size=4, num_layers=1, mode='elman')",
        "nd.RNN(nd.ones((2, 2, 3)), nd.ones(108), nd.ones((1, 2, 4)), state_size=4, mode='gru')",
        "nd.RNN(nd.ones((2, 2, 3)), nd.ones(108), nd.ones((1, 2, 4)), state_size=4, num_layers=1, mode='gru', p=2)",
        "nd.RNN(nd.ones((2, 2, 3), dtype='int32'), nd.ones(108, dtype='int32'), nd.ones((1, 2, 4), dtype='int32'), "
        "state_size=4, num_layers=1, mode='gru')",
    ],
)
def test_errors(both, call):
    both(f"{call}.asnumpy()", raises="RNN")
