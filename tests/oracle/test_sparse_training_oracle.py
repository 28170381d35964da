"""Training on sparse arrays against MXNet: gradients, optimisers, symbols, stores, gluon, files."""

from pathlib import Path

import numpy as np
import pytest

from .sparse_snippets import PRELUDE


@pytest.fixture
def run(both):
    return lambda code, **kw: both(PRELUDE + code, **kw)


# ---- gradients
GRADIENT = """
def grads(f, *vs, st=None, req='write'):
    for i, v in enumerate(vs):
        v.attach_grad(grad_req=req, stype=None if st is None else st[i])
    for _ in range(2 if req == 'add' else 1):
        with autograd.record():
            y = f(*vs)
        y.backward()
    return [show(v.grad) for v in vs]
a = mk('csr')
E = nd.sparse.csr_matrix((np.ones(2, 'f'), [0, 2], [0, 1, 1, 2]), shape=(3, 4))
idx = nd.array([0, 2, 2])
emb = lambda i, w, **kw: nd.Embedding(i, w, input_dim=4, output_dim=2, **kw)
r, q, d = lambda: mk('row_sparse'), lambda: mk('row_sparse', 5), lambda: mk('default', 7)
"""
RULES = [
    "lambda w: nd.dot(a, w), nd.ones((3, 2))",
    "lambda w: nd.dot(a, w), nd.ones((3, 2)), st=['row_sparse']",
    "lambda w: nd.dot(a, w, transpose_a=True), nd.ones((4, 2))",
    "lambda w: nd.dot(E, w), nd.ones((4, 2)), st=['row_sparse']",
    "lambda w: nd.dot(E, w), nd.ones((4, 2)).tostype('row_sparse')",
    "lambda x: nd.dot(x, nd.ones((3, 2))), mk('csr')",
    "lambda x: nd.dot(x, E, forward_stype='default'), nd.ones((2, 3))",
    "lambda w: emb(idx, w), nd.ones((4, 2))",
    "lambda w: emb(idx, w, sparse_grad=True), nd.ones((4, 2)), st=['row_sparse']",
    "lambda w: emb(idx, w, sparse_grad=True), nd.ones((4, 2)).tostype('row_sparse')",
    "lambda w: emb(idx, w * 2, sparse_grad=True), nd.ones((4, 2)), st=['row_sparse']",
    "lambda w: emb(idx, w, sparse_grad=True)"
    " + emb(idx * 0 + 1, w, sparse_grad=True), nd.ones((4, 2)), st=['row_sparse']",
    "lambda w: nd.take(w, idx), nd.ones((4, 2)), st=['row_sparse']",
    "lambda w: w * w, nd.array([[1, 0], [0, 0]]), st=['row_sparse']",
    *(f"nd.{n}, {x}" for n in ("square", "abs", "sin", "relu", "negative", "exp", "sum") for x in ("r()", "mk('csr')")),
    "lambda x: nd.sum(x, axis=1), mk('csr')",
    "lambda x: nd._internal._square_sum(x, axis=1), r()",
    "lambda x: nd.norm(x), r()",
    *(f"nd.elemwise_{n}, {x}, {y}" for n in ("mul", "add") for x, y in (("r()", "q()"), ("r()", "d()"), ("a", "d()"))),
    "lambda x: x * 2, r()",
    "lambda x: x + 1, r()",
    "lambda x: nd.clip(x, -1, 0.5), r()",
    "lambda x: x.tostype('default'), mk('csr')",
    "lambda x: x.tostype('row_sparse'), mk('default')",
    "lambda x: nd.sparse.retain(x, nd.array([0, 1])), r()",
    "lambda x, y: nd.add_n(x, y), r(), q()",
    "lambda x, y: nd.where(a, x, y), d(), mk('default', 3)",
    "lambda x: nd.LinearRegressionOutput(x, a), d()",
    "lambda x: nd.LogisticRegressionOutput(x, a), d()",
    "lambda x: nd.slice(x, begin=(1,), end=(3,)), mk('csr')",
    "lambda x, y: nd.broadcast_mul(x, y), mk('csr'), nd.ones((1, 3))",
]


@pytest.mark.parametrize("rule", RULES)
def test_gradient(run, rule):
    run(GRADIENT + f"result = grads({rule})")


# ---- optimisers
KW = ["", ", wd=0.1", ", wd=0.1, clip_gradient=0.7, rescale_grad=0.5"]
UPDATES = [
    ("nd.sgd_update", 0, "lr=0.1"),
    ("nd.sgd_update", 0, "lr=0.1, lazy_update=False"),
    ("nd.sgd_mom_update", 1, "lr=0.1, momentum=0.9"),
    ("nd.sgd_mom_update", 1, "lr=0.1, momentum=0.9, lazy_update=False"),
    ("nd.adam_update", 2, "lr=0.1"),
    ("nd.adam_update", 2, "lr=0.1, lazy_update=False"),
    ("nd.ftrl_update", 2, "lr=0.1"),
    ("nd.rmsprop_update", 1, "lr=0.1"),
]


@pytest.mark.parametrize("update, states, options", UPDATES)
@pytest.mark.parametrize(
    "weight, state",
    [("default", "default"), ("row_sparse", "row_sparse"), ("row_sparse", "default"), ("default", "row_sparse")],
)
def test_update(run, update, states, options, weight, state):
    run(
        f"""
G = nd.sparse.row_sparse_array((np.array([[.5, -1, 2], [0, 1, 1]], 'f'), [1, 3]), shape=(4, 3))
result = []
for kw in (dict(), dict(wd=0.1), dict(wd=0.1, clip_gradient=0.7, rescale_grad=0.5)):
    w = nd.array(np.arange(12).reshape(4, 3) / 10 + 0.1).tostype({weight!r})
    s = [(nd.ones((4, 3)) * 0.5).tostype({state!r}) for _ in range({states})]
    for _ in range(2):
        {update}(w, G, *s, out=w, {options}, **kw)
    result += [show(x) for x in [w, *s]]
""",
        rtol=2e-5, atol=2e-6,
    )  # fmt: skip


@pytest.mark.parametrize("stype", ["default", "row_sparse"])
def test_adagrad(run, stype):
    run(
        f"""
G = nd.sparse.row_sparse_array((np.array([[.5, -1, 2], [0, 1, 1]], 'f'), [1, 3]), shape=(4, 3))
w, h = (nd.ones((4, 3)).tostype({stype!r}) for _ in range(2))
v, k = nd.ones((4, 3)).tostype({stype!r}), nd.ones((4, 1)).tostype({stype!r})
for _ in range(2):
    nd.sparse.adagrad_update(w, G, h, out=w, lr=0.1, rescale_grad=0.5, clip_gradient=0.4)
    nd.contrib.group_adagrad_update(v, G, k, out=v, lr=0.1)
result = [show(x) for x in (w, h, v, k)]
""",
        rtol=2e-5,
    )


OPTIMIZERS = [
    ("sgd", "momentum=0.9"),
    ("sgd", "momentum=0.9, lazy_update=False"),
    *((name, "") for name in ("adam", "ftrl", "adagrad", "groupadagrad", "rmsprop")),
]


@pytest.mark.parametrize("name, options", OPTIMIZERS)
def test_optimizer(run, name, options):
    run(
        f"""
G = nd.sparse.row_sparse_array((np.array([[.5, -1, 2], [0, 1, 1]], 'f'), [1, 3]), shape=(4, 3))
up = mx.optimizer.get_updater(mx.optimizer.create({name!r}, learning_rate=0.1, rescale_grad=0.5, {options}))
w = nd.ones((4, 3))
for _ in range(3):
    up(0, G, w)
result = storage(w)
""",
        rtol=2e-5, atol=2e-6,
    )  # fmt: skip


# ---- symbols, stores, gluon, files
BOUND = """
x, w = sym.var('x', stype='csr'), sym.var('w')
def bound(symbol, **shapes):
    exe = symbol.simple_bind(mx.cpu(), **shapes)
    kinds = lambda d: {k: None if v is None else v.stype for k, v in d.items()}
    return [kinds(exe.arg_dict), kinds(exe.grad_dict), [o.stype for o in exe.outputs]]
"""
SYMBOLS = [
    "sym.dot(x, w), x=(4, 3), w=(3, 2)",
    "sym.dot(x, sym.var('w', stype='row_sparse')), x=(4, 3), w=(3, 2)",
    "sym.sparse.square(sym.var('x', stype='row_sparse')), x=(4, 3)",
    "sym.Embedding(sym.var('d'), w, input_dim=5, output_dim=2, sparse_grad=True), d=(4,)",
    "sym.dot(x, w) + sym.var('b'), x=(4, 3), w=(3, 2), b=(4, 2)",
    "sym.dot(x, w, transpose_a=True), x=(4, 3), w=(4, 2)",
    "sym.sparse.elemwise_mul(sym.var('x', stype='row_sparse'), sym.var('y', stype='row_sparse')), x=(4, 3), y=(4, 3)",
    "sym.LinearRegressionOutput(sym.var('x'), sym.var('y', stype='csr')), x=(4, 3), y=(4, 3)",
    "sym.FullyConnected(x, num_hidden=2), x=(4, 3)",
]


@pytest.mark.parametrize("code", SYMBOLS)
def test_bound(run, code):
    run(BOUND + f"result = bound({code})")


def test_executor(run):
    run(
        """
x, w, b = sym.var('x', stype='csr'), sym.var('w'), sym.var('b')
y = sym.LinearRegressionOutput(sym.broadcast_add(sym.dot(x, w), b), sym.var('label'))
req = {'x': 'null', 'w': 'write', 'b': 'write', 'label': 'null'}
exe = y.simple_bind(mx.cpu(), x=(4, 3), w=(3, 2), b=(1, 2), label=(4, 2), grad_req=req)
exe.arg_dict['w'][:] = 1
out = exe.forward(is_train=True, x=mk('csr'), label=nd.ones((4, 2)))[0]
exe.backward()
result = [storage(out), show(exe.grad_dict['w']), show(exe.grad_dict['b']), show(exe.arg_dict['x'])]
result += [x.attr_dict(), x.tojson()]
args, grads = {'x': mk('csr'), 'w': nd.ones((3, 2))}, {'w': nd.sparse.zeros('row_sparse', (3, 2))}
z = sym.dot(x, w).bind(mx.cpu(), args, args_grad=grads, grad_req={'x': 'null', 'w': 'write'})
o = z.forward(is_train=True)[0]
z.backward(nd.ones((4, 2)))
result += [storage(o), show(z.grad_dict['w'])]
"""
    )


def test_kvstore(run):
    run(
        """
kv = mx.kv.create('local')
kv.init('a', mk('row_sparse'))
kv.init('d', nd.ones((4, 3)))
new = lambda: nd.sparse.zeros('row_sparse', (4, 3))
result = []
o = new()
for rows in ([0, 2, 2], [3, 1]):
    kv.row_sparse_pull('a', out=o, row_ids=nd.array(rows))
    result.append(show(o))
o = new()
kv.pull('a', out=o)
result.append(show(o))
kv.pull('a', out=o, ignore_sparse=False)
result.append(show(o))
e = nd.zeros((4, 3))
kv.pull('a', out=e)
result.append(show(e))
kv.push('a', [mk('row_sparse', 5), mk('row_sparse', 6)])
p, q = new(), new()
kv.row_sparse_pull('a', out=[p, q], row_ids=[nd.array([0]), nd.array([1, 2])])
kv.row_sparse_pull(['a'], out=[o], row_ids=[nd.array([0, 1, 2, 3])])
kv.push('d', mk('row_sparse'))
kv.pull('d', out=e)
result += [show(x) for x in (p, q, o, e)]
"""
    )


ROWS = "row_ids=nd.array([0])"


@pytest.mark.parametrize(
    "call", [f"'d', out=o, {ROWS}", f"'a', out=nd.ones((4, 3)), {ROWS}", "'a', out=o", f"'a', {ROWS}"]
)
def test_kvstore_refuses(run, call):
    run(
        f"""
kv = mx.kv.create('local')
kv.init('a', mk('row_sparse'))
kv.init('d', nd.ones((4, 3)))
o = nd.sparse.zeros('row_sparse', (4, 3))
kv.row_sparse_pull({call})
""",
        raises="row_sparse",
    )


def test_gluon(run):
    run(
        """
net = gluon.nn.Embedding(5, 2, sparse_grad=True)
net.initialize(mx.init.One())
trainer = gluon.Trainer(net.collect_params(), 'adam', {'learning_rate': 0.1})
result = []
for idx in ([0, 3, 3], [1, 3, 4]):
    with autograd.record():
        loss = (net(nd.array(idx)) ** 2).sum()
    loss.backward()
    result.append(show(net.weight.grad()))
    trainer.step(1)
    result.append(show(net.weight.data()))
net.weight.zero_grad()
p = gluon.Parameter('w', shape=(4, 2), stype='row_sparse', grad_stype='row_sparse')
p.initialize(init='ones')
gluon.Trainer([p], 'sgd', {'learning_rate': 1})
result += [show(net.weight.grad()), show(p.grad()), show(p.row_sparse_data(nd.array([0, 2])))]
""",
        rtol=1e-5,
    )


def test_libsvm(run, tmp_path):
    (tmp_path / "t").write_text("1.0 0:0.5 2:1.2\n-2.0\n-3.0 0:0.6 1:2.4 2:1.2\n4 2:-1.2\n")
    run(
        """
result = []
for kw in ({}, dict(label_libsvm=path, label_shape=(3,))):
    it = io.LibSVMIter(data_libsvm=path, data_shape=(3,), batch_size=3, **kw)
    for epoch in range(2):
        result += [[show(b.data[0]), show(b.label[0]), b.pad] for b in it]
        it.reset()
    result.append([str(it.provide_data), str(it.provide_label)])
""",
        path=str(tmp_path / "t"),
    )


def test_files(oracle, tmp_path):
    """The same bytes, and each reads the other's."""
    import mxr as mx

    code = """
x = nd.sparse.csr_matrix(([1, 2, 3], [0, 2, 1], [0, 1, 3]), shape=(2, 3))
y = nd.sparse.row_sparse_array((np.array([[1., 2.], [3., 4.]]), [1, 4]), shape=(6, 2))
e, f = nd.sparse.zeros('row_sparse', (3, 2)), nd.sparse.zeros('csr', (3, 2))
nd.save(path, {'x': x, 'y': y, 'z': nd.ones((2, 2)), 'e': e, 'f': f})
"""
    ours, theirs = str(tmp_path / "ours"), str(tmp_path / "theirs")
    exec(compile(code, "snippet", "exec"), {"nd": mx.nd, "np": np, "path": ours})
    oracle.run(code + "result = 1", path=theirs)
    assert Path(ours).read_bytes() == Path(theirs).read_bytes()
    back = mx.nd.load(theirs)
    assert [back[k].stype for k in "xyzef"] == ["csr", "row_sparse", "default", "row_sparse", "csr"]
    read = oracle.run("d = nd.load(path); result = [[d[k].stype, d[k].asnumpy()] for k in 'xyzef']", path=ours)[
        "result"
    ]
    for k, (stype, value) in zip("xyzef", read):
        assert back[k].stype == stype
        np.testing.assert_array_equal(back[k].asnumpy(), value)
        assert back[k].dtype == value.dtype
