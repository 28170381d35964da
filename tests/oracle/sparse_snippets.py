"""Snippets about sparse arrays."""

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
