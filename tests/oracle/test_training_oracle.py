"""Training compared with MXNet: initial values, updates, schedules, metrics, iterators, stores, whole fits."""

import numpy as np
import pytest

INITS = [
    "init.Uniform()", "init.Uniform(0.5)", "init.Normal(2)", "init.Xavier()", "init.Xavier('gaussian', 'in', 2.5)",
    "init.Xavier('uniform', 'out')", "init.MSRAPrelu()", "init.MSRAPrelu('in', 0)", "init.Constant(3)", "init.Zero()",
    "init.One()", "init.Constant(nd.ones((4, 1)) * 2)",
]  # fmt: skip


@pytest.mark.parametrize("make", INITS)
def test_initializers_draw_the_same_numbers(both, make):
    both(
        f"""
        i = {make}
        result = {{'dumps': i.dumps()}}
        for name in ('a_weight', 'a_bias', 'a_gamma', 'a_beta', 'a_min', 'a_max'):
            for shape in ((4, 5), (4, 300)):
                x = nd.full(shape, 7)
                i(mx.init.InitDesc(name), x)
                result[name + str(shape)] = x
                x = nd.full(shape, 7)
                i(mx.init.InitDesc('foo', {{'__init__': i.dumps()}}), x) if 'ones' not in {make!r} else None
                result['own' + name + str(shape)] = x
        """,
        rtol=0,
        atol=0,
    )


@pytest.mark.parametrize("make", ["init.Orthogonal()", "init.Orthogonal(1, 'normal')", "init.Bilinear()"])
def test_computed_initializers(both, make):
    both(
        f"""
        x = nd.zeros((4, 3, 5, 4)); i = {make}; i(mx.init.InitDesc('w_weight'), x)
        # Signs of singular vectors are up to the LAPACK library.
        result = {{'x': nd.abs(x), 'dumps': i.dumps()}}
        """,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("mode,gates", [("lstm", 4), ("gru", 3), ("rnn_tanh", 1)])
@pytest.mark.parametrize("sides", [1, 2])
def test_fused_rnn(both, mode, gates, sides):
    size = sum(sides * gates * 3 * ((5 if layer == 0 else sides * 3) + 3 + 2) for layer in range(2))
    both(
        f"""
        x = nd.zeros(({size},))
        i = mx.init.FusedRNN(mx.init.Xavier(), 3, 2, {mode!r}, {sides == 2}, 2.0)
        i(mx.init.InitDesc('x_weight'), x)
        """,
        result="x",
    )


OPTIMIZERS = [
    ("sgd", {}), ("sgd", {"momentum": 0.9}), ("sgd", {"momentum": 0.9, "wd": 0.1, "clip_gradient": 0.3}),
    ("nag", {"momentum": 0.9, "wd": 0.1, "clip_gradient": 0.3}), ("signum", {}), ("signum", {"momentum": 0, "wd": 0.1}),
    ("ftml", {"wd": 0.1, "clip_gradient": 0.2}), ("dcasgd", {"wd": 0.1}), ("sgld", {"wd": 0.1}), ("adam", {}),
    ("adam", {"wd": 0.1, "clip_gradient": 0.2, "beta1": 0.8}), ("adagrad", {"wd": 0.1, "clip_gradient": 0.2}),
    ("rmsprop", {}), ("rmsprop", {"centered": True}), ("rmsprop", {"wd": 0.1, "clip_weights": 0.5, "gamma1": 0.8}),
    ("adadelta", {"wd": 0.1, "rho": 0.5}), ("ftrl", {"wd": 0.1, "lamda1": 0.1}), ("adamax", {"wd": 0.1}),
    ("nadam", {"wd": 0.1}), ("lbsgd", {"momentum": 0.9, "batch_scale": 3, "wd": 0.1}),
    ("lbsgd", {"batch_scale": 2, "warmup_strategy": "lars", "updates_per_epoch": 1}),
    ("lars", {"momentum": 0.9, "wd": 0.1}), ("lamb", {"wd": 0.1, "lower_bound": 0.1, "upper_bound": 0.5}),
    ("test", {}), ("groupadagrad", {"clip_gradient": 0.1}),
]  # fmt: skip


@pytest.mark.parametrize("name,options", OPTIMIZERS)
@pytest.mark.parametrize("half", [False, True])
def test_optimizers(both, name, options, half, rng):
    """Seven updates of three parameters with a schedule, multipliers, states saved and loaded midway."""
    both(
        """
        o = mx.optimizer.create(name, multi_precision=half, lr_scheduler=mx.lr_scheduler.FactorScheduler(2, 0.5),
                                param_idx2name={0: 'a_weight', 1: 'a_bias', 2: 'b_gamma'}, **options)
        o.set_lr_mult({'a_bias': 2.0})
        update = mx.optimizer.get_updater(o)
        dtype = 'float16' if half else 'float32'
        ws = [nd.array(w, dtype=dtype) for w in (w0, w1, w2)]
        for step in range(7):
            update([0, 1, 2], [nd.array(g[step], dtype=dtype) for g in (g0, g1, g2)], ws)
            if step == 3:
                states = update.get_states(dump_optimizer=True)
                update = mx.optimizer.get_updater(o)
                update.set_states(states)
        def flat(s):
            return [] if s is None else sum(map(flat, s), []) if isinstance(s, (list, tuple)) else [s]
        result = {'w': ws, 'states': sum([flat(update.states[i]) for i in range(3)], []),
                  'lr': float(o.learning_rate), 'count': o.num_update}
        """,
        name=name,
        options=options,
        half=half,
        **{f"w{i}": rng.normal(size=s).astype("f") for i, s in enumerate([(3, 4), (4, 1), (5, 2)])},
        **{f"g{i}": rng.normal(size=(7, *s)).astype("f") for i, s in enumerate([(3, 4), (4, 1), (5, 2)])},
        **({"rtol": 2e-2, "atol": 4e-3} if half else {"rtol": 2e-5, "atol": 1e-6}),
    )


@pytest.mark.parametrize(
    "make",
    [
        "FactorScheduler(3, 0.5, 1e-3, 0.1, **w)", "MultiFactorScheduler([4, 7, 11], 0.1, **w)",
        "PolyScheduler(20, 0.3, 3, 0.01, **w)", "CosineScheduler(20, 0.2, 0.01, **w)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("warmup", [{}, {"warmup_steps": 5, "warmup_begin_lr": 0.001}])
def test_schedules(both, make, warmup):
    both(
        f"""
        s = mx.lr_scheduler.{make}
        result = [float(s(i)) for i in (1, 2, 3, 4, 5, 6, 7, 9, 12, 12, 20, 25, 60)]
        """,
        w=warmup,
    )


METRICS = {
    "metric.create('acc')": ("multi", "images"),
    "metric.Accuracy(axis=-1)": ("multi",),
    "metric.create('top_k_accuracy', top_k=2)": ("multi",),
    "metric.F1()": ("two",), "metric.F1(average='micro')": ("two",),
    "metric.MCC()": ("two",), "metric.MCC(average='micro')": ("two",), "metric.PCC()": ("two", "multi"),
    "metric.Perplexity(None)": ("multi",), "metric.create('perplexity', ignore_label=2)": ("multi",),
    "metric.MAE()": ("numbers", "table"), "metric.MSE()": ("numbers", "table"), "metric.RMSE()": ("numbers", "table"),
    "metric.create('ce')": ("multi",), "metric.create('nll_loss', eps=1e-3)": ("multi",),
    "metric.create('pearsonr')": ("table",), "metric.PearsonCorrelation(average='micro')": ("table",),
    "metric.Loss()": ("numbers",), "metric.Torch()": ("numbers",), "metric.Caffe()": ("numbers",),
    "metric.np(lambda l, p: (float(p.sum()), 3), name='z')": ("numbers",),
    "metric.create(['acc', 'ce'])": ("multi",),
}  # fmt: skip


def batches(kind, rng):
    def probabilities(*shape):
        x = np.exp(rng.normal(size=shape)).astype("f")
        return x / x.sum(axis=1, keepdims=True)

    made = {
        "multi": lambda: (rng.integers(0, 5, 8).astype("f"), probabilities(8, 5)),
        "two": lambda: (rng.integers(0, 2, 8).astype("f"), probabilities(8, 2)),
        "images": lambda: (rng.integers(0, 5, (3, 4, 4)).astype("f"), probabilities(3, 5, 4, 4)),
        "numbers": lambda: (rng.normal(size=8).astype("f"), rng.normal(size=(8, 1)).astype("f")),
        "table": lambda: (rng.normal(size=(8, 3)).astype("f"), rng.normal(size=(8, 3)).astype("f")),
    }[kind]
    labels, preds = zip(*[made() for _ in range(4)])
    return np.stack(labels), np.stack(preds)


@pytest.mark.parametrize("make,kind", [(make, kind) for make, kinds in METRICS.items() for kind in kinds])
def test_metrics(both, make, kind, rng):
    labels, preds = batches(kind, rng)
    both(
        f"""
        m = {make}
        def values(got):
            return [got[0], [float(v) for v in got[1]] if isinstance(got[1], list) else float(got[1])]
        result = [values(m.get()), values(m.get_global())]
        for i in range(4):
            m.update([nd.array(labels[i])], [nd.array(preds[i])])
            result += [values(m.get()), values(m.get_global())]
            if i == 1:
                m.reset_local()
                result += [values(m.get()), values(m.get_global())]
        m.reset()
        result.append(values(m.get()))
        """,
        labels=labels,
        preds=preds,
        rtol=1e-5,
        atol=1e-6,
    )


DUMP = """
def dump(it, hard=False):
    out = [repr(it.provide_data), repr(it.provide_label), it.batch_size]
    for epoch in range(5):
        for b in it:
            out += [str(b), [a.copy() for a in b.data], [a.copy() for a in b.label], b.pad]  # MXNet reuses buffers
        (it.hard_reset if hard and epoch == 1 else it.reset)()
    return out
"""


@pytest.mark.parametrize("handle", ["pad", "discard", "roll_over"])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("size", [1, 3, 4, 10, 11])
def test_ndarray_iter(both, handle, shuffle, size, rng):
    both(
        DUMP + f"result = dump(io.NDArrayIter({{'b': x, 'a': x + 1}}, y, {size}, {shuffle}, {handle!r}), {size == 3})",
        x=rng.normal(size=(11, 2)).astype("f"),
        y=np.arange(11),
    )


@pytest.mark.parametrize(
    "make",
    [
        "io.ResizeIter(io.NDArrayIter(x, y, 3), 7)",
        "io.ResizeIter(io.NDArrayIter(x, y, 3, True), 5, False)",
        "io.PrefetchingIter([io.NDArrayIter(x, y, 3), io.NDArrayIter(x, y, 3)], [{'data': 'a'}, {'data': 'b'}],"
        " [{'softmax_label': 'c'}, {'softmax_label': 'd'}])",
    ],
)
def test_iterators_around_iterators(both, make, rng):
    both(DUMP + f"result = dump({make})", x=rng.normal(size=(11, 2)).astype("f"), y=np.arange(11))


@pytest.mark.parametrize("options", [{}, {"flat": True}, {"seed": 3}, {"num_parts": 3, "part_index": 1}])
def test_mnist_iter_order_and_values(both, tmp_path, options):
    n = 300
    (tmp_path / "img").write_bytes(
        b"\0\0\x08\x03" + np.array([n, 3, 2], ">u4").tobytes() + bytes(i % 256 for i in range(n * 6))
    )
    (tmp_path / "lab").write_bytes(b"\0\0\x08\x01" + np.array([n], ">u4").tobytes() + bytes(i % 256 for i in range(n)))
    both(
        DUMP
        + "result = dump(io.MNISTIter(image=folder + '/img', label=folder + '/lab', batch_size=40, silent=True, **o))",
        folder=str(tmp_path),
        o=options,
    )


@pytest.mark.parametrize("options", [{}, {"round_batch": False}, {"dtype": "int32"}, {"data_shape": (2, 2)}])
def test_csv_iter(both, tmp_path, options):
    path = tmp_path / "x.csv"
    path.write_text("\n".join(f"{i},{10 * i},{i * i},7" for i in range(7)) + "\n")
    both(
        DUMP + "result = dump(io.CSVIter(**o))",
        o={
            "data_csv": str(path),
            "label_csv": str(path),
            "label_shape": (4,),
            "data_shape": (4,),
            "batch_size": 3,
            **options,
        },
    )


def test_kvstore(both):
    both(
        """
        kv = mx.kv.create('local'); a, b = nd.zeros((2, 2)), nd.zeros((2, 2)); result = []
        kv.init(['x', 'y'], [nd.ones((2, 2)), nd.ones((2, 2)) * 2])
        kv.push(['x', 'y'], [[nd.ones((2, 2)), nd.ones((2, 2)) * 3], nd.ones((2, 2)) * 5])
        kv.pull(['x', 'y'], out=[a, [b]]); result += [a.copy(), b.copy()]
        kv = mx.kv.create('local')  # MXNet updates its own merge buffer in a store that was pushed to before
        kv.init(['x', 'y'], [nd.ones((2, 2)), nd.ones((2, 2)) * 2])
        kv.set_optimizer(mx.optimizer.create('sgd', learning_rate=0.1, momentum=0.9))
        for _ in range(3):
            kv.push('x', [nd.ones((2, 2)), nd.ones((2, 2))])
            kv.pushpull('y', nd.ones((2, 2)), out=b)
        kv.pull('x', out=[a]); result += [a, b, kv.rank, kv.num_workers, kv.type]
        """
    )


NETS = {
    "lenet": """
        x = sym.Convolution(sym.var('data'), kernel=(5, 5), num_filter=6, name='c1')
        x = sym.Pooling(sym.Activation(x, act_type='relu', name='a'), kernel=(2, 2), stride=(2, 2), pool_type='max',
                        name='p')
        x = sym.Convolution(x, kernel=(3, 3), num_filter=4, num_group=2, stride=(2, 2), no_bias=True, name='c2')
        x = sym.LeakyReLU(sym.BatchNorm(x, name='bn'), act_type='leaky', name='l')
        net = sym.SoftmaxOutput(sym.FullyConnected(sym.Flatten(x), num_hidden=10, name='fc'), name='softmax')
        shape = {'data': (2, 1, 28, 28)}
        """,
    "residual": """
        x = sym.Convolution(sym.var('data'), kernel=(3, 3), pad=(1, 1), num_filter=4, name='c1')
        y = sym.Convolution(x, kernel=(3, 3), pad=(1, 1), num_filter=4, name='c2')
        z = sym.Concat(x + y, y, name='cc')
        z = sym.Pooling(z, global_pool=True, kernel=(1, 1), pool_type='avg', name='gp')
        net = sym.softmax(sym.FullyConnected(z, num_hidden=3, no_bias=True, name='f'), name='sm')
        shape = {'data': (2, 3, 8, 8)}
        """,
    "embedding": """
        e = sym.Embedding(sym.var('data'), input_dim=7, output_dim=5, name='emb')
        s = sym.SliceChannel(e, num_outputs=3, axis=1, name='sl')
        net = sym.Group([s[0] + s[1], s[2]])
        shape = {'data': (2, 3)}
        """,
}


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("options", ["", "shape=shape", "shape=shape, line_length=80", "positions=[30, 50, 60, 100]"])
def test_print_summary(both, name, options):
    both(
        NETS[name]
        + f"""
        import contextlib, io as strings
        with contextlib.redirect_stdout(strings.StringIO()) as out:
            mx.viz.print_summary(net{", " if options else ""}{options})
        result = out.getvalue()
        """
    )


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(
    "options", ["", "shape=shape", "shape=shape, dtype={'data': 'float32'}", "hide_weights=False, title='t'",
                "save_format='png', node_attrs={'fontsize': '9', 'width': '3'}"],
)  # fmt: skip
def test_plot_network(both, name, options):
    pytest.importorskip("graphviz")
    both(
        NETS[name]
        + f"""
        result = mx.viz.plot_network(net{", " if options else ""}{options}).source.strip()  # newer graphviz ends lines
        """
    )


FIT = """
import logging, re
class Lines(logging.Handler):
    def emit(self, record):
        text = re.sub(r'(cost=|Speed: )[0-9.]+', r'\\\\1T', record.getMessage())
        if not re.match(r'Epoch.[0-9]+. Train-', text):  # one line more than MXNet's FeedForward has
            lines.append(text)
lines, trace, handler, root = [], [], Lines(), logging.getLogger()
level = root.level
root.addHandler(handler); root.setLevel(logging.INFO)
d = sym.FullyConnected(sym.var('data'), num_hidden=8, name='fc1')
if bn:
    d = sym.BatchNorm(d, name='bn')
net = sym.FullyConnected(sym.Activation(d, act_type='tanh'), num_hidden=3, name='fc')
net = sym.SoftmaxOutput(net, name='softmax')
def trained(optimizer='sgd', ctx=mx.cpu(), fit={}, data=None, evaluate=True, **kwargs):
    m = mx.model.FeedForward(net, num_epoch=3, ctx=ctx, optimizer=optimizer, numpy_batch_size=20, **kwargs)
    m.fit(*(data or (x, y)), eval_data=(x, y) if evaluate else None,
          batch_end_callback=[lambda p: trace.append((p.epoch, p.nbatch, float(p.eval_metric.get()[1]))),
                              mx.callback.Speedometer(20, 2, auto_reset=False)], **fit)
    return m
try:
    m = trained({})
finally:
    root.removeHandler(handler); root.setLevel(level)
result = {'trace': trace, 'lines': lines, 'predict': m.predict(x)}
result.update(sorted({**m.arg_params, **m.aux_params}.items()))
"""


@pytest.mark.parametrize(
    "bn,call",
    [
        (False, "learning_rate=0.1"),
        (False, "learning_rate=0.1, momentum=0.9, wd=0.01, clip_gradient=0.05"),
        (True, "learning_rate=0.1, momentum=0.9"),
        *[(False, repr(name)) for name in ("adam", "nag", "adagrad", "rmsprop", "adadelta", "ftrl", "adamax", "nadam")],
        (False, "lr_scheduler=mx.lr_scheduler.FactorScheduler(3, 0.7, base_lr=0.1)"),
        (False, "ctx=[mx.cpu(0), mx.cpu(1)], learning_rate=0.1, momentum=0.9"),
        (False, "ctx=[mx.cpu(i) for i in range(3)], fit={'kvstore': 'device'}, learning_rate=0.1, momentum=0.9"),
        (True, "ctx=[mx.cpu(0), mx.cpu(1)], fit={'kvstore': None, 'work_load_list': [1, 3]}, learning_rate=0.1"),
        (False, "data=(io.NDArrayIter(x, y, 20, True, 'discard'),), learning_rate=0.1"),
        (False, "data=(io.NDArrayIter(x, y, 20),), epoch_size=9, evaluate=False, learning_rate=0.1"),
        (False, "initializer=mx.init.Xavier(), arg_params={'fc_bias': nd.ones((3,))}, learning_rate=0.1"),
        (False, "optimizer=mx.optimizer.SGD(learning_rate=0.1, momentum=0.5, rescale_grad=0.05), begin_epoch=1"),
    ],
)
def test_fit_step_by_step(both, bn, call):
    """Equal seeds give MXNet's numbers after every batch: shuffling, updates, metric, log lines, parameters."""
    rng = np.random.RandomState(0)
    x = rng.randn(103, 6).astype("f")
    both(
        FIT.replace("trained({})", f"trained({call})"),
        x=x,
        y=((x.sum(1) > 0) + (x[:, 0] > 1)).astype("f"),
        bn=bn,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("ours_first", [True, False])
def test_checkpoints_go_both_ways(oracle, tmp_path, ours_first, rng):
    """A model trained and saved on one side predicts the same on the other."""
    import mxr as mx

    x = rng.normal(size=(40, 6)).astype("f")
    y = (x.sum(axis=1) > 0).astype("f")
    prefix = str(tmp_path / "m")
    train = """
m = mx.model.FeedForward.create(
    mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.BatchNorm(mx.sym.var('data'), name='bn'), num_hidden=2,
                         name='fc'), name='softmax'),
    x, y, num_epoch=1, numpy_batch_size=10, learning_rate=0.1)
m.save(prefix, 3)
p = m.predict(x)
"""
    load = "p = mx.model.FeedForward.load(prefix, 3).predict(x)"
    here = {"mx": mx, "x": x, "y": y, "prefix": prefix}
    if ours_first:
        exec(train, here)
        theirs = oracle.run(load, result="p", x=x, prefix=prefix)["p"]
    else:
        theirs = oracle.run(train, result="p", x=x, y=y, prefix=prefix)["p"]
        exec(load, here)
    np.testing.assert_allclose(here["p"], theirs, rtol=1e-5, atol=1e-6)
