"""The names under which hooks of operators see inputs and outputs, and casts of mixed precision know them.

MXNet shows the names that an operator declares, else numbers: ``fc0_data``, ``fc0_output``, but ``relu0_input0``,
``relu0_0``. What it declares was asked of MXNet 1.9.1, operator by operator.
"""

from __future__ import annotations

from .symbol import SymNode

__all__ = ["input_names", "output_name"]

_NAMED_OUTPUTS = frozenset(
    """
    Activation BatchNorm BatchNorm_v1 BilinearSampler Concat Convolution Convolution_v1 Correlation Crop Deconvolution
    Dropout
    FullyConnected GridGenerator GroupNorm InstanceNorm L2Normalization LRN LayerNorm LeakyReLU MakeLoss Pad
    Pooling Pooling_v1 RNN ROIPooling SVMOutput SequenceLast SequenceMask SequenceReverse SliceChannel
    SoftmaxActivation SoftmaxOutput SpatialTransformer SwapAxis UpSampling _contrib_BatchNormWithReLU
    _contrib_DeformableConvolution _contrib_DeformablePSROIPooling _contrib_ModulatedDeformableConvolution
    _contrib_MultiBoxDetection _contrib_MultiBoxPrior _contrib_MultiBoxTarget _contrib_MultiProposal
    _contrib_PSROIPooling _contrib_Proposal _contrib_ROIAlign _contrib_SyncBatchNorm _contrib_hawkesll
    _contrib_index_array _contrib_interleaved_matmul_encdec_qk _contrib_interleaved_matmul_encdec_valatt
    _contrib_interleaved_matmul_selfatt_qk _contrib_interleaved_matmul_selfatt_valatt _rnn_param_concat col2im
    elemwise_add im2col make_loss softmax softmin
""".split()
)

_NAMED_SINGLE_INPUT = frozenset(
    """
    Concat Crop Dropout GridGenerator L2Normalization LRN MakeLoss Pad Pooling Pooling_v1 SliceChannel SwapAxis
    _contrib_MultiBoxPrior _contrib_index_array _contrib_interleaved_matmul_selfatt_qk _contrib_quadratic
    _contrib_quantize_v2 _image_normalize _image_to_tensor _linalg_det _linalg_extractdiag _linalg_extracttrian
    _linalg_gelqf _linalg_inverse _linalg_makediag _linalg_maketrian _linalg_potrf _linalg_potri _linalg_slogdet
    _linalg_sumlogdiag _linalg_syevd _linalg_syrk _np_cumsum _ravel_multi_index _rnn_param_concat
    _sample_exponential _sample_poisson _split_v2 _unravel_index add_n amp_multicast col2im depth_to_space diag
    im2col log_softmax moments one_hot repeat reverse space_to_depth squeeze stack tile
""".split()
)


def input_names(n: SymNode, count: int) -> list[str]:
    """Of the `count` inputs of a node."""
    assert n.op is not None and n.a is not None
    if len(n.op.inputs) == 1 and n.op.name not in _NAMED_SINGLE_INPUT:
        return [f"{n.name}_input{i}" for i in range(count)]
    return [f"{n.name}_{name}" for name in n.op.input_names(n.a, count)]


def output_name(n: SymNode, i: int) -> str:
    """Of the output `i` of a node."""
    assert n.op is not None
    return n.output_name(i) if n.op.name in _NAMED_OUTPUTS else f"{n.name}_{i}"
