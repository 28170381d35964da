"""Arrays from nothing: zeros, ones, full, ranges, identity.

A 0 in a shape means unknown, as in MXNet: in a graph the consumers may fill it (the begin states of recurrent
cells rely on that). ``refit(a, shape, dtype)`` of an operator then gives the attributes that make what was inferred.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..backend import dtype_of
from ..core.casting import cast
from ..core.op import OpDef, op, register
from ..core.params import Attrs, Bool, DType, Float, Int, Param, Shape, Str
from ..core.shape_mode import from_user, mode
from ..core.shapes import Frame, attr_dtype

__all__ = ["context_param", "shape_rule", "with_shape"]


def context_param() -> Str:
    """The parameter `ctx` of operators without inputs."""
    return Str("", "Device, such as 'cpu(0)'; the current one if empty.", optional=True)


def shape_rule(a: Attrs, s: Frame) -> None:
    """The output has the shape that is asked for; what is unknown of it stays so."""
    if a.shape:
        s.out(0, from_user(a.shape))
    elif a.shape == () and mode.np_shape:
        s.out(0, ())


def with_shape(a: Attrs, shape: tuple[int, ...], dtype: Any = None) -> Attrs:
    """The attributes with an unknown shape filled in."""
    return a if a.shape and -1 not in from_user(a.shape) else a.replace(shape=tuple(shape))


def _filled(name: str, value: float | None, dtype: Param, doc: str, example: str, shape_default: Any = ()) -> None:
    def forward(xp: Any, a: Attrs) -> Any:
        fill = a.value if value is None else value
        dt = dtype_of(_dtype_attr(a))
        if fill == 0:
            return xp.zeros(a.shape, dt)
        return xp.full(a.shape, cast(np, np.float64(fill), dt) if dt.kind in "iu" else fill, dt)

    params: dict[str, Param] = {
        "shape": Shape(shape_default, "Shape of the output; 0 is an unknown dimension.", optional=True, lo=0),
        "ctx": context_param(),
        "dtype": dtype,
    }
    if value is None:
        params["value"] = Float(doc="What to fill with.")
    d = register(
        OpDef(
            name, inputs=(), params=params, forward=forward, grad=None, infer_shape=shape_rule,
            infer_type=_dtype_rule, doc=doc, examples=(example,),
        )
    )  # fmt: skip
    d.refit = with_shape


def _dtype_attr(a: Attrs) -> Any:
    return None if a.dtype == -1 else a.dtype


def _dtype_rule(a: Attrs, s: Frame) -> None:
    s.out_dtype(0, dtype_of(_dtype_attr(a)))


_filled(
    "_zeros", 0, DType("float32", "Output dtype."), "An array of zeros (MXNet operator _zeros).", "nd.zeros((2, 2))"
)
_filled("_ones", 1, DType("float32", "Output dtype."), "An array of ones (MXNet operator _ones).", "nd.ones((2, 2))")
_filled(
    "_full",
    None,
    DType("float32", "Output dtype."),
    "An array filled with `value` (MXNet operator _full).",
    "nd.full((2, 2), 7)",
    None,
)
_filled(
    "_zeros_without_dtype",
    0,
    Int(-1, "Code of the dtype; -1 is float32."),
    "An array of zeros (MXNet operator _zeros_without_dtype).",
    "nd._internal._zeros_without_dtype(shape=(2, 2))",
    None,
)


def _refit_range(a: Attrs, shape: tuple[int, ...], dtype: Any = None) -> Attrs:
    if not a.infer_range:
        return a
    return a.replace(stop=a.start + a.step * (shape[0] // a.repeat), infer_range=False)


@op("_arange", inputs=())
class Arange:
    """Evenly spaced values in [start, stop), each `repeat` times; one number is `stop` (MXNet operator _arange).

    The arithmetic is done in `dtype`: an integer dtype truncates `start` and `step`.
    """

    start = Float(doc="First value.")
    stop = Float(None, "End of the range, not included.")
    step = Float(1.0, "Spacing.")
    repeat = Int(1, "How often each value occurs.", lo=1)
    infer_range = Bool(False, "Whether the end follows from the shape that the graph needs.")
    ctx = context_param()
    dtype = DType("float32", "Output dtype.")

    infer_type = attr_dtype("dtype")
    examples = ("nd.arange(2, 10, step=3)",)

    def infer_shape(a, s):
        if a.infer_range and a.stop is None:
            return
        start, stop = (0.0, a.start) if a.stop is None else (a.start, a.stop)
        if a.step == 0 or not all(map(math.isfinite, (start, stop, a.step))):
            s.fail(f"Range does not support step={a.step:g}")
        if (stop - start) / a.step <= 0:
            s.fail(f"Invalid range (start, stop, step) = ({start:g}, {stop:g}, {a.step:g})")
        s.out(0, (math.ceil((stop - start) / a.step) * a.repeat,))

    def forward(xp, a):
        start, stop = (0.0, a.start) if a.stop is None else (a.start, a.stop)
        dt = dtype_of(a.dtype)
        first, step = (cast(np, np.float64(v), dt)[()] for v in (start, a.step))
        values = first + xp.arange(math.ceil((stop - start) / a.step)).astype(dt) * step
        return xp.repeat(values, a.repeat) if a.repeat > 1 else values

    grad = None


Arange.refit = _refit_range


@op("_linspace", inputs=())
class Linspace:
    """`num` evenly spaced values from `start` to `stop`, computed in float64 (MXNet operator _linspace)."""

    start = Float(doc="First value.")
    stop = Float(doc="Last value.")
    num = Int(doc="How many.", lo=0)
    endpoint = Bool(True, "Whether `stop` is the last value.")
    ctx = context_param()
    dtype = DType("float32", "Output dtype.")

    infer_type = attr_dtype("dtype")
    examples = ("nd.linspace(0, 1, 5)",)

    def infer_shape(a, s):
        s.out(0, (a.num,))

    def forward(xp, a):
        return xp.linspace(a.start, a.stop, a.num, a.endpoint).astype(dtype_of(a.dtype))

    grad = None


@op("_eye", inputs=())
class Eye:
    """Ones on the k-th diagonal of an N x M array, zeros elsewhere (MXNet operator _eye)."""

    N = Int(doc="Number of rows.", lo=0)
    M = Int(0, "Number of columns; N if 0.", lo=0)
    k = Int(0, "Which diagonal: above the main one if positive.")
    ctx = context_param()
    dtype = DType("float32", "Output dtype.")

    infer_type = attr_dtype("dtype")
    examples = ("nd.eye(2, 3, k=1)",)

    def infer_shape(a, s):
        s.out(0, (a.N, a.M or a.N))

    def forward(xp, a):
        return xp.eye(a.N, a.M or a.N, a.k, dtype=dtype_of(a.dtype))

    grad = None
