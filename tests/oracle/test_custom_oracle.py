"""Custom operators against MXNet: nd, sym, blocks, states, losses, what the user's code is given."""

import pytest

PROP = """
log = []

class Op(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        log.append(["forward", bool(is_train), list(req), len(in_data), len(out_data), len(aux),
                    autograd.is_recording(), autograd.is_training()])
        self.assign(out_data[0], req[0], in_data[0] * 2 + in_data[1] * in_data[1])
        self.assign(out_data[1], req[1], nd.array(np.tanh(in_data[0].asnumpy())))
        if aux:
            aux[0][:] += in_data[0].sum()

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        log.append(["backward", len(out_grad), len(in_data), len(out_data), len(in_grad), len(aux)])
        y = out_data[1]
        self.assign(in_grad[0], req[0], out_grad[0] * 2 + out_grad[1] * (1 - y * y))
        self.assign(in_grad[1], req[1], out_grad[0] * in_data[1] * 2)


@mx.operator.register("two")
class Two(mx.operator.CustomOpProp):
    def __init__(self, count="0", **kwargs):
        super(Two, self).__init__(need_top_grad=True)
        self.count = count == "1"
        log.append(["prop", count, sorted(kwargs.items())])

    def list_arguments(self):
        return ["a", "b"]

    def list_outputs(self):
        return ["x", "y"]

    def list_auxiliary_states(self):
        return ["total"] if self.count else []

    def infer_shape(self, in_shape):
        return [in_shape[0], in_shape[0]], [in_shape[0], in_shape[0]], [[1]] if self.count else []

    def create_operator(self, ctx, shapes, dtypes):
        log.append(["create", str(ctx), [list(s) for s in shapes], list(dtypes)])
        return Op()
"""

SOFTMAX = """
class Softmax(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        x = in_data[0].asnumpy()
        y = np.exp(x - x.max(axis=1).reshape((x.shape[0], 1)))
        y /= y.sum(axis=1).reshape((x.shape[0], 1))
        self.assign(out_data[0], req[0], mx.nd.array(y))

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        l = in_data[1].asnumpy().ravel().astype(int)
        y = out_data[0].asnumpy()
        y[np.arange(l.shape[0]), l] -= 1.0
        self.assign(in_grad[0], req[0], mx.nd.array(y))


@mx.operator.register("softmax")
class SoftmaxProp(mx.operator.CustomOpProp):
    def __init__(self):
        super(SoftmaxProp, self).__init__(need_top_grad=False)

    def list_arguments(self):
        return ["data", "label"]

    def list_outputs(self):
        return ["output"]

    def infer_shape(self, in_shape):
        return [in_shape[0], (in_shape[0][0],)], [in_shape[0]], []

    def infer_type(self, in_type):
        return in_type, [in_type[0]], []

    def create_operator(self, ctx, shapes, dtypes):
        return Softmax()
"""


def test_imperative(both, rng):
    both(
        PROP
        + """
a, b = nd.array(a), nd.array(b)
a.attach_grad()
b.attach_grad("add")
plain = nd.Custom(a, b, op_type="two", k=3, j=1.5)
nd.waitall()
with autograd.record():
    x, y = nd.Custom(a, b, op_type="two")
    nd.waitall()
    z = (x * y).sum()
z.backward()
nd.waitall()
total = nd.zeros((1,))
more = nd.Custom(a, nd.ones((2, 3)), total, op_type="two", count=1)
nd.waitall()
result = {"x": x, "y": y, "plain": plain[0], "da": a.grad, "db": b.grad, "total": total, "log": log}
""",
        a=rng.normal(size=(2, 3)).astype("f"), b=rng.normal(size=(2, 3)).astype("f"), rtol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("reloaded", [False, True])
def test_symbol(both, rng, reloaded):
    both(
        PROP
        + """
s = mx.sym.Custom(mx.sym.var("p"), op_type="two", count="1", name="cu")
text = s.tojson()
if reloaded:
    s = mx.sym.load_json(text)
result = {"text": text, "args": s.list_arguments(), "aux": s.list_auxiliary_states(), "outs": s.list_outputs(),
          "shapes": s.infer_shape(p=(2, 3)), "attrs": sorted(s.attr_dict()["cu"].items())}
del log[:]
exe = s.simple_bind(mx.cpu(), p=(2, 3), grad_req={"p": "add", "cu_b": "write"})
exe.arg_dict["p"][:] = p
exe.arg_dict["cu_b"][:] = 0.5
for i in range(2):
    outs = exe.forward(is_train=True)
    exe.backward([nd.ones((2, 3)), nd.array(p)])
    nd.waitall()
result["kinds"] = [l[0] for l in log if l[0] in ("forward", "backward")]
result["x"], result["y"] = outs[0], outs[1]
result["dp"], result["db"], result["total"] = exe.grad_dict["p"], exe.grad_dict["cu_b"], exe.aux_dict["cu_total"]
exe.forward(is_train=False)
nd.waitall()
result["after"] = exe.aux_dict["cu_total"]
""",
        p=rng.normal(size=(2, 3)).astype("f"), reloaded=reloaded, rtol=1e-5,
    )  # fmt: skip


def test_loss_in_a_net(both, rng):
    both(
        SOFTMAX
        + """
net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, name="fc")
net = mx.sym.Custom(data=net, name="softmax", op_type="softmax")
result = {"args": net.list_arguments(), "json": net.tojson()}
exe = net.simple_bind(mx.cpu(), data=(5, 3))
exe.arg_dict["data"][:] = x
exe.arg_dict["fc_weight"][:] = w
exe.arg_dict["softmax_label"][:] = nd.array([0, 1, 2, 3, 0])
for i in range(3):
    exe.forward(is_train=True)
    exe.backward()
    nd.waitall()
    for n in ("fc_weight", "fc_bias"):
        exe.arg_dict[n][:] -= 0.1 * exe.grad_dict[n]
result.update(out=exe.outputs[0], w=exe.arg_dict["fc_weight"], b=exe.arg_dict["fc_bias"])
""",
        x=rng.normal(size=(5, 3)).astype("f"), w=rng.normal(size=(4, 3)).astype("f"), rtol=1e-4, atol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("hybrid", [False, True])
def test_block(both, rng, hybrid):
    both(
        PROP
        + """
class Net(gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        u, v = F.Custom(x * 2, x, op_type="two")
        return u * v + x

net = Net()
if hybrid:
    net.hybridize()
x = nd.array(x)
x.attach_grad()
for i in range(2):
    with autograd.record():
        y = net(x)
        y.backward()
    nd.waitall()
result = {"y": y, "dx": x.grad, "predict": net(x)}
""",
        x=rng.normal(size=(4, 3)).astype("f"), hybrid=hybrid, rtol=1e-5, atol=1e-6,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("nd.Custom(nd.ones(2), op_type='nope').asnumpy()", "Cannot find custom operator"),
        ("nd.Custom(nd.ones(2)).asnumpy()", "op_type"),
        ("nd.Custom(nd.ones(2), op_type='two')[0].asnumpy()", "argument b is missing"),
        ("sym.Custom(sym.var('a'), op_type='nope')", "Cannot find custom operator"),
    ],
)
def test_errors(both, code, says):
    both(PROP + code, raises=says)


def test_prop_defaults(both):
    both(
        """
p = mx.operator.CustomOpProp()
q = mx.operator.CustomOpProp(need_top_grad=False)
result = {
    "args": p.list_arguments(), "outs": p.list_outputs(), "aux": p.list_auxiliary_states(),
    "shapes": p.infer_shape([(2,)]), "types": p.infer_type(["float32"]),
    "deps": p.declare_backward_dependency([1], [2], [3]),
    "no": q.declare_backward_dependency([1], [2], [3]), "storage": p.infer_storage_type(["default"]),
    "back": p.infer_storage_type_backward(["default"], ["default"], ["default"], ["default"], []),
    "arguments": list(mx.operator.get_operator_arguments("FullyConnected").names),
    "known": "Convolution" in mx.operator.get_all_registered_operators(),
}
"""
    )


def test_function(both, rng):
    """_CustomFunction: autograd.Function with two outputs, saved arrays, and an input that is no variable."""
    both(
        """
class F(autograd.Function):
    def forward(self, x, w):
        y = nd.tanh(x)
        self.save_for_backward(y, w)
        return y, x * w

    def backward(self, dy, dz):
        y, w = self.saved_tensors
        return dy * (1 - y * y) + dz * w, dz * 2

x, w = nd.array(x), nd.array(w)
x.attach_grad()
result = {}
for k in range(2):
    with autograd.record():
        y, z = F()(x, w)
        u = (y * y + z * 3).sum()
    u.backward()
    result["dx%d" % k] = x.grad
    w.attach_grad()
result.update(y=y, z=z, dw=w.grad)
with autograd.record():
    y, z = F()(x, w)
y.backward()
result["one"] = x.grad
""",
        x=rng.normal(size=(2, 3)).astype("f"), w=rng.normal(size=(2, 3)).astype("f"), rtol=1e-5, atol=1e-6,
    )  # fmt: skip
