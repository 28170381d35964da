"""Lines for test_gluon_lines_oracle.py: parts begin with `# ---`; `# other:` and `# words:` name lines that differ."""

# ruff: noqa

# --- names
# words: child
a = nn.HybridSequential()
with a.name_scope():
    a.add(nn.Dense(2), nn.Dense(3, prefix="mine_"))
    b = nn.HybridSequential()
    with b.name_scope():
        b.add(nn.Dense(2))
    a.add(b)
T("params", lambda: list(a.collect_params().keys()))
T("again", lambda: nn.Dense(2).prefix)
T("empty", lambda: nn.Dense(2, prefix="").weight.name)
T("names", lambda: [a.name, a.prefix, a[0].name, a[1].name, a[2][0].name])
T("np", lambda: nn.HybridSequential(prefix="x").name)
T("np2", lambda: nn.HybridSequential(prefix="x_y_").name)


def f():
    e = nn.HybridSequential(prefix="")
    with e.name_scope():
        e.add(nn.Dense(2))
    return list(e.collect_params())


T("e", f)


def f():
    with mx.name.Prefix("q_"):
        return nn.Dense(2).prefix


T("pre", f)
T("slice", lambda: [a[0:2].prefix, list(a[0:2].collect_params()), repr(a[1:])])
T("neg", lambda: a[-1])
T("idx", lambda: a[7])
T("str", lambda: a["0"])
T(
    "params repr",
    lambda: [repr(a.params), repr(a.collect_params()), repr(a[0].params), repr(nn.Dense(3, prefix="").params)],
)
T("select", lambda: list(a.collect_params(".*weight|.*bias").keys()))
T("select2", lambda: list(a.collect_params("weight").keys()))
T("select3", lambda: list(a.collect_params("[").keys()))
T("repr", lambda: repr(a))
T("share", lambda: list(nn.Dense(2, params=a[0].collect_params()).collect_params()))
T("share2", lambda: list(nn.Dense(2, prefix="z_", params=a[0].params).collect_params()))
T("share3", lambda: nn.Dense(5, params=a[0].params))
T("dup", lambda: a.register_child(nn.Dense(2)))
T("child", lambda: nn.HybridSequential().add(nn.Lambda(lambda x: x)))
T("child2", lambda: nn.HybridSequential().add(3))


# --- block
# words: child change; child change none; child other block; param change; param other; forward; call; hyb call
class M(gluon.Block):
    def __init__(self, **kw):
        super().__init__(**kw)
        with self.name_scope():
            self.d = nn.Dense(2, in_units=3)
            self.w = self.params.get("w", shape=(2,))
            self.c = self.params.get_constant("c", [1, 2])
            self.num = 5

    def forward(self, x):
        return self.d(x)


m = M()
T("repr", lambda: repr(m))
T("child change", lambda: setattr(m, "d", 3))
T("child change none", lambda: setattr(m, "d", None))
T("child other block", lambda: setattr(m, "d", nn.Dropout(0.3)))
T("param change", lambda: setattr(m, "w", 3))
T("param other", lambda: setattr(m, "w", gluon.Parameter("z", shape=(1,))))
T("num", lambda: setattr(m, "num", "x"))
T("num2", lambda: setattr(m, "num", nn.Dense(3)))
T("child replaced", lambda: [setattr(m, "d", nn.Dense(4, in_units=3)), repr(m), list(m.collect_params())])
T("children", lambda: list(m._children))
T("apply", lambda: m.apply(lambda b: print(b.name)))
T("delattr", lambda: [delattr(m, "num"), repr(m)])
T("forward", lambda: gluon.Block().forward(nd.ones(1)))
T("call", lambda: gluon.Block()(nd.ones(1)))
T("hyb call", lambda: gluon.HybridBlock()(nd.ones(1)))
m.initialize()
T("kw", lambda: m(x=nd.ones((1, 3))))


def f():
    log = []
    h = m.register_forward_hook(lambda *a: log.append(("f", len(a))))
    g = m.register_forward_pre_hook(lambda *a: log.append(("p", len(a))))
    m(nd.ones((1, 3)))
    g.detach()
    m(nd.ones((1, 3)))
    h.detach()
    m(nd.ones((1, 3)))
    return log


T("hooks", f)


def f():
    with m.register_forward_hook(lambda *a: 1) as h:
        r = m(nd.ones((1, 3)))
    return len(m._forward_hooks), type(h).__name__


T("hooks with", f)


def f():
    h = m.register_forward_hook(lambda *a: 1)
    h.attach(m._forward_hooks, lambda *a: 2)


T("attach twice", f)
T("cast", lambda: [m.cast("float64"), m.d.weight.dtype, m.c.dtype, m.w.dtype])
T("call64", lambda: m(nd.ones((1, 3), dtype="float64")).dtype)
T("cast16", lambda: [nn.BatchNorm(in_channels=2).cast("float16")])
T("init list", lambda: m.initialize(ctx=[mx.cpu(0), mx.cpu(1)], force_reinit=True))
T("init warn", lambda: m.initialize())


class L(gluon.Block):
    def __init__(self):
        super().__init__()
        self.bs = [nn.Dense(2), nn.Dense(3)]
        self.dd = {"a": nn.Dense(2)}
        self.nest = [[nn.Dense(2)]]


l = L()
T("hidden", lambda: l.collect_params())
T("hidden repr", lambda: repr(l))

# --- summary
net = nn.HybridSequential(prefix="n_")
with net.name_scope():
    net.add(nn.Conv2D(4, 3, activation="relu"), nn.BatchNorm(), nn.Flatten(), nn.Dense(3), nn.Dense(3, in_units=3))
net.initialize()
T("s", lambda: net.summary(nd.ones((2, 3, 5, 5))))


class Sh(gluon.Block):
    def __init__(self):
        super().__init__(prefix="sh_")
        with self.name_scope():
            self.a = nn.Dense(4, in_units=4)
            self.b = nn.Dense(4, in_units=4, params=self.a.params)
            self.s = nn.Sequential(prefix="s_")
            self.s.add(nn.Dense(2), nn.Dropout(0.5))
            self.e = nn.Embedding(5, 4)
            self.frozen = self.params.get("fr", shape=(2, 2), grad_req="null")

    def forward(self, x, y):
        return self.s(self.b(self.a(x)) + self.e(y)), x


sh = Sh()
sh.initialize()
T("shared", lambda: sh.summary(nd.ones((2, 4)), nd.ones((2,))))
T("tuple in", lambda: rnn.LSTM(3, prefix="l_").summary(nd.ones((2, 3, 4))))


def f():
    l = rnn.LSTM(3, 2, prefix="l_")
    l.initialize()
    l.summary(nd.ones((2, 3, 4)))
    l.summary(nd.ones((2, 3, 4)), l.begin_state(3))


T("lstm", f)


def f():
    l = rnn.LSTMCell(3, prefix="l_")
    l.initialize()
    l.summary(nd.ones((3, 4)), l.begin_state(3))


T("cell", f)
net.hybridize()
T("hyb", lambda: net.summary(nd.ones((2, 3, 5, 5))))
T("none", lambda: sh.summary())
sh2 = nn.Sequential(prefix="zz_")
sh2.add(nn.Dense(2, prefix="d_"))
T("uninit", lambda: sh2.summary(nd.ones((1, 2))))
T("hooks left", lambda: [len(b._forward_hooks) for b in [sh, sh.a, sh.s[0]]])


# --- nested
class Rec(gluon.HybridBlock):
    def __init__(self, **k):
        super().__init__(**k)
        with self.name_scope():
            self.enc = rnn.LSTM(3, input_size=2)
            self.dec = nn.HybridSequential()
            with self.dec.name_scope():
                self.dec.add(nn.Dense(2, flatten=False), nn.Dropout(0.2), nn.LayerNorm())
            self.cell = rnn.GRUCell(4, input_size=2)

    def hybrid_forward(self, F, x):
        return self.dec(self.enc(x))


r = Rec(prefix="r_")
r.initialize(init.Xavier())
T("repr", lambda: repr(r))
T("params", lambda: [(k, v.shape) for k, v in r.collect_params().items()])
T("struct", lambda: sorted(r._collect_params_with_prefix()))
T("sel", lambda: list(r.collect_params(".*dense|.*cell.*weight")))
T("sum", lambda: r.summary(nd.ones((4, 1, 2))))
T("apply", lambda: r.apply(lambda b: print(type(b).__name__, b.prefix)) is r)
T("cast", lambda: [r.cast("float64"), {str(np.dtype(p.dtype)) for p in r.collect_params().values()}])
T("children", lambda: [list(r._children), r.enc.prefix, r.dec[0].prefix])
T("hidden param", lambda: [r.params, repr(r.enc.params)[:60]])


# --- attributes
# words: same; number; list; again; bias; missing *; zoo *
class Own(gluon.HybridBlock):
    def __init__(self):
        super().__init__(prefix="own_")
        self.w = self.params.get("w", shape=(2,))
        self.d = nn.Dense(2)
        self.none = None


def assigned(name, value):
    block = Own()
    setattr(block, name, value(block) if callable(value) else value)
    return [list(block._children), sorted(block._reg_params), sorted(block.collect_params().keys())]


T("same", lambda: assigned("w", lambda b: b.w))
T("block same", lambda: assigned("d", lambda b: b.d))
T("shared", lambda: assigned("w2", lambda b: b.w))
T("foreign", lambda: assigned("v", gluon.Parameter("v", shape=(2,))))
T("none becomes", lambda: assigned("none", gluon.Parameter("v", shape=(2,))))
T("number", lambda: assigned("d", 3))
T("list", lambda: assigned("w", [3]))
T("again", lambda: (lambda b: [delattr(b, "w"), setattr(b, "w", gluon.Parameter("v", shape=(2,)))])(Own()))
T("bias", lambda: (lambda b: [setattr(b, "bias", gluon.Parameter("v", shape=(2,))) for _ in "ab"])(Own()))
for name in ("states", "states kv"):
    p = gluon.Parameter("p", shape=(2,))
    p.initialize(ctx=[mx.cpu(i) for i in range(1 + name.endswith("kv"))])
    trainer = gluon.Trainer([p], "sgd")
    T("missing " + name, lambda: trainer.load_states("no_such_folder/x"))
    T("missing save " + name, lambda: trainer.save_states("no_such_folder/x"))
T("missing array", lambda: nd.load("no_such_folder/x"))
T("missing symbol", lambda: sym.load("no_such_folder/x"))
T("missing record", lambda: mx.recordio.MXRecordIO("no_such_folder/x", "r"))
T("missing folder", lambda: gluon.data.vision.ImageFolderDataset("no_such_folder"))
T("missing list", lambda: mx.image.ImageIter(2, (3, 4, 4), path_imglist="no_such_folder/x", path_root="."))
T("missing dir", lambda: trainer.load_states(folder))
T("missing type", lambda: nd.load(3))
zoo = gluon.model_zoo.vision
T("zoo resnet", lambda: zoo.get_resnet(1, 19))
T("zoo version", lambda: zoo.get_resnet(3, 18))
T("zoo blocks", lambda: zoo.ResNetV2(zoo.BasicBlockV2, [1, 2], [1, 2]))
T("zoo vgg", lambda: zoo.get_vgg(12))
T("zoo filters", lambda: zoo.VGG([1], [1, 2]))
T("zoo squeezenet", lambda: zoo.SqueezeNet("1.2"))
T("zoo densenet", lambda: getattr(zoo, "get_densenet", zoo.densenet121.__globals__.get("get_densenet"))(100))
