"""Kernels attached from outside to operators on the CPU, for the imperative path. mxr.kernels fills the tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .params import Attrs

__all__ = ["find", "into_kernels", "kernels"]

# operator name -> make(a, shapes, dtypes) -> f(a, *arrays), or None where the kernel does not serve the signature.
# As the declaration's forward, f takes rng= and train= where the operator is random or train_aware. With an attribute
# `into`, f.into(a, outs, *arrays, ...) fills given arrays, for plans.
kernels: dict[str, Callable[[Attrs, Sequence[tuple], Sequence[Any]], Callable[..., Any] | None]] = {}

# The same in place: make(shapes, dtypes) -> into(a, out, *arrays) -> done?, or None. It writes `out` and the mutated
# inputs, or returns False and has done nothing.
into_kernels: dict[str, Callable[..., Any]] = {}


def find(name: str, a: Attrs, arrays: Sequence[Any]) -> Callable[..., Any] | None:
    """The kernel for a call on these arrays (or anything with shape and dtype)."""
    make = kernels.get(name)
    return None if make is None else make(a, [x.shape for x in arrays], [x.dtype for x in arrays])
