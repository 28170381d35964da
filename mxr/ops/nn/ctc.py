"""CTCLoss."""

from __future__ import annotations

import numpy as np

from ...base import MXNetValueError
from ...core.op import op
from ...core.params import Bool, Choice

__all__ = ["CTCLoss"]


@op(
    "CTCLoss",
    aliases=("ctc_loss", "_contrib_CTCLoss", "_contrib_ctc_loss"),
    inputs="data label data_lengths label_lengths",
    outputs="output0 output1",
    visible=1,
)
class CTCLoss:
    """Connectionist temporal classification (Graves et al. 2006; MXNet operator CTCLoss).

    `data` (steps, n, classes) are scores before the softmax, `label` (n, length) class numbers; the output (n,) is
    ``-log p(label | data)``. The blank is class 0 (blank_label 'first', labels padded with 0) or the last class
    ('last', labels padded with -1). `data_lengths` and `label_lengths`, (n,), are used where the parameters say so;
    without them all steps count, and a label ends at the first padding.
    """

    use_data_lengths = Bool(False, "Whether data_lengths is given.")
    use_label_lengths = Bool(False, "Whether label_lengths is given.")
    blank_label = Choice(("first", "last"), "first", "Which class is the blank.")
    examples = ("nd.CTCLoss(nd.zeros((3, 1, 3)), nd.array([[1, 2]]))",)

    def active(a):
        names = ["data", "label"]
        if a.use_data_lengths:
            names.append("data_lengths")
        if a.use_label_lengths:
            names.append("label_lengths")
        return tuple(names)

    def infer_shape(a, s):
        if s[0] is None:
            return
        if len(s[0]) != 3:
            s.fail(f"data must have three dimensions (steps, n, classes), got shape {s[0]}")
        if s[1] is not None:
            if len(s[1]) != 2:
                s.fail(f"label must have two dimensions (n, length), got shape {s[1]}")
            s.set(1, (s[0][1], s[1][1]))
            if -1 not in (s[0][0], s[1][1]) and s[1][1] > s[0][0]:
                s.fail(f"argument label has room for {s[1][1]} numbers, more than the {s[0][0]} steps of data")
        for i in range(2, len(s)):
            s.set(i, (s[0][1],))
        s.out(0, (s[0][1],))
        s.out(1, s[0])

    def infer_type(a, s):
        s.out_dtype(0, s[0])
        s.out_dtype(1, s[0])

    def forward(xp, a, data, label, *lengths):
        given = dict(zip(CTCLoss.input_names(a)[2:], lengths))
        steps, n, classes = data.shape
        blank = 0 if a.blank_label == "first" else classes - 1
        label = label.astype(np.int64)
        if a.use_label_lengths:
            sizes = given["label_lengths"].astype(np.int64)
        else:
            padding = label == (0 if a.blank_label == "first" else -1)
            sizes = xp.where(padding.any(axis=1), padding.argmax(axis=1), label.shape[1])
        inside = xp.arange(label.shape[1]) < sizes[:, None]
        label = xp.where(inside, label, blank)
        if xp is np and (((label < 0) | (label >= classes)) | (inside & (label == blank))).any():
            low = 1 if a.blank_label == "first" else 0
            raise MXNetValueError(
                f"CTCLoss: argument label must have class numbers from {low} to {low + classes - 2} "
                f"(blank_label={a.blank_label!r}), got {label.tolist()}"
            )
        ends = given["data_lengths"].astype(np.int64) if a.use_data_lengths else xp.full(n, steps, np.int64)
        loss, grad = _ctc(xp, data.astype(np.float64), label, sizes, ends, blank)
        return loss.astype(data.dtype), grad.astype(data.dtype)

    def grad(F, a, dy, outs):
        g = F.broadcast_mul(outs[1], F.Reshape(dy, shape=(1, -1, 1)))
        return (g, *(None for _ in CTCLoss.input_names(a)[1:]))


def _ctc(xp, data, label, sizes, ends, blank):
    """Loss and its gradient by the forward-backward recursion on logarithms, all examples at once."""
    steps, n, classes = data.shape
    logp = data - data.max(axis=2, keepdims=True)
    logp = logp - xp.log(xp.exp(logp).sum(axis=2, keepdims=True))
    # the label with blanks around each element
    states = xp.full((n, 2 * label.shape[1] + 1), blank, np.int64)
    states[:, 1::2] = label
    rows, count = xp.arange(n)[:, None], states.shape[1]
    emit = logp[xp.arange(steps)[:, None, None], rows[None], states[None]]
    alive = xp.arange(count) < 2 * sizes[:, None] + 1
    # a state may be skipped over where it is a blank between different elements
    skip = xp.zeros((n, count), bool)
    skip[:, 2:] = (states[:, 2:] != blank) & (states[:, 2:] != states[:, :-2])
    nothing = xp.full((n, count), -np.inf)

    def shifted(x, by):
        y = nothing.copy()
        if by > 0:
            y[:, by:] = x[:, :-by] if count > by else y[:, by:]
        else:
            y[:, :by] = x[:, -by:] if count > -by else y[:, :by]
        return y

    def keep(x, mask):
        return xp.where(mask, x, -np.inf)

    with np.errstate(all="ignore"):
        alpha = xp.empty((steps, n, count))
        alpha[0] = keep(emit[0], alive & (xp.arange(count) < 2))
        for t in range(1, steps):
            before = alpha[t - 1]
            total = xp.logaddexp(xp.logaddexp(before, shifted(before, 1)), keep(shifted(before, 2), skip))
            alpha[t] = keep(total + emit[t], alive)
        final = (xp.arange(count) == 2 * sizes[:, None]) | (xp.arange(count) == 2 * sizes[:, None] - 1)
        at_end = keep(alpha[ends - 1, xp.arange(n)], final)
        top = at_end.max(axis=1)
        total = top + xp.log(xp.exp(at_end - top[:, None]).sum(axis=1))
        # the skip into a state belongs, seen from behind, to the state two before it
        skip_from = xp.zeros((n, count), bool)
        skip_from[:, :-2] = skip[:, 2:]
        grad = xp.zeros_like(data)
        beta = nothing
        for t in range(steps - 1, -1, -1):
            ahead = beta + emit[t + 1] if t + 1 < steps else nothing
            onward = xp.logaddexp(xp.logaddexp(ahead, shifted(ahead, -1)), keep(shifted(ahead, -2), skip_from))
            beta = xp.where((t == ends - 1)[:, None], xp.where(final, 0.0, -np.inf), onward)
            beta = keep(beta, alive & (t < ends)[:, None])
            share = xp.exp(alpha[t] + beta - total[:, None])
            onehot = states[:, :, None] == xp.arange(classes)
            grad[t] = xp.exp(logp[t]) - (share[:, :, None] * onehot).sum(axis=1)
        possible = xp.isfinite(total)[:, None] & (xp.arange(steps)[:, None, None] < ends[:, None])
    return -total, xp.where(possible, grad, 0.0)
