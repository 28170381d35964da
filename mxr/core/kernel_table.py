"""Kernels attached from outside to operators on the CPU, for the imperative path. mxr.kernels fills the tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .faults import KernelFault, warn_once
from .params import Attrs

__all__ = ["find", "find_gradient", "gradients", "into_kernels", "kernels", "wide_names"]

# operator name -> make(a, shapes, dtypes) -> f(a, *arrays), or None where the kernel does not serve the signature.
# As the declaration's forward, f takes rng= and train= where the operator is random or train_aware. With an attribute
# `into`, f.into(a, outs, *arrays, ...) fills given arrays, for plans.
kernels: dict[str, Callable[[Attrs, Sequence[tuple], Sequence[Any]], Callable[..., Any] | None]] = {}

# The same in place: make(shapes, dtypes) -> into(a, out, *arrays) -> done?, or None. It writes `out` and the mutated
# inputs, or returns False and has done nothing.
into_kernels: dict[str, Callable[..., Any]] = {}

# The gradient of a recorded call, where it is not recorded itself: make(a, shapes, dtypes, wanted) -> g(a, dy, *saved),
# or None. Shapes and dtypes are those of the call's inputs, `wanted` says for each whether its gradient is used, dy is
# the contiguous gradient of the only visible output, `saved` what the declaration's grad names. g gives a gradient (or
# None) for each input, and writes to nothing that it was given.
gradients: dict[
    str, Callable[[Attrs, Sequence[tuple], Sequence[Any], tuple[bool, ...]], Callable[..., Any] | None]
] = {}


# For calls on half precision that these tables have no kernel for: the same in float32, with conversions; and the
# operators that it is for. mxr.kernels.half sets them.
wide_find: Callable[..., Any] | None = None
wide_gradient: Callable[..., Any] | None = None
wide_names: set[str] = set()


def find(name: str, a: Attrs, arrays: Sequence[Any]) -> Callable[..., Any] | None:
    """The kernel for a call on these arrays (or anything with shape and dtype)."""
    make = kernels.get(name)
    shapes, dtypes = [x.shape for x in arrays], [x.dtype for x in arrays]
    try:
        found = None if make is None else make(a, shapes, dtypes)
        if found is None and wide_find is not None and any(d.itemsize == 2 for d in dtypes):
            found = wide_find(name, a, shapes, dtypes)
        return found
    except KernelFault as e:
        warn_once(name, e)
        return None


def find_gradient(
    name: str, a: Attrs, shapes: Sequence[tuple], dtypes: Sequence[Any], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    """The kernel for the gradient of a call whose inputs had these shapes and dtypes."""
    make = gradients.get(name)
    try:
        found = None if make is None else make(a, shapes, dtypes, wanted)
        if found is None and wide_gradient is not None and any(d.itemsize == 2 for d in dtypes):
            found = wide_gradient(name, a, shapes, dtypes, wanted)
        return found
    except KernelFault as e:
        warn_once(f"the gradient of {name}", e)
        return None
