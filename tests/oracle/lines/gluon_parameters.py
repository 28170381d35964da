"""Lines for test_gluon_lines_oracle.py: parts begin with `# ---`; `# other:` and `# words:` name lines that differ."""

# ruff: noqa

# --- param
# words: set shape; set ndim; cast bad; shape *; var; sp bad; init Load; init Mixed
P = gluon.Parameter
T("repr", lambda: repr(P("a", shape=(2, 3))))
T("hash", lambda: P("a") == P("a"))
T("shape none init", lambda: P("a").initialize())
T("shape none init d", lambda: P("a", allow_deferred_init=True).initialize())
T("shape 0", lambda: P("a", shape=(0, 2)).initialize())
T("shape ()", lambda: P("a", shape=()).initialize())


def d():
    p = P("a", shape=(0, 2), allow_deferred_init=True)
    p.initialize()
    return p


for m in ("data", "list_data", "grad", "list_grad", "list_ctx", "zero_grad", "var", "row_sparse_data"):
    T("uninit " + m, lambda: getattr(P("a", shape=(2,)), m)(*([nd.array([1])] if m == "row_sparse_data" else [])))
    T("deferred " + m, lambda: getattr(d(), m)(*([nd.array([1])] if m == "row_sparse_data" else [])))
T("finish", lambda: d()._finish_deferred_init())
p = P("w", shape=(2, 3))
p.initialize(init.One(), ctx=[mx.cpu(0), mx.cpu(1)])
T(
    "data",
    lambda: [p.data(), p.data(mx.cpu(1)), p.list_data(), p.grad(), p.grad(mx.cpu(1)), p.list_grad(), p.list_ctx()],
)
T("data other ctx", lambda: p.data(mx.cpu(2)))
T("grad other ctx", lambda: p.grad(mx.cpu(2)))
T("init again", lambda: p.initialize())
T("set data", lambda: [p.set_data(nd.zeros((2, 3))), p.data()])
T("set np", lambda: [p.set_data(np.ones((2, 3))), p.data()])
T("set num", lambda: p.set_data(3))
T("set shape", lambda: p.set_data(nd.zeros((2, 4))))
T("set ndim", lambda: p.set_data(nd.zeros((6,))))
T("set dtype", lambda: [p.set_data(nd.zeros((2, 3), dtype="float64")), p.data().dtype])
T("set uninit", lambda: P("a", shape=(2,)).set_data(nd.zeros(2)))


def f():
    q = d()
    q.set_data(nd.ones((3, 2)))
    r = [q.shape, q._data is None]
    q._finish_deferred_init()
    return r, q.data()


T("set deferred", f)
T("reset", lambda: [p.reset_ctx(mx.cpu(2)), p.list_ctx(), p.data(mx.cpu(2)).context])
T("reset one", lambda: p.reset_ctx([mx.cpu(0), mx.cpu(1)]))
T("reset uninit", lambda: P("a", shape=(2,)).reset_ctx(mx.cpu(1)))
T("reset deferred", lambda: (lambda q: [q.reset_ctx(mx.cpu(1)), q.list_ctx()])(d()))
T("reset none", lambda: [p.reset_ctx(None), p.list_ctx()])
T("cast", lambda: [p.cast("float16"), p.dtype, p.data(mx.cpu(0)).dtype, p.grad(mx.cpu(0)).dtype])
T("cast set", lambda: [setattr(p, "dtype", "float32"), p.dtype, p.data(mx.cpu(0)).dtype])
T("cast bad", lambda: p.cast("floaty"))


def sh(old, new):
    q = P("a", shape=old)
    q.shape = new
    return q.shape


for o, n in (
    ((0, 2), (3, 2)),
    ((2, 3), (2, 3)),
    ((2, 3), (0, 3)),
    ((2, 3), (-1, 3)),
    ((-1, 2), (4, 2)),
    ((2,), (2, 1)),
    (None, (2, 3)),
    ((2, 3), (3, 3)),
    ((2, 3), [2, 3]),
    ((0, 0), (-1, 2)),
    ((2,), 2),
    ((2,), None),
):
    T("shape %s %s" % (o, n), lambda: sh(o, n))
T("req bad", lambda: P("a", grad_req="x"))
T("req set bad", lambda: setattr(p, "grad_req", "x"))
T("req null", lambda: [setattr(p, "grad_req", "null"), p.grad_req, p._grad])
T("grad null", lambda: p.grad())
T("list grad null", lambda: p.list_grad())
T("zero null", lambda: p.zero_grad())
T("req back", lambda: [setattr(p, "grad_req", "add"), p.grad(mx.cpu(0))])
T("diff", lambda: P("a", differentiable=False).grad_req)
T("diff set", lambda: (lambda q: [setattr(q, "grad_req", "write"), q.grad_req])(P("a", differentiable=False)))
T("stype", lambda: P("a", stype="x"))
T("grad stype", lambda: P("a", grad_stype="x"))
T("var", lambda: [repr(p.var()), p.var().attr("__shape__"), sorted(p.var().list_attr().items()), p.var() is p.var()])
T(
    "var2",
    lambda: sorted(
        P("q", shape=(0, 2), dtype="float16", lr_mult=2, wd_mult=3, init=mx.init.One()).var().list_attr().items()
    ),
)
T("var3", lambda: sorted(P("q", stype="row_sparse").var().list_attr().items()))
sp = P("s", shape=(4, 2), stype="row_sparse", grad_stype="row_sparse")
sp.initialize(init.One())
T("sp data", lambda: sp.data())
T("sp list", lambda: sp.list_data())
T("sp rs", lambda: sp.row_sparse_data(nd.array([1, 2])))
T("sp lrs", lambda: sp.list_row_sparse_data(nd.array([1, 2])))
T("d rs", lambda: p.row_sparse_data(nd.array([1])))
T("d lrs", lambda: p.list_row_sparse_data(nd.array([1])))
t = gluon.Trainer([sp], "sgd", {"learning_rate": 1})
T("sp rs t", lambda: sp.row_sparse_data(nd.array([1, 2])))
T("sp lrs t", lambda: sp.list_row_sparse_data(nd.array([1, 2])))
T("sp bad", lambda: sp.row_sparse_data(3))
T("pos", lambda: P())
T("init ini", lambda: (lambda q: [q.initialize(init="ones"), q.data()])(P("a", shape=(2,))))
T("init own", lambda: (lambda q: [q.initialize(default_init="ones"), q.data()])(P("a", shape=(2,), init="zeros")))
T("init over", lambda: (lambda q: [q.initialize(init="ones"), q.data()])(P("a", shape=(2,), init="zeros")))
T("init name", lambda: (lambda q: [q.initialize(), q.data()])(P("x_bias", shape=(2,))))
T("init name2", lambda: (lambda q: [q.initialize(init="ones"), q.data()])(P("x_bias", shape=(2,))))
T(
    "init Load",
    lambda: (lambda q: [q.initialize(init=mx.init.Load({"a": nd.ones(2) * 3})), q.data()])(P("a", shape=(2,))),
)
T(
    "init Mixed",
    lambda: (lambda q: [q.initialize(init=mx.init.Mixed(["a.*", ".*"], [init.One(), init.Zero()])), q.data()])(
        P("a", shape=(2,))
    ),
)
T("int", lambda: (lambda q: [q.initialize(init="ones"), q.data()])(P("a", shape=(2,), dtype="int32")))

# --- constant
c = gluon.Constant("c", [[1, 2], [3, 4]])
T("repr", lambda: [repr(c), c.grad_req, c.dtype, c.shape, c.value])
T("req", lambda: setattr(c, "grad_req", "write"))
T("req null", lambda: setattr(c, "grad_req", "null"))
T("uninit", lambda: c.data())
T("init", lambda: [c.initialize(init.Zero()), c.data(), c._grad])
T("np", lambda: gluon.Constant("c", np.arange(3)).dtype)
T("nd", lambda: gluon.Constant("c", nd.arange(3, dtype="int32")).dtype)
T("num", lambda: gluon.Constant("c", 3).shape)
T("set", lambda: [c.set_data(nd.zeros((2, 2))), c.data()])

# --- dict
# words: getitem no; const none
PD = gluon.ParameterDict
d = PD("p_")
T("get", lambda: repr(d.get("a", shape=(2, 0))))
T("again", lambda: repr(d.get("a", shape=(0, 3))))
T("mismatch", lambda: d.get("a", shape=(5, 3)))
T("ndim", lambda: d.get("a", shape=(5,)))
T("dtype", lambda: d.get("a", dtype="float64"))
T("dtype same", lambda: repr(d.get("a", dtype="float32")))
T("init", lambda: d.get("a", init="ones"))
T("init again", lambda: [d.get("a").init, d.get("a", init=None).init])
T("init change", lambda: d.get("a", init="zeros"))
T("req", lambda: d.get("a", grad_req="null"))
T("lr", lambda: d.get("a", lr_mult=2.0))
T("unknown attr", lambda: d.get("a", foo=3))
T("unknown attr new", lambda: d.get("anew", foo=3))
T("shape int", lambda: repr(d.get("b", shape=3)))
T("defer", lambda: d.get("b", allow_deferred_init=True).name)
T("repr", lambda: repr(d))
T("repr empty", lambda: [repr(PD()), repr(PD("x_"))])
T("getitem", lambda: d["p_a"])
T("getitem no", lambda: d["zz"])
T("iter", lambda: list(d))
T("items", lambda: [list(d.items()), list(d.keys()), list(d.values())])
T("const", lambda: repr(d.get_constant("c", [1, 2])))
T("const again", lambda: repr(d.get_constant("c")))
T("const none", lambda: d.get_constant("zz"))
T("const is param", lambda: d.get_constant("a", [1]))
T("get const", lambda: repr(d.get("c")))
e = PD("q_")
e.get("a", shape=(1,))
f_ = PD("p_")
f_.get("a", shape=(1,))
T("update", lambda: [d.update(e), list(d)])
T("update clash", lambda: d.update(f_))
T(
    "shared",
    lambda: (lambda s: [s.get("a") is d["p_a"], list(s), s.get("new", shape=(1,)).name, "p_new" in d])(
        PD("p_", shared=d)
    ),
)
T("repr shared", lambda: repr(PD("p_", shared=d)))
T("init verbose", lambda: e.initialize(verbose=True))
T("init all", lambda: d.initialize())
g = PD("g_")
g.get("x", shape=(2,))
g.get("bias", shape=(2,), init="ones")
T("init2", lambda: [g.initialize(init.One(), ctx=[mx.cpu(0), mx.cpu(1)]), g["g_x"].data(), g["g_bias"].data()])
T("init3", lambda: g.initialize(init.One()))
T("init4", lambda: [g.initialize(init.Zero(), force_reinit=True), g["g_x"].data(), g["g_bias"].data(), g.list_ctx()])
T("list_ctx", lambda: [g.list_ctx(), PD().list_ctx()])
T("list_ctx un", lambda: f_.list_ctx())
T("setattr", lambda: [g.setattr("grad_req", "add"), g["g_x"].grad_req, g.setattr("lr_mult", 3), g["g_x"].lr_mult])
T("setattr bad", lambda: g.setattr("grad_req", "adder"))
T("zero", lambda: g.zero_grad())
T("reset", lambda: [g.reset_ctx([mx.cpu(1), mx.cpu(2)]), g.list_ctx()])
T("reset un", lambda: f_.reset_ctx(mx.cpu(1)))
T("save un", lambda: f_.save(folder + "/x"))
T("init verb", lambda: (lambda q: [q.get("w", shape=(1,)), q.initialize(init.One(), verbose=True)])(PD("v_")))
T("bool", lambda: bool(PD()))
T("del", lambda: d.__delitem__("p_a"))
T("set", lambda: d.__setitem__("p_a", 1))
T("eq prefix", lambda: [d.prefix, PD("x").prefix])
T("prefix ro", lambda: setattr(d, "prefix", "x"))


# --- trainer
# other: kv None True 1; kv local True 1; kv device True 1; kv None True 2; do * True 1 *
# words: not list; param alone; list of; opt bad; opt params bad; compression dev
def mk(**kw):
    p = gluon.Parameter("x", shape=(10,))
    p.initialize(init.Zero(), ctx=kw.get("ctx", [mx.cpu(0)]))
    return p


S = {"learning_rate": 1.0, "momentum": 0.5}
TR = gluon.Trainer
T("not list", lambda: TR(3, "sgd"))
T("param alone", lambda: TR(mk(), "sgd"))
T("list of", lambda: TR([3], "sgd"))
T("dict", lambda: [p.name for p in TR({"b": mk(), "a": mk()}, "sgd")._params])
T("uninit", lambda: TR([gluon.Parameter("x", shape=(1,))], "sgd").step(1))
T(
    "deferred",
    lambda: TR(
        (lambda q: [q, q.initialize()][:1])(gluon.Parameter("x", shape=(0,), allow_deferred_init=True)), "sgd"
    ).step(1),
)


def f():
    n = nn.Dense(2)
    n.initialize()
    t = TR(n.collect_params(), "sgd")
    t.step(1)


T("deferred net", f)
T("opt bad", lambda: TR([mk()], "sgdd"))
T("opt obj", lambda: TR([mk()], mx.optimizer.SGD(), {"learning_rate": 1}))
T("opt obj empty", lambda: TR([mk()], mx.optimizer.SGD(), {}).learning_rate)
T("opt obj ok", lambda: TR([mk()], mx.optimizer.SGD(learning_rate=0.3)).learning_rate)
T("opt params bad", lambda: TR([mk()], "sgd", {"learning_ratee": 1}))
T("kv bad", lambda: TR([mk()], "sgd", kvstore="zzz").step(1, True))
T("kv int", lambda: TR([mk()], "sgd", kvstore=3).step(1, True))


def state(kv, on, n=1, store=None):
    p = mk(ctx=[mx.cpu(i) for i in range(n)])
    t = TR([p], "sgd", S, kvstore=kv() if callable(kv) else kv, update_on_kvstore=on)
    with autograd.record():
        ls = [(p.data(c) * (i + 1)).sum() for i, c in enumerate(p.list_ctx())]
    autograd.backward(ls)
    t.step(1)
    return [p.list_data(), p.list_grad(), t._update_on_kvstore, None if t._kvstore is None else t._kvstore.type]


for kv in (None, "local", "device", lambda: mx.kv.create("local")):
    for on in (None, True, False):
        for n in (1, 2):
            T("kv %s %s %d" % (kv if not callable(kv) else "obj", on, n), lambda: state(kv, on, n))


def f(do, on=False, n=1, ig=False):
    p = mk(ctx=[mx.cpu(i) for i in range(n)])
    t = TR([p], "sgd", S, update_on_kvstore=on)
    with autograd.record():
        ls = [(p.data(c) * (i + 1)).sum() for i, c in enumerate(p.list_ctx())]
    autograd.backward(ls)
    for x in do:
        if x == "a":
            t.allreduce_grads()
        if x == "u":
            t.update(2, ig)
        if x == "s":
            t.step(2, ig)
    return p.list_data(), p.list_grad()


for do in ("a", "u", "s", "au", "ss", "auu", "su"):
    for on in (False, True):
        for n in (1, 2):
            for ig in (False, True):
                T("do %s %s %d %s" % (do, on, n, ig), lambda: f(do, on, n, ig))
T("batch str", lambda: TR([mk()], "sgd").step("a"))
T("batch neg", lambda: TR([mk()], "sgd").step(-1, True))
t = TR([mk()], "sgd", S)
T("lr", lambda: [t.learning_rate, t.set_learning_rate(0.3), t.learning_rate, t.optimizer.lr, t._optimizer.lr])
T("lr set", lambda: setattr(t, "learning_rate", 3))
sched = TR([mk()], "sgd", {"lr_scheduler": mx.lr_scheduler.FactorScheduler(1, 0.5, base_lr=2)})
T("sched", lambda: sched.learning_rate)
T("sched set", lambda: sched.set_learning_rate(3))
T("sched step", lambda: [sched.step(1, True), sched.step(1, True), sched.learning_rate])
noopt = TR([mk()], "sgd")
noopt._optimizer = None
T("no opt", lambda: noopt.learning_rate)
T("no opt set", lambda: noopt.set_learning_rate(1))
a = mk()
TR([a], "sgd", kvstore=mx.kv.create("local"), update_on_kvstore=True)
T(
    "compression dev",
    lambda: TR([mk(ctx=[mx.cpu(0), mx.cpu(1)])], "sgd", kvstore="device", compression_params={"type": "zz"}).step(
        1, True
    ),
)


def f():
    b = mk(ctx=[mx.cpu(1)])
    c = mk()
    TR([b, c], "sgd").step(1)


T("ctxs", f)
T("save no dir", lambda: t.save_states(folder + "/nodir/x"))
T("states", lambda: [t.save_states(folder + "/st"), t.load_states(folder + "/st"), t.learning_rate])
t2 = TR([mk(ctx=[mx.cpu(0), mx.cpu(1)])], "sgd", S)
T("states2", lambda: [t2.save_states(folder + "/st"), t2.load_states(folder + "/st"), t2.learning_rate])
z = mk()
z.grad_req = "null"
T("null", lambda: TR([z], "sgd").step(1))
T(
    "rescale",
    lambda: (lambda t: [t._scale, t.step(4, True), t._optimizer.rescale_grad])(
        TR([mk()], "sgd", {"rescale_grad": 2.0})
    ),
)
T(
    "rescale obj",
    lambda: (lambda t: [t._scale, t.step(4, True), t._optimizer.rescale_grad])(
        TR([mk()], mx.optimizer.SGD(rescale_grad=2.0))
    ),
)


# --- sparse trainer
# other: None *; g * True 1; g None True 2
def f(kv="device", on=None, n=1):
    p = gluon.Parameter("x", shape=(4, 2), stype="row_sparse", grad_stype="row_sparse")
    p.initialize(init.One(), ctx=[mx.cpu(i) for i in range(n)])
    t = gluon.Trainer([p], "sgd", {"learning_rate": 1.0}, kvstore=kv, update_on_kvstore=on)
    ids = nd.array([1, 3])
    with autograd.record():
        ls = [
            (
                nd.sparse.dot(
                    nd.sparse.csr_matrix(np.eye(4, dtype="f")[:2], ctx=c)
                    if False
                    else nd.array(np.eye(4, dtype="f")[:2], ctx=c).tostype("csr"),
                    p.row_sparse_data(nd.arange(4, ctx=c)),
                )
            ).sum()
            for c in p.list_ctx()
        ]
    autograd.backward(ls)
    t.step(1)
    return t._update_on_kvstore, t._kvstore.type if t._kvstore else None, p.row_sparse_data(nd.arange(4))


for kv in ("device", "local", None):
    for on in (None, True, False):
        for n in (1, 2):
            T("%s %s %d" % (kv, on, n), lambda: f(kv, on, n))


def g(kv="device", on=None, n=1):
    e = nn.Embedding(4, 2, sparse_grad=True)
    e.initialize(init.One(), ctx=[mx.cpu(i) for i in range(n)])
    t = gluon.Trainer(e.collect_params(), "sgd", {"learning_rate": 1.0}, kvstore=kv, update_on_kvstore=on)
    with autograd.record():
        ls = [e(nd.array([1, 1, 3], ctx=mx.cpu(i))).sum() for i in range(n)]
    autograd.backward(ls)
    t.step(1)
    return t._update_on_kvstore, t._kvstore.type if t._kvstore else None, e.weight.list_data()


for kv in ("device", "local", None):
    for on in (None, True, False):
        for n in (1, 2):
            T("g %s %s %d" % (kv, on, n), lambda: g(kv, on, n))

# --- net mixed
# words: mixed; load
n = nn.Dense(2, in_units=2)
T(
    "mixed",
    lambda: [
        n.initialize(mx.init.Mixed([".*weight", ".*"], [init.One(), init.Zero()])),
        n.weight.data(),
        n.bias.data(),
    ],
)
T("load", lambda: [n.initialize(mx.init.Load({n.weight.name: nd.ones((2, 2))}), force_reinit=True), n.weight.data()])
