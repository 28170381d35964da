"""Random symbols: networks of convolutions, dense or recurrent layers, attention, in the forms that plans fuse."""

from __future__ import annotations

import numpy as np

from mxr import sym as S

KERNELS = [(1, 1), (3, 3), (3, 3), (3, 3), (5, 5), (7, 7), (1, 3), (3, 2), (2, 2)]
CHANNELS = [1, 2, 3, 5, 7, 8, 16, 16, 16, 20, 24, 32, 32, 33, 48, 64, 70]
BATCHES = [1, 2, 3, 4, 5, 8, 13, 16, 16, 17, 24, 32, 33, 40]
ACTIVATIONS = ["relu", "relu", "relu", "tanh", "sigmoid", "softrelu", "leaky", "elu", "clip", "swish"]
MOST = 60_000  # elements of data


class Network:
    """A network drawn from a seed.

    Attributes
    ----------
    symbol : one or several outputs; what lies between may be an output, too, and have several users.
    batch, rest : the shape of ``data``. reqs : ``grad_req`` of each argument. parts : what it was made of.
    """

    def __init__(self, seed: int, kind: str = "") -> None:
        self.r = np.random.RandomState(seed)
        self.batch, self.parts = int(self.pick(BATCHES)), []
        self._count = 0
        kind = kind or self.pick(["convolutions"] * 5 + ["dense", "recurrent", "attention"])
        self.resizes = kind != "recurrent"  # a recurrent network's states have a batch of their own
        outs = getattr(self, f"_{kind}")()
        self.symbol = S.Group(outs) if len(outs) > 1 else outs[0]
        how = self.pick(["write", "write", "add", "mixed"])
        self.reqs = {
            n: "null" if n == "label" else self.pick(["write", "add", "null"]) if how == "mixed" else how
            for n in self.symbol.list_arguments()
        }

    def pick(self, choices):
        return choices[self.r.randint(len(choices))]

    def chance(self, p):
        return bool(self.r.rand() < p)

    def _name(self, kind):
        self._count += 1
        return f"{kind}{self._count}"

    def _shape(self, x):
        return x.infer_shape(data=(self.batch, *self.rest))[1][0]

    # ---- layers
    def _activation(self, x):
        kind = self.pick(ACTIVATIONS)
        if kind in ("leaky", "elu"):
            return S.LeakyReLU(x, act_type=kind, slope=0.1)
        if kind == "clip":
            return S.clip(x, a_min=0, a_max=1.5)
        return x * S.sigmoid(x) if kind == "swish" else S.Activation(x, act_type=kind)

    def _conv(self, x, filters=None, same=False):
        """A convolution; with `same` one that keeps height and width."""
        channels, *size = self._shape(x)[1:]
        kernel, stride, pad, dilate = (1, 1), (1, 1), (0, 0), (1, 1)
        for _ in range(20):
            k = self.pick([(1, 1), (3, 3), (3, 3), (5, 5)] if same else KERNELS)
            middle = tuple(n // 2 for n in k)
            s = (1, 1) if same else self.pick([(1, 1), (1, 1), (1, 1), (2, 2), (2, 1)])
            d = (1, 1) if same else self.pick([(1, 1)] * 4 + [(2, 2)])
            p = middle if same else self.pick([(0, 0), (1, 1), middle, middle, (2, 2), (3, 3), (0, 1)])
            if all(n + 2 * q >= e * (m - 1) + 1 for n, q, e, m in zip(size, p, d, k)):
                kernel, stride, pad, dilate = k, s, p, d
                break
        filters, groups = filters or int(self.pick(CHANNELS)), 1
        if self.chance(0.2):
            groups = (
                channels if self.chance(0.6) else self.pick([g for g in range(1, channels + 1) if channels % g == 0])
            )
            groups = groups if filters % groups == 0 else 1
        return S.Convolution(
            x, kernel=kernel, stride=stride, pad=pad, dilate=dilate, num_group=groups, num_filter=filters,
            no_bias=self.chance(0.5), name=self._name("conv"),
        )  # fmt: skip

    def _norm(self, x):
        return S.BatchNorm(
            x, fix_gamma=self.chance(0.4), use_global_stats=self.chance(0.15), eps=self.pick([1e-3, 2e-5, 1e-2]),
            momentum=self.pick([0.9, 0.5]), name=self._name("norm"),
        )  # fmt: skip

    def _pool(self, x):
        size = self._shape(x)[2:]
        if self.chance(0.12):
            return S.Pooling(x, global_pool=True, kernel=(1, 1), pool_type=self.pick(["max", "avg"]))
        k = self.pick([(2, 2), (3, 3), (5, 5), (3, 2), (1, 2)])
        s, p = self.pick([(2, 2), (2, 2), (1, 1), (2, 1), (3, 3)]), self.pick([(0, 0), (0, 0), (1, 1), (1, 0)])
        if any(q >= m or n + 2 * q < m for n, m, q in zip(size, k, p)):
            return x
        inside = not any(p) and all(t <= m for t, m in zip(s, k))  # else a window may see nothing but padding
        return S.Pooling(
            x, kernel=k, stride=s, pad=p, pool_type=self.pick(["max", "max", "avg", "sum"]),
            pooling_convention=self.pick(["valid", "valid", "full"]) if inside else "valid",
            count_include_pad=self.chance(0.5),
        )  # fmt: skip

    def _depthwise(self, x):
        channels = self._shape(x)[1]
        name = self._name("depthwise")
        y = S.Convolution(x, kernel=(3, 3), pad=(1, 1), num_group=channels, num_filter=channels, name=name)
        y = self._activation(self._norm(y)) if self.chance(0.6) else y
        return S.Convolution(y, kernel=(1, 1), num_filter=self.pick(CHANNELS), name=self._name("pointwise"))

    def _residual(self, x):
        channels = self._shape(x)[1]
        y = self._conv(x, same=True)
        y = self._conv(self._activation(self._norm(y) if self.chance(0.6) else y), channels, same=True)
        y = self._norm(y) if self.chance(0.6) else y
        z = x if self.chance(0.7) else self._conv(x, channels, same=True)
        y = self.pick([lambda: y + z, lambda: z + y, lambda: S.broadcast_add(y, z)])()
        return self._activation(y) if self.chance(0.7) else y

    def _concat(self, x):
        ys = [x if self.chance(0.4) else self._conv(x, same=True) for _ in range(self.r.randint(2, 4))]
        return S.Concat(*(self._activation(y) if self.chance(0.4) else y for y in ys), dim=1)

    def _gate(self, x):
        y = S.Convolution(
            S.Pooling(x, global_pool=True, kernel=(1, 1), pool_type="avg"), kernel=(1, 1), name=self._name("gate"),
            num_filter=self._shape(x)[1],
        )  # fmt: skip
        return S.broadcast_mul(x, S.sigmoid(y))

    def _dense_layer(self, x, units, **more):
        return S.FullyConnected(x, num_hidden=units, name=self._name("dense"), **more)

    def _scaled(self, x):
        return S.LayerNorm(x, S.Variable(self._name("gamma")), S.Variable(self._name("beta")))

    def _head(self, x):
        kind = self.pick(["softmax", "softmax", "none", "none", "linear", "log_softmax", "loss"])
        if kind == "none":
            return x
        x = self._dense_layer(S.Flatten(x) if self.chance(0.5) else x, self.pick([2, 5, 10, 16]))
        if kind == "softmax":
            scale = self.pick(["null", "batch"])
            return S.SoftmaxOutput(x, S.Variable("label"), name="softmax", normalization=scale)
        if kind == "loss":
            return S.MakeLoss(-S.pick(S.log_softmax(x), S.Variable("label")))
        return S.log_softmax(x) if kind == "log_softmax" else x

    # ---- networks
    def _convolutions(self):
        high, wide = (int(self.pick([4, 5, 6, 7, 8, 9, 11, 12, 14, 16])) for _ in range(2))
        self.rest = (int(self.pick(CHANNELS)), high, wide if self.chance(0.4) else high)
        self.batch = min(self.batch, max(1, MOST // int(np.prod(self.rest))))
        units = {
            "conv": self._conv, "pool": self._pool, "activation": self._activation, "norm": self._norm,
            "residual": self._residual, "concat": self._concat, "gate": self._gate, "depthwise": self._depthwise,
            "block": lambda x: self._activation(self._norm(self._conv(x))),
            "first": lambda x: self._conv(self._activation(self._norm(x))), "dropout": lambda x: S.Dropout(x, p=0),
        }  # fmt: skip
        x, between = S.Variable("data"), []
        for _ in range(self.r.randint(1, 6)):
            part = self.pick([*units, "block", "block", "residual", "conv", "pool"])
            y = units[part](x)
            if 0 < np.prod(self._shape(y)) < 3 * MOST:
                x = y
                between.append(x)
                self.parts.append(part)
        outs = [self._head(x)]
        for y in between[:-1]:
            if self.chance(0.12):
                outs.append(self.pick([lambda y=y: y, lambda y=y: self._activation(y), lambda y=y: y * 2])())
        return outs

    def _dense(self):
        self.rest = (int(self.pick([1, 7, 16, 33, 64, 100])),)
        x, between = S.Variable("data"), []
        for _ in range(self.r.randint(1, 5)):
            y = self._dense_layer(x, self.pick([1, 5, 16, 31, 64, 128]), no_bias=self.chance(0.3))
            for layer, p in ((self._norm, 0.3), (self._activation, 0.7), (self._scaled, 0.2)):
                y = layer(y) if self.chance(p) else y
            x = y + x if self._shape(y) == self._shape(x) else y
            between.append(x)
        return [self._head(x), *(y for y in between[:-1] if self.chance(0.15))]

    def _recurrent(self):
        self.rest = (int(self.pick([1, 3, 6, 7])), int(self.pick([1, 5, 16, 24])))
        mode = self.pick(["lstm", "gru", "rnn_tanh", "rnn_relu"])
        x = S.transpose(S.Variable("data"), axes=(1, 0, 2))
        x = self._dense_layer(x, 16, flatten=False) if self.chance(0.5) else x
        more = {"state_cell": S.Variable("state_cell")} if mode == "lstm" else {}
        y, *states = S.RNN(
            x, S.Variable("parameters"), S.Variable("state"), state_size=int(self.pick([1, 4, 8, 16, 33])), mode=mode,
            num_layers=self.pick([1, 1, 2]), bidirectional=self.chance(0.4), state_outputs=self.chance(0.5), **more,
        )  # fmt: skip
        y = self.pick([lambda: y, lambda: S.SequenceLast(y), lambda: S.mean(y, axis=0)])()
        return [self._dense_layer(y, 5, flatten=False), *states]

    def _attention(self):
        heads, size = self.pick([1, 2, 4]), self.pick([1, 4, 8, 16])
        width = heads * size
        self.rest = (int(self.pick([1, 3, 8, 9])), width)
        x = S.Variable("data")
        for _ in range(self.r.randint(1, 3)):
            y = self._scaled(x) if self.chance(0.6) else x
            y = S.transpose(self._dense_layer(y, 3 * width, flatten=False), axes=(1, 0, 2))
            weights = S.softmax(S.contrib.interleaved_matmul_selfatt_qk(y, heads=heads))
            y = S.transpose(S.contrib.interleaved_matmul_selfatt_valatt(y, weights, heads=heads), axes=(1, 0, 2))
            x = x + self._dense_layer(y, width, flatten=False)
            y = self._dense_layer(self._scaled(x) if self.chance(0.5) else x, 2 * width, flatten=False)
            y = S.LeakyReLU(y, act_type="gelu") if self.chance(0.5) else self._activation(y)
            x = x + self._dense_layer(y, width, flatten=False)
        return [self._head(x)]


def value(name, shape, r):
    """Plausible numbers for a variable: statistics are positive, weights keep the size of what goes through them."""
    if name == "label":
        return r.randint(0, 2, shape)
    if name.endswith("var") or "gamma" in name:
        return r.uniform(0.5, 1.5, shape)
    if name == "data":
        return r.randn(*shape)
    return r.randn(*shape) * (np.sqrt(1.5 / np.prod(shape[1:])) if len(shape) > 1 else 0.3)
