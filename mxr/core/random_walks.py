"""Gamma and Poisson with one set of parameters for all values, drawn as MXNet draws them.

How many words a value takes depends on the words themselves. So each sampler is evaluated at every word as if
a draw began there, in whole arrays; then each generator walks along its words from draw to draw, and the
values at the accepted places are the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .random_math import F32, lgammaf, log_double, logf, pow_double, tanf
from .random_samplers import PI, gamma_constants, gamma_test, poisson_test, regions, unit
from .random_words import MTBank

_TILE = 64
_VALUES = 192  # a generator's values in one pass
_MOST_WORDS = 96  # no draw takes as many: a product of so many uniforms above exp(-12) has odds of 1e-50

# (words of rows) -> how many words a draw beginning at each takes, whether it is accepted, its value;
# for all words but the last _MOST_WORDS.
Evaluate = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray | None, np.ndarray]]


def walk(bank: MTBank, out: np.ndarray, evaluate: Evaluate, words_a_value: float) -> None:
    """Fill flat `out`; `words_a_value` is the expected number, a guess that only affects speed."""
    parts = list(regions(out.size))
    start = np.concatenate([offset + step * np.arange(hi - lo) for lo, hi, step, offset in parts])
    need = np.concatenate([np.full(hi - lo, step) for lo, hi, step, _ in parts])
    rows = start.size
    while (most := int(need.max())) > 0:
        expected = min(most, _VALUES) * words_a_value
        length = int(expected + 3 * math.sqrt(expected * words_a_value)) + 8
        words = bank.look(0, rows, length + _MOST_WORDS)
        jump = np.zeros((rows, length + _MOST_WORDS), np.uint8)  # 0 in the last columns: a walk ends there
        accepted = np.zeros(jump.shape, bool)
        value = np.empty(jump.shape, out.dtype)
        for top in range(0, rows, _TILE):
            tile = slice(top, min(top + _TILE, rows))
            some, good, values = evaluate(words[tile])
            jump[tile, :length] = some
            accepted[tile, :length] = True if good is None else good
            value[tile, :length] = values
        path, ends = _follow(jump, length)
        taken = accepted.take(path)
        count = np.cumsum(taken, axis=1)
        taken &= count <= need[:, None]
        index = count + (start - 1)[:, None]
        out[index[taken]] = value.take(path[taken])
        got = np.minimum(count[:, -1], need)
        # Where a generator has all it needs, it stops behind the last of them.
        full = np.flatnonzero(count[:, -1] >= need)
        last = path[full, np.argmax(count[full] >= need[full, None], axis=1)]
        ends[full] = np.where(need[full] > 0, last - full * jump.shape[1] + jump.take(last), 0)
        bank.advance(ends)
        start += got
        need -= got


def _follow(jump: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Flat indices that each row's walk visits (row by row, the last repeated), and the columns where walks end."""
    rows, width = jump.shape
    base = np.arange(0, rows * width, width)
    if rows <= 24:  # Python's own loop is quicker than calls on short arrays
        paths = []
        for row in jump.tolist():
            p, path = 0, [0]
            while step := row[p]:
                p += step
                path.append(p)
            paths.append(path)
        ends = np.array([path[-1] for path in paths])
        steps = max(map(len, paths))
        columns = np.array([path + [path[-1]] * (steps - len(path)) for path in paths])
        return columns + base[:, None], ends
    flat = jump.reshape(-1)
    place = base.copy()
    visited = [base]
    while True:
        for _ in range(16):
            place = place + flat.take(place)
            visited.append(place)
        ends = place - base
        if (ends >= length).all():
            return np.stack(visited, axis=1), ends


def gamma_evaluation(alpha: np.float32, beta: np.float32, dtype: type) -> tuple[Evaluate, float]:
    """`gamma` of random_samplers for single float32 parameters."""
    double = dtype is np.float64
    n = 2 if double else 1  # words of a uniform value
    d, k, c = (v[0] for v in gamma_constants(np.array([alpha], F32), dtype))
    boost = alpha < 1

    def evaluate(words: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows, width = words.shape
        length = width - _MOST_WORDS
        if double:  # a double can begin at any word
            u = np.stack((words[:, :-1], words[:, 1:]), axis=-1).reshape(rows, -1)
            u = unit(u, True)
        else:
            u = unit(words, False)
        width = u.shape[1]
        v = u * u.dtype.type(2)
        v -= u.dtype.type(1)
        square = v * v
        r2 = square[:, :length] + square[:, n : length + n]
        good = r2 <= 1
        good &= r2 != 0
        row, column = np.divmod(np.flatnonzero(good), length)
        place = row * width + column
        r2 = r2[good]
        z = log_double(r2) if double else logf(r2)
        z *= z.dtype.type(-2)
        z /= r2
        np.sqrt(z, out=z)
        z *= v.reshape(-1).take(place + n)
        inside = np.flatnonzero(z > -k)
        row, column, place, z = row[inside], column[inside], place[inside], z[inside]
        values, passed = gamma_test(z, u.reshape(-1).take(place + 2 * n), d, c)
        jump = np.full((rows, length), 2 * n, np.uint8)
        jump[row, column] = 3 * n
        accepted = np.zeros((rows, length), bool)
        accepted[row, column] = passed
        value = np.zeros((rows, length), u.dtype)
        values = d * values * beta
        if boost:
            jump[row[passed], column[passed]] = 4 * n
            extra = u.reshape(-1).take(place[passed] + 3 * n).astype(np.float64)
            power = np.full(extra.size, float(dtype(1.0 / np.float64(alpha))))
            values[passed] = (values[passed].astype(np.float64) * pow_double(extra, power)).astype(dtype)
        value[row, column] = values
        return jump, accepted, value

    return evaluate, n * (3.8 if alpha >= 1 else 4.9)


def poisson_evaluation(rate: np.float32) -> tuple[Evaluate, float]:
    """`poisson` of random_samplers for a single rate."""
    return _poisson_low(rate) if rate < 12 else _poisson_high(rate)


def _poisson_low(rate: np.float32) -> tuple[Evaluate, float]:
    limit = F32(np.exp(-np.float64(rate)))

    def evaluate(words: np.ndarray) -> tuple[np.ndarray, None, np.ndarray]:
        u = unit(words, False)
        length = u.shape[1] - _MOST_WORDS
        product = u[:, :length].copy()
        jump = np.ones(product.shape, np.uint8)
        for step in range(1, _MOST_WORDS):
            alive = product > limit
            if not alive.any():
                break
            jump += alive
            product *= u[:, step : step + length]
        return jump, None, jump - np.uint8(1)

    return evaluate, float(rate) + 1


def _poisson_high(rate: np.float32) -> tuple[Evaluate, float]:
    rates = np.array([rate], F32)
    width = F32(math.sqrt(2.0 * float(rate)))
    log_rate = logf(rates)[0]
    peak = rate * log_rate - lgammaf((rates.astype(np.float64) + 1.0).astype(F32))[0]

    def evaluate(words: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        u = unit(words, False)
        length = u.shape[1] - _MOST_WORDS
        y = tanf(PI * u[:, :length])
        em = width * y + rate
        ahead = ~(em < 0)
        y, em = y[ahead], np.floor(em[ahead])
        accepted = np.zeros((u.shape[0], length), bool)
        accepted[ahead] = poisson_test(y, em, u[:, 1 : length + 1][ahead], log_rate, peak)
        value = np.zeros(accepted.shape, F32)
        value[ahead] = em
        return ahead + np.uint8(1), accepted, value

    return evaluate, 3.2
