"""``im2rec`` for R: the images of a list packed into one record file, as MXNet's tool of that name does it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mxr.ops.image_files import decode_any, encode
from mxr.ops.image_resize import resize
from mxr.recordio import IRHeader, MXRecordIO, pack

from . import r_convert as cv
from .r import exported

__all__ = ["read_list"]


def _bad(path: str, number: int, text: str) -> cv.RInputError:
    return cv.RInputError(f"im2rec: argument image_lst: {path}, line {number}: {text}")


def read_list(path: str, label_width: int) -> Iterator[tuple[int, list[float], str]]:
    """(index, labels, name) of each line: fields apart by tabs, or by blanks where there is no tab."""
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        fields = [f.strip() for f in line.strip().split("\t")] if "\t" in line else line.split(None, label_width + 1)
        if len(fields) != label_width + 2:
            raise _bad(
                path, number, f"expected index, {label_width} labels (label_width) and path, found {len(fields)} fields"
            )
        try:
            yield int(fields[0]), [float(f) for f in fields[1:-1]], fields[-1]
        except ValueError:
            raise _bad(path, number, f"index and labels must be numbers, found {fields[:-1]}") from None


def _method(method: int, old: tuple[int, int], new: tuple[int, int]) -> int:
    """9: cubic to enlarge, area to shrink; 10: one of the five at random."""
    if method == 10:
        return random.randrange(5)
    if method != 9:
        return method
    if new[0] > old[0] and new[1] > old[1]:
        return 2
    return 3 if new[0] < old[0] and new[1] < old[1] else 1


def _image(raw: bytes, path: str, o: dict[str, Any]) -> bytes:
    if o["unchanged"]:
        return raw
    image = decode_any(raw, o["color_mode"], path)
    if image.ndim == 2:
        image = image[:, :, None]
    if o["center_crop"]:
        h, w = image.shape[:2]
        side = min(h, w)
        image = image[(h - side) // 2 : (h - side) // 2 + side, (w - side) // 2 : (w - side) // 2 + side]
    short = o["new_size"]
    if short > 0 and short != min(image.shape[:2]):
        h, w = image.shape[:2]
        new = (short, h * short // w) if h > w else (w * short // h, short)
        image = resize(np, image, *new, _method(o["inter_method"], (w, h), new))
    return encode(np.ascontiguousarray(image), o["quality"], o["encoding"])


@exported
def im2rec(lst: str, root: str, out: str, options: Any) -> int:
    """Packs part `partid` of `nsplit` of the list; the number of images. Nothing is left behind where one fails."""
    o = dict(options)
    images = list(read_list(lst, o["label_width"]))
    if not images:
        raise cv.RInputError(f"im2rec: argument image_lst: {lst} has no images")
    each = -(-len(images) // o["nsplit"])
    images = images[o["partid"] * each : (o["partid"] + 1) * each]
    target = out if o["nsplit"] == 1 else f"{out}.part{o['partid']:03d}"
    part = f"{target}.tmp{os.getpid()}"
    writer = MXRecordIO(part, "w")
    try:
        for number, labels, name in images:
            path = f"{root.rstrip('/')}/{name.lstrip('/')}" if root else name
            try:
                raw = Path(path).read_bytes()
            except OSError as e:
                raise cv.RInputError(f"im2rec: image {path} cannot be read: {e.strerror}") from None
            header = IRHeader(0, labels if o["pack_label"] else labels[0], number, 0)
            writer.write(pack(header, _image(raw, path, o)))
        writer.close()
        os.replace(part, target)
    finally:
        writer.close()
        if os.path.exists(part):
            os.remove(part)
    return len(images)
