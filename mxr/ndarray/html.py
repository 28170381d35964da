"""What a notebook shows for an array: a small table, of large arrays the corners only."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ..backend import to_host
from ..core.html import GAP, Raw, ends, table

__all__ = ["array_html"]

_ROWS = 20, 8  # so many are shown, or of more than that so many at both ends
_COLUMNS = 12, 5
_MATRICES = 4, 2


def array_html(x: Any) -> str:
    """The HTML of an array: values, shape, device, dtype."""
    what = f"{type(x).__name__} {'x'.join(map(str, x.shape))} @{x.context}, {np.dtype(x.dtype).name}"
    if x.stype != "default":
        return _sparse(x, what)
    data = x._data
    if not data.size:
        return str(table(what, [], [["no elements"]]))
    if data.ndim < 2:
        return str(_matrix(what, data.reshape(1, -1), rows=False, scalar=not data.ndim))
    if data.ndim == 2:
        return str(_matrix(what, data))
    leading = data.shape[:-2]
    numbers = ends(int(np.prod(leading)), *_MATRICES)[1]
    parts = [f"<div>{what}</div>"]
    for number in numbers:
        if number is GAP:
            parts.append(f"<div>{GAP}</div>")
            continue
        index = tuple(int(i) for i in np.unravel_index(number, leading))
        parts.append(_matrix(f"[{', '.join(map(str, index))}, :, :]", data[index]))
    return f"<div>{''.join(parts)}</div>"


def _matrix(caption: str, data: Any, rows: bool = True, scalar: bool = False) -> Raw:
    (down, row_names), (across, names) = ends(data.shape[0], *_ROWS), ends(data.shape[1], *_COLUMNS)
    # only what is shown leaves the device
    shown = np.block([[to_host(data[r, c]) for c in across] for r in down])
    values = iter([_value(v) for v in shown.ravel()])
    body = []
    for name in row_names:
        cells = [GAP if c is GAP or name is GAP else next(values) for c in names]
        body.append([name if rows else "", *cells])
    return table(caption, [] if scalar else ["", *names], body)


def _value(v: Any) -> str:
    """A number as text: six digits of a float, all of an integer."""
    return f"{float(v):.6g}" if isinstance(v, np.floating) else str(v)


def _sparse(x: Any, what: str) -> str:
    stored, rows = len(x.data), x.shape[0]
    if x.stype == "row_sparse":
        names = ends(stored, *_ROWS)[1]
        indices = x.indices.asnumpy()
        body = [["stored rows", ", ".join(str(i) if i is GAP else str(int(indices[i])) for i in names) or "none"]]
        return str(table(f"{what}: {stored} of {rows} rows stored", [], body, "left"))
    share = stored / max(x.shape[0] * x.shape[1], 1)
    data, indices, indptr = (v.asnumpy() for v in (x.data, x.indices, x.indptr))
    body = []
    for row in ends(rows, *_ROWS)[1]:
        if row is GAP:
            body.append([GAP, ""])
            continue
        first, last = int(indptr[row]), int(indptr[row + 1])
        pairs = [f"{int(indices[k])}: {_value(data[k])}" for k in range(first, min(last, first + _COLUMNS[0]))]
        body.append([row, ", ".join([*pairs, *itertools.repeat(GAP, last - first > _COLUMNS[0])])])
    return str(table(f"{what}: {stored} values stored ({share:.2%})", ["", "column: value"], body, "left"))
