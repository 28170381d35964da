"""Interleaved attention products and div_sqrt_dim."""

from tests.cases import X, case

WIDE = ("float64", "float16")  # MXNet has them on the GPU only
QK, VALATT = "_contrib_interleaved_matmul_selfatt_qk", "_contrib_interleaved_matmul_selfatt_valatt"
ENC_QK, ENC_VALATT = "_contrib_interleaved_matmul_encdec_qk", "_contrib_interleaved_matmul_encdec_valatt"

CASES = [
    *(case(QK, X(t, n, h * 3 * d), attrs=dict(heads=h), beyond=WIDE)
      for t, n, h, d in ((3, 2, 2, 4), (1, 1, 1, 1), (5, 1, 3, 2), (4, 3, 1, 5))),
    *(case(VALATT, X(t, n, h * 3 * d), X(n * h, t, t), attrs=dict(heads=h), beyond=WIDE)
      for t, n, h, d in ((3, 2, 2, 4), (1, 1, 1, 1), (5, 1, 3, 2), (4, 3, 1, 5))),
    *(case(ENC_QK, X(q, n, h * d), X(t, n, h * 2 * d), attrs=dict(heads=h), beyond=WIDE)
      for q, t, n, h, d in ((5, 3, 2, 2, 4), (1, 1, 1, 1, 1), (2, 5, 1, 3, 2), (4, 1, 3, 1, 5))),
    *(case(ENC_VALATT, X(t, n, h * 2 * d), X(n * h, q, t), attrs=dict(heads=h), beyond=WIDE)
      for q, t, n, h, d in ((5, 3, 2, 2, 4), (1, 1, 1, 1, 1), (2, 5, 1, 3, 2), (4, 1, 3, 1, 5))),
    case("_contrib_div_sqrt_dim", X(2, 3)),
    case("_contrib_div_sqrt_dim", X(4)),
    case("_contrib_div_sqrt_dim", X(2, 3, 1)),
    case("_contrib_div_sqrt_dim", X(2, 3, 5, lo=-50, hi=50), dtypes=("int32", "int64"), grad=False),
]  # fmt: skip
