"""Record files (MXNet's ``mx.recordio``): records of any bytes one after the other, with an index beside them.

The format is MXNet's, both ways. A record is the magic number, a word with its length (29 bits) and kind (3 bits), the
bytes, and zeros up to a multiple of four. Where the bytes hold the magic number at a multiple of four, it is left out
and the record goes on in a part of its own: so the magic number always begins a record.
"""

from __future__ import annotations

import numbers
import os
import struct
import threading
from collections import namedtuple
from contextlib import suppress
from typing import Any

import numpy as np

from .base import MXNetError, MXNetIndexError, MXNetTypeError, MXNetValueError, file_error

__all__ = ["IRHeader", "MXIndexedRecordIO", "MXRecordIO", "pack", "pack_img", "unpack", "unpack_img"]

MAGIC = struct.pack("<I", 0xCED7230A)
MAX_LENGTH = (1 << 29) - 1
_HEAD = struct.Struct("<4sI")
_WHOLE, _FIRST, _MIDDLE, _LAST = range(4)  # kinds of parts


def encoded(buf: bytes) -> bytes:
    """The bytes of a file for the record `buf`."""
    cuts = []
    at = buf.find(MAGIC)
    while at >= 0:
        if at % 4 == 0:
            cuts.append(at)
        at = buf.find(MAGIC, at + (4 if at % 4 == 0 else 1))
    begins = [0, *(c + 4 for c in cuts)]
    pieces = []
    for i, (begin, end) in enumerate(zip(begins, [*cuts, len(buf)])):
        kind = (_FIRST if i == 0 else _MIDDLE) if i < len(cuts) else (_LAST if cuts else _WHOLE)
        pieces += [_HEAD.pack(MAGIC, kind << 29 | (end - begin)), buf[begin:end]]
    pieces.append(b"\0" * (-len(pieces[-1]) % 4))
    return b"".join(pieces)


class MXRecordIO:
    """Reads or writes a record file, record by record.

    Parameters
    ----------
    uri : path of the file.
    flag : "r" to read, "w" to write a new file.

    A reader that is used in a forked process opens the file anew there; writing in two processes is an error.
    Readers can be pickled, and are then at the beginning.
    """

    def __init__(self, uri: str | os.PathLike, flag: str) -> None:
        self.uri = os.fspath(uri)
        self.flag = flag
        self.is_open = False
        self.open()

    def open(self) -> None:
        """Opens the file; a file to be written becomes empty."""
        if self.flag not in ("r", "w"):
            raise MXNetValueError(f"{type(self).__name__}: argument flag={self.flag!r} must be 'r' or 'w'")
        self.writable = self.flag == "w"
        self.pid: int | None = os.getpid()
        self._lock = threading.RLock()
        path = self.uri.removeprefix("file://")
        try:
            # Writing goes straight to the file: what is there is there as a whole when the process dies.
            self._file: Any = open(path, "wb", buffering=0) if self.writable else open(path, "rb")  # noqa: SIM115
        except OSError as e:
            raise file_error(e, f"cannot open record file {self.uri!r}") from None
        self.is_open = True

    def close(self) -> None:
        """Closes the file; further calls do nothing."""
        if self.is_open:
            self.is_open = False
            self._file.close()
            self.pid = None

    def reset(self) -> None:
        """Back to the beginning; a file to be written becomes empty."""
        self.close()
        self.open()

    def __del__(self) -> None:
        if getattr(self, "is_open", False):
            self.close()

    def __getstate__(self) -> dict[str, Any]:
        if self.writable:
            raise MXNetError(f"{type(self).__name__} of {self.uri!r} is open for writing and cannot be pickled")
        return {k: v for k, v in self.__dict__.items() if k not in ("_file", "_lock", "pid")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        was_open, self.is_open = self.is_open, False
        if was_open:
            self.open()

    def _ready(self, writing: bool) -> None:
        if not self.is_open:
            raise MXNetError(f"record file {self.uri!r} is closed")
        if self.writable != writing:
            raise MXNetError(f"record file {self.uri!r} is open for {'writing' if self.writable else 'reading'} only")
        if self.pid != os.getpid():
            if writing:
                raise MXNetError(f"record file {self.uri!r} was opened for writing by another process")
            # The parent's position in the file is shared with it, and its lock may be taken.
            self.is_open = False
            MXRecordIO.open(self)

    def write(self, buf: bytes | bytearray | memoryview) -> None:
        """Appends a record."""
        self._ready(writing=True)
        if not isinstance(buf, (bytes, bytearray, memoryview)):
            raise MXNetTypeError(f"write: a record is made of bytes, got {type(buf).__name__}")
        data = bytes(buf)
        if len(data) > MAX_LENGTH:
            raise MXNetValueError(f"write: a record has at most 2^29 - 1 bytes, got {len(data)}")
        with self._lock:
            _append(self._file, encoded(data), self.uri)

    def read(self) -> bytes | None:
        """The next record; None at the end."""
        self._ready(writing=False)
        with self._lock:
            return self._read()

    def read_at(self, position: int) -> bytes | None:
        """The record that begins at byte `position`; threads may read side by side."""
        self._ready(writing=False)
        with self._lock:
            self._file.seek(position)
            return self._read()

    def positions(self) -> np.ndarray:
        """Where the records begin; reads the heads of all, and goes back to the beginning."""
        self._ready(writing=False)
        found = []
        with self._lock:
            file = self._file
            file.seek(0)
            size = os.fstat(file.fileno()).st_size
            at = 0
            while at < size:
                head = file.read(8)
                if len(head) < 8:
                    self._bad("is cut off", len(head))
                magic, word = _HEAD.unpack(head)
                if magic != MAGIC:
                    self._bad("holds no record", 8)
                if word >> 29 in (_WHOLE, _FIRST):
                    found.append(at)
                length = word & MAX_LENGTH
                at += 8 + length + -length % 4
                file.seek(at)
            file.seek(0)
        return np.array(found, np.int64)

    def _read(self) -> bytes | None:
        kind, data = self._part(at_start=True)
        if kind is None or kind == _WHOLE:
            return data
        pieces = [data]
        while kind != _LAST:
            kind, data = self._part(at_start=False)
            pieces.append(data)
        return MAGIC.join(pieces)

    def _part(self, at_start: bool) -> tuple[int | None, Any]:
        """Kind and bytes of the next part; (None, None) at the end of the file."""
        file = self._file
        head = file.read(8)
        if not head and at_start:
            return None, None
        if len(head) < 8:
            self._bad("is cut off", len(head))
        magic, word = _HEAD.unpack(head)
        kind, length = word >> 29, word & MAX_LENGTH
        if magic != MAGIC or kind not in ((_WHOLE, _FIRST) if at_start else (_MIDDLE, _LAST)):
            self._bad("holds no record", 8)
        padded = length + -length % 4
        # A wrong length must not ask for memory that the file does not fill.
        if padded > 1 << 20 and padded > os.fstat(file.fileno()).st_size - file.tell():
            self._bad("is cut off", 8)
        data = file.read(padded)
        if len(data) < padded:
            self._bad("is cut off", 8 + len(data))
        return kind, data if padded == length else data[:length]

    def _bad(self, what: str, back: int) -> None:
        raise MXNetError(f"record file {self.uri!r} {what} at byte {self._file.tell() - back}")


def _append(file: Any, data: bytes, name: str) -> None:
    """All of the bytes, or none."""
    begin = file.tell()
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as e:
        with suppress(OSError):  # a pipe cannot go back
            file.truncate(begin)
            file.seek(begin)
        raise file_error(e, f"cannot write to {name!r}") from None


class MXIndexedRecordIO(MXRecordIO):
    """A record file with an index: a text file with a line ``key<TAB>position`` for each record.

    Parameters
    ----------
    idx_path : path of the index.
    uri, flag : as for `MXRecordIO`.
    key_type : what makes keys of the index's text.

    Attributes: `idx`, a dict from keys to positions; `keys`, the keys in the order of the file.
    """

    def __init__(self, idx_path: str | os.PathLike, uri: str | os.PathLike, flag: str, key_type: Any = int) -> None:
        self.idx_path = os.fspath(idx_path)
        self.idx: dict[Any, int] = {}
        self.keys: list[Any] = []
        self.key_type = key_type
        self.fidx: Any = None
        super().__init__(uri, flag)

    def open(self) -> None:
        super().open()
        self.idx, self.keys = {}, []
        try:
            if self.writable:
                self.fidx = open(self.idx_path, "wb", buffering=0)  # noqa: SIM115
            else:
                with open(self.idx_path, encoding="utf-8") as lines:
                    self._read_index(lines)
        except OSError as e:
            self.close()
            raise file_error(e, f"cannot open index file {self.idx_path!r}") from None
        except (ValueError, IndexError) as e:
            self.close()
            raise MXNetError(f"index file {self.idx_path!r}: {e}") from None

    def _read_index(self, lines: Any) -> None:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            fields = line.strip().split("\t")
            try:
                key, position = self.key_type(fields[0]), int(fields[1])
            except (ValueError, IndexError):
                raise MXNetError(
                    f"index file {self.idx_path!r}, line {number}: expected key<TAB>position, got {line.strip()!r}"
                ) from None
            self.idx[key] = position
            self.keys.append(key)

    def close(self) -> None:
        if not self.is_open:
            return
        super().close()
        self.idx, self.keys = {}, []
        if self.fidx is not None:
            self.fidx.close()
            self.fidx = None

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in super().__getstate__().items() if k != "fidx"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.fidx = None
        super().__setstate__(state)

    def _position(self, idx: Any) -> int:
        try:
            return self.idx[idx]
        except (KeyError, TypeError):
            raise _NoSuchKey(f"index file {self.idx_path!r} has no key {idx!r}") from None

    def seek(self, idx: Any) -> None:
        """Goes to the record with key `idx`."""
        self._ready(writing=False)
        self._file.seek(self._position(idx))

    def tell(self) -> int:
        """The position in the file where the next record will begin."""
        self._ready(writing=True)
        return self._file.tell()

    def read_idx(self, idx: Any) -> bytes | None:
        """The record with key `idx`; threads may read side by side."""
        self._ready(writing=False)
        return self.read_at(self._position(idx))

    def write_idx(self, idx: Any, buf: bytes | bytearray | memoryview) -> None:
        """Appends a record with the key `idx`."""
        self._ready(writing=True)
        key = self.key_type(idx)
        if any(c in str(key) for c in "\t\r\n"):
            raise MXNetValueError(f"write_idx: argument idx={idx!r} must have no tab and no line end")
        with self._lock:
            position = self.tell()
            self.write(buf)  # first, so that the index never knows more than is there
            try:
                _append(self.fidx, f"{key}\t{position}\n".encode(), self.idx_path)
            except MXNetError:
                self._file.truncate(position)
                self._file.seek(position)
                raise
            self.idx[key] = position
            self.keys.append(key)


class _NoSuchKey(MXNetIndexError, KeyError):
    __str__ = Exception.__str__  # KeyError would show the text in quotes


_NoSuchKey.__name__ = "MXNetKeyError"

IRHeader = namedtuple("HEADER", ["flag", "label", "id", "id2"])  # type: ignore[name-match]
IRHeader.__doc__ = """Head of an image record.

flag : how many labels there are, 0 for the one in `label` (set by `pack`).
label : a number or an array of numbers. id, id2 : whole numbers.
"""
_IR = struct.Struct("<IfQQ")


def pack(header: Any, s: bytes) -> bytes:
    """A record of `header` (an `IRHeader`) and the bytes `s`."""
    header = IRHeader(*header)
    if isinstance(header.label, numbers.Number):
        header, labels = header._replace(flag=0), b""
    else:
        label = np.asarray(header.label, dtype=np.float32)
        header, labels = header._replace(flag=label.size, label=0), label.tobytes()
    try:
        return _IR.pack(*header) + labels + s
    except struct.error as e:
        raise MXNetValueError(f"pack: {header} does not fit into a record: {e}") from None


def unpack(s: bytes) -> tuple[Any, bytes]:
    """`IRHeader` and remaining bytes of a record; several labels come as a float32 array."""
    if len(s) < _IR.size:
        raise MXNetValueError(f"unpack: an image record has at least {_IR.size} bytes, got {len(s)}")
    header = IRHeader(*_IR.unpack_from(s))
    rest = s[_IR.size :]
    if header.flag > 0:
        if len(rest) < 4 * header.flag:
            raise MXNetValueError(f"unpack: the record has {header.flag} labels by its head, but ends before")
        header = header._replace(label=np.frombuffer(rest, np.float32, header.flag))
        rest = rest[4 * header.flag :]
    return header, rest


def unpack_img(s: bytes, iscolor: int = -1) -> tuple[Any, np.ndarray]:
    """`IRHeader` and image of a record, as NumPy array (h, w, c) with colours in the order BGR, or (h, w) if grey.

    iscolor : 1 for colour, 0 for grey, -1 for what is in the file.
    """
    from .ops.image_files import decode_any

    header, data = unpack(s)
    return header, decode_any(data, iscolor, "unpack_img: the record")


def pack_img(header: Any, img: Any, quality: int = 95, img_fmt: str = ".jpg") -> bytes:
    """A record of `header` and the image `img`, compressed.

    img : NumPy array (h, w, 3) with colours in the order BGR, or (h, w) or (h, w, 1) if grey; uint8.
    quality : of JPEG, 1 to 100; of PNG the compression, 0 to 9. img_fmt : ".jpg", ".jpeg" or ".png".
    """
    from .ops.image_files import encode

    return pack(header, encode(img, quality, img_fmt))


def __getattr__(name: str) -> Any:
    if name in ("c_str", "check_call"):
        from . import base

        return getattr(base, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
