"""nd.save and load, symbol JSON, attributes, AttrScope, name scopes, shapes and types inferred."""

import json
import pickle

import mxnet as mx

mx.nd.save("list.nd", [mx.nd.ones((2, 3)), mx.nd.arange(4, dtype="int32")])
print(mx.nd.load("list.nd"))
mx.nd.save(
    "dict.nd",
    {
        "arg:w": mx.nd.full((2,), 7),
        "aux:m": mx.nd.zeros((1, 1), dtype="float64"),
        "h": mx.nd.ones((1,), dtype="float16"),
    },
)
d = mx.nd.load("dict.nd")
print(sorted(d), d["arg:w"], d["aux:m"].dtype, d["h"].dtype)
mx.nd.save("one.nd", mx.nd.array([[1, 2]]))
print(mx.nd.load("one.nd"), len(mx.nd.load_frombuffer(open("dict.nd", "rb").read())))
sparse = mx.nd.array([[0, 1], [0, 0]]).tostype("csr")
mx.nd.save("sparse.nd", [sparse, sparse.tostype("default").tostype("row_sparse")])
print(mx.nd.load("sparse.nd"))
print(pickle.loads(pickle.dumps(mx.nd.array([1, 2, 3]))))

with mx.AttrScope(lr_mult="0.1", __group__="body"):
    x = mx.sym.Variable("data", attr={"mood": "angry"}, lr_mult=2, dtype="float32", shape=(0, 4))
    y = mx.sym.FullyConnected(x, num_hidden=3, name="fc", attr={"wd_mult": "0"})
with mx.name.Prefix("top_"):
    z = mx.sym.Activation(y, act_type="relu")
    z = mx.sym.FullyConnected(z, num_hidden=2)
    z = z * 2 + z
print(z.list_arguments(), z.name, sorted(x.list_attr().items()), y.attr("lr_mult"), sorted(y.list_attr().items()))
print(json.dumps(z.attr_dict(), sort_keys=True))
z.save("net.json")
again = mx.sym.load("net.json")
print(again.tojson() == z.tojson(), again.list_outputs(), again.list_auxiliary_states())
graph = json.loads(z.tojson())
print([(n["op"], n["name"], n.get("attrs"), n["inputs"]) for n in graph["nodes"]])
print(graph["arg_nodes"], graph["node_row_ptr"], graph["heads"], graph["attrs"])
print(again.infer_shape(data=(5, 4)), again.infer_shape_partial(), again.infer_type(data="float64"))
print(z.get_internals().list_outputs(), z.get_children(), z.get_internals()["fc_output"].name)
try:
    z.infer_shape(data=(5, 9))
except mx.MXNetError as err:
    print("MXNetError", "fc" in str(err))
try:
    mx.sym.FullyConnected(x, num_hiden=3)
except (mx.MXNetError, TypeError) as err:
    print("unknown parameter", type(err).__mro__[-3:] != ())
p, q = mx.sym.Variable("p"), mx.sym.Variable("q")
comp = mx.sym.Group([p + q, mx.sym.broadcast_mul(p, q, name="bm")])
print(len(comp), comp[1].name, [s.name for s in comp], comp.list_outputs(), comp["bm_output"])
late = mx.sym.FullyConnected(num_hidden=2, name="late")
print(late.list_arguments(), late(late_data=z, name="composed").list_arguments())
print(mx.sym.load_json(comp.tojson()).eval(p=mx.nd.ones((2,)), q=mx.nd.ones((2,)) * 3))
print(pickle.loads(pickle.dumps(z)).tojson() == z.tojson(), repr(comp), repr(p))
split = mx.sym.SliceChannel(mx.sym.Variable("s"), num_outputs=3, axis=1, name="sp")
print(split.list_outputs(), split[1], split.infer_shape(s=(2, 6))[1], [o.name for o in split])
up = mx.sym.Variable("u", init=mx.init.Constant(2.5), wd_mult=0.5, stype="default")
print(sorted(up.attr_dict()["u"].items()))
print(mx.sym.arange(0, 5).eval()[0], (mx.sym.ones((2, 2)) * mx.sym.zeros((2, 2))).eval()[0])
print(
    (p > q).eval(p=mx.nd.array([1, 3]), q=mx.nd.array([2, 2])),
    (p**2 - 1 / q).eval(p=mx.nd.array([1, 3]), q=mx.nd.array([2, 2])),
)
print(mx.sym.Variable("n").list_arguments(), (-p).name[:9])
