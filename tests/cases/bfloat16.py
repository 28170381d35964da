"""bfloat16: all forms agree, and are near float64. MXNet has the dtype, but its arrays cannot come out as NumPy's."""

from tests.cases import X, case

BF = dict(dtypes=("bfloat16", "float64"), beyond=(), numeric=False, id="bf16")
CASES = [
    *[case(n, X(2, 3), **BF) for n in "relu exp tanh sigmoid square negative abs softmax log_softmax Flatten".split()],
    *[case(n, X(2, 3), X(2, 1), **BF) for n in "broadcast_add broadcast_sub broadcast_mul broadcast_maximum".split()],
    *[case(n, X(2, 3), attrs=dict(axis=1), **BF) for n in "sum mean max min argmax sort".split()],
    case("_plus_scalar", X(2, 3), attrs=dict(scalar=2), **BF),
    case("dot", X(2, 3), X(3, 2), **BF),
    case("FullyConnected", X(2, 3), X(4, 3), X(4), attrs=dict(num_hidden=4), **BF),
    case("Convolution", X(1, 1, 3, 3), X(1, 1, 2, 2), X(1), attrs=dict(kernel=(2, 2), num_filter=1), **BF),
    case("Cast", X(2, 3), attrs=dict(dtype="float32"), **BF),
    case("transpose", X(2, 3), **BF),
    case("Reshape", X(2, 3), attrs=dict(shape=(3, 2)), **BF),
    case("Concat", X(2, 3), X(1, 3), attrs=dict(dim=0), **BF),
    case("take", X(4, 3), X(2, lo=0, hi=4, dtype="int32"), grad=(1, 0), **BF),
]
