"""ResNet: version 1 ("Deep residual learning for image recognition", 2015) and version 2, which normalises before
each convolution ("Identity mappings in deep residual networks", 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....base import MXNetAssertionError
from ....context import Context
from .base import Classifier, batch_norm, lookup, named, nn, pretrained_or_not

__all__ = [
    "BasicBlockV1",
    "BasicBlockV2",
    "BottleneckV1",
    "BottleneckV2",
    "ResNetV1",
    "ResNetV2",
    "get_resnet",
    "resnet18_v1",
    "resnet18_v2",
    "resnet34_v1",
    "resnet34_v2",
    "resnet50_v1",
    "resnet50_v2",
    "resnet101_v1",
    "resnet101_v2",
    "resnet152_v1",
    "resnet152_v2",
]  # fmt: skip

BASIC, BOTTLENECK = [64, 64, 128, 256, 512], [64, 256, 512, 1024, 2048]
resnet_spec = {
    18: ("basic_block", [2, 2, 2, 2], BASIC),
    34: ("basic_block", [3, 4, 6, 3], BASIC),
    50: ("bottle_neck", [3, 4, 6, 3], BOTTLENECK),
    101: ("bottle_neck", [3, 4, 23, 3], BOTTLENECK),
    152: ("bottle_neck", [3, 8, 36, 3], BOTTLENECK),
}


def _conv3x3(channels: int, stride: int, in_channels: int) -> Any:
    return nn.Conv2D(channels, kernel_size=3, strides=stride, padding=1, use_bias=False, in_channels=in_channels)


def _shortcut(channels: int, stride: int, in_channels: int) -> Any:
    return nn.Conv2D(channels, kernel_size=1, strides=stride, use_bias=False, in_channels=in_channels)


class _BlockV1(nn.HybridBlock):
    """relu(body(x) + x), where a 1x1 convolution brings x to the body's shape if `downsample` says so.

    Parameters
    ----------
    channels : channels of the output.
    stride : stride of the first convolution.
    downsample : whether the shortcut is a convolution.
    in_channels : channels of the input; 0 finds them at the first call.
    """

    def __init__(
        self, channels: int, stride: int, downsample: bool = False, in_channels: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.body = nn.HybridSequential(prefix="")
        self.body.add(*self._layers(channels, stride, in_channels), nn.BatchNorm())
        self.downsample = None
        if downsample:
            self.downsample = nn.HybridSequential(prefix="")
            self.downsample.add(_shortcut(channels, stride, in_channels), nn.BatchNorm())

    def _layers(self, channels: int, stride: int, in_channels: int) -> list[Any]:
        raise NotImplementedError

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        shortcut = self.downsample(x) if self.downsample else x
        return F.Activation(shortcut + self.body(x), act_type="relu")


class BasicBlockV1(_BlockV1):
    __doc__ = f"Two 3x3 convolutions: {_BlockV1.__doc__}"

    def _layers(self, channels: int, stride: int, in_channels: int) -> list[Any]:
        return [*batch_norm(_conv3x3(channels, stride, in_channels)), _conv3x3(channels, 1, channels)]


class BottleneckV1(_BlockV1):
    __doc__ = f"Convolutions of 1x1, 3x3, 1x1, the inner ones with a quarter of the channels: {_BlockV1.__doc__}"

    def _layers(self, channels: int, stride: int, in_channels: int) -> list[Any]:
        inner = channels // 4
        return [
            *batch_norm(nn.Conv2D(inner, kernel_size=1, strides=stride)),
            *batch_norm(_conv3x3(inner, 1, inner)),
            nn.Conv2D(channels, kernel_size=1, strides=1),
        ]


class _BlockV2(nn.HybridBlock):
    """body(relu(batch_norm(x))) + x, where x goes through a 1x1 convolution after its normalisation if `downsample`.

    Parameters: those of the blocks of version 1.
    """

    def __init__(
        self, channels: int, stride: int, downsample: bool = False, in_channels: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._stages = []
        for i, conv in enumerate(self._convolutions(channels, stride, in_channels), 1):
            norm = nn.BatchNorm()
            setattr(self, f"bn{i}", norm)
            conv = conv()
            setattr(self, f"conv{i}", conv)
            self._stages.append((norm, conv))
        self.downsample = _shortcut(channels, stride, in_channels) if downsample else None

    def _convolutions(self, channels: int, stride: int, in_channels: int) -> list[Any]:
        raise NotImplementedError

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        shortcut, out = x, x
        for i, (norm, conv) in enumerate(self._stages):
            out = F.Activation(norm(out), act_type="relu")
            if i == 0 and self.downsample:
                shortcut = self.downsample(out)
            out = conv(out)
        return out + shortcut


class BasicBlockV2(_BlockV2):
    __doc__ = f"Two 3x3 convolutions: {_BlockV2.__doc__}"

    def _convolutions(self, channels: int, stride: int, in_channels: int) -> list[Any]:
        # made in turn with the normalisations, whose automatic names count on
        return [lambda: _conv3x3(channels, stride, in_channels), lambda: _conv3x3(channels, 1, channels)]


class BottleneckV2(_BlockV2):
    __doc__ = f"Convolutions of 1x1, 3x3, 1x1, the inner ones with a quarter of the channels: {_BlockV2.__doc__}"

    def _convolutions(self, channels: int, stride: int, in_channels: int) -> list[Any]:
        inner = channels // 4
        return [
            lambda: nn.Conv2D(inner, kernel_size=1, strides=1, use_bias=False),
            lambda: _conv3x3(inner, stride, inner),
            lambda: nn.Conv2D(channels, kernel_size=1, strides=1, use_bias=False),
        ]


class _ResNet(Classifier):
    """ResNet.

    Parameters
    ----------
    block : class of the residual blocks.
    layers : number of blocks of each of the stages.
    channels : channels of the stem, then of each stage.
    classes : number of classes.
    thumbnail : a stem of one 3x3 convolution, for images of 32x32.
    """

    def __init__(
        self, block: Any, layers: Sequence[int], channels: Sequence[int], classes: int = 1000, thumbnail: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        if len(layers) != len(channels) - 1:
            raise MXNetAssertionError(
                f"ResNet: channels must be one longer than layers, given {channels!r} and {layers!r}"
            )
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            self._head()
            if thumbnail:
                self.features.add(_conv3x3(channels[0], 1, 0))
            else:
                stem = nn.Conv2D(channels[0], kernel_size=7, strides=2, padding=3, use_bias=False)
                self.features.add(*batch_norm(stem), nn.MaxPool2D(pool_size=3, strides=2, padding=1))
            for i, number in enumerate(layers):
                self.features.add(self._stage(block, number, channels[i + 1], 1 if i == 0 else 2, i + 1, channels[i]))
            self._tail()
            self.output = nn.Dense(classes, in_units=channels[-1])

    def _head(self) -> None:
        pass

    def _tail(self) -> None:
        self.features.add(nn.GlobalAvgPool2D())

    def _stage(self, block: Any, number: int, channels: int, stride: int, index: int, in_channels: int) -> Any:
        stage = nn.HybridSequential(prefix=f"stage{index}_")
        with stage.name_scope():
            stage.add(block(channels, stride, channels != in_channels, in_channels=in_channels, prefix=""))
            for _ in range(number - 1):
                stage.add(block(channels, 1, False, in_channels=channels, prefix=""))
        return stage


class ResNetV1(_ResNet):
    __doc__ = f"Version 1 of {_ResNet.__doc__}"


class ResNetV2(_ResNet):
    __doc__ = f"Version 2 of {_ResNet.__doc__}"

    def _head(self) -> None:
        self.features.add(nn.BatchNorm(scale=False, center=False))

    def _tail(self) -> None:
        self.features.add(nn.BatchNorm(), nn.Activation("relu"), nn.GlobalAvgPool2D(), nn.Flatten())


resnet_net_versions = [ResNetV1, ResNetV2]
resnet_block_versions = [
    {"basic_block": BasicBlockV1, "bottle_neck": BottleneckV1},
    {"basic_block": BasicBlockV2, "bottle_neck": BottleneckV2},
]


def get_resnet(
    version: int, num_layers: int, pretrained: bool = False, ctx: Context | None = None, root: str | None = None,
    **kwargs: Any,
) -> ResNetV1 | ResNetV2:  # fmt: skip
    """ResNet of version 1 or 2 with 18, 34, 50, 101 or 152 layers."""
    kind, layers, channels = lookup(resnet_spec, num_layers, "number of layers of ResNet")
    net_class = lookup({1: ResNetV1, 2: ResNetV2}, version, "resnet version")
    net = net_class(resnet_block_versions[version - 1][kind], layers, channels, **kwargs)
    return pretrained_or_not(net, f"resnet{num_layers}_v{version}", pretrained, ctx, root)


resnet18_v1 = named("resnet18_v1", "ResNet-18 of version 1", get_resnet, 1, 18)
resnet34_v1 = named("resnet34_v1", "ResNet-34 of version 1", get_resnet, 1, 34)
resnet50_v1 = named("resnet50_v1", "ResNet-50 of version 1", get_resnet, 1, 50)
resnet101_v1 = named("resnet101_v1", "ResNet-101 of version 1", get_resnet, 1, 101)
resnet152_v1 = named("resnet152_v1", "ResNet-152 of version 1", get_resnet, 1, 152)
resnet18_v2 = named("resnet18_v2", "ResNet-18 of version 2", get_resnet, 2, 18)
resnet34_v2 = named("resnet34_v2", "ResNet-34 of version 2", get_resnet, 2, 34)
resnet50_v2 = named("resnet50_v2", "ResNet-50 of version 2", get_resnet, 2, 50)
resnet101_v2 = named("resnet101_v2", "ResNet-101 of version 2", get_resnet, 2, 101)
resnet152_v2 = named("resnet152_v2", "ResNet-152 of version 2", get_resnet, 2, 152)
