"""Inner product (a fully connected layer) and matrix multiplication."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ...base import MXNetValueError
from . import abi, threads
from .abi import Arg
from .eltwise import post_op
from .layout import Layout
from .primitive import Primitive, make_primitive

__all__ = ["InnerProduct", "dense_of", "matmul"]


@dataclass(frozen=True)
class InnerProduct:
    """y = x w^T + b.

    Parameters
    ----------
    src : (N, K), or (N, C, *spatial), which is flattened by the operation itself, whatever its layout.
    weights : (O, *src[1:]). Its plain layout has the same bytes as (O, K).

    Methods as in `Conv`.
    """

    src: tuple[int, ...]
    weights: tuple[int, ...]

    def __post_init__(self) -> None:
        for name in ("src", "weights"):
            object.__setattr__(self, name, tuple(int(v) for v in getattr(self, name)))
        if not 2 <= len(self.src) <= 5 or self.weights[1:] != self.src[1:]:
            raise MXNetValueError(
                f"FullyConnected: weight shape {self.weights} does not fit data shape {self.src}; "
                f"expected (num_hidden, {', '.join(map(str, self.src[1:]))})"
            )

    @property
    def dst(self) -> tuple[int, int]:
        """(N, O)."""
        return self.src[0], self.weights[0]

    def forward(
        self,
        *,
        bias: bool = True,
        training: bool = True,
        activation: str | None = None,
        src: Layout | None = None,
        weights: Layout | None = None,
        dst: Layout | None = None,
        n_threads: int | None = None,
    ) -> Primitive:
        """SRC, WEIGHTS, [BIAS] -> DST = act(x w^T + b)."""
        n_threads = threads.default_threads() if n_threads is None else n_threads
        return _forward(self, bias, training, activation, src, weights, dst, n_threads)

    def backward_data(
        self,
        *,
        diff_dst: Layout | None = None,
        weights: Layout | None = None,
        diff_src: Layout | None = None,
        n_threads: int | None = None,
    ) -> Primitive:
        """DIFF_DST, WEIGHTS -> DIFF_SRC."""
        n_threads = threads.default_threads() if n_threads is None else n_threads
        return _backward_data(self, diff_dst, weights, diff_src, n_threads)

    def backward_weights(
        self,
        *,
        bias: bool = True,
        src: Layout | None = None,
        diff_dst: Layout | None = None,
        diff_weights: Layout | None = None,
        n_threads: int | None = None,
    ) -> Primitive:
        """SRC, DIFF_DST -> DIFF_WEIGHTS, [DIFF_BIAS]."""
        n_threads = threads.default_threads() if n_threads is None else n_threads
        return _backward_weights(self, bias, src, diff_dst, diff_weights, n_threads)


@lru_cache(maxsize=256)
def _forward(
    p: InnerProduct, bias: bool, training: bool, activation: str | None,
    src: Layout | None, weights: Layout | None, dst: Layout | None, n_threads: int,
) -> Primitive:  # fmt: skip
    return make_primitive(
        "inner_product_forward",
        (Arg.SRC, Arg.WEIGHTS, Arg.BIAS, Arg.DST),
        abi.FORWARD_TRAINING if training else abi.FORWARD_INFERENCE,
        Layout.wish(p.src, src),
        Layout.wish(p.weights, weights),
        Layout.plain(p.weights[:1]) if bias else None,
        Layout.wish(p.dst, dst),
        n_threads=n_threads,
        activation=post_op(activation),
        what=str(p),
    )


@lru_cache(maxsize=256)
def _backward_data(
    p: InnerProduct, diff_dst: Layout | None, weights: Layout | None, diff_src: Layout | None, n_threads: int
) -> Primitive:
    return make_primitive(
        "inner_product_backward_data",
        (Arg.DIFF_DST, Arg.WEIGHTS, Arg.DIFF_SRC),
        Layout.wish(p.src, diff_src),
        Layout.wish(p.weights, weights),
        Layout.wish(p.dst, diff_dst),
        _forward(p, False, True, None, None, None, None, n_threads),
        n_threads=n_threads,
        what=str(p),
    )


@lru_cache(maxsize=256)
def _backward_weights(
    p: InnerProduct,
    bias: bool,
    src: Layout | None,
    diff_dst: Layout | None,
    diff_weights: Layout | None,
    n_threads: int,
) -> Primitive:
    return make_primitive(
        "inner_product_backward_weights",
        (Arg.SRC, Arg.DIFF_DST, Arg.DIFF_WEIGHTS, Arg.DIFF_BIAS),
        Layout.wish(p.src, src),
        Layout.wish(p.weights, diff_weights),
        Layout.plain(p.weights[:1]) if bias else None,
        Layout.wish(p.dst, diff_dst),
        _forward(p, False, True, None, None, None, None, n_threads),
        n_threads=n_threads,
        what=str(p),
    )


# From so many rows on the product of matrices is the faster of oneDNN's two ways (measured with AVX-512: 3 to 50 %).
_ROWS = 12


def dense_of(rows: int, weight: tuple[int, ...], *, bias: bool, training: bool) -> Primitive:
    """SRC (rows, K), WEIGHTS as MXNet has them (N, K), [BIAS] -> DST (rows, N), all plain; the faster primitive."""
    n, k = weight
    plain = Layout.plain
    if rows >= _ROWS:
        return matmul(
            (rows, k), (k, n), bias=(1, n) if bias else None,
            src=plain((rows, k)), weights=Layout.strided((k, n), (1, k)), dst=plain((rows, n)),
        )  # fmt: skip
    dense = InnerProduct((rows, k), weight)
    return dense.forward(
        bias=bias, training=training, src=plain(dense.src), weights=plain(dense.weights), dst=plain(dense.dst)
    )


def matmul(
    a: tuple[int, ...],
    b: tuple[int, ...],
    *,
    bias: tuple[int, ...] | None = None,
    activation: str | None = None,
    src: Layout | None = None,
    weights: Layout | None = None,
    dst: Layout | None = None,
    n_threads: int | None = None,
) -> Primitive:
    """SRC (*batch, M, K), WEIGHTS (*batch, K, N), [BIAS] -> DST (*batch, M, N).

    Batch axes of length 1 broadcast. `bias` is the bias's shape, as long as the result's, 1 where it broadcasts.
    A transposed operand is a `Layout.strided`. Layouts not given are chosen by oneDNN.
    """
    a, b = tuple(a), tuple(b)
    batch = tuple(max(x, y) for x, y in zip(a[:-2], b[:-2]))
    bad_batch = any(x != y and 1 not in (x, y) for x, y in zip(a[:-2], b[:-2]))
    if len(a) < 2 or len(a) != len(b) or a[-1] != b[-2] or bad_batch:
        raise MXNetValueError(f"oneDNN matmul: shapes {a} and {b} do not fit")
    n_threads = threads.default_threads() if n_threads is None else n_threads
    shapes = (a, b, bias, (*batch, a[-2], b[-1]))
    return _matmul(shapes, activation, src, weights, dst, n_threads)


@lru_cache(maxsize=256)
def _matmul(
    shapes: tuple, activation: str | None,
    src: Layout | None, weights: Layout | None, dst: Layout | None, n_threads: int,
) -> Primitive:  # fmt: skip
    a, b, bias, out = shapes
    return make_primitive(
        "matmul",
        (Arg.SRC, Arg.WEIGHTS, Arg.BIAS, Arg.DST),
        Layout.wish(a, src),
        Layout.wish(b, weights),
        Layout.plain(bias) if bias else None,
        Layout.wish(out, dst),
        n_threads=n_threads,
        activation=post_op(activation),
        what=f"{a} x {b}",
    )
