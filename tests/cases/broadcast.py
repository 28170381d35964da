"""Two arrays, or an array and a number, element by element."""

from mxr.interop.declared import public_ops
from tests.cases import X, case, values

_FAMILY = [d for d in public_ops() if d.forward.__module__ == "mxr.ops.families" or "scalar" in d.params]
TWO = [d.name for d in _FAMILY if d.inputs == ("lhs", "rhs")]
SCALAR = [d.name for d in _FAMILY if d.inputs == ("data",) and "scalar" in d.params and d.name.endswith("scalar")]
SCALAR = [n for n in SCALAR if not n.startswith(("_slice", "_scatter"))]

# Functions whose arguments must be positive, and those that jump where arguments are equal.
POSITIVE = ("power",)
JUMPS = ("mod", "equal", "greater", "lesser", "logical")
SHAPES = [((2, 3), (2, 3)), ((2, 1, 3), (1, 4, 1)), ((4, 1), (1, 3)), ((1,), (3,)), ((2, 3, 1), (2, 1, 2))]


def _like(x):
    """Whole numbers, so that some are equal; none is 0."""
    return (x * 2).round() + 0.0


CASES = []
for _name in TWO:
    _wide = _name.startswith("broadcast_")
    _lo = 0.2 if any(p in _name for p in POSITIVE) else -2
    _numeric = not any(p in _name for p in JUMPS)
    for _left, _right in SHAPES if _wide else SHAPES[:1]:
        CASES.append(case(_name, X(*_left, lo=_lo), X(*_right, lo=max(_lo, 0.3)), numeric=_numeric))
    CASES += [
        case(_name, X(2, 3, via=_like), X(2, 3, via=_like), grad=False, id="ties"),
        case(_name, X(2, 3, lo=1, hi=5), X(2, 3, lo=1, hi=4), dtypes=("int32", "int64", "uint8"), id="whole"),
    ]
for _name in SCALAR:
    _positive = any(p in _name for p in POSITIVE)
    _numeric = not any(p in _name for p in JUMPS)
    for _scalar in (2.0, 0.5, 1.25) if _positive else (2.0, -1.5, 0.25):
        CASES.append(case(_name, X(2, 3, lo=0.3 if _positive or "_r" in _name else -2), attrs=dict(scalar=_scalar),
                          numeric=_numeric))  # fmt: skip
    CASES += [
        case(_name, values([-1, 0, 1, 2]), attrs=dict(scalar=1.0), grad=False, dtypes=("float32",), id="ties"),
        case(_name, X(2, 3, lo=1, hi=5), attrs=dict(scalar=2.0), dtypes=("int32", "int64", "uint8"), id="whole"),
    ]
CASES += [
    case("broadcast_div", values([1, -1, 0]), values([0]), grad=False, dtypes=("float32", "float64"), id="by zero"),
    case("broadcast_mod", values([1, -1, 0]), values([0]), grad=False, dtypes=("float32", "float64"), id="by zero"),
    case("broadcast_mod", values([5, -5, 5, -5]), values([3, 3, -3, -3]), grad=False, id="signs"),
    case("_mod_scalar", values([5, -5, 4.5]), attrs=dict(scalar=-3), grad=False, id="signs"),
    case("broadcast_maximum", values([float("nan"), 1]), values([1, float("nan")]), grad=False, id="nan"),
]
