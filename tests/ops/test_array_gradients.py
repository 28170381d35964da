"""First and second derivatives of the array operators against central differences, and through the executor."""

import numpy as np
import pytest

import mxr as mx
from mxr import nd

from .grad_check import check_executor, check_gradients


def _x(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0.5, 2.0, shape)


IDX = np.array([2, 0, 2, 1], "f")

# name -> (expression over F, a, b, c; shapes or arrays)
CASES = {
    "sum": ("F.sum(a * a, axis=1)", [(2, 3)]),
    "mean": ("F.mean(a * a * a, axis=(0, 2), keepdims=True)", [(2, 3, 2)]),
    "max": ("F.max(a * a, axis=1)", [(2, 3)]),
    "prod": ("F.prod(a, axis=1)", [(2, 3)]),
    "nansum": ("F.nansum(a * a, axis=0)", [(2, 3)]),
    "nanprod": ("F.nanprod(a, axis=0)", [(2, 3)]),
    "norm1": ("F.norm(a * a, ord=1, axis=1)", [(2, 3)]),
    "norm2": ("F.norm(a, axis=0)", [(2, 3)]),
    "moments": ("F.moments(a, axes=(0,))", [(3, 2)]),
    "reshape": ("F.reshape(a * a, shape=(-1, 2))", [(2, 3)]),
    "reshape_like": ("F.reshape_like(a * a, b)", [(2, 3), (3, 2)]),
    "transpose": ("F.transpose(a * a, axes=(1, 2, 0))", [(2, 3, 2)]),
    "swapaxes": ("F.swapaxes(a * a, dim1=0, dim2=2)", [(2, 3, 2)]),
    "flip": ("F.flip(a * a, axis=1)", [(2, 3)]),
    "tile": ("F.tile(a * a, reps=(2, 1, 3))", [(2, 2)]),
    "repeat": ("F.repeat(a * a, repeats=2, axis=0)", [(2, 2)]),
    "broadcast_to": ("F.broadcast_to(a * a, shape=(3, 2))", [(1, 2)]),
    "broadcast_axis": ("F.broadcast_axis(a * a, axis=0, size=3)", [(1, 2)]),
    "broadcast_like": ("F.broadcast_like(a * a, b)", [(1, 2), (3, 2)]),
    "depth_to_space": ("F.depth_to_space(a * a, block_size=2)", [(1, 4, 1, 2)]),
    "dot": ("F.dot(a, b)", [(2, 3), (3, 2)]),
    "dot_tn": ("F.dot(a, b, transpose_a=True)", [(3, 2), (3, 2)]),
    "dot_nt": ("F.dot(a, b, transpose_b=True)", [(2, 3), (2, 3)]),
    "dot_tt": ("F.dot(a, b, transpose_a=True, transpose_b=True)", [(3, 2), (2, 3)]),
    "dot_vectors": ("F.dot(a, b)", [(3,), (3,)]),
    "dot_3d": ("F.dot(a, b)", [(2, 2, 3), (3, 1, 2)]),
    "batch_dot": ("F.batch_dot(a, b, transpose_b=True)", [(2, 2, 3), (2, 2, 3)]),
    "batch_dot_t": ("F.batch_dot(a, b, transpose_a=True)", [(2, 3, 2), (2, 3, 2)]),
    "slice": ("F.slice(a * a, begin=(0, 3), end=(2, 0), step=(1, -2))", [(2, 4)]),
    "slice_axis": ("F.slice_axis(a * a, axis=-1, begin=1, end=None)", [(2, 3)]),
    "slice_like": ("F.slice_like(a * a, b)", [(3, 3), (2, 1)]),
    "concat": ("F.concat(a * a, b, dim=1)", [(2, 2), (2, 1)]),
    "stack": ("F.stack(a * a, b, axis=1)", [(2, 2), (2, 2)]),
    "split": ("F.split(a * a, num_outputs=2, axis=1)", [(2, 4)]),
    "split_squeezed": ("F.split(a * a, num_outputs=2, axis=0, squeeze_axis=True)", [(2, 3)]),
    "add_n": ("F.add_n(a * a, b, a)", [(2, 2), (2, 2)]),
    "clip": ("F.clip(a * a, a_min=0.7, a_max=2)", [(2, 3)]),
    "where": ("F.where(c, a * a, b * b)", [(2, 2), (2, 2), np.array([[1, 0], [0, 1]], "f")]),
    "take": ("F.take(a * a, c)", [(3, 2), None, IDX]),
    "take_axis": ("F.take(a * a, c, axis=1)", [(2, 3), None, IDX]),
    "embedding": ("F.Embedding(c, a * a, input_dim=3, output_dim=2)", [(3, 2), None, IDX]),
    "pick": ("F.pick(a * a, c, axis=1)", [(4, 3), None, IDX]),
    "gather_nd": ("F.gather_nd(a * a, c)", [(3, 3), None, np.array([[2, 0, 2], [1, 1, 1]], "f")]),
    "scatter_nd": ("F.scatter_nd(a * a, c, shape=(3, 2))", [(2,), None, np.array([[2, 0], [1, 1]], "f")]),
    "sort": ("F.sort(a * a, axis=0, is_ascend=False)", [(4, 2)]),
    "topk": ("F.topk(a * a, k=2, ret_typ='value')", [(2, 4)]),
    "diag": ("F.diag(a * a, k=1, axis1=1, axis2=2)", [(2, 2, 3)]),
    "pad_edge": ("F.pad(a * a, mode='edge', pad_width=(0, 0, 0, 0, 1, 2, 0, 1))", [(1, 1, 2, 3)]),
    "pad_reflect": ("F.pad(a * a, mode='reflect', pad_width=(0, 0, 0, 0, 1, 1, 2, 0))", [(1, 1, 2, 3)]),
    "sequence_mask": ("F.SequenceMask(a * a, c, use_sequence_length=True)", [(4, 2), None, np.array([1, 3], "f")]),
    "sequence_last": ("F.SequenceLast(a * a, c, use_sequence_length=True)", [(4, 2), None, np.array([1, 3], "f")]),
    "sequence_reverse": ("F.SequenceReverse(a * a, c, use_sequence_length=1)", [(4, 2), None, np.array([1, 3], "f")]),
    "gemm": ("F.linalg.gemm(a, b, a, alpha=2, beta=0.5)", [(2, 2), (2, 2)]),
    "trmm": ("F.linalg.trmm(a, b, transpose=True)", [(2, 2), (2, 3)]),
    "trsm": ("F.linalg.trsm(a, b, rightside=True, alpha=2)", [(2, 2), (3, 2)]),
    "syrk": ("F.linalg.syrk(a)", [(2, 3)]),
    "potrf": ("F.linalg.potrf(F.linalg.syrk(a))", [(2, 3)]),
    "potri": ("F.linalg.potri(a)", [(2, 2)]),
    "sumlogdiag": ("F.linalg.sumlogdiag(a)", [(2, 2)]),
    "inverse": ("F.linalg.inverse(a)", [(2, 2)]),
    "det": ("F.linalg.det(a)", [(2, 2, 2)]),
    "trian": ("F.linalg.maketrian(F.linalg.extracttrian(a * a), offset=1)", [(3, 3)]),
}  # fmt: skip


def _case(name):
    text, inputs = CASES[name]
    arrays = [_x(*v, seed=i) if isinstance(v, tuple) else v for i, v in enumerate(inputs)]
    names = [n for n, v in zip("abc", arrays) if v is not None]
    f = eval(f"lambda F: lambda {', '.join(names)}: {text}")
    return f, [v for v in arrays if v is not None]


@pytest.mark.parametrize("name", CASES)
def test_first_and_second_order(name):
    f, arrays = _case(name)
    check_gradients(f(nd), *arrays, tol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_executor(name):
    f, arrays = _case(name)
    check_executor(f(nd), f(mx.sym), *(v.astype("f") for v in arrays))
