"""The schemes themselves: how each initializer fills a weight."""

from __future__ import annotations

import json
from math import prod
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import random
from ..base import MXNetValueError
from .base import Initializer, alias, register


@alias("zeros")
@register
class Zero(Initializer):
    """All weights 0."""

    def __init__(self) -> None:
        super().__init__()

    def _init_weight(self, _: str, arr: Any) -> None:
        arr[:] = 0


@alias("ones")
@register
class One(Initializer):
    """All weights 1."""

    def __init__(self) -> None:
        super().__init__()

    def _init_weight(self, _: str, arr: Any) -> None:
        arr[:] = 1


@register
class Constant(Initializer):
    """All weights `value`: a number, or an array of the weight's shape."""

    def __init__(self, value: Any) -> None:
        super().__init__(value=value.asnumpy().tolist() if isinstance(value, nd.NDArray) else value)
        self.value = value

    def _init_weight(self, _: str, arr: Any) -> None:
        # From JSON an array comes back as a list.
        arr[:] = np.asarray(self.value, dtype="float32") if isinstance(self.value, (list, tuple)) else self.value

    def dumps(self) -> str:
        value = self._kwargs["value"]
        return json.dumps(["constant", {"value": value.tolist() if hasattr(value, "tolist") else value}])


@register
class Uniform(Initializer):
    """Weights uniform in [-scale, scale)."""

    def __init__(self, scale: float = 0.07) -> None:
        super().__init__(scale=scale)
        self.scale = scale

    def _init_weight(self, _: str, arr: Any) -> None:
        random.uniform(-self.scale, self.scale, out=arr)


@register
class Normal(Initializer):
    """Weights normal with mean 0 and standard deviation `sigma`."""

    def __init__(self, sigma: float = 0.01) -> None:
        super().__init__(sigma=sigma)
        self.sigma = sigma

    def _init_weight(self, _: str, arr: Any) -> None:
        random.normal(0, self.sigma, out=arr)


@register
class Orthogonal(Initializer):
    """Rows (or columns) orthonormal, times `scale` (Saxe et al., 2013); `rand_type` is "uniform" or "normal"."""

    def __init__(self, scale: float = 1.414, rand_type: str = "uniform") -> None:
        super().__init__(scale=scale, rand_type=rand_type)
        self.scale = scale
        self.rand_type = rand_type

    def _init_weight(self, name: str, arr: Any) -> None:
        if len(arr.shape) < 2:
            raise MXNetValueError(f"Orthogonal needs at least 2 dimensions, {name} has shape {arr.shape}")
        shape = (arr.shape[0], prod(arr.shape[1:]))
        if self.rand_type == "uniform":
            draw = random.uniform(-1.0, 1.0, shape=shape).asnumpy()
        elif self.rand_type == "normal":
            draw = random.normal(0.0, 1.0, shape=shape).asnumpy()
        else:
            raise MXNetValueError(f"rand_type must be 'uniform' or 'normal', got {self.rand_type!r}")
        left, _, right = np.linalg.svd(draw, full_matrices=False)
        basis = left if left.shape == shape else right
        arr[:] = (self.scale * basis).reshape(arr.shape)


@register
class Xavier(Initializer):
    """Scale from the number of inputs and outputs (Glorot and Bengio, 2010).

    Parameters
    ----------
    rnd_type : "uniform" in [-c, c] or "gaussian" with standard deviation c.
    factor_type : "avg", "in" or "out": which fan divides.
    magnitude : c = sqrt(magnitude / factor).
    """

    def __init__(self, rnd_type: str = "uniform", factor_type: str = "avg", magnitude: float = 3) -> None:
        super().__init__(rnd_type=rnd_type, factor_type=factor_type, magnitude=magnitude)
        self.rnd_type = rnd_type
        self.factor_type = factor_type
        self.magnitude = float(magnitude)

    def _init_weight(self, name: str, arr: Any) -> None:
        shape = arr.shape
        if len(shape) < 2:
            raise MXNetValueError(
                f"Xavier initializer cannot be applied to vector {name}. It requires at least 2D, got shape {shape}."
            )
        window = float(prod(shape[2:]))
        fan_in, fan_out = shape[1] * window, shape[0] * window
        factors = {"avg": (fan_in + fan_out) / 2.0, "in": fan_in, "out": fan_out}
        if self.factor_type not in factors:
            raise MXNetValueError(f"Incorrect factor type {self.factor_type!r}: expected 'avg', 'in' or 'out'")
        scale = np.sqrt(self.magnitude / factors[self.factor_type])
        if self.rnd_type == "uniform":
            random.uniform(-scale, scale, out=arr)
        elif self.rnd_type == "gaussian":
            random.normal(0, scale, out=arr)
        else:
            raise MXNetValueError(f"Unknown random type {self.rnd_type!r}: expected 'uniform' or 'gaussian'")


@register
class MSRAPrelu(Xavier):
    """Gaussian with variance 2 / ((1 + slope^2) * factor), for PReLU networks (He et al., 2015)."""

    def __init__(self, factor_type: str = "avg", slope: float = 0.25) -> None:
        super().__init__("gaussian", factor_type, 2.0 / (1 + slope**2))
        self._kwargs = {"factor_type": factor_type, "slope": slope}


@register
class Bilinear(Initializer):
    """Weights of an up-sampling deconvolution that interpolates linearly."""

    def __init__(self) -> None:
        super().__init__()

    def _init_weight(self, name: str, arr: Any) -> None:
        self._init_bilinear(name, arr)


@register
class LSTMBias(Initializer):
    """LSTM biases 0, but those of the forget gate (second quarter) `forget_bias` (Jozefowicz et al., 2015)."""

    def __init__(self, forget_bias: float = 1.0) -> None:
        super().__init__(forget_bias=forget_bias)
        self.forget_bias = forget_bias

    def _init_weight(self, _: str, arr: Any) -> None:
        hidden = arr.shape[0] // 4
        values = np.zeros(arr.shape, dtype="float32")
        values[hidden : 2 * hidden] = self.forget_bias
        arr[:] = values
