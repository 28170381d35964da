"""Transforms of images as blocks: Compose, Cast, ToTensor, Normalize, Resize."""

from __future__ import annotations

from typing import Any

import numpy as np

from .... import ndarray as nd
from ....base import MXNetError, MXNetTypeError, MXNetValueError
from ..._block import Block
from ..._hybrid import HybridBlock
from ...nn import HybridSequential, Sequential

__all__ = ["Cast", "Compose", "Normalize", "Resize", "ToTensor"]


class Compose(Sequential):
    """Transforms one after the other; runs of HybridBlocks among them are compiled."""

    def __init__(self, transforms: Any) -> None:
        super().__init__()
        run: list[Any] = []
        for t in [*transforms, None]:
            if isinstance(t, HybridBlock):
                run.append(t)
                continue
            if len(run) == 1:
                self.add(run[0])
            elif run:
                joined = HybridSequential()
                joined.add(*run)
                self.add(joined)
            run = []
            if t is not None:
                self.add(t if isinstance(t, Block) else _Function(t))


class _Function(Block):
    def __init__(self, function: Any) -> None:
        super().__init__()
        if not callable(function):
            raise MXNetTypeError(f"Compose takes blocks and functions, got {type(function).__name__}")
        self._function = function

    def forward(self, x: Any) -> Any:
        return self._function(x)


class Cast(HybridBlock):
    """Changes the element type."""

    def __init__(self, dtype: Any = "float32") -> None:
        super().__init__()
        self._dtype = dtype

    def hybrid_forward(self, F: Any, *args: Any) -> Any:
        return tuple(F.cast(x, dtype=self._dtype) for x in args) if len(args) > 1 else F.cast(args[0], self._dtype)


class ToTensor(HybridBlock):
    """Images (H, W, C) or (N, H, W, C) with values 0 to 255 become float32 (C, H, W) or (N, C, H, W) in [0, 1]."""

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        if isinstance(x, nd.NDArray) and x.ndim not in (3, 4):
            raise MXNetValueError(f"ToTensor: expected (H, W, C) or (N, H, W, C), got shape {x.shape}")
        x = F.cast(x, dtype="float32") / 255.0
        return F.swapaxes(F.swapaxes(x, dim1=-1, dim2=-3), dim1=-1, dim2=-2)


class Normalize(HybridBlock):
    """``(x - mean) / std`` for images (C, H, W) or (N, C, H, W); `mean` and `std` are numbers or one per channel."""

    def __init__(self, mean: Any = 0.0, std: Any = 1.0) -> None:
        super().__init__()
        self._mean, self._std = mean, std
        with self.name_scope():
            self._shift = self.params.get_constant("mean", np.asarray(mean, np.float32).reshape(-1, 1, 1))
            self._factor = self.params.get_constant("std", np.asarray(std, np.float32).reshape(-1, 1, 1))
        self.initialize()
        self._reg_params = {"mean": self._shift, "std": self._factor}

    def hybrid_forward(self, F: Any, x: Any, mean: Any, std: Any) -> Any:
        if isinstance(x, nd.NDArray) and (x.ndim not in (3, 4) or x.dtype != np.float32):
            raise MXNetValueError(
                f"Normalize: expected float32 (C, H, W) or (N, C, H, W), got {np.dtype(x.dtype)} {x.shape}; "
                "put ToTensor before it"
            )
        return F.broadcast_div(F.broadcast_sub(x, mean), std)


class Resize(Block):
    """Images (H, W, C) or (N, H, W, C), uint8, to another size.

    Parameters
    ----------
    size : number, or (width, height).
    keep_ratio : with a number: the shorter side gets it and the ratio is kept; else the image becomes square.
    interpolation : 0 nearest, 1 bilinear, 2 cubic, 3 area, 4 Lanczos.

    Raises
    ------
    MXNetError : Pillow is not installed.
    """

    def __init__(self, size: Any, keep_ratio: bool = False, interpolation: int = 1) -> None:
        super().__init__()
        self._keep, self._size, self._interpolation = keep_ratio, size, interpolation
        if interpolation not in (0, 1, 2, 3, 4):
            raise MXNetValueError(f"Resize: interpolation must be 0, 1, 2, 3 or 4, got {interpolation!r}")

    def forward(self, x: Any) -> Any:
        host = x.asnumpy()
        if host.ndim == 4:
            return nd.stack(*[nd.array(self._one(image), dtype=np.uint8) for image in host])
        return nd.array(self._one(host), dtype=np.uint8)

    def _target(self, height: int, width: int) -> tuple[int, int]:
        if not isinstance(self._size, int):
            return tuple(self._size)  # type: ignore[return-value]
        if not self._keep:
            return self._size, self._size
        if width < height:
            return self._size, int(height * self._size / width)
        return int(width * self._size / height), self._size

    def _one(self, image: np.ndarray) -> np.ndarray:
        try:
            from PIL import Image
        except ImportError:
            raise MXNetError("Resize needs Pillow: pip install 'mxr-arrays[vision]'") from None
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (1, 3, 4):
            raise MXNetValueError(f"Resize: expected a uint8 image (H, W, C), got {image.dtype} {image.shape}")
        how = (Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.BOX,
               Image.Resampling.LANCZOS)[self._interpolation]  # fmt: skip
        picture = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image)
        out = np.asarray(picture.resize(self._target(*image.shape[:2]), how, reducing_gap=None))
        return out.reshape(out.shape[0], out.shape[1], image.shape[2])
