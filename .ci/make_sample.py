"""Makes mxr/data/{mnist,fashion_mnist}.xz from the full data: `python .ci/make_sample.py FOLDER_WITH_DATASETS`.

1,000 training and 200 test images of each class, spread evenly over the set (MNIST's first test images are harder than
the rest: a sample of them alone would tell too little), in their original order. A file is the four idx files
(training images, labels, test images, labels) one after the other, xz-compressed: plain xz beat PNG, WebP lossless and
xz after PNG-like filters on both data sets.
"""

import lzma
import struct
import sys
from pathlib import Path

import numpy as np

from mxr.datasets import SETS, find_files, read_idx


def some_of_each_class(labels: np.ndarray, count: int, allowed: np.ndarray) -> np.ndarray:
    places = [np.flatnonzero((labels == c) & allowed) for c in range(10)]
    return np.sort(np.concatenate([p[np.arange(count) * len(p) // count] for p in places]))


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


for name in SETS:
    found = find_files(name, sys.argv[1])
    if found is None:
        sys.exit(f"no {name} under {sys.argv[1]}")
    x, y, xt, yt = (read_idx(path) for path in found)
    keep = some_of_each_class(y, 1000, np.ones(len(y), bool))
    seen = {image.tobytes() for image in x[keep]}
    keep_test = some_of_each_class(yt, 200, np.array([image.tobytes() not in seen for image in xt]))
    parts = (x[keep], y[keep], xt[keep_test], yt[keep_test])
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4 if name == "mnist" else 3,
                "pb": 0 if name == "mnist" else 2}]  # fmt: skip
    raw = lzma.compress(b"".join(idx(p) for p in parts), check=lzma.CHECK_CRC64, filters=filters)
    target = Path(__file__).parents[1] / "mxr" / "data" / f"{name}.xz"
    target.write_bytes(raw)
    print(target.name, len(raw), [p.shape for p in parts])
