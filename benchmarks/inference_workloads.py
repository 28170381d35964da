"""Prediction with the networks of the model zoo on 224x224 images, in all three libraries.

``infer-NET-BATCH`` binds the symbol and calls ``forward(is_train=False)``, ``hybrid-infer-NET-BATCH`` calls a
hybridized block (static memory and shape); NET is a key of `NETS`. Torch evaluates without gradients.
"""

from __future__ import annotations

import os

import numpy as np

# name -> the model zoo's
NETS = {
    "resnet18": "resnet18_v1",
    "resnet50": "resnet50_v1",
    "mobilenet": "mobilenet1_0",
    "mobilenetv2": "mobilenet_v2_1_0",
    "vgg11": "vgg11",
    "squeezenet": "squeezenet1_0",
    "densenet": "densenet121",
    "inception": "inception_v3",
}
SIZES = {"inception": 299}  # side of the images where it is not 224
NAMES = [f"{kind}infer-{net}-{batch}" for kind in ("", "hybrid-") for net in NETS for batch in (1, 32)]


def _parse(name):
    """'hybrid-infer-resnet50-32' -> (True, 'resnet50', (32, 3, 224, 224))."""
    hybrid, _, rest = name.rpartition("infer-")
    net, batch = rest.split("-")
    side = SIZES.get(net, 224)
    return bool(hybrid), net, (int(batch), 3, side, side)


def build(mx, name):
    """(step, samples per step) for mxr or MXNet. MXNET_SUBGRAPH_BACKEND=MKLDNN in the environment fuses in MXNet."""
    hybrid, net_name, shape = _parse(name)
    from importlib import import_module

    vision = import_module(f"{mx.__name__}.gluon.model_zoo.vision")
    mx.random.seed(1)
    net = getattr(vision, NETS[net_name])(classes=1000)
    net.initialize(mx.init.Xavier())
    x = mx.nd.array(np.random.RandomState(0).rand(*shape).astype("float32"))
    net(x[:1]).wait_to_read()  # shapes of the weights
    if hybrid:
        net.hybridize(static_alloc=True, static_shape=True)

        def step():
            net(x).wait_to_read()

        return step, shape[0]
    symbol = net(mx.sym.var("data"))
    values = {p.name: p.data() for p in net.collect_params().values()}
    backend = os.environ.get("MXNET_SUBGRAPH_BACKEND")
    if backend and mx.__name__ == "mxnet":
        symbol = symbol.optimize_for(backend, values, {})
    exe = symbol.simple_bind(mx.cpu(), grad_req="null", data=shape)
    exe.copy_params_from(
        {k: v for k, v in values.items() if k in exe.arg_dict},
        {k: v for k, v in values.items() if k in exe.aux_dict},
    )

    def step():
        exe.forward(is_train=False, data=x)[0].wait_to_read()

    return step, shape[0]


def build_torch(name):
    """(step, samples per step) of the same networks in PyTorch."""
    import torch

    _, net_name, shape = _parse(name)
    net = {
        "resnet18": lambda: _resnet(False, (2, 2, 2, 2)),
        "resnet50": lambda: _resnet(True, (3, 4, 6, 3)),
        "mobilenet": _mobilenet,
        "mobilenetv2": _mobilenet_v2,
        "vgg11": _vgg11,
    }[net_name]()
    torch.manual_seed(1)
    net.eval()
    x = torch.rand(*shape)

    def step():
        with torch.no_grad():
            net(x)

    return step, shape[0]


def _conv(c, n, k, stride=1, groups=1, bias=False, act=None):
    from torch import nn

    layers = [nn.Conv2d(c, n, k, stride, k // 2, groups=groups, bias=bias), nn.BatchNorm2d(n)]
    return [*layers, act(inplace=True)] if act else layers


def _resnet(bottleneck, counts):
    from torch import nn

    class Unit(nn.Module):
        def __init__(self, c, n, stride):
            super().__init__()
            relu = nn.ReLU
            if bottleneck:
                body = [*_conv(c, n // 4, 1, stride, bias=True, act=relu), *_conv(n // 4, n // 4, 3, act=relu)]
                body += _conv(n // 4, n, 1, bias=True)
            else:
                body = [*_conv(c, n, 3, stride, act=relu), *_conv(n, n, 3)]
            self.body = nn.Sequential(*body)
            self.side = nn.Sequential(*_conv(c, n, 1, stride)) if c != n or stride > 1 else nn.Identity()
            self.relu = nn.ReLU(inplace=True)

        def forward(self, x):
            return self.relu(self.body(x) + self.side(x))

    layers, c = [*_conv(3, 64, 7, 2, act=nn.ReLU), nn.MaxPool2d(3, 2, 1)], 64
    for i, count in enumerate(counts):
        n = (256 if bottleneck else 64) << i
        for j in range(count):
            layers.append(Unit(c, n, 2 if i and not j else 1))
            c = n
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 1000))


def _mobilenet():
    from torch import nn

    layers, c = _conv(3, 32, 3, 2, act=nn.ReLU), 32
    for n, stride in zip((64, 128, 128, 256, 256, 512, *[512] * 5, 1024, 1024), (1, 2, 1, 2, 1, 2, *[1] * 5, 2, 1)):
        layers += [*_conv(c, c, 3, stride, groups=c, act=nn.ReLU), *_conv(c, n, 1, act=nn.ReLU)]
        c = n
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 1000))


def _mobilenet_v2():
    from torch import nn

    class Unit(nn.Module):
        def __init__(self, c, n, t, stride):
            super().__init__()
            body = _conv(c, c * t, 1, act=nn.ReLU6)
            body += [*_conv(c * t, c * t, 3, stride, groups=c * t, act=nn.ReLU6), *_conv(c * t, n, 1)]
            self.body, self.short = nn.Sequential(*body), stride == 1 and c == n

        def forward(self, x):
            return x + self.body(x) if self.short else self.body(x)

    layers, c = _conv(3, 32, 3, 2, act=nn.ReLU6), 32
    plan = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    for t, n, count, stride in plan:
        for j in range(count):
            layers.append(Unit(c, n, t, stride if not j else 1))
            c = n
    layers += [*_conv(c, 1280, 1, act=nn.ReLU6), nn.AdaptiveAvgPool2d(1)]
    return nn.Sequential(*layers, nn.Conv2d(1280, 1000, 1, bias=False), nn.Flatten())


def _vgg11():
    from torch import nn

    layers, c = [], 3
    for count, n in zip((1, 1, 2, 2, 2), (64, 128, 256, 512, 512)):
        for _ in range(count):
            layers += [nn.Conv2d(c, n, 3, padding=1), nn.ReLU(inplace=True)]
            c = n
        layers.append(nn.MaxPool2d(2))
    head = [nn.Linear(512 * 49, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout()]
    return nn.Sequential(*layers, nn.Flatten(), *head, nn.Linear(4096, 1000))
