"""mx.image without MXNet beside it: other libraries, broken files, what is skipped. See tests/oracle/ for the rest."""

import random

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.base import MXNetError
from mxr.recordio import MXIndexedRecordIO, MXRecordIO, pack, pack_img

I = mx.image


def picture(i=0, h=20, w=30):
    y, x = np.mgrid[:h, :w]
    return np.stack([x * 8 + i, y * 12, (x + y) * 5], axis=2).astype(np.uint8)


@pytest.fixture(params=["opencv", "pillow"])
def library(request, monkeypatch):
    if request.param == "opencv":
        pytest.importorskip("cv2")
    else:
        pytest.importorskip("PIL")
        for module in ("ops.image_resize", "ops.image_decode", "ops.image_files", "image.detection"):
            monkeypatch.setattr(f"mxr.{module}.opencv", lambda: None)
    return request.param


def test_decode(library):
    img = picture()
    data = pack_img((0, 0, 0, 0), img, 3, ".png")[24:]
    np.testing.assert_array_equal(I.imdecode(data).asnumpy(), img[:, :, ::-1])
    np.testing.assert_array_equal(I.imdecode(data, to_rgb=False).asnumpy(), img)
    assert I.imdecode(data, 0).shape == (20, 30, 1)
    assert I.imresize(I.imdecode(data), 7, 9).shape == (9, 7, 3)


def record_file(tmp_path, n=10, broken=None):
    w = MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "w")
    for i in range(n):
        w.write_idx(i, pack((0, i, i, 0), b"junk") if i == broken else pack_img((0, i, i, 0), picture(i), 3, ".png"))
    w.close()
    return {"path_imgrec": str(tmp_path / "a.rec"), "path_imgidx": str(tmp_path / "a.idx")}


def test_iter_without_opencv(library, tmp_path):
    it = I.ImageIter(4, (3, 20, 30), **record_file(tmp_path))
    batches = list(it)
    assert [b.pad for b in batches] == [0, 0, 2]
    np.testing.assert_array_equal(batches[2].label[0].asnumpy(), [8, 9, 0, 1])
    np.testing.assert_array_equal(batches[1].data[0].asnumpy()[2], picture(6)[:, :, ::-1].transpose(2, 0, 1))
    assert batches[0].data[0].dtype == np.float32


def test_equal_seeds_equal_batches(tmp_path):
    def epoch():
        random.seed(5)
        np.random.seed(5)
        it = I.ImageIter(5, (3, 8, 8), shuffle=True, rand_crop=True, rand_mirror=True, pca_noise=0.1, **files)
        return np.concatenate([b.data[0].asnumpy() for b in it])

    files = record_file(tmp_path)
    first = epoch()
    np.testing.assert_array_equal(epoch(), first)
    assert len(np.unique(first)) > 100


def test_broken_images(tmp_path):
    it = I.ImageIter(4, (3, 8, 8), **record_file(tmp_path, broken=5))
    it.next()
    with pytest.raises(MXNetError, match="Broken image"):
        it.next()
    it = I.ImageIter(4, (3, 8, 8), shuffle=True, **record_file(tmp_path, broken=5))
    with pytest.raises(MXNetError, match="Broken image index: 5"):
        list(it)


def test_wrong_labels_and_shapes(tmp_path):
    files = record_file(tmp_path)
    with pytest.raises(MXNetError, match="label_width is 2, but an image has 1"):
        I.ImageIter(4, (3, 8, 8), 2, **files).next()
    with pytest.raises(MXNetError, match=r"image of shape \(3, 20, 30\), data_shape is \(3, 8, 8\)"):
        I.ImageIter(4, (3, 8, 8), aug_list=[], **files).next()
    with pytest.raises(MXNetError, match="last_batch_handle='keep'"):
        I.ImageIter(4, (3, 8, 8), last_batch_handle="keep", **files)
    with pytest.raises(MXNetError, match="batch_size must be at least 1"):
        I.ImageIter(0, (3, 8, 8), **files)
    with pytest.raises(MXNetError, match="part_index must be from 0 to 1, got 2"):
        I.ImageIter(4, (3, 8, 8), part_index=2, num_parts=2, **files)


@pytest.mark.parametrize("line", ["0\tx.png", "a\t1\tx.png", "0\tone\tx.png", "no tabs"])
def test_bad_lists(tmp_path, line):
    (tmp_path / "a.lst").write_text(f"1\t0\ty.png\n{line}\n")
    with pytest.raises(MXNetError, match=r"a\.lst.*line 2"):
        I.ImageIter(4, (3, 8, 8), path_imglist=str(tmp_path / "a.lst"), path_root=".")


def test_list_without_key(tmp_path):
    (tmp_path / "a.lst").write_text("1\t0\ty.png\n")
    it = I.ImageIter(4, (3, 8, 8), path_imglist=str(tmp_path / "a.lst"), **record_file(tmp_path))
    with pytest.raises(MXNetError, match="no labels for key 0"):
        it.next()


def test_iter_in_module(tmp_path):
    it = I.ImageIter(4, (3, 8, 8), mean=np.array([128.0]), std=np.array([64.0]), **record_file(tmp_path))
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10), name="softmax")
    mod = mx.mod.Module(net)
    mod.fit(it, num_epoch=2, optimizer_params={"learning_rate": 0.01})
    assert mod.predict(it).shape == (10, 10)


LABEL = [2, 5, 0, 0.1, 0.2, 0.5, 0.6, 1, 0.3, 0.3, 0.9, 0.95]


def det_file(tmp_path, labels):
    w = MXRecordIO(tmp_path / "det.rec", "w")
    for i, label in enumerate(labels):
        w.write(pack_img((0, label, i, 0), picture(i), 3, ".png"))
    w.close()
    return str(tmp_path / "det.rec")


def test_det_iter(library, tmp_path):
    path = det_file(tmp_path, [LABEL, LABEL[:7], [3, 5, 9, *LABEL[2:]]])
    it = I.ImageDetIter(2, (3, 20, 30), path_imgrec=path, last_batch_handle="discard")
    assert it.label_shape == (2, 5)
    (batch,) = it
    np.testing.assert_allclose(batch.label[0].asnumpy(), [np.reshape(LABEL[2:], (2, 5)), [LABEL[2:7], [-1] * 5]])


@pytest.mark.parametrize(
    "label, words",
    [
        ([2, 5, 0, 0.1, 0.2, 0.5], "at least 7"),
        ([2, 5, *range(7)], "inconsistent with annotation width 5"),
        ([2, 0, *range(7)], "width 0"),
        ([2, 5, 0, 0.5, 0.5, 0.1, 0.1], "no valid label"),
    ],
)
def test_bad_det_labels(tmp_path, label, words):
    with pytest.raises(MXNetError, match=words):
        I.ImageDetIter(2, (3, 20, 30), path_imgrec=det_file(tmp_path, [label]))


def test_det_skips_objects_cut_away(tmp_path):
    class Away(I.DetAugmenter):
        def __call__(self, src, label):
            return src, label - 5 if src.asnumpy()[0, 0, 2] == 1 else label  # the second image's are outside

    it = I.ImageDetIter(
        3, (3, 20, 30), path_imgrec=det_file(tmp_path, [LABEL] * 3), aug_list=[Away()], last_batch_handle="pad"
    )
    batch = it.next()
    assert batch.pad == 1
    np.testing.assert_array_equal(batch.data[0].asnumpy()[:, 2, 0, 0], [0, 2, 0])


def test_det_reshape(tmp_path):
    it = I.ImageDetIter(2, (3, 20, 30), path_imgrec=det_file(tmp_path, [LABEL] * 2))
    it.reshape(label_shape=(4, 5))
    assert it.next().label[0].shape == (2, 4, 5)
    for bad, words in [((1, 5), "reduce label count"), ((4, 6), "width inconsistent"), ((4,), "length 2")]:
        with pytest.raises(MXNetError, match=words):
            it.reshape(label_shape=bad)
    with pytest.raises(MXNetError, match="invalid iterator"):
        it.sync_label_shape(3)


def test_draw_next(tmp_path):
    cv2 = pytest.importorskip("cv2")
    args = {"path_imgrec": det_file(tmp_path, [LABEL] * 2), "mean": True, "std": True}
    it = I.ImageDetIter(2, (3, 20, 30), **args)
    drawn = list(it.draw_next((255, 0, 0), 1, True, True, id2labels={0: "a"}))
    assert len(drawn) == 2 and drawn[0].dtype == np.uint8 and drawn[0].shape == (20, 30, 3)
    plain = picture()
    assert abs(drawn[0][10, 20].astype(int) - plain[10, 20]).max() <= 1  # normalising is undone, colours are BGR
    np.testing.assert_array_equal(drawn[0][4, 4], [0, 0, 255])
    assert cv2.absdiff(drawn[0], plain).max() > 0


def test_draw_needs_opencv(tmp_path, monkeypatch):
    monkeypatch.setattr("mxr.image.detection.opencv", lambda: None)
    it = I.ImageDetIter(2, (3, 20, 30), path_imgrec=det_file(tmp_path, [LABEL]), aug_list=[])
    with pytest.raises(MXNetError, match="draw_next needs OpenCV"):
        next(it.draw_next())


@pytest.mark.parametrize(
    "make",
    [
        lambda: I.DetRandomCropAug(0.1, (2, 1)),
        lambda: I.DetRandomCropAug(0.1, (1, 2), (0.5, 0.3)),
        lambda: I.DetRandomPadAug((1, 2), (0.5, 1.0)),
    ],
)
def test_impossible_ranges(make):
    with pytest.warns(UserWarning, match="due to invalid"):
        aug = make()
    src, label = nd.array(picture()), np.array([[0, 0.1, 0.1, 0.5, 0.5]], "f")
    assert aug(src, label) == (src, label)


def test_old_names():
    with pytest.warns(DeprecationWarning, match="min_area"):
        aug = I.RandomSizedCropAug((4, 5), 1.0, (1, 1), min_area=0.5)
    assert aug.area == (0.5, 1.0)
    assert aug(nd.array(picture(), dtype="uint8")).shape == (5, 4, 3)


@pytest.mark.parametrize("box", [(30, 0, 3, 3), (0, 20, 3, 3), (-1, 0, 3, 3), (0, 0, 0, 3), (0, 0, 3, -1)])
def test_crops_outside(box):
    with pytest.raises(MXNetError, match="no part of an image 30 wide, 20 high"):
        I.fixed_crop(nd.array(picture()), *box)


def test_no_images():
    for call in (I.resize_short, I.random_crop, I.center_crop):
        with pytest.raises(MXNetError, match="NDArray, got ndarray"):
            call(picture(), 3)
        with pytest.raises(MXNetError, match=r"got shape \(20, 30\)"):
            call(nd.zeros((20, 30)), 3)
