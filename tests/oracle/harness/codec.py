"""Values over a pipe between two Pythons whose NumPy versions differ.

NumPy 2 pickles name modules that NumPy 1 lacks, so arrays travel as (dtype string, shape, bytes).
Shared by both sides; must run on the oracle's NumPy 1.23 too.
"""

import pickle
import struct

import numpy as np

_ND = "__ndarray__"


def encode(value):
    """Turn NumPy arrays, containers and plain values into things any pickle can carry."""
    if hasattr(value, "asnumpy"):  # an NDArray of either library, sparse ones made dense
        value = value.asnumpy()
    if isinstance(value, np.ndarray) and value.dtype != object:
        shape = value.shape  # ascontiguousarray makes 0-d arrays 1-d
        value = np.ascontiguousarray(value)
        return {_ND: (_dtype_name(value.dtype), shape, value.tobytes())}
    if isinstance(value, np.generic):
        return encode(np.asarray(value)) if value.dtype.kind not in "fiub" else value.item()
    if isinstance(value, (bool, int, float, complex, str, bytes, type(None))):
        return value
    if isinstance(value, dict):
        return {str(k): encode(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(encode(v) for v in value)
    if isinstance(value, (list, set)):
        return [encode(v) for v in value]
    if isinstance(value, np.dtype):
        return _dtype_name(value)
    if isinstance(value, type):
        return value.__name__
    return repr(value)


def decode(value):
    """Undo `encode`; returned arrays are writable."""
    if isinstance(value, dict):
        if _ND in value:
            dtype, shape, raw = value[_ND]
            return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()
        return {k: decode(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(decode(v) for v in value)
    if isinstance(value, list):
        return [decode(v) for v in value]
    return value


def _dtype_name(dtype):
    # '<f4' for the numeric kinds; names of extension types (bfloat16) are not numeric strings.
    return dtype.str if dtype.kind in "biufcSU" else str(dtype)


def send(stream, message):
    raw = pickle.dumps(message, protocol=4)
    stream.write(struct.pack("<Q", len(raw)))
    stream.write(raw)
    stream.flush()


def receive(stream):
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError("the other side is gone")
    (size,) = struct.unpack("<Q", head)
    raw = stream.read(size)
    if len(raw) < size:
        raise EOFError("the other side went in the middle of a message")
    return pickle.loads(raw)
