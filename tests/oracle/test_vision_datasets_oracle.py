"""Data sets of records and folders against MXNet."""

import numpy as np
import pytest

from mxr.recordio import MXIndexedRecordIO, pack_img


@pytest.fixture
def files(tmp_path):
    w = MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "w")
    (tmp_path / "root" / "x").mkdir(parents=True)
    (tmp_path / "root" / "b").mkdir()
    for i in range(6):
        img = np.random.default_rng(i).integers(0, 256, (5, 6, 3)).astype("uint8")
        record = pack_img((0, [i, 1] if i % 2 else i, i, 0), img, 3, ".png")
        w.write_idx(3 * i, record)
        (tmp_path / "root" / "xb"[i % 2] / f"{i}.png").write_bytes(record[32 if i % 2 else 24 :])
    w.close()
    return str(tmp_path) + "/"


def test_all(both, files):
    both(
        """
        d, v = gluon.data, gluon.data.vision
        raw, rec, folder = d.RecordFileDataset(p + "a.rec"), v.ImageRecordDataset(p + "a.rec"), None
        folder = v.ImageFolderDataset(p + "root", flag=0)
        result = {"raw": [raw[i].hex() for i in range(len(raw))], "images": [rec[i][0] for i in range(6)],
                  "labels": [rec[i][1] for i in range(6)], "items": [list(i) for i in folder.items],
                  "synsets": folder.synsets, "folder": [folder[i][0] for i in range(len(folder))],
                  "types": [type(rec[0]).__name__, type(rec[0][1]).__name__, type(folder[0][1]).__name__],
                  "transform": v.ImageRecordDataset(p + "a.rec", 0, lambda x, y: x + 1)[1]}
        """,
        p=files,
    )
