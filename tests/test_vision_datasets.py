"""Data sets of image files: records, folders, CIFAR."""

import io
import pickle
import tarfile

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.gluon.data import DataLoader, RecordFileDataset
from mxr.gluon.data.vision import CIFAR10, CIFAR100, ImageFolderDataset, ImageRecordDataset
from mxr.recordio import MXIndexedRecordIO, pack_img, unpack


def picture(i, h=8, w=9):
    y, x = np.mgrid[:h, :w]
    return np.stack([x * 8 + i, y * 10, (x + y) * 4], axis=2).astype(np.uint8)


@pytest.fixture
def rec(tmp_path):
    w = MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "w")
    for i in range(6):
        label = i if i % 2 else [i, i + 0.5]
        w.write_idx(10 + i, pack_img((0, label, i, 0), picture(i), 3, ".png"))
    w.close()
    return str(tmp_path / "a.rec")


def test_records(rec):
    data = RecordFileDataset(rec)
    assert len(data) == 6 and [unpack(data[i])[0].id for i in range(6)] == list(range(6))
    assert unpack(pickle.loads(pickle.dumps(data))[3])[0].label == 3
    with pytest.raises(MXNetError, match=r"no\.idx|no\.rec"):
        RecordFileDataset("no.rec")


def test_image_records(rec):
    data = ImageRecordDataset(rec)
    image, label = data[1]
    np.testing.assert_array_equal(image.asnumpy(), picture(1)[:, :, ::-1])
    assert label == 1 and data[2][1].tolist() == [2, 2.5]
    assert ImageRecordDataset(rec, flag=0)[0][0].shape == (8, 9, 1)
    assert ImageRecordDataset(rec, transform=lambda x, y: (x.shape, y))[3] == ((8, 9, 3), 3)


@pytest.mark.parametrize("workers", [0, 2])
def test_loader(rec, workers):
    data = ImageRecordDataset(rec).transform(lambda x, y: (x.astype("float32"), np.float32(np.sum(y))))
    batches = list(DataLoader(data, 4, num_workers=workers))
    assert [b[0].shape for b in batches] == [(4, 8, 9, 3), (2, 8, 9, 3)]
    np.testing.assert_array_equal(batches[1][0].asnumpy()[1], picture(5)[:, :, ::-1])
    np.testing.assert_array_equal(batches[0][1].asnumpy(), [0.5, 1, 4.5, 3])


def test_folders(tmp_path):
    for i, name in enumerate(["b/2.png", "a/1.png", "a/0.PNG"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(pack_img((0, 0, 0, 0), picture(i), 3, ".png")[24:])
    (tmp_path / "a" / "note.txt").write_text("x")
    (tmp_path / "readme").write_text("x")
    with pytest.warns(UserWarning) as said:
        data = ImageFolderDataset(str(tmp_path))
    assert sorted(str(w.message).split()[0] for w in said) == ["Ignoring", "Ignoring"]
    assert data.synsets == ["a", "b"] and len(data) == 3
    assert [(p[len(str(tmp_path)) + 1 :], label) for p, label in data.items] == [
        ("a/0.PNG", 0), ("a/1.png", 0), ("b/2.png", 1),
    ]  # fmt: skip
    image, label = data[1]
    np.testing.assert_array_equal(image.asnumpy(), picture(1)[:, :, ::-1])
    assert label == 0
    with pytest.raises(MXNetError, match="root='no/such/folder'"):
        ImageFolderDataset("no/such/folder")


def cifar_rows(n, labels, seed):
    return np.random.default_rng(seed).integers(0, 100 if labels == 2 else 10, (n, 3072 + labels)).astype(np.uint8)


def test_cifar10(tmp_path):
    rows = cifar_rows(10, 1, 0)
    for i in range(5):
        rows[2 * i : 2 * i + 2].tofile(tmp_path / f"data_batch_{i + 1}.bin")
    rows[:3].tofile(tmp_path / "test_batch.bin")
    data = CIFAR10(tmp_path)
    assert len(data) == 10 and len(CIFAR10(tmp_path, train=False)) == 3
    image, label = data[7]
    assert image.shape == (32, 32, 3) and image.dtype == np.uint8 and isinstance(label, np.int32)
    np.testing.assert_array_equal(image.asnumpy().transpose(2, 0, 1).ravel(), rows[7, 1:])
    assert label == rows[7, 0]
    assert CIFAR10(tmp_path, transform=lambda x, y: y + 100)[7] == label + 100
    (tmp_path / "test_batch.bin").write_bytes(rows.tobytes()[:-1])
    with pytest.raises(MXNetError, match=r"test_batch\.bin.*cut off"):
        CIFAR10(tmp_path, False)


def test_cifar100_archive(tmp_path, monkeypatch):
    train, test = cifar_rows(5, 2, 1), cifar_rows(4, 2, 2)
    with tarfile.open(tmp_path / "cifar-100-binary.tar.gz", "w:gz") as tar:
        for name, rows in (("../../evil.bin", train), ("x/train.bin", train), ("x/test.bin", test)):
            info = tarfile.TarInfo(name)
            info.size = rows.nbytes
            tar.addfile(info, io.BytesIO(rows.tobytes()))
    coarse, fine = CIFAR100(tmp_path), CIFAR100(tmp_path, fine_label=True)
    assert [coarse[i][1] for i in range(5)] == train[:, 0].tolist()
    assert [fine[i][1] for i in range(5)] == train[:, 1].tolist()
    assert [CIFAR100(tmp_path, True, False)[i][1] for i in range(4)] == test[:, 1].tolist()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cifar-100-binary.tar.gz", "test.bin", "train.bin"]


def test_cifar_absent(tmp_path, monkeypatch):
    monkeypatch.setenv("MXR_OFFLINE", "1")
    monkeypatch.setenv("MXNET_HOME", str(tmp_path))
    with pytest.raises(MXNetError, match=r"datasets.cifar10.*MXR_OFFLINE is set"):
        CIFAR10()
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(b"junk")
    with pytest.raises(MXNetError, match="cannot unpack"):
        CIFAR10(tmp_path)
    assert mx.gluon.data.vision.datasets.CIFAR100 is CIFAR100
