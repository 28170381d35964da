"""Lines for test_gluon_lines_oracle.py: parts begin with `# ---`; `# other:` and `# words:` name lines that differ."""

# ruff: noqa

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
