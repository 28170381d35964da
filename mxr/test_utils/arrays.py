"""Arrays and shapes for tests, the default device, the environment."""

from __future__ import annotations

import contextlib
import functools
import os
import random as rnd
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import context as _context
from .. import ndarray as nd
from ..base import MXNetTypeError

__all__ = [
    "assign_each",
    "assign_each2",
    "collapse_sum_like",
    "compare_optimizer",
    "create_2d_tensor",
    "create_vector",
    "default_context",
    "default_dtype",
    "discard_stderr",
    "environment",
    "get_identity_mat",
    "get_identity_mat_batch",
    "list_gpus",
    "new_matrix_with_real_eigvals_2d",
    "new_matrix_with_real_eigvals_nd",
    "new_orthonormal_matrix_2d",
    "new_sym_matrix_with_real_eigvals_2d",
    "new_sym_matrix_with_real_eigvals_nd",
    "np_reduce",
    "rand_coord_2d",
    "rand_ndarray",
    "rand_shape_2d",
    "rand_shape_3d",
    "rand_shape_nd",
    "random_arrays",
    "random_sample",
    "random_uniform_arrays",
    "retry",
    "set_default_context",
]


def default_context() -> Any:
    """The device that tests run on."""
    return _context.current_context()


def set_default_context(ctx: Any) -> None:
    """Makes `ctx` the default device of this thread."""
    if not isinstance(ctx, _context.Context):
        raise MXNetTypeError(f"ctx must be a Context, got {type(ctx).__name__}")
    _context._local.context = ctx


def default_dtype() -> type:
    """float32."""
    return np.float32


def list_gpus() -> range:
    """The numbers of the GPUs."""
    return range(_context.num_gpus())


def random_arrays(*shapes: Any) -> Any:
    """Standard normal NumPy arrays from ``numpy.random``: one for one shape, else a list."""
    arrays = [
        np.array(np.random.randn(), dtype=default_dtype()) if len(s) == 0
        else np.random.randn(*s).astype(default_dtype())
        for s in shapes
    ]  # fmt: skip
    return arrays[0] if len(arrays) == 1 else arrays


def random_uniform_arrays(*shapes: Any, **kwargs: Any) -> list[np.ndarray]:
    """Uniform NumPy arrays in [`low`, `high`) (default 0 and 1) of `dtype` (default float32)."""
    low, high = kwargs.pop("low", 0.0), kwargs.pop("high", 1.0)
    dtype = kwargs.pop("dtype", default_dtype())
    if kwargs:
        raise MXNetTypeError(f"random_uniform_arrays got unexpected arguments {sorted(kwargs)}")
    return [np.random.uniform(size=s, low=low, high=high).astype(dtype) for s in shapes]


def random_sample(population: Any, k: int) -> list[Any]:
    """`k` elements of `population`, in its order."""
    population = list(population)[:]
    numbers = sorted(rnd.sample(range(len(population)), k))
    return [population[i] for i in numbers]


def rand_ndarray(
    shape: Any,
    stype: str = "default",
    density: float | None = None,
    dtype: Any = None,
    modifier_func: Callable | None = None,
    shuffle_csr_indices: bool = False,
    distribution: str | None = None,
    ctx: Any = None,
) -> Any:
    """A standard normal NDArray, or a random sparse one; see `rand_sparse_ndarray`."""
    if stype == "default":
        return nd.array(random_arrays(shape), dtype=dtype, ctx=ctx)
    from .sparse import rand_sparse_ndarray

    return rand_sparse_ndarray(
        shape,
        stype,
        density=density,
        modifier_func=modifier_func,
        dtype=dtype,
        shuffle_csr_indices=shuffle_csr_indices,
        distribution=distribution,
        ctx=ctx,
    )[0]


def rand_shape_2d(dim0: int = 10, dim1: int = 10, allow_zero_size: bool = False) -> tuple[int, int]:
    """A random shape of 2 dimensions of at most the given sizes."""
    low = 0 if allow_zero_size else 1
    return np.random.randint(low, dim0 + 1), np.random.randint(low, dim1 + 1)


def rand_shape_3d(
    dim0: int = 10, dim1: int = 10, dim2: int = 10, allow_zero_size: bool = False
) -> tuple[int, int, int]:
    """A random shape of 3 dimensions of at most the given sizes."""
    low = 0 if allow_zero_size else 1
    return np.random.randint(low, dim0 + 1), np.random.randint(low, dim1 + 1), np.random.randint(low, dim2 + 1)


def rand_shape_nd(num_dim: int, dim: int = 10, allow_zero_size: bool = False) -> tuple[int, ...]:
    """A random shape of `num_dim` dimensions of at most `dim`."""
    low = 0 if allow_zero_size else 1
    return tuple(int(d) for d in np.random.randint(low, dim + 1, size=num_dim))


def rand_coord_2d(x_low: int, x_high: int, y_low: int, y_high: int) -> tuple[int, int]:
    """A random pair of integers in [x_low, x_high) and [y_low, y_high)."""
    x = np.random.randint(x_low, x_high, dtype=np.int64)
    y = np.random.randint(y_low, y_high, dtype=np.int64)
    return x, y  # type: ignore[return-value]


def create_vector(size: int, dtype: Any = np.int64) -> Any:
    """NDArray 0, 1, ..., size - 1."""
    return nd.arange(0, size, dtype=dtype)


def create_2d_tensor(rows: int, columns: int, dtype: Any = np.int64) -> Any:
    """NDArray whose row i is all i."""
    return nd.array(np.repeat(np.arange(rows), columns).reshape(rows, columns), dtype=dtype)


def get_identity_mat(size: int) -> np.ndarray:
    """The identity matrix."""
    return np.eye(size)


def get_identity_mat_batch(size: int) -> np.ndarray:
    """Two identity matrices, (2, size, size)."""
    return np.stack([np.eye(size)] * 2)


def new_orthonormal_matrix_2d(n: int) -> np.ndarray:
    """A random orthonormal (n, n) matrix."""
    return np.linalg.qr(np.random.randn(n, n))[0]


def new_matrix_with_real_eigvals_2d(n: int) -> np.ndarray:
    """A random (n, n) matrix with real eigenvalues: a diagonal one in a random basis."""
    shape = (n, n)
    q = np.ones(shape)
    while np.linalg.matrix_rank(q) < n:
        q = np.random.uniform(-1.0, 1.0, shape)
    return np.matmul(np.matmul(q, np.diag(np.random.uniform(-1.0, 1.0, n))), np.linalg.inv(q))


def new_sym_matrix_with_real_eigvals_2d(n: int) -> np.ndarray:
    """A random symmetric (n, n) matrix."""
    q = new_orthonormal_matrix_2d(n)
    return np.matmul(np.matmul(q, np.diag(np.random.uniform(-10.0, 10.0, n))), q.T)


def _stacked(make: Callable[[int], np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    count = int(np.prod(shape[:-2]))
    return np.array([make(shape[-1]) for _ in range(count)]).reshape(shape)


def new_matrix_with_real_eigvals_nd(shape: tuple[int, ...]) -> np.ndarray:
    """Matrices of `new_matrix_with_real_eigvals_2d` along the leading axes of `shape`."""
    return _stacked(new_matrix_with_real_eigvals_2d, shape)


def new_sym_matrix_with_real_eigvals_nd(shape: tuple[int, ...]) -> np.ndarray:
    """Matrices of `new_sym_matrix_with_real_eigvals_2d` along the leading axes of `shape`."""
    return _stacked(new_sym_matrix_with_real_eigvals_2d, shape)


def assign_each(the_input: Any, function: Callable | None) -> Any:
    """`function` of every element of a NumPy array."""
    return np.array(the_input) if function is None else np.vectorize(function)(the_input)


def assign_each2(input1: Any, input2: Any, function: Callable | None) -> Any:
    """`function` of every pair of elements of two NumPy arrays."""
    return np.array(input1) if function is None else np.vectorize(function)(input1, input2)


def np_reduce(dat: np.ndarray, axis: Any, keepdims: bool, numpy_reduce_func: Callable) -> np.ndarray:
    """A NumPy reduction over several axes, one after the other."""
    if isinstance(axis, int):
        axis = [axis]
    axes = list(axis) if axis is not None else range(dat.ndim)
    result = dat
    for one in sorted(axes, reverse=True):
        result = numpy_reduce_func(result, axis=one)
    if keepdims:
        result = result.reshape([1 if i in axes else n for i, n in enumerate(dat.shape)])
    return result


def collapse_sum_like(a: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """`a` summed to `shape`, which broadcasts to the shape of `a`."""
    lead = a.ndim - len(shape)
    axes = tuple(range(lead)) + tuple(i + lead for i, n in enumerate(shape) if n == 1 and a.shape[i + lead] != 1)
    return np.sum(a, axis=axes).reshape(shape)


def retry(n: int) -> Callable:
    """Decorator: a test may fail ``n - 1`` times."""
    if n <= 0:
        raise ValueError(f"retry: n must be from 1 on, got {n}")

    def decorate(f: Callable) -> Callable:
        @functools.wraps(f)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            for left in range(n - 1, -1, -1):
                try:
                    return f(*args, **kwargs)
                except AssertionError:
                    if not left:
                        raise
            return None

        return wrapper

    return decorate


@contextlib.contextmanager
def environment(*args: Any) -> Iterator[None]:
    """Environment variables for a while: ``environment("NAME", "value")`` or ``environment({...})``; None removes."""
    wanted = args[0] if len(args) == 1 else {args[0]: args[1]}
    before = {name: os.environ.get(name) for name in wanted}

    def put(values: dict[str, str | None]) -> None:
        for name, value in values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = str(value)

    put(wanted)
    try:
        yield
    finally:
        put(before)


@contextlib.contextmanager
def discard_stderr() -> Iterator[None]:
    """Sends what is written to stderr, by libraries too, to nowhere."""
    sys.stderr.flush()
    saved = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def compare_optimizer(
    opt1: Any,
    opt2: Any,
    shape: Any,
    dtype: Any,
    w_stype: str = "default",
    g_stype: str = "default",
    rtol: float = 1e-4,
    atol: float = 1e-5,
    compare_states: bool = True,
    ntensors: int = 1,
) -> None:
    """Raises unless two optimizers change equal weights by equal gradients equally."""
    from .compare import assert_almost_equal, compare_ndarray_tuple

    for i in range(ntensors):
        w1, g = (
            nd.array(np.random.uniform(-1, 1, size=shape), dtype=dtype)
            if stype == "default"
            else rand_ndarray(shape, stype, density=1 if stype == w_stype else None, dtype=dtype)
            for stype in (w_stype, g_stype)
        )
        w2 = w1.copy()
        s1, s2 = (opt.create_state_multi_precision(i, w) for opt, w in ((opt1, w1), (opt2, w2)))
        if compare_states:
            compare_ndarray_tuple(s1, s2)
        opt1.update_multi_precision(i, w1, g, s1)
        opt2.update_multi_precision(i, w2, g.copy(), s2)
        if compare_states:
            compare_ndarray_tuple(s1, s2, rtol=rtol, atol=atol)
        assert_almost_equal(w1, w2, rtol=rtol, atol=atol)
