"""Optimizers and initializers of one's own; schedulers; every standard optimizer on one problem."""

import logging
import sys

import mxnet as mx
import numpy as np

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")


@mx.optimizer.register
class Lazy(mx.optimizer.Optimizer):
    """Averages two gradients."""

    def __init__(self, decay=0.5, **kwargs):
        super(Lazy, self).__init__(**kwargs)
        self.decay = decay

    def create_state(self, index, weight):
        return mx.nd.zeros(weight.shape, weight.context, dtype=weight.dtype)

    def update(self, index, weight, grad, state):
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        grad = grad * self.rescale_grad
        if self.clip_gradient is not None:
            grad = mx.nd.clip(grad, -self.clip_gradient, self.clip_gradient)
        state[:] = self.decay * state + (1 - self.decay) * grad
        weight[:] -= lr * (state + wd * weight)


@mx.init.register
class Ramp(mx.init.Initializer):
    def __init__(self, top=1.0):
        super(Ramp, self).__init__(top=top)
        self.top = top

    def _init_weight(self, _, arr):
        n = int(np.prod(arr.shape))
        arr[:] = mx.nd.array(np.linspace(-self.top, self.top, n).reshape(arr.shape))


np.random.seed(22)
x = np.random.randn(64, 4).astype("f")
y = x.dot(np.array([1.0, -2.0, 0.5, 3.0])).astype("f")
net = mx.sym.LinearRegressionOutput(
    mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=1, name="fc"), mx.sym.Variable("lin_label")
)


def train(optimizer, params, initializer="ramp", epochs=3):
    it = mx.io.NDArrayIter(x, y.reshape(-1, 1), 16, label_name="lin_label")
    mod = mx.mod.Module(net, label_names=["lin_label"])
    mod.bind(it.provide_data, it.provide_label)
    mod.init_params(Ramp(0.5) if initializer == "ramp" else initializer)
    mod.init_optimizer(optimizer=optimizer, optimizer_params=params)
    for _ in range(epochs):
        it.reset()
        for batch in it:
            mod.forward_backward(batch)
            mod.update()
    return mod.get_params()[0]["fc_weight"].asnumpy()


print(Ramp(2).dumps(), mx.init.create("ramp", top=3).top if hasattr(mx.init, "create") else 3)
print("lazy", train("lazy", {"learning_rate": 0.3, "decay": 0.4, "clip_gradient": 2.0}))
print("object", train(Lazy(learning_rate=0.3, rescale_grad=1.0 / 16), None))
for name, params in (
    ("sgd", {"momentum": 0.9}),
    ("nag", {"momentum": 0.9}),
    ("adam", {}),
    ("adagrad", {}),
    ("rmsprop", {}),
    ("rmsprop", {"centered": True}),
    ("adadelta", {"rho": 0.9}),
    ("ftrl", {}),
    ("adamax", {}),
    ("nadam", {}),
    ("ftml", {}),
    ("signum", {}),
    ("dcasgd", {}),
    ("lbsgd", {}),
    ("lamb", {}),
    ("lars", {}),
    ("adamw", {}),
):
    if hasattr(mx.optimizer.Optimizer, "opt_registry") and name not in mx.optimizer.Optimizer.opt_registry:
        print(name, "is not there")
        continue
    print(name, train(name, dict(params, learning_rate=0.1)))
schedulers = [
    mx.lr_scheduler.FactorScheduler(3, 0.5, stop_factor_lr=0.02),
    mx.lr_scheduler.MultiFactorScheduler([2, 6], 0.1, base_lr=1.0),
    mx.lr_scheduler.PolyScheduler(10, base_lr=0.5, pwr=2),
    mx.lr_scheduler.CosineScheduler(10, base_lr=0.5, final_lr=0.1, warmup_steps=3, warmup_begin_lr=0.0),
]
for s in schedulers:
    print(type(s).__name__, [round(s(i), 5) for i in range(1, 12)])
print(
    "scheduled",
    train("sgd", {"learning_rate": 0.2, "lr_scheduler": mx.lr_scheduler.FactorScheduler(4, 0.5), "wd": 0.01}),
)
o = mx.optimizer.create("sgd", learning_rate=0.1, param_idx2name={0: "a_weight", 1: "b_bias"}, sym=net)
print(o.lr, o.lr_mult, o.wd_mult, o._get_wds([0, 1]))
o.set_learning_rate(0.3)
print(o.learning_rate, sorted(k for k in mx.optimizer.Optimizer.opt_registry if k in ("sgd", "lazy", "ccsgd", "test")))
half = mx.optimizer.SGD(learning_rate=0.1, momentum=0.9, multi_precision=True)
w = mx.nd.ones((3,), dtype="float16")
state = half.create_state_multi_precision(0, w)
half.update_multi_precision(0, w, mx.nd.ones((3,), dtype="float16"), state)
print(w, state[1].dtype)
