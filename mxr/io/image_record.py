"""Iterators over record files of images, decoded and augmented by threads ahead of the loop."""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import recordio
from ..base import MXNetError, MXNetTypeError, MXNetValueError, file_error
from ..core.params import Bool, Choice, Float, Int, Param, Shape, Str
from ..ops.image_decode import decode
from ..ops.image_files import decode_any
from .base import check_options
from .files import MXDataIter, next_order
from .image_augment import AUGMENTER, augment

__all__ = [
    "ImageRecordInt8Iter", "ImageRecordIter", "ImageRecordIter_v1", "ImageRecordUInt8Iter", "ImageRecordUInt8Iter_v1",
]  # fmt: skip

OPTIONS: dict[str, Param] = {
    "path_imgrec": Str("", "Record file."),
    "path_imgidx": Str("", "Its index: parts are then cut by numbers of images, not by bytes."),
    "path_imglist": Str("", "List file, whose labels are taken by the images' ids."),
    "data_shape": Shape(doc="(channels, height, width) of an image."),
    "batch_size": Int(doc="Images in a batch.", lo=1),
    "label_width": Int(1, "Labels of an image.", lo=1),
    "shuffle": Bool(False, "A new order for each epoch, MXNet's for the seed."),
    "seed": Int(0, "Of the order."),
    "seed_aug": Int(None, "Of the augmentation.", optional=True),
    "num_parts": Int(1, "Read only one of so many consecutive parts.", lo=1),
    "part_index": Int(0, "Which.", lo=0),
    "round_batch": Bool(True, "Fill the last batch with first images, which the next epoch leaves out; else zeros."),
    "preprocess_threads": Int(4, "Threads that decode.", lo=1),
    "prefetch_buffer": Int(4, "Batches made ahead.", lo=0),
    "verbose": Bool(True, "Log what is read."),
    "mirror": Bool(False, "Mirror all images left to right."),
    "rand_mirror": Bool(False, "Mirror half of them."),
    "mean_img": Str("", "File with a mean image; made if it does not exist. Takes the place of mean_r, ..."),
    **{f"mean_{c}": Float(0.0, "Subtracted from a channel.") for c in "rgba"},
    **{f"std_{c}": Float(1.0, "What a channel is divided by.") for c in "rgba"},
    "scale": Float(1.0, "Factor for all values."),
    "max_random_contrast": Float(0.0, "Random factor within 1 +- it."),
    "max_random_illumination": Float(0.0, "Random number within +- it added."),
    "data_name": Str("data", "Name in the description."),
    "label_name": Str("softmax_label", "Name in the description."),
    "dtype": Str(None, "float32, uint8 or int8; the iterator's own by default.", optional=True),
    # taken for old scripts, without effect: the place of work, and how MXNet reads
    "aug_seq": Choice(("aug_default",), "aug_default", "Only MXNet's default augmenter."),
    "ctx": Choice(("cpu", "gpu"), "gpu", "Without effect."),
    "device_id": Int(0, "Without effect."),
    "shuffle_chunk_size": Int(0, "Without effect: the whole file is shuffled."),
    "shuffle_chunk_seed": Int(0, "Without effect."),
    **AUGMENTER,
}


def parsed(kind: str, given: dict[str, Any], options: dict[str, Param]) -> dict[str, Any]:
    """Values of all options of an iterator."""
    check_options(kind, given, options)
    out = {}
    for name, param in options.items():
        if name not in given or (given[name] is None and not param.required):
            if param.required:
                raise MXNetValueError(f"{kind}: required parameter {name} is missing")
            out[name] = param.default
            continue
        value = os.fspath(given[name]) if isinstance(given[name], os.PathLike) else given[name]
        try:
            out[name] = "" if value == "" and isinstance(param, Str) else param.parse(value)
        except (MXNetError, ValueError, TypeError) as e:
            raise MXNetValueError(f"{kind}: argument {name}={value!r} is not valid: {e}") from None
    return out


class ImageRecordIter(MXDataIter):
    """Batches (n, c, h, w) of images in a record file, augmented, float32.

    Takes MXNet's parameters, by keyword only: `path_imgrec`, `data_shape`, `batch_size`; `path_imgidx`,
    `path_imglist`, `label_width`, `shuffle`, `seed`, `num_parts`, `part_index`, `round_batch`, `preprocess_threads`,
    `prefetch_buffer`; `resize`, `rand_crop`, `random_resized_crop`, `rand_mirror`, `mirror`, `pad`, `rotate`,
    `max_rotate_angle`, ...; `mean_r`, `mean_g`, `mean_b`, `std_r`, ..., `mean_img`, `scale`.

    A value is ``(pixel - mean) * scale / std``. Pixels and the order of shuffling are MXNet's (of files that MXNet
    reads in one piece); the numbers of random augmentation are not. A file without an index is gone through once at
    the begin. `DataBatch.pad` counts the images that only fill the last batch.
    """

    _dtype: Any = np.float32
    _params = OPTIONS
    _seed = 111  # MXNet adds it to the seed of the order

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kind = type(self).__name__
        if args:
            raise MXNetTypeError(f"{kind} can only accept keyword arguments")
        o = self._options = parsed(kind, kwargs, self._params)
        shape = o["data_shape"]
        if len(shape) != 3 or shape[0] not in (1, 3, 4) or min(shape) < 1:
            raise MXNetValueError(f"{kind}: data_shape={shape} must be (1, 3 or 4 channels, height, width)")
        if not o["path_imgrec"]:
            raise MXNetValueError(f"{kind}: required parameter path_imgrec is missing")
        if o["part_index"] >= o["num_parts"]:
            raise MXNetValueError(f"{kind}: part_index must be from 0 to {o['num_parts'] - 1}, got {o['part_index']}")
        if o["dtype"] not in (None, "None", "float32", "uint8", "int8"):
            raise MXNetValueError(f"{kind}: dtype={o['dtype']!r} must be float32, uint8 or int8")
        dtype = np.dtype(self._dtype if o["dtype"] in (None, "None") else o["dtype"])
        self._file = recordio.MXRecordIO(o["path_imgrec"], "r")
        self._labels = read_list(o["path_imglist"], o["label_width"]) if o["path_imglist"] else None
        self._at = self._part()
        if not len(self._at):
            raise MXNetValueError(f"{kind}: part {o['part_index']} of {o['num_parts']} of the file has no images")
        super().__init__(
            o["data_name"], o["label_name"], np.empty((0, *shape), dtype),
            np.empty((0, *self._label_shape()), np.float32), o["batch_size"],
        )  # fmt: skip
        self._words = np.random.MT19937()
        self._words._legacy_seeding(self._seed + o["seed"] & 0xFFFFFFFF)
        threads = min(o["preprocess_threads"], os.cpu_count() or 1)
        if o["verbose"]:
            logging.info("%s: %s, use %d threads for decoding..", kind, o["path_imgrec"], threads)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="mxr-images")
        self._coming: deque[Future] = deque()
        self._epoch = -1
        self._after: tuple[np.ndarray, int] | None = None
        self._mean = self._mean_image() if o["mean_img"] else None
        self.reset()

    def _label_shape(self) -> tuple[int, ...]:
        width = self._options["label_width"]
        return (width,) if width > 1 else ()

    def __del__(self) -> None:
        pool = getattr(self, "_pool", None)
        if pool is not None and not sys.is_finalizing():
            pool.shutdown(wait=False, cancel_futures=True)

    def _part(self) -> np.ndarray:
        """Where the records of our part begin."""
        o = self._options
        parts, index = o["num_parts"], o["part_index"]
        if o["path_imgidx"]:
            reader = recordio.MXIndexedRecordIO(o["path_imgidx"], o["path_imgrec"], "r")
            at = np.sort(np.array(list(reader.idx.values()), np.int64))
            reader.close()
            each = -(-len(at) // parts)
            return at[index * each : (index + 1) * each]
        at = self._file.positions()
        size = os.path.getsize(o["path_imgrec"].removeprefix("file://"))
        each = -(-size // parts)
        each += -each % 4
        return at[(at >= each * index) & (at < each * (index + 1))]

    # --- which images
    def _order(self) -> np.ndarray:
        """The next pass over all images."""
        n = len(self._at)
        return next_order(n, self._words) if self._options["shuffle"] else np.arange(n)

    def _plan(self, start: tuple[np.ndarray, int] | None) -> Iterator[tuple[np.ndarray, int]]:
        """Images of the epoch's batches, and how many only fill up; notes where the next epoch begins."""
        order, at = start or (self._order(), 0)
        size = self.batch_size
        while at < len(order):
            rows = order[at : at + size]
            at += size
            pad = size - len(rows)
            if pad and self._options["round_batch"]:
                while len(rows) < size:
                    order, at = self._order(), min(size - len(rows), len(self._at))
                    rows = np.concatenate([rows, order[:at]])
                self._after = (order, at) if at < len(order) else None
                yield rows, pad
                return
            yield rows, pad

    def reset(self) -> None:
        """To the next epoch; in the middle of one, back to the first image."""
        ended = self._rows is not None and not self._coming
        for job in self._coming:
            job.cancel()
        self._coming.clear()
        start = self._after if ended else None
        self._after = None
        self._epoch += 1
        self._batches = enumerate(self._plan(start))
        self._rows = None
        self._ahead()

    def _ahead(self) -> None:
        while len(self._coming) <= self._options["prefetch_buffer"]:
            job = next(self._batches, None)
            if job is None:
                return
            number, (rows, pad) = job
            self._coming.append(self._pool.submit(self._make, self._epoch, number, rows, pad))

    # --- what is in them
    def _make(self, epoch: int, number: int, rows: np.ndarray, pad: int) -> tuple:
        data = np.zeros((self.batch_size, *self._data.shape[1:]), self._data.dtype)
        label = np.zeros((self.batch_size, *self._label.shape[1:]), np.float32)
        ids = np.zeros(self.batch_size, np.uint64)
        for i, row in enumerate(rows):
            # one generator for each image: threads do not change the numbers
            rng = np.random.default_rng((self._options["seed_aug"] or 0, epoch, number, i))
            image, label[i], ids[i] = self._image(int(row), rng)
            self._normalised(image, rng, data[i])
        return data, label, pad, ids

    def _image(self, row: int, rng: np.random.Generator) -> tuple[np.ndarray, Any, int]:
        """The augmented image (h, w, c) in the record number `row`, its label and id."""
        o = self._options
        where = self._where(int(self._at[row]))
        record = self._file.read_at(int(self._at[row]))
        header, raw = recordio.unpack(b"" if record is None else record)
        channels = o["data_shape"][0]
        image = four_channels(raw, where) if channels == 4 else decode(raw, channels == 3, True, where)
        image = augment(o, image, o["data_shape"], rng)
        if o["mirror"] or (o["rand_mirror"] and rng.random() < 0.5):
            image = image[:, ::-1]
        return image, self._label_of(header, where), header.id

    def _where(self, at: int) -> str:
        return f"{self._options['path_imgrec']!r}, record at byte {at}"

    def _listed(self, number: int, where: str) -> np.ndarray:
        """The list file's labels of an image."""
        assert self._labels is not None
        if number not in self._labels:
            raise MXNetError(f"{where}: {self._options['path_imglist']!r} has no label for id {number}")
        return self._labels[number]

    def _label_of(self, header: Any, where: str) -> Any:
        width = self._options["label_width"]
        if self._labels is not None:
            label = self._listed(header.id, where)
        else:
            label = np.atleast_1d(np.asarray(header.label, np.float32))
        if label.size != width:
            raise MXNetError(f"{where}: label_width is {width}, but the image has {label.size} label(s)")
        return label if width > 1 else label[0]

    def _normalised(self, image: np.ndarray, rng: np.random.Generator, out: np.ndarray) -> None:
        o = self._options
        pixels = np.ascontiguousarray(image.transpose(2, 0, 1))  # arithmetic on it is five times as fast
        if out.dtype == np.uint8:
            out[...] = pixels
            return
        channels = len(out)
        if self._mean is not None:
            x = pixels - self._mean
        else:
            x = pixels - np.array([o[f"mean_{c}"] for c in "rgba"[:channels]], np.float32).reshape(-1, 1, 1)
        if out.dtype == np.int8:
            out[...] = np.clip(np.rint(x), -128, 127)
            return
        self._jitter(x, rng)
        std = np.array([o[f"std_{c}"] for c in "rgba"[:channels]], np.float32).reshape(-1, 1, 1)
        np.multiply(x, np.float32(o["scale"]) / std, out=out)

    def _jitter(self, x: np.ndarray, rng: np.random.Generator) -> None:
        o = self._options
        if o["max_random_contrast"] > 0 or o["max_random_illumination"] > 0:
            x *= np.float32(1 + rng.uniform(-1, 1) * o["max_random_contrast"])
            x += np.float32(rng.uniform(-1, 1) * o["max_random_illumination"])

    def _mean_image(self) -> np.ndarray:
        path, shape = self._options["mean_img"], self._options["data_shape"]
        if os.path.exists(path):
            found = nd.load(path)
            mean = (found["mean_img"] if isinstance(found, dict) and "mean_img" in found else found[0]).asnumpy()
            if mean.shape != shape:
                raise MXNetValueError(f"mean_img={path!r} holds an image {mean.shape}, data_shape is {shape}")
            return mean.astype(np.float32)
        logging.info("Cannot find %s: create mean image, this will take some time...", path)
        total = np.zeros(shape)
        for row in range(len(self._at)):
            total += self._image(row, np.random.default_rng((0, row)))[0].transpose(2, 0, 1)
        mean = (total / len(self._at)).astype(np.float32)
        nd.save(path, {"mean_img": nd.array(mean)})
        return mean

    # --- the protocol of iterators
    def iter_next(self) -> bool:
        if not self._coming:
            return False
        made = self._coming.popleft().result()
        self._ahead()
        self._rows = (nd.from_data(made[0]), nd.from_data(made[1]), *made[2:])
        return True

    def getdata(self) -> Any:
        return self._current()[0]

    def getlabel(self) -> Any:
        return self._current()[1]

    def getpad(self) -> int:
        return self._current()[2]


def four_channels(raw: bytes, where: str) -> np.ndarray:
    image = decode_any(raw, -1, where)
    if image.ndim != 3 or image.shape[2] != 4:
        raise MXNetError(f"{where}: expected an image with 4 channels, got shape {image.shape}")
    return image[:, :, [2, 1, 0, 3]]


def read_list(path: str, width: int) -> dict[int, np.ndarray]:
    """{id: labels} of a list file; `width` -1: all between id and path."""
    out = {}
    labels = slice(1, 1 + width if width > 0 else -1)
    try:
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                fields = line.split("\t") if "\t" in line else line.split()
                if not line.strip():
                    continue
                try:
                    out[int(fields[0])] = np.array([float(x) for x in fields[labels]], np.float32)
                except ValueError:
                    raise MXNetError(
                        f"list file {path!r}, line {number}: expected id and labels, got {line!r}"
                    ) from None
    except OSError as e:
        raise file_error(e, f"cannot read list file {path!r}") from None
    return out


class ImageRecordUInt8Iter(ImageRecordIter):
    """As `ImageRecordIter`, of pixels uint8, without mean and scale."""

    _dtype = np.uint8


class ImageRecordInt8Iter(ImageRecordIter):
    """As `ImageRecordIter`, of values int8: pixels less the mean, limited to -128..127."""

    _dtype = np.int8


class ImageRecordIter_v1(ImageRecordIter):
    """As `ImageRecordIter`; `DataBatch.index` holds the images' ids."""

    def getindex(self) -> Any:
        return self._current()[3]


class ImageRecordUInt8Iter_v1(ImageRecordUInt8Iter):
    """As `ImageRecordUInt8Iter`; `DataBatch.index` holds the images' ids."""

    def getindex(self) -> Any:
        return self._current()[3]
