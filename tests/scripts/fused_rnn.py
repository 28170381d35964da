"""FusedRNNCell, its unfused form with the same weights, bidirectional cells, and the RNN operator in a symbol."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(2)
T, N, I, H = 5, 3, 4, 6
x = rng.randn(T, N, I).astype("f")

fused = mx.rnn.FusedRNNCell(H, num_layers=2, mode="lstm", bidirectional=True, prefix="f_", get_next_state=True)
out, states = fused.unroll(T, inputs=mx.sym.Variable("data"), layout="TNC", merge_outputs=True)
group = mx.sym.Group([out] + list(states))
print(group.list_arguments(), group.list_outputs())
exe = group.simple_bind(mx.cpu(), data=(T, N, I))
print({k: v.shape for k, v in exe.arg_dict.items()})
size = exe.arg_dict["f_parameters"].shape[0]
weights = mx.nd.array(rng.uniform(-0.3, 0.3, size))
y = exe.forward(is_train=False, data=mx.nd.array(x), f_parameters=weights)
print([o.shape for o in y])
print(y[0][0, 0], y[2][0])

cells = fused.unfuse()
out2, _ = cells.unroll(T, inputs=mx.sym.Variable("data"), layout="TNC", merge_outputs=True)
exe2 = out2.simple_bind(mx.cpu(), data=(T, N, I))
unpacked = cells.pack_weights(fused.unpack_weights({"f_parameters": weights}))
exe2.copy_params_from({k: v for k, v in unpacked.items()}, allow_extra_params=True)
print(sorted(unpacked))
y2 = exe2.forward(is_train=False, data=mx.nd.array(x))[0]
print(np.abs(y2.asnumpy() - y[0].asnumpy()).max() < 1e-5)

for mode in ("rnn_relu", "rnn_tanh", "gru", "lstm"):
    data, par, state = mx.sym.Variable("data"), mx.sym.Variable("par"), mx.sym.Variable("state")
    more = {"state_cell": mx.sym.Variable("cell")} if mode == "lstm" else {}
    r = mx.sym.RNN(
        data=data,
        parameters=par,
        state=state,
        mode=mode,
        num_layers=1,
        state_size=H,
        p=0.0,
        state_outputs=True,
        name="r",
        **more,
    )
    print(r.list_outputs())
    shapes = r.infer_shape(data=(T, N, I))
    print(mode, shapes[0], shapes[1])
    e = r.simple_bind(mx.cpu(), data=(T, N, I), grad_req="write")
    e.arg_dict["par"][:] = rng.uniform(-0.4, 0.4, e.arg_dict["par"].shape)
    e.arg_dict["data"][:] = x
    e.forward(is_train=True)
    e.backward([mx.nd.ones_like(o) for o in e.outputs])
    print(e.outputs[0].asnumpy().sum(), {k: float(g.asnumpy().sum()) for k, g in sorted(e.grad_dict.items())})

bi = mx.rnn.BidirectionalCell(mx.rnn.GRUCell(4, prefix="l_"), mx.rnn.RNNCell(4, activation="relu", prefix="r_"))
o, s = bi.unroll(3, inputs=[mx.sym.Variable("t%d" % i) for i in range(3)])
g = mx.sym.Group(o)
print(g.list_arguments())
print(g.infer_shape(t0=(2, 5), t1=(2, 5), t2=(2, 5))[1])
res = mx.rnn.ResidualCell(mx.rnn.LSTMCell(5, prefix="res_"))
o, _ = res.unroll(2, mx.sym.Variable("data"), merge_outputs=True)
print(o.infer_shape(data=(2, 2, 5))[1], o.list_outputs())
zone = mx.rnn.ZoneoutCell(mx.rnn.RNNCell(5, prefix="z_"), 0.3, 0.1)
print(mx.sym.Group(zone.unroll(2, mx.sym.Variable("data"))[0]).infer_shape(data=(2, 2, 5))[1])
print([m["shape"] for m in mx.rnn.LSTMCell(7).state_info], mx.rnn.GRUCell(3, prefix="abc_").params._params)
