"""Joining arrays and cutting them in pieces: Concat, stack, SliceChannel (split), _split_v2, add_n."""

from __future__ import annotations

from typing import Any

from ..base import MXNetValueError
from ..core.op import op
from ..core.params import Attrs, Bool, Int, Shape
from ..core.shapes import Frame, merge, show
from .axes import normal_axis

__all__: list[str] = []


def _count() -> Int:
    return Int(doc="Number of inputs.", lo=1)


def _concat_rule(a: Attrs, s: Frame) -> None:
    """All axes but one agree; the lengths of that one add up. A single unknown length follows from the output."""
    known = [x for x in (*s.ins, *s.outs) if x is not None]
    if not known:
        return
    axis = normal_axis(s.label, a.dim, len(known[0]), "dim")
    rest: Any = None
    for i, shape in enumerate((*s.ins, *s.outs)):
        if shape is None:
            continue
        open_shape = _with(shape, axis, -1) if len(shape) > axis else shape
        try:
            rest = merge(rest, open_shape)
        except ValueError:
            name = s.names[i] if i < len(s) else s.onames[0]
            s.fail(f"Incompatible input shape: expected {show(rest)}, argument {name} has shape {show(shape)}")
    lengths = [-1 if x is None else x[axis] for x in s.ins]
    total = s.outs[0][axis] if s.outs[0] is not None else -1
    if lengths.count(-1) == 1 and total != -1:
        lengths[lengths.index(-1)] = total - sum(d for d in lengths if d != -1)
    for i, d in enumerate(lengths):
        s.set(i, _with(rest, axis, d))
    s.out(0, _with(rest, axis, -1 if -1 in lengths else sum(lengths)))


def _with(shape: tuple[int, ...], axis: int, d: int) -> tuple[int, ...]:
    return shape[:axis] + (d,) + shape[axis + 1 :]


def _concat(xp: Any, a: Attrs, *arrays: Any) -> Any:
    return xp.concatenate(arrays, axis=a.dim)


def _concat_into(xp: Any, a: Attrs, out: Any, *arrays: Any) -> Any:
    return xp.concatenate(arrays, axis=a.dim, out=out)


def _concat_grad(F: Any, a: Attrs, dy: Any, ins: Any) -> Any:
    out, at = [], 0
    for x in ins:
        n = x.shape[a.dim]
        out.append(F.slice_axis(dy, axis=a.dim, begin=at, end=at + n) if n else F.zeros_like(x))
        at += n
    return tuple(out)


@op("Concat", aliases=("concat", "_sparse_concat"), inputs="arg", variadic="num_args")
class Concat:
    """Arrays joined along the axis `dim`; all other axes and the dtypes agree (MXNet operator Concat)."""

    num_args = _count()
    dim = Int(1, "The axis.")
    infer_shape, forward, into, grad = _concat_rule, _concat, _concat_into, _concat_grad
    examples = ("nd.concat(nd.array([[1, 2, 3], [4, 5, 6]]), nd.zeros((2, 1)), dim=1)",)


@op("_rnn_param_concat", inputs="arg", variadic="num_args")
class RnnParamConcat:
    """As Concat, for the parameters of a fused recurrent layer (MXNet operator _rnn_param_concat)."""

    num_args = _count()
    dim = Int(1, "The axis.")
    infer_shape, forward, into, grad = _concat_rule, _concat, _concat_into, _concat_grad
    examples = ("nd._internal._rnn_param_concat(nd.ones(2), nd.zeros(3), dim=0)",)


@op("stack", inputs="arg", variadic="num_args")
class Stack:
    """Arrays of one shape joined along a new axis (MXNet operator stack)."""

    axis = Int(0, "Position of the new axis in the result.")
    num_args = _count()
    examples = ("nd.stack(nd.array([1, 2]), nd.array([3, 4]), axis=1)",)

    def infer_shape(a, s):
        shape: Any = None
        for i in range(len(s)):
            try:
                shape = merge(shape, s[i])
            except ValueError:
                s.fail(f"all input arrays must have the same shape, {s.names[i]} has {show(s[i])}, not {show(shape)}")
        if s.outs[0] is not None:
            i = normal_axis(s.label, a.axis, len(s.outs[0]))
            shape = merge(shape, s.outs[0][:i] + s.outs[0][i + 1 :])
        if shape is not None:
            i = normal_axis(s.label, a.axis, len(shape) + 1)
            for j in range(len(s)):
                s.set(j, shape)
            s.out(0, shape[:i] + (len(s),) + shape[i:])

    def forward(xp, a, *arrays):
        return xp.stack(arrays, axis=a.axis)

    def grad(F, a, dy):
        if a.num_args == 1:
            return F.squeeze(dy, axis=a.axis) if len(dy.shape) > 1 else dy
        return F.SliceChannel(dy, num_outputs=a.num_args, axis=a.axis, squeeze_axis=True)


def _names(n: int) -> tuple[str, ...]:
    return ("output",) if n == 1 else tuple(f"output{i}" for i in range(n))


@op("SliceChannel", aliases=("split",))
class SliceChannel:
    """`data` in `num_outputs` equal pieces along `axis` (MXNet operator SliceChannel)."""

    num_outputs = Int(doc="Number of pieces.", lo=1)
    axis = Int(1, "The axis to cut.")
    squeeze_axis = Bool(False, "Whether pieces of length 1 lose the axis.")
    examples = ("nd.split(nd.array([[1, 2, 3], [4, 5, 6]]), num_outputs=3, axis=1, squeeze_axis=True)",)

    def outputs(a):
        return _names(a.num_outputs)

    def infer_shape(a, s):
        if s[0] is None:
            return
        i = normal_axis(s.label, a.axis, len(s[0]))
        d, n = s[0][i], a.num_outputs
        if d != -1 and d % n:
            s.fail(f"axis {a.axis} of input shape {s[0]} cannot be split into num_outputs={n} evenly sized chunks")
        if a.squeeze_axis and d not in (n, -1):
            s.fail(
                f"If squeeze_axis is True, the size of the sliced axis must be the same as num_outputs={n}; "
                f"input shape {s[0]}, axis={a.axis}"
            )
        middle = () if a.squeeze_axis else (-1 if d == -1 else d // n,)
        for j in range(n):
            s.out(j, s[0][:i] + middle + s[0][i + 1 :] or (1,))

    def forward(xp, a, data):
        i = a.axis + data.ndim if a.axis < 0 else a.axis
        n = data.shape[i] // a.num_outputs
        lead = (slice(None),) * i
        if a.squeeze_axis:
            parts = [data[(*lead, j)] for j in range(a.num_outputs)]
            return tuple(p if p.ndim else p.reshape(1) for p in parts)
        return tuple(data[(*lead, slice(j * n, (j + 1) * n))] for j in range(a.num_outputs))

    def grad(F, a, dy, data):
        dys = dy if a.num_outputs > 1 else (dy,)
        i = normal_axis("split", a.axis, len(data.shape))
        if a.squeeze_axis:
            shape = data.shape[:i] + (1,) + data.shape[i + 1 :]
            dys = tuple(F.Reshape(g, shape=shape) for g in dys)
        return F.Concat(*dys, num_args=a.num_outputs, dim=i) if a.num_outputs > 1 else dys[0]


@op("_split_v2")
class SplitV2:
    """`data` in pieces along `axis`: `sections` equal ones, or cut before each of `indices` (MXNet _split_v2)."""

    indices = Shape(doc="Where pieces begin, the first being 0.")
    axis = Int(1, "The axis to cut.")
    squeeze_axis = Bool(False, "Whether pieces of length 1 lose the axis.")
    sections = Int(0, "Number of equal pieces; 0 to use `indices`.", lo=0)
    examples = ("nd.split_v2(nd.array([1, 2, 3, 4]), (1, 3), axis=0)",)

    def outputs(a):
        if not a.sections and not a.indices:
            raise MXNetValueError("_split_v2: one of indices and sections must say where to cut; both are empty")
        return _names(a.sections or len(a.indices))

    def infer_shape(a, s):
        if s[0] is None:
            return
        i = normal_axis(s.label, a.axis, len(s[0]))
        d = s[0][i]
        if d == -1:
            return
        if a.sections and d % a.sections:
            s.fail(f"axis {a.axis} of input shape {s[0]} cannot be split into sections={a.sections} equal parts")
        for j, (begin, end) in enumerate(_edges(a, d)):
            if not 0 <= begin <= end <= d:
                s.fail(f"indices={a.indices}: piece {j} would be [{begin}, {end}) of an axis of length {d}")
            if a.squeeze_axis and end - begin != 1:
                s.fail(f"squeeze_axis: piece {j} has length {end - begin}, not 1")
            middle = () if a.squeeze_axis else (end - begin,)
            s.out(j, s[0][:i] + middle + s[0][i + 1 :] or (1,))

    def forward(xp, a, data):
        i = a.axis + data.ndim if a.axis < 0 else a.axis
        lead = (slice(None),) * i
        parts = []
        for begin, end in _edges(a, data.shape[i]):
            part = data[(*lead, begin if a.squeeze_axis else slice(begin, end))]
            parts.append(part if part.ndim else part.reshape(1))
        return tuple(parts)

    def grad(F, a, dy, data):
        i = normal_axis("_split_v2", a.axis, len(data.shape))
        edges = _edges(a, data.shape[i])
        dys = dy if len(edges) > 1 else (dy,)
        if a.squeeze_axis:
            shape = data.shape[:i] + (1,) + data.shape[i + 1 :]
            dys = tuple(F.Reshape(g, shape=shape) for g in dys)
        if edges[0][0] == 0:
            return F.Concat(*dys, num_args=len(dys), dim=i) if len(dys) > 1 else dys[0]
        lead = (None,) * i
        g = F.Concat(*dys, num_args=len(dys), dim=i)
        return F._backward_slice(g, shape=data.shape, begin=(*lead, edges[0][0]), end=(*lead, None))


def _edges(a: Attrs, d: int) -> list[tuple[int, int]]:
    if a.sections:
        n = d // a.sections
        return [(j * n, (j + 1) * n) for j in range(a.sections)]
    return list(zip(a.indices, (*a.indices[1:], d)))


@op(
    "add_n",
    aliases=("ElementWiseSum", "_sparse_ElementWiseSum", "_sparse_add_n"),
    inputs="arg",
    variadic="num_args",
    many="args",
    inplace=True,
)
class AddN:
    """The sum of arrays of one shape and dtype, element by element (MXNet operator add_n)."""

    num_args = _count()
    examples = ("nd.add_n(nd.array([1, 2]), nd.array([3, 4]), nd.ones(2))",)

    def forward(xp, a, *arrays):
        if len(arrays) == 1:
            return arrays[0]
        out = xp.add(arrays[0], arrays[1])
        for x in arrays[2:]:
            xp.add(out, x, out=out)
        return out

    def into(xp, a, out, *arrays):
        if len(arrays) == 1 or any(xp.may_share_memory(x, out) for x in arrays[2:]):
            out[...] = AddN.forward(xp, a, *arrays)  # the first step must not write over a later term
            return out
        xp.add(arrays[0], arrays[1], out=out)
        for x in arrays[2:]:
            xp.add(out, x, out=out)
        return out

    def grad(F, a, dy):
        return (dy,) * a.num_args
