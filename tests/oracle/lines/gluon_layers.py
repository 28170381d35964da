"""Lines for test_gluon_lines_oracle.py: parts begin with `# ---`; `# other:` and `# words:` name lines that differ."""

# ruff: noqa

# --- layers
# other: c2nhwc call; bad units; bad units str
# words: bad *; kw
x4 = nd.arange(2 * 3 * 6 * 6).reshape((2, 3, 6, 6)) / 100
LS = {
    "dense": lambda: nn.Dense(3),
    "dense2": lambda: nn.Dense(3, activation="relu", use_bias=False, flatten=False, in_units=6),
    "drop": lambda: nn.Dropout(0.3),
    "drop0": lambda: nn.Dropout(0),
    "drop ax": lambda: nn.Dropout(0.3, axes=(1,)),
    "bn": lambda: nn.BatchNorm(),
    "bn2": lambda: nn.BatchNorm(axis=3, scale=False, center=False, in_channels=6, use_global_stats=True),
    "bnr": lambda: nn.BatchNormReLU(),
    "in": lambda: nn.InstanceNorm(),
    "in2": lambda: nn.InstanceNorm(axis=3),
    "ln": lambda: nn.LayerNorm(),
    "ln1": lambda: nn.LayerNorm(axis=1),
    "gn": lambda: nn.GroupNorm(3),
    "emb": lambda: nn.Embedding(10, 4),
    "flat": lambda: nn.Flatten(),
    "act": lambda: nn.Activation("relu"),
    "leaky": lambda: nn.LeakyReLU(0.1),
    "prelu": lambda: nn.PReLU(),
    "prelu3": lambda: nn.PReLU(in_channels=3),
    "elu": lambda: nn.ELU(),
    "selu": lambda: nn.SELU(),
    "gelu": lambda: nn.GELU(),
    "swish": lambda: nn.Swish(),
    "c2": lambda: nn.Conv2D(4, 3),
    "c2b": lambda: nn.Conv2D(
        4, (3, 1), strides=2, padding=(1, 0), dilation=1, groups=1, use_bias=False, activation="relu", in_channels=3
    ),
    "c2g": lambda: nn.Conv2D(6, 3, groups=3),
    "c2t": lambda: nn.Conv2DTranspose(4, 3, strides=2, output_padding=1),
    "c2nhwc": lambda: nn.Conv2D(4, 3, layout="NHWC"),
    "mp": lambda: nn.MaxPool2D(),
    "mpc": lambda: nn.MaxPool2D(4, 4, 0, ceil_mode=True),
    "ap": lambda: nn.AvgPool2D(3, 2, 1),
    "apn": lambda: nn.AvgPool2D(3, 2, 1, count_include_pad=False),
    "gmp": lambda: nn.GlobalMaxPool2D(),
    "gap": lambda: nn.GlobalAvgPool2D(),
    "pad": lambda: nn.ReflectionPad2D(2),
}
for k, f in LS.items():
    T(k + " repr", lambda: repr(f()))
    T(k + " call", lambda: (lambda l: [l.initialize(init.One()), l(x4), repr(l)])(f()))
    T(
        k + " pars",
        lambda: (
            lambda l: (
                [l.name]
                + [
                    (
                        p.name,
                        p.shape,
                        str(np.dtype(p.dtype)),
                        p.grad_req,
                        p.init if isinstance(p.init, str) or p.init is None else type(p.init).__name__,
                    )
                    for p in l.collect_params().values()
                ]
            )
        )(f()),
    )
    T(
        k + " f16",
        lambda: (lambda l: [l.cast("float16")] + [str(np.dtype(p.dtype)) for p in l.collect_params().values()])(f()),
    )
for k, f in {
    "c1": lambda: nn.Conv1D(4, 3),
    "c1t": lambda: nn.Conv1DTranspose(4, 3),
    "mp1": lambda: nn.MaxPool1D(),
    "ap1": lambda: nn.AvgPool1D(),
    "g1": lambda: nn.GlobalAvgPool1D(),
}.items():
    T(k, lambda: (lambda l: [l.initialize(init.One()), l(x4[0]), repr(l)])(f()))
for k, f in {
    "c3": lambda: nn.Conv3D(4, 3),
    "c3t": lambda: nn.Conv3DTranspose(2, 3),
    "mp3": lambda: nn.MaxPool3D(),
    "ap3": lambda: nn.AvgPool3D(),
    "g3": lambda: nn.GlobalMaxPool3D(),
}.items():
    T(k, lambda: (lambda l: [l.initialize(init.One()), l(x4.reshape((2, 3, 3, 3, 4))), repr(l)])(f()))
for k, f in {
    "units": lambda: nn.Dense(0),
    "units str": lambda: nn.Dense("a"),
    "act bad": lambda: nn.Dense(3, activation="zz")(x4),
    "kernel": lambda: nn.Conv2D(3, (1, 2, 3)),
    "kernel1": lambda: nn.Conv2D(3),
    "layout": lambda: nn.Conv2D(3, 3, layout="XX"),
    "leaky neg": lambda: nn.LeakyReLU(-1),
    "pool layout": lambda: nn.MaxPool2D(layout="XX"),
    "channels 0": lambda: nn.Conv2D(0, 3),
    "pad bad": lambda: nn.ReflectionPad2D((1, 2)),
    "outpad": lambda: nn.Conv2DTranspose(3, 3, output_padding=(1, 2, 3)),
    "strides": lambda: nn.Conv2D(3, 3, strides=(1, 2, 3)),
    "nhwc pool": lambda: nn.MaxPool2D(layout="NHWC")(x4),
}.items():
    T("bad " + k, f)
T("kw", lambda: nn.Dense(3, foo=3))

# --- rnncells
# other: relu unroll lay bad
# words: *begin0; * bad; seq begin pos
mk = {
    "rnn": lambda **k: rnn.RNNCell(3, **k),
    "lstm": lambda **k: rnn.LSTMCell(3, **k),
    "gru": lambda **k: rnn.GRUCell(3, **k),
    "relu": lambda **k: rnn.RNNCell(3, activation="relu", input_size=2, **k),
}
for n, f in mk.items():
    T(n + " repr", lambda: [repr(f()), repr(f(input_size=4)) if n != "relu" else 0, f(prefix="q_").name])
    T(n + " info", lambda: [f().state_info(), f().state_info(5)])
    T(n + " params", lambda: [(p.name, p.shape, p.grad_req) for p in f(prefix="q_").collect_params().values()])
    T(n + " begin", lambda: f().begin_state(2))
    T(n + " begin0", lambda: f().begin_state())
    T(n + " begin func", lambda: f().begin_state(2, func=nd.ones, ctx=mx.cpu(1), dtype="float64"))
    T(n + " begin sym", lambda: [s.name for s in f(prefix="q_").begin_state(func=sym.zeros)])
    T(n + " begin var", lambda: [s.name for s in f(prefix="q_").begin_state(func=sym.var)])

    def run(unroll):
        c = f()
        c.initialize(init.One())
        return unroll(c)

    x = nd.arange(24).reshape((2, 4, 3)) / 10
    if n == "relu":
        x = x[:, :, :2]
    for lay in ("NTC", "TNC"):
        for m in (None, True, False):
            T(
                "%s unroll %s %s" % (n, lay, m),
                lambda: run(lambda c: c.unroll(4 if lay == "NTC" else 2, x, layout=lay, merge_outputs=m)),
            )
    T(n + " unroll vl", lambda: run(lambda c: c.unroll(4, x, valid_length=nd.array([2, 4]))))
    T(n + " unroll vl m", lambda: run(lambda c: c.unroll(4, x, valid_length=nd.array([2, 4]), merge_outputs=True)))
    T(n + " unroll list", lambda: run(lambda c: c.unroll(2, [x[:, 0], x[:, 1]])))
    T(n + " unroll list m", lambda: run(lambda c: c.unroll(2, [x[:, 0], x[:, 1]], merge_outputs=True)))
    T(n + " unroll list bad", lambda: run(lambda c: c.unroll(3, [x[:, 0], x[:, 1]])))
    T(n + " unroll len bad", lambda: run(lambda c: c.unroll(3, x)))
    T(n + " unroll lay bad", lambda: run(lambda c: c.unroll(3, x, layout="XYZ")))
    T(n + " begin given", lambda: run(lambda c: c.unroll(4, x, begin_state=c.begin_state(2, func=nd.ones))))
    T(n + " step", lambda: run(lambda c: c(x[:, 0], c.begin_state(2))))
    T(
        n + " sym unroll",
        lambda: (lambda o: [[s.name for s in o[0]], [s.name for s in o[1]]])(
            f(prefix="q_").unroll(2, [sym.var("a"), sym.var("b")])
        ),
    )
    T(n + " sym names", lambda: sym.Group(f(prefix="q_").unroll(2, [sym.var("a"), sym.var("b")])[0]).list_arguments())
T("lstm acts", lambda: repr(rnn.LSTMCell(3, activation="relu", recurrent_activation="tanh")))
T(
    "rnn act bad",
    lambda: (lambda c: [c.initialize(), c(nd.ones((1, 2)), c.begin_state(1))])(rnn.RNNCell(3, activation="zz")),
)
s = rnn.SequentialRNNCell(prefix="s_")
with s.name_scope():
    s.add(rnn.LSTMCell(3))
    s.add(rnn.DropoutCell(0.3))
    s.add(rnn.GRUCell(2))
T("seq", lambda: [repr(s), len(s), repr(s[1]), s.state_info(2), list(s.collect_params())])
T("seq begin", lambda: s.begin_state(batch_size=2))
T("seq begin pos", lambda: s.begin_state(2))
s.initialize(init.One())
T("seq step", lambda: s(nd.ones((2, 3)), s.begin_state(batch_size=2)))
T("seq kw", lambda: s(inputs=nd.ones((2, 3)), states=s.begin_state(batch_size=2)))
T("seq unroll", lambda: s.unroll(2, nd.ones((2, 2, 3)), merge_outputs=True))
b = rnn.BidirectionalCell(rnn.LSTMCell(2, prefix="l_"), rnn.LSTMCell(2, prefix="r_"))
b.initialize(init.One())
T("bi", lambda: [repr(b), b.state_info(1), list(b.collect_params())])
T("bi call", lambda: b(nd.ones((1, 2)), b.begin_state(batch_size=1)))
for m in (None, True, False):
    T("bi unroll %s" % m, lambda: b.unroll(2, nd.arange(8).reshape((2, 2, 2)), merge_outputs=m))
T("bi vl", lambda: b.unroll(2, nd.arange(8).reshape((2, 2, 2)), merge_outputs=True, valid_length=nd.array([1, 2])))
z = rnn.ZoneoutCell(rnn.LSTMCell(2, prefix="z_"), 0.2, 0.3)
T("zone", lambda: [repr(z), z.state_info(1), list(z.collect_params())])
base = rnn.GRUCell(2)
r = rnn.ResidualCell(base)
T("res", lambda: [repr(r), r.name])
T("res base call", lambda: base.begin_state(2))
T("zone bi", lambda: rnn.ZoneoutCell(b))
T(
    "res2",
    lambda: (lambda c: [c.initialize(init.One()), c.unroll(2, nd.ones((1, 2, 2)))])(rnn.ResidualCell(rnn.GRUCell(2))),
)
T("res seq", lambda: (lambda q: [q.add(rnn.GRUCell(2)), repr(rnn.ResidualCell(q))])(rnn.SequentialRNNCell()))
T("drop", lambda: [repr(rnn.DropoutCell(0.2)), repr(rnn.DropoutCell(0.2, axes=(1,)))])
T("drop bad", lambda: rnn.DropoutCell("a"))

# --- rnnlayers
# other: * sl; * sl extra
# other: * zero
# words: *
for n, f in (("rnn", rnn.RNN), ("lstm", rnn.LSTM), ("gru", rnn.GRU)):
    T(n + " repr", lambda: [repr(f(3)), repr(f(3, 2, layout="NTC", dropout=0.2, bidirectional=True, input_size=5))])
    T(n + " info", lambda: [f(3, 2, bidirectional=True).state_info(4), f(3).state_info()])
    T(
        n + " params",
        lambda: [
            (p.name, p.shape) for p in f(3, 2, bidirectional=True, prefix="q_", input_size=4).collect_params().values()
        ],
    )
    T(n + " begin", lambda: f(3).begin_state(2))
    T(n + " begin f", lambda: f(3).begin_state(2, func=nd.ones, ctx=mx.cpu(1)))

    def run(**k):
        l = f(3, **k)
        l.initialize(init.One())
        return l

    x = nd.arange(24).reshape((2, 4, 3)) / 10
    T(n + " call", lambda: run()(x))
    T(n + " call st", lambda: (lambda l: l(x, l.begin_state(4)))(run()))
    T(n + " call st1", lambda: (lambda l: l(x, l.begin_state(4)[0]))(run()))
    T(n + " ntc bi", lambda: run(layout="NTC", bidirectional=True)(x))
    T(n + " bad lay", lambda: f(3, layout="XX"))
    T(n + " bad st", lambda: (lambda l: l(x, l.begin_state(5)))(run()))
    T(n + " nst", lambda: (lambda l: l(x, []))(run()))
    T(n + " sl", lambda: run(use_sequence_length=True)(x, sequence_length=nd.array([1, 2, 2, 1])))
    T(n + " sl missing", lambda: run(use_sequence_length=True)(x))
    T(n + " sl extra", lambda: run()(x, sequence_length=nd.array([1, 2, 2, 1])))
    T(n + " dtype", lambda: run(dtype="float64")(x.astype("float64")))
    T(n + " 2d", lambda: run()(x[0]))
    T(n + " uninit", lambda: f(3)(x))
    T(n + " hyb", lambda: (lambda l: [l.hybridize(), l(x)])(run()))
    T(n + " cast", lambda: (lambda l: [l.cast("float16"), l.l0_i2h_weight.dtype])(run()))
    T(n + " fuse", lambda: repr(f(3, 2, bidirectional=True, input_size=2)._unfuse()))
    T(n + " zero", lambda: f(0))
T(
    "lstm proj",
    lambda: (lambda l: [repr(l), [(p.name, p.shape) for p in l.collect_params().values()], l.state_info(2)])(
        rnn.LSTM(3, projection_size=2, prefix="p_", input_size=4)
    ),
)
T("relu", lambda: repr(rnn.RNN(3, activation="tanh")))

# --- loss
# other: l2 w none *; triplet sw *; sdml True; sdml w *True; sdml ba True; sdml shape True
# words: *
L = gluon.loss
rs = np.random.RandomState(0)
p = nd.array(rs.randn(4, 3))
q = nd.array(rs.rand(4, 3))
lab = nd.array([0, 1, 2, 1])
sw = nd.array([[1.0], [0.0], [2.0], [1.0]])
pm = nd.array(np.sign(rs.randn(4, 3)))
for name, l, args in (
    ("l2", L.L2Loss, (p, q)),
    ("l1", L.L1Loss, (p, q)),
    ("bce", L.SigmoidBCELoss, (p, q)),
    ("sce", L.SoftmaxCELoss, (p, lab)),
    ("kl", L.KLDivLoss, (p, q)),
    ("huber", L.HuberLoss, (p, q)),
    ("hinge", L.HingeLoss, (p, pm)),
    ("sqh", L.SquaredHingeLoss, (p, pm)),
    ("log", L.LogisticLoss, (p, pm)),
    ("poisson", L.PoissonNLLLoss, (p, q)),
    ("triplet", L.TripletLoss, (p, q, p * 2)),
    ("cos", L.CosineEmbeddingLoss, (p, q, nd.array([1, -1, 1, -1]))),
    ("sdml", L.SDMLLoss, (p, q)),
):
    for h in (False, True):

        def mk(**kw):
            x = l(**kw)
            if h:
                x.hybridize()
            return x

        T("%s %s" % (name, h), lambda: mk()(*args))
        T("%s w %s" % (name, h), lambda: mk(weight=0.5)(*args))
        T("%s w none %s" % (name, h), lambda: mk(weight=None)(*args))
        T("%s w nd %s" % (name, h), lambda: mk(weight="a")(*args))
        T("%s ba %s" % (name, h), lambda: mk(batch_axis=1)(*args))
        T("%s repr" % name, lambda: repr(mk(batch_axis=1, weight=2)))
        if name not in ("sdml",):
            T("%s sw %s" % (name, h), lambda: mk()(*args, sw))
            T("%s sw flat %s" % (name, h), lambda: mk()(*args, sw.reshape((4,))))
        T("%s shape %s" % (name, h), lambda: mk()(args[0], args[1][:2], *args[2:]))
T("sce dense", lambda: L.SoftmaxCELoss(sparse_label=False)(p, q))
T("sce dense bad", lambda: L.SoftmaxCELoss(sparse_label=False)(p, lab))
T("sce axis", lambda: L.SoftmaxCELoss(axis=0)(p, nd.array([0, 1, 3])))
T("sce logits", lambda: L.SoftmaxCELoss(from_logits=True)(p, lab))
T("sce 3d", lambda: L.SoftmaxCELoss()(nd.array(rs.randn(2, 3, 4)), nd.array([[0, 1, 2], [3, 1, 0]])))
T("sce 3d ax", lambda: L.SoftmaxCELoss(axis=1)(nd.array(rs.randn(2, 3, 4)), nd.array([[0, 1, 2, 1], [2, 1, 0, 0]])))
T("kl no", lambda: L.KLDivLoss(from_logits=False)(p, q))
T("kl ax", lambda: L.KLDivLoss(from_logits=False, axis=0)(p, q))
T("bce sig", lambda: L.SigmoidBCELoss(from_sigmoid=True)(q, q))
T("bce pos", lambda: L.SigmoidBCELoss()(p, q, None, nd.array([1, 2, 3])))
T("bce pos sig", lambda: L.SigmoidBCELoss(from_sigmoid=True)(q, q, None, nd.array([1, 2, 3])))
T("bce pos sw", lambda: L.SigmoidBCELoss()(p, q, sw, nd.array([1, 2, 3])))
T("huber rho", lambda: L.HuberLoss(rho=0.1)(p, q))
T("hinge m", lambda: L.HingeLoss(margin=2)(p, pm))
T("log bin", lambda: L.LogisticLoss(label_format="binary")(p, (pm + 1) / 2))
T("log bad", lambda: L.LogisticLoss(label_format="x"))
T("poisson full", lambda: L.PoissonNLLLoss(compute_full=True)(p, q * 5))
T("poisson nolog", lambda: L.PoissonNLLLoss(from_logits=False)(q, q))
T("poisson full nolog", lambda: L.PoissonNLLLoss(from_logits=False, compute_full=True)(q, q * 5))
T("cos margin", lambda: L.CosineEmbeddingLoss(margin=0.5)(p, q, nd.array([1, -1, 1, -1])))
T("trip margin", lambda: L.TripletLoss(margin=0.1)(p, q, p))
T("sdml s", lambda: L.SDMLLoss(smoothing_parameter=0.1)(p, q))
x = nd.array(rs.randn(2, 6, 5))
y = nd.array([[1, 2, -1], [3, 0, 1]])
T("ctc", lambda: L.CTCLoss()(x, y))
T("ctc tn", lambda: L.CTCLoss(layout="TNC", label_layout="TN")(x.swapaxes(0, 1), y.T))
T("ctc len", lambda: L.CTCLoss()(x, y, nd.array([4, 6]), nd.array([2, 3])))
T("ctc w", lambda: L.CTCLoss(weight=2)(x, y, None, None, nd.array([1, 3])))
T("ctc bad", lambda: L.CTCLoss(layout="XX"))
T("ctc bad2", lambda: L.CTCLoss(label_layout="XX"))
T("ctc repr", lambda: repr(L.CTCLoss()))
T("loss base", lambda: repr(L.Loss(1, 0)))
T("loss base call", lambda: L.Loss(1, 0)(p))
T("aw", lambda: L._apply_weighting(nd, p, "a"))
T("params", lambda: [L.L2Loss().name, L.SDMLLoss().collect_params().prefix, repr(L.SDMLLoss())])

# --- contrib
# other: dc pars; mdc pars
# words: est bad *; est trainer; log bad; vd bad; ps bad; ck bad
C = gluon.contrib
for k, f in {
    "conc": lambda: C.nn.Concurrent(),
    "hconc": lambda: C.nn.HybridConcurrent(axis=1),
    "id": lambda: C.nn.Identity(),
    "sbn": lambda: C.nn.SyncBatchNorm(in_channels=3, num_devices=1),
    "se": lambda: C.nn.SparseEmbedding(4, 3),
    "ps1": lambda: C.nn.PixelShuffle1D(2),
    "ps2": lambda: C.nn.PixelShuffle2D((2, 3)),
    "ps3": lambda: C.nn.PixelShuffle3D(2),
    "vd": lambda: C.rnn.VariationalDropoutCell(rnn.LSTMCell(3), 0.2, 0.3, 0.4),
    "lstmp": lambda: C.rnn.LSTMPCell(5, 3),
    "c1": lambda: C.rnn.Conv1DLSTMCell((3, 8), 2, 3, 3),
    "c2": lambda: C.rnn.Conv2DGRUCell((3, 8, 8), 2, (3, 3), (3, 3), i2h_pad=1),
    "c3": lambda: C.rnn.Conv3DRNNCell((3, 4, 4, 4), 2, 3, 3),
    "dc": lambda: C.cnn.DeformableConvolution(4, 3),
    "mdc": lambda: C.cnn.ModulatedDeformableConvolution(4, 3),
}.items():
    T(k + " repr", lambda: repr(f()))
    T(k + " pars", lambda: [(p.name, p.shape, p.grad_req) for p in f().collect_params().values()])
    T(k + " info", lambda: f().state_info(2) if hasattr(f(), "state_info") else None)
T("c2 even", lambda: C.rnn.Conv2DGRUCell((3, 8, 8), 2, (3, 3), (2, 2)))
T("vd bad", lambda: C.rnn.VariationalDropoutCell(rnn.BidirectionalCell(rnn.LSTMCell(2), rnn.LSTMCell(2))))
T("ps bad", lambda: C.nn.PixelShuffle2D((1, 2, 3)))
E = C.estimator
T("est no", lambda: type(E.Estimator(nn.Dense(2), gluon.loss.L2Loss())).__name__)
T("est bad loss", lambda: E.Estimator(nn.Dense(2), 3))
T("est bad metric", lambda: E.Estimator(nn.Dense(2), gluon.loss.L2Loss(), train_metrics=[3]))
T("est trainer", lambda: E.Estimator(nn.Dense(2), gluon.loss.L2Loss(), trainer=3))
T("handlers", lambda: [E.StoppingHandler(max_epoch=3).max_epoch, E.ValidationHandler.__name__])
T("ck bad", lambda: E.CheckpointHandler(folder, save_best=True))
T("log bad", lambda: E.LoggingHandler(log_interval="x"))

# --- zoo
# words: kw bad; sh bad; bad
V = gluon.model_zoo.vision
T("bad", lambda: V.get_model("nope"))
T("names", lambda: [V.get_model(n).name for n in ("resnet18_v1", "mobilenet0.25", "squeezenet1.0")])
T("classes", lambda: [V.resnet18_v1(classes=7).output, V.vgg11(classes=3).output, V.alexnet(classes=5).output])
T("kw bad", lambda: V.alexnet(foo=3))
T("thumb", lambda: [c for c in V.get_resnet(1, 18, thumbnail=True).features._children.values()][0])
T("repr", lambda: repr(V.squeezenet1_1()))
T("case", lambda: V.get_model("ResNet18_v1").name)
T("short hash", lambda: [gluon.model_zoo.model_store.short_hash("resnet18_v1")])
T("sh bad", lambda: gluon.model_zoo.model_store.short_hash("zzz"))


# --- corner cases
# words: int *; pool *
def normed(kind, shape, hyb, **kw):
    b = kind(prefix="n_", **kw)
    b.initialize()
    if hyb:
        b.hybridize()
    x = nd.array(np.arange(np.prod(shape)).reshape(shape) ** 2.0)
    x.attach_grad()
    with autograd.record():
        y = b(x) * nd.array(np.arange(np.prod(shape)).reshape(shape))
    y.backward()
    return y, x.grad, [p.grad() for p in b.collect_params().values() if p.grad_req != "null"]


for hyb in (False, True):
    T("ln one axis %s" % hyb, lambda: normed(nn.LayerNorm, (4,), hyb))
    T("bn one axis %s" % hyb, lambda: normed(nn.BatchNorm, (4,), hyb, axis=0))
for k in ("relu", "sigmoid", "tanh", "softsign", "softrelu"):
    T("int " + k, lambda: nd.Activation(nd.array([1, -2], dtype="int32"), act_type=k))
for k in ("selu", "gelu", "elu", "leaky"):
    T("int " + k, lambda: nd.LeakyReLU(nd.array([1, -2], dtype="int32"), act_type=k))


def cast(layer):
    net = nn.HybridSequential()
    net.add(layer)
    net.cast("float64")
    net.initialize(init.One())
    net.hybridize()
    return layer.state_info(2), net(nd.ones((2, 3, 2), dtype="float64"))


for k in (rnn.RNN, rnn.LSTM, rnn.GRU):
    T("cast " + k.__name__, lambda: cast(k(2)))


def nothing():
    b = nn.HybridSequential()
    b.add(nn.Flatten())
    b.hybridize()
    b(nd.ones((2, 3)))
    b.export(folder + "/nothing")
    b.save_parameters(folder + "/none")
    b.load_parameters(folder + "/none")
    return gluon.SymbolBlock.imports(folder + "/nothing-symbol.json", ["data"], folder + "/nothing-0000.params")(
        nd.ones((2, 3))
    )


T("no parameters", nothing)


def compiled(name):
    net = nn.HybridLambda(name)
    net.hybridize()
    x = nd.array([[-3, 0, 2], [5, 9, 20]], dtype="int32")
    x.attach_grad()
    with autograd.record():
        y = net(x)
    y.backward()
    return y, x.grad


for k in ("tanh", "exp", "sqrt", "sigmoid", "arctan", "square", "cbrt", "rint"):
    T("compiled " + k, lambda: compiled(k))
for k, shape in ((nn.MaxPool1D, (1, 1, 2)), (nn.AvgPool2D, (1, 1, 2, 2))):
    for size, pad in ((1, 1), (2, 2), (2, 3), (3, 2)):
        T("pool %s %d %d" % (k.__name__, size, pad), lambda: k(size, 1, pad)(nd.ones(shape)))
