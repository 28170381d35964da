"""``mx.gluon.contrib.nn``: parallel composition, embeddings with sparse rows, pixel shuffling."""

from __future__ import annotations

import warnings
from typing import Any

from ... import context
from ... import ndarray as nd
from ..nn import BatchNorm, Block, HybridBlock, HybridSequential, Sequential
from ..nn.pool_layers import as_tuple

__all__ = [
    "Concurrent", "HybridConcurrent", "Identity", "PixelShuffle1D", "PixelShuffle2D", "PixelShuffle3D",
    "SparseEmbedding", "SyncBatchNorm",
]  # fmt: skip


class Concurrent(Sequential):
    """Feeds the same input to all children and joins their outputs along `axis`.

    `concat_dim` is the argument's name before MXNet 1.0.
    """

    def __init__(self, axis: int = -1, prefix: str | None = None, params: Any = None, concat_dim: int | None = None):
        super().__init__(prefix=prefix, params=params)
        self.axis = axis if concat_dim is None else concat_dim

    def forward(self, x: Any) -> Any:
        return nd.concat(*[block(x) for block in self._children.values()], dim=self.axis)


class HybridConcurrent(HybridSequential):
    """Feeds the same input to all children, which are HybridBlocks, and joins their outputs along `axis`.

    `concat_dim` is the argument's name before MXNet 1.0.
    """

    def __init__(self, axis: int = -1, prefix: str | None = None, params: Any = None, concat_dim: int | None = None):
        super().__init__(prefix=prefix, params=params)
        self.axis = axis if concat_dim is None else concat_dim

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.concat(*[block(x) for block in self._children.values()], dim=self.axis)


class Identity(HybridBlock):
    """Gives its input back: the branch of a HybridConcurrent that does nothing."""

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return x


class SparseEmbedding(Block):
    """Embedding whose weight and gradient are row_sparse: only the rows in use are read and updated.

    It needs a Trainer, from whose store the rows come; initialised parameters of other blocks are not touched.

    Parameters
    ----------
    input_dim, output_dim : number of rows, and their length.
    dtype : dtype of the output.
    weight_initializer : initializer of the rows.
    """

    def __init__(
        self, input_dim: int, output_dim: int, dtype: Any = "float32", weight_initializer: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._kwargs = {"input_dim": input_dim, "output_dim": output_dim, "dtype": dtype, "sparse_grad": True}
        self.weight = self.params.get(
            "weight", shape=(input_dim, output_dim), init=weight_initializer, dtype=dtype, stype="row_sparse",
            grad_stype="row_sparse",
        )  # fmt: skip

    def forward(self, x: Any) -> Any:
        return nd.Embedding(x, self.weight.row_sparse_data(x), name="fwd", **self._kwargs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({{input_dim}} -> {{output_dim}}, {{dtype}})".format(**self._kwargs)


class SyncBatchNorm(BatchNorm):
    """BatchNorm over the batches of all devices together (Zhang et al. 2018); source: operator SyncBatchNorm.

    Parameters are those of BatchNorm without `axis`, and

    Parameters
    ----------
    num_devices : number of devices that take part; by default all GPUs, or 1 without a GPU.
    """

    def __init__(
        self,
        in_channels: int = 0,
        num_devices: int | None = None,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        center: bool = True,
        scale: bool = True,
        use_global_stats: bool = False,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        running_mean_initializer: Any = "zeros",
        running_variance_initializer: Any = "ones",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            1, momentum, epsilon, center, scale, use_global_stats, beta_initializer, gamma_initializer,
            running_mean_initializer, running_variance_initializer, in_channels, **kwargs,
        )  # fmt: skip
        if num_devices is None:
            warnings.warn(
                "Caution using SyncBatchNorm: if not using all the GPUs, please mannually set num_devices",
                UserWarning,
                stacklevel=2,
            )
            num_devices = max(context.num_gpus(), 1)
        shown: dict[str, Any] = {
            "eps": epsilon, "momentum": momentum, "fix_gamma": not scale, "use_global_stats": use_global_stats,
            "ndev": num_devices, "key": self.prefix,
        }  # fmt: skip
        self._kwargs = shown

    def hybrid_forward(self, F: Any, x: Any, gamma: Any, beta: Any, running_mean: Any, running_var: Any) -> Any:
        return F.contrib.SyncBatchNorm(x, gamma, beta, running_mean, running_var, name="fwd", **self._kwargs)


class PixelShuffle1D(HybridBlock):
    """Moves channels to the width (Shi et al. 2016): (n, f c, w) becomes (n, c, f w).

    Parameters
    ----------
    factor : by how much the width grows.
    """

    def __init__(self, factor: int) -> None:
        super().__init__()
        self._factor = int(factor)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        x = F.reshape(x, (0, -4, -1, self._factor, 0))
        return F.reshape(F.transpose(x, (0, 1, 3, 2)), (0, 0, -3))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._factor})"


class _PixelShuffle(HybridBlock):
    """A factor for each axis."""

    _ndim = 2

    def __init__(self, factor: Any) -> None:
        super().__init__()
        self._factors = as_tuple(type(self).__name__, "factor", factor, self._ndim)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._factors})"


class PixelShuffle2D(_PixelShuffle):
    """Moves channels to height and width: (n, f1 f2 c, h, w) becomes (n, c, f1 h, f2 w).

    Parameters
    ----------
    factor : by how much height and width grow: a number or two.
    """

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        f1, f2 = self._factors
        x = F.reshape(x, (0, -4, -1, f1 * f2, 0, 0))
        x = F.reshape(x, (0, 0, -4, f1, f2, 0, 0))
        return F.reshape(F.transpose(x, (0, 1, 4, 2, 5, 3)), (0, 0, -3, -3))


class PixelShuffle3D(_PixelShuffle):
    """Moves channels to depth, height and width: (n, f1 f2 f3 c, d, h, w) becomes (n, c, f1 d, f2 h, f3 w).

    Parameters
    ----------
    factor : by how much depth, height and width grow: a number or three.
    """

    _ndim = 3

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        f1, f2, f3 = self._factors
        x = F.swapaxes(F.reshape(x, (0, -4, -1, f1 * f2 * f3, 0, 0, 0)), 2, 3)
        # (n, c, d, f1 f2 f3, h, w): one axis after the other takes its factor
        x = F.reshape(F.reshape(x, (0, 0, 0, -4, f1, f2 * f3, 0, 0)), (0, 0, -3, 0, 0, 0))
        x = F.reshape(F.swapaxes(x, 3, 4), (0, 0, 0, 0, -4, f2, f3, 0))
        x = F.swapaxes(F.reshape(x, (0, 0, 0, -3, 0, 0)), 4, 5)
        return F.reshape(x, (0, 0, 0, 0, -3))
