"""Shape and dtype inference: partial shapes, their merging, and the rules that families share.

A shape is a tuple; an unknown dimension is -1, an unknown shape None. A rule reads and narrows a Frame; it may
be called again with more known, so it only ever narrows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..base import MXNetTypeError, MXNetValueError

__all__ = ["Frame", "broadcast_shapes", "is_known", "merge"]

PartialShape = tuple[int, ...] | None


def is_known(shape: PartialShape) -> bool:
    return shape is not None and -1 not in shape


def merge(a: PartialShape, b: PartialShape) -> PartialShape:
    """The narrowest shape that both allow; ValueError where they contradict."""
    if a is None or a == b:
        return b
    if b is None:
        return a
    if len(a) != len(b):
        raise ValueError(f"{a} and {b} differ in number of dimensions")
    out = []
    for x, y in zip(a, b):
        if x != y and x != -1 and y != -1:
            raise ValueError(f"{a} and {b} differ")
        out.append(y if x == -1 else x)
    return tuple(out)


class Frame:
    """What is known of one operator call: shapes (or dtypes) of its inputs and outputs, by position.

    ``s[i]`` reads input i, ``s.set(i, shape)`` narrows it, ``s.out(i, shape)`` narrows an output.
    """

    __slots__ = ("ins", "label", "names", "onames", "outs")

    def __init__(
        self, label: str, names: Sequence[str], onames: Sequence[str], ins: Sequence[Any], outs: Sequence[Any]
    ) -> None:
        self.label, self.names, self.onames = label, names, onames
        self.ins, self.outs = list(ins), list(outs)

    def __getitem__(self, i: int) -> Any:
        return self.ins[i]

    def __len__(self) -> int:
        return len(self.ins)

    def set(self, i: int, shape: PartialShape) -> None:
        self.ins[i] = self._narrow(self.names[i], self.ins[i], shape)

    def out(self, i: int, shape: PartialShape) -> None:
        self.outs[i] = self._narrow(self.onames[i], self.outs[i], shape)

    def set_dtype(self, i: int, dtype: np.dtype | None) -> None:
        self.ins[i] = self._narrow_dtype(self.names[i], self.ins[i], dtype)

    def out_dtype(self, i: int, dtype: np.dtype | None) -> None:
        self.outs[i] = self._narrow_dtype(self.onames[i], self.outs[i], dtype)

    def _narrow(self, name: str, old: PartialShape, new: PartialShape) -> PartialShape:
        try:
            return merge(old, new)
        except ValueError:
            raise MXNetValueError(
                f"{self.label}: Shape inconsistent, argument {name} has shape {show(old)}, expected {show(new)}"
            ) from None

    def _narrow_dtype(self, name: str, old: np.dtype | None, new: np.dtype | None) -> np.dtype | None:
        if old is None or new is None or old == new:
            return new if old is None else old
        raise MXNetTypeError(f"{self.label}: argument {name} has dtype {old.name}, expected {new.name}")

    def fail(self, message: str) -> Any:
        raise MXNetValueError(f"{self.label}: {message}")


def show(shape: PartialShape) -> str:
    if shape is None:
        return "unknown"
    return "(" + ", ".join("?" if d == -1 else str(d) for d in shape) + (",)" if len(shape) == 1 else ")")


def same_shapes(a: Any, s: Frame) -> None:
    """All inputs and outputs have one shape."""
    shape: PartialShape = None
    for known in (*s.ins, *s.outs):
        if known is not None:
            shape = known if shape is None else _merge_soft(shape, known)
    for i in range(len(s.ins)):
        s.set(i, shape)
    for i in range(len(s.outs)):
        s.out(i, shape)


def _merge_soft(a: PartialShape, b: PartialShape) -> PartialShape:
    try:
        return merge(a, b)
    except ValueError:
        return a  # the set() that follows names the argument at fault


def broadcast_shapes(label: str, a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    n = max(len(a), len(b))
    x, y = (1,) * (n - len(a)) + a, (1,) * (n - len(b)) + b
    out = []
    for p, q in zip(x, y):
        if p == q or q == 1:
            out.append(p)
        elif p == 1:
            out.append(q)
        elif p == -1 or q == -1:
            out.append(max(p, q))
        else:
            raise MXNetValueError(f"{label}: operands could not be broadcast together with shapes {a} {b}")
    return tuple(out)


def broadcast_rule(a: Any, s: Frame) -> None:
    """Two inputs broadcast together by NumPy's rule."""
    if s[0] is not None and s[1] is not None:
        s.out(0, broadcast_shapes(s.label, s[0], s[1]))


def same_dtypes(a: Any, s: Frame) -> None:
    """All inputs and outputs have one dtype."""
    dtype = next((d for d in (*s.ins, *s.outs) if d is not None), None)
    for i in range(len(s.ins)):
        s.set_dtype(i, dtype)
    for i in range(len(s.outs)):
        s.out_dtype(i, dtype)


def float_dtypes(a: Any, s: Frame) -> None:
    """All inputs and outputs have one floating point type."""
    same_dtypes(a, s)
    if s[0] is not None and s[0].kind != "f" and s[0].name != "bfloat16":
        raise MXNetTypeError(f"{s.label}: argument data has dtype {s[0].name}, expected a floating point type")


def attr_dtype(name: str = "dtype") -> Callable[[Any, Frame], None]:
    """Outputs have the dtype that a parameter names; None there is float32."""
    from ..backend import dtype_of

    def rule(a: Any, s: Frame) -> None:
        for i in range(len(s.outs)):
            s.out_dtype(i, dtype_of(getattr(a, name)))

    return rule
