"""The two Fisher-Yates shuffles of MXNet, applied without a Python loop when long.

`upwards` is what libstdc++'s random_shuffle does to one-dimensional arrays, `downwards` what MXNet does
to the rows of the others. Both take the partner of every step and return the resulting order.
"""

from __future__ import annotations

import numpy as np

_SHORT = 1500  # below this a loop over Python lists is quicker


def upwards(partner: np.ndarray) -> np.ndarray:
    """Swap i with partner[i] <= i for i = 1, 2, ..., n-1, starting from 0 ... n-1."""
    n = partner.size
    if n <= _SHORT:
        a = list(range(n))
        for i, j in enumerate(partner.tolist()):
            a[i], a[j] = a[j], a[i]
        return np.array(a, np.intp)
    step, place, same = _by_place(partner)
    # What step i moves into place i: the last value written to partner[i], which is the number of the previous
    # step with that partner; or, where there was none, what the step of that place itself moved in.
    moved = np.full(n, -1, np.intp)
    repeat = np.flatnonzero(same) + 1
    moved[step[repeat]] = step[repeat - 1]
    own = np.flatnonzero(partner == np.arange(n))
    moved[own] = own
    wait = np.flatnonzero(moved < 0)
    source = partner[wait]
    while wait.size:
        value = moved[source]
        known = value >= 0
        moved[wait[known]] = value[known]
        wait, source = wait[~known], source[~known]
    # Later steps with this partner write their own number there; the last one stays.
    last = np.flatnonzero(np.append(~same, True))
    late = step[last] > place[last]
    moved[place[last[late]]] = step[last[late]]
    return moved


def downwards(partner: np.ndarray) -> np.ndarray:
    """Swap i with partner[i] <= i for i = n-1, ..., 2, 1, starting from 0 ... n-1."""
    n = partner.size
    if n <= _SHORT:
        a = list(range(n))
        p = partner.tolist()
        for i in range(n - 1, 0, -1):
            j = p[i]
            a[i], a[j] = a[j], a[i]
        return np.array(a, np.intp)
    partner = partner.copy()
    partner[0] = 0
    step, place, same = _by_place(partner)
    # Content of place i when its own step comes: what the smallest later step with partner i moved, or i itself.
    content = np.arange(n)
    first = np.flatnonzero(np.append(True, ~same))
    own = step[first] == place[first]  # the step i with partner i is no write to i before its turn
    after = first + own
    exists = after < n
    after = np.where(exists, after, 0)
    exists &= place[after] == place[first]
    holder, source = place[first[exists]], step[after[exists]]
    follow = np.full(n, -1, np.intp)
    follow[holder] = source
    wait = holder
    while wait.size:
        value = source
        final = follow[value] < 0
        content[wait[final]] = value[final]
        wait, source = wait[~final], follow[value[~final]]
    # Step i takes what the next larger step with the same partner left there, else the place's first content.
    order = partner.copy()
    again = np.flatnonzero(same)
    order[step[again]] = content[step[again + 1]]
    stay = np.flatnonzero(partner == np.arange(n))
    order[stay] = content[stay]
    return order


def _by_place(partner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps sorted by partner, then by number; their partners; whether the next one has the same partner."""
    key = partner.astype(np.uint64) << np.uint64(32)
    key |= np.arange(partner.size, dtype=np.uint64)
    key.sort()
    place = (key >> np.uint64(32)).astype(np.intp)
    step = (key & np.uint64(0xFFFFFFFF)).astype(np.intp)
    return step, place, place[1:] == place[:-1]
