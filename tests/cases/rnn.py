"""RNN: modes, layers, directions, states, projection, lengths."""

from tests.cases import X, case, values

GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}
HALF = ("float16",)


def rnn(mode, shape, hidden, layers=1, both=False, project=None, lengths=None, scale=0.7, **more):
    """A case of these sizes; the number of parameters is counted here anew."""
    steps, n, inputs = shape
    dirs, out = (2 if both else 1), project or hidden
    size = 0
    for layer in range(layers):
        size += dirs * GATES[mode] * hidden * ((inputs if layer == 0 else dirs * out) + out + 2)
        size += dirs * out * hidden if project else 0
    arrays = [X(*shape, lo=-1, hi=1), X(size, lo=-scale, hi=scale), X(layers * dirs, n, out, lo=-1, hi=1)]
    if mode == "lstm":
        arrays.append(X(layers * dirs, n, hidden, lo=-1, hi=1))
    if lengths is not None:
        arrays += [None] * (mode != "lstm") + [values(lengths, more.pop("length_dtype", "int32"))]
    attrs = dict(mode=mode, state_size=hidden, num_layers=layers, bidirectional=both, **more.pop("attrs", {}))
    if project:
        attrs["projection_size"] = project
    if lengths is not None:
        attrs["use_sequence_length"] = True
    more.setdefault("rtol", 1e-4)  # MXNet's oneDNN computes tanh and exp by polynomials
    more.setdefault("atol", 1e-5)
    more.setdefault("beyond", HALF)
    more.setdefault("train", True)
    return case("RNN", *arrays, attrs=attrs, **more)


STATES = dict(state_outputs=True)

IGNORED = "MXNet on the CPU ignores it; mxr has cuDNN's meaning"

CASES = [
    *(rnn(mode, (4, 2, 3), 5) for mode in GATES),
    *(rnn(mode, (4, 2, 3), 5, 2, attrs=STATES) for mode in GATES),
    *(rnn(mode, (3, 2, 3), 4, 1, True, attrs=STATES) for mode in GATES),
    # MXNet's own code for plain cells (float64) has wrong weight gradients with three layers in two directions
    *(rnn(mode, (3, 2, 3), 4, 3, True, attrs=STATES, dtypes=("float32",), beyond=()) for mode in GATES),
    *(rnn(mode, (1, 1, 1), 1, attrs=STATES) for mode in GATES),
    *(rnn(mode, (3, 1, 2), 3, 2, attrs=dict(p=0.0)) for mode in GATES),
    # larger than the least size of the kernels, and not a multiple of the vector length
    *(rnn(mode, (5, 7, 33), 37, 2, True, scale=0.2, attrs=STATES) for mode in GATES),
    *(rnn("lstm", (4, 2, 3), 5, layers, both, 3, attrs=STATES, train=False, grad=False)
      for layers, both in ((1, False), (2, True), (1, True))),
    *(rnn("lstm", (4, 2, 3), 5, layers, both, 3, attrs=STATES, differs="MXNet cannot train projections on the CPU")
      for layers, both in ((1, False), (2, True), (1, True))),
    *(rnn(mode, (4, 3, 2), 3, layers, both, lengths=[2, 4, 1], attrs=STATES, differs=f"sequence_length: {IGNORED}")
      for mode in GATES for layers, both in ((1, False), (2, True))),
    rnn("lstm", (4, 3, 2), 3, 1, True, 2, [2, 4, 1], attrs=STATES, length_dtype="float32", grad=(1, 1, 1, 1, 0),
        differs=f"sequence_length: {IGNORED}"),
    rnn("gru", (4, 3, 2), 3, 2, lengths=[4, 4, 4], attrs=STATES, beyond=("float64", "float16")),
    rnn("lstm", (4, 2, 3), 5, 2, attrs=dict(lstm_state_clip_min=-0.2, lstm_state_clip_max=0.15, state_outputs=True),
        differs=f"lstm_state_clip: {IGNORED}"),
    rnn("lstm", (4, 2, 3), 5, attrs=dict(lstm_state_clip_min=-9, lstm_state_clip_max=9, lstm_state_clip_nan=True),
        beyond=("float64", "float16")),
]  # fmt: skip
