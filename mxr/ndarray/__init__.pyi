"""Made from the operator declarations by `python -m mxr.interop.reference`; do not edit."""

# ruff: noqa

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Literal

import numpy as np

from ..context import Context
from ..core import tape as tape
from ..core.dispatch import invoke as invoke
from ..core.heap import keep_freed_memory as keep_freed_memory
from ..core.op import find_op as find_op
from ..core.op import get_op as get_op
from ..kernels import deconvolution as deconvolution
from ..kernels import dense as dense
from ..kernels import eager as eager
from ..kernels import elementwise as elementwise
from ..kernels import half as half
from ..kernels import picking as picking
from ..kernels import reductions as reductions
from ..kernels import rnn as rnn
from ..kernels import update as update
from . import functions as functions
from . import methods as methods
from . import random as random
from . import utils as utils
from .cached_op import CachedOp as CachedOp
from .creation import arange as arange
from .creation import concatenate as concatenate
from .creation import empty as empty
from .creation import eye as eye
from .creation import full as full
from .creation import histogram as histogram
from .creation import linspace as linspace
from .creation import load as load
from .creation import load_frombuffer as load_frombuffer
from .creation import moveaxis as moveaxis
from .creation import onehot_encode as onehot_encode
from .creation import ones as ones
from .creation import save as save
from .creation import split_v2 as split_v2
from .creation import zeros as zeros
from .functions import dir_of as dir_of
from .functions import function as function
from .imdecode import imdecode as imdecode
from .interop import from_dlpack as from_dlpack
from .interop import from_numpy as from_numpy
from .interop import to_dlpack_for_read as to_dlpack_for_read
from .interop import to_dlpack_for_write as to_dlpack_for_write
from .ndarray import NDArray as NDArray
from .ndarray import array as array
from .ndarray import from_data as from_data
from .ndarray import waitall as waitall
from .scalar_functions import add as add
from .scalar_functions import divide as divide
from .scalar_functions import equal as equal
from .scalar_functions import greater as greater
from .scalar_functions import greater_equal as greater_equal
from .scalar_functions import lesser as lesser
from .scalar_functions import lesser_equal as lesser_equal
from .scalar_functions import logical_and as logical_and
from .scalar_functions import logical_or as logical_or
from .scalar_functions import logical_xor as logical_xor
from .scalar_functions import maximum as maximum
from .scalar_functions import minimum as minimum
from .scalar_functions import modulo as modulo
from .scalar_functions import multiply as multiply
from .scalar_functions import not_equal as not_equal
from .scalar_functions import power as power
from .scalar_functions import subtract as subtract
from .scalar_functions import true_divide as true_divide
from . import sparse as sparse

_Shape = int | Sequence[int]
_DType = str | type | np.dtype[Any]
_Null: Any
softmax_kernels: Any

class _linalg(ModuleType):
    @staticmethod
    def det(
        A: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The determinant of each square matrix, shape (1,) for one (MXNet operator linalg_det)."""
    @staticmethod
    def extractdiag(
        A: NDArray,
        offset: int = 0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """A diagonal of each square matrix (MXNet operator linalg_extractdiag)."""
    @staticmethod
    def extracttrian(
        A: NDArray,
        offset: int = 0,
        lower: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """A triangle of each square matrix as a vector (MXNet operator linalg_extracttrian)."""
    @staticmethod
    def gelqf(
        A: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """Q with orthonormal rows and lower triangular L of A = L Q, for A no taller than wide (MXNet linalg_gelqf)."""
    @staticmethod
    def gemm(
        A: NDArray,
        B: NDArray,
        C: NDArray,
        transpose_a: bool = False,
        transpose_b: bool = False,
        alpha: float = 1.0,
        beta: float = 1.0,
        axis: int = -2,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """alpha * op(A) op(B) + beta * C (MXNet operator linalg_gemm; BLAS gemm)."""
    @staticmethod
    def gemm2(
        A: NDArray,
        B: NDArray,
        transpose_a: bool = False,
        transpose_b: bool = False,
        alpha: float = 1.0,
        axis: int = -2,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """alpha * op(A) op(B) (MXNet operator linalg_gemm2; BLAS gemm)."""
    @staticmethod
    def inverse(
        A: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The inverse of each square matrix (MXNet operator linalg_inverse)."""
    @staticmethod
    def makediag(
        A: NDArray,
        offset: int = 0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Square matrices with the vectors on a diagonal (MXNet operator linalg_makediag)."""
    @staticmethod
    def maketrian(
        A: NDArray,
        offset: int = 0,
        lower: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Square matrices with the vectors in a triangle, zeros elsewhere (MXNet operator linalg_maketrian)."""
    @staticmethod
    def potrf(
        A: NDArray,
        lower: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The Cholesky factor L of A = L L^T, or U of A = U^T U; one triangle of A is read (MXNet linalg_potrf)."""
    @staticmethod
    def potri(
        A: NDArray,
        lower: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The inverse of L L^T (or U^T U) from the Cholesky factor A (MXNet operator linalg_potri)."""
    @staticmethod
    def slogdet(
        A: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """The sign of the determinant of each square matrix, and the logarithm of its size (MXNet linalg_slogdet)."""
    @staticmethod
    def sumlogdiag(
        A: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The sum of the logarithms of the diagonal of each matrix, shape (1,) for one (MXNet linalg_sumlogdiag)."""
    @staticmethod
    def syevd(
        A: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """Eigenvectors as rows of U, and ascending eigenvalues, of symmetric A = U^T diag(L) U (MXNet linalg_syevd).

        The largest entry of each eigenvector is positive.
        """
    @staticmethod
    def syrk(
        A: NDArray,
        transpose: bool = False,
        alpha: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """alpha * A A^T, or alpha * A^T A (MXNet operator linalg_syrk; BLAS syrk)."""
    @staticmethod
    def trmm(
        A: NDArray,
        B: NDArray,
        transpose: bool = False,
        rightside: bool = False,
        lower: bool = True,
        alpha: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """alpha * op(A) B, or alpha * B op(A), for triangular A (MXNet operator linalg_trmm; BLAS trmm)."""
    @staticmethod
    def trsm(
        A: NDArray,
        B: NDArray,
        transpose: bool = False,
        rightside: bool = False,
        lower: bool = True,
        alpha: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """X with op(A) X = alpha * B, or X op(A) = alpha * B, for triangular A (MXNet operator linalg_trsm; BLAS trsm)."""
linalg: _linalg

class _contrib(ModuleType):
    @staticmethod
    def adamw_update(
        weight: NDArray,
        grad: NDArray,
        mean: NDArray,
        var: NDArray,
        rescale_grad: Any,
        lr: float,
        eta: float,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-08,
        wd: float = 0,
        clip_gradient: float = -1,
        out: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Adam with decoupled weight decay; `rescale_grad` is a number or an array of one element."""
    @staticmethod
    def cond(pred: Any, then_func: Callable[[], Any], else_func: Callable[[], Any]) -> Any:
        """``then_func()`` where `pred`, a number or a one-element array, is not zero, else ``else_func()``."""
    @staticmethod
    def foreach(body: Callable[[Any, Any], tuple[Any, Any]], data: Any, init_states: Any) -> tuple[Any, Any]:
        """Runs `body` on each slice of `data` along its first axis.

        Parameters
        ----------
        body : ``outputs, new_states = body(slices, states)``.
        data : NDArray or nested list of them, all of one length.
        init_states : NDArray or nested list of them.

        Returns
        -------
        The outputs of all steps stacked along a new first axis, and the last states.
        """
    @staticmethod
    def isfinite(data: NDArray) -> NDArray:
        """1 where an element is neither infinite nor NaN, else 0; dtype of `data`."""
    @staticmethod
    def isinf(data: NDArray) -> NDArray:
        """1 where an element is infinite, else 0; dtype of `data`."""
    @staticmethod
    def isnan(data: NDArray) -> NDArray:
        """1 where an element is NaN, else 0; dtype of `data`."""
    @staticmethod
    def mp_adamw_update(
        weight: NDArray,
        grad: NDArray,
        mean: NDArray,
        var: NDArray,
        weight32: NDArray,
        rescale_grad: Any,
        lr: float,
        eta: float,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-08,
        wd: float = 0,
        clip_gradient: float = -1,
        out: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """As :func:`adamw_update` for half-precision weights with a single-precision copy."""
    @staticmethod
    def multi_adamw_update(
        weights: Sequence[NDArray],
        grads: Sequence[NDArray],
        mean: Sequence[NDArray],
        var: Sequence[NDArray],
        rescale_grad: Any,
        lrs: Any,
        wds: Any,
        etas: Any,
        out: Any = None,
        name: str | None = None,
        size: int = 0,
        **kwargs: Any,
    ) -> Any:
        """As :func:`adamw_update` for several weights; `lrs`, `wds` and `etas` have one number for each."""
    @staticmethod
    def multi_lamb_update(
        weights: Sequence[NDArray],
        grads: Sequence[NDArray],
        mean: Sequence[NDArray],
        var: Sequence[NDArray],
        step_count: Any,
        lrs: Any,
        wds: Any,
        out: Any = None,
        num_tensors: int = 0,
        **kwargs: Any,
    ) -> Any:
        """LAMB updates of several weights; `step_count`, `lrs` and `wds` have one number for each."""
    @staticmethod
    def multi_mp_adamw_update(
        weights: Sequence[NDArray],
        grads: Sequence[NDArray],
        mean: Sequence[NDArray],
        var: Sequence[NDArray],
        weights32: Sequence[NDArray],
        rescale_grad: Any,
        lrs: Any,
        wds: Any,
        etas: Any,
        out: Any = None,
        name: str | None = None,
        size: int = 0,
        **kwargs: Any,
    ) -> Any:
        """As :func:`multi_adamw_update` for half-precision weights with single-precision copies."""
    @staticmethod
    def multi_mp_lamb_update(
        weights: Sequence[NDArray],
        grads: Sequence[NDArray],
        mean: Sequence[NDArray],
        var: Sequence[NDArray],
        weights32: Sequence[NDArray],
        step_count: Any,
        lrs: Any,
        wds: Any,
        out: Any = None,
        num_tensors: int = 0,
        **kwargs: Any,
    ) -> Any:
        """As :func:`multi_lamb_update` for half-precision weights with single-precision copies."""
    @staticmethod
    def rand_zipfian(
        true_classes: NDArray,
        num_sampled: int,
        range_max: int,
        ctx: Context | None = None,
    ) -> tuple[NDArray, NDArray, NDArray]:
        """Draws classes from a log-uniform (Zipfian) distribution, P(c) = log((c + 2) / (c + 1)) / log(range_max + 1).

        Parameters
        ----------
        true_classes : the target classes.
        num_sampled : how many classes to draw, with replacement.
        range_max : number of possible classes; they are ordered by falling frequency.
        ctx : device; the current one if None.

        Returns
        -------
        samples (int64), and how often each true class and each sample is expected among them (float64).
        """
    @staticmethod
    def while_loop(
        cond: Callable[..., Any],
        func: Callable[..., tuple[Any, Any]],
        loop_vars: Any,
        max_iterations: Any = None,
    ) -> tuple[Any, Any]:
        """Runs `func` while `cond` is true, both called with the loop variables.

        Parameters
        ----------
        cond : ``cond(*loop_vars)``, a number or a one-element array.
        func : ``outputs, new_loop_vars = func(*loop_vars)``; outputs may be None.
        loop_vars : NDArray or list of them, at least one.
        max_iterations : where the loop ends in any case.

        Returns
        -------
        The outputs of all steps stacked, padded with zeros to `max_iterations` (MXNet leaves the rest undefined), and
        the last loop variables. Without a single step the outputs are ``[]``.
        """
    @staticmethod
    def AdaptiveAvgPooling2D(
        data: NDArray,
        output_size: _Shape = (),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Means over blocks that divide `data` (n, c, h, w) into output_size; the output is (n, c, *output_size).

        Block i of an axis of h elements runs from ``floor(i*h/out)`` to ``ceil((i+1)*h/out)`` (MXNet operator
        AdaptiveAvgPooling2D). Any floating-point dtype.
        """
    @staticmethod
    def allclose(
        a: NDArray,
        b: NDArray,
        rtol: float = 9.99999975e-06,
        atol: float = 9.99999994e-09,
        equal_nan: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """1 where |a - b| <= atol + rtol * |b| for all elements, else 0: uint8 of shape () (MXNet _contrib_allclose)."""
    @staticmethod
    def arange_like(
        data: NDArray,
        start: float = 0.0,
        step: float = 1.0,
        repeat: int = 1,
        ctx: str = '',
        axis: int | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """start, start + step, ... in the shape of `data`, or as a vector along one of its axes; dtype of `data`.

        No gradient flows to `data` (MXNet operator _contrib_arange_like).
        """
    @staticmethod
    def BatchNormWithReLU(
        data: NDArray,
        gamma: NDArray,
        beta: NDArray,
        moving_mean: NDArray,
        moving_var: NDArray,
        eps: float = 0.0010000000474974513,
        momentum: float = 0.899999976,
        fix_gamma: bool = True,
        use_global_stats: bool = False,
        output_mean_var: bool = False,
        axis: int = 1,
        cudnn_off: bool = False,
        min_calib_range: float | None = None,
        max_calib_range: float | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """max(BatchNorm(data), 0) in one operator (MXNet operator BatchNormWithReLU); see BatchNorm."""
    @staticmethod
    def BilinearResize2D(
        data: NDArray,
        like: NDArray | None = None,
        height: int = 1,
        width: int = 1,
        scale_height: float | None = None,
        scale_width: float | None = None,
        mode: Literal['like', 'odd_scale', 'size', 'to_even_down', 'to_even_up', 'to_odd_down', 'to_odd_up'] = 'size',
        align_corners: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` (n, c, h, w) resized to (n, c, oh, ow) by bilinear interpolation (MXNet operator BilinearResize2D).

        Mode size: to height and width, or ``int(h*scale_height)`` and ``int(w*scale_width)``; odd_scale: the same with
        odd sizes giving ``int((h-1)*scale) + 1``; like: to the size of `like`; to_even_down, to_even_up, to_odd_down,
        to_odd_up: by at most one pixel. With align_corners the centres of the corner pixels stay where they are, else
        their outer corners. Any floating-point dtype. `like` has a gradient of zeros.
        """
    @staticmethod
    def bipartite_matching(
        data: NDArray,
        is_ascend: bool = False,
        threshold: float = ...,
        topk: int = -1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """Greedy matching of the rows and columns of score matrices `data` (..., n, m) (MXNet bipartite_matching).

        Pairs are taken from the best score on, no row and no column twice. Outputs: for each row the column it is matched
        to (..., n), for each column its row (..., m), -1 where there is none. Equal scores go in the order of data.
        """
    @staticmethod
    def boolean_mask(
        data: NDArray,
        index: NDArray,
        axis: int = 0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The rows of `data` (n, ...) where `index` (n,) is not zero: shape (k, ...), k known after running.

        MXNet operator _contrib_boolean_mask.
        """
    @staticmethod
    def box_decode(
        data: NDArray,
        anchors: NDArray,
        std0: float = 1.0,
        std1: float = 1.0,
        std2: float = 1.0,
        std3: float = 1.0,
        clip: float = -1.0,
        format: Literal['center', 'corner'] = 'center',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Boxes from predicted shifts, the inverse of box_encode (MXNet operator box_decode).

        `data` (b, n, 4): shifts of the centre and logarithms of the ratio of sizes, each multiplied by its std;
        `anchors` (1, n, 4). The output is (b, n, 4), by corners. No gradient flows.
        """
    @staticmethod
    def box_encode(
        samples: NDArray,
        matches: NDArray,
        anchors: NDArray,
        refs: NDArray,
        means: NDArray,
        stds: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """Training targets for boxes (MXNet operator box_encode).

        `samples` (b, n) is 1 for an anchor that takes part (over 0.5), `matches` (b, n) the row of `refs` (b, m, 4) that
        belongs to it, `anchors` (b, n, 4), all boxes by corners; `means`, `stds` (4,). Outputs (b, n, 4): the shift of the
        centre by the anchor's size and the logarithm of the ratio of sizes, less means, over stds; and a mask of 0 and 1.
        """
    @staticmethod
    def box_iou(
        lhs: NDArray,
        rhs: NDArray,
        format: Literal['center', 'corner'] = 'corner',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Intersection over union of every box of `lhs` (..., 4) with every box of `rhs` (..., 4).

        The output has the shape lhs.shape[:-1] + rhs.shape[:-1]. No gradient flows (MXNet operator box_iou).
        """
    @staticmethod
    def box_nms(
        data: NDArray,
        overlap_thresh: float = 0.5,
        valid_thresh: float = 0.0,
        topk: int = -1,
        coord_start: int = 2,
        score_index: int = 1,
        id_index: int = -1,
        background_id: int = -1,
        force_suppress: bool = False,
        in_format: Literal['center', 'corner'] = 'corner',
        out_format: Literal['center', 'corner'] = 'corner',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Greedy non-maximum suppression (MXNet operator box_nms).

        `data` (..., n, width): in each row a score, four coordinates and perhaps a class id, in the columns named by the
        parameters. Boxes with a score over valid_thresh that are not of the class background_id are sorted by score, equal
        scores in their order, the best `topk` go on, and a box that overlaps a better one (of its class, unless
        force_suppress) by more than overlap_thresh is dropped. The output has the shape of data: the remaining boxes from
        the top, then rows of -1. With topk=0 data is returned as it is. The gradient goes to the rows that remain.

        MXNet leaves boxes whose first coordinate is negative in in_format; here they are converted to out_format too.
        """
    box_non_maximum_suppression = box_nms
    @staticmethod
    def calibrate_entropy(
        hist: NDArray,
        hist_edges: NDArray,
        num_quantized_bins: int = 255,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """The threshold t for which quantising to [-t, t] changes the distribution least: [t, KL divergence].

        `hist` (n,) counts values in bins with edges `hist_edges` (n + 1,), symmetric around 0; n is odd. All thresholds
        at bin edges are tried (Migacz 2017; MXNet operator _contrib_calibrate_entropy).
        """
    @staticmethod
    def count_sketch(
        data: NDArray,
        h: NDArray,
        s: NDArray,
        out_dim: int,
        processing_batch_size: int = 32,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Count sketch of the last axis: out[..., h[j]] += s[j] * data[..., j].

        `data` is (N, d) or (N1, N2, N3, d), `h` (1, d) has indices below out_dim, `s` (1, d) signs: (..., out_dim).
        Gradient to `data` only (Charikar et al. 2002; MXNet operator _contrib_count_sketch).
        """
    @staticmethod
    def DeformableConvolution(
        data: NDArray,
        offset: NDArray,
        weight: NDArray,
        bias: NDArray | None = None,
        kernel: _Shape = ...,
        stride: _Shape = (),
        dilate: _Shape = (),
        pad: _Shape = (),
        num_filter: int = ...,
        num_group: int = 1,
        num_deformable_group: int = 1,
        workspace: int = 1024,
        no_bias: bool = False,
        layout: Literal['NCDHW', 'NCHW', 'NCW'] | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Convolution whose kernel looks at shifted places (MXNet operator DeformableConvolution; Dai et al. 2017).

        `data` (n, c, h, w), `offset` (n, 2 * prod(kernel) * num_deformable_group, h', w') with the shift (y, x) of every
        tap, `weight` (num_filter, c / num_group, *kernel), `bias` (num_filter,); the output is (n, num_filter, h', w').
        Values between pixels are interpolated; places outside the data count as 0.
        """
    @staticmethod
    def DeformablePSROIPooling(
        data: NDArray,
        rois: NDArray,
        trans: NDArray | None = None,
        spatial_scale: float = ...,
        output_dim: int = ...,
        group_size: int = ...,
        pooled_size: int = ...,
        part_size: int = 0,
        sample_per_part: int = 1,
        trans_std: float = 0.0,
        no_trans: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Position-sensitive average over shifted bins (MXNet operator DeformablePSROIPooling; Dai et al. 2017).

        `data` (b, output_dim * group_size**2, h, w), `rois` (n, 5) with rows (image, left, top, right, bottom), `trans`
        (n, 2 * classes, part_size, part_size) with the shifts (x, y) of the bins in units of trans_std times the size of
        the region; none with no_trans. The output is (n, output_dim, pooled_size, pooled_size): the average of
        sample_per_part**2 interpolated points of each bin that lie in the data. Regions of an image that does not exist
        give 0. Gradients go to data and trans; none to rois.
        """
    @staticmethod
    def dequantize(
        data: NDArray,
        min_range: NDArray,
        max_range: NDArray,
        out_type: Literal['float32'] = 'float32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """int8 or uint8 `data` back to float32: data * max(|min_range|, |max_range|) / 127.5 (uint8: / 255.5).

        The ranges have shape (1,) (MXNet operator _contrib_dequantize).
        """
    @staticmethod
    def div_sqrt_dim(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` divided by the square root of the length of its last axis (MXNet operator _contrib_div_sqrt_dim)."""
    @staticmethod
    def edge_id(
        data: NDArray,
        u: NDArray,
        v: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The stored values data[u[i], v[i]] of a csr array, -1 where nothing is stored: shape and length of `u`.

        `data` holds the numbers of a graph's edges; u and v are vectors. dtype of `data` (MXNet _contrib_edge_id).
        """
    @staticmethod
    def fft(
        data: NDArray,
        compute_size: int = 128,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Discrete Fourier transform of the last axis: (..., d) real to (..., 2d) [re0, im0, re1, im1, ...].

        Not scaled. `data` has shape (N, d) or (N1, N2, N3, d) (MXNet operator _contrib_fft).
        """
    @staticmethod
    def getnnz(
        data: NDArray,
        axis: int | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Number of stored values of the csr array `data`, stored zeros included: int64 of shape (1,).

        With axis=1 of each row, shape (rows,); with axis=0 of each column, which MXNet lacks (MXNet _contrib_getnnz).
        """
    @staticmethod
    def gradientmultiplier(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` itself; its gradient is multiplied by `scalar` on the way back.

        A negative number reverses it (Ganin and Lempitsky 2014; MXNet operator _contrib_gradientmultiplier).
        """
    @staticmethod
    def group_adagrad_update(
        weight: NDArray,
        grad: NDArray,
        history: NDArray,
        lr: float,
        rescale_grad: float = 1.0,
        clip_gradient: float = -1.0,
        epsilon: float = 9.99999975e-06,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """AdaGrad with one history for each row of the weight (MXNet operator _contrib_group_adagrad_update)."""
    @staticmethod
    def hawkesll(
        lda: NDArray,
        alpha: NDArray,
        beta: NDArray,
        state: NDArray,
        lags: NDArray,
        marks: NDArray,
        valid_length: NDArray,
        max_time: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """Log likelihood of a marked self-exciting Hawkes process with exponential decay: [(N,), state at the end (N, K)].

        For K processes and N samples of at most T events: `lda` (N, K) background intensities, `alpha` (K,) branching
        ratios, `beta` (K,) decays, `state` (N, K) memory at time 0, `lags` (N, T) times between events, `marks` (N, T)
        int32 numbers of processes, `valid_length` (N,), `max_time` (N,). Gradients of the first output to lda, alpha and
        beta (Bacry et al. 2015; MXNet operator _contrib_hawkesll).
        """
    @staticmethod
    def ifft(
        data: NDArray,
        compute_size: int = 128,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Real part of the inverse Fourier transform of (..., 2d) [re0, im0, re1, im1, ...]: shape (..., d).

        Not divided by d: ifft(fft(x)) is d * x. `data` has shape (N, 2d) or (N1, N2, N3, 2d) (MXNet _contrib_ifft).
        """
    @staticmethod
    def index_array(
        data: NDArray,
        axes: _Shape | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The indices of each element of `data`: int64, shape data.shape + (ndim,), or + (len(axes),).

        No gradient flows to `data` (MXNet operator _contrib_index_array).
        """
    @staticmethod
    def index_copy(
        old_tensor: NDArray,
        index_vector: NDArray,
        new_tensor: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`old_tensor` (n, ...) with row index_vector[i] replaced by row i of `new_tensor` (k, ...).

        Where an index comes twice, the last row wins. Shape and dtype of `old_tensor` (MXNet _contrib_index_copy).
        """
    @staticmethod
    def interleaved_matmul_encdec_qk(
        queries: NDArray,
        keys_values: NDArray,
        heads: int,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Scores of attention to an encoder, ``q k' / sqrt(d)`` for each head (MXNet operator of that name).

        `queries` is (steps, n, heads * d), `keys_values` (encoder steps, n, heads * 2 * d) with key and value of a head
        side by side; the output is (n * heads, steps, encoder steps).
        """
    @staticmethod
    def interleaved_matmul_encdec_valatt(
        keys_values: NDArray,
        attention: NDArray,
        heads: int,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """An encoder's values weighted by attention, ``attention v`` for each head (MXNet operator of that name).

        `keys_values` is (encoder steps, n, heads * 2 * d), `attention` (n * heads, steps, encoder steps); the output is
        (steps, n, heads * d).
        """
    @staticmethod
    def interleaved_matmul_selfatt_qk(
        queries_keys_values: NDArray,
        heads: int,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Scores of self-attention, ``q k' / sqrt(d)`` for each head (MXNet operator of that name; Vaswani et al. 2017).

        `queries_keys_values` is (steps, n, heads * 3 * d) with query, key and value of a head side by side; the output is
        (n * heads, steps, steps).
        """
    @staticmethod
    def interleaved_matmul_selfatt_valatt(
        queries_keys_values: NDArray,
        attention: NDArray,
        heads: int,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Values weighted by attention, ``attention v`` for each head (MXNet operator of that name; Vaswani et al. 2017).

        `queries_keys_values` is (steps, n, heads * 3 * d), `attention` (n * heads, steps, steps); the output is
        (steps, n, heads * d).
        """
    @staticmethod
    def ModulatedDeformableConvolution(
        data: NDArray,
        offset: NDArray,
        mask: NDArray,
        weight: NDArray,
        bias: NDArray | None = None,
        kernel: _Shape = ...,
        stride: _Shape = (),
        dilate: _Shape = (),
        pad: _Shape = (),
        num_filter: int = ...,
        num_group: int = 1,
        num_deformable_group: int = 1,
        workspace: int = 1024,
        no_bias: bool = False,
        im2col_step: int = 64,
        layout: Literal['NCDHW', 'NCHW', 'NCW'] | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Deformable convolution with a factor for every tap (MXNet ModulatedDeformableConvolution; Zhu et al. 2019).

        As DeformableConvolution, with `mask` (n, prod(kernel) * num_deformable_group, h', w') that multiplies what each tap
        sees. Between the data and the zeros outside, too, values are interpolated.
        """
    @staticmethod
    def MultiBoxDetection(
        cls_prob: NDArray,
        loc_pred: NDArray,
        anchor: NDArray,
        clip: bool = True,
        threshold: float = 0.009999999776482582,
        background_id: int = 0,
        nms_threshold: float = 0.5,
        force_suppress: bool = False,
        variances: float | Sequence[float] = (0.1, 0.1, 0.2, 0.2),
        nms_topk: int = -1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Detections from class scores, box shifts and anchors (MXNet operator MultiBoxDetection; Liu et al. 2016).

        `cls_prob` (b, classes, n), class 0 being the background; `loc_pred` (b, 4 n); `anchor` (1, n, 4) by corners. The
        output (b, n, 6) has rows (class - 1, score, left, top, right, bottom): for each anchor its best class, where that
        class has at least the score `threshold`, sorted by score. A box that overlaps a better one of its class (of any
        with force_suppress) by nms_threshold or more, and those after the first nms_topk, have the class -1; rows without
        a box are -1 throughout. No suppression with an nms_threshold of 0 or less, or over 1. No gradient flows.
        """
    @staticmethod
    def MultiBoxPrior(
        data: NDArray,
        sizes: float | Sequence[float] = (1.0,),
        ratios: float | Sequence[float] = (1.0,),
        clip: bool = False,
        steps: float | Sequence[float] = (-1.0, -1.0),
        offsets: float | Sequence[float] = (0.5, 0.5),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Anchor boxes for every place of a feature map (MXNet operator MultiBoxPrior; Liu et al. 2016).

        `data` (b, c, h, w) only gives the shape. The output (1, h * w * k, 4) has for each place
        k = len(sizes) + len(ratios) - 1 boxes by corners, in units of the image: all sizes with the first ratio, then the
        first size with the other ratios. A box of size s and ratio r is s * sqrt(r) * h / w wide and s / sqrt(r) high. No
        gradient flows.
        """
    @staticmethod
    def MultiBoxTarget(
        anchor: NDArray,
        label: NDArray,
        cls_pred: NDArray,
        overlap_threshold: float = 0.5,
        ignore_label: float = -1.0,
        negative_mining_ratio: float = -1.0,
        negative_mining_thresh: float = 0.5,
        minimum_negative_samples: int = 0,
        variances: float | Sequence[float] = (0.1, 0.1, 0.2, 0.2),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """Training targets of a single-shot detector (MXNet operator MultiBoxTarget; Liu et al. 2016).

        `anchor` (1, n, 4) by corners; `label` (b, m, 5 or more) with rows (class, left, top, right, bottom, ...), filled up
        with rows of -1; `cls_pred` (b, classes, n), the scores before softmax. Every object takes the free anchor that
        overlaps it most, the best pair first; then any other anchor takes its best object where they overlap by more than
        overlap_threshold. Outputs: loc_target and loc_mask (b, 4 n), and cls_target (b, n): the object's class + 1, 0 for
        the background, ignore_label for anchors that do not take part. With a negative_mining_ratio over 0 only so many
        times the positive anchors are background: those that are predicted as such with least confidence. Images without
        objects are ignored altogether. No gradient flows.
        """
    @staticmethod
    def MultiProposal(
        cls_prob: NDArray,
        bbox_pred: NDArray,
        im_info: NDArray,
        rpn_pre_nms_top_n: int = 6000,
        rpn_post_nms_top_n: int = 300,
        threshold: float = 0.699999988079071,
        rpn_min_size: int = 16,
        scales: float | Sequence[float] = (4.0, 8.0, 16.0, 32.0),
        ratios: float | Sequence[float] = (0.5, 1.0, 2.0),
        feature_stride: int = 16,
        output_score: bool = False,
        iou_loss: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Regions of interest from a region proposal network (MXNet operator MultiProposal; Ren et al. 2015).

        `cls_prob` (b, 2 k, h, w), the second half being the scores of objects; `bbox_pred` (b, 4 k, h, w); `im_info` (b, 3)
        with rows (height, width, scale); k = len(ratios) * len(scales) anchors at each place. Boxes are moved by
        bbox_pred, cut at the image, the best rpn_pre_nms_top_n go through non-maximum suppression, and the first
        rpn_post_nms_top_n remain (repeated from the first where there are fewer): rows (image, left, top, right, bottom), and
        with output_score their scores (rows, 1). Boxes smaller than rpn_min_size have the score -1. No gradient flows.
        """
    @staticmethod
    def Proposal(
        cls_prob: NDArray,
        bbox_pred: NDArray,
        im_info: NDArray,
        rpn_pre_nms_top_n: int = 6000,
        rpn_post_nms_top_n: int = 300,
        threshold: float = 0.699999988079071,
        rpn_min_size: int = 16,
        scales: float | Sequence[float] = (4.0, 8.0, 16.0, 32.0),
        ratios: float | Sequence[float] = (0.5, 1.0, 2.0),
        feature_stride: int = 16,
        output_score: bool = False,
        iou_loss: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Regions of interest from a region proposal network (MXNet operator Proposal; Ren et al. 2015).

        `cls_prob` (b, 2 k, h, w), the second half being the scores of objects; `bbox_pred` (b, 4 k, h, w); `im_info` (b, 3)
        with rows (height, width, scale); k = len(ratios) * len(scales) anchors at each place; one image (b = 1). Boxes are moved by
        bbox_pred, cut at the image, the best rpn_pre_nms_top_n go through non-maximum suppression, and the first
        rpn_post_nms_top_n remain (repeated from the first where there are fewer): rows (image, left, top, right, bottom), and
        with output_score their scores (rows, 1). Boxes smaller than rpn_min_size have the score -1. No gradient flows.
        """
    @staticmethod
    def PSROIPooling(
        data: NDArray,
        rois: NDArray,
        spatial_scale: float,
        output_dim: int,
        pooled_size: int,
        group_size: int = 0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Position-sensitive average over the bins of regions (MXNet operator PSROIPooling; Dai et al. 2016, R-FCN).

        `data` (b, output_dim * group_size**2, h, w), `rois` (n, 5) with rows (image, left, top, right, bottom); the output
        is (n, output_dim, pooled_size, pooled_size), each bin averaging pixels of the channels of its group. Bins without
        pixels, and regions of an image that does not exist, give 0. The gradient goes to data; none to rois.
        """
    @staticmethod
    def quadratic(
        data: NDArray,
        a: float = 0.0,
        b: float = 0.0,
        c: float = 0.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """a * data^2 + b * data + c, elementwise; dtype of `data` (MXNet operator _contrib_quadratic)."""
    @staticmethod
    def quantize(
        data: NDArray,
        min_range: NDArray,
        max_range: NDArray,
        out_type: Literal['int8', 'uint8'] = 'uint8',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """float32 `data` to 8 bits by a given range: [quantised data, minimum, maximum of what it stands for].

        int8: rint(data * 127 / max(|min_range|, |max_range|)); uint8: with 255, negative values become 0.
        The ranges have shape (1,) (MXNet operator _contrib_quantize).
        """
    @staticmethod
    def quantize_asym(
        data: NDArray,
        min_calib_range: float | None = None,
        max_calib_range: float | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """float32 `data` to uint8 by an affine map: [floor(data * scale + shift + 0.5), scale, shift].

        scale = 255 / (max - min), shift = 255 - max * scale; the range is the calibrated one, else that of the data.
        A range of no width gives scale 0 and shift 255 (MXNet operator _contrib_quantize_asym).
        """
    @staticmethod
    def quantize_v2(
        data: NDArray,
        out_type: Literal['auto', 'int8', 'uint8'] = 'int8',
        min_calib_range: float | None = None,
        max_calib_range: float | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """float32 `data` to 8 bits: [quantised data, minimum, maximum of what it stands for].

        The range is the calibrated one, else that of the data. int8: rint(data * 127.5 / largest); uint8: with 255.5,
        negative values become 0; 'auto' is uint8 where min_calib_range >= 0. 8-bit data pass unchanged
        (MXNet operator _contrib_quantize_v2).
        """
    @staticmethod
    def requantize(
        data: NDArray,
        min_range: NDArray,
        max_range: NDArray,
        out_type: Literal['auto', 'int8', 'uint8'] = 'int8',
        min_calib_range: float | None = None,
        max_calib_range: float | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """int32 `data`, which stand for min_range..max_range, to 8 bits: [data, minimum, maximum of what it stands for].

        The new range is the calibrated one, else that of the data; the scale is 127 (uint8: 255) over its largest absolute
        value. 'auto' is uint8 where min_calib_range >= 0 (MXNet operator _contrib_requantize).
        """
    @staticmethod
    def ROIAlign(
        data: NDArray,
        rois: NDArray,
        pooled_size: _Shape,
        spatial_scale: float,
        sample_ratio: int = -1,
        position_sensitive: bool = False,
        aligned: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Average of interpolated points in the bins of regions (MXNet operator ROIAlign; He et al. 2017, Mask R-CNN).

        `data` (b, c, h, w), `rois` (n, 5) with rows (image, left, top, right, bottom); the output is (n, c, *pooled_size),
        or (n, c / (bins), *pooled_size) with position_sensitive, where each bin has channels of its own. A region of an
        image that does not exist gives 0. The gradient goes to data; none to rois.
        """
    @staticmethod
    def round_ste(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` rounded to whole numbers, halves away from zero. The gradient passes straight through, as if it were the identity (Bengio et al. 2013; MXNet operator _contrib_round_ste)."""
    @staticmethod
    def RROIAlign(
        data: NDArray,
        rois: NDArray,
        pooled_size: _Shape,
        spatial_scale: float,
        sampling_ratio: int = -1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Average of interpolated points in the bins of rotated regions (MXNet operator RROIAlign; Ma et al. 2018).

        `data` (b, c, h, w), `rois` (n, 6) with rows (image, x and y of the centre, width, height, angle in degrees,
        counter-clockwise); the output is (n, c, *pooled_size). A region of an image that does not exist gives 0. The
        gradient goes to data (MXNet has none); none to rois.
        """
    @staticmethod
    def sign_ste(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The sign of `data`: -1, 0 or 1. The gradient passes straight through, as if it were the identity (Bengio et al. 2013; MXNet operator _contrib_sign_ste)."""
    @staticmethod
    def SparseEmbedding(
        data: NDArray,
        weight: NDArray,
        input_dim: int,
        output_dim: int,
        dtype: _DType = 'float32',
        sparse_grad: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """As Embedding; a row_sparse weight gets a row_sparse gradient (MXNet operator _contrib_SparseEmbedding)."""
    @staticmethod
    def SyncBatchNorm(
        data: NDArray,
        gamma: NDArray,
        beta: NDArray,
        moving_mean: NDArray,
        moving_var: NDArray,
        eps: float = 0.00100000005,
        momentum: float = 0.899999976,
        fix_gamma: bool = True,
        use_global_stats: bool = False,
        output_mean_var: bool = False,
        ndev: int = 1,
        key: str = ...,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """BatchNorm along axis 1 over the batches of all devices (MXNet operator SyncBatchNorm).

        With one device, ndev=1, this is BatchNorm, but the hidden output `var` is the variance itself; more are an
        error. Data is (n, c, ...) (Zhang et al. 2018, Context Encoding).
        """
    @staticmethod
    def CTCLoss(
        data: NDArray,
        label: NDArray,
        data_lengths: NDArray | None = None,
        label_lengths: NDArray | None = None,
        use_data_lengths: bool = False,
        use_label_lengths: bool = False,
        blank_label: Literal['first', 'last'] = 'first',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Connectionist temporal classification (Graves et al. 2006; MXNet operator CTCLoss).

        `data` (steps, n, classes) are scores before the softmax, `label` (n, length) class numbers; the output (n,) is
        ``-log p(label | data)``. The blank is class 0 (blank_label 'first', labels padded with 0) or the last class
        ('last', labels padded with -1). `data_lengths` and `label_lengths`, (n,), are used where the parameters say so;
        without them all steps count, and a label ends at the first padding.
        """
    ctc_loss = CTCLoss
contrib: _contrib

class _image(ModuleType):
    @staticmethod
    def adjust_lighting(
        data: NDArray,
        alpha: float | Sequence[float],
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` (h, w, c) with the principal components of ImageNet's colours, times `alpha`, added to each pixel.

        Grey images stay as they are. uint8 is limited to 0..255. The gradient passes through (Krizhevsky et al. 2012;
        MXNet operator _image_adjust_lighting).
        """
    @staticmethod
    def crop(
        data: NDArray,
        x: int,
        y: int,
        width: int,
        height: int,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The window of `width` x `height` at column `x`, row `y` of images (h, w, c) or (n, h, w, c).

        Any dtype (MXNet operator _image_crop).
        """
    @staticmethod
    def flip_left_right(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `data` (h, w, c) with the columns in reverse order; any dtype.

        The gradient is turned back; MXNet's is not, which is wrong.
        (MXNet operator _image_flip_left_right.)
        """
    @staticmethod
    def flip_top_bottom(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `data` (h, w, c) with the rows in reverse order; any dtype.

        The gradient is turned back; MXNet's is not, which is wrong.
        (MXNet operator _image_flip_top_bottom.)
        """
    @staticmethod
    def normalize(
        data: NDArray,
        mean: float | Sequence[float] = (0.0, 0.0, 0.0, 0.0),
        std: float | Sequence[float] = (1.0, 1.0, 1.0, 1.0),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """``(data - mean) / std`` of tensors (c, h, w) or (n, c, h, w), c = 1 or 3 (MXNet operator _image_normalize).

        Any dtype; integers are computed in float32 and cut off.
        """
    @staticmethod
    def random_brightness(
        data: NDArray,
        min_factor: float,
        max_factor: float,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `data` (h, w, c), c = 1 or 3, multiplied by a random factor, uniform in [min_factor, max_factor).

        uint8 is limited to 0..255; the values of float images run to 255 too. The gradient passes through.
        (MXNet operator _image_random_brightness.)
        """
    @staticmethod
    def random_color_jitter(
        data: NDArray,
        brightness: float,
        contrast: float,
        saturation: float,
        hue: float,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Random brightness, contrast, saturation and hue, in random order, of the image `data` (h, w, c), c = 1 or 3.

        Each is done with a factor uniform in [1 - v, 1 + v), where its parameter v is positive. The gradient passes
        through (MXNet operator _image_random_color_jitter).
        """
    @staticmethod
    def random_contrast(
        data: NDArray,
        min_factor: float,
        max_factor: float,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `data` (h, w, c), c = 1 or 3, moved by a random factor away from, or to, the mean luminance of the image, uniform in [min_factor, max_factor).

        uint8 is limited to 0..255; the values of float images run to 255 too. The gradient passes through.
        (MXNet operator _image_random_contrast.)
        """
    @staticmethod
    def random_flip_left_right(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `data` (h, w, c) with the columns in reverse order, or as it is, with probability 1/2.

        The gradient is turned back; MXNet's is not, which is wrong.
        (MXNet operator _image_random_flip_left_right.)
        """
    @staticmethod
    def random_flip_top_bottom(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `data` (h, w, c) with the rows in reverse order, or as it is, with probability 1/2.

        The gradient is turned back; MXNet's is not, which is wrong.
        (MXNet operator _image_random_flip_top_bottom.)
        """
    @staticmethod
    def random_hue(
        data: NDArray,
        min_factor: float,
        max_factor: float,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `data` (h, w, c), c = 1 or 3, turned on the colour circle by a random number of full turns, uniform in [min_factor, max_factor).

        uint8 is limited to 0..255; the values of float images run to 255 too. The gradient passes through.
        (MXNet operator _image_random_hue.)
        """
    @staticmethod
    def random_lighting(
        data: NDArray,
        alpha_std: float = 0.0500000007,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """adjust_lighting of the image `data` (h, w, c) with normal factors (MXNet operator _image_random_lighting)."""
    @staticmethod
    def random_saturation(
        data: NDArray,
        min_factor: float,
        max_factor: float,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `data` (h, w, c), c = 1 or 3, moved by a random factor away from, or to, the luminance of each pixel (where MXNet counts blue only), uniform in [min_factor, max_factor).

        uint8 is limited to 0..255; the values of float images run to 255 too. The gradient passes through.
        (MXNet operator _image_random_saturation.)
        """
    @staticmethod
    def resize(
        data: NDArray,
        size: _Shape = (),
        keep_ratio: bool = False,
        interp: int = 1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Images (h, w, c) or (n, h, w, c) with another size, as OpenCV computes it (MXNet operator _image_resize).

        interp: 0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos, 5 exact linear. Nearest and linear always work, for
        uint8, float32 and other dtypes; the others need OpenCV (the extra `vision`). No gradient.
        """
    @staticmethod
    def to_tensor(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Images (h, w, c) or (n, h, w, c) with values 0..255 as float32 (c, h, w) or (n, c, h, w) with values 0..1.

        Any dtype. The gradient is that of the function; MXNet's raises (MXNet operator _image_to_tensor).
        """
image: _image

class __internal(ModuleType):
    @staticmethod
    def _adamw_update(
        weight: NDArray,
        grad: NDArray,
        mean: NDArray,
        var: NDArray,
        rescale_grad: NDArray,
        lr: float,
        beta1: float = 0.899999976,
        beta2: float = 0.999000013,
        epsilon: float = 9.99999994e-09,
        wd: float = 0.0,
        eta: float = ...,
        clip_gradient: float = -1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Adam with decoupled weight decay (Loshchilov and Hutter 2017; MXNet operator _adamw_update). rescale_grad has one element; nothing changes where it is 0, infinite or NaN."""
    @staticmethod
    def _arange(
        start: float,
        stop: float | None = None,
        step: float = 1.0,
        repeat: int = 1,
        infer_range: bool = False,
        ctx: str | None = '',
        dtype: _DType = 'float32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Evenly spaced values in [start, stop), each `repeat` times; one number is `stop` (MXNet operator _arange).

        The arithmetic is done in `dtype`: an integer dtype truncates `start` and `step`.
        """
    @staticmethod
    def _cond(
        *data: NDArray | Sequence[NDArray],
        cond: Any = None,
        then_branch: Any = None,
        else_branch: Any = None,
        num_outputs: int = ...,
        cond_input_locs: _Shape = ...,
        then_input_locs: _Shape = ...,
        else_input_locs: _Shape = ...,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """One of two branches, by the value of a condition; made by mx.sym.contrib.cond.

        Outputs: those of the branch taken; both branches have outputs of the same shapes (MXNet operator _cond).
        """
    @staticmethod
    def _sparse__contrib_round_ste(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` rounded to whole numbers, halves away from zero. The gradient passes straight through, as if it were the identity (Bengio et al. 2013; MXNet operator _contrib_round_ste)."""
    @staticmethod
    def _sparse__contrib_sign_ste(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The sign of `data`: -1, 0 or 1. The gradient passes straight through, as if it were the identity (Bengio et al. 2013; MXNet operator _contrib_sign_ste)."""
    @staticmethod
    def _copy(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """A copy of `data`, of the same shape and dtype (MXNet operator _copy)."""
    @staticmethod
    def _copyto(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` copied to the array given as `out`, in its dtype (MXNet operator _copyto)."""
    @staticmethod
    def _CustomFunction(
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The call of an mx.autograd.Function, on the tape; not called by itself (MXNet operator _CustomFunction)."""
    @staticmethod
    def _cvcopyMakeBorder(
        src: NDArray,
        top: int,
        bot: int,
        left: int,
        right: int,
        type: int = 0,
        value: float = 0.0,
        values: float | Sequence[float] = (),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `src` (h, w, c) with a border around it; any dtype (MXNet operator _cvcopyMakeBorder).

        type: 0 one number, or one for each channel; 1 the outermost pixels; 2 the mirrored image; 3 the image again;
        4 the mirrored image without its outermost pixels.
        """
    @staticmethod
    def _cvimdecode(
        buf: NDArray,
        flag: int = 1,
        to_rgb: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image in the bytes `buf` of a file (JPEG, PNG, ...), uint8, as (h, w, 3) or (h, w, 1), uint8.

        Needs OpenCV or Pillow, the extra `vision` (MXNet operator _cvimdecode).
        """
    @staticmethod
    def _cvimresize(
        src: NDArray,
        w: int,
        h: int,
        interp: int = 1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The image `src` (h, w, c) as (`h`, `w`, c); see _image_resize for `interp` (MXNet operator _cvimresize)."""
    @staticmethod
    def _div_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs / rhs` of two arrays, with a number for rhs (MXNet operator _div_scalar)."""
    _DivScalar = _div_scalar
    @staticmethod
    def _equal(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs == rhs` of two arrays of one shape (MXNet operator _equal)."""
    _Equal = _equal
    @staticmethod
    def _equal_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs == rhs` of two arrays, with a number for rhs (MXNet operator _equal_scalar)."""
    _EqualScalar = _equal_scalar
    @staticmethod
    def _eye(
        N: int,
        M: int = 0,
        k: int = 0,
        ctx: str | None = '',
        dtype: _DType = 'float32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Ones on the k-th diagonal of an N x M array, zeros elsewhere (MXNet operator _eye)."""
    @staticmethod
    def _foreach(
        *data: NDArray | Sequence[NDArray],
        fn: Any = None,
        num_outputs: int = ...,
        num_out_data: int = ...,
        in_state_locs: _Shape = ...,
        in_data_locs: _Shape = ...,
        remain_locs: _Shape = ...,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """A loop over the first axis of data with states carried along; made by mx.sym.contrib.foreach.

        Inputs: data (n, ...) each, states, then other inputs of the body. Outputs: the body's outputs stacked to
        (n, ...), then the last states (MXNet operator _foreach).
        """
    @staticmethod
    def _full(
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: _DType = 'float32',
        value: float = ...,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """An array filled with `value` (MXNet operator _full)."""
    @staticmethod
    def _grad_add(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The sum of two gradients (MXNet operator _grad_add)."""
    @staticmethod
    def _greater(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs > rhs` of two arrays of one shape (MXNet operator _greater)."""
    _Greater = _greater
    @staticmethod
    def _greater_equal(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs >= rhs` of two arrays of one shape (MXNet operator _greater_equal)."""
    _Greater_Equal = _greater_equal
    @staticmethod
    def _greater_equal_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs >= rhs` of two arrays, with a number for rhs (MXNet operator _greater_equal_scalar)."""
    _GreaterEqualScalar = _greater_equal_scalar
    @staticmethod
    def _greater_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs > rhs` of two arrays, with a number for rhs (MXNet operator _greater_scalar)."""
    _GreaterScalar = _greater_scalar
    @staticmethod
    def _histogram(
        data: NDArray,
        bins: NDArray,
        bin_cnt: int | None = None,
        range: float | Sequence[float] | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """Counts (int64) and edges of `bins`, or of `bin_cnt` equal bins over `range` (MXNet operator _histogram)."""
    @staticmethod
    def _hypot(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`hypot(lhs, rhs)` of two arrays of one shape (MXNet operator _hypot)."""
    _Hypot = _hypot
    @staticmethod
    def _hypot_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`hypot(lhs, rhs)` of two arrays, with a number for rhs (MXNet operator _hypot_scalar)."""
    _HypotScalar = _hypot_scalar
    @staticmethod
    def _identity_with_attr_like_rhs(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs`, whose shape is that of `rhs` (MXNet operator _identity_with_attr_like_rhs)."""
    @staticmethod
    def _lesser(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs < rhs` of two arrays of one shape (MXNet operator _lesser)."""
    _Lesser = _lesser
    @staticmethod
    def _lesser_equal(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs <= rhs` of two arrays of one shape (MXNet operator _lesser_equal)."""
    _Lesser_Equal = _lesser_equal
    @staticmethod
    def _lesser_equal_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs <= rhs` of two arrays, with a number for rhs (MXNet operator _lesser_equal_scalar)."""
    _LesserEqualScalar = _lesser_equal_scalar
    @staticmethod
    def _lesser_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs < rhs` of two arrays, with a number for rhs (MXNet operator _lesser_scalar)."""
    _LesserScalar = _lesser_scalar
    @staticmethod
    def _linspace(
        start: float,
        stop: float,
        num: int,
        endpoint: bool = True,
        ctx: str | None = '',
        dtype: _DType = 'float32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`num` evenly spaced values from `start` to `stop`, computed in float64 (MXNet operator _linspace)."""
    @staticmethod
    def _logical_and(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`logical_and(lhs, rhs)` of two arrays of one shape (MXNet operator _logical_and)."""
    _Logical_And = _logical_and
    @staticmethod
    def _logical_and_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`logical_and(lhs, rhs)` of two arrays, with a number for rhs (MXNet operator _logical_and_scalar)."""
    _LogicalAndScalar = _logical_and_scalar
    @staticmethod
    def _logical_or(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`logical_or(lhs, rhs)` of two arrays of one shape (MXNet operator _logical_or)."""
    _Logical_Or = _logical_or
    @staticmethod
    def _logical_or_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`logical_or(lhs, rhs)` of two arrays, with a number for rhs (MXNet operator _logical_or_scalar)."""
    _LogicalOrScalar = _logical_or_scalar
    @staticmethod
    def _logical_xor(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`logical_xor(lhs, rhs)` of two arrays of one shape (MXNet operator _logical_xor)."""
    _Logical_Xor = _logical_xor
    @staticmethod
    def _logical_xor_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`logical_xor(lhs, rhs)` of two arrays, with a number for rhs (MXNet operator _logical_xor_scalar)."""
    _LogicalXorScalar = _logical_xor_scalar
    @staticmethod
    def _maximum(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`maximum(lhs, rhs)` of two arrays of one shape (MXNet operator _maximum)."""
    _Maximum = _maximum
    @staticmethod
    def _maximum_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`maximum(lhs, rhs)` of two arrays, with a number for rhs (MXNet operator _maximum_scalar)."""
    _MaximumScalar = _maximum_scalar
    @staticmethod
    def _minimum(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`minimum(lhs, rhs)` of two arrays of one shape (MXNet operator _minimum)."""
    _Minimum = _minimum
    @staticmethod
    def _minimum_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`minimum(lhs, rhs)` of two arrays, with a number for rhs (MXNet operator _minimum_scalar)."""
    _MinimumScalar = _minimum_scalar
    @staticmethod
    def _minus_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs - rhs` of two arrays, with a number for rhs (MXNet operator _minus_scalar)."""
    _MinusScalar = _minus_scalar
    @staticmethod
    def _mod(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`mod(lhs, rhs)` of two arrays of one shape (MXNet operator _mod)."""
    _Mod = _mod
    @staticmethod
    def _mod_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`mod(lhs, rhs)` of two arrays, with a number for rhs (MXNet operator _mod_scalar)."""
    _ModScalar = _mod_scalar
    @staticmethod
    def _mp_adamw_update(
        weight: NDArray,
        grad: NDArray,
        mean: NDArray,
        var: NDArray,
        weight32: NDArray,
        rescale_grad: NDArray,
        lr: float,
        beta1: float = 0.899999976,
        beta2: float = 0.999000013,
        epsilon: float = 9.99999994e-09,
        wd: float = 0.0,
        eta: float = ...,
        clip_gradient: float = -1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """_adamw_update of half-precision weights."""
    @staticmethod
    def _mul_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs * rhs` of two arrays, with a number for rhs (MXNet operator _mul_scalar)."""
    _MulScalar = _mul_scalar
    @staticmethod
    def _multi_adamw_update(
        *data: NDArray | Sequence[NDArray],
        lrs: float | Sequence[float] = ...,
        beta1: float = 0.899999976,
        beta2: float = 0.999000013,
        epsilon: float = 9.99999994e-09,
        wds: float | Sequence[float] = ...,
        etas: float | Sequence[float] = ...,
        clip_gradient: float = -1.0,
        num_weights: int = 1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """adamw_update of several weights: (weight, grad, states, ...) of each (MXNet operator _multi_adamw_update)."""
    @staticmethod
    def _multi_lamb_update(
        *data: NDArray | Sequence[NDArray],
        learning_rates: float | Sequence[float] = ...,
        beta1: float = 0.899999976,
        beta2: float = 0.999000013,
        epsilon: float = 9.99999997e-07,
        wds: float | Sequence[float] = ...,
        rescale_grad: float = 1.0,
        lower_bound: float = -1.0,
        upper_bound: float = -1.0,
        clip_gradient: float = -1.0,
        bias_correction: bool = True,
        step_count: _Shape = ...,
        num_tensors: int = 1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """lamb1_update of several weights: (weight, grad, states, ...) of each (MXNet operator _multi_lamb_update)."""
    @staticmethod
    def _multi_mp_adamw_update(
        *data: NDArray | Sequence[NDArray],
        lrs: float | Sequence[float] = ...,
        beta1: float = 0.899999976,
        beta2: float = 0.999000013,
        epsilon: float = 9.99999994e-09,
        wds: float | Sequence[float] = ...,
        etas: float | Sequence[float] = ...,
        clip_gradient: float = -1.0,
        num_weights: int = 1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """adamw_update of several weights: (weight, grad, states, ...) of each (MXNet operator _multi_mp_adamw_update)."""
    @staticmethod
    def _multi_mp_lamb_update(
        *data: NDArray | Sequence[NDArray],
        learning_rates: float | Sequence[float] = ...,
        beta1: float = 0.899999976,
        beta2: float = 0.999000013,
        epsilon: float = 9.99999997e-07,
        wds: float | Sequence[float] = ...,
        rescale_grad: float = 1.0,
        lower_bound: float = -1.0,
        upper_bound: float = -1.0,
        clip_gradient: float = -1.0,
        bias_correction: bool = True,
        step_count: _Shape = ...,
        num_tensors: int = 1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """lamb1_update of several weights: (weight, grad, states, ...) of each (MXNet operator _multi_mp_lamb_update)."""
    @staticmethod
    def _not_equal(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs != rhs` of two arrays of one shape (MXNet operator _not_equal)."""
    _Not_Equal = _not_equal
    @staticmethod
    def _not_equal_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs != rhs` of two arrays, with a number for rhs (MXNet operator _not_equal_scalar)."""
    _NotEqualScalar = _not_equal_scalar
    @staticmethod
    def _np_cumsum(
        a: NDArray,
        axis: int | None = None,
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Sums of the elements up to each place along `axis`, or in the flattened array (MXNet operator _np_cumsum).

        Same shape, a vector where `axis` is None. dtype of `a` unless given; int64 for booleans.
        """
    @staticmethod
    def _onehot_encode(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """One-hot rows of the indices `lhs` (n,), with the shape and dtype of `rhs` (n, k) (MXNet _onehot_encode)."""
    @staticmethod
    def _ones(
        shape: _Shape | None = (),
        ctx: str | None = '',
        dtype: _DType = 'float32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """An array of ones (MXNet operator _ones)."""
    @staticmethod
    def _plus_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs + rhs` of two arrays, with a number for rhs (MXNet operator _plus_scalar)."""
    _PlusScalar = _plus_scalar
    @staticmethod
    def _power(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`power(lhs, rhs)` of two arrays of one shape (MXNet operator _power)."""
    _Power = _power
    @staticmethod
    def _power_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`power(lhs, rhs)` of two arrays, with a number for rhs (MXNet operator _power_scalar)."""
    _PowerScalar = _power_scalar
    @staticmethod
    def _random_exponential(
        lam: float = 1.0,
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Exponential with rate lam (MXNet operator _random_exponential)."""
    @staticmethod
    def _random_exponential_like(
        data: NDArray,
        lam: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Exponential with rate lam, with the shape and dtype of `data` (MXNet operator _random_exponential_like)."""
    @staticmethod
    def _random_gamma(
        alpha: float = 1.0,
        beta: float = 1.0,
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Gamma with shape alpha and scale beta (MXNet operator _random_gamma)."""
    @staticmethod
    def _random_gamma_like(
        data: NDArray,
        alpha: float = 1.0,
        beta: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Gamma with shape alpha and scale beta, with the shape and dtype of `data` (MXNet operator _random_gamma_like)."""
    @staticmethod
    def _random_generalized_negative_binomial(
        mu: float = 1.0,
        alpha: float = 1.0,
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Negative binomial with mean mu and dispersion alpha (MXNet operator _random_generalized_negative_binomial)."""
    @staticmethod
    def _random_generalized_negative_binomial_like(
        data: NDArray,
        mu: float = 1.0,
        alpha: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Negative binomial with mean mu and dispersion alpha, with the shape and dtype of `data` (MXNet operator _random_generalized_negative_binomial_like)."""
    @staticmethod
    def _random_negative_binomial(
        k: int = 1,
        p: float = 1.0,
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Failures before the k-th success of probability p (MXNet operator _random_negative_binomial)."""
    @staticmethod
    def _random_negative_binomial_like(
        data: NDArray,
        k: int = 1,
        p: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Failures before the k-th success of probability p, with the shape and dtype of `data` (MXNet operator _random_negative_binomial_like)."""
    @staticmethod
    def _random_normal(
        loc: float = 0.0,
        scale: float = 1.0,
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Normal with a mean and a standard deviation (MXNet operator _random_normal)."""
    @staticmethod
    def _random_normal_like(
        data: NDArray,
        loc: float = 0.0,
        scale: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Normal with a mean and a standard deviation, with the shape and dtype of `data` (MXNet operator _random_normal_like)."""
    @staticmethod
    def _random_pdf_dirichlet(
        sample: NDArray,
        alpha: NDArray,
        is_log: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Density of the Dirichlet distribution; samples (n, ..., d), alpha (n, d), one value for each vector of length d (MXNet operator _random_pdf_dirichlet)."""
    @staticmethod
    def _random_pdf_exponential(
        sample: NDArray,
        lam: NDArray,
        is_log: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Density of the exponential distribution with rate lam (MXNet operator _random_pdf_exponential)."""
    @staticmethod
    def _random_pdf_gamma(
        sample: NDArray,
        alpha: NDArray,
        beta: NDArray,
        is_log: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Density of the gamma distribution with shape alpha and rate beta (MXNet operator _random_pdf_gamma)."""
    @staticmethod
    def _random_pdf_generalized_negative_binomial(
        sample: NDArray,
        mu: NDArray,
        alpha: NDArray,
        is_log: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Probability of the negative binomial distribution with mean mu and dispersion alpha; no gradient to the samples (MXNet operator _random_pdf_generalized_negative_binomial)."""
    @staticmethod
    def _random_pdf_negative_binomial(
        sample: NDArray,
        k: NDArray,
        p: NDArray,
        is_log: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Probability of failures before the k-th success of probability p; no gradient to the samples (MXNet operator _random_pdf_negative_binomial)."""
    @staticmethod
    def _random_pdf_normal(
        sample: NDArray,
        mu: NDArray,
        sigma: NDArray,
        is_log: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Density of the normal distribution with mean mu and standard deviation sigma (MXNet operator _random_pdf_normal)."""
    @staticmethod
    def _random_pdf_poisson(
        sample: NDArray,
        lam: NDArray,
        is_log: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Probability of the Poisson distribution with rate lam; no gradient to the samples (MXNet operator _random_pdf_poisson)."""
    @staticmethod
    def _random_pdf_uniform(
        sample: NDArray,
        low: NDArray,
        high: NDArray,
        is_log: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Density of the uniform distribution on [low, high]: 1 / (high - low), also outside (MXNet operator _random_pdf_uniform)."""
    @staticmethod
    def _random_poisson(
        lam: float = 1.0,
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Poisson with rate lam (MXNet operator _random_poisson)."""
    @staticmethod
    def _random_poisson_like(
        data: NDArray,
        lam: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Poisson with rate lam, with the shape and dtype of `data` (MXNet operator _random_poisson_like)."""
    @staticmethod
    def _random_randint(
        low: int,
        high: int,
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Whole numbers in [low, high), all equally likely (MXNet operator _random_randint)."""
    @staticmethod
    def _random_uniform(
        low: float = 0.0,
        high: float = 1.0,
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Uniform in [low, high) (MXNet operator _random_uniform)."""
    @staticmethod
    def _random_uniform_like(
        data: NDArray,
        low: float = 0.0,
        high: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Uniform in [low, high), with the shape and dtype of `data` (MXNet operator _random_uniform_like)."""
    @staticmethod
    def _ravel_multi_index(
        data: NDArray,
        shape: _Shape | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Columns of coordinates (ndim, n) to indices (n,) into a flattened array of `shape` (MXNet operator)."""
    @staticmethod
    def _rdiv_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs / rhs` of two arrays, with a number for lhs (MXNet operator _rdiv_scalar)."""
    _RDivScalar = _rdiv_scalar
    @staticmethod
    def _rminus_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs - rhs` of two arrays, with a number for lhs (MXNet operator _rminus_scalar)."""
    _RMinusScalar = _rminus_scalar
    @staticmethod
    def _rmod_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`mod(lhs, rhs)` of two arrays, with a number for lhs (MXNet operator _rmod_scalar)."""
    _RModScalar = _rmod_scalar
    @staticmethod
    def _rnn_param_concat(
        *arg: NDArray | Sequence[NDArray],
        dim: int = 1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """As Concat, for the parameters of a fused recurrent layer (MXNet operator _rnn_param_concat)."""
    @staticmethod
    def _rpower_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`power(lhs, rhs)` of two arrays, with a number for lhs (MXNet operator _rpower_scalar)."""
    _RPowerScalar = _rpower_scalar
    @staticmethod
    def _sample_exponential(
        lam: NDArray,
        shape: _Shape = (),
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Exponential with rate lam, for each element of the parameters: shape of these + `shape` (MXNet _sample_exponential)."""
    @staticmethod
    def _sample_gamma(
        alpha: NDArray,
        beta: NDArray,
        shape: _Shape = (),
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Gamma with shape alpha and scale beta, for each element of the parameters: shape of these + `shape` (MXNet _sample_gamma)."""
    @staticmethod
    def _sample_generalized_negative_binomial(
        mu: NDArray,
        alpha: NDArray,
        shape: _Shape = (),
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Negative binomial with mean mu and dispersion alpha, for each element of the parameters: shape of these + `shape` (MXNet _sample_generalized_negative_binomial)."""
    @staticmethod
    def _sample_multinomial(
        data: NDArray,
        shape: _Shape = (),
        get_prob: bool = False,
        dtype: _DType = 'int32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Indices drawn with the probabilities in the rows of `data` (..., k): shape data.shape[:-1] + `shape`.

        With `get_prob` also their log probabilities, through which gradients flow (MXNet operator _sample_multinomial).
        """
    @staticmethod
    def _sample_negative_binomial(
        k: NDArray,
        p: NDArray,
        shape: _Shape = (),
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Failures before the k-th success of probability p, for each element of the parameters: shape of these + `shape` (MXNet _sample_negative_binomial)."""
    @staticmethod
    def _sample_normal(
        mu: NDArray,
        sigma: NDArray,
        shape: _Shape = (),
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Normal with a mean and a standard deviation, for each element of the parameters: shape of these + `shape` (MXNet _sample_normal)."""
    @staticmethod
    def _sample_poisson(
        lam: NDArray,
        shape: _Shape = (),
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Poisson with rate lam, for each element of the parameters: shape of these + `shape` (MXNet _sample_poisson)."""
    @staticmethod
    def _sample_uniform(
        low: NDArray,
        high: NDArray,
        shape: _Shape = (),
        dtype: _DType | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Uniform in [low, high), for each element of the parameters: shape of these + `shape` (MXNet _sample_uniform)."""
    @staticmethod
    def _sample_unique_zipfian(
        range_max: int,
        shape: _Shape | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[NDArray]:
        """Different whole numbers below range_max, log-uniform, per row of `shape`; and the draws that a row took."""
    @staticmethod
    def _scatter_elemwise_div(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs / rhs`; of a row_sparse array only the stored rows (MXNet operator _scatter_elemwise_div)."""
    @staticmethod
    def _scatter_minus_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` minus a number; of a row_sparse array only the stored rows (MXNet operator _scatter_minus_scalar)."""
    @staticmethod
    def _scatter_plus_scalar(
        data: NDArray,
        scalar: float = 1.0,
        is_int: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` plus a number; of a row_sparse array only the stored rows (MXNet operator _scatter_plus_scalar)."""
    @staticmethod
    def _scatter_set_nd(
        lhs: NDArray,
        rhs: NDArray,
        indices: NDArray,
        shape: _Shape,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs` with rhs[j] at (indices[0, j], indices[1, j], ...) (MXNet operator _scatter_set_nd)."""
    @staticmethod
    def _set_value(
        src: float,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Fills the array given as `out` with a number (MXNet operator _set_value)."""
    @staticmethod
    def _shuffle(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` with its entries along the first axis in random order (MXNet operator _shuffle)."""
    @staticmethod
    def _slice_assign(
        lhs: NDArray,
        rhs: NDArray,
        begin: int | Sequence[int | None],
        end: int | Sequence[int | None],
        step: int | Sequence[int | None] = (),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs` with `rhs` in the part that begin, end, step select (MXNet operator _slice_assign)."""
    _crop_assign = _slice_assign
    @staticmethod
    def _slice_assign_scalar(
        data: NDArray,
        scalar: float = 0.0,
        begin: int | Sequence[int | None] = ...,
        end: int | Sequence[int | None] = ...,
        step: int | Sequence[int | None] = (),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` with a number in the part that begin, end, step select (MXNet operator _slice_assign_scalar)."""
    _crop_assign_scalar = _slice_assign_scalar
    @staticmethod
    def _sparse_adagrad_update(
        weight: NDArray,
        grad: NDArray,
        history: NDArray,
        lr: float,
        epsilon: float = 1.00000001e-07,
        wd: float = 0.0,
        rescale_grad: float = 1.0,
        clip_gradient: float = -1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """AdaGrad (Duchi et al. 2011; MXNet operator _sparse_adagrad_update), for dense arrays."""
    @staticmethod
    def _sparse_retain(
        data: NDArray,
        indices: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The rows `indices` of row-sparse `data`; other rows become zero (MXNet operator _sparse_retain).

        The output stores just the rows asked for, zeros for rows that were not stored.
        """
    @staticmethod
    def _split_v2(
        data: NDArray,
        indices: _Shape,
        axis: int = 1,
        squeeze_axis: bool = False,
        sections: int = 0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """`data` in pieces along `axis`: `sections` equal ones, or cut before each of `indices` (MXNet _split_v2)."""
    @staticmethod
    def _square_sum(
        data: NDArray,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The sum of squares over `axis`. Same dtype; reducing all axes gives shape (1,) (MXNet operator _square_sum)."""
    @staticmethod
    def _unravel_index(
        data: NDArray,
        shape: _Shape | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Indices (n,) into a flattened array of `shape` to columns of coordinates (ndim, n) (MXNet operator)."""
    @staticmethod
    def _while_loop(
        *data: NDArray | Sequence[NDArray],
        cond: Any = None,
        func: Any = None,
        num_outputs: int = ...,
        num_out_data: int = ...,
        max_iterations: int = ...,
        cond_input_locs: _Shape = ...,
        func_input_locs: _Shape = ...,
        func_var_locs: _Shape = ...,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """A loop that runs while a condition holds; made by mx.sym.contrib.while_loop.

        Outputs: the body's outputs stacked to (max_iterations, ...), zeros after the last step (undefined in MXNet),
        then the last loop variables (MXNet operator _while_loop).
        """
    @staticmethod
    def _zeros(
        shape: _Shape | None = (),
        ctx: str | None = '',
        dtype: _DType = 'float32',
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """An array of zeros (MXNet operator _zeros)."""
    @staticmethod
    def _zeros_without_dtype(
        shape: _Shape | None = None,
        ctx: str | None = '',
        dtype: int = -1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """An array of zeros (MXNet operator _zeros_without_dtype)."""
    @staticmethod
    def _sparse_abs(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise abs of `data`; same shape and dtype (MXNet operator abs)."""
    @staticmethod
    def _sparse_adam_update(
        weight: NDArray,
        grad: NDArray,
        mean: NDArray,
        var: NDArray,
        lr: float,
        beta1: float = 0.899999976,
        beta2: float = 0.999000013,
        epsilon: float = 9.99999994e-09,
        wd: float = 0.0,
        rescale_grad: float = 1.0,
        clip_gradient: float = -1.0,
        lazy_update: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Adam without bias correction, which goes into lr (Kingma and Ba 2014; MXNet operator adam_update)."""
    @staticmethod
    def _sparse_ElementWiseSum(
        *arg: NDArray | Sequence[NDArray],
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The sum of arrays of one shape and dtype, element by element (MXNet operator add_n)."""
    _sparse_add_n = _sparse_ElementWiseSum
    @staticmethod
    def _sparse_arccos(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arccos of `data`; same shape and dtype (MXNet operator arccos)."""
    @staticmethod
    def _sparse_arccosh(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arccosh of `data`; same shape and dtype (MXNet operator arccosh)."""
    @staticmethod
    def _sparse_arcsin(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arcsin of `data`; same shape and dtype (MXNet operator arcsin)."""
    @staticmethod
    def _sparse_arcsinh(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arcsinh of `data`; same shape and dtype (MXNet operator arcsinh)."""
    @staticmethod
    def _sparse_arctan(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arctan of `data`; same shape and dtype (MXNet operator arctan)."""
    @staticmethod
    def _sparse_arctanh(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise arctanh of `data`; same shape and dtype (MXNet operator arctanh)."""
    @staticmethod
    def _sparse_stop_gradient(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` itself, through which no gradient flows (MXNet operator BlockGrad)."""
    @staticmethod
    def _sparse_broadcast_add(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs + rhs` of two arrays, broadcast together (MXNet operator broadcast_add)."""
    _sparse_broadcast_plus = _sparse_broadcast_add
    @staticmethod
    def _sparse_broadcast_div(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs / rhs` of two arrays, broadcast together (MXNet operator broadcast_div)."""
    @staticmethod
    def _sparse_broadcast_mul(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs * rhs` of two arrays, broadcast together (MXNet operator broadcast_mul)."""
    @staticmethod
    def _sparse_broadcast_minus(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs - rhs` of two arrays, broadcast together (MXNet operator broadcast_sub)."""
    _sparse_broadcast_sub = _sparse_broadcast_minus
    @staticmethod
    def _sparse_cast_storage(
        data: NDArray,
        stype: Literal['csr', 'default', 'row_sparse'],
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` in another storage: dense to csr or row_sparse and back (MXNet operator cast_storage).

        Same shape and dtype. csr needs two dimensions. Values that are zero are not stored.
        """
    @staticmethod
    def _sparse_cbrt(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise cbrt of `data`; same shape and dtype (MXNet operator cbrt)."""
    @staticmethod
    def _sparse_ceil(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise ceil of `data`; same shape and dtype (MXNet operator ceil)."""
    @staticmethod
    def _sparse_clip(
        data: NDArray,
        a_min: float,
        a_max: float,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` with its values brought into [a_min, a_max]; NaN stays NaN; same dtype (MXNet operator clip)."""
    @staticmethod
    def _sparse_concat(
        *arg: NDArray | Sequence[NDArray],
        dim: int = 1,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Arrays joined along the axis `dim`; all other axes and the dtypes agree (MXNet operator Concat)."""
    @staticmethod
    def _sparse_cos(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise cos of `data`; same shape and dtype (MXNet operator cos)."""
    @staticmethod
    def _sparse_cosh(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise cosh of `data`; same shape and dtype (MXNet operator cosh)."""
    @staticmethod
    def _sparse_degrees(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise degrees of `data`; same shape and dtype (MXNet operator degrees)."""
    @staticmethod
    def _sparse_dot(
        lhs: NDArray,
        rhs: NDArray,
        transpose_a: bool = False,
        transpose_b: bool = False,
        forward_stype: Literal['csr', 'default', 'row_sparse'] | None = None,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Sums over the last axis of `lhs` and the first of `rhs`; vectors and more dimensions too (MXNet operator dot).

        (i, j, k) dot (k, l, m) is (i, j, l, m). `transpose_a` contracts the first axis of lhs instead, `transpose_b`
        the last of rhs. Two vectors give shape (1,). Equal dtypes; float16 is added up in float32.
        """
    @staticmethod
    def _Plus(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs + rhs` of two arrays of one shape (MXNet operator elemwise_add)."""
    _add = _Plus
    _plus = _Plus
    _sparse_elemwise_add = _Plus
    @staticmethod
    def _Div(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs / rhs` of two arrays of one shape (MXNet operator elemwise_div)."""
    _div = _Div
    _sparse_elemwise_div = _Div
    @staticmethod
    def _Mul(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs * rhs` of two arrays of one shape (MXNet operator elemwise_mul)."""
    _mul = _Mul
    _sparse_elemwise_mul = _Mul
    @staticmethod
    def _Minus(
        lhs: NDArray,
        rhs: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`lhs - rhs` of two arrays of one shape (MXNet operator elemwise_sub)."""
    _minus = _Minus
    _sparse_elemwise_sub = _Minus
    _sub = _Minus
    @staticmethod
    def _sparse_Embedding(
        data: NDArray,
        weight: NDArray,
        input_dim: int,
        output_dim: int,
        dtype: _DType = 'float32',
        sparse_grad: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Rows of `weight` (input_dim, output_dim) by the indices `data`: shape data.shape + (output_dim,).

        Indices out of range take the nearest row (MXNet operator Embedding).
        """
    @staticmethod
    def _sparse_exp(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise exp of `data`; same shape and dtype (MXNet operator exp)."""
    @staticmethod
    def _sparse_expm1(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise expm1 of `data`; same shape and dtype (MXNet operator expm1)."""
    @staticmethod
    def _sparse_fix(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` rounded to the nearest integer towards zero."""
    @staticmethod
    def _sparse_floor(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise floor of `data`; same shape and dtype (MXNet operator floor)."""
    @staticmethod
    def _sparse_ftrl_update(
        weight: NDArray,
        grad: NDArray,
        z: NDArray,
        n: NDArray,
        lr: float,
        lamda1: float = 0.00999999978,
        beta: float = 1.0,
        wd: float = 0.0,
        rescale_grad: float = 1.0,
        clip_gradient: float = -1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """FTRL-Proximal (McMahan et al. 2013; MXNet operator ftrl_update)."""
    @staticmethod
    def _sparse_FullyConnected(
        data: NDArray,
        weight: NDArray,
        bias: NDArray | None = None,
        num_hidden: int = ...,
        no_bias: bool = False,
        flatten: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """``out = data @ weight.T + bias`` (MXNet operator FullyConnected).

        With ``flatten=True``, `data` (batch, ...) is taken as (batch, k) and `out` is (batch, num_hidden); else `data` is
        (..., k) and `out` (..., num_hidden). `weight` is (num_hidden, k), `bias` (num_hidden,). One dtype for all.
        """
    @staticmethod
    def _sparse_gamma(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise gamma of `data`; same shape and dtype (MXNet operator gamma)."""
    @staticmethod
    def _sparse_gammaln(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise gammaln of `data`; same shape and dtype (MXNet operator gammaln)."""
    @staticmethod
    def _sparse_LinearRegressionOutput(
        data: NDArray,
        label: NDArray,
        grad_scale: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` itself, with the gradient of the squared loss (MXNet operator LinearRegressionOutput).

        `label` has the shape of `data`, or as many elements in the same number of rows. The gradient with regard to data
        is scaled by ``grad_scale`` over the number of outputs of one example.
        """
    @staticmethod
    def _sparse_log(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise log of `data`; same shape and dtype (MXNet operator log)."""
    @staticmethod
    def _sparse_log10(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise log10 of `data`; same shape and dtype (MXNet operator log10)."""
    @staticmethod
    def _sparse_log1p(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise log1p of `data`; same shape and dtype (MXNet operator log1p)."""
    @staticmethod
    def _sparse_log2(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise log2 of `data`; same shape and dtype (MXNet operator log2)."""
    @staticmethod
    def _sparse_LogisticRegressionOutput(
        data: NDArray,
        label: NDArray,
        grad_scale: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """``sigmoid(data)``, with the gradient of the logistic loss (MXNet operator LogisticRegressionOutput).

        `label` has the shape of `data`, or as many elements in the same number of rows. The gradient with regard to data
        is scaled by ``grad_scale`` over the number of outputs of one example.
        """
    @staticmethod
    def _sparse_MAERegressionOutput(
        data: NDArray,
        label: NDArray,
        grad_scale: float = 1.0,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` itself, with the gradient of the absolute loss (MXNet operator MAERegressionOutput).

        `label` has the shape of `data`, or as many elements in the same number of rows. The gradient with regard to data
        is scaled by ``grad_scale`` over the number of outputs of one example.
        """
    @staticmethod
    def _sparse_make_loss(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` itself, as a loss: its gradient is 1, whatever comes in (MXNet operator make_loss)."""
    @staticmethod
    def _sparse_mean(
        data: NDArray,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The mean over `axis`; integers truncate. Same dtype; reducing all axes gives shape (1,) (MXNet operator mean)."""
    @staticmethod
    def _np_negative(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise negative of `data`; same shape and dtype (MXNet operator negative)."""
    _sparse_negative = _np_negative
    @staticmethod
    def _sparse_norm(
        data: NDArray,
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
    @staticmethod
    def _sparse_radians(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise radians of `data`; same shape and dtype (MXNet operator radians)."""
    @staticmethod
    def _sparse_relu(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """max(data, 0); NaN stays NaN (MXNet operator relu)."""
    @staticmethod
    def _sparse_rint(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise rint of `data`; same shape and dtype (MXNet operator rint)."""
    @staticmethod
    def _sparse_round(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`data` rounded to the nearest integer, halves away from zero."""
    @staticmethod
    def _sparse_rsqrt(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise rsqrt of `data`; same shape and dtype (MXNet operator rsqrt)."""
    @staticmethod
    def _sparse_sgd_mom_update(
        weight: NDArray,
        grad: NDArray,
        mom: NDArray,
        lr: float,
        momentum: float = 0.0,
        wd: float = 0.0,
        rescale_grad: float = 1.0,
        clip_gradient: float = -1.0,
        lazy_update: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """SGD with momentum: mom = momentum*mom - lr*(grad + wd*weight); weight + mom (MXNet operator sgd_mom_update)."""
    @staticmethod
    def _sparse_sgd_update(
        weight: NDArray,
        grad: NDArray,
        lr: float,
        wd: float = 0.0,
        rescale_grad: float = 1.0,
        clip_gradient: float = -1.0,
        lazy_update: bool = True,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """weight - lr * (grad + wd*weight) (MXNet operator sgd_update)."""
    @staticmethod
    def _sparse_sigmoid(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sigmoid of `data`; same shape and dtype (MXNet operator sigmoid)."""
    @staticmethod
    def _sparse_sign(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sign of `data`; same shape and dtype (MXNet operator sign)."""
    @staticmethod
    def _sparse_sin(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sin of `data`; same shape and dtype (MXNet operator sin)."""
    @staticmethod
    def _sparse_sinh(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sinh of `data`; same shape and dtype (MXNet operator sinh)."""
    @staticmethod
    def _sparse_slice(
        data: NDArray,
        begin: int | Sequence[int | None],
        end: int | Sequence[int | None],
        step: int | Sequence[int | None] = (),
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """data[begin[0]:end[0]:step[0], ...] as a copy; ranges are clipped as in Python (MXNet operator slice)."""
    @staticmethod
    def _sparse_sqrt(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise sqrt of `data`; same shape and dtype (MXNet operator sqrt)."""
    @staticmethod
    def _sparse_square(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise square of `data`; same shape and dtype (MXNet operator square)."""
    @staticmethod
    def _sparse_sum(
        data: NDArray,
        axis: _Shape | None = None,
        keepdims: bool = False,
        exclude: bool = False,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """The sum over `axis`. Same dtype; reducing all axes gives shape (1,) (MXNet operator sum)."""
    @staticmethod
    def _sparse_tan(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise tan of `data`; same shape and dtype (MXNet operator tan)."""
    @staticmethod
    def _sparse_tanh(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise tanh of `data`; same shape and dtype (MXNet operator tanh)."""
    @staticmethod
    def _sparse_trunc(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """Elementwise trunc of `data`; same shape and dtype (MXNet operator trunc)."""
    @staticmethod
    def _sparse_where(
        condition: NDArray,
        x: NDArray,
        y: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """`x` where `condition` is not zero, else `y`; a vector as condition chooses whole rows (MXNet operator where)."""
    @staticmethod
    def _sparse_zeros_like(
        data: NDArray,
        out: NDArray | Sequence[NDArray] | None = None,
        name: str | None = None,
        attr: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> NDArray:
        """An array of zeros with the shape and dtype of `data`."""
_internal: __internal
op: Any

def identity(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """A copy of `data`, of the same shape and dtype (MXNet operator _copy)."""
def linalg_det(
    A: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The determinant of each square matrix, shape (1,) for one (MXNet operator linalg_det)."""
def linalg_extractdiag(
    A: NDArray,
    offset: int = 0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """A diagonal of each square matrix (MXNet operator linalg_extractdiag)."""
def linalg_extracttrian(
    A: NDArray,
    offset: int = 0,
    lower: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """A triangle of each square matrix as a vector (MXNet operator linalg_extracttrian)."""
def linalg_gelqf(
    A: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> list[NDArray]:
    """Q with orthonormal rows and lower triangular L of A = L Q, for A no taller than wide (MXNet linalg_gelqf)."""
def linalg_gemm(
    A: NDArray,
    B: NDArray,
    C: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    beta: float = 1.0,
    axis: int = -2,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """alpha * op(A) op(B) + beta * C (MXNet operator linalg_gemm; BLAS gemm)."""
def linalg_gemm2(
    A: NDArray,
    B: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    axis: int = -2,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """alpha * op(A) op(B) (MXNet operator linalg_gemm2; BLAS gemm)."""
def linalg_inverse(
    A: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The inverse of each square matrix (MXNet operator linalg_inverse)."""
def linalg_makediag(
    A: NDArray,
    offset: int = 0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Square matrices with the vectors on a diagonal (MXNet operator linalg_makediag)."""
def linalg_maketrian(
    A: NDArray,
    offset: int = 0,
    lower: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Square matrices with the vectors in a triangle, zeros elsewhere (MXNet operator linalg_maketrian)."""
def linalg_potrf(
    A: NDArray,
    lower: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The Cholesky factor L of A = L L^T, or U of A = U^T U; one triangle of A is read (MXNet linalg_potrf)."""
def linalg_potri(
    A: NDArray,
    lower: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The inverse of L L^T (or U^T U) from the Cholesky factor A (MXNet operator linalg_potri)."""
def linalg_slogdet(
    A: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> list[NDArray]:
    """The sign of the determinant of each square matrix, and the logarithm of its size (MXNet linalg_slogdet)."""
def linalg_sumlogdiag(
    A: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The sum of the logarithms of the diagonal of each matrix, shape (1,) for one (MXNet linalg_sumlogdiag)."""
def linalg_syrk(
    A: NDArray,
    transpose: bool = False,
    alpha: float = 1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """alpha * A A^T, or alpha * A^T A (MXNet operator linalg_syrk; BLAS syrk)."""
def linalg_trmm(
    A: NDArray,
    B: NDArray,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """alpha * op(A) B, or alpha * B op(A), for triangular A (MXNet operator linalg_trmm; BLAS trmm)."""
def linalg_trsm(
    A: NDArray,
    B: NDArray,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """X with op(A) X = alpha * B, or X op(A) = alpha * B, for triangular A (MXNet operator linalg_trsm; BLAS trsm)."""
def cumsum(
    a: NDArray,
    axis: int | None = None,
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Sums of the elements up to each place along `axis`, or in the flattened array (MXNet operator _np_cumsum).

    Same shape, a vector where `axis` is None. dtype of `a` unless given; int64 for booleans.
    """
def random_exponential(
    lam: float = 1.0,
    shape: _Shape | None = None,
    ctx: str | None = '',
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Exponential with rate lam (MXNet operator _random_exponential)."""
def random_gamma(
    alpha: float = 1.0,
    beta: float = 1.0,
    shape: _Shape | None = None,
    ctx: str | None = '',
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Gamma with shape alpha and scale beta (MXNet operator _random_gamma)."""
def random_generalized_negative_binomial(
    mu: float = 1.0,
    alpha: float = 1.0,
    shape: _Shape | None = None,
    ctx: str | None = '',
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Negative binomial with mean mu and dispersion alpha (MXNet operator _random_generalized_negative_binomial)."""
def random_negative_binomial(
    k: int = 1,
    p: float = 1.0,
    shape: _Shape | None = None,
    ctx: str | None = '',
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Failures before the k-th success of probability p (MXNet operator _random_negative_binomial)."""
def normal(
    loc: float = 0.0,
    scale: float = 1.0,
    shape: _Shape | None = None,
    ctx: str | None = '',
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Normal with a mean and a standard deviation (MXNet operator _random_normal)."""
random_normal = normal
def random_pdf_dirichlet(
    sample: NDArray,
    alpha: NDArray,
    is_log: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Density of the Dirichlet distribution; samples (n, ..., d), alpha (n, d), one value for each vector of length d (MXNet operator _random_pdf_dirichlet)."""
def random_pdf_exponential(
    sample: NDArray,
    lam: NDArray,
    is_log: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Density of the exponential distribution with rate lam (MXNet operator _random_pdf_exponential)."""
def random_pdf_gamma(
    sample: NDArray,
    alpha: NDArray,
    beta: NDArray,
    is_log: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Density of the gamma distribution with shape alpha and rate beta (MXNet operator _random_pdf_gamma)."""
def random_pdf_generalized_negative_binomial(
    sample: NDArray,
    mu: NDArray,
    alpha: NDArray,
    is_log: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Probability of the negative binomial distribution with mean mu and dispersion alpha; no gradient to the samples (MXNet operator _random_pdf_generalized_negative_binomial)."""
def random_pdf_negative_binomial(
    sample: NDArray,
    k: NDArray,
    p: NDArray,
    is_log: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Probability of failures before the k-th success of probability p; no gradient to the samples (MXNet operator _random_pdf_negative_binomial)."""
def random_pdf_normal(
    sample: NDArray,
    mu: NDArray,
    sigma: NDArray,
    is_log: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Density of the normal distribution with mean mu and standard deviation sigma (MXNet operator _random_pdf_normal)."""
def random_pdf_poisson(
    sample: NDArray,
    lam: NDArray,
    is_log: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Probability of the Poisson distribution with rate lam; no gradient to the samples (MXNet operator _random_pdf_poisson)."""
def random_pdf_uniform(
    sample: NDArray,
    low: NDArray,
    high: NDArray,
    is_log: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Density of the uniform distribution on [low, high]: 1 / (high - low), also outside (MXNet operator _random_pdf_uniform)."""
def random_poisson(
    lam: float = 1.0,
    shape: _Shape | None = None,
    ctx: str | None = '',
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Poisson with rate lam (MXNet operator _random_poisson)."""
def random_randint(
    low: int,
    high: int,
    shape: _Shape | None = None,
    ctx: str | None = '',
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Whole numbers in [low, high), all equally likely (MXNet operator _random_randint)."""
def random_uniform(
    low: float = 0.0,
    high: float = 1.0,
    shape: _Shape | None = None,
    ctx: str | None = '',
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Uniform in [low, high) (MXNet operator _random_uniform)."""
uniform = random_uniform
def ravel_multi_index(
    data: NDArray,
    shape: _Shape | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Columns of coordinates (ndim, n) to indices (n,) into a flattened array of `shape` (MXNet operator)."""
def sample_exponential(
    lam: NDArray,
    shape: _Shape = (),
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Exponential with rate lam, for each element of the parameters: shape of these + `shape` (MXNet _sample_exponential)."""
def sample_gamma(
    alpha: NDArray,
    beta: NDArray,
    shape: _Shape = (),
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Gamma with shape alpha and scale beta, for each element of the parameters: shape of these + `shape` (MXNet _sample_gamma)."""
def sample_generalized_negative_binomial(
    mu: NDArray,
    alpha: NDArray,
    shape: _Shape = (),
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Negative binomial with mean mu and dispersion alpha, for each element of the parameters: shape of these + `shape` (MXNet _sample_generalized_negative_binomial)."""
def sample_multinomial(
    data: NDArray,
    shape: _Shape = (),
    get_prob: bool = False,
    dtype: _DType = 'int32',
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """Indices drawn with the probabilities in the rows of `data` (..., k): shape data.shape[:-1] + `shape`.

    With `get_prob` also their log probabilities, through which gradients flow (MXNet operator _sample_multinomial).
    """
def sample_negative_binomial(
    k: NDArray,
    p: NDArray,
    shape: _Shape = (),
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Failures before the k-th success of probability p, for each element of the parameters: shape of these + `shape` (MXNet _sample_negative_binomial)."""
def sample_normal(
    mu: NDArray,
    sigma: NDArray,
    shape: _Shape = (),
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Normal with a mean and a standard deviation, for each element of the parameters: shape of these + `shape` (MXNet _sample_normal)."""
def sample_poisson(
    lam: NDArray,
    shape: _Shape = (),
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Poisson with rate lam, for each element of the parameters: shape of these + `shape` (MXNet _sample_poisson)."""
def sample_uniform(
    low: NDArray,
    high: NDArray,
    shape: _Shape = (),
    dtype: _DType | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Uniform in [low, high), for each element of the parameters: shape of these + `shape` (MXNet _sample_uniform)."""
def shuffle(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` with its entries along the first axis in random order (MXNet operator _shuffle)."""
def unravel_index(
    data: NDArray,
    shape: _Shape | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Indices (n,) into a flattened array of `shape` to columns of coordinates (ndim, n) (MXNet operator)."""
def abs(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise abs of `data`; same shape and dtype (MXNet operator abs)."""
def Activation(
    data: NDArray,
    act_type: Literal['relu', 'sigmoid', 'softrelu', 'softsign', 'tanh'],
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """An activation function, element by element (MXNet operator Activation); same shape and dtype as `data`.

    relu max(x, 0); sigmoid 1/(1+exp(-x)); tanh; softrelu log(1+exp(x)); softsign x/(1+abs(x)).
    """
def adam_update(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
    lr: float,
    beta1: float = 0.899999976,
    beta2: float = 0.999000013,
    epsilon: float = 9.99999994e-09,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Adam without bias correction, which goes into lr (Kingma and Ba 2014; MXNet operator adam_update)."""
def add_n(
    *arg: NDArray | Sequence[NDArray],
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The sum of arrays of one shape and dtype, element by element (MXNet operator add_n)."""
ElementWiseSum = add_n
def all_finite(
    data: NDArray,
    init_output: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """1 in a float32 array of shape (1,) where no element is infinite or NaN, else 0 (MXNet operator all_finite)."""
def amp_cast(
    data: NDArray,
    dtype: _DType,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """A floating point array in another dtype; integers stay as they are (MXNet operator amp_cast)."""
def amp_multicast(
    *data_: NDArray | Sequence[NDArray],
    cast_narrow: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """Arrays in their widest (or narrowest) floating point dtype (MXNet operator amp_multicast)."""
def arccos(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise arccos of `data`; same shape and dtype (MXNet operator arccos)."""
def arccosh(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise arccosh of `data`; same shape and dtype (MXNet operator arccosh)."""
def arcsin(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise arcsin of `data`; same shape and dtype (MXNet operator arcsin)."""
def arcsinh(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise arcsinh of `data`; same shape and dtype (MXNet operator arcsinh)."""
def arctan(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise arctan of `data`; same shape and dtype (MXNet operator arctan)."""
def arctanh(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise arctanh of `data`; same shape and dtype (MXNet operator arctanh)."""
def argmax(
    data: NDArray,
    axis: int | None = None,
    keepdims: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Index of the first largest element along `axis`, in the dtype of data (MXNet operator argmax)."""
def argmax_channel(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Index of the largest element along axis 1, in the dtype of data (MXNet operator argmax_channel)."""
def argmin(
    data: NDArray,
    axis: int | None = None,
    keepdims: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Index of the first smallest element along `axis`, in the dtype of data (MXNet operator argmin)."""
def argsort(
    data: NDArray,
    axis: int | None = -1,
    is_ascend: bool = True,
    dtype: _DType = 'float32',
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The indices that sort `data` along `axis`, or the flattened array (MXNet operator argsort)."""
def batch_dot(
    lhs: NDArray,
    rhs: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    forward_stype: Literal['csr', 'default', 'row_sparse'] | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """(..., m, k) times (..., k, n) to (..., m, n), one product for each index in front (MXNet operator batch_dot)."""
def batch_take(
    a: NDArray,
    indices: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """out[i] = a[i, indices[i]] for `a` (n, k) and int32 `indices` (n,) (MXNet operator batch_take)."""
def BatchNorm(
    data: NDArray,
    gamma: NDArray,
    beta: NDArray,
    moving_mean: NDArray,
    moving_var: NDArray,
    eps: float = 0.0010000000474974513,
    momentum: float = 0.899999976,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    axis: int = 1,
    cudnn_off: bool = False,
    min_calib_range: float | None = None,
    max_calib_range: float | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Normalisation over the batch (Ioffe and Szegedy 2015; MXNet operator BatchNorm).

    ``(data - mean) / sqrt(var + eps) * gamma + beta`` with one mean and (biased) variance for each index of `axis`:
    those of the batch in training, else or with use_global_stats the moving averages. `gamma`, `beta`, `moving_mean`
    and `moving_var` are vectors, of single precision where data is of half. With fix_gamma, gamma counts as 1.
    Outputs `mean` and ``1/sqrt(var + eps)`` are seen with output_mean_var.

    As in MXNet the moving averages change in the backward pass: ``m*momentum + new*(1 - momentum)``.
    """
def BatchNorm_v1(
    data: NDArray,
    gamma: NDArray,
    beta: NDArray,
    moving_mean: NDArray,
    moving_var: NDArray,
    eps: float = 0.00100000005,
    momentum: float = 0.899999976,
    fix_gamma: bool = True,
    use_global_stats: bool = False,
    output_mean_var: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """BatchNorm along axis 1, as old symbol files have it (MXNet operator BatchNorm_v1).

    As BatchNorm, but the hidden output `var` is the variance itself.
    """
def BilinearSampler(
    data: NDArray,
    grid: NDArray,
    cudnn_off: bool | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The pixels of `data` (n, c, h, w) at the places `grid` (n, 2, oh, ow), interpolated; output (n, c, oh, ow).

    ``grid[:, 0]`` is x and ``grid[:, 1]`` is y, both -1 at the centre of the first pixel and 1 at the centre of the
    last; pixels outside count as 0 (Jaderberg et al. 2015, Spatial Transformer Networks; MXNet operator
    BilinearSampler). Any floating-point dtype, the same for both.
    """
def BlockGrad(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` itself, through which no gradient flows (MXNet operator BlockGrad)."""
stop_gradient = BlockGrad
def broadcast_add(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs + rhs` of two arrays, broadcast together (MXNet operator broadcast_add)."""
broadcast_plus = broadcast_add
def broadcast_axis(
    data: NDArray,
    axis: _Shape = (),
    size: _Shape = (),
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` repeated `size` times along its axes of length 1 (MXNet operator broadcast_axis)."""
broadcast_axes = broadcast_axis
def broadcast_div(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs / rhs` of two arrays, broadcast together (MXNet operator broadcast_div)."""
def broadcast_equal(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs == rhs` of two arrays, broadcast together (MXNet operator broadcast_equal)."""
def broadcast_greater(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs > rhs` of two arrays, broadcast together (MXNet operator broadcast_greater)."""
def broadcast_greater_equal(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs >= rhs` of two arrays, broadcast together (MXNet operator broadcast_greater_equal)."""
def broadcast_hypot(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`hypot(lhs, rhs)` of two arrays, broadcast together (MXNet operator broadcast_hypot)."""
def broadcast_lesser(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs < rhs` of two arrays, broadcast together (MXNet operator broadcast_lesser)."""
def broadcast_lesser_equal(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs <= rhs` of two arrays, broadcast together (MXNet operator broadcast_lesser_equal)."""
def broadcast_like(
    lhs: NDArray,
    rhs: NDArray,
    lhs_axes: _Shape | None = None,
    rhs_axes: _Shape | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs` repeated along its axes of length 1 to the shape of `rhs`, or only lhs_axes (MXNet broadcast_like)."""
def broadcast_logical_and(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`logical_and(lhs, rhs)` of two arrays, broadcast together (MXNet operator broadcast_logical_and)."""
def broadcast_logical_or(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`logical_or(lhs, rhs)` of two arrays, broadcast together (MXNet operator broadcast_logical_or)."""
def broadcast_logical_xor(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`logical_xor(lhs, rhs)` of two arrays, broadcast together (MXNet operator broadcast_logical_xor)."""
def broadcast_maximum(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`maximum(lhs, rhs)` of two arrays, broadcast together (MXNet operator broadcast_maximum)."""
def broadcast_minimum(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`minimum(lhs, rhs)` of two arrays, broadcast together (MXNet operator broadcast_minimum)."""
def broadcast_mod(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`mod(lhs, rhs)` of two arrays, broadcast together (MXNet operator broadcast_mod)."""
def broadcast_mul(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs * rhs` of two arrays, broadcast together (MXNet operator broadcast_mul)."""
def broadcast_not_equal(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs != rhs` of two arrays, broadcast together (MXNet operator broadcast_not_equal)."""
def broadcast_power(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`power(lhs, rhs)` of two arrays, broadcast together (MXNet operator broadcast_power)."""
def broadcast_sub(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs - rhs` of two arrays, broadcast together (MXNet operator broadcast_sub)."""
broadcast_minus = broadcast_sub
def broadcast_to(
    data: NDArray,
    shape: _Shape = (),
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` repeated along its axes of length 1 to `shape`; a 0 there keeps the axis (MXNet broadcast_to)."""
def Cast(
    data: NDArray,
    dtype: _DType,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` in another dtype, same shape (MXNet operator Cast)."""
cast = Cast
def cast_storage(
    data: NDArray,
    stype: Literal['csr', 'default', 'row_sparse'],
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` in another storage: dense to csr or row_sparse and back (MXNet operator cast_storage).

    Same shape and dtype. csr needs two dimensions. Values that are zero are not stored.
    """
def cbrt(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise cbrt of `data`; same shape and dtype (MXNet operator cbrt)."""
def ceil(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise ceil of `data`; same shape and dtype (MXNet operator ceil)."""
def clip(
    data: NDArray,
    a_min: float,
    a_max: float,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` with its values brought into [a_min, a_max]; NaN stays NaN; same dtype (MXNet operator clip)."""
def col2im(
    data: NDArray,
    output_size: _Shape,
    kernel: _Shape,
    stride: _Shape = (),
    dilate: _Shape = (),
    pad: _Shape = (),
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The transpose of im2col: patches (n, c * prod(kernel), positions) summed into (n, c, *output_size).

    Source: MXNet operator col2im.
    """
def Concat(
    *arg: NDArray | Sequence[NDArray],
    dim: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Arrays joined along the axis `dim`; all other axes and the dtypes agree (MXNet operator Concat)."""
concat = Concat
def Convolution(
    data: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    kernel: _Shape = ...,
    stride: _Shape = (),
    dilate: _Shape = (),
    pad: _Shape = (),
    num_filter: int = ...,
    num_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    cudnn_tune: Literal['fastest', 'limited_workspace', 'off'] | None = None,
    cudnn_off: bool = False,
    layout: Literal['NCDHW', 'NCHW', 'NCW', 'NDHWC', 'NHWC'] | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Convolution (cross-correlation) of one, two or three spatial axes (MXNet operator Convolution).

    `data` (n, c, ...), `weight` (num_filter, c/num_group, *kernel), `bias` (num_filter,); the output is
    (n, num_filter, ...) with ``(size + 2*pad - dilate*(kernel-1) - 1)//stride + 1`` along each spatial axis. With a
    layout such as NHWC the channels are last, in the weight too.
    """
def Convolution_v1(
    data: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    kernel: _Shape = ...,
    stride: _Shape = (),
    dilate: _Shape = (),
    pad: _Shape = (),
    num_filter: int = ...,
    num_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    cudnn_tune: Literal['fastest', 'limited_workspace', 'off'] | None = None,
    cudnn_off: bool = False,
    layout: Literal['NCDHW', 'NCHW', 'NDHWC', 'NHWC'] | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Convolution of two or three spatial axes, channels second (MXNet operator Convolution_v1); see Convolution."""
def Correlation(
    data1: NDArray,
    data2: NDArray,
    kernel_size: int = 1,
    max_displacement: int = 1,
    stride1: int = 1,
    stride2: int = 1,
    pad_size: int = 0,
    is_multiply: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """How well windows of `data1` match shifted windows of `data2`, both (n, c, h, w) (MXNet operator Correlation).

    The output is (n, d*d, oh, ow), d = 2*(max_displacement//stride2) + 1: a channel for each shift (dy, dx), from
    (-max_displacement, -max_displacement) on, dx running fastest. A value is the mean of the products (absolute
    differences with is_multiply off) over a window of kernel_size x kernel_size and all channels
    (Fischer et al. 2015, FlowNet).
    """
def cos(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise cos of `data`; same shape and dtype (MXNet operator cos)."""
def cosh(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise cosh of `data`; same shape and dtype (MXNet operator cosh)."""
def Crop(
    *arg: NDArray | Sequence[NDArray],
    offset: _Shape = (0, 0),
    h_w: _Shape = (0, 0),
    center_crop: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """A window of the images (n, c, h, w) of the first input, as large as `h_w` or as the second input (MXNet Crop)."""
def CTCLoss(
    data: NDArray,
    label: NDArray,
    data_lengths: NDArray | None = None,
    label_lengths: NDArray | None = None,
    use_data_lengths: bool = False,
    use_label_lengths: bool = False,
    blank_label: Literal['first', 'last'] = 'first',
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Connectionist temporal classification (Graves et al. 2006; MXNet operator CTCLoss).

    `data` (steps, n, classes) are scores before the softmax, `label` (n, length) class numbers; the output (n,) is
    ``-log p(label | data)``. The blank is class 0 (blank_label 'first', labels padded with 0) or the last class
    ('last', labels padded with -1). `data_lengths` and `label_lengths`, (n,), are used where the parameters say so;
    without them all steps count, and a label ends at the first padding.
    """
ctc_loss = CTCLoss
def Custom(
    *data: NDArray | Sequence[NDArray],
    op_type: str = '',
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """An operator written in Python, registered by mx.operator.register; see mx.operator.CustomOp.

    Inputs: the arguments and auxiliary states that its CustomOpProp lists; all other parameters go to the CustomOpProp
    as strings (MXNet operator Custom).
    """
def Deconvolution(
    data: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    kernel: _Shape = ...,
    stride: _Shape = (),
    dilate: _Shape = (),
    pad: _Shape = (),
    adj: _Shape = (),
    target_shape: _Shape = (),
    num_filter: int = ...,
    num_group: int = 1,
    workspace: int = 512,
    no_bias: bool = True,
    cudnn_tune: Literal['fastest', 'limited_workspace', 'off'] | None = None,
    cudnn_off: bool = False,
    layout: Literal['NCDHW', 'NCHW', 'NCW', 'NDHWC', 'NHWC'] | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Transposed convolution (MXNet operator Deconvolution).

    `data` (n, c, ...), `weight` (c, num_filter/num_group, *kernel), `bias` (num_filter,); the output is
    (n, num_filter, ...) with ``stride*(size-1) + dilate*(kernel-1) + 1 - 2*pad + adj`` along each spatial axis, or
    target_shape where that is given (pad and adj then follow from it).
    """
def degrees(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise degrees of `data`; same shape and dtype (MXNet operator degrees)."""
def depth_to_space(
    data: NDArray,
    block_size: int,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """(n, c, h, w) to (n, c/b^2, h*b, w*b): channels become blocks of pixels (MXNet operator depth_to_space)."""
def diag(
    data: NDArray,
    k: int = 0,
    axis1: int = 0,
    axis2: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The k-th diagonal of the matrices on axis1 and axis2, as last axis; a vector becomes a matrix (MXNet diag)."""
def digamma(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise digamma of `data`; same shape and dtype (MXNet operator digamma)."""
def dot(
    lhs: NDArray,
    rhs: NDArray,
    transpose_a: bool = False,
    transpose_b: bool = False,
    forward_stype: Literal['csr', 'default', 'row_sparse'] | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Sums over the last axis of `lhs` and the first of `rhs`; vectors and more dimensions too (MXNet operator dot).

    (i, j, k) dot (k, l, m) is (i, j, l, m). `transpose_a` contracts the first axis of lhs instead, `transpose_b`
    the last of rhs. Two vectors give shape (1,). Equal dtypes; float16 is added up in float32.
    """
def Dropout(
    data: NDArray,
    p: float = 0.5,
    mode: Literal['always', 'training'] = 'training',
    axes: _Shape = (),
    cudnn_off: bool | None = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Zeroes elements at random and scales the others by ``1/(1-p)`` (Srivastava et al. 2014; MXNet operator Dropout).

    In training, or always with mode 'always'; else the output is `data`. The same mask serves all indices of the
    axes listed in `axes`. On the CPU the masks are MXNet's own, drawn from its generators.
    """
def elemwise_add(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs + rhs` of two arrays of one shape (MXNet operator elemwise_add)."""
def elemwise_div(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs / rhs` of two arrays of one shape (MXNet operator elemwise_div)."""
def elemwise_mul(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs * rhs` of two arrays of one shape (MXNet operator elemwise_mul)."""
def elemwise_sub(
    lhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs - rhs` of two arrays of one shape (MXNet operator elemwise_sub)."""
def Embedding(
    data: NDArray,
    weight: NDArray,
    input_dim: int,
    output_dim: int,
    dtype: _DType = 'float32',
    sparse_grad: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Rows of `weight` (input_dim, output_dim) by the indices `data`: shape data.shape + (output_dim,).

    Indices out of range take the nearest row (MXNet operator Embedding).
    """
def erf(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise erf of `data`; same shape and dtype (MXNet operator erf)."""
def erfinv(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise erfinv of `data`; same shape and dtype (MXNet operator erfinv)."""
def exp(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise exp of `data`; same shape and dtype (MXNet operator exp)."""
def expand_dims(
    data: NDArray,
    axis: int,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """A new axis of length 1 at position `axis` of the result (MXNet operator expand_dims)."""
def expm1(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise expm1 of `data`; same shape and dtype (MXNet operator expm1)."""
def fill_element_0index(
    lhs: NDArray,
    mhs: NDArray,
    rhs: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`lhs` (n, k) with lhs[i, rhs[i]] = mhs[i] (MXNet operator fill_element_0index)."""
def fix(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` rounded to the nearest integer towards zero."""
def Flatten(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """(n, a, b, ...) to (n, a*b*...), same values and dtype (MXNet operator Flatten)."""
flatten = Flatten
def floor(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise floor of `data`; same shape and dtype (MXNet operator floor)."""
def ftml_update(
    weight: NDArray,
    grad: NDArray,
    d: NDArray,
    v: NDArray,
    z: NDArray,
    lr: float,
    beta1: float = 0.600000024,
    beta2: float = 0.999000013,
    epsilon: float = 9.99999993922529e-09,
    t: int = ...,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_grad: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Follow the moving leader (Zheng and Kwok 2017; MXNet operator ftml_update)."""
def ftrl_update(
    weight: NDArray,
    grad: NDArray,
    z: NDArray,
    n: NDArray,
    lr: float,
    lamda1: float = 0.00999999978,
    beta: float = 1.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """FTRL-Proximal (McMahan et al. 2013; MXNet operator ftrl_update)."""
def FullyConnected(
    data: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    num_hidden: int = ...,
    no_bias: bool = False,
    flatten: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """``out = data @ weight.T + bias`` (MXNet operator FullyConnected).

    With ``flatten=True``, `data` (batch, ...) is taken as (batch, k) and `out` is (batch, num_hidden); else `data` is
    (..., k) and `out` (..., num_hidden). `weight` is (num_hidden, k), `bias` (num_hidden,). One dtype for all.
    """
def gamma(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise gamma of `data`; same shape and dtype (MXNet operator gamma)."""
def gammaln(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise gammaln of `data`; same shape and dtype (MXNet operator gammaln)."""
def gather_nd(
    data: NDArray,
    indices: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """out[j] = data[indices[0, j], indices[1, j], ...]; negative indices count from the end (MXNet gather_nd)."""
def GridGenerator(
    data: NDArray,
    transform_type: Literal['affine', 'warp'],
    target_shape: _Shape = (0, 0),
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Places for BilinearSampler, (n, 2, h, w): x and y in -1..1 (MXNet operator GridGenerator).

    affine: `data` (n, 6) holds matrices 2x3, applied to (x, y, 1) of each place of a regular grid of target_shape.
    warp: `data` (n, 2, h, w) is a flow in pixels, added to the places of the pixels.
    """
def GroupNorm(
    data: NDArray,
    gamma: NDArray,
    beta: NDArray,
    num_groups: int = 1,
    eps: float = 9.99999975e-06,
    output_mean_var: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Normalisation over groups of channels of each example (Wu and He 2018; MXNet operator GroupNorm).

    `data` (n, c, ...); `gamma` and `beta` have one element for each group. Outputs `mean` and `std`, (n, num_groups),
    are seen with output_mean_var.
    """
def hard_sigmoid(
    data: NDArray,
    alpha: float = 0.2,
    beta: float = 0.5,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """max(0, min(1, alpha * data + beta)) (MXNet operator hard_sigmoid)."""
def IdentityAttachKLSparseReg(
    data: NDArray,
    moving_avg: NDArray,
    sparseness_target: float = 0.1,
    penalty: float = 0.001,
    momentum: float = 0.9,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` (n, k) itself; the gradient has that of a sparseness penalty added (MXNet IdentityAttachKLSparseReg).

    The penalty is the Kullback-Leibler divergence of the mean activation of each unit from sparseness_target; `data`
    should be a sigmoid's output. With rho the target and m the moving average of the mean over the batch,
    ``penalty * (-rho/m + (1 - rho)/(1 - m))`` is added. The average `moving_avg` (k,) moves in the backward pass.
    """
def im2col(
    data: NDArray,
    kernel: _Shape,
    stride: _Shape = (),
    dilate: _Shape = (),
    pad: _Shape = (),
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The patches of `data` (n, c, ...) that a convolution sees: (n, c * prod(kernel), number of positions).

    Source: MXNet operator im2col. Places outside the data are 0.
    """
def InstanceNorm(
    data: NDArray,
    gamma: NDArray,
    beta: NDArray,
    eps: float = 0.00100000005,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Normalisation of each channel of each example (Ulyanov et al. 2016; MXNet operator InstanceNorm).

    `data` (n, c, ...); `gamma` and `beta` (c,).
    """
def khatri_rao(
    *arg: NDArray | Sequence[NDArray],
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Columnwise Kronecker product of matrices (m_i, k): (prod m_i, k) (MXNet operator khatri_rao)."""
def L2Normalization(
    data: NDArray,
    eps: float = 1.00000001e-10,
    mode: Literal['channel', 'instance', 'spatial'] = 'instance',
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """``data / sqrt(sum(data**2) + eps)`` (MXNet operator L2Normalization).

    The sum is over all of an example (mode instance), over axis 1 (channel) or over axes 2 and on (spatial).
    """
def lamb_update_phase1(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
    beta1: float = 0.899999976,
    beta2: float = 0.999000013,
    epsilon: float = 9.99999997e-07,
    t: int = ...,
    bias_correction: bool = True,
    wd: float = ...,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The direction of LAMB before scaling (You et al. 2019; MXNet operator lamb_update_phase1)."""
def lamb_update_phase2(
    weight: NDArray,
    g: NDArray,
    r1: NDArray,
    r2: NDArray,
    lr: float,
    lower_bound: float = -1.0,
    upper_bound: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """weight - lr * r1/r2 * g, r1 and r2 being norms, of one element (You et al. 2019; MXNet lamb_update_phase2)."""
def LayerNorm(
    data: NDArray,
    gamma: NDArray,
    beta: NDArray,
    axis: int = -1,
    eps: float = 9.99999975e-06,
    output_mean_var: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Normalisation over one axis (Ba et al. 2016; MXNet operator LayerNorm).

    ``(data - mean) / std * gamma + beta`` with ``std = sqrt(var + eps)`` taken along `axis`; `gamma` and `beta` are
    vectors along it. Outputs `mean` and `std` (1 along the axis) are seen with output_mean_var.
    """
def LeakyReLU(
    data: NDArray,
    gamma: NDArray | None = None,
    act_type: Literal['elu', 'gelu', 'leaky', 'prelu', 'rrelu', 'selu'] = 'leaky',
    slope: float = 0.25,
    lower_bound: float = 0.125,
    upper_bound: float = 0.333999991,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """Rectifiers that let something of negative values through (MXNet operator LeakyReLU); shape and dtype of `data`.

    leaky: ``x > 0 ? x : slope*x``; elu: ``x > 0 ? x : slope*(exp(x)-1)`` (Clevert et al. 2015); selu (Klambauer et al.
    2017); gelu ``x*Phi(x)`` (Hendrycks and Gimpel 2016); prelu: slope learned in `gamma`, of size 1 or one for each
    channel (He et al. 2015); rrelu: slope uniform between the bounds in training, their mean else (Xu et al. 2015),
    with the slopes as a second output. The gradient of selu is its derivative, which MXNet's is not.
    """
def LinearRegressionOutput(
    data: NDArray,
    label: NDArray,
    grad_scale: float = 1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` itself, with the gradient of the squared loss (MXNet operator LinearRegressionOutput).

    `label` has the shape of `data`, or as many elements in the same number of rows. The gradient with regard to data
    is scaled by ``grad_scale`` over the number of outputs of one example.
    """
def log(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise log of `data`; same shape and dtype (MXNet operator log)."""
def log10(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise log10 of `data`; same shape and dtype (MXNet operator log10)."""
def log1p(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise log1p of `data`; same shape and dtype (MXNet operator log1p)."""
def log2(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise log2 of `data`; same shape and dtype (MXNet operator log2)."""
def log_softmax(
    data: NDArray,
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
def logical_not(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise logical_not of `data`; same shape and dtype (MXNet operator logical_not)."""
def LogisticRegressionOutput(
    data: NDArray,
    label: NDArray,
    grad_scale: float = 1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """``sigmoid(data)``, with the gradient of the logistic loss (MXNet operator LogisticRegressionOutput).

    `label` has the shape of `data`, or as many elements in the same number of rows. The gradient with regard to data
    is scaled by ``grad_scale`` over the number of outputs of one example.
    """
def LRN(
    data: NDArray,
    alpha: float = 9.99999975e-05,
    beta: float = 0.75,
    knorm: float = 2.0,
    nsize: int = ...,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Normalisation across neighbouring channels (Krizhevsky et al. 2012; MXNet operator LRN).

    ``data * (knorm + alpha/nsize * sum of squares over nsize channels)**-beta``; `data` (n, c, ...).
    """
def MAERegressionOutput(
    data: NDArray,
    label: NDArray,
    grad_scale: float = 1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` itself, with the gradient of the absolute loss (MXNet operator MAERegressionOutput).

    `label` has the shape of `data`, or as many elements in the same number of rows. The gradient with regard to data
    is scaled by ``grad_scale`` over the number of outputs of one example.
    """
def make_loss(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` itself, as a loss: its gradient is 1, whatever comes in (MXNet operator make_loss)."""
def MakeLoss(
    data: NDArray,
    grad_scale: float = 1.0,
    valid_thresh: float = 0.0,
    normalization: Literal['batch', 'null', 'valid'] = 'null',
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` itself, as a loss: its gradient is `grad_scale`, whatever comes in (MXNet operator MakeLoss).

    With normalization 'batch' divided by the first dimension, with 'valid' by the number of elements above
    valid_thresh.
    """
def max(
    data: NDArray,
    axis: _Shape | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The largest element over `axis`; NaN wins. Same dtype; reducing all axes gives shape (1,) (MXNet operator max)."""
max_axis = max
def mean(
    data: NDArray,
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
    data: NDArray,
    axis: _Shape | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The smallest element over `axis`; NaN wins. Same dtype; reducing all axes gives shape (1,) (MXNet operator min)."""
min_axis = min
def moments(
    data: NDArray,
    axes: _Shape | None = None,
    keepdims: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> list[NDArray]:
    """Mean and (biased) variance over `axes`, in one pass over the data (MXNet operator moments)."""
def mp_lamb_update_phase1(
    weight: NDArray,
    grad: NDArray,
    mean: NDArray,
    var: NDArray,
    weight32: NDArray,
    beta1: float = 0.899999976,
    beta2: float = 0.999000013,
    epsilon: float = 9.99999997e-07,
    t: int = ...,
    bias_correction: bool = True,
    wd: float = ...,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """lamb_update_phase1 of half-precision weights."""
def mp_lamb_update_phase2(
    weight: NDArray,
    g: NDArray,
    r1: NDArray,
    r2: NDArray,
    weight32: NDArray,
    lr: float,
    lower_bound: float = -1.0,
    upper_bound: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """lamb_update_phase2 of half-precision weights."""
def mp_nag_mom_update(
    weight: NDArray,
    grad: NDArray,
    mom: NDArray,
    weight32: NDArray,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """nag_mom_update of half-precision weights."""
def mp_sgd_mom_update(
    weight: NDArray,
    grad: NDArray,
    mom: NDArray,
    weight32: NDArray,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """sgd_mom_update of half-precision weights."""
def mp_sgd_update(
    weight: NDArray,
    grad: NDArray,
    weight32: NDArray,
    lr: float,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """sgd_update of half-precision weights."""
def multi_all_finite(
    *array_: NDArray | Sequence[NDArray],
    init_output: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """As all_finite over several arrays (MXNet operator multi_all_finite)."""
def multi_lars(
    lrs: NDArray,
    weights_sum_sq: NDArray,
    grads_sum_sq: NDArray,
    wds: NDArray,
    eta: float,
    eps: float,
    rescale_grad: float = 1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Learning rates scaled by LARS: eta*|weight| / (|grad| + wd*|weight| + eps) (You et al. 2017; MXNet multi_lars)."""
def multi_mp_sgd_mom_update(
    *data: NDArray | Sequence[NDArray],
    lrs: float | Sequence[float] = ...,
    wds: float | Sequence[float] = ...,
    momentum: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """sgd_mom_update of several weights: (weight, grad, states, ...) of each (MXNet operator multi_mp_sgd_mom_update)."""
def multi_mp_sgd_update(
    *data: NDArray | Sequence[NDArray],
    lrs: float | Sequence[float] = ...,
    wds: float | Sequence[float] = ...,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """sgd_update of several weights: (weight, grad, states, ...) of each (MXNet operator multi_mp_sgd_update)."""
def multi_sgd_mom_update(
    *data: NDArray | Sequence[NDArray],
    lrs: float | Sequence[float] = ...,
    wds: float | Sequence[float] = ...,
    momentum: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """sgd_mom_update of several weights: (weight, grad, states, ...) of each (MXNet operator multi_sgd_mom_update)."""
def multi_sgd_update(
    *data: NDArray | Sequence[NDArray],
    lrs: float | Sequence[float] = ...,
    wds: float | Sequence[float] = ...,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """sgd_update of several weights: (weight, grad, states, ...) of each (MXNet operator multi_sgd_update)."""
def multi_sum_sq(
    *array_: NDArray | Sequence[NDArray],
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The sum of squares of each array, float32 of shape (num_arrays,) (MXNet operator multi_sum_sq)."""
def nag_mom_update(
    weight: NDArray,
    grad: NDArray,
    mom: NDArray,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Nesterov's accelerated gradient (MXNet nag_mom_update)."""
def nanprod(
    data: NDArray,
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
    data: NDArray,
    axis: _Shape | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The sum over `axis`, NaN counting as 0. Same dtype; reducing all axes gives shape (1,) (MXNet operator nansum)."""
def negative(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise negative of `data`; same shape and dtype (MXNet operator negative)."""
def norm(
    data: NDArray,
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
    indices: NDArray,
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
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """An array of ones with the shape and dtype of `data`."""
def Pad(
    data: NDArray,
    mode: Literal['constant', 'edge', 'reflect'],
    pad_width: _Shape,
    constant_value: float = 0.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` with borders added; any number of dimensions, MXNet has 4 and 5 (MXNet operator Pad)."""
pad = Pad
def pick(
    data: NDArray,
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
choose_element_0index = pick
def Pooling(
    data: NDArray,
    kernel: _Shape = (),
    pool_type: Literal['avg', 'lp', 'max', 'sum'] = 'max',
    global_pool: bool = False,
    cudnn_off: bool = False,
    pooling_convention: Literal['full', 'same', 'valid'] = 'valid',
    stride: _Shape = (),
    pad: _Shape = (),
    p_value: int | None = None,
    count_include_pad: bool | None = None,
    layout: Literal['NCDHW', 'NCHW', 'NCW', 'NDHWC', 'NHWC', 'NWC'] | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Maximum, mean, sum or p-norm over windows (MXNet operator Pooling).

    `data` (n, c, ...) with one, two or three spatial axes. Convention 'valid': ``(size + 2*pad - kernel)//stride + 1``
    windows along an axis; 'full': rounded up instead; 'same': ``ceil(size/stride)``. The mean counts padding unless
    count_include_pad is off, and never what lies beyond it. The p-norm is ``sum(x**p)**(1/p)``, without absolute
    values as in MXNet. The gradient of a maximum goes to the first of equal elements.
    """
def Pooling_v1(
    data: NDArray,
    kernel: _Shape = (),
    pool_type: Literal['avg', 'max', 'sum'] = 'max',
    global_pool: bool = False,
    pooling_convention: Literal['full', 'valid'] = 'valid',
    stride: _Shape = (),
    pad: _Shape = (),
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Maximum, mean or sum over windows of two or three spatial axes (MXNet operator Pooling_v1).

    `data` (n, c, ...). Unlike with Pooling, padding is zeros that take part in the maximum, a mean always divides by
    the size of the kernel, and every element that equals the maximum gets the whole gradient.
    """
def preloaded_multi_mp_sgd_mom_update(
    *data: NDArray | Sequence[NDArray],
    momentum: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """sgd_mom_update of several weights: (weight, grad, states, ...) of each (MXNet operator preloaded_multi_mp_sgd_mom_update)."""
def preloaded_multi_mp_sgd_update(
    *data: NDArray | Sequence[NDArray],
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """sgd_update of several weights: (weight, grad, states, ...) of each (MXNet operator preloaded_multi_mp_sgd_update)."""
def preloaded_multi_sgd_mom_update(
    *data: NDArray | Sequence[NDArray],
    momentum: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """sgd_mom_update of several weights: (weight, grad, states, ...) of each (MXNet operator preloaded_multi_sgd_mom_update)."""
def preloaded_multi_sgd_update(
    *data: NDArray | Sequence[NDArray],
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    num_weights: int = 1,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """sgd_update of several weights: (weight, grad, states, ...) of each (MXNet operator preloaded_multi_sgd_update)."""
def prod(
    data: NDArray,
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
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise radians of `data`; same shape and dtype (MXNet operator radians)."""
def rcbrt(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise rcbrt of `data`; same shape and dtype (MXNet operator rcbrt)."""
def reciprocal(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise reciprocal of `data`; same shape and dtype (MXNet operator reciprocal)."""
def relu(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """max(data, 0); NaN stays NaN (MXNet operator relu)."""
def repeat(
    data: NDArray,
    repeats: int,
    axis: int | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Each element of `data` repeated, along `axis` or of the flattened array (MXNet operator repeat)."""
def reset_arrays(
    *array_: NDArray | Sequence[NDArray],
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> list[NDArray]:
    """Sets all given arrays to zero, in place; no output (MXNet operator reset_arrays)."""
def Reshape(
    data: NDArray,
    shape: _Shape = (),
    reverse: bool = False,
    target_shape: _Shape = (),
    keep_highest: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The same values in another shape, row by row; same dtype (MXNet operator Reshape).

    Codes in `shape`: 0 keeps a dimension, -1 is what is left, -2 keeps all remaining, -3 merges two, -4 a b splits
    one. Sizes that do not fit raise.
    """
reshape = Reshape
def reshape_like(
    lhs: NDArray,
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
def reverse(
    data: NDArray,
    axis: _Shape,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` with the order of its elements reversed along `axis` (MXNet operator reverse)."""
flip = reverse
def rint(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise rint of `data`; same shape and dtype (MXNet operator rint)."""
def rmsprop_update(
    weight: NDArray,
    grad: NDArray,
    n: NDArray,
    lr: float,
    gamma1: float = 0.949999988,
    epsilon: float = 9.99999994e-09,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    clip_weights: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """RMSProp (Tieleman and Hinton 2012; MXNet operator rmsprop_update)."""
def rmspropalex_update(
    weight: NDArray,
    grad: NDArray,
    n: NDArray,
    g: NDArray,
    delta: NDArray,
    lr: float,
    gamma1: float = 0.949999988,
    gamma2: float = 0.899999976,
    epsilon: float = 9.99999994e-09,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    clip_weights: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """RMSProp with momentum and centring (Graves 2013; MXNet operator rmspropalex_update)."""
def RNN(
    data: NDArray,
    parameters: NDArray,
    state: NDArray,
    state_cell: NDArray | None = None,
    sequence_length: NDArray | None = None,
    state_size: int = ...,
    num_layers: int = ...,
    bidirectional: bool = False,
    mode: Literal['gru', 'lstm', 'rnn_relu', 'rnn_tanh'] = ...,
    p: float = 0.0,
    state_outputs: bool = False,
    projection_size: int | None = None,
    lstm_state_clip_min: float | None = None,
    lstm_state_clip_max: float | None = None,
    lstm_state_clip_nan: bool = False,
    use_sequence_length: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Recurrent networks of several layers over whole sequences (MXNet operator RNN, after cuDNN's).

    `data` is (steps, n, inputs), the output (steps, n, directions * hidden). With W x meaning ``x @ W.T``, a step is

    - rnn_relu, rnn_tanh: ``h' = act(W x + b + R h + c)``
    - lstm (Hochreiter and Schmidhuber 1997): ``i, f, g, o`` from ``W x + b + R h + c`` by sigmoid, g by tanh;
      ``c' = f c + i g``, ``h' = o tanh(c')``; with projection_size ``h' = P (o tanh(c'))`` (Sak et al. 2014)
    - gru (Cho et al. 2014): ``r, z = sigmoid(W x + b + R h + c)``, ``n = tanh(W x + b + r (R h + c))``,
      ``h' = (1 - z) n + z h``

    `parameters` is one vector: for each layer and direction W, R (and P), then for each b and c. `state` is
    (layers * directions, n, hidden or projection), `state_cell` (layers * directions, n, hidden). With state_outputs
    the final states are outputs too. In training a share p of the outputs of all layers but the last is zeroed and the
    rest divided by 1 - p: with the masks that MXNet's own code draws (its oneDNN path ignores p). With
    use_sequence_length, sequence i ends after ``sequence_length[i]``
    steps: its outputs are 0 behind, its final state is the one there, and the reverse direction begins there.

    Float16 is computed in float32.
    """
def ROIPooling(
    data: NDArray,
    rois: NDArray,
    pooled_size: _Shape,
    spatial_scale: float,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Maximum over the bins of regions of interest (MXNet operator ROIPooling; Girshick 2015, Fast R-CNN).

    `data` (b, c, h, w), `rois` (n, 5) with rows (image, left, top, right, bottom); the output is
    (n, c, *pooled_size). Regions are rounded to whole pixels; a bin without pixels, or a region of an image that does
    not exist, gives 0. The gradient goes to the first maximum (none where it is NaN); none to rois.
    """
def round(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` rounded to the nearest integer, halves away from zero."""
def rsqrt(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise rsqrt of `data`; same shape and dtype (MXNet operator rsqrt)."""
def scatter_nd(
    data: NDArray,
    indices: NDArray,
    shape: _Shape,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Zeros of `shape` with data[j] at (indices[0, j], indices[1, j], ...); the last one wins (MXNet scatter_nd)."""
def SequenceLast(
    data: NDArray,
    sequence_length: NDArray | None = None,
    use_sequence_length: bool = False,
    axis: int = 0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The last step of each sequence of `data` (time, batch, ...): (batch, ...) (MXNet operator SequenceLast)."""
def SequenceMask(
    data: NDArray,
    sequence_length: NDArray | None = None,
    use_sequence_length: bool = False,
    value: float = 0.0,
    axis: int = 0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` (time, batch, ...) with `value` after the end of each sequence (MXNet operator SequenceMask)."""
def SequenceReverse(
    data: NDArray,
    sequence_length: NDArray | None = None,
    use_sequence_length: bool = False,
    axis: int = 0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` (time, batch, ...) with the steps of each sequence in reverse (MXNet operator SequenceReverse)."""
def sgd_mom_update(
    weight: NDArray,
    grad: NDArray,
    mom: NDArray,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """SGD with momentum: mom = momentum*mom - lr*(grad + wd*weight); weight + mom (MXNet operator sgd_mom_update)."""
def sgd_update(
    weight: NDArray,
    grad: NDArray,
    lr: float,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    lazy_update: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """weight - lr * (grad + wd*weight) (MXNet operator sgd_update)."""
def shape_array(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The shape of `data` as an int64 vector (MXNet operator shape_array)."""
def sigmoid(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise sigmoid of `data`; same shape and dtype (MXNet operator sigmoid)."""
def sign(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise sign of `data`; same shape and dtype (MXNet operator sign)."""
def signsgd_update(
    weight: NDArray,
    grad: NDArray,
    lr: float,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """weight - lr * (sign(grad) + wd*weight) (Bernstein et al. 2018; MXNet operator signsgd_update)."""
def signum_update(
    weight: NDArray,
    grad: NDArray,
    mom: NDArray,
    lr: float,
    momentum: float = 0.0,
    wd: float = 0.0,
    rescale_grad: float = 1.0,
    clip_gradient: float = -1.0,
    wd_lh: float = 0.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """SignSGD with momentum (Bernstein et al. 2018; MXNet operator signum_update)."""
def sin(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise sin of `data`; same shape and dtype (MXNet operator sin)."""
def sinh(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise sinh of `data`; same shape and dtype (MXNet operator sinh)."""
def size_array(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The number of elements of `data` as an int64 array of shape (1,) (MXNet operator size_array)."""
def slice(
    data: NDArray,
    begin: int | Sequence[int | None],
    end: int | Sequence[int | None],
    step: int | Sequence[int | None] = (),
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """data[begin[0]:end[0]:step[0], ...] as a copy; ranges are clipped as in Python (MXNet operator slice)."""
crop = slice
def slice_axis(
    data: NDArray,
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
    data: NDArray,
    shape_like: NDArray,
    axes: _Shape = (),
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The leading part of `data` with the lengths of `shape_like`, on all axes or on `axes` (MXNet slice_like)."""
def SliceChannel(
    data: NDArray,
    num_outputs: int,
    axis: int = 1,
    squeeze_axis: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """`data` in `num_outputs` equal pieces along `axis` (MXNet operator SliceChannel)."""
split = SliceChannel
def smooth_l1(
    data: NDArray,
    scalar: float = 1.0,
    is_int: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """0.5*(scalar*x)**2 near zero, abs(x) - 0.5/scalar**2 beyond (Girshick 2015; MXNet operator smooth_l1)."""
def softmax(
    data: NDArray,
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
def softmax_cross_entropy(
    data: NDArray,
    label: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The sum over rows of ``-log(softmax(data)[row, label[row]])``, shape (1,) (MXNet softmax_cross_entropy).

    `data` (n, k), `label` (n,) with class numbers.
    """
def SoftmaxActivation(
    data: NDArray,
    mode: Literal['channel', 'instance'] = 'instance',
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Softmax over the last axis (mode instance) or over axis 1 (mode channel) (MXNet operator SoftmaxActivation)."""
def SoftmaxOutput(
    data: NDArray,
    label: NDArray,
    grad_scale: float = 1.0,
    ignore_label: float = -1.0,
    multi_output: bool = False,
    use_ignore: bool = False,
    preserve_shape: bool = False,
    normalization: Literal['batch', 'null', 'valid'] = 'null',
    out_grad: bool = False,
    smooth_alpha: float = 0.0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Softmax, with the gradient of the cross-entropy with `label` (MXNet operator SoftmaxOutput).

    `data` (n, ...) is normalised over all but the first axis; over axis 1 with multi_output; over the last axis with
    preserve_shape. `label` has class numbers, shape ``data.shape[:-1]``, with multi_output (n, positions), or one
    with the other axes as they are; or probabilities, in the shape of `data`. The gradient is
    ``(softmax - onehot(label)) * grad_scale``, divided by the number of rows ('batch'), of labels other than
    ignore_label ('valid'), and with multi_output, unless 'valid', by the number of positions.
    A label of -1 or ignore_label takes off no 1, as in MXNet; any other that is no class number is an error (on the
    CPU), where MXNet goes on in silence.
    """
Softmax = SoftmaxOutput
def softmin(
    data: NDArray,
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
def softsign(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise softsign of `data`; same shape and dtype (MXNet operator softsign)."""
def sort(
    data: NDArray,
    axis: int | None = -1,
    is_ascend: bool = True,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The elements in order along `axis`, or of the flattened array (MXNet operator sort)."""
def space_to_depth(
    data: NDArray,
    block_size: int,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """(n, c, h, w) to (n, c*b^2, h/b, w/b): blocks of pixels become channels (MXNet operator space_to_depth)."""
def SpatialTransformer(
    data: NDArray,
    loc: NDArray,
    target_shape: _Shape = (0, 0),
    transform_type: Literal['affine'] = ...,
    sampler_type: Literal['bilinear'] = ...,
    cudnn_off: bool | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` (n, c, h, w) seen through the affine matrices `loc` (n, 6); the output is (n, c, *target_shape).

    It is BilinearSampler at the places that GridGenerator makes of `loc` (Jaderberg et al. 2015; MXNet operator
    SpatialTransformer).
    """
def sqrt(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise sqrt of `data`; same shape and dtype (MXNet operator sqrt)."""
def square(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise square of `data`; same shape and dtype (MXNet operator square)."""
def squeeze(
    data: NDArray,
    axis: _Shape | None = None,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` without its axes of length 1, or without those given; at least (1,) (MXNet operator squeeze)."""
def stack(
    *arg: NDArray | Sequence[NDArray],
    axis: int = 0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Arrays of one shape joined along a new axis (MXNet operator stack)."""
def sum(
    data: NDArray,
    axis: _Shape | None = None,
    keepdims: bool = False,
    exclude: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """The sum over `axis`. Same dtype; reducing all axes gives shape (1,) (MXNet operator sum)."""
sum_axis = sum
def SVMOutput(
    data: NDArray,
    label: NDArray,
    margin: float = 1.0,
    regularization_coefficient: float = 1.0,
    use_linear: bool = False,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` itself, with the gradient of the one-against-all hinge loss (MXNet operator SVMOutput).

    `data` (n, k) scores, `label` (n,) class numbers. The loss of a score x is ``max(0, margin - t*x)`` with t = 1 for
    the class of the label and -1 else, squared unless use_linear.
    """
def SwapAxis(
    data: NDArray,
    dim1: int = 0,
    dim2: int = 0,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` with two axes interchanged (MXNet operator SwapAxis)."""
swapaxes = SwapAxis
def take(
    a: NDArray,
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
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise tan of `data`; same shape and dtype (MXNet operator tan)."""
def tanh(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise tanh of `data`; same shape and dtype (MXNet operator tanh)."""
def tile(
    data: NDArray,
    reps: _Shape,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` repeated reps[i] times along axis i; the shorter of shape and reps gets 1s in front (MXNet tile)."""
def topk(
    data: NDArray,
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
def transpose(
    data: NDArray,
    axes: _Shape = (),
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`data` with its axes permuted: reversed, or output axis i is input axis axes[i] (MXNet operator transpose)."""
def trunc(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Elementwise trunc of `data`; same shape and dtype (MXNet operator trunc)."""
def UpSampling(
    *weight: NDArray | Sequence[NDArray],
    scale: int = ...,
    num_filter: int = 0,
    sample_type: Literal['bilinear', 'nearest'] = ...,
    multi_input_mode: Literal['concat', 'sum'] = 'concat',
    workspace: int = 512,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """Makes images larger (MXNet operator UpSampling).

    nearest: each pixel of the first input (n, c, h, w) becomes a square of `scale`; further inputs are brought to the
    same size and concatenated along the channels or summed. bilinear: a transposed convolution of each of num_filter
    channels with `weight` (num_filter, 1, 2*scale - scale%2, ...), a variable that starts as bilinear interpolation.
    """
def where(
    condition: NDArray,
    x: NDArray,
    y: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """`x` where `condition` is not zero, else `y`; a vector as condition chooses whole rows (MXNet operator where)."""
def zeros_like(
    data: NDArray,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    **kwargs: Any,
) -> NDArray:
    """An array of zeros with the shape and dtype of `data`."""
