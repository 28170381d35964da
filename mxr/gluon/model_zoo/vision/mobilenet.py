"""MobileNet ("MobileNets: efficient convolutional neural networks for mobile vision applications", 2017) and version 2
("MobileNetV2: inverted residuals and linear bottlenecks", 2018)."""

from __future__ import annotations

from typing import Any

from ....context import Context
from .base import Classifier, named, nn, pretrained_or_not

__all__ = [
    "MobileNet",
    "MobileNetV2",
    "get_mobilenet",
    "get_mobilenet_v2",
    "mobilenet0_5",
    "mobilenet0_25",
    "mobilenet0_75",
    "mobilenet1_0",
    "mobilenet_v2_0_5",
    "mobilenet_v2_0_25",
    "mobilenet_v2_0_75",
    "mobilenet_v2_1_0",
]  # fmt: skip


class RELU6(nn.HybridBlock):
    """min(max(x, 0), 6)."""

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return F.clip(x, 0, 6, name="fwd")


def _add_conv(
    out: Any, channels: int, kernel: int = 1, stride: int = 1, pad: int = 0, groups: int = 1, active: Any = "relu"
) -> None:
    out.add(nn.Conv2D(channels, kernel, stride, pad, groups=groups, use_bias=False), nn.BatchNorm(scale=True))
    if active is not None:
        out.add(RELU6() if active is RELU6 else nn.Activation(active))


class LinearBottleneck(nn.HybridBlock):
    """An expansion by 1x1, a depthwise 3x3 and a linear 1x1 convolution; the input is added where shapes allow.

    Parameters
    ----------
    in_channels, channels : channels of input and output.
    t : factor of the expansion.
    stride : stride of the depthwise convolution.
    """

    def __init__(self, in_channels: int, channels: int, t: int, stride: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.use_shortcut = stride == 1 and in_channels == channels
        with self.name_scope():
            self.out = nn.HybridSequential()
            inner = in_channels * t
            with self.name_scope():
                _add_conv(self.out, inner, active=RELU6)
                _add_conv(self.out, inner, kernel=3, stride=stride, pad=1, groups=inner, active=RELU6)
                _add_conv(self.out, channels, active=None)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        out = self.out(x)
        return F.elemwise_add(out, x) if self.use_shortcut else out


# channels and stride of each depthwise separable convolution
V1_LAYERS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
# expansion, channels, number and first stride of each group of bottlenecks
V2_GROUPS = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
]  # fmt: skip


class MobileNet(Classifier):
    """MobileNet; `multiplier` scales the number of channels."""

    def __init__(self, multiplier: float = 1.0, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            with self.features.name_scope():
                channels = int(32 * multiplier)
                _add_conv(self.features, channels, kernel=3, stride=2, pad=1)
                for wanted, stride in V1_LAYERS:
                    _add_conv(self.features, channels, kernel=3, stride=stride, pad=1, groups=channels)
                    channels = int(wanted * multiplier)
                    _add_conv(self.features, channels)
                self.features.add(nn.GlobalAvgPool2D(), nn.Flatten())
            self.output = nn.Dense(classes)


class MobileNetV2(Classifier):
    """MobileNet of version 2; `multiplier` scales the number of channels."""

    def __init__(self, multiplier: float = 1.0, classes: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="features_")
            with self.features.name_scope():
                channels = int(32 * multiplier)
                _add_conv(self.features, channels, kernel=3, stride=2, pad=1, active=RELU6)
                for t, wanted, number, stride in V2_GROUPS:
                    for i in range(number):
                        before, channels = channels, int(wanted * multiplier)
                        self.features.add(LinearBottleneck(before, channels, t, stride if i == 0 else 1))
                _add_conv(self.features, int(1280 * multiplier) if multiplier > 1.0 else 1280, active=RELU6)
                self.features.add(nn.GlobalAvgPool2D())
            self.output = nn.HybridSequential(prefix="output_")
            with self.output.name_scope():
                self.output.add(nn.Conv2D(classes, 1, use_bias=False, prefix="pred_"), nn.Flatten())


def _suffix(multiplier: float) -> str:
    text = f"{multiplier:.2f}"
    return text[:-1] if text in ("1.00", "0.50") else text


def get_mobilenet(
    multiplier: float, pretrained: bool = False, ctx: Context | None = None, root: str | None = None, **kwargs: Any
) -> MobileNet:
    """MobileNet; parameters are there for `multiplier` 1, 0.75, 0.5 and 0.25."""
    return pretrained_or_not(
        MobileNet(multiplier, **kwargs), f"mobilenet{_suffix(multiplier)}", pretrained, ctx, root
    )  # fmt: skip


def get_mobilenet_v2(
    multiplier: float, pretrained: bool = False, ctx: Context | None = None, root: str | None = None, **kwargs: Any
) -> MobileNetV2:
    """MobileNet of version 2; parameters are there for `multiplier` 1, 0.75, 0.5 and 0.25."""
    net = MobileNetV2(multiplier, **kwargs)
    return pretrained_or_not(net, f"mobilenetv2_{_suffix(multiplier)}", pretrained, ctx, root)


mobilenet1_0 = named("mobilenet1_0", "MobileNet", get_mobilenet, 1.0)
mobilenet0_75 = named("mobilenet0_75", "MobileNet with 0.75 of the channels", get_mobilenet, 0.75)
mobilenet0_5 = named("mobilenet0_5", "MobileNet with half of the channels", get_mobilenet, 0.5)
mobilenet0_25 = named("mobilenet0_25", "MobileNet with a quarter of the channels", get_mobilenet, 0.25)
mobilenet_v2_1_0 = named("mobilenet_v2_1_0", "MobileNet v2", get_mobilenet_v2, 1.0)
mobilenet_v2_0_75 = named("mobilenet_v2_0_75", "MobileNet v2 with 0.75 of the channels", get_mobilenet_v2, 0.75)
mobilenet_v2_0_5 = named("mobilenet_v2_0_5", "MobileNet v2 with half of the channels", get_mobilenet_v2, 0.5)
mobilenet_v2_0_25 = named("mobilenet_v2_0_25", "MobileNet v2 with a quarter of the channels", get_mobilenet_v2, 0.25)
