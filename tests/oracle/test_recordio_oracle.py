"""Record files: those of MXNet are read here, ours by MXNet, and the bytes are the same."""

import hashlib
import struct

import numpy as np
import pytest

import mxr as mx

MAGIC = struct.pack("<I", 0xCED7230A)


def records():
    rng = np.random.default_rng(3)
    pieces = [MAGIC, MAGIC[:2], MAGIC[1:], b"\0", b"xyz"]
    random = [b"".join(pieces[i] for i in rng.integers(0, 5, n)) for n in rng.integers(0, 30, 200)]
    return [b"", b"a", MAGIC, MAGIC * 3, b"abcd" + MAGIC, b"x" + MAGIC, bytes(range(256)) * 4000, *random]


WRITE = """
w = mx.recordio.MXIndexedRecordIO(path + ".idx", path + ".rec", "w")
for i, r in enumerate(bytes.fromhex(r) for r in hexes):
    w.write_idx(i, r)
w.close()
"""
READ = """
r = mx.recordio.MXIndexedRecordIO(path + ".idx", path + ".rec", "r")
import hashlib
some = [hashlib.sha1(r.read_idx(i)).hexdigest() for i in (5, 0, 17, 150)]
r.reset()
result = {"all": [hashlib.sha1(s).hexdigest() for s in iter(r.read, None)], "some": some, "keys": r.keys}
"""


def test_files(oracle, both, tmp_path):
    data = records()
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    oracle.run(WRITE, result=[], path=str(theirs), hexes=[r.hex() for r in data])
    w = mx.recordio.MXIndexedRecordIO(f"{ours}.idx", f"{ours}.rec", "w")
    for i, r in enumerate(data):
        w.write_idx(i, r)
    w.close()
    for end in (".idx", ".rec"):
        assert ours.with_suffix(end).read_bytes() == theirs.with_suffix(end).read_bytes()
    for path in (theirs, ours):
        got = both(READ, path=str(path))
        assert list(got.ours["all"]) == [hashlib.sha1(r).hexdigest() for r in data]


@pytest.mark.parametrize(
    "header",
    [
        "0, 2.5, 3, 4",
        "9, 1, 2**40, 2**63",
        "0, [1, 2, 3.5], 3, 4",
        "0, np.arange(6).reshape(2, 3), 3, 4",
        "0, [], 1, 1",
    ],
)
def test_pack(both, header):
    both(
        f"""
        packed = mx.recordio.pack(mx.recordio.IRHeader({header}), b"rest")
        h, rest = mx.recordio.unpack(packed)
        result = {{"packed": packed.hex(), "flag": h.flag, "label": h.label, "id": str(h.id), "id2": str(h.id2),
                   "rest": rest.hex(), "type": type(h.label), "repr": repr(h._replace(label=0))}}
        """
    )


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-3], lambda d: b"xx" + d, lambda d: d[:4] + bytes([1, 0, 0, 0x60]) + d[8:]]
)
def test_damaged(both, tmp_path, damage):
    path = tmp_path / "a.rec"
    w = mx.recordio.MXRecordIO(path, "w")
    w.write(b"0123456789")
    w.close()
    path.write_bytes(damage(path.read_bytes()))
    code = "r = mx.recordio.MXRecordIO(path, 'r')\ntry:\n    r.read()\nfinally:\n    r.close()"
    both(code, path=str(path), raises="record")


@pytest.mark.parametrize(
    "code",
    [
        "mx.recordio.MXRecordIO(path, 'r').write(b'x')",
        "mx.recordio.MXRecordIO(path + '2', 'w').read()",
        "mx.recordio.MXRecordIO(path, 'a')",
        "mx.recordio.MXRecordIO(path + 'none', 'r').read()",
    ],
)
def test_misuse(both, tmp_path, code):
    path = tmp_path / "a.rec"
    w = mx.recordio.MXRecordIO(path, "w")
    w.close()
    both(code, path=str(path), raises="flag" if "'a'" in code else "a.rec")
