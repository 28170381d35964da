"""Sparse arrays against MXNet: values, storages and stored indices."""

from pathlib import Path

import numpy as np
import pytest

# In every snippet: mk(stype, seed) makes an array with zeros (row_sparse: two rows of zeros), show(x) takes it apart.
PRELUDE = """
def mk(st, seed=0, shape=(4, 3)):
    rs = np.random.RandomState(seed)
    a = rs.uniform(-0.9, 0.9, shape).astype('f')
    a[rs.uniform(size=shape) < 0.4] = 0
    if st == 'row_sparse':
        a[1] = 0
        a[-1] = 0
    return nd.array(a).tostype(st)

def show(x):
    if x.stype == 'csr':
        n = int(x.indptr[-1].asscalar())
        return ['csr', x.data.asnumpy()[:n], x.indices.asnumpy()[:n], x.indptr.asnumpy(), x.asnumpy()]
    if x.stype == 'row_sparse':
        return ['row_sparse', x.data.asnumpy(), x.indices.asnumpy(), x.asnumpy()]
    return ['default', x.asnumpy()]

def storage(x):
    return [x.stype, x.asnumpy()]
"""
S = ("csr", "row_sparse")
ALL = ("default", *S)


@pytest.fixture
def run(both):
    return lambda code, **kw: both(PRELUDE + code, **kw)


KEEP = """abs arcsin arcsinh arctan arctanh cbrt ceil degrees expm1 fix floor log1p negative radians relu rint round
sign sin sinh square tan tanh trunc BlockGrad identity make_loss zeros_like""".split()
LOSE = "arccos cos cosh exp gamma sigmoid softmax softsign erf ones_like max argmax transpose".split()


@pytest.mark.parametrize("stype", S)
def test_unary(run, stype):
    run(
        f"""
x = mk({stype!r})
result = [show(getattr(nd, n)(x)) for n in {KEEP}] + [storage(getattr(nd, n)(x)) for n in {LOSE}]
"""
    )


@pytest.mark.parametrize("stype", S)
def test_square_root_keeps_nan(run, stype):
    run(f"x = mk({stype!r}); result = [show(nd.sqrt(x)), show(nd.sqrt(nd.abs(x)))]")


SCALARS = """_plus_scalar _minus_scalar _rminus_scalar _mul_scalar _div_scalar _rdiv_scalar _mod_scalar _power_scalar
_maximum_scalar _equal_scalar _not_equal_scalar _greater_scalar _greater_equal_scalar _lesser_scalar
_lesser_equal_scalar _scatter_plus_scalar _scatter_minus_scalar""".split()


@pytest.mark.parametrize("stype", S)
@pytest.mark.parametrize("scalar", [0, 2.0, -0.5])
def test_scalar(run, stype, scalar):
    run(f"result = [show(getattr(nd._internal, n)(mk({stype!r}), scalar={scalar})) for n in {SCALARS}]")


BINARY = (
    "elemwise_add elemwise_sub elemwise_mul elemwise_div _maximum _hypot broadcast_add broadcast_mul _grad_add".split()
)


@pytest.mark.parametrize("left", ALL)
@pytest.mark.parametrize("right", ALL)
def test_binary(run, left, right):
    # MXNet leaves csr columns unsorted here, so indices are compared for row_sparse only
    run(
        f"""
        def one(n):
            f = getattr(nd, n, None) or getattr(nd._internal, n)
            y = f(mk({left!r}), mk({right!r}, 1))
            return show(y) if y.stype == 'row_sparse' else storage(y)
        result = [one(n) for n in {BINARY}]
        """.replace("\n        ", "\n")
    )


def test_union_of_rows(run):
    run(
        """
def rows(idx, v):
    return nd.sparse.row_sparse_array((np.full((len(idx), 2), v, 'f'), idx), shape=(6, 2))
x, y = rows([0, 2], 1.), rows([2, 3], 2.)
result = [show(f(x, y)) for f in (nd.elemwise_add, nd.elemwise_sub, nd.elemwise_mul, nd._internal._maximum)]
result += [show(nd._internal._scatter_elemwise_div(x, y)), show(nd.add_n(x, y, rows([5], 3.))), show(x - x)]
"""
    )


@pytest.mark.parametrize("shape", [(1, 3), (4, 1), (1, 1), (3,)])
def test_broadcast_of_csr(run, shape):
    run(
        f"""
b = nd.array(np.arange(1, 1 + {int(np.prod(shape))}).reshape({shape}))
x = mk('csr')
result = [show(f(x, b)) for f in (nd.broadcast_mul, nd.broadcast_div, nd.broadcast_add)]
result.append(show(nd.broadcast_sub(b, x)))
"""
    )


def test_sums(run):
    run(
        """
c, r = mk('csr'), mk('row_sparse')
result = [show(f(c, axis=k)) for f in (nd.sum, nd.mean, nd.norm) for k in (0, 1)]
result += [show(f(x)) for f in (nd.sum, nd.mean, nd.norm) for x in (c, r)]
result += [show(nd.sum(c, axis=1, keepdims=True)), show(nd.norm(c, ord=1)), show(nd.sum(r, axis=0))]
sq = nd._internal._square_sum
result += [show(sq(r, axis=k, keepdims=keep)) for k in (0, 1) for keep in (0, 1)]
"""
    )


def test_select_and_join(run):
    run(
        """
a, b, c, d = mk('csr'), mk('csr', 1), mk('row_sparse'), mk('default', 3)
result = [show(nd.concat(a, b, dim=0)), show(nd.concat(a, b, dim=1)), show(nd.concat(c, c, dim=0))]
parts = ((1,), (3,)), ((1, 1), (3, 3)), ((None, 1), (None, 2)), ((-2,), (None,))
result += [show(nd.slice(a, begin=p, end=q)) for p, q in parts]
result += [show(nd.slice(a, begin=(0, 0), end=(4, 3), step=(2, 1)))]
result += [show(a[1]), show(a[-1]), show(a[1:3]), show(a[:]), show(a[-3:-1]), show(a[2:9])]
result += [show(nd.take(a, nd.array([3, 0, 0]))), show(nd.take(c, nd.array([[2, 0]]))), show(nd.where(a, d, d + 1))]
result += [show(nd.sparse.retain(c, nd.array(i))) for i in ([0, 2], [1, 3], [2])]
result += [show(nd.clip(a, -0.1, 0.4)), show(nd.clip(c, 0, 0.4))]
result += [show(nd.add_n(*x)) for x in ((c, c), (a, a), (c, d), (d, a, d))]
"""
    )


@pytest.mark.parametrize("kinds", [("csr", "default"), ("csr", "row_sparse"), ("default", "csr"), ("csr", "csr")])
def test_dot(run, kinds):
    run(
        f"""
result = []
for ta in (0, 1):
    for tb in (0, 1):
        for fs in (None, 'default', 'csr', 'row_sparse'):
            if {kinds} == ('csr', 'row_sparse') and (ta, tb, fs) == (1, 0, 'default'):
                continue  # not there in either
            x = mk({kinds[0]!r}, 0, (4, 3) if ta else (3, 4))
            y = mk({kinds[1]!r}, 1, (5, 4) if tb else (4, 5))
            z = nd.dot(x, y, transpose_a=ta, transpose_b=tb, **({{'forward_stype': fs}} if fs else {{}}))
            result.append(show(z) if z.stype == 'row_sparse' else storage(z))
"""
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dot_of_some_size(run, rng, dtype):
    x = rng.normal(size=(60, 80)) * (rng.random((60, 80)) < 0.05)
    run(
        """
x = nd.array(x, dtype=dtype).tostype('csr')
w = nd.array(w, dtype=dtype)
v = nd.array(v, dtype=dtype)
result = [show(nd.dot(x, w)), show(nd.dot(x, v, transpose_a=True)), storage(nd.dot(v.T, x, forward_stype='default'))]
""",
        x=x, w=rng.normal(size=(80, 7)), v=rng.normal(size=(60, 5)), dtype=dtype, rtol=1e-4, atol=1e-5,
    )  # fmt: skip


REFUSED = [
    "nd.clip(mk('csr'), 0.1, 1)",
    "nd.cast_storage(mk('csr'), 'row_sparse')",
    "mk('row_sparse').tostype('csr')",
    "nd.cast_storage(nd.ones((2, 2, 2)), 'csr')",
    "nd.sparse.retain(mk('csr'), nd.array([1]))",
    "nd._internal._square_sum(mk('csr'), axis=1)",
    "nd.broadcast_div(mk('csr'), nd.ones((4, 3)))",
    "nd.dot(mk('csr'), nd.ones((3,)))",
    "nd.dot(mk('csr'), mk('row_sparse', 0, (4, 3)), transpose_a=True, forward_stype='default')",
    "nd.dot(mk('csr'), nd.ones((4, 2)))",
    "nd.sparse.csr_matrix((1, 2, 3, 4))",
    "nd.sparse.csr_matrix('x')",
    "nd.sparse.csr_matrix(mk('row_sparse'))",
    "nd.sparse.csr_matrix(mk('csr'), shape=(3, 3))",
    "nd.sparse.row_sparse_array(mk('csr'))",
    "nd.sparse.row_sparse_array(([[1, 2]], [0, 1]), shape=(3, 2))",
    "nd.sparse.row_sparse_array((3,))",
    "nd.sparse.array([1])",
    "nd.sparse.array(nd.ones((2, 2)))",
    "nd.sparse.zeros('foo', (2, 2))",
    "nd.sparse.empty('default', (2, 2))",
    "mk('csr').reshape((3, 4))",
    "mk('csr').asscalar()",
    "mk('csr')[::2]",
    "mk('csr')[0, 1]",
    "mk('csr')[None]",
    "mk('row_sparse')[0]",
    "mk('row_sparse')[0:1]",
    "mk('csr').copyto(mk('row_sparse'))",
    "mk('csr').tostype('foo')",
    "bool(mk('csr'))",
    "mk('csr').size",
    "mk('csr').__setitem__(0, 1)",
    "mk('csr').__setitem__(slice(None), 1)",
    "mk('row_sparse').__setitem__(slice(0, 1), 1)",
]


@pytest.mark.parametrize("code", REFUSED)
def test_refused(run, code):
    run(f"x = {code}\nx.asnumpy()", raises=True)


MADE = """
csr_matrix(([1, 2, 3], [0, 2, 1], [0, 1, 3]), shape=(2, 3))
csr_matrix(([1, 2, 3], [0, 2, 1], [0, 1, 3]))
csr_matrix((np.array([1., 2., 3.]), [0, 2, 1], [0, 1, 3]), shape=(2, 3))
csr_matrix((nd.array([1, 2, 3], dtype='int32'), nd.array([0, 2, 1]), nd.array([0, 1, 3])), shape=(2, 3))
csr_matrix((2, 3))
csr_matrix((2, 3), dtype='float64')
csr_matrix(np.array([[1, 0], [0, 2]]))
csr_matrix([[1, 0], [0, 2]])
csr_matrix(nd.array([[1, 0], [0, 2]]), dtype='float16')
csr_matrix(mk('csr'))
row_sparse_array(([[1, 2], [3, 4]], [1, 4]), shape=(6, 2))
row_sparse_array(([[1, 2], [3, 4]], [1, 4]))
row_sparse_array((6, 2))
row_sparse_array((6, 2, 3), dtype='float16')
row_sparse_array([[1, 2], [0, 0]])
row_sparse_array(np.array([[1, 2], [0, 0]]))
row_sparse_array(mk('row_sparse'))
array(mk('csr'))
array(mk('row_sparse'), dtype='float64')
zeros('csr', (2, 2))
zeros('row_sparse', (2, 2), dtype='int32')
empty('row_sparse', (2, 2))
""".strip().splitlines()


def test_made(run):
    run("result = [show(x) + [x.dtype, x.shape] for x in (" + ", ".join(f"nd.sparse.{m}" for m in MADE) + ")]")


def test_cast(run):
    run(
        """
x = nd.array([[1, 0], [0, -0.0], [0, float('nan')]])
y = nd.array([[[1, 2]], [[0, 0]]])
result = [show(x.tostype('csr'))] + [show(v.tostype('row_sparse')) for v in (x, y, nd.ones(3))]
for t in ('float16', 'float64', 'int32', 'uint8'):
    result += [show(nd.array([[1, 0], [0, 2]], dtype=t).tostype(s)) for s in ('csr', 'row_sparse')]
"""
    )


METHODS = """
a + a, a - 1, 1 - a, 2 * a, a / 2, -a, abs(a), a > 0, a == 0, a ** 2, a + c, a * a, c * c, c + c, c - c, a + d
d + a, a * d, c * d, a.astype('float64'), c.astype('int32'), a.copy(), c.copyto(mx.cpu())
a.copyto(nd.zeros((4, 3))), d.copyto(mk('row_sparse')), d.copyto(mk('csr')), a.tostype('csr')
a.tostype('default'), a.detach(), a.sum(), a.sin(), a.slice(begin=(0,), end=(1,)), a.zeros_like(), c.ones_like()
a.T, nd.sparse.add(a, a), nd.sparse.add(a, 1), nd.sparse.divide(c, c), nd.sparse.multiply(a, nd.ones((1, 3)))
nd.zeros((2, 2), stype='csr'), nd.empty((2, 2), stype='row_sparse'), nd.array(a), c[:]
""".strip().replace("\n", ", ")


def test_methods(run):
    run(f"a, c, d = mk('csr'), mk('row_sparse'), mk('default', 5)\nresult = [storage(x) for x in ({METHODS})]")


def test_said(run):
    run(
        """
a, c = mk('csr'), mk('row_sparse')
result = [repr(a), str(c), a.stype, a.ndim, len(a), a.shape, a.dtype, str(a.context), a.indices.dtype, a.indptr.dtype]
result += [a.astype('float32', copy=False) is a, a.tostype('csr') is a, a[:] is a, a.as_in_context(mx.cpu()) is a]
result += [a.check_format(), a._num_aux]
"""
    )


def test_assignment(run):
    run(
        """
import pickle, copy
result = []
for v in (mk('csr', 1), np.ones((4, 3)), mk('default', 2)):
    x = mk('csr')
    x[:] = v
    result.append(show(x))
for v in (1, 0, mk('row_sparse', 5), np.ones((4, 3))):
    x = mk('row_sparse')
    x[:] = v
    result.append(show(x))
for x in (mk('csr'), mk('row_sparse')):
    result += [show(pickle.loads(pickle.dumps(x))), show(copy.deepcopy(x))]
    x += 1
    result.append(storage(x))
d = nd.ones((4, 3)); d += mk('row_sparse'); d *= mk('csr')
result.append(storage(d))
"""
    )


BAD = [
    "csr_matrix(([1, 2], [0, 5], [0, 1, 2]), shape=(2, 3))",
    "csr_matrix(([1, 2], [1, 0], [0, 2, 2]), shape=(2, 3))",
    "csr_matrix(([1, 2], [1, 0], [0, 2, 1]), shape=(2, 3))",
    "csr_matrix(([1, 2], [1, 0], [1, 2, 2]), shape=(2, 3))",
    "csr_matrix(([1, 2], [1, -1], [0, 1, 2]), shape=(2, 3))",
    "row_sparse_array(([[1, 2], [3, 4]], [4, 1]), shape=(6, 2))",
    "row_sparse_array(([[1, 2], [3, 4]], [4, 9]), shape=(6, 2))",
    "row_sparse_array(([[1, 2], [3, 4]], [4, 4]), shape=(6, 2))",
]


@pytest.mark.parametrize("code", BAD)
def test_check_format(run, code):
    run(f"nd.sparse.{code}.check_format()", raises="check_format")


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
