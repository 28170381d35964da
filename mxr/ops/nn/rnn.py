"""RNN: whole recurrent networks in one operator."""

from __future__ import annotations

import math

import numpy as np

from ...core.op import op
from ...core.params import Bool, Choice, Float, Int
from . import rnn_math, rnn_steps
from .rnn_layout import directions, parameter_size, reserve_of, width
from .sibling import backward_of, on_tape

__all__ = ["RNN"]


def _active(a):
    names = ["data", "parameters", "state"]
    if a.mode == "lstm":
        names.append("state_cell")
    if a.use_sequence_length:
        names.append("sequence_length")
    return tuple(names)


def _named(a, arrays, names):
    """A dict of all optional arrays; None for those not in use."""
    given = dict(zip(names, arrays))
    return [given.get(n) for n in ("data", "parameters", "state", "state_cell", "sequence_length")]


def _states(a):
    """Names of the final states that are outputs."""
    return (("state", "state_cell") if a.mode == "lstm" else ("state",)) if a.state_outputs else ()


@op(
    "RNN",
    inputs="data parameters state state_cell sequence_length",
    outputs=lambda a: ("output", *(("state_output", "statecell_output")[: len(_states(a))]), "reserve"),
    visible=lambda a: 1 + len(_states(a)),
    active=_active,
    random=True,
    train_aware=True,
)
class RNN:
    """Recurrent networks of several layers over whole sequences (MXNet operator RNN, after cuDNN's).

    `data` is (steps, n, inputs), the output (steps, n, directions * hidden). With W x meaning ``x @ W.T``, a step is

    - rnn_relu, rnn_tanh: ``h' = act(W x + b + R h + c)``
    - lstm (Hochreiter and Schmidhuber 1997): ``i, f, g, o`` from ``W x + b + R h + c`` by sigmoid, g by tanh;
      ``c' = f c + i g``, ``h' = o tanh(c')``; with projection_size ``h' = P (o tanh(c'))`` (Sak et al. 2014)
    - gru (Cho et al. 2014): ``r, z = sigmoid(W x + b + R h + c)``, ``n = tanh(W x + b + r (R h + c))``,
      ``h' = (1 - z) n + z h``

    `parameters` is one vector: for each layer and direction W, R (and P), then for each b and c. `state` is
    (layers * directions, n, hidden or projection), `state_cell` (layers * directions, n, hidden). With state_outputs
    the final states are outputs too. In training a share p of the outputs of all layers but the last is zeroed and the
    rest divided by 1 - p: with the masks that MXNet's own code draws (its oneDNN path ignores p). With
    use_sequence_length, sequence i ends after ``sequence_length[i]``
    steps: its outputs are 0 behind, its final state is the one there, and the reverse direction begins there.

    Float16 is computed in float32.
    """

    state_size = Int(doc="Number of hidden nodes of a layer.", lo=0)
    num_layers = Int(doc="Number of layers.", lo=0)
    bidirectional = Bool(False, "Whether a second network runs from the end to the beginning.")
    mode = Choice(("gru", "lstm", "rnn_relu", "rnn_tanh"), doc="The kind of cell.")
    p = Float(0.0, "Fraction of the outputs dropped between layers in training.", lo=0, hi=1)
    state_outputs = Bool(False, "Whether the final states are outputs.")
    projection_size = Int(None, "Size that an LSTM's outputs are projected to.", optional=True)
    lstm_state_clip_min = Float(None, "Lower bound of LSTM's cells; needs lstm_state_clip_max.")
    lstm_state_clip_max = Float(None, "Upper bound of LSTM's cells; needs lstm_state_clip_min.")
    lstm_state_clip_nan = Bool(False, "Whether clipping lets nan through (else it becomes a bound).")
    use_sequence_length = Bool(False, "Whether sequence_length is given.")

    examples = (
        "nd.RNN(nd.ones((2, 1, 2)), nd.ones(12) / 4, nd.zeros((1, 1, 2)), state_size=2, num_layers=1, mode='rnn_tanh')"
        "[0:1]",
        "nd.RNN(nd.ones((2, 1, 2)), nd.ones(48) / 4, nd.zeros((1, 1, 2)), nd.zeros((1, 1, 2)), state_size=2, "
        "num_layers=1, mode='lstm', state_outputs=True)",
    )

    def infer_shape(a, s):
        for name in ("state_size", "num_layers"):
            if getattr(a, name) < 1:
                s.fail(f"argument {name}={getattr(a, name)}, expected at least 1")
        if a.mode != "lstm":
            for name in ("projection_size", "lstm_state_clip_min", "lstm_state_clip_max"):
                if getattr(a, name) is not None:
                    s.fail(f"argument {name}={getattr(a, name)}: only mode='lstm' has it, not mode={a.mode!r}")
        if a.projection_size is not None and not 1 <= a.projection_size <= a.state_size:
            s.fail(f"argument projection_size={a.projection_size}, expected 1 to state_size={a.state_size}")
        if (a.lstm_state_clip_min is None) != (a.lstm_state_clip_max is None):
            s.fail("arguments lstm_state_clip_min and lstm_state_clip_max must be given together")
        data = s[0]
        if data is None:
            return
        if len(data) != 3:
            s.fail(f"argument data has shape {data}, expected 3 dimensions (steps, n, inputs)")
        steps, batch, inputs = data
        if steps == 0:
            s.fail(f"argument data has shape {data}, expected at least one step")
        stack = a.num_layers * directions(a)
        if inputs != -1:
            s.set(1, (parameter_size(a, inputs),))
        s.set(2, (stack, batch, width(a)))
        states = [s[2]]
        if a.mode == "lstm":
            s.set(3, (stack, batch, a.state_size))
            states.append(s[3])
        if a.use_sequence_length:
            s.set(len(s) - 1, (batch,))
        s.out(0, (steps, batch, directions(a) * width(a)))
        for i in range(len(_states(a))):
            s.out(1 + i, states[i])
        if -1 not in (steps, batch):
            s.out(len(s.outs) - 1, (reserve_of(a, steps, batch)[1],))

    def infer_type(a, s):
        lengths = len(s) - 1 if a.use_sequence_length else -1
        known = [d for i, d in enumerate(s.ins) if i != lengths] + s.outs[:-1]
        dtype = next((d for d in known if d is not None), None)
        if dtype is None:
            return
        if dtype.kind != "f" and dtype.name != "bfloat16":
            s.fail(f"argument data has dtype {dtype.name}, expected a float")
        for i in range(len(s)):
            if i != lengths:
                s.set_dtype(i, dtype)
        if lengths > 0 and s[lengths] is None:
            s.set_dtype(lengths, dtype)
        for i in range(len(s.outs) - 1):
            s.out_dtype(i, dtype)
        s.out_dtype(len(s.outs) - 1, np.dtype(np.float32) if dtype.itemsize == 2 else dtype)

    def forward(xp, a, *arrays, rng, train):
        data, parameters, state, cell, lengths = _named(a, arrays, _active(a))
        dtype = data.dtype
        if dtype.itemsize == 2:
            data, parameters, state = (x.astype(np.float32) for x in (data, parameters, state))
            cell = None if cell is None else cell.astype(np.float32)
        *outs, reserve = rnn_math.forward(xp, a, data, parameters, state, cell, lengths, rng, train)
        return (*[x.astype(dtype, copy=False) for x in outs[: 1 + len(_states(a))]], reserve)

    def grad(F, a, dy, data, parameters, state, state_cell, sequence_length, out, reserve):
        dys = dy if a.state_outputs else (dy,)
        if on_tape(F):
            grads = rnn_steps.gradients(F, a, dys, data, parameters, state, state_cell, sequence_length, reserve)
            return (*grads, None) if a.use_sequence_length else grads
        arrays = (*dys, data, parameters, state, state_cell, sequence_length, out, reserve)
        grads = F._backward_RNN(*arrays, **a.as_dict())
        return (*grads, None) if a.use_sequence_length else grads


RNN.cost = lambda a, ins, outs: rnn_math.flops(a, ins)
RNN.draws = lambda a, train: train and a.p > 0 and a.num_layers > 1
RNN.json_outputs = lambda a: 1 + len(_states(a))


def _grad_inputs(a):
    return ("dy", *(f"d{n}_out" for n in _states(a)), *_active(a), "out", "reserve")


def _grad_outputs(a):
    return ("ddata", "dparameters", "dstate", "dstate_cell")[: 4 if a.mode == "lstm" else 3]


def _grad_types(a, s):
    dtype = s[0]
    for i in range(len(s.outs)):
        s.out_dtype(i, dtype)


def _rnn_grad(xp, a, *arrays):
    names = _grad_inputs(a)
    given = dict(zip(names, arrays))
    dtype = given["data"].dtype
    if dtype.itemsize == 2:
        single = {n: x.astype(np.float32) for n, x in given.items() if n not in ("sequence_length", "reserve")}
        given.update(single)
    get = given.get
    grads = rnn_math.backward(
        xp, a, get("dy"), get("dstate_out"), get("dstate_cell_out"), get("data"), get("parameters"), get("state"),
        get("state_cell"), get("sequence_length"), get("out"), get("reserve"),
    )  # fmt: skip
    return tuple(g.astype(dtype, copy=False) for g in grads if g is not None)


RNN_grad = backward_of(
    RNN,
    inputs="dy dstate_out dstate_cell_out data parameters state state_cell sequence_length out reserve",
    active=_grad_inputs,
    outputs=_grad_outputs,
    like={"ddata": "data", "dparameters": "parameters", "dstate": "state", "dstate_cell": "state_cell"},
    infer_type=_grad_types,
    forward=_rnn_grad,
)
RNN_grad.cost = lambda a, ins, outs: 4.0 * math.prod(outs[0][:2]) * math.prod(outs[1])
