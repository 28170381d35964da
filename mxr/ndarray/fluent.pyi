"""Made from the operator declarations by `python -m mxr.interop.reference`; do not edit."""

# ruff: noqa

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from .ndarray import NDArray

_Shape = int | Sequence[int]
_DType = str | type | np.dtype[Any]

class Fluent:
    def abs(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise abs of `data`; same shape and dtype (MXNet operator abs)."""
    def arccos(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arccos of `data`; same shape and dtype (MXNet operator arccos)."""
    def arccosh(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arccosh of `data`; same shape and dtype (MXNet operator arccosh)."""
    def arcsin(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arcsin of `data`; same shape and dtype (MXNet operator arcsin)."""
    def arcsinh(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arcsinh of `data`; same shape and dtype (MXNet operator arcsinh)."""
    def arctan(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arctan of `data`; same shape and dtype (MXNet operator arctan)."""
    def arctanh(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arctanh of `data`; same shape and dtype (MXNet operator arctanh)."""
    def argmax(
        self,
        axis: int | None = None,
        keepdims: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Index of the first largest element along `axis`, in the dtype of data (MXNet operator argmax)."""
    def argmax_channel(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Index of the largest element along axis 1, in the dtype of data (MXNet operator argmax_channel)."""
    def argmin(
        self,
        axis: int | None = None,
        keepdims: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Index of the first smallest element along `axis`, in the dtype of data (MXNet operator argmin)."""
    def argsort(
        self,
        axis: int | None = -1,
        is_ascend: bool = True,
        dtype: _DType = 'float32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The indices that sort `data` along `axis`, or the flattened array (MXNet operator argsort)."""
    def broadcast_axes(
        self,
        axis: _Shape = (),
        size: _Shape = (),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` repeated `size` times along its axes of length 1 (MXNet operator broadcast_axis)."""
    def cbrt(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise cbrt of `data`; same shape and dtype (MXNet operator cbrt)."""
    def ceil(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise ceil of `data`; same shape and dtype (MXNet operator ceil)."""
    def clip(
        self,
        a_min: float,
        a_max: float,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` with its values brought into [a_min, a_max]; NaN stays NaN; same dtype (MXNet operator clip)."""
    def cos(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise cos of `data`; same shape and dtype (MXNet operator cos)."""
    def cosh(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise cosh of `data`; same shape and dtype (MXNet operator cosh)."""
    def degrees(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise degrees of `data`; same shape and dtype (MXNet operator degrees)."""
    def depth_to_space(
        self,
        block_size: int,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """(n, c, h, w) to (n, c/b^2, h*b, w*b): channels become blocks of pixels (MXNet operator depth_to_space)."""
    def diag(
        self,
        k: int = 0,
        axis1: int = 0,
        axis2: int = 1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The k-th diagonal of the matrices on axis1 and axis2, as last axis; a vector becomes a matrix (MXNet diag)."""
    def exp(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise exp of `data`; same shape and dtype (MXNet operator exp)."""
    def expand_dims(
        self,
        axis: int,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """A new axis of length 1 at position `axis` of the result (MXNet operator expand_dims)."""
    def expm1(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise expm1 of `data`; same shape and dtype (MXNet operator expm1)."""
    def fix(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` rounded to the nearest integer towards zero."""
    def flatten(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """(n, a, b, ...) to (n, a*b*...), same values and dtype (MXNet operator Flatten)."""
    def flip(
        self,
        axis: _Shape,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` with the order of its elements reversed along `axis` (MXNet operator reverse)."""
    def floor(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise floor of `data`; same shape and dtype (MXNet operator floor)."""
    def log(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise log of `data`; same shape and dtype (MXNet operator log)."""
    def log10(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise log10 of `data`; same shape and dtype (MXNet operator log10)."""
    def log1p(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise log1p of `data`; same shape and dtype (MXNet operator log1p)."""
    def log2(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise log2 of `data`; same shape and dtype (MXNet operator log2)."""
    def log_softmax(
        self,
        axis: int = -1,
        temperature: float | None = None,
        dtype: Literal['float16', 'float32', 'float64'] | None = None,
        use_length: bool | None = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The logarithm of softmax along `axis`, computed without loss of precision (MXNet operator log_softmax)."""
    def max(
        self,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The largest element over `axis`; NaN wins. Same dtype; reducing all axes gives shape (1,) (MXNet operator max)."""
    def mean(
        self,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The mean over `axis`; integers truncate. Same dtype; reducing all axes gives shape (1,) (MXNet operator mean)."""
    def min(
        self,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The smallest element over `axis`; NaN wins. Same dtype; reducing all axes gives shape (1,) (MXNet operator min)."""
    def nanprod(
        self,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The product over `axis`, NaN counting as 1. Same dtype; reducing all axes gives shape (1,) (MXNet operator nanprod)."""
    def nansum(
        self,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The sum over `axis`, NaN counting as 0. Same dtype; reducing all axes gives shape (1,) (MXNet operator nansum)."""
    def norm(
        self,
        ord: int = 2,
        axis: _Shape | None = None,
        out_dtype: _DType | None = None,
        keepdims: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The L1 or L2 norm over `axis`; reducing all axes gives shape (1,) (MXNet operator norm)."""
    def one_hot(
        self,
        depth: int,
        on_value: float = 1.0,
        off_value: float = 0.0,
        dtype: _DType = 'float32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Rows of length `depth` with `on_value` at the index; indices out of range give no such place (MXNet one_hot)."""
    def ones_like(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """An array of ones with the shape and dtype of `data`."""
    def pad(
        self,
        mode: Literal['constant', 'edge', 'reflect'],
        pad_width: _Shape,
        constant_value: float = 0.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` with borders added; any number of dimensions, MXNet has 4 and 5 (MXNet operator Pad)."""
    def pick(
        self,
        index: NDArray,
        axis: int | None = -1,
        keepdims: bool = False,
        mode: Literal['clip', 'wrap'] = 'clip',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """One element along `axis` for each place of the rest: out[i] = data[i, index[i]] (MXNet operator pick)."""
    def prod(
        self,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The product over `axis`. Same dtype; reducing all axes gives shape (1,) (MXNet operator prod)."""
    def radians(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise radians of `data`; same shape and dtype (MXNet operator radians)."""
    def rcbrt(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise rcbrt of `data`; same shape and dtype (MXNet operator rcbrt)."""
    def reciprocal(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise reciprocal of `data`; same shape and dtype (MXNet operator reciprocal)."""
    def relu(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """max(data, 0); NaN stays NaN (MXNet operator relu)."""
    def repeat(
        self,
        repeats: int,
        axis: int | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Each element of `data` repeated, along `axis` or of the flattened array (MXNet operator repeat)."""
    def reshape_like(
        self,
        rhs: NDArray,
        lhs_begin: int | None = None,
        lhs_end: int | None = None,
        rhs_begin: int | None = None,
        rhs_end: int | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs` in the shape of `rhs`; or only its axes [lhs_begin, lhs_end) as those of rhs (MXNet reshape_like)."""
    def rint(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise rint of `data`; same shape and dtype (MXNet operator rint)."""
    def round(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` rounded to the nearest integer, halves away from zero."""
    def rsqrt(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise rsqrt of `data`; same shape and dtype (MXNet operator rsqrt)."""
    def shape_array(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The shape of `data` as an int64 vector (MXNet operator shape_array)."""
    def sigmoid(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sigmoid of `data`; same shape and dtype (MXNet operator sigmoid)."""
    def sign(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sign of `data`; same shape and dtype (MXNet operator sign)."""
    def sin(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sin of `data`; same shape and dtype (MXNet operator sin)."""
    def sinh(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sinh of `data`; same shape and dtype (MXNet operator sinh)."""
    def size_array(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The number of elements of `data` as an int64 array of shape (1,) (MXNet operator size_array)."""
    def slice(
        self,
        begin: int | Sequence[int | None],
        end: int | Sequence[int | None],
        step: int | Sequence[int | None] = (),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """data[begin[0]:end[0]:step[0], ...] as a copy; ranges are clipped as in Python (MXNet operator slice)."""
    def slice_axis(
        self,
        axis: int,
        begin: int,
        end: int | None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """data[..., begin:end, ...] along one axis, as a copy (MXNet operator slice_axis)."""
    def slice_like(
        self,
        shape_like: NDArray,
        axes: _Shape = (),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The leading part of `data` with the lengths of `shape_like`, on all axes or on `axes` (MXNet slice_like)."""
    def softmax(
        self,
        length: NDArray | None = None,
        axis: int = -1,
        temperature: float | None = None,
        dtype: Literal['float16', 'float32', 'float64'] | None = None,
        use_length: bool | None = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """``exp(x/T) / sum(exp(x/T))`` along `axis`, without overflow (MXNet operator softmax).

        `length` (shape of `data` without `axis`, integers), used with ``use_length=True``: entries from there on are 0.
        """
    def softmin(
        self,
        axis: int = -1,
        temperature: float | None = None,
        dtype: Literal['float16', 'float32', 'float64'] | None = None,
        use_length: bool | None = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The softmax of ``-data`` along `axis` (MXNet operator softmin)."""
    def sort(
        self,
        axis: int | None = -1,
        is_ascend: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The elements in order along `axis`, or of the flattened array (MXNet operator sort)."""
    def space_to_depth(
        self,
        block_size: int,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """(n, c, h, w) to (n, c*b^2, h/b, w/b): blocks of pixels become channels (MXNet operator space_to_depth)."""
    def split(
        self,
        num_outputs: int,
        axis: int = 1,
        squeeze_axis: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """`data` in `num_outputs` equal pieces along `axis` (MXNet operator SliceChannel)."""
    def sqrt(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sqrt of `data`; same shape and dtype (MXNet operator sqrt)."""
    def square(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise square of `data`; same shape and dtype (MXNet operator square)."""
    def squeeze(
        self,
        axis: _Shape | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` without its axes of length 1, or without those given; at least (1,) (MXNet operator squeeze)."""
    def sum(
        self,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The sum over `axis`. Same dtype; reducing all axes gives shape (1,) (MXNet operator sum)."""
    def swapaxes(
        self,
        dim1: int = 0,
        dim2: int = 0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` with two axes interchanged (MXNet operator SwapAxis)."""
    def take(
        self,
        indices: NDArray,
        axis: int = 0,
        mode: Literal['clip', 'raise', 'wrap'] = 'clip',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """a[..., indices, ...] along `axis`; shape a.shape[:axis] + indices.shape + a.shape[axis+1:] (MXNet take)."""
    def tan(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise tan of `data`; same shape and dtype (MXNet operator tan)."""
    def tanh(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise tanh of `data`; same shape and dtype (MXNet operator tanh)."""
    def tile(
        self,
        reps: _Shape,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` repeated reps[i] times along axis i; the shorter of shape and reps gets 1s in front (MXNet tile)."""
    def topk(
        self,
        axis: int | None = -1,
        k: int = 1,
        ret_typ: Literal['both', 'indices', 'mask', 'value'] = 'indices',
        is_ascend: bool = False,
        dtype: _DType = 'float32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """The `k` largest elements along `axis`, largest first: their indices, values, both, or a 0/1 mask (MXNet topk)."""
    def transpose(self, *axes: Any, **kwargs: Any) -> NDArray:
        """`data` with its axes permuted: reversed, or output axis i is input axis axes[i] (MXNet operator transpose)."""
    def trunc(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise trunc of `data`; same shape and dtype (MXNet operator trunc)."""
    def zeros_like(
        self,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """An array of zeros with the shape and dtype of `data`."""
