"""Normalisation layers: BatchNorm, LayerNorm, InstanceNorm, GroupNorm."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._hybrid import HybridBlock
from ..mistakes import positive

__all__ = ["BatchNorm", "BatchNormReLU", "GroupNorm", "InstanceNorm", "LayerNorm"]


class _Norm(HybridBlock):
    """gamma and beta, and the printed form."""

    _shown: tuple[str, ...] = ()

    def _scale_and_shift(self, size: int, center: bool, scale: bool, beta: Any, gamma: Any, **more: Any) -> None:
        self._center, self._scale = center, scale
        self.gamma = self.params.get(
            "gamma", grad_req="write" if scale else "null", shape=(size,), init=gamma, allow_deferred_init=True, **more
        )
        self.beta = self.params.get(
            "beta", grad_req="write" if center else "null", shape=(size,), init=beta, allow_deferred_init=True,
            **({"differentiable": center} if more else {}),
        )  # fmt: skip

    def __repr__(self) -> str:
        content = ", ".join(f"{k}={getattr(self, '_' + k)}" for k in self._shown)
        return f"{type(self).__name__}({content})"


class _BatchNorm(_Norm):
    """What BatchNorm and BatchNormReLU share."""

    def __init__(
        self,
        axis: int = 1,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        use_global_stats: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        running_mean_initializer: Any = "zeros",
        running_variance_initializer: Any = "ones",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._kwargs = {
            "axis": axis,
            "eps": epsilon,
            "momentum": momentum,
            "fix_gamma": not scale,
            "use_global_stats": use_global_stats,
        }
        self._axis = axis
        self._scale_and_shift(in_channels, center, scale, beta_initializer, gamma_initializer, differentiable=scale)
        for name, init in (("running_mean", running_mean_initializer), ("running_var", running_variance_initializer)):
            held = self.params.get(
                name, grad_req="null", shape=(in_channels,), init=init, allow_deferred_init=True, differentiable=False
            )
            setattr(self, name, held)

    def cast(self, dtype: Any) -> None:
        """Changes the element type; statistics of float16 data stay float32."""
        super().cast("float32" if np.dtype(dtype).name == "float16" else dtype)

    def hybrid_forward(self, F: Any, x: Any, gamma: Any, beta: Any, running_mean: Any, running_var: Any) -> Any:
        return F.BatchNorm(x, gamma, beta, running_mean, running_var, name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        content = ", ".join(f"{k}={v!r}" for k, v in self._kwargs.items())
        return f"{type(self).__name__}({content}, in_channels={self.gamma.shape[0] or None})"


class BatchNorm(_BatchNorm):
    """Normalises over the batch for each channel (Ioffe and Szegedy, 2015); source: operator BatchNorm.

    In training the batch's mean and variance are used and the running ones move towards them:
    ``running = momentum * running + (1 - momentum) * batch``. In prediction the running ones are used.

    Parameters
    ----------
    axis : the axis of channels.
    momentum : how much of the running statistics stays.
    epsilon : added to the variance.
    center, scale : whether beta is added, gamma multiplied.
    use_global_stats : use the running statistics in training too.
    in_channels : number of channels; 0 finds out at the first call.
    """


class BatchNormReLU(_BatchNorm):
    """BatchNorm followed by relu; source: operator _contrib_BatchNormWithReLU. Parameters are those of BatchNorm."""

    def hybrid_forward(self, F: Any, x: Any, gamma: Any, beta: Any, running_mean: Any, running_var: Any) -> Any:
        return F.contrib.BatchNormWithReLU(x, gamma, beta, running_mean, running_var, name="fwd", **self._kwargs)


class LayerNorm(_Norm):
    """Normalises each example along `axis` (Ba, Kiros and Hinton, 2016); source: operator LayerNorm."""

    _shown = ("eps", "axis", "center", "scale", "in_channels")

    def __init__(
        self,
        axis: int = -1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        in_channels: int = 0,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        self._axis, self._eps = axis, epsilon
        self._scale_and_shift(in_channels, center, scale, beta_initializer, gamma_initializer)

    @property
    def _in_channels(self) -> int:
        return self.gamma.shape[0]

    def hybrid_forward(self, F: Any, data: Any, gamma: Any, beta: Any) -> Any:
        return F.LayerNorm(data, gamma=gamma, beta=beta, axis=self._axis, eps=self._eps)


class InstanceNorm(_Norm):
    """Normalises each channel of each example (Ulyanov et al., 2016); source: operator InstanceNorm."""

    _shown = ("eps", "axis", "center", "scale", "in_channels")

    def __init__(
        self,
        axis: int = 1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._axis, self._eps = axis, epsilon
        self._scale_and_shift(in_channels, center, scale, beta_initializer, gamma_initializer)

    @property
    def _in_channels(self) -> int:
        return self.gamma.shape[0]

    def hybrid_forward(self, F: Any, x: Any, gamma: Any, beta: Any) -> Any:
        if self._axis == 1:
            return F.InstanceNorm(x, gamma, beta, name="fwd", eps=self._eps)
        x = x.swapaxes(1, self._axis)
        return F.InstanceNorm(x, gamma, beta, name="fwd", eps=self._eps).swapaxes(1, self._axis)


class GroupNorm(_Norm):
    """Normalises groups of channels of each example (Wu and He, 2018); source: operator GroupNorm."""

    _shown = ("eps", "num_groups", "center", "scale")

    def __init__(
        self,
        num_groups: int = 1,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        positive(self, "num_groups", num_groups)
        self._num_groups, self._eps = num_groups, epsilon
        self._scale_and_shift(num_groups, center, scale, beta_initializer, gamma_initializer)

    def hybrid_forward(self, F: Any, data: Any, gamma: Any, beta: Any) -> Any:
        return F.GroupNorm(data, gamma=gamma, beta=beta, num_groups=self._num_groups, eps=self._eps)
