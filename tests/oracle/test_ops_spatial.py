"""What cases cannot say of the spatial operators: auxiliary states, symbols, errors, inference."""

import pytest

_TRAIN = """
e = s.simple_bind(mx.cpu(), **shapes)
for k, v in dict(args).items():
    e.arg_dict[k][:] = v
for k, v in dict(aux).items():
    e.aux_dict[k][:] = v
ys = [y.asnumpy() for y in e.forward(is_train=train)]
before = {k: v.asnumpy() for k, v in e.aux_dict.items()}
if train:
    e.backward([nd.array(np.cos(1.7 * np.arange(y.size)).reshape(y.shape)) for y in ys[:1]]
               + [nd.zeros(y.shape) for y in ys[1:]])
result = {"ys": ys, "before": before, "grads": {k: v.asnumpy() for k, v in e.grad_dict.items()} if train else {},
          "aux": {k: v.asnumpy() for k, v in e.aux_dict.items()}, "args": s.list_arguments(),
          "states": s.list_auxiliary_states(), "outs": s.list_outputs()}
"""


@pytest.fixture(autouse=True)
def plain_graphs(oracle):
    # with its oneDNN subgraphs MXNet keeps the moving averages in copies, which aux_dict does not show
    oracle.run("import os; os.environ['MXNET_SUBGRAPH_BACKEND'] = 'NONE'; result = 0")
    yield
    oracle.run("import os; os.environ.pop('MXNET_SUBGRAPH_BACKEND', None); result = 0")


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(
    "attrs",
    ["", "fix_gamma=False", "fix_gamma=False, use_global_stats=True", "fix_gamma=False, eps=0.1, output_mean_var=True"],
)
@pytest.mark.parametrize("shape", [(4, 3, 2, 2), (5, 3)])
def test_batch_norm_v1(both, rng, attrs, train, shape):
    both(
        f"s = mx.sym.BatchNorm_v1(mx.sym.var('data'), name='b', {attrs})\n"
        "args = {'data': x, 'b_gamma': gamma, 'b_beta': beta}\n"
        "aux = {'b_moving_mean': np.full(3, 0.2), 'b_moving_var': np.full(3, 2.0)}\n"
        f"shapes, train = {{'data': {shape}}}, {train}\n" + _TRAIN,
        x=rng.normal(size=shape).astype("f"),
        gamma=rng.uniform(0.5, 2, 3).astype("f"),
        beta=rng.normal(size=3).astype("f"),
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("attrs", ["", "sparseness_target=0.2, penalty=0.1, momentum=0.8"])
def test_sparse_reg(both, rng, attrs):
    both(
        f"s = mx.sym.IdentityAttachKLSparseReg(mx.sym.var('data'), name='k', {attrs})\n"
        "args, aux = {'data': x}, {'k_moving_avg': np.array([0.3, 0.4, 0.5])}\n"
        "shapes, train = {'data': (4, 3)}, True\n" + _TRAIN,
        x=rng.uniform(0.1, 0.9, (4, 3)).astype("f"),
    )


SYMBOLS = [
    ("sym.BilinearSampler(d, sym.var('e'))", {"d": (2, 3, 4, 5), "e": (2, 2, 6, 7)}),
    ("sym.GridGenerator(d, transform_type='affine', target_shape=(3, 4))", {"d": (2, 6)}),
    ("sym.GridGenerator(d, transform_type='warp')", {"d": (2, 2, 4, 5)}),
    (
        "sym.SpatialTransformer(d, sym.var('e'), target_shape=(3, 4), transform_type='affine', "
        "sampler_type='bilinear')",
        {"d": (2, 3, 4, 5), "e": (2, 6)},
    ),
    ("sym.Correlation(d, sym.var('e'), kernel_size=3, pad_size=2)", {"d": (2, 3, 6, 5), "e": (2, 3, 6, 5)}),
    ("sym.contrib.BilinearResize2D(d, height=3, width=7)", {"d": (2, 3, 4, 5)}),
    ("sym.contrib.BilinearResize2D(d, sym.var('e'), mode='like')", {"d": (2, 3, 4, 5), "e": (2, 1, 6, 7)}),
    ("sym.contrib.AdaptiveAvgPooling2D(d, output_size=(2, 3))", {"d": (2, 3, 4, 5)}),
    ("sym.Convolution_v1(d, kernel=(3, 3), num_filter=4)", {"d": (2, 3, 6, 5)}),
    ("sym.Pooling_v1(d, kernel=(3, 3), stride=(2, 2), pooling_convention='full')", {"d": (2, 3, 6, 5)}),
    ("sym.BatchNorm_v1(d)", {"d": (2, 3, 4)}),
    ("sym.contrib.SyncBatchNorm(d, key='k')", {"d": (2, 3, 4)}),
    ("sym.contrib.BatchNormWithReLU(d, axis=2)", {"d": (2, 3, 4)}),
    ("sym.IdentityAttachKLSparseReg(d)", {"d": (2, 3)}),
]


@pytest.mark.parametrize("text, shapes", SYMBOLS, ids=lambda v: v[:40] if isinstance(v, str) else "")
def test_symbols(both, text, shapes):
    """Names, JSON with its counts of outputs, and shapes."""
    both(
        f"""
        d = sym.var("d")
        s = {text}
        result = {{"json": s.tojson(), "args": s.list_arguments(), "aux": s.list_auxiliary_states(),
                   "all": s.get_internals().list_outputs(), "shapes": s.infer_shape(**{shapes})}}
        """
    )


ERRORS = [
    ("nd.BilinearSampler(nd.ones((1, 2, 3)), nd.ones((1, 2, 2, 2)))", "data"),
    ("nd.BilinearSampler(nd.ones((1, 2, 3, 3)), nd.ones((1, 3, 2, 2)))", "grid"),
    ("nd.BilinearSampler(nd.ones((1, 2, 3, 3), dtype='int32'), nd.ones((1, 2, 2, 2), dtype='int32'))", "dtype"),
    ("nd.GridGenerator(nd.ones((2, 5)), transform_type='affine', target_shape=(2, 2))", "data"),
    ("nd.GridGenerator(nd.ones((2, 6)), transform_type='affine')", "target_shape"),
    ("nd.GridGenerator(nd.ones((2, 6)), transform_type='afine', target_shape=(2, 2))", "affine"),
    ("nd.GridGenerator(nd.ones((2, 3, 4, 4)), transform_type='warp')", "data"),
    ("nd.SpatialTransformer(nd.ones((2, 3, 4, 4)), nd.ones((2, 6)), transform_type='affine', sampler_type='bilinear')",
     "target_shape"),
    ("nd.Correlation(nd.ones((1, 1, 6, 6)), nd.ones((1, 1, 6, 6)), max_displacement=9)", "max_displacement"),
    ("nd.contrib.BilinearResize2D(nd.ones((1, 1, 5, 6)), scale_height=2.0)", "scale_width"),
    ("nd.contrib.BilinearResize2D(nd.ones((1, 1, 5, 6)), height=0)", "height"),
    ("nd.contrib.BilinearResize2D(nd.ones((1, 5, 6)), height=2, width=2)", "data"),
    ("nd.contrib.BilinearResize2D(nd.ones((1, 1, 5, 6)), mode='like')", "like"),
    ("nd.contrib.AdaptiveAvgPooling2D(nd.ones((3, 5, 6)))", "data"),
    ("nd.Convolution_v1(nd.ones((1, 1, 5)), nd.ones((1, 1, 3)), nd.ones(1), kernel=(3,), num_filter=1)", "kernel"),
    ("nd.Convolution_v1(nd.ones((1, 5, 5, 1)), nd.ones((1, 3, 3, 1)), nd.ones(1), kernel=(3, 3), num_filter=1, "
     "layout='NHWC')", "layout"),
    ("nd.Pooling_v1(nd.ones((2, 3, 7)), kernel=(3,))", "kernel"),
    ("nd.Pooling_v1(nd.ones((2, 3, 7, 7)), kernel=(9, 9))", "kernel"),
    ("nd.contrib.SyncBatchNorm(nd.ones((2, 3)), nd.ones(3), nd.ones(3), nd.ones(3), nd.ones(3))", "key"),
]  # fmt: skip


@pytest.mark.parametrize("call, names", ERRORS)
def test_errors(both, call, names):
    both(f"({call}).asnumpy()", raises=names)
