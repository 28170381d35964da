"""softmax, log_softmax, softmin, softmax_cross_entropy."""

from __future__ import annotations

import numpy as np

from ...backend import dtype_of
from ...base import MXNetTypeError, MXNetValueError
from ...core.op import OpDef, register
from ...core.params import Bool, Choice, Float, Int
from ...core.shapes import Frame

__all__ = ["check_labels"]


def check_labels(where: str, label: np.ndarray, classes: int, spare: float | None = None) -> None:
    """Raises where a class number is not in [0, classes); `spare` is one further number that is allowed."""
    if not label.size:
        return
    good = (label > -1) & (label < classes)
    if spare is not None:
        good |= label == spare
    if not good.all():
        bad = label[~good].ravel()[0]
        raise MXNetValueError(
            f"{where}: argument label has the value {bad:g}, expected class numbers from 0 to {classes - 1} "
            f"for {classes} classes"
        )


def _shape(a, s):
    s.set(0, s.outs[0])
    s.out(0, s[0])
    if s[0] is not None:
        axis(a, len(s[0]), s)
        if len(s) > 1 and -1 not in s[0]:
            k = axis(a, len(s[0]), s)
            s.set(1, s[0][:k] + s[0][k + 1 :])


def axis(a, ndim: int, s: Frame) -> int:
    """The normalised axis; raises where it is out of range."""
    k = a.axis + ndim if a.axis < 0 else a.axis
    if not 0 <= k < ndim:
        s.fail(f"argument axis={a.axis} is out of range for data of {ndim} dimension(s)")
    return k


def _type(a, s):
    if s[0] is not None and s[0].kind != "f" and s[0].name != "bfloat16":
        raise MXNetTypeError(f"{s.label}: argument data has dtype {s[0].name}, expected a floating point type")
    if len(s) > 1 and s[1] is not None and s[1].kind not in "iu":
        raise MXNetTypeError(f"{s.label}: argument length has dtype {s[1].name}, expected an integer type")
    if a.use_length and len(s) == 1:
        s.fail("argument use_length=True is not possible without an input for the lengths; softmax has one")
    if a.dtype is not None:
        s.out_dtype(0, dtype_of(a.dtype))
    elif s[0] is not None:
        s.out_dtype(0, s[0])


def _prepared(xp, a, data, sign):
    """Data minus its maximum, times sign / temperature, in a dtype wide enough to sum in; a fresh array."""
    wide = np.promote_types(np.float32, data.dtype if a.dtype is None else np.promote_types(data.dtype, a.dtype))
    x = data.astype(wide, copy=False)
    if sign < 0:
        x = -x
    x = x - x.max(axis=a.axis, keepdims=True) if x.shape[a.axis] else x.copy()
    if a.temperature is not None and a.temperature != 1.0:
        x /= a.temperature
    return x


def _inside(xp, a, shape, length):
    """Mask of the first `length` entries along the axis."""
    k = a.axis % len(shape)
    steps = xp.arange(shape[k]).reshape((-1,) + (1,) * (len(shape) - k - 1))
    return steps < xp.expand_dims(length, k)


def _softmax(sign):
    def forward(xp, a, data, length=None):
        if length is not None:
            mask = _inside(xp, a, data.shape, length)
            data = xp.where(mask, data, data.dtype.type(-np.inf if sign > 0 else np.inf))
            with np.errstate(invalid="ignore"):
                e = xp.exp(_prepared(xp, a, data, sign))
                e /= e.sum(axis=a.axis, keepdims=True)
            return xp.where(mask, e, e.dtype.type(0))
        e = _prepared(xp, a, data, sign)
        xp.exp(e, out=e)
        e /= e.sum(axis=a.axis, keepdims=True)
        return e

    return forward


def _softmax_grad(sign):
    def grad(F, a, dy, data, out):
        if a.dtype is not None:
            dy, out = (F.Cast(v, dtype=data.dtype) if v.dtype != data.dtype else v for v in (dy, out))
        dx = out * F.broadcast_sub(dy, F.sum(dy * out, axis=a.axis, keepdims=True))
        scale = sign / (a.temperature or 1.0)
        dx = dx if scale == 1.0 else dx * scale
        return (dx, None) if a.use_length and sign > 0 else dx

    return grad


def _log_softmax(xp, a, data):
    x = _prepared(xp, a, data, 1)
    x -= xp.log(xp.exp(x).sum(axis=a.axis, keepdims=True))
    return x


def _log_softmax_grad(F, a, dy, data, out):
    if a.dtype is not None:
        dy, out = (F.Cast(v, dtype=data.dtype) if v.dtype != data.dtype else v for v in (dy, out))
    dx = dy - F.broadcast_mul(F.exp(out), F.sum(dy, axis=a.axis, keepdims=True))
    return dx if a.temperature in (None, 1.0) else dx * (1.0 / a.temperature)


def _params():
    return {
        "axis": Int(-1, "The axis along which the values are normalised."),
        "temperature": Float(None, "Values are divided by it first; 1 where not given."),
        "dtype": Choice(("float16", "float32", "float64"), None, "Dtype of the output; by default that of the data."),
        "use_length": Bool(False, "Whether `length` says how many values along the axis count.", optional=True),
    }


register(
    OpDef(
        "softmax",
        inputs="data length",
        params=_params(),
        active=lambda a: ("data", "length") if a.use_length else ("data",),
        forward=_softmax(1),
        grad=_softmax_grad(1),
        infer_shape=_shape,
        infer_type=_type,
        doc="""``exp(x/T) / sum(exp(x/T))`` along `axis`, without overflow (MXNet operator softmax).

        `length` (shape of `data` without `axis`, integers), used with ``use_length=True``: entries from there on are 0.
        """,
        examples=("nd.softmax(nd.array([[1, 2, 3], [4, 5, 6]]))",),
    )
)
register(
    OpDef(
        "softmin",
        params=_params(),
        forward=_softmax(-1),
        grad=_softmax_grad(-1),
        infer_shape=_shape,
        infer_type=_type,
        doc="The softmax of ``-data`` along `axis` (MXNet operator softmin).",
        examples=("nd.softmin(nd.array([[1, 2, 3], [4, 5, 6]]))",),
    )
)
register(
    OpDef(
        "log_softmax",
        params=_params(),
        forward=_log_softmax,
        grad=_log_softmax_grad,
        infer_shape=_shape,
        infer_type=_type,
        doc="The logarithm of softmax along `axis`, computed without loss of precision (MXNet operator log_softmax).",
        examples=("nd.log_softmax(nd.array([[1, 2, 3], [4, 5, 6]]), axis=0)",),
    )
)


def _cross_entropy_shape(a, s):
    if s[0] is not None:
        if len(s[0]) != 2:
            s.fail(f"data must have two dimensions, got shape {s[0]}")
        s.set(1, (s[0][0],))
    s.out(0, (1,))


def _cross_entropy(xp, a, data, label):
    x = data - data.max(axis=1, keepdims=True)
    p = x - xp.log(xp.exp(x).sum(axis=1, keepdims=True))
    if xp is np:
        check_labels("softmax_cross_entropy", label, p.shape[1])
    picked = p[xp.arange(p.shape[0]), label.astype(xp.int64)]
    # MXNet bounds the probability from below by 1e-8
    return -xp.maximum(picked, data.dtype.type(np.log(1e-8))).sum().reshape(1)


def _cross_entropy_grad(F, a, dy, data, label):
    d = F.softmax(data, axis=1) - F.one_hot(label, depth=data.shape[1], dtype=data.dtype)
    return F.broadcast_mul(d, F.Reshape(dy, shape=(1, 1))), None


register(
    OpDef(
        "softmax_cross_entropy",
        inputs="data label",
        forward=_cross_entropy,
        grad=_cross_entropy_grad,
        infer_shape=_cross_entropy_shape,
        doc="""The sum over rows of ``-log(softmax(data)[row, label[row]])``, shape (1,) (MXNet softmax_cross_entropy).

        `data` (n, k), `label` (n,) with class numbers.
        """,
        examples=("nd.softmax_cross_entropy(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([0, 2]))",),
    )
)
