"""The matrices of Winograd's minimal filtering F(m x m, 3 x 3), and the points that they are made of.

    Y = A^T [ (G g G^T) * (B^T d B) ] A

makes m x m outputs of a tile d of (m+2) x (m+2) inputs with (m+2)^2 multiplications where the sum itself takes 9 m^2
(Winograd 1980; Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015). The matrices follow from
m + 1 points (Toom-Cook) and infinity. Which points decides how exact it is: for m = 4 the usual 0, 1, -1, 2, -2 lose
twice as much as 0, 5/8, -5/8, 3/2, -3/2, whose powers are exact in float32 too.

Errors measured against float64 for data of ResNet's kind (normal, the negative half cut off by relu; 64 channels), as
root mean square relative to the result's, and at most relative to the sum of the magnitudes of the terms:

    multiplied directly             1.5e-7    0.8e-7
    F(2 x 2)  0, 1, -1              2.3e-7    1.7e-7
    F(4 x 4)  0, 1, -1, 2, -2       1.4e-6    1.4e-6
    F(4 x 4)  0, 5/8, -5/8, 3/2...  6.4e-7    1.1e-6

With 512 channels they are not larger (6.9e-7 and 4.3e-7), for sums over channels are made of short ones (`product`).
"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import NamedTuple

__all__ = ["KERNEL", "Matrix", "Scheme", "scheme"]

KERNEL = 3
Matrix = tuple[tuple[Fraction, ...], ...]

_POINTS = {
    2: (Fraction(0), Fraction(1), Fraction(-1)),
    4: (Fraction(0), Fraction(5, 8), Fraction(-5, 8), Fraction(3, 2), Fraction(-3, 2)),
}


class Scheme(NamedTuple):
    """m outputs a side, n = m + 2 products a side, and the matrices by what they turn a column into.

    inputs (B^T, n x n), weights (G, n x 3), outputs (A^T, m x n); and for the gradient of the weights, which is the
    same sum read backward: spread (A, n x m) of the output's gradient, collect (G^T, 3 x n).
    """

    m: int
    n: int
    inputs: Matrix
    weights: Matrix
    outputs: Matrix
    spread: Matrix
    collect: Matrix


@functools.cache
def scheme(m: int) -> Scheme:
    """The scheme of F(m x m, 3 x 3), m 2 or 4."""
    points = _POINTS[m]
    n = m + KERNEL - 1
    a, g, b = [], [], []
    for p in points:
        others = [q for q in points if q != p]
        scale = Fraction(1)
        for q in others:
            scale *= p - q
        a.append(tuple(p**k for k in range(m)))
        g.append(tuple(p**k / scale for k in range(KERNEL)))
        b.append((*_polynomial(others), Fraction(0)))
    a.append((*(Fraction(0),) * (m - 1), Fraction(1)))
    g.append((*(Fraction(0),) * (KERNEL - 1), Fraction(1)))
    b.append(_polynomial(list(points)))
    spread, weights = tuple(a), tuple(g)
    return Scheme(m, n, tuple(b), weights, _turned(spread), spread, _turned(weights))


def _polynomial(roots: list[Fraction]) -> tuple[Fraction, ...]:
    """The coefficients of (x - r0)(x - r1)..., the constant first."""
    c = [Fraction(1)]
    for r in roots:
        c = [low - r * high for low, high in zip([Fraction(0), *c], [*c, Fraction(0)])]
    return tuple(c)


def _turned(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix))
