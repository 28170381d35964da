"""Vector code for the functions of the expression language.

exp, expm1, log, log1p, tanh, erf, power (and what is defined by them, sigmoid among them) are branch-free polynomials
that vectorise. Their errors in float32 are at most 1 ulp (exp, log, log1p), 2 (expm1, erf, softrelu) or 3 (tanh,
sigmoid) over all numbers, denormals among them: tests/test_jit_accuracy.py. The rest is the C library's, lane by lane.
nan and inf go through everywhere: no fast-math flags are used.
Coefficients: Chebyshev interpolation in 50 digits on the reduced range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .builder import Builder, Val

_LN2_HI = {"f32": 0.693359375, "f64": 0.693147180369123816490}
_LN2_LO = {"f32": -2.12194440054690583e-4, "f64": 1.90821492927058770e-10}
# exp(r) = 1 + r + r*r*q(r) on |r| <= 0.35; relative error of q 3e-9 and 4e-20.
_EXP = {
    "f32": (0.5000000014286223, 0.16666666682534356, 0.04166645680967788, 0.008333310024225292, 0.0013934541928270264,
            0.0001989198131397769),
    "f64": (0.5, 0.16666666666666666, 0.04166666666666668, 0.008333333333333333, 0.0013888888888878269,
            0.00019841269841262761, 2.4801587338565345e-05, 2.7557319248633827e-06, 2.755726102934377e-07,
            2.5052069594795685e-08, 2.0918961837795778e-09, 1.6087177234380782e-10),
}  # fmt: skip
# log1p(f) = f - f*f/2 + f**3 q(f) on sqrt(1/2) <= 1 + f <= sqrt(2).
_LOG32 = (0.33333333281199246, -0.24999990275042186, 0.20000010039684973, -0.16668001523071926, 0.14286524547786641,
          -0.12450743320911725, 0.1103778335905502, -0.10646191638199634, 0.10530864738938345,
          -0.06201500119018334)  # fmt: skip
# log((1+s)/(1-s)) = 2s + s**3 R(s*s).
_LOG64 = (0.6666666666666666, 0.4000000000000088, 0.28571428570803614, 0.22222222391713917, 0.18181795640132906,
          0.15386239702814658, 0.13268773138656886, 0.13086626147840102)  # fmt: skip
# erf(x)/x - 1 in x*x on [0, 0.85]; -log(erfc(x))/x on [0.9, 4].
_ERF_NEAR = (0.12837916667268318, -0.3761263402339505, 0.1128369935115317, -0.026859588116109587, 0.005201456326433703,
             -0.0008147081117456024, 8.387074556861946e-05)  # fmt: skip
_ERF_FAR = (1.1285459637956088, 0.6357118536081589, 0.10493259818836916, -0.022075673155259632, 0.0023152235835389684,
            0.00033193362896447823, -0.0001895663933189076, 3.661280386816312e-05, -3.5925389475130477e-06,
            1.4845215964857814e-07)  # fmt: skip
_LIBM = {
    "log2": "log2", "log10": "log10", "cbrt": "cbrt", "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "sinh": "sinh", "cosh": "cosh", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "gamma": "tgamma", "gammaln": "lgamma", "hypot": "hypot", "arctan2": "atan2",
}  # fmt: skip


class Fmt:
    """Constants of a float format."""

    def __init__(self, ty: str) -> None:
        wide = ty == "f64"
        self.int = "i64" if wide else "i32"
        self.bits = 52 if wide else 23
        self.bias = 1023 if wide else 127
        self.magic = 6755399441055744.0 if wide else 12582912.0  # 1.5 * 2**bits: adding it rounds to an integer
        self.exp_lo, self.exp_hi = (-746.0, 710.0) if wide else (-104.0, 89.0)
        self.tiny = 2.2250738585072014e-308 if wide else 1.1754943508222875e-38
        self.one_bits = self.bias << self.bits
        self.sqrt_half_bits = 0x3FE6A09E00000000 if wide else 0x3F3504F3


FMT = {"f32": Fmt("f32"), "f64": Fmt("f64")}


def poly(b: Builder, coefficients: Sequence[float], x: Val) -> Val:
    """Horner's rule, lowest coefficient first."""
    total = b.const(coefficients[-1], x.ty)
    for c in coefficients[-2::-1]:
        total = b.fma(total, x, b.const(c, x.ty))
    return total


def _power_of_two(b: Builder, n: Val, ty: str) -> Val:
    f = FMT[ty]
    biased = b.add(n, b.const(f.bias, f.int))
    return b.convert("bitcast", b.op("shl", biased, b.const(f.bits, f.int)), ty)


def _reduce(b: Builder, x: Val) -> tuple[Val, Val]:
    """x = n ln2 + r: the integer n and r."""
    f, ty = FMT[x.ty], x.ty
    magic = b.const(f.magic, ty)
    shifted = b.fma(x, b.const(1.4426950408889634, ty), magic)
    n_float = b.sub(shifted, magic)
    r = b.fma(n_float, b.const(-_LN2_HI[ty], ty), x)
    r = b.fma(n_float, b.const(-_LN2_LO[ty], ty), r)
    n = b.sub(b.convert("bitcast", shifted, f.int), b.splat(b.const(FMT_MAGIC_BITS[ty], f.int), shifted.lanes))
    return n, r


FMT_MAGIC_BITS = {"f32": 0x4B400000, "f64": 0x4338000000000000}


def _clamp(b: Builder, x: Val, lo: float, hi: float) -> Val:
    """Between lo and hi; nan stays."""
    lo_, hi_ = b.const(lo, x.ty), b.const(hi, x.ty)
    x = b.select(b.cmp("ogt", x, hi_), hi_, x)
    return b.select(b.cmp("olt", x, lo_), lo_, x)


def _halves(b: Builder, n: Val, ty: str) -> tuple[Val, Val]:
    half = b.op("ashr", n, b.const(1, n.ty))
    return _power_of_two(b, half, ty), _power_of_two(b, b.sub(n, half), ty)


def exp(b: Builder, x: Val) -> Val:
    f = FMT[x.ty]
    n, r = _reduce(b, _clamp(b, x, f.exp_lo, f.exp_hi))
    value = b.fma(b.mul(r, r), poly(b, _EXP[x.ty], r), r)
    s1, s2 = _halves(b, n, x.ty)  # two steps, so that subnormal results and the last binade below inf are right
    return b.mul(b.mul(b.add(value, b.const(1, x.ty)), s1), s2)


def expm1(b: Builder, x: Val) -> Val:
    f, ty = FMT[x.ty], x.ty
    # Below -40 the result is -1 to the last bit; the scale 1/s2 below stays finite.
    n, r = _reduce(b, _clamp(b, x, -40.0, f.exp_hi))
    value = b.fma(b.mul(r, r), poly(b, _EXP[ty], r), r)
    s1, s2 = _halves(b, n, ty)
    inverse = b.div(b.const(1, ty), s2)  # exact: s2 is a power of two
    result = b.mul(b.fma(value, s1, b.sub(s1, inverse)), s2)
    return b.select(b.cmp("oeq", x, b.const(0, ty)), x, result)  # keeps -0


def _split(b: Builder, x: Val) -> tuple[Val, Val]:
    """x = m 2**k with sqrt(1/2) <= m < sqrt(2) for positive normal x: k as a float, m."""
    f, ty = FMT[x.ty], x.ty
    bits = b.convert("bitcast", x, f.int)
    shifted = b.add(bits, b.const(f.one_bits - f.sqrt_half_bits, f.int))
    k = b.sub(b.op("lshr", shifted, b.const(f.bits, f.int)), b.const(f.bias, f.int))
    mantissa = b.op("and", shifted, b.const((1 << f.bits) - 1, f.int))
    m = b.convert("bitcast", b.add(mantissa, b.const(f.sqrt_half_bits, f.int)), ty)
    return b.convert("sitofp", k, ty), m


def _log_parts(b: Builder, k: Val, f: Val, correction: Val | None) -> Val:
    """k ln2 + log1p(f) (+ a small correction), the small parts added first."""
    ty = f.ty
    if ty == "f32":
        f2 = b.mul(f, f)
        small = b.fma(b.mul(f2, f), poly(b, _LOG32, f), b.mul(f2, b.const(-0.5, ty)))
        big = f
    else:
        s = b.div(f, b.add(f, b.const(2, ty)))
        s2 = b.mul(s, s)
        half_square = b.mul(b.mul(f, f), b.const(0.5, ty))
        # log1p(f) = f - (f*f/2 - s*(f*f/2 + R)) where R = s*s*R(s*s)
        inner = b.mul(s, b.fma(s2, poly(b, _LOG64, s2), half_square))
        small = b.sub(inner, half_square)
        big = f
    if correction is not None:
        small = b.add(small, correction)
    small = b.fma(k, b.const(_LN2_LO[ty], ty), small)
    return b.fma(k, b.const(_LN2_HI[ty], ty), b.add(big, small))


def _log_limits(b: Builder, arg: Val, zero_at: Val, value: Val) -> Val:
    """-inf where `zero_at` is 0, nan below, the argument itself for +inf and nan."""
    ty = value.ty
    value = b.select(b.cmp("oeq", zero_at, b.const(0, ty)), b.const(float("-inf"), ty), value)
    value = b.select(b.cmp("olt", zero_at, b.const(0, ty)), b.const(float("nan"), ty), value)
    value = b.select(b.cmp("oeq", arg, b.const(float("inf"), ty)), arg, value)
    return b.select(b.cmp("uno", arg, arg), arg, value)


def log(b: Builder, x: Val) -> Val:
    f, ty = FMT[x.ty], x.ty
    small = b.cmp("olt", x, b.const(f.tiny, ty))
    scaled = b.select(small, b.mul(x, b.const(2.0**f.bits, ty)), x)
    k, m = _split(b, scaled)
    k = b.sub(k, b.select(small, b.const(f.bits, ty), b.const(0, ty)))
    return _log_limits(b, x, x, _log_parts(b, k, b.sub(m, b.const(1, ty)), None))


def log1p(b: Builder, x: Val) -> Val:
    one, zero = b.const(1, x.ty), b.const(0, x.ty)
    u = b.add(x, one)
    k, m = _split(b, u)
    # What the sum 1 + x lost, relative to u; where no power of two was taken out, f = x is exact.
    near = b.cmp("oeq", k, zero)
    large = b.cmp("ogt", x, one)
    lost = b.select(large, b.sub(one, b.sub(u, x)), b.sub(x, b.sub(u, one)))
    lost = b.select(near, zero, b.div(lost, u))
    f = b.select(near, x, b.sub(m, one))
    value = _log_limits(b, x, u, _log_parts(b, k, f, lost))
    return b.select(b.cmp("oeq", x, zero), x, value)


def tanh(b: Builder, x: Val) -> Val:
    ty = x.ty
    limit = 10.0 if ty == "f32" else 22.0  # tanh is 1 to the last bit beyond
    size = b.abs(x)
    size = b.select(b.cmp("ogt", size, b.const(limit, ty)), b.const(limit, ty), size)
    twice = b.add(size, size)
    n, r = _reduce(b, twice)
    p = b.fma(b.mul(r, r), poly(b, _EXP[ty], r), r)
    s = _power_of_two(b, n, ty)
    t = b.fma(p, s, b.sub(s, b.const(1, ty)))  # expm1(2|x|)
    value = b.div(t, b.add(t, b.const(2, ty)))
    return b.call("llvm.copysign", value, x)


def erf(b: Builder, x: Val) -> Val:
    ty = x.ty
    if ty == "f64":
        return b.library("erf", x)
    size = b.abs(x)
    square = b.mul(x, x)
    near = b.fma(poly(b, _ERF_NEAR, square), x, x)
    t = b.select(b.cmp("ogt", size, b.const(4.0, ty)), b.const(4.0, ty), size)
    far = exp(b, b.neg(b.mul(t, poly(b, _ERF_FAR, t))))
    far = b.call("llvm.copysign", b.sub(b.const(1, ty), far), x)
    return b.select(b.cmp("ult", size, b.const(0.92, ty)), near, far)


def power(b: Builder, x: Val, y: Val) -> Val:
    """pow: float32 through float64 exp and log (below 1 ulp), float64 through the C library."""
    if x.ty == "f64":
        return b.library("pow", x, y)
    (x, y), _, _ = b.level(x, y)
    wide_x, wide_y = b.convert("fpext", x, "f64"), b.convert("fpext", y, "f64")
    zero, one, inf = (b.const(v, "f64") for v in (0.0, 1.0, float("inf")))
    value = b.convert("fptrunc", exp(b, b.mul(wide_y, log(b, b.abs(wide_x)))), "f32")
    # A negative base: odd integer exponents negate, fractional ones are nan.
    whole = b.cmp("oeq", b.call("llvm.trunc", wide_y), wide_y)
    half = b.mul(wide_y, b.const(0.5, "f64"))
    odd = b.op("and", whole, b.cmp("one", b.call("llvm.trunc", half), half))
    minus = b.cmp("slt", b.convert("bitcast", x, "i32"), b.const(0, "i32"))
    flip = b.op("and", minus, odd)
    value = b.select(flip, b.neg(value), value)
    finite = b.op("and", b.cmp("olt", wide_x, zero), b.cmp("one", wide_x, b.const(float("-inf"), "f64")))
    bad = b.op("and", finite, b.op("xor", whole, b.const(1, "i1")))
    value = b.select(bad, b.const(float("nan"), "f32"), value)
    unit = b.op("or", b.cmp("oeq", wide_y, zero), b.cmp("oeq", wide_x, one))
    unit = b.op("or", unit, b.op("and", b.cmp("oeq", wide_x, b.const(-1, "f64")), b.cmp("oeq", b.abs(wide_y), inf)))
    return b.select(unit, b.const(1, "f32"), value)


def erfinv(b: Builder, x: Val) -> Val:
    """Winitzki's closed form, then Halley steps on erfc - (1 - x) in float64."""
    if x.ty == "f32":
        return b.convert("fptrunc", erfinv(b, b.convert("fpext", x, "f64")), "f32")

    def c(v: float) -> Val:
        return b.const(v, "f64")

    size = b.abs(x)
    top = c(1 - 2.0**-53)
    inner = b.select(b.cmp("olt", size, top), size, top)
    log_ = log1p(b, b.neg(b.mul(inner, inner)))
    half = b.fma(log_, c(0.5), c(4.330746750799873))
    root = b.call("llvm.sqrt", b.sub(b.mul(half, half), b.div(log_, c(0.147))))
    rest = b.sub(root, half)
    y = b.call("llvm.sqrt", b.select(b.cmp("ogt", rest, c(0)), rest, c(0)))
    start = b.mul(inner, b.fma(b.mul(inner, inner), c(0.2320136665346544), c(0.886226925452758)))
    y = b.select(b.cmp("olt", inner, c(1e-3)), start, y)
    for _ in range(3):
        far = b.sub(b.sub(c(1), inner), b.library("erfc", y))
        miss = b.select(b.cmp("olt", inner, c(0.5)), b.sub(b.library("erf", y), inner), far)
        step = b.mul(b.mul(miss, c(0.886226925452758)), exp(b, b.mul(y, y)))
        y = b.sub(y, b.div(step, b.fma(y, step, c(1))))
    y = b.select(b.cmp("oeq", size, c(1)), c(float("inf")), y)
    y = b.call("llvm.copysign", y, x)
    return b.select(b.cmp("ole", size, c(1)), y, c(float("nan")))


def digamma(b: Builder, x: Val) -> Val:
    """Reflection below 1/2, ten steps of the recurrence, the asymptotic series; in float64."""
    if x.ty == "f32":
        return b.convert("fptrunc", digamma(b, b.convert("fpext", x, "f64")), "f32")

    def c(v: float) -> Val:
        return b.const(v, "f64")

    left = b.cmp("olt", x, c(0.5))
    z = b.select(left, b.sub(c(1), x), x)
    shift = c(0)
    for _ in range(10):
        low = b.cmp("olt", z, c(10))
        shift = b.select(low, b.sub(shift, b.div(c(1), z)), shift)
        z = b.select(low, b.add(z, c(1)), z)
    s = b.div(c(1), b.mul(z, z))
    terms = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
    value = b.add(b.sub(b.sub(log(b, z), b.div(c(0.5), z)), b.mul(s, poly(b, terms, s))), shift)
    turn = b.mul(b.sub(x, b.call("llvm.rint", x)), c(3.141592653589793))
    value = b.select(left, b.sub(value, b.div(c(3.141592653589793), b.library("tan", turn))), value)
    pole = b.op("and", b.cmp("ole", x, c(0)), b.cmp("oeq", b.call("llvm.floor", x), x))
    value = b.select(pole, c(float("nan")), value)
    signed = b.call("llvm.copysign", c(float("inf")), b.neg(x))
    return b.select(b.cmp("oeq", x, c(0)), signed, value)


def _library(name: str) -> Callable[..., Val]:
    return lambda b, *args: b.library(name, *args)


def _intrinsic(name: str) -> Callable[..., Val]:
    return lambda b, *args: b.call(f"llvm.{name}", *args)


#: Code for the 'real' and 'round' functions on float values.
REAL: dict[str, Callable[..., Val]] = {
    "exp": exp, "expm1": expm1, "log": log, "log1p": log1p, "tanh": tanh, "erf": erf, "erfinv": erfinv,
    "digamma": digamma, "divide": lambda b, x, y: b.div(x, y), "sqrt": _intrinsic("sqrt"), "floor": _intrinsic("floor"),
    "ceil": _intrinsic("ceil"), "trunc": _intrinsic("trunc"), "round": _intrinsic("round"), "power": power,
    **{name: _library(symbol) for name, symbol in _LIBM.items()},
}  # fmt: skip
#: Library symbols (float64 names) that generated code may call.
LIBRARY = sorted({*_LIBM.values(), "erf", "erfc", "pow", "fmod"})
