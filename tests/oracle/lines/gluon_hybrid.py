"""Lines for test_gluon_lines_oracle.py: parts begin with `# ---`; `# other:` and `# words:` name lines that differ."""

# ruff: noqa


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
