"""Pooling and padding layers; source: operators Pooling and Pad."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base import MXNetAssertionError
from .._hybrid import HybridBlock

__all__ = [
    "AvgPool1D", "AvgPool2D", "AvgPool3D", "GlobalAvgPool1D", "GlobalAvgPool2D", "GlobalAvgPool3D", "GlobalMaxPool1D",
    "GlobalMaxPool2D", "GlobalMaxPool3D", "MaxPool1D", "MaxPool2D", "MaxPool3D", "ReflectionPad2D", "as_tuple",
]  # fmt: skip

_LAYOUTS = {1: ("NCW", "NWC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}


def as_tuple(layer: str, argument: str, value: Any, n: int) -> tuple[int, ...]:
    """`value`, a number or n of them, as a tuple of n."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return (int(value),) * n
    if not isinstance(value, list | tuple) or len(value) != n:
        raise MXNetAssertionError(f"{layer}: {argument} must be a number or a tuple of {n} ints, got {value!r}")
    return tuple(int(v) for v in value)


class _Pooling(HybridBlock):
    """Base of all pooling layers.

    Parameters
    ----------
    pool_size : size of the window, a number or one for each axis.
    strides : steps of the window; None takes `pool_size`.
    padding : on both sides of each axis.
    ceil_mode : whether windows that reach beyond the edge count.
    count_include_pad : whether averages count the padding.
    """

    _ndim = 2

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: Any,
        ceil_mode: bool,
        global_pool: bool,
        pool_type: str,
        layout: str,
        count_include_pad: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        what, n = type(self).__name__, self._ndim
        if layout not in _LAYOUTS[n]:
            raise MXNetAssertionError(f"{what}: layout must be one of {', '.join(_LAYOUTS[n])}, got {layout!r}")
        size = as_tuple(what, "pool_size", pool_size, n)
        self._kwargs: dict[str, Any] = {
            "kernel": size, "stride": size if strides is None else as_tuple(what, "strides", strides, n),
            "pad": as_tuple(what, "padding", padding, n), "global_pool": global_pool, "pool_type": pool_type,
            "layout": layout, "pooling_convention": "full" if ceil_mode else "valid",
        }  # fmt: skip
        if count_include_pad is not None:
            self._kwargs["count_include_pad"] = count_include_pad

    def _alias(self) -> str:
        return "pool"

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.Pooling(x, name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        k = self._kwargs
        return (
            f"{type(self).__name__}(size={k['kernel']}, stride={k['stride']}, padding={k['pad']}, "
            f"ceil_mode={k['pooling_convention'] == 'full'}, global_pool={k['global_pool']}, "
            f"pool_type={k['pool_type']}, layout={k['layout']})"
        )


def _max_init(n: int) -> Any:
    size = 2 if n == 1 else (2,) * n
    usual = _LAYOUTS[n][0]
    if n == 3:  # MXNet has layout and ceil_mode the other way round here

        def init_3d(
            self: Any, pool_size: Any = size, strides: Any = None, padding: Any = 0, ceil_mode: bool = False,
            layout: str = usual, **kwargs: Any,
        ) -> None:  # fmt: skip
            _Pooling.__init__(self, pool_size, strides, padding, ceil_mode, False, "max", layout, **kwargs)

        return init_3d

    def init(
        self: Any, pool_size: Any = size, strides: Any = None, padding: Any = 0, layout: str = usual,
        ceil_mode: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        _Pooling.__init__(self, pool_size, strides, padding, ceil_mode, False, "max", layout, **kwargs)

    return init


def _max_pool(n: int) -> type[_Pooling]:
    doc = f"The largest value in each window, over {n} axis or axes.{_ARGUMENTS}"
    body = {"__init__": _max_init(n), "_ndim": n, "__doc__": doc, "__module__": __name__}
    return type(f"MaxPool{n}D", (_Pooling,), body)


def _avg_init(n: int) -> Any:
    size = 2 if n == 1 else (2,) * n
    usual = _LAYOUTS[n][0]
    if n == 1:  # MXNet has layout and ceil_mode the other way round here

        def init_1d(
            self: Any, pool_size: Any = size, strides: Any = None, padding: Any = 0, layout: str = usual,
            ceil_mode: bool = False, count_include_pad: bool = True, **kwargs: Any,
        ) -> None:  # fmt: skip
            _Pooling.__init__(
                self, pool_size, strides, padding, ceil_mode, False, "avg", layout, count_include_pad, **kwargs
            )

        return init_1d

    def init(
        self: Any, pool_size: Any = size, strides: Any = None, padding: Any = 0, ceil_mode: bool = False,
        layout: str = usual, count_include_pad: bool = True, **kwargs: Any,
    ) -> None:  # fmt: skip
        _Pooling.__init__(
            self, pool_size, strides, padding, ceil_mode, False, "avg", layout, count_include_pad, **kwargs
        )

    return init


def _avg_pool(n: int) -> type[_Pooling]:
    doc = f"The average of each window, over {n} axis or axes.{_ARGUMENTS}"
    body = {"__init__": _avg_init(n), "_ndim": n, "__doc__": doc, "__module__": __name__}
    return type(f"AvgPool{n}D", (_Pooling,), body)


def _global_pool(kind: str, n: int) -> type[_Pooling]:
    def __init__(self: Any, layout: str = _LAYOUTS[n][0], **kwargs: Any) -> None:
        _Pooling.__init__(self, (1,) * n, None, 0, True, True, kind, layout, **kwargs)

    what = {"max": "largest value", "avg": "average"}[kind]
    body = {"__init__": __init__, "_ndim": n, "__doc__": f"The {what} of each channel.", "__module__": __name__}
    return type(f"Global{kind.capitalize()}Pool{n}D", (_Pooling,), body)


_ARGUMENTS = "\n" + "\n".join((_Pooling.__doc__ or "").split("\n")[1:])
MaxPool1D, MaxPool2D, MaxPool3D = (_max_pool(n) for n in (1, 2, 3))
AvgPool1D, AvgPool2D, AvgPool3D = (_avg_pool(n) for n in (1, 2, 3))
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = (_global_pool("max", n) for n in (1, 2, 3))
GlobalAvgPool1D, GlobalAvgPool2D, GlobalAvgPool3D = (_global_pool("avg", n) for n in (1, 2, 3))


class ReflectionPad2D(HybridBlock):
    """Pads height and width of (n, c, h, w) with mirrored values; `padding` is a number or eight of them."""

    def __init__(self, padding: Any = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(padding, int | np.integer):
            padding = (0, 0, 0, 0, padding, padding, padding, padding)
        if len(padding) != 8:
            raise MXNetAssertionError(f"ReflectionPad2D: padding must be a number or a tuple of 8, got {padding!r}")
        self._padding = tuple(padding)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.pad(x, mode="reflect", pad_width=self._padding)
