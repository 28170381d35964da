"""mx.io.ImageRecordIter against MXNet: pixels, order, batches. Images are PNG, so that both decode the same pixels."""

import numpy as np
import pytest

import mxr as mx

cv2 = pytest.importorskip("cv2")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    rng = np.random.default_rng(0)
    writers = {n: mx.recordio.MXIndexedRecordIO(folder / f"{n}.idx", folder / f"{n}.rec", "w") for n in ("a", "two")}
    lists = {n: [] for n in writers}
    for i in range(10):
        img = cv2.resize(rng.integers(0, 256, (5, 6, 3)).astype("uint8"), (34 - 2 * i, 20 + i))
        for n, label in (("a", i), ("two", [i, -i])):
            writers[n].write_idx(i, mx.recordio.pack_img((0, label, i, 0), img, 3, ".png"))
        lists["a"].append(f"{i}\t{i * 10}\t{i}.png\n")
        lists["two"].append(f"{i}\t{i * 10}\t{-i}\t{i}.png\n")
    for n, w in writers.items():
        w.close()
        (folder / f"{n}.lst").write_text("".join(lists[n]))
    return str(folder) + "/"


ARGS = [
    "", "mirror=True", "resize=18", "resize=40", "resize=18, inter_method=3", "pad=3", "pad=3, fill_value=7",
    "mean_r=10, mean_g=20, mean_b=30, std_r=2, std_g=3, std_b=4, scale=0.5", "scale=0.5, std_r=2",
    "data_shape=(1, 16, 12), mean_r=10, std_r=2", "data_shape=(3, 40, 40)", "data_shape=(3, 18, 30)",
    "max_crop_size=14, min_crop_size=14", "dtype='uint8', data_name='d', label_name='l'", "dtype='int8', mean_r=100",
    "num_parts=3, part_index=0", "num_parts=3, part_index=2", "path_imgidx=p + 'a.idx', num_parts=3, part_index=1",
    "path_imgidx=p + 'a.idx', num_parts=3, part_index=2, batch_size=2", "shuffle=True, seed=1",
    "shuffle=True, path_imgidx=p + 'a.idx'",
    "path_imglist=p + 'a.lst'", "path_imglist=p + 'two.lst', label_width=2", "path_imgrec=p + 'two.rec', label_width=2",
    "batch_size=5", "batch_size=7, shuffle=True", "batch_size='3', data_shape='(3,16,12)', mirror='1'",
]  # fmt: skip
RUN = """
args = dict(path_imgrec=p + "a.rec", data_shape=(3, 16, 12), batch_size=4, verbose=False, preprocess_threads=1)
args.update(dict(ARGS))
it = io.KIND(**args)
result = {"provide": [str(d) for d in it.provide_data + it.provide_label], "epochs": []}
for n in range(3):
    out = {"data": [], "label": [], "pad": [], "index": []}
    for b in it:  # MXNet uses a batch's arrays again
        out["data"].append(b.data[0].asnumpy().copy())
        out["label"].append(b.label[0].asnumpy().copy())
        out["pad"].append(b.pad if n == 0 else 0)  # MXNet's later ones may be those of arrays used again
        out["index"].append(b.index)
    result["epochs"].append(out)
    it.reset()
"""


@pytest.mark.parametrize("args", ARGS)
def test_iter(both, files, args):
    both(RUN.replace("ARGS", args).replace("KIND", "ImageRecordIter"), p=files, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(
    "args", ["rotate=30", "rotate=10, fill_value=3", "max_random_scale=1.5, min_random_scale=1.5", "min_img_size=30"]
)
def test_turned(both, files, args):
    """OpenCV's versions round differently."""
    got = both(RUN.replace("ARGS", args).replace("KIND", "ImageRecordIter"), p=files, atol=3.01)
    ours, theirs = (np.stack(side["epochs"][0]["data"]) for side in (got.ours, got.theirs))
    assert abs(ours - theirs).mean() < 0.3


@pytest.mark.parametrize("kind", ["UInt8Iter", "Int8Iter", "Iter_v1", "UInt8Iter_v1"])
def test_kinds(both, files, kind):
    both(RUN.replace("ARGS", "mean_r=100, mean_g=3, mean_b=99").replace("KIND", f"ImageRecord{kind}"), p=files)


def test_mean_image(both, files, tmp_path):
    """The one that MXNet makes is read here; ours is the same."""
    code = RUN.replace("ARGS", "mean_img=m").replace("KIND", "ImageRecordIter")
    code += "result['mean'] = nd.load(m)['mean_img']\n"
    got = both(code, p=files, m=str(tmp_path / "mean.bin"), rtol=1e-5, atol=1e-4)
    (tmp_path / "mean.bin").unlink()
    it = mx.io.ImageRecordIter(
        path_imgrec=files + "a.rec", data_shape=(3, 16, 12), batch_size=4, mean_img=str(tmp_path / "mean.bin")
    )
    np.testing.assert_allclose(
        mx.nd.load(str(tmp_path / "mean.bin"))["mean_img"].asnumpy(), got.theirs["mean"], rtol=1e-5
    )
    assert it.next().data[0].shape == (4, 3, 16, 12)


@pytest.mark.parametrize(
    "args, words",
    [
        ("label_width=2", "label_width is 2"), ("path_imgrec=p + 'two.rec'", "2 label(s)"),
        ("path_imgrec=p + 'none'", "none"), ("data_shape=(16, 12)", "data_shape"),
        ("data_shape=(4, 16, 12)", "4 channels"), ("rand_crop='maybe'", "rand_crop"), ("batch_size=-1", "batch_size"),
    ],
)  # fmt: skip
def test_errors(both, files, args, words):
    code = RUN.replace("ARGS", args).replace("KIND", "ImageRecordIter")
    both(code, p=files, raises=words)
