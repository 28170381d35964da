"""mx.io.ImageRecordIter without MXNet beside it: random augmentation, threads, broken files."""

import logging
import threading

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.recordio import MXIndexedRecordIO, pack, pack_img


def picture(i, h=24, w=30):
    y, x = np.mgrid[:h, :w]
    return np.stack([x * 8 + i, y * 10, (x + y) * 4], axis=2).astype(np.uint8)


@pytest.fixture
def files(tmp_path):
    w = MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "w")
    for i in range(10):
        w.write_idx(i, pack_img((0, i, i, 0), picture(i), 3, ".png"))
    w.close()
    return {"path_imgrec": str(tmp_path / "a.rec"), "batch_size": 4, "data_shape": (3, 16, 12), "verbose": False}


def epoch(it):
    return np.concatenate([b.data[0].asnumpy() for b in it])


RANDOM = [
    {"rand_crop": True}, {"rand_mirror": True}, {"max_rotate_angle": 20}, {"max_shear_ratio": 0.2}, {"random_h": 50},
    {"max_aspect_ratio": 0.3}, {"max_random_scale": 1.5}, {"max_crop_size": 20, "min_crop_size": 10},
    {"random_resized_crop": True, "min_random_area": 0.2, "max_aspect_ratio": 0.2}, {"brightness": 0.3},
    {"contrast": 0.3}, {"saturation": 0.3}, {"pca_noise": 0.1}, {"max_random_contrast": 0.2}, {"random_s": 50},
    {"max_random_illumination": 20}, {"random_l": 30}, {"inter_method": 10, "resize": 40},
    {"min_aspect_ratio": 0.7, "max_aspect_ratio": 1.4},
]  # fmt: skip


@pytest.mark.parametrize("kw", RANDOM, ids=[" ".join(kw) for kw in RANDOM])
def test_random_augmentation(files, kw):
    """It changes something, from epoch to epoch something else, and repeats with its seed, whatever the threads."""
    pytest.importorskip("cv2")
    plain = epoch(mx.io.ImageRecordIter(**files))
    one = mx.io.ImageRecordIter(seed_aug=1, preprocess_threads=1, **kw, **files)
    first = epoch(one)
    assert first.shape == plain.shape and (first != plain).any()
    one.reset()
    assert (epoch(one)[:2] != first[2:4]).any()
    again = mx.io.ImageRecordIter(seed_aug=1, preprocess_threads=8, prefetch_buffer=0, **kw, **files)
    np.testing.assert_array_equal(epoch(again), first)
    other = mx.io.ImageRecordIter(seed_aug=2, **kw, **files)
    assert (epoch(other) != first).any()


def test_round_batch(files):
    it = mx.io.ImageRecordIter(round_batch=False, **files)
    for _ in range(2):
        batches = list(it)
        assert [b.pad for b in batches] == [0, 0, 2]
        np.testing.assert_array_equal(batches[2].label[0].asnumpy(), [8, 9, 0, 0])
        assert not batches[2].data[0].asnumpy()[2:].any()
        it.reset()
    it = mx.io.ImageRecordIter(**{**files, "batch_size": 25})
    for _ in range(2):  # a batch larger than the file
        (batch,) = it
        assert batch.pad == 15 or batch.pad == 20
        assert set(batch.label[0].asnumpy()) == set(range(10))
        it.reset()


def test_reset_in_the_middle(files):
    it = mx.io.ImageRecordIter(**files)
    it.next()
    it.reset()
    assert it.next().label[0].asnumpy().tolist() == [0, 1, 2, 3]
    for _ in range(2):
        it.next()
    it.reset()  # after the last batch, without having seen the end
    assert it.next().label[0].asnumpy().tolist() == [2, 3, 4, 5]


def test_batches_are_not_used_again(files):
    batches = [b.data[0] for b in mx.io.ImageRecordIter(**files)]
    assert (batches[0].asnumpy() != batches[1].asnumpy()).any()


def test_protocol(files):
    it = mx.io.ImageRecordIter(**files)
    assert isinstance(it, mx.io.MXDataIter)
    with pytest.raises(MXNetError, match="no batch yet"):
        it.getdata()
    assert it.iter_next() and it.getdata().shape == (4, 3, 16, 12) and it.getpad() == 0
    it.debug_skip_load()
    assert it.next().label[0].asnumpy().tolist() == it.next().label[0].asnumpy().tolist()


def test_threads_end(files):
    before, started = set(threading.enumerate()), set()
    for _ in range(5):
        it = mx.io.ImageRecordIter(**files)
        it.next()
        started |= {t for t in threading.enumerate() if t.name.startswith("mxr-images")} - before
        del it
    assert len(started) >= 5
    for t in started:
        t.join(60)
    assert not any(t.is_alive() for t in started)


def test_trains(files):
    it = mx.io.ImageRecordIter(shuffle=True, scale=1 / 255, **files)
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10), name="softmax")
    mod = mx.mod.Module(net)
    mod.fit(it, num_epoch=2)
    assert mod.score(it, "acc")[0][0] == "accuracy"


def test_log(files, caplog):
    with caplog.at_level(logging.INFO):
        mx.io.ImageRecordIter(**{**files, "verbose": True, "preprocess_threads": 1})
    assert "use 1 threads for decoding" in caplog.text


def test_broken_record(files, tmp_path):
    w = MXIndexedRecordIO(tmp_path / "b.idx", tmp_path / "b.rec", "w")
    w.write_idx(0, pack_img((0, 1, 0, 0), picture(0), 3, ".png"))
    w.write_idx(1, pack((0, 1, 1, 0), b"junk"))
    w.close()
    it = mx.io.ImageRecordIter(**{**files, "path_imgrec": str(tmp_path / "b.rec"), "batch_size": 1})
    it.next()
    with pytest.raises(MXNetError, match=r"b\.rec', record at byte \d+ is no image"):
        it.next()
    (tmp_path / "b.rec").write_bytes((tmp_path / "b.rec").read_bytes()[:-30])
    with pytest.raises(MXNetError, match="cut off"):
        mx.io.ImageRecordIter(**{**files, "path_imgrec": str(tmp_path / "b.rec"), "batch_size": 2})
    (tmp_path / "b.rec").write_bytes(b"no records")
    with pytest.raises(MXNetError, match="holds no record"):
        mx.io.ImageRecordIter(**{**files, "path_imgrec": str(tmp_path / "b.rec")})


@pytest.mark.parametrize(
    "kw, words",
    [
        ({"rand_corp": True}, "Did you mean 'rand_crop'"), ({"part_index": 3, "num_parts": 3}, "from 0 to 2, got 3"),
        ({"part_index": 10, "num_parts": 30}, "no images"), ({"dtype": "float16"}, "float16"),
        ({"data_shape": (2, 5, 5)}, r"\(2, 5, 5\)"), ({"path_imgrec": ""}, "path_imgrec is missing"),
        ({"aug_seq": "mine"}, "aug_seq"), ({"path_imglist": "none.lst"}, r"none\.lst"),
        ({"batch_size": None}, "batch_size"),
    ],
)  # fmt: skip
def test_bad_arguments(files, kw, words):
    with pytest.raises(MXNetError, match=words):
        mx.io.ImageRecordIter(**{**files, **kw})
    with pytest.raises(MXNetError, match="keyword"):
        mx.io.ImageRecordIter("a.rec")


def test_crop_sizes_that_do_not_fit(files):
    with pytest.raises(MXNetError, match="max_crop_size=50"):
        mx.io.ImageRecordIter(max_crop_size=50, min_crop_size=10, **files).next()
