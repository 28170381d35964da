"""mx.test_utils as people used it to test operators of their own."""

import random

import mxnet as mx
import numpy as np
from mxnet.test_utils import *  # noqa: F403
from mxnet.test_utils import (
    almost_equal,
    assert_almost_equal,
    check_consistency,
    check_numeric_gradient,
    check_symbolic_backward,
    check_symbolic_forward,
    default_context,
    rand_ndarray,
    rand_shape_2d,
    same,
    simple_forward,
)

np.random.seed(21)
random.seed(21)
mx.random.seed(21)
print(default_context(), default_dtype())  # noqa: F405
x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
net = mx.sym.tanh(mx.sym.dot(x, w))
a, b = np.random.rand(3, 4).astype("f"), np.random.rand(4, 2).astype("f")
print(check_numeric_gradient(net, [a, b], numeric_eps=1e-3, rtol=1e-2, atol=1e-3))
want = np.tanh(a.dot(b))
print([o.shape for o in check_symbolic_forward(net, [a, b], [want], rtol=1e-4)])
g = 1 - want**2
back = check_symbolic_backward(
    net, {"x": a, "w": b}, [np.ones_like(want)], {"x": g.dot(b.T), "w": a.T.dot(g)}, rtol=1e-4
)
print(sorted((k, v.shape) for k, v in back.items()))
ctx_list = [
    {"ctx": mx.cpu(0), "conv_data": (2, 3, 6, 6), "type_dict": {"conv_data": np.float64}},
    {"ctx": mx.cpu(0), "conv_data": (2, 3, 6, 6), "type_dict": {"conv_data": np.float32}},
]
sym = mx.sym.Convolution(num_filter=3, kernel=(3, 3), name="conv")
outs = check_consistency(sym, ctx_list)
print(len(outs) if outs else outs)
print(simple_forward(net, x=a, w=b))
print(same(a, a), almost_equal(a, a + 1e-9), almost_equal(a, a + 1))
try:
    assert_almost_equal(np.array([1.0, 2.0]), np.array([1.0, 2.5]), names=("left", "right"))
except AssertionError as err:
    print(str(err).strip())
shape = rand_shape_2d(5, 5)
print(shape, rand_ndarray(shape).shape, rand_ndarray((4, 4), "csr", density=0.3).asnumpy().shape)
np.random.seed(22)
print(rand_shape_nd(3, 4), rand_shape_3d(), random_arrays((2, 2)).shape, len(random_sample([1, 2, 3], 2)))  # noqa: F405
print(assert_exception(lambda: mx.nd.dot(mx.nd.ones((2, 3)), mx.nd.ones((2, 3))).asnumpy(), mx.MXNetError))  # noqa: F405
print(list_gpus(), np_reduce(a, 0, 1, np.sum))  # noqa: F405
with environment("MXNET_TEST_FLAG", "7"):  # noqa: F405
    print(os.environ["MXNET_TEST_FLAG"])  # noqa: F405
print(compare_optimizer(mx.optimizer.SGD(0.1), mx.optimizer.SGD(0.1), (3, 4), "float32"))  # noqa: F405
print(
    mx.test_utils.get_rtol(None),
    mx.test_utils.get_atol(None),
    mx.test_utils.get_tolerance(a, None, mx.test_utils.default_rtols()),
)


def sigmoid_grad_check():
    data = mx.sym.Variable("data")
    out = mx.sym.Pooling(mx.sym.sigmoid(data), kernel=(2, 2), pool_type="avg")
    check_numeric_gradient(out, {"data": np.random.randn(1, 2, 4, 4)}, rtol=0.05, atol=1e-3)
    return "fine"


print(sigmoid_grad_check())
try:
    check_symbolic_forward(net, [a, b], [want + 1])
except AssertionError:
    print("differs, as it should")
