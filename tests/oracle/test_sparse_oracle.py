"""Sparse arrays against MXNet: values, storages and stored indices."""

import numpy as np
import pytest

from .sparse_snippets import PRELUDE

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
