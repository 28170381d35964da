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

# --- files
# words: extra; dtype; cast bad; saved only; no file; full other
d = folder
p = lambda n: os.path.join(d, n)


def clean(f):
    def g():
        try:
            return f()
        except Exception as e:
            e.args = (str(e).replace(d, "FOLDER"),)
            raise

    return g


def make(prefix, units=3):
    n = nn.HybridSequential(prefix=prefix)
    with n.name_scope():
        n.add(nn.Dense(units, in_units=2), nn.Dense(2, in_units=units))
    return n


n = make("a_")
n.initialize(init.One())
n.save_parameters(p("a"))
T("keys", lambda: sorted(nd.load(p("a"))))
T("load", lambda: [make("b_").load_parameters(p("a"))])


def f():
    b = make("b_", 4)
    b.load_parameters(p("a"))


T("shape", clean(f))


def f():
    b = nn.Dense(3, in_units=2, prefix="q_")
    b.load_parameters(p("a"))


T("structure", clean(f))


def f(**kw):
    b = make("b_")
    b.add(nn.Dense(2, in_units=2, prefix="more_"))
    b.load_parameters(p("a"), **kw)
    return [x.list_ctx() if x._data is not None else None for x in b.collect_params().values()]


T("missing", clean(f))
T("missing ok", clean(lambda: f(allow_missing=True)))


def f(**kw):
    b = nn.HybridSequential(prefix="b_")
    b.add(nn.Dense(3, in_units=2, prefix="m_"))
    b.load_parameters(p("a"), **kw)
    return [x.list_ctx() for x in b.collect_params().values()]


T("extra", clean(f))
T("extra ok", clean(lambda: f(ignore_extra=True)))
T("ctx", clean(lambda: f(ignore_extra=True, ctx=mx.cpu(1))))
T("ctxs", clean(lambda: f(ignore_extra=True, ctx=[mx.cpu(1), mx.cpu(2)])))


def f(**kw):
    b = make("b_")
    b.cast("float64")
    b.load_parameters(p("a"), **kw)
    return [str(np.dtype(x.dtype)) for x in b.collect_params().values()], b[0].weight.data().dtype


T("dtype", clean(f))
T("cast", clean(lambda: f(cast_dtype=True)))
T("cast saved", clean(lambda: f(cast_dtype=True, dtype_source="saved")))
T("cast bad", clean(lambda: f(cast_dtype=True, dtype_source="x")))
T("saved only", clean(lambda: f(dtype_source="saved")))


def f(**kw):
    b = make("b_")
    b.initialize(ctx=mx.cpu(1))
    b.load_parameters(p("a"), **kw)
    return b[0].weight.list_ctx()


T("init before", clean(f))
T("init other ctx", clean(lambda: f(ctx=mx.cpu(0))))


def f(**kw):
    b = nn.Dense(3, prefix="b_")
    b.initialize(ctx=mx.cpu(1))
    n[0].save_parameters(p("one"))
    b.load_parameters(p("one"), **kw)
    return b.weight.list_ctx(), b.weight.shape


T("deferred", clean(f))
T("deferred other ctx", clean(lambda: f(ctx=mx.cpu(0))))
T("no file", clean(lambda: n.load_parameters(p("nofile"))))
n.collect_params().save(p("full"))


def f(prefix, **kw):
    b = make(prefix)
    b.load_parameters(p("full"), **kw)
    return b[0].weight.data().asnumpy().sum()


T("full other", clean(lambda: f("b_")))
n.collect_params().save(p("strip"), strip_prefix="a_")
T("strip keys", lambda: sorted(nd.load(p("strip"))))
T("strip", clean(lambda: n.collect_params().save(p("x"), strip_prefix="zz_")))
T("restore", clean(lambda: n.collect_params().load(p("strip"), restore_prefix="a_")))
T("restore bad", clean(lambda: n.collect_params().load(p("strip"), restore_prefix="b_")))
T("restore none", clean(lambda: n.collect_params().load(p("strip"))))


def f():
    b = make("b_")
    b.collect_params().load(p("strip"), restore_prefix="b_")
    return b[0].weight.data().sum().asscalar()


T("restore other", clean(f))
T("extra dict", clean(lambda: n[0].collect_params().load(p("full"))))
T("extra dict ok", clean(lambda: n[0].collect_params().load(p("full"), ignore_extra=True)))
T("missing dict", clean(lambda: [n[0].collect_params().save(p("part")), n.collect_params().load(p("part"))]))
T("missing dict ok", clean(lambda: n.collect_params().load(p("part"), allow_missing=True)))
nd.save(p("list"), [nd.ones(2)])
nd.save(p("empty"), {})
T("empty both", clean(lambda: nn.Flatten().load_parameters(p("empty"))))
T("save params", clean(lambda: n.save_params(p("sp"))))
T("sp keys", lambda: sorted(nd.load(p("sp"))))
T("load params", clean(lambda: n.load_params(p("sp"))))


def f():
    b = make("b_")
    b.load_params(p("sp"))
    return b[0].weight.data().sum().asscalar()


T("load params other", clean(f))
u = make("u_")
u.initialize()
u.hybridize()
T("save uninit", clean(lambda: make("v_").save_parameters(p("v"))))
s = nn.HybridSequential(prefix="s_")
s.add(nn.Dense(2, in_units=2, prefix="d_"))
s.add(nn.Dense(2, in_units=2, prefix="e_", params=s[0].params))
s.initialize()
s.save_parameters(p("sh"))
T("sh keys", lambda: sorted(nd.load(p("sh"))))
s.save_parameters(p("shd"), deduplicate=True)
T("shd keys", lambda: sorted(nd.load(p("shd"))))
T("load shd", clean(lambda: s.load_parameters(p("shd"))))
T("load dict", clean(lambda: n.collect_params().load_dict({"arg:a_dense0_weight": nd.ones((3, 2))})))
T("load dict2", clean(lambda: n.collect_params().load_dict({"a_dense0_weight": nd.ones((3, 2))}, allow_missing=True)))
T("load dict3", clean(lambda: n.collect_params().load_dict({"zz": nd.ones((3, 2))}, allow_missing=True)))
T("load dict4", clean(lambda: n.collect_params().load_dict({"zz": nd.ones((3, 2))}, allow_missing=True, filename="F")))


# --- hybrid
# words: infer type; np; mixed; shape; shape hyb; bad out; deferred; cannot; lambda bad; hlambda bad; two
class H(gluon.HybridBlock):
    def __init__(self, **k):
        super().__init__(**k)
        with self.name_scope():
            self.d = nn.Dense(2)
            self.w = self.params.get("w", shape=(2,), init="ones")

    def hybrid_forward(self, F, x, w):
        return F.broadcast_mul(self.d(x), w)


def mk():
    h = H(prefix="h_")
    h.initialize(init.One())
    return h


x = nd.ones((1, 3))
T("uninit", lambda: H()(x))
T("call", lambda: mk()(x))
for k in (
    {},
    {"static_alloc": True},
    {"static_alloc": True, "static_shape": True},
    {"inline_limit": 5},
    {"forward_bulk_size": 3},
    {"backward_bulk_size": 3},
):
    T("hyb %s" % k, lambda: (lambda h: [h.hybridize(**k), h(x), h(x)])(mk()))
T("hyb bad", lambda: mk().hybridize(foo=3))
T("hyb bad call", lambda: (lambda h: [h.hybridize(foo=3), h(x)])(mk()))
T("off", lambda: (lambda h: [h.hybridize(), h(x), h.hybridize(False), h(x), h._active])(mk()))
T("infer", lambda: (lambda h: [h.infer_shape(x), h.d.weight.shape])(H()))
T("infer type", lambda: (lambda h: [h.cast("float16"), h.infer_type(x), str(np.dtype(h.d.weight.dtype))])(H()))
T(
    "sym",
    lambda: (lambda h: [h(sym.var("x")).list_arguments(), h(sym.var("x")).name, h(sym.var("x")).list_outputs()])(mk()),
)
T("two", lambda: mk()(x, x))
T("none", lambda: mk()())
T("np", lambda: mk()(np.ones((1, 3), "f")))
T("mixed", lambda: mk()(sym.var("x"), x))
T("ctx", lambda: mk()(nd.ones((1, 3), ctx=mx.cpu(1))))
T("shape", lambda: (lambda h: [h(x), h(nd.ones((1, 4)))])(mk()))
T("shape hyb", lambda: (lambda h: [h.hybridize(), h(x), h(nd.ones((1, 4)))])(mk()))
T("repr", lambda: repr(mk()))
T(
    "setattr after",
    lambda: (lambda h: [h.hybridize(), h(x), setattr(h, "d", nn.Dense(3, prefix="n_")), list(h.collect_params())])(
        mk()
    ),
)


def hook(mon, hyb=True):
    h = mk()
    log = []
    if hyb:
        h.hybridize()
    h(x)
    h.register_op_hook(
        lambda n, o, a: log.append((n if isinstance(n, str) else n.decode(), o if isinstance(o, str) else o.decode())),
        monitor_all=mon,
    )
    h(x)
    nd.waitall()
    return log


T("op hook imp", lambda: hook(False, False))


class Two(gluon.HybridBlock):
    def hybrid_forward(self, F, a, b=None, *rest):
        return [a + 1, (a * 2, [a * 3])] if b is None else (a + b,)


for hy in (False, True):

    def two():
        t = Two()
        if hy:
            t.hybridize()
        return t

    T("nest %s" % hy, lambda: two()(x))
    T("nest2 %s" % hy, lambda: two()(x, x))
    T("nest list in %s" % hy, lambda: two()([x, x]))


class Bad(gluon.HybridBlock):
    def hybrid_forward(self, F, a):
        return 3


T("bad out", lambda: (lambda t: [t.hybridize(), t(x)])(Bad()))


class Def(gluon.HybridBlock):
    def __init__(self):
        super().__init__(prefix="def_")
        with self.name_scope():
            self.w = self.params.get("w", shape=(0, 3), allow_deferred_init=True)

    def hybrid_forward(self, F, a, w):
        return F.dot(a, w)


T("deferred", lambda: (lambda t: [t.initialize(init.One()), t(x)])(Def()))


class Def2(Def):
    def hybrid_forward(self, F, a, w):
        return F.broadcast_add(a, w)


T("cannot", lambda: (lambda t: [t.initialize(init.One()), t(x)])(Def2()))
T(
    "lambda",
    lambda: [
        repr(nn.HybridLambda("tanh")),
        repr(nn.Lambda("tanh")),
        repr(nn.HybridLambda(lambda F, x: x)),
        nn.HybridLambda("tanh")(x),
        nn.Lambda(lambda a: a + 1)(x),
    ],
)
T("lambda bad", lambda: nn.Lambda("zzz"))
T("hlambda bad", lambda: nn.HybridLambda("zzz"))
T("lambda bad2", lambda: nn.Lambda(3))
T("hlambda bad2", lambda: nn.HybridLambda(3))

# --- symbolblock
# words: imports no file; imports no pfile; nin; hf
d = folder
pth = os.path.join(d, "m")
net = nn.HybridSequential(prefix="n_")
with net.name_scope():
    net.add(nn.Dense(3, activation="relu"), nn.BatchNorm(), nn.Dense(2))
net.initialize(init.One())


def clean(f):
    def g():
        try:
            return f()
        except Exception as e:
            if len(e.args) == 1:
                e.args = (str(e).replace(d, "FOLDER"),)
            raise

    return g


T("export early", lambda: net.export(pth))
net.hybridize()
T("export no fwd", lambda: net.export(pth))
net(nd.ones((2, 4)))
T("export", lambda: [net.export(pth), sorted(os.listdir(d))])
T(
    "export ep",
    lambda: [
        net.export(pth, epoch=7, remove_amp_cast=False),
        sorted(os.listdir(d)),
        sorted(nd.load(pth + "-0007.params")),
    ],
)
SB = gluon.SymbolBlock
T(
    "imports",
    lambda: (lambda b: [repr(b), b(nd.ones((2, 4))), list(b.collect_params())])(
        SB.imports(pth + "-symbol.json", ["data"], pth + "-0000.params")
    ),
)
T(
    "imports str",
    lambda: (lambda b: [b(nd.ones((2, 4)))])(SB.imports(pth + "-symbol.json", "data", pth + "-0000.params")),
)
T(
    "imports ctx",
    lambda: (lambda b: [[p.list_ctx() for p in b.collect_params().values()]])(
        SB.imports(pth + "-symbol.json", ["data"], pth + "-0000.params", ctx=mx.cpu(1))
    ),
)
T(
    "imports ctxs",
    lambda: (lambda b: [[p.list_ctx() for p in b.collect_params().values()]])(
        SB.imports(pth + "-symbol.json", ["data"], pth + "-0000.params", ctx=[mx.cpu(1), mx.cpu(0)])
    ),
)
T("imports noparam", lambda: (lambda b: [b(nd.ones((2, 4)))])(SB.imports(pth + "-symbol.json", ["data"])))
T(
    "imports noparam init",
    lambda: (lambda b: [b.initialize(init.One()), b(nd.ones((2, 4)))])(SB.imports(pth + "-symbol.json", ["data"])),
)
T("imports no file", clean(lambda: SB.imports(pth + "-nosymbol.json", ["data"])))
T("imports no pfile", clean(lambda: SB.imports(pth + "-symbol.json", ["data"], pth + "-9999.params")))
b = SB.imports(pth + "-symbol.json", ["data"], pth + "-0000.params")
T("save", lambda: [b.save_parameters(pth + "b"), sorted(nd.load(pth + "b"))])
T("cast", lambda: [b.cast("float64"), b(nd.ones((2, 4), dtype="float64")).dtype])
T("hybridize", lambda: [b.hybridize(), b.hybridize(False)])
T("nin", lambda: b(nd.ones((2, 4)), nd.ones(1)))
a, c = sym.var("a"), sym.var("c")
o1 = sym.FullyConnected(a, num_hidden=2, name="fc")
o2 = a * c
T(
    "ctor",
    lambda: (
        lambda s: [repr(s), list(s.collect_params()), s.initialize(init.One()), s(nd.ones((1, 2)), nd.ones((1, 2)))]
    )(SB([o1, o2], [a, c])),
)
T(
    "ctor group",
    lambda: (lambda s: [repr(s), s.initialize(init.One()), s(nd.ones((1, 2)), nd.ones((1, 2)))])(
        SB(sym.Group([o1, o2]), [a, c])
    ),
)
T("ctor one", lambda: (lambda s: [repr(s), s.initialize(init.One()), s(nd.ones((1, 2)))])(SB(o1, a)))
T("ctor one list", lambda: (lambda s: [repr(s), s.initialize(init.One()), s(nd.ones((1, 2)))])(SB([o1], [a])))
T(
    "ctor c param",
    lambda: (lambda s: [repr(s), list(s.collect_params()), s.initialize(init.One()), s(nd.ones((1, 2)))])(SB(o2, a)),
)
T("ctor not var", lambda: SB(o2, o1))
T(
    "ctor params",
    lambda: (lambda s: [list(s.collect_params()), s(nd.ones((1, 4)))])(
        SB(net(sym.var("data")), sym.var("data"), params=net.collect_params())
    ),
)
T(
    "ctor internals",
    lambda: (lambda s: [s(nd.ones((1, 4)))])(
        SB(
            net(sym.var("data")).get_internals()["n_dense0_relu_fwd_output"],
            sym.var("data"),
            params=net.collect_params(),
        )
    ),
)
T("compose", lambda: b(sym.var("zz")).list_arguments())
T("compose name", lambda: b(sym.var("zz")).name)
T(
    "export sb",
    lambda: [
        b.cast("float32"),
        b.hybridize(),
        b(nd.ones((2, 4))),
        b.export(pth + "2"),
        sorted(nd.load(pth + "2-0000.params")),
    ],
)
T("hf", lambda: b.hybrid_forward(nd, nd.ones(1)))
T(
    "child",
    lambda: (lambda h: [h.add(b), repr(h), list(h.collect_params()), h(nd.ones((2, 4)))])(
        nn.HybridSequential(prefix="h_")
    ),
)
T(
    "save load nested",
    lambda: (
        lambda h: [h.add(b), h.save_parameters(pth + "h"), sorted(nd.load(pth + "h")), h.load_parameters(pth + "h")]
    )(nn.HybridSequential(prefix="h_")),
)


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

# --- backend
x = nd.ones((1, 2))


def mk():
    n = nn.HybridSequential(prefix="o_")
    n.add(nn.Dense(2, in_units=2, prefix="d_"))
    n.initialize(init.One())
    return n


T("opt MKLDNN", lambda: (lambda n: [n.optimize_for(x, backend="MKLDNN"), n(x)])(mk()))
T("hyb MKLDNN", lambda: (lambda n: [n.hybridize(backend="MKLDNN"), n(x)])(mk()))
T("active MKLDNN", lambda: (lambda n: [n.hybridize(backend="MKLDNN"), n(x), n._active])(mk()))
T("opt active", lambda: (lambda n: [n.optimize_for(x, backend="MKLDNN"), n._active])(mk()))
T("opt clear", lambda: (lambda n: [n.optimize_for(x, backend="MKLDNN", clear=True), n(x)])(mk()))


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


# --- arguments that are no arrays
# words: hyb *; symbol none; nothing; numpy alone
class P(nn.HybridBlock):
    def hybrid_forward(self, F, x, y):
        return x * 2 if isinstance(y, (str, dict, type(None))) else x + y


def args(value, hyb=False, first=None):
    b = P()
    if hyb:
        b.hybridize()
    return b(nd.ones((2,)) if first is None else first, value)


for k, v in {"number": 3, "text": "a", "none": None, "dict": {"a": 1}}.items():
    T(k, lambda: args(v))
    T("symbol " + k, lambda: args(v, first=mx.sym.Variable("a")).list_arguments())
    if v is not None:
        T("hyb " + k, lambda: args(v, True))
T("numpy alone", lambda: nn.Flatten()(np.ones((2, 3))))
T("nothing", lambda: nn.Flatten()(3))
T("contexts", lambda: args([nd.ones((2,), ctx=mx.cpu(1))][0]))
T("hyb contexts", lambda: args(nd.ones((2,), ctx=mx.cpu(1)), True))
