"""Functions of one array, element by element."""

from tests.cases import X, case

CASES = [
    case("abs", X(2, 3)),
    case("relu", X(2, 3)),
]
