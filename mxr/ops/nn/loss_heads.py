"""Loss heads: outputs that carry the gradient of their own loss and ignore the gradient that comes in."""

from __future__ import annotations

import math

import numpy as np

from ...core.op import op
from ...core.params import Bool, Choice, Float
from ...core.shapes import same_shapes
from .sibling import backward_of
from .softmax import check_labels

__all__: list[str] = []


def softmax_layout(a, shape):
    """(rows, classes, positions) that the softmax of SoftmaxOutput sees the data as."""
    if a.multi_output:
        return shape[0], shape[1], math.prod(shape[2:])
    if a.preserve_shape:
        return math.prod(shape[:-1]), shape[-1], 1
    return shape[0], math.prod(shape[1:]), 1


@op("SoftmaxOutput", aliases=("Softmax",), inputs="data label", loss_head=True)
class SoftmaxOutput:
    """Softmax, with the gradient of the cross-entropy with `label` (MXNet operator SoftmaxOutput).

    `data` (n, ...) is normalised over all but the first axis; over axis 1 with multi_output; over the last axis with
    preserve_shape. `label` has class numbers, shape ``data.shape[:-1]``, with multi_output (n, positions), or one
    with the other axes as they are; or probabilities, in the shape of `data`. The gradient is
    ``(softmax - onehot(label)) * grad_scale``, divided by the number of rows ('batch'), of labels other than
    ignore_label ('valid'), and with multi_output, unless 'valid', by the number of positions.
    A label of -1 or ignore_label takes off no 1, as in MXNet; any other that is no class number is an error (on the
    CPU), where MXNet goes on in silence.
    """

    grad_scale = Float(1.0, "Scales the gradient by this factor.")
    ignore_label = Float(-1.0, "Rows with this label get no gradient, where use_ignore is set.")
    multi_output = Bool(False, "Whether the softmax is along axis 1, for each position of the other axes.")
    use_ignore = Bool(False, "Whether ignore_label is looked at.")
    preserve_shape = Bool(False, "Whether the softmax is along the last axis.")
    normalization = Choice(("batch", "null", "valid"), "null", "What the gradient is divided by.")
    out_grad = Bool(False, "Whether the gradient is multiplied by the gradient that comes in.")
    smooth_alpha = Float(0.0, "Label smoothing: this much probability is spread over the other classes.")
    examples = ("nd.SoftmaxOutput(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([0, 2]))",)

    def infer_shape(a, s):
        s.set(0, s.outs[0])
        s.out(0, s[0])
        data, label = s[0], s[1]
        if data is None or -1 in data:
            return
        if len(data) < (2 if a.multi_output else 1):
            s.fail(f"data must have at least {2 if a.multi_output else 1} dimensions, got shape {data}")
        if label == data:
            return
        if not a.multi_output:
            s.set(1, data[:-1] if len(data) > 1 else (1,))
            return
        allowed = [(data[0], math.prod(data[2:])), (data[0], *data[2:]), (data[0], 1, *data[2:])]
        if label is None:
            s.set(1, allowed[0])
        elif -1 not in label and label not in allowed:
            s.fail(f"argument label has shape {label}, expected {' or '.join(map(str, dict.fromkeys(allowed)))}")

    def forward(xp, a, data, label):
        x = data.reshape(softmax_layout(a, data.shape))
        e = x - x.max(axis=1, keepdims=True)
        xp.exp(e, out=e)
        e /= e.sum(axis=1, keepdims=True)
        return e.reshape(data.shape)

    def grad(F, a, dy, label, out):
        head = (dy,) if a.out_grad else ()
        return F._backward_SoftmaxOutput(out, label, *head, **a.as_dict()), None


def _softmax_output_grad(xp, a, out, label, out_grad=None):
    kind = out.dtype.type
    if label.shape == out.shape:
        g = (out - label) * kind(a.grad_scale)
        return g if out_grad is None else g * out_grad
    rows, classes, positions = softmax_layout(a, out.shape)
    g = out.reshape(rows, classes, positions).copy()
    # without multi_output there is one label a row, also where the labels have more
    k = label.reshape(-1)[: rows * positions].reshape(rows, positions)
    i, j = xp.arange(rows)[:, None], xp.arange(positions)[None]
    if xp is np:
        check_labels("SoftmaxOutput", np.where(k == -1, 0, k), classes, a.ignore_label)
    k_int = k.astype(np.int64)
    if a.smooth_alpha and not a.multi_output and classes > 1:
        g -= kind(a.smooth_alpha / (classes - 1))
        take = kind(1 - a.smooth_alpha - a.smooth_alpha / (classes - 1))
    else:
        take = kind(1)
    # a label out of range takes off nothing
    valid = (k_int >= 0) & (k_int < classes)
    g[i, xp.where(valid, k_int, 0), j] -= xp.where(valid, take, kind(0))
    scale = a.grad_scale
    if a.normalization == "batch":
        scale = scale / rows
    if a.normalization == "valid":
        # the count stays on the device
        count = xp.maximum((label.astype(np.int64) != int(a.ignore_label)).sum(), 1)
        g *= (kind(scale) / count.astype(out.dtype)).astype(out.dtype)
    else:
        scale = scale / positions if a.multi_output else scale
        if scale != 1:
            g *= kind(scale)
    if a.use_ignore:
        g *= (k_int != int(a.ignore_label))[:, None, :]
    g = g.reshape(out.shape)
    return g if out_grad is None else g * out_grad


backward_of(
    SoftmaxOutput,
    inputs="out label out_grad",
    active=lambda a: ("out", "label", "out_grad") if a.out_grad else ("out", "label"),
    outputs="ddata",
    like={"ddata": "out"},
    forward=_softmax_output_grad,
)


def _regression_shape(a, s):
    s.set(0, s.outs[0])
    s.out(0, s[0])
    data, label = s[0], s[1]
    if data is None or -1 in data:
        return
    if label is None:
        s.set(1, (data[0],) if len(data) == 2 and data[1] == 1 else data)
    elif -1 not in label and (label[:1] != data[:1] or math.prod(label) != math.prod(data)):
        s.fail(f"Shape inconsistent, argument label has shape {label}, expected {data}")


def _regression(name, forward, slope, what, loss):
    """One of the three regression heads; `slope(F, out, label)` is the gradient before scaling."""

    def grad(F, a, dy, label, out):
        if label.shape != out.shape:
            label = F.Reshape(label, shape=out.shape)
        scale = a.grad_scale * out.shape[0] / max(math.prod(out.shape), 1)
        d = slope(F, out, label)
        return (d if scale == 1 else d * scale), None

    class Head:
        grad_scale = Float(1.0, "Scales the gradient by this factor.")
        infer_shape = _regression_shape
        examples = (f"nd.{name}(nd.array([1, 2]), nd.array([0, 1]))",)

    Head.forward, Head.grad = forward, grad
    Head.__doc__ = f"""{what}, with the gradient of the {loss} loss (MXNet operator {name}).

    `label` has the shape of `data`, or as many elements in the same number of rows. The gradient with regard to data
    is scaled by ``grad_scale`` over the number of outputs of one example.
    """
    return op(name, aliases=(f"_sparse_{name}",), inputs="data label", loss_head=True)(Head)


def _sigmoid(xp, a, data, label):
    with np.errstate(over="ignore"):
        return 1 / (1 + xp.exp(-data))


def _identity(xp, a, data, label):
    return data


_regression("LinearRegressionOutput", _identity, lambda F, out, label: out - label, "`data` itself", "squared")
_regression("MAERegressionOutput", _identity, lambda F, out, label: F.sign(out - label), "`data` itself", "absolute")
_regression("LogisticRegressionOutput", _sigmoid, lambda F, out, label: out - label, "``sigmoid(data)``", "logistic")


@op("MakeLoss", loss_head=True, view=True)
class MakeLoss:
    """`data` itself, as a loss: its gradient is `grad_scale`, whatever comes in (MXNet operator MakeLoss).

    With normalization 'batch' divided by the first dimension, with 'valid' by the number of elements above
    valid_thresh.
    """

    grad_scale = Float(1.0, "The gradient.")
    valid_thresh = Float(0.0, "Elements above it are counted by normalization='valid'.")
    normalization = Choice(("batch", "null", "valid"), "null", "What the gradient is divided by.")

    infer_shape = same_shapes
    examples = ("nd.MakeLoss(nd.array([1, 2]))",)

    def forward(xp, a, data):
        return data

    def grad(F, a, dy, data):
        g = F.ones_like(data)
        if a.normalization == "valid":
            above = F.Cast(data > a.valid_thresh, dtype=data.dtype)
            count = F.maximum(F.sum(above, axis=None, keepdims=True), 1)
            return F.broadcast_div(g * a.grad_scale, count)
        scale = a.grad_scale / data.shape[0] if a.normalization == "batch" else a.grad_scale
        return g if scale == 1 else g * scale


@op("make_loss", outputs="loss", aliases=("_sparse_make_loss",), loss_head=True, view=True)
class make_loss:
    """`data` itself, as a loss: its gradient is 1, whatever comes in (MXNet operator make_loss)."""

    infer_shape = same_shapes
    examples = ("nd.make_loss(nd.array([1, 2]))",)

    def forward(xp, a, data):
        return data

    def grad(F, a, dy, data):
        return F.ones_like(data)


@op("SVMOutput", inputs="data label", loss_head=True, view=True)
class SVMOutput:
    """`data` itself, with the gradient of the one-against-all hinge loss (MXNet operator SVMOutput).

    `data` (n, k) scores, `label` (n,) class numbers. The loss of a score x is ``max(0, margin - t*x)`` with t = 1 for
    the class of the label and -1 else, squared unless use_linear.
    """

    margin = Float(1.0, "The margin of the loss.")
    regularization_coefficient = Float(1.0, "Scales the gradient.")
    use_linear = Bool(False, "Whether to use the L1 loss; L2 is the default.")
    examples = ("nd.SVMOutput(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([0, 2]))",)

    def infer_shape(a, s):
        s.set(0, s.outs[0])
        s.out(0, s[0])
        if s[0] is not None:
            if len(s[0]) < 2:
                s.fail(f"data must have two dimensions, got shape {s[0]}")
            s.set(1, s[0][:-1])

    def forward(xp, a, data, label):
        return data

    def grad(F, a, dy, data, label):
        x = data if len(data.shape) == 2 else F.Reshape(data, shape=(data.shape[0], -1))
        k = label if len(label.shape) == 1 else F.Reshape(label, shape=(label.shape[0],))
        t = F.one_hot(k, depth=x.shape[1], on_value=1.0, off_value=-1.0, dtype=data.dtype)
        slack = a.margin - t * x
        g = t * (slack > 0) if a.use_linear else 2 * t * F.maximum(slack, 0)
        return F.Reshape(g * -a.regularization_coefficient, shape=data.shape), None
