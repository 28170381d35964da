"""What scripts did with arrays: printing, indexing, in-place work, views, reductions, conversions."""

import mxnet as mx
import numpy as np
from mxnet import nd

a = nd.array([[1, 2, 3], [4, 5, 6]])
print(a, a.shape, a.size, a.dtype, a.context, a.ndim, a.T)
print(a * 2 + 1 - a / 3, 2**a, a**2 % 3, -a, a == 2, a >= 3, 1 / a, 5 - a)
print(a[1], a[:, 1], a[0, 2], a[0:1], a[:, ::-1], a[-1, -1].asscalar(), a[[1, 0]], a[nd.array([1, 0, 1])])
a[1] = 9
a[:, 0] += 1
a[0, 1:3] = nd.array([7, 8])
print(a)
b = a[0:1]
b[:] = 0
print(a, b)
c = nd.zeros((2, 3), dtype="int32")
c[:] = [[1, 2, 3], [4, 5, 6]]
print(c, c.astype("float16"), c.sum(), c.mean(axis=0), c.max(axis=1), c.argmax(axis=1))
print(nd.dot(a, a.T), nd.concat(a, a, dim=0), nd.stack(a, a, axis=1).shape, nd.split(a, 3, axis=1))
print(nd.arange(10).reshape((2, -1)), nd.arange(0, 1, 0.25), nd.linspace(0, 1, 5), nd.eye(2), nd.full((2,), 3.5))
print(nd.one_hot(nd.array([0, 2]), 3), nd.topk(a, k=2, ret_typ="both"), nd.sort(a, is_ascend=False), nd.argsort(a))
print(nd.where(a > 1, a, nd.ones_like(a)), nd.clip(a, 1, 8), nd.take(a, nd.array([0, 1])), nd.pick(a, nd.array([0, 2])))
print(
    nd.norm(a),
    nd.sum(a, axis=0, keepdims=True),
    nd.prod(a + 1),
    nd.broadcast_to(nd.ones((1, 3)), shape=(2, 3)),
    nd.tile(nd.array([1, 2]), 2),
)
print(bool(nd.array([1])), nd.array([2.5]).asscalar(), len(a), [r.asnumpy().tolist() for r in a])
print(
    nd.array(np.arange(3)),
    nd.array(np.arange(3)).dtype,
    nd.array([1, 2], dtype="int64"),
    nd.array(np.array([1, 2], dtype="uint8")),
)
print(nd.ones((2, 3, 4)).reshape((0, -1)).shape, nd.ones((2, 3, 4)).reshape((-3, 0)).shape)
print(
    nd.ones((1, 2, 1)).squeeze().shape,
    a.expand_dims(0).shape,
    a.flatten().shape,
    a.swapaxes(0, 1).shape,
    nd.flip(a, axis=1),
    a.repeat(2, axis=0),
)
out = nd.zeros((2, 3))
print(
    nd.elemwise_add(a, a, out=out) is out,
    out,
    nd.add_n(a, a, a),
    nd.maximum(a, 5),
    nd.minimum(a, nd.array([5, 1, 3])),
    nd.modulo(a, 2),
)
print(a.copyto(mx.cpu(0)) is a, a.as_in_context(mx.cpu()) is a, a.copy() is a)
x = nd.random.uniform(shape=(100, 100))
x.wait_to_read()
nd.waitall()
print(
    nd.ones((3,), dtype="float64") + nd.ones((3,), dtype="float64"),
    nd.array([1.5, -2.5]).round(),
    nd.array([1e10, 1e-10]),
    nd.array([np.nan, np.inf]),
)
print(
    nd.array([[1.123456789, 1000]]),
    nd.ones((2, 2, 2)),
    nd.array([True, False]),
    nd.zeros((1,)),
    nd.array(3),
    nd.array(3).shape,
)
print(
    nd.softmax(a),
    nd.log_softmax(a, axis=0),
    nd.L2Normalization(a),
    nd.smooth_l1(a, scalar=1),
    nd.SequenceMask(nd.ones((3, 2)), nd.array([1, 2]), use_sequence_length=True),
)
print(
    nd.gather_nd(a, nd.array([[0, 1], [1, 2]])),
    nd.scatter_nd(nd.array([1, 2]), nd.array([[0, 1], [1, 0]]), shape=(2, 2)),
    nd.slice(a, begin=(0, 1), end=(2, 3)),
    nd.slice_axis(a, axis=1, begin=0, end=2),
)
print(
    nd.batch_dot(nd.ones((2, 1, 3)), nd.ones((2, 3, 1))),
    nd.linalg.gemm2(a, a, transpose_b=True),
    nd.linalg.potrf(nd.array([[4, 1], [1, 3]])),
    nd.khatri_rao(nd.ones((2, 2)), nd.ones((1, 2))),
)
for bad in (
    lambda: a + nd.ones((5, 5)),
    lambda: nd.dot(a, a).asnumpy(),
    lambda: a.reshape((4, 4)),
    lambda: a[5],
    lambda: nd.array([1, 2]).asscalar(),
    lambda: bool(a),
):
    try:
        print(bad())
    except Exception as err:
        print(isinstance(err, (mx.MXNetError, ValueError, IndexError)))
image = nd.array(np.arange(48).reshape(4, 4, 3), dtype="uint8")
print(
    nd.image.to_tensor(image).shape,
    nd.image.normalize(nd.image.to_tensor(image), mean=(0.1, 0.1, 0.1), std=(1, 1, 1)).sum(),
)
print(
    nd.Concat(a, a, num_args=2).shape,
    nd.SwapAxis(a, dim1=0, dim2=1).shape,
    nd.Cast(a, dtype="int32").dtype,
    nd.Reshape(a, shape=(3, 2)),
    mx.nd.crop(a, begin=(0, 0), end=(1, 2)),
)
