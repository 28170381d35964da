"""Symbols against MXNet: old JSON upgraded, scopes, arithmetic, what symbols refuse, placement on devices."""

import json

import pytest


def var(name, **fields):
    return {"op": "null", "name": name, "inputs": [], **fields}


def fc(**fields):
    return {"op": "FullyConnected", "name": "fc", "inputs": [[0, 0], [1, 0], [2, 0]], **fields}


W = [
    var("data", param={}, attr={}), var("fc_weight", param={}, attr={"lr_mult": "2", "weight_wd_mult": "1"}),
    var("fc_bias", param={}),
]  # fmt: skip
OLD = {
    "fc_attr": [*W, fc(attr={"num_hidden": "3", "lr_mult": "0.5", "weight_lr_mult": "1.2", "__mood__": "y"})],
    "fc_param": [
        *W, fc(param={"no_bias": "False", "num_hidden": "3"}, attr={"ctx_group": "d", "bias_wd_mult": "3"},
               backward_source_id=-1),
    ],
    "fc_data": [*W, fc(attrs={"num_hidden": "3", "force_mirroring": "True", "data_wd_mult": "3"})],
    "fc_unknown": [*W, fc(attrs={"num_hidden": "3", "mood": "x"})],
    "fc_stray": [*W, fc(attrs={"num_hidden": "3", "weight_foo": "1"})],
    "argmax": [var("data"), {"op": "argmax", "name": "am", "inputs": [[0, 0]], "attr": {"axis": "-1"}}],
    "argmax_keepdims": [
        var("data"), {"op": "argmax", "name": "am", "inputs": [[0, 0]], "attr": {"axis": "1", "keepdims": "1"}},
    ],
    "argmin": [var("data"), {"op": "argmin", "name": "am", "inputs": [[0, 0]], "attr": {"axis": "-1"}}],
    "batch_norm": [
        var("data"), var("g"), var("b"),
        {"op": "BatchNorm", "name": "bn", "inputs": [[0, 0], [1, 0], [2, 0]], "attr": {"eps": "0.001"}},
    ],
    "variable": [
        var("a", attr={"__shape__": "(2,3)", "lr_mult": "2", "init": "zero", "foo": "1"}),
        {"op": "tanh", "name": "t", "inputs": [[0, 0]]},
    ],
    "both_spellings": [
        var("a", attr={"__lr_mult__": "5", "lr_mult": "2"}), {"op": "tanh", "name": "t", "inputs": [[0, 0]]},
    ],
}  # fmt: skip
FAILS = {("fc_unknown", v) for v in (None, 905, 10000, 10901)} | {("fc_stray", v) for v in (None, 905, 10000, 10901)}
FAILS |= {(n, 10901) for n in ("fc_attr", "fc_param", "fc_data")}
SHORT = {("batch_norm", 905), ("batch_norm", 10000), ("batch_norm", 10901)}  # MXNet leaves the node without its states


@pytest.mark.parametrize("version", [None, 905, 10000, 10901])
@pytest.mark.parametrize("name", OLD)
def test_old_json(both, name, version):
    nodes = OLD[name]
    graph = {
        "nodes": nodes,
        "arg_nodes": [i for i, n in enumerate(nodes) if n["op"] == "null"],
        "heads": [[len(nodes) - 1, 0]],
    }
    if version is not None:
        graph["attrs"] = {"mxnet_version": ["int", version]}
    code = """
s = mx.sym.load_json(text)
result = {"json": s.tojson(), "args": s.list_arguments(), "aux": s.list_auxiliary_states()}
"""
    if (name, version) in SHORT:
        return
    both(code, text=json.dumps(graph), raises="Cannot find argument" if (name, version) in FAILS else False)


def test_missing_inputs_are_made_before_0_9(both):
    nodes = [var("data"), fc(inputs=[[0, 0]], attr={"num_hidden": "3"}),
             {"op": "SoftmaxOutput", "name": "sm", "inputs": [[1, 0]]}]  # fmt: skip
    nodes[1]["inputs"], nodes[2]["inputs"] = [[0, 0]], [[1, 0]]
    text = json.dumps({"nodes": nodes, "arg_nodes": [0], "heads": [[2, 0]]})
    both("s = mx.sym.load_json(text)\nresult = {'json': s.tojson(), 'args': s.list_arguments()}", text=text)


@pytest.mark.parametrize("op", "+ - * / % ** == != > < >= <=".split())
def test_arithmetic(both, op):
    both(
        f"""
x, y = sym.Variable("x"), sym.Variable("y")
result = {{"xy": (x {op} y).tojson(), "x2": (x {op} 2).tojson(), "2x": (2 {op} x).tojson(),
          "xf": (x {op} 1.5).tojson()}}
"""
    )


@pytest.mark.parametrize(
    "code",
    ["x.asnumpy()", "x.asscalar()", "x.backward()", "x.copy()", "x.detach()", "bool(x)",
     "x.wait_to_read()", "exec('x += 1')", "exec('x *= 2')", "exec('x -= 2')", "exec('x /= 2')"],
)  # fmt: skip
def test_refusals(both, code):
    both(
        f"""
x = sym.Variable("x")
try:
    {code}
except Exception as e:
    result = type(e).__name__
"""
    )


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("x + None", "not supported"), ("x ** 'a'", "not supported"), ("g[5]", "5"), ("g['nope']", "nope"),
        ("g[1.5]", ""),
        ("sym.Variable(3)", "string"), ("sym.Variable('a', foo=1)", "foo"), ("sym.Group([])", ""),
        ("sym.Group([1])", ""),
        ("f(nope=x)", "nope"), ("f(1)", "Symbol"), ("f.infer_shape(zz=(2, 5))", "zz"), ("f.infer_shape(x=3)", "tuple"),
        ("f.infer_shape((2, 5), f_bias=(3,))", "positional"),
        ("f.infer_shape(x=(2, 5), f_weight=(3, 6))", "argument weight"),
        ("f.infer_type(zz='float32')", "zz"), ("sym.load_json('{')", ""), ("sym.load_json(3)", ""), ("f.save(3)", ""),
        ("f._set_attr(mood='x')", "mood"), ("f._set_attr(num_hidden=1)", "string"), ("mx.AttrScope(x=1)", "string"),
        ("(sym.Variable('k') + sym.Variable('k')).bind(mx.cpu(), {'k': nd.ones(1)})", "duplicated"),
    ],
)  # fmt: skip
def test_errors(both, code, says):
    both(
        "x = sym.Variable('x')\nf = sym.FullyConnected(x, num_hidden=3, name='f')\n"
        "g = sym.Group([f, sym.tanh(x, name='th')])\n" + code,
        raises=says or True,
    )


def test_scopes_and_attributes(both):
    both(
        """
S = sym
with mx.AttrScope(ctx_group="stage1", __mood__="m", lr_mult="2"):
    a = S.Variable("a")
    b = S.FullyConnected(a, num_hidden=2, name="b", attr={"__wd_mult__": "3"})
    with mx.AttrScope(ctx_group="stage2"):
        c = S.tanh(b, name="c")
    d = S.relu(c)
with mx.AttrScope(foo="1"):
    v = S.Variable("v")
with mx.name.Prefix("pre_"):
    e = S.FullyConnected(v, num_hidden=2)
g = S.Group([d, e])
sp = S.split(a, num_outputs=3, name="sp")
result = {
    "json": g.tojson(), "attrs": sorted((k, sorted(x.items())) for k, x in g.attr_dict().items()),
    "one": [a.attr("ctx_group"), a.attr("__ctx_group__"), a.attr("lr_mult"), a.attr("nope"), v.attr("foo")],
    "list": sorted(b.list_attr().items()), "group": g.attr("ctx_group"),
    "get": mx.AttrScope(a="1").get({"b": "2"}), "current": type(mx.AttrScope.current).__name__,
    "manager": type(mx.name.NameManager.current).__name__,
    "internals": g.get_internals().list_outputs(), "children": b.get_children().list_outputs(),
    "leaf": a.get_children() is None, "slice": [g[0:2].list_outputs(), sp[::2].list_outputs()],
    "by_name": sp["sp_output2"].list_outputs(), "repr": [repr(a), repr(g), repr(sp[1])], "debug": g.debug_str(),
    "methods": [a.broadcast_to((2, 3)).tojson(), a.split_v2(2).tojson(), a.reshape((2, 3)).tojson()],
}
"""
    )


def test_groups_on_several_devices(both, rng):
    both(
        """
S = sym
with mx.AttrScope(ctx_group="dev1"):
    a, b = S.Variable("a"), S.Variable("b")
    net = (a + b) * 3
with mx.AttrScope(ctx_group="dev2"):
    c = S.Variable("c")
    net = net * c
one, two = mx.cpu(0), mx.cpu(1)
args = [nd.array(x, ctx=one), nd.array(x * 2, ctx=one), nd.array(x + 1, ctx=two)]
grads = [nd.zeros(x.shape, ctx=v.context) for v in args]
exe = net.bind(one, args=args, args_grad=grads, group2ctx={"dev1": one, "dev2": two})
y = exe.forward(is_train=True)[0]
exe.backward([nd.ones(x.shape, ctx=two)])
made = net.simple_bind(one, group2ctx={"dev1": one, "dev2": two}, a=(2, 3), b=(2, 3), c=(2, 3))
result = {
    "y": y, "where": str(y.context), "grads": [g.asnumpy().tolist() for g in grads],
    "homes": [str(v.context) for v in made.arg_arrays], "grad homes": [str(v.context) for v in made.grad_arrays],
}
""",
        x=rng.normal(size=(2, 3)).astype("f"), rtol=1e-5,
    )  # fmt: skip
