"""``python -m mxr.cli.im2rec PREFIX ROOT``: lists of images, and record files made of them, as MXNet's im2rec.

With --list it writes PREFIX.lst for the images in ROOT; without, it packs all lists PREFIX*.lst into record files with
indices.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ..base import MXNetError
from ..ops.image_files import decode_any, encode
from ..ops.image_resize import resize
from ..recordio import IRHeader, MXIndexedRecordIO, pack

__all__ = ["main"]


def find_images(root: str, recursive: bool, exts: list[str]) -> Iterator[tuple[int, str, int]]:
    """(number, path below root, label); with `recursive` every folder with images is a class."""
    wanted = {e.lower() for e in exts}
    number = 0
    if not recursive:
        for name in sorted(os.listdir(root)):
            if os.path.isfile(os.path.join(root, name)) and os.path.splitext(name)[1].lower() in wanted:
                yield number, name, 0
                number += 1
        return
    classes: dict[str, int] = {}
    for folder, below, names in os.walk(root, followlinks=True):
        below.sort()
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in wanted:
                label = classes.setdefault(folder, len(classes))
                yield number, os.path.relpath(os.path.join(folder, name), root), label
                number += 1
    for folder, label in classes.items():
        print(os.path.relpath(folder, root), label)


def make_lists(args: argparse.Namespace) -> None:
    """The list files: one, or of each chunk parts to train, to test and to validate."""
    images = list(find_images(args.root, args.recursive, args.exts))
    if not images:
        raise MXNetError(
            f"no images ({', '.join(args.exts)}) in {args.root!r}{'' if args.recursive else '; --recursive?'}"
        )
    if args.shuffle:
        random.Random(100).shuffle(images)
    size = -(-len(images) // args.chunks)
    for i in range(args.chunks):
        chunk = images[i * size : (i + 1) * size]
        name = f"{args.prefix}_{i}" if args.chunks > 1 else args.prefix
        if args.train_ratio == 1.0:
            _write_list(f"{name}.lst", chunk)
            continue
        train, test = int(size * args.train_ratio), int(size * args.test_ratio)
        if args.test_ratio:
            _write_list(f"{name}_test.lst", chunk[:test])
        if args.train_ratio + args.test_ratio < 1.0:
            _write_list(f"{name}_val.lst", chunk[test + train :])
        _write_list(f"{name}_train.lst", chunk[test : test + train])


def _write_list(path: str, images: list[tuple[int, str, int]]) -> None:
    part = Path(f"{path}.part{os.getpid()}")
    part.write_text("".join(f"{n}\t{label:f}\t{name}\n" for n, name, label in images), encoding="utf-8")
    part.replace(path)


def read_list(path: Path) -> list[tuple[int, list[float], str]]:
    """(id, labels, name) of each line; wrong lines are said and left out, as MXNet does."""
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = [f.strip() for f in line.strip().split("\t")]
        try:
            if len(fields) < 3:
                raise ValueError("expected id, label and name, apart by tabs")
            out.append((int(fields[0]), [float(f) for f in fields[1:-1]], fields[-1]))
        except ValueError as e:
            print(f"{path}, line {number}: left out: {e}", file=sys.stderr)
    return out


def _record(args: argparse.Namespace, number: int, labels: list[float], name: str) -> bytes:
    header = IRHeader(0, labels if len(labels) > 1 and args.pack_label else labels[0], number, 0)
    path = os.path.join(args.root, name)
    raw = Path(path).read_bytes()
    if args.pass_through:
        return pack(header, raw)
    image = decode_any(raw, args.color, path)
    if image.ndim == 2:
        image = image[:, :, None]
    if args.center_crop:
        h, w = image.shape[:2]
        side = min(h, w)
        image = image[(h - side) // 2 : (h - side) // 2 + side, (w - side) // 2 : (w - side) // 2 + side]
    if args.resize:
        h, w = image.shape[:2]
        new = (args.resize, h * args.resize // w) if h > w else (w * args.resize // h, args.resize)
        image = resize(np, image, *new, 1)
    return pack(header, encode(np.ascontiguousarray(image), args.quality, args.encoding))


def pack_list(args: argparse.Namespace, path: Path) -> int:
    """Packs the images of a list; the number of those that could not be."""
    target = str(path.with_suffix(""))
    images = read_list(path)
    writer = MXIndexedRecordIO(f"{target}.idx", f"{target}.rec", "w")
    bad = 0
    ahead: deque[tuple[Any, Future]] = deque()
    todo = iter(images)
    try:
        with ThreadPoolExecutor(args.num_thread) as pool:
            while True:
                while len(ahead) < 4 * args.num_thread and (item := next(todo, None)) is not None:
                    ahead.append((item, pool.submit(_record, args, *item)))
                if not ahead:
                    break
                (number, _, name), job = ahead.popleft()
                try:
                    writer.write_idx(number, job.result())
                except (MXNetError, OSError) as e:
                    bad += 1
                    print(f"{name}: left out: {e}", file=sys.stderr)
    finally:
        writer.close()
    print(f"{target}.rec: {len(images) - bad} images{f', {bad} left out' if bad else ''}")
    return bad


def _parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="im2rec", description="Lists of images, and record files made of them.")
    p.add_argument("prefix", help="beginning of the names of lists and record files")
    p.add_argument("root", help="folder of the images")
    g = p.add_argument_group("lists")
    g.add_argument("--list", action="store_true", help="make lists; else pack those that are there")
    g.add_argument("--exts", nargs="+", default=[".jpeg", ".jpg", ".png"], help="endings of images")
    g.add_argument("--chunks", type=int, default=1, help="number of lists")
    g.add_argument("--train-ratio", type=float, default=1.0, help="share of images to train")
    g.add_argument("--test-ratio", type=float, default=0.0, help="share of images to test")
    g.add_argument("--recursive", action="store_true", help="go through all folders; each is a class")
    g.add_argument("--no-shuffle", dest="shuffle", action="store_false", help="keep the order of names")
    g = p.add_argument_group("record files")
    g.add_argument("--pass-through", action="store_true", help="pack the files as they are")
    g.add_argument("--resize", type=int, default=0, help="bring the shorter side to it")
    g.add_argument("--center-crop", action="store_true", help="cut the middle square")
    g.add_argument("--quality", type=int, default=95, help="of JPEG 1-100, of PNG the compression 0-9")
    g.add_argument("--num-thread", type=int, default=1, help="threads")
    g.add_argument("--color", type=int, default=1, choices=[-1, 0, 1], help="1 colour, 0 grey, -1 as in the file")
    g.add_argument("--encoding", default=".jpg", choices=[".jpg", ".png"], help="kind of the packed images")
    g.add_argument("--pack-label", action="store_true", help="pack all labels, for detection")
    return p


def main(argv: list[str] | None = None) -> int:
    """Runs the tool; 0 if all went well, 1 if images were left out, 2 if nothing could be done."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.chunks < 1 or args.num_thread < 1 or args.resize < 0:
        parser.error("--chunks and --num-thread must be at least 1, --resize at least 0")
    if min(args.train_ratio, args.test_ratio) < 0 or args.train_ratio + args.test_ratio > 1:
        parser.error("--train-ratio and --test-ratio must be shares that add up to at most 1")
    try:
        if not os.path.isdir(args.root):
            raise MXNetError(f"root {args.root!r} is no folder")
        if args.list:
            make_lists(args)
            return 0
        prefix = Path(args.prefix)
        lists = sorted(p for p in prefix.parent.glob(f"{prefix.name}*.lst") if p.is_file())
        if not lists:
            raise MXNetError(f"no lists {args.prefix}*.lst; make them with --list")
        return 1 if sum([pack_list(args, path) for path in lists]) else 0
    except (MXNetError, OSError) as e:
        print(f"im2rec: {e}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
