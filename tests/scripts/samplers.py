"""Random numbers: seeds, samplers, distributions with array parameters, shuffles."""

import mxnet as mx
import numpy as np

mx.random.seed(42)
print(mx.nd.random.uniform(shape=(2, 3)))
print(mx.random.uniform(-1, 1, shape=4), mx.nd.random_normal(2, 3, shape=(2, 2)))
print(mx.nd.random.normal(loc=mx.nd.array([0, 10]), scale=mx.nd.array([1, 0.1]), shape=3))
print(
    mx.nd.random.randn(2, 2, loc=1, scale=2), mx.nd.random.randint(0, 10, shape=(6,)), mx.nd.random.randint(5, 9).dtype
)
print(mx.nd.random.exponential(2.0, shape=3), mx.nd.random.poisson(4, shape=3), mx.nd.random.gamma(2, 2, shape=3))
print(mx.nd.random.multinomial(mx.nd.array([[0.1, 0.2, 0.7], [1, 0, 0]]), shape=4))
sample, logp = mx.nd.random.multinomial(mx.nd.array([0.25, 0.75]), shape=3, get_prob=True)
print(sample, logp)
print(mx.nd.sample_uniform(mx.nd.array([0, 5]), mx.nd.array([1, 6]), shape=2))
print(mx.nd.random.shuffle(mx.nd.arange(8)), mx.nd.random.uniform_like(mx.nd.ones((2,))))
mx.random.seed(42)
a = mx.nd.random.uniform(shape=(1000,))
mx.random.seed(42)
print((a == mx.nd.random.uniform(shape=(1000,))).min(), a.asnumpy().mean(), a.asnumpy().std())
big = mx.nd.random.normal(shape=(200, 100))
print(big.asnumpy().mean(), big.asnumpy().std(), (big > 1.96).mean())
mx.random.seed(5, ctx=mx.cpu(0))
x = mx.sym.random.normal(loc=1, scale=0.5, shape=(2, 2))
print(x.eval()[0], x.list_arguments())
s = mx.sym.Dropout(mx.sym.var("d"), p=0.5)
ex = s.simple_bind(mx.cpu(), d=(200, 50))
ex.arg_dict["d"][:] = 1
out = ex.forward(is_train=True)[0].asnumpy()
print(sorted(set(out.ravel().tolist())), abs(out.mean() - 1) < 0.05)
print(ex.forward(is_train=False)[0].asnumpy().mean())
for name in ("negative_binomial", "generalized_negative_binomial"):
    mx.random.seed(1)
    kw = dict(k=3, p=0.4) if name == "negative_binomial" else dict(mu=2.0, alpha=0.3)
    v = getattr(mx.nd.random, name)(shape=(2000,), **kw).asnumpy()
    print(name, v.shape, v.dtype, abs(v.mean() - (4.5 if "k" in kw else 2.0)) < 0.4)
for init in (
    "uniform",
    "normal",
    "orthogonal",
    "xavier",
    "zeros",
    "ones",
    mx.init.Constant(3),
    mx.init.Bilinear(),
    mx.init.LSTMBias(1.0),
    mx.init.MSRAPrelu("out", 0.1),
):
    mx.random.seed(2)
    np.random.seed(2)
    arr = mx.nd.zeros((2, 2, 4, 4) if not isinstance(init, mx.init.LSTMBias) else (8,))
    obj = mx.registry.get_create_func(mx.init.Initializer, "initializer")(init) if isinstance(init, str) else init
    obj(mx.init.InitDesc("x_weight"), arr)
    print(obj.__class__.__name__, obj.dumps(), float(arr.sum().asscalar()), float((arr**2).sum().asscalar()))
