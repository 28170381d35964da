"""MXNet's NDArray-list files: what `mx.nd.save` writes and `.params` files hold, on NumPy arrays.

All little-endian. A file: u64 0x112, u64 0, u64 count, the arrays, u64 number of names (0 or count), each name a u64
length and UTF-8 bytes. An array: u32 magic, i32 storage type, [shape of the stored values,] shape, i32 device type,
i32 device id, i32 dtype, [dtype and shape of each index array,] values, [index arrays]; a shape is i32 ndim and i64
sizes. Older arrays, read but never written: V1 has no storage type; V0 has no magic (ndim stands there), sizes are u32.
"""

import io
import os
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from mxr.base import MXNetError, MXNetTypeError, MXNetValueError, file_error

FILE_MAGIC = 0x112
V1, V2, V3 = 0xF993FAC8, 0xF993FAC9, 0xF993FACA  # V3: shapes as NumPy has them, 0-d and empty arrays exist
_STYPES = {0: "default", 1: "row_sparse", 2: "csr"}
_CPU0 = struct.pack("<ii", 1, 0)
_MAX_NDIM = 32
_DTYPES = {0: "f4", 1: "f8", 2: "f2", 3: "u1", 4: "i4", 5: "i1", 6: "i8", 7: "?", 8: "i2", 9: "u2", 10: "u4", 11: "u8"}
_BFLOAT16 = 12


@dataclass(frozen=True, eq=False)
class SparseArray:
    """A sparse array of a file: `stype` "row_sparse" (data: (k, ...), indices: (k,) row numbers) or "csr" (data: (k,),
    indptr: (rows + 1,), indices: (k,) column numbers) of the dense shape `shape`."""

    stype: str
    shape: tuple[int, ...]
    data: np.ndarray
    indices: np.ndarray
    indptr: np.ndarray | None = None

    def todense(self) -> np.ndarray:
        """The dense array, same dtype."""
        dense = np.zeros(self.shape, self.data.dtype)
        if self.stype == "row_sparse":
            dense[self.indices] = self.data
        elif self.indptr is not None:
            rows = np.repeat(np.arange(self.shape[0]), np.diff(self.indptr))
            dense[rows, self.indices] = self.data
        return dense

    def check(self) -> str:
        """What is inconsistent, or an empty string."""
        n = len(self.shape)
        if self.stype == "row_sparse":
            rows = self.indices.shape
            if self.indptr is not None or n < 1 or len(rows) != 1 or self.data.shape != rows + self.shape[1:]:
                return f"row_sparse {self.shape}: values {self.data.shape}, row numbers {rows}"
            return self._check_range(self.indices, self.shape[0], "row numbers")
        if self.indptr is None or n != 2 or self.data.ndim != 1 or self.indices.shape != self.data.shape:
            return f"csr {self.shape}: values {self.data.shape}, column numbers {self.indices.shape}"
        if self.indptr.shape != (self.shape[0] + 1,) or self.indptr[0] != 0 or self.indptr[-1] != len(self.data):
            return f"csr {self.shape}: row pointers do not go from 0 to {len(self.data)}"
        if (self.indptr[1:] < self.indptr[:-1]).any():
            return f"csr {self.shape}: row pointers decrease"
        return self._check_range(self.indices, self.shape[1], "column numbers")

    def _check_range(self, indices: np.ndarray, size: int, what: str) -> str:
        if indices.dtype.kind not in "iu":
            return f"{self.stype} {self.shape}: {what} are {indices.dtype}, not integers"
        if len(indices) and (int(indices.min()) < 0 or int(indices.max()) >= size):
            return f"{self.stype} {self.shape}: {what} out of range"
        return ""


# --- writing ---------------------------------------------------------------------------------------------------------
def dump(arrays: Sequence, names: Sequence[str] = (), np_shape: bool = False) -> bytes:
    """The bytes of a file with these NumPy arrays or SparseArrays, and names: none, or one for each array.

    Byte for byte what MXNet writes for arrays on cpu(0). Arrays that only NumPy semantics know (0-d, or a size 0) are
    written in the form MXNet uses under `np_shape`; with np_shape=True all dense ones are. Raises MXNetError.
    """
    out = io.BytesIO()
    _write(out, arrays, names, np_shape)
    return out.getvalue()


def write(path: str | os.PathLike, arrays: Sequence, names: Sequence[str] = (), np_shape: bool = False) -> None:
    """Like `dump`, into a file: a temporary one beside it, then renamed, so that no half-written file is ever seen."""
    target = os.path.realpath(os.fspath(path))
    temporary = f"{target}.{secrets.token_hex(4)}.tmp"
    try:
        with open(temporary, "xb") as out:
            _write(out, arrays, names, np_shape)
        os.replace(temporary, target)
    except OSError as error:
        raise file_error(error, f"cannot write {os.fspath(path)!r}") from error
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def _write(out: BinaryIO, arrays: Sequence, names: Sequence[str], np_shape: bool) -> None:
    arrays, names = list(arrays), list(names)
    if names and len(names) != len(arrays):
        raise MXNetValueError(f"save: {len(names)} names for {len(arrays)} arrays; give none or one for each")
    out.write(struct.pack("<QQQ", FILE_MAGIC, 0, len(arrays)))
    for i, array in enumerate(arrays):
        label = f"array {names[i]!r}" if names else f"array {i}"
        if isinstance(array, SparseArray):
            _write_sparse(out, array, label)
        else:
            _write_dense(out, np.asarray(array), label, np_shape)
    out.write(struct.pack("<Q", len(names)))
    for name in names:
        if not isinstance(name, str):
            raise MXNetTypeError(f"save: a name must be a string, got {name!r}")
        raw = name.encode()
        out.write(struct.pack("<Q", len(raw)) + raw)


def _write_dense(out: BinaryIO, array: np.ndarray, label: str, np_shape: bool) -> None:
    magic = V3 if np_shape or array.size == 0 or array.ndim == 0 else V2
    out.write(struct.pack("<Ii", magic, 0) + _shape_bytes(array.shape) + _CPU0)
    out.write(struct.pack("<i", _flag_of(array.dtype, label)))
    out.write(_raw(array))


def _write_sparse(out: BinaryIO, array: SparseArray, label: str) -> None:
    problem = array.check()
    if problem:
        raise MXNetValueError(f"save: {label}: {problem}")
    aux = [array.indices] if array.indptr is None else [array.indptr, array.indices]
    stype = next(k for k, v in _STYPES.items() if v == array.stype)
    out.write(struct.pack("<Ii", V2, stype) + _shape_bytes(array.data.shape) + _shape_bytes(array.shape) + _CPU0)
    out.write(struct.pack("<i", _flag_of(array.data.dtype, label)))
    for a in aux:
        out.write(struct.pack("<i", _flag_of(a.dtype, label)) + _shape_bytes(a.shape))
    for a in (array.data, *aux):
        out.write(_raw(a))


def _shape_bytes(shape: tuple[int, ...]) -> bytes:
    return struct.pack(f"<i{len(shape)}q", len(shape), *shape)


def _raw(array: np.ndarray) -> memoryview:
    if array.dtype.kind != "V":  # bfloat16 (kind V) has no byte order to change
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return memoryview(np.ascontiguousarray(array).reshape(-1).view(np.uint8))


def _flag_of(dtype: np.dtype, label: str) -> int:
    if dtype.name == "bfloat16":
        return _BFLOAT16
    for flag, code in _DTYPES.items():
        if dtype.kind + str(dtype.itemsize) == np.dtype(code).kind + str(np.dtype(code).itemsize):
            return flag
    raise MXNetTypeError(f"save: {label} has dtype {dtype}, which MXNet's format cannot hold")


def _dtype_of(flag: int) -> np.dtype | None:
    if flag == _BFLOAT16:
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    code = _DTYPES.get(flag)
    return None if code is None else np.dtype(code).newbyteorder("<")


# --- reading ---------------------------------------------------------------------------------------------------------
def load(source: bytes | bytearray | memoryview | str | os.PathLike) -> tuple[list, list[str]]:
    """Read a file or its bytes: (arrays, names), names empty where the file has none.

    Dense arrays are NumPy arrays; sparse ones SparseArray; an array that was never given a shape is None. The device
    written in the file is ignored. Raises MXNetError naming file, position and what was expected there.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _Reader(io.BytesIO(source), len(source), "the buffer").read_list()
    path = os.fspath(source)
    try:
        with open(path, "rb") as stream:
            return _Reader(stream, os.fstat(stream.fileno()).st_size, repr(path)).read_list()
    except OSError as error:
        raise file_error(error, f"cannot read {path!r}") from error


# How files begin that are taken for files of parameters.
_OTHERS = {
    b"PK\x03\x04": "a zip archive, as torch.save and np.savez write", b"\x80": "a pickle",
    b"\x89HDF": "an HDF5 file, as Keras writes", b"\x93NUMPY": "a file of np.save", b"{": "JSON, a symbol perhaps",
}  # fmt: skip


class _Reader:
    """A stream of known size; nothing is allocated before the bytes for it are known to be there."""

    def __init__(self, stream: BinaryIO, size: int, label: str):
        self.stream, self.size, self.label, self.at = stream, size, label, 0

    def fail(self, expected: str, position: int | None = None) -> MXNetError:
        at = self.at if position is None else position
        where = f"at byte {at} of {self.size}"
        return MXNetError(f"{self.label} is no valid MXNet NDArray file: {where} expected {expected}")

    def need(self, count: int, what: str) -> None:
        if count > self.size - self.at:
            raise self.fail(f"{count} bytes of {what}, {self.size - self.at} are left (is the file cut off?)")

    def take(self, count: int, what: str) -> bytes:
        self.need(count, what)
        raw = self.stream.read(count)
        if len(raw) != count:
            raise self.fail(f"{count} bytes of {what}, got {len(raw)}")
        self.at += count
        return raw

    def unpack(self, form: str, what: str) -> int:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form), what))[0]

    def read_list(self) -> tuple[list, list[str]]:
        magic = self.unpack("Q", "the file's magic number")
        if magic != FILE_MAGIC:
            raw = struct.pack("<Q", magic)
            other = next((f"; it looks like {kind}" for start, kind in _OTHERS.items() if raw.startswith(start)), "")
            raise self.fail(f"the magic number {FILE_MAGIC:#x}, found {magic:#x} (not a file of mx.nd.save{other})", 0)
        self.unpack("Q", "a reserved word")
        count = self.unpack("Q", "the number of arrays")
        if count * 4 > self.size:
            raise self.fail(f"a number of arrays that fits into the file, found {count}", self.at - 8)
        arrays = [self.read_array(f"array {i} of {count}") for i in range(count)]
        start = self.at
        n_names = self.unpack("Q", "the number of names")
        if n_names not in (0, count):
            raise self.fail(f"0 or {count} names, found {n_names}", start)
        return arrays, [self.read_name(i) for i in range(n_names)]

    def read_name(self, i: int) -> str:
        raw = self.take(self.unpack("Q", f"the length of name {i}"), f"name {i}")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise self.fail(f"name {i} in UTF-8, found {raw[:40]!r}", self.at - len(raw)) from None

    def read_array(self, what: str):
        start = self.at
        magic = self.unpack("I", f"the start of {what}")
        stype = "default"
        stored: tuple[int, ...] | None = None
        if magic in (V2, V3):
            code = self.unpack("i", f"the storage type of {what}")
            if code not in _STYPES:
                raise self.fail(f"storage type 0, 1 or 2 of {what}, found {code}", self.at - 4)
            stype = _STYPES[code]
            if stype != "default":
                stored = self.read_shape(f"the stored values of {what}")
            shape = self.read_shape(what)
        elif magic == V1:
            shape = self.read_shape(what)
        elif magic <= _MAX_NDIM:
            shape = self.read_sizes(magic, "I", what)
        else:
            raise self.fail(f"the magic number or the ndim of {what}, found {magic:#x}", start)
        if shape is None or (shape == () and magic != V3):
            return None
        self.take(8, f"the device of {what}")
        dtype = self.read_dtype(what)
        if stored is None:
            if stype != "default":
                raise self.fail(f"known shapes of {what}", start)
            return self.read_values(shape, dtype, what)
        aux = []
        for k in range(1 if stype == "row_sparse" else 2):
            label = f"index array {k} of {what}"
            aux_dtype = self.read_dtype(label)
            aux_shape = self.read_shape(label)
            if aux_shape is None:
                raise self.fail(f"a known shape of {label}", start)
            aux.append((aux_shape, aux_dtype, label))
        data = self.read_values(stored, dtype, what)
        values = [self.read_values(s, d, label) for s, d, label in aux]
        sparse = SparseArray(stype, shape, data, values[-1], values[0] if stype == "csr" else None)
        problem = sparse.check()
        if problem:
            raise self.fail(f"a consistent sparse array, {what} is not: {problem}", start)
        return sparse

    def read_dtype(self, what: str) -> np.dtype:
        flag = self.unpack("i", f"the dtype of {what}")
        dtype = _dtype_of(flag)
        if dtype is None:
            raise self.fail(f"a dtype number 0 to 12 of {what}, found {flag}", self.at - 4)
        return dtype

    def read_shape(self, what: str) -> tuple[int, ...] | None:
        """None where the file says that the shape is unknown."""
        ndim = self.unpack("i", f"the ndim of {what}")
        if ndim == -1:
            return None
        if not 0 <= ndim <= _MAX_NDIM:
            raise self.fail(f"an ndim of 0 to {_MAX_NDIM} of {what}, found {ndim}", self.at - 4)
        return self.read_sizes(ndim, "q", what)

    def read_sizes(self, ndim: int, form: str, what: str) -> tuple[int, ...]:
        start = self.at
        width = struct.calcsize(form)
        shape = struct.unpack(f"<{ndim}{form}", self.take(ndim * width, f"the shape of {what}"))
        if any(s < 0 for s in shape):
            raise self.fail(f"a shape of {what} without negative sizes, found {shape}", start)
        return shape

    def read_values(self, shape: tuple[int, ...], dtype: np.dtype, what: str) -> np.ndarray:
        count = 1
        for s in shape:
            count *= s
        self.need(count * dtype.itemsize, f"values of {what} with shape {shape} and dtype {dtype}")
        flat = np.empty(count, dtype)
        raw = memoryview(flat.view(np.uint8)) if count else memoryview(b"")
        if count and self.stream.readinto(raw) != len(raw):  # type: ignore[attr-defined]
            raise self.fail(f"{len(raw)} bytes of values of {what}")
        self.at += len(raw)
        if dtype.kind == "b":
            flat = flat.view(np.uint8) != 0  # other bytes than 0 and 1 are no valid NumPy booleans
        try:
            return flat.reshape(shape)
        except ValueError:  # sizes whose product overflows, beside a size of 0
            raise self.fail(f"a shape of {what} that memory can hold, found {shape}") from None
