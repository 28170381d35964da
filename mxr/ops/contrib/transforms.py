"""Linear maps of the last axis: Fourier transforms with interleaved complex numbers, and the count sketch.

MXNet has these operators on GPUs only; here they run on all devices.
"""

from __future__ import annotations

import numpy as np

from ...core.op import op
from ...core.params import Int
from ...core.shapes import Frame, float_dtypes
from .bounds import checked

__all__: list[str] = []


def _two_or_four(s: Frame) -> tuple[int, ...] | None:
    shape = s[0]
    if shape is not None and len(shape) not in (2, 4):
        s.fail(f"argument data has shape {shape}, expected (N, d) or (N1, N2, N3, d)")
    return shape


def _compute_size() -> Int:
    return Int(128, "Rows that MXNet transforms at a time; here all are done in one call.", lo=1)


@op("_contrib_fft")
class Fft:
    """Discrete Fourier transform of the last axis: (..., d) real to (..., 2d) [re0, im0, re1, im1, ...].

    Not scaled. `data` has shape (N, d) or (N1, N2, N3, d) (MXNet operator _contrib_fft).
    """

    compute_size = _compute_size()
    examples = ("mx.nd.contrib.fft(nd.array([[1, 2, 3, 4]]))",)

    infer_type = float_dtypes

    def infer_shape(a, s):
        shape = _two_or_four(s)
        if shape is not None:
            s.out(0, (*shape[:-1], -1 if shape[-1] == -1 else 2 * shape[-1]))

    def forward(xp, a, data):
        y = xp.fft.fft(data)
        return xp.stack((y.real, y.imag), -1).reshape(*data.shape[:-1], -1)

    def grad(F, a, dy):
        return F._contrib_ifft(dy, compute_size=a.compute_size)


@op("_contrib_ifft")
class Ifft:
    """Real part of the inverse Fourier transform of (..., 2d) [re0, im0, re1, im1, ...]: shape (..., d).

    Not divided by d: ifft(fft(x)) is d * x. `data` has shape (N, 2d) or (N1, N2, N3, 2d) (MXNet _contrib_ifft).
    """

    compute_size = _compute_size()
    examples = ("mx.nd.contrib.ifft(nd.array([[10, 0, -2, 2, -2, 0, -2, -2]]))",)

    infer_type = float_dtypes

    def infer_shape(a, s):
        shape = _two_or_four(s)
        if shape is None:
            return
        if shape[-1] % 2 and shape[-1] != -1:
            s.fail(f"argument data has shape {shape}, expected an even length of the last axis")
        s.out(0, (*shape[:-1], -1 if shape[-1] == -1 else shape[-1] // 2))

    def forward(xp, a, data):
        pairs = data.reshape(*data.shape[:-1], -1, 2)
        wide = np.float64 if data.dtype == np.float64 else np.float32
        z = pairs[..., 0].astype(wide) + 1j * pairs[..., 1].astype(wide)
        return xp.fft.ifft(z).real * z.shape[-1]

    def grad(F, a, dy):
        return F._contrib_fft(dy, compute_size=a.compute_size)


@op("_contrib_count_sketch", inputs="data h s")
class CountSketch:
    """Count sketch of the last axis: out[..., h[j]] += s[j] * data[..., j].

    `data` is (N, d) or (N1, N2, N3, d), `h` (1, d) has indices below out_dim, `s` (1, d) signs: (..., out_dim).
    Gradient to `data` only (Charikar et al. 2002; MXNet operator _contrib_count_sketch).
    """

    out_dim = Int(doc="Length of the sketch.", lo=1)
    processing_batch_size = Int(32, "Rows that MXNet sketches at a time; here all are done in one call.", lo=1)
    examples = (
        "nd.contrib.count_sketch(nd.array([[1.2, 2.5, 3.4]]), nd.array([[0, 3, 4]]), nd.array([[1, -1, 1]]), "
        "out_dim=5)",
    )

    infer_type = float_dtypes

    def infer_shape(a, s):
        shape = _two_or_four(s)
        if shape is None:
            return
        for i in (1, 2):
            s.set(i, shape[-1:] if s[i] is not None and len(s[i]) == 1 else (1, shape[-1]))
        s.out(0, (*shape[:-1], a.out_dim))

    def forward(xp, a, data, h, s):
        at = checked("_contrib_count_sketch", "h", h.reshape(-1), a.out_dim)
        rows = data.reshape(-1, data.shape[-1]) * s.reshape(-1)
        out = xp.zeros(rows.shape[0] * a.out_dim, data.dtype)
        where = xp.arange(rows.shape[0])[:, None] * a.out_dim + at
        xp.add.at(out, where.reshape(-1), rows.reshape(-1))
        return out.reshape(*data.shape[:-1], a.out_dim)

    def grad(F, a, dy, h, s):
        size = (-1,)
        picked = F.take(dy, F.Reshape(h, shape=size), axis=-1)
        return F.broadcast_mul(picked, F.Reshape(s, shape=(1,) * (len(dy.shape) - 1) + size)), None, None
