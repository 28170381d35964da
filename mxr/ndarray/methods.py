"""Fluent methods: ``x.sum(axis=1)`` is ``mx.nd.sum(x, axis=1)``."""

from __future__ import annotations

from typing import Any

from ..core.op import find_op

__all__ = ["FLUENT", "attach"]

FLUENT = """
abs arccos arccosh arcsin arcsinh arctan arctanh argmax argmax_channel argmin argsort broadcast_axes broadcast_like
cbrt ceil clip cos cosh degrees depth_to_space diag exp expand_dims expm1 fix flatten flip floor log log10 log1p log2
log_softmax max mean min nanprod nansum norm one_hot ones_like pad pick prod radians rcbrt reciprocal relu repeat
reshape_like rint round rsqrt shape_array sigmoid sign sin sinh size_array slice slice_axis slice_like softmax softmin
sort space_to_depth split sqrt square squeeze sum swapaxes take tan tanh tile topk transpose trunc zeros_like
""".split()


class _Fluent:
    """Makes the method on first use and puts it in the class in its own place."""

    def __init__(self, name: str, module: str) -> None:
        self.name, self.module = name, module

    def __get__(self, obj: Any, owner: type) -> Any:
        import importlib

        f = getattr(importlib.import_module(self.module), self.name)
        method = _with_tuples(f) if self.name in ("transpose",) else f
        setattr(owner, self.name, method)
        return getattr(obj if obj is not None else owner, self.name)


def _with_tuples(f: Any) -> Any:
    """transpose takes its axes also as separate arguments."""

    def transpose(self: Any, *axes: Any, **kwargs: Any) -> Any:
        if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], list | tuple)):
            axes = tuple(axes[0] or ())
        if axes:
            kwargs["axes"] = tuple(axes)
        return f(self, **kwargs)

    transpose.__doc__ = f.__doc__
    return transpose


def attach(cls: type, module: str = "mxr.ndarray") -> None:
    for name in FLUENT:
        if find_op(name) is not None and not hasattr(cls, name):
            setattr(cls, name, _Fluent(name, module))
