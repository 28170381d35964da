"""Constants of oneDNN 3.x's C interface (dnnl_types.h), as far as they are used here."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["BINARY", "ELTWISE", "F32", "POOLING", "STATUS", "TAGS", "Arg", "Query"]

F32 = 3
DTYPES = {1: "float16", 2: "bfloat16", 3: "float32", 4: "int32", 5: "int8", 6: "uint8", 7: "float64"}
STATUS = {
    1: "out of memory",
    2: "invalid arguments",
    3: "unimplemented",
    4: "no further implementation",
    5: "runtime error",
    6: "not required",
}
UNIMPLEMENTED = 3

FORWARD_TRAINING, FORWARD_INFERENCE, BACKWARD, BACKWARD_DATA = 64, 96, 128, 160
CONV_DIRECT, CONV_AUTO = 1, 3
SOFTMAX, SOFTMAX_LOG = 0x30000, 0x30001
LRN_ACROSS = 0xAFF
POOLING = {"max": 0x1FF, "avg_include_pad": 0x2FF, "avg_exclude_pad": 0x3FF}
BINARY = {"add": 0x1FFF0, "mul": 0x1FFF1, "max": 0x1FFF2, "min": 0x1FFF3, "div": 0x1FFF4, "sub": 0x1FFF5}
# name -> (forward algorithm, backward algorithm that reads dst instead of src, or 0)
ELTWISE = {
    "relu": (0x20, 0x100),
    "tanh": (0x21, 0x101),
    "elu": (0x22, 0x102),
    "square": (0x23, 0),
    "abs": (0x24, 0),
    "sqrt": (0x25, 0x103),
    "linear": (0x26, 0),
    "softrelu": (0x27, 0),
    "sigmoid": (0x29, 0x104),
    "exp": (0x2A, 0x105),
    "gelu_tanh": (0x2B, 0),
    "swish": (0x2C, 0),
    "log": (0x2D, 0),
    "clip": (0x2F, 0x106),
    "pow": (0x30, 0),
    "gelu": (0x31, 0),
}
# batch normalization
GLOBAL_STATS, USE_SCALE, USE_SHIFT, FUSE_RELU = 1, 2, 4, 8
# blocked tags that are asked for by name; all others come from the primitives themselves
TAGS = {"aBc16b": 56, "aBcd16b": 78, "aBcde16b": 121, "aBc8b": 69, "aBcd8b": 102, "aBcde8b": 142}
ANY = 1
SCRATCHPAD_USER = 1


class Arg(IntEnum):
    """What an address given to ``Primitive.bind`` is for."""

    SRC = 1
    SRC1 = 2
    DST = 17
    WEIGHTS = 33
    BIAS = 41
    MEAN = 49
    VARIANCE = 50
    SCALE = 51
    SHIFT = 52
    WORKSPACE = 64
    SCRATCHPAD = 80
    DIFF_SRC = 129
    DIFF_DST = 145
    DIFF_WEIGHTS = 161
    DIFF_BIAS = 169
    DIFF_SCALE = 255
    DIFF_SHIFT = 256
    MULTIPLE_SRC = 1024  # + i for the i-th source of sum and concat


class Query(IntEnum):
    """What can be asked of descriptors."""

    IMPL = 8
    STRIDES = 14
    SRC = 129
    DIFF_SRC = 130
    WEIGHTS = 131
    DIFF_WEIGHTS = 132
    DST = 133
    DIFF_DST = 134
    WORKSPACE = 135
    SCRATCHPAD = 136
    EXEC_ARG = 255
    NDIMS = 256
    DIMS = 257
    DTYPE = 258
    PADDED_DIMS = 260
    FORMAT_KIND = 262
    INNER_NBLKS = 263
    INNER_BLKS = 264
    INNER_IDXS = 265
