"""Quantisation to 8 bits and back."""

from tests.cases import X, case, values

_F = dict(dtypes=("float32",), grad=False)
_I = dict(dtypes=("int32",), grad=False)
_LO, _HI = values([-3], dtype="float32"), values([2], dtype="float32")
_BIG = values([0, 1, -1, 10**6, 2**30, -(2**30), 2**29 + 5, -(2**31) + 1000])

CASES = [
    case("_contrib_quantize", X(4, 50, lo=-5, hi=5), _LO, _HI, **_F),
    case("_contrib_quantize", X(4, 50, lo=-5, hi=5), _LO, _HI, attrs=dict(out_type="int8"), **_F),
    case("_contrib_quantize", X(200, lo=0, hi=5), values([0]), values([5]), **_F),
    case("_contrib_quantize", X(200, lo=0, hi=5), values([1]), values([4]), attrs=dict(out_type="int8"), **_F),
    *[
        case("_contrib_quantize_v2", X(5, 60, lo=-5, hi=5), attrs=dict(out_type=t, **more), **_F)
        for t in ("int8", "uint8", "auto")
        for more in (
            {},
            dict(min_calib_range=-2, max_calib_range=3),
            dict(min_calib_range=-7, max_calib_range=3),
            dict(min_calib_range=0.5, max_calib_range=3),
            dict(min_calib_range=-1),
        )
    ],
    case("_contrib_quantize_v2", values([0.5, 1.5, 2.5, -0.5, -1.5]),
         attrs=dict(min_calib_range=-127.5, max_calib_range=127.5), **_F),
    case("_contrib_quantize_v2", values([1, -2, 127]), dtypes=("int8",), grad=False),
    case("_contrib_quantize_v2", values([1, 2, 127]), attrs=dict(out_type="uint8"), dtypes=("uint8",), grad=False),
    case("_contrib_quantize_v2", values([1, -2]), attrs=dict(min_calib_range=-1, max_calib_range=1), dtypes=("int8",),
         grad=False),
    case("_contrib_quantize_v2", X(3, 4), dtypes=("float32",), numeric=False),
    case("_contrib_quantize", X(3, 4), _LO, _HI, dtypes=("float32",), numeric=False),
    case("_contrib_quantize_v2", values([[3]]), **_F),
    case("_contrib_quantize_v2", values([0, 0]), **_F),
    case("_contrib_quantize_asym", X(3, 4), differs="MXNet crashes on the CPU", **_F),
    case("_contrib_quantize_asym", X(3, 4), attrs=dict(min_calib_range=-1, max_calib_range=2),
         differs="MXNet crashes on the CPU", **_F),
    case("_contrib_dequantize", X(4, 5, lo=-128, hi=128), _LO, _HI, dtypes=("int8",), grad=False),
    case("_contrib_dequantize", X(4, 5, lo=0, hi=256), _LO, _HI, dtypes=("uint8",), grad=False),
    case("_contrib_dequantize", values([255]), values([1], dtype="float32"), _HI, dtypes=("uint8",), grad=False),
    *[
        case("_contrib_requantize", data, _LO, _HI, attrs=dict(out_type=t, **more), **_I)
        for data in (X(4, 5, lo=-(2**30), hi=2**31 - 1), _BIG)
        for t in ("int8", "uint8", "auto")
        for more in ({}, dict(min_calib_range=-2, max_calib_range=1), dict(min_calib_range=0.1, max_calib_range=1))
    ],
    *[
        case(
            "_contrib_calibrate_entropy",
            X(51, lo=0, hi=100, whole=True, via=lambda x: x * abs((range(51) - 25.0 * (x == x)) < 20)),
            X(52, via=lambda x: sorted(x) * 0 + [i * 4 / 25.5 - 4 for i in range(52)]),
            attrs=dict(num_quantized_bins=n), rtol=1e-4, atol=1e-6, **_F,
        )
        for n in (5, 7, 21, 51)
    ],
    case("_contrib_calibrate_entropy", values([0, 0, 3, 7, 20, 9, 2, 0, 1]), values(range(-9, 11, 2)),
         attrs=dict(num_quantized_bins=3), rtol=1e-4, atol=1e-6, **_F),
]  # fmt: skip
