"""Custom operators: errors of the user's code, the engine, old bases, instances, autograd.Function."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, nd
from mxr.base import MXNetError


class Scale(mx.operator.CustomOp):
    made = 0

    def __init__(self):
        type(self).made += 1
        self.calls = 0

    def forward(self, is_train, req, in_data, out_data, aux):
        self.calls += 1
        self.assign(out_data[0], req[0], in_data[0] * self.calls)

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], out_grad[0] * self.calls)


@mx.operator.register("test_scale")
class ScaleProp(mx.operator.CustomOpProp):
    def create_operator(self, ctx, in_shapes, in_dtypes):
        return Scale()


def broken(where):
    class Op(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            if where == "forward":
                raise KeyError("lost in forward")
            self.assign(out_data[0], req[0], in_data[0])

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            raise ZeroDivisionError("lost in backward")

    class Prop(mx.operator.CustomOpProp):
        def __init__(self):
            super().__init__()
            if where == "init":
                raise RuntimeError("lost in init")

        def infer_shape(self, in_shape):
            if where == "infer_shape":
                raise ValueError("lost in infer_shape")
            return super().infer_shape(in_shape)

        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Op() if where != "create" else None

    mx.operator.register(f"test_broken_{where}")(Prop)
    return f"test_broken_{where}"


@pytest.mark.parametrize("where", ["init", "infer_shape", "forward", "create"])
def test_the_users_error_comes_out(where):
    name, text = broken(where), "must return a CustomOp" if where == "create" else f"lost in {where}"
    with pytest.raises(MXNetError, match=text):
        nd.Custom(nd.ones(2), op_type=name)
    with pytest.raises(MXNetError, match=text):
        mx.sym.Custom(mx.sym.var("x"), op_type=name).simple_bind(mx.cpu(), x=(2,)).forward()


def test_an_error_in_backward_comes_out():
    name = broken("backward")
    x = nd.ones(2)
    x.attach_grad()
    with autograd.record():
        y = nd.Custom(x, op_type=name)
    with pytest.raises(MXNetError, match="lost in backward"):
        y.backward()
    exe = mx.sym.Custom(mx.sym.var("x"), op_type=name).simple_bind(mx.cpu(), x=(2,))
    exe.forward(is_train=True)
    with pytest.raises(MXNetError, match="lost in backward"):
        exe.backward(nd.ones(2))


def test_an_executor_keeps_its_operator():
    exe = mx.sym.Custom(mx.sym.var("x"), op_type="test_scale").simple_bind(mx.cpu(), x=(2,))
    exe.arg_dict["x"][:] = 1
    for i in range(1, 4):
        assert exe.forward(is_train=True)[0].asnumpy().tolist() == [i, i]
        exe.backward(nd.ones(2))
        exe.backward(nd.ones(2))  # backward alone does not run forward again
        assert exe.grad_dict["x"].asnumpy().tolist() == [i, i]


def test_large_work_inside_does_not_hang():
    class Op(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            y = nd.dot(in_data[0], in_data[0])  # large enough for the queue
            assert y.asnumpy().shape == (700, 700)
            self.assign(out_data[0], req[0], nd.dot(y, in_data[0]))

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            self.assign(in_grad[0], req[0], nd.dot(out_grad[0], in_data[0]))

    class Prop(mx.operator.CustomOpProp):
        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Op()

    mx.operator.register("test_large")(Prop)
    x = nd.dot(nd.ones((700, 700)), nd.ones((700, 700)) / 700)
    x.attach_grad()
    with autograd.record():
        y = nd.Custom(x, op_type="test_large")
    y.backward()
    np.testing.assert_allclose(y.asnumpy(), 490000, rtol=1e-4)
    np.testing.assert_allclose(x.grad.asnumpy(), 700, rtol=1e-4)
    exe = mx.sym.Custom(mx.sym.var("x"), op_type="test_large").bind(mx.cpu(), {"x": nd.ones((700, 700))})
    np.testing.assert_allclose(exe.forward()[0].asnumpy(), 490000, rtol=1e-4)


def test_wrong_number_of_shapes_is_named():
    @mx.operator.register("test_shapes")
    class Prop(mx.operator.CustomOpProp):
        def infer_shape(self, in_shape):
            return in_shape, [], []

    with pytest.raises(MXNetError, match="returned 0 output shapes, expected 1"):
        nd.Custom(nd.ones(2), op_type="test_shapes")


def test_assign():
    op, x = mx.operator.CustomOp(), nd.ones(2)
    op.assign(x, "null", 5)
    assert x.asnumpy().tolist() == [1, 1]
    op.assign(x, "add", nd.array([2, 3]))
    assert x.asnumpy().tolist() == [3, 4]
    op.assign(x, "inplace", 7)
    assert x.asnumpy().tolist() == [7, 7]
    with pytest.raises(MXNetError, match="req='wirte'"):
        op.assign(x, "wirte", 7)
    with pytest.raises(MXNetError, match="subclass of CustomOpProp"):
        mx.operator.register("test_wrong")(mx.operator.CustomOp)


@pytest.mark.parametrize("base", ["NumpyOp", "NDArrayOp"])
def test_old_bases(base):
    with pytest.warns(DeprecationWarning):

        class Cube(getattr(mx.operator, base)):
            def forward(self, in_data, out_data):
                out_data[0][:] = in_data[0] * in_data[0] * in_data[0]

            def backward(self, out_grad, in_data, out_data, in_grad):
                in_grad[0][:] = 3 * in_data[0] * in_data[0] * out_grad[0]

        net = Cube()(data=mx.sym.var("x"), name="cube")
    assert net.list_outputs() == ["cube_output"]
    exe = net.simple_bind(mx.cpu(), x=(3,))
    exe.forward(is_train=True, x=nd.array([1, 2, 3]))
    exe.backward(nd.array([1, 1, 2]))
    assert exe.outputs[0].asnumpy().tolist() == [1, 8, 27]
    assert exe.grad_dict["x"].asnumpy().tolist() == [3, 12, 54]


class Clip(autograd.Function):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def forward(self, x, w):
        self.save_for_backward(x, w)
        return nd.minimum(x, self.limit), x * w

    def backward(self, dy, dz):
        x, w = self.saved_tensors
        return dy * (x < self.limit) + dz * w, dz * x


def test_function_with_several_outputs():
    x, w = nd.array([1, 2, 3]), nd.array([4, 5, 6])
    x.attach_grad()
    with autograd.record():
        f = Clip(2.5)
        y, z = f(x, w)  # w is no variable
        (y * 2 + z).backward()
    assert y.asnumpy().tolist() == [1, 2, 2.5]
    assert x.grad.asnumpy().tolist() == [6, 7, 6]
    with pytest.raises(MXNetError, match="called once"):
        f(x, w)


def test_function_returning_none_and_wrong_counts():
    class Half(autograd.Function):
        def forward(self, x, y):
            return x * y

        def backward(self, dy):
            return (dy,) if self.short else (dy * 3, None)

    x = nd.ones(2)
    x.attach_grad()
    for short in (False, True):
        with autograd.record():
            f = Half()
            f.short = short
            y = f(x, nd.ones(2))
        if short:
            with pytest.raises(MXNetError, match="one gradient per input"):
                y.backward()
        else:
            y.backward()
            assert x.grad.asnumpy().tolist() == [3, 3]
