"""Random valid calls, family by family, against MXNet: shapes, axes and parameters that nobody thought of."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mxr.base import MXNetError
from tests.cases import Case, X, case, values
from tests.oracle.case_oracle import ask, record_of
from tests.oracle.test_cases_oracle import compare

CI = settings(
    deadline=None, derandomize=True, max_examples=int(os.environ.get("MXR_RANDOM_CASES", "60")), database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)  # fmt: skip
F32 = dict(dtypes=("float32",), rtol=1e-4, atol=1e-5)


def shapes(lo=1, hi=4, size=4):
    return st.lists(st.integers(1, size), min_size=lo, max_size=hi).map(tuple)


def agree(oracle, c: Case) -> None:
    """Both give the same; where MXNet refuses the call, mxr may do either, where mxr refuses it MXNet must too."""
    theirs = ask(oracle, [record_of(c, c.dtypes[0])])[0]
    if "error" in theirs:
        return
    try:
        compare(c, c.dtypes[0], theirs)
    except MXNetError as e:
        raise AssertionError(f"{c.op}({[x.shape for x in c.arrays()]}, {c.attrs}): only MXNet takes it: {e}") from e
    except AssertionError as e:
        raise AssertionError(f"{c.op}({[x.shape for x in c.arrays()]}, {c.attrs}): {e}") from e


@st.composite
def broadcasts(draw):
    full = draw(shapes(1, 4))
    sides = [tuple(draw(st.sampled_from([n, 1])) for n in full) for _ in range(2)]
    op = draw(st.sampled_from("add sub mul div maximum minimum hypot mod power greater equal".split()))
    lo = 0.2 if op in ("power", "mod") else -2
    return case(f"broadcast_{op}", X(*sides[0], lo=lo), X(*sides[1], lo=0.5, seed=1), **F32)


@st.composite
def reductions(draw):
    shape = draw(shapes())
    axes = draw(st.lists(st.integers(-len(shape), len(shape) - 1), max_size=3, unique_by=lambda a: a % len(shape)))
    op = draw(st.sampled_from("sum mean prod nansum nanprod max min".split()))
    attrs = dict(axis=tuple(axes), keepdims=draw(st.booleans()), exclude=draw(st.booleans()))
    return case(op, X(*shape, lo=0.5), attrs=attrs, **F32)


@st.composite
def slices(draw):
    shape = draw(shapes(size=6))
    edge = st.one_of(st.none(), st.integers(-6, 6))
    n = draw(st.integers(1, len(shape)))
    step = st.sampled_from([None, 1, 2, -1, -2, 3])
    attrs = {k: tuple(draw(s) for _ in range(n)) for k, s in (("begin", edge), ("end", edge), ("step", step))}
    return case("slice", X(*shape), attrs=attrs, **F32)


@st.composite
def reshapes(draw):
    shape = draw(shapes(2, 4))
    target = draw(st.lists(st.sampled_from([0, -1, -2, -3, -4, 1, 2, 3, 4, 6, 8, 12]), min_size=1, max_size=5))
    return case("Reshape", X(*shape), attrs=dict(shape=tuple(target), reverse=draw(st.booleans())), **F32)


@st.composite
def axes_moved(draw):
    shape = draw(shapes(2, 4))
    n = len(shape)
    axis = st.integers(-n, n - 1)
    op = draw(st.sampled_from(["transpose", "SwapAxis", "reverse", "expand_dims", "repeat", "tile", "stack", "Concat"]))
    if op == "transpose":
        attrs = dict(axes=tuple(draw(st.permutations(range(n)))))
    elif op == "SwapAxis":
        attrs = dict(dim1=draw(axis), dim2=draw(axis))
    elif op == "reverse":
        attrs = dict(axis=tuple(draw(st.sets(st.integers(0, n - 1), min_size=1))))
    elif op == "repeat":
        attrs = dict(repeats=draw(st.integers(1, 3)), axis=draw(st.one_of(st.none(), axis)))
    elif op == "tile":
        attrs = dict(reps=draw(shapes(1, 3, 3)))  # longer ones give zeros in MXNet
    elif op == "Concat":
        return case(op, X(*shape), X(*shape), X(*shape), attrs=dict(dim=draw(axis)), **F32)
    elif op == "stack":
        return case(op, X(*shape), X(*shape), attrs=dict(axis=draw(st.integers(-n - 1, n))), **F32)
    else:
        attrs = dict(axis=draw(st.integers(-n - 1, n)))
    return case(op, X(*shape), attrs=attrs, **F32)


@st.composite
def lookups(draw):
    shape = draw(shapes(2, 3))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    mode = draw(st.sampled_from(["clip", "wrap"]))
    index = draw(st.lists(st.integers(-6, 8), min_size=1, max_size=5))
    op = draw(st.sampled_from(["take", "pick", "one_hot", "gather_nd"]))
    if op == "take":
        return case(op, X(*shape), values(index), attrs=dict(axis=axis, mode=mode), grad=(1, 0), **F32)
    if op == "pick":
        rest = [n for i, n in enumerate(shape) if i != axis % len(shape)]
        attrs = dict(axis=axis, mode=mode, keepdims=draw(st.booleans()))
        return case(op, X(*shape), X(*rest, lo=-3, hi=6, whole=True), attrs=attrs, grad=(1, 0), **F32)
    if op == "one_hot":
        return case(op, values(index), attrs=dict(depth=draw(st.integers(1, 5))), grad=False, **F32)
    k = draw(st.integers(1, len(shape)))
    rows = [[draw(st.integers(0, n - 1)) for _ in index] for n in shape[:k]]
    return case(op, X(*shape), values(rows), grad=(1, 0), **F32)


@st.composite
def orders(draw):
    shape = draw(shapes(1, 3, 5))
    axis = draw(st.one_of(st.none(), st.integers(-len(shape), len(shape) - 1)))
    op = draw(st.sampled_from(["sort", "argsort", "topk", "argmax", "argmin"]))
    if op in ("argmax", "argmin"):
        return case(op, X(*shape), attrs=dict(axis=axis, keepdims=draw(st.booleans())), grad=False, **F32)
    attrs = dict(axis=axis, is_ascend=draw(st.booleans()))
    if op == "topk":
        attrs.update(k=draw(st.integers(0, 3)), ret_typ=draw(st.sampled_from(["value", "indices", "both", "mask"])))
    return case(op, X(*shape), attrs=attrs, grad=op == "sort" or attrs.get("ret_typ") in ("value", "both"), **F32)


@st.composite
def convolutions(draw):
    n = draw(st.integers(1, 3))
    small = lambda lo, hi: tuple(draw(st.integers(lo, hi)) for _ in range(n))  # noqa: E731
    group = draw(st.sampled_from([1, 1, 2]))
    c, f = group * draw(st.integers(1, 2)), group * draw(st.integers(1, 2))
    kernel, stride, pad = small(1, 3), small(1, 2), small(0, 2)
    dilate = small(1, 2) if n < 3 else (1,) * n
    attrs = dict(kernel=kernel, stride=stride, pad=pad, dilate=dilate, num_filter=f, num_group=group)
    data = (draw(st.integers(1, 2)), c, *small(3, 6))
    if draw(st.booleans()):
        return case("Convolution", X(*data), X(f, c // group, *kernel), X(f), attrs=attrs, **F32)
    return case("Deconvolution", X(*data), X(c, f // group, *kernel), attrs={**attrs, "no_bias": True}, **F32)


@st.composite
def poolings(draw):
    n = draw(st.integers(1, 2))
    small = lambda lo, hi: tuple(draw(st.integers(lo, hi)) for _ in range(n))  # noqa: E731
    kernel = small(2, 3)
    kind = draw(st.sampled_from(["max", "avg", "sum"]))
    attrs = dict(
        kernel=kernel, stride=small(1, 3), pad=small(0, 1), pool_type=kind,
        pooling_convention=draw(st.sampled_from(["valid", "full"])),
    )  # fmt: skip
    if kind == "avg":
        attrs["count_include_pad"] = draw(st.booleans())
    # double precision: MXNet's single precision goes through oneDNN, whose gradient at the rim is not its own rule
    return case("Pooling", X(2, 2, *small(3, 7)), attrs=attrs, train=True, dtypes=("float64",))


@st.composite
def norms(draw):
    shape = draw(shapes(2, 4))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    op = draw(st.sampled_from(["softmax", "log_softmax", "LayerNorm", "BatchNorm", "norm", "L2Normalization"]))
    n = shape[axis]
    if op in ("softmax", "log_softmax"):
        return case(op, X(*shape), attrs=dict(axis=axis, temperature=draw(st.sampled_from([None, 0.5]))), **F32)
    if op == "LayerNorm":
        return case(op, X(*shape), X(n), X(n), attrs=dict(axis=axis, eps=0.1), **F32)
    if op == "BatchNorm":
        attrs = dict(axis=axis, fix_gamma=False, eps=0.1, use_global_stats=draw(st.booleans()))
        return case(op, X(*shape), X(n), X(n), X(n), X(n, lo=0.5), attrs=attrs, train=draw(st.booleans()),
                    grad=(1, 1, 1), dtypes=("float32",), rtol=1e-3, atol=1e-4)  # fmt: skip
    if op == "norm":
        return case(op, X(*shape), attrs=dict(axis=axis, ord=draw(st.sampled_from([1, 2]))), **F32)
    return case(op, X(*shape), attrs=dict(mode=draw(st.sampled_from(["instance", "channel", "spatial"]))), **F32)


@st.composite
def products(draw):
    m, k, n, b = (draw(st.integers(1, 4)) for _ in range(4))
    ta, tb = draw(st.booleans()), draw(st.booleans())
    left, right = (k, m) if ta else (m, k), (n, k) if tb else (k, n)
    attrs = dict(transpose_a=ta, transpose_b=tb)
    op = draw(st.sampled_from(["dot", "batch_dot", "_linalg_gemm2"]))
    lead = () if op == "dot" else (b,)
    return case(op, X(*lead, *left), X(*lead, *right), attrs=attrs, **F32)


FAMILIES = dict(
    broadcasts=broadcasts, reductions=reductions, slices=slices, reshapes=reshapes, axes_moved=axes_moved,
    lookups=lookups, orders=orders, convolutions=convolutions, poolings=poolings, norms=norms, products=products,
)  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_random_calls(oracle, family: str) -> None:
    @CI
    @given(c=FAMILIES[family]())
    def check(c: Case) -> None:
        agree(oracle, c)

    check()
